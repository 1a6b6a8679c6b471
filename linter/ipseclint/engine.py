"""The whole story: read, parse, check, waive, report."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ipseclint import __version__
from ipseclint.analysis.outline import outline, subject_of
from ipseclint.baseline import Baseline, compare
from ipseclint.data.windows_errors import error_name
from ipseclint.finding import (
    Crash,
    Finding,
    Gone,
    NotChecked,
    ObjectAt,
    Related,
    Report,
    RuleInfo,
    Subject,
    WindowsError,
    fingerprint,
)
from ipseclint.inputs import Candidate
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.site import Site
from ipseclint.reading import ReadInput, by_machine, make_machine, place_of, read_input
from ipseclint.render import fix_text
from ipseclint.rule import Hit, Rule, Scope
from ipseclint.ruleset import Ruleset
from ipseclint.snippets import with_snippets
from ipseclint.source import Span
from ipseclint.waivers import Entry, apply_waivers


@dataclass(frozen=True, slots=True)
class Plan:
    """One ruleset and those of its rules that run."""

    ruleset: Ruleset
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """What to do in a run.

    `adjust` gives a finding as the configuration wants it for its path, or None to drop it. `machine`
    joins all inputs under one name. `today` decides which waivers have expired. `details` asks
    for what some reporters show beyond findings: all objects, and the policy as a picture.
    """

    plans: tuple[Plan, ...]
    site: Site = field(default_factory=Site)
    adjust: Callable[[Finding], Finding | None] = lambda finding: finding
    machine: str | None = None
    waivers: tuple[Entry, ...] = ()
    waiver_file: str = ""
    today: datetime.date = datetime.date.max
    baseline: Baseline | None = None
    details: bool = False


def check(candidates: Iterable[Candidate], job: Job) -> Report:
    """The report on all candidates. It does not raise for what stands in them."""
    with _collector_off():
        read = [each for each in map(read_input, candidates) if each is not None]
        machines = [make_machine(name, group, job.site) for name, group in by_machine(read, job.machine)]
        outcomes = list(_run_plans(machines, job))
        crashes = [each.crash for each in read if each.crash]
        crashes += [each for each in outcomes if isinstance(each, Crash)]
        findings = _merged([each for each in outcomes if isinstance(each, Finding)])
        findings = [kept for each in findings if (kept := job.adjust(each)) is not None]
        findings = _in_order(apply_waivers(findings, job.waivers, job.waiver_file, job.today), read)
        findings, gone = _against(job.baseline, findings)
        report = _report(read, findings, gone, crashes, job)
        return report.model_copy(update=_details(machines)) if job.details else report


def _report(
    read: Sequence[ReadInput], findings: Sequence[Finding], gone: tuple[Gone, ...], crashes: Sequence[Crash], job: Job
) -> Report:
    shown, problems = with_snippets(
        findings,
        [problem for each in read for problem in each.parsed.problems],
        {each.source.path: each.source for each in read},
        {each.source.path: each.parsed.secrets for each in read},
    )
    rules = {rule.code: (rule, plan.ruleset) for plan in reversed(job.plans) for rule in plan.rules}
    needs = {code: missing_needs(rule, job.site) for code, (rule, _) in sorted(rules.items())}
    return Report(
        version=__version__,
        ruleset=", ".join(plan.ruleset.label for plan in job.plans),
        inputs=tuple(each.input for each in read),
        findings=tuple(shown),
        problems=tuple(problems),
        not_checked=tuple(NotChecked(code=code, needs=missing) for code, missing in needs.items() if missing),
        crashes=tuple(dict.fromkeys(crashes)),
        gone=gone,
        rules=tuple(
            RuleInfo(code=code, name=rule.name, summary=rule.text.summary, severity=ruleset.settings(rule).severity)
            for code, (rule, ruleset) in sorted(rules.items())
            if not needs[code]
        ),
    )


def _details(machines: Sequence[Machine]) -> dict[str, object]:
    objects = [
        ObjectAt(subject=subject_of(each), path=each.span.path)
        for machine in machines
        for each in machine.policy.objects()
        if not getattr(each, "builtin", False)
    ]
    return {"objects": tuple(objects), "outlines": tuple(filter(None, map(outline, machines)))}


def missing_needs(rule: Rule, site: Site) -> tuple[str, ...]:
    """What a rule needs from `[site]` and does not find there."""
    return tuple(
        need for need in rule.needs if need.startswith("site.") and getattr(site, need.removeprefix("site.")) is None
    )


def _run_plans(machines: Sequence[Machine], job: Job) -> Iterator[Finding | Crash]:
    for plan in job.plans:
        for rule in plan.rules:
            if not missing_needs(rule, job.site):
                yield from _run(rule, plan.ruleset, machines)


def _run(rule: Rule, ruleset: Ruleset, machines: Sequence[Machine]) -> Iterator[Finding | Crash]:
    options = ruleset.options(rule)
    scopes = [tuple(machines)] if rule.scope is Scope.FLEET else machines
    names = {path: machine.name for machine in machines for path in _paths(machine.policy)}
    for scope in scopes:
        name = scope.name if isinstance(scope, Machine) else None
        policy = scope.policy if isinstance(scope, Machine) else Policy()
        try:
            for hit in rule.check(scope, options):
                machine = name or names.get(hit.span.path, hit.span.path)
                yield _finding(rule, hit, ruleset, machine, policy)
        except Exception as error:  # noqa: BLE001 - a rule that fails is named, and the others still run
            yield Crash(where=f"rule {rule.code}", error=place_of(error))


def _finding(rule: Rule, hit: Hit, ruleset: Ruleset, machine: str, policy: Policy) -> Finding:
    """A hit with everything that the rule and the ruleset know about it."""
    settings = ruleset.settings(rule)
    subject = hit.subject if isinstance(hit.subject, Subject) else subject_of(hit.subject)
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=hit.severity or settings.severity,
        basis=rule.weakest_basis,
        message=hit.message,
        subject=subject,
        span=hit.span,
        related=tuple(Related(label=label, span=span) for label, span in hit.related),
        leads_to=tuple(WindowsError(code=code, name=error_name(code)) for code in rule.leads_to),
        fix=fix_text(hit.fix, policy) if hit.fix else None,
        fingerprint=fingerprint(rule.code, subject, hit.value),
        machine=machine,
        citations=settings.cite,
        rulesets=(ruleset.label,),
    )


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """What several rulesets find alike as one finding, with the gravest severity and all their names."""
    found: dict[tuple[object, ...], Finding] = {}
    for each in findings:
        key = (each.fingerprint, each.span, each.message, each.machine)
        before = found.get(key)
        if before is not None:
            severity = max(before.severity, each.severity, key=lambda severity: severity.rank)
            update = {
                "severity": severity,
                "rulesets": tuple(dict.fromkeys(before.rulesets + each.rulesets)),
                "citations": tuple(dict.fromkeys(before.citations + each.citations)),
            }
            found[key] = before.model_copy(update=update)
        else:
            found[key] = each
    return list(found.values())


def _in_order(findings: Iterable[Finding], read: Sequence[ReadInput]) -> list[Finding]:
    """By input, then place, then rule: the same for the same input."""
    order = {each.source.path: number for number, each in enumerate(read)}
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


def _against(baseline: Baseline | None, findings: Sequence[Finding]) -> tuple[list[Finding], tuple[Gone, ...]]:
    if baseline is None:
        return list(findings), ()
    comparison = compare(findings, baseline)
    marked = [each.model_copy(update={"is_new": new}) for each, new in zip(findings, comparison.new, strict=True)]
    return marked, tuple(Gone(code=each.code, subject=each.subject, count=each.count) for each in comparison.gone)


def _paths(policy: Policy) -> set[str]:
    found = {policy.wfp_filter_path} if policy.wfp_filter_path else set()
    for name in type(policy).model_fields:
        value = getattr(policy, name)
        if isinstance(value, tuple) and name != "wfp_filters":
            found.update(each.span.path for each in value if isinstance(getattr(each, "span", None), Span))
    return found


@contextmanager
def _collector_off() -> Iterator[None]:
    """Loading makes many objects that stay: looking for cycles among them again and again only costs."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
