"""Enumerations that a script declares, and their values (about_Enum)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from tree_sitter import Node

from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.nodes import child_of
from ipseclint.formats.powershell.script.values.value import Data, EnumWord, Table, Unknown, Value, number_in, text_of
from ipseclint.late import late

_FLAGS = late(r"\[\s*(?:System\.)?Flags(?:Attribute)?\s*+(?:\(\s*+\)\s*+)?\]\s*+\Z")
"""What stands before an enumeration of which a value may be several words at once."""
_ATTRIBUTE_CHARACTERS = 60


class Enumeration(Struct, frozen=True):
    """An enumeration as declared: its words as written, each with its number."""

    name: str
    words: Table
    has_flags: bool

    def converted(self, value: Value) -> Data:
        """A value as one of the words; an error if it is none of them."""
        data = value.data
        if isinstance(data, Unknown) or (isinstance(data, EnumWord) and data.kind == self.name):
            return data
        if isinstance(data, str) and number_in(data) is None:
            found = self.words.values.get(data.strip().casefold())
            return found.data if found is not None else self._none_of_them()
        number = number_in(data) if isinstance(data, str) else data
        same = (each.data for each in self.words.values.values() if isinstance(each.data, EnumWord))
        found_word = next((word for word in same if word.number == number), None)
        return found_word if found_word is not None else self._none_of_them()

    def _none_of_them(self) -> Unknown:
        return Unknown(f"`[{self.name}]` of a value that it does not have", is_error=not self.has_flags)


def enumerations_in(nodes: Iterator[Node], syntax: Syntax) -> Iterator[Enumeration]:
    """The enumerations that nodes declare."""
    for node in nodes:
        name = child_of(node, "simple_name")
        if name is None:
            continue
        written = syntax.source(name).strip()
        before = max(node.start_byte - _ATTRIBUTE_CHARACTERS, 0)
        has_flags = _FLAGS.search(syntax.text, before, node.start_byte) is not None
        yield Enumeration(written.casefold(), _words(node, written.casefold(), syntax), has_flags)


def _words(node: Node, kind: str, syntax: Syntax) -> Table:
    words = Table(is_ordered=True)
    following = 0
    for member in (each for each in node.named_children if each.type == "enum_member"):
        name, number = child_of(member, "simple_name"), child_of(member, "integer_literal")
        if name is None:
            continue
        given = None if number is None else number_in(syntax.source(number).strip())
        own = following if given is None else int(given)
        place = (name.start_byte, name.end_byte)
        written = Value(syntax.source(name).strip(), *place)
        words.set(written, Value(EnumWord(text_of(written), kind, own), *place))
        following = own + 1
    return words
