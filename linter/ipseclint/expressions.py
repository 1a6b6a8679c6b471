"""Regular expressions and code of texts as Python compiles them, kept beside the program as its compiled modules are.

Compiling the hundred expressions that a small check uses takes twice as long as Python takes to start, and so does the
code of which Python makes data classes, named tuples and references to types; loading them compiled takes a thirtieth
of that. Of an expression are kept the arguments that `re` itself hands to its engine, for this version of Python.
Most of what is kept is for other inputs: it is shared out among groups, of which those are read that are used. All are
compiled again where another Python has no such arguments, or where the file is damaged.
"""

from __future__ import annotations

import atexit
import importlib
import marshal
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from types import CodeType
from typing import Any, Final

from ipseclint.kept import CHECK_BYTES, KeptFile, check_of, checked, keep, may_keep, place_of

_ENGINE: Any = importlib.import_module("_sre")
_PYTHON = ("in groups", sys.version, sys.byteorder, _ENGINE.MAGIC, _ENGINE.CODESIZE)
_WORD: Final = "I"
"""The type code of an unsigned integer of four bytes, of which the code of an expression is made."""
_GROUPS: Final = 4096
"""Among how many groups what is kept is shared out: about as many as there are expressions for all inputs."""
_INDEX_BEGINS: Final = CHECK_BYTES + 4
"""Where the index begins: before it stand a check of all and its own size."""

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
        pattern, flags, memoryview(code).cast(_WORD).tolist(), groups, numbers, names
    )
    return expression


def _place() -> Path:
    return place_of(Path(__file__).with_name("kept_expressions.re"))


def _given(key: _Key) -> Any:
    """What is kept for a key; None where it is new, or damaged."""
    kept = _kept()
    try:
        return kept and marshal.loads(kept.group(_number(key))[key])  # noqa: S302 - no less ours than the modules beside it
    except (OSError, EOFError, LookupError, TypeError, ValueError):
        return None


def _number(key: _Key) -> int:
    """The number of the group to which a key belongs."""
    text = key[0]
    return zlib.crc32(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text) % _GROUPS


class _Kept:
    """What is kept in a file, each still packed. Raises an error where it is of another Python, or damaged."""

    def __init__(self, file: KeptFile) -> None:
        self.file = file
        self._begin = _INDEX_BEGINS + int.from_bytes(file.part(CHECK_BYTES, _INDEX_BEGINS), "big")
        python, ends = marshal.loads(checked(file.part(_INDEX_BEGINS, self._begin)))  # noqa: S302 - as above
        if python != _PYTHON:
            raise ValueError("it is of another Python")
        self._ends = memoryview(ends).cast(_WORD)

    def said(self, number: int) -> bytes:
        """A group as it stands in the file. Raises an error where there is none."""
        return self.file.part(self._begin + self._ends[number], self._begin + self._ends[number + 1])

    def group(self, number: int) -> dict[_Key, bytes]:
        """What a group holds. Raises an error where it is empty, or damaged."""
        # With a check of all of it: damage among the keys, too, may end Python where marshal reads it.
        held: dict[_Key, bytes] = marshal.loads(checked(self.said(number)))  # noqa: S302 - as above
        return held


@cache
def _kept() -> _Kept | None:
    """What was kept before this run."""
    try:
        file = KeptFile(_place())
    except OSError:
        return None
    atexit.register(file.close)  # behind what keeps more, which is asked for later
    try:
        return _Kept(file)
    except (OSError, EOFError, TypeError, ValueError):
        file.close()
        return None


def _keep() -> None:
    """Keep what was compiled in this run as well."""
    if not may_keep(_place()):
        return
    new: dict[int, dict[_Key, bytes]] = {}
    try:
        for key in _new:
            new.setdefault(_number(key), {})[key] = marshal.dumps(_form(*key))
    except (AttributeError, ImportError):  # another version of Python differs here
        return
    kept = _kept()
    groups = [_with(kept, number, new.get(number, {})) for number in range(_GROUPS)]
    if kept is not None:
        kept.file.close()
    from array import array

    index = marshal.dumps((_PYTHON, array(_WORD, accumulate(map(len, groups), initial=0)).tobytes()))
    size = CHECK_BYTES + len(index)
    keep(_place(), b"".join((size.to_bytes(4, "big"), check_of(index), index, *groups)))


def _with(kept: _Kept | None, number: int, new: dict[_Key, bytes]) -> bytes:
    """A group as it is to stand in the file, with what is new in it."""
    held: dict[_Key, bytes] = {}
    if kept is not None:
        with suppress(OSError, EOFError, LookupError, TypeError, ValueError):
            if not new:
                return kept.said(number)
            held |= kept.group(number)
    data = marshal.dumps(held | new)
    return check_of(data) + data if new else b""


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
