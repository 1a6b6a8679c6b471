"""All pairs of ends among many machines, found by where the rules' addresses begin and not by comparing each with each.

A machine is kept as its ends alone, so that a thousand policies of fifty rules fit in memory. Rules are a pair when
the addresses of each side meet, and neither machine has a rule that is asked before and takes all that they share;
rules for any peer are paired with each other. `pairs` finds the same for two machines exactly, protocols and ports too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ipseclint.model.machine import Machine
from ipseclint.model.peer import Credential
from ipseclint.model.policy import RuleAction
from ipseclint.model.selectors import Address, Addresses
from ipseclint.model.setting import Setting
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.pairs import Pair, pairs_with_others
from ipseclint.semantics.negotiation.peers import peer_ends
from ipseclint.semantics.negotiation.vpn import vpn_ends
from ipseclint.semantics.negotiation.windows import Alike, WindowsEnds
from ipseclint.semantics.packets.box import Packet
from ipseclint.semantics.scope import action_of, includes_any
from ipseclint.source import Span


@dataclass(frozen=True, slots=True)
class Policy:
    """One machine, or several that have the same policy: their names, their ends of rules, and others."""

    names: tuple[str, ...]
    rules: tuple[End, ...]
    others: tuple[End, ...]

    @property
    def negotiating(self) -> tuple[End, ...]:
        """All ends that negotiate."""
        return (*(end for end in self.rules if end.action is RuleAction.NEGOTIATE), *self.others)


class Policies:
    """Takes machines one by one and keeps of them what a matrix needs; equal policies are one."""

    def __init__(self) -> None:
        self._alike: Alike = {}
        self._by_signature: dict[Hashable, Policy] = {}

    def add(self, machine: Machine) -> None:
        """Keep the ends of a machine."""
        make = WindowsEnds(machine, self._alike)
        rules = tuple(
            _without_objects(make.of(rule))
            for rule in machine.policy.connection_security_rules
            if rule.enabled.known is not False and action_of(machine, rule) is not None
        )
        others = (*vpn_ends(machine), *peer_ends(machine))
        signature = frozenset(map(_signature, rules)) if not others else id(machine)
        known = self._by_signature.get(signature)
        names = (machine.name,) if known is None else (*known.names, machine.name)
        first = Policy(names, rules, others) if known is None else replace(known, names=names)
        self._by_signature[signature] = first

    @property
    def distinct(self) -> tuple[Policy, ...]:
        """The policies, each once, in the order in which they came."""
        return tuple(self._by_signature.values())


def _without_objects(end: End) -> End:
    return replace(end, objects=None)


def _signature(end: End) -> Hashable:
    """What an end offers and for which traffic, without names and places."""
    selectors = end.selectors
    return (
        end.action,
        end.key_modules,
        id(end.main_mode),
        end.forces_dh,
        id(end.quick_mode),
        tuple(setting.value for setting in _lifetimes(end)),
        _of_credentials(end.own),
        _of_credentials(end.second),
        end.mode,
        end.gateway,
        end.peer_gateway,
        end.inbound,
        end.outbound,
        None if selectors is None else replace(selectors, span=_NOWHERE),
    )


_NOWHERE = Span("", 1, 1)


def _lifetimes(end: End) -> list[Setting[int]]:
    settings = (end.main_mode_seconds, end.quick_mode_seconds, end.quick_mode_kilobytes)
    return [setting for setting in settings if setting is not None]


def _of_credentials(credentials: Iterable[Credential] | None) -> Hashable:
    if credentials is None:
        return None
    return tuple((each.method, each.secret, each.signings, each.authorities) for each in credentials)


class _Entry(NamedTuple):
    """One rule of one policy, with the single range that each of its sides is."""

    policy: int
    end: End
    local: Address
    remote: Address


def all_pairs(policies: Sequence[Policy]) -> Iterator[tuple[Pair, Policy, Policy]]:
    """The pairs with the policies they are of, the earlier policy's end first; one of several hosts with itself too."""
    entries = [
        entry for number, policy in enumerate(policies) for end in policy.rules for entry in _entries(number, end)
    ]
    by_policy: defaultdict[int, list[_Entry]] = defaultdict(list)
    for entry in entries:
        by_policy[entry.policy].append(entry)
    seen: set[tuple[int, int]] = set()
    for one, other in _meeting(entries):
        key = (id(one.end), id(other.end))
        if key in seen or RuleAction.NEGOTIATE not in {one.end.action, other.end.action}:
            continue
        seen.add(key)
        same = one.policy == other.policy
        if (same and len(policies[one.policy].names) == 1) or one.policy > other.policy:
            continue
        if one.end.action is not other.end.action and _is_answered(one, other, by_policy):
            continue
        if _is_taken(one, other, by_policy[one.policy]) or _is_taken(other, one, by_policy[other.policy]):
            continue
        yield Pair(one.end, other.end, _packet(one, other)), policies[one.policy], policies[other.policy]
    yield from _for_anybody(policies)
    for number, policy in enumerate(policies):
        for peer in policies[number + 1 :]:
            if policy.others or peer.others:
                for pair in pairs_with_others(policy.others, peer.others, policy.negotiating, peer.negotiating):
                    yield pair, policy, peer


def _entries(number: int, end: End) -> Iterator[_Entry]:
    selectors = end.selectors
    if selectors is None or not selectors.is_understood:
        return
    for local in selectors.local:
        for remote in selectors.remote:
            if local.version and local.version == remote.version and not (local.is_any and remote.is_any):
                yield _Entry(number, end, local, remote)


def _meeting(entries: Sequence[_Entry]) -> Iterator[tuple[_Entry, _Entry]]:
    """Each two entries of which the local side of one meets the remote side of the other, both ways."""
    by_local = sorted(entries, key=lambda entry: (entry.local.version, entry.local.first))
    starts = [(entry.local.version, entry.local.first) for entry in by_local]
    wide = sorted(
        (entry for entry in entries if entry.local.first != entry.local.last), key=lambda entry: entry.local.first
    )
    for entry in entries:
        remote = entry.remote
        low = bisect_left(starts, (remote.version, remote.first))
        high = bisect_right(starts, (remote.version, remote.last))
        inside = by_local[low:high]
        around = [
            other
            for other in wide
            if other.local.first < remote.first <= other.local.last and other.local.version == remote.version
        ]
        for other in (*inside, *around):
            if other is not entry and _meets(other.remote, entry.local):
                yield entry, other


def _meets(one: Address, other: Address) -> bool:
    return one.version == other.version and one.first <= other.last and other.first <= one.last


def _is_taken(entry: _Entry, peer: _Entry, rules: Sequence[_Entry]) -> bool:
    """Whether a rule of the same policy that is asked before takes all that two entries share."""
    local = (max(entry.local.first, peer.remote.first), min(entry.local.last, peer.remote.last))
    remote = (max(entry.remote.first, peer.local.first), min(entry.remote.last, peer.local.last))
    return any(
        other.end is not entry.end
        and _is_asked_before(other, entry)
        and _contains(other.local, local)
        and _contains(other.remote, remote)
        for other in rules
    )


def _contains(outer: Address, span: tuple[int, int]) -> bool:
    return outer.first <= span[0] and span[1] <= outer.last


def _is_asked_before(one: _Entry, other: _Entry) -> bool:
    """Whether one rule comes first: an exemption, or a narrower one; of those for some protocols it is not certain."""
    mine, theirs = one.end.selectors, other.end.selectors
    if mine is None or theirs is None or mine.protocol != theirs.protocol or mine.local_ports or mine.remote_ports:
        return False
    if (one.end.action is RuleAction.EXEMPT) is not (other.end.action is RuleAction.EXEMPT):
        return one.end.action is RuleAction.EXEMPT
    narrower = _contains(other.local, one.local[1:3]) and _contains(other.remote, one.remote[1:3])
    return narrower and (one.local, one.remote) != (other.local, other.remote)


def _is_answered(one: _Entry, other: _Entry, by_policy: dict[int, list[_Entry]]) -> bool:
    """Whether the rule that negotiates has a partner at the other policy besides an exemption."""
    asking, exempt = (one, other) if one.end.action is RuleAction.NEGOTIATE else (other, one)
    return any(
        rule.end.action is RuleAction.NEGOTIATE
        and _meets(rule.local, asking.remote)
        and _meets(rule.remote, asking.local)
        for rule in by_policy[exempt.policy]
    )


def _packet(one: _Entry, other: _Entry) -> Packet:
    local = max(one.local.first, other.remote.first)
    remote = max(one.remote.first, other.local.first)
    return Packet(one.local.version, local, remote)


def _for_anybody(policies: Sequence[Policy]) -> Iterator[tuple[Pair, Policy, Policy]]:
    """Rules for any peer and all traffic: of those that offer the same, one each."""
    groups: dict[Hashable, tuple[int, End]] = {}
    hosts: defaultdict[Hashable, int] = defaultdict(int)
    for number, policy in enumerate(policies):
        for end in policy.rules:
            if end.action is RuleAction.NEGOTIATE and _is_for_anybody(end):
                signature = _signature(end)
                groups.setdefault(signature, (number, end))
                hosts[signature] += len(policy.names)
    listed = list(groups.items())
    for place, (signature, (number, end)) in enumerate(listed):
        if hosts[signature] > 1:
            yield Pair(end, end, None, "any peer with any peer"), policies[number], policies[number]
        for _, (other_number, other) in listed[place + 1 :]:
            yield Pair(end, other, None, "any peer with any peer"), policies[number], policies[other_number]


def _is_for_anybody(end: End) -> bool:
    selectors = end.selectors
    return selectors is not None and _is_any(selectors.local) and _is_any(selectors.remote)


def _is_any(addresses: Addresses) -> bool:
    return not addresses or includes_any(addresses)
