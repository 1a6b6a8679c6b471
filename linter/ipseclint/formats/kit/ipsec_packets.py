"""How a record of a dropped packet tells that the packet is of IPsec or IKE: its protocol and ports, as texts."""

from __future__ import annotations

from ipseclint.model.selectors import AH, ESP, UDP
from ipseclint.model.selectors import IKE_PORTS as _PORTS

IPSEC_PROTOCOLS = frozenset(map(str, (ESP, AH)))
IKE_PORTS = frozenset(map(str, _PORTS))
_UDP = str(UDP)


def is_of_ipsec(protocol: str | None, *ports: str | None) -> bool:
    """Whether a packet is ESP, AH or IKE."""
    return protocol in IPSEC_PROTOCOLS or (protocol == _UDP and not IKE_PORTS.isdisjoint(ports))
