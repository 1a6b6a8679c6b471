"""Authentication of rules in the output of `netsh ipsec static show`, one method a line, in order of preference.

    Authentication Methods(2)
        KERBEROS
        Preshared Key      : KEY

No such lines were ever published (reasoned, all of it). An unknown method may be a key: it is reported, and not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import look_up, preshared_key, word
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.authentication import certificate_authority
from ipseclint.formats.netsh.ip_security.shown_blocks import OF_AUTHENTICATION, Line, compared
from ipseclint.late import late
from ipseclint.model.policy import AuthenticationMethod, AuthMethod
from ipseclint.model.setting import Setting
from ipseclint.vocabulary import netsh_ipsec_labels as labels

_NAME = late(r"(?:CN|OU|O|C|DC|E|L|S|ST)=", re.IGNORECASE)
"""How the name of a certification authority begins."""
_OF_KEYS = ("psk", "presharedkey", "pre-sharedkey", "预共享")
"""What a label of a preshared key may have in it (reasoned: none was published)."""
_OPTIONS = {"mapping": "account_mapping", "exclude": "exclude_ca_name"}


def hide_keys(run: Iterable[Line], diagnostics: Diagnostics) -> None:
    """Record the places of keys in unread lines: behind the label of a key, and below it without a label."""
    is_key = False
    for line in run:
        is_key = (is_key and line.value is None) or any(sign in line.label.word for sign in _OF_KEYS)
        if is_key:
            diagnostics.secrets.extend((line.value or line.label).spans)


def methods_of(rows: Sequence[Line], diagnostics: Diagnostics) -> tuple[AuthenticationMethod, ...]:
    """The methods of a rule."""
    methods: list[AuthenticationMethod] = []
    for line in rows:
        label, value = line.label, line.value
        kind = OF_AUTHENTICATION.get(compared(label.text))
        if value is None and kind is None and (numbered := _unnumbered(label)) is not None:
            label = numbered
            kind = OF_AUTHENTICATION.get(compared(label.text))
        written = value if value is not None and value.text else None
        if kind == "kerberos":
            if written is None or look_up(written, labels.YES_NO).known is not False:
                methods.append(_method(AuthMethod.COMPUTER_KERBEROS, label))
        elif kind == "psk":
            if methods and written is not None and _wants_key(methods[-1]):
                methods.pop()  # the key of the line above
            methods.append(_method(AuthMethod.PRESHARED_KEY, label, written))
            diagnostics.secrets.extend(() if written is None else written.spans)
        elif kind == "rootca" and written is not None:
            methods.append(certificate_authority(written, diagnostics))
        elif kind in _OPTIONS and written is not None and methods:
            setting = word(written, labels.YES_NO, "yes or no", diagnostics)
            methods[-1] = methods[-1].model_copy(update={_OPTIONS[kind]: setting})
        elif value is None and methods and _wants_key(methods[-1]):
            methods[-1] = methods[-1].model_copy(update={"preshared_key": preshared_key(label)})
            diagnostics.secrets.extend(label.spans)
        elif value is None and _NAME.match(label.text):
            methods.append(certificate_authority(label, diagnostics))
        elif not _is_rest(kind, methods):
            place = label if written is None else written
            diagnostics.secrets.extend(place.spans)
            diagnostics.not_understood("a method of authentication that is not known", place.span)
    return tuple(methods)


def _unnumbered(label: Token) -> Token | None:
    """A line without its number, as in `1. Kerberos`."""
    text = label.text.lstrip("0123456789")
    bare = text.lstrip(".) \t-")
    return label.part(len(label.text) - len(bare)) if bare and text != label.text else None


def _method(method: AuthMethod, place: Token, key: Token | None = None) -> AuthenticationMethod:
    return AuthenticationMethod(
        span=place.span,
        method=Setting(method, place.span),
        preshared_key=None if key is None else preshared_key(key),
    )


def _wants_key(method: AuthenticationMethod) -> bool:
    return method.method.known is AuthMethod.PRESHARED_KEY and method.preshared_key is None


def _is_rest(kind: str | None, methods: Sequence[AuthenticationMethod]) -> bool:
    """Whether a label without a value only introduces the line below it."""
    return kind == "rootca" or (kind in _OPTIONS and not methods)
