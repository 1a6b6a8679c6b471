"""The demo repository: its pipeline fails on the bad change and passes without it, and every report is as stored.

After a change that is meant, `python -m tests.test_demo` stores the reports anew; look at the difference.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ipseclint import __version__
from ipseclint.reporters import format_names
from tests import ROOT
from tests.command_line import run_cli

pytestmark = pytest.mark.drawn(3)

DEMO = ROOT / "fixtures" / "runs" / "demo"
EXIT_CODES = {"good": 0, "bad": 1}
WRITTEN = (DEMO / "pipeline.sh").read_text(encoding="utf-8").strip()
COMMAND = WRITTEN + "".join(f" -o {name}:report-{name}" for name in format_names() if f" -o {name}:" not in WRITTEN)
"""The pipeline's own command, and the formats that it leaves out."""
FILES = re.findall(r"-o (\w+):(\S+)", COMMAND)


def lay(state: str, folder: Path) -> None:
    """A copy of the repository in a folder, with the bad change or without it."""
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("expected", "change"), dirs_exist_ok=True)
    if state == "bad":
        shutil.copytree(DEMO / "change", folder, dirs_exist_ok=True)


def pipeline(state: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the pipeline's own command in a copy of the repository, with the bad change or without it."""
    lay(state, folder)
    program, *arguments = shlex.split(COMMAND)
    command = [sys.executable, "-m", program, *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}  # a runner may set it
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)


def report(folder: Path, name: str) -> str:
    """A report as it is stored, to the line end: without the version of the program, and how many rules it has."""
    text = (folder / name).read_bytes().decode("utf-8").replace(__version__, "VERSION")
    return re.sub(r"(?<= of )\d+(?= rules)|(?<=\"rules_known\": )\d+", "ALL", text)


@pytest.fixture(scope="module", params=EXIT_CODES)
def state(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def run(state: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[bytes]]:
    folder = tmp_path_factory.mktemp(state)
    return folder, pipeline(state, folder)


def test_the_exit_code_decides(state: str, run: tuple[Path, subprocess.CompletedProcess[bytes]]) -> None:
    folder, ran = run
    assert (ran.returncode, ran.stderr) == (EXIT_CODES[state], b"")
    assert ran.stdout.decode("utf-8").replace("\r\n", "\n") == (folder / "report.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def here(state: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command leaves behind when it runs in this process, where a change of the code by a test is seen."""
    folder = tmp_path_factory.mktemp(f"{state}-here")
    lay(state, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("COLUMNS", raising=False)
        run_cli(*shlex.split(COMMAND)[1:])
    return folder


@pytest.mark.parametrize("name", [name for _, name in FILES])
def test_each_report_is_as_stored(state: str, here: Path, name: str) -> None:
    expected = (DEMO / "expected" / state / name).read_bytes().decode("utf-8")
    assert report(here, name) == expected


def store() -> None:
    for state in EXIT_CODES:
        with tempfile.TemporaryDirectory() as folder:
            pipeline(state, Path(folder))
            for _, name in FILES:
                place = DEMO / "expected" / state / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(report(Path(folder), name).encode("utf-8"))


if __name__ == "__main__":
    store()
