"""What is cut out of a configuration of Cisco, or shown by its commands, and how much of it is an offer."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import brief, parsed

from ipseclint.api import check_text
from ipseclint.vocabulary.authentication import AuthMethod

POLICY = "crypto isakmp policy 10\n encr aes 256\n hash sha256\n authentication pre-share\n group 14\n"
SET = "crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac\n mode transport\n"


@cases(
    "text",
    [
        POLICY + SET,
        SET + POLICY,
        POLICY + SET.replace("esp-aes 256", "esp-256-aes"),
        POLICY + "crypto ipsec transform-set TS\n transform esp-aes 256 esp-sha256-hmac\n",
        POLICY + "crypto ipsec transform-set TS\n mode tunnel\n transform esp-hmac-sha-256 esp-256-aes\n",
        POLICY.replace("isakmp", "ikev1") + SET.replace("ipsec t", "ipsec ikev1 t"),
        (
            "crypto ikev2 policy 1\n encryption aes-256\n integrity sha256\n group 14\n prf sha256\n"
            "crypto ipsec ikev2 ipsec-proposal P\n protocol esp encryption aes-256\n protocol esp integrity sha-256\n"
        ),
    ],
)
def test_one_transform_set_of_a_text_without_a_map_is_what_is_offered_with_a_group_that_is_not_known(text: str) -> None:
    read = parsed(text)
    assert [brief(each.quick_mode) for each in read.policy.peers] == [["AES-256+SHA-256++?"]]
    assert read.unread == ()


def test_of_several_transform_sets_without_a_map_none_is_an_offer() -> None:
    read = parsed(POLICY + SET + SET.replace("TS", "OTHER"))
    assert [each.quick_mode for each in read.policy.peers] == [None]
    assert [(each.span.line, each.message.partition(":")[0]) for each in read.problems] == [
        (6, "which of several transform sets is used is not known")
    ]


@cases(
    "shown",
    [
        "Transform set WIN: { esp-3des esp-md5-hmac  }\n   will negotiate = { Transport,  },\n",
        'Crypto Map "VPN" 10 ipsec-isakmp\n        Peer = 203.0.113.9\n',
        "Global IKE policy\nProtection suite of priority 10\n\thash algorithm:\tMessage Digest 5\n",
        " IKEv2 proposal: default\n     Encryption : AES-CBC-256\n",
    ],
)
def test_what_such_a_gateway_shows_of_itself_is_said_not_to_be_read(shown: str) -> None:
    for text in (shown, f"router#show\n{shown}"):
        assert ["a gateway of Cisco" in each.message for each in check_text(text, "shown.txt").problems] == [True]


IKEV2 = """\
crypto ikev2 proposal PROP
 encryption aes-cbc-256
 integrity sha256
 group 14
 exit
crypto ikev2 policy POL
 proposal PROP
 exit
crypto ikev2 keyring KR
 peer WIN
  address 203.0.113.7
  pre-shared-key Kies3l-Bach-77
  exit
 exit
crypto ikev2 profile PROF
 match identity remote address 203.0.113.7 255.255.255.255
 authentication remote pre-share
 authentication local pre-share
 keyring local KR
 exit
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode tunnel
 exit
crypto map CM 10 ipsec-isakmp
 set peer 203.0.113.7
 set transform-set TS
 set ikev2-profile PROF
 match address SITES
 exit
ip access-list extended SITES
 permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255
interface GigabitEthernet0/1
 ip address 198.51.100.2 255.255.255.0
 crypto map CM
"""


@cases("text", [IKEV2, POLICY + SET])
def test_a_configuration_that_lost_its_indentation_says_the_same(text: str) -> None:
    flat = "".join(f"{line.lstrip()}\n" for line in text.splitlines())
    for each in (parsed(text), parsed(flat)):
        (peer,) = each.policy.peers
        assert [offer.is_understood for offer in peer.main_mode or ()] == [True]
        assert each.problems == ()
        assert "exit" not in dict(each.unread)
    one, other = (parsed(each).policy.peers[0] for each in (text, flat))
    assert (one.looks_for, one.local and one.local.value) == (other.looks_for, other.local and other.local.value)
    assert brief(one.main_mode) == brief(other.main_mode)
    assert brief(one.quick_mode) == brief(other.quick_mode)
    assert [each.method for each in one.accepted or ()] == [each.method for each in other.accepted or ()]


MAP = """\
crypto isakmp policy 10
 encr aes 256
 hash sha256
 group 14
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
crypto map OUT 10 ipsec-isakmp
 set peer 203.0.113.5
 set transform-set TS
crypto map OUT interface outside
"""


@cases(
    ("before", "after", "message"),
    [
        ("esp-aes 256", "esp-aes ninety", "unknown transform `ninety`"),
        ("interface outside", "ninety set pfs group20", "`ninety` is not the number of an entry of a map"),
    ],
)
def test_a_word_that_decides_and_is_not_known_is_said(before: str, after: str, message: str) -> None:
    assert [problem.message for problem in parsed(MAP).problems] == []
    assert message in [problem.message for problem in parsed(MAP.replace(before, after)).problems]


@cases("words", ["Step 3: policies of IKE", "**Then**", "On the ASA"])
def test_commands_at_the_margin_of_a_block_below_a_sentence_are_in_their_own_modes(words: str) -> None:
    typed = (
        "crypto ikev1 policy 5\nauthentication pre-share\nencryption aes-256\nhash sha\ngroup 14\n\n"
        "crypto ipsec ikev1 transform-set S esp-aes-256 esp-sha-hmac\n"
        "crypto map M 1 set peer 203.0.113.9\ncrypto map M 1 set ikev1 transform-set S\n"
    )
    blocks = [part.replace("\n", "\n\t") for part in typed.strip().split("\n\n")]
    read = parsed("".join(f"{words}\n\n\t{block}\n\n" for block in blocks))
    assert [brief(each.main_mode) for each in read.policy.peers] == [["AES-256+SHA-1++DH14"]]


@cases(
    ("policy", "told"),
    [
        (" authentication pre-share\n hash md5\n", "encryption and group left to the version's default"),
        (" encr aes 256\n group 14\n", "hash left to the version's default"),
        (" encryption aes-gcm-256\n prf sha256\n group 14\n", None),
    ],
)
def test_what_a_policy_of_ike_leaves_to_the_default_is_said(policy: str, told: str | None) -> None:
    module = "ikev2" if "gcm" in policy else "isakmp"
    read = parsed(f"crypto {module} policy 1\n{policy}crypto map M 1 ipsec-isakmp\n set peer 203.0.113.9\n")
    assert [name for name, _ in read.unread if "default" in name] == ([f"`{told}`"] if told else [])


USES = "crypto map OUT 10 set peer 198.51.100.7\ncrypto map OUT 10 set transform-set {}\n"


@cases(
    ("text", "lines"),
    [
        (POLICY + SET + USES.format("TS"), []),
        (POLICY + SET + USES.format("TS GONE"), [9]),
        (POLICY + SET.replace("transform-set TS", "zonk TS") + SET.replace("TS", "OTHER") + USES.format("TS"), [11]),
        (POLICY + SET + USES.format("default"), []),
        (POLICY + USES.format("TS"), []),
    ],
)
def test_a_map_that_names_a_set_that_is_not_there_is_told_where_others_are(text: str, lines: list[int]) -> None:
    told = [each for each in parsed(text).problems if "is named here, and no transform set" in each.message]
    assert [each.span.line for each in told] == lines


@cases(
    ("text", "quick"),
    [
        (POLICY + "crypto ipsec transform-set TS esp-gmac 256\n", ["none+AES-GMAC-256++?"]),
        (POLICY + "crypto ipsec transform-set TS esp-gmac\n", ["none+AES-GMAC-128++?"]),
        (
            (
                "crypto ikev2 policy 1\n encryption aes-256\n integrity sha256\n group 14\n prf sha256\n"
                "crypto ipsec ikev2 ipsec-proposal P\n protocol esp encryption aes-gcm-256 aes-gmac-192 aes-gmac aes\n"
                " protocol esp integrity sha-1\n"
            ),
            ["AES-128+SHA-1++?", "AES-GCM-256+++?", "none+AES-GMAC-192|AES-GMAC-128++?"],
        ),
    ],
)
def test_aes_gmac_authenticates_and_is_a_proposal_of_its_own(text: str, quick: list[str]) -> None:
    read = parsed(text)
    assert [brief(each.quick_mode) for each in read.policy.peers] == [quick]
    assert all(offer.is_understood for peer in read.policy.peers for offer in peer.quick_mode or ())
    assert (read.problems, read.unread) == ((), ())


IN_BOLD = {
    "ASA": (
        "crypto ikev2 policy 10\n encryption aes-256\n {0}integrity sha256{0}\n group 14\n prf sha256\n"
        " {0}lifetime seconds 7200{0}\n"
    ),
    "FortiOS": (
        'config vpn ipsec phase1-interface\n    edit "win"\n        set ike-version 2\n'
        "        set proposal aes256-sha256\n"
        "        {0}set dhgrp 14{0}\n        {0}set keylife 7200{0}  \n    next\nend\n"
    ),
    "VyOS": (
        "set vpn ipsec ike-group G proposal 1 encryption aes256\n"
        "{0}set vpn ipsec ike-group G proposal 1 hash sha256{0}\n"
        "set vpn ipsec ike-group G proposal 1 dh-group 14\n{0}set vpn ipsec ike-group G lifetime 7200{0}\n"
        "set vpn ipsec ike-group G key-exchange ikev2\n"
        "set vpn ipsec site-to-site peer 192.0.2.1 ike-group G\n"
    ),
}


@cases("make", IN_BOLD)
@cases("mark", ["**", "__"])
def test_a_line_in_bold_is_read_as_the_others_are(make: str, mark: str) -> None:
    plain, bold = parsed(IN_BOLD[make].format("")), parsed(IN_BOLD[make].format(mark))
    (peer,), (other,) = plain.policy.peers, bold.policy.peers
    assert brief(peer.main_mode) == brief(other.main_mode)
    assert peer.main_mode_seconds.known == other.main_mode_seconds.known == 7200
    assert (bold.problems, bold.unread) == (plain.problems, plain.unread)


SMART = """crypto ikev2 keyring KEYS
 peer far
  address 198.51.100.7
  pre-shared-key Kestrel-417
crypto ikev2 profile HUB
 match identity remote address 198.51.100.7
 authentication remote pre-share
 authentication local pre-share
 keyring local KEYS
crypto ipsec transform-set T esp-aes 256 esp-sha256-hmac
crypto ipsec profile P
 set transform-set T
 set ikev2-profile HUB
"""


def test_a_profile_without_a_proposal_has_that_of_its_release_which_is_not_known() -> None:
    read = parsed(SMART)
    (peer,) = read.policy.peers
    assert peer.main_mode is None
    assert brief(peer.quick_mode) == ["AES-256+SHA-256++"]
    assert [(each.method, each.is_secret_known) for each in peer.own or ()] == [(AuthMethod.PRESHARED_KEY, True)]
    assert "`encryption and hash and group left to the version's default`" in dict(read.unread)


def test_proposals_are_offered_in_the_order_of_their_numbers_and_transform_sets_as_they_are_named() -> None:
    text = (
        "crypto ikev1 policy 20\n authentication pre-share\n encryption 3des\n hash sha\n group 2\n"
        "crypto ikev1 policy 5\n authentication pre-share\n encryption aes-256\n hash sha\n group 14\n"
        "crypto ipsec ikev1 transform-set OLD esp-3des esp-sha-hmac\n"
        "crypto ipsec ikev1 transform-set NEW esp-aes-256 esp-sha-hmac\n"
        "crypto dynamic-map CLIENTS 10 set ikev1 transform-set NEW OLD\n"
    )
    (peer,) = parsed(text).policy.peers
    assert brief(peer.main_mode) == ["AES-256+SHA-1++DH14", "3DES+SHA-1++DH2"]
    assert brief(peer.quick_mode) == ["AES-256+SHA-1++", "3DES+SHA-1++"]
