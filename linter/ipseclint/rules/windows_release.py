"""Effects of the Windows release: default key modules, updates of the IKE service."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity, Subject
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthMethod, ConnectionSecurityRule, Dialect, RuleMode, WindowsHost
from ipseclint.model.site import Site
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.defaults import needs_authip
from ipseclint.semantics.scope import secured_rules
from ipseclint.vocabulary.dated_facts import IKE_UPDATES
from ipseclint.vocabulary.ike_updates import IkeUpdate, ike_updates
from ipseclint.vocabulary.windows_releases import SECURE_BY_DEFAULT_BUILD, release_called, release_of


@rule(
    "AU017",
    "releases-with-other-key-modules",
    basis=Basis.DOCUMENTED,
    leads_to=(13801, 13868, 13805),
    cause=Cause.NEVER_FINISHES,
    needs=("windows",),
    looks_at=LooksAt.CONNECTION_SECURITY,
)
def releases_with_other_key_modules(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule leaves the key module to Windows, and the releases of the site differ in what that means.

    Why: Up to Windows 11 23H2 and Server 2022 the default is IKEv1 and AuthIP; since 24H2 and Server 2025 it is IKEv1
    and IKEv2, and AuthIP only where the authentication needs it (New-NetIPsecRule). Between an old and a new host a
    rule with certificates is left with IKEv1, which RFC 9395 calls historic; with a peer whose rule names AuthIP alone
    the new host has none in common. What 24H2 does with Kerberos of the computer the page leaves open, so that such
    rules are not reported; nor are those with preshared keys alone, which have IKEv1 on every release.

    Seen as: 13801 ERROR_IPSEC_IKE_AUTH_FAIL, 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13805 ERROR_IPSEC_IKE_TIMED_OUT with
    hosts of one release only.

    Bad: `New-NetIPsecRule -DisplayName R -Phase1AuthSet Certificates` for Server 2019 and Server 2025

    Good: the same rule with `-KeyModule IKEv2`, on all of them

    Fix: Name the key module on every host: IKEv2 with certificates.

    Waive: While the older hosts are being replaced.
    """
    old, new = _old_and_new(machine.site)
    if not (old and new):
        return
    for secured_rule in secured_rules(machine):
        if secured_rule.dialect is not Dialect.WFAS or secured_rule.key_modules.is_explicit:
            continue
        if needs_authip(machine, secured_rule) is not False or _is_by_key_alone(machine, secured_rule):
            continue
        yield Hit(
            subject=secured_rule,
            span=secured_rule.key_modules.span,
            message=f"the default key modules are IKEv1 and AuthIP on {', '.join(old)}, IKEv1 and IKEv2 on "
            f"{', '.join(new)}: only IKEv1 is common; name the key module",
            value=" ".join((*old, *new)),
            fix=Fix(note="Name IKEv2 on every host (-KeyModule IKEv2); it needs certificates on both ends."),
        )


def _is_by_key_alone(machine: Machine, secured_rule: ConnectionSecurityRule) -> bool:
    """Whether a rule authenticates only by preshared keys, which neither AuthIP nor IKEv2 supports."""
    first = machine.index.first_auth_of(secured_rule)
    methods = () if first is None else first.methods
    return all(method.method.known is AuthMethod.PRESHARED_KEY for method in methods)


def _old_and_new(site: Site) -> tuple[list[str], list[str]]:
    """The releases that the site names: those before Windows 11 24H2 and Server 2025, and those since."""
    releases = [release for name in site.windows or () if (release := release_called(name)) is not None]
    old = [release.name for release in releases if release.build < SECURE_BY_DEFAULT_BUILD]
    return old, [release.name for release in releases if release.name not in old]


class UpdateMissing(Options):
    """The severity of a fault by its effect."""

    severity_of: dict[str, Severity]


@rule(
    "RF014",
    "ikeext-update-missing",
    basis=Basis.DOCUMENTED,
    leads_to=(13805, 13809),
    options=UpdateMissing,
    cause=Cause.NEVER_FINISHES,
)
def ikeext_update_missing(machine: Machine, options: UpdateMissing) -> Iterator[Hit]:
    """The build of the host has a fault in the IKE service that an update repaired.

    Why: IKE answers whoever reaches its ports, before any authentication. CVE-2026-33824 lets a packet run code in
    the service (a double free where fragments of IKEv2 are put together), CVE-2026-50696 stops it. A service that was
    stopped leaves no trace in the policy: every negotiation ends in a time-out or waits. The fixed revisions are those
    of the CVE records; releases that a record does not list are not judged.

    Seen as: 13805 and 13809 with every peer at once, event 5453, the service IKEEXT stopped.

    Bad: build 20348 with revision (UBR) 4405

    Good: build 20348 with revision 5386 or more

    Fix: Install the newest cumulative update. Until then take UDP 500 and 4500 only from known peers.

    Waive: Where IKE can be reached by nobody but known peers, until the next maintenance.
    """
    if not _negotiates(machine):
        return
    for host in machine.policy.hosts:
        missing = list(_missing(host, machine))
        if not missing or host.build is None or host.revision is None or host.store is not None:
            continue
        wanted = max(update.revision for update in missing)
        names = ", ".join(dict.fromkeys(f"{update.cve} ({update.effect})" for update in missing))
        severities = [options.severity_of[update.effect] for update in missing]
        build = f"{host.build.known}.{host.revision.known}"
        yield Hit(
            subject=Subject(kind="windows_host", name=f"Windows build {build}"),
            span=host.revision.span,
            message=f"build {build} has {names}; {host.build.known}.{wanted} has not "
            f"(by records read on {IKE_UPDATES.read_on.isoformat()})",
            value=build,
            severity=min(severities, key=list(Severity).index),
            related=(("the build", host.build.span),),
            fix=Fix(note="Install the newest cumulative update of this release, and restart the host."),
        )


def _negotiates(machine: Machine) -> bool:
    """Whether anything makes IKE answer: a rule that negotiates, a VPN server, a WFP filter."""
    policy = machine.policy
    return bool(secured_rules(machine) or policy.vpn_servers or policy.vpn_interfaces or policy.wfp_filters)


def _missing(host: WindowsHost, machine: Machine) -> Iterator[IkeUpdate]:
    build = None if host.build is None else host.build.known
    revision = None if host.revision is None else host.revision.known
    if build is None or revision is None:
        return
    is_server = None if host.is_server is None else host.is_server.known
    release = release_of(build, is_server=is_server)
    for update in ike_updates():
        if update.build != build or (machine.as_of is not None and update.published > machine.as_of):
            continue
        if update.is_server is not None and (release is None or release.is_server != update.is_server):
            continue
        if revision < update.revision:
            yield update


@rule("RF017", "point-to-site-tunnel-type", basis=Basis.DOCUMENTED, looks_at=LooksAt.CONNECTION_SECURITY)
def point_to_site_tunnel_type(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule has the type of tunnel PointToSite and is no tunnel, or goes to hosts that do not know the type.

    Why: The type is for tunnel rules alone, and Windows knows it from Windows 11 24H2 and Server 2025 on (MS-FASP
    2.2.51, New-NetIPsecRule). Elsewhere the rule is refused or not enforced, and its traffic may go unprotected.

    Seen as: The rule shows an error, or is missing on older hosts.

    Bad: `New-NetIPsecRule -DisplayName T -Mode Transport -TunnelType PointToSite`

    Good: the same rule with `-Mode Tunnel`, for Server 2025

    Fix: Make it a tunnel rule, or leave the type out; give older hosts a policy of their own.

    Waive: There is no case for it.
    """
    old, _ = _old_and_new(machine.site)
    for tunnel in machine.policy.connection_security_rules:
        if tunnel.dialect is not Dialect.WFAS or tunnel.point_to_site is None:
            continue
        if not tunnel.point_to_site.known or not tunnel.enabled.known:
            continue
        if tunnel.mode.known is RuleMode.TRANSPORT:
            yield Hit(
                subject=tunnel,
                span=tunnel.point_to_site.span,
                message="the type of tunnel is PointToSite, and the rule is not a tunnel rule",
                value="transport",
                severity=Severity.ERROR,
                related=(("the mode", tunnel.mode.span),),
                fix=Fix(note="Say -Mode Tunnel with its endpoints, or leave -TunnelType out."),
            )
        elif old:
            yield Hit(
                subject=tunnel,
                span=tunnel.point_to_site.span,
                message=f"the type of tunnel PointToSite is unknown to {', '.join(old)}",
                value=" ".join(old),
                fix=Fix(note="Give the older hosts a policy of their own, without the type."),
            )


class DirectAccessNames(Options):
    """The prefix of the rules that DirectAccess makes, the names of its GPOs, and when it was deprecated."""

    rule_prefix: str
    gpos: tuple[str, ...]
    deprecated_on: datetime.date


@rule("RF018", "directaccess-in-use", basis=Basis.DOCUMENTED, options=DirectAccessNames, looks_at=LooksAt.PARTS)
def directaccess_in_use(machine: Machine, options: DirectAccessNames) -> Iterator[Hit]:
    """Connection security rules are those of DirectAccess.

    Why: Microsoft deprecated DirectAccess on 11 June 2026 (KB 5103659): it is supported as long as the Windows Server
    that has it, will be removed from a future one, and is not for new deployments; Always On VPN takes its place. Its
    rules are made by its own console, in GPOs of their own, and changes to them are lost when it writes them again.

    Seen as: Nothing yet.

    Bad: a rule called `DirectAccess Policy-ClientToCorp`

    Good: a profile of Always On VPN

    Fix: Plan the move to Always On VPN before the next version of Windows Server.

    Waive: While the move is planned.
    """
    if machine.as_of is not None and machine.as_of < options.deprecated_on:
        return
    prefix, gpos = options.rule_prefix.casefold(), tuple(name.casefold() for name in options.gpos)
    for secured_rule in machine.policy.connection_security_rules:
        store = (secured_rule.store or "").casefold()
        if secured_rule.name.casefold().startswith(prefix) or store.endswith(gpos):
            yield Hit(
                subject=secured_rule,
                span=secured_rule.span,
                message="this rule is of DirectAccess, which is deprecated since "
                f"{options.deprecated_on.isoformat()} and will be removed from Windows Server",
                value=secured_rule.name,
                fix=Fix(note="Plan the move to Always On VPN."),
            )
            return
