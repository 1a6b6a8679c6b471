"""Digests of values: equal values have the same digest on every machine and in every process."""

from __future__ import annotations

from _blake2 import blake2b  # hashlib would load OpenSSL
from collections.abc import Hashable, Mapping
from enum import Enum

from msgspec import Struct

from ipseclint.model.setting import Secret


def mark_of(value: Hashable) -> bytes:
    """The digest of a value, equal in every process for equal values only."""
    return blake2b(_written(value).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _written(value: object) -> str:
    """A value in a canonical form: a process may keep sets in any order."""
    if type(value) in _PLAIN:
        return repr(value)
    match value:
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case frozenset() | set():
            return f"{{{','.join(sorted(map(_written, value)))}}}"
        case Mapping():
            return f"{{{','.join(sorted(f'{_written(key)}:{_written(item)}' for key, item in value.items()))}}}"
        case tuple():
            return f"({','.join(map(_written, value))})"
        case Struct():
            fields = (_written(getattr(value, name)) for name in value.__struct_fields__)
            return f"{type(value).__name__}({','.join(fields)})"
        case Secret():
            return value.__getstate__().hex()
    return repr(value)


_PLAIN = frozenset({str, int, bool, bytes, type(None)})
"""The commonest types, told at once: asking each value whether it is a mapping takes half the time."""
