"""The bar of progress: shown on a terminal where work takes long, and gone when the work is done."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

from ipseclint.cli.progress import PATIENCE_SECONDS, progress_bar


class Timer:
    """A timer by which the bar starts at one step of the way: made, cancelled, or waited for; or at none."""

    def __init__(self, step: str, seconds: float, work: Callable[[], None]) -> None:
        assert seconds == PATIENCE_SECONDS
        self.step, self.work, self.steps, self.daemon = step, work, list[str](), False

    def _reach(self, step: str) -> None:
        self.steps.append(step)
        if step == self.step:
            self.work()

    def start(self) -> None:
        assert self.daemon
        self._reach("start")

    def cancel(self) -> None:
        self._reach("cancel")

    def join(self) -> None:
        self._reach("join")


def shown(monkeypatch: pytest.MonkeyPatch, step: str) -> tuple[list[str], list[str]]:
    """What becomes of the bar, and of its timer."""
    from rich.progress import Progress

    calls: list[str] = []
    timers: list[Timer] = []

    def made(seconds: float, work: Callable[[], None]) -> Timer:
        timers.append(Timer(step, seconds, work))
        return timers[-1]

    started, stopped = Progress.start, Progress.stop

    def start(bar: Progress) -> None:
        assert (bar.console.stderr, bar.live.transient) == (True, True)
        calls.append("start")
        started(bar)

    def stop(bar: Progress) -> None:
        calls.append(f"stop at {bar.tasks[0].completed:.0f} of {bar.tasks[0].total:.0f}")
        stopped(bar)

    monkeypatch.setattr(threading, "Timer", made)
    monkeypatch.setattr(Progress, "start", start)
    monkeypatch.setattr(Progress, "stop", stop)
    with progress_bar("reading", wanted=True) as update:
        update(2, 5)
    return calls, timers[0].steps if timers else []


@pytest.mark.parametrize("step", ["start", "cancel", "join"])
def test_a_bar_that_starts_at_any_time_is_stopped(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert shown(monkeypatch, step) == (["start", "stop at 2 of 5"], ["start", "cancel", "join"])


def test_of_short_work_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert shown(monkeypatch, "never") == ([], ["start", "cancel", "join"])


@pytest.mark.parametrize(("wanted", "terminal"), [(True, False), (False, True)])
def test_without_a_terminal_or_a_wish_there_is_no_bar(
    monkeypatch: pytest.MonkeyPatch, wanted: bool, terminal: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(threading, "Timer", lambda *_: pytest.fail("a timer"))
    with progress_bar("reading", wanted=wanted) as update:
        update(1, 2)
