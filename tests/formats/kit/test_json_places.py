"""JSON with the place of every value, whether read member by member or sign by sign."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import cases

from ipseclint.formats.kit import json_places
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.json_places import (
    MAX_DEPTH,
    Json,
    JsonError,
    JsonObject,
    is_json_alone,
    read_as_far,
    read_json,
    read_made,
)
from ipseclint.formats.kit.token import Token
from ipseclint.source import HEAD_BYTES, bytes_source

pytestmark = pytest.mark.drawn(3)

_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=20
)

AGAIN: tuple[dict[str, Any], ...] = (
    {},
    {"ClassName": "MSFT_NetConSecRule", "Path": None, "Count": 3},
    {"a": "\u00e9", "b": True},
    {"a": 'with "escapes"'},
)


def _plain(value: Json) -> Any:
    """The value with each text, number and truth as its text."""
    if isinstance(value, JsonObject):
        return {name.text: _plain(member) for name, member in value.members}
    return list(map(_plain, value)) if isinstance(value, list) else value and value.text


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _texts(member) for name, member in value.items()}
    if isinstance(value, list):
        return list(map(_texts, value))
    return value if value is None or value == "" or isinstance(value, str) else json.dumps(value)


def _tokens(value: Json) -> Iterator[Token]:
    if isinstance(value, JsonObject):
        for name, member in value.members:
            yield name
            yield from _tokens(member)
    elif isinstance(value, list):
        for item in value:
            yield from _tokens(item)
    elif value is not None:
        yield value


@given(
    _VALUES,
    st.sampled_from([None, 0, 2]),
    st.sampled_from([", ", ",", " ,\n\t", " /* [*1 **/, // {\n"]),
    st.sampled_from([":", " :\n ", ": ", "//\n: /*\n*/"]),
)
def test_values_are_those_of_json_and_stand_where_they_say(
    value: Any, indent: int | None, comma: str, colon: str
) -> None:
    text = json.dumps(value, indent=indent, separators=(comma, colon), ensure_ascii=False)
    (read,) = read_json(f" {text}\n", "in.json")
    # A text of nothing is a token of nothing.
    assert json.dumps(_plain(read)).replace("null", '""') == json.dumps(_texts(value)).replace("null", '""')
    lines = f" {text}\n".split("\n")
    for token in _tokens(read):
        if not token.breaks:
            assert lines[token.line - 1][token.column - 1 :].startswith(token.text)


@cases(
    ("text", "line", "column", "message"),
    [
        ('{"a" 1}', 1, 6, "no `:` after the name of a member"),
        ('{"a":1 "b":2}', 1, 8, "neither `,` nor `}` after a member"),
        ('{"a":1,\n }', 2, 2, "no name of a member where one should be"),
        ('{"a":\n', 2, 1, "the input ends where a value should be"),
        ('{"a": x}', 1, 7, "no JSON value where one should be"),
        ('{"a": /* 1}', 1, 7, "no JSON value where one should be"),
        ('{"a": / 1}', 1, 7, "no JSON value where one should be"),
        ('{"a": "x\n', 1, 9, "a text without its closing quotation mark"),
        ('{"a": "\\x"}', 1, 8, "an escape that JSON does not have"),
        ('{"a": "\\x0041"}', 1, 8, "an escape that JSON does not have"),
        ('{"a": "\\u004"}', 1, 8, "an escape that JSON does not have"),
        ("[1 2]", 1, 4, "neither `,` nor `]` after a value"),
        ('{"a":12a}', 1, 8, "neither `,` nor `}` after a member"),
        ('{"a":' * (MAX_DEPTH + 1) + "1", 1, 5 * (MAX_DEPTH + 1) + 1, "nested too deep, or too many values"),
    ],
)
def test_what_is_no_json_is_refused_where_it_stands(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(JsonError) as error:
        read_json(text, "in.json")
    assert (str(error.value), error.value.line, error.value.column) == (message, line, column)


def test_many_values_are_refused_whether_they_are_members_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipseclint.formats.kit.json_places.MAX_VALUES", 3)
    assert len(read_json('{"a":1,"b":2}', "in.json")) == 1
    for text in ('{"a":1,"b":2,"c":3}', "[1,2,3]"):
        with pytest.raises(JsonError, match="too many values"):
            read_json(text, "in.json")


def test_more_values_are_read_of_a_text_that_is_long_enough_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipseclint.formats.kit.json_places.MAX_DENSE_VALUES", 3)
    with pytest.raises(JsonError, match="too many values"):
        read_json("[1,2,3]", "in.json")
    assert len(read_json("[1,2,3]" + " " * 64, "in.json")) == 1


@given(
    st.lists(st.sampled_from((*AGAIN, {"a": AGAIN[1]}, [AGAIN[2]], {"n": AGAIN[0], "m": AGAIN[0]}, 1)), max_size=9),
    st.sampled_from([None, 0, 3]),
    st.sampled_from([",", ", ", " ,\n\t", " /* [*1 **/, "]),
    st.integers(1, 30),
)
def test_an_object_that_stands_again_is_read_as_the_first(
    value: Any, indent: int | None, comma: str, most: int
) -> None:
    text = json.dumps(value, indent=indent, separators=(comma, ": "))

    def read() -> object:
        try:
            return read_json(text + text, "in.json")
        except JsonError as error:
            return str(error), error.line, error.column, error.refused

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_places, "MAX_VALUES", most * 3)
        again = read()
        patch.setattr(json_places, "_REMEMBERED_TEXTS", 0)
        assert again == read()


def test_objects_are_made_into_others_from_within() -> None:
    made = read_made('[{"a":{"b":[{}]}},{}]', "in.json", lambda read: (read.column, [each for _, each in read.members]))
    assert list(made) == [(2, [(7, [[(13, [])]])]), (19, [])]


def test_objects_of_a_list_are_made_one_by_one_until_it_breaks_off() -> None:
    made = read_made("[{}, [{}], {}", "in.json", lambda read: read.column)
    assert [next(made), next(made), next(made)] == [2, [7], 12]
    with pytest.raises(JsonError, match="neither"):
        next(made)


@given(
    st.lists(
        st.sampled_from(
            [
                *("\\ud83d\\ude00", "\\uD800\\uDC00", "\\udbff\\uDFFF", "\\ud83d", "\\ude00", "\\ud83dx\\ude00"),
                *("\\u00e9", "\\u0041", "\\n", '\\"', "\\\\", "\\/", "a", "é"),
            ]
        ),
        max_size=6,
    )
)
def test_escapes_mean_what_json_says_and_what_is_behind_each_stands_behind_it(signs: list[str]) -> None:
    written = "".join(signs)
    (value, behind), (alone,) = (read_json(f' ["{written}{more}]', "in.json")[0] for more in ('|","b"', '"'))
    assert value.text == json.loads(f'"{written}|"')
    assert value.part(len(value.text) - 1).column == 4 + len(written)
    assert (behind.line, behind.column) == (1, 8 + len(written))
    assert (alone.path, alone.line, alone.column) == ("in.json", 1, 4)
    assert alone.end == (1, 4 + len(written))


@cases(
    ("text", "values", "place"),
    [
        ('{"a": 1}\n{"b": 2}\n{"c": "', [{"a": "1"}, {"b": "2"}], [(3, 8)]),
        ('[{"a": 1},\n{"b": 2}, {"c"', [{"a": "1"}, {"b": "2"}], [(2, 15)]),
        ('[{"a": 1}, {"b": 2}]', [{"a": "1"}, {"b": "2"}], []),
        ('{"a"', [], [(1, 5)]),
    ],
)
def test_what_stands_before_the_end_of_a_text_that_was_cut_is_read(
    text: str, values: list[Any], place: list[tuple[int, int]]
) -> None:
    diagnostics = Diagnostics("x.json")
    assert [_plain(value) for value in read_as_far(text, diagnostics)] == values
    assert [(problem.span.line, problem.span.column) for problem in diagnostics.listed()] == place


ON_A_LINE = f"[{', '.join(['{}'] * HEAD_BYTES)}]"
"""Longer than a head, which ends within it."""


@cases(
    ("text", "encoding", "is_alone"),
    [
        ('{"a": 1}', "utf-8", True),
        ('{"a": 1}\nC:\\> netsh', "utf-8", False),
        (ON_A_LINE, "utf-8-sig", True),
        (ON_A_LINE, "utf-16", True),
        (f"{ON_A_LINE[:-1]}\n]\r\n", "utf-8", True),
        (f"{ON_A_LINE}\nC:\\> netsh", "utf-8", False),
        (ON_A_LINE[:-1], "utf-8", False),
    ],
)
def test_documents_of_json_are_alone_unless_something_else_stands_there(
    text: str, encoding: str, is_alone: bool
) -> None:
    assert is_json_alone(bytes_source("a.json", text.encode(encoding))) is is_alone


def test_of_documents_too_large_to_be_proved_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_places, "_LARGE_BYTES", len(ON_A_LINE) - 1)
    assert not is_json_alone(bytes_source("a.json", ON_A_LINE.encode()))
