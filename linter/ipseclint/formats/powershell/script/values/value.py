"""Values of expressions in a script: data, and where it stands in the script."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace
from tree_sitter import Node

from ipseclint.formats.kit import token
from ipseclint.late import late
from ipseclint.model.setting import LEFT_OUT

MAX_TEXT_CHARACTERS = 1_000_000
"""The longest text that a script may build (reasoned: no policy holds such a value)."""


MAX_ROOTS = 8
"""From how many unknown values one is made that can be told from others (reasoned)."""


class Unknown(Struct, frozen=True):
    """A value that the script alone does not tell; `why` ends the sentence "it is ..."."""

    why: str
    is_answer: bool = False
    """Whether it is a person's answer to a prompt of the script."""
    ending: str = ""
    """The end of a path whose file is known and whose folder is not: `\\file.cmd`."""
    is_error: bool = False
    """Whether PowerShell raises an error instead, which ends the statement; `why` then is a full sentence."""
    origins: tuple[Unknown, ...] = ()
    made: int = 0
    """The unknown values it was made from, and a number for the operation: equal in both is the same value."""

    def with_ending(self, text: str) -> Unknown:
        """The same unknown path with this text appended."""
        return self if "\\" not in text and "/" not in text else replace(self, ending=text)

    @property
    def roots(self) -> tuple[Unknown, ...]:
        """The unknown values it was made from; itself if it was made from none."""
        return self.origins or (self,)

    @property
    def identity(self) -> tuple[object, ...]:
        """A key that is equal for two unknowns of the same value; valid only while both are kept, as it uses `id`."""
        return (*map(id, self.roots), self.made)


SET_ELSEWHERE = ", left to a script that is not read"
"""How it ends why a variable is not known that nothing here sets, where such a script has run in its scope."""


TO_FILL_IN = "what is to be filled in"
"""Why it is not known what stands for `<name of the GPO>`, `__NAME__` and `{{ name }}`."""
_TO_FILL_IN = late(
    rf"{token.TO_FILL_IN}|\{{\{{[ \t]*+[A-Za-z_][^{{}}\r\n]{{0,100}}\}}\}}"
    r"|\{%-?[ \t][^{}\r\n]{1,100}%\}|<%=[^%\r\n]{1,100}%>"
)


@lru_cache(maxsize=1024)
def to_fill_in(text: str) -> Unknown | None:
    """What is not known of a text in which something is to be filled in, the same of equal texts; else None."""
    return Unknown(TO_FILL_IN) if _TO_FILL_IN.search(text) is not None else None


REFUSED = Unknown("what a command gives that PowerShell refuses")
"""The value in place of an object that a refused command does not make."""


CUT_SHORT = Unknown(LEFT_OUT.raw)
"""What stands for what a document has dots for."""


MAY_NOT_BE_THERE = "there only if something holds that is not known"
"""Why the value of an entry is unknown that a table has on some ways only."""
UNDECIDED = "decided by what is not known"
"""Why a value is unknown that depends on a condition. Each such value is an `Unknown` of its own: two may differ."""


GIVEN_INSTEAD = Unknown(UNDECIDED)
"""The output of a function that may return early: either this or what follows, never both; known by its identity."""


TABLE_INSTEAD = Unknown(UNDECIDED)
"""The same of a function that may return another table early, so that not even what it holds is known."""


class Character(str):
    """A .NET `char`: text, but a number in arithmetic."""

    __slots__ = ()


class EnumWord(str):
    """A word of the enumeration `kind` (folded name): text, but a number in arithmetic."""

    __slots__ = ("kind", "number")

    kind: str
    number: int

    def __new__(cls, word: str, kind: str, number: int) -> EnumWord:
        """A word with its number."""
        made = super().__new__(cls, word)
        made.kind, made.number = kind, number
        return made


class NumberWord(str):
    """A number of an argument as it is written, `007`: a text for who takes texts, else the number."""

    __slots__ = ()


class ParameterWord(str):
    """A parameter's name with its dash, among a function's `$args`: when splatted, it is a parameter again."""

    __slots__ = ()


class Table(Struct, eq=False):
    """A hashtable or a custom object: `values` by key, `names` as written; `kind` is its class, folded.

    An ordered table also has its values by index. One that .NET makes, unlike `@{}`, is case-sensitive.
    """

    values: dict[str, Value] = field(default_factory=dict)
    names: dict[str, Value] = field(default_factory=dict)
    kind: str = ""
    is_ordered: bool = False
    is_exact: bool = False

    def key(self, name: Value) -> str:
        """The key of a name: folded, unless the table is case-sensitive."""
        return text_of(name) if self.is_exact else text_of(name).casefold()

    def set(self, name: Value, value: Value) -> None:
        """Put a value under a name."""
        key = self.key(name)
        self.names.setdefault(key, name)
        self.values[key] = value

    def name_of(self, key: str) -> Value:
        """The name of a key as written; the key itself where the script did not write it, as in what a cmdlet gives."""
        return self.names.get(key) or self.values[key]._replace(data=key)

    def find(self, name: Value) -> Value | None:
        """The value of a key; a number and the text that looks like it are different keys."""
        key = self.key(name)
        own = self.names.get(key)
        is_other = own is not None and isinstance(own.data, int) != isinstance(name.data, int)
        return None if is_other else self.values.get(key)


Way = tuple[int, frozenset[int]]
"""An undecided branch by number, and those of its ways on which a point is reached."""


class Decision(NamedTuple):
    """A branch whose outcome is not known: the ways on which each block runs, and the ways on which none does."""

    number: int
    blocks: Sequence[frozenset[int]]
    rest: frozenset[int]

    @classmethod
    def on_each(cls, number: int, blocks: int, *, has_rest: bool) -> Decision:
        """A decision with one way for each block, and one more for none of them if `has_rest`."""
        return cls(number, [frozenset({way}) for way in range(blocks)], frozenset({blocks} if has_rest else ()))


MAX_WAYS = 64
"""How many decisions an object keeps (reasoned: of more, the latest)."""


FUNCTION = "functioninfo"
"""The kind of the objects that describe functions."""


HERE_ALONE = frozenset({""})
"""The machine that a script runs on, whose name is unknown."""


class Thing(Struct, eq=False):
    """An object that a cmdlet made: `kind` is the folded noun, such as `netipsecrule`; properties by folded name.

    `start` and `end` are the place of the command. `store` names the GPO it is in. `pending` are properties changed on
    the script's copy of the object, which `Set-` writes back. `ways` are the undecided branches on which it is made.
    `machines` are the folded names of the machines that it is on. `is_changed_alone`: the script does not make it, only
    changes it, so that only what it sets is known.
    """

    kind: str
    start: int
    end: int
    properties: dict[str, Value] = field(default_factory=dict)
    store: Value | None = None
    is_certain: bool = True
    pending: dict[str, Value] = field(default_factory=dict)
    ways: tuple[Way, ...] = ()
    machines: frozenset[str] = HERE_ALONE
    is_changed_alone: bool = False

    def text(self, name: str) -> str:
        """A property as text; empty if it is missing or unknown."""
        value = self.properties.get(name)
        return "" if value is None or isinstance(value.data, Unknown) else text_of(value)


class Block(Struct, frozen=True, eq=False):
    """A script block."""

    node: Node


class Value(NamedTuple):
    """Data, and the offsets in the script between which it stands."""

    data: Data
    start: int
    end: int

    @property
    def is_unknown(self) -> bool:
        """Whether the script alone does not tell it."""
        return isinstance(self.data, Unknown)

    @property
    def may_be_several(self) -> bool:
        """Whether what is done with each object is done as often as is not known."""
        return isinstance(self.data, Unknown) or isinstance(self, Repeated)


def left_to_fill_in(value: Value) -> Value:
    """The value, unknown if it is a text in which something is to be filled in."""
    unknown = to_fill_in(value.data) if isinstance(value.data, str) else None
    return value if unknown is None else value._replace(data=unknown)


def as_part(value: Value) -> Value:
    """The value as a part of another one, which it makes unknown if it may not be given and is no object."""
    may_not_be = isinstance(value, Perhaps | Repeated) and not isinstance(value.data, Unknown | Table | Thing | Block)
    return Value(Unknown(MAY_NOT_BE_THERE), *value[1:]) if may_not_be else value


def nowhere(data: Data) -> Value:
    """A value without a place in the script; whatever uses it gives the place."""
    return Value(data, 0, 0)


class Nothing(Value):
    """The output of a pipeline that has none: equal to null, but a pipe hands on no object."""

    __slots__ = ()


class Perhaps(Value):
    """What a function gives, or something else or nothing in its place: what goes on with it has asked for that."""

    __slots__ = ()


class Repeated(Value):
    """What is given as often as is not known, perhaps never: what is made of each is made as often."""

    __slots__ = ()


SHOWN = "the text that shows an object"
"""Why the text form of an object is unknown, which is never its name; an `Unknown` of its own each time."""

Data = str | int | float | bool | None | list[Value] | Table | Thing | Block | Unknown


def text_of_all(texts: Iterable[str], separator: str = "") -> str:
    """Texts joined; joining stops once the result is longer than the limit for texts of a script."""
    kept, length = [], 0
    for text in texts:
        kept.append(text)
        length += len(text) + len(separator)
        if length > MAX_TEXT_CHARACTERS + len(separator):
            break
    return separator.join(kept)


def joined_lines(lines: Sequence[Value]) -> Value | None:
    """These lines as one text; it spans all of them if each begins right behind the one before."""
    if not lines or any(line.is_unknown for line in lines):
        return None
    is_whole = all(second.start == first.end + 1 for first, second in pairwise(lines))
    text = "\n".join(text_of(line) for line in lines)
    return Value(text, lines[0].start, lines[-1].end if is_whole else lines[0].end)


def text_of(value: Value) -> str:
    """A value converted to text as PowerShell does it; empty for an unknown one."""
    data = value.data
    if isinstance(data, str | bool):
        return str(data)  # of a character too: as a text it is no number any more
    if isinstance(data, (int, float)):
        return str(int(data)) if math.isfinite(data) and data == int(data) else repr(data)
    if isinstance(data, list):
        return text_of_elements(data, " ")
    if isinstance(data, Thing):
        return data.text("displayname") or data.kind
    return "System.Collections.Hashtable" if isinstance(data, Table) else ""


def unknown_of(how: str, parts: Sequence[Data]) -> Unknown | None:
    """The unknown value that an operation gives if one of its operands is unknown; None if all are known."""
    unknown = [part for part in parts if isinstance(part, Unknown)]
    if not unknown:
        return None
    first = unknown[0]
    if first is REFUSED:
        return first
    roots = tuple(root for each in unknown for root in each.roots)
    if len(roots) > MAX_ROOTS or not all(isinstance(part, str | int | Unknown) for part in parts):
        return replace(first, origins=(), made=0)
    return replace(
        first,
        origins=roots,
        made=hash((how, *(part.made if isinstance(part, Unknown) else (type(part), part) for part in parts))),
    )


def unknown_text(parts: Sequence[str | Unknown]) -> Unknown | None:
    """The unknown text that parts make if one of them is unknown; None if all are known."""
    kept = [part for part in parts if part != ""]
    return kept[0] if len(kept) == 1 and isinstance(kept[0], Unknown) else unknown_of("", kept)


def text_of_elements(items: Iterable[Value], separator: str) -> str:
    """The elements of a list joined as text; a nested list is shown as .NET names its type."""
    return text_of_all((_NESTED if isinstance(item.data, list) else text_of(item) for item in items), separator)


_NESTED = "System.Object[]"


def truth_of(value: Value) -> bool | None:
    """Whether PowerShell takes a value for true; None if unknown."""
    data = value.data
    if isinstance(data, Unknown) or isinstance(value, Perhaps | Repeated):
        return None
    if isinstance(data, list):
        if len(data) == 1:
            return truth_of(data[0])
        are_there = not data or any(not isinstance(item, Repeated) for item in data[:_MAX_ASKED])
        return bool(data) if are_there else None
    if isinstance(data, (Table, Thing, Block)):
        return True
    return bool(data)


_MAX_ASKED = 8
"""How many elements of a list are asked whether they are there (reasoned: one that is makes it true)."""


def whether(truth: bool | None) -> bool | Unknown:
    """A truth value as data; None becomes an unknown one."""
    return _NO_TRUTH if truth is None else truth


_NO_TRUTH = Unknown("whether this is true")


def number_of(value: Value) -> int | float | None:
    """The number that a value is, or that its text spells."""
    data = value.data
    if isinstance(data, bool):
        return int(data)
    if isinstance(data, (int, float)):
        return data if math.isfinite(data) else None
    if isinstance(data, Character):
        return ord(data)
    if isinstance(data, EnumWord):
        return data.number
    return number_in(data.strip()) if isinstance(data, str) else None


_UNITS = {"kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}
_MAX_DIGITS = 28


def number_in(text: str) -> int | float | None:
    """The number in a text, as PowerShell writes numbers: hexadecimal, with a suffix, with a fraction."""
    folded = text.casefold()
    if len(folded) > _MAX_DIGITS or not folded.isascii() or "_" in folded:
        return None
    factor = next((value for unit, value in _UNITS.items() if folded.endswith(unit)), 1)
    digits = folded[:-2] if factor > 1 else folded
    try:
        if digits.startswith("0x"):
            return int(digits, 16) * factor
        digits = digits.rstrip("ld") if digits[:1].isdigit() else digits
        number = int(digits) * factor if digits.lstrip("+-").isdigit() else float(digits) * factor
        return number if math.isfinite(number) else None
    except (ValueError, OverflowError):
        return None
