"""Exports that show less than the objects hold: partial, with a word on what is hidden, and nothing said about that."""

from __future__ import annotations

import json
from datetime import date

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

CLIENT = "1.3.6.1.5.5.7.3.2"
TYPE_OF_LIST = "System.Collections.Generic.List`1[X]"
TYPE = "is the type of a list that stands in place of the"


def read(text: str, name: str = "objects.txt", encoding: str = "utf-8") -> Parsed:
    source = bytes_source(name, text.encode(encoding))
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases("sign", [",", ";", "\t"])
@cases("encoding", ["utf-8", "utf-16"])
def test_a_table_is_read_whatever_parts_its_columns(sign: str, encoding: str) -> None:
    rows = (
        ("Name", "ServerAddress", "TunnelType", "EncryptionLevel"),
        ("Head office", "v.example", "Ikev2", "Maximum"),
    )
    text = "".join(sign.join(f'"{value}"' for value in row) + "\r\n" for row in rows)
    (connection,) = read(text, encoding=encoding).policy.vpn_connections
    assert (connection.name, connection.servers and connection.servers.known) == ("Head office", ("v.example",))


@cases("kind", ["System.String[]", "System.Object[]", "System.UInt16[]"])
def test_a_list_of_which_only_the_type_is_there_is_unknown(kind: str) -> None:
    members = ("AuthenticationMethod", "MachineCertificateEKUFilter")
    parsed = read(json.dumps({"Name": "v", "ServerAddress": "a", "TunnelType": "Ikev2"} | dict.fromkeys(members, kind)))
    (connection,) = parsed.policy.vpn_connections
    assert connection.authentication is not None
    assert connection.authentication.known is None
    assert connection.machine_ekus is not None
    assert connection.machine_ekus.known is None
    assert [problem.message.partition(":")[0] for problem in parsed.problems] == [
        f"`{kind}` {TYPE} {what}" for what in ("authentication", "`MachineCertificateEKUFilter`")
    ]


def test_the_type_of_a_list_is_no_name_and_no_usage_of_a_certificate() -> None:
    kind = "System.Collections.Generic.List`1[X]"
    head = '"EnhancedKeyUsageList","DnsNameList","NotAfter","HasPrivateKey","Thumbprint","Issuer","Subject"'
    parsed = read(f'{head}\n"{kind}","{kind}","2030-01-01","True","AB","CN=ca","CN=v"\n')
    (certificate,) = parsed.policy.certificates
    assert certificate.names is not None
    assert certificate.ekus is not None
    assert (certificate.names.known, certificate.ekus.known) == (None, None)
    assert [TYPE in problem.message for problem in parsed.problems] == [True, True]


@cases("ends", [{}, {"RemoteTunnelEndpoint": "System.String[]"}])
def test_the_ends_of_a_tunnel_that_an_export_leaves_out_are_not_called_missing(ends: dict[str, str]) -> None:
    rule = {"DisplayName": "T", "Mode": "Tunnel", "InboundSecurity": "Require", "OutboundSecurity": "Require"}
    report = check_text(json.dumps(rule | ends), "rule.json")
    assert "FL012" not in {finding.code for finding in report.findings}
    whole = rule | {"LocalTunnelEndpoint": None, "RemoteTunnelEndpoint": None, "RemoteTunnelHostname": None}
    assert "FL012" in {finding.code for finding in check_text(json.dumps(whole), "rule.json").findings}


def test_the_configuration_of_a_vpn_server_is_known_by_its_ports() -> None:
    text = "TunnelType : IKEV2\nEncryptionType : OptionalEncryption\nIkev2Ports : 128\nSALifeTimeSeconds : 28800\n"
    (server,) = read(text).policy.vpn_servers
    assert server.ikev2_ports is not None
    assert (server.ikev2_ports.known, server.custom_policy and server.custom_policy.known) == (128, False)


def test_services_are_read_from_the_table_of_osquery() -> None:
    row = {"name": "IKEEXT", "display_name": "IKE", "service_type": "SHARE_PROCESS", "pid": "0"}
    rows = [row | {"status": "STOPPED", "start_type": "DISABLED"}, {**row, "name": "other", "start_type": "AUTO_START"}]
    parsed = read(json.dumps([*rows, row | {"name": "BFE", "status": "START_PENDING", "start_type": "DEMAND_START"}]))
    assert [
        (service.name, service.start and service.start.known, service.status and service.status.known)
        for service in parsed.policy.services
    ] == [("IKEEXT", "disabled", "stopped"), ("BFE", "manual", "start pending")]
    assert parsed.problems == ()


def test_how_a_service_starts_is_read_by_the_name_of_its_parameter_too() -> None:
    parsed = read(json.dumps([{"Name": "IKEEXT", "StartupType": "Disabled"}, {"Name": "BFE", "StartupType": 2}]))
    started = [(service.name, service.start and service.start.known) for service in parsed.policy.services]
    assert started == [("IKEEXT", "disabled"), ("BFE", "automatic")]
    assert parsed.problems == ()


@cases("row", [{"serviceName": "PolicyAgent", "startup": "manual"}, {"Name": "PolicyAgent", "Boot": "Disabled"}])
def test_a_service_whose_start_has_an_unknown_name_is_said_beside_others(row: dict[str, str]) -> None:
    parsed = read(json.dumps([{"Name": "IKEEXT", "StartType": "Manual"}, row, {"Name": "BFE", "Path": "c:\\bfe"}]))
    (problem,) = parsed.problems
    assert "how `PolicyAgent` starts is told as" in problem.message


CERTIFICATE = {
    "common_name": "srv01.example", "subject": "CN=srv01.example", "issuer": "DC=example, CN=Example CA", "ca": "0",
    "not_valid_before": "1709251200", "not_valid_after": "1711929600", "key_strength": "2048", "store": "Personal",
    "store_location": "LocalMachine", "sha1": "AB" * 20, "path": "LocalMachine\\Personal", "key_usage": "",
}  # fmt: skip
ROWS = [
    CERTIFICATE,
    CERTIFICATE | {"store": "My", "issuer": "example, Example CA", "not_valid_after": "never"},
    CERTIFICATE | {"store": "Trusted Root Certification Authorities"},
    CERTIFICATE | {"store_location": "CurrentUser"},
    {"common_name": "srv01.example", "not_valid_after": "1711929600"},
]
VALUE = {
    "key": "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT", "name": "Start", "data": "4",
    "type": "REG_DWORD",
}  # fmt: skip


@cases("others", [[], [VALUE]], ids=["alone", "beside values of the registry"])
@cases("is_log", [False, True])
def test_certificates_of_the_machine_are_read_from_the_table_of_osquery(
    others: list[dict[str, str]], is_log: bool
) -> None:
    rows = [*ROWS, *others]
    logged = [{"name": "pack", "hostIdentifier": "h", "columns": row, "action": "snapshot"} for row in rows]
    parsed = read("\n".join(map(json.dumps, logged)) if is_log else json.dumps(rows))
    first, second = parsed.policy.certificates
    assert (first.name, first.id, first.issuer and first.issuer.known) == (
        "CN=srv01.example", "AB" * 20, "DC=example, CN=Example CA",
    )  # fmt: skip
    assert (first.not_before and first.not_before.known, first.not_after and first.not_after.known) == (
        date(2024, 3, 1), date(2024, 4, 1),
    )  # fmt: skip
    assert (first.ekus, first.names, second.issuer) == (None, None, None)
    assert [problem.message for problem in parsed.problems] == ["unknown date in `not_valid_after` `never`"]
    assert parsed.unread == (("`certificate of a store that is not named`", 1), ("`certificate of another store`", 2))
    assert [service.name for service in parsed.policy.services] == (["IKEEXT"] if others else [])


@cases(
    ("names", "usages", "known"),
    [
        ([{"Unicode": "a.example", "Punycode": "xn--a.example"}], [], (("a.example",), ())),
        ([{"Punycode": "xn--a.example"}], [], (("xn--a.example",), ())),
        (
            ["a.example"],
            [{"ObjectId": "1.3.6.1.5.5.7.3.2", "FriendlyName": "Eigener Name"}],
            (("a.example",), (CLIENT,)),
        ),
        (
            ["a.example", "b.example"],
            [{"FriendlyName": "Client Authentication"}],
            (("a.example", "b.example"), (CLIENT,)),
        ),
        ([TYPE_OF_LIST, "b.example"], [CLIENT], ((TYPE_OF_LIST, "b.example"), (CLIENT,))),
        ([TYPE_OF_LIST], [TYPE_OF_LIST], (None, None)),
    ],
)
def test_names_and_usages_of_a_certificate_are_its_own_words(names: object, usages: object, known: object) -> None:
    shown = {"NotAfter": "2030-01-01", "HasPrivateKey": True, "Thumbprint": "AB", "Issuer": "CN=ca", "Subject": "CN=v"}
    parsed = read(json.dumps([shown | {"DnsNameList": names, "EnhancedKeyUsageList": usages}]))
    (certificate,) = parsed.policy.certificates
    assert (certificate.names and certificate.names.known, certificate.ekus and certificate.ekus.known) == known


OF_A_SERVER = "TunnelType : IKEV2\n{}MMSALifeTimeSeconds : 86400\nSALifeTimeSeconds : 28800\n"


@cases(
    ("members", "has", "says"),
    [
        ("EncryptionType : OptionalEncryption\n", False, []),
        ("EncryptionType : CustomPolicy\n", None, []),
        ("CustomPolicy : False\n", False, []),
        (
            "EncryptionType : CustomPolicy\nCustomPolicy : {DHGroup=Group14, PfsGroup=None}\n",
            None,
            ["a custom policy in a"],
        ),
        ("EncryptionType : OptionalEncryption\nCustomPolicy : {DHGroup=Group14}\n", None, ["unknown value of `Cu"]),
    ],
)
def test_a_suite_that_is_not_read_is_not_called_absent(members: str, has: bool | None, says: list[str]) -> None:
    parsed = read(OF_A_SERVER.format(members))
    (server,) = parsed.policy.vpn_servers
    assert (server.custom_policy and server.custom_policy.known) == has
    assert [problem.message[:20] for problem in parsed.problems] == says
