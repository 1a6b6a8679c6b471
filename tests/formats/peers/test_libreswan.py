"""The proposals of libreswan: each word for a cipher, and what stands where a part is left out."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers import libreswan
from ipseclint.model.peer import Offer
from ipseclint.vocabulary.algorithms import Encapsulation

PLACE = Token("conn a", "ipsec.conf", 1, 1)
ESP = Encapsulation.ESP
GROUPS = ("DH14", "DH15", "DH16", "DH18", "DH19", "DH20", "DH21", "DH31")


def told(offers: tuple[Offer, ...]) -> list[tuple[tuple[str, ...], ...]]:
    """Ciphers, integrity and groups of each proposal, which is understood."""
    assert all(offer.is_understood for offer in offers)
    return [(offer.encryption, offer.integrity, offer.groups) for offer in offers]


@cases(
    ("word", "ciphers"),
    [
        ("aes", ("AES-256", "AES-128")),
        ("aes192", ("AES-192",)),
        ("aes_128", ("AES-128",)),
        ("3des", ("3DES",)),
        ("aes_gcm", ("AES-GCM-256", "AES-GCM-128")),
        ("aes_gcm_c", ("AES-GCM-256", "AES-GCM-128")),
        ("aes_gcm128", ("AES-GCM-128",)),
        ("aes_gcm_c_192", ("AES-GCM-192",)),
        ("AES_GCM_256", ("AES-GCM-256",)),
        ("aes_ccm", ("AES-CCM16-256", "AES-CCM16-128")),
        ("aes_ccm_192", ("AES-CCM16-192",)),
        ("aes_ctr", ("AES-CTR-256", "AES-CTR-128")),
        ("aes_ctr192", ("AES-CTR-192",)),
        ("camellia", ("camellia256", "camellia128")),
        ("camellia192", ("camellia192",)),
        ("chacha20_poly1305", ("chacha20poly1305",)),
    ],
)
def test_each_word_for_a_cipher_is_read(word: str, ciphers: tuple[str, ...]) -> None:
    diagnostics = Diagnostics("ipsec.conf")
    (offer,) = libreswan.quick_mode(
        Token(f"{word}-sha1", "ipsec.conf", 2, 7), ESP, PLACE, diagnostics, ikev2=True, pfs=False, numbers=(True,)
    )
    is_aead = any(sign in word.casefold() for sign in ("gcm", "ccm", "chacha"))
    assert (offer.encryption, offer.integrity, offer.groups) == (ciphers, () if is_aead else ("SHA-1",), ())
    assert offer.extended_sequence_numbers == (True,)
    assert diagnostics.listed() == ()


@cases(
    ("written", "ikev2", "proposals"),
    [
        ("aes128-sha1;modp2048", True, [(("AES-128",), ("SHA-1",), ("DH14",))]),
        ("aes128-sha1-dh19+dh20", True, [(("AES-128",), ("SHA-1",), ("DH19", "DH20"))]),
        ("3des+aes256-sha1+sha2_256;dh14", False, [(("3DES", "AES-256"), ("SHA-1", "SHA-256"), ("DH14",))]),
        ("aes256", False, [(("AES-256",), ("SHA-256", "SHA-512", "SHA-1"), ("DH14", "DH5"))]),
        (
            "aes256, 3des;dh14",
            True,
            [
                (("AES-256",), ("SHA-512", "SHA-256"), GROUPS),
                (("3DES",), ("SHA-512", "SHA-256"), ("DH14",)),
            ],
        ),
    ],
)
def test_what_main_mode_offers(written: str, ikev2: bool, proposals: list[tuple[tuple[str, ...], ...]]) -> None:
    diagnostics = Diagnostics("ipsec.conf")
    offers = libreswan.main_mode(Token(written, "ipsec.conf", 2, 5), PLACE, diagnostics, ikev2=ikev2)
    assert told(offers) == proposals
    assert diagnostics.listed() == ()
