"""Selectors of rules that Windows does not accept: ports and addresses."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis
from ipseclint.model.change import Assign, Fix, Remove
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    Dialect,
    MainModeRule,
    RuleAction,
    Security,
)
from ipseclint.model.selectors import (
    ANY_ADDRESS,
    TCP,
    UDP,
    Address,
    Addresses,
    PortRange,
    Ports,
    parse_address,
)
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Options, rule
from ipseclint.vocabulary.protocols import protocol_name
from ipseclint.words import plural, series

_PORT_FIELDS = ("port1", "port2")
_ENDPOINT_FIELDS = ("endpoint1", "endpoint2")


class SecuredRuleWithPortRange(Options):
    """How many ports a range may have for the repair to list them one by one."""

    listed_ports_at_most: int


@rule("FL009", "secured-rule-with-port-range", basis=Basis.DOCUMENTED, options=SecuredRuleWithPortRange)
def secured_rule_with_port_range(machine: Machine, options: SecuredRuleWithPortRange) -> Iterator[Hit]:
    """A rule that secures its traffic names a range of ports.

    Why: Windows accepts ranges of ports only in rules with the action Do Not Secure (netsh: noauthentication); a
    rule that negotiates takes single ports or any. The rule fails the check for port ranges
    (FW_RULE_STATUS_SEMANTIC_ERROR_PORTRANGE_RESTRICTION) and is not enforced: its traffic goes in clear text, or
    falls to a broader rule.

    Seen as: An error message of the tool, or a rule from group policy whose status in `Get-NetIPsecRule` is that
    error. No SA is ever made for these ports.

    Bad: `netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any protocol=tcp port2=5000-6000
    action=requireinrequestout`

    Good: `netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any protocol=tcp port2=5000,5001
    action=requireinrequestout`

    Fix: List the ports one by one, or leave the port out, which means any. The repair lists a short range (how short
    is our choice) and otherwise takes any port.

    Waive: Never: Windows does not accept the rule.
    """
    for connection_rule in _connection_security_rules(machine):
        if connection_rule.action.known is not RuleAction.NEGOTIATE:
            continue
        for field in _PORT_FIELDS:
            setting: Setting[Ports] = getattr(connection_rule, field)
            ranges = [part for part in setting.known or () if part.first != part.last]
            if ranges:
                shown = ", ".join(map(str, ranges))
                yield Hit(
                    subject=connection_rule,
                    span=setting.span,
                    message=f"{field} {shown}: a port range in a rule that secures; name single ports or any",
                    value=f"{field} {shown}",
                    fix=_without_ranges(connection_rule, field, setting.known or (), options.listed_ports_at_most),
                )


def _without_ranges(connection_rule: ConnectionSecurityRule, field: str, ports: Ports, limit: int) -> Fix:
    count = sum(part.last - part.first + 1 for part in ports)
    if 0 < count <= limit:
        numbers = sorted({number for part in ports for number in range(part.first, part.last + 1)})
        listed = tuple(PortRange(number, number) for number in numbers)
        return Fix((Assign(connection_rule, field, listed),), risky=_requires(connection_rule))
    return Fix((Assign(connection_rule, field, ()),), "Any port is wider than the range was.", risky=True)


@rule("FL010", "ports-without-tcp-udp", basis=Basis.DOCUMENTED)
def ports_without_tcp_udp(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule names ports, and a protocol that has none.

    Why: The ports of a rule must be empty unless its protocol is TCP or UDP. A rule that leaves the protocol out
    means any protocol, so a port alone is not enough. The rule fails the check
    (FW_RULE_STATUS_SEMANTIC_ERROR_PROT_PROP) and is not enforced.

    Seen as: An error message of the tool, or a rule from group policy whose status in `Get-NetIPsecRule` is that
    error.

    Bad: `netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any port2=445 action=requireinrequestout`

    Good: `netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any protocol=tcp port2=445
    action=requireinrequestout`

    Fix: Name the protocol, TCP or UDP; a service on both needs two rules.

    Waive: Never: Windows does not accept the rule.
    """
    for connection_rule in _connection_security_rules(machine):
        if (
            connection_rule.mode.known == "tunnel"
            or not _is_known(connection_rule.protocol)
            or connection_rule.protocol.known in {TCP, UDP}
        ):
            continue
        given = [field for field in _PORT_FIELDS if getattr(connection_rule, field).known]
        if not given:
            continue
        first = getattr(connection_rule, given[0])
        shown = series(f"{field} {_ports_text(getattr(connection_rule, field).known)}" for field in given)
        protocol = protocol_name(connection_rule.protocol.known)
        yield Hit(
            subject=connection_rule,
            span=first.span,
            message=f"{shown} with protocol {protocol}; use protocol tcp or udp",
            value=f"{shown} {protocol}",
            related=(("the protocol", connection_rule.protocol.span),) if connection_rule.protocol.is_explicit else (),
            fix=Fix(
                (Assign(connection_rule, "protocol", TCP),),
                "If the service uses UDP, write UDP; if it uses both, make two rules.",
                risky=_requires(connection_rule),
            ),
        )


@rule("FL011", "invalid-endpoint-address", basis=Basis.DOCUMENTED)
def invalid_endpoint_address(machine: Machine, _options: Options) -> Iterator[Hit]:
    """An endpoint of a rule is an address that no IPsec peer can have, or an impossible range.

    Why: IKE negotiates between two hosts. Windows therefore refuses multicast addresses as endpoints of a rule,
    loopback and unspecified addresses, ranges that end before they begin, IPv6 prefixes shorter than one bit, and
    an own address beside an interface type, which both say where the rule is active. The rule fails the check
    (FW_RULE_STATUS_SEMANTIC_ERROR_ADDR_V4, ADDR_V6, ADDR_RANGE, ADDR_PREFIX or LADDR_INTF) and is not enforced.

    Seen as: An error message of the tool, or a rule from group policy whose status in `Get-NetIPsecRule` is that
    error.

    Bad: `netsh advfirewall consec add rule name=R endpoint1=any endpoint2=224.0.0.0/4 action=requireinrequestout`

    Good: `netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout`

    Fix: Leave the address out. Multicast cannot be protected by these rules.

    Waive: Never: Windows does not accept the rule.
    """
    for connection_rule in _connection_security_rules(machine):
        for field in _ENDPOINT_FIELDS:
            yield from _wrong_addresses(connection_rule, field)
        yield from _address_and_interface(connection_rule)
    for main_rule in _main_mode_rules(machine):
        for field in _ENDPOINT_FIELDS:
            yield from _wrong_addresses(main_rule, field)


def _wrong_addresses(connection_rule: ConnectionSecurityRule | MainModeRule, field: str) -> Iterator[Hit]:
    setting: Setting[Addresses] = getattr(connection_rule, field)
    wrong = [(address, reason) for address in setting.known or () if (reason := _fault(address))]
    if wrong:
        shown = ", ".join(f"{address} is {reason}" for address, reason in wrong)
        more = len(setting.known or ()) - len(wrong)
        yield Hit(
            subject=connection_rule,
            span=setting.span,
            message=f"{field}: {shown}; use addresses of hosts",
            value=f"{field} {', '.join(str(address) for address, _ in wrong)}",
            fix=_without_addresses(connection_rule, field, wrong, more),
        )


def _without_addresses(
    connection_rule: ConnectionSecurityRule | MainModeRule, field: str, wrong: list[tuple[Address, str]], more: int
) -> Fix:
    faulty = {address for address, _ in wrong}
    risky = isinstance(connection_rule, MainModeRule) or _requires(connection_rule)
    if more:
        kept = tuple(address for address in getattr(connection_rule, field).known if address not in faulty)
        return Fix((Assign(connection_rule, field, kept),), risky=risky)
    if all(address.first > address.last for address in faulty):
        turned = tuple(Address(address.version, address.last, address.first) for address, _ in wrong)
        return Fix((Assign(connection_rule, field, turned),), "The ends of the range are exchanged.", risky=risky)
    if any(address.is_any for address in faulty):
        return Fix(note="Write any, or the prefixes that are meant.")
    if field == "endpoint1":
        return Fix(
            (Assign(connection_rule, field, (ANY_ADDRESS,)),), "Any means every address of this host.", risky=risky
        )
    return Fix((Remove(connection_rule),), "No peer is left: delete the rule, or give it the peers that are meant.")


def _fault(address: Address) -> str | None:
    """The fault of an address as the endpoint of a rule, or None."""
    if not address.version:
        return None
    if address.first > address.last:
        return "a range that ends before it begins"
    if address.version == _IPV6 and address.is_any:
        return "a prefix of 0 bits (1 to 128 are allowed, any is written `any`)"
    if address.first == address.last == 0:
        return "the unspecified address"
    for name, network in _NO_HOSTS:
        if _inside(address, network):
            return name
    return None


_IPV6 = 6
_NO_HOSTS = tuple(
    (name, network)
    for name, text in (
        ("multicast", "224.0.0.0/4"),
        ("multicast", "ff00::/8"),
        ("loopback", "127.0.0.0/8"),
        ("loopback", "::1"),
    )
    if (network := parse_address(text))
)
"""Networks without hosts that IKE could reach (RFC 5771, RFC 4291, RFC 6890)."""


def _inside(address: Address, network: Address) -> bool:
    return address.version == network.version and network.first <= address.first and address.last <= network.last


def _address_and_interface(connection_rule: ConnectionSecurityRule) -> Iterator[Hit]:
    types, addresses = connection_rule.interface_types.known, connection_rule.endpoint1.known
    if not types or not addresses or any(address.is_any for address in addresses):
        return
    shown = f"{', '.join(map(str, addresses))} with interface type {', '.join(sorted(types))}"
    yield Hit(
        subject=connection_rule,
        span=connection_rule.endpoint1.span,
        message=f"endpoint1 {shown}; use an own address or an interface type, not both",
        value=f"endpoint1 {shown}",
        related=(("the interface type", connection_rule.interface_types.span),),
        fix=Fix((Assign(connection_rule, "interface_types", frozenset()),), risky=_requires(connection_rule)),
    )


def _connection_security_rules(machine: Machine) -> list[ConnectionSecurityRule]:
    """The rules that the checks of [MS-FASP] are about; `netsh ipsec` has its own."""
    return [
        connection_rule
        for connection_rule in machine.policy.connection_security_rules
        if connection_rule.dialect is Dialect.WFAS
    ]


def _main_mode_rules(machine: Machine) -> list[MainModeRule]:
    return [
        main_mode_rule for main_mode_rule in machine.policy.main_mode_rules if main_mode_rule.dialect is Dialect.WFAS
    ]


def _requires(connection_rule: ConnectionSecurityRule) -> bool:
    """Whether the rule, once Windows accepts it, can stop traffic that flows now."""
    return Security.REQUIRE in {connection_rule.inbound.known, connection_rule.outbound.known}


def _is_known(setting: Setting[int | None]) -> bool:
    return setting.value is None or setting.known is not None


def _ports_text(ports: Ports) -> str:
    return ",".join(map(str, ports)) if len(ports) <= _SHOWN_PORTS else plural(len(ports), "port")


_SHOWN_PORTS = 8
