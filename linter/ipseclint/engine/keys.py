"""The gate for keys: no text of an input that holds one goes past it, into the model or into a line that is shown."""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from ipseclint.finding import Problem
from ipseclint.formats.parsed import Parsed
from ipseclint.model.setting import Secret
from ipseclint.secrets import MASK, MIN_KEY_CHARACTERS, is_telling, key_places, lookalikes, merged
from ipseclint.source import Source, Span

_QUOTED = re.compile(r"`[^`]*`?")
"""A piece of the input in a message: the rest of the message is ours."""


@dataclass(frozen=True)
class MaskedLine:
    """A line as it may be shown, and where its columns have gone."""

    text: str
    moved: tuple[tuple[int, int], ...] = ()

    def column(self, column: int) -> int:
        """Where a column of the line stands in the text, both from 1; of a key, where its mask begins."""
        shift = 0
        for begin, end in self.moved:
            if column - 1 < begin:
                break
            if column - 1 < end:
                return begin + shift + 1
            shift += len(MASK) - (end - begin)
        return column + shift


@dataclass(frozen=True)
class Keys:
    """The keys of inputs: their places, and the texts to be masked wherever they stand."""

    texts: frozenset[str] = frozenset()
    places: Mapping[tuple[str, int], Sequence[tuple[int, int]]] = field(default_factory=dict)

    def hidden(self, text: str) -> str:
        """Text with a mask for every key."""
        return _masked(text, merged(self._places(text))) if self.texts else text

    def line(self, path: str, number: int, text: str) -> MaskedLine:
        """A line of an input with a mask for every key."""
        known = self.places.get((path, number), ())
        inside = ((begin, min(end, len(text))) for begin, end in known if begin < len(text))
        places = merged([*inside, *self._places(text)])
        return MaskedLine(_masked(text, places), tuple(places))

    def without(self, parsed: Parsed) -> Parsed:
        """What was read, with a mask for every key in its texts.

        Of a problem's message only what it quotes is looked at. What looks like a key there, and was not understood,
        is masked wherever it stands.
        """
        quoted = (match[0] for problem in parsed.problems for match in _QUOTED.finditer(problem.message))
        suspects = frozenset(token for text in quoted for token in lookalikes(text))
        keys = dataclasses.replace(self, texts=self.texts | suspects)
        if not keys.texts:
            return parsed
        result: Parsed = keys._of_parts(parsed)  # noqa: SLF001 - another of the same kind
        return dataclasses.replace(result, problems=tuple(map(keys._problem, parsed.problems)))  # noqa: SLF001

    def source(self, source: Source) -> Source:
        """The source, known by a path without keys."""
        members = tuple(map(self.source, source.members))
        path = self.hidden(source.path)
        return source if path == source.path else dataclasses.replace(source, path=path, members=members)

    def _without(self, value: Any) -> Any:
        match value:
            case Enum():
                return value
            case str():
                return self.hidden(value)
            case Span() | Secret() | bool() | int() | float() | None:
                return value
        return self._of_parts(value)

    def _problem(self, problem: Problem) -> Problem:
        message = _QUOTED.sub(lambda match: self.hidden(match[0]), problem.message)
        return problem if message == problem.message else problem.model_copy(update={"message": message})

    def _of_parts(self, value: Any) -> Any:
        match value:
            case BaseModel():
                changed = self._changed({name: getattr(value, name) for name in type(value).model_fields})
                return value.model_copy(update=changed) if changed else value
            case dict():
                return {self._without(name): self._without(part) for name, part in value.items()}
            case tuple() if (names := getattr(value, "_fields", None)) is not None:
                before = dict(zip(names, value, strict=True))
                changed = self._changed(before)
                return type(value)(*(before | changed).values()) if changed else value
            case tuple() | list() | frozenset() | set():
                parts = [self._without(part) for part in value]
                return value if all(map(operator.is_, parts, value)) else type(value)(parts)
            case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
                changed = self._changed({part.name: getattr(value, part.name) for part in dataclasses.fields(value)})
                return dataclasses.replace(value, **changed) if changed else value
        return value

    def _changed(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        after = {name: self._without(part) for name, part in parts.items()}
        return {name: part for name, part in after.items() if part is not parts[name]}

    @cached_property
    def _by_beginning(self) -> Mapping[str, Sequence[str]]:
        by_beginning: dict[str, list[str]] = {}
        for text in self.texts:
            by_beginning.setdefault(text[:MIN_KEY_CHARACTERS], []).append(text)
        return by_beginning

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        if len(self.texts) <= _FEW and not any(key in text for key in self.texts):
            return
        for start in range(len(text) - MIN_KEY_CHARACTERS + 1):
            for key in self._by_beginning.get(text[start : start + MIN_KEY_CHARACTERS], ()):
                if text.startswith(key, start):
                    yield start, start + len(key)


_FEW = 8
"""Up to so many keys are looked for one by one."""


def find_keys(sources: Iterable[Source], known: Iterable[Span] = ()) -> Keys:
    """The keys that stand in sources and their members, and those whose places a reader knows beside."""
    texts: set[str] = set()
    places: dict[tuple[str, int], list[tuple[int, int]]] = {}
    all_known = list(known)
    for source in sources:
        key_spans, telling = key_places(source)
        texts |= telling
        for part in source.all:
            own = [span for span in all_known if span.path == part.path]
            lines = part.lines({span.line for span in own})
            for span in own:
                text = lines.get(span.line, "")[span.column - 1 : span.column - 1 + span.length].strip(" \"'")
                if is_telling(text):
                    texts.add(text)
            key_spans += own
        for span in key_spans:
            places.setdefault((span.path, span.line), []).append((span.column - 1, span.column - 1 + span.length))
    return Keys(frozenset(texts), places)


def _masked(text: str, places: Iterable[tuple[int, int]]) -> str:
    parts, at = [], 0
    for begin, end in places:
        parts += [text[at:begin], MASK]
        at = end
    return "".join([*parts, text[at:]])
