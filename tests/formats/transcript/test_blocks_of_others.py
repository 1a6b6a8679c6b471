"""Blocks of other languages beside one of PowerShell in a document: read, or said to be unread."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text

POWERSHELL = "New-NetIPsecRule -DisplayName One -InboundSecurity Require -OutboundSecurity Request"
DSC = f"Configuration C {{ Node localhost {{ Script S {{ SetScript = {{ {POWERSHELL} }} }} }} }}"
TASK = "- name: rule\n  ansible.windows.win_shell: |\n    New-NetIPsecRule -DisplayName Two -InboundSecurity Require"
RULE = "netsh advfirewall consec add rule name=Two endpoint1=any endpoint2=any action=requestinrequestout"
JSON = f'{{ "commands": ["{RULE}"] }}'


def document(first: str, language: str, other: str) -> str:
    return f"# Rules\n\n```powershell\n{first}\n```\n\nOr as a task:\n\n```{language}\n{other}\n```\n"


@cases("first", [POWERSHELL, DSC])
def test_a_block_of_ansible_beside_one_of_powershell_is_read(first: str) -> None:
    report = check_text(document(first, "yaml", TASK), "a.md")
    assert report.problems == ()
    assert report.inputs[0].objects["connection_security_rule"] == 2


def test_a_command_in_a_block_that_is_not_read_is_said() -> None:
    report = check_text(document(POWERSHELL, "json", JSON), "a.md")
    assert [(problem.code.value, problem.span.line) for problem in report.problems] == [("IN003", 10)]


@cases("other", ["a: b", "# New-NetIPsecRule makes a rule"])
def test_a_block_that_bears_on_nothing_changes_nothing(other: str) -> None:
    report = check_text(document(POWERSHELL, "yaml", other), "a.md")
    assert report.problems == ()
    assert report.inputs[0].objects["connection_security_rule"] == 1


STANDING = (
    'Nov 20 10:00:01 gw pluto[12]: "office" #1: initiating IKEv2 connection\n'
    'Nov 20 10:00:01 gw pluto[12]: "office" #1: sent IKE_SA_INIT request to 192.0.2.7:500\n'
)
PACKAGE = (ROOT / "fixtures" / "formats" / "gateway-xml" / "azurevpnconfig.xml").read_text("utf-8")


@cases(("other", "name"), [(STANDING, "ike-log"), (PACKAGE, "gateway-xml")])
def test_an_output_without_anything_to_judge_is_counted(other: str, name: str) -> None:
    report = check_text(f"# Site\n\n```\n{RULE}\n```\n\nThe other end:\n\n```\n{other}```\n", "a.md")
    assert report.problems == ()
    assert report.inputs[0].objects["connection_security_rule"] == 1
    assert [each.path for each in report.ignored] == [f"a.md (1 x `{name} with nothing to judge`)"]


def test_a_script_that_only_asks_is_not_counted() -> None:
    asks = "netsh advfirewall consec show rule name=all"
    report = check_text(f"# Site\n\n```\n{RULE}\n```\n\nThen look:\n\n```\n{asks}\n```\n", "a.md")
    assert report.ignored == ()


def test_events_as_the_viewer_shows_them_in_xml_begin_an_output() -> None:
    events = (ROOT / "fixtures" / "formats" / "event-text" / "xml-view.txt").read_text("utf-8-sig")
    shown = (ROOT / "fixtures" / "formats" / "advfirewall-show" / "global-weak.txt").read_text("utf-8-sig")
    for text in (f"{events}\n{shown}", f"{shown}\n{events}"):
        report = check_text(text, "a.txt")
        assert {"RT013", "QD001"} <= {finding.code for finding in report.findings}


def test_commands_of_a_device_beside_an_output_are_read() -> None:
    nodes = (ROOT / "fixtures" / "formats" / "mdm-syncml" / "vpn-nodes.xml").read_text("utf-8-sig")
    gateway = (ROOT / "fixtures" / "formats" / "gateway-configuration" / "fortigate.conf").read_text("utf-8-sig")
    report = check_text(f"{gateway}\n{nodes}", "a.txt")
    assert {"peer", "vpn_connection"} <= report.inputs[0].objects.keys()


TICKET = "Since Monday the VPN fails. IKE failed to find valid machine certificate is what the dialog says."


@cases(("text", "counted"), [(f"{TICKET}\n\n{PACKAGE}", "gateway-xml"), (f"{TICKET}\n\n{STANDING}", "ike-log")])
def test_beside_a_sentence_of_windows_too(text: str, counted: str) -> None:
    report = check_text(text, "a.txt")
    assert [each.path for each in report.ignored] == [f"a.txt (1 x `{counted} with nothing to judge`)"]
    assert report.inputs[0].objects["event"] == 1


FAILED = (
    "The user CORP\\ana dialed a connection named Work which has failed. The error code returned on failure is 13806."
)


@cases("properties", ["TunnelType : Ikev2", "Name : Office\nTunnelType : Ikev2\nEncryptionType : Optional"])
def test_properties_of_nothing_that_is_judged_are_counted_beside_a_message(properties: str) -> None:
    report = check_text(f"{properties}\n\n2026-03-02T08:00:01Z INFO {FAILED}\n", "a.txt")
    assert report.inputs[0].objects == {"event": 1}
    assert [each.path for each in report.ignored] != []


def test_alone_it_is_the_problem_of_the_input() -> None:
    report = check_text(STANDING, "a.txt")
    assert [problem.code.value for problem in report.problems] == ["IN004"]
    assert report.ignored == ()


ONE_LINE = "<html><body>\n<pre>{}</pre>{}<pre>{}</pre></body></html>"
OTHER = "netsh advfirewall consec add rule name=S endpoint1=any endpoint2=any action=requestinrequestout"


@cases(("between", "problems"), [("", 1), ("</td><td>", 1), ("\n", 0), ("\n<p>", 0)])
def test_blocks_of_a_page_that_share_a_line_are_said(between: str, problems: int) -> None:
    report = check_text(ONE_LINE.format(RULE, between, OTHER), "a.html")
    assert ["several blocks of code share this line" in each.message for each in report.problems] == [True] * problems


def test_code_within_a_block_and_beside_other_code_shares_none() -> None:
    text = f"<html><body>\n<pre><code>{RULE}</code></pre>\n<p><code>{OTHER}</code> <code>exit</code></p></body></html>"
    report = check_text(text, "a.html")
    assert report.problems == ()
    assert report.inputs[0].objects["connection_security_rule"] == 2


SHOWN = (
    f"Rule Name:   Servers\n{'-' * 70}\nEnabled:     Yes\nMode:        Transport\nEndpoint1:   Any\n"
    "Endpoint2:   10.2.0.0/16\nAction:      RequestInRequestOut\n"
)


@cases(("begin", "end"), [("[code]", "[/code]"), ("{code}", "{code}"), ("<pre>", "</pre>")])
def test_words_between_blocks_of_a_forum_are_no_part_of_the_one_below(begin: str, end: str) -> None:
    text = f"Hi\n{begin}\n{SHOWN}{end}\nand\n{begin}{SHOWN.replace('Servers', 'Clients')}{end}\n"
    report = check_text(text, "a.txt")
    assert report.problems == ()
    assert report.inputs[0].objects["connection_security_rule"] == 2
