"""What to do first: the repairs of each object, merged and proved on the model, those that remove most errors first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.finding import Finding, Severity, subject_of
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.report import Action
from ipseclint.semantics.protection import Effect

if TYPE_CHECKING:
    from ipseclint.repair.plan import Repair
    from ipseclint.repair.steps import Step

MAX_OBJECTS = 150
"""The most objects of all machines for which a report plans repairs, since that runs the rules again and again. Above
it the fixes of the findings are shown as they are, and `ipseclint fix` does the planning."""


TRIALS = 1
"""The most plans that a report tries to find the one fix that causes a new finding (reasoned): each runs the rules a
dozen times, and 40 equal rules took 21 s of CPU. `ipseclint fix` tries more."""


def actions(
    machines: Sequence[Machine], plans: Sequence[Plan], site: Site, findings: Sequence[Finding]
) -> Iterator[Action]:
    """The repairs of all machines: safe ones, then those that may cut connections; each group with the most severe
    first."""
    counting = {(finding.machine, finding.fingerprint) for finding in findings if finding.counts and finding.fix}
    names = {name for name, _ in counting}
    broken = [machine for machine in machines if machine.name in names]
    if sum(len(machine.policy.objects()) for machine in broken) <= MAX_OBJECTS:
        planned = [action for machine in broken for action in _of_machine(machine, plans, site, counting)]
    else:
        planned = list(_of_findings(findings))
    yield from sorted(planned, key=_rank)


def _of_findings(findings: Sequence[Finding]) -> Iterator[Action]:
    """The repairs that the findings propose, with equal commands joined."""
    alike: dict[tuple[str, str | None, str | None], list[Finding]] = {}
    for finding in findings:
        fix = finding.fix
        if finding.counts and fix and fix.is_by_script:
            alike.setdefault((finding.machine, fix.netsh, fix.powershell), []).append(finding)
    for (machine, _, _), ends in alike.items():
        first = ends[0]
        if first.fix is not None:
            ends.sort(key=lambda each: (-each.severity.rank, each.code))
            notes = (first.fix.advice,) if first.fix.advice else ()
            yield Action(machine=machine, subject=first.subject, fix=first.fix, ends=tuple(ends), notes=notes)


def _of_machine(
    machine: Machine, plans: Sequence[Plan], site: Site, counting: set[tuple[str, str]]
) -> Iterator[Action]:
    from ipseclint.repair.commands.fix_text import commands_for, text_of
    from ipseclint.repair.plan import Allowed, repair

    check = partial(found_with_fixes, plans=plans, site=site)
    done: set[str] = set()
    for risky in (False, True):
        try:
            plan = repair(machine, check, (), Allowed(risky=risky), trials=TRIALS)
        except Exception:  # noqa: BLE001 - the run has named the rule that crashes; its repairs are not offered
            return
        for step, ends in _shared_out(plan, done):
            wanted = [finding for finding in ends if (machine.name, finding.fingerprint) in counting]
            if wanted:
                notes = (*_effects(step), *step.notes)
                yield Action(
                    machine=machine.name,
                    subject=subject_of(step.edit.subject),
                    fix=text_of(Fix(risky=step.risky), commands_for((step.edit,), machine.index)),
                    ends=tuple(sorted(wanted, key=lambda each: (-each.severity.rank, each.code))),
                    notes=(*notes, *step.on_peers),
                )


def _effects(step: Step) -> Iterator[str]:
    """The effect of a step on protection, one sentence each."""
    for impact in step.told_impacts:
        yield f"{_EFFECT_WORDS[impact.effect]}{f': {impact.why}' if impact.why else ''}."


_EFFECT_WORDS = {
    Effect.RAISES: "Traffic is protected better than before",
    Effect.KEEPS: "Traffic stays as protected as it is",
    Effect.LOWERS: "Traffic is protected less than before",
    Effect.UNKNOWN: "Whether traffic stays as protected as it is cannot be told",
}
"""The effect of a repair on protection, as a sentence."""


def _shared_out(plan: Repair, done: set[str]) -> Iterator[tuple[Step, list[Finding]]]:
    """Each step with the findings that it removes, each finding once: first those it is meant for, then those on its
    object."""
    gone = {finding.fingerprint: finding for finding in plan.resolved if finding.fingerprint not in done}
    done |= set(gone)
    own = [[gone.pop(each.fingerprint) for each in step.findings if each.fingerprint in gone] for step in plan.steps]
    by_object: dict[tuple[str, str], list[Finding]] = {}
    for finding in gone.values():
        by_object.setdefault((finding.subject.kind, finding.subject.name), []).append(finding)
    for step, ends in zip(plan.steps, own, strict=True):
        yield step, ends + by_object.pop((step.edit.subject.kind, step.edit.subject.name), [])


def _rank(action: Action) -> tuple[bool, int, int]:
    errors = sum(finding.severity is Severity.ERROR for finding in action.ends)
    return (action.fix.risky, -errors, -len(action.ends))
