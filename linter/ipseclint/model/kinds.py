"""The kinds of objects that a policy holds, one row a kind: where they are kept and what people call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, Union, get_args

import msgspec
from msgspec import Struct

from ipseclint.late import late_names, loaded
from ipseclint.model.dialect import Dialect
from ipseclint.model.rules import (
    ConnectionSecurityRule,
    FilterAction,
    FilterList,
    IpsecPolicy,
    MainModeRule,
)
from ipseclint.model.selectors import WfpFilter
from ipseclint.model.sets import AuthenticationSet, MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.model.settings import (
    AuditSetting,
    DosProtection,
    FirewallRule,
    GlobalSettings,
    LostStore,
    NetworkAdapter,
    RefusedCommand,
    RegistryValue,
    ServiceState,
    StrayValue,
    WindowsHost,
)

if TYPE_CHECKING:
    from ipseclint.model.certificates import Certificate, EmptyStore
    from ipseclint.model.peer import Peer, PeerKey
    from ipseclint.model.remote_access import VpnConnection, VpnInterface, VpnServer
else:  # most inputs have none of them
    Certificate, EmptyStore = late_names("ipseclint.model.certificates", "Certificate", "EmptyStore")
    Peer, PeerKey = late_names("ipseclint.model.peer", "Peer", "PeerKey")
    VpnConnection, VpnInterface, VpnServer = late_names(
        "ipseclint.model.remote_access", "VpnConnection", "VpnInterface", "VpnServer"
    )

PolicyObject: TypeAlias = Union[  # noqa: UP007 - `|` takes no late name
    IpsecPolicy,
    FilterList,
    FilterAction,
    MainModeCryptoSet,
    QuickModeCryptoSet,
    AuthenticationSet,
    ConnectionSecurityRule,
    MainModeRule,
    GlobalSettings,
    DosProtection,
    FirewallRule,
    VpnConnection,
    VpnServer,
    VpnInterface,
    Certificate,
]
"""Anything that can be the subject of a finding, and that a fix can change."""


class ObjectKind(Struct, frozen=True):
    """One kind of object that a policy holds.

    `key` is its name in JSON, and the `kind` of its objects; `field` the field of `Policy` that keeps them; `of` their
    class, or its late name. `counted` is its noun in the singular and the plural, `word` the noun before a name;
    `words` overrides it for tools with a noun of their own. `references` are the fields of rules that name such an
    object, `half` the field of the sets that are the other half of a `netsh ipsec` object of the same name.
    """

    key: str
    field: str
    of: Any
    counted: tuple[str, str]
    word: str = ""
    words: Mapping[Dialect, str] = msgspec.field(default_factory=dict)
    references: tuple[str, ...] = ()
    half: str | None = None

    @property
    def type(self) -> type[Any]:
        """The class of its objects, loaded."""
        return loaded(self.of)  # type: ignore[no-any-return]

    def called(self, dialect: Dialect) -> str:
        """The noun for one such object in a tool."""
        return self.words.get(dialect) or self.word or self.counted[0]


KINDS = (
    ObjectKind(
        "ipsec_policy",
        "policies",
        IpsecPolicy,
        ("policy", "policies"),
        references=("policy",),
        half="main_mode_crypto_sets",
    ),
    ObjectKind("filter_list", "filter_lists", FilterList, ("filter list", "filter lists"), references=("filter_list",)),
    ObjectKind(
        "filter_action",
        "filter_actions",
        FilterAction,
        ("filter action", "filter actions"),
        references=("filter_action",),
        half="quick_mode_crypto_sets",
    ),
    # `netsh ipsec` has no sets of their own: an administrator changes the policy, the filter action or the rule.
    # `netsh ipsec dynamic` calls them policies.
    ObjectKind(
        "main_mode_crypto_set",
        "main_mode_crypto_sets",
        MainModeCryptoSet,
        ("main-mode crypto set", "main-mode crypto sets"),
        words={Dialect.IP_SECURITY_POLICY: "policy", Dialect.DYNAMIC: "mmpolicy"},
        references=("main_mode_crypto",),
    ),
    ObjectKind(
        "quick_mode_crypto_set",
        "quick_mode_crypto_sets",
        QuickModeCryptoSet,
        ("quick-mode crypto set", "quick-mode crypto sets"),
        words={Dialect.IP_SECURITY_POLICY: "filter action", Dialect.DYNAMIC: "qmpolicy"},
        references=("quick_mode_crypto",),
    ),
    ObjectKind(
        "authentication_set",
        "authentication_sets",
        AuthenticationSet,
        ("authentication set", "authentication sets"),
        words={Dialect.IP_SECURITY_POLICY: "rule"},
        references=("first_authentication", "second_authentication"),
    ),
    ObjectKind(
        "connection_security_rule",
        "connection_security_rules",
        ConnectionSecurityRule,
        ("connection security rule", "connection security rules"),
        words={Dialect.IP_SECURITY_POLICY: "rule", Dialect.DYNAMIC: "rule"},
    ),
    ObjectKind("main_mode_rule", "main_mode_rules", MainModeRule, ("main-mode rule", "main-mode rules")),
    ObjectKind("wfp_filter", "wfp_filters", WfpFilter, ("IPsec filter", "IPsec filters")),
    ObjectKind(
        "global_settings",
        "global_settings",
        GlobalSettings,
        ("group of global settings", "groups of global settings"),
        word="global settings",
    ),
    ObjectKind(
        "dos_protection",
        "dos_protection",
        DosProtection,
        ("DoS protection setting", "DoS protection settings"),
        word="DoS protection",
    ),
    ObjectKind("firewall_rule", "firewall_rules", FirewallRule, ("firewall rule", "firewall rules")),
    ObjectKind("vpn_connection", "vpn_connections", VpnConnection, ("VPN connection", "VPN connections")),
    ObjectKind("vpn_server", "vpn_servers", VpnServer, ("VPN server", "VPN servers")),
    ObjectKind(
        "vpn_interface",
        "vpn_interfaces",
        VpnInterface,
        ("site-to-site interface", "site-to-site interfaces"),
    ),
    ObjectKind("certificate", "certificates", Certificate, ("certificate", "certificates")),
    ObjectKind(
        "empty_store", "empty_stores", EmptyStore, ("empty store of certificates", "empty stores of certificates")
    ),
    ObjectKind("registry_value", "registry", RegistryValue, ("registry value", "registry values")),
    ObjectKind("service", "services", ServiceState, ("service", "services")),
    ObjectKind("network_adapter", "network_adapters", NetworkAdapter, ("network adapter", "network adapters")),
    ObjectKind("audit_setting", "audit", AuditSetting, ("audit setting", "audit settings")),
    ObjectKind("windows_host", "hosts", WindowsHost, ("Windows release", "Windows releases")),
    ObjectKind("refused_command", "refused_commands", RefusedCommand, ("refused command", "refused commands")),
    ObjectKind(
        "lost_store", "lost_stores", LostStore, ("store that ends with its process", "stores that end with theirs")
    ),
    ObjectKind("stray_value", "stray_values", StrayValue, ("value beside its switch", "values beside their switches")),
    ObjectKind("peer", "peers", Peer, ("peer's connection", "peer's connections")),
    ObjectKind("peer_key", "peer_keys", PeerKey, ("peer's key", "peer's keys")),
)
"""Every kind, in the order of the fields of `Policy`."""

KIND_OF: Mapping[str, ObjectKind] = {kind.key: kind for kind in KINDS}
"""The kinds by their names in JSON."""

OBJECT_KINDS = tuple(kind for kind in KINDS if kind.of in get_args(PolicyObject))
"""The kinds whose objects can be the subject of a finding."""


def noun_of(thing: PolicyObject) -> str:
    """The noun for an object, in the tool that it belongs to."""
    return KIND_OF[thing.kind].called(thing.dialect)


def label(thing: PolicyObject) -> str:
    """An object with its name, for example `filter action "Require"`."""
    return f'{noun_of(thing)} "{thing.name}"'
