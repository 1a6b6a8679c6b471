"""A script read for tests: what it sets up, and what is said about it."""

from __future__ import annotations

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.script.format import parse
from ipseclint.model.policy import ConnectionSecurityRule, Policy
from ipseclint.source import bytes_source

PATH = "policy.ps1"


def parsed(script: str, path: str = PATH) -> Parsed:
    """What is read of a script."""
    return parse(bytes_source(path, script.encode()))


def policy_of(script: str) -> Policy:
    """The policy that a script sets up. Fails if something in it is not understood, or refused."""
    result = parsed(script)
    assert [problem.message for problem in result.problems] == []
    assert [command.reason for command in result.policy.refused_commands] == []
    return result.policy


def rule_of(script: str) -> ConnectionSecurityRule:
    """The only connection security rule that a script makes."""
    (rule,) = policy_of(script).connection_security_rules
    return rule


def names_of(script: str) -> list[str]:
    """The names of the connection security rules that a script makes."""
    return [rule.name for rule in policy_of(script).connection_security_rules]


def said_of(script: str, path: str = PATH) -> list[tuple[int, int, str]]:
    """Line, column and message of each problem."""
    return [(each.span.line, each.span.column, each.message) for each in parsed(script, path).problems]


def refused_of(script: str) -> list[tuple[int, int, str]]:
    """Line, column and reason of each command that is refused."""
    commands = parsed(script).policy.refused_commands
    return [(each.span.line, each.span.column, each.reason) for each in commands]


def format_of(text: str, path: str = PATH) -> str | None:
    """The name of the format that claims a text."""
    kind = recognise(bytes_source(path, text.encode()))
    return None if kind is None else kind.name


def addressed_by(script: str) -> list[str]:
    """Each connection security rule that a script makes, as `name=addresses` of the other side."""
    rules = policy_of(script).connection_security_rules
    return [f"{rule.name}={','.join(map(str, rule.endpoint2.known or ()))}" for rule in rules]
