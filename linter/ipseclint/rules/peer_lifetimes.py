"""Lifetimes that differ between the two ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.model.selectors import Addresses, Ports
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Options, Scope, rule
from ipseclint.semantics.effective import (
    byte_lifetime,
    main_mode_lifetime,
    quick_mode_lifetime,
    with_byte_lifetime,
    with_lifetime,
)
from ipseclint.semantics.scope import local_side, peers_of, remote_side, secured_rules
from ipseclint.words import duration

_Traffic = tuple[frozenset[Addresses], int | None, frozenset[Ports]]
"""Both sides, the protocol and the ports of a rule without regard to which side is its own."""


@dataclass(frozen=True, slots=True)
class _End:
    """One lifetime as one end has it."""

    machine: Machine
    rule: ConnectionSecurityRule
    setting: Setting[int]
    value: int


@rule(
    "QD035",
    "rekey-depends-on-other-party",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13879, 13895),
    scope=Scope.FLEET,
    cause=Cause.TOO_EXPENSIVE,
)
def rekey_depends_on_other_party(machines: tuple[Machine, ...], _options: Options) -> Iterator[Hit]:
    """Two policies for the same traffic have different lifetimes, so that the stricter end sets the pace for both.

    Why: The effective lifetime is the smaller of both. A strict peer imposes its renewals on a well-configured server,
    whose own policy does not show where they come from. Microsoft documents the error that a responder sends for
    a lifetime; that the smaller one governs in every mode is our reasoning from it.

    Seen as: 13879 ERROR_IPSEC_IKE_INVALID_RESPONDER_LIFETIME_NOTIFY, and 13895 more often than this host's policy
    explains.

    Bad: A server with 100 GB as lifetime by volume, clients with 100,000 KB

    Good: The same lifetimes in both group policy objects

    Fix: Give both ends the longer lifetimes.

    Waive: When the strict end is meant to set the pace.
    """
    for quantity, ends in _ends(machines).items():
        strict = min(ends, key=lambda end: end.value)
        other = max(ends, key=lambda end: end.value)
        if strict.value == other.value or strict.machine is other.machine:
            continue
        what, write = _QUANTITIES[quantity[1]]
        yield Hit(
            subject=strict.rule,
            span=strict.setting.span,
            message=f"{what} of {write(strict.value)} here and {write(other.value)} at the other end "
            f'(rule "{other.rule.name}"); both renew at the shorter',
            value=f"{quantity[1]} {strict.value} {other.value}",
            related=((f"{what} of the other end", other.setting.span),),
            fix=_as_long(strict, quantity[1], other.value),
        )


_QUANTITIES = {
    "main mode": ("main-mode lifetime", duration),
    "quick mode": ("quick-mode lifetime", duration),
    "volume": ("quick-mode lifetime", "{} KB".format),
}


def _ends(machines: tuple[Machine, ...]) -> dict[tuple[_Traffic, str], list[_End]]:
    """Each lifetime of each traffic that more than one machine has a rule for."""
    ends: defaultdict[tuple[_Traffic, str], list[_End]] = defaultdict(list)
    for machine in machines:
        for secured_rule in secured_rules(machine):
            traffic = _traffic(machine, secured_rule)
            main, quick = machine.index.main_mode_of(secured_rule), machine.index.quick_mode_of(secured_rule)
            settings = {
                "main mode": main_mode_lifetime(main) if main is not None else None,
                "quick mode": quick_mode_lifetime(quick) if quick is not None else None,
                "volume": byte_lifetime(quick) if quick is not None else None,
            }
            for quantity, setting in settings.items():
                if setting is not None and setting.known is not None:
                    ends[traffic, quantity].append(_End(machine, secured_rule, setting, setting.known))
    return ends


def _traffic(machine: Machine, each: ConnectionSecurityRule) -> _Traffic:
    sides = frozenset({peers_of(local_side(machine, each)), peers_of(remote_side(machine, each))})
    return sides, each.protocol.known, frozenset({each.port1.known or (), each.port2.known or ()})


def _as_long(end: _End, quantity: str, wanted: int) -> Fix:
    index = end.machine.index
    main, quick = index.main_mode_of(end.rule), index.quick_mode_of(end.rule)
    if quantity == "main mode" and main is not None and not main.builtin:
        return Fix((Assign(main, "lifetime_seconds", wanted),))
    if quick is not None and not quick.builtin and quantity != "main mode":
        longer = with_lifetime if quantity == "quick mode" else with_byte_lifetime
        return Fix((Assign(quick, "proposals", longer(quick, wanted, wanted)),))
    return Fix(note="Give this end a set of its own with the longer lifetime.")
