"""Which main-mode set works with which quick-mode set."""

from __future__ import annotations

from ipseclint.semantics.pairing import crypto_pairs
from tests.cases import cases
from tests.rules.rule_inputs import consec, machine

SETS = "auth1=computerkerb qmsecmethods=esp:sha256-aes128"
TRANSPORT = f"name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout {SETS}"
TUNNEL = (
    "name=R endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 mode=tunnel localtunnelendpoint=203.0.113.5 "
    f"remotetunnelendpoint=198.51.100.7 action=requireinrequireout {SETS}"
)
WINDOWS = "Windows default main-mode crypto set"


def main_rule(peers: str, *more: str, own: str = "any") -> str:
    words = f"endpoint1={own} endpoint2={peers} mmsecmethods=dhgroup14:aes256-sha256 auth1=computerkerb"
    return " ".join(["netsh advfirewall mainmode add rule name=M", words, *more])


@cases(
    ("rule", "main", "expected"),
    [
        (TRANSPORT, main_rule("10.0.0.0/8"), {"M"}),
        (TRANSPORT, main_rule("any"), {"M"}),
        (TRANSPORT, main_rule("10.3.0.0/16"), {WINDOWS}),
        (TRANSPORT, main_rule("10.0.0.0/8", "profile=domain"), {"M", WINDOWS}),
        (TRANSPORT, main_rule("10.0.0.0/8", own="10.1.0.5"), {"M", WINDOWS}),
        (TRANSPORT, main_rule("10.0.0.0/8", "enable=no"), {WINDOWS}),
        # A main mode is made with the far end of a tunnel, and not with the hosts behind it.
        (TUNNEL, main_rule("198.51.100.7"), {"M"}),
        (TUNNEL, main_rule("10.2.0.0/16"), {WINDOWS}),
        (TUNNEL, main_rule("any"), {"M"}),
    ],
)
def test_a_main_mode_rule_for_the_peers_of_a_rule_gives_its_main_mode(rule: str, main: str, expected: set[str]) -> None:
    assert {pair[0].name for pair in crypto_pairs(machine(main, consec(rule)))} == expected


def test_of_several_main_mode_rules_for_the_same_peers_the_first_counts_for_each_rule() -> None:
    first, second = main_rule("any"), main_rule("any").replace("name=M", "name=N")
    pairs = crypto_pairs(machine(first, second, consec(TRANSPORT), consec(TRANSPORT.replace("name=R", "name=S"))))
    assert [pair[0].name for pair in pairs][:2] == ["M", "M"]
