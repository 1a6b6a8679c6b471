"""The traffic selectors of two ends: equal, one within the other, or disjoint."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from msgspec.structs import replace

from ipseclint.finding import Basis
from ipseclint.model.policy import RuleMode
from ipseclint.model.selectors import LAST_ADDRESS, Addresses, Ports
from ipseclint.semantics.negotiation.ends import End, Selectors
from ipseclint.semantics.negotiation.key_module import may_be_behind_nat
from ipseclint.semantics.negotiation.stage import Answer, Difference, Kind, Result, Stage
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.scope import covers
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.protocols import protocol_name

STAGE = Stage.SELECTORS


class Relation(IntEnum):
    """How the traffic of the initiator relates to that of the responder; a larger value is worse."""

    EQUAL = 0
    NARROWER = 1
    WIDER = 2
    DISJOINT = 3


def agree(initiator: End, responder: End, module: KeyModule) -> Result:
    """The result of the stage. Transport mode protects traffic of the two hosts: their addresses need only overlap."""
    mine, theirs = _selectors(initiator, responder), _selectors(responder, initiator)
    if mine is None or theirs is None:
        return _unsaid(*((initiator, responder) if mine is None else (responder, initiator)))
    ways = ((initiator, responder), (responder, initiator))
    hostless = next((end for end, other in ways if leaves_out_a_host(end, other)), None)
    if hostless is not None:
        why = (
            f"in transport mode {hostless.implementation.title} protects the traffic of two hosts alone, and what "
            f"{hostless.subject} is to protect leaves out one of them"
        )
        return Result(
            STAGE, Answer.FAILS, why, Basis.STANDARD, differences=(_difference(mine, theirs),), kind=Kind.HOSTS
        )
    if _are_one(mine, theirs):
        return Result(STAGE, Answer.AGREED, _OF_BOTH, Basis.STANDARD)
    return _compared(initiator, responder, mine, theirs, module)


def _difference(mine: Selectors, theirs: Selectors) -> Difference:
    asked, had = words(mine), words(theirs)
    if asked == had:  # each end has its own side first, so the same words are not the same traffic
        asked = had = f"{asked}, own side first"
    return Difference("selectors", asked, had, mine.span, theirs.span)


def _compared(initiator: End, responder: End, mine: Selectors, theirs: Selectors, module: KeyModule) -> Result:
    """The result for traffic that is not written as the same at both ends."""
    difference = _difference(mine, theirs)
    if not (mine.is_understood and theirs.is_understood):
        return Result(STAGE, Answer.UNKNOWN, "an address was not understood", Basis.REASONED, differences=(difference,))
    hosts = initiator.mode is responder.mode is RuleMode.TRANSPORT and (initiator.is_windows or responder.is_windows)
    relation = _relation(mine, theirs, hosts=hosts)
    if relation is Relation.DISJOINT and (initiator.holds_either_way or responder.holds_either_way):
        turned = mine.turned() if initiator.holds_either_way else mine
        relation = _relation(turned, theirs if initiator.holds_either_way else theirs.turned(), hosts=hosts)
    if relation is None:
        why = "an address is a keyword, which each end resolves for itself"
        outcomes = ("it comes up, if it stands for the other end's addresses", "it is refused")
        return Result(STAGE, Answer.DEPENDS, why, Basis.REASONED, differences=(difference,), outcomes=outcomes)
    match relation:
        case Relation.EQUAL:
            if hosts and _asks_windows_for_networks(initiator, responder, mine, module):
                outcomes = ("it comes up, if the initiator asks for the two hosts alone", "it is refused")
                return Result(
                    STAGE, Answer.DEPENDS, _OF_HOSTS, Basis.REASONED, differences=(difference,), outcomes=outcomes
                )
            is_written = not hosts or _relation(mine, theirs, hosts=False) is Relation.EQUAL
            return Result(STAGE, Answer.AGREED, _OF_BOTH if is_written else _OF_TWO, Basis.STANDARD)
        case Relation.DISJOINT:
            why = "the two ends protect no traffic in common"
            return Result(STAGE, Answer.FAILS, why, Basis.STANDARD, differences=(difference,))
    takes = _takes(initiator, responder, module, relation)
    which = "more" if relation is Relation.WIDER else "less"
    why = f"the initiator asks for {which} than the responder has"
    if takes is None:
        outcomes = ("it comes up, if the responder narrows what it is asked for", "it is refused")
        why += ": it comes up only if the peer narrows"
        return Result(STAGE, Answer.DEPENDS, why, Basis.STANDARD, differences=(difference,), outcomes=outcomes)
    if takes:
        why += ", and the responder narrows it" if responder.implementation.narrows else ", and the responder takes it"
        return Result(STAGE, Answer.AGREED, why, Basis.DOCUMENTED, chosen="narrowed", differences=(difference,))
    return Result(STAGE, Answer.FAILS, f"{why}, and is refused", Basis.DOCUMENTED, differences=(difference,))


_OF_BOTH = "both ends ask for the same"
_OF_TWO = "each two hosts have their own in transport mode, and both ends have these two"
_OF_HOSTS = "in transport mode of IKEv2 Windows takes single addresses, and was seen to refuse networks"
"""A trace of its service that Microsoft's support read (strongswan/strongswan pull request 61)."""


def _unsaid(silent: End, other: End) -> Result:
    """The result where an end does not say what it protects, as the ends of remote access and two hosts need not."""
    of_hosts = silent.mode is other.mode is RuleMode.TRANSPORT
    if _names_traffic(other) and not (of_hosts or silent.is_assigned or other.is_assigned):
        return silent.unsaid(STAGE, "the traffic")
    why = "what is protected is what the peers assign to each other"
    return Result(STAGE, Answer.AGREED, why, Basis.REASONED, chosen="assigned")


def _names_traffic(end: End) -> bool:
    """Whether an end says more than that its traffic is that of the hosts, which the peers may assign."""
    own = end.selectors
    return own is not None and bool(own.local or own.remote or not own.is_understood)


def _asks_windows_for_networks(initiator: End, responder: End, asked: Selectors, module: KeyModule) -> bool:
    """Whether another implementation asks Windows in IKEv2 for more than single addresses."""
    if module is not KeyModule.IKEV2 or initiator.is_windows or not responder.is_windows:
        return False
    return any(each.is_any or each.first != each.last for each in (*asked.local, *asked.remote))


def leaves_out_a_host(end: End, other: End) -> bool:
    """Whether an end that protects hosts alone in transport mode has networks without its own or its peer's address."""
    own = end.selectors
    if own is None or end.mode is not RuleMode.TRANSPORT or not end.implementation.hosts_in_transport:
        return False
    if may_be_behind_nat(end, other) or may_be_behind_nat(other, end):
        return False
    return _leaves_out(own.local, end.gateway) or _leaves_out(own.remote, end.peer_gateway or other.gateway)


def _leaves_out(side: Addresses, host: Addresses) -> bool:
    if not side or len(host) != 1 or host[0].first != host[0].last or not host[0].version:
        return False
    return all(address.version for address in side) and not any(covers(address, host[0]) for address in side)


def protects_more(end: End, other: End) -> bool:
    """Whether an end protects traffic that the other, as far as its addresses are known, does not."""
    mine, theirs = _selectors(end, other), _selectors(other, end)
    if mine is None or theirs is None or not (mine.is_understood and theirs.is_understood):
        return False
    return (_relation(mine, theirs, hosts=False) or Relation.EQUAL) in {Relation.WIDER, Relation.DISJOINT}


def _are_one(mine: Selectors, theirs: Selectors) -> bool:
    """Whether the selectors are equal as written, with the sides exchanged."""
    return (
        mine.is_understood
        and theirs.is_understood
        and all(address.version for address in (*mine.local, *mine.remote))
        and replace(theirs.turned(), span=mine.span) == mine
    )


def _selectors(end: End, other: End) -> Selectors | None:
    """The traffic that an end protects. A side that is not written is the host itself, if its address is known."""
    given = end.selectors
    if given is None:
        if end.mode is not RuleMode.TRANSPORT or not end.gateway or not other.gateway:
            return None
        given = Selectors((), (), end.span)
    local, remote = given.local or end.gateway, given.remote or other.gateway
    # A host that a NAT may stand for has the address at which its peer looks for it.
    if local == end.gateway and may_be_behind_nat(end, other):
        local = other.peer_gateway
    if remote == other.gateway and may_be_behind_nat(other, end):
        remote = end.peer_gateway
    return replace(given, local=local, remote=remote)


def _takes(initiator: End, responder: End, module: KeyModule, relation: Relation) -> bool | None:
    is_part = relation is Relation.NARROWER and initiator.mode is responder.mode is RuleMode.TRANSPORT
    if is_part and responder.implementation.takes_part is not None:
        return responder.implementation.takes_part and _may_add_filters(responder)
    narrows = responder.implementation.narrows
    if not narrows or relation is Relation.NARROWER or module is not KeyModule.IKEV2:
        return narrows
    return initiator.implementation.takes_narrowed


def _may_add_filters(responder: End) -> bool:
    """Whether a Windows host adds filters for a part of its traffic: unless its main mode forbids it."""
    main = None if responder.objects is None else responder.objects.main
    limit = None if main is None else main.max_dynamic_filters
    return limit is None or limit.known != 0


def _relation(mine: Selectors, theirs: Selectors, *, hosts: bool) -> Relation | None:
    """The worst relation of all parts; None where a keyword stands for unknown addresses."""
    parts: list[Relation] = []
    for here, there in ((mine.local, theirs.remote), (mine.remote, theirs.local)):
        if not here or not there or set(here) == set(there) or (hosts and _is_me(here)) or (hosts and _is_me(there)):
            continue
        one, other = _ranges(here), _ranges(there)
        if one is None or other is None:
            return None
        relation = _compare_families(one, other)
        parts.append(Relation.EQUAL if hosts and relation is not Relation.DISJOINT else relation)
    parts.append(_compare_protocols(mine.protocol, theirs.protocol))
    for mine_ports, their_ports in ((mine.local_ports, theirs.remote_ports), (mine.remote_ports, theirs.local_ports)):
        if mine_ports != their_ports:
            parts.append(_compare(_ports(mine_ports), _ports(their_ports)))
    return max(parts)


def _is_me(addresses: Addresses) -> bool:
    """Whether the addresses stand for the host itself, where the other end expects its peer."""
    return all(address.keyword is AddressKeyword.ME for address in addresses)


def _compare_protocols(mine: int | None, theirs: int | None) -> Relation:
    if mine == theirs:
        return Relation.EQUAL
    if mine is not None and theirs is not None:
        return Relation.DISJOINT
    return Relation.WIDER if mine is None else Relation.NARROWER


def _compare_families(one: dict[int, IntervalSet], other: dict[int, IntervalSet]) -> Relation:
    relations = [_compare(one[family], other[family]) for family in (4, 6) if one[family] or other[family]]
    if any(relation is not Relation.DISJOINT for relation in relations):
        return max(Relation.WIDER if relation is Relation.DISJOINT else relation for relation in relations)
    return Relation.DISJOINT


def _compare(one: IntervalSet, other: IntervalSet) -> Relation:
    if one == other:
        return Relation.EQUAL
    if not one.meets(other):
        return Relation.DISJOINT
    return Relation.NARROWER if one.within(other) else Relation.WIDER


def _ranges(addresses: Addresses) -> dict[int, IntervalSet] | None:
    spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
    for address in addresses:
        if address.version:
            spans[address.version].append((address.first, address.last))
        elif address.is_any:
            spans[4].append((0, LAST_ADDRESS[4]))
            spans[6].append((0, LAST_ADDRESS[6]))
        else:
            return None
    return {family: IntervalSet.of(*rows) for family, rows in spans.items()}


def _ports(ports: Ports) -> IntervalSet:
    return IntervalSet.of(*((each.first, each.last) for each in ports)) if ports else IntervalSet.of((0, 65_535))


def words(selectors: Selectors) -> str:
    """The selectors as a short text, own side first."""
    sides = f"{_side(selectors.local, selectors.local_ports)} - {_side(selectors.remote, selectors.remote_ports)}"
    return sides if selectors.protocol is None else f"{sides} {protocol_name(selectors.protocol)}"


def _side(addresses: Addresses, ports: Ports) -> str:
    listed = _listed(addresses) if addresses else "itself"
    return f"{listed} port {_listed(ports)}" if ports else listed


def _listed(values: Iterable[object], limit: int = 3) -> str:
    texts = [str(value) for value in values]
    return ", ".join(texts[:limit]) + (f" and {len(texts) - limit} more" if len(texts) > limit else "")
