"""Security associations that outlive their use, or die before it: idle time, clusters, retransmission."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.model.setting import Setting
from ipseclint.model.site import HostType
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.defaults import has_new_defaults
from ipseclint.semantics.peers import Peers
from ipseclint.semantics.reach import parsed
from ipseclint.semantics.registry import absence_of
from ipseclint.semantics.scope import in_force, secured_rules
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.words import duration, minutes, series


class SaIdleTimeOfHub(Options):
    """The idle time that is short for a hub, on which hosts, and the one to use instead."""

    short_at_most_seconds: int
    bursty_hosts: frozenset[HostType]
    repaired_seconds: int


@rule(
    "QD013",
    "sa-idle-time-at-floor-for-bursty-hub",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13809, 13810, 13811),
    options=SaIdleTimeOfHub,
    needs=("host_type",),
    cause=Cause.TOO_MANY,
)
def sa_idle_time_at_floor_for_bursty_hub(machine: Machine, options: SaIdleTimeOfHub) -> Iterator[Hit]:
    """A hub deletes idle security associations after the least time Windows allows.

    Why: What was idle that long has to be negotiated anew. Peers that talk every few minutes, as monitoring and mail
    polling do, then pay a quick mode or a main mode each time, and a hub gets those of all of them. Microsoft
    documents the range of 300 to 3600 s and the default of 300; that a hub of bursty peers wants more is our
    reasoning. A value outside the range is reported by RF004.

    Seen as: Requests in bursts with the period of the peers' polling; 13809 to 13811 in them.

    Bad: `netsh advfirewall set global ipsec saidletimemin 5` on a collector that is polled every 6 minutes

    Good: `netsh advfirewall set global ipsec saidletimemin 30`

    Fix: Keep idle associations for 30 minutes.

    Waive: When peers restart or fail over often: the longer the idle time, the longer a dead association stays.
    """
    if machine.site.host_type not in options.bursty_hosts:
        return
    for settings in machine.policy.global_settings:
        idle = settings.sa_idle_seconds
        seconds = idle.known if idle is not None else None
        if idle is None or seconds is None or seconds > options.short_at_most_seconds:
            continue
        yield Hit(
            subject=settings,
            span=idle.span,
            message=f"SA idle time of {duration(seconds)} on a {machine.site.host_type}; "
            f"{minutes(options.repaired_seconds)} spares peers that talk now and then a negotiation each time",
            value=seconds,
            fix=Fix((Assign(settings, "sa_idle_seconds", options.repaired_seconds),)),
        )


class Ikev2RetransmitDuration(Options):
    """The least duration that a caller must set, and the one from which it is long."""

    least_seconds: int
    info_above_seconds: int


@rule(
    "QD020",
    "ikev2-retransmit-duration-out-of-range",
    basis=Basis.DOCUMENTED,
    leads_to=(13805,),
    options=Ikev2RetransmitDuration,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS,
)
def ikev2_retransmit_duration_out_of_range(machine: Machine, options: Ikev2RetransmitDuration) -> Iterator[Hit]:
    """An IKEv2 policy retransmits for less time than Windows demands, or so long that dead peers stay.

    Why: The caller of the Windows Filtering Platform must set at least 120 s; below, a peer that is reached over a slow
    or changing network is given up. That a very long time keeps the negotiations of dead peers in memory
    is our reasoning. A value of 0 is not reported: that it stands for Windows' default is our inference.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT, early or very late.

    Bad: `<retransmitDurationSecs>30</retransmitDurationSecs>`

    Good: `<retransmitDurationSecs>120</retransmitDurationSecs>`

    Fix: Set 120 s, or leave the default.

    Waive: A long time, where the network is known to be away for minutes.
    """
    for crypto in in_force(machine, machine.policy.main_mode_crypto_sets):
        retransmit = crypto.retransmit_duration_seconds
        seconds = retransmit.known if retransmit is not None else None
        if retransmit is None or not seconds or crypto.builtin or not _serves_ikev2(crypto.key_module):
            continue
        if seconds < options.least_seconds:
            severity, better = Severity.ERROR, f"{options.least_seconds} s or more is what Windows demands"
        elif seconds > options.info_above_seconds:
            severity, better = Severity.INFO, f"{options.info_above_seconds} s or less lets go of dead peers sooner"
        else:
            continue
        yield Hit(
            subject=crypto,
            span=retransmit.span,
            message=f"IKEv2 retransmits for {seconds} s; {better}",
            value=seconds,
            severity=severity,
            fix=Fix((Assign(crypto, "retransmit_duration_seconds", options.least_seconds),)),
        )


def _serves_ikev2(module: Setting[KeyModule] | None) -> bool:
    return module is None or module.known is KeyModule.IKEV2


class ClusterPeer(Options):
    """The registry values that shorten the way back after a failover."""

    registry_key: str
    expected_values: tuple[str, ...]


@rule(
    "QD021",
    "cluster-peer-without-nlb-idle-tuning",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13886, 13805, 13809, 13811),
    options=ClusterPeer,
    needs=("virtual_addresses",),
    cause=Cause.NEVER_FINISHES,
)
def cluster_peer_without_nlb_idle_tuning(machine: Machine, options: ClusterPeer) -> Iterator[Hit]:
    """A rule secures traffic with a cluster's address, and the host lacks the values that shorten a failover.

    Why: After a failover the client keeps a security association that the new node does not know, and needs two to
    three minutes to connect again: the association has to time out, and so does one negotiation more. All clients do
    so at once, a storm at the node that is left. A support article names the registry values for Windows Server 2003
    to 2008 R2; whether current builds use them is not confirmed. Windows Server 2025 deprecates Network Load Balancing
    itself. Not reported are tunnels, which negotiate with their gateway, unless the gateway has the cluster's address,
    and addresses that an exemption or another rule takes.

    Seen as: 13886 ERROR_IPSEC_IKE_PEER_MM_ASSUMED_INVALID and 13805 after a failover, then 13809 and 13811 at the
    surviving node.

    Bad: A rule that requires IPsec toward the virtual address 10.1.1.100, and nothing in the registry

    Good: The same with `NlbsIdleTime` and `NlbsQMRetransmitDuration` under `IKEEXT\\Parameters`

    Fix: Set both values as KB 980915 says, and use extended affinity in the cluster.

    Waive: When the cluster keeps security associations across its nodes, or failovers may take minutes.
    """
    missing = [
        name for name in options.expected_values if absence_of(machine.policy, options.registry_key, name) is not None
    ]
    addresses = parsed(machine.site.virtual_addresses or ())
    deprecated = has_new_defaults(machine.policy, machine.site) is True
    peers = Peers(machine)
    for secured_rule in secured_rules(machine) if missing else ():
        met = [str(address) for address in addresses if peers.may_meet(secured_rule, (address,))]
        if not met:
            continue
        yield Hit(
            subject=secured_rule,
            span=_place_of_peers(secured_rule),
            message=f"secures traffic with the cluster address {met[0]}"
            f"{f' and {len(met) - 1} more' if len(met) > 1 else ''}, and the registry lacks {series(missing)}",
            value=" ".join(missing),
            fix=Fix(
                note=f"Set {series(missing)} under {options.registry_key} as KB 980915 says."
                + (" Server 2025 deprecates NLB: plan for the software load balancer." if deprecated else "")
            ),
        )


def _place_of_peers(secured_rule: ConnectionSecurityRule) -> Span:
    """The place where a rule names its peers."""
    if secured_rule.remote_tunnel_endpoint is not None:
        return secured_rule.remote_tunnel_endpoint.span
    return secured_rule.endpoint2.span if secured_rule.filter_list is None else secured_rule.filter_list.span
