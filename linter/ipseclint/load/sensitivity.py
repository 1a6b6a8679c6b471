"""Which setting decides: ranges over what is unknown, elasticities, and the effect of single changes."""

import enum
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct, field

from ipseclint.load.figures import Figures, Pressure, evaluate, pressure
from ipseclint.load.parameters import Parameters, Provenance
from ipseclint.load.scenarios import SITUATIONS, Scenario
from ipseclint.load.schedules import Schedule
from ipseclint.load.workload import Workload, check_field, is_count

NEGLIGIBLE_DROP_PROBABILITY = 1e-12
_STEP = 0.01
_TIES = 9
"""Decimals beyond which savings count as the same."""


class Lever(enum.StrEnum):
    """Who can change a parameter."""

    POLICY = "policy"
    FLEET = "fleet"
    HOST = "host"


class Metric(enum.StrEnum):
    """The quantity that an elasticity refers to."""

    DROP_PROBABILITY = "drop_probability"
    UTILISATION = "utilisation"
    BACKLOG_SECONDS = "backlog_seconds"


LEVERS = MappingProxyType(
    {
        "main_mode_lifetime_seconds": Lever.POLICY,
        "quick_mode_limit": Lever.POLICY,
        "quick_mode_lifetime_seconds": Lever.POLICY,
        "quick_mode_lifetime_kilobytes": Lever.POLICY,
        "peers": Lever.FLEET,
        "initiating_share": Lever.FLEET,
        "ramp_seconds": Lever.FLEET,
        "main_modes_per_peer": Lever.FLEET,
        "quick_modes_per_peer": Lever.FLEET,
        "throughput_bits_per_second": Lever.FLEET,
        "new_sessions_per_second": Lever.FLEET,
        "workers": Lever.HOST,
        "main_mode_service_seconds": Lever.HOST,
        "quick_mode_service_seconds": Lever.HOST,
        "service_scv": Lever.HOST,
        "patience_seconds": Lever.HOST,
    }
)


class Range(Struct, frozen=True):
    """The least and the greatest value of a figure over the unsettled parameters, whose combined extremes are tried."""

    low: float
    high: float


class Elasticity(Struct, frozen=True):
    """By how many percent the metric changes when the parameter rises by one; a whole number moves by one instead.

    `low` and `high` are its range over the unsettled parameters, as far as there are drops to speak of.
    """

    name: str
    lever: Lever
    metric: Metric
    value: float
    low: float
    high: float


class Change(Struct, frozen=True):
    """A change to propose: parameters with their new values, or with amounts to add, and the reason."""

    label: str
    values: Mapping[str, float]
    lever: Lever
    provenance: Provenance
    source: str
    shifts: Mapping[str, float] = field(default_factory=dict)

    def applied_to(self, workload: Workload) -> Workload:
        """The workload after the change; nothing is shifted below zero."""
        shifted = {name: max(0.0, workload.number(name) + shift) for name, shift in self.shifts.items()}
        return workload.with_values({**self.values, **shifted})


class Effect(Struct, frozen=True):
    """The effect of one change; `saved` is the fall of the metric, with its range over the unsettled parameters."""

    change: Change
    metric: Metric
    before: float
    after: float
    saved: float
    saved_low: float
    saved_high: float


def corners(parameters: Parameters) -> list[Workload]:
    """The workloads with every unsettled parameter at its least or most, in every combination."""
    extremes = {entry.name: (entry.low, entry.high) for entry in parameters.unsettled()}
    return parameters.workload().combinations(extremes)


def figure_ranges(parameters: Parameters, scenario: Scenario, schedule: Schedule) -> dict[str, Range]:
    """The range of every figure, by its name."""
    everything = [evaluate(parameters.workload(), scenario, schedule)]
    everything += [evaluate(corner, scenario, schedule) for corner in corners(parameters)]
    ranges = {}
    for name in Figures.__struct_fields__:
        values = [float(getattr(figures, name)) for figures in everything]
        ranges[name] = Range(min(values), max(values))
    return ranges


def metric_for(workload: Workload, scenario: Scenario, schedule: Schedule) -> Metric:
    """The metric for a workload's settings: drops where there are any, else the backlog in a storm, or utilisation."""
    if pressure(workload, scenario, schedule).drop_probability > NEGLIGIBLE_DROP_PROBABILITY:
        return Metric.DROP_PROBABILITY
    return Metric.BACKLOG_SECONDS if SITUATIONS[scenario].storm else Metric.UTILISATION


def elasticities(parameters: Parameters, scenario: Scenario, schedule: Schedule) -> tuple[Elasticity, ...]:
    """The elasticity of the metric to every parameter that moves it, the strongest first."""
    workload = parameters.workload()
    metric = metric_for(workload, scenario, schedule)
    around = [corner for corner in corners(parameters) if _counts(corner, metric, scenario, schedule)]
    results = []
    for name, lever in LEVERS.items():
        value = elasticity(workload, name, metric, scenario, schedule)
        if value is None or value == 0:
            continue
        others = [elasticity(corner, name, metric, scenario, schedule) for corner in around]
        values = [value, *(other for other in others if other is not None)]
        results.append(Elasticity(name, lever, metric, value, min(values), max(values)))
    return tuple(sorted(results, key=lambda one: (-abs(one.value), one.name)))


def elasticity(workload: Workload, name: str, metric: Metric, scenario: Scenario, schedule: Schedule) -> float | None:
    """Relative change of the metric over relative change of one parameter; None where either is zero or infinite."""
    value = workload.number(name)
    if not 0 < value < math.inf:
        return None
    step = 1.0 if is_count(name) else value * _STEP
    points = [(math.log(value), _log_metric(pressure(workload, scenario, schedule), metric))]
    for side in (value - step, value + step):
        moved = _moved(workload, name, side)
        if moved:
            points.append((math.log(side), _log_metric(pressure(moved, scenario, schedule), metric)))
    # a side that is out of bounds or free of drops is left out, and the slope is taken on the other alone
    finite = sorted({point for point in points if math.isfinite(point[1])})
    if len(finite) < 2 or points[0] not in finite:
        return None
    (first_x, first_y), (last_x, last_y) = finite[0], finite[-1]
    return (last_y - first_y) / (last_x - first_x)


def effects(
    parameters: Parameters, scenario: Scenario, schedule: Schedule, changes: Sequence[Change]
) -> tuple[Effect, ...]:
    """The effect of each change by itself, the best first, without those that have none.

    Of those that save as much, the one that leaves the least work is best.
    """
    workload = parameters.workload()
    metric = metric_for(workload, scenario, schedule)

    def measured(of: Workload) -> float:
        return _metric(pressure(of, scenario, schedule), metric)

    before = measured(workload)
    around = [(corner, measured(corner)) for corner in corners(parameters)] if changes else []
    results = []
    for change in changes:
        after = measured(change.applied_to(workload))
        saved = before - after
        if not saved > 0:
            continue
        elsewhere = [(old, measured(change.applied_to(corner))) for corner, old in around]
        savings = [saved, *(old - new for old, new in elsewhere if math.isfinite(old) and math.isfinite(new))]
        results.append(Effect(change, metric, before, after, saved, min(savings), max(savings)))

    def rank(effect: Effect) -> tuple[float, float, str]:
        left = pressure(effect.change.applied_to(workload), scenario, schedule)
        return -round(effect.saved, _TIES), left.utilisation, effect.change.label

    return tuple(sorted(results, key=rank))


def drop_surface(
    workload: Workload, scenario: Scenario, schedule: Schedule, peers: Sequence[float], patience: Sequence[float]
) -> tuple[tuple[float, ...], ...]:
    """Drop probability over numbers of peers (inner) and patience in seconds (outer)."""
    return tuple(
        tuple(
            pressure(
                workload.with_values({"peers": count, "patience_seconds": seconds}), scenario, schedule
            ).drop_probability
            for count in peers
        )
        for seconds in patience
    )


def _moved(workload: Workload, name: str, value: float) -> Workload | None:
    if value <= 0:
        return None
    try:
        check_field(name, value)
    except ValueError:
        return None
    return workload.with_values({name: value})


def _counts(workload: Workload, metric: Metric, scenario: Scenario, schedule: Schedule) -> bool:
    """Whether the metric is large enough for its slope to mean anything."""
    numbers = pressure(workload, scenario, schedule)
    return metric is not Metric.DROP_PROBABILITY or numbers.drop_probability > NEGLIGIBLE_DROP_PROBABILITY


def _metric(numbers: Pressure, metric: Metric) -> float:
    return {
        Metric.DROP_PROBABILITY: numbers.drop_probability,
        Metric.UTILISATION: numbers.utilisation,
        Metric.BACKLOG_SECONDS: numbers.backlog_seconds,
    }[metric]


def _log_metric(numbers: Pressure, metric: Metric) -> float:
    if metric is Metric.DROP_PROBABILITY:
        return numbers.log_drop_probability
    value = _metric(numbers, metric)
    return math.log(value) if value > 0 else -math.inf
