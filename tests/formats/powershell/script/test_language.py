"""Values as PowerShell makes them: counters, labels, lists and tables that are changed, and what commands pick."""

from __future__ import annotations

import pytest
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

from ipseclint.formats.powershell.script.values import texts

pytestmark = pytest.mark.drawn(3)

NEW = "New-NetIPsecRule -DisplayName"


@cases(
    ("script", "name"),
    [
        ('$n = 5\n$was = $n++\n{new} "$was-$n"', "5-6"),
        ('$n = 5\n$is = --$n\n{new} "$is-$n"', "4-4"),
        ('$n = 5\n{new} "$(($n++))-$($n++)-$n"', "5--7"),
        ("$t = @{ n = 1 }\n$t.n++\n++$t['n']\n{new} \"r$($t.n)\"", "r3"),
        ('$l = 1, 2\n$l[1]--\n{new} "r$($l[1])"', "r1"),
        ('$script:n = 1\n$script:n++\n{new} "r$n"', "r2"),
        ("$at = 0\n$all = 'A', 'B'\n$null = $all[$at++]\n{new} $all[$at++]", "B"),
        ("{new} 007", "007"),
        ("{new} 1.10", "1.10"),
        ("{new} ('{0,3}|{1,-3}|' -f 'a', 7)", "  a|7  |"),
        ("{new} ('a=b=c' -split '=', 2)[1]", "b=c"),
        ("{new} ('a.b.c' -split '.', 0, 'SimpleMatch')[2]", "c"),
        ('{new} "r$(-7 % 3)"', "r-1"),
        ('{new} "r$($true + 1)"', "r2"),
        ("{new} \"r$([int]2.5)$([int]'7.5')\"", "r28"),
        ('{new} "r$([uint32]::MaxValue)"', "r4294967295"),
        ("{new} (-join [char[]]'abc')", "abc"),
        ("$a = [char[]]'abc'\n[array]::Reverse($a)\n{new} (-join $a)", "cba"),
        ("'A' | ForEach-Object {{ {new} $PSItem }}", "A"),
        ("'a' | ForEach-Object ToUpper | % {{ {new} $_ }}", "A"),
        ("ForEach-Object -InputObject 'A' -Process {{ {new} $_ }}", "A"),
        ("{new_with_backtick} -DisplayName A", "A"),
        (". {{ $n = 'A' }}\n{new} $n", "A"),
        ("$n = switch (2) {{ 1 {{ 'x' }} 2 {{ 'A' }} }}\n{new} $n", "A"),
        ("$n = 'A'\n& {{ $n = 'B' }}\n{new} $n", "A"),
        ("$n = 'A'\n{new} (Get-Variable n -ValueOnly)", "A"),
        ("'A' | Set-Variable n\n{new} (gv n).Value", "A"),
        ("""{new} a'b'"c"d'e'""", "abcde"),
        ("""$c = 'q'\n{new} a"b"'c'$c""", "abcq"),
        ("{new}:$('a' + 'b')", "ab"),
        ("{new}:x$('a' + 'b') -WhatIf:$($false)", "xab"),
        ("""$c = 'q'\n{new}:a'b'"$c" """, "abq"),
        ("$c = 'q'\n{new}:$c'b' -Enabled:$(if ($c) {{ 'True' }} else {{ 'False' }})", "qb"),
        ("$c = 'q'\n{new}:${{c}}b", "qb"),
        ("$n = 'x'\nClear-Variable n\n{new} \"A$n\"", "A"),
    ],
)
def test_a_value_is_what_powershell_makes_of_it(script: str, name: str) -> None:
    written = script.replace("{new_with_backtick}", "N`ew-NetIPsecRule").replace("{new}", NEW)
    assert addressed_by(written.replace("{{", "{").replace("}}", "}")) == [f"{name}=any"]


@cases(
    ("arguments", "refused"),
    [
        ("""'a'"b" """, "`b` belongs to no parameter of New-NetIPsecRule"),
        (""""a"'b'""", "`b` belongs to no parameter of New-NetIPsecRule"),
        ("""a 'b'""", "`b` belongs to no parameter of New-NetIPsecRule"),
    ],
)
def test_an_argument_in_quotes_ends_with_them(arguments: str, refused: str) -> None:
    assert [reason for _, _, reason in refused_of(f"{NEW} {arguments}")] == [refused]


def test_a_switch_behind_a_colon_takes_what_is_put_together() -> None:
    assert names_of(f"{NEW} a -WhatIf:$(1 -eq 1)\n{NEW} b -WhatIf:$(1 -eq 2)") == ["b"]


@cases(
    ("loops", "names"),
    [
        (
            ":outer foreach ($a in 1, 2) { foreach ($b in 1, 2) { if ($b -eq 2) { continue outer }; MAKE } ; MAKE }",
            "11 21",
        ),
        (":outer foreach ($a in 1, 2) { foreach ($b in 1, 2) { if ($b -eq 2) { break Outer }; MAKE } ; MAKE }", "11"),
        (":o while ($true) { foreach ($b in 1, 2) { if ($b -eq 2) { break o }; MAKE } }", "1"),
        (":o foreach ($a in 1, 2) { switch ($a) { 1 { continue o } }; MAKE }", "2"),
        (":s switch (1, 2) {\n1 { foreach ($b in 1, 2) { continue s }; MAKE }\n2 { $a = 2; $b = ''; MAKE }\n}", "2"),
    ],
)
def test_the_loop_is_left_that_a_label_names(loops: str, names: str) -> None:
    made = [
        each.removesuffix("=any") for each in addressed_by("$a = $b = ''\n" + loops.replace("MAKE", f'{NEW} "$a$b"'))
    ]
    assert made == names.split()


@cases(
    ("change", "addresses"),
    [
        ("$l = [Collections.Generic.List[string]]::new([string[]]$two)", "10.0.0.1,10.0.0.2"),
        ("$l = [System.Collections.Generic.List[string]]$two\n$l.Add('10.0.0.3')", "10.0.0.1,10.0.0.2,10.0.0.3"),
        ("$l = New-Object System.Collections.ArrayList -ArgumentList (,$two)", "10.0.0.1,10.0.0.2"),
        ("$l = [Collections.ArrayList]$two\n$l.Remove('10.0.0.1')", "10.0.0.2"),
        ("$l = [Collections.ArrayList]$two\n$l.RemoveAt(1)\n$l.Insert(0, '10.0.0.9')", "10.0.0.9,10.0.0.1"),
        ("$l = [Collections.ArrayList]$two\n$l.RemoveRange(0, 1)", "10.0.0.2"),
        ("$l = [Collections.ArrayList]$two\n$l.Reverse()", "10.0.0.2,10.0.0.1"),
        ("$l = [Collections.ArrayList]('10.0.0.2', '10.0.0.1')\n$l.Sort()", "10.0.0.1,10.0.0.2"),
        ("$l = [Collections.ArrayList]$two\n$more = [Collections.ArrayList]@($l)\n$more.Clear()", "10.0.0.1,10.0.0.2"),
        ("$l = $two\n$l[1] = '10.0.0.9'\n$l[-2] = '10.0.0.8'", "10.0.0.8,10.0.0.9"),
        ("$l = $two.Where({ $_ }, 'First')", "10.0.0.1"),
        ("$l = $two.Where{ $_ -like '*2' }[0]", "10.0.0.2"),
        ("$l = @(@{A='10.0.0.1'}, @{A='10.0.0.2'}).Where{ $_.A -like '*2' }.A", "10.0.0.2"),
        ("$l = $two.Where({ $_ }, 'Last', 1)", "10.0.0.2"),
        ("$l = $two.Where({ $_ -like '*2' }, 'Split')[1]", "10.0.0.1"),
        ("$l = $two.Where({ $_ -like '*2' }, 'Until')", "10.0.0.1"),
        ("$l = $two.Where({ $_ -like '*2' }, 'SkipUntil')", "10.0.0.2"),
        ("$l = $two | Select-Object -Index 1", "10.0.0.2"),
        ("$l = $two | Select-Object -SkipLast 1", "10.0.0.1"),
        ("$l = $two | Sort-Object -Descending | Select-Object -First 1", "10.0.0.2"),
        ('$l = 10, 9 | Sort-Object | Select-Object -First 1 | % { "10.0.0.$_" }', "10.0.0.9"),
        ("$two | Tee-Object -Variable l | Out-Null", "10.0.0.1,10.0.0.2"),
        ("$l = Write-Output -InputObject $two", "10.0.0.1,10.0.0.2"),
        ("$l = @{ a = '10.0.0.1'; b = '10.0.0.2' }['a', 'b']", "10.0.0.1,10.0.0.2"),
        ("$o = [ordered]@{ a = '10.0.0.1'; b = '10.0.0.2' }\n$l = $o[1]", "10.0.0.2"),
        ("$o = @{ a = '10.0.0.1' }\n$l = $o.Item('a')", "10.0.0.1"),
        ("$p = 'a b'\n$o = @{}\n$o.$p = '10.0.0.1'\n$o.'c' = '10.0.0.2'\n$l = $o.'a b', $o.c", "10.0.0.1,10.0.0.2"),
        ("$o = [pscustomobject]@{ a = '10.0.0.1' }\n$l = $o.PSObject.Properties | % { $_.Value }", "10.0.0.1"),
        ("$o = '{\"a\": \"10.0.0.1\"}' | ConvertFrom-Json\n$l = $o.PSObject.Properties['a'].Value", "10.0.0.1"),
        ("$o = New-Object psobject\n$o | Add-Member @{ a = '10.0.0.1' }\n$l = $o.a", "10.0.0.1"),
        (
            "$o = New-Object psobject\n$o | Add-Member -NotePropertyName a -NotePropertyValue '10.0.0.1'\n$l = $o.a",
            "10.0.0.1",
        ),
        ("$l = @{ a = '10.0.0.1' } | Select-Object @{ n = 'b'; e = { $_.a } } | % { $_.b }", "10.0.0.1"),
        ("$l = [pscustomobject]@{ a = '10.0.0.1' } | select @{ Label = 'b'; Expression = 'a' } | % b", "10.0.0.1"),
        ("$l = 'a;10.0.0.1' | ConvertFrom-Csv -Delimiter ';' -Header n, ip | % ip", "10.0.0.1"),
        (
            "$l = '[{\"on\": false}]' | ConvertFrom-Json | % { if ($_.on) { '10.0.0.1' } else { '10.0.0.2' } }",
            "10.0.0.2",
        ),
    ],
)
def test_a_list_holds_what_is_left_in_it(change: str, addresses: str) -> None:
    assert addressed_by(f"$two = '10.0.0.1', '10.0.0.2'\n{change}\n{NEW} A -RemoteAddress $l") == [f"A={addresses}"]


@cases(
    ("items", "names"),
    [
        ("Sort-Object p", "B A"),
        ("sort p -Descending", "A B"),
        ("Sort-Object { $_.p }", "B A"),
        ("Sort-Object @{ Expression = 'p'; Descending = $true }", "A B"),
        ("Sort-Object n -Unique", "A B"),
        ("Select-Object n -Unique", "A B"),
        ("Select-Object n", "A B"),
    ],
)
def test_objects_are_put_in_order_and_none_is_lost(items: str, names: str) -> None:
    rows = "@([pscustomobject]@{ n = 'A'; p = 10 }, [pscustomobject]@{ n = 'B'; p = 9 })"
    assert addressed_by(f"{rows} | {items} | % {{ {NEW} $_.n }}") == [f"{name}=any" for name in names.split()]


@cases(
    "change",
    [
        "$p.RemoteAddress = '10.0.0.2'",
        "$p['RemoteAddress'] = '10.0.0.2'",
        "$p.Remove('RemoteAddress')",
        "$p.Clear(); $p.DisplayName = 'A'",
        "[void]$l.Add('10.0.0.2')",
        "$l[0] = '10.0.0.2'",
        "$l.Remove('10.0.0.1')",
    ],
)
def test_what_one_way_changes_is_not_known_behind_it(change: str) -> None:
    script = f"""$l = [Collections.ArrayList]@('10.0.0.1')
$p = @{{ DisplayName = 'A'; RemoteAddress = $l }}
if ($env:ODD) {{ {change} }}
New-NetIPsecRule @p"""
    assert [message for *_, message in said_of(script) if message.startswith("unknown address")]
    (rule,) = parsed(script).policy.connection_security_rules
    assert rule.endpoint2.known is None


def test_what_both_ways_leave_alike_is_known() -> None:
    add = "[void]$l.Add('10.0.0.1')"
    script = f"$l = [Collections.ArrayList]@()\nif ($env:ODD) {{ {add} }} else {{ {add} }}"
    assert addressed_by(f"{script}\n{NEW} A -RemoteAddress $l") == ["A=10.0.0.1"]


@cases("method", ["RemoveAll({ $true })", "Insert($env:AT, '10.0.0.3')", "Sort($comparer)"])
def test_a_list_is_not_known_that_is_changed_in_a_way_that_is_not_followed(method: str) -> None:
    script = f"$l = [Collections.ArrayList]@('10.0.0.1')\n$l.{method}\n{NEW} A -RemoteAddress $l"
    assert [message for *_, message in said_of(script)] == [
        "unknown address `10.0.0.1`; it is changed in a way that is not followed"
    ]


@cases(
    "other_name",
    [
        "sal other New-NetIPsecRule",
        "nal other New-NetIPsecRule",
        "$alias:other = 'New-NetIPsecRule'",
        "${function:other} = { New-NetIPsecRule @args }",
        "$function:other = { param($DisplayName) New-NetIPsecRule -DisplayName $DisplayName }",
    ],
)
def test_a_command_has_another_name(other_name: str) -> None:
    assert addressed_by(f"{other_name}\nother -DisplayName A") == ["A=any"]


def test_a_value_of_the_machine_is_no_word_of_an_enumeration() -> None:
    script = f"{NEW} A -RemoteAddress ([System.Net.IPAddress]::Loopback)"
    assert [message[: len("unknown address")] for *_, message in said_of(script)] == ["unknown address"]


def test_what_a_function_puts_into_a_variable_of_its_caller_is_not_known() -> None:
    script = "function f([ref] $to) { $to.Value = '10.0.0.1' }\n$to = '10.0.0.2'\nf ([ref]$to)"
    ((*_, message),) = said_of(f"{script}\n{NEW} A -RemoteAddress $to")
    assert message == "unknown address `$to`; it is what a command puts into it"


@cases(
    "body",
    [
        "{rule} A",
        "InlineScript {{ {rule} A }}",
        "parallel {{ {rule} A }}",
        "sequence {{ InlineScript {{ {rule} A }} }}",
        "foreach -parallel ($n in 'A') {{ {rule} $n }}",
        "$n = 'A'\nInlineScript {{ {rule} $using:n }}",
        "param([string] $n = 'A')\n$given = InlineScript {{ {rule} $using:n }}",
    ],
)
def test_the_blocks_of_a_workflow_are_followed(body: str) -> None:
    script = f"workflow Set-Policy {{\n{body.format(rule=NEW)}\n}}\nSet-Policy"
    assert names_of(script) == ["A"]


def test_where_a_workflow_runs_is_not_followed() -> None:
    script = f"workflow Set-Policy {{ {NEW} A }}\nSet-Policy -PSComputerName a"
    why = "on which machines this runs is not followed: it is read as policy of this one"
    assert said_of(script) == [(2, 12, why)]


def test_what_a_block_of_a_workflow_does_not_see_is_not_known() -> None:
    script = f"workflow W {{\n$n = '10.0.0.1'\nInlineScript {{ {NEW} A -RemoteAddress $n }}\n}}\nW"
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["A"]
    assert said_of(script) != []


@cases(
    "again",
    [
        "$l.Remove(99999)",
        "$l.Reverse()",
        "$l.RemoveAt(0)",
        "$m = [Collections.ArrayList]$l",
    ],
)
def test_what_goes_through_a_long_list_each_time_counts_for_as_long_as_it_takes(again: str) -> None:
    script = f"$l = [Collections.ArrayList](1..90000)\nforeach ($i in 1..9000) {{ {again} }}\n{NEW} A"
    assert [message[: len("the script takes more")] for *_, message in said_of(script)][-1:] == [
        "the script takes more"
    ]


def test_parentheses_that_nothing_closes_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def counted(text: str, start: int, end: int) -> int:
        looked.append(start)
        return behind(text, start, end)

    behind = texts.behind_parentheses
    monkeypatch.setattr(texts, "behind_parentheses", counted)
    parsed('"$("' * 300)
    assert len(looked) == 1


@cases("between", [" # one\n ", " <# one #> ", " <# one\n two #>\n  # three\n   ", "# one\r\n"])
def test_comments_may_stand_between_the_words_of_a_list(between: str) -> None:
    listed = f"10.1.0.0/16,{between}10.2.0.0/16,{between}10.3.0.0/16"
    rule = rule_of(f"New-NetIPsecRule -DisplayName A -RemoteAddress {listed} -InboundSecurity Require -Profile Domain")
    assert len(rule.endpoint2.known or ()) == 3
    assert rule.profiles.known == {"domain"}
    assert policy_of(f"function f([string]$a,{between}[string]$b) {{}}").is_empty


@cases(
    "picked",
    [
        "$n = ('A', 'B').ForEach{ $_ }[1]; RULE $n",
        '$n = $two.ForEach{ "$_" }[1]; RULE $n',
        "$n = $two.Where{\n  $_ -eq 'B'  # not {\n}[0]\nRULE $n",
        "$n = $two.Where{\r\n  $_ -eq 'B'\r\n}[0].ToUpper()\nRULE $n",
        "$n = $tables.Where{\n  $_.Id -eq 2\n}.Name\nRULE $n",
        "RULE ('A', 'B').ForEach{ $_ }[1]",
        "RULE $two.Where{ $_ -eq 'B' }[0]",
        "if (1) { RULE $two.Where{ $_ -eq 'B' }[0] }",
        "foreach ($n in $two.Where{ $_ -eq 'B' }) { RULE $n }",
        "foreach ($n in $two.Where{\n  $_ -eq 'B'\n}) { RULE $n }",
    ],
)
def test_what_is_asked_of_what_a_method_with_a_block_gives_is_known(picked: str) -> None:
    begin = "$two = 'A', 'B'\n$tables = @{ Id = 1; Name = 'A' }, @{ Id = 2; Name = 'B' }\n"
    rule = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
    assert rule_of(begin + picked.replace("RULE", rule)).name == "B"


@cases(
    "asked",
    [
        "(Get-Variable -Name $held).Value.$($of.Property).$($of.Name)",
        "(Get-Variable -Name ($held)).Value.$($of.Name)",
        "(Get-Item $held)[0].Value.$($of.Name)",
        "$held.$($of.Property).Value.$($of.Name)",
        "$held[0].$($of.Name)",
    ],
)
def test_a_property_whose_name_is_an_expression_is_asked_of_any_value(asked: str) -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require"
    assert names_of(f"function Look {{\n  return {asked}\n}}\n$read = {asked}\n{rule}\n") == ["A"]
