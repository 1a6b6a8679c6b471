"""Keys are masked wherever they stand, however many there are, by a mask that tells nothing of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from ipseclint.engine.keys import gate as keys_module
from ipseclint.engine.keys import search as key_search
from ipseclint.engine.keys.gate import Keys, find_keys, hidden, joined, with_known
from ipseclint.engine.keys.search import KeySearch
from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Secret
from ipseclint.model.settings import RefusedCommand
from ipseclint.model.values import Frozen
from ipseclint.packing import packed
from ipseclint.secrets.masks import MASK, MIN_KEY_CHARACTERS
from ipseclint.source import Span, bytes_source
from tests.cases import cases

KEY = st.text(alphabet="bcd", min_size=MIN_KEY_CHARACTERS, max_size=MIN_KEY_CHARACTERS + 3)
MANY = frozenset(f"other key {number}" for number in range(50))


@given(st.lists(KEY, max_size=5), st.lists(st.text(alphabet="bcde ", max_size=10), max_size=6))
def test_no_key_is_left_among_few_or_many(keys: list[str], between: list[str]) -> None:
    text = "".join(each + (keys[number % len(keys)] if keys else "") for number, each in enumerate(between))
    few = Keys(frozenset(keys)).hidden(text)
    assert few == Keys(frozenset(keys) | MANY).hidden(text)
    assert not any(key in few for key in keys)


def test_keys_that_overlap_are_one_mask() -> None:
    assert Keys(frozenset({"abcdefgh", "ghijklmn"})).hidden("<abcdefghijklmn>") == f"<{MASK}>"


def test_nothing_else_is_hidden() -> None:
    assert Keys().hidden("open sesame") == "open sesame"
    assert Keys(MANY).hidden("other key, other keys") == "other key, other keys"


def test_columns_follow_what_is_masked() -> None:
    line = Keys(places={("f", 1): [(4, 7)]}).line("f", 1, "psk=abc name=x")
    assert line.text == f"psk={MASK} name=x"
    assert [line.column(column) for column in (1, 4, 5, 7, 8, 9)] == [1, 4, 5, 5, 13, 14]


def test_a_mask_is_as_long_for_every_key() -> None:
    short, long = (Keys(places={("f", 1): [(4, end)]}).line("f", 1, "psk=" + "k" * 40) for end in (5, 44))
    assert short.text == "psk=" + MASK + "k" * 39
    assert long.text == "psk=" + MASK


@cases("shown", ["Somm", "Sommerreg", "Sommerregenboge"])
def test_what_a_cut_leaves_of_a_key_is_masked(shown: str) -> None:
    keys = Keys(frozenset({"Sommerregenbogen"}))
    assert keys.hidden(f"`run psk={shown}…` is not followed") == "`run psk=********…` is not followed"


def test_a_word_before_a_cut_that_begins_as_a_key_does_by_chance_is_shown() -> None:
    assert Keys(frozenset({"Sommerregenbogen"})).hidden("`So…` and `Sommerzeit…`") == "`So…` and `Sommerzeit…`"


@cases("length", range(8, 30))
def test_whatever_piece_of_a_key_is_masked_is_told_of_what_was_packed(length: int) -> None:
    key = "x7Qp2Lm9Vb4Rt8Zk3Wn6Ys1Dc5Hf0J"[:length]
    keys = Keys(frozenset({key}))
    pieces = [key[start : start + 8] for start in range(length - 7)]
    assert all(keys.hidden(f"so {piece} it") == f"so {MASK} it" for piece in pieces)
    assert all(keys.may_be_in(packed((f"so {piece} it",))) for piece in pieces)
    assert not keys.may_be_in(packed(("so x7Qp it", "and 2Lm9")))


@cases(
    ("key", "piece", "is_hidden"),
    [
        ("x7Qp2Lm9Vb4Rt8Zk" * 5, "2Lm9Vb4R", True),
        ("x7Qp2Lm9Vb4Rt8Zk" * 5 + "x", "2Lm9Vb4R", False),  # nothing that damage leaves is looked for in so long a key
        ("Sommerregenbogen", "merregen", False),
        ("x7Qp2Lm9Vb4R Sommer", "2Lm9Vb4R", False),
        ("x7Qp2Lm9Vb4Rt8Zk", "2Lm9Vb4", False),
    ],
)
def test_pieces_are_looked_for_of_keys_that_are_one_run_of_no_word(key: str, piece: str, is_hidden: bool) -> None:
    shown = Keys(frozenset({key})).hidden(f"so {piece} it")
    assert shown == (f"so {MASK} it" if is_hidden else f"so {piece} it")


@cases(("left", "is_hidden"), [(3, False), (4, True), (79, True), (80, True), (81, False)])
def test_a_cut_leaves_so_many_characters_of_a_key_at_least_and_at_most(left: int, is_hidden: bool) -> None:
    key = "".join(f"{number:02}" for number in range(50))
    shown = Keys(frozenset({key})).hidden(f"psk={key[:left]}…")
    assert shown == (f"psk={MASK}…" if is_hidden else f"psk={key[:left]}…")


def test_of_the_places_in_a_line_those_in_the_piece_that_is_shown_are_masked() -> None:
    keys = joined([Keys(places={("f", 1): [(20, 24), (0, 4), (9, 12), (11, 15)]}), Keys(places={("f", 2): [(0, 9)]})])
    assert keys.line("f", 1, "23456789abcdefghijkl", 3).text == f"{MASK}45678{MASK}fghij{MASK}"
    assert keys.line("f", 1, "fghij", 16).text == "fghij"


OF_OTHER_WORDS = (
    "uninstall-remoteaccess",
    "RemoteAccess and accessed",
    "accessories",
    r"Services\RemoteAccess\x",
    "Sommerhaus",
)
WITH_MASK = (
    "remote {}",
    "{}",
    "psk={}",
    "L2tpPsk{}",
    "pskof{}",
    "{}psk",
    "x{}",
    "n{}",
    "quot{}",
    "{}1",
    "1{}",
    "my_{}",
    "{}-list",
    "{}{}",
    "é{}",
    "abcdefghijklm{}",
    "{}abcdefghijklm",
)


@cases("limit", [200, 1])
def test_a_key_that_is_a_word_is_masked_in_no_longer_word_for_that_would_tell_it(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_search, "_FEW", limit)
    search = KeySearch(frozenset({"access", "Access", "Sommer", "grcmgcd", "sommerregenbogen"}))
    monkeypatch.setattr(keys_module, "search_for", lambda _: search)
    keys = Keys(search.keys)
    assert [keys.hidden(text) for text in OF_OTHER_WORDS] == [*OF_OTHER_WORDS]
    for key in ("access", "Sommer"):
        shown = [keys.hidden(text.replace("{}", key)) for text in WITH_MASK]
        assert shown == [text.replace("{}{}", "{}").replace("{}", MASK) for text in WITH_MASK]
    glued = ("zpgrcmgcdbzk", "mygrcmgcdlist", "regensommerregenbogens")
    assert [keys.hidden(text) for text in glued] == [f"zp{MASK}bzk", f"my{MASK}list", f"regen{MASK}s"]


def test_a_key_that_is_no_whole_text_is_masked_among_many_values() -> None:
    values = (*(f"value {number}" for number in range(1_000)), "psk=open\ud800sesame")
    masked = Keys(frozenset({"open\ud800sesame"}))._without(values)
    assert masked == (*values[:-1], f"psk={MASK}")


TEXTS = (
    "x7Qp2Lm9Vb4Rt8Zk3Wn6",
    "psk=x7Qp2Lm9Vb4R\u2026",
    "Vb4Rt8Zk",
    "nothing",
    "x7Qp2Lm9 and secret-word",
    "secret-wo\u2026",
)
OF_KEYS = frozenset({"x7Qp2Lm9Vb4Rt8Zk3Wn6", "secret-word"})


@pytest.mark.parametrize("limit", ["_FEW", "_FEW_SIGNS", "_MANY"])
def test_many_keys_and_many_texts_are_looked_through_otherwise_with_one_answer(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "search_for", KeySearch)  # which knows the limit of its time
    plain, few = tuple(f"plain {number}" for number in range(4)), Keys(OF_KEYS)
    values = (TEXTS, plain, [*TEXTS], {"a": TEXTS})
    expected = [few.of_any(value) for value in values]
    packed_texts = [packed(value) for value in (TEXTS[:3], plain, TEXTS[4:5])]
    held = [few.may_be_in(data) for data in packed_texts]
    assert held == [True, False, True]
    monkeypatch.setattr(keys_module if limit == "_MANY" else key_search, limit, 1)
    many = Keys(OF_KEYS)
    assert [many.of_any(value) for value in values] == expected
    assert [many.may_be_in(data) for data in packed_texts] == ([True] * 3 if limit != "_MANY" else held)


def test_many_texts_without_a_key_are_the_same_and_are_not_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_module, "_MANY", 4)
    keys = Keys(OF_KEYS)
    asked: list[str] = []
    monkeypatch.setattr(Keys, "hidden", lambda _, text: asked.append(text) or text)
    for texts, expected in (
        (("a", "b", "c"), 3),
        (("a", "b", "c", "d"), 0),
        (("a",) * 9, 0),
        ((*"abcd", "secret-word"), 5),
    ):
        asked.clear()
        assert keys.of_any(texts) is texts
        assert len(asked) == expected


def test_keys_tell_their_number_alone() -> None:
    assert repr(Keys(OF_KEYS)) == "Keys(2 texts)"
    assert repr(KeySearch(frozenset(OF_KEYS))) == "KeySearch(2 keys)"


SPOILT = "x7Qp2Lm9Vb4Rt8Zk3Wn6"
PLACE = Span("psk=open-sesame.cmd", 3, 5, 2)
HIDDEN_PLACE = Span(f"psk={MASK}.cmd", 3, 5, 2)


def problem(message: str, span: Span = PLACE) -> Problem:
    return Problem(code=ProblemCode.MALFORMED, message=message, span=span)


def test_of_a_message_only_what_it_quotes_is_masked() -> None:
    keys = Keys(frozenset({"unknown", "open-sesame"}))
    masked = keys.problem(problem("unknown word `unknown x` in <unknown> and `unknown"))
    assert masked.message == f"unknown word `{MASK} x` in <{MASK}> and `{MASK}"
    assert masked.span == HIDDEN_PLACE
    for torn in ("`x`` of unknown", "`a`b` in unknown", "`a`` is no part of `unknown``"):
        assert keys.problem(problem(torn)).message == torn.replace("unknown", MASK)
    clean = problem("unknown word `x`", Span("a.cmd", 1, 1))
    assert keys.problem(clean) is clean
    assert keys.problem(problem("unknown word `x`")).span == HIDDEN_PLACE


def test_what_looks_like_a_key_where_something_was_not_understood_is_masked_wherever_it_stands() -> None:
    at = Span("a.cmd", 1, 1)
    refused = RefusedCommand(command="netsh", reason=f"`{SPOILT}` is no tag", span=at)
    more = RefusedCommand(command="netsh", reason="no", span=at, more=((f"<{SPOILT}>", at),))
    hidden_reason = f"`{MASK}` is no tag"
    for said, expected in ((refused, (hidden_reason, ())), (more, ("no", ((f"<{MASK}>", at),)))):
        parsed = Parsed(policy=Policy(refused_commands=(said,)), unread=((f"name {SPOILT}", 2),))
        masked = Keys().without(parsed)
        (command,) = masked.policy.refused_commands
        assert (command.reason, command.more) == expected
        assert masked.unread == ((f"name {MASK}", 2),)
    parsed = Parsed(problems=(problem(f"unknown `{SPOILT}`", at),), unread=((SPOILT, 1),))
    masked = Keys().without(parsed)
    assert (masked.problems[0].message, masked.unread) == (f"unknown `{MASK}`", ((MASK, 1),))
    plain = Parsed(problems=(problem(f"unknown {SPOILT}", at),), unread=((SPOILT, 1),))
    assert Keys().without(plain) is plain


@cases("message", ["`a`b` in {}", "`a`` is no part of {}", "unknown {} in `x``", "odd`word` and {}"])
def test_a_message_whose_quotations_are_not_certain_is_searched_whole(message: str) -> None:
    at = Span("a.cmd", 1, 1)
    parsed = Parsed(problems=(problem(message.format(SPOILT), at),), unread=((SPOILT, 1),))
    masked = Keys().without(parsed)
    assert (masked.problems[0].message, masked.unread) == (message.format(MASK), ((MASK, 1),))


def test_a_source_is_known_by_paths_without_keys() -> None:
    keys = Keys(frozenset({"open-sesame"}))
    clean = replace(bytes_source("a", b"1"), members=(bytes_source("b", b"2"),))
    assert keys.source(clean) is clean
    of_member = keys.source(replace(clean, members=(*clean.members, bytes_source("open-sesame", b"3"))))
    assert [each.path for each in of_member.all] == ["a", "b", MASK]
    assert [each.read_bytes() for each in of_member.all] == [b"1", b"2", b"3"]
    own = keys.source(replace(clean, path="x/open-sesame"))
    assert [each.path for each in own.all] == [f"x/{MASK}", "b"]
    assert keys.path("x/open-sesame") == f"x/{MASK}"


class Pair(NamedTuple):
    """A record that is a tuple."""

    name: str
    number: int = 1


@dataclass(frozen=True)
class Data:
    """A record that is a dataclass."""

    name: str
    number: int = 1


class Part(Struct, frozen=True):
    """A record that is a Struct."""

    name: str
    number: int = 1


class Valid(Frozen):
    """A record that is a model."""

    name: str
    number: int = 1


@cases("kind", [Pair, Data, Part, lambda name, number=1: Valid(name=name, number=number)])
def test_records_of_every_kind_are_masked_and_stay_as_they_are_without_a_key(kind: Any) -> None:
    keys = Keys(frozenset({"open-sesame"}))
    assert keys.of_any(kind("open-sesame", 7)) == kind(MASK, 7)
    for clean in (kind("x"), (kind("x"),), [kind("x")]):
        assert keys.of_any(clean) is clean
    assert keys.of_any((kind("x"), kind("open-sesame"))) == (kind("x"), kind(MASK))


def test_collections_are_masked_and_what_holds_no_text_is_not_looked_at() -> None:
    keys = Keys(frozenset({"open-sesame"}))
    assert keys.of_any({"open-sesame": ["open-sesame", 1]}) == {MASK: [MASK, 1]}
    assert keys.of_any(frozenset({"open-sesame", "x"})) == frozenset({MASK, "x"})
    assert keys.of_any({"open-sesame", "x"}) == {MASK, "x"}
    secret = Secret("open-sesame")
    for value in (secret, 5, 5.5, None, ProblemCode.MALFORMED, b"open-sesame"):
        assert keys.of_any(value) is value
    assert keys.of_any(PLACE) == HIDDEN_PLACE
    valid = Valid(name="open-sesame", number=3)
    assert keys.parts(valid, ["number"]) is valid
    assert keys.parts(valid, ["name"]) == Valid(name=MASK, number=3)


def test_keys_whose_places_are_known_are_masked_everywhere_if_they_tell() -> None:
    text = "psk='open sesame'\nother=short\nx=12345\n"
    source = replace(bytes_source("a.txt", text.encode()), members=(bytes_source("b.txt", b"k=from a member"),))
    known = [Span("a.txt", 1, 5, 13), Span("a.txt", 2, 7, 5), Span("a.txt", 3, 3, 5), Span("b.txt", 1, 3, 13)]
    keys = with_known(Keys(frozenset({"before"})), source, known, ["  Read Elsewhere ", "policy", "12345"])
    masked = {"before", "open sesame", "from a member", "Read Elsewhere", "read elsewhere"}
    assert keys.texts == masked | {text.upper() for text in masked - {"before"}}
    assert keys.places == {
        ("a.txt", 1): [(4, 17)],
        ("a.txt", 2): [(6, 11)],
        ("a.txt", 3): [(2, 7)],
        ("b.txt", 1): [(2, 15)],
    }


def test_a_key_in_a_binary_input_is_read_at_its_bytes() -> None:
    data = b"PReg\x01\0\0\0" + "open sesame\0rest".encode("utf-16-le")
    keys = with_known(Keys(), bytes_source("a.pol", data), [Span("a.pol", 1, 9, 24)], [])
    assert keys.texts == {"open sesame", "OPEN SESAME"}


def test_keys_of_several_inputs_are_known_by_paths_without_keys_of_any() -> None:
    first = Keys(frozenset({"open-sesame"}), {("b/open-sesame", 1): [(0, 3)]})
    second = Keys(frozenset({"other-key"}), {(f"b/{MASK}", 1): [(2, 9)], ("other-key", 2): [(1, 2)]})
    keys = joined([first, second])
    assert keys.texts == {"open-sesame", "other-key"}
    assert keys.places == {(f"b/{MASK}", 1): [(0, 9)], (MASK, 2): [(1, 2)]}


def test_words_of_which_no_more_is_known_are_masked_by_their_form_and_by_the_key_in_it() -> None:
    assert hidden("open-sesame auth1psk=open-sesame") == f"{MASK} auth1psk={MASK}"
    assert hidden("name=open-sesame") == "name=open-sesame"
    keys = find_keys(bytes_source("a.cmd", b"netsh advfirewall consec add rule auth1psk=Open-Sesame name=x\r\n"))
    assert keys.texts == {"Open-Sesame", "open-sesame", "OPEN-SESAME"}
    assert keys.places == {("a.cmd", 1): [(43, 54)]}


def test_what_a_path_assigns_to_a_name_of_a_key_is_one() -> None:
    assert find_keys(bytes_source("a/psk=open-sesame/b.cmd", b"")).path("open-sesame.cmd") == f"{MASK}.cmd"
    assert find_keys(bytes_source("preshared-keys-differ/psk=x.cmd", b"")).texts == frozenset()


def test_what_a_name_of_a_file_says_that_a_key_is_is_one() -> None:
    for name in ("PSK is Sommer7x.txt", "the psk: Sommer7x", "a.zip/vpn/PSK is Sommer7x.cmd", "a\\psk=Sommer7x.txt"):
        assert "Sommer7x" in find_keys(bytes_source(name, b"")).texts, name
    for name in (
        "psk is used.txt",
        "psk-Sommerfeld.cmd",
        "PSK Sommerfeld.txt",
        "PSK - Sommerfeld 7.txt",
        "psk/Sommer7x",
    ):
        assert find_keys(bytes_source(name, b"")).texts == frozenset(), name
