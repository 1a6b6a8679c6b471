"""What it does to protection that an object goes, is made again by another name, or says something else, is as stored.

After a change that is meant, `python -m tests.repair.test_stored_impacts` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ipseclint.model.change import Edit
from ipseclint.model.kinds import OBJECT_KINDS
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, MainModeRule, Policy, Reference
from ipseclint.repair.apply import all_edited, edited, without_own_sets
from ipseclint.repair.impact import impact_of
from ipseclint.semantics.packets.budget import Budget
from tests import ROOT
from tests.cases import cases
from tests.made_objects import SPAN
from tests.repair.commands.test_stored_commands import policies
from tests.repair.varied_objects import varied
from tests.semantics.as_text import told
from tests.stored_parts import assert_stored, store_parts

EXPECTED = ROOT / "tests" / "data" / "impacts.txt"
NAMES = ("advfirewall", "defaults", "legacy", "powershell", "powershell more", "vpn", "firewall-registry-reg")
MAX_OF_A_KIND = 3
ROLES = {
    "main_mode_crypto": "main_mode_crypto_sets",
    "quick_mode_crypto": "quick_mode_crypto_sets",
    "first_authentication": "authentication_sets",
    "second_authentication": "authentication_sets",
}


def of_edits(policy: Policy) -> Iterator[str]:
    machine = Machine(name="m", policy=policy)
    for subject in (each for kind in OBJECT_KINDS for each in getattr(policy, kind.field)[:MAX_OF_A_KIND]):
        new = subject.model_copy(update={"name": "Anew"})
        yield f"# {subject.kind} {subject.name}"
        yield f"gone {told(impact_of([Edit(subject, None)], machine))}"
        yield f"new {told(impact_of([Edit(None, new)], machine))}"
        yield f"renamed {told(impact_of([Edit(subject, None), Edit(None, new)], machine))}"
        for field, what, other in varied(subject):
            yield f"{what} {told(impact_of([Edit(subject, other, (field,))], machine))}"
        for budget in (-1, 0, 3):
            fresh = Machine(name="m", policy=policy)
            yield f"with {budget} {told(impact_of([Edit(subject, None)], fresh, Budget(budget)))}"


def of_sets(policy: Policy) -> Iterator[str]:
    """A rule made anew with new sets, which are as its own but for one field."""
    machine = Machine(name="m", policy=policy)
    for rule in (*policy.connection_security_rules[:2], *policy.main_mode_rules[:1]):
        for role, field in ROLES.items():
            reference: Reference | None = getattr(rule, role, None)
            named = reference.target.casefold() if reference else ""
            crypto = next((each for each in getattr(policy, field) if named in (each.name.casefold(), each.id)), None)
            if crypto is None:
                continue
            for _, what, other in varied(crypto):
                new_set = other.model_copy(update={"name": "Anew", "id": None})
                update = {"name": "Anew", role: Reference(target="ANEW", span=SPAN)}
                edits = [Edit(None, new_set), Edit(rule, None), Edit(None, rule.model_copy(update=update))]
                yield f"with a set {role} {what}: {told(impact_of(edits, machine))}"
                kept = [edits[0], Edit(rule, rule.model_copy(update={role: update[role]}), (role,))]
                yield f"takes a set {role} {what}: {told(impact_of(kept, machine))}"


def of_own_sets(policy: Policy) -> Iterator[str]:
    """What stays of a policy when a rule goes with the sets that its command made."""
    for rule in (*policy.connection_security_rules, *policy.main_mode_rules):
        for before in (policy, edited(policy, Edit(rule, None))):
            after = without_own_sets(before, rule)
            fields = dict.fromkeys(ROLES.values())
            yield f"own sets {rule.name} {after is before} {[len(getattr(after, field)) for field in fields]}"
    some: tuple[ConnectionSecurityRule | MainModeRule, ...] = policy.connection_security_rules[:2]
    off = [edit for rule in some for edit in _off(rule)]
    yield f"all {told(all_edited(policy, off).connection_security_rules[:2])} {told(off)}"


def _off(rule: ConnectionSecurityRule | MainModeRule) -> Iterator[Edit]:
    for field, _, other in list(varied(rule))[::20]:
        yield Edit(rule, other, (field,))


def answers(name: str) -> Iterator[str]:
    policy = policies()[name]
    yield f"## {name}"
    yield from of_edits(policy)
    yield from of_sets(policy)
    yield from of_own_sets(policy)


@pytest.mark.drawn(4)
@cases("name", NAMES)
def test_what_an_edit_does_to_protection_is_as_stored(name: str) -> None:
    assert_stored(EXPECTED, name, answers(name))


if __name__ == "__main__":
    store_parts(EXPECTED, map(answers, NAMES))
