"""How well two ends fit: whether they look for each other by their gateways, and whether they want the same traffic."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from ipseclint.model.policy import RuleMode
from ipseclint.model.selectors import Addresses
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.identities import are_strangers
from ipseclint.semantics.scope import includes_any, share_a_host
from ipseclint.vocabulary.authentication import AuthMethod


def mirrors(one: End, other: End) -> bool:
    """Whether two rules do the same for the same addresses, mirrored or, for rules that hold either way, unchanged."""
    return one.action is other.action and (_are_exchanged(one, other) or _are_alike(one, other))


def _are_exchanged(one: End, other: End) -> bool:
    mine, theirs = one.selectors, other.selectors
    if mine is None or theirs is None:
        return False
    return _same(mine.local, theirs.remote) and _same(mine.remote, theirs.local)


def _are_alike(one: End, other: End) -> bool:
    """Whether they may be one rule that is deployed to both sides."""
    mine, theirs = one.selectors, other.selectors
    if mine is None or theirs is None or not (one.holds_either_way and other.holds_either_way):
        return False
    return not _are_exchanged(one, other) and _same(mine.local, theirs.local) and _same(mine.remote, theirs.remote)


def same_sides(met: Iterable[tuple[End, End]]) -> frozenset[tuple[int, int]]:
    """The pairs of equal rules, by identity, that have partners with the sides mirrored.

    Their machines are on the same side.
    """
    rows = list(met)
    exchanged = {id(end) for one, other in rows if _are_exchanged(one, other) for end in (one, other)}
    return frozenset(
        (id(one), id(other))
        for one, other in rows
        if not exchanged.isdisjoint((id(one), id(other))) and _are_alike(one, other)
    )


def _same(some: Addresses, others: Addresses) -> bool:
    return set(some) == set(others) or (_is_any(some) and _is_any(others))


def _is_any(addresses: Addresses) -> bool:
    return not addresses or includes_any(addresses)


def is_for_anybody(end: End) -> bool:
    """Whether an end may be any host, and so may its peer."""
    return end.selectors is not None and _is_any(end.selectors.local) and _is_any(end.selectors.remote)


def is_for_another(own: End, peer: End) -> bool:
    """Whether a peer may mean another tunnel's end: it looks for one address, and where this end is, nothing tells.

    A client of Windows has whatever address it is given, and a peer that serves such clients looks for none.
    """
    looked_for = _looks_for(peer)
    if not looked_for or _is_any(looked_for) or own.gateway:
        return False
    return own.selectors is None or not set(looked_for) <= set(own.selectors.local)


def are_certain(one: End, other: End) -> bool:
    """Whether the addresses of two ends, one of them no rule, match, or at least do not contradict."""
    if _gateways_fit(one, other):
        return True
    if _names_gateways(one, other):
        return False
    return not (one.is_rule or other.is_rule) or _is_mirrored(one, other)


def _is_mirrored(one: End, other: End) -> bool:
    """Whether two ends name the same two sides, each from its own."""
    named = [side for end in (one, other) if (said := end.selectors) is not None for side in (said.local, said.remote)]
    return not any(map(_is_any, named)) and mirrors(one, other)


def _names_gateways(one: End, other: End) -> bool:
    """Whether one end gives its address, and the other where it looks for its peer: then a match would be certain."""
    return bool((one.gateway and other.peer_gateway) or (other.gateway and one.peer_gateway))


def facing(one: End, other: End) -> tuple[End, End]:
    """Two ends oriented to each other: the same `ipsec.conf` may lie at both, and its `left` be either.

    libreswan and strongSwan take the side whose address is their own.
    """
    if not _gateways_fit(one, other):
        if other.is_either_side and _gateways_fit(one, other.turned()):
            return one, other.turned()
        if one.is_either_side and _gateways_fit(one.turned(), other):
            return one.turned(), other
    return one, other


def may_meet(one: End, other: End) -> bool:
    """Whether one of two ends may ask and the other answer: two clients never meet, nor two servers."""
    return not (one.is_client and other.is_client) and not (one.is_server and other.is_server)


class Fit(NamedTuple):
    """How well two ends fit: by whether they look for each other, then by the identities they expect, then by
    whether a client meets what serves clients, then by traffic.
    """

    are_apart: bool
    are_strangers: bool
    is_between_sites: bool
    traffic: _Traffic


class _Traffic(IntEnum):
    SAME = 0
    SHARED = 1
    OTHER = 2


def fit(one: End, other: End) -> Fit:
    """How well two ends fit; the least is the best."""
    is_between_sites = _is_client_at_site(one, other) or _is_client_at_site(other, one)
    return Fit(not _gateways_fit(one, other), are_strangers(one, other), is_between_sites, _traffic(one, other))


def _is_client_at_site(client: End, peer: End) -> bool:
    """Whether a client would meet a connection that, as far as is known, serves no clients: one between two sites."""
    if not client.is_client or peer.is_server:
        return False
    shown, taken = ({each.method for each in credentials or ()} for credentials in (client.own, peer.accepted))
    return AuthMethod.EAP not in shown & taken


def _traffic(one: End, other: End) -> _Traffic:
    """Whether two ends ask for the same traffic, or share some: one gateway often has several tunnels to another."""
    mine, theirs = one.selectors, other.selectors
    if mine is None or theirs is None or not _selectors_fit(one, other):
        return _Traffic.OTHER
    if None not in {mine.protocol, theirs.protocol} and mine.protocol != theirs.protocol:
        return _Traffic.OTHER
    is_same = (
        _are_exchanged(one, other)
        and mine.protocol == theirs.protocol
        and (mine.local_ports, mine.remote_ports) == (theirs.remote_ports, theirs.local_ports)
    )
    return _Traffic.SAME if is_same else _Traffic.SHARED


def _gateways_fit(end: End, other: End) -> bool:
    """Whether one end's address is where the other looks for its peer, and the converse is not ruled out."""
    answers = [
        share_a_host(one.gateway, looked_for)
        for one, peer in ((end, other), (other, end))
        if one.gateway and (looked_for := _looks_for(peer))
    ]
    return bool(answers) and all(answers)


def _looks_for(end: End) -> Addresses:
    """The addresses at which an end expects its peer, as far as it gives any."""
    if end.peer_gateway:
        return end.peer_gateway
    remote = end.selectors.remote if end.selectors is not None and end.mode is RuleMode.TRANSPORT else ()
    return () if _is_any(remote) else remote


def _selectors_fit(end: End, other: End) -> bool:
    mine, theirs = end.selectors, other.selectors
    if mine is None or theirs is None:
        return False
    return all(
        not here or not there or share_a_host(here, there)
        for here, there in ((mine.local, theirs.remote), (mine.remote, theirs.local))
    )
