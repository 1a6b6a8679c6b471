"""With whom a rule may negotiate: a part of it that is not understood rules out nobody."""

from __future__ import annotations

from typing import Any

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ALL_PROFILES, Policy, Profile, RuleMode
from ipseclint.model.setting import Unknown
from ipseclint.semantics.peers import Peers
from tests.cases import cases
from tests.made_objects import addresses, rule, said

HERE, THERE = addresses("10.0.0.7"), addresses("192.0.2.7")
TUNNEL = {"mode": said(RuleMode.TUNNEL), "remote_tunnel_endpoint": said(HERE)}


@cases("mode", [{}, TUNNEL], ids=["transport", "tunnel"])
@cases(
    ("profiles", "asked", "expected"),
    [
        (ALL_PROFILES, ALL_PROFILES, True),
        (ALL_PROFILES, frozenset({Profile.PUBLIC}), True),
        (frozenset({Profile.DOMAIN}), frozenset({Profile.DOMAIN, Profile.PUBLIC}), True),
        (frozenset({Profile.DOMAIN}), frozenset({Profile.PUBLIC}), False),
        (Unknown("%PROFILE%"), frozenset({Profile.PUBLIC}), True),
    ],
)
def test_a_rule_meets_who_is_its_peer_in_a_profile_that_it_may_be_for(
    mode: dict[str, Any], profiles: Any, asked: frozenset[Profile], expected: bool
) -> None:
    one = rule(**mode, profiles=said(profiles))
    peers = Peers(Machine(name="m", policy=Policy(connection_security_rules=(one,))))
    assert peers.may_meet(one, HERE, asked) is expected
    assert peers.may_meet(one, THERE, asked) is False
