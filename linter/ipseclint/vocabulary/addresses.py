"""Words for addresses: one row each, with its spelling in every tool."""

from __future__ import annotations

from ipseclint.vocabulary.rows import Row, RowValue


class AddressKeywordRow(Row):
    """Each tool's word for an address. None: it has none."""

    name: str
    netsh: str | None
    """`endpoint1` and `endpoint2` of `netsh advfirewall consec`."""
    netsh_ipsec: str | None
    """`srcaddr` and `dstaddr` of `netsh ipsec`."""
    powershell: str | None
    """`-RemoteAddress` of the NetSecurity cmdlets."""
    registry: str | tuple[str, ...] | None
    """A word of the address lists of the firewall's rules (MS-GPFAS 2.2.2)."""
    filter_special: int | None
    """The special address of a source in an ipsecFilter (MS-GPIPSEC 2.2.1.5)."""
    filter_type: int | None
    """The type of an address in the second version of it."""


class AddressKeyword(RowValue):
    """An address that Windows resolves on the machine itself."""

    row: AddressKeywordRow

    ANY = AddressKeywordRow(
        name="any",
        netsh="any",
        netsh_ipsec="any",
        powershell="Any",
        registry=None,
        filter_special=None,
        filter_type=0,
    )
    ME = AddressKeywordRow(
        name="me",
        netsh=None,
        netsh_ipsec="me",
        powershell=None,
        registry=None,
        filter_special=None,
        filter_type=8,
    )
    LOCAL_SUBNET = AddressKeywordRow(
        name="localsubnet",
        netsh="localsubnet",
        netsh_ipsec=None,
        powershell="LocalSubnet",
        registry=("LocalSubnet", "LocalSubnet4", "LocalSubnet6"),
        filter_special=None,
        filter_type=None,
    )
    DNS = AddressKeywordRow(
        name="dns",
        netsh="dns",
        netsh_ipsec="dns",
        powershell="DNS",
        registry="DNS",
        filter_special=1,
        filter_type=0x10,
    )
    DHCP = AddressKeywordRow(
        name="dhcp",
        netsh="dhcp",
        netsh_ipsec="dhcp",
        powershell="DHCP",
        registry="DHCP",
        filter_special=3,
        filter_type=0x40,
    )
    WINS = AddressKeywordRow(
        name="wins",
        netsh="wins",
        netsh_ipsec="wins",
        powershell="WINS",
        registry="WINS",
        filter_special=2,
        filter_type=0x20,
    )
    DEFAULT_GATEWAY = AddressKeywordRow(
        name="defaultgateway",
        netsh="defaultgateway",
        netsh_ipsec="GATEWAY",
        powershell="DefaultGateway",
        registry="DefaultGateway",
        filter_special=4,
        filter_type=0x80,
    )
    INTRANET = AddressKeywordRow(
        name="intranet",
        netsh=None,
        netsh_ipsec=None,
        powershell="Intranet",
        registry="IntrAnet",
        filter_special=None,
        filter_type=None,
    )
    INTERNET = AddressKeywordRow(
        name="internet",
        netsh=None,
        netsh_ipsec=None,
        powershell="Internet",
        registry="IntErnet",
        filter_special=None,
        filter_type=None,
    )
    PLAY_TO_RENDERERS = AddressKeywordRow(
        name="ply2renders",
        netsh=None,
        netsh_ipsec=None,
        powershell="PlayToDevice",
        registry="Ply2Renders",
        filter_special=None,
        filter_type=None,
    )
    REMOTE_INTRANET = AddressKeywordRow(
        name="rmtintranet",
        netsh=None,
        netsh_ipsec=None,
        powershell="RemoteIntranet",
        registry="RmtIntrAnet",
        filter_special=None,
        filter_type=None,
    )
    CAPTIVE_PORTAL = AddressKeywordRow(
        name="captiveportal",
        netsh=None,
        netsh_ipsec=None,
        powershell=None,
        registry="CaptivePortal",
        filter_special=None,
        filter_type=None,
    )
