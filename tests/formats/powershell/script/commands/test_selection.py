"""Which objects of a script a command is for: by name, store, group, property, and by the sets that rules name."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

GPO = r"'corp.example\G'"
ALL = "A B C D E F"
LOCAL = "A C D E F"
"""Without `-PolicyStore` a command is for the machine's own: "The default value is PersistentStore" (its page)."""


def rule(name: str, more: str) -> str:
    return f"New-NetIPsecRule -DisplayName {name} -InboundSecurity Require -OutboundSecurity Require {more}\n"


def crypto_set(name: str, title: str, more: str = "") -> str:
    return f"New-NetIPsecQuickModeCryptoSet -Name {name} -DisplayName {title} -Proposal $p {more}\n"


MADE = "".join(
    [
        "$p = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption AES128 -ESPHash SHA1\n",
        crypto_set("s", "One"),
        crypto_set("s", "Two", f"-PolicyStore {GPO}"),
        crypto_set("t", "Three"),
        rule("A", "-QuickModeCryptoSet s"),
        rule("B", f"-QuickModeCryptoSet s -PolicyStore {GPO}"),
        rule("C", "-Enabled False"),
        rule("D", "-QuickModeCryptoSet S"),
        rule("E", "-QuickModeCryptoSet t -Group X"),
        rule("F", "-IPsecRuleName f1 -Group x -Mode Tunnel"),
    ]
)
LINE = MADE.count("\n") + 1
SET, RULE, REMOVE = "Get-NetIPsecQuickModeCryptoSet", "Get-NetIPsecRule", "Remove-NetIPsecRule"
UNKNOWN = f"which objects {REMOVE} takes out is not known"


@cases(
    ("command", "gone"),
    [
        (f"{REMOVE}", LOCAL),
        (f"{REMOVE} -All", LOCAL),
        (f"{REMOVE} -Confirm:$false -ErrorAction SilentlyContinue", LOCAL),
        (f"{REMOVE} -DisplayName B", ""),
        (f"{REMOVE} -WhatIf", ""),
        (f"{REMOVE} -PolicyStore {GPO}", "B"),
        (f"{REMOVE} -PolicyStore PersistentStore -Confirm:$false", "A C D E F"),
        (f"{REMOVE} -All -PolicyStore {GPO}", "B"),
        (f"{REMOVE} -DisplayName A, c", "A C"),
        (f"{REMOVE} -DisplayName z", ""),
        (f"{REMOVE} -Name f1", "F"),
        (f"{REMOVE} -Name F", ""),
        (f"{REMOVE} -Name A", "A"),
        (f"{REMOVE} -Group X", "E F"),
        (f"{REMOVE} -DisplayGroup x -Confirm:$false", "E F"),
        (f"{REMOVE} -InboundSecurity Require, Request", LOCAL),
        (f"{REMOVE} -InboundSecurity Request", ""),
        (f"{REMOVE} -Group X -OutboundSecurity Require", "E F"),
        (f"{REMOVE} -Enabled True", None),
        (f"{REMOVE} -InboundSecurity $env:X", None),
        (f"{RULE} -Mode Tunnel | {REMOVE}", None),
        (f"{RULE} -DisplayName F | {REMOVE}", "F"),
        (f"{RULE} -PolicyStore {GPO} | {REMOVE}", "B"),
        (f"{RULE} -DisplayName $env:X | {REMOVE}", None),
        (f"$q = Import-Clixml q.xml; {REMOVE} @q", None),
        (f"$q = @{{DisplayName = 'A'}}; {REMOVE} @q", "A"),
        (f"$r = {RULE} -DisplayName D; {REMOVE} -InputObject $r", "D"),
        (f"$r = {RULE} -DisplayName z; {REMOVE} -InputObject $r", ""),
        (f"{SET} -Name s | {RULE} | {REMOVE}", "A D"),
        (f"{SET} -Name s -PolicyStore {GPO} | {RULE} | {REMOVE}", "B"),
        (f"{SET} -Name s -PolicyStore PersistentStore | {RULE} | {REMOVE}", "A D"),
        (f"{SET} -DisplayName Two | {RULE} | {REMOVE}", ""),
        (f"{SET} -DisplayName Three | {RULE} | {REMOVE}", "E"),
        (f"{SET} | {RULE} | {REMOVE}", "A D E"),
        (f"$q = {SET} -Name t; {RULE} -AssociatedNetIPsecQuickModeCryptoSet $q | {REMOVE}", None),
    ],
)
def test_a_command_is_for_what_it_names(command: str, gone: str | None) -> None:
    result = parsed(MADE + command)
    left = [rule.name for rule in result.policy.connection_security_rules]
    said = [(each.span.line, each.message) for each in result.problems]
    assert sorted(set(ALL.split()) - set(left)) == (gone or "").split()
    assert said == ([(LINE, UNKNOWN)] if gone is None else [])


@cases(
    ("rules", "changed"),
    [
        ("-DisplayName A", ["One"]),
        ("-DisplayName D", ["One"]),
        (f"-DisplayName B -PolicyStore {GPO}", ["Two"]),
        ("-DisplayName A, E", ["One", "Three"]),
        ("-Group X", ["Three"]),
        ("-DisplayName C", []),
    ],
)
def test_the_sets_of_rules_are_those_that_they_name_in_their_store(rules: str, changed: list[str]) -> None:
    change = "Set-NetIPsecQuickModeCryptoSet -PerfectForwardSecrecyGroup DH14"
    result = parsed(f"{MADE}{RULE} {rules} | {SET} | {change}")
    sets = result.policy.quick_mode_crypto_sets
    assert [each.name for each in sets if each.pfs_group and str(each.pfs_group.known) == "DH14"] == changed
    missed = "Set-NetIPsecQuickModeCryptoSet changes what this script does not make: it is not known"
    assert [each.message for each in result.problems] == ([] if changed else [missed])


EITHER = """if (Test-Path C:\\x) { $a = 'one' } else { $a = 'two' }
if (Test-Path C:\\y) { $b = 'one' } else { $b = 'three' }
"""
EARLY = """function f { if (Test-Path C:\\x) { return 'one' }; 'two' }
function g { if (Test-Path C:\\y) { return 'one' }; 'three' }
$a = f; $b = g
"""
MEMBERS = """$h = @{ n = 'x'; m = 'x' }
if (Test-Path C:\\x) { $h = @{ n = 'one'; m = 'two' } }
$a = $h.n; $b = $h.m
"""
LEFT = """$a = 'x'; $b = 'x'
foreach ($i in 1, 2) { if (Test-Path C:\\x) { break }; if (Test-Path C:\\y) { $a = 'one'; $b = 'two' } }
"""
SEVERAL = "$c = Get-Content names.txt; $a, $b = $c\n"
ORDERS = """$h = @{ one = 1; two = 2 }; $g = @{ three = 1; four = 2 }
$a = $h.Keys -join ','; $b = $g.Keys -join ','
"""
SHOWN = """$x = Get-NetIPsecRule -DisplayName x; $h = @{ n = 1 }
$a = "rule $($h)"; $b = "rule $(1 / 3)"
"""


@cases(
    ("names", "other", "is_same"),
    [
        (EITHER, "$a", True),
        (EITHER + "$c = $a\n", "$c", True),
        (EITHER, "$b", False),
        ("$a = (Test-Path C:\\x) ? 'one' : 'two'; $b = (Test-Path C:\\y) ? 'one' : 'three'\n", "$b", False),
        (EARLY, "$a", True),
        (EARLY, "$b", False),
        (MEMBERS, "$h.n", True),
        (MEMBERS, "$b", False),
        (LEFT, "$b", False),
        (SEVERAL, "$a", True),
        (SEVERAL, "$c[0]", True),
        (SEVERAL, "$b", False),
        (ORDERS, "$a", True),
        (ORDERS, "$b", False),
        (SHOWN, "$a", True),
        (SHOWN, "$b", False),
    ],
)
def test_two_names_that_are_not_known_are_not_the_same_name(names: str, other: str, is_same: bool) -> None:
    read = parsed(f"{names}{rule('$a', '')}{REMOVE} -DisplayName {other}\n")
    assert (not read.policy.connection_security_rules) is is_same
    assert any(problem.message.endswith(UNKNOWN) for problem in read.problems) is not is_same
