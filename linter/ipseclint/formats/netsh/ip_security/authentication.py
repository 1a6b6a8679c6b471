"""The authentication of a `netsh ipsec` rule: `kerberos`, `psk` and `rootca`, in the order of the command.

    rootca    "NAME certmap:yes excludecaname:no"

The order is the order of preference, and `rootca` may be repeated; without any of the three the default list
holds, which is Kerberos (the tool's help; an exported policy for what the list is).
"""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import preshared_key
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.values import yes_no
from ipseclint.formats.netsh.tags import Arguments
from ipseclint.late import late
from ipseclint.model.policy import AuthenticationMethod, AuthenticationSet, AuthMethod, AuthPhase, Dialect
from ipseclint.model.setting import Setting, default
from ipseclint.source import Span

_OPTION = late(r"(?<=\s)(certmap|excludecaname)\s*:\s*(\S*)", re.IGNORECASE)


def read_methods(arguments: Arguments, diagnostics: Diagnostics) -> tuple[AuthenticationMethod, ...] | None:
    """The methods in a command; None if it has none."""
    methods: list[AuthenticationMethod] = []
    given = False
    for argument in arguments.ordered:
        tag, word = argument.tag, argument.value
        span = word.span
        if tag == "kerberos":
            given = True
            if yes_no(word, diagnostics).known is not False:
                methods.append(AuthenticationMethod(span=span, method=Setting(AuthMethod.COMPUTER_KERBEROS, span)))
        elif tag == "psk":
            given = True
            if not word.text:
                diagnostics.malformed("`psk` without a key", (argument.name or word).span)
            method = Setting(AuthMethod.PRESHARED_KEY, span)
            methods.append(AuthenticationMethod(span=span, method=method, preshared_key=preshared_key(word)))
        elif tag == "rootca":
            given = True
            methods.append(certificate_authority(word, diagnostics))
    return tuple(methods) if given else None


def inline_set(
    name: str, id_: str, methods: tuple[AuthenticationMethod, ...] | None, span: Span, dialect: Dialect
) -> AuthenticationSet:
    """The inline authentication set of a rule; `methods` None is the default list."""
    if methods is None:
        methods = (AuthenticationMethod(span=span, method=default(AuthMethod.COMPUTER_KERBEROS, span)),)
    return AuthenticationSet(
        name=name, id=id_, span=span, dialect=dialect, phase=AuthPhase.FIRST, methods=methods, inline=True
    )


def certificate_authority(word: Token, diagnostics: Diagnostics) -> AuthenticationMethod:
    """The certificate method in a `rootca` value; `\'` in the name stands for a quote."""
    text = word.text
    options = list(_OPTION.finditer(text))
    name = word.part(0, len(text[: options[0].start() if options else len(text)].rstrip()))
    if not name.text:
        diagnostics.malformed("the name of the certificate authority is missing", word.span)
    flags = {each[1].casefold(): yes_no(word.part(each.start(2), each.end(2)), diagnostics) for each in options}
    for option, after in zip(options, [*(each.start() for each in options[1:]), len(text)], strict=False):
        rest = word.part(option.end(), after)
        if rest.text.strip():
            message = f"{quoted(rest.text.strip())} is neither `certmap:` nor `excludecaname:`"
            diagnostics.malformed(message, rest.span)
    span = word.span
    return AuthenticationMethod(
        span=span,
        method=Setting(AuthMethod.COMPUTER_CERTIFICATE, span),
        certificate_authority=Setting(name.text.replace("\\'", '"'), name.span),
        account_mapping=flags.get("certmap", default(value=False, span=span)),
        exclude_ca_name=flags.get("excludecaname", default(value=False, span=span)),
    )
