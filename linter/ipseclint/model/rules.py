"""The rules of a policy: which traffic is protected, how firmly, and by which sets."""

from functools import cached_property
from typing import ClassVar, NamedTuple

from ipseclint.model.dialect import Dialect, Reference
from ipseclint.model.selectors import Addresses, LegacyFilter, Ports
from ipseclint.model.setting import Inherited, Setting, Unknown
from ipseclint.model.values import Made, Validated
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.settings import InterfaceType, Profile, RuleAction, RuleMode, Security


class ConnectionSecurityRule(Validated):
    """One rule for traffic: what it protects, how firmly, and with which sets.

    Endpoint 1 is the local side. Empty `ports` or `interface_types` mean any; `protocol` None is any. A `netsh ipsec`
    rule has its addresses in its filter list and its action in its filter action. `point_to_site` is the type of tunnel
    that Windows 11 24H2 and Server 2025 know (MS-FASP 2.2.51).
    """

    kind: ClassVar[str] = "connection_security_rule"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect
    description: str | None = None
    group: str | None = None
    enabled: Setting[bool]
    profiles: Setting[frozenset[Profile]]
    mode: Setting[RuleMode]
    action: Setting[RuleAction]
    inbound: Setting[Security]
    outbound: Setting[Security]
    endpoint1: Setting[Addresses]
    endpoint2: Setting[Addresses]
    protocol: Setting[int | None]
    port1: Setting[Ports]
    port2: Setting[Ports]
    interface_types: Setting[frozenset[InterfaceType]]
    key_modules: Setting[frozenset[KeyModule]]
    first_authentication: Reference | None = None
    second_authentication: Reference | None = None
    quick_mode_crypto: Reference | None = None
    main_mode_crypto: Reference | None = None
    filter_list: Reference | None = None
    filter_action: Reference | None = None
    policy: Reference | None = None
    local_tunnel_endpoint: Setting[Addresses] | None = None
    remote_tunnel_endpoint: Setting[Addresses] | None = None
    dynamic_tunnel: Setting[bool] | None = None
    bypass_if_secured: Setting[bool] | None = None
    require_authorization: Setting[bool] | None = None
    forward_path_lifetime_seconds: Setting[int] | None = None
    point_to_site: Setting[bool] | None = None
    enforcement: Setting[str] | None = None
    store: str | None = None


class MainModeRule(Validated):
    """The main-mode crypto set and first authentication for some peers."""

    kind: ClassVar[str] = "main_mode_rule"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect
    description: str | None = None
    group: str | None = None
    enabled: Setting[bool]
    profiles: Setting[frozenset[Profile]]
    endpoint1: Setting[Addresses]
    endpoint2: Setting[Addresses]
    main_mode_crypto: Reference | None = None
    first_authentication: Reference | None = None
    store: str | None = None


class FilterList(Validated):
    """A named list of filters of `netsh ipsec`, a hundred thousand or more: what they mean together is computed
    once."""

    kind: ClassVar[str] = "filter_list"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.IP_SECURITY_POLICY
    filters: Made[tuple[LegacyFilter, ...]] = ()

    @cached_property
    def local_side(self) -> Addresses:
        """The machine's own side of each filter, in order."""
        me = AddressKeyword.ME
        return tuple(
            filter_.destination if filter_.destination.keyword is me else filter_.source for filter_ in self.filters
        )

    @cached_property
    def remote_side(self) -> Addresses:
        """The peer's side of each filter, in order."""
        me = AddressKeyword.ME
        return tuple(
            filter_.source if filter_.destination.keyword is me else filter_.destination for filter_ in self.filters
        )

    @cached_property
    def is_any_to_any(self) -> bool:
        """Whether a filter is for any address, or the machine's own, on both sides."""
        # Most filters name one host: only ranges from zero, and keywords, are examined closely.
        return any(
            filter_.source.is_any_or_me and filter_.destination.is_any_or_me
            for filter_ in self.filters
            if not filter_.source.first and not filter_.destination.first
        )


class FilterAction(Validated):
    """What a `netsh ipsec` rule does: permit, block, or negotiate with the quick-mode set of the same name."""

    kind: ClassVar[str] = "filter_action"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.IP_SECURITY_POLICY
    action: Setting[RuleAction]
    accept_unsecured_inbound: Setting[bool]
    allow_unsecured_fallback: Setting[bool]


class InheritedSecurity(NamedTuple):
    """The action of a `netsh ipsec` rule, and how firmly it protects each way, as its filter action gives them."""

    action: Setting[RuleAction]
    inbound: Setting[Security]
    outbound: Setting[Security]


def inherited_security(filter_action: FilterAction) -> InheritedSecurity:
    """The action and protection of every rule with this filter action, each value at its place there.

    A filter action that negotiates requires protection, except in a direction in which it allows clear text.
    """
    action = Inherited(filter_action.action.value, filter_action.action.span)
    return InheritedSecurity(
        action,
        _protection(action, filter_action.accept_unsecured_inbound),
        _protection(action, filter_action.allow_unsecured_fallback),
    )


def _protection(action: Setting[RuleAction], clear_text: Setting[bool]) -> Setting[Security]:
    if isinstance(action.value, Unknown):
        return Inherited(action.value, action.span)
    if action.value is not RuleAction.NEGOTIATE:
        return Inherited(Security.NONE, action.span)
    if isinstance(clear_text.value, Unknown):
        return Inherited(clear_text.value, clear_text.span)
    return Inherited(Security.REQUEST if clear_text.value else Security.REQUIRE, clear_text.span)


class IpsecPolicy(Validated):
    """A `netsh ipsec` policy: its rules point to it, and its main-mode set has its name."""

    kind: ClassVar[str] = "ipsec_policy"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.IP_SECURITY_POLICY
    description: str | None = None
    assigned: Setting[bool]
    polling_interval_seconds: Setting[int]
    master_pfs: Setting[bool]
    activate_default_rule: Setting[bool]
