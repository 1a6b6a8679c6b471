"""Scripts of few lines are told by a cmdlet wherever it stands on its line."""

from __future__ import annotations

import pytest
from tests.formats.powershell.script.evaluating import format_of

RULE = "New-NetIPsecRule -DisplayName a -InboundSecurity Require"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"if ($x -eq 'a') {{ {RULE} }}", "powershell-script"),
        (f'$a = "x"; {RULE}', "powershell-script"),
        (f"Import-Module 'NetSecurity'; $r = {RULE}", "powershell-script"),
        (f"# Import-Module 'x'; {RULE}", None),
        (f"Write-Host 'run: {RULE}'", None),
    ],
)
def test_a_cmdlet_behind_texts_in_quotes_is_one(text: str, name: str | None) -> None:
    assert format_of(text) == name
