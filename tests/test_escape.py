from __future__ import annotations

import datetime
import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.escape import inert, json_text, visible
from tests.cases import cases


@cases(
    ("text", "shown"),
    [
        ("Règle — 規則 😀", "Règle — 規則 😀"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x00\x1b[31m\x7f\x85\x9b", "\\x00\\x1b[31m\\x7f\\x85\\x9b"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("\u202eexe.\u2066\u061c\u200f", "\\u202eexe.\\u2066\\u061c\\u200f"),
        ("a\u200bb\u2060c\ufeffd\xade\u180ef\u034f", "a\\u200bb\\u2060c\\ufeffd\\xade\\u180ef\\u034f"),
        ("x\U000e0041\U000e007f", "x\\U000e0041\\U000e007f"),
        ("\ud83d", "\\ud83d"),
        ("bad\udcff.cmd", "bad\\udcff.cmd"),
        ("\ufffe\uffff\ufdd0\U0001fffe\U0010ffff", "\\ufffe\\uffff\\ufdd0\\U0001fffe\\U0010ffff"),
        ("\ufffd", "\ufffd"),
        ("##vso[task.complete]", "# #vso[task.complete]"),
        ("x ###[error]", "x ## #[error]"),
        ("##VsO[a]", "# #VsO[a]"),
        ("## heading [1]", "## heading [1]"),
    ],
)
def test_what_is_not_seen_as_itself_is_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_control_format_separator_or_half_is_left_of_all_characters() -> None:
    everything = map(chr, range(sys.maxunicode + 1))
    never = [sign for sign in everything if unicodedata.category(sign) in {"Cc", "Cs", "Co", "Zl", "Zp"}]
    assert len(never) > 100_000
    assert [sign for sign in never if visible(sign) == sign] == []


def test_characters_of_format_that_stay_are_signs_that_are_seen() -> None:
    formats = [chr(number) for number in range(sys.maxunicode + 1) if unicodedata.category(chr(number)) == "Cf"]
    left = [character for character in formats if visible(character) == character]
    scripts = {unicodedata.name(character).split()[0] for character in left}
    assert scripts == {"ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN"}


@given(st.text())
def test_visible_is_one_line_and_says_the_same_twice(text: str) -> None:
    once = visible(text)
    assert len(once.splitlines()) <= 1
    assert visible(once) == once
    once.encode("utf-8")


@cases(
    ("lines", "printed"),
    [
        ("::error::x\n", ": :error::x\n"),
        ("a\n  ::stop-commands::x\nb ::c\n", "a\n  : :stop-commands::x\nb ::c\n"),
        (":::x", ": ::x"),
        ("a ##vso[b]\n##[c]", "a # #vso[b]\n# #[c]"),
        ("a\n\n::x", "a\n\n: :x"),
    ],
)
def test_lines_hold_no_command(lines: str, printed: str) -> None:
    assert inert(lines) == printed


@given(st.text(alphabet='#[]vsoVSO\\"\u2028 \U0001f600\ud83d'))
def test_json_says_the_same_and_holds_no_command(text: str) -> None:
    written = json_text({"name": text, text: 1}, indent=2)
    assert json.loads(written) == {"name": text, text: 1}
    assert "##" not in written
    assert written.isascii()


def test_json_is_as_wide_as_is_asked_and_takes_days_but_no_number_that_json_lacks() -> None:
    told = {"day": datetime.date(2026, 2, 3), "half": "\ud83d"}
    assert json_text({"day": told["day"]}) == '{"day": "2026-02-03"}'
    assert json_text({"day": told["day"]}, indent=4) == '{\n    "day": "2026-02-03"\n}'
    assert json_text(told, indent=4) == '{\n    "day": "2026-02-03",\n    "half": "\\ud83d"\n}'
    for indent in (None, 2):
        with pytest.raises(ValueError, match="not JSON compliant"):
            json_text({"half": "\ud83d", "number": float("nan")}, indent)
