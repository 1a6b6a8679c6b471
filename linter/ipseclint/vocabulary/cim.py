"""Facts about the CIM classes behind the NetSecurity cmdlets, beside the numbers of values.

Sources: the WMI provider reference (learn.microsoft.com, win32/fwp/wmi/wfascimprov); the NetSecurity reference.
"""

from __future__ import annotations

HEALTH_CERTIFICATE = "65008"
"""The AuthenticationMethod that is a machine's health certificate."""

ENABLED = {1: True, 2: False}
"""Enabled of a rule."""

NOT_CONFIGURED = {
    "certvalidationlevel": 65535,
    "allowipsecthroughnat": 65535,
    "keyencoding": 65535,
    "exemptions": 4294967295,
    "enablepacketqueuing": 0,
    "requirefullauthsupport": 2,
}
"""The number by which each property of MSFT_NetSecuritySettingData means "not configured", by folded name."""

SYSTEM_DEFAULTS = "systemdefaults"
"""PolicyStoreSource of Windows' own objects, folded (NetSecurity reference, `-PolicyStore`)."""

GROUP_POLICY = frozenset({"grouppolicy", "2"})
"""PolicyStoreSourceType of objects from a GPO, folded; the number is that of FW_RULE_ORIGIN_GP (MS-FASP 2.2.32)."""

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
"""The properties that mark packets, by the kind of traffic."""
