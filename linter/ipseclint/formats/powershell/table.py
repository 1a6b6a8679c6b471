"""Tables of PowerShell objects: `Export-Csv`, `ConvertTo-Csv`, and the table that Get-Service prints.

The export of services.msc is one with tabs. A text may hold several, each up to where the next begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.table_rows import numbered_rows
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.powershell.decode import SHAPES, decode
from ipseclint.formats.powershell.instance import MAX_INSTANCES, TOO_MANY, Instance
from ipseclint.late import late
from ipseclint.source import Source, Span
from ipseclint.vocabulary.services import NAMES, SERVICES, TITLES

_TYPE = late(r"#TYPE[ ]+\S*?([A-Za-z0-9_]+)\s*")
_SERVICES = late(r"^Status[ ]++Name[ ]++DisplayName[ ]*+\r?\n-++[ ]++-++[ ]++-++[ ]*+\r?$", re.MULTILINE)
_SERVICE = late(r"([A-Z][A-Za-z]{5,20}+)[ ]+(\S+)[ ]+\S[^\r\n]*")
_CUT_ROW = late(r"([A-Za-z]+(?:\.{2,}|\u2026)|[A-Za-z]+(?=[ \t]+\S*(?:\.{2,}|\u2026)))[ \t]+(\w\S{2,})(?:[ \t]|\Z)")
_DOTS = ".\u2026"
_SC_NAME = late(r"^SERVICE_NAME:[ ]*(\S+)[ ]*\r?$", re.MULTILINE)
_SC_VALUE = late(r"[ \t]*+(START_TYPE|STATE|WIN32_EXIT_CODE)[ \t]*+:[ \t]*+(\S+)")
"""How a service starts, or whether it runs. The blanks before it get lost, as in items of a list."""
_SC_WORD = late(
    r"[ \t]*+[^:\r\n]{2,40}:[ \t]*(\d)[ \t]+(?:(?P<start>(?:BOOT|SYSTEM|AUTO|DEMAND)_START|DISABLED)"
    r"|STOPPED|RUNNING|PAUSED|(?:START|STOP|PAUSE|CONTINUE)_PENDING)\b"
)
"""The same under the labels of another language, since the words behind the numbers have none."""
_SC_PROPERTIES = {"START_TYPE": "starttype", "STATE": "status", "WIN32_EXIT_CODE": "exitcode"}
"""What `sc qc` and `sc query` print of a service, and the properties of Get-Service with the same numbers."""

_NAMES = late(r"\ufeff?\"?[A-Za-z_]\w*+\"?(?:[,;\t]\"?[A-Za-z_]\w*+\"?)++[,;\t ]*+\r?\n?")
"""How a head of a table looks, with two columns or more, and few rows of values."""
_OF_CONSOLE = late(r"\ufeff?Name\t(?:[A-Za-z ]{1,40}\t){0,8}?(?:Startup Type|Starttyp)(?:\t[A-Za-z ]{1,40}){0,8}[ \t]*")
"""The head of the list that services.msc exports in English and German, where a service has the name that is shown."""
_CONSOLE_COLUMNS = {"Name": "name", "Status": "status", "Startup Type": "starttype", "Starttyp": "starttype"}
_OF_EVENTS = frozenset({"eventid", "timecreated", "failurereason"})
"""Columns of tables of events, which may have those of an association or a filter too."""
_OF_WMIC = frozenset({"node", "startmode"})
_SERVICE_CLASS = "servicecontroller"
_STATES = frozenset({"name", "status"})
_SERVICE_ROW = late(rf"^(?:[^\r\n]{{0,400}}[,;\t])?\"?(?:{NAMES})\"?(?:[,;\t]|\r?$)", re.MULTILINE | re.IGNORECASE)
"""A row of a table with commas that is of such a service."""
_MAX_HEAD_CHARACTERS = 20_000
_DELIMITERS = (",", ";", "\t")
_FOLDED_SHAPES = [frozenset(map(str.casefold, properties)) for _, properties in SHAPES]


def recognise(source: Source) -> bool:
    """Whether a header names the properties of objects that are read, or it is the table of services."""
    head = source.head_text.lstrip("\ufeff\r\n")
    if _OF_CONSOLE.fullmatch(_head_line(head).rstrip("\r")) and any(map(source.head_folded.__contains__, TITLES)):
        return True
    if _is_head(_head_line(head)) or any(map(_is_head, filter(_NAMES.fullmatch, source.head_lines.split("\n")))):
        return True
    if _names(_head_line(head)) >= _STATES and _SERVICE_ROW.search(head) is not None:
        return True
    if "SERVICE_NAME:" in head and any(match[1].casefold() in SERVICES for match in _SC_NAME.finditer(head)):
        return True
    if "Status " not in head or _SERVICES.search(head) is None:
        return False
    return any(match[2].casefold() in SERVICES for match in _SERVICE.finditer(head))


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The objects of the rows."""
    return decode(_objects(text, diagnostics), diagnostics)


def _objects(text: str, diagnostics: Diagnostics) -> Iterator[Instance]:
    lines = _without_margin(list(lines_of(text, diagnostics.path)))
    texts = [line.text for line in lines]
    first = next((row for row, line in enumerate(texts) if line.strip("\ufeff\r\n")), 0)
    begins = [row for row in range(len(texts)) if _begins(texts, row, is_first=row == first)]
    for begin, end in pairwise((*begins, len(lines))):
        if _is_of_services(texts, begin):
            yield from _services(lines[begin:end], diagnostics)
        elif _OF_CONSOLE.fullmatch(texts[begin]):
            yield from _of_console(lines[begin:end])
        else:
            yield from _rows(texts, begin, end, diagnostics)


def _without_margin(lines: list[Token]) -> list[Token]:
    """Lines without the blanks that all of them begin with, as in a ticket."""
    margin = min((len(each.text) - len(each.text.lstrip(" \t")) for each in lines if each.text.strip()), default=0)
    return [line.part(margin) for line in lines] if margin else lines


def _begins(lines: Sequence[str], row: int, *, is_first: bool) -> bool:
    """Whether a table begins in a row: by a `#TYPE` line, column names, or the look of a service table."""
    line = lines[row].lstrip("\ufeff")
    if line.startswith("#TYPE") or _is_of_services(lines, row):
        return True
    if _OF_CONSOLE.fullmatch(line):
        return True
    if _NAMES.fullmatch(line) is None or (row and lines[row - 1].lstrip("\ufeff").startswith("#TYPE")):
        return False
    return is_first or _is_head(line)


def _is_of_services(lines: Sequence[str], row: int) -> bool:
    return lines[row].startswith("SERVICE_NAME:") or (
        lines[row].startswith("Status ") and _SERVICES.match("\n".join(lines[row : row + 2])) is not None
    )


def _is_head(line: str) -> bool:
    """Whether a line names the properties of objects that are read; wmic prints tables without the name."""
    names = _names(line)
    if not names or (names >= _OF_WMIC and "name" not in names):
        return False
    return _OF_EVENTS.isdisjoint(names) and any(properties <= names for properties in _FOLDED_SHAPES)


def _names(line: str) -> frozenset[str]:
    """The folded names in the header of a table with commas, semicolons or tabs; none if it is no header."""
    names = [name.strip(' "\r\n\ufeff').casefold() for name in line.split(_delimiter(line))]
    return frozenset(names) if len(names) > 1 and all(name.isidentifier() for name in names if name) else frozenset()


def _head_line(text: str) -> str:
    lines = text[:_MAX_HEAD_CHARACTERS].split("\n", 2)
    return lines[1] if lines[0].startswith("#TYPE") and len(lines) > 1 else lines[0]


def _delimiter(line: str) -> str:
    """The delimiter: a comma, or the one chosen by `-Delimiter` or `-UseCulture`."""
    return max(_DELIMITERS, key=line.count)


def _rows(lines: Sequence[str], begin: int, end: int, diagnostics: Diagnostics) -> Iterator[Instance]:
    """The objects of a table from its `#TYPE` line or header on, without rows of other columns behind a blank line."""
    kind = _TYPE.match(lines[begin].lstrip("\ufeff"))
    skipped = begin + (kind is not None)
    written = (f"{line}\n" for line in lines[skipped:end])
    delimiter = _delimiter(lines[skipped]) if skipped < end else ","
    names: list[str] = []
    is_apart = False
    for count, (start, row) in enumerate(
        numbered_rows(written, delimiter, skipped + 1, diagnostics, skips_blanks=True)
    ):
        place = diagnostics.place(start, 1)
        if row and count > MAX_INSTANCES:
            diagnostics.refused(TOO_MANY, place)
            return
        if not names:
            names = [name.strip("\ufeff ").casefold() for name in row]
        elif len(row) < len(names) or any(row[len(names) :]):
            if is_apart:
                return
            if row:
                diagnostics.not_understood("a row with more or fewer values than its table has columns", place)
        else:
            item = Instance(kind[1].casefold() if kind else "", Span(diagnostics.path, start, 1))
            for name, value in zip(names, row, strict=False):
                at = Token(value.strip(), diagnostics.path, start, 1, ((len(value.strip()), start, 2),))
                item.properties[name] = at if value.strip() else None
            yield item
        is_apart = not row


def _of_console(lines: Sequence[Token]) -> Iterator[Instance]:
    """The services in a list of services.msc; the start type may have a remark in brackets."""
    names = lines[0].text.lstrip("\ufeff").split("\t")
    for line in lines[1:]:
        item = Instance(_SERVICE_CLASS, line.span)
        for name, cell in zip(names, line.split("\t"), strict=False):
            value = cell.part(0, cell.text.find(" (")) if " (" in cell.text else cell
            if name in _CONSOLE_COLUMNS and value.text:
                known = TITLES.get(value.text.casefold()) if name == "Name" else None
                item.properties[_CONSOLE_COLUMNS[name]] = value if known is None else value.standing_for(known)
        yield item


def _is_cut(row: str) -> bool:
    """Whether a row is that of a service of IPsec and has dots in place of a part of its state or name."""
    match = _CUT_ROW.match(row)
    if match is None:
        return False
    kept = match[2].casefold().rstrip(_DOTS)
    names = [each for each in SERVICES if each.startswith(kept)]
    return kept in names if kept == match[2].casefold() else bool(names)


def _services(lines: Sequence[Token], diagnostics: Diagnostics) -> Iterator[Instance]:
    """The services of a table, or the one whose properties `sc` prints."""
    of_sc: Instance | None = None
    for line in lines:
        if match := _SC_NAME.match(line.text):
            of_sc = Instance(_SERVICE_CLASS, line.part(*match.span(1)).span, {"name": line.part(*match.span(1))})
        elif of_sc is not None and (match := _SC_VALUE.match(line.text)):
            of_sc.properties[_SC_PROPERTIES[match[1]]] = line.part(*match.span(2))
        elif of_sc is not None and (match := _SC_WORD.match(line.text)):
            of_sc.properties["status" if match["start"] is None else "starttype"] = line.part(*match.span(1))
        elif of_sc is None and _is_cut(line.text):
            diagnostics.cut_short(line.span)
        elif of_sc is None and (match := _SERVICE.fullmatch(line.text.rstrip("\r"))) and match[1] != "Status":
            item = Instance(_SERVICE_CLASS, line.part(*match.span(2)).span)
            item.properties["status"] = line.part(*match.span(1))
            item.properties["name"] = line.part(*match.span(2))
            yield item
    if of_sc is not None:
        yield of_sc


FORMATS = (
    Format(
        name="powershell-table",
        title="tables of PowerShell objects (Export-Csv), and of services (Get-Service, sc qc)",
        short="a table of PowerShell objects or services",
        recognise=recognise,
        parse=parse,
        how_to_export="Get-NetIPsecRule | Export-Csv rules.csv (better: powershell-json, which holds all parts)",
        can_express="the properties that are single values; the states of services",
        cannot_express="lists and objects in objects, of which a table holds only the names",
    ),
)
