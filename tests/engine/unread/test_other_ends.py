"""What another end shows or holds that no reader takes is answered by what to give instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ipseclint.engine.unread.other_ends import instead_of
from ipseclint.formats.peers.gateway_configuration import parse as read_phases
from ipseclint.source import bytes_source
from tests.cases import cases

Cli = Callable[..., Any]

PEER = "write what it offers as `[peer]`, as `ipseclint negotiate --write-peer` shows it"
SHOWS = "what {} shows here, such as its associations, is not all that it offers: "
COMMANDS = {
    "Cisco": ("show running-config", ("show crypto ipsec sa", "show crypto ikev2 sa detail", "show vpn-sessiondb l2l")),
    "Fortinet": (
        "show full-configuration vpn ipsec",
        ("get vpn ipsec tunnel summary", "diagnose vpn tunnel list", "diag vpn ike gateway list"),
    ),
    "Juniper": (
        "show configuration security | display set",
        ("show security ike security-associations", "show security ipsec sa"),
    ),
    "Palo Alto Networks": ("show with cli config-output-format set", ("show vpn ike-sa", "test vpn ipsec-sa tunnel A")),
    "VyOS": ("show configuration commands", ("show vpn ike sa", "show vpn ipsec sa")),
}
LISTS = (
    ("interface: Vlan1\n    Crypto map tag: OUT, local addr 192.0.2.1\n", "Cisco"),
    ("    #pkts encaps: 9, #pkts encrypt: 9\n", "Cisco"),
    ("Session-id:1, Status:UP-ACTIVE, IKE count:1\n", "Cisco"),
    ("'win' 192.0.2.1:0  selectors(total,up): 1/0  rx(pkt,err): 0/0\n", "Fortinet"),
    ("Index   State  Initiator cookie  Responder cookie  Mode\n", "Juniper"),
    ("Gateway ID      Peer-Address           Gateway Name\n", "Palo Alto Networks"),
    ("Connection    State    Uptime    Bytes In/Out\n", "VyOS"),
)


@cases(("maker", "commands"), [(maker, commands) for maker, (_, commands) in COMMANDS.items()])
@cases("before", ["", "gw#", "admin@gw> ", "user@gw:~$ sudo ", "FGT (root) # "])
def test_a_command_that_lists_associations_is_answered_by_the_one_that_shows_what_is_offered(
    maker: str, commands: tuple[str, ...], before: str
) -> None:
    for command in commands:
        said = f"{SHOWS.format(maker)}give all of `{COMMANDS[maker][0]}`, or {PEER}"
        assert instead_of(f"{before}{command}\nanything\n") == said, command


@cases(("text", "maker"), LISTS)
def test_a_list_of_associations_is_known_without_its_command(text: str, maker: str) -> None:
    said = instead_of(text)
    assert said is not None
    assert said.startswith(f"{SHOWS.format(maker)}give all of ")


@cases(
    ("text", "instead"),
    [
        ("$ sudo swanctl --list-sas\n", "strongSwan: give its swanctl.conf or ipsec.conf"),
        ("# ipsec statusall\n", "strongSwan: give its swanctl.conf or ipsec.conf"),
        ("Security Associations (0 up, 0 connecting):\n", "strongSwan: give its swanctl.conf"),
        ("# ipsec whack --status\n", "Libreswan: give its ipsec.conf, or the log of the daemon"),
        ("# racoonctl show-sa isakmp\n", f"racoon: {PEER}"),
        ("# ipsecctl -sa\n", f"OpenBSD: {PEER}"),
        ("[Expert@gw]# vpn tu tlist\n", f"Check Point: {PEER}"),
    ],
)
def test_what_a_daemon_lists_is_answered_by_its_file_if_that_is_read(text: str, instead: str) -> None:
    maker, _, behind = instead.partition(": ")
    assert (instead_of(text) or "").startswith(f"{SHOWS.format(maker)}{behind}")


@cases(
    "command",
    ["show crypto ipsec profile", "show crypto map", "show crypto isakmp policy", "show crypto ikev2 proposal"],
)
def test_a_command_that_shows_a_part_of_what_is_offered_is_not_said_to_show_none(command: str) -> None:
    assert "is not all that it offers: give all of `show running-config`" in (instead_of(f"gw# {command}\n") or "")


@cases(
    "text",
    ["$ sudo ipsecctl -f /etc/ipsec.conf\n", "ipsecctl -nvf a\n", "# racoonctl reload-config\n", "# ikectl reload\n"],
)
def test_a_command_that_only_loads_shows_nothing(text: str) -> None:
    assert "shows here" not in (instead_of(text) or "")


@cases(
    "text",
    [
        "describe file('/etc/ipsec.secrets') do\n",
        "COPY swanctl.conf /etc/\n",
        "strongswan:\n  conns:\n    win:\n      keyexchange: ikev2\n",
        "  - proposals: aes256-sha256-modp2048\n",
        "'esp' => 'aes256gcm16-ecp384',\n",
        ':ike => ["aes256-sha256-modp2048"]\n',
    ],
)
def test_settings_of_a_daemon_in_another_form_are_answered_by_its_files(text: str) -> None:
    assert (instead_of(text) or "").endswith("give the ipsec.conf, ipsec.secrets or swanctl.conf that comes of it")


@cases(
    ("text", "instead"),
    [
        ('resource "google_compute_vpn_tunnel" "a" {\n  ike_version = 2\n}\n', PEER),
        ("gcloud compute vpn-tunnels create a --ike-version=2\n", PEER),
        ('[{"ikeVersion": 2, "kind": "compute#vpnTunnel"}]', PEER),
        ("ikeVersion: 2\nkind: compute#vpnTunnel\nname: a\n", PEER),
        (
            "az network vpn-connection create -n a --shared-key $k\n",
            "`az network vpn-connection show` prints what is read",
        ),
        ("aws ec2 create-vpn-connection --type ipsec.1\n", "`aws ec2 describe-vpn-connections` prints what is read"),
        ('{"type": "ikev2policy", "encryptionTypes": ["AES256"], "groupTypes": ["GROUP14"]}', PEER),
        ("{'name': 'vpn_tunnel', 'type': 'IKEv1IPsecProposal'}", PEER),
        ('{"type": "vpn-community-star", "ike-phase-1": {"encryption-algorithm": "3des"}}', PEER),
        ("<key>VPNType</key>\n  <string>IKEv2</string>\n", PEER),
        ("<key>VPNType</key><string>L2TP</string>", PEER),
    ],
)
def test_an_end_that_does_not_tell_what_it_offers_is_named(text: str, instead: str) -> None:
    assert (instead_of(text) or "").endswith(f": {instead}")
    assert (
        instead_of(
            text.replace("create", "list")
            .replace("vpn_tunnel", "address")
            .replace("vpnTunnel", "route")
            .replace("VPNType", "Type")
            .replace("type", "kind")
        )
        is None
    )


def test_a_configuration_that_is_not_read_is_answered_by_its_export() -> None:
    assert (instead_of("crypto ikev2 policy 1\n") or "").startswith("no connection is read in what a gateway of Cisco")


@cases(
    "text",
    [
        "- Main Mode: AES256 / SHA256 / DH14\n- Quick Mode: ESP AES256 / SHA256, 3600s\n",
        "Main mode\n: AES-256, SHA-256, DH group 14\n",
        "IKE proposals: AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048\n",
        "IKEv2 settings:\n1. Encryption algorithm - AES256\n2. Integrity - SHA256\n3. DH Group 14\n",
        "| Phase 1 encryption | AES256 | AES256 |\n| Phase 1 DH | group 14 | group 2 |\n",
        "The tunnel is IKEv2 with 3DES, SHA-1 and DH group 2.\n",
    ],
)
def test_a_suite_told_in_words_is_answered_by_how_to_write_it(text: str) -> None:
    assert "`Phase 1: AES256, SHA256, DH14`" in (instead_of(text) or "")


def test_a_suite_in_words_is_named_in_a_folder_and_beside_an_error(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("- Main Mode: AES256 / SHA256 / DH14\n")
    (tmp_path / "shopping.txt").write_text("AES256 and SHA256\n")
    (tmp_path / "ticket.txt").write_text("IKEv2 with AES256, SHA256 and group 14 fails: 13868, Policy match error.\n")
    said = " ".join(cli("check", str(tmp_path)).out.split())
    assert "1 suite told in words: " in said
    assert "ticket.txt (1 x a suite told in words, which " in said
    assert "1 of no concern: " in said


def test_what_is_to_be_written_instead_is_read() -> None:
    told = instead_of("IKE: AES256, SHA256, DH14\n") or ""
    shown = "\n".join(re.findall(r"`(Phase [^`]+)`", told))
    source = bytes_source("a.txt", f"{shown}\n".encode())
    assert not read_phases(source).problems
    (peer,) = read_phases(source).policy.peers
    assert (len(peer.main_mode or ()), len(peer.quick_mode or ())) == (1, 1)


@cases(
    "text",
    [
        "",
        "hello\n",
        "to show crypto ipsec sa is not enough\n",
        "steps:\n  - run: |\n      ipsec status\n",
        "#!/bin/sh\n# show crypto ipsec sa\nsetkey -D\n",
        "we show vpn ike sa of nobody\n",
        "proposals: three of them\n",
        "esp: aes\n",
        "the ike of the day\n",
        "Connection: close\n",
        "IKE is spoken of, and AES256.\n",
        "AES256, SHA256 and group 14 of nothing.\n",
        "IPsec with a certificate of SHA256, group 14.\n",
    ],
)
def test_other_texts_are_of_no_other_end(text: str) -> None:
    assert instead_of(text) is None


def test_both_commands_say_so(cli: Cli, tmp_path: Path) -> None:
    shown, script = tmp_path / "sas.txt", tmp_path / "a.ps1"
    shown.write_text("gw# show crypto ipsec sa\n\ninterface: Vlan1\n")
    script.write_text("New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Request\n")
    checked, compared = cli("check", str(shown)), cli("negotiate", str(script), str(shown))
    assert (checked.code, compared.code) == (3, 3)
    assert "what Cisco shows here" in " ".join(checked.out.split())
    assert "what Cisco shows here" in " ".join(compared.err.split())


@cases(
    ("lists", "is_empty"),
    [
        ('<Swanctl version="1.0.0"/>', True),
        ('<Swanctl version="1.0.0">\n  <Connections/>\n  <locals/></Swanctl>', True),
        ("<Swanctl><Connections>\n</Connections></Swanctl>", True),
        ("<Swanctl><Connections/></Swanctl><ipsec><phase1></phase1></ipsec>", False),
        ("<Swanctl><Connections><Connection/></Connections></Swanctl>", False),
    ],
)
def test_a_backup_without_a_connection_is_said_to_have_none(lists: str, *, is_empty: bool) -> None:
    told = instead_of(f"<opnsense><OPNsense>{lists}</OPNsense></opnsense>") or ""
    assert told.startswith("the list of IPsec connections in this backup of OPNsense is empty") is is_empty


@cases("plugin", ["strongswan", "libreswan", "openswan", "l2tp"])
def test_a_connection_of_networkmanager_is_named(plugin: str) -> None:
    text = f"[vpn]\nike=aes256-sha256-modp2048\nservice-type=org.freedesktop.NetworkManager.{plugin}\n"
    assert (instead_of(text) or "").startswith("it is a VPN connection of NetworkManager, ")


@cases(
    "rule",
    [
        "ike esp from 10.1.0.0/16 to 10.2.0.0/16 \\\n  main enc aes-256",
        "ike esp transport proto udp from 192.0.2.1 to 192.0.2.2",
        'ikev2 "win" active esp from any to any',
    ],
)
def test_what_sets_up_openbsd_is_named_where_its_file_is(rule: str) -> None:
    assert (instead_of(f"# /etc/ipsec.conf\n{rule}\n") or "").startswith("it sets up iked or isakmpd of OpenBSD, ")
    assert (instead_of("# /etc/ipsec.conf\nike esp is set there\n") or "").startswith("it names files or settings ")


@cases(
    ("text", "said"),
    [
        ("config crypto_proposal 'p'\n\toption encryption_algorithm 'aes256'\n", "it sets up strongSwan on OpenWrt: "),
        ("uci set ipsec.far=remote\n", "it sets up strongSwan on OpenWrt: "),
        ("spdadd 10.1.0.0/16 10.2.0.0/16 any -P out ipsec esp/tunnel//require;\n", "it sets what a kernel protects "),
    ],
)
def test_what_sets_up_a_daemon_or_a_kernel_by_other_words_is_answered_by_what_comes_of_it(text: str, said: str) -> None:
    assert (instead_of(f"# of the other end\n{text}") or "").startswith(said)
