"""Pieces that are indented as a whole, as in quotes and list items: read without the margin, with places including it.

> HKEY_LOCAL_MACHINE\\SYSTEM\\...          1. On the server:
>     AssumeUDPEncapsulation...              SERVICE_NAME: PolicyAgent
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from msgspec.structs import replace

from ipseclint.formats.pasted.signs import FENCES
from ipseclint.formats.transcript.parting_lines import FENCE
from ipseclint.formats.transcript.piece import Piece
from ipseclint.source import Span

Value = TypeVar("Value")


def without_margin(piece: Piece) -> Piece:
    """A piece without the common indentation, or without that of a first line alone, as behind a tag."""
    first = next((number for number, line in piece.lines.items() if line.strip()), None)
    if first is None or piece.lines[first][0] not in " \t":
        return piece
    lines = piece.lines
    behind = _indent(lines[first])
    below = {line for number, line in lines.items() if number != first}
    others = {_indent(line) for line in below if line.strip()}
    if others and not any(indent.startswith(behind) for indent in others):
        own = {first: lines[first][len(behind) :]}
        return Piece(piece.kind, lines | own, {first: len(behind)})
    shortest = min((behind, *others), key=len)
    if not shortest or not all(indent.startswith(shortest) for indent in (behind, *others)):
        return piece
    margin = len(shortest)
    return Piece(piece.kind, {number: line[margin:] for number, line in lines.items()}, dict.fromkeys(lines, margin))


def without_margins(block: dict[int, str]) -> Piece:
    """Lines as a piece without the margin of all of them, or without those of what stands between fences."""
    whole = without_margin(Piece("output", block))
    if whole.margins or not any(line.lstrip().startswith(FENCES) for line in block.values()):
        return whole
    lines, margins = dict(block), dict[int, int]()
    for code in _between_fences(block):
        bare = without_margin(Piece("output", code))
        lines |= bare.lines
        margins |= bare.margins
    return Piece("output", lines, margins)


def _between_fences(lines: Mapping[int, str]) -> Iterator[dict[int, str]]:
    """The lines within each block of code, down to the end of a text that ends within one."""
    code: dict[int, str] | None = None
    for number, line in lines.items():
        if line.lstrip().startswith(FENCES) and FENCE.fullmatch(line) is not None:
            yield code or {}
            code = {} if code is None else None
        elif code is not None:
            code[number] = line
    yield code or {}


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def moved(value: Value, margins: Mapping[int, int]) -> Value:
    """A result with each place moved by the margin of its line."""
    if not margins:
        return value
    from ipseclint.formats.kit.moved_places import with_moved_places

    def behind_margin(span: Span) -> Span:
        margin = margins.get(span.line, 0)
        return replace(span, column=span.column + margin) if margin else span

    return with_moved_places(value, behind_margin)
