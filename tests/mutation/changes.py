"""Changes that a test should notice: each one small step away from what a module says."""

from __future__ import annotations

import ast
import copy
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SKIPPED_FIELDS = frozenset({"decorator_list", "annotation", "returns", "type_params"})
MIN_ENTRIES = 2
TYPE = re.compile(r"TypeVar\(|(?:Callable|Mapping|Sequence|dict|list|tuple)\[")
"""How what only types need is written beside annotations: variables of types, and names for types."""
SYMMETRIC = frozenset({"max", "min"})
"""Functions to which the order of two arguments says nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a module: the number of the node in the order of `nodes`, what is done to it, and to which part."""

    path: Path
    line: int
    node: int
    kind: str
    part: int
    text: str

    @property
    def title(self) -> str:
        """One line for people."""
        return f"{self.path.as_posix()}:{self.line} {self.kind}{f' {self.part}' if self.part else ''}: {self.text[:90]}"


def sample(paths: list[Path], count: int, rng: random.Random) -> list[Change]:
    """So many changes, drawn by lines: each line that has any is as likely as another, whatever stands on it."""
    by_line: dict[tuple[Path, int], list[Change]] = {}
    for path in paths:
        for change in changes(path):
            by_line.setdefault((path, change.line), []).append(change)
    lines = sorted(by_line)
    return [rng.choice(by_line[line]) for line in rng.sample(lines, min(count, len(lines)))]


def changes(path: Path) -> Iterator[Change]:
    """Every change of a module."""
    for number, node in enumerate(nodes(ast.parse(path.read_text(encoding="utf-8")))):
        for kind, part in _kinds(node):
            yield Change(path, node.lineno, number, kind, part, ast.unparse(node).splitlines()[0])


def changed(change: Change) -> ast.Module:
    """The module with the one change made."""
    tree = ast.parse(change.path.read_text(encoding="utf-8"))
    node = list(nodes(tree))[change.node]
    new = _made(node, change.kind, change.part)
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is node:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if each is node else each for each in value]
    return ast.fix_missing_locations(tree)


def nodes(tree: ast.AST) -> Iterator[Any]:
    """Statements and expressions in order, without decorators, annotations, docstrings and what only types need."""
    for name, value in ast.iter_fields(tree):
        if name in SKIPPED_FIELDS:
            continue
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, ast.AST) or _is_silent(each):
                continue
            if isinstance(each, ast.stmt | ast.expr):
                yield each
            yield from nodes(each)


def _is_silent(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return True  # that two are as long as each other is asserted: no input makes it speak
    if isinstance(node, ast.Assign) and TYPE.match(ast.unparse(node.value)):
        return True
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _kinds(node: Any) -> Iterator[tuple[str, int]]:
    match node:
        case ast.Compare():
            yield from (("flip comparison", at) for at, each in enumerate(node.ops) if type(each) in COMPARISONS)
        case ast.BoolOp():
            yield "and/or", 0
            yield from (("drop operand", at) for at in range(len(node.values)))
        case ast.UnaryOp(op=ast.Not()):
            yield "drop not", 0
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            yield "arithmetic", 0
        case ast.Constant(value=bool()):
            yield "flip bool", 0
        case ast.Constant(value=int()):
            yield "off by one", 0
        case ast.Dict() if len(node.keys) >= MIN_ENTRIES:
            yield from (("drop entry", at) for at in range(len(node.keys)))
            yield from (("take the next value", at) for at in range(len(node.keys)) if _differs(node.values, at))
        case ast.Tuple(ctx=ast.Load()) | ast.List(ctx=ast.Load()) | ast.Set() if len(node.elts) >= MIN_ENTRIES:
            yield from (("drop element", at) for at in range(len(node.elts)))
        case ast.Call():
            swapped = not (isinstance(node.func, ast.Name) and node.func.id in SYMMETRIC)
            yield from (
                ("swap arguments", at) for at in range(len(node.args) - 1) if swapped and _differs(node.args, at)
            )
            yield from (
                ("drop keyword", at) for at, each in enumerate(node.keywords) if each.arg and not _is_silent(each)
            )
        case ast.If() | ast.IfExp():
            yield "always", 0
            yield "never", 0
        case ast.Return(value=ast.expr() as value) if not _is_nothing(value):
            yield "return None", 0
        case (
            ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.AugAssign() | ast.Continue() | ast.Break()
        ):
            yield "delete statement", 0


def _is_nothing(node: ast.expr) -> bool:
    """Whether a value is None, or as false to whoever asks."""
    return isinstance(node, ast.Constant) and (node.value is None or node.value is False)


def _differs(values: list[ast.expr], at: int) -> bool:
    return ast.dump(values[at]) != ast.dump(values[(at + 1) % len(values)])


def _made(node: Any, kind: str, part: int) -> ast.AST:
    new = copy.deepcopy(node)
    match kind:
        case "flip comparison":
            new.ops[part] = COMPARISONS[type(new.ops[part])]()
        case "and/or":
            new.op = ast.Or() if isinstance(new.op, ast.And) else ast.And()
        case "drop operand":
            del new.values[part]
            new = new if len(new.values) > 1 else new.values[0]
        case "drop not":
            new = new.operand
        case "arithmetic":
            new.op = ARITHMETIC[type(new.op)]()
        case "flip bool":
            new.value = not new.value
        case "off by one":
            new.value += 1
        case "drop entry":
            del new.keys[part], new.values[part]
        case "take the next value":
            new.values[part] = new.values[(part + 1) % len(new.values)]
        case "drop element":
            del new.elts[part]
        case "swap arguments":
            new.args[part], new.args[part + 1] = new.args[part + 1], new.args[part]
        case "drop keyword":
            del new.keywords[part]
        case "always" | "never":
            new.test = ast.Constant(kind == "always")
        case "return None":
            new.value = ast.Constant(None)
        case "delete statement":
            new = ast.Pass()
        case _:
            raise ValueError(kind)
    return ast.copy_location(new, node)
