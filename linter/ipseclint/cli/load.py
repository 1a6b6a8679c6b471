"""`ipseclint load`: whether requests wait too long in the negotiation queue, and which settings cause it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipseclint.cli import values
from ipseclint.cli.messages import fail, refuse_outputs
from ipseclint.cli.outputs import Output, format_option, output_of, output_option
from ipseclint.outcome import Exit

if TYPE_CHECKING:
    from ipseclint.load.assess import QueueAssessment
    from ipseclint.load.request import LoadAnswer, LoadRequest
    from ipseclint.load.service import CryptoRates
    from ipseclint.load.simulate.replicate import Summary
    from ipseclint.load.simulate.simulation import Progress
    from ipseclint.load.simulate.system import Run
    from ipseclint.model.machine import Machine


class Form(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    SVG = "svg"
    PNG = "png"


class ScenarioName(StrEnum):
    """The situations to compute; the load model says what each means."""

    STEADY = "steady"
    BOOT = "boot"
    POLICY_PUSH = "policy-push"
    FAILOVER = "failover"
    WAN_OUTAGE = "wan-outage"
    GATEWAY_RESTART = "gateway-restart"


_MILLISECONDS = 1000.0
_PICTURES = frozenset({Form.HTML, Form.SVG, Form.PNG})
FORMATS = tuple(form.value for form in Form)


def command(
    policy: Annotated[str | None, typer.Argument(help="The policy: a file, a machine's folder, or -.")] = None,
    new: Annotated[str | None, typer.Argument(help="A second policy to compare with, as text or json.")] = None,
    peers: Annotated[float | None, typer.Option(metavar="N", help="Active peers of the host.")] = None,
    ramp: Annotated[float | None, typer.Option(metavar="SECONDS", help="Time over which a start is spread.")] = None,
    workers: Annotated[float | None, typer.Option(metavar="C", help="Negotiations worked on in parallel.")] = None,
    patience: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Wait after which a request is dropped.")
    ] = None,
    service_ms: Annotated[
        float | None, typer.Option(metavar="MS", help="Worker time of a main mode, in milliseconds.")
    ] = None,
    throughput: Annotated[float | None, typer.Option(metavar="BITS", help="Traffic of a quick mode, in bit/s.")] = None,
    scenario: Annotated[ScenarioName, typer.Option(help="The situation to compute.")] = ScenarioName.STEADY,
    schedule: Annotated[
        str,
        typer.Option(metavar="NAME", help="How the peers repeat what is unanswered.", autocompletion=values.schedules),
    ] = "authip",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Any other parameter; repeatable.")
    ] = None,
    arrival_rate: Annotated[
        float | None, typer.Option(metavar="N", help="Without a policy: requests per second.")
    ] = None,
    service_rate: Annotated[
        float | None, typer.Option(metavar="N", help="Without a policy: what a worker does a second.")
    ] = None,
    calibrate: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="Fit to exports of the running host; repeatable.")
    ] = None,
    started: Annotated[
        str | None, typer.Option(metavar="TIME", help="With --calibrate: when all peers began to start.")
    ] = None,
    probe: Annotated[bool, typer.Option("--probe", help="Measure the cost of the cryptography here.")] = False,
    seeds: Annotated[int, typer.Option(min=0, max=1000, metavar="N", help="Simulate as well, with so many seeds.")] = 0,
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="The configuration, for its [site].")] = None,
    allow_partial: Annotated[bool, typer.Option(help="Compute though the policy was understood in part.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Say whether negotiation requests will wait too long and be dropped, and which setting does it."""
    from ipseclint.cli.load_inputs import parse_values, read_host, read_machine
    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.configuration.toml_files import ConfigError
    from ipseclint.load.report import json as load_json
    from ipseclint.load.report import text as load_text
    from ipseclint.load.request import LoadRequest
    from ipseclint.load.scenarios import Scenario
    from ipseclint.load.schedules import SCHEDULES
    from ipseclint.load.service import RATES
    from ipseclint.load.simulate.replicate import run_queue

    target = _target(output, form, filter(None, (policy, new, *(calibrate or ()))))
    chosen = Form(target.form)
    written = load_json if chosen is Form.JSON else load_text
    if chosen in _PICTURES and (new is not None or arrival_rate is not None or service_rate is not None):
        fail(f"-o {chosen.value} shows one policy, or one fleet; compare and calculate as text or json")
    if policy is None and (arrival_rate is not None or service_rate is not None):
        queue = _calculated(arrival_rate, service_rate, service_ms, workers, patience)
        summary = _simulated(seeds, quiet, lambda numbers, progress: run_queue(queue.inputs, numbers, progress))
        target.put_lines(written.render_queue(queue, summary))
        return
    if arrival_rate is not None or service_rate is not None:
        fail("--arrival-rate and --service-rate are for the calculator, without a policy; with one give --peers")
    _refuse_arguments(schedule, started, calibrate or ())
    try:
        site = configuration(config).config.site
    except ConfigError as error:
        fail(str(error))
    named = {
        "peers": peers,
        "ramp_seconds": ramp,
        "workers": workers,
        "patience_seconds": patience,
        "main_mode_service_seconds": None if service_ms is None else service_ms / _MILLISECONDS,
        "throughput_bits_per_second": throughput,
    }
    values = {name: value for name, value in named.items() if value is not None} | parse_values(settings or ())
    host = read_host(calibrate, started, allow_partial=allow_partial) if calibrate else None
    rates = _probed(quiet) if probe else None
    no_peers = "peers" not in values and site.expected_peers is None
    if host is not None and policy is None and no_peers:
        target.put_lines(written.render_calibration(host))
        return
    if rates is not None and policy is None and no_peers:
        target.put_lines(written.render_rates(rates))
        return
    if peers == 0 or (no_peers and (host is None or host.peers.value is None)):
        fail(
            "how many peers? Give --peers of 1 or more, or peers in [site] of the configuration, which no policy says; "
            "or --arrival-rate and --service-rate for a bare queue"
        )
    request = LoadRequest(Scenario(scenario.value), SCHEDULES[schedule], site, values, host, rates or RATES)
    machines: list[Machine | None] = [
        read_machine(path, site, allow_partial=allow_partial) for path in (policy, new) if path is not None
    ]
    answers = [_answered(machine, request, seeds, quiet) for machine in machines or [None]]
    if chosen in _PICTURES:
        target.put(_drawn(answers[0], request, chosen, quiet))
    elif new is not None:
        target.put_lines(written.render_comparison(*answers))
    else:
        target.put_lines(written.render(answers[0]))
    raise typer.Exit(Exit.FINDINGS if answers[-1].over_budget else Exit.CLEAN)


def _refuse_arguments(schedule: str, started: str | None, calibrate: Sequence[str]) -> None:
    """End where a schedule is unknown, or an option has no effect."""
    from ipseclint.load.schedules import SCHEDULES

    if schedule not in SCHEDULES:
        fail(f"--schedule {schedule}: there are {', '.join(SCHEDULES)}")
    if started is not None and not calibrate:
        fail("--started needs --calibrate")


def _target(output: str | None, form: str | None, inputs: Iterable[str]) -> Output:
    """The target of the answer; ends where it cannot be written there."""
    target = output_of(output, form, FORMATS)
    if target.form == Form.PNG and target.file is None:
        fail("-o png: a picture of this kind needs a file: -o png:FILE")
    refuse_outputs([target.file] if target.file else [], inputs)
    return target


def _calculated(
    arrival_rate: float | None,
    service_rate: float | None,
    service_ms: float | None,
    workers: float | None,
    patience: float | None,
) -> QueueAssessment:
    from ipseclint.load.assess import assess_queue
    from ipseclint.load.erlang import Queue
    from ipseclint.load.parameters import Parameters

    if service_rate is None and service_ms:
        service_rate = _MILLISECONDS / service_ms
    if arrival_rate is None or service_rate is None:
        fail("the calculator needs --arrival-rate and --service-rate")
    try:
        # The same domains as with a policy; the default patience is the table's.
        given = {} if patience is None else {"patience_seconds": patience}
        workload = Parameters.defaults().with_user_values(workers=1 if workers is None else workers, **given).workload()
        return assess_queue(Queue(arrival_rate, service_rate, workload.workers, workload.patience_seconds))
    except ValueError as error:
        fail(str(error))


def _probed(quiet: bool) -> CryptoRates:
    from ipseclint.cli.progress import progress_bar
    from ipseclint.load.probe import ProbeError, measure

    try:
        with progress_bar("measuring", wanted=not quiet) as progress:
            return measure(progress)
    except ProbeError as error:
        fail(f"--probe: {error}")


def _answered(machine: Machine | None, request: LoadRequest, seeds: int, quiet: bool) -> LoadAnswer:
    from msgspec.structs import replace

    from ipseclint.load.request import answer
    from ipseclint.load.simulate.replicate import run_scenario

    try:
        answered = answer(machine, machine.name if machine is not None else "no policy", request)
    except ValueError as error:
        fail(str(error))
    workload = answered.parameters.workload()

    def run(numbers: Sequence[int], progress: Progress) -> tuple[Run, ...]:
        return run_scenario(workload, request.scenario, request.schedule, numbers, progress)

    return replace(answered, simulated=_simulated(seeds, quiet, run))


def _simulated(seeds: int, quiet: bool, run: Callable[[Sequence[int], Progress], tuple[Run, ...]]) -> Summary | None:
    """The runs with the seeds 1 to `seeds`; None for none."""
    from ipseclint.cli.progress import progress_bar
    from ipseclint.load.simulate.replicate import summarise

    if not seeds:
        return None
    try:
        with progress_bar("simulating", wanted=not quiet) as progress:
            return summarise(run(range(1, seeds + 1), progress))
    except ValueError as error:
        fail(f"--seeds: {error}")


def _drawn(answered: LoadAnswer, request: LoadRequest, form: Form, quiet: bool) -> str | bytes:
    from ipseclint.cli.progress import progress_bar
    from ipseclint.load.parameters import Provenance
    from ipseclint.load.pictures import pictures
    from ipseclint.load.report import html as load_html
    from ipseclint.load.report import pictures as load_pictures
    from ipseclint.load.scenarios import Scenario

    scenarios = tuple(Scenario) if form is Form.HTML else (request.scenario,)
    with progress_bar("simulating", wanted=not quiet) as progress:
        drawn = pictures(
            answered.parameters.workload(),
            request.scenario,
            request.schedule,
            answered.budget,
            progress,
            scenarios,
            ramp_is_given=answered.parameters["ramp_seconds"].provenance is Provenance.YOURS,
        )
    if form is Form.HTML:
        return load_html.render(answered, drawn)
    picture = load_pictures.render(answered, drawn)
    return picture if form is Form.SVG else _png(picture)


def _png(picture: str) -> bytes:
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        fail("-o png needs the package resvg-py: pip install 'ipseclint[png]'; svg needs nothing")
    return bytes(svg_to_bytes(svg_string=picture, zoom=2))
