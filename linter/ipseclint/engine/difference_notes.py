"""Reasons why the answer about a change of policy may be incomplete, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipseclint.engine.states import ReadState, comparable_texts
from ipseclint.model.kinds import KIND_OF
from ipseclint.model.policy import ServiceState
from ipseclint.semantics.comparable_keys import ComparableKeys
from ipseclint.semantics.damage import sign_of_a_cut, signs_of_damage
from ipseclint.semantics.object_changes import ObjectChanges
from ipseclint.source import SourceError
from ipseclint.words import listed, plural

MANY_RULES = 1000
"""Reasoned: on so many rules the findings take minutes, the changes seconds; 20 filters count as one rule."""


def notes(
    old: ReadState, new: ReadState, objects: ObjectChanges, keys: ComparableKeys, *, left_out: bool
) -> Iterator[str]:
    """The reasons why the answer about a change of policy may be incomplete."""
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
        if (lacking := _not_held(state, other)) is not None:
            yield lacking
        if (refused := _refused_only_in(state, other)) is not None:
            yield refused
        if (hole := _hole(state, other)) is not None:
            yield hole
        yield from signs_of_damage(state.machine, state.name, other.machine, other.name)
    if not new.shortfalls and (sign := sign_of_a_cut(objects, new.name, old.name)):
        yield sign


def _hole(state: ReadState, whole: ReadState) -> str | None:
    """The note that a text lacks one piece of the other one, from within a line to within a later one."""
    if (texts := comparable_texts(state, whole)) is None:
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
    """The length of the common beginning of two sequences."""
    pairs = enumerate(zip(some, others, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(some), len(others)))


def _refused_only_in(state: ReadState, other: ReadState) -> str | None:
    """The note that Windows refuses commands of one state only, as after damage to its text."""
    refused = state.machine.policy.refused_commands
    if not refused or other.machine.policy.refused_commands:
        return None
    count, line = plural(len(refused), "command"), min(each.span.line for each in refused)
    return (
        f"Windows refuses {count} of {state.name}, the first in line {line}, and none of {other.name}: "
        "what a refused command would make counts as missing"
    )


def _not_read(old: ReadState, new: ReadState) -> str | None:
    """The note that both states hold parts that no reader reads, and that may differ; none where the texts are
    equal."""
    inputs = (*old.inputs, *new.inputs)
    names = list(dict.fromkeys(name for each in inputs for name, _ in (*each.parsed.unread, *each.parsed.given)))
    if not names or (_texts(old) or ()) == _texts(new):
        return None
    return f"{listed(names)}: not read, so whether that changes is not known"


def _not_held(state: ReadState, other: ReadState) -> str | None:
    """The note that a state leaves out parts that the other has: what seems to be gone may be there."""
    names, others = (
        list(dict.fromkeys(name for each in one.inputs for name, _ in each.parsed.not_held)) for one in (state, other)
    )
    only = [name for name in names if name not in others]
    if not only:
        return None
    return f"{listed(only)}: not held in {state.name}, so whether that changes is not known"


def _texts(state: ReadState) -> list[bytes] | None:
    """All bytes of a state; None if some can no longer be read."""
    try:
        return [part.read_bytes() for each in state.inputs for part in each.source.all]
    except SourceError:
        return None
