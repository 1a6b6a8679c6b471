"""Commands behind `||`, which run if the one before fails: one that adds is left out behind one that added."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.netsh.script import parse
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

ADD = "netsh ipsec static add policy name="
OPEN = "this command runs only if the one before `||` fails"


def read(script: str) -> Parsed:
    return parse(bytes_source("a.cmd", script.encode()))


@cases(
    ("script", "names"),
    [
        (f"{ADD}P || {ADD}Q\n", ["P"]),
        (f"{ADD}P || {ADD}Q\n{ADD}R\n", ["P", "R"]),
        (f"{ADD}P || {ADD}Q || {ADD}R\n", ["P"]),
        (f"{ADD}P || echo failed && {ADD}Q\n{ADD}R\n", ["P", "R"]),
        (f"{ADD}P || {ADD}Q || exit /b 1\nnetsh ipsec static delete policy name=P\n", []),
    ],
)
def test_what_is_behind_a_command_that_adds_is_not_run(script: str, names: list[str]) -> None:
    parsed = read(script)
    assert [policy.name for policy in parsed.policy.policies] == names
    assert parsed.problems == ()


@cases(
    ("script", "column"),
    [
        (f"{ADD}P colour=blue || {ADD}Q\n", 53),
        (f"{ADD}P& {ADD}P || {ADD}Q\n", 79),
        (f"{ADD}P || netsh ipsec static set policy name=P assign=y\n", 41),
        (f"netsh ipsec static set policy name=P assign=y || {ADD}Q\n", 50),
        (f"netsh ipsec static delete policy name=P || {ADD}Q\n", 44),
    ],
)
def test_what_is_behind_another_may_run(script: str, column: int) -> None:
    said = [(problem.span.column, problem.message) for problem in read(script).problems]
    assert (column, OPEN) in said
