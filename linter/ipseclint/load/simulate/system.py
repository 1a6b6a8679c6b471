"""The model of a simulation: a host, its traffic, and the counts of a run."""

import enum

from msgspec import Struct

from ipseclint.load.half_open import HalfOpenLimits
from ipseclint.load.schedules import SINGLE, Schedule
from ipseclint.load.simulate.processes import Arrivals
from ipseclint.load.simulate.records import Durations, Series


class DropTiming(enum.StrEnum):
    """When a request that has waited too long leaves the queue; Windows documents neither."""

    LAZY = "lazy"
    """At its turn; until then it still absorbs repeats of its peer."""
    EAGER = "eager"
    """When its patience ends."""


class Duplicates(enum.StrEnum):
    """The fate of a repeat while the peer's earlier request waits or is served."""

    RECOGNISED = "recognised"
    """It is ignored."""
    SERVED = "served"
    """It is queued and served like a new request, to no use."""


class Host(Struct, frozen=True):
    """The simulated responder; `parameters` says what is known of Windows' values."""

    workers: int
    patience_seconds: float
    drops: DropTiming = DropTiming.LAZY
    duplicates: Duplicates = Duplicates.RECOGNISED
    half_open: HalfOpenLimits | None = None
    """None switches off caps and cookies."""
    round_trip_seconds: float = 0.0
    """How much later a request comes that was first asked for a cookie."""


class Traffic(Struct, frozen=True):
    """One stream of peers: when they first send, what each costs a worker, and how they repeat.

    With `addresses` the peers come from that many source addresses in turn; with None each has its own, which
    no cap per address ever meets.
    """

    arrivals: Arrivals
    service_seconds: float
    service_scv: float = 1.0
    schedule: Schedule = SINGLE
    addresses: int | None = None


class Run(Struct, frozen=True):
    """What one simulation counted.

    Peers end as `established`, `late` (served after they had given up) or `given_up`. `attempts` are requests that came
    to the queue, `drops` those that waited too long in it, `refused` those that a half-open limit kept out of it.
    """

    seed: int
    peers: int
    established: int
    late: int
    given_up: int
    attempts: int
    waited: int
    drops: int
    first_drops: int
    refused: int
    absorbed: int
    """Repeats recognised while the peer's request still waited in vain."""
    wasted: int
    """Services spent on unrecognised repeats."""
    cookies: int
    wait_seconds: float
    """Sum of min(V, D) over attempts."""
    last_success_seconds: float
    peak_half_open: int
    """Most half-open negotiations at once, counted exactly; only with half-open limits on, else 0."""
    served_waits: Durations
    setup_times: Durations
    """The setup times of established peers, from first send to end of service."""
    series: Series

    @property
    def drop_probability(self) -> float:
        """Drops over attempts."""
        return self.drops / self.attempts if self.attempts else 0.0

    @property
    def wait_probability(self) -> float:
        """Share of attempts that found all workers busy."""
        return self.waited / self.attempts if self.attempts else 0.0

    @property
    def mean_wait_seconds(self) -> float:
        """Mean of min(V, D) over attempts."""
        return self.wait_seconds / self.attempts if self.attempts else 0.0

    @property
    def served_share(self) -> float:
        """Established peers over all."""
        return self.established / self.peers if self.peers else 1.0
