"""The texts that a key as it is written may stand for, each of which is masked everywhere."""

from __future__ import annotations

from ipseclint.secrets.masks import lookalikes, spellings
from tests.cases import cases


@cases(
    ("written", "texts"),
    [
        ("Sommer", {"Sommer"}),
        ("", set()),
        ("abc", set()),  # too short to be masked everywhere
        ("psk", set()),
        ("%PSK%", set()),
        (' "Sommer regen" ', {"Sommer", "Sommer regen"}),
        ("Sommer^\nregen", {"Sommer^", "Sommer^\nregen", "Sommer^regen", "Sommerregen"}),
        ("Sommer`\nregen", {"Sommer`", "Sommer`\nregen", "Sommer`regen", "Sommerregen"}),
        ("a&amp;bcdef", {"a&amp;bcdef", "a&bcdef"}),
        ("Sommer,", {"Sommer", "Sommer,"}),
        ("Sommer\x01regen", {"Sommer", "Sommer\x01regen", "Sommerregen"}),
        ('x "first one"', {'"first', 'x "first one', "first one"}),
        (r"a\"b\\cdefg", {r'a"b\cdefg', r"a\"b\\cdefg", r"b\\cdefg"}),
        (r"Som\u006der", {r"Som\u006der", "Sommer"}),
        (r"Som\xmer", {r"Som\xmer"}),
        ("hex:53,6f,6d,6d,65,72", {"Sommer", "hex:53,6f,6d,6d,65,72"}),
        ("hex(1):53,00,6f,00,6d,00,6d,00,65,00,72,00", {"Sommer", "hex(1):53,00,6f,00,6d,00,6d,00,65,00,72,00"}),
        ("Required", set()),  # a word of the tools
        ("Read-Host 'Key for Kiel'", set()),  # where a command takes it from, all else are names
        (
            "a 'Berlin' {'Sommer'} x",
            {"Sommer", "a 'Berlin' {'Sommer'} x", "'Berlin'", "{'Sommer'}"},
        ),  # a case of a switch
        # A byte that cannot be read.
        ("53,6f,zz,6d,6d,65,72", {"53,6f,zz,6d,6d,65,72", "Sommer"}),
        # A byte too many: no pair behind it is whole.
        ("53,6f,6d,00,6d,00,65,00,72,00,6e", {"53,6f,6d,00,6d,00,65,00,72,00,6e", "Sommern"}),
        ("536f6d6d6572", {"536f6d6d6572", "Sommer"}),
        ("5 36f6d6d6572", {"36f6d6d6572", "5 36f6d6d6572", "Sommer"}),
        ("zz536f6d6d6572", {"Sommer", "zz536f6d6d6572"}),
        ("zz0536f6d6d6572", {"Sommer", "zz0536f6d6d6572"}),
        ("zz536f6d6d65727", {"zz536f6d6d65727", "Sommer", "6öÖÖW'"}),  # which digit begins a byte is not known
    ],
)
def test_a_key_is_masked_in_every_spelling(written: str, texts: set[str]) -> None:
    assert set(spellings(written)) == texts


@cases("sign", ["^", "`"])
@cases("begin", ["", "<", "<<"])
@cases("end", ["", ";", ",", "]", "\x01regen;"])
def test_a_key_over_two_lines_may_be_shown_as_written_or_joined_with_its_end_or_without(
    sign: str, begin: str, end: str
) -> None:
    written, joined = (f"{begin}Sommer{between}regen{end}" for between in (f"{sign}\n", ""))
    assert {written, written.rstrip(";,]"), joined} <= set(spellings(written))


def test_the_words_of_a_sentence_are_no_keys_each() -> None:
    assert set(spellings("Sommer regen", is_said=True)) == {"Sommer regen"}
    assert set(spellings("Sommer    Name : x", is_said=True)) == {"Sommer", "Name : x", "Sommer    Name : x"}


def test_of_what_an_open_quotation_mark_takes_in_only_what_may_be_a_key_is_masked_elsewhere() -> None:
    taken = "Sommer\n" + "Set-Service RasMan here\n" * 9 + "or K4n7rie9Qz5X again"
    assert set(spellings(taken)) == {"Sommer", "K4n7rie9Qz5X"}
    few = "Sommer\nSet-Service RasMan here"
    assert "RasMan" in set(spellings(few))


@cases(
    ("uri", "is_alike"),
    [
        ("./Device/Vendor/MSFT/VPNv2/Lab/NativeProfile/CryptographySuite/DHGroup", False),
        ("./Vendor/MSFT/VPNv2/Lab/NativeProfile/L2tpPsk/K4n7rie9Qz5X", True),
    ],
)
def test_a_path_of_a_node_looks_like_a_key_only_where_a_part_does(uri: str, is_alike: bool) -> None:
    assert bool(lookalikes(f"<LocURI>{uri}</LocURI>")) is is_alike
