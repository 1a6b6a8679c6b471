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
    assert "findings repaired" in ran.err
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
