"""A finding knows the machine it is about, by the machine's name, also when a rule looks at several machines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from ipseclint.engine.apply_rules import Plan, found_with_fixes, run_rules
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.finding import Finding
from ipseclint.formats import recognise
from ipseclint.model.change import Fix, Remove
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.report import Crash
from ipseclint.rule import CustomRuleError, Hit, Scope
from ipseclint.semantics.digest import Fleet
from ipseclint.source import bytes_source

RULE = (
    'netsh advfirewall consec add rule name="To branch" endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 '
    "action=requireinrequestout auth1=computerkerb\n"
)
OTHER = (
    'netsh advfirewall consec add rule name="To lab" endpoint1=10.2.0.0/16 endpoint2=10.9.0.0/16 '
    "action=requireinrequestout auth1=computerkerb\n"
)


def machine(name: str, file: str, text: str) -> Machine:
    source = bytes_source(file, text.encode())
    found = recognise(source)
    assert found is not None
    return Machine(name=name, policy=found.parse(source).policy, site=Site())


def test_a_finding_over_a_fleet_names_the_machine_of_its_place() -> None:
    ruleset = load_ruleset("default")
    rule = ruleset.find("FL008")
    assert rule is not None
    assert rule.scope is Scope.FLEET
    machines = [machine("headquarters", "export/a.cmd", RULE), machine("branch", "export/b.cmd", OTHER)]
    found = list(run_rules(machines, [Plan(ruleset, (rule,))], Site()))
    assert [(each.subject.name, each.machine, each.span.path) for each in found if isinstance(each, Finding)] == [
        ("To branch", "headquarters", "export/a.cmd")
    ]


@pytest.mark.parametrize(
    ("error", "said", "in_ruleset"),
    [
        (ValueError("Zaubertrank-7"), "ValueError at test_apply_rules.py:", False),
        (CustomRuleError("ORG001: when: x"), "ORG001: when: x", True),
    ],
)
@pytest.mark.parametrize("code", ["QD001", "FL008"])
def test_of_a_rule_that_fails_nothing_is_quoted_but_a_users_own_expression(
    code: str, error: Exception, said: str, in_ruleset: bool
) -> None:
    def fails(*_: object) -> Iterator[Hit]:
        raise error

    ruleset = load_ruleset("default")
    rule = ruleset.find(code)
    assert rule is not None
    machines = [machine("a", "a.cmd", RULE), machine("b", "b.cmd", OTHER)]
    outcomes = list(run_rules(machines, [Plan(ruleset, (replace(rule, check=fails),))], Site()))
    assert len(outcomes) == (1 if rule.scope is Scope.FLEET else 2)
    for each in outcomes:
        assert isinstance(each, Crash)
        assert (each.where, each.in_ruleset) == (f"rule {code}", in_ruleset)
        assert each.error.rstrip("0123456789") == said


def test_a_rule_that_waits_for_a_fact_is_not_asked_until_it_is_given() -> None:
    def always(machine: Machine, *_: object) -> Iterator[Hit]:
        (secured,) = machine.policy.connection_security_rules
        yield Hit(subject=secured, span=secured.span, message="it was asked")

    ruleset = load_ruleset("default")
    rule = ruleset.find("QD001")
    assert rule is not None
    plans = [Plan(ruleset, (replace(rule, check=always, needs=("peers",)),))]
    one = machine("a", "a.cmd", RULE)
    for site, times in ((Site(), 0), (Site(peers=3), 1)):
        assert len(list(found_with_fixes(one, plans, site))) == times
        assert len(list(run_rules([one], plans, site))) == times


def test_a_repair_that_a_rule_over_a_fleet_proposes_is_judged_on_the_policy_of_its_machine() -> None:
    def proposes(fleet: Fleet, *_: object) -> Iterator[Hit]:
        one = fleet.called("branch")
        (secured,) = one.policy.connection_security_rules
        yield Hit(subject=secured, span=secured.span, message="it goes", fix=Fix((Remove(secured),)))

    ruleset = load_ruleset("default")
    rule = ruleset.find("FL008")
    assert rule is not None
    machines = [machine("headquarters", "export/a.cmd", RULE), machine("branch", "export/b.cmd", OTHER)]
    (found,) = run_rules(machines, [Plan(ruleset, (replace(rule, check=proposes),))], Site())
    assert isinstance(found, Finding)
    assert found.fix is not None
    assert found.fix.netsh == 'netsh advfirewall consec delete rule name="To lab"'
    assert (found.machine, found.fix.of_one_end, found.fix.protection) == ("branch", True, "lowers")
