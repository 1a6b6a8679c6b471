"""A repair that is put behind a PowerShell script reads back as what it means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT

TWINS = sorted((ROOT / "fixtures" / "twins").glob("*/policy.ps1"))


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.parent.name)
def test_repairs_behind_a_script_are_read_back(path: Path, tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "policy.ps1"
    script.write_bytes(path.read_bytes())
    ran = cli("fix", str(script), "--in-place", "--include-risky")
    text = script.read_text(encoding="utf-8")
    assert text.startswith(path.read_text(encoding="utf-8"))
    assert ran.code in {0, 1}, ran.err
    assert "findings repaired" in ran.err
    checked = cli(str(script))
    assert "problem[" not in checked.out
    assert "RF019" not in checked.out
