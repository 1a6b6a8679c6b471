"""What runs in a script, and what is said where that is not known."""

from __future__ import annotations

import base64

import pytest
from tests.cases import cases
from tests.formats.powershell.script.evaluating import (
    format_of,
    names_of,
    parsed,
    policy_of,
    refused_of,
    rule_of,
    said_of,
)

from ipseclint import check_text
from ipseclint.formats import recognise
from ipseclint.formats.powershell.script.flow import interpreter
from ipseclint.model.setting import Unknown
from ipseclint.source import bytes_source
from ipseclint.vocabulary.remote_access import TunnelStrategy
from ipseclint.vocabulary.settings import Security

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"


def test_a_condition_that_is_known_decides() -> None:
    assert names_of(f"if ($false) {{ {RULE} A }} elseif (1 -eq 1) {{ {RULE} B }} else {{ {RULE} C }}") == ["B"]


def test_both_ways_of_an_unknown_condition_are_read_and_said() -> None:
    script = f"""if (Test-Path C:\\x) {{ {RULE} A; $profile = 'Domain' }}
else {{ {RULE} B; $profile = 'Public' }}
{RULE} C -Profile $profile"""
    result = parsed(script)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["A", "B", "C"]
    assert said_of(script) == [
        (1, 5, "whether `Test-Path C:\\x` holds is not known: what it decides is read as if it ran"),
        (3, 93, "unknown profile `$profile`; it is decided by what is not known"),
    ]


def test_what_both_ways_leave_alike_is_known() -> None:
    script = f"""if (Test-Path x) {{ $p = 'Domain' }} else {{ $p = 'Domain' }}
{RULE} A -Profile $p"""
    assert rule_of(script).profiles.value == {"domain"}


def test_a_condition_that_bears_on_nothing_is_not_reported() -> None:
    assert names_of(f"if (Test-Path x) {{ Write-Host 'there' }}\n{RULE} A") == ["A"]


def test_an_object_that_the_script_has_not_made_is_not_there() -> None:
    script = f"""if (-not (Get-NetIPsecRule -DisplayName A -ErrorAction SilentlyContinue)) {{ {RULE} A }}
if (Get-NetIPsecRule -DisplayName A) {{ {RULE} B }}
try {{ Get-NetIPsecRule -DisplayName X -ErrorAction Stop }} catch {{ {RULE} X }}"""
    assert names_of(script) == ["A", "B", "X"]


def test_a_loop_over_what_is_not_known_is_read_once() -> None:
    script = f"foreach ($row in Import-Csv x.csv) {{ {RULE} $row.Name }}"
    result = parsed(script)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["named by `$row.Name`"]
    assert said_of(script) == [(1, 18, "how often this loop runs, and with what, is not known: `Import-Csv x.csv`")]


SECURED = "New-NetIPsecRule -InboundSecurity Require -DisplayName"


@cases(
    ("loop", "names"),
    [
        ("foreach ($n in 'a', 'b', 'c') { if ($n -eq 'b') { continue }; RULE $n }", ["a", "c"]),
        ("foreach ($n in 'a', 'b', 'c') { if ($n -eq 'b') { break }; RULE $n }", ["a"]),
        ('for ($i = 1; $i -le 2; $i++) { RULE "r$i" }', ["r1", "r2"]),
        ('$i = 0; do { $i++; RULE "r$i" } until ($i -ge 2)', ["r1", "r2"]),
        ('$i = 5; do { $i--; RULE "r$i" } while ($i -gt 4)', ["r4"]),
        ("@{ k = 'v' }.GetEnumerator() | ForEach-Object { RULE \"$($_.Key)$($_.Value)\" }", ["kv"]),
        ("('a', 'b').ForEach({ RULE $_ })", ["a", "b"]),
        ("& { RULE a }; . { RULE b }", ["a", "b"]),
        ("RULE a; exit; RULE b", ["a"]),
        ("function f { RULE a; return; RULE b }; f", ["a"]),
        ("try { throw 'x' } catch { RULE a } finally { RULE b }", ["a", "b"]),
        ("RULE a -WhatIf; RULE b -WhatIf:$false", ["b"]),
        ("Invoke-Command { RULE a }", ["a"]),
        ("Invoke-Expression 'RULE a'", ["a"]),
        ("powershell.exe -NoProfile -Command 'RULE a'", ["a"]),
        ("$s = 'RULE '; iex ($s + 'a'); $n = 'b'; Invoke-Expression \"RULE $n\"", ["a", "b"]),
        ("iex 'function f($n) { RULE $n }'; iex ('f ' + 'a'); f b", ["a", "b"]),
        ("foreach ($n in 'a', 'b') { iex ('RULE ' + $n) }", ["a", "b"]),
        ("iex (('iex ', '(\"RULE \" + \"a\")') -join '')", ["a"]),
        ("pwsh -NoProfile -Command { RULE a }", ["a"]),
        ("$n = 'a'; pwsh -nop -c \"RULE $n\"; powershell -c RULE b", ["a", "b"]),
        ("Start-Process powershell -Verb RunAs -Wait -ArgumentList '-NoProfile', '-Command', 'RULE a'", ["a"]),
        (
            "cmd /c netsh advfirewall consec add rule name=a endpoint1=any endpoint2=any action=requireinrequireout",
            ["a"],
        ),
        ('$j = @\'\n[{"N": "a"}, {"N": "b"}]\n\'@ | ConvertFrom-Json\nforeach ($o in $j) { RULE $o.N }', ["a", "b"]),
        ("if ($PSCmdlet.ShouldProcess('x', 'y')) { RULE a }", ["a"]),
        ('[xml]$x = \'<p><r n="a"/><r n="b"/></p>\'; foreach ($r in $x.p.r) { RULE $r.n }', ["a", "b"]),
        ('$x = [xml]"<p>\n<r><n>a</n></r></p>"; RULE $x.p.r.n; RULE $x.DocumentElement.ChildNodes[0].n', ["a", "a"]),
        ("([xml]'<p><q><r>a</r></q><r>b</r></p>').SelectNodes('//r') | % { RULE $_.InnerText }", ["a", "b"]),
        ("$n = ([xml]'<p><r n=\"a&amp;b\"/></p>').SelectSingleNode('/p/r'); RULE $n.GetAttribute('n')", ["a&b"]),
        (
            "$n = ([xml]'<p><r n=\"a\"/></p>').p.r; if ($n.GetAttribute('m') -eq '') { RULE $n.GetAttribute('N') }",
            ["a"],
        ),
        (
            "if ($null -eq ([xml]'<p/>').SelectSingleNode('/q')) { RULE a }",
            ["a"],
        ),
        ("$h = @{ N = 'a' }; if ($h.ContainsKey('n') -and -not $h.ContainsKey('m')) { RULE $h.Item('n') }", ["a"]),
        (
            "$h = @{ N = 'a' }; if ($h.ContainsValue('a') -and -not $h.ContainsValue('A')) { RULE $h.get_Item('N') }",
            ["a"],
        ),
        ("Select-Xml -Content '<p><r n=\"a\"/></p>' -XPath '//r' | % { RULE $_.Node.n }", ["a"]),
        ("if ((Get-NetIPsecRule -DisplayName a | Measure-Object).Count -eq 0) { RULE a }", ["a"]),
        ("RULE a; if ((Get-NetIPsecRule -DisplayName a | measure).Count -gt 0) { RULE b }", ["a", "b"]),
        ("$e = Get-NetIPsecRule | where { $_.Name -eq $env:X }; if ($e.Name -eq $env:X) { 'is there' }; RULE a", ["a"]),
        ("if (Get-NetIPsecRule -DisplayName a) { Remove-NetIPsecRule -DisplayName a }; RULE a", ["a"]),
        ("$e = Get-NetIPsecRule -DisplayName a; if ($e) { $e | Set-NetIPsecRule -Mode Tunnel } else { RULE a }", ["a"]),
        ("if (Get-NetIPsecRule -DisplayName a) { 'is there'; exit }; RULE a", ["a"]),
        ("switch -Regex ('web01') { '^web\\d+$' { RULE a } default { RULE b } }", ["a"]),
        ("$n = 1 -eq 1 ? 'a' : 'b'; RULE $n; RULE ($n -eq 'x' ? 'c' : $n -eq 'a' ? 'd' : 'e')", ["a", "d"]),
        ("$h = @{ N = $false ? 'b' : 'a' }; RULE $h.N; $null ?? 'c' | % { RULE $_ }", ["a", "c"]),
        ("$n = 'a'; $n ?? 'b' | % { RULE $_ }; $null ?? 'c' ?? 'd' | % { RULE $_ }", ["a", "c"]),
        ("$true ? 'a' : 'b' | % { RULE $_ }; $false ? 'a' : 'b' | % { RULE $_ }", ["a", "b"]),
        ("$n = $null; $n ??= 'a'; $n ??= 'b'; RULE $n; $h = @{}; RULE ($null ?? $h.N ?? $n)", ["a", "a"]),
        ("RULE \"$($true ? 'a' : 'b')\"; 'b', 'c' | ? { $_ -eq 'b' } | % { RULE $_ }", ["a", "b"]),
        ("& ([scriptblock]::Create('RULE a'))", ["a"]),
        ("$s = [ScriptBlock]::Create('param($n) RULE $n'); & $s a; $s.Invoke('b')", ["a", "b"]),
        ("'a', 'b' | ForEach-Object -Parallel { RULE $_ } -ThrottleLimit 2", ["a", "b"]),
        ("'b' | ForEach-Object { RULE a } { RULE $_ } { RULE c }", ["a", "b", "c"]),
        ("'b' | ForEach-Object -Process { RULE $_ } -Begin { RULE a }", ["a", "b"]),
        ("Start-Job -ScriptBlock { param($n) RULE $n } -ArgumentList a | Wait-Job", ["a"]),
        ("$n = 'a'; $j = Start-ThreadJob { RULE $using:n }; Receive-Job $j -Wait", ["a"]),
        ("switch -Regex ('web01') { '^(?:app|web)\\d' { RULE a; break } default { RULE b } }", ["a"]),
        (
            (
                "foreach ($h in 'a', 'b') { switch -regex ($h) { '^a' { $r = 1 } default { $r = 0 } }\n"
                "if ($r) { RULE a1 } }"
            ),
            ["a1"],
        ),
        ("switch -Wildcard ('web01') { 'web*' { RULE a } 'w?b' { RULE b } }", ["a"]),
        ("switch ('a*') { 'ab' { RULE b } 'a*' { RULE a } }", ["a"]),
        ("switch -CaseSensitive ('Web') { 'web' { RULE b } 'Web' { RULE a } }", ["a"]),
        ("switch ('a', 'b') { default { RULE $_ } }", ["a", "b"]),
        ("switch ('a', 'b', 'c') { 'a' { continue; RULE x } 'b' { RULE $_; break } default { RULE y } }", ["b"]),
        ("switch (5) {\n{ $_ -gt 3 } { RULE a }\n{ $_ -lt 3 } { RULE b }\n}", ["a"]),
        ("$l = New-Object System.Collections.ArrayList; [void]$l.Add('a'); foreach ($n in $l) { RULE $n }", ["a"]),
        (
            "$l = New-Object Generic.List[string]; $l.Add('b'); $l.Insert(0, 'a'); $l.ToArray() | % { RULE $_ }",
            ["a", "b"],
        ),
        ("$l = [Collections.ArrayList]@('x'); $l.Clear(); $null = $l.Add('a'); foreach ($n in $l) { RULE $n }", ["a"]),
        ("$d = [Collections.Generic.Dictionary[string,string]]::new(); $d.Add('n', 'a'); RULE $d['n']", ["a"]),
        ("if ('Ab' -cmatch '^A') { RULE a }; if ('ab' -cmatch '^A') { RULE b }", ["a"]),
        ("if ('Ab' -cnotmatch 'b$') { RULE b } elseif ('Ab' -clike 'A*') { RULE a }", ["a"]),
        ("if ('A' -cin 'a', 'b') { RULE b } elseif ('A' -cnotin 'a', 'b') { RULE a }", ["a"]),
        ("if ('a', 'B' -ccontains 'b') { RULE b } elseif ('a', 'B' -cnotcontains 'b') { RULE a }", ["a"]),
        ("if ('A' -iin 'a', 'b') { RULE ('xAa' -creplace 'a', 'b') }", ["xAb"]),
        ("if ('a' -ceq 'A') { RULE b } elseif ('a' -cne 'a') { RULE c } else { RULE a }", ["a"]),
        ("Get-NetIPsecRule | ForEach-Object { Remove-NetIPsecRule -InputObject $_ }; RULE a", ["a"]),
        ("while (Get-NetIPsecRule -DisplayName $env:X) { Remove-NetIPsecRule -DisplayName $env:X }; RULE a", ["a"]),
        ("Get-NetIPsecRule -DisplayName $env:X | Remove-NetIPsecRule; RULE a", ["a"]),
        ("Get-NetIPsecRule -DisplayName a; if (!$?) { RULE a }", ["a"]),
        ("RULE a; Get-NetIPsecRule -DisplayName a; if ($?) { RULE b }", ["a", "b"]),
        ("if (!(Get-RemoteAccess)) { netsh ras set routing mode=enable }; RULE a", ["a"]),
        ("if ((Get-Service IKEEXT).Status -ne 'Running') { Start-Service IKEEXT }; RULE a", ["a"]),
    ],
)
def test_what_runs_is_followed(loop: str, names: list[str]) -> None:
    assert names_of(loop.replace("RULE", RULE)) == names


@cases(
    "script",
    [
        "$x = [xml](Get-Content a.xml); foreach ($r in $x.p.r) { RULE a -RemoteAddress $r.n }",
        "$x = [xml]'<p><r n=\"a\">'; RULE $x.p.r.n -RemoteAddress $x.p.r.s",
        "([xml]'<p><r n=\"a\"/></p>').SelectNodes('//r[@n=\"a\"]') | % { RULE $_.n }",
    ],
)
def test_xml_that_is_not_known_is_said(script: str) -> None:
    assert len(said_of(script.replace("RULE", RULE))) == 2


def test_netsh_under_a_condition_that_is_not_known_is_read_as_if_it_ran() -> None:
    add = "netsh advfirewall consec add rule endpoint1=any action=requestinrequestout auth1=computerkerb name"
    script = f"if ($env:X) {{ {add}=A endpoint2=10.1.0.0/16 }} else {{ {add}=B endpoint2=10.2.0.0/16 }}"
    result = parsed(script)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["A", "B"]
    assert [problem.message for problem in result.problems] == [
        "whether `$env:X` holds is not known: what it decides is read as if it ran"
    ]


@cases(
    "named",
    ["(Get-NetIPsecPhase1AuthSet -DisplayName X).InstanceID", "$set.Name", "(Get-NetIPsecPhase1AuthSet).Name"],
)
def test_a_set_that_only_the_machine_has_is_said_not_to_be_known(named: str) -> None:
    result = parsed(f"{RULE} A -Phase1AuthSet {named}")
    assert [problem.message for problem in result.problems] == [
        "the set that `-Phase1AuthSet` names is unknown: what it offers or requires is not read"
    ]


def test_objects_are_changed_taken_out_copied_and_renamed() -> None:
    script = f"""{RULE} A; {RULE} B; {RULE} C -Group Old; {RULE} D -IPsecRuleName IdOfD
Get-NetIPsecRule -DisplayName A | Set-NetIPsecRule -InboundSecurity Request -NewDisplayName A2
Remove-NetIPsecRule -DisplayName B
Disable-NetIPsecRule -Group Old
Get-NetIPsecRule -Name IdOfD | Copy-NetIPsecRule -NewPolicyStore 'corp.example\\G' -NewName IdOfE
Rename-NetIPsecRule -Name IdOfD -NewName IdOfD2"""
    rules = policy_of(script).connection_security_rules
    assert [(rule.name, rule.id, rule.store, rule.enabled.value, rule.inbound.value) for rule in rules] == [
        ("A2", "A", None, True, "request"),
        ("C", None, None, False, "require"),
        ("D", "IdOfD2", None, True, "require"),
        ("D", "IdOfE", "corp.example\\G", True, "require"),
    ]


def test_what_changes_an_object_that_is_not_in_the_script_is_said() -> None:
    script = "Set-NetIPsecRule -DisplayName Elsewhere -InboundSecurity Request"
    assert said_of(script) == [(1, 1, "Set-NetIPsecRule changes what this script does not make: it is not known")]


def test_a_syntax_error_is_a_problem_and_loses_no_other_statement() -> None:
    script = f"{RULE} A\nif (1 -eq {'{'}\n\n{RULE} B\n{RULE} C"
    result = parsed(script)
    assert [rule.name for rule in result.policy.connection_security_rules][-2:] == ["B", "C"]
    assert (2, 1, "this is not understood as PowerShell, and left out") in said_of(script)
    assert said_of(f"{RULE} A\n\n \n)") == [(4, 1, "this is not understood as PowerShell, and left out")]


def test_each_port_is_a_text_of_its_own() -> None:
    ports = [f"{RULE} A -Protocol TCP -LocalPort {each}" for each in ("80,443-445", "'80','443-445'")]
    listed = [parsed(script).policy.connection_security_rules[0].port1 for script in ports]
    assert listed[0].value == listed[1].value != ()
    for rule in (RULE, "New-NetFirewallRule -Action Block -DisplayName"):
        ((_, _, said),) = said_of(f"{rule} A -Protocol TCP -LocalPort '80,443'")
        assert said == "unknown port `80,443`: each port is a text of its own"


@pytest.mark.parametrize(
    ("arguments", "reason", "column"),
    [
        ("-InboundSecurty Require", "`-InboundSecurty` is not a parameter of New-NetIPsecRule", 32),
        ("-W Stop", "`-W` can be -WhatIf, -WarningAction or -WarningVariable", 32),
        ("-Local 10.0.0.1", "`-Local` can be -LocalAddress, -LocalPort or -LocalTunnelEndpoint", 32),
        (
            "-InboundSecurity Demand",
            "`Demand` is not a value of `-InboundSecurity`, which takes None, Request or Require",
            49,
        ),
        ("-ForwardPathLifetime soon", "`soon` is not a number, as `-ForwardPathLifetime` takes", 53),
        ("-Profile Domain -Profile Public", "`-Profile` is given twice", 48),
        ("-RemoteAddress", "`-RemoteAddress` is given no value", 32),
        (
            "-RemoteAddress -Enabled True",
            "`-RemoteAddress` is given no value: what follows is a parameter",
            32,
        ),
        ("stray", "`stray` belongs to no parameter of New-NetIPsecRule", 32),
    ],
)
def test_what_powershell_refuses_makes_nothing_and_is_said(arguments: str, reason: str, column: int) -> None:
    script = f"New-NetIPsecRule -DisplayName A {arguments}".replace(" A ", " A ")
    assert parsed(script).policy.connection_security_rules == ()
    assert refused_of(script) == [(1, column + 1, reason)]


@cases(
    ("call", "is_in_one"),
    [
        ("New-NetIPsecRule @t -DisplayName B", True),
        ("New-NetIPsecRule -DisplayName B @t", True),
        ("Add-Own @t -DisplayName B", True),
        ("Add-Own -DisplayName B @t", True),
        ("New-NetIPsecRule @t @t", False),
        ("Add-Own @t @t", False),
        ("Add-Own -DisplayName A -DisplayName B", False),
    ],
)
def test_what_stands_in_a_splat_and_beside_it_is_refused_by_one_powershell_alone(call: str, is_in_one: bool) -> None:
    function = "function Add-Own { [CmdletBinding()] param($DisplayName) New-NetIPsecRule -DisplayName $DisplayName }"
    script = f"$t = @{{ DisplayName = 'A' }}\n{function}\n{call}"
    ((_, _, reason),) = refused_of(script)
    beside = (
        ", in a splat and beside it: Windows PowerShell 5.1 refuses that, PowerShell 7.1 and later takes what stands "
        "beside it"
    )
    assert reason == f"`-DisplayName` is given twice{beside if is_in_one else ''}"


def test_a_parameter_of_the_cmdlet_comes_before_one_of_every_cmdlet() -> None:
    rule = rule_of("New-NetIPsecRule -DisplayName A -Outb Require -Inb Request")
    assert (rule.outbound.value, rule.inbound.value) == (Security.REQUIRE, Security.REQUEST)


VPN = "Add-VpnConnection -Name A -ServerAddress a.example"
FULL = f"{VPN} -TunnelType L2tp -EncryptionLevel Required -AuthenticationMethod MSChapv2"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            f"{VPN} -SplitTunneling $false",
            (
                "`False` is not a value of `-TunnelType`, which takes Pptp, L2tp, Sstp, Ikev2 or Automatic; "
                "`-SplitTunneling` is a switch, whose value stands behind a colon: `-SplitTunneling:$false`"
            ),
        ),
        (
            f"{VPN} -TunnelType Ikev2 -AllUserConnection $true",
            (
                "`True` is not a value of `-EncryptionLevel`, which takes NoEncryption, Optional, Required, Maximum or "
                "Custom; "
                "`-AllUserConnection` is a switch, whose value stands behind a colon: `-AllUserConnection:$true`"
            ),
        ),
        (
            f"{RULE} A -WhatIf $false",
            (
                "`False` belongs to no parameter of New-NetIPsecRule; "
                "`-WhatIf` is a switch, whose value stands behind a colon: `-WhatIf:$false`"
            ),
        ),
    ],
)
def test_a_truth_behind_a_switch_is_for_another_parameter(script: str, reason: str) -> None:
    assert [refusal for _, _, refusal in refused_of(script)] == [reason]


@cases(
    ("words", "value", "taker"),
    [
        ("-SplitTunneling $false", "$false", "AllUserConnection"),  # which is a switch with a position
        ("-RememberCredential 1", "1", "SplitTunneling"),
        ("-L2tpPsk Five-red-plums -SplitTunneling $false", "$false", "AllUserConnection"),
        ("-AllUserConnection -SplitTunneling $false", "$false", "L2tpPsk"),
        ("-AllUserConnection -SplitTunneling True", "True", "L2tpPsk"),
        ("-AllUserConnection -L2tpPsk Five-red-plums -SplitTunneling $false", "$false", "RememberCredential"),
    ],
)
def test_a_truth_goes_to_another_parameter_by_its_position(words: str, value: str, taker: str) -> None:
    read = parsed(f"{FULL} {words}")
    (stray,) = read.policy.stray_values
    assert (stray.value, stray.taker, read.policy.refused_commands) == (value, taker, ())
    assert stray.takes_key == (taker == "L2tpPsk")
    (connection,) = read.policy.vpn_connections
    assert (connection.first_authentication is not None) == ("Five" in words)
    assert len(read.secrets) == words.count("Five")


@cases(
    "words",
    [
        "-SplitTunneling:$false",
        "-SplitTunneling: $false",
        "-SplitTunneling -Force",
        "-L2tpPsk True",  # a key that somebody gave this name
        "-IdleDisconnectSeconds 1",
    ],
)
def test_a_truth_that_is_joined_or_named_is_no_stray(words: str) -> None:
    read = parsed(f"{FULL} {words}")
    assert (read.policy.stray_values, read.policy.refused_commands) == ((), ())


def test_a_value_that_only_the_run_knows_is_a_stray_where_only_a_switch_is_left() -> None:
    (stray,) = parsed(f"param([bool] $Split)\n{FULL} -SplitTunneling $Split").policy.stray_values
    assert (stray.value, stray.truth, stray.taker) == ("$Split", None, "AllUserConnection")
    assert parsed("param($Name)\nAdd-VpnConnection -Force $Name a.example Ikev2").policy.stray_values == ()


def test_a_number_is_for_a_parameter_that_takes_one() -> None:
    script = "Set-VpnS2SInterface -Name A -Destination 192.0.2.1 -GreTunnel 1"
    assert parsed(script).policy.stray_values == ()


def test_a_loop_tells_of_a_stray_once() -> None:
    script = f"foreach ($n in 1..3) {{ {FULL.replace('-Name A', '-Name A$n')} -SplitTunneling $true }}"
    assert len(parsed(script).policy.stray_values) == 1


def test_a_word_cannot_turn_a_switch_on() -> None:
    assert refused_of(f"{FULL} -SplitTunneling True") == [
        (
            1,
            len(f"{FULL} -SplitTunneling ") + 1,
            (
                "`True` belongs to no parameter of Add-VpnConnection; `-SplitTunneling` is a switch, whose value "
                "stands behind a colon: `-SplitTunneling:$true`"
            ),
        )
    ]


KEY = r"-Path HKLM:\SYSTEM\CurrentControlSet\Services\PolicyAgent -Name AssumeUDPEncapsulationContextOnSendRule"


@cases(
    ("script", "switch"),
    [
        (f"New-ItemProperty {KEY} -PropertyType DWord -Value 2 -Force $true", "Force"),
        (f"Set-ItemProperty {KEY} -Value 2 -PassThru $true", "PassThru"),
        ("Stop-Service -Name IKEEXT -Force $true", "Force"),
        ("Set-Service -Name IKEEXT -StartupType Disabled -Confirm $true", "Confirm"),
    ],
)
def test_a_truth_behind_a_switch_of_another_command_is_refused(script: str, switch: str) -> None:
    message = (
        f"`True` belongs to no parameter; `-{switch}` is a switch, whose value stands behind a colon: `-{switch}:$true`"
    )
    assert [why for _, _, why in refused_of(script)] == [message]


@cases(
    "script",
    [
        f"New-ItemProperty {KEY} -PropertyType DWord -Value 2 -Force",
        f"New-ItemProperty {KEY} -PropertyType DWord -Value 2 -Force:$true",
        f"Set-ItemProperty {KEY} -Force $true",  # to the position of the value
        "Stop-Service -Force IKEEXT",
    ],
)
def test_what_has_a_parameter_is_not_refused(script: str) -> None:
    assert refused_of(script) == []


def test_a_value_behind_a_switch_that_only_the_run_knows_is_no_key() -> None:
    script = f"param([bool] $Split)\n{FULL} -SplitTunneling $Split"
    (connection,) = parsed(script).policy.vpn_connections
    assert connection.first_authentication is None


def test_other_refusals() -> None:
    assert refused_of("New-NetIPsecRule -InboundSecurity Require") == [
        (1, 1, "New-NetIPsecRule is given no `-DisplayName`"),
    ]
    assert refused_of(f"{RULE} A -IPsecRuleName X\n{RULE} B -IPsecRuleName x") == [
        (2, 99, "`x` is there already: a name is taken once in a store"),
    ]
    assert refused_of("New-NetIPsecAuthProposal -Machine -Kerberos -Authority 'CN=x'")[0][2] == (
        "New-NetIPsecAuthProposal takes -Machine, -Kerberos and -Authority in no set of parameters together"
    )


def test_parameters_are_bound_by_prefix_alias_and_place() -> None:
    script = """Set-VpnConnectionIPsecConfiguration -Name V GCMAES256 GCMAES256 `
  -Enc AES256 -Int SHA384 -DH ECP384 -Pfs None -Force
New-NetIPsecRule -Display A -SecIn Require -SecOut Request -Description:'d' -ErrorAction Stop"""
    policy = policy_of(script)
    assert [each.name for each in policy.vpn_connections] == ["V"]
    (rule,) = policy.connection_security_rules
    assert (rule.inbound.value, rule.outbound.value, rule.description) == ("require", "request", "d")


def test_the_functions_of_a_module_are_read_though_nothing_calls_them() -> None:
    script = f"""function Set-It {{
    param([string] $Net, [string] $Name = 'Module', [switch] $Loud)
    {RULE} $Name -RemoteAddress $Net
}}
function Get-It {{ Get-Date }}
Export-ModuleMember -Function Set-It"""
    result = parsed(script)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["Module"]
    assert said_of(script) == [
        (2, 5, "nothing here calls `set-it`: it is read as if it were called once"),
        (3, 107, "unknown address `$Net`, known only when the script runs: the parameter `$net`"),
    ]


def test_a_cmdlet_that_windows_does_not_have_is_refused() -> None:
    script = "New-NetIPsecPhase1AuthProposal -MachineMethod Kerberos"
    assert refused_of(script) == [(1, 1, "Windows has no cmdlet of this name")]


@cases(
    "name",
    [
        "New-NetIPsceRule",
        "NewNetIPsecRule",
        "AddVpnConnection",
        "Add-VpnConection",
        "Set-VpnServerConfigurations",
        "New-NetFirewallRulee",
        "Ad-VpnConnection",
        "Nw-NetFirewallRule",
        "et-VpnServerConfiguration",
        "Sst-NetFirewallProfile",
        "Add_VpnConnection",
        "Add.VpnConnection",
    ],
)
def test_a_name_that_is_one_letter_off_is_none_of_a_cmdlet(name: str) -> None:
    rule = "\nNew-NetIPsecRule -DisplayName R -InboundSecurity Require\n"
    assert refused_of(f"{name} -Name R{rule}") == [(1, 1, "Windows has no cmdlet of this name")]
    assert refused_of(f"function {name} {{ param($Name) Get-Date }}\n{name} -Name R{rule}") == []


@cases("name", ["Get-VpnServerConfiguration", "Get-VpnConnectionTrigger", "New-NetIPAddress"])
def test_other_cmdlets_of_windows_are_not_taken_for_slips(name: str) -> None:
    assert refused_of(f"{name} -Name R\nNew-NetIPsecRule -DisplayName R -InboundSecurity Require\n") == []


@cases("name", ["Set NetFirewallProfile", "new netipsecrule", "Add  'VpnConnection'"])
def test_a_cmdlet_without_its_hyphen_is_refused(name: str) -> None:
    rule = "\nNew-NetIPsecRule -DisplayName R -InboundSecurity Require\n"
    ((line, column, why),) = refused_of(f"{name} -Name R{rule}")
    assert (line, column) == (1, 1)
    assert why.startswith("a hyphen joins it to `")


@cases("name", ["Set Rule", "Get NetIPsecRule", "Set 'NetFirewallProfiles'", "Write-Host Set"])
def test_other_words_behind_a_command_are_its_own(name: str) -> None:
    assert refused_of(f"{name} R\nNew-NetIPsecRule -DisplayName R -InboundSecurity Require\n") == []


KEY = r"HKLM:\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"


@cases(
    ("script", "named"),
    [
        ("Set-Service -Name MpsSvc -StartupTypxe Disabled", "-StartupTypxe"),
        ("Stop-Service IKEEXT -Forse", "-Forse"),
        (f"New-ItemProperty -Path '{KEY}' -Nmae DisableIKENameEkuCheck -Value 1 -PropertyType DWord", "-Nmae"),
        (f"Set-ItemProperty -Path '{KEY}' -Name DisableIKENameEkuCheck -Vale 1", "-Vale"),
        (f"sp '{KEY}' DisableIKENameEkuCheck -Vale 1", "-Vale"),
    ],
)
def test_a_parameter_that_is_none_refuses_what_a_service_or_a_key_of_ipsec_is_given(script: str, named: str) -> None:
    column = script.index(named) + 1
    assert refused_of(script) == [(1, column, f"it has no parameter `{named}`")]
    assert parsed(script).policy.registry == ()
    assert parsed(script).policy.services == ()


@cases("cmdlet", ["Set-ItemProperty", "New-ItemProperty"])
def test_the_name_of_a_value_may_be_given_by_the_alias_that_its_parameter_has(cmdlet: str) -> None:
    script = f"{cmdlet} -Path '{KEY}' -PSProperty DisableIKENameEkuCheck -Value 1"
    assert refused_of(script) == []
    named = script.replace("PSProperty", "Name      ")
    assert parsed(script).policy.registry == parsed(named).policy.registry != ()


@cases(
    "script",
    [
        "Set-Service IKEEXT -StartupType Automatic -Status Running -ea SilentlyContinue -PassThru:$true",
        f"Set-ItemProperty '{KEY}' -Na DisableIKENameEkuCheck -Val 1 -Type DWord -Force -Verbose",
        "Set-Service -Name Spooler -StartupTypxe Disabled",
        r"New-ItemProperty -Path HKLM:\SOFTWARE\Contoso -Nmae A -Value 1",
    ],
)
def test_parameters_cut_short_and_other_services_and_keys_are_none_of_these(script: str) -> None:
    assert refused_of(f"{script}\nNew-NetIPsecRule -DisplayName R -InboundSecurity Require\n") == []


def test_what_has_nothing_to_do_with_ipsec_is_not_said() -> None:
    script = f"""foreach ($row in Import-Csv x.csv) {{
    New-NetFirewallRule -DisplayName $row.Name -Direction Inbound -Action Allow -Protocol TCP -LocalPort $row.Port
}}
Get-NetFirewallRule -DisplayGroup Core | Set-NetFirewallRule -Enabled False
Set-GPRegistryValue -Name G -Key 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\System' -ValueName a -Value 1
{RULE} A"""
    assert names_of(script) == ["A"]


def test_a_session_that_is_not_saved_reaches_no_gpo() -> None:
    script = f"""$a = Open-NetGPO -PolicyStore d\\A
$b = Open-NetGPO -PolicyStore d\\B
$c = Open-NetGPO -PolicyStore d\\C
{RULE} InA -GPOSession $a; {RULE} InB -GPOSession $b
Save-NetGPO -GPOSession $a"""
    assert refused_of(script) == [
        (2, 6, "no `Save-NetGPO` writes this session back: what is changed in it does not reach the GPO"),
    ]
    rules = parsed(script).policy.connection_security_rules
    assert [(rule.name, rule.store) for rule in rules] == [("InA", "d\\A"), ("InB", "d\\B")]


def test_properties_of_an_object_are_written_back_by_set() -> None:
    script = f"""{RULE} A
$rule = Get-NetIPsecRule -DisplayName A
$rule.InboundSecurity = 'Request'
$rule.Description = 'kept'
$rule | Set-NetIPsecRule
$rule.Enabled = 'False'"""
    (rule,) = policy_of(script).connection_security_rules
    assert (rule.inbound.value, rule.description, rule.enabled.value) == ("request", "kept", True)
    assert (rule.inbound.span.line, rule.inbound.span.column) == (3, 26)


def test_a_switch_of_a_script_that_is_put_behind_another_is_off() -> None:
    script = f"{RULE} A\nparam([switch]$Undo)\nif (-not $Undo) {{ {RULE} B }} else {{ {RULE} C }}"
    assert names_of(script) == ["A", "B"]
    assert said_of(script) == []


def test_a_script_that_ends_says_that_the_rest_was_not_read() -> None:
    made = "$found = @(Get-NetIPsecRule -DisplayName A)\nif ($found.Count -ne 2) { throw 'not two' }\n"
    message = "as far as its values are known, the script ends at this `throw`: what follows it was not read"
    assert said_of(f"{RULE} A\n{made}{RULE} B") == [(3, 27, message)]
    assert said_of(f"{RULE} A\n{made}Write-Host done") == []
    assert said_of(f"{RULE} A\nif ($true) {{\n{made}{RULE} B\n}} else {{ {RULE} C }}") == [(4, 27, message)]
    assert said_of(f"$all = @()\nif (-not $all) {{ throw 'none' }}\n{RULE} B") == [(2, 18, message)]
    assert said_of(f"Get-Date\nEXIT\n{RULE} B") == [(2, 1, message.replace("throw", "exit"))]


def test_a_guard_that_asks_for_what_only_the_machine_has_is_passed() -> None:
    guard = "$found = @(Get-NetIPsecRule -DisplayName X)\nif ($found.Count -ne 1) { throw 'none' }\n"
    script = f"{RULE} A\n{guard}$found | Set-NetIPsecRule -InboundSecurity None\n{RULE} B"
    assert said_of(script) == [(4, 10, "which objects Set-NetIPsecRule changes is not known")]
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["A", "B"]


@cases(
    ("script", "names"),
    [
        ("param([switch]$Undo)\nif (-not $Undo) {\n  NETSH=A\n} else {\n  NETSH=B\n}", ["A"]),
        ("$ErrorActionPreference = 'Stop'\nNETSH=A\nif ($LASTEXITCODE -ne 0) { throw 'failed' }\nNETSH=B", ["A", "B"]),
        ("if (-not $false) {\n  NETSH=A\n  if (!$?) { throw }\n  NETSH=B\n}\nWrite-Host done", ["A", "B"]),
        ("try {\n  NETSH=A\n  if ($LASTEXITCODE) { throw }\n} catch { $failed++; Write-Warning $_ }", ["A"]),
        ("function Add-Rule {\n  NETSH=A\n}\nAdd-Rule\nWrite-Host done", ["A"]),
        ("foreach ($try in 1) {\n  NETSH=A\n}\nWrite-Host done", ["A"]),
    ],
)
def test_conditions_around_netsh_are_those_of_powershell(script: str, names: list[str]) -> None:
    command = "netsh.exe advfirewall consec add rule endpoint1=any endpoint2=any action=requireinrequestout name"
    text = script.replace("NETSH", command)
    assert format_of(text) == "powershell-script"
    assert said_of(text) == []
    assert names_of(text) == names


def test_a_class_with_commands_on_ipsec_is_said_wherever_it_stands() -> None:
    script = """
if ($true) {
  class Site {
    static [void] Open() { New-NetIPsecRule -DisplayName B -InboundSecurity None }
    Site() { netsh advfirewall consec delete rule name=A }
  }
}
class Point { [int] $x; Point([int]$x) { $this.x = $x } }
class Shown { [string] All() { return (Get-NetIPsecRule).DisplayName } }
[Site]::Open()
"""
    said = said_of(script)
    assert (5, 14, "nothing here calls `Site.site`: it is read as if it were called once") in said
    assert {line for line, _, _ in said} == {5}


def test_a_function_takes_the_properties_of_what_comes_through_the_pipeline() -> None:
    script = """
function Add-Zone {
  param(
    [Parameter(ValueFromPipelineByPropertyName)] [string] $Name,
    [Parameter(ValueFromPipelineByPropertyName)] [string[]] $Remote = '10.99.0.0/16',
    [string] $Inbound = 'Require'
  )
  begin { $gpo = Open-NetGPO -PolicyStore 'example.com\\Zones' }
  process {
    New-NetIPsecRule -DisplayName $Name -RemoteAddress $Remote -InboundSecurity $Inbound -GPOSession $gpo
  }
  end { Save-NetGPO -GPOSession $gpo }
}
@'
Name,Remote
Servers,10.1.0.0/16
Printers,10.2.0.0/16
'@ | ConvertFrom-Csv | Add-Zone
[pscustomobject]@{Name='Lab'} | Add-Zone -Inbound Request
"""
    rules = policy_of(script).connection_security_rules
    assert [(rule.name, rule.store, rule.inbound.value) for rule in rules if rule.inbound] == [
        ("Servers", "example.com\\Zones", "require"),
        ("Printers", "example.com\\Zones", "require"),
        ("Lab", "example.com\\Zones", "request"),
    ]
    assert [rule.endpoint2.span.line for rule in rules] == [16, 17, 5]


@cases(
    "script",
    [
        f"& {{ param($n) {SECURED} $n }} 'A'",
        f"$make = {{ param($n, $to = '10.1.0.0/16') {SECURED} $n -RemoteAddress $to }}\n& $make -n A",
        f"$make = {{ param($n) {SECURED} $n }}\n$make.Invoke('A')",
        f"Invoke-Command -ArgumentList 'A' -ScriptBlock {{ param($n) {SECURED} $n }}",
        f"filter Add-Rule {{ {SECURED} $_.Name }}\n[pscustomobject]@{{Name='A'}} | Add-Rule",
        f"$all = [List[hashtable]]::new()\n$all.Add(@{{n='A'}})\n$all | % {{ {SECURED} $_.n }}",
        f'\'[{{"n":"A"}}]\' | ConvertFrom-Json | % {{ {SECURED} $_.n }}',
        f'"A;10.1.0.0/16`r`n" -split "`r?`n" | ? {{ $_ }} | % {{ $n, $to = $_ -split \'[;,]\'; {SECURED} $n }}',
    ],
)
def test_blocks_filters_lists_and_texts_give_what_they_are_called_with(script: str) -> None:
    assert names_of(script) == ["A"]


@cases(
    "script",
    [
        "$p = Get-Content a.json | ConvertFrom-Json\nNew-NetIPsecRule @p",
        "$p = @{ Mode = 'Transport' } + (Get-Thing)\nNew-NetIPsecRule @p",
        "$p = @{}\n$p[$name] = $value\nNew-NetIPsecRule @p",
    ],
)
def test_what_a_splat_that_is_not_known_may_give_is_not_known_and_nothing_else_is_wrong(script: str) -> None:
    result = parsed(script)
    (rule,) = result.policy.connection_security_rules
    assert rule.name == ("named by `@p`" if "Get-Content" in script else "@p")
    assert result.policy.refused_commands == ()
    lines = script.count("\n") + 1
    assert {(each.span.line, each.span.column) for each in result.problems} == {(lines, 18)}


@cases(
    "script",
    [
        f"param([string]$d = 'A')\nbegin {{ }}\nprocess {{\n{SECURED} $d\n}}\nend {{ $x = 1 }}",
        f"begin {{ $n = 'A' }}\nprocess {{ {SECURED} $n }}",
        f"Set-Alias nir New-NetIPsecRule\n{SECURED.replace('New-NetIPsecRule', 'nir')} A",
        f"function Add-Rule($n) {{ {SECURED} $n }}\nNew-Alias -Name mk -Value Add-Rule\nmk A",
        f"Set-Alias zz Remove-NetIPsecRule\n{SECURED} B\nzz -All\n{SECURED} A",
        f"enum Side {{ A; B }}\n{SECURED} ([Side]::A)",
    ],
)
def test_blocks_of_a_body_other_names_of_commands_and_members_of_an_enum_are_followed(script: str) -> None:
    assert names_of(script) == ["A"]


UNCALLED = """
function Protect-Web {
    [CmdletBinding()]

    $name = 'Web'
    netsh ipsec static add policy name=$name
    netsh ipsec static add filteraction name=$name action=block
}
"""


def test_what_netsh_adds_in_a_function_that_nothing_calls_is_read_as_what_cmdlets_make_there() -> None:
    policy = parsed(UNCALLED).policy
    assert [(each.name, each.span.line) for each in policy.policies] == [("Web", 6)]
    assert [message for _, _, message in said_of(UNCALLED)] == [
        "nothing here calls `protect-web`: it is read as if it were called once"
    ]


def test_of_two_functions_that_nothing_calls_neither_refuses_what_the_other_adds_nor_takes_it_out() -> None:
    other = (
        UNCALLED.replace("Protect-Web", "Repair-Web") + "function Clear-Web { netsh ipsec static delete policy Web }"
    )
    result = parsed(UNCALLED + other)
    assert [each.name for each in result.policy.policies] == ["Web"]
    assert result.policy.refused_commands == ()
    assert "whether this command runs is not known: it is not followed, as it changes what may not be there" in [
        each.message for each in result.problems
    ]


@cases("attributes", ["[CmdletBinding()]", "[cmdletbinding(SupportsShouldProcess)]\n[OutputType([bool])]"])
def test_an_attribute_of_a_function_without_parameters_belongs_to_the_variable_behind_it(attributes: str) -> None:
    assert names_of(f"function Protect {{\n{attributes}\n\n$name = 'A'\n{RULE} $name\n}}\nProtect") == ["A"]


def test_the_methods_of_a_list_take_a_block_without_parentheses() -> None:
    assert names_of(f"@('A', 'B').ForEach{{ {RULE} $_ }}\n$some = ('C', 'D').Where{{ $_ -ne 'C' }}\n{RULE} $some") == [
        "A",
        "B",
        "D",
    ]


ENDLESS = """$name = 'A'
while ($true) {
    $answer = Read-Host 'Name'
    if ($answer -ne '') { $name = $answer; break }
}
New-NetIPsecRule -DisplayName B -RemoteAddress 10.1.0.0/16
New-NetIPsecRule -DisplayName C -RemoteAddress $name
"""


def test_a_loop_that_asks_until_it_is_left_ends_and_what_it_leaves_is_not_known() -> None:
    result = parsed(ENDLESS)
    first, second = result.policy.connection_security_rules
    assert (first.name, second.name) == ("B", "C")
    assert isinstance(second.endpoint2.value, Unknown)
    assert "steps" not in str(result.problems)
    for loop in ("do { $k = Read-Host k; if ($k -eq 'q') { break } } while ($true)", "for (;;) { if ($k) { break } }"):
        (rule,) = policy_of(f"{loop}\nNew-NetIPsecRule -DisplayName B").connection_security_rules
        assert (rule.name, rule.span.line) == ("B", 2)


def test_what_a_method_puts_into_a_variable_is_not_known() -> None:
    script = """$n = 0
while ($n -eq 0) {
    if (-not [UInt16]::TryParse((Read-Host 'Which'), [ref]$n) -or $n -gt 9) { $n = 0 }
}
New-NetIPsecRule -DisplayName B
"""
    result = parsed(script)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["B"]
    assert "steps" not in str(result.problems)


def test_a_default_that_throws_makes_a_parameter_mandatory() -> None:
    script = "param([string]$Peer = $(throw '-Peer is required'))\nNew-NetIPsecRule -DisplayName B -RemoteAddress $Peer"
    (rule,) = parsed(script).policy.connection_security_rules
    assert isinstance(rule.endpoint2.value, Unknown)
    function = "function Add-Peer($Peer = (throw 'x')) { New-NetIPsecRule -DisplayName B -RemoteAddress $Peer }"
    script = f"{function}\nAdd-Peer 10.1.0.7"
    (rule,) = policy_of(script).connection_security_rules
    assert not isinstance(rule.endpoint2.value, Unknown)


def test_a_tab_stands_between_arguments_as_a_blank_does() -> None:
    key = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters"
    script = f'reg add "{key}"\t/v ProhibitIpSec\t/t REG_DWORD /d 1 /f\nNew-NetIPsecRule\t-DisplayName\t"B"'
    result = parsed(script)
    assert result.problems == ()
    assert [value.data.value for value in result.policy.registry] == ["1"]
    assert [rule.name for rule in result.policy.connection_security_rules] == ["B"]


SUITE = (
    "-AuthenticationTransformConstants SHA256128 -CipherTransformConstants AES256 -EncryptionMethod AES256"
    " -IntegrityCheckMethod SHA256 -PfsGroup PFS2048 -DHGroup Group14 -Force"
)


def test_objects_of_one_name_that_is_not_known_are_one() -> None:
    script = f"""param([Parameter(Mandatory)] $Name, $Other)
Add-VpnConnection -Name $Name -ServerAddress v.example -TunnelType Ikev2
Set-VpnConnectionIPsecConfiguration -ConnectionName $Name {SUITE}
Set-VpnConnection -Name "$Name" -EncryptionLevel Required
"""
    result = parsed(script)
    (connection,) = result.policy.vpn_connections
    assert connection.name == "named by `$Name`"
    assert len(result.policy.main_mode_crypto_sets) == 1
    assert "which objects" not in str(result.problems)
    other = parsed(script.replace('"$Name"', "$Other"))
    assert "which objects Set-VpnConnection changes is not known" in [each.message for each in other.problems]


ENCODED = base64.b64encode("New-NetIPsecRule -DisplayName 'A b' -Phase1AuthSet none".encode("utf-16-le")).decode()


@cases("option", ["-EncodedCommand", "-enc", "-ec", "-e", "-nop -w hidden -EncodedC"])
def test_what_a_script_hands_to_powershell_encoded_is_read_at_its_place(option: str) -> None:
    script = f"Write-Host x\npowershell.exe {option} {ENCODED}\n"
    (rule,) = parsed(script).policy.connection_security_rules
    assert (rule.name, rule.span.line) == ("A b", 2)
    assert not said_of(f"$e = '{ENCODED}'\npwsh {option} $e\n")


def test_a_text_that_is_put_together_has_its_places_where_it_is_run() -> None:
    rule = "'New-NetIPsecRule -DisplayName A ' + '-Mode Weird'"
    result = parsed(f"Write-Host x\n  iex ({rule})\niex ('((' + '(')\n")
    (refused,) = result.policy.refused_commands
    assert (refused.span.line, refused.span.column) == (2, 8)
    assert [(each.span.line, each.span.column) for each in result.problems] == [(3, 6)]


def test_a_key_in_a_text_that_is_put_together_is_kept() -> None:
    script = "$k = 'New-NetIPsecAuthProposal -Machine -PreSharedKey ' + '\"TopSecret' + 'Key1\"'\n$p = iex $k\n"
    shown = "New-NetIPsecPhase1AuthSet -DisplayName K -Proposal $p\n"
    report = check_text(script + shown, "policy.ps1")
    assert "AU001" in {finding.code for finding in report.findings}
    assert not any(piece in str(report) for piece in ("TopSecret", "Key1"))


def test_more_text_than_is_read_is_said() -> None:
    (said,) = said_of("$s = '# ' + ('a' * 90000)\niex $s\niex ($s + 'b')\niex ($s + 'c')\n")
    assert said[::2] == (4, "runs a text whose commands are not known")


def test_lines_of_netsh_in_a_text_that_is_run_later_are_read() -> None:
    rule = "netsh advfirewall consec add rule name={} endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout"
    script = f'$s = @"\n{rule.format("A")}\n{rule.format("B")}\n"@\nInvoke-Expression $s\n'
    source = bytes_source("policy.ps1", script.encode())
    form = recognise(source)
    assert form is not None
    result = form.parse(source)
    assert ([rule.name for rule in result.policy.connection_security_rules], result.problems) == (["A", "B"], ())


ASKS = "`-Confirm` asks first: whether this is done is not known"


@cases(
    ("command", "is_done"),
    [
        ("Remove-NetIPsecRule -DisplayName A", True),
        ("Remove-NetIPsecRule -DisplayName A -Confirm:$false", True),
        ("Remove-NetIPsecRule -DisplayName A -Confirm", False),
        ("Get-NetIPsecRule -DisplayName A | Remove-NetIPsecRule -Confirm", False),
        ("Disable-NetIPsecRule -DisplayName A -Confirm:$true", False),
        ("Set-NetIPsecRule -DisplayName A -InboundSecurity Request -Confirm", False),
        ("Rename-NetIPsecRule -DisplayName A -NewName B -Confirm", False),
        ("$asks = Read-Host; Disable-NetIPsecRule -DisplayName A -Confirm:$asks", False),
    ],
)
def test_what_asks_first_leaves_what_is_there(command: str, is_done: bool) -> None:
    before, after = (parsed(script).policy for script in (f"{RULE} A", f"{RULE} A\n{command}"))
    assert (before.connection_security_rules == after.connection_security_rules) is not is_done
    said = said_of(f"{RULE} A\n{command}")
    assert [(line, message) for line, _, message in said] == ([] if is_done else [(2, ASKS)])


def test_what_asks_before_it_makes_something_is_read_as_if_it_were_made() -> None:
    assert names_of(f"{RULE} A -Confirm") == ["A"]


@cases(
    ("asked", "is_so"),
    [
        ("1 -is [int]", True),
        ("1 -is [int32]", True),
        ("1 -is [string]", False),
        ("1 -isnot [string]", True),
        ("3000000000 -is [int]", False),
        ("'a' -is [string]", True),
        ("'a' -is [System.String]", True),
        ("'a' -is [int]", False),
        ("'a' -is [object]", True),
        ("$true -is [bool]", True),
        ("$true -is [int]", False),
        ("1.5 -is [double]", True),
        ("1.5 -is [int]", False),
        ("@(1, 2) -is [array]", True),
        ("@(1, 2) -is [string]", False),
        ("'a' -is [array]", False),
        ("{ 1 } -is [scriptblock]", True),
        ("{ 1 } -is [string]", False),
        ("@{} -is [string]", False),
        ("[char]'a' -is [char]", True),
        ("[char]'a' -is [string]", False),
        ("$null -is [string]", False),
        ("$null -isnot [string]", True),
        ("'a' -is 'string'", True),
        ("'a' -is ('int' + '32')", False),
        ("$null -eq ('a' -as [int])", True),
        ("('7' -as [int]) -eq 7", True),
    ],
)
def test_what_type_a_value_is_of_decides_a_condition(asked: str, *, is_so: bool) -> None:
    assert names_of(f"if ({asked}) {{ RULE a }} else {{ RULE b }}".replace("RULE", RULE)) == ["a" if is_so else "b"]


SPLAT = "$p = @{ Name = 'V'; ServerAddress = 's.example'; TunnelType = 'Ikev2' }\n"
HANDED = "what this hands to {} is not known: it is read without it"


@cases("more", ["$p += @{ L2tpPsk = 'x' }", "$p = $p + @{ DnsSuffix = 'd' }", "$p.L2tpPsk = 'x'"])
def test_what_all_ways_leave_in_a_table_is_known(more: str) -> None:
    result = parsed(f"param($Q)\n{SPLAT}if ($Q) {{ {more} }}\nAdd-VpnConnection @p -Force\n")
    (connection,) = result.policy.vpn_connections
    assert (connection.name, connection.strategy and connection.strategy.known) == ("V", TunnelStrategy.IKEV2)
    assert result.problems == ()


def test_what_two_ways_leave_differently_in_a_table_is_not_known() -> None:
    change = "if ($Q) { $p = @{ Name = 'V'; ServerAddress = 's.example'; TunnelType = 'L2tp' } }\n"
    (problem,) = parsed(f"param($Q)\n{SPLAT}{change}Add-VpnConnection @p -Force\n").problems
    assert problem.message.startswith("unknown tunnel type")


@cases(
    "command",
    [
        "Add-VpnConnection",
        "Set-VpnServerConfiguration",
        "Add-VpnS2SInterface",
        "Set-NetFirewallSetting",
        "Set-VpnConnectionIPsecConfiguration",
    ],
)
def test_a_splat_of_what_is_not_known_is_said(command: str) -> None:
    assert [message for _, _, message in said_of(f"{command} @given")] == [HANDED.format(command)]


def test_what_a_switch_reads_of_a_file_is_not_known() -> None:
    script = (
        "$ini = @{}\nswitch -regex -file 'C:\\vpn.ini' {\n"
        "'^\\[(.+)\\]$' { $section = $matches[1]; $ini[$section] = @{} }\n"
        "'^(\\w+)=(.*)' { $ini[$section][$matches[1]] = $matches[2] } }\n"
        "Add-VpnConnection -Name V -ServerAddress s.example -TunnelType $ini.vpn.type -Force\n"
    )
    (problem,) = parsed(script).problems
    assert problem.message.startswith("unknown tunnel type `$ini.vpn.type`")


@cases(
    "given",
    [
        "Get-Service -Name IKEEXT",
        "Get-ItemProperty HKLM:\\SOFTWARE\\A -Name B",
        "(Get-VpnConnection -Name Office)",
        "('<a><b c=\"1\"/></a>' | Select-Xml -XPath '//b')",
        "([xml]'<a><b>1</b></a>').a",
        "@{ A = 1 }.GetEnumerator()",
        "Get-Variable PSVersionTable",
        "Test-NetConnection vpn.example.org",
    ],
)
def test_what_a_command_gives_anew_on_one_of_two_ways_is_joined(given: str) -> None:
    script = f"$o = {given}\nif ($env:A) {{ $o = {given} }}\nif ($o.Name) {{ Write-Host $o.Name }}\n"
    assert len(policy_of(f"{script}Add-VpnConnection -Name A -ServerAddress a.example.org").vpn_connections) == 1


@cases("behind", ["", "Write-Host done", "function g { Start-Sleep 1 }"])
@cases("loop", ["while ($true) { BODY }", "for (;;) { BODY }", "while (1) { BODY; continue }"])
def test_a_loop_that_nothing_ends_is_the_end_of_a_script(loop: str, behind: str) -> None:
    body = "if (Test-Connection a.example.org -Quiet) { Write-Host up } else { Write-Host down }\nStart-Sleep 5"
    result = parsed(f"New-NetIPsecRule -DisplayName A\n{loop.replace('BODY', body)}\n{behind}")
    assert [rule.name for rule in result.policy.connection_security_rules] == ["A"]
    assert result.problems == ()


def test_a_loop_in_a_job_does_not_end_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "MAX_STEPS", 2_000)
    made = "function Set-All { New-NetIPsecRule -DisplayName A }\n"
    result = parsed(f"{made}Start-Job {{ while ($true) {{ Start-Sleep 5 }} }}\nSet-All")
    assert result.policy.connection_security_rules or result.problems
