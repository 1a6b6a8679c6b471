"""One connection in every form in which Windows keeps or shows it has the same findings."""

from __future__ import annotations

import json

import pytest

from ipseclint.api import check_text

WORDS = {
    "AuthenticationTransformConstants": "SHA196",
    "CipherTransformConstants": "AES128",
    "EncryptionMethod": "DES3",
    "IntegrityCheckMethod": "SHA1",
    "DHGroup": "Group2",
    "PfsGroup": "None",
}
NUMBERS = (1, 1, 2, 3, 1, 0)  # integrity, encryption, group, cipher, authentication, PFS
PROFILE = (
    "<VPNProfile><ProfileName>Office</ProfileName><NativeProfile><Servers>203.0.113.4</Servers>"
    "<NativeProtocolType>IKEv2</NativeProtocolType><Authentication><MachineMethod>Certificate</MachineMethod>"
    "</Authentication><CryptographySuite>"
    + "".join(f"<{name}>{word}</{name}>" for name, word in WORDS.items())
    + "</CryptographySuite></NativeProfile></VPNProfile>"
)
OBJECT = {
    "Name": "Office",
    "ServerAddress": "203.0.113.4",
    "TunnelType": "Ikev2",
    "AuthenticationMethod": ["MachineCertificate"],
    "IPSecCustomPolicy": WORDS,
}
HEX = "".join(number.to_bytes(4, "little").hex() for number in NUMBERS)
FORMS = {
    "profile.xml": PROFILE,
    "vpn.json": json.dumps([OBJECT]),
    "rasphone.pbk": "[Office]\nPBVersion=6\nType=2\nVpnStrategy=7\nAuthRestrictions=2048\nNumCustomPolicy=1\n"
    f"CustomIPSecPolicies={HEX}\nDEVICE=vpn\nPhoneNumber=203.0.113.4\n",
    "script.ps1": "Add-VpnConnection -Name Office -ServerAddress 203.0.113.4 -TunnelType Ikev2 "
    "-AuthenticationMethod MachineCertificate\n"
    "Set-VpnConnectionIPsecConfiguration -ConnectionName Office "
    + " ".join(f"-{name} {word}" for name, word in WORDS.items())
    + " -Force\n",
}
DEFAULT = {
    "profile.xml": PROFILE.replace(PROFILE[PROFILE.index("<Crypto") : PROFILE.index("</NativeProfile>")], ""),
    "vpn.json": json.dumps([OBJECT | {"IPSecCustomPolicy": None}]),
    "rasphone.pbk": FORMS["rasphone.pbk"].replace("NumCustomPolicy=1", "NumCustomPolicy=0"),
}


def findings(name: str, text: str) -> list[tuple[str, str, str]]:
    report = check_text(text, name)
    assert [problem.message for problem in report.problems] == []
    # Whether a certificate is filtered is said in some forms only.
    return sorted((each.code, each.subject.name, each.message) for each in report.findings if each.code != "AU022")


@pytest.mark.parametrize("name", FORMS)
def test_a_connection_with_a_suite(name: str) -> None:
    assert findings(name, FORMS[name]) == findings("vpn.json", FORMS["vpn.json"])
    assert {code for code, *_ in findings(name, FORMS[name])} == {"AU026", "CR002", "CR004", "CR005"}


@pytest.mark.parametrize("name", DEFAULT)
def test_a_connection_without_a_suite(name: str) -> None:
    assert findings(name, DEFAULT[name]) == findings("vpn.json", DEFAULT["vpn.json"])
    assert {code for code, *_ in findings(name, DEFAULT[name])} == {"AU026", "CR005"}
