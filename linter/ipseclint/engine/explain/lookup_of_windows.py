"""The meaning of a word or text that names no rule: an error, an event or a sentence of Windows, a key of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from ipseclint.engine.explain.answers import (
    explain_defaults,
    explain_error,
    explain_event,
    explain_logged,
    explain_notify,
    explain_other_error,
    explain_problem,
    explain_ras_error,
    explain_ras_event,
    explain_refusal,
    explain_service_event,
    explain_waiver,
)
from ipseclint.engine.explain.explanation import Explanation
from ipseclint.engine.rulesets.ruleset import Ruleset
from ipseclint.finding import ProblemCode
from ipseclint.late import late
from ipseclint.vocabulary.audit_events import codes_of_reason, event_texts
from ipseclint.vocabulary.german_sentences import german_sentences
from ipseclint.vocabulary.ike_notifies import notify_named
from ipseclint.vocabulary.nps_reasons import NPS_REASONS
from ipseclint.vocabulary.ras_errors import ras_error_named, ras_errors, ras_events
from ipseclint.vocabulary.spoken_reasons import codes_as_spoken
from ipseclint.vocabulary.stories import story
from ipseclint.vocabulary.windows_errors import ErrorCode, error_number, error_table, error_texts, find_error
from ipseclint.vocabulary.windows_sentences import spoken

_EVENT_ID = late(r"\b(?:event[ _-]*id|event|ereignis-?id|ereignis|id)[\W_]{1,3}(\d{3,5})\b", re.IGNORECASE)
_REASON = late(r"Failure\s*Reason\W{1,20}([A-Za-z][^\r\n<]*)", re.IGNORECASE)
_NUMBERS = late(r"(?<![\w.-])(?:0[xX][0-9a-fA-F]{4,16}|-?\d{3,10})(?![\w.-])")
_LEADING_EVENT = late(r"(\d{4})(?![\w.-])")
_OF_VPN = late(
    r"(?:(?:ras|vpn|rasclient|remoteaccess|error|event|fehler|(?:ereignis-)?id)[\s#:]*)*(-?\d{2,10}|0x[0-9a-f]{8})",
    re.IGNORECASE,
)
_SPEAKS_OF_VPN = late(
    r"RasClient|dialed a connection|error code returned|VPN|L2TP|remote (?:access|connection)", re.IGNORECASE
)
_DIALED = late(r"\bdialed a connection\b", re.IGNORECASE)
_DIALED_END = late(r"\b(failed|terminated)\b", re.IGNORECASE)
_DIALED_CHARACTERS = 300
"""How far behind the beginning of the sentence its end is searched (reasoned)."""
_GIVEN_CODE = late(
    r"\berror code\b[a-z ]{0,40}\bis:? *(-?\d{1,10}|0x[0-9a-f]{1,8})\b|\berror:? +(\d{1,10})\b", re.IGNORECASE
)
_NUMBERS_OF_VPN = late(r"(?<![\w.-])(\d{2,5})(?![\w-]|\.\d)")
_OF_NPS = late(
    r"(?:nps[\s,:#-]*+(?:event 6273[\s,:-]*+)?(?:reason(?:[\s_-]?code)?)?|reason[\s_-]?code|reason)[\s:=#]*(\d{1,3})",
    re.IGNORECASE,
)
"""A reason code of Network Policy Server."""
_KEY = late(r"[a-zA-Z_.-]{1,40}")
"""The form of a key of `ipseclint.toml`."""
_MAX_EXPLAINED = 8
_MIN_SENTENCE_WORDS = 3
_MAX_SENTENCE_CHARACTERS = 300
"""So much of a text is compared with sentences, each of which is shorter (reasoned)."""


def otherwise_known(text: str, ruleset: Ruleset) -> tuple[Explanation, ...]:
    """The explanations of a text, normalised as if typed; none if it is unknown."""
    if text.upper() in set(ProblemCode):
        return (explain_problem(ProblemCode(text.upper())),)
    if of_waivers := explain_waiver(text):
        return (of_waivers,)
    if text.casefold() == "defaults":
        return (explain_defaults(),)
    if error := find_error(text):
        return (explain_error(error, ruleset),)
    if notify := notify_named(text):
        return explain_notify(notify), *_of_number(notify.code, ruleset)
    if (refusal := _OF_NPS.fullmatch(text)) and refusal[1] in NPS_REASONS:
        return (explain_refusal(refusal[1], ruleset),)
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) in event_texts():
        return (explain_event(int(text), ruleset),)
    if number := _OF_VPN.fullmatch(text):
        if error := find_error(number[1]):
            return (explain_error(error, ruleset),)
        of_vpn = _of_vpn(_signed(int(number[1], 0)), ruleset)
        if of_vpn is not None:
            return (of_vpn,)
    if _KEY.fullmatch(text) and (of_keys := _of_keys(text, ruleset)):
        return of_keys
    of_words = tuple(_in_text(text, ruleset))[:_MAX_EXPLAINED]
    return of_words or tuple(_of_other_ends(text, ruleset))


def _of_other_ends(text: str, ruleset: Ruleset) -> Iterator[Explanation]:
    """The meaning of a number or name of a VPN connection's error; without it, of a line of another maker's log."""
    known = ras_errors().get(error_number(text) or 0) or ras_error_named(text.upper())
    if known is not None:
        yield explain_ras_error(known, ruleset)
    elif (event := ras_events().get(error_number(text) or 0)) is not None:
        yield explain_ras_event(event)
    elif (of_service := explain_service_event(error_number(text) or 0)) is not None:
        yield of_service
    else:
        yield from _logged(text, ruleset)


def _logged(text: str, ruleset: Ruleset) -> Iterator[Explanation]:
    """The meaning of a line from the log of another maker's end."""
    from ipseclint.formats.peers.log_sentences import said

    sentence = said(text)
    if sentence is not None:
        row, match = sentence
        yield explain_logged(match[0], row.role)
        yield from _of_number(row.code, ruleset)


def _of_number(code: int | None, ruleset: Ruleset) -> Iterator[Explanation]:
    """The explanation of an error of IPsec or of VPN connections; none of no error."""
    if code is not None and (error := error_table().get(code)) is not None:
        yield explain_error(error, ruleset)
    elif code is not None:
        yield explain_ras_error(ras_errors()[code], ruleset)


def _of_keys(text: str, ruleset: Ruleset) -> tuple[Explanation, ...]:
    from ipseclint.engine.explain.config_key import explain_key

    return explain_key(text, ruleset)


def _in_text(text: str, ruleset: Ruleset) -> Iterator[Explanation]:
    """The events and errors named in a sentence, or in the whole text of an event."""
    numbers = list(dict.fromkeys(_event_numbers(text)))
    yield from (explain_event(number, ruleset) for number in numbers)
    of_vpn = list({(each.kind, each.key): each for each in _of_vpn_in(text, ruleset)}.values())
    yield from of_vpn
    if of_vpn:
        return
    errors = _errors(text)
    if not numbers and not errors:
        errors = _errors_like(text)
    if not numbers and not errors:
        german = german_sentences(text)
        codes = [code for row in german for code in row.errors] or codes_as_spoken(text)
        errors = [error_table()[code] for code in codes if code in error_table()]
        events = [number for row in german for number in row.events] or _events_like(text)
        yield from (explain_event(number, ruleset) for number in events)
    told: set[str | None] = {None}
    for error in errors:
        yield explain_error(error, ruleset, with_story=story(error.code) not in told)
        told.add(story(error.code))


def _signed(number: int) -> int:
    """An HRESULT as the signed number that Windows prints."""
    return number - 2**32 if 2**31 <= number < 2**32 else number


def _of_vpn(number: int, ruleset: Ruleset) -> Explanation | None:
    """The meaning of a number for a VPN connection: an error, or an event."""
    if number in ras_errors():
        return explain_ras_error(ras_errors()[number], ruleset)
    event = ras_events().get(number)
    return explain_service_event(number) if event is None else explain_ras_event(event)


def _of_vpn_in(text: str, ruleset: Ruleset) -> Iterator[Explanation]:
    """The events and errors of a VPN connection named in a text of Event Viewer, or of the dialog."""
    if not _SPEAKS_OF_VPN.search(text):
        return
    dialed = _DIALED.search(text)
    ended = None if dialed is None else _DIALED_END.search(text, dialed.end(), dialed.end() + _DIALED_CHARACTERS)
    if ended is not None:
        yield explain_ras_event(ras_events()[20227 if ended[1].lower() == "failed" else 20226])
    given = _GIVEN_CODE.search(text)
    code = (given[1] or given[2]) if given else None
    plain = _plain(text)
    for ras_error in ras_errors().values():
        if ras_error.phrase and _plain(ras_error.phrase) in plain:
            yield explain_ras_error(ras_error, ruleset)
    for code_spoken in (code for sentence in spoken(text) for code in sentence.codes):
        if code_spoken in ras_errors():
            yield explain_ras_error(ras_errors()[code_spoken], ruleset)
    for match in _NUMBERS_OF_VPN.finditer(text):
        number = int(match[1])
        error = find_error(match[1])
        told = explain_error(error, ruleset) if error is not None else _of_vpn(number, ruleset)
        if told is not None and (error is not None or match[1] == code or told.rules or number in ras_events()):
            yield told
    if code and code.startswith("-") and int(code) in ras_errors():
        yield explain_ras_error(ras_errors()[int(code)], ruleset)
    elif code and find_error(code) is None and not (code.isdigit() and _of_vpn(int(code), ruleset)):
        yield explain_other_error(code)


def _event_numbers(text: str) -> Iterator[int]:
    for match in _EVENT_ID.finditer(text):
        if int(match[1]) in event_texts():
            yield int(match[1])
    leading = _LEADING_EVENT.match(text)
    if leading and int(leading[1]) in event_texts():
        yield int(leading[1])
    plain = _plain(text)
    if len(plain.split()) >= _MIN_SENTENCE_WORDS:
        # Several events share a sentence and differ in which fields follow it: one of them says it all.
        by_sentence = {_plain(event.first_sentence): number for number, event in event_texts().items()}
        yield from (number for sentence, number in by_sentence.items() if f" {sentence} " in f" {plain} ")


def _errors(text: str) -> list[ErrorCode]:
    """The errors that a text gives by reason, by number, or by their sentence."""
    codes = [code for match in _REASON.finditer(text) for code in codes_of_reason(match[1])]
    codes += [error.code for match in _NUMBERS.finditer(text) if (error := find_error(match[0])) is not None]
    codes += codes_of_reason(text)
    if not codes:
        plain = f" {_plain(text)} "
        sentences = ((code, _plain(sentence)) for code, sentence in error_texts().items())
        inside = [
            (code, sentence)
            for code, sentence in sentences
            if len(sentence.split()) >= _MIN_SENTENCE_WORDS and f" {sentence} " in plain
        ]
        longest = max((len(sentence) for _, sentence in inside), default=0)
        codes = [code for code, sentence in inside if len(sentence) == longest]
    table = error_table()
    return [table[code] for code in dict.fromkeys(codes) if code in table]


def _errors_like(text: str) -> list[ErrorCode]:
    """The errors whose sentence a text nearly is, with a word left out or in another form."""
    by_sentence: dict[str, list[int]] = {}
    for code, sentence in error_texts().items():
        by_sentence.setdefault(_plain(sentence), []).append(code)
    plain = _plain(text[:_MAX_SENTENCE_CHARACTERS])
    if len(plain.split()) < _MIN_SENTENCE_WORDS:
        return []
    near = [sentence for sentence in by_sentence if sentence.startswith(plain)]
    near = near or get_close_matches(plain, by_sentence, n=1, cutoff=0.8)
    return [error_table()[code] for sentence in near for code in by_sentence[sentence] if code in error_table()]


def _events_like(text: str) -> list[int]:
    """The event whose first sentence a text nearly is, or is a part of; of several with one sentence the last."""
    by_sentence = {_plain(event.first_sentence): number for number, event in event_texts().items()}
    plain = _plain(text[:_MAX_SENTENCE_CHARACTERS])
    if len(plain.split()) < _MIN_SENTENCE_WORDS:
        return []
    near = [sentence for sentence in by_sentence if f" {plain} " in f" {sentence} "]
    near = near or get_close_matches(plain, by_sentence, n=1, cutoff=0.9)
    return [by_sentence[sentence] for sentence in near[:_MAX_EXPLAINED]]


def _plain(text: str) -> str:
    """The words of a sentence, in lower case and without punctuation."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
