"""What is said to have changed where one field of one object has another value, or an object is gone, is as stored.

The edits are drawn over policies of every dialect. After a change that is meant,
`python -m tests.semantics.test_stored_edits` stores it anew: read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from random import Random
from typing import Any

import pytest

from ipseclint.model.kinds import KINDS
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics import nearby_filters
from ipseclint.semantics.comparable_keys import with_comparable_keys
from ipseclint.semantics.object_changes import object_changes
from ipseclint.semantics.sameness import differing_fields
from ipseclint.semantics.traffic import LargeGroup, rule_groups
from ipseclint.semantics.traffic_changes import traffic_changes
from tests import ROOT
from tests.semantics.as_text import told
from tests.semantics.test_stored_answers import drawn, fixtures
from tests.semantics.test_stored_parts import others, read
from tests.semantics.test_traffic_changes import consec

pytestmark = pytest.mark.drawn(4)

EXPECTED = ROOT / "tests" / "data" / "edits.txt"
EDITS = 20
"""So many edits of each policy, and as many of objects that are gone or new."""

KEYS = (
    ("auth1psk=first-key", "auth1psk=%ASKED%"),
    ("auth1psk=%ASKED%", "auth1psk=%ASKED%"),
    ("auth1psk=first-key", "auth1psk=other-key"),
    ("auth1psk=%ASKED%", "auth1psk=first-key"),
)


def edited(random: Random, policy: Policy) -> tuple[str, Policy] | None:
    """The policy with another value in one field of one object, and which that is."""
    kind = random.choice([kind for kind in KINDS if getattr(policy, kind.field)])
    things = getattr(policy, kind.field)
    place = random.randrange(len(things))
    fields = getattr(type(things[place]), "_fields", None) or tuple(type(things[place]).model_fields)
    name = random.choice([each for each in fields if each not in {"span", "kind", "line", "column"}])
    was = getattr(things[place], name)
    instead = another(random, was, [getattr(each, name) for each in things if type(each) is type(things[place])])
    if instead == was:
        return None
    if hasattr(things[place], "_replace"):
        new = things[place]._replace(**{name: instead})
    else:
        new = things[place].model_copy(update={name: instead})
    what = f"{kind.key} {place} {name}: {told(was)[:60]} -> {told(instead)[:60]}"
    return what, policy.model_copy(update={kind.field: (*things[:place], new, *things[place + 1 :])})


def another(random: Random, was: Any, beside: list[Any]) -> Any:
    """Another value than one: that of another object, a part of it, one that was not understood, or its opposite."""
    if (unlike := [each for each in beside if each != was and each is not None]) and random.random() < 0.5:
        return random.choice(unlike)
    match was:
        case Setting(value=bool(value)):
            return Setting(not value, was.span)
        case Setting():
            return Setting(Unknown("?"), was.span)
        case bool():
            return not was
        case int():
            return was + 1
        case tuple() if was:
            return was[1:]
    return was


def of_edits(one: Machine, random: Random) -> Iterator[str]:
    for _ in range(EDITS):
        if (found := edited(random, one.policy)) is not None:
            yield f"edit {found[0]}"
            yield from compared(one, one.with_policy(found[1]), same_format=random.random() < 0.7)
    for kind in KINDS:
        if things := getattr(one.policy, kind.field):
            place = random.randrange(len(things))
            fewer = one.policy.model_copy(update={kind.field: (*things[:place], *things[place + 1 :])})
            yield f"without {kind.key} {place}"
            yield from compared(one, one.with_policy(fewer), same_format=True)
            yield f"with {kind.key} {place}"
            yield from compared(one.with_policy(fewer), one, same_format=False)


def compared(old: Machine, new: Machine, *, same_format: bool) -> Iterator[str]:
    objects = object_changes(old, new, same_format=same_format)
    yield from (f"  {told(each)}" for each in objects.changes)
    for pair in objects.differing:
        yield f"  differs {told(pair)[:300]}"
    for change in traffic_changes(old, new).changes[:3]:
        yield f"  {change.effect} {told(change)[:400]}"
    yield f"  fields {differing_fields(old.policy, new.policy)}"


def of_keys() -> Iterator[str]:
    """Keys that are hidden or asked for, in rules that are renamed or share a set."""
    for number, (was, is_) in enumerate(KEYS):
        for name in ("R", "Q"):
            old = f"netsh {consec('R', '10.1.0.0/16', more=f'auth1=computerpsk {was}')}\n"
            kept = f"netsh {consec('S', '10.2.0.0/16', more='auth1=computerpsk auth1psk=third-key')}\n"
            new = f"netsh {consec(name, '10.1.0.0/16', more=f'auth1=computerpsk {is_}')}\n"
            found = with_comparable_keys(read("old.cmd", old + kept), read("new.cmd", kept + new))
            sets = [
                [
                    method.preshared_key is not None
                    for each in side.policy.authentication_sets
                    for method in each.methods
                ]
                for side in (found.old, found.new)
            ]
            yield f"keys {number} {name} {found.hidden} {found.of} {sets}"


def of_large_groups(one: Machine) -> Iterator[str]:
    for most in (0, 1, 2, 3):
        groups = rule_groups(one, most)
        yield f"groups of {most}: {[told(each) if isinstance(each, LargeGroup) else each.title for each in groups]}"


def pairs() -> dict[str, tuple[Machine, Machine]]:
    """By name policies of every kind, each with another or itself."""
    return drawn() | fixtures() | {name: (one, one) for name, one in others().items()}


def answers(names: Collection[str]) -> Iterator[str]:
    yield from of_keys()
    for name in names:
        one, _ = pairs()[name]
        yield f"# {name}"
        yield from of_edits(one, Random(name))
        yield from of_large_groups(one)


def test_what_cannot_matter_to_an_edit_may_be_left_out(
    monkeypatch: pytest.MonkeyPatch, draw: Callable[..., list[str]]
) -> None:
    for name in draw(list(pairs()), 0, 2):
        one, changed = pairs()[name]
        random = Random(f"near {name}")
        edits = [found[1] for _ in range(12) if (found := edited(random, one.policy)) is not None]
        for policy in (*edits, changed.policy):
            other = one.with_policy(policy)
            every = traffic_changes(one, other)
            with monkeypatch.context() as patch:
                patch.setattr(nearby_filters, "FEW_RULES", -1)
                patch.setattr(nearby_filters, "FEW_FILTERS", -1)
                near = traffic_changes(one, other)
            assert [told(each) for each in near.changes] == [told(each) for each in every.changes], name


def test_what_is_said_of_edits_is_as_stored(draw: Callable[..., list[str]]) -> None:
    keys, *stored = re.split(r"(?m)^# ", EXPECTED.read_text("utf-8"))
    assert [one.partition("\n")[0] for one in stored] == list(pairs())
    names = draw(list(pairs()), 1, 2)
    expected = [keys, *(f"# {one}" for one in stored if one.partition("\n")[0] in names)]
    assert list(answers(names)) == "".join(expected).split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(pairs()), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
