"""Answers about two ends as CSV: a row for each pair and each end as initiator; safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from ipseclint.escape import inert
from ipseclint.reporters.table_csv import spreadsheet_cell
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.table import Row
from ipseclint.semantics.negotiation.unpaired import Unpaired

COLUMNS = (
    *("a_path", "a_line", "a", "a_hosts", "b_path", "b_line", "b", "b_hosts", "initiator", "packet"),
    *("key_module", "verdict", "stage", "when", "after_seconds", "main_mode", "quick_mode", "why", "differences"),
    *("a_sees", "b_sees", "basis", "repair_at_a", "repair_at_b"),
)


def render(rows: Iterable[Row], not_read: Iterable[str] = (), unpaired: Iterable[Unpaired] = ()) -> str:
    """A header and the rows, with CRLF line ends; ends without a pair, and unread parts, come last."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(map(spreadsheet_cell, _cells(row)))
    notes: list[dict[str, str | int]] = [_alone(one) for one in unpaired]
    notes += [{"verdict": "not read", "why": why} for why in not_read]
    writer.writerows([spreadsheet_cell(note.get(name, "")) for name in COLUMNS] for note in notes)
    return inert(out.getvalue())


def _alone(one: Unpaired) -> dict[str, str | int]:
    return {
        "a_path": one.span.path,
        "a_line": one.span.line,
        "a": one.subject,
        "a_hosts": one.hosts,
        "verdict": "no pair",
        "why": one.why,
    }


def _cells(row: Row) -> Iterator[str | int]:
    outcome = row.outcome
    for end, hosts in zip((row.pair.a, row.pair.b), row.hosts, strict=True):
        yield from _end(end)
        yield hosts
    yield row.initiator.value
    yield "" if row.pair.packet is None else str(row.pair.packet)
    yield outcome.key_module or ""
    yield outcome.verdict.value
    yield outcome.stage or ""
    yield "renewal" if outcome.at_renewal else "connect"
    yield "" if outcome.after_seconds is None else outcome.after_seconds
    yield outcome.main_mode or ""
    yield outcome.quick_mode or ""
    yield outcome.why
    yield "; ".join(f"{difference.name}: {difference.a} / {difference.b}" for difference in row.differences)
    yield from map(str, row.sights)
    yield outcome.basis.value
    yield from ("" if advice is None else advice.words for advice in row.advice)


def _end(end: End) -> tuple[str, int, str]:
    return end.path, end.span.line, end.subject
