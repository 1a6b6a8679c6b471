"""The policy objects of Windows IPsec, in one vocabulary for every format.

A set, rule or filter list here is what an administrator can name and change. References are kept as
written and resolved by `ipseclint.model.index`; a reference to nothing is for rules to report. `store` names
the GPO that an object is in, `DOMAIN\\GPO`; None is the machine's own store.
"""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import Field, SkipValidation

from ipseclint.model.crypto import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.model.frozen import Frozen
from ipseclint.model.selectors import Addresses, AddressKeyword, LegacyFilter, Ports, WfpFilter
from ipseclint.model.setting import Secret, Setting
from ipseclint.source import Span


class Dialect(StrEnum):
    """Which tool of Windows owns an object: it decides how the object is named and repaired."""

    WFAS = "wfas"  # connection security: netsh advfirewall, NetSecurity cmdlets, firewall GPO
    LEGACY = "legacy"  # netsh ipsec static, IP Security Policies
    DYNAMIC = "dynamic"  # netsh ipsec dynamic
    WFP = "wfp"  # provider contexts and filters of the Windows Filtering Platform
    VPN = "vpn"  # VPN connections


UNNAMED_GPO = "group policy"
"""The store of what Group Policy has written, in an export that does not tell which object it came from."""


class Reference(Frozen):
    """The name or id by which one object points to another, as written."""

    target: str
    span: Span


class MainModeProposal(Frozen):
    """One combination that main mode offers. Lifetime and limit are set here only by WFP; None: see the set."""

    span: Span
    encryption: Setting[Cipher]
    integrity: Setting[Integrity]
    dh_group: Setting[DhGroup]
    lifetime_seconds: Setting[int] | None = None
    quick_mode_limit: Setting[int] | None = None


class MainModeCryptoSet(Frozen):
    """Main-mode proposals in order of preference, and how long and for how many quick modes they hold.

    `quick_mode_limit` 0 is unlimited. `builtin` marks an object that every Windows has.
    """

    kind: ClassVar[str] = "main_mode_crypto_set"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect
    proposals: tuple[MainModeProposal, ...]
    lifetime_seconds: Setting[int]
    quick_mode_limit: Setting[int]
    force_dh: Setting[bool]
    key_module: Setting[KeyModule] | None = None
    retransmit_duration_seconds: Setting[int] | None = None
    max_dynamic_filters: Setting[int] | None = None
    is_default: bool = False
    builtin: bool = False
    store: str | None = None


class QuickModeProposal(Frozen):
    """One combination that quick mode offers. `pfs_group` is set here only by WFP; None: see the set."""

    span: Span
    encapsulation: Setting[Encapsulation]
    ah_integrity: Setting[Integrity]
    esp_integrity: Setting[Integrity]
    encryption: Setting[Cipher]
    lifetime_seconds: Setting[int]
    lifetime_kilobytes: Setting[int]
    lifetime_packets: Setting[int] | None = None
    pfs_group: Setting[DhGroup] | None = None


class WfpTunnel(Frozen):
    """The ends of a tunnel, which in WFP belong to the quick-mode policy and not to the rule. None: not written."""

    span: Span
    local: Setting[Addresses] | None = None
    remote: Setting[Addresses] | None = None
    remote_name: Setting[str] | None = None
    forward_path_lifetime_seconds: Setting[int] | None = None


class NegotiationDiscovery(StrEnum):
    """Whether traffic flows in the clear until negotiation succeeds: never, outbound only, both ways."""

    OFF = "off"
    SECURE = "secure"
    BOUNDARY = "boundary"


class QuickModeCryptoSet(Frozen):
    """Quick-mode proposals in order of preference and the group for perfect forward secrecy.

    Of `netsh ipsec` this is the cryptographic half of a filter action. Only WFP sets `tunnel` and
    `negotiation_discovery`: other formats say these in the rule.
    """

    kind: ClassVar[str] = "quick_mode_crypto_set"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect
    proposals: tuple[QuickModeProposal, ...]
    pfs_group: Setting[DhGroup]
    key_module: Setting[KeyModule] | None = None
    sa_idle_seconds: Setting[int] | None = None
    tunnel: WfpTunnel | None = None
    negotiation_discovery: Setting[NegotiationDiscovery] | None = None
    is_default: bool = False
    builtin: bool = False
    store: str | None = None


class AuthPhase(StrEnum):
    """First authentication (main mode, the machine) or second (extended mode, the user)."""

    FIRST = "first"
    SECOND = "second"


class AuthMethod(StrEnum):
    """How a party proves who it is."""

    ANONYMOUS = "anonymous"
    COMPUTER_KERBEROS = "computer-kerberos"
    COMPUTER_CERTIFICATE = "computer-certificate"
    COMPUTER_NTLM = "computer-ntlm"
    PRESHARED_KEY = "preshared-key"
    USER_KERBEROS = "user-kerberos"
    USER_CERTIFICATE = "user-certificate"
    USER_NTLM = "user-ntlm"
    EAP = "eap"
    CGA = "cga"
    SSL = "ssl"


class CertificateSigning(StrEnum):
    """The key type of a certificate that an authentication method accepts."""

    RSA = "RSA"
    ECDSA_P256 = "ECDSA-P256"
    ECDSA_P384 = "ECDSA-P384"


class CertificateCriteria(Frozen):
    """What a certificate must show, and whether that is for selecting one's own or validating the peer's."""

    span: Span
    selection: bool
    validation: bool
    name: str | None = None
    name_type: str | None = None
    ekus: tuple[str, ...] = ()
    thumbprint: str | None = None
    follow_renewal: bool = False


class AuthenticationMethod(Frozen):
    """One method of an authentication set; the certificate fields are None for other methods."""

    span: Span
    method: Setting[AuthMethod]
    preshared_key: Setting[Secret] | None = None
    certificate_authority: Setting[str] | None = None
    certificate_authority_type: Setting[str] | None = None
    signing: Setting[CertificateSigning] | None = None
    health: Setting[bool] | None = None
    account_mapping: Setting[bool] | None = None
    exclude_ca_name: Setting[bool] | None = None
    criteria: tuple[CertificateCriteria, ...] = ()
    crl_check_disabled: Setting[bool] | None = None


class AuthenticationSet(Frozen):
    """Authentication methods in order of preference. `inline` means written on the rule that uses it."""

    kind: ClassVar[str] = "authentication_set"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect
    phase: AuthPhase
    methods: tuple[AuthenticationMethod, ...]
    inline: bool = False
    is_default: bool = False
    builtin: bool = False
    store: str | None = None


class Security(StrEnum):
    """Whether traffic in one direction must, may or need not be protected."""

    NONE = "none"
    REQUEST = "request"
    REQUIRE = "require"


class RuleAction(StrEnum):
    """What a rule does with its traffic."""

    NEGOTIATE = "negotiate"
    EXEMPT = "exempt"  # noauthentication, Do Not Secure, permit
    BLOCK = "block"  # netsh ipsec only


class RuleMode(StrEnum):
    """Transport between the two ends, or a tunnel between gateways."""

    TRANSPORT = "transport"
    TUNNEL = "tunnel"


class Profile(StrEnum):
    """A network profile of the Windows firewall."""

    DOMAIN = "domain"
    PRIVATE = "private"
    PUBLIC = "public"


ALL_PROFILES = frozenset(Profile)


class InterfaceType(StrEnum):
    """The kind of network interface a rule is for."""

    LAN = "lan"
    WIRELESS = "wireless"
    REMOTE_ACCESS = "ras"


class ConnectionSecurityRule(Frozen):
    """Which traffic is to be protected, how firmly, and by which sets.

    Endpoint 1 is the local side. An empty `ports`, `interface_types` means any; `protocol` None is any.
    A `netsh ipsec` rule has its addresses in its filter list and its action in its filter action.
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
    enforcement: Setting[str] | None = None
    store: str | None = None


class MainModeRule(Frozen):
    """Which peers get which main-mode crypto set and first authentication."""

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


class FilterList(Frozen):
    """A named list of filters of `netsh ipsec`, a hundred thousand or more: what they mean together is found once."""

    kind: ClassVar[str] = "filter_list"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.LEGACY
    filters: Annotated[tuple[LegacyFilter, ...], SkipValidation] = ()

    @cached_property
    def local_side(self) -> Addresses:
        """The sides of the filters that are the machine's own, in their order."""
        me = AddressKeyword.ME
        return tuple(each.destination if each.destination.keyword is me else each.source for each in self.filters)

    @cached_property
    def remote_side(self) -> Addresses:
        """The sides of the filters that are the peer's, in their order."""
        me = AddressKeyword.ME
        return tuple(each.source if each.destination.keyword is me else each.destination for each in self.filters)

    @cached_property
    def is_any_to_any(self) -> bool:
        """Whether a filter is for every address, or the machine's own, on both sides."""
        # Most filters name one host: what begins at zero, or is a keyword, is looked at more closely.
        return any(
            each.source.is_any_or_me and each.destination.is_any_or_me
            for each in self.filters
            if not each.source.first and not each.destination.first
        )


class FilterAction(Frozen):
    """What a `netsh ipsec` rule does: permit, block, or negotiate with the quick-mode set of the same name."""

    kind: ClassVar[str] = "filter_action"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.LEGACY
    action: Setting[RuleAction]
    accept_unsecured_inbound: Setting[bool]
    allow_unsecured_fallback: Setting[bool]


class IpsecPolicy(Frozen):
    """A `netsh ipsec` policy: its rules point to it, and its main-mode set has its name."""

    kind: ClassVar[str] = "ipsec_policy"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.LEGACY
    description: str | None = None
    assigned: Setting[bool]
    polling_interval_seconds: Setting[int]
    master_pfs: Setting[bool]
    activate_default_rule: Setting[bool]


class Exemption(StrEnum):
    """Traffic that Windows leaves unprotected whatever the rules say."""

    NEIGHBOR_DISCOVERY = "neighbordiscovery"
    ICMP = "icmp"
    ROUTER_DISCOVERY = "routerdiscovery"
    DHCP = "dhcp"


class CrlCheck(StrEnum):
    """How firmly certificates are checked for revocation."""

    OFF = "off"
    FAIL_IF_REVOKED = "fail-if-revoked"
    FAIL_ON_ANY_ERROR = "fail-on-any-error"


class NatTraversal(StrEnum):
    """Which side may stand behind a NAT."""

    NEVER = "never"
    SERVER = "server"
    SERVER_AND_CLIENT = "server-and-client"


class GlobalSettings(Frozen):
    """The settings of a machine or GPO that hold for all its rules. None: the input does not say.

    `legacy_exempt_level` is the value 0 to 3 of `netsh ipsec dynamic set config ipsecexempt`.
    """

    kind: ClassVar[str] = "global_settings"

    name: str = "global settings"
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.WFAS
    sa_idle_seconds: Setting[int] | None = None
    exemptions: Setting[frozenset[Exemption]] | None = None
    exemption_bits: Setting[int] | None = None
    crl_check: Setting[CrlCheck] | None = None
    crl_check_level: Setting[int] | None = None
    nat_traversal: Setting[NatTraversal] | None = None
    preshared_key_encoding: Setting[str] | None = None
    packet_queuing: Setting[frozenset[str]] | None = None
    match_auth_set_per_key_module: Setting[bool] | None = None
    local_rules_merge: dict[Profile, Setting[bool]] = Field(default_factory=dict)
    legacy_exempt_level: Setting[int] | None = None
    store: str | None = None


class DosProtection(Frozen):
    """The IPsec denial-of-service protection of an IPv6 gateway. None: the input does not say.

    Rates in bytes per second, times in seconds.
    """

    kind: ClassVar[str] = "dos_protection"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.WFAS
    state_idle_seconds: Setting[int] | None = None
    rate_limit_queue_idle_seconds: Setting[int] | None = None
    max_state_entries: Setting[int] | None = None
    max_rate_limit_queues: Setting[int] | None = None
    unauthenticated_bytes_per_second: Setting[int] | None = None
    unauthenticated_bytes_per_second_per_address: Setting[int] | None = None
    authenticated_bytes_per_second: Setting[int] | None = None
    icmpv6_bytes_per_second: Setting[int] | None = None
    filter_exempt_bytes_per_second: Setting[int] | None = None
    default_block_exempt_bytes_per_second: Setting[int] | None = None
    dscp: dict[str, Setting[int]] = Field(default_factory=dict)
    key_modules: Setting[frozenset[KeyModule]] | None = None
    public_interfaces: Setting[tuple[str, ...]] | None = None
    internal_interfaces: Setting[tuple[str, ...]] | None = None


class Direction(StrEnum):
    """Which way traffic goes, seen from the host."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class FirewallAction(StrEnum):
    """What a rule of the firewall does with its traffic."""

    ALLOW = "allow"
    BLOCK = "block"
    BYPASS = "bypass"  # allow if secure, whatever blocks


class FirewallRule(Frozen):
    """A rule of the firewall itself that bears on IPsec: it lets only secured traffic in, or may block IKE or ESP.

    `security` is what it demands of the traffic, as written; None if nothing. `narrowed` tells that it is for one
    program, service or user, or has other conditions that are not modelled.
    """

    kind: ClassVar[str] = "firewall_rule"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.WFAS
    enabled: Setting[bool]
    direction: Setting[Direction]
    action: Setting[FirewallAction]
    profiles: Setting[frozenset[Profile]]
    protocol: Setting[int | None]
    local_ports: Setting[Ports]
    remote_ports: Setting[Ports]
    remote: Setting[Addresses]
    security: Setting[str] | None = None
    narrowed: bool = False
    store: str | None = None


class RegistryValue(Frozen):
    """One value of the registry that bears on IPsec, as exported; `path` is key and value name."""

    path: str
    data: Setting[str]


class ServiceState(Frozen):
    """How a Windows service is set up on the exported machine. None: the input does not say."""

    name: str
    start: Setting[str] | None = None
    status: Setting[str] | None = None


class AuditSetting(Frozen):
    """Whether Windows writes failures of one part of IPsec to the Security log; the part is an audit subcategory."""

    subcategory: str
    failure: Setting[bool]


class Policy(Frozen):
    """All that one input, or one machine, says about IPsec."""

    policies: tuple[IpsecPolicy, ...] = ()
    filter_lists: tuple[FilterList, ...] = ()
    filter_actions: tuple[FilterAction, ...] = ()
    main_mode_crypto_sets: tuple[MainModeCryptoSet, ...] = ()
    quick_mode_crypto_sets: tuple[QuickModeCryptoSet, ...] = ()
    authentication_sets: tuple[AuthenticationSet, ...] = ()
    connection_security_rules: tuple[ConnectionSecurityRule, ...] = ()
    main_mode_rules: tuple[MainModeRule, ...] = ()
    wfp_filters: Annotated[tuple[WfpFilter, ...], SkipValidation] = ()
    wfp_filter_path: str = ""
    global_settings: tuple[GlobalSettings, ...] = ()
    dos_protection: tuple[DosProtection, ...] = ()
    firewall_rules: tuple[FirewallRule, ...] = ()
    registry: tuple[RegistryValue, ...] = ()
    services: tuple[ServiceState, ...] = ()
    audit: tuple[AuditSetting, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing at all."""
        return not any(getattr(self, name) for name in type(self).model_fields)

    def filter_span(self, row: WfpFilter) -> Span:
        """The place of a filter of WFP."""
        return Span(row.path or self.wfp_filter_path, row.line, row.column)

    def objects(self) -> "tuple[PolicyObject, ...]":
        """Every object that can be the subject of a finding, in the order of the fields."""
        return (
            *self.policies,
            *self.filter_lists,
            *self.filter_actions,
            *self.main_mode_crypto_sets,
            *self.quick_mode_crypto_sets,
            *self.authentication_sets,
            *self.connection_security_rules,
            *self.main_mode_rules,
            *self.global_settings,
            *self.dos_protection,
            *self.firewall_rules,
        )


PolicyObject = (
    IpsecPolicy
    | FilterList
    | FilterAction
    | MainModeCryptoSet
    | QuickModeCryptoSet
    | AuthenticationSet
    | ConnectionSecurityRule
    | MainModeRule
    | GlobalSettings
    | DosProtection
    | FirewallRule
)
"""Anything that can be the subject of a finding."""
