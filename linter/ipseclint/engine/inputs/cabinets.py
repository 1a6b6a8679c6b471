"""Cabinets (.cab), as `netsh wfp capture` and `netsh trace` write them: their files, unpacked in memory.

Source: Microsoft Cabinet Format ([MS-CAB]) and MSZIP ([MS-MCI]). Read is what is stored or packed by MSZIP; what is
packed by LZX or Quantum is said, as is a file that goes on in another cabinet.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

SIGNATURE = b"MSCF"
UNPACK_FIRST = "unpack it first with `expand -F:* FILE.cab FOLDER`"

_HEADER = struct.Struct("<4s4xI4xI4xBBHHHHH")
_FOLDER = struct.Struct("<IHH")
_FILE = struct.Struct("<IIHHHH")
_BLOCK = struct.Struct("<IHH")
_HAS_PREVIOUS, _HAS_NEXT, _HAS_RESERVE = 1, 2, 4
_NAME_IS_UTF_8 = 0x80
_FIRST_CONTINUED = 0xFFFD
"""The least number in place of a folder's that says that a file is continued from or in another cabinet."""
_STORED, _MSZIP = 0, 1
_METHODS = {2: "Quantum", 3: "LZX"}
_MAX_NAME_BYTES = 256
_WINDOW_BYTES = 32_768


class CabinetError(ValueError):
    """What is wrong with a cabinet, in words."""


class CabinetFile(NamedTuple):
    """A file of a cabinet: its name, where it stands in its unpacked folder, or why it cannot be read."""

    name: str
    folder: int
    offset: int
    size: int
    why_not: str | None = None


class Folder:
    """The unpacked bytes of one folder, which `read` makes block by block; they can be read once.

    `stored_bytes` are those of its blocks in the cabinet, with their heads.
    """

    def __init__(self, data: bytes, offset: int, blocks: int, method: int, reserve: int) -> None:
        self._parts = _unpacked(data, offset, blocks, method, reserve)
        self.stored_bytes = sum(end - start for start, _, end, _ in _blocks(data, offset, blocks, reserve))

    def read(self, most: int) -> bytes:
        """As many bytes as there are, up to the block in which `most` is reached. Raises CabinetError."""
        parts, count = [], 0
        for part in self._parts:
            parts.append(part)
            count += len(part)
            if count >= most:
                break
        return b"".join(parts)


def contents(data: bytes) -> tuple[list[Folder], list[CabinetFile]]:
    """The folders and files of a cabinet. Raises CabinetError where it is damaged."""
    try:
        return _contents(data)
    except (struct.error, IndexError):
        raise CabinetError("it ends too early") from None


def _contents(data: bytes) -> tuple[list[Folder], list[CabinetFile]]:
    signature, size, files_at, _minor, major, folders, files, flags, _set, _number = _HEADER.unpack_from(data)
    if signature != SIGNATURE or major != 1:
        raise CabinetError(f"its version is {major}")
    if size > len(data):
        raise CabinetError("it ends too early")
    at = _HEADER.size
    of_header, of_folder, of_block = struct.unpack_from("<HBB", data, at) if flags & _HAS_RESERVE else (0, 0, 0)
    at += (4 + of_header) if flags & _HAS_RESERVE else 0
    for flag in (_HAS_PREVIOUS, _HAS_NEXT):
        for _ in ("the cabinet", "the disk") if flags & flag else ():
            at = _end_of_name(data, at) + 1
    found = []
    for _ in range(folders):
        start, blocks, method = _FOLDER.unpack_from(data, at)
        found.append((start, blocks, method & 0xF))
        at += _FOLDER.size + of_folder
    named = list(_files(data, files_at, files, [method for _, _, method in found]))
    return list(_apart((Folder(data, *folder, of_block) for folder in found), size)), named


def _apart(folders: Iterable[Folder], room: int) -> Iterator[Folder]:
    """The folders, as long as each can have blocks of its own: shared ones would be walked for each of thousands."""
    for folder in folders:
        room -= folder.stored_bytes
        if room < 0:
            raise CabinetError("its folders lie over each other")
        yield folder


def _files(data: bytes, at: int, count: int, methods: list[int]) -> Iterator[CabinetFile]:
    for _ in range(count):
        size, offset, folder, _date, _time, attributes = _FILE.unpack_from(data, at)
        end = _end_of_name(data, at + _FILE.size)
        encoding = "utf-8" if attributes & _NAME_IS_UTF_8 else "cp437"
        name = data[at + _FILE.size : end].decode(encoding, "backslashreplace")
        at = end + 1
        why_not = None
        if folder >= _FIRST_CONTINUED:
            why_not = "it goes on in another cabinet of a set"
        elif folder >= len(methods):
            raise CabinetError("a file of it is in no folder")
        elif methods[folder] not in {_STORED, _MSZIP}:
            method = _METHODS.get(methods[folder], f"method {methods[folder]}")
            why_not = f"it is packed by {method}, which is not read; {UNPACK_FIRST}"
        yield CabinetFile(name, folder, offset, size, why_not)


def _end_of_name(data: bytes, at: int) -> int:
    end = data.find(b"\0", at, at + _MAX_NAME_BYTES + 1)
    if end < 0:
        raise CabinetError("a name in it does not end")
    return end


def _blocks(data: bytes, at: int, count: int, reserve: int) -> Iterator[tuple[int, int, int, int]]:
    """Where each block of a folder begins, where its packed bytes begin and end, and how many they become."""
    for _ in range(count):
        _checksum, packed, unpacked = _BLOCK.unpack_from(data, at)
        begin = at + _BLOCK.size + reserve
        if begin + packed > len(data):
            raise CabinetError("it ends too early")
        if unpacked > _WINDOW_BYTES:
            raise CabinetError("a block of it is too long")
        yield at, begin, begin + packed, unpacked
        at = begin + packed


def _unpacked(data: bytes, at: int, count: int, method: int, reserve: int) -> Iterator[bytes]:
    """The blocks of a folder, unpacked; those of MSZIP go on with the window of the block before."""
    window = b""
    for start, begin, end, size in _blocks(data, at, count, reserve):
        expected = int.from_bytes(data[start : start + 4], "little")
        if expected and expected != _checksum(data[start + 4 : begin]) ^ _checksum(data[begin:end]):
            raise CabinetError("the checksum of a block is wrong")
        block = data[begin:end] if method == _STORED else _inflated(data[begin:end], size, window)
        if len(block) != size:
            raise CabinetError("a block of it has another size than it says")
        window = (window + block)[-_WINDOW_BYTES:]
        yield block


def _inflated(packed: bytes, size: int, window: bytes) -> bytes:
    if not packed.startswith(b"CK"):
        raise CabinetError("a block of it does not begin like MSZIP")
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS, zdict=window).decompress(packed[2:], size)
    except zlib.error:
        raise CabinetError("a block of it cannot be unpacked") from None


def _checksum(data: bytes) -> int:
    """The checksum of [MS-CAB] section 3.1: its words of 4 bytes in exclusive or, the bytes left over turned about."""
    whole = len(data) & ~3
    bits = 32
    while bits < whole * 8:
        bits *= 2
    folded = int.from_bytes(data[:whole], "little")
    while bits > 32:
        bits //= 2
        folded = (folded >> bits) ^ (folded & ((1 << bits) - 1))
    return folded ^ int.from_bytes(data[whole:], "big")
