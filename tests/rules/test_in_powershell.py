"""Every netsh script among the rules' fixtures, written in PowerShell, gives the same findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.finding import Finding
from ipseclint.formats import recognise
from ipseclint.formats.netsh import script
from ipseclint.formats.powershell.script import format as powershell
from ipseclint.model.machine import Machine, PolicyIndex
from ipseclint.model.policy import Policy
from ipseclint.model.site import Site
from ipseclint.repair.commands.arguments import PSK_PLACEHOLDER, Unwritable
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.repair.transition import transition
from ipseclint.rule import Rule, Scope
from ipseclint.rules import all_rules
from ipseclint.source import bytes_source, file_source
from tests.rules.repairs import FIXTURES, RULESET, site_of

OTHERWISE = {
    "AU013-bad-user-and-computer.cmd": "a certificate of PowerShell is no health certificate, and that is said first",
    "AU028": "PowerShell asks for the keys",
    "AU036-bad-imported-for-user.cmd": "a certificate that is imported is no policy",
    "AU036-good-imported.cmd": "a certificate that is imported is no policy",
    "CR005-bad-script.cmd": "what is written are Windows' own proposals, which need no command",
    "CR021": "PowerShell has no word for authentication without encapsulation",
    "CR036-good-default-written-out.cmd": "what is written are Windows' own proposals, which need no command",
    "EX011": "a firewall rule is not made by such a script",
    "FL014": "a firewall rule is not made by such a script",
    "RF019": "PowerShell makes no command of one that Windows refuses",
    "RF023": "no command is written for values that Windows does not read",
    "RF025": "no command is written for the keys of services",
    "RF021": "a store of PowerShell lasts",
}
"""Fixtures that say otherwise in PowerShell, by name or by rule, and why."""


RULES = [rule for rule in all_rules() if rule.scope is Scope.MACHINE and rule.code not in OTHERWISE]


def scripts(rule: Rule) -> list[Path]:
    """The scripts of `netsh advfirewall` that are one input, of a rule."""
    folder = FIXTURES / f"{rule.code}-{rule.name}"
    paths = sorted((*folder.glob("bad*.cmd"), *folder.glob("good*.cmd")))
    advfirewall = (path for path in paths if b"netsh ipsec " not in path.read_bytes())
    return [path for path in advfirewall if f"{rule.code}-{path.name}" not in OTHERWISE]


def in_powershell(policy: Policy) -> str:
    """The cmdlets that set up a policy on a machine without one."""
    nothing = Machine(name="nothing", policy=Policy())
    steps = transition(nothing, nothing.with_policy(policy), by_netsh=False)
    lines: list[str] = []
    for step in steps.steps:
        written = powershell_commands([step.edit], PolicyIndex(step.after))
        assert not isinstance(written, Unwritable), written
        lines += written
    assert steps.unwritten == ()
    return "\n".join(lines).replace(PSK_PLACEHOLDER, "Example-Key-0001")


def findings(rule: Rule, policy: Policy, site: Site) -> list[str]:
    """What a rule says, without the places and the names of sets that Windows has by itself."""
    machine = Machine(name="one", policy=policy, site=site)
    found: list[Finding] = [finding for finding, _ in found_with_fixes(machine, [Plan(RULESET, (rule,))], site)]
    texts = (f"{each.severity} {each.subject.name}: {each.message}" for each in found)
    return sorted(text.replace("Windows default", "default").replace(".cmd", ".ps1") for text in texts)


@pytest.mark.drawn(10)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_same_is_found_in_powershell(rule: Rule) -> None:
    for path in scripts(rule):
        source = file_source(path)
        assert recognise(source) is script.FORMATS[0], path.name
        parsed = script.parse(source)
        read = powershell.parse(bytes_source("policy.ps1", in_powershell(parsed.policy).encode()))
        site = site_of(path, rule)
        assert read.problems == (), path.name
        assert findings(rule, read.policy, site) == findings(rule, parsed.policy, site), path.name


def test_most_rules_have_such_a_script() -> None:
    assert sum(bool(scripts(rule)) for rule in RULES) > len(RULES) // 2
