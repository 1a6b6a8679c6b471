"""What a file packed by gzip, bzip2 or xz begins with when unpacked: enough to see whether it speaks of IPsec."""

from __future__ import annotations

import contextlib

from ipseclint.source import Source

MAX_UNPACKED_BYTES = 8 * 1024 * 1024
"""How much of it is unpacked, and how many packed bytes are read for it (reasoned: exports in packs are small)."""

_MAX_DICTIONARY_BYTES = 128 * 1024 * 1024


def unpacked(source: Source) -> bytes:
    """The first bytes behind the packing; none for what is not packed so, or is damaged. Raises SourceError."""
    head = source.head
    if head.startswith(b"\x1f\x8b"):
        return _gunzip(source)
    if head.startswith(b"BZh"):
        from bz2 import BZ2Decompressor

        with contextlib.suppress(OSError, EOFError):
            return BZ2Decompressor().decompress(_packed(source), MAX_UNPACKED_BYTES)
    if head.startswith(b"\xfd7zXZ\0"):
        from lzma import LZMADecompressor, LZMAError

        with contextlib.suppress(LZMAError, EOFError):
            return LZMADecompressor(memlimit=_MAX_DICTIONARY_BYTES).decompress(_packed(source), MAX_UNPACKED_BYTES)
    return b""


def _gunzip(source: Source) -> bytes:
    import zlib

    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(_packed(source), MAX_UNPACKED_BYTES)
    except zlib.error:
        return b""


def _packed(source: Source) -> bytes:
    parts, count = [], 0
    for block in source.blocks():
        parts.append(block)
        count += len(block)
        if count >= MAX_UNPACKED_BYTES:
            break
    return b"".join(parts)
