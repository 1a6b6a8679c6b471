"""Applies rules to machines, and turns their hits into findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.engine.keys.gate import Keys, joined
from ipseclint.engine.keys.snippets import with_snippets
from ipseclint.engine.machines import place_of
from ipseclint.engine.rulesets.ruleset import Ruleset
from ipseclint.finding import Finding, FixText, Problem, Related, Subject, WindowsError, fingerprint, subject_of
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.report import Crash
from ipseclint.rule import CustomRuleError, Hit, Rule, Scope
from ipseclint.semantics.alternatives import alternatives_of, runs_with
from ipseclint.semantics.digest import Fleet
from ipseclint.source import Source, Span
from ipseclint.vocabulary.windows_errors import error_name

Outcome = Finding | Crash

MIN_RULES = 64
"""The least number of connection security rules that are worth stand-ins."""


class Plan(Struct, frozen=True):
    """A ruleset, and those of its rules that run."""

    ruleset: Ruleset
    rules: tuple[Rule, ...]

    def only(self, scope: Scope) -> Plan:
        """The part of the plan with rules of one scope."""
        return Plan(self.ruleset, tuple(rule for rule in self.rules if rule.scope is scope))


class WithKeys(Protocol):
    """An input whose lines may be shown, and the keys in it."""

    @property
    def source(self) -> Source:
        """The source of the lines."""

    @property
    def keys(self) -> Keys:
        """The keys to mask in them."""


def show_lines(
    findings: Sequence[Finding], problems: Sequence[Problem], read: Sequence[WithKeys]
) -> tuple[list[Finding], list[Problem]]:
    """The same findings and problems with the lines that they point to."""
    sources = {part.path: part for each in read for part in each.source.all}
    return with_snippets(findings, problems, sources, joined(each.keys for each in read))


def run_rules(machines: Sequence[Machine], plans: Sequence[Plan], site: Site) -> Iterator[Outcome]:
    """The results of all rules of all plans on these machines. Rules over a fleet see them together."""
    fleet: Fleet | None = None
    found: list[tuple[Plan, list[_Found]]] = []
    for plan in plans:
        rows: list[_Found] = []
        for rule in plan.rules:
            if missing_needs(rule, site):
                continue
            if rule.scope is Scope.FLEET:
                fleet = fleet or Fleet.of(machines)
                rows += _over_fleet(rule, plan.ruleset, fleet)
            else:
                rows += _run(rule, plan.ruleset, machines)
        found.append((plan, rows))
    for machine in machines:
        machine.forget()
    for plan, rows in found:
        yield from _with_fix_texts(rows, plan, site)


def run_fleet_rules(fleet: Fleet, plans: Sequence[Plan]) -> Iterator[Outcome]:
    """The results of the rules over a fleet."""
    for plan in plans:
        rules = [rule for rule in plan.only(Scope.FLEET).rules if not missing_needs(rule, fleet.site)]
        outcomes = [each for rule in rules for each in _over_fleet(rule, plan.ruleset, fleet)]
        yield from _with_fix_texts(outcomes, plan, fleet.site)


class _Found(Struct, frozen=True):
    """A finding with its fix, as changes to the policy of `machine`; None where the fix is words alone.

    `of_one_end`: the rule compares machines, and this one or another must change.
    """

    outcome: Outcome
    fix: Fix | None = None
    machine: Machine | None = None
    of_one_end: bool = False


def _with_fix_texts(rows: Sequence[_Found], plan: Plan, site: Site) -> Iterator[Outcome]:
    """The findings with their fixes as text; only where there are any, so that writers are not loaded without need."""
    if not any(row.fix for row in rows):
        yield from (row.outcome for row in rows)
        return
    from ipseclint.engine.findings.fix_texts import fix_texts

    def again(machine: Machine, codes: frozenset[str]) -> Iterator[tuple[Finding, Fix | None]]:
        rules = tuple(rule for rule in plan.rules if rule.code in codes)
        yield from found_with_fixes(machine, [replace(plan, rules=rules)], site)

    def in_words(finding: Finding) -> str | None:
        return next(rule.text.section("Fix") for rule in plan.rules if rule.code == finding.code)

    texts: dict[int, FixText] = {}
    machines = {id(row.machine): row.machine for row in rows if row.fix}
    for key, machine in machines.items():
        mine = [
            (place, row.outcome, row.fix)
            for place, row in enumerate(rows)
            if row.fix and id(row.machine) == key and isinstance(row.outcome, Finding)
        ]
        texts |= fix_texts(mine, machine, again, in_words)
    for place, row in enumerate(rows):
        text = texts.get(place)
        if text is None:
            yield row.outcome
        else:
            text = replace(text, of_one_end=True) if row.of_one_end else text
            yield replace(row.outcome, fix=text)


def found_with_fixes(machine: Machine, plans: Sequence[Plan], site: Site) -> Iterator[tuple[Finding, Fix | None]]:
    """The findings of the rules over one machine, each with its fix as changes. An exception of a rule is passed on."""
    for plan in plans:
        for rule in plan.only(Scope.MACHINE).rules:
            if missing_needs(rule, site):
                continue
            for hit in _hits(rule, machine, plan.ruleset):
                yield _finding(rule, hit, plan.ruleset, machine.name), hit.fix


def missing_needs(rule: Rule, site: Site) -> tuple[str, ...]:
    """The facts of `[site]` that a rule needs and that are not given."""
    return tuple(f"site.{fact}" for fact in rule.needs if not site.says(fact)) if rule.needs else ()


def _hits(rule: Rule, machine: Machine, ruleset: Ruleset) -> Iterator[Hit]:
    """The hits of a rule on a machine, without those that only arise from objects which exclude each other.

    For these the machines that can exist are examined one by one.
    """
    options = ruleset.options(rule)
    if not machine.policy.alternatives:
        yield from rule.check(machine, options)
        return
    alternatives = machine.once(alternatives_of)
    parted: dict[Span, None] = {}
    for hit in rule.check(machine, options):
        if alternatives.may_exist_together(_places(hit)):
            yield hit
        else:
            parted.update(dict.fromkeys(_places(hit)))
    told = set()
    for run in runs_with(machine, parted):
        for hit in rule.check(run, options):
            places, key = _places(hit), (hit.span, hit.message)
            if places[0] in parted and key not in told and alternatives.may_exist_together(places):
                told.add(key)
                yield hit


def _finds_nothing(rule: Rule, machine: Machine, ruleset: Ruleset) -> bool:
    """Whether one of our rules finds nothing on the stand-in machine; rules of others may count objects."""
    policy = machine.policy
    if len(policy.connection_security_rules) < MIN_RULES or policy.alternatives or not rule.is_ours:
        return False
    from ipseclint.semantics.stand_ins import stand_ins

    few = machine.once(stand_ins)
    if few is None:
        return False
    try:
        return next(iter(rule.check(few, ruleset.options(rule))), None) is None
    except Exception:  # noqa: BLE001 - it asked for what these differ in, and has to look at all
        return False


def _places(hit: Hit) -> list[Span]:
    """The places of the objects of a hit, its subject first."""
    return [hit.span if isinstance(hit.subject, Subject) else hit.subject.span, *(span for _, span in hit.related)]


def _run(rule: Rule, ruleset: Ruleset, machines: Sequence[Machine]) -> Iterator[_Found]:
    for machine in machines:
        try:
            for hit in () if _finds_nothing(rule, machine, ruleset) else _hits(rule, machine, ruleset):
                yield _Found(_finding(rule, hit, ruleset, machine.name), hit.fix, machine)
        except Exception as error:  # noqa: BLE001 - a rule that fails is named, and the others still run
            yield _Found(_crash(rule, error))


def _over_fleet(rule: Rule, ruleset: Ruleset, fleet: Fleet) -> Iterator[_Found]:
    called = cache(fleet.called)
    try:
        for hit in rule.check(fleet, ruleset.options(rule)):
            name, fix = fleet.name_of(hit.span.path), hit.fix
            machine = called(name) if fix is not None and fix.changes else None
            if machine is not None and fix is not None:
                fix = fix.moved_to(machine.policy.objects())
            yield _Found(_finding(rule, hit, ruleset, name), fix, machine, of_one_end=True)
    except Exception as error:  # noqa: BLE001 - the same
        yield _Found(_crash(rule, error))


def _crash(rule: Rule, error: Exception) -> Crash:
    # What is wrong with a user's own expression can be said; other errors may quote the input.
    if isinstance(error, CustomRuleError):
        return Crash(where=f"rule {rule.code}", error=str(error), in_ruleset=True)
    return Crash(where=f"rule {rule.code}", error=place_of(error))


def _finding(rule: Rule, hit: Hit, ruleset: Ruleset, machine: str) -> Finding:
    """The finding of a hit, with all that the rule and the ruleset know about it; its fix is not text yet."""
    settings = ruleset.settings(rule)
    subject = hit.subject if isinstance(hit.subject, Subject) else subject_of(hit.subject)
    errors = rule.leads_to if hit.leads_to is None else hit.leads_to
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=hit.severity or settings.severity,
        basis=rule.weakest_basis,
        message=hit.message,
        subject=subject,
        span=hit.span,
        related=tuple(Related(label=label, span=span) for label, span in hit.related),
        leads_to=_errors(errors),
        fingerprint=fingerprint(rule.code, subject, hit.value),
        machine=machine,
        cause=rule.cause,
        citations=settings.cite,
        rulesets=ruleset.labels,
    )


@lru_cache(maxsize=1024)
def _errors(codes: tuple[int, ...]) -> tuple[WindowsError, ...]:
    """The errors with these codes, one value for all findings that lead to them."""
    return tuple(WindowsError(code=code, name=error_name(code)) for code in codes)
