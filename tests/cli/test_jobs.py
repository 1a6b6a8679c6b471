"""Several processes give the same report as one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LINE = 'netsh ipsec static add policy name="P{n}" mmlifetime={minutes}\r\n'


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for n in range(60):
        (tmp_path / f"p{n:02}.cmd").write_text(LINE.format(n=n, minutes=5 if n % 3 else 480))
    (tmp_path / "half.cmd").write_text("netsh ipsec static add policy name=%X% mmlifetime=5\r\n")
    (tmp_path / "notes.txt").write_text("nothing")
    return tmp_path


@pytest.mark.parametrize("name", ["json", "text", "junit"])
def test_the_report_does_not_depend_on_the_number_of_processes(many: Path, cli: Callable[..., Any], name: str) -> None:
    one, two, automatic = (cli(".", "-o", name, "--jobs", jobs) for jobs in ("1", "2", "0"))
    assert one.code == 4
    assert one.out == two.out == automatic.out
    if name == "json":
        assert len(json.loads(one.out)["inputs"]) == 61
        assert len([each for each in json.loads(two.out)["findings"] if each["code"] == "QD001"]) == 40


def test_a_source_travels_to_a_worker() -> None:
    import pickle

    from ipseclint.source import bytes_source

    source = pickle.loads(pickle.dumps(bytes_source("<stdin>", b"data")))
    assert source.read_bytes() == b"data"
