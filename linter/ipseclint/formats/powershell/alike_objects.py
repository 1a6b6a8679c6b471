"""Objects that are alike: from the third on, they are cast from a template instead of being read property by property.

Such an object differs from an earlier one only in its name, id and description, and in its places. Any other takes the
slow path, which explains faults; both give the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.mould import Shapes, Template, UnfitError
from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.instance import Alike, Instance, taken_apart
from ipseclint.formats.powershell.properties import note_properties
from ipseclint.model.policy import PolicyObject
from ipseclint.source import Span

P = TypeVar("P", bound=PolicyObject)
Alone = Callable[[Instance, Diagnostics], P | None]
"""Reads an object property by property."""
Own = Callable[[Instance, Diagnostics], Mapping[str, Any]]
"""Reads the fields in which objects that are alike may differ, `name` among them."""


class _Shape(Struct, frozen=True):
    """A template, the numbers of the tokens or objects at its places, and of its keys, and what is noted of each."""

    template: Template
    places: list[int]
    keys: list[int]
    unread: Counter[str]
    not_held: Counter[str]


class AlikeObjects:
    """The shapes of the objects of one input so far."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._trial = Diagnostics(diagnostics.path)
        self._shapes = Shapes[_Shape]()

    def read(self, item: Instance, alone: Alone[P], own: Own) -> P | None:
        """What an object says; None if nothing."""
        alike = item.alike or _alike(item)
        if alike is not None:
            shape = self._shapes.known(alike.key)
            if shape is not None and (cast := self._cast(shape, item, alike.places, own)) is not None:
                return cast  # type: ignore[return-value]
            item = alike.whole()
            self._shapes.learn(alike.key, partial(self._shape, item, alike.places, alone, own))
        note_properties(item, self._diagnostics)
        return alone(item, self._diagnostics)

    def _cast(self, shape: _Shape, item: Instance, places: Sequence[Span], own: Own) -> PolicyObject | None:
        fields = own(item, self._trial)
        if self._trial.count or self._trial.not_held:
            self._trial = Diagnostics(self._diagnostics.path)
            return None
        self._diagnostics.secrets += [places[number] for number in shape.keys]
        if shape.unread or shape.not_held:
            self._diagnostics.unread.update(shape.unread)
            self._diagnostics.not_held.update(shape.not_held)
        return shape.template.cast([places[number] for number in shape.places], fields, fields["name"])[0]

    def _shape(self, item: Instance, spans: Sequence[Span], alone: Alone[P], own: Own) -> _Shape | None:
        trial, of_fields = Diagnostics(item.span.path), Diagnostics(item.span.path)
        note_properties(item, trial)
        made, fields = alone(item, trial), own(item, of_fields)
        numbers = {span: number for number, span in enumerate(spans)}
        if made is None or trial.count or of_fields.not_held or len(numbers) < len(spans):
            return None
        if any(getattr(made, name) != value for name, value in fields.items()):
            return None
        places: dict[Span, int] = {}

        def place(span: Span) -> int:
            if span not in numbers:
                raise UnfitError("a place that is none of a property")
            return places.setdefault(span, len(places))

        try:
            template = Template([made], made.name, place, frozenset(fields))
            keys = [numbers[span] for span in trial.secrets]
        except (UnfitError, KeyError):
            return None
        return _Shape(template, [numbers[span] for span in places], keys, trial.unread, trial.not_held)


def _alike(item: Instance) -> Alike | None:
    """What is the same in objects that are like this one."""
    nodes: list[Token | Instance] = []
    key: list[Hashable] = [item.class_name]
    if not taken_apart(item, key, nodes):
        return None
    return Alike(tuple(key), [node.span for node in nodes], lambda: item)
