"""The comparison of two states of a policy: read, checked and compared."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.engine.apply_rules import found_with_fixes
from ipseclint.engine.configuration.intents import INTENTS
from ipseclint.engine.difference_notes import MANY_RULES, notes
from ipseclint.engine.findings.compared import findings_apart
from ipseclint.engine.findings.waivers import apply_waivers
from ipseclint.engine.job import Job
from ipseclint.engine.states import ReadState
from ipseclint.finding import Finding
from ipseclint.model.intent import Intent
from ipseclint.model.kinds import KIND_OF
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, MainModeCryptoSet, QuickModeCryptoSet, ServiceState
from ipseclint.semantics.comparable_keys import with_comparable_keys
from ipseclint.semantics.damage import best_first, fit
from ipseclint.semantics.difference import Difference, LoadChange, LoadChanges, State
from ipseclint.semantics.intents import breaches, changed_against
from ipseclint.semantics.object_changes import Change, ObjectChange, ObjectChanges, object_changes
from ipseclint.semantics.packet_treatment import Strengths, suite_strengths
from ipseclint.semantics.rollout import pair_changes, rollout
from ipseclint.semantics.rules_of_state import name_of_exemption
from ipseclint.semantics.traffic_changes import (
    Effect,
    TrafficChange,
    TrafficChanges,
    effect_of_strengths,
    traffic_changes,
)
from ipseclint.source import Span
from ipseclint.version import __version__
from ipseclint.vocabulary.settings import Exemption

ASSUMED_PEERS = 1000
"""Reasoned: the number of peers for which the load is compared where the site does not give it."""


def difference(
    old: ReadState, new: ReadState, job: Job, intents: Sequence[Intent] = (), *, findings: bool | None = None
) -> Difference:
    """The changes from one state to the other, and the intents that they break.

    `findings` None: they are compared unless there are very many rules.
    """
    # A state that holds no policy at all says of everything that it is not there.
    same_format = old.formats == new.formats or not (old.formats and new.formats)
    comparable = with_comparable_keys(old.machine, new.machine)
    before, after = comparable.old, comparable.new
    traffic = traffic_changes(before, after)
    objects = object_changes(before, after, same_format=same_format)
    is_asked = findings is not None
    if findings is None:
        findings = all(_rule_count(state.machine) <= MANY_RULES for state in (old, new))
    was, is_ = (_findings(state, job) if findings else [] for state in (old, new))
    gone, appeared = findings_apart(was, is_, objects)
    if not same_format:
        # A rule cannot find what a format cannot say: only findings that a change explains count.
        names = set(_names_of(traffic.changes, objects.changes))
        gone, appeared = ([each for each in some if each.subject.name in names] for some in (gone, appeared))
    return Difference(
        version=__version__,
        old=State(old.name, old.formats, old.shortfalls),
        new=State(new.name, new.formats, new.shortfalls),
        traffic=traffic,
        objects=tuple(_with_effects(objects, traffic)),
        findings_new=tuple(appeared),
        findings_gone=tuple(gone),
        load=_load(old, new, job),
        breaches=(*breaches(new.machine, intents), *changed_against(traffic.changes, intents)),
        notes=tuple(notes(old, new, objects, comparable, left_out=not findings and not is_asked)),
    )


def with_backups(answer: Difference, states: Sequence[ReadState], new: ReadState) -> Difference:
    """The answer with the fit of several states, each once, to the new one."""
    by_name = {os.path.realpath(state.name): state for state in reversed(states)}
    return replace(
        answer,
        backups=best_first(
            fit(
                new.machine,
                state.machine,
                state.name,
                same_format=state.formats == new.formats,
                is_whole=not state.shortfalls,
            )
            for state in reversed(by_name.values())
        ),
    )


def with_pairs(
    answer: Difference, states: tuple[ReadState, ReadState], peers: Sequence[Machine], peers_after: Sequence[Machine]
) -> Difference:
    """The answer with the pairs whose negotiation ends differently, and which end may change first."""
    old, new = (state.machine for state in states)
    later = peers_after or peers
    return replace(
        answer,
        pairs=pair_changes(old, new, peers, later),
        rollout=rollout(old, new, peers, later) if peers_after else None,
    )


def _rule_count(machine: Machine) -> int:
    policy = machine.policy
    filters = sum(len(each.filters) for each in policy.filter_lists) + len(policy.wfp_filters)
    return len(policy.connection_security_rules) + filters // 20


def _with_effects(objects: ObjectChanges, traffic: TrafficChanges) -> Iterator[tuple[ObjectChange, Effect | None]]:
    """Each change with its effect on traffic: by the packets that a rule decides for, for a VPN by its suite."""
    suites: dict[tuple[str, Span | None], tuple[Strengths, Strengths]] = {
        (before.kind, before.span): (suite_strengths(before), suite_strengths(after))
        for before, after, _ in objects.differing
        if isinstance(before, MainModeCryptoSet | QuickModeCryptoSet) and before.dialect is Dialect.VPN
    }
    decided = [_Decided.of(row) for row in traffic.changes]
    for change in objects.changes:
        if KIND_OF[change.kind].type is ServiceState:
            yield change, Effect.UNKNOWN
            continue
        strengths = suites.get((change.kind, change.old_span))
        effect = None if strengths is None else effect_of_strengths(*strengths)
        effect = effect or _effect_of(change, decided)
        is_open = not traffic.complete and change.change is not Change.RENAMED
        yield change, Effect.UNKNOWN if effect is None and is_open else effect


class _Decided(NamedTuple):
    """The effect of a change on some traffic, and the names of the rules that decide for it before and after."""

    effect: Effect
    before: frozenset[str]
    after: frozenset[str]

    @classmethod
    def of(cls, row: TrafficChange) -> _Decided:
        before, after = (
            frozenset(name for rule in rules for name in (rule.name, rule.owner))
            for rules in (row.rules_before, row.rules_after)
        )
        return cls(row.effect, before, after)


def _effect_of(change: ObjectChange, traffic: Iterable[_Decided]) -> Effect | None:
    """The worst effect on traffic that a rule newly decides for, no longer decides for, or decides differently."""
    if change.change is Change.RENAMED:
        return None
    names = set(change.used_by) or {change.name, *(str(each.old) for each in change.fields if each.name == "name")}
    if any(field.name == "exemptions" for field in change.fields):
        names |= {name_of_exemption(exemption) for exemption in Exemption}
    as_before: set[Effect] = set()
    other: set[Effect] = set()
    for row in traffic:
        was, is_ = names & row.before, names & row.after
        if was & is_:
            as_before.add(row.effect)
        elif was or is_:
            other.add(row.effect)
    moved = bool(_SCOPE & {each.name for each in change.fields}) or change.change is not Change.CHANGED
    effects = as_before | other if moved else as_before
    return next((effect for effect in Effect if effect in effects), None)


_SCOPE = frozenset(
    {"endpoint1", "endpoint2", "protocol", "port1", "port2", "profiles", "interface types", "enabled", "filters"}
    | {"exemptions", "action", "filter list", "filter action", "policy", "assigned", "mode", "store"}
)
"""The fields that determine the traffic of a rule, or whether it is in force."""


def _names_of(traffic: Iterable[TrafficChange], objects: Iterable[ObjectChange]) -> Iterator[str]:
    """The names of all changed objects, and of the rules that decide for changed traffic."""
    for change in traffic:
        yield from (
            name for rule in (*change.rules_before, *change.rules_after) for name in (rule.name, rule.owner) if name
        )
    for item in objects:
        yield from (item.name, *item.used_by)
        yield from (old for each in item.fields if each.name == "name" and (old := each.old) is not None)


def _findings(state: ReadState, job: Job) -> list[Finding]:
    plans = [plan for plan in job.plans if plan.ruleset.id != INTENTS]
    findings = (finding for finding, _ in found_with_fixes(state.machine, plans, job.site))
    adjusted = [kept for finding in findings if (kept := job.adjust(finding) if job.adjust else finding) is not None]
    return [each for each in apply_waivers(adjusted, job.waivers, job.waiver_file, job.today) if each.counts]


def _load(old: ReadState, new: ReadState, job: Job) -> LoadChanges:
    from ipseclint.load.report.words import FIGURE_WORDS
    from ipseclint.load.request import LoadRequest, figures_of
    from ipseclint.load.scenarios import Scenario
    from ipseclint.load.schedules import AUTHIP

    assumed = job.site.peers is None
    peers = ASSUMED_PEERS if job.site.peers is None else job.site.peers
    request = LoadRequest(Scenario.STEADY, AUTHIP, job.site, {"peers": peers})
    before, after = (figures_of(state.machine, request) for state in (old, new))
    return LoadChanges(
        peers,
        assumed,
        tuple(
            LoadChange(
                name,
                words.label,
                getattr(before, name),
                getattr(after, name),
                (words.written(getattr(before, name)), words.written(getattr(after, name))),
            )
            for name, words in FIGURE_WORDS.items()
            if name in _FIGURES
        ),
    )


_FIGURES = ("main_mode_rate", "quick_mode_rate", "utilisation", "drop_probability")
