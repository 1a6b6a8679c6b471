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
from ipseclint.load.simulate.records import ATTEMPT, LEDGER_BYTES, Backlog, Event, Ledger
from ipseclint.load.simulate.system import DropTiming, Duplicates, Host, Run, Traffic

Progress = Callable[[int, int], None]
"""Called now and then with the peers that have ended so far and the peers expected in all."""

_PAUSE_EVERY = 1 << 14
_HORIZON_SERVICES = 20


def simulate(
    host: Host, traffic: Sequence[Traffic], *, seed: int, bins: int = 256, progress: Progress | None = None
) -> Run:
    """Run the traffic through the host until every peer has ended. The same arguments give the same run.

    The host starts idle. Memory grows only with the peers that wait for a repeat, by 32 bytes each.
    """
    return _Simulation(host, traffic, seed, bins).run(progress)


class _Stream:
    """A traffic under way: its coming first sends, and its peers that will send again."""

    __slots__ = ("backlogs", "coming", "draw", "give_up", "index", "last_send")

    def __init__(self, index: int, traffic: Traffic, seed: int, not_held: float, ledger: Ledger) -> None:
        self.index = index
        self.give_up = traffic.schedule.give_up_seconds
        self.last_send = len(traffic.schedule.sends_seconds) - 1
        # generators of their own, so that a change of one traffic leaves the draws of the others alone
        self.draw = service_sampler(traffic.service_seconds, traffic.service_scv, _generator(seed, index, "service"))
        self.backlogs = [Backlog(index, send, seconds) for send, seconds in enumerate(traffic.schedule.sends_seconds)]
        first_sends = _first_sends(index, traffic, _generator(seed, index, "arrivals"), not_held, ledger)
        self.coming = [first_sends, *(backlog.coming() for backlog in self.backlogs[1:])]


def _first_sends(
    index: int, traffic: Traffic, rng: random.Random, not_held: float, ledger: Ledger
) -> Iterator[Event | None]:
    addresses, serial = traffic.addresses, 0
    for times, count in traffic.arrivals.times(rng):
        ledger.note_first_sends(times, count)  # none is put off: each happens at its time
        if addresses is None:
            for time in times:
                yield time, index, 0, count, time, not_held, NO_ADDRESS, False
            continue
        for time in times:
            for _ in range(count):
                yield time, index, 0, 1, time, not_held, float(serial % addresses), False
                serial += 1


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

        self.ledger = Ledger(_horizon_seconds(host, traffic), bins, self.tail)
        self.not_held = 0.0 if self.recognised else math.inf
        self.streams = [_Stream(index, one, seed, self.not_held, self.ledger) for index, one in enumerate(traffic)]
        self.events = [event for stream in self.streams if (event := next(stream.coming[0], None))]
        heapify(self.events)
        self.workers = [0.0] * host.workers

        self.now = 0.0
        self.late = self.given_up = 0
        self.first_drops = self.refused = self.absorbed = self.wasted = self.cookies = 0

    def run(self, progress: Progress | None) -> Run:
        ledger = self.ledger
        while self.events:
            self._advance(_PAUSE_EVERY)
            ledger.fold()
            if progress:
                progress(ledger.established + self.late + self.given_up, self.expected)
        if progress:
            progress(ledger.peers, ledger.peers)
        return self._result()

    def _advance(self, count_of_events: int) -> None:  # noqa: C901 - a call takes as long as what it would hold
        """Handle so many events at most."""
        # looked up once: what follows is done for every event
        events, streams, recognised, table = self.events, self.streams, self.recognised, self.table
        rows, now, workers, patience = self.ledger.rows, self.now, self.workers, self.patience
        for _ in range(count_of_events):
            if not events:
                break
            event = events[0]
            time, index, level, count, first, hold, address, echoed = event
            stream = streams[index]
            following = None if echoed else next(stream.coming[level], None)
            if following:
                heapreplace(events, following)
            else:
                heappop(events)
            # a cookie's round trip may have put a later peer's repeat before an earlier one's
            if time > now:  # noqa: PLR1730 - `max` is a call, and this is asked for every event
                now = time
            # What peers are held until is when their last request leaves the queue; where repeats are not recognised
            # it is when the peer is done, infinite before it was accepted. One that has sent nothing is not held.
            done = None
            if recognised:
                if now < hold:
                    self.absorbed += count
                    self._leave(stream, level, count, first, hold, address)
                    continue
            elif hold <= now:
                continue
            elif hold < math.inf:
                done = hold
            wait = workers[0] - now
            if table is not None:
                self._enter(table, now, stream, event, duplicate=done is not None)
            elif wait > patience:
                self._drop(now, wait, stream, level, count, first, done, address)
            elif count > 1:
                self._queue(now, stream, level, count, first, done, address)
            else:  # what `_queue` does with one request that is begun, as most are
                if wait < 0:
                    wait = 0.0
                left = now + wait + stream.draw()
                heapreplace(workers, left)
                if done is not None:
                    rows += ATTEMPT(now, wait, left, 0, math.nan)
                    self.wasted += 1
                else:
                    done, setup = left, left - first
                    if setup > stream.give_up:
                        setup = math.nan
                        self.late += 1
                    rows += ATTEMPT(now, wait, left, 0, setup)
                if not recognised and level < stream.last_send:
                    stream.backlogs[level + 1].push(events, 1, first, done, address)
        self.now = now

    def _enter(self, table: HalfOpenTable, now: float, stream: _Stream, event: Event, *, duplicate: bool) -> None:
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
        workers, patience, ledger, left = self.workers, self.patience, self.ledger, now
        rows = ledger.rows
        while count:
            wait = workers[0] - now
            if wait > patience:
                return self._drop(now, wait, stream, level, count, first, done, address)
            if wait < 0:
                wait = 0.0
            left = now + wait + stream.draw()
            heapreplace(workers, left)
            count -= 1
            if done is not None:
                rows += ATTEMPT(now, wait, left, 0, math.nan)
                self.wasted += 1
                self._repeat(stream, level, first, done, address)
                continue
            setup = left - first
            if setup <= stream.give_up:
                rows += ATTEMPT(now, wait, left, 0, setup)
            else:
                rows += ATTEMPT(now, wait, left, 0, math.nan)
                self.late += 1
            if not self.recognised:
                self._repeat(stream, level, first, left, address)
            if count and len(rows) >= LEDGER_BYTES:
                ledger.fold()
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
        self.ledger.rows += ATTEMPT(now, count * self.patience, left, count, math.nan)
        if level == 0:
            self.first_drops += count
        if level < stream.last_send:  # as `_repeat` and `_leave` do, of which one would be called for every drop
            hold = done if done is not None else left if self.recognised else math.inf
            stream.backlogs[level + 1].push(self.events, count, first, hold, address)
        elif done is None:
            self.given_up += count
        return left

    def _leave(self, stream: _Stream, level: int, count: int, first: float, hold: float, address: float) -> None:
        """Let unserved peers wait for their next send, or give up after the last."""
        if level == stream.last_send:
            self.given_up += count
        else:
            stream.backlogs[level + 1].push(self.events, count, first, hold, address)

    def _repeat(self, stream: _Stream, level: int, first: float, done: float, address: float) -> None:
        """Let a peer that does not know that it is served wait for its next send, if there is one."""
        if level < stream.last_send:
            stream.backlogs[level + 1].push(self.events, 1, first, done, address)

    def _result(self) -> Run:
        return Run(
            seed=self.seed,
            peers=self.ledger.peers,
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
            last_success_seconds=self.ledger.last_success_seconds,
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
