"""No command shows a piece of a key of a damaged document, wherever the key stands and whatever the damage is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.attack import damaged_keys
from tests.attack.damaged_keys import DAMAGES, Damaged, damaged, made_key, run, shown
from tests.attack.key_places import HOLE, PLACES
from tests.cases import cases

pytestmark = pytest.mark.drawn(6)

GATE_INPUTS = 60
LONG_INPUTS = 20_000
MAX_LEAKS = 0.005
"""So many of a hundred at most where very many are tried: damage may take what alone tells that a word is a key."""
KEY = "Kan4rie7Q9zX"


def test_damaged_documents_show_no_key(tmp_path: Path) -> None:
    assert list(run(GATE_INPUTS, 1, tmp_path)) == []


@pytest.mark.long
def test_of_very_many_damaged_documents_few_show_a_key(tmp_path: Path) -> None:
    assert len({leak.number for leak in run(LONG_INPUTS, 2, tmp_path)}) <= LONG_INPUTS * MAX_LEAKS


def test_the_hunt_sees_a_leak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = f"netsh advfirewall consec add rule name=a {KEY}=1\n".encode()
    monkeypatch.setattr(damaged_keys, "damaged", lambda *_: Damaged("x-1", ("whole",), "a.cmd", data, KEY.lower()))
    (leak, *_) = run(1, 1, tmp_path)
    assert (leak.command, leak.kind, KEY in leak.line) == ("check IN -v", ("x", "whole"), True)


def test_every_document_has_a_hole_for_a_key() -> None:
    assert [place for place, (_, text) in PLACES.items() if HOLE not in text] == []
    assert len(PLACES) > 400


@cases("damage", DAMAGES)
def test_a_damage_leaves_a_piece_of_the_key_and_changes_something(damage: str) -> None:
    chance = random.Random(damage)
    text = f'rem first\nnetsh ipsec static add rule name=r policy=p psk="{KEY}" rootca="CN=a"\nrem last\n'
    changed = {DAMAGES[damage](text, KEY, chance) for _ in range(20)}
    assert damage == "whole" or changed != {text}
    assert all(KEY[:4] in each or KEY[-4:] in each for each in changed)


def test_a_document_is_made_from_its_number_and_the_seed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [damaged(number, 3) for number in range(20)]
    assert before != [damaged(number, 4) for number in range(20)]
    monkeypatch.setattr(damaged_keys, "PLACES", {**PLACES, "new-1": ("a.txt", HOLE)})
    after = [damaged(number, 3) for number in range(20)]
    assert [each for each in after if each.place != "new-1"] == [
        each for each, other in zip(before, after, strict=True) if other.place != "new-1"
    ]


@cases(
    ("text", "line"),
    [
        (f"a\nb {KEY[2:8].upper()} c\n", f"b {KEY[2:8].upper()} c"),
        (f"a\n{KEY[:6].encode('utf-16-le').hex()}", KEY[:6].encode("utf-16-le").hex()),
        ("S2FuNHJpZTdROXpY", "in base64"),
        ("".join(f"&#{ord(sign)};" for sign in KEY), "".join(f"&#{ord(sign)};" for sign in KEY)),
        (KEY[:5], None),
    ],
)
def test_a_piece_of_a_key_is_seen_in_many_writings(text: str, line: str | None) -> None:
    assert shown(text, KEY) == line


def test_keys_are_of_several_kinds() -> None:
    made = [made_key(random.Random(number)) for number in range(40)]
    assert {key.isalpha() for key in made} == {key.isalnum() for key in made} == {True, False}
