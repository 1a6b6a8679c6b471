"""The numbers of the CIM classes behind the NetSecurity cmdlets, by the property that holds them.

The values are those of the model's enumerations, as text. Sources: the WMI provider reference
(learn.microsoft.com, win32/fwp/wmi/wfascimprov) for the numbers; the NetSecurity reference for the words,
which are in `ipseclint.vocabulary.spellings` where they are the words of the cmdlets too.
"""

from __future__ import annotations

ENCAPSULATIONS = {1: "AH", 2: "ESP", 3: "AH+ESP"}
"""Encapsulation of MSFT_NetIKEQMCryptoProposal."""

AUTHENTICATION_METHODS = {
    2: "preshared-key",
    65001: "anonymous",
    65002: "computer-kerberos",
    65003: "computer-ntlm",
    65004: "user-kerberos",
    65005: "user-ntlm",
}
"""AuthenticationMethod of authentication proposals without a certificate."""

CERTIFICATE_METHODS = {
    65005: "computer-certificate",
    65006: "computer-certificate",
    65007: "user-certificate",
    65008: "computer-certificate",
}
"""AuthenticationMethod of MSFT_NetIKECertAuthProposal. The reference gives 65005 for the machine's certificate and
for NTLM of the user alike, and none for 65006: the class tells which is meant."""

HEALTH_CERTIFICATE = "65008"
"""The AuthenticationMethod that is a machine's health certificate."""

SIGNINGS = {1: "RSA", 2: "ECDSA-P256", 3: "ECDSA-P384"}
"""SigningAlgorithm of MSFT_NetIKECertAuthProposal."""

AUTHORITY_TYPES = {1: "root", 2: "intermediate"}
"""TrustedCAType."""

CERTIFICATE_NAME_TYPES = {0: "none", 1: "DNS", 2: "UPN", 3: "RFC822", 4: "CN", 5: "OU", 6: "O", 7: "DC"}
"""CertNameType, in the words of the registry."""

CERTIFICATE_NAME_WORDS = {
    "None": "none",
    "DomainName": "DNS",
    "UserPrincipalName": "UPN",
    "EmailAddress": "RFC822",
    "CN": "CN",
    "OU": "OU",
    "O": "O",
    "DC": "DC",
}
"""`-SubjectNameType` of New-NetIPsecAuthProposal."""

MODES = {1: "transport", 2: "tunnel"}
"""Mode of MSFT_NetConSecRule."""

SECURITIES = {0: "none", 1: "request", 2: "require"}
"""InboundSecurity and OutboundSecurity; the reference calls 0 Never, the cmdlets None."""

KEY_MODULE_BITS = {1: "IKEv1", 2: "AuthIP", 4: "IKEv2"}
"""KeyModule of MSFT_NetConSecRule."""

DOSP_KEY_MODULE_BITS = {1: "IKEv1", 2: "IKEv2", 4: "AuthIP"}
"""EnabledKeyingModules of MSFT_NetIPsecDoSPSetting, where 2 and 4 mean the other way round."""

PROFILE_BITS = {1: "domain", 2: "private", 4: "public"}
"""Profiles of a rule; 0 is any."""

ENABLED = {1: True, 2: False}
"""Enabled of a rule."""

CRL_CHECKS = {0: "off", 1: "fail-if-revoked", 2: "fail-on-any-error"}
"""CertValidationLevel of MSFT_NetSecuritySettingData."""

NAT_TRAVERSAL = {0: "never", 1: "server", 2: "server-and-client"}
"""AllowIPsecThroughNAT."""

EXEMPTION_BITS = {1: "neighbordiscovery", 2: "icmp", 4: "routerdiscovery", 8: "dhcp"}
"""Exemptions."""

KEY_ENCODINGS = {0: "UTF-16", 1: "UTF-8"}
"""KeyEncoding."""

QUEUING_BITS = {1: "inbound", 2: "forward"}
"""EnablePacketQueuing."""

NOT_CONFIGURED = {
    "certvalidationlevel": 65535,
    "allowipsecthroughnat": 65535,
    "keyencoding": 65535,
    "exemptions": 4294967295,
    "enablepacketqueuing": 0,
}
"""The number by which each property of MSFT_NetSecuritySettingData says that nothing is configured, by folded name."""

SYSTEM_DEFAULTS = "systemdefaults"
"""PolicyStoreSource of what Windows itself brings, folded (NetSecurity reference, `-PolicyStore`)."""

GROUP_POLICY = frozenset({"grouppolicy", "2"})
"""PolicyStoreSourceType of what a GPO brings, folded; the number is that of FW_RULE_ORIGIN_GP (MS-FASP 2.2.32)."""

DOS_PROTECTION_NUMBERS = {
    "state_idle_seconds": "StateIdleTimeoutSeconds",
    "rate_limit_queue_idle_seconds": "PerIPRateLimitQueueIdleTimeoutSeconds",
    "max_state_entries": "MaxStateEntries",
    "max_rate_limit_queues": "MaxPerIPRateLimitQueues",
    "unauthenticated_bytes_per_second": "IpV6IPsecUnauthRateLimitBytesPerSec",
    "unauthenticated_bytes_per_second_per_address": "IpV6IPsecUnauthPerIPRateLimitBytesPerSec",
    "authenticated_bytes_per_second": "IpV6IPsecAuthRateLimitBytesPerSec",
    "icmpv6_bytes_per_second": "IcmpV6RateLimitBytesPerSec",
    "filter_exempt_bytes_per_second": "IpV6FilterExemptRateLimitBytesPerSec",
    "default_block_exempt_bytes_per_second": "DefBlockExemptRateLimitBytesPerSec",
}
"""The properties of MSFT_NetIPsecDoSPSetting that are numbers, by the field of the model."""

DOS_PROTECTION_CODE_POINTS = {
    "unauthenticated": "IpV6IPsecUnauthDscp",
    "authenticated": "IpV6IPsecAuthDscp",
    "icmpv6": "IcmpV6Dscp",
    "filter_exempt": "IpV6FilterExemptDscp",
    "default_block_exempt": "DefBlockExemptDscp",
}
"""Those that mark packets, by the kind of traffic they mark."""
