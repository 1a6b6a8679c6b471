"""Two of each kind of many rules stand for all, and say so where they cannot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial, wraps
from operator import add, eq, itemgetter

import pytest
from msgspec.structs import replace

from ipseclint.engine.apply_rules import Plan, run_rules
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.formats.netsh.script import parse
from ipseclint.model.machine import Machine
from ipseclint.model.site import NO_FACTS
from ipseclint.model.values import NotHeldError
from ipseclint.rule import Hit, Options, Rule
from ipseclint.rules import all_rules
from ipseclint.semantics.scope import includes_any
from ipseclint.semantics.stand_ins import stand_ins
from ipseclint.source import text_source

SUITES = ("esp:sha256-aes256+60min+100000kb", "esp:sha1-3des")


def machine(number: int) -> Machine:
    """Rules to hosts of their own, of which every second has another suite."""
    lines = (
        f"netsh advfirewall consec add rule name=R{each} endpoint1=any endpoint2=10.0.{each // 250}.{each % 250} "
        f"action=requireinrequestout auth1=computerkerb qmsecmethods={SUITES[each % 2]} protocol=tcp port2={each + 1}"
        for each in range(number)
    )
    policy = parse(text_source("m.cmd", "\n".join(lines))).policy
    return Machine(name="m", policy=policy, as_of=date(2026, 1, 1))


def test_two_of_each_kind_stay_with_what_all_agree_in() -> None:
    few = stand_ins(machine(200))
    assert few is not None
    assert [len(few.index.quick_mode_of(each).proposals) for each in few.policy.connection_security_rules] == [1] * 4  # type: ignore[union-attr]
    assert len(few.policy.quick_mode_crypto_sets) == len(few.policy.authentication_sets) == 4
    one = few.policy.connection_security_rules[0]
    assert one.port1.known == ()
    assert one.endpoint1.known is not None
    assert one.endpoint2.known
    assert not includes_any(one.endpoint2.known)
    for asked_for in (iter, len, hash, list, set, partial(eq, ()), partial(add, ()), itemgetter(0)):
        with pytest.raises(NotHeldError):
            asked_for(one.endpoint2.known)
    for name in ("name", "port2", "quick_mode_crypto"):
        with pytest.raises(NotHeldError):
            getattr(one, name)
    assert one.main_mode_crypto is None
    with pytest.raises(AttributeError):
        one.colour  # type: ignore[attr-defined]  # noqa: B018


def test_where_they_are_no_small_part_nothing_stands_for_all() -> None:
    assert stand_ins(machine(8)) is None
    whole = machine(200)
    rules = whole.policy.connection_security_rules
    texts = tuple(each.model_copy(update={"store": each.name}) for each in rules)
    assert stand_ins(whole.with_policy(whole.policy.model_copy(update={"connection_security_rules": texts}))) is None


def asked(rule: Rule, times: list[int]) -> Rule:
    @wraps(rule.check)
    def check(machine: Machine, options: Options) -> Iterator[Hit]:
        times.append(len(machine.policy.connection_security_rules))
        yield from rule.check(machine, options)

    return replace(rule, check=check)


@pytest.mark.parametrize(
    ("code", "looked_at", "finds"),
    [
        pytest.param("AU001", [4], False, id="nothing-to-find"),
        pytest.param("CR004", [4, 200], True, id="something-to-find"),
        pytest.param("FL011", [4, 200], False, id="asks-what-they-differ-in"),
    ],
)
def test_a_rule_is_asked_of_all_where_it_must(code: str, looked_at: list[int], finds: bool) -> None:
    times: list[int] = []
    rule = asked(next(each for each in all_rules() if each.code == code), times)
    found = list(run_rules([machine(200)], [Plan(load_ruleset("default"), (rule,))], NO_FACTS))
    assert times == looked_at
    assert bool(found) is finds


def test_of_few_rules_each_is_looked_at() -> None:
    times: list[int] = []
    rule = asked(next(each for each in all_rules() if each.code == "AU001"), times)
    assert not list(run_rules([machine(63)], [Plan(load_ruleset("default"), (rule,))], NO_FACTS))
    assert times == [63]


def test_rules_of_others_are_asked_of_all_since_they_may_count() -> None:
    times: list[int] = []
    ours = next(each for each in all_rules() if each.code == "AU001")
    theirs = asked(ours, times)
    theirs.check.__module__ = "others.rules"
    assert not list(run_rules([machine(200)], [Plan(load_ruleset("default"), (theirs,))], NO_FACTS))
    assert times == [200]
