"""What a file packed by bzip2 or xz begins with when unpacked: enough to see whether it speaks of IPsec."""

from __future__ import annotations

import contextlib

from ipseclint.source import Source

MAX_UNPACKED_BYTES = 8 * 1024 * 1024
"""How much of it is unpacked, and how many packed bytes are read for it (reasoned: exports in packs are small)."""

_MAX_DICTIONARY_BYTES = 128 * 1024 * 1024


def unpacked(source: Source) -> tuple[bytes, bool]:
    """The first bytes behind the packing, and whether that is all. Raises SourceError.

    No bytes, and not all, for what is not packed so or is damaged.
    """
    if source.head.startswith(b"BZh"):
        from bz2 import BZ2Decompressor

        with contextlib.suppress(OSError, EOFError):
            packed = BZ2Decompressor()
            return packed.decompress(_packed(source), MAX_UNPACKED_BYTES), packed.eof and not packed.unused_data
    if source.head.startswith(b"\xfd7zXZ\0"):
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
