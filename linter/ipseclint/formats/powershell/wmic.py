"""Services as `wmic service` prints them: lists of `Name=value`, and tables whose columns begin below their names.

    ExitCode  Name         ProcessId  StartMode  State    Status        Name=IKEEXT
    1077      IKEEXT       0          Disabled   Stopped  OK            StartMode=Disabled

Properties stand in the order of their names. What is redirected into a file, or pasted, may have an empty line behind
each line. The values are those of Win32_Service, in English on every Windows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.powershell.decode import decode
from ipseclint.formats.powershell.instance import MAX_INSTANCES, TOO_MANY, Instance
from ipseclint.formats.transcript.parting_lines import NOTHING_BEHIND, PROMPTED, own_line
from ipseclint.late import late
from ipseclint.source import Source
from ipseclint.vocabulary.services import NAMES, SERVICES

_CLASS = "win32_service"
_PROPERTY = late(r"[ \t]{0,8}([A-Z][A-Za-z]{2,30})=")
_COLUMN = late(r"[A-Z]\w{1,30}(?=[ ]{2}|[ ]?$)")
_COLUMNS = frozenset(
    {
        *("AcceptPause", "AcceptStop", "Caption", "CheckPointId", "CreationClassName", "DelayedAutoStart"),
        *("Description", "DesktopInteract", "DisplayName", "ErrorControl", "ExitCode", "InstallDate", "Name"),
        *("PathName", "ProcessId", "ServiceSpecificExitCode", "ServiceType", "Started", "StartMode", "StartName"),
        *("State", "Status", "SystemCreationClassName", "SystemName", "TagId", "WaitHint"),
    }
)
"""The properties of a service (Win32_Service): a head of them alone is one, too, if one blank is left between them."""
_CELL = late(r"\S+(?: \S+)*")
_WORD = late(r"\S+")
_CLOSED_UP = -1
"""Where each column begins of a table whose blanks were closed up to one: its rows are words in order."""
_TELLING = frozenset({"StartMode", "State"})
"""Columns of which one says what is asked of a service."""
_IN_A_LIST = late(rf"^[ \t]{{0,8}}Name=(?:{NAMES})[ \t]*\r{{0,2}}$", re.MULTILINE | re.IGNORECASE)
_STATE_IN_A_LIST = late(r"^[ \t]{0,8}(?:StartMode|State)=[A-Z][a-z]{3,8}(?: Pending)?[ \t]*\r{0,2}$", re.MULTILINE)
_COMMAND = r"(?:[^\r\n>]{0,200}>[ ]?|[ \t]{0,8})wmic(?:\.exe)?[ ][^\r\n]{0,100}?\bservice\b"
_OF_SERVICES = late(_COMMAND, re.IGNORECASE)
_CALL = late(r"\bcall\b", re.IGNORECASE)
_NAMED = late(rf"(?<!\w)(?:{NAMES})(?!\w)", re.IGNORECASE)
_LIKE = late(r"\blike[ ]{1,4}['\"]{1,2}([\w$.%-]{1,80})['\"]", re.IGNORECASE)
"""A condition on the name of services, in which `%` stands for any characters."""
_ASKED_OF_ONE = late(
    rf"{_COMMAND}[ ]+(?:where[ (\"]{{1,8}}name[ ]{{0,4}}=[ ]{{0,4}}['\"]{{1,2}}([\w$.-]{{1,80}})['\"][)\"' ]{{0,8}}"
    r"|['\"]?((?!(?:where|get|list)\b)[\w$.-]{1,80})['\"]?[ ]{1,8})(?:get|list)\b",
    re.IGNORECASE,
)
"""A question about one service alone, by a condition or by its key, whose answer need not name it."""
_NODE = "Node"
"""The first column of what `/format:csv` prints."""
_IN_A_ROW = late(rf"(?:.{{0,800}}?[ ]{{2}}|[ \t]*)(?:{NAMES})(?:[ ]{{2}}|[ \t]*$)", re.IGNORECASE)

_NAMES_OF_COLUMNS = r"(?:Name|StartMode|State|Status|ExitCode|ProcessId|Started)"
_MODE_OR_STATE = r"(?:Auto|Manual|Disabled|Boot|System|Running|Stopped|Paused|(?:Start|Stop)[ ]Pending|OK)"
_OWN_LINE = late(
    own_line(
        rf"wmic(?:\.exe)?[ ](?:/\w{{1,12}}:[\w.-]{{1,60}}[ ])?service[ ](?![^\r\n]*\bcall\b){NOTHING_BEHIND}",
        rf"[ \t]{{0,8}}{_NAMES_OF_COLUMNS}=[\w$. -]{{0,80}}+",
        rf"{_NAMES_OF_COLUMNS}(?:[ ]{{2,80}}{_NAMES_OF_COLUMNS}){{0,8}}",
        rf"(?:[\w$.-]{{1,80}}[ ]{{2,80}}){{0,8}}{_MODE_OR_STATE}"
        rf"(?:[ ]{{2,80}}(?:{_MODE_OR_STATE}|[\w$.-]{{1,80}})){{0,8}}",
    ),
    re.IGNORECASE,
)


def recognise(source: Source) -> bool:
    """Whether it is wmic output with the start mode or state of a service that IPsec depends on."""
    head = source.head_text
    if "Name=" in head and _IN_A_LIST.search(head) is not None and _STATE_IN_A_LIST.search(head) is not None:
        return True
    lines, looks = ([line.rstrip("\r") for line in text.split("\n")] for text in (source.head_lines, source.head_looks))
    heads = [columns for line in looks if (columns := _columns(line))]
    is_closed_up = any(_CLOSED_UP in columns.values() for columns in heads)
    if heads and any(map(_NAMED.search if is_closed_up else _IN_A_ROW.match, lines)):
        return True
    is_answered = any(_PROPERTY.match(line) or _columns(line, needs_name=False) for line in looks)
    return "wmic" in source.head_lines_folded and any(_asks(line, is_answered=is_answered) for line in lines)


def _asks(line: str, *, is_answered: bool) -> bool:
    """Whether a line queries a service that IPsec depends on, at a prompt or with answers in the text.

    A method call on a service is no query, and a script asks without a prompt.
    """
    if _OF_SERVICES.match(line) is None or _CALL.search(line) or not (is_answered or PROMPTED.match(line)):
        return False
    wanted = [match[1].casefold().replace("%", "*") for match in _LIKE.finditer(line)]
    return _NAMED.search(line) is not None or any(fnmatchcase(name, like) for like in wanted for name in SERVICES)


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The services."""
    return decode(_services(text, diagnostics), diagnostics)


def _services(text: str, diagnostics: Diagnostics) -> Iterator[Instance]:
    columns: dict[str, int] = {}
    item: Instance | None = None
    asked: Token | None = None
    last, count = "", 0
    for line in lines_of(text, diagnostics.path):
        if not line.text.strip():
            continue
        if _OF_SERVICES.match(line.text):
            asked, columns = _asked_of(line, diagnostics), {}
            if item is not None:
                yield item
                item = None
            continue
        is_typed = PROMPTED.match(line.text) is not None
        named = {} if is_typed else _columns(line.text, needs_name=False)
        if is_typed or named:
            columns = named
            continue
        match = _PROPERTY.match(line.text)
        if match is None:
            row = _row(line, columns, asked, diagnostics)
            columns = columns if row is not None else {}
        elif item is None or match[1].casefold() <= last:  # they stand in the order of their names
            row, item = item, Instance(_CLASS, line.part(*match.span(1)).span, {"name": asked} if asked else {})
        else:
            row = None
        if match is not None and item is not None:
            last = match[1].casefold()
            value = line.part(match.end()).strip()
            item.properties[last] = value if value.text else None
        if row is not None:
            count += 1
            if count > MAX_INSTANCES:
                diagnostics.refused(TOO_MANY, line.span)
                return
            yield row
    if item is not None:
        yield item


def _asked_of(line: Token, diagnostics: Diagnostics) -> Token | None:
    """The one service that a command queries; None if it queries all. A method call is noted as not followed."""
    if _CALL.search(line.text) and _NAMED.search(line.text):
        diagnostics.not_understood("what is called of a service is not followed", line.strip().span)
    one = _ASKED_OF_ONE.match(line.text)
    return None if one is None else line.part(*one.span(one.lastindex or 0))


def _columns(line: str, *, needs_name: bool = True) -> dict[str, int]:
    """The columns of a header and their starts; none if it is no header of a service table."""
    if "Sta" not in line:
        return {}
    if line.startswith(f"{_NODE},"):
        columns = {name: at for at, name in enumerate(line.strip().split(","))}
    else:
        columns = {match[0]: match.start() for match in _COLUMN.finditer(line)}
        if not columns.keys() >= set(words := line.split()) and _COLUMNS.issuperset(words):
            columns = dict.fromkeys(words, _CLOSED_UP)
    if _TELLING.isdisjoint(columns) or (needs_name and "Name" not in columns):
        return {}
    return columns if _NODE in columns or len(columns) == len(line.split()) else {}


def _row(line: Token, columns: dict[str, int], asked: Token | None, diagnostics: Diagnostics) -> Instance | None:
    """The service in a row; None if it is not of the table. An IPsec service that does not fit is a problem."""
    if not columns:
        return None
    cells = _cells(line, columns)
    if cells is None:
        is_of_ipsec = _NAMED.search if _CLOSED_UP in columns.values() else _IN_A_ROW.match
        if is_of_ipsec(line.text) or (asked is not None and _CLOSED_UP in columns.values()):
            message = "a row that does not keep to the columns of its table: print it with `/format:list`"
            diagnostics.not_understood(message, line.strip().span)
        return None
    item = Instance(_CLASS, line.strip().span, {"name": asked} if asked else {})
    item.properties |= {name.casefold(): cell if cell.text else None for name, cell in zip(columns, cells, strict=True)}
    return item


def _cells(line: Token, columns: dict[str, int]) -> Sequence[Token] | None:
    """The values of a row below their columns; if the blanks were altered, in order if the number fits."""
    if _NODE in columns:
        cells = [cell.strip() for cell in line.split(",")]
        return cells if len(cells) == len(columns) else None
    starts = list(columns.values())
    if _CLOSED_UP in starts:
        words = [line.part(*match.span()) for match in _WORD.finditer(line.text)]
        return words if len(words) == len(columns) else None
    cells = [line.part(start, end).strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
    is_below = (
        all(line.text[start - 1 : start] in {"", " "} for start in starts[1:]) and not line.text[: starts[0]].strip()
    )
    if is_below and all("  " not in cell.text for cell in cells):
        return cells
    pieces = [line.part(*match.span()) for match in _CELL.finditer(line.text)]
    return pieces if len(pieces) == len(columns) else None


FORMATS = (
    Format(
        name="wmic-services",
        title="services as wmic prints them (wmic service)",
        recognise=recognise,
        parse=parse,
        how_to_export="wmic service get Name,StartMode,State /format:list > services.txt (without wmic: Get-Service)",
        can_express="how services start, and whether they run",
        cannot_express="what else the registry holds of a service; policy",
        without_key="services are named, with how they start and whether they run",
        is_alone=lambda source: source.has_only(_OWN_LINE),
    ),
)
