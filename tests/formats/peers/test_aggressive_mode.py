"""Aggressive mode in the words of each make, of which Windows has none."""

from __future__ import annotations

from tests.cases import cases
from tests.semantics.negotiation.two_ends import main_mode, rule, verdict

from ipseclint.formats import recognise
from ipseclint.source import bytes_source

TUNNEL = "mode=tunnel localtunnelendpoint=192.0.2.1 remotetunnelendpoint=192.0.2.2 auth1=computerpsk auth1psk=first"
WINDOWS = main_mode("dhgroup14:aes256-sha256") + rule(
    f"{TUNNEL} qmpfs=dhgroup14 qmsecmethods=esp:sha256-aes256", ends=("10.1.0.0/16", "10.2.0.0/16")
)
MIKROTIK = """/ip ipsec profile
add dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha256 name=p1
/ip ipsec peer
add address=192.0.2.1/32 {mode}local-address=192.0.2.2 name=win profile=p1
/ip ipsec proposal
add auth-algorithms=sha256 enc-algorithms=aes-256-cbc name=p2 pfs-group=modp2048
/ip ipsec identity
add peer=win secret=first
/ip ipsec policy
add dst-address=10.1.0.0/16 peer=win proposal=p2 src-address=10.2.0.0/16 tunnel=yes
"""
FORTINET = """config vpn ipsec phase1-interface
    edit "win"
        set ike-version 1
{mode}        set proposal aes256-sha256
        set dhgrp 14
        set remote-gw 192.0.2.1
        set psksecret first
    next
end
config vpn ipsec phase2-interface
    edit "win2"
        set phase1name "win"
        set proposal aes256-sha256
        set pfs enable
        set dhgrp 14
        set src-subnet 10.2.0.0 255.255.0.0
        set dst-subnet 10.1.0.0 255.255.0.0
    next
end
"""
JUNOS = """set security ike proposal P1 authentication-method pre-shared-keys
set security ike proposal P1 dh-group group14
set security ike proposal P1 authentication-algorithm sha-256
set security ike proposal P1 encryption-algorithm aes-256-cbc
{mode}set security ike policy POL proposals P1
set security ike policy POL pre-shared-key ascii-text "first"
set security ike gateway GW ike-policy POL
set security ike gateway GW address 192.0.2.1
set security ike gateway GW version v1-only
set security ipsec proposal P2 protocol esp
set security ipsec proposal P2 authentication-algorithm hmac-sha-256-128
set security ipsec proposal P2 encryption-algorithm aes-256-cbc
set security ipsec policy IP perfect-forward-secrecy keys group14
set security ipsec policy IP proposals P2
set security ipsec vpn V ike gateway GW
set security ipsec vpn V ike ipsec-policy IP
set security ipsec vpn V ike proxy-identity local 10.2.0.0/16
set security ipsec vpn V ike proxy-identity remote 10.1.0.0/16
"""
VYOS = """set vpn ipsec esp-group ESP pfs 'dh-group14'
set vpn ipsec esp-group ESP proposal 1 encryption 'aes256'
set vpn ipsec esp-group ESP proposal 1 hash 'sha256'
set vpn ipsec ike-group IKE key-exchange 'ikev1'
{mode}set vpn ipsec ike-group IKE proposal 1 dh-group '14'
set vpn ipsec ike-group IKE proposal 1 encryption 'aes256'
set vpn ipsec ike-group IKE proposal 1 hash 'sha256'
set vpn ipsec site-to-site peer 192.0.2.1 authentication mode 'pre-shared-secret'
set vpn ipsec site-to-site peer 192.0.2.1 authentication pre-shared-secret 'first'
set vpn ipsec site-to-site peer 192.0.2.1 ike-group 'IKE'
set vpn ipsec site-to-site peer 192.0.2.1 local-address '192.0.2.2'
set vpn ipsec site-to-site peer 192.0.2.1 tunnel 0 esp-group 'ESP'
set vpn ipsec site-to-site peer 192.0.2.1 tunnel 0 local prefix '10.2.0.0/16'
set vpn ipsec site-to-site peer 192.0.2.1 tunnel 0 remote prefix '10.1.0.0/16'
"""
CISCO = """crypto ikev1 policy 10
 authentication pre-share
 encryption aes-256
 hash sha256
 group 14
crypto ipsec ikev1 transform-set TS esp-aes-256 esp-sha256-hmac
crypto map CM 10 match address VPN
crypto map CM 10 set peer 192.0.2.1
crypto map CM 10 set pfs group14
{mode}crypto map CM 10 set ikev1 transform-set TS
tunnel-group 192.0.2.1 ipsec-attributes
 ikev1 pre-shared-key first
"""
PHASES = """Phase 1
Exchange mode: {mode}
Authentication method: Pre-shared key
Encryption algorithm: AES-256
Hash algorithm: SHA-256
DH group: 14
Phase 2
Protocol: ESP
Encryption algorithm: AES-256
Authentication algorithm: SHA-256
PFS group: 14
"""
PFSENSE = """<pfsense><ipsec><phase1><ikeid>1</ikeid><iketype>ikev1</iketype>{mode}
<remote-gateway>192.0.2.1</remote-gateway><authentication_method>pre_shared_key</authentication_method>
<pre-shared-key>first</pre-shared-key><encryption><item><encryption-algorithm><name>aes</name><keylen>256</keylen>
</encryption-algorithm><hash-algorithm>sha256</hash-algorithm><dhgroup>14</dhgroup></item></encryption></phase1>
</ipsec></pfsense>
"""


@cases(
    ("text", "mode", "is_aggressive"),
    [
        (MIKROTIK, "exchange-mode=aggressive ", True),
        (MIKROTIK, "exchange-mode=main ", False),
        (MIKROTIK, "", False),
        (FORTINET, "        set mode aggressive\n", True),
        (FORTINET, "        set mode main\n", False),
        (FORTINET, "", False),
        (JUNOS, "set security ike policy POL mode aggressive\n", True),
        (JUNOS, "set security ike policy POL mode main\n", False),
        (VYOS, "set vpn ipsec ike-group IKE mode 'aggressive'\n", True),
        (VYOS, "", False),
        (CISCO, "crypto map CM 10 set ikev1 phase1-mode aggressive\n", True),
        (CISCO, "crypto map CM 10 set ikev1 phase1-mode main\n", False),
        (PHASES, "Aggressive mode", True),
        (PHASES, "Aggressive", True),
        (PHASES, "Main mode", False),
        (PFSENSE, "<mode>aggressive</mode>", True),
        (PFSENSE, "<mode>main</mode>", False),
    ],
)
def test_a_peer_of_aggressive_mode(text: str, mode: str, *, is_aggressive: bool) -> None:
    source = bytes_source("peer", text.format(mode=mode).encode())
    found = recognise(source)
    assert found is not None
    (peer,) = found.parse(source).policy.peers
    assert peer.is_aggressive is is_aggressive


@cases("text", [MIKROTIK, FORTINET, JUNOS, VYOS])
def test_windows_has_no_aggressive_mode(text: str) -> None:
    words = {
        MIKROTIK: "exchange-mode=aggressive ",
        FORTINET: "        set mode aggressive\n",
        JUNOS: "set security ike policy POL mode aggressive\n",
        VYOS: "set vpn ipsec ike-group IKE mode 'aggressive'\n",
    }
    assert verdict(WINDOWS, text.format(mode=words[text])) == ("fails", "key-module")
    assert verdict(WINDOWS, text.format(mode="")) == ("secured", None)


def test_base_mode_is_not_compared() -> None:
    assert verdict(WINDOWS, MIKROTIK.format(mode="exchange-mode=base ")) == ("depends", "key-module")
