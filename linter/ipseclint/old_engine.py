"""Expressions for the engine of Python before 3.11.5, which does not repeat a group possessively as is written.

It gives back a part of the last turn, or none of it where it should, if the group itself has a choice: `(?:ab?c)?+d`.
An atomic group around the same repetition is the same, and is done right.
"""

from __future__ import annotations

import importlib
from typing import Any

_COMPILER: Any = importlib.import_module("re._compiler")
_PARSER: Any = importlib.import_module("re._parser")


def mended(parsed: Any) -> Any:
    """What `re` makes of the text of an expression, with an atomic group in place of each such repetition."""
    if isinstance(parsed, _PARSER.SubPattern):
        parsed.data = [_mended_part(parsed.state, part) for part in parsed.data]
        return parsed
    return type(parsed)(map(mended, parsed)) if isinstance(parsed, tuple | list) else parsed


def _mended_part(state: Any, part: Any) -> Any:
    kind, rest = part[0], mended(part[1])
    if kind is not _PARSER.POSSESSIVE_REPEAT or _COMPILER._simple(rest[-1]):  # noqa: SLF001 - one character has no choice
        return kind, rest
    return _PARSER.ATOMIC_GROUP, _PARSER.SubPattern(state, [(_PARSER.MAX_REPEAT, rest)])
