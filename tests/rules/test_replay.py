"""The script of a repair, replayed on the policy it is for, makes the repair; its way back restores the policy."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from ipseclint.engine.apply_rules import found_with_fixes
from ipseclint.formats.netsh.script import parse
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import Policy
from ipseclint.repair.commands.arguments import PSK_PLACEHOLDER, Unwritable
from ipseclint.repair.commands.netsh import batch_commands, netsh_lines
from ipseclint.repair.plan import Allowed, repair
from ipseclint.repair.steps import Step, undone
from ipseclint.repair.writable import writer_for
from ipseclint.rule import Rule
from ipseclint.semantics.sameness import same_policy
from ipseclint.source import bytes_source, file_source
from tests.rules.repairs import listed, machine_of, site_of
from tests.rules.test_repair import plans_with

SCRIPTS = [case for case in listed() if case.is_script]
ALL = Allowed(risky=True, lowering=True)


def commands(steps: tuple[Step, ...], policy: Policy) -> list[str] | None:
    """The commands of the steps, or None where one cannot be said or needs a key."""
    index = PolicyIndex(policy)
    found: list[str] = []
    for step in steps:
        lines = netsh_lines([step.edit], index)
        texts = lines if isinstance(lines, Unwritable) else batch_commands(lines)
        if isinstance(texts, Unwritable) or any(PSK_PLACEHOLDER in text for text in texts):
            return None
        found += texts
    return found


def replayed(path: Path, *more: str) -> Policy:
    text = "\r\n".join((file_source(path).read_text().rstrip(), *more)) + "\r\n"
    return parse(bytes_source("policy.cmd", text.encode())).policy


@pytest.mark.drawn(6)
@pytest.mark.parametrize(("rule", "path"), [case[:2] for case in SCRIPTS], ids=map(str, SCRIPTS))
def test_there_and_back(rule: Rule, path: Path) -> None:
    site = site_of(path, rule)
    check = partial(found_with_fixes, plans=plans_with(rule), site=site)
    result = repair(machine_of(path, site), check, {rule.code}, ALL, writer_for("netsh"))
    there = commands(result.steps, result.machine.policy)
    back = commands(undone(result.steps), result.repaired.policy)
    if not there or back is None:
        pytest.skip("nothing to replay: another tool must write it, or a key is asked for")
    assert same_policy(replayed(path, *there), result.repaired.policy)
    assert same_policy(replayed(path, *there, *back), result.machine.policy)
