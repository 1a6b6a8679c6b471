"""The rests of keys on lines that are shown: of what is beside a key there, only what is known to be none is shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import accumulate

from msgspec.structs import replace

from ipseclint.engine.keys.gate import QUOTED, Keys, joined
from ipseclint.engine.unread.text_windows import Window, text_windows
from ipseclint.finding import Problem
from ipseclint.formats.parsed import Parsed
from ipseclint.secrets.rests import (
    masked_words,
    may_name_keys,
    rests_below,
    rests_beside,
    rests_glued,
    words_of,
    words_within,
)
from ipseclint.source import Place, Source

_BELOW = 2
"""On so many lines below a key its rest is looked for."""

Line = tuple[str, int]
"""A path and the number of a line."""
Windows = Mapping[Place, Window]
"""The windows of some places."""


def unsaid_rests(keys: Keys, source: Source, parsed: Parsed) -> Parsed:
    """The result of parsing, whose problems quote nothing that may be the rest of a key on their line."""
    key_places = _KeyPlaces(keys)
    texts: dict[Line, set[str]] = {}
    for part in source.all:
        own = {(span.line, span.column) for each in parsed.problems if (span := each.span).path == part.path}
        doubtful = {(part.path, line) for line, _ in own}
        for at, window, places in _rests_in(part, keys, text_windows(part, own), doubtful):
            words = {window.text[begin:end] for begin, end in places}
            texts.setdefault(at, set()).update(words, words_within(window.text, key_places.within(at, window)))
    return replace(parsed, problems=tuple(_said(each, texts) for each in parsed.problems)) if texts else parsed


def _said(problem: Problem, texts: Mapping[Line, Container[str]]) -> Problem:
    rests = texts.get((problem.span.path, problem.span.line))
    if rests is None:
        return problem
    message = QUOTED.sub(lambda quotation: masked_words(quotation[0], rests), problem.message)
    return problem if message == problem.message else problem.model_copy(update={"message": message})


def with_rests(
    keys: Keys, sources: Mapping[str, Source], shown: Mapping[str, Windows], doubtful: Container[Line]
) -> Keys:
    """The keys, with the places of what may be their rests on the lines that are shown."""
    places: dict[Line, list[Place]] = {}
    for path, windows in shown.items():
        for at, window, rests in _rests_in(sources[path], keys, windows, doubtful):
            first = window.column - 1
            places.setdefault(at, []).extend((first + begin, first + end) for begin, end in rests)
    return joined([keys, Keys(places=places)]) if places else keys


def _rests_in(
    source: Source, keys: Keys, windows: Windows, doubtful: Container[Line]
) -> Iterator[tuple[Line, Window, list[Place]]]:
    """The rests of keys on the lines of some places, by the window in which each was found.

    Below a key they are looked for on lines alone that were not understood.
    """
    own = {line for path, line in keys.places if path == source.path}
    own.update(_lines_of_names(source, [line for line, _ in windows if (source.path, line) in doubtful]))
    lines = {line + below for line in own for below in range(_BELOW + 1)}
    beside = {
        (line, window) for (line, _), window in windows.items() if line in lines or (source.path, line) in doubtful
    }
    known = _words_elsewhere(source, lines.union(line for line, _ in beside)) if beside else set()
    key_places = _KeyPlaces(keys)
    for line, window in beside:
        at = (source.path, line)
        places: list[Place] = []
        if at in keys.places:
            places += rests_beside(window.text, key_places.within(at, window), known)
        elif at in doubtful:
            places += rests_below(window.text, known) if line in lines else rests_glued(window.text, known)
        if places or at in keys.places:
            yield at, window, places


def _lines_of_names(source: Source, doubtful: Sequence[int]) -> Iterator[int]:
    """The lines with a name of a key, at the start of an input, that are above some which were not understood."""
    if not (doubtful and may_name_keys(source.head_text)):
        return
    text = source.head_text.split("\n")
    above = {line - up for line in doubtful for up in range(1, _BELOW + 1)}
    yield from (line for line in above if 0 < line <= len(text) and may_name_keys(text[line - 1]))


def _words_elsewhere(source: Source, lines: Container[int]) -> set[str]:
    """The words at the start of an input on other lines than these."""
    others = (line for number, line in enumerate(source.head_text.split("\n"), 1) if number not in lines)
    return {word for line in others for word in words_of(line)}


class _KeyPlaces:
    """The places of keys, to be asked for those in a window: a long line has many windows, and few keys in each."""

    def __init__(self, keys: Keys) -> None:
        self._of_line = keys.places
        self._sorted: dict[Line, tuple[list[Place], list[int]]] = {}

    def within(self, at: Line, window: Window) -> list[Place]:
        """The places of a line that are in a window of it, counted from its begin."""
        if at not in self._sorted:
            places = sorted(self._of_line.get(at, ()))
            self._sorted[at] = places, list(accumulate((end for _, end in places), max))
        places, ends = self._sorted[at]
        first, characters = window.column - 1, len(window.text)
        near = places[bisect_right(ends, first) : bisect_left(places, (first + characters,))]
        return [(max(0, begin - first), min(end - first, characters)) for begin, end in near if end > first]
