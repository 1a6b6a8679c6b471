"""Trials of changes: the tests are collected once, each trial is a fork in which functions take on the changed code.

What runs while a module is loaded cannot be changed that way; `fresh` loads everything anew for one change.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import gc
import importlib.machinery
import importlib.util
import json
import marshal
import os
import re
import resource
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, ClassVar, TypeVar

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from tests import ROOT
from tests.tries import MIN_EXAMPLES

from .changes import Change, changed
from .rooms import PACKAGE

CPU_SECONDS_AT_LEAST = 20
LIMIT = 8
"""How many times as long as without the change tests may run until they count as endless."""
WALL_SECONDS_AT_LEAST = 60
WALL_LIMIT = 3 * LIMIT
"""The same by the clock, for tests that wait for a process in which the change does not end, on a busy machine."""
WALL_SECONDS = 600
MAX_REST_SECONDS = 6.0
"""Of a test file no longer than this all tests are tried, if those that enter the change notice nothing."""
NULL_DEVICE = Path(os.devnull).stat().st_rdev
PROGRESS = os.dup(2)
"""Where forks, whose output nobody sees, say what they do; a number, for Python 3.13 complains of a file left open."""
Result = TypeVar("Result")
Functions = dict[str, dict[str, list[str]]]
"""By module and function the tests that enter it."""


def in_a_process(work: Callable[[], Result], wall_seconds: int | None = WALL_SECONDS) -> Result | None:
    """What a function gives in a fork whose output nobody sees; None if it did not come to an end."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.setpgid(0, 0)
            quiet = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(quiet, stream)
            if wall_seconds:
                signal.alarm(wall_seconds)
            os.write(writing, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    parts = []
    while part := os.read(reading, 1 << 16):
        parts.append(part)
    os.close(reading)
    os.waitpid(pid, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    mend_null_device()
    return json.loads(b"".join(parts)) if parts else None  # type: ignore[no-any-return]


def mend_null_device() -> None:
    """Make the device that swallows output anew: a changed program that root runs may have put a file in its place."""
    if not stat.S_ISCHR(Path(os.devnull).stat().st_mode):
        Path(os.devnull).unlink()
        os.mknod(os.devnull, stat.S_IFCHR | 0o666, NULL_DEVICE)
        Path(os.devnull).chmod(0o666)


class Trials:
    """Plugin of pytest: in place of running what it collected, tries changes on it.

    `noticed` holds the numbers of those that a test notices, `early` of those whose function cannot take on the change,
    or ran before any test, so that what it gave may be kept from then, `lost` the test file that does not come to an
    end without any change.
    """

    def __init__(self, room: list[tuple[int, Change, list[Path]]], known: Known, budget: float) -> None:
        self.room, self.known, self.budget = room, known, budget
        self.noticed: list[int] = []
        self.early: list[int] = []
        self.lost: Path | None = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """See `pytest`."""
        entered = MarkingLoader.entered
        self.early = [
            number
            for number, change, _ in self.room
            if function_around(change) in entered.get(str(change.path), ()) or not can_be_taken_on(change)
        ]
        gc.unfreeze()
        index = _functions_by_file()
        gc.freeze()
        by_file: dict[Path, list[pytest.Item]] = {}
        for item in session.items:
            by_file.setdefault(item.path.relative_to(ROOT), []).append(item)
        alive = list(self.room)
        spent = dict.fromkeys((number for number, _, _ in self.room), 0.0)
        ranks = {path: min(tests.index(path) for _, _, tests in alive if path in tests) for path in by_file}
        learnt_files = {}
        for path in sorted(by_file, key=ranks.__getitem__):
            learnt = self.known.of(path, functools.partial(_learn, by_file[path]))
            if learnt is None:
                self.lost = path
                return True
            learnt_files[path] = learnt
        # The budget is for many quick files, not for the one that takes as long as all others.
        for path in sorted(by_file, key=lambda path: (learnt_files[path][0], ranks[path])):
            seconds, entered = learnt_files[path]
            concerned = [trial for trial in alive if path in trial[2] and spent[trial[0]] <= self.budget]
            if not concerned:
                continue
            red = self.known.red(path)
            items = [item for item in by_file[path] if item.name not in red]
            for trial in concerned:
                number, change, _ = trial
                first = self.known.entering(entered, change)
                if first is None:
                    continue
                spent[number] += seconds
                wall_seconds = int(max(WALL_SECONDS_AT_LEAST, WALL_LIMIT * seconds))
                work = functools.partial(_try, change, items, first, seconds, index)
                if in_a_process(work, wall_seconds) is not False:
                    alive.remove(trial)
                    self.noticed.append(number)
        return True


def _learn(items: list[pytest.Item]) -> tuple[float, Functions, list[str]]:
    """The seconds that tests take, which of them enter each function, and which fail without any change."""
    start = _cpu_seconds()
    functions: Functions = {}
    red: list[str] = []
    MarkingLoader.forget()
    for item, after in zip(items, [*items[1:], None], strict=True):
        if _fails(item, after):
            red.append(item.name)
        for path, names in MarkingLoader.entered.items():
            tests = functions.setdefault(path, {})
            for name in names:
                tests.setdefault(name, []).append(item.name)
        MarkingLoader.forget()
    return _cpu_seconds() - start, functions, red


def _cpu_seconds() -> float:
    """Of the process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def _fails(item: pytest.Item, after: pytest.Item | None) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=after))


def _try(
    change: Change, items: list[pytest.Item], first: list[str], seconds: float, index: dict[str, list[FunctionType]]
) -> bool:
    limit = int(max(CPU_SECONDS_AT_LEAST, LIMIT * seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    take_on(change, index)
    chosen = [item for item in items if item.name in set(first)]
    if seconds <= MAX_REST_SECONDS:
        chosen += [item for item in items if item not in chosen]
    return any(_fails(item, after) for item, after in zip(chosen, [*chosen[1:], None], strict=True))


def take_on(change: Change, index: dict[str, list[FunctionType]]) -> None:
    """Change the functions that are there already, and the module for those that load it later."""
    file = str(ROOT / change.path)
    tree = changed(change)
    marks(tree)
    code = compile(tree, file, "exec", dont_inherit=True)
    sys.meta_path.insert(0, Finder(change, code))
    codes = {(each.co_qualname, each.co_firstlineno): each for each in _codes(code)}
    for function in index.get(file, []):
        old = function.__code__
        new = codes.get((old.co_qualname, old.co_firstlineno))
        if new and new.co_freevars == old.co_freevars and _last_line(old) >= change.line >= old.co_firstlineno:
            function.__code__ = new


def can_be_taken_on(change: Change) -> bool:
    """Whether functions that are there can change so: not where one then sees other names of what is around it."""
    before, after = (
        {(each.co_qualname, each.co_firstlineno): each.co_freevars for each in _codes(compile(tree, "", "exec"))}
        for tree in (ast.parse(change.path.read_text(encoding="utf-8")), changed(change))
    )
    return all(before[place] == after[place] for place in before.keys() & after.keys())


def _last_line(code: CodeType) -> int:
    return max(
        [line for _, _, line in code.co_lines() if line]
        + [_last_line(each) for each in code.co_consts if isinstance(each, CodeType)]
    )


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def _functions_by_file() -> dict[str, list[FunctionType]]:
    found: dict[str, list[FunctionType]] = {}
    for function in gc.get_objects():
        if isinstance(function, FunctionType):
            found.setdefault(function.__code__.co_filename, []).append(function)
    return found


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
        marks(tree)
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)

    def exec_module(self, module: ModuleType) -> None:
        """See `importlib`."""
        vars(module)["__entered__"] = self.entered.setdefault(os.path.relpath(self.path, ROOT), set())
        super().exec_module(module)

    @classmethod
    def forget(cls) -> None:
        """What has been entered until now."""
        for names in cls.entered.values():
            names.clear()


def marks(tree: ast.Module) -> None:
    """Let each function of a module tell that it is entered."""
    for name, function in functions(tree):
        starts_with_docstring = ast.get_docstring(function, clean=False) is not None
        mark = ast.parse(f"__entered__.add({name!r})").body
        for node in ast.walk(mark[0]):
            ast.copy_location(node, function.body[0])
        function.body[starts_with_docstring:starts_with_docstring] = mark


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


def function_around(change: Change) -> str | None:
    """The innermost function in whose body a change stands; None for what runs when the module is loaded."""
    tree = ast.parse(change.path.read_text(encoding="utf-8"))
    around = [
        (node.lineno, name)
        for name, node in functions(tree)
        if node.body[0].lineno <= change.line <= (node.end_lineno or 0)
    ]
    return max(around)[1] if around else None


class Loader(importlib.machinery.SourceFileLoader):
    """Loads the one module with its change."""

    code: CodeType

    def get_code(self, fullname: str) -> CodeType:
        """See `importlib`."""
        del fullname
        return self.code

    def exec_module(self, module: ModuleType) -> None:
        """See `importlib`."""
        vars(module)["__entered__"] = set()
        super().exec_module(module)


class Finder:
    """Finds the changed module before anything else finds it. Tests may be elsewhere when they load it."""

    def __init__(self, change: Change, code: CodeType | None = None) -> None:
        parts = change.path.relative_to("linter").with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.file = str(ROOT / change.path)
        self.code = code or compile(changed(change), self.file, "exec")

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


def run_pytest(tests: Sequence[Path | str], folder: Path, plugin: object) -> int:
    """Collect and run test files, or tests by their ids; the exit code."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    checks = list(hypothesis.HealthCheck)
    hypothesis.settings.register_profile(
        "mutants",
        deadline=None,
        max_examples=MIN_EXAMPLES,
        derandomize=True,
        database=None,
        phases=phases,
        suppress_health_check=checks,
    )
    quick = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:randomly"]
    options = [*quick, "--hypothesis-profile", "mutants", f"--basetemp={folder}/tests"]
    return int(pytest.main([*options, *map(str, tests)], [plugin]))


class _Failing:
    """Notes what fails, of the tests that are of interest: all of a file for which no names are given but the red."""

    def __init__(self, chosen: dict[Path, set[str]], red: dict[Path, list[str]]) -> None:
        self.chosen, self.red = chosen, red
        self.names: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """See `pytest`."""
        chosen = {ROOT / path: names for path, names in self.chosen.items()}
        red = {ROOT / path: names for path, names in self.red.items()}
        items[:] = [
            item
            for item in items
            if (item.path not in chosen or item.name in chosen[item.path]) and item.name not in red.get(item.path, ())
        ]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """See `pytest`."""
        if report.failed:
            self.names.append(report.nodeid)


def fresh(
    change: Change | None,
    tests: Sequence[Path | str],
    seconds: float,
    known: Known,
    chosen: dict[Path, set[str]] | None = None,
) -> str:
    """The first of the tests that fails where everything is loaded anew with a change, `` if none does.

    `chosen` names tests of files of which not all are run; what is known to fail anyhow is left out.
    """
    red = {test: known.red(test) for test in tests if isinstance(test, Path)}

    def work() -> str:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
        folder = Path(tempfile.mkdtemp())
        failing = _Failing(chosen or {}, red)
        try:
            if change:
                finder = Finder(change)
                sys.meta_path.insert(0, finder)
                finder.reach_children(folder)
            code = run_pytest(tests, folder, failing)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return "" if code in {0, 5} else failing.names[0] if failing.names else "loading"

    answer = in_a_process(work)
    return "no end" if answer is None else answer


_DATA = re.compile(r'"data" / "([\w.-]+)"')
"""How a test names data that are stored."""


class Known:
    """What test files run through, kept in a folder until they change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.learnt: set[Path] = set()
        folder.mkdir(exist_ok=True)
        self.digests: dict[Path, str] = {}

    def of(
        self, test: Path, learn: Callable[[], tuple[float, Functions, list[str]]]
    ) -> tuple[float, dict[str, Any]] | None:
        """The processor seconds of a file, and by module its digest and the tests that enter each function.

        None if it does not come to an end. A file of which a test failed is learnt anew in each run: what it was held
        against may be another by now.
        """
        if (kept := self._kept(test)) and (test in self.learnt or not kept.get("red")):
            return kept["seconds"], kept["modules"]
        os.write(PROGRESS, f"learning {test}\n".encode())
        learnt = in_a_process(learn)
        if learnt is None:
            return None
        modules = {path: [self._digest(Path(path)), names] for path, names in learnt[1].items()}
        for name in learnt[2]:
            os.write(PROGRESS, f"left out, as it fails without any change: {test}::{name}\n".encode())
        self.learnt.add(test)
        kept = {"digest": self._digest_of_test(test), "seconds": learnt[0], "modules": modules, "red": learnt[2]}
        self._file(test).write_text(json.dumps(kept), encoding="utf-8")
        return learnt[0], modules

    def red(self, test: Path) -> list[str]:
        """The tests of a file that failed without any change."""
        kept = self._kept(test)
        return [] if kept is None else kept.get("red", [])

    def seconds(self, test: Path) -> float:
        """The processor seconds of a file, 0 where they are not known."""
        kept = self._kept(test)
        return 0.0 if kept is None else kept["seconds"]

    def touching(self, test: Path, modules: list[Path]) -> set[str] | None:
        """The tests of a file that enter any function of some modules; None where that is not known."""
        kept = self._kept(test)
        if kept is None:
            return None
        entered = [kept["modules"][str(path)][1] for path in modules if str(path) in kept["modules"]]
        return {name for functions in entered for names in functions.values() for name in names}

    def _file(self, test: Path) -> Path:
        return self.folder / f"{'.'.join(test.with_suffix('').parts)}.json"

    def _kept(self, test: Path) -> dict[str, Any] | None:
        file = self._file(test)
        kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
        return kept if kept and kept["digest"] == self._digest_of_test(test) else None

    def _digest_of_test(self, test: Path) -> str:
        """The digest of a test file and of the data that it names: what it enters goes by both."""
        stored = [Path("tests/data") / name for name in _DATA.findall(test.read_text("utf-8"))]
        files = [file for path in stored for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
        digests = (self._digest(file) for file in files if file.is_file())
        return sha256(" ".join((self._digest(test), *digests)).encode()).hexdigest()[:16]

    def entering(self, modules: dict[str, Any], change: Change) -> list[str] | None:
        """The tests that run through a change; none are named, but not None, where the module is another by now."""
        digest, entered = modules.get(str(change.path), ("", None))
        function = function_around(change)
        if entered is None or function is None:
            return None
        if digest != self._digest(change.path):
            return [test for tests in entered.values() for test in tests]
        tests: list[str] | None = entered.get(function)
        return tests

    def _digest(self, path: Path) -> str:
        if path not in self.digests:
            self.digests[path] = sha256(path.read_bytes()).hexdigest()[:16]
        return self.digests[path]
