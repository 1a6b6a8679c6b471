"""A run on the workers of a Dask cluster gives what a run here gives, whatever becomes of a worker."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine import cluster
from ipseclint.engine.cluster import ClusterError
from ipseclint.engine.inputs import candidates
from ipseclint.engine.ruleset import load_ruleset
from ipseclint.engine.run import Job, Plan, check
from ipseclint.finding import ProblemCode

pytestmark = pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is an extra")

DEADLY = """
import os, signal
from ipseclint.engine import checked, workers
def deadly(candidate, work):
    if candidate.source.path == "p17.cmd":
        os.kill(os.getpid(), signal.SIGKILL)
    return checked.check_alone(candidate, work)
workers.check_alone = deadly
"""


@pytest.fixture
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], tuple[str, subprocess.Popen[str]]]]:
    """Starts a scheduler and two workers as processes of their own; the workers run some code first."""
    started: list[subprocess.Popen[str]] = []
    place = tmp_path_factory.mktemp("cluster")

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
        with (place / f"{len(started)}.log").open("w") as log:
            process = subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL, stderr=log, text=True)
        started.append(process)
        return process

    def make(code: str = "") -> tuple[str, subprocess.Popen[str]]:
        start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        while not (found := re.search(r"tcp://127.0.0.1:\d+", (place / "0.log").read_text())):
            time.sleep(0.1)
        (place / "first.py").write_text(code)
        options = ("--nthreads", "1", "--no-dashboard", "--preload", str(place / "first.py"))
        workers = [start("dask_worker", found[0], *options) for _ in range(2)]
        return found[0], workers[0]

    yield make
    for process in reversed(started):
        process.terminate()
    for process in reversed(started):
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def job(address: str | None) -> Job:
    ruleset = load_ruleset("default")
    rule = ruleset.find("QD001")
    assert rule is not None
    return Job(plans=(Plan(ruleset, (rule,)),), scheduler=address)


@pytest.mark.long
def test_an_input_that_kills_its_workers_is_a_problem_and_all_others_stand(
    many: Path, scheduler: Callable[[str], tuple[str, Any]]
) -> None:
    address, _ = scheduler(DEADLY)
    whole = check(candidates(["."]), job(None))
    report = check(candidates(["."]), job(address))
    assert [(problem.code, problem.span.path) for problem in report.problems] == [(ProblemCode.LOST, "p17.cmd")]
    assert [each.path for each in report.inputs] == [each.path for each in whole.inputs]
    assert list(report.findings) == [finding for finding in whole.findings if finding.span.path != "p17.cmd"]


@pytest.mark.long
def test_a_worker_that_is_killed_from_outside_costs_nothing(
    many: Path, scheduler: Callable[[str], tuple[str, Any]]
) -> None:
    address, worker = scheduler(
        "import time; from ipseclint.engine import checked, workers; "
        "workers.check_alone = lambda *each: time.sleep(0.1) or checked.check_alone(*each)"
    )
    whole = check(candidates(["."]), job(None))
    killed: list[int] = []

    def kill(done: int, _all: int) -> None:
        if done == 1:
            children = subprocess.run(["pgrep", "-P", str(worker.pid)], capture_output=True, text=True, check=False)
            for number in map(int, children.stdout.split()):
                os.kill(number, signal.SIGKILL)
                killed.append(number)

    report = check(candidates(["."]), job(address), kill)
    assert killed
    assert report == whole


def test_reports_are_those_of_a_run_here(many: Path, cli: Callable[..., Any]) -> None:
    here = cli("check", ".", "-o", "json")
    there = cli("fleet", "check", ".", "--local", "2", "-o", "json")
    assert (there.code, there.out) == (here.code, here.out)
    assert cli("fleet", "check", ".").code == 2


def test_another_version_is_refused(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "__version__", "0.0.1")
    with pytest.raises(ClusterError, match=r"all workers need ipseclint 0\.0\.1: tcp://.* has "):
        check(candidates(["."]), job("local:1"))


def test_a_scheduler_that_is_not_there_is_said(
    many: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE_SECONDS", 1)
    ran = cli("fleet", "check", ".", "--scheduler", "tcp://127.0.0.1:9")
    assert ran.code == 2
    assert "no scheduler at tcp://127.0.0.1:9" in ran.err
