"""What is masked of a text that is shown: what looks like a key, and what is assigned to the name of one."""

from __future__ import annotations

from ipseclint.engine.keys.gate import MaskedLine
from ipseclint.secrets.masks import MASK, assigned_in, lookalike_places, without_assigned, without_rest
from tests.cases import cases


@cases(
    ("text", "shown"),
    [
        ("name=Kan4rie7Q9zX", MASK),
        ("name=Office", "name=Office"),
        ("a Kan4rie7Q9zX and aes256-sha256", f"a {MASK} and aes256-sha256"),
        ("10.20.0.9 KAN4RIE7Q9ZX short1", "10.20.0.9 KAN4RIE7Q9ZX short1"),
        ("Clear-VpnS2SInterfaceStatistics", "Clear-VpnS2SInterfaceStatistics"),
        ("", ""),
    ],
)
def test_a_word_that_was_not_understood_is_shown_without_what_looks_like_a_key(text: str, shown: str) -> None:
    places = lookalike_places(text, 0, len(text))
    assert MaskedLine(text).without(places).text == shown


@cases(
    ("text", "shown", "assigned"),
    [
        ("psk=Sommer", f"psk={MASK}", ["Sommer"]),
        ("auth1psk='Sommer' x", f"auth1psk='{MASK}' x", ["Sommer"]),
        ("a/psk=Sommer/b", f"a/psk={MASK}", ["Sommer"]),
        ("a\\psk=Sommer\\b psk=regen", f"a\\psk={MASK} psk={MASK}", ["Sommer", "regen"]),
        ("name=Sommer", "name=Sommer", []),
        ("the psk of Sommer", "the psk of Sommer", []),
    ],
)
def test_what_is_assigned_to_the_name_of_a_key_is_masked(text: str, shown: str, assigned: list[str]) -> None:
    assert without_assigned(text) == shown
    assert list(assigned_in(text)) == assigned


@cases(
    ("name", "shown"),
    [
        ("`pre-shared-key/*Suhr}werk`", f"`pre-shared-key{MASK}`"),
        ("`n*Suhrwerk`", f"`{MASK}`"),
        ("`pre-shared-key`Suhrwerk`", f"`pre-shared-key{MASK}`"),
        ("`nas_identifier`", "`nas_identifier`"),
        ("<psk-file> a.b/c", "<psk-file> a.b/c"),
        ("psk/file", "psk/file"),
        ("`set psksecret Suhrwerk`", f"`set psksecret{MASK}`"),
        ("`set passwd Suhr[werk`", f"`set passwd{MASK}`"),
        ("`secret type`", "`secret type`"),
    ],
)
def test_a_name_of_what_was_not_read_is_shown_without_a_value_that_follows_directly(name: str, shown: str) -> None:
    assert without_rest(name) == shown
