"""Change the code of every room a little, and see whether the room's tests notice.

    python -m tests.mutation.mutate_rooms [ROOM ...] [--sample N] [--seed N] [--budget SECONDS] [--survivors]

Draws N changes a room, by lines, and makes each in a process of its own. What could notice it are the tests in the
folder that mirrors the module's, then the broad ones of the room, as far as they run through the changed function.
Those that name the module are tried first, then the shorter ones, each half within a budget of processor seconds. What
a test file runs through is learnt when it is first needed and kept in .mutation_cache. A test that fails without any
change ends it.
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
import marshal
import multiprocessing
import os
import random
import re
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, ClassVar, TypeVar

import hypothesis
import lxml.etree
import msgspec
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
MAX_FIRST_TESTS = 30
LIMIT = 8
"""How many times as long as without the change tests may run until they count as endless."""
_SHARED_LIBRARIES = (hypothesis, lxml.etree, msgspec, np, pydantic, typer)
"""Loaded before processes fork, so that each need not load them again."""

STORED = tuple(f"formats/test_{name}.py" for name in ("stored_decodings", "stored_damage", "every_format"))

ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "formats": (("formats",), (*STORED, "test_twins.py", "test_rules.py")),
    "rules": (("rules",), ("test_rules.py", "test_twins.py", "cli/test_stored_answers.py")),
    "semantics": (("semantics",), ("cli", "test_rules.py", "rules", "test_twins.py")),
    "packets": (("semantics/packets",), ("cli/test_which.py", "cli/test_stored_answers.py", "test_rules.py")),
    "load": (
        ("load",),
        ("cli/test_load.py", "cli/test_stored_answers.py", "rules/test_policy_load.py", "test_rules.py"),
    ),
    "repair": (
        ("repair",),
        ("rules/test_repair.py", "cli/test_fix_in_place.py", "cli/test_stored_answers.py", "test_rules.py"),
    ),
    "reporters": (
        ("reporters",),
        ("cli/test_stored_answers.py", "test_demo.py", "cli/test_secrets.py", "cli/test_bad_input.py"),
    ),
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
    broad = [test for part in ("test_values.py", *ROOMS[room][1]) for test in _tests(Path("tests") / part)]
    first = [own] if own.is_file() else near
    return first, [path for path in dict.fromkeys((*near, *broad)) if path not in first]


def _tests(path: Path) -> list[Path]:
    """Its test files; a browser that is started for each change would take longer than all others."""
    return [path] if path.suffix else sorted(set(path.rglob("test_*.py")) - set(path.rglob("*_browser.py")))


Functions = dict[str, dict[str, list[str]]]
"""By module and function the tests that are known to enter it, the first few."""
Result = TypeVar("Result")


class MarkingLoader(importlib.machinery.SourceFileLoader):
    """Loads a module whose functions tell that they are entered: some nanoseconds each, where tracing takes all calls.

    The bytecode is kept as that of any module, so its folder must be another one.
    """

    entered: ClassVar[dict[str, set[str]]] = {}

    def source_to_code(  # type: ignore[override]
        self, data: Any, path: Any, _optimize: int = -1
    ) -> Any:
        """See `importlib`."""
        tree = ast.parse(data)
        for name, function in functions(tree):
            starts_with_docstring = ast.get_docstring(function, clean=False) is not None
            mark = ast.parse(f"__entered__.add({name!r})").body
            for node in ast.walk(mark[0]):
                ast.copy_location(node, function.body[0])
            function.body[starts_with_docstring:starts_with_docstring] = mark
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)

    def exec_module(self, module: ModuleType) -> None:
        """See `importlib`."""
        vars(module)["__entered__"] = self.entered.setdefault(os.path.relpath(self.path, ROOT), set())
        super().exec_module(module)


class MarkingFinder:
    """Finds the modules of the package before anything else finds them."""

    def find_spec(self, name: str, _path: object = None, _target: ModuleType | None = None) -> Any:
        """See `importlib`."""
        if name.partition(".")[0] != PACKAGE.name:
            return None
        stem = ROOT / PACKAGE.parent / name.replace(".", "/")
        file = str(stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py"))
        return importlib.util.spec_from_file_location(name, file, loader=MarkingLoader(name, file))


def functions(tree: ast.AST, around: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions below a node with their qualified names."""
    for node in ast.iter_child_nodes(tree):
        name = around
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            name = f"{around}.{node.name}".lstrip(".")
        if isinstance(node, ast.FunctionDef):
            yield name, node
        yield from functions(node, name)


def seen(test: Path) -> tuple[int, float, Functions]:
    """Runs a test file without any change: its exit code, its processor seconds, and the functions it enters."""
    sys.pycache_prefix = f"{sys.pycache_prefix}-marked"
    sys.meta_path.insert(0, MarkingFinder())
    start = time.process_time()
    notes = Notes()
    code = _pytest(test, notes)
    return code, time.process_time() - start, notes.functions


class Notes:
    """Writes down which tests enter which function; what is kept from one test for the next is noted for the first."""

    def __init__(self) -> None:
        self.functions: Functions = {}

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """See `pytest`."""
        for path, names in MarkingLoader.entered.items():
            tests = self.functions.setdefault(path, {})
            for name in names:
                if len(tests.setdefault(name, [])) < MAX_FIRST_TESTS:
                    tests[name].append(nodeid)
            names.clear()


class Entering:
    """Runs of a file only the tests that are known to run through a change; all where none is known."""

    def __init__(self, first: list[str]) -> None:
        self.first = set(first)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """See `pytest`."""
        items[:] = [item for item in items if item.nodeid in self.first] or items


def _pytest(test: Path, plugin: object) -> int:
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
    return int(pytest.main([*options, str(test)], [plugin]))


class Loader(importlib.machinery.SourceFileLoader):
    """Loads the one module with its change."""

    code: CodeType

    def get_code(self, fullname: str) -> CodeType:
        """See `importlib`."""
        del fullname
        return self.code


class Finder:
    """Finds the changed module before anything else finds it. Tests may be elsewhere when they load it."""

    def __init__(self, change: Change) -> None:
        parts = change.path.relative_to("linter").with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.file = str(ROOT / change.path)
        self.code = compile(changed(change), self.file, "exec")

    def find_spec(self, name: str, _path: object = None, _target: ModuleType | None = None) -> Any:
        """See `importlib`."""
        if name != self.name:
            return None
        loader = Loader(name, self.file)
        loader.code = self.code
        return importlib.util.spec_from_file_location(name, self.file, loader=loader)

    def reach_children(self, folder: Path) -> None:
        """Let each Python that a test starts find the changed module too."""
        text = _IN_A_CHILD.format(name=self.name, file=self.file, code=marshal.dumps(self.code))
        (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
        os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])


_IN_A_CHILD = """
import importlib.machinery, importlib.util, marshal, sys

class Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname):
        return marshal.loads({code!r})

class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == {name!r}:
            return importlib.util.spec_from_file_location(name, {file!r}, loader=Loader(name, {file!r}))

sys.meta_path.insert(0, Finder)
"""
"""Python imports a module of this name before all others."""


def is_noticed(change: Change, test: Path, first: list[str], seconds: float) -> bool:
    """Whether a test fails, or never ends, with a change; ends the process when the time is up."""
    limit = int(max(CPU_SECONDS_AT_LEAST, LIMIT * seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    finder = Finder(change)
    sys.meta_path.insert(0, finder)
    with tempfile.TemporaryDirectory() as folder:
        finder.reach_children(Path(folder))
        return _pytest(test, Entering(first)) not in {0, 5}


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
    """What each test file runs through: learnt when it is first asked for, and kept until the file changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[Path, Any] = {}
        self.digests: dict[Path, str] = {}

    def notice(self, change: Change, room: str, budget: float) -> bool:
        """Whether a test notices a change: those of its folder are tried first, then the broad ones."""
        for tests in tests_of(change.path, room):
            spent = 0.0
            for test in self._in_order(tests, change):
                is_known = self._remembered(test) is not None
                if is_known and self._entering(test, change) is None:
                    continue
                seconds = self._seconds(test)
                if spent and spent + seconds > budget:
                    break
                spent += seconds
                # What names the module most likely runs through it: that is tried before anything is learnt.
                first = [] if not is_known and self._names(test, change) else self._entering(test, change)
                if first is None:
                    continue
                if in_a_process(is_noticed, change, test, first, seconds) is not False:
                    self._of(test)
                    return True
        return False

    def _in_order(self, tests: list[Path], change: Change) -> list[Path]:
        """Those that name the module first, then the small ones: the size is known before anything is learnt."""

        def rank(test: Path) -> tuple[bool, float]:
            return not self._names(test, change), self._seconds(test)

        return sorted(tests, key=rank)

    def _names(self, test: Path, change: Change) -> bool:
        return re.search(rf"\b{change.path.stem}\b", test.read_text(encoding="utf-8")) is not None

    def _seconds(self, test: Path) -> float:
        known = self._remembered(test)
        return float(known["seconds"]) if known else test.stat().st_size / 5000

    def _of(self, test: Path) -> Any:
        """What is known about a test file. Ends the process if it fails without any change."""
        if known := self._remembered(test):
            return known
        print(f"learning {test}", file=sys.stderr, flush=True)
        code, seconds, entered = in_a_process(seen, test) or (3, 0.0, {})
        if code not in {0, 5}:
            raise SystemExit(f"{test} fails without any change")
        modules = {path: [self._digest(Path(path)), names] for path, names in entered.items()}
        self.known[test] = {"digest": self._digest(test), "seconds": seconds, "modules": modules}
        self.folder.mkdir(exist_ok=True)
        self._file(test).write_text(json.dumps(self.known[test]), encoding="utf-8")
        return self.known[test]

    def _remembered(self, test: Path) -> Any:
        if test not in self.known and self._file(test).is_file():
            kept = json.loads(self._file(test).read_text(encoding="utf-8"))
            if kept["digest"] == self._digest(test):
                self.known[test] = kept
        return self.known.get(test)

    def _file(self, test: Path) -> Path:
        return self.folder / f"{'.'.join(test.with_suffix('').parts)}.json"

    def _digest(self, path: Path) -> str:
        if path not in self.digests:
            self.digests[path] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        return self.digests[path]

    def _entering(self, test: Path, change: Change) -> list[str] | None:
        """The tests of a file known to run through a change; None if the file does not.

        What the processes run through that a test starts is not learnt: any of its tests may run through the change.
        A module that is no longer the same counts as run through as a whole.
        """
        digest, entered = self._of(test)["modules"].get(str(change.path), ("", None))
        if "subprocess" in test.read_text(encoding="utf-8"):
            return []
        if entered is None:
            return None
        function = _function_around(change)
        if function is None or digest != self._digest(change.path):
            return []
        tests: list[str] | None = entered.get(function)
        return tests


def _function_around(change: Change) -> str | None:
    """The innermost function that holds a change; None for what runs when the module is loaded."""
    tree = ast.parse(change.path.read_text(encoding="utf-8"))
    around = [
        (node.lineno, name) for name, node in functions(tree) if node.lineno < change.line <= (node.end_lineno or 0)
    ]
    return max(around)[1] if around else None


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
    witnesses = Witnesses(ROOT / ".mutation_cache")
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
