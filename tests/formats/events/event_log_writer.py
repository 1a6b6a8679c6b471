"""A writer of event logs, as far as a test needs them: one chunk of records in binary XML without templates."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

RECORDS_AT = 512
CHUNK_BYTES = 65_536
_FILETIME_2026 = 134_000_000_000_000_000


class _Xml:
    """Binary XML that begins at an offset of its chunk; names are written where they are first used."""

    def __init__(self, offset: int) -> None:
        self._begin = offset
        self.data = bytearray(b"\x0f\x01\x01\x00")

    def _name(self, name: str) -> None:
        self.data += struct.pack("<I", self._begin + len(self.data) + 4)
        self.data += struct.pack("<IHH", 0, 0, len(name)) + name.encode("utf-16-le") + b"\0\0"

    def _text(self, text: str) -> None:
        self.data += struct.pack("<BBH", 0x05, 0x01, len(text)) + text.encode("utf-16-le")

    def element(
        self, name: str, text: str = "", attributes: Mapping[str, str] | None = None, below: Sequence[Any] = ()
    ) -> None:
        self.data.append(0x41 if attributes else 0x01)
        size_at = len(self.data)
        self.data += bytes(4)
        self._name(name)
        if attributes:
            list_at = len(self.data)
            self.data += bytes(4)
            for number, (key, value) in enumerate(attributes.items(), start=1):
                self.data.append(0x06 if number == len(attributes) else 0x46)
                self._name(key)
                self._text(value)
            struct.pack_into("<I", self.data, list_at, len(self.data) - list_at - 4)
        self.data.append(0x02)
        if text:
            self._text(text)
        for each in below:
            self.element(*each)
        self.data.append(0x04)
        struct.pack_into("<I", self.data, size_at, len(self.data) - size_at - 4)


def event_log(
    events: Sequence[tuple[int, Mapping[str, str]]], provider: str = "Microsoft-Windows-Security-Auditing"
) -> bytes:
    """A log of events, each its number and its fields."""
    return log_of_chunks(events, provider=provider)


def log_of_chunks(
    *chunks: Sequence[tuple[int, Mapping[str, str]]], provider: str = "Microsoft-Windows-Security-Auditing"
) -> bytes:
    """A log whose events stand in several chunks, numbered through."""
    written, first = [], 1
    for events in chunks:
        written.append(_chunk(events, provider, first))
        first += len(events)
    head = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, len(chunks) - 1, first, 128, 1, 3, 4096, len(chunks))
    return head.ljust(4096, b"\0") + b"".join(written)


def _chunk(events: Sequence[tuple[int, Mapping[str, str]]], provider: str, first: int) -> bytes:
    records = bytearray()
    last = RECORDS_AT
    for number, (event_id, fields) in enumerate(events, start=first):
        last = RECORDS_AT + len(records)
        xml = _Xml(last + 24)
        system: list[tuple[Any, ...]] = [
            ("Provider", "", {"Name": provider}),
            ("EventID", str(event_id)),
            ("TimeCreated", "", {"SystemTime": "2026-03-02T08:00:00.000000Z"}),
        ]
        data = [("Data", value, {"Name": name}) for name, value in fields.items()]
        xml.element("Event", "", None, [("System", "", None, system), ("EventData", "", None, data)])
        body = bytes(xml.data) + b"\0"
        size = 24 + len(body) + 4
        records += struct.pack("<4sIQQ", b"**\0\0", size, number, _FILETIME_2026) + body + struct.pack("<I", size)
    numbers = first, first + len(events) - 1
    chunk = struct.pack("<8sQQQQIII", b"ElfChnk\0", *numbers, *numbers, 128, last, RECORDS_AT + len(records))
    return (chunk.ljust(RECORDS_AT, b"\0") + records).ljust(CHUNK_BYTES, b"\0")
