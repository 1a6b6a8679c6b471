"""The questions that a report answers before any detail: yes, nothing found, or cannot be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from ipseclint.finding import Severity, Tallied
from ipseclint.report import InputStatus, Report
from ipseclint.words import plural


class Question(StrEnum):
    """What somebody who is to deploy a policy wants to know."""

    QUEUE = "Will requests queue and drop (13811)?"
    FAIL = "Will a negotiation fail, or lock a host out?"
    WEAK = "Is anything weak?"
    CONTRADICT = "Does anything contradict, or never apply?"
    INTENT = "Is any intent of the configuration broken?"


class Reply(StrEnum):
    """The answer in words. NOTHING_FOUND is said only where rules looked at input that was read whole."""

    YES = "yes"
    NOTHING_FOUND = "nothing found"
    CANNOT_BE_TOLD = "cannot be told"


_BY_FAMILY = {
    "QD": Question.QUEUE,
    "DP": Question.FAIL,
    "EX": Question.FAIL,
    "AU": Question.FAIL,
    "RT": Question.FAIL,
    "CR": Question.WEAK,
    "RF": Question.CONTRADICT,
    "FL": Question.CONTRADICT,
    "IT": Question.INTENT,
}

_OTHERWISE = (
    dict.fromkeys(("RT001", "RT002", "RT007", "RT009", "RT010"), Question.QUEUE)
    | dict.fromkeys(("CR010", "CR012", "CR013", "CR014", "CR015", "CR017", "CR018"), Question.FAIL)
    | dict.fromkeys(("CR030", "CR031", "CR032", "CR033"), Question.FAIL)
    | dict.fromkeys(("RF004", "RF010", "RF012", "RF013", "RF022", "RF023"), Question.FAIL)
    | dict.fromkeys(("AU001", "AU003", "AU004", "AU008", "AU009", "AU014", "AU035"), Question.WEAK)
)
"""Rules that answer another question than most of their family."""

ALSO_QUEUE = frozenset({"DP007", "EX001", "EX003", "EX008", "FL006", "FL007", "RF012", "RF014"})
"""Rules of the other questions whose findings may end as a queue drop: they answer that question too."""

ALSO_FAIL = frozenset(
    (
        "FL001", "FL003", "FL006", "FL007", "FL008", "FL013", "FL014",
        "RF001", "RF002", "RF006", "RF008", "RF009", "RF011", "RF014", "RF020", "RF021",
    )
)  # fmt: skip
"""Rules about what contradicts whose findings say that they may end as a failed negotiation."""

_ALSO = {Question.QUEUE: ALSO_QUEUE, Question.FAIL: ALSO_FAIL}


def question_of(code: str) -> Question | None:
    """The question that a rule's findings answer; None for a rule of another family, such as a user's own."""
    return _OTHERWISE.get(code) or _BY_FAMILY.get(code[:2])


def asks(question: Question, code: str) -> bool:
    """Whether a rule's findings say yes to a question."""
    return question_of(code) is question or code in _ALSO.get(question, ())


_EVIDENCE = frozenset({"event", "counter", "security_association"})
"""Kinds of what happened on a host."""

_OF_EVIDENCE = "RT"
"""The family of the rules about it."""


class Answer(Struct, frozen=True):
    """The answer to one question.

    `codes` are the rules whose findings say yes, `findings` how many there are, `waived` how many of the question's
    were accepted or known. `waiting` rules need facts about the site; `ran` is how many looked.
    """

    question: Question
    reply: Reply
    codes: tuple[str, ...]
    findings: dict[Severity, int]
    waived: int
    waiting: int
    ran: int

    @property
    def words(self) -> str:
        """What the answer rests on, in one line."""
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
    """The answers to the four questions in their order, and to that for intents where the configuration has some."""
    asked = {question: _asked(question, report) for question in Question}
    whole = all(each.status in {InputStatus.UNDERSTOOD, InputStatus.NO_IPSEC} for each in report.inputs)
    nothing = all(each.status is InputStatus.NO_IPSEC for each in report.inputs)
    peers = holds_peers_alone(report) or holds_associations_alone(report)
    told = whole and not nothing and not peers and not report.crashes
    return tuple(
        _answer(question, tally, 0 if nothing or peers else ran, 0 if peers else waiting, told=told)
        for question, (tally, ran, waiting) in asked.items()
        if question is not Question.INTENT or tally or ran
    )


def holds_peers_alone(report: Report) -> bool:
    """Whether all that was understood describes the other end of a tunnel, at which no rule looks alone."""
    return _kinds(report) == {"peer"} and not report.findings


def holds_associations_alone(report: Report) -> bool:
    """Whether all that was understood are associations that stand, without a policy that they could be held to."""
    return _kinds(report) == {"security_association"} and not report.findings


def holds_evidence_alone(report: Report) -> bool:
    """Whether all that was understood is what happened, and ends that a log shows, which no rule judges."""
    kinds = _kinds(report)
    return bool(kinds & _EVIDENCE) and kinds <= _EVIDENCE | {"peer"}


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


def _asked(question: Question, report: Report) -> tuple[dict[Tallied, int], int, int]:
    tally = {sort: number for sort, number in report.tally().items() if asks(question, sort.code)}
    family = _OF_EVIDENCE if holds_evidence_alone(report) else ""
    return tally, _count(question, report.rules, family), _count(question, report.not_checked, family)


def _count(question: Question, rules: Iterable[object], family: str) -> int:
    codes = (getattr(rule, "code", "") for rule in rules)
    return sum(asks(question, code) for code in codes if code.startswith(family))


def _answer(question: Question, tally: Mapping[Tallied, int], ran: int, waiting: int, *, told: bool) -> Answer:
    telling = {sort.code for sort in tally if sort.counts and sort.severity is not Severity.INFO}
    accepted = any(sort.severity is not Severity.INFO for sort in tally if not sort.counts)
    silence = Reply.NOTHING_FOUND if ran and told else Reply.CANNOT_BE_TOLD
    return Answer(
        question=question,
        reply=Reply.YES if telling or accepted else silence,
        codes=tuple(sorted(telling)),
        findings={
            severity: sum(number for sort, number in tally.items() if sort.counts and sort.severity is severity)
            for severity in Severity
        },
        waived=sum(number for sort, number in tally.items() if not sort.counts),
        waiting=waiting,
        ran=ran,
    )
