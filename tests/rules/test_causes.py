"""What explains a queue drop is one fact of each rule: explanations, ranking and ruleset cannot disagree."""

from __future__ import annotations

import re

import pytest

from ipseclint.engine.explain.answers import explain_error
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.finding import QUEUE_DROPS, Basis, Cause, Finding, Severity, Subject, WindowsError
from ipseclint.model.events import Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.site import Site, SiteFact
from ipseclint.rule import LooksAt, Rule, rule
from ipseclint.rules import all_rules
from ipseclint.semantics.failures import POLICY_FAILURES, SYMPTOMS
from ipseclint.semantics.incident import explain
from ipseclint.source import Span
from ipseclint.vocabulary.windows_errors import error_name, error_table
from tests.cases import cases

OF_QUEUE = sorted(set(SYMPTOMS) - {13903})
AT = Span("p", 1, 1)


def on_policy(code: int) -> list[Rule]:
    return [each for each in all_rules() if code in each.leads_to and LooksAt.EVIDENCE not in each.looks_at]


def finding(of: Rule) -> Finding:
    return Finding(
        code=of.code,
        name=of.name,
        severity=Severity.WARNING,
        basis=Basis.REASONED,
        message="m",
        subject=Subject(kind="rule", name="R"),
        span=AT,
        leads_to=tuple(WindowsError(code=code, name=error_name(code)) for code in of.leads_to),
        fingerprint=of.code,
        machine="m",
        cause=of.cause,
    )


@cases("code", OF_QUEUE)
def test_every_rule_that_leads_to_a_symptom_of_the_queue_names_its_cause(code: int) -> None:
    assert [each.code for each in on_policy(code) if each.cause is None] == []
    assert on_policy(code) != [] or code == 13812


@cases("code", QUEUE_DROPS)
def test_explain_lists_by_cause_exactly_the_rules_that_name_it(code: int) -> None:
    text = explain_error(error_table()[code], load_ruleset("default")).text()
    listed = [
        re.findall(r"[A-Z]{2}\d{3}", part) for part in re.findall(r"Rules: ([A-Z0-9\s]+?)\n +(?:\d|Repair)", text)
    ]
    assert listed == [[each.code for each in all_rules() if each.cause is cause] for cause in Cause]


@cases("code", OF_QUEUE)
def test_the_ranking_of_an_incident_has_a_place_for_every_rule_that_leads_to_the_error(code: int) -> None:
    machine = Machine(name="m", policy=Policy(), events=(Event(span=AT, kind=EventKind.MAIN_MODE, error_code=code),))
    for of in on_policy(code):
        explained = [each for each in explain(machine, [finding(of)]) if of.code in each.codes]
        assert [each.cause for each in explained][:1] == [of.cause.words if of.cause else ""]


@cases("code", [code for failure in POLICY_FAILURES for code in failure.codes])
def test_a_failure_that_names_its_cause_is_explained_by_the_findings_that_lead_to_it(code: int) -> None:
    machine = Machine(name="m", policy=Policy(), events=(Event(span=AT, kind=EventKind.MAIN_MODE, error_code=code),))
    others = [each for each in all_rules() if code not in each.leads_to and each.cause is None]
    (explained,) = explain(machine, [finding(each) for each in (*on_policy(code), *others)])
    assert list(explained.codes) == [each.code for each in on_policy(code)]
    assert str(code) in explained.evidence_for[0]
    assert bool(explained.evidence_against) is (on_policy(code) == [])


def test_the_ruleset_on_queue_drops_is_the_rules_with_a_cause_and_what_happened() -> None:
    ruleset = load_ruleset("queue-drop")
    enabled = {each.code for each in all_rules() if ruleset.settings(each).enabled}
    assert enabled == {each.code for each in all_rules() if each.cause is not None or each.family == "RT"}


def test_the_names_of_facts_are_the_fields_of_the_site() -> None:
    assert set(SiteFact.__args__) == set(Site.__struct_fields__)  # type: ignore[attr-defined]


def test_a_need_that_is_no_fact_of_the_site_does_not_load() -> None:
    with pytest.raises(ValueError, match=r"XX001: needs: no fact of the site is called 'nat_group'"):
        rule("XX001", "x", basis=Basis.REASONED, needs=("nat_group",))  # type: ignore[arg-type]


def test_a_rule_without_a_source_says_that_it_is_our_reasoning() -> None:
    settings = {rule: load_ruleset("default").settings(rule) for rule in all_rules()}
    assert [rule.code for rule, of_rule in settings.items() if bool(of_rule.cite) is of_rule.own_reasoning] == []
    reasoned = [rule for rule, of_rule in settings.items() if of_rule.own_reasoning]
    assert [rule.code for rule in reasoned if set(rule.basis) != {Basis.REASONED}] == []
