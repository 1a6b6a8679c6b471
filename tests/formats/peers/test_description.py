"""A peer of the site's facts: each fact is in its field alone, and what is wrong in a description is said."""

from __future__ import annotations

from typing import Any

from tests.cases import cases

from ipseclint.formats.peers.description import parse, peer_of_site
from ipseclint.model.peer import Peer
from ipseclint.model.site import SitePeer
from ipseclint.source import bytes_source

FACTS: dict[str, tuple[Any, set[str]]] = {
    "implementation": ("aws", {"implementation"}),
    "answers_on": (("203.0.113.10",), {"answers_on"}),
    "keying": (("ikev2",), {"key_modules"}),
    "main_mode": (("aes256-sha384-ecp384",), {"main_mode"}),
    "main_mode_lifetime": ("8h", {"main_mode_seconds"}),
    "quick_mode": (("esp:aes256-sha256",), {"quick_mode"}),
    "quick_mode_lifetime": ("1h", {"quick_mode_seconds"}),
    "quick_mode_volume": ("100000kb", {"quick_mode_kilobytes"}),
    "mode": ("transport", {"mode"}),
    "local": (("10.1.0.0/16",), {"local"}),
    "remote": (("10.2.0.0/16",), {"remote"}),
    "authentication": (("psk",), {"own", "accepted"}),
    "identity": ("a.example", {"identity"}),
    "expects": ("b.example", {"expected_identity"}),
}


def made(**facts: Any) -> Peer:
    peer = peer_of_site(SitePeer(name="branch", **facts))
    assert peer is not None
    return peer


@cases("fact", FACTS)
def test_each_fact_of_a_peer_is_in_its_field_alone(fact: str) -> None:
    value, fields = FACTS[fact]
    nothing, peer = made(), made(**{fact: value})
    assert {name for name in Peer.model_fields if getattr(peer, name) != getattr(nothing, name)} == fields
    assert (nothing.name, nothing.implementation, nothing.main_mode, nothing.own) == ("branch", "unknown", None, None)


def test_groups_for_perfect_forward_secrecy_are_those_of_quick_mode() -> None:
    (offer,) = made(quick_mode=("esp:aes256-sha256",), pfs=("20", "dh14")).quick_mode or ()
    assert offer.groups == ("DH20", "DH14")


@cases(
    ("text", "message", "line"),
    [
        ("peer = 1\n", "`peer` is not a table", 1),
        ("[peer]\nname = 'a'\nmain_mode = 1\n", "`peer.main_mode` is not a table", 3),
        ("[peer]\nname = 'a'\nstrange = 1\n", "unknown key `strange` of [peer]", 3),
        ("[peer]\nname = 'a'\n[peer.main_mode]\nstrange = 1\n", "unknown key `strange` of [peer.main_mode]", 4),
        ("[peer]\nname = 'a'\nkeying = ['ikev9']\n", "unknown key module `ikev9`", 3),
        ("[peer]\nname = 'a'\nanswers_on = ['x y']\n", "`x y` is not an address", 3),
        (
            "[peer]\nname = 'a'\n[peer.quick_mode]\nlocal_protoport = 'udp/1701'\nremote_protoport = 'tcp/443'\n",
            "the two sides name different protocols",
            5,
        ),
        ("[peer]\nname = 'a'\nanswers_on = 1\n", "`answers_on` is not a list of words", 3),
    ],
)
def test_what_is_wrong_in_a_description_has_its_place(text: str, message: str, line: int) -> None:
    problems = parse(bytes_source("a.peer", text.encode())).problems
    assert (message, line) in [(problem.message, problem.span.line) for problem in problems]


def test_a_peer_without_a_name_is_called_one() -> None:
    (peer,) = parse(bytes_source("a.peer", b"[peer]\nkeying = ['ikev2']\n")).policy.peers
    assert (peer.name, peer.implementation, peer.is_aggressive) == ("peer", "unknown", False)
    (other,) = parse(bytes_source("a.peer", b"[peer]\nname = 'n'\naggressive = true\n")).policy.peers
    assert (other.name, other.is_aggressive) == ("n", True)
