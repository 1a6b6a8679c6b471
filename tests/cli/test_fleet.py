"""`ipseclint fleet`: what stores are asked, what differs between two, and shards made one."""

from __future__ import annotations

import errno
import json
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine import cluster
from ipseclint.packing import packed
from ipseclint.semantics.digest import MAX_DIGEST_BYTES
from tests.command_line import run_cli

pytestmark = pytest.mark.drawn(9)

SCRIPT = 'netsh ipsec static add policy name="P" mmlifetime={minutes}\r\n'


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve hosts with one finding each, and the stores of a run over them: whole, and of three shards."""
    folder = tmp_path_factory.mktemp("stored")
    for number in range(12):
        (folder / "hosts" / f"h{number:02}").mkdir(parents=True)
        (folder / "hosts" / f"h{number:02}" / "policy.cmd").write_text(SCRIPT.format(minutes=5))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run_cli("hosts", "--select", "QD001", "-o", "duckdb:whole.duckdb").code == 1
        for number in (1, 2, 3):
            run_cli("hosts", "--select", "QD001", "--shard", f"{number}/3", "-o", f"parquet:part{number}")
    return folder


@pytest.fixture
def hosts(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the stored hosts, to be worked in."""
    shutil.copytree(stored, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(cli: Callable[..., Any], store: str, sql: str) -> list[dict[str, Any]]:
    ran = cli("fleet", "query", store, sql, "--format", "json")
    assert ran.code == 0, ran
    return [json.loads(line) for line in ran.out.splitlines()]


@pytest.mark.drawn(4)
@pytest.mark.parametrize("kind", ["duckdb", "parquet"])
def test_merged_shards_hold_what_the_whole_holds(hosts: Path, cli: Callable[..., Any], kind: str) -> None:
    ran = cli("fleet", "merge", "part1", "part2", "part3", "-o", f"{kind}:merged")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "ipseclint: wrote merged\n"
    for sql in (
        "SELECT path, machine, format, status FROM inputs ORDER BY path",
        "SELECT * EXCLUDE run FROM findings ORDER BY path, line, code",
        "SELECT * EXCLUDE run FROM machines ORDER BY machine",
        "SELECT * EXCLUDE run FROM objects ORDER BY path, line, kind",
    ):
        assert answer(cli, "merged", sql) == answer(cli, "whole.duckdb", sql) != []
    assert [row["shard"] for row in answer(cli, "merged", "SELECT shard FROM runs ORDER BY run")] == [
        "1/3",
        "2/3",
        "3/3",
    ]
    joined = "SELECT count(*) AS n FROM findings f JOIN runs r USING (run) WHERE r.shard IS NOT NULL"
    assert answer(cli, "merged", joined) == [{"n": 12}]


PAIRS = """\
netsh advfirewall consec add rule name=R{one} endpoint1=10.{one}.0.0/16 endpoint2=10.{other}.0.0/16 \
action=requireinrequireout auth1=computerpsk auth1psk="{key}" qmsecmethods=esp:{hash}-aes128+{minutes}min+100000kb\r
"""


def write_pairs(folder: Path) -> None:
    """Ten pairs of hosts in folders of their own; of each third the lifetimes, the keys or the suites differ."""
    for number in range(20):
        other = number ^ 1
        differs = number % 2 == 0
        words = {
            "minutes": 30 if differs and number % 6 == 0 else 60,
            "key": f"key number {number if number % 6 in {2, 3} else number // 2}",
            "hash": "sha1" if differs and number % 6 == 4 else "sha256",
        }
        (folder / f"h{number:02}").mkdir(parents=True)
        text = PAIRS.format(one=number, other=other, **words)
        (folder / f"h{number:02}" / "policy.cmd").write_text(text)


@pytest.mark.drawn(4)
@pytest.mark.parametrize("shards", [2, 5])
def test_rules_that_compare_machines_find_in_merged_shards_what_they_find_in_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any], shards: int
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPSECLINT_FLEET_KEY", "the same words for all shards")
    write_pairs(tmp_path / "hosts")
    (tmp_path / "ipseclint.toml").write_text('[severity]\nQD035 = "error"\n')
    (tmp_path / "ipseclint-waivers.toml").write_text('[[waiver]]\nrule = "AU028"\nreason = "known"\nsubject = "R2"\n')
    cli("hosts", "-o", "duckdb:whole")
    parts = [f"part{number}" for number in range(1, shards + 1)]
    for number, part in enumerate(parts, start=1):
        cli("hosts", "--shard", f"{number}/{shards}", "-o", f"parquet:{part}")
    ran = cli("fleet", "merge", *parts, "-o", "duckdb:merged")
    assert (ran.code, ran.err) == (0, "ipseclint: wrote merged\n")
    across = "SELECT count(*) AS n FROM findings WHERE code IN ('AU028', 'QD035', 'CR018')"
    assert answer(cli, "merged", across)[0]["n"] >= 9
    for sql in (
        "SELECT * EXCLUDE run FROM findings ORDER BY ALL",
        "SELECT * EXCLUDE run FROM machines ORDER BY ALL",
        "SELECT machine, place FROM digests ORDER BY ALL",
        "SELECT text FROM notes WHERE kind = 'not checked' GROUP BY ALL ORDER BY ALL",
    ):
        assert answer(cli, "merged", sql) == answer(cli, "whole", sql) != []
    assert cli("fleet", "compare", "whole", "merged").out.startswith("whole -> merged: 0 new, 0 gone, ")


def test_keys_of_shards_are_compared_only_where_all_digest_them_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_pairs(tmp_path / "hosts")
    for number, words in ((1, "some words"), (2, "other words")):
        monkeypatch.setenv("IPSECLINT_FLEET_KEY", words)
        cli("hosts", "--shard", f"{number}/2", "-o", f"parquet:part{number}")
    ran = cli("fleet", "merge", "part1", "part2", "-o", "duckdb:merged")
    words = "AU028, AU031: preshared keys of shards are compared only where all have the same IPSECLINT_FLEET_KEY"
    assert f"not checked: {words}" in ran.err
    found = {row["code"] for row in answer(cli, "merged", "SELECT DISTINCT code FROM findings")}
    assert "QD035" in found
    assert "AU028" not in found
    assert {"text": words} in answer(cli, "merged", "SELECT text FROM notes WHERE kind = 'not checked'")


def test_shards_of_differently_configured_runs_are_not_merged(hosts: Path, cli: Callable[..., Any]) -> None:
    cli("hosts", "--select", "QD002", "--shard", "2/3", "-o", "parquet:part2")
    ran = cli("fleet", "merge", "part1", "part2", "part3", "-o", "duckdb:merged")
    assert ran.code == 2
    assert "the shards were configured differently: they are not shards of one run" in ran.err


def test_a_missing_shard_is_said_wherever_the_store_is_shown(hosts: Path, cli: Callable[..., Any]) -> None:
    words = "of 3 shards these are missing: 2"
    assert words in cli("fleet", "merge", "part1", "part3", "-o", "duckdb:merged").err
    assert words in cli("fleet", "report", "merged").out
    assert f"before: {words}" in cli("fleet", "compare", "merged", "whole.duckdb").out


def test_stores_with_an_input_in_common_are_not_merged(hosts: Path, cli: Callable[..., Any]) -> None:
    ran = cli("fleet", "merge", "part1", "part2", "part1", "-o", "duckdb:merged")
    assert ran.code == 2
    assert "is in another of the stores: they are not shards of one run" in ran.err
    assert not (hosts / "merged").exists()


def test_what_each_shard_says_of_a_waiver_is_in_the_store_once(hosts: Path, cli: Callable[..., Any]) -> None:
    (hosts / "ipseclint-waivers.toml").write_text(
        '[[waiver]]\nrule = "QD001"\nreason = "was known"\nexpires = 2020-01-01\n'
    )
    for number in (1, 2, 3):
        cli("hosts", "--select", "QD001", "--shard", f"{number}/3", "-o", f"duckdb:w{number}")
    cli("fleet", "merge", "w1", "w2", "w3", "-o", "duckdb:merged")
    assert answer(cli, "merged", "SELECT code, count(*) AS n FROM findings GROUP BY code ORDER BY code") == [
        {"code": "QD001", "n": 12},
        {"code": "WV001", "n": 1},
    ]


def test_compare_says_what_is_new_and_gone_by_rule_and_cause(hosts: Path, cli: Callable[..., Any]) -> None:
    (hosts / "hosts" / "h00" / "policy.cmd").write_text(SCRIPT.format(minutes=480))
    (hosts / "hosts" / "h01" / "policy.cmd").write_text(SCRIPT.format(minutes=5).replace('"P"', '"Q"'))
    (hosts / "hosts" / "h99").mkdir()
    (hosts / "hosts" / "h99" / "policy.cmd").write_text(SCRIPT.format(minutes=5))
    cli("hosts", "--select", "QD001", "-o", "parquet:later")
    body = json.loads(cli("fleet", "compare", "whole.duckdb", "later", "--format", "json").out)
    assert body["rules"] == [
        {
            "code": "QD001",
            "name": "short-main-mode-lifetime",
            "severity": "error",
            "cause": "too-many",
            "new": 2,
            "gone": 2,
            "still": 10,
        }
    ]
    assert body["causes"] == [{"cause": "too-many", "new": 2, "gone": 2, "still": 10}]
    assert (body["machines_new"], body["machines_gone"]) == (["hosts/h99/policy.cmd"], [])
    text = cli("fleet", "compare", "whole.duckdb", "later").out
    assert text.startswith(
        "whole.duckdb -> later: 2 new, 2 gone, 10 still there\n1 machine new: hosts/h99/policy.cmd\n"
    )
    assert "QD001  short-main-mode-lifetime  error     too-many    2     2     10" in text


def test_a_store_has_no_change_to_itself(hosts: Path, cli: Callable[..., Any]) -> None:
    ran = cli("fleet", "compare", "whole.duckdb", "whole.duckdb")
    assert ran.out.startswith(
        "whole.duckdb -> whole.duckdb: 0 new, 0 gone, 12 still there\nbefore: 1 run of ipseclint "
    )


def test_the_report_shows_what_is_worst(hosts: Path, cli: Callable[..., Any]) -> None:
    (hosts / "hosts" / "h05" / "policy.cmd").write_text(
        SCRIPT.format(minutes=5) + SCRIPT.format(minutes=4).replace('"P"', '"R"')
    )
    (hosts / "hosts" / "h06" / "policy.cmd").write_text("netsh ipsec static add policy name=%X% mmlifetime=5\r\n")
    cli("hosts", "--select", "QD001", "-o", "duckdb:worse")
    out = cli("fleet", "report", "worse", "--limit", "1").out
    assert out.startswith("worse: 12 machines in 12 inputs: ")
    assert "\nRules\ncode   name                      severity  cause     machines  findings\nQD001  " in out
    assert "\nMachines\nmachine               errors  warnings  infos\nhosts/h05/policy.cmd  " in out
    assert "\nProblems with the input\n" in out
    assert "hosts/h06/policy.cmd" in out
    page = cli("fleet", "report", "worse", "--format", "html").out
    assert "<td>hosts/h05/policy.cmd</td>" in page
    assert cli("fleet", "report", "worse", "--format", "html", "-o", "page.html").code == 0
    assert (hosts / "page.html").read_text(encoding="utf-8") == page


def test_a_page_escapes_what_a_site_wrote(hosts: Path, cli: Callable[..., Any]) -> None:
    (hosts / "hosts" / "<b>x&y").mkdir()
    (hosts / "hosts" / "<b>x&y" / "policy.cmd").write_text(SCRIPT.format(minutes=5))
    cli("hosts", "--select", "QD001", "-o", "duckdb:marked")
    page = cli("fleet", "report", "marked", "--format", "html").out
    assert "<b>x" not in page
    assert "hosts/&lt;b&gt;x&amp;y/policy.cmd" in page


def test_a_table_shows_nothing_as_anything_but_text(hosts: Path, cli: Callable[..., Any]) -> None:
    sql = "SELECT '::error::' || chr(27) || '[2J' AS a, '=1+1' AS b, NULL AS c, 'nan'::DOUBLE AS d"
    table, csv, rows = (
        cli("fleet", "query", "whole.duckdb", sql, "--format", form).out for form in ("text", "csv", "json")
    )
    assert table == "a                 b     c    d\n: :error::\\x1b[2J  =1+1     nan\n"
    assert csv.splitlines()[1] == ": :error::\\x1b[2J,'=1+1,,nan"
    assert json.loads(rows) == {"a": "::error::\x1b[2J", "b": "=1+1", "c": None, "d": "nan"}
    assert "\x1b" not in table + csv + rows


@pytest.mark.drawn(6)
@pytest.mark.parametrize("store", ["whole.duckdb", "part1"])
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM findings",
        "CREATE TABLE x (a INTEGER)",
        "COPY findings TO 'out.csv'",
        "COPY findings TO 'part1/findings.parquet'",
        "EXPLAIN ANALYZE COPY findings TO 'part1/findings.parquet'",
        "WITH gone AS (COPY (SELECT 1) TO 'part1/findings.parquet') SELECT * FROM gone",
        "SELECT (WITH gone AS (COPY (SELECT 1) TO 'part1/findings.parquet') SELECT * FROM gone)",
        "WITH gone AS (DELETE FROM findings RETURNING *) SELECT * FROM gone",
        "SELECT 1; SELECT 2",
        "ATTACH 'x.duckdb'",
        "INSTALL httpfs",
        "SELECT * FROM read_text('secret.txt')",
        "SELECT * FROM 'hosts/h00/policy.cmd'",
        "SELECT * FROM read_csv('https://example.org/x.csv')",
        "SET enable_external_access = true",
        "SELECT * FROM nothing",
        "SELEC",
        "",
    ],
)
def test_a_question_only_reads_and_reads_only_the_store(
    hosts: Path, cli: Callable[..., Any], store: str, sql: str
) -> None:
    (hosts / "secret.txt").write_text("not to be read")
    before = {path: path.read_bytes() for path in hosts.rglob("*") if path.is_file()}
    ran = cli("fleet", "query", store, sql)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("ipseclint: ")
    assert "internal" not in ran.err
    assert {path: path.read_bytes() for path in hosts.rglob("*") if path.is_file()} == before


def test_the_report_shows_the_trend_over_runs_and_what_is_worst_by_site(hosts: Path, cli: Callable[..., Any]) -> None:
    for number in range(12):
        site = hosts / "sites" / ("oslo" if number < 9 else "rome")
        site.mkdir(parents=True, exist_ok=True)
        (site / f"h{number:02}.cmd").write_text(SCRIPT.format(minutes=5))
    stores = []
    for week, good in enumerate(((), ("oslo/h00", "rome/h09"), ("rome/h09", "rome/h10", "rome/h11")), start=1):
        for path in (hosts / "sites").glob("*/*.cmd"):
            is_good = f"{path.parent.name}/{path.stem}" in good
            path.write_text(SCRIPT.format(minutes=480 if is_good else 5))
        stores.append(f"week{week}")
        cli("sites", "--select", "QD001", "-o", f"{'parquet' if week == 2 else 'duckdb'}:week{week}")
    text = cli("fleet", "report", *stores).out
    lines = [line.split() for line in text.splitlines()]
    assert lines[0][:3] == ["week3:", "12", "machines"]
    assert ["run", "machines", "errors", "warnings", "infos", "new", "gone", "problems"] in lines
    assert ["week1", "12", "12", "0", "0", "0"] in lines
    assert ["week2", "12", "10", "0", "0", "0", "2", "0"] in lines
    assert ["week3", "12", "9", "0", "0", "1", "2", "0"] in lines
    assert ["site", "machines", "with_errors", "errors", "warnings", "infos"] in lines
    assert ["oslo", "9", "9", "9", "0", "0"] in lines
    assert ["rome", "3", "0", "0", "0", "0"] in lines
    assert "Trend" not in cli("fleet", "report", "week3").out
    page = cli("fleet", "report", *stores, "--format", "html").out
    assert all(f"<td>{words}</td>" in page for words in ("week1", "oslo"))


@pytest.mark.parametrize("name", ["nothing", "hosts", "secret.txt"])
def test_what_is_no_store_is_refused(hosts: Path, cli: Callable[..., Any], name: str) -> None:
    (hosts / "secret.txt").write_text("not to be read")
    for words in (("query", name, "SELECT 1"), ("report", name), ("compare", name, "whole.duckdb")):
        ran = cli("fleet", *words)
        assert ran.code == 2
        assert ("no such store" if name == "nothing" else "not a store that") in ran.err


@pytest.mark.parametrize(
    "evil",
    [
        "DROP TABLE notes; CREATE VIEW notes AS SELECT 1 run, '' kind, content AS text FROM read_text('secret.txt')",
        "CREATE MACRO any_value(x) AS (SELECT content FROM read_text('secret.txt'))",
    ],
)
def test_what_is_a_program_in_a_store_is_not_run(hosts: Path, cli: Callable[..., Any], evil: str) -> None:
    import duckdb

    (hosts / "secret.txt").write_text("not to be read")
    with duckdb.connect("whole.duckdb") as database:
        database.execute(evil)
    for words in (("merge", "whole.duckdb", "-o", "parquet:new"), ("query", "whole.duckdb", "SELECT text FROM notes")):
        ran = cli("fleet", *words)
        assert (ran.code, ran.out) == (2, "")
        assert "in it is not a table; a store holds tables alone" in ran.err
    assert not (hosts / "new").exists()


def test_a_store_of_another_version_is_refused(hosts: Path, cli: Callable[..., Any]) -> None:
    import duckdb

    with duckdb.connect("whole.duckdb") as database:
        database.execute("UPDATE runs SET schema = 'ipseclint.store/9'")
    ran = cli("fleet", "report", "whole.duckdb")
    assert ran.code == 2
    assert "its tables are ipseclint.store/9, this version reads ipseclint.store/3" in ran.err


@pytest.mark.parametrize("damage", ["settings = '['", "settings = '[1]'", "settings = NULL", "shard = '4/3'"])
def test_a_store_whose_runs_are_damaged_is_refused(hosts: Path, cli: Callable[..., Any], damage: str) -> None:
    import duckdb

    with duckdb.connect("whole.duckdb") as database:
        database.execute(f"UPDATE runs SET {damage}")  # noqa: S608 - our own words
    for words in (("merge", "whole.duckdb", "-o", "parquet:new"), ("report", "whole.duckdb")):
        ran = cli("fleet", *words)
        assert ran.code == 2
        assert "whole.duckdb: what it says of its runs is damaged" in ran.err


@pytest.mark.parametrize(
    ("digest", "message"),
    [
        (
            lambda: zlib.compress(bytes(MAX_DIGEST_BYTES + 1), 1),
            "a digest is damaged: it is cut, or larger than 67,108,864 bytes",
        ),
        (lambda: packed((None, {})), "a digest is damaged: it is another value"),
    ],
    ids=["bomb", "another value"],
)
def test_a_digest_that_is_too_large_or_none_is_refused(
    hosts: Path, cli: Callable[..., Any], digest: Callable[[], bytes], message: str
) -> None:
    import duckdb

    cli("hosts", "--shard", "1/1", "-o", "duckdb:one")
    with duckdb.connect("one") as database:
        database.execute("UPDATE digests SET digest = ?", [digest()])
    ran = cli("fleet", "merge", "one", "-o", "duckdb:merged")
    assert (ran.code, ran.err) == (2, f"ipseclint: cannot write merged: {message}\n")


def test_a_new_store_is_not_written_over_one_that_is_an_input(hosts: Path, cli: Callable[..., Any]) -> None:
    ran = cli("fleet", "check", "whole.duckdb", "--local", "1", "--shards", "2", "-o", "duckdb:whole.duckdb")
    told = "ipseclint: -o whole.duckdb: this is an input, which a report must not overwrite\n"
    assert (ran.code, ran.out, ran.err) == (2, "", told)


@pytest.mark.parametrize(
    ("words", "handed_on"),
    [
        ([], []),
        (["--config", "own.toml"], ["--config", "own.toml"]),
        (["--fail-on", "warning"], ["--fail-on", "warning"]),
        (["--remote"], ["--remote"]),
    ],
)
def test_workers_are_told_what_decides_what_they_find(
    hosts: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, words: list[str], handed_on: list[str]
) -> None:
    told: list[object] = []

    def shards(options: list[str], count: int, _parts: Path, scheduler: str, _progress: object) -> None:
        told.extend((options, count, scheduler))
        raise OSError(errno.ENOSPC, "No space left on device")

    (hosts / "own.toml").write_text("", encoding="utf-8")
    monkeypatch.setattr(cluster, "shards_on_cluster", shards)
    ran = cli("fleet", "check", "hosts", "--local", "1", "--shards", "2", "-o", "duckdb:new", *words)
    assert told == [[*handed_on, "--", "hosts"], 2, "local:1"]
    assert (ran.code, ran.out, ran.err) == (2, "", "ipseclint: cannot write new: No space left on device\n")


def test_a_store_that_workers_wrote_is_named_beside_the_answer_and_gives_the_code(
    hosts: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stores(_options: object, count: int, parts: Path, *_: object) -> list[Path]:
        return [shutil.copytree(hosts / f"part{number}", parts / str(number)) for number in range(1, count + 1)]

    monkeypatch.setattr(cluster, "shards_on_cluster", stores)
    words = ("fleet", "check", "hosts", "--local", "1", "--shards", "3", "-o")
    before = set(hosts.iterdir())
    ran = cli(*words, "parquet:new")
    assert (ran.code, ran.out, ran.err) == (1, "", "ipseclint: wrote new\n")
    assert set(hosts.iterdir()) - before == {hosts / "new"}, "the stores of the shards are gone"
    ran = cli(*words, "parquet:other", "--fail-on", "never", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_report_is_not_written_over_its_store(hosts: Path, cli: Callable[..., Any]) -> None:
    assert cli("fleet", "report", "whole.duckdb", "-o", "whole.duckdb").code == 2
    assert cli("fleet", "merge", "part1", "part2", "-o", "parquet:part1").code == 2
    assert answer(cli, "whole.duckdb", "SELECT count(*) AS n FROM inputs") == [{"n": 12}]
