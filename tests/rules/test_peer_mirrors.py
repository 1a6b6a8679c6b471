"""Which machines are taken for peers, and which of their rules must answer each other."""

from __future__ import annotations

import pytest

from ipseclint.model.machine import Machine
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine

REQUIRE = "action=requireinrequireout auth1=computerkerb"
EXEMPT = "action=noauthentication"


def host(name: str, *rules: tuple[str, str, str]) -> Machine:
    """A machine with rules of a local side, a remote side and what is done."""
    lines = [
        consec(f"name=R{number} endpoint1={local} endpoint2={remote} {action}")
        for number, (local, remote, action) in enumerate(rules)
    ]
    return machine(*lines, name=name)


def missing(*machines: Machine) -> list[tuple[object, str]]:
    """The peers that lack a mirror, each with the rule that has none."""
    return [(hit.value, hit.subject.name) for hit in hits("FL008", machines)]


A = ("10.1.0.0/16", "10.2.0.0/16", REQUIRE)
B = ("10.2.0.0/16", "10.1.0.0/16", REQUIRE)


def test_mirrors_answer_each_other() -> None:
    assert missing(host("a", A), host("b", B)) == []


def test_a_rule_written_alike_at_the_peer_answers_too() -> None:
    """A transport rule holds whichever endpoint its machine is in: learn.microsoft.com, Endpoints Page."""
    known = ("10.2.0.0/16", "10.9.0.0/16", REQUIRE)
    assert missing(host("a", A), host("b", known)) == [("b", "R0")]
    assert missing(host("a", A), host("b", known, A)) == []


@cases(
    ("local", "is_peer"),
    [
        ("10.2.0.0/16", True),
        ("10.2.255.255", True),
        ("10.2.1.0/24,10.2.9.9", True),
        ("10.2.1.0/24,10.3.0.1", False),
        ("10.2.255.255-10.3.0.0", False),
        ("10.1.255.255", False),
        ("10.3.0.0", False),
        ("any", False),
        ("10.2.1.1,2001:db8::1", False),
        ("2001:db8::1", False),
    ],
)
def test_a_peer_has_all_of_a_local_side_in_the_remote_side(local: str, *, is_peer: bool) -> None:
    remote = "10.9.0.0/16,2001:db8:1::/64"
    assert missing(host("a", A), host("b", (local, remote, REQUIRE))) == ([("b", "R0")] if is_peer else [])


@cases("remote", ["any", "0.0.0.0/0", "localsubnet"])
def test_a_rule_for_any_address_names_no_peer(remote: str) -> None:
    other = host("b", ("10.2.0.0/16", "10.9.0.0/16", REQUIRE))
    assert missing(host("a", ("10.1.0.0/16", remote, REQUIRE)), other) == []


def test_an_exemption_at_the_peer_is_no_mirror_and_needs_none() -> None:
    exempting = host("b", ("10.2.0.0/16", "10.1.0.0/16", EXEMPT))
    assert missing(host("a", A), exempting) == [("b", "R0")]
    assert missing(host("a", A), host("b", B, ("10.2.0.0/16", "10.1.7.0/24", EXEMPT)))[:1] == [("b", "R0")]


def test_each_of_many_machines_answers_for_itself() -> None:
    hub = host("hub", ("10.0.0.0/24", "10.1.0.0/16,10.2.0.0/16", REQUIRE))
    spokes = [host(f"s{number}", (f"10.{number}.0.0/24", "10.0.0.0/24", REQUIRE)) for number in range(1, 5)]
    assert missing(hub, *spokes[:2]) == []
    assert missing(hub, *spokes) == [("hub", "R0"), ("hub", "R0")]
    narrow = host("s2", ("10.2.0.0/24", "10.0.0.0/25", REQUIRE))
    assert missing(hub, spokes[0], narrow) == [("s2", "R0")]


def gateway(name: str, ends: tuple[str, str], local: str, remote: str) -> Machine:
    tunnel = f"mode=tunnel localtunnelendpoint={ends[0]} remotetunnelendpoint={ends[1]}"
    return machine(consec(f"name=T endpoint1={local} endpoint2={remote} {tunnel} {REQUIRE}"), name=name)


def test_peers_with_the_same_rules_are_told_of_together() -> None:
    other = ("10.2.0.0/16", "10.9.0.0/16", REQUIRE)
    few = [host(f"b{number}", other) for number in range(2)]
    many = [host(f"lan/b{number}", other) for number in range(5)]
    assert [hit.message.partition(" not protect")[0] for hit in hits("FL008", (host("a", A), *few))] == ["b0, b1 do"]
    (hit,) = hits("FL008", (host("a", A), *many))
    assert hit.message.startswith("b0, b1, b2 and 2 more machines with the same rules do not protect 10.1.0.1:")
    assert [label for label, _ in hit.related] == ["rules of b0", "rules of b1", "rules of b2"]


def test_each_of_several_machines_with_the_same_rules_is_told_of_the_others() -> None:
    odd = ("10.1.0.0/16", "10.0.0.0/8", REQUIRE)
    told = [hit.message.partition(" do")[0] for hit in hits("FL008", tuple(host(name, odd) for name in "abc"))]
    assert told == []
    narrow = (odd, ("10.1.0.0/16", "10.1.4.0/24", EXEMPT))
    told = [hit.message.partition(" do")[0] for hit in hits("FL008", tuple(host(name, *narrow) for name in "abc"))]
    assert told == ["b, c", "a, c", "a, b"]


def test_peers_beyond_what_can_be_compared_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipseclint.semantics.negotiation.unanswered.MAX_KINDS", 2)
    peers = [host(f"b{number}", ("10.2.0.0/16", f"10.{number}.0.0/16", REQUIRE)) for number in range(3, 8)]
    found = hits("FL008", (host("a", A), *peers))
    assert [hit.value for hit in found] == ["b3", "b4", "too many"]
    assert found[-1].message == "of the peers that it names 3 kinds of machine were not compared: too many"
    monkeypatch.setattr("ipseclint.semantics.negotiation.unanswered.MAX_COMPARISONS", 1)
    assert [hit.value for hit in hits("FL008", (host("a", A), *peers))] == ["b3", "too many"]


HEAD, BRANCH = "198.51.100.1", "203.0.113.7"


@cases(
    ("ends", "local", "expected"),
    [
        ((BRANCH, HEAD), "10.2.0.0/16", []),
        ((BRANCH, HEAD), "10.2.1.0/24", [("b", "T")]),
        (("203.0.113.8", HEAD), "10.2.1.0/24", []),
        (("any", HEAD), "10.2.1.0/24", []),
    ],
    ids=["mirrored", "answers for a part", "another gateway", "a client from any address"],
)
def test_the_gateway_at_the_other_end_answers_for_all_behind_it(
    ends: tuple[str, str], local: str, expected: list[tuple[str, str]]
) -> None:
    head = gateway("a", (HEAD, BRANCH), "10.1.0.0/16", "10.2.0.0/16")
    assert missing(head, gateway("b", ends, local, "10.1.0.0/16")) == expected
