"""Services that must be reachable without IPsec, and the rules that put them under IPsec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.late import late_names
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.model.selectors import Address, Addresses, PortRange
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.treatment import Left, Question, Service, Traffic, traffic_with
from ipseclint.words import listed

if TYPE_CHECKING:
    from ipseclint.rules._exempting import exempting
    from ipseclint.semantics.narrowing import narrowing
else:
    (narrowing,) = late_names("ipseclint.semantics.narrowing", "narrowing")
    (exempting,) = late_names("ipseclint.rules._exempting", "exempting")


class Kept(Struct, frozen=True):
    """The services of some hosts that a rule puts under IPsec.

    `bare` are hosts with all their services, `parts` hosts with some services, by these. `words` names the hosts, and
    what others exempt of them in part. `perhaps` are hosts for which that is not certain: a keyword or an unknown order
    decides.
    """

    bare: Addresses
    parts: Mapping[tuple[Service, ...], Addresses]
    words: str
    perhaps: Addresses
    services: frozenset[Service]
    """The services of any of the hosts."""

    @property
    def hosts(self) -> Addresses:
        """The hosts with any service."""
        return (*self.bare, *(host for hosts in self.parts.values() for host in hosts))

    @property
    def exempt(self) -> str:
        """How far the hosts are exempt, to end a phrase "servers that ..."."""
        if not self.parts:
            return "no rule exempts" if self.bare else "may not be exempt"
        return "are not exempt, or only in part" if self.bare else "are exempt only in part"

    def exempting(self, machine: Machine, rule: ConnectionSecurityRule, name: str) -> Fix:
        """The fix that exempts just these services: whole hosts, and of others the services in question."""
        fixes = [exempting(machine, rule, name, self.bare or self.perhaps)] if self.bare or self.perhaps else []
        for services, hosts in self.parts.items():
            for protocol in dict.fromkeys(service.protocol for service in services):
                ports = tuple(
                    PortRange(service.port, service.port)
                    for service in services
                    if service.protocol == protocol and service.port
                )
                own_name = f"{name}, {Service(protocol=protocol)}"
                fixes.append(exempting(machine, rule, own_name, hosts, protocol, ports))
        changes = tuple(change for fix in fixes for change in fix.changes)
        return replace(fixes[0], changes=changes)


class NeededServices:
    """Services of hosts that must be reachable without IPsec, asked of one rule after another.

    `otherwise` are the rules that do not put them under IPsec in the way in question.
    """

    def __init__(
        self,
        machine: Machine,
        hosts: Addresses,
        services: Sequence[Service],
        otherwise: Iterable[ConnectionSecurityRule],
    ) -> None:
        asked = {(host, service): traffic_with(machine, (host,), service) for host in hosts for service in services}
        together = [box for service in services for box in traffic_with(machine, hosts, service)] if hosts else []
        self._asked = asked
        self._question = Question(machine, tuple(together), otherwise)

    def kept_by(self, rule: ConnectionSecurityRule) -> Kept:
        """The services that one rule puts under IPsec."""
        if not self._asked:
            return Kept((), {}, "", (), frozenset())
        left = self._question.left_to(rule)
        words: dict[Address, list[tuple[Service, str]]] = {}
        perhaps: dict[Address, None] = {}
        entire: dict[Address, bool] = {}
        for (host, service), traffic in self._asked.items():
            whole = _clipped(left.whole, traffic)
            if not whole:
                continue
            certain = _clipped(left.certain, traffic)
            entire[host] = entire.get(host, True) and bool(certain) and not _clipped(left.taken, traffic)
            if certain:
                words.setdefault(host, []).append((service, narrowing(certain, whole)))
            elif _clipped(left.possible, traffic):
                perhaps[host] = None
        bare = tuple(host for host in words if entire[host])
        parts: dict[tuple[Service, ...], Addresses] = {}
        for host, kept in words.items():
            if not entire[host]:
                services = tuple(service for service, _ in kept)
                parts[services] = (*parts.get(services, ()), host)
        texts = [str(host) if entire[host] else f"{host}: {_in_part(kept)}" for host, kept in words.items()]
        return Kept(
            bare,
            parts,
            listed(texts, between="; ") if parts else ", ".join(texts),
            tuple(host for host in perhaps if host not in words),
            frozenset(service for kept in words.values() for service, _ in kept),
        )


def _in_part(services: Sequence[tuple[Service, str]]) -> str:
    """The services of a host that are not exempt, grouped by what limits them."""
    by_limit: dict[str, list[str]] = {}
    for service, limit in services:
        narrower = limit.startswith(str(service))
        by_limit.setdefault("" if narrower else limit, []).append(limit if narrower else str(service))
    return ", ".join(
        f"{_all_of(named)} {'is' if len(named) == 1 else 'are'} not{' for ' + limit if limit else ''}"
        for limit, named in by_limit.items()
    )


def _all_of(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _clipped(boxes: Traffic, traffic: Traffic) -> Traffic:
    pieces: list[Box] = [one & other for one in boxes for other in traffic if one.meets(other)]
    return tuple(dict.fromkeys(pieces))


class RangesLeft:
    """Ranges of the site, and their traffic that rules put under IPsec."""

    def __init__(self, machine: Machine, ranges: Addresses, otherwise: Iterable[ConnectionSecurityRule]) -> None:
        others = list(otherwise)
        self._questions = [(range_, Question(machine, traffic_with(machine, (range_,)), others)) for range_ in ranges]

    def left_to(self, rule: ConnectionSecurityRule) -> list[tuple[Address, str]]:
        """The ranges for which a rule certainly decides some traffic, each with words for it and for what others
        take."""
        kept = ((range_, question.left_to(rule)) for range_, question in self._questions)
        return [(range_, f"{range_}{but_for(left)}") for range_, left in kept if left.certain]


def but_for(left: Left) -> str:
    """The part of a rule's traffic that others take, in words; empty if none."""
    taken = narrowing(left.taken, left.whole) if left.taken else ""
    return f" but for {taken}" if taken else ""
