"""What a policy does for certain peers is proposed as an intent; what it does for whoever it may be is not."""

from __future__ import annotations

import pytest

from ipseclint.semantics import intent_proposals
from ipseclint.semantics.intent_proposals import proposed_intents
from tests.cases import cases
from tests.semantics.test_intents import machine

BOTH, IN, NONE = "requireinrequireout", "requireinrequestout", "noauthentication"


def proposed(*rules: tuple[str, str, str]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.name, each.must.value, each.peers) for each in proposed_intents([machine(*rules)])]


@cases(
    ("peers", "action", "must"),
    [
        ("10.1.0.0/16", BOTH, "required"),
        ("10.1.0.0/16", IN, "requested"),
        ("10.1.0.0/16", NONE, "exempt"),
        ("any", BOTH, None),
        ("dns", NONE, None),
        ("dns,10.1.0.7", NONE, None),
    ],
)
def test_an_intent_is_proposed_for_certain_peers(peers: str, action: str, must: str | None) -> None:
    assert [(name, how) for name, how, _ in proposed(("R", peers, action))] == ([("R", must)] if must else [])


def test_an_intent_is_proposed_for_so_many_peers_and_rules_and_one_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [("R", "10.1.0.1,10.2.0.1", BOTH), ("S", "10.3.0.1", BOTH), ("S", "10.4.0.1", BOTH)]
    assert [name for name, *_ in proposed(*rules)] == ["R", "S"]
    for most, names in ((2, ["R", "S"]), (1, ["S"])):
        monkeypatch.setattr(intent_proposals, "_MAX_PEERS", most)
        assert [name for name, *_ in proposed(*rules)] == names
    monkeypatch.undo()
    for tried, names in ((0, []), (1, ["R"]), (2, ["R", "S"])):
        monkeypatch.setattr(intent_proposals, "_MAX_TRIED", tried)
        assert [name for name, *_ in proposed(*rules)] == names
