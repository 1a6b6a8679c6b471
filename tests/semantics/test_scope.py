"""Which rules are for all traffic of a host."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.selectors import ANY_ADDRESS
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics.scope import is_any_to_any
from tests.made_objects import SPAN, addresses, rule, said

ANY = said((ANY_ADDRESS,))
SUBNET = said(addresses("10.0.0.0/8"))
NOT_UNDERSTOOD: Setting[Any] = Setting(Unknown("elsewhere"), SPAN)


@pytest.mark.parametrize(
    ("endpoint1", "endpoint2", "expected"),
    [
        (ANY, ANY, True),
        (ANY, SUBNET, False),
        (SUBNET, ANY, False),
        (SUBNET, SUBNET, False),
        (NOT_UNDERSTOOD, ANY, False),
        (ANY, NOT_UNDERSTOOD, False),
        (NOT_UNDERSTOOD, NOT_UNDERSTOOD, False),
    ],
)
def test_a_rule_is_for_all_traffic_when_both_sides_surely_are_any(
    endpoint1: Setting[Any], endpoint2: Setting[Any], expected: bool
) -> None:
    machine = Machine(name="m", policy=Policy())
    assert is_any_to_any(machine, rule(endpoint1=endpoint1, endpoint2=endpoint2)) is expected
