"""SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from ipseclint.finding import PROBLEM_TITLES, Finding, Report, Severity
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import coverage_dict, settings_dict
from ipseclint.source import Span, visible

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report, options: RenderOptions) -> str:
    """One run. Waived findings are left out unless the options are verbose; then they are suppressed results."""
    shown = [each for each in report.findings if each.waiver is None or options.verbose]
    rules = {each.code: index for index, each in enumerate(report.rules)}
    known = {each.code for each in report.rules}
    extra = sorted({each.code: each.name for each in shown if each.code not in known}.items())
    rules |= {code: len(rules) + index for index, (code, _) in enumerate(extra)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "ipseclint",
                "version": report.version,
                "semanticVersion": report.version,
                "rules": [
                    {
                        "id": each.code,
                        "name": each.name,
                        "shortDescription": {"text": each.summary},
                        "defaultConfiguration": {"level": _LEVELS[each.severity]},
                        "help": {"text": f"ipseclint explain {each.code}"},
                    }
                    for each in report.rules
                ]
                + [{"id": code, "name": name} for code, name in extra],
                "properties": {
                    "ruleset": report.ruleset,
                    "coverage": coverage_dict(report),
                    "settings": settings_dict(report),
                },
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules[each.code]) for each in shown],
        "invocations": [
            {
                "executionSuccessful": not report.crashes,
                "toolExecutionNotifications": [
                    {
                        "level": "warning",
                        "descriptor": {"id": each.code.value},
                        "message": {"text": visible(f"{PROBLEM_TITLES[each.code]}: {each.message}")},
                        "locations": [_location(each.span)],
                    }
                    for each in report.problems
                ]
                + [
                    {"level": "error", "message": {"text": visible(f"{each.where}: {each.error}")}}
                    for each in report.crashes
                ],
            }
        ],
        "artifacts": [{"location": {"uri": uri(each.path)}} for each in report.inputs],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=True) + "\n"


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": visible(finding.message)},
        "locations": [
            _location(finding.span)
            | {
                "logicalLocations": [
                    {
                        "name": visible(finding.subject.name),
                        "kind": finding.subject.kind,
                        "fullyQualifiedName": visible(finding.subject.id or finding.subject.name),
                    }
                ]
            }
        ],
        "partialFingerprints": {"ipseclint/v1": finding.fingerprint},
        "properties": {
            "basis": finding.basis.value,
            "leadsTo": [f"{each.code} {each.name}" for each in finding.leads_to],
        },
    }
    if finding.related:
        result["relatedLocations"] = [
            _location(each.span) | {"message": {"text": visible(each.label)}} for each in finding.related
        ]
    if finding.is_new is not None:
        result["baselineState"] = "new" if finding.is_new else "unchanged"
    if finding.waiver:
        result["suppressions"] = [{"kind": "external", "justification": visible(finding.waiver.reason)}]
    return result


def _location(span: Span) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(span.path)},
            "region": {"startLine": span.line, "startColumn": span.column, "endColumn": span.column + span.length},
        }
    }


def uri(path: str) -> str:
    """A path as a URI reference: relative if the path is; a drive letter or share becomes a file URI."""
    slashed = path.replace("\\", "/")
    if slashed.startswith("//"):
        return "file:" + quote(slashed, safe="/")
    if slashed[1:2] == ":" and slashed[:1].isalpha():
        return "file:///" + quote(slashed, safe="/:")
    if slashed.startswith("/"):
        return "file://" + quote(slashed, safe="/")
    return quote(slashed, safe="/")
