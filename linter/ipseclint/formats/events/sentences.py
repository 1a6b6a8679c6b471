"""Free text that quotes Windows' messages on a failed connection: a ticket, a mail, a forum post."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from operator import attrgetter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ipseclint.formats.events.indexes import is_indexed, line_around
from ipseclint.formats.kit.diagnostics import Diagnostics, unreadable
from ipseclint.formats.parsed import QUOTED_ERRORS, Format, Parsed
from ipseclint.formats.pasted.inline_commands import tell, without_inline
from ipseclint.formats.pasted.prose import WRITTEN
from ipseclint.formats.pasted.signs import FENCE
from ipseclint.late import late, late_names
from ipseclint.model.events import Event, EventKind
from ipseclint.source import DOCUMENTS, Source, SourceError, Span, ended_by_lf, suffix_of
from ipseclint.vocabulary.audit_events import FIRST_INSERT, NPS_REFUSED
from ipseclint.vocabulary.ras_errors import ras_errors, state_of
from ipseclint.vocabulary.windows_sentences import Sentence, sentences

if TYPE_CHECKING:
    from ipseclint.formats.events.refusals import refusals_in, refused
    from ipseclint.formats.events.told_cases import before, has_placeholder, is_explained, is_told, tells_of_one
    from ipseclint.formats.peers.quoted_logs import quoted_of_logs
else:
    (quoted_of_logs,) = late_names("ipseclint.formats.peers.quoted_logs", "quoted_of_logs")
    refusals_in, refused = late_names("ipseclint.formats.events.refusals", "refusals_in", "refused")
    before, has_placeholder, is_explained, is_told, tells_of_one = late_names(
        "ipseclint.formats.events.told_cases", "before", "has_placeholder", "is_explained", "is_told", "tells_of_one"
    )

_CODE = late(r"[ \t]*(?:#|;|//|::|@?rem\b|@?echo\b|write-|throw\b|\$)", re.IGNORECASE)
"""How a script line begins that may quote a message although nothing failed."""


_QUOTES = ('"', "`", "'", "\u201c", "\u201e", "\u00ab")
_ENDS_WITH_COLON = (":\n", ":\r\n", ": \n")
_HELP = ("<#", "#>")
"""What the help of a script of PowerShell stands between."""
_GENERAL = ("%1", _HELP[0])
"""One of these stands in every text of which a sentence is said in general."""
_MAX_HELP = 4000
"""So many characters before a sentence are looked at for the begin of such help (reasoned)."""
_ENTRY = late(
    r"[ \t]{0,8}(?:(?:\|[^|\r\n]{1,60}){1,3}\|[ \t]{0,4}|(?:[-*+\u2022|]|\d{1,2}[.)]|#{1,6})[ \t]{1,4})?[*_`\"']{0,3}"
    r"(?:</?[a-z][^<>\r\n]{0,100}>[ \t*_]{0,4}){0,8}(?:[^\W\d_]{1,12}[ ](?:d[eiou]{0,2}['’ ][ ]?)?(?=err|ошиб))?"
    r"(?:(?:vpn[ ])?(?:errore?|fehler|erreur|[错錯][误誤]|エラー|오류)[ -]?"
    r"(?:code|number|代?[码碼]|コード|코드)?[ :\uff1a#]{0,3}"
    r"|c[oó]d(?:igo|ice) d[ei] err\w{1,3}[ :]{0,3}|(?:код )?ошибк\w{1,2}[ :]{0,3})?"
    r"(?P<number>(?!20\d\d\b)(?:0x[0-9A-Fa-f]{3,8}|\d{3,5})\b(?![-:./]\d))?[^\w\r\n]{0,12}",
    re.IGNORECASE,
)
"""How an entry of a list of errors begins, up to what the error is."""
_MARKUP = late(r"<[^<>\r\n]{1,200}>|[*`#|]")
_NUMBER_ALONE = late(r"(?:ERROR_\w{3,60}+\s++)?(?:0x[0-9A-Fa-f]{3,8}|\d{3,5})(?:\s?\(0x[0-9A-Fa-f]{1,8}\))?[.:]?")
"""A line with the number of an error, below which a reference has what it means."""
_MAX_ABOVE = 600
"""So many characters above a line are looked at for such a number (reasoned)."""
_MIN_LISTED = 3
"""From so many errors on, each at the start of its line, a text lists what they mean (reasoned)."""
_MIN_NUMBERED = 2
"""From so many numbers of errors on, each before what it means in an item of its own, a list tells of codes."""
_NUMBERED = late(
    r"^[ \t>]{0,8}(?:[-*+\u2022|]|\d{1,2}[.)])[ \t]{1,4}[*_`]{0,3}"
    r"(?P<number>13[89]\d\d|[678]\d\d)[*_`]{0,3}[ \t]{0,3}(?:[:|]|[-\u2013\u2014][ \t])",
    re.MULTILINE,
)
_EXPLAINS = late(
    r"\b(?:what|was)\b[^.!?\n]{0,60}(?:error|code|fehler)\w{0,8}\b[^.!?\n]{0,40}\b(?:means?|bedeute[nt])\b"
    r"|(?:error|code)s?\b[^.!?\n]{0,60}\b(?:explained|(?:their|its) meanings?)\b"
    r"|\b(?:meanings?|explanations?|bedeutung|erkl\u00e4rung) (?:of|der|des|von)\b[^.!?\n]{0,40}(?:error|code|fehler)",
    re.IGNORECASE,
)
"""What a text says that tells of codes what they mean."""
_STATED = late(r"[={;|$]|\w\(|^[ \t]*[a-z]{2,12}-[a-z]\w+[ ]", re.IGNORECASE)
"""What precedes a message in a line of a program."""
_STATED_BESIDE = late(r"[={|$]|\w\(|;[ \t]*(?:[a-z]{2,12}-[a-z]\w+|throw|return|echo)\b", re.IGNORECASE)
"""The same outside of the fences of a text that has its program within them: there sentences have semicolons."""
_NAMED = late(
    r"(?:\b(?:translates|resolves|maps)\s(?:in)?to|\bstands\sfor|\b(?:defined|documented|listed|known)\b(?:[^.!?]|\.\w){0,60}?\bas"
    r"|\b(?:0x[0-9A-Fa-f]{3,8}|\d{5})\b[\s)`'\"]{0,3}(?:is|=))[\s:`'\"]{1,6}$",
    re.IGNORECASE,
)
"""What precedes the name of an error behind its number, which does not say that it was met."""
_NAME = "ERROR_"
_HEADING = late(r"[^\r\n]{0,80}[^\s.!?:;,]\s{0,8}")
_MAX_HEADING_WORDS = 10
"""A heading, and its most words (reasoned)."""


def recognise(source: Source) -> bool:
    """Whether it quotes a message of Windows, and is not a document, which may only be about such messages."""
    return suffix_of(source.path) not in DOCUMENTS and bool(quoted(source))


def _met(text: str, path: str) -> list[Sentence]:
    """The quoted messages of a text, except those in a list of what errors mean, and placeholders in a guide."""
    found = list(sentences(text))
    if any(map(text.__contains__, (*_QUOTES, *_ENDS_WITH_COLON))):
        found += quoted_of_logs(text, text.casefold())
    cases = [sentence for sentence in found if _is_a_case(text, sentence)]
    told: dict[tuple[int, ...], list[int]] = {}
    for case in sorted(cases, key=attrgetter("start")):
        told.setdefault(case.codes, []).append(case.start)
    found = [sentence for sentence in found if not _holds(sentence, told.get(sentence.codes, ()))]
    explained = {code for case in cases for code in case.codes if is_explained(text, case.end)}
    if explained and not tells_of_one(text):
        found = [each for each in found if explained.isdisjoint(each.codes) or not _is_of_guide(text, each)]
    entries = [is_indexed(text, sentence.start, sentence.end) for sentence in found]
    indexed = [sentence for sentence, is_entry in zip(found, entries, strict=True) if is_entry]
    found = [sentence for sentence, is_entry in zip(found, entries, strict=True) if not is_entry]
    if any(sign in text for sign in _GENERAL):
        found = [sentence for sentence in found if not _is_said_in_general(text, sentence)]
    if found and suffix_of(path) in DOCUMENTS and not tells_of_one(text):
        found = [sentence for sentence in found if not _has_placeholder(text, sentence)]
    listed = [sentence for sentence in found if _is_entry(text, sentence)]
    if len({sentence.codes for sentence in (*indexed, *listed)}) < _MIN_LISTED and not (listed and _lists_codes(text)):
        return found
    explained = {code for sentence in listed for code in sentence.codes}
    return [sentence for sentence in found if explained.isdisjoint(sentence.codes)]


def _lists_codes(text: str) -> bool:
    """Whether the items of a list begin with numbers of errors, one of a text that explains them, and nobody tells of
    a machine."""
    numbers = {entry["number"] for entry in _NUMBERED.finditer(text)}
    is_list = len(numbers) >= _MIN_NUMBERED or (bool(numbers) and _EXPLAINS.search(text) is not None)
    return is_list and not tells_of_one(text)


def _holds(sentence: Sentence, told: Sequence[int]) -> bool:
    """Whether the same error is told for a case within a sentence; `told` are the places of such cases, in order."""
    at = bisect_left(told, sentence.start)
    return at < len(told) and told[at] < sentence.end


def _is_of_guide(text: str, sentence: Sentence) -> bool:
    """Whether it stands in a line like the title of a guide, or with a placeholder for the name of somebody."""
    line = text[slice(*line_around(text, sentence.start, sentence.end))]
    is_heading = _HEADING.fullmatch(line) is not None and len(line.split()) <= _MAX_HEADING_WORDS
    return is_heading or has_placeholder(line)


def _has_placeholder(text: str, sentence: Sentence) -> bool:
    """Whether it stands in a line with a placeholder for the name of somebody or something."""
    return has_placeholder(text[slice(*line_around(text, sentence.start, sentence.end))])


def _is_said_in_general(text: str, sentence: Sentence) -> bool:
    """Whether it is a message without values, or in the help of a script: nothing failed."""
    if FIRST_INSERT.search(text, *line_around(text, sentence.start, sentence.end)) is not None:
        return True
    opened, closed = (text.rfind(sign, max(0, sentence.start - _MAX_HELP), sentence.start) for sign in _HELP)
    return opened > closed


def _is_a_case(text: str, sentence: Sentence) -> bool:
    """Whether it is told as a case, or explained: nobody says that it happened."""
    return is_told(text, sentence.start, sentence.end) or _is_named(text, sentence)


def _is_named(text: str, sentence: Sentence) -> bool:
    """Whether it is the name of an error behind its number."""
    return text.startswith(_NAME, sentence.start) and _NAMED.search(before(text, sentence.start)) is not None


def _is_entry(text: str, sentence: Sentence) -> bool:
    """Whether a line begins with the error, behind the mark of a list item, table row or heading, or with its name,
    or is below its number."""
    begin = text.rfind("\n", 0, sentence.start) + 1
    entry = _ENTRY.match(text, begin)
    if entry is not None and (entry["number"] is not None or entry.end() >= sentence.start):
        return True
    is_named = _plain(text[begin : sentence.start + 1]).startswith(_NAME)
    return is_named or _NUMBER_ALONE.fullmatch(_line_above(text, begin)) is not None


def _line_above(text: str, begin: int) -> str:
    """The last line with words above a place, without its markup."""
    lines = reversed(text[max(0, begin - _MAX_ABOVE) : begin].split("\n"))
    return next((words for line in lines if (words := _plain(line))), "")


def _plain(line: str) -> str:
    return _MARKUP.sub(" ", line).replace("\\", "").strip()


def quoted(source: Source) -> tuple[int, ...]:
    """The errors and events that the head of a source quotes, without duplicates. Raises SourceError."""
    codes = dict.fromkeys(code for sentence in source.once(_met_in_head) for code in sentence.codes)
    return (*codes, NPS_REFUSED) if source.once(_refused_in_head) else tuple(codes)


def _refused_in_head(source: Source) -> tuple[Sentence, ...]:
    return _refusals(ended_by_lf(source.head_text)) if "reason" in source.head_folded else ()


def _refusals(text: str) -> tuple[Sentence, ...]:
    """The reasons in a text for which Network Policy Server refused a user."""
    return tuple(refusal for refusal in refusals_in(text) if not _is_a_case(text, refusal))


def _met_in_head(source: Source) -> list[Sentence]:
    return _met(ended_by_lf(source.head_text), source.path)


def _met_in(source: Source) -> list[Sentence]:
    text = source.read_text()
    return source.once(_met_in_head) if text is source.head_text else _met(ended_by_lf(text), source.path)


def told(
    source: Source, known: Collection[int] = (), *, beside_script: bool = False, beside_events: bool = False
) -> Iterator[Event]:
    """A failure for each message that a text quotes, once for each error, except the `known` ones.

    `beside_script`: the text shows a script, whose fenced lines and statements are no evidence. `beside_events`: it
    shows events, which themselves say why a user was refused. Raises SourceError.
    """
    done = set(known)
    path, text = source.path, ended_by_lf(source.read_text())
    if not (beside_script or beside_events) and source.once(_refused_in_head):
        refusals = _refusals(text)
        yield from refused(text, refusals, path)
        done.update(code for refusal in refusals for code in refusal.codes)  # what the client shows of the same
    stated = _STATED_BESIDE if beside_script and FENCE.search(text) is not None else _STATED
    for sentence in source.once(_met_in):
        begin = text.rfind("\n", 0, sentence.start) + 1
        if not done.isdisjoint(sentence.codes) or (_CODE.match(text, begin) and not _is_title(text, begin, path)):
            continue
        if beside_script and (stated.search(text, begin, sentence.start) or _is_fenced(text, begin)):
            continue
        done.update(sentence.codes)
        end = text.find("\n", sentence.start, sentence.end)
        shown = (sentence.end if end < 0 else end) - sentence.start
        span = Span(path, text.count("\n", 0, sentence.start) + 1, sentence.start - begin + 1, shown)
        (code, *more) = sentence.codes
        if code < _FIRST_OF_IPSEC and code in ras_errors():
            yield Event(span=span, kind=EventKind.MAIN_MODE, state=state_of(code), success=False)
        elif more:
            yield Event(span=span, kind=EventKind.MAIN_MODE, possible_codes=sentence.codes, success=False)
        else:
            words = text[sentence.start : sentence.end] if sentence.of_log else None
            yield Event(
                span=span,
                kind=EventKind.MAIN_MODE,
                error_code=code,
                success=False,
                state=words,
                by_daemon=sentence.of_log,
            )


_FIRST_OF_IPSEC = 13000


def _is_fenced(text: str, begin: int) -> bool:
    """Whether a line is between two Markdown fences."""
    return sum(1 for _ in FENCE.finditer(text, 0, begin)) % 2 == 1


def _is_title(text: str, begin: int, path: str) -> bool:
    """Whether a line is the title of a ticket in Markdown: alone at the start of a text that no program wrote."""
    is_first = text.startswith("# ", begin) and not text[:begin].strip()
    is_alone = text.startswith("\n\n", text.find("\n", begin))
    return is_first and is_alone and PurePosixPath(path).suffix in WRITTEN


def parse(source: Source) -> Parsed:
    """The failures that are quoted; commands in sentences are reported, and nothing else is read."""
    diagnostics = Diagnostics(source.path)
    try:
        events = tuple(told(source))
        tell(without_inline(ended_by_lf(source.read_text()))[1], diagnostics)
    except SourceError as error:
        return Parsed(problems=(unreadable(source, error),))
    return Parsed(events=events, problems=diagnostics.listed(), unread=diagnostics.unread_names())


FORMATS = (
    Format(
        name=QUOTED_ERRORS,
        title="text that quotes what Windows said when a connection failed",
        recognise=recognise,
        parse=parse,
        how_to_export="copy what the dialog says, whole (better: the event 20227 of RasClient, or of the Security log)",
        can_express="which error Windows named",
        cannot_express="policy; when it failed, how often, and with whom",
        without_key="only the sentence is read",
    ),
)
