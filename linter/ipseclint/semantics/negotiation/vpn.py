"""The ends of remote access: connections of clients, servers, interfaces between sites.

IKEv2 in tunnel mode, with the protected traffic assigned while the tunnel comes up. Under L2TP it is IKEv1 in transport
mode. How a server authenticates is not known, nor how a client does whose export does not say it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.peer import Credential, Offer
from ipseclint.model.policy import (
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
    RuleAction,
    RuleMode,
)
from ipseclint.model.remote_access import RemoteAccess, VpnConnection, VpnInterface, VpnServer
from ipseclint.model.selectors import UDP, Addresses, PortRange, parse_address
from ipseclint.model.setting import Origin, Secret, Setting
from ipseclint.semantics.effective import byte_lifetime, main_mode_lifetime, quick_mode_lifetime
from ipseclint.semantics.negotiation.ends import End, Selectors
from ipseclint.semantics.negotiation.windows import main_mode_offer, quick_mode_offer
from ipseclint.semantics.registry import number, values_of
from ipseclint.semantics.vpn_suites import authentication_of, main_mode_of, owners, quick_mode_of
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod
from ipseclint.vocabulary.registry_keys import VPN_CLIENT
from ipseclint.vocabulary.remote_access import TunnelProtocol, VpnAuthentication
from ipseclint.vocabulary.vpn_offers import L2TP_MAIN_MODE, L2TP_QUICK_MODE

_METHODS = {
    VpnAuthentication.MACHINE_CERTIFICATE: AuthMethod.COMPUTER_CERTIFICATE,
    VpnAuthentication.PRESHARED_KEY: AuthMethod.PRESHARED_KEY,
    VpnAuthentication.EAP: AuthMethod.EAP,
    VpnAuthentication.MSCHAP_V2: AuthMethod.EAP,
}
"""The IKEv2 method for each kind of authentication: passwords within EAP, keys for interfaces between sites only."""


def vpn_ends(machine: Machine) -> Iterator[End]:
    """The end of each object of remote access whose offer is known."""
    policy = machine.policy
    for owner in owners(policy):
        main, quick = main_mode_of(policy, owner), quick_mode_of(policy, owner)
        key = _key_of(policy, owner)
        tried = owner.tried if isinstance(owner, VpnConnection) else ()
        if isinstance(owner, VpnConnection) and tried and TunnelProtocol.IKEV2 not in tried:
            if TunnelProtocol.L2TP in tried:
                yield _l2tp(owner, main, quick, key)
        elif main is not None and quick is not None:
            yield replace(_end(owner, main, quick, key), dials=_dialled(policy, owner))
        elif isinstance(owner, VpnConnection) and tried:
            yield replace(_unsaid(owner, key), dials=_dialled(policy, owner))


def _dialled(policy: Policy, owner: RemoteAccess) -> Setting[tuple[str, ...]] | None:
    """The names that a connection dials, unless Windows is told not to check them in the server's certificate."""
    if not isinstance(owner, VpnConnection):
        return None
    checks, value = owner.checks_server_name, values_of(policy, VPN_CLIENT).get(_UNCHECKED)
    is_off = (value is not None and number(value) not in {None, 0}) or (checks is not None and not checks.known)
    return None if is_off else owner.servers


_UNCHECKED = "disableikenameekucheck"
"""The registry value that stops every connection from checking names (AU035)."""


def _unsaid(owner: RemoteAccess, key: Secret | None) -> End:
    """An IKEv2 end whose offer is not known."""
    own, accepted = _credentials(owner, key)
    kind = {"vpn_server": "server", "vpn_interface": "interface"}.get(owner.kind, "connection")
    return End(
        path=owner.span.path,
        subject=f'{kind} "{owner.name}"',
        span=owner.span,
        action=RuleAction.NEGOTIATE,
        key_modules=frozenset({KeyModule.IKEV2}),
        key_modules_span=owner.span,
        main_mode_span=owner.span,
        quick_mode_span=owner.span,
        own=own,
        accepted=accepted,
        authentication_span=owner.span,
        mode=RuleMode.TUNNEL,
        mode_span=owner.span,
        peer_gateway=_servers(owner),
        owner=owner,
        is_client=isinstance(owner, VpnConnection),
        is_server=isinstance(owner, VpnServer),
    )


def _l2tp(
    connection: VpnConnection, main: MainModeCryptoSet | None, quick: QuickModeCryptoSet | None, key: Secret | None
) -> End:
    """The IPsec under L2TP: IKEv1, transport mode, UDP port 1701 (RFC 3193).

    Without a custom suite, which applies to L2TP too (Set-VpnConnectionIPsecConfiguration), it has Windows' default
    offer.
    """
    policy = connection.custom_policy
    by_default = main is None and quick is None and policy is not None and policy.known is False
    main_mode = None if main is None else tuple(map(main_mode_offer, main.proposals))
    quick_mode = None if quick is None else _quick_offers(quick)
    method, reference = connection.l2tp_authentication, connection.first_authentication
    if method is None and reference is not None:  # a written key is used
        method = Setting(VpnAuthentication.PRESHARED_KEY, reference.span)
    own = None if method is None or method.known is None else _one(method.known, method.span, key)
    end = _unsaid(connection, key)
    return replace(
        end,
        key_modules=frozenset({KeyModule.IKEV1}),
        key_modules_span=connection.span if connection.strategy is None else connection.strategy.span,
        main_mode=_main_mode_of_windows(policy.span) if by_default and policy else main_mode,
        main_mode_span=connection.span if main is None else _where_said(main),
        quick_mode=_quick_mode_of_windows(policy.span) if by_default and policy else quick_mode,
        quick_mode_span=connection.span if quick is None else _where_said(quick),
        pfs_span=None if quick is None else quick.pfs_group.span,
        own=own,
        accepted=own,
        authentication_span=connection.span if method is None else method.span,
        mode=RuleMode.TRANSPORT,
        selectors=Selectors(
            (), end.peer_gateway, connection.span, UDP, remote_ports=(PortRange(_L2TP_PORT, _L2TP_PORT),)
        ),
        suite=None if main is None or quick is None else (main, quick),
        offers_are_reported=by_default,
    )


_L2TP_PORT = 1701


def _main_mode_of_windows(span: Span) -> tuple[Offer, ...]:
    return tuple(
        Offer(span=span, encapsulation=None, encryption=(cipher,), integrity=(integrity,), groups=(group,))
        for cipher, integrity, group in L2TP_MAIN_MODE
    )


def _quick_mode_of_windows(span: Span) -> tuple[Offer, ...]:
    return tuple(
        Offer(span=span, encapsulation=Encapsulation.ESP, encryption=(cipher,), integrity=(integrity,))
        for cipher, integrity in L2TP_QUICK_MODE
    )


def _key_of(policy: Policy, owner: RemoteAccess) -> Secret | None:
    """The preshared key of an object, if the input holds it; its set is found by the place of the reference."""
    written = authentication_of(policy, owner)
    keys = (method.preshared_key for method in written.methods) if written is not None else ()
    return next((key.known for key in keys if key is not None), None)


def _end(owner: RemoteAccess, main: MainModeCryptoSet, quick: QuickModeCryptoSet, key: Secret | None) -> End:
    first = next((proposal.encryption for proposal in main.proposals), None)
    is_said = first is not None and (first.known is not None or first.origin is not Origin.DEFAULT)
    return replace(
        _unsaid(owner, key),
        main_mode=tuple(map(main_mode_offer, main.proposals)) if is_said else None,
        main_mode_span=_where_said(main),
        main_mode_seconds=main_mode_lifetime(main),
        quick_mode=_quick_offers(quick) if is_said else None,
        quick_mode_span=_where_said(quick),
        pfs_span=quick.pfs_group.span,
        quick_mode_seconds=quick_mode_lifetime(quick),
        quick_mode_kilobytes=byte_lifetime(quick),
        suite=(main, quick),
    )


def _where_said(suite: MainModeCryptoSet | QuickModeCryptoSet) -> Span:
    """The place of the first cipher: the suite of a connection may be given to it in another line than makes it."""
    return next((proposal.encryption.span for proposal in suite.proposals), suite.span)


def _quick_offers(quick: QuickModeCryptoSet) -> tuple[Offer, ...]:
    return tuple(quick_mode_offer(offer, offer.pfs_group or quick.pfs_group) for offer in quick.proposals)


def _servers(owner: RemoteAccess) -> Addresses:
    """The addresses where it looks for its peer, as far as it gives any."""
    names: Setting[tuple[str, ...]] | None = None
    if isinstance(owner, VpnConnection):
        names = owner.servers
    elif isinstance(owner, VpnInterface):
        names = owner.destinations
    parsed = map(parse_address, (names.known or ()) if names is not None else ())
    return tuple(address for address in parsed if address is not None and address.version)


Credentials = tuple[Credential, ...] | None


def _credentials(owner: RemoteAccess, key: Secret | None) -> tuple[Credentials, Credentials]:
    """How it authenticates, and how its peer may: a server, and the peer of a client, by certificate."""
    certificate = (Credential(span=owner.span, method=AuthMethod.COMPUTER_CERTIFICATE),)
    match owner:
        case VpnConnection():
            return _of(owner.authentication), certificate
        case VpnServer():
            return certificate, _of(owner.authentication or owner.tunnel_authentication)
    mine = owner.authentication
    theirs = owner.responder_authentication
    own = None if mine is None or mine.known is None else _one(mine.known, mine.span, key)
    accepted = None if theirs is None or theirs.known is None else _one(theirs.known, theirs.span, key)
    return own, accepted or own


def _of(setting: Setting[tuple[VpnAuthentication, ...]] | None) -> Credentials:
    if setting is None or setting.known is None:
        return None
    methods = dict.fromkeys(_METHODS.get(each) for each in setting.known)
    return tuple(Credential(span=setting.span, method=method) for method in methods) or None


def _one(method: VpnAuthentication, span: Span, key: Secret | None) -> Credentials:
    return (Credential(span=span, method=_METHODS.get(method), secret=key, is_secret_known=key is not None),)
