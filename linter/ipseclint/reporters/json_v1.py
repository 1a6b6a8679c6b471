"""The JSON report, version 1: the contract that other programs rely on.

Built field by field, so that a change of our own types cannot change it by accident.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import to_builtins
from msgspec.structs import asdict

from ipseclint.escape import json_text
from ipseclint.finding import Finding, FixText, Problem, Severity
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import coverage_dict, settings_dict
from ipseclint.reporters.clauses import clause_dict
from ipseclint.reporters.questions import answers_list
from ipseclint.reporters.shared_repairs import told_once
from ipseclint.reporters.verdict import verdict_dict
from ipseclint.source import Span


def parts(report: Report, _options: RenderOptions) -> Iterator[str]:
    """The report as one JSON object, ASCII only, so that it survives every code page."""
    lists = {"findings": map(finding_dict, told_once(report.findings)), "problems": map(problem_dict, report.problems)}
    yield from with_lists(body_dict(report), lists)


def with_lists(
    body: Mapping[str, Any], lists: Mapping[str, Iterable[Mapping[str, Any]]], depth: int = 1
) -> Iterator[str]:
    """A JSON object in many lines, in which the values of these empty lists are written one by one.

    `depth` is that of the lists, two blanks each. No other list with such a name is empty at that depth.
    """
    pad = "  " * depth
    left = json_text(body, indent=2) + "\n"
    for name, values in lists.items():
        # A text in JSON has no line ends: this is the structure and never a value.
        before, empty, left = left.partition(f'\n{pad}"{name}": []')
        yield f"{before}{empty.removesuffix(']')}"
        gap = "\n"
        for value in values:
            yield f"{gap}{pad}  " + json_text(value, indent=2).replace("\n", f"\n{pad}  ")
            gap = ",\n"
        yield "]" if gap == "\n" else f"\n{pad}]"
    yield left


def body_dict(report: Report) -> dict[str, Any]:
    """The report as plain values, without findings and problems.

    `clauses`, `crashes`, `explanations`, `gone`, `outdated` and `since` appear only where there are any.
    """
    body: dict[str, Any] = {
        "schema": "ipseclint.report/1",
        "tool": {"name": "ipseclint", "version": report.version, "ruleset": report.ruleset},
        "inputs": [
            {
                "path": input_.path,
                "format": input_.format,
                "status": input_.status.value,
                "objects": dict(input_.objects),
            }
            | gpo_dict(input_.gpo)
            for input_ in report.inputs
        ],
        "findings": [],
        "problems": [],
        "not_checked": [{"code": reason.code, "needs": list(reason.needs)} for reason in report.not_checked],
        "summary": {
            **{severity.value: report.count(severity) for severity in Severity},
            "waived": sum(number for sort, number in report.tally().items() if sort.waived),
        },
        "coverage": coverage_dict(report),
        "settings": settings_dict(report),
        "verdict": verdict_dict(report),
        "questions": answers_list(report),
    }
    if report.crashes:
        body["crashes"] = [{"where": crash.where, "error": crash.error} for crash in report.crashes]
    if report.explanations:
        body["explanations"] = [
            {
                "machine": explanation.machine,
                "cause": explanation.cause,
                "for": list(explanation.evidence_for),
                "against": list(explanation.evidence_against),
                "codes": list(explanation.codes),
            }
            for explanation in report.explanations
        ]
    if report.gone:
        body["gone"] = [
            {"code": gone_finding.code, "subject": gone_finding.subject, "count": gone_finding.count}
            for gone_finding in report.gone
        ]
    if report.clauses:
        body["clauses"] = [clause_dict(each) for each in report.clauses]
    if report.outdated:
        body["outdated"] = list(report.outdated)
    if report.since:
        body["since"] = to_builtins(report.since)
    return body


def gpo_dict(gpo: str | None) -> dict[str, str]:
    """The GPO of a place, if known."""
    return {"gpo": gpo} if gpo else {}


def finding_dict(finding: Finding) -> dict[str, Any]:
    """One finding as plain values. `baseline`, `since` and `gpo` appear only when there is one."""
    body: dict[str, Any] = {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "basis": finding.basis.value,
        "message": finding.message,
        "subject": {"kind": finding.subject.kind, "name": finding.subject.name, "id": finding.subject.id},
        "location": location_dict(finding.span),
        "related": [
            {"label": related_place.label, "location": location_dict(related_place.span)}
            for related_place in finding.related
        ],
        "leads_to": [{"code": error.code, "name": error.name} for error in finding.leads_to],
        "fix": None if finding.fix is None else _fix_dict(finding.fix),
        "fingerprint": finding.fingerprint,
        "waiver": None if finding.waiver is None else asdict(finding.waiver),
    }
    if finding.is_new is not None:
        body["baseline"] = "new" if finding.is_new else "unchanged"
    if finding.is_new_since is not None:
        body["since"] = "new" if finding.is_new_since else "still"
    return body | gpo_dict(finding.gpo)


def _fix_dict(fix: FixText) -> dict[str, Any]:
    """The commands, and the other fields that are not empty."""
    body: dict[str, Any] = {"netsh": fix.netsh, "powershell": fix.powershell}
    rest = {
        "note": fix.note,
        "risky": fix.risky,
        "protection": fix.protection,
        "why": fix.why,
        "peers": list(fix.peers),
        "also": list(fix.also),
        "same_as": fix.same_as,
    }
    return body | {name: value for name, value in rest.items() if value}


def problem_dict(problem: Problem) -> dict[str, Any]:
    """One problem as plain values."""
    body = {"code": problem.code.value, "message": problem.message, "location": location_dict(problem.span)}
    return body | gpo_dict(problem.gpo)


def location_or_none(span: Span | None) -> dict[str, Any] | None:
    """A place, or null where there is none."""
    return None if span is None else location_dict(span)


def location_dict(span: Span) -> dict[str, Any]:
    """A place: path, and line and column from 1."""
    return {"path": span.path, "line": span.line, "column": span.column}
