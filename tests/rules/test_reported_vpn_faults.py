"""The cause of each reported VPN fault is named, and stands first in the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.api import check_paths
from ipseclint.reporters.grouping import groups
from tests.rules.reported_gateway_logs import GATEWAYS
from tests.rules.reported_gateways import SHOWN
from tests.rules.reported_vpn_faults import FURTHER, KNOWN, Reported
from tests.rules.reported_vpn_logs import LOGGED
from tests.rules.reported_vpn_pastes import PASTED

REPORTED = KNOWN | FURTHER | PASTED | LOGGED | GATEWAYS | SHOWN


def codes_in_order(reported: Reported, folder: Path) -> list[str]:
    """The codes of the findings as the text report has them."""
    for name, text in reported.files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    config = folder / "ipseclint.toml"
    config.write_text(f"[site]\n{reported.facts}\n")
    paths = sorted({folder / Path(name).parts[0] for name in reported.files})
    report = check_paths(paths, config=config)
    assert [problem.message for problem in report.problems] == []
    return [finding.code for group in groups(report.findings) for finding in group.findings]


@pytest.mark.drawn(2)
@pytest.mark.parametrize("reported", REPORTED.values(), ids=REPORTED)
def test_the_cause_is_named(reported: Reported, tmp_path: Path) -> None:
    codes = codes_in_order(reported, tmp_path)
    assert reported.code in codes
    if reported.is_first:
        assert codes[0] == reported.code


def test_how_many_there_are() -> None:
    assert (len(KNOWN), sum(each.is_first for each in KNOWN.values())) == (20, 19)
    assert (len(FURTHER), len(PASTED), len(LOGGED), len(GATEWAYS), len(SHOWN)) == (29, 48, 29, 19, 9)
