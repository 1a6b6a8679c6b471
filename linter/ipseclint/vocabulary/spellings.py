"""How each tool of Windows spells what the model calls by one name: the values of its enumerations are the keys.

Sources: `netsh advfirewall` and `netsh ipsec` from their built-in help and reference pages; PowerShell from
the NetSecurity reference. A value without a spelling cannot be said in that dialect. Readers may accept
more; these are the spellings that are written.
"""

from __future__ import annotations

from collections.abc import Mapping


def reverse(table: Mapping[str, str]) -> dict[str, str]:
    """The table from spelling, without regard to case, to the model's value; the first of equals counts."""
    result: dict[str, str] = {}
    for value, spelling in table.items():
        result.setdefault(spelling.casefold(), value)
    return result


NETSH_CIPHERS = {
    "none": "none",
    "DES": "des",
    "3DES": "3des",
    "AES-128": "aes128",
    "AES-192": "aes192",
    "AES-256": "aes256",
    "AES-GCM-128": "aesgcm128",
    "AES-GCM-192": "aesgcm192",
    "AES-GCM-256": "aesgcm256",
}
"""Encryption in `netsh advfirewall`; GCM in quick mode only."""

NETSH_INTEGRITY = {
    "none": "none",
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "AES-GMAC-128": "aesgmac128",
    "AES-GMAC-192": "aesgmac192",
    "AES-GMAC-256": "aesgmac256",
}
"""Integrity in `netsh advfirewall`; SHA-384 in main mode only, GMAC in quick mode only."""

NETSH_GCM_INTEGRITY = {
    "AES-GMAC-128": "aesgcm128",
    "AES-GMAC-192": "aesgcm192",
    "AES-GMAC-256": "aesgcm256",
}
"""Integrity of ESP beside GCM encryption, where `netsh advfirewall` wants the cipher's name on both sides."""

NETSH_DH_GROUPS = {
    "none": "none",
    "DH1": "dhgroup1",
    "DH2": "dhgroup2",
    "DH14": "dhgroup14",
    "DH24": "dhgroup24",
    "DH19": "ecdhp256",
    "DH20": "ecdhp384",
    "same-as-main-mode": "mainmode",
}
"""Key exchange and `qmpfs` in `netsh advfirewall`; `none` and `mainmode` for `qmpfs` only."""

LEGACY_CIPHERS = {"none": "None", "DES": "DES", "3DES": "3DES"}
"""Encryption in `netsh ipsec`, which offers no AES."""

LEGACY_INTEGRITY = {"none": "None", "MD5": "MD5", "SHA-1": "SHA1"}
"""Integrity in `netsh ipsec`, which offers no SHA-2."""

LEGACY_DH_GROUPS = {"DH1": "1", "DH2": "2", "DH14": "3"}
"""Groups in `mmsecmethods` of `netsh ipsec`: 3 is the 2048-bit group, IANA number 14."""

DYNAMIC_PFS_GROUPS = {"none": "NOPFS", "DH1": "GRP1", "DH2": "GRP2", "DH14": "GRP3", "same-as-main-mode": "GRPMM"}
"""`pfsgroup` of `netsh ipsec dynamic`."""

POWERSHELL_CIPHERS = {
    "none": "None",
    "DES": "DES",
    "3DES": "DES3",
    "AES-128": "AES128",
    "AES-192": "AES192",
    "AES-256": "AES256",
    "AES-GCM-128": "AESGCM128",
    "AES-GCM-192": "AESGCM192",
    "AES-GCM-256": "AESGCM256",
}
"""`-Encryption` of the proposal cmdlets."""

POWERSHELL_HASHES = {
    "none": "None",
    "MD5": "MD5",
    "SHA-1": "SHA1",
    "SHA-256": "SHA256",
    "SHA-384": "SHA384",
    "AES-GMAC-128": "AESGMAC128",
    "AES-GMAC-192": "AESGMAC192",
    "AES-GMAC-256": "AESGMAC256",
}
"""`-Hash`, `-AHHash` and `-ESPHash` of the proposal cmdlets."""

POWERSHELL_DH_GROUPS = {
    "none": "None",
    "DH1": "DH1",
    "DH2": "DH2",
    "DH14": "DH14",
    "DH24": "DH24",
    "DH19": "DH19",
    "DH20": "DH20",
    "same-as-main-mode": "SameAsMainMode",
}
"""`-KeyExchange` and `-PerfectForwardSecrecyGroup`."""

POWERSHELL_ENCAPSULATIONS = {"AH": "AH", "ESP": "ESP", "AH+ESP": "AH,ESP"}
"""`-Encapsulation` of New-NetIPsecQuickModeCryptoProposal; no word for authentication without encapsulation."""

NETSH_FIRST_AUTHENTICATION = {
    "computer-kerberos": "computerkerb",
    "computer-certificate": "computercert",
    "computer-ntlm": "computerntlm",
    "preshared-key": "computerpsk",
    "anonymous": "anonymous",
}
"""`auth1` of `netsh advfirewall`; the key type of a certificate is appended, see NETSH_SIGNING."""

NETSH_SECOND_AUTHENTICATION = {
    "user-kerberos": "userkerb",
    "user-certificate": "usercert",
    "user-ntlm": "userntlm",
    "computer-certificate": "computercert",
    "anonymous": "anonymous",
}
"""`auth2` of `netsh advfirewall`."""

NETSH_SIGNING = {"RSA": "", "ECDSA-P256": "ecdsap256", "ECDSA-P384": "ecdsap384"}
"""What the key type adds to `computercert`, `usercert` and to `auth1…ca`."""

POWERSHELL_SIGNING = {"RSA": "RSA", "ECDSA-P256": "ECDSA256", "ECDSA-P384": "ECDSA384"}
"""`-Signing` of New-NetIPsecAuthProposal."""

NETSH_ACTIONS = {
    ("none", "none"): "noauthentication",
    ("require", "request"): "requireinrequestout",
    ("request", "request"): "requestinrequestout",
    ("require", "require"): "requireinrequireout",
    ("require", "none"): "requireinclearout",
}
"""`action` of `netsh advfirewall consec` by inbound and outbound security."""

POWERSHELL_SECURITY = {"none": "None", "request": "Request", "require": "Require"}
"""`-InboundSecurity` and `-OutboundSecurity`."""

POWERSHELL_INTERFACE_TYPES = {"lan": "Wired", "wireless": "Wireless", "ras": "RemoteAccess"}
"""`-InterfaceType`."""

POWERSHELL_KEYWORDS = {
    "any": "Any",
    "localsubnet": "LocalSubnet",
    "dns": "DNS",
    "dhcp": "DHCP",
    "wins": "WINS",
    "defaultgateway": "DefaultGateway",
    "intranet": "Intranet",
    "internet": "Internet",
    "ply2renders": "PlayToDevice",
    "rmtintranet": "RemoteIntranet",
}
"""Address keywords of the NetSecurity cmdlets."""

NETSH_EXEMPTIONS = {"neighbordiscovery": "neighbordiscovery", "icmp": "icmp", "dhcp": "dhcp"}
"""`defaultexemptions` of `netsh advfirewall set global ipsec`, which has no word for router discovery."""

POWERSHELL_EXEMPTIONS = {
    "neighbordiscovery": "NeighborDiscovery",
    "icmp": "Icmp",
    "routerdiscovery": "RouterDiscovery",
    "dhcp": "Dhcp",
}
"""`-Exemptions` of Set-NetFirewallSetting."""

NETSH_CRL_CHECKS = {"off": "0", "fail-if-revoked": "1", "fail-on-any-error": "2"}
"""`strongcrlcheck`."""

POWERSHELL_CRL_CHECKS = {
    "off": "None",
    "fail-if-revoked": "AttemptCrlCheck",
    "fail-on-any-error": "RequireCrlCheck",
}
"""`-CertValidationLevel`."""

NETSH_NAT_TRAVERSAL = {
    "never": "never",
    "server": "serverbehindnat",
    "server-and-client": "serverandclientbehindnat",
}
"""`ipsecthroughnat`."""

POWERSHELL_NAT_TRAVERSAL = {"never": "None", "server": "Server", "server-and-client": "Both"}
"""`-AllowIPsecThroughNAT`."""

POWERSHELL_DOSP_KEY_MODULES = {"IKEv1": "IkeV1", "IKEv2": "IkeV2", "AuthIP": "AuthIP"}
"""`-EnabledKeyingModules` of Set-NetIPsecDospSetting."""

DEFAULT_SET_NAMES = {
    "main-mode-crypto": "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE1}",
    "quick-mode-crypto": "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE2}",
    "first-authentication": "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE3}",
    "second-authentication": "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE4}",
}
"""The ids of the default sets in the local store (MS-GPFAS)."""
