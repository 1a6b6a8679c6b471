"""Rules of the firewall itself in scripts: those that demand security, or block."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cases import cases
from tests.formats.netsh.inputs import messages, replay

from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import ALL_PROFILES, Direction, FirewallAction, Profile

FIREWALL = "netsh advfirewall firewall"
CONSEC = (
    'netsh advfirewall consec add rule name="All" endpoint1=any endpoint2=any action=requireinrequestout'
    " auth1=computerkerb profile=domain"
)


def firewall(*lines: str) -> Parsed:
    return replay("\n".join([CONSEC, *(f"{FIREWALL} {line}" for line in lines)]))


def test_a_rule_that_blocks_is_read() -> None:
    parsed = firewall("add rule name=B dir=out action=block protocol=udp remoteport=500,4500 remoteip=10.0.0.0/8")
    (rule,) = parsed.policy.firewall_rules
    assert messages(parsed) == []
    assert (rule.name, rule.direction.known, rule.action.known, rule.enabled.known) == (
        "B",
        Direction.OUTBOUND,
        FirewallAction.BLOCK,
        True,
    )
    assert (rule.protocol.known, rule.local_ports.known) == (17, ())
    assert [(ports.first, ports.last) for ports in rule.remote_ports.known or ()] == [(500, 500), (4500, 4500)]
    assert rule.profiles.known == ALL_PROFILES
    assert (rule.security, rule.narrowed, rule.span.line) == (None, False, 2)


def test_a_rule_that_demands_security_is_read() -> None:
    parsed = firewall("add rule name=S dir=in action=allow security=authenticate profile=private enable=no")
    (rule,) = parsed.policy.firewall_rules
    assert rule.security is not None
    assert (rule.security.known, rule.profiles.known, rule.enabled.known) == (
        "authenticate",
        frozenset({Profile.PRIVATE}),
        False,
    )


@cases(
    "line",
    [
        "add rule name=A dir=in action=allow protocol=tcp localport=443",
        "add rule name=A dir=in action=allow security=notrequired",
        'set rule group="remote desktop" new enable=yes',
        'delete rule group="remote desktop"',
        "set rule name=foreign new enable=yes",
        "delete rule name=foreign",
        "show rule name=all",
    ],
)
def test_what_does_not_bear_on_ipsec_is_no_concern(line: str) -> None:
    parsed = firewall(line)
    assert (parsed.policy.firewall_rules, messages(parsed)) == ((), [])


@cases(
    ("tags", "narrowed"),
    [
        ("program=c:\\x.exe", True),
        ("service=any", False),
        ("service=spooler", True),
        ("localip=10.0.0.1", True),
        ("interfacetype=any", False),
        ("interfacetype=lan", True),
        ("protocol=icmpv4:8,any", False),
        ("protocol=tcp localport=rpc", False),
    ],
)
def test_other_conditions_narrow_a_rule(tags: str, narrowed: bool) -> None:
    parsed = firewall(f"add rule name=B dir=in action=block {tags}")
    assert messages(parsed) == []
    assert [rule.narrowed for rule in parsed.policy.firewall_rules] == [narrowed]


@cases(
    ("line", "message"),
    [
        ("add rule name=B dir=up action=block", "unknown direction `up`"),
        ("add rule name=B dir=in action=stop", "unknown firewall action `stop`"),
        ("add rule name=B dir=in action=block protocol=foo", "unknown IP protocol `foo`"),
        ("add rule name=B dir=in action=block protocol=udp localport=ike", "unknown port `ike`"),
        ("add rule name=B dir=in action=allow security=maybe", "unknown value of `security` `maybe`"),
        ("add rule name=B action=block", "`add rule` without `dir`"),
        ("set rule name=foreign new action=block", "changes a rule that this script does not create"),
    ],
)
def test_what_is_not_understood_is_reported(line: str, message: str) -> None:
    assert messages(firewall(line)) == [message]


def test_rules_are_changed_and_deleted_by_what_they_are_for() -> None:
    parsed = firewall(
        "add rule name=B dir=in action=block",
        "add rule name=B dir=out action=block",
        "add rule name=C dir=out action=block protocol=udp localport=500",
        "delete rule name=B dir=in",
        "delete rule name=C protocol=udp localport=4500",
        "set rule name=B dir=out new enable=no",
    )
    assert messages(parsed) == []
    assert [(rule.name, rule.direction.known, rule.enabled.known) for rule in parsed.policy.firewall_rules] == [
        ("B", Direction.OUTBOUND, False),
        ("C", Direction.OUTBOUND, True),
    ]


def test_rules_of_a_script_that_hinder_ipsec_are_found(tmp_path: Path, cli: Callable[..., Any]) -> None:
    lines = [
        CONSEC,
        f"{FIREWALL} add rule name=B dir=out action=block protocol=udp",
        f"{FIREWALL} add rule name=S dir=in action=allow security=authenticate",
    ]
    (tmp_path / "x.cmd").write_text("\n".join(lines))
    ran = cli(str(tmp_path / "x.cmd"), "--select", "EX011,FL014")
    assert ran.code == 1
    assert 'blocks outbound UDP 500, UDP 4500, which rule "All" needs to negotiate' in " ".join(ran.out.split())
    assert "lets only secured traffic in on the private, public profile" in " ".join(ran.out.split())
