"""The first bytes of a file packed by bzip2 or xz: enough to see whether it mentions IPsec."""

from __future__ import annotations

import contextlib

from ipseclint.source import XZ, Source

MAX_UNPACKED_BYTES = 8 * 1024 * 1024
"""How many bytes are unpacked, and how many packed bytes are read for that (reasoned: packed exports are small)."""

_MAX_DICTIONARY_BYTES = 128 * 1024 * 1024


def unpacked(source: Source) -> tuple[bytes, bool]:
    """The first unpacked bytes, and whether these are all. Raises SourceError.

    No bytes, and false, for a source that is packed otherwise or damaged.
    """
    if source.head.startswith(b"BZh"):
        from bz2 import BZ2Decompressor

        with contextlib.suppress(OSError, EOFError):
            packed = BZ2Decompressor()
            return packed.decompress(_packed(source), MAX_UNPACKED_BYTES), packed.eof and not packed.unused_data
    if source.head.startswith(XZ):
        from lzma import LZMADecompressor, LZMAError

        with contextlib.suppress(LZMAError, EOFError):
            xz = LZMADecompressor(memlimit=_MAX_DICTIONARY_BYTES)
            return xz.decompress(_packed(source), MAX_UNPACKED_BYTES), xz.eof and not xz.unused_data
    return b"", False


def _packed(source: Source) -> bytes:
    parts, count = [], 0
    for block in source.blocks():
        parts.append(block)
        count += len(block)
        if count >= MAX_UNPACKED_BYTES:
            break
    return b"".join(parts)
