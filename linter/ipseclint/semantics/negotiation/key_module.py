"""The key modules in which two ends can meet."""

from __future__ import annotations

from ipseclint.finding import Basis
from ipseclint.model.policy import RuleMode
from ipseclint.model.selectors import Address, Addresses, parse_address
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.stage import Answer, Difference, Kind, Result, Stage
from ipseclint.semantics.scope import covers, share_a_host
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import NOT_SUPPORTED
from ipseclint.vocabulary.key_modules import STANDARDS

_TRIED = (KeyModule.AUTHIP, KeyModule.IKEV2, KeyModule.IKEV1)
"""AuthIP comes before IKEv1 where both are allowed (New-NetIPsecRule); the rank of IKEv2 beside it is our reasoning."""


def meeting(initiator: End, responder: End) -> tuple[Result, tuple[KeyModule, ...]]:
    """The result of the stage, and the key modules that both ends have, in the order in which they are tried."""
    apart = _apart(initiator, responder)
    if apart is not None and apart.answer is Answer.FAILS:
        return apart, ()
    met, modules = _meeting(initiator, responder)
    return (apart if apart is not None and modules else met), modules


def _meeting(initiator: End, responder: End) -> tuple[Result, tuple[KeyModule, ...]]:
    mine, theirs = initiator.key_modules, responder.key_modules
    if mine is None or theirs is None:
        unsaid = (initiator if mine is None else responder).unsaid(Stage.KEY_MODULE, "the key module")
        known = mine or theirs or STANDARDS
        possible = frozenset(module for module in known if has(initiator, module) and has(responder, module))
        return unsaid, _in_order(possible) if unsaid.answer is Answer.DEPENDS else ()
    if initiator.implementation.begins_with_ikev2 and KeyModule.IKEV2 in mine:
        mine = frozenset({KeyModule.IKEV2})
    shared = mine & theirs
    if shared == {KeyModule.IKEV1} and initiator.is_aggressive is not responder.is_aggressive:
        return _other_exchange(initiator, responder), ()
    if initiator.is_aggressive is not responder.is_aggressive:
        shared -= {KeyModule.IKEV1}
    if KeyModule.IKEV2 in shared and not _begin_alike(initiator, responder):
        if shared == {KeyModule.IKEV2}:
            return _other_beginning(initiator, responder), ()
        shared -= {KeyModule.IKEV2}
    if not shared:
        difference = Difference(
            "key module",
            _words(mine),
            _words(theirs),
            initiator.key_modules_span,
            responder.key_modules_span,
        )
        why = "the two ends have no key module in common"
        if initiator.key_modules != mine:
            title = initiator.implementation.title
            why = f"{title} begins with IKEv2 where a connection takes both, and the other end does not have it"
        return Result(Stage.KEY_MODULE, Answer.FAILS, why, Basis.STANDARD, differences=(difference,)), ()
    usable = [module for module in shared if can_use(initiator, module) and can_use(responder, module)]
    modules = _in_order(frozenset(usable) or shared)
    chosen = modules[0]
    return Result(Stage.KEY_MODULE, Answer.AGREED, "both ends have it", Basis.DOCUMENTED, chosen=chosen), modules


def _apart(initiator: End, responder: End) -> Result | None:
    """The result where an end looks for its peer at another address; behind a NAT the peer may still be found."""
    for end, other in ((initiator, responder), (responder, initiator)):
        looked_for, at = end.peer_gateway, other.gateway
        if not all(each.version for each in (*looked_for, *at)) or share_a_host(looked_for, at):
            continue
        words = f"its peer at {_addresses(looked_for)}", f"itself at {_addresses(at)}"
        spans = end.span, other.span
        if end is responder:
            words, spans = words[::-1], spans[::-1]
        difference = Difference("address", *words, *spans)
        why = f"{end.subject} has its peer at {_addresses(looked_for)}, and {other.subject} is at {_addresses(at)}"
        if may_be_behind_nat(other, end):
            outcomes = (_behind_nat(end, other, is_asked=end is initiator), "no answer")
            return Result(
                Stage.KEY_MODULE,
                Answer.DEPENDS,
                why,
                Basis.REASONED,
                differences=(difference,),
                outcomes=outcomes,
                kind=Kind.ADDRESS,
            )
        return Result(
            Stage.KEY_MODULE, Answer.FAILS, why, Basis.DOCUMENTED, differences=(difference,), kind=Kind.ADDRESS
        )
    return None


def may_be_behind_nat(end: End, other: End) -> bool:
    """Whether an end is at a private address and the other looks for it at one that is not: a NAT may stand for it."""
    at, looked_for = end.gateway, other.peer_gateway
    if not at or not looked_for or not all(each.version for each in (*at, *looked_for)):
        return False
    return all(map(_is_inside, at)) and not any(map(_is_inside, looked_for))


def _behind_nat(end: End, other: End, *, is_asked: bool) -> str:
    """What happens where a NAT stands for the address of the other end: KB 926179 for L2TP of a Windows client."""
    met = "they meet, if a NAT stands for the address"
    if is_asked and end.is_client and end.mode is RuleMode.TRANSPORT and not other.is_windows:
        return f"{met} and AssumeUDPEncapsulationContextOnSendRule of the client is 1, or 2 if it is behind one, too"
    return met


_INSIDE = tuple(
    address
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
    if (address := parse_address(text)) is not None
)
"""Address ranges of networks behind NAT (RFC 1918, RFC 6598, RFC 4193)."""


def _is_inside(address: Address) -> bool:
    return any(covers(each, address) for each in _INSIDE)


def _addresses(addresses: Addresses) -> str:
    return ", ".join(map(str, addresses))


def _other_exchange(initiator: End, responder: End) -> Result:
    """The result where one end is configured for aggressive mode of IKEv1, and the other for main mode."""
    here, there = ("aggressive mode" if end.is_aggressive else "main mode" for end in (initiator, responder))
    difference = Difference("exchange of IKEv1", here, there, initiator.key_modules_span, responder.key_modules_span)
    why = "one end uses aggressive mode, and the other main mode"
    return Result(Stage.KEY_MODULE, Answer.FAILS, why, Basis.REASONED, differences=(difference,))


def _begin_alike(initiator: End, responder: End) -> bool:
    """Whether the responder accepts how IKEv2 begins, with or without a child (swanctl.conf(5))."""
    asks, takes = (None if end.childless is None else end.childless.known for end in (initiator, responder))
    if asks == "force" and takes == "never":
        return False
    return takes != "force" or asks in {"force", "prefer"} or initiator.implementation != responder.implementation


def _other_beginning(initiator: End, responder: End) -> Result:
    here, there = (end.childless for end in (initiator, responder))
    difference = Difference(
        "childless",
        "allow" if here is None else str(here.known),
        "allow" if there is None else str(there.known),
        initiator.key_modules_span if here is None else here.span,
        responder.key_modules_span if there is None else there.span,
    )
    why = "one end begins IKEv2 without a child, and the other with one"
    return Result(Stage.KEY_MODULE, Answer.FAILS, why, Basis.DOCUMENTED, differences=(difference,))


def _in_order(modules: frozenset[KeyModule]) -> tuple[KeyModule, ...]:
    return tuple(module for module in _TRIED if module in modules)


def has(end: End, module: KeyModule) -> bool:
    """Whether an end could be configured for a key module: AuthIP is Windows' own."""
    return (end.is_windows or module is not KeyModule.AUTHIP) and can_use(end, module)


def can_use(end: End, module: KeyModule) -> bool:
    """Whether an end's methods exist in a key module: only AuthIP has a second authentication."""
    if end.dialect is None:
        return True
    if end.second and module is not KeyModule.AUTHIP:
        return False
    if end.own is None:
        return True
    return any(credential.method not in NOT_SUPPORTED[module] for credential in end.own)


def _words(modules: frozenset[KeyModule]) -> str:
    return ", ".join(sorted(modules)) or "none"
