"""The make of a gateway by a line of its configuration; of one that is not read, what to do instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.peers.vendors import foreign, instead, makes

Cli = Callable[..., Any]

PALO_ALTO = "set network ike crypto-profiles ike-crypto-profiles p dh-group group20\n"
CISCO = "crypto ikev2 policy 10\n encryption aes-256\n integrity sha384\n group 20\n"


@cases(
    ("text", "make"),
    [
        (f"hostname a\n{CISCO}", "Cisco"),
        ("config vpn ipsec phase1-interface\n    edit x\n", "Fortinet"),
        ("set security ike proposal p dh-group group20\n", "Juniper"),
        ("security {\n    ike {\n        proposal p;\n", "Juniper"),
        ("ike {\n    traceoptions {\n", "Juniper"),
        ("security {\n    ipsec {\n        df-bit clear;\n    }\n    ike {\n        df-bit clear;\n", "Juniper"),
        ("  ipsec {\n    ## Last changed\n    inactive: vpn WIN {\n", "Juniper"),
        ("/ip ipsec profile\nadd name=p\n", "MikroTik"),
        ("/ip/ipsec/profile add name=p\n", "MikroTik"),
        ("[admin@MikroTik] > ip ipsec policy print\n", "MikroTik"),
        ("[admin@edge] /ip/ipsec/peer> print\n", "MikroTik"),
        ("Columns: NAME, ADDRESS, PROFILE, EXCHANGE-MODE\n# NAME  ADDRESS  PROFILE  EXCHANGE-MODE\n", "MikroTik"),
        ("Flags: * - DEFAULT\nColumns: NAME, AUTH-ALGORITHMS, ENC-ALGORITHMS, LIFETIME\n", "MikroTik"),
        ("set network ike crypto-profiles ike-crypto-profiles p dh-group group20\n", "Palo Alto Networks"),
        ("set template T config network ike gateway G peer-address ip 192.0.2.1\n", "Palo Alto Networks"),
        ("set devices localhost.localdomain network ike gateway G local-id id a\n", "Palo Alto Networks"),
        ("network {\n  ike {\n    crypto-profiles {\n", "Palo Alto Networks"),
        ("ike {\n  gateway {\n    WIN {\n", "Palo Alto Networks"),
        ("ipsec-crypto-profiles {\n  QUICK {\n", "Palo Alto Networks"),
        ("tunnel {\n  ipsec {\n    WIN {\n      auto-key {\n", "Palo Alto Networks"),
        ('vpn policy site-to-site "W"\n    gateway primary 192.0.2.1\n', "SonicWall"),
        ("set vpn ipsec ike-group G proposal 1 dh-group 20\n", "VyOS"),
        ("set security vpn ipsec ike-group G proposal 1 dh-group 20\n", "VyOS"),
        ("ike proposal 5\n encryption-algorithm aes-256\n dh group14\n", "Huawei"),
        ("ike keychain hq\n pre-shared-key address 192.0.2.1 key simple k\n", "H3C"),
        ("ipsec policy map1 10 isakmp\n security acl 3101\n", "Huawei"),
        ("[AR-hq] ike peer hq v2\n[AR-hq-ike-peer-hq] ike-proposal 5\n", "Huawei"),
        ("ike proposal 1\n dh group14\n#\nike profile hq\n keychain hq\n", "H3C"),
        ("isakmp policy HQ\n activate\n!\ncrypto map HQ_conn\n ipsec-isakmp HQ\n", "ZyXEL"),
        ('crypto isakmp policy 20\n  encryption aes256\n!\ncrypto-local ipsec-map "hq" 100\n', "Aruba"),
        ("vpncfg {\n        connections {\n                enabled = yes;\n", "AVM (FRITZ!Box)"),
        ("vpn {\n    ipsec {\n        esp-group G {\n", "VyOS"),
        ("ipsec {\n    ike-group G {\n", "VyOS"),
        ("ike {\n    df-bit clear;\n", "a maker that is not known"),
        ("ipsec {\n    vpn {\n", "a maker that is not known"),
        ("<?xml version='1.0'?>\n<pfsense>\n  <ipsec>\n    <phase1>\n      <ikeid>1</ikeid>\n", "pfSense"),
        ('<opnsense><OPNsense><Swanctl version="1.0.0"><Connections>', "OPNsense"),
        ('<Configuration><VPNProfile transactionid="">\n<KeyingMethod>Automatic</KeyingMethod>', "Sophos"),
        ("<VPNIPSecConnection><Configuration><Policy>HQ</Policy>", "Sophos"),
        ("ikev2 proposal P\n prf sha-256\n dh-group 14\n!\nikev2 policy A\n proposal P\n", "Cisco (IOS XR)"),
        ("ipsec transform-set T\n mode tunnel\n transform esp-hmac-sha-256 esp-256-aes\n", "Cisco (IOS XR)"),
    ],
)
def test_each_make_is_told_by_a_line_of_its_own(text: str, make: str) -> None:
    told = foreign(text)
    assert told is not None
    assert told[0] == make


def test_lines_like_those_of_another_make_are_not_taken_for_it() -> None:
    local = 'crypto-local ipsec-map "hq" 100\n  peer-ip 192.0.2.1\n'
    assert [*makes(f"{CISCO}{local}")] == ["Aruba"]
    assert [*makes("ikev2 policy A\n!\nikev2 proposal P\n dh-group 14\n")] == ["Cisco (IOS XR)"]
    assert [*makes(f"{CISCO}set security ike proposal p dh-group group20\n")] == ["Cisco", "Juniper"]


@cases("text", ["ike proposal mismatch\n", "ike peer not found (hq)\n", "isakmp policy 10 authentication pre-share\n"])
def test_what_a_log_or_another_maker_says_is_no_such_line(text: str) -> None:
    assert foreign(text) is None


def test_a_block_that_tells_no_maker_is_not_spoken_of_beside_one_that_does() -> None:
    text = "security {\n    ike {\n        proposal P {\n        }\n    }\n}\nipsec {\n    df-bit clear;\n}\n"
    assert [*makes(text)] == ["Juniper"]


@cases(
    "text",
    [
        "",
        "the crypto ikev2 policy of the server\n",
        "connections {\n  a {\n",
        "netsh ipsec static show all\n",
        "<pfsense><dhcpd/></pfsense>",
        "Then ip ipsec is set up.\nip ipsec policy print\n",
        "Columns: NAME, ADDRESS, INTERFACE\n# NAME  ADDRESS  INTERFACE\n",
    ],
)
def test_other_texts_are_of_no_make(text: str) -> None:
    assert foreign(text) is None


def test_the_place_is_where_the_line_begins() -> None:
    assert foreign(f"hostname a\n  {CISCO}") == ("Cisco", len("hostname a\n  "))


def test_the_commands_say_what_to_do_instead(cli: Cli, tmp_path: Path) -> None:
    gateway, profile, ticket = (tmp_path / name for name in ("palo-alto.txt", "vpn.ps1", "ticket.txt"))
    gateway.write_text(PALO_ALTO)
    connection = (
        "Add-VpnConnection -Name A -ServerAddress vpn.example.com -TunnelType IKEv2 -AuthenticationMethod Eap\n"
    )
    profile.write_text(connection)
    ticket.write_text(f"On the laptop we have this:\n\n{connection}\nOn the firewall:\n\n{PALO_ALTO}")
    checked = cli("check", str(gateway))
    assert checked.code == 3
    assert instead("Palo Alto Networks") in " ".join(checked.out.split())
    compared = cli("negotiate", str(profile), str(gateway))
    assert compared.code == 3
    assert instead("Palo Alto Networks") in " ".join(compared.err.split())
    both = cli("check", str(ticket))
    assert both.code == 4
    assert instead("Palo Alto Networks") in " ".join(both.out.split())
    assert "ticket.txt:7:1" in both.out


def test_a_log_of_pluto_without_a_failure_is_known_as_one(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    log.write_text(
        "Jan 14 21:36:45 gate pluto[13203]: packet from 10.0.0.9:500: win IKE proposals for initial responder: "
        "1:IKE:ENCR=AES_CBC_256;PRF=HMAC_SHA2_256;INTEG=HMAC_SHA2_256_128;DH=MODP2048\n"
    )
    checked = cli("check", str(log))
    assert checked.code == 3
    assert "auth.log (ike-log): no IPsec policy" in " ".join(checked.out.split())


TABLE = """[admin@edge] /ip/ipsec/profile> print
Columns: NAME, HASH-ALGORITHM, ENC-ALGORITHM, DH-GROUP
# NAME  HASH-ALGORITHM  ENC-ALGORITHM  DH-GROUP
0 win   sha256          aes-256        modp2048
"""


@cases(
    ("text", "command"),
    [
        (TABLE, "/ip ipsec export"),
        (TABLE.partition("\n")[2], "/ip ipsec export"),
        (
            "[admin@edge] > ip ipsec active-peers print\nFlags: R - responder\n 0 R 192.0.2.7 established\n",
            "/ip ipsec export",
        ),
        ("gw#show crypto ikev2 proposal\n IKEv2 proposal: P\n     Encryption : AES-CBC-256\n", "show running-config"),
        (PALO_ALTO, "show with cli config-output-format set"),
    ],
)
def test_what_shows_no_connection_is_said_with_what_would(text: str, command: str, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "router.txt"
    path.write_text(text)
    checked = cli("check", str(path))
    assert checked.code == 3
    assert f"give all of `{command}`" in " ".join(checked.out.split())


def test_a_make_whose_configuration_is_never_read_has_no_command_for_it() -> None:
    assert "give all of" not in instead("Sophos")


def test_the_server_of_l2tp_of_a_gateway_beside_a_log_is_said_not_to_be_read() -> None:
    text = (
        "charon: 16[IKE] <3> found 1 matching config, but none allows pre-shared key authentication using Main Mode\n\n"
        "set vpn l2tp remote-access ipsec-settings authentication mode pre-shared-secret\n"
        "set vpn l2tp remote-access ipsec-settings authentication pre-shared-secret Kan4rie7Q9zX\n"
    )
    report = check_text(text, "ticket.txt")
    (problem,) = report.problems
    assert [finding.code for finding in report.findings] == ["RT013"]
    assert problem.message.startswith("no connection is read in what a gateway of VyOS shows: ")
    assert problem.span is not None
    assert problem.span.line == 3
