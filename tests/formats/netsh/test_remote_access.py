"""What `netsh ras` sets for IKEv2 on a VPN server."""

from __future__ import annotations

import pytest

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source


def read(text: str) -> Parsed:
    source = bytes_source("p.cmd", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "netsh-script"
    return form.parse(source)


def test_minutes_and_megabytes_become_seconds_and_kilobytes() -> None:
    (server,) = read(
        "netsh.exe ras set ikev2connection idletimeout = 5 nwoutagetime = 30\n"
        "netsh ras set ikev2saexpiry saexpirytime=480 sadatasizelimit=32767\n"
    ).policy.vpn_servers
    told = (
        server.idle_disconnect_seconds,
        server.network_outage_seconds,
        server.lifetime_seconds,
        server.lifetime_kilobytes,
    )
    assert [setting.known for setting in told if setting is not None] == [300, 1800, 28_800, 33_553_408]


@pytest.mark.parametrize("arguments", ["1 30", "idle=1", "nwoutagetime=30 idletimeout=1"])
def test_an_idle_time_that_windows_does_not_take_is_named(arguments: str) -> None:
    report = check_text(f"netsh ras set ikev2connection {arguments}\n", "p.cmd")
    assert [finding.code for finding in report.findings] == ["QD039"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("idletimeout=soon", "`soon` is not a number"),
        ("idletimeout=5 speed=2", "unknown tag `speed`: this command has `idletimeout`, `nwoutagetime`"),
        ("idletimeout=4294967295", "`4294967295` is not a number"),
    ],
)
def test_what_netsh_refuses_is_said_and_sets_nothing(arguments: str, reason: str) -> None:
    parsed = read(f"netsh ras set ikev2connection {arguments}\n")
    assert parsed.policy.vpn_servers == ()
    (refused,) = parsed.policy.refused_commands
    assert reason in refused.reason


def test_what_else_netsh_ras_sets_is_of_no_concern() -> None:
    text = "netsh ras set user name=Guest dialin=policy\nnetsh ras set ikev2saexpiry saexpirytime=480\n"
    parsed = read(text)
    assert parsed.problems == ()
    assert len(parsed.policy.vpn_servers) == 1
