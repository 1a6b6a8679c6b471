"""What a text quotes of Windows' words for an error: evidence, once for each error, and nothing of a script's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_paths, check_text
from ipseclint.formats import recognise
from ipseclint.formats.events import sentences
from ipseclint.formats.events.indexes import line_around
from ipseclint.model.events import Event, EventKind
from ipseclint.report import NOT_HELD
from ipseclint.source import Span, bytes_source, file_source
from ipseclint.vocabulary import windows_sentences

pytestmark = pytest.mark.drawn(4)

FIXTURES = ROOT / "fixtures" / "formats" / "error-sentences"
NOT_RESPONDING = (
    "The network connection between your computer and the VPN server could not be established because the remote "
    "server is not responding."
)
LIST = (
    "Name                  : Work\nServerAddress         : vpn.example.org\nTunnelType            : Ikev2\n"
    "AuthenticationMethod  : {Eap}\n"
)
EVENT = (
    "Log Name:      Application\nSource:        RasClient\nEvent ID:      20227\nDescription:\n"
    "CoId={D7F76690-EE1C-42E0-9781-C808D1706B4A}: The user SYSTEM dialed a connection named Work which has failed. "
    "The error code returned on failure is 809.\n"
)
SCRIPT = "Add-VpnConnection -Name Work -ServerAddress vpn.example.org -TunnelType IKEv2 -AuthenticationMethod EAP\n"


def told(text: str, name: str = "ticket.txt") -> list[tuple[str, str, int, int]]:
    """Rule, error, line and column of what a text is evidence of."""
    report = check_text(text, name)
    found = [each for each in report.findings if each.code.startswith("RT")]
    return [(each.code, each.subject.name or "", each.span.line, each.span.column) for each in found]


@cases(
    ("name", "evidence"),
    [
        ("ticket.txt", [("RT014", "13806", 8, 18), ("RT023", "809", 4, 88)]),
        ("mail.txt", [("RT023", "789", 2, 44)]),
        ("chinese.txt", [("RT013", "13801", 1, 19)]),
    ],
)
def test_a_sentence_in_prose_is_evidence_once(name: str, evidence: list[tuple[str, str, int, int]]) -> None:
    form = recognise(file_source(FIXTURES / name, name))
    assert form is not None
    assert form.name == "error-sentences"
    assert sorted(told((FIXTURES / name).read_text(encoding="utf-8"))) == evidence


@cases(
    ("sentence", "evidence"),
    [
        (
            "Les informations de l\u2019authentification IKE sont inacceptables",
            ("RT013", "13801"),
        ),
        ("Las credenciales de autenticaci\u00f3n IKE no son aceptables", ("RT013", "13801")),
        ("As credenciais de autentica\u00e7\u00e3o IKE s\u00e3o inaceit\u00e1veis", ("RT013", "13801")),
        ("Die Anmeldeinformationen f\u00fcr die IKE-Authentifizierung sind unzul\u00e4ssig", ("RT013", "13801")),
        ("IKE konnte kein g\u00fcltiges Computerzertifikat finden", ("RT014", "13806")),
        ("IKE no encontr\u00f3 un certificado de equipo v\u00e1lido", ("RT014", "13806")),
        ("IKE \u7121\u6cd5\u627e\u5230\u6709\u6548\u7684\u96fb\u8166\u6191\u8b49", ("RT014", "13806")),
        (
            (
                "Die Netzwerkverbindung zwischen Ihrem Computer und dem VPN-Server konnte nicht "
                "hergestellt werden, da der Remoteserver nicht reagiert"
            ),
            ("RT023", "809"),
        ),
        (
            (
                "La tentative de connexion L2TP a \u00e9chou\u00e9 car la couche de "
                "s\u00e9curit\u00e9 a rencontr\u00e9 une erreur de traitement lors des "
                "n\u00e9gociations initiales avec l'ordinateur distant"
            ),
            ("RT023", "789"),
        ),
        (
            (
                "Il tentativo di connessione L2TP non \u00e8 riuscito perch\u00e9 nel computer non "
                "\u00e8 presente alcun certificato del computer valido"
            ),
            ("RT023", "786"),
        ),
        (
            (
                "\u041f\u043e\u0434\u043a\u043b\u044e\u0447\u0435\u043d\u0438\u0435 \u043d\u0435 "
                "\u0432\u044b\u043f\u043e\u043b\u043d\u0435\u043d\u043e \u0438\u0437-\u0437\u0430 "
                "\u043f\u043e\u043b\u0438\u0442\u0438\u043a\u0438, "
                "\u0437\u0430\u0434\u0430\u043d\u043d\u043e\u0439 \u043d\u0430 "
                "\u0432\u0430\u0448\u0435\u043c RAS/VPN \u0441\u0435\u0440\u0432\u0435\u0440\u0435"
            ),
            ("RT023", "812"),
        ),
        (
            (
                "\u041e\u0448\u0438\u0431\u043a\u0430 "
                "\u0441\u043e\u043f\u043e\u0441\u0442\u0430\u0432\u043b\u0435\u043d\u0438\u044f "
                "\u0433\u0440\u0443\u043f\u043f\u043e\u0432\u043e\u0439 "
                "\u043f\u043e\u043b\u0438\u0442\u0438\u043a\u0438"
            ),
            ("RT016", "13868"),
        ),
        ("\u7b56\u7565\u5339\u914d\u9519\u8bef", ("RT016", "13868")),
    ],
)
def test_a_sentence_of_a_dialog_in_another_language_is_evidence(sentence: str, evidence: tuple[str, str]) -> None:
    assert [each[:3] for each in told(f"VPN: {sentence}.\n")] == [(*evidence, 1)]
    assert told(f"VPN Work.\n\n  {sentence}\n") == [(*evidence, 3, 3)]


@cases(
    "text",
    [
        "L'authentification IKE repose-t-elle sur une PKI ou un secret ?",
        "Wird die zertifikatbasierte IKE-Authentifizierung unterst\u00fctzt?",
        "IKE. Les informations d'authentification ne sont pas acceptables.",
        f"Les informations d'authentification IKE {'et encore ' * 40} ne sont pas acceptables.",
        "Les informations d'authentification Mike ne sont pas acceptables.",
        "Das L2TP-VPN braucht ein Computerzertifikat. Der Verbindungsversuch scheiterte.",
        "La correspondance entre la strat\u00e9gie VPN et celle du serveur est une source d'erreur fr\u00e9quente ici.",
        "Erreur de correspondance de strat\u00e9gie dans le pare-feu.",
        f"Die Netzwerkverbindung {'sehr ' * 70} zum VPN-Server: der Remoteserver antwortet nicht.",
    ],
)
def test_prose_of_another_language_about_ike_is_none(text: str) -> None:
    assert [*windows_sentences.sentences(text)] == []


def test_a_sentence_of_another_language_that_was_wrapped_is_evidence() -> None:
    text = (
        "Mit dem VPN Work geht nichts:\n\n> Die Netzwerkverbindung zwischen Ihrem Computer und dem VPN-Server konnte\n"
        "> nicht hergestellt werden, da der Remoteserver nicht antwortet. Das Verbindungsproblem liegt am Netz.\n"
    )
    assert [each[:3] for each in told(text)] == [("RT023", "809", 3)]


def test_beside_a_list_and_a_transcript_it_is_evidence() -> None:
    prose = 'It says "IKE authentication credentials are unacceptable".\n\n'
    assert told(prose + LIST) == [("RT013", "13801", 1, 10)]
    assert told(f"{prose}PS C:\\> Get-VpnConnection\n\n{LIST}") == [("RT013", "13801", 1, 10)]


def test_what_an_event_says_already_is_not_counted_again() -> None:
    (finding,) = (each for each in check_text(EVENT + NOT_RESPONDING, "e.txt").findings if each.code == "RT023")
    assert finding.message.startswith("1 x 809 ")


@cases("article", ["", "the ", "its "])
def test_what_stands_behind_the_particular_words_of_an_error_may_differ(article: str) -> None:
    said = f"the security layer encountered a processing error during {article}initial negotiations"
    assert [each[:2] for each in told(f"L2TP fails because {said} with the remote computer.\n")] == [("RT023", "789")]


def test_a_remark_of_a_script_is_no_evidence() -> None:
    assert (
        told("# 0x35e9 is ERROR_IPSEC_IKE_AUTH_FAIL\n#ERROR_IPSEC_IKE_NO_CERT\nVPN = ERROR_IPSEC_IKE_NO_CERT\n") == []
    )


def test_a_script_that_quotes_a_sentence_is_no_evidence() -> None:
    assert told(f"# {NOT_RESPONDING}\n{SCRIPT}", "vpn.ps1") == []
    assert told(f'{SCRIPT}Write-Host "Policy match error"\n', "vpn.ps1") == []
    assert told(f"{SCRIPT}\nand I get: Policy match error (always).\n") == [("RT016", "13868", 3, 12)]


@cases("text", ["The remote server is not responding.\n", "A policy match is an error.\n", "Negotiation timed out\n"])
def test_words_that_others_say_too_are_no_evidence(text: str) -> None:
    assert told(text) == []


def test_a_document_in_a_folder_is_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "help.md").write_text(f"## When it says\n\n{NOT_RESPONDING}\n")
    (tmp_path / "work.txt").write_text(LIST)
    report = check_paths([tmp_path])
    assert [each.kind for each in report.ignored] == [
        "that quotes Windows' words for an error: `ipseclint explain 809`",
        NOT_HELD,
    ]
    assert [each.code for each in check_paths([tmp_path / "help.md"]).findings] == ["RT023"]


def failed(line: int, column: int, length: int, **said: Any) -> Event:
    return Event(span=Span("t.txt", line, column, length), kind=EventKind.MAIN_MODE, success=False, **said)


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("So:\r\n IKE authentication credentials are unacceptable", [failed(2, 2, 47, error_code=13801)]),
        ("The VPN says\nerror 809 today", [failed(2, 1, 9, state="remote-access error 809")]),
        (
            "Negotiation request sat in Queue too long",
            [failed(1, 1, 41, possible_codes=(13809, 13810, 13811, 13812))],
        ),
        (
            "error 13806, then error 13801, then error 13806",
            [failed(1, 1, 11, error_code=13806), failed(1, 19, 11, error_code=13801)],
        ),
        ("# error 13801\n  error 13806", [failed(2, 3, 11, error_code=13806)]),
        ("error 13816", []),
    ],
)
def test_a_sentence_is_a_failure_with_all_that_is_known_of_it(text: str, events: list[Event]) -> None:
    assert list(sentences.told(bytes_source("t.txt", text.encode()), known={13816})) == events


def test_a_document_about_such_sentences_is_no_evidence() -> None:
    text = b"IKE authentication credentials are unacceptable, error 13801, then error 13806, error 13801"
    assert sentences.quoted(bytes_source("a.txt", text)) == (13801, 13806)
    assert sentences.recognise(bytes_source("a.txt", text))
    assert not sentences.recognise(bytes_source("a.md", text))
    assert not sentences.recognise(bytes_source("a.txt", b"nothing of ours"))


CREDENTIALS = "IKE authentication credentials are unacceptable"
NO_CERTIFICATE = "IKE failed to find valid machine certificate"
LISTS = (
    f"13801 - {CREDENTIALS}\n13806 - {NO_CERTIFICATE}\n13868 - Policy match error\n",
    f"| 13801 | {CREDENTIALS} |\n| 13806 | {NO_CERTIFICATE} |\n| 13868 | Policy match error |\n",
    f"|13801|{CREDENTIALS}|\n|13806|{NO_CERTIFICATE}|\n|13868|Policy match error|\n",
    f"### Error 13801: {CREDENTIALS}\n### Error 13806: {NO_CERTIFICATE}\n### Error 13868: Policy match error\n",
)


@cases("text", LISTS)
def test_a_list_that_says_what_errors_mean_tells_of_no_failure(text: str) -> None:
    assert not list(sentences.told(bytes_source("guide.txt", f"Errors of IKEv2 VPNs\n\n{text}".encode())))
    assert not sentences.recognise(bytes_source("guide.txt", text.encode()))


@cases("mark", ["* {}:", "- **{}**:", "1. {} -", "| {} |"])
def test_a_list_that_begins_with_the_numbers_of_two_errors_tells_what_they_mean(mark: str) -> None:
    listed = f"{mark.format(13806)} no certificate, renew it.\n{mark.format(13868)} policy match error, compare both.\n"
    assert not list(sentences.told(bytes_source("a.md", listed.encode())))
    assert list(sentences.told(bytes_source("a.md", f"What we see:\n{listed}".encode())))


@cases(
    ("above", "is_met"),
    [
        ("# What IKE errors mean\n", False),
        ("# Error codes of IPsec explained\n", False),
        ("# Meaning of the VPN error codes\n", False),
        ("# Was die Fehlercodes bedeuten\n", False),
        ("# VPN does not connect\n", True),
        ("# What does this error mean? We get it since Monday\n", True),
    ],
)
def test_a_list_with_one_code_is_of_a_page_that_explains_codes_or_of_a_failure(above: str, is_met: bool) -> None:
    text = f"{above}\n* 13806: IKE failed to find valid machine certificate\n"
    format_ = recognise(bytes_source("page", text.encode()))
    assert (format_ is not None) is is_met


def test_of_a_list_of_two_and_of_clients_that_fail_each_is_a_failure() -> None:
    two = "- Error 13801: IKE authentication credentials are unacceptable\n- Error 13868: Policy match error\n"
    clients = (
        "Three clients of our VPN fail:\n- Client A gets error 809\n- Client B gets error 13801\n"
        "- Client C: IKE failed to find valid machine certificate\n"
    )
    assert len(list(sentences.told(bytes_source("a.txt", two.encode())))) == 2
    assert len(list(sentences.told(bytes_source("a.txt", clients.encode())))) == 3


TICKET = "IKE failed to find valid machine certificate. The dialog of the VPN shows error 809.\n"


def test_of_all_sentences_those_alone_are_looked_for_whose_words_stand_in_the_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    any_of = windows_sentences._any_of

    def counting(phrases: tuple[windows_sentences._Phrase, ...]) -> re.Pattern[str]:
        asked.append(len(phrases))
        return any_of(phrases)

    monkeypatch.setattr(windows_sentences, "_any_of", counting)
    assert [sentence.codes for sentence in windows_sentences.sentences(TICKET * 2)] == [
        (13806,),
        (13806,),
        (809,),
        (809,),
    ]
    assert asked == [1]
    assert not list(windows_sentences.sentences("Nothing of ours.\n"))
    assert asked == [1]


def test_what_recognition_finds_is_not_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counting(text: str) -> Iterator[windows_sentences.Sentence]:
        asked.append(text)
        return windows_sentences.sentences(text)

    monkeypatch.setattr(sentences, "sentences", counting)
    source = bytes_source("a.txt", TICKET.encode())
    assert sentences.recognise(source)
    assert sentences.quoted(source) == (13806, 809)
    assert len(sentences.parse(source).events) == 2
    assert not list(sentences.told(source, known={13806, 809}))
    assert asked == [TICKET]


def test_of_a_text_longer_than_its_head_the_rest_is_read_too() -> None:
    long = bytes_source("a.txt", f"{TICKET}{'Nobody can connect from home. ' * 6000}\nPolicy match error\n".encode())
    assert sentences.quoted(long) == (13806, 809)
    assert len(sentences.parse(long).events) == 3


@cases("text", ["Our client gets 13801- and stops\n", "The client received a 13801.\n", "It failed with 0X800735E9\n"])
def test_a_number_is_met_in_each_way_of_saying_it(text: str) -> None:
    assert [sentence.codes for sentence in windows_sentences.sentences(text)] == [(13801,)]


def test_a_message_without_its_values_is_no_failure() -> None:
    row = f"| 20209 | {NOT_RESPONDING} The server was %1. |\n"
    assert told(f"Events of our servers\n\n{row}", "events.md") == []
    assert told(row.replace("%1", "up"), "ticket.md") != []


def test_the_help_of_a_script_says_what_may_happen() -> None:
    script = f"<#\n.NOTES\n    Run it where people read:\n    {NOT_RESPONDING}\n#>\n"
    assert told(f"{script}Restart-Computer\n", "repair.ps1") == []
    assert told(f"{script}{NOT_RESPONDING}\n", "repair.txt") != []


def test_a_command_in_a_sentence_beside_one_is_told() -> None:
    text = f"{NOT_RESPONDING}\n\nFirst I ran `Set-VpnConnection -Name Work -TunnelType L2tp`, then I gave up.\n"
    parsed = sentences.parse(bytes_source("note.md", text.encode()))
    assert len(parsed.events) == 1
    assert parsed.unread == (("`Set-VpnConnection` in a sentence or a table, which is not policy", 1),)


@cases(
    ("text", "codes"),
    [
        ("We get event 4653 with Failure Reason: No policy configured for every client.", (13825,)),
        ('The failure reason was "Negotiation timed out" on all of them.', (13805,)),
        ("The tunnel is down. Event 4653: No policy configured.", (13825,)),
        ('On the file server it is 4654 with "Policy match error" each time.', (13868,)),
        ("The audit of 4653, no policy needed for that, is switched on.", ()),
        (
            "Failure Information:\n\tFailure Point:\t\tLocal computer\n\tFailure Reason:\t\tPolicy match error\n",
            (13868,),
        ),
        ("Failure reason: the cable was not plugged in.", ()),
        ("No policy configured for the printer.", ()),
        ("4653 An IPsec main mode negotiation failed. Local Endpoint: - Failure Reason: Policy match error", (13868,)),
        ("It fails with Negotiation timed out (13805).", (13805,)),
        ('"No policy configured" (13825), peer 10.1.2.3', (13825,)),
        ("13805: Negotiation timed out - seen on FS01", (13805,)),
        ("The list names 13805, and elsewhere a negotiation timed out.", ()),
        ("Negotiation timed out after 13825 seconds.", ()),
        ('    {13805, "Negotiation timed out"},', ()),
        ("Windows says error 809 when I dial.", (809,)),
        ("The printer says error 809 when I print.", ()),
    ],
)
def test_the_reason_of_an_event_counts_where_it_is_called_so(text: str, codes: tuple[int, ...]) -> None:
    assert tuple(code for sentence in windows_sentences.sentences(text) for code in sentence.codes) == codes


SHELLS = {
    "powershell.md": f"```powershell\n{SCRIPT}```\n",
    "powershell.txt": SCRIPT,
    "netsh.txt": "netsh advfirewall set global ipsec saidletimemin 5\n",
    "ansible.txt": f"- hosts: all\n  tasks:\n    - win_shell: {SCRIPT}",
}


@cases("name", SHELLS)
@cases(
    "said",
    [
        "It displays: `policy match error`.",
        "error: Policy match error",
        "**Policy match error**",
        "'Policy match error'",
        "> Policy match error",
        "When I connect I get error 13868",
        "If I dial by name, I get error 13868.",
    ],
)
def test_what_failed_above_a_script_in_a_ticket_is_evidence(name: str, said: str) -> None:
    assert [each[:3] for each in told(f"{said}\n\n{SHELLS[name]}", name)] == [("RT016", "13868", 1)]


@cases("name", SHELLS)
@cases(
    "said",
    [
        'If you get "Policy match error", run this:',
        'When Windows says "Policy match error" (13868), the second command was not run.',
        'A "Policy match error" (13868) usually means that ciphers differ.',
        "Error 13801 occurs when the certificate has expired.",
        "Falls Sie den Fehler 13868 sehen:",
        "Error 13868 can be caused by an old command.",
        "Error 13868 almost always means that the suites differ.",
        "If rasdial fails with error 13868, compare the suites.",
        "When the device tunnel ends with error 13868, compare the suites.",
        "**When:** Error 812 (a policy of NPS), error 13868 (the suite).",
        "- Applies to: VPN error 13868",
    ],
)
def test_an_error_that_nobody_has_met_is_no_evidence(name: str, said: str) -> None:
    assert told(f"{said}\n\n{SHELLS[name]}", name) == []


@cases("line", ['$Known = "Policy match error"', 'throw "Policy match error"', '    log("Policy match error")'])
def test_what_a_script_in_a_ticket_says_itself_is_no_evidence(line: str) -> None:
    assert told(f"{SCRIPT}{line}\n") == []
    assert told(f"This script:\n\n```\n{SCRIPT}Policy match error\n```\n", "ticket.md") == []


@cases(
    "said",
    [
        "13801 is defined in the winerror.h file as:\nERROR_IPSEC_IKE_AUTH_FAIL\n",
        "In the SDK 13801 is ERROR_IPSEC_IKE_AUTH_FAIL.",
        "Error code 13868 translates to ERROR_IPSEC_IKE_POLICY_MATCH: the suites differ.",
        "0x35e9 maps to ERROR_IPSEC_IKE_AUTH_FAIL",
        "The number stands for `ERROR_IPSEC_IKE_NO_CERT`, says the page.",
    ],
)
def test_what_the_name_of_an_error_is_is_no_evidence(said: str) -> None:
    assert told(f"A word on a VPN. {said}\n") == []


@cases(
    "said",
    [
        "The connection fails with ERROR_IPSEC_IKE_AUTH_FAIL",
        "When: Monday, error 13801",
        "When: since 09:12. Error 13801",
        "The tunnel fails with error 13801, always",
        "It fails with 13801 (ERROR_IPSEC_IKE_AUTH_FAIL)",
        "The result is ERROR_IPSEC_IKE_AUTH_FAIL on every client",
        "I get error 13801 = ERROR_IPSEC_IKE_AUTH_FAIL",
        "We got 13801. That translates to ERROR_IPSEC_IKE_AUTH_FAIL.",
        "The VPN shows error 13801, which stands for ERROR_IPSEC_IKE_AUTH_FAIL",
        "The error code returned after failure is 13801.",
        "The error code returned upon failure is 13801.",
        "\n# Windows says 0x35e9\n\nIt fails with ERROR_IPSEC_IKE_AUTH_FAIL",
    ],
)
def test_an_error_that_was_met_is_evidence_by_number_or_name(said: str) -> None:
    assert [each[:2] for each in told(f"A word on a VPN. {said}\n")] == [("RT013", "13801")]


@cases(
    ("text", "evidence"),
    [
        ("The VPN fails. NPS says reason code 265 for IKEv2.\n", [("RT020", "event 6273 of a VPN connection", 1, 16)]),
        ("Always On VPN, event 6273:\n\nReason Code: 16\nReason: unknown\n", [("RT023", "691", 3, 1)]),
        ("VPN error 812. On the NPS we see Reason-Code 48.\n", [("RT023", "812", 1, 23)]),
        (
            "rasdial to the VPN ends with 812; RADIUS rejects it with reason code = 22.\n",
            [("RT020", "event 6273 of a VPN connection", 1, 58), ("RT023", "812", 1, 30)],
        ),
        (
            "VPN: NPS, reason code 16 and then reason code 36, both.\n",
            [("RT020", "event 6273 of a VPN connection", 1, 35), ("RT023", "691", 1, 6)],
        ),
        ("802.1X: NPS denies the access points' users with reason code 265.\n", []),
        ("Our VPN was refused with reason code 265 by the provider's portal.\n", []),
        ("VPN: NPS reason code 47, which is none.\n", []),
        ("If you see NPS reason code 48 at the VPN, check the policy.\n", []),
        (
            "VPN and NPS: reason code 16 name, reason code 22 EAP, reason code 48 policy, reason code 65.\n",
            [],
        ),
    ],
)
def test_a_reason_code_of_nps_is_evidence_in_a_text_about_a_vpn(
    text: str, evidence: list[tuple[str, str, int, int]]
) -> None:
    assert sorted(told(text)) == evidence


@cases(
    ("said", "code"),
    [
        ("Remote Access error -2146762487 - A certificate chain processed, but terminated in a root", "-2146762487"),
        ("The SSTP VPN fails with error 0x800B0109", "-2146762487"),
        ("The VPN says: error code (0x80092013)", "-2146885613"),
        ("VPN: Fehler 0x800b0101", "-2146762495"),
    ],
)
def test_an_error_of_certificates_is_known_by_either_form_of_its_number(said: str, code: str) -> None:
    assert [each[:2] for each in told(f"{said}\n")] == [("RT023", code)]


@cases(
    "said",
    [
        "Windows Update fails with error 0x80092013",
        "The VPN says: error 0x80070005",
        "The VPN says: error -2147024891",
        "The VPN has the thumbprint 0x800B0109",
    ],
)
def test_a_number_that_is_none_of_a_vpn_is_no_evidence(said: str) -> None:
    assert told(f"{said}\n") == []


@cases(
    "begin",
    [
        "[10:00] ",
        "[2024-03-04 10:00:00] ana: ",
        "[2024-03-04T10:00:00.123Z] ",
        "[04.03.2024 10:00:05 PM]: ",
        "[0]0330.0B5C::03/04/2024-10:00:00.123 [user] |203.0.113.7|",
        "[   12.345678] ",
    ],
)
def test_a_line_that_begins_with_a_time_in_brackets_is_no_list(begin: str) -> None:
    assert [each[:3] for each in told(f"{begin}The VPN failed with error 13801\n")] == [("RT013", "13801", 1)]


@cases("text", ["[1]\n[2]\n", "[1.5, 2]\n", '["VPN error 13801"]\n', "[2024, 3]\n"])
def test_a_list_of_numbers_or_words_is_one(text: str) -> None:
    assert told(text) == []


@cases(
    ("text", "code", "column"),
    [
        ("vpn1 error 809 since this morning", "809", 6),
        ("vpn01.corp.example: error 809", "809", 21),
        ("VPN_Corp error 809", "809", 10),
        ("MyVPN error 809 on all clients", "809", 7),
        ("AOVPN error 809", "809", 7),
        ("VPNerror 809", "809", 4),
        ("the vpn shows RasClientError 809", "809", 24),
        ("vpn2 RasClient20227error 809", "809", 20),
    ],
)
def test_a_word_that_is_glued_before_an_error_hides_it_not(text: str, code: str, column: int) -> None:
    assert [(name, at) for _, name, _, at in told(f"{text}\n")] == [(code, column)]


@cases(
    "text",
    [
        "OpenVPN error 809",
        "terror 809 in the vpn",
        "the nopolicy match error of our vpn",
        "the mirror 809 of the vpn",
        "vpnc error 809",
    ],
)
def test_a_word_that_only_holds_one_of_these_is_no_evidence(text: str) -> None:
    assert told(f"{text}\n") == []


@cases(
    "text",
    [
        "NPS event 6273: the VPN user ana was denied access, reason code 999.",
        "Network Policy Server denied access to a user. Reason Code: 999, NAS Port-Type: Virtual",
    ],
)
def test_a_reason_of_nps_that_is_not_known_is_told_by_its_number(text: str) -> None:
    (finding,) = [each for each in check_text(f"{text}\n", "ticket.txt").findings if each.code.startswith("RT")]
    assert finding.message.endswith("NPS gives reason 999")


def test_a_number_that_nobody_calls_a_refusal_is_none() -> None:
    assert told("The exit reason code 999 of the RADIUS test had nothing to do with the VPN\n") == []


def test_of_a_long_line_what_is_near_is_looked_at() -> None:
    text = "a\n" + "x" * 10_000 + "\nb"
    assert line_around(text, 5_000, 5_010) == (3_000, 7_010)
    assert line_around(text, 10, 20) == (2, 2_020)
    assert line_around(text, 9_990, 9_999) == (7_990, 10_002)
    assert line_around("one\ntwo", 5, 6) == (4, 7)
    assert line_around("one\ntwo", 0, 1) == (0, 3)


FAILED_IN_SECURITY = (
    "The L2TP connection attempt failed because the security layer encountered a processing error during initial "
    "negotiations with the remote computer."
)
TIMED_OUT = "The L2TP connection attempt failed because security negotiation timed out."


@cases(
    "text",
    [
        f"789\n\n{FAILED_IN_SECURITY}\n\n792\n\n{TIMED_OUT}\n\n809\n\n{NOT_RESPONDING}\n",
        "\n".join(
            f"<td><b>ERROR_A</b> <i>{code}</i></td>\n<td>{said}<br/></td>"
            for code, said in ((789, FAILED_IN_SECURITY), (792, TIMED_OUT), (809, NOT_RESPONDING))
        ),
        "\n\n".join(
            f"**ERROR\\_IPSEC\\_IKE\\_{name}**\n\n{code} ({code:#X})\n\n{said}."
            for name, code, said in (
                ("KERBEROS\\_ERROR", 13827, "Failed to authenticate using Kerberos"),
                ("AUTH\\_FAIL", 13801, "IKE authentication credentials are unacceptable"),
                ("POLICY\\_MATCH", 13868, "Policy match error"),
            )
        ),
    ],
)
def test_a_reference_that_has_each_error_below_its_number_is_no_evidence(text: str) -> None:
    assert told(text) == []


def test_an_error_below_its_number_in_a_ticket_is_evidence() -> None:
    text = f"VPN dialog:\n\n809\n\n{NOT_RESPONDING}\n"
    assert [each[1] for each in told(text)] == ["809"]


@cases(
    "heading",
    [
        "錯誤碼：{}",
        "错误代码：{}",
        "エラー コード: {}",
        "Código de error: {}",
        "Codice di errore: {}",
        "Код ошибки: {}",
    ],
)
def test_a_guide_with_a_heading_for_each_error_is_no_evidence_in_other_languages(heading: str) -> None:
    text = "\n".join(f"### {heading.format(code)}\n\n- {NOT_RESPONDING} VPN\n" for code in (809, 812, 13801))
    assert told(f"VPN\n\n{text}") == []


@cases(
    ("line", "is_said"),
    [
        ("It should use the certificate; instead it says: Policy match error", True),
        ("Wait 5; Write-Host: Policy match error", False),
        ("$text = Policy match error", False),
    ],
)
def test_a_semicolon_in_prose_beside_a_fenced_script_ends_no_statement(line: str, is_said: bool) -> None:
    assert bool(told(f"My steps:\n\n```\n{SCRIPT}```\n\n{line}\n", "ticket.md")) == is_said


@cases(("update", "is_told"), [("KB5009543", True), ("KB5008876", False)])
def test_an_update_in_a_text_that_broke_connections_is_looked_at_first(update: str, is_told: bool) -> None:
    text = f"L2TP stopped today: error 789.\n\nHotFixID   InstalledOn\n{update}  1/12/2022\n"
    (finding,) = check_text(text, "ticket.txt").findings
    assert finding.fix is not None
    assert (f"the input names {update}" in finding.message) is is_told
    assert (finding.fix.note or "").startswith("First, by what the input names: the update of 11 January") is is_told
