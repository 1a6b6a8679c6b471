"""What is cut out of a configuration of Cisco, or shown by its commands, and how much of it is an offer."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import brief, parsed

from ipseclint.api import check_text

POLICY = "crypto isakmp policy 10\n encr aes 256\n hash sha256\n authentication pre-share\n group 14\n"
SET = "crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac\n mode transport\n"


@cases(
    "text",
    [
        POLICY + SET,
        SET + POLICY,
        POLICY + SET.replace("esp-aes 256", "esp-256-aes"),
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
