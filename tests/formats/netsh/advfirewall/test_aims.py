"""Commands of netsh that look for rules which other commands of the script have made."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import messages, replay

from ipseclint.formats.powershell.script.format import parse
from ipseclint.source import bytes_source

MADE = 'powershell -Command "New-NetIPsecRule -DisplayName B -InboundSecurity Require -OutboundSecurity Require"\n'
KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\ConSecRules"
VALUE = f'reg add {KEY} /v r /t REG_SZ /d "v2.33|Action=SecureServer|Name=B|Active=TRUE|" /f\n'
OWN = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.7.0.0/16 action=requireinrequestout\n"
CHANGES = "whether netsh changes rules that other commands make here is not followed"
TAKES_OUT = "whether netsh takes out rules that other commands make here is not followed"


@cases(
    ("command", "said"),
    [
        ("set rule name=all new action=requestinrequestout", [CHANGES]),
        ("set rule name=A new action=requestinrequestout", []),
        ("delete rule name=all", [TAKES_OUT]),
        ("delete rule name=b", [TAKES_OUT]),
        ("delete rule name=C", []),
    ],
)
@cases("before", [MADE, VALUE], ids=["PowerShell", "registry"])
def test_netsh_that_may_find_what_other_commands_made_is_said(before: str, command: str, said: list[str]) -> None:
    assert messages(replay(f"{before}{OWN}netsh advfirewall consec {command}\n")) == said


@cases("before", [MADE, VALUE], ids=["PowerShell", "registry"])
def test_what_is_made_behind_a_command_is_none_of_its_concern(before: str) -> None:
    parsed = replay(f"netsh advfirewall consec delete rule name=all\n{before}{OWN}")
    assert not [each for each in messages(parsed) if "rules" in each]


def test_a_rule_that_no_command_makes_is_said_once() -> None:
    parsed = replay(f"{MADE}netsh advfirewall consec set rule name=B new action=requestinrequestout\n")
    assert messages(parsed) == ["changes a rule that this script does not create"]


CMDLET = "New-NetIPsecRule -DisplayName B -InboundSecurity Require -OutboundSecurity Require\n"


@cases(
    ("command", "said"),
    [
        ("netsh advfirewall consec set rule name=all new action=requestinrequestout", "netsh changes rules"),
        ("netsh advfirewall consec delete rule name=all", "netsh takes out rules"),
        ("netsh advfirewall consec delete rule name=C", ""),
        ("Set-NetIPsecRule -All -OutboundSecurity None", "this changes rules"),
        ("Disable-NetIPsecRule -All", "this disables rules"),
        ("Enable-NetIPsecRule -DisplayName *", "this enables rules"),
        ("Set-NetIPsecRule -DisplayName B -OutboundSecurity None", ""),
    ],
)
def test_netsh_and_cmdlets_that_may_find_what_the_others_made_are_said(command: str, said: str) -> None:
    parsed = parse(bytes_source("a.ps1", f"{OWN}{CMDLET}{command}\n".encode()))
    assert [f"whether {said}" in each.message for each in parsed.problems] == ([True] if said else [])


def test_rules_of_an_ip_security_policy_are_none_that_the_firewall_looks_for() -> None:
    lines = (
        "add policy name=P",
        "add filterlist name=L",
        "add filter filterlist=L srcaddr=me dstaddr=10.1.0.0",
        "add filteraction name=F action=permit",
        "add rule name=R policy=P filterlist=L filteraction=F kerberos=yes",
    )
    legacy = "".join(f"netsh ipsec static {line}\n" for line in lines)
    assert messages(replay(f"{legacy}{OWN}netsh advfirewall consec delete rule name=all\n")) == []
