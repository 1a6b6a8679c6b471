"""One policy as the NetSecurity cmdlets give it, with CIM numbers."""

from __future__ import annotations

from tests.formats.powershell.writers import Cim

KEY = "correct & <horse>"

RULE = "{AAAAAAAA-0000-0000-0000-000000000001}"
MAIN_MODE_RULE = "{AAAAAAAA-0000-0000-0000-000000000002}"
FIRST_AUTH = "{11111111-0000-0000-0000-000000000001}"
SECOND_AUTH = "{11111111-0000-0000-0000-000000000002}"
MAIN_MODE = "{11111111-0000-0000-0000-000000000003}"
QUICK_MODE = "{11111111-0000-0000-0000-000000000004}"


def names(instance_id: str, name: str) -> dict[str, object]:
    """The properties that every policy object has."""
    return {
        "InstanceID": instance_id,
        "ElementName": name,
        "DisplayName": name,
        "Description": None,
        "PolicyStoreSource": "PersistentStore",
        "PolicyStoreSourceType": 1,
    }


CONNECTION_RULE = Cim(
    "MSFT_NetConSecRule",
    {
        **names(RULE, "Servers"),
        "RuleGroup": "Isolation",
        "Enabled": 1,
        "Profiles": 3,
        "Mode": 1,
        "InboundSecurity": 2,
        "OutboundSecurity": 1,
        "KeyModule": 4,
        "RequireAuthorization": False,
        "BypassTunnelIfEncrypted": False,
        "MaxReturnPathLifetimeSeconds": 0,
        "LocalTunnelEndpoint": [],
        "RemoteTunnelEndpoint": [],
        "QuickModeCryptoSet": QUICK_MODE,
        "Phase1AuthSet": FIRST_AUTH,
        "Phase2AuthSet": SECOND_AUTH,
    },
)
FILTERS = [
    Cim(
        "MSFT_NetAddressFilter",
        {"InstanceID": RULE, "LocalAddress": "LocalSubnet", "RemoteAddress": ["10.0.0.0/8", "2001:db8::/32"]},
    ),
    Cim(
        "MSFT_NetProtocolPortFilter",
        {"InstanceID": RULE, "Protocol": "TCP", "LocalPort": "Any", "RemotePort": ["443", "8000-8010"]},
    ),
    Cim("MSFT_NetInterfaceFilter", {"InstanceID": RULE, "InterfaceAlias": "Any"}),
    Cim("MSFT_NetInterfaceTypeFilter", {"InstanceID": RULE, "InterfaceType": "Wired"}),
]
MAIN_RULE = Cim(
    "MSFT_NetMainModeRule",
    {
        **names(MAIN_MODE_RULE, "Hub"),
        "Enabled": 2,
        "Profiles": 0,
        "MainModeCryptoSet": MAIN_MODE,
        "Phase1AuthSet": FIRST_AUTH,
    },
)
MAIN_RULE_FILTER = Cim(
    "MSFT_NetAddressFilter", {"InstanceID": MAIN_MODE_RULE, "LocalAddress": "Any", "RemoteAddress": "10.9.0.0/16"}
)
MAIN_SET = Cim(
    "MSFT_NetIKEMMCryptoSet",
    {
        **names(MAIN_MODE, "Strong main mode"),
        "MaxLifetimeMinutes": 240,
        "MaxLifetimeSessions": 12,
        "ForceDiffieHellman": True,
        "Proposals": [
            Cim("MSFT_NetIKEMMCryptoProposal", {"CipherAlgorithm": 65003, "HashAlgorithm": 65002, "GroupID": 20}),
            Cim("MSFT_NetIKEMMCryptoProposal", {"CipherAlgorithm": 65001, "HashAlgorithm": 65001, "GroupID": 14}),
        ],
    },
)
QUICK_SET = Cim(
    "MSFT_NetIKEQMCryptoSet",
    {
        **names(QUICK_MODE, "Strong quick mode"),
        "PfsGroupID": 19,
        "Proposals": [
            Cim(
                "MSFT_NetIKEQMCryptoProposal",
                {
                    "Encapsulation": 2,
                    "HashAlgorithmAH": 0,
                    "HashAlgorithmESP": 65005,
                    "CipherAlgorithm": 65006,
                    "MaxLifetimeMinutes": 90,
                    "MaxLifetimeKilobytes": 200000,
                },
            ),
            Cim(
                "MSFT_NetIKEQMCryptoProposal",
                {"Encapsulation": 3, "HashAlgorithmAH": 3, "HashAlgorithmESP": 3, "CipherAlgorithm": 65001},
            ),
        ],
    },
)
FIRST_SET = Cim(
    "MSFT_NetIKEP1AuthSet",
    {
        **names(FIRST_AUTH, "Machines"),
        "Proposals": [
            Cim(
                "MSFT_NetIKECertAuthProposal",
                {
                    "AuthenticationMethod": 65006,
                    "TrustedCA": "O=Example, CN=Root",
                    "TrustedCAType": 2,
                    "SigningAlgorithm": 3,
                    "MapToAccount": True,
                    "ExcludeCAName": False,
                    "SelectionCriteria": True,
                    "ValidationCriteria": False,
                    "EKUs": ["1.3.6.1.5.5.7.3.1"],
                    "CertName": "host.example.org",
                    "CertNameType": 1,
                },
            ),
            Cim("MSFT_NetIKEKerbAuthProposal", {"AuthenticationMethod": 65002}),
            Cim("MSFT_NetIKEPSKAuthProposal", {"AuthenticationMethod": 2, "PreSharedKey": KEY}),
        ],
    },
)
SECOND_SET = Cim(
    "MSFT_NetIKEP2AuthSet",
    {
        **names(SECOND_AUTH, "Users"),
        "Proposals": [
            Cim("MSFT_NetIKEKerbAuthProposal", {"AuthenticationMethod": 65004}),
            Cim("MSFT_NetIKECertAuthProposal", {"AuthenticationMethod": 65008, "TrustedCA": "CN=Health"}),
        ],
    },
)
SETTINGS = Cim(
    "MSFT_NetSecuritySettingData",
    {
        "InstanceID": "MSFT|FW|FirewallSettingData",
        "CertValidationLevel": 1,
        "AllowIPsecThroughNAT": 2,
        "Exemptions": 9,
        "MaxSAIdleTimeSeconds": 600,
        "KeyEncoding": 1,
        "EnablePacketQueuing": 1,
        "RequireFullAuthSupport": 1,
    },
)
PROTECTION = Cim(
    "MSFT_NetIPsecDoSPSetting",
    {
        "InstanceID": "dosp",
        "ElementName": "Edge",
        "StateIdleTimeoutSeconds": 360,
        "PerIPRateLimitQueueIdleTimeoutSeconds": 360,
        "MaxStateEntries": 75000,
        "MaxPerIPRateLimitQueues": 50000,
        "EnabledKeyingModules": 6,
        "IpV6IPsecUnauthRateLimitBytesPerSec": 10240,
        "IpV6IPsecUnauthDscp": 12,
        "PublicInterfaceAliases": ["Internet"],
        "PrivateInterfaceAliases": ["Corporate"],
    },
)
SERVICES = [
    Cim("Win32_Service", {"Name": "IKEEXT", "StartMode": "Manual", "State": "Running"}),
    Cim("Win32_Service", {"Name": "PolicyAgent", "StartMode": "Disabled", "State": "Stopped"}),
    Cim("Win32_Service", {"Name": "Spooler", "StartMode": "Auto", "State": "Running"}),
]

POLICY = [
    CONNECTION_RULE,
    MAIN_RULE,
    *FILTERS,
    MAIN_RULE_FILTER,
    MAIN_SET,
    QUICK_SET,
    FIRST_SET,
    SECOND_SET,
    SETTINGS,
    PROTECTION,
    *SERVICES,
]
