"""Answers about two ends as Markdown, for a review."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.reporters.markdown import text as cell
from ipseclint.reporters.negotiation.text import behind, headline, tally
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.table import Row, Side
from ipseclint.semantics.negotiation.unpaired import Unpaired


def render(rows: Iterable[Row], not_read: Iterable[str] = (), unpaired: Iterable[Unpaired] = ()) -> str:
    """A table with one line a negotiation, and the repairs below it."""
    listed = list(rows)
    lines = ["# Will they agree?", "", tally(listed) + ".", ""]
    if listed:
        lines += ["| from | to | verdict | main mode | quick mode | differs |", "|---|---|---|---|---|---|"]
    for row in listed:
        mine, theirs = (row.pair.a, row.pair.b) if row.initiator is Side.A else (row.pair.b, row.pair.a)
        differs = "; ".join(f"{each.name}: {each.a} / {each.b}" for each in row.differences)
        cells = (
            _end(mine),
            _end(theirs),
            headline(row.outcome),
            row.outcome.main_mode or "",
            row.outcome.quick_mode or "",
            differs,
        )
        lines.append(f"| {' | '.join(map(cell, cells))} |")
    repairs = [
        f"- {cell(_end(end))}: {cell(advice.words)}"
        for row in listed
        for end, advice in zip((row.pair.a, row.pair.b), row.advice, strict=True)
        if advice is not None
    ]
    if repairs:
        lines += ["", "Either side alone is enough:", "", *dict.fromkeys(repairs)]
    later = [f"- {cell(_end(row.pair.a))}: {behind(row.outcome)}" for row in listed if row.outcome.behind]
    if later:
        lines += ["", "Behind that:", "", *dict.fromkeys(later)]
    alone = [f"- {cell(f'{each.subject} ({each.span.path}:{each.span.line}) {each.why}')}" for each in unpaired]
    if alone:
        lines += ["", "Without a pair:", "", *alone]
    lines += [f"\nNot read: {cell(why)}" for why in not_read]
    return "\n".join(lines) + "\n"


def _end(end: End) -> str:
    return f"{end.words} ({end.path}:{end.span.line})"
