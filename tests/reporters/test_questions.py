"""Which rules answer which question of a report."""

from __future__ import annotations

from pathlib import Path

from ipseclint import check_paths, check_text
from ipseclint.engine.ruleset import load_ruleset
from ipseclint.reporters.grouping import groups
from ipseclint.reporters.questions import ALSO_FAIL, ALSO_QUEUE, Question, Reply, answers, asks, question_of
from ipseclint.reporters.verdict import verdict
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


EVENT = (
    "Event ID:      4653\nDescription:\nAn IPsec main mode negotiation failed.\n\nLocal Endpoint:\n"
    "\tNetwork Address:\t10.1.0.5\n\nRemote Endpoint:\n\tNetwork Address:\t10.2.0.7\n\nFailure Information:\n"
    "\tFailure Point:\tLocal computer\n\tFailure Reason:\tNegotiation timed out\n"
)


def test_evidence_without_a_policy_says_nothing_of_what_is_weak_or_contradicts() -> None:
    replies = {each.question: each.reply for each in answers(check_text(EVENT, "event.txt"))}
    assert replies == {
        Question.QUEUE: Reply.NOTHING_FOUND,
        Question.FAIL: Reply.YES,
        Question.WEAK: Reply.CANNOT_BE_TOLD,
        Question.CONTRADICT: Reply.CANNOT_BE_TOLD,
    }


def test_the_rules_about_evidence_are_of_one_family() -> None:
    rules = load_ruleset("default").known
    assert {rule.code[:2] for rule in rules if LooksAt.EVIDENCE in rule.looks_at} == {"RT"}


def test_what_happened_without_a_policy_is_nothing_to_deploy() -> None:
    assert verdict(check_text(EVENT, "event.txt")) == "Look at what happened: 1 warning"


RAS_EVENT = (
    "The user EXAMPLE\\anna dialed a connection named Office which has failed. "
    "The error code returned on failure is 789."
)
PROHIBITED = (
    "Windows Registry Editor Version 5.00\n\n"
    '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters]\n"ProhibitIpSec"=dword:00000001\n'
)
L2TP = (
    'Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType L2tp -L2tpPsk "Winter-Sun-42" -Force\n'
)


def test_what_leads_to_an_error_that_was_seen_stands_first_and_then_its_evidence(tmp_path: Path) -> None:
    (tmp_path / "event.txt").write_text(RAS_EVENT)
    (tmp_path / "vpn.ps1").write_text(L2TP)
    (tmp_path / "rasman.reg").write_text(PROHIBITED)
    report = check_paths([tmp_path])
    assert [group.first.code for group in groups(report.findings)] == ["RF022", "RT023", "AU001"]
