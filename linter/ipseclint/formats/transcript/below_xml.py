"""Lines of text below a document of XML, or between events, which are pieces of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ipseclint.late import late

_ROOT = late(r"[\s\ufeff]*+(?:<[?!][^<>]{0,400}>\s*+){0,8}<([A-Za-z][\w:.-]{0,60})[\s>]")
"""How a document begins, with the name of its root."""
_TEXT = late(r"[ \t]*\r?\n\s*(?!<)\S")
"""What stands behind the end of a document that has text below it."""
_NEVER_NESTED = frozenset({"Event"})
"""Roots that may follow each other, of which none is in another."""


def has_text_below(text: str) -> bool:
    """Whether lines of text stand below a document of XML."""
    return next(_ends(text), None) is not None


def _ends(text: str) -> Iterator[int]:
    """Where documents end that have text below them; one may follow another, as WFP's state has two."""
    at = 0
    while (root := _ROOT.match(text, at)) is not None:
        end = f"</{root[1]}>"
        found = text.find(end, at) if root[1] in _NEVER_NESTED else text.rfind(end, at)
        if found < 0:
            return
        at = found + len(end)
        if _TEXT.match(text, at):
            yield at
            at = max(text.find("\n<", at), at)


def parted(lines: Mapping[int, str]) -> Iterator[dict[int, str]]:
    """The documents among lines, the first with what stands above it, and the text below each."""
    rows = list(lines.items())
    first = next((at for at, (_, line) in enumerate(rows) if line.lstrip().startswith("<")), len(rows))
    ends = iter(_ends("\n".join(line for _, line in rows[first:])))
    end = next(ends, None)
    begin = behind = 0
    is_text = False
    for at, (_, line) in enumerate(rows[first:], start=first):
        if is_text and line.lstrip().startswith("<"):
            yield dict(rows[begin:at])
            begin, is_text = at, False
        behind += len(line) + 1
        if end is not None and behind > end:
            yield dict(rows[begin : at + 1])
            begin, end, is_text = at + 1, next(ends, None), True
    yield dict(rows[begin:])
