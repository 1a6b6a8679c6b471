"""What keeps a comparison from being the whole truth is said once, in words that name the state it is about."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ipseclint.engine import difference_notes
from ipseclint.engine.difference_notes import _alike, _hole, _not_held, _not_read, _refused_only_in, notes
from ipseclint.model.settings import RefusedCommand
from ipseclint.semantics.comparable_keys import ComparableKeys
from ipseclint.semantics.object_changes import ObjectChanges
from ipseclint.source import Source, Span, bytes_source
from tests.cases import cases


def state(name: str, *texts: str, refused: tuple[int, ...] = (), **read: Any) -> Any:
    """A state of some texts, with what of them was not read, not held or given later."""
    parsed = SimpleNamespace(**{"unread": (), "given": (), "not_held": ()} | read)
    commands = tuple(RefusedCommand(command="netsh", reason="no", span=Span(name, line, 1)) for line in refused)
    return SimpleNamespace(
        name=name,
        inputs=tuple(SimpleNamespace(parsed=parsed, source=bytes_source(name, text.encode())) for text in texts),
        formats=("netsh",),
        shortfalls=(),
        machine=SimpleNamespace(policy=SimpleNamespace(refused_commands=commands)),
    )


@cases(
    ("some", "others", "number"),
    [("", "", 0), ("a", "", 0), ("abc", "abd", 2), ("abc", "abcd", 3), ("abc", "abc", 3), ("xbc", "abc", 0)],
)
def test_sequences_are_alike_at_their_beginning(some: str, others: str, number: int) -> None:
    assert _alike(some, others) == _alike(others, some) == number


def test_members_that_may_differ_are_named_unless_the_texts_are_the_same() -> None:
    read = {"unread": (("a", 1), ("b", 2)), "given": (("c", 1), ("a", 1))}
    said = "a, b, c: not read, so whether that changes is not known"
    assert _not_read(state("old", "x", **read), state("new", "y")) == said
    assert _not_read(state("old", "x"), state("new", "y", **read)) == said
    assert _not_read(state("old", "x", **read), state("new", "x")) is None
    assert _not_read(state("old", "x"), state("new", "y")) is None

    def fails() -> Any:
        raise PermissionError(13, "no")

    lost, other = state("old", "x", **read), state("new", "y")
    for each in (lost, other):
        each.inputs[0].source = Source("x", fails)
    assert _not_read(lost, other) == said


def test_what_one_state_leaves_out_and_the_other_has_is_named() -> None:
    some = state("old", "x", not_held=(("a", 1), ("b", 1), ("a", 2)))
    assert _not_held(some, state("new", "y")) == "a, b: not held in old, so whether that changes is not known"
    assert _not_held(some, state("new", "y", not_held=(("a", 9),))) == (
        "b: not held in old, so whether that changes is not known"
    )
    assert _not_held(some, some) is None
    assert _not_held(state("new", "y"), some) is None


@cases(
    ("names", "said"),
    [("a", "a"), ("abc", "a, b, c"), ("abcd", "a, b, c and 1 more"), ("abcdef", "a, b, c and 3 more")],
)
def test_the_first_few_names_are_said_and_how_many_more_there_are(names: str, said: str) -> None:
    counted = tuple((name, 1) for name in names)
    old, new = state("old", "x", unread=counted, not_held=counted), state("new", "y")
    assert _not_read(old, new) == f"{said}: not read, so whether that changes is not known"
    assert _not_held(old, new) == f"{said}: not held in old, so whether that changes is not known"


def test_commands_that_only_one_state_is_refused_are_counted() -> None:
    none = state("new", "y")
    for lines, count, first in (((7,), "1 command", 7), ((9, 4, 6), "3 commands", 4)):
        assert _refused_only_in(state("old", "x", refused=lines), none) == (
            f"Windows refuses {count} of old, the first in line {first}, and none of new: "
            "what a refused command would make counts as missing"
        )
    assert _refused_only_in(none, none) is None
    assert _refused_only_in(state("old", "x", refused=(1,)), state("new", "y", refused=(2,))) is None


@cases(
    ("text", "whole", "lines"),
    [
        ("one\nabcd\nlast\n", "one\nabxx\nyycd\nlast\n", (2, 3)),
        ("abcd\n", "abx\nmore\nyyd\n", None),
        ("abd\n", "abx\nmore\nyyd\n", (1, 3)),
        ("one\nabcd\n", "one\nabxxcd\n", None),
        ("one\nzzcd\n", "one\nabxx\nyycd\n", None),
        ("one\nabzz\n", "one\nabxx\nyycd\n", None),
        ("one\n", "one\ntwo\nthree\n", None),
        ("same\n", "same\n", None),
    ],
)
def test_a_hole_begins_within_one_line_and_ends_within_a_later_one(
    text: str, whole: str, lines: tuple[int, int] | None
) -> None:
    said = _hole(state("new", text), state("old", whole))
    expected = None
    if lines is not None:
        expected = (
            f"line {lines[0]} of new is how line {lines[0]} of old begins and how line {lines[1]} ends: "
            "what stands between may have been lost with damage"
        )
    assert said == expected
    assert _hole(state("new", text), state("old", whole, "another input")) is None


def both(**keys: Any) -> ComparableKeys:
    return ComparableKeys(old=None, new=None, **keys)  # type: ignore[arg-type]


def changes(gone: int = 0, appeared: int = 0) -> Any:
    return ObjectChanges(changes=(), pairs=(), differing=(), gone=("x",) * gone, appeared=("x",) * appeared)


def said_of(old: Any, new: Any, monkeypatch: pytest.MonkeyPatch, *, cut: str = "", **options: Any) -> list[str]:
    monkeypatch.setattr(difference_notes, "signs_of_damage", lambda *said: [f"signs of {said[1]} beside {said[3]}"])
    monkeypatch.setattr(difference_notes, "sign_of_a_cut", lambda _, *names: cut and f"{cut} of {names}")
    given = {"objects": changes(), "keys": both(), "left_out": False} | options
    return list(notes(old, new, **given))


SIGNS = ["signs of new beside old", "signs of old beside new"]


def test_what_is_not_known_is_said_in_one_order(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = state("old", "x", refused=(4,)), state("new", "y", unread=(("a", 1),), not_held=(("b", 1),))
    assert said_of(state("old", "x"), state("new", "x"), monkeypatch) == SIGNS
    assert said_of(old, new, monkeypatch, cut="a cut", keys=both(hidden=1, of=("R",)), left_out=True) == [
        '1 preshared key is hidden, or asked for when a script runs: whether the key of "R" changes is not known',
        "a: not read, so whether that changes is not known",
        "more than 1,000 rules: findings are not compared; --findings does",
        "b: not held in new, so whether that changes is not known",
        SIGNS[0],
        (
            "Windows refuses 1 command of old, the first in line 4, and none of new: "
            "what a refused command would make counts as missing"
        ),
        SIGNS[1],
        "a cut of ('new', 'old')",
    ]
    keys = both(hidden=2, of=("R", "S"))
    assert said_of(state("old", "x"), state("new", "x"), monkeypatch, keys=keys)[0] == (
        '2 preshared keys are hidden, or asked for when a script runs: whether the key of "R", "S" changes is not known'
    )


def test_what_a_state_lacks_of_which_not_all_was_read_may_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = state("old", "x"), state("new", "x")
    assert said_of(old, new, monkeypatch, objects=changes(1, 1)) == SIGNS
    new.shortfalls = ("cut",)
    assert said_of(old, new, monkeypatch, cut="a cut", objects=changes(1, 2)) == [
        "1 object of old is not in new, of which not all was read: it may be lost with the damage and not deleted",
        *SIGNS,
    ]
    old.shortfalls, new.shortfalls = ("cut",), ()
    assert said_of(old, new, monkeypatch, objects=changes(1, 2)) == [
        SIGNS[0],
        "2 objects of new are not in old, of which not all was read: they may be lost with the damage and not new",
        SIGNS[1],
    ]
