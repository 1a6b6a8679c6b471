"""Hits for differences between two ends that negotiate with each other, with the repair of this end."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING

from ipseclint.finding import Severity
from ipseclint.late import late, late_names
from ipseclint.model.change import Fix
from ipseclint.model.policy import MainModeCryptoSet, PolicyObject, QuickModeCryptoSet, VpnConnection
from ipseclint.rule import Hit
from ipseclint.semantics.digest import Fleet
from ipseclint.source import Span

if TYPE_CHECKING:
    from ipseclint.repair.commands.vpn import suite_command
    from ipseclint.repair.commands.whole_suite import command_of_suite
    from ipseclint.semantics.negotiation.ends import End
    from ipseclint.semantics.negotiation.fixes import repairs
    from ipseclint.semantics.negotiation.fleet import Comparison, compared
    from ipseclint.semantics.negotiation.pairs import Pair
    from ipseclint.semantics.negotiation.repair import Repair
    from ipseclint.semantics.negotiation.stage import Answer, Kind, Result, Stage
    from ipseclint.semantics.negotiation.suite_repairs import by_whole_suite
    from ipseclint.semantics.negotiation.verdict import Outcome, Verdict
else:
    (suite_command,) = late_names("ipseclint.repair.commands.vpn", "suite_command")
    (command_of_suite,) = late_names("ipseclint.repair.commands.whole_suite", "command_of_suite")
    (repairs,) = late_names("ipseclint.semantics.negotiation.fixes", "repairs")
    (Repair,) = late_names("ipseclint.semantics.negotiation.repair", "Repair")
    (by_whole_suite,) = late_names("ipseclint.semantics.negotiation.suite_repairs", "by_whole_suite")
    (compared,) = late_names("ipseclint.semantics.negotiation.fleet", "compared")
    Answer, Kind, Stage = late_names("ipseclint.semantics.negotiation.stage", "Answer", "Kind", "Stage")
    Outcome, Verdict = late_names("ipseclint.semantics.negotiation.verdict", "Outcome", "Verdict")


def hits_of_stage(
    fleet: Fleet,
    stage: Stage,
    kind: Kind | None,
    message: Callable[[Pair, Result], str],
    *,
    with_peers: bool = False,
    doubted: Severity | None = None,
) -> Iterator[Hit]:
    """One hit for each pair of ends where a stage surely fails, or depends because of a difference, worded by
    `message`.

    `doubted` is the severity where it depends, if it differs from the ruleset's.
    """
    done: set[Hashable] = set()
    for comparison in compared(fleet):
        pair = comparison.pair
        subject = _subject(pair.a)
        if subject is None or (with_peers and pair.b.is_windows):
            continue
        result = comparison.differing(stage)
        if result is not None and result.kind is not Kind.OUTBOUND and kind in {None, result.kind}:
            severity = doubted if result.answer is Answer.DEPENDS else None
            yield from _hit(subject, comparison, result, message(pair, result), done, severity)


def _subject(end: End) -> PolicyObject | None:
    """The object that an administrator changes at an end; None if it is no Windows policy."""
    return end.owner if end.objects is None else end.objects.rule


def _hit(
    subject: PolicyObject,
    comparison: Comparison,
    result: Result,
    message: str,
    done: set[Hashable],
    severity: Severity | None,
) -> Iterator[Hit]:
    from ipseclint.semantics.negotiation.fleet import FACTS

    pair = comparison.pair
    (difference, *_) = result.differences
    key = id(subject), difference.responder, result.stage
    if key in done:
        return
    done.add(key)
    advice = _suite_whole(pair, result.stage) or _repair(comparison, result)
    related: list[tuple[str, Span]] = []
    if difference.responder_span is not None and difference.responder_span.path != FACTS:
        related.append(("what the peer has", difference.responder_span))
    yield Hit(
        subject=subject,
        span=difference.initiator_span or pair.a.span,
        message=message if result.kind is Kind.NAME else message + _by_another_name(pair),
        value=f"{difference.initiator}, {difference.responder}",
        severity=severity,
        related=tuple(related),
        fix=None if advice is None else Fix(advice.fix.changes if advice.fix is not None else (), advice.words),
    )


def _by_another_name(pair: Pair) -> str:
    """The addition where a peer, which no address assigned to a connection, presents another name than the one
    dialled."""
    owner, identity = pair.a.owner, pair.b.identity
    shown = "" if identity is None or identity.known is None else identity.known.removeprefix("@")
    if not isinstance(owner, VpnConnection) or owner.servers is None or _NAME.fullmatch(shown) is None:
        return ""
    dialled = owner.servers.known or ()
    if not dialled or shown.casefold() in map(str.casefold, dialled):
        return ""
    return f"; the peer, the only one here that it may be, shows the name {shown}, and {', '.join(dialled)} is dialled"


_NAME = late(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\.?")


def _suite_whole(pair: Pair, stage: Stage) -> Repair | None:
    """The one command that gives an end of remote access a suite that both support; None if there is none."""
    command = command_of_suite(pair.a, pair.b, stage)
    if command is None:
        return None
    return by_whole_suite(f"Run `{command}`: it is the strongest suite that both can do.", pair.a, pair.b)


def _by_command(end: End, advice: Repair | None) -> Repair | None:
    """The same advice with the command that states the whole suite of an end of remote access, if it changes that."""
    if advice is None or advice.fix is None or end.owner is None or end.suite is None:
        return advice
    main, quick = end.suite
    for edit in advice.fix.edits:
        match edit.after:
            case MainModeCryptoSet() as changed:
                main = changed
            case QuickModeCryptoSet() as changed:
                quick = changed
    command = None if (main, quick) == end.suite else suite_command(end.owner, end.suite, (main, quick))
    return advice if command is None else Repair(f"{advice.words} Run `{command}`.")


def _repair(comparison: Comparison, result: Result) -> Repair | None:
    """The repair of this end for a negotiation that ends at this stage."""
    pair, module = comparison.pair, next(iter(comparison.modules), None)
    outcome = Outcome(pair.a, pair.b, Verdict.FAILS, result.why, result.basis, (result,), result.stage, module)
    here, there = repairs(outcome)
    own = _by_command(pair.a, here)
    if here is None or own is None or there is None or there.is_there or not (here.is_there or here.loss):
        return own
    return own._replace(words=f"{own.words} There: {there.words}")
