"""Samples of Windows' performance counters of IKE and IPsec, as typeperf, relog and Get-Counter write them.

"(PDH-CSV 4.0)","\\\\HV01\\IPsec IKEv2 IPv4\\Pending Main Mode Negotiations"      from typeperf, relog
"11/12/2025 09:14:20.113","512.000000"

\\\\hv01\\ipsec ikev2 ipv4\\pending main mode negotiations :                      from Get-Counter
512
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.transcript.parting_lines import NOTHING_BEHIND, own_line
from ipseclint.late import late
from ipseclint.model.events import Counter
from ipseclint.source import Source
from ipseclint.vocabulary.ike_statistics import folded
from ipseclint.vocabulary.performance_counters import (
    COUNTER_SETS,
    SET_LABELS,
    PerformanceCounter,
    counter_of,
)

_SETS = "|".join(SET_LABELS)
_NUMBER = r"[0-9]{1,18}(?:[.,][0-9]{1,20})?"
_PATH = late(
    rf"(?:\\\\(?:\\\\)?([^\\\s\"']{{1,63}}))?\\{{1,2}}({_SETS})"
    r"\\{1,2}([^\\\"'\r\n\t:;]{3,80}?)(?=[ ]*(?:[\"':;\t\r\n]|[ ]{2,}|$))",
    re.IGNORECASE,
)
"""The path of a counter: its computer if it is named, its set, its own name. JSON has each backslash twice."""
_CLASS = late(r"\bWin32_Perf(?:Formatted|Raw)Data_Counters_(\w{5,40})", re.IGNORECASE)
"""The class of WMI that holds a set of counters."""
_MEMBER = late(r"[ \t]*(\w{5,60})[ ]*[:=][ \t]*(\S[^\r\n]*)")
_HEAD = late(r'[ \t]*(?:"\(PDH-(?:CSV|TSV) 4\.0\)|\(PDH-(?:CSV|TSV) 4\.0\)[^",;\t\r\n]*([,;\t]))', re.IGNORECASE)
"""How the first line of a log of counters begins, and what stands between its cells if they are not all quoted."""
_OBJECTS = late(
    r'(?=.*\bPath"?(?:[,;\t]|$))(?=(?:.*[,;\t"])?CookedValue"?(?:[,;\t]|$))[ ]*"?\w+"?([,;\t])["\w,;\t]+', re.IGNORECASE
)
"""The first line of objects of Get-Counter in CSV, and what stands between its cells."""
_QUOTED_CELL = late(r'"([^"\r\n]*)"|([^",\t\r\n]+)')
_CELLS = {
    mark: late(rf'(?:^[ \t]*|(?<={mark}))(?:"([^"\r\n]*)(?:"[ ]*|$)|([^"{mark}\r\n]*))(?={mark}|$)')
    for mark in (",", ";", "\t")
}
"""The cells of a line by what stands between them. A spreadsheet leaves quotation marks out."""
_IN_JSON = late(rf'"CookedValue"[ ]*:[ ]*({_NUMBER})', re.IGNORECASE)
_VALUE = late(_NUMBER)
_BESIDE = late(rf"(?:[ \t]*+:[ \t]*+|[ \t]++)(?:\S[^\r\n]*[ \t])?({_NUMBER})[ \t]*+")
"""A number at the end of the line that names its counter."""
_OTHER_BESIDE = late(r"(?:[ \t]*+:[ \t]*+(?=\S)|[ \t]{2,}+(?=\d))(\S{1,40}+)[ \t]*+")
"""What stands in its place and is none."""
_OTHER_PATH = late(r"\\[^\\]{0,40}(?:ipsec|ikev[12]|authip)[^\\]{0,40}\\", re.IGNORECASE)
"""The path of a counter in a set of IPsec that is not known."""
_OTHER_SAMPLE = late(
    r"[ \t]*+(?:\"?Path\"?[ ]*:[ ]*\"?)?\\\\(?:\\\\)?[\w.-]{1,63}"
    r"(?P<path>\\{1,2}[^\\\r\n]{3,60}\\{1,2}[^\\\"\r\n:]{3,80}?)[ ]*+(?P<end>:?)[\", \t]*+",
    re.IGNORECASE,
)
"""The same with its computer on a line of its own, as Get-Counter prints it."""
_ENDS_IN_COLON = late(r"[ \t]*+:[ \t]*+")
_BELOW = late(
    rf'[ \t]*+(?:"?CookedValue"?[ \t]*+:[ \t]*+(?P<said>[^\s,]{{1,40}}+)|(?P<alone>{_NUMBER}))[ \t]*+,?[ \t]*+',
    re.IGNORECASE,
)
"""A number on a line below."""
_BEGIN_OF_ROW = frozenset('"0123456789')
_OF_NUMBER = "cookedvalue"
GROUP = "performance counters"
"""The group of these counters; each is named by its set and its own name, as Windows' paths are."""
_MAX_LINES_BELOW = 8
"""So far below its path the number of a counter may stand: an object of Get-Counter has nine members."""


class _Place(Struct, frozen=True):
    """A counter that samples are of: the path of its set, its label as given, and its row if it is known.

    `is_owed`: its path ends in the colon of Get-Counter, behind which nothing but its number stands.
    """

    within: str
    label: Token
    row: PerformanceCounter | None
    is_owed: bool = False


class _Table(Struct, frozen=True):
    """What stands between the cells of rows; the columns of a log that are counters, or the one with each number."""

    mark: str
    columns: dict[int, _Place]
    number_at: int


_SHOWN_PATH = rf"\\\\[\w.-]{{1,63}}\\(?:{_SETS})\\[\w ./()-]{{3,80}}[ ]:"
_OWN_LINE = late(
    own_line(
        rf"Get-Counter[ ]{NOTHING_BEHIND}",
        r"Timestamp[ ]{1,40}CounterSamples|-{3,20}[ ]{1,40}-{3,20}",
        rf"(?:\d[\d/.-]{{5,12}}[ ][\d:.]{{4,12}}(?:[ ][AP]M)?)?[ ]{{2,60}}{_SHOWN_PATH}",
        rf"[ ]{{2,60}}{_NUMBER}",
    ),
    re.IGNORECASE,
)
"""A line of a session in which Get-Counter prints samples."""


def recognise(source: Source) -> bool:
    """Whether it names a counter of IPsec by its path, with a number beside or below it."""
    samples = _samples(lines_of(source.head_text, source.path))
    return any(_VALUE.fullmatch(given.text.strip()) for _, given in samples)


def _samples(lines: Iterable[Token]) -> Iterator[tuple[_Place, Token]]:
    """Each counter with the text of its number, in the order of the lines."""
    table: _Table | None = None
    waiting: _Place | None = None
    counter_set: str | None = None
    left = 0
    for line in lines:
        if (head := _table_of(line)) is not None:
            table = head
        elif table is not None and (samples := _row(line, table)) is not None:
            yield from samples
        elif (in_json := _IN_JSON.search(line.text)) is not None and _PATH.search(line.text, 0, in_json.start()):
            table = None
            yield from _on_one_line(line)
        elif (named := _named(line)) is not None:
            place, end = named
            table, waiting, counter_set, left = None, place, None, _MAX_LINES_BELOW
            beside = _BESIDE.fullmatch(line.text, end) or _OTHER_BESIDE.fullmatch(line.text, end)
            if beside is not None:
                yield place, line.part(*beside.span(1))
                waiting = None
        elif (of_wmi := _CLASS.search(line.text)) is not None:
            table, waiting, counter_set = None, None, COUNTER_SETS.get(folded(of_wmi[1]), counter_set)
        elif counter_set is not None and (member := _MEMBER.fullmatch(line.text)) is not None:
            yield from _of_member(line, member, counter_set)
        elif waiting is not None:
            left -= 1
            if (given := _given_below(line, waiting)) is not None:
                yield waiting, given
                waiting = None
            elif not left:
                waiting = None


def _named(line: Token) -> tuple[_Place, int] | None:
    """The counter that a line names, also of a set or instance that Windows does not have, and where its path ends."""
    if (path := _PATH.search(line.text)) is not None:
        is_owed = _ENDS_IN_COLON.fullmatch(line.text, path.end()) is not None
        return replace(_place(line, path), is_owed=is_owed), path.end()
    other = _OTHER_SAMPLE.fullmatch(line.text) if "\\\\" in line.text else None
    if other is None or _OTHER_PATH.match(other["path"].replace("\\\\", "\\")) is None:
        return None
    return _Place("", line.part(*other.span("path")), None, is_owed=bool(other["end"])), other.end()


def _given_below(line: Token, place: _Place) -> Token | None:
    """What a line says to be the number of the counter above, and what stands where that has to."""
    if (below := _BELOW.fullmatch(line.text)) is not None:
        return line.part(*below.span("said" if below["said"] else "alone"))
    return line.strip() if place.is_owed and line.text.strip() else None


def _of_member(line: Token, member: re.Match[str], counter_set: str) -> Iterator[tuple[_Place, Token]]:
    """The sample in a member of an object of WMI, unless it is of no counter."""
    if (row := counter_of(counter_set, member[1])) is not None:
        yield _Place(counter_set, line.part(*member.span(1)), row), line.part(*member.span(2))


def _table_of(line: Token) -> _Table | None:
    """The table that a line is the head of."""
    if (head := _HEAD.match(line.text)) is not None:
        mark = head[1] or ""
        cells = enumerate(_cells(line, mark))
        paths = ((at, cell, _PATH.search(cell.text)) for at, cell in cells)
        columns = {at: _place_in(cell, path) for at, cell, path in paths if path or _OTHER_PATH.search(cell.text)}
        return _Table(mark, columns, 0)
    if (head := _OBJECTS.fullmatch(line.text)) is not None:
        names = (cell.text.casefold() for cell in _cells(line, head[1]))
        return _Table(head[1], {}, next(at for at, name in enumerate(names) if name == _OF_NUMBER))
    return None


def _row(line: Token, table: _Table) -> list[tuple[_Place, Token]] | None:
    """The samples in a row of a table; None if it is none."""
    if table.columns:
        if line.text.lstrip()[:1] not in _BEGIN_OF_ROW:
            return None
        return [(table.columns[at], cell) for at, cell in enumerate(_cells(line, table.mark)) if at in table.columns]
    cells = list(_cells(line, table.mark))
    if len(cells) <= table.number_at or _VALUE.fullmatch(cells[table.number_at].text.strip()) is None:
        return None
    return [(_place(cell, path), cells[table.number_at]) for cell in cells if (path := _PATH.search(cell.text))]


def _cells(line: Token, mark: str) -> Iterator[Token]:
    """The cells of a line, without their quotation marks. Blanks may stand for a tab where all have them."""
    for cell in (_CELLS[mark] if mark else _QUOTED_CELL).finditer(line.text):
        yield line.part(*cell.span(1 if cell[1] is not None else 2))


def _on_one_line(line: Token) -> Iterator[tuple[_Place, Token]]:
    """The samples of JSON that stand on one line, each number behind its path and before the next."""
    paths = list(_PATH.finditer(line.text))
    ends = [*(path.start() for path in paths[1:]), len(line.text)]
    for path, end in zip(paths, ends, strict=True):
        if (number := _IN_JSON.search(line.text, path.end(), end)) is not None:
            yield _place(line, path), line.part(*number.span(1))


def _place_in(cell: Token, path: re.Match[str] | None) -> _Place:
    """The counter in a cell of a log's head, of which the set may not be known."""
    return _Place("", cell, None) if path is None else _place(cell, path)


def _place(line: Token, path: re.Match[str]) -> _Place:
    """The counter of a path. Get-Counter folds the name of a computer, typeperf does not."""
    counter_set = COUNTER_SETS[folded(path[2])]
    within = f"\\\\{path[1].casefold()}\\{counter_set}" if path[1] else counter_set
    return _Place(within, line.part(*path.span(3)), counter_of(counter_set, path[3]))


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The levels, totals and times in the order of the samples; rates are left out, for totals show them."""
    counters = []
    noted = set()
    for place, given in _samples(lines_of(text, diagnostics.path)):
        if place.row is None:
            if place.label.text not in noted:
                noted.add(place.label.text)
                diagnostics.not_understood(f"unknown counter {quoted(place.label.text)}", place.label.span)
        elif _VALUE.fullmatch(given.text.strip()) is None:
            if given.text.strip():
                diagnostics.not_understood(f"{quoted(given.text.strip())} is not the number of a counter", given.span)
        elif not place.row.is_rate:
            value = int(float(given.text.strip().replace(",", ".")))
            name = f"{place.within}\\{place.row.name}"
            counters.append(Counter(group=GROUP, name=name, value=value, span=given.strip().span))
    return Parsed(counters=tuple(counters), problems=diagnostics.listed())


FORMATS = (
    Format(
        name="performance-counters",
        title="samples of the performance counters of IKE and IPsec",
        recognise=recognise,
        parse=parse,
        how_to_export='typeperf "\\IPsec IKEv2 IPv4\\*" "\\IPsec AuthIP IPv4\\*" "\\IPsec Driver\\*"'
        ' "\\Generic IKEv1, AuthIP, and IKEv2\\*" -sc 10 -o counters.csv',
        can_express="how many negotiations wait, succeed and fail, how long the last took, and how that goes on",
        cannot_express="policies; which error ended a negotiation: export the state of the filtering engine for that",
        without_key="numbers",
        is_alone=lambda source: source.has_only(_OWN_LINE),
    ),
)
