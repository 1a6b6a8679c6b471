"""The HTML report: one file that needs no network and no script to be read.

Everything from the input is escaped by the template; a content security policy forbids every request and
every script but the one filter below, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from itertools import groupby
from typing import Any

from ipseclint.escape import inert, visible
from ipseclint.finding import BASIS_WORDS, PROBLEM_TITLES, CoverageRow, Finding, Report, Severity
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.reporters.drawing import draw
from ipseclint.reporters.verdict import since_line, verdict
from ipseclint.reporters.words import STATUS_WORDS, kind_word
from ipseclint.vocabulary.windows_errors import error_table
from ipseclint.words import percent


def render(report: Report, options: RenderOptions) -> str:
    """The whole report as one HTML document."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"visible": visible, "kind": kind_word}
    folder = resources.files(__package__)
    script = folder.joinpath("html_report.js").read_text(encoding="utf-8")
    shown = [each for each in report.findings if each.counts or options.verbose]
    numbers = {id(each): number for number, each in enumerate(shown, start=1)}
    page = environment.from_string(folder.joinpath("html_report.html").read_text(encoding="utf-8")).render(
        report=report,
        accounting=accounting_lines(report, every_name=True),
        counts={severity.value: report.count(severity) for severity in Severity},
        verdict=verdict(report),
        since=since_line(report),
        waived=sum(1 for each in report.findings if each.waiver),
        by_subject=_by_subject(shown),
        by_error=_by_error(shown),
        number=lambda finding: numbers[id(finding)],
        families=sorted({each.code[:2] for each in shown}),
        drawings=[(each, draw(each, shown)) for each in report.outlines],
        load=_bars(report),
        coverage=_coverage(report),
        coverage_classes=COVERAGE_CLASSES,
        basis=BASIS_WORDS,
        status=STATUS_WORDS,
        problem_titles=PROBLEM_TITLES,
        style=resources.files("ipseclint").joinpath("assets/page.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
    )
    return inert(page)


def _by_subject(findings: list[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Findings under the object they are about; objects with the most severe findings first."""

    def key(each: Finding) -> tuple[str, str, str, str]:
        return (each.machine, each.subject.kind, each.subject.name, each.subject.id or "")

    groups = [list(group) for _, group in groupby(sorted(findings, key=key), key=key)]
    for group in groups:
        group.sort(key=lambda each: (-each.severity.rank, each.span.line, each.code))
    groups.sort(key=lambda group: (-group[0].severity.rank, -len(group)))
    return [(group[0], group) for group in groups]


def _by_error(findings: list[Finding]) -> list[tuple[int, str, str, list[Finding]]]:
    """Findings under each Windows error they lead to; the error that most lead to first."""
    by_code: dict[int, list[Finding]] = {}
    for finding in findings:
        for error in finding.leads_to:
            by_code.setdefault(error.code, []).append(finding)
    table = error_table()
    return [
        (code, table[code].name, table[code].message, group)
        for code, group in sorted(by_code.items(), key=lambda item: (-len(item[1]), item[0]))
        if code in table
    ]


COVERAGE_CLASSES = ("required", "requested", "exempt", "blocked", "by a WFP policy", "untouched", "not understood")
"""The classes of traffic, in the order of their colours and bars."""

_BAR_WIDTH = 240.0


def _coverage(report: Report) -> list[tuple[tuple[str, str], list[dict[str, Any]]]]:
    """The rows of coverage by machine and group, each with its bars and its words."""

    def key(row: CoverageRow) -> tuple[str, str]:
        return (row.machine, row.group)

    return [(name, [_coverage_row(row) for row in rows]) for name, rows in groupby(report.coverage, key=key)]


def _coverage_row(row: CoverageRow) -> dict[str, Any]:
    start = 0.0
    bars = []
    for index, name in enumerate(COVERAGE_CLASSES):
        width = _BAR_WIDTH * row.shares.get(name, 0.0)
        if width:
            bars.append((f"{start:.1f}", f"{width:.1f}", index))
            start += width
    ordered = sorted(row.shares.items(), key=lambda each: -each[1])
    words = ", ".join(f"{name} {percent(share)}" for name, share in ordered)
    return {"addresses": row.addresses, "bars": bars, "words": words}


def _bars(report: Report) -> list[dict[str, Any]]:
    most = max((each.per_second for each in report.load), default=0.0)
    return [
        {"share": each, "percent": 100 * each.per_second / most if most else 0.0}
        for each in sorted(report.load, key=lambda each: -each.per_second)
    ]
