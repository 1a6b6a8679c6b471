"""The authentication of VPN ends: keys that differ or are shared, methods that do not match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipseclint.finding import Basis, Cause, Concern
from ipseclint.model.change import Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import RemoteAccess, VpnConnection, VpnInterface, VpnServer
from ipseclint.model.setting import Secret, Setting
from ipseclint.rule import Hit, Options, Scope, rule
from ipseclint.semantics.digest import Fleet
from ipseclint.semantics.vpn_suites import has_remote_access, owners
from ipseclint.source import Span
from ipseclint.vocabulary.remote_access import TunnelProtocol, VpnAuthentication


@rule(
    "AU031",
    "vpn-preshared-keys-differ",
    basis=Basis.STANDARD,
    leads_to=(13801, 13805),
    scope=Scope.FLEET,
    facts=has_remote_access,
    cause=Cause.NEVER_FINISHES,
)
def vpn_preshared_keys_differ(fleet: Fleet, _options: Options) -> Iterator[Hit]:
    """A VPN connection and the only VPN server among the inputs have different preshared keys.

    Why: Both ends prove that they know the same key (RFC 2409 5.4, RFC 7296 2.15). With different ones each message
    that proves it is refused, whatever else agrees. The keys are compared and not shown.

    Seen as: Error 789 of an L2TP connection; 13801 ERROR_IPSEC_IKE_AUTH_FAIL, or 13805 where the peer stays silent.

    Bad: `Add-VpnConnection -L2tpPsk` with another key than `Set-VpnAuthProtocol -SharedSecret`

    Good: the same key at both, or certificates

    Fix: Set the key of the server at the client, or use certificates.

    Waive: When the connection is for another server.
    """
    ends = [(machine, owner) for machine in fleet.where(has_remote_access) for owner in owners(machine.policy)]
    servers = [key for machine, owner in ends if isinstance(owner, VpnServer) and (key := _key(machine, owner))]
    if len(servers) != 1 or servers[0].known is None:
        return
    for machine, owner in ends:
        key = _key(machine, owner)
        if key is not None and isinstance(owner, VpnConnection) and key.known not in {None, servers[0].known}:
            yield Hit(
                subject=owner,
                span=key.span,
                message="the preshared key differs from that of the VPN server among the inputs",
                value="keys differ",
                related=(("the server's key", servers[0].span),),
                fix=Fix(note="Set the server's key at the client: Set-VpnConnection -L2tpPsk."),
            )


def _key(machine: Machine, owner: RemoteAccess) -> Setting[Secret] | None:
    """The preshared key of an end, if the input holds it."""
    reference = owner.first_authentication
    for auth_set in machine.policy.authentication_sets if reference is not None else ():
        if reference is not None and auth_set.span == reference.span:
            return next((each.preshared_key for each in auth_set.methods if each.preshared_key is not None), None)
    return None


@rule(
    "AU032",
    "vpn-server-accepts-no-method-of-client",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    scope=Scope.FLEET,
    facts=has_remote_access,
    cause=Cause.NEVER_FINISHES,
)
def vpn_server_accepts_no_method_of_client(fleet: Fleet, _options: Options) -> Iterator[Hit]:
    """A connection over PPP proves its user by methods of which the only VPN server among the inputs accepts none.

    Why: With L2TP, SSTP and PPTP user and server agree on a method within PPP, after the tunnel stands. Windows' own
    text of 812 says it: the method that the server uses may not be that of the connection's profile. Which methods the
    server accepts is in Get-VpnAuthProtocol; that it holds for these tunnels as for those between sites is our
    reasoning. IKEv2 carries passwords in EAP and machine certificates by itself: AU027 compares those.

    Seen as: Error 812 or 691 after the tunnel is up; IKE has its security associations.

    Bad: `Add-VpnConnection -TunnelType L2tp -AuthenticationMethod MSChapv2`, and `UserAuthProtocolAccepted : {EAP}`

    Good: `-AuthenticationMethod Eap`, or MsChapv2 accepted as well

    Fix: Give the client a method that the server accepts.

    Waive: When RADIUS decides instead, or the connection is for another server.
    """
    machines = fleet.where(has_remote_access)
    servers = [server for machine in machines for server in machine.policy.vpn_servers if server.authentication]
    accepted = servers[0].authentication if len(servers) == 1 else None
    if accepted is None or accepted.known is None:
        return
    for machine in machines:
        for connection in machine.policy.vpn_connections:
            methods = connection.authentication
            shown = [] if methods is None else [each for each in methods.known or () if each in _WITHIN_PPP]
            if (
                methods is None
                or not shown
                or _OVER_PPP.isdisjoint(connection.tried[:1])
                or {*shown} & {*accepted.known}
            ):
                continue
            yield Hit(
                subject=connection,
                span=methods.span,
                message=f"the user authenticates by {_listed(shown)}, and the VPN server among the inputs accepts "
                f"{_listed(accepted.known)}",
                value=_listed(shown),
                related=(("what the server accepts", accepted.span),),
                fix=Fix(note="Give the connection a method that the server accepts: Set-VpnConnection."),
            )


_WITHIN_PPP = {VpnAuthentication.EAP, VpnAuthentication.MSCHAP_V2, VpnAuthentication.CHAP, VpnAuthentication.PAP}
_OVER_PPP = {TunnelProtocol.L2TP, TunnelProtocol.SSTP, TunnelProtocol.PPTP}


def _listed(methods: Iterable[VpnAuthentication]) -> str:
    return ", ".join(methods)


@rule("AU033", "preshared-key-of-several-peers", basis=Basis.REASONED)
def preshared_key_of_several_peers(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A machine uses one preshared key for several peers: interfaces between sites, or connections to several servers.

    Why: Who knows the key can be either end of each connection that uses it. A key that leaks at one site opens all of
    them, and cannot be changed at one without the others. The keys are compared and not shown.

    Seen as: Nothing. After a change of the key, the sites that were forgotten cannot connect.

    Bad: two lines `Add-VpnS2SInterface -SharedSecret` with the same key and different destinations

    Good: a key for each site, or certificates

    Fix: Give each peer its own key, at both ends at the same time.

    Waive: When the peers are gateways of one site.
    """
    first: dict[Secret, tuple[RemoteAccess, Setting[Secret], str]] = {}
    for owner in owners(machine.policy):
        key, peer = _key(machine, owner), _peer(owner)
        if key is None or key.known is None or peer is None:
            continue
        other, its_key, its_peer = first.setdefault(key.known, (owner, key, peer))
        if its_peer == peer:
            continue
        yield Hit(
            subject=owner,
            span=key.span,
            message=f"the preshared key of {label(owner)} is that of {label(other)} too",
            value=peer,
            related=(("the same key", its_key.span),),
            fix=Fix(note="Give each peer a key of its own, at both ends, or use certificates."),
        )


def _peer(owner: RemoteAccess) -> str | None:
    """The peer of a connection or an interface; None for a server, whose key is for all its clients."""
    named = None
    if isinstance(owner, VpnConnection):
        named = owner.servers
    elif isinstance(owner, VpnInterface):
        named = owner.destinations
    return None if named is None or named.known is None else " ".join(sorted(each.casefold() for each in named.known))


@rule("AU037", "device-tunnel-without-machine-certificate", basis=Basis.DOCUMENTED, concern=Concern.FAIL)
def device_tunnel_without_machine_certificate(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A device tunnel goes by another protocol than IKEv2, or proves who it is by another method than a certificate.

    Why: A device tunnel is up before anybody signs in, so that no user can prove who they are. Microsoft supports it
    with IKEv2 and the computer's certificate alone.

    Seen as: The tunnel is not there at sign-in, or the profile cannot be made.

    Bad: `<DeviceTunnel>true</DeviceTunnel>` with `<NativeProtocolType>SSTP</NativeProtocolType>`, or with
    `<UserMethod>Eap</UserMethod>` alone

    Good: `<NativeProtocolType>IKEv2</NativeProtocolType>` and `<MachineMethod>Certificate</MachineMethod>`

    Fix: Let the device tunnel use IKEv2 and the computer's certificate; what needs the user goes into a user tunnel.

    Waive: When the tunnel is known to come up before anybody signs in.
    """
    for connection in machine.policy.vpn_connections:
        if connection.device_tunnel is None or not connection.device_tunnel.known:
            continue
        strategy, methods = connection.protocols or connection.strategy, connection.authentication
        if strategy is not None and connection.tried and TunnelProtocol.IKEV2 not in connection.tried:
            what = f"goes by {', then '.join(connection.tried)}"
            yield _unfit(connection, strategy.span, what, "Write IKEv2 as NativeProtocolType.")
        if methods is not None and methods.known and VpnAuthentication.MACHINE_CERTIFICATE not in methods.known:
            what = f"authenticates by {_listed(methods.known)}"
            yield _unfit(connection, methods.span, what, "Write Certificate as MachineMethod, and no UserMethod.")


def _unfit(connection: VpnConnection, span: Span, what: str, note: str) -> Hit:
    message = f"the device tunnel {what}; only IKEv2 with the computer's certificate is supported"
    return Hit(subject=connection, span=span, message=message, value=what, fix=Fix(note=note))


@rule("AU038", "vpn-password-in-clear-text", basis=Basis.DOCUMENTED, concern=Concern.WEAK)
def vpn_password_in_clear_text(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN end proves its user, or lets users prove themselves, by PAP, which sends the password as it is.

    Why: PAP runs within PPP, and so within L2TP, SSTP and PPTP. Microsoft discourages it most of all for VPN: whoever
    can read the packets has the password. What the tunnel protects ends at the server, or at whoever answers in its
    place: with a preshared key that is every client that knows the key. PPTP with PAP does not encrypt at all, since
    MPPE needs another method.

    Seen as: Nothing; the connection works.

    Bad: `Add-VpnConnection -TunnelType L2tp -AuthenticationMethod Pap`

    Good: `-AuthenticationMethod MSChapv2`, or EAP

    Fix: Let the server take EAP or MS-CHAPv2, then change the clients, then take PAP away from the server.

    Waive: When the server takes nothing else, as some gateways do, and a certificate proves that it is the server.
    """
    for owner in owners(machine.policy):
        if isinstance(owner, VpnInterface) or owner.authentication is None:
            continue
        methods = owner.authentication
        if VpnAuthentication.PAP not in (methods.known or ()):
            continue
        if isinstance(owner, VpnConnection) and _OVER_PPP.isdisjoint(owner.tried):
            continue
        does, command = "authenticates", "Set-VpnConnection -AuthenticationMethod"
        if isinstance(owner, VpnServer):
            does, command = "lets users authenticate", "Set-VpnAuthProtocol -UserAuthProtocolAccepted"
        yield Hit(
            subject=owner,
            span=methods.span,
            message=f"{label(owner)} {does} by PAP, which sends the password as it is written",
            value="PAP",
            fix=Fix(note=f"Use EAP or MS-CHAPv2 at both ends: `{command}`."),
        )
