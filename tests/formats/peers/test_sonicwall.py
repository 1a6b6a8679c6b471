"""Policies of SonicOS as peers: both proposals, what is left out, keys, and scripts that lost their indentation."""

from __future__ import annotations

import re

from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import brief, parsed, peer

from ipseclint.model.setting import Secret, Unknown
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

KEY = "Zq7-of-the-branch"
POLICY = f"""vpn policy site-to-site "To HQ"
    enable
    gateway primary 198.51.100.9
    auth-method shared-secret
        shared-secret {KEY}
        ike-id local ipv4 192.0.2.1
        exit

    network local group "LAN Subnets"
    proposal ike exchange ikev2
    proposal ike encryption aes-256
    proposal ike authentication sha-256
    proposal ike dh-group 14
    proposal ike lifetime 28800
    proposal ipsec protocol esp
    proposal ipsec encryption aes-256
    proposal ipsec authentication sha-256
    proposal ipsec perfect-forward-secrecy dh-group 14
    proposal ipsec lifetime 3600
    no netbios
exit
zone LAN
    no enable
exit
"""
PFS = "proposal ipsec perfect-forward-secrecy dh-group 14"
TYPED = re.sub(r"^ +", "", POLICY.partition("zone")[0], flags=re.MULTILINE)


@cases("text", [POLICY, TYPED, POLICY.replace("site-to-site", "tunnel-interface"), f"vpn policy group-vpn W\n{POLICY}"])
def test_a_policy_is_a_peer_with_both_its_proposals(text: str) -> None:
    read = peer(text)
    assert (read.name, list(map(str, read.looks_for))) == ("To HQ", ["198.51.100.9"])
    assert (brief(read.main_mode), brief(read.quick_mode)) == (["AES-256+SHA-256++DH14"], ["AES-256+SHA-256++DH14"])
    values = (read.key_modules, read.main_mode_seconds, read.quick_mode_seconds)
    assert [None if each is None else each.value for each in values] == [frozenset({KeyModule.IKEV2}), 28_800, 3600]
    assert read.own is not None
    assert read.own[0].secret == Secret(KEY)


@cases(
    ("before", "after", "main", "quick"),
    [
        (PFS, "no proposal ipsec perfect-forward-secrecy", "AES-256+SHA-256++DH14", "AES-256+SHA-256++"),
        ("ike encryption aes-256", "ike encryption triple-des", "3DES+SHA-256++DH14", "AES-256+SHA-256++DH14"),
        ("ipsec encryption aes-256", "ipsec encryption aesgcm16-256", "AES-256+SHA-256++DH14", "AES-GCM-256+++DH14"),
    ],
)
def test_each_word_of_a_proposal_is_what_it_says(before: str, after: str, main: str, quick: str) -> None:
    read = peer(POLICY.replace(before, after))
    assert (brief(read.main_mode), brief(read.quick_mode)) == ([main], [quick])


def test_networks_are_names_which_are_not_known() -> None:
    read = peer(
        f"{POLICY}".replace("proposal ike exch", 'network remote destination-network name "HQ"\n proposal ike exch')
    )
    sides = [None if each is None else each.value for each in (read.local, read.remote)]
    assert sides == [Unknown("LAN Subnets"), Unknown("HQ")]
    assert peer(re.sub("network local.*", "", POLICY)).local is None


@cases("line", ["proposal ike dh-group 14", "proposal ike encryption aes-256", "proposal ike authentication sha-256"])
def test_a_phase_that_leaves_a_part_to_the_version_is_open_and_counted(line: str) -> None:
    read = parsed(POLICY.replace(line, ""))
    assert read.policy.peers[0].main_mode is None
    assert ("`a part of proposal ike left to the version's default`", 1) in read.unread


@cases("line", ["proposal ipsec encryption aes-256", "proposal ipsec authentication sha-256"])
def test_a_second_phase_that_leaves_a_part_to_the_version_is_open_and_counted(line: str) -> None:
    read = parsed(POLICY.replace(line, ""))
    assert read.policy.peers[0].quick_mode is None
    assert ("`a part of proposal ipsec left to the version's default`", 1) in read.unread


def test_a_header_without_encryption_has_a_hash_alone() -> None:
    read = peer(POLICY.replace("protocol esp", "protocol ah").replace("proposal ipsec encryption aes-256", ""))
    assert read.quick_mode is not None
    assert [offer.encapsulation for offer in read.quick_mode] == [Encapsulation.AH]


def test_an_exchange_of_the_first_version_may_be_aggressive() -> None:
    reads = [peer(POLICY.replace("exchange ikev2", f"exchange {word}")) for word in ("main", "aggressive")]
    assert [read.is_aggressive for read in reads] == [False, True]
    assert all(read.key_modules and read.key_modules.value == frozenset({KeyModule.IKEV1}) for read in reads)


def test_a_key_that_is_encrypted_is_not_known_and_never_shown() -> None:
    read = parsed(POLICY.replace(KEY, "4,afb1abf8a107b4b1"))
    (only,) = read.policy.peers
    assert only.own is not None
    assert (only.own[0].method, only.own[0].secret) == (AuthMethod.PRESHARED_KEY, None)
    assert 5 in {span.line for span in read.secrets}


def test_a_policy_that_is_switched_off_is_no_peer_and_that_of_its_own_clients_is_counted() -> None:
    off = POLICY.replace("    enable", "    no enable").replace("To HQ", "Off")
    read = parsed(f"{POLICY}{off}vpn policy group-vpn WAN\n    enable\n")
    assert [each.name for each in read.policy.peers] == ["To HQ"]
    assert ("`group-vpn`", 1) in read.unread
    assert ("`a connection that is switched off`", 1) in read.unread


def test_two_policies_of_one_name_are_told_and_each_is_whole() -> None:
    again = POLICY.replace("aes-256", "aes-128").replace("198.51.100.9", "198.51.100.10")
    read = parsed(POLICY + again)
    assert [(each.name, *map(str, each.looks_for), *brief(each.main_mode)) for each in read.policy.peers] == [
        ("To HQ", "198.51.100.9", "AES-256+SHA-256++DH14"),
        ("To HQ", "198.51.100.10", "AES-128+SHA-256++DH14"),
    ]
    (problem,) = read.problems
    assert problem.message.startswith("a policy `To HQ` stands above, too")
