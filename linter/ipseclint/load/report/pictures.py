"""The load model's pictures: queue, waits and drops over time, and drops over peers and patience."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from ipseclint.load.pictures import Pictures
from ipseclint.load.report.charts import Line, document, empty_chart, heat_map, line_chart, linear_axis, log_axis
from ipseclint.load.report.words import count
from ipseclint.load.request import LoadAnswer
from ipseclint.load.scenarios import Scenario
from ipseclint.load.simulate.system import Run
from ipseclint.words import percent, seconds_words


def render(answer: LoadAnswer, pictures: Pictures) -> str:
    """All pictures of the answer's scenario as one SVG."""
    run = pictures.runs.get(answer.assessment.situation.scenario)
    charts = [*(over_time(run) if run is not None else ()), surface(answer, pictures)]
    return document(f"Negotiation load, {answer.assessment.situation.scenario.value}", charts, columns=2)


def over_time(run: Run) -> Iterator[str]:
    """The three charts of a run."""
    series, width = run.series, run.series.bin_seconds
    busy = map(any, zip(series.sends, series.completed, series.dropped, series.queue_length, strict=True))
    last = 1 + max((number for number, any_in_bin in enumerate(busy) if any_in_bin), default=0)
    times = [width * (at + 1) for at in range(last)]
    across = linear_axis("seconds", times[-1], count)

    # Where nothing comes nothing waits, which is not a wait of no time.
    waits = [wait if sends else None for wait, sends in zip(series.mean_wait_seconds, series.sends, strict=False)]

    def line(label: str, values: Sequence[float | None]) -> Line:
        return Line(label, [(0.0, values[0]), *zip(times, values[:last], strict=True)])

    def chart(title: str, up: str, nothing: str, *lines: Line) -> str:
        high = max((y for each in lines for _, y in each.points if y is not None), default=0.0)
        scale = linear_axis(up, high, count)
        return line_chart(title, across, scale, lines) if high else empty_chart(title, across, scale, nothing)

    yield chart("Queue", "requests waiting", "nothing ever waits", line("waiting", series.queue_length))
    title = "Mean wait of the requests that come then"
    met = [wait for wait in waits[:last] if wait is not None]
    if len(met) == 1 and met[0]:
        at_once = f"all come at once and wait {seconds_words(met[0])} on average"
        yield empty_chart(title, across, linear_axis("seconds", met[0], count), at_once)
    else:
        yield chart(title, "seconds", "nothing that comes has to wait", line("wait", waits))
    yield chart(
        "Established and dropped, in all",
        "requests",
        "nothing comes",
        line("established", list(accumulate(series.completed))),
        line("dropped", list(accumulate(series.dropped))),
    )


def surface(answer: LoadAnswer, pictures: Pictures) -> str:
    """Drop probability over peers and patience."""
    grid, workload = pictures.surface, answer.parameters.workload()
    title = f"Share dropped; safe, up to {percent(grid.safe)}, is left blank"
    return heat_map(
        title,
        log_axis("peers", grid.peers[0], grid.peers[-1], count),
        log_axis("patience, s", grid.patience_seconds[0], grid.patience_seconds[-1], count),
        grid.drops,
        grid.safe,
        (max(workload.peers, grid.peers[0]), max(workload.patience_seconds, grid.patience_seconds[0])),
    )


def scenario_charts(pictures: Pictures) -> list[tuple[Scenario, str | None]]:
    """Each scenario with its charts, an SVG each; None where there were too many requests to simulate."""

    def charts(scenario: Scenario, run: Run) -> str:
        drawn = zip(("queue", "mean wait", "established and dropped"), over_time(run), strict=True)
        return "".join(document(f"{scenario.value}: {what} over time", [chart]) for what, chart in drawn)

    return [(scenario, charts(scenario, run) if run else None) for scenario, run in pictures.runs.items()]
