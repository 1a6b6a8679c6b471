"""Values that a script is given when it runs: no problem where no rule needs them, and said all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases import cases
from tests.command_line import run_cli
from tests.formats.powershell.script.evaluating import parsed, policy_of, refused_of, rule_of, said_of

ADD = "Add-VpnConnection -TunnelType Ikev2 -AuthenticationMethod Eap -Force -Name V -ServerAddress"


@cases(
    ("script", "given"),
    [
        (f"param([Parameter(Mandatory)]$S)\n{ADD} $S", "`$S`, line 2"),
        (f'param($S)\n{ADD} "vpn.$S.example"', "`$S`, line 2"),
        (f"{ADD} $env:VPN_SERVER", "`$env:VPN_SERVER`, line 1"),
        (f"$s = $args[0]\n{ADD} $s", "`$s`, line 2"),
        (f"$s = Read-Host Server\n{ADD} $s", "`$s`, line 2"),
        (f"foreach ($row in Import-Csv x.csv) {{ {ADD} $row.Address }}", "`$row`, line 1"),
        (f"function Add-Own($S) {{ {ADD} $S }}", "`$S`, line 1"),
    ],
)
def test_where_the_server_is_may_be_given_later(script: str, given: str) -> None:
    result = parsed(script)
    assert result.given == ((given, 1),)
    assert not [problem for problem in result.problems if "ServerAddress" in problem.message]
    (connection,) = result.policy.vpn_connections
    assert connection.servers is not None
    assert connection.servers.known is None


@cases(
    ("script", "message"),
    [
        ("param([Parameter(Mandatory)]$A)\nNEW $A", "`$A`, known only when the script runs: the parameter `$a`"),
        ("function Set-Own($A) { NEW $A }", "`$A`, known only when the script runs: the parameter `$a`"),
        ("NEW $env:DC", "`$env:DC`, known only when the script runs: a variable of the environment"),
        ("$a = Read-Host Address\nNEW $a", "`$a`, known only when the script runs: what `read-host` gives"),
        ("NEW (Get-Content a.txt)", "`Get-Content a.txt`, known only when the script runs: what `get-content` gives"),
        ("param($A)\nNEW 10.0.0.1, $A", "`$A`, known only when the script runs: the parameter `$a`"),
        ("NEW (Get-Own)", "`Get-Own`; it is what `get-own` gives"),
        ("NEW $a", "`$a`, which this script does not set"),
        ("$d = Get-Own\nNEW ($d.Net -split ',')", "`$d.Net -split ','`; not known: what `get-own` gives"),
        (
            "NEW ($env:A -split ',')",
            "`$env:A -split ','`, known only when the script runs: a variable of the environment",
        ),
        (
            "NEW ('10.0.0.0/8', $env:A -join ',')",
            "`'10.0.0.0/8', $env:A -join ','`, known only when the script runs: a variable of the environment",
        ),
        ("NEW 10.0.0.256", "`10.0.0.256`"),
        (
            "$p = New-NetIPsecAuthProposal -Machine -Kerberos\nNEW $p.Name",
            "`$p.Name`; it is the name of a proposal, which has none: a set has one, and takes proposals themselves",
        ),
    ],
)
def test_of_what_a_rule_needs_it_is_said_who_gives_it(script: str, message: str) -> None:
    new = "New-NetIPsecRule -DisplayName a -InboundSecurity Require -RemoteAddress"
    problems = parsed(script.replace("NEW", new)).problems
    said = [problem.message for problem in problems if problem.message.startswith("unknown address")]
    assert [text.removesuffix(" of the script") for text in said] == [f"unknown address {message}"]


@cases(
    ("parameter", "kind"),
    [("LocalPort", "port"), ("Profile", "profile"), ("InterfaceType", "interface type"), ("KeyModule", "key module")],
)
def test_an_expression_with_commas_is_one_value_that_is_not_known(parameter: str, kind: str) -> None:
    new = "New-NetIPsecRule -DisplayName a -InboundSecurity Require -OutboundSecurity Require -Protocol TCP"
    (problem,) = parsed(f"param($P)\n{new} -{parameter} ($P -split ',')").problems
    assert problem.message == (
        f"unknown {kind} `$P -split ','`, known only when the script runs: the parameter `$p` of the script"
    )


def test_a_value_that_repeats_is_said_once_with_a_count() -> None:
    result = parsed(f"param($S)\n{ADD} $S\n{ADD.replace(' V ', ' W ')} $S\n")
    assert result.given == (("`$S`, line 2", 2),)
    assert result.problems == ()


@cases(
    "script",
    [
        f"{ADD} $s",
        f"{ADD} (Get-Own)",
        "param($T) Add-VpnConnection -Name V -ServerAddress v -TunnelType $T",
        "param($A) New-NetIPsecRule -DisplayName a -InboundSecurity Require -RemoteAddress $A",
    ],
)
def test_what_nobody_gives_and_what_a_rule_needs_stays_a_problem(script: str) -> None:
    result = parsed(script)
    assert result.given == ()
    assert result.problems


def test_a_run_over_such_a_script_is_whole() -> None:
    suite = (
        "Set-VpnConnectionIPsecConfiguration -ConnectionName V -AuthenticationTransformConstants SHA256128 "
        "-CipherTransformConstants AES256 -DHGroup Group2 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 "
        "-PfsGroup None -Force\n"
    )
    script = f"param($S)\n{ADD} $S\n{suite}".encode()
    ran = run_cli("--isolated", "-", stdin=script)
    assert ran.code == 1
    assert "given when the script runs, and so not judged: <stdin> (1 x `$S`, line 2)" in ran.out
    assert "cannot be told" not in ran.out
    fixed = run_cli("fix", "-", "--include-risky", stdin=script)
    assert fixed.code == 0
    assert "-DHGroup ECP384" in fixed.out


SUITE = (
    "-AuthenticationTransformConstants SHA256128 -CipherTransformConstants AES256 -DHGroup Group2 "
    "-EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -PfsGroup None -Force"
)
ADD_NAMED = "Add-VpnConnection -ServerAddress v.example -TunnelType Ikev2 -AuthenticationMethod Eap -Force -Name"
SET_NAMED = f"Set-VpnConnectionIPsecConfiguration {SUITE} -ConnectionName"
RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Request"


@cases("name", ["$N", '"$N VPN"', "$row.Name", "($N + ' VPN')", "$N.Trim()", "$made"])
def test_what_has_the_same_name_is_the_same_connection(name: str) -> None:
    script = f'param($N, $M)\n$row = Import-Csv x.csv\n$made = "$M $N"\n{ADD_NAMED} {name}\n{SET_NAMED} {name}\n'
    result = parsed(script)
    assert result.problems == ()
    (connection,) = result.policy.vpn_connections
    assert connection.main_mode_crypto is not None
    assert not connection.is_named
    assert result.policy.names_given == (connection.name.casefold(),)
    assert connection.name.startswith("named by `")


@cases(
    ("added", "changed"),
    [("$N", "$M"), ('"$N a"', '"$N b"'), ("$row.Name", "$row.Other"), ("$N", "V"), ("V", "$N"), ('"$N"', "$N.Trim()")],
)
def test_whether_other_names_are_the_same_is_not_known(added: str, changed: str) -> None:
    script = f"param($N, $M)\n$row = Import-Csv x.csv\n{ADD_NAMED} {added}\n{SET_NAMED} {changed}\n"
    assert [(problem.message, problem.span.line) for problem in parsed(script).problems] == [
        ("whether this is for a connection that is made here is not known, as its name is not", 4)
    ]


def test_a_name_that_is_given_anew_is_another() -> None:
    result = parsed(f"$n = Read-Host a\n{RULE} -DisplayName $n\n$n = Read-Host b\n{RULE} -DisplayName $n\n")
    assert result.problems == ()
    assert [each.name for each in result.policy.connection_security_rules] == ["named by `$n`", "named by `$n` (2)"]


def test_a_branch_that_adds_a_connection_of_the_name_gets_the_suite_too() -> None:
    branches = f"if ($All) {{ {ADD_NAMED} $N -RememberCredential }} else {{ {ADD_NAMED} $N }}"
    result = parsed(f"param($N, $All)\n{branches}\n{SET_NAMED} $N\n")
    assert [each.main_mode_crypto is not None for each in result.policy.vpn_connections] == [True, True]


def test_a_connection_of_the_name_in_the_other_phone_book_is_another() -> None:
    result = parsed(f"param($N)\n{ADD_NAMED} $N -AllUserConnection\n{SET_NAMED} $N\n")
    (refused,) = result.policy.refused_commands
    assert refused.reason.startswith("a connection of this name is in the phone book of all users")
    (connection,) = result.policy.vpn_connections
    assert connection.main_mode_crypto is None


@cases(
    "command",
    [
        "Remove-NetIPsecRule -DisplayName b",
        "Remove-NetIPsecRule -DisplayName $M",
        "Set-NetIPsecRule -DisplayName $M -InboundSecurity None",
        f"{RULE} -DisplayName b -QuickModeCryptoSet $M",
    ],
)
def test_where_the_name_decides_it_stays_a_problem(command: str) -> None:
    result = parsed(f"param($N, $M)\n{RULE} -DisplayName $N\n{command}\n")
    assert [problem.span.line for problem in result.problems] == [3]


SETS = (
    "param($N)\n"
    "$p = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH2\n"
    '$s = New-NetIPsecMainModeCryptoSet -DisplayName "$N mm" -Proposal $p\n'
    'New-NetIPsecMainModeRule -DisplayName "$N rule" -MainModeCryptoSet $s.Name -RemoteAddress 10.0.0.0/8\n'
    f'{RULE} -DisplayName "$N in" -Group $N -RemoteAddress 10.0.0.0/8\n'
)


def test_a_rule_refers_to_a_set_of_which_the_name_is_given() -> None:
    result = parsed(SETS)
    assert result.problems == ()
    main = result.policy.main_mode_crypto_sets[0]
    (rule,) = result.policy.main_mode_rules
    assert main.name == "named by `$N mm`"
    assert rule.main_mode_crypto is not None
    assert rule.main_mode_crypto.target == main.name
    assert result.policy.connection_security_rules[0].group is None


def test_a_set_of_such_a_name_is_neither_missing_nor_unused() -> None:
    unused = run_cli("--isolated", "-", stdin=SETS.replace("-MainModeCryptoSet $s.Name ", "").encode())
    assert "cannot be told" not in unused.out
    assert "used by no rule" not in unused.out
    missing = run_cli("--isolated", "-", stdin=SETS.replace("$s.Name", "Other").encode())
    assert "the set that `-MainModeCryptoSet` names is unknown" in " ".join(missing.out.split())
    assert "names the main-mode crypto set" not in missing.out


@pytest.mark.parametrize("script", [f"param($N)\n{ADD_NAMED} $N\n{SET_NAMED} $N\n", SETS])
def test_a_repair_is_made_in_the_script_and_written_nowhere_else(script: str, tmp_path: Path) -> None:
    file = tmp_path / "deploy.ps1"
    file.write_text(script)
    written = run_cli("fix", str(file), "--include-risky", "--only", "CR005")
    assert "Set-" not in written.out
    assert "a command needs the name, which the script is given when it runs" in written.err
    assert run_cli("fix", str(file), "--include-risky", "--only", "CR005", "--in-place").code == 0
    strong = "ECP384" if "Group2" in script else "DH20"
    assert file.read_text() == script.replace("Group2", strong).replace("DH2\n", f"{strong}\n")


@pytest.mark.parametrize("language", ["powershell", "netsh"])
def test_no_command_of_a_difference_has_what_stands_for_a_name(language: str, tmp_path: Path) -> None:
    old, new = tmp_path / "old.ps1", tmp_path / "new.ps1"
    old.write_text(f"{RULE} -DisplayName Old -RemoteAddress 10.9.0.0/16\n")
    new.write_text(SETS)
    for one, other in ((old, new), (new, old)):
        ran = run_cli("diff", str(one), str(other), "--script", language)
        commands = [line for line in ran.out.splitlines() if not line.strip().startswith(("#", "rem"))]
        assert not [line for line in commands if "named by" in line]
        assert "a command needs the name" in " ".join(ran.err.split())


@cases(
    "command",
    [
        "Add-VpnConnection -Name A -ServerAddress a.example -TunnelType L2tp -L2tpPsk $key -Force",
        "Add-VpnS2SInterface -Name A -Destination a.example -AuthenticationMethod PSKOnly -SharedSecret $key",
        "Set-VpnAuthProtocol -TunnelAuthProtocolsAdvertised PreSharedKey -SharedSecret $key",
    ],
)
def test_a_key_that_a_script_is_given_is_not_known(command: str) -> None:
    (asked,) = parsed(f"$key = Read-Host 'Key'\n{command}").policy.authentication_sets
    (known,) = parsed(f"$key = 'correct horse'\n{command}").policy.authentication_sets
    keys = [each.methods[0].preshared_key for each in (asked, known)]
    assert [key is not None and key.known is not None for key in keys] == [False, True]


MADE = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require -RemoteAddress"
NOT_READ = "another script is run here, which is not part of this run: it is not read"


@cases("call", [". .\\config.ps1", '. "$PSScriptRoot\\config.ps1"', ".\t$PSScriptRoot/config.ps1"])
def test_what_a_script_leaves_to_one_that_is_not_read_is_said_once(call: str) -> None:
    result = parsed(f"{call}\n{MADE} $Nets\nfunction f {{ {MADE.replace(' A ', ' B ')} ($Other -split ',') }}\nf")
    assert [(each.span.line, each.message) for each in result.problems] == [(1, NOT_READ)]
    assert result.given == (("`$Nets`, line 2", 1), ("`$Other -split ','`, line 3", 1))
    assert [rule.endpoint2.known for rule in result.policy.connection_security_rules] == [None, None]


@cases(
    ("script", "said"),
    [
        (f"& .\\config.ps1\n{MADE} $Nets", "`$Nets`, which this script does not set"),
        (f"{MADE} $Nets\n. .\\config.ps1", "`$Nets`, which this script does not set"),
        (f". .\\config.ps1\n{MADE} (Get-Own)", "what `get-own` gives"),
        (f". .\\config.ps1\n{MADE} 10.0.0.300", "unknown address `10.0.0.300`"),
        (f". .\\config.ps1\n{MADE} $env:NETS", "a variable of the environment"),
    ],
)
def test_what_no_such_script_sets_is_said_at_its_place(script: str, said: str) -> None:
    problems = [each.message for each in parsed(script).problems if each.message != NOT_READ]
    assert len(problems) == 1
    assert said in problems[0]


def test_what_is_set_here_behind_such_a_script_is_known() -> None:
    result = parsed(f". .\\config.ps1\n$Nets = '10.0.0.0/8'\n{MADE} $Nets")
    assert result.policy.connection_security_rules[0].endpoint2.known is not None
    assert result.given == ()


FILL_IN = "known only when the script runs: what is to be filled in"


@cases(
    ("script", "said"),
    [
        (
            "$g = Open-NetGPO -PolicyStore <Name of the GPO>\nNEW 10.0.0.1 -GPOSession $g\nSave-NetGPO -GPOSession $g",
            [],
        ),
        ("NEW <the subnet>", [f"unknown address `<the subnet>`, {FILL_IN}"]),
        ("NEW <Netz des Büros>", [f"unknown address `<Netz des Büros>`, {FILL_IN}"]),
        (
            "NEW <first net>, <d'un autre>",
            [
                f"unknown address `<first net>`, {FILL_IN}",
                f"unknown value of `remoteaddress`: `<d'un autre>`, {FILL_IN}",
            ],
        ),
        ("NEW 10.0.0.1 -KeyModule <one or the other>", [f"unknown key module `<one or the other>`, {FILL_IN}"]),
        (f"{ADD} <address of the server>", []),
    ],
)
def test_what_a_document_leaves_to_fill_in_is_one_value(script: str, said: list[str]) -> None:
    new = "New-NetIPsecRule -DisplayName <Name of the rule> -InboundSecurity Require -OutboundSecurity Require "
    script = script.replace("NEW", f"{new} -RemoteAddress")
    assert [message for _, _, message in said_of(script)] == said
    assert refused_of(script) == []


@cases("name", ["A <b c> d", "<b c>"])
def test_what_is_quoted_is_a_name_and_nothing_to_fill_in(name: str) -> None:
    rule = rule_of(f'New-NetIPsecRule -DisplayName "{name}" -InboundSecurity Request -OutboundSecurity Request')
    assert rule.name == name


def test_a_comparison_and_a_comment_have_nothing_to_fill_in() -> None:
    policy = policy_of(f"if (1 -lt 2) {{ <# a b #> {ADD} a.example }} # <b c>")
    assert [connection.name for connection in policy.vpn_connections] == ["V"]


def test_how_users_authenticate_is_no_matter_of_ipsec() -> None:
    script = f"$eap = New-EapConfiguration -Tls\n{ADD} a.example -EapConfigXmlStream $eap.EapConfigXmlStream\n"
    assert said_of(script) == []
    assert parsed(script).given == (("`$eap`, line 2", 1),)


def test_a_variable_that_is_set_elsewhere_is_one_value() -> None:
    suite = (
        "-AuthenticationTransformConstants SHA256128 -CipherTransformConstants AES256 -EncryptionMethod AES256 "
        "-IntegrityCheckMethod SHA256 -DHGroup Group14 -PfsGroup None -Force"
    )
    add = ADD.replace("-Name V", "-Name $Name")
    script = f"{add} a.example\nSet-VpnConnectionIPsecConfiguration -ConnectionName $Name {suite}\n"
    (connection,) = parsed(script).policy.vpn_connections
    assert connection.quick_mode_crypto is not None
    others = parsed(script.replace("-ConnectionName $Name", "-ConnectionName $Other")).policy.vpn_connections
    assert [each.quick_mode_crypto is None for each in others] == [True, False]


FILLED_IN = ["__X__", "__REMOTE_NET__", "@@X.Y@@"]


@cases("value", FILLED_IN)
def test_what_a_pipeline_fills_in_is_not_known_and_not_refused(value: str) -> None:
    script = (
        f"{ADD_NAMED} '{value}'\n"
        f"{SET_NAMED.replace('Group2', quoted(value))} '{value}'\n"
        f"{RULE} -DisplayName '{value}' -RemoteAddress '{value}'\n"
        f"netsh advfirewall consec add rule name=N endpoint1=any endpoint2='{value}' action=requestinrequestout "
        "auth1=computerkerb\n"
        "Set-ItemProperty HKLM:\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent "
        f"-Name AssumeUDPEncapsulationContextOnSendRule -Value '{value}' -Type DWord\n"
    )
    result = parsed(script)
    assert result.policy.refused_commands == ()
    (connection,) = result.policy.vpn_connections
    assert connection.name == value
    assert connection.main_mode_crypto is not None
    assert len(result.policy.connection_security_rules) == 2
    assert sorted(problem.span.line for problem in result.problems) == [2, 3, 4, 5]


def quoted(value: str) -> str:
    """A word of an enumeration in quotation marks."""
    return f"'{value}'"


@cases(
    ("value", "is_refused"),
    [
        ("TUNNEL_TYPE", False),
        ("'[TUNNEL_TYPE]'", False),
        ("__TYPE__", False),
        ("Tunnel_Type", True),
        ("TUNNEL", True),
        ("__type__", True),
        ("Ikve2", True),
    ],
)
def test_a_word_in_capitals_stands_for_one_of_an_enumeration(value: str, is_refused: bool) -> None:
    refused = refused_of(f"Add-VpnConnection -Name V -ServerAddress v.example -TunnelType {value} -Force\n")
    assert bool(refused) is is_refused


def test_what_is_filled_in_later_in_a_template_may_be_replaced_first() -> None:
    template = f"$t = '{RULE} -DisplayName R -RemoteAddress __NET__'\n"
    rule = rule_of(template + "Invoke-Expression $t.Replace('__NET__', '10.0.0.0/8')\n")
    assert [str(address) for address in rule.endpoint2.known or ()] == ["10.0.0.0/8"]


@cases(
    "asked",
    [
        "[Microsoft.VisualBasic.Interaction]::InputBox('Server', 'VPN')",
        "[Console]::ReadLine()",
        "Read-Host Server",
    ],
)
def test_what_a_person_answers_is_given_later(asked: str) -> None:
    result = parsed(f"$s = {asked}\n{ADD} $s\n")
    assert (result.problems, result.given) == ((), (("`$s`, line 2", 1),))


@cases(
    ("more", "strategy"),
    [("", "automatic"), ("-TunnelType Sstp", "SSTP"), ("-TunnelType $t", None), ("-AllUserConnection", "automatic")],
)
def test_a_connection_without_a_type_of_its_tunnel_tries_all(more: str, strategy: str | None) -> None:
    (connection,) = parsed(
        f"param($t)\nAdd-VpnConnection -Name V -ServerAddress v.example {more}"
    ).policy.vpn_connections
    known = connection.strategy and connection.strategy.known
    assert (known and str(known).casefold()) == (strategy and strategy.casefold())


ASKED_SUITE = (
    "Set-VpnConnectionIPsecConfiguration -ConnectionName V -AuthenticationTransformConstants $c"
    " -CipherTransformConstants $c -EncryptionMethod $c -IntegrityCheckMethod SHA256 -DHGroup $g -PfsGroup PFS2048"
)
LATER = "known only when the script runs"
ASKED = f"{LATER}: what `read-host` gives"
ASKED_RULE = "New-NetIPsecRule -InboundSecurity Require -DisplayName"


@cases(
    ("script", "said"),
    [
        (
            f"$c = Read-Host Cipher\n$g = Read-Host Group\n{ASKED_SUITE}",
            [
                f"unknown ESP integrity `$c`, {ASKED}; 2 more values hang on it",
                f"unknown Diffie-Hellman group `$g`, {ASKED}",
            ],
        ),
        (
            f"$a = Read-Host Net\n{ASKED_RULE} a -LocalAddress $a -RemoteAddress $a",
            [f"unknown address `$a`, {ASKED}; 1 more value hangs on it"],
        ),
        (
            f"{ASKED_RULE} a -RemoteAddress $env:A, $env:B",
            [
                f"unknown address `$env:A`, {LATER}: a variable of the environment",
                f"unknown value of `remoteaddress`: `$env:B`, {LATER}: a variable of the environment",
            ],
        ),
    ],
)
def test_of_values_that_hang_on_one_answer_one_problem_says_all(script: str, said: list[str]) -> None:
    assert [problem.message for problem in parsed(script).problems if problem.message.startswith("unknown")] == said
