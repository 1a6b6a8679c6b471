"""Which inputs of a folder describe one machine, by what each of them contributes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Protocol, TypeVar

from msgspec import Struct

from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import Policy, VpnServer
from ipseclint.source import Source


class PartOfFolder(Protocol):
    """What is kept of an input that was read, to find out which inputs of a folder describe one machine."""

    @property
    def source(self) -> Source:
        """What it was read from."""

    @property
    def folder(self) -> str | None:
        """The folder in which a walk met it."""

    @property
    def share(self) -> Share:
        """What it contributes to the machine that it describes."""


InFolder = TypeVar("InFolder", bound=PartOfFolder)


def by_machine(read: Sequence[InFolder], machine: str | None) -> Iterator[tuple[str, list[InFolder]]]:
    """Inputs by machine: each its own, unless named, or in one folder with what belongs to it alone.

    That is run-time evidence, and registry values, services and certificates beside one policy.
    """
    if machine is not None:
        if read:
            yield machine, list(read)
        return
    by_folder: defaultdict[str, list[InFolder]] = defaultdict(list)
    for input_ in read:
        if input_.folder is not None:
            by_folder[input_.folder].append(input_)
    evident = {folder for folder, group in by_folder.items() if _is_one_machine([each.share for each in group])}
    done: set[str] = set()
    for input_ in read:
        if input_.folder is None or input_.folder not in evident:
            yield input_.source.path, [input_]
        elif input_.folder not in done:
            done.add(input_.folder)
            yield input_.folder, by_folder[input_.folder]


def _is_one_machine(group: Sequence[Share]) -> bool:
    """Whether inputs of one folder describe one machine: some are evidence, or go with the only policy or VPN end."""
    parts = {share.part for share in group}
    if Part.EVIDENCE in parts or _are_parts_of_one_server(group):
        return True
    if Part.ACCOMPANYING not in parts:
        return False
    policies = [share.part for share in group if share.part not in {Part.NOTHING, Part.ACCOMPANYING}]
    of_client = all(part is Part.VPN_CLIENT for part in policies)
    of_server = all(part is Part.VPN_SERVER for part in policies)
    return len(policies) == 1 or (bool(policies) and (of_client or of_server))


def _are_parts_of_one_server(group: Sequence[Share]) -> bool:
    """Whether inputs of one folder say different things of a VPN server: its suite, its authentication, its sites."""
    policies = [share for share in group if share.part not in {Part.NOTHING, Part.ACCOMPANYING}]
    if any(share.of_server is None for share in policies):
        return False
    said = [name for share in policies for name in share.of_server or ()]
    return len(policies) > 1 and bool(said) and len(said) == len(set(said))


class Part(Enum):
    """What an input is of the machine that it describes."""

    NOTHING = auto()
    EVIDENCE = auto()
    ACCOMPANYING = auto()
    VPN_CLIENT = auto()
    VPN_SERVER = auto()
    POLICY = auto()


class Share(Struct, frozen=True):
    """What an input contributes to its machine; of one that is of a VPN server alone, what it says of the server."""

    part: Part = Part.NOTHING
    of_server: tuple[str, ...] | None = None


_SAID = frozenset(VpnServer.model_fields) - {"name", "id", "span", "dialect"}
_ACCOMPANYING = frozenset(
    {"registry", "services", "network_adapters", "certificates", "audit", "peer_keys", "firewall_rules"}
)
"""Fields of a policy that say what the machine is like on which a policy holds."""


def share_of(parsed: Parsed) -> Share:
    """What an input contributes to the machine that it describes."""
    policy = parsed.policy
    if policy.is_empty:
        part = Part.NOTHING if parsed.is_empty else Part.EVIDENCE
        return Share(Part.ACCOMPANYING if part is Part.NOTHING and policy.hosts else part)
    if not any(getattr(policy, name) for name in Policy.model_fields if name not in _ACCOMPANYING):
        return Share(Part.ACCOMPANYING)
    if policy.vpn_connections and not policy.vpn_servers:
        return Share(Part.VPN_CLIENT)
    part = Part.VPN_SERVER if policy.vpn_servers and not policy.vpn_connections else Part.POLICY
    if policy.connection_security_rules or policy.vpn_connections:
        return Share(part)
    if not (policy.vpn_servers or policy.vpn_interfaces):
        return Share(part)
    said = (name for server in policy.vpn_servers for name in _SAID if getattr(server, name) is not None)
    return Share(part, tuple(said))
