"""Values are written as TOML on one line, as it is read back."""

from __future__ import annotations

import tomllib

from ipseclint.engine.configuration.toml_text import toml_key, toml_string, toml_value
from tests.cases import cases


@cases(
    ("value", "text"),
    [
        ("a", '"a"'),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (1.5, "1.5"),
        ({}, "{}"),
        ({"a": 1, "b c": [True, "x"]}, '{ a = 1, "b c" = [true, "x"] }'),
        ([], "[]"),
        ((1, (2, 3)), "[1, [2, 3]]"),
    ],
)
def test_a_value_is_written_on_one_line(value: object, text: str) -> None:
    assert toml_value(value) == text


@cases(
    ("key", "text"),
    [("a-b_C1", "a-b_C1"), ("a b", '"a b"'), ("ä", '"\u00e4"'), ("", '""'), ("-", '"-"'), ("a.b", '"a.b"')],
)
def test_a_key_is_quoted_where_it_must_be(key: str, text: str) -> None:
    assert toml_key(key) == text
    assert tomllib.loads(f"{text} = 1") == {key: 1}


@cases(
    ("text", "written"),
    [
        ('a"b\\c', r'"a\"b\\c"'),
        ("\n\x7f", r'"\u000a\u007f"'),
        ("\uffff", r'"\uffff"'),
        ("\U000e0001", r'"\U000e0001"'),
        ("\u00e4\U0001f600", '"\u00e4\U0001f600"'),
    ],
)
def test_what_does_not_show_is_escaped(text: str, written: str) -> None:
    assert toml_string(text) == written
    assert tomllib.loads(f"a = {written}") == {"a": text}
