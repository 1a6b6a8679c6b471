"""Reports on GPOs, as Get-GPOReport, a backup and gpresult write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import ROOT
from tests.cases import cases
from tests.formats.places import read_in_place

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import read_inputs
from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.gpo import report as gpo_report
from ipseclint.formats.parsed import Parsed
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import AuthMethod, Exemption, Profile, Security
from ipseclint.report import InputStatus
from ipseclint.source import Span, bytes_source, file_source
from ipseclint.vocabulary.algorithms import Cipher, DhGroup

FOLDER = ROOT / "fixtures" / "formats" / "gpo-report"
SERVERS = FOLDER / "servers.xml"


def read(path: Path) -> Parsed:
    source = file_source(path)
    found = recognise(source)
    assert found is not None
    assert found.name == "gpo-report"
    return found.parse(source)


@pytest.fixture(scope="module")
def servers() -> Parsed:
    return read(SERVERS)


def written(span: Span) -> str:
    line = SERVERS.read_text(encoding="utf-16").split("\n")[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]


def test_all_is_understood(servers: Parsed) -> None:
    assert servers.problems == ()
    (settings,) = servers.policy.global_settings
    assert settings.sa_idle_seconds is not None
    assert (settings.sa_idle_seconds.value, written(settings.sa_idle_seconds.span)) == (300, "300")
    assert settings.local_rules_merge[Profile.DOMAIN].value is False


def test_rule(servers: Parsed) -> None:
    (rule,) = servers.policy.connection_security_rules
    assert (rule.name, rule.id, rule.store) == ("Servers & clients", None, "corp.example\\Servers")
    assert rule.enabled.value is True
    assert (rule.inbound.value, rule.outbound.value) == (Security.REQUIRE, Security.REQUEST)
    assert isinstance(rule.endpoint2.value, tuple)
    assert [str(each) for each in rule.endpoint2.value] == ["10.1.0.0/16", "10.2.0.0/16"]


def test_places_are_those_of_the_elements(servers: Parsed) -> None:
    (rule,) = servers.policy.connection_security_rules
    assert written(rule.inbound.span) == "SecureServer"
    assert written(rule.endpoint2.span) == "10.1.0.0/255.255.0.0"
    assert rule.first_authentication is not None
    assert written(rule.first_authentication.span) == rule.first_authentication.target
    assert "<q1:ConnectionSecurityRules>" in SERVERS.read_text(encoding="utf-16").split("\n")[rule.span.line - 1]


def test_sets_are_found_by_the_rule(servers: Parsed) -> None:
    index = PolicyIndex(servers.policy)
    (rule,) = servers.policy.connection_security_rules
    first, quick, main = index.first_auth_of(rule), index.quick_mode_of(rule), index.main_mode_of(rule)
    assert first is not None
    assert [each.method.value for each in first.methods] == [
        AuthMethod.COMPUTER_KERBEROS,
        AuthMethod.COMPUTER_CERTIFICATE,
    ]
    assert quick is not None
    assert quick.proposals[0].lifetime_seconds.value == 3600
    assert quick.proposals[0].encryption.value is Cipher.AES_128
    assert main is not None
    assert main.is_default
    assert not main.builtin
    assert (main.lifetime_seconds.value, main.proposals[0].dh_group.value) == (28_800, DhGroup.GROUP_14)


def test_result_of_several_gpos_under_other_prefixes() -> None:
    parsed = read(FOLDER / "gpresult.xml")
    (settings,) = parsed.policy.global_settings
    assert settings.store == "corp.example\\Baseline"
    assert settings.crl_check_level is not None
    assert settings.crl_check_level.value == 2
    # Its value of another rank has lost.
    assert settings.sa_idle_seconds is None
    assert [(each.code, each.span.line) for each in parsed.problems] == [(ProblemCode.NOT_UNDERSTOOD, 25)]


def report(body: str, extension: str = "q1:WindowsFirewallSettings") -> bytes:
    return (
        '<GPO xmlns="http://www.microsoft.com/GroupPolicy/Settings" xmlns:xsi="i" xmlns:q1="f">'
        "<Computer><ExtensionData>"
        f'<Extension xsi:type="{extension}">{body}</Extension></ExtensionData></Computer></GPO>'
    ).encode()


def read_body(body: str, extension: str = "q1:WindowsFirewallSettings") -> Parsed:
    return gpo_report.parse(bytes_source("g.xml", report(body, extension)))


def _result(*gpos: str) -> Parsed:
    text = (
        "<Rsop xmlns='http://www.microsoft.com/GroupPolicy/Rsop'><ComputerResults>"
        f"{''.join(gpos)}</ComputerResults></Rsop>"
    )
    return gpo_report.parse(bytes_source("gpresult.xml", text.encode()))


def _applied(name: str, *, is_valid: bool = True, is_let_pass: bool = True, is_denied: bool = False) -> str:
    valid, passed, denied = (str(each).lower() for each in (is_valid, is_let_pass, is_denied))
    return (
        f"<GPO><Name>{name}</Name><Path><Identifier>{{{name}}}</Identifier><Domain>corp.example</Domain></Path>"
        f"<Enabled>true</Enabled><IsValid>{valid}</IsValid><FilterAllowed>{passed}</FilterAllowed>"
        f"<AccessDenied>{denied}</AccessDenied></GPO>"
    )


def test_a_gpo_that_gpresult_says_was_denied_is_told_with_the_reason() -> None:
    parsed = _result(
        _applied("Clients"),
        _applied("Servers", is_denied=True),
        _applied("Laptops", is_let_pass=False),
        _applied("Both", is_let_pass=False, is_denied=True),
        _applied("Gone", is_valid=False, is_let_pass=False),
    )
    assert parsed.problems == ()
    assert parsed.unread == (
        ("`GPO denied (WMI filter): Laptops`", 1),
        ("`GPO denied (security): Both`", 1),
        ("`GPO denied (security): Servers`", 1),
    )


def test_legacy_policy_is_reported() -> None:
    (problem,) = read_body("<q1:Policy><q1:Name>P</q1:Name></q1:Policy>", "q1:IPSecSettings").problems
    assert problem.code is ProblemCode.NOT_UNDERSTOOD


def test_other_extensions_are_none_of_ours() -> None:
    assert read_body("<q1:GlobalSettings/>", "q1:RegistrySettings").is_empty


OTHER = {
    "SystemServices": ("<Name>IKEEXT</Name><StartupMode>Disabled</StartupMode>", "`ikeext`"),
    "NTService": ('<Properties startupType="DISABLED" serviceName="IKEEXT"/>', "`ikeext`"),
    "Task": (
        '<Properties name="w"><Exec command="netsh" args="advfirewall consec add rule name=w"/></Properties>',
        "`netsh`",
    ),
    "TaskV2": (
        "<Command>netsh</Command><Arguments>advfirewall consec add rule name=w</Arguments>",
        "`netsh`",
    ),
    "RegistrySetting": (r"<KeyPath>System\CurrentControlSet\Services\PolicyAgent</KeyPath>", "`policyagent`"),
    "AuditSetting": (
        "<SubcategoryName>Audit IPsec Main Mode</SubcategoryName><SettingValue>0</SettingValue>",
        "`ipsec`",
    ),
}
"""Settings of other extensions: what stands in each, and what of it bears on IPsec."""


def other(name: str, inner: str, kind: str = "RegistrySettings") -> Parsed:
    text = (
        '<GPO xmlns="http://www.microsoft.com/GroupPolicy/Settings"><Name>S</Name><Computer><ExtensionData>'
        f'<Extension type="q1:{kind}">\n<{name}>{inner}</{name}></Extension></ExtensionData></Computer></GPO>'
    )
    return gpo_report.parse(bytes_source("gpreport.xml", text.encode()))


@cases("name", OTHER)
def test_what_another_extension_sets_that_bears_on_ipsec_is_said(name: str) -> None:
    inner, words = OTHER[name]
    parsed = other(name, inner, "AuditSettings" if name == "AuditSetting" else "RegistrySettings")
    assert [(problem.span.line, problem.message) for problem in parsed.problems] == [
        (2, f"{words} bears on IPsec, and what is set here is not read from a report")
    ]


def test_what_only_explains_and_failures_that_are_audited_are_of_no_concern() -> None:
    audited = "<SubcategoryName>Audit IPsec Driver</SubcategoryName><SettingValue>3</SettingValue>"
    assert other("AuditSetting", audited, "AuditSettings").problems == ()
    assert other("Policy", "<Name>Echo</Name><Explain>netsh advfirewall, or IPsec</Explain>").problems == ()
    assert other("Task", '<Properties name="w"><Exec command="gpupdate" args="/force"/></Properties>').problems == ()


@cases(
    ("value", "read"),
    [("0", []), ("1", [(True, False)]), ("2", [(False, True)]), ("3", [(True, True)]), ("4", [(False, False)])],
)
def test_what_a_report_says_of_auditing_is_read_by_its_guid(value: str, read: list[tuple[bool, bool]]) -> None:
    inner = (
        "<SubcategoryName>IPsec-Hauptmodus</SubcategoryName>"
        "<SubcategoryGuid>{0CCE9218-69ae-11d9-bed3-505054503030}</SubcategoryGuid>"
    )
    parsed = other("AuditSetting", f"{inner}<SettingValue>{value}</SettingValue>", "AuditSettings")
    assert parsed.problems == ()
    audit = [each for each in parsed.policy.audit if each.subcategory == "IPsec Main Mode"]
    assert [(each.success and each.success.known, each.failure.known) for each in audit] == read
    assert [each.failure.span.line for each in audit] == [2] * len(read)
    unknown = other("AuditSetting", f"{inner}<SettingValue>7</SettingValue>", "AuditSettings")
    assert [each.message for each in unknown.problems] == ["unknown audit setting `7`"]
    logon = inner.replace("9218", "9215").replace("IPsec-Hauptmodus", "Logon")
    assert other("AuditSetting", f"{logon}<SettingValue>1</SettingValue>", "AuditSettings").is_empty


def test_objects_inside_a_list_and_names_that_begin_with_a_digit() -> None:
    parsed = read_body(
        "<q1:Phase1CryptoSets><q1:GUID>{A}</q1:GUID><q1:Suites>"
        "<q1:Suite><q1:KeyExchange>DH2</q1:KeyExchange><q1:_x0032__16KeyExchange>DH24</q1:_x0032__16KeyExchange>"
        "<q1:Encryption>3DES</q1:Encryption><q1:Hash>MD5</q1:Hash></q1:Suite></q1:Suites></q1:Phase1CryptoSets>"
    )
    assert parsed.problems == ()
    (crypto,) = parsed.policy.main_mode_crypto_sets
    assert crypto.proposals[0].dh_group.value is DhGroup.GROUP_24


def test_setting_without_its_value() -> None:
    parsed = read_body("<q1:GlobalSettings><q1:IPsecExempt/></q1:GlobalSettings>")
    assert [each.message for each in parsed.problems] == ["the setting `IPsecExempt` has no value"]


def test_preshared_key_is_a_secret() -> None:
    body = (
        "<q1:Phase1AuthenticationSets><q1:GUID>{A}</q1:GUID><q1:AuthenticationSuites><q1:Method>MachineSHKey</q1:Method>"
        "<q1:SHKey>open sesame</q1:SHKey></q1:AuthenticationSuites></q1:Phase1AuthenticationSets>"
    )
    parsed = read_body(body)
    (secret,) = parsed.secrets
    assert report(body).decode()[secret.column - 1 : secret.column - 1 + secret.length] == "open sesame"


def test_exemptions() -> None:
    parsed = read_body("<q1:GlobalSettings><q1:IPsecExempt><q1:Value>9</q1:Value></q1:IPsecExempt></q1:GlobalSettings>")
    exemptions = parsed.policy.global_settings[0].exemptions
    assert exemptions is not None
    assert exemptions.value == frozenset({Exemption.NEIGHBOR_DISCOVERY, Exemption.DHCP})


@given(st.data())
def test_damaged_reports_never_raise(data: st.DataObject) -> None:
    text = bytearray(SERVERS.read_text(encoding="utf-16").encode("utf-8"))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
    read_in_place(gpo_report.parse, bytes_source("g.xml", bytes(text)))


@cases(
    ("name", "status"),
    [
        ("gpreport-stig-windows-firewall-utf16.xml", InputStatus.UNDERSTOOD),
        ("gpreport-domain-firewall-baseline-utf16.xml", InputStatus.NO_IPSEC),
        ("registry-stig-windows-firewall.pol", InputStatus.UNDERSTOOD),
    ],
)
def test_real_gpos(corpus: Path, name: str, status: InputStatus) -> None:
    (read_back,) = read_inputs([Candidate(file_source(corpus / "gpo" / name), named=True)])
    assert read_back.input.status is status


@cases(("value", "is_said"), [("0", True), ("1", True), ("2", False), (" 3 ", False), ("", True)])
def test_auditing_that_leaves_no_event_of_failures_is_said(value: str, is_said: bool) -> None:
    inner = f"<SubcategoryName>Audit IPsec Driver</SubcategoryName><SettingValue>{value}</SettingValue>"
    assert bool(other("AuditSetting", inner, "AuditSettings").problems) is is_said
    assert other("AuditSetting", inner, "RegistrySettings").problems != ()


@cases(
    ("named", "identity"),
    [
        ("<q1:GUID>{A}</q1:GUID><q1:LocalName>LAN</q1:LocalName>", ("LAN", "{A}")),
        ("<q1:GUID>{A}</q1:GUID>", ("{A}", "{A}")),
        ("<q1:LocalName>LAN</q1:LocalName>", ("LAN", "LAN")),
    ],
)
def test_a_set_is_called_by_its_id_or_its_name(named: str, identity: tuple[str, str]) -> None:
    parsed = read_body(
        f"<q1:Phase1CryptoSets>{named}<q1:Suites><q1:Suite><q1:KeyExchange>DH2</q1:KeyExchange>"
        "<q1:Encryption>3DES</q1:Encryption><q1:Hash>MD5</q1:Hash></q1:Suite></q1:Suites></q1:Phase1CryptoSets>"
    )
    (crypto,) = parsed.policy.main_mode_crypto_sets
    assert (crypto.name, crypto.id) == identity
