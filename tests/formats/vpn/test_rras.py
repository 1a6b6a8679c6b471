"""What Routing and Remote Access demands of its IKEv2 clients: as PowerShell objects and in the registry."""

from __future__ import annotations

import json
from typing import TypeVar

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import AuthMethod, Dialect
from ipseclint.model.setting import Setting
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity
from ipseclint.vocabulary.remote_access import TunnelStrategy, VpnAuthentication

T = TypeVar("T")

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


def known(setting: Setting[T] | None) -> T | None:
    return None if setting is None else setting.known


def read(name: str, text: str) -> Parsed:
    source = bytes_source(name, text.encode())
    found = recognise(source)
    assert found is not None
    return found.parse(source)


def as_json(class_name: str, members: dict[str, object]) -> Parsed:
    return read("x.json", json.dumps({"CimClass": {"CimClassName": class_name}, **members}))


@cases(
    ("class_name", "members", "name"),
    [
        ("VpnServerIPsecCustomConfiguration", SERVER, "RRAS server"),
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
    assert [each.message for each in parsed.problems] == ["unknown number in `SALifeTime` `long`"]


def test_a_server_without_a_suite_is_a_server_that_says_so() -> None:
    members = {"EncryptionType": "MaximumEncryption", "Ikev2Ports": 2, "TunnelType": "IKEV2", **LIFETIMES}
    parsed = as_json("VpnServerIPsecDefaultConfiguration", members)
    (server,) = parsed.policy.vpn_servers
    assert (parsed.problems, parsed.policy.main_mode_crypto_sets) == ((), ())
    assert server.custom_policy is not None
    assert server.custom_policy.known is False
    assert (known(server.ikev2_ports), known(server.main_mode_lifetime_seconds)) == (2, 600)
    assert (known(server.lifetime_seconds), known(server.lifetime_kilobytes)) == (300, 1024)


def test_an_interface_without_a_suite_is_no_connection() -> None:
    members = {
        "Name": "Berlin",
        "Protocol": "IKEv2",
        "Destination": ["203.0.113.4"],
        "AuthenticationMethod": "PSKOnly",
        "ResponderAuthenticationMethod": "PSKOnly",
        "EncryptionType": "RequireEncryption",
        "AdminStatus": True,
        **LIFETIMES,
    }
    for parsed in (as_json("VpnS2SDefaultInterface", members), read("x.json", json.dumps([members]))):
        (interface,) = parsed.policy.vpn_interfaces
        assert (parsed.problems, parsed.policy.vpn_connections) == ((), ())
        assert (known(interface.destinations), known(interface.strategy)) == (("203.0.113.4",), TunnelStrategy.IKEV2)
        assert known(interface.responder_authentication) is VpnAuthentication.PRESHARED_KEY
        (auth_set,) = parsed.policy.authentication_sets
        assert [method.method.known for method in auth_set.methods] == [AuthMethod.PRESHARED_KEY]
        assert interface.first_authentication is not None
        assert interface.first_authentication.span == auth_set.span


def test_what_the_cmdlet_prints_of_a_server_is_read() -> None:
    text = "EncryptionType : OptionalEncryption\nIkev2Ports : 5\nIdleDisconnect(s) : 300\nSALifeTime(s) : 28800\n"
    parsed = read("server.txt", text + "SADataSizeForRenegotiation(KB) : 102400\n")
    (server,) = parsed.policy.vpn_servers
    assert (parsed.problems, known(server.lifetime_kilobytes), known(server.lifetime_seconds)) == ((), 102400, 28800)


def test_a_member_that_is_not_known_is_reported() -> None:
    parsed = as_json("VpnServerIPsecCustomConfiguration", SERVER | {"Colour": "red"})
    assert [each.message for each in parsed.problems] == ["members that are not read: `colour`"]


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
    assert parsed.policy.registry == ()  # the lifetime beside it is the server's


def test_a_value_of_the_suite_that_is_not_known_is_reported() -> None:
    assert [each.message for each in registry(*WEAK, '"Colour"=dword:1').problems] == [
        "unknown value `Colour` of RRAS's IKEv2 policy"
    ]


def test_a_list_with_a_blank_line_behind_each_property_is_one_object() -> None:
    text = "Ikev2Ports                     : 5\n\nSstpPorts                      : 10\n\nSALifeTime(s) : 28800\n\n"
    (server,) = read("server.txt", text).policy.vpn_servers
    assert (known(server.ikev2_ports), known(server.sstp_ports), known(server.lifetime_seconds)) == (5, 10, 28_800)


def test_lists_with_a_blank_line_between_them_are_objects_each() -> None:
    lists = "\n".join(f"Name : {name}\nServerAddress : x\nTunnelType : Ikev2\n" for name in ("A", "B"))
    assert [each.name for each in read("vpn.txt", lists).policy.vpn_connections] == ["A", "B"]


POOL = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\Ip\\StaticAddressPool"
POOLS = {
    "pool.json": json.dumps(
        {
            "CimClass": {"CimClassName": "VpnIPAddressAssignment"},
            "IPAssignmentMethod": "StaticPool",
            "IPAddressRange": [
                {"StartIPAddress": "10.9.0.1", "EndIPAddress": "10.9.0.20"},
                {"StartIPAddress": "10.9.1.1", "EndIPAddress": "10.9.1.10"},
            ],
            "IPv6Prefix": None,
        }
    ),
    "pool.txt": "IPAssignmentMethod : StaticPool\n"
    "IPAddressRangeList : {10.9.0.1 - 10.9.0.20, 10.9.1.1 - 10.9.1.10}\nIPv6Prefix         :\n",
    "pool.ps1": "Set-VpnIPAddressAssignment -IPAssignmentMethod StaticPool -IPAddressRange 10.9.0.1, 10.9.0.20\n"
    "Add-VpnIPAddressRange 10.9.1.1, 10.9.1.10\n",
    "pool.reg": f"Windows Registry Editor Version 5.00\n\n[{POOL}\\0]\n"
    f'"From"=dword:0a090001\n"To"=dword:0a090014\n\n[{POOL}\\1]\n"From"=dword:0a090101\n"To"=dword:0a09010a\n',
}


@cases("name", POOLS)
def test_a_static_pool_is_the_same_in_every_form(name: str) -> None:
    parsed = read(name, POOLS[name])
    (server,) = parsed.policy.vpn_servers
    assert parsed.problems == ()
    assert [str(each) for each in known(server.address_pool) or ()] == ["10.9.0.1-10.9.0.20", "10.9.1.1-10.9.1.10"]


DEVICES = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4D36E972-E325-11CE-BFC1-08002BE10318}"


def test_ports_that_take_clients_are_read_of_the_registry() -> None:
    lines = "Windows Registry Editor Version 5.00\n"
    for number, component, enabled in (
        (4, "ms_agilevpnminiport", 1),
        (5, "ms_l2tpminiport", 0),
        (6, "ms_sstpminiport", 1),
        (7, "ms_pppoeminiport", 1),
    ):
        lines += f'\n[{DEVICES}\\000{number}]\n"ComponentId"="{component}"\n'
        lines += f'"EnableForRas"=dword:{enabled}\n"WanEndpoints"=dword:{number}\n'
    (server,) = read("ports.reg", lines).policy.vpn_servers
    assert (known(server.ikev2_ports), known(server.sstp_ports), server.l2tp_ports) == (4, 6, None)


def test_the_former_name_of_a_cmdlet_is_its_name() -> None:
    lines = "Set-VpnServer{}Configuration -EncryptionType MaximumEncryption -SALifeTimeSeconds 3600\n"
    former, present = (read("rras.ps1", lines.format(name)).policy.vpn_servers for name in ("IPsec", ""))
    assert known(former[0].lifetime_seconds) == known(present[0].lifetime_seconds) == 3600


def test_what_the_registry_does_not_say_of_a_suite_is_its_documented_default() -> None:
    parsed = registry('"EncryptionMethod"=dword:3')
    (main,), (quick,) = parsed.policy.main_mode_crypto_sets, parsed.policy.quick_mode_crypto_sets
    (one,), (offer,) = main.proposals, quick.proposals
    assert parsed.problems == ()
    assert (one.encryption.known, one.integrity.known, one.dh_group.known) == (
        Cipher.AES_192,
        Integrity.SHA256,
        DhGroup.GROUP_2,
    )
    assert (offer.encryption.known, offer.esp_integrity.known, quick.pfs_group.known) == (
        Cipher.TRIPLE_DES,
        Integrity.SHA256,
        DhGroup.GROUP_14,
    )
    assert offer.lifetime_seconds.known == 300


@cases(
    ("number", "code", "state"),
    [
        (13868, 13868, None),
        (809, None, "remote-access error 809"),
        (2148204809, None, "remote-access error -2146762487"),
    ],
)
def test_how_an_interface_failed_last_is_an_event(number: int, code: int | None, state: str | None) -> None:
    members: dict[str, object] = {"Name": "Berlin", "Destination": ["203.0.113.4"], "LastError": number}
    (event,) = as_json("VpnS2SInterface", members).events
    assert (event.error_code, event.state, event.success, event.remote_address) == (code, state, False, "203.0.113.4")
    assert as_json("VpnS2SInterface", members | {"LastError": 0}).events == ()
