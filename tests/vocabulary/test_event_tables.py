"""Events and numbers of remote access, as the pages and headers that are named beside them list them."""

from __future__ import annotations

from ipseclint.vocabulary import remote_access
from ipseclint.vocabulary.audit_events import AUDIT_EVENTS, MESSAGE_FIELDS, RAS_EVENTS, RAS_SERVER_EVENTS, AuditEvent
from tests.cases import cases


def numbers_of(kind: str, *, success: bool | None) -> list[int]:
    return sorted(number for number, event in AUDIT_EVENTS.items() if (event.kind, event.success) == (kind, success))


@cases(("number", "error"), [(4960, 13915), (4961, 13913), (4962, 13913), (4963, 13916), (4965, 13910)])
def test_an_event_of_the_driver_is_that_of_one_error(number: int, error: int) -> None:
    assert AUDIT_EVENTS[number] == AuditEvent("kernel-drop", error_code=error)


def test_the_events_of_the_driver_alone_have_an_error() -> None:
    assert sorted(number for number, event in AUDIT_EVENTS.items() if event.error_code is not None) == [
        4960, 4961, 4962, 4963, 4965,
    ]  # fmt: skip


def test_what_each_event_of_a_mode_tells() -> None:
    assert numbers_of("main-mode", success=True) == [4650, 4651]
    assert numbers_of("main-mode", success=False) == [4652, 4653]
    assert numbers_of("main-mode", success=None) == [4655, 4976, 5049]
    assert numbers_of("quick-mode", success=True) == [5451]
    assert numbers_of("quick-mode", success=False) == [4654]
    assert numbers_of("quick-mode", success=None) == [4977, 5452]
    assert numbers_of("extended-mode", success=True) == [4979, 4980, 4981, 4982]
    assert numbers_of("extended-mode", success=False) == [4983, 4984]
    assert numbers_of("extended-mode", success=None) == [4978]


def test_what_each_event_of_the_services_tells() -> None:
    failures = [4712, 5453, 5457, 5459, 5461, 5462, 5466, 5472, 5474, 5477, 5480, 5483, 5484, 5485]
    assert numbers_of("service", success=False) == failures
    assert numbers_of("service", success=None) == [
        *(4646, 4709, 4710, 4711, 5040, 5041, 5042, 5043, 5044, 5045, 5046, 5047, 5048),
        *(5456, 5458, 5460, 5463, 5464, 5465, 5467, 5468, 5471, 5473, 5478, 5479),
    ]
    assert numbers_of("service", success=True) == []


def test_the_events_of_remote_access() -> None:
    assert {number: event.success for number, event in RAS_EVENTS.items()} == {
        20049: False, 20063: False, 20109: False, 20249: False, 20253: False, 20276: False,
        20111: False, 20220: False, 20226: None, 20227: False, 20255: False, 20271: False, 6273: False, 6274: False,
    }  # fmt: skip
    assert {event.kind for event in RAS_EVENTS.values()} == {"service"}
    assert sorted(RAS_SERVER_EVENTS) == [6273, 6274, 20049, 20063, 20109, 20249, 20253, 20255, 20271, 20276]


def test_a_text_has_as_many_values_as_its_message() -> None:
    assert {number: len(fields) for number, fields in MESSAGE_FIELDS.items()} == {
        4650: 17, 4651: 23, 4652: 22, 4653: 16, 4654: 19, 4655: 4,
    }  # fmt: skip


def test_the_lifetimes_of_a_server() -> None:
    assert remote_access.MIN_LIFETIME_SECONDS == 5 * 60
    assert remote_access.MIN_LIFETIME_KILOBYTES == 1024
    assert remote_access.DEFAULT_LIFETIME_SECONDS == 480 * 60
    assert remote_access.DEFAULT_LIFETIME_KILOBYTES == 100 * 1024
