"""Charts as SVG: lines over time, and a map of shares with its safe region; no script, no font, no network."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT = 460, 230
LEFT, RIGHT, TOP, BOTTOM = 72, 30, 36, 40
"""Pixels: the size of a chart, and the margins of its plot."""

SHADES = 10
STYLE = """
.paper { fill: #ffffff; } .frame { fill: none; stroke: #8a8a86; } .grid { stroke: #d9d9d4; }
text { font-family: "Segoe UI", "DejaVu Sans", sans-serif; font-size: 11px; fill: #1b1b1b; }
.head { font-size: 13px; font-weight: bold; }
.line { fill: none; stroke: #005a9e; stroke-width: 1.8; }
.second { stroke: #a84300; stroke-dasharray: 5 3; }
.safe { fill: none; stroke: #1b1b1b; stroke-width: 2.5; } .here { fill: none; stroke: #005a9e; stroke-width: 2.5; }
.heat { fill: #b02a00; }
@media (prefers-color-scheme: dark) { .paper { fill: #161718; } .frame { stroke: #8f9396; } .grid { stroke: #3a3d40; }
text { fill: #e8e8e6; } .line { stroke: #7cc4ff; } .second { stroke: #ffb37a; } .safe { stroke: #ffffff; }
.here { stroke: #7cc4ff; } .heat { fill: #ff8a66; } }
"""
"""Colours for light and dark; contrast is of lines and text, not of shades alone."""


class Line(NamedTuple):
    """One line of a chart, as points; the second one is dashed. Where a value is None the line has a gap."""

    label: str
    points: Sequence[tuple[float, float | None]]


class Axis(NamedTuple):
    """A scale from data to pixels, with its label and the marks on it."""

    label: str
    low: float
    high: float
    marks: Sequence[float]
    written: Callable[[float], str]
    log: bool = False

    def share(self, value: float) -> float:
        """How far along the axis a value is, 0 to 1."""
        low, high, at = self.low, self.high, value
        if self.log:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return min(1.0, max(0.0, (at - low) / (high - low))) if high > low else 0.0


def linear_axis(label: str, high: float, written: Callable[[float], str]) -> Axis:
    """An axis from 0 with round marks; never empty."""
    high = high if 0 < high < math.inf else 1.0
    step = 10 ** math.floor(math.log10(high))
    step *= next(factor for factor in (0.2, 0.5, 1, 2) if high / (step * factor) <= 6)
    count = math.ceil(high / step - 1e-9)
    return Axis(label, 0.0, count * step, [step * number for number in range(count + 1)], written)


def log_axis(label: str, low: float, high: float, written: Callable[[float], str]) -> Axis:
    """A logarithmic axis with marks at 1, 2 and 5 of each power of ten within it."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marks = [factor * 10.0**power for power in powers if power < 308 for factor in (1, 2, 5)]
    return Axis(label, low, high, [mark for mark in marks if low <= mark <= high], written, log=True)


def line_chart(title: str, across: Axis, up: Axis, lines: Sequence[Line]) -> str:
    """A chart of lines as an SVG group of `WIDTH` by `HEIGHT`."""
    parts = [*_frame(title, across, up)]
    for number, line in enumerate(lines):
        style = "line second" if number else "line"
        for piece in _pieces(line):
            points = " ".join(f"{_x(across, x):.1f},{_y(up, y):.1f}" for x, y in piece)
            if len(piece) > 1:
                parts.append(f'<polyline class="{style}" points="{points}"/>')
            else:
                left, top = points.split(",")
                parts.append(f'<circle class="{style}" cx="{left}" cy="{top}" r="2"/>')
        if len(lines) > 1:
            x = LEFT + 8 + 150 * number
            parts.append(f'<line class="{style}" x1="{x}" x2="{x + 22}" y1="{TOP - 9}" y2="{TOP - 9}"/>')
            parts.append(f'<text x="{x + 27}" y="{TOP - 5}">{escape(line.label)}</text>')
    return _group(title, parts)


def _pieces(line: Line) -> list[list[tuple[float, float]]]:
    """The parts of a line between its gaps."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for x, y in line.points:
        if y is not None:
            pieces[-1].append((x, y))
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def empty_chart(title: str, across: Axis, up: Axis, words: str) -> str:
    """A chart without data, which says so."""
    middle = f'x="{(LEFT + WIDTH - RIGHT) / 2}" y="{(TOP + HEIGHT - BOTTOM) / 2}"'
    parts = [*_frame(title, across, up._replace(marks=[0.0]))]
    return _group(title, [*parts, f'<text {middle} text-anchor="middle">{escape(words)}</text>'])


def heat_map(
    title: str, across: Axis, up: Axis, shares: Sequence[Sequence[float]], safe: float, here: tuple[float, float]
) -> str:
    """Shares in rows from the bottom up; the region with at most `safe` is framed, and one point is marked."""
    rows, columns = len(shares), len(shares[0])
    width, height = (WIDTH - LEFT - RIGHT) / columns, (HEIGHT - TOP - BOTTOM) / rows
    parts = []
    for row, values in enumerate(shares):
        for column, value in enumerate(values):
            shade = math.ceil(value * SHADES) / SHADES if value > safe else 0
            if shade:
                x, y = LEFT + column * width, HEIGHT - BOTTOM - (row + 1) * height
                parts.append(
                    f'<rect class="heat" fill-opacity="{shade:.1f}" x="{x:.1f}" y="{y:.1f}" width="{width + 0.3:.1f}" '
                    f'height="{height + 0.3:.1f}"/>'
                )
    parts += _frame(title, across, up)
    parts.append(f'<path class="safe" d="{_border(shares, safe, width, height)}"/>')
    parts.append(f'<circle class="here" r="5" cx="{_x(across, here[0]):.1f}" cy="{_y(up, here[1]):.1f}"/>')
    return _group(title, parts)


def document(title: str, charts: Sequence[str], columns: int = 1) -> str:
    """Charts side by side as one SVG document."""
    rows = math.ceil(len(charts) / columns)
    width, height = WIDTH * columns, HEIGHT * rows
    placed = "".join(
        f'<g transform="translate({WIDTH * (number % columns)} {HEIGHT * (number // columns)})">{chart}</g>'
        for number, chart in enumerate(charts)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><title>{escape(title)}</title><style>{STYLE}</style>'
        f'<rect class="paper" width="{width}" height="{height}"/>{placed}</svg>\n'
    )


def _group(title: str, parts: Sequence[str]) -> str:
    return f"<g><title>{escape(title)}</title>{''.join(parts)}</g>"


def _x(across: Axis, value: float) -> float:
    return LEFT + across.share(value) * (WIDTH - LEFT - RIGHT)


def _y(up: Axis, value: float) -> float:
    return HEIGHT - BOTTOM - up.share(value) * (HEIGHT - TOP - BOTTOM)


def _frame(title: str, across: Axis, up: Axis) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = [f'<text class="head" x="{LEFT}" y="16">{escape(title)}</text>']
    for mark in up.marks:
        y = _y(up, mark)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(up.written(mark))}</text>')
    for mark in across.marks:
        x = _x(across, mark)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{escape(across.written(mark))}</text>')
    parts.append(f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{right - LEFT}" height="{bottom - TOP}"/>')
    parts.append(f'<text x="{(LEFT + right) / 2}" y="{bottom + 31}" text-anchor="middle">{escape(across.label)}</text>')
    middle = (TOP + bottom) / 2
    parts.append(f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">{escape(up.label)}</text>')
    return parts


def _border(shares: Sequence[Sequence[float]], safe: float, width: float, height: float) -> str:
    """The line between cells that are safe and cells that are not."""
    steps = []
    for row, values in enumerate(shares):
        bottom = HEIGHT - BOTTOM - row * height
        for column, value in enumerate(values):
            left = LEFT + column * width
            if column + 1 < len(values) and (value > safe) != (values[column + 1] > safe):
                steps.append(f"M{left + width:.1f} {bottom:.1f}v{-height:.1f}")
            if row + 1 < len(shares) and (value > safe) != (shares[row + 1][column] > safe):
                steps.append(f"M{left:.1f} {bottom - height:.1f}h{width:.1f}")
    return "".join(steps) or "M0 0"
