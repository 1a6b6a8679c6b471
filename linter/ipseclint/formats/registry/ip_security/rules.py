"""ipsecNFA: a rule of an IP Security Policy, which joins filters, an action and authentication (MS-GPIPSEC 2.2.1.4)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.registry.ip_security.blob import Blob
from ipseclint.formats.registry.ip_security.main_mode import check_head
from ipseclint.model.policy import AuthenticationMethod, AuthMethod, InterfaceType
from ipseclint.model.selectors import Address, Addresses
from ipseclint.model.setting import Secret, Setting, Unknown, default
from ipseclint.vocabulary.rows import readings

TYPE = "{11BBAC00-498D-11D1-8639-00A0248D3021}"

_AGAIN = "{01010101-0101-0101-0101-010101010101}"
_FLAGS = "{01010101-0101-0101-0101-010101010102}"
_TUNNEL6 = "{01010101-0101-0101-0101-010101010103}"
_METHODS = readings(AuthMethod, lambda method: method.row.nfa)
_INTERFACES: dict[int, frozenset[InterfaceType]] = {
    0xFFFF_FFFF: frozenset({InterfaceType.REMOTE_ACCESS}),
    0xFFFF_FFFE: frozenset({InterfaceType.LAN}),
    0xFFFF_FFFD: frozenset(),
}
_MAP_TO_ACCOUNT, _EXCLUDE_NAME = 1, 2


class Nfa(NamedTuple):
    """The content of an ipsecNFA, except references."""

    methods: tuple[AuthenticationMethod, ...]
    interfaces: Setting[frozenset[InterfaceType]]
    tunnel: Setting[Addresses] | None
    active: Setting[bool]


def read_nfa(blob: Blob, diagnostics: Diagnostics) -> Nfa:
    """The authentication, interfaces, tunnel and state of a rule. Raises BlobError."""
    check_head(blob, TYPE, int.from_bytes(blob.data[16:20], "little"), diagnostics)
    said, said_at = int.from_bytes(blob.data[16:20], "little"), blob.span(16, 4)
    methods = [_method(blob, diagnostics) for _ in range(blob.count(8, "authentication methods"))]
    kind_at = blob.span(blob.at, 4)
    kind = blob.number()
    interfaces: Setting[frozenset[InterfaceType]] = Setting(_INTERFACES.get(kind, Unknown(f"{kind:#x}")), kind_at)
    if kind not in _INTERFACES:
        diagnostics.not_understood(f"unknown type of interface `{kind:#x}`", kind_at)
    blob.text()
    address_at = blob.span(blob.at, 4)
    address = int(IPv4Address(blob.take(4)))
    is_tunnel = blob.number() != 0
    active_at = blob.span(blob.at, 4)
    active = blob.number()
    blob.text()
    if said != blob.at - 20:
        diagnostics.malformed(f"the length is said to be {said} bytes, and is {blob.at - 20}", said_at)
    tunnel: Setting[Addresses] | None = Setting((Address(4, address, address),), address_at) if is_tunnel else None
    flags, tunnel6 = _more(blob)
    flagged_methods = (
        tuple(_with_flags(each, number) for each, number in zip(methods, flags, strict=True))
        if (len(flags) == len(methods))
        else tuple(methods)
    )
    if tunnel6 is not None and is_tunnel:
        tunnel = tunnel6
    return Nfa(flagged_methods, interfaces, tunnel, Setting(active != 0, active_at))


def _method(blob: Blob, diagnostics: Diagnostics) -> AuthenticationMethod:
    at = blob.at
    kind = blob.number()
    size = int.from_bytes(blob.data[blob.at : blob.at + 4], "little")
    span = blob.span(at, 4)
    data_at = blob.at + 4
    text = blob.text()
    method: Setting[AuthMethod] = Setting(_METHODS.get(kind, Unknown(str(kind))), span)
    if kind not in _METHODS:
        diagnostics.not_understood(f"unknown authentication method `{kind}`", span)
    data = blob.span(data_at, max(1, size))
    if method.value is AuthMethod.PRESHARED_KEY:
        diagnostics.secrets.extend(blob.places(data_at, max(1, size)))
        return AuthenticationMethod(span=span, method=method, preshared_key=Setting(Secret(text), data))
    if method.value is AuthMethod.COMPUTER_CERTIFICATE:
        return AuthenticationMethod(
            span=span,
            method=method,
            certificate_authority=Setting(text, data),
            account_mapping=default(False, span),
            exclude_ca_name=default(False, span),
        )
    return AuthenticationMethod(span=span, method=method)


def _with_flags(method: AuthenticationMethod, number: int) -> AuthenticationMethod:
    """A certificate method with the options in the flags that follow."""
    if method.certificate_authority is None:
        return method
    mapping = Setting(bool(number & _MAP_TO_ACCOUNT), method.span)
    exclude = Setting(bool(number & _EXCLUDE_NAME), method.span)
    return method.model_copy(update={"account_mapping": mapping, "exclude_ca_name": exclude})


def _more(blob: Blob) -> tuple[list[int], Setting[Addresses] | None]:
    """The sections that later Windows appends: methods again, their flags, an IPv6 tunnel. Raises BlobError."""
    flags: list[int] = []
    tunnel: Setting[Addresses] | None = None
    while blob.left >= 16:
        section = blob.guid()
        if section == _AGAIN:
            for _ in range(blob.count(8, "authentication methods")):
                blob.take(4)
                blob.take(blob.number())
        elif section == _FLAGS:
            flags = [blob.number() for _ in range(blob.count(4, "flags"))]
        elif section == _TUNNEL6:
            span = blob.span(blob.at, 16)
            address = int(IPv6Address(blob.take(16)))
            tunnel = Setting((Address(6, address, address),), span)
        else:
            break
    return flags, tunnel
