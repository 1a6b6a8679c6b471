"""Paths that a script puts together and takes apart, and loops over what it has made or the machine has."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
NOT_KNOWN = "how often this loop runs, and with what, is not known: `{}`"
MISSED = "Set-NetIPsecRule changes what this script does not make: it is not known"


@cases(
    ("path", "expected"),
    [
        (r"Split-Path 'C:\a\b.txt'", r"C:\a"),
        (r"Split-Path 'C:\a\b.txt' -Leaf", "b.txt"),
        ("Split-Path -Path C:/a/b -Parent", r"C:\a"),
        (r"Split-Path -Parent C:\a\b", r"C:\a"),
        (r"Split-Path -LiteralPath C:\a\b -Leaf", "b"),
        ("Split-Path x -Leaf", "x"),
        ("'z' + (Split-Path x)", "z"),
        ("Split-Path $env:X", "Split-Path $env:X"),
        ("Split-Path $env:X -Leaf", "Split-Path $env:X -Leaf"),
        (r"Join-Path C:\a b", r"C:\a\b"),
        (r"Join-Path C:\a\ \b\ ", r"C:\a\b"),
        (r"Join-Path -Path C:\a -ChildPath b", r"C:\a\b"),
        (r"Join-Path C:\a b c", r"C:\a\b\c"),
        ("Join-Path $env:X b", "Join-Path $env:X b"),
        (r"Join-Path C:\a $env:X", r"Join-Path C:\a $env:X"),
        (r"Split-Path (Join-Path C:\a b)", r"C:\a"),
    ],
)
def test_a_path_is_worked_out_or_stands_as_it_is_written(path: str, expected: str) -> None:
    script = f"{RULE} ({path})"
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == [expected]
    assert bool(said_of(script)) == ("$env" in path)


@cases(
    ("made", "loop", "rules", "said"),
    [
        ("AB", "Get-NetIPsecRule) { $x | Set-NetIPsecRule -Enabled False }", {"A": False, "B": False}, []),
        ("", "Get-NetIPsecRule) { $x | Set-NetIPsecRule -Enabled False }", {}, ["Get-NetIPsecRule", MISSED]),
        ("AB", "Get-NetIPsecRule -DisplayName A) { Remove-NetIPsecRule -InputObject $x }", {"B": True}, []),
        ("", "Get-NetIPsecRule) { 'x' }", {}, []),
        ("", "Get-NetAdapter) { 'x' }", {}, []),
        ("", f"Get-NetAdapter) {{ {RULE} X }}", {"X": True}, ["Get-NetAdapter"]),
        ("", f"@()) {{ {RULE} X }}", {}, []),
        ("", f"'a', 'b') {{ {RULE} $x }}", {"a": True, "b": True}, []),
        ("", f"'a', 'b') {{ {RULE} $x; break }}", {"a": True}, []),
    ],
)
def test_a_loop_goes_over_what_is_there_and_says_what_only_the_machine_has(
    made: str, loop: str, rules: dict[str, bool], said: list[str]
) -> None:
    result = parsed("".join(f"{RULE} {name}\n" for name in made) + f"foreach ($x in {loop}")
    assert {rule.name: rule.enabled.known for rule in result.policy.connection_security_rules} == rules
    messages = [text if " " in text else NOT_KNOWN.format(text) for text in said]
    assert [(each.span.line, each.message) for each in result.problems] == [(len(made) + 1, text) for text in messages]
