"""A store of a run: its report as tables, in a file of DuckDB or a folder of Parquet, for questions over a fleet.

docs/fleet.md says what each column holds. A change of the tables is a new SCHEMA.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ipseclint.escape import json_text, visible
from ipseclint.finding import Report
from ipseclint.outcome import exit_code
from ipseclint.reporters.accounting import accounting_lines, settings_dict

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA = "ipseclint.store/1"

Value = str | int | bool | None

TABLES: Mapping[str, Mapping[str, str]] = {
    "runs": {
        "run": "INTEGER",
        "schema": "VARCHAR",
        "version": "VARCHAR",
        "ruleset": "VARCHAR",
        "shard": "VARCHAR",
        "exit_code": "INTEGER",
        "settings": "VARCHAR",
    },
    "inputs": {
        "run": "INTEGER",
        "path": "VARCHAR",
        "machine": "VARCHAR",
        "format": "VARCHAR",
        "status": "VARCHAR",
        "gpo": "VARCHAR",
    },
    "machines": {
        "run": "INTEGER",
        "machine": "VARCHAR",
        "inputs": "INTEGER",
        "errors": "INTEGER",
        "warnings": "INTEGER",
        "infos": "INTEGER",
    },
    "objects": {
        "run": "INTEGER",
        "machine": "VARCHAR",
        "path": "VARCHAR",
        "line": "INTEGER",
        "kind": "VARCHAR",
        "name": "VARCHAR",
        "id": "VARCHAR",
    },
    "findings": {
        "run": "INTEGER",
        "machine": "VARCHAR",
        "path": "VARCHAR",
        "line": "INTEGER",
        "column": "INTEGER",
        "code": "VARCHAR",
        "name": "VARCHAR",
        "severity": "VARCHAR",
        "basis": "VARCHAR",
        "cause": "VARCHAR",
        "message": "VARCHAR",
        "subject_kind": "VARCHAR",
        "subject": "VARCHAR",
        "subject_id": "VARCHAR",
        "fingerprint": "VARCHAR",
        "gpo": "VARCHAR",
        "counts": "BOOLEAN",
        "waived_because": "VARCHAR",
        "fix_netsh": "VARCHAR",
        "fix_powershell": "VARCHAR",
    },
    "problems": {
        "run": "INTEGER",
        "path": "VARCHAR",
        "line": "INTEGER",
        "column": "INTEGER",
        "code": "VARCHAR",
        "message": "VARCHAR",
        "gpo": "VARCHAR",
    },
    "notes": {"run": "INTEGER", "kind": "VARCHAR", "text": "VARCHAR"},
}
"""The columns of each table with their types in DuckDB."""


class StoreError(Exception):
    """A store that cannot be written or used, and why."""


def connect() -> DuckDBPyConnection:
    """A database in memory that fetches nothing. Raises StoreError without the library."""
    try:
        import duckdb
    except ImportError as error:
        raise StoreError("a store needs the package duckdb: pip install 'ipseclint[fleet]'") from error
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    return duckdb.connect(config=config)


def write(report: Report, kind: str, place: Path) -> None:
    """Write a new store; nothing may be at its place. Raises StoreError, OSError."""
    with connect() as database:
        fill(database, rows_of(report))
        save(database, kind, place)


def fill(database: DuckDBPyConnection, tables: Mapping[str, Sequence[Sequence[Value]]]) -> None:
    """Make the tables in a database, with these rows."""
    for name, columns in TABLES.items():
        defined = ", ".join(f'"{column}" {type_}' for column, type_ in columns.items())
        database.execute(f"CREATE TABLE {name} ({defined})")
        rows = tables.get(name, ())
        if rows:
            # Lists go over whole; a row at a time takes a hundred times as long.
            lists = ", ".join(f"unnest(${place}::{type_}[])" for place, type_ in enumerate(columns.values(), start=1))
            database.execute(f"INSERT INTO {name} SELECT {lists}", [list(column) for column in zip(*rows, strict=True)])


def save(database: DuckDBPyConnection, kind: str, place: Path) -> None:
    """Write the tables of a database as a store. Raises StoreError, OSError."""
    import duckdb

    try:
        if kind == "duckdb":
            database.execute(f"ATTACH {quoted(place)} AS saved")
            for name in TABLES:
                database.execute(f"CREATE TABLE saved.{name} AS SELECT * FROM memory.{name}")  # noqa: S608 - our own names
            database.execute("DETACH saved")
            return
        place.mkdir()
        for name in TABLES:
            database.execute(f"COPY memory.{name} TO {quoted(place / f'{name}.parquet')} (FORMAT parquet)")
    except duckdb.Error as error:
        raise StoreError(str(error)) from error


def quoted(path: Path) -> str:
    """A path as a literal of SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def rows_of(report: Report) -> dict[str, list[tuple[Value, ...]]]:
    """The rows of each table, for a report as run 1. No text in them has controls; that of commands has lines."""
    tables = {
        "runs": _runs(report),
        "inputs": ((1, each.path, each.machine, each.format, each.status.value, each.gpo) for each in report.inputs),
        "machines": _machines(report),
        "objects": (
            (1, each.machine, each.span.path, each.span.line, each.subject.kind, each.subject.name, each.subject.id)
            for each in report.objects
        ),
        "findings": _findings(report),
        "problems": (
            (1, each.span.path, each.span.line, each.span.column, each.code.value, each.message, each.gpo)
            for each in report.problems
        ),
        "notes": _notes(report),
    }
    return {name: [tuple(map(_cell, row)) for row in rows] for name, rows in tables.items()}


def _runs(report: Report) -> Iterator[tuple[Value, ...]]:
    settings = json_text(settings_dict(report))
    yield 1, SCHEMA, report.version, report.ruleset, report.settings.shard, int(exit_code(report)), settings


def _machines(report: Report) -> Iterator[tuple[Value, ...]]:
    """Each machine with its inputs, and its findings that count, by severity."""
    inputs: dict[str, int] = {}
    for input_ in report.inputs:
        inputs[input_.machine] = inputs.get(input_.machine, 0) + 1
    found = {machine: {"error": 0, "warning": 0, "info": 0} for machine in inputs}
    for finding in report.findings:
        if finding.counts and finding.machine in found:
            found[finding.machine][finding.severity.value] += 1
    for machine, number in inputs.items():
        yield 1, machine, number, *found[machine].values()


def _findings(report: Report) -> Iterator[tuple[Value, ...]]:
    for finding in report.findings:
        yield (
            1,
            finding.machine,
            finding.span.path,
            finding.span.line,
            finding.span.column,
            finding.code,
            finding.name,
            finding.severity.value,
            finding.basis.value,
            finding.cause.value if finding.cause else None,
            finding.message,
            finding.subject.kind,
            finding.subject.name,
            finding.subject.id,
            finding.fingerprint,
            finding.gpo,
            finding.counts,
            finding.waiver.reason if finding.waiver else None,
            finding.fix.netsh if finding.fix else None,
            finding.fix.powershell if finding.fix else None,
        )


def _notes(report: Report) -> Iterator[tuple[Value, ...]]:
    """What the run could not do, and what it met and did not read."""
    for crash in report.crashes:
        yield 1, crash.title, f"{crash.where}: {crash.error}"
    for reason in report.not_checked:
        yield 1, "not checked", f"{reason.code} needs {', '.join(reason.needs)}"
    for line in accounting_lines(report, every_name=True):
        yield 1, "note", line


def _cell(value: Value) -> Value:
    """A value as a store keeps it."""
    return "\n".join(map(visible, value.split("\n"))) if isinstance(value, str) else value
