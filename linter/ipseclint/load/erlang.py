"""Queues of patient requests in closed form: Erlang B and C, Pollaczek-Khinchine, Allen-Cunneen, M/M/c/K."""

import math

from msgspec import Struct

_SWITCH_TO_LOGARITHMS = 1e100
"""Where the recursion's `1 +` has long been lost to rounding and the rest is a product."""


class Queue(Struct, frozen=True):
    """First come, first served, before `workers` alike, with Poisson arrivals.

    `arrival_rate` and `service_rate` (of one worker) are per second. A request that has waited `patience_seconds`
    without service is dropped. `service_scv` is the squared coefficient of variation of the service time:
    0 constant, 1 exponential. Raises ValueError for numbers outside their domain.
    """

    arrival_rate: float
    service_rate: float
    workers: int = 1
    patience_seconds: float = math.inf
    service_scv: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.arrival_rate < math.inf):
            raise ValueError(f"arrival_rate must be finite and zero or more, not {self.arrival_rate}")
        if not self.service_rate > 0:
            raise ValueError(f"service_rate must be positive, not {self.service_rate}")
        if self.workers < 1:
            raise ValueError(f"workers must be at least 1, not {self.workers}")
        if not self.patience_seconds >= 0:
            raise ValueError(f"patience_seconds must be zero or more, not {self.patience_seconds}")
        if not (0 <= self.service_scv < math.inf):
            raise ValueError(f"service_scv must be finite and zero or more, not {self.service_scv}")

    @property
    def offered_load(self) -> float:
        """Work that arrives per second, in workers (erlangs)."""
        return self.arrival_rate / self.service_rate

    @property
    def utilisation(self) -> float:
        """Work that arrives over work that can be done; above 1 the queue cannot keep up."""
        return self.offered_load / self.workers

    @property
    def capacity_per_second(self) -> float:
        """Requests that all workers together complete per second when none idles."""
        return self.workers * self.service_rate

    @property
    def idle(self) -> bool:
        """Whether nothing ever waits: no arrivals, or no work in them."""
        return self.utilisation == 0 or math.isinf(self.capacity_per_second)


def log_inverse_erlang_b(workers: int, offered_load: float) -> float:
    """Natural logarithm of 1/B for Erlang's loss formula; infinite without load. Never overflows."""
    if workers == 0:
        return 0.0
    if offered_load == 0:
        return math.inf
    if offered_load < 1 / _SWITCH_TO_LOGARITHMS:
        return math.lgamma(workers + 1) - workers * math.log(offered_load)
    inverse = 1.0
    for k in range(1, workers + 1):
        inverse = 1.0 + inverse * k / offered_load
        if inverse > _SWITCH_TO_LOGARITHMS:
            rest = math.lgamma(workers + 1) - math.lgamma(k + 1) - (workers - k) * math.log(offered_load)
            return math.log(inverse) + rest
    return math.log(inverse)


def erlang_b(workers: int, offered_load: float) -> float:
    """Share of requests refused when there is no queue at all."""
    return math.exp(-log_inverse_erlang_b(workers, offered_load))


def blocking_probability(queue: Queue, places: float) -> float:
    """Share of requests refused in M/M/c/K, with `places` for waiting and served requests together.

    With fewer places than workers the places are the workers (Erlang B). Infinite places give the overload limit.
    """
    if places < queue.workers:
        return erlang_b(int(places), queue.offered_load)
    if queue.idle:
        return 0.0
    utilisation = queue.utilisation
    if math.isinf(places):
        return overload_drop_probability(queue)
    waiting = int(places) - queue.workers
    if waiting == 0:
        return erlang_b(queue.workers, queue.offered_load)
    log_inverse_b = log_inverse_erlang_b(queue.workers, queue.offered_load)
    # 1/p_K = rho^-k / B + sum of rho^-i for i below k, as powers of the larger of rho and 1/rho
    step = -math.log(utilisation)
    log_first = log_inverse_b + waiting * step
    log_sum = _log_geometric_sum(step, waiting)
    return math.exp(-log_add(log_first, log_sum))


def overload_drop_probability(queue: Queue) -> float:
    """Share of requests that no patience can save: what arrives beyond the capacity."""
    return max(0.0, 1 - 1 / queue.utilisation) if queue.utilisation > 1 else 0.0


def log_add(first: float, second: float) -> float:
    """Logarithm of the sum of two numbers given as logarithms."""
    high, low = max(first, second), min(first, second)
    return high if math.isinf(high) or math.isinf(low) else high + math.log1p(math.exp(low - high))


def _log_geometric_sum(step: float, terms: int) -> float:
    """Logarithm of the sum of e^(step * i) for i from 0 below `terms`, at least 1 term."""
    if step == 0:
        return math.log(terms)
    if step < 0:
        return math.log(math.expm1(step * terms) / math.expm1(step))
    return step * (terms - 1) + math.log(math.expm1(-step * terms) / math.expm1(-step))
