"""What became of the findings of an earlier report: fixed, new, still there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ipseclint.engine.baseline import Baseline, BaselineEntry, compare
from ipseclint.engine.config import ConfigError, decode
from ipseclint.finding import Finding, Resolved, Since

SCHEMA = "ipseclint.report/1"


def load_report(path: Path) -> Baseline:
    """The findings of a JSON report that count, as what a later run is compared with. Raises ConfigError."""
    try:
        body = json.loads(decode(path.read_bytes()))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not a JSON report: {error}") from error
    if not isinstance(body, dict) or body.get("schema") != SCHEMA:
        raise ConfigError(f"{path}: not a report: schema {SCHEMA!r} is expected, as -o json:FILE writes it")
    counts: Counter[tuple[str, str, str]] = Counter()
    try:
        for row in body["findings"]:
            if row["waiver"] is None:
                counts[str(row["fingerprint"]), str(row["code"]), str(row["subject"]["name"])] += 1
    except (KeyError, TypeError) as error:
        raise ConfigError(f"{path}: a finding without {error}; the report is damaged") from error
    return Baseline(
        known=tuple(
            BaselineEntry(fingerprint=mark, code=code, subject=subject, count=number)
            for (mark, code, subject), number in counts.items()
        )
    )


def compared(findings: Sequence[Finding], before: Baseline, path: str) -> tuple[list[Finding], Since]:
    """The findings, those that are not waived marked as new or not, and what is fixed."""
    standing = [finding for finding in findings if finding.waiver is None]
    comparison = compare(standing, before)
    marks = dict(zip(map(id, standing), comparison.new, strict=True))
    marked = [
        finding.model_copy(update={"is_new_since": marks[id(finding)]}) if id(finding) in marks else finding
        for finding in findings
    ]
    fixed = tuple(Resolved(code=each.code, subject=each.subject, count=each.count) for each in comparison.gone)
    new = sum(comparison.new)
    return marked, Since(path=path, fixed=fixed, new=new, still=len(standing) - new)
