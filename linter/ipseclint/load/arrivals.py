"""How often a policy makes its peers negotiate, once started."""

import math
import sys

from msgspec import Struct

from ipseclint.load.workload import Workload

BITS_PER_KILOBYTE = 8 * 1024
"""Whether Windows counts 1000 or 1024 bytes is not documented; the larger is the milder assumption."""


class Rates(Struct, frozen=True):
    """Negotiations per second at this host (the IKE setup rate and tunnel rekey rate of the IETF's IPsec benchmarks).

    `quick_mode` counts rekeys and the quick modes of new sessions.
    """

    main_mode: float
    quick_mode: float

    @property
    def total(self) -> float:
        """All negotiations per second."""
        return self.main_mode + self.quick_mode


def steady_rates(workload: Workload) -> Rates:
    """Negotiations per second when rekeys are spread evenly.

    A quick mode is renewed by time or by bytes, whichever comes first. A main mode is renewed at its lifetime, or as
    often as its peer's quick modes use up the session limit. This host takes part in every negotiation of its own
    peers, as initiator or responder, so its own number of peers counts.
    """
    renewals = workload.quick_modes_per_peer * quick_mode_renewals_per_second(workload)
    main_modes = workload.main_modes_per_peer / workload.main_mode_lifetime_seconds
    if workload.quick_mode_limit > 0:
        main_modes = max(main_modes, renewals / workload.quick_mode_limit)
    new = workload.new_sessions_per_second
    return Rates(
        main_mode=workload.peers * main_modes + new * workload.main_modes_per_peer,
        quick_mode=workload.peers * renewals + new * workload.quick_modes_per_peer,
    )


def quick_mode_renewals_per_second(workload: Workload) -> float:
    """How often one quick-mode SA is renewed, 1/s: by time or by bytes, whichever is more often."""
    by_time = 1 / workload.quick_mode_lifetime_seconds
    by_bytes = workload.throughput_bits_per_second / (BITS_PER_KILOBYTE * workload.quick_mode_lifetime_kilobytes)
    return max(by_time, by_bytes)


def mean_service_seconds(workload: Workload, rates: Rates) -> float:
    """Worker time of a negotiation on average over both modes; of a main mode when there are none."""
    if rates.total == 0:
        return workload.main_mode_service_seconds
    work = rates.main_mode * workload.main_mode_service_seconds + rates.quick_mode * workload.quick_mode_service_seconds
    return work / rates.total


def mixed_service_scv(workload: Workload, rates: Rates) -> float:
    """Squared coefficient of variation of the worker time over both modes, each with the workload's own."""
    mean = mean_service_seconds(workload, rates)
    if rates.total == 0 or mean == 0:
        return workload.service_scv
    modes = (
        (rates.main_mode, workload.main_mode_service_seconds),
        (rates.quick_mode, workload.quick_mode_service_seconds),
    )
    # share of all work times length over the mean: squares on their own would leave the range of floats
    squares = math.fsum(rate / rates.total * (service / mean) * (service / mean) for rate, service in modes)
    return min(max(0.0, squares * (1 + workload.service_scv) - 1), sys.float_info.max)
