"""Why Network Policy Server refused VPN users, as people report it: by reason code, in a sentence or a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.model.events import Event, EventKind
from ipseclint.source import Span
from ipseclint.vocabulary.audit_events import NPS_REFUSED
from ipseclint.vocabulary.nps_reasons import CLIENT_ERRORS, NPS_REASONS, meaning
from ipseclint.vocabulary.ras_errors import state_of
from ipseclint.vocabulary.windows_sentences import Sentence, speaks_of_vpn

_REASON = late(
    r"\b(?:reason[ _-]?code|NPS[^.\r\n]{0,60}?\b(?:reason|code))"
    r"[\s:#=*_`'\"(|]{1,8}(?:(?:is|was|of|number)[\s:*_`'\"(]{1,4})?(\d{1,3})(?![\w-]|[.,]\d)",
    re.IGNORECASE,
)
_OF_NPS = late(
    r"\b(?:NPS|RADIUS|627[34]|network policy|user credentials mismatch|extensible authentication protocol)\b",
    re.IGNORECASE,
)
_OF_EVENT = late(r"\b627[34]\b|\bnetwork policy server d(?:enied|iscarded)\b", re.IGNORECASE)
_LET_IN = "0"
_MAX_REASONS = 3
"""Whoever was refused names few reasons; a text with more lists what they mean (reasoned)."""


def refusals_in(text: str) -> tuple[Sentence, ...]:
    """The reason codes in a text about a VPN and Network Policy Server, without duplicates, with the client's error.

    A code without a known client error has none. One that is not known counts if the text names the event.
    """
    found: dict[str, Sentence] = {}
    of_event = _OF_EVENT.search(text) is not None
    for match in _REASON.finditer(text):
        if (of_event or match[1] in NPS_REASONS) and match[1] != _LET_IN:
            code = CLIENT_ERRORS.get(match[1])
            found.setdefault(match[1], Sentence(match.start(), match.end(), () if code is None else (code,)))
    if not 0 < len(found) <= _MAX_REASONS or _OF_NPS.search(text) is None:
        return ()
    return tuple(found.values()) if speaks_of_vpn(text, text.casefold()) else ()


def refused(text: str, refusals: tuple[Sentence, ...], path: str) -> Iterator[Event]:
    """An event for each of these reason codes."""
    for each in refusals:
        match = _REASON.match(text, each.start)
        reason = None if match is None else match[1]
        begin = text.rfind("\n", 0, each.start) + 1
        yield Event(
            span=Span(path, text.count("\n", 0, each.start) + 1, each.start - begin + 1, each.end - each.start),
            kind=EventKind.SERVICE,
            event_id=NPS_REFUSED,
            success=False,
            state=state_of(each.codes[0]) if each.codes else None,
            progress=meaning(reason),
            role="responder",
        )
