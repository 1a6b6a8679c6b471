"""Lifetimes in the words that makers take for them."""

from __future__ import annotations

from typing import Any

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.source import bytes_source

ASA = (
    "crypto ikev2 policy 10\n encryption aes-256\n integrity sha256\n group 14\n prf sha256\n lifetime seconds {}\n"
    "crypto ipsec ikev2 ipsec-proposal P\n protocol esp encryption aes-256\n protocol esp integrity sha-256\n"
    "crypto map M 1 match address VPN\ncrypto map M 1 set peer 192.0.2.7\ncrypto map M 1 set ikev2 ipsec-proposal P\n"
)
ROUTER_OS = (
    "/ip ipsec profile\nadd name=P enc-algorithm=aes-256 hash-algorithm=sha256 dh-group=modp2048 lifetime={}\n"
    "/ip ipsec peer\nadd name=win address=192.0.2.7/32 exchange-mode=ike2 profile=P\n"
)
CONF = "conn win\n  keyexchange=ikev2\n  ike=aes256-sha256-modp2048\n  ikelifetime={}\n  auto=add\n"
LIBRESWAN = "conn win\n  ikev2=insist\n  ike=aes256-sha2;modp2048\n  ikelifetime={}\n  auto=add\n"
LISTED = "Phase 1\n Encryption: AES-256\n Hash: SHA256\n DH Group: 14\n Lifetime: {}\n"


def read(text: str) -> tuple[Any, list[str]]:
    source = bytes_source("paste.txt", text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    seconds = parsed.policy.peers[0].main_mode_seconds
    return None if seconds is None else seconds.known, [problem.message for problem in parsed.problems]


@cases(
    ("text", "words", "seconds"),
    [
        (ASA, "86400", 86_400),
        (ASA, "none", None),
        (ROUTER_OS, "1d", 86_400),
        (ROUTER_OS, "1w", 604_800),
        (ROUTER_OS, "08:00:00", 28_800),
        (ROUTER_OS, "1d08:30:05", 117_005),
        (CONF, "8h", 28_800),
        (LIBRESWAN, "1w", 604_800),
        (LISTED, "1 day", 86_400),
        (LISTED, "8 hours", 28_800),
        (LISTED, "unlimited", None),
        (LISTED, "Never", None),
    ],
)
def test_a_lifetime_in_the_words_of_its_maker(text: str, words: str, seconds: int | None) -> None:
    assert read(text.format(words)) == (seconds, [])


@cases(
    ("text", "words"),
    [
        (ASA, "forever"),
        (ROUTER_OS, "none"),
        (ROUTER_OS, "8:00"),
        (CONF, "1w"),
        (CONF, "none"),
        (CONF, "28 800"),
        (CONF, "1h 30"),
        (LISTED, "a while"),
    ],
)
def test_a_word_that_its_maker_does_not_take_is_told(text: str, words: str) -> None:
    assert read(text.format(words)) == (None, [f"`{words}` is not a duration"])
