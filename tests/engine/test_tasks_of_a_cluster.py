"""What the tasks of a cluster give, what of them is tried again, and what is said of one that gives nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ipseclint.engine import cluster
from ipseclint.engine.cluster import ClusterError
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.shards import FLEET_KEY
from ipseclint.report import Ignored
from ipseclint.source import bytes_source
from ipseclint.version import __version__

needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is an extra")


class Task:
    """Stands for a task: each look at it gives or raises the next of what it was made with."""

    def __init__(self, *answers: object, done: bool = False) -> None:
        self.answers, self.is_done, self.looks = list(answers), done, list[object]()

    def result(self, timeout: float | None = None) -> object:
        self.looks.append(timeout)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def done(self) -> bool:
        return self.is_done


class Client:
    """Stands for the client of a cluster: what was submitted, and how many workers there are at each look."""

    def __init__(self, run: Callable[..., object] | None = None, workers: Sequence[int] = ()) -> None:
        self.run_task, self.submitted, self.workers = run, list[tuple[Any, ...]](), list(workers)
        self.cluster: Any = None

    def submit(self, function: Callable[..., object], *arguments: object, pure: bool) -> Task:
        assert pure is False
        self.submitted.append((function, *arguments))
        assert self.run_task is not None
        try:
            return Task(self.run_task(function, *arguments))
        except (CancelledError, ValueError) as error:
            return Task(error)

    def scheduler_info(self) -> dict[str, dict[str, str]]:
        return {"workers": {f"w{number}": "" for number in range(self.workers.pop(0))}}


def named(count: int) -> list[Candidate]:
    return [Candidate(source=bytes_source(f"{number:02}", b""), named=True) for number in range(count)]


@contextmanager
def given(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The client stands behind every address, with workers of this version."""
    monkeypatch.setattr(cluster, "_client", lambda *_: client)
    monkeypatch.setattr(cluster, "_refuse_other_versions", lambda _: None)
    yield


@needs_dask
@pytest.mark.parametrize("deadly", [False, True])
def test_results_come_in_order_and_a_chunk_that_was_lost_is_tried_singly(
    monkeypatch: pytest.MonkeyPatch, deadly: bool
) -> None:
    def run(function: object, state: object, chunk: list[Candidate] | None = None) -> object:
        if chunk is None:
            assert function is cluster._given
            return state
        assert function is cluster._on_worker
        names = [each.source.path for each in chunk]
        if deadly and "20" in names:
            raise CancelledError
        return [Ignored(path=name, kind=str(len(names))) for name in names]

    client = Client(run)
    monkeypatch.setattr(cluster, "portable_state", lambda *said: said)
    with given(client, monkeypatch):
        results = list(cluster.check_on_cluster(named(40), "work", "tcp://x:1", 7.0))  # type: ignore[arg-type]
    told = [(each.path, each.kind) if isinstance(each, Ignored) else each.source.path for each in results]
    assert told == [
        ("20" if number == 20 else (f"{number:02}", "1"))
        if deadly and 16 <= number < 32
        else (f"{number:02}", "16" if number < 32 else "8")
        for number in range(40)
    ]
    held = [arguments for function, *arguments in client.submitted if function is cluster._given]
    assert held == [[(("work", 7.0), str(Path.cwd()))]] * (17 if deadly else 1)


@needs_dask
def test_a_task_that_was_killed_gives_nothing_and_another_fault_is_told() -> None:
    from distributed import KilledWorker

    client = Client()
    assert cluster._result(client, Task(5)) == 5
    assert cluster._result(client, Task(CancelledError())) is None
    assert cluster._result(client, Task(KilledWorker("t", None, 3))) is None
    with pytest.raises(ClusterError, match=r"^the cluster gave no result: ValueError at \w+\.py:\d+$"):
        cluster._result(client, Task(ValueError("too bad")))
    with pytest.raises(ClusterError, match=r"^shard 1/2 has no store$"):
        cluster._result(client, Task(ClusterError("shard 1/2 has no store")))


def test_a_task_that_ends_with_a_time_over_of_its_own_is_not_waited_for() -> None:
    task = Task(TimeoutError("timed out"), TimeoutError("its own"), done=True)
    with pytest.raises(TimeoutError, match="its own"):
        cluster._awaited(Client(), task)
    assert task.looks == [5, None]


def test_a_task_that_ends_as_the_wait_for_it_does_has_given_its_result() -> None:
    task = Task(TimeoutError("timed out"), "read", done=True)
    assert cluster._awaited(Client(), task) == "read"


def test_a_task_without_any_worker_is_given_up_after_half_a_minute() -> None:
    task = Task(*[TimeoutError()] * 12)
    client = Client(workers=[0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    with pytest.raises(ClusterError, match=r"^all workers of the scheduler are gone$"):
        cluster._awaited(client, task)
    assert (task.answers, client.workers) == ([], [])


def test_workers_of_this_machine_are_renewed_each_half_a_minute() -> None:
    scaled: list[int] = []
    client = Client(workers=[0] * 12)
    client.cluster = SimpleNamespace(worker_spec={0: "", 1: "", 2: ""}, scale=scaled.append)
    assert cluster._awaited(client, Task(*[TimeoutError()] * 11, "done")) == "done"
    assert scaled == [0, 3]
    assert cluster._awaited(client, Task("at once")) == "at once"
    client.workers = [0] * 12
    assert cluster._awaited(client, Task(*[TimeoutError()] * 12, "done")) == "done"
    assert scaled == [0, 3] * 3


@pytest.mark.parametrize("count", [1, 3])
def test_each_shard_is_a_task_and_progress_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, count: int) -> None:
    client = Client(lambda *said: f"stores/{said[2]}")
    monkeypatch.setenv(FLEET_KEY, "ours")
    done: list[tuple[int, int]] = []
    with given(client, monkeypatch):
        stores = cluster.shards_on_cluster(["a", "-x"], count, tmp_path, "x", lambda *each: done.append(each))
        monkeypatch.delenv(FLEET_KEY)
        cluster.shards_on_cluster(["a"], 1, tmp_path, "x", lambda *_: None)
    numbers = range(1, count + 1)
    assert stores == tuple(Path(f"stores/{number}/{count}") for number in numbers)
    assert done == [(number, count) for number in numbers]
    shared = (str(Path.cwd()), str(tmp_path.resolve()))
    *ours, drawn = client.submitted
    assert ours == [(cluster._shard_on_worker, ("a", "-x"), f"{number}/{count}", *shared, "ours") for number in numbers]
    assert len(bytes.fromhex(drawn[-1])) == 32


@needs_dask
def test_a_shard_whose_workers_are_killed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def run(_: object, __: object, shard: str, *shared: object) -> str:
        if shard == "2/3":
            raise CancelledError
        return shard

    done: list[int] = []
    with (
        given(Client(run), monkeypatch),
        pytest.raises(ClusterError, match=r"^shard 2/3: its workers were killed again and again$"),
    ):
        cluster.shards_on_cluster([], 3, tmp_path, "x", lambda number, _: done.append(number))
    assert done == [1]


@pytest.mark.parametrize(("codes", "runs"), [([0], 1), ([1], 1), ([-9, 1], 2), ([-9, -9, 1], 3), ([-9, -9, -9, 1], 3)])
def test_a_shard_is_run_again_while_a_signal_ends_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, codes: list[int], runs: int
) -> None:
    commands: list[tuple[list[str], dict[str, Any]]] = []

    def run(command: list[str], **options: Any) -> SimpleNamespace:
        commands.append((command, options))
        code = codes[len(commands) - 1]
        if code >= 0:
            Path(command[command.index("-o") + 1].removeprefix("parquet:")).mkdir()
        return SimpleNamespace(returncode=code, stderr="")

    monkeypatch.setattr(cluster, "subprocess", SimpleNamespace(run=run))
    arguments = (["a", "-x"], "2/3", str(tmp_path), str(tmp_path), "ours")
    if codes[:3] == [-9] * 3:
        with pytest.raises(ClusterError, match=r"^shard 2/3 has no store: exit code -9$"):
            cluster._shard_on_worker(*arguments)
    else:
        store = Path(cluster._shard_on_worker(*arguments))
        assert (store.parent, store.is_dir(), store.name[:2], len(store.name)) == (tmp_path, True, "2-", 10)
    assert len(commands) == runs
    command, options = commands[0]
    assert command[1:10] == ["-m", "ipseclint", "check", "--shard", "2/3", "--jobs", "2", "--allow-empty", "--quiet"]
    assert command[12:] == ["a", "-x"]
    assert (options["cwd"], options["env"]) == (str(tmp_path), os.environ | {FLEET_KEY: "ours"})


@pytest.mark.parametrize(
    ("said", "expected"), [("", "exit code 2"), (" no such file \n", "no such file"), ("x" * 1001, "x" * 1000)]
)
def test_why_a_shard_has_no_store_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, expected: str
) -> None:
    folders: list[object] = []

    def run(_: list[str], cwd: object, **__: object) -> SimpleNamespace:
        folders.append(cwd)
        return SimpleNamespace(returncode=2, stderr=said)

    monkeypatch.setattr(cluster, "subprocess", SimpleNamespace(run=run))
    with pytest.raises(ClusterError, match=rf"^shard 1/2 has no store: {expected}$"):
        cluster._shard_on_worker([], "1/2", str(tmp_path / "none"), str(tmp_path), "ours")
    assert folders == [None]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_worker_works_in_the_folder_of_the_run_if_it_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_there: bool
) -> None:
    monkeypatch.chdir(Path.cwd())
    before = Path.cwd()
    monkeypatch.setattr(cluster, "prepare", lambda *given: given)
    monkeypatch.setattr(cluster, "work_on", lambda *given: [*given, Path.cwd()])
    folder = tmp_path if is_there else tmp_path / "none"
    given = ((1, 2, 3, 4), str(folder))
    assert cluster._given(given) is given  # type: ignore[arg-type,comparison-overlap]
    answer: Any = cluster._on_worker(given, ["a"])  # type: ignore[arg-type,list-item]
    assert answer == [["a"], (1, 2, 3, 4), tmp_path if is_there else before]


def test_workers_that_do_not_have_this_version_are_named() -> None:
    def refused(answer: object) -> str:
        waited: list[tuple[object, ...]] = []

        def run(function: Callable[[], str]) -> object:
            assert function() == __version__
            if isinstance(answer, Exception):
                raise answer
            return answer

        def wait(count: int, timeout: float) -> None:
            waited.append((count, timeout))
            if answer is None:
                raise TimeoutError

        try:
            cluster._refuse_other_versions(SimpleNamespace(run=run, wait_for_workers=wait))
        except ClusterError as error:
            return str(error)
        finally:
            assert waited == [(1, 30)]
        return "none"

    assert refused(None) == "the scheduler has no workers"
    assert refused({"a": __version__, "b": __version__}) == "none"
    assert refused({"c": "2", "a": __version__, "b": "1"}) == (
        f"all workers need ipseclint {__version__}: b has 1, c has 2"
    )
    assert refused(ValueError("no module")) == f"a worker does not have ipseclint {__version__}: no module"


@pytest.mark.parametrize("fault", [None, OSError("refused"), ValueError("no address")])
def test_a_client_is_of_a_scheduler_or_of_workers_of_its_own(
    monkeypatch: pytest.MonkeyPatch, fault: Exception | None
) -> None:
    made: list[object] = []

    @contextmanager
    def maker(what: str, *said: object, **options: object) -> Iterator[str]:
        if fault is not None:
            raise fault
        made.append((what, *said, options))
        yield what
        made.append(f"{what} closed")

    dask = SimpleNamespace(
        Client=lambda *said, **options: maker("client", *said, **options),
        LocalCluster=lambda *said, **options: maker("cluster", *said, **options),
    )
    monkeypatch.setattr("importlib.import_module", {"distributed": dask}.__getitem__)
    for address, expected in (
        ("tcp://x:1", [("client", "tcp://x:1", {"timeout": 30})]),
        (
            "local:3",
            [
                (
                    "cluster",
                    {
                        "n_workers": 3,
                        "threads_per_worker": 1,
                        "processes": True,
                        "dashboard_address": None,
                        "silence_logs": 50,
                    },
                ),
                ("client", "cluster", {}),
            ],
        ),
    ):
        made.clear()
        with ExitStack() as stack:
            if fault is not None:
                with pytest.raises(ClusterError, match=rf"^no scheduler at {address}: {fault}$"):
                    cluster._client(address, stack)
                continue
            assert cluster._client(address, stack) == "client"
            assert made == expected
        assert made[len(expected) :] == [f"{each[0]} closed" for each in reversed(expected)]
    with ExitStack() as stack, pytest.raises(ClusterError, match=r"^no scheduler at local:x: invalid literal"):
        cluster._client("local:x", stack)


def test_without_its_library_a_cluster_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> object:
        raise ImportError

    monkeypatch.setattr("importlib.import_module", missing)
    with (
        ExitStack() as stack,
        pytest.raises(
            ClusterError, match=r"^a cluster needs the package distributed: pip install 'ipseclint\[dask\]'$"
        ),
    ):
        cluster._client("local:1", stack)
