"""What is made of many values in several processes is what one makes, whoever kills a process."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ipseclint.cli.files import replace_file
from ipseclint.engine import spread
from ipseclint.engine.spread import SpreadOver
from ipseclint.engine.workers import end_with_parent
from ipseclint.finding import Finding
from ipseclint.packing import Chunk, Packed
from ipseclint.reporters import in_turn, store
from tests.cases import cases

pytestmark = pytest.mark.drawn(4)

NUMBERS = 5000
LINE = 'netsh ipsec static add policy name="P{n}" mmlifetime=5 mmpfs=yes\r\n'


def texts(portions: Iterable[Sequence[int]]) -> str:
    return "".join(f"{number} {os.getpid()}\n" for numbers in portions for number in numbers)


def deadly(portions: Iterable[Sequence[int]], number: int, here: int, how: int = signal.SIGKILL) -> list[int]:
    """Doubling that ends each process but this one where it comes to a number."""
    numbers = [each for portion in portions for each in portion]
    if number in numbers and os.getpid() != here:
        os.kill(os.getpid(), how)
    return [2 * each for each in numbers]


def failing(portions: Iterable[Sequence[int]]) -> int:
    raise ZeroDivisionError(len(list(portions)))


def test_other_processes_make_it_in_order() -> None:
    made = "".join(SpreadOver(2)(texts, Packed.of(range(NUMBERS))))
    numbers, processes = zip(*(line.split() for line in made.splitlines()), strict=True)
    assert list(map(int, numbers)) == list(range(NUMBERS))
    assert str(os.getpid()) not in processes


@cases(("jobs", "number"), [(1, NUMBERS), (2, spread.MIN_VALUES - 1)])
def test_one_process_makes_it_itself(jobs: int, number: int) -> None:
    made = "".join(SpreadOver(jobs)(texts, Packed.of(range(number))))
    assert made == "".join(in_turn(texts, range(number)))


def test_where_nobody_knows_how_many_processors_there_are_one_process_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    made = "".join(SpreadOver(0)(texts, Packed.of(range(NUMBERS))))
    assert made == "".join(in_turn(texts, range(NUMBERS)))


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signals")
@pytest.mark.parametrize("deadly_number", range(100, NUMBERS, 490))
def test_what_a_killed_process_was_at_is_made_here(deadly_number: int) -> None:
    function = partial(deadly, number=deadly_number, here=os.getpid())
    made = SpreadOver(2)(function, Packed.of(range(NUMBERS)))
    assert [number for part in made for number in part] == [2 * number for number in range(NUMBERS)]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signals")
def test_a_process_that_is_asked_to_end_does_not_end_the_run(tmp_path: Path) -> None:
    function = partial(deadly, number=700, here=os.getpid(), how=signal.SIGTERM)
    made = SpreadOver(2)(function, Packed.of(range(NUMBERS)))
    replace_file(tmp_path / "made", (f"{part}\n".encode() for part in made))
    lines = (tmp_path / "made").read_text().splitlines()
    assert [number for line in lines for number in json.loads(line)] == [2 * number for number in range(NUMBERS)]


def test_a_process_ends_when_it_is_asked_to_or_its_parent_has_and_runs_no_collector(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[object] = []

    def thread(**options: object) -> SimpleNamespace:
        begun.append(options)
        return SimpleNamespace(start=lambda: begun.append("started"))

    monkeypatch.setattr(signal, "signal", lambda *told: begun.append(told))
    monkeypatch.setattr(spread, "threading", SimpleNamespace(Thread=thread))
    monkeypatch.setattr(spread, "gc", SimpleNamespace(disable=lambda: begun.append("no collector")))
    spread._prepare()
    assert begun == [
        (signal.SIGTERM, signal.SIG_DFL),
        {"target": end_with_parent, "daemon": True},
        "started",
        "no collector",
    ]


@cases(
    ("numbers", "portions"),
    [
        ([], []),
        ([1], [[1]]),
        ([249, 1, 3], [[249, 1], [3]]),
        ([250, 249], [[250], [249]]),
        ([300, 100, 149, 1, 250], [[300], [100, 149, 1], [250]]),
    ],
)
def test_a_portion_is_as_many_chunks_as_are_worth_handing_over(numbers: list[int], portions: list[list[int]]) -> None:
    chunks = [Chunk(number, b"") for number in numbers]
    assert [[each.number for each in portion] for portion in spread._portions(chunks)] == portions


def test_what_fails_there_fails_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(SpreadOver(2)(failing, Packed.of(range(NUMBERS))))


@pytest.mark.drawn(2)
@pytest.mark.parametrize("name", ["text", "jsonl"])
def test_reports_are_those_of_one_process(
    tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(spread, "MIN_VALUES", 20)
    monkeypatch.setattr(spread, "_VALUES", 7)
    for n in range(30):
        (tmp_path / f"p{n:02}.cmd").write_text(LINE.format(n=n))
    one, two = (cli(".", "-o", name, "--jobs", jobs) for jobs in ("1", "2"))
    assert one.code == two.code == 1
    assert one.out == two.out


@pytest.mark.drawn(2)
@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signals")
@pytest.mark.parametrize("is_killed", [False, True])
def test_a_store_is_that_of_one_process(
    tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, *, is_killed: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(spread, "MIN_VALUES", 20)
    monkeypatch.setattr(spread, "_VALUES", 7)
    (tmp_path / "hosts").mkdir()
    for n in range(30):
        (tmp_path / "hosts" / f"p{n:02}.cmd").write_text(LINE.format(n=n))
    cli("hosts", "-o", "parquet:one", "--jobs", "1")
    here, make = os.getpid(), store.finding_row

    def dying(finding: Finding, run: int) -> Any:
        if is_killed and os.getpid() != here and finding.span.path == "hosts/p17.cmd":
            os.kill(os.getpid(), signal.SIGKILL)
        return make(finding, run)

    monkeypatch.setattr(store, "finding_row", dying)
    assert cli("hosts", "-o", "parquet:two", "--jobs", "2").code == 1
    for table in ("inputs", "machines", "objects", "findings", "notes"):
        name = f"{table}.parquet"
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
