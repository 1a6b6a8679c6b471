"""What gateways of Azure offer in main mode, as lists of their policies show it."""

from __future__ import annotations

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.model.peer import Peer
from ipseclint.source import bytes_source

OFFERS = """Azure has these:

Policy1:Cipher=AES-CBC-256 Integrity=SHA1 DhGroup=DhGroup2
Policy2:Cipher=3DES Integrity=SHA256 DhGroup=DhGroup2

The other one has this:

Policy1:Cipher=AES-CBC-256 Integrity=SHA384 DhGroup=DhGroupECP384
"""
SERVER = """Add-VpnS2SInterface -Name site -Destination 198.51.100.7 -Protocol IKEv2 -AuthenticationMethod PSKOnly `
  -SharedSecret 'blue-kettle-19' -CustomPolicy -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup Group14 `
  -CipherTransformConstants AES256 -AuthenticationTransformConstants SHA256128 -PfsGroup None
"""


def peers(text: str) -> tuple[Peer, ...]:
    """The gateways of a text."""
    source = bytes_source("post.txt", text.encode())
    format_ = recognise(source)
    assert format_ is not None
    return format_.parse(source).policy.peers


def test_each_list_is_of_a_gateway() -> None:
    first, second = peers(OFFERS)
    assert [(each.encryption, each.integrity, each.groups) for each in first.main_mode or ()] == [
        (("AES-256",), ("SHA-1",), ("DH2",)),
        (("3DES",), ("SHA-256",), ("DH2",)),
    ]
    assert [(each.encryption, each.integrity, each.groups) for each in second.main_mode or ()] == [
        (("AES-256",), ("SHA-384",), ("DH20",))
    ]
    assert all(offer.is_understood for peer in (first, second) for offer in peer.main_mode or ())
    assert (second.span.line, second.span.column, second.quick_mode) == (8, 9, None)


def test_a_cipher_that_authenticates_has_a_hash_for_its_keys() -> None:
    (peer,) = peers("Policy1:Cipher=AES-GCM-256 Integrity=SHA384 DhGroup=DhGroup14\n")
    (offer,) = peer.main_mode or ()
    assert (offer.encryption, offer.integrity, offer.prfs) == (("AES-GCM-256",), (), ("SHA-384",))
    assert offer.is_understood


def test_a_word_that_is_none_is_told_at_its_place() -> None:
    source = bytes_source("post.txt", OFFERS.replace("DhGroupECP384", "DhGroupECP385").encode())
    format_ = recognise(source)
    assert format_ is not None
    (problem,) = format_.parse(source).problems
    assert (problem.span.line, problem.span.column) == (8, 53)


def test_an_interface_beside_it_is_held_to_what_it_offers() -> None:
    report = check_text(f"{OFFERS.partition('The other')[0]}Ours:\n\n{SERVER}", "post.txt")
    assert report.problems == ()
    assert "CR032" in {finding.code for finding in report.findings}
