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

from ipseclint.engine import cluster, fleet
from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.cluster import ClusterError
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.run import check
from ipseclint.finding import ProblemCode
from tests.command_line import run_cli

pytestmark = [pytest.mark.drawn(9), pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is an extra")]

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


PAIR = """\
netsh advfirewall consec add rule name=R{one} endpoint1=10.{one}.0.0/16 endpoint2=10.{other}.0.0/16 \
action=requireinrequireout auth1=computerpsk auth1psk=key{one} qmsecmethods=esp:sha1-aes128+60min+100000kb\r
"""


@pytest.fixture
def pairs(many: Path) -> Path:
    """Hosts in folders of their own, of which each two are peers and have different keys, and the store of one run."""
    for number in range(12):
        (many / "hosts" / f"h{number:02}").mkdir(parents=True)
        (many / "hosts" / f"h{number:02}" / "p.cmd").write_text(PAIR.format(one=number, other=number ^ 1))
    assert run_cli("hosts", "-o", "duckdb:whole.duckdb").code == 1
    return many


def same_findings() -> bool:
    """Whether the stores of one run and of shards hold the same, of pairs too."""
    one, other = (fleet.query(Path(name), QUESTION).rows for name in ("whole.duckdb", "shards.duckdb"))
    return one == other and any("AU028" in row for row in one)


QUESTION = "SELECT * EXCLUDE run FROM findings ORDER BY path, line, code, fingerprint"


def test_shards_whose_stores_the_workers_write_hold_what_one_run_finds(pairs: Path, cli: Callable[..., Any]) -> None:
    ran = cli("fleet", "check", "hosts", "--local", "1", "--shards", "3", "-o", "duckdb:shards.duckdb")
    assert (ran.code, ran.out, ran.err) == (1, "", "ipseclint: wrote shards.duckdb\n")
    assert same_findings()
    assert not list(pairs.glob(".ipseclint-*")), "the stores of the shards are gone"


@pytest.mark.long
def test_shards_become_a_folder_of_parquet(pairs: Path, cli: Callable[..., Any]) -> None:
    shards = ("fleet", "check", "hosts", "--local", "1", "--shards", "2", "-o")
    assert cli(*shards, "parquet:other", "--fail-on", "never", "-q").code == 0


def test_shards_without_a_store_or_with_a_wrong_configuration_start_nothing(
    pairs: Path, cli: Callable[..., Any]
) -> None:
    never = ("fleet", "check", "hosts", "--local", "1", "--shards", "2", "-o")
    assert cli(*never, "text").code == 2
    assert cli(*never, "parquet:new", "--config", "nothing.toml").err.startswith("ipseclint: nothing.toml: ")


@pytest.mark.long
def test_a_worker_that_is_killed_costs_no_shard(pairs: Path, scheduler: Callable[[str], tuple[str, Any]]) -> None:
    address, worker = scheduler("")
    command = ["fleet", "check", "hosts", "--scheduler", address, "--shards", "8", "-q", "-o", "duckdb:shards.duckdb"]
    with subprocess.Popen([sys.executable, "-m", "ipseclint", *command]) as running:
        while not list(pairs.glob(".ipseclint-*/parts/*")):
            assert running.poll() is None
            time.sleep(0.05)
        children = subprocess.run(["pgrep", "-P", str(worker.pid)], capture_output=True, text=True, check=True).stdout
        for number in (worker.pid, *map(int, children.split())):
            os.kill(number, signal.SIGKILL)
        assert running.wait() == 1
    assert same_findings()


def test_what_keeps_a_shard_from_being_checked_is_said(pairs: Path, cli: Callable[..., Any]) -> None:
    (pairs / "ipseclint.toml").write_text("ruleset = ['nothing']")
    ran = cli("fleet", "check", "hosts", "--local", "1", "--shards", "2", "-o", "parquet:new")
    assert ran.code == 2
    assert "shard 1/2 has no store: ipseclint: " in ran.err
    assert not (pairs / "new").exists()


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
