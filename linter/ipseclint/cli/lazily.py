"""Libraries that take long to load: typer is loaded when one of its names is first used, pydantic without its search
for plugins, without what compares secrets, and without what its core says to type checkers alone, msgspec without what
describes types.

A plain command line is answered without typer. pydantic's search takes two to three times Python's start, and is
imported even where plugins are switched off. What compares secrets would load OpenSSL. The forms of dictionaries that
the core describes, which nothing looks at, take two thirds of Python's start to make. What describes types to msgspec's
schemas makes forty classes that nothing asks for.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ipseclint.expressions import take_kept_code, take_kept_expressions
from ipseclint.late import LateModule, standing_in

if TYPE_CHECKING:
    import typer as typer  # noqa: PLC0414 - given on
else:
    typer = LateModule("typer")

__all__ = ["load_kept_code", "load_pydantic", "typer"]

_FINDS_PLUGINS = "importlib.metadata"
_COMPARES_SECRETS = "secrets"
_DESCRIBES_TYPES = "msgspec.inspect"


def load_pydantic() -> None:
    """Load pydantic and msgspec, unless they are, so that other packages have no say in how values are validated."""
    if os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1") != "1" or _FINDS_PLUGINS in sys.modules:
        return
    finder = ModuleType(_FINDS_PLUGINS)
    finder.entry_points = lambda **_: ()  # type: ignore[attr-defined]
    late = {name: LateModule(name) for name in (_COMPARES_SECRETS, _DESCRIBES_TYPES)}
    others: dict[str, Any] = {_FINDS_PLUGINS: finder, **late, **_syntax()}
    with standing_in(others), suppress(ImportError), take_kept_expressions():
        with suppress(Exception), _without_typed_dicts():  # a core that needs its types is loaded with them
            importlib.import_module("pydantic_core")
        importlib.import_module("pydantic.plugin._loader")
        importlib.import_module("pydantic.types")
        importlib.import_module("msgspec")


def load_kept_code() -> None:
    """Have modules of Python take what they compile from what is kept, and load those that go through source code
    without what takes that apart: nothing asks them for it."""
    with standing_in(_syntax()):
        take_kept_code()


def _syntax() -> dict[str, Any]:
    """What takes source code apart, late: its tree has a class for each of a hundred kinds of statements."""
    trees: Any = LateModule("ast")
    trees.NodeVisitor = object  # of which classes are made that nobody uses
    return {"ast": trees, "tokenize": LateModule("tokenize")}


class _OneType(type):
    """What makes no further types: a class with a base is that base, and its objects are dictionaries."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], **_options: object) -> Any:
        """The base, if there is one."""
        return bases[0] if bases else super().__new__(cls, name, bases, body)

    def __call__(cls, *parts: Any, **named: Any) -> Any:
        """A dictionary."""
        return dict(*parts, **named)


@contextmanager
def _without_typed_dicts() -> Iterator[None]:
    """Have modules that are loaded meanwhile make no types of dictionaries."""
    modules: list[Any] = [importlib.import_module(name) for name in ("typing", "typing_extensions")]
    theirs = [module.TypedDict for module in modules]
    for module in modules:
        module.TypedDict = _OneType("TypedDict", (), {})
    try:
        yield
    finally:
        for module, own in zip(modules, theirs, strict=True):
            module.TypedDict = own
