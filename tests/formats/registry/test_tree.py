from __future__ import annotations

from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.tree import MAX_TREE_DEPTH, Key, Kind, Value
from ipseclint.source import Span

PLACE = Span("a.reg", 1, 1)


def test_the_types_of_values_have_the_numbers_of_winnt() -> None:
    assert {kind.name: kind.value for kind in Kind} == {
        "NONE": 0,
        "SZ": 1,
        "EXPAND_SZ": 2,
        "BINARY": 3,
        "DWORD": 4,
        "DWORD_BIG_ENDIAN": 5,
        "LINK": 6,
        "MULTI_SZ": 7,
        "QWORD": 11,
    }


def test_a_key_is_made_with_those_above_it_and_found_in_any_case() -> None:
    tree = Key("", PLACE)
    made = tree.make("HKLM\\System\\A", PLACE)
    assert made is tree.find("hklm\\SYSTEM\\a")
    assert tree.find("HKLM\\System\\B") is None
    assert tree.find("HKLM\\None\\A") is None


def test_a_tree_is_as_deep_as_windows_allows() -> None:
    tree = Key("", PLACE)
    assert tree.make("\\".join("k" * MAX_TREE_DEPTH), PLACE) is not None
    assert tree.make("\\".join("k" * (MAX_TREE_DEPTH + 1)), PLACE) is None
    assert MAX_TREE_DEPTH == 512


def test_a_key_is_deleted_with_all_below_it_and_no_other() -> None:
    tree = Key("", PLACE)
    tree.make("A\\B\\C", PLACE)
    tree.make("A\\D", PLACE)
    tree.delete("a\\b")
    assert (tree.find("A\\B"), tree.find("A\\D") is None) == (None, False)
    tree.delete("x\\y")
    tree.delete("")
    assert list(tree.keys) == ["a"]


def test_a_value_that_is_set_is_no_longer_said_to_be_absent() -> None:
    key, name = Key("A", PLACE), Token("Value", "a.reg", 2, 1)
    key.lack(name)
    assert (list(key.values), list(key.absent)) == ([], ["value"])
    for _ in range(2):
        key.set(Value("VALUE", Kind.DWORD, name, number=1))
        assert (list(key.values), list(key.absent)) == (["value"], [])
        key.lack(name)
