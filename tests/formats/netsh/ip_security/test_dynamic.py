"""What `netsh ipsec dynamic delete` takes away, and what it says of a rule that it does not find as written."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.netsh.script import parse
from ipseclint.source import bytes_source

MAKE = (
    "netsh ipsec dynamic add mmpolicy name=M mmsecmethods=3DES-SHA1-2\r\n"
    "netsh ipsec dynamic add rule srcaddr=me dstaddr=10.0.0.1 mmpolicy=M kerberos=yes conntype=all\r\n"
)
KEPT = "rules between these addresses differ in the rest of what is said here; they are kept"
DOUBT = "this command stands behind a jump under a condition: whether it runs is not known"


def delete(**others: str) -> str:
    """The command for the rule that is made, with some values changed."""
    tags = {"srcaddr": "me", "dstaddr": "10.0.0.1", "protocol": "ANY", "srcport": "0", "dstport": "0"}
    tags |= {"mirrored": "yes", "conntype": "all"} | others
    return "netsh ipsec dynamic delete rule " + " ".join(f"{tag}={value}" for tag, value in tags.items())


def read(*lines: str) -> tuple[list[str], list[tuple[int, int, str]]]:
    """The names of the rules that are left, and what is said of lines."""
    parsed = parse(bytes_source("script.cmd", (MAKE + "\r\n".join(lines)).encode()))
    said = [(problem.span.line, problem.span.column, problem.message) for problem in parsed.problems]
    return [rule.name for rule in parsed.policy.connection_security_rules], said


@cases(
    ("others", "is_left", "is_said"),
    [
        ({}, False, False),
        ({"dstaddr": "10.0.0.2"}, True, False),
        ({"srcaddr": "any"}, True, False),
        ({"protocol": "TCP"}, True, True),
        ({"protocol": "TCP", "srcport": "80"}, True, True),
        ({"protocol": "TCP", "dstport": "80"}, True, True),
        ({"mirrored": "no"}, True, True),
        ({"conntype": "lan"}, True, True),
        ({"tunneldstaddress": "10.0.0.9"}, True, True),
        ({"srcaddr": "10.0.0.1", "dstaddr": "me"}, True, True),
    ],
)
def test_a_rule_is_deleted_as_it_was_made_or_it_is_said(others: dict[str, str], is_left: bool, is_said: bool) -> None:
    expected = ["me to 10.0.0.1"] if is_left else [], [(3, 21, KEPT)] if is_said else []
    assert read(delete(**others)) == expected


@cases(
    ("command", "finds"),
    [
        (delete(), True),
        (delete(dstaddr="10.0.0.2"), False),
        ("netsh ipsec dynamic delete mmpolicy name=m", True),
        ("netsh ipsec dynamic delete mmpolicy name=all", True),
        ("netsh ipsec dynamic delete mmpolicy name=N", False),
        ("netsh ipsec dynamic delete qmpolicy name=M", False),
        ("netsh ipsec dynamic delete all", True),
    ],
)
def test_a_script_that_ends_where_nothing_is_deleted_may_end_there(command: str, finds: bool) -> None:
    _, said = read(f"{command} || exit /b 1", "netsh ipsec dynamic set config property=ipsecexempt value=0")
    assert said == ([] if finds else [(4, 1, DOUBT)])
