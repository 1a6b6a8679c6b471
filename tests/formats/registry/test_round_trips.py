"""A policy that is written as registry values and read again is the same, whichever export carries them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from tests.formats.registry.policies import registry_policies
from tests.formats.registry.policy_writer import entries_of
from tests.formats.registry.writers import pol_bytes, reg_query_text, reg_text
from tests.tries import tries

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.plain import plain, value_only
from ipseclint.model.policy import Policy
from ipseclint.source import bytes_source

pytestmark = pytest.mark.drawn(4)


def without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_places(item) for name, item in value.items() if name != "span"}
    return [without_places(each) for each in value] if isinstance(value, list) else value


def parse(data: bytes) -> Parsed:
    source = bytes_source("p", data)
    found = recognise(source)
    assert found is not None
    return found.parse(source)


def assert_same(data: bytes, policy: Policy) -> None:
    parsed = parse(data)
    assert parsed.problems == ()
    assert without_places(plain(parsed.policy, value_only)) == without_places(plain(policy, value_only))
    # Keys are not shown at all, and compared whole.
    assert keys_of(parsed.policy) == keys_of(policy)


def keys_of(policy: Policy) -> list[Any]:
    methods = (method for auth_set in policy.authentication_sets for method in auth_set.methods)
    return [method.preshared_key.value for method in methods if method.preshared_key is not None]


@tries(200)
@given(registry_policies())
def test_registry_pol(policy: Policy) -> None:
    assert_same(pol_bytes(entries_of(policy)), policy)


@tries(200)
@given(registry_policies())
def test_reg_file(policy: Policy) -> None:
    assert_same(("\ufeff" + reg_text(entries_of(policy))).encode("utf-16-le"), policy)


@tries(50)
@given(registry_policies())
def test_reg_file_in_hexadecimal(policy: Policy) -> None:
    assert_same(reg_text(entries_of(policy), hexadecimal=True).encode(), policy)


@tries(50)
@given(registry_policies())
def test_reg_query(policy: Policy) -> None:
    assert_same(reg_query_text(entries_of(policy)).encode(), policy)
