"""Lines of text below a document of XML, or between events, which are pieces of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ipseclint.formats.readers import ends_above_text


def parted(lines: Mapping[int, str]) -> Iterator[dict[int, str]]:
    """The documents among lines, the first with what stands above it, and the text below each."""
    rows = list(lines.items())
    first = next((at for at, (_, line) in enumerate(rows) if line.lstrip().startswith("<")), len(rows))
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
