"""The words of Microsoft Graph for VPN and firewall settings, each with the word of the CSP for it.

Sources: cryptographySuite, windows10VpnConfiguration and windows10EndpointProtectionConfiguration (Microsoft Graph
reference, intune-deviceconfig). Words are folded.
"""

from __future__ import annotations

from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.rows import names

_ENCRYPTION = {"tripledes": "DES3", "aes128gcm": "AES_GCM_128", "aes256gcm": "AES_GCM_256"}
_TRANSFORM = {
    "md5_96": "MD596",
    "sha1_96": "SHA196",
    "sha_256_128": "SHA256128",
    "tripledes": "DES3",
    "aes128gcm": "GCMAES128",
    "aes192gcm": "GCMAES192",
    "aes256gcm": "GCMAES256",
}
# Both of SHA-1 are its HMAC, which main mode cuts for neither.
_INTEGRITY = {"sha1_96": "SHA196", "sha1_160": "SHA196", "sha2_256": "SHA256", "sha2_384": "SHA384"}

SUITE: dict[str, dict[str, str]] = {
    vpn.ENCRYPTION_METHOD.name: _ENCRYPTION,
    vpn.INTEGRITY_CHECK_METHOD.name: _INTEGRITY,
    vpn.DH_GROUP.name: {},
    vpn.CIPHER_TRANSFORM.name: _TRANSFORM,
    vpn.AUTHENTICATION_TRANSFORM.name: _TRANSFORM,
    vpn.PFS_GROUP.name: {},
}
"""For each part of a suite the words that differ from the CSP's."""

NATIVE_TYPES = frozenset({"automatic", "ikev2", "l2tp", "pptp"})
"""Types of connections that Windows makes itself."""
PLUG_IN_TYPES = frozenset(
    {"pulsesecure", "f5edgeclient", "dellsonicwallmobileconnect", "checkpointcapsulevpn", "citrix", "microsofttunnel"}
    | {"paloaltoglobalprotect", "ciscoanyconnect"}
)
"""Those of programs of other makers (Microsoft Graph, windows10VpnConnectionType)."""

EXEMPTIONS = {
    "firewallipsecexemptionsallowneighbordiscovery": 1,
    "firewallipsecexemptionsallowicmp": 2,
    "firewallipsecexemptionsallowrouterdiscovery": 4,
    "firewallipsecexemptionsallowdhcp": 8,
}
"""Members that exempt traffic, each with its bit of IPsecExempt (MS-FASP 2.2.39)."""

NO_EXEMPTIONS = "firewallipsecexemptionsnone"

FIREWALL_WORDS = {
    "firewallpresharedkeyencodingmethod": ("PresharedKeyEncoding", {"none": "0", "utf8": "1"}),
    "firewallcertificaterevocationlistcheckmethod": ("CRLcheck", {"none": "0", "attempt": "1", "require": "2"}),
    "firewallmergekeyingmodulesettings": ("OpportunisticallyMatchAuthSetPerKM", {"true": "true"}),
    "firewallpacketqueueingmethod": (
        "EnablePacketQueue",
        {"disabled": "0", "queueinbound": "1", "queueoutbound": "2", "queueboth": "3"},
    ),
}
"""Members with words, each with its node and the node's values."""

NOT_CONFIGURED = frozenset({"devicedefault", "false"})
"""Words that set nothing in Intune."""

SA_IDLE_TIME = "firewallidletimeoutforsecurityassociationinseconds"

PROFILES = {
    "firewallprofiledomain": "DomainProfile",
    "firewallprofileprivate": "PrivateProfile",
    "firewallprofilepublic": "PublicProfile",
}

MERGED = (
    ("connectionsecurityrulesfromgrouppolicymerged", "true"),
    ("connectionsecurityrulesfromgrouppolicynotmerged", "false"),
)
"""Members of a profile for whether local connection security rules hold, each with the value of the node; of two that
are true the first wins."""

SUITE_MEMBERS = frozenset(name.casefold() for name in SUITE)
_OMA = frozenset({"omauri", "value", "isencrypted"})
_CATALOGUE = names(
    "settingdefinitionid simplesettingvalue simplesettingcollectionvalue choicesettingvalue "
    "choicesettingcollectionvalue groupsettingvalue groupsettingcollectionvalue"
)
READ: dict[str, frozenset[str]] = {
    "windows10vpnconfiguration": names(
        "connectionname servers connectiontype enablealwayson enabledevicetunnel enablesplittunneling "
        "authenticationmethod eapxml cryptographysuite"
    ),
    "windows10endpointprotectionconfiguration": frozenset(
        {SA_IDLE_TIME, NO_EXEMPTIONS, *EXEMPTIONS, *FIREWALL_WORDS, *PROFILES}
    ),
    "windows10customconfiguration": frozenset({"omasettings"}),
    "omauri": _OMA,
    "settingdefinitionid": _CATALOGUE,
    **dict.fromkeys(SUITE_MEMBERS, SUITE_MEMBERS),
}
"""The members that are read, by the kind of an object or a member that marks it."""

OF_NO_CONCERN = names(
    "@odata.type @odata.context @odata.count @odata.id @odata.nextlink id createddatetime lastmodifieddatetime version "
    "description displayname name assignments rolescopetagids supportsscopetags platforms technologies settingcount "
    "templatereference settings settinginstance settinginstancetemplatereference settingvaluetemplatereference "
    "auditruleinformation value children devicemanagementapplicabilityruleosedition "
    "devicemanagementapplicabilityruleosversion devicemanagementapplicabilityruledevicemode omasettings address "
    "isdefaultserver secretreferencevalueid filename isassigned prioritymetadata creationsource "
    "connectionsecurityrulesfromgrouppolicymerged connectionsecurityrulesfromgrouppolicynotmerged"
)
"""Members by which Graph manages and describes configurations, and members of parts that are read."""
