"""Tables of names and templates in a chunk of an event log, each entry the head of a chain.

They only speed up a reader. In a damaged file a chain may form a ring, which a reader would follow for ever.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Collection
from typing import BinaryIO, cast

_TABLES_AT = 128
_ENTRIES = 64 + 32
_TABLES_BYTES = 4 * _ENTRIES
"""64 chains of names and 32 of templates, each an offset in the chunk (libevtx)."""

_OFFSET_BYTES = 4


def has_ring(chunk: bytes) -> bool:
    """Whether a chain in a chunk forms a ring; each member begins with the offset of the next."""
    if len(chunk) < _TABLES_AT + _TABLES_BYTES:
        return False
    passed: set[int] = set()
    chain: set[int]
    for entry in filter(None, struct.unpack_from(f"<{_ENTRIES}I", chunk, _TABLES_AT)):
        offset, chain = entry, set()
        while 0 < offset <= len(chunk) - _OFFSET_BYTES and offset not in passed:
            chain.add(offset)
            (offset,) = struct.unpack_from("<I", chunk, offset)
            if offset in chain:
                return True
        passed |= chain
    return False


def without_tables(file: BinaryIO, chunks: Collection[int]) -> BinaryIO:
    """A log with the tables of the chunks at these offsets emptied; it takes over the file."""
    return cast("BinaryIO", _WithoutTables(file, chunks)) if chunks else file


class _WithoutTables(io.RawIOBase):
    """A file with some tables read as zeros."""

    def __init__(self, file: BinaryIO, chunks: Collection[int]) -> None:
        self._file = file
        self._tables = [chunk + _TABLES_AT for chunk in chunks]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        begin = self._file.tell()
        data = bytearray(self._file.read(len(buffer)))
        for table in self._tables:
            first, last = max(table, begin), min(table + _TABLES_BYTES, begin + len(data))
            if first < last:
                data[first - begin : last - begin] = bytes(last - first)
        buffer[: len(data)] = data
        return len(data)
