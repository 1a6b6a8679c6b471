"""ipsecISAKMPPolicy: the main mode of an IP Security Policy (MS-GPIPSEC 2.2.1.2)."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import word
from ipseclint.formats.kit.token import token_at
from ipseclint.formats.registry.ip_security.blob import Blob
from ipseclint.model.policy import MainModeProposal
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity
from ipseclint.vocabulary.rows import readings

T = TypeVar("T")

TYPE = "{80DC20B8-2EC8-11D1-A89E-00A0248D3021}"

_METHOD_BYTES = 64
_CIPHERS = readings(Cipher, lambda cipher: cipher.row.isakmp_policy)
_HASHES = readings(Integrity, lambda integrity: integrity.row.isakmp_policy)
_GROUPS = readings(DhGroup, lambda group: group.row.isakmp_policy)
_COMBINED = {
    1: (Cipher.DES, Integrity.MD5),
    2: (Cipher.DES, Integrity.SHA1),
    3: (Cipher.TRIPLE_DES, Integrity.MD5),
    4: (Cipher.TRIPLE_DES, Integrity.SHA1),
}
"""What one byte says where group 14 is meant: it overrides the other fields."""


class MainMode(NamedTuple):
    """The content of an ipsecISAKMPPolicy."""

    master_pfs: Setting[bool]
    quick_mode_limit: Setting[int]
    lifetime_seconds: Setting[int]
    proposals: tuple[MainModeProposal, ...]


def read_main_mode(blob: Blob, diagnostics: Diagnostics) -> MainMode:
    """The settings and proposals. Raises BlobError."""
    check_head(blob, TYPE, len(blob.data) - 21, diagnostics)
    blob.take(20)
    pfs = _flag(blob, diagnostics)
    blob.take(4)
    combined = [(blob.span(blob.at), blob.number(1)) for _ in range(4)]
    limit = _number(blob)
    lifetime = lifetime_of(blob, builtin.MAIN_MODE_LIFETIME_SECONDS)
    blob.take(20)
    proposals = [_combined(number, span, diagnostics) for span, number in combined if number]
    methods = blob.count(_METHOD_BYTES, "methods")
    proposals += [_proposal(blob, limit, lifetime, diagnostics) for _ in range(methods)]
    return MainMode(pfs, limit, lifetime, tuple(proposals))


def check_head(blob: Blob, type_id: str, length: int, diagnostics: Diagnostics) -> None:
    """Read the type and the length at the start of each of these structures; raises BlobError if there are none."""
    guid = blob.guid()
    if guid != type_id:
        diagnostics.malformed(f"the type of the data is {guid}, and it should be {type_id}", blob.span(0, 16))
    said = blob.number()
    if said != length:
        diagnostics.malformed(f"the length is said to be {said} bytes, and {length} follow", blob.span(16, 4))


def lifetime_of(blob: Blob, absent: int) -> Setting[int]:
    """A lifetime; 0 means the default."""
    span = blob.span(blob.at, 4)
    number = blob.number()
    return Setting(number, span) if number else default(absent, span)


def _number(blob: Blob) -> Setting[int]:
    span = blob.span(blob.at, 4)
    return Setting(blob.number(), span)


def _flag(blob: Blob, diagnostics: Diagnostics) -> Setting[bool]:
    number = _number(blob)
    if number.value not in {0, 1}:
        diagnostics.not_understood(f"{number.value} where 0 or 1 is known", number.span)
        return Setting(Unknown(str(number.value)), number.span)
    return Setting(number.value == 1, number.span)


def _combined(number: int, span: Span, diagnostics: Diagnostics) -> MainModeProposal:
    cipher, hash_ = _COMBINED.get(number, (Unknown(str(number)), Unknown(str(number))))
    if number not in _COMBINED:
        diagnostics.not_understood(f"unknown main-mode method `{number}`", span)
    return MainModeProposal(
        span=span,
        encryption=Setting(cipher, span),
        integrity=Setting(hash_, span),
        dh_group=Setting(DhGroup.GROUP_14, span),
    )


def _proposal(blob: Blob, limit: Setting[int], lifetime: Setting[int], diagnostics: Diagnostics) -> MainModeProposal:
    begin = blob.at
    blob.take(4)
    cipher = _next(_CIPHERS, blob, 8, "cipher", diagnostics)
    blob.take(4)
    hash_ = _next(_HASHES, blob, 8, "hash", diagnostics)
    blob.at = begin + 36
    combined_at = blob.span(blob.at)
    combined = blob.number(1)
    blob.at = begin + 44
    group = _next(_GROUPS, blob, 4, "Diffie-Hellman group", Diagnostics(diagnostics.path) if combined else diagnostics)
    own_limit = _number(blob)
    blob.take(4)
    own_lifetime = lifetime_of(blob, builtin.MAIN_MODE_LIFETIME_SECONDS)
    blob.at = begin + _METHOD_BYTES
    if combined:
        return _combined(combined, combined_at, diagnostics)
    return MainModeProposal(
        span=blob.span(begin, _METHOD_BYTES),
        encryption=cipher,
        integrity=hash_,
        dh_group=group,
        lifetime_seconds=None if own_lifetime.value == lifetime.value else own_lifetime,
        quick_mode_limit=None if own_limit.value == limit.value else own_limit,
    )


def _next(table: dict[int, T], blob: Blob, size: int, what: str, diagnostics: Diagnostics) -> Setting[T]:
    span = blob.span(blob.at, size)
    return numbered(table, blob.number(size), what, span, diagnostics)


def numbered(table: dict[int, T], number: int, what: str, span: Span, diagnostics: Diagnostics) -> Setting[T]:
    """The meaning of a number in a table."""
    words = {str(known): meaning for known, meaning in table.items()}
    return word(token_at(str(number), span), words, what, diagnostics)
