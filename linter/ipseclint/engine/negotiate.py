"""Two inputs, or all of a folder, negotiated: read as machines, paired, and answered with repairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.engine.collector import collector_off
from ipseclint.engine.inputs.paths import Candidate, candidates
from ipseclint.engine.keys.gate import Keys, joined
from ipseclint.engine.machines import ReadInput, make_machine, read_inputs, shortfall
from ipseclint.engine.one_machine import by_machine
from ipseclint.engine.unread.other_ends import instead_of
from ipseclint.finding import FixText
from ipseclint.formats.peers.shipped import default_source
from ipseclint.late import late
from ipseclint.model.machine import Machine, PolicyIndex
from ipseclint.model.site import Site
from ipseclint.repair.commands.fix_text import fix_text
from ipseclint.repair.commands.whole_suite import command_of_suite
from ipseclint.report import InputStatus
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.fitting import same_sides
from ipseclint.semantics.negotiation.fixes import repairs
from ipseclint.semantics.negotiation.matrix import Fleet
from ipseclint.semantics.negotiation.pairs import Pair, is_among_many, pairs, pairs_of_log
from ipseclint.semantics.negotiation.repair import Repair
from ipseclint.semantics.negotiation.sides import apart
from ipseclint.semantics.negotiation.stage import Kind
from ipseclint.semantics.negotiation.suite_repairs import by_whole_suite
from ipseclint.semantics.negotiation.table import Advice, Row, Side, rows
from ipseclint.semantics.negotiation.unpaired import Unpaired, unpaired
from ipseclint.semantics.negotiation.verdict import Outcome
from ipseclint.semantics.packets.box import Packet


class ReadEnds(Struct, frozen=True):
    """The machines behind a path, and why an answer about them may be wrong: what was not read of each input.

    `keys` are those of all inputs. `foreign` is the message about the first input from a vendor whose gateways are not
    read. `is_text`: it is one input, and no export that lists connections, so that two of its ends may be each other's.
    """

    machines: tuple[Machine, ...]
    shortfalls: tuple[str, ...]
    keys: Keys = field(default_factory=Keys)
    foreign: str = ""
    is_text: bool = True


def read_ends(path: str, site: Site, as_of: date | None = None, *, as_one: bool) -> ReadEnds:
    """The machines that a file, a folder, standard input or the name of a shipped peer describe.

    `as_one`: all inputs of a folder are one machine. `as_of`: the day on which certificates are judged, None for today.
    """
    inputs = read_inputs(_candidates(path))
    shortfalls = tuple(why for each in inputs if (why := shortfall(each.input, each.parsed.problems)) is not None)
    keys = joined(each.keys for each in inputs)
    readable = (each for each in inputs if each.input.status is not InputStatus.UNREADABLE)
    other = next((why for each in readable if (why := instead_of(each.source.head_text)) is not None), "")
    inputs = [each for each in inputs if not each.parsed.is_empty]
    grouped: Iterable[tuple[str, Sequence[ReadInput]]] = by_machine(inputs, path if as_one else None)
    is_text = len(inputs) == 1 and inputs[0].input.format not in _OF_MANY
    machines = tuple(make_machine(name, group, site, as_of) for name, group in grouped)
    return ReadEnds(machines, shortfalls, keys, other, is_text=is_text)


_OF_MANY = frozenset({"cloud-gateway", "declared-gateway", "gateway-xml"})
"""Formats that list connections of one gateway, or of several independent ones."""


def _candidates(path: str) -> Iterable[Candidate]:
    shipped = None if Path(path).exists() else default_source(path)
    return candidates([path]) if shipped is None else [Candidate(shipped, named=True)]


def answers(
    one: Machine, other: Machine, sides: tuple[Side, ...] = tuple(Side), packet: Packet | None = None
) -> list[Row]:
    """The answers about all pairs of ends of two machines, with repairs; `one` is side a.

    With a packet, which goes from `one` to `other`, only about the rules that may decide for it.
    """
    return [with_advice(row, one.index, other.index) for pair in pairs(one, other, packet) for row in rows(pair, sides)]


MANY_INPUTS = 12
"""Above so many inputs each is a machine of its own, and equal rules are reported together.

Their policies are dropped, so that repairs are words there: commands need the policy that they change.
"""


_TWO = 2


class Matrix(Struct, frozen=True):
    """The answers about all pairs, the parts of inputs that were not read, and, for few machines, the ends in no pair.

    `is_alone`: there is one machine only, and no log with both ends; `keys` are those of its inputs.
    """

    rows: tuple[Row, ...]
    shortfalls: tuple[str, ...]
    unpaired: tuple[Unpaired, ...] = ()
    has_start: bool = True
    is_alone: bool = False
    keys: Keys = field(default_factory=Keys)


def matrix(
    path: str, site: Site, start: str | None = None, packet: Packet | None = None, as_of: date | None = None
) -> Matrix:
    """All pairs of policies in a folder, each once, in both directions.

    `start` is the machine, by its path or name, that initiates; without one each does.
    """
    candidates = list(_candidates(path))
    if len(candidates) <= MANY_INPUTS or packet is not None:
        return _exact(read_ends(path, site, as_of, as_one=False), start, packet)
    with collector_off():
        return _of_many(candidates, site, start, as_of)


def _of_many(candidates: Sequence[Candidate], site: Site, start: str | None, as_of: date | None) -> Matrix:
    """All pairs of many machines, each input a machine of its own, read and dropped one by one."""
    fleet, shortfalls = Fleet(), []
    for candidate in candidates:
        for read in read_inputs([candidate]):
            if (why := shortfall(read.input, read.parsed.problems)) is not None:
                shortfalls.append(why)
            if not read.parsed.is_empty:
                fleet.add(make_machine(read.source.path, [read], site, as_of))
    asking = {number for number, name in enumerate(fleet.names) if start is None or _is_named(name, start)}
    rows_: list[Row] = []
    met: set[int] = set()
    for pair, one, other in fleet.pairs():
        met |= {id(one), id(other)}
        sides = tuple(
            side for side, shared in zip(Side, (one, other), strict=True) if not asking.isdisjoint(shared.hosts)
        )
        hosts = (len(one.hosts), len(other.hosts))
        rows_ += [replace(_advised(row), hosts=hosts) for row in rows(pair, sides)]
    return Matrix(tuple(rows_), tuple(shortfalls), tuple(fleet.unpaired(met)), has_start=bool(asking))


def _exact(ends: ReadEnds, start: str | None, packet: Packet | None) -> Matrix:
    """All pairs of a few machines, with repairs. A log holds both ends of one negotiation by itself."""
    machines = ends.machines
    if len(machines) == 1 and ends.is_text and not any(pairs_of_log(machines[0])):
        machines = apart(machines[0]) or machines
    answered: list[Row] = []
    met: list[tuple[Machine, Machine, Pair]] = []
    for machine in machines:
        log = (row for pair in pairs_of_log(machine) for row in rows(pair, (Side.A,)))
        answered += [with_advice(row, machine.index, machine.index) for row in log]
    together = [(one, other) for one, other in combinations(machines, 2) if not _are_clients(one.name, other.name)]
    for one, other in together:
        met += [
            (one, other, pair) for pair in pairs(one, other, packet) if len(machines) == _TWO or is_among_many(pair)
        ]
    beside = same_sides((pair.a, pair.b) for _, _, pair in met)
    for one, other, pair in met:
        sides = tuple(
            side for side, each in zip(Side, (one, other), strict=True) if start is None or _is_named(each.name, start)
        )
        if (id(pair.a), id(pair.b)) not in beside:
            answered += [with_advice(row, one.index, other.index) for row in rows(pair, sides)]
    is_there = start is None or any(_is_named(machine.name, start) for machine in machines)
    logs = [pair for machine in machines for pair in pairs_of_log(machine)]
    is_alone = not (together or logs) and bool(machines)
    alone = [] if packet is not None or is_alone else unpaired(machines, [*logs, *(pair for _, _, pair in met)])
    return Matrix(tuple(answered), ends.shortfalls, tuple(alone), is_there, is_alone, ends.keys)


_CLIENT = late(r"(?P<text>.+)/CLIENT(?:-[A-Z\d]+)?")
"""The name of a client that a text calls so, as one of several."""


def _are_clients(one: str, other: str) -> bool:
    """Whether a text calls both clients, so that neither is the other's server."""
    mine, theirs = _CLIENT.fullmatch(one), _CLIENT.fullmatch(other)
    return mine is not None and theirs is not None and mine["text"] == theirs["text"]


def _is_named(name: str, start: str) -> bool:
    return start in {name, name.rpartition("/")[2]}


def with_advice(row: Row, one: PolicyIndex, other: PolicyIndex) -> Row:
    """A row with the repair of each side."""
    mine, theirs = _by_side(row)
    a, b = row.pair.a, row.pair.b
    return replace(
        row,
        advice=(
            _of_whole_suite(row.outcome, mine, a, b) or _advice(mine, one),
            _of_whole_suite(row.outcome, theirs, b, a) or _advice(theirs, other),
        ),
    )


def _of_whole_suite(outcome: Outcome, repair: Repair | None, end: End, other: End) -> Advice | None:
    """The repair of an end of remote access by one command, whose suite is stated whole; None if that repairs
    nothing."""
    if repair is None or (outcome.result is not None and outcome.result.kind is Kind.BUILD):
        return None
    command = command_of_suite(end, other, outcome.stage)
    if command is None:
        return None
    words = by_whole_suite("Set the strongest suite that both can do.", end, other).words
    return Advice(words, FixText(powershell=command, risky=True))


def _advised(row: Row) -> Row:
    """A row with the repair of each side, in words."""
    mine, theirs = (None if repair is None else Advice(repair.words, None) for repair in _by_side(row))
    return row if mine is None and theirs is None else replace(row, advice=(mine, theirs))


def _by_side(row: Row) -> tuple[Repair | None, Repair | None]:
    mine, theirs = repairs(row.outcome)
    return (theirs, mine) if row.initiator is Side.B else (mine, theirs)


def _advice(repair: Repair | None, index: PolicyIndex) -> Advice | None:
    if repair is None:
        return None
    return Advice(repair.words, fix_text(repair.fix, index) if repair.fix is not None else None)
