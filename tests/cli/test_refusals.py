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
BROKEN = (
    'id = "broken"\nversion = "1"\ntitle = "t"\nextends = "default"\n[[custom]]\ncode = "ORG001"\nname = "n"\n'
    'severity = "error"\nobject = "connection_security_rule"\nwhen = "object.name > 3"\nmessage = "m"\nsummary = "s"\n'
)
FILES = {
    "policy.cmd": POLICY,
    "other.cmd": POLICY,
    "run/caller.cmd": "call part.cmd\n",
    "run/part.cmd": POLICY,
    "broken.toml": BROKEN,
    "no-baseline.toml": 'baseline = "missing.json"\n',
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


@pytest.mark.parametrize("command", ["policy.cmd", "explain QD001 policy.cmd", "waive QD001 policy.cmd --reason x"])
def test_a_configuration_that_is_found_and_cannot_be_followed_is_told(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_text(POLICY)
    (tmp_path / "ipseclint.toml").write_text('baseline = "missing.json"\n')
    ran = cli(*shlex.split(command))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"ipseclint: {tmp_path / 'missing.json'}: it does not exist\n"
