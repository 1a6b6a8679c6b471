"""A VPN connection and the server of the run: what is said of the pair, and the one command that mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.api import check_paths, check_text
from ipseclint.finding import Finding
from tests.cases import cases
from tests.rules.reported_vpn_faults import DEVICE_TUNNEL, WORDS, connection, l2tp, server, strongswan, suite

SEVERAL = """conn shared
  left=%defaultroute
  right=%any
  authby=secret
  ikev2=never
  ike=aes256-sha2;modp2048,aes256-sha1;modp2048
  phase2alg=aes128-sha1
  pfs=no
conn l2tp-psk
  auto=add
  leftprotoport=17/1701
  rightprotoport=17/%any
  type=transport
  also=shared
conn xauth-psk
  auto=add
  leftsubnet=0.0.0.0/0
  rightaddresspool=192.168.43.10-192.168.43.250
  also=shared
conn ikev2-cp
  auto=add
  ikev2=insist
  left=%defaultroute
  leftid=@vpn.example.org
  leftrsasigkey=%cert
  right=%any
  rightrsasigkey=%cert
  ike=aes256-sha2;modp2048
  phase2alg=aes128-sha2
  pfs=no
"""
FITTING = suite("SHA256128", "AES128", "AES256", "SHA256", "None", "Group14")
WITHOUT_SUITE = f"{DEVICE_TUNNEL.partition('<CryptographySuite>')[0]}</NativeProfile></VPNProfile>"


BLOCKED = "netsh advfirewall firewall add rule name=B dir={} action=block protocol=udp {}=500,4500\n"


@pytest.mark.parametrize(
    ("direction", "port", "end"),
    [
        ("in", "localport", "Set-VpnServerConfiguration -L2tpPorts 0 -Ikev2Ports 500\n"),
        ("out", "remoteport", "Add-VpnConnection -Name W -ServerAddress vpn.example.org -TunnelType IKEv2\n"),
    ],
)
@pytest.mark.parametrize("beside", [True, False])
def test_netsh_blocks_ike_of_a_vpn_in_its_script_or_in_a_file_beside_it(
    direction: str, port: str, end: str, beside: bool, tmp_path: Path
) -> None:
    block = BLOCKED.format(direction, port)
    (tmp_path / "vpn.ps1").write_text(end if beside else f"{end}{block}")
    if beside:
        (tmp_path / "firewall.cmd").write_text(block)
    report = check_paths([tmp_path])
    assert [finding.message.partition(",")[0] for finding in report.findings if finding.code == "EX011"] == [
        f"blocks {direction}bound UDP 500"
    ]
    assert report.problems == ()


@pytest.mark.parametrize("word", ["action=allow", "action=block remoteip=10.1.0.9", "action=block program=c:\\a.exe"])
def test_a_rule_of_the_firewall_that_blocks_no_ike_at_all_is_no_policy(word: str, tmp_path: Path) -> None:
    (tmp_path / "fw.cmd").write_text(f"netsh advfirewall firewall add rule name=B dir=in protocol=udp {word}\n")
    assert [each.objects for each in check_paths([tmp_path]).inputs] == [{}]


def test_a_peer_that_shows_another_name_than_the_one_dialled_is_said_to_be_the_only_one(tmp_path: Path) -> None:
    dialled = connection(ServerAddress="vpn.other.test", IPSecCustomPolicy=FITTING)
    peer = strongswan("aes256-sha384-ecp384!", "aes256gcm16!")
    said = "; the peer, the only one here that it may be, shows the name vpn.example.org, and vpn.other.test is dialled"
    messages = [each.message for each in found(dialled, peer, tmp_path)]
    assert messages
    assert all(message.endswith(said) for message in messages)


def test_a_peer_that_shows_the_name_that_is_dialled_needs_no_word(tmp_path: Path) -> None:
    peer = strongswan("aes256-sha384-ecp384!", "aes256gcm16!")
    messages = [each.message for each in found(connection(IPSecCustomPolicy=FITTING), peer, tmp_path)]
    assert messages
    assert not any("the only one" in message for message in messages)


def found(client: str, peer: str, folder: Path, *, name: str = "ipsec.conf") -> list[Finding]:
    """What rules on two ends find on a client and a server, in the order of their rules."""
    suffix = "xml" if client.startswith("<") else "json"
    for path, text in ((folder / "pc" / f"vpn.{suffix}", client), (folder / "server" / name, peer)):
        path.parent.mkdir()
        path.write_text(text)
    report = check_paths([folder / "pc", folder / "server"])
    return [each for each in report.findings if each.code in {"CR026", "CR030", "CR031", "CR032", "AU027"}]


def commands(findings: list[Finding]) -> set[str]:
    """The commands in the notes of findings."""
    notes = [each.fix.note or "" for each in findings if each.fix is not None]
    return {note.split("`")[1] for note in notes}


@pytest.mark.parametrize(
    ("ike", "esp", "words"),
    [
        (
            "aes256-sha256-modp2048!",
            "aes256-sha256!",
            ("SHA256128", "AES256", "AES256", "SHA256", "None", "Group14"),
        ),
        (
            "aes128-sha256-modp2048,aes256-sha384-ecp384!",
            "aes128-sha1-modp2048,aes256gcm16-ecp384!",
            ("GCMAES256", "GCMAES256", "AES256", "SHA384", "ECP384", "ECP384"),
        ),
    ],
)
def test_one_command_gives_a_connection_the_strongest_suite_of_its_server(
    ike: str, esp: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    findings = found(connection(IPSecCustomPolicy=None), strongswan(ike, esp), tmp_path)
    assert {each.code for each in findings} >= {"CR032"}
    assert {each.subject.name for each in findings} == {"Work"}
    said = " ".join(f"-{name} {word}" for name, word in zip(WORDS, words, strict=True))
    assert commands(findings) == {f"Set-VpnConnectionIPsecConfiguration -ConnectionName 'Work' {said} -Force"}


def test_a_profile_without_a_name_leaves_a_place_for_it(tmp_path: Path) -> None:
    findings = found(WITHOUT_SUITE, strongswan("aes256-sha256-modp2048!", "aes256-sha256!"), tmp_path)
    (command,) = commands(findings)
    assert command.startswith(
        "Set-VpnConnectionIPsecConfiguration -ConnectionName 'name of the connection' -AllUserConnection -Auth"
    )


def test_the_end_that_has_no_words_for_the_peers_suite_is_told_to_change_the_other(tmp_path: Path) -> None:
    findings = found(connection(), strongswan("chacha20poly1305-sha256-x25519!", "chacha20poly1305!"), tmp_path)
    notes = {each.fix.note for each in findings if each.fix is not None and each.code == "CR032"}
    assert notes == {
        f"Change the other end: nothing of what that offers in {mode} can be set here. {suite} can be set at both "
        f"ends. There: Offer {there} in {mode}."
        for mode, suite, there in (
            ("main mode", "AES-256+SHA-256+DH14", "AES-256+SHA-384+DH20"),
            ("quick mode", "ESP AES-256+SHA-256", "ESP AES-GCM-256"),
        )
    }


ROUTEROS = """/ip ipsec profile
add name=clients enc-algorithm=aes-128 hash-algorithm=sha1 dh-group=modp1024
/ip ipsec peer
add exchange-mode=ike2 name=clients passive=yes profile=clients
/ip ipsec identity
add auth-method=digital-signature certificate=vpn generate-policy=port-strict peer=clients
"""


def test_the_command_stands_before_what_the_other_end_would_change(tmp_path: Path) -> None:
    (finding,) = found(connection(IPSecCustomPolicy=FITTING), ROUTEROS, tmp_path, name="router.rsc")
    assert finding.fix is not None
    own, there = (finding.fix.note or "").split(" There: ")
    assert own.endswith("-Force`.")
    assert there == "Offer AES-256+SHA-256+DH14 in main mode."


def test_a_peer_answers_with_the_connection_that_fits(tmp_path: Path) -> None:
    assert found(connection(IPSecCustomPolicy=FITTING), SEVERAL, tmp_path) == []


def test_of_several_connections_that_is_judged_with_which_a_client_gets_furthest(tmp_path: Path) -> None:
    findings = found(connection(IPSecCustomPolicy=FITTING, AuthenticationMethod=["Eap"]), SEVERAL, tmp_path)
    assert [each.message for each in findings] == [
        'eap here and computer-certificate at connection "ikev2-cp" of a peer: no method in common'
    ]


def test_the_authentication_of_l2tp_is_compared_with_the_connections_for_it(tmp_path: Path) -> None:
    client = connection(
        TunnelType="L2tp", L2tpIPsecAuth="Certificate", AuthenticationMethod=["MsChapv2"], IPSecCustomPolicy=None
    )
    (finding,) = found(client, SEVERAL, tmp_path)
    assert (finding.code, finding.subject.name) == ("AU027", "Work")
    assert finding.message.startswith("computer-certificate here and preshared-key at connection ")


def test_l2tp_with_a_preshared_key_meets_such_a_peer(tmp_path: Path) -> None:
    assert found(l2tp(), SEVERAL, tmp_path) == []


def test_what_windows_offers_under_l2tp_is_held_against_a_peer(tmp_path: Path) -> None:
    findings = found(l2tp(), SEVERAL.replace(",aes256-sha1;modp2048", ""), tmp_path)
    assert [(each.code, each.subject.name) for each in findings] == [("CR032", "Work")]


def test_what_a_windows_server_takes_of_l2tp_is_not_told_by_its_suite(tmp_path: Path) -> None:
    assert found(l2tp(), server(), tmp_path, name="rras.json") == []


ONE_TEXT = """\
PS C:\\> Get-VpnServerIPsecConfiguration

TunnelType                       : IKEV2
CustomPolicy                     : True
AuthenticationTransformConstants : SHA256128
CipherTransformConstants         : AES256
DHGroup                          : Group14
EncryptionMethod                 : AES256
IntegrityCheckMethod             : SHA256
PfsGroup                         : PFS2048

PS C:\\> (Get-VpnConnection -Name Office).IPSecCustomPolicy

AuthenticationTransformConstants : SHA256128
CipherTransformConstants         : AES256
DHGroup                          : Group14
EncryptionMethod                 : AES256
IntegrityCheckMethod             : SHA256
PfsGroup                         : None
"""


def test_a_connection_is_held_to_the_server_in_the_same_text() -> None:
    def found(text: str) -> set[str]:
        return {finding.code for finding in check_text(text, "thread.txt").findings if finding.code.startswith("CR03")}

    assert found(ONE_TEXT) == {"CR030"}
    assert found(ONE_TEXT.replace("None", "PFS2048")) == set()


def test_an_interface_of_a_server_is_not_held_to_the_server_itself() -> None:
    interface = "Add-VpnS2SInterface -Name Site -Destination 192.0.2.9 -Protocol IKEv2 -AuthenticationMethod PSKOnly"
    server = (
        "Set-VpnServerConfiguration -CustomPolicy -AuthenticationTransformConstants SHA256128 -DHGroup Group14 "
        "-CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -PfsGroup PFS2048"
    )
    codes = {finding.code for finding in check_text(f"{server}\n{interface}\n", "server.ps1").findings}
    assert codes.isdisjoint({"CR030", "CR031", "CR033", "AU027"})


@cases(
    ("method", "tunnel", "is_told"),
    [("Pap", "Pptp", True), ("Pap", "Automatic", True), ("Pap", "L2tp", False), ("MSChapv2", "Pptp", False)],
)
def test_encryption_that_pap_cannot_have_is_told_with_the_repair(method: str, tunnel: str, is_told: bool) -> None:
    script = (
        f"Add-VpnConnection V v.example -TunnelType {tunnel} -AuthenticationMethod {method} -EncryptionLevel Optional"
    )
    (note,) = [
        each.fix.note for each in check_text(script, "a.ps1").findings if each.code == "CR038" and each.fix is not None
    ]
    assert ("PPTP cannot encrypt with PAP" in note) is is_told
