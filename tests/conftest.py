"""What the whole suite shares: where things are, and the option for long runs."""

from __future__ import annotations

import gc
import marshal
import os
import random
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest.assertion import rewrite
from hypothesis import HealthCheck, settings

from tests import ROOT
from tests.command_line import Ran, run_cli
from tests.parts import part_of
from tests.tries import USUAL

# pytest asks the file of a compiled module for each value in it; to read the file whole takes less than half of that.
rewrite.marshal = SimpleNamespace(load=lambda file: marshal.loads(file.read()), dumps=marshal.dumps)  # noqa: S302

# What is imported is compiled once, whatever the environment says: without it each start of the program in a process of
# its own compiles all that it imports, and each run of the tests all of them.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# No test depends on the width of the terminal that runs it.
os.environ.pop("COLUMNS", None)

# A busy machine makes no test fail: what is generated is bounded by number, never by time.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.register_profile("drawn", settings.get_profile("unhurried"), max_examples=USUAL // 5)
settings.load_profile("unhurried")


DAY = date(2026, 11, 27)

RARELY = (50_000, 20, 50)
"""How many objects more there are before rubbish is looked for: there is little, and each look takes all objects in."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the suites for a whole run before a release")
    parser.addoption("--drawn", action="store_true", help="run only a draw of the tests that go one way many times")
    parser.addoption("--part", metavar="K/N", help="collect only the Kth of N parts of the files of tests")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--drawn"):
        settings.load_profile("drawn")
    if config.option.collectonly:
        # It would search every module for constants to try properties with, and none is tried.
        config.pluginmanager.unregister(name="hypothesispytest")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if (part := config.getoption("--part")) is None or not collection_path.name.startswith("test_"):
        return None
    number, parts = map(int, part.split("/"))
    return part_of(collection_path, parts) != number or None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collects with the garbage collector off: modules, tests and parameters stay, and looking for rubbish is slow."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*RARELY)
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--drawn"):
        left = left_out(items) | {item for item in items if item.get_closest_marker("long")}
        config.hook.pytest_deselected(items=[item for item in items if item in left])
        items[:] = [item for item in items if item not in left]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("long") and not item.config.getoption("--long"):
        pytest.skip("a long suite: select it with --long")


def left_out(items: list[pytest.Item]) -> set[pytest.Item]:
    """All but one in n of the tests below each mark `drawn(n)`, the cases of a function or the tests of a module."""
    below: dict[tuple[str, int], list[pytest.Item]] = {}
    left: set[pytest.Item] = set()
    for item in items:
        for node, marker in item.iter_markers_with_node("drawn"):
            if (every := getattr(item.function, "every", None)) is None:
                below.setdefault((node.nodeid.partition("[")[0], *marker.args), []).append(item)
            else:  # `tests.cases`
                item.function.tried = one_in(every, item.nodeid.partition("[")[0], *marker.args)
                if not item.function.tried:
                    left.add(item)
            break  # the mark of a function goes before that of its module
    for (name, n), of_mark in below.items():
        left |= {*of_mark}.difference(one_in(of_mark, name, n))
    return left


def one_in(things: list[Any], name: str, n: int) -> list[Any]:
    """One in n of the things of a name, others at another commit, so that all have a turn."""
    draw = random.Random(f"{commit()} {name}")
    return draw.sample(things, (len(things) + draw.randrange(n)) // n)


@cache
def commit() -> str:
    """The commit that is checked out, by which the draw goes: a failure stays until the next; empty without one."""
    try:
        asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return asked.stdout.strip()


@pytest.fixture(scope="session")
def draw(request: pytest.FixtureRequest) -> Callable[[Sequence[Any], int, int], list[Any]]:
    """Of things that each of many tests would take one way through the code, those of one test in the gate's draw.

    That is one in n, so that tests of numbers in a row have them all; with which they begin goes by the commit.
    """
    is_drawn = request.config.getoption("--drawn")
    first = random.Random(commit()).randrange(1 << 32)
    return lambda things, number, n: list(things[(first + number) % n :: n] if is_drawn else things)


@pytest.fixture(scope="session", autouse=True)
def _day() -> None:
    """Every test runs on the day on which the dated facts were looked at last: what is stored holds in a year, too."""
    from ipseclint.engine import machines

    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Then:
            return cls(*DAY.timetuple()[:3], 12, tzinfo=tz)

    machines.datetime = Then


@pytest.fixture(scope="session")
def fixtures() -> Path:
    return ROOT / "fixtures"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real exports that lie beside the checkout of those who have them."""
    folder = ROOT.parent / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip("no corpus of real exports here")
    return folder


@pytest.fixture
def cli() -> Callable[..., Ran]:
    """Runs a command line in this process, as the entry point does."""
    return run_cli


@pytest.fixture
def unwrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sentence of an answer stands on one line, however long its names and paths are."""
    monkeypatch.setattr("ipseclint.cli.terminal.text_width", lambda: 100_000)
