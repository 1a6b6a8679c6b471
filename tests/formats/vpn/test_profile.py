"""A ProfileXML: each spelling of its switches, each element that it may have, and the places of its EAP choice."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.vpn.eap import eap_choice
from ipseclint.formats.vpn.profile_xml import NOT_KNOWN, ProfileReader, parse, recognise
from ipseclint.model.remote_access import VpnConnection
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import bytes_source


def read(native: str = "", around: str = "") -> Parsed:
    text = f"<VPNProfile>{around}<NativeProfile><Servers>vpn.example.org</Servers>{native}</NativeProfile></VPNProfile>"
    return parse(bytes_source("p.xml", text.encode()))


def connection(parsed: Parsed) -> VpnConnection:
    (read,) = parsed.policy.vpn_connections
    return read


@cases(
    ("word", "value"), [("true", True), ("false", False), ("1", True), ("0", False), (" True ", True), ("FALSE", False)]
)
def test_a_switch_is_read_in_each_of_its_spellings(word: str, value: bool) -> None:
    read_ = connection(
        read(around="".join(f"<{name}>{word}</{name}>" for name in ("DeviceTunnel", "AlwaysOn", "LockDown")))
    )
    assert [setting and setting.value for setting in (read_.device_tunnel, read_.always_on, read_.lockdown)] == [
        value
    ] * 3


@cases(("word", "value"), [("SplitTunnel", True), ("ForceTunnel", False), ("forcetunnel", False)])
def test_the_routing_policy_is_read(word: str, value: bool) -> None:
    setting = connection(read(f"<RoutingPolicyType>{word}</RoutingPolicyType>")).split_tunneling
    assert setting is not None
    assert setting.value is value


@cases(
    "element",
    [
        "RoutingPolicyType", "NativeProtocolType", "ProtocolList", "Authentication", "CryptographySuite", "L2tpPsk",
        "DisableClassBasedDefaultRoute", "PlumbIKEv2TSAsRoutes",
    ],
)  # fmt: skip
def test_what_a_native_profile_may_hold_is_not_unknown(element: str) -> None:
    parsed = read(f"<{element}></{element}>")
    assert ([problem for problem in parsed.problems if element in problem.message], parsed.unread) == ([], ())


@cases("element", ["UserMethod", "MachineMethod", "Certificate", "Eap"])
def test_what_authentication_may_hold_is_not_unknown(element: str) -> None:
    assert [
        problem for problem in read(f"<Authentication><{element}/></Authentication>").problems
        if f"<{element}>" in problem.message or f"`{element}`" in problem.message
    ] == []  # fmt: skip


@cases("holder", ["", "Authentication", "CryptographySuite"])
def test_what_it_may_not_hold_is_said(holder: str) -> None:
    inner = "<Strange/>"
    parsed = read(f"<{holder}>{inner}</{holder}>" if holder else inner)
    (problem,) = parsed.problems
    assert problem.message == f"unknown element <Strange> in <{holder or 'NativeProfile'}>"
    assert parsed.unread == ()


def test_an_eap_choice_inside_a_text_is_placed_where_that_begins() -> None:
    text = (
        "<EapHostConfig><Type>13</Type><Type>25</Type><Type>x</Type><SimpleCertSelection>true</SimpleCertSelection>"
        "<PerformServerValidation>false</PerformServerValidation><ServerNames>a;b</ServerNames></EapHostConfig>"
    )
    diagnostics = Diagnostics("export.json")
    choice = eap_choice(Token(text, "export.json", 7, 11), diagnostics)
    assert choice is not None
    assert choice.methods == (13, 25)
    settings = (choice.simple_selection, choice.validates_server, choice.server_names)
    assert [setting and setting.value for setting in settings] == [True, False, "a;b"]
    spans = [setting.span for setting in settings if setting is not None]
    assert [(span.path, span.line, span.column) for span in (*spans, choice.span)] == [("export.json", 7, 11)] * 4


def test_a_damaged_eap_choice_is_said_at_its_text_and_another_text_is_none() -> None:
    diagnostics = Diagnostics("export.json")
    assert eap_choice(Token("<EapHostConfig><", "export.json", 7, 11), diagnostics) is None
    (problem,) = diagnostics.listed()
    assert (problem.message, problem.span.line, problem.span.column) == (
        "an EAP configuration that is not well-formed XML", 7, 11,
    )  # fmt: skip
    assert eap_choice(Token("<Eap/>", "export.json", 7, 11), diagnostics) is None
    assert len(diagnostics.listed()) == 1


@cases(
    ("element", "word", "method"),
    [
        ("MachineMethod", "Certificate", "machine certificate"),
        ("MachineMethod", "Eap", "EAP"),
        ("MachineMethod", "Mschapv2", None),
        ("UserMethod", "Eap", "EAP"),
        ("UserMethod", "Mschapv2", "MS-CHAPv2"),
        ("UserMethod", "Strange", None),
    ],
)
def test_who_proves_itself_how_is_a_word_of_its_element(element: str, word: str, method: str | None) -> None:
    parsed = read(f"<Authentication><{element}>{word}</{element}></Authentication>")
    said = connection(parsed).authentication
    assert (said and [each.value for each in said.value]) == (method and [method])
    assert [problem.message for problem in parsed.problems] == ([] if method else [f"unknown authentication `{word}`"])


@cases(
    ("around", "unread"),
    [
        ("<PluginProfile><CustomConfiguration><Own><Thing/></Own></CustomConfiguration></PluginProfile>", ()),
        ("<PluginProfile><Strange/></PluginProfile>", (("`Strange`", 1),)),
        ("<RouteList><Row1><Address>10.0.0.0</Address></Row1></RouteList>", ()),
        ("<Route><Row1x/></Route>", (("`Row1x`", 1),)),
        ("<RouteList><Row1><Own><Deep/></Own></Row1></RouteList>", (("`Deep`", 1), ("`Own`", 1))),
        ("<Strange><Own/></Strange>", (("`Own`", 1), ("`Strange`", 1))),
    ],
)
def test_what_nobody_reads_of_a_profile_is_counted(around: str, unread: tuple[tuple[str, int], ...]) -> None:
    parsed = read(around=around)
    assert (parsed.problems, parsed.unread) == ((), unread)


def test_the_configuration_of_eap_is_a_document_of_another_kind() -> None:
    own = "<EapHostConfig><Type>13</Type></EapHostConfig><Thing/>"
    parsed = read(f"<Authentication><Eap><Configuration>{own}</Configuration></Eap></Authentication>")
    assert (parsed.problems, parsed.unread) == ((), ())


_SUITE = "<CryptographySuite><DHGroup>Group14</DHGroup><EncryptionMethod>AES256</EncryptionMethod></CryptographySuite>"


def test_the_native_profile_alone_is_a_connection() -> None:
    text = f"<NativeProfile><Servers>vpn.example.org</Servers>{_SUITE}<Odd/></NativeProfile>"
    parsed = parse(bytes_source("p.xml", text.encode()))
    read_ = connection(parsed)
    assert (read_.name, read_.is_named, read_.custom_policy and read_.custom_policy.value) == (
        "vpn.example.org",
        False,
        True,
    )
    assert "unknown element <Odd> in <NativeProfile>" in [problem.message for problem in parsed.problems]


def test_the_suite_alone_is_that_of_a_connection_that_is_not_named() -> None:
    parsed = parse(bytes_source("p.xml", f"\n{_SUITE}".encode()))
    (crypto,) = parsed.policy.main_mode_crypto_sets
    (proposal,) = crypto.proposals
    assert (proposal.dh_group.span.line, proposal.dh_group.span.column) == (2, 29)
    read_ = connection(parsed)
    assert (read_.name, read_.is_named, read_.servers, parsed.unread) == ("VPN profile", False, None, ())


@cases(("key", "has_key"), [("<L2tpPsk/>", False), ("<L2tpPsk> \n</L2tpPsk>", False), ("<L2tpPsk>k</L2tpPsk>", True)])
def test_a_key_is_what_stands_in_its_element(key: str, has_key: bool) -> None:
    parsed = read(key)
    ((method,),) = [each.methods for each in parsed.policy.authentication_sets]
    assert (method.preshared_key is not None, bool(parsed.secrets)) == (has_key, has_key)


@cases(("beside", "is_told"), [("", True), ("<PluginProfile/>", False)])
def test_elements_that_a_script_fills_in_are_told_but_beside_a_provider_of_its_own(beside: str, is_told: bool) -> None:
    diagnostics = Diagnostics("p.ps1")
    text = f"<VPNProfile>{beside}{NOT_KNOWN}$x</VPNProfile>"
    ProfileReader(diagnostics).read_text(Token(text, "p.ps1", 1, 1), "A")
    message = "the elements of <VPNProfile> come from elsewhere: give what they are in"
    assert (message in [each.message for each in diagnostics.problems]) is is_told


def test_values_that_a_script_fills_in_are_unknown_at_their_place() -> None:
    here = f"{NOT_KNOWN}$x"
    elements = {
        "ProfileName": "", "DeviceTunnel": "device_tunnel", "AlwaysOn": "always_on", "LockDown": "lockdown",
        "DisableIKEv2Fragmentation": "fragmentation", "NetworkOutageTime": "network_outage_seconds",
    }  # fmt: skip
    native = {"Servers": "servers", "NativeProtocolType": "strategy", "RoutingPolicyType": "split_tunneling"}
    certificate = {"Issuer": "machine_issuer", "EKU": "machine_ekus"}
    shown = {
        kind: "".join(f"<{name}>{here}</{name}>" for name in names)
        for kind, names in {"all": elements, "native": native, "certificate": certificate}.items()
    }
    text = (
        f"<VPNProfile>{shown['all']}<NativeProfile>{shown['native']}<Authentication><UserMethod>{here}</UserMethod>"
        f"<Certificate>{shown['certificate']}<EKU>1.2.3</EKU></Certificate></Authentication>"
        f"<CryptographySuite><DHGroup>{here}</DHGroup></CryptographySuite></NativeProfile></VPNProfile>"
    )
    diagnostics = Diagnostics("p.ps1")
    reader = ProfileReader(diagnostics)
    reader.read_text(Token(text, "p.ps1", 3, 7), None)
    policy = reader.parts.policy()
    (read_,) = policy.vpn_connections
    for element, field in (elements | native | certificate).items():
        if field:
            setting = getattr(read_, field)
            at = 7 + text.index(f"<{element}>{here}") + len(element) + 2
            assert setting == Setting(Unknown("$x"), setting.span)
            assert (setting.span.line, setting.span.column) == (3, at)
    assert (read_.is_named, read_.name, read_.authentication) == (False, "VPN profile", None)
    assert policy.main_mode_crypto_sets[0].proposals[0].dh_group.value == Unknown("$x")


def test_a_profile_of_a_firewall_is_none_of_windows() -> None:
    text = '<VPNProfile transactionid="">\n  <Name>HQ</Name>\n{}</VPNProfile>'
    assert recognise(bytes_source("p.xml", text.format("").encode()))
    assert not recognise(bytes_source("p.xml", text.format("<KeyingMethod>Automatic</KeyingMethod>\n").encode()))
