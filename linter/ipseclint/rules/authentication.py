"""How parties prove who they are: methods that are weak, and methods that must not stand together."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Concern, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
)
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._authentication import (
    finder_of,
    keeping,
    methods_of,
    owner_of,
    sets_taking,
    user_defined_sets,
    written_methods,
)
from ipseclint.semantics.defaults import has_new_defaults
from ipseclint.semantics.scope import in_force
from ipseclint.vocabulary.authentication import OF_AUTHORITIES

ON_BOTH_SIDES = "Both ends must have the new method before the old one goes."


@rule("AU001", "preshared-key", basis=Basis.DOCUMENTED, leads_to=(13801,), looks_at=LooksAt.SETS, concern=Concern.WEAK)
def preshared_key(machine: Machine, _options: Options) -> Iterator[Hit]:
    """The computer proves itself by a preshared key.

    Why: Windows keeps the key readable in the policy: every computer and every administrator that can read the
    registry, the GPO or an export has it, and whoever has it can pass for any of the computers. A recorded negotiation
    can be searched for the key offline. Microsoft offers it for tests and for compatibility only. A key that differs
    between two ends, even in its encoding (UTF-8 or UTF-16), fails at the end of main mode, after all its work has
    been done. On an interface between two sites it is information: the gateways of cloud providers often know nothing
    else, and the key is shared by two machines alone.

    Seen as: 13801 ERROR_IPSEC_IKE_AUTH_FAIL in events 4652 and 4653 when the keys differ. Otherwise nothing.

    Bad: `netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8
    action=requireinrequestout auth1=computerpsk auth1psk=...`

    Good: `netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8
    action=requireinrequestout auth1=computerkerb`

    Fix: Use Kerberos in a domain, certificates outside of it, for a VPN and for tunnels, whose gateways may be in no
    domain, and then change the key: it has been readable.

    Waive: For tunnels to devices that know nothing else, with a long random key of their own.
    """
    for auth_set in in_force(machine, sets_taking(machine, AuthMethod.PRESHARED_KEY)):
        preshared = methods_of(auth_set, AuthMethod.PRESHARED_KEY)
        if preshared:
            has_no_kerberos = auth_set.dialect is Dialect.VPN or _is_for_tunnels(machine, auth_set)
            better = "a certificate" if has_no_kerberos else "Kerberos or a certificate"
            yield Hit(
                subject=owner_of(machine, auth_set),
                span=preshared[0].method.span,
                message=f"{auth_set.phase} authentication takes a preshared key; use {better}",
                value=AuthMethod.PRESHARED_KEY.value,
                severity=Severity.INFO if _joins_sites(machine, auth_set) else None,
                related=tuple(("preshared key again", each.method.span) for each in preshared[1:]),
                fix=_without_key(auth_set, has_no_kerberos=has_no_kerberos),
            )


def _without_key(auth_set: AuthenticationSet, *, has_no_kerberos: bool) -> Fix:
    """What replaces the key: the other methods, or Kerberos if there are none and the other end may have it."""
    if has_no_kerberos and len(methods_of(auth_set, AuthMethod.PRESHARED_KEY)) == len(auth_set.methods):
        return Fix(note=f"Use certificates of an authority that both ends trust. {ON_BOTH_SIDES}")
    change = keeping(auth_set, lambda each: each.method.known is not AuthMethod.PRESHARED_KEY)
    return Fix((change,), ON_BOTH_SIDES, risky=True)


def _is_for_tunnels(machine: Machine, auth_set: AuthenticationSet) -> bool:
    """Whether a rule in tunnel mode has a set: its gateways may be of any maker, and in no domain."""
    return any(
        isinstance(user, ConnectionSecurityRule)
        and any(end is not None and end.known for end in (user.local_tunnel_endpoint, user.remote_tunnel_endpoint))
        for user in machine.index.users_of(auth_set)
    )


def _joins_sites(machine: Machine, auth_set: AuthenticationSet) -> bool:
    """Whether a set belongs to an interface between two sites, whose other end often supports only a key."""
    names = {auth_set.name.casefold(), (auth_set.id or auth_set.name).casefold()}
    references = (interface.first_authentication for interface in machine.policy.vpn_interfaces)
    return any(reference is not None and reference.target.casefold() in names for reference in references)


@rule(
    "AU002",
    "psk-with-second-authentication",
    basis=Basis.DOCUMENTED,
    leads_to=(13825, 13850),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.CONNECTION_SECURITY,
)
def psk_with_second_authentication(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule asks for a second authentication while its first authentication holds a preshared key.

    Why: A second authentication needs AuthIP, which knows no preshared keys. MS-FASP 2.2.24 gives such a rule
    the run-time error AUTH_MCHN_SHKEY_MISMATCH: it stands in the policy and is not enforced. This host then
    has no policy for the traffic, while its peers wait for one.

    Seen as: The rule shows an error in the console. Peers get 13825 ERROR_IPSEC_IKE_NO_POLICY or 13850
    ERROR_IPSEC_IKE_NO_MM_POLICY in events 4652 and 4653.

    Bad: `netsh advfirewall consec set rule name=R new auth1=computerpsk auth1psk=... auth2=userkerb`

    Good: `netsh advfirewall consec set rule name=R new auth1=computerkerb auth2=userkerb`

    Fix: Remove the second authentication, or use Kerberos or certificates as the first.

    Waive: There is no case for it.
    """
    keys_of = finder_of(AuthMethod.PRESHARED_KEY)
    for connection_rule in machine.policy.connection_security_rules:
        first = machine.index.first_auth_of(connection_rule)
        if (
            connection_rule.second_authentication is None
            or first is None
            or connection_rule.dialect is not Dialect.WFAS
        ):
            continue
        keys = keys_of(first)
        if keys:
            yield Hit(
                subject=connection_rule,
                span=connection_rule.second_authentication.span,
                message="second authentication beside a preshared key: Windows does not enforce the rule",
                value="second authentication with preshared key",
                related=(("the preshared key", keys[0].method.span),),
                fix=Fix(
                    (Assign(connection_rule, "second_authentication", None),),
                    "The rule comes into force with this: see that its peers have the same key, "
                    "or replace the key instead and keep the second authentication.",
                    risky=True,
                ),
            )


@rule(
    "AU003",
    "psk-and-ntlm-together",
    basis=Basis.DOCUMENTED,
    looks_at=LooksAt.SETS | LooksAt.CONNECTION_SECURITY,
    concern=Concern.WEAK,
)
def psk_and_ntlm_together(machine: Machine, _options: Options) -> Iterator[Hit]:
    """One first authentication set holds both a preshared key and NTLM.

    Why: MS-FASP 2.2.65 forbids the pair, and so does the help of netsh: NTLM exists in AuthIP only, preshared
    keys everywhere but in AuthIP. Windows refuses the set, and every rule that uses it goes with it.

    Seen as: The set or the rule cannot be created, or shows an error in the console and is not in force.

    Bad: `netsh advfirewall consec set rule name=R new auth1=computerpsk,computerntlm auth1psk=...`

    Good: `netsh advfirewall consec set rule name=R new auth1=computerkerb,computerntlm`

    Fix: Remove one of the two, the preshared key first of all.

    Waive: There is no case for it.
    """
    for auth_set in sets_taking(machine, AuthMethod.COMPUTER_NTLM):
        keys = methods_of(auth_set, AuthMethod.PRESHARED_KEY) if auth_set.phase is AuthPhase.FIRST else []
        ntlm = methods_of(auth_set, AuthMethod.COMPUTER_NTLM)
        if keys and ntlm and auth_set.dialect is Dialect.WFAS:
            yield Hit(
                subject=owner_of(machine, auth_set),
                span=ntlm[0].method.span,
                message="NTLM and a preshared key in one first authentication: Windows refuses the set",
                value="preshared key with NTLM",
                related=(("the preshared key", keys[0].method.span),),
                fix=Fix(
                    (keeping(auth_set, lambda each: each.method.known is not AuthMethod.PRESHARED_KEY),),
                    "Remove NTLM instead where a peer has no other method than the key.",
                    risky=True,
                ),
            )


@rule(
    "AU004",
    "everything-optional",
    basis=Basis.DOCUMENTED,
    looks_at=LooksAt.SETS | LooksAt.CONNECTION_SECURITY,
    concern=Concern.WEAK,
)
def everything_optional(machine: Machine, _options: Options) -> Iterator[Hit]:
    """Nobody has to prove anything: anonymous stands in both authentications, or is the only method.

    Why: Anonymous in a set makes that authentication optional. Microsoft's guide warns against making both
    optional: whenever authentication fails, the connection is made all the same, or in clear text. As the only
    suite of a second authentication anonymous is refused by Windows (MS-FASP 2.2.65). As the only method
    of the first it is accepted, and safe only with a second authentication that is not optional.

    Seen as: Nothing: connections work for everybody. A refused set shows an error in the console.

    Bad: `netsh advfirewall consec set rule name=R new auth1=computerkerb,anonymous auth2=userkerb,anonymous`

    Good: `netsh advfirewall consec set rule name=R new auth1=computerkerb auth2=userkerb,anonymous`

    Fix: Keep at most one of the two optional, and name a real method in both.

    Waive: Where encryption alone is wanted and the other end may be anybody.
    """
    anonymous_in = finder_of(AuthMethod.ANONYMOUS)
    for connection_rule in machine.policy.connection_security_rules:
        first, second = machine.index.first_auth_of(connection_rule), machine.index.second_auth_of(connection_rule)
        if (
            first is None
            or second is None
            or first.builtin
            or second.builtin
            or connection_rule.enabled.known is False
            or connection_rule.dialect is not Dialect.WFAS
        ):
            continue
        one, other = anonymous_in(first), anonymous_in(second)
        if one and other and len(second.methods) > 1:
            stricter = first if len(first.methods) > 1 else second
            yield Hit(
                subject=connection_rule,
                span=other[0].method.span,
                message="first and second authentication both accept anonymous: neither end has to authenticate",
                value="anonymous in both",
                related=(("anonymous in the first authentication", one[0].method.span),),
                fix=_without_anonymous(stricter),
            )
    taking_anonymous = sets_taking(machine, AuthMethod.ANONYMOUS)
    live = set(map(id, in_force(machine, taking_anonymous)))
    for auth_set in taking_anonymous:
        anonymous = methods_of(auth_set, AuthMethod.ANONYMOUS)
        if not anonymous or len(anonymous) != len(auth_set.methods) or auth_set.dialect is not Dialect.WFAS:
            continue
        if auth_set.phase is AuthPhase.FIRST and (id(auth_set) not in live or _always_followed(machine, auth_set)):
            continue
        yield Hit(
            subject=owner_of(machine, auth_set),
            span=anonymous[0].method.span,
            message=f"anonymous is the only method of the {auth_set.phase} authentication"
            + (": Windows refuses the set" if auth_set.phase is AuthPhase.SECOND else ", and no second one follows"),
            value=f"anonymous alone, {auth_set.phase}",
            fix=_without_anonymous(auth_set),
        )


def _always_followed(machine: Machine, auth_set: AuthenticationSet) -> bool:
    """Whether every rule that uses a first authentication names a second one."""
    users = machine.index.users_of(auth_set)
    return bool(users) and all(getattr(user, "second_authentication", None) is not None for user in users)


def _without_anonymous(auth_set: AuthenticationSet) -> Fix:
    change = keeping(auth_set, lambda each: each.method.known is not AuthMethod.ANONYMOUS)
    return Fix((change,), "Peers that cannot authenticate stop connecting.", risky=True)


@rule("AU012", "duplicate-auth-method", basis=Basis.DOCUMENTED, looks_at=LooksAt.SETS | LooksAt.CONNECTION_SECURITY)
def duplicate_auth_method(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A set names a method twice that is no certificate.

    Why: Only certificates may repeat, one for each authority. MS-FASP 2.2.65 refuses a second Kerberos, NTLM,
    preshared key or anonymous with AUTH_METHOD_DUPLICATE, and every rule that uses the set goes with it.

    Seen as: The set cannot be created, or shows an error in the console and is not in force.

    Bad: a set of Kerberos, a certificate and Kerberos again

    Good: a set of Kerberos and a certificate

    Fix: Remove the second one: it would never be reached.

    Waive: There is no case for it.
    """
    for auth_set in user_defined_sets(machine):
        if not auth_set.methods[1:] or auth_set.dialect is not Dialect.WFAS:
            continue
        seen: dict[AuthMethod, AuthenticationMethod] = {}
        again: dict[AuthMethod, list[AuthenticationMethod]] = {}
        for written_method in written_methods(auth_set):
            method = written_method.method.known
            if method is None or method in OF_AUTHORITIES:
                continue
            if method in seen:
                again.setdefault(method, []).append(written_method)
            seen.setdefault(method, written_method)
        extra = {id(each) for group in again.values() for each in group}
        kept = tuple(each for each in auth_set.methods if id(each) not in extra)
        for method, group in again.items():
            yield Hit(
                subject=owner_of(machine, auth_set),
                span=group[0].method.span,
                message=f"{method} is listed {len(group) + 1} times in one set; Windows refuses more than one",
                value=method.value,
                related=(
                    ("the first one", seen[method].method.span),
                    *(("and again", each.method.span) for each in group[1:]),
                ),
                fix=Fix((Assign(auth_set, "methods", kept),)),
            )


class PhaseMethods(Options):
    """The methods that each phase of authentication may hold."""

    first: frozenset[AuthMethod]
    second: frozenset[AuthMethod]


@rule(
    "AU013",
    "wrong-method-for-phase",
    basis=Basis.DOCUMENTED,
    options=PhaseMethods,
    looks_at=LooksAt.SETS | LooksAt.CONNECTION_SECURITY,
)
def wrong_method_for_phase(machine: Machine, options: PhaseMethods) -> Iterator[Hit]:
    """A set holds a method that its phase of authentication does not take.

    Why: The first authentication is for the computer, the second for the user or for the computer's health.
    MS-FASP 2.2.65 refuses user methods in the first and Kerberos, NTLM and preshared keys of the computer in
    the second (PHASE1_AUTH_METHOD, PHASE2_AUTH_METHOD), a computer certificate in the second that is no
    health certificate (HEALTH_CERT), and computer beside user methods there (MACHINE_USER_AUTH). Every rule
    that uses the set goes with it.

    Seen as: The set cannot be created, or shows an error in the console and is not in force.

    Bad: `UserKerb` in Phase1AuthenticationSets, or `MachineCert` without `HealthCert` in the second

    Good: `MachineKerb` in the first and `UserKerb` in the second

    Fix: Move the method to the other authentication, or make the certificate a health certificate.

    Waive: There is no case for it.
    """
    allowed = {AuthPhase.FIRST: options.first, AuthPhase.SECOND: options.second}
    for auth_set in user_defined_sets(machine):
        if auth_set.dialect is not Dialect.WFAS:
            continue
        wrong = [
            (method, why) for method in written_methods(auth_set) if (why := _misplaced(auth_set, method, allowed))
        ]
        if wrong:
            first, why = wrong[0]
            bad = {id(each) for each, _ in wrong}
            kept = tuple(each for each in auth_set.methods if id(each) not in bad)
            proves = any(kept_method.method.known is not AuthMethod.ANONYMOUS for kept_method in kept)
            yield Hit(
                subject=owner_of(machine, auth_set),
                span=first.method.span,
                message=why,
                value=why,
                related=tuple((reason, each.method.span) for each, reason in wrong[1:]),
                fix=Fix((Assign(auth_set, "methods", kept),) if proves else (), ON_BOTH_SIDES, risky=True),
            )


def _misplaced(
    auth_set: AuthenticationSet, each: AuthenticationMethod, allowed: dict[AuthPhase, frozenset[AuthMethod]]
) -> str | None:
    """Why a method must not be in its set; None if it may."""
    method = each.method.known
    if method is None:
        return None
    if method not in allowed[auth_set.phase]:
        return f"{method} in the {auth_set.phase} authentication: Windows refuses the set"
    if auth_set.phase is AuthPhase.FIRST or method is not AuthMethod.COMPUTER_CERTIFICATE:
        return None
    if each.health is not None and each.health.known is False:
        return "a computer certificate in the second authentication must be a health certificate"
    if methods_of(auth_set, AuthMethod.USER_CERTIFICATE, AuthMethod.USER_KERBEROS, AuthMethod.USER_NTLM):
        return "a computer certificate stands beside user methods: Windows refuses the set"
    return None


@rule(
    "AU014",
    "ntlm-authentication",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13801,),
    looks_at=LooksAt.SETS,
    concern=Concern.WEAK,
)
def ntlm_authentication(machine: Machine, _options: Options) -> Iterator[Hit]:
    """The computer or the user proves itself by NTLM.

    Why: NTLM exists in AuthIP only, so a peer with IKEv1 or IKEv2 has nothing in common with it. It does not
    prove the server, its answers can be passed on by somebody in between, and it gives no secret that could
    stand in for Diffie-Hellman, which AuthIP then has to do in its first exchange (MS-AIPS 3.2.4). That it is
    weaker than Kerberos for these reasons is our reasoning. Windows Server 2025 has no NTLMv1 any more, and NTLMv2 is
    deprecated and to be removed.

    Seen as: 13801 ERROR_IPSEC_IKE_AUTH_FAIL in events 4652 and 4653 with peers that have other modules.

    Bad: `netsh advfirewall consec set rule name=R new auth1=computerntlm`

    Good: `netsh advfirewall consec set rule name=R new auth1=computerkerb`

    Fix: Use Kerberos in a domain and certificates outside of it.

    Waive: For pairs of computers in a workgroup without certificates.
    """
    is_new = has_new_defaults(machine.policy, machine.site)
    standing = " (Server 2025 has no NTLMv1 and deprecates NTLMv2)" if is_new else ""
    for auth_set in in_force(machine, sets_taking(machine, *NTLM)):
        with_ntlm = methods_of(auth_set, *NTLM)
        if with_ntlm:
            yield Hit(
                subject=owner_of(machine, auth_set),
                span=with_ntlm[0].method.span,
                message=f"{auth_set.phase} authentication takes NTLM{standing}; use Kerberos or a certificate",
                value=f"NTLM, {auth_set.phase}",
                related=tuple(("NTLM again", each.method.span) for each in with_ntlm[1:]),
                fix=Fix((keeping(auth_set, lambda each: each.method.known not in NTLM),), ON_BOTH_SIDES, risky=True),
            )


NTLM = (AuthMethod.COMPUTER_NTLM, AuthMethod.USER_NTLM)
