"""Events as collectors hand them on: in texts within JSON, as elements of lists, on one line of syslog, in tables."""

from __future__ import annotations

import json

import pytest
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.events import event_json
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

VALUES = {
    "LocalAddress": "10.1.0.5",
    "RemoteAddress": "10.1.0.6",
    "FailurePoint": "%%8199",
    "FailureReason": "Negotiation timed out\r\n",
    "Role": "%%8205",
}
MESSAGE = (
    "An IPsec main mode negotiation failed.\n\nLocal Endpoint:\n\tLocal Principal Name:\t-\n"
    "\tNetwork Address:\t10.1.0.5\n\tKeying Module Port:\t500\n\nRemote Endpoint:\n\tPrincipal Name:\t-\n"
    "\tNetwork Address:\t10.1.0.6\n\tKeying Module Port:\t500\n\nAdditional Information:\n\tRole:\tInitiator\n"
    "\tImpersonation State:\tNot enabled\n\nFailure Information:\n"
    "\tFailure Point:\tLocal computer\n\tFailure Reason:\tNegotiation timed out\n\n\tState:\tNo state\n"
)
FLAT = " ".join(MESSAGE.split())
PROVIDER = "Microsoft-Windows-Security-Auditing"
XML = (
    f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{PROVIDER}'/>"
    "<EventID>4653</EventID><TimeCreated SystemTime='2026-03-04T10:11:12Z'/></System><EventData>"
    + "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in VALUES.items())
    + "</EventData></Event>"
)
ELEMENTS = [{"@Name": name, "#text": value} for name, value in VALUES.items()]
RETURNED = "The error code returned on failure is 809."
DIALED = f"CoId={{1}}: The user CORP\\ana dialed a connection named Head office which has failed. {RETURNED}"
SNARE = "<14>Mar  4 10:11:12 h MSWinEventLog\t1\tSecurity\t11\tWed Mar 04 10:11:12 2026"


def read(text: str, name: str = "events.txt") -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases(
    "event",
    [
        {"Event": {"System": {"Provider": {"@Name": PROVIDER}, "EventID": "4653"}, "EventData": {"Data": ELEMENTS}}},
        {"Event": {"System": {"Provider": {"#attributes": {"Name": PROVIDER}}, "EventID": 4653}, "EventData": VALUES}},
        {"EventId": 4653, "Provider": PROVIDER, "Payload": json.dumps({"EventData": {"Data": ELEMENTS}})},
        {"EventID": 4653, "Channel": "Security", "EventData": XML[XML.index("<EventData>") : XML.index("</Event>")]},
        {"eventid": "4653", "provider_name": PROVIDER, "data": json.dumps({"EventData": VALUES})},
        {"result": {"_raw": XML}},
        {"EventID": 4653, "RuleTitle": "IPsec", "ExtraFieldInfo": VALUES},
    ],
)
def test_values_are_read_from_whatever_a_collector_puts_them_into(event: object) -> None:
    (failure,) = read(json.dumps(event)).events
    assert (failure.event_id, failure.error_code, failure.role) == (4653, 13805, "initiator")
    assert (failure.local_address, failure.remote_address) == ("10.1.0.5", "10.1.0.6")
    assert (failure.span.line, failure.span.length) == (1, 4)


@cases(
    ("created", "time"),
    [
        ({"#attributes": {"SystemTime": "2026-03-04T10:11:12Z"}}, "2026-03-04T10:11:12Z"),
        ({"@SystemTime": "2026-03-04T10:11:12Z"}, "2026-03-04T10:11:12Z"),
        ({"SystemTime": 1772619072.5}, "2026-03-04T10:11:12.500000Z"),
    ],
)
def test_the_time_is_read_where_a_collector_puts_it(created: object, time: str) -> None:
    system = {"EventID": 4653, "TimeCreated": created}
    (failure,) = read(json.dumps({"Event": {"System": system, "EventData": VALUES}})).events
    assert failure.time == time


def test_records_of_evtx_dump_are_read_each() -> None:
    record = json.dumps({"Event": {"System": {"EventID": 4653}, "EventData": VALUES}}, indent=2)
    failures = read(f"Record 1\n{record}\nRecord 12\n{record}\n").events
    assert [failure.span.line for failure in failures] == [5, 20]


def test_an_event_of_another_provider_is_none_of_ipsec() -> None:
    system = {"Provider": {"#attributes": {"Name": "Other"}}, "EventID": 4653}
    parsed = read(json.dumps({"Event": {"System": system, "EventData": {}}}))
    assert (parsed.events, parsed.other_events) == ((), (("Other 4653", 1),))


def test_the_id_of_a_rule_or_a_machine_is_no_event() -> None:
    event = {"system": {"providerName": PROVIDER, "eventID": "4653"}, "eventdata": VALUES}
    parsed = read(json.dumps({"rule": {"id": "60000"}, "agent": {"id": "001"}, "data": {"win": event}}))
    assert ([failure.event_id for failure in parsed.events], parsed.other_events) == ([4653], ())


@cases("damaged", ["{", "{}", "<", '{"EventData": 1', "[]", "<Data Name='x'>"])
def test_a_text_that_holds_no_values_leaves_the_event(damaged: str) -> None:
    (failure,) = read(json.dumps({"EventId": 4653, "Payload": damaged, "Provider": PROVIDER})).events
    assert (failure.event_id, failure.remote_address) == (4653, None)


@cases(
    "line",
    [
        f"{SNARE}\t4653\t{PROVIDER}\tN/A\t\t{FLAT}",
        f"Mar  4 10:11:12 h EvntSLog: [WIN] {PROVIDER} (4653) {FLAT}",
        f'<14>1 2026-03-04T10:11:12Z h {PROVIDER} 680 - [NXLOG@14506 EventID="4653"] {FLAT}',
        f"<13>Mar 04 h AgentLogFile=Security\tSource={PROVIDER}\tComputer=h\tEventID=4653\tMessage={FLAT}",
        f"<14>Mar  4 10:11:12 h {PROVIDER}[680]: {FLAT}",
    ],
)
def test_an_event_on_one_line_of_syslog_is_read(line: str) -> None:
    text = f"<14>Mar  4 10:11:11 h sshd[1]: hello\n{line}\n"
    (failure,) = read(text).events
    assert (failure.event_id, failure.error_code, failure.role, failure.failure_point) == (
        4653,
        13805,
        "initiator",
        "local",
    )
    assert (failure.local_address, failure.remote_address, failure.span.line) == ("10.1.0.5", "10.1.0.6", 2)


def test_a_connection_that_failed_is_read_from_a_line_of_syslog() -> None:
    (failure,) = read(f"<14>Mar  4 10:11:12 h RasClient[1]: {DIALED}\n").events
    assert (failure.event_id, failure.state) == (20227, "remote-access error 809")


def test_other_lines_of_syslog_are_no_event() -> None:
    told = "The service IPsec Policy Agent logged on with 4653 handles, in a security association"
    text = f"<14>Mar  4 h {PROVIDER}[680]: {told}\n"
    form = recognise(bytes_source("x.txt", text.encode()))
    assert form is None or form.parse(bytes_source("x.txt", text.encode())).events == ()


@cases(
    ("head", "sign"),
    [
        ("Keywords,Date and Time,Source,Event ID,Task Category", ","),
        ("Keywords\tDate and Time\tSource\tEvent ID\tTask Category", "\t"),
        ("Schl\u00fcsselw\u00f6rter\tDatum und Uhrzeit\tQuelle\tEreignis-ID\tAufgabenkategorie", "\t"),
        ("Keywords;Date and Time;Source;Event ID;Task Category", ";"),
    ],
)
@cases("encoding", ["utf-8-sig", "utf-16"])
def test_a_saved_table_is_read_whatever_parts_its_columns(head: str, sign: str, encoding: str) -> None:
    row = sign.join(("Audit Failure", "3/4/2026 10:11:12 AM", PROVIDER, "4653", "IPsec Main Mode", f'"{MESSAGE}"'))
    source = bytes_source("saved.txt", f"{head}\n{row}\n".encode(encoding))
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [(failure.event_id, failure.remote_address) for failure in parsed.events] == [(4653, "10.1.0.6")]
    assert parsed.problems == ()


def test_a_connection_that_was_terminated_by_an_error_has_failed() -> None:
    text = (
        "Log Name:      Application\nSource:        RasClient\nEvent ID:      20220\nDescription:\n"
        f"The connection to Head office made using device VPN3-1 was terminated. {RETURNED}\n"
    )
    (failure,) = read(text).events
    assert (failure.event_id, failure.success, failure.state) == (20220, False, "remote-access error 809")


@cases(("place", "unread"), [("Payload", ()), ("Strange", (("`Strange`", 1),))])
def test_a_text_that_is_read_is_not_counted_as_unread(place: str, unread: tuple[tuple[str, int], ...]) -> None:
    event = {"EventId": 4653, "Provider": PROVIDER, place: json.dumps({"EventData": VALUES})}
    assert read(json.dumps(event)).unread == unread


@cases(
    ("event", "unread"),
    [
        ({"Value": 1}, (("`Value`", 1),)),
        ({"Name": 1}, (("`Name`", 1),)),
        ({"System": {"EventID": {"Value": 1}, "Provider": {"Name": 1}}}, ()),
        ({"System": {"EventID": {"Strange": 1}}}, (("`Strange`", 1),)),
        ({"@attribute": 1, "#text": 1, "xmlns:x": 1}, ()),
    ],
)
def test_what_says_a_part_of_an_event_within_it_is_unread_beside_it(
    event: dict[str, object], unread: tuple[tuple[str, int], ...]
) -> None:
    of_event = {"EventId": 4653, "ProviderName": PROVIDER, "EventData": VALUES, **event}
    assert read(json.dumps(of_event)).unread == unread


@cases(("depth", "address"), [(0, "10.1.0.6"), (5, "10.1.0.6"), (6, None)])
def test_values_are_looked_for_in_so_many_objects_within_each_other(depth: int, address: str | None) -> None:
    values: dict[str, object] = VALUES | {"Strange": 1}
    for _ in range(depth):
        values = {"Data": values}
    parsed = read(json.dumps({"EventId": 4653, "ProviderName": PROVIDER, "Data": values}))
    assert [failure.remote_address for failure in parsed.events] == [address]
    assert parsed.unread == ((("`Strange`", 1),) if address else (("`Data`", 1),))


def test_of_properties_the_value_is_taken_and_what_else_they_have_is_unread() -> None:
    values = ["-", "10.1.0.5", "500"]
    properties = [{"Other": "%%8205", "Value": value} for value in values]
    parsed = read(json.dumps({"Id": 20227, "ProviderName": "RasClient", "Properties": [*properties, {"Value": "809"}]}))
    assert [(failure.event_id, failure.state) for failure in parsed.events] == [(20227, "remote-access error 809")]
    assert parsed.unread == (("`Other`", 3),)


@pytest.mark.parametrize(
    ("reason", "codes", "is_unknown"),
    [
        ("Negotiation timed out", (13805, ()), False),
        ("Negotiation request sat in Queue too long", (None, (13809, 13810, 13811, 13812)), False),
        ("Something that Windows does not say", (None, ()), True),
        ("-", (None, ()), False),
        (None, (None, ()), False),
    ],
)
def test_a_reason_that_is_not_known_is_told_from_none(
    reason: str | None, codes: tuple[int | None, tuple[int, ...]], is_unknown: bool
) -> None:
    values = {name: value for name, value in (VALUES | {"FailureReason": reason}).items() if value is not None}
    (failure,) = read(json.dumps({"EventId": 4653, "Provider": PROVIDER, "EventData": values})).events
    assert ((failure.error_code, failure.possible_codes), failure.reason_unknown) == (codes, is_unknown)


def test_each_column_of_a_table_is_read() -> None:
    table = f'"TimeCreated","Id","ProviderName","Message"\n"3/4/2026 10:11:12 AM","4653","{PROVIDER}","{MESSAGE}"\n'
    (failure,) = read(table, "events.csv").events
    assert (failure.event_id, failure.error_code, failure.span.line) == (4653, 13805, 2)
    assert (failure.local_address, failure.remote_address) == ("10.1.0.5", "10.1.0.6")
    iso = read(table.replace("3/4/2026 10:11:12 AM", "2026-03-04T10:11:12Z"), "events.csv")
    assert [event.time for event in iso.events] == ["2026-03-04T10:11:12Z"]
    assert read(table.replace(PROVIDER, "Other"), "events.csv").events == ()


def test_records_that_export_clixml_wrote_are_read_and_others_counted() -> None:
    def record(number: int) -> str:
        message = MESSAGE.replace("\n", "_x000D__x000A_")
        return (
            f'<Obj RefId="{number}"><TN RefId="{number}">'
            "<T>System.Diagnostics.Eventing.Reader.EventLogRecord</T></TN><Props>"
            f'<I32 N="Id">{number}</I32><S N="ProviderName">{PROVIDER}</S><I64 N="RecordId">7</I64>'
            f'<DT N="TimeCreated">2026-03-04T10:11:12</DT></Props><MS><S N="Message">{message}</S></MS></Obj>'
        )

    head = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
    parsed = read(f"{head}\n{record(4624)}\n{record(4653)}\n</Objs>", "events.xml")
    (failure,) = parsed.events
    assert (failure.event_id, failure.error_code, failure.remote_address) == (4653, 13805, "10.1.0.6")
    assert (failure.time, failure.span.line) == ("2026-03-04T10:11:12", 3)
    assert (parsed.other_events, parsed.problems, parsed.unread) == ((("4624", 1),), (), ())


def test_values_without_names_in_a_text_are_taken_in_their_order() -> None:
    data = "".join(f"<Data>{value}</Data>" for value in ("-", "CORP\\ana", "Office", "809"))
    parsed = read(json.dumps({"Id": 20227, "ProviderName": "RasClient", "EventData": f"<EventData>{data}</EventData>"}))
    assert [(failure.event_id, failure.state) for failure in parsed.events] == [(20227, "remote-access error 809")]


NUMBERS = [
    *(*range(4650, 4656), *range(4709, 4713), *range(4960, 4964), *range(4976, 4985), *range(5040, 5050)),
    *(*range(5451, 5454), *range(5456, 5469), *range(5471, 5475), *range(5477, 5481), *range(5483, 5486)),
    *(4646, 4965, 6273, 20111, 20220, 20226, 20227, 20255, 20271),
]
"""The events of IPsec of the security log, of remote access, and of a refusal by Network Policy Server."""


@cases(
    "event",
    ['{"Id": %d}', '{"event_id": "%d"}', '{"EventCode" : %d}', '{"EventID": {"Qualifiers": "0", "#text": "%d"}}',
     '{"_raw": "<Event><EventID Qualifiers=\'0\'>%d</EventID>"}'],
)  # fmt: skip
def test_each_event_that_is_read_tells_json_of_events(event: str) -> None:
    numbers = [*NUMBERS, *(number * 10 for number in NUMBERS)]
    told = [number for number in numbers if event_json.recognise(bytes_source("x.json", (event % number).encode()))]
    assert told == NUMBERS


RAS_VALUES = ["CoID={A}", "user", "VPN", "809"]


@cases("name", ["Others", "Values"])
def test_a_list_of_another_name_holds_no_properties(name: str) -> None:
    properties = [{"Value": value} for value in RAS_VALUES[:3]]
    event = {"Id": 20227, "ProviderName": "RasClient", "Properties": properties, name: [{"Value": "809"}]}
    assert [each.state for each in read(json.dumps(event)).events] == [None]
    event["Properties"] = [*properties, {"Value": "809"}]
    assert [each.state for each in read(json.dumps(event)).events] == ["remote-access error 809"]


def test_texts_alone_in_a_list_are_the_values_in_their_order() -> None:
    system = {"EventID": 20227, "Provider": {"Name": "RasClient"}}
    parsed = read(json.dumps({"Event": {"System": system, "EventData": {"Data": RAS_VALUES}}}))
    assert [each.state for each in parsed.events] == ["remote-access error 809"]


@cases(
    ("head", "row"),
    [
        ("TimeGenerated [UTC],EventSourceName,EventID,EventData", 'x,{provider},4653,"{data}"'),
        ("_time,_raw,host", 'x,"{event}",h'),
        (
            "TimeGenerated,EventID,EventSourceName,LocalAddress,RemoteAddress,FailureReason,Role",
            "x,4653,{provider},{values}",
        ),
    ],
)
def test_the_values_in_a_column_of_a_table_are_read(head: str, row: str) -> None:
    data = XML[XML.index("<EventData>") : XML.index("</Event>")]
    values = ",".join(VALUES[name].strip() for name in ("LocalAddress", "RemoteAddress", "FailureReason", "Role"))
    doubled = {"data": data.replace('"', '""'), "event": XML.replace('"', '""')}
    parsed = read(f"{head}\n{row.format(provider=PROVIDER, values=values, **doubled)}\n", "query.csv")
    (failure,) = parsed.events
    assert (failure.event_id, failure.error_code, failure.role) == (4653, 13805, "initiator")
    assert (failure.local_address, failure.remote_address) == ("10.1.0.5", "10.1.0.6")
    assert parsed.problems == ()


def test_a_column_that_is_not_read_is_counted() -> None:
    parsed = read(f"TimeGenerated,EventID,Strange\nx,4653,{PROVIDER}\n", "query.csv")
    assert parsed.unread == (("`Strange`", 1),)


def test_the_fields_of_gelf_are_read() -> None:
    event = {"version": "1.1", "short_message": "x", "full_message": MESSAGE, "_EventID": 4653, "_Odd": 1}
    parsed = read(json.dumps(event | {"_SourceName": PROVIDER, "timestamp": 1772619072.5}))
    (failure,) = parsed.events
    assert (failure.event_id, failure.error_code, failure.remote_address) == (4653, 13805, "10.1.0.6")
    assert failure.time == "2026-03-04T10:11:12.500000Z"
    assert parsed.unread == (("`_Odd`", 1),)


_GERMAN = "Fehler bei IPsec-Hauptmodusaushandlung.\n\nRemoteendpunkt:\n\tNetzwerkadresse:\t10.0.7.20\n"
_NOT_READ = (
    "the values of event 4653 are not read: their labels are not those of Windows in English, and not all are there"
    " to be told by their order"
)


@cases(
    "text",
    [
        f"Protokollname: Security\nQuelle:        {PROVIDER}\nEreignis-ID:   4653\nBeschreibung:\n{_GERMAN}",
        json.dumps({"Id": 4653, "ProviderName": PROVIDER, "Message": _GERMAN}),
        f"CEF:0|Microsoft|Windows||{PROVIDER}:4653|An IPsec main mode negotiation failed.|3|dst=10.0.7.20 reason=late",
    ],
)
def test_values_whose_labels_are_not_known_are_told(text: str) -> None:
    parsed = read(text)
    assert [event.event_id for event in parsed.events] == [4653]
    assert [problem.message for problem in parsed.problems] == [_NOT_READ]


@cases(
    "message",
    [
        "Fehler bei IPsec-Hauptmodusaushandlung.\n\nRemoteendpunkt:\n\tNetzwerkadresse:\n",
        "An IPsec main mode negotiation failed.",
    ],
)
def test_a_message_without_values_leaves_none_unread(message: str) -> None:
    assert read(json.dumps({"Id": 4653, "ProviderName": PROVIDER, "Message": message})).problems == ()


@cases("number", [5040, 4650])
def test_of_what_is_no_failure_no_value_is_missed(number: int) -> None:
    parsed = read(json.dumps({"Id": number, "ProviderName": PROVIDER, "Message": "Neu.\n\tName:\t5\n"}))
    assert ([event.event_id for event in parsed.events], parsed.problems) == ([number], ())


@cases("name", ["Payload", "_raw"])
@cases(("text", "is_read"), [('{"x": 1}', True), (" <a/>", True), ("some words", False), ("", False), (7, False)])
def test_a_text_that_holds_no_values_is_counted_as_not_read(name: str, text: object, is_read: bool) -> None:
    parsed = read(json.dumps({"EventID": 4653, "Provider": PROVIDER, "EventData": VALUES, name: text}))
    assert [each for each, _ in parsed.unread] == ([] if is_read else [f"`{name}`"])


@cases("column", ["Message", "RenderedDescription"])
@cases("message", [FLAT, MESSAGE])
def test_a_row_of_a_table_is_one_event_with_its_message_on_one_line_or_several(column: str, message: str) -> None:
    table = f'TimeGenerated,EventID,{column}\n2026-03-04T10:11:12Z,4653,"{message}"\n'
    (failure,) = read(table, "events.csv").events
    assert (failure.event_id, failure.error_code, failure.failure_point) == (4653, 13805, "local")
    assert (failure.remote_address, failure.span.line) == ("10.1.0.6", 2)


def test_values_of_a_failed_negotiation_without_the_number_of_its_event_are_told() -> None:
    whole = {"EventID": 4653, "SourceName": PROVIDER, **VALUES}
    without = {name: value for name, value in whole.items() if name != "EventID"}
    text = f"{json.dumps(whole)}\n{json.dumps(without)}\n{json.dumps({'RuleName': 'x', 'LocalAddress': '10.1.0.5'})}\n"
    parsed = event_json.parse(bytes_source("a.json", text.encode()))
    assert len(parsed.events) == 1
    (problem,) = parsed.problems
    assert "without the number of its event" in problem.message
    assert problem.span.line == 2


@cases("number", [{}, {"Id": None}, {"Id": True}, {"Ids": 4653}])
def test_an_event_without_its_number_is_told_by_its_message(number: dict[str, object]) -> None:
    whole = {"Id": 4653, "ProviderName": PROVIDER, "Message": MESSAGE}
    without = {"ProviderName": PROVIDER, "Message": MESSAGE} | number
    parsed = read(f"{json.dumps(whole)}\n{json.dumps(without)}\n")
    told, other = parsed.events
    assert (told.event_id, told.error_code, told.remote_address) == (4653, 13805, "10.1.0.6")
    assert (other.event_id, other.error_code, other.remote_address) == (4653, 13805, "10.1.0.6")
    assert (other.span.line, parsed.problems) == (2, ())


@cases(
    ("message", "problems"),
    [
        ("Fehler bei einer IPsec-Hauptmodusaushandlung.\n\tFehlerursache:\tNegotiation timed out\n", 1),
        ("An account was successfully logged on.", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_a_message_without_its_number_that_names_ipsec_and_tells_no_event_is_said(
    message: object, problems: int
) -> None:
    whole = {"Id": 4653, "ProviderName": PROVIDER, "Message": MESSAGE}
    parsed = read(f"{json.dumps(whole)}\n{json.dumps({'ProviderName': PROVIDER, 'Message': message})}\n")
    assert (len(parsed.events), len(parsed.problems)) == (1, problems)


@cases(("number", "is_said"), [("", False), ("4653x", True), ("-", False), ("n/a", False), ("465300", True)])
def test_a_row_without_its_number_is_told_by_its_message(number: str, *, is_said: bool) -> None:
    table = f'TimeCreated,Id,Message\n2026-03-04 10:11:12,4653,"{MESSAGE}"\n2026-03-04 10:11:13,{number},"{MESSAGE}"\n'
    parsed = read(table, "events.csv")
    assert [event.event_id for event in parsed.events] == [4653, 4653]
    said = [f"`{number}` is not the number of an event"] * is_said
    assert [problem.message for problem in parsed.problems] == said


@cases("form", ["{0}\n{1}", "[{0},\n{1}"])
def test_the_events_above_one_that_was_cut_are_read(form: str) -> None:
    event = json.dumps({"ProviderName": PROVIDER, "Id": 4653, "Message": MESSAGE})
    source = bytes_source("x.json", form.format(event, event[:60]).encode())
    assert event_json.recognise(source)
    parsed = event_json.parse(source)
    assert [each.event_id for each in parsed.events] == [4653]
    assert [problem.span.line for problem in parsed.problems] == [2]


FAILED_DIAL = "CoId={5F0A7B4E-5A0E-4C13-9A3B-1B9B3B2B7A11}: The user u dialed a connection named V which has failed."
PROPERTIES_SHOWN = [{"Value": "{5F}"}, {"Value": "13801"}]


@cases(
    ("members", "is_said"),
    [
        ({"Message": f"{FAILED_DIAL[:60]}..."}, True),
        ({"Message": f"{FAILED_DIAL[:60]}\u2026"}, True),
        ({"Message": f"{FAILED_DIAL[:60]}...", "Properties": PROPERTIES_SHOWN}, False),
        ({"Message": f"{FAILED_DIAL} The error code returned on failure is 13801."}, False),
    ],
)
def test_a_message_that_a_tool_cut_is_said(members: dict[str, object], *, is_said: bool) -> None:
    text = json.dumps({"Id": 20227, "ProviderName": "RasClient"} | members)
    problems = event_json.parse(bytes_source("events.json", text.encode())).problems
    assert ["was cut" in each.message for each in problems] == ([True] if is_said else [])


@cases(
    ("number", "is_told"), [('"4653x"', True), ("4.653", True), ('"1000x"', False), ('"n4653"', False), ("{}", False)]
)
@cases("members", [{"Message": "no text"}, {"TimeCreated": "2026-03-02T10:00:00Z"}, {}])
def test_a_record_whose_number_is_none_of_an_event_is_told(
    number: str, members: dict[str, object], *, is_told: bool
) -> None:
    record = json.dumps({"Id": 0, **members, "ProviderName": PROVIDER}).replace("0", number, 1)
    whole = json.dumps({"Id": 4653, "ProviderName": PROVIDER, "Message": MESSAGE})
    parsed = read(f"{whole}\n{record}\n")
    assert ["is not the number of an event" in problem.message for problem in parsed.problems] == [True] * is_told
    alone = recognise(bytes_source("event.json", record.encode()))
    assert not is_told or number[0] != '"' or (alone is not None and alone.name == "event-json")


@cases(
    ("number", "is_told"), [("4.653", True), ("4653", False), ("4653.0", False), ('"4,653"', True), ('"4653x"', True)]
)
def test_a_number_that_is_none_of_an_event_is_told_where_the_message_says_which(number: str, is_told: bool) -> None:
    whole = json.dumps({"Id": 4653, "ProviderName": PROVIDER, "Message": MESSAGE})
    parsed = read(f"{whole}\n{whole.replace('4653', number, 1)}\n")
    assert [event.event_id for event in parsed.events] == [4653, 4653]
    assert ["is not the number of an event" in problem.message for problem in parsed.problems] == [True] * is_told
