"""Pairs that differ in one thing, each end in every format that Windows exports: the answer does not depend on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.engine.negotiate import answers
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.reporters.negotiation.peer_toml import render
from ipseclint.semantics.negotiation.rule_ends import machine_ends
from ipseclint.semantics.negotiation.table import Side
from ipseclint.source import bytes_source
from tests.cases import cases
from tests.semantics.negotiation.two_ends import machine as machine_of
from tests.twins.policy import MainMode, MainProposal, Method, QuickProposal, Rule, Told, Tunnel
from tests.twins.write import WRITERS

HERE, THERE = "10.1.0.5", "10.2.0.7"
KERBEROS = Method("computerkerb")
STRONG, WEAK = QuickProposal("sha256", "aes256"), QuickProposal("sha1", "aes128")
DH14 = MainMode((MainProposal("dhgroup14", "aes256", "sha256"),))
DH2 = MainMode((MainProposal("dhgroup2", "aes256", "sha1"),))
RULE = Rule("R", "requireinrequireout", HERE, THERE, first=(KERBEROS,), quick=(STRONG,), pfs="dhgroup14")
FIRST = Told((RULE,), main_mode=DH14)


def told(main_mode: MainMode = DH14, **parts: object) -> Told:
    """The policy of the first end with other parts."""
    return Told((replace(RULE, **parts),), main_mode=main_mode)  # type: ignore[arg-type]


def mirrored(policy: Told) -> Told:
    """A policy for the other end."""

    def turned(rule: Rule) -> Rule:
        tunnel = None if rule.tunnel is None else Tunnel(rule.tunnel.remote, rule.tunnel.local)
        return replace(rule, local=rule.remote, remote=rule.local, tunnel=tunnel)

    return replace(policy, rules=tuple(map(turned, policy.rules)))


def key(words: str) -> tuple[Method, ...]:
    """A preshared key."""
    return (Method("computerpsk", key=words),)


TUNNEL = Tunnel("198.51.100.1", "203.0.113.7")
PAIRS = {
    "the same": (FIRST, FIRST, "secured", None),
    "main-mode suites": (FIRST, told(DH2), "fails", "main-mode-suite"),
    "first authentication": (FIRST, told(first=key("one two three")), "fails", "authentication"),
    "keys": (told(first=key("one two three")), told(first=key("four five six")), "fails", "authentication"),
    "the same key": (told(first=key("one two three")), told(first=key("one two three")), "secured", None),
    "second authentication": (told(second=(Method("userkerb"),)), FIRST, "fails", "second-authentication"),
    "mode": (told(tunnel=TUNNEL), FIRST, "fails", "mode"),
    "selectors of tunnels": (
        told(local="10.1.0.0/16", tunnel=TUNNEL),
        told(local="10.1.0.0/24", tunnel=TUNNEL),
        "depends",
        "selectors",
    ),
    "wider transport": (told(local="10.1.0.0/16"), told(local="10.1.0.0/24"), "secured", None),
    "quick-mode suites": (FIRST, told(quick=(WEAK,)), "fails", "quick-mode-suite"),
    "PFS of one end": (FIRST, told(pfs="none"), "fails", "pfs"),
    "PFS of other groups": (told(pfs="dhgroup2"), FIRST, "fails", "pfs"),
    "lifetimes": (FIRST, told(quick=(QuickProposal("sha256", "aes256", 480),)), "secured", None),
}


NOT_TOLD = {
    ("second authentication", "wfpstate.xml"): "the twin of a state has no main mode of AuthIP",
    ("selectors of tunnels", "wfpstate.xml"): "the twin's filters have remote addresses only",
}


def machine(policy: Told, form: str, name: str) -> Machine:
    """The machine of a policy that is written in a format."""
    source = bytes_source(f"{name}/{form}", WRITERS[form](policy))
    inputs = read_inputs([Candidate(source, named=True)])
    assert not [problem for each in inputs for problem in each.parsed.problems]
    return make_machine(name, inputs, Site())


def described(policy: Told, name: str) -> Machine:
    """The machine that the description of a policy's end makes."""
    ends = machine_ends(machine(policy, "advfirewall.cmd", name)).negotiating
    key = "".join(f'psk = "{method.key}"\n' for method in policy.rules[0].first if method.key)
    return machine_of(render(ends) + key, f"{name}.toml")


@cases("what", PAIRS)
def test_a_description_that_is_written_of_an_end_stands_for_it(what: str) -> None:
    """What its traffic is, a transport rule says by the packets of the rule: there it may be wider or narrower."""
    one, other, verdict, stage = PAIRS[what]
    rows = answers(machine(one, "advfirewall.cmd", "a"), described(mirrored(other), "b"))
    said = {(row.outcome.verdict.value, row.outcome.stage) for row in rows}
    assert said == {(verdict, stage)}


@pytest.mark.drawn(5)
@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("what", PAIRS)
def test_a_pair_is_answered_alike_whatever_the_formats(what: str, form: str) -> None:
    if (what, form) in NOT_TOLD:
        pytest.skip(NOT_TOLD[what, form])
    one, other, verdict, stage = PAIRS[what]
    for a, b in ((form, "advfirewall.cmd"), ("policy.ps1", form)):
        rows = answers(machine(one, a, "a"), machine(mirrored(other), b, "b"))
        said = {(row.outcome.verdict.value, row.outcome.stage) for row in rows}
        assert (a, b, said) == (a, b, {(verdict, stage)})
        assert {row.initiator for row in rows} == set(Side)
