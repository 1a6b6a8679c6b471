"""How a run ends: the exit code, which every output format and command shares."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipseclint.report import Report


class Exit(IntEnum):
    """The exit codes of the process."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    NOTHING = 3
    PARTIAL = 4
    INTERNAL = 70


def exit_code(report: Report) -> Exit:
    """The code for a finished run, by its settings. When several apply: 70, then 2, 4, 1, 3, 0."""
    from ipseclint.report import InputStatus

    used = report.settings
    statuses = {each.status for each in report.inputs}
    if report.crashes:
        return Exit.USAGE if all(crash.in_ruleset for crash in report.crashes) else Exit.INTERNAL
    if not used.allow_partial and statuses & {InputStatus.PARTIAL, InputStatus.UNREADABLE}:
        return Exit.PARTIAL
    if any(sort.severity.fails(used.fail_on) and sort.counts for sort in report.tally()):
        return Exit.FINDINGS
    if not used.allow_empty and not statuses - {InputStatus.NO_IPSEC}:
        return Exit.NOTHING
    return Exit.CLEAN
