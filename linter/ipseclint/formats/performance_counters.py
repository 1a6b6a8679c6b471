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

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late
from ipseclint.model.events import Counter
from ipseclint.source import Source
from ipseclint.vocabulary.ike_statistics import folded
from ipseclint.vocabulary.performance_counters import COUNTER_SETS, CounterKind, PerformanceCounter, counter_of

_SETS = (
    "ipsec (?:ikev1|authip|ikev2) ipv[46]|generic ikev1, authip, and ikev2|ipsec driver"
    "|ikev1, authip und ikev2 allgemein|ipsec-treiber"
)
_NUMBER = r"[0-9]{1,18}(?:[.,][0-9]{1,20})?"
_PATH = late(
    rf"(?:\\\\([^\\\s\"']{{1,63}}))?\\({_SETS})"
    r"\\([^\\\"'\r\n\t:;]{3,80}?)(?=[ ]*(?:[\"':;\t\r\n]|[ ]{2,}|$))",
    re.IGNORECASE,
)
"""The path of a counter: its computer if it is named, its set, its own name."""
_CLASS = late(r"\bWin32_Perf(?:Formatted|Raw)Data_Counters_(\w{5,40})", re.IGNORECASE)
"""The class of WMI that holds a set of counters."""
_MEMBER = late(rf"[ \t]*(\w{{5,60}})[ ]*[:=][ \t]*({_NUMBER})[ \t]*")
_SIGNS = ("\\ipsec ", "\\ipsec-", "\\generic ikev1", "\\ikev1, ", "data_counters_ipsec", "data_counters_generic")
"""One of these stands in every text with such a path or class, folded."""
_HEAD = late(r'[ \t]*"\(PDH-(?:CSV|TSV) 4\.0\)', re.IGNORECASE)
"""How the first line of a log of counters begins."""
_CELL = late(r'"([^"\r\n]*)"|([^",\t\r\n]+)')
_VALUE = late(_NUMBER)
_BESIDE = late(rf"[ \t]*:?[ \t]+(?:\S[^\r\n]*[ \t])?({_NUMBER})[ \t]*")
"""A number at the end of the line that names its counter."""
_BELOW = late(rf"[ \t]*(?:CookedValue[ \t]*:[ \t]*)?({_NUMBER})[ \t]*", re.IGNORECASE)
"""A number on a line below."""
GROUP = "performance counters"
"""The group of these counters; each is named by its set and its own name, as Windows' paths are."""
_MAX_LINES_BELOW = 8
"""So far below its path the number of a counter may stand: an object of Get-Counter has nine members."""


class _Place(Struct, frozen=True):
    """A counter that samples are of: the path of its set, its label as given, and its row if it is known."""

    within: str
    label: Token
    row: PerformanceCounter | None


def recognise(source: Source) -> bool:
    """Whether it names a counter of IPsec by its path, with a number beside or below it."""
    if not any(map(source.head_lines_folded.__contains__, _SIGNS)):
        return False
    return next(_samples(lines_of(source.head_text, source.path)), None) is not None


def _samples(lines: Iterable[Token]) -> Iterator[tuple[_Place, Token]]:
    """Each counter with the text of its number, in the order of the lines."""
    columns: dict[int, _Place] = {}
    waiting: _Place | None = None
    counter_set: str | None = None
    left = 0
    for line in lines:
        if _HEAD.match(line.text):
            columns = dict(_columns(line))
        elif columns and line.text.lstrip().startswith('"'):
            cells = _CELL.finditer(line.text)
            yield from ((columns[at], line.part(*_within(cell))) for at, cell in enumerate(cells) if at in columns)
        elif (path := _PATH.search(line.text)) is not None:
            columns, waiting, left = {}, _place(line, path), _MAX_LINES_BELOW
            counter_set = None
            if (beside := _BESIDE.fullmatch(line.text, path.end())) is not None:
                yield waiting, line.part(*beside.span(1))
                waiting = None
        elif (named := _CLASS.search(line.text)) is not None:
            columns, waiting, counter_set = {}, None, COUNTER_SETS.get(folded(named[1]), counter_set)
        elif counter_set is not None and (member := _MEMBER.fullmatch(line.text)) is not None:
            if (row := counter_of(counter_set, member[1])) is not None:
                yield _Place(counter_set, line.part(*member.span(1)), row), line.part(*member.span(2))
        elif waiting is not None:
            left -= 1
            if (below := _BELOW.fullmatch(line.text)) is not None:
                yield waiting, line.part(*below.span(1))
                waiting = None
            elif not left:
                waiting = None


def _columns(head: Token) -> Iterator[tuple[int, _Place]]:
    """The columns of a log that are counters of IPsec."""
    for at, cell in enumerate(_CELL.finditer(head.text)):
        within = head.part(*_within(cell))
        if (path := _PATH.search(within.text)) is not None:
            yield at, _place(within, path)


def _within(cell: re.Match[str]) -> tuple[int, int]:
    """Where the text of a cell stands, without its quotation marks."""
    return cell.span(1 if cell[1] is not None else 2)


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
        elif place.row.kind is not CounterKind.RATE and _VALUE.fullmatch(given.text.strip()):
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
    ),
)
