"""What a row must say, and the tables that are derived from rows."""

from __future__ import annotations

import pickle
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from msgspec import Struct

from ipseclint import vocabulary
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.authentication import AuthMethod, CertificateName, CertificateSigning
from ipseclint.vocabulary.encryption import Cipher
from ipseclint.vocabulary.groups import DhGroup
from ipseclint.vocabulary.integrity import Integrity
from ipseclint.vocabulary.key_modules import KeyModule
from ipseclint.vocabulary.rows import codes, folded, readings, spellings, writings
from ipseclint.vocabulary.settings import CrlCheck, InterfaceType
from tests.cases import cases

KINDS: list[type[StrEnum]] = [
    Cipher, Integrity, DhGroup, KeyModule, AuthMethod, CertificateSigning, CertificateName, AddressKeyword, CrlCheck,
]  # fmt: skip


@cases("kind", KINDS)
def test_a_row_without_a_decision_for_a_tool_does_not_load(kind: Any) -> None:
    row = next(iter(kind)).row
    assert len(type(row).__annotations__) > 1
    for column in type(row).__annotations__:
        said = dict(vars(row))
        type(row)(**said)
        del said[column]
        with pytest.raises(TypeError, match=f"must say each of its fields once: {column}$"):
            type(row)(**said)


@cases("kind", KINDS)
def test_a_value_is_its_name_and_comes_back_from_another_process_as_itself(kind: Any) -> None:
    for value in kind:
        assert str(value) == value.value == value.row.name
        assert kind(value.row.name) is value
        assert pickle.loads(pickle.dumps(value)) is value


def test_a_row_takes_no_tool_that_is_not_known_and_does_not_change() -> None:
    row = DhGroup.ECP_384.row
    with pytest.raises(TypeError, match=r"a GroupRow must say each of its fields once: cisco$"):
        type(row)(**vars(row), cisco="group20")
    with pytest.raises(AttributeError, match="netsh of a row does not change"):
        row.netsh = "ecdhp521"  # type: ignore[misc]


def test_an_absent_spelling_is_in_no_table() -> None:
    assert readings([DhGroup.ECP_384], lambda group: group.row.netsh_ipsec) == {}
    assert writings([DhGroup.ECP_384], lambda group: group.row.netsh_ipsec) == {}


def test_of_several_spellings_all_are_read_and_the_first_is_written() -> None:
    assert readings([InterfaceType.WIRELESS], lambda kind: kind.row.netsh) == {
        "wireless": InterfaceType.WIRELESS,
        "wiresless": InterfaceType.WIRELESS,
    }
    assert writings(InterfaceType, lambda kind: kind.row.netsh) == {
        InterfaceType.LAN: "lan",
        InterfaceType.WIRELESS: "wireless",
        InterfaceType.REMOTE_ACCESS: "ras",
    }


def test_a_spelling_of_two_values_is_refused() -> None:
    with pytest.raises(ValueError, match="'same' stands for DH1 and for DH2"):
        readings([DhGroup.GROUP_1, DhGroup.GROUP_2], lambda _group: "same")


def test_folded_words_know_neither_case_nor_blanks() -> None:
    assert folded({"AH, ESP": 1}) == {"ah,esp": 1}


def test_a_property_of_cim_is_its_number_or_its_name() -> None:
    assert codes(CrlCheck, lambda check: check.row.number, lambda check: check.row.powershell) == {
        "0": CrlCheck.OFF, "none": CrlCheck.OFF,
        "1": CrlCheck.FAIL_IF_REVOKED, "attemptcrlcheck": CrlCheck.FAIL_IF_REVOKED,
        "2": CrlCheck.FAIL_ON_ANY_ERROR, "requirecrlcheck": CrlCheck.FAIL_ON_ANY_ERROR,
    }  # fmt: skip


def test_spellings_of_two_tools_leave_out_what_one_cannot_say() -> None:
    assert spellings("AES256", None, "GCMAES256") == ("AES256", "GCMAES256")


def test_no_row_of_a_table_can_be_changed() -> None:
    modules = [import_module(f"{vocabulary.__name__}.{each.name}") for each in iter_modules(vocabulary.__path__)]
    own = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Struct) and kind.__module__ == module.__name__
    }
    assert len(own) > 5
    assert [kind for kind in own if not kind.__struct_config__.frozen] == []
