"""Authentication that multiplies negotiations or lengthens them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    CertificateSigning,
    ConnectionSecurityRule,
    Dialect,
)
from ipseclint.model.selectors import Addresses
from ipseclint.model.site import HostType
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.reach import takes_all_traffic
from ipseclint.semantics.scope import (
    contexts_for_any_peer,
    in_force,
    is_any_to_any,
    peers_of,
    remote_side,
    secured_rules,
)
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import CERTIFICATE_METHODS
from ipseclint.vocabulary.remote_access import TunnelProtocol
from ipseclint.words import plural


class SecondAuthentication(Options):
    """The hosts on which several users or services share one address."""

    shared_hosts: frozenset[HostType]


@rule(
    "QD018",
    "second-authentication-multiplies-negotiations",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13815, 13810, 13801),
    options=SecondAuthentication,
    cause=Cause.TOO_EXPENSIVE,
    looks_at=LooksAt.PARTS,
)
def second_authentication_multiplies_negotiations(machine: Machine, options: SecondAuthentication) -> Iterator[Hit]:
    """A rule for all traffic asks for a second authentication, by the user, on top of the computer's.

    Why: AuthIP adds an extended-mode exchange for the second credential and negotiates credentials for each flow as
    the user who makes it. Several users of one host can so need several security associations to one peer, where
    computers alone would share one. Microsoft documents the exchange and the handling of credentials; how
    far it multiplies negotiations on hosts that many users or services share is our reasoning. An optional one,
    with anonymous as its last method, is information there too; one for chosen ports isolates by user on purpose and is
    not reported.

    Seen as: 13815 and 13810 under load, 13801 ERROR_IPSEC_IKE_AUTH_FAIL when a credential is missing; audit events 4983
    and 4984 for extended mode.

    Bad: `auth2=userkerb` on the rule for all traffic of 40 terminal servers

    Good: `auth2=userkerb` on a rule for the servers that need it

    Fix: Authenticate computers alone on the rule for all traffic, and users on a narrower rule.

    Waive: When servers are isolated by user on purpose.
    """
    shared = machine.site.host_type in options.shared_hosts
    for secured_rule in (*secured_rules(machine), *contexts_for_any_peer(machine)):
        reference = secured_rule.second_authentication
        if reference is None or not (shared or is_any_to_any(machine, secured_rule)):
            continue
        if secured_rule.dialect is not Dialect.WFP and not takes_all_traffic(machine, secured_rule):
            continue
        second = machine.index.second_auth_of(secured_rule)
        optional = second is not None and any(each.method.known is AuthMethod.ANONYMOUS for each in second.methods)
        where = f"on a {machine.site.host_type} " if shared else "on a rule for all traffic "
        yield Hit(
            subject=secured_rule,
            span=reference.span,
            message=f"second authentication {where}adds an extended mode for each user and flow",
            value=machine.site.host_type if shared else "all traffic",
            severity=Severity.WARNING if shared and not optional else Severity.INFO,
            fix=_without_second(secured_rule),
        )


def _without_second(secured_rule: ConnectionSecurityRule) -> Fix:
    note = "Put the second authentication on a rule for the peers that need it; a peer that demands it refuses without."
    if secured_rule.dialect is Dialect.WFP:
        return Fix(note=note)
    return Fix((Assign(secured_rule, "second_authentication", None),), note=note, risky=True)


class LongAuthenticationList(Options):
    """How many kinds of authentication, and how many certificate authorities, one set may list."""

    methods_at_most: int
    authorities_at_most: int


@rule(
    "QD019",
    "long-authentication-method-list",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13814, 13801),
    options=LongAuthenticationList,
    cause=Cause.TOO_EXPENSIVE,
    looks_at=LooksAt.SETS,
)
def long_authentication_method_list(machine: Machine, options: LongAuthenticationList) -> Iterator[Hit]:
    """An authentication set lists many methods, or many certificate authorities.

    Why: AuthIP tries every method both sides accept, and with certificates every credential that fits, before it
    fails: each failed try is one more exchange of the same main mode, while the responder drops its state after
    60 s without the next message. IKEv1 fails at the first. Microsoft documents this; from how many on a list
    is long is our reasoning.

    Seen as: 13814 ERROR_IPSEC_IKE_MM_DELAY_DROP, and 13801 ERROR_IPSEC_IKE_AUTH_FAIL at the end.

    Bad: Kerberos, NTLM, certificates of six authorities and anonymous in one set

    Good: Kerberos, then certificates of one authority

    Fix: Keep one or two methods, the most common first, and one authority for each kind of signature.

    Waive: While authorities or methods are being replaced.
    """
    for auth_set in in_force(machine, machine.policy.authentication_sets):
        kinds: set[_Kind] = set()
        authorities: set[tuple[_Kind, str]] = set()
        over: Span | None = None
        for method in () if auth_set.builtin else auth_set.methods:
            kind = _kind(method)
            kinds.add(kind)
            authority = method.certificate_authority
            if authority is not None and authority.known is not None:
                authorities.add((kind, authority.known))
            if len(kinds) > options.methods_at_most or len(authorities) > options.authorities_at_most:
                over = over or method.span
        if over is None:
            continue
        yield Hit(
            subject=auth_set,
            span=over,
            message=f"{plural(len(kinds), 'method')} and {len(authorities)} certificate authorities to try one after "
            f"the other; {options.methods_at_most} and {options.authorities_at_most} at most keep a main mode short",
            value=f"{len(kinds)} {len(authorities)}",
            fix=Fix(note="Keep one or two methods, the most common first, and one authority for each signature."),
        )


_Kind = tuple[AuthMethod | None, CertificateSigning | None]


def _kind(method: AuthenticationMethod) -> _Kind:
    return method.method.known, method.signing.known if method.signing is not None else None


class MainModesPerPeer(Options):
    """The number of main modes with one peer from which the unpublished limit is worth a thought."""

    main_modes_above: int


@rule(
    "QD031",
    "mm-limit-per-peer",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13882,),
    options=MainModesPerPeer,
    cause=Cause.TOO_MANY,
)
def mm_limit_per_peer(machine: Machine, options: MainModesPerPeer) -> Iterator[Hit]:
    """Rules for the same peers differ so much in authentication that many main modes with one peer are possible.

    Why: A main mode serves one key module, one version of IP and one way of authentication; what differs in any of
    these needs another. Windows limits how many main modes it keeps with one peer and has an error for it, but the
    limit is not published: the number from which on this is reported is ours.

    Seen as: 13882 ERROR_IPSEC_IKE_MM_LIMIT, the number of established main modes to the peer is exceeded.

    Bad: Three rules for any peer over IPv4 and IPv6, each with other authentication and two key modules

    Good: One authentication for all rules toward the same peers

    Fix: Use fewer different authentication sets toward the same peers.

    Waive: As long as 13882 does not occur.
    """
    groups: defaultdict[Addresses, list[ConnectionSecurityRule]] = defaultdict(list)
    secured = list(secured_rules(machine))
    if len(_ways(machine, secured)) * len(_modules(secured)) * len(_IP_VERSIONS) <= options.main_modes_above:
        return  # not even for the same peers would they be too many: long filter lists need no look
    for secured_rule in secured:
        groups[peers_of(remote_side(machine, secured_rule))].append(secured_rule)
    for side, rules in groups.items():
        ways, modules = _ways(machine, rules), _modules(rules)
        versions = {address.version for address in side if address.version} or _IP_VERSIONS
        number = len(ways) * len(modules) * len(versions)
        if number <= options.main_modes_above:
            continue
        yield Hit(
            subject=rules[0],
            span=rules[0].span,
            message=f"{plural(len(rules), 'rule')} for the same peers: {plural(len(ways), 'way')} to authenticate x "
            f"{plural(len(modules), 'key module')} x {plural(len(versions), 'IP version')} make up to {number} "
            "main modes with one peer; Windows' limit is not published",
            value=number,
            related=tuple((label(each), each.span) for each in rules[1:_SHOWN]),
            fix=Fix(note="Use fewer different authentication sets toward the same peers."),
        )


_SHOWN = 6
_IP_VERSIONS = frozenset({4, 6})


def _ways(machine: Machine, rules: Iterable[ConnectionSecurityRule]) -> set[tuple[_Content, _Content]]:
    return {_authentication(machine, each) for each in rules}


def _modules(rules: Iterable[ConnectionSecurityRule]) -> set[KeyModule]:
    return {module for each in rules for module in each.key_modules.known or ()}


def _authentication(machine: Machine, secured_rule: ConnectionSecurityRule) -> tuple[_Content, _Content]:
    return _content(machine.index.first_auth_of(secured_rule)), _content(machine.index.second_auth_of(secured_rule))


_Content = tuple[tuple[_Kind, str | None], ...]


def _content(authentication: AuthenticationSet | None) -> _Content:
    """The content of a set as a key, so that equal sets with different names count once."""
    return tuple(
        (_kind(method), method.certificate_authority.known if method.certificate_authority is not None else None)
        for method in (authentication.methods if authentication is not None else ())
    )


@rule(
    "QD032",
    "certificate-auth-without-ike-fragmentation-path",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13805, 13814),
    needs=("ip_fragments_dropped",),
    cause=Cause.TOO_EXPENSIVE,
    looks_at=LooksAt.SETS,
)
def certificate_auth_without_ike_fragmentation_path(machine: Machine, _options: Options) -> Iterator[Hit]:
    """Hosts authenticate by certificate over a path that drops IP fragments.

    Why: A certificate makes the message of IKE larger than a packet, so it travels in fragments. Windows begins to
    fragment IKEv1 by itself only after about 3 s of silence (2 to 4 were observed), so that each such main mode takes
    at least that much longer and holds its place meanwhile; the pieces are kept for 70 s. Microsoft documents the
    times; how a sender learns that its peer can fragment it documents for Windows 2000 to 7 and Server 2008 R2 only.
    That a path drops fragments is the site's word. IKEv2 splits its messages itself only where both ends announce it
    (MS-IKEE 3.15), which a Windows server does when EnableServerFragmentation is set.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT that looks like a dead peer, 13814; error 809 of a VPN connection.

    Bad: A chain of four certificates through a firewall that drops fragments

    Good: Certificates with elliptic-curve keys and a short chain, on a path that lets fragments pass

    Fix: Let fragments pass, shorten the chain or use elliptic-curve certificates, and switch IKEv2 fragmentation on.

    Waive: When the certificates are known to fit into one packet.
    """
    if not machine.site.ip_fragments_dropped:
        return
    for auth_set in in_force(machine, machine.policy.authentication_sets):
        by_certificate = [method for method in auth_set.methods if method.method.known in CERTIFICATE_METHODS]
        if auth_set.builtin or not by_certificate:
            continue
        yield Hit(
            subject=auth_set,
            span=by_certificate[0].method.span,
            message="authentication by certificate over a path that drops IP fragments: each main mode takes seconds "
            "longer, or fails",
            value=False,
            severity=Severity.INFO,
            fix=Fix(note="Let fragments pass, or use elliptic-curve certificates with a short chain."),
        )
    for connection in machine.policy.vpn_connections:
        if TunnelProtocol.IKEV2 not in connection.tried:
            continue
        method = connection.authentication
        yield Hit(
            subject=connection,
            span=connection.span if method is None else method.span,
            message="IKEv2 sends certificates over a path that drops IP fragments: the connection may time out, error "
            "809; switch IKEv2 fragmentation on at the server",
            value=True,
            severity=Severity.WARNING,
            fix=Fix(
                note="Set EnableServerFragmentation to 1 under RemoteAccess\\Parameters\\Ikev2 at the server (Windows "
                "Server 1803 or newer), or let fragments pass."
            ),
        )
