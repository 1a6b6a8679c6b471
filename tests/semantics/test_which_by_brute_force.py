"""`which` and `coverage` held to packets: each matching rule is worked out here anew from the words of the script."""

from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

import pytest

from ipseclint.formats.netsh.script import parse
from ipseclint.model.machine import Machine
from ipseclint.semantics.cases import cases
from ipseclint.semantics.covered import GroupCoverage, Range, coverages
from ipseclint.semantics.decisions import Decision, packet_of, which
from ipseclint.semantics.packets.axes import INTERFACES, PROFILES, Axis
from ipseclint.semantics.packets.box import Packet
from ipseclint.source import bytes_source

Ip = IPv4Address | IPv6Address
NUMBERS = {"tcp": 6, "udp": 17, "icmpv4": 1, "icmpv6": 58, "icmp": 1, "47": 47, "99": 99}
WITH_PORTS = ("tcp", "udp")
ADDRESSES = {
    4: ("any", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "10.1.2.3-10.1.2.40", "172.16.0.0/12", "0.0.0.0/1"),
    6: ("any", "2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::5", "fe80::/10"),
}
PORTS = ("any", "53", "80,443", "1000-2000", "53,1000-1500")
TRIED_PORTS = (0, 52, 53, 80, 443, 999, 1000, 1500, 1501, 2000, 2001, 65_535)
POLICY = (
    "netsh ipsec static add policy name=P assign=yes",
    "netsh ipsec static add filteraction name=permit action=permit",
    "netsh ipsec static add filteraction name=block action=block",
    'netsh ipsec static add filteraction name=negotiate action=negotiate qmsecmethods="ESP[3DES,SHA1]"',
)


class Traffic(NamedTuple):
    """One packet: the addresses are the packet's own, `own` and `peer` those of the machine and the other end."""

    source: Ip
    destination: Ip
    protocol: str
    source_port: int | None
    destination_port: int | None
    profile: str
    interface: str
    direction: str

    def packet(self, *, without: tuple[str, ...] = ()) -> Packet:
        given = {name: None if name in without else value for name, value in self._asdict().items()}
        ends = str(self.source), str(self.destination)
        middle = [given[name] for name in ("protocol", "source_port", "destination_port", "profile")]
        return packet_of(*ends, *middle, self.direction, given["interface"])


class Connection(NamedTuple):
    """A connection security rule in the words of `netsh advfirewall`."""

    name: str
    own: str
    peer: str
    protocol: str
    own_port: str
    peer_port: str
    profile: str
    interface: str
    action: str

    def line(self) -> str:
        more = {
            "protocol": self.protocol,
            "port1": self.own_port,
            "port2": self.peer_port,
            "profile": self.profile,
            "interfacetype": self.interface,
            "auth1": "any" if self.action == "noauthentication" else "computerkerb",
        }
        words = " ".join(f"{tag}={value}" for tag, value in more.items() if value != "any")
        ends = f"endpoint1={self.own} endpoint2={self.peer}"
        return f"netsh advfirewall consec add rule name={self.name} {ends} action={self.action} {words}"

    def takes(self, traffic: Traffic) -> bool:
        turned = traffic.direction == "in"
        own, peer = (traffic.destination, traffic.source) if turned else (traffic.source, traffic.destination)
        ports = (traffic.source_port, traffic.destination_port)
        own_port, peer_port = reversed(ports) if turned else ports
        return (
            holds(self.own, own)
            and holds(self.peer, peer)
            and self.protocol in {"any", traffic.protocol}
            and has(self.own_port, own_port)
            and has(self.peer_port, peer_port)
            and traffic.profile in {*self.profile.split(","), *(PROFILES if self.profile == "any" else ())}
            and self.interface in {"any", traffic.interface}
        )


class Legacy(NamedTuple):
    """A filter of `netsh ipsec static` in a list and a rule of its own."""

    name: str
    source: str
    destination: str
    protocol: str
    source_port: int
    destination_port: int
    mirrored: str
    action: str

    def line(self) -> str:
        ends = " ".join(
            f"{side}addr={address.partition('/')[0]}"
            + (f" {side}mask={address.partition('/')[2]}" if "/" in address else "")
            for side, address in (("src", self.source), ("dst", self.destination))
        )
        fields = f"protocol={self.protocol} srcport={self.source_port} dstport={self.destination_port}"
        return (
            f"netsh ipsec static add filter filterlist={self.name} {ends} {fields} mirrored={self.mirrored}\r\n"
            f"netsh ipsec static add rule name=R{self.name} policy=P filterlist={self.name} "
            f"filteraction={self.action} kerberos=yes"
        )

    def takes(self, traffic: Traffic) -> bool:
        own = traffic.source if traffic.direction == "out" else traffic.destination
        there = (traffic.source, traffic.destination, traffic.source_port, traffic.destination_port)
        back = (traffic.destination, traffic.source, traffic.destination_port, traffic.source_port)
        return any(
            (source == own if self.source == "me" else holds(self.source, source))
            and (destination == own if self.destination == "me" else holds(self.destination, destination))
            and self.protocol in {"any", "icmp" if traffic.protocol == "icmpv4" else traffic.protocol}
            and self.source_port in {0, source_port}
            and self.destination_port in {0, destination_port}
            for source, destination, source_port, destination_port in (there, back)[
                : 2 if self.mirrored == "yes" else 1
            ]
        )


def holds(words: str, address: Ip) -> bool:
    if words == "any":
        return True
    if "-" in words:
        low, high = map(ip_address, words.split("-"))
        return low.version == address.version and int(low) <= int(address) <= int(high)
    network = ip_network(words)
    return network.version == address.version and address in network


def has(words: str, port: int | None) -> bool:
    if words == "any":
        return True
    spans = [part.partition("-") for part in words.split(",")]
    return port is not None and any(int(low) <= port <= int(high or low) for low, _, high in spans)


def connection(rng: random.Random, number: int) -> Connection:
    pool = ADDRESSES[rng.choice((4, 4, 6))]
    protocol = rng.choice(("any", *WITH_PORTS, *WITH_PORTS, "icmpv4", "icmpv6", "47"))
    ports = [rng.choice(PORTS) if protocol in WITH_PORTS else "any" for _ in range(2)]
    return Connection(
        f"R{number}",
        rng.choice(pool),
        rng.choice(pool),
        protocol,
        *ports,
        rng.choice(("any", "domain", "private,public", "public")),
        rng.choice(("any", "any", *INTERFACES)),
        rng.choice(("requireinrequireout", "requestinrequestout", "requireinrequestout", "noauthentication")),
    )


def legacy(rng: random.Random, number: int) -> Legacy:
    source, destination = rng.sample(("any", "me", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "172.16.0.0/12"), 2)
    protocol = rng.choice(("any", *WITH_PORTS, "icmp"))
    ports = [rng.choice((0, 53, 443)) if protocol in WITH_PORTS else 0 for _ in range(2)]
    action = rng.choice(("permit", "block", "negotiate"))
    return Legacy(f"F{number}", source, destination, protocol, *ports, rng.choice(("yes", "no")), action)


def machine_of(rules: list[Connection] | list[Legacy]) -> Machine:
    lines = [rule.line() for rule in rules]
    text = "\r\n".join([*POLICY, *lines] if isinstance(rules[0], Legacy) else lines)
    parsed = parse(bytes_source("p.cmd", text.encode()))
    assert parsed.problems == ()
    return Machine(name="one", policy=parsed.policy)


def traffic_of(rng: random.Random, family: int) -> Traffic:
    protocol = rng.choice(("tcp", "tcp", "udp", "icmpv4" if family == 4 else "icmpv6", "47", "99"))
    ports = [rng.choice(TRIED_PORTS) if protocol in WITH_PORTS else None for _ in range(2)]
    ends = [address_in(rng, rng.choice(ADDRESSES[family][1:])) for _ in range(2)]
    return Traffic(
        ends[0], ends[1], protocol, *ports, rng.choice(PROFILES), rng.choice(INTERFACES), rng.choice(("out", "in"))
    )


def address_in(rng: random.Random, words: str) -> Ip:
    if "-" in words:
        return ip_address(rng.choice(words.split("-")))
    network = ip_network(words)
    return network[rng.choice((0, network.num_addresses - 1, rng.randrange(network.num_addresses)))]


def matching(decisions: tuple[Decision, ...]) -> set[str]:
    """The rules that match, those of `netsh ipsec` by the list of their filter; none may be uncertain."""
    assert not any(decision.provisos for decision in decisions)
    names = {named.name for decision in decisions for named in (*decision.winners, *decision.losers)}
    return {name.rpartition(" in ")[2] for name in names}


def policies(seed: int) -> tuple[random.Random, list[Connection] | list[Legacy], Machine]:
    rng = random.Random(seed)
    make, count = (connection, legacy)[seed % 2], range(rng.randint(1, 5))
    while True:
        rules = [make(rng, number) for number in count]
        machine = machine_of(rules)  # type: ignore[arg-type]
        refused = len(machine.policy.refused_commands)
        if not refused:  # the ends of a rule may be of two versions of IP
            return rng, rules, machine  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(24))
def test_which_rules_match_is_what_their_words_say_and_open_fields_are_answered_for_each_value(seed: int) -> None:
    rng, rules, machine = policies(seed)
    for _ in range(20):
        traffic = traffic_of(rng, rng.choice((4, 4, 6)) if isinstance(rules[0], Connection) else 4)
        packet = traffic.packet()
        decisions = which(machine, packet)
        assert matching(decisions) == {rule.name for rule in rules if rule.takes(traffic)}
        fields = ("protocol", "source_port", "destination_port", "profile", "interface")
        open_ = tuple(rng.sample(fields, rng.randint(1, 5)))
        values = dict(zip(Axis, packet.values(), strict=True))
        meant = [
            case
            for case in cases(machine, traffic.packet(without=open_))
            if all(values[axis] is None or values[axis] in given for axis, given in case.where)
        ]
        assert [case.decisions for case in meant] == [decisions], (traffic, open_)


@pytest.mark.parametrize("seed", range(24))
def test_coverage_says_of_every_packet_what_which_says(seed: int) -> None:
    rng, rules, machine = policies(seed)
    tables = {direction: coverages(machine, None, 10**6, direction) for direction in ("out", "in")}
    for _ in range(30):
        family = rng.choice((4, 4, 6)) if isinstance(rules[0], Connection) else 4
        traffic = traffic_of(rng, family)
        done = {
            reading.name: {winner.why for winner in decision.winners}
            for decision in which(machine, traffic.packet())
            for reading in decision.readings
        }
        tables_here = [
            table for table in tables[traffic.direction] if table.family == family and traffic.profile in table.profiles
        ]
        assert tables_here or not done
        for table in tables_here:
            row = row_of(table, traffic.destination if traffic.direction == "out" else traffic.source)
            for reading in table.readings:
                classes = done.get(reading.name) or {"untouched"}
                assert classes & set(row.classes)
                assert len(row.classes) > 1 or len(classes) > 1 or classes == set(row.classes)


def row_of(table: GroupCoverage, peer: Ip) -> Range:
    row = next((row for row in table.ranges if holds(row.addresses.replace(" ", ""), peer)), table.otherwise)
    assert row is not None
    return row
