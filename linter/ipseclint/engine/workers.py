"""Checks many inputs in parallel processes; results come in the order of the inputs."""

from __future__ import annotations

import faulthandler
import gc
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.checked import Checked, Work, check_alone, sweep
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.rulesets.ruleset import Ruleset
from ipseclint.finding import Problem, ProblemCode
from ipseclint.model.setting import run_key, share_run_key
from ipseclint.report import Ignored, Input, InputStatus
from ipseclint.rule import Rule
from ipseclint.source import Span

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

MAX_CHUNK_INPUTS = 16
"""The most inputs sent to a worker at a time: enough to hide the cost of sending."""

CHUNKS_EACH = 8
"""The least number of chunks in a worker's share, so that none waits long for the last of another."""

MIN_INPUTS = 48
"""With fewer inputs starting the workers costs more than they save."""

MAX_TRIES = 3
"""How often an input is tried by itself before it is blamed for the end of its process (reasoned: a process may be
killed from outside once, but not three times in a row)."""

MAX_TIMEOUT_SECONDS = 86_400
"""The longest timeout of an input: a day, far below what the system's timers can hold."""

_PATIENCE_SECONDS = 1
"""How long a result is waited for before it is looked whether all processes are there (reasoned: nobody notices it)."""

State = tuple[Work, float | None]
"""The state of a worker: its work, and the timeout of an input in seconds."""

_PortablePlan = tuple[Ruleset, tuple[str | Rule, ...]]
Portable = tuple[tuple[_PortablePlan, ...], Work, bytes, float | None]
_worker_state: list[State] = []
Made = TypeVar("Made")


def check_each(
    candidates: Sequence[Candidate],
    work: Work,
    jobs: int,
    timeout_seconds: float | None = None,
) -> Iterator[Checked | Ignored]:
    """The result of each candidate by itself, in order. `jobs` 0 means as many as help.

    A candidate that takes longer than the timeout is given up. A process can only be ended from outside, so with a
    timeout there is always one.
    """
    workers = jobs or (os.cpu_count() or 1 if len(candidates) >= MIN_INPUTS else 1)
    if timeout_seconds is None and (workers < 2 or len(candidates) < 2):
        for number, candidate in enumerate(candidates):
            if number:
                sweep()  # garbage of the candidate before
            yield check_alone(candidate, work)
        return
    size = max(1, min(MAX_CHUNK_INPUTS, len(candidates) // (workers * CHUNKS_EACH)))
    chunks = [candidates[start : start + size] for start in range(0, len(candidates), size)]
    if chunks:
        yield from _in_processes(chunks, min(workers, len(chunks)), portable_state(work, timeout_seconds))


def _in_processes(chunks: Sequence[Sequence[Candidate]], workers: int, state: Portable) -> Iterator[Checked | Ignored]:
    """The results of all chunks in order. Inputs of a process that was killed are tried again singly."""
    from concurrent.futures.process import BrokenProcessPool

    left = chunks
    while left:
        done = 0
        with _pool(workers, state) as pool:
            try:
                for future in [pool.submit(_work, chunk) for chunk in left]:
                    results = result_of(future, pool)
                    done += 1
                    if done == len(left):
                        kill_idle(pool)
                    yield from results
            except BrokenProcessPool:
                pass
        # So many chunks may have been handed over: one each, and what waits in the queue to the workers.
        begun = done + 2 * workers + 1
        yield from _singly([candidate for chunk in left[done:begun] for candidate in chunk], state)
        left = left[begun:]


def _singly(candidates: Sequence[Candidate], state: Portable) -> Iterator[Checked | Ignored]:
    """Each candidate by itself, in a process that is renewed when it is killed, so that only that input may be to
    blame.

    It is tried again, since a process may also be killed from outside.
    """
    from concurrent.futures.process import BrokenProcessPool

    *_, timeout_seconds = state
    left = list(candidates)
    tries = 0
    while left:
        with _pool(1, state) as pool:
            try:
                while left:
                    begin = time.monotonic()
                    yield from result_of(pool.submit(_work, left[:1]), pool)
                    del left[0]
                    tries = 0
            except BrokenProcessPool:
                tries += 1
                is_late = timeout_seconds is not None and time.monotonic() - begin >= timeout_seconds
                if is_late or tries == MAX_TRIES:
                    yield lost(left.pop(0), timeout_seconds if is_late else None)
                    tries = 0


def _pool(workers: int, state: Portable) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(workers, initializer=_prepare, initargs=state)


def result_of(future: Future[Made], pool: ProcessPoolExecutor) -> Made:
    """What a process of a pool makes. Raises BrokenProcessPool where one was killed.

    One that is killed while it hands over a result leaves the pool waiting for the rest of that, as others may write.
    """
    while True:
        try:
            return future.result(timeout=_PATIENCE_SECONDS)
        except TimeoutError:
            if future.done():
                raise  # an error of what was made
            if not all(process.is_alive() for process in _processes(pool)):
                kill_idle(pool)
                pool._result_queue._writer.close()  # type: ignore[attr-defined]  # noqa: SLF001 - the last that might write


def kill_idle(pool: ProcessPoolExecutor) -> None:
    """Kill the processes of a pool that have nothing left to do.

    Asked to end, each waits for its turn at the queue, for ever if the system killed the one whose turn it was.
    """
    for process in _processes(pool):
        process.kill()


def _processes(pool: ProcessPoolExecutor) -> tuple[BaseProcess, ...]:
    processes = getattr(pool, "_processes", None)  # `kill_workers` is of Python 3.14
    return () if processes is None else tuple(processes.values())


def lost(candidate: Candidate, timeout_seconds: float | None) -> Checked:
    """The result of an input whose reading ended its process, or was ended by the timeout."""
    source = candidate.source
    message = "reading it ended the process, as when memory runs out; nothing of it was read"
    if timeout_seconds is not None:
        message = (
            f"reading and checking it took longer than the input timeout of {timeout_seconds:g} s and was ended; "
            "nothing of it was read"
        )
    problem = Problem(code=ProblemCode.LOST, message=message, span=Span(source.path, 1, 1))
    shown = Input(path=source.path, format=None, status=InputStatus.UNREADABLE)
    return Checked(source, shown, candidate.folder, problems=(problem,))


def portable_state(work: Work, timeout_seconds: float | None) -> Portable:
    """What a worker needs. A rule's function cannot be sent to it, but its code can.

    The rule of intents, which no ruleset knows, is a value and is sent whole.
    """
    plans = []
    for plan in work.plans:
        known = {rule.code for rule in plan.ruleset.known}
        # A ruleset goes without the rules that it has made of itself.
        plans.append((replace(plan.ruleset), tuple(rule.code if rule.code in known else rule for rule in plan.rules)))
    return tuple(plans), replace(work, plans=()), run_key(), timeout_seconds


def prepare(portable: Sequence[_PortablePlan], work: Work, key: bytes, timeout_seconds: float | None) -> State:
    """The state of a worker, from what was sent to it."""
    share_run_key(key)
    plans = []
    for ruleset, rules in portable:
        by_code = {rule.code: rule for rule in ruleset.known}
        plans.append(Plan(ruleset, tuple(by_code[each] if isinstance(each, str) else each for each in rules)))
    return replace(work, plans=tuple(plans)), timeout_seconds


def _prepare(portable: Sequence[_PortablePlan], work: Work, key: bytes, timeout_seconds: float | None) -> None:
    _worker_state.append(prepare(portable, work, key, timeout_seconds))
    threading.Thread(target=end_with_parent, daemon=True).start()
    gc.disable()


def end_with_parent() -> None:
    """End this process as soon as its parent is gone, however that ended."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(candidates: Sequence[Candidate]) -> list[Checked | Ignored]:
    return work_on(candidates, _worker_state[-1])


def work_on(candidates: Sequence[Candidate], state: State) -> list[Checked | Ignored]:
    """The results of a few candidates, in a worker."""
    work, timeout_seconds = state
    results = []
    for candidate in candidates:
        with _ended_after(timeout_seconds):
            results.append(check_alone(candidate, work))
        sweep()
    return results


@contextmanager
def _ended_after(timeout_seconds: float | None) -> Iterator[None]:
    """A context in which this process is ended on timeout, even within a library that blocks all other threads."""
    if timeout_seconds is None:
        yield
        return
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - no path of ours
        faulthandler.dump_traceback_later(timeout_seconds, file=nowhere, exit=True)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
