"""The sides of filter lists, by which side of a filter is the machine's own; what rules take from filter actions."""

from __future__ import annotations

from ipseclint.model.rules import FilterAction, FilterList, inherited_security
from ipseclint.model.selectors import ANY_ADDRESS, Address, AddressKeyword, LegacyFilter
from ipseclint.model.setting import Inherited, Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.settings import RuleAction, Security
from tests.cases import cases
from tests.made_objects import SPAN, addresses

ME, DNS = Address(keyword=AddressKeyword.ME), Address(keyword=AddressKeyword.DNS)
PEER, OTHER = addresses("10.0.0.1", "10.0.0.2")
ZERO, ALL = Address(4, 0, 0), Address(4, 0, 2**32 - 1)


def filters(*sides: tuple[Address, Address]) -> FilterList:
    rows = tuple(LegacyFilter(*each, None, 0, 0, True, 1, 1) for each in sides)
    return FilterList(name="L", span=SPAN, filters=rows)


def test_the_side_that_is_the_machine_is_its_own_and_the_source_where_none_is() -> None:
    made = filters((ME, PEER), (PEER, ME), (PEER, OTHER), (ME, ME))
    assert made.local_side == (ME, ME, PEER, ME)
    assert made.remote_side == (PEER, PEER, OTHER, ME)


@cases(
    ("sides", "is_any"),
    [
        ((), False),
        (((ME, ANY_ADDRESS),), True),
        (((ANY_ADDRESS, ME),), True),
        (((ALL, ALL),), True),
        (((ME, DNS),), False),
        (((DNS, ME),), False),
        (((ME, PEER),), False),
        (((PEER, ANY_ADDRESS),), False),
        (((ME, ZERO),), False),
        (((ME, PEER), (ANY_ADDRESS, ANY_ADDRESS)), True),
    ],
)
def test_a_list_is_for_all_where_both_sides_of_a_filter_are(
    sides: tuple[tuple[Address, Address], ...], *, is_any: bool
) -> None:
    assert filters(*sides).is_any_to_any is is_any


ACTION, INBOUND, OUTBOUND = Span("a", 1, 1), Span("a", 2, 2), Span("a", 3, 3)
"""Where a filter action says what it does, and that it takes clear text in and lets it out."""
HIDDEN = Unknown("x")


@cases(
    ("action", "takes", "falls_back", "inbound", "outbound"),
    [
        (RuleAction.NEGOTIATE, False, False, (Security.REQUIRE, INBOUND), (Security.REQUIRE, OUTBOUND)),
        (RuleAction.NEGOTIATE, True, False, (Security.REQUEST, INBOUND), (Security.REQUIRE, OUTBOUND)),
        (RuleAction.NEGOTIATE, False, True, (Security.REQUIRE, INBOUND), (Security.REQUEST, OUTBOUND)),
        (RuleAction.NEGOTIATE, HIDDEN, False, (HIDDEN, INBOUND), (Security.REQUIRE, OUTBOUND)),
        (RuleAction.BLOCK, True, True, (Security.NONE, ACTION), (Security.NONE, ACTION)),
        (RuleAction.EXEMPT, HIDDEN, False, (Security.NONE, ACTION), (Security.NONE, ACTION)),
        (HIDDEN, True, False, (HIDDEN, ACTION), (HIDDEN, ACTION)),
    ],
)
def test_a_rule_protects_as_firmly_as_its_filter_action_and_points_to_what_says_so(
    action: RuleAction | Unknown,
    takes: bool | Unknown,
    falls_back: bool | Unknown,
    inbound: tuple[Security | Unknown, Span],
    outbound: tuple[Security | Unknown, Span],
) -> None:
    taken = inherited_security(
        FilterAction(
            name="FA",
            span=SPAN,
            action=Setting(action, ACTION),
            accept_unsecured_inbound=Setting(takes, INBOUND),
            allow_unsecured_fallback=Setting(falls_back, OUTBOUND),
        )
    )
    assert taken == (
        Inherited(action, ACTION),
        Inherited(*inbound),
        Inherited(*outbound),
    )
