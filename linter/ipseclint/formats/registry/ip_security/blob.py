"""The bytes of one `ipsecData`, read in order, with their places in the input."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable

from msgspec import Struct

from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.tree import Value
from ipseclint.source import Span

Places = Callable[[int, int], tuple[Span, ...]]
"""From an offset and a length to the places of these bytes."""


class BlobError(Exception):
    """Bytes that break the rules of their structure: nothing behind them can be read."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


class Blob(Struct):
    """Bytes and a read position. Numbers are little-endian."""

    data: bytes
    places: Places
    at: int = 0

    @property
    def left(self) -> int:
        """The number of bytes left."""
        return len(self.data) - self.at

    def span(self, offset: int, length: int = 1) -> Span:
        """The place of some bytes; if on several lines, of those on the first."""
        return self.places(offset, length)[0]

    def take(self, size: int) -> bytes:
        """The next bytes. Raises BlobError if too few are left."""
        if size > self.left:
            message = f"{size} bytes are said to follow, and {self.left} do"
            raise BlobError(message, self.span(min(self.at, max(0, len(self.data) - 1))))
        taken = self.data[self.at : self.at + size]
        self.at += size
        return taken

    def number(self, size: int = 4) -> int:
        """An unsigned number."""
        return int.from_bytes(self.take(size), "little")

    def guid(self) -> str:
        """A GUID in braces, in capitals."""
        return f"{{{uuid.UUID(bytes_le=self.take(16))}}}".upper()

    def text(self) -> str:
        """A text preceded by its length in bytes, which includes the final NUL character."""
        return self.take(self.number()).decode("utf-16-le", errors="replace").partition("\0")[0]

    def count(self, size: int, what: str) -> int:
        """The number of parts of a size that follow. Raises BlobError if there is no room for them."""
        begin = self.at
        number = self.number()
        if number * size > self.left:
            message = f"{number} {what} are said to follow, and there is room for {self.left // size}"
            raise BlobError(message, self.span(begin, 4))
        return number


def blob_of(value: Value) -> Blob | None:
    """The bytes of a registry value, from any export; None if it holds no bytes."""
    text = value.text
    if not value.data:
        try:
            data = bytes.fromhex(text.text)
        except ValueError:
            return None
        return Blob(data, _in_text(text, 2, 0)) if data else None
    if len(text.text) == 3 * len(value.data) - 1:
        return Blob(value.data, _in_text(text, 3, 1))
    if text.text == value.data.hex():
        return Blob(value.data, lambda offset, size: (Span(text.path, text.line, text.column + offset, max(1, size)),))
    return Blob(value.data, lambda _offset, _size: (text.span,))


def _in_text(text: Token, per_byte: int, between: int) -> Places:
    """The places of bytes written as hexadecimal digits, with `between` characters between them."""

    def places(offset: int, size: int) -> tuple[Span, ...]:
        part = text.part(per_byte * offset, per_byte * (offset + max(1, size)) - between)
        return part.spans or (text.span,)

    return places


def ipv4(data: bytes) -> int:
    """An IPv4 address, in network order, as a number."""
    number: int = struct.unpack(">I", data)[0]
    return number
