"""What `ipseclint load` computes with: the policy's values, the site's, the host's, and the command line's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipseclint.cli.exits import Exit
from ipseclint.cli.messages import fail

if TYPE_CHECKING:
    from datetime import datetime

    from ipseclint.engine.machines import ReadInput
    from ipseclint.load.host import HostFit
    from ipseclint.load.parameters import Parameters
    from ipseclint.load.report.answer import LoadAnswer
    from ipseclint.load.scenarios import Scenario
    from ipseclint.load.schedules import Schedule
    from ipseclint.load.sensitivity import Change
    from ipseclint.load.service import CryptoRates
    from ipseclint.model.machine import Machine
    from ipseclint.model.site import Site


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What is asked: the scenario, and what the command line says of the parameters by their names."""

    scenario: Scenario
    schedule: Schedule
    site: Site
    values: dict[str, float] = field(default_factory=dict)
    calibration: HostFit | None = None
    rates: CryptoRates | None = None


def read_machine(path: str, site: Site, *, allow_partial: bool) -> Machine:
    """The machine that an input describes; ends the process if there is none, or it is understood only in part."""
    from ipseclint.engine.machines import make_machine

    read = _read([path], allow_partial=allow_partial)
    if all(each.parsed.policy.is_empty for each in read):
        fail(f"{path}: no IPsec policy to compute with", Exit.NOTHING)
    return make_machine(path, read, site)


def _read(paths: Sequence[str], *, allow_partial: bool) -> list[ReadInput]:
    from ipseclint.engine.inputs import candidates
    from ipseclint.engine.machines import read_input
    from ipseclint.finding import InputStatus

    read = [each for each in map(read_input, candidates(paths)) if each is not None]
    for each in read:
        if each.crash is not None:
            fail(f"internal error: {each.crash.where}: {each.crash.error}", Exit.INTERNAL)
        incomplete = each.input.status is InputStatus.PARTIAL and not allow_partial
        if incomplete or each.input.status is InputStatus.UNREADABLE:
            fail(
                f"{each.input.path} is not wholly understood (`ipseclint check` says what): its load cannot be told; "
                "--allow-partial computes with what was understood",
                Exit.PARTIAL,
            )
    return read


def read_host(paths: Sequence[str], started: str | None, *, allow_partial: bool) -> HostFit:
    """What exports of one running host say; ends the process if they say nothing, or are understood only in part."""
    from ipseclint.load.host import fit_host

    read = _read(paths, allow_partial=allow_partial)
    counters = [counter for each in read for counter in each.parsed.counters]
    events = [event for each in read for event in each.parsed.events]
    associations = [association for each in read for association in each.parsed.associations]
    if not (counters or events or associations):
        fail(f"{', '.join(paths)}: no counters, events or associations to fit the model to", Exit.NOTHING)
    return fit_host(counters, events, associations, _moment(started) if started is not None else None)


def _moment(text: str) -> datetime:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--started {text}: expected a time as 2026-03-02T08:00:00Z")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_values(settings: Iterable[str]) -> dict[str, float]:
    """`NAME=VALUE` each, names with hyphens or underscores."""
    found = {}
    for each in settings:
        name, _, value = each.partition("=")
        try:
            found[name.strip().replace("-", "_")] = float(value)
        except ValueError:
            fail(f"--set {each}: expected NAME=NUMBER, for example --set round-trip-seconds=0.02")
    return found


def answer(machine: Machine | None, name: str, request: LoadRequest) -> LoadAnswer:
    """The closed forms' answer on a machine, or on Windows' defaults; ends the process on a value out of its domain."""
    from ipseclint.load.assess import assess
    from ipseclint.load.policy import costliest, policy_loads, site_parameters
    from ipseclint.load.report.answer import LoadAnswer
    from ipseclint.load.service import RATES
    from ipseclint.load.suite import suite_cost

    try:
        parameters = site_parameters(request.site)
        parameters = _from_command_line(parameters, request.values)
        loads = list(policy_loads(machine)) if machine is not None else []
        load = costliest(loads, parameters)
        notes, sets = _notes(machine, len(loads)), "Windows' defaults"
        changes: tuple[Change, ...] = ()
        if load is not None and machine is not None:
            cost = suite_cost(machine, load, request.rates or RATES)
            parameters = cost.applied_to(load.applied_to(parameters))
            sets, changes = load.sets, tuple(cost.changes())
            notes += [f"the cost of {group} was not measured; it counts like DH14" for group in cost.unmeasured]
        if request.calibration is not None:
            parameters = request.calibration.applied_to(parameters)
        # What is asked for goes before what was read or fitted.
        parameters = _from_command_line(parameters, request.values)
        assessment = assess(parameters, request.scenario, request.schedule, changes)
    except ValueError as error:
        fail(str(error))
    return LoadAnswer(
        name=name,
        sets=sets,
        parameters=parameters,
        assessment=assessment,
        notes=tuple(notes),
        budget=request.site.drop_probability_budget,
        calibration=request.calibration,
    )


def _from_command_line(parameters: Parameters, values: dict[str, float]) -> Parameters:
    from ipseclint.load.policy import with_main_mode_seconds

    source = "the command line"
    parameters = parameters.given(source, **values)
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


def _idle_seconds(machine: Machine) -> Sequence[int]:
    settings = [each.sa_idle_seconds for each in machine.policy.global_settings]
    settings += [each.sa_idle_seconds for each in machine.policy.quick_mode_crypto_sets if not each.builtin]
    return [value for each in settings if each is not None and each.is_explicit and (value := each.known)]
