"""Workers that are killed at random cost no finding, and an input that kills its workers is named, in every mode."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine import cluster, workers
from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.checked import Checked, Work, check_alone
from ipseclint.engine.inputs.paths import Candidate, candidates
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.run import check
from ipseclint.finding import ProblemCode
from ipseclint.report import Ignored, Report
from tests.engine.test_cluster import scheduler

__all__ = ["scheduler"]

pytestmark = [
    pytest.mark.drawn(4),
    pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signals"),
]

INPUTS, KILLER = 200, "p117.cmd"
LINE = 'netsh ipsec static add policy name="P{n}" mmlifetime=5\r\n'
DEADLY = f"""
import os, signal, time
from ipseclint.engine import checked, workers
def deadly(candidate, work):
    if candidate.source.path == "{KILLER}":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    return checked.check_alone(candidate, work)
workers.check_alone = deadly
"""


def deadly(candidate: Candidate, work: Work) -> Checked | Ignored:
    """Reading that ends its process for one input."""
    if candidate.source.path == KILLER:
        os.kill(os.getpid(), signal.SIGKILL)
    return check_alone(candidate, work)


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for number in range(INPUTS):
        (tmp_path / f"p{number:03}.cmd").write_text(LINE.format(n=number))
    return tmp_path


@pytest.fixture
def whole(many: Path) -> Report:
    """What a run finds in which nothing is killed."""
    return check(candidates(["."]), job())


def job(**how: Any) -> Job:
    ruleset = load_ruleset("default")
    rule = ruleset.find("QD001")
    assert rule is not None
    return Job(plans=(Plan(ruleset, (rule,)),), **how)


def killing(times: int, seed: int, running: Callable[[], list[int]]) -> tuple[Callable[[int, int], None], list[int]]:
    """A progress that kills one of the running processes at some of its steps, and the processes that it has killed."""
    chance = random.Random(seed)
    steps = set(chance.sample(range(1, INPUTS - 20), times))
    killed: list[int] = []

    def progress(done: int, _all: int) -> None:
        if done in steps and (numbers := running()):
            killed.append(chance.choice(numbers))
            os.kill(killed[-1], signal.SIGKILL)

    return progress, killed


def children() -> list[int]:
    return [process.pid for process in multiprocessing.active_children() if process.pid]


def nothing_is_lost_but_the_killer(whole: Report, job_here: Job, times: int, running: Callable[[], list[int]]) -> None:
    progress, killed = killing(times, seed=times, running=running)
    report = check(candidates(["."]), job_here, progress)
    assert len(killed) > times // 2, "at the end of a run there may be nobody to kill"
    assert [(problem.code, problem.span.path) for problem in report.problems] == [(ProblemCode.LOST, KILLER)]
    assert [each.path for each in report.inputs] == [each.path for each in whole.inputs]
    assert list(report.findings) == [finding for finding in whole.findings if finding.span.path != KILLER]


@pytest.mark.parametrize("times", [4, pytest.param(20, marks=pytest.mark.long)])
def test_processes_of_this_program(whole: Report, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    monkeypatch.setattr(workers, "check_alone", deadly)
    nothing_is_lost_but_the_killer(whole, job(jobs=2), times, children)


def test_processes_that_have_nothing_left_to_do_and_do_not_end_keep_nobody_waiting(
    whole: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[int] = []
    kill = workers.kill_idle

    def stop_before(pool: Any) -> None:
        stopped.extend(children())
        for number in stopped:  # as one does that waits for its turn behind another that the system has killed
            os.kill(number, signal.SIGSTOP)
        kill(pool)

    def go_on() -> None:
        for number in stopped:
            os.kill(number, signal.SIGCONT)

    monkeypatch.setattr(workers, "kill_idle", stop_before)
    went_on = threading.Timer(60, go_on)
    went_on.start()
    report = check(candidates(["."]), job(jobs=2))
    assert went_on.is_alive(), "the run has waited until they went on"
    went_on.cancel()
    assert len(stopped) == 2
    assert (report.inputs, list(report.findings)) == (whole.inputs, list(whole.findings))


@pytest.mark.long
def test_workers_of_a_cluster_on_this_machine(whole: Report) -> None:
    dask: Any = pytest.importorskip("dask")
    pytest.importorskip("distributed")
    with dask.config.set({"distributed.worker.preload": [DEADLY]}):
        nothing_is_lost_but_the_killer(whole, job(scheduler="local:2"), 20, children)


@pytest.mark.long
def test_workers_of_a_scheduler(whole: Report, scheduler: Callable[[str], tuple[str, Any]]) -> None:
    address, _ = scheduler(DEADLY)

    def running() -> list[int]:
        mine = subprocess.run(["pgrep", "-P", str(os.getpid())], capture_output=True, text=True, check=False).stdout
        found = [_child(int(number)) for number in mine.split()]
        return [number for number in found if number is not None]

    nothing_is_lost_but_the_killer(whole, job(scheduler=address), 20, running)


@pytest.mark.long
def test_workers_that_are_all_gone_are_renewed(whole: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")

    def progress(done: int, _all: int) -> None:
        """Kill whatever runs or starts until nobody starts it again."""
        if done == 5:
            monkeypatch.setattr(cluster, "_PATIENCE_SECONDS", 5)  # not before: workers take a while to start
            while numbers := children():
                for number in numbers:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(number, signal.SIGKILL)
                time.sleep(0.2)

    assert check(candidates(["."]), job(scheduler="local:2"), progress) == whole


@pytest.mark.long
def test_a_scheduler_whose_workers_are_all_gone_is_said(
    whole: Report, scheduler: Callable[[str], tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = scheduler("")

    def progress(done: int, _all: int) -> None:
        if done == 5:
            monkeypatch.setattr(cluster, "_PATIENCE_SECONDS", 5)  # not before: workers take a while to start
            subprocess.run(["pkill", "-KILL", "-P", str(os.getpid()), "-f", "dask_worker"], check=True)

    with pytest.raises(cluster.ClusterError, match="all workers of the scheduler are gone"):
        check(candidates(["."]), job(scheduler=address), progress)


def _child(nanny: int) -> int | None:
    """The worker that a nanny watches: its child that is no tracker of resources."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            words = (path / "cmdline").read_text()
        except (OSError, ValueError, IndexError):
            continue
        if parent == nanny and "spawn_main" in words:
            return int(path.name)
    return None
