"""The findings of two states, divided into gone and new ones, whatever their objects are called now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from ipseclint.finding import Finding, Subject, subject_of
from ipseclint.semantics.object_changes import ObjectChanges


def findings_apart(
    before: Sequence[Finding], after: Sequence[Finding], objects: ObjectChanges
) -> tuple[list[Finding], list[Finding]]:
    """The findings that are gone, and those that are new: findings match by rule and object, whatever its name now."""
    now = {_named(subject_of(one)): _named(subject_of(other)) for one, other in objects.pairs if hasattr(one, "kind")}

    def of_subject(finding: Finding) -> Hashable:
        named = _named(finding.subject)
        return finding.code, now.get(named, named)

    def of_new_subject(finding: Finding) -> Hashable:
        return finding.code, _named(finding.subject)

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
    """A key that is equal for a finding on two objects whichever of them is the subject."""
    return finding.code, *sorted(finding.message.replace(":", " ").split())


def _without_those_in_place(
    gone: Iterable[Finding],
    before: Iterable[Finding],
    new: Iterable[Finding],
    after: Iterable[Finding],
    objects: ObjectChanges,
) -> tuple[list[Finding], list[Finding]]:
    """The findings without those that the other state has on the same rule's set in the same role.

    A set may be a rule's own in one state, and shared by several rules in the other.
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
            finding
            for finding in these
            if not any((finding.code, other) in there for other in others[side].get(_named(finding.subject), ()))
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
