"""The gate for keys: it masks them in every text of an input, before the text reaches the model or a shown line."""

from __future__ import annotations

import dataclasses
import operator
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from types import NoneType
from typing import Any, TypeVar

from msgspec import Struct, field, json
from msgspec.structs import replace
from pydantic import BaseModel

from ipseclint.engine.keys.search import KeySearch, search_for
from ipseclint.engine.unread.text_windows import text_windows
from ipseclint.finding import Finding, Problem, Snippet
from ipseclint.formats.parsed import Parsed
from ipseclint.late import late
from ipseclint.model.setting import Secret
from ipseclint.model.settings import RefusedCommand
from ipseclint.model.values import Frozen
from ipseclint.secrets import key_places, keys_in
from ipseclint.secrets.masks import MASK, assigned_in, is_telling, lookalikes, without_assigned, without_rest
from ipseclint.secrets.names import NAME, names_key
from ipseclint.secrets.places import merged
from ipseclint.source import BINARY_SIGNATURES, Source, Span

Model = TypeVar("Model", bound=Frozen)
Value = TypeVar("Value")

_BEGIN, _END = operator.itemgetter(0), operator.itemgetter(1)

QUOTED = late(r"`[^`]*`?|<[^<>`]*>")
"""A quotation of the input in a message: the rest of the message is ours."""
_NAMED = late(r"\"[^\"]*\"")
"""The name of an object in the message of a finding."""
_BEFORE_A_KEY = late(
    rf"(?>{NAME.pattern}|\bkey)(?=\W++\w)|\A\s*+(?=\S*[.:@])[\w.:@*-]{{3,64}}(?=\s++\S++\s*+\Z)", re.IGNORECASE
)
"""The name of a key in a sentence, or an identity in a line of two words, as a file of keys has them."""
_SEPARATOR = late(r"[\\/]")
_ENDING = late(r"\.\w{1,8}\Z")
_WELL_QUOTED = late(r"(?:[^`]*(?<![^\s(])`[^`]*`(?![^\s.,;:)]))*[^`]*(?:(?<![^\s(])`[^`]*)?")
"""A message whose quotations are certain: not if a quotation itself holds a backtick."""


class MaskedLine(Struct, frozen=True, dict=True):
    """A masked line, with the shift of its columns."""

    text: str
    moved: tuple[tuple[int, int], ...] = ()

    def column(self, column: int) -> int:
        """The column in the masked text of a column of the line, both from 1; within a key, the begin of its mask."""
        shift = 0
        for begin, end in self.moved:
            if column - 1 < begin:
                break
            if column - 1 < end:
                return begin + shift + 1
            shift += len(MASK) - (end - begin)
        return column + shift

    def without(self, places: Iterable[tuple[int, int]]) -> MaskedLine:
        """The line with more places of its masked text masked, which are in order."""
        found = list(places)
        ends = self._columns_of_line(end for place in found for end in place)
        moved = merged([*self.moved, *zip(ends, ends, strict=True)])
        return MaskedLine(_masked(self.text, found), tuple(moved)) if found else self

    def _columns_of_line(self, columns: Iterable[int]) -> Iterator[int]:
        """The columns in the line of columns in the masked text, in order and from 0."""
        shift = at = 0
        for column in columns:
            while at < len(self.moved) and self.moved[at][0] + shift < column:
                begin, end = self.moved[at]
                shift += len(MASK) - (end - begin)
                at += 1
            yield column - shift


class Keys(Struct, frozen=True, dict=True):
    """The keys of inputs: their texts, to be masked anywhere, and their places in lines, sorted and without overlap.

    JSON may hold all of them in one line.
    """

    texts: frozenset[str] = frozenset()
    places: Mapping[tuple[str, int], Sequence[tuple[int, int]]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Keys({len(self.texts)} texts)"

    def hidden(self, text: str) -> str:
        """The text with every key masked. Texts repeat where hosts are alike, so each is searched once."""
        if not self.texts or text in self._clean:
            return text
        masked = _masked(text, merged(self._search.places(text)))
        if masked == text and len(text) <= _SHORT and len(self._clean) < _REMEMBERED:
            self._clean.add(text)
        return masked

    def line(self, path: str, number: int, text: str, column: int = 1) -> MaskedLine:
        """A line of an input, or the piece of it that begins at a column, with every key masked."""
        known = self.places.get((path, number), ())
        first, last = column - 1, column - 1 + len(text)
        known = known[bisect_right(known, first, key=_END) : bisect_left(known, last, key=_BEGIN)]
        inside = ((max(begin, first) - first, min(end, last) - first) for begin, end in known)
        places = merged([*inside, *self._search.places(text)])
        return MaskedLine(_masked(text, places), tuple(places))

    def has(self, span: Span) -> bool:
        """Whether a place is within that of a key."""
        known = self.places.get((span.path, span.line), ())
        first, last = span.column - 1, span.column - 1 + span.length
        at = bisect_right(known, first, key=_END)
        return at < len(known) and known[at][0] <= first and last <= known[at][1]

    def without(self, parsed: Parsed) -> Parsed:
        """The result of parsing with every key masked in its texts.

        In the message of a problem only the quotations are searched, if these are certain. Text there, or in the reason
        of a refused command, that looks like a key and was not understood is masked anywhere.
        """
        messages = [problem.message for problem in parsed.problems]
        for command in parsed.policy.refused_commands:
            messages += [command.reason, *(reason for reason, _ in command.more)]
        quoted = (part for message in messages for part in _quoted_in(message))
        suspects = frozenset(token for text in quoted for token in lookalikes(text))
        keys = replace(self, texts=self.texts | suspects)
        unread = tuple((without_rest(name), number) for name, number in parsed.unread)
        parsed = parsed if unread == parsed.unread else replace(parsed, unread=unread)
        if not keys.texts and not keys.places:
            return parsed
        result = keys.of_any(parsed)
        refused = tuple(map(keys.refusal, result.policy.refused_commands))
        if not all(map(operator.is_, refused, result.policy.refused_commands)):
            result = replace(result, policy=result.policy.model_copy(update={"refused_commands": refused}))
        return replace(result, problems=tuple(map(keys.problem, parsed.problems)))

    def refusal(self, command: RefusedCommand) -> RefusedCommand:
        """A refused command, whose reasons quote nothing of a key that stands at their places."""
        reason = self._at(command.span, command.reason)
        more = tuple((self._at(span, reason), span) for reason, span in command.more)
        if (reason, more) == (command.reason, command.more):
            return command
        return command.model_copy(update={"reason": reason, "more": more})

    def finding(self, finding: Finding) -> Finding:
        """A finding whose message names nothing that is a part of a key at its place, however short."""
        message = self._at(finding.span, finding.message, _NAMED)
        return finding if message == finding.message else replace(finding, message=message)

    def _at(self, span: Span, message: str, quotations: re.Pattern[str] = QUOTED) -> str:
        """A message about a place, without what it quotes of a key if the place is within one: a part may be short.

        A quotation is of the place if it is as long, apart from quotation marks in it.
        """
        if not self.has(span):
            return message

        def without(quotation: re.Match[str]) -> str:
            text = quotation[0]
            is_of_it = 0 <= span.length + 2 - len(text) <= 2
            return f"{text[0]}{MASK}{text[-1]}" if is_of_it else text

        return quotations.sub(without, message)

    def source(self, source: Source) -> Source:
        """The source, under a path with every key masked."""
        members = tuple(map(self.source, source.members))
        path = self.path(source.path)
        if path == source.path and all(map(operator.is_, members, source.members)):
            return source
        return replace(source, path=path, members=members)

    def path(self, path: str) -> str:
        """A path with every key masked; each is computed once."""
        if path not in self._paths:
            self._paths[path] = self.hidden(path)
        return self._paths[path]

    def parts(self, value: Model, names: Iterable[str]) -> Model:
        """A frozen value with every key masked in some of its fields."""
        changed = self._changed(value, names)
        return value.model_copy(update=changed) if changed else value

    def of_any(self, value: Value) -> Value:
        """A plain or frozen value with every key masked."""
        masked: Value = self._without(value)
        return masked

    def may_be_in(self, data: bytes) -> bool:
        """Whether a key, or the rest of one, may stand in packed data, which need not be unpacked."""
        return self._search.may_be_in_packed(data)

    def problem(self, problem: Problem) -> Problem:
        """A problem with every key masked in its place and in the quotations of its message."""
        message = self._at(problem.span, problem.message)
        if _WELL_QUOTED.fullmatch(message):
            message = QUOTED.sub(lambda match: self.hidden(match[0]), message)
        else:
            message = self.hidden(message)
        span = self._without(problem.span)
        snippet = problem.snippet and self.snippet(problem.snippet)
        if message == problem.message and span is problem.span and snippet is problem.snippet:
            return problem
        return problem.model_copy(update={"message": message, "span": span, "snippet": snippet})

    def snippet(self, snippet: Snippet) -> Snippet:
        """A shown line of any input with every key masked, and the place in it that is meant."""
        line = self.line("", 0, snippet.text)
        if not line.moved:
            return snippet
        begin, end = line.column(snippet.column), line.column(snippet.column + snippet.length)
        return Snippet(text=line.text, column=begin, length=max(1, end - begin))

    def _without(self, value: Any) -> Any:
        names = _FIELDS[type(value)]
        if names is None:
            return value
        if names:
            changed = self._changed(value, names)
            return _replaced(value, changed) if changed else value
        match value:
            case str():
                return self.hidden(value)
            case dict():
                return {self._without(name): self._without(part) for name, part in value.items()}
            case tuple() | list() | frozenset() | set():
                if isinstance(value, tuple) and len(value) >= _MANY and self._are_clean(value):
                    return value
                parts = [self._without(part) for part in value]
                return value if all(map(operator.is_, parts, value)) else type(value)(parts)
        return value

    def _are_clean(self, values: Sequence[object]) -> bool:
        """Whether no text in many values can hold a key: they are searched as JSON, which is quick."""
        parts = (values[at : at + _MANY] for at in range(0, len(values), _MANY))
        try:
            texts = (json.encode(part, enc_hook=_in_json) for part in parts)
            return not any(map(self._search.may_be_in_json, texts))
        except (TypeError, ValueError, OverflowError):
            return False  # values, or keys, of which msgspec makes no JSON

    def _changed(self, value: Any, names: Iterable[str]) -> dict[str, Any]:
        if isinstance(value, Span):
            path = self.path(value.path)
            return {} if path == value.path else {"path": path}
        changed = {}
        for name in names:
            part = getattr(value, name)
            if _FIELDS[type(part)] is not None and (after := self._without(part)) is not part:
                changed[name] = after
        return changed

    @cached_property
    def _search(self) -> KeySearch:
        return search_for(self.texts)

    @cached_property
    def _clean(self) -> set[str]:
        return set()

    @cached_property
    def _paths(self) -> dict[str, str]:
        return {}


_SHORT, _REMEMBERED = 500, 10_000
"""The longest text, and the most texts, remembered as free of keys: a few megabytes."""

_MANY = 100
"""How many values are first searched together."""


def _quoted_in(message: str) -> Iterator[str]:
    """The quotations of the input in a message; all of the message where they are not certain."""
    if not _WELL_QUOTED.fullmatch(message):
        yield message
    else:
        yield from (match[0] for match in QUOTED.finditer(message))


def find_keys(source: Source) -> Keys:
    """The keys in the texts of a source and its members, whatever format reads them, and in their paths.

    Raises TooManyKeysError.
    """
    spans, texts = key_places(source)
    return _placed(texts | _keys_in_paths(source), spans)


def keys_of_paths(source: Source) -> Keys:
    """The keys in the paths of a source and its members."""
    return _placed(_keys_in_paths(source), ())


def _keys_in_paths(source: Source) -> set[str]:
    return {key for part in source.all for key in _keys_in_path(part.path) if is_telling(key)}


def _keys_in_path(path: str) -> Iterator[str]:
    """The keys in the names that a path is made of, each without its ending, as in `PSK is Sommer7.txt`."""
    yield from assigned_in(path)
    if names_key(path):
        names = (_ENDING.sub("", name) for name in _SEPARATOR.split(path))
        yield from (key for name in names for key in keys_in(name)[1])


def hidden(text: str) -> str:
    """A text without context, such as a word of a command line, with every key masked."""
    places, texts = keys_in(text)
    return without_assigned(Keys(frozenset(texts)).hidden(_masked(text, places)))


def hidden_text(text: str) -> str:
    """A text that somebody asks about, with every key masked, and with a mask for what may be one that is not found."""
    shown = hidden(text)
    named = _BEFORE_A_KEY.search(text) if shown == text and "\n" not in text else None
    return shown if named is None else f"{text[: named.end()]} {MASK}"


def hidden_from(message: str, words: Iterable[str]) -> str:
    """A message of ours with every key masked that stands in the words of a command line, which it may repeat."""
    texts = frozenset[str]().union(*(keys_in(word)[1] for word in words))
    return without_assigned(Keys(texts).hidden(message))


def with_known(keys: Keys, source: Source, known: Sequence[Span], read: Iterable[str]) -> Keys:
    """The keys, with those whose places in the source a reader knows, and those that it `read`, which may stand
    nowhere.

    Of a place that is among those of the keys it was told what to mask elsewhere: what is in doubt there is not.
    """
    texts = {text.strip() for text in read}
    for part in source.all:
        own = [span for span in known if span.path == part.path and not keys.has(span)]
        texts |= {text.strip(" \"'") for text in _texts_at(part, own)} if own else set()
    return joined([keys, _placed(filter(is_telling, texts), known)])


def joined(several: Iterable[Keys]) -> Keys:
    """The keys of several inputs together. Their places are given by masked paths."""
    all_keys = list(several)
    result = Keys(frozenset[str]().union(*(keys.texts for keys in all_keys)), {})
    places: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for keys in all_keys:
        for (path, line), of_line in keys.places.items():
            places.setdefault((result.path(path), line), []).extend(of_line)
    return Keys(result.texts, {at: merged(of_line) for at, of_line in places.items()})


def _placed(texts: Iterable[str], spans: Iterable[Span]) -> Keys:
    written = frozenset(texts)
    folded = {fold(text) for text in written for fold in (str.lower, str.upper)}  # as readers and scripts do
    result = Keys(written | folded)
    places: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for span in spans:
        at = (result.path(span.path), span.line)
        places.setdefault(at, []).append((span.column - 1, span.column - 1 + span.length))
    return Keys(result.texts, {at: merged(of_line) for at, of_line in places.items()})


def _texts_at(part: Source, spans: Sequence[Span]) -> Iterator[str]:
    """The texts at some places; in a binary input, bytes of UTF-16 text."""
    if part.head.startswith(BINARY_SIGNATURES):
        with part.open_bytes() as stream:
            for span in spans:
                stream.seek(span.column - 1)
                yield stream.read(span.length).decode("utf-16-le", errors="replace").rstrip("\0")
        return
    windows = text_windows(part, ((span.line, span.column) for span in spans))
    for span in spans:
        if window := windows.get((span.line, span.column)):
            begin = span.column - window.column
            yield window.text[begin : begin + span.length]


class _Fields(dict[type, Sequence[str] | None]):
    """The fields of each type of value, none if it is no record; None: it holds no text."""

    def __missing__(self, kind: type) -> Sequence[str] | None:
        self[kind] = names = self._names(kind)
        return names

    @staticmethod
    def _names(kind: type) -> Sequence[str] | None:
        if issubclass(kind, int | float | NoneType | Secret | Enum):
            return None
        if issubclass(kind, Struct):
            return kind.__struct_fields__
        if issubclass(kind, BaseModel):
            return tuple(kind.model_fields)
        if dataclasses.is_dataclass(kind):
            return tuple(field.name for field in dataclasses.fields(kind))
        names: Sequence[str] = getattr(kind, "_fields", ())
        return names


_FIELDS = _Fields()


def _replaced(value: Any, changed: dict[str, Any]) -> Any:
    match value:
        case tuple():
            return value._replace(**changed)  # type: ignore[attr-defined]
        case BaseModel():
            return value.model_copy(update=changed)
        case Struct():
            return replace(value, **changed)
    return dataclasses.replace(value, **changed)


def _in_json(value: object) -> object:
    """The value in a form that msgspec writes as JSON, with all its texts. Raises TypeError if there is none."""
    if isinstance(value, BaseModel):
        return value.__dict__
    if isinstance(value, Secret):
        return None
    raise TypeError(f"no JSON is made of {type(value).__name__}")


def _masked(text: str, places: Iterable[tuple[int, int]]) -> str:
    parts, at = [], 0
    for begin, end in places:
        parts += [text[at:begin], MASK]
        at = end
    return "".join([*parts, text[at:]])
