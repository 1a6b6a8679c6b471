"""A text of any size in blocks, each with its place, and with the end of the one before it."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from msgspec import Struct

from ipseclint.late import late

_BLOCK_BYTES = 512 * 1024
_REPEATED_BYTES = 65_536
_PLAIN_BYTES = frozenset({"utf-8", "cp1252", "latin-1"})
"""Encodings in which an ASCII byte always means itself, so that line ends are found without decoding."""
_LONE_CR = late(rb"\r(?!\n)")
_CR, _CONTINUED, _FIRST_OF_SEVERAL = 0x0D, 0x80, 0xC0


class Block(Struct, frozen=True):
    """A piece of a text: its place, line and column from 1, and its bytes, in which ASCII bytes mean themselves."""

    line: int
    column: int
    last_line: int
    data: bytes
    encoding: str

    @property
    def text(self) -> str:
        """Its text with LF line ends; what cannot be decoded is replaced."""
        text = self.data.decode(self.encoding, errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def text_of(data: bytes, encoding: str) -> str:
    """Bytes as text without a byte order mark; what cannot be decoded is replaced."""
    return _whole(data.decode(encoding, errors="replace").removeprefix("\ufeff"), encoding)


def _whole(text: str, encoding: str) -> str:
    """A text without the single bytes that stand in UTF-16."""
    if not encoding.startswith("utf-16") or text.isascii():
        return text
    from ipseclint.mixed_text import without_single_bytes

    return without_single_bytes(text)


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of a stream, half a megabyte at a time."""
    while piece := stream.read(_BLOCK_BYTES):
        yield piece


def blocks_of(stream: BinaryIO, encoding: str) -> Iterator[Block]:
    """The blocks of a stream of text. Each repeats the end of the one before it, so that nothing short is cut
    in two.
    """
    return _blocks(_in_plain_bytes(stream, encoding), encoding if encoding in _PLAIN_BYTES else "utf-8")


def _in_plain_bytes(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The bytes of a text without a byte order mark, a block at a time: in UTF-8 unless its encoding is as plain."""
    if encoding == "utf-8-sig":
        stream.read(len(codecs.BOM_UTF8))
    if encoding in _PLAIN_BYTES or encoding == "utf-8-sig":
        yield from pieces_of(stream)
        return
    with io.TextIOWrapper(stream, encoding, errors="replace") as reader:
        first = reader.read(_BLOCK_BYTES)
        yield _whole(first.removeprefix("\ufeff"), encoding).encode()
        while text := reader.read(_BLOCK_BYTES):
            yield _whole(text, encoding).encode()


def _blocks(pieces: Iterable[bytes], encoding: str) -> Iterator[Block]:
    line, column, data, end = 1, 1, b"", 0
    for piece in pieces:
        data += piece
        end = _boundary(data, len(data))
        last_line = line + _line_ends(data[:end])
        yield Block(line, column, last_line, data[:end], encoding)
        start = _boundary(data, max(0, end - _REPEATED_BYTES))
        newline = max(data.rfind(b"\n", 0, start), data.rfind(b"\r", 0, start))
        passed = len(data[newline + 1 : start].decode(encoding, errors="replace"))
        line, column = last_line - _line_ends(data[start:end]), passed + (column if newline < 0 else 1)
        data, end = data[start:], end - start
    if end < len(data):
        yield Block(line, column, line + _line_ends(data), data, encoding)


def _boundary(data: bytes, at: int) -> int:
    """The last offset up to `at` that splits no UTF-8 character and no CRLF."""
    begin = at
    while begin and at - begin < 4:
        begin -= 1
        if data[begin] == _CR or data[begin] >= _FIRST_OF_SEVERAL:
            return begin
        if data[begin] < _CONTINUED:
            break
    return at


def _line_ends(data: bytes) -> int:
    """How many lines end in bytes: CRLF, LF and CR each end one."""
    ends = data.count(b"\n")
    return ends + len(_LONE_CR.findall(data)) if b"\r" in data else ends
