"""Proposals of strongSwan: keywords joined by dashes, proposals by commas, `default` for its own.

Keywords: docs.strongswan.org, "Algorithm Proposals (Cipher Suites)". The meaning of `default` is what strongSwan 5.9.8
of Debian 12 logged as its configured proposals; other builds know fewer algorithms.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.words import Parts, is_aead, is_gmac, no_proposal
from ipseclint.model.peer import Offer
from ipseclint.vocabulary.algorithms import Encapsulation

_GROUPS = (
    "curve25519-curve448-ecp256-ecp384-ecp521-ecp256bp-ecp384bp-ecp512bp-modp3072-modp4096-modp6144-modp8192-modp2048"
)
_PRFS = "prfsha256-prfsha384-prfsha512-prfaesxcbc-prfaescmac-prfsha1"
_CIPHERS = "aes128-aes192-aes256-aes128ctr-aes192ctr-aes256ctr-camellia128-camellia192-camellia256-3des"
_HASHES = "sha256-sha384-sha512-sha1-aesxcbc-aescmac"
_AEADS = (
    "aes128gcm16-aes192gcm16-aes256gcm16-aes128ccm16-aes192ccm16-aes256ccm16-chacha20poly1305-"
    "aes128gcm12-aes192gcm12-aes256gcm12-aes128gcm8-aes192gcm8-aes256gcm8"
)
DEFAULT_MAIN_MODE = (f"{_CIPHERS}-{_HASHES}-{_PRFS}-{_GROUPS}", f"{_AEADS}-{_PRFS}-{_GROUPS}")
DEFAULT_ESP = (
    "aes128-aes192-aes256-sha256-sha384-sha512-sha1-aesxcbc",
    "aes128gcm16-aes192gcm16-aes256gcm16",
)
DEFAULT_AH = ("sha256-sha384-sha512-sha1-aesxcbc-aescmac",)


_A_GROUP = "modp2048"


def offers(
    token: Token | None, encapsulation: Encapsulation | None, diagnostics: Diagnostics, place: Token
) -> tuple[Offer, ...]:
    """The proposals in a list; strongSwan's own, at `place`, if there is none."""
    return tuple(_offers(token, encapsulation, diagnostics, place))


def _offers(
    token: Token | None, encapsulation: Encapsulation | None, diagnostics: Diagnostics, place: Token
) -> Iterator[Offer]:
    for proposal in [place.standing_for("default")] if token is None else token.split(","):
        if proposal.word in {"default", ""}:
            for words in _default(encapsulation):
                yield offer(proposal, words, encapsulation)
            continue
        several = [offer(proposal, words, encapsulation) for words in _apart(proposal.text, encapsulation)]
        if not all(one.is_understood for one in several):
            lacks_group = encapsulation is None and offer(proposal, f"{proposal.text}-{_A_GROUP}", None).is_understood
            diagnostics.not_understood(no_proposal(proposal, lacks_group=lacks_group), proposal.span)
        yield from several


def _apart(words: str, encapsulation: Encapsulation | None) -> tuple[str, ...]:
    """A proposal of ESP as those without AES-GMAC and the one with it alone, which is a cipher beside other AEADs."""
    parts = words.split("-")
    gmacs, others = [*filter(is_gmac, parts)], [part for part in parts if not is_gmac(part)]
    ciphers = [word for word in others if is_aead(word.strip())]
    if encapsulation is not Encapsulation.ESP or not gmacs or not ciphers:
        return (words,)
    return "-".join(others), "-".join((*gmacs, *(word for word in others if word not in ciphers)))


def offer(place: Token, words: str, encapsulation: Encapsulation | None) -> Offer:
    """The proposal in words joined by dashes."""
    parts = Parts()
    for word in words.strip().split("-"):
        parts.take(word.strip())
    return parts.offer(place, encapsulation)


def _default(encapsulation: Encapsulation | None) -> tuple[str, ...]:
    if encapsulation is None:
        return DEFAULT_MAIN_MODE
    return DEFAULT_AH if encapsulation is Encapsulation.AH else DEFAULT_ESP
