"""Every answer below is as stored to the letter: what is printed, what is said beside it, the exit code and the files.

After a change that is meant, `python -m tests.cli.test_stored_answers` stores them anew: read the difference.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

import pytest

from ipseclint import __version__
from tests import ROOT
from tests.cli.command_lines import ANSWERS, FOLDERS, SELECTED
from tests.command_line import run_cli

pytestmark = pytest.mark.drawn(9)

INPUTS = ROOT / "fixtures"
EXPECTED = ROOT / "tests" / "data" / "answers"

SHOWN = {".html", ".toml", ".json", ".cmd"}
"""The endings of the files written that are stored."""


def prepare() -> None:
    """Lay the inputs below the present folder, and what two runs over them found."""
    for name, place in FOLDERS.items():
        shutil.copytree(INPUTS / name, place, ignore=shutil.ignore_patterns("expected"))
    for inputs, store in (("runs/docs runs/load", "old"), ("runs/docs runs/demo runs/first formats", "new")):
        run_cli(*shlex.split(f"check {inputs} {SELECTED} -o duckdb:{store}.duckdb"))


def answer(lines: str) -> str:
    """What command lines print and write in the present folder, without what is another at each release."""
    before = set(Path().rglob("*"))
    shown = "".join(said(line.strip()) for line in lines.strip().splitlines())
    written = sorted(set(Path().rglob("*")) - before)
    for path in written:
        if path.suffix in SHOWN:
            shown += f"--- {path.as_posix()}\n{path.read_bytes().decode()}"
    shown = shown.replace("\r\n", "\n").replace(str(Path.cwd()), "HERE")
    shown = re.sub(rf"(?<![\d.]){re.escape(__version__)}(?![\d.])", "VERSION", shown)
    shown = re.sub(r"(?m)^(Usage: |Try ')python -m \S+|^(Usage: |Try ')\S+", r"\1\2ipseclint", shown)
    shown = re.sub(r"(?<=SHA-256 of its other lines: )[0-9a-f]{64}", "DIGEST", shown)
    return re.sub(r"(?:\d+ of )?\d+(?=\s+rules of)|(?<=\"rules_known\": )\d+", "ALL", shown)


def said(line: str) -> str:
    """What one command line prints; behind `<` stands the file that it gets as standard input."""
    command, _, stdin = line.partition(" < ")
    ran = run_cli(*shlex.split(command), stdin=Path(stdin).read_bytes() if stdin else b"")
    return f"$ ipseclint {line}\nexit code {ran.code}\n--- out\n{ran.out}--- err\n{ran.err}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        prepare()
    return folder


@pytest.mark.drawn(4)
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_as_stored(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert answer(ANSWERS[name]) == (EXPECTED / f"{name}.txt").read_bytes().decode()


def test_every_stored_answer_belongs_to_a_command() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == set(ANSWERS)


def store() -> None:
    os.environ.pop("COLUMNS", None)
    shutil.rmtree(EXPECTED, ignore_errors=True)
    EXPECTED.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        prepare()
        for name, line in ANSWERS.items():
            (EXPECTED / f"{name}.txt").write_bytes(answer(line).encode())
        os.chdir(ROOT)


if __name__ == "__main__":
    store()
