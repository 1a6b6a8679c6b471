"""VRP of Huawei as peers: configurations as they are shown and as they are typed, and what is left out."""

from __future__ import annotations

import re

from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import brief, parsed, peer

from ipseclint.api import check_text
from ipseclint.model.policy import RuleMode
from ipseclint.model.setting import Secret
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

KEY = "Zq7-of-the-branch"
SHOWN = f"""#
sysname HQ
#
acl number 3101
 rule 5 permit ip source 10.2.0.0 0.0.255.255 destination 10.1.0.0 0.0.255.255
#
ipsec proposal tran1
 esp authentication-algorithm sha2-256
 esp encryption-algorithm aes-256
#
ike proposal 10
 encryption-algorithm aes-256
 dh group14
 authentication-algorithm sha2-384
 authentication-method pre-share
 integrity-algorithm hmac-sha2-256
 prf hmac-sha2-512
 sa duration 28800
#
ike peer win
 undo version 1
 pre-shared-key {KEY}
 ike-proposal 10
 remote-address 198.51.100.7
#
ipsec policy map1 10 isakmp
 security acl 3101
 pfs dh-group19
 ike-peer win
 proposal tran1
 sa duration time-based 3600
 sa duration traffic-based 250000
#
interface GigabitEthernet0/0/1
 ip address 203.0.113.10 255.255.255.0
 ipsec policy map1
#
return
"""
VIEWS = {
    "acl": "acl-adv-3101",
    "ipsec proposal": "ipsec-proposal-tran1",
    "ike proposal": "ike-proposal-10",
    "ike peer": "ike-peer-win",
    "ipsec policy": "ipsec-policy-isakmp-map1-10",
    "interface": "GigabitEthernet0/0/1",
}


def typed(text: str) -> str:
    """A configuration as it was typed, line by line, behind prompts that name the view."""
    lines, view = ["<HQ> system-view", "# What the document says."], ""
    for line in text.splitlines():
        if line.startswith("#"):
            lines += [f"[*HQ-{view}] quit"] if view else []
            view = ""
        elif line.startswith(" "):
            lines.append(f"[*HQ-{view}] {line.strip()}")
        else:
            view = next((name for head, name in VIEWS.items() if line.startswith(head)), "")
            lines.append(f"[~HQ] {line}")
    return "\n".join(lines) + "\n"


FLAT = re.sub(r"^ +", "", SHOWN, flags=re.MULTILINE)


@cases("text", [SHOWN, typed(SHOWN), FLAT])
def test_a_policy_is_a_peer_with_what_it_names(text: str) -> None:
    read = peer(text)
    assert (read.name, list(map(str, read.looks_for))) == ("Huawei map1 10", ["198.51.100.7"])
    assert brief(read.main_mode) == ["AES-256+SHA-256+SHA-512+DH14"]
    assert brief(read.quick_mode) == ["AES-256+SHA-256++DH19"]
    values = (read.key_modules, read.main_mode_seconds, read.quick_mode_seconds, read.quick_mode_kilobytes, read.mode)
    assert [each and each.known for each in values] == [
        frozenset({KeyModule.IKEV2}),
        28_800,
        3600,
        250_000,
        RuleMode.TUNNEL,
    ]
    assert [str(side.known[0]) for side in (read.local, read.remote) if side and side.known] == [
        "10.2.0.0/16",
        "10.1.0.0/16",
    ]
    assert read.own is not None
    assert read.own[0].secret == Secret(KEY)


@cases(
    ("before", "after", "main", "quick"),
    [
        ("undo version 1", "undo version 2", "AES-256+SHA-384++DH14", "AES-256+SHA-256++DH19"),
        ("ike peer win\n undo version 1", "ike peer win v1", "AES-256+SHA-384++DH14", "AES-256+SHA-256++DH19"),
        ("ike peer win\n undo version 1", "ike peer win v2", "AES-256+SHA-256+SHA-512+DH14", "AES-256+SHA-256++DH19"),
        (" pfs dh-group19\n", "", "AES-256+SHA-256+SHA-512+DH14", "AES-256+SHA-256++UNKNOWN"),
        ("aes-256\n#", "aes-256-gcm-128\n#", "AES-256+SHA-256+SHA-512+DH14", "AES-GCM-256+++DH19"),
        ("aes-256\n#", "aes 256\n#", "AES-256+SHA-256+SHA-512+DH14", "AES-256+SHA-256++DH19"),
        ("aes-256\n dh", "aes-256 aes-cbc-128\n dh", "AES-256|AES-128+SHA-256+SHA-512+DH14", "AES-256+SHA-256++DH19"),
    ],
)
def test_a_variant_is_read_as_it_is_written(before: str, after: str, main: str, quick: str) -> None:
    assert before in SHOWN
    read = peer(SHOWN.replace(before, after))
    quick = quick.replace("UNKNOWN", "".join((read.quick_mode or ())[0].groups)) if "UNKNOWN" in quick else quick
    assert (brief(read.main_mode), brief(read.quick_mode)) == ([main], [quick])


@cases(
    ("line", "field", "said"),
    [
        (" dh group14\n", "main_mode", "group left to the version's default"),
        (" encryption-algorithm aes-256\n", "main_mode", "encryption left to the version's default"),
        (" integrity-algorithm hmac-sha2-256\n", "main_mode", "hash left to the version's default"),
        (" prf hmac-sha2-512\n", "main_mode", "prf left to the version's default"),
        (" ike-proposal 10\n", "main_mode", "ike-proposal left to the version's default"),
        (
            " esp encryption-algorithm aes-256\n",
            "quick_mode",
            "esp encryption-algorithm left to the version's",
        ),
        (
            " esp authentication-algorithm sha2-256\n",
            "quick_mode",
            "esp authentication-algorithm left to the version's",
        ),
    ],
)
def test_what_is_left_out_has_a_default_that_differs(line: str, field: str, said: str) -> None:
    assert line in SHOWN
    read = parsed(SHOWN.replace(line, ""))
    assert getattr(read.policy.peers[0], field) is None
    assert said in str(read.unread)


def test_an_unknown_algorithm_is_told_as_it_is_written() -> None:
    text = SHOWN.replace("dh group14", "dh group99").replace("esp authentication-algorithm sha2-256", "esp ")
    text = text.replace("esp \n", "esp authentication-algorithm sha2-257\n")
    told = sorted(problem.message for problem in check_text(text, "hq.txt").problems)
    assert told == ["unknown algorithm `group99`", "unknown algorithm `sha2-257`"]


def test_two_rules_are_two_children_and_a_protocol_is_not_compared() -> None:
    rule = " rule 10 permit ip source 10.3.0.0 0.0.0.255 destination 10.1.0.5 0\n"
    peers = parsed(SHOWN.replace("#\nipsec proposal", f"{rule}#\nipsec proposal")).policy.peers
    assert [each.name for each in peers] == ["Huawei map1 10, 10.1.0.0", "Huawei map1 10, 10.1.0.5"]
    assert [str(each.remote.known[0]) for each in peers if each.remote and each.remote.known] == [
        "10.1.0.0/16",
        "10.1.0.5",
    ]
    read = peer(SHOWN.replace("permit ip source", "permit gre source"))
    assert read.local is not None
    assert read.local.known is None


@cases(
    "rule",
    [
        "rule 10 deny ip",
        "rule deny ip",
        "rule 5 description branch",
    ],
)
def test_what_permits_nothing_behind_all_other_rules_is_no_other_traffic(rule: str) -> None:
    read = peer(SHOWN.replace("#\nipsec proposal", f" {rule}\n#\nipsec proposal"))
    assert read.remote is not None
    assert [str(each) for each in read.remote.known or ()] == ["10.1.0.0/16"]


def test_what_is_denied_of_the_traffic_is_not_followed() -> None:
    read = peer(SHOWN.replace("#\nipsec proposal", " rule 10 deny ip source 10.2.0.9 0\n#\nipsec proposal"))
    assert read.remote is not None
    assert read.remote.known is None


@cases(
    ("line", "addresses"),
    [
        ("198.51.100.7 198.51.100.9", ["198.51.100.7-198.51.100.9"]),
        ("198.51.100.7 track nqa admin one up", ["198.51.100.7"]),
        ("vpn-instance red 198.51.100.7", ["198.51.100.7"]),
        ("198.51.100.7\n remote-address 198.51.100.9", ["198.51.100.7", "198.51.100.9"]),
        ("198.51.100.7\n remote-address authentication-address 10.9.9.9", ["198.51.100.7"]),
        ("host-name win.example.org", []),
    ],
)
def test_a_peer_is_looked_for_where_each_line_says(line: str, addresses: list[str]) -> None:
    text = SHOWN.replace("remote-address 198.51.100.7", f"remote-address {line}")
    assert list(map(str, peer(text).looks_for)) == addresses
    assert not parsed(text).problems


@cases(
    ("algorithm", "main"),
    [
        ("sha2-256", ["AES-256+SHA-256+SHA-512+DH14"]),
        ("sha1", []),
    ],
)
def test_a_hash_that_differs_between_the_versions_of_ike_is_not_compared(algorithm: str, main: list[str]) -> None:
    text = SHOWN.replace(" undo version 1\n", "").replace("sha2-384", algorithm)
    read = parsed(text)
    assert brief(read.policy.peers[0].main_mode) == main
    assert ("hash that differs between the versions of IKE" in str(read.unread)) is (not main)


def test_each_group_of_a_line_is_offered() -> None:
    text = SHOWN.replace("dh group14", "dh group14 group2")
    assert brief(peer(text).main_mode) == ["AES-256+SHA-256+SHA-512+DH14|DH2"]


def test_a_list_that_is_left_out_is_traffic_that_is_not_known() -> None:
    read = peer(SHOWN.replace("acl number 3101", "acl number 3102"))
    assert read.remote is not None
    assert read.remote.known is None


@cases(
    ("line", "known"),
    [
        (f"pre-shared-key {KEY}", True),
        (f"pre-shared-key cipher {KEY}", True),
        ("pre-shared-key cipher %^%#k9mW2vQx7Tz!aB3c%^%#", False),
        ("pre-shared-key cipher %@%@k9mW2vQx7Tz!aB3c%@%@", False),
    ],
)
def test_a_key_that_the_device_shows_is_encrypted(line: str, *, known: bool) -> None:
    text = SHOWN.replace(f"pre-shared-key {KEY}", line)
    read = peer(text)
    assert read.own is not None
    assert read.own[0].is_secret_known is known
    assert line.rpartition(" ")[2] not in str(check_text(text, "hq.txt"))


def test_a_certificate_is_no_key() -> None:
    read = peer(SHOWN.replace("authentication-method pre-share", "authentication-method rsa-signature"))
    assert read.own is not None
    assert read.own[0].method is AuthMethod.COMPUTER_CERTIFICATE


def test_ah_and_a_mode_that_takes_either() -> None:
    text = SHOWN.replace(
        " esp authentication-algorithm sha2-256\n esp encryption-algorithm aes-256\n",
        " encapsulation-mode auto\n transform ah\n ah authentication-algorithm sha1\n",
    )
    read = peer(text)
    assert read.mode is None
    assert [each.encapsulation for each in read.quick_mode or ()] == [Encapsulation.AH]
    assert not parsed(text).problems
    both = parsed(text.replace("transform ah", "transform ah-esp"))
    assert both.policy.peers[0].quick_mode is None
    assert "transform ah-esp" in str(both.unread)


def test_identities_are_shown_and_expected() -> None:
    text = SHOWN.replace("#\nacl", "#\nike local-name hq.example.org\n#\nacl").replace(
        " ike-proposal 10\n",
        " ike-proposal 10\n local-id-type fqdn\n remote-id win.example.org\n exchange-mode aggressive\n",
    )
    read = peer(text)
    assert [each and each.known for each in (read.identity, read.expected_identity)] == [
        "hq.example.org",
        "win.example.org",
    ]
    assert read.is_aggressive


def test_a_policy_by_a_template_is_the_template() -> None:
    text = SHOWN.replace("ipsec policy map1 10 isakmp", "ipsec policy-template temp1 10").replace(
        "interface", "ipsec policy map1 20 isakmp template temp1\n#\ninterface"
    )
    assert peer(text).name == "Huawei temp1 10"


def test_a_peer_that_is_not_here_is_said() -> None:
    text = SHOWN.replace(" ike-peer win\n", " ike-peer other\n")
    (problem,) = check_text(text, "hq.txt").problems
    assert "give all of `display current-configuration`" in problem.message


@cases("head", ["[~HQ] sysname HQ\n", "[HQ]sysname HQ\n", "[*HQ-ike-proposal-10] quit\n"])
def test_a_prompt_that_begins_a_paste_begins_no_json(head: str) -> None:
    text = typed(SHOWN)
    assert peer(head + text[text.index("[~HQ] acl") :]).name == peer(text).name
