"""Applies rules to machines, and checks one input as far as that is possible without the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.engine.custom_rules import CustomRuleError
from ipseclint.engine.inputs import Candidate
from ipseclint.engine.keys import joined
from ipseclint.engine.machines import ReadInput, make_machine, place_of, read_input
from ipseclint.engine.ruleset import Ruleset
from ipseclint.engine.snippets import with_snippets
from ipseclint.finding import (
    Crash,
    Finding,
    FixText,
    Ignored,
    Problem,
    Related,
    Subject,
    WindowsError,
    fingerprint,
    subject_of,
)
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.site import Site
from ipseclint.rule import Hit, Rule, Scope
from ipseclint.source import Span
from ipseclint.vocabulary.windows_errors import error_name

Outcome = Finding | Crash


class Plan(Struct, frozen=True):
    """One ruleset and those of its rules that run."""

    ruleset: Ruleset
    rules: tuple[Rule, ...]

    def only(self, scope: Scope) -> Plan:
        """The part of the plan with rules of one scope."""
        return Plan(self.ruleset, tuple(rule for rule in self.rules if rule.scope is scope))


class Checked(Struct, frozen=True):
    """One input, read, and checked as a machine of its own; lines shown with what points to them."""

    read: ReadInput
    outcomes: tuple[Outcome, ...]


def check_alone(candidate: Candidate, plans: Sequence[Plan], site: Site) -> Checked | Ignored:
    """One candidate read and checked by itself, or why it is ignored."""
    read = read_input(candidate)
    if isinstance(read, Ignored):
        return read
    outcomes = list(run_rules([make_machine(read.source.path, [read], site)], plans, site))
    findings = [each for each in outcomes if isinstance(each, Finding)]
    shown, problems = show_lines(findings, read.parsed.problems, [read])
    crashes = [each for each in outcomes if isinstance(each, Crash)]
    read = replace(read, parsed=replace(read.parsed, problems=tuple(problems)))
    return Checked(read, (*shown, *crashes))


def show_lines(
    findings: Sequence[Finding], problems: Sequence[Problem], read: Sequence[ReadInput]
) -> tuple[list[Finding], list[Problem]]:
    """The same findings and problems with the lines that they point to."""
    sources = {part.path: part for each in read for part in each.source.all}
    return with_snippets(findings, problems, sources, joined(each.keys for each in read))


def run_rules(machines: Sequence[Machine], plans: Sequence[Plan], site: Site) -> Iterator[Outcome]:
    """What all rules of all plans find on these machines. Rules over a fleet see them together."""
    for plan in plans:
        found = [
            each for rule in plan.rules if not missing_needs(rule, site) for each in _run(rule, plan.ruleset, machines)
        ]
        yield from _with_fix_texts(found, plan, site)


class _Found(NamedTuple):
    """What a rule found, with its fix as changes to the policy of a machine; None where no machine is alone in it."""

    outcome: Outcome
    fix: Fix | None = None
    machine: Machine | None = None


def _with_fix_texts(found: Sequence[_Found], plan: Plan, site: Site) -> Iterator[Outcome]:
    """The same with each fix as text; only where there is one, since writers are not loaded without need."""
    if not any(each.fix for each in found):
        yield from (each.outcome for each in found)
        return
    from ipseclint.engine.fix_texts import fix_texts

    def again(machine: Machine, codes: frozenset[str]) -> Iterator[tuple[Finding, Fix | None]]:
        rules = tuple(rule for rule in plan.rules if rule.code in codes)
        yield from found_with_fixes(machine, [replace(plan, rules=rules)], site)

    texts: dict[int, FixText] = {}
    machines = {id(each.machine): each.machine for each in found if each.fix}
    for key, machine in machines.items():
        mine = [
            (place, each.outcome, each.fix)
            for place, each in enumerate(found)
            if each.fix and id(each.machine) == key and isinstance(each.outcome, Finding)
        ]
        texts |= fix_texts(mine, machine, again)
    for place, each in enumerate(found):
        text = texts.get(place)
        yield each.outcome if text is None else each.outcome.model_copy(update={"fix": text})


def found_with_fixes(machine: Machine, plans: Sequence[Plan], site: Site) -> Iterator[tuple[Finding, Fix | None]]:
    """What the rules over one machine find, each with its fix as changes. A rule that crashes raises."""
    for plan in plans:
        for rule in plan.only(Scope.MACHINE).rules:
            if missing_needs(rule, site):
                continue
            for hit in rule.check(machine, plan.ruleset.options(rule)):
                yield _finding(rule, hit, plan.ruleset, machine.name), hit.fix


def missing_needs(rule: Rule, site: Site) -> tuple[str, ...]:
    """What a rule needs from `[site]` and does not find there."""
    return tuple(f"site.{fact}" for fact in rule.needs if not site.says(fact))


def _run(rule: Rule, ruleset: Ruleset, machines: Sequence[Machine]) -> Iterator[_Found]:
    options = ruleset.options(rule)
    if rule.scope is Scope.FLEET:
        names = {path: machine.name for machine in machines for path in _paths(machine.policy)}
        try:
            for hit in rule.check(tuple(machines), options):
                yield _Found(_finding(rule, hit, ruleset, names.get(hit.span.path, hit.span.path)), hit.fix)
        except Exception as error:  # noqa: BLE001 - a rule that fails is named, and the others still run
            yield _Found(_crash(rule, error))
        return
    for machine in machines:
        try:
            for hit in rule.check(machine, options):
                yield _Found(_finding(rule, hit, ruleset, machine.name), hit.fix, machine)
        except Exception as error:  # noqa: BLE001 - the same
            yield _Found(_crash(rule, error))


def _crash(rule: Rule, error: Exception) -> Crash:
    # What is wrong with a user's own expression can be said; other errors may quote the input.
    if isinstance(error, CustomRuleError):
        return Crash(where=f"rule {rule.code}", error=str(error), in_ruleset=True)
    return Crash(where=f"rule {rule.code}", error=place_of(error))


def _finding(rule: Rule, hit: Hit, ruleset: Ruleset, machine: str) -> Finding:
    """A hit with everything that the rule and the ruleset know about it; its fix is not text yet."""
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
        leads_to=tuple(WindowsError(code=code, name=error_name(code)) for code in errors),
        fingerprint=fingerprint(rule.code, subject, hit.value),
        machine=machine,
        cause=rule.cause,
        citations=settings.cite,
        rulesets=(ruleset.label,),
    )


def _paths(policy: Policy) -> set[str]:
    paths = {policy.wfp_filter_path} if policy.wfp_filter_path else set()
    for name in Policy.model_fields:
        value = getattr(policy, name)
        if isinstance(value, tuple) and name != "wfp_filters":
            paths.update(each.span.path for each in value if isinstance(getattr(each, "span", None), Span))
    return paths
