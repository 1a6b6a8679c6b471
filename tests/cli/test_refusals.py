"""Each refusal of the command line: its exit code, all that it says, and that it leaves nothing behind."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REFUSALS = tomllib.loads(Path(__file__).with_name("refusals.toml").read_text(encoding="utf-8"))["refusal"]
POLICY = (
    "netsh advfirewall consec add rule name=R endpoint1=10.0.0.1 endpoint2=10.0.0.2"
    " action=requireinrequireout auth1=computerkerb\n"
)
HALF = "netsh advfirewall set global mainmode mmkeylifetime %MINUTES%min,0sess\n"
FILES = {
    "policy.cmd": POLICY,
    "other.cmd": POLICY,
    "half.cmd": POLICY + HALF,
    "notes.txt": "hello\n",
    "nowhere.toml": 'ruleset = ["nowhere"]\n',
    "taken/x": "x",
}


@pytest.mark.parametrize("refusal", REFUSALS, ids=[row["command"] for row in REFUSALS])
def test_a_refusal_says_what_is_wrong_and_writes_nothing(
    refusal: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    ran = cli(*shlex.split(refusal["command"]))
    assert (ran.code, ran.err, ran.out) == (refusal["code"], f"ipseclint: {refusal['says']}\n", "")
    left = {path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == FILES
