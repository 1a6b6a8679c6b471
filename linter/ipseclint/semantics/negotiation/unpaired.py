"""Rules and connections that negotiate and meet nothing at the other end, and what may be why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.pairs import Pair, is_for_anybody, left_over
from ipseclint.semantics.negotiation.rule_ends import machine_ends
from ipseclint.semantics.negotiation.windows import WindowsEnds
from ipseclint.source import Span


class Unpaired(Struct, frozen=True):
    """What has no other end: a rule or connection, or a command that makes none. `why` is a clause about it."""

    subject: str
    span: Span
    why: str


def unpaired(machines: Sequence[Machine], met: Iterable[Pair]) -> list[Unpaired]:
    """Of some machines all that negotiates and is in no pair, and the commands that Windows refuses.

    A rule that is not in force is named with the one whose other end it would be; where no pair is left, by itself.
    """
    paired = {_name(end) for pair in met for end in (pair.a, pair.b)}
    idle = [_idle(machine) for machine in machines]
    listed: list[Unpaired] = []
    for number, machine in enumerate(machines):
        alone = [end for end in machine_ends(machine).negotiating if _name(end) not in paired and not end.is_server]
        others = [twin for other, twins in enumerate(idle) if other != number for twin in twins]
        listed += _alone(alone, others)
        if not paired:
            listed += (Unpaired(end.subject, end.span, why) for end, why in idle[number])
        listed += _refused(machine)
    return listed


def _name(end: End) -> tuple[Span, str]:
    """What tells an end from others, from whichever of its sides it is looked at."""
    return end.span, end.subject


_Idle = tuple[End, str]


def _idle(machine: Machine) -> list[_Idle]:
    """The rules that are not in force, as ends, each with why."""
    make = WindowsEnds(machine)
    rules = ((rule, _why_idle(machine, rule)) for rule in machine.policy.connection_security_rules)
    return [(make.of(rule), why) for rule, why in rules if why]


def _why_idle(machine: Machine, rule: ConnectionSecurityRule) -> str:
    if rule.enabled.known is False:
        return "is disabled"
    if rule.policy is None:
        return ""
    name = rule.policy.target.casefold()
    policy = next((each for each in machine.policy.policies if each.name.casefold() == name), None)
    if policy is not None and policy.assigned.known is False and policy.assigned.is_explicit:
        return f'is of policy "{policy.name}", which is not assigned'
    return ""


def _alone(ends: Sequence[End], others: Sequence[_Idle]) -> Iterator[Unpaired]:
    """Ends without a pair, each with the rule that would be its other end if it were in force."""
    why_idle = {id(other): why for other, why in others}
    twins: dict[int, End] = {}
    for pair in left_over(ends, [other for other, _ in others], ()):
        twins.setdefault(id(pair.a), pair.b)
    for_anybody = next((other for other, _ in others if is_for_anybody(other)), None)
    for end in ends:
        twin = twins.get(id(end)) or (for_anybody if is_for_anybody(end) else None)
        why = "meets nothing at the other end"
        if twin is not None:
            why += f": {twin.subject} ({_place(twin.span)}) would be it, and {why_idle[id(twin)]}"
        yield Unpaired(end.subject, end.span, why)


def _refused(machine: Machine) -> Iterator[Unpaired]:
    for command in machine.policy.refused_commands:
        why = f"is refused by Windows and makes nothing: {command.reason}"
        yield Unpaired(f"command `{command.command}`", command.span, why)


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}"
