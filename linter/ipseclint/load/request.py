"""The request and the answer of `ipseclint load`, which joins the values of policy, site, host and user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from ipseclint.load.assess import Assessment, assess
from ipseclint.load.figures import Figures, evaluate
from ipseclint.load.half_open import batch_address_drop_share
from ipseclint.load.host import HostFit
from ipseclint.load.parameters import Parameters
from ipseclint.load.policy import costliest, policy_loads, site_parameters, with_main_mode_seconds
from ipseclint.load.scenarios import Scenario
from ipseclint.load.schedules import Schedule
from ipseclint.load.sensitivity import Change
from ipseclint.load.service import RATES, CryptoRates
from ipseclint.load.simulate.replicate import Summary
from ipseclint.load.suite import suite_cost
from ipseclint.load.verdict import Judgement, judge
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.semantics.registry import absence_of, number, values_of
from ipseclint.vocabulary.registry_keys import IKE
from ipseclint.words import percent, short

NO_POLICY = "Windows' defaults"
"""The name of the sets where no policy has any."""


class LoadRequest(Struct, frozen=True):
    """A situation to compute. `values` are the user's own, by the parameter's name; they override all others."""

    scenario: Scenario
    schedule: Schedule
    site: Site
    values: Mapping[str, float] = field(default_factory=dict)
    calibration: HostFit | None = None
    rates: CryptoRates = RATES


class LoadAnswer(Struct, frozen=True):
    """The answer for one policy, or Windows' defaults, in one scenario.

    `name` is the input, `sets` are the sets that decide, `notes` say what the model leaves out or assumes. `budget` is
    the site's share of requests that may be dropped; None if it has none.
    """

    name: str
    sets: str
    parameters: Parameters
    assessment: Assessment
    notes: tuple[str, ...] = ()
    budget: float | None = None
    simulated: Summary | None = None
    calibration: HostFit | None = None

    @property
    def judgement(self) -> Judgement:
        """The verdict over the whole range of what is not known."""
        assessment = self.assessment
        scenario, schedule = assessment.situation.scenario, assessment.schedule
        return judge(self.parameters, assessment.ranges["drop_probability"], self.budget, scenario, schedule)

    @property
    def over_budget(self) -> bool:
        """Whether more is dropped than the site's budget allows, with unknown values as assumed."""
        return self.budget is not None and self.assessment.figures.drop_probability > self.budget


class _Known(NamedTuple):
    """The known facts of a machine's load: values, the sets that decide, changes that only the reader of a policy can
    name."""

    parameters: Parameters
    sets: str
    changes: tuple[Change, ...]
    notes: list[str]


def answer(machine: Machine | None, name: str, request: LoadRequest) -> LoadAnswer:
    """The answer of the closed forms for a machine's policy, or for Windows' defaults if None; `name` is for reports.

    Raises ValueError for an unknown parameter, or a value outside its domain.
    """
    known = _known(machine, request)
    return LoadAnswer(
        name=name,
        sets=known.sets,
        parameters=known.parameters,
        assessment=assess(known.parameters, request.scenario, request.schedule, known.changes),
        notes=(*known.notes, *_by_established(machine, known.parameters)),
        budget=request.site.drop_probability_budget,
        calibration=request.calibration,
    )


def figures_of(machine: Machine, request: LoadRequest) -> Figures:
    """The figures of the answer alone, without their dependencies: a small part of the work."""
    return evaluate(_known(machine, request).parameters.workload(), request.scenario, request.schedule)


def _known(machine: Machine | None, request: LoadRequest) -> _Known:
    parameters = _with_user_values(site_parameters(request.site), request.values)
    loads = list(policy_loads(machine)) if machine is not None else []
    load = costliest(loads, parameters)
    notes, sets = _notes(machine, len(loads)), NO_POLICY
    changes: tuple[Change, ...] = ()
    if load is not None and machine is not None:
        cost = suite_cost(machine, load, request.rates)
        parameters = cost.applied_to(load.applied_to(parameters))
        sets, changes = load.sets, tuple(cost.changes())
        notes += [f"the cost of {group} was not measured; it counts like DH14" for group in cost.unmeasured]
    if request.calibration is not None:
        parameters = request.calibration.applied_to(parameters)
    # What is asked for goes before what was read or fitted.
    return _Known(_with_user_values(parameters, request.values), sets, changes, notes)


def _with_user_values(parameters: Parameters, values: Mapping[str, float]) -> Parameters:
    source = "the command line"
    parameters = parameters.with_user_values(source, **values)
    main = values.get("main_mode_service_seconds")
    return parameters if main is None else with_main_mode_seconds(parameters, source, main)


def _notes(machine: Machine | None, loads: int) -> list[str]:
    if machine is None:
        return []
    notes = []
    if not loads:
        notes.append("the input sets no lifetimes and brings no sets together: Windows' defaults are taken")
    if loads > 1:
        notes.append(f"of {loads} combinations of sets the one that loads the host most is taken for all peers")
    idle = _idle_seconds(machine)
    if idle:
        notes.append(
            f"quick modes without traffic are deleted after {min(idle)} s and made anew with the next packet; "
            "--set new-sessions-per-second=... adds those"
        )
    return notes


ESTABLISHED_LIMIT = "IkeNumEstablishedForInitialQuery"
ESTABLISHED_DEFAULT = 10
"""The default of the registry value where it is absent (R. Hicks, Set-IKEv2VPNLoadBalancingParameters.ps1)."""


def _by_established(machine: Machine | None, parameters: Parameters) -> list[str]:
    """The note that IKE's limit for one address may refuse clients of a VPN server that an export describes."""
    if machine is None or not machine.policy.vpn_servers:
        return []
    value = values_of(machine.policy, IKE).get(ESTABLISHED_LIMIT.casefold())
    limit = ESTABLISHED_DEFAULT if value is None else number(value)
    together = parameters["peers_per_address"].value
    is_known = value is not None or absence_of(machine.policy, IKE, ESTABLISHED_LIMIT) is not None
    if not is_known or limit is None or together <= limit:
        return []
    said = f"is {limit}" if value is not None else f"is not set, which counts as {limit}"
    refused = percent(batch_address_drop_share(together, limit))
    effect = f"of {short(together)} peers behind one address it may refuse {refused}"
    return [f"{ESTABLISHED_LIMIT} {said}: {effect}; the figures leave it out, since what it counts is not published"]


def _idle_seconds(machine: Machine) -> Sequence[int]:
    times = [settings.sa_idle_seconds for settings in machine.policy.global_settings]
    times += [quick.sa_idle_seconds for quick in machine.policy.quick_mode_crypto_sets if not quick.builtin]
    return [value for time in times if time is not None and time.is_explicit and (value := time.known)]
