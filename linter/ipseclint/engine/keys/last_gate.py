"""The last gate for keys: it masks them in texts of a report that come from no input, such as paths, waivers
and facts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ipseclint.engine.keys.gate import Keys
from ipseclint.finding import Finding
from ipseclint.report import Report

if TYPE_CHECKING:
    from ipseclint.semantics.difference import Difference
    from ipseclint.semantics.object_changes import ObjectChange
    from ipseclint.semantics.packet_treatment import Treatment
    from ipseclint.semantics.proofs import Proof
    from ipseclint.semantics.traffic_changes import TrafficChange

_OF_FINDING = ("message", "span", "related", "machine", "waiver", "gpo")
_OF_REPORT = (
    "actions",
    "ignored",
    "not_judged",
    "outlines",
    "load",
    "coverage",
    "two_ends",
    "script_repairs",
    "explanations",
    "gone",
    "settings",
    "since",
)


def without_keys(report: Report, keys: Keys) -> Report:
    """A report with every key of the run masked, whichever input holds it.

    The names of rules and formats, fingerprints and repairs are ours, or made from values without keys. Findings,
    problems and objects are already masked.
    """
    if not keys.texts:
        return report
    return replace(
        keys.parts(report, _OF_REPORT),
        inputs=tuple(keys.parts(input_, ("path", "machine", "gpo")) for input_ in report.inputs),
        crashes=tuple(keys.parts(crash, ("where", "error")) for crash in report.crashes),
    )


def difference_without_keys(difference: Difference, keys: Keys) -> Difference:
    """A difference with every key of both states and the peers masked.

    Classes of protection, kinds, fields and figures are ours.
    """
    if not keys.texts:
        return difference
    rollout = difference.rollout
    if rollout is not None:
        rollout = replace(
            rollout,
            stopped_machine_first=keys.of_any(rollout.stopped_machine_first),
            stopped_peers_first=keys.of_any(rollout.stopped_peers_first),
        )
    return replace(
        difference,
        old=keys.of_any(difference.old),
        new=keys.of_any(difference.new),
        traffic=replace(difference.traffic, changes=tuple(_traffic(each, keys) for each in difference.traffic.changes)),
        objects=tuple((_object(change, keys), effect) for change, effect in difference.objects),
        findings_new=tuple(finding_without_keys(each, keys) for each in difference.findings_new),
        findings_gone=tuple(finding_without_keys(each, keys) for each in difference.findings_gone),
        notes=keys.of_any(difference.notes),
        breaches=tuple(
            replace(breach, witness=keys.of_any(breach.witness), rules=keys.of_any(breach.rules))
            for breach in difference.breaches
        ),
        pairs=tuple(replace(each, peer=keys.of_any(each.peer), why=keys.of_any(each.why)) for each in difference.pairs),
        rollout=rollout,
        backups=keys.of_any(difference.backups),
    )


def finding_without_keys(finding: Finding, keys: Keys) -> Finding:
    """A finding with every key of the run masked."""
    after = keys.parts(finding, _OF_FINDING)
    subject = keys.parts(after.subject, ("name",))
    snippet = after.snippet and keys.snippet(after.snippet)
    if subject is after.subject and snippet is after.snippet:
        return after
    return replace(after, subject=subject, snippet=snippet)


def _traffic(change: TrafficChange, keys: Keys) -> TrafficChange:
    return replace(
        change,
        section=keys.of_any(change.section),
        before=_treatments(change.before, keys),
        after=_treatments(change.after, keys),
        regions=keys.of_any(change.regions),
        witness=keys.of_any(change.witness),
        rules_before=keys.of_any(change.rules_before),
        rules_after=keys.of_any(change.rules_after),
        readings=keys.of_any(change.readings),
    )


def _treatments(treatments: Iterable[Treatment], keys: Keys) -> tuple[Treatment, ...]:
    """The treatments, masked where an author's text may stand: authorities, tunnel ends and what is not understood."""

    def proof(before: Proof) -> Proof:
        return dataclasses.replace(before, methods=keys.of_any(before.methods))

    return tuple(
        dataclasses.replace(
            treatment,
            first=proof(treatment.first),
            second=proof(treatment.second),
            tunnel=keys.of_any(treatment.tunnel),
        )
        for treatment in treatments
    )


def _object(change: ObjectChange, keys: Keys) -> ObjectChange:
    return replace(
        change,
        name=keys.of_any(change.name),
        fields=tuple(replace(each, old=keys.of_any(each.old), new=keys.of_any(each.new)) for each in change.fields),
        used_by=keys.of_any(change.used_by),
        old_span=keys.of_any(change.old_span),
        new_span=keys.of_any(change.new_span),
    )
