"""Half-open main modes: how many there are, and what Windows' limits on them refuse."""

from ipseclint.load.erlang import erlang_b


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


def half_open_limit_for(rate: float, acceptable_seconds: float) -> float:
    """Half-open main modes to allow for a rate and an acceptable response time: strongSwan's rule of thumb."""
    return rate * acceptable_seconds
