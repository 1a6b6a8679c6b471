"""Packets of IPsec and IKE that a filter blocked are told, in every form of the event, and other packets counted."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import pytest
from tests.cases import cases
from tests.formats.events.test_security_events import LOG

from ipseclint.formats import recognise
from ipseclint.formats.events import event_log
from ipseclint.formats.parsed import Parsed
from ipseclint.model.events import EventKind
from ipseclint.source import bytes_source
from ipseclint.vocabulary.firewall_events import FIREWALL_PROVIDER

BLOCKED = (
    "The Windows Filtering Platform has blocked a connection.\n\nApplication Information:\n\tProcess ID:\t\t988\n"
    "\tApplication Name:\t\\device\\harddiskvolume2\\windows\\system32\\svchost.exe\n\nNetwork Information:\n"
    "\tDirection:\t\tInbound\n\tSource Address:\t\t10.4.0.7\n\tSource Port:\t\t500\n"
    "\tDestination Address:\t10.4.0.1\n\tDestination Port:\t\t500\n\tProtocol:\t\t17\n\nFilter Information:\n"
    "\tFilter Run-Time ID:\t71234\n\tLayer Name:\t\tReceive/Accept\n\tLayer Run-Time ID:\t44\n"
)
PACKET = BLOCKED.replace("has blocked a connection", "blocked a packet")
COPIED = (
    "Log Name:      Security\nSource:        Microsoft-Windows-Security-Auditing\nDate:          11/2/2025 9:14:07 AM\n"
    f"Event ID:      5157\nLevel:         Information\nComputer:      SRV1\nDescription:\n{BLOCKED}"
)
XML = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>'
    '<Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>5152</EventID></System><EventData>'
    '<Data Name="ProcessId">988</Data><Data Name="Direction">%%14592</Data><Data Name="SourceAddress">10.4.0.7</Data>'
    '<Data Name="SourcePort">500</Data><Data Name="DestAddress">10.4.0.1</Data><Data Name="DestPort">500</Data>'
    '<Data Name="Protocol">17</Data><Data Name="FilterRTID">71234</Data><Data Name="LayerRTID">13</Data>'
    "</EventData></Event>"
)
OF_AUDITING = "Microsoft-Windows-Security-Auditing"
JSON = json.dumps([{"TimeCreated": "x", "ProviderName": OF_AUDITING, "Id": 5152, "Message": PACKET}])


def parsed(text: str, name: str = "events.txt") -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


def of_log(text: str, monkeypatch: pytest.MonkeyPatch) -> Parsed:
    records = [{"event_record_id": number, "data": text} for number in range(1, 4)]
    reader = SimpleNamespace(PyEvtxParser=lambda _: SimpleNamespace(records=lambda: iter(records)))
    monkeypatch.setitem(sys.modules, "evtx", reader)
    return event_log.parse(bytes_source("s.evtx", LOG))


@cases("text", [BLOCKED, PACKET, COPIED, COPIED.replace("\n", "\r\n"), XML, f"<Events>{XML}</Events>", JSON])
def test_a_packet_of_ike_that_a_filter_blocked_is_told_with_its_filter(text: str) -> None:
    result = parsed(text)
    assert [(event.kind, event.filter_id, event.success) for event in result.events] == [
        (EventKind.CLASSIFY_DROP, 71234, None)
    ]
    assert (result.other_events, result.problems if text is not JSON else ()) == ((), ())


@cases(
    ("protocol", "ports", "is_told"),
    [
        ("17", ("500", "61000"), True),
        ("17", ("61000", "4500"), True),
        ("17", ("53", "61000"), False),
        ("6", ("500", "4500"), False),
        ("50", ("0", "0"), True),
        ("51", ("0", "0"), True),
        ("47", ("0", "0"), False),
    ],
)
def test_only_what_is_of_ipsec_is_told(protocol: str, ports: tuple[str, str], is_told: bool) -> None:
    text = XML.replace(">17<", f">{protocol}<")
    text = text.replace('SourcePort">500', f'SourcePort">{ports[0]}').replace('DestPort">500', f'DestPort">{ports[1]}')
    result = parsed(text)
    assert (len(result.events), result.other_events) == ((1, ()) if is_told else (0, (("5152", 1),)))


def test_packets_of_a_log_are_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipseclint.formats.events.alike_event._LEARNED_AT", (1,))
    assert len(of_log(XML, monkeypatch).events) == 3
    assert of_log(XML.replace(">500<", ">443<"), monkeypatch).other_events == (("5152", 3),)


def test_an_event_about_policy_is_told_of_a_log_as_of_its_xml(monkeypatch: pytest.MonkeyPatch) -> None:
    text = XML.replace(OF_AUDITING, FIREWALL_PROVIDER).replace("5152", "2061")
    messages = [problem.message for problem in of_log(text, monkeypatch).problems]
    assert messages[0].startswith("3 events about IPsec policy (3 x connection security rule added)")
    assert [problem.message for problem in parsed(f"<Events>{text * 3}</Events>").problems] == messages


OF_WEB = XML.replace(">500<", ">443<").replace(">17<", ">6<")


def test_a_packet_that_is_not_of_ipsec_is_counted_without_reading_its_event(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("security_events", "event_log"):
        monkeypatch.setattr(f"ipseclint.formats.events.{module}.usual_event", None)
    assert parsed(f"<Events>{OF_WEB * 3}</Events>").other_events == (("5152", 3),)
    assert of_log(OF_WEB, monkeypatch).other_events == (("5152", 3),)


@cases(
    ("before", "after"),
    [
        ("<EventData>", '<EventData><Data Name="Protocol">50</Data>'),
        ('<Data Name="DestAddress">10.4.0.1</Data>', '<Data Name="Protocol">51</Data>'),
        (OF_AUDITING, "Microsoft-Windows-IKE"),
    ],
)
def test_an_event_that_is_not_as_windows_writes_it_is_read_whole(
    before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = OF_WEB.replace(before, after)
    results = [parsed(f"<Events>{text * 3}</Events>"), of_log(text, monkeypatch)]
    assert [result.other_events for result in results] == [(), ()]
    assert all(result.events or result.problems for result in results)


@cases("text", [XML, BLOCKED])
def test_a_protocol_that_is_no_number_is_told(text: str) -> None:
    result = parsed(text.replace(">17<", ">ninety<").replace("Protocol:\t\t17", "Protocol:\t\tninety"))
    assert [problem.message for problem in result.problems] == ["unknown `Protocol` `ninety`"]
