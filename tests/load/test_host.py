"""What exports of a host say to the load model: which events are drops, which counters are samples, how many peers."""

from __future__ import annotations

import datetime

import pytest
from msgspec.structs import replace

from ipseclint.load.host import _written, fit_host
from ipseclint.load.parameters import Parameters, Provenance
from ipseclint.model.events import Counter, Event, EventKind, SecurityAssociation
from ipseclint.source import Span
from tests.cases import cases

START = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)


def event(seconds: int, code: int | None, *possible: int) -> Event:
    time = (START + datetime.timedelta(seconds=seconds)).isoformat()
    return Event(span=Span("e", 1, 1), kind=EventKind.MAIN_MODE, time=time, error_code=code, possible_codes=possible)


def counters(path: str, second: int, done: int, queued: int | None, dropped: int = 0) -> list[Counter]:
    values = {
        "totalSuccessfulMainModes": done,
        "ERROR_IPSEC_IKE_QUEUE_DROP_MM": dropped,
        "ERROR_IPSEC_IKE_TIMED_OUT": 99,
        "currentActiveMainModes": 40,
    }
    if queued is not None:
        values["currentQueuedWorkitems"] = queued
    groups = {"ERROR_IPSEC_IKE_QUEUE_DROP_MM": "ikeStatistics/errorFrequencyTable"}
    return [
        Counter(
            group=groups.get(name, "ikeStatistics/v4Statistics"),
            name=name,
            value=value,
            span=Span(path, 1, 1),
            time=f"2026-03-02T08:00:{second:02}Z",
        )
        for name, value in values.items()
    ]


@cases(
    ("events", "drops"),
    [
        ([event(7, 13811)], 1),
        ([event(7, 13809), event(8, 13812)], 2),
        # One text of Windows for four errors, all of them drops.
        ([event(7, None, 13809, 13810, 13811, 13812)], 1),
        # A text that may as well be about something else is no evidence.
        ([event(7, None, 13811, 13805)], 0),
        ([event(7, 13805), event(7, None)], 0),
        ([event(7, 13811).model_copy(update={"time": None})], 0),
    ],
)
def test_only_what_surely_was_dropped_counts(events: list[Event], drops: int) -> None:
    fit = fit_host([], events, [], START)
    assert fit.drops == drops
    assert fit.calibration.patience.value == (7 if drops else None)


def test_exports_become_samples_in_the_order_of_their_times() -> None:
    late, early = counters("b", 20, 1000, 50, 200), counters("a", 10, 500, 50, 100)
    fit = fit_host([*late, *early], [], [])
    assert fit.samples == 2
    assert fit.calibration.capacity.value == 50
    assert fit.calibration.patience.value == pytest.approx(50 * 10 / 600)
    assert (fit.peers.value, fit.peers.observations) == (40, 2)


def test_an_export_without_a_time_or_a_queue_is_no_sample() -> None:
    timeless = [counter.model_copy(update={"time": None}) for counter in counters("a", 0, 1, 1)]
    strange = [counter.model_copy(update={"time": "this morning"}) for counter in counters("b", 0, 1, 1)]
    assert fit_host([*timeless, *strange, *counters("c", 0, 1, None)], [], []).samples == 0


def test_peers_are_counted_by_main_modes_of_each_list() -> None:
    lists = [
        SecurityAssociation(span=Span(path, 1, 1), kind=kind)
        for path, kind, count in (
            ("a", EventKind.MAIN_MODE, 10),
            ("a", EventKind.QUICK_MODE, 99),
            ("b", EventKind.MAIN_MODE, 20),
        )
        for _ in range(count)
    ]
    fit = fit_host([], [], lists)
    assert (fit.peers.value, fit.peers.low, fit.peers.high) == (15, 10, 20)
    fitted = fit.applied_to(Parameters.defaults())["peers"]
    assert (fitted.value, fitted.low, fitted.high, fitted.provenance) == (15, 10, 20, Provenance.MEASURED)
    given = fit.applied_to(Parameters.defaults().with_user_values(peers=7))["peers"]
    assert (given.value, given.provenance) == (7, Provenance.YOURS)


def test_a_time_without_a_zone_is_utc_and_one_that_is_none_is_no_time() -> None:
    (with_zone, *_), bare = counters("a", 7, 0, 0), "2026-03-02T08:00:07"
    assert _written([with_zone]) == _written([replace(with_zone, time=bare)]) == START.timestamp() + 7
    assert _written([replace(with_zone, time="yesterday")]) is None
    assert _written([replace(with_zone, time=None)]) is None
