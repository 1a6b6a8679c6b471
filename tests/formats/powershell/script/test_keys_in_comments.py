"""What a comment says beside a key may be the key: no output shows it. The name of a variable is none."""

from __future__ import annotations

from tests.cases import cases
from tests.command_line import run_cli

KEY = "Zq7-Xv9kPw3mLs"
ADD = "Add-VpnConnection -Name V -ServerAddress v -TunnelType L2tp -AuthenticationMethod Pap -Force -L2tpPsk"


@cases(
    "script",
    [
        f"{ADD} $env:PSK # {KEY}",
        f"{ADD} $env:PSK `\n  -AllUserConnection # {KEY}",
        f"{ADD} (Read-Host) #{KEY} of the old server",
        f"$p = @{{\n  L2tpPsk = $env:PSK # {KEY}\n}}\n{ADD.removesuffix(' -L2tpPsk')} @p",
    ],
)
@cases("output", ["text", "json", "sarif", "html"])
def test_a_comment_beside_a_key_is_hidden(script: str, output: str) -> None:
    ran = run_cli("--isolated", "-", "-o", output, stdin=script.encode())
    assert "AU001" in ran.out
    assert KEY not in ran.out + ran.err


@cases("output", ["text", "json", "html"])
def test_a_key_without_quotation_marks_that_is_piped_on_is_hidden(output: str) -> None:
    script = f"MySecretKey99 | ForEach-Object {{ {ADD} $_ }}\n{KEY}|%{{ {ADD} $_ }}"
    ran = run_cli("--isolated", "-", "-o", output, stdin=script.encode())
    assert "is not known" in ran.out
    assert "MySecret" not in ran.out + ran.err
    assert KEY not in ran.out + ran.err


def test_the_name_of_a_variable_that_holds_a_key_is_shown() -> None:
    ran = run_cli("--isolated", "-", stdin=f'$SharedSecret = "{KEY}"\n{ADD} $SharedSecret\n'.encode())
    assert '1 | $SharedSecret = "********"' in ran.out
    assert KEY not in ran.out + ran.err


def test_a_key_that_looks_like_a_variable_is_hidden() -> None:
    ran = run_cli("--isolated", "-", stdin=f"$a = '$Plums1Pears2'\n{ADD} '$Plums1Pears2'\n".encode())
    assert "AU001" in ran.out
    assert "Plums1Pears2" not in ran.out + ran.err
