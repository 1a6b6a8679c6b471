"""Which objects a policy holds, and whether it holds any."""

from __future__ import annotations

from typing import Any

from ipseclint.model.policy import Policy, ServiceState, WindowsHost
from tests import made_objects as made
from tests.cases import cases


def test_objects_come_in_the_order_of_the_kinds_and_then_of_the_input() -> None:
    rules = made.rule("b"), made.rule("a")
    main, quick = made.main_mode_set(), made.quick_mode_set()
    policy = Policy(
        quick_mode_crypto_sets=(quick,), main_mode_crypto_sets=(main,), connection_security_rules=rules,
        names_given=("n",),
    )  # fmt: skip
    assert [each for each in policy.objects() if each in rules] == list(rules)
    assert set(map(id, policy.objects())) == set(map(id, (*rules, main, quick)))


@cases(
    ("fields", "is_empty"),
    [
        ({}, True),
        ({"names_given": ("n",)}, True),
        ({"hosts": (WindowsHost(span=made.SPAN),)}, True),
        ({"services": (ServiceState(name="IKEEXT"),)}, False),
    ],
)
def test_a_policy_is_empty_without_objects_whatever_is_known_beside_them(
    fields: dict[str, Any], *, is_empty: bool
) -> None:
    assert Policy(**fields).is_empty is is_empty
