"""What a format wants from an XML input, what it gets, and which elements are known there: others are counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.kit.xml.element import Element
from ipseclint.vocabulary.rows import names

NO_ROOT = "input"
"""The name of the root element in an input of elements that no root element holds."""


class Records(Struct, frozen=True):
    """A list of many alike records, of which few are wanted.

    `tags` are the elements that a record is, or is wrapped in, and `first` is the start tag that every record
    begins with, as bytes. `find_mark(data, start, end)` tells where in UTF-8 bytes the first sign of a wanted
    record is, or -1.
    A record without one is checked to be well-formed, counted, and not looked at. `read(data, start, end, line,
    column)` makes a value of the bytes of a marked record that begins at `start` if it looks as usual, and tells where
    the next record, or the end of the list, begins; else it becomes a subtree. `well_formed`: such bytes are so.
    """

    tags: frozenset[str]
    first: bytes
    find_mark: Callable[[bytes, int, int], int]
    read: Callable[[bytes, int, int, int, int], tuple[object, int] | None] | None = None
    well_formed: bool = False


class Wanted(Struct, frozen=True):
    """What to hand over: `subtrees` names elements, each with the parents it is wanted under (empty: any).

    `lists` are long lists by the name of the element that holds the records. `without_root` is for an input
    of elements one after another, which no root element holds;
    theirs is `NO_ROOT`. Children of the elements named in `below` are
    wanted whatever they are called. `around` says what may stand around the wanted subtrees, by the element that holds
    it; any other element there is strange, and those in an element that it does not name are of no interest.
    Elements are known without the prefix of their namespace.
    """

    subtrees: Mapping[str, frozenset[str]]
    lists: Mapping[str, Records] = field(default_factory=dict)
    without_root: bool = False
    below: frozenset[str] = frozenset()
    around: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_strange(self, parent: str, name: str) -> bool:
        """Whether an element that is not wanted stands where none of its name may."""
        known = self.around.get(parent)
        return known is not None and name not in known


class Subtree(Struct, frozen=True):
    """A wanted element with everything in it, and the name and attributes of its parent, empty for a root."""

    parent: str
    element: Element
    parent_attributes: Mapping[str, str] = field(default_factory=dict)


class Strange(Struct, frozen=True):
    """An element around the wanted subtrees that may not stand there: its name, its parent's, and where it begins."""

    name: str
    parent: str
    line: int
    column: int


class Row(Struct, frozen=True):
    """What `read` of a list made of one of its records, and where that ends."""

    value: object
    end_line: int
    end_column: int


class ListEnd(Struct, frozen=True):
    """The end of a long list: its start tag, how many records there were, and where its end tag stands."""

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
"""The elements that may stand in another, each with those that may stand in it; None where any may."""


def leaves(text: str) -> dict[str, Structure | None]:
    """The elements of these names, parted by blanks, which hold no others."""
    return {name: {} for name in sorted(names(text))}


def note_unknown(element: Element, structure: Structure, diagnostics: Diagnostics) -> None:
    """Note the elements in another that its structure does not have, at every level."""
    for child in element.children:
        if child.name not in structure:
            span = diagnostics.place(child.line, child.column, len(child.name) + 2)
            note_unread(child.name, span, structure, diagnostics, kind="element", of=element.name)
        elif not child.is_leaf and (below := structure[child.name]) is not None:
            note_unknown(child, below, diagnostics)


def note_strange(part: Strange, wanted: Wanted, diagnostics: Diagnostics) -> None:
    """Note an element around the subtrees that a reader wants, by its name and its parent's."""
    span = diagnostics.place(part.line, part.column, len(part.name) + 2)
    known, told = wanted.around[part.parent], f"{part.parent}/{part.name}"
    note_unread(part.name, span, known, diagnostics, kind="element", of=part.parent, told=told)
