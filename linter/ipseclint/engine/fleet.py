"""Queries on stores of runs: any SELECT, the difference of two stores, and a summary."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.shards import parse_shard, shard_lines
from ipseclint.escape import visible
from ipseclint.finding import Severity
from ipseclint.outcome import Exit
from ipseclint.reporters.fleet import Comparison, Counts, RuleChange, Summary, Table
from ipseclint.reporters.store import (
    SCHEMA,
    TABLES,
    StoreError,
    confined,
    connect,
    quoted,
)
from ipseclint.words import plural

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@contextmanager
def opened(**stores: Path) -> Iterator[DuckDBPyConnection]:
    """A read-only database with these stores under their names; nothing else of the machine can be reached.

    Raises StoreError for a file that is no store, or of another version, and for SQL that DuckDB refuses.
    """
    database = connect()
    import duckdb

    try:
        confined(database, stores.values())
        for name, place in stores.items():
            attach(database, name, place)
        yield database
    except duckdb.Error as error:
        said, _, _ = str(error).partition("\n\n")  # the rest points at a column of the question
        raise StoreError(" ".join(said.split())) from error
    finally:
        database.close()


def attach(database: DuckDBPyConnection, name: str, place: Path) -> None:
    """Attach a store under a name, read-only. Raises StoreError for a file that is no store, or of another version."""
    import duckdb

    if not place.exists():
        raise StoreError(f"{place}: no such store")
    try:
        if place.is_dir():
            database.execute(f"ATTACH ':memory:' AS {name}")
            for table in TABLES:
                file = quoted(place.resolve() / f"{table}.parquet")
                database.execute(f"CREATE VIEW {name}.{table} AS FROM read_parquet({file})")
        else:
            database.execute(f"ATTACH {quoted(place.resolve())} AS {name} (READ_ONLY)")
            if (there := _programs(database, name)) is not None:
                raise StoreError(f"{place}: {visible(there)} in it is not a table; a store holds tables alone")
        runs = database.execute(f"SELECT schema, shard, settings FROM {name}.runs").fetchall()  # noqa: S608 - our own names
    except duckdb.Error as error:
        raise StoreError(f"{place}: not a store that `-o duckdb:` or `-o parquet:` writes") from error
    schemas = {str(schema) for schema, *_ in runs}
    if schemas != {SCHEMA}:
        written = visible(", ".join(sorted(schemas))) or "no run"
        raise StoreError(f"{place}: its tables are {written}, this version reads {SCHEMA}: write it again")
    for _, shard, settings in runs:
        try:
            is_whole = isinstance(json.loads(settings), dict) and (shard is None or parse_shard(shard) is not None)
        except (ConfigError, TypeError, ValueError):
            is_whole = False
        if not is_whole:
            raise StoreError(f"{place}: what it says of its runs is damaged")


def _programs(database: DuckDBPyConnection, name: str) -> str | None:
    """A view or macro of an attached database, which could run code of its author's choice."""
    program = database.execute(
        "SELECT view_name FROM duckdb_views() WHERE database_name = $1 AND NOT internal "
        "UNION ALL SELECT function_name FROM duckdb_functions() WHERE database_name = $1 AND NOT internal",
        [name],
    ).fetchone()
    return program[0] if program else None


def query(place: Path, sql: str) -> Table:
    """The answer to one SELECT. Raises StoreError."""
    with opened(store=place) as database:
        if not _only_reads(database, sql):
            raise StoreError("expected one SELECT: a store is only read")
        database.execute("USE store")
        return _table(database, sql)


_READING_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}


def _only_reads(database: DuckDBPyConnection, sql: str) -> bool:
    """Whether SQL is one SELECT that writes nothing: since DuckDB 2.0 a CTE may be a COPY or a DELETE."""
    import duckdb

    statements = duckdb.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        return False
    (tree,) = database.execute("SELECT json_serialize_sql($1::VARCHAR)", [sql]).fetchone() or ("",)
    nodes = set(re.findall(r'"type":"(\w+_NODE)"', tree))
    return bool(nodes) and nodes <= _READING_NODES


def _table(database: DuckDBPyConnection, sql: str) -> Table:
    answer = database.execute(sql)
    columns = tuple(column[0] for column in answer.description or ())
    return Table(columns, tuple(answer.fetchall()))


def compare(before: Path, after: Path) -> Comparison:
    """The new and gone findings from one store to another, by rule and by cause. Raises StoreError."""
    with opened(before=before, after=after) as database:
        changes = _changes(database, "before", "after")
        fresh, gone = (
            tuple(row[0] for row in database.execute(_ONLY.format(here=here, there=there)).fetchall())
            for here, there in (("after", "before"), ("before", "after"))
        )
        said = [f"{name}: {line}" for name in ("before", "after") for line in _said(database, name)]
    return Comparison(str(before), str(after), tuple(changes), fresh, gone, tuple(said))


def _changes(database: DuckDBPyConnection, before: str, after: str) -> list[RuleChange]:
    """The new, gone and remaining findings of each rule from one attached store to another."""
    rows = database.execute(_CHANGES.format(before=before, after=after, rank=_RANK)).fetchall()
    return [RuleChange(*row) for row in rows]


_ONLY = "SELECT machine FROM {here}.machines EXCEPT SELECT machine FROM {there}.machines ORDER BY machine"

_CHANGES = """
WITH both_sides AS (
    SELECT machine, fingerprint, code, name, severity, cause, 1 AS is_before, 0 AS is_after
    FROM {before}.findings WHERE counts
    UNION ALL
    SELECT machine, fingerprint, code, name, severity, cause, 0, 1 FROM {after}.findings WHERE counts
), each_finding AS (
    SELECT machine, fingerprint, code, any_value(name) AS name, arg_max(severity, 3 * is_after + {rank}) AS severity,
        any_value(cause) AS cause, sum(is_before) AS old, sum(is_after) AS new
    FROM both_sides GROUP BY machine, fingerprint, code
)
SELECT code, any_value(name), ['info', 'warning', 'error'][max({rank})], any_value(cause),
    sum(greatest(new - old, 0))::BIGINT AS fresh, sum(greatest(old - new, 0))::BIGINT AS gone,
    sum(least(old, new))::BIGINT
FROM each_finding GROUP BY code ORDER BY fresh DESC, gone DESC, code
"""
"""For each rule its worst severity, and the number of new, gone and remaining findings, matched by machine and
fingerprint."""


def summary(places: Sequence[Path], limit: int) -> Summary:
    """The worst of the last of some stores: at most `limit` rules, machines, sites, GPOs and problems each.

    For several stores, which are runs in order, also the trend. Raises StoreError.
    """
    names = [f"run{number}" for number in range(len(places))]
    with opened(**dict(zip(names, places, strict=True))) as database:
        tables = {"Trend": _trend(database, names, places)} if len(places) > 1 else {}
        database.execute(f"USE {names[-1]}")
        counts = database.execute(_COUNTS).fetchone() or ()
        common = _common_folder(database)
        words = {"rank": _RANK, "by_severity": _BY_SEVERITY, "state": _STATE, "limit": limit, "begin": len(common) + 1}
        tables |= {title: _table(database, sql.format(**words)) for title, sql in _WORST.items()}
        if len(tables["Sites"].rows) < 2:
            del tables["Sites"]
        return Summary(str(places[-1]), Counts(*counts), tuple(_said(database, names[-1])), tables)


def ended(place: Path, fail_on: str) -> Exit:
    """The exit code of all runs of a store taken as one, as `outcome.exit_code` gives it. Raises StoreError."""
    with opened(store=place) as database:
        database.execute("USE store")
        codes = {row[0] for row in database.execute("SELECT exit_code FROM runs").fetchall()}
        severities = {
            row[0] for row in database.execute("SELECT DISTINCT severity FROM findings WHERE counts").fetchall()
        }
        (checked,) = database.execute("SELECT count(*) FROM inputs WHERE status <> 'no-ipsec'").fetchone() or (0,)
    for code in (Exit.INTERNAL, Exit.USAGE, Exit.PARTIAL):
        if code in codes:
            return code
    if any(Severity(each).fails(fail_on) for each in severities):
        return Exit.FINDINGS
    return Exit.CLEAN if checked else Exit.NOTHING


def _trend(database: DuckDBPyConnection, names: Sequence[str], places: Sequence[Path]) -> Table:
    """The numbers of machines, findings and problems of each run, and of new and gone findings since the one before."""
    rows: list[tuple[object, ...]] = []
    for number, (name, place) in enumerate(zip(names, places, strict=True)):
        database.execute(f"USE {name}")
        counts = Counts(*(database.execute(_COUNTS).fetchone() or ()))
        changes = _changes(database, names[number - 1], name) if number else []
        new, gone = (sum(getattr(each, what) for each in changes) if number else None for what in ("new", "gone"))
        rows.append(
            (str(place), counts.machines, counts.errors, counts.warnings, counts.infos, new, gone, counts.problems)
        )
    return Table(("run", "machines", "errors", "warnings", "infos", "new", "gone", "problems"), tuple(rows))


def _common_folder(database: DuckDBPyConnection) -> str:
    """The common folder of all machines of a store, with its slash: each folder in it is a site."""
    first, last = database.execute("SELECT min(machine), max(machine) FROM machines").fetchone() or (None, None)
    both = zip(*((each or "").split("/")[:-1] for each in (first, last)), strict=False)
    return "".join(f"{one}/" for one, _ in takewhile(lambda pair: pair[0] == pair[1], both))


_COUNTS = """
SELECT (SELECT count(*) FROM machines), (SELECT count(*) FROM inputs),
    count(*) FILTER (severity = 'error'), count(*) FILTER (severity = 'warning'), count(*) FILTER (severity = 'info'),
    (SELECT count(*) FROM problems)
FROM findings WHERE counts
"""

_BY_SEVERITY = """count(*) FILTER (severity = 'error') AS errors, count(*) FILTER (severity = 'warning') AS warnings,
    count(*) FILTER (severity = 'info') AS infos"""

_STATE = "list_position(['not met', 'not checked', 'met', 'not applicable'], state)"
"""The state of a clause over many runs is the worst: it is met only if no run is against it and each could check it."""

_RANK = "list_position(['info', 'warning', 'error'], severity)"

_WORST = {
    "Rules": """SELECT code, any_value(name) AS name, ['info', 'warning', 'error'][max({rank})] AS severity,
        any_value(cause) AS cause, count(DISTINCT machine) AS machines, count(*) AS findings
        FROM findings WHERE counts GROUP BY code
        ORDER BY max({rank}) DESC, machines DESC, findings DESC, code LIMIT {limit}""",
    "Machines": """SELECT machine, {by_severity} FROM findings WHERE counts GROUP BY machine
        ORDER BY errors DESC, warnings DESC, infos DESC, machine LIMIT {limit}""",
    "Sites": """SELECT if(contains(rest, '/'), split_part(rest, '/', 1), '.') AS site, count(*) AS machines,
        count(*) FILTER (errors > 0) AS with_errors, sum(errors)::BIGINT AS errors, sum(warnings)::BIGINT AS warnings,
        sum(infos)::BIGINT AS infos FROM (SELECT substr(machine, {begin}) AS rest, * FROM machines) GROUP BY site
        ORDER BY errors DESC, warnings DESC, infos DESC, site LIMIT {limit}""",
    "GPOs": """SELECT gpo, {by_severity} FROM findings WHERE counts AND gpo IS NOT NULL GROUP BY gpo
        ORDER BY errors DESC, warnings DESC, infos DESC, gpo LIMIT {limit}""",
    "Clauses of standards": """SELECT ruleset, clause, any_value(rules) AS rules,
        ['not met', 'not checked', 'met', 'not applicable'][min({state})] AS state, sum(findings)::BIGINT AS findings,
        sum(waived)::BIGINT AS waived, any_value(standing) AS standing
        FROM clauses GROUP BY ruleset, clause ORDER BY ruleset, min({state}), clause""",
    "Problems with the input": """SELECT code, message, count(DISTINCT path) AS inputs, min(path) AS example
        FROM problems GROUP BY code, message ORDER BY inputs DESC, code, message LIMIT {limit}""",
}


def _said(database: DuckDBPyConnection, name: str) -> Iterator[str]:
    """The settings behind a store, and what it does not show of a fleet."""
    runs = database.execute(f"SELECT version, ruleset, shard FROM {name}.runs ORDER BY run").fetchall()  # noqa: S608 - our own names
    made = dict.fromkeys(f"ipseclint {version} with {ruleset}" for version, ruleset, _ in runs)
    yield f"{plural(len(runs), 'run')} of {'; '.join(made)}"
    yield from shard_lines([shard for *_, shard in runs])
