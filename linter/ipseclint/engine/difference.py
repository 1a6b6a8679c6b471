"""Two states of a policy read, checked and compared."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.engine.apply_rules import found_with_fixes
from ipseclint.engine.inputs import candidates
from ipseclint.engine.intents import INTENTS
from ipseclint.engine.keys import Keys, joined
from ipseclint.engine.machines import ReadInput, by_machine, make_machine, read_inputs, shortfall
from ipseclint.engine.negotiate import read_ends
from ipseclint.engine.run import Job
from ipseclint.engine.waivers import apply_waivers
from ipseclint.finding import Finding, Subject, subject_of
from ipseclint.late import late
from ipseclint.model.intent import Intent
from ipseclint.model.kinds import KIND_OF
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, MainModeCryptoSet, QuickModeCryptoSet, ServiceState
from ipseclint.report import InputStatus
from ipseclint.semantics.comparable_keys import ComparableKeys, with_comparable_keys
from ipseclint.semantics.damage import best_first, fit, sign_of_a_cut, signs_of_damage
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
from ipseclint.source import SourceError, Span
from ipseclint.version import __version__
from ipseclint.vocabulary.settings import Exemption
from ipseclint.words import listed, plural

MANY_RULES = 1000
"""Reasoned: what rules find on so many is a matter of minutes, what changes one of seconds; 20 filters count as one."""

_NETSH = late(r"^[^#\r\n]*\bnetsh(?:\.exe)?\s+(?:advfirewall|ipsec)\b", re.IGNORECASE | re.MULTILINE)
_CMDLET = late(r"^[^#\r\n]*\b(?:New|Set|Copy|Remove)-NetIPsec\w+", re.IGNORECASE | re.MULTILINE)
_SCRIPTS = frozenset({"netsh-script", "powershell-script"})

ASSUMED_PEERS = 1000
"""Reasoned: how many peers the load is compared for where the site does not say how many there are."""


class ReadState(Struct, frozen=True):
    """One of the two states as it was read; `cut` says where it ends within a line of the other."""

    name: str
    inputs: tuple[ReadInput, ...]
    machine: Machine
    cut: tuple[str, ...] = ()

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """What of the inputs was not understood, in words."""
        said = (shortfall(each.input, each.parsed.problems) for each in self.inputs)
        return tuple(why for why in said if why is not None) or self.cut

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats of its inputs, those without policy left out."""
        with_policy = (each.input for each in self.inputs if each.input.status is not InputStatus.NO_IPSEC)
        return tuple(dict.fromkeys(each.format or "unknown" for each in with_policy))

    @property
    def of_both_tools(self) -> tuple[str, ...]:
        """The texts among its inputs in which both netsh and cmdlets make rules."""
        scripts = [each for each in self.inputs if each.input.format in _SCRIPTS]
        texts = ((each.input.path, each.source.read_text()) for each in scripts)
        return tuple(path for path, text in texts if _NETSH.search(text) and _CMDLET.search(text))

    @property
    def keys(self) -> Keys:
        """The keys of all its inputs."""
        return joined(each.keys for each in self.inputs)


def read_state(path: str, job: Job) -> ReadState:
    """The machine that a file, a folder or standard input describes, however little of it was understood."""
    inputs = tuple(read_inputs(candidates([path])))
    machine = make_machine(path, inputs, job.site, job.today)
    return ReadState(machine.name, inputs, machine)


def read_states(old: str, new: str, job: Job) -> tuple[ReadState, ReadState]:
    """Both states; a text that ends within a line of the other one is understood only in part."""
    before, after = read_state(old, job), read_state(new, job)
    return replace(before, cut=_damage_of_text(before, after)), replace(after, cut=_damage_of_text(after, before))


_TELLING_CHARACTERS = 12
"""Reasoned: the beginning of a line that is no shorter is that of just this line."""


def _comparable_texts(state: ReadState, other: ReadState) -> tuple[str, str] | None:
    """The texts of two states of one file each, in the same format; None if they are not that."""
    if len(state.inputs) != 1 or len(other.inputs) != 1 or state.formats != other.formats:
        return None
    return state.inputs[0].source.read_text(), other.inputs[0].source.read_text()


def _damage_of_text(state: ReadState, whole: ReadState) -> tuple[str, ...]:
    """Why a text is not all there: it holds zeros, or its last line goes on in the other text of the same format."""
    if (texts := _comparable_texts(state, whole)) is None:
        return ()
    text, other = texts
    if "\0" in text and "\0" not in other:
        return (f"{state.name} holds zero characters, and {whole.name} none: it was damaged",)
    last = text[max(text.rfind("\n"), text.rfind("\r")) + 1 :]
    if not last or not other.endswith(("\n", "\r")):
        return ()
    longer = [line for line in other.splitlines() if line.startswith(last)]
    is_beginning = other.startswith(text) or len(last) >= _TELLING_CHARACTERS
    if not is_beginning or not longer or last in longer:
        return ()
    return (f"{state.name} ends within a line that {whole.name} has whole: it was cut off there",)


def difference(
    old: ReadState, new: ReadState, job: Job, intents: Sequence[Intent] = (), *, findings: bool | None = None
) -> Difference:
    """What changes from one state to the other, and what that breaks of what is meant.

    `findings` None compares them unless there are very many rules.
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
    gone, appeared = _apart(was, is_, objects)
    if not same_format:
        # What a format cannot say, a rule cannot find: only what something changed explains counts.
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
        notes=tuple(_notes(old, new, objects, comparable, left_out=not findings and not is_asked)),
    )


def _notes(
    old: ReadState, new: ReadState, objects: ObjectChanges, keys: ComparableKeys, *, left_out: bool
) -> Iterator[str]:
    """What keeps the answer from being the whole truth about a change of policy."""
    if keys.hidden:
        names = [f'"{name}"' for name in keys.of]
        are = "is" if keys.hidden == 1 else "are"
        yield (
            f"{plural(keys.hidden, 'preshared key')} {are} hidden, or asked for when a script runs: whether the key of "
            f"{listed(names)} changes is not known"
        )
    if (unread := _not_read(old, new)) is not None:
        yield unread
    if services := [change.name for change in objects.changes if KIND_OF[change.kind].type is ServiceState]:
        yield (
            f"another state of {listed(services)}: whether traffic that rules protect then goes in the clear, or not "
            "at all, is in no document of Microsoft's that we know"
        )
    if left_out:
        yield f"more than {MANY_RULES:,} rules: findings are not compared; --findings does"
    for state, missing, other in ((new, objects.gone, old), (old, objects.appeared, new)):
        if state.shortfalls and missing:
            one = len(missing) == 1
            they, instead = "it" if one else "they", "deleted" if state is new else "new"
            yield (
                f"{plural(len(missing), 'object')} of {other.name} {'is' if one else 'are'} not in {state.name}, of "
                f"which not all was read: {they} may be lost with the damage and not {instead}"
            )
        if (refused := _refused_only_in(state, other)) is not None:
            yield refused
        if (hole := _hole(state, other)) is not None:
            yield hole
        yield from signs_of_damage(state.machine, state.name, other.machine, other.name)
    if not new.shortfalls and (sign := sign_of_a_cut(objects, new.name, old.name)):
        yield sign


def _hole(state: ReadState, whole: ReadState) -> str | None:
    """That a text is the other one but for a piece that begins within a line and ends within a later one."""
    if (texts := _comparable_texts(state, whole)) is None:
        return None
    lines, others = ([*text.splitlines(), ""] for text in texts)
    above = _alike(lines, others)
    below = min(_alike(lines[::-1], others[::-1]), len(lines) - above, len(others) - above)
    between, lost = lines[above : len(lines) - below], others[above : len(others) - below]
    if len(between) != 1 or len(lost) < _LINES_OF_A_HOLE:
        return None
    line, begins, ends = between[0], _alike(between[0], lost[0]), _alike(between[0][::-1], lost[-1][::-1])
    if not begins or not ends or begins + ends < len(line):
        return None
    return (
        f"line {above + 1} of {state.name} is how line {above + 1} of {whole.name} begins and how line "
        f"{above + len(lost)} ends: what stands between may have been lost with damage"
    )


_LINES_OF_A_HOLE = 2


def _alike(some: Sequence[str], others: Sequence[str]) -> int:
    """How many items two sequences have in common at their beginning."""
    pairs = enumerate(zip(some, others, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(some), len(others)))


def _refused_only_in(state: ReadState, other: ReadState) -> str | None:
    """That Windows refuses commands of a state and none of the other, as of a text that was damaged."""
    refused = state.machine.policy.refused_commands
    if not refused or other.machine.policy.refused_commands:
        return None
    count, line = plural(len(refused), "command"), min(each.span.line for each in refused)
    return (
        f"Windows refuses {count} of {state.name}, the first in line {line}, and none of {other.name}: "
        "what a refused command would make counts as missing"
    )


_UNREAD_SHOWN = 3


def _not_read(old: ReadState, new: ReadState) -> str | None:
    """That both states hold members that no reader looks at, which may differ; not where the texts are the same."""
    inputs = (*old.inputs, *new.inputs)
    names = list(dict.fromkeys(name for each in inputs for name, _ in each.parsed.unread))
    if not names or (_texts(old) or ()) == _texts(new):
        return None
    more = [f"{len(names) - _UNREAD_SHOWN} more"] if len(names) > _UNREAD_SHOWN else []
    return f"{listed([*names[:_UNREAD_SHOWN], *more])}: not read, so whether that changes is not known"


def _texts(state: ReadState) -> list[bytes] | None:
    """All bytes of a state; None if some can no longer be read."""
    try:
        return [part.read_bytes() for each in state.inputs for part in each.source.all]
    except SourceError:
        return None


def with_backups(answer: Difference, states: Sequence[ReadState], new: ReadState) -> Difference:
    """The answer with how well several states, each once, fit the new one."""
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


def states_in(path: str, job: Job) -> list[ReadState]:
    """The machines that a path holds, each as a state of its own; what holds no policy is none."""
    states = []
    for name, group in by_machine(read_inputs(candidates([path])), None):
        machine = make_machine(name, group, job.site, job.today)
        states.append(ReadState(machine.name, tuple(group), machine))
    return [state for state in states if not state.machine.policy.is_empty]


def with_pairs(
    answer: Difference, states: tuple[ReadState, ReadState], peers: Sequence[Machine], peers_after: Sequence[Machine]
) -> Difference:
    """The answer with the pairs whose negotiation ends otherwise, and which end may change first."""
    old, new = (state.machine for state in states)
    later = peers_after or peers
    return replace(
        answer,
        pairs=pair_changes(old, new, peers, later),
        rollout=rollout(old, new, peers, later) if peers_after else None,
    )


def peers_in(path: str, job: Job) -> tuple[list[Machine], tuple[str, ...], Keys]:
    """The machines of a folder, each called by its place in it, what of them was not understood, and their keys."""
    ends = read_ends(path, job.site, job.today, as_one=False)
    machines = []
    for machine in ends.machines:
        name = os.path.relpath(machine.name, path) if Path(machine.name).exists() else machine.name
        machines.append(machine.model_copy(update={"name": machine.name if name == "." else name}))
    return machines, ends.shortfalls, ends.keys


def _rule_count(machine: Machine) -> int:
    policy = machine.policy
    filters = sum(len(each.filters) for each in policy.filter_lists) + len(policy.wfp_filters)
    return len(policy.connection_security_rules) + filters // 20


def _with_effects(objects: ObjectChanges, traffic: TrafficChanges) -> Iterator[tuple[ObjectChange, Effect | None]]:
    """Each change with its effect on traffic: by the packets that a rule decides for, of a VPN by its suite."""
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
    """What becomes of some traffic, and the names of the rules that decide for it before and after."""

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
    """The worst that happens to traffic for which a rule begins or ceases to decide, or decides otherwise."""
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
"""The fields that decide which traffic a rule is for, or whether it counts."""


def _names_of(traffic: Iterable[TrafficChange], objects: Iterable[ObjectChange]) -> Iterator[str]:
    """The names of all that changed, and of the rules that decide for changed traffic."""
    for change in traffic:
        yield from (
            name for rule in (*change.rules_before, *change.rules_after) for name in (rule.name, rule.owner) if name
        )
    for item in objects:
        yield from (item.name, *item.used_by)
        yield from (old for each in item.fields if each.name == "name" and (old := each.old) is not None)


# ---- findings ----


def _findings(state: ReadState, job: Job) -> list[Finding]:
    plans = [plan for plan in job.plans if plan.ruleset.id != INTENTS]
    findings = (finding for finding, _ in found_with_fixes(state.machine, plans, job.site))
    adjusted = [kept for finding in findings if (kept := job.adjust(finding) if job.adjust else finding) is not None]
    return [each for each in apply_waivers(adjusted, job.waivers, job.waiver_file, job.today) if each.counts]


def _apart(
    before: Sequence[Finding], after: Sequence[Finding], objects: ObjectChanges
) -> tuple[list[Finding], list[Finding]]:
    """The findings that are gone, and those that are new: the same rule on the same object, whatever its name now."""
    now = {}
    for one, other in objects.pairs:
        if hasattr(one, "kind"):
            was, is_ = subject_of(one), subject_of(other)
            now[was.kind, was.name, was.id] = (is_.kind, is_.name, is_.id)

    def of_subject(finding: Finding) -> Hashable:
        subject = finding.subject
        return finding.code, now.get((subject.kind, subject.name, subject.id), (subject.kind, subject.name, subject.id))

    def of_new_subject(finding: Finding) -> Hashable:
        return finding.code, (finding.subject.kind, finding.subject.name, finding.subject.id)

    gone, new = list(before), list(after)
    keys: list[tuple[Callable[[Finding], Hashable], Callable[[Finding], Hashable]]] = [
        (lambda each: each.fingerprint, lambda each: each.fingerprint),
        (of_subject, of_new_subject),
        (_in_either_order, _in_either_order),
    ]
    for old_key, new_key in keys:
        gone, new = _left(gone, new, old_key, new_key)
    return _without_those_in_place(gone, before, new, after, objects)


def _in_either_order(finding: Finding) -> Hashable:
    """What says the same of two objects, whichever of them stands first in its file and is the subject."""
    return finding.code, *sorted(finding.message.replace(":", " ").split())


def _without_those_in_place(
    gone: Iterable[Finding],
    before: Iterable[Finding],
    new: Iterable[Finding],
    after: Iterable[Finding],
    objects: ObjectChanges,
) -> tuple[list[Finding], list[Finding]]:
    """The findings that the other state has not on the same rule either, nor on the set that it uses in that place.

    A set is a rule's own in one state, and shared by several in another.
    """
    others: tuple[dict[_Named, set[_Named]], dict[_Named, set[_Named]]] = (defaultdict(set), defaultdict(set))
    for before_and_set, now_and_set in objects.in_place:
        for one in map(_named, map(subject_of, before_and_set)):
            for other in map(_named, map(subject_of, now_and_set)):
                others[0][one].add(other)
                others[1][other].add(one)

    def left(side: int, these: Iterable[Finding], beside: Iterable[Finding]) -> list[Finding]:
        there = {(each.code, _named(each.subject)) for each in beside}
        return [
            each
            for each in these
            if not any((each.code, other) in there for other in others[side].get(_named(each.subject), ()))
        ]

    return left(0, gone, after), left(1, new, before)


_Named = tuple[str, str, str | None]


def _named(subject: Subject) -> _Named:
    return subject.kind, subject.name, subject.id


def _left(
    before: Sequence[Finding],
    after: Sequence[Finding],
    old_key: Callable[[Finding], Hashable],
    new_key: Callable[[Finding], Hashable],
) -> tuple[list[Finding], list[Finding]]:
    waiting: dict[Hashable, list[Finding]] = defaultdict(list)
    for finding in after:
        waiting[new_key(finding)].append(finding)
    gone = []
    for finding in before:
        alike = waiting.get(old_key(finding))
        if alike:
            alike.pop(0)
        else:
            gone.append(finding)
    left = {id(finding) for alike in waiting.values() for finding in alike}
    return gone, [finding for finding in after if id(finding) in left]


# ---- load ----


def _load(old: ReadState, new: ReadState, job: Job) -> LoadChanges:
    from ipseclint.load.report.words import FIGURE_WORDS
    from ipseclint.load.request import LoadRequest, answer
    from ipseclint.load.scenarios import Scenario
    from ipseclint.load.schedules import AUTHIP

    assumed = job.site.peers is None
    peers = ASSUMED_PEERS if job.site.peers is None else job.site.peers
    request = LoadRequest(Scenario.STEADY, AUTHIP, job.site, {"peers": peers})
    before, after = (answer(state.machine, state.name, request).assessment.figures for state in (old, new))
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
