"""Every error of IKE and of the driver is in one way to fail, and every failure in a log becomes a finding."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from typing import Any

from ipseclint.finding import Severity
from ipseclint.model.events import Counter, Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.rule import LooksAt
from ipseclint.rules import all_rules
from ipseclint.semantics.failures import MARKERS, Failure, failure_of
from ipseclint.source import Span
from ipseclint.vocabulary.audit_events import AUDIT_EVENTS, KDC_EVENTS
from ipseclint.vocabulary.windows_errors import error_name, error_table
from tests.cases import cases
from tests.rules.rule_inputs import hits

ALL_CODES = [code for code in sorted(error_table()) if code >= 13800 and code not in MARKERS]
"""Every error that a negotiation or a packet can end with."""

AT = Span("events.xml", 3, 5)
EVIDENCE = [rule.code for rule in all_rules() if LooksAt.EVIDENCE in rule.looks_at]


def logged(*events: Event) -> Machine:
    return Machine(name="m", policy=Policy(), events=events)


def found(machine: Machine) -> dict[str, list[str]]:
    return {code: messages for code in EVIDENCE if (messages := [hit.message for hit in hits(code, machine)])}


def test_every_error_is_in_exactly_one_way_to_fail() -> None:
    tally = Tally(code for failure in Failure for code in failure.codes)
    assert sorted(tally) == ALL_CODES
    assert set(tally.values()) == {1}


def test_a_single_event_of_any_error_becomes_one_finding_with_its_number(draw: Callable[..., list[int]]) -> None:
    for code in draw(ALL_CODES, 0, 3):
        event = Event(
            span=AT,
            kind=EventKind.MAIN_MODE,
            event_id=4653,
            success=False,
            error_code=code,
            time="2026-03-02T08:00:00Z",
            remote_address="10.0.0.9",
            role="responder",
            failure_point="remote",
        )
        (messages,) = found(logged(event)).values()
        assert [str(code) in message for message in messages] == [True], code


def test_a_counted_error_becomes_one_finding_too(draw: Callable[..., list[int]]) -> None:
    for code in draw(ALL_CODES, 0, 3):
        counter = Counter(group="ikeStatistics/errorFrequencyTable", name=error_name(code), value=3, span=AT)
        (messages,) = found(Machine(name="m", policy=Policy(), counters=(counter,))).values()
        assert [f"3 x {code}" in message for message in messages] == [True], code


@cases("number", [number for number, event in AUDIT_EVENTS.items() if event.success is False])
def test_a_failure_without_a_known_reason_is_a_finding(number: int) -> None:
    event = Event(span=AT, kind=EventKind(AUDIT_EVENTS[number].kind), event_id=number, success=False)
    assert list(found(logged(event))) == ["RT022" if number == 5453 else "RT020"]


@cases(
    ("said", "failure"),
    [
        ({"success": False}, Failure.OTHER),
        ({"success": True}, None),
        ({"success": None}, None),
        ({"error_code": 13868}, next(each for each in Failure if 13868 in each.codes)),
        ({"possible_codes": (13868, 13801)}, Failure.OTHER),
        ({"success": False, "state": "remote-access error 809"}, None),
        ({"error_code": 13868, "state": "remote-access error 809"}, None),
        ({"success": False, "state": "established"}, Failure.OTHER),
        ({"success": False, "event_id": next(iter(KDC_EVENTS))}, None),
        ({"kind": EventKind.KERNEL_DROP}, Failure.PACKET),
        ({"kind": EventKind.CLASSIFY_DROP}, Failure.PACKET),
        ({"kind": EventKind.DOS_PROTECTION_DROP}, Failure.DOS_PROTECTION),
    ],
)
def test_in_which_way_what_an_event_tells_of_failed(said: dict[str, Any], failure: Failure | None) -> None:
    assert failure_of(Event(**{"span": AT, "kind": EventKind.MAIN_MODE, **said})) is failure


@cases("code", [0, *MARKERS])
def test_success_and_the_markers_of_ranges_are_no_failures(code: int) -> None:
    event = Event(span=AT, kind=EventKind.MAIN_MODE, error_code=code)
    assert found(logged(event)) == {}


def test_a_failure_that_windows_marks_as_expected_is_none() -> None:
    event = Event(span=AT, kind=EventKind.MAIN_MODE, error_code=13868, benign=True)
    assert found(logged(event)) == {}
    assert list(found(logged(event.model_copy(update={"benign": False})))) == ["RT016"]


def test_a_number_that_is_no_error_of_ipsec_is_said_to_be_none() -> None:
    event = Event(span=AT, kind=EventKind.MAIN_MODE, error_code=13999)
    assert found(logged(event)) == {"RT020": ["1 x 13999 (not an error of IPsec)"]}


def test_a_reason_that_was_not_understood_is_not_called_none() -> None:
    failed = Event(span=AT, kind=EventKind.MAIN_MODE, event_id=4653, success=False, reason_unknown=True)
    dropped = Event(span=AT, kind=EventKind.KERNEL_DROP, reason_unknown=True)
    assert found(logged(failed, dropped)) == {
        "RT020": ["1 x failure with a reason that was not understood"],
        "RT021": ["1 x packet dropped for a reason that was not understood"],
    }


def test_a_critical_failure_of_the_service_is_named() -> None:
    event = Event(span=AT, kind=EventKind.SERVICE, event_id=5484, success=False)
    assert found(logged(event)) == {
        "RT020": ["1 x event 5484 (IPsec Services has experienced a critical failure and has been shut down)"]
    }


def test_times_are_compared_as_instants_and_what_is_no_time_is_left_out() -> None:
    times = ("2026-03-02T08:00:00+02:00", "2026-03-02T07:00:00Z", "2026-03-02T06:30:00.5Z", "nonsense")
    events = [Event(span=AT, kind=EventKind.MAIN_MODE, error_code=13801, time=time) for time in times]
    (messages,) = found(logged(*events)).values()
    assert ["; from 2026-03-02T06:00:00Z to 2026-03-02T07:00:00Z" in message for message in messages] == [True]


@cases("number", [number for number, event in AUDIT_EVENTS.items() if event.success])
def test_a_success_is_none(number: int) -> None:
    event = Event(span=AT, kind=EventKind(AUDIT_EVENTS[number].kind), event_id=number, success=True)
    assert found(logged(event)) == {}
    assert failure_of(event) is None


@cases("number", [4976, 4977, 4978])
def test_an_invalid_packet_is_a_finding(number: int) -> None:
    event = Event(span=AT, kind=EventKind(AUDIT_EVENTS[number].kind), event_id=number, remote_address="10.0.0.9")
    assert found(logged(event)) == {"RT018": [f"1 x event {number} (invalid negotiation packet); with 10.0.0.9 (1)"]}


def test_a_finding_says_how_often_when_with_whom_and_on_whose_side() -> None:
    rows = [("08:05", "10.0.0.9", "initiator", "remote"), ("08:00", "10.0.0.8", "responder", "local")]
    events = tuple(
        Event(
            span=AT,
            kind=EventKind.MAIN_MODE,
            error_code=13801,
            time=f"2026-03-02T{time}:00Z",
            remote_address=peer,
            role=role,
            failure_point=point,
            count=2,
        )
        for time, peer, role, point in rows
    )
    (message,) = found(logged(*events))["RT013"]
    assert message == (
        '4 x 13801 AUTH_FAIL "IKE authentication credentials are unacceptable"; from 2026-03-02T08:00:00Z to '
        "2026-03-02T08:05:00Z; as initiator (2), as responder (2); found by the peer (2), "
        "found by this computer (2); with 10.0.0.8 (2), 10.0.0.9 (2)"
    )


@cases(("code", "severity"), [(13885, Severity.INFO), (13816, None)])
def test_what_comes_in_the_course_of_things_is_information(code: int, severity: Severity | None) -> None:
    event = Event(span=AT, kind=EventKind.MAIN_MODE, success=False, error_code=code)
    assert [hit.severity for hit in hits("RT020", logged(event))] == [severity]


@cases(
    ("kind", "words"),
    [
        (EventKind.CLASSIFY_DROP, "packet of IPsec or IKE that a filter blocked"),
        (EventKind.KERNEL_DROP, "packet dropped without a reason"),
        (EventKind.DOS_PROTECTION_DROP, "packet dropped without a reason"),
    ],
)
def test_a_dropped_packet_without_an_error_is_a_finding(kind: EventKind, words: str) -> None:
    event = Event(span=AT, kind=kind)
    assert found(logged(event)) == {"RT021": [f"1 x {words}"]}
