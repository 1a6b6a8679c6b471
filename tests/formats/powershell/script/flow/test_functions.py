"""What a function is called with: by name, alias and place, by the pipeline, by `@args`, and with `-WhatIf`."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import addressed_by, said_of

NEW = "New-NetIPsecRule -DisplayName $n -RemoteAddress $to"


@cases(
    ("declared", "called"),
    [
        (
            "[Parameter(Mandatory=$true)][string]$n, [Parameter(Mandatory = $true)]\n[string[]]\n$to",
            "-n A -to 10.0.0.1",
        ),
        ("[Parameter(Mandatory=$true)]$n, [ValidateScript({ $_ -ne 'x' })]$to = '10.0.0.1'", "A"),
        ("[Alias('Label')]$n, [Alias('Address', \"ip\")][string]$to", "-Label A -IP 10.0.0.1"),
        ("[Alias('Label')]$n, [Alias('Address', 'ip')]$to", "-Lab A -addr 10.0.0.1"),
        ("[Parameter(Position=1)]$to, [Parameter(Position = 0)]$n", "A 10.0.0.1"),
        ("$n, [Parameter(ValueFromRemainingArguments)]$to", "A 10.0.0.1"),
        ("[CmdletBinding()]param($n, $to)", "A 10.0.0.1 -ErrorAction Stop -Verbose"),
        ("[CmdletBinding(SupportsShouldProcess)]param($n, $to)", "A 10.0.0.1 -WhatIf:$false -Confirm:$false"),
    ],
)
def test_a_parameter_is_bound_as_powershell_binds_it(declared: str, called: str) -> None:
    declaration = declared if declared.startswith("[CmdletBinding") else f"param({declared})"
    assert addressed_by(f"function Add-Rule {{ {declaration} {NEW} }}\nAdd-Rule {called}") == ["A=10.0.0.1"]


def test_what_remains_is_a_list() -> None:
    script = f"function f {{ param($n, [Parameter(ValueFromRemainingArguments=$true)]$to) {NEW} }}\n"
    assert addressed_by(f"{script}f A 10.0.0.1 10.0.0.2") == ["A=10.0.0.1,10.0.0.2"]


@cases(
    "body",
    ["New-NetIPsecRule @args", "$given = $args\nNew-NetIPsecRule -DisplayName $given[1] -RemoteAddress $args[3]"],
)
def test_arguments_that_are_not_declared_keep_their_names(body: str) -> None:
    script = f"function f {{ {body} }}\nf -DisplayName A -RemoteAddress 10.0.0.1"
    assert addressed_by(script) == ["A=10.0.0.1"]


@cases(
    ("body", "names"),
    [
        ("New-NetIPsecRule -DisplayName $n", ["B=any"]),
        ("process { New-NetIPsecRule -DisplayName $n }", ["A=any", "B=any"]),
        ("end { New-NetIPsecRule -DisplayName $n }", ["B=any"]),
        ("foreach ($each in $input) { New-NetIPsecRule -DisplayName $each }", ["A=any", "B=any"]),
    ],
)
def test_without_a_process_block_a_function_runs_for_the_last_object(body: str, names: list[str]) -> None:
    script = f"function f {{ param([Parameter(ValueFromPipeline=$true)]$n) {body} }}\n'A', 'B' | f"
    assert addressed_by(script) == names


@cases(
    "script",
    [
        "$WhatIfPreference = $true\nNew-NetIPsecRule -DisplayName A",
        "$dry = $true\nNew-NetIPsecRule -DisplayName A -WhatIf:$dry",
        "function f { [CmdletBinding(SupportsShouldProcess)]param() New-NetIPsecRule -DisplayName A }\nf -WhatIf",
        "function f { [CmdletBinding(SupportsShouldProcess=$true)]param() \
    if ($PSCmdlet.ShouldProcess('x')) { New-NetIPsecRule -DisplayName A } }\nf -WhatIf",
    ],
)
def test_what_is_only_shown_makes_nothing(script: str) -> None:
    assert addressed_by(f"{script}\nNew-NetIPsecRule -DisplayName B -WhatIf:$false") == ["B=any"]


def test_where_it_is_not_known_whether_a_command_is_only_shown_that_is_said() -> None:
    said = "whether this is only shown, by `-WhatIf`, is not known: it is read as if it ran"
    assert said_of("New-NetIPsecRule -DisplayName A -WhatIf:$env:DRY") == [(1, 1, said)]
