"""Name the conditions of a room that its near tests decide in one way alone: few of them notice a change of one.

    python -m tests.mutation.undecided ROOM [ROOM ...]

Runs the near tests of a room once, in which every condition of its code tells how it was decided: that of an `if`, a
loop, a conditional expression or a comprehension, and each operand of `and` and `or`. It takes two or three times as
long as the tests, and names what changes that are drawn meet by chance. That a condition is decided in both ways does
not say that a test notices which; that it never is, says where a kind of input is missing.
"""

from __future__ import annotations

import argparse
import ast
import importlib.machinery
import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests import ROOT

from .rooms import PACKAGE, ROOMS, modules_of, tests_of
from .trials import in_a_process, run_pytest

Condition = tuple[str, int, str]
"""The module of a condition, its line and its text."""


class Telling(ast.NodeTransformer):
    """Lets each condition of a module tell how it is decided; `conditions` are all that there are."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.conditions: list[Condition] = []

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """See `ast`."""
        texts = [ast.unparse(each) for each in _conditions(node)]
        super().generic_visit(node)
        told = [self._told(each, text) for each, text in zip(_conditions(node), texts, strict=True)]
        match node:
            case ast.If() | ast.While() | ast.IfExp():
                (node.test,) = told
            case ast.BoolOp():
                node.values = told
            case ast.comprehension():
                node.ifs = told
        return node

    def _told(self, test: ast.expr, text: str) -> ast.expr:
        if isinstance(test, ast.Constant) or text == "TYPE_CHECKING":
            return test
        condition = (self.path, test.lineno, text)
        self.conditions.append(condition)
        call = ast.Call(ast.Name("__told__", ast.Load()), [ast.parse(repr(condition), mode="eval").body, test], [])
        return ast.fix_missing_locations(ast.copy_location(call, test))


def _conditions(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return [test]
        case ast.BoolOp(values=values):
            return values
        case ast.comprehension(ifs=ifs):
            return ifs
    return []


class Decided:
    """Finds the modules of a room before anything else finds them, and takes what their conditions tell."""

    def __init__(self, modules: list[Path]) -> None:
        self.modules = {".".join(_parts(path)): path for path in modules}
        self.ways: dict[Condition, set[bool]] = {}

    def tell(self, condition: Condition, value: Any) -> Any:
        """Note how a condition is decided, which is left as it is."""
        self.ways[condition].add(bool(value))
        return value

    def find_spec(self, name: str, _path: object = None, _target: ModuleType | None = None) -> Any:
        """See `importlib`."""
        if (path := self.modules.get(name)) is None:
            return None
        return importlib.util.spec_from_file_location(name, ROOT / path, loader=_Loader(name, str(ROOT / path), self))


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, decided: Decided) -> None:
        super().__init__(name, path)
        self.decided = decided

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        telling = Telling(os.path.relpath(self.path, ROOT / PACKAGE))
        tree = telling.visit(ast.parse(self.get_data(self.path)))
        self.decided.ways |= {each: set() for each in telling.conditions if each not in self.decided.ways}
        return compile(tree, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__told__"] = self.decided.tell
        super().exec_module(module)


def _parts(path: Path) -> tuple[str, ...]:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def undecided(modules: list[Path], tests: list[Path | str]) -> dict[Condition, set[bool]]:
    """How each condition of some modules is decided while some tests run, if not in both ways."""

    def work() -> list[tuple[Condition, list[bool]]]:
        decided = Decided(modules)
        sys.meta_path.insert(0, decided)
        for name in decided.modules:
            sys.modules.pop(name, None)
        with tempfile.TemporaryDirectory() as folder:
            run_pytest(["--maxfail=0", *tests], Path(folder), object())  # a test that fails anyhow hides no other
        return [(condition, list(ways)) for condition, ways in decided.ways.items() if len(ways) < 2]

    told = in_a_process(work, wall_seconds=None) or []
    return {(path, line, text): set(ways) for (path, line, text), ways in told}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="+", metavar="ROOM", choices=ROOMS)
    os.chdir(ROOT)
    for room in parser.parse_args().rooms:
        modules = modules_of(room)
        tests = dict.fromkeys(test for module in modules for test in tests_of(module, room)[0])
        found = undecided(modules, [*tests])
        for (path, line, text), ways in sorted(found.items()):
            way = f"never {not ways.pop()}" if ways else "never met"
            print(f"{path}:{line} {way.lower()}: {text[:120]}")
        print(f"{room}: {len(found)} conditions that are not decided in both ways", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
