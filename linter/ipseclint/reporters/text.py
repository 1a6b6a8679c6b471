"""The report for people: each finding with its line, what it leads to, and how to repair it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ipseclint.escape import inert, visible
from ipseclint.finding import (
    BASIS_WORDS,
    PROBLEM_TITLES,
    Finding,
    Input,
    InputStatus,
    Problem,
    Report,
    Severity,
    Snippet,
)
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.reporters.words import STATUS_WORDS, kind_word
from ipseclint.source import Span

_STYLES = {"error": "1;31", "warning": "1;33", "info": "1;36", "problem": "1;35", "dim": "2", "strong": "1"}
"""ANSI codes: only the sixteen colours that every terminal has."""


def render(report: Report, options: RenderOptions) -> str:
    """The report as lines of text; structure is plain ASCII so that every console shows it."""
    paint = _Paint(options.color)
    blocks = ["\n".join(_finding(finding, paint)) for finding in report.findings if finding.counts or options.verbose]
    blocks += ["\n".join(_problem(problem, paint)) for problem in report.problems]
    blocks += [
        f"{paint('error', crash.title)}: {visible(crash.where)} failed ({visible(crash.error)}); "
        "this report is incomplete"
        for crash in report.crashes
    ]
    blocks += _explanations(report, paint)
    blocks.append("\n".join(_summary(report, paint, options)))
    return inert("\n\n".join(blocks) + "\n")


class _Paint:
    """Wraps text in colour, or does not."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._color else text


def _finding(finding: Finding, paint: _Paint) -> Iterator[str]:
    head = paint(finding.severity.value, f"{finding.severity.value}[{finding.code}]")
    waived = " (waived)" if finding.waiver else "" if finding.counts else " (known)"
    yield f"{head} {paint('strong', finding.name)}{waived}: {visible(finding.message)}"
    yield from _place(finding.span, finding.snippet, paint, _subject(finding))
    for related_place in finding.related:
        yield f"   = {visible(related_place.label)}: {_location(related_place.span)}"
    if finding.leads_to:
        yield f"   = leads to: {', '.join(f'{each.code} {each.name}' for each in finding.leads_to)}"
    cited = f" ({', '.join(finding.citations)})" if finding.citations else ""
    yield f"   = basis: {BASIS_WORDS[finding.basis]}{cited}"
    if finding.fix is not None:
        risk = " (may cut connections)" if finding.fix.risky else ""
        for tool, text in (("netsh", finding.fix.netsh), ("PowerShell", finding.fix.powershell)):
            for number, command in enumerate((text or "").splitlines()):
                yield (
                    f"   = fix with {tool}{risk}: {visible(command)}" if number == 0 else f"       {visible(command)}"
                )
        if finding.fix.note:
            yield f"   = fix: {visible(finding.fix.note)}"
    if finding.waiver:
        yield f"   = waived: {visible(finding.waiver.reason)}"


def _problem(problem: Problem, paint: _Paint) -> Iterator[str]:
    head = paint("problem", f"problem[{problem.code}]")
    yield f"{head} {PROBLEM_TITLES[problem.code]}: {visible(problem.message)}"
    yield from _place(problem.span, problem.snippet, paint, None)


def _explanations(report: Report, paint: _Paint) -> Iterator[str]:
    """For each machine on which negotiations failed, the likely causes in order."""
    for machine, group in groupby(report.explanations, key=lambda each: each.machine):
        lines = [paint("strong", f"why negotiations fail on {visible(machine)}, most likely first")]
        for number, each in enumerate(group, start=1):
            lines.append(f"  {number}. {each.cause}")
            lines += [f"     for: {visible(words)}" for words in each.evidence_for]
            lines += [f"     against: {visible(words)}" for words in each.evidence_against]
        yield "\n".join(lines)


def _place(span: Span, snippet: Snippet | None, paint: _Paint, subject: str | None) -> Iterator[str]:
    margin = " " * len(str(span.line))
    yield f"{margin}{paint('dim', '-->')} {_location(span)}{f'  {subject}' if subject else ''}"
    if snippet is None:
        return
    bar = paint("dim", "|")
    line, start = snippet.text.replace("\t", " "), snippet.column - 1
    text = visible(line)
    # Escapes widen the text before the caret.
    before = len(visible(line[:start]))
    length = max(1, len(visible(line[start : start + snippet.length])))
    yield f"{margin} {bar}"
    yield f"{paint('dim', str(span.line))} {bar} {text}"
    yield f"{margin} {bar} {' ' * before}{paint('strong', '^' * length)}"


def _location(span: Span) -> str:
    return f"{visible(span.path)}:{span.line}:{span.column}"


def _subject(finding: Finding) -> str:
    kind = finding.subject.called or kind_word(finding.subject.kind)
    name = visible(finding.subject.name)
    subject = finding.subject
    known_as = f" {visible(subject.id)}" if subject.id and subject.id != subject.name else ""
    return f'{kind} "{name}"{known_as}' if name else f"{kind}{known_as}"


def _summary(report: Report, paint: _Paint, options: RenderOptions) -> Iterator[str]:
    for input_ in report.inputs:
        yield _input(input_)
    counts = {severity: report.count(severity) for severity in Severity}
    waived = sum(1 for each in report.findings if each.waiver)
    words = [
        paint(severity.value, _count(number, severity.value)) if number else _count(number, severity.value)
        for severity, number in counts.items()
    ]
    if waived:
        words.append(f"{waived} waived")
    if any(each.is_new is not None for each in report.findings) or report.gone:
        known = sum(1 for each in report.findings if each.is_new is False)
        gone = sum(each.count for each in report.gone)
        words.append(f"{known} known from the baseline, {gone} gone since")
    if report.problems:
        words.append(paint("problem", _count(len(report.problems), "problem")))
    yield f"{', '.join(words)}; {len(report.rules)} rules of {report.ruleset} checked"
    if report.not_checked:
        yield from _not_checked(report, options)
    yield from accounting_lines(report, every_name=options.verbose)


def _input(each: Input) -> str:
    parts = ", ".join(f"{number} {kind_word(kind, number)}" for kind, number in each.objects.items())
    known = f" ({each.format})" if each.format else ""
    unknown = each.format is None and each.status is InputStatus.NO_IPSEC
    status = "not a format that ipseclint reads" if unknown else STATUS_WORDS[each.status]
    return f"{visible(each.path)}{known}: {status}{f': {parts}' if parts else ''}"


def _count(number: int, word: str) -> str:
    if word == "info":
        return f"{number} info"
    return f"{number} {word}{'' if number == 1 else 's'}"


def _not_checked(report: Report, options: RenderOptions) -> Iterator[str]:
    if options.verbose:
        for reason in report.not_checked:
            yield f"not checked: {reason.code} needs {', '.join(reason.needs)}"
        return
    needs = sorted({need for each in report.not_checked for need in each.needs})
    codes = " ".join(each.code for each in report.not_checked)
    yield f"not checked: {codes}; they need {', '.join(needs)} in ipseclint.toml"
