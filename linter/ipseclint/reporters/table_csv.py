"""CSV for spreadsheets: a row for each finding, problem and clause of a standard, then notes; safe to open in Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ipseclint.escape import inert, visible
from ipseclint.report import Report
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
"""What whoever plans the work fills in."""


def parts(report: Report, options: RenderOptions) -> Iterator[str]:
    """A header and the rows, lines ended by CRLF as RFC 4180 has it."""
    columns = [*COLUMNS, *(PLAN if options.action_plan else ())]
    for row in _rows(report, columns):
        out = io.StringIO()
        csv.writer(out).writerow(row)
        yield inert(out.getvalue())


def _rows(report: Report, columns: list[str]) -> Iterator[list[str | int]]:
    yield [*columns]
    for finding in told_once(report.findings):
        fix = finding.fix
        row: tuple[str | int, ...] = (
            finding.code,
            finding.name,
            finding.severity.value,
            finding.basis.value,
            finding.message,
            finding.subject.kind,
            finding.subject.name,
            finding.subject.id or "",
            finding.span.path,
            finding.span.line,
            finding.span.column,
            " ".join(str(error.code) for error in finding.leads_to),
            (fix.netsh or "") if fix else "",
            (fix.powershell or "") if fix else "",
            finding.waiver.reason if finding.waiver else "",
            finding.fingerprint,
            finding.gpo or "",
            "" if finding.is_new_since is None else "new" if finding.is_new_since else "still",
            (fix.advice or "") if fix else "",
        )
        cells = [
            spreadsheet_cell(value, lines=name.startswith("fix_")) for name, value in zip(COLUMNS, row, strict=True)
        ]
        yield _filled(cells, columns)
    for problem in report.problems:
        known = {
            "code": problem.code.value,
            "severity": "problem",
            "message": problem.message,
            "path": problem.span.path,
            "line": problem.span.line,
            "column": problem.span.column,
            "gpo": problem.gpo or "",
        }
        yield [spreadsheet_cell(known.get(name, "")) for name in columns]
    for clause in report.clauses:
        row_of_clause = {
            "code": " ".join(clause.rules),
            "name": clause.state.value,
            "severity": "clause",
            "message": clause_words(clause),
            "subject_kind": "clause",
            "subject": clause.clause,
            "subject_id": clause.ruleset,
        }
        yield [spreadsheet_cell(row_of_clause.get(name, "")) for name in columns]
    for line in accounting_lines(report):
        note = {"severity": "note", "message": line}
        yield [spreadsheet_cell(note.get(name, "")) for name in columns]


def _filled(cells: list[str | int], columns: list[str]) -> list[str | int]:
    """Cells with empty ones for the columns that are left."""
    return [*cells, *[""] * (len(columns) - len(cells))]


def spreadsheet_cell(value: str | int, *, lines: bool = False) -> str | int:
    """A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe. Commands have lines."""
    if isinstance(value, int):
        return value
    text = "\n".join(map(visible, value.splitlines())) if lines else visible(value)
    return f"'{text}" if text.lstrip()[:1] in {"=", "+", "-", "@", "|", "%"} or text[:1] in {"\t", "\r"} else text
