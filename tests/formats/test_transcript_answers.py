"""What a cmdlet prints of the object that it has just made is that object, not one more."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

SET_SUITE = (
    "Set-VpnConnectionIPsecConfiguration -ConnectionName {name} -AuthenticationTransformConstants None "
    "-CipherTransformConstants AES128 -EncryptionMethod AES128 -IntegrityCheckMethod MD5 -DHGroup Group1 -PfsGroup None"
)
SUITE = """
AuthenticationTransformConstants : None
CipherTransformConstants         : AES128
DHGroup                          : Group1
IntegrityCheckMethod             : MD5
PfsGroup                         : None
EncryptionMethod                 : AES128
"""
RULE = """
IPsecRuleName         : {11111111-2222-3333-4444-555555555551}
DisplayName           : One
Enabled               : True
Profile               : Any
Mode                  : Transport
InboundSecurity       : Require
OutboundSecurity      : Request
QuickModeCryptoSet    : Default
Phase1AuthSet         : Default
KeyModule             : Default
PolicyStoreSource     : PersistentStore
"""
MAKE_RULE = "New-NetIPsecRule -DisplayName One -InboundSecurity Require -OutboundSecurity Request"


def read(*typed_and_printed: str) -> Parsed:
    lines = [f"PS C:\\> {each}" if "\n" not in each else each for each in typed_and_printed]
    source = bytes_source("window.txt", "\n".join([*lines, "PS C:\\>", ""]).encode())
    kind = recognise(source)
    assert kind is not None
    assert kind.name == "transcript"
    return kind.parse(source)


def connections(parsed: Parsed) -> list[str]:
    return [connection.name for connection in parsed.policy.vpn_connections]


def test_an_answer_without_a_name_is_the_connection_that_was_named() -> None:
    add = "Add-VpnConnection -Name V -ServerAddress v.example -TunnelType Ikev2"
    parsed = read(add, SET_SUITE.format(name="V") + " -PassThru -Force", SUITE)
    assert connections(parsed) == ["V"]
    assert len(parsed.policy.main_mode_crypto_sets) == 1


def test_an_answer_to_a_command_over_several_lines_is_known() -> None:
    first, last = SET_SUITE.format(name="V").split(" -EncryptionMethod")
    parsed = read(f"PS C:\\> {first} `\n>> -EncryptionMethod{last} -PassThru -Force", SUITE)
    assert connections(parsed) == ["V"]


def test_a_rule_is_printed_without_its_addresses_which_its_command_tells() -> None:
    parsed = read(f"{MAKE_RULE} -RemoteAddress 10.9.0.0/16", RULE, MAKE_RULE.replace("One", "Two"))
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["One", "Two"]
    assert not parsed.problems


@cases(
    ("behind", "printed"),
    [
        (" | Format-List", RULE),
        (" | fl *", RULE),
        (" |\n>> Format-Custom", RULE),
        (" | Out-Host", RULE),
        (
            " | Select-Object DisplayName, InboundSecurity | Format-List",
            "\nDisplayName     : One\nInboundSecurity : Require\n",
        ),
        (
            " | ft DisplayName, InboundSecurity",
            "\nDisplayName InboundSecurity\n----------- ---------------\nOne                 Require\n",
        ),
        (" | Tee-Object -FilePath rule.txt", RULE),
    ],
)
def test_an_answer_that_only_a_cmdlet_for_printing_gets_is_known(behind: str, printed: str) -> None:
    command = f"PS C:\\> {MAKE_RULE} -RemoteAddress 10.9.0.0/16{behind}"
    changed = "Get-NetIPsecRule -DisplayName One | Set-NetIPsecRule -Profile Domain -PassThru" + behind.replace(
        "\n>>", ""
    )
    parsed = read(command + "\n", printed, changed, printed)
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["One"]
    assert not parsed.problems


def test_what_a_command_prints_of_the_rule_that_it_removes_is_none_that_is_left() -> None:
    parsed = read(MAKE_RULE, RULE, "Remove-NetIPsecRule -DisplayName One -PassThru | Format-List", RULE)
    assert parsed.policy.connection_security_rules == ()
    assert not parsed.problems


@cases(
    "command",
    [
        f"{MAKE_RULE} -Mode Bogus",
        f"{MAKE_RULE} -Colour red",
        f"{MAKE_RULE} -InboundSecurity Require",
        MAKE_RULE.replace("Request", "Bogus"),
        "New-NetIPsecRule -InboundSecurity Require",
        f"{MAKE_RULE} -RemoteAddress 300.1.1.1",
    ],
)
def test_what_is_printed_behind_a_command_that_makes_nothing_is_read(command: str) -> None:
    parsed = read(command, RULE)
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.span.line) == ("One", 3)
    assert parsed.problems


def test_a_rule_that_is_handed_to_what_prints_another_object_is_no_answer() -> None:
    parsed = read(f"{MAKE_RULE} -RemoteAddress 10.9.0.0/16 | Get-NetIPsecRule", RULE)
    assert len(parsed.policy.connection_security_rules) == 2 or parsed.problems


@cases(
    "typed",
    [
        "Get-VpnConnection $v | Select-Object -ExpandProperty IPSecCustomPolicy",
        SET_SUITE.format(name="V") + " -PassThru | Format-List; Get-VpnConnection W",
        SET_SUITE.format(name="V").replace("-DHGroup Group1", "-DHGroup $group") + " -PassThru",
        SET_SUITE.format(name="V") + " -Bogus x -PassThru",
    ],
)
def test_what_no_command_tells_whole_is_read_as_it_is_printed(typed: str) -> None:
    assert "VPN connection" in connections(read(typed, SUITE))


def test_an_answer_that_tells_by_which_identity_others_name_its_object_is_kept() -> None:
    listed = RULE.replace("Default\nKey", "{11111111-2222-3333-4444-555555555551}\nKey").replace(
        "-555555555551", "-5552", 1
    )
    parsed = read(MAKE_RULE, RULE, "Get-NetIPsecRule", listed)
    assert len(parsed.policy.connection_security_rules) > 1 or parsed.problems


NOT_READ = (
    "PS C:\\> Get-NetIPsecPhase1AuthSet | select -Expand Proposal\n\nAuthenticationMethod : PreSharedKey\n",
    "PS C:\\> Get-NetIPsecPhase2AuthSet | Format-Custom\n\nclass CimInstance#MSFT_NetIKEP2AuthSet\n{\n}\n",
)


@cases("answer", NOT_READ)
@cases("behind", ["", "\nPS C:\\> exit\n"])
def test_what_a_look_at_ipsec_printed_and_nobody_reads_is_said(answer: str, behind: str) -> None:
    read = "PS C:\\> $s.Proposal\n\nEncryption  : AES256\nHash        : SHA256\nKeyExchange : DH14\n\n"
    (problem,) = check_text(f"{read}{answer}{behind}", "window.txt").problems
    assert problem.span.line == 9
    assert problem.message.endswith("printed is not read: print the objects with `| ConvertTo-Json -Depth 5`")


def test_of_several_commands_above_an_output_the_last_is_answered() -> None:
    zero = MAKE_RULE.replace("One", "Zero")
    parsed = read(
        f"PS C:\\> {zero} -RemoteAddress 10.8.0.0/16 |\n>> Out-Null\nPS C:\\> {MAKE_RULE} -RemoteAddress 10.9.0.0/16",
        RULE,
    )
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Zero", "One"]
    assert not parsed.problems
