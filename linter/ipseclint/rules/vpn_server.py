"""Limits and timers of a VPN server that turn clients away or disconnect them."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import VpnInterface, VpnServer
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.effective import is_below
from ipseclint.semantics.registry import CONTROL_SET, SERVICES, absence_of, number, registry_subject, values_of
from ipseclint.vocabulary.registry_keys import VPN_SERVER
from ipseclint.vocabulary.remote_access import MIN_LIFETIME_KILOBYTES, MIN_LIFETIME_SECONDS
from ipseclint.words import duration


class SourceAddressLimit(Options):
    """The registry value, its default, and the factor by which it should exceed the expected number."""

    registry_key: str
    registry_value: str
    default: int
    times: int


@rule(
    "QD038",
    "source-address-limit-of-ike",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13805, 13813),
    options=SourceAddressLimit,
    cause=Cause.NEVER_FINISHES,
)
def source_address_limit_of_ike(machine: Machine, options: SourceAddressLimit) -> Iterator[Hit]:
    """More clients come from one address than IKE expects from one.

    Why: Windows expects few connections from one source address, by default 10, and refuses further ones; a NAT, or a
    load balancer that puts its own address in the place of the clients', makes many clients one. Set the value to
    twice the number that is expected, and restart IKEEXT (R. Hicks, who names KB 2579729; what exactly is counted
    was not found in a text of Microsoft's).

    Seen as: Error 809 of new clients while connected ones go on; 13805 or 13813.

    Bad: 250 clients behind a load balancer with full NAT, and no value `IkeNumEstablishedForInitialQuery`

    Good: `"IkeNumEstablishedForInitialQuery"=dword:0000c350` under Services\\IKEEXT\\Parameters

    Fix: Set the value, or let the load balancer keep the clients' addresses.

    Waive: Where the clients behind that address never are connected together.
    """
    value = values_of(machine.policy, options.registry_key).get(options.registry_value.casefold())
    where = value or absence_of(machine.policy, options.registry_key, options.registry_value)
    # Without a sign of clients here, only a written value shows that many from one address are expected.
    if where is None or (value is None and not machine.policy.vpn_servers):
        return
    limit = options.default if value is None else number(value)
    expected, source = _most_from_one_address(machine)
    if limit is None or expected <= limit:
        return
    wanted = expected * options.times
    yield Hit(
        subject=registry_subject(where),
        span=where.data.span,
        message=f"{expected} clients come from {source}, and IKE expects {limit} from one address"
        f"{'' if value is not None else ', the default'}; set {options.registry_value} to {wanted}",
        value=f"{source} {expected}",
        fix=Fix(
            note=f"Run `reg add {SERVICES}\\{options.registry_key} /v {options.registry_value} "
            f"/t REG_DWORD /d {wanted} /f` and `Restart-Service IKEEXT`."
        ),
    )


def _most_from_one_address(machine: Machine) -> tuple[int, str]:
    site = machine.site
    if site.load_balancer_hides_clients:
        return site.vpn_clients or site.peers or 0, "the load balancer's address"
    groups = site.nat_groups or ()
    largest = max(groups, key=lambda group: group.initiators, default=None)
    return (0, "") if largest is None else (largest.initiators, largest.address)


class ServerTimers(Options):
    """The values that Windows allows, and the bounds beyond which active connections are cut."""

    idle_minimum_seconds: int
    idle_maximum_seconds: int
    outage_minimum_seconds: int
    outage_high_seconds: int


@rule(
    "QD039",
    "vpn-server-timer-out-of-range",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    options=ServerTimers,
)
def vpn_server_timer_out_of_range(machine: Machine, options: ServerTimers) -> Iterator[Hit]:
    """A timer of a VPN server or a site-to-site interface is outside of what Windows allows, or cuts connections.

    Why: MS-RRASM 2.2.3.4.2 gives the ranges: idle 300 to 17,279,999 s, network outage at least 120 s, data at least
    1,024 KB, lifetime at least 300 s. A small idle time ends connections that pause; a large network outage time, which
    is 1,800 s in the example of MS-RRASM, keeps vanished clients and their ports, which is our reasoning.

    Seen as: Connections that end after minutes without traffic; ports that stay taken after clients have left.

    Bad: `Set-VpnServerConfiguration -IdleDisconnectSeconds 60`

    Good: `Set-VpnServerConfiguration -IdleDisconnectSeconds 3600`

    Fix: Take values within the range, and an outage time of some minutes.

    Waive: Where clients may be cut off by intent.
    """
    owners: tuple[VpnServer | VpnInterface, ...] = (*machine.policy.vpn_servers, *machine.policy.vpn_interfaces)
    for owner in owners:
        yield from _timers(owner, options)


def _timers(owner: VpnServer | VpnInterface, options: ServerTimers) -> Iterator[Hit]:
    idle, outage = owner.idle_disconnect_seconds, owner.network_outage_seconds
    data, lifetime = owner.lifetime_kilobytes, owner.lifetime_seconds
    # 0 switches the idle timer off.
    if (
        idle is not None
        and idle.known
        and not options.idle_minimum_seconds <= idle.known <= options.idle_maximum_seconds
    ):
        wanted = f"{options.idle_minimum_seconds} to {options.idle_maximum_seconds} s"
        yield _out_of_range(owner, idle, "idle time", wanted)
    # An interface takes 3 to 900 seconds (Set-VpnS2SInterface), and no other can be set.
    of_server = isinstance(owner, VpnServer)
    if of_server and outage is not None and outage.known is not None and outage.known < options.outage_minimum_seconds:
        yield _out_of_range(owner, outage, "network outage time", f"{options.outage_minimum_seconds} s or more")
    # A value that is refused has no effect, so the rules on short lifetimes leave it to this one.
    if lifetime is not None and is_below(lifetime, MIN_LIFETIME_SECONDS):
        yield _out_of_range(owner, lifetime, "lifetime", f"{MIN_LIFETIME_SECONDS} s or more")
    if data is not None and is_below(data, MIN_LIFETIME_KILOBYTES):
        yield _out_of_range(owner, data, "data before renewal", f"{MIN_LIFETIME_KILOBYTES} KB or more")
    if outage is not None and outage.known is not None and outage.known > options.outage_high_seconds:
        yield Hit(
            subject=owner,
            span=outage.span,
            message=f"network outage time of {duration(outage.known)}: a client that vanished keeps its port and "
            "address that long",
            value=outage.known,
            severity=Severity.INFO,
            fix=Fix(note="Set the network outage time to some minutes."),
        )


def _out_of_range(owner: VpnServer | VpnInterface, setting: Setting[int], what: str, allowed: str) -> Hit:
    return Hit(
        subject=owner,
        span=setting.span,
        message=f"{what} of {setting.known} is outside of what Windows takes for {label(owner)}: {allowed}",
        value=f"{what} {setting.known}",
        severity=Severity.ERROR,
        fix=Fix(note=f"Set the {what} to {allowed}."),
    )


@rule(
    "QD040",
    "vpn-server-without-ike-fragmentation",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13805, 13814),
    cause=Cause.TOO_EXPENSIVE,
)
def vpn_server_without_ike_fragmentation(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN server does not split IKEv2 messages itself.

    Why: With certificates the messages of IKEv2 are larger than a packet. Where both ends announce it, IKEv2 splits
    them itself (MS-IKEE 3.15, RFC 7383); the server does so from Windows Server 1803 on with the value
    EnableServerFragmentation (R. Hicks). Without it IP splits them, and many networks drop those fragments.

    Seen as: Error 809 of some clients, depending on their network; 13805 ERROR_IPSEC_IKE_TIMED_OUT, or 13814
    ERROR_IPSEC_IKE_MM_DELAY_DROP.

    Bad: the key RemoteAccess\\Parameters\\Ikev2 without `EnableServerFragmentation`

    Good: `"EnableServerFragmentation"=dword:00000001`

    Fix: Set the value and restart the service.

    Waive: Where every path to the clients lets fragments pass.
    """
    for server in machine.policy.vpn_servers:
        on = server.fragmentation
        if on is None or on.known is not False:
            continue
        dropped = machine.site.ip_fragments_dropped
        if dropped is False:
            continue
        yield Hit(
            subject=server,
            span=on.span,
            message=f"EnableServerFragmentation is {'0' if on.is_explicit else 'not set'}: messages with certificates "
            f"are split by IP{', and the network drops fragments' if dropped else ''}",
            value="off",
            severity=Severity.WARNING if dropped else Severity.INFO,
            fix=Fix(
                note=f"Run `reg add {CONTROL_SET}\\{VPN_SERVER} /v EnableServerFragmentation "
                "/t REG_DWORD /d 1 /f` and `Restart-Service RemoteAccess`."
            ),
        )


@rule(
    "QD041",
    "fewer-vpn-ports-than-clients",
    basis=Basis.DOCUMENTED,
    leads_to=(13805,),
    cause=Cause.NEVER_FINISHES,
)
def fewer_vpn_ports_than_clients(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN server has fewer ports, or addresses to give, than clients are expected.

    Why: Each connection takes a port of its protocol and an address of the pool; when either is used up, the next
    client is refused. How many are expected is the site's word: `vpn_clients`, else `peers`.

    Seen as: Errors 809, 800 or 720 of whoever comes last, 13805 ERROR_IPSEC_IKE_TIMED_OUT with 809; the first clients
    go on.

    Bad: `Set-VpnServerConfiguration -Ikev2Ports 2` with `peers = 50`

    Good: `Set-VpnServerConfiguration -Ikev2Ports 256`

    Fix: Give the protocol that clients use ports for all of them, and the pool as many addresses and some more.

    Waive: When the clients are spread over several servers.
    """
    clients = machine.site.vpn_clients if machine.site.vpn_clients is not None else machine.site.peers
    if clients is None:
        return
    for server in machine.policy.vpn_servers:
        ports = server.ikev2_ports
        # A server without ports for IKEv2 takes its clients by another protocol.
        if ports is not None and ports.known and ports.known < clients:
            yield Hit(
                subject=server,
                span=ports.span,
                message=f"{ports.known} IKEv2 ports for {clients} clients: the rest are refused",
                value=f"ports {ports.known}",
                fix=Fix((Assign(server, "ikev2_ports", clients),)),
            )
        pool = server.address_pool
        addresses = (
            None if pool is None or pool.known is None else sum(each.last - each.first + 1 for each in pool.known)
        )
        if pool is not None and addresses is not None and addresses < clients:
            yield Hit(
                subject=server,
                span=pool.span,
                message=f"{addresses} addresses for {clients} clients: the rest get none",
                value=f"addresses {addresses}",
                fix=Fix(note="Add a range with Set-VpnIPAddressAssignment, or give addresses by DHCP."),
            )
