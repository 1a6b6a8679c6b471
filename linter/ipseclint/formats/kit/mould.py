"""A mould: a template of objects read from one text, which casts them for texts that differ in a few pieces only.

Of ten thousand rules that a script adds or an output lists, most differ in a name and addresses only. The rest is not
parsed again: the objects are copied from the first ones, with each place shifted by the change in length of the pieces
before it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import accumulate
from operator import sub
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ipseclint.model.dialect import Reference
from ipseclint.model.policy import ConnectionSecurityRule, PolicyObject
from ipseclint.model.setting import Setting
from ipseclint.model.values import Frozen, Validated
from ipseclint.packing import filled
from ipseclint.source import Span

_OWN = frozenset({"name", "id", "description", "group"})
"""The fields in which objects may differ that are sets: who is told what one is like asks for the others."""
_Make = Callable[[Sequence[Span], str], Any]
"""Makes a value from the places and name of the current text."""


Shape = TypeVar("Shape")

MAX_SHAPES = 1000
"""Reasoned: of more kinds of texts an input has few of each."""


class Shapes(Generic[Shape]):
    """What was learned of alike texts, by what is the same in them: the second of a kind is learned from."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Shape | None] = {}
        self._once: set[Hashable] = set()

    def known(self, key: Hashable) -> Shape | None:
        """The shape of such a text; None for the first two, and for a kind that has none."""
        return self._known.get(key)

    def learn(self, key: Hashable, shape: Callable[[], Shape | None]) -> None:
        """Take a text that has no known shape."""
        if key not in self._once:
            if len(self._once) < MAX_SHAPES:
                self._once.add(key)
        elif key not in self._known:
            self._known[key] = shape()


class UnfitError(Exception):
    """A value that cannot be cast: it has a place within a piece that differs, or a type that is not supported."""


class _Parts(Struct):
    """The values of an object by field: those that are the same in every text, and how to make the others.

    `spans` and `settings` are the fields that hold only a place or a setting, as most do, with the number of the place.
    """

    same: dict[str, Any]
    spans: list[tuple[str, int]]
    settings: list[tuple[str, Any, int, type[Setting[Any]]]]
    others: list[tuple[str, _Make]]

    def cast(self, spans: Sequence[Span], name: str) -> dict[str, Any]:
        """The values for the current text."""
        values = self.same.copy()
        for field, number in self.spans:
            values[field] = spans[number]
        for field, value, number, kind in self.settings:
            values[field] = kind(value, spans[number])
        for field, make in self.others:
            values[field] = make(spans, name)
        return values


class Template:
    """The values of some objects; `place` numbers their places. Raises UnfitError.

    `fields` are those of the first object that are supplied for each text. `name` is the name of the objects, and of
    their references to each other.
    """

    def __init__(
        self, made: Sequence[PolicyObject], name: str, place: Callable[[Span], int], fields: frozenset[str]
    ) -> None:
        self._name, self._is_of_several, self._place = name, len(made) > 1, place
        self._objects = [self._object(each, fields if each is made[0] else frozenset()) for each in made]

    def cast(self, spans: Sequence[Span], fields: Mapping[str, object], name: str) -> list[PolicyObject]:
        """The objects with these places, fields and name."""
        made: list[PolicyObject] = []
        for kind, parts, like in self._objects:
            values = parts.cast(spans, name)
            values["name"] = name
            if not made:
                values.update(fields)
            made.append(filled(kind, values, like))
        return made

    def _object(
        self, each: PolicyObject, given: frozenset[str]
    ) -> tuple[type[PolicyObject], _Parts, PolicyObject | None]:
        """The type of an object and its values, except the supplied ones; and an object with what all agree in.

        A reference by the name of the object is another in each.
        """
        if each.name != self._name:
            raise UnfitError("an object with a name of its own")
        kind, values = type(each), {name: vars(each)[name] for name in type(each).model_fields}
        apart = {"name", *given, *[name for name, value in values.items() if self._is_own_name(value)]}
        agreed = {name: value for name, value in values.items() if name not in apart}
        like = filled(kind, agreed) if kind is ConnectionSecurityRule or given <= _OWN else None
        return kind, self._parts(values, given), like

    def _is_own_name(self, value: object) -> bool:
        return isinstance(value, Reference) and value.target == self._name and self._is_of_several

    def _parts(self, same: dict[str, Any], given: frozenset[str] = frozenset()) -> _Parts:
        parts = _Parts(same, [], [], [])
        for name, value in same.items():
            if name in given:
                continue
            if isinstance(value, Span):
                parts.spans.append((name, self._place(value)))
            elif isinstance(value, Setting):
                parts.settings.append((name, *self._setting(value)))
            elif make := self._make(value):
                parts.others.append((name, make))
        return parts

    def _make(self, value: Any) -> _Make | None:
        """How to make a value for another text; None if it is the same."""
        match value:
            case Span():
                place = self._place(value)
                return lambda spans, _name: spans[place]
            case Setting():
                inner, place, kind = self._setting(value)
                return lambda spans, _name: kind(inner, spans[place])
            case Reference(target=target):
                place = self._place(value.span)
                if self._is_own_name(value):
                    return lambda spans, name: Reference(target=name, span=spans[place])
                return lambda spans, _name: Reference(target=target, span=spans[place])
            case Frozen():
                return self._make_struct(value)
            case tuple():
                return self._make_tuple(value)
            case Validated():
                raise UnfitError("an object within another")
            case dict() if value:
                return self._make_table(value)
        return None

    def _make_struct(self, value: Frozen) -> _Make | None:
        kind = type(value)
        parts = self._parts({name: getattr(value, name) for name in kind.__struct_fields__})
        if not (parts.spans or parts.settings or parts.others):
            return None
        return lambda spans, name: kind(**parts.cast(spans, name))

    def _make_table(self, value: dict[str, Any]) -> _Make:
        makes = {name: made for name, part in value.items() if (made := self._make(part))}
        if len(makes) < len(value):
            raise UnfitError("a table of which some is the same")
        return lambda spans, name: {key: make(spans, name) for key, make in makes.items()}

    def _make_tuple(self, value: tuple[Any, ...]) -> _Make | None:
        makes = [self._make(part) for part in value]
        if not any(makes):
            return None
        if type(value) is not tuple or not all(makes):
            raise UnfitError("a row of which some is the same")
        return lambda spans, name: tuple([make(spans, name) for make in makes if make])

    def _setting(self, setting: Setting[Any]) -> tuple[Any, int, type[Setting[Any]]]:
        """The value of a setting, the number of its place, and its class."""
        if self._make(setting.value) is not None:
            raise UnfitError("a setting whose value has places")
        return setting.value, self._place(setting.span), type(setting)


class Places:
    """The places in a text that begins on a line; `pieces` are the lines, start and stop columns of what differs."""

    def __init__(self, path: str, line: int, pieces: Sequence[tuple[int, int, int]]) -> None:
        self._path, self._line = path, line
        self._starts, self._ends = [each[:2] for each in pieces], [(line, end) for line, _, end in pieces]
        self._lengths = [end - start for _, start, end in pieces]
        self._numbers: dict[Span, int] = {}
        self._below: dict[int, int] = {}
        self._places: list[tuple[int, int, int, int, int, int]] = []

    def number(self, span: Span) -> int:
        """The number of a place; it must begin on or below the first line, and must not begin or end inside a piece.

        Pieces move it that are left of it in its line: all that end before it, but for those on the lines above.
        Raises UnfitError.
        """
        start, end = (span.line, span.column), (span.line, span.column + span.length)
        above = bisect_left(self._starts, (span.line, 0))
        left, within = bisect_right(self._ends, start), bisect_right(self._ends, end)
        begun = bisect_left(self._starts, start), bisect_left(self._starts, end)
        if span.path != self._path or span.line < self._line or begun != (left, within):
            raise UnfitError("a place that does not move with the text")
        if span not in self._numbers:
            self._numbers[span] = len(self._places)
            below = self._below.setdefault(span.line - self._line, len(self._below))
            self._places.append((below, span.column, span.length, above, left, within))
        return self._numbers[span]

    def moved(self, line: int, lengths: Sequence[int]) -> list[Span]:
        """The numbered places in another text that begins at a line and has pieces of so many columns."""
        longer = [0, *accumulate(map(sub, lengths, self._lengths))]
        path, lines = self._path, [line + below for below in self._below]  # one number for all places on a line
        return [
            Span(
                path,
                lines[below],
                column + longer[left] - longer[above],
                length + longer[within] - longer[left],
            )
            for below, column, length, above, left, within in self._places
        ]


class Mould:
    """The template made from one text, whose first object has a place on its first line. Raises UnfitError."""

    def __init__(
        self, made: Sequence[PolicyObject], name: str, pieces: Sequence[tuple[int, int, int]], fields: frozenset[str]
    ) -> None:
        self._places = Places(made[0].span.path, made[0].span.line, pieces)
        self._template = Template(made, name, self._places.number, fields)

    def cast(self, line: int, lengths: Sequence[int], fields: Mapping[str, object], name: str) -> list[PolicyObject]:
        """The objects for a text that begins at a line and has pieces of so many columns."""
        return self._template.cast(self._places.moved(line, lengths), fields, name)
