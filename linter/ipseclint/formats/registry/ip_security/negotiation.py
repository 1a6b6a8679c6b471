"""ipsecNegotiationPolicy: a filter action and its quick mode (MS-GPIPSEC 2.2.1.3)."""

from __future__ import annotations

from typing import NamedTuple

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.registry.ip_security.blob import Blob
from ipseclint.formats.registry.ip_security.main_mode import check_head, lifetime_of, numbered
from ipseclint.model.policy import QuickModeProposal
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.rows import readings

TYPE = "{80DC20B9-2EC8-11D1-A89E-00A0248D3021}"

_OFFER_BYTES = 80
_SLOTS = 3
_SLOT_BYTES = 20
_AH, _ESP = 1, 2
_CIPHERS = readings(Cipher, lambda cipher: cipher.row.negotiation_policy)
_HASHES = readings(Integrity, lambda integrity: integrity.row.negotiation_policy)


class QuickMode(NamedTuple):
    """The content of an ipsecNegotiationPolicy; `soft`: it falls back to clear text."""

    proposals: tuple[QuickModeProposal, ...]
    pfs_group: Setting[DhGroup]
    soft: Setting[bool]


def read_quick_mode(blob: Blob, diagnostics: Diagnostics) -> QuickMode:
    """The proposals and settings. Raises BlobError."""
    check_head(blob, TYPE, len(blob.data) - 21, diagnostics)
    head = blob.span(0, 16)
    proposals = []
    # The specification's table of this flag says the opposite of its name; policies without it carry 0.
    pfs: Setting[DhGroup] = Setting(DhGroup.NONE, head)
    soft = Setting(False, head)
    for _ in range(blob.count(_OFFER_BYTES, "offers")):
        begin = blob.at
        if int.from_bytes(blob.data[begin + 12 : begin + 16], "little"):
            pfs = Setting(DhGroup.SAME_AS_MAIN_MODE, blob.span(begin + 12, 4))
        proposal = _proposal(blob, diagnostics)
        if proposal is None:
            soft = Setting(True, blob.span(begin + 16, 4))
        else:
            proposals.append(proposal)
        blob.at = begin + _OFFER_BYTES
    return QuickMode(tuple(proposals), pfs, soft)


def _proposal(blob: Blob, diagnostics: Diagnostics) -> QuickModeProposal | None:
    """A proposal; None for the one without algorithms, which means clear text."""
    span = blob.span(blob.at, _OFFER_BYTES)
    seconds = lifetime_of(blob, builtin.QUICK_MODE_LIFETIME_SECONDS)
    kilobytes = lifetime_of(blob, builtin.QUICK_MODE_LIFETIME_KILOBYTES)
    blob.take(8)
    count_at = blob.span(blob.at, 4)
    count = blob.number()
    if not count:
        return None
    if count > _SLOTS:
        diagnostics.malformed(f"an offer of {count} algorithms, and {_SLOTS} is the most", count_at)
    ah: Setting[Integrity] = Setting(Integrity.NONE, span)
    esp: Setting[Integrity] = Setting(Integrity.NONE, span)
    cipher: Setting[Cipher] = Setting(Cipher.NONE, span)
    operations = set()
    for _ in range(min(count, _SLOTS)):
        at = blob.at
        place = blob.span(at, _SLOT_BYTES)
        algorithm, integrity, operation = blob.number(), blob.number(), blob.number()
        blob.at = at + _SLOT_BYTES
        operations.add(operation)
        if operation == _AH:
            ah = numbered(_HASHES, algorithm, "hash", place, diagnostics)
        elif operation == _ESP:
            cipher = numbered(_CIPHERS, algorithm, "cipher", place, diagnostics)
            esp = numbered(_HASHES, integrity, "hash", place, diagnostics)
        else:
            diagnostics.not_understood(f"unknown operation `{operation}`", place)
    return QuickModeProposal(
        span=span,
        encapsulation=_encapsulation(operations, span) if count <= _SLOTS else Setting(Unknown(str(count)), count_at),
        ah_integrity=ah,
        esp_integrity=esp,
        encryption=cipher,
        lifetime_seconds=seconds,
        lifetime_kilobytes=kilobytes,
    )


def _encapsulation(operations: set[int], span: Span) -> Setting[Encapsulation]:
    encapsulation = {
        frozenset({_AH}): Encapsulation.AH,
        frozenset({_ESP}): Encapsulation.ESP,
        frozenset({_AH, _ESP}): Encapsulation.AH_AND_ESP,
    }.get(frozenset(operations))
    return Setting(Unknown(str(sorted(operations))) if encapsulation is None else encapsulation, span)
