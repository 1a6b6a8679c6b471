"""What stands in a text beside what its format reads: Windows' sentences, policy that is not read, damaged bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ipseclint.engine.signs import passed_over
from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.parsed import QUOTED_ERRORS, SCRIPT_FORMATS, Format, Parsed
from ipseclint.formats.pasted.prose import WRITTEN
from ipseclint.formats.readers import Shape
from ipseclint.late import LateModule, late_names
from ipseclint.source import Source, Span, suffix_of

if TYPE_CHECKING:
    from ipseclint.formats.events import sentences
    from ipseclint.formats.peers.vendors import not_read
    from ipseclint.vocabulary.ras_errors import of_state
else:
    sentences = LateModule("ipseclint.formats.events.sentences")
    (not_read,) = late_names("ipseclint.formats.peers.vendors", "not_read")
    (of_state,) = late_names("ipseclint.vocabulary.ras_errors", "of_state")

_WITH_PROSE = frozenset(
    {QUOTED_ERRORS, "event-text", "ike-log", "powershell-list", "powershell-table", "powershell-printed-table"}
    | {"reg-query", "registry-properties", "transcript"}
)
"""Formats of texts in which people write between what they paste."""
_TELL_NO_GATEWAYS = _WITH_PROSE - {"transcript", "reg-query", "registry-properties"}
"""Those of them that pass over configurations of gateways without a word."""
_QUOTING = SCRIPT_FORMATS | {"carried-commands"}
"""Formats of programs, whose own texts quote what Windows says."""


def with_beside(parsed: Parsed, format_: Format, source: Source) -> Parsed:
    """What a text says, with what stands beside that: sentences are failures, other policy is a problem."""
    parsed = _with_passed_over(with_sentences(parsed, format_, source), format_, source)
    return _with_gateways(parsed, source) if format_.name in _TELL_NO_GATEWAYS else parsed


def with_sentences(parsed: Parsed, format_: Format, source: Source) -> Parsed:
    """What a text says, with the failures of which what stands beside it quotes Windows' sentence.

    A script quotes them for other reasons, unless lines that are none of its own stand around it, or people write
    in files of its name.
    """
    strange = (each.code in {ProblemCode.MALFORMED, ProblemCode.NOT_UNDERSTOOD} for each in parsed.problems)
    is_script = format_.name in _QUOTING
    is_written = suffix_of(source.path) in WRITTEN
    is_shown = is_script and is_written and source.is_in_head
    is_pasted = format_.name in _WITH_PROSE or (not is_script and source.is_in_head) or is_shown
    if not (is_pasted or any(strange)):
        return parsed
    known = {code for event in parsed.events for code in (*event.codes, of_state(event.state) or 0)}
    has_events = bool(parsed.other_events) or any(event.event_id is not None for event in parsed.events)
    quoted = tuple(sentences.told(source, known, beside_script=is_shown, beside_events=has_events))
    if not quoted:
        return parsed
    places = {event.span.line: event.span for event in quoted}
    problems = tuple(
        each
        for each in parsed.problems
        if each.code is not ProblemCode.NOT_UNDERSTOOD or not _holds(each.span, places.get(each.span.line))
    )
    return replace(parsed, events=(*parsed.events, *quoted), problems=problems)


def _holds(place: Span, sentence: Span | None) -> bool:
    """Whether what was not understood at a place is the sentence on its line, and nothing beside that."""
    if sentence is None:
        return False
    return place.column <= sentence.column + sentence.length and sentence.column <= place.column + place.length


def _with_passed_over(parsed: Parsed, format_: Format, source: Source) -> Parsed:
    """What a text says, with a problem for policy in it that its format does not read and nothing is said of."""
    if parsed.is_empty:
        return parsed
    sign = passed_over(source, format_.name)
    if sign is None or any(each.span.line == sign.line for each in parsed.problems):
        return parsed
    message = f"`{sign.quote}` stands beside {format_.title}, and is not read: give it as an input of its own"
    problem = Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=Span(source.path, sign.line, 1))
    return replace(parsed, problems=(*parsed.problems, problem))


def _with_gateways(parsed: Parsed, source: Source) -> Parsed:
    """What a text says, with a problem for each configuration of a gateway that stands beside it."""
    told = {each.span.line for each in parsed.problems}
    problems = tuple(
        Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=Span(source.path, line, 1))
        for message, line, _ in not_read(source.head_text)
        if line not in told
    )
    return replace(parsed, problems=(*parsed.problems, *problems)) if problems else parsed


def with_damage(parsed: Parsed, source: Source, shape: Shape) -> Parsed:
    """What a text says, with a problem if its bytes are damaged; XML and what is binary show that to their readers."""
    if shape not in {Shape.TEXT, Shape.JSON} or (source.is_in_head and _is_plain(source.head_text)):
        return parsed
    from ipseclint.engine.damage import damage_of

    problems = tuple(
        Problem(code=ProblemCode.MALFORMED, message=message, span=Span(source.path, line, 1))
        for line, message in damage_of(source)
    )
    return replace(parsed, problems=(*parsed.problems, *problems)) if problems else parsed


def _is_plain(text: str) -> bool:
    return text.isascii() and "\0" not in text
