"""CSV for spreadsheets: a row for each finding, problem and clause of a standard, then notes; safe to open in Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from ipseclint.escape import inert, visible
from ipseclint.finding import Finding, Problem
from ipseclint.report import ClauseResult, Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.reporters.clauses import clause_words
from ipseclint.reporters.shared_repairs import told_once

COLUMNS = (
    "code",
    "name",
    "severity",
    "basis",
    "message",
    "subject_kind",
    "subject",
    "subject_id",
    "path",
    "line",
    "column",
    "leads_to",
    "fix_netsh",
    "fix_powershell",
    "waived_because",
    "fingerprint",
    "gpo",
    "since",
    "fix_advice",
)

PLAN = ("owner", "due", "status", "comment")
"""Empty columns for whoever plans the work."""


def parts(report: Report, options: RenderOptions) -> Iterator[str]:
    """A header and the rows, with CRLF line ends as in RFC 4180."""
    columns = [*COLUMNS, *(PLAN if options.action_plan else ())]
    for row in _rows(report, columns):
        out = io.StringIO()
        csv.writer(out).writerow(row)
        yield inert(out.getvalue())


def _rows(report: Report, columns: list[str]) -> Iterator[list[str | int]]:
    yield [*columns]
    known: tuple[Mapping[str, str | int], ...] = (
        *map(_finding, told_once(report.findings)),
        *map(_problem, report.problems),
        *map(_clause, report.clauses),
        *({"severity": "note", "message": line} for line in accounting_lines(report)),
    )
    for cells in known:
        yield [spreadsheet_cell(cells.get(name, ""), lines=name.startswith("fix_")) for name in columns]


def _finding(finding: Finding) -> dict[str, str | int]:
    fix = finding.fix
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "basis": finding.basis.value,
        "message": finding.message,
        "subject_kind": finding.subject.kind,
        "subject": finding.subject.name,
        "subject_id": finding.subject.id or "",
        "path": finding.span.path,
        "line": finding.span.line,
        "column": finding.span.column,
        "leads_to": " ".join(str(error.code) for error in finding.leads_to),
        "fix_netsh": (fix.netsh or "") if fix else "",
        "fix_powershell": (fix.powershell or "") if fix else "",
        "waived_because": finding.waiver.reason if finding.waiver else "",
        "fingerprint": finding.fingerprint,
        "gpo": finding.gpo or "",
        "since": "" if finding.is_new_since is None else "new" if finding.is_new_since else "still",
        "fix_advice": (fix.advice or "") if fix else "",
    }


def _problem(problem: Problem) -> dict[str, str | int]:
    return {
        "code": problem.code.value,
        "severity": "problem",
        "message": problem.message,
        "path": problem.span.path,
        "line": problem.span.line,
        "column": problem.span.column,
        "gpo": problem.gpo or "",
    }


def _clause(clause: ClauseResult) -> dict[str, str | int]:
    return {
        "code": " ".join(clause.rules),
        "name": clause.state.value,
        "severity": "clause",
        "message": clause_words(clause),
        "subject_kind": "clause",
        "subject": clause.clause,
        "subject_id": clause.ruleset,
    }


def spreadsheet_cell(value: str | int, *, lines: bool = False) -> str | int:
    """A cell that no spreadsheet takes for a formula: an apostrophe is put before one that looks like it. Commands keep
    lines."""
    if isinstance(value, int):
        return value
    text = "\n".join(map(visible, value.splitlines())) if lines else visible(value)
    return f"'{text}" if text.lstrip()[:1] in {"=", "+", "-", "@", "|", "%"} or text[:1] in {"\t", "\r"} else text
