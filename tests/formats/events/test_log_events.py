"""The number of an event, and the addresses of its ends, whatever a log says in their place."""

from __future__ import annotations

import json

import pytest
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.events import log_events, security_events
from ipseclint.formats.events.log_events import EventLog, event_number
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import Parsed
from ipseclint.model.events import EventKind
from ipseclint.source import Span, bytes_source
from ipseclint.vocabulary.audit_events import PROVIDER


@cases("number", [0, 1, 4653, 5451, 99_999])
def test_digits_are_their_number(number: int) -> None:
    assert event_number(str(number)) == event_number(f"{number:05}") == number


@cases("words", ["", "x", "-1", "1.0", "0x10", " 1", "\u00b2", "\u0661", "100000", "000001"])
def test_what_is_no_number_of_an_event_is_none(words: str) -> None:
    assert event_number(words) == 0


def _of_peer(number: str, local: str, remote: str) -> str:
    named = (("LocalAddress", local), ("RemoteAddress", remote), ("FailureReason", "Negotiation timed out"))
    data = "".join(f"<Data Name='{name}'>{text}</Data>" for name, text in named)
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        f"<Provider Name='{PROVIDER}'/><EventID>{number}</EventID></System>\n<EventData>{data}</EventData></Event>"
    )


def _read(*events: str) -> Parsed:
    return security_events.parse(bytes_source("e.xml", "\n".join(events).encode()))


@cases("number", ["4650", "4651", "4652", "4653", "4654", "4655", "4983", "4984", "5451", "5452"])
@cases("address", ["10.0.0.300", "10.0.0", "fe80::zz", "10.20.0.9:500", "host9.corp.example"])
def test_an_address_that_is_none_is_said_at_its_place_and_the_event_is_kept(number: str, address: str) -> None:
    parsed = _read(_of_peer(number, "10.1.2.3", address), _of_peer(number, address, "10.1.2.3"))
    assert [(each.message, each.span.line, each.span.length) for each in parsed.problems] == [
        (f"unknown `RemoteAddress` `{address}`", 2, len(address)),
        (f"unknown `LocalAddress` `{address}`", 4, len(address)),
    ]
    assert [(each.local_address, each.remote_address) for each in parsed.events] == [
        ("10.1.2.3", address),
        (address, "10.1.2.3"),
    ]


def test_an_address_is_said_once_with_the_number_of_its_events() -> None:
    parsed = _read(*[_of_peer("4653", "10.1.2.3", "10.0.0.300")] * 3, _of_peer("4653", "", "10.1.2.3"))
    assert [each.message for each in parsed.problems] == [
        "unknown `RemoteAddress` `10.0.0.300`, in 3 events",
        "an empty `LocalAddress`",
    ]
    assert len(parsed.events) == 4


@cases("address", ["-", "fe80::1%12", "::ffff:10.1.0.1", " 10.20.0.9 ", "2001:db8::1"])
def test_what_windows_writes_as_an_address_is_one(address: str) -> None:
    assert _read(_of_peer("4653", "10.1.2.3", address)).problems == ()


@cases("number", ["4963", "5453", "5478"])
def test_an_event_of_no_negotiation_may_have_empty_columns_for_its_ends(number: str) -> None:
    parsed = _read(_of_peer(number, "", "").replace("Negotiation timed out", "-"))
    assert (len(parsed.events), parsed.problems) == (1, ())


def _of(provider: str, number: int, **values: str) -> str:
    data = "".join(f"<Data Name='{name}'>{text}</Data>" for name, text in values.items())
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        f"<Provider Name='{provider}'/><EventID>{number}</EventID></System>\n<EventData>{data}</EventData></Event>"
    )


@cases(
    ("provider", "number", "is_kept"),
    [
        (PROVIDER, 4653, True),
        (PROVIDER, 6273, True),
        ("Microsoft-Windows-Kerberos-Key-Distribution-Center", 39, True),
        ("RasClient", 20227, True),
        ("Service Control Manager", 7023, True),
        (PROVIDER, 4624, False),
        ("Microsoft-Windows-Kerberos-Key-Distribution-Center", 16, False),
        ("RasClient", 1, False),
    ],
)
def test_the_values_that_nobody_reads_are_told_of_each_event_that_is_kept(
    provider: str, number: int, *, is_kept: bool
) -> None:
    parsed = _read(
        _of(provider, number, param1="IKE and AuthIP IPsec Keying Modules", NASPortType="Virtual", Strange="x")
    )
    assert [each.event_id for each in parsed.events] == ([number] if is_kept else [])
    assert ("Strange" in " ".join(name for name, _ in parsed.unread)) is is_kept


@cases(
    ("reason", "code"),
    [
        ("13805", 13805),
        ("0x35ED", 13805),
        ("No response from peer", 13813),
        ("ERROR_IPSEC_IKE_TIMED_OUT", 13805),
        ("-2147011085", 13811),
        ("5", None),
        ("ACCESS_DENIED", None),
        ("809", None),
        ("19999", None),
    ],
)
def test_a_reason_of_a_failure_is_an_error_of_ike_by_number_name_or_words(reason: str, code: int | None) -> None:
    parsed = _read(_of(PROVIDER, 4653, FailureReason=reason, LocalAddress="10.1.0.1", RemoteAddress="10.2.0.1"))
    (event,) = parsed.events
    assert (event.error_code, event.reason_unknown) == (code, code is None)
    assert [each.message for each in parsed.problems] == (
        [f"unknown `FailureReason` `{reason}`"] if code is None else []
    )


@cases(
    ("provider", "number"),
    [("Microsoft-Windows-IKE", 1), ("Microsoft-Windows-Windows Firewall With Advanced Security", 2032)],
)
def test_events_that_are_counted_alone_are_said_where_the_first_stands(provider: str, number: int) -> None:
    (problem,) = _read(_of(PROVIDER, 4624), _of(provider, number), _of(provider, number)).problems
    assert problem.message.startswith("2 events ")
    assert problem.span is not None
    assert problem.span.line == 3


OF_NPS = {"ReasonCode": "16", "NASPortType": "Virtual"}
OF_SERVICE = "The IKE and AuthIP IPsec Keying Modules service terminated unexpectedly."


@cases(
    ("number", "provider", "values", "texts", "told"),
    [
        ("4653", PROVIDER, {"FailureReason": "Negotiation timed out"}, (), (EventKind.MAIN_MODE, False, None)),
        ("5451", PROVIDER, {}, (), (EventKind.QUICK_MODE, True, None)),
        ("20227", "RasClient", {}, ("809",), (EventKind.SERVICE, False, "initiator")),
        ("6273", PROVIDER, OF_NPS, (), (EventKind.SERVICE, False, "responder")),
        ("7034", "Service Control Manager", {}, (OF_SERVICE,), (EventKind.SERVICE, False, None)),
        ("39", "Kerberos-Key-Distribution-Center", {}, (), (EventKind.SERVICE, False, None)),
    ],
)
def test_an_event_of_each_provider_keeps_its_place_and_time(
    number: str, provider: str, values: dict[str, str], texts: tuple[str, ...], told: tuple[EventKind, bool, str | None]
) -> None:
    place, time = Span("e.log", 7, 3), "2026-03-04T10:11:12Z"
    fields = {name: Token(value, "e.log", 8, 1) for name, value in values.items()}
    for most, kept in ((1, 1), (0, 0)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(log_events, "MAX_EVENTS", most)
            log = EventLog(Diagnostics("e.log"))
        assert log.keep(number, provider, time, fields, place, texts=texts)
        parsed = log.parsed()
        assert len(parsed.events) == kept
        for event in parsed.events:
            assert (event.event_id, event.span, event.time) == (int(number), place, time)
            assert (event.kind, event.success, event.role) == told
        assert [each.span for each in parsed.problems] == [place] * (1 - kept)


@cases(
    ("number", "provider", "texts"),
    [
        ("4624", PROVIDER, ()),
        ("4653", "Another", ()),
        ("7034", "Service Control Manager", ("The Print Spooler service terminated unexpectedly.",)),
        ("7035", "Service Control Manager", (OF_SERVICE,)),
        ("20000", "RasClient", ("809",)),
        ("42", "Kerberos-Key-Distribution-Center", ()),
        ("6273", PROVIDER, ()),
    ],
)
def test_an_event_of_no_concern_is_counted_alone(number: str, provider: str, texts: tuple[str, ...]) -> None:
    log = EventLog(Diagnostics("e.log"))
    assert not log.keep(number, provider, None, {}, Span("e.log", 1, 1), texts=texts)
    parsed = log.parsed()
    assert (parsed.events, parsed.problems) == ((), ())
    ((name, count),) = (*parsed.other_events, *parsed.unread)
    assert (number in name, count) == (True, 1)


@cases(
    ("text", "unread"),
    [
        (
            "The connection settings are: \nVpnStrategy = L2TP\n",
            (("`settings of a connection in RasClient 20221`", 1),),
        ),
        ("The connection settings are: \n", ()),
    ],
)
def test_settings_that_an_event_of_a_connection_lists_are_told_to_be_unread(
    text: str, unread: tuple[tuple[str, int], ...]
) -> None:
    log = EventLog(Diagnostics("a.log"))
    assert not log.keep("20221", "RasClient", None, {}, Span("a.log", 1, 1), texts=[text])
    parsed = log.parsed()
    assert parsed.unread == unread
    assert parsed.other_events == (() if unread else (("RasClient 20221: a user has begun to dial a connection", 1),))


@cases(
    ("name", "passed_over", "unread"),
    [
        ("RemoteAccess 20274", (("RemoteAccess 20274: a connected user was given an address", 1),), ()),
        ("RemoteAccess 20258", (), (("`RemoteAccess 20258: not known here`", 1),)),
        ("RemoteAccessor 20258", (("RemoteAccessor 20258", 1),), ()),
    ],
)
def test_what_an_event_of_a_vpn_says_is_told_or_that_it_is_not_known(
    name: str, passed_over: tuple[tuple[str, int], ...], unread: tuple[tuple[str, int], ...]
) -> None:
    log = EventLog(Diagnostics("a.log"))
    log.count_other(name)
    assert (log.parsed().other_events, log.parsed().unread) == (passed_over, unread)


def test_of_events_of_no_concern_so_many_names_are_counted_apart_and_no_long_one() -> None:
    log = EventLog(Diagnostics("e.log"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_events, "MAX_UNKNOWN", 2)
        for name in ("a", "b", "c", "a", "d", "n" * 101):
            log.count_other(name)
    assert dict(log.parsed().other_events) == {"a": 2, "others": 3, "b": 1}
    other = EventLog(Diagnostics("e.log"))
    for name in ("n" * 100, "n" * 101):
        other.count_other(name)
    assert dict(other.parsed().other_events) == {"n" * 100: 1, "others": 1}


@cases(("filter_id", "read"), [("66010", 66010), ("0", 0), ("-", None), ("66,010", "said"), ("sixty", "said")])
def test_the_number_of_a_filter_that_is_none_is_said(filter_id: str, read: int | str | None) -> None:
    event = _of_peer("4654", "10.1.0.1", "10.1.0.2").replace(
        "</EventData>", f"<Data Name='QMFilterID'>{filter_id}</Data></EventData>"
    )
    parsed = _read(event)
    assert parsed.events[0].filter_id == (None if read == "said" else read)
    assert bool(parsed.problems) is (read == "said")


def test_the_errors_that_the_log_of_the_ike_service_names_are_told() -> None:
    events = [
        {"Id": 12, "ProviderName": "Microsoft-Windows-IKE", "Message": "failed with error 13868 for peer 10.0.13.801"},
        {"Id": 12, "ProviderName": "Microsoft-Windows-IKE", "Message": "failed with error 13868, then 13806."},
        {"Id": 12, "ProviderName": "Microsoft-Windows-IKE", "Message": "port 13001x, 13.868 and 13950 say nothing"},
    ]
    (problem,) = check_text(json.dumps(events), "ike.json").problems
    told = "2 x 13868 ERROR_IPSEC_IKE_POLICY_MATCH, 1 x 13806 ERROR_IPSEC_IKE_NO_CERT (`ipseclint explain 13868 13806`)"
    assert problem.message.startswith("3 events of the log that IKE's service keeps itself")
    assert problem.message.endswith(f"Numbers of errors stand in them: {told}")
