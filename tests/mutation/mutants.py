"""Mutants: each one change of a predicate in a module of rules, or of a value in the ruleset."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from ipseclint import rules as rules_package
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.rule import Rule
from tests.mutation.changes import COMPARISONS

PACKAGE = Path(rules_package.__file__).parent


@dataclass(frozen=True)
class Mutant:
    """One change: what stands there, what becomes of it, and how to make it.

    Of code: the module, the lines, and the number of the place in it. Of a value: the rule and its options.
    `where` and `text` name it without line numbers, so that it can be found again.
    """

    where: str
    text: str
    what: str
    line: int = 0
    end_line: int = 0
    place: int = -1
    code: str | None = None
    options: dict[str, Any] | None = None

    @property
    def path(self) -> Path:
        """The module's file."""
        return PACKAGE / f"{self.where}.py"

    @property
    def title(self) -> str:
        """One line for people."""
        return f"{self.where}{f':{self.line}' if self.line else ''} {self.what}: {self.text}"

    @property
    def key(self) -> tuple[str, str, str]:
        """What the mutant is called in the list of equivalent ones."""
        return self.where, self.text, self.what


def of_module(stem: str) -> Iterator[Mutant]:
    """Every flip of one operator in a module."""
    for number, (node, index) in enumerate(_places(stem)):
        line, end_line = node.lineno, node.end_lineno or node.lineno
        yield Mutant(stem, ast.unparse(node), _name(node, index), line=line, end_line=end_line, place=number)


def compiled(mutant: Mutant) -> CodeType:
    """The module with the one change made."""
    node, index = _places(mutant.where)[mutant.place]
    before: Any
    match node:
        case ast.Compare():
            before = node.ops[index]
            node.ops[index] = COMPARISONS[type(before)]()
        case ast.BoolOp():
            before = node.op
            node.op = ast.Or() if isinstance(before, ast.And) else ast.And()
        case ast.UnaryOp():
            before = node.operand
            node.operand = ast.copy_location(ast.UnaryOp(ast.Not(), before), before)
        case _:
            raise TypeError(type(node))
    try:
        return compile(_tree(mutant.where), str(mutant.path), "exec")
    finally:
        match node:
            case ast.Compare():
                node.ops[index] = before
            case ast.BoolOp():
                node.op = before
            case ast.UnaryOp():
                node.operand = before


def of_options(rule: Rule) -> Iterator[Mutant]:
    """Every number moved to its neighbours, every list shortened, every switch turned."""
    options = dict(load_ruleset("default").settings(rule).options)
    for key, value in options.items():
        for changed in _neighbours(value):
            yield Mutant(
                f"{rule.code}.{key}",
                _short(value),
                f"becomes {_short(changed)}",
                code=rule.code,
                options={**options, key: changed},
            )


@cache
def _tree(stem: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{stem}.py").read_text(encoding="utf-8"))


@cache
def _places(stem: str) -> list[tuple[ast.expr, int]]:
    return [
        (node, index)
        for node in ast.walk(_tree(stem))
        if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp)
        for index in _operators(node)
    ]


def _operators(node: ast.Compare | ast.BoolOp | ast.UnaryOp) -> list[int]:
    if isinstance(node, ast.Compare):
        return [index for index, operator in enumerate(node.ops) if type(operator) in COMPARISONS]
    return [0] if isinstance(node, ast.BoolOp) or isinstance(node.op, ast.Not) else []


def _name(node: ast.expr, index: int) -> str:
    if isinstance(node, ast.Compare):
        old = type(node.ops[index])
        return f"{old.__name__} becomes {COMPARISONS[old].__name__}" + (f" at {index + 1}" if index else "")
    if isinstance(node, ast.BoolOp):
        return "And becomes Or" if isinstance(node.op, ast.And) else "Or becomes And"
    return "Not is dropped"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _neighbours(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        if value > 0:
            yield value - 1
    elif isinstance(value, float):
        yield value * 1.05
        yield value * 0.95
    elif isinstance(value, list):
        yield from (value[:i] + value[i + 1 :] for i in range(len(value)))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: changed} for changed in _neighbours(inner))
