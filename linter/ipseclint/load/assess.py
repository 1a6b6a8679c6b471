"""The assessment of a load: figures, their ranges, what decides them, and the origin of each input."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from ipseclint.load.changes import proposed_changes
from ipseclint.load.erlang import Queue, overload_drop_probability
from ipseclint.load.figures import QUANTILES, Figures, evaluate
from ipseclint.load.impatience import solve
from ipseclint.load.parameters import Parameter, Parameters
from ipseclint.load.scenarios import SITUATIONS, Scenario, Situation, natural_spread_seconds
from ipseclint.load.schedules import AUTHIP, Schedule
from ipseclint.load.sensitivity import (
    Change,
    Effect,
    Elasticity,
    Lever,
    Range,
    effects,
    elasticities,
    figure_ranges,
)


class QueueAssessment(Struct, frozen=True):
    """The answer for a bare queue, all in closed form; see `Figures` for the names."""

    drop_probability: float
    wait_probability: float
    mean_wait_seconds: float
    mean_queue_length: float
    utilisation: float
    overload_drop_probability: float
    """The share of requests that would be dropped however long the patience."""
    wait_quantiles_seconds: Mapping[str, float]
    """Quantiles over all requests, served or dropped."""
    served_wait_quantiles_seconds: Mapping[str, float]
    exact: bool
    """Whether the figures are exact (exponential service) or approximate."""
    inputs: Queue


class Assessment(Struct, frozen=True):
    """The answer for a fleet. Every figure has a range over the parameters that are not known."""

    situation: Situation
    natural_spread_seconds: float | None
    schedule: Schedule
    figures: Figures
    ranges: Mapping[str, Range]
    elasticities: tuple[Elasticity, ...]
    effects: tuple[Effect, ...]
    best_policy_change: Effect | None
    """The single change of policy that saves most; None if none saves anything."""
    cookie_mode_expected: bool
    """Whether half-open main modes pass the level at which cookies are asked for, with EnableDOSProtect=1."""
    inputs: tuple[Parameter, ...]


def assess_queue(queue: Queue) -> QueueAssessment:
    """The steady state of a queue given by numbers."""
    solution = solve(queue)
    return QueueAssessment(
        drop_probability=solution.drop_probability,
        wait_probability=solution.wait_probability,
        mean_wait_seconds=solution.mean_wait_seconds,
        mean_queue_length=solution.mean_queue_length,
        utilisation=queue.utilisation,
        overload_drop_probability=overload_drop_probability(queue),
        wait_quantiles_seconds={name: solution.wait_quantile_seconds(share) for name, share in QUANTILES.items()},
        served_wait_quantiles_seconds={
            name: solution.served_wait_quantile_seconds(share) for name, share in QUANTILES.items()
        },
        exact=queue.service_scv == 1,
        inputs=queue,
    )


def assess(
    parameters: Parameters,
    scenario: Scenario = Scenario.STEADY,
    schedule: Schedule = AUTHIP,
    extra_changes: Sequence[Change] = (),
) -> Assessment:
    """All that the closed forms give for a fleet, a policy and a host in a scenario.

    `extra_changes` are weighed beside the standard proposals, such as a cheaper suite, which only the reader of the
    policy can name.
    """
    workload = parameters.workload()
    figures = evaluate(workload, scenario, schedule)
    ranked = effects(parameters, scenario, schedule, (*proposed_changes(workload, scenario, schedule), *extra_changes))
    return Assessment(
        situation=SITUATIONS[scenario],
        natural_spread_seconds=natural_spread_seconds(scenario, schedule),
        schedule=schedule,
        figures=figures,
        ranges=figure_ranges(parameters, scenario, schedule),
        elasticities=elasticities(parameters, scenario, schedule),
        effects=ranked,
        best_policy_change=next((effect for effect in ranked if effect.change.lever is Lever.POLICY), None),
        cookie_mode_expected=figures.half_open > workload.cookie_mode_on,
        inputs=parameters.entries,
    )
