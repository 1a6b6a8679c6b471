"""Which rules answer which question of a report."""

from __future__ import annotations

from ipseclint.engine.ruleset import load_ruleset
from ipseclint.reporters.questions import ALSO_FAIL, ALSO_QUEUE, Question, asks, question_of
from ipseclint.rule import LooksAt
from ipseclint.semantics.failures import QUEUE_DROPS


def test_every_rule_whose_findings_end_as_a_queue_drop_answers_the_question_of_the_queue() -> None:
    rules = load_ruleset("default").known
    ending = {
        rule.code for rule in rules if set(QUEUE_DROPS) & set(rule.leads_to) and LooksAt.EVIDENCE not in rule.looks_at
    }
    assert {code for code in ending if not asks(Question.QUEUE, code)} == set()
    assert {code for code in ending if question_of(code) is not Question.QUEUE} == ALSO_QUEUE


def test_what_contradicts_and_may_end_as_an_error_answers_whether_a_negotiation_fails() -> None:
    rules = load_ruleset("default").known
    ending = {rule.code for rule in rules if rule.leads_to and question_of(rule.code) is Question.CONTRADICT}
    assert ending == ALSO_FAIL
    assert {code for code in ALSO_FAIL if not asks(Question.FAIL, code) or not asks(Question.CONTRADICT, code)} == set()
