"""What tests of several processes share."""

from __future__ import annotations

from pathlib import Path

import pytest

LINE = 'netsh ipsec static add policy name="P{n}" mmlifetime=5\r\n'


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder, with 40 scripts."""
    monkeypatch.chdir(tmp_path)
    for number in range(40):
        (tmp_path / f"p{number:02}.cmd").write_text(LINE.format(n=number))
    return tmp_path
