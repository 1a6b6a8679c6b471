"""The Security log's audit events of IPsec, as XML and as a file."""

from __future__ import annotations

import builtins
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import ROOT
from tests.cases import cases
from tests.formats.events.event_log_writer import CHUNK_BYTES, log_of_chunks
from tests.formats.events.event_log_writer import event_log as written_log
from tests.formats.places import read_in_place

from ipseclint import check_paths
from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.events import event_log, log_events, security_events
from ipseclint.formats.parsed import Parsed
from ipseclint.model.events import EventKind
from ipseclint.semantics.evidence import moment_of
from ipseclint.source import bytes_source, file_source
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.audit_events import AUDIT_EVENTS, codes_of_reason
from ipseclint.vocabulary.windows_errors import error_table

FOLDER = ROOT / "fixtures" / "formats" / "security-events"
WITHOUT_ROOT = FOLDER / "without-root.xml"
UTF_16 = FOLDER / "utf-16.xml"


def read(path: Path) -> Parsed:
    source = file_source(path)
    found = recognise(source)
    assert found is not None
    assert found.name == "security-events"
    return found.parse(source)


def read_text(text: str) -> Parsed:
    return security_events.parse(bytes_source("e.xml", text.encode("utf-8", "surrogatepass")))


def test_events_one_after_another() -> None:
    parsed = read(WITHOUT_ROOT)
    assert parsed.problems == ()
    assert [(event.event_id, event.kind, event.success) for event in parsed.events] == [
        (4653, EventKind.MAIN_MODE, False),
        (4653, EventKind.MAIN_MODE, False),
        (4654, EventKind.QUICK_MODE, False),
        (4650, EventKind.MAIN_MODE, True),
        (4963, EventKind.KERNEL_DROP, None),
        (4984, EventKind.EXTENDED_MODE, False),
    ]
    assert [each.error_code for each in parsed.events] == [13813, None, 13868, None, 13916, 13801]


def _log(*events: tuple[int, str]) -> str:
    rows = "".join(
        f'<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="{provider}"/>'
        f"<EventID>{number}</EventID></System><EventData/></Event>"
        for number, provider in events
    )
    return f"<Events>{rows}</Events>"


def test_events_of_other_kinds_are_counted_and_those_of_the_services_are_read() -> None:
    audit = "Microsoft-Windows-Security-Auditing"
    numbers = (4625, 4625, 4709, 4712, 5043, 5478, 5484, 5485)
    parsed = read_text(_log(*((number, audit) for number in numbers), (7031, "Service Control Manager")))
    assert parsed.other_events == (("4625", 2), ("Service Control Manager 7031", 1))
    assert [(event.event_id, event.success) for event in parsed.events] == [
        (4709, None),
        (4712, False),
        (5043, None),
        (5478, None),
        (5484, False),
        (5485, False),
    ]


_OTHERS = (
    "<EventData><Data Name='A'>1 &amp; 2</Data><Data/></EventData>",
    "<EventData><Data>&#x3c;</Data><Binary>00</Binary></EventData>\n",
    "<UserData><X><Y>1</Y></X></UserData>",
    "<EventData>words<Data>1</Data></EventData>",
    "<!-- <System> -->",
)


def test_events_of_other_kinds_are_counted_alike_whether_elements_are_built_of_them_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kinds = [("4624", "Microsoft-Windows-Security-Auditing"), ("7", "K&amp;R"), ("4653", "Other"), ("39", "Kdcsvc")]
    rows = [
        f"<Event><System><Provider Name='{name}' Guid='{{1}}'/><EventID Qualifiers='0'>{digits}</EventID>"
        f"<Level>0</Level><TimeCreated SystemTime='1'/></System>{rest}</Event>"
        for digits, name in kinds
        for rest in _OTHERS
    ]
    text = f"<Events>{''.join(rows)}{event_xml()}</Events>"
    parsed = read_text(text)
    assert len(parsed.events) == 1
    assert parsed.other_events == (("4624", 5), ("K&R 7", 5), ("Kdcsvc 39", 5), ("Other 4653", 5))
    monkeypatch.setattr(security_events, "_without_elements", lambda *_: None)
    assert read_text(text) == parsed


@cases(
    ("end", "message"),
    [
        ("</System><EventData><Data>1</Date></EventData></Event>", "not well-formed XML: mismatched tag"),
        ("<Level>" * 200, "elements are nested more than 128 deep"),
    ],
)
def test_an_event_of_another_kind_is_held_to_be_well_formed(end: str, message: str) -> None:
    begin = "<Event><System><Provider Name='Other'/><EventID>1</EventID>"
    (problem,) = read_text(f"<Events>{begin}{end}{event_xml()}</Events>").problems
    assert message in problem.message


def _of_ike(count: int) -> str:
    return (
        f"{count} event{'s' if count > 1 else ''} of the log that IKE's service keeps itself (Microsoft-Windows-IKE):"
        " what its values mean is published nowhere, and they are not read; what became of the negotiations stands in"
        " the Security log, 4650 to 4655"
    )


def test_events_of_ike_s_own_log_are_said_not_to_be_read() -> None:
    parsed = read_text(_log((12, "Microsoft-Windows-IKE"), (12, "IKEEXT"), (7031, "Service Control Manager")))
    assert [each.message for each in parsed.problems] == [_of_ike(2)]
    assert (parsed.events, parsed.other_events) == ((), (("Service Control Manager 7031", 1),))
    source = bytes_source("s.evtx", written_log([(12, {"Error": "13801"})], provider="Microsoft-Windows-IKE"))
    named = ". Numbers of errors stand in them: 1 x 13801 ERROR_IPSEC_IKE_AUTH_FAIL (`ipseclint explain 13801`)"
    assert [each.message for each in event_log.parse(source).problems] == [f"{_of_ike(1)}{named}"]


@cases(
    "text",
    [
        (
            "Log Name:      Microsoft-Windows-IKE/Operational\nSource:        Microsoft-Windows-IKE\n"
            "Event ID:      12\nDescription:\nIt failed.\n"
        ),
        (
            "TimeCreated  : 3/4/2024 9:12:01 AM\nProviderName : Microsoft-Windows-IKE\nId           : 12\n"
            "Message      : It failed.\n"
        ),
        '[{"Id": 12, "ProviderName": "Microsoft-Windows-IKE", "Message": "It failed."}]',
    ],
)
def test_texts_of_ike_s_own_log_are_said_not_to_be_read(text: str) -> None:
    source = bytes_source("e.txt", text.encode())
    found = recognise(source)
    assert found is not None
    assert [each.message for each in found.parse(source).problems] == [_of_ike(1)]


def test_a_report_says_how_many_events_of_other_kinds_a_log_holds(tmp_path: Path) -> None:
    file = tmp_path / "log.xml"
    file.write_text(_log((4625, "Microsoft-Windows-Security-Auditing"), (5484, "Microsoft-Windows-Security-Auditing")))
    report = check_paths([file])
    assert [(row.path, row.kind) for row in report.ignored] == [
        (f"{file} (1 x 4625)", "with events that are not about IPsec")
    ]
    assert [finding.code for finding in report.findings] == ["RT020"]


def test_fields_of_a_failed_main_mode() -> None:
    event = read(WITHOUT_ROOT).events[0]
    assert event.key_module is KeyModule.AUTHIP
    assert (event.role, event.failure_point, event.state) == ("initiator", "local", "Sent first (SA) payload")
    assert (event.local_address, event.remote_address) == ("10.1.2.3", "10.20.0.9")
    assert event.filter_id == 66010
    assert moment_of(event) is not None


def test_fields_of_a_failed_quick_mode() -> None:
    event = read(WITHOUT_ROOT).events[2]
    assert event.key_module is KeyModule.IKEV1
    assert (event.role, event.failure_point, event.filter_id) == ("responder", "remote", 66020)


def test_a_text_of_four_errors_is_none_of_them_for_sure() -> None:
    event = read(WITHOUT_ROOT).events[1]
    assert event.error_code is None
    assert event.possible_codes == (13809, 13810, 13811, 13812)


def test_the_place_is_that_of_the_number() -> None:
    lines = WITHOUT_ROOT.read_bytes().decode().split("\n")
    events = read(WITHOUT_ROOT).events
    assert len(events) > 3
    for event in events:
        line = lines[event.span.line - 1]
        begin = event.span.column - 1
        assert line[begin : begin + event.span.length] == str(event.event_id)


def test_utf_16_with_a_root_and_words_that_are_not_known() -> None:
    parsed = read(UTF_16)
    assert [each.event_id for each in parsed.events] == [4653, 4653, 5453]
    assert [each.error_code for each in parsed.events] == [None, None, None]
    assert [(each.code, each.message) for each in parsed.problems] == [
        (
            ProblemCode.NOT_UNDERSTOOD,
            "unknown `FailureReason` `Neuvottelu kesti aivan liian pitk\u00e4\u00e4n..`, in 2 events",
        ),
        (ProblemCode.NOT_UNDERSTOOD, "unknown `Role` `Beobachter`"),
    ]
    assert (parsed.problems[0].span.line, parsed.problems[1].span.line) == (3, 4)


def event_xml(number: str = "4653", data: str = "", provider: str = "Microsoft-Windows-Security-Auditing") -> str:
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        f"<Provider Name='{provider}'/><EventID>{number}</EventID></System><EventData>{data}</EventData></Event>"
    )


def test_a_single_event() -> None:
    source = bytes_source("one.xml", event_xml().encode())
    found = recognise(source)
    assert found is not None
    assert [each.event_id for each in found.parse(source).events] == [4653]


def test_other_events_are_none_of_ours() -> None:
    assert read_text(event_xml("4964") + event_xml("4624") + event_xml(provider="Other")).is_empty


@cases(
    ("reason", "code"),
    [("Negotiation timed out.", 13805), ("13811", 13811), ("0x35f3", 13811), ("no response  from PEER", 13813)],
)
def test_reasons(reason: str, code: int) -> None:
    (event,) = read_text(event_xml(data=f"<Data Name='FailureReason'>{reason}</Data>")).events
    assert event.error_code == code


def test_a_number_of_the_message_table_is_no_error() -> None:
    parsed = read_text(event_xml(data="<Data Name='FailureReason'>%%13805</Data>"))
    assert parsed.events[0].error_code is None
    assert [each.code for each in parsed.problems] == [ProblemCode.NOT_UNDERSTOOD]


def test_every_text_leads_back_to_its_error() -> None:
    known = error_table()
    assert all(code in known for code in codes_of_reason("Negotiation took too long"))
    assert codes_of_reason("Negotiation took too long") == (13814, 13815)
    assert {audit_event.error_code for audit_event in AUDIT_EVENTS.values() if audit_event.error_code} <= set(known)


def test_a_log_cut_off_keeps_what_was_whole() -> None:
    text = WITHOUT_ROOT.read_bytes()
    parsed = security_events.parse(bytes_source("e.xml", text[: len(text) // 2]))
    assert parsed.events
    assert [each.code for each in parsed.problems] == [ProblemCode.MALFORMED]


def test_many_events_are_each_found_on_their_lines() -> None:
    parsed = read_text("\n".join([event_xml()] * 4_000))
    assert len(parsed.events) == 4_000
    assert [event.span.line for event in parsed.events] == list(range(1, 4_001))


def test_too_many_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_events, "MAX_EVENTS", 2)
    parsed = read_text(event_xml() * 5)
    assert len(parsed.events) == 2
    assert [each.code for each in parsed.problems] == [ProblemCode.REFUSED]


def value(name: str, text: str) -> str:
    return f"<Data Name='{name}'>{text}</Data>"


REFUSED = value("NASPortType", "Virtual") + value("ReasonCode", "48")
MAPPING = "Microsoft-Windows-Kerberos-Key-Distribution-Center"
KINDS = {
    "audit": event_xml(data=value("FailureReason", "Negotiation timed out")),
    "connection": event_xml("20227", "<Data>809</Data>", "RasClient"),
    "refusal": event_xml("6273", REFUSED),
    "mapping": event_xml("39", provider=MAPPING),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_counts_towards_the_most_that_are_kept(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for most in (0, 1, 2, 3):
        monkeypatch.setattr(log_events, "MAX_EVENTS", most)
        parsed = read_text(f"<Events>{KINDS[kind] * 2}</Events>")
        assert len(parsed.events) == min(most, 2)
        assert [each.message for each in parsed.problems] == (
            [] if most >= 2 else [f"more than {most} events: the rest was not read"]
        )
        assert parsed.other_events == ()


@cases("kind", KINDS)
def test_every_kind_of_event_that_is_kept_is_of_something_that_failed(kind: str) -> None:
    (event,) = read_text(KINDS[kind]).events
    assert event.success is False


@cases(("around", "parent"), [("<Events>{}</Events>", "Events"), ("{}", "input"), ("\n{}\n", "input")])
def test_an_element_between_events_is_told_with_a_root_and_without(around: str, parent: str) -> None:
    between = around.format(f"{KINDS['audit']}<Strange/>{KINDS['audit']}")
    parsed = read_text(between)
    assert [event.error_code for event in parsed.events] == [13805, 13805]
    assert (parsed.unread, parsed.problems) == (((f"`{parent}/Strange`", 1),), ())


@given(st.data())
def test_damaged_logs_never_raise(data: st.DataObject) -> None:
    text = bytearray(WITHOUT_ROOT.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    read_in_place(security_events.parse, bytes_source("e.xml", bytes(text)))


def test_real_event(corpus: Path) -> None:
    parsed = read(corpus / "eventlog" / "event-4653-negotiation-timed-out.xml")
    assert parsed.problems == ()
    (event,) = parsed.events
    assert (event.event_id, event.error_code, event.key_module) == (4653, 13805, KeyModule.IKEV1)
    assert (event.role, event.failure_point, event.filter_id) == ("initiator", "local", 54919761)
    assert moment_of(event) is not None


def test_event_log_without_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    really = builtins.__import__

    def no_evtx(name: str, *rest: Any, **more: Any) -> Any:
        if name == "evtx":
            raise ImportError(name)
        return really(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", no_evtx)
    (problem,) = event_log.parse(bytes_source("s.evtx", event_log.MAGIC)).problems
    assert problem.code is ProblemCode.UNREADABLE
    assert "ipseclint[evtx]" in problem.message


LOG = written_log(
    [
        (4653, {"FailureReason": "Negotiation timed out", "Role": "%%8205", "RemoteAddress": "10.20.0.9"}),
        (4624, {"TargetUserName": "ada"}),
        (4654, {"FailureReason": "Policy match error", "Role": "Beobachter"}),
    ]
)


def test_event_log() -> None:
    source = bytes_source("s.evtx", LOG)
    found = recognise(source)
    assert found is not None
    assert found.name == "event-log"
    parsed = found.parse(source)
    assert [(event.event_id, event.error_code, event.role) for event in parsed.events] == [
        (4653, 13805, "initiator"),
        (4654, 13868, None),
    ]
    assert [each.message for each in parsed.problems] == ["unknown `Role` `Beobachter`"]
    for event in parsed.events:
        assert LOG[event.span.column - 1 :].startswith(b"**\0\0")


def test_a_record_too_large_for_one_tree_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = event_log.parse(bytes_source("s.evtx", LOG))
    monkeypatch.setattr(event_log, "whole", lambda _: None)
    assert event_log.parse(bytes_source("s.evtx", LOG)) == parsed


@pytest.mark.parametrize(
    ("reason", "code", "possible"),
    [
        ("Negotiation timed out", 13805, ()),
        ("Negotiation took too long", None, (13814, 13815)),
        ("no reason that is known", None, ()),
    ],
)
def test_a_reason_is_one_error_or_one_of_several(reason: str, code: int | None, possible: tuple[int, ...]) -> None:
    (event,) = event_log.parse(bytes_source("s.evtx", written_log([(4653, {"FailureReason": reason})]))).events
    assert (event.error_code, event.possible_codes) == (code, possible)
    assert event.reason_unknown is (reason == "no reason that is known")


def _failures(*addresses: str) -> list[tuple[int, dict[str, str]]]:
    return [(4653, {"FailureReason": "Negotiation timed out", "RemoteAddress": address}) for address in addresses]


CHUNKS = log_of_chunks(_failures("10.0.0.1", "10.0.0.2"), _failures("10.0.0.3"), _failures("10.0.0.4", "10.0.0.5"))
SECOND, THIRD = 4096 + CHUNK_BYTES, 4096 + 2 * CHUNK_BYTES
ALL = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]


@pytest.mark.parametrize(
    ("data", "peers", "messages"),
    [
        pytest.param(CHUNKS, ALL, [], id="whole"),
        pytest.param(CHUNKS + bytes(CHUNK_BYTES), ALL, [], id="room for more"),
        pytest.param(
            CHUNKS[:42] + b"\x04" + CHUNKS[43:],
            ALL,
            ["the header of the event log counts 4 chunks, and 3 are there"],
            id="one chunk fewer than are counted",
        ),
        pytest.param(CHUNKS[:42] + b"\x02" + CHUNKS[43:], ALL, [], id="one more, as while it is written"),
        pytest.param(
            CHUNKS[:THIRD] + b"ElfNone" + CHUNKS[THIRD + 7 :],
            ALL[:3],
            [
                "1 chunk of the event log without the signature `ElfChnk`",
                "the header of the event log counts 3 chunks, and 2 are there",
                "1 record of the event log cannot be read",
            ],
            id="a chunk without its signature",
        ),
        pytest.param(
            CHUNKS[: SECOND + 32] + b"\x05" + CHUNKS[SECOND + 33 :],
            ALL,
            ["2 records of the event log cannot be read"],
            id="a chunk that promises two records more",
        ),
    ],
)
def test_a_log_of_several_chunks(data: bytes, peers: list[str], messages: list[str]) -> None:
    parsed = event_log.parse(bytes_source("s.evtx", data))
    assert [event.remote_address for event in parsed.events] == peers
    assert [problem.message for problem in parsed.problems] == messages
    # Each event stands where its own record does.
    assert [event.span.column - 1 for event in parsed.events] == [
        place.start() for place in re.finditer(rb"(?s)\*\*\0\0", data)
    ][: len(peers)]
    assert all(problem.span.column == 1 for problem in parsed.problems)


@cases("kept", [0.03, 0.05, 0.15, 0.35, 0.6, 0.85, 0.97, 0.9999])
def test_an_event_log_that_is_cut_is_damaged(kept: float) -> None:
    problems = event_log.parse(bytes_source("s.evtx", LOG[: int(len(LOG) * kept)])).problems
    assert ProblemCode.MALFORMED in {problem.code for problem in problems}
    assert "ends within " in problems[0].message


def test_every_chunk_that_the_header_counts_is_there() -> None:
    (problem,) = event_log.parse(bytes_source("s.evtx", LOG[:4096])).problems
    assert problem.message == "the header of the event log counts 1 chunk, and 0 are there"
    without_signature = LOG[:4096] + b"X" + LOG[4097:]
    assert [problem.message for problem in event_log.parse(bytes_source("s.evtx", without_signature)).problems][:2] == [
        "1 chunk of the event log without the signature `ElfChnk`",
        "the header of the event log counts 1 chunk, and 0 are there",
    ]


def test_what_windows_reserved_for_later_is_no_damage() -> None:
    parsed = event_log.parse(bytes_source("s.evtx", LOG + bytes(65_536)))
    assert [problem.message for problem in parsed.problems] == ["unknown `Role` `Beobachter`"]
    assert len(parsed.events) == 2


def test_every_record_that_a_chunk_counts_is_read() -> None:
    last_number_at = 4096 + 32
    promising = LOG[:last_number_at] + bytes([5]) + LOG[last_number_at + 1 :]
    messages = [problem.message for problem in event_log.parse(bytes_source("s.evtx", promising)).problems]
    assert "2 records of the event log cannot be read" in messages


def test_what_a_record_should_not_hold_is_told_where_the_record_begins() -> None:
    name_at = LOG.find("TimeCreated".encode("utf-16-le"))
    parsed = event_log.parse(bytes_source("s.evtx", LOG[:name_at] + b"D" + LOG[name_at + 1 :]))
    at = next(problem.span for problem in parsed.problems if "`DimeCreated`" in problem.message)
    assert at in [event.span for event in parsed.events]


@given(st.data())
def test_damaged_records_never_raise(data: st.DataObject) -> None:
    damaged = bytearray(LOG[:8000])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(8, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    read_in_place(event_log.parse, bytes_source("s.evtx", bytes(damaged) + bytes(len(LOG) - len(damaged))))


@given(st.binary(max_size=9000))
def test_damaged_event_logs_never_raise(data: bytes) -> None:
    assert read_in_place(event_log.parse, bytes_source("s.evtx", event_log.MAGIC + data)).problems


@cases(
    ("written", "begin"),
    [
        ("", "<Event "),
        ("<EventID/>", "<EventID"),
        ("<EventID></EventID>", "<EventID"),
        ("<EventID>46x3</EventID>", "<EventID"),
        ("<EventId>4653</EventId>", "<Event "),
    ],
)
def test_an_event_without_its_number_is_malformed(written: str, begin: str) -> None:
    whole = event_xml()
    damaged = whole.replace("<EventID>4653</EventID>", written)
    parsed = read_text(whole + damaged)
    assert len(parsed.events) == 1
    (problem,) = parsed.problems
    assert "without its number" in problem.message
    assert problem.span.column == len(whole) + damaged.index(begin) + 1


def test_a_time_that_is_none_is_said_with_the_number_of_others() -> None:
    event = (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4653</EventID><TimeCreated SystemTime='{}'/>"
        "</System><EventData><Data Name='FailureReason'>Policy match error</Data></EventData></Event>"
    )
    times = ("2026-03-02T08:00:00Z", "2026-13-45T08:00:00Z", "2026-03-02T99:00:00Z", "2026-03-02T08:00:01Z")
    text = f"<Events>{''.join(map(event.format, times))}</Events>"
    parsed = security_events.parse(bytes_source("a.xml", text.encode()))
    (problem,) = parsed.problems
    assert problem.message == "`2026-13-45T08:00:00Z` is not a time, nor are others in 1 event"
    assert len(parsed.events) == len(times)
