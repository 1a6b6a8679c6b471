"""Intents that a policy keeps today, proposed for its site to be checked from now on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from ipseclint.model.intent import Intent, Must
from ipseclint.model.machine import Machine
from ipseclint.model.rules import ConnectionSecurityRule
from ipseclint.semantics.intents import breaches
from ipseclint.semantics.scope import exemptions, remote_side, secured_rules
from ipseclint.vocabulary.protocols import protocol_name
from ipseclint.vocabulary.settings import Profile, Security

_MAX_TRIED = 30
"""How many rules of a policy are considered (reasoned: a first configuration is read by a person)."""
_MAX_PEERS = 16


def proposed_intents(machines: Iterable[Machine]) -> list[Intent]:
    """The intent behind each exemption, and behind each rule that protects certain peers; only those that hold."""
    intents: dict[str, Intent] = {}
    for machine in machines:
        for intent in _said(machine):
            if intent.name not in intents and not any(breaches(machine, (intent,))):
                intents[intent.name] = intent
    return list(intents.values())


def _said(machine: Machine) -> Iterator[Intent]:
    rules = (*exemptions(machine), *secured_rules(machine))
    for rule in rules[:_MAX_TRIED]:
        sides = remote_side(machine, rule)
        peers = [str(address) for address in sides if address.version and not address.is_any]
        if not peers or len(peers) != len(sides) or len(peers) > _MAX_PEERS:
            continue
        protocol, ports, profiles = rule.protocol.known, rule.port2.known, rule.profiles.known
        values = {
            "name": rule.name,
            "must": _must(machine, rule),
            "peers": peers,
            "protocol": None if protocol is None else protocol_name(protocol),
            "peer_ports": ",".join(map(str, ports)) if ports else None,
            "profiles": sorted(profiles) if profiles and profiles != set(Profile) else (),
        }
        try:
            yield Intent.of(values)
        except ValidationError:
            continue  # a name or an address that a configuration does not take


def _must(machine: Machine, rule: ConnectionSecurityRule) -> Must:
    if rule in exemptions(machine):
        return Must.EXEMPT
    is_required = rule.inbound.known is Security.REQUIRE and rule.outbound.known is Security.REQUIRE
    return Must.REQUIRED if is_required else Must.REQUESTED
