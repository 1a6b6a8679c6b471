"""One run from inputs to report: read, parse, check, waive, report."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.engine.apply_rules import Outcome, Plan, missing_needs, run_fleet_rules, show_lines
from ipseclint.engine.cache import Cache
from ipseclint.engine.checked import Checked, Work, crashes_of, findings_of
from ipseclint.engine.clauses import clause_results
from ipseclint.engine.collector import collector_off
from ipseclint.engine.described import Described, described
from ipseclint.engine.gpos import with_gpos
from ipseclint.engine.inputs import Candidate
from ipseclint.engine.judged import not_judged
from ipseclint.engine.keys import Keys, joined
from ipseclint.engine.last_gate import without_keys
from ipseclint.engine.machines import OURS, OWN_SCRIPT, current_day
from ipseclint.engine.scripts import FOLLOWED, run_by_others, with_members
from ipseclint.engine.settling import Settling, Terms
from ipseclint.engine.shards import Shard, in_shard, share_fleet_key
from ipseclint.engine.waivers import Entry
from ipseclint.engine.workers import check_each
from ipseclint.finding import Finding, FindingChunk, Findings, Problem, ProblemCode
from ipseclint.model.machine import Machine
from ipseclint.model.setting import key_mark
from ipseclint.model.site import NO_FACTS, Site
from ipseclint.packing import Packed, packed, unpacked
from ipseclint.report import (
    GIVEN_LATER,
    NOT_HELD,
    WHOLE_FLEET,
    Crash,
    DigestAt,
    Explanation,
    Ignored,
    InputStatus,
    NotChecked,
    Report,
    RuleInfo,
    ScriptRepair,
    Settings,
)
from ipseclint.rule import Rule, Scope
from ipseclint.semantics.digest import Fleet
from ipseclint.version import __version__
from ipseclint.vocabulary.dated_facts import outdated

if TYPE_CHECKING:
    from ipseclint.engine.baseline import Baseline


class Job(Struct, frozen=True):
    """What to do in a run.

    `adjust` gives a finding as the configuration wants it for its path, or None to drop it; without it
    all stay. `machine` joins all inputs under one name. `today` decides which waivers and certificates have
    expired, and which updates there were. `details` asks
    for what some reporters show beyond findings: all objects, and the policy as a picture; `objects` for those
    alone, `digests` for what a later comparison of machines needs,
    `script_repairs` for repairs in the text of scripts. `jobs` is the number of processes, 0 for as many as
    help. `since` are the findings of an earlier
    report, at `since_path`. `any_files`: inputs without policy are left out of the report. `shard`: only this part
    of the inputs; what is to be seen only of all of them is not looked for. `scheduler` is that of a Dask
    cluster, which does the work instead. `cache` is a folder with the
    results of earlier runs. `input_timeout_seconds`: an input that
    takes longer to be read and checked is given up.
    `settings` is what the report says of all this.
    """

    plans: tuple[Plan, ...]
    site: Site = NO_FACTS
    adjust: Callable[[Finding], Finding | None] | None = None
    machine: str | None = None
    waivers: tuple[Entry, ...] = ()
    waiver_file: str = ""
    today: datetime.date = field(default_factory=current_day)
    baseline: Baseline | None = None
    since: Baseline | None = None
    since_path: str = ""
    details: bool = False
    objects: bool = False
    digests: bool = False
    script_repairs: bool = False
    jobs: int = 1
    cache: Path | None = None
    scheduler: str | None = None
    input_timeout_seconds: float | None = None
    any_files: bool = False
    shard: Shard | None = None
    settings: Settings = field(default_factory=Settings)


Progress = Callable[[int, int], None]
"""Told how many inputs are done, of how many."""


def check(candidates: Iterable[Candidate], job: Job, progress: Progress = lambda _done, _all: None) -> Report:
    """The report on all candidates. It does not raise for what stands in them."""
    if job.digests:
        share_fleet_key()
    with collector_off():
        every = with_members(candidates)
        listed = every if job.shard is None else in_shard(every, job.shard)
        work = _work(len(listed), job)
        cache = Cache(job.cache, work)
        kept = cache.results(listed)
        met = _check_inputs(listed, kept, work, job, progress)
        checked = [each for each in met if isinstance(each, Checked)]
        if job.any_files:
            checked = [each for each in checked if each.input.status is not InputStatus.NO_IPSEC]
        checked = _without_ours(checked)
        passed_over = (each for each in met if isinstance(each, Ignored))
        ignored = tuple(each for each in passed_over if not job.any_files or each.kind == OWN_SCRIPT)
        ignored += tuple(_passed_over(checked))
        followed = run_by_others(checked)
        ignored = tuple(each for each in ignored if each.path not in followed)
        ignored += tuple(Ignored(path=path, kind=FOLLOWED) for path in sorted(followed))
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
        settling = Settling(terms_of(job), keys)
        findings = Findings(_settled(checked, machines, across, settling))
        report = _report(checked, machines, findings, job, _compared_peers(fleet, checked))
        report = report.model_copy(
            update={
                "problems": _problems(checked, keys),
                "crashes": _crashes(checked, machines, across),
                "gone": settling.gone(),
                "since": settling.since(),
                "explanations": _explanations(machines, findings, job),
                "ignored": ignored,
            }
        )
        report = report.model_copy(update={"clauses": clause_results(report, job.plans)})
        if job.details:
            report = report.model_copy(
                update=_details([each.machine(job.site, job.today) for each in machines], job, findings)
            )
            if fleet.has_pairs:
                from ipseclint.engine.two_ends import two_ends

                report = report.model_copy(update={"two_ends": two_ends(fleet)})
        if job.digests:
            digests = tuple(_digests(machines, [each.source.path for each in every], keys))
            report = report.model_copy(update={"digests": digests, "key_mark": key_mark()})
        if job.script_repairs:
            report = report.model_copy(update={"script_repairs": _script_repairs(machines, job, findings)})
        if work.objects:
            chunks = (each.objects for each in machines if each.objects is not None)
            report = report.model_copy(update={"objects": Packed(settling.objects(chunks))})
        return without_keys(report, keys)


def _work(inputs: int, job: Job) -> Work:
    """What to do with each input; when all are one machine there is nothing to check on one."""
    return Work(
        job.plans,
        job.site,
        job.today,
        alone=job.machine is None,
        digests=job.digests or (job.shard is None and (inputs > 1 or bool(job.site.peer))),
        objects=job.details or job.objects,
        whole=job.details or job.script_repairs,
        isolated=job.settings.isolated,
    )


def _check_inputs(
    candidates: Sequence[Candidate],
    kept: Sequence[Checked | Ignored | None],
    work: Work,
    job: Job,
    progress: Progress,
) -> list[Checked | Ignored]:
    """What comes of each input; what was kept of earlier runs is taken as it is."""
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
    """What the rules that compare machines find, with lines."""
    if not fleet.has_pairs:
        return []
    outcomes = list(run_fleet_rules(fleet, job.plans))
    findings, _ = show_lines(findings_of(outcomes), (), checked)
    return [*findings, *crashes_of(outcomes)]


def _digests(machines: Sequence[Described], every: Sequence[str], keys: Keys) -> Iterator[DigestAt]:
    """The digests for a store, without keys of any input, with the places of their inputs among those of all shards."""
    places = {keys.path(path): place for place, path in enumerate(every)}
    for machine in machines:
        if machine.digest is not None:
            gpos = {
                path: stores
                for input_ in machine.inputs
                if input_.gpos is not None
                for path, stores in unpacked(input_.gpos).items()
            }
            stored = packed((machine.digest, gpos), pressed=False)
            if keys.may_be_in(stored) or keys.may_be_in(machine.digest.policy):
                policy = packed(keys.of_any(unpacked(machine.digest.policy)))
                digest = replace(keys.of_any(machine.digest), policy=policy)
                stored = packed((digest, keys.of_any(gpos)), pressed=False)
            place = places.get(keys.path(machine.inputs[0].source.path), len(every))
            yield DigestAt(machine=keys.hidden(machine.name), place=place, data=stored)


def terms_of(job: Job) -> Terms:
    """By what the findings of a run are judged."""
    return Terms(
        job.adjust,
        job.waivers,
        job.waiver_file,
        job.today,
        job.baseline,
        job.since,
        job.since_path,
        whole=job.shard is None,
    )


def _settled(
    checked: Sequence[Checked], machines: Sequence[Described], across: Sequence[Outcome], settling: Settling
) -> Iterator[FindingChunk]:
    """What is found on each input, in order, and what stands in none."""
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
    """What is found on several inputs together, across machines, and at places in no file of the input."""
    for machine in machines:
        yield from (machine.inputs[0].elsewhere if machine.findings is None else machine.findings)
    yield from (each for each in across if isinstance(each, Finding))


def _crashes(checked: Sequence[Checked], machines: Sequence[Described], across: Sequence[Outcome]) -> tuple[Crash, ...]:
    readers = (each.crash for each in checked if each.crash is not None)
    rules = (crash for each in machines for crash in each.crashes)
    return tuple(dict.fromkeys((*readers, *rules, *crashes_of(across))))


def _compared_peers(fleet: Fleet, checked: Sequence[Checked]) -> frozenset[str]:
    """The files with peers of which an end is held against another, and logs, of which both ends are."""
    with_peers = {each.input.path: each.input.format for each in checked if "peer" in each.input.objects}
    logs = frozenset(path for path, name in with_peers.items() if name == "ike-log")
    if logs == with_peers.keys() or not fleet.has_pairs:
        return logs
    from ipseclint.semantics.negotiation.fleet import compared

    pairs = (comparison.pair for comparison in compared(fleet))
    return logs.union(end.span.path for pair in pairs for end in (pair.a, pair.b) if end.span.path in with_peers)


def _report(
    checked: Sequence[Checked],
    machines: Sequence[Described],
    findings: Sequence[Finding],
    job: Job,
    compared: frozenset[str],
) -> Report:
    rules = {rule.code: (rule, plan.ruleset) for plan in reversed(job.plans) for rule in plan.rules}
    needs = {code: _needs(rule, job) for code, (rule, _) in sorted(rules.items())}
    homes = {input_.source.path: each.name for each in machines for input_ in each.inputs}
    looked_at = [(each.input, each.named) for each in checked if each.named is not None]
    return Report(
        version=__version__,
        ruleset=", ".join(plan.ruleset.label for plan in job.plans),
        inputs=tuple(each.input.model_copy(update={"machine": homes[each.source.path]}) for each in checked),
        findings=findings,
        problems=(),
        not_checked=tuple(NotChecked(code=code, needs=missing) for code, missing in needs.items() if missing),
        not_judged=tuple(
            not_judged(looked_at, [(rule, of) for code, (rule, of) in rules.items() if not needs[code]], compared)
        ),
        settings=job.settings,
        outdated=outdated(job.today),
        rules_known=len(frozenset[str]().union(*(plan.ruleset.enabled for plan in job.plans))),
        rules=tuple(
            RuleInfo(code=code, name=rule.name, summary=rule.summary, severity=ruleset.settings(rule).severity)
            for code, (rule, ruleset) in sorted(rules.items())
            if not needs[code]
        ),
    )


def _needs(rule: Rule, job: Job) -> tuple[str, ...]:
    """What a rule cannot run without and does not have."""
    of_fleet = (WHOLE_FLEET,) if job.shard is not None and rule.scope is Scope.FLEET else ()
    return (*missing_needs(rule, job.site), *of_fleet)


def _passed_over(checked: Sequence[Checked]) -> Iterator[Ignored]:
    """The inputs that hold what is not judged, lack what rules look at, or are given it later: which, and how many."""
    for checked_input in checked:
        for counted, kind in (
            (checked_input.other_events, "with events that are not about IPsec"),
            (checked_input.unread, "with members that are not read"),
            (checked_input.not_held, NOT_HELD),
            (checked_input.given, GIVEN_LATER),
        ):
            if counted:
                counts = ", ".join(f"{count} x {name}" for name, count in counted[:_NAMES_SHOWN])
                more = len(counted) - _NAMES_SHOWN
                counts += f" and {more} more" if more > 0 else ""
                yield Ignored(path=f"{checked_input.source.path} ({counts})", kind=kind)


def _without_ours(checked: Sequence[Checked]) -> list[Checked]:
    """The inputs of a run. What ipseclint wrote, named beside others, is one not read: no gate may pass."""
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


def _problems(checked: Sequence[Checked], keys: Keys) -> tuple[Problem, ...]:
    """What went wrong. An input without a policy is a problem only if no input has one; else its status says so."""
    nothing = all(each.input.status is InputStatus.NO_IPSEC for each in checked)
    told = (each for input_ in checked for each in input_.problems if nothing or each.code is not ProblemCode.NO_POLICY)
    return tuple(map(keys.problem, told)) if keys.texts else tuple(told)


def _explanations(machines: Sequence[Described], findings: Sequence[Finding], job: Job) -> tuple[Explanation, ...]:
    with_evidence = [each for each in machines if each.has_evidence]
    if not with_evidence:
        return ()
    from ipseclint.semantics.incident import explain

    by_machine: dict[str, list[Finding]] = {each.name: [] for each in with_evidence}
    for finding in findings:
        if finding.machine in by_machine:
            by_machine[finding.machine].append(finding)
    return tuple(
        each
        for machine in with_evidence
        for each in explain(machine.machine(job.site, job.today), by_machine[machine.name])
    )


_NAMES_SHOWN = 12
"""How many names of what was passed over in one input are told (reasoned)."""

MAX_DETAILED = 20
"""So many machines, those with most findings, are drawn; a report on more is of use by rule, not machine by machine."""


def _details(machines: Sequence[Machine], job: Job, findings: Sequence[Finding]) -> dict[str, object]:
    from ipseclint.engine.actions import actions
    from ipseclint.load.policy import shares
    from ipseclint.semantics.covered import coverage_rows
    from ipseclint.semantics.outline import outline

    worst = Counter(finding.machine for finding in findings if finding.counts)
    detailed = sorted(machines, key=lambda machine: -worst[machine.name])[:MAX_DETAILED]
    return {
        "actions": tuple(actions(machines, job.plans, job.site, findings)),
        "outlines": tuple(filter(None, map(outline, detailed))),
        "coverage": tuple(row for machine in detailed for row in coverage_rows(machine)),
        "load": tuple(each for machine in detailed for each in shares(machine)),
    }


def _script_repairs(machines: Sequence[Described], job: Job, findings: Sequence[Finding]) -> tuple[ScriptRepair, ...]:
    from ipseclint.engine.script_repairs import script_repairs

    alone = [(each.machine(job.site, job.today), each.inputs[0].read()) for each in machines if len(each.inputs) == 1]
    return tuple(script_repairs(alone, job.plans, job.site, findings))
