"""Checks many inputs on the workers of a Dask cluster; results come in the order of the inputs, as from processes.

Every worker must have this version, and reach the inputs by the same paths. If a worker is killed, only an input that
kills it again on its own is lost.
"""

from __future__ import annotations

import importlib
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ipseclint.engine.checked import Checked, Work
from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.shards import FLEET_KEY
from ipseclint.engine.workers import MAX_CHUNK_INPUTS, MAX_TRIES, Portable, lost, portable_state, prepare, work_on
from ipseclint.report import Ignored
from ipseclint.version import __version__

LOCAL = "local:"
"""The prefix of a cluster on this machine, followed by the number of workers."""

_PATIENCE_SECONDS, _LOOK_SECONDS = 30, 5
"""How long to wait for workers, and how often to look for them."""

Progress = Callable[[int, int], None]
"""Called with the number of shards done, and of all."""

_Given = tuple[Portable, str]
"""What the workers need, and the working folder of the run."""


class ClusterError(ConfigError):
    """Why a cluster cannot be used."""


def check_on_cluster(
    candidates: Sequence[Candidate], work: Work, scheduler: str, timeout_seconds: float | None = None
) -> Iterator[Checked | Ignored]:
    """The result of each candidate by itself, in order, from the workers of a scheduler, `tcp://HOST:PORT` or
    `local:N`.

    Raises ClusterError.
    """
    with ExitStack() as stack:
        client = _client(scheduler, stack)
        _refuse_other_versions(client)
        portable: _Given = portable_state(work, timeout_seconds), os.getcwd()  # noqa: PTH109
        state = _held(client, portable)
        chunks = [candidates[at : at + MAX_CHUNK_INPUTS] for at in range(0, len(candidates), MAX_CHUNK_INPUTS)]
        futures = [client.submit(_on_worker, state, chunk, pure=False) for chunk in chunks]
        for chunk, future in zip(chunks, futures, strict=True):
            results = _result(client, future)
            yield from _singly(client, portable, chunk) if results is None else results


def shards_on_cluster(
    arguments: Sequence[str], count: int, folder: Path, scheduler: str, progress: Progress
) -> tuple[Path, ...]:
    """The paths of the stores of `count` shards of `ipseclint check ARGUMENTS`, each written by a worker into `folder`.

    Every worker must reach the folder. Only the stores carry results. Raises ClusterError.
    """
    with ExitStack() as stack:
        client = _client(scheduler, stack)
        _refuse_other_versions(client)
        # Shards compare preshared keys only if all digest them alike.
        key = os.environ.get(FLEET_KEY) or secrets.token_hex(32)
        shared = os.getcwd(), str(folder.resolve()), key  # noqa: PTH109
        futures = [
            client.submit(_shard_on_worker, (*arguments,), f"{number}/{count}", *shared, pure=False)
            for number in range(1, count + 1)
        ]
        stores = []
        for number, future in enumerate(futures, start=1):
            store = _result(client, future)
            if store is None:
                raise ClusterError(f"shard {number}/{count}: its workers were killed again and again")
            stores.append(Path(store))
            progress(number, count)
        return tuple(stores)


def _held(client: Any, portable: _Given) -> Any:
    """The state for workers, as a task of its own: data that is merely sent is lost with the workers that hold it."""
    return client.submit(_given, portable, pure=False)


def _singly(client: Any, portable: _Given, candidates: Sequence[Candidate]) -> Iterator[Checked | Ignored]:
    """Each candidate by itself; one that kills its worker repeatedly is given up."""
    for candidate in candidates:
        # The task that holds the state may have been lost with its workers too.
        results = _result(client, client.submit(_on_worker, _held(client, portable), [candidate], pure=False))
        yield from [lost(candidate, None)] if results is None else results


def _result(client: Any, future: Any) -> Any | None:
    """The result of a task; None if its workers were killed."""
    from distributed import KilledWorker

    try:
        return _awaited(client, future)
    except (KilledWorker, CancelledError):
        return None
    except ClusterError:
        raise
    except Exception as error:
        from ipseclint.engine.machines import place_of

        raise ClusterError(f"the cluster gave no result: {place_of(error)}") from error


def _awaited(client: Any, future: Any) -> Any:
    """The result of a task. If all workers are gone, which no result would ever end, those of this machine are
    renewed."""
    alone_seconds = 0
    while True:
        try:
            result = future.result(timeout=_LOOK_SECONDS)
        except TimeoutError:
            if future.done():  # with a timeout of its own, or as the wait for it ended
                return future.result()
            alone_seconds = 0 if client.scheduler_info()["workers"] else alone_seconds + _LOOK_SECONDS
            if alone_seconds < _PATIENCE_SECONDS:
                continue
            if client.cluster is None:
                raise ClusterError("all workers of the scheduler are gone") from None
            workers = len(client.cluster.worker_spec)
            client.cluster.scale(0)
            client.cluster.scale(workers)
            alone_seconds = 0
        else:
            return result


def _client(scheduler: str, stack: ExitStack) -> Any:
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise ClusterError("a cluster needs the package distributed: pip install 'ipseclint[dask]'") from error
    try:
        if scheduler.startswith(LOCAL):
            workers = int(scheduler.removeprefix(LOCAL))
            cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
            )
            return stack.enter_context(distributed.Client(stack.enter_context(cluster)))
        return stack.enter_context(distributed.Client(scheduler, timeout=_PATIENCE_SECONDS))
    except (OSError, ValueError) as error:
        raise ClusterError(f"no scheduler at {scheduler}: {error}") from error


def _refuse_other_versions(client: Any) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE_SECONDS)
    except TimeoutError as error:
        raise ClusterError("the scheduler has no workers") from error
    try:
        versions: dict[str, str] = client.run(_version)
    except Exception as error:
        raise ClusterError(f"a worker does not have ipseclint {__version__}: {error}") from error
    other = {address: version for address, version in versions.items() if version != __version__}
    if other:
        said = ", ".join(f"{address} has {version}" for address, version in sorted(other.items()))
        raise ClusterError(f"all workers need ipseclint {__version__}: {said}")


def _version() -> str:
    return __version__


def _given(state: _Given) -> _Given:
    return state


def _on_worker(state: _Given, candidates: Sequence[Candidate]) -> list[Checked | Ignored]:
    portable, folder = state
    if os.path.isdir(folder):  # noqa: PTH112 - a worker elsewhere may have no such folder
        os.chdir(folder)
    return work_on(candidates, prepare(*portable))


def _shard_on_worker(arguments: Sequence[str], shard: str, folder: str, stores: str, key: str) -> str:
    """Check a shard in a process of its own, whose workers an input may kill; the path of its store.

    No two attempts write to the same place: the process of a killed worker may still be running. Raises ClusterError.
    """
    store = Path(stores) / f"{shard.partition('/')[0]}-{secrets.token_hex(4)}"
    options = ["--shard", shard, "--jobs", "2", "--allow-empty", "--quiet", "-o", f"parquet:{store}"]
    for _ in range(MAX_TRIES):
        ran = subprocess.run(  # noqa: S603 - no shell, and this program
            [sys.executable, "-m", "ipseclint", "check", *options, *arguments],
            cwd=folder if Path(folder).is_dir() else None,
            env=os.environ | {FLEET_KEY: key},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if ran.returncode >= 0:
            break
    if not store.is_dir():
        raise ClusterError(f"shard {shard} has no store: {ran.stderr.strip()[-1000:] or f'exit code {ran.returncode}'}")
    return str(store)
