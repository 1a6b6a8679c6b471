"""Windows registry hives, read by random access: keys and values of the subtrees asked for.

Source: the "Windows registry file format specification" (msuhanov/regf). Offsets in cells count from the end of the
header. Nothing is trusted: lengths and lists are bounded, a cell is visited once as a key, and faults are noted and
left out.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.registry.binary import value_of_bytes
from ipseclint.formats.registry.tree import MAX_TREE_DEPTH, Key, Value
from ipseclint.source import Span

T = TypeVar("T")

MAGIC = b"regf"
MAX_KEYS = 200_000
"""How many keys of one hive are read (reasoned: many times what a firewall policy has)."""
MAX_DATA_BYTES = 1024 * 1024
"""The largest value that is read: Windows' own limit ("Registry element size limits")."""

MAX_READS = 500_000
"""How many places of one hive are read (reasoned: each key and value takes about four; lists can be shared)."""
MAX_READ_BYTES = 256 * 1024 * 1024
"""How much of one hive is read, places read again counted again (reasoned)."""

_HEADER_BYTES = 4096
_ROOT_OFFSET = 36
_INLINE = 0x8000_0000
_NOTHING = 0xFFFF_FFFF
_SEGMENT_BYTES = 16_344
_COMPRESSED_KEY_NAME = 0x20
_COMPRESSED_VALUE_NAME = 0x1
_KEY_FORMAT = struct.Struct("<2sHQIIIIIIIIIIIIIIIHH")
_VALUE_FORMAT = struct.Struct("<2sHIIIHH")


class HiveError(Exception):
    """A fault in a hive; `offset` counts from the start of the file."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Node:
    """The cell of one key: its name, and the offsets of its lists of values and subkeys."""

    __slots__ = ("name", "offset", "subkeys", "subkeys_at", "values", "values_at")

    def __init__(self, cell: bytes, offset: int) -> None:
        if len(cell) < _KEY_FORMAT.size:
            raise HiveError("a key that is cut off", offset)
        (
            signature, flags, _, _, _, self.subkeys, _, self.subkeys_at, _, self.values, self.values_at,
            _, _, _, _, _, _, _, name_bytes, _,
        ) = _KEY_FORMAT.unpack_from(cell)  # fmt: skip
        if signature != b"nk":
            raise HiveError("no key where a key is said to be", offset)
        raw = cell[_KEY_FORMAT.size : _KEY_FORMAT.size + name_bytes]
        self.name = raw.decode("latin-1" if flags & _COMPRESSED_KEY_NAME else "utf-16-le", errors="replace")
        self.offset = offset


class Hive:
    """A hive in a seekable stream. Raises HiveError if it does not begin as a hive."""

    def __init__(self, stream: BinaryIO, diagnostics: Diagnostics) -> None:
        self._stream = stream
        self._path = diagnostics.path
        self._diagnostics = diagnostics
        self._visited: set[int] = set()
        self._noted: set[tuple[str, int]] = set()
        self._reads = self._bytes = 0
        header = self._read(0, _HEADER_BYTES)
        if not header.startswith(MAGIC) or len(header) < _HEADER_BYTES:
            raise HiveError("the header of the hive is cut off", len(header))
        (self._root_at,) = struct.unpack_from("<I", header, _ROOT_OFFSET)

    def root(self) -> Node:
        """The root key."""
        return self._node(self._root_at)

    def find(self, node: Node, path: str) -> Node | None:
        """The key at a path below another; None if it is not there."""
        current: Node | None = node
        for name in filter(None, path.split("\\")):
            children = [] if current is None else list(self._children(current))
            current = next((child for child in children if child.name.casefold() == name.casefold()), None)
        return current

    def load(self, node: Node, key: Key, path: str, wanted: Callable[[str], bool]) -> None:
        """Add the values of a key and everything below it to a tree, for the paths that are wanted."""
        stack = [(node, key, path, 0)]
        while stack:
            node, key, path, depth = stack.pop()
            if node.offset in self._visited or depth > MAX_TREE_DEPTH or len(self._visited) >= MAX_KEYS:
                message = "a key that was met before, or too many of them: it is left out"
                self._diagnostics.refused(message, self._span(node.offset))
                continue
            self._visited.add(node.offset)
            for value in self._values(node):
                key.set(value)
            below = []
            for child in self._children(node):
                at = f"{path}\\{child.name}" if path else child.name
                if wanted(at):
                    made = key.keys.setdefault(child.name.casefold(), Key(child.name, self._span(child.offset)))
                    below.append((child, made, at, depth + 1))
            stack.extend(reversed(below))

    def _children(self, node: Node) -> Iterator[Node]:
        if not node.subkeys or node.subkeys_at == _NOTHING:
            return
        for at in self._guarded(lambda: self._listed(node.subkeys_at, node.subkeys, node.offset), list[int]()):
            child = self._guarded(lambda at=at: self._node(at), None)  # type: ignore[misc]
            if child is not None:
                yield child

    def _listed(self, at: int, count: int, owner: int) -> list[int]:
        """The offsets of the keys in a list, which may be a list of lists."""
        signature, entries, offset = self._list_head(at)
        if signature == b"ri":
            places: list[int] = []
            for number in self._numbers(at, entries, 1):
                if len(places) > min(count, MAX_KEYS):
                    break
                kind, size, place = self._list_head(number)
                if kind == b"ri":
                    raise HiveError("a list of lists inside a list of lists", place)
                places.extend(self._leaf(number, kind, size, place))
            return places[:count]
        if entries > count:
            raise HiveError(f"a list of {entries} keys where {count} are said to be", owner)
        return self._leaf(at, signature, entries, offset)

    def _list_head(self, at: int) -> tuple[bytes, int, int]:
        """The signature and the number of entries of a list, and its offset."""
        cell, offset = self._cell(at, 4)
        if len(cell) < 4:
            raise HiveError("a list that is cut off", offset)
        signature, entries = struct.unpack_from("<2sH", cell)
        return signature, entries, offset

    def _leaf(self, at: int, kind: bytes, size: int, offset: int) -> list[int]:
        if kind in {b"lf", b"lh"}:
            return self._numbers(at, size, 2)
        if kind == b"li":
            return self._numbers(at, size, 1)
        raise HiveError("no list of keys where one is said to be", offset)

    def _numbers(self, at: int, count: int, step: int) -> list[int]:
        """Every `step`-th number of 32 bits behind the signature and count of a list."""
        cell, offset = self._cell(at, 4 + 4 * count * step)
        if len(cell) < 4 + 4 * count * step:
            raise HiveError("a list that is cut off", offset)
        return list(struct.unpack_from(f"<{count * step}I", cell, 4))[::step]

    def _values(self, node: Node) -> Iterator[Value]:
        if not node.values or node.values_at == _NOTHING:
            return
        for at in self._guarded(lambda: self._value_offsets(node), list[int]()):
            value = self._guarded(lambda at=at: self._value(at), None)  # type: ignore[misc]
            if value is not None:
                yield value

    def _value_offsets(self, node: Node) -> list[int]:
        if node.values > MAX_KEYS:
            raise HiveError(f"{node.values} values in one key", node.offset)
        cell, offset = self._cell(node.values_at, 4 * node.values)
        if len(cell) < 4 * node.values:
            raise HiveError("a list of values that is cut off", offset)
        return list(struct.unpack_from(f"<{node.values}I", cell))

    def _value(self, at: int) -> Value:
        cell, offset = self._cell(at, _VALUE_FORMAT.size)
        if len(cell) < _VALUE_FORMAT.size:
            raise HiveError("a value that is cut off", offset)
        signature, name_bytes, size, data_at, kind, flags, _ = _VALUE_FORMAT.unpack_from(cell)
        if signature != b"vk":
            raise HiveError("no value where a value is said to be", offset)
        raw = self._cell(at, _VALUE_FORMAT.size + name_bytes)[0][_VALUE_FORMAT.size : _VALUE_FORMAT.size + name_bytes]
        name = raw.decode("latin-1" if flags & _COMPRESSED_VALUE_NAME else "utf-16-le", errors="replace")
        if size & _INLINE:
            length = min(size & ~_INLINE, 4)
            return value_of_bytes(name, kind, struct.pack("<I", data_at)[:length], self._path, offset + 8)
        if size > MAX_DATA_BYTES:
            raise HiveError(f"the value {quoted(name)} is said to hold {size} bytes", offset)
        data, place = self._data(data_at, size) if size else (b"", offset)
        return value_of_bytes(name, kind, data, self._path, place)

    def _data(self, at: int, size: int) -> tuple[bytes, int]:
        cell, offset = self._cell(at, size if size <= _SEGMENT_BYTES else 8)
        if size <= _SEGMENT_BYTES or not cell.startswith(b"db") or len(cell) < 8:
            data, offset = self._cell(at, size)
            if len(data) < size:
                raise HiveError("the data of a value is cut off", offset)
            return data[:size], offset
        _, count, list_at = struct.unpack_from("<2sHI", cell)
        segments = self._cell(list_at, 4 * count)[0]
        if not count or len(segments) < 4 * count:
            raise HiveError("the list of a value's segments is cut off", offset)
        places = struct.unpack_from(f"<{count}I", segments)
        data = b"".join(self._cell(place, _SEGMENT_BYTES)[0][:_SEGMENT_BYTES] for place in places)
        if len(data) < size:
            raise HiveError("the data of a value is cut off", offset)
        return data[:size], self._cell(places[0], 0)[1]

    def _node(self, at: int) -> Node:
        cell, offset = self._cell(at, _KEY_FORMAT.size + 512)
        return Node(cell, offset)

    def _cell(self, at: int, wanted_bytes: int) -> tuple[bytes, int]:
        """The first bytes of a cell's content, up to the number wanted, and their offset in the file."""
        offset = _HEADER_BYTES + at
        head = self._read(offset, 4)
        if len(head) < 4:
            raise HiveError("a place outside the file", min(offset, self._stream.seek(0, os.SEEK_END)))
        (size,) = struct.unpack("<i", head)
        if size >= -4:
            raise HiveError("a cell that is not in use", offset)
        return self._read(offset + 4, min(wanted_bytes, -size - 4)), offset + 4

    def _read(self, offset: int, size: int) -> bytes:
        self._reads += 1
        self._bytes += size
        if self._reads > MAX_READS or self._bytes > MAX_READ_BYTES:
            raise HiveError("more to read than any policy has, from here on", 0)
        self._stream.seek(offset)
        return self._stream.read(size)

    def _guarded(self, read: Callable[[], T], otherwise: T) -> T:
        """The result of a function; if it meets a fault, that is noted, and `otherwise` is the result."""
        try:
            return read()
        except HiveError as error:
            said = (str(error), error.offset)
            if said not in self._noted:
                self._noted.add(said)
                self._diagnostics.malformed(f"{error}; it is left out", self._span(error.offset))
            return otherwise

    def _span(self, offset: int) -> Span:
        return Span(self._path, 1, offset + 1)
