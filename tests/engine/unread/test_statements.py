"""Policy and evidence beside what a text is read as are said on their lines, whatever they are wrapped in."""

from __future__ import annotations

import pytest

from ipseclint.api import check_text
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import ReadInput, read_input
from ipseclint.engine.unread import beside, sign_words
from ipseclint.engine.unread import statements as module
from ipseclint.engine.unread.sign_words import OVERLAP_BYTES, joined_in_place, stated_in
from ipseclint.engine.unread.statements import MAX_STATEMENTS, lines_in, statements
from ipseclint.report import UNREAD
from ipseclint.source import Span, bytes_source
from tests.attack.foreign_statements import DRESSES, STATEMENTS, Document, missed, read
from tests.cases import cases

TOLD_ELSEWHERE = {"sentence"}
"""A statement that another one of the modules beside this one tells."""
ONE_LINE = [name for name, text in STATEMENTS.items() if "\n" not in text]
READ_BY = {
    "advfirewall rule": "carried-commands",
    ".reg": "firewall-registry-reg",
    "LGPO": "lgpo-text",
    "swanctl": "swanctl-conf",
    "ipsec.conf": "ipsec-conf",
    "event": "event-text",
    "printed object": "powershell-list",
    "phone book": "vpn-phone-book",
    "OMA-URI": "oma-uri",
    "counter": "performance-counters",
    "gateway": "gateway-configuration",
}
OTHER = "ipsec-secrets"
PROSE = (
    "See `netsh advfirewall consec add rule` for the rules.\n"
    "The service IKEEXT was stopped, and PolicyAgent is set to manual.\n"
    "Under HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent there is a value.\n"
    "Event ID: 5000\nEndpoint1: see below\nconn = 5\nIPsec Main Mode is audited.\n"
    "connections {\nare open\n"
)


def found(text: str, format_name: str = OTHER) -> list[tuple[int, int]]:
    return [lines for _, *lines in statements(bytes_source("x.txt", text.encode()), format_name)]


@cases("name", [name for name in STATEMENTS if name not in TOLD_ELSEWHERE])
def test_a_statement_is_found_among_other_lines(name: str) -> None:
    text = STATEMENTS[name]
    for before in ("", "first\n", "first\n\n"):
        lines = found(f"{before}{text}\nlast\n")
        assert lines, before
        first = before.count("\n") + 1
        assert all(first <= begin <= end <= first + text.count("\n") + 1 for begin, end in lines)


@cases("mark", ["\x1b[32m{}\x1b[0m", "run.txt:7:{}", "run.txt:{}", "    12\t{}", "  7: {}"])
def test_a_statement_is_found_behind_what_programs_put_before_a_line(mark: str) -> None:
    for name in ("event", "gateway", "advfirewall rule", "cmdlet of a connection"):
        text = "\n".join(mark.format(line) for line in STATEMENTS[name].split("\n"))
        assert found(f"first\n{text}\nlast\n"), name


def test_a_command_in_the_lines_of_an_output_is_said_in_a_transcript() -> None:
    association = STATEMENTS["association"].replace("\n", "\n> > ")
    text = f"Ana wrote:\n> > {association}\nBo wrote:\n> > {STATEMENTS['advfirewall rule']}\n\nok\n"
    report = check_text(text, "mail.txt")
    row = text[: text.index("netsh")].count("\n") + 1
    assert [(problem.span.line, problem.code) for problem in report.problems] == [(row, "IN003")]


@cases(
    "sentence",
    [
        "The other end has `ike=aes256-sha1-modp1024`.",
        "They answered: our esp=aes128-md5! is fixed",
        "> and proposals = 3des-sha1-modp1024, they say",
    ],
)
def test_what_a_daemon_offers_is_said_within_a_sentence_and_not_in_a_comment(sentence: str) -> None:
    rule = STATEMENTS["advfirewall rule"]
    for name in ("note.txt", "note.md", "note.cmd"):
        report = check_text(f"{sentence}\n\n{rule}\n", name)
        assert (1, "IN003") in [(problem.span.line, problem.code) for problem in report.problems], name
    assert not check_text(f"# {sentence}\n\n{rule}\n", "note.ps1").problems


@cases(
    "dress", ["indented", "below a tab", "behind a prompt of cmd", "in quotes", "in backticks", "an item", "in a fence"]
)
@cases("name", [name for name in ONE_LINE if name not in TOLD_ELSEWHERE])
def test_what_a_statement_is_wrapped_in_hides_none(name: str, dress: str) -> None:
    assert found(DRESSES[dress](STATEMENTS[name]))


@cases("name", STATEMENTS)
def test_a_comment_is_none(name: str) -> None:
    for mark in ("# ", "; ", "rem ", "// "):
        assert found("\n".join(mark + line for line in STATEMENTS[name].split("\n"))) == [], mark


@cases(("name", "format_name"), READ_BY.items())
def test_what_a_format_reads_is_its_own_matter(name: str, format_name: str) -> None:
    assert found(STATEMENTS[name]) != []
    assert found(STATEMENTS[name], format_name) == []


@cases(("name", "format_name"), [each for each in READ_BY.items() if each[0] != "advfirewall rule"])
def test_no_format_reads_its_own_behind_a_strange_mark(name: str, format_name: str) -> None:
    quoted = DRESSES["quoted as in a mail"](STATEMENTS[name])
    assert found(quoted, format_name) == found(quoted) != []


@cases("format_name", ["transcript", "netsh-script", "powershell-script", "carried-commands"])
def test_a_prompt_before_a_command_is_no_strange_mark(format_name: str) -> None:
    assert found(f"C:\\>{STATEMENTS['advfirewall rule']}", format_name) == []


OF_AGENT = "SYSTEM\\CurrentControlSet\\Services\\PolicyAgent"
CONSOLE = {
    "state of a service": "SERVICE_NAME: PolicyAgent\n        TYPE       : 20\n        STATE      : 4  RUNNING\n",
    "key of the registry": f"HKEY_LOCAL_MACHINE\\{OF_AGENT}\\TriggerInfo\\0\n    Action    REG_DWORD    0x1\n",
    "properties": f"Start  : 3\nPSPath : Microsoft.PowerShell.Core\\Registry::HKEY_LOCAL_MACHINE\\{OF_AGENT}\n",
    "association": "Main Mode SA at 11/03/2025 09:00:00\n----------------------------------------\n"
    "Local IP Address:                     192.0.2.1\nRemote IP Address:                    192.0.2.2\n"
    "Auth1:                                ComputerKerb\nMM Offer:                   DHGroup14-AES256-SHA256\n",
}


@cases("name", CONSOLE)
def test_what_a_piece_of_a_session_is_read_as_is_its_own_matter(name: str) -> None:
    asked = "PS C:\\> netsh advfirewall show global\n\nOk.\n\nPS C:\\> asked\n\n"
    kept = "\nPS C:\\> sc query IKEEXT\n\nSERVICE_NAME: IKEEXT\n        STATE              : 4  RUNNING\n"
    assert not read("session.txt", f"{asked}{CONSOLE[name]}{kept}").problems


@cases(
    "text",
    [
        "Path             : \\\\hub01\\ipsec driver\\active security associations\nCookedValue      : 6",
        "Path             : \\\\hub01\\ipsec-treiber\\aktive sicherheitszuordnungen\nCookedValue      : 6",
        "\\\\hub01\\generic ikev1, authip, and ikev2\\failed negotiations :\n6",
        "__CLASS          : Win32_PerfFormattedData_Counters_IPsecDriver\nActiveSAs        : 6",
        "__CLASS          : Win32_PerfRawData_Counters_GenericIKEv1AuthIPandIKEv2\nFailedNegotiations : 6",
    ],
)
def test_counters_of_any_shape_are_said_beside_an_event(text: str) -> None:
    both = f"{text}\n\n{STATEMENTS['event']}\n"
    assert found(both, "event-text") == [[1, 1]]
    assert [1, 1] not in found(both, "performance-counters")


def test_two_phases_are_one_suite() -> None:
    assert found(f"\n{STATEMENTS['suites']}\n") == [[2, 3]]


def test_a_suite_that_a_script_shows_is_none() -> None:
    assert found("Office Phase 2: AES256, SHA256, DH14\n", "netsh-script") == [[1, 1]]
    assert found("echo Phase 2: AES256, SHA256, DH14\n", "netsh-script") == []
    for quote in ("'", '"'):
        shown = f"$help = @{quote}\nPhase 2: AES256, SHA256, DH14\n{quote}@\n"
        assert found(shown, "powershell-script") == []
        assert found(f"{shown}Phase 2: AES256, SHA256, DH14\n", "powershell-script") == [[4, 4]]
        assert found(shown) == [[2, 2]]


def test_prose_is_none() -> None:
    assert found(PROSE) == []


def test_so_many_of_a_kind_are_told() -> None:
    assert len(found("VpnStrategy=7\n" * (MAX_STATEMENTS + 5))) == MAX_STATEMENTS


def test_the_lines_of_what_was_read_are_those_of_all_places() -> None:
    assert sorted(lines_in(([Span("a", 3, 1)], Span("a", 5, 2), "text", None))) == [3, 5]


SCRIPTS = {
    "a.cmd": "netsh advfirewall consec add rule name=a endpoint1=any endpoint2=any action=requireinrequireout\n",
    "a.ps1": "New-NetIPsecRule -DisplayName a -RemoteAddress 203.0.113.7 -InboundSecurity Require\n",
}
PASTED = ["event", ".reg", "LGPO", "association", "printed rule", "ipsec.conf"]


def told(name: str, text: str) -> list[int]:
    result = read_input(Candidate(bytes_source(name, text.encode()), named=True))
    assert isinstance(result, ReadInput)
    return [each.span.line for each in result.parsed.problems]


@cases("statement", PASTED)
def test_a_text_in_a_script_that_nobody_reads_is_said(statement: str) -> None:
    assert told("a.ps1", f"$text = @'\n{STATEMENTS[statement]}\n'@\n{SCRIPTS['a.ps1']}") != []


BETWEEN = [
    ("a.cmd", "service configuration", "indented"),
    ("a.cmd", "ipsec.conf", "below a tab"),
    ("a.cmd", "printed connection", "quoted as in a mail"),
    ("a.cmd", "suites", "behind a prompt of cmd"),
    ("a.ps1", "suites", "twice"),
    ("a.ps1", "gateway", "in quotes"),
    ("a.txt", "gateway", "in backticks"),
    ("a.txt", "JSON in lines", "in quotes"),
    ("a.txt", "printed object", "indented"),
]
"""What stands between two commands of a script, or two answers of a console."""
SCRIPTS["a.txt"] = "C:\\>netsh advfirewall set global saidletimemin 5\nOk.\n\n"


@cases(("name", "statement", "dress"), BETWEEN)
def test_what_stands_between_commands_is_read_or_said(name: str, statement: str, dress: str) -> None:
    document = Document(name, f"{SCRIPTS[name]}{SCRIPTS[name]}")
    line = SCRIPTS[name].count("\n")
    assert missed(document, read(document.name, document.text), statement, dress, line) is None


PARAMETERS = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"
OF_OTHERS = {
    "a.inf": (
        '[Unicode]\nUnicode=yes\n[Version]\nsignature="$CHICAGO$"\nRevision=1\n[Registry Values]\n'
        "MACHINE\\System\\CurrentControlSet\\Services\\PolicyAgent\\AssumeUDPEncapsulationContextOnSendRule=4,2\n"
    ),
    "lgpo.txt": f"{STATEMENTS['LGPO']}\n\n",
    "properties.txt": f"ProhibitIpSec : 1\nPSPath        : Microsoft.PowerShell.Core\\Registry::{PARAMETERS}\n\n",
}
"""Texts with values of the registry that are written in another way."""


@cases("name", OF_OTHERS)
@cases("statement", [".reg", "reg query"])
@cases("dress", ["indented", "below a tab"])
def test_a_key_with_its_value_is_said_where_values_are_written_in_another_way(
    name: str, statement: str, dress: str
) -> None:
    text = OF_OTHERS[name]
    document = Document(name, text)
    before = read(name, text)
    assert before.is_understood
    for line in {text.count("\n"), 1 if name == "properties.txt" else text.count("\n")}:
        assert missed(document, before, statement, dress, line) is None


def test_a_batch_file_of_commands_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "statements", None)
    assert told("a.cmd", SCRIPTS["a.cmd"]) == []


@cases("name", SCRIPTS)
def test_commands_of_a_script_are_its_own_matter(name: str) -> None:
    assert told(name, SCRIPTS[name]) == []


@cases("statement", STATEMENTS)
def test_examples_in_a_block_comment_of_a_script_are_none(statement: str) -> None:
    text = f"<#\n.EXAMPLE\n{STATEMENTS[statement]}\n#>\n{SCRIPTS['a.ps1']}"
    assert list(statements(bytes_source("a.ps1", text.encode()), "powershell-script")) == []


@cases("end", ["\n", "\r\n"])
@cases("times", [1, 4])
def test_a_statement_below_a_command_over_several_lines_is_told_on_its_own_line(end: str, times: int) -> None:
    command = f"netsh advfirewall consec show rule ^{end}  name=all ^{end}  verbose{end}" * times
    text = f"{command}{end}conn office{end}  left=192.0.2.1{end}  right=192.0.2.2{end}"
    source = bytes_source("notes.txt", text.encode())
    found = [(title, first) for title, first, _ in statements(source, OTHER) if "IKE daemon" in title]
    assert found == [("a connection of an IKE daemon", 3 * times + 2)]


def test_lines_that_go_on_are_joined_at_once_for_all() -> None:
    assert joined_in_place(b"a\nb ^\n c ^\r\n d\ne ^\nf") == b"a\nb  c  d\n\n\ne f"
    assert joined_in_place(b"a ^ b\nc\n") == b"a ^ b\nc\n"
    assert joined_in_place(b"Head\n^^^^\n\nc\n") == b"Head\n^^^^\n\nc\n"


@cases(
    "line",
    [
        "**ESP proposals:**   aes256-sha256-modp2048",
        "Proposals: aes128gcm16-prfsha256-ecp256",
        "IKEv2 Algorithms: aes256-sha256-modp2048",
    ],
)
def test_what_a_page_of_settings_offers_is_told(line: str) -> None:
    text = f"Server:\n\n  {line}\n\nClient:\n"
    (found,) = statements(bytes_source("notes.txt", text.encode()), OTHER)
    assert found == ("what a page of settings offers", 3, 3)


@cases("rows", [1, 3])
@cases(("ending", "told"), [("md", 1), ("txt", 1), ("rst", 0), ("adoc", 0)])
def test_what_many_rows_of_a_page_offer_is_said_once_and_counted_in_a_manual(rows: int, ending: str, told: int) -> None:
    command = "Add-VpnConnection -Name V -ServerAddress v.example.com -TunnelType Ikev2"
    row = "   **Proposals:**    aes256-sha256-modp2048\n\n"
    report = check_text(f"On the client, please run this:\n\n    {command}\n\n{row * rows}", f"vpn.{ending}")
    said = [each for each in report.problems if "what a page of settings offers stands beside" in each.message]
    assert len(said) == told
    ignored = [each.path for each in report.ignored if each.kind == UNREAD]
    assert ignored == [f"vpn.{ending} ({rows} x what a page of settings offers)"] * (not told)
    offers = "esp=aes256-sha1-modp1024\n" * rows
    again = check_text(f"On the client, please run this:\n\n    {command}\n\n{offers}", f"vpn.{ending}")
    assert sum("what an IKE daemon offers" in each.message for each in again.problems) == 1


def test_headings_with_a_row_of_carets_below_them_move_no_line() -> None:
    text = "Here\n^^^^\n\nThere\n^^^^^\n\nconn office\n  left=192.0.2.1\n  right=192.0.2.2\n"
    (found,) = statements(bytes_source("notes.txt", text.encode()), OTHER)
    assert found == ("a connection of an IKE daemon", 7, 7)


def test_a_connection_that_is_read_below_a_broken_command_is_not_said_to_be_unread() -> None:
    command = (
        "netsh advfirewall consec add rule name=A ^\n  endpoint1=any endpoint2=any ^\n  action=requestinrequestout"
    )
    connection = "conn office\n  left=192.0.2.1\n  right=192.0.2.2\n  keyexchange=ikev2\n  auto=add"
    text = f"# Both ends\n\n```bat\n{command}\n```\n\n```\n{connection}\n```\n"
    assert [each.message for each in check_text(text, "both.md").problems if "stands beside" in each.message] == []


def test_a_kind_of_statement_is_told_wherever_it_stands_in_the_parts_of_a_long_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sign_words, "_PART_BYTES", 64)
    for before in (0, 50, 60, 64, 64 + OVERLAP_BYTES, 1000):
        assert stated_in(b"-" * before + b"secmethods: none").keys() == {"a rule that netsh prints"}, before
    assert stated_in(b"-" * 1000) == stated_in(b"") == {}


@cases(
    ("exported", "told"),
    [
        ("proposals: [{encryption: 2}]", "proposals: aes256-sha256-modp2048"),
        ("inboundsecurity: 1,", "inboundsecurity : require"),
        ("phase1authset: {0}", "phase 1: aes256, sha256, group 14"),
    ],
)
def test_words_that_objects_of_exports_have_are_looked_at_more_closely_where_a_statement_may_stand(
    exported: str, told: str
) -> None:
    kinds = {"what a page of settings offers", "an object of PowerShell", "a suite told in words"}
    long = f"{exported}\n".encode() * 4000
    assert kinds.isdisjoint(stated_in(long))
    assert len(kinds & stated_in(long + told.encode()).keys()) == 1


@cases("mark", ["", "> ", "  12: "])
def test_lines_of_a_long_text_that_its_format_reads_are_looked_at_where_a_mark_stands_before_one(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    begins = module._begins
    monkeypatch.setattr(module, "_begins", lambda kind, *rest: looked_at.append(kind.title) or begins(kind, *rest))
    lines = '  "CimClassName": "MSFT_NetConSecRule",\n' * 2000
    text = f"{lines}{mark}{lines}".encode()
    found = [line for title, line, _ in statements(bytes_source("x.json", text), "powershell-json")]
    assert found == [2001] * (mark != "")
    assert ("JSON of PowerShell" in looked_at) is (mark != "")


@cases("mark", ["  ", "\x1b[33m"])
def test_a_connection_in_the_lines_of_a_log_is_said(mark: str) -> None:
    log = f"{mark}Nov 30 12:00:01 gw charon: 08[IKE] received proposals unacceptable\n"
    connection = "conn office\n    keyexchange=ikev2\n    right=203.0.113.5\n".replace("\n", f"\n{mark.strip()}")
    for text in (f"notes:\n{log}  {connection}", f"{connection}\n{log}"):
        (problem,) = check_text(text, name="a.yaml").problems
        assert "a connection of an IKE daemon stands beside a log" in problem.message


JSON_OF_AN_EVENT = (
    '{"EventTime": "2026-03-02 08:00:00", "Hostname": "hub", "EventID": 4653, '
    '"SourceName": "Microsoft-Windows-Security-Auditing", "FailureReason": "Negotiation timed out"}\n'
)
XML_OF_A_CONNECTION = (
    "<VPNProfile><NativeProfile><Servers>vpn.example</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
    "</NativeProfile></VPNProfile>\n"
)


@cases("document", [JSON_OF_AN_EVENT, XML_OF_A_CONNECTION])
@cases("statement", ["gateway", "LGPO", "service configuration", "audited row", "JSON in lines"])
def test_a_statement_below_a_document_of_json_or_xml_is_said(document: str, statement: str) -> None:
    report = check_text(f"{document}- {STATEMENTS[statement]}\n", "pasted.txt")
    assert any(problem.span.line > 1 for problem in report.problems)


@cases(
    "text", ['"sc config IKEEXT start= disabled"', '"netsh advfirewall set global mainmode mmkeylifetime 7min,3sess"']
)
def test_a_command_that_a_collectors_json_quotes_is_said(text: str) -> None:
    report = check_text(f"{JSON_OF_AN_EVENT}{text}\n", "events.json")
    assert [problem.span.line for problem in report.problems] == [2]


OUTPUTS = {
    "reg query": (
        "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters\n"
        "    NegotiateDH2048_AES256    REG_DWORD    0x2\n\n"
    ),
    "template": (
        '[Unicode]\nUnicode=yes\n[Version]\nsignature="$CHICAGO$"\nRevision=1\n[Registry Values]\n'
        "MACHINE\\System\\CurrentControlSet\\Services\\RasMan\\Parameters\\NegotiateDH2048_AES256=4,2\n\n"
    ),
    "connections": (
        "hq: IKEv2, no reauthentication, rekeying every 14400s\n  local:  203.0.113.1\n  remote: 203.0.113.77\n"
        "  local public key authentication:\n    id: CN=gw\n  remote public key authentication:\n    id: CN=pc\n"
        "  lan: TUNNEL, rekeying every 3600s\n    local:  10.1.0.0/16\n    remote: 10.2.0.0/16\n\n"
    ),
}


@cases("name", OUTPUTS)
@cases("statement", ["LGPO", "ipsec.conf", "gateway", "service state", "association"])
def test_a_statement_below_a_tab_is_said_beside_an_output_whose_reader_knows_such_lines(
    name: str, statement: str
) -> None:
    above = OUTPUTS[name]
    below = "\n".join(f"\t{line}" for line in STATEMENTS[statement].split("\n"))
    report = check_text(f"{above}{below}\n", "pasted.txt")
    assert any(problem.span.line > above.count("\n") for problem in report.problems)


@cases("end", ["'@\n", "'@  \n"])
def test_commands_in_a_text_of_powershell_that_nobody_uses_are_said_in_a_transcript(end: str) -> None:
    command = "Set-NetFirewallSetting -MaxSAIdleTimeSeconds 1234"
    report = check_text(f"{XML_OF_A_CONNECTION}@'\n{command}\n{end}", "pasted.txt")
    assert [problem.span.line for problem in report.problems] == [3]
