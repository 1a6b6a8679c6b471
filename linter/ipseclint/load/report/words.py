"""The words and numbers in which the load model's figures are shown to people."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple

from ipseclint.words import percent, seconds_words


def count(value: float) -> str:
    """A number with three significant digits; large ones in full up to a million."""
    if math.isinf(value):
        return "unlimited" if value > 0 else "-unlimited"
    if abs(value) >= 1e6:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


class FigureWords(NamedTuple):
    """The name of a figure, and the format of its number."""

    label: str
    written: Callable[[float], str]
    storm: bool | None = None
    """True: only of interest in a storm; False: only in a steady state; None: in both."""


FIGURE_WORDS = MappingProxyType(
    {
        "main_mode_rate": FigureWords("main modes per second", count),
        "quick_mode_rate": FigureWords("quick modes per second", count),
        "utilisation": FigureWords("utilisation of the workers", percent),
        "drop_probability": FigureWords("dropped in the queue (13809 to 13812)", percent),
        "timeout_probability": FigureWords("peers that give up (13805, 13814), at least", percent),
        "timeout_probability_at_most": FigureWords("peers that give up, at most", percent),
        "wait_probability": FigureWords("requests that have to wait", percent),
        "mean_wait_seconds": FigureWords("mean wait", seconds_words),
        "wait_p50_seconds": FigureWords("wait of 50% of the requests, at most", seconds_words),
        "wait_p95_seconds": FigureWords("wait of 95% of the requests, at most", seconds_words),
        "wait_p99_seconds": FigureWords("wait of 99% of the requests, at most", seconds_words),
        "half_open": FigureWords("half-open main modes", count),
        "address_drop_share": FigureWords("refused by the limit per address", percent),
        "safe_ramp_seconds": FigureWords("shortest safe spread of a start, R*", seconds_words),
        "ramp_slack_seconds": FigureWords("to add to R* when arrivals bunch", seconds_words),
        "served_share": FigureWords("starting peers established in time", percent, storm=True),
        "last_success_seconds": FigureWords("last of them established after", seconds_words, storm=True),
        "synchronised_drop_probability": FigureWords("dropped if rekeys coincide", percent, storm=False),
        "synchronised_spread_seconds": FigureWords("spread that these would need", seconds_words, storm=False),
    }
)
"""The figures worth a line, in the order of a report."""

TERMS = MappingProxyType(
    {
        "range over what is not known": "the least and the most that a figure is when what Windows does not publish "
        "(workers, patience, service times, ...) takes its extremes together",
        "at best, at worst": "the two ends of this range; safe where even the worst is within what counts as safe",
        "patience": "the longest time that a request may wait in the queue; then it is dropped",
        "ramp": "the time over which a start is spread; R* is the shortest in which nothing is dropped on average, and "
        "what is added for chance keeps it so when arrivals bunch",
        "utilisation": "the share of the workers' time that is taken; near 100% every burst waits",
        "half-open main modes": "main modes begun and not finished; Windows limits them for each address and in all",
        "service scv": "squared coefficient of variation of the service time: 0 if all negotiations take the same, 1 "
        "if they vary as exponential times do, more if a few take very long",
        "% for 1% more": "by how many percent the outcome changes when the parameter grows by one percent; the sign "
        "says in which direction",
    }
)
"""The terms of an answer that only its authors would know, explained."""

METRIC_WORDS = MappingProxyType(
    {
        "drop_probability": FigureWords("requests dropped", percent),
        "utilisation": FigureWords("utilisation of the workers", percent),
        "backlog_seconds": FigureWords("time to serve all that start", seconds_words),
    }
)
"""The measures of elasticities and effects."""
