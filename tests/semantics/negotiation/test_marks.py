"""Marks tell values of every kind apart, and are the same for equal ones."""

from __future__ import annotations

from collections.abc import Hashable
from copy import deepcopy
from ipaddress import ip_address, ip_network

from msgspec import Struct

from ipseclint.model.setting import Secret
from ipseclint.semantics.negotiation.marks import mark_of
from ipseclint.vocabulary.groups import DhGroup


class One(Struct, frozen=True):
    value: Hashable


class Other(Struct, frozen=True):
    value: Hashable


VALUES: tuple[Hashable, ...] = (
    "1", 1, 1.5, b"1", True, None, DhGroup.GROUP_1, DhGroup.GROUP_2, ip_address("10.0.0.1"), ip_address("10.0.0.2"),
    ip_network("10.0.0.1"), Secret("1"), Secret("2"), One("1"), One(1), Other("1"), One(Secret("1")),
    (), ("1",), ("1", "2"), ("2", "1"), (("1", "2"),), ("1", ("2",)), ("1,2",), frozenset(), frozenset(("1", "2")),
    frozenset(("1", "2", "3")), frozenset(("1,2",)),
)  # fmt: skip


def test_other_values_have_other_marks() -> None:
    assert len({mark_of(value) for value in VALUES}) == len(VALUES)


def test_equal_values_have_the_same_mark() -> None:
    assert list(map(mark_of, deepcopy(VALUES))) == list(map(mark_of, VALUES))


def test_a_set_has_one_mark_in_whatever_order_it_was_filled() -> None:
    names = [f"10.{number}.0.0/16" for number in range(20)]
    assert mark_of(frozenset(names)) == mark_of(frozenset(reversed(names)))
    assert mark_of(One(frozenset(names))) == mark_of(One(frozenset(reversed(names))))


def test_equal_mappings_have_the_same_mark() -> None:
    one, other = {"a": 1, "b": 2}, {"b": 2, "a": 1}
    assert mark_of((1, one)) == mark_of((1, other)) != mark_of((1, {"a": 2, "b": 1}))  # type: ignore[arg-type]
