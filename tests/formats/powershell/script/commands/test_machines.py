"""Scripts that set policy on other machines: by sessions of CIM, and by what is run there."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, parsed, policy_of, refused_of, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Request -DisplayName"
NETSH = "netsh advfirewall set global ipsec strongcrlcheck 2"
NOT_KNOWN = "on which machines this acts is not known: it is read as the policy of each of them"
BESIDE = "this is set on another machine than the rest: it is read as if all were on one"


def apart_of(script: str) -> list[list[tuple[int, list[int]]]]:
    """Of each decision, the lines of the objects that are made on some of its ways only, with these."""
    return [[(place.line, sorted(ways)) for place, ways in objects] for objects in policy_of(script).alternatives]


@cases(
    "script",
    [
        f"$s = New-CimSession -ComputerName srv1\n{RULE} A -CimSession $s",
        f"$s = New-CimSession srv1 -Credential $c\n{RULE} A -Session $s -ThrottleLimit 4",
        f"{RULE} A -CimSession srv1.example.com",
        f"{RULE} A -CimSession srv1, srv2",
        f"$all = New-CimSession -ComputerName srv1, srv2\n{RULE} A -CimSession $all",
        f"Invoke-Command -ComputerName srv1 -ScriptBlock {{ {RULE} A }}",
        f"Invoke-Command srv1 {{ {RULE} A\n{NETSH} }}",
        f"Invoke-Command -ComputerName srv1, srv2 {{ {RULE} A\n{NETSH} }}",
        f"$s = New-PSSession srv1\nInvoke-Command -Session $s {{ {RULE} A }}",
        f"Invoke-Command -ComputerName srv1 -ArgumentList A {{ param($n) {RULE} $n }} -AsJob",
        f"foreach ($c in 'a', 'b') {{ $s = New-CimSession $c\n{RULE} A -CimSession $s }}",
        f"'a', 'b' | % {{ Invoke-Command -ComputerName $_ {{ {RULE} A }} }}",
        f"{RULE} A -CimSession localhost",
        f"{RULE} A -CimSession $env:COMPUTERNAME",
    ],
)
def test_what_is_set_on_machines_that_are_named_is_their_policy(script: str) -> None:
    assert names_of(script) == ["A"]
    assert apart_of(script) == []


@cases(
    "script",
    [
        f"{RULE} A -CimSession $s",
        f"{RULE} A -CimSession (Get-CimSession)",
        f"Invoke-Command -ComputerName (Get-ADComputer -Filter *).Name {{ {RULE} A }}",
        f"Invoke-Command -Session $s {{ {NETSH} }}\n",
        f"$s = New-CimSession -ComputerName (Read-Host)\n{RULE} A -CimSession $s\n{RULE} B -CimSession $s",
    ],
)
def test_machines_that_are_not_known_are_said_once(script: str) -> None:
    assert [message for _, _, message in said_of(script)] == [NOT_KNOWN]
    assert not parsed(script).policy.is_empty


def test_objects_of_different_machines_never_meet() -> None:
    script = f"{RULE} A -CimSession srv1\n{RULE} A -CimSession srv2\n{RULE} A"
    assert names_of(script) == ["A", "A", "A"]
    assert apart_of(script) == [[(1, [1]), (2, [2]), (3, [0])]]


def test_an_object_of_both_machines_meets_those_of_each() -> None:
    script = f"{RULE} A -CimSession a, b\n{RULE} B -CimSession a\n{RULE} C -CimSession b"
    assert apart_of(script) == [[(1, [0, 1]), (2, [0]), (3, [1])]]


def test_a_loop_makes_objects_of_each_machine_where_they_differ() -> None:
    script = f'foreach ($c in "a", "b") {{\n{RULE} All -CimSession $c\n{RULE} "On $c" -CimSession $c\n}}'
    assert names_of(script) == ["All", "On a", "On b"]
    assert apart_of(script) == [[(2, [0, 1]), (3, [0]), (3, [1])]]


def test_commands_find_the_objects_of_their_machine() -> None:
    script = (
        f"{RULE} A -CimSession a\n{RULE} A\nSet-NetIPsecRule -DisplayName A -CimSession a -Enabled False\n"
        "Invoke-Command b { Get-NetIPsecRule | Remove-NetIPsecRule }\nInvoke-Command . { Remove-NetIPsecRule -All }"
    )
    (rule,) = policy_of(script).connection_security_rules
    assert rule.span.line == 1
    assert rule.enabled is not None
    assert rule.enabled.value is False
    changed = f"{RULE} A -CimSession a\nSet-NetIPsecRule -DisplayName A -Enabled False"
    assert [message for _, _, message in said_of(changed)] == [
        "Set-NetIPsecRule changes what this script does not make: it is not known"
    ]
    assert refused_of(f"{RULE} A -IPsecRuleName a -CimSession a\n{RULE} A -IPsecRuleName a -CimSession b") == []


def test_what_is_in_a_gpo_is_on_no_machine() -> None:
    of_gpo = f"Invoke-Command -ComputerName dc1 {{ {RULE} A -PolicyStore 'example.com\\Zone' }}"
    assert apart_of(f"{of_gpo}\n{RULE} B") == []
    assert said_of(f"{RULE} A -PolicyStore 'example.com\\Zone' -CimSession $dc") == []


def test_what_is_set_beside_objects_on_one_of_several_machines_is_said() -> None:
    script = f"{RULE} A\nInvoke-Command srv1 {{ {NETSH} }}"
    assert [(line, message) for line, _, message in said_of(script)] == [(2, BESIDE)]
    assert said_of(f"Invoke-Command srv1 {{ {NETSH} }}") == []
    assert said_of(f"foreach ($c in 'a', 'b') {{ Invoke-Command $c {{ {RULE} A\n{NETSH} }} }}") == []


def test_of_the_firewall_only_what_bears_on_ipsec_is_said() -> None:
    ports = "New-NetFirewallRule -CimSession $servers -DisplayName Web -Protocol TCP -LocalPort 443 -Action Allow"
    assert said_of(f"{RULE} A\n{ports}") == []
    assert [message for _, _, message in said_of(f"{ports} -Authentication Required")] == [NOT_KNOWN]


def test_a_job_is_no_object() -> None:
    script = f"$rule = {RULE} A -AsJob\nSet-NetIPsecRule -InputObject $rule -Enabled False"
    assert [(line, message) for line, _, message in said_of(script)] == [
        (2, "which objects Set-NetIPsecRule changes is not known")
    ]


@cases(
    "begin",
    [
        "$to = @{}\n$to.to = $to",
        "$to = @()\n1..3000 | % { $to = ,$to }",
        "$to = @{}\n1..3000 | % { $to = @{ to = $to } }",
        "$to = @(1)\n1..40 | % { $to = @($to, $to) }",
    ],
)
def test_objects_with_values_without_an_end_are_compared_as_far_as_they_go(begin: str) -> None:
    script = f"{begin}\nforeach ($c in 'a', 'b') {{ {RULE} A -RemoteAddress $to -CimSession $c }}"
    assert len(parsed(script).policy.connection_security_rules) in {1, 2}


def test_a_loop_makes_sets_of_each_machine_where_they_differ() -> None:
    proposal = "New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA384 -KeyExchange"
    script = "foreach ($c in 'a', 'b') {{ New-NetIPsecMainModeCryptoSet -DisplayName S -CimSession $c -Proposal ({}) }}"
    assert len(policy_of(script.format(f"{proposal} DH20")).main_mode_crypto_sets) == 1
    apart = script.format(f"{proposal} @{{{{ a = 'DH20'; b = 'DH14' }}}}[$c]".replace("{{", "{").replace("}}", "}"))
    assert len(policy_of(apart.replace("@{", "(@{").replace("}[", "})[")).main_mode_crypto_sets) == 2


@cases("block", ["Restart-Service IKEEXT", "Start-Service PolicyAgent; net start BFE"])
def test_a_service_that_is_started_on_another_machine_sets_nothing(block: str) -> None:
    script = f"{RULE} A\nStop-Service IKEEXT\nInvoke-Command -ComputerName srv1 {{ {block} }}\n"
    assert said_of(script) == []
    assert [(each.name, each.status and each.status.value) for each in policy_of(script).services] == [
        ("IKEEXT", "stopped")
    ]


def test_a_service_that_is_stopped_on_another_machine_is_told() -> None:
    assert said_of(f"{RULE} A\nInvoke-Command -ComputerName srv1 {{ Stop-Service IKEEXT }}\n") == [(2, 37, BESIDE)]
