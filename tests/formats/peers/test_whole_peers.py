"""Peers with every key that a section of swanctl.conf or a policy of Azure can have, each in its field alone."""

from __future__ import annotations

import json
from typing import Any

from tests.cases import cases
from tests.formats.peers.test_peers import read

from ipseclint.model.peer import Peer
from ipseclint.model.selectors import PortRange, parse_address
from ipseclint.model.setting import Secret, Setting

PLACES = {"span", "own", "accepted", "main_mode", "quick_mode"}


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Setting) else value


def said(peer: Peer, other: Peer) -> dict[str, Any]:
    """The fields that say something else than another peer's, without places."""
    fields = {name: plain(getattr(peer, name)) for name in Peer.model_fields if name not in PLACES}
    return {name: value for name, value in fields.items() if value != plain(getattr(other, name))}


def swanctl(connection: str = "", child: str = "") -> tuple[Peer, tuple[str, ...]]:
    connection, child = ("".join(f"{line}\n" for line in lines.split(";") if line) for lines in (connection, child))
    text = (
        "connections {\na {\nlocal_addrs = 192.0.2.1\nproposals = aes256-sha256-modp2048\nlocal {\nauth = pubkey\n}\n"
        f"remote {{\nauth = pubkey\n}}\n{connection}children {{\nb {{\nesp_proposals = aes256-sha256\n{child}"
        "}\n}\n}\n}\n"
    )
    parsed = read(text)
    (peer,) = parsed.policy.peers
    return peer, tuple(problem.message for problem in parsed.problems)


ONE, NET = parse_address("192.0.2.9"), parse_address("10.0.0.0/8")


def test_a_postquantum_key_that_is_required_is_not_compared() -> None:
    peer, problems = swanctl("ppk_required = yes")
    assert [each.method for each in peer.own or ()] == [None]
    assert problems == ("postquantum preshared keys (`ppk_required`) are not compared",)
    _, problems = swanctl("ppk_required = no")
    assert problems == ()


@cases(
    ("connection", "child", "expected"),
    [
        ("version = 1", "", {"key_modules": {"IKEv1"}}),
        ("version = 2", "", {"key_modules": {"IKEv2"}}),
        ("version = 0", "", {}),
        ("remote_addrs = 192.0.2.9, %any, host.example", "", {"looks_for": (ONE,)}),
        ("aggressive = yes", "", {"is_aggressive": True}),
        ("aggressive = no", "", {}),
        ("childless = Force", "", {"childless": "force"}),
        ("rekey_time = 2h", "", {"main_mode_seconds": 7200}),
        ("", "rekey_time = 30m", {"quick_mode_seconds": 1800}),
        ("", "rekey_bytes = 2048000", {"quick_mode_kilobytes": 2000}),
        ("", "mode = transport", {"mode": "transport"}),
        ("", "mode = tunnel", {}),
        ("", "local_ts = 10.0.0.0/8", {"local": (NET,)}),
        ("", "remote_ts = 10.0.0.0/8", {"remote": (NET,)}),
        ("", "local_ts = dynamic[tcp/1433]", {"protocol": 6, "local_ports": (PortRange(1433, 1433),)}),
        ("", "remote_ts = dynamic[udp/53]", {"protocol": 17, "remote_ports": (PortRange(53, 53),)}),
    ],
)
def test_each_key_of_swanctl_is_one_field(connection: str, child: str, expected: dict[str, Any]) -> None:
    nothing, _ = swanctl()
    peer, problems = swanctl(connection, child)
    assert (said(peer, nothing), problems) == (expected, ())


@cases(("side", "field"), [("local", "identity"), ("remote", "expected_identity")])
def test_the_identity_of_a_side_is_that_of_its_first_round(side: str, field: str) -> None:
    text = (
        "connections {\na {\nlocal_addrs = 192.0.2.1\nproposals = aes256-sha256-modp2048\n"
        f"{side}-1 {{\nround = 2\nid = third.example\nauth = eap\n}}\n"
        f"{side}-z {{\nid = first.example\nauth = pubkey\n}}\n"
        f"{side}-a {{\nid = second.example\nauth = eap\n}}\n}}\n}}\n"
    )
    (peer,) = read(text).policy.peers
    assert [plain(getattr(peer, name)) for name in ("identity", "expected_identity")] == [
        "first.example" if name == field else None for name in ("identity", "expected_identity")
    ]


@cases(("written", "known"), [("a.example", "a.example"), ("<your id>", None), ("${var.id}", None), ("__ID__", None)])
def test_an_identity_that_is_put_in_later_is_not_known(written: str, known: str | None) -> None:
    text = (
        "connections {\na {\nlocal_addrs = 192.0.2.1\nproposals = aes256-sha256-modp2048\n"
        f"local {{\nid = {written}\nauth = psk\n}}\n}}\n}}\n"
    )
    (peer,) = read(text).policy.peers
    assert peer.identity is not None
    assert peer.identity.known == known


POLICY = {
    "saLifeTimeSeconds": 27000,
    "saDataSizeKilobytes": 1024,
    "ipsecEncryption": "AES256",
    "ipsecIntegrity": "SHA256",
    "ikeEncryption": "AES192",
    "ikeIntegrity": "SHA384",
    "dhGroup": "ECP384",
    "pfsGroup": "PFS2048",
}


def azure(**members: Any) -> Any:
    connection = {"name": "to-branch", "connectionType": "IPsec", "virtualNetworkGateway1": {"id": "/x"}}
    return read(json.dumps(connection | members, indent=1), "cloud-gateway")


def test_a_policy_of_azure_is_read_whole() -> None:
    parsed = azure(ipsecPolicies=[POLICY], sharedKey="an example key", connectionProtocol="IKEv1")
    assert (parsed.problems, parsed.unread) == ((), ())
    (peer,) = parsed.policy.peers
    (main,), (quick,) = peer.main_mode or (), peer.quick_mode or ()
    assert (peer.name, peer.implementation, plain(peer.key_modules)) == ("to-branch", "azure", {"IKEv1"})
    assert (main.encryption, main.integrity, main.groups) == (("AES-192",), ("SHA-384",), ("DH20",))
    assert (quick.encryption, quick.integrity, quick.groups) == (("AES-256",), ("SHA-256",), ("DH14",))
    assert (quick.encapsulation, main.encapsulation) == ("ESP", None)
    lives = (peer.main_mode_seconds, peer.quick_mode_seconds, peer.quick_mode_kilobytes)
    assert [plain(life) for life in lives] == [28_800, 27_000, 1024]
    assert [each.secret for each in (*(peer.own or ()), *(peer.accepted or ()))] == [Secret("an example key")] * 2
    assert (plain(peer.mode), peer.local, peer.remote) == ("tunnel", None, None)
    assert (peer.span.line, main.span.line) == (1, 8)


MATTERS = {
    "saLifeTimeSeconds": "quick_mode_seconds",
    "saDataSizeKilobytes": "quick_mode_kilobytes",
    "ipsecEncryption": "quick_mode",
    "ipsecIntegrity": "quick_mode",
    "ikeEncryption": "main_mode",
    "ikeIntegrity": "main_mode",
    "dhGroup": "main_mode",
    "pfsGroup": "quick_mode",
}


@cases("name", POLICY)
def test_each_member_of_a_policy_of_azure_matters(name: str) -> None:
    (whole,) = azure(ipsecPolicies=[POLICY]).policy.peers
    (peer,) = azure(ipsecPolicies=[{key: value for key, value in POLICY.items() if key != name}]).policy.peers
    differ = {field for field in Peer.model_fields if plain(getattr(whole, field)) != plain(getattr(peer, field))}
    assert differ == {MATTERS[name]}


def test_selectors_of_azure_are_a_peer_each_and_what_else_they_have_is_unread() -> None:
    selectors = [
        {"localAddressRanges": ["10.1.0.0/16"], "remoteAddressRanges": ["10.2.0.0/16", "10.3.0.0/16"]},
        {"localAddressRanges": ["10.4.0.0/16"], "remoteAddressRanges": ["10.5.0.0/16"], "Strange": 1},
    ]
    parsed = azure(trafficSelectorPolicies=selectors, ipsecPolicies=[POLICY | {"Odd": 1}], Other=1)
    told = [(peer.name, plain(peer.local), plain(peer.remote)) for peer in parsed.policy.peers]
    (one, two, three, four, five) = (parse_address(f"10.{number}.0.0/16") for number in range(1, 6))
    assert told == [("to-branch, selectors 1", (one,), (two, three)), ("to-branch, selectors 2", (four,), (five,))]
    assert set(parsed.unread) == {("`Strange`", 1), ("`Odd`", 1), ("`Other`", 1)}
