"""The bytes of an XML input as UTF-8, whatever its encoding or declaration."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from ipseclint.late import late
from ipseclint.source import Source, Span

CHUNK_BYTES = 512 * 1024
"""How much is read at a time."""

_DECLARED_ENCODING = late(rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


_EIGHT_BIT_FAMILIES = ("cp", "iso8859", "gb", "big5", "euc", "shift", "koi8", "mac", "johab", "tis")
"""Beginnings of the names of encodings that hold ASCII and may be declared in place of UTF-8."""


def utf8_pieces(source: Source, *, replace: bool = False) -> Iterator[bytes]:
    """The input as pieces of UTF-8 without a byte order mark. Raises OSError, SourceError.

    UTF-8 is passed on unchecked, since its parser will check it; with `replace`, invalid bytes become U+FFFD. In other
    encodings they always do.
    """
    encoding = xml_encoding(source)
    with source.opened() as stream:
        yield from _as_it_is(stream) if encoding == "utf-8" and not replace else _transcoded(stream, encoding)


def first_undecodable(source: Source) -> Span | None:
    """The place of the first byte that does not decode, or None. Raises OSError, SourceError."""
    encoding = xml_encoding(source)
    decoder = codecs.getincrementaldecoder(encoding)()
    line, column = 1, 1
    with source.opened() as stream:
        while chunk := stream.read(CHUNK_BYTES):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                good = bytes(error.object[: error.start]).decode(encoding, "replace")
                return Span(source.path, *_after(good.removeprefix("\ufeff"), line, column))
            line, column = _after(text.removeprefix("\ufeff"), line, column)
    return None


def begins_character(data: bytes) -> bool:
    """Whether bytes begin with a UTF-8 character, complete or truncated."""
    try:
        codecs.utf_8_decode(data[:4], "strict", False)
    except UnicodeDecodeError as error:
        return error.start > 0
    return True


def xml_encoding(source: Source) -> str:
    """The encoding by byte order mark and zero bytes, then by the XML declaration; always a known one.

    A declaration that contradicts the bytes is ignored: Windows writes UTF-16 that claims UTF-8.
    """
    detected = source.encoding.removesuffix("-sig")
    declared = _DECLARED_ENCODING.match(source.head)
    if detected != "utf-8" or declared is None or source.head.startswith(codecs.BOM_UTF8):
        return detected
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name
    except LookupError:
        return detected
    return name if name.startswith(_EIGHT_BIT_FAMILIES) else detected


def _as_it_is(stream: BinaryIO) -> Iterator[bytes]:
    first = stream.read(CHUNK_BYTES)
    yield first.removeprefix(codecs.BOM_UTF8)
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def _transcoded(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    first = decoder.decode(stream.read(CHUNK_BYTES))
    yield first.removeprefix("\ufeff").encode("utf-8", "replace")
    while chunk := stream.read(CHUNK_BYTES):
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _after(text: str, line: int, column: int) -> tuple[int, int]:
    breaks = text.count("\n")
    return line + breaks, (len(text) - text.rfind("\n") if breaks else column + len(text))
