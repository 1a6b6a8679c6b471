"""What expressions of a script are worth, seen in the names of the rules that it makes."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import (
    addressed_by,
    names_of,
    parsed,
    policy_of,
    refused_of,
    rule_of,
    said_of,
)

from ipseclint.formats.kit.diagnostics import WHAT_IS_LEFT_OUT
from ipseclint.model.setting import Unknown

REST = " -InboundSecurity Require -OutboundSecurity Require"


def made(before: str, name: str = "$x") -> list[str]:
    """The names of rules after some statements."""
    return names_of(f"{before}\nNew-NetIPsecRule -DisplayName {name}{REST}")


@cases(
    ("statement", "name"),
    [
        ("$x = 'a''b'", "a'b"),
        ('$y = \'b\'; $x = "a$y`t""c"""', 'ab\t"c"'),
        ("$y = @{n='b'}; $x = \"a$($y.n)$($y['n'])\"", "abb"),
        ("$x = 'a' + 1 + 'b'", "a1b"),
        ("$x = 'R{0:000}-{1}' -f 7, 'z'", "R007-z"),
        ("$x = ('a', 'b', 'c') -join '+'", "a+b+c"),
        ("$x = ('a,b,c' -split ',')[-1]", "c"),
        ("$x = (1..4)[2]", "3"),
        ("$x = 'a-b' -replace '-', '_'", "a_b"),
        ("$x = @'\nline\n'@", "line"),
        ('$y = 2; $x = @"\nline $y\n"@', "line 2"),
        ("$x = if (2 -gt 1) { 'yes' } else { 'no' }", "yes"),
        ("[int]$y = '5'; $x = \"$($y * 2 + 1)\"", "11"),
        ("$y, $z = 'p', 'q', 'r'; $x = \"$y $z\"", "p q r"),
        ("$y = @(); $y += 'a'; $y += 'b'; $x = \"$($y.Count)$y\"", "2a b"),
        ("$x = 'Corp'.ToUpper().Replace('R', 'r')", "COrP"),
        ("$h = @{}; $h.a = 'v'; $h['b'] = 'w'; $x = $h.a + $h.b", "vw"),
        ("$o = [pscustomobject]@{ Name = 'n' }; $x = $o.Name", "n"),
        ("$x = switch ('b') { 'a' { 'first' } 'b' { 'second' } default { 'none' } }", "second"),
        ("$x = [string]::Join('/', @('a', 'b'))", "a/b"),
        ("${my name} = 'm'; $x = \"${my name}!\"", "m!"),
        ("$env:SITE = 'east'; $x = $env:SITE", "east"),
        ("$x = (' a ').Trim() * 2", "aa"),
        ("$x = 'a' ; if ($x -eq 'A' -and -not ($x -ceq 'b')) { $x = 'same' }", "same"),
        ('$i = 0; while ($i -lt 3) { $i++ }; $x = "$i"', "3"),
        ("$x = (@('10.0.0.1', '10.0.0.2') | Where-Object { $_ -like '*.2' })", "10.0.0.2"),
        ("$x = (@('b', 'c') | Select-Object -First 1)", "b"),
        ("$t = @'\nName,Net\nEast,10.1.0.0/16\n'@ | ConvertFrom-Csv; $x = $t.Name", "East"),
        ("$x = ('a' + [char]39 + 'b')", "a'b"),
        ("$x = “typographic”", "typographic"),
        ("Set-Variable -Name x -Value 'set'", "set"),
        ("$h = @{ A = if ($false) { 'n' }\n  elseif ($true) { 'y' }\n  else { 'z' } }; $x = $h.A", "y"),
        ("$x = '='*3", "==="),
        ("$n = 'b'; $x = Write-Output -$n", "-b"),
        ("$p = 6; $q = 3; $x = [string]($p/$q)", "2"),
    ],
)
def test_an_expression_is_evaluated(statement: str, name: str) -> None:
    assert made(statement) == [name]


@cases(
    "statement",
    [
        'Write-Host "`n" + "="*80 -ForegroundColor Red',
        "Write-Host '-'*40",
        "$c = [char[]]('a'..'z')",
        "choco install laps --params='/ALL' -y; azcopy copy a b --check-md5 NoCheck",
        ":outer foreach ($a in 1) { if ($b) { break outer }; continue outer }",
        "Save-Context -Path $folder$name -Force",
        "Invoke-WebRequest -Uri $base/$file -OutFile $env:TEMP\\$file",
        "Import-Certificate -FilePath $env:TEMP\\${server}.CA.crt -CertStoreLocation Cert:\\LocalMachine\\Root",
    ],
)
def test_what_the_grammar_does_not_know_is_no_error(statement: str) -> None:
    assert made(f"{statement}\n$x = 'A'") == ["A"]


def test_attributes_before_the_parameters_are_no_error_where_another_statement_is_one() -> None:
    script = f"[CmdletBinding()]\nparam()\n\nNew-NetIPsecRule -DisplayName A{REST}\n) (\n"
    assert [line for line, _, _ in said_of(script)] == [5]


def test_a_function_is_called_with_what_it_takes() -> None:
    script = f"""
function New-Isolation {{
    param([Parameter(Mandatory)] [string] $Name, [string[]] $Nets = @('10.0.0.0/8'), [switch] $Loud)
    foreach ($net in $Nets) {{ New-NetIPsecRule -DisplayName "$Name $net$Loud" -RemoteAddress $net{REST} }}
}}
New-Isolation East
New-Isolation -Nets '10.1.0.0/16', '10.2.0.0/16' -Loud -Name West
"""
    assert names_of(script) == ["East 10.0.0.0/8False", "West 10.1.0.0/16True", "West 10.2.0.0/16True"]


def test_objects_of_a_pipeline_are_followed() -> None:
    script = f"""
@( @{{ N = 'a'; P = 445 }}, @{{ N = 'b'; P = 3389 }} ) | ForEach-Object {{
    New-NetIPsecRule -DisplayName $_.N -Protocol TCP -LocalPort $_.P{REST} | Out-Null
}}
1..2 | % {{ New-NetIPsecRule -DisplayName "number $_"{REST} }}
"""
    assert names_of(script) == ["a", "b", "number 1", "number 2"]


def test_a_value_stands_where_it_is_written() -> None:
    script = f"""$net = '10.1.0.0/16'
$rule = @{{
    RemoteAddress = $net
    Profile = 'Domain', 'Private'
}}
New-NetIPsecRule @rule -DisplayName Place{REST}"""
    rule = rule_of(script)
    assert (rule.endpoint2.span.line, rule.endpoint2.span.column, rule.endpoint2.span.length) == (1, 9, 11)
    assert (rule.profiles.span.line, rule.profiles.span.column) == (4, 16)
    assert (rule.span.line, rule.span.column) == (6, 1)
    assert (rule.inbound.span.line, rule.inbound.span.column) == (6, 60)


@cases(
    "argument",
    ["$env:COMPUTERNAME", "(Read-Host 'net')", "$undefined", "(Get-Content nets.txt)", '"10.$(Get-Random).0.0/16"'],
)
def test_what_the_script_does_not_say_is_unknown_in_its_field_alone(argument: str) -> None:
    script = f"New-NetIPsecRule -DisplayName Known -RemoteAddress {argument}{REST}"
    (place,) = [(line, column) for line, column, message in said_of(script) if message.startswith("unknown address")]
    assert place == (1, 52 + argument.startswith(('"', "(")))


def test_a_table_is_shared_and_a_copy_is_not() -> None:
    script = f"""
$base = @{{ DisplayName = 'one' }}
$same = $base
$copy = $base.Clone()
$same.DisplayName = 'two'
New-NetIPsecRule @base{REST}
New-NetIPsecRule @copy{REST}
"""
    assert names_of(script) == ["two", "one"]


@cases("listed", ["10.0.0.1, 10.0.0.2", "10.0.0.1,10.0.0.2", "@(10.0.0.1, 10.0.0.2)"])
def test_addresses_without_quotes_are_a_list(listed: str) -> None:
    rule = rule_of(f"New-NetIPsecRule -DisplayName x -RemoteAddress {listed} -InboundSecurity Require")
    assert [str(each) for each in rule.endpoint2.known or ()] == ["10.0.0.1", "10.0.0.2"]


@cases(
    ("word", "value"),
    [
        ("${env}text", "labtext"),
        ("pre${env}", "prelab"),
        ("Rule-$($env)x", "Rule-labx"),
        ("$env-$($env).x", "lab-lab.x"),
        ("a$('b' + \"c)\")d", "abc)d"),
        ('pre${env}_"q r"', "prelab_q r"),
        ("10.0.$(1 + 2).0", "10.0.3.0"),
    ],
)
def test_an_expression_within_a_word_is_put_in(word: str, value: str) -> None:
    assert made("$env = 'lab'", word) == [value]


@cases("text", ['"a"$x', "'a'$x", '$y[0]"b c"', '"a"$x"b"'])
def test_texts_that_touch_cost_no_statement(text: str) -> None:
    assert made(f"$x = 'v'; $y = @('p')\nif ($x) {{\n  Write-Host {text} -ForegroundColor Red\n}}") == ["v"]


def test_a_text_that_touches_a_variable_keeps_its_last_letter() -> None:
    assert names_of(f'function F {{ param($a) New-NetIPsecRule -DisplayName $a{REST} }}\nF "whole"$x\n') == ["whole"]


def test_a_backtick_before_a_blank_ends_the_command() -> None:
    said = said_of(f"New-NetIPsecRule -DisplayName A `  \n  {REST}\nNew-NetIPsecRule -DisplayName B{REST}\n")
    message = "a backtick with a blank behind it continues no line: PowerShell ends the command there; left out"
    assert said == [(1, 1, message)]


def test_a_backslash_at_the_end_of_a_line_is_said_once_and_goes_on_nowhere() -> None:
    rest = REST.strip().replace(" -", " \\\n  -")
    script = f"New-NetIPsecRule -DisplayName A \\\n  {rest}\nNew-NetIPsecRule -DisplayName B{REST}\n"
    (line, column, message), *others = said_of(script)
    assert (line, column, others) == (2, 3, [])
    assert message.startswith("the backslash above continues no line in PowerShell, as a backtick does")
    policy = parsed(script).policy
    assert [rule.name for rule in policy.connection_security_rules] == ["B"]
    (refused,) = policy.refused_commands
    assert refused.span.line == 1


@cases("dots", ["[...]", "[....]", "..."])
def test_what_a_document_cuts_out_of_a_script_is_said_and_spoils_no_line(dots: str) -> None:
    script = f"{dots}\nNew-NetIPsecRule -DisplayName A{REST}\n  {dots}\nNew-NetIPsecRule -DisplayName B {dots}\n"
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["A", "B"]
    assert {line for line, *_ in said_of(script)} == {1, 3, 4}


@cases("dots", ["...", "[...]", "....."])
def test_what_a_document_cuts_out_of_a_table_is_not_known_and_the_rest_is(dots: str) -> None:
    table = f"$t = @{{\n  InboundSecurity = 'Require'\n  {dots}\n  DisplayName = 'A'\n}}\n"
    (rule,) = parsed(f"{table}New-NetIPsecRule @t -RemoteAddress 10.0.0.0/8").policy.connection_security_rules
    assert (rule.name, isinstance(rule.outbound.value, Unknown)) == ("A", True)
    messages = [
        message for *_, message in said_of(f"{table}New-NetIPsecRule -DisplayName $t.DisplayName{REST} -Profile $t.P")
    ]
    assert messages == ["unknown profile `$t.P`; it is left out here"]


@cases(
    "table",
    [
        "@{ DisplayName = 'A'; InboundSecurity = 'Require'; ... }",
        "@{ ...; DisplayName = 'A'; InboundSecurity = 'Require' }",
        "@{...; InboundSecurity = 'Require';DisplayName = 'A'}",
        "@{ InboundSecurity = 'Require' ; .... ; DisplayName = 'A' }",
        "@{ InboundSecurity = 'Require'\n ... ; DisplayName = 'A' }",
    ],
)
def test_dots_on_the_line_of_other_entries_cut_a_table_short_too(table: str) -> None:
    (rule,) = parsed(f"$t = {table}\nNew-NetIPsecRule @t -RemoteAddress 10.0.0.0/8").policy.connection_security_rules
    assert (rule.name, isinstance(rule.outbound.value, Unknown)) == ("A", True)
    assert "unknown value of `OutboundSecurity` `@t`; it is left out here" in {
        message for *_, message in said_of(f"$t = {table}\nNew-NetIPsecRule @t -RemoteAddress 10.0.0.0/8")
    }


def test_dots_in_place_of_a_value_are_no_command() -> None:
    script = f"$t = @{{ DisplayName = 'A'; Profile = ... }}\nNew-NetIPsecRule @t{REST}"
    assert [message for *_, message in said_of(script)] == [WHAT_IS_LEFT_OUT]
    assert said_of(f"$t = @{{ DisplayName = 'A...'; Profile = 'Any' }}\nNew-NetIPsecRule @t{REST}") == []


@cases("script", ["$l = @(\n  'a'\n  ...\n)", "function f {\n  ...\n}", "$t = @{ a = 1 }\n..."])
def test_dots_outside_of_tables_are_no_entry(script: str) -> None:
    whole = f"{script}\nNew-NetIPsecRule -DisplayName A{REST}\n"
    assert [rule.name for rule in parsed(whole).policy.connection_security_rules] == ["A"]
    assert {message for *_, message in said_of(whole)} <= {WHAT_IS_LEFT_OUT}


def test_each_line_that_is_no_powershell_costs_itself_alone() -> None:
    bad = "  Write-Host %%% | | x\n"
    script = f"if ($true) {{\n{bad * 6}  New-NetIPsecRule -DisplayName A{REST}\n}}\n"
    assert [line for line, _, _ in said_of(script)] == [2, 3, 4, 5, 6, 7]
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["A"]


@cases(
    ("script", "name"),
    [
        ("$n = 'ab'; RULE $n.Replace('a', 'x')", "xb"),
        ("$n = 'ab'; RULE $n.Replace('a', 'x').ToUpper() -Profile Any", "XB"),
        ("$n = 'a b'; RULE $n.Split(' ')[1]", "b"),
        ("$t = @{ k = ' a ' }; RULE $t.k.Trim()", "a"),
        ("$t = @{ k = 'a' }; RULE $t['k'].ToUpper()", "A"),
        ("RULE ('ab').ToUpper()", "AB"),
        ("RULE 'ab'.ToUpper()", "AB"),
        ('$n = "b"; RULE "a$n".ToUpper() -Profile Any', "AB"),
    ],
)
def test_a_method_of_a_value_is_called_in_an_argument(script: str, name: str) -> None:
    rule = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
    assert names_of(script.replace("RULE", rule)) == [name]


@cases(
    "again",
    [
        "$l = [Collections.ArrayList]::new(); [void]$l.Add('10.1.0.0/16'); MADE; $l.Clear(); [void]$l.Add('10.2.0.0')",
        "$l = [Collections.Generic.List[string]]::new(); $l.Add('10.1.0.0/16'); MADE; $l.Insert(0, '10.2.0.0/16')",
        "$l = @('10.1.0.0/16'); MADE; $l[0] = '10.2.0.0/16'",
        "$l = @('10.1.0.0/16'); $s = @{ RemoteAddress = $l }; MADE @s; $l[0] = '10.2.0.0/16'",
    ],
)
def test_what_is_made_of_a_list_keeps_what_the_list_held_then(again: str) -> None:
    made = "New-NetIPsecRule -DisplayName a -InboundSecurity Require -OutboundSecurity Require"
    made += "" if "MADE @s" in again else " -RemoteAddress $l"
    assert addressed_by(again.replace("MADE", made)) == ["a=10.1.0.0/16"]


def test_what_is_changed_of_a_proposal_is_shown_as_it_is_written() -> None:
    script = """$p = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption AES256 -ESPHash SHA1
$p.EspHash = 'SHA256'
New-NetIPsecQuickModeCryptoSet -DisplayName q -Proposal $p"""
    assert said_of(script) == [
        (2, 1, "unknown ESP integrity `$p.EspHash`; it is what is changed of a proposal once it is made")
    ]


@cases("path", ["%SystemRoot%\\System32\\svchost.exe", "$env:SystemRoot\\System32\\svchost.exe"])
def test_windows_itself_finds_the_folder_of_a_program(path: str) -> None:
    script = f"""New-NetIPsecRule -DisplayName a -InboundSecurity Require -OutboundSecurity Request
New-NetFirewallRule -DisplayName b -Program "{path}" -Authentication Required"""
    assert said_of(script) == []


@cases(
    ("written", "kilobytes"),
    [
        ("100MB", 104_857_600),
        ("'64kb'", 65_536),
        ("0x1000", 4_096),
        ("1e5", 100_000),
        ("20480L", 20_480),
        ("20480", 20_480),
    ],
)
def test_a_parameter_takes_a_number_however_it_is_spelt(written: str, kilobytes: int) -> None:
    policy = policy_of(
        f"$q = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA256 -MaxKiloBytes {written}\n"
        "New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal $q"
    )
    (offer,) = next(each for each in policy.quick_mode_crypto_sets if each.name == "Q").proposals
    assert offer.lifetime_kilobytes.known == kilobytes


@cases("written", ["1_000", "1h", "ten"])
def test_what_is_no_number_is_refused(written: str) -> None:
    reasons = [
        reason for _, _, reason in refused_of(f"New-NetIPsecMainModeCryptoSet -DisplayName M -MaxMinutes {written}")
    ]
    assert f"`{written}` is not a number, as `-MaxMinutes` takes" in reasons


GIVEN = (
    "Get-Service IKEEXT",
    "Get-Item HKLM:\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent",
    "$MyInvocation",
    "1, 2 | Measure-Object",
    "[xml]'<a><b>1</b></a>'",
    "Select-Xml -Content '<a/>' -XPath //a",
)
"""What gives objects whose members no script names."""


@cases("given", GIVEN)
@cases(
    "use",
    [
        "{} | Select-Object Name, *",
        "({}).PSObject.Properties.Name",
        "({}).Keys",
        "({}).GetEnumerator()",
        "$o = {}; f @o",
        "New-Object PSObject | Add-Member -NotePropertyMembers ({})",
    ],
)
def test_the_members_of_an_object_that_no_script_names_have_names(given: str, use: str) -> None:
    script = f"function f {{ }}\n{use.format(given)}\nNew-NetIPsecRule -DisplayName A"
    assert [rule.name for rule in policy_of(script).connection_security_rules] == ["A"]


def test_a_member_that_no_script_names_is_named_by_its_key() -> None:
    script = "Get-Service IKEEXT | Select-Object Name, Status | % { New-NetIPsecRule -DisplayName $_.Name }"
    assert [rule.name for rule in policy_of(script).connection_security_rules] == ["IKEEXT"]
    script = "foreach ($k in (Get-Service IKEEXT).PSObject.Properties) { New-NetIPsecRule -DisplayName $k.Name }"
    assert policy_of(script).connection_security_rules[0].name == "name"
