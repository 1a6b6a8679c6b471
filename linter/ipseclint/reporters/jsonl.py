"""One JSON object a line: findings, problems, and a summary at the end, for streams and log stores."""

from __future__ import annotations

from ipseclint.escape import json_text
from ipseclint.finding import Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.json_v1 import as_dict


def render(report: Report, _options: RenderOptions) -> str:
    """Each line has a `type`: finding, problem, or summary (which holds all the rest of the report)."""
    body = as_dict(report)
    rows = [{"type": "finding", **finding_body} for finding_body in body.pop("findings")]
    rows += [{"type": "problem", **problem_body} for problem_body in body.pop("problems")]
    rows.append({"type": "summary", **body})
    return "".join(json_text(row) + "\n" for row in rows)
