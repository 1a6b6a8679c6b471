"""`fix --in-place` on a file that others change too, and when it is ended in the middle: old or new, never between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.cli.files import locked

pytestmark = pytest.mark.drawn(4)

WEAK = (
    "rem kept\r\n"
    "netsh advfirewall set global mainmode mmkeylifetime 5min,1sess\r\n"
    'netsh advfirewall consec add rule name="R" endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequestout '
    "auth1=computerkerb qmsecmethods=esp:sha256-aes128+5min+2147483647kb\r\n"
)
MENDED = WEAK.replace("5min,1sess", "480min,0sess").replace("aes128+5min", "aes128+60min")
COMMAND = [sys.executable, "-m", "ipseclint", "fix", "policy.cmd", "--in-place"]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "policy.cmd"
    file.write_bytes(WEAK.encode())
    return file


def started(script: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(COMMAND, cwd=script.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_two_at_once_do_not_undo_each_other(script: Path) -> None:
    both = [started(script) for _ in range(2)]
    ended = [each.communicate() for each in both]
    assert [each.returncode for each in both] == [0, 0], ended
    assert script.read_bytes() == MENDED.encode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_one_waits_while_another_holds_the_file_and_may_be_killed(script: Path) -> None:
    with locked(script):
        waiting = started(script)
        time.sleep(2.0)
        assert waiting.poll() is None
        os.kill(waiting.pid, signal.SIGKILL)
        waiting.communicate()
    assert script.read_bytes() == WEAK.encode()


@pytest.mark.drawn(3)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("share", [0.3, 0.6, 0.8, 0.9, 1.0])
def test_killed_in_the_middle_the_file_is_whole(script: Path, share: float) -> None:
    began = time.monotonic()
    started(script).communicate()
    whole_seconds = time.monotonic() - began
    script.write_bytes(WEAK.encode())
    running = started(script)
    time.sleep(whole_seconds * share)
    running.kill()
    running.communicate()
    assert script.read_bytes() in {WEAK.encode(), MENDED.encode()}


@pytest.mark.parametrize("number", [2, 3, 40])
def test_of_equal_rules_all_but_one_go_at_once_with_the_sets_that_netsh_made(
    number: int, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    script = tmp_path / "equal.cmd"
    script.write_text(
        "".join(
            f"netsh advfirewall consec add rule name=R{each} endpoint1=any endpoint2=10.9.0.0/16"
            " action=requireinrequestout auth1=computerkerb qmsecmethods=esp:aesgcm128-aesgcm128\n"
            for each in range(number)
        )
    )
    ran = cli("fix", script, "--include-risky", "--as", "netsh")
    assert (ran.code, ran.out.count("delete rule")) == (0, number - 1)
    cli("fix", script, "--include-risky", "--in-place")
    assert script.read_text().count("add rule") == 1
    assert "FL005" not in cli(script).out
