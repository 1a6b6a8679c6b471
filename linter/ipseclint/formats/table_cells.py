"""Tables whose cells hold outputs, scripts or logs over several lines, as exports of tickets do.

    Number,Opened,Output
    INC0001,2026-03-01,"Rule Name:       Servers
    --------------------------------------
    Enabled:         Yes"

Each such cell is read by its own reader in its place. Tables with columns of their own have readers that know these.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from ipseclint import formats
from ipseclint.formats.events.event_table import table_in as events_in
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source
from ipseclint.formats.kit.moved_places import with_moved_places
from ipseclint.formats.parsed import TABLE_CELLS, Format, Parsed, joined
from ipseclint.formats.pasted.cells import Cell, Table, table_in, table_of
from ipseclint.formats.readers import first_to_recognise
from ipseclint.formats.transcript.hosts import tell_hosts
from ipseclint.late import late
from ipseclint.model.policy import Policy
from ipseclint.source import Source, lines_of_text, text_source
from ipseclint.vocabulary.ipsec_tools import mention_within

MAX_CELLS = 2000
"""How many cells of one table are looked at (reasoned: an export of tickets has a few with an output in them)."""
_READERS_OF_TABLES = (
    *("events.audit_policy", "registry.collected", "mdm.oma_uri", "performance_counters", "powershell.table"),
    "carried.format",
)
"""The modules of the readers of tables whose columns they know."""

_NAMING = frozenset({"host", "hostname", "computer", "computername", "computer name", "machine", "server", "device"})
"""What the column is called, in lower case, that tells of which machine a row is."""
_NAME = late(r"\w[\w .#/()-]{0,60}")
"""The name of a column."""


class FormedCell(Struct, frozen=True):
    """A cell, the input that it is by itself, and the format of that."""

    cell: Cell
    source: Source
    form: Format | None


def recognise(source: Source) -> bool:
    """Whether a cell of a table, of several lines, is of another format, and no reader knows the table's columns."""
    if all(each.form is None for each in formed_cells(source)):
        return False
    return events_in(source.head_text) is None and first_to_recognise(_READERS_OF_TABLES, source) is None


def formed_cells(source: Source) -> tuple[FormedCell, ...]:
    """The cells of the table in the head of a source that may hold more than a word, each with its format. Cached."""
    return source.once(_of_head)


def _of_head(source: Source) -> tuple[FormedCell, ...]:
    table = table_of(source)
    return () if table is None or _is_of_lines(table, source) else _formed(source.path, table)


def _is_of_lines(table: Table, source: Source) -> bool:
    """Whether no cell ends, no column has a name, and it is what `reg query` prints: of a value any mark may be a
    part."""
    if any(each.is_quoted and each.is_long and each.is_closed for each in table.cells):
        return False
    is_named = bool(table.names) and all(map(_NAME.fullmatch, table.names))
    return not is_named and first_to_recognise(("registry.reg_query",), source) is not None


def _formed(path: str, table: Table) -> tuple[FormedCell, ...]:
    """The first cells that are looked at, each as an input in which somebody may have written."""
    sources = ((cell, text_source(f"{path}.txt", cell.text)) for cell in islice(_looked_at(table), MAX_CELLS))
    return tuple(FormedCell(cell, own, formats.recognise(own)) for cell, own in sources)


def _looked_at(table: Table) -> Iterator[Cell]:
    """The cells of several lines, those with a command, and what stands around the rows."""
    return (cell for cell in table.cells if cell.is_long or cell.row is None or mention_within(cell.text) is not None)


@of_source
def _parse(source: Source) -> Parsed:
    """The results of all cells, each in its place."""
    diagnostics = Diagnostics(source.path)
    table = table_of(source) if source.is_in_head else table_in(source.read_text())
    if table is None:  # behind the head a quotation mark stands where a table has none
        diagnostics.malformed("a table that is damaged further down: nothing of it was read", diagnostics.place(1, 1))
        return diagnostics.parsed(Policy())
    _tell_unread(table, diagnostics)
    cells = formed_cells(source) if source.is_in_head else _formed(source.path, table)
    parts = [_moved(each, each.form.parse(each.source), source.path) for each in cells if each.form is not None]
    hosts = {host: each.cell.line for each in cells if each.form is not None and (host := _host(table, each.cell))}
    if len(hosts) > 1:
        tell_hosts(hosts, diagnostics)
    return joined([diagnostics.parsed(Policy()), *parts])


def _tell_unread(table: Table, diagnostics: Diagnostics) -> None:
    """Report cells past the limit, and one in which the table ends."""
    beyond = next(islice(_looked_at(table), MAX_CELLS, None), None)
    if beyond is not None:
        place = diagnostics.place(beyond.line, beyond.column)
        diagnostics.refused(f"more than {MAX_CELLS:,} cells with outputs or commands: the rest was not read", place)
    opened = next((cell for cell in table.cells if not cell.is_closed), None)
    if opened is not None:
        place = diagnostics.place(opened.line, opened.column)
        diagnostics.malformed("the table ends within this cell: the rest is missing", place)


def _host(table: Table, cell: Cell) -> str:
    """The machine of which a row is, if its table tells."""
    return table.in_row(cell, _NAMING).casefold()


def _moved(each: FormedCell, own: Parsed, path: str) -> Parsed:
    """What a cell holds, with its places in the table."""
    lines = lines_of_text(each.cell.text)
    return with_moved_places(own, lambda span: each.cell.place(path, lines, span))


FORMATS = (
    Format(
        name=TABLE_CELLS,
        title="tables (CSV, TSV) whose cells hold outputs, scripts or logs over several lines",
        short="a table (CSV, TSV) with texts in its cells",
        recognise=recognise,
        parse=_parse,
        how_to_export="export the tickets, or the sheet, as CSV with its cells in quotation marks",
        can_express="what the formats of the texts in its cells can",
        cannot_express="which machine each cell is of: all are judged as of one; a column that names several is said",
        is_alone=lambda _source: True,
    ),
)
