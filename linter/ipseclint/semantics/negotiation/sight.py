"""What each end sees of a failed negotiation: Windows' error and event, a peer's notification.

The meaning of the codes is Windows' own (MS-ERREF 2.2); which of them appears at which end is our reasoning from it,
where neither the event's description nor a public report says so.
"""

from __future__ import annotations

from typing import NamedTuple

from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.stage import Kind, Stage
from ipseclint.semantics.negotiation.verdict import Outcome, Verdict
from ipseclint.semantics.scope import share_a_host
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.windows_errors import error_name

MAIN_MODE_EVENT, MAIN_MODE_CERTIFICATE_EVENT, QUICK_MODE_EVENT, EXTENDED_MODE_EVENT = 4653, 4652, 4654, 4984

POLICY_MATCH, AUTH_FAIL, NO_CERT, TIMED_OUT, NO_POLICY = 13868, 13801, 13806, 13805, 13825

REMOTE_ACCESS_EVENT = 20227
"""The event of RasClient in the Application log, with the error that the dialog of a VPN connection shows."""


class Sight(NamedTuple):
    """What one end sees: a Windows error with its event, or the protocol's notification; None: nothing."""

    code: int | None = None
    event: int | None = None
    notify: str | None = None
    note: str = ""

    def __str__(self) -> str:
        words = [] if self.code is None else [f"{self.code} {error_name(self.code)}"]
        if self.event is not None:
            words.append(f"event {self.event}")
        if self.notify is not None:
            words.append(self.notify)
        if self.note:
            words.append(self.note)
        return ", ".join(words) or "nothing"


_NOTHING = Sight(note="no error")


def sights(outcome: Outcome) -> tuple[Sight, Sight]:
    """What the initiator and the responder see."""
    if outcome.verdict in {Verdict.SECURED, Verdict.UNKNOWN} or (
        outcome.verdict is Verdict.CLEAR and not outcome.stages
    ):
        return _NOTHING, _NOTHING
    if outcome.verdict is Verdict.BLOCKED:
        waits = Sight(TIMED_OUT, MAIN_MODE_EVENT, None, "packets are dropped")
        return _of(outcome.initiator, waits, "nothing answers"), Sight(note="packets in the clear, or none")
    result = outcome.result
    if result is not None and result.kind in {Kind.BUILD, Kind.OUTBOUND}:
        return _NOTHING, _NOTHING
    if outcome.stage is None or (outcome.verdict is Verdict.DEPENDS and not (result and result.differences)):
        return _NOTHING, _NOTHING
    mine, theirs, notify = _seen(outcome, outcome.stage)
    when = "at the renewal" if outcome.at_renewal else ""
    return (
        _of(outcome.initiator, mine._replace(note=when or mine.note), notify),
        _of(outcome.responder, theirs._replace(note=when or theirs.note), notify),
    )


def _of(end: End, sight: Sight, notify: str) -> Sight:
    """What an end sees: Windows its code and event, any other the notification."""
    if end.is_windows and end.is_client and sight.code is not None:
        return sight._replace(event=REMOTE_ACCESS_EVENT)
    return sight if end.is_windows else Sight(notify=notify, note=sight.note)


def _seen(outcome: Outcome, stage: Stage) -> tuple[Sight, Sight, str]:
    """What a Windows initiator and responder see, and the notification sent between them."""
    is_ikev2 = outcome.key_module is KeyModule.IKEV2
    match stage:
        case Stage.KEY_MODULE if _is_sent_elsewhere(outcome):
            return Sight(TIMED_OUT, MAIN_MODE_EVENT), Sight(note="what is sent goes elsewhere"), "no answer"
        case Stage.KEY_MODULE:
            notify = "NO_PROPOSAL_CHOSEN, or no answer"
            return Sight(TIMED_OUT, MAIN_MODE_EVENT), Sight(NO_POLICY, MAIN_MODE_EVENT), notify
        case Stage.MAIN_MODE_SUITE:
            sight = Sight(POLICY_MATCH, MAIN_MODE_EVENT)
            return sight, sight, "NO_PROPOSAL_CHOSEN"
        case Stage.AUTHENTICATION:
            return _authentication(outcome, is_ikev2=is_ikev2)
        case Stage.SECOND_AUTHENTICATION:
            sight = Sight(AUTH_FAIL, EXTENDED_MODE_EVENT)
            return sight, sight, "AUTHENTICATION_FAILED"
        case Stage.SELECTORS:
            sight = Sight(POLICY_MATCH, QUICK_MODE_EVENT)
            return sight, sight, "TS_UNACCEPTABLE" if is_ikev2 else "INVALID_ID_INFORMATION"
    sight = Sight(POLICY_MATCH, QUICK_MODE_EVENT)
    return sight, sight, "NO_PROPOSAL_CHOSEN"


def _is_sent_elsewhere(outcome: Outcome) -> bool:
    """Whether the initiator looks for its peer at another address than the responder's."""
    is_address = outcome.result is not None and outcome.result.kind is Kind.ADDRESS
    return is_address and not share_a_host(outcome.initiator.peer_gateway, outcome.responder.gateway)


def _authentication(outcome: Outcome, *, is_ikev2: bool) -> tuple[Sight, Sight, str]:
    result = outcome.result
    kind = result.kind if result is not None else None
    failed = "AUTHENTICATION_FAILED"
    if kind is Kind.KEY:
        if is_ikev2:
            sight = Sight(AUTH_FAIL, MAIN_MODE_EVENT)
            return sight, sight, failed
        unreadable = Sight(None, MAIN_MODE_EVENT, None, "a message that it cannot read")
        return Sight(TIMED_OUT, MAIN_MODE_EVENT), unreadable, "PAYLOAD_MALFORMED, or no answer"
    if kind is Kind.AUTHORITY:
        return (
            Sight(NO_CERT, MAIN_MODE_CERTIFICATE_EVENT),
            Sight(AUTH_FAIL, MAIN_MODE_CERTIFICATE_EVENT),
            failed if is_ikev2 else "INVALID_CERT_AUTHORITY, or no answer",
        )
    if kind is Kind.VALIDITY:
        sight = Sight(AUTH_FAIL, MAIN_MODE_CERTIFICATE_EVENT)
        return sight, sight, failed if is_ikev2 else "INVALID_CERTIFICATE, or no answer"
    is_judged_late = is_ikev2 or kind is Kind.CONSTRAINT
    sight = Sight(AUTH_FAIL if is_judged_late else POLICY_MATCH, MAIN_MODE_EVENT)
    return sight, sight, failed if is_judged_late else "NO_PROPOSAL_CHOSEN"
