"""Values of a key of the registry: which they are, what number one holds, and what tells that there is none."""

from __future__ import annotations

from ipseclint.model.policy import Policy, RegistryValue
from ipseclint.semantics.registry import absence_of, number, values_of
from ipseclint.vocabulary.registry_keys import ANY_VALUE
from tests.cases import cases
from tests.made_objects import said

SET = "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Agent"
KEY = "Services\\Agent"


def value(path: str, data: str | None = "1", *, alone: bool = False) -> RegistryValue:
    return RegistryValue(path=path, data=said(data), alone=alone)


START, DEEPER, OTHER = value(f"{SET}\\Start"), value(f"{SET}\\Sub\\Start"), value("HKLM\\Services\\Agent2\\Start")
LACKS, LACKS_ALL = value(f"{SET}\\Mode", None), value(f"{SET}\\{ANY_VALUE}", None)
ALONE = value(f"{SET}\\Alone", alone=True)


def test_the_values_of_a_key_are_its_own_by_name() -> None:
    policy = Policy(registry=(START, DEEPER, OTHER, LACKS, value("hklm\\x\\SERVICES\\agent\\MODE2", "7")))
    assert {name: each.data.known for name, each in values_of(policy, KEY).items()} == {"start": "1", "mode2": "7"}


@cases(
    ("registry", "name", "expected"),
    [
        ((), "Mode", None),
        ((START,), "Start", None),
        ((START,), "START", None),
        ((START,), "Mode", START),
        ((ALONE,), "Mode", None),
        ((ALONE, START), "Mode", START),
        ((ALONE, LACKS), "Mode", LACKS),
        ((ALONE, LACKS), "Other", None),
        ((LACKS_ALL,), "Mode", LACKS_ALL),
        ((LACKS_ALL, LACKS), "mode", LACKS),
        ((LACKS, value(f"{SET}\\Mode", "2")), "Mode", None),
        ((value(f"{SET}\\Mode", "2"), LACKS), "Mode", None),
        ((DEEPER, OTHER), "Mode", None),
    ],
)
def test_what_tells_that_a_value_is_not_there(
    registry: tuple[RegistryValue, ...], name: str, expected: RegistryValue | None
) -> None:
    assert absence_of(Policy(registry=registry), KEY, name) is expected


@cases(
    ("data", "expected"),
    [
        ("10", 10),
        (" 10 ", 10),
        ("dword:0000000a", 10),
        ("DWORD:0a", 10),
        ("0xA", 10),
        ("0x10", 16),
        ("dword:0x10", 16),
        ("a", None),
        ("", None),
        (None, None),
    ],
)
def test_the_number_that_a_value_holds(data: str | None, expected: int | None) -> None:
    assert number(value("x", data)) == expected
