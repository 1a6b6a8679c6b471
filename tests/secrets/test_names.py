"""The quick search for names of keys: what it finds, and that no byte keeps it from finding one."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from ipseclint.secrets import names
from ipseclint.secrets.names import (
    LongText,
    alternatives,
    asked,
    has_match,
    has_sign,
    holds_any,
    is_told_by_more,
    is_worth_a_look,
    may_give_to_commands,
    may_have_credentials,
    may_head_keys,
    may_name_key,
    names_in,
    names_key,
    one_stands,
    standing,
)
from ipseclint.secrets.router_commands import HINTS
from tests import ROOT
from tests.cases import cases


@cases(
    ("pattern", "data", "is_there"),
    [
        ("psk|secret", b"a secret", True),
        ("psk|secret", b"p s k", False),
        (r"(?:^|[^\w-])sk=", b"task=", False),
        (r"(?:^|[^\w-])sk=", b"sk=", True),
        ("", b"", True),
    ],
)
def test_it_tells_whether_an_expression_matches_somewhere(pattern: str, data: bytes, *, is_there: bool) -> None:
    assert has_match(pattern, data) is is_there


SIGNS = (*names._HINTED, names._OF_ADDRESSES, names._SHORT_TAG, names._ENCODED, names._OF_MARKUP)


def pieces_of(expression: str) -> Iterator[str]:
    """The pieces that stand in all that an expression matches, as Python's parser tells them."""
    parser: Any = importlib.import_module("re._parser")
    piece = ""
    for kind, value in parser.parse(expression.replace("\\x{a0}", "\\xa0")):
        if str(kind) == "LITERAL":
            piece += chr(value)
            continue
        if str(kind) == "MAX_REPEAT" and value[0] and str(value[2][0][0]) == "LITERAL":
            piece += chr(value[2][0][1])
        yield piece
        piece = ""
    yield piece


@cases("signs", SIGNS)
def test_the_piece_of_an_alternative_stands_in_all_that_it_matches(signs: str) -> None:
    parted = alternatives(signs)
    assert "|".join(each for each, _ in parted) == signs
    wrong = [each for each, piece in parted if not any(piece.decode() in of for of in pieces_of(each))]
    assert wrong == []


def test_of_the_first_texts_the_same_is_told_as_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for path in sorted((ROOT / "fixtures" / "formats").rglob("*"))[::5]:
        if not path.is_file():
            continue
        data = path.read_bytes().translate(names._LOWER_ASCII, names._SIGNS_WITHIN)[:6000]
        for signs in (names._HINTED, *((each,) for each in SIGNS)):
            monkeypatch.setattr(names, "_searched", Counter())
            told.append(has_sign(data, *signs))
            assert told[-1] is has_match("|".join(signs), data), (path, signs)
    assert min(Counter(told).values()) > 40


@cases("name", [b"psk", b"-enc: " + b"QUJDRA==" * 3, b"vpn_key", b"sk ="])
def test_no_byte_around_the_name_of_a_key_hides_it(name: bytes) -> None:
    around = [bytes((byte,)) for byte in range(256)]
    assert [sign for sign in around if not is_worth_a_look(sign + b" " + name + sign)] == []


@cases("data", [b"policy.exe -edge now", b"-enc QUJDRA" + b"x" * 16])
def test_a_command_is_worth_a_look_for_base64_behind_its_option_alone(data: bytes) -> None:
    assert not is_worth_a_look(data)


def test_of_long_texts_the_same_pieces_are_told_as_of_short_ones() -> None:
    pieces = [*names._CORES, *names._TAG_CORES, *names.BASE64_NAMES, *HINTS]
    for piece in pieces:
        short = f"\u00fc\udcff {piece}."
        told = standing(pieces, short)
        assert piece in told
        blanks = " " * names._LONG
        for long in (f"{short}{blanks}", f"{blanks}{short}"):
            assert standing(pieces, asked(long)) == [each for each in pieces if each in long]
            assert set(told) <= set(standing(pieces, asked(long)))


@cases("around", ["", "\u00fc\ufeff"])
def test_one_string_of_several_stands_in_a_long_text_as_in_a_short_one(around: str) -> None:
    for encoding in ("utf-8", "latin-1", "utf-16") if around.isascii() else ("utf-8", "utf-16"):
        short = f"{around} ipsec.{around}".encode(encoding).replace(b"\0", b"")
        long = short + b" " * names._LONG
        for pieces in ((b"psk", b"ipsec."), (b"ipsecx", b"|")):
            assert one_stands(pieces, long) is one_stands(pieces, short) is (pieces[0] == b"psk")


TORN = [f"p{one}s{two}k" for one in ("", "^", "`'", '"') for two in ("", "^", "``", "'\"")]
OWNED = [f"{owner}{sign}key" for owner in ("l2tp", "vpn", "ipsec", "ike", "ikev1", "ikev2", "auth2") for sign in "-_ k"]


@cases("name", [*TORN, *OWNED, "presharedkey", "shared secret", "passphrase", "auth1psk=", "sk ="])
def test_in_long_texts_the_same_names_are_found_as_in_short_ones(name: str) -> None:
    text = f"a key of p and 'p' and task: {name} \u00fc, key"
    long = LongText(text + " " * names._LONG)
    found = [match.span() for match in names_in(text)]
    assert [match.span() for match in names_in(text, long)] == found
    assert found or name.endswith("kkey")


def test_a_text_is_told_by_more_if_it_gives_a_key_to_a_command_or_has_a_credential(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Counter[bool]()
    for path in sorted((ROOT / "fixtures" / "formats").rglob("*"))[::3]:
        if path.is_file():
            monkeypatch.setattr(names, "_searched", Counter())
            data = path.read_bytes()[:6000].lower() + b" " * names._LONG
            told[is_told_by_more(data)] += 1
            assert is_told_by_more(data) is (may_give_to_commands(data) or may_have_credentials(data)), path
    assert min(told.values()) > 20


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("Add-VpnConnection -L2tpPks 'x'", True),
        ("New-NetIPsecAuthProposal -Machine -PreShardKey 'x'", True),
        ("-PresharedKye x", True),
        ("pks=x", True),
        ('{"sharedkye": "x"}', True),
        ("hared_key = x", True),
        ("share_dkey = x", True),
        ("tunnel2_preshared_kye = x", True),
        ("pre-shared-ky x", True),
        ("shared_disk = x", False),
        ("New-NetIPsecAuthProposal -Machine -Key 'Sommer'", True),
        ("Vorinstallierter Schl\u00fcssel : Sommer", True),
        ("-Key 'HKLM\\Software'", False),
        ("netsh advfirewall set global mainmode mmkeylifetime 60min,0sess", False),
        ("-KeyExchange DH14 -Encryption AES256", False),
        ("psexec -s cmd", False),
        ("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies]", False),
    ],
)
def test_a_misspelt_name_may_be_one_of_a_key(text: str, *, may: bool) -> None:
    assert may_name_key(text) is may


@cases("text", ["psexec \\\\s1 cmd", "net use x: \\\\s1\\share", "snmp-server enable traps", "the pass is shared out"])
def test_what_is_worth_a_look_need_name_no_key(text: str) -> None:
    assert is_worth_a_look(text.encode())
    assert not names_key(text)
    assert names_key(f"{text} psk")


@cases("name", ["sharedsecret", "passphrase", "l2tppsk"])
def test_one_character_more_less_or_another_or_two_that_are_swapped_misspell_a_name(name: str) -> None:
    for at in range(len(name)):
        once = {
            name[:at] + name[at + 1 :],
            f"{name[:at]}q{name[at + 1 :]}",
            f"{name[:at]}q{name[at:]}",
            name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
        }
        assert all(may_name_key(f"{word}=x") for word in once - {name} if word[0] != "-")
    for twice in (name[2:], f"{name}qq", f"qq{name[2:]}", f"q{name[1:-1]}q", name[3:6] + name[:3] + name[6:]):
        assert not may_name_key(f"{twice}=x")


@cases(
    ("piece", "begin", "is_there"),
    [
        ("psk", 0, True),
        ("psk", 4093, True),
        ("psk", 4094, True),
        ("psk", 4096, True),
        ("psk", 90_000, True),
        ("p.k", 90_000, False),
        ("psq", 90_000, False),
    ],
)
def test_a_long_text_holds_what_stands_anywhere_in_it(piece: str, begin: int, is_there: bool) -> None:
    for filling in ("-", "\u00e9", "\0"):
        text = f"{filling * begin}psk{filling * (99_997 - begin)}"
        assert (piece in LongText(text)) is is_there
        assert LongText(text).holds_any(("no such", piece)) is is_there
        assert holds_any(text, ("no such", piece)) is holds_any(LongText(text), (piece,)) is is_there
    assert not LongText("psk").holds_any(())


@cases(
    ("line", "may"),
    [
        ("Name;ServerAddress;L2tpPks", True),
        ('"Name","PreShared Kye","PresharedKye"', True),
        ("Name   ServerAddress L2tpPks   TunnelType", True),
        ("| Name | Vorinstallierter Schl\u00fcssel |", True),
        ("Nom\tCl\u00e9", True),
        ("Name   ServerAddress TunnelType", False),
        ("Name,Key,Value", False),
        ("the pks is lost", False),
        ("-Name V -L2tpPks x", False),
        ("auth=pks,x", False),
        ("Schl\u00fcssel", False),
    ],
)
def test_a_head_of_a_table_may_name_a_column_of_keys(line: str, may: bool) -> None:
    assert may_head_keys(line) is may
