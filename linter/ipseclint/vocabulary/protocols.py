"""Protocols over IP, and ports told at run time: one row each, with its number and its spelling in every tool."""

from __future__ import annotations

from ipseclint.vocabulary.rows import Row


class ProtocolRow(Row):
    """Each tool's word for a protocol. None: it has none, and takes the number."""

    name: str
    number: int | None
    """None is any protocol."""
    packet: str | None
    """The word for it in a packet, where the family tells which ICMP it is; None if a packet cannot have it."""
    netsh: str | None
    """`protocol` of `netsh advfirewall`."""
    netsh_ipsec: str | None
    """`protocol` of `netsh ipsec`."""
    powershell: str | None
    """`-Protocol` of NetSecurity."""


PROTOCOLS = (
    ProtocolRow(name="any", number=None, packet=None, netsh="any", netsh_ipsec="ANY", powershell="Any"),
    ProtocolRow(name="icmpv4", number=1, packet="icmp", netsh="icmpv4", netsh_ipsec="ICMP", powershell="ICMPv4"),
    ProtocolRow(name="tcp", number=6, packet="tcp", netsh="tcp", netsh_ipsec="TCP", powershell="TCP"),
    ProtocolRow(name="udp", number=17, packet="udp", netsh="udp", netsh_ipsec="UDP", powershell="UDP"),
    ProtocolRow(name="gre", number=47, packet="gre", netsh=None, netsh_ipsec=None, powershell=None),
    ProtocolRow(name="esp", number=50, packet="esp", netsh=None, netsh_ipsec=None, powershell=None),
    ProtocolRow(name="ah", number=51, packet="ah", netsh=None, netsh_ipsec=None, powershell=None),
    ProtocolRow(name="icmpv6", number=58, packet="icmpv6", netsh="icmpv6", netsh_ipsec=None, powershell="ICMPv6"),
    ProtocolRow(name="raw", number=255, packet=None, netsh=None, netsh_ipsec="RAW", powershell=None),
)


class RunTimePortsRow(Row):
    """Each tool's words for ports that are told at run time; none of them is one of IKE's."""

    netsh: str
    """`localport` of `netsh advfirewall firewall`."""
    powershell: tuple[str, ...]
    """`-LocalPort` of NetSecurity."""


RUN_TIME_PORTS = (
    RunTimePortsRow(netsh="rpc", powershell=("rpc",)),
    RunTimePortsRow(netsh="rpc-epmap", powershell=("rpcepmap",)),
    RunTimePortsRow(netsh="iphttps", powershell=("iphttpsin", "iphttpsout")),
    RunTimePortsRow(netsh="teredo", powershell=("teredo",)),
    RunTimePortsRow(netsh="ply2disc", powershell=("playtodiscovery",)),
    RunTimePortsRow(netsh="mdns", powershell=("mdns",)),
    RunTimePortsRow(netsh="cortana", powershell=("cortana",)),
)

PROTOCOL_NUMBERS = {
    word: protocol.number for protocol in PROTOCOLS for word in (protocol.packet, protocol.name) if word is not None
}
"""Protocols by their words here, which are those of netsh and PowerShell in lower case; None is any."""

_NAMES = {protocol.number: protocol.name for protocol in PROTOCOLS}


def protocol_name(number: int | None) -> str:
    """The word for a protocol number, or the number."""
    return _NAMES.get(number, str(number))
