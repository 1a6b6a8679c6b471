"""What a repair says of itself: whether there are commands, and what to know before they are run."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ipseclint.finding import (
    Basis,
    Cause,
    Finding,
    Findings,
    FixText,
    Severity,
    Subject,
    Waiver,
    fingerprint,
    subject_of,
    tally_of,
)
from ipseclint.model.policy import Dialect
from ipseclint.source import Span
from tests import made_objects as made
from tests.cases import cases


@cases(
    ("protection", "risky", "caution"),
    [
        (None, False, None),
        (None, True, "may cut connections"),
        ("raises", False, None),
        ("keeps", True, "may cut connections"),
        ("lowers", False, "lowers protection"),
        ("lowers", True, "may cut connections, lowers protection"),
        ("cannot be told", False, "may lower protection"),
    ],
)
def test_a_repair_warns_of_what_it_cuts_and_what_it_protects_less(
    protection: str | None, risky: bool, caution: str | None
) -> None:
    fix = FixText(netsh="netsh", risky=risky, protection=protection, why="a group is weaker", note="Look first.")
    assert fix.caution == caution
    lowers = protection in ("lowers", "cannot be told")
    assert fix.is_lowering is lowers
    assert fix.advice == "Look first." + (" Protection: a group is weaker." if lowers else "")


@cases(
    ("fields", "has_commands", "is_by_script"),
    [
        ({}, False, False),
        ({"note": "Ask."}, False, False),
        ({"netsh": "netsh"}, True, True),
        ({"powershell": "Set-X"}, True, True),
        ({"powershell": "Set-X", "of_one_end": True}, True, False),
    ],
)
def test_words_alone_are_no_commands_and_what_one_end_needs_is_in_no_script(
    fields: dict[str, object], has_commands: bool, is_by_script: bool
) -> None:
    fix = FixText(**fields)  # type: ignore[arg-type]
    assert (fix.has_commands, fix.is_by_script) == (has_commands, is_by_script)


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({}, None),
        ({"netsh": "netsh"}, None),
        ({"note": "Look."}, "Look."),
        ({"also": ("QD001", "CR002")}, "It also repairs QD001, CR002."),
        ({"peers": ("The peer takes it.",)}, "The peer takes it."),
        ({"protection": "lowers"}, None),
        (
            {"note": "Look.", "peers": ("One.", "Two."), "also": ("CR002",), "protection": "lowers", "why": "it is so"},
            "Look. Protection: it is so. One. Two. It also repairs CR002.",
        ),
    ],
)
def test_what_to_know_besides_the_commands_is_said_once_in_order(fields: dict[str, Any], advice: str | None) -> None:
    assert FixText(**fields).advice == advice


def test_findings_are_counted_by_sort_however_they_are_packed() -> None:
    def found(number: int, **fields: Any) -> Finding:
        return Finding(
            code=f"QD00{number % 2}",
            name="n",
            severity=Severity.WARNING,
            basis=Basis.REASONED,
            message="m",
            subject=Subject(kind="rule", name="R"),
            span=Span("p", number, 1),
            fingerprint=str(number),
            machine="m",
            **fields,
        )

    waived = found(0, waiver=Waiver(reason="it is known"))
    findings = [*map(found, range(1, 200)), waived, found(2, is_new=False), found(3, is_new=True)]
    packed = Findings.of(findings)
    assert list(packed) == findings
    assert packed.tally == tally_of(findings)
    assert [(sort.code, sort.counts, number) for sort, number in packed.tally.items()] == [
        ("QD001", True, 100),
        ("QD000", True, 99),
        ("QD000", False, 1),
        ("QD000", False, 1),
        ("QD001", True, 1),
    ]
    assert [each.counts for each in findings[-3:]] == [False, False, True]


def test_a_finding_is_known_by_its_rule_its_object_in_any_case_and_its_value() -> None:
    subject = Subject(kind="rule", name="Büro", id="{A}")
    same = fingerprint("QD001", subject.model_copy(update={"name": "BÜRO", "id": "{a}"}), 5)
    assert fingerprint("QD001", subject, 5) == same
    assert re.fullmatch("[0-9a-f]{16}", same)
    others = [
        fingerprint("QD002", subject, 5),
        fingerprint("QD001", subject, 6),
        *(fingerprint("QD001", subject.model_copy(update={name: "x"}), 5) for name in ("kind", "name", "id")),
        fingerprint("QD001", subject.model_copy(update={"name": "\ud800"}), 5),
    ]
    assert len({same, *others}) == 7


def test_an_object_of_a_policy_is_named_with_its_id_and_the_word_of_its_tool() -> None:
    legacy = made.rule("R", id="{1}", dialect=Dialect.IP_SECURITY_POLICY)
    assert subject_of(legacy) == Subject(kind=legacy.kind, name="R", id="{1}", called="rule")
    assert Cause.TOO_MANY.words == "too many requests"
