"""Backups of GPOs in a folder: each is one input, with its files."""

from __future__ import annotations

import pytest

from ipseclint.engine.inputs import paths
from ipseclint.engine.inputs.paths import candidates, shown
from tests import ROOT

BACKUPS = ROOT / "fixtures" / "formats" / "gpo-backup"


def test_each_folder_of_a_backup_is_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    listed = paths._listed

    def counted(folder: str) -> paths._Listed:
        looked.append(shown(folder))
        return listed(folder)

    monkeypatch.setattr(paths, "_listed", counted)
    own = [each.source for each in candidates([str(BACKUPS)]) if each.source.members]
    assert len(own) >= 2
    assert sorted(looked) == sorted(shown(str(folder)) for folder in (BACKUPS, *BACKUPS.rglob("*")) if folder.is_dir())


def test_a_backup_in_the_current_folder_is_one_input(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = next(BACKUPS.glob("{*1}"))
    monkeypatch.chdir(folder)
    for path in (".", "Backup.xml"):
        (only,) = candidates([path])
        own = [file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()]
        assert sorted(each.path for each in only.source.all) == sorted(own)
