"""Policies of netsh text for the tests of repairs, and what the rules find on them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import selected
from ipseclint.finding import Finding
from ipseclint.formats.netsh.script import parse
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.repair.plan import Allowed, Check, Repair, WhyNot, in_any_language, repair
from ipseclint.source import bytes_source

NOTHING_ELSE, ALL = Allowed(), Allowed(risky=True, lowering=True)


@cache
def plans() -> tuple[Plan, ...]:
    ruleset = load_ruleset("default")
    return (Plan(ruleset, selected(ruleset, (), ())),)


def machine(*lines: str, site: Site | None = None) -> Machine:
    text = "\r\n".join(lines) + "\r\n"
    parsed = parse(bytes_source("policy.cmd", text.encode()))
    assert not parsed.problems, parsed.problems
    return Machine(name="policy.cmd", policy=parsed.policy, site=site or Site())


def check_of(one: Machine) -> Check:
    return partial(found_with_fixes, plans=plans(), site=one.site)


def found(one: Machine) -> list[tuple[Finding, Fix | None]]:
    return list(check_of(one)(one))


def mended(
    one: Machine, only: Iterable[str] = (), allowed: Allowed = NOTHING_ELSE, why_not: WhyNot = in_any_language
) -> Repair:
    return repair(one, check_of(one), frozenset(only), allowed, why_not)
