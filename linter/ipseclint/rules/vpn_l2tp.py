"""L2TP over IPsec: what disables its IPsec, and what keeps its clients apart."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Concern, Severity
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import VpnConnection
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.registry import SERVICES, number, registry_subject, values_of
from ipseclint.vocabulary.remote_access import TunnelProtocol


class Prohibited(Options):
    """The registry value that disables the IPsec of L2TP."""

    registry_key: str
    registry_value: str


@rule(
    "RF022",
    "ipsec-of-l2tp-prohibited",
    basis=Basis.REASONED,
    options=Prohibited,
    cause=Cause.NEVER_FINISHES,
    concern=Concern.FAIL,
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
    value = values_of(machine.policy, options.registry_key).get(options.registry_value.casefold())
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
        "servers that require it do not answer; delete the value",
        value=value.data.known,
        severity=Severity.ERROR if users else None,
        fix=Fix(
            note=f"Run `reg delete {SERVICES}\\{options.registry_key} "
            f"/v {options.registry_value} /f` and restart the computer."
        ),
    )


class SharedAddress(Options):
    """The number of L2TP clients behind one address from which servers confuse them."""

    clients_at_least: int


@rule(
    "QD042",
    "l2tp-clients-behind-one-address",
    basis=Basis.REASONED,
    leads_to=(13805,),
    options=SharedAddress,
    needs=("nat_groups",),
    cause=Cause.NEVER_FINISHES,
)
def l2tp_clients_behind_one_address(machine: Machine, options: SharedAddress) -> Iterator[Hit]:
    """Several Windows L2TP clients share one public address.

    Why: Windows sends L2TP from UDP port 1701, so that behind a NAT two clients look alike to the server inside IPsec;
    many servers take the second for the first, which loses its connection (hwdsl2/setup-ipsec-vpn issues 987, 488
    and 708, libreswan issues 427 and 322). IKEv2 does not have this.

    Seen as: Error 789 or 809 of the second client, 13805 ERROR_IPSEC_IKE_TIMED_OUT with 809, or the first one is thrown
    out.

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
    """Whether it tries L2TP first."""
    return connection.tried[:1] == (TunnelProtocol.L2TP,)
