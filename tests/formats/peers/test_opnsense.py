"""The connections of OPNsense's config.xml."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import brief

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.setting import Secret
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

CONNECTIONS = (ROOT / "fixtures" / "formats" / "gateway-xml" / "opnsense.xml").read_text(encoding="utf-8")
ON = "<enabled>1</enabled>"


def read(text: str) -> Parsed:
    source = bytes_source("config.xml", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "gateway-xml"
    return form.parse(source)


def test_a_connection_is_read_with_its_rounds_its_child_and_its_key() -> None:
    parsed = read(CONNECTIONS)
    (peer,) = parsed.policy.peers
    assert parsed.problems == ()
    assert peer.name == "Branch"
    assert peer.implementation == "strongswan"
    assert peer.key_modules is not None
    assert peer.key_modules.known == frozenset({KeyModule.IKEV2})
    assert brief(peer.main_mode) == ["AES-256+SHA-256++DH14", "AES-GCM-256++SHA-384+DH20"]
    assert brief(peer.quick_mode) == ["AES-256+SHA-256++DH14"]
    assert [list(map(str, side.value)) for side in (peer.local, peer.remote) if side is not None] == [
        ["10.1.0.0/16"],
        ["10.2.0.0/16", "10.3.0.0/16"],
    ]
    assert [each.secret for each in peer.own or ()] == [Secret("kettle-orbit-4417")]
    assert [each.secret for each in peer.accepted or ()] == [Secret("kettle-orbit-4417")]
    assert peer.identity is not None
    assert peer.identity.value == "gw.example.net"
    assert any(span.line == 15 for span in parsed.secrets)


@cases(
    ("element", "peers"),
    [
        ("Connection", []),
        ("child", [("Branch", False, AuthMethod.PRESHARED_KEY)]),
        ("remote", [("Branch", True, AuthMethod.COMPUTER_CERTIFICATE)]),
    ],
)
def test_what_is_switched_off_is_left_out(element: str, peers: list[tuple[str, bool, AuthMethod]]) -> None:
    at = CONNECTIONS.index(ON, CONNECTIONS.index(f"<{element} uuid"))
    parsed = read(CONNECTIONS[:at] + "<enabled>0</enabled>" + CONNECTIONS[at + len(ON) :])
    assert [
        (peer.name, peer.quick_mode is not None, each.method)
        for peer in parsed.policy.peers
        for each in peer.accepted or ()
    ] == peers
    assert parsed.problems == ()


@cases("place", [1, 3, 4, 5])
def test_a_switch_that_is_neither_on_nor_off_is_said(place: int) -> None:
    before, *parts = CONNECTIONS.split("<enabled>")
    parts[place] = parts[place].replace("1<", "ninety<", 1)
    parsed = read("<enabled>".join((before, *parts)))
    assert [problem.message.partition(":")[0] for problem in parsed.problems] == ["`ninety` is neither 0 nor 1"]


def test_what_names_no_connection_is_told_and_not_used() -> None:
    moved = CONNECTIONS.replace(
        "5b1d0a02</connection>\n          <reqid/>", "5b1d0aff</connection>\n          <reqid/>"
    )
    parsed = read(moved)
    assert [(problem.message, problem.span.line) for problem in parsed.problems] == [
        ("no connection here is the one that this `child` names, so that it is not used", 82)
    ]
    assert [peer.quick_mode for peer in parsed.policy.peers] == [None]


def test_a_proposal_that_is_none_is_told_at_its_place() -> None:
    (problem,) = read(CONNECTIONS.replace("aes256-sha256-modp2048<", "aes256-sha257-modp2048<")).problems
    assert (problem.span.line, problem.span.column) == (86, 26)


def test_a_key_for_eap_is_no_preshared_key() -> None:
    (peer,) = read(CONNECTIONS.replace(">PSK<", ">EAP<")).policy.peers
    assert [each.secret for each in peer.own or ()] == [None]


def test_the_first_round_is_the_one_with_the_lowest_number() -> None:
    second = CONNECTIONS[CONNECTIONS.index("<local uuid") : CONNECTIONS.index("</locals>")]
    second = second.replace(">psk<", ">eap-tls<").replace("0a04", "0a14")
    earlier = second.replace("<round>0<", "<round>1<")
    (peer,) = read(CONNECTIONS.replace("<locals>", f"<locals>{earlier}")).policy.peers
    assert [each.method for each in (*(peer.own or ()), *peer.second)] == [AuthMethod.PRESHARED_KEY, AuthMethod.EAP]


@cases(("switch", "peers", "problems"), [("1", 1, 0), ("", 1, 0), ("0", 0, 0), ("ninety", 0, 1)])
def test_the_switch_of_all_connections_is_held_to(switch: str, peers: int, problems: int) -> None:
    settings = f"<IPsec><general><enabled>{switch}</enabled></general></IPsec>"
    at = CONNECTIONS.index("<Swanctl")
    parsed = read(CONNECTIONS[:at] + settings + CONNECTIONS[at:])
    assert (len(parsed.policy.peers), len(parsed.problems)) == (peers, problems)
    assert [problem.message.startswith("`ninety` is neither 0 nor 1") for problem in parsed.problems] == [
        True
    ] * problems
    assert any("not switched on" in name for name, _ in parsed.unread) is (peers == 0)
