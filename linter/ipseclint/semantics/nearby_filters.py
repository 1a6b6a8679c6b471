"""The filters and rules among very many that can matter to a change of a few: those that may share a packet with them.

A packet that no changed filter or rule matches is treated as before. So filters that are in both states, do the same
and meet no changed one are left out early.
"""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

from msgspec import Struct, field

from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    Dialect,
    FilterList,
    MainModeCryptoSet,
    MainModeRule,
    QuickModeCryptoSet,
)
from ipseclint.model.selectors import Address, Addresses, LegacyFilter, WfpFilter
from ipseclint.model.setting import Unknown
from ipseclint.semantics.meaning import meaning, without_places
from ipseclint.semantics.packet_treatment import default_main_mode, main_mode, treatment
from ipseclint.semantics.packets.axes import IN, OUT
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.rule_boxes import FIELDS_OF_SCOPE
from ipseclint.semantics.scope import profiles_without_local_rules
from ipseclint.vocabulary.addresses import AddressKeyword

FEW_FILTERS, FEW_RULES = 5_000, 200
"""Reasoned: up to so many filters, and rules, it is quicker to look at all."""

Row = TypeVar("Row")


def nearby(old: Machine, new: Machine) -> tuple[Machine, Machine]:
    """Two states of a machine, without the filters and rules that cannot matter to their differences."""
    if min(len(machine.policy.connection_security_rules) for machine in (old, new)) > FEW_RULES:
        old, new = _nearby_rules(old, new)
    counts = [sum(len(each.filters) for each in machine.policy.filter_lists) for machine in (old, new)]
    if min(counts) > FEW_FILTERS:
        old, new = _nearby_in_lists(old, new)
    if min(len(machine.policy.wfp_filters) for machine in (old, new)) > FEW_FILTERS:
        old, new = _nearby_of_wfp(old, new)
    return old, new


def _nearby_rules(old: Machine, new: Machine) -> tuple[Machine, Machine]:
    if _of_every_rule(old) != _of_every_rule(new):
        return old, new
    changed = _Reach()
    for rule, *_ in _changed(_connection_rules(old), _connection_rules(new), key=operator.itemgetter(slice(1, None))):
        changed.add(_ways_of_rule(rule))
    for main, *_ in _changed(_main_mode_rules(old), _main_mode_rules(new), key=operator.itemgetter(slice(1, None))):
        changed.add(_ways_of_rule(main))

    def reduced(machine: Machine) -> Machine:
        policy = machine.policy
        rules = tuple(
            rule
            for rule in policy.connection_security_rules
            if rule.dialect is Dialect.IP_SECURITY_POLICY or changed.meets(_ways_of_rule(rule))
        )
        mains = tuple(rule for rule in policy.main_mode_rules if changed.meets(_ways_of_rule(rule)))
        update = {"connection_security_rules": rules, "main_mode_rules": mains}
        return machine.with_policy(policy.model_copy(update=update))

    return reduced(old), reduced(new)


def _of_every_rule(machine: Machine) -> Hashable:
    """What affects every rule of a machine."""
    return profiles_without_local_rules(machine), default_main_mode(machine)


def _connection_rules(machine: Machine) -> list[tuple[ConnectionSecurityRule, Hashable, Hashable]]:
    """The connection security rules, each with its scope and what it does."""
    return [
        (rule, _scope(rule), (treatment(machine, rule, inbound=False), treatment(machine, rule, inbound=True)))
        for rule in machine.policy.connection_security_rules
        if rule.dialect is not Dialect.IP_SECURITY_POLICY
    ]


def _main_mode_rules(machine: Machine) -> list[tuple[MainModeRule, Hashable, Hashable]]:
    return [(rule, _scope(rule), main_mode(machine, rule)) for rule in machine.policy.main_mode_rules]


def _scope(rule: ConnectionSecurityRule | MainModeRule) -> Hashable:
    """The fields of a rule that say for which packets it is; one that was not understood equals no other."""
    settings = [getattr(rule, name) for name in FIELDS_OF_SCOPE if hasattr(rule, name)]
    values = [setting.value for setting in settings]
    return id(rule) if any(isinstance(value, Unknown) for value in values) else (rule.store, rule.dialect, *values)


def _nearby_in_lists(old: Machine, new: Machine) -> tuple[Machine, Machine]:
    uses = [_uses(machine) for machine in (old, new)]
    filters = [
        [(uses[side].get(each.name.casefold()), row) for each in machine.policy.filter_lists for row in each.filters]
        for side, machine in enumerate((old, new))
    ]
    changed = _Reach()
    for row in _changed(filters[0], filters[1], key=lambda pair: (pair[0], pair[1][:6])):
        changed.add(_ways_of_legacy(row[1]))

    def reduced(filter_list: FilterList) -> FilterList:
        rows = tuple(row for row in filter_list.filters if changed.meets(_ways_of_legacy(row)))
        return filter_list.model_copy(update={"filters": rows})

    def reduced_machine(machine: Machine) -> Machine:
        lists = tuple(map(reduced, machine.policy.filter_lists))
        return machine.with_policy(machine.policy.model_copy(update={"filter_lists": lists}))

    return reduced_machine(old), reduced_machine(new)


def _uses(machine: Machine) -> dict[str, Hashable]:
    """For each filter list, by its name, what the rules with it do."""
    uses: dict[str, list[Hashable]] = {}
    for rule in machine.policy.connection_security_rules:
        filter_list = machine.index.filter_list_of(rule)
        if filter_list is not None:
            main = machine.index.main_mode_of(rule)
            policy = rule.policy.target.casefold() if rule.policy is not None else None
            assigned = machine.index.policies.get(policy or "")
            says = (
                policy,
                assigned and assigned.assigned.known,
                meaning(machine, rule),
                main and meaning(machine, main),
            )
            uses.setdefault(filter_list.name.casefold(), []).append(says)
    return {name: tuple(sorted(map(hash, says))) for name, says in uses.items()}


def _nearby_of_wfp(old: Machine, new: Machine) -> tuple[Machine, Machine]:
    other = _contexts(old) ^ _contexts(new)
    keys = {key for key, _ in other}
    changed = _Reach()
    for row in _changed(old.policy.wfp_filters, new.policy.wfp_filters, key=_key_of_wfp):
        changed.add(_ways_of_wfp(row))
    for machine in (old, new):
        for row in machine.policy.wfp_filters:
            if row.context_key is not None and row.context_key.casefold() in keys:
                changed.add(_ways_of_wfp(row))

    def reduced(machine: Machine) -> Machine:
        rows = tuple(row for row in machine.policy.wfp_filters if changed.meets(_ways_of_wfp(row)))
        return machine.with_policy(machine.policy.model_copy(update={"wfp_filters": rows}))

    return reduced(old), reduced(new)


def _contexts(machine: Machine) -> set[tuple[str, Hashable]]:
    """The provider contexts by key, with their content."""
    policy = machine.policy
    sets: list[MainModeCryptoSet | QuickModeCryptoSet | AuthenticationSet] = [*policy.main_mode_crypto_sets]
    sets += [*policy.quick_mode_crypto_sets, *policy.authentication_sets]
    return {((each.id or each.name).casefold(), (each.kind, meaning(machine, each))) for each in sets}


def _key_of_wfp(row: WfpFilter) -> Hashable:
    return without_places(row._replace(line=0, column=0, path="", filter_id=None, name=""))


def _changed(old: Sequence[Row], new: Sequence[Row], key: Callable[[Row], Hashable]) -> Iterator[Row]:
    """The rows that stand in one of two lists more often than in the other."""
    counts = [Counter(map(key, rows)) for rows in (old, new)]
    more = [counts[0] - counts[1], counts[1] - counts[0]]
    for rows, left in zip((old, new), more, strict=True):
        if left:
            yield from (row for row in rows if key(row) in left)


# ---- whether filters may meet ----


class _Way(NamedTuple):
    """The addresses of a filter's packets in one direction: ranges, None for any or not known."""

    direction: int
    source: Addresses | None
    destination: Addresses | None


def _ways_of_rule(rule: ConnectionSecurityRule | MainModeRule) -> Iterator[_Way]:
    """The outgoing packets: inbound ones are their mirror image, so that two rules meet in both or in neither."""
    yield _Way(OUT, _literal(rule.endpoint1.known or ()), _literal(rule.endpoint2.known or ()))


def _ways_of_legacy(row: LegacyFilter) -> Iterator[_Way]:
    there = (
        [(row.source, row.destination), (row.destination, row.source)]
        if row.mirrored
        else [(row.source, row.destination)]
    )
    for source, destination in there:
        for direction in (OUT, IN):
            # The machine's own address is the source of what goes out, the destination of what comes in.
            me = (source if direction == IN else destination).keyword is AddressKeyword.ME
            if not me:
                yield _Way(direction, _literal((source,)), _literal((destination,)))


def _ways_of_wfp(row: WfpFilter) -> Iterator[_Way]:
    yield _Way(OUT, _literal(row.local), _literal(row.remote))


def _literal(addresses: Iterable[Address]) -> Addresses | None:
    some = tuple(addresses)
    return some if some and all(each.version and not each.is_any for each in some) else None


class _Side(Struct, dict=True):
    """The addresses of changed filters on one side of the packets of one direction."""

    any: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)

    def add(self, addresses: Addresses | None) -> None:
        self.any = self.any or addresses is None
        self.spans += ((_line(each, each.first), _line(each, each.last)) for each in addresses or ())

    def meets(self, addresses: Addresses | None) -> bool:
        if self.any or addresses is None:
            return self.any or bool(self.spans)
        lows, highs = self._sorted
        for address in addresses:
            place = bisect_right(lows, _line(address, address.last)) - 1
            if place >= 0 and highs[place] >= _line(address, address.first):
                return True
        return False

    @cached_property
    def _sorted(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where the spans begin and end; asked for when all are added."""
        merged = IntervalSet.of(*self.spans).spans
        return tuple(low for low, _ in merged), tuple(high for _, high in merged)


def _line(address: Address, number: int) -> int:
    """A number for an address such that both families share one line."""
    return number if address.version == 4 else number + (1 << 32)


class _Reach:
    """The packets of changed filters, by direction and side."""

    def __init__(self) -> None:
        self._sides = {(direction, side): _Side() for direction in (OUT, IN) for side in (0, 1)}

    def add(self, ways: Iterable[_Way]) -> None:
        for way in ways:
            self._sides[way.direction, 0].add(way.source)
            self._sides[way.direction, 1].add(way.destination)

    def meets(self, ways: Iterable[_Way]) -> bool:
        return any(
            self._sides[way.direction, 0].meets(way.source) and self._sides[way.direction, 1].meets(way.destination)
            for way in ways
        )
