"""Findings grouped for readers: those of one rule together, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ipseclint.escape import visible
from ipseclint.finding import QUEUE_DROPS, Finding, Related, Severity, Subject, WindowsError
from ipseclint.reporters import Spread, in_turn
from ipseclint.reporters.words import kind_word
from ipseclint.semantics.failures import DELAY_DROPS
from ipseclint.source import Span

QUEUE_DROP = 13811
_DROPS = frozenset((*QUEUE_DROPS, *DELAY_DROPS))
"""The errors of requests that waited too long: shown before negotiations that fail."""

_OF_VPN = "RT023"
"""The rule whose findings are named after an error of Remote Access."""


Listed = TypeVar("Listed")
"""The part of a finding that a group keeps: all of it, a mention, a line."""


class Group(Struct, Generic[Listed], frozen=True):
    """The findings of one rule with one severity and state, in the order of their places.

    `first` is shown for all, `state` is why they do not count: waived, known, or nothing. `numbers` are their positions
    in the report, `kinds` the kinds of repair in order of appearance.
    """

    first: Finding
    state: str
    findings: tuple[Listed, ...]
    numbers: tuple[int, ...]
    kinds: tuple[str, ...]

    @property
    def error(self) -> WindowsError | None:
        """The main Windows error, if the rule leads to any."""
        return _error(self.first)

    @property
    def more_errors(self) -> int:
        """How many other Windows errors the rule leads to."""
        return max(0, len(self.first.leads_to) - 1)

    @property
    def repair(self) -> str:
        """The kind of repair for them."""
        return (
            self.kinds[0] if len(self.kinds) == 1 else f"some {next(kind for kind in _REPAIRS if kind in self.kinds)}"
        )


class Mention(Struct, frozen=True):
    """The parts of a finding that are shown if it is not the first of its group.

    `reason` is why Windows refuses a command, which may differ within a group; empty for any other finding. `beside` is
    the first place that the finding tells of besides its own, as the other object of a pair.
    """

    code: str
    span: Span
    gpo: str | None
    subject: str
    counts: bool
    is_by_script: bool
    has_commands: bool
    options: str
    caution: str | None
    note: str | None
    reason: str
    beside: Related | None


def mention(finding: Finding) -> Mention:
    """The mention of a finding."""
    fix = finding.fix
    return Mention(
        finding.code,
        finding.span,
        finding.gpo,
        finding.subject.name,
        finding.counts,
        fix is not None and fix.is_by_script,
        fix is not None and fix.has_commands,
        fix.options if fix is not None else "",
        fix.caution if fix is not None else None,
        fix.note if fix is not None else None,
        reason_of(finding),
        next(iter(finding.related), None),
    )


def reason_of(finding: Finding) -> str:
    """Why Windows refuses the command of a finding; empty for any other finding."""
    return finding.message.partition(": ")[2] if finding.code == "RF019" else ""


_REPAIRS = ("safe", "risky", "lowering", "by hand", "none")
"""Kinds of repair; a risky one may cut connections, a lowering one may protect less."""


def _repair(finding: Finding) -> str:
    fix = finding.fix
    if fix is None:
        return "none"
    if fix.is_by_script:
        return "lowering" if fix.is_lowering else "risky" if fix.options else "safe"
    return "by hand" if fix.note else "none"


def _error(finding: Finding) -> WindowsError | None:
    errors = finding.leads_to
    return min(errors, key=lambda each: (each.code != QUEUE_DROP, each.code not in _DROPS), default=None)


def rests_on_a_source(finding: Finding) -> bool:
    """Whether a finding states a fact about Windows or a standard: one about a waiver is about our own file."""
    return finding.subject.kind != "waiver"


def counts(finding: Finding) -> bool:
    """Whether a finding decides the outcome of a run."""
    return finding.counts


def every(_finding: Finding) -> bool:
    """Every finding is shown."""
    return True


def whole(finding: Finding) -> Finding:
    """The whole finding, for a group that keeps it."""
    return finding


def groups(findings: Sequence[Finding], sort: str = "severity") -> list[Group[Finding]]:
    """Findings by rule, severity and state. `sort` is severity, rule or place; places keep the order of the run."""
    return grouped(findings, every, sort, whole)


def grouped(
    findings: Sequence[Finding],
    shows: Callable[[Finding], bool],
    sort: str,
    keep: Callable[[Finding], Listed],
    spread: Spread = in_turn,
) -> list[Group[Listed]]:
    """The shown findings in groups, each reduced by `keep`."""
    taken = _Grouped[Listed]()
    for part in spread(partial(_taken, shows=shows, keep=keep), findings):
        taken.join(part)
    return taken.groups(sort)


def _taken(
    portions: Iterable[Sequence[Finding]], shows: Callable[[Finding], bool], keep: Callable[[Finding], Listed]
) -> _Grouped[Listed]:
    taken = _Grouped[Listed]()
    for findings in portions:
        for number, finding in enumerate(findings, start=taken.number):
            if shows(finding):
                taken.add(finding, keep(finding), number)
        taken.number += len(findings)
    return taken


class _Grouped(Generic[Listed]):
    """Collects findings one by one with what is kept of each, by rule, severity and state; `number` is their
    position."""

    def __init__(self) -> None:
        self.number = 0
        self._first: dict[tuple[str, Severity, str], Finding] = {}
        self._listed: dict[tuple[str, Severity, str], list[Listed]] = {}
        self._numbers: dict[tuple[str, Severity, str], list[int]] = {}
        self._kinds: dict[tuple[str, Severity, str], dict[str, None]] = {}

    def add(self, finding: Finding, kept: Listed, number: int) -> None:
        """Add a finding with its position and what is kept of it."""
        key = (finding.code, finding.severity, state_of(finding))
        self._first.setdefault(key, finding)
        self._listed.setdefault(key, []).append(kept)
        self._numbers.setdefault(key, []).append(number)
        self._kinds.setdefault(key, {})[_repair(finding)] = None

    def join(self, later: _Grouped[Listed]) -> None:
        """Add a collection of later findings."""
        for key, first in later._first.items():
            self._first.setdefault(key, first)
            self._listed.setdefault(key, []).extend(later._listed[key])
            self._numbers.setdefault(key, []).extend(self.number + each for each in later._numbers[key])
            self._kinds.setdefault(key, {}).update(later._kinds[key])
        self.number += later.number

    def groups(self, sort: str) -> list[Group[Listed]]:
        """The groups of the collected findings."""
        made = [
            Group(first, key[2], tuple(self._listed[key]), tuple(self._numbers[key]), tuple(self._kinds[key]))
            for key, first in self._first.items()
        ]
        if sort == "severity":
            made.sort(key=_seen(made).worst_first)
        elif sort == "rule":
            made.sort(key=lambda group: group.first.code)
        return made


def _ending(group: Group[Any]) -> int:
    """The sort key for how requests end by a rule's findings: drops from the queue first, then causes, then possible
    failures."""
    codes = {error.code for error in group.first.leads_to}
    if codes & _DROPS:
        return 0 if QUEUE_DROP in codes else 1
    return 2 if group.first.cause is not None else 3 if codes else 4


class _Seen(Struct, frozen=True):
    """The observed failures: errors of IPsec, and rules about the causes of an error of Remote Access."""

    errors: frozenset[int]
    rules: frozenset[str]

    def worst_first(self, group: Group[Any]) -> tuple[bool, int, int, int, int]:
        """The sort key of groups: of equal severity first those that lead to an observed error, then the evidence of
        it."""
        first = group.first
        explains = first.code in self.rules or any(error.code in self.errors for error in first.leads_to)
        nearness = 1 if _is_evidence(first) else 0 if explains else 2
        by_nearness = nearness if self.errors or self.rules else 0
        return (bool(group.state), -first.severity.rank, by_nearness, _ending(group), -len(group.findings))


def _is_evidence(finding: Finding) -> bool:
    return finding.subject.kind == "evidence"


def _seen(groups: Iterable[Group[Any]]) -> _Seen:
    """The failures observed in some groups, information aside."""
    evidence = [each.first for each in groups if _is_evidence(each.first) and each.first.severity is not Severity.INFO]
    rules: set[str] = set()
    for first in evidence:
        if first.code == _OF_VPN and first.subject.name.lstrip("-").isdigit():
            from ipseclint.vocabulary.ras_errors import rules_of

            rules.update(rules_of(int(first.subject.name)))
    return _Seen(frozenset(error.code for first in evidence for error in first.leads_to), frozenset(rules))


def sections(
    findings: Iterable[Finding],
    shows: Callable[[Finding], bool],
    group_by: str,
    sort: str,
    keep: Callable[[Finding], Listed],
) -> list[tuple[str, list[Group[Listed]]]]:
    """Groups under a title, the object or the file, with the worst section first."""
    parts: dict[tuple[object, ...], _Grouped[Listed]] = {}
    titles: dict[tuple[object, ...], str] = {}
    for number, finding in enumerate(findings):
        if shows(finding):
            of_file = group_by == "file"
            # What is called alike is one to the reader: a policy, and the main-mode set that it holds.
            key = (finding.span.path,) if of_file else (finding.machine, subject_words(finding.subject))
            titles.setdefault(key, _title(finding, group_by))
            parts.setdefault(key, _Grouped()).add(finding, keep(finding), number)
    made = [(titles[key], taken.groups(sort)) for key, taken in parts.items()]
    if sort == "severity":
        made.sort(key=lambda section: (bool(section[1][0].state), -section[1][0].first.severity.rank))
    return made


def _title(first: Finding, group_by: str) -> str:
    place = gpo_and_path(first.gpo, first.span.path)
    return place if group_by == "file" else f"{subject_words(first.subject)} in {place}"


def state_of(finding: Finding) -> str:
    """Why a finding does not count, in a word: waived, known, or nothing."""
    return "waived" if finding.waiver else "" if finding.counts else "known"


def subject_words(subject: Subject, *, with_id: bool = True) -> str:
    """An object by its kind and name, with its id where that says more."""
    kind = (subject.called or kind_word(subject.kind)).replace("evidence of .:", "evidence of this folder:")
    name = visible(subject.name)
    known_as = f" {visible(subject.id)}" if subject.id and subject.id != subject.name and (with_id or not name) else ""
    return f'{kind} "{name}"{known_as}' if name else f"{kind}{known_as}"


def gpo_and_path(gpo: str | None, path: str) -> str:
    """A path, after the name of its GPO."""
    return f"GPO {visible(gpo)}: {place_words(path)}" if gpo else place_words(path)


def place_words(path: str) -> str:
    """A path or a machine for people: the working folder is named in words."""
    return "this folder" if path == "." else visible(path)
