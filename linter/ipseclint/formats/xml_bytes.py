"""The bytes of an XML input as UTF-8, whatever encoding they are in and whatever they declare."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ipseclint.source import Source, Span

CHUNK_BYTES = 1024 * 1024
"""How much is read at a time."""

_DECLARED_ENCODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


_EIGHT_BIT_FAMILIES = ("cp", "iso8859", "gb", "big5", "euc", "shift", "koi8", "mac", "johab", "tis")
"""Beginnings of the names of encodings that hold ASCII and may be declared in place of UTF-8."""


class Piece(NamedTuple):
    """Some bytes of the input as UTF-8, and whether all of them were text; what was not is U+FFFD."""

    data: bytes
    all_decoded: bool


def utf8_pieces(source: Source) -> Iterator[Piece]:
    """The input as pieces of valid UTF-8 without a byte order mark. Raises OSError, SourceError."""
    encoding = xml_encoding(source)
    with source.open_bytes() as stream:
        yield from _valid_utf8(stream) if encoding == "utf-8" else _transcoded(stream, encoding)


def first_undecodable(source: Source) -> Span | None:
    """The place of the first byte that does not decode, or None. Raises OSError, SourceError."""
    encoding = xml_encoding(source)
    decoder = codecs.getincrementaldecoder(encoding)()
    line, column = 1, 1
    with source.open_bytes() as stream:
        while chunk := stream.read(CHUNK_BYTES):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                good = bytes(error.object[: error.start]).decode(encoding, "replace")
                return Span(source.path, *_after(good.removeprefix("\ufeff"), line, column))
            line, column = _after(text.removeprefix("\ufeff"), line, column)
    return None


def xml_encoding(source: Source) -> str:
    """The encoding by byte order mark and zero bytes, then by the XML declaration; never an unknown one.

    A declaration that the bytes disprove is not believed: Windows writes UTF-16 that says UTF-8.
    """
    found = source.encoding.removesuffix("-sig")
    declared = _DECLARED_ENCODING.match(source.head)
    if found != "utf-8" or declared is None or source.head.startswith(codecs.BOM_UTF8):
        return found
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name
    except LookupError:
        return found
    return name if name.startswith(_EIGHT_BIT_FAMILIES) else found


def _valid_utf8(stream: BinaryIO) -> Iterator[Piece]:
    rest, is_start = b"", True
    while chunk := stream.read(CHUNK_BYTES):
        data = rest + chunk if rest else chunk
        if is_start:
            data, is_start = data.removeprefix(codecs.BOM_UTF8), False
        if data.isascii():
            rest = b""
            yield Piece(data, all_decoded=True)
            continue
        text, used = codecs.utf_8_decode(data, "replace", False)
        rest = data[used:]
        data = data[:used]
        replaced = text.encode() if "\ufffd" in text else data
        yield Piece(replaced, all_decoded=replaced == data)
    if rest:
        yield Piece("\ufffd".encode(), all_decoded=False)


def _transcoded(stream: BinaryIO, encoding: str) -> Iterator[Piece]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    is_start = True
    while chunk := stream.read(CHUNK_BYTES):
        text = decoder.decode(chunk)
        if is_start:
            text, is_start = text.removeprefix("\ufeff"), False
        yield Piece(text.encode("utf-8", "replace"), all_decoded="\ufffd" not in text)
    text = decoder.decode(b"", final=True)
    yield Piece(text.encode("utf-8", "replace"), all_decoded=not text)


def _after(text: str, line: int, column: int) -> tuple[int, int]:
    breaks = text.count("\n")
    return line + breaks, (len(text) - text.rfind("\n") if breaks else column + len(text))
