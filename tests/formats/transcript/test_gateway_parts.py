"""The configuration of one gateway that a document shows in several parts."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.transcript.gateway_parts import other_parts
from ipseclint.formats.transcript.piece import Piece
from ipseclint.source import text_source

KEY = "Kies3l-Bach-77"
FIRST = f"""\
set security ike proposal P1 authentication-method pre-shared-keys
set security ike proposal P1 authentication-algorithm sha-256
set security ike proposal P1 encryption-algorithm aes-256-cbc
set security ike proposal P1 dh-group group14
set security ike policy POL proposals P1
set security ike policy POL pre-shared-key ascii-text {KEY}
set security ike gateway GW ike-policy POL
set security ike gateway GW address 203.0.113.9
set security ike gateway GW version v2-only
"""
SECOND = """\
set security ipsec proposal P2 protocol esp
set security ipsec proposal P2 authentication-algorithm hmac-sha-256-128
set security ipsec proposal P2 encryption-algorithm aes-256-cbc
set security ipsec policy IPOL proposals P2
set security ipsec vpn V ike gateway GW
set security ipsec vpn V ike ipsec-policy IPOL
"""


def _indented(text: str, margin: str) -> str:
    return "".join(f"{margin}{line}\n" for line in text.splitlines())


@cases("margin", ["\t", "    "])
@cases(
    "between",
    [
        "\n### Phase 2\n\n",
        "\nThis section sets the second phase up, and binds it to the gateway above.\n\n",
        "\n### Phase 2\n\nThis section sets the second phase up.\n\n",
    ],
)
def test_parts_below_headings_and_sentences_are_one_configuration(margin: str, between: str) -> None:
    first, second = _indented(FIRST, margin), _indented(SECOND, margin)
    text = f"# Junos\n\nThis section sets the first phase up.\n\n{first}{between}{second}"
    source = text_source("junos.md", text)
    form = recognise(source)
    assert form is not None
    assert form.name == "transcript"
    read = form.parse(source)
    assert read.problems == ()
    (peer,) = read.policy.peers
    assert [(offer.encryption, offer.groups) for offer in peer.main_mode or ()] == [(("AES-256",), ("DH14",))]
    assert [each.is_secret_known for each in peer.own or ()] == [True]
    rows = text.splitlines()
    assert rows[(peer.main_mode or ())[0].span.line - 1].startswith(f"{margin}set security ike proposal P1")
    assert (peer.main_mode or ())[0].span.column == len(margin) + len("set security ike proposal ") + 1
    assert KEY not in repr(check_text(text, "junos.md"))


@cases(("one", "other"), [("SRV01", "SRV02"), ("West gateway", "East gateway"), ("Server A", "Server B")])
def test_parts_of_two_machines_are_not_joined(one: str, other: str) -> None:
    first, second = _indented(FIRST, "\t"), _indented(SECOND, "\t")
    text = f"# VPN\n\n## {one}\n\n{first}\n\n## {other}\n\n{second}"
    assert any("no connection is read" in problem.message for problem in check_text(text, "junos.md").problems)


def _is_no_prose(_line: str) -> bool:
    return False


def test_what_a_connection_refers_to_is_a_part_only_beside_one_that_sets_up_ipsec() -> None:
    access = Piece("output", {3: "access-list 101 permit ip any any"})
    assert list(other_parts([access], (), _is_no_prose)) == []
    crypto = Piece("output", {9: "crypto map CM 10 set peer 203.0.113.9"})
    assert [part.lines for part in other_parts([access, crypto], (), _is_no_prose)] == [
        access.lines,
        crypto.lines,
    ]
    assert list(other_parts([access, crypto], {3, 9}, _is_no_prose)) == []
