"""The data for pictures: each scenario over time, and drops over peers and patience."""

import sys
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.load.scenarios import Scenario, natural_spread_seconds
from ipseclint.load.schedules import Schedule
from ipseclint.load.sensitivity import drop_surface
from ipseclint.load.simulate.replicate import run_scenario
from ipseclint.load.simulate.simulation import Progress
from ipseclint.load.simulate.system import Run
from ipseclint.load.verdict import SAFE_DROP_PROBABILITY
from ipseclint.load.workload import Workload

SEED = 1
PEERS_STEPS, PATIENCE_STEPS = 41, 25
DECADES = 1.0
"""How far the surface reaches to either side of the fleet, in powers of ten."""
PATIENCE_RANGE = (1.0, 120.0)
"""Seconds of patience on the surface: well beyond what is taken to be possible."""


class Surface(Struct, frozen=True):
    """Drop probabilities in rows of equal patience, over peers; up to `safe` counts as safe."""

    peers: Sequence[float]
    patience_seconds: Sequence[float]
    drops: Sequence[Sequence[float]]
    safe: float


class Pictures(Struct, frozen=True):
    """A run of each scenario, None where there would be too many requests to simulate, and the surface.

    `ramps_seconds` is the time over which each run spreads the start of its peers.
    """

    runs: dict[Scenario, Run | None]
    ramps_seconds: dict[Scenario, float]
    surface: Surface


def pictures(
    workload: Workload,
    scenario: Scenario,
    schedule: Schedule,
    budget: float | None,
    progress: Progress | None = None,
    scenarios: Sequence[Scenario] = tuple(Scenario),
    *,
    ramp_is_given: bool = True,
) -> Pictures:
    """All pictures: the surface for the one scenario, a run for each that is named.

    Without a given ramp, each scenario except the computed one is drawn with its natural spread.
    """
    ramps = {
        each: workload.ramp_seconds
        if ramp_is_given or each is scenario
        else natural_spread_seconds(each, schedule) or workload.ramp_seconds
        for each in scenarios
    }
    return Pictures(
        {each: _run(replace(workload, ramp_seconds=ramp), each, schedule, progress) for each, ramp in ramps.items()},
        ramps,
        _surface(workload, scenario, schedule, SAFE_DROP_PROBABILITY if budget is None else budget),
    )


def _run(workload: Workload, scenario: Scenario, schedule: Schedule, progress: Progress | None) -> Run | None:
    try:
        (run,) = run_scenario(workload, scenario, schedule, (SEED,), progress)
    except ValueError:
        return None
    return run


def _surface(workload: Workload, scenario: Scenario, schedule: Schedule, safe: float) -> Surface:
    middle = workload.peers or 1.0
    peers = [
        min(middle * 10 ** (DECADES * (2 * step / (PEERS_STEPS - 1) - 1)), sys.float_info.max)
        for step in range(PEERS_STEPS)
    ]
    low, high = PATIENCE_RANGE
    patience = [low * (high / low) ** (step / (PATIENCE_STEPS - 1)) for step in range(PATIENCE_STEPS)]
    return Surface(peers, patience, drop_surface(workload, scenario, schedule, peers, patience), safe)
