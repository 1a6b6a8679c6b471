"""Small programs, each with the names of the rules that PowerShell would make of it, and whether something is said.

They stand in `evaluated.txt`, parted by `%%`: the program, and behind `=>` the names. `=>!` tells that something has to
be said beside them, `=> ?` that something has to be said, whatever the names are. `RULE` makes a rule, `EACH` one of
each text that is handed to it. What is expected was written down from the pages about_* before it was tried.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.formats.powershell.script.evaluating import parsed

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
PROGRAMS = (Path(__file__).parent / "evaluated.txt").read_text(encoding="utf-8").rstrip("\n").split("\n%%\n")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_makes_what_powershell_would_or_it_is_said(program: str) -> None:
    script, _, expected = program.rpartition("\n=>")
    result = parsed(script.replace("EACH", "% { RULE $_ }").replace("RULE", RULE))
    said = [problem.message for problem in result.problems]
    said += [name for name, _ in result.given]
    said += [command.reason for command in result.policy.refused_commands]
    if expected.strip() == "?":
        assert said
        return
    names = [rule.name for rule in result.policy.connection_security_rules]
    assert names == [name.strip() for name in expected.lstrip("!").split("|") if name.strip()]
    assert bool(said) == expected.startswith("!"), said
