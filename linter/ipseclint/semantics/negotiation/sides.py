"""The ends that one text shows: a ticket may hold the policy of Windows and what its peer is set up by."""

from __future__ import annotations

from collections import defaultdict

from ipseclint.model.machine import Machine
from ipseclint.model.peer import Peer
from ipseclint.model.policy import Policy
from ipseclint.semantics.negotiation.rule_ends import machine_ends

_AZURE = "azure"


def apart(machine: Machine) -> tuple[Machine, ...]:
    """Each end of a machine as one of its own: what Windows has, each maker's configuration, each gateway of Azure.

    Empty if it shows one alone: two connections of one configuration are not each other's.
    """
    groups: defaultdict[tuple[str, int], list[Peer]] = defaultdict(list)
    for number, peer in enumerate(machine.policy.peers):
        groups[peer.implementation, number if peer.implementation == _AZURE else 0].append(peer)
    keys = machine.policy.peer_keys
    ends = [machine.with_policy(Policy(peers=tuple(peers), peer_keys=keys)) for peers in groups.values()]
    of_windows = machine.with_policy(machine.policy.model_copy(update={"peers": (), "peer_keys": ()}))
    own = machine_ends(of_windows)
    if own.negotiating:
        ends.insert(0, of_windows)
    return tuple(ends) if len(ends) > 1 else ()
