"""GitHub Actions workflow commands: findings as annotations on the lines of a pull request."""

from __future__ import annotations

from itertools import chain

from ipseclint.escape import visible
from ipseclint.finding import PROBLEM_TITLES, Severity
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.reporters.clauses import by_standard, clause_line, clause_totals
from ipseclint.reporters.words import of_gpo
from ipseclint.source import Span
from ipseclint.words import plural

MAX_ANNOTATIONS = 10
"""The most annotations of one level that GitHub shows for a step."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, _options: RenderOptions) -> str:
    """One command for each counting finding and each problem, worst first; nothing in them can start another command.

    GitHub shows the first ten of each level as annotations, and all of them in the log of the step. The clauses of a
    standard are a group of the log.
    """
    lines = [
        _command(
            "error",
            problem.span,
            f"{problem.code.value} {PROBLEM_TITLES[problem.code]}",
            problem.message + of_gpo(problem.gpo),
        )
        for problem in report.problems
    ]
    by_severity: dict[Severity, list[str]] = {severity: [] for severity in _LEVELS}
    for finding in report.findings:
        if finding.counts:
            title, message = f"{finding.code} {finding.name}", finding.message + of_gpo(finding.gpo)
            by_severity[finding.severity].append(_command(_LEVELS[finding.severity], finding.span, title, message))
    tally = {_LEVELS[severity]: len(listed) for severity, listed in by_severity.items()}
    tally["error"] += len(lines)
    lines += chain.from_iterable(by_severity.values())
    if any(count > MAX_ANNOTATIONS for count in tally.values()):
        words = ", ".join(plural(tally[level], level) for level in _LEVELS.values() if tally[level])
        text = f"{words}; GitHub shows {MAX_ANNOTATIONS} annotations of a level, the rest stands in the log of the step"
        lines.insert(0, f"::notice title=ipseclint::{_data(text)}")
    for ruleset, results in by_standard(report):
        clauses = [_data(clause_line(result)) for result in results]
        lines += [f"::group::{_data(f'clauses of {ruleset}')}", *clauses, "::endgroup::"]
    notes = [*clause_totals(report), *accounting_lines(report)]
    lines += [f"::notice title=ipseclint::{_data(line)}" for line in notes]
    lines += [f"::error title={crash.title}::{_data(f'{crash.where}: {crash.error}')}" for crash in report.crashes]
    return "".join(line + "\n" for line in lines)


def _command(level: str, span: Span, title: str, message: str) -> str:
    place = f"file={_property(span.path)},line={span.line},col={span.column}"
    return f"::{level} {place},title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    """Text after the second `::`, escaped as the toolkit of GitHub Actions does."""
    return visible(text).replace("%", "%25").replace("::", ":%3A")


def _property(text: str) -> str:
    """The value of a property, in which colons and commas are escaped too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
