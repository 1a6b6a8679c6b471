"""What `diff --script` says beside the script, each only where it holds, and the exit code of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.repair import transition as made
from ipseclint.repair.transition import NOT_WEIGHED, Transition

RULE = "netsh advfirewall consec add rule name={name} endpoint1=10.0.0.1 endpoint2=10.0.0.2 action=noauthentication\n"


class Left:
    """Of the traffic that a script leaves otherwise all that the command line asks."""

    def __init__(self, *, changes: bool = False, undecided: bool = False) -> None:
        self.changes, self.undecided = changes, undecided


REMARKS: list[tuple[Callable[[Transition], Transition], list[str], int]] = [
    (lambda steps: steps, [], 0),
    (lambda steps: replace(steps, weighed=False), [NOT_WEIGHED], 0),
    (
        lambda steps: replace(steps, steps=tuple(replace(step, opens=True) for step in steps.steps)),
        ["no order of these steps keeps all protected traffic protected; the script says where"],
        0,
    ),
    (lambda steps: replace(steps, unwritten=(("rule R", "too long"),)), ["not written: rule R: too long"], 0),
    (
        lambda steps: replace(steps, left=Left(changes=True)),  # type: ignore[arg-type]
        ["the script does not reach the new policy"],
        1,
    ),
    (
        lambda steps: replace(steps, left=Left(undecided=True)),  # type: ignore[arg-type]
        ["the rules were too many to prove that the script reaches the new policy"],
        4,
    ),
    (
        lambda steps: replace(steps, left=Left(changes=True, undecided=True)),  # type: ignore[arg-type]
        [
            "the script does not reach the new policy",
            "the rules were too many to prove that the script reaches the new policy",
        ],
        1,
    ),
]


@pytest.mark.parametrize(("become", "says", "code"), REMARKS)
def test_a_remark_stands_where_it_holds(
    become: Callable[[Transition], Transition],
    says: list[str],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cli: Callable[..., Any],
) -> None:
    for name in ("old", "new"):
        (tmp_path / f"{name}.cmd").write_text(RULE.format(name=name))
    real = made.transition
    monkeypatch.setattr(made, "transition", lambda *states, **said: become(real(*states, **said)))
    ran = cli("diff", str(tmp_path / "old.cmd"), str(tmp_path / "new.cmd"), "--script", "netsh")
    assert ran.err.splitlines() == [f"ipseclint: {line}" for line in says]
    assert (ran.code, "name=new" in ran.out.replace('"', "")) == (code, True)
