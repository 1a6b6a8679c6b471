"""An end is compared with a peer that the same input describes: a post shows both ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.api import check_paths
from ipseclint.semantics.negotiation.pairs import met_within
from ipseclint.semantics.negotiation.sides import apart
from tests.semantics.negotiation.two_ends import machine

CLIENT = "Add-VpnConnection -Name A -ServerAddress vpn.example.org -TunnelType IKEv2 -AuthenticationMethod Eap\n"
SERVER = (
    "conn a\n  keyexchange=ikev2\n  ike={}!\n  esp=aes256-sha1!\n"
    "  leftauth=pubkey\n  rightauth=eap-mschapv2\n  auto=add\n"
)
SITE = (
    "netsh advfirewall consec add rule name=S mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 "
    "localtunnelendpoint=198.51.100.7 remotetunnelendpoint=203.0.113.4 action=requireinrequireout "
    "auth1=computerpsk auth1psk=0123456789 qmpfs={}\n"
)
GATEWAY = (
    "conn site\n  keyexchange=ikev1\n  authby=secret\n  ike=aes128-sha1-modp1024,3des-sha1-modp1024!\n"
    "  esp=aes128-sha1-modp2048,3des-sha1-modp2048!\n  left=203.0.113.4\n  leftsubnet=10.2.0.0/16\n"
    "  right=198.51.100.7\n  rightsubnet=10.1.0.0/16\n  auto=add\n"
)


def codes(text: str, folder: Path, name: str = "post.md") -> set[str]:
    """The codes of the findings of errors on a post."""
    (folder / name).write_text(text)
    return {finding.code for finding in check_paths([folder / name]).findings}


def fenced(*blocks: str) -> str:
    """A post with blocks of code."""
    return "What I have:\n\n" + "\n".join(f"```\n{block}```\n" for block in blocks)


@pytest.mark.parametrize(("ike", "is_met"), [("aes256-sha384-ecp384", False), ("aes256-sha384-modp1024", True)])
def test_a_connection_and_its_server_in_one_post(ike: str, is_met: bool, tmp_path: Path) -> None:
    found = codes(fenced(CLIENT, SERVER.format(ike)), tmp_path)
    assert ("CR032" in found) is not is_met


@pytest.mark.parametrize(("group", "is_met"), [("none", False), ("dhgroup14", True)])
def test_a_rule_and_the_gateway_that_it_is_for_in_one_post(group: str, is_met: bool, tmp_path: Path) -> None:
    assert ("CR030" in codes(fenced(SITE.format(group), GATEWAY), tmp_path)) is not is_met


def test_a_rule_and_a_gateway_of_others_are_not_compared(tmp_path: Path) -> None:
    other = GATEWAY.replace("198.51.100.7", "198.51.100.99").replace("10.1.0.0", "10.99.0.0")
    assert "CR030" not in codes(fenced(SITE.format("none"), other), tmp_path)


def test_who_asked_in_a_log_is_no_peer_of_the_connection(tmp_path: Path) -> None:
    log = (
        "charon: 05[CFG] received proposals: IKE:AES_CBC_256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/MODP_1024\n"
        "charon: 05[IKE] received proposals unacceptable\n"
    )
    suited = CLIENT + (
        "Set-VpnConnectionIPsecConfiguration -ConnectionName A -AuthenticationTransformConstants GCMAES256 "
        "-CipherTransformConstants GCMAES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA384 -DHGroup ECP384 "
        "-PfsGroup ECP384 -Force\n"
    )
    assert "CR032" not in codes(fenced(suited, log), tmp_path)


FORTIGATE = (
    'config vpn ipsec phase1-interface\n    edit "b"\n        set ike-version 2\n        set proposal aes256-sha512\n'
    "        set dhgrp 21\n        set remote-gw {}\n        set psksecret ENC eHh4eHg=\n    next\nend\n"
)
ASA = "crypto ikev2 policy 1\n encryption 3des\n integrity md5\n group 21\n prf md5\n"
BAD, GOOD = SERVER.format("aes256-sha384-ecp384"), SERVER.format("aes256-sha384-modp1024")
ISOLATION = "netsh advfirewall consec add rule name=I endpoint1={} endpoint2={} action={} auth1=computerkerb\n"
ISOLATIONS = (
    ISOLATION.format("any", "any", "requestinrequestout"),
    "New-NetIPsecRule -DisplayName I -InboundSecurity Request -OutboundSecurity Request\n",
    ISOLATION.format("10.1.0.0/16", "10.2.0.0/16", "requireinrequireout"),
)
COMPARED = {"CR030", "CR031", "CR032", "CR033", "AU027", "AU028", "AU029", "AU030", "QD035"}
HOSTS = (
    "netsh advfirewall consec add rule name=H endpoint1=10.1.0.5 endpoint2=10.2.0.7 action=requireinrequireout "
    "auth1=computerpsk auth1psk=blue-kettle-19\n"
)
HOST = (
    "conn win\n  keyexchange=ikev2\n  type=transport\n  authby=secret\n  left=10.2.0.7\n  right=10.1.0.5\n"
    "  ike=aes256-sha256-modp2048!\n  esp=aes256-sha256!\n  auto=start\n"
)
INTERFACE = (
    "Add-VpnS2SInterface -Name S -Destination 203.0.113.40 -Protocol IKEv2 -AuthenticationMethod PSKOnly "
    "-SharedSecret blue-kettle-19 -IPv4Subnet 10.20.0.0/16:10 -CustomPolicy -EncryptionMethod AES256 "
    "-IntegrityCheckMethod SHA256 -DHGroup Group14 -CipherTransformConstants AES256 "
    "-AuthenticationTransformConstants SHA256128 -PfsGroup None\n"
)
ROUTER = (
    "/ip ipsec peer\nadd address=198.51.100.20/32 exchange-mode=ike2 name=r profile=p\n/ip ipsec profile\n"
    "add name=p dh-group=modp1024 enc-algorithm=aes-256 hash-algorithm=sha1\n/ip ipsec proposal\n"
    "set [ find default=yes ] auth-algorithms=sha1 enc-algorithms=aes-256-cbc pfs-group=none\n/ip ipsec identity\n"
    "add peer=r secret=blue-kettle-18\n/ip ipsec policy\n"
    "add dst-address=10.10.0.0/16 peer=r src-address=10.20.0.0/16 tunnel=yes\n"
)
BY_ADDRESS = CLIENT.replace("vpn.example.org", "203.0.113.9")
NOT_MEANT = {
    "one of two servers fits": (CLIENT, GOOD, BAD.replace("conn a", "conn b")),
    "isolation of a domain and a gateway": (ISOLATIONS[0], ASA),
    "isolation by PowerShell and a gateway": (ISOLATIONS[1], FORTIGATE.format("198.51.100.7")),
    "isolation of networks and a gateway": (ISOLATIONS[2], ASA),
    "isolation and a server of strongSwan": (ISOLATIONS[0], BAD),
    "a tunnel and a gateway of another tunnel": (SITE.format("none"), FORTIGATE.format("192.0.2.77")),
    "a tunnel and a gateway without any address": (SITE.format("none"), ASA),
    "a client and a gateway of a tunnel": (BY_ADDRESS, FORTIGATE.format("192.0.2.77")),
    "a client and a tunnel between two sites": (CLIENT, GATEWAY),
    "a client of another server": (BY_ADDRESS, BAD.replace("  leftauth", "  left=203.0.113.10\n  leftauth")),
    "an interface to another site": (INTERFACE, GATEWAY),
    "hosts and a tunnel between two sites": (HOSTS, GATEWAY),
    "a client of SSTP": (CLIENT.replace("IKEv2", "Sstp"), ASA),
}
MEANT = {
    "a client of that server": (BY_ADDRESS, BAD.replace("  leftauth", "  left=203.0.113.9\n  leftauth")),
    "a client of a gateway without an address": (CLIENT, ASA),
    "a tunnel and the gateway that looks for it": (SITE.format("none"), FORTIGATE.format("198.51.100.7")),
    "a rule of two hosts and the other host": (HOSTS, HOST),
    "the only interface to a site and the only router": (INTERFACE, ROUTER),
    "two servers of which none fits": (CLIENT, BAD, BAD.replace("conn a", "conn b")),
}


@pytest.mark.parametrize("name", NOT_MEANT)
def test_a_peer_that_is_not_meant_is_not_compared(name: str, tmp_path: Path) -> None:
    assert not codes(fenced(*NOT_MEANT[name]), tmp_path) & COMPARED


@pytest.mark.parametrize("name", MEANT)
def test_a_peer_that_is_meant_is_compared(name: str, tmp_path: Path) -> None:
    assert codes(fenced(*MEANT[name]), tmp_path) & COMPARED


def test_files_of_a_folder_are_compared_where_the_pair_is_certain(tmp_path: Path) -> None:
    (tmp_path / "client.ps1").write_text(CLIENT)
    (tmp_path / "ipsec.conf").write_text(BAD)
    assert "CR032" in {finding.code for finding in check_paths([tmp_path]).findings}
    (tmp_path / "client.ps1").write_text(SITE.format("none"))
    other = GATEWAY.replace("198.51.100.7", "198.51.100.99").replace("10.1.0.0", "10.99.0.0")
    (tmp_path / "ipsec.conf").write_text(other)
    assert not {finding.code for finding in check_paths([tmp_path]).findings} & COMPARED


RRAS = (
    "Set-VpnServerConfiguration -CustomPolicy -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup Group14 "
    "-CipherTransformConstants AES256 -AuthenticationTransformConstants SHA256128 -PfsGroup None "
    "-SALifeTimeSeconds 28800 -MMSALifeTimeSeconds 86400 -SADataSizeForRenegotiationKilobytes 102400\n"
)


def test_the_only_server_is_the_peer_of_each_connection_beside_it() -> None:
    one, two = CLIENT, CLIENT + CLIENT.replace("-Name A", "-Name B")
    for text, names in ((one + RRAS, "A"), (two + RRAS, "AB"), (two, ""), (RRAS, "")):
        met = [(pair.a.subject, pair.b.is_server) for pair in met_within(machine(text, "a.ps1"))]
        assert met == [(f'connection "{name}"', True) for name in names]


def test_connections_and_the_server_beside_them_are_two_ends() -> None:
    def held(text: str) -> list[tuple[int, int]]:
        sides = [side.policy for side in apart(machine(text, "a.ps1"))]
        return [(len(policy.vpn_connections), len(policy.vpn_servers)) for policy in sides]

    assert held(CLIENT + RRAS) == [(1, 0), (0, 1)]
    assert held(CLIENT) == held(RRAS) == []
