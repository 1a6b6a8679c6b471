"""Phase1AuthenticationSets and Phase2AuthenticationSets (MS-GPFAS 2.2.4, MS-FASP 2.2.60 to 2.2.65)."""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import method_word, word
from ipseclint.formats.registry.firewall.fields import KNOWN_VERSIONS, parse_fields, text_of
from ipseclint.formats.registry.firewall.sets import (
    SET_VALUES,
    SUITE_VALUES,
    note_unknown_values,
    set_name,
    suites,
)
from ipseclint.formats.registry.firewall.words import BOOLEANS, CRITERIA_TYPES, METHODS, SIGNINGS
from ipseclint.formats.registry.tree import Key
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    CertificateCriteria,
    CertificateSigning,
    Dialect,
)
from ipseclint.model.setting import Secret, Setting, Unknown, default, of_origin
from ipseclint.vocabulary.authentication import CERTIFICATE_METHODS, AuthorityType
from ipseclint.vocabulary.rows import names

_SUITE = SUITE_VALUES | names(
    "method caname shkey certaccountmapping healthcert intermediateca excludecaname othercertsigning certcriteria "
    "allowproxy proxyserver"
)
"""The values of a suite, folded."""
_CA_TYPES = {True: AuthorityType.INTERMEDIATE, False: AuthorityType.ROOT}


def authentication_set(
    key: Key, phase: AuthPhase, store: str | None, *, is_default: bool, diagnostics: Diagnostics
) -> AuthenticationSet:
    """The authentication set of a key below Phase1- or Phase2AuthenticationSets."""
    note_unknown_values(key, SET_VALUES, "an authentication set", diagnostics)
    return AuthenticationSet(
        name=set_name(key),
        id=key.name,
        span=key.span,
        dialect=Dialect.WFAS,
        phase=phase,
        methods=tuple(_method(suite, diagnostics) for suite in suites(key, diagnostics)),
        is_default=is_default,
        store=store,
    )


def _method(suite: Key, diagnostics: Diagnostics) -> AuthenticationMethod:
    span = suite.span
    for unknown in note_unknown_values(suite, _SUITE, "an authentication suite", diagnostics):
        diagnostics.secrets.extend(unknown.text.spans)  # a key whose name is damaged, for all that is known
    name, key, authority = text_of(suite, "Method"), text_of(suite, "SHKey"), text_of(suite, "CAName")
    if key is not None:
        diagnostics.secrets.extend(key.spans)
    method: Setting[AuthMethod] = Setting(Unknown(""), span)
    if name is None:
        diagnostics.malformed("an authentication suite without `Method`", span)
    else:
        method = method_word(name, METHODS, diagnostics)
    intermediate = _flag(suite, "IntermediateCA", diagnostics)
    certificate = method.known in CERTIFICATE_METHODS
    return AuthenticationMethod(
        span=span,
        method=method,
        preshared_key=None if key is None else Setting(Secret(key.text), key.span),
        certificate_authority=None if authority is None else Setting(authority.text, authority.span),
        certificate_authority_type=_ca_type(intermediate) if certificate else None,
        signing=_signing(suite, diagnostics) if certificate else None,
        health=_flag(suite, "HealthCert", diagnostics) if certificate else None,
        account_mapping=_flag(suite, "CertAccountMapping", diagnostics) if certificate else None,
        exclude_ca_name=_flag(suite, "ExcludeCAName", diagnostics) if certificate else None,
        criteria=_criteria(suite, diagnostics),
    )


def _flag(suite: Key, name: str, diagnostics: Diagnostics) -> Setting[bool]:
    value = text_of(suite, name)
    return default(False, suite.span) if value is None else word(value, BOOLEANS, f"value of `{name}`", diagnostics)


def _ca_type(intermediate: Setting[bool]) -> Setting[AuthorityType]:
    if isinstance(intermediate.value, Unknown):
        return Setting(intermediate.value, intermediate.span)
    return of_origin(_CA_TYPES[intermediate.value], intermediate.span, intermediate.origin)


def _signing(suite: Key, diagnostics: Diagnostics) -> Setting[CertificateSigning]:
    value = text_of(suite, "OtherCertSigning")
    if value is None:
        return default(CertificateSigning.RSA, suite.span)
    return word(value, SIGNINGS, "certificate signing", diagnostics)


def _criteria(suite: Key, diagnostics: Diagnostics) -> tuple[CertificateCriteria, ...]:
    value = suite.get("CertCriteria")
    fields = None if value is None else parse_fields(value, diagnostics)
    if fields is None:
        return ()
    kind = fields.one("CriteriaType", diagnostics)
    if kind is None:
        diagnostics.malformed("certificate criteria without `CriteriaType`", fields.span)
    uses = None if kind is None else word(kind, CRITERIA_TYPES, "criteria type", diagnostics).known
    # Not knowing which, neither is ruled out.
    selection, validation = uses or (True, True)
    follow = fields.one("FollowRenewal", diagnostics)
    renewal = None if follow is None else word(follow, BOOLEANS, "value of `FollowRenewal`", diagnostics).known
    name, name_type, thumbprint = (fields.one(field, diagnostics) for field in ("Name", "NameType", "Hash"))
    ekus = fields.all("Eku")
    for strange, data in fields.left():
        diagnostics.not_understood(
            f"unknown field {quoted(strange)} in certificate criteria ({KNOWN_VERSIONS})", data.span
        )
    return (
        CertificateCriteria(
            span=fields.span,
            selection=selection,
            validation=validation,
            name=None if name is None else name.text,
            name_type=None if name_type is None else name_type.text,
            ekus=tuple(each.text for each in ekus),
            thumbprint=None if thumbprint is None else thumbprint.text,
            follow_renewal=renewal is True,
        ),
    )
