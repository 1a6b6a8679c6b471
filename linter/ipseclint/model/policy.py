"""The policy objects of Windows IPsec, in one vocabulary for every format.

A set, rule or filter list here is what an administrator can name and change. References are kept as
written and resolved by `ipseclint.model.machine`; a reference to nothing is for rules to report. `store` names
the GPO that an object is in, `DOMAIN\\GPO`; None is the machine's own store.
"""

from typing import TYPE_CHECKING

from ipseclint.late import late_names
from ipseclint.model.dialect import UNNAMED_GPO, Dialect, Reference
from ipseclint.model.kinds import OBJECT_KINDS, PolicyObject
from ipseclint.model.rules import (
    ConnectionSecurityRule,
    FilterAction,
    FilterList,
    InheritedSecurity,
    IpsecPolicy,
    MainModeRule,
    inherited_security,
)
from ipseclint.model.selectors import WfpFilter
from ipseclint.model.sets import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthPhase,
    CertificateCriteria,
    MainModeCryptoSet,
    MainModeProposal,
    NegotiationDiscovery,
    QuickModeCryptoSet,
    QuickModeProposal,
    WfpTunnel,
)
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
from ipseclint.model.values import Made, Validated
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import AuthMethod, CertificateSigning
from ipseclint.vocabulary.settings import (
    ALL_PROFILES,
    CrlCheck,
    Direction,
    Exemption,
    FirewallAction,
    InterfaceType,
    NatTraversal,
    Profile,
    RuleAction,
    RuleMode,
    Security,
)

if TYPE_CHECKING:
    from ipseclint.model.certificates import Certificate, EmptyStore
    from ipseclint.model.peer import Peer, PeerKey
    from ipseclint.model.remote_access import EapChoice, RemoteAccess, VpnConnection, VpnInterface, VpnServer
else:  # most inputs have none of them; where a class itself is asked for, it is taken from its own module
    Certificate, EmptyStore = late_names("ipseclint.model.certificates", "Certificate", "EmptyStore")
    Peer, PeerKey = late_names("ipseclint.model.peer", "Peer", "PeerKey")
    EapChoice, RemoteAccess, VpnConnection, VpnInterface, VpnServer = late_names(
        "ipseclint.model.remote_access", "EapChoice", "RemoteAccess", "VpnConnection", "VpnInterface", "VpnServer"
    )

__all__ = [
    "ALL_PROFILES",
    "UNNAMED_GPO",
    "AuditSetting",
    "AuthMethod",
    "AuthPhase",
    "AuthenticationMethod",
    "AuthenticationSet",
    "Certificate",
    "CertificateCriteria",
    "CertificateSigning",
    "ConnectionSecurityRule",
    "CrlCheck",
    "Dialect",
    "Direction",
    "DosProtection",
    "EapChoice",
    "EmptyStore",
    "Exemption",
    "FilterAction",
    "FilterList",
    "FirewallAction",
    "FirewallRule",
    "GlobalSettings",
    "InheritedSecurity",
    "InterfaceType",
    "IpsecPolicy",
    "LostStore",
    "MainModeCryptoSet",
    "MainModeProposal",
    "MainModeRule",
    "NatTraversal",
    "NegotiationDiscovery",
    "NetworkAdapter",
    "Peer",
    "Policy",
    "PolicyObject",
    "Profile",
    "QuickModeCryptoSet",
    "QuickModeProposal",
    "Reference",
    "RefusedCommand",
    "RegistryValue",
    "RemoteAccess",
    "RuleAction",
    "RuleMode",
    "Security",
    "ServiceState",
    "StrayValue",
    "VpnConnection",
    "VpnInterface",
    "VpnServer",
    "WfpTunnel",
    "WindowsHost",
    "inherited_security",
]


_NOT_OBJECTS = frozenset({"names_not_followed", "names_given", "open_ends", "hosts", "kinds_not_held", "alternatives"})


class Policy(Validated):
    """All that one input, or one machine, says about IPsec.

    `names_not_followed` are lower-case names that a rule refers to and that stand in a command which was not followed:
    their objects may exist, and be used. `names_given` are lower-case placeholders for names that a script gets when it
    runs. `open_ends` are places of commands that were not followed and may create objects of any name. `kinds_not_held`
    are the kinds of objects, such as `quick-mode crypto set`, that an input need not hold, because each kind has a
    cmdlet of its own or a part of an export was cut out: their objects may exist too. `alternatives` are branches of a
    script that is not run: for each decision the objects that only some branches make, as place and branches.
    """

    policies: tuple[Made[IpsecPolicy], ...] = ()
    filter_lists: tuple[Made[FilterList], ...] = ()
    filter_actions: tuple[Made[FilterAction], ...] = ()
    main_mode_crypto_sets: tuple[Made[MainModeCryptoSet], ...] = ()
    quick_mode_crypto_sets: tuple[Made[QuickModeCryptoSet], ...] = ()
    authentication_sets: tuple[Made[AuthenticationSet], ...] = ()
    connection_security_rules: tuple[Made[ConnectionSecurityRule], ...] = ()
    main_mode_rules: tuple[Made[MainModeRule], ...] = ()
    wfp_filters: Made[tuple[WfpFilter, ...]] = ()
    wfp_filter_path: str = ""
    global_settings: tuple[Made[GlobalSettings], ...] = ()
    dos_protection: tuple[Made[DosProtection], ...] = ()
    firewall_rules: tuple[Made[FirewallRule], ...] = ()
    vpn_connections: tuple[Made[VpnConnection], ...] = ()
    vpn_servers: tuple[Made[VpnServer], ...] = ()
    vpn_interfaces: tuple[Made[VpnInterface], ...] = ()
    certificates: tuple[Made[Certificate], ...] = ()
    empty_stores: tuple[Made[EmptyStore], ...] = ()
    registry: tuple[Made[RegistryValue], ...] = ()
    services: tuple[Made[ServiceState], ...] = ()
    network_adapters: tuple[Made[NetworkAdapter], ...] = ()
    audit: tuple[Made[AuditSetting], ...] = ()
    hosts: tuple[Made[WindowsHost], ...] = ()
    refused_commands: tuple[Made[RefusedCommand], ...] = ()
    lost_stores: tuple[Made[LostStore], ...] = ()
    stray_values: tuple[Made[StrayValue], ...] = ()
    peers: tuple[Made[Peer], ...] = ()
    peer_keys: tuple[Made[PeerKey], ...] = ()
    names_not_followed: tuple[str, ...] = ()
    names_given: tuple[str, ...] = ()
    open_ends: tuple[Span, ...] = ()
    kinds_not_held: tuple[str, ...] = ()
    alternatives: tuple[tuple[tuple[Span, frozenset[int]], ...], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing at all."""
        return not any(getattr(self, name) for name in type(self).model_fields if name not in _NOT_OBJECTS)

    def filter_span(self, row: WfpFilter) -> Span:
        """The place of a WFP filter."""
        return Span(row.path or self.wfp_filter_path, row.line, row.column)

    def objects(self) -> tuple[PolicyObject, ...]:
        """Every object that can be the subject of a finding, in the order of the fields."""
        return tuple(thing for kind in OBJECT_KINDS for thing in getattr(self, kind.field))
