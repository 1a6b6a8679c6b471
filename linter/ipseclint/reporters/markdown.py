"""Markdown for a merge request or a wiki: a summary, then a table by input."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from ipseclint.escape import inert, visible
from ipseclint.finding import PROBLEM_TITLES, Finding, Problem
from ipseclint.report import ClauseResult, Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.reporters.clauses import by_standard, clause_totals, clause_words
from ipseclint.reporters.grouping import gpo_and_path
from ipseclint.reporters.questions import Answer, answers
from ipseclint.reporters.shared_repairs import told_once
from ipseclint.reporters.verdict import counts_line, since_line, verdict


def parts(report: Report, options: RenderOptions) -> Iterator[str]:
    """The report as GitHub-flavoured Markdown; no name in it can become markup or a link."""
    return (inert(line + "\n") for line in _lines(report, options))


def _lines(report: Report, options: RenderOptions) -> Iterator[str]:
    yield "# IPsec policy check"
    yield ""
    yield verdict(report).words
    yield ""
    yield text(counts_line(report))
    if since := since_line(report):
        yield ""
        yield text(since)
    yield from _table("| Question | Answer | |", map(_answer, answers(report)))
    for (gpo, path), group in groupby(_shown(report, options), key=lambda each: (each.gpo, each.span.path)):
        yield from _heading(text(gpo_and_path(gpo, path)))
        rows = sorted(group, key=lambda each: (not each.counts, -each.severity.rank))
        yield from _table("| | Rule | Finding | Object | Line | Leads to |", map(_row, rows))
    yield from _repairs(told_once(_shown(report, options)))
    for ruleset, results in by_standard(report):
        yield from _heading(f"Clauses of {text(ruleset)}")
        yield from _table("| State | Clause | Rules | |", map(_clause, results))
    for line in (*clause_totals(report), *accounting_lines(report, every_name=options.verbose)):
        yield ""
        yield text(line)
    if report.problems:
        yield from _heading("Not understood")
        yield ""
        yield from map(_problem, report.problems)


def _heading(title: str) -> Iterator[str]:
    yield ""
    yield f"## {title}"


def _table(head: str, rows: Iterable[str]) -> Iterator[str]:
    yield ""
    yield head
    yield "|" + "---|" * (head.count("|") - 1)
    yield from rows


def _answer(answer: Answer) -> str:
    return f"| {answer.question.value} | {answer.reply.value} | {text(answer.words)} |"


def _clause(result: ClauseResult) -> str:
    rules, words = " ".join(result.rules), text(clause_words(result))
    return f"| {result.state.value} | {text(result.clause)} | {rules} | {words} |"


def _problem(problem: Problem) -> str:
    place = f"{gpo_and_path(problem.gpo, problem.span.path)}:{problem.span.line}:{problem.span.column}"
    return f"- {text(place)} {problem.code.value} {PROBLEM_TITLES[problem.code]}: {text(problem.message)}"


def _repairs(findings: Iterable[Finding]) -> Iterator[str]:
    fixes = (each for each in findings if each.fix and each.fix.has_commands)
    for number, fix in enumerate(fixes):
        if number == 0:
            yield from _heading("Repairs")
        yield from _fix(fix)


def _shown(report: Report, options: RenderOptions) -> Iterator[Finding]:
    return (finding for finding in report.findings if finding.counts or options.verbose)


def _row(finding: Finding) -> str:
    errors = ", ".join(str(error.code) for error in finding.leads_to)
    state = "waived" if finding.waiver else finding.severity.value
    cells = (state, f"{finding.code} {finding.name}", text(finding.message), text(finding.subject.name))
    return f"| {' | '.join(cells)} | {finding.span.line} | {errors} |"


def _fix(finding: Finding) -> Iterator[str]:
    assert finding.fix is not None  # noqa: S101 - the caller chose those that have one
    for language, script in (("bat", finding.fix.netsh), ("powershell", finding.fix.powershell)):
        if script:
            code = "\n".join(visible(line) for line in script.splitlines())
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))
            yield ""
            caution = f" ({finding.fix.caution})" if finding.fix.caution else ""
            yield f"{finding.code}, {text(finding.subject.name)}{caution}:"
            yield ""
            yield f"{fence}{language}"
            yield code
            yield fence
    if finding.fix.advice:
        yield ""
        yield text(finding.fix.advice)


def text(words: str) -> str:
    """Markdown that shows exactly these words."""
    escaped = re.sub(r"([\\`*_{}\[\]()#+!|~-])", r"\\\1", visible(words))
    return (
        escaped.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "&#64;")
        .replace(":", "&#58;")
    )
