"""How large rules and exemption lists are, and how far their addresses can be joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.model.selectors import Address, Addresses
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.scope import exemptions, filters_of, remote_side, secured_rules
from ipseclint.words import plural


class FilterProductExplosion(Options):
    """The most combinations of addresses and ports that a rule may stand for."""

    info_above: int
    warning_above: int


@rule(
    "QD027",
    "filter-product-explosion",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13810, 13896),
    options=FilterProductExplosion,
    cause=Cause.TOO_MANY,
)
def filter_product_explosion(machine: Machine, options: FilterProductExplosion) -> Iterator[Hit]:
    """One rule stands for a great number of combinations of addresses and ports.

    Why: Windows makes filters of every pair of addresses and ports. Microsoft's guide says that a bigger policy costs
    memory, processor time, throughput and time to apply on every device. A rule for single ports also needs a quick
    mode for each of them where a rule for all traffic needs one for each peer, and makes responders add filters while
    they run. How many combinations are too many is our reasoning.

    Seen as: Policy that takes long to apply; 13810 for quick modes that wait, 13896 ERROR_IPSEC_IKE_TOO_MANY_FILTERS
    on responders that add filters.

    Bad: One rule with 40 addresses, 60 addresses and 8 ports

    Good: One rule between two subnets for any protocol

    Fix: Name subnets instead of hosts, any protocol instead of ports, and one rule for each role of servers.

    Waive: When the hosts have little else to do, and the list cannot be joined. Exemptions are not counted: they
    make no security associations.
    """
    sizes = [(secured_rule, _size(machine, secured_rule)) for secured_rule in secured_rules(machine)]
    total = sum(size for _, size in sizes)
    for each, size in sizes:
        if size <= options.info_above:
            continue
        yield Hit(
            subject=each,
            span=each.endpoint2.span if each.filter_list is None else each.filter_list.span,
            message=f"{_factors(machine, each, size)}; the policy has {total} in all; "
            f"{options.info_above} or fewer keep it quick",
            value=size,
            severity=Severity.WARNING if size > options.warning_above else Severity.INFO,
            fix=_joined_sides(each),
        )


def _size(machine: Machine, secured_rule: ConnectionSecurityRule) -> int:
    if secured_rule.filter_list is not None:
        return sum(2 if filter_.mirrored else 1 for filter_ in filters_of(machine, secured_rule))
    sides = (
        secured_rule.endpoint1.known or (),
        secured_rule.endpoint2.known or (),
        secured_rule.port1.known or (),
        secured_rule.port2.known or (),
    )
    product = 1
    for side in sides:
        product *= max(1, len(side))
    return product


def _factors(machine: Machine, secured_rule: ConnectionSecurityRule, size: int) -> str:
    if secured_rule.filter_list is not None:
        count = len(filters_of(machine, secured_rule))
        return f"{plural(count, 'filter')}, with their mirrors {size}" if size > count else plural(size, "filter")
    sides = (secured_rule.endpoint1, secured_rule.endpoint2, secured_rule.port1, secured_rule.port2)
    numbers = [len(side.known or ()) for side in sides]
    factors = [f"{number} {noun}" for number, noun in zip(numbers, _FACTORS, strict=True) if number > 1]
    return f"{size} combinations of {' x '.join(factors)}"


_FACTORS = ("own addresses", "peer addresses", "own ports", "peer ports")


def _fewest_ranges(addresses: Iterable[Address]) -> Addresses:
    """The fewest ranges that mean exactly the same addresses, in order; then keywords and names, each once."""
    listed = tuple(addresses)
    ranges: list[Address] = []
    for address in sorted((each for each in listed if each.version), key=lambda each: (each.version, each.first)):
        last = ranges[-1] if ranges else None
        if last is not None and last.version == address.version and address.first <= last.last + 1:
            ranges[-1] = Address(last.version, last.first, max(last.last, address.last))
        else:
            ranges.append(address)
    return (*ranges, *dict.fromkeys(each for each in listed if not each.version))


def _joined_sides(secured_rule: ConnectionSecurityRule) -> Fix:
    changes = []
    for field, setting in (("endpoint1", secured_rule.endpoint1), ("endpoint2", secured_rule.endpoint2)):
        addresses = setting.known or ()
        joined = _fewest_ranges(addresses)
        if len(joined) < len(addresses):
            changes.append(Assign(secured_rule, field, joined))
    return Fix(tuple(changes), note="Name subnets instead of hosts, any protocol instead of ports.")


class LargeExemptionList(Options):
    """The most addresses that exemptions may name, and the tolerable share of them that could be joined."""

    info_above: int
    warning_above: int
    warning_above_joined_share: float


@rule(
    "QD028",
    "large-exemption-list",
    basis=Basis.DOCUMENTED,
    leads_to=(13809,),
    options=LargeExemptionList,
    cause=Cause.TOO_MANY,
)
def large_exemption_list(machine: Machine, options: LargeExemptionList) -> Iterator[Hit]:
    """The exemptions of the policy name a great number of single addresses.

    Why: Microsoft's guide names the effects of a long exemption list: less isolation, more administration, more memory
    and processor time, slower network and slower application of policy. It advises to consolidate on subnets.
    At start-up the time to apply the policy is time in which requests wait. The numbers are our grading.

    Seen as: Policy that takes long to apply, and 13809 while it is.

    Bad: 320 addresses of 10.2.0.0/16, one by one

    Good: `endpoint2=10.2.0.0/16`, or the exempt hosts in one subnet of their own

    Fix: Join adjacent addresses to ranges, or move the exempt hosts to a subnet. A subnet wider than its hosts
    exempts more than was meant.

    Waive: When the hosts cannot be moved and their addresses do not lie together.
    """
    lists = [(exemption, _exempted(machine, exemption)) for exemption in exemptions(machine)]
    entries = [address for _, addresses in lists for address in addresses]
    if len(entries) <= options.info_above:
        return
    joined = len(_fewest_ranges(tuple(entries)))
    share = 1 - joined / len(entries)
    severe = len(entries) > options.warning_above or share > options.warning_above_joined_share
    largest, _ = max(lists, key=lambda pair: len(pair[1]))
    changes = [
        Assign(each, "endpoint2", _fewest_ranges(addresses))
        for each, addresses in lists
        if each.filter_list is None and len(_fewest_ranges(addresses)) < len(addresses)
    ]
    yield Hit(
        subject=largest,
        span=largest.endpoint2.span if largest.filter_list is None else largest.filter_list.span,
        message=f"{len(entries)} exempt addresses in {plural(len(lists), 'rule')}, "
        f"which {plural(joined, 'range')} would name; {options.info_above} or fewer keep a policy quick",
        value=len(entries),
        severity=Severity.WARNING if severe else Severity.INFO,
        fix=Fix(tuple(changes), note="Move the exempt hosts to a subnet of their own and exempt that."),
    )


def _exempted(machine: Machine, exemption: ConnectionSecurityRule) -> Addresses:
    return tuple(address for address in remote_side(machine, exemption) if not address.is_any)
