"""The text around some places, and no more of it, however long its lines are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from ipseclint.source import Place, Source, SourceError
from ipseclint.text_blocks import Block


class Window(Struct, frozen=True):
    """A piece of a line, and the column at which it begins."""

    column: int
    text: str


_REACH_CHARACTERS = 4096
"""How far a window extends on both sides of its place: three of these fit into the overlap of text blocks."""


def _shelf(column: int) -> int:
    """The first of the columns that share a window: in one line of JSON a hundred thousand may be wanted."""
    return column - (column - 1) % _REACH_CHARACTERS


def text_windows(source: Source, places: Iterable[Place]) -> dict[Place, Window]:
    """The text around places, line and column from 1, read in one pass; a place past the end is left out.

    It is as long as a report can show, however long the line is. A binary input has none: its places are line 1 and the
    byte's offset, from 1, as the column.
    """
    wanted = set(places)
    by_line: dict[int, set[int]] = {}
    for line, column in wanted:
        by_line.setdefault(line, set()).add(_shelf(column))
    windows: dict[Place, Window] = {}
    lines = sorted(by_line)
    if lines:
        try:
            for block in source.text_blocks():
                if block.line > lines[-1]:
                    break
                of_block = lines[bisect_left(lines, block.line) : bisect_right(lines, block.last_line)]
                if of_block:
                    _pick_windows(block, of_block, by_line, windows)
        except SourceError:
            pass  # what was read until then is shown
    found = {place: windows.get((place[0], _shelf(place[1]))) for place in wanted}
    return {place: window for place, window in found.items() if window is not None}


def _pick_windows(
    block: Block, lines: Sequence[int], by_line: Mapping[int, Iterable[int]], windows: dict[Place, Window]
) -> None:
    """Collect the windows of a block of text: the longest that any block has of one is complete."""
    texts = block.text.split("\n", lines[-1] - block.line + 1)
    for line in lines:
        text = texts[line - block.line]
        start_column = block.column if line == block.line else 1
        for column in by_line[line]:
            at = column - start_column
            low, high = max(0, at - _REACH_CHARACTERS), min(len(text), at + 2 * _REACH_CHARACTERS)
            if low <= high and len(windows.get((line, column), Window(1, "")).text) <= high - low:
                windows[line, column] = Window(start_column + low, text[low:high])
