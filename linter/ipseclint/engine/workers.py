"""Checks many inputs in parallel processes; results come in the order of the inputs."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ipseclint.engine.apply_rules import Checked, Plan, check_alone
from ipseclint.engine.inputs import Candidate
from ipseclint.engine.machines import ReadInput
from ipseclint.engine.ruleset import Ruleset
from ipseclint.finding import Ignored, Input, InputStatus, Problem, ProblemCode
from ipseclint.formats.parsed import Parsed
from ipseclint.model.setting import run_key, share_run_key
from ipseclint.model.site import Site
from ipseclint.source import Source, Span

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

MAX_CHUNK_INPUTS = 16
"""The most inputs handed to a worker at a time: enough to hide the cost of handing over."""

CHUNKS_EACH = 8
"""Into how many chunks a worker's share is cut at least, so that none waits long for the last of another."""

MIN_INPUTS = 48
"""Below this many inputs the start of the workers costs more than they save."""

_State = tuple[tuple[Plan, ...], Site]
_Portable = tuple[tuple[tuple[Ruleset, tuple[str, ...]], ...], Site, bytes]
_worker_state: list[_State] = []


def check_each(
    candidates: Sequence[Candidate], plans: tuple[Plan, ...], site: Site, jobs: int
) -> Iterator[Checked | Ignored]:
    """Each candidate read and checked alone, in order. `jobs` 0 means as many as help."""
    workers = jobs or (os.cpu_count() or 1 if len(candidates) >= MIN_INPUTS else 1)
    if workers < 2 or len(candidates) < 2:
        yield from (check_alone(each, plans, site) for each in candidates)
        return
    # A rule's function cannot be sent to a worker, its code can.
    portable = tuple((_portable(plan.ruleset), tuple(rule.code for rule in plan.rules)) for plan in plans)
    size = max(1, min(MAX_CHUNK_INPUTS, len(candidates) // (workers * CHUNKS_EACH)))
    chunks = [candidates[start : start + size] for start in range(0, len(candidates), size)]
    yield from _in_processes(chunks, min(workers, len(chunks)), (portable, site, run_key()))


def _in_processes(chunks: Sequence[Sequence[Candidate]], workers: int, state: _Portable) -> Iterator[Checked | Ignored]:
    """The results of all chunks in order. What a process was at work on when it was killed is tried again singly."""
    from concurrent.futures.process import BrokenProcessPool

    left = chunks
    while left:
        done = 0
        with _pool(workers, state) as pool:
            futures = [pool.submit(_work, chunk) for chunk in left]
            try:
                for future in futures:
                    yield from future.result()
                    done += 1
            except BrokenProcessPool:
                pass
        # So many chunks may have been handed over: one each, and what waits in the queue to the workers.
        begun = done + 2 * workers + 1
        yield from _singly([candidate for chunk in left[done:begun] for candidate in chunk], state)
        left = left[begun:]


def _singly(candidates: Sequence[Candidate], state: _Portable) -> Iterator[Checked | Ignored]:
    """Each candidate by itself, in a process that is renewed when it is killed: then only that input is lost."""
    from concurrent.futures.process import BrokenProcessPool

    left = list(candidates)
    while left:
        with _pool(1, state) as pool:
            try:
                while left:
                    yield from pool.submit(_work, left[:1]).result()
                    del left[0]
            except BrokenProcessPool:
                yield _lost(left.pop(0))


def _pool(workers: int, state: _Portable) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(workers, initializer=_prepare, initargs=state)


def _lost(candidate: Candidate) -> Checked:
    """An input whose reading ended its process."""
    source = candidate.source
    message = "reading it ended the process, as when memory runs out; nothing of it was read"
    problem = Problem(code=ProblemCode.LOST, message=message, span=Span(source.path, 1, 1))
    shown = Input(path=source.path, format=None, status=InputStatus.UNREADABLE)
    return Checked(ReadInput(source, shown, Parsed(problems=(problem,)), folder=candidate.folder), ())


def _portable(ruleset: Ruleset) -> Ruleset:
    """The ruleset without the rules it has made of itself."""
    return Ruleset.model_construct(**{name: getattr(ruleset, name) for name in Ruleset.model_fields})


def _prepare(portable: Sequence[tuple[Ruleset, tuple[str, ...]]], site: Site, key: bytes) -> None:
    share_run_key(key)
    plans = []
    for ruleset, codes in portable:
        by_code = {rule.code: rule for rule in ruleset.known}
        plans.append(Plan(ruleset, tuple(by_code[code] for code in codes)))
    _worker_state.append((tuple(plans), site))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()


def _end_with_parent() -> None:
    """Ends this process as soon as the one that started it is no more, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(candidates: Sequence[Candidate]) -> list[Checked | Ignored]:
    plans, site = _worker_state[-1]
    return [_light(check_alone(candidate, plans, site)) for candidate in candidates]


def _light(result: Checked | Ignored) -> Checked | Ignored:
    """A result without the head that its source remembers, which is not needed on the way back."""
    if isinstance(result, Ignored):
        return result
    return replace(result, read=replace(result.read, source=_without_head(result.read.source)))


def _without_head(source: Source) -> Source:
    """The source as it was before it was looked at: its head is not needed on the way back."""
    return replace(source, members=tuple(map(_without_head, source.members)))
