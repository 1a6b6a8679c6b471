"""GitLab's code quality report: a JSON list that merge requests show beside the changed lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ipseclint.escape import json_text, visible
from ipseclint.finding import Severity
from ipseclint.report import ClauseState, Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.reporters.clauses import clause_line, findings_against
from ipseclint.reporters.words import of_gpo

_LEVELS = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def parts(report: Report, _options: RenderOptions) -> Iterator[str]:
    """Findings that count, problems, clauses of standards that are not met, and notes on the run.

    GitLab requires unique fingerprints: equal ones get a number.
    """
    gap = "[\n  "
    for row in _rows(report):
        yield gap + json_text(row, indent=2).replace("\n", "\n  ")
        gap = ",\n  "
    yield "[]\n" if gap.startswith("[") else "\n]\n"


def _rows(report: Report) -> Iterator[dict[str, object]]:
    seen: dict[str, int] = {}
    for finding in report.findings:
        if not finding.counts:
            continue
        number = seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
        yield {
            "description": visible(f"{finding.code} {finding.name}: {finding.message}{of_gpo(finding.gpo)}"),
            "check_name": finding.name,
            "fingerprint": finding.fingerprint if number == 1 else f"{finding.fingerprint}-{number}",
            "severity": _LEVELS[finding.severity],
            "location": {"path": visible(finding.span.path), "lines": {"begin": finding.span.line}},
        }
    for number, problem in enumerate(report.problems, start=1):
        yield {
            "description": visible(f"{problem.code.value} {problem.message}{of_gpo(problem.gpo)}"),
            "check_name": problem.code.value,
            "fingerprint": f"{problem.code.value}-{number}",
            "severity": "critical",
            "location": {"path": visible(problem.span.path), "lines": {"begin": problem.span.line}},
        }
    path = report.settings.configuration or next((each.path for each in report.inputs), ".")
    yield from _clauses(report, path)
    # A clean report stays empty, unless something was switched off or passed over.
    notes = accounting_lines(report) if report.ignored or report.outdated or report.settings.changes_anything else []
    for number, line in enumerate(notes, start=1):
        yield {
            "description": line,
            "check_name": "ipseclint",
            "fingerprint": f"ipseclint-{number}",
            "severity": "info",
            "location": {"path": visible(path), "lines": {"begin": 1}},
        }


def _clauses(report: Report, path: str) -> Iterator[dict[str, object]]:
    """The clauses of standards that are not met, at their worst finding, and those that were not checked, at `path`."""
    against = findings_against(report)
    for result in report.clauses:
        if result.state not in {ClauseState.NOT_MET, ClauseState.NOT_CHECKED}:
            continue
        worst = against.get((result.ruleset, result.clause))
        named = hashlib.sha256(f"{result.ruleset} {result.clause}".encode()).hexdigest()
        place, line = (path, 1) if worst is None else (worst.span.path, worst.span.line)
        yield {
            "description": visible(f"{result.ruleset} {clause_line(result)}"),
            "check_name": result.ruleset,
            "fingerprint": f"clause-{named[:32]}",
            "severity": "info",
            "location": {"path": visible(place), "lines": {"begin": line}},
        }
