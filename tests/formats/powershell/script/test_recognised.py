"""Scripts of few lines are told by a cmdlet wherever it stands on its line."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import format_of, policy_of, said_of

RULE = "New-NetIPsecRule -DisplayName a -InboundSecurity Require"


@cases(
    ("text", "name"),
    [
        (f"if ($x -eq 'a') {{ {RULE} }}", "powershell-script"),
        (f'$a = "x"; {RULE}', "powershell-script"),
        (f"Import-Module 'NetSecurity'; $r = {RULE}", "powershell-script"),
        (f"# Import-Module 'x'; {RULE}", None),
        (f"Write-Host 'run: {RULE}'", None),
    ],
)
def test_a_cmdlet_behind_texts_in_quotes_is_one(text: str, name: str | None) -> None:
    assert format_of(text) == name


PARAMETERS = r"SYSTEM\CurrentControlSet\Services\RasMan\Parameters"


@cases(
    ("text", "name"),
    [
        (rf"[Microsoft.Win32.Registry]::SetValue('HKEY_LOCAL_MACHINE\{PARAMETERS}', 'X', 1)", "powershell-script"),
        (rf"[Registry]::SetValue('HKEY_LOCAL_MACHINE\{PARAMETERS}', 'X', 1)", "powershell-script"),
        (rf"$k = [Microsoft.Win32.RegistryKey]::OpenBaseKey('a','b').OpenSubKey('{PARAMETERS}')", "powershell-script"),
        (
            rf"Set-GPRegistryValue -Name A -Key 'HKLM\{PARAMETERS}' -ValueName X -Type DWord -Value 1",
            "powershell-script",
        ),
        (rf"Set-GPPrefRegistryValue -Name A -Key 'HKLM\{PARAMETERS}' -ValueName X -Value 1", "powershell-script"),
        (r"[Microsoft.Win32.Registry]::SetValue('HKEY_LOCAL_MACHINE\SOFTWARE\A', 'X', 1)", None),
        (r"Set-GPRegistryValue -Name A -Key 'HKLM\SOFTWARE\A' -ValueName X -Type DWord -Value 1", None),
    ],
)
def test_values_of_ipsec_set_through_net_or_in_a_gpo_make_a_script(text: str, name: str | None) -> None:
    assert format_of(text) == name


def test_a_value_of_another_hive_in_a_gpo_is_of_no_concern() -> None:
    first = rf"Set-GPRegistryValue -Name A -Key 'HKLM\{PARAMETERS}' -ValueName ProhibitIpSec -Type DWord -Value 1"
    other = r"Set-GPPrefRegistryValue -Name A -Key 'HKEY_CLASSES_ROOT\.RDP' -ValueName '(Default)' -Value t"
    assert [value.data.span.line for value in policy_of(f"{other}\n{first}\n{other}").registry] == [2]


def test_a_task_is_said_to_run_later() -> None:
    script = f"{RULE}\n$a = New-ScheduledTaskAction -Execute netsh.exe -Argument 'ipsec static add policy name=P'"
    why = "`new-scheduledtaskaction` makes a task that runs this later: what it then does is not followed"
    assert [(line, message) for line, _, message in said_of(script) if line == 2] == [(2, why)]


PROFILE = (
    "<VPNProfile>\n<NativeProfile>\n<Servers>v.example</Servers>\n<NativeProtocolType>IKEv2</NativeProtocolType>\n"
    "<Authentication><MachineMethod>Certificate</MachineMethod></Authentication>\n</NativeProfile>\n</VPNProfile>"
)


@cases(
    "script",
    [
        f"$p = '{PROFILE}'",
        f"$p =\n\t'{PROFILE}'",
        f"$p = [xml]'<?xml version=\"1.0\"?>\n{PROFILE}'\n$p.Save('p.xml')",
        f'function Get-Own {{\n  return "{PROFILE}"\n}}\nSet-Content -Path p.xml -Value (Get-Own)',
    ],
)
def test_a_profile_in_a_text_makes_a_script_and_is_read(script: str) -> None:
    assert format_of(script) == "powershell-script"
    (connection,) = policy_of(script).vpn_connections
    assert connection.servers is not None
    assert connection.servers.known == ("v.example",)


@cases(
    "script",
    [
        "$a = 'Lab'\n$n = '10.9'\nNew-NetIPsecRule -DisplayName $a\" 1\" -RemoteAddress $n'.0.0/16' ",
        "$a = 'Lab'\n$n = '9'\nNew-NetIPsecRule -DisplayName ${a}' '\"1\" -RemoteAddress 10.$n'.0.0/16' ",
    ],
)
def test_a_variable_and_a_text_without_a_blank_between_are_one_argument(script: str) -> None:
    (rule,) = policy_of(script + "-InboundSecurity Require -OutboundSecurity Request").connection_security_rules
    assert (rule.name, [str(each) for each in rule.endpoint2.known or ()]) == ("Lab 1", ["10.9.0.0/16"])


GLOBAL = "advfirewall set global mainmode mmsecmethods dhgroup2:3des-sha1"
WORDS = ", ".join(f"'{word}'" for word in GLOBAL.split())


@cases(
    "script",
    [
        f"function Run {{ param([Parameter(ValueFromRemainingArguments)]$Rest) netsh $Rest }}\nRun {GLOBAL}",
        f'function Run {{ Write-Host "netsh $args"; & netsh $args | Out-Null }}\nRun {GLOBAL}',
        f"function n {{ netsh @args }}\nn {GLOBAL}",
        f"function Run([string]$Cmd) {{ & netsh.exe ($Cmd -split ' ') }}\nRun '{GLOBAL}'",
        f"$a = {WORDS}\n& netsh @a",
        f"function Native($exe, [string[]]$words) {{ & $exe @words }}\nNative netsh.exe {WORDS.replace(', ', ',')}",
        f"function Run($Exe, $Line) {{ Start-Process -FilePath $Exe -ArgumentList $Line -Wait }}\nRun netsh '{GLOBAL}'",
    ],
)
def test_netsh_that_a_function_of_the_script_calls_is_read(script: str) -> None:
    assert format_of(script) == "powershell-script"
    assert not said_of(script)
    (crypto_set,) = policy_of(script).main_mode_crypto_sets
    assert len(crypto_set.proposals) == 1


def test_a_phone_book_that_is_written_holds_no_commands() -> None:
    script = "'[Office]', 'VpnStrategy=7', 'CustomIPSecPolicies=1' | Set-Content C:\\Pbk\\rasphone.pbk"
    ((_, _, said),) = said_of(script)
    assert said.endswith("in a phone book, which is not followed: check the phone book itself")


def test_ports_of_a_server_that_netsh_sets_within_a_block_are_read_with_the_values_of_the_script() -> None:
    ports = """param([int]$Ports = 0)
if ($Ports -eq 0) {
    Invoke-Command -ScriptBlock { netsh.exe ras set wanports device = "WAN Miniport (IKEv2)" maxports = 0 } | Out-Null
} else {
    netsh.exe ras set wanports device = "WAN Miniport (IKEv2)" rasinonly = enabled maxports = $Ports.ToString()
}
"""
    assert format_of(ports) == "powershell-script"
    assert said_of(ports) == []
    assert said_of(ports.replace(" = 0)", ")"))[0][:2] == (2, 5)
