"""The tests on every core: each file is in one part, and a part that fails fails them all."""

from __future__ import annotations

import compileall
import os
import runpy
import subprocess
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from tests import ROOT
from tests.cases import cases
from tests.parts import part_of

run = runpy.run_path(str(ROOT / ".ci" / "every_core.py"))["run"]


@cases("parts", [1, 2, 4])
def test_no_part_is_much_smaller_than_others(parts: int) -> None:
    files = Counter(part_of(path, parts) for path in (ROOT / "tests").rglob("test_*.py"))
    assert set(files) == set(range(1, parts + 1))
    assert max(files.values()) < 1.5 * min(files.values())


@pytest.mark.parametrize(("codes", "passes"), [((0, 0, 0), True), ((1, 0, 0), False), ((0, 0, 2), False)])
def test_all_parts_are_run_and_each_must_pass(
    codes: tuple[int, ...],
    passes: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    started: list[tuple[str, ...]] = []

    def part(command: list[str], stdout: Any = None, **_options: Any) -> SimpleNamespace:
        number = int(command[-1][0])
        started.append(tuple(command[3:]))
        if stdout is not None:
            stdout.write(f"part {number}\n")
        return SimpleNamespace(returncode=codes[number - 1], wait=lambda: codes[number - 1])

    monkeypatch.setattr(os, "cpu_count", lambda: len(codes))
    monkeypatch.setattr(compileall, "compile_dir", lambda *_, **_options: True)
    monkeypatch.setattr(subprocess, "Popen", part)
    monkeypatch.setattr(subprocess, "run", part)
    assert run("--drawn") is passes
    assert sorted(started) == [("--drawn", "--part", f"{number}/3") for number in (1, 2, 3)]
    assert capsys.readouterr().out == "part 2\npart 3\n"
