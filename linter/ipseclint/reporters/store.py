"""A store of a run: its report as tables, in a DuckDB file or a folder of Parquet, for queries over a fleet.

docs/fleet.md describes each column. A change of the tables needs a new SCHEMA.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import json

from ipseclint.escape import json_text, visible
from ipseclint.finding import Finding
from ipseclint.outcome import exit_code
from ipseclint.report import ClauseResult, ObjectAt, Report
from ipseclint.reporters import Spread, in_turn
from ipseclint.reporters.accounting import accounting_lines, settings_dict

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA = "ipseclint.store/3"

Value = str | int | bool | bytes | None

TABLES: Mapping[str, Mapping[str, str]] = {
    "runs": {
        "run": "INTEGER",
        "schema": "VARCHAR",
        "version": "VARCHAR",
        "ruleset": "VARCHAR",
        "shard": "VARCHAR",
        "exit_code": "INTEGER",
        "settings": "VARCHAR",
        "key_mark": "VARCHAR",
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
    "clauses": {
        "run": "INTEGER",
        "ruleset": "VARCHAR",
        "clause": "VARCHAR",
        "rules": "VARCHAR",
        "state": "VARCHAR",
        "findings": "INTEGER",
        "waived": "INTEGER",
        "standing": "VARCHAR",
    },
    "digests": {"run": "INTEGER", "machine": "VARCHAR", "place": "INTEGER", "digest": "BLOB"},
    "notes": {"run": "INTEGER", "kind": "VARCHAR", "text": "VARCHAR"},
}
"""The columns of each table with their types in DuckDB."""


class StoreError(Exception):
    """A store that cannot be written or used, and why."""


def connect() -> DuckDBPyConnection:
    """A database in memory that fetches no extensions by itself. Raises StoreError without the library."""
    try:
        import duckdb
    except ImportError as error:
        raise StoreError("a store needs the package duckdb: pip install 'ipseclint[fleet]'") from error
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    return duckdb.connect(config=config)


def write(report: Report, kind: str, place: Path, spread: Spread = in_turn) -> None:
    """Write a new store; nothing may be at its place. Raises StoreError, OSError."""
    # Before there is a database: its threads would not be in the processes that make the rows.
    objects, findings = place.with_name("objects.json"), place.with_name("findings.json")
    _put_rows(objects, spread(_object_rows, report.objects))
    counts = _put_rows(findings, spread(_finding_rows, report.findings))
    with connect() as database:
        import duckdb

        try:
            bounded(database, place)
            make_tables(database)
            for name, rows in _rows(report, counts):
                insert(database, name, rows)
            for name, file in (("objects", objects), ("findings", findings)):
                _take(database, name, file)
                file.unlink()
            save(database, kind, place)
        except duckdb.Error as error:
            raise StoreError(str(error)) from error


MEMORY = "128MB"
"""The memory limit of DuckDB while a store is made; the rest is kept beside the store until it is done."""


def bounded(database: DuckDBPyConnection, place: Path) -> None:
    """Let a database keep beside a path what does not fit into memory."""
    database.execute(f"SET memory_limit = '{MEMORY}'")
    database.execute(f"SET temp_directory = {quoted(place.parent / 'spilled')}")


def confined(database: DuckDBPyConnection, places: Iterable[Path]) -> None:
    """Restrict a database to these stores: a store may contain views that read files of the machine.

    Databases can be attached afterwards, settings cannot be changed.
    """
    there = [place.resolve() for place in places]
    logs = [place.with_name(f"{place.name}.wal") for place in there]
    database.execute(f"SET allowed_paths = [{', '.join(map(quoted, there + logs))}]")
    database.execute(f"SET allowed_directories = [{', '.join(map(quoted, there))}]")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")


def make_tables(database: DuckDBPyConnection) -> None:
    """Make the tables in a database."""
    for name, columns in TABLES.items():
        defined = ", ".join(f'"{column}" {type_}' for column, type_ in columns.items())
        database.execute(f"CREATE TABLE {name} ({defined})")


_ROWS = 1024
"""How many rows are inserted at a time: as lists, since one row at a time takes a hundred times as long. Four times as
many take as long, and 80 MB more."""


def insert(database: DuckDBPyConnection, name: str, rows: Iterable[Sequence[Value]]) -> None:
    """Insert rows into a table as they come; their texts have no controls, those of commands no others than
    line ends."""
    types = enumerate(TABLES[name].values(), start=1)
    lists = ", ".join(f"unnest(${place}::{type_}[])" for place, type_ in types)
    left = iter(rows)
    while batch := list(islice(left, _ROWS)):
        columns = [list(map(_cell, column)) for column in zip(*batch, strict=True)]
        database.execute(f"INSERT INTO {name} SELECT {lists}", columns)


class _Rows(NamedTuple):
    """Rows of a table as JSON, one object a line; for findings also how many count, by machine and severity."""

    lines: bytes
    counts: Counter[tuple[str, str]]


def _object_rows(portions: Iterable[Sequence[ObjectAt]]) -> _Rows:
    rows = (
        (1, each.machine, each.span.path, each.span.line, each.subject.kind, each.subject.name, each.subject.id)
        for objects in portions
        for each in objects
    )
    return _Rows(_json_lines("objects", rows), Counter())


def _finding_rows(portions: Iterable[Sequence[Finding]]) -> _Rows:
    findings = [finding for portion in portions for finding in portion]
    counts = Counter((each.machine, each.severity.value) for each in findings if each.counts)
    return _Rows(_json_lines("findings", (finding_row(each, 1) for each in findings)), counts)


def _json_lines(name: str, rows: Iterable[Sequence[Value]]) -> bytes:
    columns = tuple(TABLES[name])
    return json.Encoder().encode_lines([dict(zip(columns, map(_cell, row), strict=True)) for row in rows])


def _put_rows(file: Path, parts: Iterable[_Rows]) -> Counter[tuple[str, str]]:
    """Write rows of a table as they come; the number of counting findings."""
    counts: Counter[tuple[str, str]] = Counter()
    with file.open("wb") as stream:
        for part in parts:
            stream.write(part.lines)
            counts.update(part.counts)
    return counts


def _take(database: DuckDBPyConnection, name: str, file: Path) -> None:
    """Insert the rows of a JSON file into a table."""
    with file.open("rb") as stream:
        longest = max(map(len, stream), default=0)
    columns = ", ".join(f"'{column}': '{type_}'" for column, type_ in TABLES[name].items())
    database.execute(
        f"INSERT INTO {name} FROM read_json({quoted(file)}, format = 'newline_delimited', columns = {{{columns}}}, "
        f"maximum_object_size = {max(longest + 1, _MIN_ROW_BYTES)})"
    )


_MIN_ROW_BYTES = 1 << 20
"""The least room for a row in bytes; each of DuckDB's threads takes twice as much."""


def save(database: DuckDBPyConnection, kind: str, place: Path) -> None:
    """Write the tables of a database as a store. Raises duckdb.Error, OSError."""
    if kind == "duckdb":
        database.execute(f"ATTACH {quoted(place.resolve())} AS saved")
        for name in TABLES:
            database.execute(f"CREATE TABLE saved.{name} AS SELECT * FROM memory.{name}")  # noqa: S608 - our own names
        database.execute("DETACH saved")
        return
    place.mkdir()
    for name in TABLES:
        database.execute(f"COPY memory.{name} TO {quoted(place.resolve() / f'{name}.parquet')} (FORMAT parquet)")


def quoted(path: Path) -> str:
    """A path as an SQL literal."""
    return "'" + str(path).replace("'", "''") + "'"


def _rows(report: Report, counts: Mapping[tuple[str, str], int]) -> Iterator[tuple[str, Iterable[Sequence[Value]]]]:
    """The small tables, for a report as run 1, given its counting findings by machine and severity."""
    yield "runs", _runs(report)
    yield "inputs", ((1, each.path, each.machine, each.format, each.status.value, each.gpo) for each in report.inputs)
    yield "machines", _machines(report, counts)
    yield (
        "problems",
        (
            (
                1,
                problem.span.path,
                problem.span.line,
                problem.span.column,
                problem.code.value,
                problem.message,
                problem.gpo,
            )
            for problem in report.problems
        ),
    )
    yield "clauses", ((1, *_clause(each)) for each in report.clauses)
    yield "digests", ((1, each.machine, each.place, each.data) for each in report.digests)
    yield "notes", _notes(report)


def _runs(report: Report) -> Iterator[tuple[Value, ...]]:
    settings = json_text(settings_dict(report))
    code, shard = int(exit_code(report)), report.settings.shard
    yield 1, SCHEMA, report.version, report.ruleset, shard, code, settings, report.key_mark or None


def _machines(report: Report, counts: Mapping[tuple[str, str], int]) -> Iterator[tuple[Value, ...]]:
    """Each machine with its inputs, and its findings that count, by severity."""
    inputs = Counter(input_.machine for input_ in report.inputs)
    for machine, number in inputs.items():
        yield 1, machine, number, *(counts[machine, severity] for severity in ("error", "warning", "info"))


def finding_row(finding: Finding, run: int) -> tuple[Value, ...]:
    """A finding of a run as a row."""
    return (
        run,
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


def _clause(result: ClauseResult) -> tuple[Value, ...]:
    state, standing = result.state.value, result.standing.value
    return result.ruleset, result.clause, " ".join(result.rules), state, result.findings, result.waived, standing


def _notes(report: Report) -> Iterator[tuple[Value, ...]]:
    """What the run could not do, and what it skipped."""
    for crash in report.crashes:
        yield 1, crash.title, f"{crash.where}: {crash.error}"
    for reason in report.not_checked:
        yield 1, "not checked", f"{reason.code} needs {', '.join(reason.needs)}"
    for line in accounting_lines(report, every_name=True):
        yield 1, "note", line


def _cell(value: Value) -> Value:
    """A value in the form of a store."""
    if not isinstance(value, str) or (value.isascii() and value.isprintable() and "##" not in value):
        return value
    return "\n".join(map(visible, value.split("\n")))
