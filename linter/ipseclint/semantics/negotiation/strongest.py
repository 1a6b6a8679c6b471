"""The strongest suite that an end offers, and which suites, groups and methods are broken or weaker than others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from ipseclint.model.dialect import Dialect
from ipseclint.model.peer import Offer
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.offers import Suite
from ipseclint.vocabulary.algorithms import AEAD_CIPHERS, Cipher, DhGroup, Integrity, KeyModule
from ipseclint.vocabulary.other_algorithms import OTHER_ENCRYPTION, OTHER_GROUPS, OTHER_INTEGRITY

CIPHERS = {cipher.value: cipher for cipher in Cipher}
HASHES = {integrity.value: integrity for integrity in Integrity}
GROUPS = {group.value: group for group in DhGroup}
"""The algorithms of a suite by their names in an offer; Windows cannot express any other name."""

_CIPHER_BITS = {cipher.value: cipher.row.strength_bits for cipher in Cipher} | {
    other.name: other.strength_bits for other in OTHER_ENCRYPTION
}
_HASH_BITS = {integrity.value: integrity.row.strength_bits for integrity in Integrity} | {
    other.name: other.strength_bits for other in OTHER_INTEGRITY
}
_GROUP_BITS = {group.value: group.row.strength_bits for group in DhGroup} | {
    other.name: other.strength_bits for other in OTHER_GROUPS
}
_AEAD = {cipher.value for cipher in AEAD_CIPHERS} | {other.name for other in OTHER_ENCRYPTION if other.aead}

_IKEV1 = frozenset({KeyModule.IKEV1})

MAX_COMBINATIONS = 10_000
"""Reasoned: more combinations of values than any configuration writes."""


def strongest(offers: Sequence[Offer], end: End) -> Suite | None:
    """The strongest combination of proposals that an end's tool can express; None if there is none."""
    return _best(suite for offer in offers for suite in _combinations(offer) if can_say(end, suite))


def best_of(offers: Sequence[Offer]) -> Suite | None:
    """The strongest combination of an end's own proposals; None if there is none of known strength."""
    return _best(suite for offer in offers for suite in _combinations(offer))


def _best(suites: Iterator[Suite]) -> Suite | None:
    ranked = ((rank, suite) for suite in islice(suites, MAX_COMBINATIONS) if (rank := _rank(suite)) is not None)
    best = max(ranked, key=lambda each: each[0], default=None)
    return None if best is None else best[1]


def group_bits(group: str) -> int | None:
    """The strength of a group by its name, 0 for none; None where it is not known."""
    return _GROUP_BITS.get(group)


def _combinations(offer: Offer) -> Iterator[Suite]:
    parts = (offer.encryption, offer.integrity, offer.ah_integrity, offer.prfs, offer.groups)
    for values in product(*(part or (None,) for part in parts)):
        yield Suite(offer.encapsulation, *values)


def _rank(suite: Suite) -> tuple[int, ...] | None:
    """Bits of encryption, group, integrity; None for an algorithm of unknown strength."""
    try:
        cipher = 0 if suite.encryption is None else _CIPHER_BITS[suite.encryption]
        hashes = [_HASH_BITS[each] for each in (suite.integrity, suite.ah_integrity, suite.prf) if each is not None]
        group = 0 if suite.group is None else _GROUP_BITS[suite.group]
    except KeyError:
        return None
    is_aead = suite.encryption in _AEAD
    return cipher, group or 0, cipher if is_aead else min(hashes, default=0), int(is_aead)


def can_say(end: End, suite: Suite) -> bool:
    """Whether an end's tool can express a suite: `netsh ipsec` knows no AES, and main mode of a rule or of IKEv1 no
    GCM."""
    dialect = end.dialect
    if suite.encapsulation is None and suite.encryption in _AEAD and end.key_modules == _IKEV1:
        return False
    try:
        cipher = CIPHERS[suite.encryption] if suite.encryption is not None else None
        hashes = [HASHES[each] for each in (suite.integrity, suite.ah_integrity, suite.prf) if each is not None]
        group = GROUPS[suite.group] if suite.group is not None else None
    except KeyError:
        return False
    if dialect in {Dialect.IP_SECURITY_POLICY, Dialect.DYNAMIC}:
        spelt = [each.row.netsh_ipsec for each in hashes]
        spelt += [] if cipher is None else [cipher.row.netsh_ipsec]
        spelt += [] if group is None or suite.encapsulation is not None else [group.row.netsh_ipsec]
        return None not in spelt
    if dialect is not Dialect.WFAS:
        return True
    if suite.encapsulation is None:
        return cipher not in AEAD_CIPHERS and group is not None and group.row.netsh is not None
    return Integrity.SHA384 not in hashes


MIN_BITS = 80
"""Weaker algorithms are DES, MD5 and DH1, which nobody may use (RFC 8247 2.1, 2.3, 2.4; RFC 8221 5, 6)."""


def is_broken(suite: Suite) -> bool:
    """Whether a suite contains an algorithm that nobody may use, so that agreeing on it is worthless."""
    cipher = CIPHERS.get(suite.encryption or "", Cipher.NONE)
    hashes = [HASHES[each] for each in (suite.integrity, suite.ah_integrity, suite.prf) if each in HASHES]
    group = GROUPS.get(suite.group or "", DhGroup.NONE)
    parts = (cipher.row.strength_bits, *(each.row.strength_bits for each in hashes), group.row.strength_bits)
    return any(bits is not None and 0 < bits < MIN_BITS for bits in parts)


def is_weaker(suite: Suite, own: Suite | None) -> bool:
    """Whether a suite is weaker than an end's own strongest: weaker in a part and stronger in none, or weaker in its
    weakest part, by which it is broken.
    """
    rank, best = _rank(suite), None if own is None else _rank(own)
    if rank is None or best is None:
        return False
    pairs = list(zip(rank[:3], best[:3], strict=True))
    is_below = all(one <= two for one, two in pairs) and any(one < two for one, two in pairs)
    return is_below or min(filter(None, rank[:3]), default=0) < min(filter(None, best[:3]), default=0)
