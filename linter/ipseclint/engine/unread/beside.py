"""Things in a text that its format does not read: Windows' sentences, unread policy, damaged bytes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ipseclint.engine.unread.sign_words import OF_SETTINGS, OFFERED, may_state
from ipseclint.engine.unread.signs import passed_over, sign_of
from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.diagnostics import MAX_PROBLEMS, WHAT_IS_LEFT_OUT, Diagnostics
from ipseclint.formats.kit.token import is_left_out
from ipseclint.formats.parsed import (
    OF_ATTEMPTS,
    QUOTED_ERRORS,
    SCRIPT_FORMATS,
    TABLE_CELLS,
    VPN_PROFILE_FORMATS,
    Format,
    Parsed,
)
from ipseclint.formats.pasted.prose import LETTERS, WRITTEN
from ipseclint.formats.readers import TABLES, Shape, may_be_table
from ipseclint.late import LateModule, late, late_names
from ipseclint.secrets.names import asked, may_match, standing
from ipseclint.source import HEAD_BYTES, Source, Span, lines_of_text, suffix_of

if TYPE_CHECKING:
    from ipseclint.engine.unread import other_ends
    from ipseclint.engine.unread.errors_alone import errors_alone
    from ipseclint.engine.unread.shown_again import shown_again
    from ipseclint.engine.unread.statements import lines_in, statements
    from ipseclint.formats.events import sentences
    from ipseclint.formats.output_strings import FormedString, strings_of
    from ipseclint.formats.pasted.cells import Cell
    from ipseclint.formats.peers import phases
    from ipseclint.formats.peers.gateways.parts import Maker
    from ipseclint.formats.peers.vendors import not_read
    from ipseclint.formats.table_cells import FormedCell, formed_cells
    from ipseclint.vocabulary.ras_errors import of_state, update_named
else:
    other_ends = LateModule("ipseclint.engine.unread.other_ends")
    (errors_alone,) = late_names("ipseclint.engine.unread.errors_alone", "errors_alone")
    (shown_again,) = late_names("ipseclint.engine.unread.shown_again", "shown_again")
    lines_in, statements = late_names("ipseclint.engine.unread.statements", "lines_in", "statements")
    sentences = LateModule("ipseclint.formats.events.sentences")
    phases = LateModule("ipseclint.formats.peers.phases")
    (Maker,) = late_names("ipseclint.formats.peers.gateways.parts", "Maker")
    (not_read,) = late_names("ipseclint.formats.peers.vendors", "not_read")
    (strings_of,) = late_names("ipseclint.formats.output_strings", "strings_of")
    (formed_cells,) = late_names("ipseclint.formats.table_cells", "formed_cells")
    update_named, of_state = late_names("ipseclint.vocabulary.ras_errors", "update_named", "of_state")

_UPDATE = "KB50"
"""How the numbers of such updates begin: quick to look for."""

_WITH_PROSE = frozenset(
    {QUOTED_ERRORS, "event-text", "ike-log", "powershell-list", "powershell-table", "powershell-printed-table"}
    | {"reg-query", "registry-properties", "transcript"}
)
"""Formats of texts in which people write between the things they paste."""
_OF_OTHERS = frozenset({"netsh-script", "transcript", TABLE_CELLS, "declared-documents"})
"""Formats of scripts whose lines are commands or do nothing, and of texts that hold inputs of others."""
_TELL_GATEWAYS = _OF_OTHERS | {
    *SCRIPT_FORMATS,
    *("carried-commands", "gateway-configuration", "peer", "swanctl-conf", "ipsec-conf"),
}
"""Formats that read configurations of gateways, or tell them."""
_OF_SEVERAL = frozenset({TABLE_CELLS, "transcript"})
"""Formats of texts with many pieces: beyond how many the rest is not read is said once."""
_SUITE_IN_WORDS = "a suite told in words, which `Phase 1: AES256, SHA256, DH14` on a line of its own would tell"
_QUOTING = SCRIPT_FORMATS | {"carried-commands"}
"""Formats of programs, which may quote Windows' messages as their own text."""
_OF_EVENTS = frozenset({"event-text", "event-json", "security-events", QUOTED_ERRORS})
"""Formats of what the cells of a table of events hold, which its reader reads."""
_OF_WHAT_HAPPENED = _OF_EVENTS | OF_ATTEMPTS | {"wfp-netevents"}
"""Formats of what happened, of which what is read is true whatever is left out."""
_OF_FILTERS = frozenset({"wfp-state", "wfp-filters"})
_STREAMED = _OF_WHAT_HAPPENED | _OF_FILTERS
"""Formats of inputs of hundreds of megabytes, which are read in flat memory: of these the head alone is looked at."""
_MAY_HOLD_PROSE = frozenset({QUOTED_ERRORS, TABLE_CELLS, "carried-commands", "declared-documents", "transcript"})
"""Formats of documents, in which text may stand beside elements."""
_BEGIN_WITH_TEXT = frozenset({"powershell-xml"})
"""Formats of which an element may have a value and then elements: a text of PowerShell has properties."""
_SURELY_WHOLE = HEAD_BYTES // 4
"""The head of an input that goes on behind it has as many characters, whatever its encoding."""
_INSTEAD_OF_ELEMENT = "this text between elements is no part of the document, and is not read"
_BEHIND_ELEMENT = late(r"</[^<>]*+>\s*+(?P<text>[^<\s](?<!\w)[^<\w]*+\w|\w)")
_BEHIND_EMPTY = late(r"(?P<end>/>)\s*+(?:>\s*+)?+(?P<text>[^<>\s](?<!\w)[^<>\w]*+\w|\w)")
_BEFORE_ELEMENT = late(r"(?:\A|>)\s*+(?P<text>[^<>\s](?<!\w)[^<>\w]*+\w[^<>]*+|\w[^<>]*+)<[A-Za-z_?]")
"""Text with a letter that follows an element, or that one follows; viewers put `-` and `+` there."""
_WORD = r"0-9A-Za-z_\x7f"
_MAY_BE_BEHIND = rf"(?:</[^<>]*|/)>[^<{_WORD}]*[{_WORD}]"
_MAY_BE_BESIDE = rf"{_MAY_BE_BEHIND}|(?:^|>)[^<>{_WORD}]*[{_WORD}][^<>]*<[A-Za-z_?]"
_MAY_BE_BESIDE_VALUES = rf"{_MAY_BE_BEHIND}|(?:^|>)[^<>0-9A-Za-z_]*\n[^<>]*[{_WORD}][^<>]*<[A-Za-z_?]"
"""One of these matches where such text stands, and perhaps elsewhere: signs beyond ASCII count as letters."""
_TAG = late(r"[^<>\"']*+(?:(?:\"[^\"]*+\"|'[^']*+')[^<>\"']*+)*+")
_MAX_TAG_CHARACTERS = 1000
"""What follows a longer tag is no attribute of it (reasoned)."""
_NO_MARKUP = late(
    r"<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->|\Z)|<!\[CDATA\[(?P<within>[^\]]*+(?:\](?!\]>)[^\]]*+)*+)(?:\]\]>|\Z)"
)
_MAY_BE_OF_ANOTHER = (
    "this output begins as one before it does, and is judged as of the same machine: "
    "if they are two, make it a file for each"
)
_PHASES_BESIDE = "phases of a gateway stand beside this, and are not read: make them an input of their own"
_LINES_ALONE = late(r"[^\n]++")
_TOLD_ONCE = frozenset({OFFERED, OF_SETTINGS})
"""Statements of which one text may have many, a row for each method or client."""
_OF_MANUALS = frozenset({".rst", ".adoc", ".asciidoc"})
"""How the names of pages of manuals end, whose tables show settings as an example."""
_SIGNS_OF_CUTS = ("...", "\u2026", "snip", "omitted", "truncated", "removed", "[cut")
_WITHOUT_ANSWERS = frozenset(
    {QUOTED_ERRORS, TABLE_CELLS, "carried-commands", "collector-notes", "declared-documents", "ike-log"}
)
"""Formats of texts that hold no answers of a console, or quote them in what they say."""


def with_beside(parsed: Parsed, format_: Format, source: Source) -> Parsed:
    """The result of parsing, with the rest of the text added: sentences of Windows as failures, unread policy as
    problems."""
    parsed = _with_passed_over(_with_updates(with_sentences(parsed, format_, source), source), format_, source)
    if format_.name not in _STREAMED and format_.name not in _QUOTING and not parsed.is_empty:
        parsed = _with_told(parsed, source, shown_again(source))
    ending = suffix_of(source.path)
    parsed = _with_errors_alone(parsed, format_, source) if ending in LETTERS else parsed
    parsed = parsed if format_.name in _TELL_GATEWAYS else _with_told(parsed, source, _gateways(source))
    if format_.name == QUOTED_ERRORS and other_ends.tells_suite(source.head_text):
        parsed = replace(parsed, unread=(*parsed.unread, (_SUITE_IN_WORDS, 1)))
    parsed = with_unread_cells(parsed, format_, source) if ending in TABLES else parsed
    return _with_statements(parsed, format_, source)


def _with_statements(parsed: Parsed, format_: Format, source: Source) -> Parsed:
    """The result of parsing, with a problem for each statement of policy of which nothing was read or said."""
    if format_.name == "netsh-script" and not may_state(source):
        return parsed
    if parsed.is_empty or not (found := list(statements(source, format_.name))):
        return parsed
    refused = (problem.span.line for problem in parsed.problems if problem.code is ProblemCode.REFUSED)
    end = min(refused, default=sys.maxsize) if format_.name in _OF_SEVERAL else sys.maxsize
    new = [(title, first) for title, first, _ in _on_other_lines(parsed, [each for each in found if each[1] < end])]
    if suffix_of(source.path) in _OF_MANUALS and (rows := sum(title == OF_SETTINGS for title, _ in new)):
        parsed = replace(parsed, unread=(*parsed.unread, (OF_SETTINGS, rows)))
        new = [each for each in new if each[0] != OF_SETTINGS]
    first_of = dict(reversed(new))
    told = (
        (f"{title} stands beside {format_.in_a_sentence}, and is not read: give it as an input of its own", first)
        for title, first in new
        if title not in _TOLD_ONCE or first == first_of[title]
    )
    return _with_told(parsed, source, told)


def _on_other_lines(parsed: Parsed, found: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Those statements on whose lines nothing was read; the search ends where something was on all."""
    on_line: dict[int, list[int]] = {}
    for number, (_, first, last) in enumerate(found):
        for line in range(first, last + 1):
            on_line.setdefault(line, []).append(number)
    left = {*range(len(found))}
    for line in lines_in(parsed):
        if not left:
            break
        left.difference_update(on_line.get(line, ()))
    return [found[number] for number in sorted(left)]


def with_statements_in_document(parsed: Parsed, format_: Format, source: Source) -> Parsed:
    """The same for a document of XML or JSON, and for what stands beside one."""
    is_streamed = format_.name in _OF_FILTERS or (format_.name in _OF_WHAT_HAPPENED and not source.is_in_head)
    return parsed if is_streamed else _with_statements(parsed, format_, source)


def with_left_out(parsed: Parsed, format_: Format, source: Source) -> Parsed:
    """The result of parsing a document of XML, with problems for lines that stand in place of others, and for text
    beside its elements."""
    text = source.head_text
    text = text if len(text) < _SURELY_WHOLE or format_.name in _STREAMED else source.read_text()
    left_out = () if format_.name in _OF_WHAT_HAPPENED else _left_out(text)
    beside = () if format_.name in _MAY_HOLD_PROSE else _beside_elements(format_, text)
    return _with_told(parsed, source, chain(left_out, beside))


def _beside_elements(format_: Format, text: str) -> Iterator[tuple[str, int]]:
    """What is said of each text that stands before or behind an element within another one, with its line."""
    plain = _NO_MARKUP.sub(_as_text, text) if "!" in text and "<!" in text else text
    if format_.name in VPN_PROFILE_FORMATS and "&lt;/" in plain:
        plain = plain.replace("&lt;", "<").replace("&gt;", ">")
    has_values = format_.name in _BEGIN_WITH_TEXT
    if not may_match(_MAY_BE_BESIDE_VALUES if has_values else _MAY_BE_BESIDE, asked(plain)):
        return
    before = _BEFORE_ELEMENT.finditer(plain)
    if has_values:
        before = (stray for stray in before if "\n" in plain[stray.start() : stray.start("text")])
    strays = chain(_BEHIND_ELEMENT.finditer(plain), filter(_ends_tag, _BEHIND_EMPTY.finditer(plain)), before)
    line, counted = 1, 0
    for begin in sorted({stray.start("text") for stray in islice(strays, MAX_PROBLEMS)}):
        line, counted = line + plain.count("\n", counted, begin), begin
        yield _INSTEAD_OF_ELEMENT, line


def _ends_tag(behind: re.Match[str]) -> bool:
    """Whether what looks like the end of an empty element is one, and stands in no attribute."""
    plain, end = behind.string, behind.start("end")
    begin = plain.rfind("<", max(0, end - _MAX_TAG_CHARACTERS), end)
    return begin < 0 or _TAG.fullmatch(plain, begin + 1, end) is not None


def _as_text(part: re.Match[str]) -> str:
    """A comment or a section of XML by as many lines of no other meaning; a document in a section stays."""
    if part["within"] is None:
        return "\n" * part[0].count("\n")
    is_document = part["within"].lstrip().startswith("<")
    return part["within"] if is_document else f"x{_LINES_ALONE.sub('', part['within'])}"


def _left_out(text: str) -> Iterator[tuple[str, int]]:
    """What is said of each such line, which XML has as text between elements or as a comment."""
    if not standing(_SIGNS_OF_CUTS, asked(text)):
        return
    for number, line in enumerate(lines_of_text(text), start=1):
        bare = line.strip()
        if is_left_out(bare.removeprefix("<!--").removesuffix("-->") if bare.startswith("<!--") else bare):
            yield WHAT_IS_LEFT_OUT, number


def _with_errors_alone(parsed: Parsed, format_: Format, source: Source) -> Parsed:
    """The result of parsing, with a problem for each error that answers a command which the text does not show."""
    if parsed.is_empty or format_.name in _WITHOUT_ANSWERS or not source.is_in_head:
        return parsed
    told = {
        *(problem.span.line for problem in parsed.problems),
        *(event.span.line for event in parsed.events),
        *(command.span.line for command in parsed.policy.refused_commands),
    }
    return _with_told(parsed, source, errors_alone(source, told))


def with_sentences(parsed: Parsed, format_: Format, source: Source) -> Parsed:
    """The result of parsing, with a failure for each sentence of Windows quoted in the text.

    A script quotes them for other reasons, unless foreign lines stand around it, or its file name is one of prose.
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
        problem
        for problem in parsed.problems
        if problem.code is not ProblemCode.NOT_UNDERSTOOD or not _holds(problem.span, places.get(problem.span.line))
    )
    holds_nothing = parsed.is_empty and not (problems or parsed.unread) and format_.name != QUOTED_ERRORS
    unread = ((f"`{format_.holding_nothing}`", 1),) if holds_nothing else parsed.unread
    return replace(parsed, events=(*parsed.events, *quoted), problems=problems, unread=unread)


def _with_updates(parsed: Parsed, source: Source) -> Parsed:
    """The result, in which failures say that the text names an update of Windows that is known to cause them."""
    text = source.head_text if any(event.state for event in parsed.events) else ""
    if _UPDATE not in text:
        return parsed
    events = (
        replace(event, progress=told)
        if (code := of_state(event.state)) is not None and (told := update_named(code, text)) is not None
        else event
        for event in parsed.events
    )
    return replace(parsed, events=tuple(events))


def _holds(place: Span, sentence: Span | None) -> bool:
    """Whether the part that was not understood is just the sentence on its line."""
    if sentence is None:
        return False
    return place.column <= sentence.column + sentence.length and sentence.column <= place.column + place.length


def _with_passed_over(parsed: Parsed, format_: Format, source: Source) -> Parsed:
    """The result of parsing, with a problem for policy in the text that its format does not read and does not
    report."""
    return parsed if parsed.is_empty else _with_told(parsed, source, _passed_over(format_, source))


def _passed_over(format_: Format, source: Source) -> Iterator[tuple[str, int]]:
    """What is said of such policy, with its line."""
    sign = passed_over(source, format_.name)
    if sign is not None:
        why = f"`{sign.quote}` stands beside {format_.in_a_sentence}, and is not read: give it as an input of its own"
        yield sign.why or why, sign.line


def _gateways(source: Source) -> Iterator[tuple[str, int]]:
    """What is said of each configuration of a gateway in the text, with its line."""
    yield from ((message, line) for message, line, _ in not_read(source.head_text))
    if phases.are_told(source.head_lines):
        peers = phases.peers_of(source.head_text, Maker(Diagnostics(source.path)))
        yield from ((_PHASES_BESIDE, peer.span.line) for peer in peers)


def with_unread_cells(parsed: Parsed, format_: Format | None, source: Source) -> Parsed:
    """The result of parsing, with a problem for each part of a cell of a table about IPsec that was passed over."""
    if not may_be_table(source.head_lines, source.path):
        return parsed
    told = ((*said, each.cell) for each in formed_cells(source) for said in _unread_in(each, format_))
    return _with_all_told(parsed, source, told)


def _unread_in(each: FormedCell, format_: Format | None) -> Iterator[tuple[str, int]]:
    """What is said of a cell, and of what stands in it beside what is read, with the lines in it."""
    if each.form is None:
        sign = sign_of(each.source)
        if sign.is_suspicious:
            yield sign.why or f"a cell mentions IPsec (`{sign.quote}`), and is not read", sign.line
    elif format_ is None or format_.name != TABLE_CELLS:
        if each.form is not format_ and each.form.name not in _OF_EVENTS:
            yield f"a cell holds {each.form.in_a_sentence}, and is not read: give it as an input of its own", 1
    else:
        yield from _passed_over(each.form, each.source)
        yield from () if each.form.name in _TELL_GATEWAYS else _gateways(each.source)


def with_unread_strings(parsed: Parsed, source: Source) -> Parsed:
    """The result of parsing a document whose strings are outputs, with a problem for each that was passed over, and
    for one that begins as an output of what may be another machine does."""
    told = (
        (message, each.output.place(Span(source.path, line, 1)).line)
        for each in strings_of(source)
        for message, line in _unread_in_string(each)
    )
    return _with_told(parsed, source, chain(told, _begin_alike(strings_of(source))))


def _unread_in_string(each: FormedString) -> Iterator[tuple[str, int]]:
    if each.form is None or each.form.name not in _TELL_GATEWAYS:
        yield from _gateways(each.source)
    if each.form is not None:
        yield from _passed_over(each.form, each.source)
    elif not each.is_again and (sign := sign_of(each.source)).is_suspicious:
        yield sign.why or f"a string mentions IPsec (`{sign.quote}`), and is not read", sign.line


def _begin_alike(strings: Iterable[FormedString]) -> Iterator[tuple[str, int]]:
    first: set[str] = set()
    for each in strings:
        begin = next((line.text.strip() for line in each.output.lines if line.text.strip()), "")
        if each.form is not None and not each.is_again and not each.output.host:
            if begin in first and ":" in begin:
                yield _MAY_BE_OF_ANOTHER, each.output.lines[0].line
            first.add(begin)


def _with_told(parsed: Parsed, source: Source, told: Iterable[tuple[str, int]]) -> Parsed:
    """The result of parsing, with these problems on lines that have none yet."""
    return _with_all_told(parsed, source, ((*said, None) for said in told))


def _with_all_told(parsed: Parsed, source: Source, told: Iterable[tuple[str, int, Cell | None]]) -> Parsed:
    """The same, on lines of a cell or of the text."""
    known: dict[int, list[Span]] = {}
    for each in parsed.problems:
        known.setdefault(each.span.line, []).append(each.span)
    problems = []
    for message, line, cell in told:
        span = Span(source.path, line, 1)
        span = span if cell is None else cell.place(source.path, lines_of_text(cell.text), span)
        if not any(cell is None or cell.holds(other) for other in known.get(span.line, ())):
            problems.append(Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=span))
    return replace(parsed, problems=(*parsed.problems, *problems)) if problems else parsed


def with_damage(parsed: Parsed, source: Source, shape: Shape) -> Parsed:
    """The result of parsing, with a problem if the bytes are damaged; readers of XML and binary formats notice that
    themselves."""
    if shape not in {Shape.TEXT, Shape.JSON} or (source.is_in_head and _is_plain(source.head_text)):
        return parsed
    from ipseclint.engine.unread.damage import damage_of

    problems = tuple(
        Problem(code=ProblemCode.MALFORMED, message=message, span=Span(source.path, line, 1))
        for line, message in damage_of(source, is_in_lines=shape is Shape.TEXT)
    )
    return replace(parsed, problems=(*parsed.problems, *problems)) if problems else parsed


def _is_plain(text: str) -> bool:
    return text.isascii() and "\0" not in text
