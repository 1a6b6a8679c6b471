"""The plain numbers that the load model computes with, and how often peers negotiate by them, once started."""

import math
import sys
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Self

from msgspec import Struct
from msgspec.structs import replace

_COUNTS = frozenset({"workers", "quick_mode_limit", "peers_per_address", "main_mode_round_trips"})
_POSITIVE = frozenset(
    {
        "main_mode_lifetime_seconds",
        "quick_mode_lifetime_seconds",
        "quick_mode_lifetime_kilobytes",
        "workers",
        "peers_per_address",
    }
)
_MAY_BE_INFINITE = frozenset({"patience_seconds", "half_open_limit", "half_open_seconds"})
BITS_PER_KILOBYTE = 8 * 1024
"""Whether Windows counts 1000 or 1024 bytes is not documented; the larger is the milder assumption."""


class Workload(Struct, frozen=True):
    """A host, its fleet and its policy as the numbers that decide the load; see `parameters.DEFAULTS`."""

    peers: float
    initiating_share: float
    ramp_seconds: float
    main_mode_lifetime_seconds: float
    quick_mode_limit: int
    quick_mode_lifetime_seconds: float
    quick_mode_lifetime_kilobytes: float
    main_modes_per_peer: float
    quick_modes_per_peer: float
    throughput_bits_per_second: float
    new_sessions_per_second: float
    workers: int
    main_mode_service_seconds: float
    quick_mode_service_seconds: float
    service_scv: float
    patience_seconds: float
    round_trip_seconds: float
    main_mode_round_trips: int
    peers_per_address: int
    address_half_open_limit: float
    cookie_mode_on: float
    cookie_mode_off: float
    half_open_limit: float
    half_open_seconds: float

    @classmethod
    def from_values(cls, values: Mapping[str, float]) -> Self:
        """A workload from numbers by field name, each checked; counts become integers."""
        for name, value in values.items():
            check_field(name, value)
        return cls(**{name: _typed(name, value) for name, value in values.items()})

    def with_values(self, values: Mapping[str, float]) -> Self:
        """This workload with some numbers changed, each checked."""
        for name, value in values.items():
            check_field(name, value)
        return replace(self, **{name: _typed(name, value) for name, value in values.items()})

    def combinations(self, values: Mapping[str, Sequence[float]]) -> list[Self]:
        """This workload with every combination of values of some numbers, each checked."""
        return [self.with_values(dict(zip(values, chosen, strict=True))) for chosen in product(*values.values())]

    def number(self, name: str) -> float:
        """The value of a field by its name."""
        return float(getattr(self, name))

    @property
    def starting_peers(self) -> float:
        """Peers that start together in a storm."""
        return self.peers * self.initiating_share

    @property
    def start_service_seconds(self) -> float:
        """Worker time of one peer's start: its main mode and the quick modes beyond the first."""
        return (
            self.main_mode_service_seconds + max(0.0, self.quick_modes_per_peer - 1) * self.quick_mode_service_seconds
        )


def _typed(name: str, value: float) -> Any:
    return int(value) if name in _COUNTS else float(value)


_NAMES = frozenset(Workload.__struct_fields__)


def is_count(name: str) -> bool:
    """Whether the field holds whole numbers."""
    return name in _COUNTS


def check_field(name: str, value: float) -> None:
    """Raise ValueError, naming the field, unless the value is in its domain."""
    if name not in _NAMES:
        known = ", ".join(sorted(each.replace("_", "-") for each in _NAMES))
        raise ValueError(f"{name} is not a parameter of the load model; these are: {known}")
    if math.isnan(value) or value < 0 or (value == 0 and name in _POSITIVE):
        raise ValueError(f"{name} must be {'positive' if name in _POSITIVE else 'zero or more'}, not {value}")
    if math.isinf(value) and name not in _MAY_BE_INFINITE:
        raise ValueError(f"{name} must be finite")
    if name in _COUNTS and value != int(value):
        raise ValueError(f"{name} must be a whole number, not {value}")
    if name == "initiating_share" and value > 1:
        raise ValueError(f"initiating_share must be at most 1, not {value}")


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
