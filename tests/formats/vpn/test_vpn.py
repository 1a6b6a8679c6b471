"""The cryptography of VPN connections: profiles, phone books, and the objects of the VpnClient cmdlets."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.mdm import intune, syncml
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell import cim_json
from ipseclint.formats.vpn import profile_xml, rasphone
from ipseclint.model.policy import Dialect, Policy
from ipseclint.model.setting import Setting
from ipseclint.source import Source, bytes_source, file_source, lines_of_text
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.remote_access import VpnAuthentication

SUITE = {
    "AuthenticationTransformConstants": "SHA256128",
    "CipherTransformConstants": "AES256",
    "EncryptionMethod": "AES256",
    "IntegrityCheckMethod": "SHA384",
    "DHGroup": "ECP384",
    "PfsGroup": "PFS2048",
}


def chosen(policy: Policy, index: int = 0) -> tuple[object, ...]:
    """The six choices in the order of the phone book."""
    (main,) = policy.main_mode_crypto_sets[index].proposals
    quick = policy.quick_mode_crypto_sets[index]
    (offer,) = quick.proposals
    return (
        main.integrity.known,
        main.encryption.known,
        main.dh_group.known,
        offer.encryption.known,
        offer.esp_integrity.known,
        quick.pfs_group.known,
    )


def shown(source: Source, setting: Setting[Any]) -> str:
    span = setting.span
    return lines_of_text(source.read_text())[span.line - 1][span.column - 1 : span.column - 1 + span.length]


def profile(suite: dict[str, str]) -> str:
    parts = "".join(f"<{name}>{value}</{name}>" for name, value in suite.items())
    return (
        "<VPNProfile><NativeProfile><Servers>vpn.example.org</Servers>"
        f"<CryptographySuite>{parts}</CryptographySuite></NativeProfile></VPNProfile>"
    )


def read_profile(text: str) -> Parsed:
    source = bytes_source("p.xml", text.encode())
    assert profile_xml.recognise(source)
    return profile_xml.parse(source)


def test_a_profile_inside_syncml(fixtures: Path) -> None:
    source = file_source(fixtures / "formats" / "mdm-syncml" / "vpn-profile.xml")
    found = recognise(source)
    assert found is not None
    assert found.name == "mdm-syncml"
    parsed = found.parse(source)
    assert parsed.problems == ()
    policy = parsed.policy
    assert chosen(policy) == (
        Integrity.SHA384,
        Cipher.AES_256,
        DhGroup.ECP_384,
        Cipher.AES_256,
        Integrity.SHA256,
        DhGroup.GROUP_14,
    )
    main, quick = policy.main_mode_crypto_sets[0], policy.quick_mode_crypto_sets[0]
    assert main.name == "Site VPN"
    assert main.dialect is Dialect.VPN
    assert main.key_module is not None
    assert main.key_module.known is KeyModule.IKEV2
    assert main.lifetime_seconds.known is None
    assert quick.proposals[0].encapsulation.known is Encapsulation.ESP
    assert shown(source, main.proposals[0].dh_group) == "ECP384"
    assert shown(source, quick.pfs_group) == "PFS2048"
    assert lines_of_text(source.read_text())[main.span.line - 1][main.span.column - 1 :].startswith(
        "&lt;CryptographySuite"
    )


def test_a_bare_profile_on_one_line(fixtures: Path) -> None:
    source = file_source(fixtures / "formats" / "vpn-profile-xml" / "one-line.xml")
    parsed = profile_xml.parse(source)
    assert parsed.problems == ()
    assert chosen(parsed.policy) == (
        Integrity.SHA384,
        Cipher.AES_GCM_256,
        DhGroup.GROUP_24,
        Cipher.AES_GCM_256,
        Integrity.AES_GMAC_256,
        DhGroup.SAME_AS_MAIN_MODE,
    )
    assert shown(source, parsed.policy.main_mode_crypto_sets[0].proposals[0].encryption) == "AES_GCM_256"
    secret = parsed.secrets[0]
    assert lines_of_text(source.read_text())[0][secret.column - 1 :][: secret.length] == "not &amp; shown"


def test_the_order_of_the_parts_does_not_matter() -> None:
    backwards = dict(reversed(SUITE.items()))
    assert chosen(read_profile(profile(SUITE)).policy) == chosen(read_profile(profile(backwards)).policy)


TITLES = {
    "IntegrityCheckMethod": "integrity",
    "EncryptionMethod": "encryption",
    "DHGroup": "Diffie-Hellman group",
    "CipherTransformConstants": "encryption",
    "AuthenticationTransformConstants": "ESP integrity",
    "PfsGroup": "group for perfect forward secrecy",
}


def test_parts_that_are_missing_are_one_problem() -> None:
    (problem,) = read_profile(profile({"DHGroup": "Group14", "PfsGroup": "PFS2048"})).problems
    assert problem.message.endswith(
        "cryptography without `EncryptionMethod`, `IntegrityCheckMethod`, `CipherTransformConstants`, "
        "`AuthenticationTransformConstants`"
    )


@cases("name", SUITE)
def test_a_part_that_is_missing_or_strange(name: str) -> None:
    without = {item: value for item, value in SUITE.items() if item != name}
    (problem,) = read_profile(profile(without)).problems
    assert problem.message == f"a VPN connection's cryptography without `{name}`"
    (problem,) = read_profile(profile(SUITE | {name: "ROT13"})).problems
    assert problem.message == f"unknown {TITLES[name]} `ROT13`"
    assert problem.code is ProblemCode.NOT_UNDERSTOOD


def test_a_part_that_no_suite_has() -> None:
    (problem,) = read_profile(profile(SUITE | {"Compression": "LZS"})).problems
    assert problem.message == "unknown element <Compression> in <CryptographySuite>"


def test_a_profile_in_cdata() -> None:
    data = f"<Data><![CDATA[{profile(SUITE)}]]></Data>"
    text = f"<SyncML><SyncBody><Replace><Item>{data}</Item></Replace></SyncBody></SyncML>"
    assert chosen(syncml.parse(bytes_source("p.xml", text.encode())).policy)[2] is DhGroup.ECP_384


@cases(
    ("body", "at"),
    [
        ("<VPNProfile>", "&gt;</Data>"),
        ("<VPNProfile><AlwaysOn>", "&gt;</Data>"),
        ("<VPNProfile><AlwaysOn>strange</AlwaysOn></VPNProfile>", "strange"),
        ("  <VPNProfile><AlwaysOn>strange</AlwaysOn></VPNProfile>", "strange"),
        ("<VPNProfile><AlwaysOn>  strange </AlwaysOn></VPNProfile>", "strange"),
    ],
)
def test_what_is_wrong_with_a_profile_inside_a_text_has_its_place(body: str, at: str) -> None:
    escaped = body.replace("<", "&lt;").replace(">", "&gt;")
    text = f"<SyncML><SyncBody><Replace><Item><Data>{escaped}</Data></Item></Replace></SyncBody></SyncML>"
    span = syncml.parse(bytes_source("p.xml", text.encode())).problems[0].span
    assert (span.line, span.column, span.length) == (1, text.index(at) + 1, len("strange") if at == "strange" else 1)


@pytest.mark.parametrize(
    ("policies", "words"),
    [
        # Cmdlet parameters and what they left in the phone book, as public projects recorded them.
        ("030000000400000002000000050000000200000000000000", "SHA384 AES256 Group2 AES256 SHA256128 None"),
        ("020000000400000003000000050000000200000000000000", "SHA256 AES256 Group14 AES256 SHA256128 None"),
        ("020000000200000003000000030000000200000003000000", "SHA256 AES128 Group14 AES128 SHA256128 PFS2048"),
        ("020000000600000005000000080000000500000000000000", "SHA256 GCMAES256 ECP384 GCMAES256 GCMAES256 None"),
        ("030000000600000005000000080000000500000005000000", "SHA384 GCMAES256 ECP384 GCMAES256 GCMAES256 ECP384"),
    ],
)
def test_a_phone_book_says_what_the_cmdlet_was_told(policies: str, words: str) -> None:
    text = f"[Office]\r\nPBVersion=8\r\nNumCustomPolicy=1\r\nCustomIPSecPolicies={policies}\r\n"
    source = bytes_source("rasphone.pbk", text.encode())
    assert rasphone.recognise(source)
    by_number = rasphone.parse(source)
    by_word = read_profile(profile(dict(zip(vpn.FIELDS, words.split(), strict=True))))
    assert by_number.problems == by_word.problems == ()
    assert chosen(by_number.policy) == chosen(by_word.policy)


def test_a_phone_book_with_several_entries(fixtures: Path) -> None:
    source = file_source(fixtures / "formats" / "vpn-phone-book" / "rasphone.pbk")
    found = recognise(source)
    assert found is not None
    assert found.name == "vpn-phone-book"
    parsed = found.parse(source)
    assert parsed.problems == ()
    assert [each.name for each in parsed.policy.main_mode_crypto_sets] == ["Head office", "Branch"]
    assert shown(source, parsed.policy.main_mode_crypto_sets[1].proposals[0].dh_group) == "05000000"
    (secret,) = parsed.secrets
    assert lines_of_text(source.read_text())[secret.line - 1][secret.column - 1 :] == "0123456789"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("NumCustomPolicy=1", ProblemCode.MALFORMED),
        ("CustomIPSecPolicies=" + "00" * 24, ProblemCode.MALFORMED),
        ("NumCustomPolicy=1\nCustomIPSecPolicies=zz" + "00" * 23, ProblemCode.MALFORMED),
        ("NumCustomPolicy=1\nCustomIPSecPolicies=0000", ProblemCode.NOT_UNDERSTOOD),
        ("NumCustomPolicy=2\nCustomIPSecPolicies=" + "00" * 48, ProblemCode.NOT_UNDERSTOOD),
        ("NumCustomPolicy=1\nCustomIPSecPolicies=09" + "00" * 11 + "01" + "00" * 11, ProblemCode.NOT_UNDERSTOOD),
    ],
)
def test_a_phone_book_that_is_not_understood(lines: str, code: ProblemCode) -> None:
    parsed = rasphone.parse(bytes_source("p.pbk", f"[A]\nPBVersion=8\n{lines}\n".encode()))
    assert [each.code for each in parsed.problems] == [code]


@cases(
    "text",
    [
        '[{"Name": "A", "TunnelType": "Ikev2", "ServerAddress": "x", "IPSecCustomPolicy": %s}]',
        '{"CimClass": "VpnConnection", "Name": "A", "TunnelType": "Ikev2", "IPSecCustomPolicy": %s}',
    ],
)
def test_connections_as_cmdlets_show_them(text: str) -> None:
    suite = "{" + ", ".join(f'"{name}": "{value}"' for name, value in SUITE.items()) + "}"
    source = bytes_source("vpn.json", (text % suite).encode())
    assert cim_json.recognise(source)
    parsed = cim_json.parse(source)
    assert parsed.problems == ()
    assert parsed.policy.main_mode_crypto_sets[0].name == "A"
    assert chosen(parsed.policy)[2:4] == (DhGroup.ECP_384, Cipher.AES_256)
    nothing = cim_json.parse(bytes_source("vpn.json", (text % "null").encode()))
    assert nothing.problems == ()
    (connection,) = nothing.policy.vpn_connections
    assert connection.custom_policy is not None
    assert (connection.custom_policy.known, nothing.policy.main_mode_crypto_sets) == (False, ())


EVERY_MEMBER = (
    *("ServerAddress", "ProvisioningAuthority", "RememberCredential", "SplitTunneling", "IsAutoTriggerEnabled", "Name"),
    *("ProfileType", "Guid", "ConnectionStatus", "IdleDisconnectSeconds", "ServerList", "Routes", "VpnTrigger"),
    *("DnsSuffix", "Proxy", "AllUserConnection", "AuthenticationMethod", "EapConfigXmlStream", "EncryptionLevel"),
    *("IPSecCustomPolicy", "L2tpIPsecAuth", "MachineCertificateEKUFilter", "MachineCertificateIssuerFilter"),
    *("NapState", "TunnelType", "UseWinlogonCredential", "VpnConfigurationXml"),
)
"""The members of the class VpnConnection, by its reference page."""


def test_every_member_of_a_connection_is_known() -> None:
    values = {"TunnelType": "Ikev2", "Name": "Office", "IsAutoTriggerEnabled": "False", "EncryptionLevel": "Required"}
    text = "".join(f"{name:<31}: {values.get(name, '')}\n" for name in EVERY_MEMBER)
    source = bytes_source("connection.txt", text.encode())
    found = recognise(source)
    assert found is not None
    parsed = found.parse(source)
    assert ([each.name for each in parsed.policy.vpn_connections], parsed.problems) == (["Office"], ())


@cases(
    ("name", "sets"),
    [
        ("profilexml-aovpn-device-cryptographysuite.xml", 1),
        ("profilexml-aovpn-lockdown-cryptographysuite.xml", 1),
        ("profilexml-aovpn-thirdparty-no-cryptographysuite.xml", 0),
        ("rasphone-utf8-no-custom-policy.pbk", 0),
    ],
)
def test_published_profiles(name: str, sets: int, corpus: Path) -> None:
    source = file_source(corpus / "vpn" / name)
    found = recognise(source)
    assert found is not None
    parsed = found.parse(source)
    assert parsed.problems == ()
    assert len(parsed.policy.main_mode_crypto_sets) == len(parsed.policy.quick_mode_crypto_sets) == sets
    if sets:
        assert chosen(parsed.policy) == (
            Integrity.SHA256,
            Cipher.AES_GCM_128,
            DhGroup.GROUP_14,
            Cipher.AES_GCM_128,
            Integrity.AES_GMAC_128,
            DhGroup.ECP_256,
        )


@cases(
    ("flags", "l2tp", "methods"),
    [
        ("0", None, (VpnAuthentication.EAP,)),
        ("1", VpnAuthentication.PRESHARED_KEY, (VpnAuthentication.EAP,)),
        ("2", None, (VpnAuthentication.PRESHARED_KEY,)),
    ],
)
def test_a_phone_book_says_for_what_it_has_a_preshared_key(
    flags: str, l2tp: VpnAuthentication | None, methods: tuple[VpnAuthentication, ...]
) -> None:
    text = f"[A]\nPBVersion=8\nType=2\nVpnStrategy=7\nAuthRestrictions=128\nIpSecFlags={flags}\n"
    (connection,) = rasphone.parse(bytes_source("p.pbk", text.encode())).policy.vpn_connections
    said = connection.l2tp_authentication
    assert (None if said is None else said.known) == l2tp
    assert connection.authentication is not None
    assert connection.authentication.known == methods


@given(st.data())
@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("vpn-profile-xml/one-line.xml", profile_xml),
        ("mdm-syncml/vpn-nodes.xml", syncml),
        ("mdm-syncml/vpn-profile.xml", syncml),
        ("intune-json/custom.json", intune),
        ("vpn-phone-book/rasphone.pbk", rasphone),
    ],
)
def test_damage_is_a_problem_and_never_an_error(
    name: str, reader: ModuleType, fixtures: Path, data: st.DataObject
) -> None:
    text = bytearray((fixtures / "formats" / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    assert isinstance(reader.parse(bytes_source("p", bytes(text) or b"x")), Parsed)


def test_a_phone_book_quoted_in_part_is_one_and_a_type_that_is_no_number_is_said() -> None:
    entry = "[Work]\nType={}\nPhoneNumber=vpn.example.org\nDevice=WAN Miniport (IKEv2)\nVpnStrategy=7\n"
    source = bytes_source("pasted.txt", entry.format("2").encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "vpn-phone-book"
    (connection,) = form.parse(source).policy.vpn_connections
    assert (connection.name, connection.servers and connection.servers.value) == ("Work", ("vpn.example.org",))
    wrong = rasphone.parse(bytes_source("pasted.txt", entry.format("IKEv2").encode()))
    assert wrong.policy.vpn_connections == ()
    assert [(each.code, each.message) for each in wrong.problems] == [
        (ProblemCode.MALFORMED, "`IKEv2` is not a type of connection; 2 is a VPN")
    ]


@cases(
    ("text", "line", "message", "names"),
    [
        ("[Office\nEncoding=1\nPBVersion=6\nType=2\n", 1, "the name of a connection lacks a bracket", ["Office"]),
        ("Office]\nEncoding=1\nPBVersion=6\nType=2\n", 1, "the name of a connection lacks a bracket", ["Office"]),
        ("[A]\nPBVersion=6\nType=2\n[B\nType=2\n", 4, "the name of a connection lacks a bracket", ["A", "B"]),
        (
            "PBVersion=6\nType=2\n[A]\nType=2\n",
            1,
            "a value before the name of any connection: up to the first name in brackets nothing is read",
            ["A"],
        ),
    ],
)
@cases("around", ["{}", "Paste this:\n\n```\n{}```\n"])
def test_a_damaged_name_in_a_phone_book_is_told(
    text: str, line: int, message: str, names: list[str], around: str
) -> None:
    source = bytes_source("rasphone.md" if "`" in around else "rasphone.pbk", around.format(text).encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [(problem.message, problem.span.line) for problem in parsed.problems] == [
        (message, line + around.partition("{")[0].count("\n"))
    ]
    assert [connection.name for connection in parsed.policy.vpn_connections] == names
