"""What a comment says beside a key may be the key: no output shows it."""

from __future__ import annotations

import pytest
from tests.command_line import run_cli

KEY = "Zq7-Xv9kPw3mLs"
ADD = "Add-VpnConnection -Name V -ServerAddress v -TunnelType L2tp -AuthenticationMethod Pap -Force -L2tpPsk"


@pytest.mark.parametrize(
    "script",
    [
        f"{ADD} $env:PSK # {KEY}",
        f"{ADD} $env:PSK `\n  -AllUserConnection # {KEY}",
        f"{ADD} (Read-Host) #{KEY} of the old server",
        f"$p = @{{\n  L2tpPsk = $env:PSK # {KEY}\n}}\n{ADD.removesuffix(' -L2tpPsk')} @p",
    ],
)
@pytest.mark.parametrize("output", ["text", "json", "sarif", "html"])
def test_a_comment_beside_a_key_is_hidden(script: str, output: str) -> None:
    ran = run_cli("--isolated", "-", "-o", output, stdin=script.encode())
    assert "AU001" in ran.out
    assert KEY not in ran.out + ran.err
