"""One line a finding or problem, to click on or to grep, and the verdict."""

from __future__ import annotations

from functools import partial

from ipseclint.escape import inert, visible
from ipseclint.finding import Finding, Problem
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.console import Console
from ipseclint.reporters.grouping import counts, every, grouped, state_of
from ipseclint.reporters.verdict import verdict
from ipseclint.reporters.words import of_gpo


def render(report: Report, options: RenderOptions) -> str:
    """`PATH:LINE:COLUMN: severity CODE name: message`, worst first, followed by problems and crashes."""
    console = Console(options)
    shows = every if options.verbose else counts
    if options.sort == "place":
        lines = [_finding(finding, console) for finding in report.findings if shows(finding)]
    else:
        line = partial(_finding, console=console)
        listed = grouped(report.findings, shows, options.sort, line, options.spread)
        lines = [line for group in listed for line in group.findings]
    lines += [_problem(problem, console) for problem in report.problems]
    lines += [
        f"{console.paint('error', crash.title)}: {visible(crash.where)}: {visible(crash.error)}"
        for crash in report.crashes
    ]
    lines.append(visible(verdict(report).words))
    return inert("\n".join(lines) + "\n")


def _finding(finding: Finding, console: Console) -> str:
    severity = console.paint(finding.severity.value, finding.severity.value)
    state = f" ({state_of(finding)})" if state_of(finding) else ""
    message = f"{finding.code} {finding.name}{state}: {visible(finding.message + of_gpo(finding.gpo))}"
    return f"{console.place(finding.span)}: {severity} {message}"


def _problem(problem: Problem, console: Console) -> str:
    head = console.paint("problem", "problem")
    message = visible(problem.message + of_gpo(problem.gpo))
    return f"{console.place(problem.span)}: {head} {problem.code}: {message}"
