"""`Write-Error` ends what it stands in only where errors are to stop it."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
STOPS = "$ErrorActionPreference = 'Stop'\n"


def _rules(script: str) -> list[object]:
    return [rule.name for rule in parsed(script).policy.connection_security_rules]


@cases(
    ("error", "at"),
    [
        ("Write-Error e -ErrorAction Stop", "at this `write-error`"),
        ("Write-Error e -EA 1", "at this `write-error`"),
        (f"{STOPS}Write-Error e", "at this `write-error`"),
        (f"{STOPS}'e' | Write-Error", "here"),
    ],
)
def test_an_error_that_is_to_stop_the_script_ends_it(error: str, at: str) -> None:
    script = f"{RULE} A\n{error}\n{RULE} B"
    assert _rules(script) == ["A"]
    why = f"as far as its values are known, the script ends {at}: what follows it was not read"
    assert [message for *_, message in said_of(script)] == [why]


@cases("error", ["Write-Error e", f"{STOPS}Write-Error e -ErrorAction Continue", "Write-Error e -ErrorAction $env:X"])
def test_the_script_goes_on_behind_another(error: str) -> None:
    assert _rules(f"{error}\n{RULE} A") == ["A"]


@cases("error", ["Write-Error e -ErrorAction Stop", f"{STOPS}Write-Error e"])
def test_where_it_is_caught_what_follows_it_is_not_carried_out(error: str) -> None:
    assert _rules(f"function f {{ {error}\n{RULE} A }}\ntry {{ f }} catch {{ {RULE} B }}") == ["B"]


def test_what_is_set_behind_one_that_may_stop_it_is_not_known_where_that_is_caught() -> None:
    error = "if ($env:X) { Write-Error e -ErrorAction Stop }"
    assert _rules(f"$n = 'a'\ntry {{ {error}; $n = 'b' }} catch {{ {RULE} $n }}\n{RULE} $n") == ["$n", "$n"]


@cases(
    "aliases",
    [
        "Set-Alias n New-NetIPsecRule\nSet-Alias nn n",
        "New-Alias -Name nn -Value n\nsal n New-NetIPsecRule",
        "New-Alias nn New-NetIPsecRule",
    ],
)
def test_an_alias_of_an_alias_is_followed(aliases: str) -> None:
    script = f"{aliases}\n{RULE.replace('New-NetIPsecRule', 'nn')} A"
    assert _rules(script) == ["A"]
    assert said_of(script) == []


def test_aliases_of_each_other_end() -> None:
    assert _rules(f"Set-Alias a b\nSet-Alias b a\na x\n{RULE} A") == ["A"]
