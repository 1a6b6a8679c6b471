"""Several processes give the same report as one."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.drawn(6)

LINE = 'netsh ipsec static add policy name="P{n}" mmlifetime={minutes}\r\n'


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for n in range(60):
        (tmp_path / f"p{n:02}.cmd").write_text(LINE.format(n=n, minutes=5 if n % 3 else 480))
    (tmp_path / "half.cmd").write_text("netsh ipsec static add policy name=%X% mmlifetime=5\r\n")
    (tmp_path / "notes.txt").write_text("nothing")
    return tmp_path


@pytest.mark.drawn(6)
@pytest.mark.parametrize("name", ["json", "text", "junit"])
def test_the_report_does_not_depend_on_the_number_of_processes(many: Path, cli: Callable[..., Any], name: str) -> None:
    one, two, automatic = (cli(".", "-o", name, "--jobs", jobs) for jobs in ("1", "2", "0"))
    assert one.code == 4
    assert one.out == two.out == automatic.out
    if name == "json":
        assert len(json.loads(one.out)["inputs"]) == 61
        assert len([row for row in json.loads(two.out)["findings"] if row["code"] == "QD001"]) == 41


def test_a_source_travels_to_a_worker() -> None:
    import pickle

    from ipseclint.source import bytes_source

    source = pickle.loads(pickle.dumps(bytes_source("<stdin>", b"data")))
    assert source.read_bytes() == b"data"


CONSEC = "netsh advfirewall consec add rule endpoint1=any action=requireinrequireout auth1=computerpsk"


@pytest.fixture
def two_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One machine in two scripts: two rules with keys of one length, and what has nothing to do with them."""
    monkeypatch.chdir(tmp_path)
    narrow, wide = "name=A endpoint2=10.0.0.0/8 auth1psk=aaaaaaaa", "name=B endpoint2=10.1.0.0/16 auth1psk=bbbbbbbb"
    (tmp_path / "one.cmd").write_text(f"{CONSEC} {narrow}\r\n{CONSEC} {wide}\r\n")
    (tmp_path / "two.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\r\n")
    return tmp_path


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_different_keys_stay_different_between_processes(
    two_keys: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    context = multiprocessing.get_context(method)
    monkeypatch.setattr(multiprocessing, "get_context", lambda *_: context)
    arguments = ("one.cmd", "two.cmd", "--machine", "X", "-o", "json", "--jobs")
    one, two = cli(*arguments, "1"), cli(*arguments, "2")
    assert one.out == two.out
    assert "FL005" not in {finding["code"] for finding in json.loads(two.out)["findings"]}


def test_equal_keys_stay_equal_between_processes(two_keys: Path, cli: Callable[..., Any]) -> None:
    script = two_keys / "one.cmd"
    script.write_text(script.read_text().replace("bbbbbbbb", "aaaaaaaa"))
    arguments = ("one.cmd", "two.cmd", "--machine", "X", "-o", "json", "--jobs")
    one, two = cli(*arguments, "1"), cli(*arguments, "2")
    assert one.out == two.out
    assert "FL005" in {finding["code"] for finding in json.loads(two.out)["findings"]}


@pytest.mark.parametrize("machine", [(), ("--machine", "X")], ids=["each", "joined"])
@pytest.mark.parametrize("folder", ["formats", "runs", pytest.param("rules", marks=pytest.mark.long)])
def test_every_fixture_gives_the_same_with_one_process_and_two(
    cli: Callable[..., Any], fixtures: Path, folder: str, machine: tuple[str, ...], draw: Callable[..., list[Path]]
) -> None:
    inputs = draw(sorted((fixtures / folder).iterdir()), len(machine), 4)
    one, two = (cli(*inputs, "-o", "json", "--jobs", jobs, *machine) for jobs in ("1", "2"))
    assert one.out == two.out
    assert json.loads(one.out)["inputs"]
