"""The lines that findings and problems point to: fetched once, secrets masked, cut to a readable width."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from ipseclint.finding import Finding, Problem, Snippet
from ipseclint.source import Source, Span

WIDTH = 160
"""The most characters of a line that are shown."""

_BEFORE = 60
"""How many characters before the place stay when a line is cut."""

_SECRET_WORDS = re.compile(
    r"(?i)(\b(?:auth1psk|psk|ps|presharedkey|shkey)[\"']?\s*[=:>]\s*)(\"[^\"]*\"?|'[^']*'?|[^\s<,;|]+)"
)
"""What looks like a key although the reader did not take it for one, as on a line it did not understand."""

Placed = TypeVar("Placed", Finding, Problem)


def with_snippets(
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    sources: Mapping[str, Source],
    secrets: Mapping[str, Iterable[Span]],
) -> tuple[list[Finding], list[Problem]]:
    """The same findings and problems, each with the line it points to. Each source is read once at most."""
    wanted: dict[str, set[int]] = {}
    for span in (*(each.span for each in findings), *(each.span for each in problems)):
        wanted.setdefault(span.path, set()).add(span.line)
    lines = {path: sources[path].lines(numbers) for path, numbers in wanted.items() if path in sources}
    masks: dict[tuple[str, int], list[Span]] = {}
    for path in lines:
        for span in secrets.get(path, ()):
            masks.setdefault((path, span.line), []).append(span)

    def place(each: Placed) -> Placed:
        span = each.span
        text = lines.get(span.path, {}).get(span.line)
        if text is None or not text.strip():
            return each
        return each.model_copy(update={"snippet": snippet(text, span, masks.get((span.path, span.line), ()))})

    return [place(each) for each in findings], [place(each) for each in problems]


def snippet(line: str, span: Span, secrets: Iterable[Span]) -> Snippet:
    """A line cut around a place, with `*` for every character of a secret."""
    for secret in secrets:
        start = secret.column - 1
        line = line[:start] + "*" * len(line[start : start + secret.length]) + line[start + secret.length :]
    line = _SECRET_WORDS.sub(lambda match: match[1] + "*" * len(match[2]), line).replace("\t", " ")
    column = min(span.column, len(line) + 1)
    start = 0
    if len(line) > WIDTH:
        start = max(0, min(column - 1 - _BEFORE, len(line) - WIDTH))
    else:
        start = len(line) - len(line.lstrip())
        start = min(start, column - 1)
    text = line[start : start + WIDTH].rstrip()
    column -= start
    length = max(1, min(span.length, len(text) - column + 1))
    return Snippet(text=text, column=column, length=length)
