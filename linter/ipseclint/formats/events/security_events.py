"""IPsec audit events of the Security log, as XML from wevtutil and Get-WinEvent, with or without a root element."""

from __future__ import annotations

import re

from ipseclint.finding import Problem
from ipseclint.formats.events.log_events import EventLog, are_read, is_other_packet, other_event
from ipseclint.formats.events.usual_event import UsualEvent, usual_event
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source
from ipseclint.formats.kit.xml.stream import stream
from ipseclint.formats.kit.xml.wanted import (
    NO_ROOT,
    Records,
    Row,
    Strange,
    Subtree,
    Wanted,
    note_strange,
)
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late
from ipseclint.source import Source

_FIRST = late(r"\s*+(?:(?><!--.*?-->)\s*+)*+<(?:Event|Events)[\s>]", re.DOTALL)
_NAMESPACE = "schemas.microsoft.com/win/2004/08/events/event"
_WITH_ROOT = late(r"\s*(?:<\?xml|<Events[\s>])")


def recognise(source: Source) -> bool:
    """Whether it begins with an event, or a list of events, in the namespace of event logs."""
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", source.head_text)
    return _FIRST.match(text) is not None and _NAMESPACE in text


@of_source
def parse(source: Source) -> Parsed:
    """The events that concern IPsec; other events are counted."""
    log = EventLog(Diagnostics(source.path))
    records = Records(frozenset({"Event"}), _FIRST_CHILD, _next_event, _without_elements)
    wanted = Wanted(
        subtrees={"Event": frozenset()},
        lists=dict.fromkeys(("Events", NO_ROOT), records),
        without_root=_WITH_ROOT.match(source.head_text) is None,
        around=dict.fromkeys(("Events", NO_ROOT), frozenset({"Event", "Events"})),
    )
    for part in stream(source, wanted):
        if isinstance(part, Problem):
            log.diagnostics.add(part)
        elif isinstance(part, Strange):
            note_strange(part, wanted, log.diagnostics)
        elif isinstance(part, Subtree):
            log.add(part.element)
        elif isinstance(part, Row) and isinstance(part.value, UsualEvent):
            log.add_usual(part.value)
        elif isinstance(part, Row):
            log.count_other(str(part.value))
    return log.parsed()


_FIRST_CHILD = b"<System>"


def _next_event(data: bytes, start: int, end: int) -> int:
    return data.find(_FIRST_CHILD, start, end)


_BEGIN = late(
    rb"<Event(?:\s[^<>]*)?>\s*<System>\s*<Provider Name=['\"]([^<>'\"&\t\r\n]{1,100})['\"][^<>]*/>\s*"
    rb"<EventID(?:\s[^<>]*)?>\s*([0-9]{1,5})\s*</EventID>\s*"
)
_LEAF = rb"<\w++[^<>]*+(?:(?<=/)>|>[^<>]*+</\w++>)\s*+"
_END = late(
    rb"(?:%b)*+</System>\s*(?:<EventData>\s*(?:%b)*+</EventData>\s*|<EventData\s*/>\s*)?</Event>\s*" % (_LEAF, _LEAF)
)
"""An event as Windows writes most: nothing in it is nested deeper than its values."""


_BEHIND = late(rb"</Event>\s*+(?=<Event[\s>]|\Z)")


def _without_elements(
    data: bytes, start: int, limit: int, line: int, column: int
) -> tuple[str | UsualEvent, int] | None:
    """An event that looks as usual, read without building elements, and the offset of the next.

    Only its name if it does not concern IPsec.
    """
    end = data.find(b"</Event>", start, limit)
    behind = _BEHIND.match(data, end, limit) if end >= 0 else None
    if behind is None:
        return None
    event = _usual(data[start : behind.end()], line, column)
    return None if event is None else (event, behind.end())


def _usual(record: bytes, line: int, column: int) -> str | UsualEvent | None:
    begin = _BEGIN.match(record)
    if begin is None:
        return None
    number, provider = begin[2].decode(), begin[1].decode("utf-8", "replace")
    name = number if is_other_packet(number, provider, record) else other_event(number, provider)
    if name is not None:
        return name if _END.fullmatch(record, begin.end()) else None
    usual = usual_event(record, line, column)
    return usual if usual is not None and are_read(usual) else None


FORMATS = (
    Format(
        name="security-events",
        title="audit events of IPsec in the Security log, as XML",
        recognise=recognise,
        parse=parse,
        how_to_export=(
            'wevtutil qe Security /f:xml /e:Events /q:"*[System[(EventID=4646 or (EventID>=4650 and EventID<=4655)'
            " or (EventID>=4960 and EventID<=4965) or (EventID>=4976 and EventID<=4984)"
            ' or (EventID>=5451 and EventID<=5453))]]" > events.xml'
        ),
        can_express="negotiations that failed or succeeded, with peer and reason, and packets that IPsec dropped",
        cannot_express="anything unless its auditing is on; policies; which of the errors that share one text it was",
        without_key="an event names the method of authentication, never the key",
    ),
)
