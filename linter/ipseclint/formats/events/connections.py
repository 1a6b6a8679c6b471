"""Events of remote access connections: RasClient, RemoteAccess and Network Policy Server."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import THOUSANDS, decimal
from ipseclint.late import late
from ipseclint.model.events import Event, EventKind
from ipseclint.source import Span
from ipseclint.vocabulary.audit_events import RAS_EVENTS, RAS_SERVER_EVENTS
from ipseclint.vocabulary.nps_reasons import CLIENT_ERRORS, meaning
from ipseclint.vocabulary.ras_errors import state_of
from ipseclint.vocabulary.windows_errors import error_table
from ipseclint.vocabulary.windows_sentences import sentences

_RETURNED = late(r"code\s{1,9}returned\s{1,9}on\s{1,9}(?:failure|termination)\s{1,9}is\s{1,9}(-?[0-9]{1,10})")
_MESSAGE = late(r"\bCoI[dD]=\{[^}\n]{0,60}\}(?:(?!\n[ \t>]*\n)[\s\S]){0,2000}")
"""The message of a connection, up to an empty line."""
_PARAGRAPH = late(r"\s*(?:(?!\n[ \t>]*\n)[\s\S]){40,2000}")
"""The same where whoever copied it left out what it begins with; shorter ones name no user and no connection."""
_LAST_NUMBER = late(r"(?<![\w.:-])([0-9]{3,5})(?![\w:-])\D*\Z")
"""The last number of such a message, which is the error in any language."""
_GOES_ON = late(r"[ \t]{0,24}\r?\n[ \t>]{0,24}[0-9]")
_BEGUN_ABOVE = late(r"[0-9][ \t]{0,24}\r?\n[ \t>]{0,24}\Z")
_WORD = late(r"\s*\w+\s*\Z")
_FAILED_AT_CLIENT = 20227
_FAILED_IN_PPP = 20255
_PARTED = late(rf"(?<![\w.,'\u2019:/-])(?<!\d[ \u00a0\u202f])[1-9][0-9]?{THOUSANDS}[0-9]{{3}}(?![\w:-])\D*\Z")
"""The last number of a message with its thousands parted, of which the last part is another error."""
_ENDS_WITH_ERROR = frozenset({20226, _FAILED_AT_CLIENT})
_MAX_MARGIN = 60
"""So many characters before a number tell whether it goes on from the line above."""


def connection(number: int, time: str | None, span: Span, texts: Sequence[str], diagnostics: Diagnostics) -> Event:
    """The event of a connection; its error is kept if it is one of IPsec."""
    code = _code(number, texts, span, diagnostics)
    if number == _FAILED_IN_PPP and code in error_table():
        code = None  # PPP has sentences that IKE has too
    is_of_ipsec = code in error_table()
    return Event(
        span=span,
        kind=EventKind.MAIN_MODE if is_of_ipsec else EventKind.SERVICE,
        event_id=number,
        time=time,
        error_code=code if is_of_ipsec else None,
        success=RAS_EVENTS[number].success,
        state=None if code is None or is_of_ipsec else state_of(code),
        role="responder" if number in RAS_SERVER_EVENTS else "initiator",
    )


def _code(number: int, texts: Sequence[str], span: Span, diagnostics: Diagnostics) -> int | None:
    """The error in an event: in its sentence, as a separate value, or by Windows' text for it."""
    text = " ".join(texts)
    match = _RETURNED.search(text)
    if match is None and number == _FAILED_AT_CLIENT:
        message = _MESSAGE.search(text) or _PARAGRAPH.match(text)
        match = None if message is None else _LAST_NUMBER.search(message[0])
    if number in _ENDS_WITH_ERROR and any(_PARTED.search(each.rstrip()) for each in texts):
        diagnostics.not_understood(
            f"the error of event {number} is parted by a sign for thousands: write it whole", span
        )
        return None
    if match is not None and _is_broken(match):
        diagnostics.not_understood(f"the error of event {number} is broken over two lines: join them", span)
        return None
    digits = match[1] if match else next((value.strip() for value in reversed(texts) if value.strip().isdigit()), "")
    code = decimal(digits.removeprefix("-"))
    if code is None:
        spoken = next((sentence.codes[0] for sentence in sentences(text) if len(sentence.codes) == 1), None)
        if spoken is None and number in _ENDS_WITH_ERROR and len(texts) > 1 and _WORD.match(texts[-1]) is not None:
            diagnostics.not_understood(f"{quoted(texts[-1])} is not the number of the error of event {number}", span)
        return spoken
    return -code if digits.startswith("-") else code


def _is_broken(code: re.Match[str]) -> bool:
    """Whether a line ends within a number, as a window breaks what it prints."""
    start, end = code.span(1)
    before = code.string[max(0, start - _MAX_MARGIN) : start]
    return _GOES_ON.match(code.string, end) is not None or _BEGUN_ABOVE.search(before) is not None


def refusal(number: int, time: str | None, span: Span, reason: str | None) -> Event:
    """The event of a VPN user refused by Network Policy Server: the client's error, and the reason."""
    code = CLIENT_ERRORS.get(reason or "")
    return Event(
        span=span,
        kind=EventKind.SERVICE,
        event_id=number,
        time=time,
        success=False,
        state=None if code is None else state_of(code),
        progress=meaning(reason),
        role="responder",
    )
