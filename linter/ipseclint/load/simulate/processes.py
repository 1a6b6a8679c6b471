"""Where simulated requests come from, and how long a worker needs for one."""

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Protocol

from msgspec import Struct

_BATCH = 256
"""So many numbers are drawn at once, which takes half of what one by one takes."""


class Arrivals(Protocol):
    """A stream of first sends: at which times, in order, and how many peers at each."""

    @property
    def expected_peers(self) -> float:
        """How many peers it yields, on average."""

    @property
    def end_seconds(self) -> float:
        """A time after which no first send comes."""

    def times(self, rng: random.Random) -> Iterator[tuple[list[float], int]]:
        """Times in non-decreasing order, some at once, with the number of peers that send at each of them."""


class Poisson(Struct, frozen=True):
    """Independent arrivals at a rate per second: rekeys that have drifted apart."""

    rate: float
    end_seconds: float
    start_seconds: float = 0.0

    @property
    def expected_peers(self) -> float:
        """Rate times duration."""
        return self.rate * max(0.0, self.end_seconds - self.start_seconds)

    def times(self, rng: random.Random) -> Iterator[tuple[list[float], int]]:
        """See `Arrivals`."""
        if self.rate <= 0:
            return
        now, mean, draw, log = self.start_seconds, 1 / self.rate, rng.random, math.log
        while now <= self.end_seconds:
            times = [now := now - mean * log(1.0 - draw()) for _ in range(_BATCH)]
            yield times[: bisect_right(times, self.end_seconds)], 1


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

    def times(self, rng: random.Random) -> Iterator[tuple[list[float], int]]:
        """See `Arrivals`."""
        if self.window_seconds <= 0:
            if self.peers > 0:
                yield [self.start_seconds], self.peers
            return
        for shares in _sorted_uniforms(self.peers, rng):
            yield [self.start_seconds + share * self.window_seconds for share in shares], 1


def _sorted_uniforms(count: int, rng: random.Random) -> Iterator[list[float]]:
    """Uniform numbers of 0..1 in ascending order, made some at once so that they need no memory."""
    above, draw = 1.0, rng.random
    for most in range(count, 0, -_BATCH):
        left_over = range(most, max(most - _BATCH, 0), -1)
        yield [1.0 - (above := above * (1.0 - draw()) ** (1.0 / left)) for left in left_over]


def service_sampler(mean_seconds: float, scv: float, rng: random.Random) -> Callable[[], float]:
    """Draws service times with that mean and squared coefficient of variation.

    0 is constant, below 1 gamma (Erlang where 1/scv is whole), 1 exponential, above 1 hyperexponential with two
    branches of equal work.
    """
    draw, log = rng.random, math.log
    if scv == 0 or mean_seconds == 0:
        return repeat(mean_seconds).__next__
    if scv == 1:
        return _batched(lambda: [-mean_seconds * log(1.0 - draw()) for _ in range(_BATCH)])
    if scv < 1:
        return _gammas(1 / scv, mean_seconds * scv, draw).__next__
    often = (1 + math.sqrt((scv - 1) / (scv + 1))) / 2
    short, long = mean_seconds / (2 * often), mean_seconds / (2 * (1 - often))
    return _batched(lambda: [-(short if draw() < often else long) * log(1.0 - draw()) for _ in range(_BATCH)])


_SURELY = 1.0 + math.log(4.5)
"""From where Cheng's method takes a number without a logarithm."""


def _gammas(shape: float, scale: float, draw: Callable[[], float]) -> Iterator[float]:
    """The numbers that Python's `gammavariate` draws for a shape above 1, in three fifths of the time.

    It is R. C. H. Cheng's method of 1977 too, but what only the shape decides is worked out once.
    """
    log, exp = math.log, math.exp
    root = math.sqrt(2.0 * shape - 1.0)
    base, slope = shape - math.log(4.0), shape + root
    while True:
        first = draw()
        if not 1e-7 < first < 0.9999999:
            continue
        second = 1.0 - draw()
        tilt = log(first / (1.0 - first)) / root
        number = shape * exp(tilt)
        product = first * first * second
        reach = base + slope * tilt - number
        if reach + _SURELY - 4.5 * product >= 0.0 or reach >= log(product):
            yield number * scale


def _batched(draw_some: Callable[[], list[float]]) -> Callable[[], float]:
    return chain.from_iterable(iter(draw_some, [])).__next__
