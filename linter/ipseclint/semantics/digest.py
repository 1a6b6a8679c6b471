"""The digest of a machine, kept for the rules that compare machines once its own rules have run; and a fleet of them.

A digest holds the part of the policy that decides negotiations (rules, sets, keys as digests, remote access, with their
places) packed, two or three kilobytes, and the facts by which the rules choose the machines to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TypeVar, overload

from msgspec import Struct, field

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.site import NO_FACTS, Site
from ipseclint.packing import packed, unpacked
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import SERVER_AUTHENTICATION
from ipseclint.vocabulary.registry_keys import VPN_CLIENT, folded

Facts = TypeVar("Facts")
FactsOf = Callable[[Machine], object]
"""A function that extracts from a machine what a rule over a fleet must know of every machine."""

_DROPPED = frozenset(
    {
        "firewall_rules",
        "dos_protection",
        "registry",
        "services",
        "network_adapters",
        "audit",
        "refused_commands",
        "lost_stores",
        "stray_values",
        "open_ends",
        "empty_stores",
        "names_not_followed",
        "names_given",
        "kinds_not_held",
    }
)
"""Fields of a policy that do not affect negotiations with another machine."""


MAX_DIGEST_BYTES = 64 * 1024 * 1024
"""The largest digest of a machine; a hundred thousand filters are 6 MB of it."""


class Digest(Struct, frozen=True):
    """The kept part of one machine: `paths` are those of its inputs, `facts` stand under their functions' names."""

    name: str
    paths: tuple[str, ...]
    as_of: date | None
    policy: bytes
    facts: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, machine: Machine, facts: Iterable[FactsOf] = (), *, whole: bool = False) -> Digest:
        """The digest of a machine; `whole` keeps all of its policy, for rules that may look at any part."""
        policy = machine.policy if whole else _deciding(machine.policy)
        kept = machine.with_policy(policy)
        return cls(
            machine.name,
            tuple(sorted(_paths(policy))),
            machine.as_of,
            packed(policy),
            {_name(each): each(kept) for each in facts},
        )

    def machine(self, site: Site) -> Machine:
        """The machine, as far as it was kept."""
        return Machine(name=self.name, policy=unpacked(self.policy, MAX_DIGEST_BYTES), site=site, as_of=self.as_of)


def holds_both_ends(policy: Policy) -> bool:
    """Whether it holds both an end and its peer or VPN server, as a text that shows both does."""
    own = policy.vpn_connections or policy.vpn_servers or policy.vpn_interfaces or policy.connection_security_rules
    return bool((policy.vpn_connections and policy.vpn_servers) or (policy.peers and own))


def may_be_vpn_server(policy: Policy) -> bool:
    """Whether nothing of a VPN is known of a machine but a certificate that says to be for a server."""
    if policy.vpn_connections or policy.vpn_servers or policy.vpn_interfaces:
        return False
    listed = (each.ekus.known or () for each in policy.certificates if each.ekus is not None)
    return any(SERVER_AUTHENTICATION in usages for usages in listed)


class Fleet(Sequence[Machine]):
    """The machines of a run in order, each unpacked on demand."""

    def __init__(self, digests: Iterable[Digest], site: Site) -> None:
        self.digests = tuple(digests)
        self.site = site

    @classmethod
    def of(cls, machines: Sequence[Machine]) -> Fleet:
        """A few machines as a fleet."""
        site = machines[0].site if machines else NO_FACTS
        return cls((Digest.of(machine, whole=True) for machine in machines), site)

    def __len__(self) -> int:
        return len(self.digests)

    @overload
    def __getitem__(self, place: int) -> Machine: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Machine, ...]: ...
    def __getitem__(self, place: int | slice) -> Machine | tuple[Machine, ...]:
        if isinstance(place, slice):
            return tuple(digest.machine(self.site) for digest in self.digests[place])
        return self.digests[place].machine(self.site)

    @property
    def has_pairs(self) -> bool:
        """Whether there is something to compare: several machines, one and peers of the site, or both ends in one."""
        return len(self.digests) > 1 or bool(self.digests and (self.site.peer or self._holds_both_ends))

    @cached_property
    def _holds_both_ends(self) -> bool:
        return holds_both_ends(self[0].policy)

    def name_of(self, path: str) -> str:
        """The name of the machine that a path belongs to; the path itself if none."""
        return self._names.get(path, path)

    def called(self, name: str) -> Machine | None:
        """The machine with a name; None if there is none."""
        return next((digest.machine(self.site) for digest in self.digests if digest.name == name), None)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {path: digest.name for digest in self.digests for path in digest.paths}

    def facts(self, facts_of: Callable[[Machine], Facts]) -> Iterator[Facts]:
        """The facts of each machine, in order; they are computed now where they were not kept."""
        name = _name(facts_of)
        for digest in self.digests:
            known: Facts = digest.facts[name] if name in digest.facts else facts_of(digest.machine(self.site))  # type: ignore[assignment]
            yield known

    def where(self, holds: Callable[[Machine], bool]) -> list[Machine]:
        """The machines for which a function of facts is true."""
        chosen = list(self.facts(holds))
        return [digest.machine(self.site) for digest, is_one in zip(self.digests, chosen, strict=True) if is_one]


def _name(facts_of: Callable[[Machine], object]) -> str:
    return f"{facts_of.__module__}.{facts_of.__qualname__}"


def _deciding(policy: Policy) -> Policy:
    """The part of a policy that decides negotiations: of WFP filters those with a quick mode of the input, of the
    registry the values that configure a VPN client.
    """
    dropped: dict[str, object] = {name: () for name in _DROPPED if getattr(policy, name)}
    if policy.registry and policy.vpn_connections:
        (key,) = folded(VPN_CLIENT)
        dropped["registry"] = tuple(value for value in policy.registry if key in value.path.casefold())
    if policy.certificates and not policy.vpn_servers and not may_be_vpn_server(policy):
        dropped["certificates"] = ()
    update = dict(dropped)
    if policy.wfp_filters:
        names = {name.casefold() for each in policy.quick_mode_crypto_sets for name in (each.name, each.id) if name}
        update["wfp_filters"] = tuple(
            row for row in policy.wfp_filters if row.context_key is not None and row.context_key.casefold() in names
        )
    return policy.model_copy(update=update) if update else policy


def _paths(policy: Policy) -> set[str]:
    paths = {policy.wfp_filter_path} if policy.wfp_filter_path else set()
    for name in Policy.model_fields:
        value = getattr(policy, name)
        if isinstance(value, tuple) and name != "wfp_filters":
            paths.update(each.span.path for each in value if isinstance(getattr(each, "span", None), Span))
    return paths
