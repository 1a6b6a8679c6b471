"""Failures of which a text shows values that no reader took: behind marks that stand before or around its lines.

# Event ID:      4653             **Event ID**: 4653                > - EventID 20227
# Failure Information:            **Failure Information**:          >
#   Failure Reason:  ...            Failure Reason:  ...            >    13801
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ipseclint.formats.events.message import labelled
from ipseclint.formats.kit.token import Token
from ipseclint.late import late
from ipseclint.model.events import Event, EventKind
from ipseclint.vocabulary.audit_events import AUDIT_EVENTS

_DIALED = 20227
_MARKS = late(r"^[ \t]*[>#|*-][ \t>#|*-]*|[*`|]+|<br[ ]?/?>", re.IGNORECASE)
_CODE = late(r"[ \t]*(?:[6-8]\d\d|13[78]\d\d|0x[0-9a-f]{8})[ \t.]*", re.IGNORECASE)
_MIN_VALUES = 8
"""So many values below an event are those of its message: around it stand fewer (reasoned)."""
_MAX_LINES = 80
"""So many lines below an event are looked at: a message has fewer (reasoned)."""


def unread_failures(events: Sequence[Event], lines: Sequence[str]) -> Iterator[tuple[Event, str]]:
    """The failures of which nothing is known, with what to say, where values stand below them."""
    rows = sorted({event.span.line for event in events})
    ends = dict(pairwise((*rows, len(lines) + 1)))
    for event in events:
        if _says_nothing(event):
            begin = event.span.line
            below = lines[begin : min(ends[begin] - 1, begin + _MAX_LINES)]
            plain = [_MARKS.sub("", line) for line in below]
            values = sum(_has_value(line) for line in plain)
            if values >= _MIN_VALUES or (event.event_id == _DIALED and any(map(_CODE.fullmatch, plain))):
                yield (
                    event,
                    (
                        f"what stands below event {event.event_id} is not read, and why it failed is not known: "
                        "give the event as Event Viewer copies it"
                    ),
                )


def _says_nothing(event: Event) -> bool:
    """Whether a failure that has a reason in its message came without anything of it."""
    known = AUDIT_EVENTS.get(event.event_id or 0)
    has_reason = event.event_id == _DIALED or (known is not None and known.success is False)
    if event.success is not False or not has_reason or (event.kind is EventKind.SERVICE and event.event_id != _DIALED):
        return False
    told = (event.state, event.local_address, event.remote_address, event.filter_id)
    return not event.codes and not event.reason_unknown and not any(told)


def _has_value(line: str) -> bool:
    pair = labelled(Token(line, "", 1, 1))
    return pair is not None and bool(pair[1].text)
