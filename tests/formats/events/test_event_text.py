"""Events as people paste them: every form gives what the XML of the same event gives."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.events import event_record, event_text
from ipseclint.formats.parsed import Parsed
from ipseclint.model.events import Event, EventKind
from ipseclint.source import bytes_source, file_source
from ipseclint.vocabulary.audit_events import MESSAGE_FIELDS, PROVIDER

FIXTURES = ROOT / "fixtures" / "formats"

MESSAGE = """An IPsec main mode negotiation failed.

Local Endpoint:
\tLocal Principal Name:\t-
\tNetwork Address:\t10.1.2.3
\tKeying Module Port:\t500

Remote Endpoint:
\tPrincipal Name:\t\t-
\tNetwork Address:\t10.20.0.9
\tKeying Module Port:\t500

Additional Information:
\tKeying Module Name:\tIKEv1
\tAuthentication Method:\tUnknown authentication
\tRole:\t\t\tInitiator
\tImpersonation State:\tNot enabled
\tMain Mode Filter ID:\t66010

Failure Information:
\tFailure Point:\t\tLocal computer
\tFailure Reason:\t\tNo response from peer
\tState:\t\t\tSent first (SA) payload
\tInitiator Cookie:\t\tdb55d3767e51b422
\tResponder Cookie:\t0000000000000000
"""
DIALED = (
    r"CoId={5F0A7B4E-5A0E-4C13-9A3B-1B9B3B2B7A11}: CORP\\ana dialed a connection named Head office which has "
    "failed. The error code returned on failure is "
)


def read(text: str | bytes) -> Parsed:
    source = bytes_source("pasted.txt", text if isinstance(text, bytes) else text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name.startswith(("event-", "transcript"))
    return form.parse(source)


def short(event: Event) -> tuple[int | None, int | None, str | None, str | None, str | None]:
    return event.event_id, event.error_code, event.local_address, event.remote_address, event.role


@cases(
    ("name", "events"),
    [
        ("copied.txt", [(4653, None, "10.1.2.3", "10.20.0.9", "initiator"), (20227, 13868, None, None, "initiator")]),
        ("listed.txt", [(4654, 13825, "10.1.2.3", "10.20.0.9", "responder")]),
        (
            "format-list.txt",
            [(4653, 13825, "10.1.2.3", "10.20.0.9", "responder"), (20227, None, None, None, "initiator")],
        ),
        ("details.txt", [(4653, 13801, "10.1.2.3", "10.20.0.9", "initiator")]),
        ("table.csv", [(4653, 13813, "10.1.2.3", "10.20.0.9", "initiator")]),
        ("german.txt", [(4653, 13812, "10.1.2.3", "10.20.0.9", None)]),
        ("xml-view.txt", [(20227, 13801, None, None, "initiator")]),
        ("message-alone.txt", [(20227, 13806, None, None, "initiator")]),
    ],
)
def test_every_form_of_text_is_read(name: str, events: list[tuple[int, int, str, str, str]]) -> None:
    source = file_source(FIXTURES / "event-text" / name, name)
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert form.name == "event-text"
    assert [short(event) for event in parsed.events] == events
    assert parsed.problems == ()


_VALUES = {"LocalAddress": "10.1.2.3", "RemoteAddress": "10.20.0.9", "Role": "Initiator"}
_RECORD = {"TimeCreated": "2026-03-02T08:00:00Z", "ProviderName": "Microsoft-Windows-Security-Auditing", "Id": "4653"}


@cases(
    "row",
    [
        {"Message": MESSAGE, **_RECORD, "ProcessId": "700", "Opcode": "0"},
        {"Message": MESSAGE, **_RECORD, "Policy": "x", "State": "y"},
        {
            **_RECORD,
            "Message": "An IPsec main mode negotiation failed.",
            **_VALUES,
            "FailureReason": "No response from peer",
        },
        {"TimeCreated": "2026-03-02T08:00:00Z", "Message": MESSAGE},
        {"Message": MESSAGE, "ProviderName": "Microsoft-Windows-Security-Auditing"},
    ],
    ids=["every column", "columns called as values", "values in columns", "time and message", "message and source"],
)
def test_a_row_of_a_table_is_one_event_by_its_message_and_its_columns(row: dict[str, str]) -> None:
    table = io.StringIO()
    writer = csv.DictWriter(table, list(row), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerow(row)
    source = bytes_source("events.csv", table.getvalue().encode())
    form = recognise(source)
    assert form is not None
    assert (form.name, [short(event) for event in form.parse(source).events]) == (
        "event-text",
        [(4653, 13813, "10.1.2.3", "10.20.0.9", "initiator")],
    )


@cases("name", ["table.csv", "sentinel.csv"])
@cases(
    ("above", "below", "lines"),
    [
        ("\n  \n", "", 2),
        ("```csv\n", "```\nIt began on Monday.\n", 1),
        ("~~~\n", "~~~\n", 1),
        ("This is the log:\n\n", "", 2),
    ],
)
def test_a_table_may_begin_behind_blank_lines_a_fence_or_prose(name: str, above: str, below: str, lines: int) -> None:
    table = (FIXTURES / "event-text" / name).read_text(encoding="utf-8")
    alone = read(table)
    within = read(f"{above}{table.rstrip()}\n{below}")
    assert [short(event) for event in within.events] == [short(event) for event in alone.events]
    assert [event.span.line - lines for event in within.events] == [event.span.line for event in alone.events]


@cases(
    ("name", "events"),
    [
        ("get-winevent.json", [(4653, None, "10.1.2.3", "10.20.0.9", "initiator")]),
        ("vpn-client.json", [(20227, 13868, None, None, "initiator")]),
        ("by-lines.json", [(4653, 13806, "10.1.2.3", "10.20.0.9", "initiator")] * 2),
    ],
)
def test_every_form_of_json_is_read(name: str, events: list[tuple[int, int, str, str, str]]) -> None:
    source = file_source(FIXTURES / "event-json" / name, name)
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [short(event) for event in parsed.events] == events
    assert parsed.problems == ()


def test_an_event_has_the_place_of_its_number_and_the_time_that_is_certain() -> None:
    head = "Event[0]:\n  Log Name: Security\n  Date: 2026-03-02T08:00:00.000Z\n  Event ID: 4653\n  Description: \n"
    text = head + MESSAGE
    (event,) = read(text).events
    assert (event.span.line, event.span.column, event.span.length) == (4, 13, 4)
    assert event.time == "2026-03-02T08:00:00.000Z"
    (event,) = read(text.replace("2026-03-02T08:00:00.000Z", "3/2/2026 8:00:00 AM")).events
    assert event.time is None


def test_properties_listed_below_a_message_are_those_of_its_event() -> None:
    first, *more = MESSAGE.splitlines()
    margin = " " * len("Message      : ")
    listed = "\n".join((f"Message      : {first}", *(margin + line for line in more)))
    text = f"{listed}\nId           : 4653\nProviderName : {PROVIDER}\nTimeCreated  : 2026-03-02T08:00:00.000Z\n\n"
    parsed = read(text * 2)
    assert [(short(event), event.time, event.span.column) for event in parsed.events] == [
        ((4653, 13813, "10.1.2.3", "10.20.0.9", "initiator"), "2026-03-02T08:00:00.000Z", 16)
    ] * 2


def test_a_message_alone_tells_which_event_it_is() -> None:
    assert [short(event) for event in read(MESSAGE).events] == [(4653, 13813, "10.1.2.3", "10.20.0.9", "initiator")]
    with_certificates = MESSAGE.replace(
        "Remote Endpoint:", "Local Certificate:\n\tSHA Thumbprint:\t-\n\nRemote Endpoint:"
    )
    assert [event.event_id for event in read(with_certificates).events] == [4652]


def test_the_message_of_another_language_is_read_by_the_order_of_its_values() -> None:
    lines = [line.rpartition("\t")[2] if "\t" in line else "" for line in MESSAGE.splitlines()]
    values = [value for value in lines if value]
    text = "Log: x\nQ: Microsoft-Windows-Security-Auditing\nN: 4653\nMessage:\n" + "".join(
        f"\u9805\u76ee{number}: {value}\n" for number, value in enumerate(values)
    )
    (event,) = read(text).events
    assert short(event) == (4653, 13813, "10.1.2.3", "10.20.0.9", "initiator")


@cases(
    ("code", "kind", "state"), [(13868, EventKind.MAIN_MODE, None), (809, EventKind.SERVICE, "remote-access error 809")]
)
def test_a_connection_that_failed_has_the_error_of_ipsec_if_it_is_one(
    code: int, kind: EventKind, state: str | None
) -> None:
    (event,) = read(f"Source: RasClient\nEvent ID: 20227\nDescription:\n{DIALED}{code}.\n").events
    assert (event.kind, event.state, event.success) == (kind, state, False)


def test_a_list_of_numbers_and_messages_tells_the_source_of_a_connection() -> None:
    message = "CoId={A1B2C3D4-1111-2222-3333-444455556666}: The user CORP\\bob dialed a connection named Work which has"
    text = f"TimeCreated : 3/4/2025 9:12:44 AM\nId          : 20227\nMessage     : {message} failed. The error code\n"
    (event,) = read(f"{text}              returned on failure is 13801.\n").events
    assert (event.event_id, event.error_code, event.role) == (20227, 13801, "initiator")


def test_ppp_fails_at_the_server_with_the_error_that_its_sentence_is_of() -> None:
    said = "The connection was prevented because of a policy configured on your RAS/VPN server. Specifically, the "
    text = (
        "Log Name:      System\nSource:        RemoteAccess\nEvent ID:      20255\nLevel:         Error\n"
        "Description:\nCoID={ABCDEF01-1111-2222-3333-444455556666}: The following error occurred in the Point to Point"
        f" Protocol module on port: VPN2-499, UserName: CORP\\bob. {said}authentication method used by the server to"
        " verify your username and password may not match the authentication method configured in your connection"
        " profile.\n"
    )
    parsed = read(text)
    (event,) = parsed.events
    assert (event.event_id, event.state, event.role) == (20255, "remote-access error 812", "responder")
    assert parsed.other_events == ()


@cases("time", ["", "Date: 3/9/2026 08:12:44\n"])
def test_a_list_of_what_kinds_of_events_say_tells_of_no_event_but_of_those_with_a_time(time: str) -> None:
    kinds = (
        "# Kinds\n\n"
        "<td>Microsoft-Windows-Security-Auditing</td><td>4653</td><td>An IPsec main mode negotiation failed. No message"
        " of the kind has a value here, and what stands below is what each of them says of an end.\n\n"
        "Local Endpoint:\n\tNetwork Address:\t%3\n\nFailure Information:\n\tFailure Reason:\t%12</td>\n"
        "<td>Microsoft-Windows-Security-Auditing</td><td>4654</td><td>Local Endpoint:\n\tPrincipal Name:\t%1\n"
    )
    own = "Log Name: Security\nSource: Microsoft-Windows-Security-Auditing\n{}Event ID: 4653\nDescription:\nFailed\n"
    events = read(kinds + own.format(time)).events
    assert [event.event_id for event in events] == ([4653] if time else [])


def test_a_connection_that_ended_is_no_failure() -> None:
    text = DIALED.replace("failed", "terminated").replace(
        "error code returned on failure", "reason code returned on termination"
    )
    (event,) = read(f"{text}631.").events
    assert (event.event_id, event.success) == (20226, None)


def test_events_of_other_kinds_are_counted() -> None:
    text = "".join(
        f"Log Name: Security\nSource: Microsoft-Windows-Security-Auditing\nEvent ID: {number}\nDescription:\nx\n\n"
        for number in (4653, 4624, 4624)
    )
    parsed = read(text)
    assert [event.event_id for event in parsed.events] == [4653]
    assert parsed.other_events == (("4624", 2),)


def test_quoted_and_indented_copies_are_read() -> None:
    quoted = "".join(
        f"> {line}\n" for line in f"Log Name: Security\nEvent ID: 4653\nDescription:\n{MESSAGE}".splitlines()
    )
    assert [event.event_id for event in read(quoted).events] == [4653]
    alone = "Hi all,\n\n" + "".join(f"> {line.strip()}\n" for line in MESSAGE.splitlines()) + "\nAny ideas?\n"
    assert [short(event) for event in read(alone).events] == [(4653, 13813, "10.1.2.3", "10.20.0.9", "initiator")]


@cases(
    ("text", "events", "codes"),
    [
        ("Log Name: IPsec\nEvent ID: 4653\n" * 1000, 1000, []),
        ("Event[0]:\n" * 1000 + "Event ID: 4653 ipsec", 0, []),
        ('Keywords,Source,Event ID,x\nIPsec,IPsec,4653,"' + "a" * 200_000 + '"\n', 0, ["IN006"]),
        ("- System\n EventID 4653\n ipsec" + "\n\n" * 5000, 1, []),
        ('{"Id":4653,"ProviderName":' + "[" * 5000, 0, ["IN006"]),
    ],
)
def test_hostile_text_ends(text: str, events: int, codes: list[str]) -> None:
    parsed = read(text)
    assert (len(parsed.events), [problem.code.value for problem in parsed.problems]) == (events, codes)


SPLUNK = (
    "03/05/2026 10:11:12 AM\nLogName=Security\nEventCode=4653\nEventType=0\nComputerName=hub.corp.example\n"
    "SourceName=Microsoft Windows security auditing.\nType=Information\nRecordNumber=9\nKeywords=Audit Failure\n"
    "TaskCategory=IPsec Main Mode\nOpCode=Info\nMessage="
)


def test_events_as_splunk_shows_them_are_read() -> None:
    source = bytes_source("search.txt", (SPLUNK + MESSAGE + SPLUNK + MESSAGE).encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "event-text"
    expected = (4653, 13813, "10.1.2.3", "10.20.0.9", "initiator")
    assert [short(event) for event in form.parse(source).events] == [expected, expected]


def test_a_message_in_another_language_is_read_as_splunk_shows_it() -> None:
    lines = [line.rpartition("\t")[2] if "\t" in line else "" for line in MESSAGE.splitlines()]
    values = [value for value in lines if value]
    message = "".join(f"\u9805\u76ee{number}: {value}\n" for number, value in enumerate(values))
    text = SPLUNK + "\u5931\u6557\n" + message
    assert [short(event) for event in read(text * 2).events] == [
        (4653, 13813, "10.1.2.3", "10.20.0.9", "initiator")
    ] * 2


_TABLE = {
    "tables": [
        {
            "name": "PrimaryResult",
            "columns": [{"name": "TimeGenerated", "type": "datetime"}, {"name": "EventID"}, {"name": "EventData"}],
            "rows": [
                [
                    "2026-03-02T08:00:00Z",
                    4653,
                    '<EventData><Data Name="FailureReason">Negotiation timed out</Data></EventData>',
                ],
                ["2026-03-02T08:00:01Z", 4624, None],
            ],
        }
    ]
}


def test_rows_of_which_the_columns_are_named_once_are_events() -> None:
    parsed = read(json.dumps(_TABLE))
    assert [(event.event_id, event.error_code, event.time) for event in parsed.events] == [
        (4653, 13805, "2026-03-02T08:00:00Z")
    ]
    assert parsed.other_events == (("4624", 1),)


def test_the_message_of_a_connection_tells_whose_event_it_is_where_nothing_else_does() -> None:
    (event,) = read(
        json.dumps([{"TimeCreated": "2026-03-02T08:00:00", "Id": 20227, "Message": f"{DIALED}13801."}])
    ).events
    assert (event.event_id, event.error_code) == (20227, 13801)


@cases(
    "around",
    [
        '{"preview":false,"result":{"_time":"2026-03-05T10:11:12.000+00:00","EventCode":"4653","SourceName":"%s",%s}}',
        '{"hits":{"hits":[{"_source":{"winlog":{"event_id":4653,"provider_name":"%s","event_data":{%s}}}}]}}',
    ],
    ids=["splunk", "elasticsearch"],
)
def test_events_in_the_answer_of_a_search_are_read(around: str) -> None:
    values = '"RemoteAddress":"10.20.0.9","LocalAddress":"10.1.2.3","FailureReason":"Negotiation timed out\\n"'
    source = bytes_source("answer.json", (around % ("Microsoft-Windows-Security-Auditing", values)).encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "event-json"
    assert [short(event) for event in form.parse(source).events] == [(4653, 13805, "10.1.2.3", "10.20.0.9", None)]


def test_spanish_labels_that_fill_their_column_are_read() -> None:
    text = (
        "Nombre de registro:Security\nOrigen:        Microsoft-Windows-Security-Auditing\n"
        f"Fecha:         05/03/2026 10:11:12\nId. del evento:4653\nDescripci\u00f3n:\n{MESSAGE}"
    )
    (event,) = read(text).events
    assert (event.event_id, event.error_code, event.span.line, event.span.column) == (4653, 13813, 4, 16)


@cases(
    "message",
    [
        "Benutzer CORP\\ana hat eine Verbindung mit Office 365 gew\u00e4hlt. Der Fehlercode lautet 809.",
        "CORP\\ana \u306f Office2 \u5931\u6557 \u30b3\u30fc\u30c9\u306f 809 \u3067\u3059\u3002",
        "CORP\\ana dialed a connection named Office that has failed. The error code returned on failure is 809.",
    ],
)
def test_the_error_of_a_connection_is_read_in_any_language(message: str) -> None:
    text = f"Log: x\nQ: RasClient\nN: 20227\nMessage:\nCoId={{B4000371-A67F-452F-AA4C-3125AA9CFC78}}: {message}\n"
    (event,) = read(text).events
    assert event.state == "remote-access error 809"


@cases(
    ("sign", "source", "code", "said"),
    [
        ("-", "RasClient", "13801", (13801, None, "initiator")),
        ("+", "RasClient", "809", (None, "remote-access error 809", "initiator")),
        ("-", "RemoteAccess", "691", (None, "remote-access error 691", "responder")),
    ],
)
def test_the_values_of_a_connection_in_the_friendly_view_have_no_names(
    sign: str, source: str, code: str, said: tuple[int | None, str | None, str]
) -> None:
    number = 20227 if source == "RasClient" else 20271
    text = (
        f"{sign} System \n\n  {sign} Provider \n\n   [ Name]  {source} \n\n  {sign} EventID {number} \n\n"
        f"   [ Qualifiers]  0 \n\n   Level 2 \n\n{sign} EventData \n\n   {{4C1F2A90}} \n   ana \n   Head office \n"
        f"   {code} \n"
    )
    parsed = read(text)
    (event,) = parsed.events
    assert event.event_id == number
    assert (event.error_code, event.state, event.role) == said
    assert parsed.problems == ()


_ROWS = (
    "   Index Time          EntryType   Source                 InstanceID Message\n"
    "   ----- ----          ---------   ------                 ---------- -------\n"
    "    4203 Mar 18 13:29  Error       RasClient                   20227 CoId={{4C1F2A90}}: {}\n"
    "    4202 Mar 18 13:28  Information RasClient                   20221 CoId={{4C1F2A90}}: The user ana has...\n"
    "    4201 Mar 18 13:27  Information RasClient                   20226 CoId={{4C1F2A90}}: The user ana has...\n"
)


def test_the_rows_of_get_eventlog_are_read() -> None:
    parsed = read(_ROWS.format("The user ana dialed a connection. The error code returned on failure is 809."))
    (event, ended) = parsed.events
    assert (event.event_id, event.state, event.role) == (20227, "remote-access error 809", "initiator")
    assert (ended.event_id, ended.success) == (20226, None)
    assert (event.span.line, event.span.column, event.span.length) == (3, 64, 5)
    assert parsed.other_events == (("RasClient 20221: a user has begun to dial a connection", 1),)
    assert parsed.problems == ()


@cases("sign", ["...", "\u2026", "...  "])
def test_a_message_that_was_cut_is_told(sign: str) -> None:
    parsed = read(_ROWS.format(f"The user ana di{sign}"))
    assert [event.event_id for event in parsed.events] == [20227, 20226]
    assert [problem.message for problem in parsed.problems] == [
        "the message of event 20227 was cut: `| Format-List` shows all of it, and why it failed"
    ]


def test_a_copied_event_of_another_kind_is_counted() -> None:
    text = "Log Name:      Security\nSource:        Microsoft-Windows-Security-Auditing\nEvent ID:      5447\n"
    source = bytes_source("copied.txt", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "event-text"
    assert form.parse(source).other_events == (("5447", 1),)


def test_a_message_in_a_language_whose_labels_are_not_known_is_read() -> None:
    text = (
        "\u30bd\u30fc\u30b9:     RasClient\n\u30a4\u30d9\u30f3\u30c8 ID:  20227\n\u8aac\u660e:\n"
        "CoId={B4000371-A67F-452F-AA4C-3125AA9CFC78}: CORP\\ana \u5931\u6557 809 \u3067\u3059\u3002\n"
    )
    (event,) = read(text).events
    assert event.state == "remote-access error 809"


@cases("colon", [":", " :", "\u00a0:"])
def test_a_message_alone_in_any_language_is_read(colon: str) -> None:
    coid = "CoId={B4000371-A67F-452F-AA4C-3125AA9CFC78}"
    text = f"{coid}{colon} l'utilisateur CORP\\ana a ouvert la connexion Bureau, qui a \u00e9chou\u00e9 (809).\n"
    source = bytes_source("pasted.txt", text.encode())
    form = recognise(source)
    assert form is not None
    (event,) = form.parse(source).events
    assert (event.state, event.event_id) == ("remote-access error 809", 20227)


def test_a_list_that_is_indented_as_a_whole_is_read() -> None:
    text = (
        "- Look:\n\n    EventID            : 20227\n    MachineName        : edge\n"
        f"    Message            : {DIALED.partition(' named')[0]} named\n"
        "                         Office that has failed. The error code returned on failure is 809.\n"
        "    Source             : RasClient\n    TimeGenerated      : 3/18/2026 1:29:21 PM\n"
    )
    source = bytes_source("pasted.txt", text.encode())
    form = recognise(source)
    assert form is not None
    (event,) = form.parse(source).events
    assert (event.state, event.span.line, event.span.column) == ("remote-access error 809", 3, 26)


@cases(
    "text",
    [
        (
            "It broke at 10:15:\n\nCoId={B4}: The user SYSTEM dialed a connection named\nOffice which has failed. "
            "The error code returned on failure is 812.\n\nAny ideas?\n"
        ),
        (
            "> CoId={B4}: The user SYSTEM dialed a\n> connection named Office which has failed. The error code\n"
            "> returned on failure is 812.\n\nRegards\n"
        ),
    ],
)
def test_a_sentence_that_mail_breaks_over_lines_is_read(text: str) -> None:
    (event,) = read(text).events
    assert event.state == "remote-access error 812"
    assert text.split("\n")[event.span.line - 1].lstrip("> ").startswith("CoId")


REFUSED = """Network Policy Server denied access to a user.

NAS:
	NAS Identifier:			RRAS01
	NAS Port-Type:			{port}

Authentication Details:
	Connection Request Policy Name:	{policy}
	Network Policy Name:		-
	Reason Code:			{reason}
"""
OF_RRAS = "Microsoft Routing and Remote Access Service Policy"


@cases(
    ("port", "policy", "reason", "states", "others"),
    [
        ("Virtual", "VPN", "16", ["remote-access error 691"], ()),
        ("-", OF_RRAS, "48", ["remote-access error 812"], ()),
        ("Virtual", "VPN", "22", [None], ()),
        ("Virtual", "VPN", "9999", [None], ()),
        ("Wireless - IEEE 802.11", "Wi-Fi", "16", [], (("6273 without a sign of a VPN", 1),)),
    ],
)
def test_a_refusal_of_network_policy_server_is_of_a_vpn_if_it_says_so(
    port: str, policy: str, reason: str, states: list[str | None], others: tuple[tuple[str, int], ...]
) -> None:
    parsed = read(REFUSED.format(port=port, policy=policy, reason=reason))
    assert [event.state for event in parsed.events] == states
    assert parsed.other_events == others


DIALLED = "CoId={{A}}: The user CORP\\ana dialed a connection named VPN which {}.\n\n"


@cases(
    ("before", "port", "kept"),
    [
        (DIALLED.format("has failed. The error code returned on failure is 812"), "-", True),
        (DIALLED.format("has failed. The error code returned on failure is 812"), "Ethernet", False),
        (DIALLED.format("has terminated. The reason code returned on termination is 631"), "-", False),
        ("", "-", False),
    ],
)
def test_a_refusal_that_names_no_port_is_of_the_vpn_that_failed_beside_it(before: str, port: str, kept: bool) -> None:
    parsed = read(before + REFUSED.format(port=port, policy="-", reason="48"))
    assert [event.event_id for event in parsed.events if event.progress] == ([6273] if kept else [])
    assert parsed.other_events == (() if kept else (("6273 without a sign of a VPN", 1),))


@cases(
    ("reason", "meaning"),
    [
        ("265", "NPS gives reason 265: the client's certificate is of a root authority that the server does not trust"),
        ("9999", "NPS gives reason 9999"),
        ("-", "NPS gives no reason by number"),
    ],
)
def test_the_reason_of_a_refusal_is_told(reason: str, meaning: str) -> None:
    (event,) = read(REFUSED.format(port="Virtual", policy="VPN", reason=reason)).events
    assert event.progress == meaning


TAIL = """Authentication Details:
\tConnection Request Policy Name:\tVirtual Private Network (VPN) Connections
\tNetwork Policy Name:\t\t{policy}
\tReason Code:\t\t\t48
\tReason:\t\t\t\tThe connection request did not match any configured network policy.
"""


@cases(
    ("text", "events"),
    [
        (TAIL.format(policy="-"), [(6273, "remote-access error 812")]),
        (f"\tNAS Port-Type:\t\t\tVirtual\n\n{TAIL.format(policy='x')}", [(6273, "remote-access error 812")]),
        (f"Network Policy Server denied access to a user.\n[...]\n{TAIL}", [(6273, "remote-access error 812")]),
        (f"Network Policy Server discarded the request for a user.\n\n{TAIL}", [(6274, "remote-access error 812")]),
        ("\tNetwork Policy Name:\t\tAlways On VPN\n\tReason Code:\t\t\t16\n", [(6273, "remote-access error 691")]),
        ("\tNetwork Policy Name:\t\tWi-Fi\n\tReason Code:\t\t\t16\n", []),
    ],
    ids=["last part", "from the NAS on", "cut in between", "discarded", "by its policy", "no sign of a VPN"],
)
def test_a_refusal_is_read_of_which_parts_are_left_out(text: str, events: list[tuple[int, str]]) -> None:
    assert [(event.event_id, event.state) for event in read(text).events] == events


ALONE = {
    4961: "IPsec dropped an inbound packet that failed a replay check. If this problem persists, it could indicate a",
    4963: "IPsec dropped an inbound clear text packet that should have been secured. This is usually due to",
    4965: "IPsec received a packet from a remote computer with an incorrect Security Parameter Index (SPI).",
    4976: "During Main Mode negotiation, IPsec received an invalid negotiation packet. If this problem persists",
    5453: "An IPsec negotiation with a remote computer failed because the IKE and AuthIP IPsec Keying Modules (IKEEXT)",
    5474: "PAStore Engine failed to load directory storage IPsec policy on the computer.",
    5479: "IPsec Services has been shut down successfully. The shutdown of IPsec Services can put the computer at",
    5483: "IPsec Services failed to initialize RPC server. IPsec Services could not be started.",
}


@cases("number", ALONE)
def test_the_message_alone_of_an_event_of_any_kind_tells_it(number: int) -> None:
    assert [event.event_id for event in read(f"{ALONE[number]}\n\nRemote Network Address:\t10.0.0.6\n").events] == [
        number
    ]


def test_messages_of_several_kinds_one_below_another_are_an_event_each() -> None:
    text = "\n\nRemote Network Address:\t10.0.0.6\n\n".join(ALONE.values())
    assert [event.event_id for event in read(text).events] == list(ALONE)


ENDS = {
    "el usuario CORP\\ana marc\u00f3 una, que termin\u00f3 con error. El c\u00f3digo de error es 13801.": 20227,
    "L\u2019utilisateur a compos\u00e9 une connexion qui a \u00e9chou\u00e9. Le code retourn\u00e9 est 13801.": 20227,
    "Der Benutzer hat eine Verbindung gew\u00e4hlt. Zur\u00fcckgegebener Fehlercode: 13801.": 20227,
    "\u63a5\u7d9a\u306f\u5931\u6557\u3002\u30b3\u30fc\u30c9\u306f 13801 \u3067\u3059\u3002": 20227,
    "Der Benutzer hat eine Verbindung gew\u00e4hlt, die beendet wurde. Der Ursachencode lautet 829.": 20226,
}
"""How messages of connections end in other languages, with their event."""


@cases("message", ENDS)
def test_the_message_alone_of_a_connection_is_read_in_any_language(message: str) -> None:
    (event,) = read(f"CoId={{5F0A7B4E-5A0E-4C13-9A3B-1B9B3B2B7A11}}: {message}\n").events
    assert (event.event_id, event.error_code) == (ENDS[message], 13801 if ENDS[message] == 20227 else None)


@cases("mark", ["", "> ", "  "])
def test_a_reason_that_mail_breaks_over_lines_is_one(mark: str) -> None:
    text = MESSAGE.replace("No response from peer", "IKE authentication credentials are\nunacceptable")
    (event,) = read("".join(f"{mark}{line}\n" for line in text.splitlines())).events
    assert (event.event_id, event.error_code, event.state) == (4653, 13801, "Sent first (SA) payload")


@cases("apostrophe", ["'", "\u2019"])
def test_french_labels_that_fill_their_column_are_read(apostrophe: str) -> None:
    text = (
        "Nom du journal :Security\nSource :       Microsoft-Windows-Security-Auditing\n"
        f"ID de l{apostrophe}\u00e9v\u00e9nement :4653\nOrdinateur :   SRV1\nDescription :\n"
        "\u00c9chec d'une n\u00e9gociation en mode principal IPsec.\n"
    )
    (event,) = read(text).events
    assert (event.event_id, event.span.line) == (4653, 3)


def test_of_messages_in_a_row_the_place_is_that_of_the_one_with_the_code() -> None:
    text = (
        "At the server:\n\nCoId={B4}: The following error occurred in the Point to Point Protocol module."
        "\n\nand at the laptop:\n\nCoId={B4}: The user CORP\\ana dialed a connection named HQ which has failed. "
        "The error code returned on failure is 718.\n"
    )
    parsed = event_text.parse(bytes_source("events.txt", text.encode()))
    assert [(event.span.line, event.span.column) for event in parsed.events] == [(7, 1)]


PARTS = {"log": "Log Name", "source": "Source", "time": "Date", "number": "Event ID", "message": "Description"}
LABELS = {
    "log": ["Log Name", "LogName", "Protokollname", "Nom du journal", "Nombre de registro"],
    "source": ["Source", "ProviderName", "Provider Name", "Quelle", "Origen", "SourceName"],
    "number": [
        *("Event ID", "EventID", "Id", "Ereignis-ID", "ID de l'événement", "ID de l\u2019événement"),
        *("Id. del evento", "EventCode"),
    ],
    "time": [
        *("Date", "TimeCreated", "Time Created", "Datum", "Date and Time", "Datum und Uhrzeit", "Date et heure"),
        *("Fecha", "Fecha y hora"),
    ],
    "message": ["Description", "Message", "Beschreibung", "Descripción"],
}


@cases(("part", "label"), [(part, label) for part, labels in LABELS.items() for label in labels])
def test_each_part_of_an_event_is_told_by_its_label(part: str, label: str) -> None:
    def copied(source: str, number: str) -> str:
        called = PARTS | {part: label}
        return (
            f"{called['log']}: Application\n{called['source']}: {source}\n{called['time']}: 2026-03-04T10:11:12Z\n"
            f"{called['number']}: {number}\n{called['message']}:\n{DIALED}809.\nDate: 2027-01-01T00:00:00Z\n"
        )

    def told(text: str) -> tuple[list[tuple[int | None, str | None, int]], tuple[tuple[str, int], ...]]:
        parsed = event_text.parse(bytes_source("a.txt", text.encode()))
        passed_over = (*parsed.other_events, *parsed.unread)
        return [(event.event_id, event.time, event.span.line) for event in parsed.events], passed_over

    dialed = copied("RasClient", "20227")
    at = "2026-03-04T10:11:12Z"
    assert told(dialed + dialed) == ([(20227, at, 4), (20227, at, 11)], ())
    assert told(copied("Other", "20227")) == ([], (("Other 20227", 1),))
    assert told(copied("RasClient", "20299")) == ([], (("`RasClient 20299: not known here`", 1),))


PRINTED = """PS C:\\> Get-WinEvent -LogName Security -MaxEvents 4

   ProviderName: Microsoft-Windows-Security-Auditing

TimeCreated                      Id LevelDisplayName Message
-----------                      -- ---------------- -------
3/2/2026 8:00:00 AM            4653 Information      An IPsec main mode negotiation failed....
                                                     Failure Reason: No response from peer
Failure Reason: IKE authentication credentials are unacceptable
3/2/2026 8:00:01 AM            4624 Information      An account was successfully logged on....
3/2/2026 8:00:02 AM            4654 Information      An IPsec quick mode negotiation failed....

TimeCreated                      Id LevelDisplayName Message
-----------                      -- ---------------- -------
3/2/2026 8:00:03 AM            4963 Information      IPsec dropped an inbound clear text packet that should ...
"""


def test_each_row_of_a_printed_table_is_an_event_with_the_place_of_its_number() -> None:
    parsed = read(PRINTED)
    assert [(each.event_id, each.error_code, each.span.line, each.span.column) for each in parsed.events] == [
        (4653, 13813, 7, 32),
        (4654, None, 11, 32),
        (4963, 13916, 15, 32),
    ]
    assert parsed.other_events == (("4624", 1),)
    assert [problem.span.line for problem in parsed.problems] == [11]
    assert event_text.recognise(bytes_source("p", PRINTED.encode())) is True
    assert event_text.recognise(bytes_source("p", PRINTED.replace("46", "36").replace("4963", "3").encode())) is False


def test_a_printed_row_says_when_it_was() -> None:
    placeholder = PRINTED.replace("No response from peer", "%1")
    assert [each.event_id for each in read(placeholder).events] == [4653, 4654, 4963]


@cases(("sign", "is_list"), [("%1", True), ("%10", False), ("100%1", False), ("%%1", False)])
def test_only_the_place_of_a_first_value_makes_a_list_of_kinds(sign: str, is_list: bool) -> None:
    text = (
        f"Log Name: Security\nSource: Microsoft-Windows-Security-Auditing\nEvent ID: 4653\nDescription:\nSaid {sign}\n"
    )
    parsed = read(text)
    assert [event.event_id for event in parsed.events] == ([] if is_list else [4653])
    assert parsed.problems == ()
    assert parsed.unread == ((("`message of a kind of events, without values`", 1),) if is_list else ())


LINE = "Mar  2 08:00:00 hub {} Microsoft-Windows-Security-Auditing {} An IPsec main mode negotiation failed.\n"


@cases(
    ("before", "after", "is_told"),
    [
        ("", "4653", True),
        ("4653", "", True),
        ("", "." * 194 + " 4653", True),
        ("", "." * 195 + " 4653", False),
        ("4653 " + "." * 159, "", True),
        ("4653 " + "." * 160, "", False),
    ],
)
def test_the_number_of_an_event_stands_near_its_source(before: str, after: str, is_told: bool) -> None:
    line = LINE.format(before, after).replace("An IPsec main mode negotiation failed", "IPsec " + "x" * 60)
    source = bytes_source("syslog.txt", line.encode())
    assert [event.event_id for event in event_text.parse(source).events] == ([4653] if is_told else [])


def test_a_line_above_or_below_the_details_of_an_event_is_an_event_of_its_own() -> None:
    text = (FIXTURES / "event-text" / "details.txt").read_text(encoding="utf-8")
    line = LINE.format("", "4653")
    assert [event.event_id for event in read(line + text).events] == [4653, 4653]
    assert [event.event_id for event in read(text + line).events] == [4653, 4653]


@cases(
    ("text", "is_one"),
    [
        ("The script for IPsec returned an error, see the ticket.\n", False),
        ("With IPsec dialed a connection: the error code returned on failure is 809.\n", True),
        ("With IPsec dialed a connection: the error\ncode returned\non failure is 809.\n", True),
    ],
)
def test_a_word_of_a_sentence_is_no_event(text: str, is_one: bool) -> None:
    assert event_text.recognise(bytes_source("mail.txt", text.encode())) is is_one


WITH_LEVEL = """   ProviderName: Microsoft-Windows-Security-Auditing

TimeCreated           Id {level}Message
-----------           -- {ruler}-------
3/2/2026 8:00:00 AM 4653 {value}An IPsec main mode negotiation failed.{rest}
"""


@cases("level", [True, False])
@cases(
    ("rest", "code", "problems"),
    [("\n                         Failure Reason:  Negotiation timed out", 13805, 0), ("...", None, 1)],
)
def test_a_table_with_or_without_levels_tells_why_or_that_it_was_cut(
    level: bool, rest: str, code: int | None, problems: int
) -> None:
    words = {"level": "LevelDisplayName ", "ruler": "---------------- ", "value": "Information      "}
    if level:
        rest = rest.replace("\n", "\n                 ")
    parsed = read(WITH_LEVEL.format(rest=rest, **(words if level else dict.fromkeys(words, ""))))
    assert [(event.event_id, event.error_code) for event in parsed.events] == [(4653, code)]
    assert len(parsed.problems) == problems


def test_a_reason_on_the_line_of_the_message_is_of_its_event() -> None:
    parsed = read("Event ID 4653: An IPsec main mode negotiation failed. Failure Reason: Negotiation timed out\n\n")
    assert [(event.event_id, event.error_code) for event in parsed.events] == [(4653, 13805)]


def test_a_message_that_is_not_quoted_may_hold_commas() -> None:
    message = (
        "CoId={5F0A7B4E-5A0E-4C13-9A3B-1B9B3B2B7A11}: el usuario marc\u00f3, y fall\u00f3: el error, al fin, es 13801."
    )
    row = f"Error,3/2/2026 8:00:00 AM,RasClient,20227,None,{message}"
    (event,) = read(f"Level,Date and Time,Source,Event ID,Task Category\n{row}\n").events
    assert (event.event_id, event.error_code) == (20227, 13801)


def test_the_values_of_a_row_may_be_json_in_it() -> None:
    payload = json.dumps({"EventData": {"Data": [{"@Name": "FailureReason", "#text": "Negotiation timed out"}]}})
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("RecordNumber", "TimeCreated", "EventId", "Provider", "MapDescription", "PayloadData1", "Payload"))
    writer.writerow((1, "2026-03-02 08:00:00", 4653, "Microsoft-Windows-Security-Auditing", "", "", payload))
    parsed = read(table.getvalue())
    assert [(event.event_id, event.error_code) for event in parsed.events] == [(4653, 13805)]
    assert parsed.problems == ()


def test_details_are_read_without_the_part_that_names_the_event() -> None:
    text = "+ System\n\n- EventData\n\n  RemoteAddress 10.20.0.9\n  FailurePoint %%8199\n  FailureReason {}\n"
    events = read(text.format("Negotiation timed out")).events
    assert [short(event)[:4] for event in events] == [(4653, 13805, None, "10.20.0.9")]


def test_a_reason_in_another_language_is_known_where_the_message_is_cut() -> None:
    text = (
        "Protokollname: Security\nQuelle:        Microsoft-Windows-Security-Auditing\nEreignis-ID:   4653\n"
        "Beschreibung:\nFehler bei der IPsec-Hauptmodusaushandlung.\n\n"
        "Remoteendpunkt:\n\tNetzwerkadresse:\t10.20.0.9\n\n"
        "Fehlerinformationen:\n\tFehlerpunkt:\t\tLokaler Computer\n"
        "\tFehlerursache:\t\tDie Aushandlungsanforderung befand sich zu lange in der Warteschlange.\n"
    )
    parsed = event_text.parse(bytes_source("ticket.txt", text.encode()))
    assert [event.possible_codes for event in parsed.events] == [(13809, 13810, 13811, 13812)]
    (problem,) = parsed.problems
    assert problem.message.startswith("the values of event 4653 are not read")


@cases(
    ("role", "point", "told"),
    [
        ("Initiator", "Local computer", ("initiator", "local")),
        ("Initiator", "Lokaler Computer", ("initiator", None)),
        ("Antwortdienst", "Remotecomputer", (None, None)),
    ],
)
def test_which_end_a_word_of_another_language_means_is_left_open(
    role: str, point: str, told: tuple[str | None, ...]
) -> None:
    lines = [f"{label}\t{value}" for label, value in _values_in_order(role, point)]
    text = "Protokollname: Security\nQuelle: Microsoft-Windows-Security-Auditing\nEreignis-ID: 4653\nBeschreibung:\n"
    parsed = read(text + "Fehler.\n\n" + "\n".join(lines) + "\n")
    assert [(event.role, event.failure_point, event.error_code) for event in parsed.events] == [(*told, 13825)]
    assert parsed.problems == ()


def _values_in_order(role: str, point: str) -> list[tuple[str, str]]:
    said = {
        "Role": role,
        "FailurePoint": point,
        "FailureReason": "Keine Richtlinie konfiguriert",
        "KeyModName": "IKEv1",
    }
    said |= {"LocalAddress": "10.1.2.3", "RemoteAddress": "10.20.0.9"}
    return [(f"Wort {at}:", said.get(name or "", "0")) for at, name in enumerate(MESSAGE_FIELDS[4653])]


@cases("label", ["Message:", "Description:"])
def test_of_a_message_with_more_lines_than_any_the_rest_is_not_read_and_the_next_event_is(
    monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    written = f"Log Name: Security\nSource: Microsoft-Windows-Security-Auditing\nEvent ID: 4653\n{label}\n{MESSAGE}"
    most = len(written.splitlines())
    monkeypatch.setattr(event_record, "MAX_MESSAGE_LINES", most)
    parsed = read(written + "more of it\n" * most + written)
    assert [event.event_id for event in parsed.events] == [4653, 4653]
    (problem,) = parsed.problems
    assert (problem.code, problem.message) == (
        ProblemCode.REFUSED,
        f"a message of more than {most:,} lines: the rest of it is not read",
    )
    assert not read(written + "more of it\n" + written).problems


@cases("blank", ["\n", "  \n", "\t\n"])
def test_of_empty_lines_in_a_message_one_counts(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    monkeypatch.setattr(event_record, "MAX_MESSAGE_LINES", 40)
    spread = MESSAGE.replace("\n\n", "\n" + blank * 90)
    before, after = read(MESSAGE), read(spread)
    assert after.problems == before.problems == ()
    assert [short(event) for event in after.events] == [short(event) for event in before.events]


@cases(
    ("written", "message"),
    [("10.20.0.300", "unknown `RemoteAddress` `10.20.0.300`"), ("", "an empty `RemoteAddress`")],
)
def test_an_address_that_is_none_is_said_where_it_stands(written: str, message: str) -> None:
    text = MESSAGE.replace("10.20.0.9", written)
    (problem,) = read(text).problems
    line = text[: text.index("Remote Endpoint")].count("\n") + 3
    assert (problem.message, problem.span.line) == (message, line)
    assert read(text).events[0].local_address == "10.1.2.3"


def test_an_end_whose_name_is_empty_has_its_address() -> None:
    text = MESSAGE.replace("Principal Name:\t\t-", "Principal Name:\t\t")
    assert read(text) == read(MESSAGE)


SPANISH = (
    "CoId={F2B0D8D4-6A3C-4A5B-9F0E-0C9B1C2D3E4F}: El usuario EMPRESA\\juan marc\u00f3 una conexi\u00f3n llamada VPN "
    "que ha fallado. El c\u00f3digo de error devuelto es 13868."
)


@cases("above", ["", "Hola, no funciona:\n\n", "Es un servidor 2016 y nadie se conecta. Dice:\n"])
@cases("below", ["", "\n\nEn el servidor 2016 no hay nada.\n"])
def test_the_error_of_a_connection_is_the_last_number_of_its_message_in_a_post(above: str, below: str) -> None:
    report = check_text(f"{above}{SPANISH}{below}", "post.txt", select=["RT016"])
    assert ["13868" in finding.message for finding in report.findings] == [True]


OF_TWO_LINES = (
    "   ProviderName: RasClient\n\n"
    "TimeCreated                     Id LevelDisplayName Message\n"
    "-----------                     -- ---------------- -------\n"
    "3/4/2025 9:12:44 AM          20227 Error            CoId={A1B2C3D4-1111-2222-3333-444455556666}: The user\n"
    "                                                    CORP\\bob dialed a connection named W which has failed. The\n"
    "                                                    error code returned on failure is 13801.\n"
)


@cases(
    ("before", "behind", "code"),
    [
        ("failed. The\n", "failed. The\n", 13801),
        ("failed. The\n", "failed. The\n\n", 13801),
        ("failed. The\n", "failed. The\n" + " " * 60 + "\n", 13801),
        ("failed. The\n", "failed. The\nPS C:\\> nothing of the event\n", 13801),
        (" " * 52 + "error", "error", None),
        (" " * 52 + "error", " " * 48 + "an error", None),
        ("-------\n", "-------\n" + " " * 52 + "belongs to no row\n", 13801),
    ],
)
def test_only_what_stands_in_the_last_column_goes_on_with_a_row_of_a_table(
    before: str, behind: str, code: int | None
) -> None:
    assert before in OF_TWO_LINES
    (event,) = read(OF_TWO_LINES.replace(before, behind)).events
    assert (event.event_id, event.error_code) == (20227, code)


IN_FRENCH = (FIXTURES / "event-text" / "french.txt").read_text(encoding="utf-8")


@cases(
    ("name", "count"),
    [
        ("Nom du journal :", 2),
        ("Nombre de registro:", 2),
        ("Nome registro:", 2),
        ("Nom du journal : ", 2),
        ("Journal :", 0),  # no label of a log: one record, of which two values are a reason
    ],
)
def test_each_of_several_copies_begins_with_its_log_right_behind_the_colon(name: str, count: int) -> None:
    text = IN_FRENCH.replace("Nom du journal :", name)
    events = event_text.parse(bytes_source("events.txt", f"{text}\n{text}".encode())).events
    assert sum(13805 in (each.error_code, *each.possible_codes) for each in events) == count


@cases(
    ("end", "state", "is_said"),
    [
        ("809.", "remote-access error 809", False),
        ("\n809.", "remote-access error 809", False),
        ("8\n09.", None, True),
        ("1\n3868.", None, True),
        ("13\n  868.", None, True),
        ("809.\n\n4 more", "remote-access error 809", False),
    ],
)
def test_an_error_that_a_window_broke_over_two_lines_is_said(end: str, state: str | None, *, is_said: bool) -> None:
    said = "CoId={5F0A7B4E-5A0E-4C13-9A3B-1B9B3B2B7A11}: The user u dialed a connection named V which has failed. "
    text = f"{said}The error code returned on failure is {end}"
    parsed = event_text.parse(bytes_source("events.txt", text.encode()))
    assert [(each.state, each.error_code) for each in parsed.events] == [(state, None)]
    broken = ["the error of event 20227 is broken over two lines: join them"]
    assert [each.message for each in parsed.problems] == (broken if is_said else [])


@cases("label", ("Level: Error", "Ebene:         Fehler", "Keywords: Audit Failure", "Computer: hub.corp.example"))
def test_what_is_said_around_a_message_is_no_value_of_it(label: str) -> None:
    parsed = read(f"Event ID: 4653\n{label}\n\nThe IPsec main mode negotiation fails every night.\n")
    assert [event.event_id for event in parsed.events] == [4653]
    assert not parsed.problems


@cases("form", ["text", "json"])
@cases(("end", "is_told"), [("Remote Endpoint:", True), ("Failure Information:", True), ("", False)])
def test_a_message_that_was_cut_before_its_reason_is_said(form: str, end: str, is_told: bool) -> None:
    message = MESSAGE.partition(end)[0] if end else MESSAGE
    text = f"Event ID:      4653\nDescription:\n{message}"
    said = json.dumps({"Id": 4653, "ProviderName": PROVIDER, "Message": message}) if form == "json" else text
    parsed = read(said)
    assert [event.event_id for event in parsed.events] == [4653]
    assert [each.message for each in parsed.problems] == is_told * [
        "the message of event 4653 has no `Failure Reason`: it was cut, and why it failed is not known"
    ]


@cases("number", ["ninety", "4 653", "4,653", "12x"])
def test_a_number_of_an_event_that_is_none_is_told_though_its_message_tells_what_it_is(number: str) -> None:
    text = (FIXTURES / "event-text" / "copied.txt").read_text("utf-8")
    assert "Event ID:      4653" in text
    changed = read(text.replace("Event ID:      4653", f"Event ID:      {number}", 1))
    assert f"`{number}` is not the number of an event" in {problem.message for problem in changed.problems}
    assert len(changed.events) == len(read(text).events)


@cases(
    ("user", "beside", "name", "is_met"),
    [
        ("[username]", "", "a.md", False),
        ("<user name>", "", "a.md", False),
        ("CONTOSO\\XXXX", "", "a.md", False),
        ("{username}", "", "a.md", False),
        ("CONTOSO\\ann", "", "a.md", True),
        ("[username]", "", "a.txt", True),  # somebody may have left out the name
        ("[username]", "We see this on all laptops.", "a.md", True),
    ],
)
def test_a_message_with_placeholders_in_a_document_is_none_that_was_met(
    user: str, beside: str, name: str, is_met: bool
) -> None:
    text = (
        f"# Errors of a VPN\n\n{beside}\n\nThe user {user} dialed a connection named Work which has failed. "
        "The error code returned on failure is 13868.\n"
    )
    result = check_text(text, name)
    assert [finding.code for finding in result.findings] == (["RT016"] if is_met else [])
    assert [problem.code for problem in result.problems] == ([] if is_met else [ProblemCode.NO_POLICY])


@cases(
    ("message", "number"),
    [
        (
            (
                "The user CORP\\ana connected to port VPN2-4 has been disconnected because no network protocols were "
                "successfully negotiated."
            ),
            20253,
        ),
        (
            "The user a connected from 203.0.113.9 but failed an authentication attempt due to the following reason: x",
            20271,
        ),
        ("The following error occurred in the Point to Point Protocol module on port: VPN2-4, UserName: ana. x", 20255),
    ],
)
@pytest.mark.parametrize(
    "before", ["", "RoutingDomainID- {0}: ", "Event ID 20255 RemoteAccess: ", "Our server says:\n"]
)
def test_what_a_server_says_of_a_connection_is_read_without_labels(message: str, number: int, before: str) -> None:
    text = f"{before}CoId={{4D2A3F7E-8B2D-4E11-9C21-2B5D8F2E7A10}}: {message}\n"
    form = recognise(bytes_source("a.txt", text.encode()))
    assert form is not None
    assert form.name == "event-text"
    (event,) = form.parse(bytes_source("a.txt", text.encode())).events
    assert (event.event_id, event.role, event.success) == (number, "responder", False)


@cases("name", ["chinese.txt", "russian.txt"])
def test_a_broken_key_module_is_told_in_every_language(name: str) -> None:
    text = (FIXTURES / "event-text" / name).read_text("utf-8")
    changed = read(text.replace("IKEv1", "maybe", 1))
    assert "unknown `KeyModName` `maybe`" in {problem.message for problem in changed.problems}


@cases(("number", "told"), [("12x", "`12x` is not the number of an event"), ("", "that has no number")])
@cases("message", ["Network Policy Server denied access to a user.", "Something else happened."])
def test_a_row_whose_number_is_none_says_what_stands_there(number: str, told: str, message: str) -> None:
    head = "Level,Date and Time,Source,Event ID,Task Category,Message"
    row = "Information,11/2/2025 9:14:07 AM,Microsoft-Windows-Security-Auditing"
    whole = f"{row},4653,IPsec Main Mode,An IPsec main mode negotiation failed."
    parsed = read(f"{head}\n{whole}\n{row},{number},Other,{message}\n")
    is_event = message.startswith("Network")
    assert [told in problem.message for problem in parsed.problems] == ([] if is_event and not number else [True])


@cases("before", ["02.03.2026 08:00 Audit Failure 4653 ", "hub.corp.example MSWinEventLog 1 Security 4653: "])
def test_a_message_in_one_line_behind_its_number_is_read_with_its_values(before: str) -> None:
    said = (
        "An IPsec main mode negotiation failed. Local Endpoint: Network Address: 10.1.2.3 Keying Module Port: 500 "
        "Remote Endpoint: Network Address: 10.20.0.9 Failure Information: Failure Point: Local computer "
        "Failure Reason: No policy configured"
    )
    source = bytes_source("a.txt", f"{before}{said}\n".encode())
    found = recognise(source)
    assert found is not None
    assert found.name == "event-text"
    (event,) = found.parse(source).events
    assert (event.error_code, event.remote_address) == (13825, "10.20.0.9")
