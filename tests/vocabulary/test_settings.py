"""Every spelling of settings, key modules, authentication methods and address words, against the page of each tool."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from operator import attrgetter

from ipseclint.vocabulary.addresses import AddressKeyword, AddressKeywordRow
from ipseclint.vocabulary.authentication import (
    AuthMethod,
    AuthMethodRow,
    AuthorityType,
    CertificateName,
    CertificateNameRow,
    CertificateSigning,
    SigningRow,
)
from ipseclint.vocabulary.key_modules import KeyModule, KeyModuleRow
from ipseclint.vocabulary.rows import readings
from ipseclint.vocabulary.settings import (
    PROTECTIONS,
    CrlCheck,
    Encapsulation,
    Exemption,
    InterfaceType,
    KeyEncoding,
    NatTraversal,
    PacketQueuing,
    Profile,
    RuleAction,
    RuleMode,
    Security,
    SettingRow,
)
from tests.cases import cases

SETTINGS: dict[type[StrEnum], dict[str, dict[str | int, StrEnum]]] = {
    # InboundSecurity: None/Never 0, Request 1, Require 2
    Security: {
        "netsh": {}, "netsh_ipsec": {}, "registry": {},
        "powershell": {"None": Security.NONE, "Request": Security.REQUEST, "Require": Security.REQUIRE},
        "number": {0: Security.NONE, 1: Security.REQUEST, 2: Security.REQUIRE},
    },
    # netsh ipsec add filteraction: action(permit/block/negotiate)
    RuleAction: {
        "netsh": {}, "powershell": {}, "number": {}, "registry": {},
        "netsh_ipsec": {"permit": RuleAction.EXEMPT, "block": RuleAction.BLOCK, "negotiate": RuleAction.NEGOTIATE},
    },
    # Mode: Transport 1, Tunnel 2
    RuleMode: {
        "netsh": {"transport": RuleMode.TRANSPORT, "tunnel": RuleMode.TUNNEL}, "netsh_ipsec": {}, "registry": {},
        "powershell": {"Transport": RuleMode.TRANSPORT, "Tunnel": RuleMode.TUNNEL},
        "number": {1: RuleMode.TRANSPORT, 2: RuleMode.TUNNEL},
    },
    # Profiles: Domain 1, Private 2, Public 4
    Profile: {
        "netsh": {"domain": Profile.DOMAIN, "private": Profile.PRIVATE, "public": Profile.PUBLIC}, "netsh_ipsec": {},
        "powershell": {"Domain": Profile.DOMAIN, "Private": Profile.PRIVATE, "Public": Profile.PUBLIC},
        "number": {1: Profile.DOMAIN, 2: Profile.PRIVATE, 4: Profile.PUBLIC},
        "registry": {"Domain": Profile.DOMAIN, "Private": Profile.PRIVATE, "Public": Profile.PUBLIC},
    },
    InterfaceType: {
        "netsh": {
            "lan": InterfaceType.LAN, "wireless": InterfaceType.WIRELESS, "wiresless": InterfaceType.WIRELESS,
            "ras": InterfaceType.REMOTE_ACCESS,
        },
        "netsh_ipsec": {"lan": InterfaceType.LAN, "dialup": InterfaceType.REMOTE_ACCESS},
        "powershell": {
            "Wired": InterfaceType.LAN, "Wireless": InterfaceType.WIRELESS,
            "RemoteAccess": InterfaceType.REMOTE_ACCESS,
        },
        "number": {},
        "registry": {
            "Lan": InterfaceType.LAN, "Wireless": InterfaceType.WIRELESS, "RemoteAccess": InterfaceType.REMOTE_ACCESS,
        },
    },
    # bits ND 1, ICMP 2, RouterDisc 4, DHCP 8
    Exemption: {
        "netsh": {
            "neighbordiscovery": Exemption.NEIGHBOR_DISCOVERY, "icmp": Exemption.ICMP, "dhcp": Exemption.DHCP,
        },
        "netsh_ipsec": {}, "registry": {},
        "powershell": {
            "NeighborDiscovery": Exemption.NEIGHBOR_DISCOVERY, "Icmp": Exemption.ICMP,
            "RouterDiscovery": Exemption.ROUTER_DISCOVERY, "Dhcp": Exemption.DHCP,
        },
        "number": {
            1: Exemption.NEIGHBOR_DISCOVERY, 2: Exemption.ICMP, 4: Exemption.ROUTER_DISCOVERY, 8: Exemption.DHCP,
        },
    },
    # strongcrlcheck: 0 off, 1 fail if revoked, 2 fail on any error
    CrlCheck: {
        "netsh": {"0": CrlCheck.OFF, "1": CrlCheck.FAIL_IF_REVOKED, "2": CrlCheck.FAIL_ON_ANY_ERROR},
        "netsh_ipsec": {"0": CrlCheck.OFF, "1": CrlCheck.FAIL_IF_REVOKED, "2": CrlCheck.FAIL_ON_ANY_ERROR},
        "powershell": {
            "None": CrlCheck.OFF, "AttemptCrlCheck": CrlCheck.FAIL_IF_REVOKED,
            "RequireCrlCheck": CrlCheck.FAIL_ON_ANY_ERROR,
        },
        "number": {0: CrlCheck.OFF, 1: CrlCheck.FAIL_IF_REVOKED, 2: CrlCheck.FAIL_ON_ANY_ERROR},
        "registry": {},
    },
    # AllowIPsecThroughNAT: None 0, Server 1, Both 2
    NatTraversal: {
        "netsh": {
            "never": NatTraversal.NEVER, "serverbehindnat": NatTraversal.SERVER,
            "serverandclientbehindnat": NatTraversal.SERVER_AND_CLIENT,
        },
        "netsh_ipsec": {}, "registry": {},
        "powershell": {
            "None": NatTraversal.NEVER, "Server": NatTraversal.SERVER, "Both": NatTraversal.SERVER_AND_CLIENT,
        },
        "number": {0: NatTraversal.NEVER, 1: NatTraversal.SERVER, 2: NatTraversal.SERVER_AND_CLIENT},
    },
    # KeyEncoding: UTF16 0, UTF8 1
    KeyEncoding: {
        "netsh": {}, "netsh_ipsec": {}, "registry": {},
        "powershell": {"UTF16": KeyEncoding.UTF_16, "UTF8": KeyEncoding.UTF_8},
        "number": {0: KeyEncoding.UTF_16, 1: KeyEncoding.UTF_8},
    },
    # EnablePacketQueue: bits 1 inbound, 2 forward
    PacketQueuing: {
        "netsh": {}, "netsh_ipsec": {}, "registry": {},
        "powershell": {"Inbound": PacketQueuing.INBOUND, "Forward": PacketQueuing.FORWARD},
        "number": {1: PacketQueuing.INBOUND, 2: PacketQueuing.FORWARD},
    },
    # Encapsulation: AH 1, ESP 2, both 3; registry Protocol and 2_9Protocol
    Encapsulation: {
        "netsh": {"ah": Encapsulation.AH, "esp": Encapsulation.ESP, "authnoencap": Encapsulation.AUTH_NO_ENCAP},
        "netsh_ipsec": {"AH": Encapsulation.AH, "ESP": Encapsulation.ESP},
        "powershell": {"AH": Encapsulation.AH, "ESP": Encapsulation.ESP, "AH,ESP": Encapsulation.AH_AND_ESP},
        "number": {1: Encapsulation.AH, 2: Encapsulation.ESP, 3: Encapsulation.AH_AND_ESP},
        "registry": {
            "AH": Encapsulation.AH, "ESP": Encapsulation.ESP, "AH&ESP": Encapsulation.AH_AND_ESP,
            "AUTH_NO_ENCAP": Encapsulation.AUTH_NO_ENCAP,
        },
    },
    # catype(root/intermediate); TrustedCAType: Root 1, Intermediate 2
    AuthorityType: {
        "netsh": {"root": AuthorityType.ROOT, "intermediate": AuthorityType.INTERMEDIATE}, "netsh_ipsec": {},
        "powershell": {"Root": AuthorityType.ROOT, "Intermediate": AuthorityType.INTERMEDIATE},
        "number": {1: AuthorityType.ROOT, 2: AuthorityType.INTERMEDIATE}, "registry": {},
    },
}  # fmt: skip

KEY_MODULES: dict[str, dict[str | int, KeyModule]] = {
    "powershell": {"IKEv1": KeyModule.IKEV1, "AuthIP": KeyModule.AUTHIP, "IKEv2": KeyModule.IKEV2},
    "powershell_dos_protection": {"IkeV1": KeyModule.IKEV1, "IkeV2": KeyModule.IKEV2, "AuthIP": KeyModule.AUTHIP},
    # KeyModule: bits IKEv1 1, AuthIP 2, IKEv2 4
    "cim": {1: KeyModule.IKEV1, 2: KeyModule.AUTHIP, 4: KeyModule.IKEV2},
    # EnabledKeyingModules: IkeV1 1, IkeV2 2, AuthIP 4
    "cim_dos_protection": {1: KeyModule.IKEV1, 2: KeyModule.IKEV2, 4: KeyModule.AUTHIP},
    "registry": {"IkeV1": KeyModule.IKEV1, "AuthIP": KeyModule.AUTHIP, "IkeV2": KeyModule.IKEV2},
    "wfp": {
        "IKEEXT_KEY_MODULE_IKE": KeyModule.IKEV1, "IKEEXT_KEY_MODULE_AUTHIP": KeyModule.AUTHIP,
        "IKEEXT_KEY_MODULE_IKEV2": KeyModule.IKEV2,
    },
    "wfp_key": {
        "FWPM_KEYING_MODULE_IKE": KeyModule.IKEV1, "FWPM_KEYING_MODULE_AUTHIP": KeyModule.AUTHIP,
        "FWPM_KEYING_MODULE_IKEV2": KeyModule.IKEV2,
    },
    "event": {"IKEv1": KeyModule.IKEV1, "AuthIP": KeyModule.AUTHIP, "IKEv2": KeyModule.IKEV2},
}  # fmt: skip

METHODS: dict[str, dict[str | int, AuthMethod]] = {
    "netsh_first": {
        "computerkerb": AuthMethod.COMPUTER_KERBEROS, "computercert": AuthMethod.COMPUTER_CERTIFICATE,
        "computerpsk": AuthMethod.PRESHARED_KEY, "computerntlm": AuthMethod.COMPUTER_NTLM,
        "anonymous": AuthMethod.ANONYMOUS,
    },
    "netsh_second": {
        "computercert": AuthMethod.COMPUTER_CERTIFICATE, "userkerb": AuthMethod.USER_KERBEROS,
        "usercert": AuthMethod.USER_CERTIFICATE, "userntlm": AuthMethod.USER_NTLM, "anonymous": AuthMethod.ANONYMOUS,
    },
    "netsh_ipsec": {
        "kerberos": AuthMethod.COMPUTER_KERBEROS, "psk": AuthMethod.PRESHARED_KEY,
        "rootca": AuthMethod.COMPUTER_CERTIFICATE,
    },
    "powershell": {
        "-Anonymous": AuthMethod.ANONYMOUS, "-Machine -Kerberos": AuthMethod.COMPUTER_KERBEROS,
        "-Machine -Ntlm": AuthMethod.COMPUTER_NTLM, "-Machine -Cert": AuthMethod.COMPUTER_CERTIFICATE,
        "-Machine -PreSharedKey": AuthMethod.PRESHARED_KEY, "-User -Kerberos": AuthMethod.USER_KERBEROS,
        "-User -Ntlm": AuthMethod.USER_NTLM, "-User -Cert": AuthMethod.USER_CERTIFICATE,
    },
    # AuthenticationMethod without a certificate
    "cim": {
        2: AuthMethod.PRESHARED_KEY, 65001: AuthMethod.ANONYMOUS, 65002: AuthMethod.COMPUTER_KERBEROS,
        65003: AuthMethod.COMPUTER_NTLM, 65004: AuthMethod.USER_KERBEROS, 65005: AuthMethod.USER_NTLM,
    },
    # X.509 machine 65005 (65006 likely), X.509 user 65007, X.509 health 65008
    "cim_certificate": {
        65005: AuthMethod.COMPUTER_CERTIFICATE, 65006: AuthMethod.COMPUTER_CERTIFICATE,
        65007: AuthMethod.USER_CERTIFICATE, 65008: AuthMethod.COMPUTER_CERTIFICATE,
    },
    # MS-GPFAS 2.2.4: Method
    "registry": {
        "Anonymous": AuthMethod.ANONYMOUS, "MachineKerb": AuthMethod.COMPUTER_KERBEROS,
        "MachineCert": AuthMethod.COMPUTER_CERTIFICATE, "MachineSHKey": AuthMethod.PRESHARED_KEY,
        "MachineNtlm": AuthMethod.COMPUTER_NTLM, "UserKerb": AuthMethod.USER_KERBEROS,
        "UserCert": AuthMethod.USER_CERTIFICATE, "UserNtlm": AuthMethod.USER_NTLM,
    },
    # MS-GPIPSEC 2.2.1.4: 1 PSK, 3 certificate, 5 Kerberos
    "nfa": {1: AuthMethod.PRESHARED_KEY, 3: AuthMethod.COMPUTER_CERTIFICATE, 5: AuthMethod.COMPUTER_KERBEROS},
}  # fmt: skip

WFP_METHODS = {
    None: {
        "IKEEXT_PRESHARED_KEY": AuthMethod.PRESHARED_KEY, "IKEEXT_ANONYMOUS": AuthMethod.ANONYMOUS,
        "IKEEXT_SSL": AuthMethod.SSL, "IKEEXT_SSL_ECDSA_P256": AuthMethod.SSL,
        "IKEEXT_SSL_ECDSA_P384": AuthMethod.SSL, "IKEEXT_IPV6_CGA": AuthMethod.CGA, "IKEEXT_EAP": AuthMethod.EAP,
    },
    "IKEEXT_IMPERSONATION_NONE": {
        "IKEEXT_KERBEROS": AuthMethod.COMPUTER_KERBEROS, "IKEEXT_NTLM_V2": AuthMethod.COMPUTER_NTLM,
        "IKEEXT_CERTIFICATE": AuthMethod.COMPUTER_CERTIFICATE,
        "IKEEXT_CERTIFICATE_ECDSA_P256": AuthMethod.COMPUTER_CERTIFICATE,
        "IKEEXT_CERTIFICATE_ECDSA_P384": AuthMethod.COMPUTER_CERTIFICATE,
    },
    "IKEEXT_IMPERSONATION_SOCKET_PRINCIPAL": {
        "IKEEXT_KERBEROS": AuthMethod.USER_KERBEROS, "IKEEXT_NTLM_V2": AuthMethod.USER_NTLM,
        "IKEEXT_CERTIFICATE": AuthMethod.USER_CERTIFICATE,
        "IKEEXT_CERTIFICATE_ECDSA_P256": AuthMethod.USER_CERTIFICATE,
        "IKEEXT_CERTIFICATE_ECDSA_P384": AuthMethod.USER_CERTIFICATE,
    },
}  # fmt: skip

RSA, P256, P384 = CertificateSigning
SIGNINGS: dict[str, dict[str | int, CertificateSigning]] = {
    "netsh": {"": RSA, "ecdsap256": P256, "ecdsap384": P384},
    "powershell": {"RSA": RSA, "ECDSA256": P256, "ECDSA384": P384},
    "cim": {1: RSA, 2: P256, 3: P384},
    "registry": {"ECDSA256": P256, "ECDSA384": P384},
    "wfp": {
        "IKEEXT_CERTIFICATE": RSA, "IKEEXT_SSL": RSA,
        "IKEEXT_CERTIFICATE_ECDSA_P256": P256, "IKEEXT_SSL_ECDSA_P256": P256,
        "IKEEXT_CERTIFICATE_ECDSA_P384": P384, "IKEEXT_SSL_ECDSA_P384": P384,
    },
}  # fmt: skip

NAMES: dict[str, dict[str | int, str]] = {
    "powershell": {
        "None": "none", "DomainName": "DNS", "UserPrincipalName": "UPN", "EmailAddress": "RFC822",
        "CN": "CN", "OU": "OU", "O": "O", "DC": "DC",
    },
    # CertNameType: None 0, DNS 1, UPN 2, RFC822 3, CN 4, OU 5, O 6, DC 7
    "cim": {0: "none", 1: "DNS", 2: "UPN", 3: "RFC822", 4: "CN", 5: "OU", 6: "O", 7: "DC"},
    "registry": {"DNS": "DNS", "UPN": "UPN", "RFC822": "RFC822", "CN": "CN", "OU": "OU", "O": "O", "DC": "DC"},
    "wfp": {
        "IKEEXT_CERT_CRITERIA_DNS": "DNS", "IKEEXT_CERT_CRITERIA_UPN": "UPN", "IKEEXT_CERT_CRITERIA_RFC822": "RFC822",
        "IKEEXT_CERT_CRITERIA_CN": "CN", "IKEEXT_CERT_CRITERIA_OU": "OU", "IKEEXT_CERT_CRITERIA_O": "O",
        "IKEEXT_CERT_CRITERIA_DC": "DC",
    },
}  # fmt: skip

ADDRESSES: dict[str, dict[str | int, str]] = {
    # consec add rule: any, localsubnet, dns, dhcp, wins, defaultgateway
    "netsh": {
        "any": "any", "localsubnet": "localsubnet", "dns": "dns", "dhcp": "dhcp", "wins": "wins",
        "defaultgateway": "defaultgateway",
    },
    "netsh_ipsec": {
        "me": "me", "any": "any", "wins": "wins", "dns": "dns", "dhcp": "dhcp", "GATEWAY": "defaultgateway",
    },
    "powershell": {
        "Any": "any", "LocalSubnet": "localsubnet", "DNS": "dns", "DHCP": "dhcp", "WINS": "wins",
        "DefaultGateway": "defaultgateway", "Intranet": "intranet", "Internet": "internet",
        "PlayToDevice": "ply2renders", "RemoteIntranet": "rmtintranet",
    },
    "registry": {
        "LocalSubnet": "localsubnet", "LocalSubnet4": "localsubnet", "LocalSubnet6": "localsubnet", "DNS": "dns",
        "DHCP": "dhcp", "WINS": "wins", "DefaultGateway": "defaultgateway", "IntrAnet": "intranet",
        "IntErnet": "internet", "Ply2Renders": "ply2renders", "RmtIntrAnet": "rmtintranet",
        "CaptivePortal": "captiveportal",
    },
    # 1 DNS, 2 WINS, 3 DHCP, 4 gateway
    "filter_special": {1: "dns", 2: "wins", 3: "dhcp", 4: "defaultgateway"},
    # 0 any, 8 me, 0x10 DNS, 0x20 WINS, 0x40 DHCP, 0x80 gateway
    "filter_type": {0: "any", 8: "me", 0x10: "dns", 0x20: "wins", 0x40: "dhcp", 0x80: "defaultgateway"},
}  # fmt: skip


@cases(("setting", "tool"), [(setting, tool) for setting, tools in SETTINGS.items() for tool in tools])
def test_a_tool_spells_a_setting_as_its_page_says(setting: Iterable[StrEnum], tool: str) -> None:
    assert readings(setting, attrgetter(f"row.{tool}")) == SETTINGS[setting][tool]


@cases("tool", KEY_MODULES)
def test_a_tool_spells_key_modules_as_its_page_says(tool: str) -> None:
    assert readings(KeyModule, attrgetter(f"row.{tool}")) == KEY_MODULES[tool]


@cases("tool", METHODS)
def test_a_tool_spells_authentication_as_its_page_says(tool: str) -> None:
    assert readings(AuthMethod, attrgetter(f"row.{tool}")) == METHODS[tool]


@cases("whose", WFP_METHODS)
def test_wfp_tells_methods_apart_by_whose_credentials_they_show(whose: str | None) -> None:
    methods = [method for method in AuthMethod if method.row.wfp_impersonation == whose]
    assert readings(methods, lambda method: method.row.wfp) == WFP_METHODS[whose]


@cases("tool", SIGNINGS)
def test_a_tool_spells_key_types_as_its_page_says(tool: str) -> None:
    assert readings(CertificateSigning, attrgetter(f"row.{tool}")) == SIGNINGS[tool]


@cases("tool", NAMES)
def test_a_tool_spells_the_parts_of_a_name_as_its_page_says(tool: str) -> None:
    assert readings(CertificateName, attrgetter(f"row.{tool}")) == NAMES[tool]


@cases("tool", ADDRESSES)
def test_a_tool_spells_addresses_as_its_page_says(tool: str) -> None:
    assert readings(AddressKeyword, attrgetter(f"row.{tool}")) == ADDRESSES[tool]


def test_every_tool_is_held_to_its_page() -> None:
    wfp = {"wfp", "wfp_impersonation"}
    for row, tools in (
        (KeyModuleRow, KEY_MODULES.keys()),
        (AuthMethodRow, METHODS.keys() | wfp),
        (SigningRow, SIGNINGS.keys()),
        (CertificateNameRow, NAMES.keys()),
        (AddressKeywordRow, ADDRESSES.keys()),
        *((SettingRow, tools.keys()) for tools in SETTINGS.values()),
    ):
        assert row.__annotations__.keys() - {"name"} == tools


def test_one_word_says_what_a_rule_does_in_both_directions() -> None:
    none, request, require = Security
    assert [
        (protection.inbound, protection.outbound, protection.netsh, protection.registry) for protection in PROTECTIONS
    ] == [
        (none, none, "noauthentication", "DoNotSecure"),
        (require, request, "requireinrequestout", "SecureServer"),
        (request, request, "requestinrequestout", "Boundary"),
        (require, require, "requireinrequireout", "Secure"),
        (require, none, "requireinclearout", None),
    ]
    assert [each.action for each in PROTECTIONS] == [RuleAction.EXEMPT, *[RuleAction.NEGOTIATE] * 4]


@cases(
    ("kind", "names"),
    [
        (KeyModule, ["IKEv1", "AuthIP", "IKEv2"]),
        (RuleAction, ["exempt", "block", "negotiate"]),
        (Exemption, ["neighbordiscovery", "icmp", "routerdiscovery", "dhcp"]),
        (CrlCheck, ["off", "fail-if-revoked", "fail-on-any-error"]),
        (NatTraversal, ["never", "server", "server-and-client"]),
        (KeyEncoding, ["UTF-16", "UTF-8"]),
        (PacketQueuing, ["inbound", "forward"]),
        (Encapsulation, ["AH", "ESP", "AH+ESP", "auth-no-encap"]),
        (CertificateSigning, ["RSA", "ECDSA-P256", "ECDSA-P384"]),
        (
            AuthMethod,
            [
                "anonymous", "computer-kerberos", "computer-certificate", "computer-ntlm", "preshared-key",
                "user-kerberos", "user-certificate", "user-ntlm", "eap", "xauth", "null", "cga", "ssl",
            ],
        ),
    ],
)  # fmt: skip
def test_the_names_are_those_of_reports(kind: Iterable[StrEnum], names: list[str]) -> None:
    assert [each.value for each in kind] == names
