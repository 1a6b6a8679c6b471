"""Several simulations of the same with different seeds, and the confidence they give."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .simulate import Progress, simulate
from .system import Host, Run, Traffic

_STUDENT_975 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""The 97.5 % points of Student's t for 1 to 30 degrees of freedom."""
_NORMAL_975 = 1.960


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % confidence interval; the half-width is infinite for a single run."""

    mean: float
    half_width: float
    runs: int

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half_width

    def covers(self, value: float) -> bool:
        """Whether the interval holds a value."""
        return self.low <= value <= self.high


def estimate(values: Iterable[float]) -> Estimate:
    """Mean of independent values with the 95 % interval of Student's t. Raises ValueError for no values."""
    sample = list(values)
    if not sample:
        raise ValueError("an estimate needs at least one value")
    runs = len(sample)
    mean = math.fsum(sample) / runs
    if runs == 1:
        return Estimate(mean, math.inf, 1)
    variance = math.fsum((value - mean) ** 2 for value in sample) / (runs - 1)
    return Estimate(mean, student_975(runs - 1) * math.sqrt(variance / runs), runs)


def student_975(degrees: int) -> float:
    """The 97.5 % point of Student's t; the normal distribution's beyond 30 degrees of freedom."""
    return _STUDENT_975[degrees - 1] if degrees <= len(_STUDENT_975) else _NORMAL_975


def replicate(
    host: Host, traffic: Sequence[Traffic], seeds: Sequence[int], *, bins: int = 256, progress: Progress | None = None
) -> tuple[Run, ...]:
    """One run for each seed. `progress` is told of peers over all runs."""
    runs: list[Run] = []
    for seed in seeds:
        before = sum(run.peers for run in runs)
        runs.append(simulate(host, traffic, seed=seed, bins=bins, progress=_shifted(progress, before, len(seeds))))
    return tuple(runs)


def _shifted(progress: Progress | None, before: int, runs: int) -> Progress | None:
    if progress is None:
        return None
    return lambda ended, expected: progress(before + ended, expected * runs)
