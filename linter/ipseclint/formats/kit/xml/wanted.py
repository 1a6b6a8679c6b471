"""What a format wants from an XML input, what it gets, and which other elements it knows; unknown ones are counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.kit.xml.element import Element
from ipseclint.source import Span
from ipseclint.vocabulary.rows import names

NO_ROOT = "input"
"""The parent name in an input of elements without a root."""


class Records(Struct, frozen=True):
    """A long list of similar records, few of which are wanted.

    `tags` are the elements of a record and its wrappers; `first` is the start tag of each record's first child, as
    bytes. `find_mark(data, start, end)` gives the offset of the first sign of a wanted record in UTF-8 bytes, or -1. A
    record without a sign is only checked to be well-formed, and counted. `read(data, start, end, line, column)` makes a
    value of a marked record that begins at `start`, if it looks as usual, and gives the offset of the next record or
    the end of the list; otherwise the record becomes a subtree. `well_formed`: what `read` accepts is well-formed.
    """

    tags: frozenset[str]
    first: bytes
    find_mark: Callable[[bytes, int, int], int]
    read: Callable[[bytes, int, int, int, int], tuple[object, int] | None] | None = None
    well_formed: bool = False


class Wanted(Struct, frozen=True):
    """The parts of an input to hand over.

    `subtrees` names elements, each with the parents it is wanted under (empty: any). `lists` are long lists, by the
    name of the element that holds the records. `without_root` is for an input of consecutive elements without a root;
    their parent is `NO_ROOT`. All children of the elements in `below` are wanted. `around` lists what may stand around
    the wanted subtrees, by parent; any other element there is strange, and elements in a parent that it does not name
    are ignored. Names are without namespace prefixes.
    """

    subtrees: Mapping[str, frozenset[str]]
    lists: Mapping[str, Records] = field(default_factory=dict)
    without_root: bool = False
    below: frozenset[str] = frozenset()
    around: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_strange(self, parent: str, name: str) -> bool:
        """Whether an unwanted element stands where `around` does not allow it."""
        known = self.around.get(parent)
        return known is not None and name not in known


class Subtree(Struct, frozen=True):
    """A wanted element with its content, and the name and attributes of its parent; empty for a root."""

    parent: str
    element: Element
    parent_attributes: Mapping[str, str] = field(default_factory=dict)


class Strange(Struct, frozen=True):
    """An element around the wanted subtrees that does not belong there: its name, its parent's, and its place."""

    name: str
    parent: str
    line: int
    column: int


class Row(Struct, frozen=True):
    """A value that `read` made of one record of a list, and where the record ends."""

    value: object
    end_line: int
    end_column: int


class ListEnd(Struct, frozen=True):
    """The end of a long list: its start tag, the number of records, and the place of its end tag."""

    name: str
    attributes: Mapping[str, str]
    line: int
    column: int
    records: int
    end_line: int
    end_column: int


Found = Subtree | Strange | Row | ListEnd | Problem
"""What a stream yields, in the order of the input."""

Structure = Mapping[str, "Structure | None"]
"""The elements allowed in another, each with those allowed in it; None if any are."""


def leaves(text: str) -> dict[str, Structure | None]:
    """A structure of elements without children, from their names separated by blanks."""
    return {name: {} for name in sorted(names(text))}


def note_unknown(element: Element, structure: Structure, diagnostics: Diagnostics, place: Span | None = None) -> None:
    """Note the elements within another that its structure lacks, at every level.

    `place` is that of them all, if the input does not hold them as text.
    """
    for child in element.children:
        if child.name not in structure:
            span = place or diagnostics.place(child.line, child.column, len(child.name) + 2)
            note_unread(child.name, span, structure, diagnostics, kind="element", of=element.name)
        elif not child.is_leaf and (below := structure[child.name]) is not None:
            note_unknown(child, below, diagnostics, place)


def note_strange(part: Strange, wanted: Wanted, diagnostics: Diagnostics) -> None:
    """Note an element around the subtrees that a reader wants, by its name and its parent's."""
    span = diagnostics.place(part.line, part.column, len(part.name) + 2)
    known, told = wanted.around[part.parent], f"{part.parent}/{part.name}"
    note_unread(part.name, span, known, diagnostics, kind="element", of=part.parent, told=told)
