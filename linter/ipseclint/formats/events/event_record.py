"""One event read from text, with its values under whichever labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ipseclint.formats.events.message import (
    MESSAGE,
    fields_of,
    lines_within,
    note_no_reason,
    note_values,
    number_of,
    refusal_in,
    spoken_reason,
)
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import THOUSANDS
from ipseclint.formats.kit.token import Token
from ipseclint.late import late
from ipseclint.source import Span
from ipseclint.vocabulary.audit_events import AUDIT_EVENTS, NPS_REFUSED, PROVIDER, RAS_EVENTS

if TYPE_CHECKING:
    from ipseclint.formats.events.log_events import EventLog

MAX_MESSAGE_LINES = 10_000
"""How many lines the message of one event may have (reasoned: those of Windows have some fifty)."""
_ISO = late(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
OF_CONNECTION = late(r"[\s>]*CoId=\{", re.IGNORECASE)
"""How the message of an event of RasClient or RemoteAccess begins, which a list of numbers and messages has alone."""
SENTENCE = late(rf"[ \t>]*{MESSAGE}", re.IGNORECASE)
OF_A_KIND = "message of a kind of events, without values"
"""What a list has of each kind of events that there is: none of them happened."""
OF_RAS = late(r"\bCoId=\{", re.IGNORECASE)
RETURNS = late(r"\breturned\b", re.IGNORECASE)


_CUT = ("...", "\u2026")
_WHOLE = "`| Format-List` shows all of it, and why it failed"


_NO_NUMBER = "{} is not the number of an event"
_WITHOUT_NUMBER = "a row of a table of events that has no number where its head has the number of an event"
_BEGINS_WITH_NUMBER = late(rf"\W{{0,4}}[0-9]{{1,5}}(?!\w|{THOUSANDS}\d{{3}}(?!\d))")
"""A number whole, perhaps with a remark behind it."""
_MAX_DIGITS = 5
"""So many has the number of an event at most: it is one of 16 bits."""


class Record(Struct):
    """One event read from text; `fields` are its values by XML name, `row` is its place in a table with numbers.

    `may_be_of_a_kind`: it began with a number and a message, as a list of kinds of events has them too.
    """

    number: Token | None = None
    source: Token | None = None
    time: Token | None = None
    lines: list[Token] = field(default_factory=list)
    fields: dict[str, Token] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    is_listed: bool = False
    margin: int = 0
    is_cut: bool = False
    row: Span | None = None
    may_be_of_a_kind: bool = False

    @property
    def is_of_a_kind(self) -> bool:
        """Whether it is no more than the number and the message of a kind of events."""
        told = [line.text for line in self.lines if line.text.strip()]
        return self.may_be_of_a_kind and len(told) == 1 and ":" not in told[0]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read yet."""
        return not (self.number or self.lines or self.fields)

    @property
    def is_told_alone(self) -> bool:
        """Whether it is only the message of a connection or negotiation, without an event's labels."""
        return not self.keys and any(OF_RAS.search(line.text) or SENTENCE.match(line.text) for line in self.lines)

    @property
    def is_general(self) -> bool:
        """Whether it is a message alone with placeholders for names, as guides show it."""
        from ipseclint.formats.events.told_cases import has_placeholder

        if self.number or self.source or self.time or self.keys:
            return False
        sentence = self.lines[: _lines_told(self.lines)]
        return any(map(has_placeholder, (line.text for line in sentence))) and not any(
            OF_RAS.search(line.text) for line in sentence
        )

    @property
    def has_time(self) -> bool:
        """Whether it has a time, which a description of a kind of event lacks."""
        return self.time is not None and any(map(str.isdigit, self.time.text))

    def take(self, line: Token) -> None:
        """Add a line of the message; of consecutive empty lines only the first."""
        if not (line.text.strip() or not self.lines or self.lines[-1].text.strip()):
            return
        if len(self.lines) < MAX_MESSAGE_LINES:
            self.lines.append(line)
        else:
            self.is_cut = True

    def add_to(self, log: EventLog) -> None:
        """Add the event to a log; text that is no event is dropped."""
        if self.is_cut:
            message = f"a message of more than {MAX_MESSAGE_LINES:,} lines: the rest of it is not read"
            log.diagnostics.refused(message, self.lines[-1].span)
        message = "\n".join(line.text for line in self.lines)
        source = "" if self.source is None else self.source.text
        number = "" if self.number is None else self.number.text
        if not (number.isascii() and number.isdigit() and len(number) <= _MAX_DIGITS):
            told = number_of(message) or _of_details(self.fields) or _of_connection(message)
            told = told or refusal_in(fields_of(NPS_REFUSED, self.lines))
            if told is None:
                self._refuse_row(log, number)
                return
            # The columns of a table may be others: of its values only one with a digit in front is a broken number.
            may_be_number = self.row is None or number[:1].isdigit()
            if self.number is not None and may_be_number and number and not _BEGINS_WITH_NUMBER.match(number):
                log.diagnostics.not_understood(_NO_NUMBER.format(quoted(number)), self.number.span)
            source, number = source or told[0], told[1]
        if not source and OF_CONNECTION.match(message):
            source = "RasClient"
        span = self._span()
        if span is None:
            return
        told_lines = [line for line in self.lines if line.text.strip()]
        lines = lines_within(told_lines[0]) if len(told_lines) == 1 else self.lines
        fields = {**fields_of(int(number), lines), **self.fields}
        told_of = fields or spoken_reason(lines)
        time = None if self.time is None else _ISO.search(self.time.text)
        # The values that details have without names are each a text.
        texts = [line.text for line in self.lines] if "data" in self.keys else [message]
        is_kept = log.keep(number, source or PROVIDER, time[0] if time else None, told_of, span, texts=texts)
        if is_kept and not fields:
            note_values(int(number), self.lines, span, log.diagnostics)
            note_cut(int(number), message, span, log.diagnostics)
        elif is_kept and not self.fields:
            note_no_reason(int(number), lines, span, log.diagnostics)

    def _refuse_row(self, log: EventLog, number: str) -> None:
        """Say that a row of a table is no event: it has no number, or something that is none."""
        if self.row is None:
            return
        if self.number is not None and number:
            log.diagnostics.not_understood(_NO_NUMBER.format(quoted(number)), self.number.span)
        else:
            log.diagnostics.not_understood(_WITHOUT_NUMBER, self.row)

    def _span(self) -> Span | None:
        lines = [line for line in self.lines if line.text.strip()]
        told = _lines_told(lines)
        # Of several messages in a row that which tells the code.
        first = next((line for line in reversed(lines[:told]) if OF_RAS.search(line.text)), next(iter(lines), None))
        place = self.number or (first.strip() if first else next(iter(self.fields.values()), None))
        return None if place is None else place.span


def _lines_told(lines: list[Token]) -> int:
    """How many lines there are up to that which tells the code; all without one."""
    return next((number for number, line in enumerate(lines, start=1) if RETURNS.search(line.text)), len(lines))


def note_cut(number: int, message: str, span: Span, diagnostics: Diagnostics) -> None:
    """Note that the message of a failure was cut, and with it the values."""
    known = RAS_EVENTS.get(number) or AUDIT_EVENTS.get(number)
    if known is not None and known.success is False and message.rstrip().endswith(_CUT):
        diagnostics.not_understood(f"the message of event {number} was cut: {_WHOLE}", span)


_FAILED_IN_WORDS = late(
    r"fehler|fehlgeschlagen|\b[e\u00e9]chec|[e\u00e9]chou|erreur|error|errore|\berro\b|falh|\u043e\u0448\u0438\u0431|"
    r"\u30a8\u30e9\u30fc|\u5931[\u6557\u8d25]|\u9519\u8bef|\u932f\u8aa4|\bfout|mislukt|b\u0142\u0105d|\bfel(?:et|kod)?\b",
    re.IGNORECASE,
)
"""What a message of a connection says that failed, in the languages of Windows; of one that ended none is said."""
ENDS_WITH_CODE = late(r"(?<![\w.:-])\d{3,5}(?![\w:-])\D{0,40}\Z")


def _of_connection(message: str) -> tuple[str, str] | None:
    """The event of a connection message whose last number is an error code, in any language."""
    if OF_CONNECTION.match(message) is None or ENDS_WITH_CODE.search(message) is None:
        return None
    return "RasClient", "20227" if _FAILED_IN_WORDS.search(message) else "20226"


def _of_details(fields: dict[str, Token]) -> tuple[str, str] | None:
    """The event that details without a number belong to."""
    if "FailureReason" not in fields:
        return None
    return "", "4654" if "QMFilterID" in fields else "4653"
