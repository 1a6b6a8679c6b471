"""The table of cmdlets, and which names only look like one of it."""

from __future__ import annotations

from ipseclint.vocabulary.cmdlets import cmdlet, lacks_hyphen
from tests.cases import cases


@cases(
    ("verb", "noun", "expected"),
    [
        ("add", "VpnConnection", True),
        ("set", "netipsecrule", True),
        ("get", "VpnConnection", False),
        ("add", "VpnConnections", False),
        ("add", "ADUser", False),
    ],
)
def test_two_words_are_a_cmdlet_without_its_hyphen_only_if_it_sets_policy(verb: str, noun: str, expected: bool) -> None:
    assert lacks_hyphen(verb, noun) is expected


@cases(
    ("name", "parameter", "position"),
    [
        ("Add-VpnConnection", "Name", 1),
        ("Add-VpnConnection", "ServerAddress", 2),
        ("Add-VpnConnection", "Force", None),
        ("Set-VpnConnectionIPsecConfiguration", "ConnectionName", 1),
    ],
)
def test_a_parameter_has_the_position_that_its_page_gives(name: str, parameter: str, position: int | None) -> None:
    known = cmdlet(name)
    assert known is not None
    assert known.parameters[parameter].position == position


@cases(("parameter", "expected"), [("Name", True), ("SplitTunneling", True), ("PassThru", False)])
def test_a_parameter_is_a_property_of_the_object_or_only_says_what_to_do(parameter: str, expected: bool) -> None:
    known = cmdlet("Add-VpnConnection")
    assert known is not None
    assert known.parameters[parameter].is_property is expected


@cases(
    ("name", "parameter", "words"),
    [
        ("New-NetIPsecMainModeCryptoProposal", "KeyExchange", "None DH1 DH2 DH14 DH19 DH20 DH24 SameAsMainMode"),
        (
            "New-NetIPsecQuickModeCryptoProposal",
            "Encryption",
            "None DES DES3 AES128 AES192 AES256 AESGCM128 AESGCM192 AESGCM256",
        ),
        (
            "New-NetIPsecQuickModeCryptoProposal",
            "ESPHash",
            "None MD5 SHA1 SHA256 SHA384 AESGMAC128 AESGMAC192 AESGMAC256",
        ),
        (
            "Set-VpnConnectionIPsecConfiguration",
            "PfsGroup",
            "None PFS1 PFS2 PFS2048 ECP256 ECP384 PFS24 PFSMM",
        ),
        ("Set-VpnServerConfiguration", "DHGroup", "None Group1 Group2 Group14 ECP256 ECP384 Group24"),
        ("New-NetIPsecQuickModeCryptoProposal", "Encapsulation", "None AH ESP"),
    ],
)
def test_what_an_enumeration_takes_are_the_words_of_its_page(name: str, parameter: str, words: str) -> None:
    known = cmdlet(name)
    assert known is not None
    assert known.parameters[parameter].words == tuple(words.split())
