"""What each table of the vocabulary says, entry by entry, is as stored: a fact that changes is seen as a difference.

What a fact rests on is told where it stands, and held to its source by the tests beside this one, table by table. After
a change that is meant, `python -m tests.vocabulary.test_stored_tables` stores it anew: read the difference.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module
from inspect import signature
from pkgutil import iter_modules
from typing import Any

import msgspec

from ipseclint import vocabulary
from ipseclint.late import LatePattern
from ipseclint.vocabulary.rows import Row
from tests import ROOT
from tests.cases import cases

EXPECTED = ROOT / "tests" / "data" / "vocabulary"
ROWS = 5
"""So many of a table that is read from a file: one shows how all are read."""
MODULES = sorted(module.name for module in iter_modules(vocabulary.__path__))


def plain(value: Any) -> str:
    """A value on one line, the same in every run."""
    match value:
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case re.Pattern() | LatePattern():
            return f"/{value.pattern}/{re.compile(value.pattern, value.flags).flags}"
        case Row():
            return plain(vars(value))
        case Mapping():
            return "{" + ", ".join(f"{plain(key)}: {plain(member)}" for key, member in value.items()) + "}"
        case frozenset() | set():
            return "{" + ", ".join(sorted(map(plain, value))) + "}"
        case tuple() | list():
            return f"({', '.join(map(plain, value))})"
        case msgspec.Struct():
            return (
                f"{type(value).__name__}({', '.join(plain(getattr(value, name)) for name in value.__struct_fields__)})"
            )
    if callable(value):
        return str(getattr(value, "__qualname__", type(value).__name__))
    text = repr(value)
    return type(value).__name__ if " at 0x" in text else text


def entries(name: str, value: Any) -> Iterator[str]:
    """A table line by line."""
    match value:
        case type() if issubclass(value, Enum):
            for member in value:
                yield f"{name}.{member.name} = {member.value!r} {plain(getattr(member, 'row', ''))}"
        case Mapping():
            yield from sorted(f"{name}[{plain(key)}] = {plain(member)}" for key, member in value.items())
        case frozenset() | set():
            yield from (f"{name} has {member}" for member in sorted(map(plain, value)))
        case tuple() | list():
            yield from (f"{name} has {plain(member)}" for member in value)
        case str() | int() | float() | range() | re.Pattern() | LatePattern() | Row() | msgspec.Struct():
            yield f"{name} = {plain(value)}"


def tables(name: str) -> list[str]:
    """The tables of a module, as they stand in it."""
    module = import_module(f"{vocabulary.__name__}.{name}")
    own = {
        title: value
        for title, value in vars(module).items()
        if not title.startswith("__") and getattr(value, "__module__", module.__name__) == module.__name__
    }
    lines = [line for title, value in own.items() for line in entries(title, value)]
    for title, value in own.items():
        if hasattr(value, "cache_info") and not signature(value).parameters:
            lines += list(entries(f"{title}()", value()))[:ROWS]
    return lines


@cases("name", MODULES)
def test_the_tables_of_a_module_are_as_stored(name: str) -> None:
    assert tables(name) == (EXPECTED / f"{name}.txt").read_text("utf-8").split("\n")[:-1]


def test_every_stored_module_is_there() -> None:
    assert sorted(path.stem for path in EXPECTED.iterdir()) == MODULES


def store() -> None:
    shutil.rmtree(EXPECTED, ignore_errors=True)
    EXPECTED.mkdir(parents=True)
    for name in MODULES:
        (EXPECTED / f"{name}.txt").write_text("\n".join([*tables(name), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
