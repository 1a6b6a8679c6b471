"""A repair of rules that are alike is judged once, and says of each what it would say alone."""

from __future__ import annotations

import pytest

from ipseclint.formats import recognise
from ipseclint.model.change import Assign, edits
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Profile, Security
from ipseclint.model.selectors import PortRange
from ipseclint.repair import alike
from ipseclint.repair.alike import MAX_BOXES, Alike
from ipseclint.repair.impact import Impact, impact_of
from ipseclint.semantics.packets.budget import Budget
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.settings import InterfaceType
from tests.cases import cases

STORE = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
HEAD = f"""Windows Registry Editor Version 5.00

[{STORE}]
"PolicyVersion"=dword:0000021e

[{STORE}\\ConSecRules]
"""
RULE = '"{{A-{0}}}"="v2.30|Action=Secure|Active=TRUE|Profile=Domain|Protocol=6|{2}|IFType=Lan|{1}|Name=R{0}|"'
APART = [f"EP2_4=10.0.{number}.0-10.0.{number}.255" for number in range(12)]
NEW = {
    "interface_types": frozenset[InterfaceType](),
    "profiles": frozenset({Profile.DOMAIN, Profile.PRIVATE}),
    "port2": (PortRange(80, 81), PortRange(443, 443)),
    "protocol": None,
    "inbound": Security.NONE,
    "outbound": Security.REQUIRE,
    "key_modules": frozenset({KeyModule.AUTHIP}),
    "require_authorization": True,
    "enabled": False,
}
MANY = "|".join(f"EP2_4=10.9.{number}.1" for number in range(MAX_BOXES))
ENDS = {
    "apart": APART,
    "of two families": [f"EP2_4=10.0.{number}.1|EP2_6=2001:db8:{number}::/48" for number in range(12)],
    "of two addresses": [f"EP2_4=10.{number}.0.1|EP2_4=10.{number}.1.1" for number in range(12)],
    "of a range and a part of it": [f"{end}|EP2_4=10.0.{number}.7" for number, end in enumerate(APART)],
    "of many addresses": [MANY.replace("10.9.", f"10.{number}.") for number in range(20, 32)],
    "some that never answer": [*APART[:8], *[f"EP2_4=239.0.{number}.0-239.0.{number}.255" for number in range(4)]],
    "some near another": [*APART[:8], *[f"EP2_4=10.0.{number}.1-10.0.{number}.9" for number in range(4)]],
    "keywords": [f"{end}|EP1_4=LocalSubnet" for end in APART],
}


def of_rules(ends: list[str], ports: str = "EP2Port=443") -> Machine:
    text = HEAD + "\n".join(RULE.format(number, end, ports) for number, end in enumerate(ends)) + "\n"
    source = bytes_source("store.reg", text.replace("\n", "\r\n").encode("utf-16"))
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert not parsed.problems, parsed.problems
    one = Machine(name="store.reg", policy=parsed.policy)
    assert sum(rule.like is not None for rule in one.policy.connection_security_rules) > 6
    return one


@cases("field", NEW)
@cases("ends", ENDS)
@cases("ports", ["EP2Port=443", "EP2Port=80|EP2Port=443"])
def test_each_is_judged_as_it_would_be_alone(field: str, ends: str, ports: str) -> None:
    one = of_rules(ENDS[ends], ports)
    together = Alike(one, Budget(1_000_000))
    for rule in one.policy.connection_security_rules:
        (edit,) = edits([Assign(rule, field, NEW[field])])
        assert together.impact_of(edit) == impact_of((edit,), one), rule.name


def test_the_packet_that_shows_it_is_its_own() -> None:
    one = of_rules(APART)
    together = Alike(one, Budget(1_000_000))
    last = [
        together.impact_of(*edits([Assign(each, "interface_types", NEW["interface_types"])]))
        for each in one.policy.connection_security_rules
    ][-1]
    packet = "192.0.2.1:49152 -> 10.0.11.1:443 tcp out domain wireless"
    assert last.why == f"{packet} is in the clear now and protected or dropped then"


def counted(monkeypatch: pytest.MonkeyPatch, one: Machine, field: str, *values: object) -> int:
    """How many of the repairs of all rules are judged, where each sets one value and then another."""
    judged: list[object] = []

    def counting(*arguments: object) -> Impact:
        judged.append(arguments)
        return impact_of(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(alike, "impact_of", counting)
    together = Alike(one, Budget(1_000_000))
    for value in values:
        for rule in one.policy.connection_security_rules:
            together.impact_of(*edits([Assign(rule, field, value)]))
    return len(judged)


@cases("field", ["interface_types", "port2", "key_modules"])
def test_one_of_a_shape_is_judged(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first two are read without a mould, and are judged alone.
    assert counted(monkeypatch, of_rules(APART), field, NEW[field]) == 3


def test_another_value_is_another_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted(monkeypatch, of_rules(APART), "port2", NEW["port2"], (PortRange(443, 444),)) == 6


def test_where_the_reason_names_the_rule_each_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted(monkeypatch, of_rules(APART), "inbound", Security.NONE) == 12


def test_what_was_not_finished_tells_nothing_of_others() -> None:
    one = of_rules(APART)
    together = Alike(one, Budget(0))
    for rule in one.policy.connection_security_rules:
        (edit,) = edits([Assign(rule, "interface_types", NEW["interface_types"])])
        assert together.impact_of(edit).why == "the policy is too large to look at every packet"
