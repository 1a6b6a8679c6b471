"""Values that a rule can have and a command of netsh advfirewall cannot give it: each refuses the command."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.advfirewall.inputs import replay

RULE = "netsh advfirewall consec add rule name=R "
ENDS = "endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout "
TUNNEL = "mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout auth1=computerkerb "
CERTIFICATE = "auth1=computercert auth1ca="


@cases(
    ("tags", "reason"),
    [
        (
            "endpoint1=me endpoint2=any action=requestinrequestout",
            "`me` is neither an address nor one of `any`, `localsubnet`, `dns`, `dhcp`, `wins`, `defaultgateway`",
        ),
        (
            f"{ENDS}protocol=icmp",
            "`icmp` is not one of `any`, `icmpv4`, `tcp`, `udp`, `icmpv6` or a number",
        ),
        (
            f"{TUNNEL}localtunnelendpoint=192.0.2.0/24 remotetunnelendpoint=any",
            "`192.0.2.0/24` is not `any` or one address, as an endpoint is",
        ),
        (f"{ENDS}applyauthz=yes", "`applyauthz` is for `mode=tunnel` only"),
        (f"{ENDS}qmsecmethods=authnoencap:sha1", "`authnoencap` needs a proposal of `ah` or `esp` beside it"),
        (f"{ENDS}auth1=computerpsk auth1psk=", "`computerpsk` without auth1psk"),
        (f"{ENDS}{CERTIFICATE}Root", "`Root` is no distinguished name of an authority, such as `CN=Contoso Root CA`"),
        (f'{ENDS}{CERTIFICATE}"CN=R certname:a certcriteriatype:both"', "`certname` needs `certnametype`"),
        (f'{ENDS}{CERTIFICATE}"CN=R certnametype:dns certcriteriatype:both"', "`certnametype` needs `certname`"),
        (f'{ENDS}{CERTIFICATE}"CN=R followrenewal:yes certcriteriatype:both"', "`followrenewal` needs `certhash`"),
        (
            f'{ENDS}auth1=computerkerb auth2=usercert auth2ca="CN=R excludecaname:yes"',
            "`excludecaname` belongs to `auth1` alone",
        ),
        (f"{ENDS}name=S", "`name` is given twice, and netsh takes it once"),
    ],
)
def test_a_value_that_the_tool_does_not_take_refuses_the_command(tags: str, reason: str) -> None:
    parsed = replay(f"{RULE}{tags}\n")
    assert [refused.reason for refused in parsed.policy.refused_commands] == [reason]
    assert parsed.policy.connection_security_rules == ()


@cases(
    "tags",
    [
        f"{ENDS}protocol=47",
        f"{ENDS}protocol=ICMPv6",
        f"{ENDS}applyauthz=no",
        f"{ENDS}qmsecmethods=authnoencap:sha256,esp:sha256-none",
        f"{TUNNEL}localtunnelendpoint=192.0.2.1/32 remotetunnelendpoint=any applyauthz=yes",
        f'{ENDS}{CERTIFICATE}"DC=com, DC=contoso, CN=R certname:a certnametype:dns certcriteriatype:both"',
    ],
)
def test_a_value_that_it_takes_makes_the_rule(tags: str) -> None:
    parsed = replay(f"{RULE}{tags}\n")
    assert parsed.problems == ()
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["R"]


@cases(
    ("command", "reason"),
    [
        (
            "firewall add rule name=W dir=out action=allow security=authdynenc",
            "`security=authdynenc` is for `dir=in` only",
        ),
        ("firewall add rule name=W dir=out action=block edge=yes", "`edge` is for `dir=in` only"),
        ("set global statefulftp yes", "not one of `enable`, `disable`, `notconfigured`"),
        ("set global statefulpptp", "`statefulpptp` without a value"),
        ("set global ipsec authzusergrp", "`authzusergrp` without a value"),
        ("consec set rule name=R new", "`new` without a value behind it: nothing is changed"),
    ],
)
def test_what_a_command_lacks_or_has_for_another_direction_refuses_it(command: str, reason: str) -> None:
    parsed = replay(f"{RULE}{ENDS}\nnetsh advfirewall {command}\n")
    assert [refused.reason for refused in parsed.policy.refused_commands] == [reason]
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["R"]
    assert parsed.policy.firewall_rules == ()


@cases(
    "command",
    [
        "set global statefulftp disable",
        "set global ipsec authzusergrp none",
        "firewall add rule name=W dir=in action=block edge=no",
    ],
)
def test_what_it_takes_is_no_problem(command: str) -> None:
    parsed = replay(f"{RULE}{ENDS}\nnetsh advfirewall {command}\n")
    assert (parsed.problems, parsed.policy.refused_commands) == ((), ())
