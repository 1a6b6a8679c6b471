"""L2TP over IPsec: what keeps it from IPsec, and what keeps its clients apart."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import RemoteAccess, VpnConnection, VpnServer
from ipseclint.model.setting import Secret, Setting
from ipseclint.rule import Hit, Options, Scope, rule
from ipseclint.rules._registry import SERVICES, number, registry_subject, registry_values
from ipseclint.semantics.vpn_suites import owners
from ipseclint.vocabulary.remote_access import TunnelProtocol


class Prohibited(Options):
    """The registry value that switches the IPsec of L2TP off."""

    registry_key: str
    registry_value: str


@rule(
    "RF022",
    "ipsec-of-l2tp-prohibited",
    basis=Basis.REASONED,
    options=Prohibited,
    cause=Cause.NEVER_FINISHES,
)
def ipsec_of_l2tp_prohibited(machine: Machine, options: Prohibited) -> Iterator[Hit]:
    """The registry says that L2TP goes without IPsec.

    Why: At 1, ProhibitIpSec keeps Windows from making the IPsec policy of an L2TP connection. The client then speaks
    L2TP in clear text, which a server that wants IPsec does not answer. VPN programs leave the value behind; taking it
    away has cured errors 789 and 809 (hwdsl2/setup-ipsec-vpn pull 250). Delete it rather than writing 0: issue 1824
    there reports that IKEv2 failed after the value was written as 0.

    Seen as: Error 789 or 809 of an L2TP connection; no event of IKE at all.

    Bad: `"ProhibitIpSec"=dword:00000001` under Services\\RasMan\\Parameters

    Good: no such value

    Fix: Delete the value and restart the computer.

    Waive: On a client whose L2TP goes without IPsec by intent.
    """
    value = registry_values(machine, options.registry_key).get(options.registry_value.casefold())
    if value is None or number(value) in {None, 0}:
        return
    users = [
        connection.name for connection in machine.policy.vpn_connections if TunnelProtocol.L2TP in connection.tried
    ]
    of_whom = f" of {', '.join(users)}" if users else ""
    yield Hit(
        subject=registry_subject(value),
        span=value.data.span,
        message=f"{options.registry_value} is {value.data.known}: the L2TP{of_whom} goes without IPsec, and "
        "servers that want it do not answer; delete the value",
        value=value.data.known,
        severity=Severity.ERROR if users else None,
        fix=Fix(
            note=f"Run `reg delete {SERVICES}\\{options.registry_key} "
            f"/v {options.registry_value} /f` and restart the computer."
        ),
    )


class SharedAddress(Options):
    """From how many L2TP clients behind one address on servers mix them up."""

    clients_at_least: int


@rule(
    "QD042",
    "l2tp-clients-behind-one-address",
    basis=Basis.REASONED,
    options=SharedAddress,
    needs=("nat_groups",),
    cause=Cause.NEVER_FINISHES,
)
def l2tp_clients_behind_one_address(machine: Machine, options: SharedAddress) -> Iterator[Hit]:
    """Several Windows L2TP clients share one public address.

    Why: Windows sends L2TP from UDP port 1701, so that behind a NAT two clients look alike to the server inside IPsec;
    many servers take the second for the first, which loses its connection (hwdsl2/setup-ipsec-vpn issues 987, 488
    and 708, libreswan issues 427 and 322). IKEv2 does not have this.

    Seen as: Error 789 or 809 of the second client, or the first one is thrown out.

    Bad: an L2TP connection, and `nat_groups` with two initiators

    Good: `Set-VpnConnection -Name Office -TunnelType Ikev2`

    Fix: Use IKEv2.

    Waive: With a server that is known to keep such clients apart.
    """
    groups = [group for group in machine.site.nat_groups or () if group.initiators >= options.clients_at_least]
    for connection in machine.policy.vpn_connections:
        if not groups or not _uses_l2tp(connection):
            continue
        strategy = connection.strategy
        yield Hit(
            subject=connection,
            span=connection.span if strategy is None else strategy.span,
            message=f"{groups[0].initiators} clients behind {groups[0].address} use L2TP: many servers keep one of "
            "them only; use IKEv2",
            value=groups[0].address,
            fix=Fix(note=f"Use IKEv2: Set-VpnConnection -TunnelType Ikev2 for {connection.name}."),
        )


def _uses_l2tp(connection: VpnConnection) -> bool:
    """Whether L2TP is what it tries first."""
    return connection.tried[:1] == (TunnelProtocol.L2TP,)


@rule(
    "AU031",
    "vpn-preshared-keys-differ",
    basis=Basis.STANDARD,
    leads_to=(13801,),
    scope=Scope.FLEET,
    cause=Cause.NEVER_FINISHES,
)
def vpn_preshared_keys_differ(machines: tuple[Machine, ...], _options: Options) -> Iterator[Hit]:
    """A VPN connection and the only VPN server of the run have different preshared keys.

    Why: Both ends prove that they know the same key (RFC 2409 5.4, RFC 7296 2.15). With different ones each message
    that proves it is refused, whatever else agrees. The keys are compared and not shown.

    Seen as: Error 789 of an L2TP connection; 13801 ERROR_IPSEC_IKE_AUTH_FAIL, or 13805 where the peer stays silent.

    Bad: `Add-VpnConnection -L2tpPsk` with another key than `Set-VpnAuthProtocol -SharedSecret`

    Good: the same key at both, or certificates

    Fix: Set the key of the server at the client, or use certificates.

    Waive: When the connection is for another server.
    """
    ends = [(machine, owner) for machine in machines for owner in owners(machine.policy)]
    servers = [key for machine, owner in ends if isinstance(owner, VpnServer) and (key := _key(machine, owner))]
    if len(servers) != 1:
        return
    for machine, owner in ends:
        key = _key(machine, owner)
        if key is not None and isinstance(owner, VpnConnection) and key.known != servers[0].known:
            yield Hit(
                subject=owner,
                span=key.span,
                message="the preshared key is another than that of the VPN server of the run",
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
