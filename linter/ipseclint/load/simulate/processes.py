"""The arrival of simulated requests, and their service times."""

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np

    Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

_BATCH = 2048
"""How many numbers are drawn at once, which takes a third of the time of single draws."""


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
        now, mean, draw = self.start_seconds, 1 / self.rate, drawing(rng)
        while now <= self.end_seconds:
            times = [now := now - mean * log for log in _logarithms(1.0 - draw(_BATCH))]
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
    above, draw = 1.0, drawing(rng)
    for most in range(count, 0, -_BATCH):
        left_over = range(most, max(most - _BATCH, 0), -1)
        shares = zip((1.0 - draw(len(left_over))).tolist(), left_over, strict=True)
        yield [1.0 - (above := above * share ** (1.0 / left)) for share, left in shares]


def drawing(rng: random.Random) -> "Callable[[int], Numbers]":
    """Draws so many of the uniform numbers that a generator is to give, which are numpy's from the same state."""
    import numpy as np

    _, state, _ = rng.getstate()
    source = np.random.RandomState()
    source.set_state(("MT19937", np.array(state[:-1], np.uint32), state[-1], 0, 0.0))
    return source.random_sample


def _logarithms(numbers: "Numbers") -> "Iterator[float]":
    """Logarithms as Python has them: those of numpy may differ in the last digit."""
    return map(math.log, numbers.tolist())


def service_sampler(mean_seconds: float, scv: float, rng: random.Random) -> Callable[[], float]:
    """Draws service times with that mean and squared coefficient of variation.

    0 is constant, below 1 gamma (Erlang where 1/scv is whole), 1 exponential, above 1 hyperexponential with two
    branches of equal work.
    """
    if scv == 0 or mean_seconds == 0:
        return repeat(mean_seconds).__next__
    draw = drawing(rng)
    if scv == 1:
        return _batched(lambda: [-mean_seconds * log for log in _logarithms(1.0 - draw(_BATCH))])
    if scv < 1:
        return chain.from_iterable(_gammas(1 / scv, mean_seconds * scv, draw)).__next__
    often = (1 + math.sqrt((scv - 1) / (scv + 1))) / 2
    short, long = mean_seconds / (2 * often), mean_seconds / (2 * (1 - often))

    def hyperexponential() -> list[float]:
        branches, shares = draw(2 * _BATCH).reshape(-1, 2).T
        logs = _logarithms(1.0 - shares)
        return [-(short if branch < often else long) * log for branch, log in zip(branches.tolist(), logs, strict=True)]

    return _batched(hyperexponential)


_SURELY = 1.0 + math.log(4.5)
"""From where Cheng's method takes a number without a logarithm."""


def _gammas(shape: float, scale: float, draw: "Callable[[int], Numbers]") -> Iterator[list[float]]:
    """The numbers that Python's `gammavariate` draws for a shape above 1.

    It is R. C. H. Cheng's method of 1977 too, of many numbers at once. Each try takes two draws, but for a first one
    that is too near to 0 or 1, which is drawn anew.
    """
    import numpy as np

    drawn = draw(0)
    while True:
        drawn = np.concatenate((drawn, draw(2 * _BATCH)))
        end = len(drawn) // 2 * 2
        firsts = drawn[:end:2]
        anew = np.flatnonzero((firsts <= 1e-7) | (firsts >= 0.9999999))
        if len(anew):
            end = 2 * int(anew[0])
        yield (_accepted(shape, firsts[: end // 2], 1.0 - drawn[1:end:2]) * scale).tolist()
        drawn = drawn[end + bool(len(anew)) :]


def _accepted(shape: float, firsts: "Numbers", seconds: "Numbers") -> "Numbers":
    """The numbers that Cheng's method accepts from pairs of draws."""
    import numpy as np

    root = math.sqrt(2.0 * shape - 1.0)
    base, slope = shape - math.log(4.0), shape + root
    count = len(firsts)
    tilts = np.fromiter(_logarithms(firsts / (1.0 - firsts)), float, count) / root
    numbers = shape * np.fromiter(map(math.exp, tilts.tolist()), float, count)
    products = firsts * firsts * seconds
    reaches = base + slope * tilts - numbers
    is_accepted = reaches + _SURELY - 4.5 * products >= 0.0
    unsure = np.flatnonzero(~is_accepted)
    is_accepted[unsure] = reaches[unsure] >= np.fromiter(_logarithms(products[unsure]), float, len(unsure))
    return numbers[is_accepted]


def _batched(draw_some: Callable[[], list[float]]) -> Callable[[], float]:
    return chain.from_iterable(iter(draw_some, [])).__next__
