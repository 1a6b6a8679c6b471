"""The JSON report, version 1: the contract that other programs rely on.

Built field by field, so that a change of our own types cannot change it by accident.
"""

from __future__ import annotations

import json
from typing import Any

from ipseclint.finding import Finding, FixText, Problem, Report, Severity
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import coverage_dict, settings_dict
from ipseclint.source import Span


def render(report: Report, _options: RenderOptions) -> str:
    """The report as one JSON object, ASCII only, so that it survives every code page."""
    return json.dumps(as_dict(report), indent=2, ensure_ascii=True) + "\n"


def as_dict(report: Report) -> dict[str, Any]:
    """The report as plain values. `crashes`, `explanations` and `gone` appear only where there are any."""
    body: dict[str, Any] = {
        "schema": "ipseclint.report/1",
        "tool": {"name": "ipseclint", "version": report.version, "ruleset": report.ruleset},
        "inputs": [
            {"path": each.path, "format": each.format, "status": each.status.value, "objects": dict(each.objects)}
            for each in report.inputs
        ],
        "findings": [finding_dict(each) for each in report.findings],
        "problems": [problem_dict(each) for each in report.problems],
        "not_checked": [{"code": each.code, "needs": list(each.needs)} for each in report.not_checked],
        "summary": {
            **{severity.value: report.count(severity) for severity in Severity},
            "waived": sum(1 for each in report.findings if each.waiver),
        },
        "coverage": coverage_dict(report),
        "settings": settings_dict(report),
    }
    if report.crashes:
        body["crashes"] = [{"where": each.where, "error": each.error} for each in report.crashes]
    if report.explanations:
        body["explanations"] = [
            {
                "machine": each.machine,
                "cause": each.cause,
                "for": list(each.evidence_for),
                "against": list(each.evidence_against),
                "codes": list(each.codes),
            }
            for each in report.explanations
        ]
    if report.gone:
        body["gone"] = [{"code": each.code, "subject": each.subject, "count": each.count} for each in report.gone]
    return body


def finding_dict(finding: Finding) -> dict[str, Any]:
    """One finding as plain values. `baseline` appears only when there is one."""
    body: dict[str, Any] = {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "basis": finding.basis.value,
        "message": finding.message,
        "subject": {"kind": finding.subject.kind, "name": finding.subject.name, "id": finding.subject.id},
        "location": location_dict(finding.span),
        "related": [{"label": each.label, "location": location_dict(each.span)} for each in finding.related],
        "leads_to": [{"code": each.code, "name": each.name} for each in finding.leads_to],
        "fix": None if finding.fix is None else _fix_dict(finding.fix),
        "fingerprint": finding.fingerprint,
        "waiver": None if finding.waiver is None else finding.waiver.model_dump(mode="json"),
    }
    if finding.is_new is not None:
        body["baseline"] = "new" if finding.is_new else "unchanged"
    return body


def _fix_dict(fix: FixText) -> dict[str, Any]:
    body: dict[str, Any] = {"netsh": fix.netsh, "powershell": fix.powershell}
    return body | ({"note": fix.note} if fix.note else {}) | ({"risky": True} if fix.risky else {})


def problem_dict(problem: Problem) -> dict[str, Any]:
    """One problem as plain values."""
    return {"code": problem.code.value, "message": problem.message, "location": location_dict(problem.span)}


def location_dict(span: Span) -> dict[str, Any]:
    """A place: path, and line and column from 1."""
    return {"path": span.path, "line": span.line, "column": span.column}
