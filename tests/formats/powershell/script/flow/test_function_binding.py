"""Calls of functions that PowerShell refuses do nothing, and are said to be refused; the nearest ones are followed."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import addressed_by, parsed, refused_of, said_of

NEW = "New-NetIPsecRule -DisplayName $n -RemoteAddress $to"
ADVANCED = "[CmdletBinding()] param([string]$n = 'A', [string]$to = '10.0.0.1')"
PLAIN = "param([string]$n = 'A', [string]$to = '10.0.0.1')"
TWO_ALIKE = "param([string]$n = 'A', [string]$near = '', [string]$next = '', [string]$to = '10.0.0.1')"
MANDATORY = "param([Parameter(Mandatory)][string]$n, [Parameter(Mandatory = $true)][string]$To)"
OF_SETS = (
    "[CmdletBinding(DefaultParameterSetName = 'Peer')] param([Parameter(ParameterSetName = 'Net', Position = 0)]$net, "
    "[Parameter(ParameterSetName = 'Peer', Position = 0)]$Peer, "
    "[Parameter(ParameterSetName = 'Net')][Parameter(ParameterSetName = 'Peer')]$n = 'A') $to = \"$net$peer\";"
)
BY_NAME = "[CmdletBinding(PositionalBinding = $false)] param($n = 'A', [Parameter(Position = 0)]$to)"


def script_of(declaration: str, arguments: str) -> str:
    return f"function Add-Rule {{ {declaration} {NEW} }}\nAdd-Rule {arguments}"


@cases(
    ("declaration", "arguments", "column", "reason"),
    [
        (ADVANCED, "-n B -too 10.0.0.2", 15, "`-too` is none of its parameters"),
        (ADVANCED, "-Confirm:$false", 10, "`-Confirm` is none of its parameters"),
        (ADVANCED, "B 10.0.0.2 more", 21, "this belongs to none of its parameters"),
        (ADVANCED, "-n", 10, "`-n` is given no value"),
        (ADVANCED, "-n -to 10.0.0.2", 10, "`-n` is given no value"),
        (PLAIN, "-n B -N C", 15, "`-N` is given twice"),
        (PLAIN, "-n", 10, "`-n` is given no value"),
        (TWO_ALIKE, "-ne B", 10, "`-ne` can be -near or -next"),
        (MANDATORY, "-n B", 1, "it is given no `-To`, which is mandatory"),
        (MANDATORY, "-n B -To ''", 20, "`-To`, which is mandatory, is given nothing"),
        (MANDATORY, "B $null", 12, "`-To`, which is mandatory, is given nothing"),
        (
            OF_SETS,
            "-net 10.0.0.0/8 -peer 10.0.0.1",
            32,
            "`-Peer` is in no set of parameters with what else it is given",
        ),
        (BY_NAME, "10.0.0.1 B", 19, "this belongs to none of its parameters"),
        (
            "param([bool]$on = $true, $n = 'A', $to = '10.0.0.1')",
            "-on yes",
            14,
            "a parameter of type `[bool]` takes no text",
        ),
        (
            "param([int]$count = 1, $n = 'A', $to = '10.0.0.1')",
            "-count many",
            17,
            "a parameter of type `[int]` takes no text that is not a number",
        ),
        (
            "param([uint16]$count = 1, $n = 'A', $to = '10.0.0.1')",
            "many",
            10,
            "a parameter of type `[uint16]` takes no text that is not a number",
        ),
    ],
)
def test_a_call_that_powershell_refuses_does_nothing(
    declaration: str, arguments: str, column: int, reason: str
) -> None:
    script = script_of(declaration, arguments)
    policy = parsed(script).policy
    assert policy.connection_security_rules == ()
    ((line, at, why),) = refused_of(script)
    assert (line, why) == (2, reason)
    assert at in {column, column + 1}  # within its quotation marks, where it has some
    assert said_of(script) == []


@cases(
    ("declaration", "arguments"),
    [
        (ADVANCED, "-n A -t 10.0.0.1 -ErrorAction Stop -Verb -OutVariable made -pv each"),
        (ADVANCED.replace("()", "(SupportsShouldProcess)"), "-Confirm:$false -WhatIf:$false"),
        (ADVANCED.replace("()", "(SupportsPaging = $true)"), "-First 3"),
        (PLAIN, "-n A 10.0.0.1 -other more"),
        (TWO_ALIKE, "-nea B"),
        (TWO_ALIKE, "-n A"),
        (MANDATORY, "A 10.0.0.1"),
        (MANDATORY.replace("param(", "param([Parameter(Mandatory)][AllowEmptyString()]$more, "), "'' A 10.0.0.1"),
        ("param([Parameter(Mandatory = $false, HelpMessage = 'Mandatory')]$n = 'A', $to = '10.0.0.1')", ""),
        (OF_SETS, "10.0.0.1"),
        (OF_SETS, "-net 10.0.0.1 -n A"),
        (BY_NAME, "10.0.0.1 -n A"),
        ("param([bool]$on = $true, $n = 'A', $to = '10.0.0.1')", "-on 1"),
        ("param([int]$count = 1, $n = 'A', $to = '10.0.0.1')", "-count '0x10'"),
        ("param([int]$count = 1, $n = 'A', $to = '10.0.0.1')", "-count ''"),
        ("param([double]$count = 1, $n = 'A', $to = '10.0.0.1')", "-count '1.5'"),
        ("param([Parameter(ValueFromRemainingArguments)]$rest, $n = 'A', $to = '10.0.0.1')", "-n A -to 10.0.0.1 a b"),
    ],
)
def test_a_call_that_just_fits_is_followed(declaration: str, arguments: str) -> None:
    (made,) = addressed_by(script_of(declaration, arguments))
    assert made.endswith("=10.0.0.1")


def test_a_table_that_gives_a_function_too_much_is_refused_at_its_name() -> None:
    script = f"function Add-Rule {{ {ADVANCED} {NEW} }}\n$given = @{{ n = 'A'; two = 2 }}\nAdd-Rule @given"
    assert refused_of(script) == [(2, 22, "`-two` is none of its parameters")]


def test_what_is_splatted_and_not_known_may_be_what_is_mandatory() -> None:
    script = f"function Add-Rule {{ {MANDATORY} {NEW} }}\n$given = Import-Clixml given.xml\nAdd-Rule @given"
    assert refused_of(script) == []


def test_a_function_that_takes_nothing_from_the_pipeline_refuses_each_object() -> None:
    script = f"function Add-Rule {{ {ADVANCED} process {{ {NEW} }} }}\n1, 2 | Add-Rule"
    assert refused_of(script) == [
        (2, 1, "it takes nothing from the pipeline"),
        (2, 4, "it takes nothing from the pipeline"),
    ]
    assert parsed(script).policy.connection_security_rules == ()


def test_a_plain_function_runs_for_each_object() -> None:
    script = f"function Add-Rule {{ param($to = '10.0.0.1') process {{ $n = \"A$_\"; {NEW} }} }}\n1, 2 | Add-Rule"
    assert addressed_by(script) == ["A1=10.0.0.1", "A2=10.0.0.1"]


def test_a_function_that_makes_parameters_takes_others() -> None:
    script = f"function Add-Rule {{ {ADVANCED}\ndynamicparam {{ New-Made }}\nend {{ {NEW} }} }}\nAdd-Rule -Made 1"
    assert refused_of(script) == []


def test_a_workflow_takes_what_powershell_gives_it() -> None:
    script = f"workflow Add-Rule {{ {MANDATORY} {NEW} }}\nAdd-Rule -n A -To 10.0.0.1 -PSPersist $true"
    assert refused_of(script) == []


def test_a_refused_call_is_caught() -> None:
    script = f"function Add-Rule {{ {ADVANCED} {NEW} }}\ntry {{ Add-Rule -too 1 }} catch {{ Add-Rule }}"
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["A"]
    assert refused_of(script) == [(2, 16, "`-too` is none of its parameters")]


def test_what_a_refused_call_is_given_is_hidden_where_it_may_be_a_key() -> None:
    script = (
        "function Add-Key { [CmdletBinding()] param($n, $k) "
        "$p = New-NetIPsecAuthProposal -Machine -PreSharedKey $k; "
        "New-NetIPsecPhase1AuthSet -DisplayName $n -Proposal $p }"
        "\nAdd-Key A 'Zq9-not-shown' more"
    )
    places = {(span.line, span.column) for span in parsed(script).secrets}
    assert (2, 12) in places
