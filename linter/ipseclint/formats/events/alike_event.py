"""Audit events in the texts of a log that are alike: one expression of their shape tells what is kept of them.

Such an event differs from an earlier one in the usual form in its time and its values alone. Any other is read by
`usual_event`; both tell the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from msgspec import Struct

from ipseclint.formats.events.log_events import TOLD, EventLog
from ipseclint.formats.events.usual_event import UsualEvent
from ipseclint.late import late
from ipseclint.source import Span
from ipseclint.vocabulary.audit_events import AUDIT_EVENTS, FILTER_DROPS, PROVIDER

_LEARNED_AT = (50, 500, 5_000)
"""Which events of a number that fit no shape are learned from: to compile one takes as long as to read some hundred."""
_OWN = late(
    r"<Data\s+Name=.(?P<name>\w+).(?:/>|>(?P<value>[^<]*))|\b(?P<attribute>\w+)=['\"](?P<given>[^'\"]*)"
    r"|>(?P<leaf>[^<>]+)</"
)
"""What may differ behind the number of an event in the usual form."""
_NUMBER_ENDS = "</EventID>"
_TIME = "SystemTime"
_ASKED = (_TIME, *TOLD)

_REFUSED = r"<>&\x00-\x08\x0b-\x1f\ud800-\uffff"
"""What a value of the usual form does not hold, and what an XML parser would change."""
_TEXT = rf"[^{_REFUSED}]*"
_GIVEN = rf"[^{_REFUSED}'\"\t\n]*"

_OF_PROVIDER = AUDIT_EVENTS.keys() - FILTER_DROPS


class _Shape(Struct, frozen=True):
    """An expression for the texts of events of one shape and number; `said` picks the time and the values that are
    told from its groups and None behind them."""

    number: int
    text: re.Pattern[str]
    said: Callable[[tuple[Any, ...]], tuple[str | None, ...]]


class AlikeEvents:
    """The shapes of the events of one log so far, by number, and that of the event before."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._shapes: defaultdict[str, list[_Shape]] = defaultdict(list)
        self._last: list[_Shape] = []
        self._unlike: Counter[str] = Counter()

    def add(self, text: str, place: Span, number: str | None = None) -> bool:
        """Add an event of a known shape, of that of the event before if its number is not told; whether it has one."""
        for shape in self._last if number is None else self._shapes[number]:
            if (match := shape.text.fullmatch(text)) is not None:
                self._last = [shape]
                said = shape.said((*match.groups(), None))
                self._log.add_audited(shape.number, said[1:], said[0], place, lambda _name: place)
                return True
        return False

    def learn(self, event: UsualEvent, text: str) -> None:
        """Take an event that has no known shape, and its text."""
        if event.provider != PROVIDER or int(event.number) not in _OF_PROVIDER:
            return
        self._unlike[event.number] += 1
        if self._unlike[event.number] in _LEARNED_AT and (shape := _shape_of(event, text)) is not None:
            self._shapes[event.number].append(shape)


def _shape_of(event: UsualEvent, text: str) -> _Shape | None:
    """The shape of an event; None if a value that is told has no place of its own in the text."""
    groups: dict[str, int] = {}
    begin = text.index(_NUMBER_ENDS)
    pieces = [re.escape(text[:begin])]
    for match in _OWN.finditer(text, begin):
        kind, name = match.lastgroup or "", match["name"] or match["attribute"]
        if kind == "leaf" and match[kind].isspace():
            continue
        if kind == "name":  # an empty element, which is part of the shape
            if name in _ASKED and name not in groups:
                return None
            continue
        value, written = _GIVEN if kind == "given" else _TEXT, match[kind]
        start = match.start(kind)
        if name in _ASKED and name not in groups:  # the first of a name counts
            groups[name] = len(groups)
            if name == _TIME:
                value = f"({value})"
            else:  # the blanks around it are part of the shape
                start += len(written) - len(written.lstrip())
                value, written = rf"((?!\s){value}(?<!\s))", written.strip()
        pieces += [re.escape(text[begin:start]), value]
        begin = start + len(written)
    if not groups.keys() >= event.by_name.keys() & set(TOLD):
        return None
    expression = re.compile("".join((*pieces, re.escape(text[begin:]))))
    return _Shape(int(event.number), expression, itemgetter(*[groups.get(each, -1) for each in _ASKED]))
