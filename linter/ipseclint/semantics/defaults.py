"""The values that Windows fills in where a policy says nothing: by its release, and for VPN.

The Windows of a policy is what the site says, or what a host's own export says. A GPO names the Windows of its author,
which is not that of the hosts that apply it, and tells nothing. A machine has one VPN server, and Windows' suite for
every VPN object without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ipseclint.late import late_names
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthMethod,
    ConnectionSecurityRule,
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    Policy,
    QuickModeCryptoSet,
    QuickModeProposal,
    Reference,
    RemoteAccess,
    VpnConnection,
    VpnInterface,
    VpnServer,
    WindowsHost,
)
from ipseclint.model.setting import Default, Setting, Unknown, default
from ipseclint.model.site import Site
from ipseclint.semantics.registry import number, values_of
from ipseclint.source import Span
from ipseclint.vocabulary import vpn_offers
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.key_modules import STANDARDS
from ipseclint.vocabulary.registry_keys import VPN_CLIENT
from ipseclint.vocabulary.remote_access import TunnelProtocol
from ipseclint.vocabulary.vpn_offers import NegotiateDh2048
from ipseclint.vocabulary.windows_releases import (
    DHCP_EXEMPT_BUILD,
    DHCP_EXEMPT_POLICY_VERSION,
    FIRST_NEW_POLICY_VERSION,
    LAST_OLD_POLICY_VERSION,
    SECURE_BY_DEFAULT_BUILD,
    release_called,
)

if TYPE_CHECKING:
    from ipseclint.model.remote_access import one_server
else:
    (one_server,) = late_names("ipseclint.model.remote_access", "one_server")

NEGOTIATE_DH2048 = "negotiatedh2048_aes256"

R = TypeVar("R", VpnConnection, VpnServer, VpnInterface)
NEW_DEFAULT_KEY_MODULES = STANDARDS
"""The meaning of `Default` since Windows 11 24H2 and Server 2025, where no authentication method needs AuthIP."""
_OF_IKE = frozenset({AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.PRESHARED_KEY})
"""First authentication that IKEv1 supports, and for which no page says that AuthIP is used."""


def completed(policy: Policy) -> Policy:
    """The policy with one VPN server, and with default sets for every VPN object without a suite."""
    if not (policy.vpn_connections or policy.vpn_servers or policy.vpn_interfaces):
        return policy
    made = _Made(negotiate_dh2048(policy))
    servers = () if _is_off(policy) else one_server(policy.vpn_servers)
    update: dict[str, object] = {
        "vpn_connections": tuple(made.with_sets(connection) for connection in policy.vpn_connections),
        "vpn_servers": tuple(made.with_sets(server) for server in servers),
        "vpn_interfaces": tuple(made.with_sets(interface) for interface in policy.vpn_interfaces),
    }
    update["main_mode_crypto_sets"] = (*policy.main_mode_crypto_sets, *made.main)
    update["quick_mode_crypto_sets"] = (*policy.quick_mode_crypto_sets, *made.quick)
    return policy.model_copy(update=update)


def negotiate_dh2048(policy: Policy) -> NegotiateDh2048 | None:
    """The registry value NegotiateDH2048_AES256; a value that Windows does not define counts as absent. None: not
    known."""
    value = values_of(policy, VPN_CLIENT).get(NEGOTIATE_DH2048)
    if value is not None and value.data.known is None:
        return None
    known = None if value is None else number(value)
    return NegotiateDh2048(known) if known in set(NegotiateDh2048) else NegotiateDh2048.DISABLED


def _is_off(policy: Policy) -> bool:
    """Whether Routing and Remote Access is disabled, so that its registry values have no effect."""
    service = next((each for each in policy.services if each.name.casefold() == "remoteaccess"), None)
    return service is not None and service.start is not None and service.start.known == "disabled"


class _Made:
    """The sets made while a policy is completed."""

    def __init__(self, dh2048: NegotiateDh2048 | None) -> None:
        self._dh2048 = dh2048
        self.main: list[MainModeCryptoSet] = []
        self.quick: list[QuickModeCryptoSet] = []

    def with_sets(self, owner: R) -> R:
        """The owner, with references to sets of what Windows offers, if it has none and that is known.

        For a connection these sets are marked `builtin`, since nobody wrote them; for a server and an interface the
        lifetimes are written.
        """
        if owner.main_mode_crypto is not None or not _by_ikev2(owner):
            return owner
        policy = owner.custom_policy
        is_connection = isinstance(owner, VpnConnection)
        if is_connection and (policy is None or policy.known is not False or self._dh2048 is None):
            return owner
        known = policy is not None and policy.known is False
        main = _main_mode(owner, self._offers(owner) if known else (), builtin=is_connection)
        quick = _quick_mode(owner, vpn_offers.IKEV2_QUICK_MODE if known else (), builtin=is_connection)
        self.main.append(main)
        self.quick.append(quick)
        references = {
            "main_mode_crypto": Reference(target=main.name, span=main.span),
            "quick_mode_crypto": Reference(target=quick.name, span=quick.span),
        }
        return owner.model_copy(update=references)

    def _offers(self, owner: RemoteAccess) -> tuple[vpn_offers.MainModeOffer, ...]:
        # The value is known to change what the client offers; of a server no source says it.
        said = self._dh2048 if isinstance(owner, VpnConnection) else None
        return vpn_offers.ikev2_main_mode(NegotiateDh2048.DISABLED if said is None else said)


def _by_ikev2(owner: RemoteAccess) -> bool:
    """Whether IKEv2 may carry it."""
    if isinstance(owner, VpnServer):
        return True
    if isinstance(owner, VpnConnection):
        return TunnelProtocol.IKEV2 in owner.tried
    strategy = owner.strategy
    return strategy is None or strategy.known is None or TunnelProtocol.IKEV2 in strategy.known.protocols


def _lifetime(owner: RemoteAccess, name: str) -> Setting[int]:
    said: Setting[int] | None = getattr(owner, name, None)
    return said or Default(Unknown("not part of a VPN connection"), owner.span)


def _main_mode(
    owner: RemoteAccess, offers: tuple[vpn_offers.MainModeOffer, ...], *, builtin: bool
) -> MainModeCryptoSet:
    span = _place(owner)
    proposals = tuple(
        MainModeProposal(
            span=span,
            encryption=default(cipher, span),
            integrity=default(integrity, span),
            dh_group=default(group, span),
        )
        for cipher, integrity, group in offers
    )
    return MainModeCryptoSet(
        name=owner.name,
        span=span,
        dialect=Dialect.VPN,
        proposals=proposals or (_unsaid_proposal(span),),
        lifetime_seconds=_lifetime(owner, "main_mode_lifetime_seconds"),
        quick_mode_limit=Default(Unknown("not part of a VPN"), span),
        force_dh=default(value=True, span=span),
        key_module=default(KeyModule.IKEV2, span),
        builtin=builtin,
    )


def _quick_mode(
    owner: RemoteAccess, offers: tuple[vpn_offers.QuickModeOffer, ...], *, builtin: bool
) -> QuickModeCryptoSet:
    span = _place(owner)
    parts: list[tuple[Setting[Cipher], Setting[Integrity]]] = [
        (default(cipher, span), default(integrity, span)) for cipher, integrity in offers
    ]
    proposals = tuple(
        QuickModeProposal(
            span=span,
            encapsulation=default(Encapsulation.ESP, span),
            ah_integrity=default(Integrity.NONE, span),
            esp_integrity=integrity,
            encryption=cipher,
            lifetime_seconds=_lifetime(owner, "lifetime_seconds"),
            lifetime_kilobytes=_lifetime(owner, "lifetime_kilobytes"),
        )
        for cipher, integrity in parts or [(_unsaid(span), _unsaid(span))]
    )
    return QuickModeCryptoSet(
        name=owner.name,
        span=span,
        dialect=Dialect.VPN,
        proposals=proposals,
        pfs_group=default(DhGroup.NONE, span) if offers else _unsaid(span),
        key_module=default(KeyModule.IKEV2, span),
        builtin=builtin,
    )


def _unsaid_proposal(span: Span) -> MainModeProposal:
    return MainModeProposal(span=span, encryption=_unsaid(span), integrity=_unsaid(span), dh_group=_unsaid(span))


def _unsaid(span: Span) -> Setting[Any]:
    return Default(Unknown("not said"), span)


def _place(owner: RemoteAccess) -> Span:
    """The place where the input shows that there is no suite."""
    return owner.span if owner.custom_policy is None else owner.custom_policy.span


def has_new_defaults(policy: Policy, site: Site) -> bool | None:
    """Whether all hosts of a policy run Windows 11 24H2, Server 2025 or later; None: unknown, or they differ."""
    return _all_hosts(policy, site, SECURE_BY_DEFAULT_BUILD, LAST_OLD_POLICY_VERSION, FIRST_NEW_POLICY_VERSION)


def exempts_dhcp(policy: Policy, site: Site) -> bool | None:
    """Whether all hosts of a policy exempt DHCP by default, as from Windows 7 on; None: unknown, or they differ."""
    first = DHCP_EXEMPT_POLICY_VERSION
    return _all_hosts(policy, site, DHCP_EXEMPT_BUILD, first - 1, first)


def _all_hosts(policy: Policy, site: Site, build: int, last_old_version: int, first_new_version: int) -> bool | None:
    """Whether all hosts run a build or a later one, by the site's facts or their exports."""

    def is_new(host: WindowsHost) -> bool | None:
        if host.build is not None and host.build.known is not None:
            return host.build.known >= build
        version = None if host.policy_version is None else host.policy_version.known
        if version is None or last_old_version < version < first_new_version:
            return None
        return version >= first_new_version

    if site.windows:
        releases = [release_called(name) for name in site.windows]
        answers = {release.build >= build for release in releases if release is not None}
    else:
        answers = {answer for host in policy.hosts if host.store is None and (answer := is_new(host)) is not None}
    return answers.pop() if len(answers) == 1 else None


def settled(machine: Machine) -> Machine:
    """The machine with the defaults of its Windows, whose release decides what `KeyModule Default` means.

    Where the methods of a rule need AuthIP, or might, its key modules stay as they were read: the page on
    New-NetIPsecRule says that 24H2 uses AuthIP then, and leaves open what machine Kerberos does.
    """
    policy = machine.policy
    if not policy.connection_security_rules or has_new_defaults(policy, machine.site) is not True:
        return machine
    rules = tuple(_settled(machine, rule) for rule in policy.connection_security_rules)
    return machine.with_policy(policy.model_copy(update={"connection_security_rules": rules}))


def _settled(machine: Machine, rule: ConnectionSecurityRule) -> ConnectionSecurityRule:
    if rule.dialect is not Dialect.WFAS or rule.key_modules.is_explicit or needs_authip(machine, rule) is not False:
        return rule
    return rule.model_copy(update={"key_modules": default(NEW_DEFAULT_KEY_MODULES, rule.key_modules.span)})


def needs_authip(machine: Machine, rule: ConnectionSecurityRule) -> bool | None:
    """Whether the authentication of a rule needs AuthIP; None where that is not known."""
    first = machine.index.first_auth_of(rule)
    if rule.second_authentication is not None:
        return True
    if first is None or not first.methods:
        return None
    kinds = {method.method.known for method in first.methods}
    if AuthMethod.COMPUTER_NTLM in kinds:
        return True
    return False if kinds <= _OF_IKE else None
