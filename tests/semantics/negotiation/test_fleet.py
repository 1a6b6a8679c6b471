"""Which machines of a run are certainly meant for each other, pair by pair."""

from __future__ import annotations

import pytest

from ipseclint.semantics.digest import Fleet
from ipseclint.semantics.negotiation.fleet import compared, fleet_pairs
from tests.semantics.negotiation.test_who_meets_whom import swanctl, tunnel
from tests.semantics.negotiation.two_ends import PSK, machine, main_mode, rule

HERE, THERE, ANYBODY = ("10.1.0.5", "10.2.0.7"), ("10.2.0.7", "10.1.0.5"), ("any", "any")
TUNNEL = "mode=tunnel localtunnelendpoint={} remotetunnelendpoint={}"
GATEWAYS = ("198.51.100.1", "203.0.113.10")
WEAK, STRONG = main_mode("dhgroup2:aes128-sha1"), main_mode("dhgroup14:aes256-sha384")
NETS = ("10.1.0.0/16", "10.2.0.0/16")


def host(ends: tuple[str, str], groups: int = 0, more: str = "") -> str:
    """A machine with one rule; a number of a group makes another offer."""
    return rule(f"{PSK} {more} qmpfs={f'dhgroup{groups}' if groups else 'none'}", ends=ends)


def filters(ends: tuple[str, str], groups: int = 0) -> str:
    """The same as a policy of `netsh ipsec`, whose filter has a source and a destination."""
    static = "netsh ipsec static add"
    here, there = ends
    return (
        f"{static} policy name=P assign=yes\n{static} filterlist name=F\n"
        f"{static} filter filterlist=F srcaddr={here} dstaddr={there}\n"
        f"{static} filteraction name=A action=negotiate qmpfs={'yes' if groups else 'no'} "
        f'qmsecmethods="ESP[3DES,SHA1]"\n'
        f"{static} rule name=R policy=P filterlist=F filteraction=A psk=example\n"
    )


@pytest.mark.parametrize(
    ("machines", "expected"),
    [
        pytest.param((host(HERE), host(THERE)), ["0-1"], id="the sides exchanged"),
        pytest.param((host(HERE), host(HERE)), [], id="one rule on two machines"),
        pytest.param((host(HERE), host(HERE, 14)), ["0-1"], id="written alike, with another offer"),
        pytest.param((host(HERE), host(HERE, 14), host(THERE)), ["0-2", "1-2"], id="alike, where one is exchanged"),
        pytest.param((host(ANYBODY), host(ANYBODY)), [], id="any peer, the same offer"),
        pytest.param(
            (host(ANYBODY), host(ANYBODY, 14), host(ANYBODY, 2)), ["0-1", "0-2", "1-2"], id="any peer, three offers"
        ),
        *(
            pytest.param(
                (host(ANYBODY, more=f"{port}=445"), host(ANYBODY, 14, f"{port}=445")), [], id=f"any peer, {port} alone"
            )
            for port in ("port1", "port2")
        ),
        pytest.param((host(ANYBODY) + WEAK, host(ANYBODY) + WEAK), [], id="any peer, the same main mode"),
        pytest.param((host(ANYBODY) + WEAK, host(ANYBODY) + STRONG), ["0-1"], id="any peer, another main mode"),
        pytest.param(
            (host(HERE) + WEAK, host(HERE) + STRONG, host(THERE) + WEAK, host(THERE) + WEAK),
            ["0-2", "1-2"],
            id="two main modes, and the sides exchanged",
        ),
        pytest.param((filters(HERE), filters(THERE)), ["0-1"], id="filters with the sides exchanged"),
        pytest.param((filters(HERE), filters(HERE, 14)), [], id="filters alike are of one side"),
        pytest.param((filters(HERE), filters(HERE, 14), filters(THERE)), ["0-2", "1-2"], id="filters, one exchanged"),
        pytest.param(
            (
                host(NETS, more=TUNNEL.format(*GATEWAYS)),
                host(NETS, 14, TUNNEL.format(*GATEWAYS)),
                host(NETS[::-1], 14, TUNNEL.format(*GATEWAYS[::-1])),
            ),
            ["0-2", "1-2"],
            id="tunnels",
        ),
    ],
)
def test_the_pairs_of_a_run(machines: tuple[str, ...], expected: list[str]) -> None:
    fleet = Fleet.of(tuple(machine(text, str(number)) for number, text in enumerate(machines)))
    assert sorted(f"{pair.a.path}-{pair.b.path}" for pair in fleet_pairs(fleet)) == expected


DIALS = (
    "Add-VpnConnection -Name Office -ServerAddress vpn.example.com -TunnelType IKEv2 -AuthenticationMethod "
    "MachineCertificate\nSet-VpnConnectionIPsecConfiguration -ConnectionName Office -AuthenticationTransformConstants "
    "SHA256128 -CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup Group14 "
    "-PfsGroup None -Force\n"
)


def test_of_the_connections_of_a_peer_a_client_keeps_the_one_that_fits_and_a_rule_keeps_all() -> None:
    one = swanctl()
    begin, end = one.index(" w {"), one.index("}\nsecrets")
    another = one[begin:end].replace(" w {", " v {").replace("aes256-sha256-modp2048", "aes128-sha1-modp1024")
    two = one[:end] + another + one[end:]
    of_clients = two.replace("version = 1", "version = 2").replace("auth = psk", "auth = pubkey")
    for here, there, kept in ((tunnel(), two, ["w", "v"]), (DIALS, of_clients, ["w"])):
        fleet = Fleet.of((machine(here, "here"), machine(there, "there")))
        assert [each.pair.b.subject[-2] for each in compared(fleet)] == kept
