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
from ipseclint.load.simulate.records import Backlog, DurationHistogram, Timeline
from ipseclint.load.simulate.system import DropTiming, Duplicates, Host, Run, Traffic

Progress = Callable[[int, int], None]
"""Called now and then with the peers that have ended so far and the peers expected in all."""

_PAUSE_EVERY = 1 << 14
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
        """The event that follows, in this stream, one of the given send number."""
        if level == 0:
            return next(self.first_sends, None)
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
        self.events = [event for stream in self.streams if (event := stream.after(0))]
        heapify(self.events)
        self.workers = [0.0] * host.workers

        self.peers = self.established = self.late = self.given_up = 0
        self.attempts = self.waited = self.drops = self.first_drops = 0
        self.refused = self.absorbed = self.wasted = self.cookies = 0
        self.wait_seconds = self.last_success = 0.0
        self.waits, self.setups = DurationHistogram(), DurationHistogram()
        self.timeline = Timeline(_horizon_seconds(host, traffic), bins)
        self.bins_per_second = bins / self.timeline.horizon_seconds

    def run(self, progress: Progress | None) -> Run:
        events, streams = self.events, self.streams
        now = 0.0
        handled = 0
        while events:
            time, index, level, count, first, hold, address, echoed = events[0]
            stream = streams[index]
            following = None if echoed else stream.after(level)
            if following:
                heapreplace(events, following)
            else:
                heappop(events)
            # a cookie's round trip may have put a later peer's repeat before an earlier one's
            now = max(now, time)
            self._arrive(now, stream, level, count, first, hold, address, echoed)
            handled += 1
            if handled % _PAUSE_EVERY == 0:
                self.waits.fold()
                self.setups.fold()
                if progress:
                    progress(self.established + self.late + self.given_up, self.expected)
        if progress:
            progress(self.peers, self.peers)
        return self._result()

    def _arrive(
        self,
        now: float,
        stream: _Stream,
        level: int,
        count: int,
        first: float,
        hold: float,
        address: float,
        echoed: bool,
    ) -> None:
        """Bring the requests of `count` peers, sent at the same time, to the queue.

        `hold` is when the peer's last request leaves the queue; where repeats are not recognised it is when the peer
        is done, infinite before it was accepted.
        """
        duplicate = False
        if level == 0:
            if not echoed:
                self.peers += count
                self.timeline.first_sends[min(int(now * self.bins_per_second), self.timeline.bins)] += count
        elif self.recognised:
            if now < hold:
                self.absorbed += count
                self._leave(stream, level, count, first, hold, address)
                return
        else:
            if hold <= now:
                return
            duplicate = hold < math.inf
        table, workers, patience = self.table, self.workers, self.patience
        room: float = count
        while count:
            if table:
                table.expire(now)
                if table.asks_cookies and not echoed:
                    self.cookies += count
                    heappush(
                        self.events,
                        (now + self.round_trip, stream.index, level, count, first, hold, address, True),
                    )
                    return
                room = table.room(address) if echoed else min(table.room(address), table.room_without_cookies())
                if room < 1:
                    self.refused += count
                    if not duplicate:
                        self._leave(stream, level, count, first, now if self.recognised else math.inf, address)
                    return
            wait = workers[0] - now
            if wait > patience:
                dropped = int(min(count, room))
                self._drop(now, wait, stream, level, dropped, first, hold if duplicate else None, address)
                count -= dropped
            else:
                self._serve(now, wait if wait > 0 else 0.0, stream, level, first, hold if duplicate else None, address)
                count -= 1

    def _serve(
        self,
        now: float,
        wait: float,
        stream: _Stream,
        level: int,
        first: float,
        done: float | None,
        address: float,
    ) -> None:
        """Give a request to the worker that is free first; `done` is set if its peer has been served before."""
        start = now + wait
        finish = start + stream.draw()
        heapreplace(self.workers, finish)
        timeline, per_second, bins = self.timeline, self.bins_per_second, self.timeline.bins
        arrived, finished = int(now * per_second), int(finish * per_second)
        if finished > bins:
            finished = bins
            arrived = min(arrived, bins)
        self.attempts += 1
        timeline.sends[arrived] += 1
        timeline.completed[finished] += 1
        timeline.opened[arrived] += 1
        if wait:
            self.waited += 1
            self.wait_seconds += wait
            timeline.waits[arrived] += wait
            timeline.queued[arrived] += 1
            timeline.queued[min(int(start * per_second), bins)] -= 1
        if self.tail:
            timeline.opened[min(int((finish + self.tail) * per_second), bins)] -= 1
        else:
            timeline.opened[finished] -= 1
        if self.table:
            self.table.enter(now, finish + self.tail, address, 1)
        self.waits.pending.append(wait)
        if done is not None:
            self.wasted += 1
            stream.repeat(self.events, level, 1, first, done, address)
            return
        if finish - first <= stream.give_up:
            self.established += 1
            self.setups.pending.append(finish - first)
            self.last_success = max(self.last_success, finish)
        else:
            self.late += 1
        if not self.recognised:
            stream.repeat(self.events, level, 1, first, finish, address)

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
    ) -> None:
        """Queue requests whose wait will be too long, and drop them in due time; `done` as for `_serve`."""
        left = now + (wait if self.lazy else self.patience)
        timeline, per_second, bins = self.timeline, self.bins_per_second, self.timeline.bins
        arrived = min(int(now * per_second), bins)
        gone = min(int(left * per_second), bins)
        self.attempts += count
        self.waited += count
        self.drops += count
        self.wait_seconds += count * self.patience
        if level == 0:
            self.first_drops += count
        timeline.sends[arrived] += count
        timeline.waits[arrived] += count * self.patience
        timeline.dropped[gone] += count
        for level_changes in (timeline.queued, timeline.opened):
            level_changes[arrived] += count
            level_changes[gone] -= count
        if self.table:
            self.table.enter(now, left, address, count)
        if done is not None:
            stream.repeat(self.events, level, count, first, done, address)
        else:
            self._leave(stream, level, count, first, left if self.recognised else math.inf, address)

    def _leave(self, stream: _Stream, level: int, count: int, first: float, hold: float, address: float) -> None:
        """Let unserved peers wait for their next send, or give up after the last."""
        if not stream.repeat(self.events, level, count, first, hold, address):
            self.given_up += count

    def _result(self) -> Run:
        return Run(
            seed=self.seed,
            peers=self.peers,
            established=self.established,
            late=self.late,
            given_up=self.given_up,
            attempts=self.attempts,
            waited=self.waited,
            drops=self.drops,
            first_drops=self.first_drops,
            refused=self.refused,
            absorbed=self.absorbed,
            wasted=self.wasted,
            cookies=self.cookies,
            wait_seconds=self.wait_seconds,
            last_success_seconds=self.last_success,
            peak_half_open=self.table.peak if self.table else 0,
            served_waits=self.waits.frozen(),
            setup_times=self.setups.frozen(),
            series=self.timeline.frozen(),
        )


def _generator(seed: int, index: int, purpose: str) -> random.Random:
    return random.Random(f"{seed}/{index}/{purpose}")  # noqa: S311 -- a simulation keeps no secrets


def _horizon_seconds(host: Host, traffic: Sequence[Traffic]) -> float:
    """The time that the series cover: the last send, then the longest wait and some services."""
    last_send = max((one.arrivals.end_seconds + one.schedule.sends_seconds[-1] for one in traffic), default=0.0)
    work = sum(one.arrivals.expected_peers * one.service_seconds for one in traffic) / host.workers
    service = max((one.service_seconds for one in traffic), default=0.0)
    return last_send + min(host.patience_seconds, work) + _HORIZON_SERVICES * service or 1.0
