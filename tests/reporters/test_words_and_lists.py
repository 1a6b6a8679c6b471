"""Words for kinds of objects, and lists of what has no other end: told one by one, or together by why."""

from __future__ import annotations

from ipseclint.reporters.negotiation.text import MAX_ALONE, _alone, _many_alone
from ipseclint.reporters.words import kind_word, of_gpo
from ipseclint.semantics.negotiation.unpaired import Unpaired
from ipseclint.source import Span
from tests.cases import cases


@cases(
    ("kind", "one", "many"),
    [
        ("main_mode_crypto_set", "main-mode crypto set", "main-mode crypto sets"),
        ("kind_of_no_policy", "kind of no policy", "kind of no policy"),
    ],
)
def test_a_kind_has_a_word_for_one_and_for_many(kind: str, one: str, many: str) -> None:
    assert (kind_word(kind), kind_word(kind, 1), kind_word(kind, 2)) == (one, one, many)


def test_a_gpo_is_named_where_there_is_one() -> None:
    assert (of_gpo("Isolation"), of_gpo(None), of_gpo("")) == (" (GPO Isolation)", "", "")


def _unpaired(why: str, *lines: int, hosts: int = 1) -> list[Unpaired]:
    return [Unpaired(f'rule "{line}"', Span("p", line, 1), why, hosts) for line in lines]


def test_few_without_a_pair_are_told_one_by_one() -> None:
    assert list(_alone(_unpaired("is off", 1) + _unpaired("is alone", 2, hosts=3))) == [
        "without a pair:",
        '   p:1 rule "1" is off',
        '   p:2 rule "2" (3 hosts) is alone',
    ]


def test_many_without_a_pair_are_told_together_by_why_with_three_of_each() -> None:
    rows = _unpaired("is off", 1) + _unpaired("meets nothing", 2, 3, 4) + _unpaired("is refused", 5, 6, 7, 8, 9)
    assert list(_many_alone(rows)) == [
        "9 without a pair:",
        "   5, each is refused",
        '      p:5 rule "5"',
        '      p:6 rule "6"',
        '      p:7 rule "7"',
        "      and 2 more; --format json lists all",
        "   3, each meets nothing",
        '      p:2 rule "2"',
        '      p:3 rule "3"',
        '      p:4 rule "4"',
        '   p:1 rule "1" is off',
    ]


@cases(("reasons", "more"), [(MAX_ALONE, []), (MAX_ALONE + 2, [2])])
def test_reasons_beyond_a_dozen_are_counted(reasons: int, more: list[int]) -> None:
    lines = list(_many_alone([row for line in range(1, reasons + 1) for row in _unpaired(f"is {line}", line)]))
    assert len(lines) == 1 + MAX_ALONE + len(more)
    assert [line for line in lines if "other reasons" in line] == [
        f"   and {number} more for other reasons; --format json lists all" for number in more
    ]
