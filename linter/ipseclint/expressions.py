"""Regular expressions as Python compiles them, kept beside the program as Python keeps its compiled modules.

Compiling the hundred that a small check uses takes twice as long as Python takes to start; loading them compiled takes
a thirtieth of that. What is kept are the arguments that `re` itself hands to its engine, for this version of Python.
They are compiled again where another Python has no such arguments, or where the file is damaged.
"""

from __future__ import annotations

import atexit
import importlib
import marshal
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

from ipseclint.kept import keep, kept_at, place_of

_ENGINE: Any = importlib.import_module("_sre")
_PYTHON = (sys.version, sys.byteorder, _ENGINE.MAGIC, _ENGINE.CODESIZE)
_WORD: Final = "I"
"""The type code of an unsigned integer of four bytes, of which the code of an expression is made."""

_GIVES_BACK = sys.version_info < (3, 11, 5)
"""Whether the engine of this Python gives back what a group that is repeated possessively took."""

_Key = tuple[str | bytes, int]
_Parts = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]
"""The flags, the code, the number of groups, the groups' numbers by name, and their names by number."""

_new: set[_Key] = set()


def compiled(pattern: str | bytes, flags: int) -> re.Pattern[Any]:
    """The same as `re.compile`."""
    key = pattern, int(flags)
    parts = _kept().get(key)
    if parts is not None:
        try:
            return _made(pattern, parts)
        except (RuntimeError, TypeError, ValueError):
            pass  # it is damaged
    if not sys.dont_write_bytecode:
        if not _new:
            atexit.register(_keep)
        _new.add(key)
    return _made(pattern, _parts(pattern, flags)) if _GIVES_BACK else re.compile(pattern, flags)


def _made(pattern: str | bytes, parts: _Parts) -> re.Pattern[Any]:
    """An expression of what `re` hands to its engine."""
    flags, code, groups, numbers, names = parts
    expression: re.Pattern[Any] = _ENGINE.compile(
        pattern, flags, list(memoryview(code).cast(_WORD)), groups, numbers, names
    )
    return expression


def _place() -> Path:
    return place_of(Path(__file__).with_name("kept_expressions.re"))


@cache
def _kept() -> dict[_Key, _Parts]:
    try:
        python, kept = marshal.loads(kept_at(_place()))  # noqa: S302 - no less ours than the modules beside it
    except (OSError, EOFError, TypeError, ValueError):
        return {}
    return kept if python == _PYTHON and isinstance(kept, dict) else {}


def _keep() -> None:
    """Keep the expressions compiled in this run as well."""
    try:
        kept = _kept() | {key: _parts(*key) for key in _new}
    except (AttributeError, ImportError):  # another version of Python differs here
        return
    keep(_place(), marshal.dumps((_PYTHON, kept)))


def _parts(pattern: str | bytes, flags: int) -> _Parts:
    """The arguments that `re` hands to its engine for an expression."""
    from array import array

    compiler: Any = importlib.import_module("re._compiler")
    parsed = importlib.import_module("re._parser").parse(pattern, flags)
    if _GIVES_BACK:
        from ipseclint.old_engine import mended

        parsed = mended(parsed)
    numbers = dict(parsed.state.groupdict)
    names: list[str | None] = [None] * parsed.state.groups
    for name, number in numbers.items():
        names[number] = name
    code = array(_WORD, compiler._code(parsed, flags)).tobytes()  # noqa: SLF001 - `re` shows nobody what it makes
    return int(flags | parsed.state.flags), code, int(parsed.state.groups) - 1, numbers, tuple(names)
