"""The ends within one input: a ticket may hold a Windows policy and the configuration of its peer."""

from __future__ import annotations

from collections import defaultdict

from ipseclint.model.machine import Machine
from ipseclint.model.peer import Peer
from ipseclint.model.policy import Policy
from ipseclint.semantics.negotiation.rule_ends import machine_ends

_AZURE = "azure"


def apart(machine: Machine) -> tuple[Machine, ...]:
    """Each end of a machine as a machine of its own: Windows (VPN clients and servers apart), each vendor's
    configuration, each gateway of Azure.

    Empty if there is only one: two connections of one configuration are not each other's peers.
    """
    groups: defaultdict[tuple[str, int], list[Peer]] = defaultdict(list)
    for number, peer in enumerate(machine.policy.peers):
        groups[peer.implementation, number if peer.implementation == _AZURE else 0].append(peer)
    keys = machine.policy.peer_keys
    ends = [machine.with_policy(Policy(peers=tuple(peers), peer_keys=keys)) for peers in groups.values()]
    of_windows = machine.with_policy(machine.policy.model_copy(update={"peers": (), "peer_keys": ()}))
    ends[:0] = [each for each in _clients_and_servers(of_windows) if machine_ends(each).negotiating]
    return tuple(ends) if len(ends) > 1 else ()


def _clients_and_servers(machine: Machine) -> tuple[Machine, ...]:
    """A machine that has VPN connections and a server, without the connections and with them alone."""
    policy = machine.policy
    if not policy.vpn_connections or not policy.vpn_servers:
        return (machine,)
    return tuple(
        machine.with_policy(policy.model_copy(update=dict.fromkeys(fields, ())))
        for fields in (("vpn_servers", "vpn_interfaces"), ("vpn_connections",))
    )
