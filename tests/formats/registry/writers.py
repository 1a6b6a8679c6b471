"""Writers of every carrier of registry values, for tests that read them back."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

SZ, BINARY, DWORD, MULTI_SZ = 1, 3, 4, 7
_KIND_NAMES = {SZ: "REG_SZ", BINARY: "REG_BINARY", DWORD: "REG_DWORD", MULTI_SZ: "REG_MULTI_SZ"}
HIVE = "HKEY_LOCAL_MACHINE\\"
POLICY_ROOT = "SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"


class Entry(NamedTuple):
    """One value to write: a key's path without its hive, a name, a type, and text, number or bytes."""

    key: str
    name: str
    kind: int
    data: str | int | bytes


def raw(entry: Entry) -> bytes:
    if isinstance(entry.data, str):
        return entry.data.encode("utf-16-le", "surrogatepass") + b"\0\0"
    return struct.pack("<I", entry.data) if isinstance(entry.data, int) else entry.data


def reg_text(entries: Sequence[Entry], *, old: bool = False, hexadecimal: bool = False) -> str:
    """A .reg file; `hexadecimal` writes texts as `hex(1):` over several lines."""
    lines = ["REGEDIT4" if old else "Windows Registry Editor Version 5.00", ""]
    key = None
    for entry in entries:
        if entry.key != key:
            key = entry.key
            lines += ["", f"[{HIVE}{key}]"]
        name = entry.name.replace("\\", "\\\\").replace('"', '\\"')
        if isinstance(entry.data, int):
            lines.append(f'"{name}"=dword:{entry.data:08x}')
        elif isinstance(entry.data, str) and not hexadecimal:
            data = entry.data.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'"{name}"="{data}"')
        else:
            data = raw(entry) if not (old and isinstance(entry.data, str)) else entry.data.encode("cp1252") + b"\0"
            digits = [f"{byte:02x}" for byte in data]
            rows = [",".join(digits[start : start + 20]) for start in range(0, len(digits), 20)]
            prefix = "hex:" if entry.kind == BINARY else f"hex({entry.kind}):"
            lines += (f'"{name}"={prefix}' + ",\\\n  ".join(rows)).split("\n")
    return "\r\n".join(lines) + "\r\n"


def reg_query_text(entries: Sequence[Entry]) -> str:
    lines: list[str] = []
    key = None
    for entry in entries:
        if entry.key != key:
            key = entry.key
            lines += ["", f"{HIVE}{key}"]
        data = entry.data
        if entry.kind == MULTI_SZ and isinstance(data, bytes):
            data = data.decode("utf-16-le").rstrip("\0").replace("\0", "\\0")
        shown = f"0x{data:x}" if isinstance(data, int) else data.hex().upper() if isinstance(data, bytes) else data
        lines.append(f"    {entry.name}    {_KIND_NAMES[entry.kind]}    {shown}")
    return "\r\n".join(lines) + "\r\n\r\n"


def pol_record(key: str, name: str, kind: int, data: bytes) -> bytes:
    def wide(text: str) -> bytes:
        return text.encode("utf-16-le", "surrogatepass")

    head = wide("[") + wide(key + "\0") + wide(";") + wide(name + "\0") + wide(";")
    return head + struct.pack("<I", kind) + wide(";") + struct.pack("<I", len(data)) + wide(";") + data + wide("]")


def pol_bytes(entries: Sequence[Entry]) -> bytes:
    records = (pol_record(entry.key, entry.name, entry.kind, raw(entry)) for entry in entries)
    return b"PReg\x01\0\0\0" + b"".join(records)


class Node:
    def __init__(self, name: str) -> None:
        self.name = name
        self.values: list[Entry] = []
        self.keys: dict[str, Node] = {}


class HiveWriter:
    """Builds a hive of one block. Offsets of cells are kept, for tests that damage them."""

    def __init__(self) -> None:
        self.cells = bytearray(32)
        self.key_offsets: list[int] = []

    def cell(self, content: bytes) -> int:
        offset = len(self.cells)
        size = (len(content) + 4 + 7) & ~7
        self.cells += struct.pack("<i", -size) + content + b"\0" * (size - 4 - len(content))
        return offset

    def value(self, entry: Entry) -> int:
        data = raw(entry)
        name = entry.name.encode("latin-1")
        if len(data) <= 4:
            size, where = len(data) | 0x8000_0000, struct.unpack("<I", data.ljust(4, b"\0"))[0]
        elif len(data) > 16_344:
            rows = [self.cell(data[start : start + 16_344]) for start in range(0, len(data), 16_344)]
            listing = self.cell(struct.pack(f"<{len(rows)}I", *rows))
            size, where = len(data), self.cell(struct.pack("<2sHI", b"db", len(rows), listing))
        else:
            size, where = len(data), self.cell(data)
        return self.cell(struct.pack("<2sHIIIHH", b"vk", len(name), size, where, entry.kind, 1, 0) + name)

    def key(self, node: Node, *, root: bool = False) -> int:
        name = node.name.encode("latin-1")
        # The root's cell comes first, where some readers look for it.
        offset = self.cell(bytes(76 + len(name)))
        values = [self.value(each) for each in node.values]
        children = [self.key(each) for each in node.keys.values()]
        values_at = self.cell(struct.pack(f"<{len(values)}I", *values)) if values else 0xFFFF_FFFF
        pairs = [number for each in children for number in (each, 0)]
        keys_at = 0xFFFF_FFFF
        if children:
            keys_at = self.cell(struct.pack(f"<2sH{len(pairs)}I", b"lf", len(children), *pairs))
        numbers = (0, 0, len(children), 0, keys_at, 0xFFFF_FFFF, len(values), values_at, 0xFFFF_FFFF, 0xFFFF_FFFF)
        head = struct.pack("<2sHQ", b"nk", 0x2C if root else 0x20, 0)
        content = head + struct.pack("<15I", *numbers, 0, 0, 0, 0, 0) + struct.pack("<HH", len(name), 0) + name
        self.cells[offset + 4 : offset + 4 + len(content)] = content
        self.key_offsets.append(offset)
        return offset

    def finish(self, root: int) -> bytes:
        self.cells += b"\0" * (-len(self.cells) % 4096)
        struct.pack_into("<4sII", self.cells, 0, b"hbin", 0, len(self.cells))
        header = bytearray(4096)
        struct.pack_into("<4sIIQIIIIII", header, 0, b"regf", 1, 1, 0, 1, 5, 0, 1, root, len(self.cells))
        return bytes(header + self.cells)


def hive_bytes(entries: Sequence[Entry], writer: HiveWriter | None = None) -> bytes:
    """A hive whose root is the store: the key paths are those below it."""
    root = Node("{STORE}")
    for entry in entries:
        node = root
        for name in filter(None, entry.key.split("\\")):
            node = node.keys.setdefault(name, Node(name))
        node.values.append(entry)
    writer = writer or HiveWriter()
    return writer.finish(writer.key(root, root=True))


def below(root: str, entries: Sequence[Entry]) -> list[Entry]:
    """The same values below another key."""
    return [entry._replace(key=f"{root}\\{entry.key}".rstrip("\\")) for entry in entries]
