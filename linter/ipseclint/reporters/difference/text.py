"""The effect of a change, as text for a terminal, in plain lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipseclint.escape import inert, visible
from ipseclint.reporters.difference import words
from ipseclint.semantics.difference import Difference


def render(difference: Difference) -> str:
    """The whole answer, the worst first."""
    return inert("\n".join(visible(line) for line in _lines(difference)) + "\n")


def _lines(difference: Difference) -> Iterator[str]:
    yield f"{difference.old.name} -> {difference.new.name}"
    yield words.verdict(difference)
    if undecided := words.undecided(difference):
        yield undecided
    for state in (difference.old, difference.new):
        yield from (f"not understood: {why}" for why in state.shortfalls)
    yield from (f"note: {note}" for note in difference.notes)
    yield from (f"broken intent: {breach.message}" for breach in difference.breaches)
    yield from _section("backups, the best fit first", words.backups(difference))
    yield from _section("traffic, the worst first", _traffic(difference))
    yield from _section("objects", _objects(difference))
    yield from _section("findings", _findings(difference))
    yield from _section("pairs", _pairs(difference))
    yield from _load(difference)


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading with its lines below, indented; nothing if there are no lines."""
    for index, line in enumerate(lines):
        if not index:
            yield ""
            yield heading
        yield f"  {line}"


def _traffic(difference: Difference) -> Iterator[str]:
    for change in difference.traffic.changes:
        before, after = words.before_and_after(change)
        where = words.where(change.regions) + ("" if change.section == "all traffic" else f" [{change.section}]")
        yield f"{change.effect.value}: {before} -> {after}, {words.directions(change)}: {where}"
        yield f"  {words.shares(change.regions)}"
        yield f"  for example {change.witness}"
        yield f"  decided by {words.decided(change)}"
        for name, was, is_ in words.parts(change):
            yield f"  {name}: {was} -> {is_}"
        if change.readings:
            yield f"  only if Windows asks the rules in this order: {' or '.join(change.readings)}"


def _objects(difference: Difference) -> Iterator[str]:
    for item, effect in difference.objects:
        yield f"{words.object_title(item)} ({words.effect_word(effect)})"
        for line in words.object_fields(item):
            yield f"  {line}"


def _findings(difference: Difference) -> Iterator[str]:
    for word, findings in (("new", difference.findings_new), ("gone", difference.findings_gone)):
        for finding, where in words.by_rule(findings):
            title = f"{word} {finding.severity.value} {finding.code} {finding.name}"
            yield f"{title} on {where}: {finding.message}"


def _pairs(difference: Difference) -> Iterator[str]:
    yield from (words.pair(pair) for pair in difference.pairs)
    if difference.rollout is not None:
        yield f"roll-out: {difference.rollout.words}"


def _load(difference: Difference) -> Iterator[str]:
    load = difference.load
    if load is not None and load.differs:
        yield ""
        yield f"load of {load.peers:,} peers{' (assumed; peers in [site] says how many)' if load.assumed else ''}"
        for figure in load.figures:
            if figure.old != figure.new:
                yield f"  {figure.label}: {figure.written[0]} -> {figure.written[1]}"
