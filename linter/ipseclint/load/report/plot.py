"""Drop probability over the number of peers, drawn with letters."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ipseclint.load.figures import pressure
from ipseclint.load.parameters import Parameters
from ipseclint.load.report.words import count
from ipseclint.load.request import LoadAnswer
from ipseclint.load.sensitivity import corners

COLUMNS, ROWS = 61, 8
DECADES = 1.0
"""How far the picture reaches to either side of the fleet, in powers of ten."""


def plot(answer: LoadAnswer) -> Iterator[str]:
    """A small picture; without peers there is nothing to draw."""
    peers = answer.parameters["peers"].value
    if not peers:
        yield "no peers given (--peers): nothing arrives"
        return
    scenario, schedule = answer.assessment.situation.scenario, answer.assessment.schedule
    base = answer.parameters.workload()
    around = corners(_settled(answer.parameters))
    columns = []
    for step in range(COLUMNS):
        fleet = min(peers * 10 ** (DECADES * (2 * step / (COLUMNS - 1) - 1)), sys.float_info.max)
        drops = [
            pressure(point.with_values({"peers": fleet}), scenario, schedule).drop_probability
            for point in (base, *around)
        ]
        columns.append((drops[0], min(drops), max(drops)))
    yield "dropped, over peers: * with what is assumed, : over what is not known"
    for row in range(ROWS, -1, -1):
        yield f"{100 * row // ROWS:>5}% |" + "".join(_mark(column, row) for column in columns)
    yield "        +" + "-" * COLUMNS
    ends = (count(peers / 10**DECADES), count(peers), count(peers * 10**DECADES))
    half = (COLUMNS - len(ends[1])) // 2
    yield "         " + ends[0].ljust(half) + ends[1] + ends[2].rjust(COLUMNS - half - len(ends[1]))


def _settled(parameters: Parameters) -> Parameters:
    """Without the ranges that move drops least: there are half as many corners for each."""
    for name in ("service_scv", "round_trip_seconds"):
        value = parameters[name].value
        parameters = parameters.with_range(name, value, value)
    return parameters


def _mark(column: tuple[float, float, float], row: int) -> str:
    value, low, high = (round(each * ROWS) for each in column)
    if value == row:
        return "*"
    return ":" if low <= row <= high else " "
