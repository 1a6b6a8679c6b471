"""The GPO that a place belongs to: a path with a GUID tells nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from ipseclint.engine.machines import ReadInput
from ipseclint.finding import Finding, Problem, Subject, subject_of
from ipseclint.model.policy import UNNAMED_GPO
from ipseclint.report import Input
from ipseclint.semantics.registry import registry_subject

Placed = TypeVar("Placed", Input, Problem)
Gpos = Mapping[str, Mapping[Subject | None, str]]
"""For each path, the GPO of each object; under None that of the whole file, if it is of one GPO."""


def gpos_of(read: ReadInput) -> Gpos:
    """The GPOs that an input names."""
    policy = read.parsed.policy
    objects = list(policy.objects())
    held = {subject_of(thing): store for thing in objects if (store := getattr(thing, "store", None))}
    names: set[str | None] = set(held.values()) - {UNNAMED_GPO}
    of_values = {registry_subject(value): value.store for value in policy.registry if value.store}
    if of_values:  # what a script sets in a GPO stands beside what it sets on its own machine
        names |= {value.store for value in policy.registry} | ({None} if policy.services else set())
    if names and any(map(_is_local, objects)):
        names.add(None)
    stores: dict[Subject | None, str] = {
        subject: store for subject, store in {**held, **of_values}.items() if store != UNNAMED_GPO
    }
    only = names.pop() if len(names) == 1 else None
    whole = read.parsed.gpo or ("" if only == UNNAMED_GPO else only)
    if whole:
        stores[None] = whole
    return dict.fromkeys((source.path for source in read.source.all), stores) if stores else {}


def _is_local(thing: object) -> bool:
    """Whether an object is in no GPO, though it could be in one, and was made where it stands."""
    is_of_windows = getattr(thing, "builtin", False) or getattr(thing, "inline", False)
    return getattr(thing, "store", "") is None and not is_of_windows


def with_gpos(findings: Iterable[Finding], gpos: Gpos) -> list[Finding]:
    """The findings, each with the GPO of its place, if there is one."""
    if not gpos:
        return list(findings)
    return [each.model_copy(update={"gpo": _of(gpos, each.span.path, each.subject)}) for each in findings]


def with_gpo(placed: Placed, path: str, gpos: Gpos) -> Placed:
    """An input or a problem with the GPO of its path, if there is one."""
    return placed.model_copy(update={"gpo": _of(gpos, path)}) if gpos else placed


def _of(gpos: Gpos, path: str, subject: Subject | None = None) -> str | None:
    stores = gpos.get(path, {})
    return stores.get(subject) or stores.get(None)
