"""The repairs that a report proposes are planned in few runs of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.findings import actions

RULE = "netsh advfirewall consec add rule name=I endpoint1=10.0.0.0/8 endpoint2=10.9.0.0/16 action=requireinrequestout "


def test_many_equal_rules_are_checked_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    checks: list[object] = []
    found_with_fixes = actions.found_with_fixes

    def counted(*machine: Any, **more: Any) -> Iterator[Any]:
        checks.append(machine)
        return found_with_fixes(*machine, **more)

    monkeypatch.setattr(actions, "found_with_fixes", counted)
    (tmp_path / "equal.cmd").write_text((RULE + "auth1=computerkerb qmsecmethods=esp:md5-des\n") * 12)
    assert cli(tmp_path / "equal.cmd", "-o", "html").code == 1
    assert 3 < len(checks) < 40
    assert len({id(machine) for machine, *_ in checks}) == len(checks)  # each state is asked once
    checks.clear()
    (tmp_path / "more.cmd").write_text((RULE + "auth1=computerkerb qmsecmethods=esp:md5-des\n") * 80)
    assert cli(tmp_path / "more.cmd", "-o", "html", "--select", "CR").code == 1
    assert checks == []
