"""One JSON object a line: findings, problems, and a summary at the end, for streams and log stores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ipseclint.escape import json_text
from ipseclint.finding import Finding
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.json_v1 import body_dict, finding_dict, problem_dict
from ipseclint.reporters.shared_repairs import told_once


def parts(report: Report, options: RenderOptions) -> Iterator[str]:
    """Each line has a `type`: finding, problem, or summary (which holds all the rest of the report)."""
    yield from options.spread(_lines, report.findings)
    for problem in report.problems:
        yield json_text({"type": "problem", **problem_dict(problem)}) + "\n"
    body = body_dict(report)
    del body["findings"], body["problems"]
    yield json_text({"type": "summary", **body}) + "\n"


def _lines(portions: Iterable[Sequence[Finding]]) -> str:
    findings = (finding for portion in portions for finding in told_once(portion))
    return "".join(json_text({"type": "finding", **finding_dict(finding)}) + "\n" for finding in findings)
