"""Small programs, each with the names of the rules that PowerShell would make of it, and whether something is said.

They stand in `evaluated.txt`, parted by `%%`: the program, and behind `=>` the names. `=>!` tells that something has to
be said beside them, `=> ?` that something has to be said, whatever the names are. `RULE` makes a rule, `EACH` one of
each text that is handed to it. What is expected was written down from the pages about_* before it was tried.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

pytestmark = pytest.mark.drawn(3)

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
PROGRAMS = (Path(__file__).parent / "evaluated.txt").read_text(encoding="utf-8").rstrip("\n").split("\n%%\n")
AT_ONCE = 15
"""So many programs are one test: most of what a test costs is that it is one."""


@cases("first", range(0, len(PROGRAMS), AT_ONCE))
def test_a_program_makes_what_powershell_would_or_it_is_said(first: int) -> None:
    for program in PROGRAMS[first : first + AT_ONCE]:
        judge(program)


def judge(program: str) -> None:
    """Hold what is read of one program to what is expected of it."""
    script, _, expected = program.rpartition("\n=>")
    result = parsed(script.replace("EACH", "% { RULE $_ }").replace("RULE", RULE))
    said = [problem.message for problem in result.problems]
    said += [name for name, _ in result.given]
    said += [command.reason for command in result.policy.refused_commands]
    if expected.strip() == "?":
        assert said, script
        return
    names = [rule.name for rule in result.policy.connection_security_rules]
    assert names == [name.strip() for name in expected.lstrip("!").split("|") if name.strip()], script
    assert bool(said) == expected.startswith("!"), (script, said)
