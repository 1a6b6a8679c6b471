"""Exemptions that cover nearly everything."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect
from ipseclint.model.selectors import ADDRESS_BITS, TCP, Address, Addresses
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.reach import parsed, takes_all_traffic
from ipseclint.semantics.scope import exemptions, is_any_to_any, local_side, remote_side, secured_rules
from ipseclint.semantics.treatment import Question, traffic_with
from ipseclint.vocabulary.addresses import AddressKeyword


class ExemptionForAny(Options):
    """The prefix lengths from which an exemption is narrow enough to be intended."""

    shortest_ipv4_prefix: int
    shortest_ipv6_prefix: int


@rule("EX010", "exemption-for-any", basis=Basis.REASONED, options=ExemptionForAny)
def exemption_for_any(machine: Machine, options: ExemptionForAny) -> Iterator[Hit]:
    """An exemption is for all traffic with every host, or with a large part of all hosts.

    Why: Exemptions count regardless of the other rules: one for every host switches the isolation off, in clear text
    and without an error. Microsoft's guide means the exemption list for the few hosts that cannot have IPsec; from
    which prefix on an exemption is too wide is our choice. Exemptions of a protocol or a port, such as ICMP or DHCP,
    are wide by intention and not reported, but for one of all TCP; nor is one on profiles where no rule secures
    anything. Where nothing here secures, it is a warning. In `netsh ipsec` the narrower filter wins, so that a permit
    for everything is reported only where the rule that secures is as wide.

    Seen as: Nothing fails. No security association is made, and everything goes in clear text.

    Bad: `netsh advfirewall consec add rule name=X endpoint1=any endpoint2=any action=noauthentication`

    Good: `netsh advfirewall consec add rule name=X endpoint1=any endpoint2=10.0.0.10,10.0.0.11 action=noauthentication`

    Fix: List the hosts that need the exemption.

    Waive: While a policy is being rolled out and is meant to do nothing yet.
    """
    bits = {4: options.shortest_ipv4_prefix, 6: options.shortest_ipv6_prefix}
    secured = secured_rules(machine)
    legacy_matters = any(is_any_to_any(machine, secured_rule) for secured_rule in secured)
    for exemption in exemptions(machine):
        if not _takes_tcp(machine, exemption) or (exemption.dialect is not Dialect.WFAS and not legacy_matters):
            continue
        local, remote = _wide(local_side(machine, exemption), bits), _wide(remote_side(machine, exemption), bits)
        if not local or not remote:
            continue
        taking = Question(machine, traffic_with(machine), [exemption])
        robbed = next((each for each in secured if taking.left_to(each).takers), None)
        if secured and robbed is None:
            continue
        shown = ", ".join(map(str, remote))
        what = "all traffic" if takes_all_traffic(machine, exemption) else "all TCP"
        yield Hit(
            subject=exemption,
            span=exemption.filter_list.span if exemption.filter_list is not None else exemption.endpoint2.span,
            message=f"exempts {what} with {'every host' if any(each.is_any for each in remote) else shown}; "
            f"name single hosts, or at least /{bits[4]} (IPv4) and /{bits[6]} (IPv6)",
            value=shown,
            severity=None if robbed is not None else Severity.WARNING,
            related=() if robbed is None else ((f'takes from "{robbed.name}"', robbed.span),),
            fix=_listing(machine, exemption),
        )


def _takes_tcp(machine: Machine, exemption: ConnectionSecurityRule) -> bool:
    """Whether an exemption is for all traffic, or for all of TCP, which is nearly as much."""
    if takes_all_traffic(machine, exemption):
        return True
    return (
        exemption.filter_list is None
        and exemption.protocol.value == TCP
        and exemption.port1.value == () == exemption.port2.value
    )


def _wide(side: Addresses, bits: dict[int, int]) -> Addresses:
    """The addresses of a side that are wider than a prefix of so many bits, each once."""
    return tuple(dict.fromkeys(each for each in side if each.is_any or _is_me(each) or _is_wider(each, bits)))


def _is_me(address: Address) -> bool:
    # In `netsh ipsec` the own side is always the host itself.
    return address.keyword is AddressKeyword.ME


def _is_wider(address: Address, bits: dict[int, int]) -> bool:
    return bool(address.version) and address.last - address.first >= 2 ** (
        ADDRESS_BITS[address.version] - bits[address.version]
    )


def _listing(machine: Machine, exemption: ConnectionSecurityRule) -> Fix:
    """The fix that limits the exemption to the hosts of the site's facts, if there are any."""
    site = machine.site
    known = (site.domain_controllers, site.dns_servers, site.dhcp_servers, site.pki_servers, site.non_ipsec_ranges)
    hosts = tuple(dict.fromkeys(address for texts in known for address in parsed(texts or ())))
    note = "List the hosts that cannot have IPsec."
    if not hosts or exemption.dialect is not Dialect.WFAS:
        return Fix(note=note)
    return Fix((Assign(exemption, "endpoint2", hosts),), "These are the hosts that the site's facts name.", risky=True)
