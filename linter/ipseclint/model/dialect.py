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
"""The store of policy that Group Policy wrote, in an export that does not name the GPO."""
UNKNOWN_DOMAIN = "<DOMAIN>"
"""A placeholder for the domain in the name of a GPO, where a script gets it when it runs."""


class Reference(Frozen, gc=False):
    """The name or id by which one object points to another, as written."""

    target: str
    span: Span
