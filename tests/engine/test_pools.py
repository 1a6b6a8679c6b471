"""What is handed to processes, in which order it comes back, and how often what ends them is tried, without any."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.engine import workers
from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.checked import Checked, Work
from ipseclint.engine.configuration.intents import intent_plan
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.finding import ProblemCode
from ipseclint.model.intent import Intent, Must
from ipseclint.model.setting import run_key
from ipseclint.report import Ignored, InputStatus
from ipseclint.source import Span, bytes_source


def named(*names: str) -> list[Candidate]:
    return [Candidate(source=bytes_source(name, b""), named=True, folder=f"of {name}") for name in names]


def paths(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.source.path for candidate in candidates]


class Pools:
    """Stands for the pools of a run: an input ends its process as often as is said, each try taking some seconds."""

    def __init__(self, deaths: dict[str, int], try_seconds: float = 0) -> None:
        self.deaths, self.tries, self.started = deaths, Counter[str](), list[int]()
        self.try_seconds, self.now = try_seconds, 100.0

    @contextmanager
    def pool(self, count: int, _state: object) -> Iterator[SimpleNamespace]:
        self.started.append(count)
        yield SimpleNamespace(submit=self.submit)

    def submit(self, work: object, chunk: Sequence[Candidate]) -> Future[list[Ignored]]:
        assert work is workers._work
        future = Future[list[Ignored]]()
        self.now += self.try_seconds
        for path in paths(chunk):
            self.tries[path] += 1
            if self.deaths.get(path, 0) >= self.tries[path]:
                future.set_exception(BrokenProcessPool())
                return future
        future.set_result([Ignored(path=path, kind="done") for path in paths(chunk)])
        return future


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Pools]:
    def make(deaths: dict[str, int], try_seconds: float = 0) -> Pools:
        made = Pools(deaths, try_seconds)
        monkeypatch.setattr(workers, "_pool", made.pool)
        monkeypatch.setattr(workers, "time", SimpleNamespace(monotonic=lambda: made.now))
        return made

    return make


def told(results: Iterator[Checked | Ignored]) -> list[tuple[str, str]]:
    """Each result as its path and what became of it."""
    return [
        (each.path, each.kind) if isinstance(each, Ignored) else (each.source.path, each.problems[0].message)
        for each in results
    ]


def state(timeout_seconds: float | None = None) -> Any:
    return (), None, b"", timeout_seconds


ENDED = "reading it ended the process, as when memory runs out; nothing of it was read"
LATE = "reading and checking it took longer than the input timeout of 2.5 s and was ended; nothing of it was read"


def test_an_input_is_to_blame_when_it_ended_its_process_three_times_in_a_row(pools: Callable[..., Pools]) -> None:
    run = pools({"b": 2, "c": 9, "d": 2, "e": 3})
    results = told(workers._singly(named("a", "b", "c", "d", "e", "f"), state()))
    assert results == [("a", "done"), ("b", "done"), ("c", ENDED), ("d", "done"), ("e", ENDED), ("f", "done")]
    assert run.tries == {"a": 1, "b": 3, "c": 3, "d": 3, "e": 3, "f": 1}
    assert run.started == [1] * 11  # one, and one anew for each death


@pytest.mark.parametrize(
    ("try_seconds", "tries", "expected"), [(2.5, 1, LATE), (3.0, 1, LATE), (2.4, 3, ENDED)], ids=["at", "after", "not"]
)
def test_an_input_over_its_time_is_not_tried_again(
    pools: Callable[..., Pools], try_seconds: float, tries: int, expected: str
) -> None:
    run = pools({"a": 9, "b": 2}, try_seconds)
    results = told(workers._singly(named("a"), state(2.5)))
    assert results == [("a", expected)]
    assert run.tries == {"a": tries}
    run = pools({"a": 9}, try_seconds)
    assert told(workers._singly(named("a", "b"), state())) == [("a", ENDED), ("b", "done")]
    assert run.tries == {"a": 3, "b": 1}


def test_only_what_may_have_been_at_work_is_tried_singly(pools: Callable[..., Pools]) -> None:
    names = [f"{number:02}" for number in range(24)]
    chunks = [named(*names[at : at + 2]) for at in range(0, 24, 2)]
    run = pools({"05": 4})
    results = told(workers._in_processes(chunks, 2, state()))
    assert results == [(name, ENDED if name == "05" else "done") for name in names]
    # Of twelve chunks two are done, and five more may have been begun: the last five are handed over anew.
    assert run.started == [2, *([1] * 4), 2]
    assert [run.tries[name] for name in names] == [1] * 4 + [2, 4, *([2] * 8)] + [2] * 10


def test_what_ends_no_process_needs_one_pool(pools: Callable[..., Pools]) -> None:
    run = pools({})
    chunks = [named("a"), named("b", "c"), named("d")]
    assert told(workers._in_processes(chunks, 3, state())) == [(name, "done") for name in "abcd"]
    assert run.started == [3]
    assert told(workers._in_processes([], 3, state())) == []
    assert run.started == [3]


@pytest.mark.parametrize(
    ("inputs", "jobs", "cores", "timeout_seconds", "expected"),
    [
        (1, 2, 4, None, None),
        (2, 1, 4, None, None),
        (2, 2, 4, None, (2, [1, 1])),
        (3, 8, 4, None, (3, [1, 1, 1])),
        (47, 0, 4, None, None),
        (48, 0, 4, None, (4, [1] * 48)),
        (48, 0, 1, None, None),
        (48, 0, None, None, None),
        (100, 2, 4, None, (2, [6] * 16 + [4])),
        (300, 2, 4, None, (2, [16] * 18 + [12])),
        (1, 1, 4, 2.5, (1, [1])),
        (17, 1, 4, 2.5, (1, [2] * 8 + [1])),
        (0, 4, 4, 2.5, None),
    ],
)
def test_inputs_are_cut_into_chunks_that_are_worth_handing_over(
    monkeypatch: pytest.MonkeyPatch,
    inputs: int,
    jobs: int,
    cores: int | None,
    timeout_seconds: float | None,
    expected: tuple[int, list[int]] | None,
) -> None:
    handed: list[tuple[int, list[int]]] = []

    def in_processes(chunks: list[list[Candidate]], count: int, given: Any) -> Iterator[Ignored]:
        assert given[-1] == timeout_seconds
        handed.append((count, list(map(len, chunks))))
        for chunk in chunks:
            yield from (Ignored(path=path, kind="handed") for path in paths(chunk))

    monkeypatch.setattr(workers, "_in_processes", in_processes)
    monkeypatch.setattr(workers, "check_alone", lambda each, _: Ignored(path=each.source.path, kind="here"))
    monkeypatch.setattr(workers, "os", SimpleNamespace(cpu_count=lambda: cores))
    names = [str(number) for number in range(inputs)]
    results = told(workers.check_each(named(*names), work(), jobs, timeout_seconds))
    assert results == [(name, "handed" if expected else "here") for name in names]
    assert handed == ([expected] if expected else [])


def work() -> Work:
    ruleset = load_ruleset("default")
    rules = [ruleset.find(code) for code in ("QD002", "QD001")]
    job = Job(plans=(Plan(ruleset, tuple(rule for rule in rules if rule is not None)),))
    return Work(plans=job.plans, site=job.site, as_of=job.today)


def test_here_is_swept_before_each_input_but_the_first_and_not_behind_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(workers, "check_alone", lambda each, _: done.append(each.source.path))
    monkeypatch.setattr(workers, "sweep", lambda: done.append("swept"))
    results = workers.check_each(named("a", "b"), work(), 1)
    next(results)
    assert done == ["a"]
    next(results)
    assert done == ["a", "swept", "b"]
    assert list(results) == []
    assert done == ["a", "swept", "b"]


def test_what_is_said_of_an_input_that_is_lost() -> None:
    (candidate,) = named("a")
    for seconds, message in ((None, ENDED), (2.5, LATE)):
        checked = workers.lost(candidate, seconds)
        assert (checked.source, checked.folder) == (candidate.source, "of a")
        (problem,) = checked.problems
        assert (problem.code, problem.message, problem.span) == (ProblemCode.LOST, message, Span("a", 1, 1))
        shown = checked.input
        assert (shown.path, shown.format, shown.status) == ("a", None, InputStatus.UNREADABLE)


def test_a_worker_works_by_what_was_to_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[bytes] = []
    monkeypatch.setattr(workers, "share_run_key", keys.append)
    wanted = work()
    portable = workers.portable_state(wanted, 7.0)
    assert [codes for _, codes in portable[0]] == [("QD002", "QD001")]
    assert (portable[1].plans, portable[1].site, portable[2:]) == ((), wanted.site, (run_key(), 7.0))
    prepared, seconds = workers.prepare(*portable)
    assert (keys, seconds) == ([run_key()], 7.0)
    assert (prepared.site, prepared.as_of) == (wanted.site, wanted.as_of)
    assert prepared.plans[0].rules == wanted.plans[0].rules
    assert prepared.plans[0].ruleset is portable[0][0][0]
    assert prepared.plans[0].ruleset == wanted.plans[0].ruleset


def test_the_rule_of_intents_goes_to_a_worker_as_it_is() -> None:
    intent = Intent(name="all", must=Must.EXEMPT)
    plan = intent_plan([intent], load_ruleset("default"))
    state = workers.portable_state(replace(work(), plans=(plan,)), None)
    prepared, _ = workers.prepare(*pickle.loads(pickle.dumps(state)))
    assert prepared.plans == (plan,)
    assert prepared.plans[0].rules[0].check == plan.rules[0].check


def test_a_worker_begins_with_its_state_a_watch_over_its_parent_and_no_collector(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[object] = []

    def thread(**options: object) -> SimpleNamespace:
        begun.append(options)
        return SimpleNamespace(start=lambda: begun.append("started"))

    monkeypatch.setattr(workers, "_worker_state", [])
    monkeypatch.setattr(workers, "threading", SimpleNamespace(Thread=thread))
    monkeypatch.setattr(workers, "gc", SimpleNamespace(disable=lambda: begun.append("no collector")))
    workers._prepare(*workers.portable_state(work(), 7.0))
    assert begun == [{"target": workers.end_with_parent, "daemon": True}, "started", "no collector"]
    ((prepared, seconds),) = workers._worker_state
    assert ([rule.code for rule in prepared.plans[0].rules], seconds) == (["QD002", "QD001"], 7.0)
    monkeypatch.setattr(workers, "work_on", lambda *given: [*given])
    assert workers._work(["a"]) == [["a"], (prepared, 7.0)]  # type: ignore[list-item]


@pytest.mark.parametrize("has_parent", [True, False])
def test_a_worker_ends_when_its_parent_has(monkeypatch: pytest.MonkeyPatch, has_parent: bool) -> None:
    done: list[object] = []
    parent = SimpleNamespace(join=lambda: done.append("joined"))
    monkeypatch.setattr("multiprocessing.parent_process", lambda: parent if has_parent else None)
    monkeypatch.setattr(workers, "os", SimpleNamespace(_exit=done.append))
    workers.end_with_parent()
    assert done == (["joined", 1] if has_parent else [])


def test_a_worker_gives_each_input_its_time_and_sweeps_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []

    @contextmanager
    def ended_after(seconds: float | None) -> Iterator[None]:
        done.append(seconds)
        yield
        done.append("in time")

    def check(candidate: Candidate, given: object) -> str:
        done.append((candidate.source.path, given))
        return candidate.source.path

    monkeypatch.setattr(workers, "_ended_after", ended_after)
    monkeypatch.setattr(workers, "check_alone", check)
    monkeypatch.setattr(workers, "sweep", lambda: done.append("swept"))
    wanted = work()
    assert workers.work_on(named("a", "b"), (wanted, 7.0)) == ["a", "b"]
    assert done == [each for path in "ab" for each in (7.0, (path, wanted), "in time", "swept")]


class _Process:
    """A process of a pool that lives or is gone."""

    def __init__(self, *, lives: bool) -> None:
        self.lives = lives
        self.killed = 0

    def is_alive(self) -> bool:
        return self.lives

    def kill(self) -> None:
        self.killed += 1


def _pool_of(processes: list[_Process], future: Future[int]) -> Any:
    """A pool that notices that it is broken when nobody can write any more."""
    writer = SimpleNamespace(close=lambda: future.set_exception(BrokenProcessPool()))
    return SimpleNamespace(_processes=dict(enumerate(processes)), _result_queue=SimpleNamespace(_writer=writer))


def test_where_a_process_is_gone_nobody_waits_for_the_rest_of_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE_SECONDS", 0)
    future: Future[int] = Future()
    processes = [_Process(lives=False), _Process(lives=True)]
    with pytest.raises(BrokenProcessPool):
        workers.result_of(future, _pool_of(processes, future))
    assert [process.killed for process in processes] == [1, 1]


def test_where_all_processes_live_a_result_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE_SECONDS", 0)
    future: Future[int] = Future()
    process = _Process(lives=True)
    asked = iter(range(5))

    def lives() -> bool:
        if next(asked) == 3:
            future.set_result(7)
        return True

    monkeypatch.setattr(process, "is_alive", lives)
    assert workers.result_of(future, _pool_of([process], future)) == 7
    assert process.killed == 0


def test_what_is_made_may_itself_run_out_of_time() -> None:
    future: Future[int] = Future()
    future.set_exception(TimeoutError("of what was made"))
    with pytest.raises(TimeoutError, match="of what was made"):
        workers.result_of(future, _pool_of([], future))
