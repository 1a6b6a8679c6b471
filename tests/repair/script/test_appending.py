"""A repair that is worked into a PowerShell script, or put behind it, reads back as what it means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT

TWINS = sorted((ROOT / "fixtures" / "twins").glob("*/policy.ps1"))


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.parent.name)
def test_repairs_of_a_script_are_read_back(path: Path, tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "policy.ps1"
    script.write_bytes(path.read_bytes())
    ran = cli("fix", str(script), "--in-place", "--include-risky")
    assert ran.code in {0, 1}, ran.err
    assert " repaired" in ran.err
    checked = cli(str(script))
    assert "problem[" not in checked.out
    assert "RF019" not in checked.out
    assert "CR001" not in checked.out


def test_a_word_becomes_another_where_the_script_states_it(tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "policy.ps1"
    lines = [
        "$minutes = 60",
        "$offer = New-NetIPsecMainModeCryptoProposal -Encryption 'AES256' -Hash SHA256 -KeyExchange DH20",
        "$set = @{ DisplayName = 'Main'; MaxMinutes = $minutes; MaxSessions = 1 }",
        "New-NetIPsecMainModeCryptoSet @set -Default -Proposal $offer",
        "New-NetIPsecRule -DisplayName R -RemoteAddress 10.0.0.0/8 -InboundSecurity Require -OutboundSecurity Require",
    ]
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    cli("fix", str(script), "--in-place")
    changed = script.read_text(encoding="utf-8").splitlines()
    told = lines[2].replace("MaxSessions = 1", "MaxSessions = 0")
    assert changed == ["$minutes = 480", lines[1], told, *lines[3:]]


def test_a_word_that_says_something_else_too_is_left_and_a_command_put_behind(
    tmp_path: Path, cli: Callable[..., Any]
) -> None:
    script = tmp_path / "policy.ps1"
    text = (
        "$sessions = 1\n"
        "$offer = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH20\n"
        'New-NetIPsecMainModeCryptoSet -DisplayName "Main $sessions" -Default -Proposal $offer -MaxSessions $sessions\n'
        "New-NetIPsecRule -DisplayName R -RemoteAddress 10.0.0.0/8 -InboundSecurity Require -OutboundSecurity Require\n"
    )
    script.write_text(text, encoding="utf-8")
    cli("fix", str(script), "--in-place")
    assert script.read_text(encoding="utf-8").startswith(text)
    assert "few-quick-modes" not in cli(str(script)).out


WEAK = {
    "AuthenticationTransformConstants": ("SHA196", "SHA256128"),
    "CipherTransformConstants": ("DES3", "AES256"),
    "EncryptionMethod": ("DES3", "AES256"),
    "IntegrityCheckMethod": ("SHA1", "SHA256"),
    "DHGroup": ("Group2", "ECP384"),
}
CONNECTION = "Add-VpnConnection -Name Work -ServerAddress vpn.example.org -TunnelType Ikev2\n"


def test_the_words_of_a_vpn_become_others_where_they_stand(tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "vpn.ps1"
    text = f'# Work\n$suite = @{{\n    ConnectionName = "Work"\n    PfsGroup = "None"\n%s}}\n{CONNECTION}'
    text += "Set-VpnConnectionIPsecConfiguration @suite -Force\n"
    text += "Set-VpnServerConfiguration -SALifeTimeSeconds %d -Ikev2Ports 500 -EncryptionType MaximumEncryption\n"
    before, after = (
        text % ("".join(f'    {name} = "{words[side]}"\n' for name, words in WEAK.items()), seconds)
        for side, seconds in ((0, 300), (1, 3600))
    )
    script.write_text(before, encoding="utf-8")
    ran = cli(
        "fix",
        str(script),
        "--in-place",
        "--include-risky",
        "--only",
        "CR002",
        "--only",
        "CR004",
        "--only",
        "CR005",
        "--only",
        "QD004",
    )
    assert script.read_text(encoding="utf-8") == after, ran.err


def test_a_connection_without_a_suite_gets_one_behind(tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "vpn.ps1"
    script.write_text(CONNECTION, encoding="utf-8")
    cli("fix", str(script), "--in-place", "--include-risky")
    assert script.read_text(encoding="utf-8") == CONNECTION + (
        "Set-VpnConnectionIPsecConfiguration -ConnectionName 'Work' -AuthenticationTransformConstants GCMAES256 "
        "-CipherTransformConstants GCMAES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA384 -PfsGroup ECP384 "
        "-DHGroup ECP384 -Force\n"
    )


def test_one_command_behind_states_a_suite_whose_words_say_something_else_too(
    tmp_path: Path, cli: Callable[..., Any]
) -> None:
    script = tmp_path / "vpn.ps1"
    text = (
        f"$cipher = 'DES3'\n{CONNECTION}"
        "Set-VpnConnectionIPsecConfiguration -ConnectionName Work -AuthenticationTransformConstants SHA256128 "
        "-CipherTransformConstants $cipher -EncryptionMethod $cipher -IntegrityCheckMethod SHA384 -PfsGroup ECP384 "
        "-DHGroup ECP384 -Force\n"
    )
    script.write_text(text, encoding="utf-8")
    ran = cli("fix", str(script), "--in-place", "--include-risky")
    assert "not repaired" not in ran.err
    assert "CR002" not in cli(str(script)).out


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\r\n\r\n", "\n  \n\n"])
def test_however_many_lines_are_empty_at_its_end_a_script_is_repaired(
    tmp_path: Path, cli: Callable[..., Any], end: str
) -> None:
    script = tmp_path / "sets.ps1"
    made = "New-NetIPsecMainModeCryptoSet -DisplayName M -Default -Proposal (New-NetIPsecMainModeCryptoProposal {})"
    script.write_bytes((made.format("-Encryption AES256 -Hash MD5 -KeyExchange DH20") + end).encode())
    cli("fix", str(script), "--in-place", "--include-risky")
    assert script.read_bytes() == (made.format("-Encryption AES256 -Hash SHA256 -KeyExchange DH20") + end).encode()


def test_the_last_set_of_a_kind_is_taken_out(tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "sets.ps1"
    text = (
        "New-NetIPsecMainModeCryptoSet -DisplayName M -Proposal (New-NetIPsecMainModeCryptoProposal -Encryption AES256 "
        "-Hash SHA256 -KeyExchange DH20)\n"
        "New-NetIPsecRule -DisplayName R -InboundSecurity Require -OutboundSecurity Request -RemoteAddress 10.9.0.0/16"
        "\n"
    )
    script.write_text(text, encoding="utf-8")
    cli("fix", str(script), "--in-place")
    assert script.read_text(encoding="utf-8") == f"{text}Remove-NetIPsecMainModeCryptoSet -DisplayName 'M'\n"


GIVEN = """$gpo = $env:USERDNSDOMAIN + '\\Zone'
$p = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA256 -Encryption AES256 -MaxMinutes 5{bytes}
$set = New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal $p -PolicyStore $gpo
New-NetIPsecRule -DisplayName R -RemoteAddress 10.1.0.0/16 -QuickModeCryptoSet $set.Name -PolicyStore $gpo `
    -InboundSecurity Require -OutboundSecurity Request
"""


def test_a_command_that_needs_a_gpo_of_a_domain_that_is_not_known_is_not_put_behind(
    tmp_path: Path, cli: Callable[..., Any]
) -> None:
    path = tmp_path / "policy.ps1"
    path.write_text(GIVEN.replace("{bytes}", " -MaxKiloBytes 2147483647"))
    assert cli("fix", path, "--in-place").code == 0
    assert "-MaxMinutes 60 " in path.read_text()
    path.write_text(GIVEN.replace("{bytes}", ""))
    ran = cli("fix", path, "--in-place")
    assert path.read_text() == GIVEN.replace("{bytes}", "")
    assert "not repaired here: QD004" in ran.err
