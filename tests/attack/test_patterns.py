"""No regular expression of the package takes more than a few looks at each character, whatever it is fed."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.unread import own
from ipseclint.formats import within
from ipseclint.late import LatePattern
from tests import ROOT
from tests.attack.hostile_texts import Hostile, hostile_texts
from tests.attack.regex_steps import Matcher, TooManyError

CHARACTERS = 48
MOST_REPEATED = 6
"""As often at most is repeated in a pattern what has a bound, which makes a pattern slow and lets nothing grow."""
MAX_STEPS = 300_000
MAX_STEPS_OF_A_PATTERN = 400_000
MAX_RECURSION = 20_000

COMPILES = re.compile(rb"\b(?:re\.compile|late)\(")
SEARCHES = re.compile(r"\b(\w+)\.(?:search|finditer|findall|sub|subn|split)\(")


def compiles(code: bytes) -> bool:
    return (b"re.compile(" in code or b"late(" in code) and COMPILES.search(code) is not None


PACKAGES = sorted(Path(folder) for folder, _, files in os.walk(ROOT / "linter" / "ipseclint") if "__init__.py" in files)


@cache
def modules(package: Path) -> list[str]:
    """The modules of a package that compile patterns, none of them loaded."""
    paths = sorted(package.glob("*.py"))
    names = (path.relative_to(ROOT / "linter").with_suffix("") for path in paths if compiles(path.read_bytes()))
    return [".".join(name.parts).removesuffix(".__init__") for name in names]


def patterns(module: str) -> dict[str, re.Pattern[Any]]:
    """Every compiled pattern at the top of a module, by its name."""
    values = vars(importlib.import_module(module)).items()
    compiled = ((name, value.compiled() if isinstance(value, LatePattern) else value) for name, value in values)
    return {name: value for name, value in compiled if isinstance(value, re.Pattern)}


@cache
def searched(path: Path) -> frozenset[str]:
    """The names of patterns that a module looks for anywhere in a text, not at one place."""
    return frozenset(SEARCHES.findall(path.read_text(encoding="utf-8")))


def is_searched(module: str, name: str) -> bool:
    """Whether a pattern is looked for anywhere, in its own module or, if it is public, in another."""
    file = importlib.import_module(module).__file__
    assert file is not None
    others = (ROOT / "linter" / "ipseclint").rglob("*.py") if not name.startswith("_") else ()
    return any(name in searched(path) for path in (Path(file), *others))


def steps(pattern: re.Pattern[Any], text: str, *, everywhere: bool) -> int:
    try:
        return Matcher(pattern, text, MAX_STEPS, MOST_REPEATED).scan(everywhere=everywhere)
    except (TooManyError, RecursionError):
        return MAX_STEPS


@pytest.fixture(autouse=True)
def deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(MAX_RECURSION)
    yield
    sys.setrecursionlimit(before)


def growth(pattern: re.Pattern[Any], hostile: Hostile, *, everywhere: bool) -> tuple[int, ...]:
    """The steps for a text, and twice and four times as long as long as they may grow with more than its length.

    What is linear costs, twice as long, no more than twice the steps; of what is more than that for a square, four
    times as long has four times as much: then there are three counts.
    """
    times = max(6, CHARACTERS // len(hostile.again))
    short = steps(pattern, hostile.times(times), everywhere=everywhere)
    if short <= 2 * len(hostile.again) * times:
        return (short,)
    if short >= MAX_STEPS:
        return short, short, short  # a longer text takes no fewer
    middle = steps(pattern, hostile.times(2 * times), everywhere=everywhere)
    if middle >= MAX_STEPS:
        return short, middle, middle
    more = middle - 2 * short
    if more <= 2 * times:
        return short, middle
    long = steps(pattern, hostile.times(4 * times), everywhere=everywhere)
    is_more = long - 2 * middle >= 3 * more or long >= MAX_STEPS
    return (short, middle, long) if is_more else (short, middle + long)


def costly(pattern: re.Pattern[Any], *, everywhere: bool) -> tuple[Hostile, tuple[int, ...]] | None:
    """The first text of which more costs far more than as many steps more, with their counts.

    Of a pattern with very many branches, each character costs so much that not all texts are tried.
    """
    spent = 0
    for hostile in hostile_texts(pattern):
        counts = growth(pattern, hostile, everywhere=everywhere)
        if len(counts) > 2:
            return hostile, counts
        spent += sum(counts)
        if spent > MAX_STEPS_OF_A_PATTERN:
            break
    return None


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.relative_to(ROOT / "linter").as_posix())
def test_twice_the_text_costs_twice_the_steps(package: Path, draw: Callable[..., list[str]]) -> None:
    for module in draw(modules(package), PACKAGES.index(package), 40):
        found = patterns(module)
        told = {name: costly(pattern, everywhere=is_searched(module, name)) for name, pattern in found.items()}
        assert told == dict.fromkeys(found), module


def test_the_modules_with_patterns_are_found() -> None:
    found = [module for package in PACKAGES for module in modules(package)]
    assert {"ipseclint.escape", "ipseclint.formats.netsh.lexer"} <= set(found)
    assert len({pattern for module in found for pattern in patterns(module).values()}) > 300


@pytest.mark.parametrize("bad", [r"(?m)^\s*x", r"a*b", r"(a+)+b", r"netsh.*?ipsec", r"(?:a|a)*b", r"(?:<!.*?->|<x)*<y"])
def test_the_count_tells_a_pattern_that_is_not_linear(bad: str) -> None:
    assert costly(re.compile(bad), everywhere=True) is not None


@pytest.mark.parametrize(
    "bad",
    [
        r"goto[ \t]*:?[ \t]*([^\s:]+)",
        r'"[A-Z][a-z]+(?:[A-Z]+[a-z]*)+"',
        r"\n[^\r\n]*?netsh\b[^\r\n]*?\bips",
        r"\((?:a[^\n]*\)\]){0,8}\$",
        r"<\d>(?=(?:<\d>)*$)",
        r"for\((\S*\*\S*)\)do",
    ],
)
def test_the_count_tells_what_is_slow_behind_a_beginning_of_its_own(bad: str) -> None:
    assert costly(re.compile(bad), everywhere=False) is not None or costly(re.compile(bad), everywhere=True) is not None


@pytest.mark.parametrize("good", [r"(?m)^[ \t]*x", r"\ba+b", r"(?>a*)b|c", r"<[^<>]*>"])
def test_the_count_lets_a_linear_pattern_pass(good: str) -> None:
    assert costly(re.compile(good), everywhere=good != r"(?>a*)b|c") is None


def test_the_count_follows_what_the_engine_does() -> None:
    for pattern, text, fits in ((r"a+b", "aaab", True), (r"(?<=x)y|\bz$", "xy", True), (r"(?>a*)a", "aaa", False)):
        compiled = re.compile(pattern)
        assert bool(compiled.search(text)) is fits
        assert Matcher(compiled, text, MAX_STEPS).finds() is fits


@pytest.mark.parametrize(("begin", "end"), [("|", "x|y|"), ("|x", "y|z|")])
def test_blanks_in_a_row_of_a_table_cost_as_many_steps(begin: str, end: str) -> None:
    row = patterns("ipseclint.secrets.announced")["_ROW"]
    short, long = (steps(row, begin + " " * times + end, everywhere=False) for times in (50, 100))
    assert long < min(3 * short, MAX_STEPS)


@pytest.mark.parametrize("tag", ["EOT", "'''"])
def test_the_line_that_ends_a_block_is_looked_for_in_linear_time(tag: str) -> None:
    ending = re.compile(within._ENDING.format(tag), re.MULTILINE)
    assert costly(ending, everywhere=True) is None
    for blanks in (" ", "\t", "| ", " - "):
        short, long = (steps(ending, "\n" + blanks * times + "x", everywhere=True) for times in (20, 40))
        assert long < min(3 * short, MAX_STEPS)


def test_indented_lines_that_may_be_a_report_of_ours_cost_as_many_steps() -> None:
    begins_a_difference = re.compile(own._LONG + own._ON + "->")
    short, long = (
        steps(begins_a_difference, "r\n" + (" " * 6 + "a: b, \n") * lines, everywhere=False) for lines in (2, 4)
    )
    assert long < 3 * short
