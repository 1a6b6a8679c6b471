"""Which traffic the children of gateways are for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import FOLDER, brief, parsed

from ipseclint.model.peer import Peer
from ipseclint.model.policy import RuleMode
from ipseclint.model.setting import Setting, Unknown

ROUTEROS = """/ip ipsec peer
add address=198.51.100.7/32 exchange-mode=ike2 name=far
/ip ipsec policy
"""
FORTINET = """config vpn ipsec phase1-interface
    edit "branch"
        set ike-version 2
        set proposal aes256-sha256
        set dhgrp 14
    next
end
config vpn ipsec phase2-interface
    edit "net"
        set phase1name "branch"
        set proposal aes256-sha256
        set dhgrp 14
"""
JUNOS = """set security ike proposal P authentication-method pre-shared-keys
set security ike policy L proposals P
set security ike gateway G ike-policy L
set security ike gateway G address 198.51.100.7
set security ipsec vpn V ike gateway G
set security ipsec vpn V """
VYOS = """set vpn ipsec ike-group MAIN proposal 10 encryption 'aes256'
set vpn ipsec site-to-site peer far ike-group 'MAIN'
set vpn ipsec site-to-site peer far """
CISCO = """crypto ikev2 policy 1
 encryption aes-256
 integrity sha256
 group 14
crypto map OUT 10 match address SITE
crypto map OUT 10 set peer 198.51.100.7
"""


def sides(text: str) -> list[tuple[str, str, str]]:
    """The names and networks of the peers of a configuration."""
    return [(each.name, _said(each.local), _said(each.remote)) for each in parsed(text).policy.peers]


def _said(setting: Setting[Any] | None) -> str:
    if setting is None:
        return "-"
    return f"? {setting.value.raw}" if isinstance(setting.value, Unknown) else " ".join(map(str, setting.value))


NETS = ("10.2.0.0/16", "10.1.0.0/16")


@cases(
    ("text", "expected"),
    [
        (ROUTEROS + "add dst-address=10.1.0.0/16 peer=far src-address=10.2.0.0/16 tunnel=yes", [("far", *NETS)]),
        (ROUTEROS + "add dst-address=10.1.0.0/16 peer=other src-address=10.2.0.0/16 tunnel=yes", [("far", "-", "-")]),
        (ROUTEROS + "add dst-address=10.1.0.0/16 peer=far src-address=10.2.0.0/16 template=yes", [("far", "-", "-")]),
        (
            ROUTEROS + "add dst-address=10.1.0.0/16 peer=far protocol=tcp src-address=10.2.0.0/16",
            [("far", "? tcp", "? tcp")],
        ),
        (
            ROUTEROS
            + "add dst-address=10.1.0.0/16 peer=far src-address=10.2.0.0/16\n"
            + "add dst-address=10.3.0.0/16 peer=far src-address=10.2.0.0/16",
            [("far, 10.1.0.0/16", *NETS), ("far, 10.3.0.0/16", "10.2.0.0/16", "10.3.0.0/16")],
        ),
        (
            FORTINET + "set src-subnet 10.2.0.0 255.255.0.0\nset dst-subnet 10.1.0.0 255.255.0.0\nnext\nend\n",
            [("net", *NETS)],
        ),
        (
            FORTINET + "set src-subnet 0.0.0.0 0.0.0.0\nset dst-subnet 0.0.0.0 0.0.0.0\nnext\nend\n",
            [("net", "0.0.0.0/0", "0.0.0.0/0")],
        ),
        (
            FORTINET + 'set src-addr-type name\nset src-name "lan"\nset dst-subnet 10.1.0.0 255.255.0.0\nnext\nend\n',
            [("net", "? lan", "10.1.0.0/16")],
        ),
        (
            FORTINET
            + "set src-addr-type range\nset src-start-ip 10.2.0.1\nset src-end-ip 10.2.0.9\n"
            + "set dst-subnet 10.1.0.0 255.255.0.0\nnext\nend\n",
            [("net", "10.2.0.1-10.2.0.9", "10.1.0.0/16")],
        ),
        (FORTINET + "set dst-subnet 10.1.0.0 255.255.0.0\nnext\nend\n", [("net", "0.0.0.0/0", "10.1.0.0/16")]),
        (
            FORTINET
            + 'set src-name "lan"\nset dst-name "hosts"\nnext\nend\nconfig firewall address\nedit "lan"\n'
            + 'set subnet 10.2.0.0 255.255.0.0\nnext\nedit "hosts"\nset type iprange\n'
            + "set start-ip 10.1.0.1\nset end-ip 10.1.0.9\nnext\nend\n",
            [("net", "10.2.0.0/16", "10.1.0.1-10.1.0.9")],
        ),
        (
            FORTINET
            + 'set src-name "all"\nset dst-name "sites"\nnext\nend\nconfig firewall addrgrp\nedit "sites"\nnext\nend\n',
            [("net", "0.0.0.0/0", "? sites")],
        ),
        (
            JUNOS
            + "ike proxy-identity local 10.2.0.0/16\nset security ipsec vpn V ike proxy-identity remote 10.1.0.0/16",
            [("V", *NETS)],
        ),
        (
            JUNOS
            + "traffic-selector A local-ip 10.2.0.0/16\n"
            + "set security ipsec vpn V traffic-selector A remote-ip 10.1.0.0/16\n"
            + "set security ipsec vpn V traffic-selector B local-ip 10.2.0.0/16\n"
            + "set security ipsec vpn V traffic-selector B remote-ip 10.3.0.0/16\n",
            [("V, A", *NETS), ("V, B", "10.2.0.0/16", "10.3.0.0/16")],
        ),
        (
            VYOS
            + "tunnel 1 local prefix '10.2.0.0/16'\n"
            + "set vpn ipsec site-to-site peer far tunnel 1 remote prefix '10.1.0.0/16'\n",
            [("far", *NETS)],
        ),
        (CISCO, [("Cisco IKEv2", "? SITE", "? SITE")]),
        (CISCO.replace("crypto map OUT 10 match address SITE\n", ""), [("Cisco IKEv2", "-", "-")]),
        (
            CISCO + "access-list SITE extended permit ip 10.2.0.0 255.255.0.0 10.1.0.0 255.255.0.0\n",
            [("Cisco IKEv2", *NETS)],
        ),
        (
            CISCO + "ip access-list extended SITE\n permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255\n",
            [("Cisco IKEv2", *NETS)],
        ),
        (
            CISCO + "access-list SITE extended permit ip host 10.2.0.9 any\n",
            [("Cisco IKEv2", "10.2.0.9", "0.0.0.0/0")],
        ),
        (
            CISCO + "access-list SITE extended permit ip object LAN object FAR\n",
            [("Cisco IKEv2", "? LAN", "? FAR")],
        ),
        (
            CISCO
            + "access-list SITE extended permit ip object LAN object-group FAR\n"
            + "object network LAN\n subnet 10.2.0.0 255.255.0.0\n nat (inside,outside) dynamic interface\n"
            + "object-group network FAR\n network-object 10.1.0.0 255.255.0.0\n network-object host 10.3.0.9\n"
            + " network-object object ONE\n group-object FAR\nobject network ONE\n range 10.4.0.1 10.4.0.9\n",
            [("Cisco IKEv2", "10.2.0.0/16", "10.1.0.0/16 10.3.0.9 10.4.0.1-10.4.0.9")],
        ),
        (
            CISCO
            + "access-list SITE extended permit ip object LAN object NAME\n"
            + "object network LAN\n subnet 10.2.0.0 255.255.0.0\nobject network NAME\n fqdn v4 a.example\n",
            [("Cisco IKEv2", "10.2.0.0/16", "? NAME")],
        ),
        (
            CISCO + "ip access-list extended SITE\n 10 permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255\n",
            [("Cisco IKEv2", *NETS)],
        ),
        (
            CISCO
            + "access-list SITE remark branch\n"
            + "access-list SITE extended permit ip 10.2.0.0 255.255.0.0 10.1.0.0 255.255.0.0\n",
            [("Cisco IKEv2", *NETS)],
        ),
        (
            CISCO
            + "access-list SITE extended deny ip host 10.2.0.9 any\n"
            + "access-list SITE extended permit ip 10.2.0.0 255.255.0.0 10.1.0.0 255.255.0.0\n",
            [("Cisco IKEv2", "-", "-")],
        ),
        (
            CISCO
            + "access-list SITE extended permit ip 10.2.0.0 255.255.0.0 10.1.0.0 255.255.0.0\n"
            + "access-list SITE extended permit ip 10.2.0.0 255.255.0.0 10.3.0.0 255.255.0.0\n",
            [
                ("Cisco IKEv2, 10.1.0.0 255.255.0.0", *NETS),
                ("Cisco IKEv2, 10.3.0.0 255.255.0.0", "10.2.0.0/16", "10.3.0.0/16"),
            ],
        ),
        (
            CISCO + "access-list SITE extended permit tcp 10.2.0.0 255.255.0.0 10.1.0.0 255.255.0.0\n",
            [("Cisco IKEv2", "? tcp", "? tcp")],
        ),
    ],
)
def test_networks_of_each_make(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert sides(text) == expected


LIMITED = {
    "RouterOS": (
        ROUTEROS + "add dst-address=10.1.0.0/16 peer=far src-address=10.2.0.0/16 {}={}\n",
        ("protocol", "src-port", "dst-port"),
    ),
    "FortiOS": (
        FORTINET + "set src-subnet 10.2.0.0 255.255.0.0\nset dst-subnet 10.1.0.0 255.255.0.0\nset {} {}\nnext\nend\n",
        ("protocol", "src-port", "dst-port"),
    ),
    "Junos": (
        (
            f"{JUNOS}traffic-selector A local-ip 10.2.0.0/16\n"
            "set security ipsec vpn V traffic-selector A remote-ip 10.1.0.0/16\n"
            "set security ipsec vpn V traffic-selector A {} {}\n"
        ),
        ("protocol", "source-port", "destination-port"),
    ),
    "an identity of Junos": (
        (
            f"{JUNOS}ike proxy-identity local 10.2.0.0/16\n"
            "set security ipsec vpn V ike proxy-identity remote 10.1.0.0/16\n"
            "set security ipsec vpn V ike proxy-identity {} {}\n"
        ),
        ("service",),
    ),
    "VyOS": (
        (
            f"{VYOS}tunnel 1 local prefix '10.2.0.0/16'\n"
            "set vpn ipsec site-to-site peer far tunnel 1 remote prefix '10.1.0.0/16'\n"
            "set vpn ipsec site-to-site peer far tunnel 1 {} '{}'\n"
        ),
        ("protocol", "local port", "remote port"),
    ),
}
"""By make a child for two networks with a place for a limit and its value, and the words that limit it."""


@cases(("make", "word"), [(make, word) for make, (_, words) in LIMITED.items() for word in words])
def test_a_child_for_less_than_two_networks_is_not_compared(make: str, word: str) -> None:
    text, _ = LIMITED[make]
    assert [each[1:] for each in sides(text.format(word, "17"))] == [("? 17", "? 17")]
    assert [each[1:] for each in sides(text.format(word, "any"))] == [NETS]


def test_a_place_is_that_of_the_network() -> None:
    (peer,) = parsed((FOLDER / "mikrotik.rsc").read_text(encoding="utf-8"), "mikrotik.rsc").policy.peers
    assert _places(peer) == [(13, 64), (13, 17)]


def _places(peer: Peer) -> list[tuple[int, int]]:
    return [(side.span.line, side.span.column) for side in (peer.local, peer.remote) if side is not None]


WINDOWS = (
    "netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha256\n"
    "netsh advfirewall consec add rule name=Site endpoint1={local} endpoint2={remote} action=requireinrequireout "
    "mode=tunnel localtunnelendpoint=198.51.100.7 remotetunnelendpoint=203.0.113.9 auth1=computerpsk "
    'auth1psk="aKeyOfThisRouter3" qmsecmethods=esp:sha256-aes256+60min+100000kb qmpfs=ecdhp384\n'
)


@pytest.mark.parametrize(
    ("local", "remote", "says"),
    [
        ("10.1.0.0/16", "10.2.0.0/16", "ok selectors"),
        ("10.1.0.0/16", "10.9.0.0/16", "x selectors the two ends protect no traffic in common"),
    ],
)
def test_they_are_compared_with_a_rule_of_windows(
    local: str, remote: str, says: str, cli: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "windows.cmd").write_text(WINDOWS.format(local=local, remote=remote), encoding="utf-8")
    router = (FOLDER / "mikrotik.rsc").read_text(encoding="utf-8").replace("exchange-mode=ike2 ", "")
    (tmp_path / "router.rsc").write_text(router, encoding="utf-8")
    out = " ".join(cli("negotiate", str(tmp_path / "windows.cmd"), str(tmp_path / "router.rsc")).out.split())
    assert says in out


@cases(("said", "mode"), [("tunnel=yes", "tunnel"), ("tunnel=no", "transport"), ("", "transport")])
def test_the_mode_of_a_policy_of_routeros(said: str, mode: str) -> None:
    policy = f"add dst-address=10.1.0.0/16 peer=far src-address=10.2.0.0/16 {said}"
    (peer,) = parsed(ROUTEROS + policy).policy.peers
    assert peer.mode is not None
    assert peer.mode.known == mode


def test_a_mode_that_is_none_is_told() -> None:
    policy = "add dst-address=10.1.0.0/16 peer=far src-address=10.2.0.0/16 tunnel=maybe"
    (problem,) = parsed(ROUTEROS + policy).problems
    assert problem.message == "`maybe` is neither tunnel nor transport mode"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (4, 69)


FLAT = " ".join(line.strip() for line in FORTINET.splitlines())


@cases(
    "text",
    [
        f"{FLAT} next end\n",
        FLAT.replace("end config", "end\nconfig") + " next end\n",
        FORTINET + 'set comments "set dhgrp 2 next end"\nnext\nend\n',
        "config firewall schedule recurring\nedit x\nset start 08:00\nset end 18:00\nnext\nend\n" + FORTINET,
    ],
)
def test_blocks_of_fortios_whose_line_ends_are_lost_are_the_same(text: str) -> None:
    (peer,) = parsed(text).policy.peers
    (wanted,) = parsed(FORTINET).policy.peers
    assert peer.name == wanted.name == "net"
    assert _groups(peer) == _groups(wanted) != []


def _groups(peer: Peer) -> list[str]:
    return [group for offer in peer.main_mode or () for group in offer.groups]


OF_ALL = ("0.0.0.0/0", "0.0.0.0/0")
PALO_ALTO = "set network ike gateway G protocol version ikev2\n"
EVERY = ("0.0.0.0/0 ::/0", "0.0.0.0/0 ::/0")


@cases(
    ("text", "expected"),
    [
        (FORTINET, [("net", *OF_ALL)]),
        (PALO_ALTO, [("G", "-", "-")]),
        (f"{PALO_ALTO}set network tunnel ipsec T auto-key ike-gateway G\n", [("T", *OF_ALL)]),
        (VYOS + "vti bind vti0", [("far", *EVERY)]),
        (VYOS + "tunnel 1 disable", []),
    ],
)
def test_a_tunnel_to_which_routes_lead_is_for_all_addresses(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert sides(text) == expected


OF_TWO_ROUTEROS = f"""{ROUTEROS}add dst-address=10.1.0.0/16 peer=far proposal=old src-address=10.2.0.0/16 tunnel=yes
add dst-address=10.3.0.0/16 peer=far proposal=new src-address=10.2.0.0/16 tunnel=yes
/ip ipsec proposal
add auth-algorithms=sha1 enc-algorithms=aes-128-cbc name=old pfs-group=none
add auth-algorithms=sha256 enc-algorithms=aes-256-cbc name=new pfs-group=none
"""
OF_TWO_VYOS = f"""set vpn ipsec esp-group OLD proposal 1 encryption aes128
set vpn ipsec esp-group OLD proposal 1 hash sha1
set vpn ipsec esp-group OLD pfs disable
set vpn ipsec esp-group NEW proposal 1 encryption aes256
set vpn ipsec esp-group NEW proposal 1 hash sha256
set vpn ipsec esp-group NEW pfs disable
{VYOS}default-esp-group OLD
set vpn ipsec site-to-site peer far tunnel 1 local prefix 10.2.0.0/16
set vpn ipsec site-to-site peer far tunnel 1 remote prefix 10.1.0.0/16
set vpn ipsec site-to-site peer far tunnel 2 esp-group NEW
set vpn ipsec site-to-site peer far tunnel 2 local prefix 10.2.0.0/16
set vpn ipsec site-to-site peer far tunnel 2 remote prefix 10.3.0.0/16
"""


@cases("text", [OF_TWO_ROUTEROS, OF_TWO_VYOS])
def test_each_child_has_the_proposals_that_it_names(text: str) -> None:
    peers = parsed(text).policy.peers
    assert [brief(peer.quick_mode) for peer in peers] == [["AES-128+SHA-1++"], ["AES-256+SHA-256++"]]


def test_the_group_of_a_virtual_interface_goes_before_that_of_its_connection() -> None:
    before, *_ = OF_TWO_VYOS.partition("set vpn ipsec site-to-site peer far tunnel")
    (peer,) = parsed(f"{before}{VYOS}vti bind vti0\n{VYOS}vti esp-group NEW\n").policy.peers
    assert brief(peer.quick_mode) == ["AES-256+SHA-256++"]


CLIENTS = """/ip ipsec policy
add dst-address=10.7.0.0/24 group=clients src-address=0.0.0.0/0 template=yes
/ip ipsec peer
add exchange-mode=ike2 name=any passive=yes
/ip ipsec identity
add auth-method=digital-signature {} peer=any policy-template-group=clients
"""


@cases(
    ("said", "mode"),
    [
        ("generate-policy=port-strict mode-config=pool", RuleMode.TUNNEL),
        ("mode-config=pool", None),
        ("generate-policy=port-strict", None),
    ],
)
def test_clients_that_get_an_address_have_a_tunnel(said: str, mode: RuleMode | None) -> None:
    (peer,) = parsed(CLIENTS.format(said)).policy.peers
    assert (None if peer.mode is None else peer.mode.value) == mode
