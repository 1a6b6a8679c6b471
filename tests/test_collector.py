"""The collector: it parses, only reads, leaves keys out, and what it writes is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from ipseclint.collect import collector_script
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry.policy import concerns_ipsec
from ipseclint.model.policy import AuthMethod
from ipseclint.source import Source, bytes_source
from ipseclint.vocabulary.cmdlets import cmdlet
from tests.cases import cases
from tests.collect.windows import RELEASES, Host
from tests.powershell.shell.cmdlets import CMDLETS
from tests.powershell.shell.language import Ran, Shell
from tests.powershell.shell.tree import parsed

SCRIPT = collector_script()

READING = {
    "Get-ChildItem", "Get-CimInstance", "Get-Command", "Get-Date", "Get-Content", "Get-Item", "Get-ItemProperty",
    "Get-Location",
    "Get-Random", "Get-WinEvent",
    "Get-NetFirewallAddressFilter", "Get-NetFirewallInterfaceFilter", "Get-NetFirewallInterfaceTypeFilter",
    "Get-NetFirewallPortFilter", "Get-NetFirewallSetting", "Get-NetIPsecDospSetting", "Get-NetIPsecMainModeCryptoSet",
    "Get-NetIPsecMainModeRule", "Get-NetIPsecPhase1AuthSet", "Get-NetIPsecPhase2AuthSet",
    "Get-NetIPsecQuickModeCryptoSet", "Get-NetIPsecRule", "Get-VpnAuthProtocol", "Get-VpnConnection",
    "Get-VpnS2SInterface", "Get-VpnServerConfiguration", "Test-Path",
}  # fmt: skip
MAKING = {
    "ConvertTo-Json", "ForEach-Object", "Join-Path", "Select-String", "Sort-Object", "Write-Verbose", "Write-Warning",
}  # fmt: skip
WRITING = {"New-Item", "Remove-Item", "Set-Content"}

TOOLS = {
    "netsh.exe": {("advfirewall", "consec", "show"), ("advfirewall", "mainmode", "show"), ("advfirewall", "show"),
                  ("advfirewall", "monitor", "show"), ("ipsec", "dynamic", "show"), ("wfp", "show")},
    "auditpol.exe": {("/backup",)},
    "whoami.exe": {("/groups",)},
    "wevtutil.exe": {("epl",)},
}  # fmt: skip


def nodes() -> Iterator[Node]:
    tree = Parser(Language(tree_sitter_powershell.language())).parse(SCRIPT.encode())
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def text_of(node: Node) -> str:
    assert node.text is not None
    return node.text.decode()


def test_the_script_parses() -> None:
    assert [text_of(node) for node in nodes() if node.type == "ERROR" or node.is_missing] == []


def test_the_script_only_reads() -> None:
    own = {text_of(node) for node in nodes() if node.type == "function_name"}
    called = {text_of(node) for node in nodes() if node.type == "command_name"}
    assert called - own <= READING | MAKING | WRITING
    # What is made is the folder, what is removed the temporary file of netsh.
    made = [line.strip() for line in SCRIPT.splitlines() if re.search("New-Item|Remove-Item|Set-Content", line)]
    assert len(made) == 5
    assert all("OutputFolder" in line for line in made if "Remove-Item" not in line)
    assert {line for line in made if "Remove-Item" in line} == {
        "Remove-Item -LiteralPath $raw -Force -ErrorAction SilentlyContinue"
    }


def test_tools_are_only_asked_to_show(tmp_path: Path) -> None:
    for is_constrained in (False, True):
        host = Host(RELEASES[3], tmp_path / str(is_constrained), is_constrained=is_constrained)
        host.collect()
        assert len(host.tools) == 10 + 3 * is_constrained
        for tool, words in host.tools:
            assert any(tuple(words[: len(each)]) == each for each in TOOLS[tool]), (tool, words)


BUILT_IN = {
    "get-childitem": {"literalpath", "force"},
    "get-ciminstance": {"classname", "filter"},
    "get-content": {"literalpath", "raw", "encoding"},
    "get-itemproperty": {"literalpath"},
    "get-winevent": {"logname", "filterxpath", "maxevents"},
    "set-content": {"literalpath", "value", "encoding"},
    "select-string": {"pattern", "allmatches"},
    "get-vpnauthprotocol": set[str](),
    "get-vpns2sinterface": set[str](),
    "get-vpnserverconfiguration": set[str](),
    "get-netfirewalladdressfilter": {"associatednetipsecrule", "associatednetipsecmainmoderule"},
    "get-netfirewallportfilter": {"associatednetipsecrule"},
    "get-netfirewallinterfacefilter": {"associatednetipsecrule"},
    "get-netfirewallinterfacetypefilter": {"associatednetipsecrule"},
}
"""Parameters of cmdlets that `vocabulary/cmdlets.txt` has no row of, from their pages on Microsoft Learn."""


def test_every_cmdlet_that_it_calls_is_documented_with_the_parameters_that_it_gives(tmp_path: Path) -> None:
    host = Host(RELEASES[3], tmp_path)
    host.collect(Redact=True)
    reading = {name.casefold() for name in READING} & set(host.called)
    assert len(reading) == len(host.called.keys() & {name.casefold() for name in READING})
    for name, given in host.called.items():
        documented = cmdlet(name)
        known = BUILT_IN.get(name)
        if documented is not None:
            known = {parameter.casefold() for parameter in documented.names}
        if known is not None:
            assert given - {"erroraction"} <= known, name
    covered = {name for name in host.called if cmdlet(name) is not None or name in BUILT_IN}
    assert {name for name in host.called if "-net" in name or "-vpn" in name} <= covered
    assert len(covered) >= 20


def test_the_script_is_ascii_and_helps() -> None:
    assert SCRIPT.isascii()
    assert SCRIPT.startswith("<#\n.SYNOPSIS")
    for heading in (
        ".DESCRIPTION",
        ".PARAMETER OutputFolder",
        ".PARAMETER Days",
        ".PARAMETER Since",
        ".PARAMETER Redact",
        ".EXAMPLE",
    ):
        assert heading in SCRIPT


def test_nothing_newer_than_windows_powershell() -> None:
    # Operators and parameters that Windows PowerShell 5.1 does not have.
    assert re.search(r"\?\?|\?\.|&&|\|\||-Parallel|-AsHashtable|-EnumsAsStrings|utf8NoBOM", SCRIPT) is None


def test_the_command_prints_it(cli: Callable[..., Any]) -> None:
    ran = cli("collect-script")
    assert (ran.code, ran.out) == (0, SCRIPT)


def remove_keys(text: str, keys: tuple[str, ...] = ()) -> str:
    """What Hide-Key of the script does."""

    def no_program(name: str, words: list[str]) -> Ran:
        raise AssertionError((name, words))

    shell = Shell(CMDLETS, no_program, version=(5, 1), constrained=True)
    statements = next(node for node in parsed(SCRIPT).named_children if node.type == "statement_list")
    for node in statements.named_children:
        if node.type == "function_statement":
            shell.statement(node)
    (clean,) = shell.run("$script:Keys = @($keys); Hide-Key -Text $text", text=text, keys=list(keys))
    assert isinstance(clean, str)
    return clean


STATE = """<wfpstate><providerContexts numItems="1"><item>
<providerContextKey>{11111111-0000-0000-0000-000000000009}</providerContextKey>
<displayData><name>PSK: hub</name><description/></displayData><flags/><providerKey/><providerData/>
<type>FWPM_IPSEC_IKE_MM_CONTEXT</type><ikeMmPolicy><softExpirationTime>0</softExpirationTime>
<authenticationMethods numItems="1"><item><authenticationMethodType>IKEEXT_PRESHARED_KEY</authenticationMethodType>
<presharedKeyAuthentication><presharedKey>
  <data>730065006300720065007400</data><asString>s.e.c.r.e.t.</asString>
</presharedKey><flags/></presharedKeyAuthentication></item></authenticationMethods>
<initiatorImpersonationType>IKEEXT_IMPERSONATION_NONE</initiatorImpersonationType>
<ikeProposals numItems="0"/><flags/><maxDynamicFilters>0</maxDynamicFilters></ikeMmPolicy></item></providerContexts>
</wfpstate>"""


def test_keys_leave_the_state_of_the_filtering_engine() -> None:
    clean = remove_keys(STATE)
    assert "7300650063" not in clean
    assert "s.e.c" not in clean
    assert "<name>PSK: hub</name>" in clean
    source = bytes_source("wfpstate.xml", clean.encode())
    found = recognise(source)
    assert found is not None
    parsed = found.parse(source)
    assert not any("key" in each.message for each in parsed.problems)
    (method,) = parsed.policy.authentication_sets[0].methods
    assert method.method.known is AuthMethod.PRESHARED_KEY
    assert method.preshared_key is None


@cases(
    ("text", "clean"),
    [
        ("Auth1:     ComputerPSK\r\nAuth1PSK:  secret\r\nAction: x\r\n", "Auth1:     ComputerPSK\r\nAction: x\r\n"),
        ("  Auth1PSK : secret", ""),
        ("Rule Name:  PSK: not a key\n", "Rule Name:  PSK: not a key\n"),
        ('{"PreSharedKey":  "sec\\"ret", "x": 1}', '{"PreSharedKey":  null, "x": 1}'),
        ('"CimClass": "MSFT_NetIKEPSKAuthProposal",', '"CimClass": "MSFT_NetIKEPSKAuthProposal",'),
    ],
)
def test_keys_leave_texts(text: str, clean: str) -> None:
    assert remove_keys(text) == clean


def test_a_key_that_is_known_leaves_every_text() -> None:
    assert remove_keys("Vorinstallierter Schl\u00fcssel: correct horse", ("correct horse",)).endswith(": ")


def test_objects_are_written_without_their_keys() -> None:
    body = SCRIPT[SCRIPT.index("function ConvertTo-Plain {") : SCRIPT.index("function ConvertTo-PlainValue")]
    before, after = body.index("if ($property.Name -eq 'PreSharedKey')"), body.index("$plain[$property.Name] =")
    assert before < body.index("continue") < after
    assert re.search(r"name -match 'Psk\|PreShared\|Secret\|Password'\) \{ continue \}", SCRIPT)


def read(name: str, value: object) -> Parsed:
    source: Source = bytes_source(name, json.dumps(value, indent=4).encode())
    found = recognise(source)
    assert found is not None
    return found.parse(source)


def test_what_it_writes_is_read_back() -> None:
    rule = {
        "CimClass": "MSFT_NetConSecRule", "InstanceID": "{A}", "ElementName": "Servers", "Enabled": 1, "Profiles": 0,
        "Mode": 1, "InboundSecurity": 2, "OutboundSecurity": 2, "KeyModule": 0, "Phase1AuthSet": "{P}",
        "QuickModeCryptoSet": "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE2}", "LocalTunnelEndpoint": None,
    }  # fmt: skip
    filters = [
        {"CimClass": "MSFT_NetAddressFilter", "InstanceID": "{A}", "LocalAddress": ["Any"],
         "RemoteAddress": ["10.0.0.0/8"]},
        {"CimClass": "MSFT_NetProtocolPortFilter", "InstanceID": "{A}", "Protocol": "Any", "LocalPort": ["Any"],
         "RemotePort": ["Any"]},
        {"CimClass": "MSFT_NetInterfaceFilter", "InstanceID": "{A}", "InterfaceAlias": ["Any"]},
        {"CimClass": "MSFT_NetInterfaceTypeFilter", "InstanceID": "{A}", "InterfaceType": "Any"},
    ]  # fmt: skip
    keyed = {
        "CimClass": "MSFT_NetIKEP1AuthSet",
        "InstanceID": "{P}",
        "Proposals": [{"CimClass": "MSFT_NetIKEPSKAuthProposal", "AuthenticationMethod": 2}],
    }
    parsed = read("policy.json", [rule, *filters, keyed])
    assert parsed.problems == ()
    assert [str(each) for each in parsed.policy.connection_security_rules[0].endpoint2.known or ()] == ["10.0.0.0/8"]
    (method,) = parsed.policy.authentication_sets[0].methods
    assert method.preshared_key is None
    services = read(
        "services.json", [{"CimClass": "Win32_Service", "Name": "BFE", "StartMode": "Auto", "State": "Running"}]
    )
    assert services.problems == ()
    assert [each.name for each in services.policy.services] == ["BFE"]


def test_a_collected_folder_is_one_machine_and_says_nothing_twice(tmp_path: Path, cli: Callable[..., Any]) -> None:
    weak = {
        "CimClass": "MSFT_NetIKEMMCryptoSet", "InstanceID": "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE1}",
        "ElementName": "Main", "MaxLifetimeMinutes": 5, "MaxLifetimeSessions": 0, "ForceDiffieHellman": False,
        "Proposals": [{"CipherAlgorithm": 65003, "HashAlgorithm": 65001, "GroupID": 20}],
    }  # fmt: skip
    (tmp_path / "policy.json").write_text(json.dumps([weak]), encoding="utf-8")
    text = "\r\nMain Mode:\r\nKeyLifetime      5min,0sess\r\nSecMethods       ECDHP384-AES256-SHA256\r\n"
    (tmp_path / ".netsh").mkdir()
    (tmp_path / ".netsh" / "global.txt").write_text(text, encoding="utf-8")
    (tmp_path / "auditpol.csv").write_text(
        "HOST,System,x,{0CCE9218-69AE-11D9-BED3-505054503030},x,,0\r\n", encoding="utf-8"
    )
    ran = cli("check", "--machine", "host", tmp_path, "-o", "json", "--fail-on", "never")
    report = json.loads(ran.out)
    assert sorted(Path(each["path"]).name for each in report["inputs"]) == ["auditpol.csv", "policy.json"]
    assert [each["code"] for each in report["findings"] if each["code"] == "QD001"] == ["QD001"]
    assert "RT012" in {each["code"] for each in report["findings"]}


def test_what_it_writes_of_remote_access_is_read_whole() -> None:
    assert len(re.findall(r"Select-Member -From \$each -Class '\w+' -Names ", SCRIPT)) == 4
    suite = {"EncryptionMethod": "AES256", "IntegrityCheckMethod": "SHA384", "DHGroup": "ECP384", "PfsGroup": "ECP384"}
    suite |= {"CipherTransformConstants": "GCMAES256", "AuthenticationTransformConstants": "GCMAES256"}
    written: list[dict[str, Any]] = [
        {"CimClass": "VpnServerIPsecConfiguration", "SALifeTime": 28800, "CustomPolicy": True, "EncryptionType": None}
        | {"Ikev2Ports": 128, "L2tpPorts": 0, "SstpPorts": 128, "GrePorts": None}
        | suite,
        {"CimClass": "VpnAuthProtocol", "UserAuthProtocolAccepted": ["EAP"], "RootCertificateNameToAccept": None},
        {"CimClass": "VpnS2SInterface", "Name": "Berlin", "Protocol": "IKEv2", "Destination": ["203.0.113.4"]} | suite,
        {"CimClass": "X509Certificate2", "Subject": "CN=a", "DnsNameList": ["a"], "EnhancedKeyUsageList": []}
        | {"NotAfter": "2099-01-01 00:00:00Z", "HasPrivateKey": True},
    ]
    source = bytes_source("rras.json", json.dumps(written).encode())
    found = recognise(source)
    assert found is not None
    parsed = found.parse(source)
    assert parsed.problems == ()
    policy = parsed.policy
    assert [len(each) for each in (policy.vpn_servers, policy.vpn_interfaces, policy.certificates)] == [1, 1, 1]


@pytest.mark.parametrize(
    "key",
    [
        "IKEEXT\\Parameters",
        "PolicyAgent",
        "RasMan\\Parameters",
        "RasMan\\PPP",
        "RemoteAccess\\Parameters\\IKEV2",
        "RemoteAccess\\Parameters\\IKEV2\\IKEv2CustomPolicy",
        "RemoteAccess\\Parameters\\Ip\\StaticAddressPool",
        "Control\\Class\\{4D36E972-E325-11CE-BFC1-08002BE10318}",
    ],
)
def test_the_keys_of_vpns_that_are_read_are_written(key: str) -> None:
    assert key in SCRIPT
    place = "" if key.startswith("Control") else "Services\\"
    below = f"\\SYSTEM\\CurrentControlSet\\{place}{key}"
    assert concerns_ipsec(f"HKEY_LOCAL_MACHINE{below}\\0")
