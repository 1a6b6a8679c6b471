"""Commands below the answer of another program are read, also those that change a service or start another command."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text

FORMATS = ROOT / "fixtures" / "formats"
ABOVE = ("registry-properties/asked-for.txt", "azure-commands/clients.txt", "netsh-ipsec-statistics/two-samples.txt")
RULE = "netsh advfirewall consec add rule name=Branch endpoint1=any endpoint2=any action=requireinrequireout"
WEAK = f"{RULE} auth1=anonymous qmsecmethods=esp:md5-des"
COMMANDS = {
    "sc config IKEEXT start= disabled": "RF012",
    "sc.exe config ikeext start= disabled": "RF012",
    "Set-Service -Name IKEEXT -StartupType Disabled": "RF012",
    'powershell -Command "Set-Service -Name IKEEXT -StartupType Disabled"': "RF012",
    f'schtasks /create /tn Branch /sc onstart /tr "{WEAK}"': "CR003",
    f'cmd /c "{WEAK}"': "CR003",
    f"start /wait {WEAK}": "CR003",
    f"for %i in (1) do {WEAK}": "CR003",
}


@cases("above", ABOVE)
@cases("command", COMMANDS)
def test_a_command_below_an_answer_is_read(above: str, command: str) -> None:
    answer = (FORMATS / above).read_text(encoding="utf-8")
    report = check_text(f"{answer}\n{command}\n", "post.txt")
    assert COMMANDS[command] in {finding.code for finding in report.findings}


@cases(
    "line",
    ["sc config Spooler start= disabled", "start again with netsh", "for each policy in the list", "cmd /c dir"],
)
def test_another_line_begins_no_commands(line: str) -> None:
    answer = (FORMATS / ABOVE[2]).read_text(encoding="utf-8")
    report, alone = check_text(f"{answer}\n{line}\n", "post.txt"), check_text(answer, "post.txt")
    assert [given.format for given in report.inputs] == [given.format for given in alone.inputs]
    assert [finding.code for finding in report.findings] == [finding.code for finding in alone.findings]


_OF_CA = f'{RULE} auth1=computercert auth1ca="CN=Issuing CA"'
IN_BLOCKS = {
    f"certutil -user -importpfx C:\\pc1.pfx\n{_OF_CA}": "AU036",
    f"certutil -f -user -p x -importpfx C:\\pc1.pfx\n{_OF_CA}": "AU036",
    f"sc config IKEEXT start= disabled\n{RULE}": "RF012",
    f"net stop IKEEXT\n{RULE}": "RF012",
    f"advfirewall set store local\n{WEAK[6:]}": "CR003",
}


@cases("begins", ["\n", ""])
@cases("code", IN_BLOCKS)
def test_all_commands_of_a_block_are_read_also_right_behind_its_mark(begins: str, code: str) -> None:
    report = check_text(f"This is what we run:\n\n```{begins}{code}\n```\n\nThat is all.\n", "post.md")
    alone = check_text(f"{code}\n", "policy.cmd")
    assert sorted(finding.code for finding in report.findings) == sorted(finding.code for finding in alone.findings)
    assert IN_BLOCKS[code] in {finding.code for finding in report.findings}


@cases("looks", ["certutil -store My", "certutil -dump C:\\pc1.pfx", "certutil -verify C:\\pc1.cer"])
def test_a_look_at_certificates_imports_none(looks: str) -> None:
    report = check_text(f"This is what we run:\n\n```\n{looks}\n{_OF_CA}\n```\n", "post.md")
    assert "AU036" not in {finding.code for finding in report.findings}


@cases("language", ["sc", "certutil", "net", "ipsec", "powershell"])
def test_a_word_alone_behind_the_mark_is_a_language(language: str) -> None:
    report = check_text(f"We run:\n\n```{language}\n{RULE}\n```\n", "post.md")
    assert not report.problems
    assert "EX001" in {finding.code for finding in report.findings}
