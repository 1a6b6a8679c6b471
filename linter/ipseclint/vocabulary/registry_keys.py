"""The registry keys that configure IPsec, below the control set or the hive, as Windows writes them.

Sources: MS-GPFAS 2.2, MS-GPIPSEC, MS-RRASM 2.2.3.4, Microsoft articles 811832, 926179, 980915 and 4135083.
"""

from __future__ import annotations

from ipseclint.vocabulary.services import NAMES, OF_IPSEC, OF_VPN, ROWS

CONTROL_SET = r"SYSTEM\CurrentControlSet"
SERVICES_OF_MACHINE = rf"HKEY_LOCAL_MACHINE\{CONTROL_SET}\Services"
"""The keys of the system's services, from the hive."""

IKE_SERVICE = r"Services\IKEEXT"
IKE = rf"{IKE_SERVICE}\Parameters"
POLICY_AGENT = r"Services\PolicyAgent"
IPSEC_DRIVER = r"Services\IPSEC"
"""The configuration of the driver of Windows XP and Server 2003."""
FILTERING_ENGINE = r"Services\BFE"

OF_SERVICES = tuple(rf"Services\{row.name}{below}" for row in ROWS for below in ("", r"\Parameters"))
"""The keys of the services that IPsec needs, which every Windows has with values of its own."""

VPN_CLIENT = r"Services\RasMan\Parameters"
VPN_AUTHENTICATION = r"Services\RasMan\PPP"
VPN_SERVER = r"Services\RemoteAccess\Parameters\Ikev2"
"""The settings of RRAS for IKEv2 clients."""
VPN_SUITE = rf"{VPN_SERVER}\Ikev2CustomPolicy"
VPN_ADDRESSES = r"Services\RemoteAccess\Parameters\Ip\StaticAddressPool"
"""The addresses that RRAS assigns to clients: a numbered key for each range (MS-RRASM 2.2.3.4.15)."""
VPN_PORTS = r"Control\Class\{4d36e972-e325-11ce-bfc1-08002be10318}"
"""The network devices, including the ports of VPN protocols (MS-RRASM 2.2.3.3.1)."""
OFFLOAD_VALUES = ("*ipsecoffloadv1ipv4", "*ipsecoffloadv2", "*ipsecoffloadv2ipv4")
"""The IPsec offloads of a network device, in lower case: standardized keywords of its driver."""

FIREWALL = r"Services\SharedAccess\Parameters\FirewallPolicy"
FIREWALL_OF_GPO = r"Policies\Microsoft\WindowsFirewall"
FIREWALL_RULES = ("ConSecRules", "FirewallRules", "MainModeRules")
FIREWALL_SETS = ("Phase1CryptoSet", "Phase2CryptoSet", "Phase1AuthenticationSet", "Phase2AuthenticationSet")
"""The keys below a store of the firewall (MS-GPFAS 2.2), which prints those of sets in singular and plural."""
IP_SECURITY_POLICIES = r"Policies\Microsoft\Windows\IPSec\Policy"
IP_SECURITY_POLICY_OF_DOMAIN = r"Policies\Microsoft\Windows\IPSec\GPTIPSECPolicy"
"""The name and place of the policy that group policy assigns, as public scanners of this key read them."""
KERBEROS = r"Policies\System\Kerberos\Parameters"
KEY_DISTRIBUTION = r"Services\Kdc"
"""The settings by which a domain controller issues tickets (MS-PKCA; KB 5014754)."""

ANY_VALUE = "*"
"""The name for all values of a key that is itself missing."""

WINDOWS = r"Microsoft\Windows NT\CurrentVersion"
"""The key with the release of Windows."""

_STORES = "|".join(key.rpartition("\\")[2].casefold() for key in (FIREWALL, FIREWALL_OF_GPO))

MENTIONS = (
    rf"[\\/](?:{OF_IPSEC}|{_STORES})\b|\b(?:{_STORES})[\\/]"
    rf"|[\\/](?:{OF_VPN})[\\/]+parameters\b|[\\/](?:windows|services)[\\/]+ipsec\b"
)
"""The form in which a command names one of these keys, as an expression for folded text."""
SERVICES = rf"[\\/]services[\\/]+(?:{NAMES})\b(?![\\/])"
"""The form in which a command names the key of a service that IPsec needs."""
VALUES = r"\bassumeudpencapsulation\w*|\bnegotiatedh2048_\w*|\bprohibitipsec\b|\ballowl2tpweakcrypto\b"
"""The names of values that these keys alone have, in the same form."""
TOLD_VALUES = (
    "allowl2tpweakcrypto", "assumeudpencapsulationcontextonsendrule", "certauthflags", "disableikenameekucheck",
    "enabledosprotect", "enableserverfragmentation", "ikenumestablishedforinitialquery", "ipsecexempt",
    "negotiatedh2048_aes256", "nlbsidletime", "nlbsqmretransmitduration", "nodefaultexempt", "prohibitipsec",
)  # fmt: skip
"""The values that rules look at and that only IPsec or a VPN has, in lower case: what tells of one by name means it."""


def folded(*keys: str) -> tuple[str, ...]:
    """Keys or paths, folded and with a backslash at both ends, so that a path contains each key that it lies in."""
    return tuple(f"\\{key.casefold()}\\" for key in keys)
