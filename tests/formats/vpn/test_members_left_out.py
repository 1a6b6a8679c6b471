"""What an export does not hold is no finding: each member of each PowerShell object is left out in turn."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.cases import cases

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import selected
from ipseclint.engine.run import check
from ipseclint.formats.powershell import cim_json
from ipseclint.model.site import NatGroup, Site
from ipseclint.report import NOT_HELD
from ipseclint.reporters.accounting import accounting_lines, coverage_dict
from ipseclint.source import bytes_source

STRONG = {
    "AuthenticationTransformConstants": "GCMAES256",
    "CipherTransformConstants": "GCMAES256",
    "EncryptionMethod": "AES256",
    "IntegrityCheckMethod": "SHA384",
    "PfsGroup": "ECP384",
    "DHGroup": "ECP384",
}
HOLD = {"SALifeTime": 28_800, "MMSALifeTime": 28_000, "SADataSizeForRenegotiation": 33_553_408}
OBJECTS: dict[str, dict[str, Any]] = {
    "connection": {
        "CimClass": "VpnConnection",
        "Name": "Office",
        "ServerAddress": "vpn.example.org",
        "AllUserConnection": True,
        "TunnelType": "Ikev2",
        "AuthenticationMethod": ["MachineCertificate"],
        "EncryptionLevel": "Required",
        "SplitTunneling": True,
        "IdleDisconnectSeconds": 0,
        "MachineCertificateEKUFilter": ["1.3.6.1.4.1.311.87"],
        "MachineCertificateIssuerFilter": "CN=Example CA",
        "IPSecCustomPolicy": STRONG,
    },
    "L2TP connection": {
        "CimClass": "VpnConnection",
        "Name": "Office",
        "ServerAddress": "vpn.example.org",
        "TunnelType": "L2tp",
        "AuthenticationMethod": ["Eap"],
        "L2tpIPsecAuth": "Certificate",
        "IPSecCustomPolicy": None,
    },
    "server": {
        "CimClass": "VpnServerIPsecCustomConfiguration",
        "CustomPolicy": True,
        "EncryptionType": "CustomEncryption",
        "TunnelType": "IKEV2",
        "IdleDisconnect": 3600,
        "Ikev2Ports": 1000,
        "L2tpPorts": 0,
        "SstpPorts": 1000,
        "GrePorts": 0,
        **STRONG,
        **HOLD,
    },
    "protocol": {
        "CimClass": "VpnAuthProtocol",
        "UserAuthProtocolAccepted": ["EAP", "Certificate"],
        "TunnelAuthProtocolsAdvertised": "Certificates",
        "RootCertificateNameToAccept": "CN=Example Root CA",
        "CertificateAdvertised": "CN=vpn.example.org",
    },
    "pool": {
        "CimClass": "VpnIPAddressAssignment",
        "IPAssignmentMethod": "StaticPool",
        "IPAddressRange": [{"StartIPAddress": "10.9.0.1", "EndIPAddress": "10.9.15.254"}],
        "IPv6Prefix": None,
    },
    "interface": {
        "CimClass": "VpnS2SCustomInterface",
        "Name": "Berlin",
        "Protocol": "IKEv2",
        "Destination": ["203.0.113.4"],
        "AuthenticationMethod": "MachineCertificates",
        "ResponderAuthenticationMethod": "MachineCertificates",
        "NumberOfTries": 3,
        "RetryInterval": 10,
        "NetworkOutageTime": 240,
        "IdleDisconnect": 0,
        "CustomPolicy": True,
        **STRONG,
        **HOLD,
    },
    "certificate": {
        "CimClass": "System.Security.Cryptography.X509Certificates.X509Certificate2",
        "Subject": "CN=vpn.example.org",
        "Thumbprint": "AB" * 20,
        "Issuer": "CN=Example CA",
        "DnsNameList": [{"Unicode": "vpn.example.org"}],
        "EnhancedKeyUsageList": [{"ObjectId": "1.3.6.1.5.5.7.3.1"}, {"ObjectId": "1.3.6.1.5.5.7.3.2"}],
        "NotBefore": "2020-01-01T00:00:00Z",
        "NotAfter": "2099-01-01T00:00:00Z",
        "HasPrivateKey": True,
    },
}
SITE = Site(
    vpn_clients=500,
    ip_fragments_dropped=False,
    responder_behind_nat=False,
    nat_containers=True,
    load_balancer_hides_clients=False,
    nat_groups=(NatGroup(address="198.51.100.7", initiators=1),),
)
MEMBERS = [(name, member) for name, members in OBJECTS.items() for member in ("", *members)]


@pytest.mark.drawn(3)
@cases(("name", "member"), MEMBERS, ids=[f"{name} without {member}" for name, member in MEMBERS])
def test_nothing_is_found_in_what_is_left(name: str, member: str) -> None:
    members = {each: value for each, value in OBJECTS[name].items() if each != member}
    ruleset = load_ruleset("default")
    job = Job(plans=(Plan(ruleset, selected(ruleset, (), ())),), site=SITE)
    report = check([Candidate(bytes_source("export.json", json.dumps([members]).encode()), named=True)], job)
    assert [(each.code, each.message) for each in report.findings] == []
    assert not report.crashes


@cases(
    ("name", "members"),
    [
        ("connection", ("IPSecCustomPolicy",)),
        ("connection", ("MachineCertificateEKUFilter", "MachineCertificateIssuerFilter")),
        ("server", ("CustomPolicy", "EncryptionType", *STRONG)),
        ("interface", ("CustomPolicy", *STRONG)),
    ],
)
def test_what_a_vpn_lacks_is_said_once(name: str, members: tuple[str, ...]) -> None:
    left = {each: value for each, value in OBJECTS[name].items() if each not in members}
    job = Job(plans=(Plan(ruleset := load_ruleset("default"), selected(ruleset, (), ())),), site=SITE)
    report = check([Candidate(bytes_source("a.json", json.dumps([left]).encode()), named=True)], job)
    assert [(each.path, each.kind) for each in report.ignored] == [(f"a.json (1 x {members[0]})", NOT_HELD)]
    lines = [line for line in accounting_lines(report) if line.startswith("not held, and so not judged: ")]
    assert [members[0] in line for line in lines] == [True]
    assert coverage_dict(report)["ignored"] == {NOT_HELD: [f"a.json (1 x {members[0]})"]}


def test_a_connection_without_ikev2_lacks_no_suite() -> None:
    left = {each: value for each, value in OBJECTS["L2TP connection"].items() if each != "IPSecCustomPolicy"}
    parsed = cim_json.parse(bytes_source("a.json", json.dumps([left]).encode()))
    assert parsed.not_held == ()
