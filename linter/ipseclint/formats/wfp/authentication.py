"""Authentication methods of WFP (IKEEXT_AUTHENTICATION_METHOD)."""

from __future__ import annotations

from collections.abc import Collection

from ipseclint.formats.kit.x509 import certificate_subject
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.wfp.context import Context
from ipseclint.formats.wfp.values import ElementReader, flag, flags, setting
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    CertificateCriteria,
    CertificateSigning,
    Dialect,
)
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import AuthorityType, CertificateName
from ipseclint.vocabulary.rows import readings
from ipseclint.vocabulary.wfp_words import (
    AUTHENTICATION_ARMS,
    AUTHENTICATION_FLAGS,
    CERTIFICATE_FLAGS,
    CERTIFICATE_STORES,
    HEALTH_CERTIFICATE_FLAGS,
)

_NONE, _PRINCIPAL = "IKEEXT_IMPERSONATION_NONE", "IKEEXT_IMPERSONATION_SOCKET_PRINCIPAL"
_METHODS = {
    whose: readings(
        (method for method in AuthMethod if method.row.wfp_impersonation in {None, whose}),
        lambda method: method.row.wfp,
    )
    for whose in (None, _NONE, _PRINCIPAL)
}
"""The methods by whose credentials they show and by their words."""

_SIGNINGS = readings(CertificateSigning, lambda signing: signing.row.wfp)
_NAME_TYPES = readings(CertificateName, lambda name: name.row.wfp)

_ARM_ELEMENTS = {
    "presharedKeyAuthentication": {"presharedKey", "flags"},
    "kerberosAuthentication": {"flags", "proxyServer"},
    "ntlmV2Authentication": {"flags"},
    "eapAuthentication": {"flags"},
    "cgaAuthentication": {"keyContainerName", "cspName", "cspType", "cgaModifier", "cgaCollisionCount"},
}
_CERTIFICATE_ELEMENTS = {"inboundConfigType", "outboundConfigType", "flags", "localCertLocationUrl"}
_CRITERIA_ELEMENTS = {"certData", "certHash", "eku", "name", "flags"}
_NO_CRL_CHECK = "IKEEXT_CERT_AUTH_FLAG_DISABLE_CRL_CHECK"
_INTERMEDIATE_AUTHORITY = "IKEEXT_CERT_FLAG_INTERMEDIATE_CA"
_FOLLOW_RENEWAL = "IKEEXT_CERT_FLAG_FOLLOW_RENEWAL_CERTIFICATE"


def authentication_set(reader: ElementReader, context: Context, policy: Element, phase: AuthPhase) -> AuthenticationSet:
    """The methods in a main-mode policy (first authentication) or an extended-mode policy (second)."""
    whose = setting(reader, policy, "initiatorImpersonationType", {_NONE: _NONE, _PRINCIPAL: _PRINCIPAL}.get).known
    methods = tuple(_method(reader, item, whose) for item in reader.items(policy, "authenticationMethods"))
    return AuthenticationSet(
        name=context.name,
        id=context.key,
        span=context.span,
        dialect=Dialect.WFP,
        phase=phase,
        methods=methods,
        builtin=context.builtin,
    )


def _method(reader: ElementReader, item: Element, whose: str | None) -> AuthenticationMethod:
    word = setting(reader, item, "authenticationMethodType", {each: each for each in AUTHENTICATION_ARMS}.get)
    span = reader.span(item)
    if isinstance(word.value, Unknown):
        return AuthenticationMethod(span=span, method=Setting(word.value, word.span))
    method = _METHODS[whose].get(word.value)
    named: Setting[AuthMethod] = Setting(Unknown(word.value) if method is None else method, word.span)
    arm_name = AUTHENTICATION_ARMS[word.value]
    reader.check_children(item, {"authenticationMethodType", arm_name})
    arm = item.child(arm_name) if arm_name else None
    if arm is None:
        if arm_name:
            reader.not_understood(item, f"an authentication method without its <{arm_name}>")
        return AuthenticationMethod(span=span, method=named)
    if word.value in _SIGNINGS:
        signing = Setting(_SIGNINGS[word.value], named.span)
        return _certificate_method(reader, item, arm, named, signing)
    reader.check_children(arm, _ARM_ELEMENTS[arm.name])
    flags(reader, arm, AUTHENTICATION_FLAGS)
    key = _preshared_key(reader, arm) if method is AuthMethod.PRESHARED_KEY else None
    return AuthenticationMethod(span=span, method=named, preshared_key=key)


def _preshared_key(reader: ElementReader, arm: Element) -> Setting[Secret] | None:
    """The key, which Windows writes in clear; None if it was removed from the export."""
    blob = arm.child("presharedKey")
    data = blob.child("data") if blob is not None else None
    if blob is None or data is None:
        reader.not_understood(blob or arm, "a preshared key method without its key")
        return Setting(Unknown(""), reader.span(blob or arm))
    if not data.text.strip():
        return None
    for element in blob.walk():
        if not element.children:
            reader.hide(element)
    try:
        key = bytes.fromhex(data.text.strip())
    except ValueError:
        reader.not_understood(data, "a preshared key that is not hexadecimal")
        return Setting(Unknown(""), reader.text_span(data))
    return Setting(Secret(_key_text(key)), reader.text_span(data))


def _key_text(key: bytes) -> str:
    """The characters of a key: programs pass UTF-16 or bytes to WFP, with or without a final zero."""
    if len(key) >= 2 and len(key) % 2 == 0 and not any(key[1::2]):
        return key.decode("utf-16-le").removesuffix("\0")
    try:
        return key.decode("utf-8").removesuffix("\0")
    except UnicodeDecodeError:
        return key.decode("latin-1").removesuffix("\0")


def _certificate_method(
    reader: ElementReader,
    item: Element,
    arm: Element,
    method: Setting[AuthMethod],
    signing: Setting[CertificateSigning],
) -> AuthenticationMethod:
    known = set(_CERTIFICATE_ELEMENTS)
    criteria: list[CertificateCriteria] = []
    bits: dict[str, Span] = {}
    authorities: list[Setting[str]] = []
    for direction in ("inbound", "outbound"):
        store = setting(reader, arm, f"{direction}ConfigType", CERTIFICATE_STORES.get).known
        for name in (direction + end for end in store or ()):
            known.add(name)
            direction_element = arm.child(name)
            for configuration in _configurations(reader, direction_element) if direction_element is not None else ():
                _gather_bits(reader, configuration, bits)
                criteria.append(_criteria(reader, configuration, is_own=direction == "outbound"))
                authorities.extend(_authority(reader, configuration))
    reader.check_children(arm, known)
    set_flags = flags(reader, arm, AUTHENTICATION_FLAGS)
    return AuthenticationMethod(
        span=reader.span(item),
        method=method,
        signing=signing,
        certificate_authority=authorities[0] if authorities else None,
        certificate_authority_type=_authority_type(bits, authorities),
        health=_bit(reader, arm, bits, HEALTH_CERTIFICATE_FLAGS),
        account_mapping=_bit(reader, arm, bits, {"IKEEXT_CERT_FLAG_ENABLE_ACCOUNT_MAPPING"}),
        exclude_ca_name=_bit(reader, arm, bits, {"IKEEXT_CERT_FLAG_DISABLE_REQUEST_PAYLOAD"}),
        criteria=tuple(criterion for criterion in criteria if criterion.name or criterion.ekus or criterion.thumbprint),
        crl_check_disabled=flag(reader, arm, _NO_CRL_CHECK, _NO_CRL_CHECK in set_flags),
    )


def _configurations(reader: ElementReader, element: Element) -> list[Element]:
    """The elements for each certificate store or root: items, or before Windows 8 the element itself."""
    if element.name.endswith("Config"):
        reader.check_children(element, _CRITERIA_ELEMENTS)
        return [element]
    items = reader.items_of(element)
    for item in items:
        reader.check_children(item, _CRITERIA_ELEMENTS)
    return items


def _authority(reader: ElementReader, configuration: Element) -> list[Setting[str]]:
    """The subject of the certificate that a chain must lead to, if given."""
    blob = configuration.child("certData")
    data = blob.child("data") if blob is not None else None
    if data is None or not data.text.strip():
        return []
    try:
        subject = certificate_subject(bytes.fromhex(data.text.strip()))
    except ValueError:
        subject = None
    if subject is None:
        reader.not_understood(data, "a certificate authority that is not a certificate")
        return [Setting(Unknown("a certificate"), reader.text_span(data))]
    return [Setting(subject, reader.text_span(data))]


def _authority_type(bits: dict[str, Span], authorities: list[Setting[str]]) -> Setting[AuthorityType] | None:
    if not authorities:
        return None
    place = bits.get(_INTERMEDIATE_AUTHORITY)
    return Setting(AuthorityType.INTERMEDIATE if place else AuthorityType.ROOT, place or authorities[0].span)


def _gather_bits(reader: ElementReader, configuration: Element, bits: dict[str, Span]) -> None:
    flags(reader, configuration, CERTIFICATE_FLAGS)
    element = configuration.child("flags")
    for child in element.children if element is not None else ():
        bits.setdefault(child.text.strip(), reader.text_span(child))


def _bit(reader: ElementReader, arm: Element, bits: dict[str, Span], words: Collection[str]) -> Setting[bool]:
    place = next((bits[each] for each in bits if each in words), None)
    return Setting(place is not None, place or reader.span(arm))


def _criteria(reader: ElementReader, item: Element, *, is_own: bool) -> CertificateCriteria:
    """Certificate criteria: outbound ones select the own certificate, inbound ones validate the peer's."""
    name = item.child("name")
    has_name = name is not None and bool(name.children)
    name_type = setting(reader, name, "nameType", _NAME_TYPES.get) if name and has_name else None
    usage = item.child("eku")
    listed = usage.child("eku") if usage is not None else None
    thumbprint = item.child("certHash")
    item_flags = item.child("flags")
    return CertificateCriteria(
        span=reader.span(item),
        selection=is_own,
        validation=not is_own,
        name=name.child_text("certName") if name and has_name else None,
        name_type=name_type.known if name_type else None,
        ekus=tuple(each.text.strip() for each in reader.items_of(listed)) if listed is not None else (),
        thumbprint=(thumbprint.child_text("data") or None) if thumbprint is not None else None,
        follow_renewal=item_flags is not None
        and any(child.text.strip() == _FOLLOW_RENEWAL for child in item_flags.children),
    )
