"""Every answer of `ipseclint load` as text, and some as JSON, is as stored.

After a change that is meant, `python -m tests.load.report.test_stored_answers` stores them anew: read the
difference.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT

FOLDER = ROOT / "fixtures" / "runs" / "load"
EXPECTED = FOLDER / "expected"

COMMANDS = {
    "steady.txt": "load policy.cmd --peers 4000",
    "over-budget.txt": "load costly.cmd --config site.toml",
    "boot.txt": "load costly.cmd --config site.toml --scenario boot --schedule windows-2000-ikev1",
    "cookies.txt": "load policy.cmd --peers 90000 --scenario boot --seeds 2",
    "failover.txt": "load policy.cmd --peers 4000 --scenario failover --ramp 10",
    "policy-push.txt": "load policy.cmd --peers 4000 --scenario policy-push --ramp 1800",
    "wan-outage.txt": "load policy.cmd --peers 4000 --scenario wan-outage --set round-trip-seconds=0.2",
    "no-policy.txt": "load --peers 4000",
    "no-peers.txt": "load policy.cmd --set peers=0",
    "comparison.txt": "load policy.cmd costly.cmd --peers 4000",
    "comparison-of-equals.txt": "load policy.cmd policy.cmd --peers 4000",
    "calibration.txt": "load --calibrate host",
    "calibrated.txt": "load policy.cmd --calibrate host",
    "calculator.txt": "load --arrival-rate 4.4 --service-rate 1 --workers 4 --patience 2",
    "calculator-service-ms.txt": "load --arrival-rate 30 --service-ms 20 --seeds 2",
    "calculator.json": "load --arrival-rate 30 --service-ms 20 --seeds 2 --format json",
    "calibration.json": "load --calibrate host --format json",
    "calibrated.json": "load policy.cmd --calibrate host --format json",
    "comparison.json": "load policy.cmd costly.cmd --peers 4000 --format json",
}


@pytest.mark.drawn(2)
@pytest.mark.parametrize("name", COMMANDS)
def test_an_answer_is_as_stored(name: str, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    ran = cli(*COMMANDS[name].split())
    assert (ran.code, ran.err) == (1 if name in {"over-budget.txt", "boot.txt"} else 0, "")
    assert ran.out.splitlines() == (EXPECTED / name).read_text(encoding="utf-8").splitlines()


def test_every_stored_answer_belongs_to_a_command() -> None:
    assert {path.name for path in EXPECTED.iterdir()} == set(COMMANDS)


def store() -> None:
    os.chdir(FOLDER)
    EXPECTED.mkdir(exist_ok=True)
    for name, line in COMMANDS.items():
        ran = subprocess.run([sys.executable, "-m", "ipseclint", *line.split()], stdout=subprocess.PIPE, check=False)
        Path(EXPECTED, name).write_bytes(ran.stdout)


if __name__ == "__main__":
    store()
