"""Events that a copy from Event Viewer has twice, as text and as XML below it.

Event ID:      20227
Description:   CoId={...}: The user ... dialed a connection named ... which has failed.
Event Xml:
<Event xmlns="..."> ... <EventID Qualifiers="0">20227</EventID>
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late
from ipseclint.model.events import Event

_LABEL = late(
    r"[ \t>]*(?:[^\W\d_][^<>:\uff1a\r\n]{0,30}[ '\u2019-])?xml\b[^<>:\uff1a\r\n]{0,30}[:\uff1a][ \t]*\r?", re.IGNORECASE
)
"""The label of the XML of an event, in whatever language."""
_XML = late(r"[ \t>]*+(?:-[ \t]*+)?<Event\b")
_TEXT_FORM, _XML_FORM = "event-text", "security-events"


def told_once(parts: Sequence[Parsed], forms: Sequence[Format], lines: Sequence[str]) -> list[Parsed]:
    """The parts, with such an event kept once: as XML, unless only the text has the reason."""
    names = [form.name for form in forms]
    if _TEXT_FORM not in names or _XML_FORM not in names:
        return list(parts)
    texts, shown = (_events_of(name, parts, names) for name in (_TEXT_FORM, _XML_FORM))
    dropped = {event.span for label in _labels(lines) for event in _one_of_two(label, texts, shown)}
    if not dropped:
        return list(parts)
    return [replace(part, events=tuple(event for event in part.events if event.span not in dropped)) for part in parts]


def _events_of(name: str, parts: Sequence[Parsed], names: Sequence[str]) -> list[Event]:
    """The events of one format, in the order of the text."""
    events = (event for part, own in zip(parts, names, strict=True) if own == name for event in part.events)
    return sorted(events, key=lambda event: event.span.line)


def _labels(lines: Sequence[str]) -> list[int]:
    """The numbers of the label lines that introduce XML of an event told as text before."""
    return [
        number
        for number, (line, below) in enumerate(pairwise(lines), start=1)
        if _XML.match(below) and _LABEL.fullmatch(line)
    ]


def _one_of_two(label: int, texts: Sequence[Event], shown: Sequence[Event]) -> list[Event]:
    """The event around a label that duplicates the other; empty if they are of different kinds."""
    above, below = _first_behind(label, texts) - 1, _first_behind(label, shown)
    if above < 0 or below == len(shown) or texts[above].event_id != shown[below].event_id:
        return []
    told, xml = texts[above], shown[below]
    return [xml if (told.codes or told.state) and not (xml.codes or xml.state) else told]


def _first_behind(label: int, events: Sequence[Event]) -> int:
    return bisect_left(events, label, key=lambda event: event.span.line)
