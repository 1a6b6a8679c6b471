"""Many inputs at once: the same work on every core, results in the order of the inputs."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ipseclint.engine.apply_rules import Checked, Plan, check_alone
from ipseclint.engine.inputs import Candidate
from ipseclint.engine.ruleset import Ruleset
from ipseclint.finding import Ignored
from ipseclint.model.setting import run_key, share_run_key
from ipseclint.model.site import Site
from ipseclint.source import Source

LARGEST_CHUNK = 16
"""The most inputs handed to a worker at a time: enough to hide the cost of handing over."""

CHUNKS_EACH = 8
"""Into how many chunks a worker's share is cut at least, so that none waits long for the last of another."""

FEWEST_INPUTS = 48
"""Below this many inputs the start of the workers costs more than they save."""

_State = tuple[tuple[Plan, ...], Site]
_worker_state: list[_State] = []


def check_each(
    candidates: Sequence[Candidate], plans: tuple[Plan, ...], site: Site, jobs: int
) -> Iterator[Checked | Ignored]:
    """Each candidate read and checked alone, in order. `jobs` 0 means as many as help."""
    workers = jobs or (os.cpu_count() or 1 if len(candidates) >= FEWEST_INPUTS else 1)
    if workers < 2 or len(candidates) < 2:
        yield from (check_alone(each, plans, site) for each in candidates)
        return
    from concurrent.futures import ProcessPoolExecutor

    # A rule's function cannot be sent to a worker, its code can.
    portable = tuple((_portable(plan.ruleset), tuple(rule.code for rule in plan.rules)) for plan in plans)
    chunk = max(1, min(LARGEST_CHUNK, len(candidates) // (workers * CHUNKS_EACH)))
    prepared = (portable, site, run_key())
    with ProcessPoolExecutor(min(workers, len(candidates)), initializer=_prepare, initargs=prepared) as pool:
        for candidate, result in zip(candidates, pool.map(_work, candidates, chunksize=chunk), strict=True):
            yield result if isinstance(result, Ignored) else _with_source(result, candidate.source)


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
    gc.disable()


def _work(candidate: Candidate) -> Checked | Ignored:
    plans, site = _worker_state[-1]
    result = check_alone(candidate, plans, site)
    if isinstance(result, Ignored):
        return result
    # The head that the source remembers is not needed on the way back.
    return _with_source(result, Source(candidate.source.path, candidate.source.open_bytes))


def _with_source(checked: Checked, source: Source) -> Checked:
    return replace(checked, read=replace(checked.read, source=source))
