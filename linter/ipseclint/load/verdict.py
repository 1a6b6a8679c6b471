"""The first line of an answer: safe, unsafe, or unknown with the measurement that would settle it."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from ipseclint.load.figures import evaluate
from ipseclint.load.parameters import Parameter, Parameters
from ipseclint.load.scenarios import Scenario
from ipseclint.load.schedules import Schedule
from ipseclint.load.sensitivity import Range

SAFE_DROP_PROBABILITY = 0.001
"""Reasoned: the share of requests that may be dropped where the site names no budget of its own."""


class Verdict(StrEnum):
    """The verdict on a load over the whole range of what is not known."""

    SAFE = "safe over the whole range"
    UNSAFE = "unsafe over the whole range"
    UNKNOWN = "cannot be told"


COUNTERS = (
    "on the running host, while it is busy, write `netsh wfp show state` to several files a minute apart, and give "
    "them with --calibrate"
)
"""The commands on a host whose output the model can be fitted to."""
MEASUREMENTS = MappingProxyType(
    {
        "peers": "count the main modes of the host (`netsh advfirewall monitor show mmsa`), and give --peers",
        "workers": COUNTERS,
        "main_mode_service_seconds": COUNTERS,
        "quick_mode_service_seconds": f"{COUNTERS}; it follows from the main mode's",
        "service_scv": f"{COUNTERS}, and give --set service-scv=...",
        "patience_seconds": "take 13809 and 13811 with their times (event 4653, or WFP network events) beside the "
        f"counters: {COUNTERS}",
        "round_trip_seconds": "ping a far peer, and give --set round-trip-seconds=...",
        "main_mode_round_trips": "count the messages of one main mode in a trace, and give --set "
        "main-mode-round-trips=...",
    }
)
"""The way to measure each input that is not known."""


class Judgement(Struct, frozen=True):
    """The verdict on the share of dropped requests, against a budget, and what would settle it if it is open.

    `settled_by` is the input that alone moves that share most, `how` the way to measure it.
    """

    verdict: Verdict
    budget: float
    dropped: Range
    settled_by: str | None = None
    how: str | None = None


def judge(
    parameters: Parameters, dropped: Range, budget: float | None, scenario: Scenario, schedule: Schedule
) -> Judgement:
    """The verdict on a load whose share of dropped requests is in a range. `budget` None: one in a thousand."""
    allowed = SAFE_DROP_PROBABILITY if budget is None else budget
    if dropped.high <= allowed:
        return Judgement(Verdict.SAFE, allowed, dropped)
    if dropped.low > allowed:
        return Judgement(Verdict.UNSAFE, allowed, dropped)
    decisive = max(
        parameters.unsettled(), key=lambda entry: _spread(entry, parameters, scenario, schedule), default=None
    )
    if decisive is None:
        return Judgement(Verdict.UNKNOWN, allowed, dropped)
    return Judgement(Verdict.UNKNOWN, allowed, dropped, decisive.name, MEASUREMENTS.get(decisive.name))


def _spread(entry: Parameter, parameters: Parameters, scenario: Scenario, schedule: Schedule) -> float:
    """How far the share of dropped requests moves with one input alone, from its least to its greatest value."""
    workload = parameters.workload()
    ends = (workload.with_values({entry.name: value}) for value in (entry.low, entry.high))
    low, high = (evaluate(each, scenario, schedule).drop_probability for each in ends)
    return abs(high - low)
