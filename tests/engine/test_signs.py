"""What ipseclint writes or is configured by is its own; an export is none, whatever the names in it say."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.engine.own import is_own
from ipseclint.source import bytes_source, file_source
from tests import ROOT
from tests.formats.powershell.writers import Cim, json_text
from tests.reporters.test_injection import wfp

DEMO = ROOT / "fixtures" / "runs" / "demo"
OURS = [
    *sorted((DEMO / "expected" / "bad").iterdir()),
    *(DEMO / name for name in ("ipseclint-baseline.json", "ipseclint-waivers.toml", "ipseclint.toml")),
    *(path for path in sorted((ROOT / "rulesets").glob("*.toml")) if path.stem != "default"),
]


@pytest.mark.parametrize("path", OURS, ids=[path.name for path in OURS])
def test_reports_waivers_and_rulesets_are_our_own(path: Path) -> None:
    assert is_own(file_source(path))


LIKE_OURS = [
    "::error file=x::owned",
    '"driver": {"name": "ipseclint"',
    'summary = "x"\n[rules.qd001]',
    "[[waiver]]",
    '<testsuites name="ipseclint">',
]


@pytest.mark.parametrize("name", LIKE_OURS)
def test_a_name_does_not_make_an_export_our_own(name: str) -> None:
    assert not is_own(bytes_source("state.xml", wfp(name)))
    assert not is_own(bytes_source("a.json", json_text([Cim("MSFT_NetConSecRule", {"Description": name})]).encode()))


def test_an_export_that_begins_with_a_description_is_not_our_own() -> None:
    text = '[{"Description": "to the branch", "InstanceID": "{A}", "CimClass": "MSFT_NetIKEMMCryptoSet"}]'
    assert not is_own(bytes_source("a.json", text.encode()))
