"""What a type makes of a value: what it holds, where PowerShell stops instead, and what only Windows could tell."""

from __future__ import annotations

from typing import Any

from tests.cases import cases

from ipseclint.formats.powershell.script.values.conversions import BITS, OF_TIME, converted, type_in
from ipseclint.formats.powershell.script.values.lists import MAX_ITEMS, Collection, Unordered
from ipseclint.formats.powershell.script.values.value import (
    SHOWN,
    Character,
    Table,
    Thing,
    Unknown,
    Value,
)


def of(data: Any, type_name: str) -> Any:
    """A value converted, a list as its texts and numbers."""
    made = converted(Value(data, 3, 7), type_name)
    return [item.data for item in made] if isinstance(made, list) else made


def values(*data: Any) -> list[Value]:
    return [Value(each, 3, 7) for each in data]


BOUNDS = {
    "byte": (0, 255),
    "sbyte": (-128, 127),
    "uint16": (0, 65_535),
    "int16": (-32_768, 32_767),
    "short": (-32_768, 32_767),
    "uint32": (0, 4_294_967_295),
    "int": (-2_147_483_648, 2_147_483_647),
    "int32": (-2_147_483_648, 2_147_483_647),
    "uint64": (0, 18_446_744_073_709_551_615),
    "long": (-9_223_372_036_854_775_808, 9_223_372_036_854_775_807),
    "int64": (-9_223_372_036_854_775_808, 9_223_372_036_854_775_807),
}


@cases(("name", "bounds"), BOUNDS.items())
def test_an_integer_holds_what_fits_and_stops_at_the_next(name: str, bounds: tuple[int, int]) -> None:
    least, most = bounds
    assert (of(least, name), of(most, f"system.{name}")) == (least, most)
    for beyond in (least - 1, most + 1):
        assert of(beyond, name) == Unknown(f"`[{name}]` of a number that it does not hold", is_error=True)


def test_every_integer_type_has_its_bounds_here() -> None:
    assert BOUNDS.keys() == BITS.keys()


@cases(
    ("data", "name", "made"),
    [
        (None, "int", 0),
        ("", "int", 0),
        (" \t", "byte", 0),
        (2.5, "int", 2),
        (3.5, "int", 4),
        (2.5, "double", 2.5),
        ("2.5", "decimal", 2.5),
        (" 12 ", "int", 12),
        ("abc", "int", Unknown("`[int]` of what is not a number", is_error=True)),
        (" C:\\x y/z.1-2", "single", Unknown("`[single]` of what is not a number", is_error=True)),
        ("5%", "int", Unknown("`[int]` of what is not a number")),
        ("a+b", "float", Unknown("`[float]` of what is not a number")),
        ("ab", "char", Unknown("`[char]` of what is not a single character", is_error=True)),
        ("", "char", Unknown("`[char]` of what is not a single character", is_error=True)),
        ("a", "char", "a"),
        (0, "char", "\0"),
        (65_535, "char", "\uffff"),
        (65_536, "char", Unknown("`[char]` of what is not a character")),
        (-1, "char", Unknown("`[char]` of what is not a character")),
        (65.0, "char", Unknown("`[char]` of what is not a character")),
        (Table(), "char", Unknown("`[char]` of what is not a character")),
        ("10.0.0.1", "ipaddress", "10.0.0.1"),
        ("FE80::1", "net.ipaddress", "FE80::1"),
        ("10.1", "ipaddress", Unknown("what `[ipaddress]` makes of it")),
        ("fe80::0", "ipaddress", Unknown("how `[ipaddress]` shows it")),
        (True, "string", "True"),
        (5, "uri", "5"),
        (5, "guid", "5"),
        ("1.0", "version", Unknown("how `[version]` compares")),
        ("9", "system.numerics.biginteger", Unknown("how `[system.numerics.biginteger]` compares")),
        ("9", "nullable[int]", 9),
        (None, "system.nullable[int]", None),
        (None, "int", 0),
        ("1.10", "decimal", Unknown("how `[decimal]` shows it")),
        ("1.5", "decimal", 1.5),
        (Thing("netipsecrule", 0, 1), "string", Unknown(SHOWN)),
        ("", "bool", False),
        ("False", "boolean", True),
        (0, "switch", False),
        (2, "switchparameter", True),
        (5, "void", None),
        (5, "object", 5),
        (5, "cultureinfo", 5),
        (Unknown("asked for"), "int", Unknown("asked for")),
    ],
)
def test_a_value_of_a_type_is_what_powershell_makes_of_it(data: Any, name: str, made: Any) -> None:
    found = of(data, name)
    assert (found, type(found) is bool) == (made, type(made) is bool)


def test_a_character_is_a_number_in_arithmetic_and_a_text_is_not() -> None:
    assert all(isinstance(of(data, "char"), Character) for data in ("a", 65))
    assert not isinstance(of(Character("a"), "string"), Character)


def test_a_session_of_a_gpo_stays_what_it_is_as_a_text() -> None:
    session = Thing("netgpo", 0, 1)
    assert of(session, "string") is session
    assert isinstance(of(session, "guid"), Unknown)


@cases("name", sorted(OF_TIME))
def test_a_time_is_shown_in_its_own_way(name: str) -> None:
    for data in ("1:00", 5, 1.5):
        assert of(data, f"system.{name}") == Unknown(f"how `[system.{name}]` shows it")
    assert of(None, name) is None


@cases(
    ("data", "name", "made", "is_collection"),
    [
        ("a", "array", ["a"], False),
        (values("a", 1), "object[]", ["a", 1], False),
        (values("a"), "psobject[]", ["a"], False),
        ("a", "string[]", ["a"], False),
        (values("1", 2), "int[]", [1, 2], False),
        ("ab", "char[]", ["a", "b"], False),
        (values("1"), "collections.generic.list[int]", [1], True),
        (values("1"), "list[int]", [1], True),
        (values("1"), "collections.arraylist", ["1"], True),
        ("1", "arraylist", ["1"], True),
        (values("1"), "collections.queue", ["1"], True),
    ],
)
def test_a_list_of_a_type_has_items_of_it(data: Any, name: str, made: list[object], is_collection: bool) -> None:
    assert of(data, name) == made
    assert isinstance(converted(Value(data, 3, 7), name), Collection) == is_collection


def test_a_set_drops_what_is_twice_so_it_is_not_known_of_a_list() -> None:
    for name in ("collections.generic.hashset[string]", "collections.generic.sortedset[string]"):
        assert of(values("a", "a"), name) == Unknown(f"what `[{name}]` has of a list")
    assert of("a", "collections.generic.hashset[string]") == "a"


def test_what_has_no_order_keeps_none_as_an_array() -> None:
    unordered = Unordered(values("a", "b"))
    assert converted(Value(unordered, 0, 1), "array") is unordered
    plain = values("a", "b")
    assert converted(Value(plain, 0, 1), "array") is not plain


def test_a_text_gives_no_more_characters_than_a_list_may_have() -> None:
    assert len(of("a" * (MAX_ITEMS + 1), "char[]")) == MAX_ITEMS


@cases(("written", "name"), [("[String[]]", "string[]"), (" [ Int ] ", "int"), ("byte", "byte")])
def test_a_type_is_named_folded_and_without_its_brackets(written: str, name: str) -> None:
    assert type_in(written) == name
