"""The effect of a change, as Markdown for a pull request: short, with long parts folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipseclint.escape import inert
from ipseclint.finding import Finding
from ipseclint.reporters.difference import words
from ipseclint.reporters.markdown import text
from ipseclint.semantics.difference import Difference, LoadChanges
from ipseclint.semantics.object_changes import ObjectChange
from ipseclint.semantics.traffic_changes import Effect, TrafficChange

_ROWS = 10
"""The most rows of a table; the others are counted."""


def render(difference: Difference) -> str:
    """The answer as GitHub-flavoured Markdown; no name in it can become markup or a link."""
    return inert("\n".join(_lines(difference)) + "\n")


def _lines(difference: Difference) -> Iterator[str]:
    yield "### IPsec policy: what changes"
    for line in _said(difference):
        yield ""
        yield line
    if difference.backups:
        lines = [f"- {text(line)}" for line in words.backups(difference)]
        yield from _folded("Backups, the best fit first", _cut(lines, "- {}"))
    if difference.traffic.changes:
        yield ""
        yield "| | Before | After | Packets | For example |"
        yield "|---|---|---|---|---|"
        yield from _cut([_row(change) for change in difference.traffic.changes], "| | | | {} | |")
    if details := list(_details(difference)):
        yield from _folded("How traffic is treated", details)
    if difference.objects:
        objects = [_object(change, effect) for change, effect in difference.objects]
        yield from _folded(f"Objects: {len(objects)}", _cut(objects, "- {}"))
    for title, findings in (("New findings", difference.findings_new), ("Findings gone", difference.findings_gone)):
        if findings:
            rows = [_finding(*row) for row in words.by_rule(findings)]
            yield from _folded(f"{title}: {len(findings)}", _cut(rows, "- {}"))
    if difference.pairs:
        pairs = [f"- {text(words.pair(each))}" for each in difference.pairs]
        yield from _folded(f"Pairs: {len(pairs)}", pairs)
    if difference.rollout is not None:
        yield ""
        yield f"Roll-out: {text(difference.rollout.words)}"
    if difference.load is not None and difference.load.differs:
        yield from _load(difference.load)


def _said(difference: Difference) -> Iterator[str]:
    """The sentences of the answer, each a paragraph."""
    yield f"{text(difference.old.name)} → {text(difference.new.name)}"
    yield f"**{text(words.verdict(difference))}**"
    if undecided := words.undecided(difference):
        yield f"**{text(undecided[0].upper() + undecided[1:])}**"
    for state in (difference.old, difference.new):
        for why in state.shortfalls:
            yield f"Not understood: {text(why)}"
    for breach in difference.breaches:
        yield f"**Broken intent:** {text(breach.message)}"
    for note in difference.notes:
        yield f"Note: {text(note)}"


def _object(change: ObjectChange, effect: Effect | None) -> str:
    title = f"- {text(words.object_title(change))} ({words.effect_word(effect)})"
    return title + "".join(f"<br>{text(line)}" for line in words.object_fields(change))


def _load(load: LoadChanges) -> Iterator[str]:
    assumed = " (assumed)" if load.assumed else ""
    figures = (each for each in load.figures if each.old != each.new)
    rows = (f"- {text(each.label)}: {' → '.join(map(text, each.written))}" for each in figures)
    yield from _folded(f"Load of {load.peers:,} peers{assumed}", rows)


def _row(change: TrafficChange) -> str:
    before, after = words.before_and_after(change)
    cells = (
        change.effect.value,
        before,
        after,
        f"{words.directions(change)}: {words.where(change.regions)}",
        str(change.witness),
    )
    return f"| {' | '.join(map(text, cells))} |"


def _details(difference: Difference) -> Iterator[str]:
    for number, change in enumerate(difference.traffic.changes[:_ROWS], start=1):
        yield f"{number}. {text(words.shares(change.regions))}; decided by {text(words.decided(change))}"
        for name, was, is_ in words.parts(change):
            yield f"   - {text(name)}: {text(was)} → {text(is_)}"
        if change.readings:
            yield f"   - only in this order of rules: {text(' or '.join(change.readings))}"


def _finding(finding: Finding, where: str) -> str:
    place = f"{finding.span.path}:{finding.span.line}"
    title = f"{finding.severity.value} {finding.code}"
    return f"- {title} {text(where)}: {text(finding.message)} ({text(place)})"


def _cut(rows: list[str], more: str) -> list[str]:
    left = len(rows) - _ROWS
    return rows if left <= 0 else [*rows[:_ROWS], more.format(f"and {left} more")]


def _folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
