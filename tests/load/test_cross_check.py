"""The same system written a second time, as processes of simpy that know nothing of virtual waits."""

import math
import random
from collections import deque

import pytest

from ipseclint.load.schedules import AUTHIP, SINGLE, WINDOWS_IKEV1
from ipseclint.load.simulate.processes import Poisson, Ramp, service_sampler
from ipseclint.load.simulate.simulation import simulate
from ipseclint.load.simulate.system import DropTiming, Duplicates, Host, Traffic
from tests.cases import cases


class _Request:
    def __init__(self, peer, arrived):

        self.peer = peer
        self.arrived = arrived
        self.queued = True


class _Peer:
    def __init__(self, first):
        self.first = first
        self.request = None
        self.accepted = False
        self.done = math.inf


class _Oracle:
    """Workers that take requests from a list, and peers that send on a schedule; both as simpy processes."""

    def __init__(self, host, traffic, seed):
        import simpy

        self.env = simpy.Environment()
        self.host = host
        self.traffic = traffic
        self.draw = service_sampler(traffic.service_seconds, traffic.service_scv, random.Random(f"{seed}/0/service"))
        self.queue = deque()
        self.idle = host.workers
        self.attempts = self.drops = self.established = self.late = 0
        for times, count in traffic.arrivals.times(random.Random(f"{seed}/0/arrivals")):
            for time in (time for time in times for _ in range(count)):
                self.env.process(self.sends(_Peer(time)))
        self.env.run()

    def sends(self, peer):
        for offset in self.traffic.schedule.sends_seconds:
            yield self.env.timeout(peer.first + offset - self.env.now)
            if self.env.now >= peer.done:
                return
            waiting = peer.request is not None and (peer.request.queued or peer.accepted)
            if waiting and self.host.duplicates is Duplicates.RECOGNISED:
                continue
            self.attempts += 1
            peer.request = _Request(peer, self.env.now)
            self.queue.append(peer.request)
            if self.host.drops is DropTiming.EAGER:
                self.env.process(self.expires(peer.request))
            self.dispatch()

    def expires(self, request):
        yield self.env.timeout(self.host.patience_seconds)
        if request.queued:
            request.queued = False
            self.drops += 1

    def dispatch(self):
        while self.idle and self.queue:
            request = self.queue.popleft()
            if not request.queued:
                continue
            request.queued = False
            if self.env.now - request.arrived > self.host.patience_seconds:
                self.drops += 1
                continue
            self.idle -= 1
            self.env.process(self.serves(request.peer))

    def serves(self, peer):
        again = peer.accepted
        peer.accepted = True
        seconds = self.draw()
        finish = self.env.now + seconds
        if not again:
            peer.done = finish
            if finish - peer.first <= self.traffic.schedule.give_up_seconds:
                self.established += 1
            else:
                self.late += 1
        yield self.env.timeout(seconds)
        self.idle += 1
        self.dispatch()


@pytest.mark.drawn(6)
@cases("seed", [1, 2])
@cases(
    ("host", "traffic"),
    [
        (Host(1, 5), Traffic(Poisson(0.9, 8_000), 1.0)),
        (Host(4, 2), Traffic(Poisson(4.4, 1_500), 1.0)),
        (Host(4, 2, DropTiming.EAGER), Traffic(Poisson(4.4, 1_500), 1.0)),
        (Host(8, 0.5), Traffic(Poisson(440, 15), 0.02, 4.0)),
        (Host(8, 0), Traffic(Poisson(440, 15), 0.02, 0.25)),
        (Host(4, 1.9), Traffic(Poisson(5.5, 1_000), 1.0, 1.0, AUTHIP)),
        (Host(4, 1.9, DropTiming.EAGER), Traffic(Poisson(5.5, 1_000), 1.0, 1.0, AUTHIP)),
        (Host(4, 1.9, duplicates=Duplicates.SERVED), Traffic(Poisson(4.4, 1_000), 1.0, 1.0, AUTHIP)),
        (Host(4, 40), Traffic(Poisson(5.5, 500), 1.0, 1.0, AUTHIP)),
        (Host(8, 2), Traffic(Ramp(3_000), 0.02, 1.0, WINDOWS_IKEV1)),
        (Host(8, 2, DropTiming.EAGER), Traffic(Ramp(3_000), 0.02, 1.0, WINDOWS_IKEV1)),
        (Host(8, 2, duplicates=Duplicates.SERVED), Traffic(Ramp(3_000), 0.02, 1.0, WINDOWS_IKEV1)),
        (Host(8, 2), Traffic(Ramp(3_000, 4), 0.02, 1.0, WINDOWS_IKEV1)),
        (Host(8, 2), Traffic(Ramp(3_000, 4), 0.02, 1.0, SINGLE)),
    ],
)
def test_both_count_the_same(host, traffic, seed):
    run, oracle = simulate(host, [traffic], seed=seed), _Oracle(host, traffic, seed)
    assert (run.attempts, run.drops) == (oracle.attempts, oracle.drops)
    assert (run.established, run.late) == (oracle.established, oracle.late)
    assert run.attempts > 1_000
