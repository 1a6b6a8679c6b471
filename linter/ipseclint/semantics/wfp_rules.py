"""WFP filters seen as the rules they stand for, so that one check serves every format.

There may be a hundred thousand filters: they are stored as rows, and a rule is made on demand. A filter at
FWPM_LAYER_IPSEC chooses the quick mode for its traffic, as a connection security rule does ("IPsec Configuration" and
"Transport Mode", learn.microsoft.com, win32/fwp).
"""

from __future__ import annotations

from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    ALL_PROFILES,
    ConnectionSecurityRule,
    Dialect,
    InterfaceType,
    NegotiationDiscovery,
    Profile,
    QuickModeCryptoSet,
    Reference,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import LAST_ADDRESS, Address, Addresses, WfpFilter
from ipseclint.model.setting import Default, Inherited, Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.wfp_words import PROFILE_CONDITION

_ANY_OF_FAMILY = {str(family): Address(family, 0, last) for family, last in LAST_ADDRESS.items()}

_SECURITY = {
    NegotiationDiscovery.OFF: (Security.REQUIRE, Security.REQUIRE),
    NegotiationDiscovery.SECURE: (Security.REQUIRE, Security.REQUEST),
    NegotiationDiscovery.BOUNDARY: (Security.REQUEST, Security.REQUEST),
}
"""Inbound and outbound security ("Transport Mode", "Negotiation Discovery Transport Mode" and "... in Boundary
Mode", learn.microsoft.com, win32/fwp)."""


def as_connection_security_rule(row: WfpFilter, index: PolicyIndex) -> ConnectionSecurityRule:
    """A filter at FWPM_LAYER_IPSEC as the rule it stands for.

    What other conditions narrow is Unknown here: `not_understood` of the filter names them. Whether security is
    required comes from the quick-mode policy; without one it is Unknown.
    """
    span = index.policy.filter_span(row)
    context = index.quick_mode.get(row.context_key.casefold()) if row.context_key else None
    reference = Reference(target=row.context_key, span=span) if row.context_key else None
    has_second = row.context_key is not None and row.context_key.casefold() in index.second_authentication
    inbound, outbound = _security(context, span)
    tunnel = context.tunnel if context is not None else None
    return ConnectionSecurityRule(
        name=row.name,
        id=row.key,
        span=span,
        dialect=Dialect.WFP,
        enabled=Setting(not row.disabled, span),
        profiles=_profiles(row, span),
        mode=Inherited(RuleMode.TUNNEL if tunnel else RuleMode.TRANSPORT, span),
        action=Setting(RuleAction.NEGOTIATE if reference else Unknown(row.action), span),
        inbound=inbound,
        outbound=outbound,
        endpoint1=_endpoint(row, row.local, span),
        endpoint2=_endpoint(row, row.remote, span),
        protocol=Setting(row.protocol, span),
        port1=Setting(row.local_ports, span),
        port2=Setting(row.remote_ports, span),
        interface_types=Default(frozenset[InterfaceType](), span),
        key_modules=_key_modules(context, span),
        quick_mode_crypto=reference,
        second_authentication=reference if has_second else None,
        local_tunnel_endpoint=tunnel.local if tunnel else None,
        remote_tunnel_endpoint=tunnel.remote if tunnel else None,
        forward_path_lifetime_seconds=tunnel.forward_path_lifetime_seconds if tunnel else None,
    )


def _security(context: QuickModeCryptoSet | None, span: Span) -> tuple[Setting[Security], Setting[Security]]:
    if context is None:
        unknown: Setting[Security] = Setting(Unknown("no policy"), span)
        return unknown, unknown
    discovery = context.negotiation_discovery
    value = discovery.known if discovery is not None else NegotiationDiscovery.OFF
    place = discovery.span if discovery is not None else context.span
    inbound, outbound = _SECURITY[value or NegotiationDiscovery.OFF]
    return Inherited(inbound, place), Inherited(outbound, place)


def _key_modules(context: QuickModeCryptoSet | None, span: Span) -> Setting[frozenset[KeyModule]]:
    module = context.key_module.known if context is not None and context.key_module is not None else None
    if module is None:
        return Setting(Unknown("no policy"), span)
    return Inherited(frozenset({module}), span)


def _profiles(row: WfpFilter, span: Span) -> Setting[frozenset[Profile]]:
    if PROFILE_CONDITION in row.not_understood:
        return Setting(Unknown(PROFILE_CONDITION), span)
    return Default(ALL_PROFILES, span)


def _endpoint(row: WfpFilter, addresses: Addresses, span: Span) -> Setting[Addresses]:
    narrowed = [each for each in row.not_understood if each != PROFILE_CONDITION]
    if narrowed:
        return Setting(Unknown(", ".join(narrowed)), span)
    return Setting(addresses or (_ANY_OF_FAMILY[row.layer[-1]],), span)
