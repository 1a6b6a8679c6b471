"""Peers behind address translation that the host will not negotiate with."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import NatTraversal
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._registry import number, registry_subject, registry_values
from ipseclint.semantics.scope import secured_rules


class NatTraversalNotAllowed(Options):
    """The registry value of L2TP clients and servers, and what in it allows neither side behind NAT."""

    registry_value: str
    not_allowed: int
    both_sides: int


@rule(
    "EX012",
    "nat-traversal-not-allowed",
    basis=Basis.DOCUMENTED,
    leads_to=(13805,),
    options=NatTraversalNotAllowed,
    cause=Cause.NEVER_FINISHES,
)
def nat_traversal_not_allowed(machine: Machine, options: NatTraversalNotAllowed) -> Iterator[Hit]:
    """IPsec through NAT is not allowed, and peers stand behind one.

    Why: By default Windows makes no security association with a responder behind address translation. Where the
    site's facts name NAT groups that is an error; where they do not, a setting that somebody made is worth a
    look, and what Windows has by default is left alone. For L2TP the registry value
    AssumeUDPEncapsulationContextOnSendRule says the same: 0 neither, 1 the server, 2 both sides behind NAT.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT; error 809 of VPN connections.

    Bad: `netsh advfirewall set global ipsec ipsecthroughnat never` with peers behind NAT

    Good: `netsh advfirewall set global ipsec ipsecthroughnat serverandclientbehindnat`

    Fix: Allow it for the server, or for both sides, or give the servers public addresses, as Microsoft recommends.

    Waive: When no responder stands behind NAT, only initiators.
    """
    groups = machine.site.nat_groups or ()
    behind = f", and {', '.join(each.address for each in groups)} is NAT" if groups else ""
    severity = Severity.ERROR if groups else Severity.INFO
    secured = next(iter(secured_rules(machine)), None)
    for settings in machine.policy.global_settings:
        allowed = settings.nat_traversal
        if allowed is None or allowed.known is not NatTraversal.NEVER:
            continue
        if groups or (allowed.is_explicit and secured is not None):
            yield Hit(
                subject=settings,
                span=allowed.span,
                message=f"IPsec through NAT is never allowed{behind}; use server, or server and client",
                value=f"never {behind}".strip(),
                severity=severity,
                fix=Fix((Assign(settings, "nat_traversal", NatTraversal.SERVER_AND_CLIENT),)),
            )
    for key in ("Services\\PolicyAgent", "Services\\IPSEC"):
        value = registry_values(machine, key).get(options.registry_value.casefold())
        if value is not None and number(value) == options.not_allowed:
            yield Hit(
                subject=registry_subject(value),
                span=value.data.span,
                message=f"{options.registry_value} is {options.not_allowed}{behind}; use 1 for a server, "
                f"{options.both_sides} for both sides behind NAT",
                value=f"{options.not_allowed} {behind}".strip(),
                severity=severity,
                fix=Fix(
                    note=f"Run `reg add HKLM\\SYSTEM\\CurrentControlSet\\{key} /v {options.registry_value} "
                    f"/t REG_DWORD /d {options.both_sides}`."
                ),
            )
