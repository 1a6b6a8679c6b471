"""A folder means the same machines in every command: what `check` reads as several is never repaired as one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RULE = "netsh advfirewall consec add rule name={0} endpoint1=any endpoint2=10.{1}.0.0/16 action=requireinrequireout\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("policies").mkdir()
    for number, name in enumerate(("a", "b")):
        (tmp_path / "policies" / f"{name}.cmd").write_text(RULE.format(name, number))
    return "policies"


@pytest.mark.parametrize(
    "command",
    [
        ("fix", "policies", "--verify"),
        ("which", "policies", "--src", "10.0.0.1", "--dst", "10.1.0.1"),
        ("coverage", "policies"),
        ("load", "policies", "--peers", "10"),
    ],
    ids=lambda command: command[0],
)
def test_several_machines_are_not_taken_for_one(folder: str, cli: Callable[..., Any], command: tuple[str, ...]) -> None:
    ran = cli(*command)
    assert (ran.code, ran.out) == (2, "")
    assert (
        "policies: 2 machines, as `ipseclint check` reads it; give one of them: policies/a.cmd, policies/b.cmd"
        in ran.err
    )
    one = [word.replace("policies", "policies/a.cmd") for word in command]
    assert cli(*one).code == 0
