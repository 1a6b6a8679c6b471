"""Connections of gateways that are switched off are no peers, and are counted among what is not read."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import parsed

from ipseclint.formats import recognise
from ipseclint.source import bytes_source

JUNOS = """set security ike proposal P authentication-method pre-shared-keys
set security ike policy POL proposals P
set security ike gateway GW ike-policy POL
set security ike gateway GW address 203.0.113.9
set security ipsec vpn V ike gateway GW
set security ipsec vpn W ike gateway GW
"""
BRACES = """security {
    ike {
        gateway GW {
            address 203.0.113.9;
        }
    }
    ipsec {
        inactive: vpn V {
            ike {
                gateway GW;
            }
        }
        vpn W {
            ike {
                gateway GW;
            }
        }
    }
}
"""
VYOS = """set vpn ipsec ike-group I proposal 1 encryption aes256
set vpn ipsec site-to-site peer V ike-group I
set vpn ipsec site-to-site peer W ike-group I
set vpn ipsec site-to-site peer W tunnel 1 local prefix 10.1.0.0/16
set vpn ipsec site-to-site peer W tunnel 1 remote prefix 10.2.0.0/16
set vpn ipsec site-to-site peer W tunnel 2 disable
"""
PALO_ALTO = """set network ike gateway G peer-address ip 203.0.113.9
set network ike gateway H peer-address ip 203.0.113.10
set network tunnel ipsec V auto-key ike-gateway H
set network tunnel ipsec W auto-key ike-gateway G
"""
ROUTEROS = """/ip ipsec peer add name=V address=203.0.113.9 exchange-mode=ike2 disabled=yes
/ip ipsec peer add name=W address=203.0.113.10 exchange-mode=ike2
"""


@cases(
    ("text", "count"),
    [
        (f"{JUNOS}deactivate security ipsec vpn V\n", 1),
        (BRACES, 1),
        (f"{VYOS}set vpn ipsec site-to-site peer V disable\n", 2),
        (f"{PALO_ALTO}set network tunnel ipsec V disabled yes\n", 1),
        (f"{PALO_ALTO}set network ike gateway H disabled yes\n", 1),
        (ROUTEROS, 1),
    ],
)
def test_what_is_switched_off_is_no_peer_and_is_counted(text: str, count: int) -> None:
    read = parsed(text)
    assert [peer.name for peer in read.policy.peers] == ["W"]
    assert dict(read.unread)["`a connection that is switched off`"] == count


def test_what_is_deactivated_within_a_connection_is_left_out() -> None:
    read = parsed(f"{JUNOS}deactivate security ike gateway GW address\n")
    assert [peer.looks_for for peer in read.policy.peers] == [(), ()]


@cases(
    "text",
    [
        f"{JUNOS}deactivate security ipsec\n",
        PALO_ALTO.replace(" peer-address", " disabled yes peer-address") + "set network ike gateway G disabled yes\n"
        "set network ike gateway H disabled yes\n",
        ROUTEROS.replace("exchange-mode=ike2\n", "exchange-mode=ike2 disabled=yes\n"),
    ],
)
def test_a_configuration_of_which_all_is_switched_off_is_read_and_has_no_peer(text: str) -> None:
    form = recognise(bytes_source("gw.txt", text.encode()))
    assert form is not None
    read = form.parse(bytes_source("gw.txt", text.encode()))
    assert (form.name, read.policy.peers, read.problems) == ("gateway-configuration", (), ())
    assert "`a connection that is switched off`" in dict(read.unread)
