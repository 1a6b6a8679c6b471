"""The fixes of a machine's findings as text: merged where they touch one value, with their effect on protection."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.finding import Finding, FixText
from ipseclint.late import late_names
from ipseclint.model.change import Assign, Edit, Fix, edits
from ipseclint.model.machine import Crypto, Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, Policy
from ipseclint.repair.commands.fix_text import Commands, commands_for, peer_demands, text_of
from ipseclint.repair.impact import Impact, impact_of
from ipseclint.repair.merging import Again, Merged, merged, sharing_values
from ipseclint.semantics.packets.budget import Budget
from ipseclint.semantics.protection import Effect

if TYPE_CHECKING:
    from ipseclint.repair.alike import Alike
else:
    (Alike,) = late_names("ipseclint.repair.alike", "Alike")

_STEPS_OF_A_MACHINE = 1_000_000
"""Reasoned: how many intersections of boxes may be spent on judging all fixes of a machine; a few seconds."""


def fix_texts(
    fixes: Sequence[tuple[int, Finding, Fix]],
    machine: Machine | None,
    again: Again,
    in_words: Callable[[Finding], str | None],
) -> dict[int, FixText]:
    """The fix of each finding as text, by its position. `again` finds the findings on a changed machine.

    `in_words` gives a fix from the documentation of a rule, where no command can do it. Without a machine the fixes are
    advice.
    """
    here = machine or Machine(name="", policy=Policy())
    budget = Budget(_STEPS_OF_A_MACHINE)
    alike = cache(partial(Alike, here, budget))
    of_kind: dict[Hashable, Impact] = {}
    fixes = list(_one_of_equals(fixes))
    sharing = sharing_values([fix for _, _, fix in fixes]) if len(fixes) > 1 else frozenset()
    kinds: dict[Hashable, Edit] = {}
    impacts: dict[int, Impact] = {}
    alone: dict[int, FixText] = {}
    for number, (_, _, fix) in enumerate(fixes):
        if id(fix) in impacts:
            continue
        impacts[id(fix)] = Impact(Effect.KEEPS)
        if fix.changes:
            # A fix that is merged with none is written at once, since its objects are many times as large as its text.
            changed = fix.edits_among(kinds) if number in sharing else edits(fix.changes)
            impacts[id(fix)] = _impact(changed, here, budget, alike, of_kind)
            if number not in sharing:
                alone[number] = _Written.of(changed, here).text(fix)
    judged = [(finding, fix, impacts[id(fix)]) for _, finding, fix in fixes]
    together = merged(judged, here, again) if sharing else {}
    texts: dict[int, FixText] = {}
    shared: dict[int, _Written] = {}
    for number, ((place, finding, fix), (_, _, impact)) in enumerate(zip(fixes, judged, strict=True)):
        more = together.get(number)
        if number in alone:
            text = alone[number]
        else:  # a hundred findings may share a hundred edits
            key = id(fix if more is None else more)
            if key not in shared:
                shared[key] = _Written.of(fix.edits if more is None else more.edits, here)
            text = shared[key].text(fix)
        if text.has_commands:
            texts[place] = _text(finding, fix, impact, more, text)
        else:
            texts[place] = _by_hand(fix, text, in_words(finding)) if fix.changes else text
    return texts


def _impact(
    changed: tuple[Edit, ...],
    machine: Machine,
    budget: Budget,
    alike: Callable[[], Alike],
    of_kind: dict[Hashable, Impact],
) -> Impact:
    """The impact of the edits of one fix; `of_kind` has those of edits of sets, by their kind and whether these are
    used."""
    before = changed[0].before if len(changed) == 1 else None
    if isinstance(before, ConnectionSecurityRule) and before.like is not None:
        return alike().impact_of(changed[0])
    if not isinstance(before, Crypto) or changed[0].kind is None:
        return impact_of(changed, machine, budget)
    key = changed[0].kind, bool(machine.index.users_of(before))
    if key not in of_kind:
        of_kind[key] = impact_of(changed, machine, budget)
    return of_kind[key]


def _one_of_equals(fixes: Iterable[tuple[int, Finding, Fix]]) -> Iterator[tuple[int, Finding, Fix]]:
    """The fixes, with one for all that set the same: thousands of findings may ask for one setting of the machine."""
    known: dict[Hashable, Fix] = {}
    for place, finding, fix in fixes:
        match fix.changes:
            case (Assign(target, field, str() | int() as value),):
                key = id(target), field, value, fix.note, fix.risky, fix.needs
                yield place, finding, known.setdefault(key, fix)
            case _:
                yield place, finding, fix


class _Written(Struct, frozen=True):
    """The commands for some edits, and what they require of peers."""

    commands: Commands
    peers: tuple[str, ...]

    @classmethod
    def of(cls, changed: tuple[Edit, ...], machine: Machine) -> _Written:
        commands = commands_for(changed, machine.index)
        is_said = commands.netsh is not None or commands.powershell is not None
        return cls(commands, peer_demands(changed) if is_said else ())

    def text(self, fix: Fix) -> FixText:
        """The text of a fix that makes these edits, or is merged into them."""
        return replace(text_of(fix, self.commands), peers=self.peers)


def _by_hand(fix: Fix, text: FixText, words: str | None) -> FixText:
    """The text of a fix without commands: what to do, before the reason why there is no command."""
    is_compiled = any(edit.subject.dialect is Dialect.WFP for edit in fix.edits)
    if fix.advice or is_compiled or words is None:
        return text
    return replace(text, note=" ".join(filter(None, (words, text.note))))


def _text(finding: Finding, fix: Fix, impact: Impact, more: Merged | None, text: FixText) -> FixText:
    risky = fix.risky or (not fix.changes and more is not None and more.risky)
    lowering = impact.effect in {Effect.LOWERS, Effect.UNKNOWN}
    return replace(
        text,
        risky=fix.risky or (more is not None and more.risky),
        protection=impact.effect.value,
        why=impact.why,
        also=tuple(code for code in more.codes if code != finding.code) if more else (),
        options=" --include-risky" * risky + " --allow-lowering" * lowering,
    )
