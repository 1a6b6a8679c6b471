"""Objects of the NetSecurity cmdlets: every property, in every carrier, and what is missing or damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import cases
from tests.formats.powershell.objects import (
    CONNECTION_RULE,
    FILTERS,
    FIRST_SET,
    KEY,
    MAIN_SET,
    POLICY,
    QUICK_SET,
    SERVICES,
    SETTINGS,
)
from tests.formats.powershell.writers import Cim, clixml_text, json_text, xml_text

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell import cim_json, cim_xml, clixml, list_text
from ipseclint.model.plain import plain, value_only
from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthMethod,
    AuthPhase,
    CertificateSigning,
    CrlCheck,
    Exemption,
    InterfaceType,
    NatTraversal,
    Profile,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import PortRange
from ipseclint.model.setting import Origin, Secret, Setting
from ipseclint.source import Source, bytes_source, file_source, lines_of_text
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule

CARRIERS: dict[str, tuple[Callable[[Source], Parsed], Callable[[list[Cim]], str], str]] = {
    "clixml": (clixml.parse, clixml_text, "utf-16"),
    "json": (cim_json.parse, json_text, "utf-8"),
    "xml": (cim_xml.parse, xml_text, "utf-8-sig"),
}
every_carrier = pytest.mark.parametrize("carrier", CARRIERS)


def source_of(carrier: str, objects: list[Cim]) -> Source:
    _, write, encoding = CARRIERS[carrier]
    return bytes_source("p", write(objects).encode(encoding))


def read(carrier: str, objects: list[Cim]) -> Parsed:
    return CARRIERS[carrier][0](source_of(carrier, objects))


def shown(source: Source, setting: Setting[Any] | None) -> str:
    assert setting is not None
    span = setting.span
    return lines_of_text(source.read_text())[span.line - 1][span.column - 1 : span.column - 1 + span.length]


def with_properties(item: Cim, **changes: Any) -> Cim:
    return Cim(item.name, {**item.properties, **changes})


def without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_places(item) for name, item in value.items() if name != "span"}
    return [without_places(each) for each in value] if isinstance(value, list) else value


@every_carrier
def test_a_rule_with_its_filters(carrier: str) -> None:
    parsed = read(carrier, POLICY)
    assert parsed.problems == ()
    rule = parsed.policy.connection_security_rules[0]
    assert (rule.name, rule.id, rule.group) == ("Servers", "{AAAAAAAA-0000-0000-0000-000000000001}", "Isolation")
    assert rule.enabled.known is True
    assert rule.profiles.known == {Profile.DOMAIN, Profile.PRIVATE}
    assert (rule.mode.known, rule.action.known) == (RuleMode.TRANSPORT, RuleAction.NEGOTIATE)
    assert (rule.inbound.known, rule.outbound.known) == (Security.REQUIRE, Security.REQUEST)
    assert rule.key_modules.known == {KeyModule.IKEV2}
    assert [str(each) for each in rule.endpoint1.known or ()] == ["localsubnet"]
    assert [str(each) for each in rule.endpoint2.known or ()] == ["10.0.0.0/8", "2001:db8::/32"]
    assert rule.protocol.known == 6
    assert rule.port1.known == ()
    assert rule.port2.known == (PortRange(443, 443), PortRange(8000, 8010))
    assert rule.interface_types.known == {InterfaceType.LAN}
    assert rule.local_tunnel_endpoint is None
    assert rule.quick_mode_crypto is not None
    assert rule.quick_mode_crypto.target == "{11111111-0000-0000-0000-000000000004}"
    other = parsed.policy.main_mode_rules[0]
    assert (other.name, other.enabled.known, other.profiles.known) == ("Hub", False, ALL_PROFILES)
    assert [str(each) for each in other.endpoint2.known or ()] == ["10.9.0.0/16"]


@every_carrier
def test_crypto_sets(carrier: str) -> None:
    policy = read(carrier, [MAIN_SET, QUICK_SET]).policy
    main, quick = policy.main_mode_crypto_sets[0], policy.quick_mode_crypto_sets[0]
    assert (main.lifetime_seconds.known, main.quick_mode_limit.known, main.force_dh.known) == (14_400, 12, True)
    assert [
        (proposal.encryption.known, proposal.integrity.known, proposal.dh_group.known) for proposal in main.proposals
    ] == [
        (Cipher.AES_256, Integrity.SHA384, DhGroup.ECP_384),
        (Cipher.AES_128, Integrity.SHA256, DhGroup.GROUP_14),
    ]
    assert quick.pfs_group.known is DhGroup.ECP_256
    first, second = quick.proposals
    assert (first.encapsulation.known, first.encryption.known) == (Encapsulation.ESP, Cipher.AES_GCM_256)
    assert first.esp_integrity.known is Integrity.AES_GMAC_256
    assert (first.lifetime_seconds.known, first.lifetime_kilobytes.known) == (5400, 200_000)
    assert second.encapsulation.known is Encapsulation.AH_AND_ESP
    assert second.ah_integrity.known is Integrity.SHA1
    assert second.lifetime_seconds.origin is Origin.DEFAULT


@every_carrier
def test_authentication_sets_and_the_key_in_them(carrier: str) -> None:
    source = source_of(carrier, POLICY)
    parsed = CARRIERS[carrier][0](source)
    first, second = parsed.policy.authentication_sets
    assert (first.phase, second.phase) == (AuthPhase.FIRST, AuthPhase.SECOND)
    certificate, kerberos, key = first.methods
    assert certificate.method.known is AuthMethod.COMPUTER_CERTIFICATE
    assert certificate.certificate_authority is not None
    assert certificate.certificate_authority.known == "O=Example, CN=Root"
    assert certificate.signing is not None
    assert certificate.signing.known is CertificateSigning.ECDSA_P384
    criteria = certificate.criteria[0]
    assert (criteria.selection, criteria.validation, criteria.name_type) == (True, False, "DNS")
    assert criteria.ekus == ("1.3.6.1.5.5.7.3.1",)
    assert kerberos.method.known is AuthMethod.COMPUTER_KERBEROS
    assert key.preshared_key is not None
    assert key.preshared_key.known == Secret(KEY)
    assert [each.method.known for each in second.methods] == [
        AuthMethod.USER_KERBEROS,
        AuthMethod.COMPUTER_CERTIFICATE,
    ]
    assert second.methods[1].health is not None
    assert second.methods[1].health.known is True
    lines = lines_of_text(source.read_text())
    masked = {each.line: lines[each.line - 1] for each in parsed.secrets}
    for secret in parsed.secrets:
        line = masked[secret.line]
        masked[secret.line] = (
            line[: secret.column - 1] + "*" * secret.length + line[secret.column - 1 + secret.length :]
        )
    assert not any("correct" in line or "horse" in line for line in masked.values())


@every_carrier
def test_settings_protection_and_services(carrier: str) -> None:
    policy = read(carrier, POLICY).policy
    settings = policy.global_settings[0]
    assert settings.sa_idle_seconds is not None
    assert settings.sa_idle_seconds.known == 600
    assert settings.exemptions is not None
    assert settings.exemptions.known == {Exemption.NEIGHBOR_DISCOVERY, Exemption.DHCP}
    assert settings.crl_check is not None
    assert settings.crl_check.known is CrlCheck.FAIL_IF_REVOKED
    assert settings.nat_traversal is not None
    assert settings.nat_traversal.known is NatTraversal.SERVER_AND_CLIENT
    assert settings.packet_queuing is not None
    assert settings.packet_queuing.known == {"inbound"}
    assert settings.match_auth_set_per_key_module is not None
    assert settings.match_auth_set_per_key_module.known is False, "full support is required"
    protection = policy.dos_protection[0]
    assert protection.key_modules is not None
    assert protection.key_modules.known == {KeyModule.IKEV2, KeyModule.AUTHIP}
    assert protection.dscp["unauthenticated"].known == 12
    assert [
        (service.name, service.start and service.start.known, service.status and service.status.known)
        for service in policy.services
    ] == [
        ("IKEEXT", "manual", "running"),
        ("PolicyAgent", "disabled", "stopped"),
    ]


def test_all_carriers_say_the_same() -> None:
    said = [without_places(plain(read(carrier, POLICY).policy, value_only)) for carrier in CARRIERS]
    assert said[0] == said[1] == said[2]
    assert said[0]["connection_security_rules"]


@every_carrier
def test_settings_stand_where_their_values_do(carrier: str) -> None:
    source = source_of(carrier, POLICY)
    policy = CARRIERS[carrier][0](source).policy
    assert shown(source, policy.main_mode_crypto_sets[0].lifetime_seconds) == "240"
    assert shown(source, policy.quick_mode_crypto_sets[0].proposals[0].encryption) == "65006"
    assert shown(source, policy.connection_security_rules[0].endpoint2) == "10.0.0.0/8"
    assert shown(source, policy.authentication_sets[0].methods[0].certificate_authority) == "O=Example, CN=Root"
    key = policy.authentication_sets[0].methods[2].preshared_key
    written = KEY if carrier == "json" else "correct &amp; &lt;horse&gt;"
    assert shown(source, key) == written


@every_carrier
def test_words_of_the_cmdlets_are_read_too(carrier: str) -> None:
    rule = Cim(
        "MSFT_NetConSecRule",
        {
            "InstanceID": "r",
            "DisplayName": "Clear",
            "Enabled": "True",
            "Profile": "Domain, Public",
            "Mode": "Transport",
            "InboundSecurity": "None",
            "OutboundSecurity": "None",
            "KeyModule": "Default",
            "QuickModeCryptoSet": "None",
        },
    )
    quick = Cim(
        "MSFT_NetIKEQMCryptoSet",
        {
            "InstanceID": "q",
            "PerfectForwardSecrecyGroup": "SameAsMainMode",
            "Proposal": [
                Cim(
                    "MSFT_NetIKEQMCryptoProposal",
                    {
                        "Encapsulation": "AH, ESP",
                        "AHHash": "SHA256",
                        "ESPHash": "SHA256",
                        "Encryption": "AES192",
                        "MaxMinutes": 60,
                        "MaxKiloBytes": 100000,
                    },
                )
            ],
        },
    )
    filters = [with_properties(each, InstanceID="r") for each in FILTERS]
    parsed = read(carrier, [rule, quick, *filters])
    assert parsed.problems == ()
    found = parsed.policy.connection_security_rules[0]
    assert found.action.known is RuleAction.EXEMPT
    assert found.profiles.known == {Profile.DOMAIN, Profile.PUBLIC}
    assert found.key_modules.origin is Origin.DEFAULT
    assert found.quick_mode_crypto is None
    crypto = parsed.policy.quick_mode_crypto_sets[0]
    assert crypto.pfs_group.known is DhGroup.SAME_AS_MAIN_MODE
    assert crypto.proposals[0].encapsulation.known is Encapsulation.AH_AND_ESP
    assert crypto.proposals[0].encryption.known is Cipher.AES_192


@every_carrier
@pytest.mark.parametrize("missing", range(4))
def test_a_rule_without_one_of_its_filters(carrier: str, missing: int) -> None:
    rest = FILTERS[:missing] + FILTERS[missing + 1 :]
    parsed = read(carrier, [CONNECTION_RULE, *rest])
    (problem,) = parsed.problems
    assert problem.code is ProblemCode.NOT_UNDERSTOOD
    cmdlets = ("Address", "Port", "Interface", "InterfaceType")
    cmdlet = f"Get-NetFirewall{cmdlets[missing]}Filter"
    assert problem.message == f"a rule without its filter objects: pipe it to {cmdlet}, too"
    rule = parsed.policy.connection_security_rules[0]
    unknown = [rule.endpoint2.known is None, rule.port2.known is None, False, rule.interface_types.known is None]
    assert unknown == [index == missing and index != 2 for index in range(4)]


@every_carrier
def test_settings_of_a_gpo_that_configures_nothing(carrier: str) -> None:
    nothing = {
        "CertValidationLevel": 65535,
        "AllowIPsecThroughNAT": 65535,
        "Exemptions": 4294967295,
        "MaxSAIdleTimeSeconds": None,
        "KeyEncoding": 65535,
        "EnablePacketQueuing": 0,
        "RequireFullAuthSupport": 2,
    }
    parsed = read(carrier, [with_properties(SETTINGS, **nothing), SERVICES[0]])
    assert parsed.problems == ()
    assert parsed.policy.global_settings == ()


@every_carrier
def test_where_an_object_comes_from(carrier: str) -> None:
    objects = [
        with_properties(MAIN_SET, PolicyStoreSourceType=2, PolicyStoreSource="corp.example\\IPsec"),
        with_properties(MAIN_SET, PolicyStoreSourceType=5, PolicyStoreSource="SystemDefaults"),
        with_properties(MAIN_SET, InstanceID="{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE1}"),
    ]
    gpo, windows, default = read(carrier, objects).policy.main_mode_crypto_sets
    assert (gpo.store, gpo.builtin, gpo.is_default) == ("corp.example\\IPsec", False, False)
    assert (windows.store, windows.builtin) == (None, True)
    assert (default.builtin, default.is_default) == (False, True)


@every_carrier
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"MaxLifetimeMinutes": "soon"}, "unknown lifetime in minutes `soon`"),
        ({"ForceDiffieHellman": "perhaps"}, "unknown value for forcing Diffie-Hellman `perhaps`"),
        (
            {"Proposals": ["MSFT_NetIKEMMCryptoProposal"]},
            "a proposal that the export cut short: export with `ConvertTo-Json -Depth 5`",
        ),
        ({"Proposals": [Cim("P", {"CipherAlgorithm": 7, "HashAlgorithm": 3, "GroupID": 2})]},
         "unknown encryption `7`"),
        ({"Proposals": [Cim("P", {"HashAlgorithm": 3, "GroupID": 2})]}, "a proposal without its encryption"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(carrier: str, change: dict[str, Any], message: str) -> None:
    parsed = read(carrier, [with_properties(MAIN_SET, **change)])
    assert [each.message for each in parsed.problems] == [message]


@every_carrier
def test_a_certificate_is_told_from_ntlm_of_the_same_number(carrier: str) -> None:
    item = Cim(
        "MSFT_NetIKEP1AuthSet",
        {
            "InstanceID": "a",
            "Proposals": [
                Cim("MSFT_NetIKECertAuthProposal", {"AuthenticationMethod": 65005, "TrustedCA": "CN=A"}),
                Cim("MSFT_NetIKENTLMAuthProposal", {"AuthenticationMethod": 65005}),
            ],
        },
    )
    methods = read(carrier, [item]).policy.authentication_sets[0].methods
    assert [each.method.known for each in methods] == [AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.USER_NTLM]


OBJS = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
CLASS = "Microsoft.Management.Infrastructure.CimInstance#root/standardcimv2/MSFT_NetIKEMMCryptoSet"
TYPE = f'<TN RefId="0"><T>{CLASS}</T></TN>'


def read_clixml(inner: str) -> Parsed:
    source = bytes_source("p.xml", f"{OBJS}{inner}</Objs>".encode())
    assert clixml.recognise(source)
    return clixml.parse(source)


def test_clixml_references_to_types_and_objects() -> None:
    proposal = (
        '<Obj RefId="7"><Props><U16 N="CipherAlgorithm">65003</U16><U16 N="HashAlgorithm">65001</U16>'
        '<U16 N="GroupID">14</U16></Props></Obj>'
    )
    parsed = read_clixml(
        f'<Obj RefId="0">{TYPE}<Props><S N="InstanceID">a</S><Obj N="Proposals" RefId="1"><LST>{proposal}</LST></Obj>'
        '</Props></Obj><Obj RefId="2"><TNRef RefId="0" /><Props><S N="InstanceID">b</S>'
        '<Obj N="Proposals" RefId="3"><LST><Ref RefId="7" /></LST></Obj></Props></Obj>'
    )
    assert parsed.problems == ()
    one, other = parsed.policy.main_mode_crypto_sets
    assert one.proposals == other.proposals
    assert one.proposals[0].encryption.known is Cipher.AES_256


def test_clixml_enumerations_script_properties_and_escapes() -> None:
    parsed = read_clixml(
        f'<Obj RefId="0">{TYPE}<Props><S N="InstanceID">a</S><S N="ElementName">x_x005F_y_x0041_</S>'
        '<U32 N="MaxLifetimeMinutes">60</U32></Props><MS><U32 N="MaxLifetimeMinutes">90</U32>'
        '<Obj N="ForceDiffieHellman" RefId="4"><TN RefId="9"><T>Some.Flag</T><T>System.Enum</T></TN>'
        "<ToString>True</ToString><I32>1</I32></Obj></MS></Obj>"
    )
    found = parsed.policy.main_mode_crypto_sets[0]
    assert (found.name, found.lifetime_seconds.known, found.force_dh.known) == ("x_yA", 5400, True)


@cases("written", ["60", "_x0036_0", "6_x0030_", "_x0036__x0030_"])
def test_an_escape_in_clixml_leaves_a_value_at_its_place(written: str) -> None:
    text = f'<Obj RefId="0">{TYPE}<Props><S N="InstanceID">a</S><S N="MaxLifetimeMinutes">{written}</S></Props></Obj>'
    (found,) = read_clixml(text).policy.main_mode_crypto_sets
    span = found.lifetime_seconds.span
    assert found.lifetime_seconds.known == 3600
    assert f"{OBJS}{text}".split("\n")[span.line - 1][span.column - 1 :][: span.length] == written


def test_clixml_dictionaries_are_objects_and_an_entry_without_a_value_is_none() -> None:
    entry = '<En><S N="Key">{}</S>{}</En>'.format
    parsed = read_clixml(
        f'<Obj RefId="0">{TYPE}<DCT>'
        + entry("InstanceID", '<S N="Value">a</S>')
        + entry("MaxLifetimeMinutes", '<U32 N="Value">60</U32>')
        + entry("ForceDiffieHellman", "")
        + entry("Proposals", '<Nil N="Value"/>')
        + '<En><S N="Value">nobody&apos;s</S></En>'
        + "</DCT></Obj>"
    )
    assert parsed.problems == ()
    (found,) = parsed.policy.main_mode_crypto_sets
    assert (found.id, found.lifetime_seconds.known, found.force_dh.origin) == ("a", 3600, Origin.DEFAULT)


def test_clixml_a_key_in_a_dictionary_is_hidden() -> None:
    kind = TYPE.replace("MSFT_NetIKEMMCryptoSet", "MSFT_NetIKEP1AuthSet").replace('"0"', '"3"')
    key = '<DCT><En><S N="Key">PreSharedKey</S><S N="Value">swordfish</S></En></DCT>'
    method = f'<Obj RefId="5"><TN RefId="6"><T>x#MSFT_NetIKEPSKAuthProposal</T></TN>{key}</Obj>'
    parsed = read_clixml(
        f'<Obj RefId="0">{kind}<Props><S N="InstanceID">a</S><Obj N="Proposals" RefId="1"><LST>{method}</LST></Obj>'
        "</Props></Obj>"
    )
    line = f'{OBJS}<Obj RefId="0">{kind}<Props><S N="InstanceID">a</S><Obj N="Proposals" RefId="1"><LST>{method}'
    assert (1, line.index("swordfish") + 1, 9) in {
        (secret.line, secret.column, secret.length) for secret in parsed.secrets
    }


@cases(
    ("inner", "message"),
    [
        ('<Obj N="Proposals" RefId="1"><LST><Ref RefId="0" /></LST></Obj>', "an object that holds itself"),
        ('<Obj N="Proposals" RefId="1"><LST><Ref RefId="1" /></LST></Obj>', "an object that holds itself"),
        (
            '<Obj N="Proposals" RefId="1"><LST><Ref RefId="77" /></LST></Obj>',
            "a reference to an object that is not there",
        ),
    ],
)
def test_clixml_references_that_lead_nowhere(inner: str, message: str) -> None:
    parsed = read_clixml(f'<Obj RefId="0">{TYPE}<Props><S N="InstanceID">a</S>{inner}</Props></Obj>')
    assert [each.message for each in parsed.problems] == [message]
    assert parsed.policy.main_mode_crypto_sets[0].proposals == ()


def test_clixml_an_object_is_what_was_made_of_it_wherever_later_objects_refer_to_it() -> None:
    held = '<Props><S N="HashAlgorithm">SHA256</S></Props>'
    method = f'<Obj RefId="5"><TN RefId="6"><T>x#MSFT_NetIKEMMProposal</T></TN>{held}</Obj>'
    first = f'<Obj RefId="0">{TYPE}<Props><S N="InstanceID">a</S><Obj N="Proposals" RefId="1"><LST>{method}</LST></Obj>'
    second = '<Obj RefId="9"><TNRef RefId="0" /><Props><S N="InstanceID">b</S><Ref N="Proposals" RefId="1" />'
    parsed = read_clixml(f"{first}</Props></Obj>{second}</Props></Obj>")
    assert [set_.id for set_ in parsed.policy.main_mode_crypto_sets] == ["a", "b"]
    one, other = (set_.proposals for set_ in parsed.policy.main_mode_crypto_sets)
    assert (len(one), one) == (1, other)


def test_clixml_lists_that_double_are_read_once() -> None:
    doubled = "".join(
        f'<Obj RefId="{n}"><LST><Ref RefId="{n - 1}" /><Ref RefId="{n - 1}" /></LST></Obj>' for n in range(101, 140)
    )
    parsed = read_clixml(
        f'<Obj RefId="100"><LST><S>x</S></LST></Obj>{doubled}<Obj RefId="0">{TYPE}<Props><S N="InstanceID">a</S>'
        '<Obj N="Proposals" RefId="1"><LST><Ref RefId="139" /></LST></Obj></Props></Obj>'
    )
    assert parsed.policy.main_mode_crypto_sets[0].id == "a"


def test_clixml_a_long_list_that_many_objects_share_is_refused() -> None:
    shared = '<Obj N="Proposals" RefId="1"><LST>' + "<S>x</S>" * 5_000 + "</LST></Obj>"
    others = "".join(
        f'<Obj RefId="{n}"><TNRef RefId="0" /><Props><S N="InstanceID">{n}</S>'
        '<Ref N="Proposals" RefId="1" /></Props></Obj>'
        for n in range(2, 52)
    )
    parsed = read_clixml(f'<Obj RefId="0">{TYPE}<Props><S N="InstanceID">a</S>{shared}</Props></Obj>{others}')
    assert ProblemCode.REFUSED in {each.code for each in parsed.problems}


def test_a_key_over_two_lines_hides_both() -> None:
    inner = '<S N="PreSharedKey">first half\nsecond half</S>'
    source = bytes_source("p.xml", f'{OBJS}<Obj RefId="0">{TYPE}<Props>{inner}</Props></Obj></Objs>'.encode())
    assert {each.line for each in clixml.parse(source).secrets} == {1, 2}


@cases(
    "text",
    [
        '{"value":[{"CimClass":"MSFT_NetIKEMMCryptoSet","InstanceID":"a","Proposal":null,"MaxMinutes":5}],"Count":1}',
        '{"sets": [{"CimClass": "MSFT_NetIKEMMCryptoSet", "InstanceID": "a", "Proposal": null, "MaxMinutes": 5}]}',
        '{"CimClass": "MSFT_NetIKEMMCryptoSet", "InstanceID":"a","Proposal":null,"MaxMinutes":{"value":5,"Value":"5"}}',
        '{"CimClass": {"CimClassName": "MSFT_NetIKEMMCryptoSet"}, "InstanceID": "a", "Proposal":null, "MaxMinutes": 5}',
        '{"InstanceID": "a", "Proposal": null, "ForceDiffieHellman": false, "MaxMinutes": 5}',
    ],
)
def test_json_as_several_versions_of_powershell_write_it(text: str) -> None:
    source = bytes_source("p.json", text.encode("utf-16"))
    assert cim_json.recognise(source)
    parsed = cim_json.parse(source)
    assert parsed.problems == ()
    assert parsed.policy.main_mode_crypto_sets[0].lifetime_seconds.known == 300


@cases(
    ("text", "line", "column"),
    [
        ('{"CimClass": "MSFT_NetIKEMMCryptoSet",\n "InstanceID" 5}', 2, 15),
        ('{"CimClass": "MSFT_NetIKEMMCryptoSet",\n "InstanceID": "5', 2, 18),
        ('{"CimClass": "MSFT_NetIKEMMCryptoSet"\n\n ', 3, 2),
        ('[{"CimClass": "MSFT_NetIKEMMCryptoSet"},\n}', 2, 1),
        ('{"CimClass": "\\q MSFT_NetIKEMMCryptoSet"}', 1, 15),
    ],
)
def test_json_that_is_damaged(text: str, line: int, column: int) -> None:
    parsed = cim_json.parse(bytes_source("p.json", text.encode()))
    problem = next(each for each in parsed.problems if each.message.startswith("not read: "))
    assert problem.code is ProblemCode.MALFORMED
    assert (problem.span.line, problem.span.column) == (line, column)


def test_json_that_is_cut_is_read_up_to_there() -> None:
    text = Path("fixtures/formats/powershell-json/policy.json").read_text("utf-8-sig")
    whole = cim_json.parse(bytes_source("p.json", text.encode()))
    assert whole.policy.open_ends == ()
    lines = text.split("\n")
    for row in range(2, len(lines) - 1):
        parsed = cim_json.parse(bytes_source("p.json", "\n".join(lines[:row]).encode()))
        assert any(each.message.startswith("not read: ") for each in parsed.problems), row
        assert bool(parsed.policy.open_ends) is not parsed.is_empty, row  # what is named may stand behind the cut
        rules = parsed.policy.connection_security_rules
        assert [rule.name for rule in rules] in ([], [rule.name for rule in whole.policy.connection_security_rules])
    assert parsed.policy.quick_mode_crypto_sets == whole.policy.quick_mode_crypto_sets


@cases(
    "held",
    [
        '{"Host": "a", "Rules": OBJECTS}',
        '[{"Host": "a", "When": {"At": "b", "GPO": [[OBJECTS]]}}]',
        '{"Host": "a", "Rules": OBJECTS, "Signer": {"NotAfter": "x", "HasPrivateKey": true}}',
    ],
)
def test_objects_that_an_object_of_another_kind_holds_are_read(held: str) -> None:
    bare = cim_json.parse(bytes_source("p", json_text(POLICY).encode()))
    text = held.replace("OBJECTS", json_text(POLICY))
    nested = cim_json.parse(bytes_source("p", text.encode()))
    assert [problem.message for problem in nested.problems] == [problem.message for problem in bare.problems]
    assert without_places(plain(nested.policy, value_only)) == without_places(plain(bare.policy, value_only))


@cases(("written", "expected"), [("[]", ()), ("null", ()), ('["Internet"]', ("Internet",))])
def test_json_an_empty_list_has_no_members(written: str, expected: tuple[str, ...]) -> None:
    text = f'{{"CimClass": "MSFT_NetIPsecDoSPSetting", "InstanceID": "a", "PublicInterfaceAliases": {written}}}'
    parsed = cim_json.parse(bytes_source("p.json", text.encode()))
    assert parsed.problems == ()
    (found,) = parsed.policy.dos_protection
    aliases = found.public_interfaces
    assert (aliases.known if aliases is not None else ()) == expected


def test_json_nested_without_end_is_refused() -> None:
    parsed = cim_json.parse(bytes_source("p.json", b"[" * 100_000))
    assert [each.code for each in parsed.problems] == [ProblemCode.REFUSED]


def test_json_escapes_keep_their_places() -> None:
    text = '{"CimClass": "MSFT_NetIKEMMCryptoSet", "ElementName": "a\\u0041\\n\\"b", "MaxLifetimeMinutes": 5}'
    found = cim_json.parse(bytes_source("p.json", text.encode())).policy.main_mode_crypto_sets[0]
    assert found.name == 'aA\n"b'
    assert found.lifetime_seconds.span.column == text.index(" 5}") + 2


def test_a_list_of_a_rule_with_its_filters(fixtures: Path) -> None:
    source = file_source(fixtures / "formats" / "powershell-list" / "rule-with-filters.txt")
    assert recognise(source) is not None
    parsed = list_text.parse(source)
    assert parsed.problems == ()
    rule = parsed.policy.connection_security_rules[0]
    assert (rule.name, rule.enabled.known, rule.mode.known) == ("Print servers", False, RuleMode.TUNNEL)
    assert rule.description == "Printing is to be protected, and thisis said over two lines"
    assert rule.store == "corp.example\\IPsec servers"
    assert rule.key_modules.known == {KeyModule.IKEV1, KeyModule.AUTHIP}
    assert rule.quick_mode_crypto is not None
    assert rule.quick_mode_crypto.target == "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE2}"
    assert rule.remote_tunnel_endpoint is not None
    assert [str(each) for each in rule.remote_tunnel_endpoint.known or ()] == ["198.51.100.7", "198.51.100.8"]
    assert [str(each) for each in rule.endpoint2.known or ()] == ["10.1.0.0/16", "10.2.0.1-10.2.0.9"]
    assert shown(source, rule.endpoint2) == "10.1.0.0/255.255.0.0"


def test_a_list_that_was_cut_short() -> None:
    text = "ForceDiffieHellman : True\nInstanceID : a\nProposal : {MSFT_NetIKEMMCryptoProposal, MSFT...}\n"
    parsed = list_text.parse(bytes_source("p.txt", text.encode()))
    assert {each.code for each in parsed.problems} == {ProblemCode.NOT_UNDERSTOOD}
    assert len(parsed.problems) == 2


@cases("name", ["powershell-json/policy.json", "powershell-clixml/policy.xml", "powershell-xml/policy.xml"])
def test_fixtures_are_recognised_and_understood(name: str, fixtures: Path) -> None:
    source = file_source(fixtures / "formats" / name)
    found = recognise(source)
    assert found is not None
    assert found.name == name.partition("/")[0]
    parsed = found.parse(source)
    assert parsed.problems == ()
    assert len(parsed.policy.connection_security_rules) == 1
    assert len(parsed.policy.services) == 2


@cases("text", ['{"name": "x"}', "<Objects></Objects>", f"{OBJS}<S>x</S></Objs>", "Name : x\n", "[]"])
def test_what_others_write_is_left_to_them(text: str) -> None:
    assert recognise(bytes_source("p", text.encode())) is None


def test_the_published_list_of_a_rule_is_understood_in_part(corpus: Path) -> None:
    source = file_source(corpus / "powershell" / "find-netipsecrule-format-list.txt")
    found = recognise(source)
    assert found is not None
    assert found.name == "powershell-list"
    parsed = found.parse(source)
    rule = parsed.policy.connection_security_rules[0]
    assert rule.name == "External Traffic - Attempt IPsec"
    assert (rule.inbound.known, rule.outbound.known) == (Security.REQUIRE, Security.REQUEST)
    assert len(parsed.problems) == 1


@given(st.data())
@pytest.mark.parametrize("carrier", CARRIERS)
def test_damage_is_a_problem_and_never_an_error(carrier: str, data: st.DataObject) -> None:
    text = bytearray(source_of(carrier, [CONNECTION_RULE, FIRST_SET, FILTERS[0]]).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        match data.draw(st.integers(0, 2)):
            case 0:
                text[at] = data.draw(st.integers(0, 255))
            case 1:
                del text[at : at + data.draw(st.integers(1, 200))]
            case _:
                text[at:at] = text[at : at + data.draw(st.integers(1, 200))]
        if not text:
            return
    parsed = CARRIERS[carrier][0](bytes_source("p", bytes(text)))
    assert isinstance(parsed, Parsed)


@cases(
    ("number", "method", "health"),
    [(65007, AuthMethod.USER_CERTIFICATE, None), (65008, AuthMethod.COMPUTER_CERTIFICATE, True)],
)
def test_a_number_that_only_certificates_have_needs_no_class_of_certificates(
    number: int, method: AuthMethod, health: bool | None
) -> None:
    text = (
        '{"CimClass":{"CimClassName":"MSFT_NetIKEP1AuthSet"},"InstanceID":"x",'
        f'"Proposals":[{{"AuthenticationMethod":{number}}}]}}'
    )
    source = bytes_source("sets.json", text.encode())
    found = recognise(source)
    assert found is not None
    parsed = found.parse(source)
    (read_method,) = parsed.policy.authentication_sets[0].methods
    assert parsed.problems == ()
    assert read_method.method.known is method
    assert (None if read_method.health is None else read_method.health.known) is health


@every_carrier
@pytest.mark.parametrize("listed", [["AH", "ESP"], ["ESP", "AH"], "AH, ESP", 3, ["3"]])
def test_what_encapsulates_is_said_by_a_list_a_text_or_a_number_alike(carrier: str, listed: object) -> None:
    proposal = {"Encapsulation": listed, "AHHash": "SHA256", "ESPHash": "SHA256", "Encryption": "AES192"}
    proposals = [Cim("MSFT_NetIKEQMCryptoProposal", proposal)]
    quick = Cim("MSFT_NetIKEQMCryptoSet", {"InstanceID": "q", "Proposals": proposals})
    parsed = read(carrier, [quick])
    (crypto,) = parsed.policy.quick_mode_crypto_sets
    assert parsed.problems == ()
    assert crypto.proposals[0].encapsulation.known is Encapsulation.AH_AND_ESP


@cases("schema", ["deploymentTemplate.json#", "deploymentParameters.json#", ""])
def test_the_objects_of_a_template_of_azure_are_none_of_powershell(schema: str) -> None:
    members = '"preSharedKey": {"type": "securestring"}, "vmName": "vpnserver"'
    text = f'{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/{schema}", {members}}}'
    assert (recognise(bytes_source("azuredeploy.json", text.encode())) is None) is bool(schema)
