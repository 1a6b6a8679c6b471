"""The comparison of findings with an earlier report: fixed, new, remaining."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.findings.baseline import Baseline, BaselineEntry, Comparing, read_own
from ipseclint.finding import Finding
from ipseclint.report import Since

SCHEMA = "ipseclint.report/1"


def load_report(path: Path) -> Baseline:
    """The findings of a JSON report that count, for comparison with a later run. Raises ConfigError."""
    body = read_own(path, "report", SCHEMA, "-o json:FILE")
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


class Following:
    """Marks findings one by one as new since an earlier report or not, and then knows which are fixed."""

    def __init__(self, before: Baseline, path: str) -> None:
        self._comparing = Comparing(before)
        self._path = path
        self._standing = 0
        self._new = 0

    def marked(self, finding: Finding) -> Finding:
        """A finding with its mark; one that is waived has none."""
        if finding.waiver is not None:
            return finding
        is_new = self._comparing.is_new(finding)
        self._standing += 1
        self._new += is_new
        return finding.model_copy(update={"is_new_since": is_new})

    def since(self) -> Since:
        """The comparison with the earlier report."""
        return Since(path=self._path, fixed=self._comparing.gone, new=self._new, still=self._standing - self._new)
