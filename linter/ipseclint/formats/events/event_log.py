"""Event logs as files (`.evtx`): IPsec audit events in the Security log.

Read with the package `evtx`, which is an extra. A place is line 1 and the byte's offset of the record, from 1, as the
column.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, BinaryIO

from msgspec import Struct, field

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.events.alike_event import AlikeEvents
from ipseclint.formats.events.chunk_tables import has_ring, without_tables
from ipseclint.formats.events.log_events import EventLog, are_read, is_other_packet, other_event
from ipseclint.formats.events.usual_event import usual_event
from ipseclint.formats.kit.diagnostics import Diagnostics, unreadable
from ipseclint.formats.kit.xml.document import whole
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late
from ipseclint.source import Source, SourceError, Span
from ipseclint.vocabulary.audit_events import IKE_PROVIDERS, PROVIDER
from ipseclint.words import plural

if TYPE_CHECKING:
    from evtx import PyEvtxParser

MAGIC = b"ElfFile\0"
_CHUNK_MAGIC = b"ElfChnk\0"
_CHUNK_BYTES = 65_536
_HEADER_BYTES = 4096
_CHUNK_COUNT_AT = 42
_RECORD_NUMBERS_AT = 24
"""Where the header has the number of chunks, and a chunk the numbers of its first and last record (libevtx)."""

_FIRST_RECORD_AT = 512
"""Where a chunk has its first record (libevtx)."""
_SIGNATURE, _HEAD_OF_RECORD = b"**\0\0", struct.Struct("<4xIQ")
"""The signature of a record, and behind it its size and number (MS-EVEN6 has the log, libevtx the file)."""

_PROVIDER = late(r"<Provider[^<>]*?\bName=[\"']([^\"']{0,100})[\"']")
_NOT_OF_XML = late("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What a text of a log may hold and XML may not (XML 1.0, 2.2)."""
_EVENT_ID = late(r"<EventID[^<>]*>\s*([0-9]{4,5})\s*</EventID>")


_BEGIN = late(
    r"(?:<\?xml[^<>]*>\s*)?<Event[^<>]*>\s*<System>\s*<Provider[^<>]*?\bName=[\"'](?P<provider>[^\"']{0,100})[\"'][^<>]*>\s*(?:</Provider>\s*)?"
    r"<EventID[^<>]*>\s*(?P<number>[0-9]{4,5})\s*</EventID>"
)
"""How a record begins as a rule, in which both are the first of their names."""


def recognise(source: Source) -> bool:
    """Whether it begins with the signature `ElfFile`."""
    return source.head.startswith(MAGIC)


def parse(source: Source) -> Parsed:
    """The events that concern IPsec; a Problem that names the extra if the package is not installed."""
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
            layout = _layout(file)
        for fault in layout.faults:
            diagnostics.malformed(fault, begin)
        with without_tables(source.open_bytes(), layout.ringed_chunks) as file:
            _read(evtx.PyEvtxParser(file), layout, log, source.path)
    except SourceError as error:
        diagnostics.add(unreadable(source, error))
    except (OSError, RuntimeError, ValueError) as error:
        # The reader raises OSError for what is damaged too; only the system's has a number.
        if isinstance(error, OSError) and error.errno is not None:
            diagnostics.add(unreadable(source, error))
        else:
            diagnostics.malformed("the event log cannot be read: it is damaged", begin)
    except BaseException as error:
        # The reader is compiled: its panics are no Exception.
        if type(error).__name__ != "PanicException":
            raise
        diagnostics.malformed("the event log is damaged; what follows is not read", begin)
    return log.parsed()


def _read(parser: PyEvtxParser, layout: _Layout, log: EventLog, path: str) -> None:
    damaged = read_count = 0
    alike = AlikeEvents(log)
    records = parser.records()
    while damaged < _MAX_DAMAGED:
        try:
            record: dict[str, Any] | None = next(records, None)
        except RuntimeError:
            damaged += 1
            continue
        if record is None:
            break
        place = Span(path, 1, layout.places.get(record["event_record_id"], 0) + 1)
        if _is_read(record["data"], log, alike, place):
            read_count += 1
        else:
            damaged += 1
    if lost := max(damaged, layout.record_count - read_count):
        message = f"{plural(lost, 'record')} of the event log cannot be read"
        log.diagnostics.malformed(message, Span(path, 1, 1))


def _is_read(text: str, log: EventLog, alike: AlikeEvents, place: Span) -> bool:
    """Add the event in a record's XML to a log; False if it concerns IPsec and is not XML."""
    if alike.add(text, place):
        return True
    provider, number = _told_by(text)
    if provider.casefold() in IKE_PROVIDERS:
        log.count_of_ike(place, [text.partition("<EventData>")[2]])
        return True
    other = "others" if number is None else other_event(number, provider)
    if other is not None:
        log.count_other(other)
        return True
    if alike.add(text, place, number):
        return True
    data = text.encode()
    if number is not None and is_other_packet(number, provider, data):
        log.count_other(number)
        return True
    if (usual := usual_event(data)) is not None and are_read(usual):
        log.add_usual(usual, place)
        alike.learn(usual, text)
        return True
    event = whole(data) or whole(_NOT_OF_XML.sub("\ufffd", text).encode())
    if event is None or event.name != "Event":
        return False
    log.add(event, place)
    return True


def _told_by(text: str) -> tuple[str, str | None]:
    """The provider and the number of the event in a record's XML; that of audit events and None where it has none."""
    begin = _BEGIN.match(text)
    if begin is not None:
        return begin["provider"], begin["number"]
    provider, number = _PROVIDER.search(text), _EVENT_ID.search(text)
    return PROVIDER if provider is None else provider[1], None if number is None else number[1]


_MAX_DAMAGED = 10_000
"""Records that may be unreadable before the rest is given up (reasoned)."""


class _Layout(Struct):
    """The layout of a log: the offset of each record by number, the number of records, and faults.

    The tables of `ringed_chunks` are not to be followed.
    """

    places: dict[int, int] = field(default_factory=dict)
    record_count: int = 0
    ringed_chunks: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def _layout(file: BinaryIO) -> _Layout:
    """The layout of a log, read chunk by chunk: no record spans two."""
    layout = _Layout()
    header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        layout.faults.append("the event log ends within its header")
        return layout
    (chunk_count,) = struct.unpack_from("<H", header, _CHUNK_COUNT_AT)
    offset, chunks_met, damaged = len(header), 0, 0
    while chunk := file.read(_CHUNK_BYTES):
        if len(chunk) < _CHUNK_BYTES:
            layout.faults.append(f"the event log ends within a chunk, after {offset + len(chunk)} bytes")
        if chunk.startswith(_CHUNK_MAGIC):
            chunks_met += 1
            layout.record_count += _record_count(chunk)
            if has_ring(chunk):
                layout.ringed_chunks.add(offset)
        # What Windows has reserved for later is all zeros.
        elif chunk.strip(b"\0"):
            damaged += 1
        _note_records(chunk, offset, layout.places)
        offset += len(chunk)
    if layout.ringed_chunks:
        ringed = plural(len(layout.ringed_chunks), "chunk")
        layout.faults.append(f"the tables of {ringed} of the event log are damaged: they lead round in a ring")
    if damaged:
        layout.faults.append(f"{plural(damaged, 'chunk')} of the event log without the signature `ElfChnk`")
    # The count is of 16 bits, and in a log that is still written to it is behind.
    if chunks_met < chunk_count:
        layout.faults.append(
            f"the header of the event log counts {plural(chunk_count, 'chunk')}, and {chunks_met} are there"
        )
    return layout


def _note_records(chunk: bytes, offset: int, places: dict[int, int]) -> None:
    """Note the offset of each record of a chunk that stands at an offset of the log: they follow each other, and where
    none follows, as in a damaged chunk, the next is looked for by its signature."""
    head_of, starts, head_bytes = _HEAD_OF_RECORD.unpack_from, chunk.startswith, _HEAD_OF_RECORD.size
    at, last = _signature_at(chunk, _FIRST_RECORD_AT), len(chunk) - head_bytes
    while 0 <= at <= last:
        size, number = head_of(chunk, at)
        places[number] = offset + at
        is_followed = size >= head_bytes and starts(_SIGNATURE, at + size)
        at = at + size if is_followed else _signature_at(chunk, at + head_bytes)


def _signature_at(chunk: bytes, begin: int) -> int:
    """Where the next signature of a record stands; -1 if none does. Python looks for one byte by far the fastest."""
    at = chunk.find(_SIGNATURE[:1], begin)
    while at >= 0 and not chunk.startswith(_SIGNATURE, at):
        at = chunk.find(_SIGNATURE[:1], at + 1)
    return at


def _record_count(chunk: bytes) -> int:
    """The number of records that a chunk claims; 0 if it is empty or truncated, which is reported elsewhere."""
    if len(chunk) < _CHUNK_BYTES:
        return 0
    first, last = struct.unpack_from("<QQ", chunk, _RECORD_NUMBERS_AT)
    return int(last - first + 1) if first <= last < first + _CHUNK_BYTES else 0


FORMATS = (
    Format(
        name="event-log",
        title="event log as a file (.evtx); needs the extra evtx",
        recognise=recognise,
        parse=parse,
        how_to_export="wevtutil epl Security security.evtx",
        can_express="the same as the events as XML",
        cannot_express="the same as the events as XML",
        without_key="the same events, in binary",
    ),
)
