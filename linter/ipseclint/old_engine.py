"""Expressions for the engine of Python before 3.11.5, which does not repeat a group possessively as is written.

It gives back a part of the last turn, or none of it where it should, if the group itself has a choice: `(?:ab?c)?+d`.
An atomic group around the same repetition is the same, and is done right.
"""

from __future__ import annotations

import importlib
from typing import Any


def mended(parsed: Any) -> Any:
    """What `re` makes of the text of an expression, with an atomic group in place of each such repetition."""
    parser: Any = importlib.import_module("re._parser")
    if isinstance(parsed, parser.SubPattern):
        parsed.data = [_mended_part(parsed.state, part) for part in parsed.data]
        return parsed
    return type(parsed)(map(mended, parsed)) if isinstance(parsed, tuple | list) else parsed


def _mended_part(state: Any, part: Any) -> Any:
    compiler: Any = importlib.import_module("re._compiler")
    parser: Any = importlib.import_module("re._parser")
    kind, rest = part[0], mended(part[1])
    if kind is not parser.POSSESSIVE_REPEAT or compiler._simple(rest[-1]):  # noqa: SLF001 - one character has no choice
        return kind, rest
    return parser.ATOMIC_GROUP, parser.SubPattern(state, [(parser.MAX_REPEAT, rest)])
