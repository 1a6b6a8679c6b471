"""Responders behind address translation that the host will not negotiate with."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Subject
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import NatTraversal, RegistryValue, RuleMode
from ipseclint.rule import Hit, NoOptions, Options, rule
from ipseclint.semantics.registry import CONTROL_SET, absence_of, number, registry_subject, values_of
from ipseclint.semantics.scope import secured_rules
from ipseclint.vocabulary.ras_errors import L2TP_ERRORS, of_state
from ipseclint.vocabulary.remote_access import TunnelProtocol
from ipseclint.words import plural


class NatTraversalNotAllowed(Options):
    """The registry value of L2TP clients and servers, its keys now and before Vista, and the setting that allows
    nothing."""

    registry_value: str
    registry_key: str
    former_key: str
    not_allowed: int
    both_sides: int


@rule(
    "EX012",
    "nat-traversal-not-allowed",
    basis=Basis.DOCUMENTED,
    leads_to=(13805,),
    options=NatTraversalNotAllowed,
    needs=("responder_behind_nat",),
    cause=Cause.NEVER_FINISHES,
)
def nat_traversal_not_allowed(machine: Machine, options: NatTraversalNotAllowed) -> Iterator[Hit]:
    """IPsec through NAT is not allowed, and the responder stands behind one.

    Why: By default Windows makes no security association with a responder behind address translation (KB 926179).
    Initiators behind one are reached all the same, and need no setting (KB 885348): we follow these articles, where
    the cmdlet reference reads as if the default shut out both, and MS-FASP note 13, of policy version 2.0, names a
    server behind NAT as the default: the sources disagree. That the responder stands behind a NAT is the site's word;
    `nat_groups` are initiators and do not count. For L2TP the registry value AssumeUDPEncapsulationContextOnSendRule
    says the same: with 0, or without the value, neither side may be behind NAT, with 1 the server, with 2 both. It
    stands under Services\\PolicyAgent; before Vista it stood under Services\\IPSec, where it has no effect now (KB
    947234).

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT; errors 809 and 789 of VPN connections.

    Bad: `netsh advfirewall set global ipsec ipsecthroughnat never` with a server behind NAT

    Good: `netsh advfirewall set global ipsec ipsecthroughnat serverandclientbehindnat`

    Fix: Allow it for the server, or for both sides, or give the servers public addresses, as Microsoft recommends.

    Waive: When the responder is reached without IPsec.
    """
    if not machine.site.responder_behind_nat:
        return
    wanted = NatTraversal.SERVER_AND_CLIENT if machine.site.nat_groups else NatTraversal.SERVER
    for settings in machine.policy.global_settings:
        allowed = settings.nat_traversal
        if allowed is None or allowed.known is not NatTraversal.NEVER:
            continue
        yield Hit(
            subject=settings,
            span=allowed.span,
            message=f"IPsec through NAT is never allowed, and {_BEHIND}; use {wanted}",
            value="never",
            fix=Fix((Assign(settings, "nat_traversal", wanted),), "A public address for the responder is better."),
        )
    for key in (options.registry_key, options.former_key):
        yield from _in_registry(machine, key, options)
    yield from _under_former_key(machine, options)


@rule(
    "EX013",
    "ipsec-toward-nat-containers",
    basis=Basis.REASONED,
    needs=("nat_containers",),
    cause=Cause.NEVER_FINISHES,
)
def ipsec_toward_nat_containers(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """A rule protects traffic of a host whose containers stand behind a NAT of its own.

    Why: Traffic that comes in protected is not handed on through the NAT of the host (WinNAT) to its containers, while
    the same in clear text is: so a public report, which found no setting that helps (microsoft/hcsshim issue 244). It
    is for transport mode, and for ports that are mapped to containers; what the host itself serves is not concerned.

    Seen as: A container that answers without the rule, and does not with it; quick modes are established.

    Bad: `[site] nat_containers = true`, and `netsh advfirewall consec add rule ... action=requireinrequireout`

    Good: the same on a host without containers, or with an exemption of the ports that are theirs

    Fix: Exempt the ports that are mapped to containers, or connect the containers to a network without NAT
    (transparent, l2bridge), where each has an address of its own.

    Waive: When no port of a container is for peers that the rule is for.
    """
    concerned = [each for each in secured_rules(machine) if each.mode.known is RuleMode.TRANSPORT]
    if not machine.site.nat_containers or not concerned:
        return
    first, *others = concerned
    more = f" (and {plural(len(others), 'other rule')})" if others else ""
    yield Hit(
        subject=first,
        span=first.endpoint2.span if first.filter_list is None else first.filter_list.span,
        message=f"protects traffic of a host with containers behind a NAT of its own{more}: what comes in protected "
        "does not reach them",
        value="containers",
        related=tuple((f'rule "{each.name}"', each.span) for each in others),
        fix=Fix(
            note="Connect the containers to a network without NAT, or exempt the ports that are mapped to them: their "
            "traffic is then not protected."
        ),
    )


def l2tp_without_nat(machine: Machine, key: str, name: str, not_allowed: int) -> str | None:
    """How the registry says that L2TP cannot reach a server behind a NAT; None if it does not, or L2TP is not used."""
    connections = machine.policy.vpn_connections
    if connections and not any(TunnelProtocol.L2TP in connection.tried for connection in connections):
        return None
    if absence_of(machine.policy, key, name) is not None:
        return "not set"
    value = values_of(machine.policy, key).get(name.casefold())
    return None if value is None or number(value) != not_allowed else str(not_allowed)


_BEHIND = "the responder stands behind a NAT"


def _in_registry(machine: Machine, key: str, options: NatTraversalNotAllowed) -> Iterator[Hit]:
    """The registry value at 0; where L2TP is used, also a missing one."""
    value = values_of(machine.policy, key).get(options.registry_value.casefold())
    absent = absence_of(machine.policy, key, options.registry_value) if _uses_l2tp(machine) else None
    if absent is None and (value is None or number(value) != options.not_allowed):
        return
    where = value or absent
    if where is None:
        return
    said = f"is {options.not_allowed}" if value is not None else f"is not set, which is {options.not_allowed}"
    yield Hit(
        subject=registry_subject(where) if value is not None else _absent(where, options.registry_value),
        span=where.data.span,
        message=f"{options.registry_value} {said}, and {_BEHIND}; use 1 for a server, {options.both_sides} for both "
        "sides behind NAT",
        value=options.not_allowed,
        fix=Fix(
            note=f"Run `reg add {CONTROL_SET}\\{key} /v {options.registry_value} "
            f"/t REG_DWORD /d {options.both_sides} /f` and restart the computer."
        ),
    )


def _under_former_key(machine: Machine, options: NatTraversalNotAllowed) -> Iterator[Hit]:
    """A value that allows it under the key that Windows read before Vista, without one under the present key."""
    name = options.registry_value.casefold()
    value = values_of(machine.policy, options.former_key).get(name)
    if value is None or not number(value) or name in values_of(machine.policy, options.registry_key):
        return
    if not _uses_l2tp(machine):
        return
    yield Hit(
        subject=registry_subject(value),
        span=value.data.span,
        message=f"{options.registry_value} stands under {options.former_key}, where Windows reads it before Vista "
        f"only, and {_BEHIND}; set it under {options.registry_key}",
        value=options.former_key,
        fix=Fix(
            note=f"Run `reg add {CONTROL_SET}\\{options.registry_key} /v {options.registry_value} "
            f"/t REG_DWORD /d {value.data.known} /f` and restart the computer."
        ),
    )


def _absent(beside: RegistryValue, name: str) -> Subject:
    """A missing value as the subject of a finding."""
    return Subject(kind="registry_value", name=name, id=f"{beside.path.rpartition(chr(92))[0]}\\{name}")


def _uses_l2tp(machine: Machine) -> bool:
    """Whether the machine dials or accepts L2TP, or shows an error that only L2TP has."""
    if any(of_state(event.state) in L2TP_ERRORS for event in machine.events):
        return True
    policy = machine.policy
    ports = (server.l2tp_ports for server in policy.vpn_servers)
    return any(TunnelProtocol.L2TP in connection.tried for connection in policy.vpn_connections) or any(
        setting is not None and bool(setting.known) for setting in ports
    )
