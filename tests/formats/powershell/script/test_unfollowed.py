"""What a script of PowerShell does in ways that are not followed is said, at its line."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import said_of

from ipseclint import check_text
from ipseclint.finding import ProblemCode
from ipseclint.formats.powershell.script import format as powershell
from ipseclint.source import bytes_source

RULE = "New-NetIPsecRule -DisplayName Good -InboundSecurity Require -OutboundSecurity Request\n"

LOADED = "code of another file is loaded here: what it does is not followed"
APPLIED = "a configuration of DSC is applied here, which is not read"
SPEAKS = "an unknown program mentions IPsec here: what it does is not followed"
STARTED = "another script is run here, which is not part of this run: it is not read"
MODULE = "a module of its own is brought in here, which is not part of this run: it is not read"
HIDDEN = "runs a text whose commands are not known"
CHANGED = "objects of IPsec are changed through CIM here: it is not followed"

SAID = {
    "Add-Type -Path x.dll": LOADED,
    "Add-Type -TypeDefinition (Get-Content x.cs -Raw)": LOADED,
    r"[Reflection.Assembly]::LoadFile('C:\x.dll')": LOADED,
    "[System.Reflection.Assembly]::Load($bytes)": LOADED,
    "Start-DscConfiguration -UseExisting": APPLIED,
    r"Publish-DscConfiguration .\x": APPLIED,
    "Invoke-DscResource -Name Script -Method Set -Property @{}": APPLIED,
    r"using module .\weak.psm1": MODULE,
    "Set-WeakIPsec": SPEAKS,
    r"& .\IpsecConfig.exe /apply": SPEAKS,
    "Start-Process setup.exe -ArgumentList '/policy ipsec.pol'": SPEAKS,
    "Start-Process cmd -ArgumentList '/c weak.cmd' -Wait": STARTED,
    "cmd /c weak.cmd": STARTED,
    "python weak.py": STARTED,
    "Invoke-CimMethod Win32_Process -MethodName Create -Arguments @{CommandLine='weak.cmd'}": (
        "`win32_process` starts a program here, which is not followed"
    ),
    "& cmd /c $unknown": "what is run here is not known",
    "Invoke-Command -ComputerName o -FilePath weak.ps1": "another script is run here: it is not read",
    "Start-Job -FilePath weak.ps1": "another script is run here: it is not read",
    'Start-Process "$PSScriptRoot\\weak.bat"': STARTED,
    "Start-Process weak.cmd -Verb RunAs -Wait": STARTED,
    "irm https://example.org/ipsec.ps1 | iex": HIDDEN,
    "iex (iwr https://example.org/ipsec.ps1).Content": HIDDEN,
    "curl -o a.ps1 https://example.org/ipsec.ps1; .\\a.ps1": STARTED,
    "[powershell]::Create().AddCommand('x').Invoke()": HIDDEN,
    "$ExecutionContext.InvokeCommand.InvokeScript('x')": HIDDEN,
    "$s = New-Object -ComObject WScript.Shell; $s.Run($x)": (
        "a program is started through COM here: it is not followed"
    ),
    "[Diagnostics.Process]::Start($a, $b)": "a program is started through .NET here: it is not followed",
    "[Ipsec.Native]::Apply()": "code that is not known is called here: what it does to IPsec is not followed",
    "$r = Get-CimInstance -Namespace root/StandardCimv2 MSFT_NetConSecRule; $r.Put()": CHANGED,
    "Register-ScheduledTask -Xml (gc x.xml -Raw) -TaskName x": (
        "`register-scheduledtask` brings in a task from a file or a text whose commands are not known"
    ),
}

PASSED = [
    "gpupdate /force",
    "iwr https://example.org/ipsec.zip -OutFile a.zip",
    "curl.exe -o ipsec.log https://example.org/ipsec.log",
    "Add-Type -AssemblyName System.Windows.Forms",
    "[Reflection.Assembly]::LoadWithPartialName('System.Windows.Forms')",
    "Write-Log 'IPsec is set'",
    "auditpol /set /subcategory:'IPsec Driver' /failure:enable",
    'Start-Process powershell -Verb RunAs -ArgumentList "-File $PSCommandPath"',
    'Start-Process powershell -Verb RunAs -ArgumentList "-File $PSScriptRoot\\x.ps1"',
    "$shell = New-Object -ComObject WScript.Shell",
    "using namespace System.Net",
]


def said(line: str) -> list[tuple[int, str]]:
    parsed = powershell.parse(bytes_source("x.ps1", f"{RULE}{line}\n".encode()))
    return [(problem.span.line, problem.message) for problem in parsed.problems]


@cases("line", SAID)
def test_what_may_change_policy_and_is_not_followed_is_said(line: str) -> None:
    assert said(line) == [(2, SAID[line])]


@cases("line", PASSED)
def test_what_changes_no_policy_is_passed(line: str) -> None:
    assert said(line) == []


def test_a_configuration_of_the_script_itself_may_be_applied() -> None:
    applied = "configuration C {\n Node localhost { File f { DestinationPath = 'x' } }\n}\nC\nStart-DscConfiguration C"
    assert said(applied) == []


ADD_CONNECTION = "Add-VpnConnection -Name V -ServerAddress v.example.com -TunnelType Ikev2 -AuthenticationMethod Eap"
PROPOSAL = "(New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA384 -KeyExchange DH20)"


LEFT_OUT = {
    "a suite": f"{ADD_CONNECTION}\nSet-VpnConnectionIPsecConfiguration -ConnectionName V -DHGroup {{% if x %}}ECP384",
    "a set": "New-NetIPsecMainModeCryptoSet -Name 'My Set' -Proposal {% x %}) )\n"
    "New-NetIPsecMainModeRule -DisplayName M -MainModeCryptoSet 'My Set' -RemoteAddress 10.0.0.0/8",
    "a rule": "New-NetIPsecMainModeRule -DisplayName M -MainModeCryptoSet Mine -RemoteAddress {% x %}) )\n"
    f"New-NetIPsecMainModeCryptoSet -Name Mine -DisplayName Mine -Proposal {PROPOSAL}",
}


@cases("name", LEFT_OUT)
def test_nothing_is_found_of_what_a_command_may_do_that_is_left_out(name: str) -> None:
    report = check_text(LEFT_OUT[name], "policy.ps1")
    of_template = ProblemCode.NOT_UNDERSTOOD  # a word with a tag is a value that is put in later
    expected = of_template if name == "a suite" else ProblemCode.MALFORMED
    assert [problem.code for problem in report.problems] == [expected]
    assert report.findings == ()


def test_a_class_of_the_script_is_followed_whatever_its_name() -> None:
    script = "class IPsecZone {\n[void] Apply() { New-NetIPsecRule -DisplayName A }\n}\n[ipsecZone]::new().Apply()\n"
    assert said_of(script) == []
    assert [line for line, _, _ in said_of(f"{script}[IPsec.Native]::Apply()\n")] == [5]


@cases("look", ["Show-NetIPsecRule -PolicyStore ActiveStore", "Find-NetIPsecRule | Out-File r.txt"])
def test_a_cmdlet_that_only_looks_is_no_unknown_program(look: str) -> None:
    assert said_of(f"{look}\n") == []


TOLD = "netsh ipsec static add policy name=x"
AT = r"HKLM:\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters"


@cases(
    "command",
    [
        f"Write-LogWarning '{TOLD}'",
        f"Write-CustomLog -Level INFO -Message '{TOLD}'",
        f"Log '{TOLD}'",
        f"LogMessage '{TOLD}'",
        f"Add-LogEntry '{TOLD}'",
        f"Set-ItemProperty {AT} ModernStackEnabled 0",
        f"New-ItemProperty -Path '{AT}\\IP\\' -Name InitialAddressPoolSize -Value 20 -Force",
    ],
)
def test_what_only_tells_of_ipsec_and_other_values_of_the_vpn_server_are_no_problem(command: str) -> None:
    assert said_of(RULE + command) == []


@cases(
    "command",
    [
        f"Write-NetshCommand '{TOLD}'",
        rf"Write-RegistryValue HKLM:\SYSTEM\CurrentControlSet\Services\PolicyAgent {TOLD}",
        f"Write-Log {{ {TOLD} }}",
        f"Set-ItemProperty {AT} ModernStackEnabled '{TOLD}'",
        rf"Set-ItemProperty {AT}\Ikev3 idleTimeout 5",
        f"Set-ItemProperty {AT} $env:X 0",
    ],
)
def test_what_may_set_more_is_said(command: str) -> None:
    assert said_of(RULE + command)
