"""Main-mode rules found by their peers are those that a comparison with each finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ALL_PROFILES, Dialect, MainModeRule, Policy
from ipseclint.model.selectors import ANY_ADDRESS, Address, Addresses
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics.negotiation.main_mode_rules import MainModeRules, meets
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword

HERE = Span("p.cmd", 1, 1)
_BOUNDS = st.sampled_from([0, 1, 7, 8, 255, 256, 2**32 - 1])
_RANGES = st.tuples(st.sampled_from([4, 6]), _BOUNDS, _BOUNDS).map(lambda row: Address(row[0], *sorted(row[1:])))
_NAMED = st.sampled_from([AddressKeyword.DNS, AddressKeyword.WINS, AddressKeyword.ME]).map(
    lambda keyword: Address(keyword=keyword)
)
_SIDES = st.lists(st.one_of(_RANGES, _NAMED, st.just(ANY_ADDRESS)), max_size=3).map(tuple)


def _rule(number: int, one: Addresses, other: Addresses | None, *, enabled: bool) -> MainModeRule:
    peers = Setting(Unknown("?") if other is None else other, HERE)
    own = Setting(one, HERE)
    return MainModeRule(
        name=f"M{number}",
        span=HERE,
        dialect=Dialect.WFAS,
        enabled=Setting(enabled, HERE),
        profiles=Setting(ALL_PROFILES, HERE),
        endpoint1=own,
        endpoint2=peers,
    )


@given(st.lists(st.tuples(_SIDES, st.one_of(st.none(), _SIDES), st.booleans()), max_size=8), _SIDES, _SIDES)
def test_rules_are_found_by_their_peers(
    rows: list[tuple[Addresses, Addresses | None, bool]], here: Addresses, there: Addresses
) -> None:
    rules = tuple(_rule(number, one, other, enabled=on) for number, (one, other, on) in enumerate(rows))
    found = MainModeRules(Machine(name="M", policy=Policy(main_mode_rules=rules)))
    enabled = [rule for rule in rules if rule.enabled.known]
    assert list(found.meeting(here, there)) == [rule for rule in enabled if meets(rule, here, there)]
    assert bool(found) is bool(enabled)
