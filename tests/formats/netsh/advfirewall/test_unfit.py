"""Values that a rule can have and a command of netsh advfirewall cannot give it: each refuses the command."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.advfirewall.inputs import replay

RULE = "netsh advfirewall consec add rule name=R "
ENDS = "endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout "
TUNNEL = "mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout auth1=computerkerb "
CERTIFICATE = "auth1=computercert auth1ca="
UNTAGGED = "a value without its tag, such as `name=`; one that has a blank in it needs quotation marks"


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
        (f"{ENDS}qmsecmethods=AuthNoEncap:sha1,ah:sha1 qmpfs=mainmode", "`qmpfs` does not go with `authnoencap`"),
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
        (f"{ENDS}{CERTIFICATE}", "`auth1ca` without the name of an authority"),
        (f"{ENDS}profile domain", "no `=` stands behind `profile`"),
        (f"{ENDS}profile=domain, private", UNTAGGED),
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
        f"{ENDS}qmsecmethods=authnoencap:sha256,esp:sha256-none qmpfs=none",
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
        ("set global ipsec saidletimemin 5min", "unknown idle time in minutes `5min`"),
        ("set global ipsec strongcrlcheck 1:x", "unknown level of revocation checking `1:x`"),
        ("set global ipsec authzusergrp", "`authzusergrp` without a value"),
        ("set global ipsec authzusergrp Users", "`Users` is neither `none` nor an SDDL string"),
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


FIREWALL = "netsh advfirewall firewall add rule name=W "
GROUP = "rmtcomputergrp=D:(A;;CC;;;S-1-5-21-1-2-3-500)"
_NEEDS = "needs `security=` with one of `authenticate`, `authenc`, `authdynenc`, `authnoencap`"


@cases(
    ("tags", "reasons"),
    [
        (
            "dir=in action=bypass",
            [f"`action=bypass` {_NEEDS}", "`action=bypass` with `dir=in` needs `rmtcomputergrp`"],
        ),
        ("dir=out action=bypass", [f"`action=bypass` {_NEEDS}"]),
        ("dir=in action=bypass security=authenticate", ["`action=bypass` with `dir=in` needs `rmtcomputergrp`"]),
        (f"dir=in action=allow {GROUP}", [f"`rmtcomputergrp` {_NEEDS}"]),
        ("dir=in action=allow rmtu=D:(A;;CC;;;SY) security=notrequired", [f"`rmtusrgrp` {_NEEDS}"]),
        (
            "dir=in action=allow security=authenticate rmtcomputergrp=Servers",
            ["`Servers` is no SDDL string, which `rmtcomputergrp` is"],
        ),
        (
            "dir=in action=block security=authenc",
            ["`action=block` does not go with `security`, which is for what is allowed"],
        ),
        (
            "dir=in action=block remoteip=me",
            ["`me` is neither an address nor one of `any`, `localsubnet`, `dns`, `dhcp`, `wins`, `defaultgateway`"],
        ),
        ("dir=in action=block localip=dns", ["`dns` is not `any` or addresses, as `localip` is"]),
        ("dir=in action=block localip=here", ["unknown address `here`"]),
        ("dir=in action=block localport=445", ["a port needs `protocol=tcp` or `protocol=udp`"]),
        ("dir=in action=block remoteport=1 protocol=icmpv6", ["a port needs `protocol=tcp` or `protocol=udp`"]),
        ("dir=in action=block localport=rpc protocol=udp", ["`rpc` is for `dir=in` and `protocol=tcp` only"]),
        ("dir=out action=block localport=RPC protocol=tcp", ["`rpc` is for `dir=in` and `protocol=tcp` only"]),
        ("dir=in action=block localport=80,foo,rpc protocol=6", ["unknown port `foo`"]),
        (
            "dir=in action=block protocol=icmp",
            ["`icmp` is not one of `any`, `icmpv4`, `tcp`, `udp`, `icmpv6` or a number"],
        ),
        (
            "dir=in action=block protocol=icmpv4:256,any",
            ["`icmpv4:256,any` is not `icmpv4:type,code` or `icmpv6:type,code`, numbers from 0 to 255 or `any`"],
        ),
        (
            "dir=in action=block protocol=tcp:8,0",
            ["`tcp:8,0` is not `icmpv4:type,code` or `icmpv6:type,code`, numbers from 0 to 255 or `any`"],
        ),
        ("dir=in action=block interfacetype=vpn", ["unknown interface type `vpn`"]),
        ("dir=in action=block edge=maybe", ["unknown value of `edge` `maybe`"]),
    ],
)
def test_a_firewall_rule_that_windows_has_not_is_refused(tags: str, reasons: list[str]) -> None:
    parsed = replay(f"{RULE}{ENDS}\n{FIREWALL}{tags}\n")
    (refused,) = parsed.policy.refused_commands
    assert [refused.reason, *(reason for reason, _ in refused.more)] == reasons
    assert parsed.policy.firewall_rules == ()


@cases("name", ["all", "ALL", '"a|b"'])
def test_a_name_that_windows_keeps_for_itself_is_refused(name: str) -> None:
    parsed = replay(f"netsh advfirewall firewall add rule name={name} dir=in action=block\n")
    assert len(parsed.policy.refused_commands) == 1


@cases(
    "tags",
    [
        f"dir=in action=bypass security=authenc {GROUP}",
        "dir=out action=bypass security=authenticate",
        f"dir=in action=allow security=authnoencap {GROUP}",
        "dir=in action=block protocol=tcp localport=RPC,RPC-EPMap,445",
        "dir=in action=block protocol=17 localport=teredo",
        "dir=in action=block protocol=icmpv6:128,any interfacetype=lan,ras edge=deferuser",
        "dir=in action=block localip=10.0.0.1,fe80::1 remoteip=localsubnet,10.0.0.0/8 localport=any",
    ],
)
def test_a_firewall_rule_that_windows_has_is_made(tags: str) -> None:
    parsed = replay(f"{RULE}{ENDS}\n{FIREWALL}{tags}\n")
    assert (parsed.problems, parsed.policy.refused_commands) == ((), ())
    assert [rule.name for rule in parsed.policy.firewall_rules] == ["W"]
