"""Change the code of every room a little, and see whether the room's tests notice.

    python -m tests.mutation.mutate_rooms [ROOM ...] [--sample N] [--seed N] [--budget SECONDS] [--survivors]

Draws N changes a room, by lines, and makes each in a process of its own. What could notice it are the tests in the
folder that mirrors the module's, then the broad ones of the room, as far as they run through the changed function;
both are tried shortest first, within a budget of processor seconds. A test that fails without any change ends it.
Prints the rate a room with the number of changes, and ends with 1 if one is below the wanted rate. Changes that alter
nothing that could be seen are listed in equivalent.toml; the rate leaves them out. With few changes a rate is a hint:
of 20 that are all noticed, one in seven may still go unnoticed.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib.machinery
import importlib.util
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, TypeVar

import hypothesis
import lxml.etree
import numpy as np
import pydantic
import pytest
import typer

from tests import ROOT
from tests.mutation.changes import Change, changed, sample

HERE = Path(__file__).parent
PACKAGE = Path("linter/ipseclint")
WANTED_RATE = 0.95
CPU_SECONDS_AT_LEAST = 60
LIMIT = 8
"""How many times as long as without the change tests may run until they count as endless."""
_SHARED_LIBRARIES = (hypothesis, lxml.etree, np, pydantic, typer)
"""Loaded before processes fork, so that each need not load them again."""

ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "formats": (("formats",), ("test_twins.py", "test_rules.py")),
    "semantics": (("semantics",), ("cli/test_which.py", "test_rules.py", "rules", "test_twins.py")),
    "packets": (("semantics/packets",), ("cli/test_which.py", "test_rules.py")),
    "load": (("load",), ("cli/test_load.py", "rules/test_policy_load.py", "test_rules.py")),
    "repair": (("repair",), ("rules/test_repair.py", "cli/test_fix_in_place.py", "test_rules.py")),
    "reporters": (("reporters",), ("test_demo.py", "cli/test_secrets.py", "cli/test_bad_input.py")),
    "cli": (("cli",), ("test_docs.py", "test_demo.py", "engine")),
    "engine": (("engine",), ("cli", "test_rules.py", "test_demo.py")),
    "vocabulary": (("vocabulary",), ("formats", "cli", "test_rules.py", "test_twins.py")),
    "model": (
        ("model", "source.py", "finding.py", "rule.py", "words.py"),
        ("engine", "cli", "formats", "test_rules.py"),
    ),
}
"""Each room's code, and the tests beside the mirrored ones that see it."""


def modules_of(room: str) -> list[Path]:
    """The modules of a room; those that hold a room of their own are not in the one around it."""
    found = {path for part in ROOMS[room][0] for path in _modules(PACKAGE / part)}
    if room == "semantics":
        found -= set(modules_of("packets"))
    return sorted(found)


def _modules(path: Path) -> list[Path]:
    return [path] if path.suffix else list(path.rglob("*.py"))


def tests_of(module: Path, room: str) -> tuple[list[Path], list[Path]]:
    """Test files that could notice a change of a module: those of the folder that mirrors its own, and the broad ones.

    A test module of the same name stands alone in the first if there is one.
    """
    inside = module.relative_to(PACKAGE)
    own = Path("tests") / inside.parent / f"test_{inside.name}"
    folder = Path("tests") / inside.parent
    while not folder.is_dir():
        folder = folder.parent
    near = _tests(folder) if folder != Path("tests") else []
    broad = [test for part in ROOMS[room][1] for test in _tests(Path("tests") / part)]
    first = [own] if own.is_file() else near
    return first, [path for path in dict.fromkeys((*near, *broad)) if path not in first]


def _tests(path: Path) -> list[Path]:
    return [path] if path.suffix else sorted(path.rglob("test_*.py"))


Functions = list[tuple[str, int]]
Result = TypeVar("Result")


def seen(test: Path) -> tuple[int, float, Functions]:
    """Runs a test file without any change: its exit code, its processor seconds, and the functions it enters.

    The seconds are those of a traced run, so rather too many.
    """
    entered: dict[int, CodeType] = {}

    def on_call(frame: FrameType, _event: str, _argument: object) -> None:
        entered[id(frame.f_code)] = frame.f_code

    start = time.process_time()
    sys.settrace(on_call)
    code = _pytest([test])
    sys.settrace(None)
    inside = str(ROOT / PACKAGE)
    ours = [each for each in entered.values() if each.co_filename.startswith(inside)]
    functions = {(os.path.relpath(each.co_filename, ROOT), each.co_firstlineno) for each in ours}
    return code, time.process_time() - start, sorted(functions)


def _pytest(tests: list[Path]) -> int:
    options = [
        "-x",
        "-q",
        "--assert=plain",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "--hypothesis-profile",
        "mutants",
    ]
    return int(pytest.main([*options, *map(str, tests)]))


class Loader(importlib.machinery.SourceFileLoader):
    """Loads the one module with its change."""

    change: Change

    def get_code(self, fullname: str) -> CodeType:
        """See `importlib`."""
        del fullname
        return compile(changed(self.change), str(ROOT / self.change.path), "exec")


class Finder:
    """Finds the changed module before anything else finds it."""

    def __init__(self, change: Change) -> None:
        parts = change.path.relative_to("linter").with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.change = change

    def find_spec(self, name: str, _path: object = None, _target: ModuleType | None = None) -> Any:
        """See `importlib`."""
        if name != self.name:
            return None
        file = str(ROOT / self.change.path)
        loader = Loader(name, file)
        loader.change = self.change
        return importlib.util.spec_from_file_location(name, file, loader=loader)


def is_noticed(change: Change, tests: list[Path], seconds: float) -> bool:
    """Whether a test fails, or never ends, with a change; ends the process when the time is up."""
    limit = int(max(CPU_SECONDS_AT_LEAST, LIMIT * seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    sys.meta_path.insert(0, Finder(change))  # type: ignore[arg-type]
    return _pytest(tests) not in {0, 5}


def in_a_process(work: Callable[..., Result], *arguments: Any) -> Result | None:
    """What a function gives in a process of its own, whose output nobody sees; None if it did not come to an end."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)

    def run() -> None:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        there.send(work(*arguments))

    process = context.Process(target=run)
    process.start()
    there.close()
    try:
        return here.recv()  # type: ignore[no-any-return]
    except EOFError:
        return None
    finally:
        process.join()


class Witnesses:
    """What each test file runs through, remembered from one run to the next as long as the file stays the same."""

    def __init__(self) -> None:
        name = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
        self.path = Path(tempfile.gettempdir()) / f"ipseclint-mutation-{name}.json"
        self.known: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8")) if self.path.is_file() else {}

    def learn(self, tests: list[Path]) -> None:
        """Runs what is new. Ends the process if something fails without any change."""
        for test in tests:
            digest = hashlib.sha256(test.read_bytes()).hexdigest()
            if self.known.get(str(test), {}).get("digest") == digest:
                continue
            print(f"first {test}", file=sys.stderr, flush=True)
            code, seconds, functions = in_a_process(seen, test) or (3, 0.0, [])
            if code not in {0, 5}:
                raise SystemExit(f"{test} fails without any change")
            names: dict[str, list[int]] = {}
            for path, line in functions:
                names.setdefault(path, []).append(line)
            self.known[str(test)] = {"digest": digest, "seconds": seconds, "functions": names}
            self.path.write_text(json.dumps(self.known), encoding="utf-8")

    def of(self, change: Change, tests: list[Path], budget: float) -> tuple[list[Path], float]:
        """The tests that run through a change, shortest first, as many as the budget allows, and their time."""
        through = [test for test in tests if self._runs_through(test, change)]
        chosen, spent = [], 0.0
        for test in sorted(through, key=lambda test: float(self.known[str(test)]["seconds"])):
            spent += self.known[str(test)]["seconds"]
            if chosen and spent > budget:
                break
            chosen.append(test)
        return chosen, spent

    def notice(self, change: Change, room: str, budget: float) -> bool:
        """Whether a test notices a change: one of its folder, or else a broad one."""
        for tests in tests_of(change.path, room):
            self.learn(tests)
            chosen, seconds = self.of(change, tests, budget)
            if chosen and in_a_process(is_noticed, change, chosen, seconds) is not False:
                return True
        return False

    def _runs_through(self, test: Path, change: Change) -> bool:
        lines = self.known[str(test)]["functions"].get(str(change.path))
        function = _function_around(change)
        return lines is not None and (function is None or function in lines)


def _function_around(change: Change) -> int | None:
    """The first line of the innermost function that holds a change; None for what runs when the module is loaded."""
    spans = [
        (min([node.lineno, *(each.lineno for each in node.decorator_list)]), node.lineno, node.end_lineno or 0)
        for node in ast.walk(ast.parse(change.path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    around = [(first, line) for first, line, last in spans if line < change.line <= last]
    return max(around)[0] if around else None


def equivalents() -> set[str]:
    """The titles, without line numbers, of changes that alter nothing that could be seen."""
    listed = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8")).get("room", [])
    return {f"{each['where']} {each['what']}: {each['text']}" for each in listed}


def _nameless(change: Change) -> str:
    return change.title.replace(f":{change.line} ", " ", 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(ROOMS)}; all without")
    parser.add_argument("--sample", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=float, default=60)
    parser.add_argument("--survivors", action="store_true")
    arguments = parser.parse_args()
    if unknown := set(arguments.rooms) - set(ROOMS):
        parser.error(f"no such room: {', '.join(sorted(unknown))}")
    os.chdir(ROOT)
    sys.pycache_prefix = str(Path(tempfile.gettempdir()) / "ipseclint-mutation-pycache")
    sys.dont_write_bytecode = False
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    checks = list(hypothesis.HealthCheck)
    hypothesis.settings.register_profile(
        "mutants", deadline=None, derandomize=True, database=None, phases=phases, suppress_health_check=checks
    )
    same, low = equivalents(), False
    witnesses = Witnesses()
    for room in arguments.rooms or ROOMS:
        drawn = sample(modules_of(room), arguments.sample, random.Random(arguments.seed))
        counts = {"noticed": 0, "survived": 0, "equivalent": 0}
        for change in drawn:
            noticed = witnesses.notice(change, room, arguments.budget)
            word = "noticed" if noticed else "equivalent" if _nameless(change) in same else "survived"
            counts[word] += 1
            if arguments.survivors and word == "survived":
                print(f"survived: {change.title}", flush=True)
        rate = counts["noticed"] / max(1, counts["noticed"] + counts["survived"])
        low |= rate < WANTED_RATE
        print(
            f"{room:<12}" + "".join(f"{count:>5} {word}" for word, count in counts.items()) + f" {rate:>8.1%}",
            flush=True,
        )
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
