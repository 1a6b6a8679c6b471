"""Predictions of the load model: requests dropped from the queue, and starts that are too steep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.late import late_names
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.rule import Hit, Options, rule
from ipseclint.words import percent, short

if TYPE_CHECKING:
    from ipseclint.load.changes import proposed_changes
    from ipseclint.load.figures import pressure
    from ipseclint.load.parameters import Parameters
    from ipseclint.load.policy import PolicyLoad, assignments, costliest, policy_loads, site_parameters
    from ipseclint.load.scenarios import Scenario, start_storm
    from ipseclint.load.sensitivity import Effect, Lever, corners, effects
    from ipseclint.load.storm import critical_ramp_seconds
    from ipseclint.load.suite import suite_cost
else:
    (proposed_changes,) = late_names("ipseclint.load.changes", "proposed_changes")
    (pressure,) = late_names("ipseclint.load.figures", "pressure")
    assignments, costliest, policy_loads, site_parameters = late_names(
        "ipseclint.load.policy", "assignments", "costliest", "policy_loads", "site_parameters"
    )
    Scenario, start_storm = late_names("ipseclint.load.scenarios", "Scenario", "start_storm")
    Lever, corners, effects = late_names("ipseclint.load.sensitivity", "Lever", "corners", "effects")
    (critical_ramp_seconds,) = late_names("ipseclint.load.storm", "critical_ramp_seconds")
    (suite_cost,) = late_names("ipseclint.load.suite", "suite_cost")


@rule(
    "QD036",
    "predicted-queue-drops",
    basis=Basis.REASONED,
    leads_to=(13809, 13810, 13811, 13812),
    needs=("peers", "drop_probability_budget"),
    cause=Cause.TOO_MANY,
)
def predicted_queue_drops(machine: Machine, _options: Options) -> Iterator[Hit]:
    """The policy makes so many negotiations that more of them are predicted to be dropped than the site allows.

    Why: Requests wait in the queue until a worker is free, and one that waits too long is dropped. How many do follows
    from how often the policy makes the site's peers negotiate, how long a negotiation takes, how many are worked on
    at once, and how long a request may wait. Microsoft publishes none of the last three: where the site's facts do
    not give them (`ike_main_mode_milliseconds`, `ike_workers`, `ike_patience_seconds`), ours stand in, and the
    finding gives the range over what they may be; it is an error where all of the range is over the budget, and
    information where a part is within. The budget is the site's, `drop_probability_budget`.
    `ipseclint load` shows all of it, and fits these numbers to a host's own data.

    Seen as: 13809 to 13812, "Negotiation request sat in Queue too long", while the policy is in force, not only at
    its start.

    Bad: Main modes of 5 minutes, one quick mode for each, for 300,000 peers and a budget of 0.001

    Good: Main modes of 480 minutes, no limit of quick modes, for the same peers

    Fix: Change the setting that the finding names: the one that saves most of the drops.

    Waive: When the host was measured at this load and drops nothing; better, write what was measured into the site's
    facts.
    """
    from ipseclint.load.policy import SETTING_WORDS
    from ipseclint.load.schedules import AUTHIP

    budget = machine.site.drop_probability_budget
    most_loaded = _costliest(machine)
    if most_loaded is None or budget is None:
        return
    load, parameters = most_loaded
    workload = parameters.workload()
    predicted = pressure(workload, Scenario.STEADY, AUTHIP)
    if predicted.drop_probability <= budget:
        return
    best = _best_change(parameters)
    chosen = next(iter(best.change.values.items()), None) if best is not None else None
    name = chosen[0] if chosen else None
    setting = load.settings.get(name) if name is not None else None
    subject = _subject(load, name)
    if subject is None:
        return
    drops = [pressure(corner, Scenario.STEADY, AUTHIP).drop_probability for corner in (workload, *corners(parameters))]
    yield Hit(
        subject=subject,
        span=setting.span if setting is not None else subject.span,
        message=f"{workload.peers:.0f} peers keep the workers busy to {percent(predicted.utilisation)} and "
        f"{percent(predicted.drop_probability)} of the requests are predicted to be dropped "
        f"({percent(min(drops))} to {percent(max(drops))} over what Windows does not publish), against a budget of "
        f"{percent(budget)}; {_advice(best)}",
        value=SETTING_WORDS.get(name or "", "peers"),
        severity=Severity.ERROR if min(drops) > budget else Severity.INFO,
        fix=_fix(load, chosen),
    )


@rule(
    "QD037",
    "unsafe-start-ramp",
    basis=Basis.REASONED,
    leads_to=(13809, 13811, 13812, 13814),
    needs=("peers", "start_ramp_seconds"),
    cause=Cause.TOO_MANY,
)
def unsafe_start_ramp(machine: Machine, _options: Options) -> Iterator[Hit]:
    """The peers start within a shorter time than the host needs to establish them without dropping any.

    Why: When a site boots, or a policy reaches all hosts at once, every peer begins a main mode. Nothing is dropped
    only if the start is spread over at least the time that the workers need for all, less the time a request may wait.
    Peers whose requests are dropped repeat them, and meet the same queue. The law is our reasoning and agrees with
    simulation; the time for a main mode, the workers and the patience of the queue are not published by Microsoft,
    and ours stand in where the site's facts do not give them; where a part of what they may be is safe, the finding is
    information. The ramp is the site's, `start_ramp_seconds`.

    Seen as: A burst of 13809, 13811 and 13812 when a site starts or a policy arrives, and 13814 at the peers.

    Bad: 100,000 peers that start within 60 seconds

    Good: The same peers in groups, started over 10 minutes

    Fix: Let the policy reach groups of hosts at different times, or start them one group after the other.

    Waive: When the start was tried with as many peers; better, give what was measured in the site's facts.
    """
    from ipseclint.load.schedules import AUTHIP

    ramp = machine.site.start_ramp_seconds
    most_loaded = _costliest(machine)
    if most_loaded is None or ramp is None:
        return
    load, parameters = most_loaded
    workload = parameters.workload()
    safe = critical_ramp_seconds(start_storm(workload, Scenario.BOOT, AUTHIP))
    subject = _subject(load, None)
    if safe <= ramp or subject is None:
        return
    ramps = [critical_ramp_seconds(start_storm(corner, Scenario.BOOT, AUTHIP)) for corner in corners(parameters)]
    dropped = pressure(workload, Scenario.BOOT, AUTHIP).drop_probability
    yield Hit(
        subject=subject,
        span=subject.span,
        message=f"{workload.peers:.0f} peers start within {short(ramp)} s, and {percent(dropped)} of their first "
        f"requests are predicted to be dropped; {short(safe)} s are needed ({short(min(ramps, default=safe))} to "
        f"{short(max(ramps, default=safe))} s over what Windows does not publish)",
        value="start ramp",
        severity=Severity.WARNING if min(ramps, default=safe) > ramp else Severity.INFO,
        fix=Fix(note=f"Spread the start of the peers over {short(safe)} s or more, in groups."),
    )


def _costliest(machine: Machine) -> tuple[PolicyLoad, Parameters] | None:
    """The greatest load of the host, and the model's parameters with it; None without peers, or if nothing is known."""
    if not machine.site.expected_peers:
        return None
    parameters = site_parameters(machine.site)
    load = costliest(policy_loads(machine), parameters)
    if load is None or not load.numbers:
        return None
    return load, suite_cost(machine, load).applied_to(load.applied_to(parameters))


def _subject(load: PolicyLoad, name: str | None) -> MainModeCryptoSet | QuickModeCryptoSet | None:
    """The set that holds a parameter; the main-mode set if no parameter decides."""
    if name is not None and name.startswith("quick_mode_lifetime"):
        return load.quick
    return load.main or load.quick


def _best_change(parameters: Parameters) -> Effect | None:
    from ipseclint.load.schedules import AUTHIP

    changes = proposed_changes(parameters.workload(), Scenario.STEADY, AUTHIP)
    return next(
        (
            effect
            for effect in effects(parameters, Scenario.STEADY, AUTHIP, changes)
            if effect.change.lever is Lever.POLICY
        ),
        None,
    )


def _advice(best: Effect | None) -> str:
    if best is None:
        return "no setting of the policy helps: there are too many peers for the host"
    return f"what helps most is {best.change.label}, which leaves {percent(best.after)}"


def _fix(load: PolicyLoad, chosen: tuple[str, float] | None) -> Fix:
    """The fix with the value of the setting that helps most, if the policy has the setting."""
    changes = assignments(load, chosen[0], int(chosen[1])) if chosen else ()
    return Fix(changes) if changes else Fix(note="Spread the peers over more hosts.")
