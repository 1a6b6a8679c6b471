"""Where simulated requests come from, and how long a worker needs for one."""

import math
import random
from collections.abc import Callable, Iterator
from typing import Protocol

from msgspec import Struct


class Arrivals(Protocol):
    """A stream of first sends: at which times, in order, and how many peers at each."""

    @property
    def expected_peers(self) -> float:
        """How many peers it yields, on average."""

    @property
    def end_seconds(self) -> float:
        """A time after which no first send comes."""

    def times(self, rng: random.Random) -> Iterator[tuple[float, int]]:
        """Times in non-decreasing order, each with the number of peers that send then."""


class Poisson(Struct, frozen=True):
    """Independent arrivals at a rate per second: rekeys that have drifted apart."""

    rate: float
    end_seconds: float
    start_seconds: float = 0.0

    @property
    def expected_peers(self) -> float:
        """Rate times duration."""
        return self.rate * max(0.0, self.end_seconds - self.start_seconds)

    def times(self, rng: random.Random) -> Iterator[tuple[float, int]]:
        """See `Arrivals`."""
        if self.rate <= 0:
            return
        now, mean, draw, log = self.start_seconds, 1 / self.rate, rng.random, math.log
        while True:
            now -= mean * log(1.0 - draw())
            if now > self.end_seconds:
                return
            yield now, 1


class Ramp(Struct, frozen=True):
    """A number of peers that start at uniform random times within a window; all at once if the window is 0."""

    peers: int
    window_seconds: float = 0.0
    start_seconds: float = 0.0

    @property
    def expected_peers(self) -> float:
        """The peers."""
        return float(self.peers)

    @property
    def end_seconds(self) -> float:
        """The end of the window."""
        return self.start_seconds + self.window_seconds

    def times(self, rng: random.Random) -> Iterator[tuple[float, int]]:
        """See `Arrivals`."""
        if self.window_seconds <= 0:
            if self.peers > 0:
                yield self.start_seconds, self.peers
            return
        for share in _sorted_uniforms(self.peers, rng):
            yield self.start_seconds + share * self.window_seconds, 1


def _sorted_uniforms(count: int, rng: random.Random) -> Iterator[float]:
    """Uniform numbers of 0..1 in ascending order, made one by one so that they need no memory."""
    above, draw = 1.0, rng.random
    for left in range(count, 0, -1):
        above *= (1.0 - draw()) ** (1.0 / left)
        yield 1.0 - above


def service_sampler(mean_seconds: float, scv: float, rng: random.Random) -> Callable[[], float]:
    """Draws service times with that mean and squared coefficient of variation.

    0 is constant, below 1 gamma (Erlang where 1/scv is whole), 1 exponential, above 1 hyperexponential with two
    branches of equal work.
    """
    draw, log = rng.random, math.log
    if scv == 0 or mean_seconds == 0:
        return lambda: mean_seconds
    if scv == 1:
        return lambda: -mean_seconds * log(1.0 - draw())
    if scv < 1:
        shape, scale, gamma = 1 / scv, mean_seconds * scv, rng.gammavariate
        return lambda: gamma(shape, scale)
    often = (1 + math.sqrt((scv - 1) / (scv + 1))) / 2
    short, long = mean_seconds / (2 * often), mean_seconds / (2 * (1 - often))
    return lambda: -(short if draw() < often else long) * log(1.0 - draw())
