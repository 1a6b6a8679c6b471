"""The text of `coverage`: each line that a group of rules can have, and none where there is nothing to say."""

from __future__ import annotations

from msgspec.structs import replace

from ipseclint.cli.coverage import _lines, _together
from ipseclint.finding import Basis
from ipseclint.semantics.covered import GroupCoverage, Range
from ipseclint.semantics.packets.rules import Reading

READING = Reading("as documented", "", Basis.DOCUMENTED, ())
BARE = GroupCoverage(
    group="rules",
    readings=(READING,),
    family=4,
    direction="out",
    profiles=("domain",),
    ranges=(),
    unlisted=0,
    otherwise=None,
    examples={},
    conditional=(),
    complete=True,
)
FULL = replace(
    BARE,
    ranges=(Range("10.1.0.0/16", 65536, ("required",), "required"),),
    unlisted=3,
    otherwise=Range("all other addresses", 5, ("untouched",), "untouched"),
    examples={"required": "a packet"},  # type: ignore[dict-item]
    conditional=tuple(f"rule {number}" for number in range(9)),
    complete=False,
)


def test_every_line_of_a_group_stands_in_its_place() -> None:
    assert list(_lines(FULL, ["out"])) == [
        "rules, IPv4, outbound by destination, on domain (as documented)",
        "  10.1.0.0/16                                 required",
        "  3 more ranges are not listed (--listed N)",
        "  all other addresses                         untouched",
        "  some ranges have too many parts to list",
        "    required: a packet",
        f"  left out, because their meaning is unknown: {', '.join(FULL.conditional[:8])} and 1 more",
        "",
    ]


def test_a_group_of_which_nothing_is_to_say_has_its_heading_alone() -> None:
    heading = "rules, IPv4, outbound by destination and inbound by source, on domain (as documented)"
    assert list(_lines(BARE, ["out", "in"])) == [heading, ""]


def test_eight_rules_that_are_left_out_are_all_named() -> None:
    lines = list(_lines(replace(BARE, conditional=FULL.conditional[:8]), ["out"]))
    assert lines[1].endswith("rule 6, rule 7")


def test_what_is_the_same_in_both_directions_is_told_once() -> None:
    same, other = replace(BARE, direction="in"), replace(BARE, direction="in", unlisted=1)
    assert list(_together([BARE, same])) == [(BARE, ["out", "in"])]
    assert list(_together([BARE, other])) == [(BARE, ["out"]), (other, ["in"])]
    assert list(_together([BARE, BARE])) == [(BARE, ["out"]), (BARE, ["out"])]
