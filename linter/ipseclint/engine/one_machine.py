"""The grouping of a folder's inputs into machines, by what each contributes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Protocol, TypeVar

from msgspec import Struct

from ipseclint.formats.kit.run_files import folded
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import Policy
from ipseclint.source import Source


class PartOfFolder(Protocol):
    """The parts of a read input that decide which inputs of a folder describe one machine."""

    @property
    def source(self) -> Source:
        """Its source."""

    @property
    def folder(self) -> str | None:
        """The folder in which a walk found it."""

    @property
    def share(self) -> Share:
        """Its contribution to the machine that it describes."""


InFolder = TypeVar("InFolder", bound=PartOfFolder)


def by_machine(read: Sequence[InFolder], machine: str | None) -> Iterator[tuple[str, list[InFolder]]]:
    """Inputs by machine: each by itself, unless a name joins them, or a folder holds the inputs of one machine alone.

    These are run-time evidence, and registry values, services and certificates beside one policy. Keys of a peer go
    with the only configuration of a peer beside them, whatever else is there.
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
    keys = _keys_by_configuration([each for each in read if each.folder not in evident])
    taken = {key.source.path for group in keys.values() for key in group}
    for input_ in read:
        if input_.source.path in taken:
            continue
        if input_.folder is None or input_.folder not in evident:
            yield input_.source.path, [input_, *keys.get(input_.source.path, ())]
        elif input_.folder not in done:
            done.add(input_.folder)
            yield input_.folder, by_folder[input_.folder]


def _keys_by_configuration(read: Sequence[InFolder]) -> dict[str, list[InFolder]]:
    """The inputs that hold only keys, by the path of the only configuration of a peer beside them."""
    keys = [each for each in read if each.share.part is Part.KEYS]
    peers = [each for each in read if each.share.is_peer] if keys else []
    beside: dict[str, list[InFolder]] = defaultdict(list)
    for peer in peers:
        beside[_folder_of(peer)].append(peer)
    found: dict[str, list[InFolder]] = defaultdict(list)
    for key in keys:
        if len(of := beside[_folder_of(key)]) == 1:
            found[of[0].source.path].append(key)
    return found


def _folder_of(input_: PartOfFolder) -> str:
    return folded(input_.source.path).rpartition("/")[0]


def _is_one_machine(group: Sequence[Share]) -> bool:
    """Whether inputs of one folder describe one machine: some are evidence, or accompany the only policy or VPN end."""
    parts = {share.part for share in group}
    if Part.EVIDENCE in parts or _are_parts_of_one_server(group):
        return True
    if not parts & {Part.ACCOMPANYING, Part.KEYS}:
        return False
    policies = [share.part for share in group if share.part not in _BESIDE]
    of_client = all(part is Part.VPN_CLIENT for part in policies)
    of_server = all(part is Part.VPN_SERVER for part in policies)
    return len(policies) == 1 or (bool(policies) and (of_client or of_server))


def _are_parts_of_one_server(group: Sequence[Share]) -> bool:
    """Whether inputs of one folder say different things about one VPN server: its suite, its authentication,
    its sites."""
    policies = [share for share in group if share.part not in _BESIDE]
    if any(share.of_server is None for share in policies):
        return False
    said = [name for share in policies for name in share.of_server or ()]
    return len(policies) > 1 and bool(said) and len(said) == len(set(said))


class Part(Enum):
    """The role of an input for the machine that it describes."""

    NOTHING = auto()
    EVIDENCE = auto()
    ACCOMPANYING = auto()
    KEYS = auto()
    VPN_CLIENT = auto()
    VPN_SERVER = auto()
    POLICY = auto()


_BESIDE = frozenset({Part.NOTHING, Part.ACCOMPANYING, Part.KEYS})
"""The roles of inputs without policy."""


class Share(Struct, frozen=True):
    """The contribution of an input to its machine; for an input about a VPN server alone, what it says of the server.

    `is_peer`: it describes a peer.
    """

    part: Part = Part.NOTHING
    of_server: tuple[str, ...] | None = None
    is_peer: bool = False


_NOT_SAID = frozenset({"name", "id", "span", "dialect"})
"""Fields of a VPN server that every input has."""
_ACCOMPANYING = frozenset(
    {"registry", "services", "network_adapters", "certificates", "audit", "peer_keys", "firewall_rules"}
)
"""Fields of a policy that describe its machine."""


def share_of(parsed: Parsed) -> Share:
    """The contribution of a parsed input to the machine that it describes."""
    policy = parsed.policy
    if policy.is_empty:
        part = Part.NOTHING if parsed.is_empty else Part.EVIDENCE
        return Share(Part.ACCOMPANYING if part is Part.NOTHING and policy.hosts else part)
    if not any(getattr(policy, name) for name in Policy.model_fields if name not in _ACCOMPANYING):
        others = any(getattr(policy, name) for name in _ACCOMPANYING - {"peer_keys"})
        return Share(Part.ACCOMPANYING if others else Part.KEYS)
    is_peer = bool(policy.peers)
    if policy.vpn_connections and not policy.vpn_servers:
        return Share(Part.VPN_CLIENT, is_peer=is_peer)
    part = Part.VPN_SERVER if policy.vpn_servers and not policy.vpn_connections else Part.POLICY
    if policy.connection_security_rules or policy.vpn_connections:
        return Share(part, is_peer=is_peer)
    if not (policy.vpn_servers or policy.vpn_interfaces):
        return Share(part, is_peer=is_peer)
    said = (
        name
        for server in policy.vpn_servers
        for name in type(server).model_fields
        if name not in _NOT_SAID and getattr(server, name) is not None
    )
    return Share(part, tuple(said), is_peer=is_peer)
