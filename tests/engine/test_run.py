"""A run over several inputs: what it tells of its progress, and which inputs it reports on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.engine.inputs import candidates
from ipseclint.engine.run import Job, check
from ipseclint.finding import InputStatus

POLICY = 'netsh ipsec static add policy name="P" mmlifetime=5\r\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_text(POLICY)
    (tmp_path / "words.cmd").write_text("echo no policy\r\n")
    return tmp_path


def test_progress_counts_from_one_to_all(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    inputs = [str(folder / "policy.cmd"), str(folder / "words.cmd")]
    check(candidates(inputs), Job(plans=()), lambda done, among: told.append((done, among)))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("any_files", "reported"),
    [
        (False, [("policy.cmd", InputStatus.UNDERSTOOD), ("words.cmd", InputStatus.NO_IPSEC)]),
        (True, [("policy.cmd", InputStatus.UNDERSTOOD)]),
    ],
)
def test_of_any_files_only_those_with_policy_are_reported(
    folder: Path, any_files: bool, reported: list[tuple[str, InputStatus]]
) -> None:
    assert folder.is_dir()
    report = check(candidates(["policy.cmd", "words.cmd"]), Job(plans=(), any_files=any_files))
    assert [(each.path, each.status) for each in report.inputs] == reported
