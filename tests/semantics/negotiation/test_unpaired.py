"""What negotiates and meets nothing at the other end, and why."""

from __future__ import annotations

import pytest

from ipseclint.semantics.negotiation import pairs as pairing
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.pairs import pairs
from ipseclint.semantics.negotiation.unpaired import unpaired
from tests.cases import cases
from tests.semantics.negotiation.two_ends import PSK, machine, rule

GATES = "mode=tunnel localtunnelendpoint={} remotetunnelendpoint={}"


def alone(a: str, b: str) -> list[tuple[str, int, str]]:
    """What is in no pair of two texts: its path, its line, and why."""
    one, other = machine(a, "a"), machine(b, "b")
    return [(each.span.path, each.span.line, each.why) for each in unpaired((one, other), pairs(one, other))]


def test_of_two_that_meet_nothing_is_left() -> None:
    assert alone(rule(PSK), rule(PSK, ends=("10.2.0.7", "10.1.0.5"))) == []


def test_a_rule_whose_other_end_is_disabled_says_so() -> None:
    off = rule(f"enable=no {PSK}", ends=("10.2.0.7", "10.1.0.5"))
    told = ("a", 1, 'meets nothing at the other end: rule "R" (b:1) would be it, and is disabled')
    assert alone(rule(PSK), off) == [told, ("b", 1, "is disabled")]
    beside = "netsh advfirewall consec add rule name=S endpoint1=10.1.0.9 endpoint2=10.2.0.9 {} action={}\n"
    here = rule(PSK) + beside.format(PSK, "requireinrequireout")
    there = off + beside.format(PSK, "requireinrequireout").replace(
        "endpoint1=10.1.0.9 endpoint2=10.2.0.9", ("endpoint1=10.2.0.9 endpoint2=10.1.0.9")
    )
    assert alone(here, there) == [told]


def test_a_tunnel_whose_other_end_is_disabled_is_known_by_the_gateways() -> None:
    mine = rule(f"{PSK} {GATES.format('198.51.100.1', '203.0.113.1')}")
    off = rule(f"enable=no {PSK} {GATES.format('203.0.113.1', '198.51.100.1')}", ends=("10.2.9.9", "10.1.9.9"))
    assert alone(mine, off)[0][2].endswith("would be it, and is disabled")


@cases(
    ("policy", "why"),
    [
        (
            "add policy name=P assign=no",
            ': rule "R" (b:5) would be it, and is of policy "P", which is not assigned',
        ),
        ("add policy name=P assign=yes", None),
        # Nothing says whether these are.
        ("add policy name=P", None),
        ("add policy name=Q assign=no", None),
    ],
)
def test_a_rule_of_a_policy_that_is_not_assigned_says_so(policy: str, why: str | None) -> None:
    legacy = (
        f"netsh ipsec static {policy}\nnetsh ipsec static add filterlist name=F\n"
        "netsh ipsec static add filter filterlist=F srcaddr=10.2.0.7 dstaddr=10.1.0.5\n"
        "netsh ipsec static add filteraction name=A action=negotiate qmsecmethods=ESP[3DES,SHA1]\n"
        "netsh ipsec static add rule name=R policy=P filterlist=F filteraction=A psk=first-key\n"
    )
    two, far = rule(PSK) + rule(PSK, ends=("10.1.0.5", "10.3.0.3")), legacy.replace("10.1.0.5", "10.9.0.9")
    assert [each[2] for each in alone(two, far)][2:] == (
        ['is of policy "P", which is not assigned'] if why else ["meets nothing at the other end"]
    )
    told = alone(rule(PSK), legacy)
    assert told[:1] == ([] if why is None else [("a", 1, f"meets nothing at the other end{why}")])


def test_a_command_that_windows_refuses_is_named() -> None:
    refused = rule(f"{PSK} qmsecmethods=esp:sha256-aes257", ends=("10.2.0.7", "10.1.0.5"))
    assert alone(rule(PSK), refused) == [
        ("a", 1, "meets nothing at the other end"),
        ("b", 1, "is refused by Windows and makes nothing: unknown encryption `aes257`"),
    ]


def test_a_rule_that_negotiates_with_nobody_there_is_named() -> None:
    here = rule(PSK) + rule(PSK, ends=("10.1.0.5", "10.9.0.9")).replace('"R"', '"to another"')
    there = rule(PSK, ends=("10.2.0.7", "10.1.0.5"))
    assert alone(here, there) == [("a", 2, "meets nothing at the other end")]


def test_a_rule_for_everybody_knows_the_one_that_is_disabled() -> None:
    on, off = rule(PSK, ends=("any", "any")), rule(f"enable=no {PSK}", ends=("any", "any"))
    assert alone(on, off)[0][2].endswith("would be it, and is disabled")


def test_the_rules_that_are_not_in_force_are_looked_up_and_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = pairing.mirrors, []

    def counted(one: End, other: End) -> bool:
        calls.append(one.subject)
        return real(one, other)

    monkeypatch.setattr(pairing, "mirrors", counted)
    hosts = range(1, 61)
    here = "".join(rule(PSK, ends=(f"10.1.0.{host}", f"10.2.0.{host}")) for host in hosts)
    off = "".join(rule(f"enable=no {PSK}", ends=(f"10.2.0.{host}", f"10.1.0.{host}")) for host in hosts)
    assert len(alone(here, off)) == 2 * len(hosts)
    assert len(calls) == len(hosts)
