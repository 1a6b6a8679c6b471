"""The load model's answer as a page that needs no network and no script."""

from __future__ import annotations

from ipseclint.load.pictures import Pictures
from ipseclint.load.report.charts import document
from ipseclint.load.report.pictures import scenario_charts, surface
from ipseclint.load.report.text import figure_rows, input_rows, ranking_rows, settling_lines, verdict
from ipseclint.load.report.text import render as as_text
from ipseclint.load.report.words import TERMS
from ipseclint.load.request import LoadAnswer
from ipseclint.load.scenarios import SITUATIONS
from ipseclint.load.verdict import Verdict
from ipseclint.pages import style, template
from ipseclint.words import seconds_words


def render(answer: LoadAnswer, pictures: Pictures) -> str:
    """The whole answer as one HTML document."""
    from markupsafe import Markup

    map_title = f"Drop probability over peers and patience, {answer.assessment.situation.scenario.value}"
    sentence, _, rests_on = verdict(answer).partition(" (")
    return template(__package__, "page.html", ("seconds", seconds_words)).render(
        answer=answer,
        settling=list(settling_lines(answer)),
        figures=list(figure_rows(answer)),
        ranking=list(ranking_rows(answer)),
        inputs=list(input_rows(answer)),
        # Made by our own code, which escapes what it is given.
        map=Markup(document(map_title, [surface(answer, pictures)])),  # noqa: S704
        scenarios=[
            (SITUATIONS[scenario], pictures.ramps_seconds[scenario], Markup(charts) if charts else None)  # noqa: S704
            for scenario, charts in scenario_charts(pictures)
        ],
        verdict=sentence,
        rests_on=rests_on.rstrip(")"),
        tone={Verdict.SAFE: "info", Verdict.UNSAFE: "error"}.get(answer.judgement.verdict, "warning"),
        terms=TERMS,
        text=as_text(answer),
        style=style(),
    )
