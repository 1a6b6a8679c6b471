"""Regular expressions, modules and names that are compiled or loaded when they are first used.

One input needs a tenth of the expressions that all inputs need.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, AnyStr, cast

from ipseclint.expressions import compiled

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class LatePattern:
    """A regular expression that is compiled when one of its attributes is first used."""

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
    """The same as `re.compile`, but compiled at first use. Functions of `re` do not take it.

    The compiled form is kept beside the program: no text of an input may stand in it.
    """
    return cast("re.Pattern[AnyStr]", LatePattern(pattern, flags))


class LateModule:
    """A module that is loaded when one of its names is first used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        there: object = sys.modules.get(self._name)
        if there is self:
            del sys.modules[self._name]  # it stands in where the module is imported
        value = getattr(importlib.import_module(self._name), name)
        setattr(self, name, value)
        return value


class LateName:
    """A function or class that is loaded when it is called, or one of its attributes is used."""

    def __init__(self, module: str, name: str) -> None:
        self.__module__ = module
        self.__qualname__ = name

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """The result of the function, or an object of the class."""
        return self._value()(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._value(), name)

    def __instancecheck__(self, value: object) -> bool:
        """Whether a value is an object of the class: of one that is not loaded there are none."""
        kind = getattr(sys.modules.get(self.__module__), self.__qualname__, None)
        return kind is not None and isinstance(value, kind)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LateName) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str]:
        return self.__module__, self.__qualname__

    def _value(self) -> Any:
        try:
            return getattr(sys.modules[self.__module__], self.__qualname__)
        except (KeyError, AttributeError):  # it is not loaded yet, or not wholly
            return getattr(importlib.import_module(self.__module__), self.__qualname__)


@contextmanager
def standing_in(stand_ins: Mapping[str, Any]) -> Iterator[None]:
    """Have what is imported meanwhile take these for the modules of their names, unless those are loaded."""
    taken = {name: module for name, module in stand_ins.items() if name not in sys.modules}
    sys.modules.update(taken)
    try:
        yield
    finally:
        for name, module in taken.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


def loaded(value: Any) -> Any:
    """What a late name is the name of; any other value itself."""
    return value._value() if isinstance(value, LateName) else value  # noqa: SLF001 - an attribute would be the value's


def late_names(module: str, *names: str) -> Iterator[Any]:
    """Late names of a module, to be unpacked beside an import that only type checkers read."""
    return (LateName(module, name) for name in names)
