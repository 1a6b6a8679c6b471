"""The load model's inputs from exports of a running host: counters over time, drops, associations."""

from __future__ import annotations

import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from ipseclint.finding import QUEUE_DROPS
from ipseclint.load.calibrate import Calibration, CounterSample, Fit, calibrate, fit_peers
from ipseclint.load.parameters import Parameters, Provenance
from ipseclint.model.events import Counter, Event, EventKind, SecurityAssociation
from ipseclint.semantics.evidence import counter_code, moment_of

_QUEUED = "currentQueuedWorkitems"
_COMPLETED = "totalSuccessfulMainModes"
_ACTIVE = "currentActiveMainModes"


class HostFit(Struct, frozen=True):
    """The fit to a host's data: its queue, and its number of peers. `samples` counts the exports with counters."""

    calibration: Calibration
    peers: Fit
    samples: int
    drops: int

    @property
    def fits(self) -> tuple[Fit, ...]:
        """All fits."""
        fitted = self.calibration
        return (fitted.capacity, fitted.service, fitted.workers, fitted.patience, self.peers)

    def applied_to(self, parameters: Parameters) -> Parameters:
        """The parameters with what was identified; peers only where nobody gave any."""
        fitted = self.calibration.applied_to(parameters)
        peers = self.peers.value
        if peers is not None and parameters["peers"].provenance is Provenance.ASSUMED:
            fitted = fitted.with_measured("associations on this host", peers=peers)
            fitted = fitted.with_range("peers", min(self.peers.low, peers), max(self.peers.high, peers))
        return fitted


def fit_host(
    counters: Iterable[Counter],
    events: Iterable[Event],
    associations: Iterable[SecurityAssociation],
    storm_start: datetime.datetime | None = None,
) -> HostFit:
    """All that the data of one host identify; `storm_start` is when its peers began to start, if they did."""
    by_export: defaultdict[str, list[Counter]] = defaultdict(list)
    for counter in counters:
        by_export[counter.span.path].append(counter)
    samples = sorted(
        {sample.seconds: sample for each in by_export.values() if (sample := _sample(each)) is not None}.values(),
        key=lambda sample: sample.seconds,
    )
    # The same event stands in the log and in the list of network events, or in two exports: it happened once.
    once = {
        (moment, event.remote_address): None for event in events if _is_drop(event) and (moment := moment_of(event))
    }
    drops = [moment.timestamp() for moment, _ in once]
    start = storm_start.timestamp() if storm_start is not None else None
    fitted = calibrate(samples, drop_events_seconds=drops, storm_start_seconds=start)
    return HostFit(fitted, fit_peers(_main_modes(by_export, associations), 1), len(samples), len(drops))


def _is_drop(event: Event) -> bool:
    return bool(event.codes) and set(event.codes) <= set(QUEUE_DROPS)


def _sample(counters: Sequence[Counter]) -> CounterSample | None:
    """The counters of one export; None if it does not say when it was written, or how many requests were queued."""
    moment = _written(counters)
    queued = [each.value for each in counters if each.name == _QUEUED]
    if moment is None or not queued:
        return None
    return CounterSample(
        seconds=moment,
        completed_main_modes=sum(each.value for each in counters if each.name == _COMPLETED),
        dropped=sum(counter.value for counter in counters if counter_code(counter) in QUEUE_DROPS),
        queued=sum(queued),
    )


def _written(counters: Sequence[Counter]) -> float | None:
    text = next((each.time for each in counters if each.time), None)
    if text is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _main_modes(by_export: dict[str, list[Counter]], associations: Iterable[SecurityAssociation]) -> list[float]:
    """Main-mode associations by export, from the counters where present, and from the lists."""
    counts = [
        float(sum(each.value for each in counters if each.name == _ACTIVE))
        for counters in by_export.values()
        if any(each.name == _ACTIVE for each in counters)
    ]
    main = sorted(association.span.path for association in associations if association.kind is EventKind.MAIN_MODE)
    counts += [float(sum(1 for _ in group)) for _, group in itertools.groupby(main)]
    return counts
