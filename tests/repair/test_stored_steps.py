"""The steps from a policy to the same with another value in a field, by either tool and back, are as stored.

After a change that is meant, `python -m tests.repair.test_stored_steps` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pytest

from ipseclint.model.change import Edit
from ipseclint.model.kinds import OBJECT_KINDS
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy, PolicyObject
from ipseclint.repair.apply import edited
from ipseclint.repair.transition import transition
from tests import ROOT
from tests.cases import cases
from tests.repair.commands.test_stored_commands import policies
from tests.repair.varied_objects import varied
from tests.rules.rule_inputs import machine_in
from tests.semantics.as_text import told
from tests.semantics.test_stored_answers import FORMATS
from tests.stored_parts import assert_stored, store_parts

pytestmark = pytest.mark.drawn(6)

EXPECTED = ROOT / "tests" / "data" / "steps.txt"
COLLECTED = "collected-registry/osqueryi.json"
NAMES = ("advfirewall", "dynamic", "legacy", "powershell", "vpn", COLLECTED)


def _others(subject: PolicyObject) -> Iterator[tuple[str, PolicyObject]]:
    """Each field with two other values, the second under another name too."""
    for field, group in groupby(varied(subject), lambda each: each[0]):
        others = [other for _, _, other in group]
        yield field, others[0]
        yield f"{field} and name", others[-1].model_copy(update={"name": "Anew"})


def of_steps(old: Policy, new: Policy) -> Iterator[str]:
    for by_netsh in (True, False):
        found = transition(Machine(name="old", policy=old), Machine(name="new", policy=new), by_netsh=by_netsh)
        for step in found.steps:
            before, after = step.edit.before, step.edit.after
            states = f"{before and before.name} to {after and after.name}"
            values = [told(getattr(after, field))[:60] for field in step.edit.fields]
            yield f"{step.edit.subject.kind} {states} {step.edit.fields} {values} {step.opens}"
        yield f"{'netsh' if by_netsh else 'PowerShell'} {found.unwritten} {len(found.left.changes)} {found.weighed}"


def answers(name: str) -> Iterator[str]:
    yield f"## {name}"
    if name == COLLECTED:
        # No command is made for values of the registry and services.
        read = machine_in(FORMATS / name).policy
        yield from of_steps(Policy(), read)
        yield from of_steps(read, Policy())
        return
    policy = policies()[name]
    for kind in OBJECT_KINDS:
        for subject in getattr(policy, kind.field)[:1]:
            without = edited(policy, Edit(subject, None))
            for what, new in (
                ("gone", without),
                *((what, _with(policy, subject, one)) for what, one in _others(subject)),
            ):
                yield f"# {kind.key} {what}"
                yield from of_steps(policy, new)
                if not what.endswith("name"):
                    yield "and back"
                    yield from of_steps(new, policy)


def _with(policy: Policy, subject: PolicyObject, other: PolicyObject) -> Policy:
    """The policy with another object in a place, to which no references are led."""
    field = next(kind.field for kind in OBJECT_KINDS if kind.key == subject.kind)
    things = getattr(policy, field)
    return policy.model_copy(update={field: tuple(other if each is subject else each for each in things)})


@pytest.mark.drawn(8)
@cases("name", NAMES)
def test_the_steps_to_another_value_are_as_stored(name: str) -> None:
    assert_stored(EXPECTED, name, answers(name))


if __name__ == "__main__":
    store_parts(EXPECTED, map(answers, NAMES))
