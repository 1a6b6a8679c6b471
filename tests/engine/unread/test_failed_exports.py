"""A file into which only an error was printed is no export, and is passed over by nobody where rights were lacking."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint import check_paths
from ipseclint.engine.unread.failed_exports import failed_export
from ipseclint.finding import ProblemCode
from ipseclint.source import bytes_source
from tests.cases import cases

ELEVATED = "run the command from an elevated prompt"
RECORD = """Get-NetIPsecRule : Access is denied.
At line:1 char:1
+ Get-NetIPsecRule
+ ~~~~~~~~~~~~~~~~
    + CategoryInfo          : PermissionDenied: (MSFT_NetConSecRule:root/x) [Get-NetIPsecRule], CimException
    + FullyQualifiedErrorId : Windows System Error 5,Get-NetIPsecRule
"""
LACKING = {
    "netsh": "\r\nThe requested operation requires elevation (Run as administrator).\r\n\r\n",
    "German": "Der angeforderte Vorgang erfordert erhöhte Rechte (Als Administrator ausführen).\r\n",
    "record": RECORD,
    "PowerShell 7": "Get-NetIPsecRule: Access is denied.\n",
}
OTHERS = {
    "The following command was not found: advfirewall consec show rule name=all.\r\n": "`The following command was not",
    "No rules match the specified criteria.\r\n": "there is nothing of the kind",
    "ERR IPsec[05072] : No Policies found in the Policy Store\r\n": "there is nothing of the kind",
}
NONE = ("Content-Type: text/html\n", "Ok.\n", "Notes\nAccess is denied.\n", "x" * 5000, f"{RECORD}\nDone.\n")


@pytest.mark.parametrize("name", LACKING)
def test_an_export_for_which_rights_were_lacking_is_a_problem_in_a_folder_too(name: str, tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_text(LACKING[name], encoding="utf-8")
    for path in (tmp_path, tmp_path / "rules.txt"):
        (problem,) = check_paths(str(path), isolated=True).problems
        assert problem.code is ProblemCode.NOT_UNDERSTOOD
        assert problem.message.startswith("Windows printed an error in place of an export")
        assert ELEVATED in problem.message


@pytest.mark.parametrize("text", OTHERS)
def test_other_answers_are_said_for_what_they_are(text: str, tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_text(text, encoding="utf-8")
    (problem,) = check_paths(str(tmp_path / "rules.txt"), isolated=True).problems
    assert OTHERS[text] in problem.message
    assert ELEVATED not in problem.message


@cases("text", NONE)
def test_a_text_that_says_more_is_none(text: str) -> None:
    assert failed_export(bytes_source("rules.txt", text.encode())) is None
