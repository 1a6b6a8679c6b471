"""Answers about two ends as a page of HTML that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.reporters.negotiation.text import headline, tally
from ipseclint.semantics.negotiation.stage import Answer
from ipseclint.semantics.negotiation.table import Row, Side
from ipseclint.semantics.negotiation.verdict import Verdict

_TEMPLATE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Two ends: will they agree?</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
section { border: 1px solid #8886; border-radius: .4rem; margin: 1rem 0; padding: .2rem 1rem 1rem; }
table { border-collapse: collapse; } td, th { padding: .15rem .8rem .15rem 0; text-align: left; vertical-align: top; }
.secured h2 { color: #1a7f37; } .fails h2, .blocked h2 { color: #c62828; } .depends h2, .clear h2 { color: #9a6700; }
code, pre { font-family: ui-monospace, monospace; } pre { overflow-x: auto; }
</style>
<h1>Two ends: will they agree?</h1>
<p>{{ tally }}</p>
{% for row in rows %}
<section class="{{ row.verdict }}">
<h2>{{ row.headline }}</h2>
<p><code>{{ row.asks }}</code> asks <code>{{ row.answers }}</code></p>
{% if row.packet %}<p>{{ row.packet }}</p>{% endif %}
{% if row.stages %}<table>{% for stage in row.stages %}
<tr><td>{{ stage.mark }}</td><th scope="row">{{ stage.name }}</th><td>{{ stage.told }}</td></tr>{% endfor %}</table>
{% else %}<p>{{ row.why }}</p>{% endif %}
{% if row.differences %}<table><tr><th></th><th>a</th><th>b</th></tr>{% for each in row.differences %}
<tr><th scope="row">{{ each.name }}</th><td>{{ each.a }}</td><td>{{ each.b }}</td></tr>{% endfor %}</table>{% endif %}
{% for outcome in row.outcomes %}<p>{{ "either" if loop.first else "or" }} {{ outcome }}</p>{% endfor %}
{% for side, sight in row.sights %}<p>{{ side }} sees {{ sight }}</p>{% endfor %}
{% for side, advice in row.advice %}<p>fix at {{ side }}: {{ advice.words }}</p>
{% if advice.text %}<pre>{{ advice.text }}</pre>{% endif %}{% endfor %}
<p>basis: {{ row.basis }}</p>
</section>
{% endfor %}
{% for why in not_read %}<p>not read: {{ why }}</p>{% endfor %}
</html>
"""
_MARKS = {Answer.AGREED: "✓", Answer.DEPENDS: "?", Answer.UNKNOWN: "?", Answer.FAILS: "✗"}


def render(rows: Iterable[Row], not_read: Iterable[str] = ()) -> str:
    """The page."""
    from jinja2 import Environment

    listed = list(rows)
    template = Environment(autoescape=True, trim_blocks=True).from_string(_TEMPLATE)
    return template.render(tally=tally(listed), rows=[_of(row) for row in listed], not_read=list(not_read)) + "\n"


def _of(row: Row) -> dict[str, object]:
    outcome = row.outcome
    ends = [f"{end.path}:{end.span.line} {end.subject}" for end in (row.pair.a, row.pair.b)]
    asks, answers = ends if row.initiator is Side.A else reversed(ends)
    tells = outcome.verdict is not Verdict.SECURED and any(sight.code or sight.notify for sight in row.sights)
    return {
        "verdict": outcome.verdict.value,
        "headline": headline(outcome),
        "asks": asks,
        "answers": answers,
        "packet": "" if row.pair.packet is None else str(row.pair.packet),
        "why": outcome.why,
        "stages": [
            {
                "mark": _MARKS[each.answer],
                "name": each.stage.value,
                "told": each.why if each.chosen is None else f"{each.chosen}: {each.why}",
            }
            for each in outcome.stages
        ],
        "differences": row.differences,
        "outcomes": outcome.outcomes,
        "sights": list(zip(Side, map(str, row.sights), strict=True)) if tells else [],
        "advice": [
            (
                side,
                {
                    "words": advice.words,
                    "text": advice.commands and (advice.commands.netsh or advice.commands.powershell),
                },
            )
            for side, advice in zip(Side, row.advice, strict=True)
            if advice is not None
        ],
        "basis": outcome.basis.value,
    }
