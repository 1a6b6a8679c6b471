"""Facts of a site that a policy suggests: the hosts that it exempts, and their names.

A name is the author's word, so its meaning is proposed as a value; what only a port suggests is not certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from ipseclint.late import late
from ipseclint.model.machine import Machine
from ipseclint.model.rules import ConnectionSecurityRule
from ipseclint.model.selectors import Address
from ipseclint.model.site import SiteFact
from ipseclint.semantics.scope import exemptions, filters_of, remote_side, secured_rules
from ipseclint.words import plural

_TCP, _UDP = 6, 17
_NAMES: tuple[tuple[SiteFact, re.Pattern[str]], ...] = (
    ("domain_controllers", late(r"domain ?controllers?|\bdcs?(?:\b|\d)|kerberos", re.IGNORECASE)),
    ("dns_servers", late(r"\bdns", re.IGNORECASE)),
    ("dhcp_servers", late(r"\bdhcp", re.IGNORECASE)),
    ("pki_servers", late(r"\bpki\b|\bcrls?\b|\bocsp\b|certificat\w+ authorit|\bca servers?\b", re.IGNORECASE)),
    ("non_ipsec_ranges", late(r"printers?\b|non-?ipsec|appliances?\b|scanners?\b", re.IGNORECASE)),
)
"""Words in authors' names for exempt hosts (reasoned)."""

_SERVICES: dict[tuple[int, int], SiteFact] = {
    (_UDP, 53): "dns_servers",
    (_TCP, 53): "dns_servers",
    (_UDP, 67): "dhcp_servers",
    (_UDP, 88): "domain_controllers",
    (_TCP, 88): "domain_controllers",
    (_UDP, 389): "domain_controllers",
    (_TCP, 389): "domain_controllers",
}
_MAX_SHOWN = 64


class Proposal(Struct, frozen=True):
    """A suggested value for a fact of the site, and in words where it was read.

    `is_certain`: the policy's own names say it; otherwise it is only likely.
    """

    value: object
    origin: str
    is_certain: bool


def site_proposals(machines: Iterable[Machine]) -> dict[str, Proposal]:
    """The values that the policies of some machines suggest, by the name of the fact."""
    certain: dict[str, dict[str, str]] = {}
    likely: dict[str, dict[str, str]] = {}
    peers = 0
    for machine in machines:
        for rule in exemptions(machine):
            addresses = [str(address) for address in remote_side(machine, rule) if _is_narrow(address)]
            for fact, named in _facts(machine, rule):
                exempt = (certain if named else likely).setdefault(fact, {})
                exempt.update(dict.fromkeys(addresses, rule.name))
        peers = max(peers, len(_single_peers(machine)))
    proposals = {fact: _proposal(exempt, is_certain=False) for fact, exempt in likely.items() if exempt}
    proposals |= {fact: _proposal(exempt, is_certain=True) for fact, exempt in certain.items() if exempt}
    if peers > 1:
        proposals["peers"] = Proposal(peers, f"the {plural(peers, 'address')} that its rules secure", is_certain=False)
    return proposals


def _proposal(found: dict[str, str], *, is_certain: bool) -> Proposal:
    rules = list(dict.fromkeys(found.values()))
    names = ", ".join(f'"{name}"' for name in rules[:3]) + (f" and {len(rules) - 3} more" if len(rules) > 3 else "")
    what = "exemption" if len(rules) == 1 else "exemptions"
    return Proposal(list(found)[:_MAX_SHOWN], f"the {what} {names}", is_certain)


def _facts(machine: Machine, rule: ConnectionSecurityRule) -> Iterator[tuple[SiteFact, bool]]:
    """The facts that an exemption suggests about its peers: by its name or its filter list's (certain), or by its
    ports."""
    filter_list = machine.index.filter_list_of(rule)
    names = " ".join([rule.name, filter_list.name if filter_list is not None else ""])
    named = [fact for fact, pattern in _NAMES if pattern.search(names)]
    yield from ((fact, True) for fact in named)
    if not named:
        yield from ((fact, False) for fact in {_SERVICES[service] for service in _services(machine, rule)})


def _services(machine: Machine, rule: ConnectionSecurityRule) -> set[tuple[int, int]]:
    """The well-known services of the peers that an exemption is for."""
    if rule.filter_list is not None:
        asked = {(row.protocol, row.destination_port) for row in filters_of(machine, rule)}
    else:
        asked = {(rule.protocol.known, ports.first) for ports in rule.port2.known or () if ports.first == ports.last}
    return {service for service in _SERVICES if service in asked}


def _single_peers(machine: Machine) -> set[Address]:
    sides: Sequence[Address] = [address for rule in secured_rules(machine) for address in remote_side(machine, rule)]
    return {address for address in sides if address.version and address.first == address.last}


def _is_narrow(address: Address) -> bool:
    """Whether the configuration accepts an address: numeric, and not all addresses."""
    return bool(address.version) and not address.is_any
