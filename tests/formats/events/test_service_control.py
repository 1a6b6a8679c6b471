"""A service without which nothing is negotiated that did not start, or ended, is told in every form; no other is."""

from __future__ import annotations

import json

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.vocabulary.services import control_event, failed_services

PROVIDER = "Service Control Manager"
ENDED = "The IKE and AuthIP IPsec Keying Modules service terminated with the following error: \nThe file was not found."
COPIED = f"Log Name:      System\nSource:        {PROVIDER}\nEvent ID:      7023\nDescription:\n{ENDED}\n"
GERMAN = (
    f"Protokollname: System\nQuelle:        {PROVIDER}\nEreignis-ID:   7023\nComputer:      SRV01\nBeschreibung:\n"
    'Der Dienst "IKE- und AuthIP IPsec-Schlüsselerstellungsmodule" wurde mit folgendem Fehler beendet:\nUnbekannt.\n'
)
XML = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>'
    f'<Provider Name="{PROVIDER}" EventSourceName="{PROVIDER}"/><EventID Qualifiers="49152">7023</EventID></System>'
    '<EventData><Data Name="param1">IKE and AuthIP IPsec Keying Modules</Data><Data Name="param2">%%2</Data>'
    "</EventData></Event>"
)
JSON = json.dumps([{"TimeCreated": "x", "ProviderName": PROVIDER, "Id": 7023, "Message": ENDED}])


def told(text: str) -> list[str]:
    """What rule RT022 says of a text, and the codes of any other rule."""
    found = check_text(text, "events").findings
    return [each.message if each.code == "RT022" else each.code for each in found]


@cases("text", [COPIED, COPIED.replace("\n", "\r\n"), GERMAN, XML, JSON, ENDED, f"> {ENDED}"])
def test_a_failed_service_is_told_in_every_form(text: str) -> None:
    assert told(text) == ["1 x failure of the IKEEXT service; it ended with an error"]
    assert check_text(text, "events").problems == ()


@cases(
    ("number", "what"),
    [
        (7000, "it did not start"),
        (7001, "it did not start, since a service that it depends on did not"),
        (7022, "it hung on starting"),
        (7024, "it ended with an error of its own"),
        (7031, "it ended unexpectedly"),
        (7034, "it ended unexpectedly"),
    ],
)
def test_what_became_of_it_is_told_by_the_number(number: int, what: str) -> None:
    assert told(XML.replace("7023", str(number))) == [f"1 x failure of the IKEEXT service; {what}"]


@cases("text", [COPIED, GERMAN, XML, JSON])
def test_another_service_and_another_event_are_of_no_concern(text: str) -> None:
    assert told(text.replace("7023", "7036")) == []
    assert told(text.replace("IKE and AuthIP", "Print").replace("IKE- und AuthIP", "Print")) == []


@cases(
    ("message", "number"),
    [
        ("The IPsec Policy Agent service failed to start due to the following error: x", 7000),
        ("The IPsec Services service depends on the X service which failed to start because of the error: x", 7001),
        ("The Base Filtering Engine service hung on starting.", 7022),
        ("The IPsec Services service terminated with the following service-specific error: x", 7024),
        ("The Base Filtering Engine service terminated unexpectedly.  It has done this 1 time(s).", 7034),
        ("The Base Filtering Engine service entered the stopped state.", None),
        ("The Print Spooler service terminated unexpectedly.", None),
        ("IPsec Policy Agent service terminated unexpectedly.", None),
        ('Der Dienst "Basisfiltermodul" wurde aufgrund folgenden Fehlers nicht gestartet: x', 7000),
        (
            'Der Dienst "IPsec-Richtlinien-Agent" ist vom Dienst "X" abhängig, der aufgrund folgenden Fehlers nicht',
            7001,
        ),
        ('Der Dienst "Basisfiltermodul" wurde mit folgendem Fehler beendet: x', 7023),
        ('Der Dienst "Routing und RAS" wurde mit dem folgenden dienstspezifischen Fehler beendet: x', 7024),
        ('Dienst "Windows Defender Firewall" wurde unerwartet beendet.', 7034),
        ('Dienst "Druckwarteschlange" wurde unerwartet beendet.', None),
    ],
)
def test_a_message_alone_tells_its_number(message: str, number: int | None) -> None:
    assert control_event(message.casefold()) == number


@cases(
    "text",
    [
        ENDED,
        f"The log of the server has:\n\n{ENDED}\n\nCan anyone help?",
        f"Error 7023 {ENDED}",
        f"07:12 SRV01 7023: {ENDED}",
        'Im Systemprotokoll steht:\n\nDer Dienst "Basisfiltermodul" wurde mit folgendem Fehler beendet:\nUnbekannt.\n',
        "auf srv2:\nDienst \u201eBasisfiltermodul\u201c wurde mit folgendem Fehler beendet:\n",
    ],
)
def test_a_message_is_told_below_and_behind_words_of_people(text: str) -> None:
    (only,) = told(text)
    assert only.endswith("; it ended with an error")


def test_a_service_on_one_line_with_its_number_is_told_beside_another_failure() -> None:
    dialled = (
        "CoId={1}: The user A dialed a connection named V which has failed. The error code returned on failure is 809."
    )
    both = ["1 x failure of the IKEEXT service; it ended with an error", "RT023"]
    assert sorted(told(f"Error 7023 {ENDED}\n{dialled}")) == both
    assert sorted(told(f"{dialled}\nError 7023 {ENDED}")) == both


def test_a_negotiation_is_told_behind_the_number_of_its_event() -> None:
    text = (
        "Since then the server logs these:\n\n"
        "4654 An IPsec quick mode negotiation failed.\nFailure Reason: Negotiation request sat in Queue too long\n"
        "Event 4653: An IPsec main mode negotiation failed.\nFailure Reason: Negotiation timed out\n"
    )
    report = check_text(text, "events")
    assert report.problems == ()
    assert [each.code for each in report.findings] == ["RT001", "RT017"]


def test_a_firewall_that_failed_is_told() -> None:
    for title in ("Windows Firewall", "Windows Defender Firewall"):
        ended = ENDED.replace("IKE and AuthIP IPsec Keying Modules", title)
        assert told(ended) == ["1 x failure of the MpsSvc service; it ended with an error"]


def test_of_several_services_the_first_is_the_one_that_failed() -> None:
    assert failed_services(["IPsec Policy Agent", "Base Filtering Engine"]) == ("PolicyAgent", "BFE")
    assert failed_services(["Base Filtering Engine", "IPsec Policy Agent"]) == ("BFE", "PolicyAgent")
    assert failed_services(["Print Spooler"]) == ()


@cases(
    ("title", "service"),
    [("Remote Access Connection Manager", "RasMan"), ("Routing and Remote Access", "RemoteAccess")],
)
@cases("text", [COPIED, XML, JSON, ENDED])
def test_a_service_of_vpns_that_failed_is_told(text: str, title: str, service: str) -> None:
    failed = text.replace("IKE and AuthIP IPsec Keying Modules", title)
    assert told(failed) == [f"1 x failure of the {service} service; it ended with an error"]


def test_the_service_that_another_depends_on_is_named() -> None:
    message = (
        "The IKE and AuthIP IPsec Keying Modules service depends on the Base Filtering Engine service which failed to "
        "start because of the following error: \nAccess is denied."
    )
    because = "it did not start, since it depends on BFE, which did not"
    assert told(message) == [f"1 x failure of the IKEEXT service; {because}"]


BLOCKED = "The IPSec driver has entered Block mode. IPSec will discard all inbound and outbound TCP/IP network traffic."
CLASSIC = (
    f"Event Type:\tError\nEvent Source:\tIPSec\nEvent Category:\tNone\nEvent ID:\t4292\nDescription:\n{BLOCKED}\n\n"
    f"Event Type:\tError\nEvent Source:\t{PROVIDER}\nEvent ID:\t7023\nDescription:\n"
    "The IPSEC Services service terminated with the following error: \nThe system cannot find the file specified.\n"
)
CLASSIC_IN_GERMAN = (
    "Ereignistyp:\tFehler\nEreignisquelle:\tIPSec\nEreigniskennung:\t4292\nBeschreibung:\nIPSec sperrt.\n\n"
    f"Ereignistyp:\tFehler\nEreignisquelle:\t{PROVIDER}\nEreigniskennung:\t7023\nBeschreibung:\n"
    'Der Dienst "IPSEC-Dienste" wurde mit folgendem Fehler beendet:\nUnbekannt.\n'
)
IN_BLOCK_MODE = "1 x IPsec driver in Block mode: it discards all traffic that its exemptions at boot do not permit"


@cases("text", [CLASSIC, CLASSIC_IN_GERMAN])
def test_copies_of_old_releases_are_read_one_after_another(text: str) -> None:
    assert sorted(told(text)) == [IN_BLOCK_MODE, "1 x failure of the PolicyAgent service; it ended with an error"]


def test_the_message_of_block_mode_is_told_alone() -> None:
    assert told(BLOCKED) == [IN_BLOCK_MODE]


IN_CHINESE = (
    f"\u4e8b\u4ef6 ID: 7001\n\u6765\u6e90: {PROVIDER}\nIKE and AuthIP IPsec Keying Modules \u670d\u52a1 "
    "Base Filtering Engine \u670d\u52a1\uff1a\n\u62d2\u7edd\u8bbf\u95ee\u3002\n"
)


@cases("text", [IN_CHINESE, IN_CHINESE.replace(":", "\uff1a"), f"VPN 789\n\n{IN_CHINESE}"])
def test_the_labels_of_other_languages_tell_of_an_event(text: str) -> None:
    because = "it did not start, since it depends on BFE, which did not"
    assert f"1 x failure of the IKEEXT service; {because}" in told(text)
    assert check_text(text, "events").problems == ()
