"""What the errors of an incident say of each class of causes."""

from __future__ import annotations

from typing import Any

from ipseclint.finding import Basis, Cause, Finding, Severity, Subject, Waiver, WindowsError
from ipseclint.model.events import Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.report import Explanation
from ipseclint.semantics.incident import explain
from ipseclint.source import Span
from ipseclint.vocabulary.windows_errors import error_name
from tests.cases import cases

AT = Span("events.xml", 3, 5)
DROP = 13811
"""A drop from the queue: it says that there is an incident, and of no class that it is to blame."""

SPEAKING = {
    Cause.WAITS_FOR_IPSEC: (13827, 13817, 13848),
    Cause.TOO_MANY: (13884, 13885, 13895, 13849, 13903),
    Cause.TOO_EXPENSIVE: (13814, 13815, 13860),
}


def failed(code: int, peer: str | None = None) -> Event:
    return Event(span=AT, kind=EventKind.MAIN_MODE, event_id=4653, success=False, error_code=code, remote_address=peer)


def evidence(*events: Event) -> dict[str, tuple[str, ...]]:
    """What speaks for each class that anything speaks for."""
    return {one.cause: one.evidence_for for one in explain(Machine(name="m", policy=Policy(), events=events), ())}


@cases(("cause", "code"), [(cause, code) for cause, codes in SPEAKING.items() for code in codes])
def test_an_error_speaks_for_its_own_class_alone(cause: Cause, code: int) -> None:
    shown = {words: lines for words, lines in evidence(failed(DROP), failed(code)).items() if words in ALL_WORDS}
    assert shown == {cause.words: (f"1 x {code} {error_name(code).removeprefix('ERROR_IPSEC_IKE_')}",)}


ALL_WORDS = {cause.words for cause in Cause}


@cases("code", [13805, 13813])
def test_a_time_out_with_one_peer_speaks_for_requests_that_never_finish(code: int) -> None:
    lines = ("the negotiation without an answer went to 10.0.0.9",)
    assert evidence(failed(code, "10.0.0.9")) == {Cause.NEVER_FINISHES.words: lines}


def of_log(code: int, role: str) -> Event:
    """What the log of an end that is not Windows says."""
    return failed(code, "10.0.0.9").model_copy(update={"by_daemon": True, "role": role, "event_id": None})


def test_what_windows_says_goes_before_the_wait_of_the_other_end() -> None:
    assert next(iter(evidence(of_log(13805, "responder"), failed(13801)))) == "credentials that were not accepted"
    assert next(iter(evidence(failed(13805, "10.0.0.9"), failed(13801)))) == Cause.NEVER_FINISHES.words
    assert next(iter(evidence(of_log(13805, "responder"), of_log(13801, "responder")))) == Cause.NEVER_FINISHES.words


@cases(("role", "way"), [("responder", "came from"), ("initiator", "went to")])
def test_an_unanswered_negotiation_goes_the_way_that_the_log_says(role: str, way: str) -> None:
    lines = (f"the negotiation without an answer {way} 10.0.0.9",)
    assert evidence(of_log(13805, role)) == {Cause.NEVER_FINISHES.words: lines}


def test_nothing_is_explained_where_nothing_failed() -> None:
    assert evidence() == {}


def waiting(*minutes: int) -> Explanation:
    """What is said of requests that wait for IPsec itself, where drops happened in some minutes."""
    drops = [failed(DROP).model_copy(update={"time": f"2026-03-02T08:{minute:02}:00Z"}) for minute in minutes]
    told = explain(Machine(name="m", policy=Policy(), events=(*drops, failed(13827))), ())
    return next(one for one in told if one.cause == Cause.WAITS_FOR_IPSEC.words)


@cases(
    ("minutes", "words", "speaks"),
    [
        ((0, 5, 30), "2 of 3 failures within 300 s, from 2026-03-02T08:00:00Z, as at boot", True),
        ((0, 5, 30, 40), "2 of 4 failures within 300 s, from 2026-03-02T08:00:00Z, so no single burst", False),
        ((10, 12, 14, 40, 50), "3 of 5 failures within 300 s, from 2026-03-02T08:10:00Z, as at boot", True),
    ],
)
def test_more_than_half_of_the_failures_at_once_are_as_at_boot(
    minutes: tuple[int, ...], words: str, speaks: bool
) -> None:
    one = waiting(*minutes)
    assert (words in one.evidence_for, words in one.evidence_against) == (speaks, not speaks)


def test_failures_that_never_come_together_say_nothing_of_a_burst() -> None:
    one = waiting(0, 6)
    assert not any("within" in words for words in (*one.evidence_for, *one.evidence_against))


def found(of: Cause | None, subject: str = "rule", name: str = "R", **fields: Any) -> Finding:
    """A finding on the policy that a class of causes, or an error, is explained by."""
    told: dict[str, Any] = {
        "code": "QD001",
        "name": "n",
        "severity": Severity.WARNING,
        "basis": Basis.REASONED,
        "message": "m",
        "subject": Subject(kind=subject, name=name),
        "span": AT,
        "fingerprint": "f",
        "machine": "m",
        "cause": of,
    }
    return Finding(**told | fields)


def explained(*findings: Finding, code: int = DROP) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each cause that is told, in order, with the codes and what of the policy speaks for it."""
    told = explain(Machine(name="m", policy=Policy(), events=(failed(code),)), findings)
    return [
        (
            one.cause,
            one.codes,
            tuple(words for words in one.evidence_for if words[:2] in {"QD", "AU"} or " more " in words),
        )
        for one in told
    ]


WAITS, MANY = Cause.WAITS_FOR_IPSEC, Cause.TOO_MANY


def test_only_what_counts_of_the_policy_explains() -> None:
    waived = Waiver(reason="r")
    assert (
        explained(found(WAITS, "evidence"), found(WAITS, waiver=waived), found(WAITS, is_new=False), found(None)) == []
    )
    assert explained(found(WAITS, is_new=True)) == [(WAITS.words, ("QD001",), ('QD001 on rule "R"',))]
    assert explained(found(WAITS), code=0) == []


def test_what_is_more_severe_comes_first_and_of_many_some() -> None:
    names = ("B", "A", "C", "D", "E", "F", "G")
    many = [found(WAITS, name=name) for name in names]
    worse = found(WAITS, name="Z", severity=Severity.ERROR)
    twice = found(WAITS, name="Z", severity=Severity.INFO)
    (told,) = explained(*many, worse, twice)
    shown = [f'QD001 on rule "{name}"' for name in ("Z", "A", "B", "C", "D")]
    assert told == (WAITS.words, ("QD001",), (*shown, "3 more findings of its kind"))
    (exact,) = explained(*many[:4], worse)
    assert exact[2] == tuple(f'QD001 on rule "{name}"' for name in ("Z", "A", "B", "C", "D"))


def test_causes_are_told_in_the_order_of_what_speaks_for_them() -> None:
    few, more = [found(MANY, name="M")], [found(WAITS, name=name) for name in "AB"]
    assert [cause for cause, _, _ in explained(*few, *more)] == [WAITS.words, MANY.words]
    severe = [found(MANY, name="M", severity=Severity.ERROR)]
    assert [cause for cause, _, _ in explained(*severe, more[0])] == [MANY.words, WAITS.words]
    agreeing = explain(Machine(name="m", policy=Policy(), events=(failed(DROP), failed(13884))), (*few, *more))
    assert [one.cause for one in agreeing] == [MANY.words, WAITS.words]


def test_an_error_is_explained_by_what_leads_to_it_alone() -> None:
    leads = (WindowsError(code=13801, name=error_name(13801)),)
    right, wrong = found(None, code="AU001", leads_to=leads), found(None, code="AU002")
    ((_, codes, words),) = explained(right, wrong, code=13801)
    assert (codes, words) == (("AU001",), ('AU001 on rule "R"',))


def refused(code: int) -> Event:
    return Event(
        span=AT, kind=EventKind.SERVICE, event_id=20227, success=False, state=f"remote-access error {code}", count=2
    )


def finding_of(code: str, kind: str = "registry_value") -> Finding:
    return Finding(
        code=code,
        name="s",
        fingerprint="f",
        severity=Severity.WARNING,
        basis=Basis.REASONED,
        machine="m",
        subject=Subject(kind=kind, name="ProhibitIpSec"),
        span=AT,
        message="said",
    )


def test_a_cause_of_an_error_of_remote_access_is_told_where_a_finding_speaks_for_it() -> None:
    machine = Machine(name="m", policy=Policy(), events=(refused(789),))
    (told,) = explain(machine, (finding_of("RF022"), finding_of("AU001"), finding_of("RT023", "evidence")))
    assert told.cause == "ProhibitIpSec is set: the client makes no IPsec policy at all"
    assert told.evidence_for == ("2 x 789", 'RF022 on registry value "ProhibitIpSec"')
    assert explain(machine, (finding_of("AU001"),)) == ()
