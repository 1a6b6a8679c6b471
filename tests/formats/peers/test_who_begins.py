"""Ends of gateways that only answer, and what else of an end stands apart from its proposals."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import brief, parsed

ROUTEROS = "/ip ipsec peer\nadd exchange-mode=ike2 name=win passive=yes\n"
FORTINET = """config vpn ipsec phase1-interface
    edit "clients"
        set type dynamic
        set ike-version 2
        set proposal aes256-sha256
        set dhgrp 14
    next
end
"""
VYOS = """set vpn ipsec ike-group I proposal 1 encryption aes256
set vpn ipsec esp-group E proposal 1 encryption aes256
set vpn ipsec esp-group E proposal 1 hash sha256
set vpn ipsec esp-group E pfs disable
set vpn ipsec site-to-site peer 203.0.113.8 connection-type respond
set vpn ipsec site-to-site peer 203.0.113.8 ike-group I
set vpn ipsec site-to-site peer 203.0.113.8 local-address 198.51.100.9
set vpn ipsec site-to-site peer 203.0.113.8 vti bind vti0
set vpn ipsec site-to-site peer 203.0.113.8 vti esp-group E
"""
PALO_ALTO = """set network ike gateway G peer-address ip 203.0.113.8
set network ike gateway G protocol-common passive-mode yes
"""
IOS = """crypto ikev2 proposal P
 encryption aes-cbc-256
 integrity sha256
 group 14
crypto ikev2 policy POL
 proposal P
crypto ikev2 profile A
 lifetime 28800
crypto ikev2 profile B
 lifetime 14400
crypto ipsec transform-set TS esp-gcm 256
crypto ipsec profile VTI
 set transform-set TS
 set ikev2-profile A
"""
ASA = """access-list OUT line 1 extended permit ip 10.1.0.0 255.255.0.0 10.2.0.0 255.255.0.0
crypto ikev2 policy 10
 encryption aes-256
 integrity sha256
 group 14
crypto ipsec ikev2 ipsec-proposal P
 protocol esp encryption aes-256
 protocol esp integrity sha-256
crypto map M 10 match address OUT
crypto map M 10 set ikev2 ipsec-proposal P
"""


@cases(
    ("text", "is_server"),
    [
        (ROUTEROS, True),
        (ROUTEROS.replace("passive=yes", "passive=no"), False),
        (VYOS, True),
        (VYOS.replace("type respond", "type initiate"), False),
        (PALO_ALTO, True),
        (PALO_ALTO.replace("mode yes", "mode no"), False),
        (FORTINET, True),
        (FORTINET.replace("type dynamic", "type static"), False),
    ],
)
def test_an_end_that_waits_for_the_other_is_a_server(text: str, is_server: bool) -> None:
    assert [peer.is_server for peer in parsed(text).policy.peers] == [is_server]


@cases(
    ("before", "after", "seconds"),
    [
        ("", "", 28_800),
        ("set ikev2-profile A", "set ikev2-profile B", 14_400),
        (" set ikev2-profile A\n", "", None),
        (" proposal P\n", " proposal P\n lifetime 3600\n", 3600),
    ],
)
def test_the_lifetime_of_ios_is_that_of_the_profile(before: str, after: str, seconds: int | None) -> None:
    (peer,) = parsed(IOS.replace(before, after, 1) if before else IOS).policy.peers
    assert (peer.main_mode_seconds and peer.main_mode_seconds.value) == seconds


def test_a_virtual_interface_of_vyos_has_its_group_and_the_peer_its_own_address() -> None:
    (peer,) = parsed(VYOS).policy.peers
    assert brief(peer.quick_mode) == ["AES-256+SHA-256++"]
    assert list(map(str, peer.answers_on)) == ["198.51.100.9"]


def test_an_access_list_with_the_numbers_of_its_lines_tells_the_networks() -> None:
    (peer,) = parsed(ASA).policy.peers
    assert [list(map(str, side.value)) for side in (peer.local, peer.remote) if side is not None] == [
        ["10.1.0.0/16"],
        ["10.2.0.0/16"],
    ]
