"""The strongest suite of some proposals: cipher, then group, then hash, whichever of them it has at all."""

from __future__ import annotations

from itertools import permutations
from types import SimpleNamespace
from typing import Any

from ipseclint.model.policy import Dialect
from ipseclint.semantics.negotiation.offers import Offer
from ipseclint.semantics.negotiation.strongest import strongest
from ipseclint.vocabulary.algorithms import Encapsulation
from tests.cases import cases
from tests.made_objects import SPAN

END: Any = SimpleNamespace(dialect=Dialect.WFAS)
AH = {"encapsulation": Encapsulation.AH, "encryption": ()}
ESP = {"encapsulation": Encapsulation.ESP}


def offer(**fields: Any) -> Offer:
    empty = {"span": SPAN, "encapsulation": None, "encryption": (), "integrity": (), "ah_integrity": (), "prfs": ()}
    return Offer(**empty | {"groups": (), "is_understood": True} | fields)


@cases(
    "ascending",
    [
        [offer(**AH, ah_integrity=("SHA-1",)), offer(**AH, ah_integrity=("SHA-256",))],
        [
            offer(**AH, ah_integrity=("SHA-256",)),
            offer(**ESP, encryption=("3DES",), integrity=("SHA-1",)),
            offer(**ESP, encryption=("AES-128",), integrity=("SHA-1",)),
            offer(**ESP, encryption=("AES-256",), integrity=("SHA-1",)),
            offer(**ESP, encryption=("AES-256",), integrity=("SHA-256",)),
            offer(**ESP, encryption=("AES-256",), integrity=("SHA-1",), groups=("DH14",)),
        ],
        [
            offer(encryption=("AES-128",), integrity=("SHA-256",), groups=("DH20",)),
            offer(encryption=("AES-256",), integrity=("SHA-256",), groups=("DH14",)),
            offer(encryption=("AES-256",), integrity=("SHA-256",), groups=("DH20",)),
        ],
    ],
    ids=["AH", "quick mode", "main mode"],
)
def test_the_strongest_is_taken_in_whatever_order_they_stand(ascending: list[Offer]) -> None:
    for count in range(1, len(ascending) + 1):
        best = strongest(ascending[count - 1 : count], END)
        assert best is not None
        for order in permutations(ascending[:count]) if count < 4 else (ascending[:count], ascending[count - 1 :: -1]):
            assert strongest(order, END) == best


@cases("offers", [[], [offer(**ESP, encryption=("chacha20",), integrity=("SHA-1",))]])
def test_of_what_windows_has_no_words_for_there_is_none(offers: list[Offer]) -> None:
    assert strongest(offers, END) is None
