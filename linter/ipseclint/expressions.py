"""Regular expressions and code of texts as Python compiles them, kept beside the program as its compiled modules are.

Compiling the hundred expressions that a small check uses takes twice as long as Python takes to start, and so does the
code of which Python makes data classes, named tuples and references to types; loading them compiled takes a thirtieth
of that. Of an expression are kept the arguments that `re` itself hands to its engine, for this version of Python.
All are compiled again where another Python has no such arguments, or where the file is damaged.
"""

from __future__ import annotations

import atexit
import importlib
import marshal
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from types import CodeType
from typing import Any, Final

from ipseclint.kept import keep, kept_at, place_of

_ENGINE: Any = importlib.import_module("_sre")
_PYTHON = ("each by itself", sys.version, sys.byteorder, _ENGINE.MAGIC, _ENGINE.CODESIZE)
_WORD: Final = "I"
"""The type code of an unsigned integer of four bytes, of which the code of an expression is made."""

_GIVES_BACK = sys.version_info < (3, 11, 5)
"""Whether the engine of this Python gives back what a group that is repeated possessively took."""

_Key = tuple[str | bytes, int | str]
"""A pattern and its flags, or a text and how it is compiled."""
_Parts = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]
"""The flags, the code, the number of groups, the groups' numbers by name, and their names by number."""

_new: set[_Key] = set()


def compiled(
    pattern: str | bytes, flags: int, compile_: Callable[[str | bytes, int], re.Pattern[Any]] = re.compile
) -> re.Pattern[Any]:
    """The same as `re.compile`; `compile_` is what compiles where nothing is kept."""
    key = pattern, int(flags)
    parts = _given(key)
    if parts is not None:
        try:
            return _made(pattern, parts)
        except (RuntimeError, TypeError, ValueError):
            pass  # it is damaged
    _note(key)
    return _made(pattern, _parts(pattern, flags)) if _GIVES_BACK else compile_(pattern, flags)


def code_of(text: str, mode: str) -> CodeType:
    """The same as `compile` for a text of no file. No text of an input may stand in it."""
    code = _given((text, mode))
    if isinstance(code, CodeType):
        return code
    made = _compiled_code(text, mode)
    _note((text, mode))
    return made


def take_kept_code() -> None:
    """Have modules of Python that compile texts whenever they are loaded take the code from what is kept."""
    # The last is loaded here, with named tuples of its own.
    code = cache(code_of)  # a type is referred to again and again
    with take_kept_expressions():
        for module, name, function in (
            ("collections", "eval", lambda text, names: eval(code(text, "eval"), names)),  # noqa: S307 - as it does
            ("typing", "compile", lambda text, _file, mode: code(text, mode)),
            ("dataclasses", "exec", lambda text, names, made: exec(code(text, "exec"), names, made)),  # noqa: S102 - as it does
        ):
            setattr(importlib.import_module(module), name, function)


@contextmanager
def take_kept_expressions() -> Iterator[None]:
    """Have modules that are loaded meanwhile take their expressions from what is kept. They must not see an input."""
    compiler: Any = importlib.import_module("re._compiler")
    compile_ = compiler.compile
    compiler.compile = partial(compiled, compile_=compile_)
    try:
        yield
    finally:
        compiler.compile = compile_


def _compiled_code(text: str, mode: str) -> CodeType:
    code: CodeType = compile(text, "<string>", mode, dont_inherit=True)
    return code


def _note(key: _Key) -> None:
    """Have what is made of this key kept at the end of the run."""
    if not sys.dont_write_bytecode:
        if not _new:
            atexit.register(_keep)
        _new.add(key)


def _made(pattern: str | bytes, parts: _Parts) -> re.Pattern[Any]:
    """An expression of what `re` hands to its engine."""
    flags, code, groups, numbers, names = parts
    expression: re.Pattern[Any] = _ENGINE.compile(
        pattern, flags, list(memoryview(code).cast(_WORD)), groups, numbers, names
    )
    return expression


def _place() -> Path:
    return place_of(Path(__file__).with_name("kept_expressions.re"))


def _given(key: _Key) -> Any:
    """What is kept for a key; None where it is new, or damaged."""
    try:
        return marshal.loads(_kept()[key])  # noqa: S302 - no less ours than the modules beside it
    except (KeyError, EOFError, TypeError, ValueError):
        return None


@cache
def _kept() -> dict[_Key, bytes]:
    """All that is kept, each still packed: most of it is for other inputs."""
    try:
        # With a check of all of it: damage among the keys, too, may end Python where marshal reads it.
        python, kept = marshal.loads(kept_at(_place()))  # noqa: S302 - as above
    except (OSError, EOFError, TypeError, ValueError):
        return {}
    return kept if python == _PYTHON and isinstance(kept, dict) else {}


def _keep() -> None:
    """Keep what was compiled in this run as well."""
    try:
        kept = _kept() | {(text, how): marshal.dumps(_form(text, how)) for text, how in _new}
    except (AttributeError, ImportError):  # another version of Python differs here
        return
    keep(_place(), marshal.dumps((_PYTHON, kept)))


def _form(text: str | bytes, how: int | str) -> _Parts | CodeType:
    """In which form what is compiled is kept."""
    return _compiled_code(str(text), how) if isinstance(how, str) else _parts(text, how)


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
