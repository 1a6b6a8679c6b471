"""What is said to change where one field of an object has any other value, or its name and that, is as stored.

After a change that is meant, `python -m tests.semantics.test_stored_variants` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pytest

from ipseclint.model.kinds import OBJECT_KINDS
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthenticationSet, Policy, PolicyObject
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics.comparable_keys import with_comparable_keys
from ipseclint.semantics.object_changes import object_changes
from tests import ROOT
from tests.cases import cases
from tests.made_objects import SPAN
from tests.repair.commands.test_stored_commands import policies
from tests.repair.varied_objects import varied
from tests.semantics.as_text import told
from tests.stored_parts import assert_stored, store_parts

pytestmark = pytest.mark.drawn(3)

EXPECTED = ROOT / "tests" / "data" / "changes.txt"
NAMES = ("advfirewall", "advfirewall more", "dynamic", "legacy", "powershell", "powershell more", "vpn")
HIDDEN: Setting[Unknown] = Setting(Unknown("", hidden=True), SPAN)


def _with(policy: Policy, subject: PolicyObject, other: PolicyObject) -> Policy:
    """The policy with another object in a place, to which no references are led."""
    field = next(kind.field for kind in OBJECT_KINDS if kind.key == subject.kind)
    things = getattr(policy, field)
    return policy.model_copy(update={field: tuple(other if each is subject else each for each in things)})


def _some(subject: PolicyObject) -> Iterator[tuple[str, str, PolicyObject]]:
    """Each field with the first and the last of its other values."""
    for _, group in groupby(varied(subject), lambda each: each[0]):
        others = list(group)
        yield from others[:1] + others[1:][-1:]


def of_changes(policy: Policy) -> Iterator[str]:
    old = Machine(name="old", policy=policy)
    for kind in OBJECT_KINDS:
        for subject in getattr(policy, kind.field)[:2]:
            for field, what, other in _some(subject):
                renamed = other if field == "name" else other.model_copy(update={"name": "Anew"})
                for same_format, one in ((True, other), (False, renamed)):
                    new = Machine(name="new", policy=_with(policy, subject, one))
                    found = object_changes(old, new, same_format=same_format)
                    yield f"# {kind.key} {what}: {len(found.pairs)} {len(found.gone)} {len(found.appeared)}"
                    yield from (f"{told(each)[:160]}" for each in found.changes)


def of_keys(policy: Policy) -> Iterator[str]:
    """Which keys are left out where those of one set after the other are hidden, and its rules or it have new names."""
    for place, crypto in enumerate(policy.authentication_sets):
        hiding = crypto.model_copy(
            update={"methods": tuple(each.model_copy(update={"preshared_key": HIDDEN}) for each in crypto.methods)}
        )
        users = Machine(name="m", policy=policy).index.users_of(crypto)
        for name in (crypto.name, "Anew"):
            new = _with(policy, crypto, hiding.model_copy(update={"name": name}))
            for user in users:
                new = _with(new, user, user.model_copy(update={"name": name}))
            for some, others in ((policy, new), (new, policy), (new, new)):
                kept = with_comparable_keys(Machine(name="a", policy=some), Machine(name="b", policy=others))
                sides = [[_seen(each) for each in side.policy.authentication_sets] for side in (kept.old, kept.new)]
                yield f"keys {place} {name} {kept.hidden} {kept.of} {sides}"


def _seen(crypto: AuthenticationSet) -> str:
    return "".join("-" if each.preshared_key is None else "k" for each in crypto.methods)


def answers(name: str) -> Iterator[str]:
    yield f"## {name}"
    yield from of_changes(policies()[name])
    yield from of_keys(policies()[name])


@pytest.mark.drawn(4)
@cases("name", NAMES)
def test_what_is_said_to_change_is_as_stored(name: str) -> None:
    assert_stored(EXPECTED, name, answers(name))


if __name__ == "__main__":
    store_parts(EXPECTED, map(answers, NAMES))
