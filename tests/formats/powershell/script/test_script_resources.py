"""The resource Script of DSC: its SetScript is read as what runs, its tests and looks are not."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

from ipseclint.formats import recognise
from ipseclint.source import bytes_source

IN_ONE_LINE = """Configuration IPsec {
    Node 'srv01' {
        Script Rule {
            GetScript = { @{ Result = (Get-NetIPsecRule -DisplayName 'Servers') } }
            TestScript = { $null -ne (Get-NetIPsecRule -DisplayName 'Servers' -ErrorAction SilentlyContinue) }
            SetScript = { New-NetIPsecRule -DisplayName 'Servers' -InboundSecurity Require }
        }
    }
}
IPsec -OutputPath C:\\dsc
"""
OF_NETSH = """Configuration Hardening
{
    Node localhost
    {
        Script Rule
        {
            SetScript =
            {
                netsh advfirewall consec add rule name=Servers endpoint1=any endpoint2=any action=requireinrequireout
            }
            TestScript = { $false }
            GetScript = { @{ Result = 'x' } }
        }
    }
}
"""
WITHOUT_NODE = """configuration A {
    Script Settings {
        TestScript = { return ((Get-NetFirewallSetting).MaxSAIdleTimeSeconds -eq 300) }
        GetScript = { return @{ } }
        SetScript = {
            Set-NetFirewallSetting -MaxSAIdleTimeSeconds 300
            New-NetIPsecRule -DisplayName 'Servers' -InboundSecurity Require
        }
        DependsOn = '[Service]IKEEXT'
    }
}
A
"""


@cases("text", [IN_ONE_LINE, OF_NETSH, WITHOUT_NODE])
def test_what_a_script_of_a_configuration_sets_is_read(text: str) -> None:
    source = bytes_source("configuration.ps1", text.encode())
    form = recognise(source)
    assert form is not None
    read = form.parse(source)
    assert not read.problems
    (rule,) = read.policy.connection_security_rules
    assert rule.name == "Servers"
    line = text.split("\n")[rule.span.line - 1][rule.span.column - 1 :]
    assert line.startswith(("New-NetIPsecRule", "add rule name=Servers"))


def test_a_script_resource_without_what_it_sets_is_said() -> None:
    text = IN_ONE_LINE.replace("SetScript", "OtherScript")
    source = bytes_source("configuration.ps1", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.parse(source).problems


OVER_A_PARAMETER = """Configuration IPsecRules {{
    param({declared})
    foreach ($each in $Rules) {{
        cIPsecRule "Rule $($each.Name)"
        {{
            DisplayName = $each.Name
            InboundSecurity = 'Require'
        }}
    }}
}}
"""


@cases("declared", ["$Rules", "[Parameter(Mandatory)] [object[]] $Rules", "[string]$Node, [array]$Rules"])
def test_with_what_a_configuration_is_compiled_is_not_known(declared: str) -> None:
    problems = parsed(OVER_A_PARAMETER.format(declared=declared)).problems
    assert [problem.message.partition(":")[0] for problem in problems] == [
        "a resource of a DSC configuration sets this"
    ]


def test_a_parameter_of_a_configuration_with_a_default_has_it() -> None:
    assert parsed(OVER_A_PARAMETER.format(declared="$Rules = @()")).problems == ()
