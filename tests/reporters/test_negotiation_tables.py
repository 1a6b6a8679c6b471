"""Each cell of the table about two ends says what the JSON says of the same negotiation."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RULE = (
    "netsh advfirewall consec add rule name=R endpoint1={} endpoint2={} "
    "action=requireinrequireout auth1=computerkerb qmsecmethods={}\n"
)


def _cells(pair: dict[str, Any]) -> list[str]:
    ends = [[pair[end]["path"], pair[end]["line"], pair[end]["subject"], pair["hosts"][end]] for end in ("a", "b")]
    cells = [*ends[0], *ends[1], pair["initiator"], pair["packet"], pair["key_module"], pair["verdict"], pair["stage"]]
    cells += [pair["when"], pair["after_seconds"], pair["main_mode"], pair["quick_mode"], pair["why"]]
    return ["" if cell is None else str(cell) for cell in cells]


@pytest.mark.parametrize(("theirs", "verdicts"), [("esp:sha256-aes256", {"secured"}), ("esp:sha1-aes128", {"fails"})])
def test_a_row_says_what_the_json_says(
    theirs: str, verdicts: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.cmd").write_text(RULE.format("10.0.0.1", "10.0.0.2", "esp:sha256-aes256"))
    (tmp_path / "b.cmd").write_text(RULE.format("10.0.0.2", "10.0.0.1", theirs))
    told = json.loads(cli("negotiate", "a.cmd", "b.cmd", "--format", "json").out)["pairs"]
    header, *rows = csv.reader(io.StringIO(cli("negotiate", "a.cmd", "b.cmd", "--format", "csv").out))
    assert [row[: header.index("why") + 1] for row in rows] == [_cells(pair) for pair in told]
    assert {pair["verdict"] for pair in told} == verdicts
    assert {pair["packet"] for pair in told} == {"10.0.0.1:49152 -> 10.0.0.2:445 tcp"}
