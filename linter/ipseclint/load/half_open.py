"""Half-open main modes: their number, what Windows' limits refuse, and when cookies are required."""

import math
from heapq import heappop, heappush

from msgspec import Struct

from ipseclint.load.erlang import erlang_b

NO_ADDRESS = -1.0


def mean_half_open(main_mode_rate: float, wait_seconds: float, service_seconds: float, network_seconds: float) -> float:
    """Main modes under way on average: their rate times the time each takes (Little's law)."""
    if main_mode_rate == 0:
        return 0.0  # though the wait of the others may be endless
    return main_mode_rate * (wait_seconds + service_seconds + network_seconds)


def batch_address_drop_share(peers_per_address: float, limit: float) -> float:
    """Share of first attempts from one address refused when its peers start together and none completes meanwhile."""
    return max(0.0, 1 - limit / peers_per_address) if peers_per_address > 0 else 0.0


def steady_address_drop_share(address_rate: float, half_open_seconds: float, limit: float) -> float:
    """Share of the attempts from one address refused in the steady state (Erlang B, the limit as servers).

    `address_rate` is main modes per second from the address, `half_open_seconds` the time each stays half-open.
    """
    return erlang_b(int(limit), mean_half_open(address_rate, 0.0, 0.0, half_open_seconds))


class HalfOpenLimits(Struct, frozen=True):
    """Limits on half-open main modes; the defaults are Windows' documented ones (MS-IKEE note 29, MS-AIPS note 12).

    `cookies` says whether the host asks for cookies at all (EnableDOSProtect=1). A negotiation is half-open from its
    entry into the queue until `tail_seconds` after its service, the network's share of it; at most `lifetime_seconds`.
    """

    per_address: float = 35
    total: float = math.inf
    cookies: bool = False
    cookies_on_above: float = 500
    cookies_off_below: float = 100
    lifetime_seconds: float = 60
    tail_seconds: float = 0.0


class HalfOpenTable:
    """The half-open main modes of a running simulation."""

    __slots__ = ("_by_address", "_leaving", "asks_cookies", "limits", "peak", "total")

    def __init__(self, limits: HalfOpenLimits) -> None:
        self.limits = limits
        self.total = 0
        self.peak = 0
        self.asks_cookies = False
        self._by_address: dict[float, int] = {}
        self._leaving: list[tuple[float, float, int]] = []

    def expire(self, now: float) -> None:
        """Remove entries that are no longer half-open."""
        leaving = self._leaving
        while leaving and leaving[0][0] <= now:
            _, address, count = heappop(leaving)
            self.total -= count
            if address != NO_ADDRESS:
                left = self._by_address[address] - count
                if left:
                    self._by_address[address] = left
                else:
                    del self._by_address[address]
        if self.asks_cookies and self.total < self.limits.cookies_off_below:
            self.asks_cookies = False

    def room(self, address: float) -> float:
        """How many more may enter from the address before a limit refuses them or cookies are asked for."""
        room = self.limits.total - self.total
        if address != NO_ADDRESS:
            room = min(room, self.limits.per_address - self._by_address.get(address, 0))
        return room

    def room_without_cookies(self) -> float:
        """How many more may enter until cookies are asked for."""
        return self.limits.cookies_on_above + 1 - self.total if self.limits.cookies else math.inf

    def enter(self, now: float, until: float, address: float, count: int) -> None:
        """Add negotiations that stay half-open until a given time, within the lifetime of the state."""
        self.total += count
        self.peak = max(self.peak, self.total)
        if address != NO_ADDRESS:
            self._by_address[address] = self._by_address.get(address, 0) + count
        heappush(self._leaving, (min(until, now + self.limits.lifetime_seconds), address, count))
        if self.limits.cookies and self.total > self.limits.cookies_on_above:
            self.asks_cookies = True
