"""Registry values in binary files: hives and Registry.pol.

A place in a binary file is line 1 and the byte's offset, from 1, as the column.
"""

from __future__ import annotations

from codecs import utf_16_le_decode

from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.tree import TEXTS, Kind, Value

_NUMBER_BYTES: dict[int, int] = {Kind.DWORD: 4, Kind.QWORD: 8}


def decoded(data: bytes) -> str:
    """Text in UTF-16; what is none is replaced. `bytes.decode` would look for the codec each time."""
    return utf_16_le_decode(data, "replace", True)[0]


def value_of_bytes(name: str, kind: int, data: bytes, path: str, offset: int) -> Value:
    """A value from its bytes at an offset from 0. A number whose size does not match its type is not decoded."""
    column = offset + 1
    if kind in TEXTS:
        text = decoded(data[: len(data) & ~1]).partition("\0")[0]
        return Value(name, kind, Token(text, path, 1, column, (), 2), data=data)
    if _NUMBER_BYTES.get(kind) == len(data):
        number = int.from_bytes(data, "little")
        return Value(name, kind, Token(str(number), path, 1, column), number=number, data=data)
    return Value(name, kind, Token(data.hex(), path, 1, column), data=data)
