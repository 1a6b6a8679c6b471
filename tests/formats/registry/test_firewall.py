"""Connection security in the registry: every field of a rule, every value of a set, in every carrier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.cases import cases
from tests.formats.registry.writers import (
    DWORD,
    POLICY_ROOT,
    SZ,
    Entry,
    below,
    hive_bytes,
    pol_bytes,
    pol_record,
    reg_query_text,
    reg_text,
)

from ipseclint import check_paths
from ipseclint.engine.unread.text_windows import text_windows
from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.kit.policy_parts import QUICK_MODE_ID
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry import pol as registry_pol
from ipseclint.formats.registry import reg_query, wfw
from ipseclint.formats.registry import reg_text as reg_format
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthMethod,
    CertificateSigning,
    ConnectionSecurityRule,
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
from ipseclint.model.setting import Origin, Secret, Unknown
from ipseclint.source import Source, bytes_source, file_source
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule

FIRST_AUTH, SECOND_AUTH = "{11111111-0000-0000-0000-000000000001}", "{11111111-0000-0000-0000-000000000002}"
FIRST_CRYPTO, SECOND_CRYPTO = "{11111111-0000-0000-0000-000000000003}", "{11111111-0000-0000-0000-000000000004}"

RULE = (
    f"v2.30|Action=Secure|Active=TRUE|Profile=Domain|Profile=Private|Protocol=6|EP2Port=443|EP2Port=8443|IFType=Lan"
    f"|EP1_4=LocalSubnet|EP2_4=10.0.0.0/255.0.0.0|EP2_6=2001:db8::/32|KeyMod=IkeV2|Auth1Set={FIRST_AUTH}"
    f'|Auth2Set={SECOND_AUTH}|Crypto2Set={SECOND_CRYPTO}|Name=Servers|Desc=What "must" be C:\\safe|EmbedCtxt=Isolation|'
)

STORE = [
    Entry("", "PolicyVersion", DWORD, 0x21E),
    Entry("", "SAIdlTime", DWORD, 600),
    Entry("", "IPsecExempt", DWORD, 11),
    Entry("", "StrongCRLCheck", DWORD, 2),
    Entry("", "IPsecThroughNAT", DWORD, 1),
    Entry("", "PresharedKeyEncoding", DWORD, 0),
    Entry("", "EnablePacketQueue", DWORD, 3),
    Entry("", "IPsecOpportunisticallyMatchAuthSetPerKM", DWORD, 0),
    Entry("DomainProfile", "AllowLocalIPsecPolicyMerge", DWORD, 0),
    Entry("DomainProfile", "EnableFirewall", DWORD, 1),
    Entry("ConSecRules", "{AAAAAAAA-0000-0000-0000-000000000001}", SZ, RULE),
    Entry(
        "MainModeRules",
        "{AAAAAAAA-0000-0000-0000-000000000002}",
        SZ,
        f"v2.8|Active=TRUE|EP2_4=10.9.0.0/16|Auth1Set={FIRST_AUTH}|Crypto1Set={FIRST_CRYPTO}|Name=Hub|",
    ),
    Entry(f"Phase1AuthenticationSets\\{FIRST_AUTH}", "Version", SZ, "2.30"),
    Entry(f"Phase1AuthenticationSets\\{FIRST_AUTH}", "Name", SZ, "Machines"),
    Entry(f"Phase1AuthenticationSets\\{FIRST_AUTH}\\0001", "Method", SZ, "MachineSHKey"),
    Entry(f"Phase1AuthenticationSets\\{FIRST_AUTH}\\0001", "SHKey", SZ, "correct horse"),
    Entry(f"Phase1AuthenticationSets\\{FIRST_AUTH}\\0000", "Method", SZ, "MachineCert"),
    Entry(f"Phase1AuthenticationSets\\{FIRST_AUTH}\\0000", "CAName", SZ, "O=Example, CN=Root"),
    Entry(f"Phase1AuthenticationSets\\{FIRST_AUTH}\\0000", "CertAccountMapping", SZ, "TRUE"),
    Entry(f"Phase1AuthenticationSets\\{FIRST_AUTH}\\0000", "IntermediateCA", SZ, "TRUE"),
    Entry(f"Phase1AuthenticationSets\\{FIRST_AUTH}\\0000", "OtherCertSigning", SZ, "ECDSA256"),
    Entry(
        f"Phase1AuthenticationSets\\{FIRST_AUTH}\\0000",
        "CertCriteria",
        SZ,
        "v2.20|CriteriaType=Select|NameType=DNS|Name=host.example|Eku=1.2.3|Eku=1.2.4|Hash=ab12|FollowRenewal=TRUE|",
    ),
    Entry(f"Phase2AuthenticationSets\\{SECOND_AUTH}\\0000", "Method", SZ, "UserNTLM"),
    Entry(f"Phase2AuthenticationSets\\{SECOND_AUTH}\\0001", "Method", SZ, "Anonymous"),
    Entry(f"Phase1CryptoSets\\{FIRST_CRYPTO}", "TimeOutMinutes", SZ, "60"),
    Entry(f"Phase1CryptoSets\\{FIRST_CRYPTO}", "TimeOutSessions", SZ, "5"),
    Entry(f"Phase1CryptoSets\\{FIRST_CRYPTO}", "DoNotSkipDH", SZ, "TRUE"),
    Entry(f"Phase1CryptoSets\\{FIRST_CRYPTO}\\0000", "KeyExchange", SZ, "DH2"),
    Entry(f"Phase1CryptoSets\\{FIRST_CRYPTO}\\0000", "2_16KeyExchange", SZ, "DH24"),
    Entry(f"Phase1CryptoSets\\{FIRST_CRYPTO}\\0000", "Encryption", SZ, "AES-256"),
    Entry(f"Phase1CryptoSets\\{FIRST_CRYPTO}\\0000", "2_1Hash", SZ, "SHA384"),
    Entry(f"Phase1CryptoSets\\{FIRST_CRYPTO}\\0000", "SkipVersion", SZ, "2.0"),
    Entry(f"Phase2CryptoSets\\{SECOND_CRYPTO}", "PFS", SZ, "ReKeyDH2048"),
    Entry(f"Phase2CryptoSets\\{SECOND_CRYPTO}\\0000", "Protocol", SZ, "ESP"),
    Entry(f"Phase2CryptoSets\\{SECOND_CRYPTO}\\0000", "2_1EspHash", SZ, "AES-GCM256"),
    Entry(f"Phase2CryptoSets\\{SECOND_CRYPTO}\\0000", "2_1Encryption", SZ, "AES-GCM256"),
    Entry(f"Phase2CryptoSets\\{SECOND_CRYPTO}\\0000", "TimeOutMinutes", SZ, "30"),
    Entry(f"Phase2CryptoSets\\{SECOND_CRYPTO}\\0000", "TimeOutKbytes", SZ, "20480"),
    Entry(f"Phase2CryptoSets\\{SECOND_CRYPTO}\\0001", "Protocol", SZ, "AH&ESP"),
    Entry(f"Phase2CryptoSets\\{SECOND_CRYPTO}\\0001", "AhHash", SZ, "SHA1"),
    Entry(f"Phase2CryptoSets\\{SECOND_CRYPTO}\\0001", "EspHash", SZ, "SHA1"),
    Entry(f"Phase2CryptoSets\\{SECOND_CRYPTO}\\0001", "Encryption", SZ, "3DES"),
]
"""A whole store, each kind of object once at least."""

Carrier = Callable[[Sequence[Entry]], tuple[Source, Callable[[Source], Parsed]]]


def _as_reg(entries: Sequence[Entry]) -> tuple[Source, Callable[[Source], Parsed]]:
    data = b"\xff\xfe" + reg_text(below(POLICY_ROOT, entries)).encode("utf-16-le")
    return bytes_source("p.reg", data), reg_format.parse


def _as_old_reg(entries: Sequence[Entry]) -> tuple[Source, Callable[[Source], Parsed]]:
    return bytes_source("p.reg", reg_text(below(POLICY_ROOT, entries), old=True).encode("cp1252")), reg_format.parse


def _as_hexadecimal_reg(entries: Sequence[Entry]) -> tuple[Source, Callable[[Source], Parsed]]:
    data = reg_text(below(POLICY_ROOT, entries), hexadecimal=True).encode()
    return bytes_source("p.reg", data), reg_format.parse


def _as_query(entries: Sequence[Entry]) -> tuple[Source, Callable[[Source], Parsed]]:
    return bytes_source("p.txt", reg_query_text(below(POLICY_ROOT, entries)).encode()), reg_query.parse


def _as_pol(entries: Sequence[Entry]) -> tuple[Source, Callable[[Source], Parsed]]:
    return bytes_source("p.pol", pol_bytes(below(POLICY_ROOT, entries))), registry_pol.parse


def _as_wfw(entries: Sequence[Entry]) -> tuple[Source, Callable[[Source], Parsed]]:
    return bytes_source("p.wfw", hive_bytes(entries)), wfw.parse


CARRIERS: dict[str, tuple[str, Carrier]] = {
    "reg": ("firewall-registry-reg", _as_reg),
    "REGEDIT4": ("firewall-registry-reg", _as_old_reg),
    "hexadecimal": ("firewall-registry-reg", _as_hexadecimal_reg),
    "reg query": ("reg-query", _as_query),
    "Registry.pol": ("registry-pol", _as_pol),
    "wfw": ("wfw", _as_wfw),
}


def read(*entries: Entry) -> Parsed:
    source, parse = _as_reg(entries)
    return parse(source)


def rule_of(fields: str) -> tuple[ConnectionSecurityRule, Parsed]:
    parsed = read(Entry("ConSecRules", "{R}", SZ, f"v2.30|{fields}"))
    return parsed.policy.connection_security_rules[0], parsed


def without_places(value: object) -> object:
    """A value of the model without spans, stores and the names of stores, to compare carriers by."""
    from ipseclint.model.setting import Setting
    from ipseclint.model.values import Frozen, Validated
    from ipseclint.source import Span

    if isinstance(value, Setting):
        return (without_places(value.value), value.origin)
    if isinstance(value, Validated | Frozen):
        fields = value.__struct_fields__ if isinstance(value, Frozen) else type(value).model_fields
        return {
            name: without_places(getattr(value, name))
            for name in fields
            if name not in {"span", "store"} and not (name == "name" and type(value).__name__ == "GlobalSettings")
        }
    if isinstance(value, tuple) and not isinstance(value, Span):
        return tuple(map(without_places, value))
    if isinstance(value, dict):
        return {key: without_places(each) for key, each in value.items()}
    return value


@cases("name", CARRIERS)
def test_every_carrier_is_recognised_and_says_the_same(name: str) -> None:
    format_name, carrier = CARRIERS[name]
    source, parse = carrier(STORE)
    found = recognise(source)
    assert found is not None
    assert found.name == format_name
    parsed = parse(source)
    assert parsed.problems == ()
    assert without_places(parsed.policy) == without_places(read(*STORE).policy)


@cases("name", CARRIERS)
def test_the_key_is_marked_in_every_carrier(name: str) -> None:
    _, carrier = CARRIERS[name]
    source, parse = carrier(STORE)
    parsed = parse(source)
    assert "correct horse" not in repr(parsed)
    assert parsed.secrets
    data = source.read_bytes()
    if name in {"Registry.pol", "wfw"}:
        (place,) = parsed.secrets
        start = place.column - 1
        assert data[start : start + place.length].decode("utf-16-le") == "correct horse"
        return
    lines = source.read_text().split("\n")
    covered = [
        "".join(lines[secret.line - 1][secret.column - 1 : secret.column - 1 + secret.length])
        for secret in parsed.secrets
    ]
    if name != "hexadecimal":
        assert covered == ["correct horse"]
    else:
        digits = "".join(covered).replace(",", "").replace("\\", "")
        assert bytes.fromhex(digits[: len(digits) & ~1]).decode("utf-16-le").startswith("correct")


def test_a_rule_and_the_places_of_its_values() -> None:
    source, parse = _as_reg(STORE)
    parsed = parse(source)
    lines = source.read_text().split("\r\n")
    (rule,) = parsed.policy.connection_security_rules

    def covered(span: object) -> str:
        return lines[span.line - 1][span.column - 1 : span.column - 1 + span.length]  # type: ignore[attr-defined]

    assert (rule.name, rule.id, rule.group, rule.store) == (
        "Servers",
        "{AAAAAAAA-0000-0000-0000-000000000001}",
        "Isolation",
        "group policy",
    )
    assert rule.description == 'What "must" be C:\\safe'
    assert (rule.inbound.value, rule.outbound.value) == (Security.REQUIRE, Security.REQUIRE)
    assert covered(rule.action.span) == "Secure"
    assert rule.profiles.value == {Profile.DOMAIN, Profile.PRIVATE}
    assert covered(rule.profiles.span) == "Domain"
    assert [str(each) for each in rule.endpoint2.known or ()] == ["10.0.0.0/8", "2001:db8::/32"]
    assert covered(rule.endpoint2.span) == "10.0.0.0/255.0.0.0"
    assert rule.port2.value == (PortRange(443, 443), PortRange(8443, 8443))
    assert rule.interface_types.value == {InterfaceType.LAN}
    assert rule.key_modules.value == {KeyModule.IKEV2}
    assert rule.quick_mode_crypto is not None
    assert covered(rule.quick_mode_crypto.span) == SECOND_CRYPTO


def test_places_behind_escapes_are_exact() -> None:
    source, parse = _as_reg([Entry("ConSecRules", "{R}", SZ, 'v2.30|Name=a\\b"c|Action=Nonsense|')])
    (problem,) = parse(source).problems
    line = source.read_text().split("\r\n")[problem.span.line - 1]
    start = problem.span.column - 1
    assert line[start : start + problem.span.length] == "Nonsense"


@cases("name", ["Registry.pol", "wfw"])
def test_places_in_binary_files_are_bytes(name: str) -> None:
    source, parse = CARRIERS[name][1](STORE)
    (rule,) = parse(source).policy.connection_security_rules
    span = rule.endpoint2.span
    data = source.read_bytes()[span.column - 1 : span.column - 1 + span.length]
    assert data.decode("utf-16-le") == "10.0.0.0/255.0.0.0"
    assert text_windows(source, [(1, 1)]) == {}


def test_sets() -> None:
    policy = read(*STORE).policy
    index = PolicyIndex(policy)
    (rule,) = policy.connection_security_rules
    (main_mode_rule,) = policy.main_mode_rules
    crypto = index.quick_mode_of(rule)
    assert crypto is not None
    gcm, both = crypto.proposals
    assert crypto.pfs_group.value is DhGroup.GROUP_14
    assert (gcm.encryption.value, gcm.esp_integrity.value) == (Cipher.AES_GCM_256, Integrity.AES_GMAC_256)
    assert (gcm.lifetime_seconds.value, gcm.lifetime_kilobytes.value) == (1800, 20480)
    assert (both.encapsulation.value, both.lifetime_seconds.origin) == (Encapsulation.AH_AND_ESP, Origin.DEFAULT)
    main_mode = index.main_mode_of(main_mode_rule)
    assert main_mode is not None
    assert (main_mode.lifetime_seconds.value, main_mode.quick_mode_limit.value, main_mode.force_dh.value) == (
        3600,
        5,
        True,
    )
    assert main_mode.proposals[0].dh_group.value is DhGroup.GROUP_24
    assert main_mode.proposals[0].integrity.value is Integrity.SHA384
    first = index.first_auth_of(rule)
    assert first is not None
    certificate, key = first.methods
    assert (first.name, certificate.method.value, key.method.value) == (
        "Machines",
        AuthMethod.COMPUTER_CERTIFICATE,
        AuthMethod.PRESHARED_KEY,
    )
    assert key.preshared_key is not None
    assert key.preshared_key.value == Secret("correct horse")
    assert certificate.signing is not None
    assert certificate.signing.value is CertificateSigning.ECDSA_P256
    assert certificate.certificate_authority_type is not None
    assert certificate.certificate_authority_type.value == "intermediate"
    (criteria,) = certificate.criteria
    assert (criteria.selection, criteria.validation, criteria.follow_renewal) == (True, False, True)
    assert (criteria.name, criteria.name_type, criteria.ekus) == ("host.example", "DNS", ("1.2.3", "1.2.4"))
    second = index.second_auth_of(rule)
    assert second is not None
    assert [each.method.value for each in second.methods] == [AuthMethod.USER_NTLM, AuthMethod.ANONYMOUS]


def test_global_settings() -> None:
    (settings,) = read(*STORE).policy.global_settings
    assert settings.name == "global settings of group policy"
    found = {
        name: getattr(settings, name).value
        for name in (
            "sa_idle_seconds", "exemptions", "exemption_bits", "crl_check", "crl_check_level", "nat_traversal",
            "preshared_key_encoding", "packet_queuing", "match_auth_set_per_key_module",
        )
    }  # fmt: skip
    assert found == {
        "sa_idle_seconds": 600,
        "exemptions": {Exemption.NEIGHBOR_DISCOVERY, Exemption.ICMP, Exemption.DHCP},
        "exemption_bits": 11,
        "crl_check": CrlCheck.FAIL_ON_ANY_ERROR,
        "crl_check_level": 2,
        "nat_traversal": NatTraversal.SERVER,
        "preshared_key_encoding": "UTF-16",
        "packet_queuing": {"inbound", "forward"},
        "match_auth_set_per_key_module": False,
    }
    assert {profile: item.value for profile, item in settings.local_rules_merge.items()} == {Profile.DOMAIN: False}


def test_bits_of_packet_queuing_that_nothing_documents_are_said() -> None:
    parsed = read(Entry("", "PolicyVersion", DWORD, 0x21E), Entry("", "EnablePacketQueue", DWORD, 7))
    (settings,) = parsed.policy.global_settings
    assert settings.packet_queuing is not None
    assert settings.packet_queuing.known is None
    assert [problem.message for problem in parsed.problems] == ["unknown value of `EnablePacketQueue` `7`"]


def test_absent_fields() -> None:
    rule, parsed = rule_of("Action=Boundary|Name=r|")
    assert parsed.problems == ()
    assert (rule.enabled.value, rule.enabled.origin) == (False, Origin.DEFAULT)
    assert (rule.profiles.value, rule.protocol.value, rule.mode.value) == (ALL_PROFILES, None, RuleMode.TRANSPORT)
    assert rule.endpoint1.known is not None
    assert rule.endpoint1.known[0].is_any


@cases(
    ("action", "expected"),
    [
        ("SecureServer", (RuleAction.NEGOTIATE, Security.REQUIRE, Security.REQUEST)),
        ("Boundary", (RuleAction.NEGOTIATE, Security.REQUEST, Security.REQUEST)),
        ("Secure|SecureInClearOut=TRUE", (RuleAction.NEGOTIATE, Security.REQUIRE, Security.NONE)),
        ("DoNotSecure", (RuleAction.EXEMPT, Security.NONE, Security.NONE)),
    ],
)
def test_actions(action: str, expected: tuple[RuleAction, Security, Security]) -> None:
    rule, parsed = rule_of(f"Action={action}|Name=r|")
    assert parsed.problems == ()
    assert (rule.action.value, rule.inbound.value, rule.outbound.value) == expected


def test_static_tunnel() -> None:
    rule, parsed = rule_of(
        "Action=Secure|RTunnel4=203.0.113.1|LTunnel4=198.51.100.1|ByPassTunnel=TRUE|Authz=TRUE|Name=t|"
    )
    assert parsed.problems == ()
    assert (rule.mode.value, rule.dynamic_tunnel) == (RuleMode.TUNNEL, None)
    assert rule.remote_tunnel_endpoint is not None
    assert [str(each) for each in rule.remote_tunnel_endpoint.known or ()] == ["203.0.113.1"]
    assert rule.bypass_if_secured is not None
    assert rule.bypass_if_secured.value is True
    assert rule.require_authorization is not None


def test_dynamic_tunnel_and_names() -> None:
    rule, parsed = rule_of("Action=Secure|LTunnel4_2=198.51.100.1|RTunnelFqdn=gw.example|FwdLifetime=78|Name=t|")
    assert parsed.problems == ()
    assert rule.dynamic_tunnel is not None
    assert rule.remote_tunnel_endpoint is not None
    assert [str(each) for each in rule.remote_tunnel_endpoint.known or ()] == ["gw.example"]
    assert rule.forward_path_lifetime_seconds is not None
    assert rule.forward_path_lifetime_seconds.value == 78


def test_port_ranges() -> None:
    rule, _ = rule_of("Action=DoNotSecure|Protocol=17|EP1Port2_10=1000-2000|EP1Port=53|Name=r|")
    assert rule.port1.value == (PortRange(53, 53), PortRange(1000, 2000))


def test_unknown_fields_are_kept_and_reported() -> None:
    _, parsed = rule_of("Action=Boundary|Name=r|Brandnew=x|")
    (problem,) = parsed.problems
    assert problem.code is ProblemCode.NOT_UNDERSTOOD
    assert [(each.path, each.data.value) for each in parsed.policy.registry] == [("{R}|Brandnew", "x")]


@cases(
    ("fields", "place"),
    [
        ("Action=Dance|Name=r|", "Dance"),
        ("Action=Secure|Profile=Moon|Name=r|", "Moon"),
        ("Action=Secure|EP1_4=10.0.0.0/99|Name=r|", "10.0.0.0/99"),
        ("Action=Secure|Protocol=300|Name=r|", "300"),
        ("Action=Secure|EP1Port=99999|Name=r|", "99999"),
        ("Action=Secure|KeyMod=IkeV9|Name=r|", "IkeV9"),
        ("Action=Secure|Active=MAYBE|Name=r|", "MAYBE"),
        ("Action=Secure|IFType=Tin|Name=r|", "Tin"),
        ("Action=Secure|IF={NIC}|Name=r|", "{NIC}"),
        ("Action=Secure|FwdLifetime=soon|Name=r|", "soon"),
        ("Action=Secure|Action=Boundary|Name=r|", "Boundary"),
        ("Action=Secure|nonsense|Name=r|", "nonsense"),
        ("Name=r|", "v2.30"),
        ("Action=Secure|Name=r", "v2.30"),
    ],
)
def test_what_no_rule_says_is_reported_at_its_place(fields: str, place: str) -> None:
    source, parse = _as_reg([Entry("ConSecRules", "{R}", SZ, f"v2.30|{fields}")])
    parsed = parse(source)
    (problem,) = parsed.problems
    line = source.read_text().split("\r\n")[problem.span.line - 1]
    assert line[problem.span.column - 1 :].startswith(place)
    assert len(parsed.policy.connection_security_rules) == 1


@cases("text", ["", "rubbish", "v1.9|Action=Secure|Name=r|", "v2|Action=Secure|", "v2.30"])
def test_what_is_no_rule_is_reported(text: str) -> None:
    assert {problem.code for problem in read(Entry("ConSecRules", "{R}", SZ, text)).problems} == {ProblemCode.MALFORMED}


def test_a_rule_that_is_a_number_is_reported() -> None:
    parsed = read(Entry("ConSecRules", "{R}", DWORD, 5))
    assert [each.code for each in parsed.problems] == [ProblemCode.MALFORMED]
    assert parsed.policy.is_empty


@cases(
    ("key", "name"),
    [
        ("Phase1CryptoSets\\{S}", "TimeOutSeconds"),
        ("Phase1CryptoSets\\{S}\\0000", "Salt"),
        ("Phase2CryptoSets\\{S}", "Pepper"),
        ("Phase1AuthenticationSets\\{S}\\0000", "Smile"),
        ("", "IPsecNewThing"),
    ],
)
def test_unknown_values_are_reported(key: str, name: str) -> None:
    parsed = read(*STORE, Entry(key, name, SZ, "1"))
    assert any(name in each.message for each in parsed.problems)


def test_missing_parts_of_suites_are_reported() -> None:
    parsed = read(
        Entry("Phase1CryptoSets\\{S}\\0000", "Encryption", SZ, "AES-128"),
        Entry("Phase2CryptoSets\\{S}\\0000", "TimeOutMinutes", SZ, "60"),
        Entry("Phase1AuthenticationSets\\{S}\\0000", "CAName", SZ, "CN=x"),
    )
    missing = {each.message for each in parsed.problems}
    assert missing == {
        "a proposal without its Diffie-Hellman group",
        "a proposal without its integrity",
        "a proposal without its encapsulation",
        "an authentication suite without `Method`",
    }
    assert parsed.policy.main_mode_crypto_sets[0].proposals[0].dh_group.value == Unknown("")


def test_the_default_set_of_a_gpo_has_another_id() -> None:
    policy = read(
        Entry("Phase2CryptoSets", QUICK_MODE_ID, SZ, "{OTHER}"),
        Entry("Phase2CryptoSets\\{OTHER}\\0000", "Protocol", SZ, "AH"),
        Entry("ConSecRules", "{R}", SZ, f"v2.30|Action=Secure|Name=r|Crypto2Set={QUICK_MODE_ID.lower()}|"),
    ).policy
    crypto = PolicyIndex(policy).quick_mode_of(policy.connection_security_rules[0])
    assert crypto is not None
    assert (crypto.id, crypto.is_default, crypto.builtin) == ("{OTHER}", True, False)


def test_singular_key_names() -> None:
    policy = read(Entry("Phase1CryptoSet\\{S}", "TimeOutMinutes", SZ, "10")).policy
    assert [crypto_set.lifetime_seconds.value for crypto_set in policy.main_mode_crypto_sets] == [600]


def test_local_store_and_group_policy_in_one_export() -> None:
    local = "SYSTEM\\{}\\Services\\SharedAccess\\Parameters\\FirewallPolicy"
    rule = Entry("ConSecRules", "{R}", SZ, "v2.30|Action=Secure|Name=r|")
    text = reg_text(
        [
            *below(local.format("ControlSet001"), [rule]),
            *below(local.format("CurrentControlSet"), [rule]),
            *below(POLICY_ROOT, [rule]),
        ]
    )
    rules = reg_format.parse(bytes_source("p.reg", text.encode())).policy.connection_security_rules
    assert [each.store for each in rules] == ["group policy", None]


def test_services_and_their_values() -> None:
    text = reg_text(
        [
            Entry("SYSTEM\\CurrentControlSet\\Services\\IKEEXT", "Start", DWORD, 4),
            Entry("SYSTEM\\CurrentControlSet\\Services\\IKEEXT\\Parameters", "NlbsIdleTime", DWORD, 60),
            Entry("SYSTEM\\CurrentControlSet\\Services\\Spooler", "Start", DWORD, 2),
        ]
    )
    parsed = reg_format.parse(bytes_source("p.reg", text.encode()))
    (service,) = parsed.policy.services
    assert service.start is not None
    assert (service.name, service.start.value) == ("IKEEXT", "disabled")
    assert [(each.path.rpartition("\\")[2], each.data.value) for each in parsed.policy.registry] == [
        ("Start", "4"),
        ("NlbsIdleTime", "60"),
    ]


def test_later_values_and_deletions_count_in_reg() -> None:
    text = reg_text(below(POLICY_ROOT, [Entry("ConSecRules", "{A}", SZ, "v2.30|Action=Secure|Name=a|")]))
    text += f'[HKEY_LOCAL_MACHINE\\{POLICY_ROOT}\\ConSecRules]\r\n"{{A}}"="v2.30|Action=Boundary|Name=b|"\r\n'
    once = reg_format.parse(bytes_source("p.reg", text.encode())).policy
    assert [each.name for each in once.connection_security_rules] == ["b"]
    gone = text + '"{A}"=-\r\n'
    assert _absent(gone) == [f"{POLICY_ROOT}\\ConSecRules\\{{A}}"]
    deleted = text + f"[-HKEY_LOCAL_MACHINE\\{POLICY_ROOT}]\r\n"
    assert _absent(deleted) == [f"{POLICY_ROOT}\\*"]


def _absent(text: str) -> list[str]:
    """The values that a file says are not there, where it leaves no other."""
    policy = reg_format.parse(bytes_source("p.reg", text.encode())).policy
    assert not policy.connection_security_rules
    assert all(value.data.value is None for value in policy.registry)
    return [value.path.removeprefix("HKEY_LOCAL_MACHINE\\") for value in policy.registry]


def test_instructions_of_registry_pol() -> None:
    key = f"{POLICY_ROOT}\\ConSecRules"

    def rule(name: str) -> bytes:
        return f"v2.30|Action=Secure|Name={name}|\0".encode("utf-16-le")

    def names(*records: bytes) -> list[str]:
        data = b"PReg\x01\0\0\0" + b"".join(records)
        parsed = registry_pol.parse(bytes_source("p.pol", data))
        assert parsed.problems == ()
        return [connection_rule.name for connection_rule in parsed.policy.connection_security_rules]

    a, b = pol_record(key, "{A}", SZ, rule("a")), pol_record(key, "{B}", SZ, rule("b"))
    assert names(a, b, pol_record(key, "**Del.{A}", SZ, b" \0\0\0")) == ["b"]
    assert names(a, b, pol_record(key, "**delvals.", SZ, b" \0\0\0")) == []
    assert names(a, b, pol_record(key, "**DeleteValues", SZ, "{A};{B}\0".encode("utf-16-le"))) == []
    assert names(a, b, pol_record(POLICY_ROOT, "**DeleteKeys", SZ, "ConSecRules\0".encode("utf-16-le"))) == []
    assert names(a, pol_record(key, "**soft.{A}", SZ, rule("x")), pol_record(key, "**soft.{C}", SZ, rule("c"))) == [
        "a",
        "c",
    ]
    assert names(a, pol_record(key, "**SecureKey", DWORD, b"\x01\0\0\0")) == ["a"]


def test_key_among_legacy_objects_that_is_none_is_reported() -> None:
    text = reg_text(
        [Entry("SOFTWARE\\Policies\\Microsoft\\Windows\\IPSec\\Policy\\Local\\ipsecPolicy{X}", "name", SZ, "p")]
    )
    parsed = reg_format.parse(bytes_source("p.reg", text.encode()))
    assert [each.code for each in parsed.problems] == [ProblemCode.NOT_UNDERSTOOD]


def test_large_values_of_a_hive_are_in_segments() -> None:
    many = "|".join(f"EP2_4=10.{number // 256}.{number % 256}.0/24" for number in range(3000))
    source = bytes_source("p.wfw", hive_bytes([Entry("ConSecRules", "{R}", SZ, f"v2.30|Action=Secure|Name=r|{many}|")]))
    (rule,) = wfw.parse(source).policy.connection_security_rules
    assert len(rule.endpoint2.known or ()) == 3000


def test_hive_of_a_machine() -> None:
    entries = below("ControlSet001\\Services\\SharedAccess\\Parameters\\FirewallPolicy", STORE)
    parsed = wfw.parse(bytes_source("SYSTEM", hive_bytes(entries)))
    assert parsed.problems == ()
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Servers"]


def test_the_hive_reader_agrees_with_another_one(tmp_path: Path) -> None:
    registry = pytest.importorskip("regipy.registry")
    path = tmp_path / "p.wfw"
    path.write_bytes(hive_bytes(STORE))
    theirs = {
        (key.path.strip("\\").casefold(), value.name.casefold()): value.value
        for key in registry.RegistryHive(str(path)).recurse_subkeys()
        for value in key.values
    }
    ours = {(each.key.casefold(), each.name.casefold()): each.data for each in STORE}
    assert theirs.keys() == ours.keys()
    # The other reader cuts long texts.
    assert all(ours[place] == value or str(ours[place]).startswith(str(value)[:200]) for place, value in theirs.items())


@cases(
    "name",
    [
        "firewall-registry-reg/store.reg",
        "firewall-registry-reg/store-regedit4.reg",
        "firewall-registry-reg/store-hexadecimal.reg",
        "reg-query/store.txt",
        "registry-pol/store.pol",
        "wfw/store.wfw",
    ],
)
def test_stored_examples_hold_the_same_store(fixtures: Path, name: str) -> None:
    source = file_source(fixtures / "formats" / name)
    found = recognise(source)
    assert found is not None
    assert found.name == name.partition("/")[0]
    parsed = found.parse(source)
    assert parsed.problems == ()
    assert without_places(parsed.policy) == without_places(read(*STORE).policy)


def test_real_exports(corpus: Path) -> None:
    source = file_source(corpus / "wfw" / "firewall-export-with-consec-rule-cert-auth.wfw")
    parsed = wfw.parse(source)
    assert parsed.problems == ()
    (rule,) = parsed.policy.connection_security_rules
    index = PolicyIndex(parsed.policy)
    first, second, crypto = index.first_auth_of(rule), index.second_auth_of(rule), index.quick_mode_of(rule)
    assert first is not None
    assert [each.method.value for each in first.methods] == [AuthMethod.COMPUTER_CERTIFICATE]
    assert second is not None
    assert [each.method.value for each in second.methods] == [AuthMethod.USER_CERTIFICATE, AuthMethod.ANONYMOUS]
    assert crypto is not None
    assert crypto.builtin
    other = wfw.parse(file_source(corpus / "wfw" / "firewall-export-no-ipsec-small.wfw"))
    assert other.problems == ()
    assert other.policy.global_settings[0].local_rules_merge[Profile.PUBLIC].value is False
    pol = registry_pol.parse(file_source(corpus / "gpo" / "registry-stig-windows-firewall.pol"))
    assert pol.problems == ()
    assert pol.policy.global_settings[0].local_rules_merge[Profile.PUBLIC].value is False
    reg = reg_format.parse(file_source(corpus / "registry" / "consecrules-secureserver-v2-33-fragment.reg"))
    assert reg.problems == ()
    assert [each.name for each in reg.policy.connection_security_rules] == ["Auth"]


def test_values_of_a_store_that_are_not_settings_known_here_are_kept_to_be_said(tmp_path: Path) -> None:
    key = r"SOFTWARE\Policies\Microsoft\WindowsFirewall"
    file = tmp_path / "values.reg"
    file.write_text(
        "Windows Registry Editor Version 5.00\n\n"
        f"[HKEY_LOCAL_MACHINE\\{key}]\n"
        '"PolicyVersion"=dword:0000021d\n'
        '"SAIdlTime"=dword:00000258\n'
        '"IPsecTunnelRemoteMachineAuthorizationList"="O:LSD:(A;;CC;;;S-1-5-11)"\n'
        '"DisableStatefulFTP"=dword:00000001\n'
        '"Foo"=dword:00000001\n',
        encoding="utf-8",
    )
    report = check_paths([file])
    assert report.inputs[0].objects == {"global_settings": 1, "registry_value": 3, "windows_host": 1}
    assert [value.name.rpartition("\\")[2] for value in report.not_judged] == [
        "IPsecTunnelRemoteMachineAuthorizationList",
        "DisableStatefulFTP",
        "Foo",
    ]
    assert report.problems == ()


def test_keys_pasted_without_their_header_and_files_pasted_behind_each_other_are_read() -> None:
    key = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters]\n"
    pasted = f'\n{key}"ProhibitIpSec"=dword:00000001\n'
    header = "Windows Registry Editor Version 5.00\n"
    for text, line in ((pasted, 3), (f"{header}{pasted}\n{header}{pasted}", 9)):
        source = bytes_source("pasted.txt", text.encode())
        form = recognise(source)
        assert form is not None
        assert form.name == "firewall-registry-reg"
        parsed = form.parse(source)
        assert parsed.problems == ()
        assert [value.data.span.line for value in parsed.policy.registry] == [line]


def test_what_reg_of_windows_xp_prints_is_read() -> None:
    text = (
        "\n! REG.EXE VERSION 3.0\n\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters\n"
        "    ProhibitIpSec\tREG_DWORD\t0x1\n"
    )
    source = bytes_source("keys.txt", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "reg-query"
    (value,) = form.parse(source).policy.registry
    assert (value.path.rpartition("\\")[2], value.data.value) == ("ProhibitIpSec", "1")
