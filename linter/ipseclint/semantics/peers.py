"""Which rules of two machines of a run are certainly meant for each other.

They are when both are for any peer and all traffic, or when they mirror each other: the local addresses,
ports and tunnel endpoint of one are the remote ones of the other. Of all others it is not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    Dialect,
    MainModeCryptoSet,
    MainModeRule,
    QuickModeCryptoSet,
    RuleMode,
)
from ipseclint.model.selectors import Addresses
from ipseclint.semantics.reach import takes_all_traffic
from ipseclint.semantics.scope import includes_any, is_any_to_any, local_side, remote_side, secured_rules

ANYBODY = ("any peer",)
"""The key of rules for any peer and all traffic; it is its own mirror image."""


@dataclass(frozen=True, slots=True)
class NegotiatingSide:
    """What one machine offers in one rule. `main` and `quick` are None where somebody's own set is not certain."""

    machine: Machine
    rule: ConnectionSecurityRule
    main: MainModeCryptoSet | None
    quick: QuickModeCryptoSet | None


def peers(machines: Sequence[Machine]) -> Iterator[tuple[NegotiatingSide, NegotiatingSide]]:
    """Each pair of sides of different machines that negotiate with each other, the earlier machine first.

    A machine takes part once for each pair of ends, by its first rule for them. Machines that offer the same
    there take part as one, so that a fleet of equal machines is no more work than a few.
    """
    groups: defaultdict[Hashable, dict[Hashable, tuple[int, NegotiatingSide]]] = defaultdict(dict)
    for number, machine in enumerate(machines):
        seen: set[Hashable] = set()
        for side in _sides(machine):
            key = _ends(machine, side.rule)
            if key is not None and key not in seen:
                seen.add(key)
                groups[key].setdefault((_algorithms(side.main), _algorithms(side.quick)), (number, side))
    for key, sides in groups.items():
        for one_number, one in sides.values():
            for other_number, other in groups.get(_mirrored(key), {}).values():
                if one_number < other_number:
                    yield one, other


def _sides(machine: Machine) -> Iterator[NegotiatingSide]:
    by_main_mode_rule = [
        main_mode_rule for main_mode_rule in machine.policy.main_mode_rules if main_mode_rule.enabled.known is not False
    ]
    for rule in secured_rules(machine):
        quick = machine.index.quick_mode_of(rule)
        if rule.dialect is not Dialect.WFAS or not by_main_mode_rule:
            main = machine.index.main_mode_of(rule)
        else:
            main = _for_all_peers(machine, by_main_mode_rule)
        yield NegotiatingSide(
            machine,
            rule,
            None if main is None or main.builtin else main,
            None if quick is None or quick.builtin else quick,
        )


def _for_all_peers(machine: Machine, rules: list[MainModeRule]) -> MainModeCryptoSet | None:
    """The set of the only main-mode rule when it is for all peers; which of several serves a peer is not certain."""
    only = rules[0]
    certain = len(rules) == 1 and all(
        includes_any(endpoint.known or ()) for endpoint in (only.endpoint1, only.endpoint2)
    )
    return machine.index.main_mode_of(only) if certain else None


def _ends(machine: Machine, rule: ConnectionSecurityRule) -> Hashable | None:
    """Both ends of a rule, local end first; None when an end is not certain."""
    tunnel = rule.mode.known is RuleMode.TUNNEL
    if not tunnel and is_any_to_any(machine, rule) and takes_all_traffic(machine, rule):
        return ANYBODY
    here, there = _certain(local_side(machine, rule)), _certain(remote_side(machine, rule))
    gates: list[Hashable] = [None, None]
    if tunnel:
        local, remote = rule.local_tunnel_endpoint, rule.remote_tunnel_endpoint
        gates = [_certain((side.known or ()) if side is not None else ()) for side in (local, remote)]
    if here is None or there is None or (tunnel and None in gates):
        return None
    return tunnel, rule.protocol.value, here, rule.port1.value, gates[0], there, rule.port2.value, gates[1]


def _mirrored(key: Hashable) -> Hashable:
    if key == ANYBODY or not isinstance(key, tuple):
        return key
    tunnel, protocol, here, port1, gate1, there, port2, gate2 = key
    return tunnel, protocol, there, port2, gate2, here, port1, gate1


def _certain(addresses: Addresses) -> Hashable | None:
    """The addresses as a set, if every machine of the world would understand the same by them."""
    if not addresses or includes_any(addresses) or any(not each.version for each in addresses):
        return None
    return frozenset(addresses)


def _algorithms(crypto: MainModeCryptoSet | QuickModeCryptoSet | None) -> Hashable:
    return None if crypto is None else tuple(proposal.algorithms for proposal in crypto.proposals)
