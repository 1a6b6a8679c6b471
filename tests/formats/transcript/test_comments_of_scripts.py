"""What stands in comments of a script tells no format: commands do."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.transcript.script_comments import without_comments
from ipseclint.source import bytes_source

EVENT = (
    "Log Name:      Security\nSource:        Microsoft-Windows-Security-Auditing\nEvent ID:      4653\nDescription:\n"
    "An IPsec main mode negotiation failed.\n\nFailure Information:\n\tFailure Point:\t\tRemote computer"
)
SUITE = "Phase 1: 3DES, MD5, DH1\nPhase 2: 3DES, MD5, no PFS"
TOLD = {
    "event": EVENT,
    "suite": SUITE,
    "daemon": "conn a\n  ike=des-md5-modp768\n  left=203.0.113.1\n  right=203.0.113.7",
    "rule": "Rule Name:                            a\nEnabled:                              Yes",
}
NETSH = "netsh advfirewall consec add rule name=a endpoint1=any endpoint2=203.0.113.7 action=requireinrequireout"
CMDLET = "New-NetIPsecRule -DisplayName a -RemoteAddress 203.0.113.7 -InboundSecurity Require"


def commented(mark: str, text: str) -> str:
    return "\n".join(f"{mark}{line}" for line in text.split("\n"))


def form(name: str, text: str) -> str:
    format_ = recognise(bytes_source(name, text.encode()))
    return "" if format_ is None else format_.name


@cases("told", TOLD)
@cases("mark", ["rem ", "REM ", "@rem ", ":: ", "  rem "])
def test_comments_of_a_batch_file_tell_no_format(told: str, mark: str) -> None:
    text = f"@echo off\n{commented(mark, TOLD[told])}\n{NETSH}\n"
    assert [form(name, text) for name in ("a.cmd", "a.txt")] == ["netsh-script"] * 2


@cases("told", TOLD)
@cases("mark", ["# ", "#", "  # "])
def test_comments_of_a_script_of_powershell_tell_no_format(told: str, mark: str) -> None:
    for text in (
        f"{commented(mark, TOLD[told])}\n{CMDLET}\n",
        f"{CMDLET}\n{commented(mark, TOLD[told])}\n",
    ):
        assert form("a.ps1", text) == "powershell-script"


def test_a_script_is_known_by_its_name_without_such_commands() -> None:
    sets = 'Set-GPRegistryValue -Name a -Key "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\ConSecRules"'
    script = f'{sets} -ValueName b -Type String -Value "v2.30|Action=SecureServer|Active=TRUE|"\n'
    assert form("a.ps1", script) == form("a.ps1", f"{commented('# ', SUITE)}\n{script}") == "powershell-script"


@cases("told", ["suite", "event"])
def test_a_comment_in_which_an_output_begins_tells_none_in_a_text(told: str) -> None:
    assert form("a.txt", f"{commented('# ', TOLD[told])}\n{CMDLET}\n") == "powershell-script"


def test_what_has_no_commands_is_told_by_what_its_marks_precede() -> None:
    assert form("a.txt", commented("# ", SUITE)) == "gateway-configuration"
    assert form("a.txt", commented("# ", SUITE) + "\nTurn on RemoteAccess.\n") == "gateway-configuration"


def test_what_stands_beside_the_comments_tells_a_format() -> None:
    remark = commented("rem ", SUITE)
    assert form("a.txt", f"{remark}\n{NETSH}\n\n{EVENT}\n") == "transcript"
    assert form("a.txt", f"{remark}\nC:\\>{NETSH}\nOk.\n") == "transcript"


def test_a_heading_of_machines_parts_a_text() -> None:
    assert form("a.txt", f"# HUB01\n{CMDLET}\n# HUB02\n{CMDLET}\n") == form(
        "b.txt", f"# HUB03\n{CMDLET}\n# B\n{CMDLET}\n"
    )
    assert form("a.md", f"# Phase 1: AES256, SHA256, DH14\n\n```\n{NETSH}\n```\n") == "transcript"


def test_a_text_without_commands_is_not_asked_for_comments_whole() -> None:
    source = bytes_source("a.txt", f"{TOLD['rule']}\n".encode() * 100)
    assert without_comments(source) is None
    assert "head_folded" not in vars(source)
