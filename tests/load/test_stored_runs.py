"""Small simulated runs count what `tests/data/runs.txt` says, every figure of them.

Below each line `=== HOST` stands one run: a table of counts, then the distributions and the course over time. Each way
to drop, to take repeats and to limit half-open negotiations meets constant, exponential and more variable services.
After a change that is meant, `python -m tests.load.test_stored_runs` writes it anew: read the difference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import pytest
from msgspec.structs import fields

from ipseclint.load.erlang import Queue
from ipseclint.load.half_open import HalfOpenLimits
from ipseclint.load.scenarios import Scenario
from ipseclint.load.schedules import AUTHIP, SINGLE
from ipseclint.load.simulate import replicate
from ipseclint.load.simulate.processes import Poisson, Ramp
from ipseclint.load.simulate.records import Durations, Series
from ipseclint.load.simulate.simulation import simulate
from ipseclint.load.simulate.system import DropTiming, Duplicates, Host, Run, Traffic
from tests import ROOT
from tests.load.test_scenarios import WORKLOAD

STORED = ROOT / "tests" / "data" / "runs.txt"
LIMITS = {
    "none": None,
    "caps": HalfOpenLimits(per_address=6, total=14, lifetime_seconds=3, tail_seconds=0.2),
    "cookies": HalfOpenLimits(per_address=9, cookies=True, cookies_on_above=8, cookies_off_below=4, tail_seconds=0.1),
}
TRAFFIC = (
    Traffic(Ramp(24, 2), 0.5, 1, AUTHIP, 3),
    Traffic(Ramp(9, 0, 0.5), 0.25, 0, AUTHIP, 2),
    Traffic(Poisson(2, 5), 0.4, 3, SINGLE),
)


def counted(run: Run) -> Iterator[str]:
    numbers = {field.name: getattr(run, field.name) for field in fields(Run)}
    plain = {name: value for name, value in numbers.items() if isinstance(value, (int, float))}
    plain |= {
        name: getattr(run, name)
        for name in ("drop_probability", "wait_probability", "mean_wait_seconds", "served_share")
    }
    yield "  ".join(f"{name} {value:.5g}" for name, value in plain.items())
    for name, value in numbers.items():
        if isinstance(value, Durations):
            shares = ", ".join(f"{value.quantile_seconds(share):.4g}" for share in (0.1, 0.5, 0.9, 1))
            yield f"{name}: {value.total}, {value.zeros} of them 0; {shares}"
        if isinstance(value, Series):
            for field in fields(Series)[1:]:
                yield f"{field.name}: {' '.join(f'{each:.4g}' for each in getattr(value, field.name))}"


def runs() -> Iterator[str]:
    for drops, duplicates, limits in product(DropTiming, Duplicates, LIMITS):
        host = Host(3, 1.5, drops, duplicates, LIMITS[limits], 0.05)
        yield f"=== {drops} {duplicates} {limits}"
        yield from counted(simulate(host, TRAFFIC, seed=7, bins=12))
    yield "=== nobody"
    yield from counted(simulate(Host(1, 1, half_open=LIMITS["caps"]), [Traffic(Ramp(0), 1)], seed=7, bins=2))
    for scenario in Scenario:
        yield f"=== {scenario}"
        (run,) = replicate.run_scenario(WORKLOAD.with_values({"peers": 20}), scenario, AUTHIP, [5])
        yield next(counted(run))


def test_runs_count_what_is_stored() -> None:
    assert list(runs()) == STORED.read_text("utf-8").splitlines()


def test_the_requests_of_all_runs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(2, 4, 2, 5)
    monkeypatch.setattr(replicate, "STEADY_REQUESTS", 30)
    monkeypatch.setattr(replicate, "MAX_REQUESTS", 90)
    assert len(replicate.run_queue(queue, [1, 2, 3])) == 3
    with pytest.raises(ValueError, match=r"^120 requests are too many to simulate; 90 are possible$"):
        replicate.run_queue(queue, [1, 2, 3, 4])


def test_a_steady_state_lasts_until_its_requests_or_its_patience_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicate, "STEADY_REQUESTS", 400)
    lasted = []
    monkeypatch.setattr(replicate, "simulate", lambda _, traffic, **__: lasted.append(traffic[0].arrivals.end_seconds))
    for patience in (0.5, 7, 30, math.inf):
        replicate.run_scenario(WORKLOAD.with_values({"patience_seconds": patience}), Scenario.STEADY, AUTHIP, [1])
    assert lasted == [80, 140, 600, 3_600]


if __name__ == "__main__":
    STORED.write_text("\n".join(runs()) + "\n", "utf-8", newline="\n")
