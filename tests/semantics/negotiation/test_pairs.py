"""The packet that shows that two rules meet, and which ways both decide for, by the direction of each one's filter."""

from __future__ import annotations

import pytest

from ipseclint.semantics.negotiation.pairs import GIVEN, is_among_many, pairs
from tests.cases import cases
from tests.semantics.negotiation.test_who_meets_whom import HERE as NEAR
from tests.semantics.negotiation.test_who_meets_whom import THERE as FAR
from tests.semantics.negotiation.test_who_meets_whom import swanctl, tunnel
from tests.semantics.negotiation.two_ends import PSK, machine, peer, rule

ONLY = "the only ones of their ends"
HERE, THERE = "10.1.0.5", "10.2.0.7"
GOING, COMING = f"{HERE}:49152 -> {THERE}:445", f"{THERE}:49152 -> {HERE}:445"
NEGOTIATES = '{} filteraction name=A action=negotiate qmsecmethods="ESP[3DES,SHA1]"\n'
BLOCKS = "{} filteraction name=A action=block\n"


def filters(way: str, peer: str, action: str = NEGOTIATES) -> str:
    """A policy of one filter: for what goes `out`, for what comes `in`, or for `both`."""
    static = "netsh ipsec static add"
    sides = f"srcaddr={peer} dstaddr=me" if way == "in" else f"srcaddr=me dstaddr={peer}"
    return (
        f"{static} policy name=P assign=yes\n{static} filterlist name=F\n"
        f"{static} filter filterlist=F {sides} mirrored={'yes' if way == 'both' else 'no'}\n"
        f"{action.format(static)}{static} rule name=R policy=P filterlist=F filteraction=A psk=example\n"
    )


@cases(
    ("here", "there", "action", "packet", "goes", "comes"),
    [
        ("both", "both", NEGOTIATES, GOING, True, True),
        ("out", "in", NEGOTIATES, GOING, True, True),
        ("in", "out", NEGOTIATES, COMING, True, True),
        ("both", "both", BLOCKS, GOING, True, True),
        ("out", "in", BLOCKS, GOING, True, False),
        ("in", "out", BLOCKS, COMING, False, True),
    ],
)
def test_two_filters_meet_by_a_packet_of_the_way_that_both_are_for(
    here: str, there: str, action: str, packet: str, goes: bool, comes: bool
) -> None:
    one, other = machine(filters(here, THERE), "one"), machine(filters(there, HERE, action), "other")
    (pair,) = pairs(one, other)
    assert (pair.a.path, pair.b.path, pair.how) == ("one", "other", "")
    assert (str(pair.packet).partition(" tcp")[0], pair.goes, pair.comes) == (packet, goes, comes)


@pytest.mark.parametrize(
    ("here", "there", "how", "among_many"),
    [
        pytest.param(rule(PSK), rule(PSK, ends=(THERE, HERE)), "", True, id="rules with a packet"),
        pytest.param(filters("in", THERE), filters("in", HERE), ONLY, False, id="the only rules"),
        pytest.param(rule(PSK), peer(), GIVEN, False, id="a description without addresses"),
        pytest.param(tunnel(), swanctl(), GIVEN, True, id="the sides mirrored"),
        pytest.param(tunnel(), swanctl(f"local_addrs = {FAR}\n  remote_addrs = {NEAR}"), GIVEN, True, id="gateways"),
    ],
)
def test_a_pair_holds_among_many_if_more_than_being_given_brings_it_together(
    here: str, there: str, how: str, among_many: bool
) -> None:
    (pair,) = pairs(machine(here, "one"), machine(there, "other"))
    assert (pair.how, is_among_many(pair)) == (how, among_many)


@cases("at", [0, 1])
def test_a_rule_that_another_answers_better_is_in_no_other_pair(at: int) -> None:
    def between(first: str, second: str) -> list[set[str]]:
        ends = (machine(first, "first"), machine(second, "second"))
        met = pairs(*ends[:: -1 if at else 1])
        return [{f"{end.path} {end.subject[-2]}" for end in (pair.a, pair.b)} for pair in met]

    exempt = rule("protocol=tcp port2=445", "noauthentication").replace('"R"', '"E"')
    answer = rule(PSK, ends=(THERE, HERE))
    assert between(exempt, answer) == [{"first E", "second R"}]
    assert between(exempt + rule(PSK), answer) == [{"first R", "second R"}]
    anybody = rule(PSK, ends=("any", "any")).replace('"R"', '"A"')
    assert between(anybody, answer) == [{"first A", "second R"}]
    assert between(anybody, anybody + answer) == [{"first A", "second A"}]
