"""Tunnel or transport mode between two ends."""

from __future__ import annotations

from ipseclint.finding import Basis
from ipseclint.model.policy import RuleMode, Security
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.stage import Answer, Difference, Kind, Result, Stage
from ipseclint.vocabulary.algorithms import KeyModule

STAGE = Stage.MODE


def agree(initiator: End, responder: End, module: KeyModule) -> Result:
    """The result of the stage. In IKEv1 the mode is an attribute of the offer (RFC 2407 4.5).

    In IKEv2 transport is a request, which a responder may decline with a tunnel, and an initiator may then give up
    (RFC 7296 1.3.1).
    """
    mine, theirs = initiator.mode, responder.mode
    if mine is None or theirs is None:
        return (initiator if mine is None else responder).unsaid(STAGE, "the mode")
    if mine is theirs is RuleMode.TUNNEL and initiator.outbound is Security.NONE:
        return _outbound(initiator)
    if mine is theirs:
        return Result(STAGE, Answer.AGREED, "both ends have it", Basis.STANDARD, chosen=mine)
    difference = Difference("mode", mine, theirs, initiator.mode_span, responder.mode_span)
    refused = _refused(initiator, responder, module)
    if refused is None:
        why = f"the modes differ, and what {responder.implementation.title} answers then is not documented"
        outcomes = (f"it comes up in {_meant(mine, theirs, module)} mode", "it is refused")
        return Result(STAGE, Answer.DEPENDS, why, Basis.REASONED, differences=(difference,), outcomes=outcomes)
    if refused:
        why = f"the modes differ, and {_who(initiator, responder, module)} does not take the other's"
        return Result(STAGE, Answer.FAILS, why, Basis.STANDARD, differences=(difference,))
    why = f"the modes differ, and {responder.implementation.title} takes the other's"
    chosen = _meant(mine, theirs, module)
    return Result(STAGE, Answer.AGREED, why, Basis.DOCUMENTED, chosen=chosen, differences=(difference,))


def _outbound(initiator: End) -> Result:
    """The result for a tunnel that must protect inbound traffic only, where two sources disagree."""
    values = ("in the clear (require in, clear out)", "through the tunnel")
    difference = Difference("what is sent", *values, initiator.mode_span, None)
    why = (
        f"whether {initiator.subject} sets up the tunnel for what it sends: Windows' wizard says that it does not, the "
        "guide of AWS for Windows Server, which has such a rule, that it does"
    )
    outcomes = ("the tunnel comes up by what it sends", "it is sent in the clear, and dropped by an end that insists")
    return Result(
        STAGE,
        Answer.DEPENDS,
        why,
        Basis.REASONED,
        chosen=RuleMode.TUNNEL,
        differences=(difference,),
        outcomes=outcomes,
        kind=Kind.OUTBOUND,
    )


def _refused(initiator: End, responder: End, module: KeyModule) -> bool | None:
    answers = responder.implementation
    if module is not KeyModule.IKEV2:
        if initiator.is_windows and responder.is_windows:
            return True
        return answers.refuses_mode_ikev1
    if initiator.mode is RuleMode.TUNNEL:
        return answers.refuses_mode
    if answers.refuses_transport:
        return True
    keeps = initiator.implementation.keeps_transport
    if keeps:
        return True
    return None if answers.refuses_transport is None or keeps is None else False


def _who(initiator: End, responder: End, module: KeyModule) -> str:
    keeps = initiator.implementation.keeps_transport and initiator.mode is RuleMode.TRANSPORT
    return (initiator if keeps and module is KeyModule.IKEV2 else responder).implementation.title


def _meant(mine: RuleMode, theirs: RuleMode, module: KeyModule) -> RuleMode:
    """The mode after an agreement: the initiator's, except where IKEv2 declines transport and a tunnel results."""
    return RuleMode.TUNNEL if module is KeyModule.IKEV2 and RuleMode.TUNNEL in {mine, theirs} else mine
