"""A statement that an error ends is said where it speaks of IPsec or something behind it does."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, said_of

NEW = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName A"
NO_NUMBER = "PowerShell ends this statement with an error: `[int]` of what is not a number"


@cases(
    "script",
    [
        f"{NEW} -Protocol ([int]'x')",
        f"try {{ {NEW} -Protocol ([int]'x') }} catch {{ }}",
        f"function Add-Rule {{ param($n) $m = [int]$n; {NEW} }}; Add-Rule 'x'",
        f"if ($true) {{ $n = [int]'x'; }} {NEW}",
        f"try {{ foreach ($n in 'x') {{ $m = [int]$n; {NEW} }} }} catch {{ }}",
    ],
)
def test_a_statement_that_an_error_ends_is_said_once(script: str) -> None:
    ((line, at, message),) = said_of(script)
    assert (line, message) == (1, NO_NUMBER)
    assert script[at - 1 :].startswith(("[int]'x'", "'x'", "x'"))


def test_what_is_of_no_concern_to_ipsec_may_end() -> None:
    script = f"{NEW}\n[int]'x'\nfunction Show {{ param([int]$n) $n }}; Show 'x'"
    assert said_of(script) == []
    assert len(parsed(script).policy.connection_security_rules) == 1


@cases(
    ("body", "is_said"),
    [(f"{NEW}; Start-Sleep 5", True), ("Set-NetIPsecRule -DisplayName A -Enabled False; Start-Sleep 5", False)],
)
def test_a_loop_without_an_end_is_said_where_each_round_makes_more(body: str, *, is_said: bool) -> None:
    why = "nothing ends this loop: what it makes in 8 rounds is read"
    assert said_of(f"{NEW}\nwhile ($true) {{ {body} }}") == ([(2, 1, why)] if is_said else [])
