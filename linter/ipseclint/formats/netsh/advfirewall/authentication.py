"""The grammars of `auth1`, `auth2` and the tags that belong to their methods.

    auth1 = method *("," method)         auth1ca = authority *("|" authority)
    authority = DN ["certmapping:" yes/no] ["excludecaname:" yes/no] ["catype:" root/intermediate] criteria
    criteria = ["certhash:" HEX] ["followrenewal:" yes/no] ["certeku:" OID *("," OID)]
               ["certname:" TEXT "certnametype:" FIELD] ["certcriteriatype:" WHEN]

A method by certificate becomes one method of the model for each of its authorities. A quotation mark in a
name is written `\\'`. Source: the `netsh advfirewall` reference (2025) and help of `consec add rule`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import preshared_key, unknown, word
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.words import AUTH_METHODS, CA_TYPES, YES_NO
from ipseclint.late import late
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthMethod,
    AuthPhase,
    CertificateCriteria,
    CertificateSigning,
)
from ipseclint.model.setting import Setting, default
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import CERTIFICATE_METHODS, AuthorityType

T = TypeVar("T")

NUMBERS = {AuthPhase.FIRST: "1", AuthPhase.SECOND: "2"}
"""The digit in the tags of each phase."""

_OPTION = late(
    r"(?:(?<=\s)|^)(certmapping|excludecaname|catype|certhash|followrenewal|certeku|certname|certnametype"
    r"|certcriteriatype)\s*:",
    re.IGNORECASE,
)
_CRITERIA_OPTIONS = frozenset({"certhash", "followrenewal", "certeku", "certname", "certnametype", "certcriteriatype"})

_REQUIRES = {"followrenewal": "certhash", "certname": "certnametype", "certnametype": "certname"}
"""Options that stand with another one only (remarks of the reference)."""

_CRITERIA_TYPES = {
    "both": (True, True),
    "selection": (True, False),
    "select": (True, False),
    "validation": (False, True),
    "validate": (False, True),
}
"""When a criterion counts: for selecting one's own certificate, for validating the peer's. The reference has no words
for it; these are those of MS-GPFAS 2.2.4 and of New-NetIPsecAuthProposal."""


def authentication_methods(
    tags: Mapping[str, Token], phase: AuthPhase, diagnostics: Diagnostics
) -> tuple[AuthenticationMethod, ...]:
    """The methods that the `auth…` tags of a rule name, in order."""
    prefix = f"auth{NUMBERS[phase]}"
    used = {prefix}
    methods: list[AuthenticationMethod] = []
    for item in tags[prefix].split(","):
        method, signing = AUTH_METHODS[phase].get(item.word, (None, None))
        if method is None:
            nothing = unknown(item, f"method of {prefix}", diagnostics)
            methods.append(AuthenticationMethod(span=item.span, method=Setting(nothing, item.span)))
        elif method in CERTIFICATE_METHODS and signing is not None:
            used |= {f"{prefix}{signing.row.netsh}{tag}" for tag in ("ca", "healthcert")}
            methods.extend(_certificate_methods(item, method, signing, phase, tags, diagnostics))
        else:
            key = tags.get(f"{prefix}psk") if method is AuthMethod.PRESHARED_KEY else None
            if method is AuthMethod.PRESHARED_KEY:
                used.add(f"{prefix}psk")
                if key is None or not key.text:
                    diagnostics.malformed(f"{quoted(item.text)} without {prefix}psk", item.span)
            methods.append(
                AuthenticationMethod(
                    span=item.span,
                    method=Setting(method, item.span),
                    preshared_key=None if key is None else preshared_key(key),
                )
            )
    note_unused(tags, prefix, used, diagnostics)
    return tuple(methods)


def note_unused(tags: Mapping[str, Token], prefix: str, used: set[str], diagnostics: Diagnostics) -> None:
    """Note each `auth…` tag that belongs to a method which the rule does not name."""
    for tag, value in tags.items():
        if tag.startswith(prefix) and tag not in used:
            diagnostics.malformed(f"`{tag}` belongs to a method that `{prefix}` does not name", value.span)


def certificate_method(
    method: Setting[AuthMethod],
    signing: CertificateSigning,
    phase: AuthPhase,
    span: Span,
    options: Mapping[str, Token],
    diagnostics: Diagnostics,
) -> AuthenticationMethod:
    """One certificate method from its options by name: `ca`, `health` and the words before colons in an authority.

    The name of the authority may be absent. In the second authentication `health` and `excludecaname` do not exist, so
    they have no default.
    """
    authority = options.get("ca")
    first = phase is AuthPhase.FIRST
    return AuthenticationMethod(
        span=span,
        method=method,
        signing=Setting(signing, method.span),
        certificate_authority=None if authority is None else Setting(_unescaped(authority.text), authority.span),
        certificate_authority_type=_option(CA_TYPES, options, "catype", AuthorityType.ROOT, span, diagnostics),
        health=_flag(options, "health", span, diagnostics) if first or "health" in options else None,
        account_mapping=_flag(options, "certmapping", span, diagnostics),
        exclude_ca_name=_flag(options, "excludecaname", span, diagnostics)
        if first or "excludecaname" in options
        else None,
        criteria=_criteria(options, span, diagnostics),
    )


def _certificate_methods(
    item: Token,
    method: AuthMethod,
    signing: CertificateSigning,
    phase: AuthPhase,
    tags: Mapping[str, Token],
    diagnostics: Diagnostics,
) -> list[AuthenticationMethod]:
    stem = f"auth{NUMBERS[phase]}{signing.row.netsh}"
    setting = Setting(method, item.span)
    common = {}
    if (health := tags.get(f"{stem}healthcert")) is not None:
        common["health"] = health
    if (authorities := tags.get(f"{stem}ca")) is None:
        return [certificate_method(setting, signing, phase, item.span, common, diagnostics)]
    return [
        certificate_method(
            setting, signing, phase, part.span, common | _authority_options(part, phase, diagnostics), diagnostics
        )
        for part in authorities.split("|")
    ]


def _authority_options(authority: Token, phase: AuthPhase, diagnostics: Diagnostics) -> dict[str, Token]:
    """The name of an authority as `ca`, and its options by name; what netsh refuses of them is noted."""
    options: dict[str, Token] = {}
    matches = list(_OPTION.finditer(authority.text))
    name = authority.part(0, matches[0].start() if matches else None).strip()
    if name.text:
        options["ca"] = name
        if "=" not in name.text:
            message = f"{quoted(name.text)} is no distinguished name of an authority, such as `CN=Contoso Root CA`"
            diagnostics.unknown_value(message, name.span)
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else None
        value = authority.part(match.end(), end).strip()
        option = match[1].casefold()
        if option in options:
            diagnostics.malformed(f"`{option}` is given twice for one authority", value.span)
        options.setdefault(option, value)
    if phase is AuthPhase.SECOND and "excludecaname" in options:
        diagnostics.malformed("`excludecaname` belongs to `auth1` alone", options["excludecaname"].span)
    for option, other in _REQUIRES.items():
        if option in options and other not in options:
            diagnostics.malformed(f"`{option}` needs `{other}`", options[option].span)
    return options


def _criteria(options: Mapping[str, Token], span: Span, diagnostics: Diagnostics) -> tuple[CertificateCriteria, ...]:
    given = {name: value for name, value in options.items() if name in _CRITERIA_OPTIONS}
    if not given:
        return ()
    when = given.get("certcriteriatype")
    if when is None:
        diagnostics.not_understood("no `certcriteriatype`, and no source tells its default; both is assumed", span)
    elif when.word not in _CRITERIA_TYPES:
        unknown(when, "certificate criteria type", diagnostics)
    selection, validation = _CRITERIA_TYPES.get("both" if when is None else when.word, (True, True))
    follow = given.get("followrenewal")
    text = {name: value.text for name, value in given.items()}
    return (
        CertificateCriteria(
            span=min((value.span for value in given.values()), key=lambda each: (each.line, each.column)),
            selection=selection,
            validation=validation,
            name=text.get("certname"),
            name_type=text.get("certnametype"),
            ekus=tuple(each.text for each in given["certeku"].split(",")) if "certeku" in given else (),
            thumbprint=text.get("certhash"),
            follow_renewal=follow is not None
            and word(follow, YES_NO, "value of `followrenewal`", diagnostics).known is True,
        ),
    )


def _flag(options: Mapping[str, Token], name: str, span: Span, diagnostics: Diagnostics) -> Setting[bool]:
    return _option(YES_NO, options, name, default_value=False, span=span, diagnostics=diagnostics)


def _option(
    table: Mapping[str, T],
    options: Mapping[str, Token],
    name: str,
    default_value: T,
    span: Span,
    diagnostics: Diagnostics,
) -> Setting[T]:
    value = options.get(name)
    return default(default_value, span) if value is None else word(value, table, f"value of `{name}`", diagnostics)


def _unescaped(name: str) -> str:
    return name.replace("\\'", '"')
