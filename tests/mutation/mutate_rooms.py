"""Change the code of every room a little, and see whether the room's tests notice.

    python -m tests.mutation.mutate_rooms [ROOM ...] [--sample N] [--seed N] [--budget SECONDS] [--survivors]
        [--again FILE]

Draws N changes a room, by lines. What could notice one are the near tests: those beside the module that mirrors its
own, or those that import it if none does, and the stored answers that the room names, which are quick and part of every
check. Then come those in folders below and the broad ones, within a budget of processor seconds. Tests are collected
once a room; what a file of them enters is learnt when it is first needed and kept in .mutation_cache, and a change of
a function is tried in a fork, on the tests that enter it; it is noticed too where they take many times as long as
without it. What runs while a module is loaded, and what is not noticed so, is tried in a process that loads everything
anew. A test that fails without any change is named and left out.
Prints the rate a room with the number of changes, and ends with 1 if one is below the wanted rate. Changes that alter
nothing that could be seen are listed in equivalent.toml; the rate leaves them out. `--again` takes what an earlier run
of the same draw printed with `--survivors`, and tries those alone, on more tests or on new ones.
With few changes a rate is a hint: of 20 that are all noticed, one in seven may still go unnoticed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path

from tests import ROOT

from .changes import Change, sample
from .rooms import (
    CONSTANTS,
    PACKAGE,
    ROOMS,
    importers,
    modules_of,
    starts_processes,
    tests_of,
)
from .trials import Known, MarkingFinder, Trials, fresh, function_around, in_a_process, run_pytest

HERE = Path(__file__).parent
WANTED_RATE = 0.95
NEAR_SECONDS = 30.0
SHARED_LIBRARIES = ("hypothesis", "lxml.etree", "msgspec", "numpy", "pydantic", "typer")
"""Loaded before processes fork, so that each need not load them again."""


def unnoticed(drawn: list[Change], room: str, budget: float) -> list[Change]:
    """The changes that no test notices."""
    known = Known(ROOT / ".mutation_cache")
    alive = set(range(len(drawn)))
    for stage in (0, 1) if budget else (0,):
        tests = {number: tests_of(drawn[number].path, room)[stage] for number in alive}
        in_functions = [number for number in sorted(alive) if function_around(drawn[number])]
        noticed, early = _by_forks(
            [(number, drawn[number], tests[number]) for number in in_functions], known, budget or NEAR_SECONDS
        )
        alive -= noticed
        for number in sorted(alive):
            # What is entered was tried in forks; what starts processes was not seen there, nor what ran before.
            left = tests[number]
            if number in in_functions and (stage or number not in early):
                left = [test for test in left if starts_processes(test)]
            if number not in in_functions and not stage:
                left = [CONSTANTS, *left]
            if left and _fails_anew(drawn[number], left, known, budget if stage else NEAR_SECONDS):
                alive.remove(number)
        for number in sorted(alive):
            print(f"  after {'all' if stage else 'near'} tests: {drawn[number].title}", file=sys.stderr, flush=True)
    return [drawn[number] for number in sorted(alive)]


def _by_forks(trials: list[tuple[int, Change, list[Path]]], known: Known, budget: float) -> tuple[set[int], set[int]]:
    """The numbers of the trials that a test notices, and of those whose function runs before any test."""
    files = sorted({test for _, _, tests in trials for test in tests})
    if not files:
        return set(), set()

    def work() -> tuple[list[int], list[int], str]:
        sys.pycache_prefix = f"{sys.pycache_prefix}-marked"
        sys.meta_path.insert(0, MarkingFinder())
        plugin = Trials(trials, known, budget)
        with tempfile.TemporaryDirectory() as folder:
            code = run_pytest(files, Path(folder), plugin)
        return plugin.noticed, plugin.early, str(plugin.lost or "") or ("collecting" if code not in {0, 5} else "")

    answer = in_a_process(work, wall_seconds=None)
    noticed, early, lost = answer or ([], [], "collecting")
    if lost:
        raise SystemExit(f"{lost} does not come to an end without any change")
    return set(noticed), set(early)


def _fails_anew(change: Change, tests: list[Path], known: Known, budget: float) -> bool:
    concerned = [change.path, *importers()[change.path]]
    # A test of the tables of a module may enter none of its functions: those beside it are all tried.
    far = [test for test in tests if test.parent != Path("tests") / change.path.relative_to(PACKAGE).parent]
    chosen = {
        test: names for test in far if test != CONSTANTS and (names := known.touching(test, concerned)) is not None
    }
    chosen = {test: names for test, names in chosen.items() if not starts_processes(test)}
    left = sorted((test for test in tests if chosen.get(test, {""})), key=known.seconds)
    if not left:
        return False  # pytest without files takes all that there are
    print(f"  anew: {change.title}", file=sys.stderr, flush=True)
    failing = fresh(change, left, budget, known, chosen)
    if failing == "no end":
        return _ends(tuple(left), budget, known)
    if failing in {"", "loading"}:
        return failing == "loading"
    if fresh(None, [failing], budget, known) not in {"", "no end"}:
        print(f"  taken for nothing, as it fails without any change: {failing}", file=sys.stderr, flush=True)
        return False
    return True


@cache
def _ends(tests: tuple[Path, ...], budget: float, known: Known) -> bool:
    """Whether the tests come to an end within the budget without any change."""
    return fresh(None, list(tests), budget / 2, known) != "no end"


def is_equivalent(change: Change) -> bool:
    """Whether a change is listed as one that alters nothing that could be seen."""
    return any(_says(entry, change) for entry in equivalents())


@cache
def equivalents() -> list[dict[str, str]]:
    """The changes of rooms that alter nothing, each by its module, its text and perhaps the line around it."""
    listed: list[dict[str, str]] = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8")).get("room", [])
    return listed


def _says(entry: dict[str, str], change: Change) -> bool:
    if f"{entry['where']}:{change.line} {entry['what']}: {entry['text']}" != change.title:
        return False
    line = change.path.read_text(encoding="utf-8").splitlines()[change.line - 1].strip()
    return entry.get("line", line) == line


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(ROOMS)}; all without")
    parser.add_argument("--sample", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=float, default=30, help="seconds for the broad tests; 0 leaves them out")
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--again", type=Path)
    arguments = parser.parse_args()
    if unknown := set(arguments.rooms) - set(ROOMS):
        parser.error(f"no such room: {', '.join(sorted(unknown))}")
    os.chdir(ROOT)
    sys.pycache_prefix = str(Path(tempfile.gettempdir()) / "ipseclint-mutation-pycache")
    sys.dont_write_bytecode = False
    for library in SHARED_LIBRARIES:
        import_module(library)
    low = False
    for room in arguments.rooms or ROOMS:
        drawn = sample(modules_of(room), arguments.sample, random.Random(arguments.seed))
        if arguments.again:
            before = arguments.again.read_text(encoding="utf-8")
            drawn = [change for change in drawn if f"survived: {change.title}" in before.splitlines()]
        alike = {number for number, change in enumerate(drawn) if is_equivalent(change)}
        survived = unnoticed(
            [change for number, change in enumerate(drawn) if number not in alike], room, arguments.budget
        )
        noticed = len(drawn) - len(alike) - len(survived)
        if arguments.survivors:
            for change in survived:
                print(f"survived: {change.title}")
        rate = noticed / max(1, noticed + len(survived))
        low |= rate < WANTED_RATE
        print(
            f"{room:<12}{noticed:>5} noticed{len(survived):>5} survived{len(alike):>5} equivalent {rate:>8.1%}",
            flush=True,
        )
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
