"""Stores: what a run finds as tables of DuckDB or Parquet, whole or not at all, without keys.

After a change that is meant, `python -m tests.reporters.test_stored_variants` stores anew what a whole report comes to.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.report import Crash, DigestAt, Report, Settings
from ipseclint.reporters.store import SCHEMA, TABLES, confined, write
from tests import ROOT
from tests.reporters.test_stored_variants import whole

pytestmark = pytest.mark.drawn(6)

STORED = ROOT / "tests" / "data" / "store.txt"
STORES = [("duckdb", "fleet.duckdb"), ("parquet", "fleet")]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]) -> Path:
    cli("demo", tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    return tmp_path / "desk"


def rows(place: Path, sql: str) -> list[tuple[Any, ...]]:
    """The answer of a store, read as any program would read it."""

    import duckdb

    if place.is_file():
        with duckdb.connect(str(place), read_only=True) as database:
            return database.execute(sql).fetchall()
    with duckdb.connect() as database:
        for table in TABLES:
            database.execute(f"CREATE VIEW {table} AS FROM read_parquet('{place / table}.parquet')")
        return database.execute(sql).fetchall()


@pytest.mark.drawn(4)
@pytest.mark.parametrize(("kind", "name"), STORES)
def test_a_store_holds_what_the_report_says(desk: Path, cli: Callable[..., Any], kind: str, name: str) -> None:
    ran = cli(".", "-o", f"{kind}:{name}", "-o", "json")
    report = json.loads(ran.out)
    store = desk / name
    assert ran.code == 1
    assert rows(store, "SELECT run, schema, ruleset, shard, exit_code FROM runs") == [
        (1, SCHEMA, "default@2026.1", None, 1)
    ]
    assert json.loads(rows(store, "SELECT settings FROM runs")[0][0]) == report["settings"]
    assert rows(store, "SELECT path, format, status FROM inputs") == [
        (each["path"], each["format"], each["status"]) for each in report["inputs"]
    ]
    assert rows(store, 'SELECT path, line, "column", code, severity, message, subject, fingerprint FROM findings') == [
        (
            each["location"]["path"],
            each["location"]["line"],
            each["location"]["column"],
            each["code"],
            each["severity"],
            each["message"],
            each["subject"]["name"],
            each["fingerprint"],
        )
        for each in report["findings"]
    ]
    assert rows(store, "SELECT machine, inputs, errors, warnings FROM machines WHERE machine = 'host'") == [
        ("host", 2, 2, 1)
    ]
    assert rows(store, "SELECT machine, path FROM inputs WHERE machine = 'host'") == [
        ("host", "host/netevents.xml"),
        ("host", "host/policy.cmd"),
    ]
    assert rows(store, "SELECT kind, name, line FROM objects WHERE path = 'policy.cmd' AND kind = 'ipsec_policy'") == [
        ("ipsec_policy", "Branch servers", 3)
    ]
    assert ("not checked", "QD026 needs site.peers") in rows(store, "SELECT kind, text FROM notes")
    assert rows(store, "SELECT fix_netsh, fix_powershell FROM findings") == [
        ((each["fix"] or {}).get("netsh"), (each["fix"] or {}).get("powershell")) for each in report["findings"]
    ]


def all_rows(store: Path) -> Iterator[str]:
    """Every row of every table, in order."""
    for table, columns in TABLES.items():
        listed = ", ".join(f'"{column}"' for column in columns)
        for row in rows(store, f"SELECT {listed} FROM {table}"):  # noqa: S608 - our own names
            yield f"{table} {json.dumps([each.decode() if isinstance(each, bytes) else each for each in row])}"


def everything() -> Report:
    """A report that has something for each table of a store."""
    return replace(
        whole(),
        settings=Settings(shard="2/8"),
        crashes=(Crash(where="a.cmd", error="gone", in_ruleset=True), Crash(where="b.cmd", error="over")),
        digests=(DigestAt(machine="m", place=3, data=b"packed"),),
        version="1",
        key_mark="mark",
    )


@pytest.mark.drawn(4)
@pytest.mark.parametrize(("kind", "name"), STORES)
def test_a_store_holds_each_thing_that_a_report_has(tmp_path: Path, kind: str, name: str) -> None:
    write(everything(), kind, tmp_path / name)
    assert list(all_rows(tmp_path / name)) == STORED.read_text("utf-8").splitlines()


@pytest.mark.parametrize(("kind", "name"), STORES)
def test_a_store_has_the_tables_and_columns_that_its_page_lists(
    desk: Path, cli: Callable[..., Any], kind: str, name: str
) -> None:
    cli("policy.cmd", "-o", f"{kind}:{name}")
    page = (ROOT / "docs" / "fleet.md").read_text(encoding="utf-8")
    for table, columns in TABLES.items():
        there = [row[0] for row in rows(desk / name, f"DESCRIBE {table}")]
        assert there == list(columns)
        assert f"| `{table}` | {', '.join(f'`{column}`' for column in there)} |" in page


@pytest.mark.parametrize(("kind", "name"), STORES)
def test_problems_are_in_the_store(desk: Path, cli: Callable[..., Any], kind: str, name: str) -> None:
    (desk / "half.cmd").write_text("netsh ipsec static add policy name=%X% mmlifetime=5\r\n")
    assert cli("half.cmd", "-o", f"{kind}:{name}").code == 4
    assert rows(desk / name, "SELECT path, line, code FROM problems") == [("half.cmd", 1, "IN003")]
    assert rows(desk / name, "SELECT status FROM inputs") == [("partial",)]
    assert rows(desk / name, "SELECT exit_code FROM runs") == [(4,)]


@pytest.mark.drawn(4)
@pytest.mark.parametrize(("kind", "name"), STORES)
def test_a_second_run_takes_the_place_of_the_first_and_does_not_read_it(
    desk: Path, cli: Callable[..., Any], kind: str, name: str
) -> None:
    assert cli(".", "-o", f"{kind}:{name}").code == 1
    (desk / "policy.cmd").unlink()
    assert cli(".", "-o", f"{kind}:{name}").code == 1
    assert rows(desk / name, "SELECT count(*) FROM inputs WHERE path = 'policy.cmd'") == [(0,)]
    assert rows(desk / name, "SELECT count(*) FROM inputs") == [(6,)]
    assert not list(desk.glob(".ipseclint*"))


@pytest.mark.parametrize(("kind", "name"), [("duckdb", "site.toml"), ("parquet", "host"), ("parquet", "policy.cmd")])
def test_nothing_but_a_store_is_written_over(desk: Path, cli: Callable[..., Any], kind: str, name: str) -> None:
    before = sorted((path, path.stat().st_size) for path in desk.rglob("*"))
    ran = cli("policies", "-o", f"{kind}:{name}")
    assert (ran.code, "is not a store of that kind; nothing is written" in ran.err) == (2, True)
    assert sorted((path, path.stat().st_size) for path in desk.rglob("*")) == before


@pytest.mark.parametrize(("kind", "name"), STORES)
def test_a_store_that_fails_leaves_the_earlier_one(
    desk: Path, cli: Callable[..., Any], kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("policy.cmd", "-o", f"{kind}:{name}")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ipseclint.reporters.store.save", full)
    ran = cli("policies", "-o", f"{kind}:{name}")
    assert ran.code == 2
    assert f"cannot write {name}: No space left on device" in ran.err
    assert rows(desk / name, "SELECT path FROM inputs") == [("policy.cmd",)]
    assert not list(desk.glob(".ipseclint*"))


def test_without_the_library_nothing_is_checked(
    desk: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    ran = cli("policy.cmd", "-o", "duckdb:fleet.duckdb")
    assert (ran.code, ran.out) == (2, "")
    assert "a store needs the package duckdb: pip install 'ipseclint[fleet]'" in ran.err


def test_a_store_needs_a_name(desk: Path, cli: Callable[..., Any]) -> None:
    assert "a store goes to a folder: -o parquet:NAME" in cli("policy.cmd", "-o", "parquet").err
    assert "a store goes to a file: -o duckdb:NAME" in cli("policy.cmd", "-o", "duckdb").err


@pytest.mark.drawn(4)
@pytest.mark.parametrize(("kind", "name"), STORES)
def test_no_key_and_no_control_is_in_a_store(desk: Path, cli: Callable[..., Any], kind: str, name: str) -> None:
    (desk / "keys.cmd").write_bytes(
        'netsh advfirewall consec add rule name="A\x02[2J\u202eB" endpoint1=any endpoint2=any '
        'action=requireinrequireout auth1=computerpsk auth1psk="correct horse battery"\r\n'.encode()
    )
    assert cli("keys.cmd", "-o", f"{kind}:{name}").code in {1, 4}
    store = desk / name
    text = "\n".join(str(row) for table in TABLES for row in rows(store, f"FROM {table}"))
    assert "\\\\x02[2J" in text
    assert not {"\x02", "\u202e"} & set(text)
    assert "correct horse" not in text
    files = [store] if store.is_file() else list(store.iterdir())
    assert not any(b"correct horse" in file.read_bytes() for file in files)


def test_names_are_replaced_in_a_store_too(desk: Path, cli: Callable[..., Any]) -> None:
    cli(".", "-o", "duckdb:fleet.duckdb", "--redact")
    store = desk / "fleet.duckdb"
    text = "\n".join(str(row) for table in TABLES for row in rows(store, f"FROM {table}"))
    assert "Branch" not in text
    assert rows(store, "SELECT count(*) FROM inputs JOIN machines USING (machine)") == [(7,)]


@pytest.mark.parametrize(
    "statement",
    [
        "FROM read_text('secret.txt')",
        "FROM read_csv('secret.txt')",
        "COPY (SELECT 1) TO 'stolen.csv'",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "SET allowed_paths = ['secret.txt']",
        "SET allowed_directories = ['.']",
        "SET threads = 1",
        "SET lock_configuration = false",
    ],
)
def test_a_confined_database_reaches_its_stores_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    import duckdb

    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.txt").write_text("secret\n")
    with duckdb.connect("own.duckdb") as own:
        own.execute("CREATE TABLE told AS SELECT 7 AS number")
    with duckdb.connect() as database:
        confined(database, [tmp_path / "own.duckdb"])
        database.execute("ATTACH 'own.duckdb' AS own (READ_ONLY)")
        assert database.execute("FROM own.told").fetchall() == [(7,)]
        with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
            database.execute(statement)


def test_a_store_holds_the_clauses_of_the_standard(desk: Path, cli: Callable[..., Any]) -> None:
    ran = cli("policy.cmd", "--ruleset", "cnsa-2.0", "-o", "duckdb:fleet.duckdb", "-o", "json")
    clauses = json.loads(ran.out)["clauses"]
    stored = rows(desk / "fleet.duckdb", "SELECT ruleset, clause, state, findings, waived, rules FROM clauses")
    assert [each[:5] for each in stored] == [
        tuple(each[name] for name in ("ruleset", "clause", "state", "findings", "waived")) for each in clauses
    ]
    assert [each[5].split() for each in stored] == [each["rules"] for each in clauses]
    assert len(stored) > 3


def store() -> None:
    """Store what a whole report comes to."""
    with tempfile.TemporaryDirectory() as made:
        write(everything(), "duckdb", Path(made) / "all.duckdb")
        STORED.write_text("\n".join([*all_rows(Path(made) / "all.duckdb"), ""]), "utf-8", newline="\n")
