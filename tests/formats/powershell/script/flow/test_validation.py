"""A call that the attributes of a parameter refuse does nothing, and is said to be refused at the value."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, parsed, refused_of, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
NOT_LISTED = "`{}` is not a value that this parameter accepts"
NOT_IN_RANGE = "`{}` is not in the range that this parameter takes"
EMPTY = "this parameter takes nothing that is empty"
NULL = "this parameter takes nothing that is null"
NO_PATTERN = "this parameter takes what fits its pattern, and this does not"
NO_SCRIPT = "the script that checks this parameter does not take it"


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
        ("ValidateRange('Positive')", "0", NOT_IN_RANGE.format("0")),
        ("ValidateRange('NonNegative')", "-1", NOT_IN_RANGE.format("-1")),
        ("ValidateRange('Negative')", "0", NOT_IN_RANGE.format("0")),
        ("ValidateRange('NonPositive')", "1", NOT_IN_RANGE.format("1")),
        ("ValidateNotNullOrEmpty()", "''", EMPTY),
        ("ValidateNotNullOrEmpty()", "$null", NULL),
        ("ValidateNotNull()", "$null", NULL),
        ("ValidateSet('a', ErrorMessage = 'not x')", "'not x'", NOT_LISTED.format("not x")),
        ("ValidateLength(2, 3)", "a", "this parameter takes 2 to 3 characters"),
        ("ValidateLength(2, 3)", "abcd", "this parameter takes 2 to 3 characters"),
        ("ValidateCount(2, 3)", "@('a')", "this parameter takes 2 to 3 values"),
        ("ValidateCount(2, 3)", "a, b, c, d", "this parameter takes 2 to 3 values"),
        ("ValidatePattern('^[a-c]+$')", "x", NO_PATTERN),
        ('ValidatePattern("^\\d+$")', "1x", NO_PATTERN),
        ("ValidateScript({ $_ -like 'a*' })", "b", NO_SCRIPT),
        ("ValidateScript({ if ($_ -ne 'a') { throw 'no' } else { $true } })", "b", NO_SCRIPT),
    ],
)
def test_what_a_parameter_refuses_is_said_at_the_value(attribute: str, value: str, why: str) -> None:
    script = script_of(attribute, value)
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["z"]
    assert said_of(script) == []
    ((line, column, message),) = refused_of(script)
    assert (line, message) == (2, why)
    assert column in {3, 4, 5}  # within its quotation marks or brackets, where it has some


@cases(
    ("attribute", "value"),
    [
        ("ValidateSet('a', 'b')", "b"),
        ("ValidateSet('a', 'b')", "B"),
        ("ValidateSet('a', 'b', IgnoreCase = $true)", "A"),
        ("ValidateRange(2, 5)", "2"),
        ("ValidateRange(2, 5)", "5"),
        ("ValidateRange(-2, 5)", "-2"),
        ("ValidateRange('Positive')", "1"),
        ("ValidateRange('NonNegative')", "0"),
        ("ValidateRange('Negative')", "-1"),
        ("ValidateRange('NonPositive')", "0"),
        ("ValidateNotNullOrEmpty()", "0"),
        ("ValidateSet('a', ErrorMessage = 'not x')", "A"),
        ("ValidateLength(2, 3)", "ab"),
        ("ValidateLength(2, 3)", "abc"),
        ("ValidateCount(0, 1)", "a"),
        ("ValidatePattern('^[a-c]+$')", "AB"),
        ("ValidatePattern('^[a-c]+$', Options = 'None')", "AB"),  # what options make of it is not told
        ("ValidatePattern('^(?!x)')", "x"),  # nor what a pattern finds that is not looked for
        ("ValidateScript({ $_ -like 'a*' })", "ab"),
        ("ValidateScript({ Test-Path $_ })", "ab"),
        ("ValidateScript({ if ($_ -ne 'a') { throw 'no' } else { $true } })", "a"),
    ],
)
def test_what_a_parameter_takes_at_its_limits_is_used(attribute: str, value: str) -> None:
    assert names_of(script_of(attribute, value)) == [f"n{value}", "z"]


def test_each_value_of_a_list_is_held_to_the_attribute() -> None:
    script = script_of("ValidateSet('a', 'b')", "a, x")
    assert refused_of(script) == [(2, 6, NOT_LISTED.format("x"))]


def test_a_piped_value_that_is_refused_leaves_out_no_other() -> None:
    script = (
        "function f { param([Parameter(ValueFromPipeline)][ValidateSet('a', 'b')]$n) "
        f'process {{ {RULE} "n$n" }} }}\n"a", "x", "b" | f'
    )
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["na", "nb"]
    assert refused_of(script) == [(2, 7, NOT_LISTED.format("x"))]
