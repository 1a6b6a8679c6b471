"""The objects of a policy as a reader collects them, and the default sets that they refer to.

Added are the default sets of every Windows that rules refer to and the input does not define, and default or unknown
proposals. Their settings have the place of the reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ipseclint.late import late_names
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    FirewallAction,
    FirewallRule,
    GlobalSettings,
    MainModeCryptoSet,
    MainModeProposal,
    MainModeRule,
    Policy,
    PolicyObject,
    QuickModeCryptoSet,
    QuickModeProposal,
    Reference,
    RegistryValue,
    VpnConnection,
    VpnInterface,
    VpnServer,
    WindowsHost,
)
from ipseclint.model.selectors import ESP, IKE_PORTS, UDP
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES

if TYPE_CHECKING:
    from ipseclint.formats.kit.vpn_parts import VpnParts
    from ipseclint.model.remote_access import one_server
else:
    (VpnParts,) = late_names("ipseclint.formats.kit.vpn_parts", "VpnParts")
    (one_server,) = late_names("ipseclint.model.remote_access", "one_server")

MAIN_MODE_ID = DEFAULT_SET_NAMES["main-mode-crypto"]
QUICK_MODE_ID = DEFAULT_SET_NAMES["quick-mode-crypto"]
FIRST_AUTHENTICATION_ID = DEFAULT_SET_NAMES["first-authentication"]
SECOND_AUTHENTICATION_ID = DEFAULT_SET_NAMES["second-authentication"]
DEFAULT_KEY_MODULES = builtin.KEY_MODULES
"""The key modules of a rule that names none."""


class PolicyParts(Struct):
    """Connection security objects in the order read."""

    main_mode: list[MainModeCryptoSet] = field(default_factory=list)
    quick_mode: list[QuickModeCryptoSet] = field(default_factory=list)
    authentication: list[AuthenticationSet] = field(default_factory=list)
    rules: list[ConnectionSecurityRule] = field(default_factory=list)
    main_mode_rules: list[MainModeRule] = field(default_factory=list)
    globals: list[GlobalSettings] = field(default_factory=list)
    registry: list[RegistryValue] = field(default_factory=list)
    firewall_rules: list[FirewallRule] = field(default_factory=list)
    hosts: list[WindowsHost] = field(default_factory=list)
    vpn_connections: list[VpnConnection] = field(default_factory=list)
    vpn_servers: list[VpnServer] = field(default_factory=list)
    vpn_interfaces: list[VpnInterface] = field(default_factory=list)

    def add_vpn(self, vpn: VpnParts) -> None:
        """Add a VPN connection, server or interface with its sets."""
        if isinstance(vpn.owner, VpnConnection):
            self.vpn_connections.append(vpn.owner)
        elif isinstance(vpn.owner, VpnServer):
            self.vpn_servers.append(vpn.owner)
        else:
            self.vpn_interfaces.append(vpn.owner)
        if vpn.main_mode is not None and vpn.quick_mode is not None:
            self.main_mode.append(vpn.main_mode)
            self.quick_mode.append(vpn.quick_mode)
        if vpn.authentication is not None:
            self.authentication.append(vpn.authentication)

    def take(self, objects: Iterable[PolicyObject]) -> None:
        """Add a rule of connection security, main mode or the firewall, and the sets defined with it."""
        for thing in objects:
            match thing:
                case ConnectionSecurityRule():
                    self.rules.append(thing)
                case MainModeRule():
                    self.main_mode_rules.append(thing)
                case FirewallRule():
                    self.firewall_rules.append(thing)
                case AuthenticationSet():
                    self.authentication.append(thing)
                case QuickModeCryptoSet():
                    self.quick_mode.append(thing)
                case MainModeCryptoSet():
                    self.main_mode.append(thing)

    def extend(self, other: PolicyParts) -> None:
        """Append all objects of another policy."""
        for name in self.__struct_fields__:
            getattr(self, name).extend(getattr(other, name))

    def policy(self) -> Policy:
        """The policy, with the default sets of Windows that its rules use and the input does not define."""
        self._add_builtin_sets()
        negotiates = self.rules or self.main_mode_rules or self.vpn_connections or self.vpn_servers
        return Policy(
            main_mode_crypto_sets=tuple(self.main_mode),
            quick_mode_crypto_sets=tuple(self.quick_mode),
            authentication_sets=tuple(self.authentication),
            connection_security_rules=tuple(self.rules),
            main_mode_rules=tuple(self.main_mode_rules),
            global_settings=tuple(self.globals),
            vpn_connections=tuple(self.vpn_connections),
            vpn_servers=one_server(tuple(self.vpn_servers)) if self.vpn_servers else (),
            vpn_interfaces=tuple(self.vpn_interfaces),
            registry=tuple(self.registry),
            hosts=tuple(self.hosts),
            # Where nothing negotiates, few of the firewall's own are a matter of IPsec: another input may negotiate.
            firewall_rules=tuple(rule for rule in self.firewall_rules if negotiates or _is_of_ipsec(rule)),
        )

    def _add_builtin_sets(self) -> None:
        rules: tuple[ConnectionSecurityRule | MainModeRule, ...] = (*self.rules, *self.main_mode_rules)
        place = _first_use(QUICK_MODE_ID, self.quick_mode, (each.quick_mode_crypto for each in self.rules))
        if place:
            self.quick_mode.append(builtin_quick_mode(place))
        first = [each for each in self.authentication if each.phase is AuthPhase.FIRST]
        second = [each for each in self.authentication if each.phase is AuthPhase.SECOND]
        if place := _first_use(FIRST_AUTHENTICATION_ID, first, (each.first_authentication for each in rules)):
            self.authentication.append(builtin_first_authentication(place))
        if place := _first_use(SECOND_AUTHENTICATION_ID, second, (each.second_authentication for each in self.rules)):
            self.authentication.append(builtin_second_authentication(place))
        place = _first_use(MAIN_MODE_ID, self.main_mode, (each.main_mode_crypto for each in rules))
        if place is None and self.rules and not any(each.is_default for each in self.main_mode):
            # Every connection security rule is negotiated under the default main mode, though none names it.
            place = self.rules[0].span
        if place:
            self.main_mode.append(builtin_main_mode(place))


def _is_of_ipsec(rule: FirewallRule) -> bool:
    """Whether a firewall rule requires security, or blocks IKE or ESP from any peer."""
    if rule.security is not None:
        return True
    if rule.action.known is not FirewallAction.BLOCK or rule.narrowed:
        return False
    if not any(address.is_any for address in rule.remote.known or ()):
        return False
    return rule.takes(ESP) or any(rule.takes(UDP, port) for port in IKE_PORTS)


def _first_use(
    set_id: str,
    defined: Iterable[MainModeCryptoSet | QuickModeCryptoSet | AuthenticationSet],
    references: Iterable[Reference | None],
) -> Span | None:
    """The place of the first reference to a default set; None if there is none, or if the set is defined."""
    wanted = set_id.casefold()
    if any(each.id and each.id.casefold() == wanted for each in defined):
        return None
    return next(
        (reference.span for reference in references if reference and reference.target.casefold() == wanted), None
    )


def builtin_main_mode(span: Span) -> MainModeCryptoSet:
    """The default main-mode set."""
    return MainModeCryptoSet(
        name="Windows default main-mode crypto set",
        id=MAIN_MODE_ID,
        span=span,
        dialect=Dialect.WFAS,
        proposals=default_main_mode_proposals(span),
        lifetime_seconds=default(builtin.MAIN_MODE_LIFETIME_SECONDS, span),
        quick_mode_limit=default(builtin.MAIN_MODE_QUICK_MODE_LIMIT, span),
        force_dh=default(builtin.MAIN_MODE_FORCE_DH, span),
        is_default=True,
        builtin=True,
    )


def builtin_quick_mode(span: Span) -> QuickModeCryptoSet:
    """The default quick-mode set."""
    return QuickModeCryptoSet(
        name="Windows default quick-mode crypto set",
        id=QUICK_MODE_ID,
        span=span,
        dialect=Dialect.WFAS,
        proposals=default_quick_mode_proposals(span),
        pfs_group=default(builtin.QUICK_MODE_PFS_GROUP, span),
        is_default=True,
        builtin=True,
    )


def builtin_first_authentication(span: Span) -> AuthenticationSet:
    """The default first authentication."""
    return AuthenticationSet(
        name="Windows default first authentication set",
        id=FIRST_AUTHENTICATION_ID,
        span=span,
        dialect=Dialect.WFAS,
        phase=AuthPhase.FIRST,
        methods=tuple(
            AuthenticationMethod(span=span, method=default(method, span)) for method in builtin.FIRST_AUTHENTICATION
        ),
        is_default=True,
        builtin=True,
    )


def builtin_second_authentication(span: Span) -> AuthenticationSet:
    """The default second authentication; it has no methods, for none are documented."""
    return AuthenticationSet(
        name="Windows default second authentication set",
        id=SECOND_AUTHENTICATION_ID,
        span=span,
        dialect=Dialect.WFAS,
        phase=AuthPhase.SECOND,
        methods=(),
        is_default=True,
        builtin=True,
    )


def default_main_mode_proposals(
    span: Span, rows: Iterable[tuple[Cipher, Integrity, DhGroup]] = builtin.MAIN_MODE_PROPOSALS
) -> tuple[MainModeProposal, ...]:
    """The main-mode proposals that Windows uses by default: encryption, integrity and group."""
    return tuple(
        MainModeProposal(
            span=span,
            encryption=default(cipher, span),
            integrity=default(integrity, span),
            dh_group=default(group, span),
        )
        for cipher, integrity, group in rows
    )


def default_quick_mode_proposals(
    span: Span, rows: Iterable[tuple[Encapsulation, Integrity, Integrity, Cipher]] = builtin.QUICK_MODE_PROPOSALS
) -> tuple[QuickModeProposal, ...]:
    """The quick-mode proposals that Windows uses by default: encapsulation, AH and ESP integrity, encryption."""
    seconds = default(builtin.QUICK_MODE_LIFETIME_SECONDS, span)
    kilobytes = default(builtin.QUICK_MODE_LIFETIME_KILOBYTES, span)
    return tuple(
        QuickModeProposal(
            span=span,
            encapsulation=default(encapsulation, span),
            ah_integrity=default(ah, span),
            esp_integrity=default(esp, span),
            encryption=default(cipher, span),
            lifetime_seconds=seconds,
            lifetime_kilobytes=kilobytes,
        )
        for encapsulation, ah, esp, cipher in rows
    )


def unknown_main_mode_proposal(span: Span, unknown: Unknown) -> MainModeProposal:
    """A main-mode proposal with all parts unknown."""
    return MainModeProposal(
        span=span,
        encryption=Setting(unknown, span),
        integrity=Setting(unknown, span),
        dh_group=Setting(unknown, span),
    )


def unknown_quick_mode_proposal(span: Span, unknown: Unknown) -> QuickModeProposal:
    """A quick-mode proposal with all parts unknown."""
    return QuickModeProposal(
        span=span,
        encapsulation=Setting(unknown, span),
        ah_integrity=Setting(unknown, span),
        esp_integrity=Setting(unknown, span),
        encryption=Setting(unknown, span),
        lifetime_seconds=Setting(unknown, span),
        lifetime_kilobytes=Setting(unknown, span),
    )
