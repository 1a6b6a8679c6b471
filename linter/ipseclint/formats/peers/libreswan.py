"""Proposals of libreswan: `cipher-hash;group`, alternatives joined by plus signs, proposals by commas.

The form is that of ipsec.conf(5); the default of each part is what `ipsec algparse` of libreswan 4.10 gives. A cipher
without a size has 256 and 128 bits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.words import Parts, no_proposal
from ipseclint.late import late
from ipseclint.model.peer import Offer
from ipseclint.vocabulary.algorithms import DhGroup, Encapsulation

_GROUPS_IKEV2 = ("dh14", "dh15", "dh16", "dh18", "dh19", "dh20", "dh21", "dh31")
_GROUPS_IKEV1 = ("dh14", "dh5")
_HASHES_IKEV2 = ("sha512", "sha256")
_HASHES_IKEV1 = ("sha256", "sha512", "sha1")
_NEITHER_SIZE = {
    "aes": ("aes256", "aes128"),
    "aes_gcm": ("aes256gcm16", "aes128gcm16"),
    "aes_gcm_c": ("aes256gcm16", "aes128gcm16"),
    "aes_ccm": ("aes256ccm16", "aes128ccm16"),
    "aes_ctr": ("aes256ctr", "aes128ctr"),
    "camellia": ("camellia256", "camellia128"),
}
_GMAC = late(r"null_auth_aes_gmac_?(128|192|256)?")
_SIZED = late(r"(aes_gcm|aes_gcm_c|aes_ccm|aes_ctr|aes|camellia)[_-]?(128|192|256)")
_ENCODED = {"aes_gcm": "aes{}gcm16", "aes_gcm_c": "aes{}gcm16", "aes_ccm": "aes{}ccm16", "aes_ctr": "aes{}ctr"}
_GROUP_BEHIND = late(r"[;-](?=(?:modp|dh|ecp|none)[\w+]*$)", re.IGNORECASE)
DEFAULT_IKEV2 = "aes_gcm256,aes_gcm128,aes256,aes128"
DEFAULT_IKEV1 = "aes,3des"
DEFAULT_ESP_IKEV2 = "aes_gcm256,aes_gcm128,aes256,aes128"
DEFAULT_ESP_IKEV1 = "aes-sha1"


def main_mode(token: Token | None, place: Token, diagnostics: Diagnostics, *, ikev2: bool) -> tuple[Offer, ...]:
    """The proposals of `ike=`; libreswan's own, at `place`, if it is missing."""
    given = token or replace(place, text=DEFAULT_IKEV2 if ikev2 else DEFAULT_IKEV1)
    hashes, groups = (_HASHES_IKEV2, _GROUPS_IKEV2) if ikev2 else (_HASHES_IKEV1, _GROUPS_IKEV1)
    offers = _offers(given, None, hashes, groups, (False,), diagnostics)
    return tuple(offers) if token is not None else tuple(_at(offer, place) for offer in offers)


def quick_mode(
    token: Token | None,
    encapsulation: Encapsulation,
    place: Token,
    diagnostics: Diagnostics,
    *,
    ikev2: bool,
    pfs: bool | None,
    numbers: tuple[bool, ...],
) -> tuple[Offer, ...]:
    """The proposals of `esp=` or `ah=`. With PFS a proposal without a group has that of main mode; without, none.

    If it is unknown whether it asks for PFS (None), no proposal is understood.
    """
    given = token or replace(place, text=DEFAULT_ESP_IKEV2 if ikev2 else DEFAULT_ESP_IKEV1)
    hashes = _HASHES_IKEV2 if ikev2 else ("sha1",)
    numbers = numbers if ikev2 else (False,)
    same = (DhGroup.SAME_AS_MAIN_MODE.value,)
    proposals = []
    for offer in _offers(given, encapsulation, hashes, (), numbers, diagnostics):
        groups = (offer.groups or same) if pfs else ()
        known = offer.is_understood and pfs is not None
        proposals.append(offer.model_copy(update={"groups": groups, "is_understood": known}))
    return tuple(proposals) if token is not None else tuple(_at(offer, place) for offer in proposals)


def _at(offer: Offer, place: Token) -> Offer:
    """A default proposal, at the place of the connection that leaves it out."""
    return offer.model_copy(update={"span": place.span})


def _offers(
    token: Token,
    encapsulation: Encapsulation | None,
    hashes: Sequence[str],
    groups: Sequence[str],
    numbers: tuple[bool, ...],
    diagnostics: Diagnostics,
) -> Iterator[Offer]:
    for proposal in token.split(","):
        words, *behind = _GROUP_BEHIND.split(proposal.text.strip())
        cipher, *integrity = words.split("-", 1) if encapsulation is not Encapsulation.AH else ["", words]
        parts = Parts()
        for word in cipher.split("+") if cipher else ():
            for name in _ciphers(word.strip().casefold()):
                parts.take(name)
        given = integrity[0].split("+") if integrity and integrity[0].strip() else []
        named = [word for word in given if word.strip().casefold() not in {"null", "none"}]
        aead = bool(parts.encryption) and all(
            "gcm" in each.casefold() or "ccm" in each.casefold() for each in parts.encryption
        )
        aead = aead or any(each.startswith("chacha") for each in parts.encryption)
        for word in named or ([] if parts.integrity or (aead and encapsulation is not None) else hashes):
            parts.take(word.strip())
        for word in behind[0].split("+") if behind else groups:
            parts.take(word.strip())
        parts.numbers[:] = numbers
        offer = parts.offer(proposal, encapsulation)
        if not offer.is_understood:
            diagnostics.not_understood(no_proposal(proposal), proposal.span)
        yield offer


def _ciphers(word: str) -> tuple[str, ...]:
    """A libreswan cipher in strongSwan's words, with both sizes if none is given."""
    if word in _NEITHER_SIZE:
        return _NEITHER_SIZE[word]
    if (gmac := _GMAC.fullmatch(word)) is not None:
        return tuple(f"aes{bits}gmac" for bits in ((gmac[1],) if gmac[1] else ("256", "128")))
    if (sized := _SIZED.fullmatch(word)) is not None:
        return (_ENCODED.get(sized[1], f"{sized[1]}{{}}").format(sized[2]),)
    return (word,)
