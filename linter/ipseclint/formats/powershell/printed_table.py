"""Tables as PowerShell prints them: `Format-Table`, and cmdlets whose default view is a table.

    Name     ServerAddress      TunnelType AuthenticationMethod
    ----     -------------      ---------- --------------------
    Office   vpn.example.org    Ikev2      {Eap}

A column begins at its ruler and ends before the next; numbers are right-aligned. A value that is too long is cut
(`...`), wrapped to the next line (as column names are) or dropped, so such a table never shows all of an object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.token import Token, joined, lines_of
from ipseclint.formats.kit.user_stores import told_by_store
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.powershell.adapters import CLASS as ADAPTER
from ipseclint.formats.powershell.decode import SHAPES, decode
from ipseclint.formats.powershell.instance import MAX_INSTANCES, TOO_MANY, Instance, Node
from ipseclint.formats.powershell.remote_access import KEYS
from ipseclint.formats.transcript.parting_lines import PROMPT
from ipseclint.late import late
from ipseclint.source import Source
from ipseclint.vocabulary.services import SERVICES

_RULER = late(r"^(?=[^\S\r\n]*+\S)([^\r\n]*+)\r?\n([ \t]{0,24}-++(?:[ ]++-++)++)[ ]*+\r?$", re.MULTILINE)
_RULED = late(r"\n[ \t]{0,24}+-++[ ]++-")
"""What stands in every ruler of two columns: quicker to look for."""
_BELOW_NAMES = late(r"\n([ \t]{0,24}-++(?:[ ]++-++)++)[ ]*+\r?$", re.MULTILINE)
"""A ruler behind the end of a line of names, which is quicker to look for than that line is."""
_RULE = late(r"-+")
_NAME = late(r"\S+")
_NARROW = (
    ("vpns2s", ("Destination", "AdminStatus")),
    ("vpns2s", ("Destination", "ConnectionState")),
    ("vpnconnection", ("Name", "ServerAddress")),
    ("msft_netconsecrule", ("IPsecRuleName",)),
    ("msft_netconsecrule", ("InboundSecurity", "OutboundSecurity")),
    ("x509certificate2", ("Thumbprint", "Subject")),
)
"""Columns that tell what a table is of, which is narrower than the objects are."""
_STATES = ("servicecontroller", ("Name", "Status"))
_OF_GET_SERVICE = ["status", "name", "displayname"]
"""The columns of the table that Get-Service prints by itself, which is read with those of other tools."""
_SERVICE_CLASSES = frozenset({"servicecontroller", "win32_service"})
_NEED_NO_MORE = _SERVICE_CLASSES | {ADAPTER, "msft_netfirewallprofile"}
"""Of which the columns that tell what a table is of hold all that is asked."""
_CUT = late(r"(?:\.\.\.|\u2026)\}?\Z")
_IDENTITY = late(r"\{[0-9A-Fa-f]{8}-")
_HOW = "print the objects with `| Format-List *`, or with `| ConvertTo-Json`"


class _Column(NamedTuple):
    """A column: its folded name, the start and stop of its ruler, and the start of the next one."""

    name: str
    start: int
    stop: int
    next: int | None


def recognise(source: Source) -> bool:
    """Whether it prints a table with columns of objects that concern IPsec."""
    head = source.head_text
    if _RULED.search(source.head_lines) is None:
        return False
    rulers = {match[0][1:]: match[1] for match in _BELOW_NAMES.finditer(source.head_lines)}
    lines = head.split("\n")
    # The upper of two lines above a ruler is of the table only if a column name wraps. Tables of one kind are many.
    above = ["", *lines]
    ruled = compress(range(1, len(lines)), map(rulers.__contains__, lines[1:]))
    around = {(above[row - 1], lines[row - 1], lines[row]) for row in ruled}
    return any(
        _class_of(_columns((upper.removesuffix("\r"), names.removesuffix("\r")), rulers[ruler]), head)
        for upper, names, ruler in around
    )


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The objects of the rows."""
    return told_by_store(decode(_rows(text, diagnostics), diagnostics), text)


def _rows(text: str, diagnostics: Diagnostics) -> Iterator[Instance]:
    above: Token | None = None
    header: Token | None = None
    columns: tuple[_Column, ...] = ()
    class_name, count = "", 0
    row: list[Token] = []
    for line in _closed_up(list(lines_of(text, diagnostics.path))):
        if header is not None and _RULER.match(f"{header.text}\n{line.text}"):
            columns = _columns(("" if above is None else above.text, header.text), line.text)
            class_name = _class_of(columns, text)
            if class_name and class_name not in _NEED_NO_MORE:
                message = f"a printed table leaves out what does not fit: {_HOW}"
                diagnostics.not_understood(message, header.strip().span)
            above = header = None
            row = []
            continue
        is_over = PROMPT.match(line.text) is not None  # no value begins like a prompt
        above, header = header, (line if line.text.strip() and not is_over else None)
        if not columns or not class_name:
            continue
        more = [] if header is None else _cells_of(line, columns, diagnostics)
        if row and _goes_on(more):
            row = [_continued(*each) for each in zip(row, more, columns, strict=True)]
            continue
        if row:
            yield _row(row, columns, class_name, diagnostics)
        row = more
        count += header is not None
        if count > MAX_INSTANCES:
            diagnostics.refused(TOO_MANY, line.span)
            return
        if header is None:
            columns = ()
    if row:
        yield _row(row, columns, class_name, diagnostics)


def _closed_up(lines: list[Token]) -> list[Token]:
    """Lines without the empty one that a mail or a page put behind each of them."""
    first = next((at for at, line in enumerate(lines) if line.text.strip()), 0)
    is_spaced = len(lines) - first > _MIN_SPACED_LINES and not any(line.text.strip() for line in lines[first + 1 :: 2])
    return lines[first::2] if is_spaced else lines


_MIN_SPACED_LINES = 4
"""Above so many lines an empty one behind each is no chance: names, ruler and a row (reasoned)."""


def _goes_on(cells: Sequence[Token]) -> bool:
    """Whether a row continues the values of the row above: its first cell and most others are empty."""
    return bool(cells) and not cells[0].text and 2 * sum(bool(cell.text) for cell in cells) <= len(cells)


def _continued(cell: Token, more: Token, column: _Column) -> Token:
    """A value joined with its continuation below; a blank goes between unless the line above was full."""
    if not more.text:
        return cell
    is_full = column.next is None or column.start + len(cell.text) >= column.next - 1 or cell.text.endswith(",")
    return joined((cell, more)) if is_full or not cell.text else joined((cell, more.replaced_by(f" {more.text}")))


def _columns(names: tuple[str, str], ruler: str) -> tuple[_Column, ...]:
    """The columns of a table; none if the rulers do not match the names, which may begin a line above."""
    rules = list(_RULE.finditer(ruler))
    above, last = names
    words = [last[rule.start() : rule.end()].strip() for rule in rules]
    if all(words) and len(_NAME.findall(last)) < len(rules):
        return ()
    if not all(words):
        words = [above[rule.start() : rule.end()].strip() + word for rule, word in zip(rules, words, strict=True)]
        if not all(words):
            return ()
    starts = [rule.start() for rule in rules]
    return tuple(
        _Column(word.casefold(), rule.start(), rule.end(), following)
        for word, rule, following in zip(words, rules, [*starts[1:], None], strict=True)
    )


def _class_of(columns: tuple[_Column, ...], text: str) -> str:
    """The class of objects in a table with these columns; empty if none is read."""
    if [column.name for column in columns] == _OF_GET_SERVICE:
        return ""
    names = {column.name for column in columns}
    shapes = (*_NARROW, *SHAPES, _STATES)
    kind = next((kind for kind, properties in shapes if names.issuperset(map(str.casefold, properties))), "")
    if kind in _SERVICE_CLASSES and not any(service in text.casefold() for service in SERVICES):
        return ""
    return kind


def _cells_of(line: Token, columns: tuple[_Column, ...], diagnostics: Diagnostics) -> list[Token]:
    """The values of a row; none, with a problem, if they do not fit the columns."""
    cells = _cells(line, columns)
    if cells is None:
        diagnostics.not_understood(f"a row that does not keep to the columns of its table: {_HOW}", line.strip().span)
    return cells or []


def _row(cells: Sequence[Token], columns: tuple[_Column, ...], class_name: str, diagnostics: Diagnostics) -> Instance:
    item = Instance(class_name, next(cell for cell in cells if cell.text).span)
    for column, cell in zip(columns, cells, strict=True):
        if column.name in KEYS and cell.text:
            diagnostics.secrets.extend(cell.spans)
        if _CUT.search(cell.text):
            item.properties[column.name] = None
            if column.name in {"name", "displayname"}:
                item.properties[column.name] = cell
            else:
                diagnostics.not_understood(f"a value that PowerShell cut short: {_HOW}", cell.span)
        else:
            item.properties[column.name] = _value(cell)
    return item


def _cells(line: Token, columns: tuple[_Column, ...]) -> list[Token] | None:
    """The values of a row by column; None if they do not fit."""
    text = line.text
    cuts = [0]
    for column in columns[1:]:
        at = column.start
        if at < len(text) and text[at - 1 : at].strip() and text[at].strip():
            at = text.rfind(" ", 0, at) + 1  # a number, which stands to the right
            if at <= cuts[-1] or len(text[at:].split(" ", 1)[0]) + at != column.stop:
                return _parted(line, columns)
        cuts.append(at)
    cells = [line.part(start, stop).strip() for start, stop in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    return cells if all("  " not in cell.text for cell in cells) else _parted(line, columns)


def _parted(line: Token, columns: tuple[_Column, ...]) -> list[Token] | None:
    """The values of a row whose blanks were altered: separated by two blanks, or by one."""
    pieces = [line.part(match.start(), match.end()) for match in re.finditer(r"\S+(?: \S+)*", line.text)]
    if len(pieces) != len(columns):
        pieces = [line.part(*match.span()) for match in re.finditer(r"\{[^}]*\}?|[^\s{]+", line.text)]
    return pieces if len(pieces) == len(columns) else None


def _value(cell: Token) -> Node:
    if not cell.text or cell.text == "{}":
        return None
    if cell.text.startswith("{") and cell.text.endswith("}") and _IDENTITY.match(cell.text) is None:
        return [part for part in cell.part(1, len(cell.text) - 1).split(",") if part.text]
    return cell


FORMATS = (
    Format(
        name="powershell-printed-table",
        title="tables as PowerShell prints them (Format-Table)",
        recognise=recognise,
        parse=parse,
        how_to_export="Get-VpnConnection | Format-Table > connections.txt (better: powershell-json, which holds all)",
        can_express="the columns that the window had room for, of rules, VPN connections, interfaces, associations",
        cannot_express="columns and ends of values that did not fit; what an object holds beside the columns",
    ),
)
