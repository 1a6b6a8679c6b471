"""One run from inputs to report: read, parse, check, waive, report."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from ipseclint.engine.apply_rules import Checked, Outcome, Plan, missing_needs, run_rules, show_lines
from ipseclint.engine.baseline import Baseline, compare
from ipseclint.engine.collector import collector_off
from ipseclint.engine.gpos import gpos_of, with_gpos
from ipseclint.engine.inputs import Candidate
from ipseclint.engine.judged import not_judged
from ipseclint.engine.keys import joined
from ipseclint.engine.last_gate import without_keys
from ipseclint.engine.machines import ReadInput, by_machine, make_machine
from ipseclint.engine.shards import Shard, in_shard
from ipseclint.engine.since import compared
from ipseclint.engine.waivers import Entry, apply_waivers
from ipseclint.engine.workers import check_each
from ipseclint.finding import (
    WHOLE_FLEET,
    Crash,
    Explanation,
    Finding,
    Ignored,
    InputStatus,
    NotChecked,
    ObjectAt,
    Problem,
    ProblemCode,
    Report,
    Resolved,
    RuleInfo,
    ScriptRepair,
    Settings,
    subject_of,
)
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.rule import Rule, Scope
from ipseclint.version import __version__

__all__ = ["Job", "Plan", "check"]


class Job(Struct, frozen=True):
    """What to do in a run.

    `adjust` gives a finding as the configuration wants it for its path, or None to drop it. `machine`
    joins all inputs under one name. `today` decides which waivers have expired. `details` asks
    for what some reporters show beyond findings: all objects, and the policy as a picture; `objects` for those
    alone, `script_repairs` for repairs in the text of scripts. `jobs` is the number of processes, 0 for as many as
    help. `since` are the findings of an earlier
    report, at `since_path`. `any_files`: inputs without policy are left out of the report. `shard`: only this part
    of the inputs; what is to be seen only of all of them is not looked for. `input_timeout_seconds`: an input that
    takes longer to be read and checked is given up.
    `settings` is what the report says of all this.
    """

    plans: tuple[Plan, ...]
    site: Site = field(default_factory=Site)
    adjust: Callable[[Finding], Finding | None] = lambda finding: finding
    machine: str | None = None
    waivers: tuple[Entry, ...] = ()
    waiver_file: str = ""
    today: datetime.date = datetime.date.max
    baseline: Baseline | None = None
    since: Baseline | None = None
    since_path: str = ""
    details: bool = False
    objects: bool = False
    script_repairs: bool = False
    jobs: int = 1
    input_timeout_seconds: float | None = None
    any_files: bool = False
    shard: Shard | None = None
    settings: Settings = field(default_factory=Settings)


Progress = Callable[[int, int], None]
"""Told how many inputs are done, of how many."""


def check(candidates: Iterable[Candidate], job: Job, progress: Progress = lambda _done, _all: None) -> Report:
    """The report on all candidates. It does not raise for what stands in them."""
    with collector_off():
        listed = list(candidates) if job.shard is None else in_shard(candidates, job.shard)
        met = _check_inputs(listed, job, progress)
        checked = [each for each in met if isinstance(each, Checked)]
        if job.any_files:
            checked = [each for each in checked if each.read.input.status is not InputStatus.NO_IPSEC]
        ignored = () if job.any_files else tuple(each for each in met if isinstance(each, Ignored))
        read = [each.read for each in checked]
        ignored += tuple(_other_events(read))
        machines, outcomes, homes = _check_machines(checked, job)
        crashes = [each.crash for each in read if each.crash]
        crashes += [each for each in outcomes if isinstance(each, Crash)]
        findings = _merged([each for each in outcomes if isinstance(each, Finding)])
        findings = [kept for finding in findings if (kept := job.adjust(finding)) is not None]
        whole = job.shard is None
        findings = _in_order(apply_waivers(findings, job.waivers, job.waiver_file, job.today, whole=whole), read)
        findings, gone = _against(job.baseline, findings)
        gone = gone if whole else ()
        findings, since = compared(findings, job.since, job.since_path) if job.since else (findings, None)
        report = with_gpos(_report(read, homes, findings, gone, crashes, job), gpos_of(read))
        report = report.model_copy(
            update={"explanations": _explanations(machines, findings), "ignored": ignored, "since": since}
        )
        if job.details:
            report = report.model_copy(update=_details(machines, job, findings))
        if job.details or job.objects:
            report = report.model_copy(update={"objects": tuple(_objects(machines))})
        if job.script_repairs:
            report = report.model_copy(update={"script_repairs": _script_repairs(read, job, findings)})
        return without_keys(report, joined(each.keys for each in read))


def _check_inputs(candidates: Sequence[Candidate], job: Job, progress: Progress) -> list[Checked | Ignored]:
    """Each input by itself; when all are one machine there is nothing yet to check."""
    alone = () if job.machine is not None else tuple(plan.only(Scope.MACHINE) for plan in job.plans)
    met = []
    for number, each in enumerate(
        check_each(candidates, alone, job.site, job.jobs, job.input_timeout_seconds), start=1
    ):
        met.append(each)
        progress(number, len(candidates))
    return met


def _check_machines(checked: Sequence[Checked], job: Job) -> tuple[list[Machine], list[Outcome], dict[str, str]]:
    """All machines, what was found on them (alone, on inputs joined into one, across a fleet), and each input's."""
    by_input = {id(each.read): each for each in checked}
    machines: list[Machine] = []
    homes: dict[str, str] = {}
    outcomes: list[Outcome] = []
    on_several: list[Outcome] = []
    for name, group in by_machine([each.read for each in checked], job.machine):
        machine = make_machine(name, group, job.site)
        machines.append(machine)
        homes |= dict.fromkeys((each.source.path for each in group), machine.name)
        if len(group) == 1 and job.machine is None:
            outcomes += by_input[id(group[0])].outcomes
        else:
            on_several += run_rules([machine], [plan.only(Scope.MACHINE) for plan in job.plans], job.site)
    if job.shard is None and (len(machines) > 1 or (machines and job.site.peer)):
        on_several += run_rules(machines, [plan.only(Scope.FLEET) for plan in job.plans], job.site)
    shown, _ = show_lines(
        [each for each in on_several if isinstance(each, Finding)], (), [each.read for each in checked]
    )
    return machines, [*outcomes, *shown, *(each for each in on_several if isinstance(each, Crash))], homes


def _report(
    read: Sequence[ReadInput],
    homes: Mapping[str, str],
    findings: Sequence[Finding],
    gone: tuple[Resolved, ...],
    crashes: Sequence[Crash],
    job: Job,
) -> Report:
    rules = {rule.code: (rule, plan.ruleset) for plan in reversed(job.plans) for rule in plan.rules}
    needs = {code: _needs(rule, job) for code, (rule, _) in sorted(rules.items())}
    return Report(
        version=__version__,
        ruleset=", ".join(plan.ruleset.label for plan in job.plans),
        inputs=tuple(each.input.model_copy(update={"machine": homes[each.source.path]}) for each in read),
        findings=tuple(findings),
        problems=tuple(_problems(read)),
        not_checked=tuple(NotChecked(code=code, needs=missing) for code, missing in needs.items() if missing),
        crashes=tuple(dict.fromkeys(crashes)),
        gone=gone,
        not_judged=tuple(not_judged(read, [(rule, of) for code, (rule, of) in rules.items() if not needs[code]])),
        settings=job.settings,
        rules_known=len(
            {rule.code for plan in job.plans for rule in plan.ruleset.known if plan.ruleset.settings(rule).enabled}
        ),
        rules=tuple(
            RuleInfo(code=code, name=rule.name, summary=rule.text.summary, severity=ruleset.settings(rule).severity)
            for code, (rule, ruleset) in sorted(rules.items())
            if not needs[code]
        ),
    )


def _needs(rule: Rule, job: Job) -> tuple[str, ...]:
    """What a rule cannot run without and does not have."""
    of_fleet = (WHOLE_FLEET,) if job.shard is not None and rule.scope is Scope.FLEET else ()
    return (*missing_needs(rule, job.site), *of_fleet)


def _other_events(read: Sequence[ReadInput]) -> Iterator[Ignored]:
    """The inputs with events that are not about IPsec: how many of which."""
    for input_ in read:
        if events := input_.parsed.other_events:
            counts = ", ".join(f"{count} x {name}" for name, count in events)
            yield Ignored(path=f"{input_.source.path} ({counts})", kind="with events that are not about IPsec")


def _problems(read: Sequence[ReadInput]) -> Iterator[Problem]:
    """What went wrong. That an input holds no policy is said of it in its status; a problem it is if none holds any."""
    nothing = all(each.input.status is InputStatus.NO_IPSEC for each in read)
    for input_ in read:
        yield from (each for each in input_.parsed.problems if nothing or each.code is not ProblemCode.NO_POLICY)


def _explanations(machines: Sequence[Machine], findings: Sequence[Finding]) -> tuple[Explanation, ...]:
    with_evidence = [machine for machine in machines if machine.events or machine.counters]
    if not with_evidence:
        return ()
    from ipseclint.semantics.incident import explain

    return tuple(
        each
        for machine in with_evidence
        for each in explain(machine, [finding for finding in findings if finding.machine == machine.name])
    )


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


def _script_repairs(read: Sequence[ReadInput], job: Job, findings: Sequence[Finding]) -> tuple[ScriptRepair, ...]:
    from ipseclint.engine.script_repairs import script_repairs

    groups = by_machine(read, job.machine)
    alone = [(make_machine(name, group, job.site), group[0]) for name, group in groups if len(group) == 1]
    return tuple(script_repairs(alone, job.plans, job.site, findings))


def _objects(machines: Iterable[Machine]) -> Iterator[ObjectAt]:
    """All objects of the policies that somebody made."""
    for machine in machines:
        for thing in machine.policy.objects():
            if not getattr(thing, "builtin", False):
                yield ObjectAt(subject=subject_of(thing), machine=machine.name, span=thing.span)


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """What several rulesets find alike as one finding, with the most severe severity and all their names."""
    merged: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        key = (finding.fingerprint, finding.span, finding.message, finding.machine)
        before = merged.get(key)
        if before is not None:
            severity = max(before.severity, finding.severity, key=lambda severity: severity.rank)
            update = {
                "severity": severity,
                "rulesets": tuple(dict.fromkeys(before.rulesets + finding.rulesets)),
                "citations": tuple(dict.fromkeys(before.citations + finding.citations)),
            }
            merged[key] = before.model_copy(update=update)
        else:
            merged[key] = finding
    return list(merged.values())


def _in_order(findings: Iterable[Finding], read: Sequence[ReadInput]) -> list[Finding]:
    """By input, then place, then rule: the same for the same input."""
    order = {source.path: number for number, each in enumerate(read) for source in each.source.all}
    return sorted(
        findings,
        key=lambda each: (
            order.get(each.span.path, len(order)),
            each.span.line,
            each.span.column,
            each.code,
            each.message,
        ),
    )


def _against(baseline: Baseline | None, findings: Sequence[Finding]) -> tuple[list[Finding], tuple[Resolved, ...]]:
    if baseline is None:
        return list(findings), ()
    comparison = compare(findings, baseline)
    marked = [each.model_copy(update={"is_new": new}) for each, new in zip(findings, comparison.new, strict=True)]
    return marked, tuple(Resolved(code=each.code, subject=each.subject, count=each.count) for each in comparison.gone)
