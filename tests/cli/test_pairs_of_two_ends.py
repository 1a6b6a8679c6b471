"""Two ends that differ in one thing, as `negotiate` and `check` answer them.

The first are what users report of policies that were thought to agree, the others what differs by the protocol and is
one answer for IKEv1 and another for IKEv2 (RFC 2409, RFC 7296, and what two daemons do: docs/negotiate.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.semantics.negotiation.two_ends import both, main_mode, peer, rule

KERBEROS = "auth1=computerkerb"
KEYS = ("auth1=computerpsk auth1psk=k7Jq-Example-0001", "auth1=computerpsk auth1psk=k7Jq-Example-0002")
TUNNEL = "mode=tunnel localtunnelendpoint=10.2.0.7 remotetunnelendpoint=10.1.0.5"
ONE_CA, OTHER_CA = 'auth1=computercert auth1ca="CN=CA 1"', 'auth1=computercert auth1ca="CN=CA 2"'


def legacy(here: str, there: str, pfs: str) -> str:
    """A policy of `netsh ipsec`."""
    static = "netsh ipsec static add"
    return (
        f"{static} policy name=P assign=yes\n{static} filterlist name=F\n"
        f"{static} filter filterlist=F srcaddr={here} dstaddr={there}\n"
        f'{static} filteraction name=A action=negotiate qmpfs={pfs} qmsecmethods="ESP[3DES,SHA1]"\n'
        f"{static} rule name=R policy=P filterlist=F filteraction=A kerberos=yes\n"
    )


def suite(bits: int, hash_: int, curve: int) -> dict[str, object]:
    """The six words of a VPN suite."""
    cipher, group = f"GCMAES{bits}", f"ECP{curve}"
    return {
        "EncryptionMethod": cipher,
        "IntegrityCheckMethod": f"SHA{hash_}",
        "CipherTransformConstants": cipher,
        "AuthenticationTransformConstants": cipher,
        "DHGroup": group,
        "PfsGroup": group,
    }


CLIENT = json.dumps(
    [
        {
            "Name": "v",
            "ServerAddress": "vpn.example.org",
            "TunnelType": "Ikev2",
            "AuthenticationMethod": ["MachineCertificate"],
            "IPSecCustomPolicy": suite(128, 256, 256),
        }
    ]
)
SERVER = json.dumps(
    {
        "CimClass": {"CimClassName": "VpnServerIPsecCustomConfiguration"},
        "SALifeTime": 28800,
        "MMSALifeTime": 28800,
        "SADataSizeForRenegotiation": 102400000,
        "IdleDisconnect": 300,
        "Ikev2Ports": 128,
        "TunnelType": "IKEV2",
        "CustomPolicy": True,
        **suite(256, 384, 384),
    }
)

REPORTED: dict[str, tuple[tuple[str, str], str | None, tuple[int | None, int | None], str | None]] = {
    "main-mode suite": (
        (
            both(KERBEROS, KERBEROS)[0] + main_mode("dhgroup2:aes256-sha1"),
            both(KERBEROS, KERBEROS)[1] + main_mode("dhgroup14:aes256-sha256"),
        ),
        "main-mode-suite",
        (13868, 13868),
        "CR018",
    ),
    "quick-mode suite": (
        both(f"{KERBEROS} qmsecmethods=ah:sha1", f"{KERBEROS} qmsecmethods=esp:sha1-aes128"),
        "quick-mode-suite",
        (13868, 13868),
        "CR018",
    ),
    "lifetimes": (
        both(*(f"{KERBEROS} qmsecmethods=esp:sha1-aes128+{minutes}min+100000kb" for minutes in (60, 480))),
        None,
        (None, None),
        "QD035",
    ),
    "PFS at one end": (
        both(f"{KERBEROS} qmpfs=ecdhp256", f"{KERBEROS} qmpfs=none"),
        "pfs",
        (13868, 13868),
        "CR030",
    ),
    "PFS groups": (
        both(f"{KERBEROS} qmpfs=ecdhp256", f"{KERBEROS} qmpfs=ecdhp384"),
        "pfs",
        (13868, 13868),
        "CR030",
    ),
    "PFS of older policies": (
        (legacy("10.1.0.5", "10.2.0.7", "yes"), legacy("10.2.0.7", "10.1.0.5", "no")),
        "pfs",
        (13868, 13868),
        "CR030",
    ),
    "first authentication": (both(KERBEROS, ONE_CA), "authentication", (13868, 13868), "AU027"),
    "certificate authority": (both(ONE_CA, OTHER_CA), "authentication", (13806, 13801), "AU029"),
    "second authentication": (
        both(f"{KERBEROS} auth2=userkerb", KERBEROS),
        "second-authentication",
        (13801, 13801),
        "AU030",
    ),
    "mode": (both(KERBEROS, f"{KERBEROS} {TUNNEL}"), "mode", (13868, 13868), "CR033"),
    "preshared key": (both(*KEYS), "authentication", (13805, None), "AU028"),
    "VPN suite": ((CLIENT, SERVER), "main-mode-suite", (13868, 13868), "CR030"),
    "addresses": (
        (rule(KERBEROS, ends=("10.1.0.0/16", "10.2.0.0/16")), rule(KERBEROS, ends=("10.2.0.0/16", "10.1.0.0/24"))),
        None,
        (None, None),
        "FL008",
    ),
}


@pytest.mark.parametrize("what", REPORTED)
def test_what_users_report_is_named_with_its_stage_and_its_codes(
    what: str, cli: Callable[..., Any], tmp_path: Path
) -> None:
    texts, stage, codes, found = REPORTED[what]
    paths = []
    for name, text in zip("ab", texts, strict=True):
        paths.append(tmp_path / f"{name}.txt")
        paths[-1].write_text(text)
    negotiated = cli("negotiate", *paths, "--format", "json")
    asked = [pair for pair in json.loads(negotiated.out)["pairs"] if pair["initiator"] == "a"]
    assert {(pair["verdict"], pair["stage"], pair["when"]) for pair in asked} == {
        ("fails" if stage else "secured", stage, "connect")
    }
    assert {(pair["a_sees"]["code"], pair["b_sees"]["code"]) for pair in asked} == {codes}
    assert negotiated.code == (1 if stage else 0)
    checked = cli("check", *paths, "--isolated", "-o", "json")
    assert found is None or found in {finding["code"] for finding in json.loads(checked.out)["findings"]}
    for result in (negotiated, checked):
        assert "k7Jq-Example" not in result.out + result.err


SUITES = 'proposals = ["esp:aes128-sha1"]\nlifetime = "1h"\n'
"""What both ends offer for quick mode."""


def described(keying: str, implementation: str, quick: str, auth: str = 'methods = ["psk"]\npsk = "one"') -> str:
    """A description of an end."""
    return peer(
        head=f'keying = ["{keying}"]\nimplementation = "{implementation}"',
        main='proposals = ["aes256-sha256-modp2048"]',
        quick=SUITES + quick,
        auth=auth,
    )


GROUP, NO_GROUP = 'mode = "tunnel"\npfs = ["modp2048"]\n', 'mode = "tunnel"\npfs = []\n'
DIFFERENCES = {
    "keys": (("", 'methods = ["psk"]\npsk = "one"'), ("", 'methods = ["psk"]\npsk = "two"')),
    "authentication": (("", 'methods = ["rsa"]'), ("", 'methods = ["psk"]\npsk = "one"')),
    "PFS": ((GROUP, 'methods = ["rsa"]'), (NO_GROUP, 'methods = ["rsa"]')),
    "mode": (('mode = "transport"\n', 'methods = ["rsa"]'), ('mode = "tunnel"\n', 'methods = ["rsa"]')),
}


@pytest.mark.parametrize(
    ("what", "keying", "implementation", "expected"),
    [
        ("keys", "ikev1", "strongswan", ("fails", "authentication", "connect")),
        ("keys", "ikev2", "libreswan", ("fails", "authentication", "connect")),
        ("authentication", "ikev1", "strongswan", ("fails", "authentication", "connect")),
        ("authentication", "ikev2", "libreswan", ("fails", "authentication", "connect")),
        ("PFS", "ikev1", "strongswan", ("fails", "pfs", "connect")),
        ("PFS", "ikev1", "libreswan", ("secured", None, "connect")),
        ("PFS", "ikev2", "strongswan", ("fails", "pfs", "renewal")),
        ("mode", "ikev1", "strongswan", ("fails", "mode", "connect")),
        ("mode", "ikev1", "libreswan", ("secured", None, "connect")),
        ("mode", "ikev2", "strongswan", ("secured", None, "connect")),
        ("mode", "ikev2", "unknown", ("depends", "mode", "connect")),
    ],
)
def test_what_once_passed_in_silence_is_answered_by_the_version_and_by_the_peer(
    what: str,
    keying: str,
    implementation: str,
    expected: tuple[str, str | None, str],
    cli: Callable[..., Any],
    tmp_path: Path,
) -> None:
    paths = []
    for name, (quick, auth) in zip("ab", DIFFERENCES[what], strict=True):
        paths.append(tmp_path / f"{name}.toml")
        kind = "strongswan" if name == "a" else implementation
        text = described(keying, kind, quick, auth)
        paths[-1].write_text(text if kind != "unknown" else text.replace('implementation = "unknown"\n', ""))
    result = cli("negotiate", *paths, "--format", "json")
    (asked,) = (pair for pair in json.loads(result.out)["pairs"] if pair["initiator"] == "a")
    assert (asked["verdict"], asked["stage"], asked["when"]) == expected
    assert asked["after_seconds"] == (3600 if expected[2] == "renewal" else None)
