"""A worker that is killed costs the input that it was at, and workers end with the process that started them."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine import workers
from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.checked import Checked, Work, check_alone
from ipseclint.engine.inputs.paths import Candidate, candidates
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.run import check
from ipseclint.finding import ProblemCode
from ipseclint.report import Ignored, InputStatus
from tests.engine.conftest import LINE

pytestmark = pytest.mark.drawn(4)


def deadly(candidate: Candidate, work: Work) -> Checked | Ignored:
    """Reading that the system ends for some inputs, as when memory runs out."""
    if candidate.source.path in {"p00.cmd", "p17.cmd", "p39.cmd"}:
        os.kill(os.getpid(), signal.SIGKILL)
    return check_alone(candidate, work)


@pytest.mark.skipif(sys.platform == "win32", reason="what is replaced here reaches only processes that are forked")
def test_an_input_that_kills_its_worker_is_a_problem_and_all_others_stand(
    many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruleset = load_ruleset("default")
    rule = ruleset.find("QD001")
    assert rule is not None
    job = Job(plans=(Plan(ruleset, (rule,)),), jobs=2)
    whole = check(candidates(["."]), job)
    monkeypatch.setattr(workers, "check_alone", deadly)
    report = check(candidates(["."]), job)
    lost = ["p00.cmd", "p17.cmd", "p39.cmd"]
    assert [(problem.code, problem.span.path) for problem in report.problems] == [
        (ProblemCode.LOST, path) for path in lost
    ]
    assert [each.path for each in report.inputs] == [each.path for each in whole.inputs]
    assert [input_.path for input_ in report.inputs if input_.status is InputStatus.UNREADABLE] == lost
    assert list(report.findings) == [finding for finding in whole.findings if finding.span.path not in lost]


def endless(candidate: Candidate, work: Work) -> Checked | Ignored:
    """Reading that comes to no end for some inputs, while the process's other threads get no turn."""
    if candidate.source.path in {"p03.cmd", "p17.cmd"}:
        ctypes.PyDLL(None).sleep(3600)  # PyDLL keeps the interpreter's lock
    return check_alone(candidate, work)


@pytest.mark.drawn(2)
@pytest.mark.skipif(sys.platform == "win32", reason="what is replaced here reaches only processes that are forked")
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_input_over_its_time_is_a_problem_and_all_others_stand(
    many: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    ruleset = load_ruleset("default")
    rule = ruleset.find("QD001")
    assert rule is not None
    plans = (Plan(ruleset, (rule,)),)
    whole = check(candidates(["."]), Job(plans=plans))
    monkeypatch.setattr(workers, "check_alone", endless)
    report = check(candidates(["."]), Job(plans=plans, jobs=jobs, input_timeout_seconds=3))
    late = ["p03.cmd", "p17.cmd"]
    words = "took longer than the input timeout of 3 s and was ended; nothing of it was read"
    assert [(problem.code, problem.span.path) for problem in report.problems] == [
        (ProblemCode.LOST, path) for path in late
    ]
    assert all(problem.message.endswith(words) for problem in report.problems)
    assert [each.path for each in report.inputs] == [each.path for each in whole.inputs]
    assert [input_.path for input_ in report.inputs if input_.status is InputStatus.UNREADABLE] == late
    assert list(report.findings) == [finding for finding in whole.findings if finding.span.path not in late]


def test_inputs_within_their_time_give_what_they_give_without(many: Path, cli: Callable[..., Any]) -> None:
    plain = cli(".", "-o", "json")
    timed = cli(".", "-o", "json", "--input-timeout", "600")
    assert (timed.code, timed.out) == (plain.code, plain.out)
    assert cli("nothing", "--input-timeout", "600").code == 4
    assert cli(".", "--input-timeout", "0").code == 2


@pytest.mark.drawn(2)
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_process_that_started_them(many: Path, number: signal.Signals) -> None:
    for name in range(40):
        (many / f"p{name:02}.cmd").write_text("".join(LINE.format(n=line) for line in range(4000)))
    command = [sys.executable, "-m", "ipseclint", ".", "--jobs", "2", "-o", "json:out.json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    started = _children(process.pid, at_least=2)
    assert len(started) >= 2
    process.send_signal(number)
    process.wait(60)
    assert _gone(started)


def _children(parent: int, at_least: int) -> set[int]:
    for _ in range(600):
        found = {int(path.name) for path in Path("/proc").glob("[0-9]*") if _parent(path) == parent}
        if len(found) >= at_least:
            return found
        time.sleep(0.05)
    return set()


def _parent(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return -1


def _gone(numbers: set[int]) -> bool:
    for _ in range(600):
        if not any(_runs(number) for number in numbers):
            return True
        time.sleep(0.05)
    return False


def _runs(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("fault", [None, ValueError], ids=["it ends", "it raises"])
def test_the_clock_of_an_input_is_stopped_when_the_input_is_done(
    fault: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the process would end at a later input, which took no time."""
    calls: list[object] = []
    monkeypatch.setattr(faulthandler, "dump_traceback_later", lambda *said, **_: calls.append(said))
    monkeypatch.setattr(faulthandler, "cancel_dump_traceback_later", lambda: calls.append("stopped"))
    with contextlib.suppress(ValueError), workers._ended_after(60.0):
        assert calls == [(60.0,)]
        if fault is not None:
            raise fault
    assert calls == [(60.0,), "stopped"]
    with workers._ended_after(None):
        assert len(calls) == 2
