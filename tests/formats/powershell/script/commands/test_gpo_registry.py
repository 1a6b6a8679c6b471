"""Values of the registry that a script sets in GPOs."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of, refused_of, said_of

VPN = r"-Key 'HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters'"
AGENT = r"-Key 'HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent'"
ONE = f"{VPN} -ValueName ProhibitIpSec -Type DWord -Value 1"
ROWS = (
    "[pscustomobject]@{ Key = 'HKLM\\SOFTWARE\\A'; ValueName = 'B'; Type = 'DWord'; Value = 2 }, "
    f"[pscustomobject]@{{ Key = {VPN[5:]}; ValueName = 'ProhibitIpSec'; Type = 'DWord'; Value = 1 }}"
)
LEVEL = f"{AGENT} -ValueName NoDefaultExempt -Type DWord -Value"


def values_of(script: str) -> list[tuple[str, str | None, str | None]]:
    """GPO, name and data of each value that a script sets."""
    values = policy_of(script).registry
    return [(value.store or "", value.path.rpartition("\\")[2], value.data.value) for value in values]


@cases(
    ("script", "store"),
    [
        (f"Set-GPRegistryValue -Name VPN {ONE}", "VPN"),
        (f"set-gpregistryvalue VPN {ONE} | Out-Null", "VPN"),
        (f"GroupPolicy\\Set-GPRegistryValue -DisplayName VPN -DomainName b.example {ONE}", r"b.example\VPN"),
        (
            f"$p = @{{ Name = 'VPN'; Type = 'DWord'; Value = 1 }}; Set-GPRegistryValue @p {VPN} -ValueN ProhibitIpSec",
            "VPN",
        ),
        (f"New-GPO VPN -Domain b.example | Set-GPRegistryValue {ONE}", r"b.example\VPN"),
        (f"$g = New-GPO -Name VPN; Set-GPRegistryValue -Guid $g.Id {ONE}", "VPN"),
        (f"$g = Get-GPO -Name VPN; $g | Set-GPRegistryValue {ONE}", "VPN"),
        (f"$g = Get-GPO VPN; Set-GPRegistryValue -Guid $g.Id {ONE}; Set-GPRegistryValue -Id $g.Id {ONE}", "VPN"),
        (f"'VPN' | Set-GPRegistryValue {ONE}", "VPN"),
        (
            f"Set-GPRegistryValue -Guid 35c12ab3-956c-45d5-973b-46b17d225f47 {ONE}",
            "35c12ab3-956c-45d5-973b-46b17d225f47",
        ),
        (f"Set-GPRegistryValue -Name $env:GPO {ONE}", "group policy"),
        (f"Get-GPO -All | Set-GPRegistryValue {ONE}", "group policy"),
        (f"Set-GPPrefRegistryValue VPN -Context:Computer -Action:Update {ONE}", "VPN"),
        (f"Set-GPPrefRegistryValue -Name VPN -Context User -Action Create {ONE}", "VPN"),
        (f"Invoke-Command -ComputerName dc1 -ScriptBlock {{ Set-GPRegistryValue -Name VPN {ONE} }}", "VPN"),
        (f"{ROWS} | Set-GPRegistryValue -Name VPN", "VPN"),
    ],
)
def test_a_value_is_of_the_gpo_that_is_named(script: str, store: str) -> None:
    assert values_of(script) == [(store, "ProhibitIpSec", "1")]


def test_each_value_has_its_own_place() -> None:
    script = f"Set-GPRegistryValue -Name A {AGENT} -ValueName One, Two -Type String -Value 'x', 'yy'"
    values = [(each.path.rpartition("\\")[2], each.data.value, each.data.span) for each in policy_of(script).registry]
    assert [(name, data) for name, data, _ in values] == [("One", "x"), ("Two", "yy")]
    assert [script[span.column - 1 : span.column - 1 + span.length].strip("'") for *_, span in values] == ["x", "yy"]


@cases(
    "change",
    [
        f"Remove-GPRegistryValue -Name A {VPN} -ValueName ProhibitIpSec",
        r"Remove-GPRegistryValue A 'HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters' ProhibitIpSec",
        f"Remove-GPRegistryValue -Name A {VPN}",
        f"Remove-GPPrefRegistryValue -Name A -Context Computer {VPN} -ValueName ProhibitIpSec",
    ],
)
def test_a_setting_that_is_taken_out_of_the_gpo_sets_nothing(change: str) -> None:
    assert values_of(f"Set-GPRegistryValue -Name A {LEVEL} 3; Set-GPRegistryValue -Name A {ONE}; {change}") == [
        ("A", "NoDefaultExempt", "3")
    ]
    assert len(values_of(f"Set-GPRegistryValue -Name B {ONE}; {change}")) == 1


@cases(
    ("change", "name"),
    [
        (f"Set-GPRegistryValue -Name A {VPN} -ValueName ProhibitIpSec -Disable", "ProhibitIpSec"),
        (f"Set-GPRegistryValue -Name A {VPN} -Disable", "*"),
        (
            f"Set-GPPrefRegistryValue -Name A -Context Computer -Action Delete {VPN} -ValueName ProhibitIpSec",
            "ProhibitIpSec",
        ),
    ],
)
def test_a_setting_that_deletes_leaves_no_value(change: str, name: str) -> None:
    assert values_of(f"Set-GPRegistryValue -Name A {ONE}; {change}") == [("A", name, None)]


@cases(
    "change",
    [
        f"Set-GPRegistryValue -Name A {ONE} -WhatIf",
        f"Set-GPPrefRegistryValue -Name A -Context Computer -Action Update {ONE} -Disable",
        f"Set-GPPrefRegistryValue -Name A -Context Computer -Action Create {VPN}",
        r"Set-GPRegistryValue -Name A -Key 'HKLM\SOFTWARE\A' -ValueName B -Type DWord -Value 1",
    ],
)
def test_what_sets_no_value_sets_none(change: str) -> None:
    assert values_of(f"{change}\nSet-GPRegistryValue -Name A {LEVEL} 3") == [("A", "NoDefaultExempt", "3")]


@cases(
    ("command", "place", "reason"),
    [
        (
            f"Set-GPRegistryValue -Name A {VPN} -ValueName B, C -Type DWord -Value 1, 2",
            "DWord",
            "it sets several values at once only as String or ExpandString",
        ),
        (
            f"Set-GPRegistryValue -Name A {VPN} -ValueName B, C -Type String -Value x",
            "x",
            "it is given another number of values than of names",
        ),
        (f"Set-GPRegistryValue -Name A {VPN} -ValueName B -Value 1", "Set-", "it is given no `-Type`"),
        (f"Set-GPRegistryValue -Name A {VPN} -ValueName B -Type DWord", "Set-", "it is given no `-Value`"),
        (f"Set-GPRegistryValue -Name A {VPN} -Disable -Value 1", "1", "it takes no `-Value` with `-Disable`"),
        (f"Set-GPPrefRegistryValue -Name A -Action Update {ONE}", "Set-", "it is given no `-Context`"),
        (f"Set-GPPrefRegistryValue -Name A -Context Computer {ONE}", "Set-", "it is given no `-Action`"),
        (f"Set-GPRegistryValue -Name A {VPN} -Vlaue 1", "-Vlaue", "it has no parameter `-Vlaue`"),
        (f"Set-GPRegistryVale -Name A {ONE}", "Set-", "Windows has no cmdlet of this name"),
    ],
)
def test_what_windows_refuses_is_said(command: str, place: str, reason: str) -> None:
    assert refused_of(command) == [(1, command.index(place) + 1, reason)]


def test_a_value_that_two_gpos_set_differently_is_said() -> None:
    script = f"Set-GPRegistryValue -Name A {LEVEL} 3\nSet-GPRegistryValue -Name B {LEVEL} 0"
    why = "for other machines line 1 sets `NoDefaultExempt` otherwise: it is read as it is set here alone"
    assert said_of(script) == [(2, script.rindex(" 0") - script.index("\n") + 1, why)]
    assert said_of(script.replace(" 0", " 3")) == []
    own = r"Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\PolicyAgent NoDefaultExempt"
    assert [line for line, *_ in said_of(f"{own} 3\nSet-GPRegistryValue -Name B {LEVEL} 0")] == [2]


@cases(
    "command",
    [
        f"Set-GPRegistryValue -Name A {AGENT} -Type String -Value x, y",
        f"Set-GPRegistryValue -Name A {AGENT} -ValuePrefix P -Type String -Value x",
        f"Set-GPRegistryValue -Name A {AGENT} -ValueName $n -Type DWord -Value 1",
        f"Set-GPRegistryValue -Name A {LEVEL} $level",
        f"Remove-GPRegistryValue -Name A {AGENT} -ValueName $n",
        f"Set-GPRegistryValue -Name A {AGENT} -ValueName $n -Disable",
        "Set-GPRegistryValue -Name A -Key $key -ValueName B -Type DWord -Value 1",
        f"Set-GPRegistryValue -Name A {ONE}".replace("HKLM", "HKLM:"),
        f"Set-GPRegistryValue -Name A {ONE}".replace("HKLM", "HKCU"),
    ],
)
def test_what_is_not_known_or_has_no_effect_is_said(command: str) -> None:
    assert [line for line, *_ in said_of(f"{command}\nSet-GPRegistryValue -Name A {ONE}")] == [1]


def test_firewall_policy_in_such_values_is_that_of_the_gpo() -> None:
    rule = r"-Key HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\ConSecRules -ValueName '{a}' -Type String -Value"
    script = f"Set-GPRegistryValue -Name A -Domain b.example {rule} 'v2.10|Action=SecureServer|Active=TRUE|Name=R|'"
    assert [(each.name, each.store) for each in parsed(script).policy.connection_security_rules] == [
        ("R", r"b.example\A")
    ]
