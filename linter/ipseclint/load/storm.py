"""Start-up storms: a fluid model of peers that all start at once or over a short ramp.

It counts work as a fluid: `workers / service time` requests per second, each dropped if not begun within the
patience, each repeated on a schedule. Requests wait in order and a stale one is dropped lazily, at its turn; a repeat
of a request that still waits is recognised and absorbed. One request on each idle worker at the start of a wave is
left out.
"""

import math
from collections.abc import Sequence

from msgspec import Struct

from ipseclint.load.schedules import SINGLE, Schedule


class Storm(Struct, frozen=True):
    """Requests that start within a window (0 is all at once) before workers of a given total capacity."""

    requests: float
    capacity_per_second: float
    patience_seconds: float
    window_seconds: float = 0.0
    schedule: Schedule = SINGLE


def critical_ramp_seconds(storm: Storm) -> float:
    """The shortest window in which no request is dropped, R*; 0 if even a batch fits."""
    drain = drain_seconds(storm)
    return max(0.0, drain - storm.patience_seconds) if drain < math.inf else math.inf


def ramp_slack_seconds(storm: Storm, service_seconds: float, service_scv: float, workers: int) -> float:
    """Two standard deviations of the time that the work needs, to be added to the critical ramp."""
    return 2 * service_seconds * math.sqrt(service_scv * storm.requests) / workers


def drain_seconds(storm: Storm) -> float:
    """Time the workers need for every request once."""
    if storm.requests <= 0:
        return 0.0
    return storm.requests / storm.capacity_per_second if storm.capacity_per_second > 0 else math.inf


def first_try_drop_share(storm: Storm) -> float:
    """Share of the first attempts that are dropped."""
    return max(0.0, 1 - _share_of_drain(storm, storm.window_seconds + storm.patience_seconds))


def waves(storm: Storm) -> tuple[float, ...]:
    """Times after a peer's first send at which it enters the queue anew, s: sends at least the patience apart."""
    return storm.schedule.sends_at_least(storm.patience_seconds)


def served_share(storm: Storm) -> float:
    """Share of the peers that are served before they give up.

    For a batch: the kept sends times the work done within one patience. For a ramp the spans in which a send of some
    peer can be begun are united, which bounds the share from above.
    """
    return min(1.0, _share_of_drain(storm, math.fsum(end - start for start, end in _spans(storm))))


def last_success_seconds(storm: Storm) -> float:
    """When the last peer that is served at all is done, since the start of the storm; 0 without requests."""
    return _time_of_service(storm, served_share(storm))


def mean_wait_seconds(storm: Storm) -> float:
    """Mean wait of the first attempts, with its patience for a dropped one."""
    longest = _longest_wait_seconds(storm)
    if longest <= storm.patience_seconds or storm.patience_seconds == 0:
        return min(longest, storm.patience_seconds) / 2
    return storm.patience_seconds * (1 - storm.patience_seconds / longest / 2)


def wait_quantile_seconds(storm: Storm, share: float) -> float:
    """Wait of the first attempts, served or dropped, that `share` of them do not exceed."""
    return min(storm.patience_seconds, share * _longest_wait_seconds(storm))


def served_wait_quantile_seconds(storm: Storm, share: float) -> float:
    """Wait of the first attempts that are served, which `share` of those do not exceed."""
    longest = _longest_wait_seconds(storm)
    if longest <= storm.patience_seconds:
        return share * longest
    if math.isinf(longest):
        return storm.patience_seconds
    rising = storm.patience_seconds / longest
    served_share_after = _share_of_drain(storm, storm.window_seconds)
    return min(storm.patience_seconds, share * (rising + (1 - rising) * served_share_after) * longest)


def peak_queue(storm: Storm) -> float:
    """Most requests that wait at the same time, stale ones included."""
    if storm.requests <= 0:
        return 0.0
    if storm.window_seconds <= 0:
        return storm.requests
    left_over = storm.requests * max(0.0, 1 - _share_of_drain(storm, storm.window_seconds))
    return min(left_over, storm.requests / storm.window_seconds * storm.patience_seconds)


def _longest_wait_seconds(storm: Storm) -> float:
    """The wait that the last first attempt would need."""
    return max(0.0, drain_seconds(storm) - storm.window_seconds)


def _spans(storm: Storm) -> Sequence[tuple[float, float]]:
    """When a fresh request can be begun and still be answered in time, as disjoint spans in order."""
    spans: list[tuple[float, float]] = []
    for send in waves(storm):
        reach = min(storm.patience_seconds, max(0.0, storm.schedule.give_up_seconds - send))
        end = send + storm.window_seconds + reach
        if spans and send <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((send, end))
    return spans


def _time_of_service(storm: Storm, share: float) -> float:
    """When that share of all requests has been served."""
    work = share * drain_seconds(storm) if share > 0 else 0.0
    if math.isinf(work):
        return math.inf
    end = 0.0
    for start, stop in _spans(storm):
        if work <= stop - start:
            end = start + work
            break
        work -= stop - start
        end = stop
    return max(end, min(share, 1.0) * storm.window_seconds)


def _share_of_drain(storm: Storm, seconds: float) -> float:
    """How much of the work is done in a time; 1 and more if all of it is."""
    drain = drain_seconds(storm)
    return seconds / drain if drain > 0 and not math.isinf(drain) else float(drain == 0 or math.isinf(seconds))
