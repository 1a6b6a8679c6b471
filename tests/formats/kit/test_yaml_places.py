"""YAML is read as a tree whose values keep their places."""

from __future__ import annotations

from typing import Any

from tests.cases import cases

from ipseclint.formats.kit.json_places import Json, JsonObject
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.kit.yaml_places import MAX_DEPTH, read_yaml


def plain(value: Json) -> Any:
    """A value without its places; an unknown one is in angle brackets."""
    if isinstance(value, JsonObject):
        return {name.text: plain(member) for name, member in value.members}
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, OpenToken):
        return f"<{value.text}>"
    return None if value is None else value.text


def read(text: str) -> Any:
    """The only document of a text, of which all is read."""
    (value,), strays, end = read_yaml(text, "a.yaml")
    assert (strays, end) == ([], None)
    return plain(value)


@cases(
    ("text", "expected"),
    [
        ("a: 1\nb: two words # said\n", {"a": "1", "b": "two words"}),
        ("a:\n  b:\n    c: 1\n  d: 2\n", {"a": {"b": {"c": "1"}, "d": "2"}}),
        ("a:\n- 1\n- 2\nb: 3\n", {"a": ["1", "2"], "b": "3"}),
        ("a:\n  - b: 1\n    c: 2\n  - b: 3\n", {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}),
        ("- - 1\n  - 2\n-\n  b: 1\n", [["1", "2"], {"b": "1"}]),
        ("a: [1, {b: 2, \"c\": 'd e'}, [3]]\n", {"a": ["1", {"b": "2", "c": "d e"}, ["3"]]}),
        ("a: [ 1, # one\n     2 ]\nb: 3\n", {"a": ["1", "2"], "b": "3"}),
        ("a: [Value: 1, 2]\n", {"a": [{"Value": "1"}, "2"]}),
        ("a: {b: }\n", {"a": {"b": None}}),
        ("a: \"x: \\\"y\\\" # z\"\nb: 'it''s'\n", {"a": 'x: "y" # z', "b": "it's"}),
        ('a: "one\\\n  \\ two"\nb: 1\n', {"a": "one two", "b": "1"}),
        ("a: |\n  # no comment\n  b: 1\nc: 2\n", {"a": "# no comment\nb: 1", "c": "2"}),
        ("a: one\n  two\nb: 1\n", {"a": "one two", "b": "1"}),
        ("a: !Ref B\nb: !If\n- C\n- 1\nc: !!str 4\n", {"a": "<!Ref B>", "b": "<!If>", "c": "4"}),
        ("a: &x\n  b: 1\nc: *x\n", {"a": {"b": "1"}, "c": "<*x>"}),
        ("a:\nb: ~\nc: null\n", {"a": None, "b": None, "c": None}),
        ("Fn::Sub: http://a:1/b#c\n'q r': 1\n", {"Fn::Sub": "http://a:1/b#c", "q r": "1"}),
        ("--- # first\na: 1\n...\n", {"a": "1"}),
        ("--- {a: 1}\n", {"a": "1"}),
        ("a: [\n  # see ] and }\n  1, # one: {first}\n  b c # so\n]\n", {"a": ["1", "b c"]}),
        ("a: {b: 4 # four, not 8\n  , c: d#e}\n", {"a": {"b": "4", "c": "d#e"}}),
        ('a: {"b":1,"c":[2]}\n', {"a": {"b": "1", "c": ["2"]}}),
        ("a: [&x {b: 1}, &y 2, *x, [3], {e: &z}]\n", {"a": [{"b": "1"}, "2", "<*x>", ["3"], {"e": None}]}),
        (
            'a: [!Ref B, !Sub "${C}-d", !If [E, [1], [2]], !!str 4]\n',
            {"a": ["<!Ref B>", "<!Sub ${C}-d>", "<!If>", "4"]},
        ),
        (r'a: "\x41\u00e9\U0001F600\e\_\/"' + "\n", {"a": "A\u00e9\U0001f600\x1b\xa0/"}),
        ("a: \"one\n  two\"\nb: 'one\n  two'\n", {"a": "one two", "b": "one two"}),
    ],
)
def test_each_form_of_a_value_is_read(text: str, expected: object) -> None:
    assert read(text) == expected
    assert read(text.replace("\n", "\r\n")) == expected


def test_documents_stand_one_below_the_other() -> None:
    values, strays, _ = read_yaml("---\na: 1\n---\nb: 2\n", "a.yaml")
    assert ([plain(value) for value in values], strays) == ([{"a": "1"}, {"b": "2"}], [])


def test_a_value_has_its_place() -> None:
    (value,), *_ = read_yaml("a:\n  - b:  word\n    c: [x, 'y']\n", "a.yaml")
    assert isinstance(value, JsonObject)
    ((_, items),) = value.members
    assert isinstance(items, list)
    (item,) = items
    assert isinstance(item, JsonObject)
    (_, word), (name, listed) = item.members
    assert isinstance(listed, list)
    places = [word, name, *listed]
    assert [(each.line, each.column) for each in places if not isinstance(each, list) and each is not None] == [
        (2, 9),
        (3, 5),
        (3, 9),
        (3, 13),
    ]


@cases(
    ("text", "expected"),
    [
        ("a: |\r\n\r\n  \u00e9 1\r\n  b\r\n", (3, 3)),
        ("\u00e9: \U0001f600\nb: 'c'\n", (2, 5)),
        ('a:\n- {b: "c"}\n', (2, 8)),
    ],
)
def test_the_last_text_has_its_place_behind_any_character(text: str, expected: tuple[int, int]) -> None:
    (value,), *_ = read_yaml(text, "a.yaml")
    while not isinstance(value, Token):
        assert value
        value = value.members[-1][1] if isinstance(value, JsonObject) else value[-1]
    assert (value.line, value.column) == expected


@cases(
    ("line", "value"),
    [("a: 3", {"a": ["1"], "c": "2"}), ("? [b]\n: 3", {"a": ["1"], "c": "2"}), ("*x : 3", {"a": ["1"], "c": "2"})],
)
def test_a_key_that_is_none_is_given_back(line: str, value: object) -> None:
    (read_value,), strays, _ = read_yaml(f"a: [1]\n{line}\nc: 2\n", "a.yaml")
    assert ([(stray.line, plain(read_value)) for stray in strays]) == [(2, value)]


@cases("text", ["a: 1\n<<: *x\n", "{a: 1, <<: *x}\n", "a: 1\n<<: [*x, *y]\n"])
def test_what_an_alias_brings_is_not_known_and_told(text: str) -> None:
    (value,), strays, _ = read_yaml(text, "a.yaml")
    assert (plain(value), [stray.text[:2] for stray in strays]) == ({"a": "1", "<<": "<<<\u2026>"}, ["<<"])


@cases(
    "wrong",
    ["[a] b", "{a: 1 b: 2}", "[a, {b: 1]}", "[a, , b]", "[a, b", '"no end', "}", "1\n{% if a %}", "1\n   b: 1"],
)
def test_a_document_that_is_no_yaml_is_not_read_and_its_place_told(wrong: str) -> None:
    values, _, end = read_yaml(f"z: 1\n---\na: {wrong}\n---\nb: 1\n", "a.yaml")
    assert [plain(value) for value in values] == [{"z": "1"}]
    assert end is not None
    assert end.line >= 3


@cases(
    "text",
    [
        "".join(f"{' ' * level}a:\n" for level in range(MAX_DEPTH * 3)) + "b: 1\n",
        f"{'- ' * MAX_DEPTH * 3}1\n",
        f"a: {'[' * MAX_DEPTH * 3}1{']' * MAX_DEPTH * 3}\n",
    ],
)
def test_what_is_too_deep_is_not_known_and_told(text: str) -> None:
    values, strays, end = read_yaml(text, "a.yaml")
    assert (len(values), len(strays), end) == (1, 1, None)


@cases("sign", ["[", "{a: ", "!b ", "&b ", "? ", "- - "])
def test_signs_without_end_are_no_yaml(sign: str) -> None:
    values, _, end = read_yaml(f"a: {sign * 20_000}\nb: 1\n", "a.yaml")
    assert (values, end is not None) == ([], True)


def test_a_character_that_no_yaml_has_is_told() -> None:
    values, _, end = read_yaml("a: 1\nb: \x01\n", "a.yaml")
    assert (values, end and (end.line, end.column)) == ([], (2, 4))
