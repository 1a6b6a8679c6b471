"""Charts: axes with round marks, lines and maps at the right pixels."""

from __future__ import annotations

import re

import pytest

from ipseclint.load.report.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Line,
    empty_chart,
    heat_map,
    line_chart,
    linear_axis,
    log_axis,
)
from tests.cases import cases


@cases(
    ("high", "marks"),
    [
        (10, [0, 2, 4, 6, 8, 10]),
        (6, [0, 1, 2, 3, 4, 5, 6]),
        (7, [0, 2, 4, 6, 8]),
        (2.9, [0, 0.5, 1, 1.5, 2, 2.5, 3]),
        (100, [0, 20, 40, 60, 80, 100]),
        (0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (float("inf"), [0, 0.2, 0.4, 0.6, 0.8, 1]),
    ],
)
def test_a_linear_axis_has_round_marks_up_to_the_highest(high: float, marks: list[float]) -> None:
    axis = linear_axis("x", high, str)
    assert axis.marks == pytest.approx(marks)
    assert (axis.low, axis.high) == (0, pytest.approx(marks[-1]))


def test_a_logarithmic_axis_has_equal_steps_for_equal_factors() -> None:
    axis = log_axis("x", 1, 100, str)
    assert axis.marks == [1, 2, 5, 10, 20, 50, 100]
    assert [axis.share(value) for value in (1, 10, 100)] == pytest.approx([0, 0.5, 1])
    assert [linear_axis("x", 100, str).share(value) for value in (0, 10, 100)] == pytest.approx([0, 0.1, 1])


def test_what_is_beyond_an_axis_is_drawn_at_its_end() -> None:
    axis = log_axis("x", 3, 40, str)
    assert axis.marks == [5, 10, 20]
    assert (axis.share(1), axis.share(1000)) == (0, 1)


def test_lines_go_through_their_points_and_a_second_one_is_named() -> None:
    axis = linear_axis("seconds", 10, str)
    chart = line_chart(
        "Queue", axis, linear_axis("up", 100, str), [Line("a", [(0, 0), (10, 100)]), Line("b<", [(5, 50)])]
    )
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    assert f'<polyline class="line" points="{LEFT:.1f},{bottom:.1f} {right:.1f},{TOP:.1f}"/>' in chart
    middle = f'cx="{(LEFT + right) / 2:.1f}" cy="{(TOP + bottom) / 2:.1f}"'
    assert f'<circle class="line second" {middle} r="2"/>' in chart
    assert ">a</text>" in chart
    assert ">b&lt;</text>" in chart


def test_a_line_has_a_gap_where_there_is_no_value() -> None:
    axis = linear_axis("seconds", 10, str)
    points = [(0, 5), (2, 5), (4, None), (6, 0), (8, 5)]
    chart = line_chart("Wait", axis, linear_axis("up", 10, str), [Line("wait", points)])
    assert chart.count("<polyline") == 2
    assert "nothing waits" in empty_chart("Wait", axis, axis, "nothing waits")


def test_a_single_line_needs_no_name() -> None:
    axis = linear_axis("x", 1, str)
    assert "waiting" not in line_chart("Queue", axis, axis, [Line("waiting", [(0, 0)])])


def test_a_map_shades_what_is_not_safe_and_marks_one_point() -> None:
    across, up = log_axis("peers", 10, 1000, str), log_axis("patience", 1, 100, str)
    chart = heat_map("Dropped", across, up, [[0.0, 0.55], [0.001, 0.2]], 0.001, (100, 10))
    assert re.findall(r'fill-opacity="([^"]*)"', chart) == ["0.6", "0.2"]
    assert f'cx="{(LEFT + WIDTH - RIGHT) / 2:.1f}" cy="{(TOP + HEIGHT - BOTTOM) / 2:.1f}"' in chart
    middle, half = (LEFT + WIDTH - RIGHT) / 2, (HEIGHT - TOP - BOTTOM) / 2
    bottom = HEIGHT - BOTTOM
    border = f"M{middle:.1f} {bottom:.1f}v{-half:.1f}M{middle:.1f} {bottom - half:.1f}v{-half:.1f}"
    assert f'<path class="safe" d="{border}"/>' in chart
