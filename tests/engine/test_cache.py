"""Results kept in a folder: an unchanged input is not read again, and nothing else is taken for unchanged."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.engine import cache, checked, run, workers
from ipseclint.engine.apply_rules import Outcome, Plan, run_fleet_rules
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.model.site import NO_FACTS
from ipseclint.report import Ignored
from ipseclint.rules import all_rules
from ipseclint.semantics.digest import Fleet
from ipseclint.source import bytes_source, file_source
from tests import ROOT
from tests.cases import cases
from tests.engine.test_checked import work

pytestmark = pytest.mark.drawn(6)

POLICY = 'netsh ipsec static add policy name="P" mmlifetime={minutes}\r\n'
RULE = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requireinrequireout"
KEY = "correct horse battery"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]) -> Path:
    """A folder with files of every sort, and one for results beside it."""
    cli("demo", tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    return tmp_path / "desk"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the inputs that are read."""
    paths: list[str] = []

    def noting(candidate: Candidate, work: checked.Work) -> Any:
        paths.append(candidate.source.path)
        return checked.check_alone(candidate, work)

    monkeypatch.setattr(workers, "check_alone", noting)
    return paths


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.drawn(8)
@pytest.mark.parametrize("form", ["json", "text", "junit", "html"])
def test_a_second_run_says_the_same_without_reading(
    desk: Path, cli: Callable[..., Any], read: list[str], form: str
) -> None:
    plain = cli(".", "-o", form)
    first = cli(".", "-o", form, "--cache", "../kept", "-j", "1")
    count = len(read)
    read.clear()
    second = cli(".", "-o", form, "--cache", "../kept", "-j", "1")
    assert (plain.code, plain.out) == (first.code, first.out) == (second.code, second.out)
    assert count > 3
    assert read == ["wfpstate.xml"], "it holds a preshared key"


def test_what_changed_is_read_again(desk: Path, cli: Callable[..., Any], read: list[str]) -> None:
    (desk / "one.cmd").write_text(POLICY.format(minutes=5))
    (desk / "two.cmd").write_text(POLICY.format(minutes=5))
    arguments = ("one.cmd", "two.cmd", "-o", "json", "--cache", "../kept")
    cli(*arguments)
    (desk / "two.cmd").write_text(POLICY.format(minutes=6))
    read.clear()
    ran = cli(*arguments)
    assert read == ["two.cmd"]
    assert ran.out == cli(*arguments, "--no-cache").out


@pytest.mark.parametrize(
    ("change", "options"),
    [
        ("ipseclint.toml", ()),
        ("", ("--select", "QD001")),
        ("", ("--ruleset", "cnsa-2.0")),
        ("", ("-o", "junit:out.xml")),
    ],
)
def test_another_kind_of_work_has_results_of_its_own(
    desk: Path, cli: Callable[..., Any], read: list[str], change: str, options: tuple[str, ...]
) -> None:
    cli("policy.cmd", "--cache", "../kept", "-q")
    if change:
        (desk / change).write_text("[site]\npeers = 4000\n")
    read.clear()
    cli("policy.cmd", "--cache", "../kept", "-q", *options)
    assert read == ["policy.cmd"]


def test_waivers_and_severities_hold_for_what_was_kept(desk: Path, cli: Callable[..., Any], read: list[str]) -> None:
    (desk / "one.cmd").write_text(POLICY.format(minutes=5))
    cli("one.cmd", "--cache", "../kept", "-q")
    (desk / "ipseclint-waivers.toml").write_text('[[waiver]]\nrule = "QD001"\nreason = "known"\n')
    read.clear()
    kept = cli("one.cmd", "--cache", "../kept", "-o", "json")
    assert read == []
    assert kept.out == cli("one.cmd", "-o", "json").out
    assert '"reason": "known"' in kept.out


def test_what_was_kept_under_other_intents_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.cmd").write_text(f"{RULE}\n")
    intent = '[[intent]]\nname = "all"\nmust = "{}"\npeers = ["10.0.0.0/8"]\n'
    said = []
    for must in ("exempt", "required", "exempt"):
        (tmp_path / "ipseclint.toml").write_text(intent.format(must))
        said.append("IT001" in cli("check", "a.cmd", "--cache", tmp_path / "kept").out)
    assert said == [True, False, True]


def test_no_key_is_kept(desk: Path, cli: Callable[..., Any], read: list[str]) -> None:
    (desk / "key.cmd").write_text(f'{RULE} auth1=computerpsk auth1psk="{KEY}"\r\n')
    (desk / "name.cmd").write_text(f'netsh ipsec static add policy name="{KEY}" mmlifetime=5\r\n')
    for _ in range(2):
        read.clear()
        cli("key.cmd", "name.cmd", "--cache", "../kept", "-q", "-j", "1")
        assert read == ["key.cmd", "name.cmd"]
    assert list(entries(desk.parent / "kept")) == []


def test_a_damaged_entry_is_as_if_it_were_not_there(desk: Path, cli: Callable[..., Any], read: list[str]) -> None:
    (desk / "one.cmd").write_text(POLICY.format(minutes=5))
    first = cli("one.cmd", "--cache", "../kept", "-o", "json")
    (entry,) = entries(desk.parent / "kept")
    for data in (b"", b"damaged", entry.read_bytes()[:-7], zlib.compress(b"cos\nsystem\n(S'true'\ntR.")):
        entry.write_bytes(data)
        read.clear()
        assert cli("one.cmd", "--cache", "../kept", "-o", "json").out == first.out
        assert read == ["one.cmd"]
    read.clear()
    cli("one.cmd", "--cache", "../kept", "-q")
    assert read == [], "it was written again"


def test_what_comparing_machines_showed_is_kept_while_all_are_as_they_were(
    desk: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []

    def noting(fleet: Fleet, plans: Sequence[Plan]) -> Iterator[Outcome]:
        compared.append(len(fleet))
        return run_fleet_rules(fleet, plans)

    monkeypatch.setattr(run, "run_fleet_rules", noting)
    pair = ("a.cmd", "b.cmd")
    for name, sides in zip(pair, (("10.1.0.0/16", "10.2.0.0/16"), ("10.2.0.0/16", "10.9.0.0/16")), strict=True):
        (desk / name).write_text(
            f"netsh advfirewall consec add rule name=R endpoint1={sides[0]} endpoint2={sides[1]} "
            "action=requireinrequireout auth1=computerkerb\r\n"
        )
    cached = ("-o", "json", "--cache", "../kept")
    first, second = cli(*pair, *cached), cli(*pair, *cached)
    assert compared == [2]
    assert "FL008" in first.out
    assert second.out == first.out == cli(*pair, "-o", "json").out
    compared.clear()
    for arguments in (("a.cmd", *cached), ("b.cmd", "a.cmd", *cached), (*pair, "--machine", "m", *cached)):
        assert cli(*arguments).out == cli(*arguments, "--no-cache").out
    (desk / "b.cmd").write_text((desk / "b.cmd").read_text().replace("10.9.", "10.1."))
    assert "FL008" not in cli(*pair, *cached).out
    (desk / "key.cmd").write_text(f'{RULE} auth1=computerpsk auth1psk="{KEY}"\r\n')
    for _ in range(2):
        compared.clear()
        cli(*pair, "key.cmd", *cached)
        assert compared == [3], "an input with a key is not kept, nor what its machine is compared with"


def test_a_folder_that_cannot_be_used_keeps_nothing_and_hinders_nothing(desk: Path, cli: Callable[..., Any]) -> None:
    (desk.parent / "kept").write_text("a file")
    assert cli("policy.cmd", "--cache", "../kept", "-o", "json").out == cli("policy.cmd", "-o", "json").out


def test_two_runs_at_once_keep_whole_entries(desk: Path, cli: Callable[..., Any]) -> None:
    asked = (".", "-o", "json", "--as-of", "2026-11-27")
    plain = cli(*asked)
    command = [sys.executable, "-m", "ipseclint", *asked, "-q", "--cache", "../kept", "-j", "1"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert {process.communicate()[0] for process in running} == {plain.out}
    assert cli(*asked, "--cache", "../kept").out == plain.out
    assert not [path for path in entries(desk.parent / "kept") if path.name.startswith(".new")]


def test_what_a_day_decides_is_kept_for_that_day(desk: Path, cli: Callable[..., Any], read: list[str]) -> None:
    (desk / "vpn.ps1").write_text("Add-VpnConnection -Name V -ServerAddress vpn.example.org -TunnelType Ikev2\r\n")
    host = next(iter(sorted((ROOT / "fixtures/formats/certutil-store").glob("*.txt"))))
    for day, count in (("2026-01-01", 1), ("2026-01-01", 0), ("2027-01-01", 1), ("2027-01-01", 0)):
        read.clear()
        cli(str(host), "--cache", "../kept", "-q", "--as-of", day)
        assert len(read) == count
    for day, count in (("2026-01-01", 1), ("2027-01-01", 0)):
        read.clear()
        cli("vpn.ps1", "--cache", "../kept", "-q", "--as-of", day)
        assert len(read) == count


def test_a_rule_that_is_not_ours_marks_the_work_by_its_code(tmp_path: Path) -> None:
    ours = next(iter(all_rules()))
    assert cache._mark_of_check(ours) == b""
    codes = set()
    for text in ("def check(machine, options): return []\n", "def check(machine, options): return [1]\n"):
        path = tmp_path / "plugin.py"
        path.write_text(text)
        check = runpy.run_path(str(path), run_name="plugin")["check"]
        codes.add(cache._mark_of_check(replace(ours, check=check)))
    assert len(codes) == 2
    path.unlink()
    for own in (check, len):
        foreign = replace(ours, check=own)
        assert cache._mark_of_check(foreign) == repr(foreign).encode()


def test_in_which_order_a_disk_lists_the_code_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def walking(folder: Path, *, turned: bool) -> Iterator[tuple[str, list[str], list[str]]]:
        entries = sorted(folder.iterdir(), reverse=turned)
        folders = [each.name for each in entries if each.is_dir()]
        yield str(folder), folders, [each.name for each in entries if not each.is_dir()]
        for name in folders:
            yield from walking(folder / name, turned=turned)

    told = []
    for turned in (False, True):
        monkeypatch.setattr(os, "walk", partial(walking, turned=turned))
        told.append(list(cache._code()))
    assert told[0] == told[1]
    assert len(told[0]) > 100


def test_what_was_compared_counts_only_where_every_input_is_kept(tmp_path: Path) -> None:
    kept, fleet = cache.Cache(tmp_path, work()), Fleet([], NO_FACTS)
    for inputs, found in (([True, False], None), ([True, True], ()), ([True, False], None)):
        kept._kept = inputs
        kept.keep_compared(fleet, ())
        assert kept.compared(fleet) == found


@cases(("path", "holds"), [(f"{KEY}.txt", True), ("a.txt", False)])
def test_what_is_ignored_is_looked_through_for_keys_too(path: str, holds: bool) -> None:
    assert cache._holds_keys(Ignored(path=path, kind="of no concern"), [KEY]) is holds


def test_a_file_that_is_written_anew_is_another_whatever_it_says(tmp_path: Path) -> None:
    place = tmp_path / "a.cmd"
    place.write_text(RULE)
    file, text = (Candidate(each, named=True) for each in (file_source(place), bytes_source("a", b"")))
    before = cache._written(file)
    assert cache._written(file) == before
    assert cache._written(text) == [None]
    os.utime(place, ns=(0, 0))
    assert cache._written(file) != before
