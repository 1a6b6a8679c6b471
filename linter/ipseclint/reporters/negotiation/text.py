"""Answers about two ends as a transcript: stage by stage, to the end or to the stage that fails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import groupby

from ipseclint.escape import visible
from ipseclint.finding import BASIS_WORDS, Basis
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.stage import Answer, Result
from ipseclint.semantics.negotiation.table import Advice, Row, Side
from ipseclint.semantics.negotiation.unpaired import Unpaired
from ipseclint.semantics.negotiation.verdict import Outcome, Verdict
from ipseclint.source import Span
from ipseclint.words import duration, plural

_WIDTH = 22
_MARKS = {Answer.AGREED: "ok", Answer.DEPENDS: "?", Answer.UNKNOWN: "?", Answer.FAILS: "x"}


def render(rows: Iterable[Row], not_read: Iterable[str] = (), unpaired: Iterable[Unpaired] = ()) -> str:
    """The transcript of all pairs, the ends without a pair, and the number of each outcome."""
    listed = list(rows)
    if len(listed) > MAX_LISTED_ROWS:
        blocks = ["\n".join(_alike(group)) for group in grouped(listed)]
    else:
        blocks = ["\n".join(_pair(list(group))) for _, group in groupby(listed, key=lambda row: id(row.pair))]
    alone = list(unpaired)
    if alone:
        lines = _alone(alone) if len(alone) <= MAX_ALONE else _many_alone(alone)
        blocks.append("\n".join(lines))
    blocks += [f"not read: {visible(why)}" for why in not_read]
    blocks.append(tally(listed))
    return "\n\n".join(blocks) + "\n"


MAX_LISTED_ROWS = 100
"""Reasoned: with more negotiations those with the same outcome are reported together."""
MAX_ALONE = 12
"""Reasoned: a gateway has rules for many peers, of which the other end is one. With more they are grouped by reason."""
_EXAMPLES = 3


def grouped(rows: Sequence[Row]) -> list[list[Row]]:
    """The negotiations grouped by outcome and difference, those that need no repair last."""
    groups: defaultdict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        outcome = row.outcome
        differences = () if outcome.is_as_wanted else outcome.differences
        values = tuple((each.attribute, each.initiator, each.responder) for each in differences)
        key = (outcome.verdict, outcome.stage, outcome.why, outcome.key_module, outcome.main_mode, outcome.quick_mode)
        groups[key, values].append(row)
    return sorted(groups.values(), key=lambda group: (group[0].outcome.is_as_wanted, -len(group)))


def _alike(rows: Sequence[Row]) -> Iterator[str]:
    """The outcome that many negotiations share: the first of them in full, with the places of some others."""
    first = rows[0]
    policies = {id(end) for row in rows for end in (row.pair.a, row.pair.b)}
    yield f"{plural(len(rows), 'negotiation')} between {plural(len(policies), 'rule')}: {headline(first.outcome)}"
    chosen = [words for words in (first.outcome.main_mode, first.outcome.quick_mode) if words]
    if chosen:
        yield f"   {visible('; '.join(chosen))}"
    if not first.outcome.is_as_wanted:
        yield f"   {visible(first.outcome.why)}"
        for difference in first.outcome.differences[:_EXAMPLES]:
            asks, answers = visible(difference.initiator), visible(difference.responder)
            yield f"   {difference.attribute}: {asks} asks, {answers} answers"
    for row in rows[:_EXAMPLES]:
        mine, theirs = (row.pair.a, row.pair.b) if row.initiator is Side.A else (row.pair.b, row.pair.a)
        yield f"   {_end(mine)} -> {_end(theirs)}{_hosts(row)}"
    if len(rows) > _EXAMPLES:
        yield f"   and {len(rows) - _EXAMPLES} more; --format json lists all"


def _alone(unpaired: Iterable[Unpaired]) -> Iterator[str]:
    """The ends without a peer, each with the reason."""
    yield "without a pair:"
    for end in unpaired:
        yield f"   {_who(end)} {visible(end.why)}"


def _many_alone(unpaired: Sequence[Unpaired]) -> Iterator[str]:
    """The ends without a peer, counted by reason, with the places of some."""
    groups: defaultdict[str, list[Unpaired]] = defaultdict(list)
    for end in unpaired:
        groups[end.why].append(end)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    yield f"{len(unpaired)} without a pair:"
    for why, group in ordered[:MAX_ALONE]:
        if len(group) == 1:
            yield f"   {_who(group[0])} {visible(why)}"
            continue
        yield f"   {len(group)}, each {visible(why)}"
        yield from (f"      {_who(each)}" for each in group[:_EXAMPLES])
        if len(group) > _EXAMPLES:
            yield f"      and {len(group) - _EXAMPLES} more; --format json lists all"
    if len(ordered) > MAX_ALONE:
        left = sum(len(group) for _, group in ordered[MAX_ALONE:])
        yield f"   and {left} more for other reasons; --format json lists all"


def _who(alone: Unpaired) -> str:
    hosts = "" if alone.hosts == 1 else f" ({plural(alone.hosts, 'host')})"
    return f"{_place(alone.span)} {visible(alone.subject)}{hosts}"


def _hosts(row: Row) -> str:
    return "" if row.hosts == (1, 1) else f"  ({plural(row.hosts[0], 'host')} with {plural(row.hosts[1], 'host')})"


def tally(rows: Sequence[Row]) -> str:
    """The number of negotiations for each outcome."""
    counts = {verdict: sum(row.outcome.verdict is verdict for row in rows) for verdict in Verdict}
    words = ", ".join(f"{verdict} {number}" for verdict, number in counts.items() if number)
    pairs = len({id(row.pair) for row in rows})
    return (
        f"{plural(pairs, 'pair')}, each end as initiator: {words}" if rows else "no pair: no rules of the two ends meet"
    )


def _pair(rows: list[Row]) -> Iterator[str]:
    pair = rows[0].pair
    yield f"a  {_end(pair.a)}"
    yield f"b  {_end(pair.b)}"
    if pair.packet is not None:
        yield f"   both decide for {visible(str(pair.packet))}"
    elif pair.how:
        yield f"   paired as {visible(pair.how)}"
    if len(rows) == len(Side) and are_the_same(rows[0], rows[1]):
        yield from _row(rows[0], both=True)
    else:
        for row in rows:
            yield from _row(row, both=False)


def are_the_same(one: Row, other: Row) -> bool:
    """Whether both directions have the same outcome and stages."""

    def all_of(row: Row) -> tuple[object, ...]:
        outcome = row.outcome
        return (
            *(outcome.verdict, outcome.stage, outcome.why, outcome.main_mode, outcome.quick_mode, outcome.outcomes),
            *((result.stage, result.answer, result.chosen, result.why) for result in outcome.stages),
            row.sights,
        )

    return all_of(one) == all_of(other)


def ways_title(row: Row, *, both: bool) -> str:
    """The initiator, and the outcome."""
    way = "whoever asks" if both else f"{row.initiator} asks"
    return f"{way}: {headline(row.outcome)}"


def _row(row: Row, *, both: bool) -> Iterator[str]:
    outcome = row.outcome
    yield f"   {ways_title(row, both=both)}"
    for result in outcome.stages:
        yield f"     {_MARKS[result.answer]:>2} {result.stage:<{_WIDTH}}{visible(told(result))}"
    if not outcome.stages:
        yield f"        {visible(outcome.why)}"
    for difference in row.differences:
        yield f"        {difference.name}:"
        yield f"          a: {visible(difference.a)}{_at(difference.a_span)}"
        yield f"          b: {visible(difference.b)}{_at(difference.b_span)}"
    for possible in outcome.outcomes:
        yield (
            f"        either {visible(possible)}"
            if possible == outcome.outcomes[0]
            else f"        or {visible(possible)}"
        )
    if outcome.verdict is Verdict.DEPENDS and outcome.result is not None and outcome.result.answer is Answer.FAILS:
        yield f"        {visible(outcome.why)}"
    if outcome.verdict is not Verdict.SECURED and any(sight.code or sight.notify for sight in row.sights):
        for side, sight in zip(Side, row.sights, strict=True):
            yield f"        {side} sees {visible(str(sight))}"
    repairs = [(side, advice) for side, advice in zip(Side, row.advice, strict=True) if advice is not None]
    if outcome.behind:
        yield f"        {behind(outcome)}"
    if len(repairs) > 1:
        yield f"        one of two repairs is enough{' there' if outcome.behind else ''}:"
    for side, advice in repairs:
        yield from _advice(side, advice)
    yield f"        known from: {known_from(outcome)}"


def known_from(outcome: Outcome) -> str:
    """What an answer rests on, in words: of an end that is not Windows its own maker tells."""
    if outcome.basis is not Basis.DOCUMENTED or (outcome.initiator.is_windows and outcome.responder.is_windows):
        return BASIS_WORDS[outcome.basis]
    if outcome.initiator.is_windows or outcome.responder.is_windows:
        return "documented by Microsoft or by the maker of the other end"
    return "documented by the maker of an end"


def behind(outcome: Outcome) -> str:
    """The stage that would fail next, once this one is repaired."""
    return f"once that is repaired, {', '.join(outcome.behind)} would fail, too"


def headline(outcome: Outcome) -> str:
    """The verdict, where and when."""
    words = outcome.verdict.upper()
    if outcome.stage is not None:
        words += f" at {outcome.stage}"
    if outcome.at_renewal:
        after = outcome.after_seconds
        words += " at the first renewal" + (f", after {duration(after)}" if after else "")
    if outcome.key_module is not None:
        words += f" ({outcome.key_module})"
    return words


def told(result: Result) -> str:
    """The result of a stage, and the reason."""
    return result.why if result.chosen is None else f"{result.chosen}: {result.why}"


def _advice(side: Side, advice: Advice) -> Iterator[str]:
    yield f"        repair at {side}: {visible(advice.words)}"
    commands = advice.commands
    if commands is None:
        return
    text = commands.netsh or commands.powershell
    # A command that began its line would make a policy of the report.
    tool = "netsh" if commands.netsh else "PowerShell"
    for line in (text or "").splitlines():
        yield f"          with {tool}: {visible(line)}"
    if text is None and commands.note:
        yield f"          {visible(commands.note)}"


def _end(end: End) -> str:
    return f"{_place(end.span)} {visible(end.words)}"


def _place(span: Span) -> str:
    return f"{visible(span.path)}:{span.line}"


def _at(span: Span | None) -> str:
    return "" if span is None else f"  ({_place(span)})"
