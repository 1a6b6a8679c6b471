"""Lines of text below documents of XML or JSON, or between events, which are pieces of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ipseclint.formats.readers import BEGINS_DOCUMENT, end_of_json, ends_above_text


def parted(lines: Mapping[int, str]) -> Iterator[dict[int, str]]:
    """The documents among lines, the first with what stands above it, and the text below each."""
    rows = list(lines.items())
    first = next((at for at, (_, line) in enumerate(rows) if line.lstrip().startswith(BEGINS_DOCUMENT)), len(rows))
    is_json = first < len(rows) and not rows[first][1].lstrip().startswith("<")
    yield from _of_json(rows, first) if is_json else _of_xml(rows, first)


def _of_json(rows: list[tuple[int, str]], first: int) -> Iterator[dict[int, str]]:
    """The documents that begin in a row, with what stands above them, and the text below them."""
    text = "\n".join(line for _, line in rows[first:])
    end = end_of_json(text)
    behind = len(rows) if end is None else first + text.count("\n", 0, end) + 1
    yield from (dict(part) for part in (rows[:behind], rows[behind:]) if part)


def _of_xml(rows: list[tuple[int, str]], first: int) -> Iterator[dict[int, str]]:
    ends = iter(ends_above_text("\n".join(line for _, line in rows[first:])))
    end = next(ends, None)
    begin = behind = 0
    is_text = False
    for at, (_, line) in enumerate(rows[first:], start=first):
        if is_text and line.lstrip().startswith("<"):
            if begin < at:
                yield dict(rows[begin:at])
            begin, is_text = at, False
        behind += len(line) + 1
        if end is not None and behind > end:
            yield dict(rows[begin : at + 1])
            begin, end, is_text = at + 1, next(ends, None), True
    yield dict(rows[begin:])
