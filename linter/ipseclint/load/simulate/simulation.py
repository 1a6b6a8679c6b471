"""A discrete-event simulation of the negotiation queue: M/G/c+D with repeats, storms, caps and cookies.

One heap holds the next event of every stream: the next first send of each traffic, and the oldest peer due at each
repeat of its schedule. Since order is first come, first served, what becomes of a request is known on arrival: it is
begun when the earliest worker is free, and dropped if that is later than its patience. So no event is needed for
services and drops, requests in service or done are forgotten, and peers that will send again are packed numbers.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from heapq import heapify, heappop, heappush, heapreplace

from ipseclint.load.half_open import NO_ADDRESS, HalfOpenTable
from ipseclint.load.simulate.processes import service_sampler
from ipseclint.load.simulate.records import LEDGER_ENTRIES, Backlog, Ledger
from ipseclint.load.simulate.system import DropTiming, Duplicates, Host, Run, Traffic

Progress = Callable[[int, int], None]
"""Called now and then with the peers that have ended so far and the peers expected in all."""

_PAUSE_EVERY = LEDGER_ENTRIES
_HORIZON_SERVICES = 20

_Event = tuple[float, int, int, int, float, float, float, bool]
"""Time, stream, send number, peers, their first send, held until, address, whether it brings a cookie."""


def simulate(
    host: Host, traffic: Sequence[Traffic], *, seed: int, bins: int = 256, progress: Progress | None = None
) -> Run:
    """Run the traffic through the host until every peer has ended. The same arguments give the same run.

    The host starts idle. Memory grows only with the peers that wait for a repeat, by 32 bytes each.
    """
    return _Simulation(host, traffic, seed, bins).run(progress)


class _Stream:
    """A traffic under way: its coming first sends, and its peers that will send again."""

    __slots__ = ("backlogs", "draw", "first_sends", "give_up", "index", "pending", "sends")

    def __init__(self, index: int, traffic: Traffic, seed: int) -> None:
        self.index = index
        self.sends = traffic.schedule.sends_seconds
        self.give_up = traffic.schedule.give_up_seconds
        # generators of their own, so that a change of one traffic leaves the draws of the others alone
        self.draw = service_sampler(traffic.service_seconds, traffic.service_scv, _generator(seed, index, "service"))
        self.first_sends = self._first_sends(traffic, _generator(seed, index, "arrivals"))
        self.backlogs = [Backlog() for _ in self.sends]
        self.pending = [False] * len(self.sends)

    def _first_sends(self, traffic: Traffic, rng: random.Random) -> Iterator[_Event]:
        index, addresses, serial = self.index, traffic.addresses, 0
        for time, count in traffic.arrivals.times(rng):
            if addresses is None:
                yield time, index, 0, count, time, 0.0, NO_ADDRESS, False
                continue
            for _ in range(count):
                yield time, index, 0, 1, time, 0.0, float(serial % addresses), False
                serial += 1

    def after(self, level: int) -> _Event | None:
        """The event that follows, in this stream, one of the given send number; of first sends `first_sends` has it."""
        if self.backlogs[level]:
            count, first, hold, address = self.backlogs[level].pop()
            return first + self.sends[level], self.index, level, int(count), first, hold, address, False
        self.pending[level] = False
        return None

    def repeat(self, events: list[_Event], level: int, count: int, first: float, hold: float, address: float) -> bool:
        """Note peers for the send after the given one; False if there is none."""
        level += 1
        if level == len(self.sends):
            return False
        if self.pending[level]:
            self.backlogs[level].push(count, first, hold, address)
        else:
            self.pending[level] = True
            heappush(events, (first + self.sends[level], self.index, level, count, first, hold, address, False))
        return True


class _Simulation:
    """The state of one run."""

    def __init__(self, host: Host, traffic: Sequence[Traffic], seed: int, bins: int) -> None:
        self.seed = seed
        self.patience = host.patience_seconds
        self.round_trip = host.round_trip_seconds
        self.lazy = host.drops is DropTiming.LAZY
        self.recognised = host.duplicates is Duplicates.RECOGNISED
        self.table = HalfOpenTable(host.half_open) if host.half_open else None
        self.tail = host.half_open.tail_seconds if host.half_open else 0.0
        self.expected = round(sum(one.arrivals.expected_peers for one in traffic))

        self.streams = [_Stream(index, one, seed) for index, one in enumerate(traffic)]
        self.events = [event for stream in self.streams if (event := next(stream.first_sends, None))]
        heapify(self.events)
        self.workers = [0.0] * host.workers

        self.peers = self.late = self.given_up = 0
        self.first_drops = self.refused = self.absorbed = self.wasted = self.cookies = 0
        self.last_success = 0.0
        self.ledger = Ledger(_horizon_seconds(host, traffic), bins, self.tail)
        # looked up once: they are called for every request
        self.note_arrived, self.note_wait = self.ledger.arrived.append, self.ledger.wait.append
        self.note_left, self.note_setup = self.ledger.left.append, self.ledger.setups.append

    def run(self, progress: Progress | None) -> Run:
        events, streams, ledger = self.events, self.streams, self.ledger
        now = 0.0
        handled = 0
        while events:
            event = events[0]
            stream = streams[event[1]]
            level = event[2]
            following = None if event[7] else stream.after(level) if level else next(stream.first_sends, None)
            if following:
                heapreplace(events, following)
            else:
                heappop(events)
            # a cookie's round trip may have put a later peer's repeat before an earlier one's
            if event[0] > now:  # noqa: PLR1730 - `max` is a call, and this is asked for every event
                now = event[0]
            self._arrive(now, stream, event)
            handled += 1
            if handled % _PAUSE_EVERY == 0:
                ledger.fold()
                if progress:
                    progress(ledger.established + self.late + self.given_up, self.expected)
        ledger.fold()
        if progress:
            progress(self.peers, self.peers)
        return self._result()

    def _arrive(self, now: float, stream: _Stream, event: _Event) -> None:
        """Bring the requests of the peers of an event, sent at the same time, to the queue.

        What they are held until is when the peer's last request leaves the queue; where repeats are not recognised it
        is when the peer is done, infinite before it was accepted.
        """
        _, _, level, count, first, hold, address, echoed = event
        duplicate = False
        if level == 0:
            if not echoed:
                self.peers += count
                ledger = self.ledger
                ledger.first_sends[min(int(now * ledger.bins_per_second), ledger.bins)] += count
        elif self.recognised:
            if now < hold:
                self.absorbed += count
                self._leave(stream, level, count, first, hold, address)
                return
        else:
            if hold <= now:
                return
            duplicate = hold < math.inf
        if self.table is None:
            self._queue(now, stream, level, count, first, hold if duplicate else None, address)
            return
        self._enter(self.table, now, stream, event, duplicate=duplicate)

    def _enter(self, table: HalfOpenTable, now: float, stream: _Stream, event: _Event, *, duplicate: bool) -> None:
        """Bring requests to the queue as far as the half-open limits let them."""
        _, _, level, count, first, hold, address, echoed = event
        while count:
            table.expire(now)
            if table.asks_cookies and not echoed:
                self.cookies += count
                later = (now + self.round_trip, stream.index, level, count, first, hold, address, True)
                heappush(self.events, later)
                return
            room = table.room(address) if echoed else min(table.room(address), table.room_without_cookies())
            if room < 1:
                self.refused += count
                if not duplicate:
                    self._leave(stream, level, count, first, now if self.recognised else math.inf, address)
                return
            wait = self.workers[0] - now
            taken = int(min(count, room)) if wait > self.patience else 1
            left = self._queue(now, stream, level, taken, first, hold if duplicate else None, address)
            table.enter(now, left, address, taken)
            count -= taken

    def _queue(
        self,
        now: float,
        stream: _Stream,
        level: int,
        count: int,
        first: float,
        done: float | None,
        address: float,
    ) -> float:
        """Give requests to the worker that is free first, or drop those whose wait will be too long.

        `done` is set if the peers have been served before. Returns when the last of them leaves the table.
        """
        workers, patience, left = self.workers, self.patience, now
        while count:
            wait = workers[0] - now
            if wait > patience:
                return self._drop(now, wait, stream, level, count, first, done, address)
            if wait < 0:
                wait = 0.0
            finish = now + wait + stream.draw()
            heapreplace(workers, finish)
            self.note_arrived(now)
            self.note_wait(wait)
            self.note_left(finish)
            left = finish
            count -= 1
            if done is not None:
                self.wasted += 1
                stream.repeat(self.events, level, 1, first, done, address)
                continue
            if finish - first <= stream.give_up:
                self.note_setup(finish - first)
                if finish > self.last_success:  # noqa: PLR1730 - the same
                    self.last_success = finish
            else:
                self.late += 1
            if not self.recognised:
                stream.repeat(self.events, level, 1, first, finish, address)
            if count and len(self.ledger.arrived) >= LEDGER_ENTRIES:
                self.ledger.fold()
        return left + self.tail

    def _drop(
        self,
        now: float,
        wait: float,
        stream: _Stream,
        level: int,
        count: int,
        first: float,
        done: float | None,
        address: float,
    ) -> float:
        """Queue requests whose wait will be too long, and drop them in due time, which is returned."""
        left = now + (wait if self.lazy else self.patience)
        self.ledger.drop(now, count * self.patience, left, count)
        if level == 0:
            self.first_drops += count
        if done is not None:
            stream.repeat(self.events, level, count, first, done, address)
        else:
            self._leave(stream, level, count, first, left if self.recognised else math.inf, address)
        return left

    def _leave(self, stream: _Stream, level: int, count: int, first: float, hold: float, address: float) -> None:
        """Let unserved peers wait for their next send, or give up after the last."""
        if not stream.repeat(self.events, level, count, first, hold, address):
            self.given_up += count

    def _result(self) -> Run:
        return Run(
            seed=self.seed,
            peers=self.peers,
            established=self.ledger.established,
            late=self.late,
            given_up=self.given_up,
            attempts=self.ledger.attempts,
            waited=self.ledger.waited,
            drops=self.ledger.drops,
            first_drops=self.first_drops,
            refused=self.refused,
            absorbed=self.absorbed,
            wasted=self.wasted,
            cookies=self.cookies,
            wait_seconds=self.ledger.wait_seconds,
            last_success_seconds=self.last_success,
            peak_half_open=self.table.peak if self.table else 0,
            served_waits=self.ledger.served_waits.frozen(),
            setup_times=self.ledger.setup_times.frozen(),
            series=self.ledger.series(),
        )


def _generator(seed: int, index: int, purpose: str) -> random.Random:
    return random.Random(f"{seed}/{index}/{purpose}")  # noqa: S311 -- a simulation keeps no secrets


def _horizon_seconds(host: Host, traffic: Sequence[Traffic]) -> float:
    """The time that the series cover: the last send, then the longest wait and some services."""
    last_send = max((one.arrivals.end_seconds + one.schedule.sends_seconds[-1] for one in traffic), default=0.0)
    work = sum(one.arrivals.expected_peers * one.service_seconds for one in traffic) / host.workers
    service = max((one.service_seconds for one in traffic), default=0.0)
    return last_send + min(host.patience_seconds, work) + _HORIZON_SERVICES * service or 1.0
