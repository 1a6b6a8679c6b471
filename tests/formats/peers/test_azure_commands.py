"""Commands that give a gateway of Azure its policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_paths
from ipseclint.formats import recognise
from ipseclint.model.peer import Peer
from ipseclint.source import bytes_source
from ipseclint.vocabulary.authentication import AuthMethod

FOLDER = ROOT / "fixtures" / "formats" / "azure-commands"
CONNECTION = (FOLDER / "connection.txt").read_text()
CLI = (FOLDER / "cli.txt").read_text()
INTERFACE = (
    "Add-VpnS2SInterface -Name A -Protocol IKEv2 -AuthenticationMethod PSKOnly -Destination 203.0.113.4 "
    '-SharedSecret "x" -IPv4Subnet @("10.1.0.0/16:100") -CustomPolicy -EncryptionMethod AES256 '
    "-IntegrityCheckMethod SHA256 -DHGroup Group14 -PfsGroup {} -CipherTransformConstants AES256 "
    "-AuthenticationTransformConstants SHA256128\n"
)


def peer(text: str) -> Peer:
    """The only gateway of a text."""
    source = bytes_source("azure.txt", text.encode())
    format_ = recognise(source)
    assert format_ is not None
    assert format_.name == "azure-commands"
    read = format_.parse(source)
    assert read.problems == ()
    (only,) = read.policy.peers
    return only


@cases(
    ("text", "main", "quick", "life", "place"),
    [
        (
            CONNECTION,
            ("AES-256", "SHA-384", "DH20"),
            ("AES-GCM-256", "", "DH20"),
            (14_400, 3),
            (1, 11),
        ),
        (CLI, ("AES-256", "SHA-256", "DH14"), ("AES-256", "SHA-256", ""), (27_000, 4), (1, 1)),
    ],
)
def test_either_tool_is_read(
    text: str, main: tuple[str, ...], quick: tuple[str, ...], life: tuple[int, int], place: tuple[int, int]
) -> None:
    read = peer(text)
    (first,), (second,) = read.main_mode or (), read.quick_mode or ()
    for offer, words in ((first, main), (second, quick)):
        assert ("".join(offer.encryption), "".join(offer.integrity), "".join(offer.groups)) == words
    assert read.quick_mode_seconds is not None
    assert (read.quick_mode_seconds.value, read.quick_mode_seconds.span.line) == life
    assert (read.span.line, read.span.column) == place


@cases(
    ("text", "misspelt"),
    [
        (CLI.replace("--ike-integrity", "--ike-intgrity"), ("`ike-intgrity`", 1)),
        (CLI.replace("--sa-max-size", "--sa-maximum"), ("`sa-maximum`", 1)),
        (CONNECTION.replace("-PfsGroup", "-PfsGrp"), ("`PfsGrp`", 1)),
    ],
)
def test_an_option_that_is_none_is_counted_as_not_read(text: str, misspelt: tuple[str, int]) -> None:
    format_ = recognise(source := bytes_source("azure.txt", text.encode()))
    assert format_ is not None
    assert format_.parse(source).unread == (misspelt,)
    assert format_.parse(bytes_source("azure.txt", (CLI + "--no-wait --output none\n").encode())).unread == ()


def test_the_policy_for_clients_takes_certificates_and_eap() -> None:
    text = (
        "$p = New-AzVpnClientIpsecParameter -IpsecEncryption AES256 -IpsecIntegrity SHA256 -SALifeTime 86471 "
        "-SADataSize 429496 -IkeEncryption AES256 -IkeIntegrity SHA384 -DhGroup DHGroup2 -PfsGroup PFS2\n"
    )
    read = peer(text)
    assert {each.method for each in read.accepted or ()} == {AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.EAP}
    assert [each.groups for each in read.quick_mode or ()] == [("DH2",)]


SHOWN = """SALifeTimeSeconds   : 27000
SADataSizeKilobytes : 102400000
IpsecEncryption     : GCMAES256
IpsecIntegrity      : GCMAES256
IkeEncryption       : AES256
IkeIntegrity        : SHA384
DhGroup             : DHGroup24
PfsGroup            : None
"""
OF_CLIENTS = (
    "az network vnet-gateway vpn-client ipsec-policy set -g rg -n gw --dh-group DHGroup24 --ike-encryption AES256 "
    "--ike-integrity SHA384 --ipsec-encryption GCMAES256 --ipsec-integrity GCMAES256 --pfs-group None "
    "--sa-lifetime 27000 --sa-max-size 102400000\n"
)
OF_WIDE_NETWORK = (
    "az network vpn-gateway connection ipsec-policy add -g rg --gateway-name gw --connection-name c \\\n"
    "  --sa-lifetime 27000 --sa-data-size 102400000 --ike-encryption AES256 --ike-integrity SHA384 \\\n"
    "  --dh-group DHGroup24 --ipsec-encryption GCMAES256 --ipsec-integrity GCMAES256 --pfs-group None\n"
)


@cases("text", [SHOWN, f"\n{SHOWN}\n", OF_CLIENTS, OF_WIDE_NETWORK], ids=range(4))
def test_lists_and_the_commands_for_clients_and_wide_networks_are_read(text: str) -> None:
    read = peer(text)
    (main,), (quick,) = read.main_mode or (), read.quick_mode or ()
    assert (main.encryption, main.integrity, main.groups) == (("AES-256",), ("SHA-384",), ("DH24",))
    assert (quick.encryption, quick.groups) == (("AES-GCM-256",), ())
    assert (read.quick_mode_seconds and read.quick_mode_seconds.value) == 27_000
    assert (AuthMethod.EAP in {each.method for each in read.accepted or ()}) is (text is OF_CLIENTS)


def test_each_list_is_a_gateway_and_one_without_ciphers_is_none() -> None:
    source = bytes_source("azure.txt", f"{SHOWN}\n{SHOWN}\nDhGroup : DHGroup2\nPfsGroup : None\n".encode())
    format_ = recognise(source)
    assert format_ is not None
    assert [read.span.line for read in format_.parse(source).policy.peers] == [1, 10]


def test_a_command_without_ciphers_is_none() -> None:
    source = bytes_source("a.txt", b"New-AzIpsecPolicy @settings\n")
    found = recognise(source)
    assert found is None or found.name != "azure-commands"


def test_its_key_is_kept_from_reports() -> None:
    source = bytes_source("azure.txt", CONNECTION.encode())
    format_ = recognise(source)
    assert format_ is not None
    assert [span.line for span in format_.parse(source).secrets] == [5]


@pytest.mark.parametrize(("group", "is_met"), [("PFS2048", False), ("None", True)])
def test_a_post_with_both_ends_is_compared(group: str, is_met: bool, tmp_path: Path) -> None:
    post = tmp_path / "post.md"
    post.write_text(f"Azure:\n\n```\n{CLI}```\n\nRRAS:\n\n```powershell\n{INTERFACE.format(group)}```\n")
    codes = {finding.code for finding in check_paths([post]).findings}
    assert ("CR030" in codes) is not is_met


LISTED = (FOLDER / "connection-listed.txt").read_text()


ITEM = """- dhGroup: DHGroup{0}
  ikeEncryption: AES256
  ikeIntegrity: SHA384
  ipsecEncryption: AES128
  ipsecIntegrity: SHA256
  pfsGroup: None
  saDataSizeKilobytes: 102400000
  saLifeTimeSeconds: 27000
"""


def test_a_list_in_yaml_has_each_member_of_each_item() -> None:
    assert [offer.groups for offer in peer(ITEM.format(14)).main_mode or ()] == [("DH14",)]
    source = bytes_source("azure.yaml", (ITEM.format(14) + ITEM.format(24)).encode())
    format_ = recognise(source)
    assert format_ is not None
    read = format_.parse(source)
    assert read.problems == ()
    assert [offer.groups for each in read.policy.peers for offer in each.main_mode or ()] == [("DH14",), ("DH24",)]


def test_a_listed_connection_is_read_as_its_json_is() -> None:
    read = peer(LISTED)
    (main,), (quick,) = read.main_mode or (), read.quick_mode or ()
    assert (read.name, read.span.line) == ("conn-branch", 1)
    assert ("".join(main.encryption), "".join(main.integrity), "".join(main.groups)) == ("AES-256", "SHA-256", "DH14")
    assert ("".join(quick.encryption), "".join(quick.integrity)) == ("AES-256", "SHA-256")
    assert read.quick_mode_seconds is not None
    assert (read.quick_mode_seconds.known, read.quick_mode_seconds.span.line) == (3600, 27)


def test_listed_connections_are_one_each() -> None:
    source = bytes_source("azure.txt", f"{LISTED}\n{LISTED.replace('conn-branch', 'conn-other')}".encode())
    format_ = recognise(source)
    assert format_ is not None
    assert [each.name for each in format_.parse(source).policy.peers] == ["conn-branch", "conn-other"]


def test_a_listed_connection_without_policies_has_those_of_azure() -> None:
    begin, end = LISTED.index("IpsecPolicies"), LISTED.index("TrafficSelectorPolicies")
    read = peer(LISTED[:begin] + "IpsecPolicies           : []\n" + LISTED[end:])
    assert len(read.main_mode or ()) > 1


@cases(
    ("damage", "place"),
    [
        (lambda text: text[: text.index('"SADataSize')], 27),
        (
            lambda text: text.replace(" [\n        ", " {Microsoft.Azure.Commands.Network.Models.PSIpsecPolicy}\n", 1),
            25,
        ),
    ],
)
def test_a_damaged_list_is_told_with_its_place(damage: Callable[[str], str], place: int) -> None:
    source = bytes_source("azure.txt", damage(LISTED).encode())
    format_ = recognise(source)
    assert format_ is not None
    (problem,) = format_.parse(source).problems
    assert abs(problem.span.line - place) <= 1


@cases("text", [LISTED.replace(": IPsec\n", ": ExpressRoute\n").split("IpsecPolicies")[0], "ConnectionType : IPsec\n"])
def test_what_lists_no_policy_is_none(text: str) -> None:
    found = recognise(bytes_source("azure.txt", text.encode()))
    assert found is None or found.name != "azure-commands"


@cases("command", ["New-AzIpsecPolicy", "New-AzureRmIpsecPolicy", "new-azurermipsecpolicy"])
def test_the_cmdlets_of_both_modules_are_read(command: str) -> None:
    read = peer(
        f"$policy = {command} -IkeEncryption AES256 -IkeIntegrity SHA1 -DhGroup DHGroup24 -IpsecEncryption AES256 "
        "-IpsecIntegrity SHA1 -PfsGroup PFS24 -SALifeTimeSeconds 7200 -SADataSizeKilobytes 102400000\n"
    )
    (main,) = read.main_mode or ()
    assert (main.encryption, main.integrity, main.groups) == (("AES-256",), ("SHA-1",), ("DH24",))


def test_a_cmdlet_that_neither_module_has_is_not_read() -> None:
    assert (
        recognise(bytes_source("azure.txt", b"New-AzRmIpsecPolicy -IkeEncryption AES256 -DhGroup DHGroup24\n")) is None
    )


SITE = "-Name toOffice -ResourceGroupName rg -VirtualNetworkGateway1 $gw -LocalNetworkGateway2 $office"


@cases(
    ("command", "option"),
    [
        (f"New-AzVirtualNetworkGatewayConnection {SITE} -IpsecPolicies $policy -SharedKey $key", "-IpsecPolicies"),
        ("Update-AzVpnConnection -InputObject $connection -IpSecPolicy $policy", "-IpSecPolicy"),
        ("$gw = New-AzVirtualNetworkGateway -Name gw `\n  -VpnClientIpsecPolicy $clients", "-VpnClientIpsecPolicy"),
        ("Set-AzureRmVirtualNetworkGateway -Name gw -VpnClientIpsecPolicy $clients", "-VpnClientIpsecPolicy"),
    ],
)
def test_a_policy_that_another_script_makes_is_told_where_a_gateway_gets_it(command: str, option: str) -> None:
    source = bytes_source("gateway.ps1", f"Connect-AzAccount\n{command}\n".encode())
    format_ = recognise(source)
    assert format_ is not None
    assert format_.name == "azure-commands"
    (problem,) = format_.parse(source).problems
    assert problem.message == "a gateway gets a policy here that this input does not make"
    written = f"Connect-AzAccount\n{command}\n".split("\n")[problem.span.line - 1]
    assert written[problem.span.column - 1 :].startswith(option)


@cases(
    "command",
    [
        f"New-AzVirtualNetworkGatewayConnection {SITE} -SharedKey $key",
        f"Set-AzVirtualNetworkGatewayConnection {SITE} -IpsecPolicies $null",
        "Get-Help New-AzVpnConnection -Parameter IpSecPolicy",
    ],
)
def test_a_gateway_that_gets_no_policy_is_not_said_to(command: str) -> None:
    assert recognise(bytes_source("gateway.ps1", f"Connect-AzAccount\n{command}\n".encode())) is None


def test_a_policy_that_is_made_and_given_in_one_script_is_read() -> None:
    assert peer(CONNECTION + f"\nNew-AzVirtualNetworkGatewayConnection {SITE} -IpsecPolicies $policy\n").main_mode


@cases("sign", [" ", "\u00a0", "'", ",", "."])
def test_a_part_of_a_number_is_no_lifetime_of_a_command(sign: str) -> None:
    text = (FOLDER / "connection.txt").read_text("utf-8")
    assert "14400" in text
    format_ = recognise(source := bytes_source("gateway.ps1", text.replace("14400", f"14{sign}400").encode()))
    assert format_ is not None
    assert [f"`14{sign}400`" in problem.message for problem in format_.parse(source).problems] == [True]
