"""Repairs of an audit that were wrong or dangerous: what `fix` writes for each of them, and what it leaves out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


def consec(text: str) -> str:
    return f"netsh advfirewall consec add rule {text}\r\n"


EVERYTHING = "name=I endpoint1=any endpoint2=any profile=domain action="
KERBEROS = "auth1=computerkerb"
CERTIFICATE = 'auth1=computercert auth1ca="CN=Issuing catype:intermediate"'
KEY = 'name=P endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequestout auth1=computerpsk auth1psk="correct horse"'
SESSION = "advfirewall\r\n" + r"set store gpo=corp.example\X" + "\r\n"


@pytest.fixture
def fix(cli: Cli, tmp_path: Path) -> Callable[..., Any]:
    def ran(text: str, *arguments: str, site: str = "") -> Any:
        policy, config = tmp_path / "policy.cmd", tmp_path / "ipseclint.toml"
        policy.write_bytes(text.encode())
        config.write_text(f"[site]\n{site}\n", encoding="utf-8")
        return cli("fix", policy, "--config", config, *arguments)

    return ran


LEAVES_PROTECTION = {
    "syslog stays within IPsec": (
        consec(
            f"name=Log endpoint1=any endpoint2=10.1.1.5 protocol=udp port2=514 action=requireinrequestout {KERBEROS}"
        ),
        "",
        "noauthentication",
    ),
    "a server's rule keeps its profiles": (
        consec(f'name="Server iso" endpoint1=10.4.0.0/24 endpoint2=any action=requireinrequestout {KERBEROS}'),
        "",
        "profile",
    ),
    "revocation stays strict": (
        "netsh advfirewall set global ipsec strongcrlcheck 2\r\n"
        + consec(f"{EVERYTHING}requireinrequireout {CERTIFICATE}"),
        "",
        "strongcrlcheck",
    ),
    "user authentication stays": (
        consec(f"{EVERYTHING}requireinrequestout {KERBEROS} auth2=userkerb"),
        'host_type = "server"',
        "auth2",
    ),
    "a first deployment still requires": (
        consec(f"{EVERYTHING}requireinrequestout {KERBEROS}"),
        "first_deployment = true",
        "requestinrequestout",
    ),
}


MAY_BE_ALLOWED = {"user authentication stays", "a first deployment still requires"}
"""Where there is a script that lowers protection, for who allows it."""


@pytest.mark.parametrize("name", LEAVES_PROTECTION)
def test_what_lowers_protection_is_written_only_where_it_is_allowed(fix: Callable[..., Any], name: str) -> None:
    text, site, written = LEAVES_PROTECTION[name]
    for language in ("netsh", "powershell"):
        assert fix(text, "--as", language, site=site).out == ""
    allowed = fix(text, "--as", "netsh", "--include-risky", "--allow-lowering", site=site)
    assert (written in allowed.out) == (name in MAY_BE_ALLOWED)


@pytest.mark.parametrize("name", [name for name in LEAVES_PROTECTION if "stays" in name and "syslog" not in name])
def test_why_it_is_left_out_is_said(fix: Callable[..., Any], name: str) -> None:
    text, site, _ = LEAVES_PROTECTION[name]
    ran = fix(text, "--as", "netsh", site=site)
    assert "lowers protection" in ran.err or "stays: AU007" in ran.err


def test_a_preshared_key_is_not_offered_to_authip(fix: Callable[..., Any]) -> None:
    ran = fix(consec(KEY), "--as", "powershell", "--include-risky", site="all_peers_support_authip = true")
    assert "-KeyModule" not in ran.out


@pytest.mark.parametrize(("language", "asks"), [("netsh", "set /p"), ("powershell", "Read-Host")])
def test_the_way_back_asks_for_a_key_and_sets_no_placeholder(fix: Callable[..., Any], language: str, asks: str) -> None:
    ran = fix(consec(KEY), "--as", language, "--include-risky")
    assert ran.code == 0
    assert asks in ran.out
    assert "<preshared key>" not in ran.out
    assert "correct horse" not in ran.out + ran.err


def test_every_command_for_a_gpo_names_it(fix: Callable[..., Any]) -> None:
    rule = consec(f"{EVERYTHING}requireinrequestout {KERBEROS} auth2=userkerb")
    text = SESSION + rule.removeprefix("netsh advfirewall ")
    ran = fix(text, "--as", "powershell", "--include-risky", "--allow-lowering", site='host_type = "server"')
    commands = [line for line in ran.out.splitlines() if "-NetIPsec" in line]
    assert commands
    assert all(line.count("-PolicyStore") == line.count("-DisplayName") for line in commands), commands


def test_what_one_repair_cannot_write_blocks_no_other(fix: Callable[..., Any], tmp_path: Path) -> None:
    text = consec(
        "name=R endpoint1=any endpoint2=10.0.0.0/8 protocol=tcp port2=5000-5010 action=requireinrequestout "
        f"{KERBEROS} auth2=userkerb"
    )
    site = 'all_peers_support_authip = true\npeers = 2000\nhost_type = "hub"\nwindows = ["Windows Server 2019"]'
    ran = fix(text, "--in-place", "--include-risky", site=site)
    assert "1 finding repaired" in ran.err
    assert "5000-5010" not in (tmp_path / "policy.cmd").read_text(encoding="utf-8")


def test_there_is_no_way_back_from_what_was_not_written(fix: Callable[..., Any]) -> None:
    text = consec(f"name=E endpoint1=any endpoint2=10.0.0.10 action=noauthentication {KERBEROS}")
    for language in ("netsh", "powershell"):
        ran = fix(text, "--as", language)
        assert ran.code == 1
        assert "RF005" in ran.err
        assert "Rollback" not in ran.out


def test_what_is_gone_is_not_called_unrepaired(fix: Callable[..., Any], tmp_path: Path) -> None:
    fix(consec(f"{KEY} auth2=userkerb"), "--in-place", "--include-risky", "--allow-lowering")
    repaired = (tmp_path / "policy.cmd").read_text(encoding="utf-8")
    again = fix(repaired, "--as", "powershell", "--include-risky", "--allow-lowering")
    assert ("AU002" in again.err) is ("computerpsk" in repaired and "auth2" in repaired)
