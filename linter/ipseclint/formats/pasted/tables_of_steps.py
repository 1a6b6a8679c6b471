r"""Tables of steps, whose rows are counted and have one command each at most, as plans of changes and runbooks have.

    | 1 | `netsh advfirewall ...` | why |     ||Step||Command||       1<tab>netsh advfirewall ...<tab>Bob
    | 2 | `New-NetIPsecRule ...`  | why |     |1|netsh advfirewall ...|

Of such a table each command stays at its place. A table with commands in two columns tells of a choice, or how to undo
what it does, and is left as it stands, as is one whose rows are not counted, for it may list examples, and one that
says of a step that it was skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from ipseclint.formats.pasted.inline_commands import COMMAND_ALONE
from ipseclint.formats.pasted.prose import COMMAND
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import CMDLET, PROGRAM

_RULER = late(r"[-:=+|~{}! \t\r]*+")
_COUNTED = r"(?:(?:step|schritt|\u00e9tape|paso)[ ])?(\d{1,3})[.):]?"
COUNT = late(_COUNTED, re.IGNORECASE)
"""The number of a step, as a cell."""
_MAY_COUNT = late(rf"^[ \t]*+(?:\|[ \t]*+)?{_COUNTED}(?:[ \t]*+(?:\||\r?$)|[ ]*+\t)", re.IGNORECASE | re.MULTILINE)
_MARKED = late(
    r"`(?P<tick>[^`]+)`|``(?P<ticks>.+)``|\{\{(?P<braces>.+)\}\}|<(?P<tag>code|nowiki)>(?P<element>.+)</(?P=tag)>"
    r"|\*\*(?P<bold>[^*]+)\*\*|(?P<sign>[=~@+])(?P<signs>.+)(?P=sign)",
    re.IGNORECASE,
)
"""A cell that is code as a whole."""
_OF_MARKS = frozenset({"tag", "sign"})
_ANY_COMMAND = (
    rf"(?:\$\w{{1,40}}[ ]?=|(?:{PROGRAM}|auditpol|certutil|gpupdate|powershell|wevtutil)(?:\.exe)?[ ]+[^\s,.]"
    rf"|{CMDLET}[ ]+[-$'\"@\\|]|(?:re)?start-service[ ]|stop-service[ ]|set-service[ ])"
)
_COMMAND = late(_ANY_COMMAND, re.IGNORECASE)
_IN_CELL = late(
    rf"[|\t][ ]*+(?:`{{1,2}}|\{{\{{|<(?:code|nowiki)>|\*\*|[=~@+])?+{_ANY_COMMAND}",
    re.IGNORECASE,
)
"""A command at the begin of a cell, or of the code that is one: far quicker to look for than to take rows apart."""
_LOOKS = late(
    r"(?:get|show|test)-[a-z]|netsh\b[^|]{0,200}?\bshow\b|reg(?:\.exe)?[ ]+query\b|sc(?:\.exe)?[ ]+q"
    r"|auditpol(?:\.exe)?[ ]+/get|certutil\b[^|]{0,80}?-store",
    re.IGNORECASE,
)
_PARTS_CELLS = late(r"(?<!\\)\|{1,2}")
_PARTS_ROWS = late(r"[ \t]*\|-[^|]*")
_HEAD = late(r"[ \t]*(?:\|\||!|\{\||\|)[^\n]*|[^\n|]*[ ]\|[ ][^\n]*|[-:=| \t]+")
_MAX_HEAD = 6
"""How many lines the head of a table has at most (reasoned: each column may have one)."""
_MAX_HEAD_CHARACTERS = 2000
_PIPED = late(r"(?<=[ ])\\\|(?=[ ])")
_TAB = late(r"\t")
_OF_NO_STEPS = late(
    r"\b(?:exampl|beispiel|exempl|ejempl|sample|instead|wrong|bad|weak|old|before|current|finding|option|alternativ|if\b)",
    re.IGNORECASE,
)
"""What the head of a table says that lists examples, choices, or what is wrong."""
_NOT_CARRIED_OUT = late(
    r"\b(?:skip(?:ped)?|cancel(?:l?ed)?|omitted|postponed|deferred|withdrawn|obsolete|optional|only[ ](?:if|when)"
    r"|(?<!be[ ])(?:rolled[ ]back|reverted)|(?:not|never)[ ](?:yet|run|done|executed|carried)"
    r"|(?:do[ ]not|don.t)[ ](?:run|do|execute|apply)|\u00fcbersprungen|entf\u00e4llt|abgebrochen"
    r"|nicht[ ](?:ausf\u00fchren|ausgef\u00fchrt|durchgef\u00fchrt))(?!\w)",
    re.IGNORECASE,
)
"""What a row says of a step that is, or may be, none."""
_RULES_COLUMNS = late(r"\A[ \t]*+:?--[-: \t]*+\|[-:| \t]*+\r?")
_OF_SCRIPT = late(
    r"[{}$]|[;^`(]\Z|\A(?:if|for|foreach|else|echo|set|call|goto|rem|try|catch|param|function)\b[ (]", re.IGNORECASE
)
_MIN_COLUMNS = 3
_FEW = 2
"""From so many rows on that are counted they are steps (reasoned)."""


class Cell(Struct, frozen=True):
    """A cell of a table: its line in the table, its column in that row, where its text begins, and that text."""

    line: int
    column: int
    begin: int
    text: str


def may_be_steps(table: str) -> bool:
    """Whether lines may be such a table; a fast test."""
    has_cells = ("|" in table or "\t" in table) and ("-" in table or "netsh" in table)
    return has_cells and _MAY_COUNT.search(table) is not None and _IN_CELL.search(table) is not None


def without_cells(table: str, head: tuple[str, ...] = ()) -> Sequence[tuple[int, str, int]]:
    """The number of each line of a table of steps, and the line with its command alone; nothing of any other lines."""
    lines = table.split("\n")
    rows = [cells for row in _rows(lines) if (cells := [cell for cell in row if cell.text])]
    counted = [row for row in rows if COUNT.fullmatch(row[0].text) is not None]
    if not any(map(_RULES_COLUMNS.fullmatch, head)) and not all(
        map(_is_of_table, map(lines.__getitem__, _firsts(counted)))
    ):
        return ()
    return commands_of_steps(rows, head, len(lines))


def commands_of_steps(
    rows: Sequence[Sequence[Cell]], head: tuple[str, ...], length: int
) -> Sequence[tuple[int, str, int]]:
    """The same of a table of so many lines by the cells of its rows, of which none is empty."""
    counts = [int(match[1]) for row in rows if (match := COUNT.fullmatch(row[0].text)) is not None]
    steps = rows[len(rows) - len(counts) :]
    if len(counts) < _FEW or any(after - before != 1 for before, after in pairwise(counts)):
        return ()
    if not all(COUNT.fullmatch(row[0].text) for row in steps):
        return ()
    commands = [cell for row in steps for cell in row[1:] if _sets(cell.text)]
    heads = [*head, *(cell.text for row in rows[: len(rows) - len(steps)] for cell in row)]
    others = [cell for row in rows for at, cell in enumerate(row) if not (at and _sets(cell.text))]
    if len({cell.column for cell in commands}) != 1 or len({cell.line for cell in commands}) != len(commands):
        return ()
    if any(map(_OF_NO_STEPS.search, heads)) or any(map(_is_unsure, others)):
        return ()
    if any(_NOT_CARRIED_OUT.search(cell.text) for cell in others):
        return ()
    if any("<br" in cell.text or "\\|" in _PIPED.sub("", cell.text) for cell in commands):
        return ()
    shown = dict.fromkeys(range(length), "")
    for cell in commands:
        begin, code = _bare(cell.text)
        shown[cell.line] = " " * (cell.begin + begin) + _PIPED.sub(" |", code)
    return [(number, line, 0) for number, line in shown.items()]


def head_above(text: str, begin: int) -> tuple[str, ...]:
    """The lines above a table that are its head, whose marks are none of a row."""
    lines = text[max(begin - _MAX_HEAD_CHARACTERS, 0) : begin].split("\n")[:-1][-_MAX_HEAD:]
    at = len(lines)
    while at and _HEAD.fullmatch(lines[at - 1].rstrip("\r")) and not COMMAND.search(lines[at - 1]):
        at -= 1
    return tuple(lines[at:])


def _rows(lines: Sequence[str]) -> Iterator[list[Cell]]:
    """The cells of each row: those of a line, or of the lines of a wiki up to the next row."""
    cells = [_cells(number, line) for number, line in enumerate(lines)]
    if any(line.strip() == "|===" for line in lines):  # AsciiDoc, whose first row stands on one line
        width = next((len(own) for own in cells if own), 1)
        several = [cell for own in cells for cell in own]
        for at in range(0, len(several), width):
            yield [Cell(each.line, at, each.begin, each.text) for at, each in enumerate(several[at : at + width])]
    elif any(map(_PARTS_ROWS.fullmatch, lines)):  # MediaWiki
        row: list[Cell] = []
        for line, own in zip(lines, cells, strict=True):
            if _PARTS_ROWS.fullmatch(line):
                yield row
                row = []
            else:
                row += [Cell(each.line, len(row) + at, each.begin, each.text) for at, each in enumerate(own)]
        yield row
    else:
        yield from cells


def _cells(number: int, line: str) -> list[Cell]:
    if _RULER.fullmatch(line):
        return []
    parting = _PARTS_CELLS if "|" in line else _TAB
    cells: list[Cell] = []
    begin = len(line) - len(line.lstrip(" \t|"))
    for end, behind in [*(match.span() for match in parting.finditer(line, begin)), (len(line), len(line))]:
        text = line[begin:end]
        cells.append(Cell(number, len(cells), begin + len(text) - len(text.lstrip()), text.strip()))
        begin = behind
    return cells


def _sets(text: str) -> bool:
    """Whether a cell is a command that sets something, or keeps what one gives for the next."""
    code = _bare(text)[1]
    if _COMMAND.match(code) is None:
        return False
    return _LOOKS.match(code) is None or COMMAND.search(code) is not None or COMMAND_ALONE.search(code) is not None


def _firsts(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """The line on which each row begins."""
    return [row[0].line for row in rows]


def _is_of_table(line: str) -> bool:
    """Whether a line is a row by itself: in a script with numbers of lines a tab or a sign is behind these alone."""
    return line.lstrip().startswith("|") or len([*filter(str.strip, line.split("\t"))]) >= _MIN_COLUMNS


def _is_unsure(cell: Cell) -> bool:
    """Whether a cell has a command among other words, or may be a line of a script."""
    code = _bare(cell.text)[1]
    return any(sign.search(code) for sign in (COMMAND, COMMAND_ALONE, _OF_SCRIPT))


def _bare(text: str) -> tuple[int, str]:
    """A cell without the marks of code around it, and where it begins."""
    match = _MARKED.fullmatch(text)
    if match is None:
        return 0, text
    name = next(name for name, held in match.groupdict().items() if held is not None and name not in _OF_MARKS)
    return match.start(name), match[name]
