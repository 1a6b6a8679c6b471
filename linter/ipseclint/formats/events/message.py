"""The message of an event as Event Viewer shows it: labels and values, one pair a line."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.late import late, late_names
from ipseclint.source import Span
from ipseclint.vocabulary.audit_events import (
    AROUND_MESSAGE,
    AUDIT_EVENTS,
    FAILURE_POINTS,
    LABELS,
    MESSAGE_FIELDS,
    NPS_OF_VPN,
    NPS_REFUSED,
    OTHER_LABELS,
    ROLES,
    SECTIONS,
    codes_of_reason,
    event_texts,
)
from ipseclint.vocabulary.firewall_events import FIREWALL_MESSAGE, FIREWALL_PROVIDER, number_of_message
from ipseclint.vocabulary.services import (
    BLOCK_MESSAGE,
    BLOCK_MODE,
    CONTROL_MESSAGE,
    DRIVER,
    SERVICE_CONTROL,
    control_event,
)

if TYPE_CHECKING:
    from ipseclint.vocabulary.spoken_reasons import codes_as_spoken
else:
    (codes_as_spoken,) = late_names("ipseclint.vocabulary.spoken_reasons", "codes_as_spoken")

_FAILED = "an ipsec {} negotiation failed"
_WITH_CERTIFICATES = 4652
_BY_NPS = {
    "network policy server denied access to a user": 6273,
    "network policy server discarded the request for a user": 6274,
}
BY_SERVER = {
    "but failed an authentication attempt due to the following reason": "20271",
    "error occurred in the point to point protocol module on port": "20255",
    "has been disconnected because no network protocols were successfully negotiated": "20253",
    "has connected and failed to authenticate on port": "20249",
    "but failed to complete successfully because of the following error": "20111",
}
"""What the messages of a VPN server's failures say, folded, and the events of RemoteAccess that they are of: 20271 and
20255 as reports quote them, 20249 and 20253 (T. Letailleur, Synacktiv), 20111 (Microsoft, Troubleshoot a hybrid VPN
connection)."""
_DIALED, _HAS_FAILED, _HAS_ENDED = "dialed a connection name", " has failed", " has terminated"
_MODE = r"(?:[Mm]ain|[Qq]uick|[Ee]xtended) [Mm]ode"
MESSAGE = (
    rf"(?:An IPsec (?:{_MODE} (?:negotiation|security association)\b|negotiation with a remote computer failed )"
    rf"|During {_MODE} negotiation, IPsec received |IPsec dropped an inbound |IPsec received a packet from a remote "
    r"|IPsec Services (?:was|has|failed|encountered) |PAStore Engine (?:failed|applied|loaded) "
    r"|The Windows Filtering Platform (?:blocked a packet|has blocked a connection)\b"
    r"|Network Policy Server (?:denied access to|discarded the request for) a user"
    rf"|{FIREWALL_MESSAGE}|{CONTROL_MESSAGE}|{BLOCK_MESSAGE})"
)
"""How the message of an event of a negotiation, a packet or a service begins, which people paste alone."""
_ASSIGNED = late(r"(?<!\S)[A-Za-z][A-Za-z0-9]{1,30}=\S")
"""A value as CEF and the like write it."""
_WHY_NOT_READ = "their labels are not those of Windows in English, and not all are there to be told by their order"
_REASON = "FailureReason"
_WORDS_OF: Mapping[str, Container[str]] = {"Role": ROLES, "FailurePoint": FAILURE_POINTS}
"""Values that are words of a language; the names of key modules are the same in all of them."""
_MAX_REST = 4
"""Over so many lines more a mail breaks a reason at most (reasoned: the longest of Windows has 300 characters)."""
_MIN_WORDS = 2
_ENDS_SENTENCE = (".", "\u3002")
_MAX_LABEL = 60
"""So long may a label be (reasoned: twice the longest of the audit events in English)."""


_LONGEST_FIRST = tuple(sorted((*LABELS, *SECTIONS, *OTHER_LABELS), key=len, reverse=True))


def lines_of_message(message: Token) -> list[Token]:
    """The lines of a message that is one value, each with its place in it."""
    lines, at = [], 0
    for text in message.text.splitlines(keepends=True):
        lines.append(message.part(at, at + len(text.rstrip("\r\n"))))
        at += len(text)
    return lines


def lines_within(line: Token) -> list[Token]:
    """The lines of a message that a syslog collector put on one line; each begins with its label."""
    text = line.text
    starts = [0]
    for colon in (match.start() for match in re.finditer(":", text)):
        before = text[max(starts[-1], colon - _MAX_LABEL) : colon].rstrip(" \t")
        label = next((label for label in _LONGEST_FIRST if before[-len(label) :].casefold() == label), "")
        begin = len(before) - len(label)
        if label and begin and before[begin - 1].isspace() and not text[colon + 1 : colon + 2].strip():
            starts.append(max(starts[-1], colon - _MAX_LABEL) + begin)
    return [line.part(start, end).strip() for start, end in pairwise((*starts, len(text)))]


def labelled(line: Token) -> tuple[str, Token] | None:
    """The folded label of a line, and the text behind its colon; None for a line without one."""
    at = next((index for index, sign in enumerate(line.text[: _MAX_LABEL + 1]) if sign in ":\uff1a"), None)
    if at is None or line.text[at + 1 : at + 2].strip():
        return None
    label = " ".join(line.text[:at].strip(" \t>").casefold().split())
    return (label, line.part(at + 1).strip()) if label else None


def fields_of(number: int, lines: Sequence[Token]) -> dict[str, Token]:
    """The values of a message by XML name: from English labels, else from their position."""
    fields: dict[str, Token] = {}
    values: list[Token] = []
    section = ""
    for label, value in _pairs(lines):
        if label in SECTIONS:
            section = label
        name = SECTIONS.get(section) if label == "network address" else LABELS.get(label)
        if value.text:
            values.append(value)
        if name is not None and (value.text or name in SECTIONS.values()):
            fields.setdefault(name, value)
    order = MESSAGE_FIELDS.get(number, ())
    if not fields and len(values) == len(order):
        told = ((name, value) for name, value in zip(order, values, strict=True) if name is not None)
        fields = {name: value for name, value in told if _is_known(name, value.text)}
    return fields


def _pairs(lines: Sequence[Token]) -> Iterator[tuple[str, Token]]:
    """The labels and values of a message; a reason that a mail broke over lines is whole."""
    for at, line in enumerate(lines):
        if (pair := labelled(line)) is not None:
            label, value = pair
            yield label, _whole_reason(value, lines[at + 1 : at + 1 + _MAX_REST])


def _whole_reason(value: Token, below: Sequence[Token]) -> Token:
    """A value with the lines below it with which it is a known reason, most of them first; else the value."""
    if len(value.text.split()) < _MIN_WORDS:
        return value
    whole, found = value.text, value.text
    for line in below:
        rest = line.text.strip(" \t>")
        if not rest or rest.endswith(":") or labelled(line) is not None or whole.endswith(_ENDS_SENTENCE):
            break
        whole = f"{whole} {rest}"
        found = whole if codes_of_reason(whole) or codes_as_spoken(whole) else found
    return value if found == value.text else value.standing_for(found)


def _is_known(name: str, text: str) -> bool:
    """Whether a value may be taken by its position: a word of another language leaves open which end was meant."""
    words = _WORDS_OF.get(name)
    return words is None or text.casefold() in words


def spoken_reason(lines: Sequence[Token]) -> dict[str, Token]:
    """The failure reason among values with unknown labels, if exactly one of them is a known reason."""
    reasons = [value for _, value in _pairs(lines) if value.text and codes_as_spoken(value.text)]
    return {_REASON: reasons[0]} if len(reasons) == 1 else {}


def breaks_off(line: Token) -> bool:
    """Whether a line has an unknown failure reason, which may continue on the next, as mail wraps lines."""
    pair = labelled(line)
    return (
        pair is not None and LABELS.get(pair[0]) == _REASON and bool(pair[1].text and not codes_of_reason(pair[1].text))
    )


def refusal_in(fields: Mapping[str, Token]) -> tuple[str, str] | None:
    """The NPS event that the fields of a partial message belong to, without its number and beginning."""
    is_of_nps = "ReasonCode" in fields and not fields.keys().isdisjoint(NPS_OF_VPN)
    return ("", str(NPS_REFUSED)) if is_of_nps else None


def note_values(number: int, lines: Sequence[Token], span: Span, diagnostics: Diagnostics) -> None:
    """Note that the message of a failed negotiation has values, but none under a known label."""
    known = AUDIT_EVENTS.get(number)
    if known is None or known.success is not False or known.kind == "service":
        return
    if any(_ASSIGNED.search(line.text) or _is_of_message(line) for line in lines):
        diagnostics.not_understood(f"the values of event {number} are not read: {_WHY_NOT_READ}", span)


def note_no_reason(number: int, lines: Sequence[Token], span: Span, diagnostics: Diagnostics) -> None:
    """Note that the English message of a failed negotiation does not say why it failed."""
    if _REASON not in MESSAGE_FIELDS.get(number, ()):
        return
    names = {LABELS.get(label) or SECTIONS.get(label) for label, _ in _pairs(lines)} - {None}
    if names and _REASON not in names:
        why = f"the message of event {number} has no `Failure Reason`: it was cut, and why it failed is not known"
        diagnostics.not_understood(why, span)


def _is_of_message(line: Token) -> bool:
    """Whether a line is a value of a message, not of what is said around it."""
    pair = labelled(line)
    return pair is not None and bool(pair[1].text) and pair[0] not in AROUND_MESSAGE


def number_of(message: str) -> tuple[str, str] | None:
    """The source and number of the event that a bare message belongs to; None if unknown."""
    folded = " ".join(filter(None, (word.lstrip(">") for word in message.split()))).casefold()
    if _DIALED in folded and (_HAS_FAILED in folded or _HAS_ENDED in folded):
        return "RasClient", "20227" if _HAS_FAILED in folded else "20226"
    if "coid=" in folded and (of_server := next((event for text, event in BY_SERVER.items() if text in folded), None)):
        return "RemoteAccess", of_server
    if (refused := next((number for text, number in _BY_NPS.items() if folded.startswith(text)), None)) is not None:
        return "", str(refused)
    if (of_policy := number_of_message(folded)) is not None:
        return FIREWALL_PROVIDER, str(of_policy)
    if (of_service := control_event(folded)) is not None:
        return SERVICE_CONTROL, str(of_service)
    if folded.startswith(BLOCK_MESSAGE.casefold()):
        return DRIVER, str(BLOCK_MODE)
    for mode, number in (("main mode", 4653), ("quick mode", 4654), ("extended mode", 4984)):
        if _FAILED.format(mode) in folded:
            with_certificates = number == _WITH_CERTIFICATES + 1 and "sha thumbprint" in folded
            return "", str(_WITH_CERTIFICATES if with_certificates else number)
    beginnings = _beginnings()
    if not folded.startswith(tuple(beginnings)):
        return None
    return "", next(number for beginning, number in beginnings.items() if folded.startswith(beginning))


@cache
def _beginnings() -> dict[str, str]:
    """The event numbers by the folded beginning of the message; the first of several that begin alike."""
    found: dict[str, str] = {}
    for known, text in event_texts().items():
        found.setdefault(text.text.casefold()[:60], str(known))
    return found
