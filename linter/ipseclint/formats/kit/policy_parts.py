"""The objects of a policy while an input is being read."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from ipseclint.formats.kit.builtin_sets import (
    FIRST_AUTHENTICATION_ID,
    MAIN_MODE_ID,
    QUICK_MODE_ID,
    SECOND_AUTHENTICATION_ID,
    builtin_first_authentication,
    builtin_main_mode,
    builtin_quick_mode,
    builtin_second_authentication,
)
from ipseclint.formats.kit.vpn_parts import VpnParts
from ipseclint.model.policy import (
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    FirewallAction,
    FirewallRule,
    GlobalSettings,
    MainModeCryptoSet,
    MainModeRule,
    Policy,
    PolicyObject,
    QuickModeCryptoSet,
    Reference,
    RegistryValue,
    VpnConnection,
    VpnInterface,
    VpnServer,
    WindowsHost,
)
from ipseclint.model.remote_access import one_server
from ipseclint.model.selectors import ESP, IKE_PORTS, UDP
from ipseclint.source import Span


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
        match vpn.owner:
            case VpnConnection() as connection:
                self.vpn_connections.append(connection)
            case VpnServer() as server:
                self.vpn_servers.append(server)
            case VpnInterface() as interface:
                self.vpn_interfaces.append(interface)
        if vpn.main_mode is not None and vpn.quick_mode is not None:
            self.main_mode.append(vpn.main_mode)
            self.quick_mode.append(vpn.quick_mode)
        if vpn.authentication is not None:
            self.authentication.append(vpn.authentication)

    def take(self, objects: Iterable[PolicyObject]) -> None:
        """Add a rule of connection security, main mode or the firewall and the sets that are written on it."""
        for each in objects:
            match each:
                case ConnectionSecurityRule():
                    self.rules.append(each)
                case MainModeRule():
                    self.main_mode_rules.append(each)
                case FirewallRule():
                    self.firewall_rules.append(each)
                case AuthenticationSet():
                    self.authentication.append(each)
                case QuickModeCryptoSet():
                    self.quick_mode.append(each)
                case MainModeCryptoSet():
                    self.main_mode.append(each)

    def extend(self, other: PolicyParts) -> None:
        """Add all objects of another policy behind these."""
        for name in self.__struct_fields__:
            getattr(self, name).extend(getattr(other, name))

    def policy(self) -> Policy:
        """The policy, with those default sets of Windows that its rules use and the input does not define."""
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
            vpn_servers=one_server(tuple(self.vpn_servers)),
            vpn_interfaces=tuple(self.vpn_interfaces),
            registry=tuple(self.registry),
            hosts=tuple(self.hosts),
            # Where nothing negotiates, few of the firewall's own are a matter of IPsec: another input may negotiate.
            firewall_rules=tuple(rule for rule in self.firewall_rules if negotiates or _blocks_ike(rule)),
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


def _blocks_ike(rule: FirewallRule) -> bool:
    """Whether a rule of the firewall blocks IKE or ESP, whoever the other end is."""
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
    """Where a default set is first referred to; None if it is not, or is defined."""
    wanted = set_id.casefold()
    if any(each.id and each.id.casefold() == wanted for each in defined):
        return None
    return next(
        (reference.span for reference in references if reference and reference.target.casefold() == wanted), None
    )
