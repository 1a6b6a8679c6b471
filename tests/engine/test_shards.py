"""Shards: each input in one of them, machines whole, and what they find together is what one run finds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine import run, shards
from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.shards import FLEET_KEY, MAX_MACHINE_FILES, Shard, in_shard, parse_shard, share_fleet_key
from tests.cases import cases

pytestmark = pytest.mark.drawn(4)

LINE = 'netsh ipsec static add policy name="P{n}" mmlifetime=5\r\n'


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fixtures: Path) -> Path:
    """A folder of many hosts, and three hosts that are a folder each, with what they logged."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flat").mkdir()
    for number in range(MAX_MACHINE_FILES + 1):
        (tmp_path / "flat" / f"p{number:02}.cmd").write_text(LINE.format(n=number))
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        for path in (fixtures / "runs" / "docs" / "host").iterdir():
            (tmp_path / name / path.name).write_bytes(path.read_bytes())
    return tmp_path


def paths(shard: Shard) -> list[str]:
    return [candidate.source.path for candidate in in_shard(candidates(["."]), shard)]


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_each_input_is_in_one_shard_and_in_no_other(fleet: Path, count: int) -> None:
    whole = [candidate.source.path for candidate in candidates(["."])]
    parts = [path for number in range(1, count + 1) for path in paths(Shard(number, count))]
    assert len(whole) == MAX_MACHINE_FILES + 1 + 6
    assert sorted(parts) == sorted(whole)


def test_a_shard_is_the_same_whatever_else_there_is(fleet: Path) -> None:
    before = paths(Shard(2, 3))
    (fleet / "flat" / "more.cmd").write_text(LINE.format(n=99))
    (fleet / "d").mkdir()
    (fleet / "d" / "policy.cmd").write_text(LINE.format(n=100))
    after = paths(Shard(2, 3))
    assert [path for path in after if path not in {"flat/more.cmd", "d/policy.cmd"}] == before


def test_the_paths_decide_and_not_the_machine(fleet: Path) -> None:
    flat = [Path(path).stem for path in paths(Shard(1, 8)) if path.startswith("flat/")]
    assert flat == ["p01", "p06", "p22", "p23", "p31", "p35", "p40", "p52", "p56"]


def test_the_files_of_one_machine_stay_together(fleet: Path) -> None:
    for number in range(1, 8):
        part = paths(Shard(number, 7))
        for name in ("a", "b", "c"):
            assert len([path for path in part if path.startswith(f"{name}/")]) in {0, 2}


def finding_keys(report: dict[str, Any]) -> list[tuple[str, str, int]]:
    return sorted(
        (finding["fingerprint"], finding["location"]["path"], finding["location"]["line"])
        for finding in report["findings"]
    )


def test_shards_find_together_what_one_run_finds_but_for_rules_over_machines(
    fleet: Path, cli: Callable[..., Any]
) -> None:
    whole = json.loads(cli(".", "-o", "json").out)
    parts = [json.loads(cli(".", "-o", "json", "--shard", f"{number}/3").out) for number in (1, 2, 3)]
    not_run = {reason["code"] for reason in parts[0]["not_checked"]} - {
        reason["code"] for reason in whole["not_checked"]
    }
    assert "AU030" in not_run
    assert {finding["code"] for finding in whole["findings"]}.isdisjoint(not_run)
    assert sorted(key for part in parts for key in finding_keys(part)) == finding_keys(whole)
    assert [part["settings"]["shard"] for part in parts] == ["1/3", "2/3", "3/3"]
    assert "shard" not in whole["settings"]


def test_a_shard_does_not_miss_what_is_in_another(fleet: Path, cli: Callable[..., Any]) -> None:
    for number in range(MAX_MACHINE_FILES + 1):
        with (fleet / "ipseclint-waivers.toml").open("a") as file:
            file.write(f'[[waiver]]\nrule = "QD001"\nsubject = "P{number}"\nreason = "known"\n')
    assert cli("baseline", "create", ".").code == 0
    ran = cli(".", "-o", "json", "--shard", "1/3", "--baseline", "ipseclint-baseline.json")
    body = json.loads(ran.out)
    assert "WV002" not in {finding["code"] for finding in body["findings"]}
    assert "gone" not in body


def test_a_report_says_that_it_is_of_a_shard(fleet: Path, cli: Callable[..., Any]) -> None:
    out = cli(".", "--shard", "1/3").out
    assert "shard 1/3, without the rules that compare machines" in out
    assert "rules not run in a shard: they compare machines" in out


@cases("text", ["0/3", "4/3", "1", "1/0", "a/b", "-1/3", "1/3/5", "١/3", ""])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="expected I/N with I from 1 to N"):
        parse_shard(text)


@pytest.mark.parametrize("option", ["--machine", "--since"])
def test_what_is_about_all_inputs_goes_with_no_shard(fleet: Path, cli: Callable[..., Any], option: str) -> None:
    ran = cli(".", "--shard", "1/3", option, "x")
    assert ran.code == 2
    assert f"shard 1/3: {option} is about all inputs together" in ran.err


@pytest.mark.parametrize("words", ["the same words", "\udcff", "", None])
def test_keys_are_digested_under_the_words_that_all_shards_were_given(
    monkeypatch: pytest.MonkeyPatch, words: str | None
) -> None:
    shared: list[bytes] = []
    monkeypatch.setattr(shards, "share_run_key", shared.append)
    if words is None:
        monkeypatch.delenv(FLEET_KEY, raising=False)
    else:
        monkeypatch.setenv(FLEET_KEY, words)
    share_fleet_key()
    data = (words or "").encode("utf-8", "surrogateescape")
    assert shared == ([hashlib.blake2b(data, digest_size=32).digest()] if words else [])


@pytest.mark.parametrize("digests", [True, False])
def test_a_run_shares_the_words_of_the_fleet_only_if_its_machines_are_compared_later(
    monkeypatch: pytest.MonkeyPatch, digests: bool
) -> None:
    shared: list[bool] = []
    monkeypatch.setattr(run, "share_fleet_key", lambda: shared.append(True))
    ruleset = load_ruleset("default")
    rule = ruleset.find("QD001")
    assert rule is not None
    run.check([], Job(plans=(Plan(ruleset, (rule,)),), digests=digests))
    assert shared == [True] * digests
