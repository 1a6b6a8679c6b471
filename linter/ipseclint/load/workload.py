"""The plain numbers that the load model computes with."""

import math
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
