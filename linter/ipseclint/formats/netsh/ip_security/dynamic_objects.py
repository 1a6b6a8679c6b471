"""Objects of `netsh ipsec dynamic` during a replay, and their conversion to the model.

A value that a command leaves out has the default of static policies; perfect forward secrecy is off (`pfsgroup` of the
reference page).
"""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct, field

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.filters import FilterSelectors
from ipseclint.formats.netsh.ip_security.methods import default_main_mode_proposals, default_quick_mode_proposals
from ipseclint.formats.netsh.ip_security.static_rules import IKEV1_ONLY
from ipseclint.formats.netsh.ip_security.tag_values import TagValues, given_or
from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthenticationMethod,
    ConnectionSecurityRule,
    Dialect,
    InterfaceType,
    MainModeCryptoSet,
    QuickModeCryptoSet,
    Reference,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import Address, Addresses, PortRange, Ports
from ipseclint.model.setting import Inherited, Setting, Unknown, default, of_origin
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import DhGroup, KeyModule
from ipseclint.vocabulary.protocols import protocol_name

READ_AS_MIRRORED = "a rule for one direction is read as if it were mirrored"

T = TypeVar("T")


class CryptoState(Struct, eq=False):
    """A main-mode or quick-mode policy."""

    name: Token
    span: Span
    values: TagValues = field(default_factory=TagValues)


class DynamicRuleState(Struct, eq=False):
    """A rule; `places` are the words of its traffic, by tag; those in `open_tags` are unknown."""

    traffic: FilterSelectors
    span: Span
    places: dict[str, Token]
    open_tags: frozenset[str] = frozenset()
    values: TagValues = field(default_factory=TagValues)
    main_mode: Token | None = None
    quick_mode: Token | None = None
    methods: tuple[AuthenticationMethod, ...] | None = None

    @property
    def name(self) -> str:
        """The name given to the rule here."""
        traffic = self.traffic
        ports = [f":{port}" if port else "" for port in (traffic.source_port, traffic.destination_port)]
        protocol = "" if traffic.protocol is None else f" {protocol_name(traffic.protocol)}"
        source, destination = (
            self.places[tag].text if self._is_open(tag) else address
            for tag, address in (("srcaddr", traffic.source), ("dstaddr", traffic.destination))
        )
        return f"{source}{ports[0]} to {destination}{ports[1]}{protocol}"

    def setting(self, tag: str, value: T) -> Setting[T]:
        """A value of the traffic, at the place of its tag."""
        word = self.places.get(tag)
        if word is None:
            return default(value, self.span)
        return Setting(Unknown(word.text) if self._is_open(tag) else value, word.span)

    def _is_open(self, tag: str) -> bool:
        return not self.open_tags.isdisjoint((tag, tag.replace("addr", "mask")))


def build_main_mode(state: CryptoState) -> MainModeCryptoSet:
    """A main-mode policy as a set of the model."""
    values, span = state.values, state.span
    return MainModeCryptoSet(
        name=state.name.text,
        span=span,
        dialect=Dialect.DYNAMIC,
        proposals=values.main_mode_proposals or default_main_mode_proposals(span),
        lifetime_seconds=given_or(values.lifetime_seconds, default=builtin.MAIN_MODE_LIFETIME_SECONDS, span=span),
        quick_mode_limit=given_or(values.quick_mode_limit, default=0, span=span),
        force_dh=default(value=True, span=span),
        key_module=default(KeyModule.IKEV1, span),
    )


def build_quick_mode(state: CryptoState) -> QuickModeCryptoSet:
    """A quick-mode policy as a set of the model."""
    values, span = state.values, state.span
    return QuickModeCryptoSet(
        name=state.name.text,
        span=span,
        dialect=Dialect.DYNAMIC,
        proposals=values.quick_mode_proposals or default_quick_mode_proposals(span),
        pfs_group=given_or(values.pfs_group, default=DhGroup.NONE, span=span),
        key_module=default(KeyModule.IKEV1, span),
    )


def build_rule(state: DynamicRuleState, quick_mode: CryptoState | None) -> ConnectionSecurityRule:
    """A rule; `quick_mode` is the policy it names, if that exists."""
    span, values, traffic = state.span, state.values, state.traffic
    tunnel = values.tunnel
    inbound = given_or(values.inbound_action, default=RuleAction.NEGOTIATE, span=span)
    outbound = given_or(values.outbound_action, default=RuleAction.NEGOTIATE, span=span)
    soft = None if quick_mode is None else quick_mode.values.allow_unsecured_fallback
    interfaces: frozenset[InterfaceType] = frozenset()

    def addresses(tag: str, address: Address) -> Setting[Addresses]:
        return state.setting(tag, (address,))

    def ports(tag: str, port: int) -> Setting[Ports]:
        return state.setting(tag, (PortRange(port, port),) if port else ())

    def reference(word: Token | None) -> Reference | None:
        return None if word is None else Reference(target=word.text, span=word.span)

    return ConnectionSecurityRule(
        name=state.name,
        span=span,
        dialect=Dialect.DYNAMIC,
        enabled=default(value=True, span=span),
        profiles=default(ALL_PROFILES, span),
        mode=default(RuleMode.TRANSPORT, span) if tunnel is None else Setting(RuleMode.TUNNEL, tunnel.span),
        action=_action(inbound, outbound),
        inbound=_security(inbound, None),
        outbound=_security(outbound, soft),
        endpoint1=addresses("srcaddr", traffic.source),
        endpoint2=addresses("dstaddr", traffic.destination),
        protocol=state.setting("protocol", traffic.protocol),
        port1=ports("srcport", traffic.source_port),
        port2=ports("dstport", traffic.destination_port),
        interface_types=given_or(values.interface_types, default=interfaces, span=span),
        key_modules=default(IKEV1_ONLY, span),
        first_authentication=Reference(target=authentication_id(state), span=span),
        main_mode_crypto=reference(state.main_mode),
        quick_mode_crypto=reference(state.quick_mode),
        remote_tunnel_endpoint=tunnel,
    )


def authentication_id(state: DynamicRuleState) -> str:
    """The id of a rule's inline authentication set."""
    return f"dynamic/{state.name}/{state.span.line}"


def _action(inbound: Setting[RuleAction], outbound: Setting[RuleAction]) -> Setting[RuleAction]:
    """The action of a rule as a whole: negotiate if one direction does, else block if one does."""
    for wanted in (RuleAction.NEGOTIATE, RuleAction.BLOCK):
        for setting in (outbound, inbound):
            if setting.value is wanted:
                return setting
    return outbound


def _security(action: Setting[RuleAction], soft: Setting[bool] | None) -> Setting[Security]:
    if isinstance(action.value, Unknown):
        return of_origin(action.value, action.span, action.origin)
    if action.value is not RuleAction.NEGOTIATE:
        return of_origin(Security.NONE, action.span, action.origin)
    if soft is not None and soft.known:
        return Inherited(Security.REQUEST, soft.span)
    return of_origin(Security.REQUIRE, action.span, action.origin)
