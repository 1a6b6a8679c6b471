from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats.wfp.inputs import at, place, read, read_text

from ipseclint.finding import ProblemCode
from ipseclint.model.events import Event, EventKind
from ipseclint.vocabulary.algorithms import KeyModule

FAILURES = "wfp-netevents/failures.xml"


@pytest.fixture(scope="module")
def events() -> tuple[Event, ...]:
    return read(FAILURES).events


def test_events_that_concern_ipsec(events: tuple[Event, ...]) -> None:
    assert [(each.kind, each.error_code) for each in events] == [
        (EventKind.MAIN_MODE, 13805),
        (EventKind.QUICK_MODE, 13868),
        (EventKind.EXTENDED_MODE, 13801),
        (EventKind.KERNEL_DROP, 13916),
        (EventKind.KERNEL_DROP, 13913),
        (EventKind.DOS_PROTECTION_DROP, 13929),
        (EventKind.CLASSIFY_DROP, None),
    ]


def test_main_mode_failure(events: tuple[Event, ...]) -> None:
    event = events[0]
    assert event.key_module is KeyModule.AUTHIP
    assert event.role == "initiator"
    assert event.failure_point == "local"
    assert event.state == "SA_SENT"
    assert event.time == "2026-03-02T08:00:00.000Z"
    assert (event.local_address, event.remote_address) == ("10.1.2.3", "10.20.0.9")
    assert event.filter_id == 66010
    assert event.context_key == "{5a11cafe-0000-4000-8000-000000000001}"
    assert at(event.span) == place(FAILURES, "FWPM_NET_EVENT_TYPE_IKEEXT_MM_FAILURE")


def test_quick_mode_failure_names_the_main_mode_policy(events: tuple[Event, ...]) -> None:
    event = events[1]
    assert (event.role, event.failure_point) == ("responder", "remote")
    assert event.context_key == "{5a11cafe-0000-4000-8000-000000000003}"


def test_addresses_of_version_six(events: tuple[Event, ...]) -> None:
    assert (events[5].local_address, events[5].remote_address) == ("2001:db8::2", "2001:db8::1")


def test_type_that_is_not_known_is_reported() -> None:
    (problem,) = read(FAILURES).problems
    assert problem.code is ProblemCode.NOT_UNDERSTOOD
    assert at(problem.span) == place(FAILURES, "FWPM_NET_EVENT_TYPE_IKEEXT_FAST_FAILURE")


def test_events_of_a_capture_are_wrapped_once_more() -> None:
    parsed = read("wfp-netevents/capture.xml")
    assert parsed.problems == ()
    assert [each.kind for each in parsed.events] == [EventKind.MAIN_MODE, EventKind.CLASSIFY_DROP]


def event(arm: str, kind: str = "IKEEXT_MM_FAILURE") -> str:
    return f"<netEvent><header/><type>FWPM_NET_EVENT_TYPE_{kind}</type>{arm}</netEvent>"


def test_single_event_without_a_list() -> None:
    (found,) = read_text(event("<ikeMmFailure><failureErrorCode>0x35ed</failureErrorCode></ikeMmFailure>")).events
    assert found.error_code == 13805


@cases(
    "arm",
    [
        "<ikeMmFailure><failureErrorCode>ERROR_NEVER_HEARD_OF</failureErrorCode></ikeMmFailure>",
        "<ikeMmFailure><saRole>IKEEXT_SA_ROLE_OBSERVER</saRole></ikeMmFailure>",
        "<ikeMmFailure><keyingModuleType>IKEEXT_KEY_MODULE_IKEV3</keyingModuleType></ikeMmFailure>",
        "<ikeQmFailure/>",
    ],
)
def test_details_that_are_not_known_are_reported(arm: str) -> None:
    (problem,) = read_text(event(arm)).problems
    assert problem.code is ProblemCode.NOT_UNDERSTOOD


def test_a_failure_with_the_flag_that_it_is_expected_is_marked() -> None:
    flags = '<flags numItems="1"><item>FWPM_NET_EVENT_IKEEXT_MM_FAILURE_FLAG_BENIGN</item></flags>'
    code = "<failureErrorCode>13868</failureErrorCode>"
    (found,) = read_text(event(f"<ikeMmFailure>{flags}{code}</ikeMmFailure>")).events
    assert found.benign
    (found,) = read_text(event(f"<ikeMmFailure>{flags.replace('BENIGN', 'MULTIPLE')}{code}</ikeMmFailure>")).events
    assert not found.benign


@cases(
    ("written", "message"),
    [
        ("<remoteAddrV4>10.0.0.300</remoteAddrV4>", "unknown <remoteAddrV4> `10.0.0.300`"),
        ("<remoteAddrV4/>", "the <remoteAddrV4> is empty"),
        ("<remoteAddrV6>fe80::zz</remoteAddrV6>", "unknown <remoteAddrV6> `fe80::zz`"),
    ],
)
def test_an_address_that_is_none_is_said_and_the_event_is_kept(written: str, message: str) -> None:
    failed = event("<ikeMmFailure><failureErrorCode>13805</failureErrorCode></ikeMmFailure>")
    parsed = read_text(failed.replace("<header/>", f"<header><localAddrV4>10.0.0.1</localAddrV4>{written}</header>"))
    assert [each.message for each in parsed.problems] == [message]
    assert [(each.error_code, each.local_address) for each in parsed.events] == [(13805, "10.0.0.1")]


def test_a_dropped_packet_whose_protocol_is_no_number_is_told() -> None:
    text = (
        "<netEvent><header><ipProtocol>ninety</ipProtocol><localPort>500</localPort></header>"
        "<type>FWPM_NET_EVENT_TYPE_CLASSIFY_DROP</type><classifyDrop/></netEvent>"
    )
    parsed = read_text(text)
    assert [problem.message for problem in parsed.problems] == ["unknown <ipProtocol> `ninety`"]
    assert read_text(text.replace("ninety", "6")).problems == ()
