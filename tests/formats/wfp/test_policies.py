from __future__ import annotations

import re
from typing import Any

import pytest
from tests.cases import cases
from tests.formats.wfp.inputs import FOLDER, at, place, read, read_text

from ipseclint.finding import ProblemCode
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import (
    AuthMethod,
    AuthPhase,
    CertificateSigning,
    Dialect,
    NegotiationDiscovery,
    Policy,
)
from ipseclint.model.setting import Secret, Unknown
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule

SITE = "wfp-state/site-policies.xml"
KEY = "{{5a11cafe-0000-4000-8000-{:012x}}}".format


@pytest.fixture(scope="module")
def site() -> Parsed:
    return read(SITE)


@pytest.fixture(scope="module")
def policy(site: Parsed) -> Policy:
    return site.policy


def by_id(objects: tuple[Any, ...], number: int) -> Any:
    return next(each for each in objects if each.id == KEY(number))


def test_everything_in_site_policies_is_understood(site: Parsed) -> None:
    assert site.problems == ()


def test_builtin_contexts_are_marked(policy: Policy) -> None:
    objects = (*policy.main_mode_crypto_sets, *policy.quick_mode_crypto_sets, *policy.authentication_sets)
    builtin = {(each.kind, each.id) for each in objects if each.builtin}
    assert builtin == {
        ("main_mode_crypto_set", "FWPM_PROVIDER_CONTEXT_SECURE_SOCKET_AUTHIP"),
        ("authentication_set", "FWPM_PROVIDER_CONTEXT_SECURE_SOCKET_AUTHIP"),
        ("quick_mode_crypto_set", "FWPM_PROVIDER_CONTEXT_SECURE_SOCKET_IPSEC"),
        ("authentication_set", "FWPM_PROVIDER_CONTEXT_SECURE_SOCKET_IPSEC"),
    }


def test_main_mode_proposals_in_order(policy: Policy) -> None:
    crypto = by_id(policy.main_mode_crypto_sets, 1)
    assert crypto.name == "Standort Hauptmodus AuthIP"
    assert crypto.dialect is Dialect.WFP
    assert crypto.key_module.value is KeyModule.AUTHIP
    rows = [
        (proposal.encryption.value, proposal.integrity.value, proposal.dh_group.value, proposal.lifetime_seconds.value)
        for proposal in crypto.proposals
    ]
    assert rows == [
        (Cipher.AES_256, Integrity.SHA384, DhGroup.ECP_384, 28800),
        (Cipher.AES_128, Integrity.SHA256, DhGroup.GROUP_14, 3600),
    ]


def test_set_takes_smallest_lifetime_and_smallest_limit_that_limits(policy: Policy) -> None:
    crypto = by_id(policy.main_mode_crypto_sets, 1)
    assert crypto.lifetime_seconds.value == 3600
    assert at(crypto.lifetime_seconds.span) == place(SITE, "3600</maxLifetimeSeconds>")
    assert crypto.lifetime_seconds.span.length == 4
    assert crypto.quick_mode_limit.value == 5
    assert at(crypto.quick_mode_limit.span) == place(SITE, "5</quickModeLimit>")


def test_main_mode_policy_details(policy: Policy) -> None:
    crypto = by_id(policy.main_mode_crypto_sets, 1)
    assert crypto.force_dh.value is False
    assert at(crypto.force_dh.span) == place(SITE, "IKEEXT_POLICY_FLAG_ENABLE_OPTIONAL_DH")
    assert crypto.max_dynamic_filters.value == 8
    assert crypto.retransmit_duration_seconds.value == 30
    assert by_id(policy.main_mode_crypto_sets, 2).force_dh.value is True


def test_name_of_a_context_is_unescaped_and_falls_back_to_the_key(policy: Policy) -> None:
    assert by_id(policy.main_mode_crypto_sets, 2).name == "Site IKEv1 <main> & legacy"
    assert by_id(policy.main_mode_crypto_sets, 3).name == KEY(3)


@cases(("number", "module"), [(2, KeyModule.IKEV1), (3, KeyModule.IKEV2)])
def test_key_module_comes_from_the_type(policy: Policy, number: int, module: KeyModule) -> None:
    assert by_id(policy.main_mode_crypto_sets, number).key_module.value is module


def test_weak_main_mode_words(policy: Policy) -> None:
    proposal = by_id(policy.main_mode_crypto_sets, 2).proposals[0]
    assert proposal.encryption.value is Cipher.TRIPLE_DES
    assert proposal.integrity.value is Integrity.MD5
    assert proposal.dh_group.value is DhGroup.GROUP_1


def test_certificate_method_with_criteria(policy: Policy) -> None:
    first = by_id(policy.authentication_sets, 1)
    assert first.phase is AuthPhase.FIRST
    kerberos, certificate = first.methods
    assert kerberos.method.value is AuthMethod.COMPUTER_KERBEROS
    assert certificate.method.value is AuthMethod.COMPUTER_CERTIFICATE
    assert certificate.signing.value is CertificateSigning.ECDSA_P256
    assert certificate.account_mapping.value is True
    assert at(certificate.account_mapping.span) == place(SITE, "IKEEXT_CERT_FLAG_ENABLE_ACCOUNT_MAPPING")
    assert certificate.health.value is False
    assert certificate.crl_check_disabled.value is True
    inbound, outbound = certificate.criteria
    assert (inbound.selection, inbound.validation, inbound.ekus) == (False, True, ("1.3.6.1.5.5.8.2.2",))
    assert (outbound.selection, outbound.validation) == (True, False)
    assert (outbound.name_type, outbound.name) == ("DNS", "gw.example")
    assert outbound.thumbprint == bytes(range(20)).hex()
    assert outbound.follow_renewal


def test_preshared_keys_are_read_and_hidden(site: Parsed) -> None:
    methods = by_id(site.policy.authentication_sets, 2).methods
    assert [each.method.value for each in methods] == [AuthMethod.PRESHARED_KEY] * 2
    assert [each.preshared_key.value for each in methods] == [Secret("Winter-Sturm-42"), Secret("köln")]
    hex_key = "Winter-Sturm-42".encode("utf-16-le").hex() + "0000"
    places = {at(span): span.length for span in site.secrets}
    assert places[place(SITE, hex_key)] == len(hex_key)
    assert places[place(SITE, "W.i.n.t.e.r.")] == 2 * len("Winter-Sturm-42") + 2
    assert len(places) == 4
    assert "Winter" not in repr(site)


@cases(
    ("arm", "pointed_at"),
    [
        ("<presharedKeyAuthentication><presharedKey/><flags/></presharedKeyAuthentication>", "<presharedKey/>"),
        ("<presharedKeyAuthentication><flags/></presharedKeyAuthentication>", "<presharedKeyAuthentication>"),
    ],
)
def test_a_preshared_key_method_without_its_key_is_told_and_unknown(arm: str, pointed_at: str) -> None:
    text = (
        "<wfpstate><providerContexts><item><providerContextKey>{1}</providerContextKey>"
        "<type>FWPM_IPSEC_IKE_MM_CONTEXT</type><ikeMmPolicy><authenticationMethods><item>"
        f"<authenticationMethodType>IKEEXT_PRESHARED_KEY</authenticationMethodType>{arm}"
        "</item></authenticationMethods>"
        "<initiatorImpersonationType>IKEEXT_IMPERSONATION_NONE</initiatorImpersonationType><ikeProposals/>"
        "</ikeMmPolicy></item></providerContexts></wfpstate>"
    )
    parsed = read_text(text)
    ((method,),) = (each.methods for each in parsed.policy.authentication_sets)
    key = method.preshared_key
    assert key is not None
    assert key.value == Unknown("")
    assert at(key.span) == (1, text.index(pointed_at) + 1)
    (problem,) = parsed.problems
    assert "a preshared key method without its key" in problem.message
    assert at(problem.span) == at(key.span)
    assert parsed.secrets == ()


def test_secret_place_covers_what_is_written_not_what_it_means() -> None:
    text = (
        "<wfpstate><providerContexts><item><providerContextKey>{1}</providerContextKey>"
        "<type>FWPM_IPSEC_IKE_MM_CONTEXT</type><ikeMmPolicy><authenticationMethods><item>"
        "<authenticationMethodType>IKEEXT_PRESHARED_KEY</authenticationMethodType>"
        "<presharedKeyAuthentication><presharedKey><data>4126</data><asString>A&amp;\nB</asString></presharedKey>"
        "<flags/></presharedKeyAuthentication></item></authenticationMethods>"
        "<initiatorImpersonationType>IKEEXT_IMPERSONATION_NONE</initiatorImpersonationType><ikeProposals/>"
        "</ikeMmPolicy></item></providerContexts></wfpstate>"
    )
    spans = read_text(text).secrets
    lines = text.split("\n")
    hidden = [lines[span.line - 1][span.column - 1 :][: span.length] for span in spans]
    assert hidden[0] == "4126"
    assert hidden[1].startswith("A&amp;")
    assert hidden[2] == "B"


def test_second_authentication_shows_the_users_credentials(policy: Policy) -> None:
    second = by_id(policy.authentication_sets, 4)
    assert second.phase is AuthPhase.SECOND
    assert [each.method.value for each in second.methods] == [AuthMethod.USER_KERBEROS, AuthMethod.USER_NTLM]


def test_quick_mode_proposals(policy: Policy) -> None:
    crypto = by_id(policy.quick_mode_crypto_sets, 4)
    rows = [
        (
            proposal.encapsulation.value,
            proposal.ah_integrity.value,
            proposal.esp_integrity.value,
            proposal.encryption.value,
        )
        for proposal in crypto.proposals
    ]
    assert rows == [
        (Encapsulation.ESP, Integrity.NONE, Integrity.AES_GMAC_256, Cipher.AES_GCM_256),
        (Encapsulation.AH_AND_ESP, Integrity.SHA256, Integrity.SHA256, Cipher.AES_128),
        (Encapsulation.AUTH_NO_ENCAP, Integrity.NONE, Integrity.SHA1, Cipher.NONE),
        (Encapsulation.ESP, Integrity.NONE, Integrity.NONE, Cipher.TRIPLE_DES),
    ]
    groups = [each.pfs_group.value for each in crypto.proposals]
    assert groups == [DhGroup.ECP_384, DhGroup.SAME_AS_MAIN_MODE, DhGroup.NONE, DhGroup.NONE]
    second = crypto.proposals[1]
    assert (second.lifetime_seconds.value, second.lifetime_kilobytes.value) == (1800, 20480)
    assert at(second.lifetime_kilobytes.span) == place(SITE, "20480</lifetimeKilobytes>")
    assert crypto.sa_idle_seconds.value == 120
    assert crypto.negotiation_discovery.value is NegotiationDiscovery.SECURE
    assert at(crypto.negotiation_discovery.span) == place(SITE, "IPSEC_POLICY_FLAG_ND_SECURE")


def test_a_proposal_without_a_lifetime_has_none_and_is_still_read() -> None:
    text = (FOLDER / SITE).read_text(encoding="utf-8-sig")
    cut = re.sub(r"<lifetime>.*?</lifetime>", "", text, flags=re.DOTALL)
    assert cut != text
    proposal = by_id(read_text(cut).policy.quick_mode_crypto_sets, 4).proposals[0]
    whole = by_id(read_text(text).policy.quick_mode_crypto_sets, 4).proposals[0]
    assert (proposal.encryption.value, proposal.pfs_group.value) == (whole.encryption.value, whole.pfs_group.value)
    assert proposal.lifetime_seconds.value == proposal.lifetime_kilobytes.value == Unknown("")
    assert proposal.lifetime_packets is None


def test_tunnel_ends_belong_to_the_quick_mode_policy(policy: Policy) -> None:
    crypto = by_id(policy.quick_mode_crypto_sets, 5)
    tunnel = crypto.tunnel
    assert str(tunnel.local.value[0]) == "203.0.113.10"
    assert str(tunnel.remote.value[0]) == "198.51.100.7"
    assert tunnel.remote_name.value == "hub.example"
    assert tunnel.forward_path_lifetime_seconds.value == 900
    assert crypto.proposals[0].pfs_group.value is DhGroup.GROUP_14
    assert crypto.negotiation_discovery is None


def test_dos_protection(policy: Policy) -> None:
    (protection,) = policy.dos_protection
    assert protection.name == "Gateway protection"
    assert protection.state_idle_seconds is not None
    assert protection.state_idle_seconds.value == 360
    assert protection.authenticated_bytes_per_second is not None
    assert protection.authenticated_bytes_per_second.value == 0
    assert protection.max_state_entries is not None
    assert protection.max_state_entries.value == 75_000
    assert {name: each.value for name, each in protection.dscp.items()} == {
        "unauthenticated": 0,
        "authenticated": 255,
        "icmpv6": 0,
        "filter_exempt": 0,
        "default_block_exempt": 0,
    }
    assert protection.key_modules is not None
    assert protection.key_modules.value == frozenset({KeyModule.IKEV2})
    assert protection.internal_interfaces is not None
    assert protection.internal_interfaces.value == ("1688849977704449", "1688849977704450")


def test_counters_of_errors_that_occurred(site: Parsed) -> None:
    counters = {(each.group, each.name): each for each in site.counters}
    assert counters["ikeStatistics/v4Statistics", "totalFailedMainModes"].value == 7
    assert counters["commonStatistics", "currentQueuedWorkitems"].value == 5
    assert counters["aggregateDropPacketStatistics", "invalidClearTextInbound"].value == 9
    errors = {key: item.value for key, item in counters.items() if key[0].endswith("errorFrequencyTable")}
    assert errors == {
        ("ikeStatistics/errorFrequencyTable", "ERROR_IPSEC_IKE_QUEUE_DROP_MM"): 3,
        ("authipStatistics/errorFrequencyTable", "ERROR_IPSEC_IKE_TIMED_OUT"): 12,
    }
    queued = counters["commonStatistics", "currentQueuedWorkitems"]
    assert at(queued.span) == place(SITE, "5</currentQueuedWorkitems>")


@cases(
    ("name", "frequency", "problems"),
    [
        ("ERROR_IPSEC_IKE_QUEUE_DROPMM", 3, 1),
        ("ERROR_IPSEC_IKE_QUEUE_DROPMM", 0, 0),
        ("ERROR_IPSEC_IKE_QUEUE_DROP_MM", 3, 0),
        ("ERROR_IPSEC_IKE_NEG_STATUS_BEGIN", 3, 0),
        ("ERROR_OF_ANOTHER_PART", 3, 0),
    ],
)
def test_an_error_of_ipsec_that_occurred_and_is_not_known_is_told(name: str, frequency: int, problems: int) -> None:
    row = f"<item><error>{name}</error><frequency>{frequency}</frequency></item>"
    table = f'<errorFrequencyTable numItems="1">{row}</errorFrequencyTable>'
    state = f"<wfpstate><ikeextStatistics><ikeStatistics>{table}</ikeStatistics></ikeextStatistics></wfpstate>"
    parsed = read_text(state)
    assert [each.message for each in parsed.problems] == [f"unknown error `{name}`"] * problems


def test_untouched_windows_has_only_builtin_objects_and_no_problem() -> None:
    parsed = read("wfp-state/untouched.xml")
    assert parsed.problems == ()
    assert not parsed.is_empty
    assert all(crypto_set.builtin for crypto_set in parsed.policy.main_mode_crypto_sets)
    assert all(crypto_set.builtin for crypto_set in parsed.policy.quick_mode_crypto_sets)
    assert parsed.policy.wfp_filters == ()


def test_contradictions_are_reported_where_they_are() -> None:
    name = "wfp-state/contradictory.xml"
    parsed = read(name)
    assert {each.code for each in parsed.problems} == {ProblemCode.CONTRADICTORY}
    assert [at(each.span) for each in parsed.problems] == [
        place(name, '<filters numItems="3">'),
        place(name, '<ipsecProposals numItems="2">'),
        place(name, "IPSEC_AUTH_SHA_256"),
    ]
    proposal = parsed.policy.quick_mode_crypto_sets[0].proposals[0]
    assert proposal.esp_integrity.value == Unknown("IPSEC_AUTH_SHA_256 / IPSEC_AUTH_CONFIG_HMAC_SHA_1_96")
    assert proposal.encryption.value is Cipher.AES_128


@pytest.mark.parametrize(
    "needle",
    [
        "FWPM_IPSEC_IKEV3_MM_CONTEXT",
        "IKEEXT_CIPHER_CHACHA20_POLY1305",
        "IKEEXT_INTEGRITY_SHA_512",
        "IKEEXT_DH_X25519",
        "IKEEXT_RESERVED",
        "00000400",
        "7</newMember>",
        "IPSEC_TRANSFORM_ESP_NEXT",
        "FWPM_IPSEC_IKE_QM_TUNNEL_CONTEXT",
    ],
)
def test_what_is_not_understood_is_reported_where_it_is(needle: str) -> None:
    name = "wfp-state/not-understood.xml"
    parsed = read(name)
    places = {at(problem.span) for problem in parsed.problems if problem.code is ProblemCode.NOT_UNDERSTOOD}
    assert place(name, needle) in places


def test_unknown_words_stay_unknown() -> None:
    policy = read("wfp-state/not-understood.xml").policy
    proposal = policy.main_mode_crypto_sets[0].proposals[0]
    assert proposal.encryption.value == Unknown("IKEEXT_CIPHER_CHACHA20_POLY1305")
    assert proposal.dh_group.value == Unknown("IKEEXT_DH_X25519")
    assert policy.authentication_sets[0].methods[0].method.value == Unknown("IKEEXT_RESERVED")
    two_esp, nothing, unknown = policy.quick_mode_crypto_sets[0].proposals
    assert isinstance(two_esp.encapsulation.value, Unknown)
    assert isinstance(nothing.encryption.value, Unknown)
    assert unknown.encapsulation.value == Unknown("IPSEC_TRANSFORM_ESP_NEXT")


def test_certificate_authority_is_named_by_its_subject(policy: Policy) -> None:
    certificate = by_id(policy.authentication_sets, 3).methods[0]
    assert certificate.certificate_authority.value == "DC=example, O=Beispiel AG, CN=Würzburg Root CA"
    assert certificate.certificate_authority_type.value == "root"
    assert certificate.criteria == ()
    any_trusted = by_id(policy.authentication_sets, 1).methods[1]
    assert any_trusted.certificate_authority is None


def method_of(arm: str) -> Parsed:
    return read_text(
        "<wfpstate><providerContexts><item><providerContextKey>{1}</providerContextKey>"
        "<type>FWPM_IPSEC_IKE_MM_CONTEXT</type><ikeMmPolicy><authenticationMethods><item>"
        f"<authenticationMethodType>IKEEXT_CERTIFICATE</authenticationMethodType>{arm}"
        "</item></authenticationMethods>"
        "<initiatorImpersonationType>IKEEXT_IMPERSONATION_NONE</initiatorImpersonationType><ikeProposals/>"
        "</ikeMmPolicy></item></providerContexts></wfpstate>"
    )


def test_a_store_before_windows_8_is_an_element_of_its_own() -> None:
    parsed = method_of(
        "<certificateAuthentication><inboundConfigType>IKEEXT_CERT_CONFIG_ENTERPRISE_STORE</inboundConfigType>"
        '<inboundEnterpriseStoreConfig><flags numItems="1"><item>IKEEXT_CERT_FLAG_DISABLE_REQUEST_PAYLOAD</item>'
        "</flags><strange/></inboundEnterpriseStoreConfig></certificateAuthentication>"
    )
    ((method,),) = (each.methods for each in parsed.policy.authentication_sets)
    assert method.exclude_ca_name is not None
    assert method.exclude_ca_name.value is True
    assert [problem.message for problem in parsed.problems] == [
        "<certificateAuthentication> has no <outboundConfigType>",
        "unknown element <strange> in <inboundEnterpriseStoreConfig>",
    ]


@cases(("half", "pair"), [("authTransform", "authTransformId"), ("cipherTransform", "cipherTransformId")])
def test_half_of_a_transform_without_its_algorithm_is_told_and_unknown(half: str, pair: str) -> None:
    text = (FOLDER / SITE).read_text(encoding="utf-8-sig")
    cut = re.sub(rf"<{half}>\s*<{pair}>.*?</{pair}>", f"<{half}>", text, count=1, flags=re.DOTALL)
    before, after = read_text(text), read_text(cut)
    (problem,) = set(after.problems) - set(before.problems)
    assert problem.message == f"<{half}> has no <{pair}>"
    assert at(problem.span) == place(SITE, f"<{half}>")


def _transforms(text: str) -> list[tuple[Any, ...]]:
    sets = read_text(text).policy.quick_mode_crypto_sets
    return [
        (each.encapsulation.known, each.ah_integrity.known, each.esp_integrity.known, each.encryption.known)
        for crypto in sets
        for each in crypto.proposals
    ]


@cases("stray", ["authTransform", "cipherTransform", "odd"])
def test_a_transform_of_one_half_is_read_beside_what_does_not_belong_there(stray: str) -> None:
    text = (FOLDER / SITE).read_bytes().decode("utf-8-sig")
    arm = "<espAuthTransform>"
    beside = text.replace(arm, f"{arm}<{stray}><authTransformId/></{stray}>", 1)
    assert arm in text
    assert _transforms(beside) == _transforms(text)
    assert [problem.message for problem in read_text(beside).problems] == [
        f"unknown element <{stray}> in <espAuthTransform>"
    ]


ELEMENTS = (
    "ahTransform authIpMmPolicy authTransformId authenticationMethods authipQmTransportPolicy "
    "certificateAuthentication cipherAlgorithm cipherTransform eapAuthentication eku emPolicy "
    "espAuthAndCipherTransform espAuthFwTransform espAuthTransform espCipherTransform idpOptions "
    "ikeMmPolicy ikeProposals ikeV2MmPolicy ikeV2QmTunnelPolicy inboundRootCriteria "
    "inboundTrustedRootStoreCriteria integrityAlgorithm internalIFLuids kerberosAuthentication "
    "keyingPolicy ntlmV2Authentication outboundRootCriteria outboundTrustedRootStoreCriteria "
    "presharedKeyAuthentication publicIFLuids saIdleTimeout saTransforms sslAuthentication "
    "tunnelEndpoints "
)
"""The elements of policies that hold others."""


@cases("name", ELEMENTS.split())
def test_what_is_not_known_within_an_element_of_a_policy_is_said(name: str) -> None:
    text = (FOLDER / SITE).read_text(encoding="utf-8")
    told = read_text(re.sub(rf"(<{name}(?: [^>]*)?>)", r"\1<strange>7</strange>", text)).problems
    assert (ProblemCode.NOT_UNDERSTOOD, f"unknown element <strange> in <{name}>") in {
        (each.code, each.message) for each in told
    }
