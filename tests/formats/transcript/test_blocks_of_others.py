"""Blocks of other languages beside one of PowerShell in a document: read, or said to be unread."""

from __future__ import annotations

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
