"""Connections with every property that a phone book, a profile or an EAP choice can say, each in its field alone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cases import cases
from tests.formats.vpn.test_profile import connection, read

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.vpn import rasphone
from ipseclint.formats.vpn.eap import eap_choice
from ipseclint.formats.vpn.profile_xml import parse
from ipseclint.model.policy import Reference, VpnConnection
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span, bytes_source

OWN_SET = {"first_authentication": "Office"}
ALWAYS = {"name", "span", "dialect", "is_profile", "is_named"}


def said(model: Any, nothing: Any) -> dict[str, Any]:
    """The fields that say something else than those of the connection that says nothing, without places."""
    names = getattr(type(model), "model_fields", None) or type(model).__struct_fields__
    plain = {name: plain_value(getattr(model, name)) for name in names if name not in ALWAYS}
    return {name: value for name, value in plain.items() if value != plain_value(getattr(nothing, name))}


def plain_value(value: Any) -> Any:
    return value.value if isinstance(value, Setting) else value.target if isinstance(value, Reference) else value


def entry(*lines: str) -> tuple[VpnConnection, tuple[str, ...]]:
    text = "\n".join(("[Office]", "Type=2", *lines, ""))
    parsed = rasphone.parse(bytes_source("rasphone.pbk", text.encode()))
    (connection_,) = parsed.policy.vpn_connections
    return connection_, tuple(problem.message for problem in parsed.problems)


@cases(
    ("line", "expected"),
    [
        ("Guid=ABCD", {"id": "ABCD"}),
        ("Guid=", {}),
        ("PhoneNumber=vpn.example.org", {"servers": ("vpn.example.org",)}),
        ("PhoneNumber=", {}),
        ("VpnStrategy=7", {"strategy": "IKEv2"}),
        ("NumCustomPolicy=0", {"custom_policy": False}),
        ("AuthRestrictions=544", {"authentication": ("CHAP", "MS-CHAPv2")}),
        ("AuthRestrictions=128", {"authentication": ("EAP",)}),
        ("IpSecFlags=0", {}),
        ("IpSecFlags=1", {"l2tp_authentication": "preshared key", **OWN_SET}),
        ("IpSecFlags=2", {"authentication": ("preshared key",), **OWN_SET}),
        ("IpPrioritizeRemote=0", {"split_tunneling": True}),
        ("IpPrioritizeRemote=1", {"split_tunneling": False}),
        ("DeviceTunnel=1", {"device_tunnel": True}),
        ("DeviceTunnel=0", {"device_tunnel": False}),
        ("AlwaysOnCapable=1", {"always_on": True}),
        ("AlwaysOnCapable=0", {"always_on": False}),
        ("DisableIKENameEkuCheck=0", {"checks_server_name": True}),
        ("DisableIKENameEkuCheck=1", {"checks_server_name": False}),
        ("Disable_IKEv2_Fragmentation=0", {"fragmentation": True}),
        ("Disable_IKEv2_Fragmentation=1", {"fragmentation": False}),
        ("Disable_IKEv2_Fragmentation=", {}),
        ("DataEncryption=256", {"encryption_level": "Required"}),
        ("IdleDisconnectSeconds=300", {"idle_disconnect_seconds": 300}),
        ("IdleDisconnectSeconds=", {}),
        ("NetworkOutageTime=1800", {"network_outage_seconds": 1800}),
    ],
)
def test_each_value_of_a_phone_book_is_one_field(line: str, expected: dict[str, Any]) -> None:
    nothing, _ = entry()
    found, problems = entry(line)
    assert (said(found, nothing), problems) == (expected, ())
    (folded, _) = entry(line.partition("=")[0].upper() + "=" + line.partition("=")[2])
    assert said(folded, nothing) == expected


def test_a_key_for_ikev2_goes_before_the_methods_of_ppp() -> None:
    assert entry("AuthRestrictions=128", "IpSecFlags=2")[0].authentication == Setting(
        ("preshared key",), Span("rasphone.pbk", 4, 12)
    )


CERTIFICATE = (
    "<Authentication><MachineMethod>Certificate</MachineMethod><Certificate><Issuer>CN=A</Issuer>"
    "<EKU>1.2</EKU><EKU/><EKU>1.3</EKU></Certificate></Authentication>"
)


@cases(
    ("native", "around", "expected"),
    [
        ("<NativeProtocolType>IKEv2</NativeProtocolType>", "", {"strategy": "IKEv2"}),
        (
            "<ProtocolList><NativeProtocolList><Type>Ikev2</Type><Type>SSTP</Type></NativeProtocolList></ProtocolList>",
            "",
            {"protocols": ("IKEv2", "SSTP")},
        ),
        ("<Authentication><UserMethod>Eap</UserMethod></Authentication>", "", {"authentication": ("EAP",)}),
        (
            CERTIFICATE,
            "",
            {"authentication": ("machine certificate",), "machine_ekus": ("1.2", "1.3"), "machine_issuer": "CN=A"},
        ),
        ("<RoutingPolicyType>SplitTunnel</RoutingPolicyType>", "", {"split_tunneling": True}),
        ("", "<DeviceTunnel>true</DeviceTunnel>", {"device_tunnel": True}),
        ("", "<AlwaysOn>false</AlwaysOn>", {"always_on": False}),
        ("", "<LockDown>true</LockDown>", {"lockdown": True}),
        ("", "<DisableIKEv2Fragmentation>true</DisableIKEv2Fragmentation>", {"fragmentation": False}),
        ("", "<DisableIKEv2Fragmentation>false</DisableIKEv2Fragmentation>", {"fragmentation": True}),
        ("", "<NetworkOutageTime>1800</NetworkOutageTime>", {"network_outage_seconds": 1800}),
    ],
)
def test_each_element_of_a_profile_is_one_field(native: str, around: str, expected: dict[str, Any]) -> None:
    parsed = read(native, around)
    assert (said(connection(parsed), connection(read())), parsed.problems, parsed.unread) == (expected, (), ())


def test_a_profile_is_one_and_goes_by_its_name_or_its_server() -> None:
    named = connection(read(around="<ProfileName>Office</ProfileName>"))
    assert (named.name, named.is_named, named.is_profile) == ("Office", True, True)
    other = connection(read())
    assert (other.name, other.is_named, other.is_profile) == ("vpn.example.org", False, True)
    assert (other.servers and other.servers.value, other.custom_policy and other.custom_policy.value) == (
        ("vpn.example.org",),
        False,
    )


EAP = [
    ("<Type>13</Type><Type>25</Type><Type>13</Type><Type>x</Type>", {"methods": (13, 25)}),
    ("<SimpleCertSelection>true</SimpleCertSelection>", {"simple_selection": True}),
    ("<SimpleCertSelection>1</SimpleCertSelection>", {"simple_selection": True}),
    ("<SimpleCertSelection>false</SimpleCertSelection>", {"simple_selection": False}),
    ("<SimpleCertSelection> </SimpleCertSelection>", {}),
    ("<EKUMapping><EKUOID>1.2</EKUOID><EKUOID/><EKUOID>1.3</EKUOID></EKUMapping>", {"ekus": ("1.2", "1.3")}),
    ('<ClientAuthEKUList Enabled="true"/>', {"ekus": ("1.3.6.1.5.5.7.3.2",)}),
    ('<ClientAuthEKUList Enabled="false"/>', {}),
    ("<ClientAuthEKUList/>", {}),
    ('<AnyPurposeEKUList Enabled="true"/>', {}),
    ("<IssuerHash>aa bb</IssuerHash><IssuerHash>cc</IssuerHash>", {"issuers": ("aa bb", "cc")}),
    ("<PerformServerValidation>false</PerformServerValidation>", {"validates_server": False}),
    ("<ServerNames> a;b </ServerNames>", {"server_names": "a;b"}),
    ("<TrustedRootCA>dd</TrustedRootCA><TrustedRootCA>ee</TrustedRootCA>", {"trusted_roots": ("dd", "ee")}),
]


@cases(("inner", "expected"), EAP)
def test_each_element_of_an_eap_choice_is_one_field(inner: str, expected: dict[str, Any]) -> None:
    def choice(text: str) -> Any:
        token = Token(f"<EapHostConfig>{text}</EapHostConfig>", "export.json", 7, 11)
        return eap_choice(token, Diagnostics("export.json"))

    assert said(choice(inner), choice("")) == expected


def test_the_usages_of_an_eap_choice_have_the_place_of_the_first() -> None:
    text = (
        '<Eap><Configuration><EapHostConfig>\n<ClientAuthEKUList Enabled="true"/>\n<EKUOID>1.2</EKUOID>'
        "</EapHostConfig></Configuration></Eap>"
    )
    choice = connection(read(f"<Authentication>{text}</Authentication>")).eap
    assert choice is not None
    assert choice.ekus is not None
    assert (choice.ekus.value, choice.ekus.span.line) == (("1.3.6.1.5.5.7.3.2", "1.2"), 2)


@cases("with_native", [True, False])
def test_elements_of_a_native_profile_may_stand_in_the_profile_itself(with_native: bool) -> None:
    flat = "<Servers>a.example</Servers><RoutingPolicyType>SplitTunnel</RoutingPolicyType>"
    text = f"<VPNProfile>{flat}{'<NativeProfile/>' if with_native else ''}</VPNProfile>"
    parsed = parse(bytes_source("p.xml", text.encode()))
    unread = (("`RoutingPolicyType`", 1), ("`Servers`", 1)) if with_native else ()
    assert (parsed.problems, parsed.unread) == ((), unread)


@pytest.mark.parametrize(
    ("line", "problems", "unread"),
    [
        ("PhoneNumbr=x", ["unknown value `PhoneNumbr`; `phonenumber` is what is read"], ()),
        ("Strange=x", [], (("`Strange`", 1),)),
        ("Device Tunnel=1", ["a line that does not belong in a phone book"], ()),
        ("no value", ["a line that does not belong in a phone book"], ()),
        ("[...]", ["what is left out here is not known"], ()),
        ("...", ["what is left out here is not known"], ()),
        ("PBVersion=8", [], ()),
        ("", [], ()),
        ("Type=x", ["`x` is not a type of connection; 2 is a VPN"], ()),
    ],
)
def test_what_a_phone_book_does_not_know_is_said_or_counted(
    line: str, problems: list[str], unread: tuple[tuple[str, int], ...]
) -> None:
    parsed = rasphone.parse(bytes_source("rasphone.pbk", f"[Office]\n{line}\n".encode()))
    assert ([problem.message for problem in parsed.problems], parsed.unread) == (problems, unread)


def test_a_misspelt_element_of_a_profile_is_said_with_what_is_meant() -> None:
    parsed = read(around="<DeviceTunel>true</DeviceTunel>")
    assert [problem.message for problem in parsed.problems] == [
        "unknown element `DeviceTunel`; `DeviceTunnel` is what is read"
    ]


def test_methods_that_are_no_number_are_not_understood() -> None:
    found, problems = entry("AuthRestrictions=many")
    assert found.authentication == Setting(Unknown("many"), Span("rasphone.pbk", 3, 18, 4))
    assert len(problems) == 1
