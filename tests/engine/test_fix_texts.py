"""The fixes of a machine's findings as text."""

from pathlib import Path
from typing import Any

import pytest

from ipseclint import check_paths, check_text
from ipseclint.engine import fix_texts
from tests.test_growth import shown


def test_a_repair_that_no_tool_can_be_told_says_what_to_do_and_then_why_there_is_no_command() -> None:
    rule = "New-NetIPsecRule -DisplayName A -RemoteAddress 10.0.0.0/8 -OutboundSecurity Require -PolicyStore 'corp\\G'"
    report = check_text(f"{rule}\n{rule}\n", name="a.ps1")
    (fix,) = [finding.fix for finding in report.findings if finding.code == "FL005"]
    assert fix is not None
    assert (fix.netsh, fix.powershell) == (None, None)
    assert fix.note == (
        "Delete the rule, or one of the equal ones. Netsh changes a GPO only after `set store gpo=` in the same "
        "session; several objects have this display name, and the cmdlet would take them all."
    )


def test_a_repair_that_findings_share_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of many sets is weak and all of them are alike: one repair, of which each finding shows every command."""
    written: list[Any] = []
    write = fix_texts.commands_for

    def counted(edits: Any, index: Any) -> Any:
        if edits:
            written.append(edits)
        return write(edits, index)

    monkeypatch.setattr(fix_texts, "commands_for", counted)
    (tmp_path / "rules.txt").write_text("\n".join(shown(2)) + "\n", encoding="utf-8")
    report = check_paths([tmp_path / "rules.txt"], isolated=True)
    weak = [finding.fix for finding in report.findings if finding.code == "CR004"]
    assert len(weak) == 8
    assert len({fix.netsh for fix in weak if fix is not None}) == 1
    assert [len(edits) for edits in written] == [8], "once for both rules, whose advice differs"
