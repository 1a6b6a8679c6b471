"""Hits for the anomalies that the analysis of a group of rules finds, and for what it left undecided."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ipseclint.finding import Severity, Subject
from ipseclint.model.policy import ConnectionSecurityRule, MainModeRule, PolicyObject
from ipseclint.model.selectors import WfpFilter
from ipseclint.rule import Hit
from ipseclint.semantics.packets.anomaly import PAIR_KINDS, Analysis, Anomaly, Kind
from ipseclint.semantics.packets.rules import Reading
from ipseclint.semantics.traffic import RuleGroup, Thing
from ipseclint.words import plural, series

_MAX_RELATED = 8


def hit_of(group: RuleGroup, anomaly: Anomaly, message: str, severity: Severity | None) -> Hit:
    """The hit for an anomaly, on the rule that it is about."""
    number = anomaly.rule
    return Hit(
        subject=_subject(group, number),
        span=group.spans[number],
        message=f'"{group.names[number]}" {message}',
        value=tuple(group.names[other] for other in anomaly.others),
        severity=severity,
        related=tuple((group.names[other], group.spans[other]) for other in anomaly.others[:_MAX_RELATED]),
    )


def _subject(group: RuleGroup, number: int) -> PolicyObject | Subject:
    thing: Thing = group.things[number]
    if isinstance(thing, ConnectionSecurityRule | MainModeRule):
        return thing
    if isinstance(thing, WfpFilter):
        return Subject(kind="wfp_filter", name=thing.name, id=thing.key)
    return thing[0]


def names_of(group: RuleGroup, anomaly: Anomaly) -> str:
    """The other rules of an anomaly, by name."""
    named = [f'"{group.names[other]}"' for other in anomaly.others[:_MAX_RELATED]]
    more = len(anomaly.others) - len(named)
    return series([*named, f"{more} more"] if more > 0 else named)


def witness_of(anomaly: Anomaly) -> str:
    """The packet that shows an anomaly."""
    return str(anomaly.verdict.packet) if anomaly.verdict else "any packet"


def if_reading(group: RuleGroup, reading: Reading) -> str:
    """The words for the reading on which a finding rests, where the order of rules is not documented."""
    return "" if len(group.readings) == 1 else f" (with {reading.name}, as we read the order of these rules)"


def hits_of_undecided(group: RuleGroup, rules: Collection[int], what: str) -> Iterator[Hit]:
    """One hit that names the rules of a group about which something was not decided; none without such rules."""
    places = sorted(rules)
    if places:
        named = ", ".join(f'"{group.names[place]}"' for place in places[:_MAX_RELATED])
        more = f" and {len(places) - _MAX_RELATED:,} more" if len(places) > _MAX_RELATED else ""
        yield Hit(
            Subject(kind="rules", name=group.title),
            group.spans[places[0]],
            f"of {plural(len(places), 'rule')} {what}, since the work that is allowed ran out: {named}{more}",
            value=what,
            related=tuple((group.names[place], group.spans[place]) for place in places[:_MAX_RELATED]),
        )


def _may_disagree(group: RuleGroup, kind: Kind) -> bool:
    """Whether the rules can contain a pair of this kind."""
    if kind not in PAIR_KINDS:
        return False
    if kind is Kind.OVERLAPPING_SESSIONS:
        return len({each.session for each in group.rules} - {None}) > 1
    return len({each.decision for each in group.rules}) > 1


def hits_of_unlisted(group: RuleGroup, analysis: Analysis, kind: Kind, words: str) -> Iterator[Hit]:
    """A hit on how many more anomalies of a kind exist than are listed, or on that there may be more."""
    more = analysis.unlisted(kind)
    if more <= 0 and not analysis.counts[kind].exact and _may_disagree(group, kind):
        yield Hit(
            Subject(kind="rules", name=group.title),
            group.spans[0],
            f"{words}: not all were looked for among {group.filter_count:,} filters, since the work that is allowed "
            "ran out",
            value=kind.value,
        )
    if more > 0:
        at_least = "" if analysis.counts[kind].exact else "at least "
        yield Hit(
            Subject(kind="rules", name=group.title),
            group.spans[0],
            f"{at_least}{more:,} more {words} are not listed",
            value=kind.value,
            severity=Severity.INFO,
        )
