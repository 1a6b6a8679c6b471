"""The whole story: read, parse, check, report."""

from __future__ import annotations

import gc
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ipseclint import __version__
from ipseclint.data.windows_errors import error_name
from ipseclint.finding import (
    Crash,
    Finding,
    Input,
    InputStatus,
    NotChecked,
    Problem,
    ProblemCode,
    Related,
    Report,
    Severity,
    Subject,
    WindowsError,
    fingerprint,
)
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.inputs import Candidate
from ipseclint.model.machine import Machine, merge_policies
from ipseclint.model.policy import Policy
from ipseclint.model.site import Site
from ipseclint.render import fix_text
from ipseclint.rule import Hit, Rule, Scope
from ipseclint.ruleset import Ruleset
from ipseclint.snippets import with_snippets
from ipseclint.source import Source, SourceError, Span

PARTIAL = frozenset(
    {
        ProblemCode.MALFORMED,
        ProblemCode.NOT_UNDERSTOOD,
        ProblemCode.HIDDEN_VALUE,
        ProblemCode.REFUSED,
        ProblemCode.CONTRADICTORY,
    }
)
"""Problems after which an input counts as understood only in part."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to do in a run: the rules, what they stand on, and the site's facts.

    `severities` overrides the ruleset by rule code. `machine` joins all inputs under one name.
    """

    ruleset: Ruleset
    rules: tuple[Rule, ...]
    site: Site = field(default_factory=Site)
    severities: dict[str, Severity] = field(default_factory=dict)
    machine: str | None = None


@dataclass(frozen=True, slots=True)
class ReadInput:
    """One input after parsing."""

    source: Source
    input: Input
    parsed: Parsed
    crash: Crash | None = None
    folder: str | None = None


def check(candidates: Iterable[Candidate], job: Job) -> Report:
    """The report on all candidates. It does not raise for what stands in them."""
    with _collector_off():
        read = [each for each in map(read_input, candidates) if each is not None]
        machines = [make_machine(name, group, job.site) for name, group in _group(read, job.machine)]
        findings: list[Finding] = []
        crashes = [each.crash for each in read if each.crash]
        needs = {rule.code: missing_needs(rule, job.site) for rule in job.rules}
        for rule in job.rules:
            if needs[rule.code]:
                continue
            for found in _run(rule, machines, job):
                if isinstance(found, Crash):
                    crashes.append(found)
                else:
                    findings.append(found)
        problems = [problem for each in read for problem in each.parsed.problems]
        order = {each.source.path: number for number, each in enumerate(read)}
        findings.sort(
            key=lambda each: (
                order.get(each.span.path, -1),
                each.span.line,
                each.span.column,
                each.code,
                each.message,
            )
        )
        findings, problems = with_snippets(
            findings,
            problems,
            {each.source.path: each.source for each in read},
            {each.source.path: each.parsed.secrets for each in read},
        )
    return Report(
        version=__version__,
        ruleset=job.ruleset.label,
        inputs=tuple(each.input for each in read),
        findings=tuple(findings),
        problems=tuple(problems),
        not_checked=tuple(NotChecked(code=code, needs=missing) for code, missing in needs.items() if missing),
        crashes=tuple(crashes),
        rules_run=sum(1 for missing in needs.values() if not missing),
    )


def read_input(candidate: Candidate) -> ReadInput | None:
    """One candidate read and parsed; None for a file met on the way that is no export of Windows."""
    source = candidate.source
    crash = None
    format_name = None
    try:
        found = recognise(source)
        if found is None:
            if not candidate.named:
                return None
            parsed = Parsed(problems=(_problem(ProblemCode.NO_POLICY, source, _unrecognised(source)),))
        else:
            format_name = found.name
            parsed = found.parse(source)
            if parsed.is_empty and not parsed.problems:
                parsed = Parsed(problems=(_problem(ProblemCode.NO_POLICY, source, "no IPsec policy in this input"),))
    except SourceError as error:
        parsed = Parsed(problems=(_problem(ProblemCode.UNREADABLE, source, f"cannot be read: {error}"),))
    except Exception as error:  # noqa: BLE001 - a parser that fails must not take the other inputs with it
        crash = Crash(where=f"the reader of {format_name} on {source.path}", error=_place_of(error))
        parsed = Parsed()
    status = InputStatus.UNREADABLE if crash else _status(parsed)
    shown = Input(path=source.path, format=format_name, status=status, objects=_objects(parsed))
    return ReadInput(source, shown, parsed, crash, candidate.folder)


def make_machine(name: str, group: Sequence[ReadInput], site: Site) -> Machine:
    """The machine that several inputs describe together."""
    return Machine(
        name=name,
        policy=merge_policies(tuple(each.parsed.policy for each in group)),
        events=tuple(event for each in group for event in each.parsed.events),
        counters=tuple(counter for each in group for counter in each.parsed.counters),
        associations=tuple(association for each in group for association in each.parsed.associations),
        site=site,
    )


def missing_needs(rule: Rule, site: Site) -> tuple[str, ...]:
    """What a rule needs from `[site]` and does not find there."""
    return tuple(
        need for need in rule.needs if need.startswith("site.") and getattr(site, need.removeprefix("site.")) is None
    )


def _group(read: Sequence[ReadInput], machine: str | None) -> Iterator[tuple[str, list[ReadInput]]]:
    """Inputs by machine: each its own, unless named, or beside run-time evidence in one folder."""
    if machine is not None:
        if read:
            yield machine, list(read)
        return
    by_folder: defaultdict[str, list[ReadInput]] = defaultdict(list)
    for each in read:
        if each.folder is not None:
            by_folder[each.folder].append(each)
    joined = {folder for folder, group in by_folder.items() if any(_is_evidence(each.parsed) for each in group)}
    done: set[str] = set()
    for each in read:
        if each.folder is None or each.folder not in joined:
            yield each.source.path, [each]
        elif each.folder not in done:
            done.add(each.folder)
            yield each.folder, by_folder[each.folder]


def _is_evidence(parsed: Parsed) -> bool:
    return parsed.policy.is_empty and bool(parsed.events or parsed.counters or parsed.associations)


def _run(rule: Rule, machines: Sequence[Machine], job: Job) -> Iterator[Finding | Crash]:
    options = job.ruleset.options(rule)
    if rule.scope is Scope.FLEET:
        names = {path: machine.name for machine in machines for path in _paths(machine.policy)}
        yield from _guarded(rule, lambda: rule.check(tuple(machines), options), job, names.get, Policy())
        return
    for machine in machines:
        yield from _guarded(
            rule,
            lambda machine=machine: rule.check(machine, options),  # type: ignore[misc]
            job,
            lambda _path, name=machine.name: name,  # type: ignore[misc]
            machine.policy,
        )


def _guarded(
    rule: Rule,
    hits: Callable[[], Iterable[Hit]],
    job: Job,
    machine_of: Callable[[str], str | None],
    policy: Policy,
) -> Iterator[Finding | Crash]:
    try:
        for hit in hits():
            yield make_finding(rule, hit, job, machine_of(hit.span.path) or hit.span.path, policy)
    except Exception as error:  # noqa: BLE001 - a rule that fails is named, and the others still run
        yield Crash(where=f"rule {rule.code}", error=_place_of(error))


def make_finding(rule: Rule, hit: Hit, job: Job, machine: str, policy: Policy) -> Finding:
    """A hit with everything that the rule and the ruleset know about it."""
    settings = job.ruleset.settings(rule)
    subject = (
        hit.subject
        if isinstance(hit.subject, Subject)
        else Subject(kind=hit.subject.kind, name=hit.subject.name, id=hit.subject.id)
    )
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=job.severities.get(rule.code) or hit.severity or settings.severity,
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
    )


def _paths(policy: Policy) -> set[str]:
    found = {policy.wfp_filter_path} if policy.wfp_filter_path else set()
    for name in type(policy).model_fields:
        value = getattr(policy, name)
        if isinstance(value, tuple):
            found.update(each.span.path for each in value if isinstance(getattr(each, "span", None), Span))
    return found


def _status(parsed: Parsed) -> InputStatus:
    codes = {problem.code for problem in parsed.problems}
    if ProblemCode.UNREADABLE in codes:
        return InputStatus.UNREADABLE
    if codes & PARTIAL:
        return InputStatus.UNREADABLE if parsed.is_empty and ProblemCode.REFUSED in codes else InputStatus.PARTIAL
    return InputStatus.NO_IPSEC if parsed.is_empty else InputStatus.UNDERSTOOD


_COUNTED = {
    "policies": "ipsec_policy",
    "filter_lists": "filter_list",
    "filter_actions": "filter_action",
    "main_mode_crypto_sets": "main_mode_crypto_set",
    "quick_mode_crypto_sets": "quick_mode_crypto_set",
    "authentication_sets": "authentication_set",
    "connection_security_rules": "connection_security_rule",
    "main_mode_rules": "main_mode_rule",
    "wfp_filters": "wfp_filter",
    "global_settings": "global_settings",
    "dos_protection": "dos_protection",
    "registry": "registry_value",
    "services": "service",
}


def _objects(parsed: Parsed) -> dict[str, int]:
    counts = {kind: len(getattr(parsed.policy, name)) for name, kind in _COUNTED.items()}
    counts |= {
        "filter": sum(len(each.filters) for each in parsed.policy.filter_lists),
        "event": len(parsed.events),
        "counter": len(parsed.counters),
        "security_association": len(parsed.associations),
    }
    return {kind: number for kind, number in counts.items() if number}


def _problem(code: ProblemCode, source: Source, message: str) -> Problem:
    return Problem(code=code, message=message, span=Span(source.path, 1, 1))


def _unrecognised(source: Source) -> str:
    if not source.head.strip():
        return "the input is empty"
    return "not a format that ipseclint reads; `ipseclint formats` lists those it does"


def _place_of(error: BaseException) -> str:
    """The kind of an error and where in our code it arose; never its text, which may quote the input."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}"


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
