"""Generated policies, each written in two formats: what differs between two of them does not hang on the format.

A state of WFP is what rules were compiled to, and has no rules: it is left out.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.semantics.object_changes import object_changes
from ipseclint.semantics.packets.box import matches
from ipseclint.semantics.traffic_changes import Effect, traffic_changes
from ipseclint.source import bytes_source
from tests.semantics.test_every_kind_of_traffic import treated
from tests.semantics.test_traffic_changes import sampled
from tests.tries import tries
from tests.twins.policy import MainMode, MainProposal, Method, QuickProposal, Rule, Told, Tunnel
from tests.twins.write import WRITERS

FORMATS = sorted(WRITERS.keys() - {"wfpstate.xml"})
PEERS = ("any", "10.0.0.0/8", "10.0.4.0/24", "10.0.4.7", "172.16.0.0/12")
QUICK = (QuickProposal("sha256", "aes256"), QuickProposal("sha1", "aes128", 30), QuickProposal("sha1", "3des"))
FIRST = (Method("computerkerb"), Method("computerpsk", key="k7Jq-Example-0001"))
MAIN = (
    MainMode((MainProposal("dhgroup14", "aes256", "sha256"),)),
    MainMode((MainProposal("dhgroup2", "aes128", "sha1"), MainProposal("dhgroup2", "3des", "sha1")), 60),
)


@st.composite
def policies(draw: st.DrawFn) -> Told:
    rules = []
    for number in range(draw(st.integers(1, 4))):
        action = draw(st.sampled_from(["requireinrequireout", "requireinrequestout", "noauthentication"]))
        profiles = draw(st.sampled_from([(), ("domain",), ("private", "public")]))
        rule = Rule(f"R{number}", action, remote=draw(st.sampled_from(PEERS)), profiles=profiles)
        if action != "noauthentication":
            rule = Rule(
                rule.name,
                action,
                remote=rule.remote,
                profiles=profiles,
                first=(draw(st.sampled_from(FIRST)),),
                quick=tuple(draw(st.lists(st.sampled_from(QUICK), min_size=1, max_size=2, unique=True))),
                pfs=draw(st.sampled_from(["none", "dhgroup14"])),
            )
        rules.append(rule)
    if draw(st.booleans()):
        site = Rule("Site", "requireinrequireout", "192.168.1.0/24", "192.168.2.0/24", first=FIRST[:1], quick=QUICK[:1])
        rules.append(replace(site, tunnel=Tunnel("198.51.100.1", "203.0.113.7")))
    return Told(tuple(rules), main_mode=draw(st.sampled_from(MAIN)))


def machine(told: Told, name: str) -> Machine:
    inputs = read_inputs([Candidate(bytes_source(name, WRITERS[name](told)), named=True)])
    assert [problem for each in inputs for problem in each.parsed.problems] == []
    return make_machine(name, inputs, Site())


@tries(25)
@given(policies(), st.sampled_from(FORMATS), st.sampled_from(FORMATS))
def test_one_policy_in_two_formats_is_no_difference(told: Told, one: str, other: str) -> None:
    old, new = machine(told, one), machine(told, other)
    assert traffic_changes(old, new).changes == ()
    assert object_changes(old, new, same_format=one == other).changes == ()


@tries(25)
@given(policies(), policies(), st.sampled_from(FORMATS), st.sampled_from(FORMATS))
def test_two_policies_differ_alike_whatever_the_formats_and_back_again(
    some: Told, others: Told, one: str, other: str
) -> None:
    plain = traffic_changes(machine(some, "advfirewall.cmd"), machine(others, "advfirewall.cmd")).changes
    there = traffic_changes(machine(some, one), machine(others, other)).changes
    back = traffic_changes(machine(others, other), machine(some, one)).changes
    turned = {Effect.WEAKER: Effect.STRONGER, Effect.STRONGER: Effect.WEAKER, Effect.CHANGED: Effect.CHANGED}
    said = {(change.before, change.after, change.effect, change.regions) for change in there}
    assert said == {(change.before, change.after, change.effect, change.regions) for change in plain}
    assert {(each.after, each.before, turned[each.effect]) for each in back} == {row[:3] for row in said}


@tries(25)
@given(policies(), policies(), st.sampled_from(FORMATS), st.sampled_from(FORMATS), st.randoms(use_true_random=False))
def test_sampled_packets_are_treated_otherwise_just_where_it_is_said(
    some: Told, others: Told, one: str, other: str, random: Random
) -> None:
    old, new = machine(some, one), machine(others, other)
    changes = traffic_changes(old, new).changes
    for packet in (sampled(random) for _ in range(40)):
        named = any(matches(region.box, packet) for change in changes for region in change.regions)
        assert named == ({*treated(old, packet)} != {*treated(new, packet)}), packet
