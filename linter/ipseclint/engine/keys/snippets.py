"""The lines that findings and problems point to: fetched once, keys masked, cut to a readable width."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from ipseclint.engine.keys.gate import Keys, MaskedLine
from ipseclint.engine.unread.text_windows import Window, text_windows
from ipseclint.finding import Finding, Problem, ProblemCode, Snippet
from ipseclint.late import late
from ipseclint.secrets.masks import lookalike_places
from ipseclint.secrets.names import may_head_keys, may_name_key, names_key
from ipseclint.source import Place, Source, Span

WIDTH = 160
"""The most characters of a shown line."""

_BEFORE = 60
"""How many characters before the place are kept when a line is cut."""

Placed = TypeVar("Placed", Finding, Problem)


_WITHOUT_LINE = frozenset({ProblemCode.NO_POLICY, ProblemCode.UNREADABLE})
"""Problems of a whole input, for which no line is shown."""

_HIDING = _WITHOUT_LINE | {ProblemCode.MALFORMED}
_MARKUP = late(
    r"\s*(?!\[(?:Unicode|Version|Registry Values|Service General Setting|System Access)\])[<{[\"]"
    r"|\s*(?:Windows Registry|REGEDIT|HKEY_)",
    re.IGNORECASE,
)
"""How markup, JSON and registry exports begin; a section of a security template is none."""


def with_snippets(
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    sources: Mapping[str, Source],
    keys: Keys,
) -> tuple[list[Finding], list[Problem]]:
    """The same findings and problems, each with the line it points to. Each source is read at most once.

    A line that breaks the syntax of a markup, of JSON or of a registry export is not shown, since the word that marks a
    key may be lost. Nor is a line that was not understood and names a key, or may, that was not found, nor one below
    the head of a table that may name one.
    """
    wanted: dict[str, set[Place]] = {}
    every: list[Finding | Problem] = [*findings, *problems]
    for placed in every:
        if placed.span.path in sources and _is_shown(placed, sources[placed.span.path]):
            wanted.setdefault(placed.span.path, set()).add((placed.span.line, placed.span.column))
    refused = [finding for finding in findings if finding.subject.kind == "refused_command"]
    spans = [problem.span for problem in problems] + [finding.span for finding in refused]
    doubtful = {(span.path, span.line) for span in spans}
    windows = {path: text_windows(sources[path], places) for path, places in wanted.items()}
    if keys.places or doubtful:
        from ipseclint.engine.keys.rests import with_rests  # most inputs have neither

        keys = with_rests(keys, sources, windows, doubtful)

    tables = {path for path in {span.path for span in spans} & wanted.keys() if _may_list_keys(sources[path])}
    shown: dict[tuple[str, int, Window], MaskedLine | None] = {}

    def masked(path: str, line: int, window: Window) -> MaskedLine | None:
        """A line with its keys masked; None if it may hold one that was not found."""
        whole = keys.line(path, line, window.text, window.column)
        if (path, line) not in doubtful:
            return whole
        if not whole.moved and (path in tables or names_key(window.text) or may_name_key(window.text)):
            return None
        return whole.without(lookalike_places(whole.text, 0, len(whole.text)))

    def place(placed: Placed) -> Placed:
        span = placed.span
        window = windows.get(span.path, {}).get((span.line, span.column))
        if window is None or not window.text.strip() or not _is_shown(placed, sources[span.path]):
            return placed
        at = (span.path, span.line, window)  # whole: the first two of a line begin alike, and end elsewhere
        if at not in shown:
            shown[at] = masked(*at)
        line = shown[at]
        return placed if line is None else replace(placed, snippet=snippet(line, span, window.column))

    return [place(keys.finding(finding)) for finding in findings], [place(problem) for problem in problems]


def _may_list_keys(source: Source) -> bool:
    """Whether there may be a table with a column of keys whose name is not found."""
    return any(map(may_head_keys, source.head_lines.splitlines()))


def _is_shown(placed: Finding | Problem, source: Source) -> bool:
    if not isinstance(placed, Problem) or placed.code not in _HIDING:
        return True
    return placed.code is ProblemCode.MALFORMED and _MARKUP.match(source.head_text) is None


def snippet(line: MaskedLine, span: Span, first_column: int = 1) -> Snippet:
    """A line, or the piece of it that begins at a column, cut around a place."""
    column = span.column - first_column + 1
    begin, end = line.column(column), line.column(column + span.length)
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
