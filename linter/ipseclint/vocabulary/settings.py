"""The values of settings and rules with few values: one row each, with its spelling in every tool.

Sources: `netsh advfirewall` and `netsh ipsec` from their help and reference pages; PowerShell from the NetSecurity
reference; numbers from the WMI provider reference (learn.microsoft.com, win32/fwp/wmi/wfascimprov), with which those of
the registry agree (MS-GPFAS 2.2.1); registry words from MS-GPFAS 2.2.2 to 2.2.6.
"""

from __future__ import annotations

from msgspec import Struct

from ipseclint.vocabulary.rows import Row, RowValue, readings


class SettingRow(Row):
    """Each tool's word for a value. None: it has no word or number for it."""

    name: str
    netsh: str | tuple[str, ...] | None
    """`netsh advfirewall`."""
    netsh_ipsec: str | None
    powershell: str | None
    """The NetSecurity cmdlets."""
    number: int | None
    """The number, or the bit in a set, in CIM and in a number of the registry."""
    registry: str | None
    """A word in the firewall's rules and sets in the registry."""


class SettingValue(RowValue):
    """A value of a setting: its text is its name, its row has each tool's word."""

    row: SettingRow


class Security(SettingValue):
    """Whether traffic in one direction must, may or need not be protected.

    InboundSecurity and OutboundSecurity; netsh and the registry name both directions by one word (`PROTECTIONS`).
    """

    NONE = SettingRow(name="none", netsh=None, netsh_ipsec=None, powershell="None", number=0, registry=None)
    REQUEST = SettingRow(name="request", netsh=None, netsh_ipsec=None, powershell="Request", number=1, registry=None)
    REQUIRE = SettingRow(name="require", netsh=None, netsh_ipsec=None, powershell="Require", number=2, registry=None)


class RuleAction(SettingValue):
    """What a rule does with its traffic. Only `netsh ipsec` blocks."""

    EXEMPT = SettingRow(name="exempt", netsh=None, netsh_ipsec="permit", powershell=None, number=None, registry=None)
    BLOCK = SettingRow(name="block", netsh=None, netsh_ipsec="block", powershell=None, number=None, registry=None)
    NEGOTIATE = SettingRow(
        name="negotiate", netsh=None, netsh_ipsec="negotiate", powershell=None, number=None, registry=None
    )


class Protection(Struct, frozen=True):
    """An action with its security inbound and outbound, and the words of the tools that name all three by one."""

    action: RuleAction
    inbound: Security
    outbound: Security
    netsh: str
    registry: str | None


PROTECTIONS = (
    Protection(RuleAction.EXEMPT, Security.NONE, Security.NONE, "noauthentication", "DoNotSecure"),
    Protection(RuleAction.NEGOTIATE, Security.REQUIRE, Security.REQUEST, "requireinrequestout", "SecureServer"),
    Protection(RuleAction.NEGOTIATE, Security.REQUEST, Security.REQUEST, "requestinrequestout", "Boundary"),
    Protection(RuleAction.NEGOTIATE, Security.REQUIRE, Security.REQUIRE, "requireinrequireout", "Secure"),
    Protection(RuleAction.NEGOTIATE, Security.REQUIRE, Security.NONE, "requireinclearout", None),
)
"""`action` of `netsh advfirewall consec`, and Action of a rule in the registry (MS-GPFAS 2.2.6.2, MS-FASP 2.2.52),
where the last is Secure with SecureInClearOut=TRUE."""


class RuleMode(SettingValue):
    """Transport between the two ends, or a tunnel between gateways. Mode of MSFT_NetConSecRule."""

    TRANSPORT = SettingRow(
        name="transport", netsh="transport", netsh_ipsec=None, powershell="Transport", number=1, registry=None
    )
    TUNNEL = SettingRow(name="tunnel", netsh="tunnel", netsh_ipsec=None, powershell="Tunnel", number=2, registry=None)


class Profile(SettingValue):
    """A network profile of the Windows firewall. Profiles of a rule in CIM, where 0 is any."""

    DOMAIN = SettingRow(
        name="domain", netsh="domain", netsh_ipsec=None, powershell="Domain", number=1, registry="Domain"
    )
    PRIVATE = SettingRow(
        name="private", netsh="private", netsh_ipsec=None, powershell="Private", number=2, registry="Private"
    )
    PUBLIC = SettingRow(
        name="public", netsh="public", netsh_ipsec=None, powershell="Public", number=4, registry="Public"
    )


ALL_PROFILES = frozenset(Profile)


class InterfaceType(SettingValue):
    """The kind of network interface a rule is for. The help of Windows 7 misprints one word of netsh."""

    LAN = SettingRow(name="lan", netsh="lan", netsh_ipsec="lan", powershell="Wired", number=None, registry="Lan")
    WIRELESS = SettingRow(
        name="wireless",
        netsh=("wireless", "wiresless"),
        netsh_ipsec=None,
        powershell="Wireless",
        number=None,
        registry="Wireless",
    )
    REMOTE_ACCESS = SettingRow(
        name="ras", netsh="ras", netsh_ipsec="dialup", powershell="RemoteAccess", number=None, registry="RemoteAccess"
    )


class Exemption(SettingValue):
    """Traffic that Windows leaves unprotected whatever the rules say.

    `defaultexemptions` of netsh, `-Exemptions`, Exemptions of CIM, IPsecExempt of the registry (MS-FASP 2.2.39).
    """

    NEIGHBOR_DISCOVERY = SettingRow(
        name="neighbordiscovery",
        netsh="neighbordiscovery",
        netsh_ipsec=None,
        powershell="NeighborDiscovery",
        number=1,
        registry=None,
    )
    ICMP = SettingRow(name="icmp", netsh="icmp", netsh_ipsec=None, powershell="Icmp", number=2, registry=None)
    ROUTER_DISCOVERY = SettingRow(
        name="routerdiscovery", netsh=None, netsh_ipsec=None, powershell="RouterDiscovery", number=4, registry=None
    )
    DHCP = SettingRow(name="dhcp", netsh="dhcp", netsh_ipsec=None, powershell="Dhcp", number=8, registry=None)


class CrlCheck(SettingValue):
    """How firmly certificates are checked for revocation.

    `strongcrlcheck` of both netsh tools, `-CertValidationLevel`, StrongCRLCheck of the registry.
    """

    OFF = SettingRow(name="off", netsh="0", netsh_ipsec="0", powershell="None", number=0, registry=None)
    FAIL_IF_REVOKED = SettingRow(
        name="fail-if-revoked", netsh="1", netsh_ipsec="1", powershell="AttemptCrlCheck", number=1, registry=None
    )
    FAIL_ON_ANY_ERROR = SettingRow(
        name="fail-on-any-error", netsh="2", netsh_ipsec="2", powershell="RequireCrlCheck", number=2, registry=None
    )


class NatTraversal(SettingValue):
    """Which side may stand behind a NAT. `ipsecthroughnat`, `-AllowIPsecThroughNAT`, IPsecThroughNAT."""

    NEVER = SettingRow(name="never", netsh="never", netsh_ipsec=None, powershell="None", number=0, registry=None)
    SERVER = SettingRow(
        name="server", netsh="serverbehindnat", netsh_ipsec=None, powershell="Server", number=1, registry=None
    )
    SERVER_AND_CLIENT = SettingRow(
        name="server-and-client",
        netsh="serverandclientbehindnat",
        netsh_ipsec=None,
        powershell="Both",
        number=2,
        registry=None,
    )


class KeyEncoding(SettingValue):
    """How the text of a preshared key becomes bytes. `-KeyEncoding`, PresharedKeyEncoding."""

    UTF_16 = SettingRow(name="UTF-16", netsh=None, netsh_ipsec=None, powershell="UTF16", number=0, registry=None)
    UTF_8 = SettingRow(name="UTF-8", netsh=None, netsh_ipsec=None, powershell="UTF8", number=1, registry=None)


class PacketQueuing(SettingValue):
    """Which packets of a tunnel are spread over processors. `-EnablePacketQueuing`, EnablePacketQueue."""

    INBOUND = SettingRow(name="inbound", netsh=None, netsh_ipsec=None, powershell="Inbound", number=1, registry=None)
    FORWARD = SettingRow(name="forward", netsh=None, netsh_ipsec=None, powershell="Forward", number=2, registry=None)


class Encapsulation(SettingValue):
    """What protects the packets of a quick mode: netsh names AH and ESP together by both, PowerShell by a list."""

    AH = SettingRow(name="AH", netsh="ah", netsh_ipsec="AH", powershell="AH", number=1, registry="AH")
    ESP = SettingRow(name="ESP", netsh="esp", netsh_ipsec="ESP", powershell="ESP", number=2, registry="ESP")
    AH_AND_ESP = SettingRow(
        name="AH+ESP", netsh=None, netsh_ipsec=None, powershell="AH,ESP", number=3, registry="AH&ESP"
    )
    AUTH_NO_ENCAP = SettingRow(
        name="auth-no-encap",
        netsh="authnoencap",
        netsh_ipsec=None,
        powershell=None,
        number=None,
        registry="AUTH_NO_ENCAP",
    )


class Direction(SettingValue):
    """Which way traffic goes, seen from the host (MSFT_NetFirewallRule.Direction)."""

    INBOUND = SettingRow(name="inbound", netsh="in", netsh_ipsec=None, powershell="Inbound", number=1, registry="In")
    OUTBOUND = SettingRow(
        name="outbound", netsh="out", netsh_ipsec=None, powershell="Outbound", number=2, registry="Out"
    )


class FirewallAction(SettingValue):
    """What a rule of the firewall does with its traffic (MSFT_NetFirewallRule.Action).

    PowerShell has no word for a bypass: it is `Allow` with OverrideBlockRules.
    """

    ALLOW = SettingRow(name="allow", netsh="allow", netsh_ipsec=None, powershell="Allow", number=2, registry="Allow")
    BLOCK = SettingRow(name="block", netsh="block", netsh_ipsec=None, powershell="Block", number=4, registry="Block")
    BYPASS = SettingRow(name="bypass", netsh="bypass", netsh_ipsec=None, powershell=None, number=3, registry="ByPass")


EXEMPTION_BITS = readings(Exemption, lambda exemption: exemption.row.number)
"""Bits of IPsecExempt (MS-GPFAS 2.2.1, MS-FASP 2.2.39)."""

QUEUING_BITS = readings(PacketQueuing, lambda direction: direction.row.number)
"""Bits of EnablePacketQueue (MS-GPFAS 2.2.1)."""
