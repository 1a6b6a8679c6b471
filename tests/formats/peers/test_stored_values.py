"""What each key of a daemon, a description or a cloud says with each kind of value is as stored.

After a change that is meant, `python -m tests.formats.peers.test_stored_values` stores it anew: read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from tests import ROOT
from tests.cases import cases
from tests.formats.spoilt import differences, told_by
from tests.formats.test_every_format import FORMATS

EXPECTED = ROOT / "tests" / "data" / "peer_values"

_CONNECTION = "config setup\n\tuniqueids=no\nconn a\n\tleft=192.0.2.1\n\tright=198.51.100.1\n{base}\tauto=add\n"
DIALECTS = {
    "strongswan": "\tkeyingtries=1\n\tleftsubnet=10.1.0.0/16\n\tike=aes256-sha256-modp2048!\n",
    "libreswan": "\tpfs=yes\n\tleftsubnet=10.1.0.0/16\n\tike=aes256-sha2;modp2048\n",
    "unknown": "\tleftsubnet=10.1.0.0/16\n\tike=aes256-sha256-modp2048\n",
}
FLAGS, NUMBERS = ("yes", "no", "never", "insist", "maybe"), ("1h", "30m", "90", "2d", "0", "x")
AUTHENTICATION = (
    *("psk", "secret", "pubkey", "rsasig", "ecdsa", "rsa-sha2_512", "ecdsa-sha384", "rsa-sha256-ecdsa-sha384"),
    *("null", "never", "eap-tls", "xauthpsk", "xauthrsasig", "any", "rsasig,ecdsa", "rsa-sha1|psk", "other"),
)
SUITES = (
    *("aes256-sha256-modp2048", "aes128gcm16!", "aes-sha1,3des-md5", "aes_gcm256-null;modp2048", "aes+3des-sha1+sha2"),
    *("null-sha1", "aes_gcm", "aes_ctr_128-sha1", "camellia-sha1", "null_auth_aes_gmac_256-null", "chacha20_poly1305"),
    *("aes256-sha2_512;dh14+dh19", "aes256-sha256-esn-noesn", "aes256-sha256-ecp384-x25519", "nonsense", "sha1"),
    *("aes256-aesxcbc-modp1024", "aes192-prfsha1-sha384-ecp256bp", "default", ""),
)
SIDES = {
    "subnet": ("10.2.0.0/16", "10.2.0.0/16,10.3.0.1", "{10.2.0.0/16 10.3.0.0/24}", "%dynamic", "vhost:%no", "x", ""),
    "subnets": ("{10.2.0.0/16 10.3.0.0/24}",),
    "protoport": ("tcp/443", "17/1701", "17/%any", "gre", "6/", "tcp/x", "256", "udp/500-600"),
    "sourceip": ("%config", "10.9.0.1"),
    "addresspool": ("10.9.0.1-10.9.0.9",),
    "auth": AUTHENTICATION,
    "auth2": ("eap", "xauth", "pubkey", "other"),
    "ca": ("CN=Root", "%same", "authority"),
    "id": ("a.example", "@a.example", "%fromcert", "C=DE, CN=a", "198.51.100.9"),
    "xauthserver": FLAGS[:2],
    "xauthclient": FLAGS[:2],
    "": ("%any", "192.0.2.9", "gate.example", "192.0.2.0/24", "%defaultroute"),
    "cert": ("none.pem",),
}
CONNECTION: dict[str, tuple[str, ...]] = {
    "keyexchange": ("ike", "ikev1", "ikev2", "ikev3"),
    "ikev2": FLAGS,
    "type": ("tunnel", "transport", "transport_proxy", "passthrough", "drop", "beet"),
    "authby": AUTHENTICATION,
    **dict.fromkeys(("ike", "esp", "ah", "phase2alg"), SUITES),
    "phase2": ("ah", "esp"),
    **dict.fromkeys(("pfs", "esn", "narrowing", "ppk", "enable-tcp", "aggressive", "aggrmode", "rekey"), FLAGS),
    **dict.fromkeys(("sha2-truncbug", "sha2_truncbug", "sha256-96", "sha256_96"), FLAGS),
    **dict.fromkeys(("ikelifetime", "salifetime", "ipsec-lifetime", "lifetime", "keylife"), NUMBERS),
    **dict.fromkeys(("lifebytes", "ipsec-max-bytes"), ("2048000", "1", "0", "1GB", "x")),
    **dict.fromkeys(("policy-label", "sec-label"), ("system_u",)),
    "auto": ("ignore", "route", "start"),
    "also": ("b", "none"),
    "unknownkey": ("1",),
    **{f"{side}{key}": values for side, key in product(("left", "right"), SIDES) for values in (SIDES[key],)},
}


def of_ipsec_conf() -> Iterator[str]:
    kind = FORMATS["ipsec-conf"]
    for dialect, base in DIALECTS.items():
        text = _CONNECTION.format(base=base) + "conn b\n\tauthby=psk\n\tike=aes128-sha1-modp1024\n\tauto=ignore\n"
        whole = told_by(kind, dialect, text.encode())
        yield f"# ipsec.conf, {dialect}"
        yield from whole
        for key, values in CONNECTION.items():
            for value in values:
                said = text.replace("\tauto=add\n", f"\t{key}={value}\n\tauto=add\n", 1)
                yield from _new(f"{key}={value}", whole, told_by(kind, dialect, said.encode()))


_SWANCTL = """connections {{
  a {{
    local_addrs = 192.0.2.1
    remote_addrs = 198.51.100.1
    {connection}
    local {{
      auth = psk
      {round}
    }}
    remote {{
      auth = psk
      {other}
    }}
    children {{
      c {{
        {child}
        start_action = trap
      }}
    }}
  }}
}}
secrets {{
  ike-a {{
    {secret}
    secret = "an example"
  }}
}}
"""
_ROUND = {
    "auth": ("psk", "pubkey", "rsa-2048-sha256", "ecdsa-sha384", "ike:rsa-sha512", "eap-tls", "xauth", "any", "x"),
    "id": ("a.example", "%any", "192.0.2.1"),
    "ca_id": ("CN=Root",),
    "certs": ("a.pem",),
    "cacerts": ("b.pem",),
    "unknownkey": ("1",),
}
SWANCTL: dict[str, dict[str, tuple[str, ...]]] = {
    "connection": {
        "version": ("0", "1", "2", "3"),
        "local_addrs": ("%any", "192.0.2.9, 2001:db8::1", "gate.example", ""),
        "remote_addrs": ("%any", "198.51.100.0/24", "198.51.100.7,198.51.100.8"),
        "aggressive": FLAGS,
        "childless": ("allow", "force", "never", "prefer", "x"),
        "proposals": SUITES,
        "rekey_time": NUMBERS,
        "unknownkey": ("1",),
    },
    "round": _ROUND,
    "other": _ROUND,
    "child": {
        "esp_proposals": SUITES,
        "ah_proposals": SUITES[:6],
        "mode": ("tunnel", "transport", "transport_proxy", "beet", "pass", "drop"),
        "rekey_time": NUMBERS,
        "rekey_bytes": ("2048000", "0", "1", "x"),
        "local_ts": (
            "dynamic",
            "10.1.0.0/16",
            "10.1.0.0/16,10.2.0.0/16",
            "dynamic[tcp/443]",
            "10.1.0.0/16[udp/1-9]",
            "x",
        ),
        "remote_ts": ("dynamic", "0.0.0.0/0", "10.2.0.0/16[17]", "10.2.0.0/16[tcp]", "10.2.0.0/16[tcp/x]", "x[6]"),
        "sha256_96": FLAGS,
        "unknownkey": ("1",),
    },
    "secret": {"id": ("a.example", "192.0.2.1"), "id-2": ("b.example",), "unknownkey": ("1",)},
}


def of_swanctl() -> Iterator[str]:
    kind = FORMATS["swanctl-conf"]
    whole = told_by(kind, "swanctl", _swanctl().encode())
    yield "# swanctl.conf"
    yield from whole
    for section, keys in SWANCTL.items():
        for key, values in keys.items():
            for value in values:
                said = _swanctl(**{section: f"{key} = {value}"})
                yield from _new(f"{section}: {key} = {value}", whole, told_by(kind, "swanctl", said.encode()))


def _swanctl(**lines: str) -> str:
    return _SWANCTL.format(**({"connection": "", "round": "", "other": "", "child": "", "secret": ""} | lines))


_DESCRIPTION = """[peer]
name = "Branch"
{head}
[peer.main_mode]
proposals = ["aes256-sha256-modp2048"]
{main_mode}
[peer.quick_mode]
proposals = ["aes128-sha1"]
{quick_mode}
[peer.auth]
{auth}
[peer.strict]
{strict}
"""
_AMOUNTS = ('"8h"', '"90"', '"1d"', '"5min"', '"x"', "600", "0", '"0s"')
DESCRIPTION: dict[str, dict[str, tuple[str, ...]]] = {
    "head": {
        "implementation": ('"strongswan"', "1"),
        "role": ('"client"', '"server"', '"both"'),
        "answers_on": ('["192.0.2.1"]', '"192.0.2.1"', '["x"]', "[]", "1"),
        "keying": ('["ikev1"]', '["IKEv2", "ikev1"]', '"ikev2"', '["ikev3"]', "[]", "2"),
        "aggressive": ("true", "false", '"yes"'),
        "prefers": ('"own"', '"initiator"', '"x"'),
        "source": ('"a page"',),
        "as_of": ('"2026-01-01"',),
        "unknownkey": ("1",),
    },
    "main_mode": {"lifetime": _AMOUNTS, "pfs": ('"same"',), "unknownkey": ("1",)},
    "quick_mode": {
        "pfs": ('"none"', '"same"', '"modp2048"', '["modp2048", "none"]', '"x"', "true", "[]"),
        "lifetime": _AMOUNTS,
        "volume": ('"100000kb"', '"2GB"', '"1mb"', '"1000"', '"x"', "5"),
        "mode": ('"transport"', '"tunnel"', '"x"'),
        "local": ('["10.1.0.0/16"]', '"10.1.0.0/16"', '["x"]', "[]"),
        "remote": ('["10.2.0.0/16", "10.3.0.1"]', "1"),
        "local_protoport": ('"tcp/443"', '"6"', '"x/1"', "6"),
        "remote_protoport": ('"udp/500-600"', '"gre"'),
        "unknownkey": ("1",),
    },
    "auth": {
        "methods": (
            *('["psk"]', '["certificate"]', '["rsa"]', '["ecdsa256"]', '["ecdsa384-sha384"]', '["kerberos"]', '["x"]'),
            *('["psk", "rsa-sha256"]', '"psk"', "[]", "1"),
        ),
        "accepts": ('["psk"]', '["rsa", "ecdsa"]', '["x"]'),
        "second": ('["user-kerberos"]', '["x"]'),
        "psk": ('"an example"', "1"),
        "preshared_key": ('"an example"',),
        "authorities": ('["CN=Root"]', '"CN=Root"', "[1]"),
        "identity": ('"a.example"', "1"),
        "expects": ('"b.example"', '"%any"'),
        "unknownkey": ("1",),
    },
    "strict": {"mode": ("true", "false", "1"), "pfs": ("true", '"x"'), "selectors": ('"narrows"', '"exact"', '"x"')},
}


def of_description() -> Iterator[str]:
    kind = FORMATS["peer"]
    whole = told_by(kind, "peer", _description().encode())
    yield "# description"
    yield from whole
    for table, keys in DESCRIPTION.items():
        for key, values in keys.items():
            for value in values:
                said = _description(**{table: f"{key} = {value}"})
                yield from _new(f"{table}: {key} = {value}", whole, told_by(kind, "peer", said.encode()))
    for suite in SUITES:
        for place, text in (("main", "aes256-sha256-modp2048"), ("quick", "aes128-sha1")):
            said = _description().replace(text, suite)
            yield from _new(f"{place} {suite}", whole, told_by(kind, "peer", said.encode()))


def _description(**lines: str) -> str:
    return _DESCRIPTION.format(**({"head": "", "main_mode": "", "quick_mode": "", "auth": "", "strict": ""} | lines))


AWS = {
    "VpnConnectionId": "vpn-1",
    "CustomerGatewayId": "cgw-1",
    "State": "available",
    "Options": {
        "TunnelOptions": [
            {
                "OutsideIpAddress": "192.0.2.1",
                "PreSharedKey": "an example",
                "IkeVersions": [{"Value": "ikev2"}],
                "Phase1EncryptionAlgorithms": [{"Value": "AES256"}],
                "Phase1IntegrityAlgorithms": [{"Value": "SHA2-256"}],
                "Phase1DHGroupNumbers": [{"Value": 14}],
                "Phase1LifetimeSeconds": 27000,
                "Phase2EncryptionAlgorithms": [{"Value": "AES128-GCM-16"}],
                "Phase2IntegrityAlgorithms": [{"Value": "SHA1"}],
                "Phase2DHGroupNumbers": [{"Value": 20}],
                "Phase2LifetimeSeconds": 1800,
            }
        ]
    },
}
AZURE = {
    "name": "to-branch",
    "connectionType": "IPsec",
    "virtualNetworkGateway1": {"id": "/x"},
    "connectionProtocol": "IKEv2",
    "connectionMode": "Default",
    "sharedKey": "an example",
    "usePolicyBasedTrafficSelectors": False,
    "trafficSelectorPolicies": [{"localAddressRanges": ["10.1.0.0/16"], "remoteAddressRanges": ["10.2.0.0/16"]}],
    "ipsecPolicies": [
        {
            "saLifeTimeSeconds": 27000,
            "saDataSizeKilobytes": 1024,
            "ipsecEncryption": "GCMAES256",
            "ipsecIntegrity": "GCMAES256",
            "ikeEncryption": "AES192",
            "ikeIntegrity": "SHA384",
            "dhGroup": "ECP384",
            "pfsGroup": "PFS2048",
        }
    ],
}
MEMBERS = (None, True, -1, 0, 7, 3600, "", "x", "Deleting", "IKEv1", "None", "192.0.2.9", "AES128", "SHA1", "DHGroup2",
           "PFS24", [], ["10.9.0.0/16"], [{"Value": "SHA2-512"}, {"Value": 2}], {}, {"Odd": 1})  # fmt: skip


def of_clouds() -> Iterator[str]:
    kind = FORMATS["cloud-gateway"]
    for name, document in (("AWS", {"VpnConnections": [AWS]}), ("Azure", AZURE)):
        whole = told_by(kind, name, json.dumps(document, indent=1).encode())
        yield f"# {name}"
        yield from whole
        for path in _paths(document):
            for value in MEMBERS:
                said = json.dumps(_with(document, path, value), indent=1)
                yield from _new(f"{'.'.join(map(str, path))} {value}", whole, told_by(kind, name, said.encode()))


def _paths(value: object, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in inside:
        yield (*above, key)
        yield from _paths(member, (*above, key))


def _with(value: object, path: tuple[str | int, ...], new: object) -> object:
    if not path:
        return new
    if isinstance(value, dict):
        return {key: _with(member, path[1:], new) if key == path[0] else member for key, member in value.items()}
    assert isinstance(value, list)
    return [_with(member, path[1:], new) if number == path[0] else member for number, member in enumerate(value)]


def _new(title: str, before: list[str], after: list[str]) -> Iterator[str]:
    if told := differences(before, after):
        yield f"# {title}"
        yield from told


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "ipsec-conf": of_ipsec_conf,
    "swanctl-conf": of_swanctl,
    "peer": of_description,
    "cloud-gateway": of_clouds,
}


@pytest.mark.drawn(8)
@cases("part", PARTS)
def test_each_key_with_each_value_says_what_is_stored(part: str) -> None:
    assert list(PARTS[part]()) == (EXPECTED / f"{part}.txt").read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.mkdir(exist_ok=True)
    for name, answers in PARTS.items():
        (EXPECTED / f"{name}.txt").write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
