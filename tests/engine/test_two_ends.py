"""What a report tells of the pairs of ends in a run: the worse of both ways, those that fail first."""

from __future__ import annotations

import pytest

from ipseclint.engine import two_ends as module
from ipseclint.engine.two_ends import two_ends
from ipseclint.semantics.digest import Fleet
from tests.semantics.negotiation.test_stored_outcomes import ENDS
from tests.semantics.negotiation.two_ends import machine, peer

NAMES = ("here", "back", "back with another key")


def fleet(*names: str) -> Fleet:
    return Fleet.of(tuple(machine(ENDS[name], name) for name in names))


def test_the_ends_that_do_not_agree_are_told_first() -> None:
    told = two_ends(fleet(*NAMES))
    assert [(pair.a, pair.b, pair.severity, pair.verdict, pair.key_module, pair.stage, pair.why) for pair in told] == [
        ('rule "R"', 'rule "R"', "error", "fails", "IKEv1", "authentication", "the preshared keys differ"),
        ('rule "R"', 'rule "R"', "info", "secured", "IKEv1", None, "AES-128+SHA-1+DH2, ESP none+SHA-1"),
    ]
    assert [(pair.a_span.path, pair.b_span.path) for pair in told] == [
        ("here", "back with another key"),
        ("here", "back"),
    ]


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_so_many_pairs_are_told_and_no_more(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PAIRS", most)
    assert [pair.severity for pair in two_ends(fleet(*NAMES))] == ["error", "info"][:most]


def test_what_depends_on_what_is_not_known_is_a_warning_unless_that_is_meant() -> None:
    maker = 'implementation = "{}"\nkeying = ["ikev2", "ikev1"]'
    mode = 'proposals = ["esp:aes128-sha1"]\nmode = "{}"'
    ends = [
        machine(peer(head=maker.format("strongswan"), quick=mode.format("tunnel")), "a"),
        machine(peer(head=maker.format("azure"), quick=mode.format("transport")), "b"),
        machine('[peer]\nname = "x"\n[peer.main_mode]\nproposals = ["aes256-sha256-modp2048"]\n', "c"),
    ]
    told = [
        [(pair.severity, pair.verdict) for pair in two_ends(Fleet.of((one, other)))]
        for one, other in ((ends[0], ends[1]), (ends[0], ends[2]))
    ]
    assert told == [[("warning", "depends")], [("info", "depends")]]
    assert two_ends(Fleet.of((ends[0],))) == ()
