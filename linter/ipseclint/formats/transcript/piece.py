"""A piece of a text of several outputs: lines of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct


class Piece(Struct, frozen=True, dict=True):
    """Lines of one kind: `kind` is `output`, or the program that they were typed into; `lines` are numbered from 1.

    `margins` is the number of characters removed before a line, if any.
    """

    kind: str
    lines: dict[int, str]
    margins: Mapping[int, int] = {}

    @cached_property
    def text(self) -> str:
        """The lines alone, for recognition."""
        return "\n".join(self.lines.values())
