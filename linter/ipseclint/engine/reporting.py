"""The report of a run, assembled from its findings, inputs and machines."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.engine.apply_rules import Outcome, missing_needs
from ipseclint.engine.checked import Checked, crashes_of
from ipseclint.engine.described import Described
from ipseclint.engine.findings.settling import Settling
from ipseclint.engine.job import Job
from ipseclint.engine.judged import not_judged
from ipseclint.engine.keys.gate import Keys
from ipseclint.finding import Finding, Problem, ProblemCode
from ipseclint.model.machine import Machine
from ipseclint.model.setting import key_mark
from ipseclint.packing import Packed, packed, unpacked
from ipseclint.report import (
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
)
from ipseclint.rule import Rule, Scope
from ipseclint.semantics.digest import Fleet
from ipseclint.version import __version__
from ipseclint.vocabulary.dated_facts import DATED_FACTS, MAX_AGE_DAYS

MAX_DETAILED = 20
"""The most machines that are drawn, those with most findings; a larger report is read by rule, not by machine."""


class Results(Struct, frozen=True):
    """The results of a run besides its findings: on inputs, on machines, and on machines together.

    `paths` are those of all inputs, of other shards too.
    """

    checked: Sequence[Checked]
    machines: Sequence[Described]
    fleet: Fleet
    across: Sequence[Outcome]
    keys: Keys
    ignored: tuple[Ignored, ...]
    paths: Sequence[str]


def report_of(results: Results, findings: Sequence[Finding], settling: Settling, job: Job) -> Report:
    """The report, with all that the job asks for."""
    machines = results.machines
    report = _report(results, findings, job)
    report = replace(
        report,
        problems=_problems(results.checked, results.keys),
        crashes=_crashes(results),
        gone=settling.gone(),
        since=settling.since(),
        explanations=_explanations(machines, findings, job),
        ignored=results.ignored,
    )
    more: dict[str, object] = {}
    if any(plan.ruleset.standard for plan in job.plans):
        from ipseclint.engine.findings.clauses import clause_results

        more["clauses"] = clause_results(report, job.plans)
    if job.details:
        more |= _details([each.machine(job.site, job.today) for each in machines], job, findings)
        if results.fleet.has_pairs:
            from ipseclint.engine.two_ends import two_ends

            more["two_ends"] = two_ends(results.fleet)
    if job.digests:
        more |= {"digests": tuple(_digests(results)), "key_mark": key_mark()}
    if job.script_repairs:
        more["script_repairs"] = _script_repairs(machines, job, findings)
    if job.details or job.objects:
        chunks = (each.objects for each in machines if each.objects is not None)
        more["objects"] = Packed(settling.objects(chunks))
    return replace(report, **more)


def _compared_peers(fleet: Fleet, checked: Sequence[Checked]) -> frozenset[str]:
    """The files whose peers were compared with another end, those with their keys, and logs of both ends."""
    with_peers = {each.input.path: each.input.format for each in checked if "peer" in each.input.objects}
    logs = frozenset(path for path, name in with_peers.items() if name == "ike-log")
    if logs == with_peers.keys() or not fleet.has_pairs:
        return logs
    from ipseclint.semantics.negotiation.fleet import compared

    pairs = [comparison.pair for comparison in compared(fleet)]
    ends = {end.span.path for pair in pairs for end in (pair.a, pair.b)} & with_peers.keys()
    machines = set(map(fleet.name_of, ends))
    with_keys = (each.input.path for each in checked if "peer_key" in each.input.objects)
    return logs.union(ends, (path for path in with_keys if fleet.name_of(path) in machines))


def _report(results: Results, findings: Sequence[Finding], job: Job) -> Report:
    compared = _compared_peers(results.fleet, results.checked)
    rules = {rule.code: (rule, plan.ruleset) for plan in reversed(job.plans) for rule in plan.rules}
    needs = {code: _needs(rule, job) for code, (rule, _) in sorted(rules.items())}
    homes = {input_.source.path: each.name for each in results.machines for input_ in each.inputs}
    looked_at = [(each.input, each.named) for each in results.checked if each.named is not None]
    unlooked = not_judged(looked_at, [(rule, of) for code, (rule, of) in rules.items() if not needs[code]], compared)
    found = {finding.subject.id for finding in findings}  # a rule that asks for any name has looked at it
    return Report(
        version=__version__,
        ruleset=", ".join(plan.ruleset.label for plan in job.plans),
        inputs=tuple(replace(each.input, machine=homes[each.source.path]) for each in results.checked),
        findings=findings,
        problems=(),
        not_checked=tuple(
            NotChecked(code=code, needs=missing, concerns=rules[code][0].concerns)
            for code, missing in needs.items()
            if missing
        ),
        not_judged=tuple(each for each in unlooked if each.name not in found),
        settings=job.settings,
        outdated=_outdated(job.today),
        rules_known=len(frozenset[str]().union(*(plan.ruleset.enabled for plan in job.plans))),
        rules=tuple(
            RuleInfo(
                code=code,
                name=rule.name,
                summary=rule.summary,
                severity=ruleset.settings(rule).severity,
                concerns=rule.concerns,
            )
            for code, (rule, ruleset) in sorted(rules.items())
            if not needs[code]
        ),
    )


def _needs(rule: Rule, job: Job) -> tuple[str, ...]:
    """What a rule needs to run and does not have."""
    of_fleet = (WHOLE_FLEET,) if job.shard is not None and rule.scope is Scope.FLEET else ()
    return (*missing_needs(rule, job.site), *of_fleet)


def _crashes(results: Results) -> tuple[Crash, ...]:
    readers = (each.crash for each in results.checked if each.crash is not None)
    rules = (crash for each in results.machines for crash in each.crashes)
    return tuple(dict.fromkeys((*readers, *rules, *crashes_of(results.across))))


def _problems(checked: Sequence[Checked], keys: Keys) -> tuple[Problem, ...]:
    """The problems. An input without a policy is one only if no input has a policy; else its status says so."""
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


def _details(machines: Sequence[Machine], job: Job, findings: Sequence[Finding]) -> dict[str, object]:
    from ipseclint.engine.findings.actions import actions
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
    from ipseclint.engine.findings.script_repairs import script_repairs

    alone = [(each.machine(job.site, job.today), each.inputs[0].read()) for each in machines if len(each.inputs) == 1]
    return tuple(script_repairs(alone, job.plans, job.site, findings))


def _digests(results: Results) -> Iterator[DigestAt]:
    """The digests for a store, without keys of any input, with the positions of their inputs among those of all
    shards."""
    keys = results.keys
    places = {keys.path(path): place for place, path in enumerate(results.paths)}
    for machine in results.machines:
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
            place = places.get(keys.path(machine.inputs[0].source.path), len(results.paths))
            yield DigestAt(machine=keys.hidden(machine.name), place=place, data=stored)


def _outdated(today: datetime.date) -> tuple[str, ...]:
    """A sentence for each kind of fact whose source was read more than a year before the day."""
    return tuple(
        f"the {facts.what} were read on {facts.read_on.isoformat()}, {(today - facts.read_on).days} days before: "
        "anything newer is unknown; update ipseclint"
        for facts in DATED_FACTS
        if (today - facts.read_on).days > MAX_AGE_DAYS
    )
