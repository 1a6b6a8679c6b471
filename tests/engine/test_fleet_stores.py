"""Stores of runs: what differs between two, how it came to the last of several, and how a store ends a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine import merging
from ipseclint.engine.fleet import compare, ended, query, summary
from ipseclint.engine.merging import merge
from ipseclint.engine.shards import shard_lines
from ipseclint.outcome import Exit
from ipseclint.packing import packed
from ipseclint.report import Crash
from ipseclint.reporters.store import SCHEMA, TABLES, StoreError
from ipseclint.version import __version__
from tests.cases import cases
from tests.command_line import run_cli

pytestmark = pytest.mark.drawn(6)

SHORT = 'netsh ipsec static add policy name="{}" mmlifetime=5\r\n'
LONG = 'netsh ipsec static add policy name="P" mmlifetime=480\r\n'
RUNS: dict[str, dict[str, str]] = {
    "one": {"oslo/a.cmd": SHORT.format("P"), "oslo/b.cmd": SHORT.format("P"), "rome/c.cmd": LONG},
    "two": {
        "oslo/a.cmd": SHORT.format("P") + SHORT.format("Q") + SHORT.format("R"),
        "rome/c.cmd": SHORT.format("P"),
        "rome/d.cmd": LONG,
    },
    "clean": {"oslo/a.cmd": LONG},
    "nothing": {"oslo/a.txt": "hello\n"},
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of each run, and of two shards of one."""
    pytest.importorskip("duckdb")
    folder = tmp_path_factory.mktemp("stores")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, files in RUNS.items():
            for path, text in files.items():
                (folder / name / "hosts" / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / name / "hosts" / path).write_text(text)
            patch.chdir(folder / name)
            kind = "duckdb" if name == "one" else "parquet"
            run_cli("hosts", "--select", "QD001", "-o", f"{kind}:{folder / name}.db")
        patch.chdir(folder / "one")
        for number in (1, 2):
            run_cli("hosts", "--select", "QD001", "--shard", f"{number}/2", "-o", f"parquet:{folder}/part{number}.db")
    return folder


def rows(table: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in table.rows]


MADE = f"1 run of ipseclint {__version__} with default@"


def test_what_is_new_gone_and_still_there_is_counted_as_often_as_it_is_there(stores: Path) -> None:
    found = compare(stores / "one.db", stores / "two.db")
    (rule,) = found.changes
    assert (rule.code, rule.severity, rule.cause, rule.new, rule.gone, rule.still) == (
        *("QD001", "error", "too-many", 3, 1, 1),
    )
    assert (found.machines_new, found.machines_gone) == (("hosts/rome/d.cmd",), ("hosts/oslo/b.cmd",))
    assert [line.partition(MADE)[:2] for line in found.said] == [("before: ", MADE), ("after: ", MADE)]
    back = compare(stores / "two.db", stores / "one.db")
    assert [(each.new, each.gone, each.still) for each in back.changes] == [(1, 3, 1)]
    assert compare(stores / "clean.db", stores / "clean.db").changes == ()


def test_the_last_of_several_runs_is_told_with_the_way_there(stores: Path) -> None:
    told = summary([stores / "one.db", stores / "two.db"], 10)
    trend = told.worst["Trend"]
    assert trend.columns == ("run", "machines", "errors", "warnings", "infos", "new", "gone", "problems")
    assert [row[1:] for row in rows(trend)] == [(3, 2, 0, 0, None, None, 0), (3, 4, 0, 0, 3, 1, 0)]
    assert rows(told.worst["Machines"]) == [("hosts/oslo/a.cmd", 3, 0, 0), ("hosts/rome/c.cmd", 1, 0, 0)]
    assert rows(told.worst["Sites"]) == [("oslo", 1, 1, 3, 0, 0), ("rome", 2, 1, 1, 0, 0)]
    assert [row[0] for row in rows(summary([stores / "two.db"], 1).worst["Machines"])] == ["hosts/oslo/a.cmd"]
    alone = summary([stores / "clean.db"], 10)
    assert "Trend" not in alone.worst
    assert "Sites" not in alone.worst
    assert (alone.counts.machines, alone.counts.inputs, alone.counts.errors) == (1, 1, 0)


@cases(
    ("name", "fail_on", "code"),
    [
        ("one", "error", Exit.FINDINGS),
        ("one", "info", Exit.FINDINGS),
        ("one", "never", Exit.CLEAN),
        ("clean", "info", Exit.CLEAN),
        ("nothing", "info", Exit.NOTHING),
    ],
)
def test_a_store_ends_as_its_runs_would(name: str, fail_on: str, code: Exit, stores: Path) -> None:
    assert ended(stores / f"{name}.db", fail_on) is code


def test_shards_are_one_store_again(stores: Path, tmp_path: Path) -> None:
    assert merge([stores / "part1.db", stores / "part2.db"], "parquet", tmp_path / "all.db") == ()
    sql = "SELECT machine, errors FROM machines ORDER BY machine"
    assert rows(query(tmp_path / "all.db", sql)) == rows(query(stores / "one.db", sql))
    assert merge([stores / "part2.db"], "parquet", tmp_path / "half.db") == ("of 2 shards these are missing: 1",)
    with pytest.raises(StoreError, match="they are not shards of one run"):
        merge([stores / "one.db", stores / "one.db"], "parquet", tmp_path / "twice.db")


@pytest.mark.parametrize("name", ["ipseclint.toml", "ipseclint-waivers.toml"])
def test_what_lies_where_shards_are_put_together_does_not_count(
    stores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("damaged")
    assert merge([stores / "part1.db", stores / "part2.db"], "parquet", tmp_path / "all.db") == ()


@cases(
    ("shards", "missing"),
    [
        (["1/3", "3/3"], ["of 3 shards these are missing: 2"]),
        (["1/3", "2/3", "3/3", None], []),
        (["2/2", "1/4"], ["of 2 shards these are missing: 1", "of 4 shards these are missing: 2, 3, 4"]),
        ([None], []),
    ],
)
def test_the_shards_that_are_not_there_are_named(shards: list[str | None], missing: list[str]) -> None:
    assert list(shard_lines(shards)) == missing


@cases("sql", ["DELETE FROM runs", "SELECT 1; SELECT 2", "COPY runs TO 'x'", "nonsense", ""])
def test_a_store_is_only_read(sql: str, stores: Path) -> None:
    with pytest.raises(StoreError):
        query(stores / "one.db", sql)


def copied(stores: Path, name: str, folder: Path, sql: str) -> Path:
    """A copy of a store in a file, changed by SQL."""
    import duckdb

    place = folder / "changed.db"
    with duckdb.connect(str(place)) as database:
        for table in TABLES:
            database.execute(f"CREATE TABLE {table} AS FROM read_parquet('{stores / name}/{table}.parquet')")
        database.execute(sql)
    return place


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE runs SET schema = 'other/1'", f"its tables are other/1, this version reads {SCHEMA}: write it again"),
        ("DELETE FROM runs", f"its tables are no run, this version reads {SCHEMA}: write it again"),
        ("CREATE VIEW peek AS SELECT 1", "peek in it is not a table; a store holds tables alone"),
        ("CREATE MACRO peek() AS 1", "peek in it is not a table; a store holds tables alone"),
        ("UPDATE runs SET settings = '[]'", "what it says of its runs is damaged"),
        ("UPDATE runs SET settings = '{'", "what it says of its runs is damaged"),
        ("UPDATE runs SET shard = '3/2'", "what it says of its runs is damaged"),
        ("DROP TABLE runs", "not a store that `-o duckdb:` or `-o parquet:` writes"),
    ],
)
def test_why_a_store_cannot_be_used_is_said(stores: Path, tmp_path: Path, sql: str, message: str) -> None:
    place = copied(stores, "part1.db", tmp_path, sql)
    with pytest.raises(StoreError) as caught:
        query(place, "SELECT 1")
    assert str(caught.value) == f"{place}: {message}"
    with pytest.raises(StoreError) as caught:
        query(tmp_path / "none", "SELECT 1")
    assert str(caught.value) == f"{tmp_path / 'none'}: no such store"


@pytest.mark.parametrize(
    ("codes", "ends"),
    [
        ([Exit.CLEAN, Exit.FINDINGS, Exit.NOTHING], Exit.FINDINGS),
        ([0, Exit.PARTIAL], Exit.PARTIAL),
        ([Exit.PARTIAL, Exit.USAGE], Exit.USAGE),
        ([Exit.USAGE, Exit.INTERNAL, Exit.PARTIAL], Exit.INTERNAL),
    ],
)
def test_the_worst_of_its_runs_ends_a_store(stores: Path, tmp_path: Path, codes: list[int], ends: Exit) -> None:
    runs = "; ".join(
        f"INSERT INTO runs SELECT * REPLACE ({number} AS run, {int(code)} AS exit_code) FROM runs WHERE run = 1"  # noqa: S608 - our own words
        for number, code in enumerate(codes, start=2)
    )
    assert ended(copied(stores, "two.db", tmp_path, runs), "error") is ends


def test_stores_of_whole_runs_are_one_without_rules_over_machines(stores: Path, tmp_path: Path) -> None:
    said = merge([stores / "clean.db"], "parquet", tmp_path / "new.db")
    assert said == ("rules that compare machines were not run: not all of the stores are of shards",)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            'UPDATE runs SET settings = json_merge_patch(settings, \'{"select": ["QD002"]}\')',
            "the shards were configured differently: they are not shards of one run",
        ),
        ("UPDATE digests SET digest = 'x'::BLOB", "a digest is damaged: "),
        *(
            (f"UPDATE digests SET digest = unhex('{packed(value).hex()}')", "a digest is damaged: ")  # noqa: S608 - our own words
            for value in (None, 5, "x", (), (1, 2, 3), (None, {}))
        ),
    ],
)
def test_shards_that_cannot_be_compared_are_refused(stores: Path, tmp_path: Path, sql: str, message: str) -> None:
    parts = [stores / "part1.db", copied(stores, "part2.db", tmp_path, sql)]
    with pytest.raises(StoreError) as caught:
        merge(parts, "parquet", tmp_path / "all.db")
    assert str(caught.value).startswith(message)
    assert not (tmp_path / "all.db").exists()


def test_a_rule_that_fails_over_all_shards_is_said(
    stores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash = Crash(where="rule FL008", error="ValueError at fleet.py:1")
    monkeypatch.setattr(merging, "run_fleet_rules", lambda _fleet, _plans: [crash])
    assert merge([stores / "part1.db", stores / "part2.db"], "parquet", tmp_path / "all.db") == (
        "internal error: rule FL008 failed (ValueError at fleet.py:1); the store is incomplete",
    )


def test_keys_of_shards_with_other_words_are_not_compared(stores: Path, tmp_path: Path) -> None:
    part = copied(stores, "part2.db", tmp_path, "UPDATE runs SET key_mark = 'other'")
    text = "AU028, AU031: preshared keys of shards are compared only where all have the same IPSECLINT_FLEET_KEY"
    assert merge([stores / "part1.db", part], "parquet", tmp_path / "all.db") == (f"not checked: {text}",)
    noted = query(tmp_path / "all.db", "SELECT run, kind, text FROM notes WHERE kind = 'not checked' ORDER BY text")
    assert (1, "not checked", text) in rows(noted)
