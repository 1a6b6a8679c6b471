"""The repair that exempts traffic with some hosts, in the tool of the policy."""

from __future__ import annotations

from ipseclint.model.change import Add, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ALL_PROFILES,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    FilterList,
    InterfaceType,
    Reference,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import ANY_ADDRESS, Address, Addresses, LegacyFilter, Ports
from ipseclint.model.setting import Setting, default
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.algorithms import KeyModule

CLEAR = "Traffic with these hosts is then not protected."


def exempting(
    machine: Machine,
    secured: ConnectionSecurityRule,
    name: str,
    addresses: Addresses,
    protocol: int | None = None,
    ports: Ports = (),
) -> Fix:
    """The fix that exempts hosts, or one of their services, from a rule that secures.

    It adds a connection security rule, or for `netsh ipsec` a rule of the same policy with its own filter list and
    filter action. `ports` are those of the hosts. Other dialects get advice in words.
    """
    if secured.dialect is Dialect.WFAS:
        return Fix((Add(_exemption(machine, secured, name, addresses, protocol, ports)),), CLEAR)
    if secured.dialect is Dialect.IP_SECURITY_POLICY and secured.policy is not None:
        filters = machine.index.filter_list_of(secured)
        wanted = {(protocol, each.first) for each in ports}
        if filters is not None and any(
            (row.protocol, row.destination_port) in wanted and row.destination in addresses for row in filters.filters
        ):
            # Two equal filters that do different things would leave open which of them Windows asks first.
            return Fix(note=f"Take the filter for this traffic out of filter list {filters.name}. {CLEAR}")
        return Fix(_legacy(machine, secured, name, addresses, protocol, ports), CLEAR)
    return Fix(note=f"Exempt {', '.join(map(str, addresses))} in the policy that this was made from. {CLEAR}")


def _exemption(
    machine: Machine,
    secured: ConnectionSecurityRule,
    name: str,
    addresses: Addresses,
    protocol: int | None,
    ports: Ports,
) -> ConnectionSecurityRule:
    span = secured.span
    return ConnectionSecurityRule(
        name=_unused(machine, name),
        span=span,
        dialect=secured.dialect,
        enabled=default(True, span),
        profiles=default(ALL_PROFILES, span),
        mode=default(RuleMode.TRANSPORT, span),
        action=Setting(RuleAction.EXEMPT, span),
        inbound=Setting(Security.NONE, span),
        outbound=Setting(Security.NONE, span),
        endpoint1=Setting((ANY_ADDRESS,), span),
        endpoint2=Setting(addresses, span),
        protocol=default(None, span) if protocol is None else Setting(protocol, span),
        port1=default((), span),
        port2=Setting(ports, span) if ports else default((), span),
        interface_types=default(frozenset[InterfaceType](), span),
        key_modules=default(frozenset[KeyModule](), span),
        store=secured.store,
    )


def _legacy(
    machine: Machine,
    secured: ConnectionSecurityRule,
    name: str,
    addresses: Addresses,
    protocol: int | None,
    ports: Ports,
) -> tuple[Add, ...]:
    span = secured.span
    name = _unused(machine, name)
    me = Address(keyword=AddressKeyword.ME)
    filters = tuple(
        LegacyFilter(me, address, protocol, 0, port, True, span.line, span.column)
        for address in addresses
        for port in ([each.first for each in ports] or [0])
    )
    permit = FilterAction(
        name=name,
        span=span,
        action=Setting(RuleAction.EXEMPT, span),
        accept_unsecured_inbound=default(False, span),
        allow_unsecured_fallback=default(False, span),
    )
    exemption = _exemption(machine, secured, name, addresses, protocol, ports).model_copy(
        update={
            "endpoint1": default((), span),
            "endpoint2": default((), span),
            "protocol": default(None, span),
            "port2": default((), span),
            "filter_list": Reference(target=name, span=span),
            "filter_action": Reference(target=name, span=span),
            "policy": secured.policy,
        }
    )
    return Add(FilterList(name=name, span=span, filters=filters)), Add(permit), Add(exemption)


def _unused(machine: Machine, name: str) -> str:
    """The name, with a number if an object already has it."""
    taken = machine.index.taken_names
    names = (name, *(f"{name} {number}" for number in range(2, len(taken) + 2)))
    return next(free for free in names if free.casefold() not in taken)
