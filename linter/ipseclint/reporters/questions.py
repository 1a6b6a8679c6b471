"""The questions that a report answers before any detail: yes, nothing found, or unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from ipseclint.finding import Concern, Severity, Tallied
from ipseclint.report import InputStatus, NotChecked, Report, RuleInfo
from ipseclint.words import plural


class Reply(StrEnum):
    """The answer in words. NOTHING_FOUND is given only where rules examined input that was read completely."""

    YES = "yes"
    NOTHING_FOUND = "nothing found"
    CANNOT_BE_TOLD = "cannot be told"


_EVIDENCE = frozenset({"event", "counter", "security_association"})
"""Kinds of evidence from a host."""

_STATE = frozenset({"audit_setting", "certificate", "empty_store", "network_adapter", "service", "windows_host"})
"""Kinds of what a machine is and has, which is no policy."""

_OF_PEERS = frozenset({"peer", "peer_key"})
"""Kinds of the other end of a tunnel, which no rule examines by itself."""

_OF_EVIDENCE = "RT"
"""The family of the rules on evidence."""


class Answer(Struct, frozen=True):
    """The answer to one question.

    `codes` are the rules whose findings say yes, `findings` their number, `waived` the number of the question's
    findings that were accepted or known. `waiting` rules need facts about the site; `ran` is the number that ran.
    """

    question: Concern
    reply: Reply
    codes: tuple[str, ...]
    findings: dict[Severity, int]
    waived: int
    waiting: int
    ran: int

    @property
    def words(self) -> str:
        """The grounds of the answer, in one line."""
        counts = [
            plural(number, severity.value)
            for severity, number in self.findings.items()
            if number and severity is not Severity.INFO
        ]
        parts = [f"{', '.join(counts)}: {' '.join(self.codes)}"] if counts else []
        if self.waived:
            parts.append(f"{self.waived} waived or known from the baseline")
        if self.waiting:
            parts.append(f"{plural(self.waiting, 'rule')} {'waits' if self.waiting == 1 else 'wait'} for site facts")
        if self.reply is Reply.CANNOT_BE_TOLD:
            parts.append("not all of the input was read" if self.ran else "no rule that asks this looked")
        return "; ".join(parts) or f"{plural(self.ran, 'rule')} looked"


def answers(report: Report) -> tuple[Answer, ...]:
    """The answers to the four questions in order, and to the one about intents where the configuration has some."""
    asked = {question: _asked(question, report) for question in Concern}
    whole = all(each.status in {InputStatus.UNDERSTOOD, InputStatus.NO_IPSEC} for each in report.inputs)
    nothing = all(each.status is InputStatus.NO_IPSEC for each in report.inputs)
    peers = holds_peers_alone(report) or holds_associations_alone(report)
    told = whole and not nothing and not peers and not report.crashes
    return tuple(
        _answer(question, tally, 0 if nothing or peers else ran, 0 if peers else waiting, told=told)
        for question, (tally, ran, waiting) in asked.items()
        if question is not Concern.INTENT or tally or ran
    )


def holds_peers_alone(report: Report) -> bool:
    """Whether all that was understood describes the other end of a tunnel, which no rule examines by itself."""
    kinds = _kinds(report)
    return bool(kinds) and kinds <= _OF_PEERS and not report.findings


def holds_keys_alone(report: Report) -> bool:
    """Whether all that was understood are keys of the other end, without the connections that they belong to."""
    return _kinds(report) == {"peer_key"}


def holds_associations_alone(report: Report) -> bool:
    """Whether all that was understood are security associations, without a policy to compare them with."""
    return _kinds(report) == {"security_association"} and not report.findings


def holds_evidence_alone(report: Report) -> bool:
    """Whether all that was understood is evidence, and other ends, which no rule judges."""
    kinds = _kinds(report)
    return bool(kinds & _EVIDENCE) and kinds <= _EVIDENCE | _OF_PEERS


def holds_state_alone(report: Report) -> bool:
    """Whether all that was understood is the state of a machine, and other ends, which no rule judges."""
    kinds = _kinds(report)
    return bool(kinds & _STATE) and kinds <= _STATE | _OF_PEERS


def _kinds(report: Report) -> set[str]:
    return {kind for part in report.inputs for kind in part.objects}


def answers_list(report: Report) -> list[dict[str, object]]:
    """The answers as plain values."""
    return [
        {
            "question": answer.question.value,
            "answer": answer.reply.value,
            "rules": list(answer.codes),
            "findings": {severity.value: number for severity, number in answer.findings.items()},
            "waived": answer.waived,
            "rules_run": answer.ran,
            "rules_waiting": answer.waiting,
        }
        for answer in answers(report)
    ]


def _asked(question: Concern, report: Report) -> tuple[dict[Tallied, int], int, int]:
    asking = {rule.code for rule in report.rules if question in rule.concerns}
    asking |= {rule.code for rule in report.not_checked if question in rule.concerns}
    tally = {sort: number for sort, number in report.tally().items() if sort.code in asking}
    is_alone = holds_evidence_alone(report)
    ran, waiting = (_count(question, rules, is_alone=is_alone) for rules in (report.rules, report.not_checked))
    return tally, ran, waiting


def _count(question: Concern, rules: Iterable[RuleInfo | NotChecked], *, is_alone: bool) -> int:
    """The number of rules whose silence answers a question; `is_alone`: there is only evidence to examine.

    If no weak suite is in use, that says nothing about those that are offered.
    """
    asking = [rule.code.startswith(_OF_EVIDENCE) for rule in rules if question in rule.concerns]
    if question is Concern.WEAK:
        return 0 if is_alone else asking.count(False)
    return asking.count(True) if is_alone else len(asking)


def _answer(question: Concern, tally: Mapping[Tallied, int], ran: int, waiting: int, *, told: bool) -> Answer:
    counting = {sort: number for sort, number in tally.items() if sort.counts}
    telling = {sort.code for sort in counting if sort.severity is not Severity.INFO}
    accepted = any(sort.severity is not Severity.INFO for sort in tally if sort not in counting)
    silence = Reply.NOTHING_FOUND if ran and told else Reply.CANNOT_BE_TOLD
    return Answer(
        question=question,
        reply=Reply.YES if telling or accepted else silence,
        codes=tuple(sorted(telling)),
        findings={
            severity: sum(number for sort, number in counting.items() if sort.severity is severity)
            for severity in Severity
        },
        waived=sum(tally.values()) - sum(counting.values()),
        waiting=waiting,
        ran=ran,
    )
