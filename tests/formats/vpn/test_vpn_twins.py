"""One connection, or one server, in every form in which Windows keeps or shows it has the same findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from tests.cases import cases

from ipseclint.api import check_text

SUITE = {
    "AuthenticationTransformConstants": "SHA196",
    "CipherTransformConstants": "AES128",
    "EncryptionMethod": "DES3",
    "IntegrityCheckMethod": "SHA1",
    "DHGroup": "Group2",
    "PfsGroup": "None",
}
NUMBERS = {
    "IntegrityMethod": 1,
    "EncryptionMethod": 1,
    "DhGroup": 2,
    "CipherTransformConstant": 3,
    "AuthTransformConstant": 1,
    "PfsGroup": 0,
}
"""The same as numbers, in the order of a phone book, by the names of the registry."""
KEY = "an example key of ours"


class Kind(NamedTuple):
    """What a connection is, in the words of the cmdlets, the profile and the phone book."""

    tunnel: str
    strategy: int
    method: str
    profile_method: str
    restrictions: int
    codes: frozenset[str]
    has_suite: bool = True
    is_device_tunnel: bool = False
    has_key: bool = False


OF_FILTERS = frozenset({"AU022"})
"""What is said where a form tells that no filter on the certificate is set: a script, and objects whole."""
WEAK = frozenset({"AU026", "CR002", "CR004", "CR005"})
UNSAID = frozenset({"AU026", "CR005"})
BY_MACHINE = ("Ikev2", 7, "MachineCertificate", "<MachineMethod>Certificate</MachineMethod>", 2048)
BY_EAP = ("Ikev2", 7, "Eap", "<UserMethod>Eap</UserMethod>", 128)
BY_PASSWORD = ("MSChapv2", "<UserMethod>MSChapv2</UserMethod>", 512)
KINDS = {
    "machine": Kind(*BY_MACHINE, WEAK | OF_FILTERS),
    "device tunnel": Kind(*BY_MACHINE, WEAK | OF_FILTERS, is_device_tunnel=True),
    "device tunnel without a suite": Kind(*BY_MACHINE, UNSAID | OF_FILTERS, has_suite=False, is_device_tunnel=True),
    "user tunnel": Kind(*BY_EAP, WEAK),
    "user tunnel without a suite": Kind(*BY_EAP, UNSAID, has_suite=False),
    "password": Kind("Ikev2", 7, *BY_PASSWORD, WEAK),
    "automatic": Kind("Automatic", 0, *BY_PASSWORD, WEAK),
    "automatic without a suite": Kind("Automatic", 0, *BY_PASSWORD, UNSAID, has_suite=False),
    "L2TP": Kind("L2tp", 3, *BY_PASSWORD, frozenset({"AU001"}), has_suite=False, has_key=True),
    "SSTP": Kind("Sstp", 5, *BY_PASSWORD, frozenset(), has_suite=False),
}


def forms(kind: Kind) -> dict[str, str]:
    """The connection in the forms in which Windows has it, by the name of a file."""
    members: dict[str, object] = {
        "Name": "Office",
        "ServerAddress": "203.0.113.4",
        "AllUserConnection": kind.is_device_tunnel,
        "TunnelType": kind.tunnel,
        "AuthenticationMethod": [kind.method],
    }
    if kind.has_key:
        members["L2tpIPsecAuth"] = "Psk"
    return {
        "vpn.json": json.dumps(
            [members | {"IPSecCustomPolicy": SUITE if kind.has_suite else None, "MachineCertificateEKUFilter": None}]
        ),
        "profile.xml": profile(kind),
        "rasphone.pbk": phone_book(kind),
        "script.ps1": script(kind),
        "list.txt": listed(kind, members),
    }


def profile(kind: Kind) -> str:
    """A ProfileXML."""
    suite = "".join(f"<{name}>{word}</{name}>" for name, word in SUITE.items())
    return (
        f"<VPNProfile><ProfileName>Office</ProfileName><DeviceTunnel>{str(kind.is_device_tunnel).lower()}</DeviceTunnel>"
        f"<NativeProfile><Servers>203.0.113.4</Servers><NativeProtocolType>{kind.tunnel}</NativeProtocolType>"
        f"<Authentication>{kind.profile_method}</Authentication>"
        + (f"<L2tpPsk>{KEY}</L2tpPsk>" if kind.has_key else "")
        + (f"<CryptographySuite>{suite}</CryptographySuite>" if kind.has_suite else "")
        + "</NativeProfile></VPNProfile>"
    )


def phone_book(kind: Kind) -> str:
    """An entry of rasphone.pbk."""
    digits = "".join(number.to_bytes(4, "little").hex() for number in NUMBERS.values())
    return (
        f"[Office]\nPBVersion=6\nType=2\nVpnStrategy={kind.strategy}\nIpSecFlags={int(kind.has_key)}\n"
        f"AuthRestrictions={kind.restrictions}\nNumCustomPolicy={int(kind.has_suite)}\n"
        + (f"CustomIPSecPolicies={digits}\n" if kind.has_suite else "")
        + "DEVICE=vpn\nPhoneNumber=203.0.113.4\n"
    )


def script(kind: Kind) -> str:
    """The script that makes it."""
    for_all = " -AllUserConnection" if kind.is_device_tunnel else ""
    key = f' -L2tpPsk "{KEY}" -Force' if kind.has_key else ""
    made = (
        f"Add-VpnConnection -Name Office -ServerAddress 203.0.113.4 -TunnelType {kind.tunnel} "
        f"-AuthenticationMethod {kind.method}{for_all}{key}\n"
    )
    words = " ".join(f"-{name} {word}" for name, word in SUITE.items())
    head = f"Set-VpnConnectionIPsecConfiguration -ConnectionName Office{for_all}"
    return f"{made}{head} {words} -Force\n" if kind.has_suite else made


def listed(kind: Kind, members: Mapping[str, object]) -> str:
    """What Get-VpnConnection prints, and below it the suite, which it shows by its type alone."""
    shown = {name: f"{{{value[0]}}}" if isinstance(value, list) else value for name, value in members.items()}
    own = shown | {"IPSecCustomPolicy": "VpnConnectionIPsecConfiguration" if kind.has_suite else ""}
    return f"\n{_lines(own)}\n\n" + (f"\n{_lines(SUITE)}\n\n" if kind.has_suite else "")


def _lines(members: Mapping[str, object]) -> str:
    return "".join(f"{name:<32} : {value}\n" for name, value in members.items())


Findings = list[tuple[str, str, str, str]]


def findings(name: str, text: str, *, without: frozenset[str] = frozenset()) -> Findings:
    """What is found in a text, without places."""
    report = check_text(text, name)
    assert [problem.message for problem in report.problems] == []
    found = (each for each in report.findings if each.code not in without)
    return sorted((each.code, each.severity.value, each.subject.name, each.message) for each in found)


OF_PROFILES = frozenset({"CR037"})
"""What is wrong with a profile alone: Windows does not make of it the connection that it describes."""


@pytest.mark.drawn(3)
@cases("form", ["profile.xml", "rasphone.pbk", "script.ps1", "list.txt"])
@cases("kind", KINDS.values(), ids=KINDS)
def test_a_connection_has_the_same_findings_in_every_form(kind: Kind, form: str) -> None:
    made = forms(kind)
    base = findings("vpn.json", made["vpn.json"])
    assert {code for code, *_ in base} == kind.codes
    not_held = frozenset() if form == "script.ps1" else OF_FILTERS
    assert findings(form, made[form], without=OF_PROFILES) == [row for row in base if row[0] not in not_held]


LIFETIMES = {"SALifeTime": 300, "SADataSizeForRenegotiation": 1024, "IdleDisconnect": 300}
IKEV2 = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\IKEV2"
SERVER = {
    "rras.json": json.dumps(
        {"CimClass": "VpnServerIPsecCustomConfiguration", "CustomPolicy": True} | SUITE | LIFETIMES
    ),
    "rras.txt": _lines({"CustomPolicy": True} | SUITE)
    + "SALifeTime(s) : 300\nSADataSizeForRenegotiation(KB) : 1024\nIdleDisconnect(s) : 300\n",
    "rras.ps1": "Set-VpnServerConfiguration -CustomPolicy "
    + " ".join(f"-{name} {word}" for name, word in SUITE.items())
    + " -SALifeTimeSeconds 300 -SADataSizeForRenegotiationKilobytes 1024 -IdleDisconnectSeconds 300\n",
    "rras.reg": f"Windows Registry Editor Version 5.00\n\n[{IKEV2}]\n"
    + "".join(
        f'"{name}"=dword:{number:08x}\n'
        for name, number in {"saLifeTime": 300, "saDataSize": 1024, "idleTimeout": 300}.items()
    )
    + f"\n[{IKEV2}\\IKEv2CustomPolicy]\n"
    + "".join(f'"{name}"=dword:{number:08x}\n' for name, number in NUMBERS.items()),
}
OF_THE_REGISTRY = frozenset({"QD040", "AU021"})
"""What other values of the key say, which are absent from it."""


@cases("form", SERVER)
def test_a_server_has_the_same_findings_in_every_form(form: str) -> None:
    base = findings("rras.json", SERVER["rras.json"])
    assert findings(form, SERVER[form], without=OF_THE_REGISTRY) == base
    assert {code for code, *_ in base} == {"CR002", "CR004", "CR005", "QD004", "QD006"}
