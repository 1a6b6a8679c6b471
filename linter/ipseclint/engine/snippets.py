"""The lines that findings and problems point to: fetched once, secrets masked, cut to a readable width."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from ipseclint.finding import Finding, Problem, Snippet
from ipseclint.source import Source, Span

WIDTH = 160
"""The most characters of a line that are shown."""

SHORTEST_KEY = 6
"""A key shorter than this is masked at its own place alone: masking it everywhere would mask ordinary words."""

_BEFORE = 60
"""How many characters before the place stay when a line is cut."""

_SECRET_WORDS = re.compile(
    r"(?i)(\b(?:auth1psk|psk|ps|presharedkey|shkey)[\"']?\s*[=:>]\s*)(\"[^\"]*\"?|'[^']*'?|[^\s<,;|]+)"
)
"""What looks like a key although the reader did not take it for one, as on a line it did not understand."""

_FEW = 8
"""Up to so many keys are looked for one by one."""

Placed = TypeVar("Placed", Finding, Problem)


@dataclass(frozen=True)
class Keys:
    """The texts of keys, each at least SHORTEST_KEY long, to be masked wherever they stand."""

    texts: frozenset[str] = frozenset()

    @cached_property
    def _by_beginning(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for each in self.texts:
            found.setdefault(each[:SHORTEST_KEY], []).append(each)
        return found

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where keys begin and end."""
        if len(self.texts) <= _FEW and not any(each in text for each in self.texts):
            return
        for start in range(len(text) - SHORTEST_KEY + 1):
            for key in self._by_beginning.get(text[start : start + SHORTEST_KEY], ()):
                if text.startswith(key, start):
                    yield start, start + len(key)

    def scrubbed(self, text: str) -> str:
        """Text with `*` for every character of a key."""
        shown = text
        for start, end in self._places(text):
            shown = shown[:start] + "*" * (end - start) + shown[end:]
        return shown


def with_snippets(
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    sources: Mapping[str, Source],
    secrets: Mapping[str, Iterable[Span]],
) -> tuple[list[Finding], list[Problem]]:
    """The same findings and problems, each with the line it points to. Each source is read once at most.

    A key that also stands where no reader looks for one, as in a message about a misplaced word, is masked
    there too.
    """
    wanted: dict[str, set[int]] = {}
    keys_at = {path: tuple(spans) for path, spans in secrets.items()}
    places = [each.span for each in findings] + [each.span for each in problems]
    for span in (*places, *(span for spans in keys_at.values() for span in spans)):
        wanted.setdefault(span.path, set()).add(span.line)
    lines = {path: sources[path].lines(numbers) for path, numbers in wanted.items() if path in sources}
    masks: dict[tuple[str, int], list[Span]] = {}
    texts: set[str] = set()
    for path, spans in keys_at.items():
        texts |= _texts(lines.get(path, {}), spans)
        for span in spans:
            masks.setdefault((path, span.line), []).append(span)
    keys = Keys(frozenset(texts))

    def place(each: Placed) -> Placed:
        span = each.span
        update: dict[str, object] = {}
        message = keys.scrubbed(each.message)
        if message != each.message:
            update["message"] = message
        text = lines.get(span.path, {}).get(span.line)
        if text is not None and text.strip():
            cut = snippet(text, span, masks.get((span.path, span.line), ()))
            update["snippet"] = cut.model_copy(update={"text": keys.scrubbed(cut.text)})
        return each.model_copy(update=update) if update else each

    return [place(each) for each in findings], [place(each) for each in problems]


def keys_of(source: Source, secrets: Iterable[Span]) -> Keys:
    """The texts of the keys in a source and its members that are long enough to be masked everywhere."""
    spans = tuple(secrets)
    found: set[str] = set()
    for each in source.all:
        own = [span for span in spans if span.path == each.path]
        found |= _texts(each.lines({span.line for span in own}), own)
    return Keys(frozenset(found))


def _texts(lines: Mapping[int, str], spans: Iterable[Span]) -> set[str]:
    texts = (lines.get(span.line, "")[span.column - 1 : span.column - 1 + span.length] for span in spans)
    return {key for text in texts if len(key := text.strip("\"'")) >= SHORTEST_KEY}


def masked(line: str, secrets: Iterable[Span]) -> str:
    """A line with `*` for every character of a secret, and of what looks like one."""
    for secret in secrets:
        start = secret.column - 1
        line = line[:start] + "*" * len(line[start : start + secret.length]) + line[start + secret.length :]
    return _SECRET_WORDS.sub(lambda match: match[1] + "*" * len(match[2]), line)


def snippet(line: str, span: Span, secrets: Iterable[Span]) -> Snippet:
    """A line cut around a place, with `*` for every character of a secret."""
    line = masked(line, secrets).replace("\t", " ")
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
