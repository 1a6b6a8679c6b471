"""Findings as people read them: those of one rule together, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from ipseclint.escape import visible
from ipseclint.finding import Finding, Severity, Subject, WindowsError
from ipseclint.reporters.words import kind_word
from ipseclint.semantics.failures import DELAY_DROPS, QUEUE_DROPS

QUEUE_DROP = 13811
_DROPS = frozenset((*QUEUE_DROPS, *DELAY_DROPS))
"""How requests end that waited too long: told before negotiations that fail."""


class Group(Struct, frozen=True):
    """The findings of one rule with one severity and state, in the order of their places."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one that is shown for all."""
        return self.findings[0]

    @property
    def error(self) -> WindowsError | None:
        """The Windows error that comes first to mind, if the rule leads to any."""
        return _error(self.first)

    @property
    def more_errors(self) -> int:
        """How many other Windows errors the rule leads to."""
        return max(0, len(self.first.leads_to) - 1)

    @property
    def repair(self) -> str:
        """What kind of repair there is for them."""
        kinds = dict.fromkeys(_repair(finding) for finding in self.findings)
        return next(iter(kinds)) if len(kinds) == 1 else f"some {next(kind for kind in _REPAIRS if kind in kinds)}"


_REPAIRS = ("safe", "risky", "lowering", "by hand", "none")
"""Kinds of repair; a risky one may cut connections, a lowering one may protect less."""


def _repair(finding: Finding) -> str:
    fix = finding.fix
    if fix is None:
        return "none"
    if fix.netsh or fix.powershell:
        return "lowering" if fix.is_lowering else "risky" if fix.options else "safe"
    return "by hand" if fix.note else "none"


def _error(finding: Finding) -> WindowsError | None:
    errors = finding.leads_to
    return min(errors, key=lambda each: (each.code != QUEUE_DROP, each.code not in _DROPS), default=None)


def groups(findings: Iterable[Finding], sort: str = "severity") -> list[Group]:
    """Findings by rule, severity and state. `sort` is severity, rule or place; places keep the order of the run."""
    by_rule: dict[tuple[str, Severity, str], list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault((finding.code, finding.severity, state_of(finding)), []).append(finding)
    made = [Group(tuple(listed)) for listed in by_rule.values()]
    if sort == "severity":
        made.sort(key=_worst_first)
    elif sort == "rule":
        made.sort(key=lambda group: group.first.code)
    return made


def _worst_first(group: Group) -> tuple[bool, int, int, int]:
    codes = {error.code for error in group.first.leads_to}
    ending = 0 if QUEUE_DROP in codes else 1 if codes & _DROPS else 2 if codes else 3
    return (not group.first.counts, -group.first.severity.rank, ending, -len(group.findings))


def sorted_findings(findings: Sequence[Finding], sort: str = "severity") -> list[Finding]:
    """All findings one by one, in the order of their groups, or of their places."""
    if sort == "place":
        return list(findings)
    return [finding for group in groups(findings, sort) for finding in group.findings]


def sections(findings: Sequence[Finding], group_by: str, sort: str = "severity") -> list[tuple[str, list[Group]]]:
    """Groups under a title: none by rule, else the object, or the file, with the worst section first."""
    if group_by == "rule":
        return [("", groups(findings, sort))]
    parts: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.span.path,) if group_by == "file" else (finding.machine, finding.subject)
        parts.setdefault(key, []).append(finding)
    made = [(_title(listed, group_by), groups(listed, sort)) for listed in parts.values()]
    if sort == "severity":
        made.sort(key=lambda section: _worst_first(section[1][0])[:2])
    return made


def _title(findings: Sequence[Finding], group_by: str) -> str:
    first = findings[0]
    place = gpo_and_path(first.gpo, first.span.path)
    return place if group_by == "file" else f"{subject_words(first.subject)} in {place}"


def state_of(finding: Finding) -> str:
    """Why a finding does not count, in a word: waived, known, or nothing."""
    return "waived" if finding.waiver else "" if finding.counts else "known"


def subject_words(subject: Subject, *, with_id: bool = True) -> str:
    """An object by its kind and name, and its id where that says more than the name."""
    kind = subject.called or kind_word(subject.kind)
    name = visible(subject.name)
    known_as = f" {visible(subject.id)}" if subject.id and subject.id != subject.name and (with_id or not name) else ""
    return f'{kind} "{name}"{known_as}' if name else f"{kind}{known_as}"


def gpo_and_path(gpo: str | None, path: str) -> str:
    """A path, behind the name of the GPO that it belongs to."""
    return f"GPO {visible(gpo)}: {visible(path)}" if gpo else visible(path)
