"""What device management sets: nodes of the Firewall and VPNv2 CSPs in SyncML, and configurations of Intune."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.vpn.profile import NOT_KNOWN
from ipseclint.model.policy import Exemption, Profile
from ipseclint.model.setting import Secret
from ipseclint.source import HEAD_BYTES, bytes_source, file_source, lines_of_text
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity
from ipseclint.vocabulary.remote_access import TunnelStrategy, VpnAuthentication
from ipseclint.vocabulary.settings import CrlCheck, KeyEncoding, PacketQueuing

GLOBAL = "./Vendor/MSFT/Firewall/MdmStore/Global"


def parsed_fixture(fixtures: Path, name: str) -> Parsed:
    source = file_source(fixtures / "formats" / name)
    format_ = recognise(source)
    assert format_ is not None
    assert format_.name == name.partition("/")[0]
    return format_.parse(source)


def parsed_text(text: str) -> Parsed:
    source = bytes_source("input", text.encode())
    format_ = recognise(source)
    assert format_ is not None
    return format_.parse(source)


def custom(uri: str, value: object, **members: object) -> Parsed:
    return parsed_text(json.dumps({"omaSettings": [{"omaUri": uri, "value": value, **members}]}))


@cases(
    ("name", "exempt"),
    [
        ("mdm-syncml/firewall.xml", {Exemption.NEIGHBOR_DISCOVERY, Exemption.DHCP}),
        (
            "intune-json/endpoint-protection.json",
            {Exemption.NEIGHBOR_DISCOVERY, Exemption.ROUTER_DISCOVERY, Exemption.DHCP},
        ),
    ],
)
def test_all_settings_of_the_firewall(name: str, exempt: set[Exemption], fixtures: Path) -> None:
    parsed = parsed_fixture(fixtures, name)
    assert parsed.problems == ()
    (settings,) = parsed.policy.global_settings
    assert settings.sa_idle_seconds is not None
    assert settings.sa_idle_seconds.known == 3600
    assert settings.exemptions is not None
    assert settings.exemptions.known == exempt
    assert settings.crl_check is not None
    assert settings.crl_check.known is CrlCheck.FAIL_ON_ANY_ERROR
    assert settings.preshared_key_encoding is not None
    assert settings.preshared_key_encoding.known is KeyEncoding.UTF_8
    assert settings.packet_queuing is not None
    assert settings.packet_queuing.known == set(PacketQueuing)
    assert settings.match_auth_set_per_key_module is not None
    assert settings.match_auth_set_per_key_module.known is True
    assert {profile: merge.known for profile, merge in settings.local_rules_merge.items()} == {Profile.DOMAIN: False}


def test_the_settings_catalogue_has_choices_numbers_and_sets_of_choices(fixtures: Path) -> None:
    parsed = parsed_fixture(fixtures, "intune-json/settings-catalogue.json")
    assert parsed.problems == ()
    (settings,) = parsed.policy.global_settings
    assert settings.crl_check is not None
    assert settings.crl_check.known is CrlCheck.FAIL_IF_REVOKED
    assert settings.exemptions is not None
    assert settings.exemptions.known == {Exemption.NEIGHBOR_DISCOVERY, Exemption.DHCP}
    assert settings.sa_idle_seconds is not None
    assert settings.sa_idle_seconds.known == 300
    assert settings.match_auth_set_per_key_module is not None
    assert settings.match_auth_set_per_key_module.known is True
    assert {profile: merge.known for profile, merge in settings.local_rules_merge.items()} == {Profile.PUBLIC: False}


def test_settings_of_the_firewall_are_found_behind_a_hundred_others() -> None:
    def chosen(definition: str) -> dict[str, object]:
        return {
            "@odata.type": "#microsoft.graph.deviceManagementConfigurationSetting",
            "settingInstance": {
                "settingDefinitionId": definition,
                "choiceSettingValue": {"value": f"{definition}_false", "children": []},
            },
        }

    others = [chosen(f"device_vendor_msft_policy_config_setting{number:0100}") for number in range(200)]
    merge = chosen("vendor_msft_firewall_mdmstore_publicprofile_allowlocalipsecpolicymerge")
    document = json.dumps({"settings": [*others, merge]}, indent=1)
    assert len(document) > HEAD_BYTES
    (settings,) = parsed_text(document).policy.global_settings
    assert {profile: each.known for profile, each in settings.local_rules_merge.items()} == {Profile.PUBLIC: False}
    assert recognise(bytes_source("input", json.dumps({"settings": others}, indent=1).encode())) is None


@cases(
    ("name", "connection", "server"),
    [
        ("mdm-syncml/vpn-nodes.xml", "Branch office", "vpn.example.net"),
        ("intune-json/vpn.json", "Head office", "vpn1.example.com"),
    ],
)
def test_a_device_tunnel_by_nodes_and_by_graph(name: str, connection: str, server: str, fixtures: Path) -> None:
    parsed = parsed_fixture(fixtures, name)
    assert parsed.problems == ()
    (vpn,) = parsed.policy.vpn_connections
    assert vpn.name == connection
    assert vpn.servers is not None
    assert vpn.servers.known is not None
    assert vpn.servers.known[0] == server
    assert vpn.strategy is not None
    assert vpn.strategy.known is TunnelStrategy.IKEV2
    assert vpn.authentication is not None
    assert vpn.authentication.known == (VpnAuthentication.MACHINE_CERTIFICATE,)
    assert vpn.device_tunnel is not None
    assert vpn.device_tunnel.known is True
    assert vpn.split_tunneling is not None
    assert vpn.split_tunneling.known is True
    (quick,) = parsed.policy.quick_mode_crypto_sets
    assert quick.proposals[0].encryption.known is Cipher.AES_GCM_256


def test_each_node_stands_where_its_value_does(fixtures: Path) -> None:
    parsed = parsed_fixture(fixtures, "mdm-syncml/vpn-nodes.xml")
    lines = lines_of_text((fixtures / "formats" / "mdm-syncml" / "vpn-nodes.xml").read_text())
    (main,) = parsed.policy.main_mode_crypto_sets
    span = main.proposals[0].dh_group.span
    assert lines[span.line - 1][span.column - 1 :].startswith("Group14<")


def test_custom_profiles_in_base64_and_in_text(fixtures: Path) -> None:
    parsed = parsed_fixture(fixtures, "intune-json/custom.json")
    assert parsed.problems == ()
    assert [vpn.name for vpn in parsed.policy.vpn_connections] == ["User tunnel", "Second"]
    groups = [set_.proposals[0].dh_group.known for set_ in parsed.policy.main_mode_crypto_sets]
    assert groups == [DhGroup.GROUP_2, DhGroup.GROUP_14]
    (settings,) = parsed.policy.global_settings
    assert settings.sa_idle_seconds is not None
    assert settings.sa_idle_seconds.known == 600
    assert settings.match_auth_set_per_key_module is not None
    assert settings.match_auth_set_per_key_module.known is False


@cases(
    ("word", "integrity"), [("sha1_96", Integrity.SHA1), ("sha2_256", Integrity.SHA256), ("sha2_384", Integrity.SHA384)]
)
def test_words_of_graph_for_main_mode(word: str, integrity: Integrity) -> None:
    suite = {"encryptionMethod": "tripleDes", "integrityCheckMethod": word, "dhGroup": "group24"}
    suite |= {
        "cipherTransformConstants": "aes128",
        "authenticationTransformConstants": "sha_256_128",
        "pfsGroup": "pfs24",
    }
    graph = {"@odata.type": "#microsoft.graph.windows10VpnConfiguration", "connectionType": "ikEv2"}
    parsed = parsed_text(json.dumps({**graph, "cryptographySuite": suite}))
    assert parsed.problems == ()
    assert [connection.foreign_words for connection in parsed.policy.vpn_connections] == [()]
    (main,) = parsed.policy.main_mode_crypto_sets
    assert main.proposals[0].integrity.known is integrity
    assert main.proposals[0].encryption.known is Cipher.TRIPLE_DES
    assert parsed.policy.quick_mode_crypto_sets[0].pfs_group.known is DhGroup.GROUP_24


def test_what_graph_knows_and_the_csp_does_not_is_a_problem() -> None:
    suite = {"encryptionMethod": "chaCha20Poly1305", "integrityCheckMethod": "sha2_512", "dhGroup": "group14"}
    suite |= {
        "cipherTransformConstants": "aes128",
        "authenticationTransformConstants": "sha_256_128",
        "pfsGroup": "pfs1",
    }
    graph = {"@odata.type": "#microsoft.graph.windows10VpnConfiguration", "connectionType": "ikEv2"}
    parsed = parsed_text(json.dumps({**graph, "cryptographySuite": suite}))
    assert sorted(problem.message for problem in parsed.problems) == [
        "unknown encryption `chaCha20Poly1305`",
        "unknown integrity `sha2_512`",
    ]


def test_what_intune_leaves_at_its_default_says_nothing() -> None:
    graph = {
        "@odata.type": "#microsoft.graph.windows10EndpointProtectionConfiguration",
        "firewallBlockStatefulFTP": True,
    }
    off = {"firewallPreSharedKeyEncodingMethod": "deviceDefault", "firewallMergeKeyingModuleSettings": False}
    off |= {"firewallIPSecExemptionsAllowICMP": False, "firewallIdleTimeoutForSecurityAssociationInSeconds": None}  # type: ignore[dict-item]
    assert parsed_text(json.dumps({**graph, **off})).policy.global_settings == ()


def test_a_value_that_intune_encrypts_is_hidden() -> None:
    parsed = custom("./Device/Vendor/MSFT/VPNv2/A/ProfileXML", "****", isEncrypted=True)
    assert [problem.code for problem in parsed.problems] == [ProblemCode.HIDDEN_VALUE]


@cases(
    ("uri", "value", "message"),
    [
        (f"{GLOBAL}/SaIdleTime", "soon", "`SaIdleTime` is not a number"),
        (f"{GLOBAL}/PresharedKeyEncoding", 7, "unknown value of `PresharedKeyEncoding` `7`"),
        (f"{GLOBAL}/EnablePacketQueue", f"{NOT_KNOWN}$x", "unknown value of `EnablePacketQueue`: `$x`"),
        (f"{GLOBAL}/IPsecNewThing", 1, "unknown setting `IPsecNewThing` (versions up to 2.33 are known)"),
        ("./User/Vendor/MSFT/VPNv2/A/ProfileXML", "@", "a VPN profile that is neither XML nor base64 of it"),
        ("./User/Vendor/MSFT/VPNv2/A/ProfileXML", "A" * 200_004, "a VPN profile of more than 200000 characters"),
        ("./User/Vendor/MSFT/VPNv2/A/NativeProfile/Odd", "1", "unknown element <Odd> in <NativeProfile>"),
    ],
)
def test_a_node_that_is_not_understood(uri: str, value: object, message: str) -> None:
    assert [problem.message for problem in custom(uri, value).problems] == [message]


@cases(
    "uri",
    ["./Vendor/MSFT/Policy/Config/Audit/X", f"{GLOBAL}/DisableStatefulFtp", "./" + "a/" * 40, "", "VPNv2", "/" * 900],
)
def test_other_nodes_are_no_ipsec(uri: str) -> None:
    parsed = custom(uri, "1")
    assert parsed.is_empty
    assert parsed.problems == ()


ESCAPED = (
    "<SyncBody><Replace><CmdID>2</CmdID><Item><Target><LocURI>./User/Vendor/MSFT/VPNv2/A/ProfileXML</LocURI></Target>"
    "<Data>{}</Data></Item></Replace></SyncBody>"
)
L2TP = (
    "<VPNProfile>\n<NativeProfile><Servers>v.example</Servers>\n<NativeProtocolType>L2tp</NativeProtocolType>"
    "<L2tpPsk>a&amp;secret</L2tpPsk></NativeProfile></VPNProfile>"
)


@cases("times", [1, 2])
def test_a_profile_that_is_escaped_twice_is_read_and_said_to_be(times: int) -> None:
    data = L2TP
    for _ in range(times):
        data = data.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parsed = parsed_text(ESCAPED.format(data))
    (connection,) = parsed.policy.vpn_connections
    (set_,) = parsed.policy.authentication_sets
    assert connection.servers is not None
    assert (connection.name, connection.servers.known, connection.servers.span.line) == ("A", ("v.example",), 2)
    key = set_.methods[0].preshared_key
    assert key is not None
    assert key.value == Secret("a&secret")
    assert {span.line for span in parsed.secrets} == {3}
    assert [problem.message.partition(" (")[0] for problem in parsed.problems] == [
        "a VPN profile that is escaped twice"
    ] * (times - 1)


def test_a_key_in_a_node_in_text_and_in_base64_is_a_secret() -> None:
    profile = (
        "<VPNProfile><NativeProfile><Servers>v.example</Servers><NativeProtocolType>L2tp</NativeProtocolType>"
        "<L2tpPsk>secret</L2tpPsk></NativeProfile></VPNProfile>"
    )
    for node, value in (
        ("ProfileXML", profile),
        ("ProfileXML", base64.b64encode(profile.encode()).decode()),
        ("NativeProfile/L2tpPsk", "secret"),
    ):
        parsed = custom(f"./User/Vendor/MSFT/VPNv2/A/{node}", value)
        assert [(span.line, span.column) for span in parsed.secrets] == [(1, 1)]
        (set_,) = parsed.policy.authentication_sets
        key = set_.methods[0].preshared_key
        assert key is not None
        assert key.known == Secret("secret")


EAP = "<EapHostConfig><Type>13</Type></EapHostConfig>"
NEITHER = "an EAP configuration that is neither XML nor base64 of it"
IN_BASE64 = base64.b64encode(EAP.encode()).decode()


@cases(
    ("written", "methods", "messages"),
    [
        (EAP, (13,), []),
        (f'<?xml version="1.0"?>\n{EAP}', (13,), []),
        (IN_BASE64, (13,), []),
        (base64.b64encode(f"\ufeff{EAP}".encode()).decode(), (13,), []),
        (f"{IN_BASE64[:8]}*{IN_BASE64[8:]}", None, [NEITHER]),
        (IN_BASE64[:-1], None, [NEITHER]),
        (base64.b64encode(b"\xff\xfe\xfd").decode(), None, [NEITHER]),
        (base64.b64encode(b"<Eap/>").decode(), None, [NEITHER]),
        ("Type 13", None, [NEITHER]),
        (" ", None, []),
        (None, None, []),
    ],
)
def test_a_configuration_of_eap_is_xml_or_base64_of_it_and_else_said_to_be_neither(
    fixtures: Path, written: str | None, methods: tuple[int, ...] | None, messages: list[str]
) -> None:
    members = json.loads((fixtures / "formats/intune-json/vpn.json").read_text("utf-8"))
    text = json.dumps(
        members | {"authenticationMethod": "customEapXml", "enableDeviceTunnel": False, "eapXml": written}
    )
    parsed = parsed_text(text)
    assert [problem.message for problem in parsed.problems] == messages
    (each,) = parsed.policy.vpn_connections
    assert (each.eap and each.eap.methods) == methods
