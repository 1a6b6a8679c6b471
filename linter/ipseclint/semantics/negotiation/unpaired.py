"""Rules and connections that negotiate but have no other end, with the likely reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.fitting import is_for_anybody
from ipseclint.semantics.negotiation.pairs import Pair, left_over
from ipseclint.semantics.negotiation.rule_ends import machine_ends
from ipseclint.semantics.negotiation.windows import Alike, WindowsEnds
from ipseclint.source import Span


class Unpaired(Struct, frozen=True):
    """Something without another end: a rule or connection, or a command that makes none. `why` is a clause about it.

    `hosts` is how many machines have it.
    """

    subject: str
    span: Span
    why: str
    hosts: int = 1


def unpaired(machines: Sequence[Machine], met: Iterable[Pair]) -> list[Unpaired]:
    """The ends of some machines that negotiate and are in no pair, and the commands that Windows refuses.

    A rule that is not in force is named with the end that it would answer; if no pair was found at all, by itself.
    """
    paired = {_name(end) for pair in met for end in (pair.a, pair.b)}
    idles = [idle(machine) for machine in machines]
    listed: list[Unpaired] = []
    for number, machine in enumerate(machines):
        lonely = [end for end in machine_ends(machine).negotiating if _name(end) not in paired and not end.is_server]
        others = [twin for other, twins in enumerate(idles) if other != number for twin in twins]
        listed += alone(lonely, others)
        if not paired:
            listed += map(of_idle, idles[number])
        listed += refused(machine)
    return listed


def _name(end: End) -> tuple[Span, str]:
    """The identity of an end, whichever of its sides it is seen from."""
    return end.span, end.subject


Idle = tuple[End, str]


def of_idle(rule: Idle) -> Unpaired:
    """A rule that is not in force, reported by itself."""
    end, why = rule
    return Unpaired(end.subject, end.span, why)


def idle(machine: Machine, alike: Alike | None = None) -> list[Idle]:
    """The rules that are not in force, as ends, each with the reason; `alike` as for the ends of a machine."""
    make = WindowsEnds(machine, alike)
    rules = ((rule, _why_idle(machine, rule)) for rule in machine.policy.connection_security_rules)
    return [(make.of(rule), why) for rule, why in rules if why]


def _why_idle(machine: Machine, rule: ConnectionSecurityRule) -> str | None:
    if rule.enabled.known is False:
        return "is disabled"
    if rule.policy is None:
        return None
    name = rule.policy.target.casefold()
    policy = next((each for each in machine.policy.policies if each.name.casefold() == name), None)
    if policy is not None and policy.assigned.known is False and policy.assigned.is_explicit:
        return f'is of policy "{policy.name}", which is not assigned'
    return None


def alone(
    ends: Sequence[End], others: Sequence[Idle], are_apart: Callable[[End, End], bool] = lambda _one, _other: True
) -> Iterator[Unpaired]:
    """The ends without a pair, each with the rule that would answer it if it were in force.

    `are_apart` tells whether an end and a rule are of two machines.
    """
    why_idle = {id(other): why for other, why in others}
    twins: dict[int, End] = {}
    for pair in left_over(ends, [other for other, _ in others], ()):
        if are_apart(pair.a, pair.b):
            twins.setdefault(id(pair.a), pair.b)
    for_anybody = [other for other, _ in others if is_for_anybody(other)]
    for end in ends:
        twin = twins.get(id(end))
        if twin is None and is_for_anybody(end):
            twin = next((other for other in for_anybody if are_apart(end, other)), None)
        why = "meets nothing at the other end"
        if twin is not None:
            why += f": {twin.subject} ({_place(twin.span)}) would be it, and {why_idle[id(twin)]}"
        yield Unpaired(end.subject, end.span, why)


def refused(machine: Machine) -> Iterator[Unpaired]:
    """The commands that Windows refuses, so that the objects they would make do not exist."""
    for command in machine.policy.refused_commands:
        why = f"is refused by Windows and makes nothing: {command.reason}"
        yield Unpaired(f"command `{command.command}`", command.span, why)


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}"
