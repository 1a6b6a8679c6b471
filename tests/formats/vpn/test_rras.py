"""What Routing and Remote Access demands of its IKEv2 clients: as PowerShell objects and in the registry."""

from __future__ import annotations

import json

import pytest

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import Dialect
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity

SUITE: dict[str, object] = {
    "EncryptionMethod": "AES256",
    "IntegrityCheckMethod": "SHA256",
    "CipherTransformConstants": "AES256",
    "PfsGroup": "PFS2048",
    "AuthenticationTransformConstants": "SHA256128",
    "DHGroup": "Group14",
}
LIFETIMES: dict[str, object] = {"SALifeTime": 300, "MMSALifeTime": 600, "SADataSizeForRenegotiation": 1024}
SERVER: dict[str, object] = {**SUITE, **LIFETIMES, "Ikev2Ports": 128, "IdleDisconnect": 300, "CustomPolicy": True}


def read(name: str, text: str) -> Parsed:
    source = bytes_source(name, text.encode())
    found = recognise(source)
    assert found is not None
    return found.parse(source)


def as_json(class_name: str, members: dict[str, object]) -> Parsed:
    return read("x.json", json.dumps({"CimClass": {"CimClassName": class_name}, **members}))


@pytest.mark.parametrize(
    ("class_name", "members", "name"),
    [
        ("VpnServerIPsecCustomConfiguration", SERVER, "VPN server"),
        ("VpnS2SCustomInterface", {"Name": "Berlin", "Destination": ["203.0.113.4"], **SUITE, **LIFETIMES}, "Berlin"),
    ],
)
def test_a_server_and_an_interface_between_sites_have_lifetimes(
    class_name: str, members: dict[str, object], name: str
) -> None:
    parsed = as_json(class_name, members)
    (main,), (quick,) = parsed.policy.main_mode_crypto_sets, parsed.policy.quick_mode_crypto_sets
    assert (main.name, main.dialect, main.lifetime_seconds.known) == (name, Dialect.VPN, 600)
    (proposal,) = quick.proposals
    assert (proposal.lifetime_seconds.known, proposal.lifetime_kilobytes.known) == (300, 1024)
    assert parsed.problems == ()


def test_a_lifetime_that_is_no_number_is_reported() -> None:
    parsed = as_json("VpnServerIPsecCustomConfiguration", SERVER | {"SALifeTime": "long"})
    assert [each.message for each in parsed.problems] == ["unknown lifetime `long`"]


@pytest.mark.parametrize("class_name", ["VpnServerIPsecDefaultConfiguration", "VpnS2SDefaultInterface"])
def test_a_server_without_a_suite_is_not_read_in_silence(class_name: str) -> None:
    parsed = as_json(class_name, {"EncryptionType": "MaximumEncryption", "Ikev2Ports": 2, **LIFETIMES})
    assert [each.code.value for each in parsed.problems] == ["IN003"]
    assert parsed.policy.is_empty


def registry(*values: str) -> Parsed:
    key = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\IKEV2"
    lines = ["Windows Registry Editor Version 5.00", "", f"[{key}]", '"saLifeTime"=dword:0000012c', ""]
    return read("x.reg", "\r\n".join([*lines, f"[{key}\\IKEv2CustomPolicy]", *values, ""]))


WEAK = (
    *('"IntegrityMethod"=dword:0', '"EncryptionMethod"=dword:0', '"DhGroup"=dword:1', '"PfsGroup"=dword:0'),
    *('"CipherTransformConstant"=dword:1', '"AuthTransformConstant"=dword:0'),
)


def test_the_suite_in_the_registry_is_read() -> None:
    parsed = registry(*WEAK)
    (main,) = parsed.policy.main_mode_crypto_sets
    (proposal,) = main.proposals
    assert (proposal.encryption.known, proposal.integrity.known, proposal.dh_group.known) == (
        Cipher.DES,
        Integrity.MD5,
        DhGroup.GROUP_1,
    )
    assert (main.name, parsed.problems) == ("RRAS server", ())
    assert [value.path.rpartition("\\")[2] for value in parsed.policy.registry] == ["saLifeTime"]


def test_a_value_of_the_suite_that_is_not_known_is_reported() -> None:
    assert [each.message for each in registry(*WEAK, '"Colour"=dword:1').problems] == [
        "unknown value `Colour` of RRAS's IKEv2 policy"
    ]
