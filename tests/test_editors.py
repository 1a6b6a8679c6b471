"""The task of VS Code reads what the program prints."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import ROOT

TASK = json.loads((ROOT / "docs" / "vscode" / "tasks.json").read_text(encoding="utf-8"))["tasks"][0]
PATTERN = TASK["problemMatcher"]["pattern"]
FIELDS = ("file", "line", "column", "severity", "code", "message")


def matched(line: str) -> tuple[str, ...] | None:
    """What the task makes of a line; its pattern is JavaScript's, and means the same in Python."""
    match = re.search(PATTERN["regexp"], line)
    return match and tuple(match[PATTERN[field]] for field in FIELDS)


def test_the_task_runs_the_program_as_it_can_be_run(
    fixtures: Path, tmp_path: Path, monkeypatch: Any, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "a: b (c) [1].cmd"
    script = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\nnetsh advfirewall set %X%\n"
    (tmp_path / name).write_text(script, encoding="utf-8")
    words = [word.replace("${workspaceFolder}", str(tmp_path)) for word in TASK["args"]]
    *lines, verdict = cli(*words).out.splitlines()
    message = "short-main-mode-lifetime: main-mode lifetime of 5 min (300 s); 60 min or more keeps renewals rare"
    assert matched(lines[0]) == (str(tmp_path / name), "1", "53", "error", "QD001", message)
    assert [found[3:5] for line in lines if (found := matched(line))] == [("error", "QD001"), ("problem", "IN003")]
    assert matched(verdict) is None


def test_every_line_of_a_large_report_is_matched(fixtures: Path, cli: Callable[..., Any]) -> None:
    *lines, _ = cli(fixtures / "runs" / "demo", "-o", "concise").out.splitlines()
    assert lines
    assert all(matched(line) for line in lines)


def test_a_drive_is_part_of_the_file() -> None:
    assert matched(r"C:\\policies\\a.cmd:3:7: warning CR002 triple-des-offered: x") == (
        r"C:\\policies\\a.cmd",
        "3",
        "7",
        "warning",
        "CR002",
        "triple-des-offered: x",
    )
