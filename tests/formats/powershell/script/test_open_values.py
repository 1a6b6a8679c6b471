"""What a script fills in when it runs: an unknown value in its field, with its place, not the loss of the command."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import said_of

from ipseclint.formats.netsh.script import parse as parse_batch
from ipseclint.formats.powershell.script.format import parse
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics.defaults import completed
from ipseclint.source import bytes_source

AGENT = r"HKLM:\SYSTEM\CurrentControlSet\Services\PolicyAgent"
RASMAN = r"HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"


def read(text: str, path: str) -> Policy:
    """The policy of a text. Fails if it says anything but one value in it that is not known."""
    source = bytes_source(path, text.encode())
    parsed = parse(source) if path.endswith(".ps1") else parse_batch(source)
    (problem,) = parsed.problems
    assert "not known" in problem.message or "unknown" in problem.message
    return parsed.policy


@cases(
    ("script", "written", "column"),
    [
        (f"param([int]$n)\nNew-ItemProperty -Path {AGENT} -Name Limit -PropertyType DWORD -Value $n", "$n", 115),
        (f"param([int]$n)\nSet-ItemProperty -Path {AGENT} -Name Limit -Value $n", "$n", 95),
        (f"param([int]$n)\nreg add {RASMAN} /v Limit /t REG_DWORD /d $n /f", "$n", 91),
        (f"param([int]$n)\nreg.exe add {RASMAN} /v Limit /d `\n  $n /f", "$n", 3),
    ],
)
def test_a_value_of_the_registry_that_a_script_fills_in_is_unknown_in_its_place(
    script: str, written: str, column: int
) -> None:
    (value,) = read(script, "p.ps1").registry
    assert value.path.endswith("\\Limit")
    assert (value.data.value, value.data.span.column) == (Unknown(written), column)


@cases("value", ["%LIMIT%", "%1", "!LIMIT!", '"%~2"'])
def test_a_value_of_reg_that_a_batch_file_fills_in_is_unknown_in_its_place(value: str) -> None:
    setup = "setlocal EnableDelayedExpansion\n" if "!" in value else "@echo off\n"
    script = f"{setup}reg add {RASMAN} /v Limit /t REG_DWORD /d {value} /f\n"
    (own,) = read(script, "p.cmd").registry
    assert own.data.value == Unknown(value.strip('"'))
    assert own.data.span.line == 2


def test_a_key_of_the_registry_that_a_batch_file_fills_in_is_not_known() -> None:
    assert (
        read(f"reg add {RASMAN} /v %1 /d 1 /f\nreg add {RASMAN} /v A /d 1 /f\n", "p.cmd").registry[0].path.endswith("A")
    )


@cases(
    ("command", "place"),
    [
        ("sc.exe config PolicyAgent start= $how", (2, 34)),
        ('sc.exe config PolicyAgent start="$how"', (2, 27)),
        ("sc.exe config PolicyAgent start=$how", (2, 27)),
        ("Set-Service PolicyAgent -StartupType $how", (2, 38)),
    ],
)
def test_the_start_of_a_service_that_a_script_fills_in_is_unknown_in_its_place(
    command: str, place: tuple[int, int]
) -> None:
    (service,) = read(f"param($how)\n{command}", "p.ps1").services
    assert service.start is not None
    assert isinstance(service.start.value, Unknown)
    assert (service.start.span.line, service.start.span.column) == place


@cases(
    ("text", "path", "place"),
    [
        ("param($m)\nnetsh ras set ikev2connection idletimeout=$m", "p.ps1", (2, 43)),
        ("param($m)\nnetsh ras set ikev2connection idletimeout = $m nwoutagetime = 30", "p.ps1", (2, 45)),
        ("netsh ras set ikev2connection idletimeout=%M%\n", "p.cmd", (1, 43)),
    ],
)
def test_a_timer_of_a_server_that_a_script_fills_in_is_unknown_in_its_place(
    text: str, path: str, place: tuple[int, int]
) -> None:
    (server,) = read(text, path).vpn_servers
    idle = server.idle_disconnect_seconds
    assert isinstance(idle, Setting)
    assert idle.known is None
    assert (idle.span.line, idle.span.column) == place


def test_a_part_of_the_suite_of_a_server_that_a_script_fills_in_is_unknown_and_said_once() -> None:
    key = r"HKLM:\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\Ikev2\IKEv2CustomPolicy"
    script = f"param($g)\nSet-ItemProperty -Path {key} -Name dhGroups -Value $g -Type DWord"
    assert said_of(script) == [(2, 134, "what is written into the registry here is not known")]
    (crypto,) = read(script, "p.ps1").main_mode_crypto_sets
    (proposal,) = crypto.proposals
    assert (proposal.dh_group.value, proposal.dh_group.span.column) == (Unknown("$g"), 134)


def test_what_a_connection_offers_whose_groups_the_registry_decides_is_not_known_where_that_value_is_not() -> None:
    connection = "Add-VpnConnection -Name A -ServerAddress vpn.example.com -TunnelType Ikev2\n"
    line = f"reg add {RASMAN} /v NegotiateDH2048_AES256 /t REG_DWORD /d"
    known = completed(read(f"param($n)\n{connection}{line} 1 /f\nSet-Service IKEEXT -StartupType $n", "p.ps1"))
    assert [len(crypto.proposals) for crypto in known.main_mode_crypto_sets] == [15]
    assert completed(read(f"param($n)\n{connection}{line} $n /f", "p.ps1")).main_mode_crypto_sets == ()


@cases(
    ("made", "changed", "said"),
    [
        ("MainModeCrypto", "KeyExchange = 'DH1'", "Diffie-Hellman group"),
        ("MainModeCrypto", "Hash = 'MD5'", "integrity"),
        ("QuickModeCrypto", "ESPHash = 'MD5'", "ESP integrity"),
        ("QuickModeCrypto", "MaxMinutes = 1", "lifetime in minutes"),
        ("QuickModeCrypto", "PfsGroup = 'DH1'", "`pfsgroup`"),
    ],
)
def test_what_a_proposal_has_that_is_changed_once_it_is_made_is_not_known(made: str, changed: str, said: str) -> None:
    how = "-Hash SHA256 -KeyExchange DH14" if made == "MainModeCrypto" else "-Encapsulation ESP -ESPHash SHA256"
    script = (
        f"$p = New-NetIPsec{made}Proposal -Encryption AES256 {how}\n$p.{changed}\n"
        f"New-NetIPsec{made}Set -DisplayName A -Proposal $p\n"
    )
    ((line, column, message),) = said_of(script)
    assert (line, column) == (2, 1)
    assert message.startswith("unknown")
    assert said in message


@cases("dots", ["...", "\u2026", "....", "'[...]'"])
def test_what_a_document_leaves_out_of_a_command_is_not_known_and_not_refused(dots: str) -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require -RemoteAddress"
    script = f"{rule} 10.9.0.0/16 {dots}\n{rule} {dots}\n"
    result = parse(bytes_source("p.ps1", script.encode()))
    assert result.policy.refused_commands == ()
    assert [rule.name for rule in result.policy.connection_security_rules] == ["A", "A"]
    assert isinstance(result.policy.connection_security_rules[1].endpoint2.value, Unknown)
    assert {problem.span.line for problem in result.problems} == {1, 2}


@cases("dots", ["...", "\u2026", "  ...", "... more rules ...", "if (1) {\n...\n}"])
def test_lines_that_are_left_out_between_commands_are_said_once(dots: str) -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require"
    result = parse(bytes_source("p.ps1", f"{rule}\n{dots}\n{rule}\n".encode()))
    assert len(result.policy.connection_security_rules) == 2
    assert [problem.message for problem in result.problems] == ["what is left out here is not known"]


@cases("line", ["'...'", "# ...", "Write-Host ...", "Get-Item ..."])
def test_dots_that_leave_nothing_out_are_no_problem(line: str) -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require"
    assert parse(bytes_source("p.ps1", f"{rule}\n{line}\n".encode())).problems == ()


def test_what_is_called_dots_is_read() -> None:
    rule = "-InboundSecurity Require -OutboundSecurity Request -RemoteAddress 10.9.0.0/16"
    script = (
        f"New-NetIPsecRule -DisplayName '...' {rule}\n$a = @{{ Name = '[...]'; DisplayName = 'B' }}\n"
        f"New-NetIPsecRule @a {rule} -Description ...\n"
        "Set-NetIPsecRule -DisplayName '...' -NewDisplayName '....' -OutboundSecurity Require\n"
    )
    result = parse(bytes_source("p.ps1", script.encode()))
    assert result.problems == ()
    assert [rule.name for rule in result.policy.connection_security_rules] == ["....", "B"]
