"""Authentication sets, MSFT_NetIKEP1AuthSet and MSFT_NetIKEP2AuthSet, and their proposals."""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import method_word, preshared_key, unknown, word
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.powershell.crypto import hides, is_default, proposals, set_name
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.rules import id_of, is_from_windows, store_of
from ipseclint.formats.powershell.values import flag
from ipseclint.formats.powershell.words import (
    AUTHENTICATION_METHODS,
    AUTHORITY_TYPES,
    CERTIFICATE_METHODS,
    CERTIFICATE_NAME_TYPES,
    SIGNINGS,
)
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    CertificateCriteria,
    CertificateSigning,
    Dialect,
)
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import cim
from ipseclint.vocabulary.authentication import AuthorityType

CERTIFICATE_CLASS = "msft_netikecertauthproposal"

KEY_PROPERTY = "PreSharedKey"

_LINE_COLUMNS = 100_000


def authentication_set(item: Instance, diagnostics: Diagnostics, phase: AuthPhase) -> AuthenticationSet:
    """An object as an authentication set."""
    methods = [_method(proposal, diagnostics) for proposal in proposals(item, diagnostics)]
    if hides(item, diagnostics):
        unknown: Setting[AuthMethod] = Setting(Unknown("not in the export"), item.span)
        methods.append(AuthenticationMethod(span=item.span, method=unknown))
    return AuthenticationSet(
        name=set_name(item, f"{phase}-authentication"),
        id=id_of(item),
        span=item.span,
        dialect=Dialect.WFAS,
        phase=phase,
        methods=tuple(methods),
        is_default=is_default(item, f"{phase}-authentication"),
        builtin=is_from_windows(item),
        store=store_of(item),
    )


def hide_key(value: Token, diagnostics: Diagnostics) -> None:
    """Keep a preshared key out of every output; if it covers several lines, the whole lines."""
    lines = {value.line, *(line for _, line, _ in value.breaks)}
    if len(lines) == 1:
        diagnostics.secrets.append(value.span)
    else:
        diagnostics.secrets.extend(Span(value.path, line, 1, _LINE_COLUMNS) for line in sorted(lines))


def _method(item: Instance, diagnostics: Diagnostics) -> AuthenticationMethod:
    written = item.text("AuthenticationMethod")
    number = "" if written is None else written.text.strip()
    is_certificate = (
        item.class_name == CERTIFICATE_CLASS
        or item.has("TrustedCA")
        or (number in CERTIFICATE_METHODS and number not in AUTHENTICATION_METHODS)
    )
    key = item.text(KEY_PROPERTY)
    if key is not None:
        hide_key(key, diagnostics)
    table = CERTIFICATE_METHODS if is_certificate else AUTHENTICATION_METHODS
    method: Setting[AuthMethod]
    if written is None:
        diagnostics.malformed("an authentication proposal without `AuthenticationMethod`", item.span)
        method = Setting(Unknown(""), item.span)
    else:
        method = method_word(written, table, diagnostics)
    authentication = AuthenticationMethod(
        span=item.span,
        method=method,
        preshared_key=None if key is None else preshared_key(key),
    )
    return (
        authentication.model_copy(update=_certificate(item, written, method, diagnostics))
        if is_certificate
        else authentication
    )


def _certificate(
    item: Instance, written: Token | None, method: Setting[AuthMethod], diagnostics: Diagnostics
) -> dict[str, object]:
    authority, kind = item.text("TrustedCA", "Authority"), item.text("TrustedCAType", "AuthorityType")
    signing = item.text("SigningAlgorithm", "Signing")
    unsigned = signing is None or signing.word in {"0", "invalid"}
    health: Setting[bool] | None = None
    if written is not None and written.text.strip() == cim.HEALTH_CERTIFICATE:
        health = Setting(True, written.span)
    elif method.known is AuthMethod.COMPUTER_CERTIFICATE:
        health = default(False, method.span)
    return {
        "certificate_authority": _authority(authority, diagnostics),
        "certificate_authority_type": default(AuthorityType.ROOT, item.span)
        if kind is None
        else word(kind, AUTHORITY_TYPES, "type of authority", diagnostics),
        "signing": default(CertificateSigning.RSA, item.span)
        if signing is None or unsigned
        else word(signing, SIGNINGS, "certificate signing", diagnostics),
        "health": health,
        "account_mapping": flag(item, "MapToAccount", diagnostics, "AccountMapping"),
        "exclude_ca_name": flag(item, "ExcludeCAName", diagnostics),
        "criteria": _criteria(item, diagnostics),
    }


def _authority(written: Token | None, diagnostics: Diagnostics) -> Setting[str] | None:
    if isinstance(written, OpenToken):
        return Setting(unknown(written, "authority", diagnostics), written.span)
    return None if written is None else Setting(written.text, written.span)


def _criteria(item: Instance, diagnostics: Diagnostics) -> tuple[CertificateCriteria, ...]:
    selection = flag(item, "SelectionCriteria", diagnostics)
    validation = flag(item, "ValidationCriteria", diagnostics)
    # Where neither is said the criteria serve both; a switch of a script alone serves its half.
    is_for_one = any(each is not None and each.known is not False for each in (selection, validation))
    name, thumbprint = item.text("CertName", "SubjectName"), item.text("Thumbprint")
    name_type = item.text("CertNameType", "SubjectNameType")
    ekus = item.texts("EKUs", "ExtendedKeyUsage")
    renewal = flag(item, "FollowRenewal", diagnostics)
    used = [each for each in (selection, validation) if each is not None and each.known is not False]
    if not (used or name or thumbprint or ekus):
        return ()
    kind = None if name_type is None else word(name_type, CERTIFICATE_NAME_TYPES, "type of name", diagnostics).known
    return (
        CertificateCriteria(
            span=used[0].span if used else item.span,
            selection=not is_for_one if selection is None else selection.known is not False,
            validation=not is_for_one if validation is None else validation.known is not False,
            name=None if name is None else name.text,
            name_type=None if name is None or kind == "none" else kind,
            ekus=tuple(each.text for each in ekus),
            thumbprint=None if thumbprint is None else thumbprint.text,
            follow_renewal=renewal is not None and renewal.known is True,
        ),
    )
