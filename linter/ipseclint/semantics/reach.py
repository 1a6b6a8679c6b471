"""Which addresses lie within others, for rules that use addresses of the site."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.model.selectors import Address, Addresses, parse_address
from ipseclint.semantics.scope import filters_of


def parsed(texts: Iterable[str]) -> Addresses:
    """The addresses in facts of the site, all of which were validated."""
    return tuple(address for text in texts if (address := parse_address(text)) is not None)


def covers(outer: Addresses, inner: Address) -> bool:
    """Whether a range lies within one of the others, or one of them is any address."""
    return any(
        (address.is_any and address.version in {0, inner.version})
        or (
            inner.version
            and address.version == inner.version
            and address.first <= inner.first
            and inner.last <= address.last
        )
        for address in outer
    )


def meets(some: Addresses, other: Address) -> bool:
    """Whether a range has an address in common with one of the others, or one of them is any address."""
    return any(
        (address.is_any and address.version in {0, other.version})
        or (
            other.version
            and address.version == other.version
            and address.first <= other.last
            and other.first <= address.last
        )
        for address in some
    )


def takes_all_traffic(machine: Machine, rule: ConnectionSecurityRule) -> bool:
    """Whether a rule is for every protocol and port."""
    if rule.filter_list is not None:
        filters = filters_of(machine, rule)
        return bool(filters) and all(
            filter_.protocol is None and not filter_.source_port and not filter_.destination_port for filter_ in filters
        )
    return rule.protocol.value is None and rule.port1.value == () and rule.port2.value == ()
