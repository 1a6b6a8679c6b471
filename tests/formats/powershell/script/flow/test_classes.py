"""Classes of a script: objects made of them, their methods, and what of them is not known."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, parsed, policy_of, said_of

CLASSES = """enum Security { Require; Request }
class Named {
    [string] $Group = 'Zone'
    Named() { }
    Named([string] $group) { $this.Group = $group }
    [string] Label() { return "$($this.Group) of all" }
}
class Rule : Named {
    [string] $Name
    [Security] $In = [Security]::Require
    [string[]] $To = @()
    static [int] $Made = 0
    hidden [bool] $Done
    Rule() { }
    Rule([string] $name) { $this.Name = $name; [Rule]::Made += 1 }
    Rule([string] $name, [string[]] $to) : base('Inner') {
        $this.Name = $name
        $this.To = $to
    }
    static [Rule] OfZone([string] $name) { return [Rule]::new($name, @('10.1.0.0/16', '10.2.0.0/16')) }
    [void] Apply() {
        'thrown away'
        $more = @{ RemoteAddress = $this.To }
        if (-not $this.To) { $more = @{} }
        New-NetIPsecRule -DisplayName $this.Name -InboundSecurity $this.In -OutboundSecurity Request `
            -Group $this.Label() @more
        $this.Done = $true
    }
}
"""


@cases(
    ("script", "group", "addresses"),
    [
        ("$r = [Rule]::new('A')\n$r.Apply()", "Zone of all", 1),
        ("$r = New-Object Rule 'A', '10.0.0.0/8'\n$r.Apply()", "Inner of all", 1),
        ("$r = New-Object -TypeName Rule -ArgumentList 'A'\n$r.Group = 'Own'\n$r.Apply()", "Own of all", 1),
        ("[Rule]::OfZone('A').Apply()", "Inner of all", 2),
        ("$r = [Rule]@{ Name = 'A'; To = '10.0.0.0/8' }\n$r.Apply()", "Zone of all", 1),
        ("New-Object Rule -Property @{ Name = 'A' } | % { $_.Apply() }", "Zone of all", 1),
        ("[Rule[]] $all = @(@{ Name = 'A' })\nforeach ($r in $all) { $r.Apply() }", "Zone of all", 1),
        (
            "$all = [Collections.Generic.List[Rule]]::new()\n$all.Add([Rule]::new('A'))\n$all[0].Apply()",
            "Zone of all",
            1,
        ),
        ("$n = [Rule]::new('x')\n$r = [Rule]::new(@('', 'A')[[Rule]::Made])\n$r.Apply()", "Zone of all", 1),
    ],
)
def test_an_object_does_what_its_class_says(script: str, group: str, addresses: int) -> None:
    (rule,) = policy_of(CLASSES + script).connection_security_rules
    assert (rule.name, rule.group, rule.inbound.value if rule.inbound else None) == ("A", group, "require")
    assert rule.endpoint2.known is not None
    assert len(rule.endpoint2.known) == addresses


def test_each_object_has_properties_of_its_own() -> None:
    script = "$a = [Rule]::new('A')\n$b = [Rule]::new('B')\n$a.Name = 'C'\n$a, $b | % { $_.Apply() }"
    assert names_of(CLASSES + script) == ["C", "B"]


def test_what_a_method_writes_and_does_not_return_is_nothing() -> None:
    script = "$r = [Rule]::new('A')\n$given = $r.Apply()\nif ($given) { $r.Apply() }"
    assert names_of(CLASSES + script) == ["A"]


def test_a_method_that_nothing_calls_is_read_as_if_it_were_called_once() -> None:
    said = "nothing here calls `Rule.apply`: it is read as if it were called once"
    assert said in [message for _, _, message in said_of(CLASSES)]
    assert len(parsed(CLASSES).policy.connection_security_rules) == 1
    assert said_of("class Log { [void] Write([string] $t) { Write-Host $t } }\nNew-NetIPsecRule -DisplayName A") == []


def test_a_value_that_no_constructor_takes_makes_no_object() -> None:
    script = "$r = [Rule]::new('A', '10.0.0.0/8', 3)\n$r.Apply()"
    assert "nothing here calls `Rule.apply`: it is read as if it were called once" in [
        message for _, _, message in said_of(CLASSES + script)
    ]


@cases(
    "script",
    [
        "class A { [A] $Next = [A]::new() }\n[A]::new()",
        "class A { [void] Go() { $this.Go() } }\n[A]::new().Go()",
        "class A : B { }\nclass B : A { B() : base() { } }\n[A]::new()",
        "class A : A { [void] Set() { $this.Miss() } }\n[A]::new().Miss()",
    ],
)
def test_classes_without_an_end_are_left_where_they_are(script: str) -> None:
    result = parsed(f"{script}\nNew-NetIPsecRule -DisplayName Last")
    assert [rule.name for rule in result.policy.connection_security_rules] == ["Last"]
