"""Which elements a structure of XML is known to have: others are counted, and misspelt ones are problems."""

from __future__ import annotations

from collections.abc import Mapping

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.kit.xml.wanted import Strange, Wanted
from ipseclint.vocabulary.rows import names

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
