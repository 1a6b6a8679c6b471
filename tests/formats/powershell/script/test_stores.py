"""Which GPO a script means, and which functions of it are read that nothing calls."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import format_of, parsed, policy_of, refused_of, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Request -DisplayName"
UNKNOWN_STORE = "in which store this is, is not known: it is read as the machine's own"
UNCALLED = "nothing here calls `f`: it is read as if it were called once"


@cases(
    "script",
    [
        f'$g = New-GPO -Name Zone\n{RULE} A -PolicyStore "example.com\\$($g.DisplayName)"',
        (
            "New-GPO Zone -Domain example.com | % {\n"
            "$s = Open-NetGPO -PolicyStore ('{0}\\{1}' -f $_.DomainName, $_.DisplayName)\n"
            f"{RULE} A -GPOSession $s\nSave-NetGPO -GPOSession $s }}"
        ),
        (
            "$g = Get-GPO -Name Zone -ErrorAction SilentlyContinue\nif (-not $g) { $g = New-GPO -Name Zone }\n"
            f'{RULE} A -PolicyStore "example.com\\$($g.DisplayName)"'
        ),
        f"{RULE} A -PolicyStore 'GPO:example.com\\Zone'",
        f"$g = 'example.com\\Zone'\n{RULE} A -PolicyStore gpo:$g",
        (
            "New-GPO Zone | Out-Null\n$g = Get-GPO -DisplayName zone\n"
            f'{RULE} A -PolicyStore "example.com\\$($g.DisplayName)"'
        ),
    ],
)
def test_a_gpo_that_the_script_makes_is_known(script: str) -> None:
    (rule,) = policy_of(script).connection_security_rules
    assert rule.store == "example.com\\Zone"


@cases(
    ("script", "stores"),
    [
        (f'{RULE} A -PolicyStore "$env:USERDNSDOMAIN\\Zone"', ["<DOMAIN>\\Zone"]),
        (
            f'$d = (Get-ADDomain).DNSRoot\n{RULE} A -PolicyStore "$d\\Zone"\n{RULE} B -PolicyStore ($d + "\\Edge")',
            ["<DOMAIN>\\Zone", "<DOMAIN>\\Edge"],
        ),
        (
            (
                f'param($g)\n{RULE} A -PolicyStore "$env:USERDNSDOMAIN\\$g"\n'
                f'{RULE} B -PolicyStore "$env:USERDNSDOMAIN\\$g"'
            ),
            ["group policy", "group policy"],
        ),
        (f"param($g)\n$s = Open-NetGPO $g\n{RULE} A -GPOSession $s\nSave-NetGPO $s", ["group policy"]),
        (
            (
                f"param($g)\n$s = Open-NetGPO -PolicyStore $g\n{RULE} A -GPOSession $s\n{RULE} B -GPOSession $s\n"
                "Save-NetGPO -GPOSession $s"
            ),
            ["group policy", "group policy"],
        ),
    ],
)
def test_a_gpo_whose_name_or_domain_is_given_when_the_script_runs_is_one(script: str, stores: list[str]) -> None:
    read = parsed(script)
    assert [rule.store for rule in read.policy.connection_security_rules] == stores
    assert read.problems == ()
    assert len(read.given) == len(set(stores))


def test_a_second_gpo_without_a_name_is_not_known() -> None:
    each = f"$s = Open-NetGPO -PolicyStore $STORE\n{RULE} NAME -GPOSession $s\nSave-NetGPO -GPOSession $s\n"
    script = "param($a, $b)\n" + "".join(each.replace("STORE", one).replace("NAME", one) for one in "ab")
    assert [rule.store for rule in parsed(script).policy.connection_security_rules] == ["group policy", None]
    assert [message for _, _, message in said_of(script)] == [UNKNOWN_STORE]


@cases("store", ["$store", "(Get-GPO Zone).DisplayName", '"example.com\\$((New-GPO $name).DisplayName)"'])
def test_a_store_that_is_not_known_is_said_once(store: str) -> None:
    script = f"$to = {store}\n{RULE} A -PolicyStore $to\n{RULE} B -PolicyStore $to"
    assert [message for _, _, message in said_of(script)] == [UNKNOWN_STORE]
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["A", "B"]


def test_a_name_may_be_taken_in_each_of_two_stores_that_are_not_known() -> None:
    script = f"param($a, $b)\n{RULE} A -IPsecRuleName x -PolicyStore $a\n{RULE} A -IPsecRuleName x -PolicyStore $b"
    assert refused_of(script) == []
    assert len(refused_of(script.replace("$b", "$a"))) == 1


@cases("begin", ["Get-Date", "Test-Path x", "Get-NetIPsecRule | Remove-NetIPsecRule", "sc query policyagent"])
def test_a_function_that_begins_with_a_look_is_read_to_its_end(begin: str) -> None:
    script = f"function f {{ {begin}\n{RULE} A }}"
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["A"]
    assert [message for _, _, message in said_of(script)] == [UNCALLED]


def test_a_function_that_only_takes_out_and_is_not_called_does_nothing() -> None:
    taken = "Get-NetIPsecRule | Remove-NetIPsecRule; Remove-NetIPsecMainModeCryptoSet -All"
    (rule,) = policy_of(f"function f {{ {taken} }}\n{RULE} A").connection_security_rules
    assert rule.name == "A"
    said = said_of(f"function f {{ {taken}; netsh ipsec static delete all }}\n{RULE} A")
    assert UNCALLED in [message for _, _, message in said]


@cases("quote", ["'", '"'])
def test_a_script_that_is_run_may_be_quoted_either_way(quote: str) -> None:
    said = "another script is run here, which is not part of this run: it is not read"
    assert [message for _, _, message in said_of(f"{RULE} A\n& {quote}.\\more of it.ps1{quote} -x")] == [said]


def test_the_name_of_a_script_tells_what_reads_it() -> None:
    text = "<#\n.EXAMPLE\n    Install-VpnServerThing -A 1\n#>\nfunction f {\n[void](Get-Date)\n}\n"
    assert format_of(text, "thing.ps1") == "powershell-script"
    assert said_of(text) == []


@cases(
    "command",
    [
        "Set-NetFirewallRule -GPOSession $g -DisplayName A -Encryption Required",
        "Get-NetFirewallRule -GPOSession $g -DisplayName A | Enable-NetFirewallRule",
        "Disable-NetFirewallRule -GPOSession $g -DisplayName A",
        "Rename-NetFirewallRule -GPOSession $g -DisplayName A -NewName B",
        "Remove-NetFirewallRule -GPOSession $g -DisplayName A",
    ],
)
def test_cmdlets_of_the_firewall_take_a_session_as_earlier_pages_list(command: str) -> None:
    script = (
        "$g = Open-NetGPO -PolicyStore 'lab.example\\Fw'\n"
        "New-NetFirewallRule -GPOSession $g -DisplayName A -Direction Inbound -Authentication Required -Action Allow\n"
    )
    assert policy_of(f"{script}{command}\nSave-NetGPO -GPOSession $g").refused_commands == ()
