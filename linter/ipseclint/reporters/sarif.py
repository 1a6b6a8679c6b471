"""SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from ipseclint.escape import visible
from ipseclint.finding import PROBLEM_TITLES, Finding, Severity
from ipseclint.report import Report, ScriptRepair
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import coverage_dict, settings_dict
from ipseclint.reporters.clauses import clause_dict
from ipseclint.reporters.json_v1 import with_lists
from ipseclint.reporters.shared_repairs import told_once
from ipseclint.reporters.words import of_gpo
from ipseclint.source import Span
from ipseclint.version import rule_page

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def parts(report: Report, options: RenderOptions) -> Iterator[str]:
    """One run. Waived findings are left out unless the options are verbose; then they are suppressed results."""
    rules = {rule.code: index for index, rule in enumerate(report.rules)}
    known = frozenset(rules)
    others = {sort.code for sort in report.tally() if sort.code not in known and (options.verbose or not sort.waived)}
    repairs = {(repair.machine, repair.fingerprint): repair for repair in report.script_repairs}
    extra = sorted({each.code: each.name for each in report.findings if each.code in others}.items()) if others else []
    rules |= {code: len(rules) + index for index, (code, _) in enumerate(extra)}
    run: dict[str, Any] = {
        "tool": {"driver": _driver(report, extra)},
        "columnKind": "unicodeCodePoints",
        "results": [],
        "invocations": [
            {"executionSuccessful": not report.crashes, "toolExecutionNotifications": list(_notifications(report))}
        ],
        **_taxonomies(report),
        "artifacts": [{"location": {"uri": uri(input_.path)}} for input_ in report.inputs],
    }
    shown = told_once(finding for finding in report.findings if finding.waiver is None or options.verbose)
    results = (_result(each, rules[each.code], repairs.get((each.machine, each.fingerprint))) for each in shown)
    yield from with_lists({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, {"results": results}, depth=3)


def _driver(report: Report, other_rules: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The tool: its version, its rules and their configuration, and how much of the input it covered."""
    rules: list[dict[str, Any]] = [
        {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.summary},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            "helpUri": rule_page(rule.code, rule.name),
            "help": {"text": f"ipseclint explain {rule.code}"},
            "properties": _properties(rule.code, rule.severity),
        }
        for rule in report.rules
    ]
    properties: dict[str, Any] = {
        "ruleset": report.ruleset,
        "coverage": coverage_dict(report),
        "settings": settings_dict(report),
    }
    if report.outdated:
        properties["outdated"] = list(report.outdated)
    return {
        "name": "ipseclint",
        "version": report.version,
        "semanticVersion": report.version,
        "rules": rules + [{"id": code, "name": name} for code, name in other_rules],
        "properties": properties,
    }


def _notifications(report: Report) -> Iterator[dict[str, Any]]:
    """The problems of the inputs, and crashes."""
    for problem in report.problems:
        message = f"{PROBLEM_TITLES[problem.code]}: {problem.message}{of_gpo(problem.gpo)}"
        yield {
            "level": "error",
            "descriptor": {"id": problem.code.value},
            "message": {"text": visible(message)},
            "locations": [_location(problem.span)],
        }
    for crash in report.crashes:
        yield {"level": "error", "message": {"text": visible(f"{crash.where}: {crash.error}")}}


def _taxonomies(report: Report) -> dict[str, Any]:
    """The standards of the run, each clause a taxon with its state; nothing without a standard."""
    by_ruleset: dict[str, list[dict[str, Any]]] = {}
    for clause in report.clauses:
        taxon = {"id": clause.clause, "name": clause.clause, "properties": clause_dict(clause)}
        by_ruleset.setdefault(clause.ruleset, []).append(taxon)
    listed = [{"name": ruleset, "taxa": taxa} for ruleset, taxa in by_ruleset.items()]
    return {"taxonomies": listed} if listed else {}


def _properties(code: str, severity: Severity) -> dict[str, Any]:
    """The properties by which code scanning services sort rules: tags, and for security rules a number from 0 to 10."""
    tags = _TAGS.get(code[:2], ("ipsec",))
    scored = {"security-severity": _SCORES[severity]} if "security" in tags else {}
    return {"tags": list(tags), "precision": "high", **scored}


_SCORES = {Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.INFO: "2.0"}
"""The score of a severity, within GitHub's bands of high, medium and low (reasoned)."""

_TAGS = {
    "AU": ("ipsec", "security", "authentication"),
    "CR": ("ipsec", "security", "cryptography"),
    "DP": ("ipsec", "security", "denial-of-service"),
    "EX": ("ipsec", "security", "exemptions"),
    "FL": ("ipsec", "security", "filters"),
    "QD": ("ipsec", "reliability", "queue-drops"),
    "RF": ("ipsec", "reliability", "references"),
    "RT": ("ipsec", "reliability", "evidence"),
}
"""The tags of each family's rules; rules of others have only the first tag."""


def _result(finding: Finding, index: int, script_repair: ScriptRepair | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": visible(finding.message + of_gpo(finding.gpo))},
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
    repair = _repair(finding)
    if repair:
        result["properties"]["repair"] = repair
    if script_repair is not None:
        result["fixes"] = [_fix(finding, script_repair)]
    if finding.related:
        result["relatedLocations"] = [
            _location(related_place.span) | {"message": {"text": visible(related_place.label)}}
            for related_place in finding.related
        ]
    if finding.is_new is not None:
        result["baselineState"] = "new" if finding.is_new else "unchanged"
    if finding.waiver:
        result["suppressions"] = [{"kind": "external", "justification": visible(finding.waiver.reason)}]
    return result


def _repair(finding: Finding) -> dict[str, str]:
    """The repair as commands and words, for the policy on a machine."""
    fix = finding.fix
    if fix is None:
        return {}
    texts = {"netsh": fix.netsh, "powershell": fix.powershell, "note": fix.note}
    return {tool: visible(text) for tool, text in texts.items() if text}


def _fix(finding: Finding, repair: ScriptRepair) -> dict[str, Any]:
    """The repair as a change of the script that makes the policy."""
    caution = finding.fix.caution if finding.fix else None
    return {
        "description": {"text": f"Repair {finding.code}{f'; it {caution}' if caution else ''}"},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": uri(repair.path)},
                "replacements": [
                    {
                        "deletedRegion": {
                            "startLine": part.line,
                            "startColumn": part.column,
                            "endLine": part.end_line,
                            "endColumn": part.end_column,
                        },
                        "insertedContent": {"text": part.text},
                    }
                    for part in repair.replacements
                ],
            }
        ],
    }


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
    try:
        data = slashed.encode("utf-8", "surrogateescape")  # the bytes of a name that is no text
    except UnicodeEncodeError:
        data = slashed.encode("utf-8", "surrogatepass")
    if slashed.startswith("//"):
        return "file:" + quote(data, safe="/")
    if slashed[1:2] == ":" and slashed[:1].isalpha():
        return "file:///" + quote(data, safe="/:")
    if slashed.startswith("/"):
        return "file://" + quote(data, safe="/")
    return quote(data, safe="/")
