"""What an operator of a script makes of values: exact at the edges of what is followed, and why it is not beyond."""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, said_of

from ipseclint.formats.powershell.script.values import operators, patterns
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import (
    Data,
    Unknown,
    Value,
    number_in,
    unknown_of,
)

EIGHT, NINE = "abcdefgh", "abcdefghi"
OPEN = Unknown("what an answer is")
LONG = Unknown("a text longer than is followed")


def value(data: object) -> Value:
    """A value whose place is of no account; the parts of a list are values."""
    return Value([value(part) for part in data] if isinstance(data, list) else data, 0, 0)  # type: ignore[arg-type]


def plain(made: Value) -> Data | list[Data]:
    """Data of a value, those of the parts of a list."""
    return [part.data for part in flat(made)] if isinstance(made.data, list) else made.data


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected"),
    [
        ("+", "abcd", "efgh", EIGHT),
        ("+", "abcd", "efghi", LONG),
        ("-f", "{0}", [EIGHT], EIGHT),
        ("-f", "{0}", [NINE], LONG),
        ("-f", "a{0}{{}}{1}", ["bcd", "e"], "abcd{}e"),
        ("-f", "{0}{1}", ["abcd", "efgh"], EIGHT),
        ("-f", "{0}{1}", ["abcd", "efghi"], LONG),
        ("-f", "{0}{1}", [EIGHT, OPEN], Unknown("what `{1}` formats")),
        ("-f", "{0}{1}", [NINE, OPEN], LONG),
        ("-f", "{0}{1}{2}", ["abcd", "efgh", OPEN], Unknown("what `{2}` formats")),
        ("-f", "{0}{1}{2}", ["abcd", "efghi", OPEN], LONG),
        ("-f", "{0}{1}", ["abcd"], Unknown("what `{1}` formats is not there", is_error=True)),
        ("-join", ["abc", "defg"], " ", "abc defg"),
        ("-join", ["abcd", "efgh"], " ", LONG),
        ("-replace", "abab", ["a", "xyz"], "xyzbxyzb"),
        ("-replace", "abab", ["a", "wxyz"], "wxyzbwxyzb"),
        ("-replace", "abab", ["a", "vwxyz"], LONG),
        ("-replace", ["ab", "cd", "ab"], ["ab", "x"], ["x", "cd", "x"]),
        ("-replace", "abab", ["a"], "bb"),
        ("-replace", "abab", ["a", "$1"], Unknown("what a regular expression makes of it")),
        ("-replace", "abab", ["(a", "x"], Unknown("what a regular expression makes of it")),
    ],
)
def test_a_text_is_put_together_as_far_as_it_is_followed(
    operator: str, left: object, right: object, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (operators, patterns):
        monkeypatch.setattr(module, "MAX_TEXT_CHARACTERS", len(EIGHT))
    assert plain(operators.binary(operator, value(left), value(right))) == expected


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected"),
    [
        ("*", "ab", 4, "abababab"),
        ("*", "ab", 5, Unknown("a value longer than is followed")),
        ("*", "ab", 0, ""),
        ("*", "ab", -1, Unknown("a value longer than is followed")),
        ("*", ["a", "b"], 2, ["a", "b", "a", "b"]),
        ("*", 3, 4, 12),
        ("..", 1, 8, [1, 2, 3, 4, 5, 6, 7, 8]),
        ("..", 1, 9, Unknown("a range longer than is followed")),
        ("..", 3, 1, [3, 2, 1]),
        ("..", 2, 2, [2]),
        ("..", 9, 1, Unknown("a range longer than is followed")),
        ("-", 5, 7, -2),
        ("/", 7, 2, 3.5),
        ("/", 8, 2, 4),
        ("/", 8, 0, Unknown("a division by zero", is_error=True)),
        ("-", 1 << 64, 1, (1 << 64) - 1),
        ("-", (1 << 64) + 1, 1, Unknown("a sum of numbers greater than is followed")),
        ("-", "a", 1, Unknown("a sum of what is not a number", is_error=True)),
    ],
)
def test_numbers_and_ranges_are_worked_out_as_far_as_they_are_followed(
    operator: str, left: object, right: object, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (operators, patterns):
        monkeypatch.setattr(module, "MAX_ITEMS", 8)
    assert plain(operators.binary(operator, value(left), value(right))) == expected


COMPARED_UNKNOWN = Unknown("the result of a comparison that is not known")
CASE_UNKNOWN = Unknown("the result of a comparison that tells case apart")


@cases(
    ("operator", "left", "right", "expected"),
    [
        ("-eq", None, None, True),
        ("-eq", None, "a", False),
        ("-eq", "a", None, False),
        ("-ne", None, "a", True),
        ("-ne", "a", None, True),
        ("-ne", None, None, False),
        ("-eq", "A", "a", True),
        ("-ieq", "A", "a", True),
        ("-ceq", "A", "a", False),
        ("-cne", "A", "a", True),
        ("-ceq", "A", "A", True),
        ("-eq", True, 1, True),
        ("-eq", False, "", True),
        ("-eq", 5, "5", True),
        ("-eq", 5, "b", False),
        ("-eq", "5", 5, True),
        ("-lt", 4, 5, True),
        ("-lt", 5, 5, False),
        ("-le", 5, 5, True),
        ("-ge", 5, 5, True),
        ("-gt", 5, 5, False),
        ("-gt", 6, 5, True),
        ("-gt", 6, "b", COMPARED_UNKNOWN),
        ("-lt", "a", "B", True),
        ("-clt", "a", "B", CASE_UNKNOWN),
        ("-like", "Abc", "a*", True),
        ("-like", "Abc", "b*", False),
        ("-clike", "Abc", "a*", False),
        ("-notlike", "Abc", "a*", False),
        ("-match", "Abc", "b", True),
        ("-notmatch", "Abc", "b", False),
        ("-cmatch", "Abc", "a", False),
        ("-match", "Abc", "(b", COMPARED_UNKNOWN),
        ("-in", "A", ["a", "b"], True),
        ("-cin", "A", ["a", "b"], False),
        ("-notin", "A", ["a", "b"], False),
        ("-contains", ["a", "b"], "B", True),
        ("-contains", ["a", "b"], "c", False),
        ("-notcontains", ["a", "b"], "c", True),
        ("-contains", ["a", OPEN], "a", True),
        ("-contains", ["a", OPEN], "c", COMPARED_UNKNOWN),
        ("-eq", ["a", "b", "A"], "a", ["a", "A"]),
        ("-ne", ["a", "b", "A"], "a", ["b"]),
        ("-eq", OPEN, "a", unknown_of("-eq", (OPEN, "a"))),
        ("-and", False, OPEN, False),
        ("-and", True, OPEN, Unknown("the result of a condition that is not known")),
        ("-or", True, OPEN, True),
        ("-or", False, OPEN, Unknown("the result of a condition that is not known")),
        ("-and", True, True, True),
        ("-or", False, False, False),
        ("-xor", True, False, True),
        ("-xor", True, True, False),
        ("-bxor", 1, 3, 2),
        ("-shl", 1, 2, 4),
        ("-shr", -9, 1, -5),
        ("-shl", 1, 32, Unknown("a number shifted by more than it has bits")),
        ("-shl", 3, 30, Unknown("bits that a whole number loses")),
        ("-other", 1, 2, Unknown("what -other makes of its operands")),
    ],
)
def test_two_values_are_compared_as_powershell_does(
    operator: str, left: object, right: object, expected: object
) -> None:
    assert plain(operators.binary(operator, value(left), value(right))) == expected


@cases(
    ("text", "expected"),
    [
        ("1", 1), ("-3", -3), ("1.5", 1.5), ("1e3", 1000.0), ("0x10", 16), ("1kb", 1024), ("1MB", 1 << 20), ("2L", 2),
        ("9" * 28, int("9" * 28)), ("9" * 29, None), ("a", None), ("", None), ("1e999", None), ("\u0661", None),
    ],
)  # fmt: skip
def test_a_text_is_the_number_that_it_spells(text: str, expected: float | None) -> None:
    assert number_in(text) == expected


@cases(
    "pattern",
    [
        "[z-a]",
        "x{3,1}",
        "[a-\\d]",
        "a)b",
        "(a|b",
        "(?<n>x)(?<n>y)?",
        "x++",
        "(" * 300 + ")" * 300,
        "(?<=x)a",
        "(?<n",
        "[",
    ],
)
def test_an_expression_that_is_none_or_is_not_followed_finds_what_is_not_known(pattern: str) -> None:
    assert names_of(f"$x = 'x' -match '{pattern}'; if ($false) {{ $x }}; New-NetIPsecRule -DisplayName A") == ["A"]
    for script in (f"if ('x' -match '{pattern}') {{ RULE }}", f"'x' -replace '{pattern}', 'A' | % {{ RULE }}"):
        said = said_of(script.replace("RULE", "New-NetIPsecRule -DisplayName $_"))
        assert any("not known" in why for *_, why in said), script
    for script in (f"$x = @() -replace '{pattern}', ''", f"$x = 'y' -split '{pattern}'"):
        assert names_of(f"{script}\nNew-NetIPsecRule -DisplayName A") == ["A"]


@cases(
    ("test", "name"),
    [
        (r"'siteA=10.1.0.1' -match '^(?<n>\w+)=(?<ip>[\d.]+)$'", "$Matches.n"),
        (r"'siteA=10.1.0.1' -match '(?<n>\w+)=(.*)'", "$Matches['n']"),
        (r"'x siteA y' -match '(?<a>\w) (\S+) (?<b>\w)'", "$Matches[1]"),
        (r"'siteA;10.1.0.1;10.1.0.0/24' -match '^([^;]+);([^;]+);([^;]+)$'", "$Matches[1]"),
        (r"'siteA.' -match '(x|site.).'", "$Matches[1]"),
        (r"'siteA-7' -match '^x$|^(siteA|siteB)-\d+$'", "$Matches[1]"),
        (r"'10.1.0.1 siteA' -match '(?:\d{1,3}\.){3}\d{1,3} (\w+)'", "$Matches[1]"),
    ],
)
def test_groups_are_found_by_their_names_and_the_others_by_number(test: str, name: str) -> None:
    assert names_of(f"if ({test}) {{ New-NetIPsecRule -DisplayName {name} }}") == ["siteA"]


def test_of_many_parts_that_repeat_only_a_short_text_is_looked_in() -> None:
    pattern = ";".join(["([^;]+)"] * 3)
    for length, is_known in ((154, True), (155, False)):
        said = said_of(f"if ('{'a' * length};b;c' -match '{pattern}') {{ New-NetIPsecRule -DisplayName A }}")
        assert (said == []) is is_known


@cases(
    "pattern",
    [
        *("a?" * 40 + "x", r"a\\?" * 40 + "x", "(a|a)" * 24 + "x", "a{0,9}" * 12 + "x", r"\w*\w*x", r"\w+x", r"\w+$"),
        *("(a|b.){9}(a|b.){9}x", "(a*b?){9}x"),
    ],
)
def test_an_expression_that_may_be_tried_in_very_many_ways_is_not_looked_for(pattern: str) -> None:
    text = "a" * 3000 if "+" in pattern else "a" * 300
    for script in (
        f"if ('{text}' -match '{pattern}') {{ RULE }}",
        f"'{text}' -replace '{pattern}', 'A' | % {{ RULE }}",
    ):
        said = said_of(script.replace("RULE", "New-NetIPsecRule -DisplayName $_"))
        assert any("not known" in why for *_, why in said), script[:9]
