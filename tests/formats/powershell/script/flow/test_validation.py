"""What the attributes of a parameter refuse ends the statement that calls, and is said at the value."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, parsed, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
ENDS = "PowerShell ends this statement with an error: {}"
NOT_LISTED = "`{}` is not a value that this parameter accepts"
NOT_IN_RANGE = "`{}` is not in the range that this parameter takes"
EMPTY = "this parameter takes nothing that is empty"


def script_of(attribute: str, value: str) -> str:
    return f'function f {{ param([{attribute}]$n) {RULE} "n$n" }}\nf {value}\n{RULE} z'


@cases(
    ("attribute", "value", "why"),
    [
        ("ValidateSet('a', 'b')", "c", NOT_LISTED.format("c")),
        ('ValidateSet("a", "b")', "ab", NOT_LISTED.format("ab")),
        ("ValidateSet('a', 'b', IgnoreCase = $false)", "A", NOT_LISTED.format("A")),
        ("ValidateRange(2, 5)", "1", NOT_IN_RANGE.format("1")),
        ("ValidateRange(2, 5)", "6", NOT_IN_RANGE.format("6")),
        ("ValidateRange(-2, 5)", "-3", NOT_IN_RANGE.format("-3")),
        ("ValidateNotNullOrEmpty()", "''", EMPTY),
    ],
)
def test_what_a_parameter_refuses_is_said_at_the_value(attribute: str, value: str, why: str) -> None:
    script = script_of(attribute, value)
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["z"]
    ((line, column, message),) = said_of(script)
    assert (line, message) == (2, ENDS.format(why))
    assert column in {3, 4}  # within its quotation marks, where it has some


@cases(
    ("attribute", "value"),
    [
        ("ValidateSet('a', 'b')", "b"),
        ("ValidateSet('a', 'b')", "B"),
        ("ValidateSet('a', 'b', IgnoreCase = $true)", "A"),
        ("ValidateRange(2, 5)", "2"),
        ("ValidateRange(2, 5)", "5"),
        ("ValidateRange(-2, 5)", "-2"),
        ("ValidateNotNullOrEmpty()", "0"),
    ],
)
def test_what_a_parameter_takes_at_its_limits_is_used(attribute: str, value: str) -> None:
    assert names_of(script_of(attribute, value)) == [f"n{value}", "z"]


def test_each_value_of_a_list_is_held_to_the_attribute() -> None:
    script = script_of("ValidateSet('a', 'b')", "a, x")
    assert said_of(script) == [(2, 6, ENDS.format(NOT_LISTED.format("x")))]
