"""Settings of remote-access connections, servers and interfaces between sites beside their cryptography.

Sources: Add-VpnConnection, Set-VpnServerConfiguration and Add-VpnS2SInterface (VpnClient and RemoteAccess reference);
VPNv2 CSP; RASENTRY (ras.h) and MS-RRASM 2.2.2.2.11 for the numbers of a phone book.
"""

from __future__ import annotations

from enum import StrEnum


class TunnelProtocol(StrEnum):
    """A protocol that carries a VPN connection. IKEv2 and L2TP are secured by IPsec."""

    IKEV2 = "IKEv2"
    L2TP = "L2TP"
    SSTP = "SSTP"
    PPTP = "PPTP"
    GRE = "GRE"


class TunnelStrategy(StrEnum):
    """Which protocols a connection tries, in order: `protocols`."""

    AUTOMATIC = "automatic"
    IKEV2 = "IKEv2"
    IKEV2_FIRST = "IKEv2 first"
    IKEV2_SSTP = "IKEv2, then SSTP"
    L2TP = "L2TP"
    L2TP_FIRST = "L2TP first"
    L2TP_SSTP = "L2TP, then SSTP"
    SSTP = "SSTP"
    SSTP_FIRST = "SSTP first"
    PPTP = "PPTP"
    PPTP_FIRST = "PPTP first"
    PPTP_SSTP = "PPTP, then SSTP"
    GRE = "GRE"
    PROTOCOL_LIST = "a list of protocols"
    PLUG_IN = "a plug-in"

    @property
    def protocols(self) -> tuple[TunnelProtocol, ...]:
        """The protocols that are tried; none where the strategy does not say."""
        return _PROTOCOLS.get(self, ())

    @property
    def protocol(self) -> TunnelProtocol | None:
        """The only protocol that is tried; None if there are several."""
        return self.protocols[0] if len(self.protocols) == 1 else None


_IKEV2, _L2TP, _SSTP, _PPTP = TunnelProtocol.IKEV2, TunnelProtocol.L2TP, TunnelProtocol.SSTP, TunnelProtocol.PPTP
_PROTOCOLS = {
    # "Automatic" tries these in this order (learn.microsoft.com, VPN connection types).
    TunnelStrategy.AUTOMATIC: (_IKEV2, _SSTP, _PPTP, _L2TP),
    TunnelStrategy.IKEV2: (_IKEV2,),
    TunnelStrategy.IKEV2_FIRST: (_IKEV2, _SSTP, _PPTP, _L2TP),
    TunnelStrategy.IKEV2_SSTP: (_IKEV2, _SSTP),
    TunnelStrategy.L2TP: (_L2TP,),
    TunnelStrategy.L2TP_FIRST: (_L2TP, _IKEV2, _SSTP, _PPTP),
    TunnelStrategy.L2TP_SSTP: (_L2TP, _SSTP),
    TunnelStrategy.SSTP: (_SSTP,),
    TunnelStrategy.SSTP_FIRST: (_SSTP, _IKEV2, _PPTP, _L2TP),
    TunnelStrategy.PPTP: (_PPTP,),
    TunnelStrategy.PPTP_FIRST: (_PPTP, _IKEV2, _SSTP, _L2TP),
    TunnelStrategy.PPTP_SSTP: (_PPTP, _SSTP),
    TunnelStrategy.GRE: (TunnelProtocol.GRE,),
}

STRATEGY_WORDS = {
    "automatic": TunnelStrategy.AUTOMATIC,
    "ikev2": TunnelStrategy.IKEV2,
    "l2tp": TunnelStrategy.L2TP,
    "sstp": TunnelStrategy.SSTP,
    "pptp": TunnelStrategy.PPTP,
    "gre": TunnelStrategy.GRE,
    "protocollist": TunnelStrategy.PROTOCOL_LIST,
}
"""`-TunnelType` of the cmdlets and NativeProtocolType of a profile, folded."""

ENCRYPTION_NUMBERS = {"0": "NoEncryption", "8": "Optional", "256": "Required", "512": "Maximum"}
"""DataEncryption of a phone book (MS-RRASM 2.2.2.2.14), as `-EncryptionLevel` of the cmdlets says it."""

STRATEGY_NUMBERS = {
    "0": TunnelStrategy.AUTOMATIC,
    "1": TunnelStrategy.PPTP,
    "2": TunnelStrategy.PPTP_FIRST,
    "3": TunnelStrategy.L2TP,
    "4": TunnelStrategy.L2TP_FIRST,
    "5": TunnelStrategy.SSTP,
    "6": TunnelStrategy.SSTP_FIRST,
    "7": TunnelStrategy.IKEV2,
    "8": TunnelStrategy.IKEV2_FIRST,
    "9": TunnelStrategy.GRE,
    "12": TunnelStrategy.PPTP_SSTP,
    "13": TunnelStrategy.L2TP_SSTP,
    "14": TunnelStrategy.IKEV2_SSTP,
    "15": TunnelStrategy.PROTOCOL_LIST,
}
"""VpnStrategy of a phone book (ras.h: VS_Default and its kind)."""


class VpnAuthentication(StrEnum):
    """A method by which one end of a VPN authenticates."""

    MACHINE_CERTIFICATE = "machine certificate"
    PRESHARED_KEY = "preshared key"
    EAP = "EAP"
    MSCHAP_V2 = "MS-CHAPv2"
    CHAP = "CHAP"
    PAP = "PAP"


MACHINE_METHODS = {"certificate": VpnAuthentication.MACHINE_CERTIFICATE, "eap": VpnAuthentication.EAP}
"""The words of `MachineMethod`. The VPNv2 CSP names the certificate alone; the sample profiles of Microsoft's own pages
(VPN profile options) have `Eap` beside the same word of `UserMethod`, and Windows takes them."""
AUTHENTICATION_WORDS = {
    "machinecertificate": VpnAuthentication.MACHINE_CERTIFICATE,
    "machinecertificates": VpnAuthentication.MACHINE_CERTIFICATE,
    "certificate": VpnAuthentication.MACHINE_CERTIFICATE,
    "certificates": VpnAuthentication.MACHINE_CERTIFICATE,
    "pskonly": VpnAuthentication.PRESHARED_KEY,
    "psk": VpnAuthentication.PRESHARED_KEY,
    "presharedkey": VpnAuthentication.PRESHARED_KEY,
    "eap": VpnAuthentication.EAP,
    "mschapv2": VpnAuthentication.MSCHAP_V2,
    "mschap": VpnAuthentication.MSCHAP_V2,
    "chap": VpnAuthentication.CHAP,
    "pap": VpnAuthentication.PAP,
}
"""The words of `-AuthenticationMethod`, `-L2tpIPsecAuth` and `-ResponderAuthenticationMethod`, of Set-VpnAuthProtocol
and of the VPNv2 CSP, folded."""

AUTHENTICATION_BITS = {
    0x8: VpnAuthentication.PAP,
    0x20: VpnAuthentication.CHAP,
    0x80: VpnAuthentication.EAP,
    0x200: VpnAuthentication.MSCHAP_V2,
    0x800: VpnAuthentication.MACHINE_CERTIFICATE,
    0x1000: VpnAuthentication.PRESHARED_KEY,
}
"""AuthRestrictions of a phone book (MS-RRASM 2.2.2.2.58): bits 4, 6, 8, 10, 12 and 13, counted from 1."""

MIN_LIFETIME_SECONDS = 300
"""The shortest lifetime of IKEv2's security associations that a server or an interface takes (MS-RRASM 2.2.3.4.2.4;
ROUTER_IKEv2_IF_CUSTOM_CONFIG0 in mprapi.h says the same of interfaces)."""
MIN_LIFETIME_KILOBYTES = 1024
"""The least traffic before a renewal (MS-RRASM 2.2.3.4.2.3, mprapi.h)."""

DEFAULT_LIFETIME_SECONDS = 28_800
"""How long a server's security associations hold where nobody says it: 480 minutes on the tab IKEv2 of its properties
(Windows 7 Resource Kit, server-side settings for IKEv2 mobility), and saLifeTime in the example of MS-RRASM 4."""
DEFAULT_LIFETIME_KILOBYTES = 102_400
"""How much they carry: 100 MB on that tab, and saDataSize in that example."""
