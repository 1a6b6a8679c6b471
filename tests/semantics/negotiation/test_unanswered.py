"""Rules that a peer in the fleet does not answer: which, with which packet, and at which peers."""

from __future__ import annotations

import pytest

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, Policy
from ipseclint.model.site import Site
from ipseclint.semantics.digest import Digest, Fleet
from ipseclint.semantics.negotiation import unanswered as module
from ipseclint.semantics.negotiation.unanswered import Unanswered, Uncompared, mirrored_sides, unanswered
from tests.cases import cases
from tests.made_objects import quick_mode_set
from tests.semantics.test_traffic_changes import machine
from tests.semantics.test_wfp_rules import FILTER


def rule(name: str, here: str, there: str, more: str = "", action: str = "requireinrequireout") -> str:
    proof = "" if action == "noauthentication" else "auth1=computerkerb"
    ends = f"endpoint1={here} endpoint2={there}"
    return f'advfirewall consec add rule name="{name}" {ends} action={action} {proof} {more}'


def tunnel(name: str, here: str, there: str, own: str, other: str) -> str:
    gateways = f"mode=tunnel localtunnelendpoint={own} remotetunnelendpoint={other} auth1=computercert auth1ca=CN=Root"
    ends = f"endpoint1={here} endpoint2={there}"
    return f'advfirewall consec add rule name="{name}" {ends} action=requireinrequireout {gateways}'


def fleet_of(**members: list[str]) -> Fleet:
    machines = [Machine(name=f"hosts/{name}", policy=machine(*lines).policy) for name, lines in members.items()]
    return Fleet((Digest.of(each, [mirrored_sides]) for each in machines), Site())


def told(fleet: Fleet) -> list[str]:
    said = []
    for each in unanswered(fleet):
        if isinstance(each, Unanswered):
            peers = " ".join(f"{peer.name}:{peer.span.line}" for peer in each.peers)
            said.append(f"{each.rule.name}:{each.span.line} {each.packet} at {peers} +{each.more}")
        elif isinstance(each, Uncompared):
            said.append(f"{each.rule.name}:{each.span.line} uncompared {each.kinds}")
    return said


A, B = "10.1.0.0/16", "10.2.0.0/16"
TO_B, TO_A = rule("to B", A, B), rule("to A", B, A)


@cases(
    ("members", "expected"),
    [
        ({"a": [TO_B], "b": [TO_A]}, []),
        ({"a": [TO_B], "b": [rule("as written", A, B)]}, []),
        ({"a": [TO_B]}, []),
        (
            {"a": [TO_B], "b": [rule("exempt", B, A, action="noauthentication")]},
            ["to B:1 10.1.0.1:49152 -> 10.2.0.1:445 tcp in domain lan at b:1 +0"],
        ),
        (
            {"a": [TO_B], "b": [rule("web", B, A, "protocol=tcp port1=443")]},
            ["to B:1 10.1.0.1:49152 -> 10.2.0.1:445 tcp in domain lan at b:1 +0"],
        ),
        (
            {"a": [rule("few", A, B, "protocol=tcp port2=443")], "b": [rule("web", B, A, "protocol=tcp port1=443")]},
            [],
        ),
        (
            {"a": [TO_B], "b": [rule("half", "10.2.0.0/17", A)], "c": [rule("other half", "10.2.128.0/17", A)]},
            [],
        ),
        (
            {"a": [TO_B], **{f"b{n}": [rule("web", B, A, "protocol=tcp port1=443")] for n in range(5)}},
            ["to B:1 10.1.0.1:49152 -> 10.2.0.1:445 tcp in domain lan at b0:1 b1:1 b2:1 +2"],
        ),
        (
            {"a": [TO_B], "b": [rule("wider", "10.2.0.0/15", A, "protocol=tcp port1=443")]},
            ["wider:1 10.3.0.1:443 -> 10.1.0.1:445 tcp in domain lan at a:1 +0"],  # of a's rule it is no peer
        ),
        (
            {"a": [tunnel("T", A, B, "192.0.2.1", "192.0.2.2")], "b": [tunnel("U", B, A, "192.0.2.2", "192.0.2.1")]},
            [],
        ),
        (
            {"a": [tunnel("T", A, B, "192.0.2.1", "192.0.2.2")], "b": [tunnel("U", B, A, "192.0.2.9", "192.0.2.1")]},
            [],
        ),
        (
            {
                "a": [tunnel("T", A, B, "192.0.2.1", "192.0.2.2")],
                "b": [tunnel("U", B, "10.1.0.0/17", "192.0.2.2", "192.0.2.1")],
            },
            ["T:1 10.1.128.1:49152 -> 10.2.0.1:445 tcp in domain lan at b:1 +0"],
        ),
    ],
)
def test_what_a_peer_does_not_answer_is_told_with_a_packet(members: dict[str, list[str]], expected: list[str]) -> None:
    assert told(fleet_of(**members)) == expected


WEB = rule("web", B, A, "protocol=tcp port1=443")
PEERS = {"a": [TO_B], "b": [WEB], "c": [WEB.replace("443", "444")], "d": [WEB.replace("443", "445")]}


@pytest.mark.parametrize(("kinds", "uncompared"), [(3, []), (2, ["to B:1 uncompared 1"]), (1, ["to B:1 uncompared 2"])])
@pytest.mark.parametrize("limit", ["MAX_KINDS", "MAX_COMPARISONS"])
def test_so_many_kinds_of_peers_are_compared_and_the_rest_is_counted(
    kinds: int, uncompared: list[str], limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, limit, kinds)
    found = [each for each in told(fleet_of(**PEERS)) if each.startswith("to B")]
    assert [each for each in found if "uncompared" in each] == uncompared
    assert [each.rpartition(" at ")[2] for each in found if " at " in each] == [
        f"{name}:1 +0" for name in ("b", "c", "d")[:kinds]
    ]


def test_filters_of_the_platform_with_and_without_a_policy_of_their_own_are_no_rules_that_a_peer_answers() -> None:
    rows = tuple(FILTER._replace(key=f"{{{key}}}", context_key=key) for key in (None, "{C}", "{gone}"))
    sets = (quick_mode_set("Q", id="{c}", dialect=Dialect.WFP),)
    policy = Policy(quick_mode_crypto_sets=sets, wfp_filters=rows, wfp_filter_path="state.xml")
    state = Machine(name="hosts/state", policy=policy)
    assert mirrored_sides(state) == ()
    other = Machine(name="hosts/b", policy=machine(rule("web", "10.0.0.2", "10.0.0.1")).policy)
    assert told(Fleet((Digest.of(each, [mirrored_sides]) for each in (state, other)), Site())) == []
