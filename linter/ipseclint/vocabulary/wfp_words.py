"""The words of `netsh wfp` for the enumerations of IKE and IPsec, and their meanings.

Names and numbers are those of Microsoft's iketypes.h, ipsectypes.h and fwpmtypes.h (Windows SDK, "IKE/AuthIP
Structures", "IPsec Structures" and "WFP Management Structures" on learn.microsoft.com). Where a header renamed a value,
both names stand here.
"""

from __future__ import annotations

from msgspec import Struct

from ipseclint.vocabulary.key_modules import KeyModule


class ContextType(Struct, frozen=True):
    """A kind of IPsec provider context: the element of its policy, its key module, and what it says."""

    arm: str
    key_module: KeyModule | None
    purpose: str


CONTEXT_TYPES = {
    "FWPM_IPSEC_KEYING_CONTEXT": ContextType("keyingPolicy", None, "keying"),
    "FWPM_IPSEC_IKE_QM_TRANSPORT_CONTEXT": ContextType("ikeQmTransportPolicy", KeyModule.IKEV1, "transport"),
    "FWPM_IPSEC_IKE_QM_TUNNEL_CONTEXT": ContextType("ikeQmTunnelPolicy", KeyModule.IKEV1, "tunnel"),
    "FWPM_IPSEC_AUTHIP_QM_TRANSPORT_CONTEXT": ContextType("authipQmTransportPolicy", KeyModule.AUTHIP, "transport"),
    "FWPM_IPSEC_AUTHIP_QM_TUNNEL_CONTEXT": ContextType("authipQmTunnelPolicy", KeyModule.AUTHIP, "tunnel"),
    "FWPM_IPSEC_IKE_MM_CONTEXT": ContextType("ikeMmPolicy", KeyModule.IKEV1, "main-mode"),
    "FWPM_IPSEC_AUTHIP_MM_CONTEXT": ContextType("authIpMmPolicy", KeyModule.AUTHIP, "main-mode"),
    "FWPM_IPSEC_IKEV2_QM_TUNNEL_CONTEXT": ContextType("ikeV2QmTunnelPolicy", KeyModule.IKEV2, "tunnel"),
    "FWPM_IPSEC_IKEV2_MM_CONTEXT": ContextType("ikeV2MmPolicy", KeyModule.IKEV2, "main-mode"),
    "FWPM_IPSEC_DOSP_CONTEXT": ContextType("idpOptions", None, "dos-protection"),
    "FWPM_DOSP_CONTEXT": ContextType("idpOptions", None, "dos-protection"),
    "FWPM_IPSEC_IKEV2_QM_TRANSPORT_CONTEXT": ContextType("ikeV2QmTransportPolicy", KeyModule.IKEV2, "transport"),
}
"""FWPM_PROVIDER_CONTEXT_TYPE and the arm of FWPM_PROVIDER_CONTEXT3 that each selects."""

OTHER_CONTEXT_TYPES = frozenset(
    {"FWPM_CLASSIFY_OPTIONS_CONTEXT", "FWPM_GENERAL_CONTEXT", "FWPM_NETWORK_CONNECTION_POLICY_CONTEXT"}
)
"""Provider contexts that do not concern IPsec."""

BUILTIN_CONTEXTS = frozenset(
    {"FWPM_PROVIDER_CONTEXT_SECURE_SOCKET_AUTHIP", "FWPM_PROVIDER_CONTEXT_SECURE_SOCKET_IPSEC"}
)
"""The contexts that every Windows has for secure sockets."""

IPSEC_LAYERS = ("FWPM_LAYER_IPSEC_", "FWPM_LAYER_IKEEXT_")
"""Beginnings of the names of the layers whose filters choose a key module, a main mode and a quick mode."""

QUICK_MODE_LAYERS = frozenset({"FWPM_LAYER_IPSEC_V4", "FWPM_LAYER_IPSEC_V6"})
MAIN_MODE_LAYERS = frozenset({"FWPM_LAYER_IKEEXT_V4", "FWPM_LAYER_IKEEXT_V6"})
POLICY_LAYERS = QUICK_MODE_LAYERS | MAIN_MODE_LAYERS
"""The layers whose filters choose a policy of quick mode, of main mode, and of either."""

PROFILE_CONDITION = "FWPM_CONDITION_CURRENT_PROFILE_ID"
"""The condition that limits when a filter applies, not to which peers."""

PROVIDER_CONTEXT = "provider context"
"""What WFP calls an object that holds a policy, to which filters refer."""
IPSEC_CALLOUTS = "FWPM_CALLOUT_IPSEC_"
"""The prefix of the callouts by which filters of other layers demand or check protection."""

MAIN_MODE_FLAGS = frozenset(
    {
        "IKEEXT_POLICY_FLAG_DISABLE_DIAGNOSTICS",
        "IKEEXT_POLICY_FLAG_NO_MACHINE_LUID_VERIFY",
        "IKEEXT_POLICY_FLAG_NO_IMPERSONATION_LUID_VERIFY",
        "IKEEXT_POLICY_FLAG_ENABLE_OPTIONAL_DH",
        "IKEEXT_POLICY_FLAG_MOBIKE_NOT_SUPPORTED",
        "IKEEXT_POLICY_FLAG_SITE_TO_SITE",
        "IKEEXT_POLICY_FLAG_IMS_VPN",
        "IKEEXT_POLICY_ENABLE_IKEV2_FRAGMENTATION",
        "IKEEXT_POLICY_SUPPORT_LOW_POWER_MODE",
        "IKEEXT_POLICY_FLAG_POINT_TO_SITE",
    }
)
"""The flags of IKEEXT_POLICY2."""

QUICK_MODE_FLAGS = frozenset(
    f"IPSEC_POLICY_FLAG_{name}"
    for name in (
        "ND_SECURE",
        "ND_BOUNDARY",
        "CLEAR_DF_ON_TUNNEL",
        "NAT_ENCAP_ALLOW_PEER_BEHIND_NAT",
        "NAT_ENCAP_ALLOW_GENERAL_NAT_TRAVERSAL",
        "DONT_NEGOTIATE_SECOND_LIFETIME",
        "DONT_NEGOTIATE_BYTE_LIFETIME",
        "ENABLE_V6_IN_V4_TUNNELING",
        "ENABLE_SERVER_ADDR_ASSIGNMENT",
        "TUNNEL_ALLOW_OUTBOUND_CLEAR_CONNECTION",
        "TUNNEL_BYPASS_ALREADY_SECURE_CONNECTION",
        "TUNNEL_BYPASS_ICMPV6",
        "KEY_MANAGER_ALLOW_DICTATE_KEY",
        "KEY_MANAGER_ALLOW_NOTIFY_KEY",
        "RESERVED1",
        "SITE_TO_SITE_TUNNEL",
        "POINT_TO_SITE_TUNNEL",
        "BANDWIDTH1",
        "BANDWIDTH2",
        "BANDWIDTH3",
        "BANDWIDTH4",
    )
)
"""The flags of IPSEC_TRANSPORT_POLICY2 and IPSEC_TUNNEL_POLICY3."""

DOS_PROTECTION_FLAGS = frozenset(
    f"IPSEC_DOSP_FLAG_{name}"
    for name in (
        "ENABLE_IKEV1",
        "ENABLE_IKEV2",
        "DISABLE_AUTHIP",
        "DISABLE_DEFAULT_BLOCK",
        "FILTER_BLOCK",
        "FILTER_EXEMPT",
    )
)
"""The flags of IPSEC_DOSP_OPTIONS0. AuthIP is on unless its flag is set."""


AUTHENTICATION_ARMS = {
    "IKEEXT_PRESHARED_KEY": "presharedKeyAuthentication",
    "IKEEXT_CERTIFICATE": "certificateAuthentication",
    "IKEEXT_KERBEROS": "kerberosAuthentication",
    "IKEEXT_ANONYMOUS": "",
    "IKEEXT_SSL": "sslAuthentication",
    "IKEEXT_NTLM_V2": "ntlmV2Authentication",
    "IKEEXT_IPV6_CGA": "cgaAuthentication",
    "IKEEXT_CERTIFICATE_ECDSA_P256": "certificateAuthentication",
    "IKEEXT_CERTIFICATE_ECDSA_P384": "certificateAuthentication",
    "IKEEXT_SSL_ECDSA_P256": "sslAuthentication",
    "IKEEXT_SSL_ECDSA_P384": "sslAuthentication",
    "IKEEXT_EAP": "eapAuthentication",
}
"""IKEEXT_AUTHENTICATION_METHOD_TYPE and the element of its details, empty where there is none. IKEEXT_RESERVED is
left out: nobody says what it does."""

CERTIFICATE_STORES = {
    "IKEEXT_CERT_CONFIG_EXPLICIT_TRUST_LIST": ("RootCriteria", "RootArray"),
    "IKEEXT_CERT_CONFIG_ENTERPRISE_STORE": ("EnterpriseStoreCriteria", "EnterpriseStoreConfig"),
    "IKEEXT_CERT_CONFIG_TRUSTED_ROOT_STORE": ("TrustedRootStoreCriteria", "TrustedRootStoreConfig"),
    "IKEEXT_CERT_CONFIG_UNSPECIFIED": (),
}
"""IKEEXT_CERT_CONFIG_TYPE and the ends of the names of the elements that it selects, newest first."""

CERTIFICATE_FLAGS = frozenset(
    f"IKEEXT_CERT_FLAG_{name}"
    for name in (
        "ENABLE_ACCOUNT_MAPPING",
        "DISABLE_REQUEST_PAYLOAD",
        "USE_NAP_CERTIFICATE",
        "INTERMEDIATE_CA",
        "IGNORE_INIT_CERT_MAP_FAILURE",
        "PREFER_NAP_CERTIFICATE_OUTBOUND",
        "SELECT_NAP_CERTIFICATE",
        "VERIFY_NAP_CERTIFICATE",
        "FOLLOW_RENEWAL_CERTIFICATE",
    )
)
"""The flags of IKEEXT_CERTIFICATE_CRITERIA0 and IKEEXT_CERT_ROOT_CONFIG0."""

HEALTH_CERTIFICATE_FLAGS = frozenset(
    f"IKEEXT_CERT_FLAG_{name}"
    for name in (
        "USE_NAP_CERTIFICATE",
        "PREFER_NAP_CERTIFICATE_OUTBOUND",
        "SELECT_NAP_CERTIFICATE",
        "VERIFY_NAP_CERTIFICATE",
    )
)
"""The flags that ask for the health certificate of Network Access Protection."""

AUTHENTICATION_FLAGS = frozenset(
    {
        "IKEEXT_CERT_AUTH_FLAG_SSL_ONE_WAY",
        "IKEEXT_CERT_AUTH_FLAG_DISABLE_CRL_CHECK",
        "IKEEXT_CERT_AUTH_ENABLE_CRL_CHECK_STRONG",
        "IKEEXT_CERT_AUTH_DISABLE_SSL_CERT_VALIDATION",
        "IKEEXT_CERT_AUTH_ALLOW_HTTP_CERT_LOOKUP",
        "IKEEXT_CERT_AUTH_URL_CONTAINS_BUNDLE",
        "IKEEXT_CERT_AUTH_FLAG_DISABLE_REQUEST_PAYLOAD",
        "IKEEXT_PSK_FLAG_LOCAL_AUTH_ONLY",
        "IKEEXT_PSK_FLAG_REMOTE_AUTH_ONLY",
        "IKEEXT_EAP_FLAG_LOCAL_AUTH_ONLY",
        "IKEEXT_EAP_FLAG_REMOTE_AUTH_ONLY",
        "IKEEXT_KERB_AUTH_DISABLE_INITIATOR_TOKEN_GENERATION",
        "IKEEXT_KERB_AUTH_DONT_ACCEPT_EXPLICIT_CREDENTIALS",
        "IKEEXT_KERB_AUTH_FORCE_PROXY_ON_INITIATOR",
        "IKEEXT_NTLM_V2_AUTH_DONT_ACCEPT_EXPLICIT_CREDENTIALS",
    }
)
"""The flags of the structures of the authentication methods."""

DROP_STATUS = {
    0xC0360001: 13910,
    0xC0360002: 13911,
    0xC0360003: 13912,
    0xC0360004: 13913,
    0xC0360005: 13914,
    0xC0360006: 13915,
    0xC0360007: 13916,
    0xC0360008: 13917,
    0xC0360009: 13918,
    0xC0368000: 13925,
    0xC0368001: 13926,
    0xC0368002: 13927,
    0xC0368003: 13928,
    0xC0368004: 13929,
    0xC0368005: 13930,
    0xC0368006: 13932,
}
"""NTSTATUS of the IPsec driver and the Windows error of the same name: STATUS_IPSEC_BAD_SPI is
ERROR_IPSEC_BAD_SPI, and so on (ntstatus.h and winerror.h; MS-ERREF 2.2 and 2.3)."""
