"""Protocol and port of protected traffic, as strongSwan and libreswan write them: `udp/1701`."""

from __future__ import annotations

from ipseclint.model.selectors import PortRange, Ports
from ipseclint.vocabulary.protocols import PROTOCOL_NUMBERS

Traffic = tuple[int | None, Ports]
"""A protocol, None for any, and the ports, empty for any."""

ANY: Traffic = (None, ())
_ANY_WORDS = frozenset({"", "any", "%any", "0"})
_LAST_PROTOCOL, _LAST_PORT = 255, 65_535


def traffic_of(words: str) -> Traffic | None:
    """The traffic in `PROTOCOL/PORT`, either of which may be missing; None if not understood, as a service name."""
    protocol, _, port = words.strip().casefold().partition("/")
    number = None if protocol in _ANY_WORDS else PROTOCOL_NUMBERS.get(protocol, _number(protocol, _LAST_PROTOCOL))
    if number is None and protocol not in _ANY_WORDS:
        return None
    if port in _ANY_WORDS:
        return number, ()
    first, _, last = port.partition("-")
    ends = _number(first, _LAST_PORT), _number(last or first, _LAST_PORT)
    if ends[0] is None or ends[1] is None or number is None or ends[0] > ends[1]:
        return None
    return number, (PortRange(ends[0], ends[1]),)


def joined(local: Traffic, remote: Traffic) -> tuple[int | None, Ports, Ports] | None:
    """The common protocol of both sides, and the ports of each; None if the protocols differ."""
    numbers = {number for number, _ in (local, remote) if number is not None}
    return None if len(numbers) > 1 else (next(iter(numbers), None), local[1], remote[1])


def _number(words: str, last: int) -> int | None:
    return int(words) if words.isdecimal() and len(words) <= len(str(last)) and int(words) <= last else None
