"""For a negotiation that fails, one repair for each end.

The other end stays as it is. For a Windows end the repair is a change of its policy, for any other a sentence.
"""

from __future__ import annotations

from ipseclint.model.policy import RuleAction
from ipseclint.semantics.negotiation.authentication_repairs import authenticate
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.key_module import has, may_be_behind_nat
from ipseclint.semantics.negotiation.offers import NO_GROUP, groups_of
from ipseclint.semantics.negotiation.repair import PROTECTS_LESS, Repair, cautioned
from ipseclint.semantics.negotiation.selectors import leaves_out_a_host, protects_more
from ipseclint.semantics.negotiation.stage import Kind, Stage
from ipseclint.semantics.negotiation.suite_repairs import ask_for_group, offer_main_mode, offer_quick_mode
from ipseclint.semantics.negotiation.verdict import Outcome, Verdict
from ipseclint.semantics.scope import share_a_host

_SENT = Repair("Require protection of what is sent, too.")
_NO_PRF = Repair("Leave the pseudorandom function out, or write that of the hash.")
_HOSTS = Repair("Use tunnel mode to protect networks, or protect the traffic of the two hosts alone.")
_OF_ONE_END = frozenset({Kind.PRF, Kind.GROUP, Kind.HOSTS, Kind.OUTBOUND})
_NO_FAULT = frozenset({Verdict.SECURED, Verdict.UNKNOWN})


def repairs(outcome: Outcome) -> tuple[Repair | None, Repair | None]:
    """The repair at the initiator, and the one at the responder: either alone is enough."""
    if outcome.verdict in _NO_FAULT or outcome.is_as_wanted:
        return None, None
    here = _repair(outcome, outcome.initiator, outcome.responder)
    there = _repair(outcome, outcome.responder, outcome.initiator)
    return cautioned(here, there), cautioned(there, here)


def _repair(outcome: Outcome, end: End, other: End) -> Repair | None:
    kind = None if outcome.result is None else outcome.result.kind
    if kind in _OF_ONE_END:
        return _of_one_end(outcome, kind, end, other)
    match outcome.stage:
        case Stage.MAIN_MODE_SUITE if kind is Kind.BUILD:
            return Repair("Offer DH14, or AES, in place of what such a build does not have, at both ends.")
        case Stage.MAIN_MODE_SUITE:
            return offer_main_mode(end, other)
        case Stage.QUICK_MODE_SUITE:
            return offer_quick_mode(end, other)
        case Stage.PFS:
            return ask_for_group(end, other)
        case Stage.KEY_MODULE:
            return _meet(outcome, end, other)
        case Stage.AUTHENTICATION | Stage.SECOND_AUTHENTICATION:
            return authenticate(outcome, end, other)
        case Stage.MODE:
            return None if other.mode is None else Repair(f"Use {other.mode} mode, as the other end does.")
        case Stage.SELECTORS:
            words = "Protect the same addresses, protocol and ports as the other end, sides exchanged."
            return Repair(words, loss=PROTECTS_LESS if protects_more(end, other) else None)
    return None


def _of_one_end(outcome: Outcome, kind: Kind | None, end: End, other: End) -> Repair | None:
    """The repair of a fault that one end has by itself; None at the end that does not have it."""
    if kind is Kind.PRF:
        return _NO_PRF if any(offer.prfs for offer in end.main_mode or ()) else None
    if kind is Kind.HOSTS:
        return _HOSTS if leaves_out_a_host(end, other) else None
    if end is not outcome.initiator:
        return None
    if kind is Kind.OUTBOUND:
        return _SENT
    theirs = groups_of(other.quick_mode or ())
    shared = [group for group in groups_of(end.quick_mode or ()) if group in theirs and group != NO_GROUP]
    return Repair(f"Ask for one group alone, which the other end has: {' or '.join(shared)}.") if shared else None


def _meet(outcome: Outcome, end: End, other: End) -> Repair | None:
    if not outcome.stages:
        if end.action is other.action is RuleAction.NEGOTIATE:
            return _protect_what_is_sent(outcome, end)
        match other.action:
            case RuleAction.NEGOTIATE:
                words = f"Give the traffic a rule here that negotiates, as {other.subject} does at the other end."
                is_less = end.action is RuleAction.BLOCK
            case RuleAction.EXEMPT:
                words = f"Exempt this traffic here too, as {other.subject} does at the other end."
                is_less = end.action is not RuleAction.EXEMPT
            case _:
                return None
        return Repair(words, loss=PROTECTS_LESS if is_less else None)
    if outcome.result is not None and outcome.result.kind is Kind.ADDRESS:
        if share_a_host(end.peer_gateway, other.gateway):
            return None
        words = f"Look for the peer at {', '.join(map(str, other.gateway))}"
        return Repair(
            f"{words}, if it is reached there without a NAT." if may_be_behind_nat(other, end) else f"{words}."
        )
    if outcome.differences and outcome.differences[0].attribute == "exchange of IKEv1":
        return None if other.is_aggressive else Repair("Use main mode, as the other end does.")
    if outcome.differences and outcome.differences[0].attribute == "childless":
        return Repair("Set childless as at the other end.")
    modules = sorted(module for module in other.key_modules or () if has(end, module))
    lacking = [module for module in modules if module not in (end.key_modules or ())]
    if lacking:
        return Repair(f"Allow {', '.join(lacking)} here, as the other end does.")
    if modules and end is outcome.initiator and end.implementation.begins_with_ikev2:
        return Repair(f"Set {', '.join(modules)} alone here, as at the other end: with both it begins with IKEv2.")
    return None


def _protect_what_is_sent(outcome: Outcome, end: End) -> Repair:
    """The repair where both ends have a rule that negotiates, and the initiator sends in the clear by its own."""
    if end is outcome.initiator:
        return _SENT
    return Repair("Request protection of what comes in, instead of requiring it.", loss=PROTECTS_LESS)
