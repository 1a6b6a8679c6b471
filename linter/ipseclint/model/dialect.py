"""Which Windows tool owns an object, and how one object refers to another."""

from enum import StrEnum

from ipseclint.model.values import Frozen
from ipseclint.source import Span


class Dialect(StrEnum):
    """Which tool of Windows owns an object: it decides how the object is named and repaired."""

    WFAS = "wfas"  # connection security: netsh advfirewall, NetSecurity cmdlets, firewall GPO
    IP_SECURITY_POLICY = "legacy"  # netsh ipsec static, IP Security Policies
    DYNAMIC = "dynamic"  # netsh ipsec dynamic
    WFP = "wfp"  # provider contexts and filters of the Windows Filtering Platform
    VPN = "vpn"  # VPN connections


UNNAMED_GPO = "group policy"
"""The store of what Group Policy has written, in an export that does not tell which object it came from."""
UNKNOWN_DOMAIN = "<DOMAIN>"
"""What stands for the domain in the name of a group policy object, where a script is given it when it runs."""


class Reference(Frozen, gc=False):
    """The name or id by which one object points to another, as written."""

    target: str
    span: Span
