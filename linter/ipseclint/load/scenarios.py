"""The situations in which a fleet loads a host, as parameters of the closed forms and of the simulation."""

import enum
import itertools

from msgspec import Struct

from ipseclint.load.half_open import HalfOpenLimits
from ipseclint.load.parameters import Provenance
from ipseclint.load.schedules import Schedule
from ipseclint.load.simulate.processes import Poisson, Ramp
from ipseclint.load.simulate.system import DropTiming, Duplicates, Host, Traffic
from ipseclint.load.storm import Storm
from ipseclint.load.workload import Workload, steady_rates


class Scenario(enum.StrEnum):
    """A situation by the name of its option."""

    STEADY = "steady"
    BOOT = "boot"
    POLICY_PUSH = "policy-push"
    FAILOVER = "failover"
    WAN_OUTAGE = "wan-outage"
    GATEWAY_RESTART = "gateway-restart"


class Situation(Struct, frozen=True):
    """The meaning of a scenario.

    In a storm `initiating_share` of the peers start within `ramp_seconds`. With `rekeys_go_on` the steady load of as
    many peers takes its part of the workers meanwhile. `natural_spread_seconds` is the spread that the situation has by
    itself, as a hint for a user who chooses a ramp; it is not assumed, the default ramp is 0. None where there is none,
    or where it is the longest gap of the retransmission schedule.
    """

    scenario: Scenario
    storm: bool
    rekeys_go_on: bool
    meaning: str
    natural_spread_seconds: float | None
    spread_provenance: Provenance
    spread_source: str


SITUATIONS: dict[Scenario, Situation] = {
    situation.scenario: situation
    for situation in (
        Situation(
            Scenario.STEADY,
            storm=False,
            rekeys_go_on=True,
            meaning="All peers are established. Only rekeys and new sessions arrive, at rates that the policy sets.",
            natural_spread_seconds=None,
            spread_provenance=Provenance.ASSUMED,
            spread_source="rekeys have drifted apart; the figures for synchronised rekeys say what if they have not",
        ),
        Situation(
            Scenario.BOOT,
            storm=True,
            rekeys_go_on=False,
            meaning="The host, or its whole site, comes up with nothing established, and the peers start together.",
            natural_spread_seconds=None,
            spread_provenance=Provenance.ASSUMED,
            spread_source="the peers retry until the host answers, so its own start sets the moment for all",
        ),
        Situation(
            Scenario.POLICY_PUSH,
            storm=True,
            rekeys_go_on=False,
            meaning="A policy change deletes the security associations, and the peers negotiate again.",
            natural_spread_seconds=1_800,
            spread_provenance=Provenance.DOCUMENTED,
            spread_source="Group Policy refreshes every 90 minutes with a random offset of 0 to 30 minutes; a change "
            "of this host's own policy is not spread at all",
        ),
        Situation(
            Scenario.FAILOVER,
            storm=True,
            rekeys_go_on=True,
            meaning="The peers of a failed node come to this host, which keeps as many of its own.",
            natural_spread_seconds=60,
            spread_provenance=Provenance.DOCUMENTED,
            spread_source="idle time after which a stale security association is dropped toward a cluster: 60 s with "
            "fast failover, else 300 s (MS-IKEE note 21)",
        ),
        Situation(
            Scenario.WAN_OUTAGE,
            storm=True,
            rekeys_go_on=False,
            meaning="A link returns after an outage longer than the peers' associations survived. Every peer with "
            "traffic has been retrying, and gets through with its next send.",
            natural_spread_seconds=None,
            spread_provenance=Provenance.ASSUMED,
            spread_source="the longest gap of the retransmission schedule, as peers are at any point of it",
        ),
        Situation(
            Scenario.GATEWAY_RESTART,
            storm=True,
            rekeys_go_on=False,
            meaning="A VPN gateway restarts, and all its clients connect again at once, many of them from one address "
            "where a NAT or a load balancer stands before them.",
            natural_spread_seconds=None,
            spread_provenance=Provenance.ASSUMED,
            spread_source="clients that are always on dial again as soon as they notice",
        ),
    )
}


def natural_spread_seconds(scenario: Scenario, schedule: Schedule) -> float | None:
    """Time over which the situation spreads its peers by itself; None if it does not."""
    if scenario is Scenario.WAN_OUTAGE:
        sends = schedule.sends_seconds
        return max((later - earlier for earlier, later in itertools.pairwise(sends)), default=None)
    return SITUATIONS[scenario].natural_spread_seconds


def steady_utilisation(workload: Workload) -> float:
    """Share of the workers' time that rekeys and new sessions take; above 1 they cannot keep up."""
    rates = steady_rates(workload)
    work = rates.main_mode * workload.main_mode_service_seconds + rates.quick_mode * workload.quick_mode_service_seconds
    return work / workload.workers


def start_storm(workload: Workload, scenario: Scenario, schedule: Schedule) -> Storm:
    """The storm of a scenario for the fluid law; for the steady state, what a common start would be.

    One peer's start is one request: its main mode and all its quick modes.
    """
    busy = steady_utilisation(workload) if scenario is Scenario.FAILOVER else 0.0
    service = workload.start_service_seconds
    return Storm(
        requests=workload.starting_peers,
        capacity_per_second=workload.workers * max(0.0, 1 - busy) / service if service > 0 else float("inf"),
        patience_seconds=workload.patience_seconds,
        window_seconds=workload.ramp_seconds,
        schedule=schedule,
    )


def host(
    workload: Workload,
    *,
    drops: DropTiming = DropTiming.LAZY,
    duplicates: Duplicates = Duplicates.RECOGNISED,
    half_open: bool = False,
    cookies: bool = False,
) -> Host:
    """The workload's host for the simulation; `half_open` switches its limits on, `cookies` cookie mode as well."""
    limits = HalfOpenLimits(
        per_address=workload.address_half_open_limit,
        total=workload.half_open_limit,
        cookies=cookies,
        cookies_on_above=workload.cookie_mode_on,
        cookies_off_below=workload.cookie_mode_off,
        lifetime_seconds=workload.half_open_seconds,
        tail_seconds=workload.round_trip_seconds * workload.main_mode_round_trips,
    )
    return Host(
        workers=workload.workers,
        patience_seconds=workload.patience_seconds,
        drops=drops,
        duplicates=duplicates,
        half_open=limits if half_open or cookies else None,
        round_trip_seconds=workload.round_trip_seconds,
    )


def traffic(
    workload: Workload, scenario: Scenario, schedule: Schedule, steady_seconds: float = 3_600
) -> tuple[Traffic, ...]:
    """The scenario's traffic for the simulation; `steady_seconds` is how long a steady state lasts."""
    situation = SITUATIONS[scenario]
    if not situation.storm:
        return _rekeys(workload, schedule, steady_seconds)
    starts = Traffic(
        Ramp(round(workload.starting_peers), workload.ramp_seconds),
        workload.start_service_seconds,
        workload.service_scv,
        schedule,
        _addresses(workload),
    )
    if not situation.rekeys_go_on:
        return (starts,)
    lasts = workload.ramp_seconds + schedule.sends_seconds[-1] + min(workload.patience_seconds, steady_seconds)
    return (starts, *_rekeys(workload, schedule, lasts))


def _rekeys(workload: Workload, schedule: Schedule, seconds: float) -> tuple[Traffic, ...]:
    rates = steady_rates(workload)
    return tuple(
        Traffic(Poisson(rate, seconds), service, workload.service_scv, schedule, _addresses(workload))
        for rate, service in (
            (rates.main_mode, workload.main_mode_service_seconds),
            (rates.quick_mode, workload.quick_mode_service_seconds),
        )
    )


def _addresses(workload: Workload) -> int | None:
    if workload.peers_per_address == 1:
        return None
    return max(1, -(-round(workload.peers) // workload.peers_per_address))
