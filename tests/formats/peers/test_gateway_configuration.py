"""Configurations of gateways of other makers, as peers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.peer import Offer, Peer
from ipseclint.model.policy import RuleMode
from ipseclint.model.setting import Secret, Setting
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

Cli = Callable[..., Any]

FOLDER = ROOT / "fixtures" / "formats" / "gateway-configuration"


def parsed(text: str, name: str = "gateway.txt") -> Parsed:
    """What is read of a configuration."""
    source = bytes_source(name, text.encode())
    format_ = recognise(source)
    assert format_ is not None
    assert format_.name == "gateway-configuration"
    return format_.parse(source)


def peer(text: str) -> Peer:
    """The only peer of a configuration."""
    (only,) = parsed(text).policy.peers
    return only


def brief(offers: tuple[Offer, ...] | None) -> list[str]:
    """Proposals in few words, those that are not whole with a sign."""
    return [
        "+".join(
            (
                "|".join(each.encryption),
                "|".join((*each.integrity, *each.ah_integrity)),
                "|".join(each.prfs),
                "|".join(each.groups),
            )
        )
        + ("" if each.is_understood else " ?")
        for each in offers or ()
    ]


@cases(
    ("name", "module", "main", "quick", "seconds"),
    [
        (
            "asa.txt",
            KeyModule.IKEV2,
            ["AES-256+SHA-384+SHA-384+DH20|DH14"],
            ["AES-GCM-256+++DH20", "AES-256|AES-128+SHA-256++DH20"],
            (28_800, None),
        ),
        ("ios.txt", KeyModule.IKEV1, ["AES-256+SHA-256++DH14"], ["AES-256+SHA-256++"], (28_800, None)),
        (
            "fortigate.conf",
            KeyModule.IKEV2,
            ["AES-256+SHA-256++DH14|DH20", "AES-GCM-256++SHA-384+DH14|DH20"],
            ["AES-256+SHA-256++DH14"],
            (28_800, 3600),
        ),
        ("junos.txt", KeyModule.IKEV2, ["AES-256+SHA-256++DH14"], ["AES-256+SHA-256++DH14"], (28_800, 3600)),
        ("mikrotik.rsc", KeyModule.IKEV2, ["AES-256+SHA-256++DH20|DH14"], ["AES-256+SHA-256++DH20"], (28_800, 1800)),
        (
            "paloalto.txt",
            KeyModule.IKEV2,
            ["AES-256+SHA-256++DH14|DH20"],
            ["AES-256+SHA-256++", "AES-GCM-256+++"],
            (28_800, 3600),
        ),
        ("vyos.txt", KeyModule.IKEV2, ["AES-256+SHA-256++DH14"], ["AES-256+SHA-256++DH14"], (28_800, 1800)),
    ],
)
def test_each_make_offers_what_it_writes(
    name: str, module: KeyModule, main: list[str], quick: list[str], seconds: tuple[int | None, int | None]
) -> None:
    read = peer((FOLDER / name).read_text())
    assert read.key_modules is not None
    assert read.key_modules.value == frozenset({module})
    assert (brief(read.main_mode), brief(read.quick_mode)) == (main, quick)

    def known(setting: Setting[int] | None) -> object:
        return None if setting is None else setting.value

    assert (known(read.main_mode_seconds), known(read.quick_mode_seconds)) == seconds


@cases(
    ("name", "is_known"), [("vyos.txt", True), ("mikrotik.rsc", True), ("fortigate.conf", False), ("junos.txt", False)]
)
def test_a_key_that_is_encrypted_is_not_known(name: str, is_known: bool) -> None:
    (own,) = peer((FOLDER / name).read_text()).own or ()
    assert own.method is AuthMethod.PRESHARED_KEY
    assert (own.secret is not None, own.is_secret_known) == (is_known, is_known)


@cases(
    ("name", "word"),
    [
        ("ios.txt", "aKeyOfThisGate2"),
        ("asa.txt", "aKeyOfThisGate1"),
        ("fortigate.conf", "c29tZXRoaW5nIGVuY3J5cHRlZA=="),
        ("vyos.txt", "aKeyOfThisGate4"),
        ("mikrotik.rsc", "aKeyOfThisRouter3"),
        ("junos.txt", "$9$hiddenByJunos1"),
    ],
)
def test_keys_are_kept_from_reports(name: str, word: str) -> None:
    text = (FOLDER / name).read_text()
    line = next(number for number, each in enumerate(text.splitlines(), start=1) if word in each)
    covered = {span.line for span in parsed(text).secrets}
    assert line in covered


@cases("word", ["rot13", "aes999", "aes-gcm", "aes2566"])
def test_a_word_that_is_no_algorithm_is_a_problem(word: str) -> None:
    read = parsed((FOLDER / "vyos.txt").read_text().replace("'aes256'", f"'{word}'", 1))
    assert [(each.message, each.span.line) for each in read.problems] == [(f"unknown algorithm `{word}`", 3)]
    assert brief(read.policy.peers[0].quick_mode) == ["+SHA-256++DH14 ?"]


@cases(
    ("word", "name"),
    [("aes128gcm128", "AES-GCM-128"), ("aes128gcm64", "AES-GCM8-128"), ("aes192", "AES-192"), ("3des", "3DES")],
)
def test_ciphers_have_one_name(word: str, name: str) -> None:
    read = peer((FOLDER / "vyos.txt").read_text().replace("'aes256'", f"'{word}'", 1))
    assert [each.encryption for each in read.quick_mode or ()] == [(name,)]


SITES = """crypto ikev2 policy 1
 encryption aes-256
 integrity sha256
 group 14
crypto ikev1 policy 5
 encryption aes-256
 hash sha
 group 14
crypto ipsec ikev2 ipsec-proposal NEW
 protocol esp encryption aes-256
 protocol esp integrity sha-256
crypto ipsec ikev1 transform-set OLD esp-3des esp-sha-hmac
crypto map OUT 10 set peer 198.51.100.7 198.51.100.8
crypto map OUT 10 set ikev2 ipsec-proposal NEW
crypto map OUT 20 set pfs group2
crypto map OUT 20 set peer 198.51.100.9
crypto map OUT 20 set ikev1 transform-set OLD
"""


def entries(text: str) -> list[tuple[str, list[str], list[list[str]], list[list[str]]]]:
    """The peers of a configuration, with whom they are for, and the ciphers and groups of their children."""
    return [
        (
            peer.name,
            [str(address) for address in peer.looks_for],
            [list(offer.encryption) for offer in peer.quick_mode or ()],
            [list(offer.groups) for offer in peer.quick_mode or ()],
        )
        for peer in parsed(text).policy.peers
    ]


def test_each_entry_of_a_map_is_a_peer() -> None:
    first = (["198.51.100.7", "198.51.100.8"], [["AES-256"]], [[]])
    second = (["198.51.100.9"], [["3DES"]], [["DH2"]])
    assert entries(SITES) == [("Cisco IKEv2", *first), ("Cisco IKEv1", *second)]
    both = SITES.replace("20 set ikev1 transform-set OLD", "20 set ikev2 ipsec-proposal NEW")
    third = (["198.51.100.9"], [["AES-256"]], [["DH2"]])
    peers = entries(both)
    assert peers[:2] == [("Cisco IKEv2, OUT 10", *first), ("Cisco IKEv2, OUT 20", *third)]
    profile = "crypto ipsec profile TUNNEL\n set ikev2 ipsec-proposal NEW\n"
    assert [name for name, *_ in entries(SITES + profile)][:2] == ["Cisco IKEv2, OUT 10", "Cisco IKEv2, profile TUNNEL"]


def test_keys_that_nobody_reads_are_counted() -> None:
    assert dict(parsed((FOLDER / "fortigate.conf").read_text()).unread) == {"`interface`": 1, "`peertype`": 1}
    map_of_asa = (FOLDER / "asa.txt").read_text().replace("set pfs", "set pqfs")
    assert dict(parsed(map_of_asa).unread) == {"`pqfs`": 1}


@cases(
    ("before", "after", "groups"),
    [
        ("pfs 'enable'", "pfs 'disable'", ()),
        ("pfs 'enable'", "pfs 'dh-group19'", ("DH19",)),
        ("set vpn ipsec esp-group CHILD pfs 'enable'\n", "", ("DH14",)),
    ],
)
def test_vyos_takes_the_group_of_the_first_phase_by_default(before: str, after: str, groups: tuple[str, ...]) -> None:
    (offer,) = peer((FOLDER / "vyos.txt").read_text().replace(before, after)).quick_mode or ()
    assert offer.groups == groups


def test_what_fortios_does_not_write_is_not_known() -> None:
    text = (FOLDER / "fortigate.conf").read_text()
    open_group = peer(text.replace("        set dhgrp 14 20\n", "")).main_mode
    assert brief(open_group) == ["AES-256+SHA-256++?", "AES-GCM-256++SHA-384+?"]
    assert brief(peer(text.replace("        set dhgrp 14\n", "")).quick_mode) == ["AES-256+SHA-256++?"]
    (offer,) = peer(text.replace("        set dhgrp 14\n", "        set pfs disable\n")).quick_mode or ()
    assert offer.groups == ()


def test_lines_of_set_and_braces_of_junos_are_one() -> None:
    lines = (
        "set security ike proposal P authentication-method rsa-signatures\n"
        "set security ike proposal P dh-group group20\n"
        "set security ike proposal P encryption-algorithm aes-256-gcm\n"
        "set security ike policy POL proposals P\n"
        "set security ike gateway G ike-policy POL\n"
        "set security ipsec vpn V ike gateway G\n"
    )
    read = peer(lines)
    assert read.key_modules is None
    assert [each.method for each in read.own or ()] == [AuthMethod.COMPUTER_CERTIFICATE]


def test_transport_mode_of_a_transform_set_is_read() -> None:
    mode = peer((FOLDER / "ios.txt").read_text()).mode
    assert mode is not None
    assert (mode.value, mode.span.line) == (RuleMode.TRANSPORT, 9)


def test_a_ticket_with_a_gateway_and_a_script_is_compared(cli: Cli, tmp_path: Path) -> None:
    ticket = tmp_path / "ticket.txt"
    ticket.write_text(
        "On the laptop we have this:\n\n"
        "Add-VpnConnection -Name A -ServerAddress vpn.example.com -TunnelType IKEv2 -AuthenticationMethod Eap\n\n"
        "On the ASA:\n\ncrypto ikev2 policy 1\n encryption aes-256\n integrity sha384\n group 20\n prf sha384\n"
    )
    checked = cli("check", str(ticket))
    assert 'no main-mode proposal in common with connection "Cisco IKEv2"' in " ".join(checked.out.split())
    assert "no connection is read" not in checked.out


@cases(
    ("name", "line"),
    [
        ("fortigate.conf", "        set ike-version 2\n"),
        ("junos.txt", "            version v2-only;\n"),
        ("vyos.txt", "set vpn ipsec ike-group MAIN key-exchange 'ikev2'\n"),
    ],
)
def test_a_version_of_ike_whose_default_changed_is_not_known_where_none_is_written(name: str, line: str) -> None:
    text = (FOLDER / name).read_text()
    assert line in text
    assert peer(text.replace(line, "")).key_modules is None


def test_routeros_has_the_defaults_of_its_manual() -> None:
    text = (FOLDER / "mikrotik.rsc").read_text()
    for written in (" enc-algorithm=aes-256", " hash-algorithm=sha256", "dh-group=ecp384,modp2048 ", "lifetime=8h "):
        assert written in text
        text = text.replace(written, "")
    read = peer(text.replace("exchange-mode=ike2 ", ""))
    assert brief(read.main_mode) == ["AES-128+SHA-1++DH14|DH2"]
    assert read.main_mode_seconds is not None
    assert read.main_mode_seconds.value == 86_400
    assert read.key_modules is not None
    assert read.key_modules.value == frozenset({KeyModule.IKEV1})


L2TP = (
    "/ip ipsec profile\nset [ find default=yes ] dh-group=modp1024 enc-algorithm=aes-256,3des hash-algorithm=sha1\n"
    "/ip ipsec proposal\nset [ find default=yes ] auth-algorithms=sha1 enc-algorithms=aes-256-cbc pfs-group=none\n"
    "/interface l2tp-server server\nset authentication=mschap2 enabled=yes ipsec-secret=KeyOfAll5 use-ipsec=required\n"
)


def test_a_proposal_of_routeros_that_no_peer_uses_is_counted() -> None:
    text = (FOLDER / "mikrotik.rsc").read_text()
    assert ("`a proposal that no peer uses`", 1) not in parsed(text).unread
    more = "/ip ipsec proposal add name=old auth-algorithms=md5 enc-algorithms=3des pfs-group=none\n"
    assert ("`a proposal that no peer uses`", 1) in parsed(text + more).unread


def test_a_server_of_l2tp_is_an_end_with_what_routeros_has_by_default() -> None:
    read = parsed(L2TP)
    (end,) = read.policy.peers
    assert (end.name, end.span.line, end.is_server) == ("l2tp-in-server", 6, True)
    assert (brief(end.main_mode), brief(end.quick_mode)) == (["AES-256|3DES+SHA-1++DH2"], ["AES-256+SHA-1++"])
    assert end.key_modules is not None
    assert end.key_modules.value == frozenset({KeyModule.IKEV1})
    assert end.mode is not None
    assert end.mode.value is RuleMode.TRANSPORT
    assert [each.method for each in end.own or ()] == [AuthMethod.PRESHARED_KEY]
    assert "KeyOfAll5" in {L2TP.splitlines()[span.line - 1][span.column - 1 :][: span.length] for span in read.secrets}


@cases(
    ("written", "instead"),
    [
        ("enabled=yes", "enabled=no"),
        ("enabled=yes ", ""),
        ("use-ipsec=required", "use-ipsec=no"),
        (" use-ipsec=required", ""),
    ],
)
def test_a_server_of_l2tp_without_ipsec_is_none(written: str, instead: str) -> None:
    assert written in L2TP
    assert recognise(bytes_source("gateway.txt", L2TP.replace(written, instead).encode())) is None


def test_a_server_of_l2tp_stands_beside_the_other_peers() -> None:
    text = (FOLDER / "mikrotik.rsc").read_text() + L2TP.replace("required", "yes")
    (server, other) = parsed(text).policy.peers
    assert server.name == "l2tp-in-server"
    assert other.is_server is False


IOS = (
    "crypto ikev2 proposal USED\n encryption aes-cbc-256\n integrity sha384\n group 20\n"
    "crypto ikev2 proposal UNUSED\n encryption 3des\n integrity md5\n group 2\n"
    "crypto ikev2 policy P\n proposal USED\n"
    "crypto ipsec transform-set OLD esp-3des esp-md5-hmac\n"
    "crypto ipsec transform-set NEW esp-aes 256 esp-sha256-hmac\n"
    "crypto map OUT 10 ipsec-isakmp\n set peer 198.51.100.7\n set transform-set NEW\n set pfs group20\n"
)


def test_what_nothing_names_is_not_offered() -> None:
    read = parsed(IOS)
    (only,) = read.policy.peers
    assert brief(only.main_mode) == ["AES-256+SHA-384++DH20"]
    assert brief(only.quick_mode) == ["AES-256+SHA-256++DH20"]
    assert [(each.span.line, "`UNUSED`" in each.message) for each in read.problems] == [(5, True)]


def test_one_proposal_of_a_text_without_a_policy_is_taken_for_what_is_offered() -> None:
    read = parsed("crypto ikev2 proposal ONE\n encryption aes-cbc-256\n integrity sha384\n group 20\n")
    assert [brief(each.main_mode) for each in read.policy.peers] == [["AES-256+SHA-384++DH20"]]
    assert read.problems == ()


def test_of_several_proposals_without_any_policy_none_is_an_offer() -> None:
    text = IOS.replace("crypto ikev2 policy P\n proposal USED\n", "") + "crypto isakmp policy 1\n encr aes\n group 2\n"
    read = parsed(text)
    assert [brief(each.main_mode) for each in read.policy.peers] == [["AES-128+++DH2 ?"]]
    assert [each.span.line for each in read.problems] == [1, 5]


PALO_ALTO = "set network ike crypto-profiles ike-crypto-profiles p dh-group group20\n"
PFSENSE = "<pfsense>\n  <ipsec>\n    <phase1>\n      <ikeid>1</ikeid>\n    </phase1>\n  </ipsec>\n</pfsense>\n"
SCRIPT = "Add-VpnConnection -Name A -ServerAddress vpn.example.com -TunnelType IKEv2\n"


@cases("name", ["asa.txt", "ios.txt", "fortigate.conf", "junos.txt", "vyos.txt"])
def test_a_make_that_is_not_read_is_said_beside_one_that_is(name: str) -> None:
    text = (FOLDER / name).read_text()
    for both in (text + PALO_ALTO, PALO_ALTO + text):
        read = recognise_and_parse(both)
        assert read.policy.peers
        assert [
            each for each in read.problems if "no connection is read in what a gateway of Palo Alto" in each.message
        ]


@cases(("other", "more"), [(PALO_ALTO, set()), (PFSENSE, {"phase1 1"})])
def test_a_post_with_several_makes_and_a_script_says_which_is_not_read(other: str, more: set[str]) -> None:
    blocks = (SCRIPT, (FOLDER / "asa.txt").read_text(), other, (FOLDER / "fortigate.conf").read_text())
    read = recognise_and_parse("What we have:\n\n" + "\n".join(f"```\n{block}```\n" for block in blocks), "post.md")
    assert {peer.name for peer in read.policy.peers} == {"Cisco IKEv2", "branch-net"} | more
    said = [each.message for each in read.problems if "no connection is read in" in each.message]
    assert ["Palo Alto Networks" in each for each in said] == [True] * (other == PALO_ALTO)


def test_two_makes_in_one_text_are_both_read() -> None:
    read = recognise_and_parse((FOLDER / "ios.txt").read_text() + (FOLDER / "fortigate.conf").read_text())
    assert [each.name for each in read.policy.peers] == ["Cisco IKEv1", "branch-net"]
    assert read.problems == ()


def recognise_and_parse(text: str, name: str = "gateway.txt") -> Parsed:
    """What is read of a text, whatever it is taken for."""
    source = bytes_source(name, text.encode())
    format_ = recognise(source)
    assert format_ is not None
    return format_.parse(source)


def test_braces_of_vyos_are_its_lines_of_set() -> None:
    braces = (
        "vpn {\n    ipsec {\n        esp-group CHILD {\n            lifetime 1800\n            pfs enable\n"
        "            proposal 10 {\n                encryption aes256\n                hash sha256\n            }\n"
        "        }\n        ike-group MAIN {\n            key-exchange ikev2\n            proposal 10 {\n"
        "                dh-group 14\n                encryption aes256\n                hash sha256\n            }\n"
        "        }\n        site-to-site {\n            peer 198.51.100.7 {\n                authentication {\n"
        "                    mode pre-shared-secret\n                    pre-shared-secret aKeyOfThisGate4\n"
        "                }\n                default-esp-group CHILD\n                ike-group MAIN\n"
        "            }\n        }\n    }\n}\n"
    )
    read, lines = parsed(braces), peer((FOLDER / "vyos.txt").read_text())
    assert read.problems == ()
    (only,) = read.policy.peers
    assert brief(only.main_mode) == brief(lines.main_mode)
    assert brief(only.quick_mode) == brief(lines.quick_mode)
    assert only.own is not None
    assert [each.secret for each in only.own] == [each.secret for each in lines.own or ()]


def test_what_an_excerpt_leaves_out_of_a_part_is_said_and_between_parts_is_not() -> None:
    text = (FOLDER / "vyos.txt").read_text()
    assert parsed(f"{text}\n...\n").problems == parsed(text).problems
    (problem, *others) = parsed(f"{text}\n    [...]\n").problems
    assert (problem.message, others) == ("what is left out here is not known", list(parsed(text).problems))


def test_a_configuration_that_is_not_read_is_said_where_it_begins() -> None:
    text = (FOLDER / "vyos.txt").read_text() + "\n  crypto ikev2 proposal P\n"
    assert [(each.span.line, each.span.column) for each in parsed(text).problems] == [(text.count("\n"), 3)]


SITE_AND_CLIENTS = """
set vpn ipsec esp-group SITE proposal 1 encryption 'aes128'
set vpn ipsec esp-group SITE proposal 1 hash 'sha1'
set vpn ipsec ike-group SITE proposal 1 dh-group '2'
set vpn ipsec ike-group SITE proposal 1 encryption 'aes128'
set vpn ipsec ike-group SITE proposal 1 hash 'sha1'
set vpn ipsec esp-group RW pfs 'disable'
set vpn ipsec esp-group RW proposal 10 encryption 'aes128gcm128'
set vpn ipsec ike-group RW key-exchange 'ikev2'
set vpn ipsec ike-group RW proposal 10 dh-group '14'
set vpn ipsec ike-group RW proposal 10 encryption 'aes128gcm128'
set vpn ipsec ike-group RW proposal 10 prf 'prfsha256'
set vpn ipsec site-to-site peer BRANCH authentication mode 'rsa'
set vpn ipsec site-to-site peer BRANCH default-esp-group 'SITE'
set vpn ipsec site-to-site peer BRANCH ike-group 'SITE'
set vpn ipsec remote-access connection rw authentication client-mode 'eap-mschapv2'
set vpn ipsec remote-access connection rw authentication server-mode 'x509'
set vpn ipsec remote-access connection rw esp-group 'RW'
set vpn ipsec remote-access connection rw ike-group 'RW'
"""


def test_a_connection_for_clients_of_vyos_is_a_server_and_one_between_sites_is_none() -> None:
    peers = parsed(SITE_AND_CLIENTS).policy.peers
    assert {each.name: each.is_server for each in peers} == {"BRANCH": False, "rw": True}


def test_a_client_is_compared_with_what_serves_clients_and_not_with_another_site() -> None:
    client = "Add-VpnConnection -Name A -ServerAddress vpn.example.com -TunnelType IKEv2\n"
    report = check_text(f"On the laptop we have this:\n\n{client}\nOn the router:\n{SITE_AND_CLIENTS}", "ticket.txt")
    compared = [each.message for each in report.findings if each.code in {"CR030", "CR032"}]
    assert compared
    assert all('connection "rw"' in message for message in compared)


OF_VYOS = """set vpn ipsec ike-group I proposal 1 dh-group '14'
set vpn ipsec ike-group I proposal 1 encryption 'aes256'
set vpn ipsec ike-group I proposal 1 hash 'sha256'
set vpn ipsec esp-group E proposal 1 encryption 'aes256'
set vpn ipsec esp-group E proposal 1 hash 'sha256'
set vpn l2tp remote-access ipsec-settings ike-group 'I'
set vpn l2tp remote-access ipsec-settings esp-group 'E'
"""


@cases(
    ("more", "answers_on"),
    [("", ()), ("set vpn l2tp remote-access outside-address '192.0.2.7'\n", ("192.0.2.7",))],
)
def test_a_server_of_l2tp_of_vyos_is_one_wherever_it_answers(more: str, answers_on: tuple[str, ...]) -> None:
    end = peer(OF_VYOS + more)
    assert end.is_server is True
    assert (end.name, tuple(map(str, end.answers_on or ()))) == ("l2tp remote-access", answers_on)
    assert end.key_modules is not None
    assert end.key_modules.value == frozenset({KeyModule.IKEV1, KeyModule.IKEV2})
    assert end.mode is not None
    assert end.mode.value is RuleMode.TRANSPORT
    assert (brief(end.main_mode), brief(end.quick_mode)) == (["AES-256+SHA-256++DH14"], ["AES-256+SHA-256++DH14"])


ASA = """crypto ikev2 policy 1
 encryption aes-256
 integrity sha256
 group 14
crypto ipsec ikev2 ipsec-proposal BOTH
 protocol esp encryption aes-gcm-256 aes-256
 protocol esp integrity sha-256 null
crypto map OUT 10 set peer 198.51.100.9
crypto map OUT 10 set ikev2 ipsec-proposal BOTH
crypto ipsec security-association lifetime seconds 28800
crypto ipsec security-association lifetime kilobytes 4608000
tunnel-group 198.51.100.9 ipsec-attributes
 ikev2 remote-authentication pre-shared-key of-the-peer-7
 ikev2 local-authentication pre-shared-key of-this-end-7
"""


def test_ciphers_with_and_without_a_hash_are_proposals_of_their_own() -> None:
    assert brief(peer(ASA).quick_mode) == ["AES-256+SHA-256++", "AES-GCM-256+++"]
    assert brief(peer(ASA.replace("aes-gcm-256", "aes-gcm")).quick_mode) == ["AES-256+SHA-256++", "AES-GCM-128+++"]
    text = (FOLDER / "mikrotik.rsc").read_text()
    mixed = text.replace("enc-algorithms=aes-256-cbc name", "enc-algorithms=aes-256-gcm,aes-256-cbc name")
    assert mixed != text
    assert brief(peer(mixed).quick_mode) == ["AES-256+SHA-256++DH20", "AES-GCM-256+++DH20"]


def test_the_keys_of_a_tunnel_group_tell_how_each_end_of_asa_proves_who_it_is() -> None:
    read = peer(ASA)
    assert read.own is not None
    assert read.accepted is not None
    assert [each.secret for each in (*read.own, *read.accepted)] == [Secret("of-this-end-7"), Secret("of-the-peer-7")]
    assert peer(ASA[: ASA.index("tunnel-group")]).own is None


@cases(
    ("written", "lasts"),
    [
        ("", (28_800, 4_608_000)),
        ("crypto map OUT 10 set security-association lifetime seconds 3600\n", (3600, 4_608_000)),
        ("crypto map OUT 10 set security-association lifetime kilobytes unlimited\n", (28_800, None)),
    ],
)
def test_the_lifetimes_of_associations_are_those_of_the_entry_else_of_all(
    written: str, lasts: tuple[int | None, int | None]
) -> None:
    read = peer(ASA.replace("crypto ipsec security", f"{written}crypto ipsec security", 1))
    times = (read.quick_mode_seconds, read.quick_mode_kilobytes)
    assert tuple(None if each is None else each.value for each in times) == lasts


@cases(("lasting", "written"), [("seconds soon", "seconds 28800"), ("kilobytes many", "kilobytes 4608000")])
def test_a_lifetime_that_is_none_is_said(lasting: str, written: str) -> None:
    text = ASA.replace(written, lasting)
    (problem,) = parsed(text).problems
    assert (
        problem.message
        == {
            "seconds soon": "`soon` is not a duration",
            "kilobytes many": "`many` is not a volume",
        }[lasting]
    )


@cases(
    ("proposals", "seconds"),
    [("lifetime=1h", 3600), ("", 1800), ("lifetime=0s", None)],
)
def test_the_lifetime_of_a_proposal_of_routeros_is_read(proposals: str, seconds: int | None) -> None:
    read = peer(
        "/ip ipsec profile\nadd name=p dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha256\n"
        f"/ip ipsec proposal\nadd name=q auth-algorithms=sha256 enc-algorithms=aes-256-cbc {proposals}\n"
        "/ip ipsec peer\nadd name=a address=198.51.100.1/32 exchange-mode=ike2 profile=p\n"
        "/ip ipsec policy\nadd peer=a proposal=q src-address=10.1.0.0/16 dst-address=10.2.0.0/16 tunnel=yes\n"
    )
    assert (None if read.quick_mode_seconds is None else read.quick_mode_seconds.value) == seconds


FIRST_PHASE = (
    'config vpn ipsec phase1-interface\n edit "Win"\n  set ike-version 2\n  set proposal aes256-sha256\n next\nend\n'
)
SECOND_PHASE = (
    'config vpn ipsec phase2-interface\n edit "w2"\n  set phase1name "{}"\n  set proposal aes256-sha256\n next\nend\n'
)


@cases("version", ["3", "ninety"])
def test_a_version_of_ike_that_fortios_has_not_is_told(version: str) -> None:
    (problem,) = parsed(FIRST_PHASE.replace("ike-version 2", f"ike-version {version}")).problems
    assert problem.message == f"unknown version of IKE `{version}`"
    assert problem.span.line == 3


@cases(("name", "meant"), [("win", "; did you mean `Win`?"), ("hq", "")])
def test_a_second_phase_of_fortios_without_its_first_is_told(name: str, meant: str) -> None:
    assert parsed(FIRST_PHASE + SECOND_PHASE.format("Win")).problems == ()
    (problem,) = parsed(FIRST_PHASE + SECOND_PHASE.format(name)).problems
    assert problem.message == (
        f"no `phase1-interface` here is called `{name}`, so that this second phase belongs to none{meant}"
    )
    assert problem.span.line == 9


_FORTINET = """config vpn ipsec phase1-interface
    edit "hq"
        set proposal aes128-sha256
        set dhgrp 14 19
        set remote-gw 198.51.100.7
    next
end
"""
_IOS = """crypto ikev2 proposal P
 encryption aes-cbc-128
 integrity sha256
 group 14
crypto ikev2 policy POL
 proposal P
"""
_JUNOS = """set security ike proposal P authentication-algorithm sha-256
set security ike proposal P dh-group group14
set security ike proposal P encryption-algorithm aes-128-cbc
set security ike policy POL proposals P
set security ike gateway GW ike-policy POL
set security ike gateway GW address 198.51.100.7
set security ipsec vpn V ike gateway GW
"""
_ROUTEROS = """/ip ipsec profile
add name=P dh-group=modp2048 enc-algorithm=aes-128 hash-algorithm=sha256
/ip ipsec peer
add address=198.51.100.7/32 exchange-mode=ike2 name=hq profile=P
"""


@cases(
    ("text", "weak", "strong", "line"),
    [
        (_FORTINET, "aes128-sha256", "aes256-sha256", 10),
        (_FORTINET, "198.51.100.7", "198.51.100.9", 12),
        (_IOS, "aes-cbc-128", "aes-cbc-256", 8),
        (_JUNOS, "aes-128-cbc", "aes-256-cbc", 10),
        (_ROUTEROS, "aes-128", "aes-256", 6),
    ],
)
def test_two_gateways_in_one_text_are_not_made_one(text: str, weak: str, strong: str, line: int) -> None:
    (problem,) = parsed(text + text.replace(weak, strong)).problems
    assert problem.span.line == line
    assert "if these are two gateways" in problem.message
    assert parsed(text + text).problems == ()


def test_a_key_is_not_named_where_something_else_differs() -> None:
    other = _FORTINET.replace("set proposal aes128", "set psksecret blue-kettle-19\n        set proposal aes256")
    first = _FORTINET.replace("set dhgrp", "set psksecret brown-teapot-77\n        set dhgrp")
    (problem,) = parsed(first + other).problems
    assert (problem.message.partition(" ")[0], problem.span.line) == ("`proposal`", 12)
    enc = first.replace("brown", "ENC brown")
    assert parsed(enc + enc.replace("teapot", "kettle")).problems == ()


def test_what_may_have_several_lines_is_not_set_again() -> None:
    profile = "crypto ikev2 profile PROF\n authentication remote pre-share\n authentication remote rsa-sig\n"
    peers = "crypto map M 1 ipsec-isakmp\n set peer 203.0.113.9\n set peer 203.0.113.10\n"
    assert parsed(_IOS + profile + peers).problems == ()
    proposals = "set security ike policy POL proposals Q\n" + _JUNOS.replace("proposal P ", "proposal Q ")
    assert parsed(_JUNOS + proposals).problems == ()


_IN_FILES = {
    "asa.txt": ("lifetime seconds 28800",),
    "ios.txt": ("lifetime 28800",),
    "fortigate.conf": ("set keylife 28800", "set keylifeseconds 3600"),
    "junos.txt": ("lifetime-seconds 28800", "lifetime-seconds 3600"),
}


@cases(("name", "line"), [(name, line) for name, lines in _IN_FILES.items() for line in lines])
@cases("sign", [" ", "\u00a0", "\u202f", "'", ",", "."])
def test_a_part_of_a_number_whose_thousands_are_parted_is_no_lifetime(name: str, line: str, sign: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    parted = line[:-3] + sign + line[-3:]
    read = parsed(text.replace(line, parted))
    assert line in text
    assert len(read.problems) > len(parsed(text).problems)
    seconds = (each for one in read.policy.peers for each in (one.main_mode_seconds, one.quick_mode_seconds))
    assert {each.value for each in seconds if each is not None}.isdisjoint({3, 28, 600, 800})


def test_what_a_lifetime_in_volume_follows_is_no_part_of_it() -> None:
    text = (FOLDER / "asa.txt").read_text("utf-8")
    line = "crypto ipsec security-association lifetime seconds 3600 kilobytes 4608000\n"
    read = parsed(text + line)
    assert len(read.problems) == len(parsed(text).problems)


def test_a_proposal_of_vyos_whose_number_is_none_is_said() -> None:
    text = (FOLDER / "vyos.txt").read_text("utf-8")
    (problem,) = parsed(text.replace("ike-group MAIN proposal 10", "ike-group MAIN proposal 12x")).problems
    assert problem.message == "`12x` is not the number of a proposal"
