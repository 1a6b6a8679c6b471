"""Regular expressions that are compiled, and modules and names that are loaded, when they are first used.

An input needs a tenth of the expressions that all inputs need.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any, AnyStr, cast

from ipseclint.expressions import compiled

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class LatePattern:
    """An expression that stands in for what it compiles to, and hands on what it is asked from then on."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = self.compiled()
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)

    def compiled(self) -> re.Pattern[Any]:
        """The expression, compiled."""
        return compiled(self.pattern, self._flags)


def late(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, but compiled when it is first used. Functions of `re` do not take it.

    What it is compiled to is kept beside the program: nothing of an input may stand in it.
    """
    return cast("re.Pattern[AnyStr]", LatePattern(pattern, flags))


class LateModule:
    """Stands in for a module, which it loads when the first of its names is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(importlib.import_module(self._name), name)
        setattr(self, name, value)
        return value


class LateName:
    """Stands in for a function or a class, which it loads when it is called or one of its members is asked for."""

    def __init__(self, module: str, name: str) -> None:
        self.__module__ = module
        self.__qualname__ = name

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """What the function gives, or an object of the class."""
        return self._value()(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._value(), name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LateName) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str]:
        return self.__module__, self.__qualname__

    def _value(self) -> Any:
        return getattr(importlib.import_module(self.__module__), self.__qualname__)


def late_names(module: str, *names: str) -> Iterator[Any]:
    """Stand-ins for functions and classes of a module, to be unpacked beside an import that type checkers read."""
    return (LateName(module, name) for name in names)
