"""Configurations of ScreenOS as peers: the proposals by name, those that ship with it, keys, identities of traffic."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import brief, parsed, peer

from ipseclint.model.policy import RuleMode
from ipseclint.model.setting import Secret
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

KEY = "Zq7-of-the-branch"
CONFIGURATION = f"""set ike p1-proposal "first" preshare group14 esp aes256 sha2-256 hour 8
set ike p2-proposal "second" group14 esp aes256 sha2-256 second 3600
set ike gateway "hq" address 198.51.100.9 Main outgoing-interface "ethernet0/0" preshare "{KEY}" proposal "first"
set ike gateway "hq" dpd-liveness interval 10
set vpn "to-hq" gateway "hq" replay tunnel idletime 0 proposal "second"
set vpn "to-hq" bind interface tunnel.1
set vpn "to-hq" proxy-id local-ip 10.1.0.0/16 remote-ip 10.2.0.0/16 "ANY"
"""


def test_a_vpn_has_the_proposals_that_it_names() -> None:
    read = peer(CONFIGURATION)
    assert read.name == "to-hq"
    assert list(map(str, read.looks_for)) == ["198.51.100.9"]
    assert (brief(read.main_mode), brief(read.quick_mode)) == (["AES-256+SHA-256++DH14"], ["AES-256+SHA-256++DH14"])
    values = (read.key_modules, read.main_mode_seconds, read.quick_mode_seconds, read.mode)
    assert [None if each is None else each.value for each in values] == [
        frozenset({KeyModule.IKEV1}),
        28_800,
        3600,
        RuleMode.TUNNEL,
    ]
    assert read.own is not None
    assert read.own[0].secret == Secret(KEY)
    assert read.local is not None
    assert read.remote is not None
    assert (str(read.local.value[0]), str(read.remote.value[0])) == ("10.1.0.0/16", "10.2.0.0/16")
    assert not read.is_aggressive
    assert parsed(CONFIGURATION).problems == ()


@cases(
    ("named", "main"),
    [
        ("pre-g2-aes128-sha pre-g2-3des-sha", ["AES-128+SHA-1++DH2", "3DES+SHA-1++DH2"]),
        ("rsa-g5-des-md5", ["DES+MD5++DH5"]),
        ('"first" "of-another-text"', []),
        ("pre-g2-blowfish-sha", []),
    ],
)
def test_a_proposal_that_ships_is_its_name_and_of_one_that_is_not_there_all_are_open(
    named: str, main: list[str]
) -> None:
    read = peer(CONFIGURATION.replace(' proposal "first"', f" proposal {named}"))
    assert brief(read.main_mode) == main
    assert read.main_mode is None or main


@cases(
    ("named", "quick"),
    [("nopfs-esp-3des-sha", ["3DES+SHA-1++"]), ("g2-esp-aes128-md5", ["AES-128+MD5++DH2"]), ("pre-g2-3des-sha", [])],
)
def test_the_same_of_the_second_phase(named: str, quick: list[str]) -> None:
    assert brief(peer(CONFIGURATION.replace(' proposal "second"', f" proposal {named}")).quick_mode) == quick


@cases(
    ("level", "main", "quick"),
    [
        ("standard", ["AES-128+SHA-1++DH2", "3DES+SHA-1++DH2"], ["3DES+SHA-1++DH2", "AES-128+SHA-1++DH2"]),
        ("basic", ["DES+SHA-1++DH1", "DES+MD5++DH1"], ["DES+SHA-1++", "DES+MD5++"]),
        ("strange", [], []),
    ],
)
def test_a_security_level_is_the_proposals_that_it_stands_for(level: str, main: list[str], quick: list[str]) -> None:
    text = CONFIGURATION.replace('proposal "first"', f"sec-level {level}")
    text = text.replace('proposal "second"', f"sec-level {level}")
    assert (brief(peer(text).main_mode), brief(peer(text).quick_mode)) == (main, quick)
    told = [name for name, _ in parsed(text).unread if "not in this text" in name]
    assert len(told) == (0 if main else 2)


@cases(
    ("old", "new", "found"),
    [
        ('gateway "hq" address', 'gateway ikev2 "hq" address', frozenset({KeyModule.IKEV2})),
        ("Main outgoing", "Aggr outgoing", True),
        ("replay tunnel", "replay transport", RuleMode.TRANSPORT),
        ("hour 8", "minute 90", 5400),
        (f'"{KEY}"', '"c3RvcmVkLWtleQ=="', None),
        (f'preshare "{KEY}" ', "", None),
    ],
)
def test_what_a_gateway_or_a_vpn_says_otherwise(old: str, new: str, found: object) -> None:
    read = peer(CONFIGURATION.replace(old, new))
    assert read.key_modules is not None
    assert read.main_mode_seconds is not None
    assert read.mode is not None
    own = None if not read.own else read.own[0].secret
    assert found in {read.key_modules.value, read.is_aggressive, read.mode.value, read.main_mode_seconds.value, own}


def test_a_certificate_is_told_by_the_proposal() -> None:
    text = CONFIGURATION.replace(f'preshare "{KEY}" ', "").replace("preshare group14", "rsa-sig group14")
    read = peer(text)
    assert [each.method for each in read.own or ()] == [AuthMethod.COMPUTER_CERTIFICATE]


def test_a_service_limits_what_a_vpn_is_for_and_ah_is_no_esp() -> None:
    read = peer(
        CONFIGURATION.replace('"ANY"', '"HTTP"').replace("group14 esp aes256 sha2-256 second", "no-pfs ah md5 second")
    )
    assert read.local is not None
    assert read.local.known is None
    assert brief(read.quick_mode) == ["+MD5++"]
    assert [offer.encapsulation for offer in read.quick_mode or ()] == ["AH"]


def test_the_key_is_known_as_one() -> None:
    places = parsed(CONFIGURATION).secrets
    line = CONFIGURATION.split("\n")[2]
    assert any(
        place.line == 3 and line[place.column - 1 : place.column - 1 + place.length].strip('"') == KEY
        for place in places
    )
