"""Answers about two ends as a page of HTML that needs no network and no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from ipseclint.escape import inert, visible
from ipseclint.finding import Severity
from ipseclint.pages import style, template
from ipseclint.reporters.negotiation.text import (
    MAX_LISTED_ROWS,
    are_the_same,
    behind,
    grouped,
    headline,
    known_from,
    tally,
    told,
    ways_title,
)
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.table import Advice, Row, Side, ends_of
from ipseclint.semantics.negotiation.unpaired import Unpaired
from ipseclint.semantics.negotiation.verdict import Verdict
from ipseclint.source import Span
from ipseclint.words import plural

MAX_PAIRS = 500
"""The most pairs in the page, those to repair first: nobody reads more, and JSON has them all."""


MAX_ALIKE = 50
"""The most negotiations named of those with the same outcome."""


def render(rows: Iterable[Row], not_read: Iterable[str] = (), unpaired: Iterable[Unpaired] = ()) -> str:
    """The page; everything from the input is escaped by the template."""
    listed, alone = list(rows), list(unpaired)
    if len(listed) > MAX_LISTED_ROWS:
        pairs = grouped(listed)
    else:
        pairs = [list(group) for _, group in groupby(listed, key=lambda row: id(row.pair))]
    pairs.sort(key=lambda group: -_worst(group).rank)
    page = template(__package__, "page.html", ("visible_lines", _visible_lines)).render(
        style=style(),
        title=_title(listed),
        severity=_worst(listed).value,
        tally=tally(listed),
        pairs=[
            _alike(number, group) if len(listed) > MAX_LISTED_ROWS else _pair(number, group)
            for number, group in enumerate(pairs[:MAX_PAIRS], start=1)
        ],
        left_out=max(0, len(pairs) - MAX_PAIRS),
        not_read=list(not_read),
        unpaired=[_alone(each) for each in alone[:MAX_PAIRS]],
        left_alone=max(0, len(alone) - MAX_PAIRS),
    )
    return inert(page) + "\n"


def _visible_lines(text: str) -> str:
    return "\n".join(map(visible, text.splitlines()))


def _title(rows: Sequence[Row]) -> str:
    if not rows:
        return "No rules of the two ends meet"
    bad = sum(not row.outcome.is_as_wanted for row in rows)
    if not bad:
        return "They agree"
    if _worst(rows) is Severity.WARNING:
        return f"It cannot be said for certain of {bad} of {plural(len(rows), 'negotiation')}"
    fail = sum(row.outcome.verdict is Verdict.FAILS for row in rows)
    words = f"{fail} of {plural(len(rows), 'negotiation')} fail{'s' * (fail == 1)}" if fail else ""
    rest = f"{bad - fail} of {plural(len(rows), 'negotiation')} may not protect the traffic" if bad > fail else ""
    return ", ".join(filter(None, (words, rest)))


def _worst(rows: Sequence[Row]) -> Severity:
    return max((row.outcome.severity for row in rows), key=lambda severity: severity.rank, default=Severity.INFO)


def _pair(number: int, rows: Sequence[Row]) -> dict[str, object]:
    pair = rows[0].pair
    ways = rows[:1] if len(rows) == len(Side) and are_the_same(rows[0], rows[1]) else rows
    return {
        "number": number,
        "severity": _worst(rows).value,
        "a": _end(pair.a, rows[0].hosts[0]),
        "b": _end(pair.b, rows[0].hosts[1]),
        "met": ("paired as", pair.how) if pair.packet is None else ("both decide for", str(pair.packet)),
        "ways": [_way(row, both=len(ways) < len(rows)) for row in ways],
        "others": [],
        "alike": 0,
    }


def _alike(number: int, rows: Sequence[Row]) -> dict[str, object]:
    """Negotiations with the same outcome: the first in full, of the others the two ends."""
    others = [tuple(_end(end, 1) for end in ends_of(row.pair, row.initiator)) for row in rows[1 : MAX_ALIKE + 1]]
    return _pair(number, rows[:1]) | {"others": others, "alike": len(rows) - 1}


def _alone(unpaired: Unpaired) -> dict[str, str]:
    return {
        "place": _place(unpaired.span),
        "hosts": _hosts(unpaired.hosts),
        "subject": unpaired.subject,
        "why": unpaired.why,
    }


def _end(end: End, hosts: int) -> dict[str, str]:
    return {
        "subject": end.words,
        "place": f"{end.path}:{end.span.line}",
        "hosts": _hosts(hosts),
    }


def _hosts(number: int) -> str:
    return "" if number == 1 else f", {plural(number, 'host')}"


def _way(row: Row, *, both: bool) -> dict[str, object]:
    outcome = row.outcome
    asks, answers = ends_of(row.pair, row.initiator)
    tells = outcome.verdict is not Verdict.SECURED and any(sight.code or sight.notify for sight in row.sights)
    return {
        "severity": row.outcome.severity.value,
        "headline": headline(outcome),
        "title": ways_title(row, both=both),
        "asks": _end(asks, 1),
        "answers": _end(answers, 1),
        "why": "" if outcome.verdict is Verdict.SECURED else outcome.why,
        "outcomes": outcome.outcomes,
        "stages": [
            {"name": result.stage.value, "answer": result.answer.value, "told": told(result)}
            for result in outcome.stages
        ],
        "differences": [
            {
                "name": difference.name,
                "a": difference.a,
                "b": difference.b,
                "a_place": _place(difference.a_span),
                "b_place": _place(difference.b_span),
            }
            for difference in row.differences
        ],
        "sights": [(side.value, str(sight)) for side, sight in zip(Side, row.sights, strict=True)] if tells else [],
        "advice": [
            (side.value, _advice(advice)) for side, advice in zip(Side, row.advice, strict=True) if advice is not None
        ],
        "behind": behind(outcome) if outcome.behind else "",
        "basis": known_from(outcome),
    }


def _place(span: Span | None) -> str:
    return "" if span is None else f"{span.path}:{span.line}"


def _advice(advice: Advice) -> dict[str, str | None]:
    commands = advice.commands
    return {
        "words": advice.words,
        "text": None if commands is None else commands.netsh or commands.powershell,
        "note": None if commands is None else commands.note,
    }
