"""How pydantic is loaded for one command: without what no model of ours needs, which takes as long as Python's start.

What stands in for a module loads it when the first of its names is asked for; nothing stands in for anything behind
the start. Where pydantic is loaded already it is left as it is.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

_FINDS_PLUGINS = "importlib.metadata"
_COMPARES_SECRETS = "secrets"
"""What compares values of types that no model of ours has; it loads OpenSSL."""


def load() -> None:
    """Load what pydantic loads first, unless it is loaded. Other packages have no say in how values are checked."""
    if os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1") != "1" or "pydantic" in sys.modules:
        return
    finder = ModuleType(_FINDS_PLUGINS)
    finder.entry_points = lambda **_: ()  # type: ignore[attr-defined]
    with contextlib.suppress(ImportError), _standing_in(_Late(_COMPARES_SECRETS)):
        with _standing_in(finder):
            with _plain_dictionaries():
                importlib.import_module("pydantic_core")
            importlib.import_module("pydantic.plugin._loader")
        importlib.import_module("pydantic.types")


class _Late(ModuleType):
    """Stands in for a module, which it loads when the first of its names is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@contextlib.contextmanager
def _standing_in(module: ModuleType) -> Iterator[None]:
    """Have a module stand in for that of its name, if that is not loaded."""
    stands = sys.modules.setdefault(module.__name__, module) is module
    try:
        yield
    finally:
        if stands and sys.modules.get(module.__name__) is module:
            del sys.modules[module.__name__]


@contextlib.contextmanager
def _plain_dictionaries() -> Iterator[None]:
    """Have kinds of dictionaries that only tell type checkers of their keys made without compiling what they tell."""
    import typing

    import typing_extensions

    known = [(module, module.TypedDict) for module in (typing, typing_extensions)]
    for module, _ in known:
        module.TypedDict = _Plain  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module, kind in known:
            module.TypedDict = kind  # type: ignore[attr-defined]


class _Plain(dict[str, Any]):
    """A dictionary."""

    def __init_subclass__(cls, **_: object) -> None:
        """Takes what a kind of dictionary tells of its keys."""
