"""A text that was damaged on its way reads as before, or what it lost is said, in whatever format it stands."""

from __future__ import annotations

from random import Random

import pytest

from tests.attack.damaged_lines import KINDS, compared, hunt, lost
from tests.attack.foreign_statements import Document, documents
from tests.cases import cases

GATE_DAMAGES = 120
LONG_DAMAGES = 10_000
MAX_LOST = 0.03
"""So many of one at most: names, what a copy of a log has, and line ends of no editor."""

WHOLE = {
    "gateway-configuration/mikrotik.rsc": ["blank lines", "blanks at the ends"],
    "lgpo-text/undone.txt": ["a line twice"],
    "oma-uri/firewall.md": ["a blank of no break at the ends"],
    "powershell-list/task-offload.txt": ["no blank lines", "a blank of no break at the ends"],
    "reg-query/asked-for.txt": ["blanks as one"],
    "swanctl-conns/transport.txt": ["no indentation"],
}
"""Kinds of damage to fixtures, by folder and name."""
VALUE = "    NegotiateDH2048_AES256    REG_DWORD    0x1"
PARTS = {
    "audit-commands/audit.cmd": [('"IPsec Driver"', "\u201cIPsec Driver\u201d"), ('"IPsec Driver"', "IPsec Driver")],
    "azure-commands/cli.txt": [("--sa-lifetime 27000", "--sa-lifetime 27.000"), ("102400000", "102,400,000")],
    "azure-commands/shown.txt": [("102400000", "102\u00a0400\u00a0000"), ("27000", "27 000")],
    "cloud-gateway/azure-connection.json": [('"ipsecIntegrity": "GCMAES256",', "")],
    "declared-gateway/clients.tf": [("= 28800", "= 28,800"), ("= 1024000", "= 1,024,000")],
    "declared-gateway/connections.bicep": [("102400000", "102,400,000")],
    "lgpo-text/undone.txt": [("DELETE", "DELET"), ("Computer\n", "Computer\nComputer\n")],
    "powershell-list/task-offload.txt": [("InterfaceDescription", "IPsecOffloadV2Enabled")],
    "registry-properties/ikev2.txt": [(": 28800", ": 28,800"), (": 102400", ": 102.400")],
    "reg-query/asked-for.txt": [(VALUE, "NegotiateDH2048_AES256 REG_DWORD 0x1")],
}
"""Of fixtures: a text, and what a damage makes of it."""


def document(name: str) -> Document:
    return next(each for each in documents() if f"{each.folder}/{each.name}" == name)


@cases(("name", "kind"), [(name, kind) for name, kinds in WHOLE.items() for kind in kinds])
def test_what_a_damage_to_all_lines_takes_is_said(name: str, kind: str) -> None:
    whole = document(name)
    found = (lost(whole, kind, Random(number)) for number in range(6))
    assert [each for each in found if each is not None] == []


@cases(("name", "text", "instead"), [(name, *each) for name, all_ in PARTS.items() for each in all_])
def test_what_a_damage_takes_is_said(name: str, text: str, instead: str) -> None:
    whole = document(name)
    assert text in whole.text
    assert compared(whole, "a part", whole.text.replace(text, instead, 1)) is None


def test_few_damages_take_anything_without_a_word() -> None:
    assert len(list(hunt(GATE_DAMAGES, 31))) <= GATE_DAMAGES * MAX_LOST


@pytest.mark.long
def test_of_very_many_damages_few_take_anything_without_a_word() -> None:
    assert len(list(hunt(LONG_DAMAGES, 32))) <= LONG_DAMAGES * MAX_LOST


@cases(
    ("kept", "instead"),
    [
        ("same", VALUE.replace("NegotiateDH2048", "NegotiateDH1024")),
        ("kept", ""),
        ("nothing new", VALUE.replace("0x1", "0x2")),
    ],
)
def test_the_hunt_sees_what_is_lost(kept: str, instead: str) -> None:
    whole = document("reg-query/asked-for.txt")
    assert compared(whole, "a part", whole.text.replace(VALUE, instead), kept) is not None


def test_every_kind_of_damage_changes_some_document() -> None:
    chance = Random(1)
    for kind, (damage, _) in KINDS.items():
        assert any(damage(each.text, chance) != each.text for each in documents()), kind
