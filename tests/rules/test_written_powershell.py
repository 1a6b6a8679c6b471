"""Every repair as PowerShell: it parses, and its cmdlets, parameters and words are those of Microsoft's reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.repair.commands.repair_script import Commented, powershell_script
from ipseclint.repair.plan import Allowed, Repair, repair
from ipseclint.repair.steps import Step, undone
from ipseclint.repair.writable import writer_for
from ipseclint.rule import Rule, Scope
from ipseclint.rules import all_rules
from ipseclint.vocabulary.cmdlets import Cmdlet, Parameter, cmdlet
from tests.cases import cases
from tests.rules.repairs import FIXTURES, RULESET, machine_of, site_of
from tests.test_seeded_policies import PLANS, seeded
from tests.well_built import kinds
from tests.well_built import site_of as site_of_policy

pytestmark = pytest.mark.drawn(3)

ALL = Allowed(risky=True, lowering=True)
OTHERS = {"Read-Host", "Where-Object", "Write-Warning", "Write-Host", "netsh.exe", "netsh", "reg.exe", "Get-Item"}
"""What a script calls beside the cmdlets of the reference."""

_PARSER = Parser(Language(tree_sitter_powershell.language()))
_WITH_DIGIT = re.compile(r"(?<=\s)-[A-Za-z]+\d\w*")
_LETTERS = [f"Digit{chr(ord('A') + digit)}x" for digit in range(10)]


def written(result: Repair) -> str:
    """The script that `fix --as powershell` prints."""

    def commented(steps: tuple[Step, ...]) -> list[Commented]:
        return [Commented(step.edit, ("why",)) for step in steps]

    there, back = commented(result.steps), commented(undone(result.steps))
    return powershell_script("Repair", there, back, result.machine.policy, result.repaired.policy)


def tree(text: str) -> Node:
    """The syntax. The grammar takes no digit in the name of a parameter, and PowerShell does: letters stand for it."""
    text = _WITH_DIGIT.sub(lambda name: re.sub(r"\d", lambda digit: _LETTERS[int(digit[0])], name[0]), text)
    return _PARSER.parse(text.encode()).root_node


def commands(node: Node) -> Iterator[Node]:
    if node.type == "command":
        yield node
    for child in node.children:
        yield from commands(child)


def text_of(node: Node) -> str:
    text = (node.text or b"").decode()
    for digit, letters in enumerate(_LETTERS):
        text = text.replace(letters, str(digit))
    return text


def arguments(command: Node) -> Iterator[tuple[str, str | None]]:
    """The parameters of a command as they are written, each with what follows it."""
    elements = next((child for child in command.children if child.type == "command_elements"), None)
    name: str | None = None
    for child in elements.children if elements is not None else ():
        if child.type == "command_parameter":
            if name is not None:
                yield name, None
            name = text_of(child).removeprefix("-")
        elif child.type != "command_argument_sep" and name is not None:
            yield name, text_of(child)
            name = None
    if name is not None:
        yield name, None


def faults(text: str) -> Iterator[str]:
    """What PowerShell or the reference of its cmdlets would not take."""
    root = tree(text)
    if root.has_error:
        yield f"does not parse: {text}"
    for command in commands(root):
        name = text_of(command.children[0])
        known = cmdlet(name)
        if known is not None:
            yield from (f"{name}: {fault}" for fault in misuse(known, dict(arguments(command)), piped(command)))
        elif name not in OTHERS and not name.startswith(("&", "$", "'")):
            yield f"{name} is no cmdlet of the reference"


def piped(command: Node) -> bool:
    """Whether objects come to a command through the pipeline."""
    return command.prev_sibling is not None and command.prev_sibling.type == "|"


def misuse(known: Cmdlet, given: dict[str, str | None], by_pipeline: bool) -> Iterator[str]:
    for name, value in given.items():
        parameter = known.names.get(name.casefold())
        if parameter is None:
            yield f"-{name} is no parameter"
        elif parameter.is_switch:
            if value is not None and not value.startswith("-"):
                yield f"-{name} takes no value"
        elif value is None:
            yield f"-{name} has no value"
        else:
            yield from wrong_words(parameter, value)
    fitting = set(known.sets)
    for name in given:
        parameter = known.names.get(name.casefold())
        if parameter is not None and parameter.sets:
            fitting &= set(parameter.sets)
    if known.sets and not fitting:
        yield f"no set of parameters has all of {', '.join(given)}"
    named = {parameter.name for name in given if (parameter := known.names.get(name.casefold())) is not None}
    missing = [each.name for each in known.parameters.values() if each.required == "+" and each.name not in named]
    if missing and not by_pipeline:
        yield f"lacks {', '.join(missing)}"


def wrong_words(parameter: Parameter, value: str) -> Iterator[str]:
    words = [word.strip().strip("'\"") for word in value.strip("()").split(",")]
    if parameter.kind in {"word", "words"} and not value.startswith(("$", "(")):
        yield from (f"-{parameter.name} takes no {word}" for word in words if word not in parameter.words)
    if parameter.kind == "number" and not value.startswith(("$", "(")) and not value.isdigit():
        yield f"-{parameter.name} takes a number, not {value}"
    if parameter.kind == "flag" and value not in {"$true", "$false", "True", "False"}:
        yield f"-{parameter.name} takes a flag, not {value}"


MACHINE_RULES = [rule for rule in all_rules() if rule.scope is Scope.MACHINE]


@pytest.mark.drawn(5)
@pytest.mark.parametrize("rule", MACHINE_RULES, ids=lambda rule: rule.code)
def test_what_is_written_for_a_rule_is_powershell_of_the_reference(rule: Rule) -> None:
    paths = sorted((FIXTURES / f"{rule.code}-{rule.name}").glob("bad*"))
    assert paths
    for path in paths:
        site = site_of(path, rule)
        check = partial(found_with_fixes, plans=(Plan(RULESET, (rule,)),), site=site)
        result = repair(machine_of(path, site), check, {rule.code}, ALL, writer_for("powershell"))
        if result.steps:
            assert list(faults(written(result))) == [], path.name


@pytest.mark.drawn(3)
@cases("kind", kinds())
def test_what_is_written_for_a_whole_policy_is_powershell_of_the_reference(kind: str) -> None:
    check = partial(found_with_fixes, plans=PLANS, site=site_of_policy(kind))
    result = repair(seeded(kind), check, (), ALL, writer_for("powershell"))
    assert result.steps
    assert list(faults(written(result))) == []


@cases(
    ("text", "fault"),
    [
        ("New-NetFirewallSetting -DisplayName 'x'", "New-NetFirewallSetting is no cmdlet of the reference"),
        ("Set-NetIPsecRule -DisplayName 'x' -Profil Any", "Set-NetIPsecRule: -Profil is no parameter"),
        ("Set-NetIPsecRule -DisplayName 'x' -KeyModule IKE3", "Set-NetIPsecRule: -KeyModule takes no IKE3"),
        ("Set-NetIPsecMainModeCryptoSet -Name 'x' -MaxMinutes many", "takes a number, not many"),
        ("Set-NetIPsecRule -DisplayName 'x", "does not parse"),
    ],
)
def test_what_is_wrong_is_seen(text: str, fault: str) -> None:
    assert any(fault in each for each in faults(text)), list(faults(text))
