"""Rules about the Windows services that negotiate security associations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from ipseclint.finding import Basis, Cause, Concern, Severity, Subject
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, RemoteAccess, Security, ServiceState, VpnConnection
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.registry import absence_of, values_of
from ipseclint.semantics.scope import secured_rules
from ipseclint.semantics.vpn_suites import has_remote_access, owners
from ipseclint.vocabulary.ras_errors import of_state
from ipseclint.vocabulary.remote_access import TunnelProtocol
from ipseclint.vocabulary.services import EXIT_CODES, NEVER_STARTED, OF_DEPENDENCIES
from ipseclint.words import plural, series


class KeyingServices(Options):
    """The services needed to make security associations, for rules, VPNs and L2TP; the words for disabled ones.

    `ip_security_services` are those of IP Security Policies, which connection security rules do not need,
    `connection_security_services` those of connection security rules alone. `never_disabled` are those without which
    there is no IPsec of any kind, `always_running` those of them that run since the start of Windows.
    """

    services: frozenset[str]
    ip_security_services: frozenset[str]
    connection_security_services: frozenset[str]
    vpn_services: frozenset[str]
    l2tp_services: frozenset[str]
    off: frozenset[str]
    on_demand: frozenset[str]
    keying_service: str
    never_disabled: frozenset[str]
    always_running: frozenset[str]
    disabled: str


@rule(
    "RF012",
    "keying-services-not-running",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13809, 13891),
    options=KeyingServices,
    cause=Cause.WAITS_FOR_IPSEC,
    concern=Concern.FAIL,
)
def keying_services_not_running(machine: Machine, options: KeyingServices) -> Iterator[Hit]:
    """A service that makes security associations is disabled or stopped while rules or a VPN need it.

    Why: Without the keying modules there is no security association, without the filtering engine there are no
    filters. Requests for one wait and are dropped, and what requires protection is unreachable. The event for a keying
    service that does not run is documented, and so is the case of a keying service that starts on demand and comes too
    late for rules that require protection at boot, which is information. That L2TP needs the IPsec Policy Agent is
    what guides to error 789 say, and no text of Microsoft's that we found: a warning. Where the host has connection
    security rules it is a warning as well, and only if the service is disabled: Microsoft describes it as the service
    of IP Security Policies, and it starts on demand. The Windows Firewall service is asked for by connection security
    rules alone: it must run to manage them, and Microsoft does not support stopping it; no text says so of IP Security
    Policies. Routing and Remote Access is disabled unless somebody sets up a server: where it is, there is none. A
    logged error of a VPN counts as one, and 789 as one by L2TP, where the input holds no VPN itself. The services of a
    VPN are started when it is dialled: one that is stopped is a warning beside an error that comes before IKE answers,
    unless its start type is shown, since it may be disabled. Where the input holds neither rules nor a VPN, a keying
    service or filtering engine that is disabled is a warning: neither is so by default, and by Microsoft's guidance on
    disabling services that should not be changed, since IPsec fails and the system is less secure. The filtering engine
    starts with Windows, by the same guidance: one that is stopped is a warning too, while a keying service may start on
    demand: one that is stopped, with its start type not shown and no event beside it, is information. One that stopped
    with an error, as `sc query` shows it (WIN32_EXIT_CODE), is a warning.

    Seen as: Event 5453, then 13809 ERROR_IPSEC_IKE_MM_ACQUIRE_DROP, or 13891 ERROR_IPSEC_IKE_SHUTTING_DOWN.

    Bad: `sc config IKEEXT start= disabled`

    Good: `sc config IKEEXT start= auto`

    Fix: Let the service start automatically.

    Waive: On hosts whose rules are not to be in force.
    """
    rules = list(secured_rules(machine))
    of_ip_security = [each for each in rules if each.dialect is Dialect.IP_SECURITY_POLICY]
    of_firewall = [each for each in rules if each.dialect is not Dialect.IP_SECURITY_POLICY]
    served_by = {
        **dict.fromkeys(options.services, rules),
        **dict.fromkeys(options.ip_security_services, of_ip_security or rules),
        **dict.fromkeys(options.connection_security_services, of_firewall),
    }
    vpn = [owner for owner in owners(machine.policy) if _by_ipsec(owner)]
    failed = {code for event in machine.events if (code := of_state(event.state)) is not None}
    of_failures = frozenset[str]() if has_remote_access(machine) else _of_failures(failed, options)
    by_l2tp = [owner for owner in vpn if _by_l2tp(owner)]
    carried_by = {
        **dict.fromkeys(options.l2tp_services, by_l2tp),
        **dict.fromkeys(options.vpn_services, vpn),
    }
    both_ways = bool(machine.policy.services) and any(map(_requires_both_ways, rules))
    for service in _with_starts(machine.policy.services, options.disabled):
        name = service.name.casefold()
        is_aside = name in options.ip_security_services and not of_ip_security
        served = served_by.get(name, [])
        needing = _needing(served, carried_by.get(name, []))
        if not needing and name in of_failures:
            needing = "a connection that failed may depend"
        if not needing:
            if name in options.services and _is_alone(machine):
                yield from _none_at_all(service, options, is_asked=not machine.events)
            continue
        by_rules = bool(served)
        # The services of a VPN are started when it is dialled.
        states = (service.start, service.status) if by_rules and not is_aside else (service.start,)
        off = next((setting for setting in states if setting and setting.known in options.off), None)
        start = service.start
        down = _down(service, failed, options) if off is None else off
        if down is not None:
            is_error = off is not None and ((by_rules and not is_aside) or name in options.vpn_services)
            what = f"{down.known}{_because(service)}, and {needing} on it"
            yield _hit(service, down, what, Severity.ERROR if is_error else Severity.WARNING, _start(service))
        elif start is not None and start.known in options.on_demand and name == options.keying_service and both_ways:
            yield Hit(
                subject=_subject(service),
                span=start.span,
                message=f"service {service.name} starts on demand, and rules require IPsec both ways from boot on",
                value=start.known,
                severity=Severity.INFO,
                fix=_start(service),
            )


def _with_starts(services: Sequence[ServiceState], disabled: str) -> Iterator[ServiceState]:
    """The services, each with the start that another output shows of it; one that is disabled is told once."""
    starts: dict[str, dict[str, Setting[str]]] = {}
    for service in services:
        if service.start is not None and service.start.known is not None:
            starts.setdefault(service.name.casefold(), {}).setdefault(service.start.known, service.start)
    for service in services:
        shown = starts.get(service.name.casefold(), {}) if service.start is None else {}
        if len(shown) != 1:
            yield service
        elif disabled not in shown:
            yield service.model_copy(update={"start": next(iter(shown.values()))})


def _hit(service: ServiceState, off: Setting[str], what: str, severity: Severity, fix: Fix) -> Hit:
    """A hit on a service that is disabled or stopped, with what it is."""
    message = f"service {service.name} is {what}"
    return Hit(subject=_subject(service), span=off.span, message=message, value=off.known, severity=severity, fix=fix)


def _is_alone(machine: Machine) -> bool:
    """Whether an input holds no rule and no VPN, in force or not: then it is not known what the host is for."""
    policy = machine.policy
    return not (policy.connection_security_rules or policy.main_mode_rules or has_remote_access(machine))


def _none_at_all(service: ServiceState, options: KeyingServices, *, is_asked: bool) -> Iterator[Hit]:
    """A hit on a service that is disabled, or stopped and should run, where it is not known what needs it.

    `is_asked`: the input has no events either, so that the services are all that it asks about.
    """
    start, status, name = service.start, service.status, service.name.casefold()
    down = status if status is not None and status.known in options.off else None
    off = start if start is not None and start.known == options.disabled else None
    if off is None and name in options.always_running:
        off = down
    if off is not None:
        if name in options.never_disabled:
            what = f"{off.known}{_because(service)}: no rule and no VPN of this host can use IPsec"
            yield _hit(service, off, what, Severity.WARNING, _start(service))
    elif down is not None and _failed_with(service) is not None:
        yield _hit(service, down, f"stopped{_because(service)}", Severity.WARNING, _start(service))
    elif down is not None and start is None and is_asked:
        fix = Fix(note=_ASK_FOR_START.format(name=service.name))
        yield _hit(service, down, "stopped, and whether it is disabled is not shown", Severity.INFO, fix)


_ASK_FOR_START = (
    "It starts on demand: nothing is wrong if it is not disabled. `sc.exe qc {name}` shows START_TYPE, "
    "`Get-Service {name} | Select-Object Name, Status, StartType` both."
)


def _failed_with(service: ServiceState) -> int | None:
    """The error for which a service did not start or ended; None without one."""
    code = None if service.exit_code is None else service.exit_code.known
    return code if code and code != NEVER_STARTED else None


def _because(service: ServiceState) -> str:
    code = _failed_with(service)
    if code is None or (service.status is not None and service.status.known not in {"stopped", None}):
        return ""
    known = EXIT_CODES.get(code)
    return f" with exit code {code}" + (f" ({known})" if known else "")


def _start(service: ServiceState) -> Fix:
    if _failed_with(service) in OF_DEPENDENCIES:
        return Fix(
            note=f"Run `sc.exe qc {service.name}`: start what it names as DEPENDENCIES first, then "
            f"`sc.exe start {service.name}`."
        )
    return Fix(note=f"Run `sc.exe config {service.name} start= auto`, then `sc.exe start {service.name}`.")


def _subject(service: ServiceState) -> Subject:
    return Subject(kind="service", name=service.name)


def _needing(rules: Sequence[ConnectionSecurityRule], vpn: Sequence[RemoteAccess]) -> str:
    """The objects that need a service, in words; empty if there are none."""
    parts = [plural(len(items), word) for items, word in ((rules, "rule"), (vpn, "VPN object")) if items]
    return f"{series(parts)} {'depends' if len(rules) + len(vpn) == 1 else 'depend'}" if parts else ""


class ServiceKeys(Options):
    """The keys below the control set that hold what a service needs to start: values of these names.

    `registry_value` is the name for all values of a key.
    """

    keys: tuple[str, ...]
    names: frozenset[str]
    registry_value: str


@rule(
    "RF025",
    "service-key-emptied",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    options=ServiceKeys,
    concern=Concern.FAIL,
)
def service_key_emptied(machine: Machine, options: ServiceKeys) -> Iterator[Hit]:
    r"""The key of a service that IPsec or a VPN needs is deleted, or loses its values.

    Why: Windows keeps there by what program and as whom a service runs, and, in its key Parameters, which library that
    loads. Without them the service does not start. Guides for VPN errors make the key before they set a value in it,
    as though it could be missing: `New-Item -Force` overwrites a key that exists with an empty one (documented), while
    `reg add`, and `New-Item` without `-Force`, leave it as it is. That the service needs these values is documented for
    its own key; for Parameters it is our reasoning.

    Seen as: The service does not start any more, mostly after the next restart: no IKE at all, or no VPN.

    Bad: `New-Item -Path HKLM:\SYSTEM\CurrentControlSet\Services\PolicyAgent -Force`

    Good: no such command: every Windows has the key

    Fix: Leave the key as it is, and only set the value. Where the script has run: restore the key from a backup, or
    from another computer of the same Windows.

    Waive: Never: the service cannot start.
    """
    for key in options.keys:
        value = absence_of(machine.policy, key, options.registry_value)
        if value is None or value.data.value is not None or options.names & values_of(machine.policy, key).keys():
            continue
        service = key.split("\\")[1]
        yield Hit(
            subject=Subject(kind="registry_value", name=key, id=value.path),
            span=value.data.span,
            message=f"{key} loses all its values, without which the service {service} does not start",
            value=value.path,
            fix=Fix(note="Leave the key as it is, which every Windows has, and only set the value in it."),
        )


def _down(service: ServiceState, failed: Set[int], options: KeyingServices) -> Setting[str] | None:
    """That a service does not run, for a reason not told, where connections failed before IKE answered."""
    name, status = service.name.casefold(), service.status
    if status is None or status.known not in options.off or name not in options.services:
        return None
    if _failed_with(service) is not None:
        return status
    if service.start is not None:
        return None
    return status if failed & (_OF_L2TP if name in options.l2tp_services else _BEFORE_IKE) else None


def _of_failures(codes: Set[int], options: KeyingServices) -> frozenset[str]:
    """The services needed by VPN connections that failed, by their errors."""
    by_l2tp = options.l2tp_services if codes & _OF_L2TP else frozenset[str]()
    return options.vpn_services | by_l2tp if codes else by_l2tp


_OF_L2TP = frozenset({*range(786, 794), 827})
"""The errors of raserror.h that only the IPsec under L2TP has: those of Oakley, and that its service is stopped."""
_BEFORE_IKE = _OF_L2TP | {800, 809}
"""Those that a computer shows to which no IKE answered, its own or the server's. Behind others its own did run."""


def _by_l2tp(owner: RemoteAccess) -> bool:
    """Whether it tries L2TP first."""
    return isinstance(owner, VpnConnection) and owner.tried[:1] == (TunnelProtocol.L2TP,)


def _by_ipsec(owner: RemoteAccess) -> bool:
    """Whether it uses IPsec, or may."""
    tried = owner.tried if isinstance(owner, VpnConnection) else ()
    return not tried or bool({TunnelProtocol.IKEV2, TunnelProtocol.L2TP} & set(tried))


def _requires_both_ways(secured_rule: ConnectionSecurityRule) -> bool:
    return secured_rule.inbound.known is Security.REQUIRE and secured_rule.outbound.known is Security.REQUIRE
