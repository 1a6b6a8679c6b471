"""Changes in words, the same for every format of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ipseclint.finding import Finding
from ipseclint.model.kinds import KIND_OF
from ipseclint.model.remote_access import VpnConnection, VpnInterface, VpnServer
from ipseclint.semantics.covered import address_range
from ipseclint.semantics.damage import mixture
from ipseclint.semantics.difference import Difference
from ipseclint.semantics.object_changes import Change, ObjectChange
from ipseclint.semantics.packet_treatment import PROTECTED, Treatment
from ipseclint.semantics.packets.axes import DOMAINS, IN, INTERFACES, OUT, PROFILES, PROTOCOLS_WITH_PORTS, Axis
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.regions import Region
from ipseclint.semantics.rollout import PairChange
from ipseclint.semantics.rules_of_state import DecidingRule
from ipseclint.semantics.traffic_changes import Effect, TrafficChange, peers, share
from ipseclint.vocabulary.protocols import protocol_name
from ipseclint.words import percent, plural

_SHOWN = 3
"""The most ranges, rules and regions that a line names; the others are counted."""


def verdict(difference: Difference) -> str:
    """The answer in one sentence."""
    counts = dict.fromkeys(Effect, 0)
    for change in difference.traffic.changes:
        counts[change.effect] += 1
    if not difference.traffic.complete:
        rest = "the rules were too many to look at all packets: there may be more where it is not decided"
    elif any(effect is Effect.UNKNOWN for _, effect in difference.objects):
        rest = "the rules treat all other traffic as before; what another state of a service does to it cannot be told"
    elif difference.traffic.changes:
        rest = "all other traffic is treated as before (proved for every packet)"
    elif any(KIND_OF[change.kind].type in _VPNS or effect is not None for change, effect in difference.objects):
        rest = "all traffic that rules decide on is treated as before (proved for every packet)"
    else:
        rest = "all traffic is treated as before (proved for every packet)"
    named = [
        f"{count} class{'es' * (count != 1)} of traffic {effect.value}" for effect, count in counts.items() if count
    ]
    others = [
        f"{plural(len(difference.objects), 'object')} changed" if difference.objects else "",
        f"{plural(len(difference.findings_new), 'new finding')}" if difference.findings_new else "",
        f"{plural(len(difference.findings_gone), 'finding')} gone" if difference.findings_gone else "",
    ]
    if difference.is_empty:
        found = " found" if difference.traffic.undecided else ""
        return f"no difference{found}: {rest}"
    return "; ".join([*named, *filter(None, others), rest])


_VPNS = frozenset({VpnConnection, VpnServer, VpnInterface})


def backups(difference: Difference) -> Iterator[str]:
    """How well each backup fits the new state, the best first; and whether the state is a mixture of two."""
    new = difference.new.name
    if difference.backups and not difference.backups[0].alike:
        yield f"none of them has an object that says the same in {new}"
        return
    for backup in difference.backups[:_BACKUPS_SHOWN]:
        total = len(backup.alike) + len(backup.other) + len(backup.foreign)
        parts = [
            f"has all {plural(total, 'object')} of {new}, and they say the same"
            if total and not (backup.other or backup.foreign)
            else f"{len(backup.alike)} of {plural(total, 'object')} of {new} say the same",
            "" if backup.is_whole else "not all of it was understood",
            _counted("say something else", backup.other),
            _counted("not in it", backup.foreign),
            _counted(f"of it missing from {new}", backup.missing),
        ]
        yield f"{backup.name}: " + "; ".join(filter(None, parts))
    if (more := len(difference.backups) - _BACKUPS_SHOWN) > 0:
        yield f"{more} more, which fit no better"
    if (mixed := mixture(difference.backups)) is not None:
        parts = [f"{_some(labels)} only as in {name}" for name, labels in zip(mixed.names, mixed.only, strict=True)]
        yield f"{new} looks mixed: {', '.join(parts)}"


_BACKUPS_SHOWN = 5


def _counted(what: str, labels: Sequence[str]) -> str:
    return f"{len(labels)} {what}: {_some(labels)}" if labels else ""


def _some(labels: Sequence[str]) -> str:
    more = len(labels) - _SHOWN
    return ", ".join(labels[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def before_and_after(change: TrafficChange) -> tuple[str, str]:
    """The treatment of the packets, in a word or two, before and after."""
    return protections(change.before), protections(change.after)


def protections(treatments: Sequence[Treatment]) -> str:
    """The classes of treatments; several where it is not known which."""
    return " or ".join(dict.fromkeys(each.protection for each in treatments))


def directions(change: TrafficChange) -> str:
    """The direction of the packets."""
    return "in and out" if len(change.directions) > 1 else change.directions[0]


def parts(change: TrafficChange) -> Iterator[tuple[str, str, str]]:
    """Other differences in the treatment of protected packets: the part, before, after."""
    if not any(each.protection in PROTECTED for each in change.after):
        return
    before, after = ([each.parts() for each in treatments] for treatments in (change.before, change.after))
    names = dict.fromkeys(name for each in (*before, *after) for name in each if name != "protection")
    for name in names:
        was, is_ = (_alternatives(name, treatments) for treatments in (before, after))
        if was != is_:
            yield name, was, is_
        elif name.endswith("authentication") and _identities(change, name):
            yield name, was, f"{is_}, but another key or other certificates"


def _identities(change: TrafficChange, name: str) -> bool:
    """Whether authentication differs although its words are equal."""
    field = "first" if name.startswith("first") else "second"
    was, is_ = ({getattr(each, field) for each in treatments} for treatments in (change.before, change.after))
    return was != is_


def _alternatives(name: str, treatments: Sequence[Mapping[str, tuple[str, ...]]]) -> str:
    texts = dict.fromkeys(", ".join(each.get(name, ())) or "none" for each in treatments)
    return " or ".join(texts)


def undecided(difference: Difference) -> str:
    """Where more may change, and the share of all addresses there; empty if nowhere."""
    regions = difference.traffic.undecided
    return f"not decided: {where(regions)} (at most {shares(regions)})" if regions else ""


def where(regions: Sequence[Region]) -> str:
    """The packets in words."""
    by_way: dict[str, dict[str, None]] = {"out": {}, "in": {}}
    for region in regions:
        ways = region[0].sets[Axis.DIRECTION]
        for number, way in ((OUT, "out"), (IN, "in")):
            if number in ways:
                by_way[way][region_words(region)] = None
    shown = list(by_way["out"] or by_way["in"])
    if by_way["in"] and by_way["out"] and by_way["in"].keys() != by_way["out"].keys():
        both = [text for text in by_way["out"] if text in by_way["in"]]
        shown = both + [f"{text} ({way})" for way, texts in by_way.items() for text in texts if text not in both]
    texts = shown[:_SHOWN]
    more = len(shown) - len(texts)
    return "; ".join(texts) + (f"; and {plural(more, 'more part')}" if more else "")


def region_words(region: Region) -> str:
    """One region of packets in words: the peers, and every field that is not any."""
    box, without = region
    domain = DOMAINS[box.family]
    way = OUT if OUT in box.sets[Axis.DIRECTION] else 1
    peers, own = (Axis.DESTINATION, Axis.SOURCE) if way == OUT else (Axis.SOURCE, Axis.DESTINATION)
    ports = (Axis.DESTINATION_PORT, Axis.SOURCE_PORT) if way == OUT else (Axis.SOURCE_PORT, Axis.DESTINATION_PORT)
    words = [f"peers {addresses(box.family, box.sets[peers])}"]
    if box.sets[own] != domain[own]:
        words.append(f"own addresses {addresses(box.family, box.sets[own])}")
    with_ports = any(box.sets[axis] != domain[axis] for axis in ports)
    if box.sets[Axis.PROTOCOL] != domain[Axis.PROTOCOL] and not (
        with_ports and box.sets[Axis.PROTOCOL] == PROTOCOLS_WITH_PORTS
    ):
        words.append(_protocols(box.sets[Axis.PROTOCOL], domain[Axis.PROTOCOL]))
    for name, axis in (("peer's port", ports[0]), ("own port", ports[1]), ("ICMP", Axis.ICMP)):
        if box.sets[axis] != domain[axis]:
            words.append(f"{name} {_values(box.sets[axis], str)}")
    for axis, names in ((Axis.PROFILE, PROFILES), (Axis.INTERFACE, INTERFACES)):
        if box.sets[axis] != domain[axis]:
            words.append(_values(box.sets[axis], names.__getitem__))
    words += [f"where {condition}" for condition in sorted(map(str, box.conditions))]
    refused = sorted(map(str, without))
    words += [f"unless {condition}" for condition in refused[:_SHOWN]]
    words += [f"and {plural(len(refused) - _SHOWN, 'more condition')}"] if len(refused) > _SHOWN else []
    return ", ".join(words)


def addresses(family: int, values: IntervalSet) -> str:
    """Addresses as prefixes and ranges."""
    if values == DOMAINS[family][Axis.SOURCE]:
        return f"any (IPv{family})"
    texts = [address_range(family, low, high) for low, high in values.spans[:_SHOWN]]
    more = len(values.spans) - len(texts)
    return ", ".join(texts) + (f" and {plural(more, 'more range')}" if more else "")


def _protocols(values: IntervalSet, every: IntervalSet) -> str:
    """Protocols by name, or as exceptions, whichever is shorter."""
    left_out = every - values
    if len(left_out.spans) < len(values.spans):
        return f"every protocol but {_values(left_out, protocol_name)}"
    are_single = all(low == high for low, high in values.spans)
    text = _values(values, protocol_name if are_single else str)
    return f"protocol {text}" if text[0].isdigit() else text


def _values(values: IntervalSet, word: Callable[[int], str]) -> str:
    texts = [
        word(low)
        if low == high
        else f"{word(low)}, {word(high)}"
        if high == low + 1
        else f"{word(low)} to {word(high)}"
        for low, high in values.spans[:_SHOWN]
    ]
    more = len(values.spans) - len(texts)
    return ", ".join(texts) + (f" and {more} more" if more else "")


def shares(regions: Sequence[Region]) -> str:
    """The share of the address space that is peers'."""
    counts = ((family, peers(regions, family).size) for family in (4, 6))
    return ", ".join(
        f"{count:,} IPv{family} address{'es' * (count != 1)}, {percent(share(regions, family))} of all there are"
        if family == 4
        else f"{percent(share(regions, family))} of all IPv6 addresses"
        for family, count in counts
        if count
    )


def decided(change: TrafficChange) -> str:
    """The names of the rules that decide for the packets: before and after, or once where they are equal."""
    before, after = deciders(change.rules_before), deciders(change.rules_after)
    return f"{before}, before and after" if before == after else f"{before} before, {after} after"


def deciders(rules: Sequence[DecidingRule]) -> str:
    """The names of the rules that decide."""
    if not rules:
        return "no rule"
    names = [f'"{rule.name}"' for rule in rules[:_SHOWN]]
    more = len(rules) - len(names)
    return ", ".join(names) + (f" and {more} more rules" if more else "")


def object_title(change: ObjectChange) -> str:
    """The change of an object, with its kind and name."""
    kind = KIND_OF[change.kind].counted[0]
    return f'{change.change.value} {kind} "{change.name}"'


def object_fields(change: ObjectChange) -> list[str]:
    """The changed fields, and the rules that use a set."""
    lines = [f"{each.name}: {each.old or 'not said'} -> {each.new or 'not said'}" for each in change.fields]
    if change.used_by and change.change is Change.CHANGED:
        names = ", ".join(f'"{name}"' for name in change.used_by[:_SHOWN])
        more = len(change.used_by) - _SHOWN
        lines.append(
            f"used by {plural(len(change.used_by), 'rule')}: {names}" + (f" and {more} more" if more > 0 else "")
        )
    return lines


def pair(change: PairChange) -> str:
    """The outcome of negotiation with a peer before and after."""
    was, is_ = (verdict or "nothing to negotiate" for verdict in (change.before, change.after))
    return f"{change.peer}, begun by {change.initiator}: {was} -> {is_} ({change.why})"


def effect_word(effect: Effect | None) -> str:
    """The word for an effect on traffic; no effect is neutral."""
    return "neutral" if effect is None else effect.value


def by_rule(findings: Sequence[Finding]) -> Iterator[tuple[Finding, str]]:
    """One finding of each rule, the worst first, with its object, and the number of others."""
    of_rule: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: -finding.severity.rank):
        of_rule.setdefault(finding.code, []).append(finding)
    for first, *others in of_rule.values():
        yield first, first.subject.name + (f" and {len(others)} more" if others else "")
