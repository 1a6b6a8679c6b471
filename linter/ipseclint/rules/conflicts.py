"""Rules that hide each other, could go, or disagree about the same packets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from ipseclint.finding import Basis, Cause, Severity, Subject
from ipseclint.model.change import Fix, Remove
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, MainModeRule, RuleAction, Security
from ipseclint.model.selectors import WfpFilter
from ipseclint.rule import Hit, NoOptions, Options, rule
from ipseclint.rules._anomalies import hit_of, hits_of_undecided, hits_of_unlisted, if_reading, names_of, witness_of
from ipseclint.semantics.packets.anomaly import Analysis, Kind
from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.rules import OrderedRules, Reading
from ipseclint.semantics.rule_boxes import may_part
from ipseclint.semantics.traffic import LargeGroup, RuleGroup, Thing, main_mode_group, rule_groups

_STRICTNESS = {Security.NONE: 0, Security.REQUEST: 1, Security.REQUIRE: 2}


class Analysed(Options):
    """The number of filters above which the conflicts of a group are not analysed in an ordinary check."""

    most_filters: int


def analyses(machine: Machine, most_filters: int) -> Iterator[tuple[RuleGroup, Reading, Analysis]]:
    """The conflicts of each group of rules under each reading of their order, computed once for a machine."""
    for group in rule_groups(machine, most_filters):
        if isinstance(group, RuleGroup):
            yield from analyses_of(group)


def analyses_of(group: RuleGroup) -> Iterator[tuple[RuleGroup, Reading, Analysis]]:
    """The conflicts of one group under each reading of its order."""
    for reading in group.readings:
        yield group, reading, group.analysis(reading)


@rule(
    "FL001",
    "shadowed-rule",
    basis=(Basis.STANDARD, Basis.REASONED),
    leads_to=(13805,),
    options=Analysed,
    cause=Cause.NEVER_FINISHES,
)
def shadowed_rule(machine: Machine, options: Analysed) -> Iterator[Hit]:
    """A rule can never decide, because rules that Windows asks before it take all its packets and do otherwise.

    Why: Al-Shaer and Hamed call this shadowing. What the rule asks for never happens: no security association
    is made where one is expected, and a peer that requires it drops the clear text. A rule may be hidden by
    several others together, none of which hides it alone; the finding names as few as suffice. That exemptions
    apply regardless of other connection security rules is documented, and so is that netsh ipsec orders filters
    from specific to general; the order of connection security rules otherwise is our reasoning, and the finding
    says on which reading it rests.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT at the peer, or event 4963 for clear text that was dropped.

    Bad: a rule that requires IPsec for 10.1.1.5 beside an exemption for 10.1.0.0/16

    Good: an exemption for 10.1.2.0/24 alone

    Fix: Narrow the rules that hide it, or delete the hidden rule if it is not wanted.

    Waive: While a migration keeps an old rule in reserve.
    """
    seen: set[tuple[str, int]] = set()
    for group, reading, analysis in analyses(machine, options.most_filters):
        for anomaly in analysis.of(Kind.SHADOWED):
            if not anomaly.certain or (group.title, anomaly.rule) in seen:
                continue
            if any(exempts_everything(group.things[other]) for other in anomaly.others):
                continue
            seen.add((group.title, anomaly.rule))
            stricter = _is_stricter(group.things[anomaly.rule], [group.things[other] for other in anomaly.others])
            yield hit_of(
                group,
                anomaly,
                f"is never asked: {names_of(group, anomaly)} {'takes' if len(anomaly.others) == 1 else 'take'} "
                f"all its packets, such as {witness_of(anomaly)}"
                f"{if_reading(group, reading)}",
                Severity.ERROR if stricter else None,
            )
        yield from hits_of_unlisted(group, analysis, Kind.SHADOWED, "rules that are never asked")
    yield from _left_open(machine, options.most_filters)
    for left_out in rule_groups(machine, options.most_filters):
        if isinstance(left_out, LargeGroup):
            yield Hit(
                Subject(kind="rules", name=left_out.title),
                left_out.span,
                f"conflicts were not looked for among {left_out.filter_count:,} filters, more than "
                f"{options.most_filters:,}: raise most_filters of FL001 to FL006 in a ruleset to look",
                value=left_out.title,
            )


@rule("FL003", "correlated-rules", basis=(Basis.STANDARD, Basis.REASONED), leads_to=(13868, 13894), options=Analysed)
def correlated_rules(machine: Machine, options: Analysed) -> Iterator[Hit]:
    """Two rules that do different things share packets, and neither is an exception to the other.

    Why: Which of the two decides for the packets they share is not documented where neither is more specific,
    and may differ between the two ends of a connection. Then one end offers what the other does not take. This
    is correlation in the terms of Al-Shaer and Hamed; the consequence for Windows is our reasoning.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13894 ERROR_IPSEC_IKE_INVALID_MM_FOR_QM, for some peers only.

    Bad: one rule from any to 10.1.0.0/16, another from 10.1.2.0/24 to any, with other authentication

    Good: rules whose addresses do not overlap, or one wholly within the other

    Fix: Split one of them so that the shared packets belong to one rule alone.

    Waive: Where both ends are known to choose alike.
    """
    yield from _pairs(machine, options, Kind.CORRELATION, "share packets and disagree: {witness}")


@rule("FL004", "generalisation", basis=Basis.STANDARD, options=Analysed)
def generalisation(machine: Machine, options: Analysed) -> Iterator[Hit]:
    """A broad rule holds a narrower one that does something else.

    Why: This is how exceptions are written, and no fault. It is listed so that a reviewer sees every exception
    to a broad rule, in the terms of Al-Shaer and Hamed.

    Seen as: Nothing.

    Bad: a rule for any address and an exemption for one host, where nobody knows of the host

    Good: the same, reviewed

    Fix: None is needed.

    Waive: Always; the rule is off unless it is selected.
    """
    yield from _pairs(
        machine, options, Kind.GENERALISATION, "share packets, and the second is an exception to the first: {witness}"
    )


@rule("FL005", "redundant-rule", basis=(Basis.STANDARD, Basis.DOCUMENTED), options=Analysed)
def redundant_rule(machine: Machine, options: Analysed) -> Iterator[Hit]:
    """A rule could go without changing what happens to any packet, or stands there more than once.

    Why: It only makes the policy larger, and with it the time to apply it. Windows itself knows rules as
    duplicate or optimized out and tells so as their enforcement state.

    Seen as: No error; the rule's enforcement state.

    Bad: the same isolation rule from two GPOs

    Good: one of them

    Fix: Delete the rule, or one of the equal ones.

    Waive: In a staged migration.
    """
    seen: set[tuple[str, int]] = set()
    told: set[tuple[str, frozenset[int]]] = set()
    unlisted: set[tuple[str, Kind]] = set()
    for group, _reading, analysis in analyses(machine, options.most_filters):
        for kind, words in ((Kind.REDUNDANT, "changes nothing beside"), (Kind.DUPLICATE, "is equal to")):
            for anomaly in analysis.of(kind):
                # Either of two rules could go, and the reading decides which is found: that is reported once.
                together = group.title, frozenset((anomaly.rule, *anomaly.others))
                if anomaly.certain and (group.title, anomaly.rule) not in seen and together not in told:
                    seen.add((group.title, anomaly.rule))
                    told.add(together)
                    hit = hit_of(group, anomaly, f"{words} {names_of(group, anomaly)}", None)
                    others = [group.things[other] for other in anomaly.others] if kind is Kind.DUPLICATE else []
                    yield replace(hit, fix=_without([group.things[anomaly.rule], *others[1:]]))
        for kind, words in ((Kind.REDUNDANT, "rules that change nothing"), (Kind.DUPLICATE, "groups of equal rules")):
            if (group.title, kind) not in unlisted:
                unlisted.add((group.title, kind))
                yield from hits_of_unlisted(group, analysis, kind, words)


def _without(things: Iterable[Thing]) -> Fix | None:
    """The fix that removes rules: a firewall rule is an object of its own, but a filter of `netsh ipsec` shares its
    list."""
    rules = [each for each in things if isinstance(each, ConnectionSecurityRule) and each.dialect is Dialect.WFAS]
    return Fix(tuple(map(Remove, rules))) if rules else None


@rule(
    "FL006",
    "overlapping-tunnel-rules",
    basis=Basis.STANDARD,
    leads_to=(13868, 13810, 13815),
    options=Analysed,
    cause=Cause.NEVER_FINISHES,
)
def overlapping_tunnel_rules(machine: Machine, options: Analysed) -> Iterator[Hit]:
    """Two tunnel rules send the same packets into different tunnels.

    Why: Traffic may enter one tunnel and its answer another; each side then negotiates quick modes that the
    other discards. Hamed, Al-Shaer and Marrero call these overlapping sessions.

    Seen as: 13868, 13810, 13815, and event 4965 for packets with the wrong SPI.

    Bad: 10.1.0.0/16 to 10.2.0.0/16 through one gateway and 10.1.5.0/24 to 10.2.0.0/16 through another

    Good: selectors that do not overlap

    Fix: Make the addresses of the two rules disjoint.

    Waive: Where a second gateway of one rule stands in for the first.
    """
    seen: set[tuple[str, int, int]] = set()
    unlisted: set[str] = set()
    for group, _reading, analysis in analyses(machine, options.most_filters):
        for anomaly in analysis.of(Kind.OVERLAPPING_SESSIONS):
            key = (group.title, anomaly.rule, anomaly.others[0])
            if not anomaly.certain or key in seen:
                continue
            seen.add(key)
            one, other = group.rules[anomaly.rule], group.rules[anomaly.others[0]]
            same = set(one.boxes) == set(other.boxes)
            yield hit_of(
                group,
                anomaly,
                f"and {names_of(group, anomaly)} send {'all' if same else 'some'} of the same packets into different "
                f"tunnels: {witness_of(anomaly)}",
                Severity.ERROR if same else Severity.WARNING,
            )
        if group.title not in unlisted:
            unlisted.add(group.title)
            yield from hits_of_unlisted(group, analysis, Kind.OVERLAPPING_SESSIONS, "pairs that share packets")


@rule(
    "FL013",
    "main-mode-rules-overlap",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13868, 13894),
    cause=Cause.NEVER_FINISHES,
)
def main_mode_rules_overlap(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """Two main-mode rules match the same peer with different sets.

    Why: A negotiation with the peer can start under either, and the main mode that results is shared by all
    quick modes with that peer. The sharing is documented; that the choice between the rules is open is our
    reasoning, since their order is not documented.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13894 ERROR_IPSEC_IKE_INVALID_MM_FOR_QM.

    Bad: two main-mode rules for 10.0.0.0/8 with different proposals

    Good: main-mode rules for disjoint addresses

    Fix: Make the addresses disjoint, or give both rules the same sets.

    Waive: Never without knowing which rule Windows takes.
    """
    for group, _reading, analysis in analyses_of(main_mode_group(machine)):
        for kind in (Kind.SHADOWED, Kind.CORRELATION, Kind.GENERALISATION):
            for anomaly in analysis.of(kind):
                if anomaly.certain:
                    message = f"and {names_of(group, anomaly)} match the same peer with different sets"
                    yield hit_of(group, anomaly, f"{message}: {witness_of(anomaly)}", None)


def _pairs(machine: Machine, options: Analysed, kind: Kind, message: str) -> Iterator[Hit]:
    """The pairs that are of a kind under every reading of the order: if one reading settles it, there is no
    conflict."""
    by_group: dict[str, list[tuple[RuleGroup, Reading, Analysis]]] = {}
    for group, reading, analysis in analyses(machine, options.most_filters):
        if not all(isinstance(thing, MainModeRule) for thing in group.things):  # FL013 is about those
            by_group.setdefault(group.title, []).append((group, reading, analysis))
    for of_group in by_group.values():
        group, _, analysis = of_group[0]
        always = frozenset.intersection(*(_pair_keys(*each, kind) for each in of_group))
        for anomaly in analysis.of(kind):
            if (anomaly.rule, anomaly.others) in always:
                words = message.format(witness=witness_of(anomaly))
                yield hit_of(group, anomaly, f"and {names_of(group, anomaly)} {words}", None)
        yield from hits_of_unlisted(group, analysis, kind, f"pairs of this kind ({kind})")


def _pair_keys(
    group: RuleGroup, reading: Reading, analysis: Analysis, kind: Kind
) -> frozenset[tuple[int, tuple[int, ...]]]:
    rules = group.ordered(reading)
    return frozenset(
        (anomaly.rule, anomaly.others)
        for anomaly in analysis.of(kind)
        if anomaly.certain and (kind is not Kind.CORRELATION or _order_unknown(rules, anomaly.rule, anomaly.others[0]))
    )


def _order_unknown(rules: OrderedRules, one: int, other: int) -> bool:
    """Whether two rules surely share packets for which it is not known which rule is asked first."""
    return any(
        mine.box.surely_meets(theirs.box)
        and not may_part(mine.box, theirs.box)
        and not rules.before(mine, theirs)
        and not rules.before(theirs, mine)
        and not _stay_inside(mine.box & theirs.box)
        for mine in (rules.filters[place] for place in rules.filters_of[one])
        for theirs in (rules.filters[place] for place in rules.filters_of[other])
    )


def _stay_inside(one: Box) -> bool:
    """Whether packets go from one address to the same, and so never leave their host."""
    source, destination = one.sets[Axis.SOURCE], one.sets[Axis.DESTINATION]
    return source == destination and source.size == 1


def exempts_everything(thing: Thing) -> bool:
    """Whether a rule exempts any address and all traffic, which EX010 reports."""
    if not isinstance(thing, ConnectionSecurityRule) or thing.action.known is not RuleAction.EXEMPT:
        return False
    ends = (*(thing.endpoint1.known or ()), *(thing.endpoint2.known or ()))
    return all(each.is_any for each in ends) and thing.protocol.known is None


def _is_stricter(hidden: Thing, hiding: list[Thing]) -> bool:
    return _strictness(hidden) > max((_strictness(each) for each in hiding), default=0)


def _strictness(thing: Thing) -> int:
    """How firmly a rule protects: 2 if it requires, 1 if it requests."""
    if isinstance(thing, tuple) and not isinstance(thing, WfpFilter):
        thing = thing[0]
    if not isinstance(thing, ConnectionSecurityRule) or thing.action.known is not RuleAction.NEGOTIATE:
        return 0
    return max(
        _STRICTNESS.get(thing.inbound.known or Security.NONE, 0),
        _STRICTNESS.get(thing.outbound.known or Security.NONE, 0),
    )


def _left_open(machine: Machine, most_filters: int) -> Iterator[Hit]:
    """The rules that were left undecided, under any reading of their order, when the allowed work ran out."""
    for group in rule_groups(machine, most_filters):
        if isinstance(group, RuleGroup):
            analyses = [analysis for _, _, analysis in analyses_of(group)]
            undecided = {place for analysis in analyses for place in analysis.undecided}
            undetermined = {place for analysis in analyses for place in analysis.undetermined} - undecided
            yield from hits_of_undecided(
                group, undecided, "it was not decided whether others hide them or they could go"
            )
            yield from hits_of_undecided(
                group, undetermined, "it was not decided whether they do other than those that hide them"
            )
