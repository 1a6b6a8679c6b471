"""Proposals as a short list."""

from __future__ import annotations

from typing import Any

from ipseclint.model.peer import Offer
from ipseclint.semantics.negotiation.offers import alternatives, words
from ipseclint.vocabulary.algorithms import Encapsulation
from tests.cases import cases
from tests.made_objects import SPAN


def offer(**fields: Any) -> Offer:
    return Offer(**{"span": SPAN, "encapsulation": None, "encryption": ("AES-128",), "integrity": ("SHA-1",), **fields})


MAIN = offer(groups=("DH2", "DH14"))
PRF = offer(prfs=("SHA-256",), groups=("DH14",))
ESP = offer(encapsulation=Encapsulation.ESP, encryption=("AES-128", "3DES"), groups=("DH2",))
AH = offer(encapsulation=Encapsulation.AH, encryption=(), integrity=(), ah_integrity=("SHA-1",))


@cases(
    ("offers", "expected"),
    [
        ((), "nothing"),
        ((MAIN,), "AES-128+SHA-1+DH2|DH14"),
        ((PRF,), "AES-128+SHA-1+PRF SHA-256+DH14"),
        ((ESP, AH), "ESP AES-128|3DES+SHA-1, AH SHA-1"),
        ((offer(is_understood=False), MAIN), "?, AES-128+SHA-1+DH2|DH14"),
        ((AH,) * 4, "AH SHA-1, AH SHA-1, AH SHA-1, AH SHA-1"),
        ((AH,) * 5, "AH SHA-1, AH SHA-1, AH SHA-1, AH SHA-1 and 1 more"),
    ],
)
def test_offers_in_words(offers: tuple[Offer, ...], expected: str) -> None:
    assert words(offers) == expected


@cases(("count", "expected"), [(1, "0"), (7, "0|1|2|3|4|5|6"), (8, "0|1|2|3|4|5|2 more"), (9, "0|1|2|3|4|5|3 more")])
def test_of_many_alternatives_the_first_are_told(count: int, expected: str) -> None:
    assert alternatives([str(number) for number in range(count)]) == expected
