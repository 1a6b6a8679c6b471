"""Rows that say of which phase they are, as forms for partners have them, in text or in a table.

`Phase 1 Encryption: AES-256`; a table with a row for each value (`Phase 1,Encryption,AES-256`), or with a column for
each phase. Cells stand between bars, tabulators, semicolons or commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateways.parts import Maker
from ipseclint.late import late

_KINDS = {
    "cipher": late(r"encryption(?: algorithms?)?|ciphers?", re.IGNORECASE),
    "hash": late(r"(?:authentication|hash|hashing|integrity)(?: algorithms?)?", re.IGNORECASE),
    "group": late(r"(?:dh|diffie[- ]hellman)(?: (?:key )?group)?(?: ?/ ?pfs)?|key group", re.IGNORECASE),
    "pfs": late(r"(?:enable )?(?:pfs|perfect forward secrecy)(?: \(pfs\))?(?: (?:key )?group)?", re.IGNORECASE),
    "lifetime": late(r"(?:sa |key )?life(?: ?time)?(?: ?\((?:secs?|seconds)\)| in seconds)?", re.IGNORECASE),
    "protocol": late(r"(?:security )?protocol", re.IGNORECASE),
    "version": late(r"(?:key )?exchange(?: mode| version)?|(?:ike )?version", re.IGNORECASE),
    "method": late(r"authentication method", re.IGNORECASE),
}
PHASE = r"Phase[ -]?(?:(?P<first>1|I|one)|2|II|two)\b\)?"
"""The name of a phase, perhaps at the end of brackets."""
_PHASE = rf"\(?(?:(?:ike|ipsec|vpn) )?{PHASE}(?: \((?:ike(?:v[12])?|ipsec|esp)\))?"
_TELLS = late(r"phase|(?:ike|exchange) version", re.IGNORECASE)
_VERSION = late(r"(?:ike|key exchange) version", re.IGNORECASE)
"""What is told of the first phase without its name."""
_IS_PHASE = late(_PHASE, re.IGNORECASE)
_BEFORE = late(rf"{_PHASE}[ :,-]{{1,3}}(?P<name>\S.{{1,40}})", re.IGNORECASE)
_BEHIND = late(rf"(?P<name>\S.{{1,40}}?)[ ,:-]{{1,3}}{_PHASE}", re.IGNORECASE)
_TEXT = late(r"[ \t>*-]{0,8}(?P<name>[^:=|\t;,]{3,60}?)[ \t*]*[:=][ \t*]*(?P<value>[^\s|:=][^\r\n|]{0,80}?)[ \t*]*\r?")
_SEPARATORS = "|\t;,"
_MAX_LINE_CHARACTERS = 1_000
_NO_VALUE = frozenset({"", "-", "n/a", "na"})
_SEVERAL = "several values in a row of a phase: keep the column of the end that is meant"


def kind_of(name: str) -> str | None:
    """What the name of a row tells of a phase; None for another name."""
    return next((kind for kind, names in _KINDS.items() if names.fullmatch(name) is not None), None)


class Row(NamedTuple):
    """A value of a phase. Without a name that is known the kind is None."""

    is_first: bool
    kind: str | None
    name: Token
    value: Token


class Rows:
    """Reads line by line, and knows of which phase the columns, or the rows without a phase, are.

    A row with a name that is not known is none before one with a name that is.
    """

    def __init__(self, make: Maker) -> None:
        self._make = make
        self._are_read = False
        self._columns: list[tuple[int, bool]] = []
        self._phase: bool | None = None

    def of(self, line: Token) -> list[Row] | None:
        """What a line says of phases; None if it is no row of one."""
        rows = self._of(line)
        if rows is not None and not self._are_read and all(row.kind is None for row in rows):
            return [] if self._columns else None
        self._are_read = self._are_read or bool(rows)
        return rows

    def _of(self, line: Token) -> list[Row] | None:
        is_told = _TELLS.search(line.text) is not None
        if len(line.text) > _MAX_LINE_CHARACTERS or not (is_told or self._columns or self._phase is not None):
            return None
        if is_told and (text := _TEXT.fullmatch(line.text)) is not None:
            row = _named(line.part(*text.span("name")), line.part(*text.span("value")))
            return None if row is None else [row]
        cells = _cells(line, is_in_group=self._phase is not None)
        if len(cells) < 2:
            self._columns, self._phase = [], None
            return None
        if all(not cell.text.strip("-: ") for cell in cells):  # below the head of a table
            return [] if self._columns else None
        return self._in_table(cells)

    def _in_table(self, cells: list[Token]) -> list[Row] | None:
        phases = [(at, _phase_of(cell)) for at, cell in enumerate(cells)]
        columns = [(at, is_first) for at, is_first in phases if at and is_first is not None]
        if columns and any(is_first for _, is_first in columns):
            self._columns, self._phase = columns, None
            return []
        if self._columns:
            name = cells[0]
            values = [(is_first, cells[at]) for at, is_first in self._columns if at < len(cells)]
            return [
                _row(name, value, is_first=is_first)
                for is_first, value in values
                if value.text.casefold() not in _NO_VALUE
            ]
        if phases[0][1] is not None and len(cells) > 2:
            self._phase = phases[0][1]
            return self._one(_row(cells[1], cells[2], is_first=self._phase), cells[2:])
        if self._phase is not None and not cells[0].text and len(cells) > 2:
            return self._one(_row(cells[1], cells[2], is_first=self._phase), cells[2:])
        row = _named(cells[0], cells[1])
        return None if row is None else self._one(row, cells[1:])

    def _one(self, row: Row, values: list[Token]) -> list[Row]:
        """A row with its one value; several are noted, since one may be of each end. One of no known name is kept."""
        if row.kind is None:
            return [row]
        said = {value.text.casefold(): value for value in values if value.text.casefold() not in _NO_VALUE}
        if len(said) > 1:
            self._make.diagnostics.not_understood(_SEVERAL, row.name.span)
            return []
        return [row._replace(value=value) for value in said.values()]


def _row(name: Token, value: Token, *, is_first: bool) -> Row:
    """A row; the group of a second phase is that of PFS."""
    kind = kind_of(name.text)
    return Row(is_first, "pfs" if kind == "group" and not is_first else kind, name, value)


def _phase_of(cell: Token) -> bool | None:
    """Whether a cell is the heading of a first phase, or of a second one; None if of none."""
    found = _IS_PHASE.fullmatch(cell.text)
    return None if found is None else found["first"] is not None


def _named(name: Token, value: Token) -> Row | None:
    """A row whose name says the phase."""
    name = name.strip()
    if _VERSION.fullmatch(name.text) is not None:
        return Row(True, "version", name, value.strip())
    found = _BEFORE.fullmatch(name.text) or _BEHIND.fullmatch(name.text)
    if found is None:
        return None
    return _row(name.part(*found.span("name")).strip(), value.strip(), is_first=found["first"] is not None)


def _cells(line: Token, *, is_in_group: bool) -> list[Token]:
    """The cells of a line, without quotes and marks around them; none if nothing parts it.

    Below a row that names the phase a tabulator at the beginning stands for an empty cell.
    """
    separator = next((sign for sign in _SEPARATORS if sign in line.text), None)
    if separator is None:
        return []
    is_first_empty = is_in_group and separator == line.text[:1] == "\t"
    row = line.part(0, len(line.text.rstrip())) if is_first_empty else line.strip()
    return list(_parted(row, separator))


def _parted(line: Token, separator: str) -> Iterator[Token]:
    text = line.text
    begin, end = (int(text.startswith("|")), len(text) - text.endswith("|")) if separator == "|" else (0, len(text))
    is_quoted, start = False, begin
    for at in range(begin, end + 1):
        sign = text[at : at + 1] if at < end else separator
        if sign == '"' and separator != "|":
            is_quoted = not is_quoted
        elif sign == separator and (not is_quoted or at == end):
            yield _bare(line.part(start, at).strip())
            start = at + 1


def _bare(cell: Token) -> Token:
    """A cell without what stands around its text."""
    for sign in ('"', "**", "__", "`"):
        if len(cell.text) > 2 * len(sign) and cell.text.startswith(sign) and cell.text.endswith(sign):
            cell = cell.part(len(sign), len(cell.text) - len(sign)).strip()
    return cell
