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
