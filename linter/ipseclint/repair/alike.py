"""Repairs that set one value in rules which are alike, judged once for all of a shape.

Of ten thousand rules that differ in names and addresses, a repair does the same to each that shares no packet with
another rule. What is told of the first is told of all; only the packet that shows it is each rule's own.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations, starmap

from msgspec import Struct, field

from ipseclint.model.change import Edit
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Reference
from ipseclint.model.setting import Setting
from ipseclint.repair.impact import SELECTING, Impact, Samples, impact_of
from ipseclint.semantics.meaning import OWN
from ipseclint.semantics.packets.axes import ADDRESS_AXES, MULTICAST, Axis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.budget import Budget
from ipseclint.semantics.rule_boxes import connection_boxes
from ipseclint.semantics.traffic import connection_group

_PACKETS = frozenset({"profiles", "endpoint1", "endpoint2", "protocol", "port1", "port2", "interface_types"})
"""Fields of a rule that its boxes tell."""
_AGREED = frozenset(ConnectionSecurityRule.model_fields) - OWN - _PACKETS
"""Fields in which rules of one shape agree."""

MAX_BOXES = 8
"""Reasoned: two pairs of addresses in both families and directions; of rules with more, few have as many."""


class _Shape(Struct, frozen=True):
    """What rules of one shape have in common, and the boxes of one of them."""

    key: Hashable
    boxes: tuple[Box, ...] = ()


class _Told(Struct, frozen=True):
    """What is told of the repairs of a shape; `cell` is the packets that show it, with the number of their box."""

    impact: Impact
    text: str = ""
    number: int = 0
    cell: Box | None = None

    def of(self, boxes: Sequence[Box]) -> Impact:
        """The impact on the rule with these boxes."""
        if self.cell is None or self.impact.why is None:
            return self.impact
        ends = boxes[self.number].sets[: len(ADDRESS_AXES)]
        own = Box(self.cell.family, (*ends, *self.cell.sets[len(ADDRESS_AXES) :]), self.cell.conditions)
        return Impact(self.impact.effect, self.impact.why.replace(self.text, str(own.sample()), 1))


class Alike(Struct):
    """The repairs of a machine's rules that were judged so far, by shape."""

    machine: Machine
    budget: Budget
    _told: dict[Hashable, _Told] = field(default_factory=dict)

    def impact_of(self, edit: Edit) -> Impact:
        """The impact of an edit of a rule, as `repair.impact` judges it."""
        shape = self._shape(edit)
        if shape is None:
            return impact_of((edit,), self.machine, self.budget)
        told = self._told.get(shape.key)
        if told is not None:
            return told.of(shape.boxes)
        samples: Samples = {}
        impact = impact_of((edit,), self.machine, self.budget, samples)
        learned = _learned(impact, samples, shape.boxes, edit.subject.name)
        if learned is not None and self.budget.left >= 0:  # else it is a doubt
            self._told[shape.key] = learned
        return impact

    def _shape(self, edit: Edit) -> _Shape | None:
        """The shape of an edit; None where it is judged alone."""
        before, after, fields = edit.before, edit.after, edit.fields
        if not (isinstance(before, ConnectionSecurityRule) and isinstance(after, ConnectionSecurityRule)):
            return None
        like = before.like
        if like is None or not vars(like).keys() >= _AGREED:
            return None
        values = [getattr(after, name) for name in fields]
        if not all(value is None or isinstance(value, Setting | Reference) for value in values):
            return None
        said = [value.value if isinstance(value, Setting) else value and value.target for value in values]
        key = (id(like), *zip(fields, said, strict=True), *map(id, self.machine.index.sets_of(before)))
        if SELECTING.isdisjoint(fields):
            return _Shape(key)
        boxes = self._alone(before) if _PACKETS.issuperset(fields) else ()
        then = connection_boxes(after, self.machine.site) if boxes else ()
        if not boxes or list(map(_way, boxes)) != list(map(_way, then)):
            return None
        return _Shape((*key, *map(_without_ends, boxes), *map(_without_ends, then)), boxes)

    def _alone(self, rule: ConnectionSecurityRule) -> tuple[Box, ...]:
        """The boxes of a rule, of which none shares a packet with another or with other rules; else none."""
        group = connection_group(self.machine)
        places = group.of_rule.get(id(rule), ())
        boxes = [box for place in places for box in group.rules[place].boxes]
        if len(boxes) > MAX_BOXES or not all(boxes) or any(starmap(Box.meets, combinations(boxes, 2))):
            return ()
        return () if group.is_other_near(boxes, places) else tuple(boxes)


def _way(box: Box) -> Hashable:
    """For which addresses a box is, and in which direction."""
    return box.family, box.sets[: len(ADDRESS_AXES)], box.sets[Axis.DIRECTION]


def _without_ends(box: Box) -> Hashable:
    """What a box says besides its addresses, and whether they are of those that never answer."""
    groups = MULTICAST[box.family]
    unanswered = [box.sets[axis].within(groups) for axis in ADDRESS_AXES]
    return box.family, box.sets[len(ADDRESS_AXES) :], box.conditions, *unanswered


def _learned(impact: Impact, samples: Samples, boxes: Sequence[Box], name: str) -> _Told | None:
    """What the impact of the first repair of a shape tells of the others; None if it names that rule."""
    why = impact.why or ""
    if name in why:
        return None
    for text, cell in samples.items():
        if text in why:
            ways = list(map(_way, boxes))
            return _Told(impact, text, ways.index(_way(cell)), cell) if _way(cell) in ways else None
    return _Told(impact)
