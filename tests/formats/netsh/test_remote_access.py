"""What `netsh ras` sets for IKEv2 on a VPN server."""

from __future__ import annotations

from pathlib import Path

from tests.cases import cases

from ipseclint.api import check_paths, check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import Span, bytes_source


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


@cases("arguments", ["1 30", "idle=1", "nwoutagetime=30 idletimeout=1"])
def test_an_idle_time_that_windows_does_not_take_is_named(arguments: str) -> None:
    report = check_text(f"netsh ras set ikev2connection {arguments}\n", "p.cmd")
    assert [finding.code for finding in report.findings] == ["QD039"]


@cases(
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


PORTS = 'netsh ras set wanports device = "WAN Miniport (IKEv2)" rasinonly = enabled ddinout = disabled maxports = '


@cases(
    ("text", "ports"),
    [
        (f"{PORTS}2\n", {"ikev2_ports": 2}),
        (f"{PORTS}2\n{PORTS}500\n", {"ikev2_ports": 500}),
        (f"{PORTS.replace('IKEv2', 'L2TP')}10\n{PORTS}4\n", {"l2tp_ports": 10, "ikev2_ports": 4}),
        ('netsh ras set wanports "WAN Miniport (L2TP)" enabled disabled disabled 0 7\n', {"l2tp_ports": 7}),
        (f"{PORTS}4\n{PORTS.replace('IKEv2', 'SSTP')}7\n", {"ikev2_ports": 4, "sstp_ports": 7}),
        (f'{PORTS}4\nnetsh ras set wanports device="WAN Miniport (IKEv2)" maxports=9\n', {"ikev2_ports": 9}),
        (f"{PORTS.replace('WAN Miniport', 'WAN-Miniport')}3\n", {"ikev2_ports": 3}),
    ],
)
def test_ports_of_a_device_are_those_of_its_protocol(text: str, ports: dict[str, int]) -> None:
    (server,) = read(text).policy.vpn_servers
    known = {
        name: getattr(server, name).known
        for name in ("ikev2_ports", "l2tp_ports", "sstp_ports")
        if getattr(server, name)
    }
    assert known == ports


@cases(
    "text",
    [
        f"{PORTS}2\n".replace("= enabled", "= disabled"),
        f"{PORTS}2\n".replace("IKEv2", "PPPOE"),
        "netsh ras set wanports device=* rasinonly=disabled ddinout=disabled ddoutonly=disabled\n",
        f"{PORTS}99999999999\n",
    ],
)
def test_ports_that_take_no_clients_say_nothing_of_them(text: str) -> None:
    (server,) = read(f"{text}netsh ras set ikev2saexpiry saexpirytime=480\n").policy.vpn_servers
    assert (server.ikev2_ports, server.l2tp_ports) == (None, None)


@cases("more", ["", " ddinout=enabled ddoutonly=disabled"])
def test_ports_of_which_it_is_not_said_whether_they_take_clients_are_not_read(more: str) -> None:
    parsed = read(f'netsh ras set wanports device="WAN Miniport (IKEv2)"{more} maxports=9\n')
    assert parsed.policy.vpn_servers == ()
    assert dict(parsed.unread) == {"`maxports without rasinonly`": 1}


def test_ports_of_which_it_is_not_known_whether_they_take_clients_are_a_problem() -> None:
    parsed = read(f"{PORTS}2\n".replace("= enabled", "= maybe"))
    assert [(each.span.line, "maybe" in each.message) for each in parsed.problems] == [(1, True)]
    assert parsed.policy.vpn_servers == ()


def test_too_few_ports_set_by_netsh_are_found_in_a_transcript(tmp_path: Path) -> None:
    (tmp_path / "ipseclint.toml").write_text("[site]\nvpn_clients = 50\n")
    (tmp_path / "t.txt").write_text(f"PS C:\\> {PORTS}2\nPS C:\\> Get-Date\n")
    report = check_paths([tmp_path / "t.txt"], config=tmp_path / "ipseclint.toml")
    assert [finding.code for finding in report.findings] == ["QD041"]


def test_what_else_netsh_ras_sets_is_of_no_concern() -> None:
    text = "netsh ras set user name=Guest dialin=policy\nnetsh ras set ikev2saexpiry saexpirytime=480\n"
    parsed = read(text)
    assert parsed.problems == ()
    assert len(parsed.policy.vpn_servers) == 1


@cases(
    "command",
    [
        f"{PORTS}%N%",
        PORTS.replace("= enabled", "= %N%") + "2",
        "netsh ras set ikev2connection idletimeout=%N%",
        "netsh ras set ikev2saexpiry saexpirytime=480 sadatasizelimit=%N%",
    ],
)
def test_a_value_that_a_variable_gives_is_said_where_it_stands(command: str) -> None:
    (problem, *_) = read(f"@echo off\n{command}\n").problems
    assert problem.message == "a variable is put in here when the script runs: this value is not known"
    assert problem.span == Span("p.cmd", 2, command.index("%N%") + 1, 3)


@cases("path", ["a.cmd", "a.ps1"])
def test_the_key_of_a_vpn_server_is_said_to_be_unread_and_not_shown(path: str) -> None:
    text = "netsh ras aaaa set ipsecpolicy psk=enabled secret=open-sesame-7\nnetsh ras aaaa show ipsecpolicy\n"
    source = bytes_source(path, text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [(problem.message, problem.span.line) for problem in parsed.problems] == [
        ("the preshared key that `netsh ras` sets for L2TP is not read", 1)
    ]
    line = text.partition("\n")[0]
    hidden = [line[span.column - 1 : span.column - 1 + span.length] for span in parsed.secrets]
    assert "open-sesame-7" in hidden
