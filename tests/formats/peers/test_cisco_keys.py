"""Which preshared key of IOS and ASA is for which peer: it is compared, and never shown."""

from __future__ import annotations

from tests.cases import cases
from tests.semantics.negotiation.two_ends import main_mode, rule, verdict

from ipseclint.formats.peers.gateway_configuration import parse
from ipseclint.model.policy import AuthMethod
from ipseclint.model.setting import Secret
from ipseclint.source import bytes_source

IOS = """crypto isakmp policy 10
 encr aes 256
 hash sha256
 authentication pre-share
 group 14
{keys}!
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode tunnel
crypto map CM 10 ipsec-isakmp
 set peer 192.0.2.1
 set transform-set TS
 match address 110
access-list 110 permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255
"""
IKEV2 = """crypto ikev2 policy 1
 encryption aes-256
 integrity sha256
 group 14
{keys}crypto ikev2 profile P
 authentication remote pre-share
 authentication local pre-share
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
crypto map CM 10 ipsec-isakmp
 set peer 192.0.2.1
 set transform-set TS
 set ikev2-profile P
"""
KEY = "crypto isakmp key "
OTHER = " peer A\n  address 192.0.2.9\n  pre-shared-key first\n"
RING = "crypto keyring K\n pre-shared-key address "


def known(text: str) -> list[Secret | None]:
    """The keys of the only peer, its own and that of the other end."""
    (peer,) = parse(bytes_source("gateway.txt", text.encode())).policy.peers
    found = [*(peer.own or ()), *(peer.accepted or ())]
    assert {each.method for each in found} == {AuthMethod.PRESHARED_KEY}
    assert all(each.is_secret_known is (each.secret is not None) for each in found)
    return [each.secret for each in found]


@cases(
    ("lines", "expected"),
    [
        (f"{KEY}first address 192.0.2.1\n", "first"),
        (f"{KEY}0 first address 192.0.2.1 no-xauth\n", "first"),
        (f"{KEY}first address 192.0.2.1 255.255.255.255\n", "first"),
        (f"{KEY}6 first address 192.0.2.1\n", None),
        (f"{KEY}***** address 192.0.2.1\n", None),
        (f"{KEY}first address 192.0.2.9\n{KEY}second address 192.0.2.1\n", "second"),
        (f"{KEY}first address 192.0.2.9\n{KEY}first address 192.0.2.1\n", "first"),
        (f"{KEY}first address 192.0.2.9\n", None),
        (f"{KEY}first address 0.0.0.0 0.0.0.0\n", "first"),
        (f"{KEY}first address 0.0.0.0\n{KEY}second address 192.0.2.1\n", "second"),
        (f"{KEY}first address 0.0.0.0\n{KEY}second address 192.0.2.0 255.255.255.0\n", None),
        (f"{KEY}first hostname gw.example\n", None),
        (f"{RING}192.0.2.1 key first\n", "first"),
        (f"{RING}192.0.2.1 255.255.255.255 key 0 first\n", "first"),
        (f"{RING}192.0.2.1 key 6 first\n", None),
        ("tunnel-group 192.0.2.1 ipsec-attributes\n ikev1 pre-shared-key first\n", "first"),
        ("tunnel-group 192.0.2.1 ipsec-attributes\n pre-shared-key first\n", "first"),
        ("tunnel-group 192.0.2.9 ipsec-attributes\n ikev1 pre-shared-key first\n", None),
        ("", None),
    ],
)
def test_the_key_of_the_first_version(lines: str, expected: str | None) -> None:
    assert known(IOS.format(keys=lines)) == [None if expected is None else Secret(expected)] * 2


@cases(
    ("lines", "expected"),
    [
        (" peer A\n  address 192.0.2.1\n  pre-shared-key first\n", ("first", "first")),
        (
            " peer A\n  address 192.0.2.1\n  pre-shared-key local 0 first\n  pre-shared-key remote second\n",
            ("first", "second"),
        ),
        (
            f"{OTHER} peer B\n  address 192.0.2.1\n  pre-shared-key second\n",
            ("second", "second"),
        ),
        (OTHER, (None, None)),
        (" peer A\n  pre-shared-key first\n", (None, None)),
    ],
)
def test_the_keys_of_the_second_version(lines: str, expected: tuple[str | None, ...]) -> None:
    keys = f"crypto ikev2 keyring K\n{lines}"
    assert known(IKEV2.format(keys=keys)) == [None if each is None else Secret(each) for each in expected]


def test_both_sides_of_an_asa() -> None:
    group = (
        "tunnel-group 192.0.2.1 ipsec-attributes\n ikev2 local-authentication pre-shared-key first\n"
        " ikev2 remote-authentication pre-shared-key second\n"
    )
    assert known(IKEV2.format(keys=group)) == [Secret("first"), Secret("second")]


def test_a_key_that_differs_from_that_of_windows_is_told() -> None:
    tunnel = "mode=tunnel localtunnelendpoint=192.0.2.1 remotetunnelendpoint=192.0.2.2 auth1=computerpsk auth1psk=first"
    offer = f"{tunnel} qmsecmethods=esp:sha256-aes256"
    windows = main_mode("dhgroup14:aes256-sha256") + rule(offer, ends=("10.1.0.0/16", "10.2.0.0/16"))
    there = {key: IOS.format(keys=f"{KEY}{key} address 192.0.2.1\n") for key in ("first", "second")}
    assert verdict(windows, there["first"]) == ("secured", None)
    assert verdict(windows, there["second"]) == ("fails", "authentication")
