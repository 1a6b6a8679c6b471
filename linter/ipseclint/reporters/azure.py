"""Azure Pipelines logging commands: findings as issues of the run."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.escape import inert, visible
from ipseclint.finding import Severity
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.reporters.clauses import by_standard, clause_line, clause_totals
from ipseclint.reporters.words import of_gpo
from ipseclint.source import Span


def parts(report: Report, _options: RenderOptions) -> Iterator[str]:
    """One command for each counting error or warning and each problem; information and clauses are plain text.

    A problem is an error: an input that was understood only in part fails the run.
    """
    for finding in report.findings:
        if not finding.counts:
            continue
        text = f"{finding.code} {finding.name}: {finding.message}{of_gpo(finding.gpo)}"
        if finding.severity is Severity.INFO:
            yield inert(f"{_data(finding.span.path)}:{finding.span.line}: {_data(text)}\n")
        else:
            yield _command(finding.severity.value, finding.span, finding.code, text) + "\n"
    lines = [
        _command("error", problem.span, problem.code.value, problem.message + of_gpo(problem.gpo))
        for problem in report.problems
    ]
    for ruleset, results in by_standard(report):
        clauses = [_data(clause_line(result)) for result in results]
        lines += [f"##[group]{_data(f'clauses of {ruleset}')}", *clauses, "##[endgroup]"]
    lines += [_data(line) for line in (*clause_totals(report), *accounting_lines(report))]
    lines += [f"##vso[task.logissue type=error]{_data(f'{crash.where}: {crash.error}')}" for crash in report.crashes]
    yield from (line + "\n" for line in lines)


def _command(kind: str, span: Span, code: str, message: str) -> str:
    place = f"sourcepath={_property(span.path)};linenumber={span.line};columnnumber={span.column};code={code}"
    return f"##vso[task.logissue type={kind};{place}]{_data(message)}"


def _data(text: str) -> str:
    """Text in which nothing can start another logging command."""
    return visible(text).replace("%", "%AZP25")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
