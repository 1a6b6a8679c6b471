"""The whole script of a repair with its way back, read by a grammar: the commands that were meant, no others."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest

from ipseclint.cli.fix import Tool, _script
from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import selected
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.hosts import BATCH, NETSH
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.model.change import Add, Assign, Change, Edit, Remove, edits
from ipseclint.model.machine import Machine, PolicyIndex
from ipseclint.model.policy import (
    UNNAMED_GPO,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    Policy,
    RuleAction,
    Security,
)
from ipseclint.model.site import Site
from ipseclint.repair.commands.arguments import GPO_PLACEHOLDER, PSK_PLACEHOLDER, Unwritable, netsh_name
from ipseclint.repair.commands.netsh import line_words, netsh_lines
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.repair.commands.repair_script import Commented, batch_script, powershell_script
from ipseclint.repair.plan import Allowed, Repair, repair
from ipseclint.repair.steps import Step, undone
from tests.cases import cases
from tests.made_objects import (
    exemption,
    main_mode_rule,
    main_mode_set,
    quick_mode_proposal,
    quick_mode_set,
    rule,
    said,
    to,
)
from tests.repair.changed import applied
from tests.repair.commands.powershell_reading import commands_of, strings_of
from tests.repair.policies import ALL, machine, mended

HOSTILE = {
    "plain": "Servers",
    "ansi": "red\x1b[31m alert \x1b]0;title\x07",
    "newline": "one\nRemove-Item C:\\ -Recurse\r\nnetsh advfirewall reset\n",
    "subexpression": "$(Remove-Item C:\\) ${env:PATH} @(calc)",
    "backtick": "a`nb`",
    "quotes": "it's \"quoted\" ''' \"\"",
    "typographic quotes": "\u2018a\u2019; calc; \u201ab\u201b \u201cc\u201d \u201ed",
    "separators": "a; calc & calc | calc && calc || calc",
    "comment": "<# a #> # b #> }",
    "block": "} calc {",
    "stop parsing": "--% & calc",
    "variable": "%PATH% %%1 100%",
    "caret": "a^ & calc^",
    "batch": ") & goto rollback",
    "label": ":rollback",
    "wildcard": "*[a-z]?",
    "direction": "safe\u202egnp.exe\u2028x",
    "null": "a\x00b",
    "surrogate": "a\ud800b",
    "backslash": "C:\\",
    "option": "-Force",
}

CMDLETS = re.compile(r"(?:Get|Set|New|Remove)-NetIPsec\w+|New-NetIPsec\w+Proposal|Where-Object|netsh\.exe")
FRAME = re.compile(
    r"@echo off|setlocal DisableDelayedExpansion|exit /b (?:0|1|%FAILED%)|:rollback|:failed"
    r"|set \"FAILED=0\"|set \"PSK=\"|if not defined PSK (?:goto failed|set \"FAILED=1\")"
    r"|if not defined PSK echo No preshared key was given\. 1>&2"
    r"|set /p \"PSK=\"|echo Which preshared key has [\w .,;:()/+=@-]*\?"
    r"|(?:if \"%FAILED%\"==\"1\" )?echo A step [\w .,:]+ 1>&2"
    r"|if /i \"%~1\"==\"rollback\" goto rollback|rem [\w .,;:()/+=@-]*|"
)


def weak(name: str) -> Policy:
    """A policy in which rules find what they repair, and every name is this one."""
    return Policy(
        main_mode_crypto_sets=(
            main_mode_set(name, lifetime_seconds=said(300)),
            main_mode_set(name, dialect=Dialect.DYNAMIC, lifetime_seconds=said(300)),
        ),
        quick_mode_crypto_sets=(
            quick_mode_set(name, proposals=(quick_mode_proposal(lifetime_seconds=said(300)),)),
            quick_mode_set(f"{name}2", dialect=Dialect.IP_SECURITY_POLICY),
        ),
        filter_actions=(
            FilterAction(
                name=f"{name}2",
                span=said(0).span,
                action=said(RuleAction.NEGOTIATE),
                accept_unsecured_inbound=said(True),
                allow_unsecured_fallback=said(True),
            ),
        ),
        connection_security_rules=(rule(name, quick_mode_crypto=to(name)),),
        main_mode_rules=(main_mode_rule(name, main_mode_crypto=to(name)),),
    )


def repaired(name: str) -> Repair:
    ruleset = load_ruleset("default")
    site = Site(domain_controllers=("10.0.0.10",))
    plan = Plan(ruleset, selected(ruleset, (), ()))
    found = repair(
        Machine(name=name, policy=weak(name), site=site),
        partial(found_with_fixes, plans=[plan], site=site),
        (),
        Allowed(risky=True, lowering=True),
    )
    assert {step.edit.subject.kind for step in found.steps} >= {"main_mode_crypto_set", "quick_mode_crypto_set"}
    return found


def intended(found: Repair) -> list[str]:
    """The commands of every step there and back, each read by itself."""
    ways = ((found.steps, found.machine.policy), (undone(found.steps), found.repaired.policy))
    return [each for steps, policy in ways for step in steps for each in _of_step(step, policy)]


def _of_step(step: Step, policy: Policy) -> list[str]:
    commands = powershell_commands([step.edit], PolicyIndex(policy))
    return [] if isinstance(commands, Unwritable) else [each for text in commands for each in named(text)]


def named(text: str) -> list[str]:
    """The commands of a script in order, but for what only says how it went."""
    return [each for pipeline in commands_of(text) for each in pipeline if each not in {"Write-Warning", "Read-Host"}]


@pytest.mark.drawn(3)
@cases("name", HOSTILE.values(), ids=HOSTILE)
def test_powershell_holds_the_intended_commands_alone(name: str) -> None:
    found = repaired(name)
    text = _script(found, Tool.POWERSHELL, is_deployed=False)
    assert named(text) == intended(found)
    assert named(text)
    assert all(map(CMDLETS.fullmatch, named(text)))
    assert name in strings_of(text)
    assert text.isprintable() or set(re.findall(r"[^ -~\u2018-\u201f]", text)) <= {"\n"}


@cases("name", HOSTILE.values(), ids=HOSTILE)
def test_powershell_makes_and_deletes_what_was_meant(name: str) -> None:
    old, new = rule(name), exemption(f"{name}3", "10.0.0.1")
    text = _both_ways(powershell_script, (Remove(old), Add(new)), Policy(connection_security_rules=(old,)))
    commands = [each for each in named(text) if each not in {"Get-NetIPsecRule", "Where-Object"}]
    assert commands == ["Remove-NetIPsecRule", "New-NetIPsecRule"] * 2
    assert {name, f"{name}3"} <= set(strings_of(text))


@pytest.mark.drawn(3)
@cases("name", HOSTILE.values(), ids=HOSTILE)
def test_batch_holds_the_intended_commands_alone(name: str) -> None:
    found = repaired(name)
    text = _script(found, Tool.NETSH, is_deployed=False)
    assert _netsh(text) == [
        *_lines_of(found.steps, found.machine.policy),
        *_lines_of(undone(found.steps), found.repaired.policy),
    ]


@cases("name", HOSTILE.values(), ids=HOSTILE)
def test_batch_makes_and_deletes_what_was_meant(name: str) -> None:
    old, new = rule(name), exemption(f"{name}3", "10.0.0.1")
    text = _both_ways(batch_script, (Remove(old), Add(new)), Policy(connection_security_rules=(old,)))
    done = {(words[0], words[words.index("=") + 1]) for _, words in _netsh(text)}
    sayable = list(filter(_is_sayable, (name, f"{name}3")))
    assert done == {(verb, each) for each in sayable for verb in ("add", "delete")}


PARTNERS = (
    'netsh advfirewall consec add rule name="P & co" endpoint1=any endpoint2=10.9.0.0/16 '
    "action=requireinrequestout auth1=computerpsk auth1psk=hunter2hunter2"
)


def test_a_key_is_asked_for_and_a_placeholder_never_written() -> None:
    found = mended(machine(PARTNERS), {"AU001"}, ALL)
    batch, powershell = (_script(found, tool, is_deployed=False) for tool in (Tool.NETSH, Tool.POWERSHELL))
    assert PSK_PLACEHOLDER not in batch + powershell
    assert "hunter2" not in batch + powershell
    asking = 'netsh advfirewall consec set rule name="P & co" new auth1=computerpsk auth1psk="%PSK%"'
    back = batch.partition("\r\n:rollback\r\n")[2].split("\r\n")
    asked = back.index('set /p "PSK="')
    assert back[asked - 1 : asked + 4] == [
        'set "PSK="',
        'set /p "PSK="',
        "if not defined PSK echo No preshared key was given. 1>&2",
        'if not defined PSK set "FAILED=1"',  # the way back goes on
        f'if defined PSK {asking} || set "FAILED=1"',
    ]
    lines = [line.strip() for line in powershell.splitlines()]
    asked = lines.index("$presharedKey = Read-Host ('Preshared key of ' + 'P & co')")
    assert lines[asked + 1] == "if (-not $presharedKey) { throw 'No preshared key was given.' }"
    assert lines[asked + 4].endswith("(New-NetIPsecAuthProposal -Machine -PreSharedKey $presharedKey)")


LEGACY_PARTNERS = (
    "netsh ipsec static add policy name=P assign=yes",
    "netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=10.2.0.0 dstmask=16",
    'netsh ipsec static add filteraction name=A action=negotiate qmsecmethods="ESP[3DES,SHA1]"',
    'netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A psk="hunter2 hunter2"',
)


def test_a_key_is_asked_for_where_powershell_starts_netsh() -> None:
    text = _script(mended(machine(*LEGACY_PARTNERS), {"AU001"}, ALL), Tool.POWERSHELL, is_deployed=False)
    assert PSK_PLACEHOLDER not in text
    assert "$presharedKey = Read-Host" in text
    assert "('psk=' + $presharedKey)" in text
    assert commands_of(text)


def test_every_step_is_checked() -> None:
    found = mended(machine(f"{PARTNERS} qmsecmethods=esp:sha1-3des+5min"), (), ALL)
    lines = _script(found, Tool.NETSH, is_deployed=False).split("\r\n")
    run = [line.removeprefix("if defined PSK ") for line in lines]
    checks = [line.rpartition(" || ")[2] for line in run if line.startswith("netsh ")]
    half = len(checks) // 2
    assert half > 0
    assert checks == ["goto failed"] * half + ['set "FAILED=1"'] * half
    lines = [line.strip() for line in _script(found, Tool.POWERSHELL, is_deployed=False).splitlines()]
    for place, line in enumerate(lines):
        assert not line.startswith("netsh.exe ") or lines[place + 1].startswith("if ($LASTEXITCODE -ne 0) { throw ")
        assert not line.startswith("$found = ") or lines[place + 1].startswith("if ($found.Count -ne 1) { throw ")


def test_the_gpo_that_an_export_does_not_name_is_asked_for() -> None:
    gpo = rule("R", store=UNNAMED_GPO)
    text = _both_ways(powershell_script, edits_to_request(gpo), Policy(connection_security_rules=(gpo,)))
    assert "param([switch]$Rollback, [Parameter(Mandatory)][string]$PolicyStore)" in text
    assert text.splitlines()[2] == "# -PolicyStore: the group policy object, DOMAIN/NAME with a backslash."
    assert "# -Domain" not in text
    assert text.count("-PolicyStore $PolicyStore") == 2
    assert GPO_PLACEHOLDER not in text


def test_the_domain_that_a_script_is_given_when_it_runs_is_asked_for() -> None:
    gpo = rule("R", store=r"<DOMAIN>\It's ours")
    text = _both_ways(powershell_script, edits_to_request(gpo), Policy(connection_security_rules=(gpo,)))
    assert "param([switch]$Rollback, [Parameter(Mandatory)][string]$Domain)" in text
    assert text.splitlines()[2] == "# -Domain: the domain of the group policy objects."
    assert "# -PolicyStore" not in text
    assert text.count(r"-PolicyStore ($Domain + '\It''s ours')") == 2
    assert "<DOMAIN>" not in text


def edits_to_request(gpo: ConnectionSecurityRule) -> tuple[Change, ...]:
    return (Assign(gpo, "outbound", Security.REQUEST),)


def test_batch_puts_nothing_in_for_exclamation_marks() -> None:
    lines = _both_ways(batch_script, (Remove(rule("!PATH!")),), weak("!PATH!")).split("\r\n")
    assert lines.index("setlocal DisableDelayedExpansion") < lines.index(
        'netsh advfirewall consec delete rule name="!PATH!" || goto failed'
    )


@cases(("write", "mark"), [(batch_script, "rem "), (powershell_script, "# ")])
def test_each_reason_stands_once_above_the_step_that_it_is_for(write: Callable[..., str], mark: str) -> None:
    gone = rule("R")
    policy = Policy(connection_security_rules=(gone,))
    changes = (Remove(gone),)
    there = edits(changes)
    back = [Edit(edit.after, edit.before, edit.fields) for edit in reversed(there)]
    ways = ([Commented(edit, ("why & so", "why & so", "second")) for edit in way] for way in (there, back))
    lines = [line.strip() for line in write("title", *ways, policy, applied(policy, changes)).splitlines()]
    places = [place for place, line in enumerate(lines) if line == f"{mark}why _ so"]
    assert [lines[place + 1] for place in places] == [f"{mark}second"] * 2
    assert all("R" in "".join(lines[place + 2 : place + 5]) for place in places)


def _both_ways(write: Callable[..., str], changes: tuple[Change, ...], policy: Policy) -> str:
    there = edits(changes)
    back = [Edit(edit.after, edit.before, edit.fields) for edit in reversed(there)]
    hostile = tuple(HOSTILE.values())
    ways = ([Commented(edit, hostile) for edit in way] for way in (there, back))
    return write("\n".join(hostile), *ways, policy, applied(policy, changes))


def _is_sayable(name: str) -> bool:
    return not isinstance(netsh_name(name), Unwritable)


def _netsh(text: str) -> list[tuple[str, list[str]]]:
    """The commands of a batch file, both of its halves, as cmd.exe hands them to netsh; nothing else may run."""
    halves = text.split("\r\n:rollback\r\n")
    assert len(halves) == 2
    lines = text.split("\r\n")
    assert all(FRAME.fullmatch(line) or line.startswith("netsh ") for line in lines), lines
    commands: list[Command] = []
    for half in halves:
        lexer = Lexer(BATCH, notes := Diagnostics(""))
        for number, line in enumerate(half.split("\r\n"), start=1):
            commands += lexer.feed(number, line)
        assert lexer.end() == []
        assert notes.problems == []
    assert len(commands) == sum(line.startswith("netsh ") for line in lines)
    return [(command.context, [word.text for word in command.words]) for command in commands]


def _lines_of(steps: tuple[Step, ...], policy: Policy) -> list[tuple[str, list[str]]]:
    """What the steps say to netsh itself, before anything is done to it for cmd.exe."""
    commands: list[Command] = []
    for step in steps:
        lines = netsh_lines([step.edit], PolicyIndex(policy))
        words = [] if isinstance(lines, Unwritable) else [line_words(line) for line in lines]
        if any(isinstance(each, Unwritable) for each in words):
            continue
        for each in words:
            commands += Lexer(NETSH, Diagnostics("")).feed(1, " ".join(("netsh", *each)))  # type: ignore[misc]
    return [(command.context, [word.text for word in command.words]) for command in commands]
