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


@cases(
    ("type_name", "shown"),
    [
        *(
            (f"[{name}]", "0")
            for name in ("int", "Int32", "long", "uint32", "System.UInt64", "double", "byte", "int16")
        ),
        ("[bool]", "False"),
        ("[string]", ""),
        ("[string[]]", ""),
        ("[hashtable]", ""),
        ("[object]", ""),
        ("", ""),
    ],
)
def test_a_property_that_nothing_sets_is_zero_false_or_null(type_name: str, shown: str) -> None:
    script = f'class C {{ {type_name} $P }}\nNew-NetIPsecRule -DisplayName "<$([C]::new().P)>"'
    assert names_of(script) == [f"<{shown}>"]


@cases(("type_name", "is_null"), [("string[]", True), ("hashtable", True), ("object", True), ("int", False)])
def test_only_a_type_of_values_begins_as_other_than_null(type_name: str, is_null: bool) -> None:
    script = f'class C {{ [{type_name}] $P }}\nNew-NetIPsecRule -DisplayName "$($null -eq [C]::new().P)"'
    assert names_of(script) == [str(is_null)]


@cases("type_name", ["datetime", "System.TimeSpan", "char", "guid"])
def test_how_a_property_begins_that_is_neither_zero_nor_null_is_not_known(type_name: str) -> None:
    script = f'class C {{ [{type_name}] $P }}\nNew-NetIPsecRule -DisplayName "<$([C]::new().P)>"'
    ((_, _, message),) = said_of(script)
    assert message.endswith(f"not known: what `[{type_name.casefold().removeprefix('system.')}]` is before it is set")


@cases(
    ("begins", "names"),
    [
        (" = [System.Collections.Generic.List[string]]::new()", ["x", "z"]),
        ("", ["nothing, where a value has to be", "z"]),
    ],
)
def test_a_list_that_nothing_makes_is_null(begins: str, names: list[str]) -> None:
    declared = f"class C {{ [System.Collections.Generic.List[string]] $L{begins} }}\n$c = [C]::new()\n$c.L.Add('x')\n"
    result = parsed(f"{declared}New-NetIPsecRule -DisplayName $c.L[0]\nNew-NetIPsecRule -DisplayName z")
    assert [rule.name for rule in result.policy.connection_security_rules] == names
    assert bool(result.problems) == (not begins)


@cases(
    ("members", "name"),
    [("Require; Request", "Require"), ("Require = 1; Request = 0", "Request"), ("Require = 1; Request", "0")],
)
def test_a_property_of_an_enumeration_begins_as_its_member_zero(members: str, name: str) -> None:
    script = f'enum E {{ {members} }}\nclass C {{ [E] $P }}\nNew-NetIPsecRule -DisplayName "$([C]::new().P)"'
    assert names_of(script) == [name]


@cases(
    ("constructor", "made", "names"),
    [
        ("Site($n) : base($n) { }", "[Site]::new('b')", ["b"]),
        ("Site($n) : base($n) {}", "[Site]::new('b')", ["b"]),
        ('Site($n) : base("$n-site") { }', "[Site]::new('b')", ["b-site"]),
        ("Site($n, $more) : base($n) { }", "[Site]::new('b', 1)", ["b"]),
        ("Site() : base('c') { }", "[Site]::new()", ["c"]),
    ],
)
def test_a_constructor_that_only_hands_on_to_its_base_makes_an_object(
    constructor: str, made: str, names: list[str]
) -> None:
    of_base = "Base($n) { $this.Name = $n }\n[void] Make() { New-NetIPsecRule -DisplayName $this.Name }"
    script = f"class Base {{\n[string] $Name\n{of_base}\n}}\nclass Site : Base {{\n{constructor}\n}}\n({made}).Make()"
    assert names_of(script) == names


def test_a_method_with_nothing_in_it_gives_nothing() -> None:
    script = "class A {\n[void] Log($x) { }\n[void] Make() { New-NetIPsecRule -DisplayName x }\n}\n"
    assert names_of(f"{script}$a = [A]::new(); $a.Log(1); if (-not $a.Log(2)) {{ $a.Make() }}") == ["x"]
