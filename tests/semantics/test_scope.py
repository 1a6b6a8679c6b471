"""Which traffic rules and sets are for, which of them negotiate, and which addresses mean the same host."""

from __future__ import annotations

from typing import Any

from ipseclint.model.machine import Machine
from ipseclint.model.policy import FilterList, Policy, RuleAction
from ipseclint.model.selectors import ANY_ADDRESS, Address, LegacyFilter, WfpFilter, parse_address
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics import scope
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.wfp_words import PROFILE_CONDITION, QUICK_MODE_LAYERS
from tests.cases import cases
from tests.made_objects import (
    SPAN,
    addresses,
    authentication_set,
    exemption,
    main_mode_rule,
    main_mode_set,
    quick_mode_set,
    rule,
    said,
    to,
)

ANY = said((ANY_ADDRESS,))
SUBNET = said(addresses("10.0.0.0/8"))
NOT_UNDERSTOOD: Setting[Any] = Setting(Unknown("elsewhere"), SPAN)


def machine(**objects: Any) -> Machine:
    return Machine(name="m", policy=Policy(**objects))


@cases(
    ("endpoint1", "endpoint2", "expected"),
    [
        (ANY, ANY, True),
        (ANY, SUBNET, False),
        (SUBNET, ANY, False),
        (SUBNET, SUBNET, False),
        (NOT_UNDERSTOOD, ANY, False),
        (ANY, NOT_UNDERSTOOD, False),
        (NOT_UNDERSTOOD, NOT_UNDERSTOOD, False),
    ],
)
def test_a_rule_is_for_all_traffic_when_both_sides_surely_are_any(
    endpoint1: Setting[Any], endpoint2: Setting[Any], expected: bool
) -> None:
    assert scope.is_any_to_any(machine(), rule(endpoint1=endpoint1, endpoint2=endpoint2)) is expected


ME, NET = Address(keyword=AddressKeyword.ME), addresses("10.0.0.0/8")[0]


@cases("endpoints", [{}, {"endpoint1": ANY, "endpoint2": ANY}], ids=["some", "any"])
@cases(
    ("sides", "expected"),
    [
        ([(ME, ANY_ADDRESS)], True),
        ([(ANY_ADDRESS, ANY_ADDRESS)], True),
        ([(ME, NET), (ANY_ADDRESS, ME)], True),
        ([(ME, NET)], False),
        ([(NET, ANY_ADDRESS)], False),
        ([], False),
        (None, False),
    ],
)
def test_of_a_rule_with_a_filter_list_its_filters_alone_say_whether_it_is_for_all_traffic(
    sides: list[tuple[Address, Address]] | None, expected: bool, endpoints: dict[str, Any]
) -> None:
    filters = tuple(LegacyFilter(*side, None, 0, 0, True, 1, 1) for side in sides or ())
    lists = () if sides is None else (FilterList(name="L", span=SPAN, filters=filters),)
    assert scope.is_any_to_any(machine(filter_lists=lists), rule(filter_list=to("L"), **endpoints)) is expected


def test_rules_are_told_by_what_they_do_while_they_are_enabled() -> None:
    off = said(value=False)
    rules = (
        rule("A"),
        rule("B", enabled=off),
        exemption("C", "10.1.0.0/16"),
        exemption("D", "10.2.0.0/16", enabled=off),
        rule("E", action=NOT_UNDERSTOOD),
        rule("F", enabled=NOT_UNDERSTOOD),
        rule("G", filter_action=to("nowhere")),
        rule("H", action=said(RuleAction.BLOCK)),
    )
    one = machine(connection_security_rules=rules)
    assert [each.name for each in scope.secured_rules(one)] == ["A"]
    assert [each.name for each in scope.exemptions(one)] == ["C"]
    assert [scope.action_of(one, each) for each in (rules[0], rules[6])] == [RuleAction.NEGOTIATE, None]


@cases(
    ("texts", "expected"),
    [
        (["10.2.0.0/16", "10.1.0.0/16", "10.2.0.0/16"], ["10.1.0.0/16", "10.2.0.0/16"]),
        (["10.2.0.0/16", "2001:db8::1", "wins", "dns"], ["dns", "wins", "10.2.0.0/16", "2001:db8::1"]),
        (["10.2.0.0/16", "any"], []),
        (["0.0.0.0/0"], []),
        ([], []),
    ],
)
def test_peers_are_each_once_in_one_order_and_none_for_any(texts: list[str], expected: list[str]) -> None:
    assert scope.peers_of(addresses(*texts)) == addresses(*expected)


ME = Address(keyword=AddressKeyword.ANY)


@cases(
    ("one", "other", "share", "covers", "is_covered"),
    [
        ("10.0.0.0/8", "10.1.0.0/16", True, True, False),
        ("10.1.0.0/16", "10.1.0.0/16", True, True, True),
        ("10.0.0.0-10.0.0.5", "10.0.0.5-10.0.0.9", True, False, False),
        ("10.0.0.0-10.0.0.5", "10.0.0.6-10.0.0.9", False, False, False),
        ("10.0.0.1", "::a00:1", False, False, False),
        ("any", "10.0.0.1", True, True, False),
        ("10.0.0.1", "any", True, False, True),
        ("dns", "dns", True, True, True),
        ("dns", "wins", False, False, False),
        ("dns", "10.0.0.1", False, False, False),
        ("10.0.0.1", "dns", False, False, False),
    ],
)
def test_which_addresses_mean_the_same_hosts(one: str, other: str, share: bool, covers: bool, is_covered: bool) -> None:
    first, second = (parse_address(text) for text in (one, other))
    assert first is not None
    assert second is not None
    assert [scope.overlaps(first, second), scope.overlaps(second, first)] == [share, share]
    assert [scope.covers(first, second), scope.covers(second, first)] == [covers, is_covered]
    assert scope.share_a_host((first,), (second,)) is share


def test_lists_share_a_host_where_any_two_do_and_an_empty_one_is_any() -> None:
    some, others = addresses("10.0.0.1", "10.0.0.2"), addresses("10.0.0.9", "10.0.0.2")
    assert scope.share_a_host(some, others)
    assert not scope.share_a_host(some, addresses("10.0.0.9", "dns"))
    assert scope.share_a_host((), others)
    assert scope.share_a_host(some, ())
    assert scope.share_a_host(addresses("dns"), addresses("any"))
    assert scope.share_a_host(addresses("any"), addresses("dns"))


def test_a_set_that_a_disabled_main_mode_rule_alone_uses_is_not_in_force() -> None:
    mains = (main_mode_set("idle", id="{M}"), main_mode_set("unused", id="{N}"))
    rules = (main_mode_rule("R", main_mode_crypto=to("{M}"), enabled=said(False)),)
    one = Machine(name="m", policy=Policy(main_mode_crypto_sets=mains, main_mode_rules=rules))
    assert [each.name for each in scope.in_force(one, mains)] == ["unused"]


def test_sets_are_in_force_unless_only_rules_use_them_that_negotiate_nothing() -> None:
    names = ["used", "idle", "both", "unused", "default", "of-exemption", "of-block"]
    quick = tuple(
        quick_mode_set(name, id=f"{{{name}}}", is_default=name == "default", builtin=name == "unused") for name in names
    )
    off = said(value=False)
    rules = (
        rule("A", quick_mode_crypto=to("{used}")),
        rule("B", quick_mode_crypto=to("{idle}"), enabled=off),
        rule("C", quick_mode_crypto=to("{both}"), enabled=off),
        rule("D", quick_mode_crypto=to("{both}")),
        rule("E", quick_mode_crypto=to("{default}"), enabled=off),
        exemption("F", "10.0.0.1", quick_mode_crypto=to("{of-exemption}")),
        rule("G", quick_mode_crypto=to("{of-block}"), action=said(RuleAction.BLOCK)),
    )
    mains = (main_mode_set("main-idle", id="{M}"), main_mode_set("main-used", id="{N}"))
    auths = (authentication_set("auth-idle", id="{P}", inline=False),)
    one = machine(
        quick_mode_crypto_sets=quick,
        main_mode_crypto_sets=mains,
        authentication_sets=auths,
        connection_security_rules=rules,
        main_mode_rules=(
            main_mode_rule("X", main_mode_crypto=to("{M}"), first_authentication=to("{P}"), enabled=off),
            main_mode_rule("Y", main_mode_crypto=to("{N}")),
        ),
    )
    assert [each.name for each in scope.in_force(one, quick)] == ["used", "both", "unused", "default"]
    assert [each.name for each in scope.in_force(one, mains)] == ["main-used"]
    assert [each.name for each in scope.in_force(one, auths)] == []
    assert [each.name for each in scope.own_quick_mode_sets(one)] == ["used", "both", "default"]
    users = scope.users_by_quick_mode(one)
    assert {each.name: [user.name for user in users.get(id(each), [])] for each in quick} == {
        "used": ["A"], "idle": [], "both": ["D"], "unused": [], "default": [], "of-exemption": [], "of-block": [],
    }  # fmt: skip


def test_sets_that_protect_all_traffic_are_those_of_rules_for_it() -> None:
    sets = (quick_mode_set("all", id="{A}"), quick_mode_set("some", id="{B}"))
    rules = (
        rule("A", endpoint2=ANY, quick_mode_crypto=to("{A}")),
        rule("B", quick_mode_crypto=to("{B}")),
        rule("C", endpoint2=ANY, quick_mode_crypto=to("{B}"), enabled=said(value=False)),
    )
    one = machine(quick_mode_crypto_sets=sets, connection_security_rules=rules)
    assert scope.any_to_any_sets(one) == frozenset({id(sets[0])})


LAYER = min(QUICK_MODE_LAYERS)
FILTER = WfpFilter("k", "f", LAYER, "s", 1, "a", "{q}", (), (), None, (), (), (), 1, 1)


@cases(
    ("fields", "is_one"),
    [
        ({}, True),
        ({"not_understood": (PROFILE_CONDITION,)}, True),
        ({"not_understood": (PROFILE_CONDITION, "x")}, False),
        ({"context_key": None}, False),
        ({"context_key": "{other}"}, False),
        ({"context_key": "{Q}"}, True),
        ({"layer": "another"}, False),
        ({"remote": addresses("10.0.0.1")}, False),
        ({"local": addresses("10.0.0.1")}, True),
        ({"disabled": True}, False),
    ],
)
def test_a_context_that_filters_choose_for_any_peer_is_a_rule(fields: dict[str, Any], is_one: bool) -> None:
    again = FILTER._replace(name="again")
    one = machine(
        quick_mode_crypto_sets=(quick_mode_set("Q", id="{q}"),),
        wfp_filters=(FILTER._replace(**fields), *((again,) if not is_one else (again._replace(**fields),))),
    )
    assert [each.name for each in scope.contexts_for_any_peer(one)] == (["f"] if is_one else ["again"])
