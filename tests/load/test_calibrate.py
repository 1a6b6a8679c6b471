import itertools
import math
import random

import pytest

from ipseclint.load.calibrate import (
    CounterSample,
    calibrate,
    fit_capacity,
    fit_patience,
    fit_patience_from_storm,
    fit_peers,
    fit_service,
    fit_workers,
)
from ipseclint.load.parameters import Parameters, Provenance
from ipseclint.load.simulate.processes import Poisson, service_sampler
from ipseclint.load.simulate.simulation import simulate
from ipseclint.load.simulate.system import DropTiming, Host, Traffic


def counters(run):
    """What a poll of the counters at the end of each bin would have shown."""
    completed = itertools.accumulate(run.series.completed)
    dropped = itertools.accumulate(run.series.dropped)
    return [
        CounterSample((index + 1) * run.series.bin_seconds, done, lost, queued)
        for index, (done, lost, queued) in enumerate(zip(completed, dropped, run.series.queue_length, strict=True))
    ]


@pytest.fixture(scope="module", params=list(DropTiming))
def overloaded(request):
    host = Host(8, 30, request.param)
    return counters(simulate(host, [Traffic(Poisson(440, 600), 0.02)], seed=0, bins=200))


@pytest.fixture(scope="module")
def quiet():
    return counters(simulate(Host(8, 30), [Traffic(Poisson(100, 600), 0.02)], seed=1, bins=200))


@pytest.fixture(scope="module")
def idle_durations():
    draw = service_sampler(0.02, 1, random.Random(1))
    return [0.15 + draw() for _ in range(4_000)]


class TestOverloadedHost:
    def test_capacity(self, overloaded):
        fit = fit_capacity(overloaded)
        assert fit.identified
        assert fit.low <= 400 <= fit.high
        assert fit.high - fit.low < 10
        assert "not either" in fit.statement

    def test_patience(self, overloaded):
        fit = fit_patience(overloaded)
        assert fit.low <= 30 <= fit.high
        assert fit.high - fit.low < 1

    def test_workers_need_the_service_time(self, overloaded, idle_durations):
        alone = calibrate(overloaded)
        assert not alone.workers.identified
        assert "service time is unknown" in alone.workers.statement
        full = calibrate(overloaded, idle_durations, network_seconds=0.15)
        assert full.service.low <= 0.02 <= full.service.high
        assert full.workers.value == 8

    def test_applied_to_the_parameters(self, overloaded, idle_durations):
        defaults = Parameters.defaults().with_user_values(peers=1_000)
        full = calibrate(overloaded, idle_durations, network_seconds=0.15).applied_to(defaults)
        assert full["workers"].value == 8
        assert full["workers"].provenance is Provenance.MEASURED
        assert full["patience_seconds"].low < full["patience_seconds"].value < full["patience_seconds"].high
        assert full["main_mode_service_seconds"].value == pytest.approx(0.02, rel=0.05)

    def test_capacity_alone_fixes_the_service_time_of_assumed_workers(self, overloaded):
        fitted = calibrate(overloaded).applied_to(Parameters.defaults(4))
        load = fitted.workload()
        assert load.workers / load.main_mode_service_seconds == pytest.approx(400, rel=0.02)
        assert fitted["workers"].low == fitted["workers"].high == 4
        assert fitted["workers"].provenance is Provenance.ASSUMED


class TestQuietHost:
    def test_nothing_is_identified(self, quiet):
        found = calibrate(quiet)
        for fit in (found.capacity, found.service, found.workers, found.patience):
            assert not fit.identified
            assert "cannot identify" in fit.statement

    def test_the_capacity_is_at_least_what_was_seen(self, quiet):
        fit = fit_capacity(quiet)
        assert 80 < fit.low < 200
        assert fit.high == math.inf

    def test_the_parameters_stay_as_they_are(self, quiet):
        assert calibrate(quiet).applied_to(Parameters.defaults()) == Parameters.defaults()


def test_a_queue_without_drops_bounds_the_patience():
    host = Host(8, math.inf)
    samples = counters(simulate(host, [Traffic(Poisson(440, 100), 0.02)], seed=1, bins=100))
    fit = fit_patience(samples)
    assert not fit.identified
    assert fit.low == pytest.approx(10, rel=0.3)
    assert "longer than" in fit.statement


def test_no_data():
    found = calibrate([])
    assert not any(fit.identified for fit in (found.capacity, found.service, found.workers, found.patience))
    assert not fit_peers([], 1).identified


def test_a_restart_is_left_out():
    before = [CounterSample(t, 1_000 + 400 * t, 0, 50) for t in range(5)]
    after = [CounterSample(t, 400 * (t - 10), 0, 50) for t in range(10, 15)]
    fit = fit_capacity([*before, *after])
    assert fit.value == pytest.approx(400)
    assert fit.observations == 8


def test_few_completions_are_not_a_rate():
    fit = fit_capacity([CounterSample(0, 0, 0, 5), CounterSample(1, 10, 0, 5)])
    assert not fit.identified
    assert "only 10" in fit.statement


class TestService:
    def test_durations_include_the_network(self):
        fit = fit_service([0.17, 0.18, 0.16], None)
        assert not fit.identified
        assert "round trips" in fit.statement
        assert fit.high > 0.17

    def test_a_network_longer_than_the_negotiation_is_a_contradiction(self):
        fit = fit_service([0.17, 0.18, 0.16], 0.5)
        assert not fit.identified
        assert "contradict" in fit.statement

    def test_two_workers_may_fit(self):
        capacity = fit_capacity([CounterSample(0, 0, 0, 5), CounterSample(1, 100, 0, 5)])
        service = fit_service([0.05, 0.01, 0.03, 0.02, 0.04], 0.0)
        fit = fit_workers(capacity, service)
        assert not fit.identified
        assert fit.low < 3 < fit.high
        assert "fit" in fit.statement


class TestPatience:
    def test_from_the_first_drop_of_a_storm(self):
        capacity = fit_capacity([CounterSample(0, 0, 0, 5), CounterSample(10, 4_000, 0, 5)])
        fit = fit_patience_from_storm(100.0, [50.0, 130.001, 130.5, 140.0], capacity)
        assert fit.value == pytest.approx(30.001)
        assert fit.low <= 30 <= fit.high
        assert fit.observations == 3

    def test_without_a_drop(self):
        assert not fit_patience_from_storm(100.0, [50.0], fit_capacity([])).identified

    def test_the_storm_is_used_when_the_counters_do_not_tell(self):
        found = calibrate([], drop_events_seconds=[35.0], storm_start_seconds=0.0)
        assert found.patience.value == 35


def test_peers_from_direct_access_counts():
    fit = fit_peers([1_501, 1_546], 2)
    assert fit.value == pytest.approx(750, rel=0.02)
    assert (fit.low, fit.high) == (750.5, 773)
    assert "neither workers" in fit.statement
