"""Names that a configuration uses and does not define: they are counted, whatever the make."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import parsed

JUNOS = """set security ike proposal P encryption-algorithm aes-256-cbc
set security ike policy O proposals {first}
set security ike gateway G ike-policy {policy}
set security ipsec proposal Q encryption-algorithm aes-256-cbc
set security ipsec policy I proposals {second}
set security ipsec vpn V ike gateway {gateway}
set security ipsec vpn V ike ipsec-policy {child}
"""
OF_JUNOS = {"first": "P", "policy": "O", "second": "Q", "gateway": "G", "child": "I"}
PALO_ALTO = """set network ike crypto-profiles ike-crypto-profiles P encryption aes-256-cbc
set network ike crypto-profiles ipsec-crypto-profiles Q esp encryption aes-256-gcm
set network ike gateway G protocol version ikev2
set network ike gateway G protocol ikev2 ike-crypto-profile {first}
set network tunnel ipsec T auto-key ike-gateway {gateway}
set network tunnel ipsec T auto-key ipsec-crypto-profile {second}
"""
OF_PALO_ALTO = {"first": "P", "second": "Q", "gateway": "G"}
ROUTEROS = """/ip ipsec profile
add name=P dh-group=modp2048
/ip ipsec peer
add address=198.51.100.7/32 exchange-mode=ike2 name=far profile={first}
/ip ipsec proposal
add name=Q pfs-group=none
/ip ipsec identity
add peer={identity}
/ip ipsec policy
add dst-address=10.1.0.0/16 peer=far proposal={second} src-address=10.2.0.0/16 tunnel=yes
add dst-address=10.3.0.0/16 peer={peer} proposal=Q src-address=10.2.0.0/16 tunnel=yes
"""
OF_ROUTEROS = {"first": "P", "second": "Q", "identity": "far", "peer": "far"}
FORTINET = """config firewall address
    edit "LAN"
        set subnet 10.2.0.0 255.255.0.0
    next
end
config vpn ipsec phase1-interface
    edit "far"
        set proposal aes256-sha256
    next
end
config vpn ipsec phase2-interface
    edit "net"
        set phase1name "far"
        set src-addr-type name
        set src-name "{address}"
    next
end
"""
OF_FORTINET = {"address": "LAN"}


@cases(
    ("text", "defined", "part", "kind"),
    [
        (JUNOS, OF_JUNOS, "first", "proposal"),
        (JUNOS, OF_JUNOS, "policy", "policy"),
        (JUNOS, OF_JUNOS, "second", "proposal"),
        (JUNOS, OF_JUNOS, "gateway", "gateway"),
        (JUNOS, OF_JUNOS, "child", "policy"),
        (JUNOS, OF_JUNOS, "", ""),
        (PALO_ALTO, OF_PALO_ALTO, "first", "ike-crypto-profiles"),
        (PALO_ALTO, OF_PALO_ALTO, "second", "ipsec-crypto-profiles"),
        (PALO_ALTO, OF_PALO_ALTO, "gateway", "gateway"),
        (PALO_ALTO, OF_PALO_ALTO, "", ""),
        (ROUTEROS, OF_ROUTEROS, "first", "profile"),
        (ROUTEROS, OF_ROUTEROS, "second", "proposal"),
        (ROUTEROS, OF_ROUTEROS, "identity", "peer"),
        (ROUTEROS, OF_ROUTEROS, "peer", "peer"),
        (ROUTEROS, OF_ROUTEROS, "", ""),
        (FORTINET, OF_FORTINET, "address", "address"),
        (FORTINET, OF_FORTINET, "", ""),
    ],
)
def test_a_name_that_the_text_does_not_define_is_counted_as_not_read(
    text: str, defined: dict[str, str], part: str, kind: str
) -> None:
    unread = [name for name, _ in parsed(text.format_map({**defined, part: "Gone"})).unread]
    told = [name for name in unread if "not in this text" in name]
    assert told == ([f"`used, and not in this text: {kind} Gone`"] if part else [])


def test_groups_of_vyos_that_the_text_does_not_define_are_counted_as_not_read() -> None:
    text = (
        "set vpn ipsec esp-group E proposal 1 encryption aes256\n"
        "set vpn ipsec site-to-site peer 192.0.2.1 ike-group Absent\n"
        "set vpn ipsec site-to-site peer 192.0.2.1 tunnel 0 esp-group E\n"
    )
    assert "`used, and not in this text: ike-group Absent`" in dict(parsed(text).unread)
