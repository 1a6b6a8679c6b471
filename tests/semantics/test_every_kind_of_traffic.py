"""Policies with whatever a connection security rule and a main-mode rule can say, asked packet by packet."""

from __future__ import annotations

import ipaddress
from random import Random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, MainModeRule
from ipseclint.semantics.packet_treatment import LEFT_ALONE, Treatment, default_main_mode, main_mode, treatment
from ipseclint.semantics.packets.axes import IN, OUT, Axis
from ipseclint.semantics.packets.box import Condition, Packet, matches
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.traffic import connection_group, main_mode_group
from ipseclint.semantics.traffic_changes import Effect, traffic_changes
from tests.semantics.test_traffic_changes import machine, size
from tests.tries import tries

PEERS = {
    4: ("any", "10.0.0.0/8", "10.0.0.0/9", "10.0.4.0/24", "10.0.4.7", "10.0.4.7-10.0.4.9", "dns", "localsubnet"),
    6: ("2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::7", "2001:db8:1::7-2001:db8:1::9", "fe80::/10"),
}
OWN = {4: ("any", "any", "192.0.2.0/24", "192.0.2.1"), 6: ("any", "any", "2001:db8:ffff::1")}
GATEWAYS = {4: ("198.51.100.1", "203.0.113.7", "203.0.113.8"), 6: ("2001:db8:2::1", "2001:db8:3::1", "2001:db8:3::2")}
ACTIONS = (
    *("requireinrequireout", "requireinrequestout", "requestinrequestout", "requireinclearout"),
    *("noauthentication", "noauthentication"),
)
METHODS = ("computerkerb", "computerkerb,anonymous", "computerpsk auth1psk=abc", 'computercert auth1ca="CN=Root"')
USERS = ("", "", "auth2=userkerb", "auth2=userkerb,anonymous")
SUITES = (
    *("", "qmsecmethods=esp:sha256-aes256", "qmsecmethods=esp:sha1-3des", "qmsecmethods=ah:sha256"),
    *("qmsecmethods=ah:sha1+esp:sha1-aes128", "qmsecmethods=authnoencap:sha1,ah:sha1"),
    *("qmpfs=dhgroup14 qmsecmethods=esp:sha256-aes256", "qmsecmethods=esp:aesgcm256-aesgcm256"),
)
PORTS = ("", "", "protocol=tcp port2=443", "protocol=tcp port1=443", "protocol=tcp port2=80-90,443", "protocol=udp")
PROFILES = ("", "", "profile=domain", "profile=private,public")
INTERFACES = ("", "", "interfacetype=lan", "interfacetype=wireless", "interfacetype=ras")
MAIN_MODES = ("dhgroup14:aes256-sha256", "dhgroup2:3des-sha1")
ENABLED = ("", "", "", "enable=no")


def rule(random: Random, name: str) -> str:
    family = random.choice((4, 4, 6))
    ends = [random.choice(OWN[family]), random.choice(PEERS[family])]
    if random.random() < 0.15:
        ends.reverse()
    action = random.choice(ACTIONS)
    words = [f'advfirewall consec add rule name="{name}" endpoint1={ends[0]} endpoint2={ends[1]}']
    if random.random() < 0.2:
        action = random.choice(("requireinrequireout", "noauthentication"))
        near, *far = GATEWAYS[family]
        words.append(f"mode=tunnel localtunnelendpoint={near} remotetunnelendpoint={random.choice(far)}")
        words.append(random.choice(("", "exemptipsecprotectedconnections=yes", "applyauthz=yes")))
    else:
        words.append(random.choice((*PORTS, "protocol=icmpv4" if family == 4 else "protocol=icmpv6", "protocol=47")))
    words.append(f"action={action}")
    if action != "noauthentication":
        words += (f"auth1={random.choice(METHODS)}", random.choice(USERS), random.choice(SUITES))
    words += (random.choice(each) for each in (PROFILES, INTERFACES, ENABLED))
    return " ".join(words)


def main_mode_rule(random: Random, name: str) -> str:
    ends = f"endpoint1={random.choice(OWN[4])} endpoint2={random.choice(PEERS[4])}"
    how = f"auth1={random.choice(('computerkerb', 'anonymous'))} mmsecmethods={random.choice(MAIN_MODES)}"
    scope = f"{random.choice(PROFILES)} {random.choice(ENABLED)}"
    return f'advfirewall mainmode add rule name="{name}" {ends} {how} {scope}'


def policy(random: Random, name: str) -> list[str]:
    rules = [rule(random, f"{name}{number}") for number in range(random.randint(1, 6))]
    mains = [main_mode_rule(random, f"M{name}{number}") for number in range(random.choice((0, 0, 1, 2, 3)))]
    default = [f"advfirewall set global mainmode mmsecmethods {random.choice(MAIN_MODES)}"]
    return [*rules, *mains, *(default if random.random() < 0.3 else [])]


HOSTS = {
    4: ("10.0.4.7", "10.0.4.8", "10.0.4.99", "10.0.9.9", "10.200.0.1", "192.0.2.77", "192.0.2.1", "203.0.113.7"),
    6: ("2001:db8::5", "2001:db8:1::7", "2001:db8:1::8", "2001:db8:1::99", "fe80::1", "2001:db8:ffff::1"),
}
CONDITIONS = [Condition(axis, name) for axis in (Axis.SOURCE, Axis.DESTINATION) for name in ("dns", "localsubnet")]
CONVERSATIONS = ((50_000, 443), (50_000, 80), (443, 50_000), (50_000, 90), (50_000, 91))


def packet(random: Random) -> Packet:
    family = random.choice((4, 4, 6))
    one, other = (int(ipaddress.ip_address(random.choice(HOSTS[family]))) for _ in range(2))
    protocol = random.choice((1 if family == 4 else 58, 6, 6, 17, 47))
    ports: tuple[int | None, int | None] = random.choice(CONVERSATIONS) if protocol in {6, 17} else (None, None)
    direction = random.choice((OUT, IN))
    icmp = {1: 2048, 58: 128 * 256}.get(protocol)
    holds = frozenset(each for each in CONDITIONS if random.random() < 0.4)
    ends = (one, other, protocol, *(ports if direction == OUT else ports[::-1]))
    return Packet(family, *ends, icmp, random.randrange(3), random.randrange(3), direction, holds)


def as_sent(one: Packet) -> Packet:
    """The packet of a main mode, which is asked for the way out."""
    if one.direction == OUT:
        return one
    turned = {Axis.SOURCE: Axis.DESTINATION, Axis.DESTINATION: Axis.SOURCE}
    return replace(
        one,
        source=one.destination,
        destination=one.source,
        source_port=one.destination_port,
        destination_port=one.source_port,
        direction=OUT,
        holds=frozenset(Condition(turned[Axis(each.axis or 0)], each.name) for each in one.holds),
    )


def treated(state: Machine, one: Packet) -> list[frozenset[Treatment]]:
    """What may happen to a packet under each order of the rules."""
    rules, mains = connection_group(state), main_mode_group(state)
    deciding = decide(mains.ordered(mains.readings[0]), as_sent(one)).winners
    how = [main_mode(state, cast("MainModeRule", mains.things[each])) for each in deciding]
    treatments: list[frozenset[Treatment]] = []
    for reading in rules.readings:
        things = [
            cast("ConnectionSecurityRule", rules.things[each]) for each in decide(rules.ordered(reading), one).winners
        ]
        may = [treatment(state, each, one.direction == IN) for each in things] or [LEFT_ALONE]
        treatments.append(
            frozenset(each.with_main_mode(main) for each in may for main in how or [default_main_mode(state)])
        )
    return treatments


def hold_to_packets(random: Random) -> None:
    some = policy(random, "A")
    others = [line for line in some if random.random() < 0.7] + policy(random, "B")[: random.randrange(4)]
    old, new = machine(*some), machine(*others)
    there, back = traffic_changes(old, new), traffic_changes(new, old)
    assert there.complete
    assert traffic_changes(old, machine(*some[::-1])).changes == ()
    turned = {Effect.WEAKER: Effect.STRONGER, Effect.STRONGER: Effect.WEAKER, Effect.CHANGED: Effect.CHANGED}
    assert {(each.before, each.after, each.effect, size(each), each.readings) for each in there.changes} == {
        (each.after, each.before, turned[each.effect], size(each), each.readings) for each in back.changes
    }
    regions = [region for change in there.changes for region in change.regions]
    for _ in range(60):
        one = packet(random)
        named = any(matches(region.box, one) and not region.without & one.holds for region in regions)
        assert named == (treated(old, one) != treated(new, one)), one


@tries(40)
@given(st.randoms(use_true_random=False))
def test_packets_are_changed_just_where_it_is_said(random: Random) -> None:
    hold_to_packets(random)


@pytest.mark.long
def test_the_same_of_a_thousand_policies() -> None:
    for seed in range(1_000):
        hold_to_packets(Random(seed))
