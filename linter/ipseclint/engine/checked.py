"""One input, read and checked as a machine of its own: what the run keeps once the policy is dropped."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.engine.apply_rules import Outcome, Plan, run_rules, show_lines
from ipseclint.engine.gpos import gpos_of, with_gpo, with_gpos
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.judged import Named
from ipseclint.engine.keys.gate import Keys
from ipseclint.engine.machines import ReadInput, make_machine, read_input
from ipseclint.engine.one_machine import Part, Share
from ipseclint.finding import Finding, FindingChunk, Problem, Severity, subject_of
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.packing import Chunk, packed, unpacked
from ipseclint.report import Crash, Ignored, Input, ObjectAt
from ipseclint.rule import Scope
from ipseclint.secrets import names_keys
from ipseclint.semantics.digest import Digest, FactsOf, holds_both_ends
from ipseclint.source import Source


class Work(Struct, frozen=True):
    """What to do with each input, as of a day.

    `alone`: it is checked here as a machine of its own, unless its folder shows otherwise. `digests`: it will be
    compared with other machines. `objects`: all its objects are wanted. `whole`: the result of parsing is kept.
    `isolated`: no file can exempt itself from being read, as a script with our seal does.
    """

    plans: tuple[Plan, ...]
    site: Site
    as_of: date
    alone: bool = True
    digests: bool = False
    objects: bool = False
    whole: bool = False
    isolated: bool = False

    @property
    def facts(self) -> tuple[FactsOf, ...]:
        """The functions for the facts that rules over a fleet ask of each machine."""
        rules = [rule for plan in self.plans for rule in plan.only(Scope.FLEET).rules]
        return tuple(dict.fromkeys(rule.facts for rule in rules if rule.facts is not None))

    @property
    def whole_digests(self) -> bool:
        """Whether a rule over a fleet does not declare its facts: a digest then holds the whole policy."""
        return any(rule.facts is None for plan in self.plans for rule in plan.only(Scope.FLEET).rules)

    def digest(self, machine: Machine) -> Digest:
        """The digest of a machine, for these rules."""
        return Digest.of(machine, self.facts, whole=self.whole_digests)


class Checked(Struct, frozen=True):
    """The result of one input. `findings` are those on it as a machine of its own, with lines, in order of place;
    `elsewhere` are those whose place is in none of its files.

    `parsed` is packed, and present where it may be needed again: to join several inputs of one folder, and to explain
    the causes of events. `is_of_today`: on another day the findings may differ. `followed` are the paths of the other
    files that it ran, `taken` of those that it took its values from.
    """

    source: Source
    input: Input
    folder: str | None = None
    share: Share = Share()
    keys: Keys = field(default_factory=Keys)
    crash: Crash | None = None
    problems: tuple[Problem, ...] = ()
    findings: FindingChunk | None = None
    elsewhere: tuple[Finding, ...] = ()
    crashes: tuple[Crash, ...] = ()
    objects: Chunk | None = None
    named: Named | None = None
    other_events: tuple[tuple[str, int], ...] = ()
    unread: tuple[tuple[str, int], ...] = ()
    not_held: tuple[tuple[str, int], ...] = ()
    given: tuple[tuple[str, int], ...] = ()
    digest: Digest | None = None
    has_evidence: bool = False
    gpos: bytes | None = None
    parsed: bytes | None = None
    is_of_today: bool = False
    followed: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    def read(self) -> ReadInput:
        """The input as it was read."""
        if self.parsed is None:
            raise ValueError(f"{self.source.path} was not kept")
        return ReadInput(self.source, self.input, unpacked(self.parsed), self.crash, self.folder, self.keys)


def check_alone(candidate: Candidate, work: Work) -> Checked | Ignored:
    """The result of one candidate by itself, or the reason why it is ignored."""
    # The cached head of a source would stay as long as the list of all candidates.
    read = read_input(replace(candidate, source=light(candidate.source)), isolated=work.isolated)
    if isinstance(read, Ignored):
        return read
    machine = make_machine(read.source.path, [read], work.site, work.as_of)
    plans = [plan.only(Scope.MACHINE) for plan in work.plans] if work.alone else []
    outcomes = list(run_rules([machine], plans, work.site))
    # Where nothing was read, no line with the name of a key is shown: which part of it is the key is not known.
    shown_from = [] if read.input.format is None and any(map(names_keys, read.source.all)) else [read]
    crashes, found = crashes_of(outcomes), findings_of(outcomes)
    del outcomes  # with their lines they are made anew, and of many neither is held twice
    shown, problems = show_lines(found, read.parsed.problems, shown_from)
    del found
    gpos = gpos_of(read)
    own = {source.path for source in read.source.all}
    findings = sorted(with_gpos((each for each in shown if each.span.path in own), gpos), key=place_key)
    share = read.share
    has_evidence = bool(read.parsed.events or read.parsed.counters)
    may_be_joined = read.folder is not None or share.is_peer or share.part is Part.KEYS
    keeps = work.whole or not work.alone or may_be_joined or has_evidence
    checked = Checked(
        source=light(read.source),
        input=with_gpo(read.input, read.input.path, gpos),
        folder=read.folder,
        share=share,
        keys=read.keys,
        crash=read.crash,
        problems=tuple(with_gpo(problem, problem.span.path, gpos) for problem in problems),
        elsewhere=tuple(each for each in shown if each.span.path not in own),
        crashes=crashes,
        objects=Chunk.of(list(objects_of(machine))) if work.objects and work.alone else None,
        named=Named.of(read.source.path, read.parsed.policy),
        other_events=read.parsed.other_events,
        unread=read.parsed.unread,
        not_held=read.parsed.not_held,
        given=read.parsed.given,
        digest=work.digest(machine) if work.alone and (work.digests or holds_both_ends(machine.policy)) else None,
        has_evidence=has_evidence,
        gpos=packed(gpos) if gpos else None,
        parsed=packed(read.parsed) if keeps else None,
        is_of_today=bool(machine.policy.certificates or machine.policy.hosts),
        followed=read.followed,
        taken=read.taken,
    )
    del read, machine, shown_from  # to pack the findings, with long repairs, takes memory that the policy has
    return replace(checked, findings=FindingChunk.of(findings)) if findings else checked


def findings_of(outcomes: Iterable[Outcome]) -> list[Finding]:
    """The findings among outcomes; equal ones of several rulesets are joined, with the highest severity."""
    merged: dict[tuple[object, ...], Finding] = {}
    for finding in outcomes:
        if not isinstance(finding, Finding):
            continue
        key = (finding.fingerprint, finding.span, finding.message, finding.machine)
        before = merged.get(key)
        merged[key] = finding if before is None else _together(before, finding)
    return list(merged.values())


def _together(before: Finding, finding: Finding) -> Finding:
    severity: Severity = max(before.severity, finding.severity, key=lambda severity: severity.rank)
    update = {
        "severity": severity,
        "rulesets": tuple(dict.fromkeys(before.rulesets + finding.rulesets)),
        "citations": tuple(dict.fromkeys(before.citations + finding.citations)),
    }
    return before.model_copy(update=update)


def crashes_of(outcomes: Iterable[Outcome]) -> tuple[Crash, ...]:
    """The crashes among outcomes."""
    return tuple(each for each in outcomes if isinstance(each, Crash))


def place_key(finding: Finding) -> tuple[int, int, str, str]:
    """The order of findings within an input: by place, then rule."""
    return finding.span.line, finding.span.column, finding.code, finding.message


def objects_of(machine: Machine) -> Iterator[ObjectAt]:
    """All objects of a machine's policy except Windows' own."""
    for policy_object in machine.policy.objects():
        if not getattr(policy_object, "builtin", False):
            yield ObjectAt(subject=subject_of(policy_object), machine=machine.name, span=policy_object.span)


def light(source: Source) -> Source:
    """The source without its cached content, which is not needed any more."""
    return replace(source, members=tuple(map(light, source.members)))


_YOUNG_OBJECTS = 20_000
"""How many new objects there must be before unreachable cycles are collected."""


def sweep() -> None:
    """Collect unreachable cycles among young objects, where the collector is off; older objects are not searched."""
    if not gc.isenabled() and gc.get_count()[0] > _YOUNG_OBJECTS:
        gc.collect(0)
