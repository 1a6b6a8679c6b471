"""The lines that findings and problems point to: fetched once, secrets masked, cut to a readable width."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from ipseclint.engine.keys import Keys, MaskedLine
from ipseclint.finding import Finding, Problem, ProblemCode, Snippet
from ipseclint.secrets import without_lookalikes
from ipseclint.source import Source, Span

WIDTH = 160
"""The most characters of a line that are shown."""

_BEFORE = 60
"""How many characters before the place stay when a line is cut."""

Placed = TypeVar("Placed", Finding, Problem)


_WITHOUT_LINE = frozenset({ProblemCode.NO_POLICY, ProblemCode.UNREADABLE})
"""Problems with the whole of an input, of which no line says anything."""

_HIDING = _WITHOUT_LINE | {ProblemCode.MALFORMED}
_MARKUP = re.compile(r"\s*[<{[\"]|\s*(?:Windows Registry|REGEDIT|HKEY_)", re.IGNORECASE)


def with_snippets(
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    sources: Mapping[str, Source],
    keys: Keys,
) -> tuple[list[Finding], list[Problem]]:
    """The same findings and problems, each with the line it points to. Each source is read once at most.

    A line that breaks the rules of a markup, of JSON or of a registry export is not shown: what stood before a key
    and would tell that it is one may be lost.
    """
    wanted: dict[str, set[int]] = {}
    every: list[Finding | Problem] = [*findings, *problems]
    for placed in every:
        if placed.span.path in sources and _is_shown(placed, sources[placed.span.path]):
            wanted.setdefault(placed.span.path, set()).add(placed.span.line)
    doubtful = {(problem.span.path, problem.span.line) for problem in problems}
    lines = {path: sources[path].lines(numbers) for path, numbers in wanted.items()}

    def place(placed: Placed) -> Placed:
        span = placed.span
        text = lines.get(span.path, {}).get(span.line)
        if not text or not text.strip() or not _is_shown(placed, sources[span.path]):
            return placed
        line = keys.line(span.path, span.line, text)
        if (span.path, span.line) in doubtful:
            line = MaskedLine(without_lookalikes(line.text), line.moved)
        return placed.model_copy(update={"snippet": snippet(line, span)})

    return [place(finding) for finding in findings], [place(problem) for problem in problems]


def _is_shown(placed: Finding | Problem, source: Source) -> bool:
    if not isinstance(placed, Problem) or placed.code not in _HIDING:
        return True
    return placed.code is ProblemCode.MALFORMED and _MARKUP.match(source.head_text) is None


def snippet(line: MaskedLine, span: Span) -> Snippet:
    """A line cut around a place."""
    begin, end = line.column(span.column), line.column(span.column + span.length)
    shown = line.text.replace("\t", " ")
    column = min(begin, len(shown) + 1)
    start = 0
    if len(shown) > WIDTH:
        start = max(0, min(column - 1 - _BEFORE, len(shown) - WIDTH))
    else:
        start = len(shown) - len(shown.lstrip())
        start = min(start, column - 1)
    text = shown[start : start + WIDTH].rstrip()
    column -= start
    length = max(1, min(end - begin, len(text) - column + 1))
    return Snippet(text=text, column=column, length=length)
