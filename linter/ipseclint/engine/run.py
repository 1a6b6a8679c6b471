"""One run from inputs to report: read, parse, check, waive, report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from ipseclint.engine.apply_rules import Outcome, run_fleet_rules, show_lines
from ipseclint.engine.cache import Cache
from ipseclint.engine.checked import Checked, Work, crashes_of, findings_of
from ipseclint.engine.collector import collector_off
from ipseclint.engine.described import Described, described
from ipseclint.engine.findings.settling import Settling
from ipseclint.engine.gpos import with_gpos
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.inputs.scripts import FOLLOWED, run_by_others, with_members
from ipseclint.engine.job import Job
from ipseclint.engine.keys.gate import joined
from ipseclint.engine.keys.last_gate import without_keys
from ipseclint.engine.machines import OURS, OWN_SCRIPT
from ipseclint.engine.reporting import Results, report_of
from ipseclint.engine.shards import in_shard, share_fleet_key
from ipseclint.engine.workers import check_each
from ipseclint.finding import Finding, FindingChunk, Findings, ProblemCode
from ipseclint.packing import unpacked
from ipseclint.report import GIVEN_LATER, NOT_HELD, OTHER_EVENTS, UNREAD, Ignored, InputStatus, Report
from ipseclint.semantics.digest import Fleet

Progress = Callable[[int, int], None]
"""Called with the number of inputs done, and of all."""


def check(candidates: Iterable[Candidate], job: Job, progress: Progress = lambda _done, _all: None) -> Report:
    """The report on all candidates. It does not raise for anything in them."""
    if job.digests:
        share_fleet_key()
    with collector_off():
        every = with_members(candidates)
        listed = every if job.shard is None else in_shard(every, job.shard)
        work = job.work(len(listed))
        cache = Cache(job.cache, work)
        kept = cache.results(listed)
        met = _check_inputs(listed, kept, work, job, progress)
        checked = _with_policy(met, job)
        followed = run_by_others(checked)
        ignored = (
            *(each for each in _ignored(met, checked, job) if each.path not in followed),
            *(Ignored(path=path, kind=FOLLOWED) for path in sorted(followed)),
        )
        checked = [each for each in checked if each.source.path not in followed]
        machines = list(described(checked, job.machine, work))
        compared = [each.digest for each in machines if each.digest is not None] if job.shard is None else []
        fleet = Fleet(compared, job.site)
        before = cache.compared(fleet) if fleet.has_pairs else ()
        across = _across(fleet, checked, job) if before is None else before
        keys = joined(each.keys for each in checked)
        cache.keep(listed, met, keys.texts)
        if before is None:
            cache.keep_compared(fleet, across)
        of_files = all(each.named for each in every)
        settling = Settling(replace(job.terms, of_files=of_files), keys)
        findings = Findings(_settled(checked, machines, across, settling))
        results = Results(checked, machines, fleet, across, keys, ignored, [each.source.path for each in every])
        return without_keys(report_of(results, findings, settling, job), keys)


def _check_inputs(
    candidates: Sequence[Candidate],
    kept: Sequence[Checked | Ignored | None],
    work: Work,
    job: Job,
    progress: Progress,
) -> list[Checked | Ignored]:
    """The result of each input; results kept from earlier runs are reused."""
    left = [each for each, before in zip(candidates, kept, strict=True) if before is None]
    if job.scheduler is not None:
        from ipseclint.engine.cluster import check_on_cluster

        fresh = check_on_cluster(left, work, job.scheduler, job.input_timeout_seconds)
    else:
        fresh = check_each(left, work, job.jobs, job.input_timeout_seconds)
    met = []
    for number, before in enumerate(kept, start=1):
        met.append(next(fresh) if before is None else before)
        progress(number, len(candidates))
    return met


def _across(fleet: Fleet, checked: Sequence[Checked], job: Job) -> list[Outcome]:
    """The findings of the rules that compare machines, with lines."""
    if not fleet.has_pairs:
        return []
    outcomes = list(run_fleet_rules(fleet, job.plans))
    findings, _ = show_lines(findings_of(outcomes), (), checked)
    return [*findings, *crashes_of(outcomes)]


def _settled(
    checked: Sequence[Checked], machines: Sequence[Described], across: Sequence[Outcome], settling: Settling
) -> Iterator[FindingChunk]:
    """The settled findings of each input, in order, then those in no input."""
    places = {source.path: number for number, each in enumerate(checked) for source in each.source.all}
    alone = {id(input_) for each in machines if each.findings is None for input_ in each.inputs}
    more: defaultdict[int, list[Finding]] = defaultdict(list)
    for finding in _later(machines, across):
        more[places.get(finding.span.path, len(checked))].append(finding)
    for number, each in enumerate(checked):
        own = each.findings if id(each) in alone else None
        later = with_gpos(more.pop(number, ()), unpacked(each.gpos) if each.gpos is not None else {})
        if chunk := settling.chunk(own, later):
            yield chunk
    if chunk := settling.last_chunk(more.pop(len(checked), ())):
        yield chunk


def _later(machines: Sequence[Described], across: Sequence[Outcome]) -> Iterator[Finding]:
    """The findings on several inputs together, across machines, and at places in no file of the input."""
    for machine in machines:
        yield from (machine.inputs[0].elsewhere if machine.findings is None else machine.findings)
    yield from (each for each in across if isinstance(each, Finding))


def _with_policy(met: Sequence[Checked | Ignored], job: Job) -> list[Checked]:
    """The inputs that the report covers: those without a policy too, unless the run takes any files."""
    checked = [each for each in met if isinstance(each, Checked)]
    if job.any_files:
        checked = [each for each in checked if each.input.status is not InputStatus.NO_IPSEC]
    return _without_ours(checked)


def _ignored(met: Sequence[Checked | Ignored], checked: Sequence[Checked], job: Job) -> Iterator[Ignored]:
    """The inputs that were not read, as whole files or in part."""
    yield from (each for each in met if isinstance(each, Ignored) and (not job.any_files or each.kind == OWN_SCRIPT))
    yield from _passed_over(checked)


_NAMES_SHOWN = 12
"""How many names of skipped parts of one input are listed (reasoned)."""


def _passed_over(checked: Sequence[Checked]) -> Iterator[Ignored]:
    """Inputs with parts that are not judged, with missing members, or with values given at run time: names and
    number."""
    for checked_input in checked:
        for counted, kind in (
            (checked_input.other_events, OTHER_EVENTS),
            (checked_input.unread, UNREAD),
            (checked_input.not_held, NOT_HELD),
            (checked_input.given, GIVEN_LATER),
        ):
            if counted:
                counts = ", ".join(f"{count} x {name}" for name, count in counted[:_NAMES_SHOWN])
                more = len(counted) - _NAMES_SHOWN
                counts += f" and {more} more" if more > 0 else ""
                yield Ignored(path=f"{checked_input.source.path} ({counts})", kind=kind)


def _without_ours(checked: Sequence[Checked]) -> list[Checked]:
    """The inputs of a run. A file of ipseclint's own, named beside others, counts as unread, so that no gate passes."""
    if all(each.input.status is InputStatus.NO_IPSEC for each in checked):
        return list(checked)
    return [
        replace(
            each,
            input=each.input.model_copy(update={"status": InputStatus.UNREADABLE}),
            problems=tuple(replace(problem, code=ProblemCode.UNREADABLE) for problem in each.problems),
        )
        if any(problem.message == OURS for problem in each.problems)
        else each
        for each in checked
    ]
