"""What a change does, as text for a terminal, in plain lines."""

from __future__ import annotations

from collections.abc import Iterator

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
    if difference.backups:
        yield ""
        yield "backups, the best fit first"
    yield from (f"  {line}" for line in words.backups(difference))
    if difference.traffic.changes:
        yield ""
        yield "traffic, the worst first"
    for change in difference.traffic.changes:
        before, after = words.before_and_after(change)
        where = words.where(change.regions) + ("" if change.section == "all traffic" else f" [{change.section}]")
        yield f"  {change.effect.value}: {before} -> {after}, {words.directions(change)}: {where}"
        yield f"    {words.shares(change.regions)}"
        yield f"    for example {change.witness}"
        yield f"    decided by {words.decided(change)}"
        for name, was, is_ in words.parts(change):
            yield f"    {name}: {was} -> {is_}"
        if change.readings:
            yield f"    only if Windows asks the rules in this order: {' or '.join(change.readings)}"
    if difference.objects:
        yield ""
        yield "objects"
    for item, effect in difference.objects:
        yield f"  {words.object_title(item)} ({words.effect_word(effect)})"
        for line in words.object_fields(item):
            yield f"    {line}"
    if difference.findings_new or difference.findings_gone:
        yield ""
        yield "findings"
    for word, findings in (("new", difference.findings_new), ("gone", difference.findings_gone)):
        for finding, where in words.by_rule(findings):
            title = f"{word} {finding.severity.value} {finding.code} {finding.name}"
            yield f"  {title} on {where}: {finding.message}"
    if difference.pairs or difference.rollout:
        yield ""
        yield "pairs"
    yield from (f"  {words.pair(each)}" for each in difference.pairs)
    if difference.rollout is not None:
        yield f"  roll-out: {difference.rollout.words}"
    load = difference.load
    if load is not None and load.differs:
        yield ""
        yield f"load of {load.peers:,} peers{' (assumed; peers in [site] says how many)' if load.assumed else ''}"
        for figure in load.figures:
            if figure.old != figure.new:
                yield f"  {figure.label}: {figure.written[0]} -> {figure.written[1]}"
