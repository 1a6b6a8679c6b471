"""IPsec that a network adapter does by itself."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Severity, Subject
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import RuleMode
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.registry import number, registry_subject
from ipseclint.semantics.scope import secured_rules
from ipseclint.vocabulary.registry_keys import OFFLOAD_VALUES, VPN_PORTS


class TaskOffload(Options):
    """The severity on a gateway, whose traffic is all IPsec; elsewhere the ruleset's holds."""

    on_gateways: Severity


@rule("QD043", "ipsec-task-offload-on", basis=Basis.DOCUMENTED, options=TaskOffload)
def ipsec_task_offload_on(machine: Machine, options: TaskOffload) -> Iterator[Hit]:
    """A network adapter is set to encrypt and authenticate packets of IPsec itself.

    Why: Microsoft's page on tuning network adapters says not to use IPsec Task Offload: it is deprecated since Server
    2016, and may make server and network slower. The keywords of the driver are *IPsecOffloadV1IPv4, *IPsecOffloadV2
    and *IPsecOffloadV2IPv4; 0 is off, 1 to 3 are AH, ESP and both. That the throughput of a gateway and its rekeying
    suffer first is our reasoning.

    Seen as: Low throughput with free processors.

    Bad: `"*IPsecOffloadV2"="3"` under the network adapter's key; `Enabled : True` of `Get-NetAdapterIPsecOffload`

    Good: `"*IPsecOffloadV2"="0"`

    Fix: `Disable-NetAdapterIPsecOffload -Name NAME`; the adapter restarts, and with it its connections.

    Waive: Where it was measured, or all task offload is off (`DisableTaskOffload` of Tcpip is 1).
    """
    driver = "services\\ipsec\\enabledoffload"
    values = machine.policy.registry
    if any(value.path.casefold().endswith(driver) and number(value) == 0 for value in values):
        return
    secured = secured_rules(machine)
    gateway = bool(machine.policy.vpn_servers) or any(one.mode.known is RuleMode.TUNNEL for one in secured)
    severity = options.on_gateways if gateway else None
    fix = Fix(note="Run `Disable-NetAdapterIPsecOffload -Name NAME` in a maintenance window.")
    for adapter in machine.policy.network_adapters:
        if adapter.ipsec_offload is None or not adapter.ipsec_offload.known:
            continue
        yield Hit(
            subject=Subject(kind="network_adapter", name=adapter.name),
            span=adapter.ipsec_offload.span,
            message=f'network adapter "{adapter.name}" does IPsec itself, which is deprecated since Server 2016 and '
            "may slow the server down",
            value=adapter.name,
            severity=severity,
            fix=fix,
        )
    devices = VPN_PORTS.casefold()
    seen: set[str] = set()
    for value in values:
        key, _, name = value.path.casefold().rpartition("\\")
        if devices not in key or name not in OFFLOAD_VALUES or not number(value) or key in seen:
            continue
        seen.add(key)
        subject = registry_subject(value)
        yield Hit(
            subject=subject,
            span=value.data.span,
            message=f"network adapter {key.rpartition(chr(92))[2]} does IPsec itself ({subject.name} is "
            f"{number(value)}), which is deprecated since Server 2016 and may slow the server down",
            value=number(value),
            severity=severity,
            fix=fix,
        )
