"""Authentication by certificate: revocation, authorities, criteria, and the order of methods."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Concern, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    CertificateCriteria,
    CertificateSigning,
    ConnectionSecurityRule,
    CrlCheck,
    Dialect,
    GlobalSettings,
    MainModeRule,
    Security,
)
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._authentication import (
    finder_of,
    methods_of,
    owner_of,
    sets_taking,
    user_defined_sets,
    written_methods,
)
from ipseclint.rules._exempting import CLEAR
from ipseclint.rules._needed import NeededServices
from ipseclint.semantics.reach import parsed, takes_all_traffic
from ipseclint.semantics.scope import in_force, includes_any, remote_side, secured_rules
from ipseclint.semantics.treatment import Question, Service, doing_otherwise, traffic_with
from ipseclint.source import Span

CERTIFICATES = (AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.USER_CERTIFICATE)


class RevocationServices(Options):
    """The services by which revocation lists and OCSP answers are fetched."""

    services: tuple[Service, ...]


@rule(
    "AU007",
    "strong-crl-over-protected-path",
    basis=Basis.DOCUMENTED,
    leads_to=(13817, 13848, 13814),
    options=RevocationServices,
    cause=Cause.WAITS_FOR_IPSEC,
)
def strong_crl_over_protected_path(machine: Machine, options: RevocationServices) -> Iterator[Hit]:
    """Revocation must be checked, and the list to check lies behind a rule that needs the check first.

    Why: With strong checking every error fails the authentication, also "cannot fetch the list". When the
    server of the list falls under a rule that requires IPsec outbound and authenticates by certificate,
    fetching needs a security association, and that needs the list: a circle. The negotiation is held open
    while the fetch runs into its time-out. Microsoft tells administrators of DirectAccess to exempt the
    distribution points. Without `pki_servers` in the site's facts, only a rule for all traffic of whose HTTP nothing
    is exempt is reported.

    Seen as: 13817 ERROR_IPSEC_IKE_CRL_FAILED and 13848 ERROR_IPSEC_IKE_PEER_CRL_FAILED in events 4652 and
    4653, and 13814 ERROR_IPSEC_IKE_MM_DELAY_DROP while waiting. A valid list in the cache hides it until the
    list expires.

    Bad: `netsh advfirewall set global ipsec strongcrlcheck 2` with a rule `endpoint1=any endpoint2=any
    action=requireinrequireout auth1=computercert`

    Good: the same with a rule `endpoint2=192.0.2.80 action=noauthentication` for the server of the lists

    Fix: Exempt the distribution points and OCSP servers. `strongcrlcheck 1` would end it too, and would let revoked
    certificates pass wherever the list is out of reach.

    Waive: When the lists are fetched from outside the protected range, or put on the computers by other means.
    """
    strong = next(_explicit_checks(machine, CrlCheck.FAIL_ON_ANY_ERROR), None)
    if strong is None:
        return
    settings, check = strong
    certificates_in = finder_of(*CERTIFICATES)
    asking = [
        secured_rule
        for secured_rule in secured_rules(machine)
        if secured_rule.outbound.known is Security.REQUIRE
        and (first := machine.index.first_auth_of(secured_rule)) is not None
        and certificates_in(first)
    ]
    servers = parsed(machine.site.pki_servers or ())
    others = doing_otherwise(machine, asking)
    needed = NeededServices(machine, servers, options.services, others)
    lists = [box for service in options.services for box in traffic_with(machine, service=service)]
    anybody = Question(machine, tuple(lists), others)
    for secured_rule in asking:
        kept = needed.kept_by(secured_rule)
        everywhere = takes_all_traffic(machine, secured_rule) and includes_any(remote_side(machine, secured_rule))
        blind = machine.site.pki_servers is None and everywhere and not anybody.left_to(secured_rule).takers
        if not kept.hosts and not blind:
            continue
        behind = kept.words or "everything, with no exemption for the servers of the lists"
        yield Hit(
            subject=settings,
            span=check.span,
            message=f"strong revocation checking, and {label(secured_rule)} requires IPsec to {behind}",
            value=f"{secured_rule.name}, {behind}",
            related=(("the rule that requires IPsec", secured_rule.outbound.span),),
            fix=kept.exempting(machine, secured_rule, "Servers of revocation lists")
            if kept.hosts
            else Fix(note=f"Exempt the servers of the lists with a rule of its own. {CLEAR}", needs=("pki_servers",)),
        )


@rule("AU008", "no-revocation-check", basis=Basis.DOCUMENTED, looks_at=LooksAt.SETS, concern=Concern.WEAK)
def no_revocation_check(machine: Machine, _options: Options) -> Iterator[Hit]:
    """Certificates authenticate, and nobody looks whether they were revoked.

    Why: A certificate that was revoked, with a stolen laptop for example, goes on authenticating until it expires.
    What Windows does by default is told in two ways: the cmdlet and MS-FASP note 13 say that it does not check, the
    structure of WFP names weak checking. So only a setting that is written down is reported.

    Seen as: Nothing.

    Bad: `netsh advfirewall set global ipsec strongcrlcheck 0`

    Good: `netsh advfirewall set global ipsec strongcrlcheck 1`

    Fix: Switch on checking that fails when a certificate is revoked, and not when the list is out of reach.

    Waive: In networks without access to the lists.
    """
    off = next(_explicit_checks(machine, CrlCheck.OFF), None)
    if off is not None:
        settings, check = off
        using = next(
            (
                used_method
                for crypto_set in in_force(machine, sets_taking(machine, *CERTIFICATES))
                for used_method in methods_of(crypto_set, *CERTIFICATES)
            ),
            None,
        )
        if using is not None:
            yield Hit(
                subject=settings,
                span=check.span,
                message="certificates are accepted without checking revocation; turn the check on",
                value=CrlCheck.OFF.value,
                related=(("a certificate authenticates here", using.method.span),),
                fix=Fix((Assign(settings, "crl_check", CrlCheck.FAIL_IF_REVOKED),)),
            )
    for auth_set in in_force(machine, user_defined_sets(machine)):
        switches = (method.crl_check_disabled for method in auth_set.methods)
        unchecked = next((switch for switch in switches if switch is not None and switch.known), None)
        if unchecked is not None:
            yield Hit(
                subject=auth_set,
                span=unchecked.span,
                message="certificates are accepted without checking revocation; turn the check on",
                value="disabled",
            )


def _explicit_checks(machine: Machine, level: CrlCheck) -> Iterator[tuple[GlobalSettings, Setting[CrlCheck]]]:
    for settings in machine.policy.global_settings:
        if settings.crl_check is not None and settings.crl_check.is_explicit and settings.crl_check.known is level:
            yield settings, settings.crl_check


class PublicAuthorities(Options):
    """Words in the name of an authority that mark it as issuing to the public."""

    public_words: tuple[str, ...]


@rule(
    "AU009",
    "ca-too-broad",
    basis=Basis.REASONED,
    options=PublicAuthorities,
    looks_at=LooksAt.SETS,
    concern=Concern.WEAK,
)
def ca_too_broad(machine: Machine, options: PublicAuthorities) -> Iterator[Hit]:
    """Any certificate below a root authority authenticates: nothing narrows it down.

    Why: Without mapping to an account, without criteria on name or key usage and without an authorization list,
    whoever has any certificate of that root is accepted as a computer of the rule: web servers, printers, former
    employees; under a public root, anybody who buys one. What a root issues is not in the policy. A root counts as
    public when its name holds one of the words that the ruleset lists for that (`public_words`). Any other root is
    information only, since it may serve this single purpose. All of it is our reasoning.

    Seen as: Nothing.

    Bad: `auth1=computercert auth1ca="C=US, O=Public CA, CN=Root"`

    Good: `auth1=computercert auth1ca="DC=example, CN=IPsec Issuing CA certmapping:yes catype:intermediate"`

    Fix: Name the issuing authority instead of the root, map certificates to accounts, or ask for a key usage.

    Waive: For a private authority that issues for this purpose only, or with authorization lists elsewhere.
    """
    proposals: set[Span] = set()  # a script may put one proposal into many sets
    for auth_set in in_force(machine, sets_taking(machine, *CERTIFICATES)):
        if any(_is_authorized(user) for user in machine.index.users_of(auth_set)):
            continue
        seen: set[str] = set()
        for method in written_methods(auth_set):
            authority = _broad_authority(method)
            place = (method.certificate_authority or method.method).span
            if authority is None or authority.casefold() in seen or place in proposals:
                continue
            seen.add(authority.casefold())
            proposals.add(place)
            public = any(word.casefold() in authority.casefold() for word in options.public_words)
            yield Hit(
                subject=owner_of(machine, auth_set),
                span=place,
                message=f"any certificate under {'the public root' if public else 'the root'} {authority} "
                "authenticates; use account mapping, criteria or an issuing authority",
                value=authority,
                severity=Severity.WARNING if public else Severity.INFO,
            )


def _is_authorized(user: ConnectionSecurityRule | MainModeRule) -> bool:
    """Whether a rule admits only members of an authorization list."""
    required = user.require_authorization if isinstance(user, ConnectionSecurityRule) else None
    return required is not None and required.known is not False


def _broad_authority(method: AuthenticationMethod) -> str | None:
    """The root that a method trusts without any restriction."""
    if method.method.known not in CERTIFICATES or method.certificate_authority is None:
        return None
    kind, mapping = method.certificate_authority_type, method.account_mapping
    narrowed = (kind is not None and kind.known != "root") or (mapping is not None and mapping.known is not False)
    return None if narrowed or method.criteria else method.certificate_authority.known


@rule(
    "AU010",
    "certificate-criteria-half-missing",
    basis=Basis.DOCUMENTED,
    leads_to=(13806, 13801),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS | LooksAt.CONNECTION_SECURITY,
)
def certificate_criteria_half_missing(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A set has certificate criteria for choosing one's own certificate only, or for judging the peer's only.

    Why: With criteria in use, the set needs a proposal for selecting the own certificate and one for validating the
    peer's; one proposal can do both (New-NetIPsecAuthProposal). Without the other half, Windows refuses the set with
    AUTH_CERT_CRITERIA_MISSING_CRITERIA (MS-FASP 2.2.24).

    Seen as: The set is not in force; 13806 ERROR_IPSEC_IKE_NO_CERT or 13801 ERROR_IPSEC_IKE_AUTH_FAIL in events
    4652 and 4653.

    Bad: `New-NetIPsecAuthProposal -Machine -Cert -Authority "CN=CA" -ExtendedKeyUsage 1.3.6.1.5.5.8.2.2
    -SelectionCriteria` alone in a set

    Good: the same without `-SelectionCriteria`, which then serves both

    Fix: Let the proposal serve both, or add one for the other half.

    Waive: There is no case for it.
    """
    for auth_set in sets_taking(machine, *CERTIFICATES):
        criteria = [item for method in methods_of(auth_set, *CERTIFICATES) for item in method.criteria]
        selecting, validating = (any(each.selection for each in criteria), any(each.validation for each in criteria))
        if criteria and selecting != validating and auth_set.dialect is Dialect.WFAS:
            there, missing = ("selection", "validation") if selecting else ("validation", "selection")
            yield Hit(
                subject=owner_of(machine, auth_set),
                span=criteria[0].span,
                message=f"certificate criteria for {there} and none for {missing}: Windows refuses the set",
                value=there,
                related=tuple((f"criteria for {there} again", criterion.span) for criterion in criteria[1:]),
                fix=Fix((Assign(auth_set, "methods", tuple(map(_for_both, auth_set.methods))),)),
            )


def _for_both(method: AuthenticationMethod) -> AuthenticationMethod:
    both: tuple[CertificateCriteria, ...] = tuple(
        criterion.model_copy(update={"selection": True, "validation": True}) for criterion in method.criteria
    )
    return method.model_copy(update={"criteria": both})


@rule(
    "AU011",
    "certificate-suites-not-contiguous",
    basis=Basis.DOCUMENTED,
    looks_at=LooksAt.SETS | LooksAt.CONNECTION_SECURITY,
)
def certificate_suites_not_contiguous(machine: Machine, _options: Options) -> Iterator[Hit]:
    """Certificates of one key type are not next to each other in a set, or differ in health.

    Why: MS-FASP 2.2.65 wants the suites of one signing type (RSA, ECDSA P-256, ECDSA P-384) next to each other, and
    all health certificates or none. Windows refuses the set with NON_CONTIGUOUS_CERTS or MIXED_CERTS, and every rule
    that uses it goes with it. Root and intermediate authorities may stand in one set: 2.2.24 names an error for it,
    MIXED_CA_TYPE_IN_BLOCK, which 2.2.65 does not ask for and the full definition says is not used.

    Seen as: The set cannot be created, or shows an error in the console and is not in force.

    Bad: a set of an RSA certificate, an ECDSA P-256 certificate and another RSA certificate

    Good: both RSA certificates, then the ECDSA P-256 certificate

    Fix: Group the certificates by key type; give health certificates a set of their own.

    Waive: There is no case for it.
    """
    for auth_set in sets_taking(machine, AuthMethod.COMPUTER_CERTIFICATE):
        if auth_set.dialect is Dialect.WFAS:
            fault = _scattered(auth_set) or _mixed_health(auth_set)
            if fault is not None:
                where, message, before, fix = fault
                yield Hit(
                    subject=owner_of(machine, auth_set),
                    span=where.span,
                    message=f"{message}: Windows refuses the set",
                    value=message,
                    related=(("differs from this one", before.span),),
                    fix=fix,
                )


Fault = tuple[AuthenticationMethod, str, AuthenticationMethod, Fix]

SEPARATE = Fix(note="Put the certificates of the other kind into a set, and a rule, of their own.")


def _by_computer_certificate(auth_set: AuthenticationSet) -> list[tuple[int, CertificateSigning, AuthenticationMethod]]:
    return [
        (number, method.signing.known, method)
        for number, method in enumerate(written_methods(auth_set))
        if method.method.known is AuthMethod.COMPUTER_CERTIFICATE and method.signing and method.signing.known
    ]


def _scattered(auth_set: AuthenticationSet) -> Fault | None:
    last: dict[CertificateSigning, tuple[int, AuthenticationMethod]] = {}
    for number, signing, method in _by_computer_certificate(auth_set):
        before = last.get(signing)
        if before is not None and before[0] != number - 1:
            message = f"{signing} certificates with something else between them"
            return method, message, before[1], Fix((Assign(auth_set, "methods", _grouped(auth_set)),))
        last[signing] = (number, method)
    return None


def _grouped(auth_set: AuthenticationSet) -> tuple[AuthenticationMethod, ...]:
    """The methods with each computer certificate moved up to the first of its key type."""
    places: dict[object, int] = {}
    certificates = {id(method): signing for _, signing, method in _by_computer_certificate(auth_set)}
    for number, method in enumerate(auth_set.methods):
        places.setdefault(certificates.get(id(method), id(method)), number)
    return tuple(sorted(auth_set.methods, key=lambda each: places[certificates.get(id(each), id(each))]))


def _mixed_health(auth_set: AuthenticationSet) -> Fault | None:
    healths = [(method.health.known, method) for _, _, method in _by_computer_certificate(auth_set) if method.health]
    for health, each in healths[1:]:
        if health is not healths[0][0] and None not in {health, healths[0][0]}:
            return each, "health certificates beside other certificates", healths[0][1], SEPARATE
    return None
