"""Standard streams that are closed, full, or read by nobody."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ipseclint import __main__
from ipseclint.cli import app
from ipseclint.cli.app import _Pipe
from tests.cases import cases

pytestmark = pytest.mark.drawn(3)

PROGRAM = f"{sys.executable} -m ipseclint"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\n")
    return tmp_path


@pytest.mark.drawn(3)
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("good.cmd --select QD001 >/dev/full", "No space left on device"),
        ("rules --all >/dev/full", "No space left on device"),
        ("--version >/dev/full", "No space left on device"),
        ("--version >&-", "stdout is closed"),
        ("explain QD001 -o json >/dev/full", "No space left on device"),
        ("good.cmd --select QD001 >&-", "stdout is closed"),
        ("good.cmd --select QD001 2>&-", "stderr is closed"),
        ("good.cmd --nonsense 2>/dev/full", ""),
        ("- <&-", "standard input is closed"),
        ("inspect - <&-", "standard input is closed"),
    ],
)
def test_a_stream_that_cannot_be_used_ends_with_2(desk: Path, command: str, words: str) -> None:
    ran = subprocess.run(f"{PROGRAM} {command}", shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    assert ran.returncode == 2
    assert words in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr


def test_a_pipe_says_how_much_it_took_whether_somebody_reads_or_not() -> None:
    reading, writing = os.pipe()
    pipe = _Pipe(writing)
    assert (pipe.write(b"policy"), pipe.fileno(), pipe.writable(), os.read(reading, 9)) == (6, writing, True, b"policy")
    os.close(reading)
    assert pipe.write(b"more") == 4
    os.close(writing)


@pytest.mark.drawn(3)
@pytest.mark.parametrize(("command", "code"), [("rules --all", 0), ("good.cmd --select QD001", 0), ("nowhere.cmd", 4)])
def test_a_reader_that_has_seen_enough_changes_no_exit_code(desk: Path, command: str, code: int) -> None:
    line = f"({PROGRAM} {command}; echo $? >code) | head -c 1 >one"
    ran = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    assert ((desk / "code").read_text(), ran.stderr) == (f"{code}\n", "")


def test_an_interrupt_while_the_program_starts_leaves_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "run", interrupted)
    monkeypatch.setattr(sys, "argv", ["ipseclint", "good.cmd"])
    monkeypatch.setattr(gc, "set_threshold", lambda *_: None)
    with pytest.raises(SystemExit) as end:
        __main__.answer()
    assert end.value.code == 130


@cases(("raised", "code"), [("SystemExit(3)", 3), ("SystemExit('words')", 1), ("KeyError(1)", 1)])
def test_the_process_ends_as_the_command_line_says_after_all_that_was_to_be_done_at_its_end(
    raised: str, code: int
) -> None:
    program = (
        "import atexit, sys, threading, time\n"
        "from ipseclint import __main__\n"
        "class Held:\n"
        "    def __del__(self, say=sys.stderr.write): say('taken apart')\n"
        "held = Held()\n"
        "def answer():\n"
        "    print('answered', end='')\n"
        "    atexit.register(print, ', put away', end='')\n"
        f"    threading.Thread(target=lambda: print(', done', end='')).start()\n    raise {raised}\n"
        "__main__.answer = answer\n"
        "__main__.main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (code, "answered, done, put away")
    assert ("taken apart" in ran.stderr) == (raised != "SystemExit(3)")
