"""The figures of small workloads, what moves them, their pictures and the laws behind them are as stored.

`tests/data/figures.txt` has a line for each. After a change that is meant, `python -m tests.load.test_stored_figures`
writes it anew: read the difference.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from msgspec import Struct

from ipseclint.load import erlang, half_open, sensitivity, storm
from ipseclint.load.assess import assess_queue
from ipseclint.load.calibrate import CounterSample, calibrate, fit_peers
from ipseclint.load.figures import Pressure, evaluate, pressure
from ipseclint.load.impatience import solve
from ipseclint.load.parameters import DEFAULTS, Parameters
from ipseclint.load.pictures import pictures
from ipseclint.load.report import json, text
from ipseclint.load.report.charts import Line, document, empty_chart, heat_map, line_chart, linear_axis, log_axis
from ipseclint.load.retries import with_retries
from ipseclint.load.scenarios import Scenario, natural_spread_seconds, start_storm, steady_utilisation
from ipseclint.load.schedules import AUTHIP, SINGLE, WINDOWS_IKEV1
from ipseclint.load.simulate.processes import Poisson
from ipseclint.load.simulate.replicate import replicate, summarise
from ipseclint.load.simulate.system import Host, Traffic
from ipseclint.load.workload import Workload
from tests import ROOT
from tests.load.test_scenarios import WORKLOAD

STORED = ROOT / "tests" / "data" / "figures.txt"
WORKLOADS: dict[str, Workload] = {
    "plain": WORKLOAD,
    "nobody": WORKLOAD.with_values({"peers": 0}),
    "busy": WORKLOAD.with_values({"peers": 4_000, "ramp_seconds": 0, "peers_per_address": 1}),
    "endless": WORKLOAD.with_values({"patience_seconds": math.inf, "service_scv": 0, "initiating_share": 1}),
    "at once": WORKLOAD.with_values({"main_mode_service_seconds": 0, "quick_mode_service_seconds": 0}),
    "by bytes": WORKLOAD.with_values({"throughput_bits_per_second": 1e6, "quick_mode_limit": 1, "patience_seconds": 0}),
}


def told(value: Any) -> str:
    match value:
        case enum.Enum() | str() | bool() | None:
            return str(value)
        case int() | float():
            return f"{value:.5g}"
        case Mapping():
            return f"{{{', '.join(f'{told(key)}: {told(each)}' for key, each in value.items())}}}"
        case Struct():
            return f"({', '.join(f'{name} {told(getattr(value, name))}' for name in value.__struct_fields__)})"
    return f"[{', '.join(map(told, value))}]"


def of_workloads() -> Iterator[str]:
    for (name, workload), scenario in product(WORKLOADS.items(), Scenario):
        yield f"{name} {scenario} {told(evaluate(workload, scenario, AUTHIP))}"
        yield f"  under {told(pressure(workload, scenario, AUTHIP))}"
        yield f"  by {sensitivity.metric_for(workload, scenario, AUTHIP)} at {steady_utilisation(workload):.5g}"
        yield f"  surface {told(sensitivity.drop_surface(workload, scenario, AUTHIP, [10, 1_000], [1, 60]))}"


def of_levers() -> Iterator[str]:
    parameters = Parameters.defaults().with_user_values(peers=60_000, patience_seconds=5, ramp_seconds=60)
    for scenario in (Scenario.STEADY, Scenario.FAILOVER):
        for each in sensitivity.elasticities(parameters, scenario, AUTHIP):
            yield f"{scenario} {told(each)}"
        yield f"{scenario} ranges {told(sensitivity.figure_ranges(parameters, scenario, AUTHIP))}"


def of_laws() -> Iterator[str]:
    for scv, workers, patience, rate in product((0, 1, 4), (1, 4), (0, 2, math.inf), (0, 0.5, 8)):
        queue = erlang.Queue(rate, 1, workers, patience, scv)
        if rate < workers or patience < math.inf:
            yield f"{told(queue)} {told(solve(queue))}"
            if patience < math.inf:
                yield f"  repeated {told(with_retries(queue, AUTHIP))}"
    for workers, load in product((0, 1, 5), (0, 0.5, 5, math.inf)):
        if workers or load:
            yield f"{workers} {load} {erlang.erlang_b(workers, load):.5g}"
    for rate, limit in product((0, 2, 50), (0, 1, 35)):
        yield f"{rate} {limit} {half_open.steady_address_drop_share(rate, 1.5, limit):.5g}"
        yield f"{rate} {limit} {half_open.batch_address_drop_share(rate, limit):.5g}"
    for name, schedule in product(("plain", "busy"), (SINGLE, AUTHIP, WINDOWS_IKEV1)):
        each = start_storm(WORKLOADS[name], Scenario.FAILOVER, schedule)
        laws = (
            *(storm.critical_ramp_seconds, storm.drain_seconds, storm.first_try_drop_share, storm.waves),
            *(storm.served_share, storm.last_success_seconds, storm.mean_wait_seconds, storm.peak_queue),
        )
        yield f"{name} {schedule.name} {told([law(each) for law in laws])}"
        shares = [0, 0.3, 0.95, 1]
        yield f"  {told([storm.wait_quantile_seconds(each, share) for share in shares])}"
        yield f"  {told([storm.served_wait_quantile_seconds(each, share) for share in shares])}"
        yield f"  {storm.ramp_slack_seconds(each, 0.5, 2, 3):.5g}"
        yield f"  {told([natural_spread_seconds(scenario, schedule) for scenario in Scenario])}"


def of_calibration() -> Iterator[str]:
    busy = [(0, 0, 0, 9), (10, 100, 0, 9), (20, 200, 30, 10), (30, 300, 60, 10)]
    courses = {
        "none": [],
        "busy": busy,
        "idle": [(0, 0, 0, 0), (10, 900, 0, 0)],
        "few": [(0, 0, 0, 9), (10, 20, 1, 9)],
        "set back": [*busy, (40, 5, 0, 10), (40, 90, 0, 10), (50, 120, 0, 10), (55, 130, -1, 10)],
        "growing": [(0, 0, 0, 9), (10, 200, 0, 90), (20, 400, 5, 500)],
        "without drops": [(0, 0, 0, 20), (10, 200, 0, 20), (20, 400, 0, 30)],
    }
    for name, course in courses.items():
        samples = [CounterSample(*map(float, row)) for row in course]
        for idle, network, drops, start in (
            ((), None, (), None),
            ((0.2, 0.21, 0.22), 0.1, (12.0,), 5.0),
            ((0.2, 0.2), None, (3.0, 4.0), 5.0),
            ((0.2, 0.3), 0.9, (5.0, 6.0), 5.0),
            ((0.2,), 0.0, (), 5.0),
        ):
            found = calibrate(samples, idle, network, drops, start)
            yield f"{name} {told(found)}"
            applied = found.applied_to(Parameters.defaults())
            changed = [applied[each.name] for each in DEFAULTS if applied[each.name] != each]
            yield f"  {[f'{each.name} {each.value:.5g} {each.low:.5g} {each.high:.5g}' for each in changed]}"
    for counts, per_peer in product(([], [4.0, 8.0]), (0, 2)):
        yield told(fit_peers(counts, per_peer))


def of_queues() -> Iterator[str]:
    for scv, patience, workers in ((1, 2, 3), (0, 5, 1), (1, math.inf, 8)):
        queue = erlang.Queue(2, 1, workers, patience, scv)
        assessed = assess_queue(queue)
        runs = replicate(Host(workers, patience), [Traffic(Poisson(2, 9), 1, scv)], range(workers), bins=4)
        for simulated in (None, summarise(runs)):
            yield from text.render_queue(assessed, simulated).splitlines()
            yield " ".join(json.render_queue(assessed, simulated).split())


def of_pictures() -> Iterator[str]:
    small = WORKLOAD.with_values({"peers": 6})
    for given, budget in ((True, None), (False, 0.5)):
        drawn = pictures(small, Scenario.FAILOVER, AUTHIP, budget, None, list(Scenario)[1:], ramp_is_given=given)
        yield f"{told(drawn.ramps_seconds)} {drawn.surface.safe:.5g} {told(drawn.surface.peers)}"
        yield f"{told({key: run and [run.peers, run.attempts, run.seed] for key, run in drawn.runs.items()})}"
        yield told(drawn.surface.patience_seconds)
        yield told(drawn.surface.drops[:2])
    across, up = linear_axis("seconds", 7, "{:g} s".format), log_axis("peers", 3, 400, str)
    charts = [
        line_chart("Lines", across, up, [Line("a", [(0, 3), (2, 50), (7, 400)])]),
        line_chart("Two", across, up, [Line("a", [(0, 3), (2, 50)]), Line("b & c", [(1, 4), (2, 5)])]),
        empty_chart("None", across, across, "too many"),
        heat_map("Map", across, up, [[0, 0.2, 0.9], [0, 0.05, 0.1], [0.3, 0, 0]], 0.1, (2, 40)),
        heat_map("All safe", across, up, [[0, 0], [0, 0]], 0.1, (9, 1)),
    ]
    yield from "\n".join(charts).replace("><", ">\n<").splitlines()
    yield from document("All", ["<a/>", "<b/>", "<c/>"], 2).replace("><", ">\n<").splitlines()


def lines() -> list[str]:
    parts = (of_workloads, of_levers, of_laws, of_calibration, of_queues, of_pictures)
    return [line.rstrip() for part in parts for line in part()]


def test_figures_are_as_stored() -> None:
    assert lines() == STORED.read_text("utf-8").splitlines()


def test_drops_that_are_negligible_are_no_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    least = sensitivity.NEGLIGIBLE_DROP_PROBABILITY
    for drops, metric in ((least, sensitivity.Metric.UTILISATION), (least * 1.01, sensitivity.Metric.DROP_PROBABILITY)):
        monkeypatch.setattr(sensitivity, "pressure", lambda *_, drops=drops: Pressure(drops, 0, 0, 0))
        assert sensitivity.metric_for(WORKLOAD, Scenario.STEADY, AUTHIP) is metric


if __name__ == "__main__":
    STORED.write_text("\n".join(lines()) + "\n", "utf-8", newline="\n")
