"""The effect of a repair on protection and peers, decided on the model by packet sets and suites."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from ipseclint.late import late_names
from ipseclint.model.change import Edit
from ipseclint.model.dialect import Dialect
from ipseclint.model.machine import Crypto, Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    FilterAction,
    FilterList,
    FirewallRule,
    GlobalSettings,
    IpsecPolicy,
    MainModeCryptoSet,
    MainModeRule,
    PolicyObject,
    QuickModeCryptoSet,
    Reference,
    RuleAction,
    Security,
    inherited_security,
)
from ipseclint.model.setting import Setting
from ipseclint.semantics.filter_boxes import legacy_boxes
from ipseclint.semantics.packets.axes import MULTICAST, Axis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.budget import Budget
from ipseclint.semantics.packets.peers import Peers
from ipseclint.semantics.packets.rules import Reading
from ipseclint.semantics.protection import (
    CLEAR,
    Comparison,
    Effect,
    Guard,
    Level,
    compare_authentication,
    compare_guards,
    compare_sets,
)
from ipseclint.semantics.rule_boxes import connection_boxes, main_mode_boxes
from ipseclint.semantics.traffic import RuleGroup, connection_group, policy_groups

if TYPE_CHECKING:
    from ipseclint.repair.asked import Owner, asked, exempts
    from ipseclint.semantics.machine_wide import compare_firewall, compare_settings
    from ipseclint.semantics.packets.owners import Claim, owners, parts

    _Filters = tuple[Owner, tuple[Box, ...]]
else:
    asked, exempts = late_names("ipseclint.repair.asked", "asked", "exempts")
    Claim, owners, parts = late_names("ipseclint.semantics.packets.owners", "Claim", "owners", "parts")
    compare_firewall, compare_settings = late_names(
        "ipseclint.semantics.machine_wide", "compare_firewall", "compare_settings"
    )

_STEPS_OF_A_FIX = 200_000
"""Reasoned: the most intersections of boxes for judging one repair; about a second."""

_LEVELS = {Security.NONE: Level.CLEAR, Security.REQUEST: Level.REQUESTED, Security.REQUIRE: Level.REQUIRED}

SELECTING = frozenset(
    {"enabled", "profiles", "endpoint1", "endpoint2", "protocol", "port1", "port2", "interface_types", "action"}
)
"""The fields of a rule that decide its packets; exemptions may be asked before other rules."""

Samples = dict[str, Box]
"""The packets that reasons name, by the words for one of them."""

_MainMode = tuple[MainModeCryptoSet | None, AuthenticationSet | None]


class Impact(Struct, frozen=True):
    """The effect of a change on protection and the reason, in a sentence without its full stop."""

    effect: Effect
    why: str | None = None

    def __str__(self) -> str:
        return self.effect.value + (f" ({self.why})" if self.why else "")


def impact_of(
    edits: Sequence[Edit], machine: Machine, budget: Budget | None = None, samples: Samples | None = None
) -> Impact:
    """The effect of edits of a machine's policy on the protection of its traffic.

    Effect.UNKNOWN where a part was not understood, or the work would exceed the budget. `samples` takes the packets
    that the reason may name.
    """
    judging = _Judging(
        machine, _Edited.by(edits), budget or Budget(_STEPS_OF_A_FIX), {} if samples is None else samples
    )
    for edit in edits:
        judging.judge(edit)
    judging.judge_packets()
    return Impact(judging.result.effect, judging.result.why)


class _Edited(Struct, frozen=True, dict=True):
    """The sets that edits change or add: the edit of each, and the new ones by name."""

    edits: Sequence[Edit]
    instead: dict[int, Edit]

    @classmethod
    def by(cls, edits: Sequence[Edit]) -> _Edited:
        return cls(edits, {id(edit.before): edit for edit in edits if edit.before is not None})

    @cached_property
    def added(self) -> dict[tuple[str, str], PolicyObject]:
        after = (edit.after for edit in self.edits)
        return {(_sort(each), each.name.casefold()): each for each in after if each is not None}

    def now(self, value: Any) -> Any:
        edit = self.instead.get(id(value))
        return value if edit is None else edit.after


def _sort(policy_object: PolicyObject) -> str:
    return policy_object.phase.value if isinstance(policy_object, AuthenticationSet) else policy_object.kind


class _Side:
    """The claims that exist only before a change, or only after it."""

    def __init__(self, filters: Iterable[_Filters], reading: Reading) -> None:
        self._claims = [
            Claim(reading.rank(exempts=exempts(owner)), box, owner) for owner, boxes in filters for box in boxes
        ]
        self._peers = Peers((number, claim.box) for number, claim in enumerate(self._claims))

    def near(self, region: Box) -> list[Claim[Owner]]:
        return [self._claims[number] for number in self._peers.near([region])]


class _Judging(Struct, dict=True):
    """The work of judging one repair."""

    machine: Machine
    edited: _Edited
    budget: Budget
    samples: Samples
    result: Comparison = field(default_factory=Comparison)
    changed: list[tuple[ConnectionSecurityRule | None, ConnectionSecurityRule | None]] = field(default_factory=list)
    """The rules whose packets change, before and after."""
    guards: dict[tuple[int, bool], tuple[ConnectionSecurityRule, Guard]] = field(default_factory=dict)
    """The protection by each rule before the edits, and after them, cached for all parts of its packets."""
    compared: set[tuple[int, int, int | None, bool]] = field(default_factory=set)
    """The pairs of rules compared so far: further packets would give the same reasons, of which the first is
    reported."""

    kinds: set[Hashable] = field(default_factory=set)
    """The kinds of edits of sets that were judged."""

    def judge(self, edit: Edit) -> None:
        """Judge one edit; changes of a rule's packets are only noted."""
        if edit.kind in self.kinds:
            return  # a set like this one was judged
        match edit.before, edit.after:
            case (ConnectionSecurityRule() | None as before, ConnectionSecurityRule() | None as after):
                self._rule(before, after, edit.fields)
            case (MainModeRule() | None as before, MainModeRule() | None as after):
                self._main_mode_rule(before, after, edit.fields)
            case (MainModeCryptoSet() | QuickModeCryptoSet() as before, after) if self._is_used(before, after):
                if edit.kind is not None:
                    self.kinds.add(edit.kind)
                compare_sets(before, after, self.result)  # type: ignore[arg-type]
            case (AuthenticationSet() as before, after) if self._is_used(before, after):
                compare_authentication(before, after, self.result)  # type: ignore[arg-type]
            case (FilterAction() as before, FilterAction() as after):
                self._filter_action(before, after)
            case (FilterList() as before, _):
                self.changed += [(rule, rule) for rule in self._rules_with("filter_list", before)]
            case (IpsecPolicy() as before, after) if _assigned(before) and not _assigned(after):
                self.changed += [(rule, None) for rule in self._rules_with("policy", before)]
            case (GlobalSettings() as before, GlobalSettings() as after):
                compare_settings(before, after, self.result)
            case (FirewallRule() as before, FirewallRule() | None as after):
                compare_firewall(before, after, self.result)

    def _is_used(self, before: Crypto, after: object) -> bool:
        """Whether some rule, or the end of a VPN, negotiates with a set.

        A rule that is edited too is compared with the set that it has afterwards.
        """
        if before.dialect is Dialect.VPN:
            return True
        users = self.machine.index.users_of(before)
        return any(after is not None or id(user) not in self.edited.instead for user in users)

    def _rules_with(self, field_name: str, thing: PolicyObject) -> Iterator[ConnectionSecurityRule]:
        keys = {each.casefold() for each in (thing.name, thing.id) if each}
        for rule in self.machine.policy.connection_security_rules:
            reference = getattr(rule, field_name)
            if reference is not None and reference.target.casefold() in keys and rule.enabled.known is not False:
                yield rule

    def _rule(
        self, before: ConnectionSecurityRule | None, after: ConnectionSecurityRule | None, fields: Sequence[str]
    ) -> None:
        if before is None or after is None or SELECTING & set(fields):
            self.changed.append((before, after))
        elif before.enabled.known is not False:
            compare_guards(self._guard(before), self._guard(after, edited=True), None, _traffic_of(before), self.result)

    def _main_mode_rule(self, before: MainModeRule | None, after: MainModeRule | None, fields: Sequence[str]) -> None:
        """Judge a main-mode rule, which replaces the default set for its peers."""
        old, new = self._main_mode_sets(before, edited=False), self._main_mode_sets(after, edited=True)
        if before is not None and after is not None and not SELECTING & set(fields):
            moves = [(old, new)]
        else:
            here, there = self._peers(before), self._peers(after)
            moves = [(old, self._default_of(old))] * _is_left(here, there)
            moves += [(self._default_of(new), new)] * _is_left(there, here)
        for one, other in moves:
            if one[0] is not other[0]:
                compare_sets(one[0], other[0], self.result)
            if one[1] is not other[1]:
                compare_authentication(one[1], other[1], self.result)

    def _peers(self, rule: MainModeRule | None) -> tuple[Box, ...]:
        if rule is None or rule.enabled.known is False:
            return ()
        every = main_mode_boxes(rule, self.machine.site)
        return tuple(each for each in every if not each.sets[Axis.DESTINATION].within(MULTICAST[each.family]))

    def _main_mode_sets(self, rule: MainModeRule | None, *, edited: bool) -> _MainMode:
        if rule is None:
            return None, None
        index = self.machine.index
        sets = index.main_mode_of(rule), index.first_auth_of(rule)
        return (self.edited.now(sets[0]), self.edited.now(sets[1])) if edited else sets

    def _default_of(self, sets: _MainMode) -> _MainMode:
        """The sets without a main-mode rule; the authentication is then that of each rule."""
        defaults = (each for each in self.machine.policy.main_mode_crypto_sets if each.is_default)
        return (next(defaults, None) if sets[0] else None), sets[1]

    def _filter_action(self, before: FilterAction, after: FilterAction) -> None:
        inherited = inherited_security(after)._asdict()
        for rule in self._rules_with("filter_action", before):
            then = rule.model_copy(update=inherited)
            compare_guards(self._guard(rule), self._guard(then, edited=True), None, _traffic_of(rule), self.result)

    def judge_packets(self) -> None:
        """Compare who decides for the packets of the changed rules, in every reading of their order."""
        if not self.changed:
            return
        if self.budget.left >= 0:
            self._judge_groups()
        if self.budget.left < 0:
            self.result.doubts.append("the policy is too large to look at every packet")

    def _judge_groups(self) -> None:
        gone = {id(before) for before, _ in self.changed if before is not None}
        groups = [connection_group(self.machine), *policy_groups(self.machine)]
        for group in groups:
            mine = gone & group.of_rule.keys()
            added = [
                after for before, after in self.changed if after is not None and _belongs(before, after, group, mine)
            ]
            if mine or added:
                self._group(group, mine, added)

    def _group(self, group: RuleGroup, gone: set[int], added: Sequence[ConnectionSecurityRule]) -> None:
        rules = asked(self.machine, group)
        of_gone = dict.fromkeys(sorted(place for rule in gone for place in group.of_rule[rule]))
        lost: list[_Filters] = [(rules.owner(place), group.rules[place].boxes) for place in of_gone]
        gained = [each for rule in added if rule.enabled.known is not False for each in self._boxes(rule)]
        if self._is_as_before(lost, gained):
            return
        region = dict.fromkeys(box for _, boxes in (*lost, *gained) for box in boxes if box)
        if len(gone) <= 1 and len(added) <= 1 and not group.is_other_near(region, of_gone):
            self._alone(lost, gained)
            return
        exempting = any(rules.near(part).exempting for part in region) or any(exempts(owner) for owner, _ in gained)
        # Readings that order these rules alike are one.
        orders = {(each.exemptions_first and exempting, each.most_specific_first): each for each in group.readings}
        for reading in orders.values():
            before_alone, after_alone = (_Side(side, reading) for side in (lost, gained))
            for part in region:
                cells = owners(
                    rules.claims(part, reading, self.budget),
                    lambda claim: id(claim.owner[0]) not in gone,
                    before_alone.near(part),
                    after_alone.near(part),
                    part,
                    self.budget,
                    most_specific_first=reading.most_specific_first,
                )
                for cell, before, after in cells:
                    if before is not after:
                        self._cell(cell, before, after)
                    if self.result.exposures:
                        return
                if self.budget.left < 0:
                    return

    def _is_as_before(self, lost: Sequence[_Filters], gained: Sequence[_Filters]) -> bool:
        """Whether one rule stays for the same packets and protects them as it did, whoever else is asked."""
        if len(lost) != 1 or len(gained) != 1:
            return False
        ((before, _), had), ((after, _), has) = lost[0], gained[0]
        if had != has or before.action.known is not after.action.known:
            return False
        return self._guard(before) == self._guard(after, edited=True)

    def _alone(self, lost: Sequence[_Filters], gained: Sequence[_Filters]) -> None:
        """Judge one rule before and after where no other rule is asked, so that no order matters."""
        had, has = ([Claim(0, box, owner) for owner, boxes in side for box in boxes if box] for side in (lost, gained))
        for claim in had:
            for cell, after in parts(claim.box, has, self.budget):
                self._cell(cell, claim.owner, after)
        for claim in has:
            for cell, before in parts(claim.box, had, self.budget):
                if before is None:
                    self._cell(cell, None, claim.owner)

    def _boxes(self, rule: ConnectionSecurityRule) -> Iterator[_Filters]:
        if rule.filter_list is None:
            yield (rule, None), connection_boxes(rule, self.machine.site)
            return
        filters = self.edited.now(self.machine.index.filter_list_of(rule))
        filters = filters or self.edited.added.get((FilterList.kind, rule.filter_list.target.casefold()))
        for row in filters.filters if isinstance(filters, FilterList) else ():
            yield (rule, row), legacy_boxes(rule, row, self.machine.site)

    def _cell(self, cell: Box, before: Owner | None, after: Owner | None) -> None:
        ways = cell.sets[Axis.DIRECTION]
        direction = ways.first if ways.size == 1 else None
        groups = MULTICAST[cell.family]
        unanswered = cell.sets[Axis.SOURCE].within(groups) or cell.sets[Axis.DESTINATION].within(groups)
        pair = (id(before and before[0]), id(after and after[0]), direction, unanswered)
        if pair in self.compared:
            return
        self.compared.add(pair)
        guards = [
            CLEAR if before is None else self._guard(before[0]),
            CLEAR if after is None else self._guard(after[0], edited=True),
        ]
        if unanswered:
            guards = [guard.unanswered for guard in guards]
        compare_guards(guards[0], guards[1], direction, lambda: self._sample(cell), self.result)

    def _sample(self, cell: Box) -> str:
        words = str(cell.sample())
        self.samples.setdefault(words, cell)
        return words

    def _guard(self, rule: ConnectionSecurityRule, *, edited: bool = False) -> Guard:
        key = id(rule), edited
        if key not in self.guards:
            self.guards[key] = rule, self._guard_of(rule, edited=edited)
        return self.guards[key][1]

    def _guard_of(self, rule: ConnectionSecurityRule, *, edited: bool) -> Guard:
        match rule.action.known:
            case RuleAction.EXEMPT:
                return CLEAR
            case RuleAction.BLOCK:
                return Guard(Level.BLOCKED, Level.BLOCKED)
            case None:
                return Guard(None, None)
        sets, now = self.machine.index.sets_of(rule), self.edited.now if edited else _unchanged

        def used(known: Any, kind: str, reference: Reference | None) -> Any:
            if known is not None or reference is None or not edited:
                return now(known)
            return self.edited.added.get((kind, reference.target.casefold()))

        return Guard(
            _level(rule.inbound),
            _level(rule.outbound),
            used(sets.main_mode_crypto, MainModeCryptoSet.kind, rule.main_mode_crypto),
            used(sets.quick_mode_crypto, QuickModeCryptoSet.kind, rule.quick_mode_crypto or rule.filter_action),
            used(sets.first_authentication, AuthPhase.FIRST, rule.first_authentication),
            used(sets.second_authentication, AuthPhase.SECOND, rule.second_authentication),
            bool(rule.require_authorization and rule.require_authorization.known),
        )


def _belongs(
    before: ConnectionSecurityRule | None, after: ConnectionSecurityRule, group: RuleGroup, gone: set[int]
) -> bool:
    """Whether a rule, as it will be, competes with the rules of the group."""
    if id(before) in gone:
        return True
    return (after.policy.target.casefold() if after.policy else None) == group.policy


def _unchanged(value: Any) -> Any:
    return value


def _traffic_of(rule: ConnectionSecurityRule) -> Callable[[], str]:
    return lambda: f"traffic of {rule.name}"


def _level(security: Setting[Security]) -> Level | None:
    return None if security.known is None else _LEVELS[security.known]


def _is_left(boxes: Iterable[Box], taken: Sequence[Box]) -> bool:
    """Whether some packets are in none of the boxes that are taken away."""
    rest = list(boxes)
    for other in taken:
        rest = [left for cell in rest for left in cell.minus(other)]
    return any(rest)


def _assigned(policy: object) -> bool:
    return isinstance(policy, IpsecPolicy) and policy.assigned.known is not False
