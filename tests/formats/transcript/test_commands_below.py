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
