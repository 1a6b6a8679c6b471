"""Stores of runs: what differs between two, how it came to the last of several, and how a store ends a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.fleet import compare, ended, merge, query, shard_lines, summary
from ipseclint.outcome import Exit
from ipseclint.reporters.store import StoreError
from ipseclint.version import __version__
from tests.command_line import run_cli

pytest.importorskip("duckdb")

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


@pytest.mark.parametrize(
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
    with pytest.raises(StoreError, match="they are no shards of one run"):
        merge([stores / "one.db", stores / "one.db"], "parquet", tmp_path / "twice.db")


@pytest.mark.parametrize(
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


@pytest.mark.parametrize("sql", ["DELETE FROM runs", "SELECT 1; SELECT 2", "COPY runs TO 'x'", "nonsense", ""])
def test_a_store_is_only_read(sql: str, stores: Path) -> None:
    with pytest.raises(StoreError):
        query(stores / "one.db", sql)
