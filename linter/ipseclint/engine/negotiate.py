"""Two inputs, or all of a folder, negotiated: read as machines, paired, and answered with repairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ipseclint.engine.inputs import Candidate, candidates
from ipseclint.engine.machines import ReadInput, by_machine, make_machine, read_inputs, shortfall
from ipseclint.formats.peers.shipped import default_source
from ipseclint.model.index import PolicyIndex
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.repair.commands.fix_text import fix_text
from ipseclint.semantics.negotiation.fixes import Repair, repairs
from ipseclint.semantics.negotiation.pairs import pairs
from ipseclint.semantics.negotiation.table import Advice, Row, Side, rows
from ipseclint.semantics.packets.box import Packet


@dataclass(frozen=True, slots=True)
class ReadEnds:
    """The machines behind a path, and why an answer about them may be wrong: what was not read of each input."""

    machines: tuple[Machine, ...]
    shortfalls: tuple[str, ...]


def read_ends(path: str, site: Site, *, as_one: bool) -> ReadEnds:
    """The machines that a file, a folder, standard input or the name of a shipped peer describe.

    `as_one`: all inputs of a folder are one machine.
    """
    inputs = read_inputs(_candidates(path))
    shortfalls = tuple(why for each in inputs if (why := shortfall(each.input, each.parsed.problems)) is not None)
    inputs = [each for each in inputs if not each.parsed.is_empty]
    grouped: Iterable[tuple[str, Sequence[ReadInput]]] = by_machine(inputs, path if as_one else None)
    return ReadEnds(tuple(make_machine(name, group, site) for name, group in grouped), shortfalls)


def _candidates(path: str) -> Iterable[Candidate]:
    shipped = None if Path(path).exists() else default_source(path)
    return candidates([path]) if shipped is None else [Candidate(shipped, named=True)]


def answers(
    one: Machine, other: Machine, sides: tuple[Side, ...] = tuple(Side), packet: Packet | None = None
) -> list[Row]:
    """The answers about all pairs of ends of two machines, with repairs, the one's as side a.

    With a packet, which goes from the one to the other, only about the rules that may decide for it.
    """
    return [with_advice(row, one.index, other.index) for pair in pairs(one, other, packet) for row in rows(pair, sides)]


def matrix(machines: Sequence[Machine], start: str | None = None, packet: Packet | None = None) -> list[Row] | None:
    """The answers about all pairs of machines, each pair of policies once; None if `start` names none of them."""
    chosen = [number for number, machine in enumerate(machines) if start in {None, machine.name}]
    if not chosen:
        return None
    found: list[Row] = []
    for number in chosen:
        for place, other in enumerate(machines):
            if place > number or (start is not None and place != number):
                sides = tuple(Side) if start is None else (Side.A,)
                found += answers(machines[number], other, sides, packet)
    return found


def with_advice(row: Row, one: PolicyIndex, other: PolicyIndex) -> Row:
    """A row with what to do at each side."""
    mine, theirs = repairs(row.outcome)
    if row.initiator is Side.B:
        mine, theirs = theirs, mine
    return replace(row, advice=(_advice(mine, one), _advice(theirs, other)))


def _advice(repair: Repair | None, index: PolicyIndex) -> Advice | None:
    if repair is None:
        return None
    return Advice(repair.words, fix_text(repair.fix, index) if repair.fix is not None else None)
