"""Tokens read as words, numbers, flags, addresses, and what is said of those that are none."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.model.selectors import ANY_ADDRESS, Address, PortRange
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.source import Span

PLACE = Span("a.txt", 1, 1, 3)


def token(text: str) -> Token:
    return Token(text, "a.txt", 1, 1)


def said(diagnostics: Diagnostics) -> list[tuple[ProblemCode, str]]:
    return [(each.code, each.message) for each in diagnostics.problems]


@pytest.fixture
def diagnostics() -> Diagnostics:
    return Diagnostics("a.txt")


def test_a_word_is_found_without_blanks_and_case(diagnostics: Diagnostics) -> None:
    assert read.word(token("Y es"), {"yes": True}, "flag", diagnostics) == Setting(True, Span("a.txt", 1, 1, 4))
    assert said(diagnostics) == []


def test_a_word_that_is_none_is_kept_as_written(diagnostics: Diagnostics) -> None:
    assert read.word(token("Yep"), {"yes": True}, "flag", diagnostics) == Setting(Unknown("Yep"), PLACE)
    assert said(diagnostics) == [(ProblemCode.NOT_UNDERSTOOD, "unknown flag `Yep`")]


def test_a_word_that_windows_withheld_is_hidden(diagnostics: Diagnostics) -> None:
    setting = read.word(token("Access Denied"), {"yes": True}, "flag", diagnostics)
    assert setting.value == Unknown("Access Denied", hidden=True)
    message = "Windows did not show the flag: `Access Denied`; export it from an elevated prompt"
    assert said(diagnostics) == [(ProblemCode.HIDDEN_VALUE, message)]


def test_nothing_where_a_value_should_be_is_said(diagnostics: Diagnostics) -> None:
    assert read.number(token(" "), "idle time", diagnostics).value == Unknown(" ")
    assert said(diagnostics) == [(ProblemCode.NOT_UNDERSTOOD, "the idle time is empty")]


def test_a_look_up_notes_nothing() -> None:
    assert read.look_up(token("aes"), {"aes": 1}) == Setting(1, PLACE)
    assert read.look_up(token("xyz"), {"aes": 1}) == Setting(Unknown("xyz"), PLACE)


@cases(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", None),
        ("000000000000000000001", None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        (" 1", None),
        ("²", None),
        ("٣", None),
    ],
)
def test_decimal_numbers(text: str, number: int | None) -> None:
    assert decimal(text) == number


def test_a_number_changes_its_unit(diagnostics: Diagnostics) -> None:
    assert read.number(token(" 60 "), "minutes", diagnostics, factor=60).value == 3600


def test_words_unite_what_they_stand_for(diagnostics: Diagnostics) -> None:
    table = {"domain": frozenset({"d"}), "any": frozenset({"d", "p"})}
    assert read.union([token("domain"), token("ANY")], table, "profile", diagnostics).value == {"d", "p"}
    assert read.union([token("domain"), token("pub")], table, "profile", diagnostics).value == Unknown("pub")
    assert said(diagnostics) == [(ProblemCode.NOT_UNDERSTOOD, "unknown profile `pub`")]


@pytest.mark.parametrize(
    ("texts", "members"),
    [
        ([], None),
        (["none"], set()),
        (["3"], {"in", "out"}),
        (["0"], set()),
        (["In, OUT"], {"in", "out"}),
        (["in", "2"], {"in", "out"}),
    ],
)
def test_flags_are_bits_or_words(texts: list[str], members: set[str] | None, diagnostics: Diagnostics) -> None:
    names = {"in": "in", "out": "out"}
    setting = read.flags([token(each) for each in texts], {1: "in", 2: "out"}, names, "direction", diagnostics)
    assert (None if setting is None else setting.value) == members
    assert said(diagnostics) == []


@pytest.mark.parametrize("text", ["4", "5", "up", "4294967297"])
def test_a_flag_without_a_meaning_is_unknown(text: str, diagnostics: Diagnostics) -> None:
    setting = read.flags([token(text)], {1: "in", 2: "out"}, {"in": "in"}, "direction", diagnostics)
    assert setting is not None
    assert setting.value == Unknown(text)
    assert said(diagnostics) == [(ProblemCode.NOT_UNDERSTOOD, f"unknown direction `{text}`")]


def test_addresses_are_listed_once_and_any_holds_the_others(diagnostics: Diagnostics) -> None:
    host = Address(4, 0x0A000001, 0x0A000001)
    assert read.addresses([], diagnostics) is None
    assert read.addresses([token("10.0.0.1"), token("10.0.0.1")], diagnostics) == Setting(
        (host,), Span("a.txt", 1, 1, 8)
    )
    assert read.addresses([token("10.0.0.1"), token("any")], diagnostics) == Setting(
        (ANY_ADDRESS,), Span("a.txt", 1, 1, 8)
    )
    assert read.addresses([token("10.0.0.1"), token("10.0.0.999")], diagnostics) == Setting(
        Unknown("10.0.0.999"), Span("a.txt", 1, 1, 10)
    )
    assert said(diagnostics) == [(ProblemCode.NOT_UNDERSTOOD, "unknown address `10.0.0.999`")]


def test_ports_are_ranges_and_any_is_none(diagnostics: Diagnostics) -> None:
    assert read.ports([], diagnostics) is None
    assert read.ports([token("443"), token("1-5")], diagnostics) == Setting(
        (PortRange(443, 443), PortRange(1, 5)), PLACE
    )
    assert read.ports([token("443"), token("any")], diagnostics) == Setting((), PLACE)
    assert read.ports([token("RPC")], diagnostics) == Setting(Unknown("RPC"), PLACE)
    assert said(diagnostics) == [(ProblemCode.NOT_UNDERSTOOD, "unknown port `RPC`")]


@pytest.mark.parametrize(("text", "number"), [("TCP", 6), ("any", None), ("255", 255), ("0", 0)])
def test_protocols_are_names_or_numbers(text: str, number: int | None, diagnostics: Diagnostics) -> None:
    assert read.protocol(token(text), diagnostics).value == number
    assert said(diagnostics) == []


@pytest.mark.parametrize("text", ["256", "tpc", "-1"])
def test_what_is_no_protocol_is_unknown(text: str, diagnostics: Diagnostics) -> None:
    assert read.protocol(token(text), diagnostics).value == Unknown(text)
    assert said(diagnostics) == [(ProblemCode.NOT_UNDERSTOOD, f"unknown IP protocol `{text}`")]


@cases(
    ("text", "key"),
    [
        (read.ASKED, read.WHEN_ASKED),
        (read.FILLED_IN, read.WHEN_RUN),
        ("********", read.BLOTTED),
        ("<redacted>", read.BLOTTED),
        ("**", "**"),
        ("xxxxx", "xxxxx"),
        ("a key", "a key"),
        ("*" * 128, read.BLOTTED),
        ("*" * 129, "*" * 129),
    ],
)
def test_a_key_is_a_secret_unless_only_its_place_is_held(text: str, key: Unknown | str) -> None:
    setting = read.preshared_key(token(text))
    assert setting.span == Span("a.txt", 1, 1, len(text))
    if isinstance(key, Unknown):
        assert setting.value == key
    else:
        assert setting.value == Secret(key)
    assert (read.key_of(text) is None) is (key == read.BLOTTED)
