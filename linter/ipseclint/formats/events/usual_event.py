"""A fast reader of events in the form that Windows usually writes: one expression, no elements.

Any other form is left to an XML parser, which tells what is wrong and where.
"""

from __future__ import annotations

from msgspec import Struct

from ipseclint.formats.kit.xml.element import Element, build
from ipseclint.late import late

_CHARACTER = rb"[^<>&\x00-\x08\x0b\x0c\x0e-\x1f\xef]"
"""A byte of a value that stands for itself, and is of no character that XML refuses."""
_IN_QUOTES = rb"(?:'[^<>&'\"\x00-\x1f\xef]*+'|\"[^<>&'\"\x00-\x1f\xef]*+\")"
_MAX_VALUES = 100
"""The events of IPsec have at most a quarter of that (reasoned)."""


def _empty(name: bytes, *attributes: bytes) -> bytes:
    """A pattern for an optional empty element of `System`, with optional attributes."""
    given = b"".join(rb"(?:\s+%b=%b)?" % (attribute, _IN_QUOTES) for attribute in attributes)
    return rb"(?:<%b%b\s*(?:/>|>\s*</%b>)\s*)?" % (name, given, name)


def _leaf(name: bytes) -> bytes:
    """A pattern for an optional element of `System` with text."""
    return rb"(?:<%b(?:/>|>%b*+</%b>)\s*)?" % (name, _CHARACTER, name)


_EVENT = late(
    rb"(?:<\?xml version=\"1\.0\" encoding=\"utf-8\"\?>\s*)?"
    rb"<Event(?:\s+xmlns=(?P<q>['\"])http://schemas\.microsoft\.com/win/2004/08/events/event(?P=q))?>\s*<System>\s*"
    rb"<Provider\s+Name=(?P<p>['\"])(?P<provider>[^<>&'\"\x00-\x1f\xef]{1,100})(?P=p)"
    + rb"".join(rb"(?:\s+%b=%b)?" % (attribute, _IN_QUOTES) for attribute in (b"Guid", b"EventSourceName"))
    + rb"\s*(?:/>|>\s*</Provider>)\s*"
    rb"<EventID(?:\s+Qualifiers=%b)?>(?P<number>[0-9]{1,5})</EventID>\s*"
    % _IN_QUOTES
    + b"".join(map(_leaf, (b"Version", b"Level", b"Task", b"Opcode", b"Keywords")))
    + rb"(?:<TimeCreated\s+SystemTime=(?P<t>['\"])(?P<time>[^<>&'\"\x00-\x1f\xef]*+)(?P=t)\s*"
    rb"(?:/>|>\s*</TimeCreated>)\s*)?"
    + _leaf(b"EventRecordID")
    + _empty(b"Correlation", b"ActivityID", b"RelatedActivityID")
    + _empty(b"Execution", b"ProcessID", b"ThreadID")
    + b"".join(map(_leaf, (b"Channel", b"Computer")))
    + _empty(b"Security", b"UserID")
    + rb"</System>\s*<EventData>\s*"
    rb"(?P<values>(?:<Data\s+Name=(?:'\w+'|\"\w+\")(?:/>|>%b*+</Data>)\s*+){0,%d}+)"
    rb"</EventData>\s*</Event>\s*" % (_CHARACTER, _MAX_VALUES)
)
"""The elements of an event in their order (event.xsd of the Windows SDK), nothing in its data but values with names."""
_VALUE = late(r"<Data\s+Name=.(\w+).(?:/>|>([^<]*)</Data>)")


class UsualEvent(Struct, frozen=True):
    """An event in the usual form: number, provider, time, values with names, and the place of the number.

    `by_name` are the values by name; the first of a name counts. `place` is the line and the column in which the event
    begins.
    """

    number: str
    provider: str
    time: str | None
    values: list[tuple[str, str]]
    by_name: dict[str, str]
    line: int
    column: int
    written: bytes
    place: tuple[int, int]

    def element(self, name: str) -> Element | None:
        """The element of the first value with this name, built only when its place is asked for."""
        event = build(self.written, {}, *self.place)
        values = None if event is None else event.child("EventData")
        named = () if values is None else values.children
        return next((each for each in named if each.attributes.get("Name") == name), None)


def usual_event(written: bytes, line: int = 1, column: int = 1) -> UsualEvent | None:
    """The event in UTF-8 bytes that begin at a place; None if they have another form."""
    match = _EVENT.fullmatch(written)
    if match is None:
        return None
    before = written[: match.start("number")]
    if b"\r" in before:  # such lines are for the parser to count
        return None
    try:
        provider, said = match["provider"].decode(), match["values"].decode()
        time = None if match["time"] is None else match["time"].decode()
        begin = before.rpartition(b"\n")[2].decode()
    except UnicodeDecodeError:
        return None
    lines = before.count(b"\n")
    said = said.replace("\r\n", "\n").replace("\r", "\n")  # as XML has it
    values = _VALUE.findall(said)
    return UsualEvent(
        number=match["number"].decode(),
        provider=provider,
        time=time,
        values=values,
        by_name=dict(reversed(values)),
        line=line + lines,
        column=len(begin) + (1 if lines else column),
        written=written,
        place=(line, column),
    )
