"""How a run ends: one code for each, and when several apply the one that must not be missed."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

from msgspec.structs import replace

from ipseclint.finding import Basis, Severity, Tallied
from ipseclint.outcome import Exit, exit_code
from ipseclint.report import InputStatus
from tests.cases import cases

UNDERSTOOD, PARTIAL, UNREADABLE, NO_IPSEC = InputStatus
WARNING = Tallied("QD001", Severity.WARNING, Basis.REASONED, waived=False, is_new=None)
WAIVED, OLD = replace(WARNING, waived=True), replace(WARNING, is_new=False)
OWN, RULESET = SimpleNamespace(in_ruleset=False), SimpleNamespace(in_ruleset=True)


def code(statuses: tuple[InputStatus, ...], *found: Any, crashes: tuple[Any, ...] = (), **settings: Any) -> Exit:
    used = SimpleNamespace(**{"allow_partial": False, "allow_empty": False, "fail_on": "warning"} | settings)
    inputs = [SimpleNamespace(status=status) for status in statuses]
    report: Any = SimpleNamespace(settings=used, inputs=inputs, crashes=crashes, tally=lambda: Counter(found))
    return exit_code(report)


@cases(
    ("statuses", "expected", "allowed"),
    [
        ((), Exit.NOTHING, Exit.CLEAN),
        ((UNDERSTOOD,), Exit.CLEAN, Exit.CLEAN),
        ((NO_IPSEC,), Exit.NOTHING, Exit.CLEAN),
        ((NO_IPSEC, UNDERSTOOD), Exit.CLEAN, Exit.CLEAN),
        ((PARTIAL,), Exit.PARTIAL, Exit.CLEAN),
        ((UNREADABLE,), Exit.PARTIAL, Exit.CLEAN),
        ((UNDERSTOOD, NO_IPSEC, UNREADABLE), Exit.PARTIAL, Exit.CLEAN),
    ],
)
def test_what_was_not_read_is_no_success_unless_it_is_allowed(
    statuses: tuple[InputStatus, ...], expected: Exit, allowed: Exit
) -> None:
    assert code(statuses) is expected
    assert code(statuses, allow_partial=True, allow_empty=True) is allowed
    others = {"allow_empty": True} if expected is Exit.PARTIAL else {"allow_partial": True}
    assert code(statuses, **others) is expected


@cases(
    ("found", "fail_on", "expected"),
    [
        ((WARNING,), "warning", Exit.FINDINGS),
        ((WARNING,), "info", Exit.FINDINGS),
        ((WARNING,), "error", Exit.CLEAN),
        ((WARNING,), "never", Exit.CLEAN),
        ((WAIVED,), "info", Exit.CLEAN),
        ((OLD,), "info", Exit.CLEAN),
        ((WAIVED, WARNING), "warning", Exit.FINDINGS),
    ],
)
def test_findings_fail_a_run_from_the_severity_that_is_asked_for(
    found: tuple[Tallied, ...], fail_on: str, expected: Exit
) -> None:
    assert code((UNDERSTOOD,), *found, fail_on=fail_on) is expected


def test_a_crash_goes_before_what_was_not_read_and_that_before_findings() -> None:
    assert code((PARTIAL,), WARNING, crashes=(OWN,)) is Exit.INTERNAL
    assert code((PARTIAL,), WARNING, crashes=(RULESET, OWN)) is Exit.INTERNAL
    assert code((PARTIAL,), WARNING, crashes=(RULESET,)) is Exit.USAGE
    assert code((PARTIAL,), WARNING) is Exit.PARTIAL
    assert code((PARTIAL,), WARNING, allow_partial=True) is Exit.FINDINGS
