"""Fits the parameters that Windows does not publish to the observable data of a host.

Observable are the counters of IKEEXT_COMMON_STATISTICS (currentQueuedWorkitems) and
IKEEXT_IP_VERSION_SPECIFIC_KEYMODULE_STATISTICS (totalSuccessfulMainModes, currentNewResponderMainModes) over time, the
time stamps of drop events (13809 to 13812), the duration of negotiations on an idle host, and numbers of security
associations. Every fit gives its confidence, and what the data cannot identify stays unknown with the reason.
"""

import itertools
import math
from collections.abc import Iterator, Sequence

from msgspec import Struct

from ipseclint.load.parameters import Parameters
from ipseclint.load.simulate.replicate import estimate
from ipseclint.words import plural

MIN_COMPLETIONS = 30
"""Completions below which a rate is called unknown: its interval would span more than a third either way."""
STEADY_QUEUE_CHANGE = 0.1
"""Change of a queue, over the requests that left it meanwhile, up to which it is called steady."""
_NORMAL_975 = 1.960


class CounterSample(Struct, frozen=True):
    """A host's counters at one time, in seconds of any clock. The first two count up, `queued` is a level."""

    seconds: float
    completed_main_modes: float
    dropped: float
    queued: float


class Fit(Struct, frozen=True):
    """A fitted value with its 95 % interval; `value` is None if the data cannot identify it, and `statement` says why.

    A bound that the data do not give is 0 or infinite.
    """

    name: str
    value: float | None
    low: float
    high: float
    observations: int
    statement: str

    @property
    def identified(self) -> bool:
        """Whether there is a value."""
        return self.value is not None


class Calibration(Struct, frozen=True):
    """The parameters of a host that were fitted. `capacity` is main modes per second of all workers together."""

    capacity: Fit
    service: Fit
    workers: Fit
    patience: Fit

    def applied_to(self, parameters: Parameters) -> Parameters:
        """The parameters with what was identified, each explored within its interval.

        With only the capacity known, the service time is set to what gives this capacity with the workers assumed, and
        the number of workers is no longer explored: how capacity is split into workers hardly moves the drops.
        """
        source = "fitted to this host's data"
        fitted = parameters
        workers = self.workers.value
        if workers is not None:
            fitted = fitted.with_measured(source, workers=workers)
        if self.service.value is not None:
            fitted = _within(fitted.with_measured(source, main_mode_service_seconds=self.service.value), self.service)
        elif self.capacity.value is not None:
            count = fitted["workers"].value
            per_worker = Fit(
                "main_mode_service_seconds",
                count / self.capacity.value,
                count / self.capacity.high,
                count / self.capacity.low,
                self.capacity.observations,
                "",
            )
            fitted = fitted.with_range("workers", count, count)
            fitted = fitted.with_measured(source, main_mode_service_seconds=count / self.capacity.value)
            fitted = _within(fitted, per_worker)
        if self.patience.value is not None:
            fitted = _within(fitted.with_measured(source, patience_seconds=self.patience.value), self.patience)
        return fitted


def calibrate(
    samples: Sequence[CounterSample],
    idle_durations_seconds: Sequence[float] = (),
    network_seconds: float | None = None,
    drop_events_seconds: Sequence[float] = (),
    storm_start_seconds: float | None = None,
) -> Calibration:
    """Everything that the data identify; see the single fits for what each needs."""
    capacity = fit_capacity(samples)
    service = fit_service(idle_durations_seconds, network_seconds)
    patience = fit_patience(samples, len(drop_events_seconds))
    if not patience.identified and storm_start_seconds is not None:
        patience = fit_patience_from_storm(storm_start_seconds, drop_events_seconds, capacity)
    return Calibration(capacity, service, fit_workers(capacity, service), patience)


def fit_capacity(samples: Sequence[CounterSample]) -> Fit:
    """Main modes per second that the workers complete when none of them idles.

    Taken over the intervals that begin and end with requests queued. The queue may have been empty within one, so long
    sampling intervals give too little.
    """
    name = "capacity_per_second"
    busy = [(earlier, later) for earlier, later in _intervals(samples) if earlier.queued > 0 and later.queued > 0]
    completed = math.fsum(later.completed_main_modes - earlier.completed_main_modes for earlier, later in busy)
    seconds = math.fsum(later.seconds - earlier.seconds for earlier, later in busy)
    if completed < MIN_COMPLETIONS:
        reached = max((_rate(earlier, later) for earlier, later in _intervals(samples)), default=0.0)
        why = (
            "the data cannot identify the capacity: the queue was never seen non-empty over an interval"
            if not busy
            else f"the data cannot identify the capacity: only {completed:.0f} main modes completed under load"
        )
        return Fit(name, None, reached, math.inf, len(busy), why + "; it is at least the highest rate seen")
    rate = completed / seconds
    error = _NORMAL_975 / math.sqrt(completed)
    return Fit(
        name,
        rate,
        rate * (1 - error),
        rate * (1 + error),
        len(busy),
        "completions while requests were queued; throughput alone identifies workers over service time, not either",
    )


def fit_service(idle_durations_seconds: Sequence[float], network_seconds: float | None) -> Fit:
    """Mean worker time of a main mode, from negotiations that found the queue empty.

    A negotiation lasts as long as its service and the network's round trips, which the data do not tell apart: they
    have to be given.
    """
    name = "main_mode_service_seconds"
    count = len(idle_durations_seconds)
    if count < 2:
        return Fit(name, None, 0.0, math.inf, count, "the data cannot identify the service time: no idle negotiations")
    duration = estimate(idle_durations_seconds)
    if network_seconds is None:
        why = "the data cannot identify the service time: durations include the network's round trips"
        return Fit(name, None, 0.0, duration.high, count, why)
    seconds = duration.mean - network_seconds
    if seconds <= 0:
        why = "the data contradict the network time given: negotiations were shorter than it"
        return Fit(name, None, 0.0, duration.high, count, why)
    return Fit(
        name,
        seconds,
        max(0.0, duration.low - network_seconds),
        duration.high - network_seconds,
        count,
        "duration of negotiations on an idle host, less the network's round trips",
    )


def fit_workers(capacity: Fit, service: Fit) -> Fit:
    """Number of workers: capacity times service time, if just one whole number fits."""
    name = "workers"
    if capacity.value is None or service.value is None:
        missing = "capacity" if capacity.value is None else "service time"
        return Fit(
            name, None, 1, math.inf, 0, f"the data cannot identify the number of workers: the {missing} is unknown"
        )
    low = max(1, math.ceil(capacity.low * service.low))
    high = max(low, math.floor(capacity.high * service.high))
    observations = min(capacity.observations, service.observations)
    if low != high:
        why = f"the data cannot identify the number of workers: {low} to {high} fit"
        return Fit(name, None, low, high, observations, why)
    return Fit(name, low, low, high, observations, "capacity times service time; the only whole number that fits")


def fit_patience(samples: Sequence[CounterSample], drop_events: int = 0) -> Fit:
    """Time in the queue after which requests are dropped, from counters in overload.

    While requests are being dropped, those that leave the queue have waited about as long as the patience, so the mean
    queue over the rate of leaving is the patience (Little's law). Only intervals with drops, and with a queue that
    stays about as long as it is, count: one that grows or drains tells of arrivals longer ago.
    """
    name = "patience_seconds"
    overloaded = [
        (earlier, later)
        for earlier, later in _intervals(samples)
        if later.dropped > earlier.dropped
        and abs(later.queued - earlier.queued) <= STEADY_QUEUE_CHANGE * _left(earlier, later)
    ]
    if not overloaded:
        return _patience_bound(samples, drop_events)
    queued = [(earlier.queued + later.queued) / 2 * (later.seconds - earlier.seconds) for earlier, later in overloaded]
    left = [_left(earlier, later) for earlier, later in overloaded]
    ratio = math.fsum(queued) / math.fsum(left)
    spread = estimate([area - ratio * count for area, count in zip(queued, left, strict=True)]).half_width
    error = spread * len(left) / math.fsum(left)
    return Fit(
        name,
        ratio,
        max(0.0, ratio - error),
        ratio + error,
        len(overloaded),
        "mean queue over the rate of leaving it, while requests were dropped",
    )


def fit_patience_from_storm(start_seconds: float, drop_events_seconds: Sequence[float], capacity: Fit) -> Fit:
    """Patience from the first drop after a start-up storm: nothing is dropped sooner than the patience after it.

    Exact if drops come when the patience ends; if they come at the request's turn, later by up to one service.
    """
    name = "patience_seconds"
    after = [moment - start_seconds for moment in drop_events_seconds if moment >= start_seconds]
    if not after:
        why = "the data cannot identify the patience: no drop after the start"
        return Fit(name, None, 0.0, math.inf, 0, why)
    first = min(after)
    late_by = 1 / capacity.value if capacity.value else first
    return Fit(name, first, max(0.0, first - late_by), first, len(after), "time from the start to the first drop")


def fit_peers(security_associations: Sequence[float], per_peer: float) -> Fit:
    """Number of active peers, from counts of security associations of one mode.

    They give nothing else: an association count is the same on a fast and on a slow host.
    """
    name = "peers"
    if not security_associations or per_peer <= 0:
        return Fit(name, None, 0.0, math.inf, 0, "the data cannot identify the peers: no count of associations")
    counts = [count / per_peer for count in security_associations]
    return Fit(
        name,
        math.fsum(counts) / len(counts),
        min(counts),
        max(counts),
        len(counts),
        "security associations over those of one peer; they identify neither workers, service time nor patience",
    )


def _patience_bound(samples: Sequence[CounterSample], drop_events: int) -> Fit:
    """The bound on the patience from a queue without lasting drops; `drop_events` were seen, whatever the
    counters say."""
    capacity = fit_capacity(samples)
    longest = max((sample.queued for sample in samples), default=0.0)
    dropped = any(later.dropped > earlier.dropped for earlier, later in _intervals(samples))
    low = longest / capacity.value if capacity.value and not (dropped or drop_events) else 0.0
    seen = "nothing was dropped"
    if dropped:
        seen = "the queue never stayed as long while requests were dropped"
    elif drop_events:
        were = "was" if drop_events == 1 else "were"
        seen = (
            f"{plural(drop_events, 'drop')} {were} seen, and no two exports of counters say how long the queue was then"
        )
    why = f"the data cannot identify the patience: {seen}"
    return Fit("patience_seconds", None, low, math.inf, 0, why + (f"; it is longer than {low:.3g} s" if low else ""))


def _intervals(samples: Sequence[CounterSample]) -> Iterator[tuple[CounterSample, CounterSample]]:
    """Successive samples, without those across a restart of the host, which sets its counters back."""
    for earlier, later in itertools.pairwise(samples):
        if (
            later.seconds > earlier.seconds
            and later.completed_main_modes >= earlier.completed_main_modes
            and later.dropped >= earlier.dropped
        ):
            yield earlier, later


def _left(earlier: CounterSample, later: CounterSample) -> float:
    """Requests that left the queue between two samples."""
    return later.completed_main_modes - earlier.completed_main_modes + later.dropped - earlier.dropped


def _rate(earlier: CounterSample, later: CounterSample) -> float:
    return (later.completed_main_modes - earlier.completed_main_modes) / (later.seconds - earlier.seconds)


def _within(parameters: Parameters, fit: Fit) -> Parameters:
    """The parameters with one explored over its fit's interval, as far as that is finite."""
    value = parameters[fit.name].value
    low = fit.low if fit.low > 0 else value
    high = fit.high if math.isfinite(fit.high) else value
    return parameters.with_range(fit.name, min(low, value), max(high, value))
