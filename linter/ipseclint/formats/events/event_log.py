"""The format of event logs as files (`.evtx`): the audit events of IPsec in the Security log.

Read with the package `evtx`, which is an extra. Places are line 1 and the byte's offset of the record, from 1.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.events.security_events import EventLog
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.xml.document import read
from ipseclint.formats.kit.xml.wanted import Subtree, Wanted
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.source import Source, SourceError, Span, bytes_source
from ipseclint.vocabulary.audit_events import AUDIT_EVENTS

if TYPE_CHECKING:
    from evtx import PyEvtxParser

MAGIC = b"ElfFile\0"
_CHUNK_BYTES = 65_536
_HEADER_BYTES = 4096
_RECORD = re.compile(rb"\*\*\0\0.{4}(.{8})", re.DOTALL)
"""Signature, size and number that a record of a log begins with (MS-EVEN6 has the log, libevtx the file)."""

_EVENT_ID = re.compile(r"<EventID[^<>]*>\s*([0-9]{4,5})\s*</EventID>")


def recognise(source: Source) -> bool:
    """Whether it begins with the signature `ElfFile`."""
    return source.head.startswith(MAGIC)


def parse(source: Source) -> Parsed:
    """The events that concern IPsec; a Problem that names the extra if the reader is not installed."""
    begin = Span(source.path, 1, 1)
    try:
        import evtx
    except ImportError:
        message = "event logs are read with the package evtx: install ipseclint[evtx], or export the log as XML"
        return Parsed(problems=(Problem(code=ProblemCode.UNREADABLE, message=message, span=begin),))
    diagnostics = Diagnostics(source.path)
    log = EventLog(diagnostics)
    try:
        with source.open_bytes() as file:
            places = dict(_places(file))
        with source.open_bytes() as file:
            _read(evtx.PyEvtxParser(file), places, log, source.path)
    except (OSError, SourceError, RuntimeError, ValueError) as error:
        diagnostics.malformed(f"the event log cannot be read: {type(error).__name__}", begin)
    except BaseException as error:
        # The reader is compiled: its panics are no Exception.
        if type(error).__name__ != "PanicException":
            raise
        diagnostics.malformed("the event log is damaged; what follows is not read", begin)
    return log.parsed()


def _read(parser: PyEvtxParser, places: dict[int, int], log: EventLog, path: str) -> None:
    damaged = 0
    records = parser.records()
    while damaged < _MAX_DAMAGED:
        try:
            record: dict[str, Any] | None = next(records, None)
        except RuntimeError:
            damaged += 1
            continue
        if record is None:
            break
        match = _EVENT_ID.search(record["data"])
        if match is None or int(match[1]) not in AUDIT_EVENTS:
            continue
        place = Span(path, 1, places.get(record["event_record_id"], 0) + 1)
        for subtree in read(bytes_source(path, record["data"].encode()), Wanted({"Event": frozenset()})):
            if isinstance(subtree, Subtree):
                log.add(subtree.element, place)
    if damaged:
        log.diagnostics.malformed(f"{damaged} records of the event log cannot be read", Span(path, 1, 1))


_MAX_DAMAGED = 10_000
"""Records that may be unreadable before the rest is given up (reasoned)."""


def _places(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Number and offset of each record, one piece of the file at a time: no record stands in two."""
    offset = len(file.read(_HEADER_BYTES))
    while piece := file.read(_CHUNK_BYTES):
        for match in _RECORD.finditer(piece):
            (number,) = struct.unpack("<Q", match[1])
            yield number, offset + match.start()
        offset += len(piece)


FORMATS = (
    Format(
        name="event-log",
        title="event log as a file (.evtx); needs the extra evtx",
        recognise=recognise,
        parse=parse,
        how_to_export="wevtutil epl Security security.evtx",
        can_express="the same as the events as XML",
        cannot_express="the same as the events as XML",
    ),
)
