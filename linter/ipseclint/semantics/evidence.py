"""Run-time evidence, aggregated: errors by code, bursts, and who the other side was."""

from __future__ import annotations

import datetime
import ipaddress
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct

from ipseclint.model.events import Counter, Event
from ipseclint.model.machine import Machine
from ipseclint.source import Span
from ipseclint.vocabulary.windows_errors import error_name, find_error

_SUBNET_BITS = {4: 24, 6: 64}
"""The prefix length of a neighbourhood of peers, by address family: the usual size of one site."""


class ErrorEvidence(Struct, frozen=True):
    """How often some errors occurred: as events with a time and a peer, and as counters since the service started."""

    events: tuple[Event, ...]
    counters: tuple[Counter, ...]

    def __bool__(self) -> bool:
        return bool(self.events or self.counters)

    @property
    def span(self) -> Span:
        """The place of the first event, or of the first counter."""
        return (self.events or self.counters)[0].span

    def codes(self) -> frozenset[int]:
        """The errors that occurred, with the candidates where the log does not tell which."""
        logged = {code for event in self.events for code in event.codes}
        return frozenset(logged | {code for row in self.counters if (code := counter_code(row)) is not None})

    def tally(self) -> dict[int, int]:
        """How often each error occurred: the larger of the logged and the counted number, as they overlap."""
        logged: Tally[int] = Tally()
        for event in self.events:
            if event.error_code is not None:
                logged[event.error_code] += event.count
        counted: Tally[int] = Tally()
        for counter in self.counters:
            counted[counter_code(counter) or 0] += counter.value
        return {code: max(logged[code], counted[code]) for code in sorted(logged | counted)}

    def unsure(self) -> dict[tuple[int, ...], int]:
        """How often one of several errors occurred, where the log does not tell which."""
        tally: Tally[tuple[int, ...]] = Tally()
        for event in self.events:
            if event.error_code is None:
                tally[event.possible_codes] += event.count
        return dict(sorted(tally.items()))

    def in_words(self) -> str:
        """How often each error occurred, without the common prefix of their names."""
        words = [f"{count} x {code} {_short(code)}" for code, count in self.tally().items()]
        words += [f"{count} x one of {', '.join(map(str, codes))}" for codes, count in self.unsure().items()]
        return ", ".join(words)


def _short(code: int) -> str:
    return error_name(code).removeprefix("ERROR_IPSEC_IKE_")


class Burst(Struct, frozen=True):
    """The most events in any period of a given length, and when that period began."""

    count: int
    began: str


class Peer(Struct, frozen=True):
    """An address, or a neighbourhood of addresses, with its share of the events."""

    name: str
    count: int
    share: float


def errors(machine: Machine, codes: Iterable[int]) -> ErrorEvidence:
    """The evidence of some errors on a machine."""
    wanted = frozenset(codes)
    return ErrorEvidence(
        _events_of(machine, wanted), tuple(counter for counter in machine.counters if counter_code(counter) in wanted)
    )


_Codes = tuple[int | None, tuple[int, ...]]
"""The error of an event, and its candidates: of a hundred thousand events few differ."""


def _events_of(machine: Machine, wanted: frozenset[int]) -> tuple[Event, ...]:
    """The events of some errors, in order."""
    by_codes = machine.once(_by_codes)
    fitting = [codes for codes in by_codes if _are_of(codes, wanted)]
    if len(fitting) < 2:
        return tuple(by_codes[fitting[0]]) if fitting else ()
    return tuple(event for event in machine.events if not event.benign and _codes_of(event) in fitting)


def _by_codes(machine: Machine) -> Mapping[_Codes, Sequence[Event]]:
    """The events of a machine by their errors, without those that Windows marks as expected."""
    events: defaultdict[_Codes, list[Event]] = defaultdict(list)
    for event in machine.events:
        if not event.benign:
            events[_codes_of(event)].append(event)
    return events


def _are_of(codes: _Codes, wanted: frozenset[int]) -> bool:
    """Whether an event with these codes is one of the wanted errors, whichever of its candidates it was."""
    error, candidates = codes
    return error in wanted or (bool(candidates) and wanted.issuperset(candidates))


_codes_of: Callable[[Event], _Codes] = attrgetter("error_code", "possible_codes")


def counter_code(counter: Counter) -> int | None:
    """The error that a counter of the error table counts; None for any other counter."""
    if not counter.group.endswith("errorFrequencyTable"):
        return None
    error = find_error(counter.name.split(" ")[0])
    return error.code if error else None


def densest(events: Sequence[Event], seconds: int) -> Burst | None:
    """The period of `seconds` with the most events. None if fewer than two have a time."""
    dated = [(moment, event) for event in events if (moment := moment_of(event)) is not None]
    times = sorted(dated, key=lambda pair: pair[0])
    if len(times) < 2:
        return None
    best = Burst(0, "")
    first = 0
    inside = 0
    for moment, event in times:
        inside += event.count
        while (moment - times[first][0]).total_seconds() > seconds:
            inside -= times[first][1].count
            first += 1
        if inside > best.count:
            best = Burst(inside, times[first][1].time or "")
    return best


def moment_of(event: Event) -> datetime.datetime | None:
    """The time of an event, in UTC."""
    if event.time is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(event.time)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def most_frequent_peer(events: Sequence[Event]) -> Peer | None:
    """The address with the most events, or its neighbourhood if that has clearly more. None without addresses."""
    addresses: Tally[str] = Tally()
    for event in events:
        if event.remote_address is not None:
            addresses[event.remote_address] += event.count
    subnets: Tally[str] = Tally()
    for known, times in addresses.items():
        subnets[_subnet(known)] += times
    total = sum(addresses.values())
    if not total:
        return None
    address, count = max(addresses.items(), key=lambda item: (item[1], item[0]))
    subnet, wider = max(subnets.items(), key=lambda item: (item[1], item[0]))
    return Peer(address, count, count / total) if count * 2 > wider else Peer(subnet, wider, wider / total)


def without_doubles(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events, each failure once: the Security log and the network events may both record it.

    Two events are the same failure when error, both addresses and the second agree; the network event is kept. An event
    quoted without time and peer is the same as any logged failure with its error.
    """
    if any(map(_is_quoted, events)):
        logged = {sign for event in events if not _is_quoted(event) for sign in (*event.codes, event.state)} - {None}
        events = [event for event in events if not (_is_quoted(event) and {*event.codes, event.state} & logged)]
    told = Tally(key for event in events if event.event_id is None for key in _identities(event))
    if not told:
        return tuple(events)
    kept = []
    for event in events:
        same = None if event.event_id is None else next((key for key in _identities(event) if told[key] > 0), None)
        if same is None:
            kept.append(event)
        else:
            told[same] -= 1
    return tuple(kept)


def _is_quoted(event: Event) -> bool:
    is_placed = event.event_id is not None or event.time is not None or event.role is not None
    return not is_placed and event.local_address is None and event.remote_address is None


def _identities(event: Event) -> list[tuple[object, ...]]:
    """The keys by which an event equals the same failure in another log, one for each error that it may be."""
    moment = moment_of(event)
    if moment is None or event.local_address is None or event.remote_address is None:
        return []
    second = int(moment.timestamp())
    return [(code, event.local_address, event.remote_address, second) for code in event.codes]


def _subnet(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
        return str(ipaddress.ip_network(f"{parsed}/{_SUBNET_BITS[parsed.version]}", strict=False))
    except ValueError:
        return address
