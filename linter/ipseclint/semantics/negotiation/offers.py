"""Proposals of two ends compared: which combinations both have, and which of them is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ipseclint.model.peer import Offer, Order
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation

NO_GROUP = DhGroup.NONE.value
"""The word in an offer for leaving out the exchange."""


class Suite(NamedTuple):
    """One combination that both ends offer."""

    encapsulation: Encapsulation | None
    encryption: str | None
    integrity: str | None
    ah_integrity: str | None
    prf: str | None
    group: str | None

    def __str__(self) -> str:
        if self.encapsulation is None:
            hashes = [self.integrity, None if self.prf in {self.integrity, None} else f"PRF {self.prf}"]
            return "+".join(part for part in (self.encryption, *hashes, self.group) if part)
        words = self.encapsulation.value
        if self.ah_integrity:
            words += f" {self.ah_integrity}"
        esp = "+".join(part for part in (self.encryption, self.integrity) if part)
        if esp and self.encapsulation is Encapsulation.AH_AND_ESP:
            words += f" with {esp}"
        elif esp:
            words += f" {esp}"
        return words if self.group in {None, NO_GROUP} else f"{words}, PFS {self.group}"


class Compared(NamedTuple):
    """The attributes of proposals that are compared. The first keys of IKEv2 leave out PFS groups; the PRF is IKEv2's
    alone."""

    groups: bool = True
    prfs: bool = True


def common(preferred: Offer, other: Offer, compared: Compared) -> Suite | None:
    """The combination that two proposals share, in the order of the first; None if they share none.

    A proposal that was not fully understood shares nothing for sure.
    """
    if not (preferred.is_understood and other.is_understood) or preferred.encapsulation is not other.encapsulation:
        return None
    if not set(preferred.extended_sequence_numbers) & set(other.extended_sequence_numbers):
        return None
    parts: list[str | None] = []
    for mine, theirs in (
        (preferred.encryption, other.encryption),
        (preferred.integrity, other.integrity),
        (preferred.ah_integrity, other.ah_integrity),
    ):
        shared = _first(mine, theirs)
        if shared is None and (mine or theirs):
            return None
        parts.append(shared)
    prf = None
    if compared.prfs:
        prf = _first(preferred.prfs or preferred.integrity, other.prfs or other.integrity)
        if prf is None and (preferred.prfs or other.prfs):
            return None
    group = None
    if compared.groups:
        group = _group(preferred, other)
        if group is None and (preferred.groups or other.groups):
            return None
    encryption, integrity, ah_integrity = parts
    return Suite(preferred.encapsulation, encryption, integrity, ah_integrity, prf, group)


def _first(mine: Sequence[str], theirs: Sequence[str]) -> str | None:
    return next((value for value in mine if value in theirs), None)


def _group(preferred: Offer, other: Offer) -> str | None:
    """The group of both. An end without any agrees with `none` of the other."""
    mine, theirs = preferred.groups or (NO_GROUP,), other.groups or (NO_GROUP,)
    return _first(mine, theirs) if preferred.groups or other.groups else None


def choose(preferred: Sequence[Offer], other: Sequence[Offer], compared: Compared) -> Suite | None:
    """The first of one end's proposals that the other also has."""
    return next(_all(preferred, other, compared), None)


def _all(preferred: Sequence[Offer], other: Sequence[Offer], compared: Compared) -> Iterator[Suite]:
    for mine in preferred:
        for theirs in other:
            suite = common(mine, theirs, compared)
            if suite is not None:
                yield suite


_known: dict[tuple[int, int, Order, Compared], tuple[Sequence[Offer], Sequence[Offer], tuple[Suite, ...]]] = {}
"""The results for pairs of lists, by the identities of the lists, which are kept with them: many ends share one
list."""
_MAX_KNOWN = 1_000
"""The most results kept; with so many different pairs few are met again."""


def choices(
    initiator: Sequence[Offer], responder: Sequence[Offer], order: Order, compared: Compared
) -> tuple[Suite, ...]:
    """The suites that may be chosen: one, two where it matters and is not known whose order decides, or none."""
    key = (id(initiator), id(responder), order, compared)
    if key not in _known:
        if len(_known) >= _MAX_KNOWN:
            _known.clear()
        _known[key] = initiator, responder, _choices(initiator, responder, order, compared)
    return _known[key][2]


def _choices(
    initiator: Sequence[Offer], responder: Sequence[Offer], order: Order, compared: Compared
) -> tuple[Suite, ...]:
    by_responder = choose(responder, initiator, compared)
    by_initiator = choose(initiator, responder, compared)
    if by_responder is None or by_initiator is None:
        return ()
    if order is Order.OWN:
        return (by_responder,)
    if order is Order.PEER:
        return (by_initiator,)
    return (by_responder,) if str(by_responder) == str(by_initiator) else (by_responder, by_initiator)


def words(offers: Sequence[Offer], limit: int = 4) -> str:
    """Proposals as a short list, each with all values of its attributes."""
    listed = ", ".join(_one(offer) for offer in offers[:limit]) or "nothing"
    return listed if len(offers) <= limit else f"{listed} and {len(offers) - limit} more"


def _one(offer: Offer) -> str:
    if not offer.is_understood:
        return "?"
    parts = [alternatives(values) for values in (offer.ah_integrity, offer.encryption, offer.integrity) if values]
    if offer.prfs:
        parts.append(f"PRF {alternatives(offer.prfs)}")
    if offer.encapsulation is None:
        parts.append(alternatives(offer.groups))
        return "+".join(parts)
    if needs_extended_numbers(offer):
        parts.append("ESN")
    return f"{offer.encapsulation.value} {'+'.join(parts)}"


def needs_extended_numbers(offer: Offer) -> bool:
    """Whether a quick-mode proposal is for extended sequence numbers alone."""
    return offer.encapsulation is not None and False not in offer.extended_sequence_numbers


def alternatives(values: Sequence[str], limit: int = 6) -> str:
    """The values of an attribute of which one is taken, as a short list."""
    return "|".join(values if len(values) <= limit + 1 else (*values[:limit], f"{len(values) - limit} more"))


def groups_of(offers: Sequence[Offer]) -> tuple[str, ...]:
    """The PFS groups of quick-mode proposals, each once; `none` where one has none."""
    return tuple(dict.fromkeys(group for offer in offers for group in offer.groups or (NO_GROUP,)))


def with_group(offers: Sequence[Offer], group: str | None) -> tuple[Offer, ...]:
    """Quick-mode proposals with "the group of main mode" replaced by that group."""
    same = DhGroup.SAME_AS_MAIN_MODE.value
    if group is None or not any(same in offer.groups for offer in offers):
        return tuple(offers)
    return tuple(
        offer.model_copy(update={"groups": tuple(group if each == same else each for each in offer.groups)})
        if same in offer.groups
        else offer
        for offer in offers
    )


AEAD = frozenset(cipher.value for cipher in Cipher if cipher.row.aead)
"""AEAD ciphers, which need no separate integrity algorithm."""
