"""Look-ups over a policy: what a name means to a rule of its own tool and store, and to one of another."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest

from ipseclint.model.machine import PolicyIndex, SetsOfRule
from ipseclint.model.policy import AuthPhase, Dialect, FilterAction, FilterList, IpsecPolicy, Policy, RuleAction
from tests import made_objects as made
from tests.cases import cases
from tests.made_objects import SPAN

LEGACY = Dialect.IP_SECURITY_POLICY
FIRST = made.authentication_set("A")
SECOND = made.authentication_set("A", phase=AuthPhase.SECOND)
MAIN_MODE = {
    "wfas": made.main_mode_set("Set", id="{1}"),
    "dynamic": made.main_mode_set("Set", dialect=Dialect.DYNAMIC),
    "stored": made.main_mode_set("Set", store="GPO"),
    "legacy": made.main_mode_set("P", dialect=LEGACY),
    "default": made.main_mode_set("D", is_default=True),
    "default of a store": made.main_mode_set("E", is_default=True, store="GPO"),
    "another default": made.main_mode_set("F", is_default=True),
}
QUICK_MODE = {
    "wfas": made.quick_mode_set("Set"),
    "legacy": made.quick_mode_set("FA", dialect=LEGACY),
    "default of a store": made.quick_mode_set("E", is_default=True, store="GPO"),
    "default": made.quick_mode_set("D", is_default=True),
}
LIST = FilterList(name="FL", span=SPAN)
ACTION = FilterAction(
    name="FA",
    span=SPAN,
    action=made.said(RuleAction.NEGOTIATE),
    accept_unsecured_inbound=made.left(value=False),
    allow_unsecured_fallback=made.left(value=False),
)


def to_all(name: str) -> dict[str, Any]:
    return {field: made.to(name) for field in ("main_mode_crypto", "quick_mode_crypto")}


RULES = {
    "of its tool": made.rule("r", **to_all("set")),
    "of its tool again": made.rule("R", **to_all("Set")),
    "by id": made.rule("i", main_mode_crypto=made.to("{1}"), quick_mode_crypto=made.to("FA")),
    "of its store": made.rule("s", store="GPO", **to_all("Set")),
    "of another tool": made.rule("v", dialect=Dialect.VPN, **to_all("Set")),
    "of dynamic": made.rule("d", dialect=Dialect.DYNAMIC, **to_all("Set")),
    "unknown": made.rule("u", **to_all("no")),
    "default": made.rule("n", first_authentication=made.to("a"), second_authentication=made.to("a")),
    "default of a store": made.rule("m", store="GPO"),
    "default of an unknown store": made.rule("x", store="other"),
    "default of a tool without one": made.rule("y", dialect=Dialect.DYNAMIC),
    "legacy": made.rule(
        "l", dialect=LEGACY, policy=made.to("P"), filter_action=made.to("fa"), filter_list=made.to("fl")
    ),
}
FOUND: dict[str, tuple[str | None, str | None]] = {
    "of its tool": ("wfas", "wfas"),
    "of its tool again": ("wfas", "wfas"),
    "by id": ("wfas", "legacy"),
    "of its store": ("stored", "wfas"),
    "of another tool": ("wfas", "wfas"),
    "of dynamic": ("dynamic", "wfas"),
    "unknown": (None, None),
    "default": ("default", "default"),
    "default of a store": ("default of a store", "default of a store"),
    "default of an unknown store": ("default", "default of a store"),
    "default of a tool without one": (None, None),
    "legacy": ("legacy", "legacy"),
}
MAIN_MODE_RULES = (
    made.main_mode_rule("r", main_mode_crypto=made.to("Set"), first_authentication=made.to("A")),
    made.main_mode_rule("n"),
)


@pytest.fixture(scope="module")
def index() -> PolicyIndex:
    return PolicyIndex(
        Policy(
            filter_lists=(LIST,),
            filter_actions=(ACTION,),
            main_mode_crypto_sets=tuple(MAIN_MODE.values()),
            quick_mode_crypto_sets=tuple(QUICK_MODE.values()),
            authentication_sets=(SECOND, FIRST),
            connection_security_rules=tuple(RULES.values()),
            main_mode_rules=MAIN_MODE_RULES,
        )
    )


@cases("name", RULES)
def test_the_sets_of_a_rule(name: str, index: PolicyIndex) -> None:
    main, quick = FOUND[name]
    assert index.main_mode_of(RULES[name]) is (MAIN_MODE[main] if main else None)
    assert index.quick_mode_of(RULES[name]) is (QUICK_MODE[quick] if quick else None)


def test_the_other_objects_of_a_rule(index: PolicyIndex) -> None:
    rule, legacy = RULES["default"], RULES["legacy"]
    assert (index.first_auth_of(rule), index.second_auth_of(rule)) == (FIRST, SECOND)
    assert (index.first_auth_of(legacy), index.second_auth_of(legacy)) == (None, None)
    assert (index.filter_list_of(legacy), index.filter_list_of(rule)) == (LIST, None)
    assert [index.main_mode_of(each) for each in MAIN_MODE_RULES] == [MAIN_MODE["wfas"], MAIN_MODE["default"]]


def test_who_uses_a_set(index: PolicyIndex) -> None:
    used = {name: [rule.name for rule in index.users_of(crypto)] for name, crypto in MAIN_MODE.items()}
    assert used == {
        "wfas": ["r", "R", "i", "v", "r"],
        "dynamic": ["d"],
        "stored": ["s"],
        "legacy": ["l"],
        "default": ["n", "x", "n"],
        "default of a store": ["m"],
        "another default": [],
    }
    assert [rule.name for rule in index.users_of(QUICK_MODE["default of a store"])] == ["m", "x"]
    assert [rule.name for rule in index.users_of(FIRST)] == ["n", "r"]
    assert [rule.name for rule in index.users_of(SECOND)] == ["n"]


def test_namesakes_and_names_that_are_taken(index: PolicyIndex) -> None:
    assert {name: index.namesakes(rule) for name, rule in RULES.items() if index.namesakes(rule) > 1} == {
        "of its tool": 2,
        "of its tool again": 2,
    }
    assert index.namesakes(MAIN_MODE_RULES[0]) == 1
    assert index.taken_names == {rule.name.casefold() for rule in RULES.values()} | {"fl", "fa"}


@cases("order", list(permutations((("store", None), ("store", "GPO"), ("dialect", Dialect.DYNAMIC)))))
def test_of_namesakes_each_rule_has_that_of_its_own_store_and_tool(order: tuple[tuple[str, Any], ...]) -> None:
    sets = [made.quick_mode_set("Set", **{field: value}) for field, value in order]
    rules = [made.rule("R", quick_mode_crypto=made.to("SET"), **{field: value}) for field, value in order]
    index = PolicyIndex(Policy(quick_mode_crypto_sets=tuple(sets), connection_security_rules=tuple(rules)))
    assert [index.quick_mode_of(rule) for rule in rules] == sets


def test_objects_are_found_by_name_in_any_case_and_sets_that_are_known_are_not_looked_for() -> None:
    policy = IpsecPolicy(
        name="P", span=SPAN, assigned=made.said(True), polling_interval_seconds=made.left(0),
        master_pfs=made.left(False), activate_default_rule=made.left(True),
    )  # fmt: skip
    held = Policy(policies=(policy,), filter_actions=(ACTION,), filter_lists=(LIST,))
    index = PolicyIndex(held)
    assert (index.policies, index.filter_actions, index.filter_lists) == ({"p": policy}, {"fa": ACTION}, {"fl": LIST})
    rule, known = RULES["default"], SetsOfRule(FIRST, None, None, None)
    assert PolicyIndex(held, {id(rule): known}).sets_of(rule) is known


WHERE: list[dict[str, Any]] = [{}, {"store": "GPO"}, {"store": "None"}, {"dialect": Dialect.DYNAMIC}]


@cases("own", [*WHERE, {"store": "elsewhere"}, {"dialect": Dialect.VPN}])
def test_of_namesakes_the_first_of_the_nearest_is_meant(own: dict[str, Any]) -> None:
    named = made.rule("R", quick_mode_crypto=made.to("sEt"), **own)
    for places in product(WHERE, repeat=3):
        sets = [made.quick_mode_set(name, **place) for name, place in zip(("Set", "SET", "set"), places, strict=True)]
        index = PolicyIndex(Policy(quick_mode_crypto_sets=tuple(sets), connection_security_rules=(named,)))
        of_its_tool = [each for each in sets if each.dialect is named.dialect]
        of_its_store = [each for each in of_its_tool if each.store == named.store]
        assert index.quick_mode_of(named) is [*of_its_store, *of_its_tool, *sets][0], places


@cases("order", [1, -1])
def test_a_default_set_that_somebody_wrote_goes_before_that_of_windows_in_any_order_of_the_inputs(order: int) -> None:
    written = made.main_mode_set("W", is_default=True)
    own = made.main_mode_set("D", is_default=True, builtin=True), made.main_mode_set("E", is_default=True, builtin=True)
    of_store = made.main_mode_set("S", is_default=True, builtin=True, store="GPO")
    sets = (own[0], written, own[1], of_store)[::order]
    index = PolicyIndex(Policy(main_mode_crypto_sets=sets))
    assert index.main_mode_of(made.rule("r")) is written
    assert index.main_mode_of(made.rule("o", store="other")) is written
    assert index.main_mode_of(made.rule("g", store="GPO")) is of_store
