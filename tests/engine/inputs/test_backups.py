"""Backups of GPOs in a folder: each is one input, with its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.engine.inputs import paths
from ipseclint.engine.inputs.paths import candidates
from tests import ROOT

BACKUPS = ROOT / "fixtures" / "formats" / "gpo-backup"


def test_the_files_of_a_backup_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Path] = []
    parts = paths._parts

    def counted(folder: Path) -> list[Path]:
        looked.append(folder)
        return parts(folder)

    monkeypatch.setattr(paths, "_parts", counted)
    own = [each.source.path for each in candidates([str(BACKUPS)]) if each.source.members]
    assert sorted(str(folder) for folder in looked) == sorted(str(Path(path).parent) for path in own)
    assert len(own) >= 2
