"""PowerShell answers about one service that do not repeat its name.

PS C:\\> (Get-Service IKEEXT).StartType          PS C:\\> Get-Service IKEEXT | select Status, StartType
Disabled                                         Status  StartType
                                                 ------  ---------
PS C:\\> (Get-CimInstance Win32_Service -Filter "Name='IKEEXT'").StartMode
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics, of_source, quoted
from ipseclint.formats.kit.token import OTHER_DASHES, Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.powershell.decode import decode
from ipseclint.formats.powershell.instance import MAX_INSTANCES, TOO_MANY, Instance
from ipseclint.formats.powershell.services import STATES
from ipseclint.formats.transcript.parting_lines import PROMPTED
from ipseclint.late import late
from ipseclint.source import Source
from ipseclint.vocabulary.services import SERVICES

_CLASS = "servicecontroller"
_MEMBERS = ("starttype", "startmode", "status", "state")
_NAME = r"[\w$-]{1,80}"
_DASH = f"[-{OTHER_DASHES}]"
_OF_SERVICE = (
    rf"(?:(?:get-service|gsv)[ ]+(?:{_DASH}name[ ]+)?['\"]?(?P<name>{_NAME})['\"]?"
    rf"|(?:get-ciminstance|gcim|get-wmiobject|gwmi)[ ]+(?:{_DASH}class(?:name)?[ ]+)?win32_service[ ]+"
    rf"{_DASH}filter[ ]+['\"]name[ ]?=[ ]?['\"](?P<named>{_NAME})['\"]{{2}})"
)
_QUESTION = late(
    rf"(?:[^\r\n>]{{0,200}}>[ ]?)?[ \t]{{0,200}}\(?[ ]?{_OF_SERVICE}[ ]*(?:\)\.(?P<member>{'|'.join(_MEMBERS)})"
    rf"|\|[ ]*select(?:-object)?[ ]+(?P<expands>{_DASH}expand(?:property)?[ ]+)?(?:{_DASH}property[ ]+)?"
    r"(?P<members>\w{5,20}(?:[ ]?,[ ]?\w{1,30}){0,8})"
    rf"(?:[ ]*\|[ ]*(?:f[lt]|format-(?:list|table))(?:[ ]+{_DASH}autosize)?)?)[ \t]*",
    re.IGNORECASE,
)
_LISTED = late(rf"[ \t]{{0,24}}({'|'.join(_MEMBERS)})[ ]*: ?(\S[^\r\n]*?)[ \t]*", re.IGNORECASE)
_RULER = late(r"[ \t]*-{3,}(?:[ ]+-{3,})*[ \t]*")
_WORD = late(r"\S+")


class _Question(Struct):
    """A query for members of a service; with `has_value` it has one member, and the answer is its bare value."""

    name: Token
    members: tuple[str, ...]
    has_value: bool
    columns: tuple[str, ...] = ()

    @property
    def is_of_ipsec(self) -> bool:
        """Whether it is for a service that IPsec depends on."""
        return self.name.word in SERVICES


def recognise(source: Source) -> bool:
    """Whether the text has such a query for a service that IPsec depends on."""
    words = source.head_words
    if not any(sign in words for sign in ("get-service", "gsv", "win32_service")):
        return False
    lines = list(filter(str.strip, source.head_text.split("\n")))
    rows = (at for at, line in enumerate(lines) if _QUESTION.fullmatch(line.rstrip("\r")))
    asked = ((at, _asked(_token(lines[at]))) for at in rows)
    return any(question.is_of_ipsec and _is_answered(lines, at, question) for at, question in asked if question)


def _token(line: str) -> Token:
    """A line of a text of which it is asked only whether it has such a query."""
    return Token(line, "", 1, 1)


def _is_answered(lines: Sequence[str], at: int, question: _Question) -> bool:
    """Whether a query is typed at a prompt, or followed by an answer; a script has neither."""
    answers = map(_token, lines[at + 1 : at + 4])
    return PROMPTED.match(lines[at]) is not None or any(_values(question, answer) for answer in answers)


def _asked(line: Token) -> _Question | None:
    match = _QUESTION.fullmatch(line.text.rstrip("\r"))
    if match is None:
        return None
    members = tuple(each.strip().casefold() for each in (match["member"] or match["members"]).split(","))
    if "name" in members or not set(members) & set(_MEMBERS):
        return None
    name = line.part(*match.span("name" if match["name"] else "named"))
    return _Question(name, members, has_value=match["member"] is not None or match["expands"] is not None)


class _Answers(Struct, frozen=True):
    """What a text answers: the services, words that are no answer, names of services of which a question has none below
    it, the line at which there are too many, and whether other lines stand in it."""

    services: tuple[Instance, ...]
    unknown: tuple[Token, ...]
    unanswered: tuple[Token, ...]
    too_many: Token | None
    has_others: bool


@of_source
def parse(source: Source) -> Parsed:
    """The services."""
    diagnostics = Diagnostics(source.path)
    return decode(_listed(source.once(_answers), diagnostics), diagnostics)


def is_alone(source: Source) -> bool:
    """Whether all lines are questions, answers to them and prompts."""
    return source.is_in_head and not source.once(_answers).has_others


def _listed(answers: _Answers, diagnostics: Diagnostics) -> Iterator[Instance]:
    yield from answers.services
    for word in answers.unknown:
        diagnostics.not_understood(f"unknown state of a service {quoted(word.text)}", word.span)
    for name in answers.unanswered:
        diagnostics.not_understood("no answer stands below this question about a service", name.span)
    if answers.too_many is not None:
        diagnostics.refused(TOO_MANY, answers.too_many.span)


def _answers(source: Source) -> _Answers:
    question: _Question | None = None
    item: Instance | None = None
    items: list[Instance] = []
    unknown: list[Token] = []
    unanswered: list[Token] = []
    has_others = False
    for line in lines_of(source.read_text(), source.path):
        asked, prompt = _asked(line), PROMPTED.match(line.text)
        if asked is not None or prompt is not None:
            if question is not None and question.is_of_ipsec and item is None:
                unanswered.append(question.name)
            question, item = asked, None
            has_others = has_others or (asked is None and bool(line.text[prompt.end() :].strip() if prompt else ""))
        elif line.text.strip():
            values = None if question is None else _values(question, line)
            has_others = has_others or values is None
            if question is None or not question.is_of_ipsec:
                continue
            if values is None and question.has_value and _WORD.fullmatch(line.text.strip()):
                unknown.append(line.strip())
                question = None
            if not values or question is None:
                continue
            if item is None:
                item = Instance(_CLASS, line.strip().span, {"name": question.name})
                items.append(item)
            if len(items) > MAX_INSTANCES:
                return _Answers(tuple(items[:-1]), tuple(unknown), tuple(unanswered), line, has_others)
            item.properties |= values
    if question is not None and question.is_of_ipsec and item is None:
        unanswered.append(question.name)
    return _Answers(tuple(items), tuple(unknown), tuple(unanswered), None, has_others)


def _values(question: _Question, line: Token) -> dict[str, Token] | None:
    """The values in a line of the answer: a property, a row below the column names, or the bare value.

    Empty for the column names and the ruler below them, None for a line that belongs to no answer.
    """
    if (listed := _LISTED.fullmatch(line.text)) is not None:
        return {listed[1].casefold(): line.part(*listed.span(2))}
    words = [line.part(*match.span()) for match in _WORD.finditer(line.text)]
    if tuple(word.word for word in words) == question.members and not question.has_value:
        question.columns = question.members
        return {}
    if question.columns and _RULER.fullmatch(line.text) is not None:
        return {}
    if question.columns and len(words) == len(question.columns):
        return dict(zip(question.columns, words, strict=True))
    if question.has_value and len(words) == 1 and words[0].word in STATES:
        return {question.members[0]: words[0]}
    return None


FORMATS = (
    Format(
        name="asked-services",
        title="how a service is, as PowerShell answers who asks for it",
        recognise=recognise,
        parse=parse,
        is_alone=is_alone,
        how_to_export="Get-Service IKEEXT,PolicyAgent,BFE | Select-Object Name,Status,StartType > services.txt",
        can_express="how a service starts, or whether it runs, where the question names it",
        cannot_express="what else the registry holds of a service; policy",
        without_key="a service is named, with how it starts and whether it runs",
    ),
)
