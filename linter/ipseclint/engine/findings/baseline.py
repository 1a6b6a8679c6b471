"""The baseline: known findings, which a gate separates from new ones.

A file of fingerprints with counts, sorted, so that it reviews well in version control. Two equal findings
count twice. Positions are not in it: it survives re-export, re-ordering and other line ends.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from ipseclint.engine.configuration.toml_files import ConfigError, bytes_of, decode, explain
from ipseclint.engine.keys.gate import hidden
from ipseclint.escape import json_text
from ipseclint.finding import Finding
from ipseclint.model.values import Validated
from ipseclint.report import Resolved
from ipseclint.source import reason_of

SCHEMA = "ipseclint.baseline/1"


class BaselineEntry(Validated):
    """One known finding and how often it occurs; code and subject are for the reader."""

    fingerprint: str
    code: str
    subject: str
    count: int = Field(default=1, ge=1)


class Baseline(Validated):
    """The known findings."""

    known: tuple[BaselineEntry, ...]


def baseline_of(findings: Iterable[Finding]) -> Baseline:
    """The baseline that knows exactly these findings."""
    first: dict[str, Finding] = {}
    counts: Counter[str] = Counter()
    for finding in findings:
        first.setdefault(finding.fingerprint, finding)
        counts[finding.fingerprint] += 1
    entries = [
        BaselineEntry(fingerprint=key, code=item.code, subject=item.subject.name, count=counts[key])
        for key, item in first.items()
    ]
    return Baseline(known=tuple(sorted(entries, key=lambda each: (each.code, each.subject, each.fingerprint))))


class Comparing:
    """Compares findings, one by one, with a baseline, and tells at the end which known ones are gone."""

    def __init__(self, baseline: Baseline) -> None:
        self._known = baseline.known
        self._left = Counter({each.fingerprint: each.count for each in baseline.known})

    def is_new(self, finding: Finding) -> bool:
        """Whether the baseline does not know it, or not so many of it."""
        is_known = self._left[finding.fingerprint] > 0
        self._left[finding.fingerprint] -= 1 if is_known else 0
        return not is_known

    @property
    def gone(self) -> tuple[Resolved, ...]:
        """The findings that the baseline knows and the run did not find, with their number."""
        return tuple(
            Resolved(code=hidden(known.code), subject=hidden(known.subject), count=self._left[known.fingerprint])
            for known in self._known
            if self._left[known.fingerprint] > 0
        )


def shrunk(old: Baseline, findings: Iterable[Finding]) -> Baseline:
    """The old baseline without the findings that are gone: it never grows."""
    now = Counter(each.fingerprint for each in findings)
    kept = (
        known_finding.model_copy(update={"count": min(known_finding.count, now[known_finding.fingerprint])})
        for known_finding in old.known
    )
    return Baseline(known=tuple(each for each in kept if each.count))


def baseline_text(baseline: Baseline) -> str:
    """The text of the file."""
    body = {"schema": SCHEMA, "known": [each.model_dump() for each in baseline.known]}
    return json_text(body, indent=1) + "\n"


def load_baseline(path: Path) -> Baseline:
    """The baseline in a file, in UTF-8 or UTF-16. Raises ConfigError."""
    data = read_own(path, "baseline", SCHEMA, "`ipseclint baseline create`")
    del data["schema"]
    try:
        return Baseline.model_validate(data)
    except ValidationError as error:
        raise ConfigError(f"{path}: {explain(error, Baseline)}") from None


def read_own(path: Path, what: str, schema: str, written_by: str) -> dict[str, Any]:
    """The content of one of our own JSON files with this schema. Raises ConfigError."""
    try:
        body = json.loads(decode(bytes_of(path)))
    except OSError as error:
        raise ConfigError(f"{path}: {reason_of(error)}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not a {what}: JSON is expected, as {written_by} writes it") from error
    if not isinstance(body, dict) or body.get("schema") != schema:
        raise ConfigError(f"{path}: not a {what}: schema {schema!r} is expected, as {written_by} writes it")
    return body
