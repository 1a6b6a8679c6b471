"""What is made for each of two ends goes to that end: its repair names and changes its own objects."""

from __future__ import annotations

import pytest

from ipseclint.engine.negotiate import answers
from ipseclint.semantics.negotiation.table import Side
from tests.semantics.negotiation.two_ends import PSK, machine

HERE, THERE = ("10.1.0.5", "10.2.0.7"), ("10.2.0.7", "10.1.0.5")
OFFER_256 = "Offer ESP AES-256+SHA-1 in quick mode."
OFFER_128 = (
    "Offer ESP AES-128+SHA-1 in quick mode. "
    "It is weaker than what this end offers now: the repair of the other end keeps that."
)


def rule(name: str, ends: tuple[str, str], rest: str) -> str:
    """A rule under its own name, which only its own machine has."""
    add = f'netsh advfirewall consec add rule name="{name}" endpoint1={ends[0]} endpoint2={ends[1]}'
    return f"{add} action=requireinrequireout {PSK} {rest}\n"


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        (
            "qmsecmethods=esp:sha1-aes128",
            "qmsecmethods=esp:sha1-aes256",
            (
                (OFFER_256, 'set rule name="Here" new qmsecmethods=esp:sha1-aes256,esp:sha1-aes128'),
                (OFFER_128, 'set rule name="There" new qmsecmethods=esp:sha1-aes128,esp:sha1-aes256'),
            ),
        ),
        (
            "qmpfs=dhgroup14 qmsecmethods=esp:sha1-aes128",
            "qmpfs=none qmsecmethods=esp:sha1-aes128",
            (
                (
                    "Leave perfect forward secrecy out, as the other end does.",
                    'set rule name="Here" new qmpfs=none',
                ),
                (
                    "Ask for perfect forward secrecy with DH14, as the other end does.",
                    'set rule name="There" new qmpfs=dhgroup14',
                ),
            ),
        ),
    ],
)
@pytest.mark.parametrize("side", list(Side))
def test_each_end_is_told_its_own_repair(
    here: str, there: str, expected: tuple[tuple[str, str], ...], side: Side
) -> None:
    one, other = machine(rule("Here", HERE, here), "one"), machine(rule("There", THERE, there), "other")
    (row,) = answers(one, other, (side,))
    told = []
    for advice in row.advice:
        assert advice is not None
        assert advice.commands is not None
        told.append((advice.words, (advice.commands.netsh or "").removeprefix("netsh advfirewall consec ")))
    assert tuple(told) == expected
