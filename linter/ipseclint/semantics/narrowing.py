"""How some packets are narrower than others, in words for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ipseclint.model.selectors import Address
from ipseclint.semantics.packets.axes import DOMAINS, INTERFACES, OUT, PROFILES, Axis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.intervals import IntervalSet, union
from ipseclint.vocabulary.protocols import protocol_name
from ipseclint.words import listed, series, the

_WAYS = ("packets that go out", "packets that come in")
_MAX_PROTOCOLS = 3


def narrowing(part: Sequence[Box], whole: Sequence[Box]) -> str:
    """How a part of some traffic is narrower than the whole, such as "TCP 88" or "the public profile"; or nothing.

    `part` must not be empty.
    """
    directions = {each.sets[Axis.DIRECTION] for each in part}
    outward, around = _outward(part), _outward(whole)
    words = [
        *_services(outward, around),
        *sorted(_conditions(outward) - _conditions(around)),
    ]
    for axis, say in (
        (Axis.DESTINATION, _peers),
        (Axis.SOURCE, _own_addresses),
        (Axis.PROFILE, _profiles),
        (Axis.INTERFACE, _interfaces),
    ):
        words += [word for family in DOMAINS for word in _said(axis, say, family, outward, around)]
    if directions != {each.sets[Axis.DIRECTION] for each in whole} and len(directions) == 1:
        words.append(_WAYS[next(iter(directions)).first])
    return listed(tuple(dict.fromkeys(words)))


def _conditions(boxes: Iterable[Box]) -> set[str]:
    return {each.name for one in boxes for each in one.conditions}


def _outward(traffic: Sequence[Box]) -> list[Box]:
    """The packets as this host sends them; inbound packets are mirrored."""
    return [one if OUT in one.sets[Axis.DIRECTION] else one.mirrored() for one in traffic]


def _said(
    axis: Axis, say: Callable[[int, IntervalSet], str], family: int, part: Sequence[Box], whole: Sequence[Box]
) -> Iterator[str]:
    values = union(one.sets[axis] for one in part if one.family == family)
    if values and values != union(one.sets[axis] for one in whole if one.family == family):
        yield say(family, values)


def _services(part: Sequence[Box], whole: Sequence[Box]) -> Iterator[str]:
    fields = (Axis.PROTOCOL, Axis.SOURCE_PORT, Axis.DESTINATION_PORT)
    known = {tuple(one.sets[axis] for axis in fields) for one in whole}
    for one in part:
        protocols, own, theirs = (one.sets[axis] for axis in fields)
        if (protocols, own, theirs) in known:
            continue
        words = [_protocols(protocols)]
        everything = DOMAINS[one.family]
        if theirs != everything[Axis.DESTINATION_PORT]:
            words.append(_numbers(theirs))
        if own != everything[Axis.SOURCE_PORT]:
            words.append(f"from {_own_ports(own)}")
        yield " ".join(words)


def _protocols(values: IntervalSet) -> str:
    if values.size > _MAX_PROTOCOLS:
        return "some protocols"
    return "/".join(protocol_name(number).upper() for low, high in values.spans for number in range(low, high + 1))


def _own_ports(values: IntervalSet) -> str:
    missing = DOMAINS[4][Axis.SOURCE_PORT] - values
    if len(missing.spans) < len(values.spans):
        return f"ports other than {_numbers(missing)}"
    return f"port {_numbers(values)}"


def _numbers(values: IntervalSet) -> str:
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in values.spans)


def _peers(family: int, values: IntervalSet) -> str:
    return listed(_ranges(family, values))


def _own_addresses(family: int, values: IntervalSet) -> str:
    missing = DOMAINS[family][Axis.SOURCE] - values
    if len(missing.spans) < len(values.spans):
        return f"own addresses other than {listed(_ranges(family, missing))}"
    return f"own address {listed(_ranges(family, values))}"


def _ranges(family: int, values: IntervalSet) -> tuple[str, ...]:
    return tuple(str(Address(family, low, high)) for low, high in values.spans)


def _profiles(_family: int, values: IntervalSet) -> str:
    names = [name for number, name in enumerate(PROFILES) if number in values]
    return the(names, "profile")


def _interfaces(_family: int, values: IntervalSet) -> str:
    return series(name for number, name in enumerate(INTERFACES) if number in values)
