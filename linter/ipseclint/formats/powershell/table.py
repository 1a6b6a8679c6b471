"""Tables of PowerShell objects: what `Export-Csv` and `ConvertTo-Csv` write, and the table that Get-Service prints."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.powershell.decode import SHAPES, decode
from ipseclint.formats.powershell.instance import MAX_INSTANCES, TOO_MANY, Instance
from ipseclint.source import Source, Span
from ipseclint.vocabulary.services import SERVICES

_TYPE = re.compile(r"#TYPE[ ]+\S*?([A-Za-z0-9_]+)\s*")
_SERVICES = re.compile(r"^Status[ ]+Name[ ]+DisplayName[ ]*\r?\n-+[ ]+-+[ ]+-+[ ]*\r?$", re.MULTILINE)
_SERVICE = re.compile(
    r"(Running|Stopped|StartPending|StopPending|ContinuePending|PausePending|Paused)[ ]+(\S+)[ ]+\S[^\r\n]*"
)
_SC_NAME = re.compile(r"^SERVICE_NAME:[ ]*(\S+)[ ]*\r?$", re.MULTILINE)
_SC_VALUE = re.compile(r"[ \t]+(START_TYPE|STATE)[ ]*:[ ]*(\d)\b")
_SC_PROPERTIES = {"START_TYPE": "starttype", "STATE": "status"}
"""What `sc qc` and `sc query` print of a service, and the properties of Get-Service with the same numbers."""

_OF_EVENTS = "eventid"
"""A column of tables of events, which may have those of an association too."""
_SERVICE_CLASS = "servicecontroller"
_MAX_HEAD_CHARACTERS = 20_000
_DELIMITERS = (",", ";", "\t")


def recognise(source: Source) -> bool:
    """Whether its head names the properties of objects that are read, or it is the table of services."""
    head = source.head_text.lstrip("\ufeff\r\n")
    names = _head(head)
    if (
        names
        and _OF_EVENTS not in names
        and any(all(each.casefold() in names for each in properties) for _, properties in SHAPES)
    ):
        return True
    if "SERVICE_NAME:" in head and any(match[1].casefold() in SERVICES for match in _SC_NAME.finditer(head)):
        return True
    if "Status " not in head or _SERVICES.search(head) is None:
        return False
    return any(match[2].casefold() in SERVICES for match in _SERVICE.finditer(head))


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The objects of the rows."""
    rows = _rows(text, diagnostics) if _head(text.lstrip("\ufeff\r\n")) else _services(text, diagnostics.path)
    return decode(rows, diagnostics)


def _head(text: str) -> frozenset[str]:
    """The names in the head of a table with commas, semicolons or tabs, folded; none if it has no such head."""
    line = _head_line(text)
    names = [name.strip(' "\r').casefold() for name in line.split(_delimiter(line))]
    return frozenset(names) if len(names) > 1 and all(name.isidentifier() for name in names) else frozenset()


def _head_line(text: str) -> str:
    lines = text[:_MAX_HEAD_CHARACTERS].split("\n", 2)
    return lines[1] if lines[0].startswith("#TYPE") and len(lines) > 1 else lines[0]


def _delimiter(line: str) -> str:
    """What parts the columns: a comma, or what `-Delimiter` and `-UseCulture` put there."""
    return max(_DELIMITERS, key=line.count)


def _rows(text: str, diagnostics: Diagnostics) -> Iterator[Instance]:
    lines = text.splitlines(keepends=True)
    skipped = next((number for number, line in enumerate(lines) if line.strip("\ufeff\r\n")), 0)
    kind = _TYPE.match(lines[skipped].lstrip("\ufeff"))
    skipped += kind is not None
    reader = csv.reader(lines[skipped:], delimiter=_delimiter(lines[skipped]) if lines[skipped:] else ",")
    names: list[str] = []
    start = skipped + 1
    try:
        for count, row in enumerate(reader):
            if count > MAX_INSTANCES:
                diagnostics.refused(TOO_MANY, diagnostics.place(start, 1))
                return
            if names:
                item = Instance(kind[1].casefold() if kind else "", Span(diagnostics.path, start, 1))
                for name, value in zip(names, row, strict=False):
                    at = Token(value.strip(), diagnostics.path, start, 1, ((len(value.strip()), start, 2),))
                    item.properties[name] = at if value.strip() else None
                yield item
            else:
                names = [name.strip("\ufeff ").casefold() for name in row]
            start = skipped + reader.line_num + 1
    except csv.Error:
        diagnostics.refused("a field that is too long for a table: the rest was not read", diagnostics.place(start, 1))


def _services(text: str, path: str) -> Iterator[Instance]:
    of_sc: Instance | None = None
    for line in lines_of(text, path):
        if match := _SC_NAME.match(line.text):
            if of_sc is not None:
                yield of_sc
            of_sc = Instance(_SERVICE_CLASS, line.part(*match.span(1)).span, {"name": line.part(*match.span(1))})
        elif of_sc is not None and (match := _SC_VALUE.match(line.text)):
            of_sc.properties[_SC_PROPERTIES[match[1]]] = line.part(*match.span(2))
        elif match := _SERVICE.match(line.text):
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
        recognise=recognise,
        parse=parse,
        how_to_export="Get-NetIPsecRule | Export-Csv rules.csv (better: powershell-json, which holds all parts)",
        can_express="the properties that are single values; the states of services",
        cannot_express="lists and objects in objects, of which a table holds only the names",
    ),
)
