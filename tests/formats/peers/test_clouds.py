"""What clouds hand out of their gateways: connections of AWS and Azure in JSON, packages and configurations in XML."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import ROOT
from tests.cases import cases
from tests.formats.peers.test_peers import read

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.members import as_default, note_defaults
from ipseclint.model.peer import Peer
from ipseclint.model.selectors import parse_address
from ipseclint.model.setting import Secret
from ipseclint.source import bytes_source
from ipseclint.vocabulary.authentication import AuthMethod

FOLDER = ROOT / "fixtures" / "formats"


def peers_of(path: str) -> tuple[Peer, ...]:
    """The peers of a fixture, which is wholly understood."""
    parsed = read((FOLDER / path).read_text(), path.partition("/")[0])
    assert parsed.problems == ()
    return parsed.policy.peers


def test_a_connection_of_aws_without_options_has_what_aws_allows_and_the_keys_of_its_configuration() -> None:
    (peer,) = peers_of("cloud-gateway/aws-without-options.json")
    assert peer.name == "vpn-0example, tunnel 1"
    assert peer.answers_on == (parse_address("203.0.113.10"),)
    assert peer.own is not None
    assert peer.own[0].secret == Secret("an.example.key")
    assert peer.main_mode is not None
    assert peer.main_mode[0].groups[:2] == ("DH2", "DH14")
    assert peer.main_mode_seconds is not None
    assert peer.main_mode_seconds.value == 14_400


def test_an_address_of_a_tunnel_of_aws_that_is_none_is_said() -> None:
    document = (FOLDER / "cloud-gateway" / "aws-without-options.json").read_text()
    connection = json.loads(document)["VpnConnections"][0]
    connection["Options"]["TunnelOptions"] = [{"OutsideIpAddress": "10.0.0.999", "PreSharedKey": "**hidden**"}]
    problems = read(json.dumps({"VpnConnections": [connection]}), "cloud-gateway").problems
    assert [problem.message for problem in problems] == ["`10.0.0.999` is not an address"]


def test_a_connection_that_aws_has_deleted_is_counted_as_not_read() -> None:
    document = (FOLDER / "cloud-gateway" / "aws-without-options.json").read_text()
    parsed = read(document.replace('"available"', '"deleted"'), "cloud-gateway")
    assert (parsed.policy.peers, parsed.unread) == ((), (("`a connection that is deleted`", 2),))


def test_options_of_aws_that_hide_a_key_take_it_from_the_configuration_of_the_same_tunnel() -> None:
    document = json.loads((FOLDER / "cloud-gateway" / "aws-without-options.json").read_text())
    connection = document["VpnConnections"][0]
    connection["Options"]["TunnelOptions"] = [
        {"OutsideIpAddress": address, "PreSharedKey": "**hidden**", "Phase1DHGroupNumbers": [{"Value": 20}]}
        for address in ("203.0.113.11", "203.0.113.10")
    ]
    hidden, told = read(json.dumps(document), "cloud-gateway").policy.peers
    assert hidden.own is not None
    assert (hidden.own[0].secret, hidden.own[0].is_secret_known) == (None, False)
    assert told.own is not None
    assert told.own[0].secret == Secret("an.example.key")
    assert told.main_mode is not None
    assert {offer.groups for offer in told.main_mode} == {("DH20",)}


REFERENCES = ({"Ref": "Groups"}, [{"Value": {"Ref": "Group"}}], [{"Ref": "Group"}], "[14]", [None])


@cases("groups", REFERENCES)
def test_a_template_of_aws_that_works_a_value_out_is_not_taken_for_the_default(groups: object) -> None:
    tunnel = {"Phase1DHGroupNumbers": groups, "PreSharedKey": "{{resolve:secretsmanager:vpn}}"}
    template = {"Type": "AWS::EC2::VPNConnection", "VpnTunnelOptionsSpecifications": [tunnel]}
    parsed = read(json.dumps(template), "cloud-gateway")
    assert [problem.code for problem in parsed.problems] == [ProblemCode.NOT_UNDERSTOOD]
    (peer,) = parsed.policy.peers
    assert [offer.is_understood for offer in peer.main_mode or ()] == [False]
    assert peer.own is not None
    assert (peer.own[0].secret, peer.own[0].is_secret_known) == (None, False)


def test_a_configuration_for_the_customers_gateway_is_a_peer_by_itself() -> None:
    (peer,) = peers_of("gateway-xml/customer-gateway.xml")
    assert peer.implementation == "aws"
    assert peer.quick_mode_seconds is not None
    assert peer.quick_mode_seconds.value == 1800
    assert peer.own is not None
    assert peer.own[0].secret == Secret("an.example.key")


def test_a_connection_of_azure_without_policies_has_the_default_of_such_gateways_and_its_own_selectors() -> None:
    (peer,) = peers_of("cloud-gateway/azure-default-policy.json")
    assert peer.main_mode is not None
    assert {offer.span.path for offer in peer.main_mode} == {"azure-gateway"}
    assert peer.remote is not None
    assert peer.remote.value == (parse_address("10.2.0.0/16"), parse_address("10.3.0.0/16"))


def test_policies_of_azure_for_clients_ask_for_certificates_or_eap() -> None:
    policy = {"ikeEncryption": "AES256", "ikeIntegrity": "SHA384", "dhGroup": "ECP384"}
    policy |= {"ipsecEncryption": "GCMAES256", "ipsecIntegrity": "GCMAES256", "pfsGroup": "None"}
    text = json.dumps({"name": "gateway", "vpnClientConfiguration": {"vpnClientIpsecPolicies": [policy]}})
    (peer,) = read(text, "cloud-gateway").policy.peers
    assert peer.own is not None
    assert peer.accepted is not None
    assert [credential.method for credential in peer.own] == [AuthMethod.COMPUTER_CERTIFICATE]
    assert [credential.method for credential in peer.accepted] == [AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.EAP]


def test_a_client_package_is_the_gateway_with_its_default_policy_and_the_networks_behind_it() -> None:
    (peer,) = peers_of("gateway-xml/VpnSettings.xml")
    assert peer.name == "azuregateway-example.vpn.azure.com, default policy"
    assert peer.local is not None
    assert peer.local.value == (parse_address("10.1.0.0/16"), parse_address("10.2.0.0/16"))
    assert peer.key_modules is not None
    assert peer.key_modules.span.line == 4


@cases(
    ("kind", "count", "problems"),
    [
        ("IkeV2,OpenVPN", 1, []),
        ("OpenVPN", 0, []),
        ("SSTP", 0, []),
        ("Carrier pigeon, IkeV2", 1, ["unknown type of tunnel `Carrier pigeon, IkeV2`"]),
    ],
)
def test_a_client_package_names_types_of_tunnel(kind: str, count: int, problems: list[str]) -> None:
    text = (FOLDER / "gateway-xml" / "VpnSettings.xml").read_text().replace("IkeV2", kind)
    parsed = read(text, "gateway-xml")
    assert len(parsed.policy.peers) == count
    assert [problem.message for problem in parsed.problems] == problems


@cases(("holder", "name"), [("PluginProfile", "vpn-profile-xml"), ("Other", "gateway-xml")])
def test_the_client_of_azure_is_plugged_in_to_a_profile_of_windows(holder: str, name: str) -> None:
    text = (
        f"<VPNProfile><{holder}><ServerUrlList>azuregateway-1.vpn.azure.com</ServerUrlList><CustomConfiguration>"
        "<azvpnprofile><any/></azvpnprofile></CustomConfiguration>"
        f"<PluginPackageFamilyName>Microsoft.AzureVpn_8wekyb3d8bbwe</PluginPackageFamilyName></{holder}></VPNProfile>"
    )
    form = recognise(bytes_source("profile.xml", text.encode()))
    assert form is not None
    assert form.name == name


def package(path: Path) -> Path:
    """A package as Azure hands it out: settings, a profile of OpenVPN, a certificate, an installer."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(FOLDER / "gateway-xml" / "VpnSettings.xml", "Generic/VpnSettings.xml")
        archive.write(FOLDER / "gateway-xml" / "azurevpnconfig.xml", "AzureVPN/azurevpnconfig.xml")
        archive.writestr("Generic/VpnServerRoot.cer", bytes(range(256)))
        archive.writestr("WindowsAmd64/VpnClientSetupAmd64.exe", b"MZ" + bytes(range(256)))
    path.write_bytes(buffer.getvalue())
    return path


def test_a_whole_package_is_one_end(cli: Callable[..., Any], tmp_path: Path) -> None:
    client = tmp_path / "client.ps1"
    client.write_text(
        "Add-VpnConnection -Name P2S -ServerAddress azuregateway-example.vpn.azure.com -TunnelType Ikev2\n"
    )
    suite = (
        "Set-VpnConnectionIPsecConfiguration -ConnectionName P2S -EncryptionMethod AES256 -IntegrityCheckMethod SHA384"
        " -DHGroup {} -CipherTransformConstants GCMAES256 -AuthenticationTransformConstants GCMAES256 -PfsGroup None\n"
    )
    archive = package(tmp_path / "package.zip")
    for group, code, words in (("ECP384", 0, "AES-256+SHA-384+DH20"), ("Group1", 1, "FAILS at main-mode-suite")):
        client.write_text(client.read_text().splitlines()[0] + "\n" + suite.format(group))
        result = cli("negotiate", str(client), str(archive))
        assert result.code == code
        assert words in result.out
        assert "00112233445566778899aabbccddeeff" not in result.out


def test_a_connection_of_aws_of_which_no_tunnel_is_told_has_what_aws_allows() -> None:
    connection = {"VpnConnectionId": "vpn-1", "CustomerGatewayId": "cgw-1"}
    (peer,) = read(json.dumps(connection), "cloud-gateway").policy.peers
    assert (peer.name, peer.answers_on) == ("vpn-1", ())
    broken = connection | {"CustomerGatewayConfiguration": "<vpn_connection id='x'><ipsec_tunnel>"}
    assert [problem.message for problem in read(json.dumps(broken), "cloud-gateway").problems] == [
        "the configuration for the customer's gateway is not well-formed"
    ]


def test_a_document_that_is_torn_is_malformed_and_one_too_deep_is_refused() -> None:
    head = '{"vpnConnectionId": "v", "customerGatewayId": "c", '
    torn, deep = (read(head + rest, "cloud-gateway").problems for rest in ('"a": }', '"a": ' + "[" * 2000))
    assert [problem.code.value for problem in torn] == ["IN002"]
    assert [problem.code.value for problem in deep] == ["IN006"]


OPTIONS = {
    "OutsideIpAddress": "203.0.113.10",
    "PreSharedKey": "an.example.key",
    "Phase1LifetimeSeconds": 7200,
    "Phase2LifetimeSeconds": 1200,
    "Phase1EncryptionAlgorithms": [{"Value": "AES256-GCM-16"}],
    "Phase2EncryptionAlgorithms": [{"Value": "AES128"}],
    "Phase1IntegrityAlgorithms": [{"Value": "SHA2-384"}],
    "Phase2IntegrityAlgorithms": [{"Value": "SHA2-256"}],
    "Phase1DHGroupNumbers": [{"Value": 20}],
    "Phase2DHGroupNumbers": [{"Value": 14}],
    "IKEVersions": [{"Value": "ikev2"}],
}


HASHES = ("SHA-1", "SHA-256", "SHA-384", "SHA-512")
CIPHERS = [("AES-128", "AES-256"), ("AES-GCM-128", "AES-GCM-256")]
GROUPS = tuple(f"DH{number}" for number in range(14, 25))
WRITTEN: dict[str, Any] = {
    "OutsideIpAddress": (parse_address("203.0.113.10"),),
    "Phase1LifetimeSeconds": 7200,
    "Phase2LifetimeSeconds": 1200,
    "Phase1EncryptionAlgorithms": [("AES-GCM-256",)],
    "Phase2EncryptionAlgorithms": [("AES-128",)],
    "Phase1IntegrityAlgorithms": ("SHA-384",),
    "Phase2IntegrityAlgorithms": ("SHA-256",),
    "Phase1DHGroupNumbers": ("DH20",),
    "Phase2DHGroupNumbers": ("DH14",),
    "IKEVersions": {"IKEv2"},
}
ALLOWED: dict[str, Any] = {
    "OutsideIpAddress": (),
    "PreSharedKey": [None],
    "Phase1LifetimeSeconds": 28_800,
    "Phase2LifetimeSeconds": 3600,
    "Phase1EncryptionAlgorithms": CIPHERS,
    "Phase2EncryptionAlgorithms": CIPHERS,
    "Phase1IntegrityAlgorithms": HASHES,
    "Phase2IntegrityAlgorithms": HASHES,
    "Phase1DHGroupNumbers": ("DH2", *GROUPS),
    "Phase2DHGroupNumbers": ("DH2", "DH5", *GROUPS),
    "IKEVersions": {"IKEv1", "IKEv2"},
}
"""What AWS allows a tunnel that leaves an option out, of its user guide."""


@cases("without", [None, *OPTIONS])
def test_each_option_of_a_tunnel_of_aws_is_read_and_left_out_is_what_aws_allows(without: str | None) -> None:
    options = {name: value for name, value in OPTIONS.items() if name != without}
    connection = {"VpnConnectionId": "vpn-1", "CustomerGatewayId": "cgw-1", "Options": {"TunnelOptions": [options]}}
    parsed = read(json.dumps(connection), "cloud-gateway")
    assert (parsed.problems, parsed.unread) == ((), ())
    (peer,) = parsed.policy.peers
    (main, *more_main), (quick, *more_quick) = peer.main_mode or (), peer.quick_mode or ()
    told = {
        "OutsideIpAddress": peer.answers_on,
        "PreSharedKey": [credential.secret for credential in peer.own or ()],
        "Phase1LifetimeSeconds": peer.main_mode_seconds and peer.main_mode_seconds.value,
        "Phase2LifetimeSeconds": peer.quick_mode_seconds and peer.quick_mode_seconds.value,
        "Phase1EncryptionAlgorithms": [offer.encryption for offer in (main, *more_main)],
        "Phase2EncryptionAlgorithms": [offer.encryption for offer in (quick, *more_quick)],
        "Phase1IntegrityAlgorithms": main.integrity or main.prfs,
        "Phase2IntegrityAlgorithms": quick.integrity,
        "Phase1DHGroupNumbers": main.groups,
        "Phase2DHGroupNumbers": quick.groups,
        "IKEVersions": peer.key_modules and peer.key_modules.value,
    }
    # A key is compared by a digest, made anew in each run.
    written = WRITTEN | {"PreSharedKey": [Secret("an.example.key")]}
    assert told == written | ({without: ALLOWED[without]} if without else {})
    assert (peer.span.line, peer.span.column) == (1, json.dumps(connection).rindex(json.dumps(options)) + 1)


SUITE = {
    "ikeEncryption": "AES256", "ikeIntegrity": "SHA256", "dhGroup": "DHGroup14", "ipsecEncryption": "AES256",
    "ipsecIntegrity": "SHA256", "pfsGroup": "PFS2048", "saLifeTimeSeconds": 3600, "saDataSizeKilobytes": 102_400_000,
}  # fmt: skip
NO_OBJECTS = "`{}` is not a list of objects"
NO_ADDRESSES = "`{}` is not a list of addresses"
SIDES: dict[str, Any] = {"localAddressRanges": ["10.1.0.0/16"], "remoteAddressRanges": ["10.2.0.0/16"]}


def azure(name: str, value: object) -> tuple[Peer, list[tuple[int, str]]]:
    """The peer of a connection of Azure with a member, and what is said by line: the member stands on the second."""
    connection = {"name": "c", "connectionType": "IPsec", "virtualNetworkGateway1": {"id": "x"}}
    parsed = read(f'{json.dumps(connection)[:-1]},\n"{name}":\n{json.dumps(value)}}}', "cloud-gateway")
    (peer,) = parsed.policy.peers
    return peer, [(problem.span.line, problem.message) for problem in parsed.problems]


@cases(
    ("value", "understood", "said"),
    [
        ([SUITE], [True], None),
        (None, [True] * 6, None),
        ([], [True] * 6, None),
        ([[SUITE]], [False], (2, NO_OBJECTS)),
        ([[]], [False], (2, NO_OBJECTS)),
        ([None], [False], (2, NO_OBJECTS)),
        (["strong"], [False], (2, NO_OBJECTS)),
        ([SUITE, [SUITE]], [True, False], (2, NO_OBJECTS)),
        (SUITE, [False], (2, NO_OBJECTS)),
        ("strong", [False], (2, NO_OBJECTS)),
        (5, [False], (2, NO_OBJECTS)),
        ("[parameters('p')]", [False], (3, "`[parameters('p')]` is worked out when it is deployed")),
        ([SUITE | {"dhGroup": ["DHGroup14"]}], [False], (3, "`dhGroup` is not one word")),
        ([SUITE | {"saLifeTimeSeconds": {"a": 1}}], [True], (3, "`saLifeTimeSeconds` is not one word")),
    ],
)
@cases("name", ["ipsecPolicies", "vpnClientIpsecPolicies"])
def test_policies_of_azure_that_are_no_list_of_objects_are_said_and_not_the_default(
    name: str, value: object, understood: list[bool], said: tuple[int, str] | None
) -> None:
    peer, told = azure(name, value)
    assert [offer.is_understood for offer in peer.main_mode or ()] == understood
    assert told == ([] if said is None else [(said[0], said[1].format(name))])


@cases(
    ("value", "sides", "said"),
    [
        ([SIDES], ["10.1.0.0/16", "10.2.0.0/16"], None),
        (None, [None, None], None),
        ([SIDES | {"remoteAddressRanges": []}], ["10.1.0.0/16", None], None),
        ([SIDES | {"remoteAddressRanges": None}], ["10.1.0.0/16", None], None),
        ([SIDES | {"remoteAddressRanges": "10.2.0.0/16"}], ["10.1.0.0/16", "10.2.0.0/16"], None),
        ([[SIDES]], ["?", "?"], (2, NO_OBJECTS.format("trafficSelectorPolicies"))),
        (["a"], ["?", "?"], (2, NO_OBJECTS.format("trafficSelectorPolicies"))),
        (SIDES, ["?", "?"], (2, NO_OBJECTS.format("trafficSelectorPolicies"))),
        ("[x()]", ["?", "?"], (3, "`[x()]` is worked out when it is deployed")),
        (
            [SIDES | {"localAddressRanges": [["10.1.0.0/16"]]}],
            ["?", "10.2.0.0/16"],
            (3, NO_ADDRESSES.format("localAddressRanges")),
        ),
        (
            [SIDES | {"remoteAddressRanges": {"a": "10.2.0.0/16"}}],
            ["10.1.0.0/16", "?"],
            (3, NO_ADDRESSES.format("remoteAddressRanges")),
        ),
    ],
)
def test_selectors_of_azure_that_are_no_list_of_objects_are_said_and_not_any(
    value: object, sides: list[str | None], said: tuple[int, str] | None
) -> None:
    peer, told = azure("trafficSelectorPolicies", value)
    found = [
        side if side is None else "?" if side.known is None else ",".join(map(str, side.known))
        for side in (peer.local, peer.remote)
    ]
    assert (found, told) == (sides, [] if said is None else [said])


def test_the_default_of_a_parameter_of_a_template_is_read_and_said_not_to_be_sure() -> None:
    suite = SUITE | {"dhGroup": "[parameters('group')]", "pfsGroup": "[parameters('pfs')]"}
    connection = {"type": "Microsoft.Network/connections", "name": "c", "properties": {"ipsecPolicies": [suite]}}
    parameters = {"group": {"type": "string", "defaultValue": "DHGroup2"}, "pfs": {"type": "string"}}
    parsed = read(json.dumps({"parameters": parameters, "resources": [connection]}), "cloud-gateway")
    (peer,) = parsed.policy.peers
    assert [offer.groups for offer in peer.main_mode or ()] == [("DH2",)]
    assert [problem.message for problem in parsed.problems] == [
        "`DHGroup2` is the default of a parameter: it is read, and a deployment may replace it",
        "`[parameters('pfs')]` is worked out when it is deployed",
    ]


def test_a_default_that_is_used_twice_is_said_once() -> None:
    diagnostics = Diagnostics("main.bicep")
    key, group = (as_default(Token(text, "main.bicep", line, 9)) for line, text in enumerate(("aKey", "DHGroup14"), 4))
    note_defaults((key, group), diagnostics)
    note_defaults((key,), diagnostics)
    assert [problem.span and problem.span.line for problem in diagnostics.problems] == [4, 5]


def test_what_a_default_leaves_open_is_not_read() -> None:
    connection = {
        "type": "Microsoft.Network/connections",
        "name": "c",
        "properties": {"ipsecPolicies": "[parameters('suites')]"},
    }
    parameters = {"suites": {"type": "array", "defaultValue": [SUITE | {"dhGroup": None}]}}
    text = json.dumps({"parameters": parameters, "resources": [connection]}, indent=1)
    (*_, peer) = read(text, "cloud-gateway").policy.peers
    assert [(offer.groups, offer.is_understood) for offer in peer.main_mode or ()] == [((), False)]
    assert [offer.groups for offer in peer.quick_mode or ()] == [("DH14",)]


UNIFI = {
    "name": "HQ",
    "purpose": "site-vpn",
    "vpn_type": "ipsec-vpn",
    "ipsec_profile": "customized",
    "ipsec_key_exchange": "ikev2",
    "ipsec_peer_ip": "203.0.113.10",
    "ipsec_local_ip": "198.51.100.4",
    "ipsec_pfs": True,
    "ipsec_ike_encryption": "aes256",
    "ipsec_ike_hash": "sha256",
    "ipsec_ike_dh_group": 14,
    "ipsec_ike_lifetime": "28800",
    "ipsec_esp_encryption": "aes128",
    "ipsec_esp_hash": "sha1",
    "ipsec_esp_dh_group": 5,
    "ipsec_esp_lifetime": "3600",
    "x_ipsec_pre_shared_key": "correct horse",
}


def unifi(**other: object) -> tuple[Peer, list[str]]:
    members = {name: value for name, value in {**UNIFI, **other}.items() if value is not None}
    text = json.dumps({"meta": {"rc": "ok"}, "data": [members, {"purpose": "corporate", "name": "LAN"}]})
    parsed = read(text, "cloud-gateway")
    (peer,) = parsed.policy.peers
    return peer, [problem.message for problem in parsed.problems]


def test_a_site_to_site_vpn_of_unifi_is_a_peer() -> None:
    peer, problems = unifi()
    assert problems == []
    (main,), (quick,) = peer.main_mode or (), peer.quick_mode or ()
    assert (main.encryption, main.integrity, main.groups) == (("AES-256",), ("SHA-256",), ("DH14",))
    assert (quick.encryption, quick.integrity, quick.groups) == (("AES-128",), ("SHA-1",), ("DH5",))
    assert (peer.main_mode_seconds and peer.main_mode_seconds.known) == 28_800
    assert (peer.quick_mode_seconds and peer.quick_mode_seconds.known) == 3600
    assert peer.looks_for == (parse_address("203.0.113.10"),)
    assert peer.own is not None
    assert peer.own[0].secret == Secret("correct horse")


def test_older_names_of_a_first_phase_of_unifi_are_read_and_no_group_counts_without_pfs() -> None:
    old = {"ipsec_encryption": "3des", "ipsec_hash": "md5", "ipsec_dh_group": 2, "ipsec_pfs": False}
    peer, problems = unifi(ipsec_ike_encryption=None, ipsec_ike_hash=None, ipsec_ike_dh_group=None, **old)
    (main,), (quick,) = peer.main_mode or (), peer.quick_mode or ()
    assert (problems, main.encryption, main.groups, quick.groups) == ([], ("3DES",), ("DH2",), ())


def test_what_a_profile_of_unifi_leaves_open_is_said() -> None:
    peer, problems = unifi(ipsec_ike_hash=None, ipsec_profile="azure_dynamic", ipsec_esp_dh_group=None)
    assert problems == [
        "the profile `azure_dynamic` does not say what phase 1 offers: give the connection with all of its values"
    ]
    assert (peer.main_mode and peer.main_mode[0].is_understood, peer.quick_mode) == (False, None)
    assert unifi(ipsec_key_exchange="ikev3", ipsec_esp_hash="whirl")[1] == [
        "`ikev3` is neither IKEv1 nor IKEv2",
        "unknown algorithm `whirl`",
    ]


@cases(
    ("mode", "waits", "unread"),
    [
        ("Default", False, ()),
        ("ResponderOnly", True, ()),
        ("InitiatorOnly", False, (("`InitiatorOnly`", 1),)),
    ],
)
def test_a_connection_of_azure_tells_whether_it_may_begin(mode: str, *, waits: bool, unread: object) -> None:
    connection = {"connectionType": "IPsec", "connectionMode": mode, "virtualNetworkGateway1": {}}
    parsed = read(json.dumps(connection), "cloud-gateway")
    assert ([each.is_server for each in parsed.policy.peers], parsed.unread) == ([waits], unread)
