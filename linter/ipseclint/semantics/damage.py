"""Whether a state is a changed policy, or an export that is damaged, cut off or mixed; and which backup fits it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ipseclint.model.kinds import KIND_OF, KINDS, ObjectKind, label
from ipseclint.model.machine import Machine, PolicyIndex, Rule
from ipseclint.model.policy import Dialect
from ipseclint.semantics.field_changes import belongs_to_a_rule
from ipseclint.semantics.meaning import meaning
from ipseclint.semantics.object_changes import Change, ObjectChanges, object_changes
from ipseclint.semantics.same_objects import ROLES, name_of, span_of


def signs_of_damage(machine: Machine, name: str, other: Machine, other_name: str) -> Iterator[str]:
    """Signs that no change of policy leaves: references that newly lead nowhere, one id for two objects."""
    index, before = machine.index, other.index
    rules: tuple[Rule, ...] = (*machine.policy.connection_security_rules, *machine.policy.main_mode_rules)
    for rule in rules:
        for role in ROLES:
            reference = getattr(rule, role, None)
            if reference is None or rule.dialect is not Dialect.WFAS:
                continue
            target = reference.target.casefold()
            if not _has(index, target) and _has(before, target):
                yield (
                    f"{label(rule)} uses {reference.target}, which {other_name} has and {name} has not: "
                    f"{name} is incomplete, or mixed from two machines; {other_name} has what is missing"
                )
    by_id: dict[tuple[str, str, str | None], object] = {}
    said: set[tuple[str, str, str | None]] = set()
    for held in machine.policy.objects():
        if held.id is None or getattr(held, "builtin", False):
            continue
        # Every GPO has its own objects: default sets have one id in all of them.
        key, says = (
            (held.kind, held.id.casefold(), getattr(held, "store", None)),
            meaning(machine, held),
        )
        if by_id.setdefault(key, says) != says and key not in said:
            said.add(key)
            yield f"{name} has two objects of the id {held.id} that say different things: it is mixed from two states"


def _has(index: PolicyIndex, target: str) -> bool:
    tables = (index.first_authentication, index.second_authentication, index.quick_mode, index.main_mode)
    return any(target in table for table in tables)


def sign_of_a_cut(changes: ObjectChanges, name: str, other_name: str) -> str | None:
    """A sign that an export was cut off between two objects: only the last of them are missing."""
    removed = [change.old_span for change in changes.changes if change.change is Change.REMOVED and change.old_span]
    spans = (span_of(before) for before, _ in changes.pairs if not getattr(before, "builtin", False))
    kept = [span for span in spans if span is not None and span.line > 1]
    is_all = len(removed) == len(changes.changes)
    one_file = len({span.path for span in (*removed, *kept)}) == 1
    if len(removed) < _TELLING or not (kept and is_all and one_file):
        return None
    if min(span.line for span in removed) <= max(span.line for span in kept):
        return None
    return f"just the last {len(removed)} objects of {other_name} are not in {name}: it may have been cut off"


_TELLING = 2
"""Reasoned: how many must be missing; that only the last of several rules was deleted is no sign."""


# ---- which of several backups fits ----


class Fit(Struct, frozen=True):
    """How well a backup fits a state, by the names of objects.

    `alike` are in both and equal, `other` in both and different, `missing` in the backup only, `foreign` in the state
    only. `is_whole`: all of the backup was understood.
    """

    name: str
    alike: tuple[str, ...]
    other: tuple[str, ...]
    missing: tuple[str, ...]
    foreign: tuple[str, ...]
    is_whole: bool = True

    @property
    def rank(self) -> tuple[float, int]:
        """The sort key, best first: the share of the state that the backup does not explain, then the number of objects
        that the state lost."""
        unexplained = len(self.other) + len(self.foreign)
        total = unexplained + len(self.alike)
        return (unexplained / total if total else 1.0), len(self.missing)


def fit(state: Machine, backup: Machine, name: str, *, same_format: bool, is_whole: bool = True) -> Fit:
    """How well one backup fits a state."""
    compared = object_changes(backup, state, same_format=same_format)
    by_change = {
        change: tuple(_label(KIND_OF[each.kind], each.name) for each in compared.changes if each.change is change)
        for change in Change
    }
    differing = {id(after) for _, after, _ in compared.differing}
    alike = tuple(
        _label(_KIND_OF_TYPE[type(after)], name_of(after))
        for _, after in compared.pairs
        if id(after) not in differing and not (getattr(after, "builtin", False) or belongs_to_a_rule(after))
    )
    other = by_change[Change.CHANGED] + by_change[Change.RENAMED]
    return Fit(name, alike, other, by_change[Change.REMOVED], by_change[Change.ADDED], is_whole)


class Mixture(Struct, frozen=True):
    """Two backups that explain a state only together, with the objects that are in one of them only."""

    names: tuple[str, str]
    only: tuple[tuple[str, ...], tuple[str, ...]]


def mixture(fits: Sequence[Fit]) -> Mixture | None:
    """The best backup, and one such that each explains objects which the other does not; None if there is no such."""
    if not fits:
        return None
    best, *rest = fits
    for other in rest:
        own = tuple(each for each in best.alike if each not in other.alike)
        explained = tuple(each for each in (*best.foreign, *best.other) if each in other.alike)
        if own and explained:
            return Mixture((best.name, other.name), (own, explained))
    return None


def best_first(fits: Iterable[Fit]) -> tuple[Fit, ...]:
    """The fits, best first; equal ones in the order they were named."""
    return tuple(sorted(fits, key=lambda each: each.rank))


_KIND_OF_TYPE: Mapping[type, ObjectKind] = {kind.type: kind for kind in KINDS}


def _label(kind: ObjectKind, name: str) -> str:
    return f'{kind.counted[0]} "{name}"'
