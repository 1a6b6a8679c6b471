"""What each module says outside its functions, entry by entry, is as stored: limits, tables, defaults of fields.

The tables of the vocabulary are stored apart, row by row. Texts and expressions say themselves what they are, but for
the flags of an expression; of those that a module puts together of others a digest is stored. After a change that is
meant, `python -m tests.test_stored_constants` stores it anew: read the difference.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib import import_module
from itertools import filterfalse
from pathlib import Path
from typing import Any

import msgspec
import pydantic
from pydantic.errors import PydanticInvalidForJsonSchema

from ipseclint.late import LatePattern
from ipseclint.model.values import Table, model_of
from tests import ROOT
from tests.cases import cases
from tests.vocabulary.test_stored_tables import entries, plain


class _Made(msgspec.Struct):
    values: list[str] = msgspec.field(default_factory=list)


EXPECTED = ROOT / "tests" / "data" / "constants"
PACKAGE = ROOT / "linter" / "ipseclint"
APART = ("vocabulary", "version.py", "__main__.py")
OF_PYTHON = frozenset({"_PYTHON", "_GIVES_BACK"})
"""What goes by the Python that runs the program."""
ASIDE = (str, bytes, re.Pattern, LatePattern, list)
"""What is not stored; a list is what a run remembers."""
FACTORY = type(_Made.__struct_defaults__[0])
"""What stands for a default that is made anew for each value."""
ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
"""What differs from run to run where functions are shown."""


def package_of(module: Path) -> str:
    """The package that a module is in, with its dots."""
    return ".".join(module.relative_to(PACKAGE.parent).parent.parts)


STORED = sorted(path.stem for path in EXPECTED.iterdir())


@cache
def modules() -> dict[str, list[Path]]:
    """The modules by package."""
    found: dict[str, list[Path]] = {}
    for module in sorted(PACKAGE.rglob("*.py")):
        if module.relative_to(PACKAGE).parts[0] not in APART:
            found.setdefault(package_of(module), []).append(module)
    return found


def constants(path: Path) -> Iterator[str]:
    """What stands in a module outside its functions."""
    name = package_of(path) if path.stem == "__init__" else f"{package_of(path)}.{path.stem}"
    module = import_module(name)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=targets):
                names = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=title), value=ast.expr()):
                names = [title]
            case ast.ClassDef(name=title):
                yield from fields(title, getattr(module, title))
                continue
            case _:
                continue
        for title in filterfalse(OF_PYTHON.__contains__, names):
            value = getattr(module, title)
            yield from flags(title, value)
            yield from digest(title, value) if isinstance(node.value, ast.Call) and _is_made(node.value) else ()
            is_aside = isinstance(value, ASIDE) or (isinstance(value, dict | set) and _holds_nothing(node.value))
            yield from () if is_aside else entries(title, value)


def flags(name: str, value: Any) -> Iterator[str]:
    """How an expression is meant, where it says more than that it is of text or of bytes."""
    if isinstance(value, LatePattern | re.Pattern):
        meant = re.RegexFlag(vars(value)["_flags"] if isinstance(value, LatePattern) else value.flags) & ~re.UNICODE
        if meant:
            yield f"{name}: {meant!r}"


def digest(name: str, value: Any) -> Iterator[str]:
    """In short which text or expression has come of what a module puts together."""
    text = value.pattern if isinstance(value, LatePattern | re.Pattern) else value
    if isinstance(text, str | bytes):
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        yield f"{name}: {len(text)} characters, {blake2b(data, digest_size=8).hexdigest()}"


def _is_made(call: ast.Call) -> bool:
    """Whether more than texts and names is handed to what makes a value."""
    parts = (part for argument in (*call.args, *call.keywords) for part in ast.walk(argument))
    return any(isinstance(part, ast.Call | ast.Set | ast.Tuple | ast.List | ast.Dict) for part in parts)


def _holds_nothing(written: ast.expr) -> bool:
    """Whether what is written holds nothing yet: what stands in it is what a run remembers."""
    match written:
        case ast.Dict(keys=[]) | ast.Call(args=[], keywords=[]):
            return True
    return False


def fields(name: str, kind: type[Any]) -> Iterator[str]:
    """The fields of a class of values that have a default; of one that is checked as it is made all that is said."""
    yield from entries(name, kind)
    if config := ", ".join(_config(kind)):
        yield f"{name}: {config}"
    if issubclass(kind, Table):
        kind = model_of(kind)
    if issubclass(kind, msgspec.Struct):
        titles, defaults = kind.__struct_fields__, kind.__struct_defaults__  # types may be known to type checkers alone
        for title, default in zip(titles[len(titles) - len(defaults) :], defaults, strict=True):
            if default is not msgspec.NODEFAULT and not isinstance(default, FACTORY):
                yield f"{name}.{title} = {plain(default)}"
    elif issubclass(kind, tuple):
        yield from (
            f"{name}.{title} = {plain(default)}" for title, default in getattr(kind, "_field_defaults", {}).items()
        )
    elif issubclass(kind, pydantic.BaseModel):
        try:
            told = {title: json.dumps(schema) for title, schema in kind.model_json_schema()["properties"].items()}
        except (KeyError, PydanticInvalidForJsonSchema):  # of what is made by readers alone
            told = {title: ADDRESS.sub("", repr(info)) for title, info in kind.model_fields.items()}
        yield from (f"{name}.{title} = {said}" for title, said in told.items())


def _config(kind: type[Any]) -> Iterator[str]:
    """What is said of all values of a class, but that they are frozen, and what the class that it is made of says."""
    if issubclass(kind, Table):
        yield from (f"{name}={plain(said)}" for name, said in sorted(kind.form.items()))
    if issubclass(kind, msgspec.Struct):
        said, usual = kind.__struct_config__, _Usual.__struct_config__
        names = (name for name in dir(usual) if not name.startswith("__"))
        yield from (
            f"{name}={plain(getattr(said, name))}" for name in names if getattr(said, name) != getattr(usual, name)
        )
    elif issubclass(kind, pydantic.BaseModel):
        of_base: dict[str, Any] = dict(getattr(kind.__base__, "model_config", {}))
        own = {name: value for name, value in kind.model_config.items() if of_base.get(name) != value}
        yield from (f"{name}={plain(own[name])}" for name in sorted(own))


class _Usual(msgspec.Struct, frozen=True):
    """A class of values that says no more of them."""


def lines_of(package: str) -> list[str]:
    """What stands in the modules of a package."""
    lines = []
    for path in modules()[package]:
        if found := list(constants(path)):
            lines += [f"# {path.name}", *map(on_one_line, found)]
    return lines


def on_one_line(text: str) -> str:
    """A text in ASCII, line ends escaped."""
    return text.replace("\r", "\\r").replace("\n", "\\n").encode("ascii", "backslashreplace").decode()


@cases("package", STORED)
def test_what_modules_say_is_as_stored(package: str) -> None:
    assert lines_of(package) == (EXPECTED / f"{package}.txt").read_text("utf-8").split("\n")[:-1]


def test_every_stored_package_is_there() -> None:
    assert sorted(modules()) == STORED


def store() -> None:
    shutil.rmtree(EXPECTED, ignore_errors=True)
    EXPECTED.mkdir(parents=True)
    for package in modules():
        (EXPECTED / f"{package}.txt").write_text("\n".join([*lines_of(package), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
