"""TOML documents that users write, parsed by Python within the limits of TOML."""

from __future__ import annotations

import tomllib
from typing import Any

_BITS = 64
"""The bits of a TOML integer (TOML 1.0, "Integer")."""


def toml_document(text: str) -> dict[str, Any]:
    """The tables of a document. Raises ValueError, whose text says what is wrong, for invalid TOML."""
    try:
        document = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("its values are nested too deep") from error
    except ValueError as error:
        if isinstance(error, tomllib.TOMLDecodeError):
            raise
        raise ValueError("a number in it has thousands of digits") from error
    if _is_too_wide(document):
        raise ValueError(f"a number in it has more than {_BITS} bits")
    return document


def _is_too_wide(value: object) -> bool:
    """Whether a value holds an integer that is too wide for TOML, and perhaps for Python to print."""
    if isinstance(value, int):
        return value.bit_length() >= _BITS and value != -(1 << (_BITS - 1))
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_is_too_wide(part) for part in parts)
