"""What ipseclint writes or is configured by is its own; an export is none, whatever the names in it say."""

from __future__ import annotations

import base64
import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

from ipseclint.api import check_text
from ipseclint.engine.unread.own import is_own
from ipseclint.engine.unread.signs import sign_of
from ipseclint.source import bytes_source
from tests import ROOT
from tests.cases import cases
from tests.formats.powershell.writers import Cim, json_text
from tests.reporters.test_injection import wfp

DEMO = ROOT / "fixtures" / "runs" / "demo"
OURS = [
    *sorted((DEMO / "expected" / "bad").iterdir()),
    *(DEMO / name for name in ("ipseclint-baseline.json", "ipseclint-waivers.toml", "ipseclint.toml")),
    *(path for path in sorted((ROOT / "rulesets").glob("*.toml")) if path.stem != "default"),
]


@cases("path", OURS, ids=[path.name for path in OURS])
def test_reports_waivers_and_rulesets_are_our_own(path: Path) -> None:
    written = path.read_bytes().replace(b'"rules_known": ALL', b'"rules_known": 190')
    assert is_own(bytes_source(path.name, written))


LIKE_OURS = [
    "::error file=x::owned",
    '"driver": {"name": "ipseclint"',
    'summary = "x"\n[rules.qd001]',
    "[[waiver]]",
    '<testsuites name="ipseclint">',
]


@cases("name", LIKE_OURS)
def test_a_name_does_not_make_an_export_our_own(name: str) -> None:
    assert not is_own(bytes_source("state.xml", wfp(name)))
    assert not is_own(bytes_source("a.json", json_text([Cim("MSFT_NetConSecRule", {"Description": name})]).encode()))


def test_an_export_that_begins_with_a_description_is_not_our_own() -> None:
    text = '[{"Description": "to the branch", "InstanceID": "{A}", "CimClass": "MSFT_NetIKEMMCryptoSet"}]'
    assert not is_own(bytes_source("a.json", text.encode()))


SUSPICIOUS = {
    "vpn.ps1": "Add_VpnConection -Name Office -ServerAddress vpn.example.org -TunnelType Ikev2\n",
    "server.ps1": "Set.VpnServrConfiguration -CustomPolicy -AuthenticationTransformConstants GCMAES256\n",
    "vpn.json": '[{"Name": "Office", "ServerAdress": "vpn.example.org", "TunnelType": "L2tp"}]',
    "connection.json": '[{"Name": "Office", "TunelType": "Ikev2", "IPSecCustomPolicy": null}]',
    "a.vbs": 'n = "netsh"\nc = "consec"\ns.Run n & " advfirewall " & c & " add rule name=w"\n',
    "play.yml": "win_command:\n  argv:\n  - netsh\n  - advfirewall\n  - consec\n  - add\n  - rule\n",
    "task.xml": "<Command>&#110;etsh</Command><Arguments>adv&#x66;irewall c&#111;nsec add rule</Arguments>",
    "stack.yaml": "Resources:\n  V:\n    Type: AWS::EC2::VPNConnection\n",
    "state.mof": 'instance of MSFT_ServiceResource as $a { Name="IKEEXT"; State="Stopped"; };\n',
    "recipe.rb": "windows_service 'IKEEXT' do\n action :disable\nend\n",
    "a.audit": 'reg_key: "HKLM\\System\\CurrentControlSet\\Services\\IPSEC"\nreg_item: "NoDefaultExempt"\n',
    "site.pp": "service { 'PolicyAgent': ensure => stopped }\n",
    "top.sls": "ike:\n  service.disabled:\n    - name: IKEEXT\n",
    "variable.sls": "{% set name = 'IKEEXT' %}\nike:\n  service.dead:\n    - name: {{ name }}\n",
    "loop.sls": "{%- for each in ['PolicyAgent', \"BFE\"] %}\n{{ each }}:\n  service.disabled\n{% endfor %}\n",
    "module.sls": "ike:\n  module.run:\n    - name: service.stop\n    - m_name: IKEEXT\n",
    "gpo.html": '<html gpmc_reportInitialized="false"><td>Connection Security Rules</td></html>',
    "values.csv": "Value Name,Value Type,Data,Value Slack,Is Deleted\nProhibitIpSec,RegDword,1,,False\n",
    "values.tsv": "Value Name\tValue Type\tData\nNegotiateDH2048_AES256\tRegDword\t0\n",
    "sets.txt": "DisplayName : Set\nProposal : {\n 0 : x\n}\nPolicyStoreSource : PersistentStore\n",
    "a.PolicyRules": "<PolicyRules><Key>CurrentControlSet\\Services\\IKEEXT</Key></PolicyRules>",
    "audit.cmd": 'auditpol /set /subcategory:"IPsec Main Mode" /success:enable /failure:disable\n',
    "stig.yml": "- key: Computer\\System\\CurrentControlSet\\Services\\IPSEC\\NoDefaultExempt\n  value: '3'\n",
    "data.xml": '<EventData>\n<Data Name="LocalMMPrincipalName">-</Data>\n</EventData>\n',
    "suite.txt": "$suite = @{\n    CipherTransformConstants = 'AES256'\n    DHGroup = 'Group14'\n}\n",
    "ipsec.patch": "--- a/ipsec.conf\n+++ b/ipsec.conf\n@@ -1,3 +1,3 @@\n conn w\n-  ike=aes256-sha1\n+  esp=aes256\n",
    "vpn.patch": "diff --git a/vpn.ps1 b/vpn.ps1\n@@ -1 +1 @@\n-Add-VpnConnection -Name a\n",
    "dialled.txt": "CoId={1}: The user A has started dialing a VPN connection using a per-user connection profile "
    "named V. The connection settings are: \nDial-in User = A\nVpnStrategy = L2TP\n",
    "suite.psd1": "@{\nAuthenticationTransformConstants = 'None'\n}\n",
    "escaped.json": r'{"\u0043imClass": {"CimClassName": "\u004dSFT_NetConSecRule"}}',
    "pieces.ps1": "&('{0}-Net{1}' -f 'New', 'IPsecRule') -DisplayName w",
    "encoded.vbe": "#@~^AAAAAA==xyz==^#~@",
    "cut.evtx": "ElfF",
    "cut.pol": "PRe",
    "rules.psd1": "# rules\n@{\n  Rules = @(@{ DisplayName='A'; InboundSecurity='Require' })\n}\n",
    "disk.vhdx": "vhdxfile\0\0",
    "image.wim": "MSWIM\0\0\0",
    "shown.diff": "+Endpoint1: Any\n+Auth1:    ComputerKerb\n+SecMethods:  ECDHP384-AES256-SHA384\n",
    "suites.diff": "+SecMethods:  DHGroup2-3DES-SHA1,DHGroup14-AES128-SHA256\n",
    "associations.diff": "+IKE Main Mode SAs at 11/3/2025 9:14:02 AM\n+From : 10.7.3.9\n",
    "quoted.xml": "> <q7:StrongCRLCheck>\n> <q7:Value>2</q7:Value>\n> </q7:StrongCRLCheck>\n",
    "quoted.json": '> {"firewallIPSecExemptionsAllowICMP": false,\n',
    "item.txt": "</displayData>\n<ikev2Policy>\n<dhGroup>IKEEXT_DH_GROUP_2</dhGroup>\n</ikev2Policy>\n</item>\n",
    "nodes.diff": "+<LocURI>./Vendor/MSFT/Firewall/MdmStore/Global/SaIdleTime</LocURI>\n",
    "chat.log": "bob: netsh adv\u200bfirewall con\u00adsec ad\u200bd ru\u200ble name=w\n",
    "note.exe": "MZ: netsh advfirewall consec add rule name=w\n",
    "joined.ps1": "Set-Service -Name ('Policy' + 'Agent') -StartupType Disabled\n",
    "held.ps1": "$s='PolicyAgent'; net stop $s\n",
    "wild.ps1": "Get-Service -Name Policy* | Stop-Service\n",
    "wilder.ps1": "Get-Service *agent | spsv\n",
    "given.ps1": "Start-Process sc.exe -ArgumentList 'config IKEEXT start= disabled'\n",
    "short.ps1": "pushd HKLM:\\SYSTEM\\CurrentControlSet\\Services; sp PolicyAgent Start 4\n",
    "title.psm1": "net stop 'IPsec Policy Agent'\n",
    "taken.bat": 'taskkill /f /fi "services eq PolicyAgent"\n',
    "parts.cmd": "set S=Agent\nnet stop Policy%S%\n",
    "letters.cmd": "for %%s in (Policy) do net stop %%sAgent\n",
    "keys.cmd": "set K=HKLM\\SYSTEM\\X\\Policy\nreg add %K%Agent /v Start /t REG_DWORD /d 4 /f\n",
    "brought.cmd": "@reg import ipsec.reg\n",
    "Rules.java": 'run("ipsec static set policy name=a assign=yes")\n',
    "session.c": "ipsec dynamic\n",
    "put-in.tpl": "ipsec static %COMMAND%\n",
    "said.txt": "- We use netsh to set it up: netsh ipsec static add policy name=w is what you are to type.\n",
    "beside.txt": "- \u7528 netsh advfirewall \u8a2d\u5b9a\nrequireinrequestout\n",
    "brings.bat": 'cls & regedit /s "%~dp0ipsec-hardening.reg"\n',
}


@cases("name", SUSPICIOUS)
def test_what_may_set_ipsec_and_is_not_read_is_suspicious(name: str) -> None:
    assert sign_of(bytes_source(name, SUSPICIOUS[name].encode())).is_suspicious


HARMLESS = {
    "other.sls": "{% set name = 'Spooler' %}\nike:\n  service.dead:\n    - name: {{ name }}\n",
    "percent.txt": "{% of all hosts\n'IKEEXT' is what the service is called\n",
    "suite.md": "$suite = @{\n    CipherTransformConstants = 'AES256'\n    DHGroup = 'Group14'\n}\n",
    "names.txt": "CipherTransformConstants =\nAuthenticationTransformConstants\n",
    "a.yml": "service: 'web'\nname: ikeext-test-not\n",
    "suites.txt": "ecdhp256 and dhgroup14 are groups; usercertificates and computercertified are words\n",
    "nodes.txt": "./Vendor/MSFT/Firewall/MdmStore/Global/PolicyVersion\nquickmode\n",
    "b.xml": "<a>&#110;otes of &#1234; and &#x1F600;</a>",
    "audit.cmd": 'auditpol /set /subcategory:"IPsec Main Mode" /failure:enable\n',
    "stig.yml": "- key: Computer\\System\\CurrentControlSet\\Services\\LanmanServer\\Parameters\\Odd\n",
    "data.xml": '<EventData>\n<Data Name="SubjectUserName">-</Data>\n</EventData>\n',
    "d.audit": 'reg_key: "HKLM\\System\\CurrentControlSet\\Services\\IPSECx"\n',
    "other.patch": "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-  like=aes256\n+  spike = ikev2\n",
    "dialled.txt": "The user has started dialing a VPN connection.\n",
    "c.txt": "netsh interface show interface\n" + "x" * 300 + "\n",
    "gpo.html": '<html gpmc_reportInitialized="false"><td>Password Policy</td></html>',
    "a.PolicyRules": "<PolicyRules><Key>CurrentControlSet\\Services\\Spooler</Key></PolicyRules>",
    "escaped.json": r'{"\u0043ity": "K\u00f6ln", "odd": "\u00"}',
    "empty.log": "",
    "filter.txt": "Authentication : NotRequired\nEncryption     : NotRequired\nOverrideBlockRules : False\n",
    "no-query.txt": "DirectAccessQueryIPsecEncryption : None\nDirectAccessQueryIPsecRequired : False\n",
    "no-client.txt": "IPsecTunnelEndpoints :\nSupportEmail : a\n",
    "settings.txt": "Authentication: required\nEncryption: required\n",
    "ports.txt": "RemotePort: 547\nA rule for DHCP, and one for IKE\n",
    "other-event.txt": "Event ID: 547\nDescription:\nWhat the spike of the biker was.\n",
    "MSS-legacy.admx": '<?xml version="1.0"?>\n<!-- x -->\n<policyDefinitions xmlns:xsd="x" revision="1.0">\n'
    '<policy name="P" key="System\\CurrentControlSet\\Services\\IPSEC"/></policyDefinitions>\n',
    "MSS-legacy.adml": "<policyDefinitionResources><string>ipsecexempt</string></policyDefinitionResources>",
    "lgpo.exe": "MZ\x90\0" + "\0" * 60 + "PE\0\0" + "\0" * 99 + "GroupPolicyBackupScheme Services\\PolicyAgent\0",
    "listed.cmd": 'tasklist /svc | find "PolicyAgent"\n',
    "said.cmd": "echo PolicyAgent\nreg query HKLM\\X\n",
    "started.ps1": "Restart-Service PolicyAgent\nStart-Service IKEEXT\n",
    "others.cmd": "set S=Spooler\nnet stop %S%\nnet stop %POLICY%\n",
    "prose.txt": "A PolicyAgent may be told to stop; net stop is a command\n",
    "brought.cmd": "reg import office.reg\necho regedit ipsec.reg\n",
    "agents.ps1": "Stop-Service UserAgent, Policyx, SqlAgent\n",
    "kernel.c": "#include <netipsec/ipsec.h>\nint ipsec_static(void);\n",
    "Peer.java": "// an IPsec static peer, or one with an IPsec dynamic (DHCP) address\n",
    "tools.txt": "- Use netsh to see the IPsec state: netsh advfirewall tells it to you.\n- Get-NetIPsecRule x\n",
    "chinese.txt": "- \u7528 netsh \u6aa2\u8996 IPsec \u72c0\u614b\uff1anetsh advfirewall \u6703\u56de\u5831 reports\n",
    "japanese.txt": "- netsh advfirewall \u30b3\u30de\u30f3\u30c9\u3067 IPsec \u3092\u8a2d\u5b9a\n",
    "russian.log": "- netsh ipsec \u0441\u043e\u043e\u0431\u0449\u0430\u0435\u0442 IPsec\n",
    "module.psd1": "<# x #>\n@{\n  ModuleVersion = '1'\n  FunctionsToExport = 'Set-NetIPsecRuleOfZone'\n}\n",
}


@cases("name", HARMLESS)
def test_what_has_nothing_to_do_with_ipsec_is_of_no_concern(name: str) -> None:
    assert not sign_of(bytes_source(name, HARMLESS[name].encode())).is_suspicious


def _user_data(content: bytes) -> str:
    return f"#cloud-config\nwrite_files:\n- encoding: gz+b64\n  content: {base64.b64encode(content).decode()}\n"


def test_what_gzip_and_base64_hold_in_user_data_is_said_at_its_place() -> None:
    packed = gzip.compress(b"netsh advfirewall consec add rule name=w\r\n")
    sign = sign_of(bytes_source("a.yaml", _user_data(packed).encode()))
    assert (sign.is_suspicious, sign.line) == (True, 4)
    assert "in base64" in sign.why
    assert not sign_of(bytes_source("a.yaml", _user_data(packed[:2] + packed).encode())).is_suspicious
    assert not sign_of(bytes_source("a.yaml", _user_data(gzip.compress(b"x" * 99)).encode())).is_suspicious


@cases("pack", [bz2.compress, lzma.compress])
def test_what_is_packed_is_said_at_the_first_line_of_the_file(pack: Callable[[bytes], bytes]) -> None:
    text = (
        b"a note\n" * 9
        + b"netsh advfirewall consec add rule name=A endpoint1=any endpoint2=any action=requireinrequestout\n"
    )
    report = check_text(pack(text), "policy.cmd.packed")
    (problem,) = report.problems
    assert "unpack it" in problem.message
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (1, 1)


NAMED = {
    "oakley.log": (" 1-17: 14:42:44:958:b54 ISAKMP Header: (V1.0), len = 276\n", "it is oakley.log, "),
    "IN2403.log": ('"NPS01","IAS",03/14/2024,08:12:45,3,,"example.com/Users/A",,,,,,,,9\n', "it is an accounting"),
    "iaslog.log": ("10.0.0.5,A,03/14/2024,08:12:44,IAS,NPS01,4108,10.0.0.5,4136,3,4142,16\n", "it is an accounting"),
    "IN2404.log": (
        '<Event><Timestamp data_type="4">03/14/2024 08:12:44.123</Timestamp></Event>\n',
        "it is an accounting",
    ),
    "state.txt": ("src 192.0.2.1 dst 198.51.100.1\n\tproto esp spi 0xc5d3a2f1 reqid 1 mode tunnel\n", "it is what `ip"),
    "dissected.txt": (
        "Frame 12\nInternet Security Association and Key Management Protocol\n    Initiator SPI: 2f1c2a7d11aa0912\n",
        "it is a capture of packets",
    ),
    "printed.txt": (
        "10:02:11.222 IP 10.0.0.20.4500 > 203.0.113.5.4500: NONESP-encap: isakmp: child_sa  ikev2_auth[I]\n",
        "it is a capture of packets",
    ),
    "pktmon.txt": (
        (
            "\t00-15-5D-01-02-03 > 00-15-5D-01-02-04, ethertype IPv4 (0x0800), length 628: 10.0.0.5.500 > "
            "203.0.113.7.500: isakmp: parent_sa ikev2_init[I]\n"
        ),
        "it is a capture of packets",
    ),
    "tshark.txt": (
        "    1 0.000000000 10.0.0.5 \u2192 203.0.113.7 ISAKMP 586 IKE_SA_INIT MID=00 Initiator Request\n",
        "it is a capture of packets",
    ),
    "packets.csv": (
        (
            '"No.","Time","Source","Destination","Protocol","Length","Info"\n'
            '"1","0.000000","10.0.0.5","203.0.113.7","ISAKMP","586","IKE_SA_INIT MID=00 Initiator Request"\n'
        ),
        "it is a capture of packets",
    ),
    "dumpfile.csv": (
        (
            "Event Name,       Type,   Event ID,    Version,    Channel\n"
            "EventTrace,     Header,          0,          2,          0\n"
            "Microsoft-Windows-WFP,  Win:Info,       1016,          0,          0\n"
        ),
        "it is a trace of Windows as text",
    ),
    "ikeext.txt": (
        "[0]0428.0D20::03/04/2024-09:12:01.123 [ikeext] PeerAddr 203.0.113.7.500 Starting negotiation\n",
        "it is a trace of Windows as text",
    ),
    "applied.txt": (
        (
            "RSOP data for CORP\\ana on PC17 : Logging Mode\n\nCOMPUTER SETTINGS\n"
            "    The following GPOs were not applied because they were filtered out\n"
            "        Clients - IPsec\n            Filtering:  Denied (Security)\n"
        ),
        "it is what `gpresult /r` shows",
    ),
    "ras.txt": (
        (
            "C:\\>netsh ras show wanports\n\nDevice                 Enable       Num. of\n"
            "WAN Miniport (IKEv2)    Yes          2\n"
        ),
        "it is what `netsh ras show` prints",
    ),
    "policy.txt": ("src 10.0.0.0/16 dst 10.1.0.0/16 \n\tdir out priority 375423 \n", "it is what `ip"),
    "filter.txt": ("Authentication : Required\nEncryption     : Dynamic\n", "it is what a firewall rule demands"),
    "noencap.txt": (
        "DisplayName : A\n\nAuthentication     : NoEncap\n\nEncryption         : NotRequired\n",
        "it is what a firewall rule demands",
    ),
    "client.txt": ("IPsecTunnelEndpoints : {PING:fd00::1}\n", "it is what a command of DirectAccess shows"),
    "server.json": ('{"ComputerCertAuthentication": "Enabled"}\n', "it is what a command of DirectAccess shows"),
    "status.txt": (
        "Status    : Error\nSubstatus : RemoteNetworkAuthenticationFailure\n",
        "it is what a command of DirectAccess shows",
    ),
    "tunnel.txt": (
        "Interface IPHTTPSInterface (Group Policy)  Parameters\nRole                       : client\n",
        "it is what a command of DirectAccess shows",
    ),
    "names.txt": ("DirectAccessQueryIPsecRequired : True\n", "it is what a command of DirectAccess shows"),
    "resultant.txt": (
        "    GPO: A\n        Ordner-ID: Software\\Policies\\Microsoft\\WindowsFirewall\\ConSecRules\\{1}\n",
        "it is what `gpresult /v` shows",
    ),
}
OF_OTHER_PROGRAMS = {
    "document.xml": (
        "<w:document><w:t>netsh advfirewall consec</w:t><w:t> show</w:t></w:document>\n",
        "document of Word",
    ),
    "shared.xml": (
        "<?xml version='1.0'?>\n<sst><si><t>netsh ipsec static add policy</t></si></sst>\n",
        "sheet of Excel",
    ),
    "results.xml": (
        "<o:oval_results xmlns:o='urn:x'>\n<key>SYSTEM\\CurrentControlSet\\Services\\IKEEXT</key>\n</o:oval_results>\n",
        "a scan for compliance",
    ),
    "server.ckl": (
        "<CHECKLIST>\n<DETAILS>HKLM\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT is 4</DETAILS>\n</CHECKLIST>\n",
        "a scan for compliance",
    ),
}


@cases("path", OF_OTHER_PROGRAMS)
def test_a_file_of_another_program_that_speaks_of_ipsec_is_named(path: str) -> None:
    text, told = OF_OTHER_PROGRAMS[path]
    (problem,) = check_text(text, path).problems
    assert (problem.code, told in problem.message) == ("IN003", True)


OLD_EVENTS = {
    "es.txt": "Id. suceso:\t547\nDescripción:\nError en la negociación de IKE.\n",
    "de.txt": "Ereigniskennung:\t547\nBeschreibung:\nFehler bei der IKE-Aushandlung.\n",
    "ja.txt": "イベント ID：547\n説明：\nIKE のネゴシエーションに失敗しました。\n",
    "en.txt": "Event ID: 547\r\nDescription:\r\nIKE security association negotiation failed.\r\n",
}


@cases("name", OLD_EVENTS)
def test_a_failure_of_windows_before_vista_is_known_in_any_language(name: str) -> None:
    (problem,) = check_text(OLD_EVENTS[name], name).problems
    assert problem.message.startswith("it is event 547 of Windows before Vista")
    assert problem.span is not None
    assert problem.span.line == 1


def test_of_a_failure_before_vista_the_reason_is_read_and_nothing_else() -> None:
    text = f"{OLD_EVENTS['en.txt']} Failure Point:\r\nMe\r\n\r\n Failure Reason:\r\nNo response from peer\r\n"
    report = check_text(text, "event.txt")
    (problem,) = report.problems
    assert [finding.code for finding in report.findings] == ["RT017"]
    assert problem.message.endswith(
        "at most the failure reason is read, as the text of an error; nothing else was read"
    )


TABLES = {
    "Set-VpnConnectionIPsecConfiguration": "$s = @{{\n  CipherTransformConstants = {0}AES256{0}\n  Force = $true\n}}\n",
    "New-NetIPsecRule": "$rule = @{{ DisplayName = {0}R{0}; InboundSecurity = {0}Require{0} }}\n",
}


@cases("cmdlet", TABLES)
@cases("quote", ["'", '"'])
@cases("path", ["ticket.md", "ticket.txt"])
def test_a_table_without_its_cmdlet_is_told_with_what_is_missing(cmdlet: str, quote: str, path: str) -> None:
    table = TABLES[cmdlet].format(quote)
    (problem,) = check_text(f"This is what we set.\n\n{table}\nand on the others\n\n{table}", path).problems
    assert problem.message.startswith(f"it holds a table of parameters of {cmdlet}, which no command takes: add the")


@cases("path", NAMED)
def test_a_log_that_is_not_read_is_named_with_what_to_give_instead(path: str) -> None:
    text, begins = NAMED[path]
    (problem,) = check_text(text, path).problems
    assert problem.code == "IN003"
    assert problem.message.startswith(begins)
    assert "give" in problem.message or "events 6273" in problem.message


@cases("begin", ["d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "0a0d0d0a", "474d4255"])
def test_a_capture_as_a_file_is_of_no_concern(begin: str) -> None:
    sign = sign_of(bytes_source("a.pcap", bytes.fromhex(begin) + b"netsh ipsec static add policy name=A\n"))
    assert not sign.is_suspicious


WITHOUT_WORDS = {
    "racoon.conf": (
        "remote anonymous\n{\n    exchange_mode main;\n    proposal {\n        encryption_algorithm 3des;\n    }\n}\n",
        "it sets up racoon, ",
    ),
    "phase2.conf": ("sainfo anonymous {\n  encryption_algorithm aes, 3des;\n}\n", "it sets up racoon, "),
    "iked.conf": ('ikev2 "win" passive esp \\\n  from 0.0.0.0/0 to 10.5.0.0/24\n', "it sets up iked "),
    "ipsec.conf": ("ike dynamic esp from 10.1.0.0/16 to 10.2.0.0/16\n", "it sets up iked "),
    "racoon.log": (
        "Aug 1 10:11:12 gw racoon: INFO: unsupported PF_KEY message REGISTER\n",
        "a log of racoon in which no known cause ",
    ),
    "android.log": (
        "08-01 10:11:12.676 12637 12637 I racoon  : DEBUG: pfkey X_SPDDUMP\n",
        "a log of racoon in which no known cause ",
    ),
    "fortigate.log": ("ike V=root:0:win:5: certificate is on hold\n", "a log of a FortiGate in which no known cause "),
    "cisco.log": ("IKEv2-ERROR:(SESSION ID = 1,SA ID = 1):: on hold\n", "a log of a gateway of Cisco in which no "),
    "azure.log": ("SESSION_ID :{1} Remote 203.0.113.7:500: on hold\n", "a log of a gateway of Azure in which no "),
    "srx.log": ("srx kmd[12]: on hold\n", "a log of Junos in which no known cause "),
    "panos.log": ("[PERR]: { 3: }: peer is on hold\n", "a log of PAN-OS in which no known cause "),
    "router.log": ("10:00:06 ipsec,error peer is on hold\n", "a log of RouterOS in which no known cause "),
    "azure-record.json": (
        '{"category": "IKEDiagnosticLog", "properties": {"message": "the peer is on hold"}}\n',
        "a log of a gateway of Azure in which no ",
    ),
    "azure-lines.log": (
        "Remote 198.51.100.7:500: Local 203.0.113.7:500: [SENT] peer is on hold\n",
        "a log of a gateway of Azure in which no ",
    ),
    "ikemgr.log": ("2026-01-05 10:00:06 ikemgr: the peer is on hold\n", "a log of PAN-OS in which no known cause "),
    "system.log": (
        "IKEv2 child SA negotiation is failed as responder, non-rekey.\n",
        "a log of PAN-OS in which no known cause ",
    ),
    "topic.log": ("10:00:06 ipsec the peer is on hold\n", "a log of RouterOS in which no known cause "),
    "topics.log": ("jan/05 10:00:06 gw1 ipsec,ike the peer is on hold\n", "a log of RouterOS in which no known cause "),
    "sonic.log": ('id=firewall msg="IKEv2 Payload on hold" n=3\n', "a log of SonicOS in which no known cause "),
    "firebox.log": (
        "2024-03-05 10:12:31 iked (203.0.113.5<->198.51.100.7)Received IKE_SA_INIT request message\n",
        "a log of a WatchGuard Firebox that says of no negotiation",
    ),
    "dsr.log": (
        "VPN Information [Mon Nov 26 16:45:26 2018(GMT)] [DSR-250] [2.11] [VPN] [Information] [IPSEC] [Beginning.]\n",
        "a log of a D-Link gateway, ",
    ),
    "vigor.log": (
        "2024-03-05\t[IPSEC][L2L][1:hq][@198.51.100.7] IKE link timeout\n",
        "a log of a DrayTek Vigor that says ",
    ),
    "vigor-debug.log": (
        "IKE ==>, Next Payload=ISAKMP_NEXT_SA, Exchange Type = 0x2\n",
        "a log of a DrayTek Vigor that says ",
    ),
    "trace.txt": (
        "   ProviderName: Microsoft-Windows-WFP\n\nId Message\n-- -------\n1023 IPsec: Negotiation Request Initiated\n",
        "a list of a trace of Microsoft-Windows-WFP, ",
    ),
    "setup.rsc": (
        '/system script\nadd name=vpn source="/ip ipsec profile add name=win dh-group=modp2048"\n',
        "a script of RouterOS ",
    ),
}


@cases(
    "line",
    [
        'sh.RegWrite "HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\\Start", 4, "REG_DWORD"',
        'Set f = fso.OpenTextFile(home & "\\Pbk\\rasphone.pbk", 8, True)',
        "Set all = wmi.ExecQuery(\"Select * from Win32_Service where Name='PolicyAgent'\"): all.StopService()",
    ],
)
def test_a_script_for_windows_script_host_is_answered_by_what_comes_of_it(line: str) -> None:
    text = f'Set sh = CreateObject("WScript.Shell")\n{line}\n'
    (problem,) = check_text(text, "a.vbs").problems
    assert (problem.code, problem.message.partition(",")[0]) == ("IN003", "a script for Windows Script Host")
    others = check_text(f"Set sh = Me\n{line}\n", "a.vbs").problems
    assert "Windows Script Host" not in str(others)


@cases("path", WITHOUT_WORDS)
def test_a_text_without_policy_is_named_with_what_to_give_instead(path: str) -> None:
    text, begins = WITHOUT_WORDS[path]
    (problem,) = check_text(text, path).problems
    assert problem.code == "IN004"
    assert problem.message.startswith(begins)


@cases(
    "text",
    [
        "remote host {\n  name = a\n}\n",
        "sainfo is a word of racoon\n",
        "ike v1 is passive here\n",
        "racoon: an animal\n",
    ],
)
def test_what_only_names_a_daemon_is_no_more_than_any_text(text: str) -> None:
    (problem,) = check_text(text, "a.txt").problems
    assert problem.message.startswith("not a format that ipseclint reads")


PATCH = (
    "diff --git a/steps.md b/steps.md\n--- a/steps.md\n+++ b/steps.md\n@@ -1,2 +1,2 @@\n # Steps\n"
    "-New-NetIPsecRule -DisplayName A -InboundSecurity Require\n"
)


def test_a_document_that_is_a_patch_from_its_first_line_is_said_to_be_one() -> None:
    for begin in ("", "\n\n"):
        sign = sign_of(bytes_source("steps.md", f"{begin}{PATCH}".encode()))
        assert sign.is_suspicious
        assert sign.why.startswith("it is a patch")


def test_a_document_that_shows_a_patch_further_down_or_one_of_prose_is_none() -> None:
    for text in (
        f"# How to read a patch\n\n{PATCH}",
        PATCH.replace("New-NetIPsecRule", "Take").replace("InboundSecurity", "Take"),
    ):
        assert not sign_of(bytes_source("steps.md", text.encode())).is_suspicious


@cases(
    ("text", "said"),
    [
        (
            "C:\\>netsh ipsec static show policy all\nERR IPsec[05072] : No Policies\n\nC:\\>\n",
            "answered with an error (`ERR IPsec[05072] : No Policies`), and shows no policy",
        ),
        (
            "netsh ipsec static show policy all\nERR IPsec[05072] : No Policies\n",
            "answered with an error (`ERR IPsec[05072] : No Policies`), and shows no policy",
        ),
        (
            "C:\\>netsh advfirewall consec show rule name=all\n\nThe requested operation requires elevation (x).\n",
            "answered with an error (`The requested operation requires elevation",
        ),
        (
            "C:\\>netsh advfirewall consec show rule name=all\n\nAn error occurred while attempting to contact x.\n",
            "answered with an error (`An error occurred while attempting to contact",
        ),
        (
            "netsh advfirewall monitor show mmsa\n\nNo SAs match the specified criteria.\n",
            "found nothing that was asked for (`No SAs match the specified criteria.`), and shows no policy",
        ),
        (
            (
                "Microsoft Windows [Version 6.1.7601]\nCopyright (c) 2009 Microsoft Corporation.\n\n"
                "C:\\>netsh advfirewall consec show rule name=all\n\nNo rules match the specified criteria.\n\n"
                "C:\\>netsh ipsec dynamic show all\nERR Win32[05070] : The IPsec Policy Agent service is not started\n"
            ),
            "answered with an error (`ERR Win32[05070] : The IPsec",
        ),
        (
            (
                "C:\\>netsh trace show status\nThere is no trace session currently in progress.\n\n"
                "C:\\>netsh advfirewall consec show rule name=all\nNo rules match the specified criteria.\n"
            ),
            "found nothing that was asked for (`No rules match the specified criteria.`)",
        ),
        (
            (
                "C:\\>netsh advfirewall show currentprofile\n\nPublic Profile Settings: \n" + "-" * 70 + "\n"
                "State                                 ON\nFirewall Policy                       BlockInbound\n\n"
                "Logging:\nMaxFileSize                           4096\n\nOk.\n\n"
                "C:\\>netsh advfirewall consec show rule name=all\n\nNo rules match the specified criteria.\n"
            ),
            "found nothing that was asked for (`No rules match the specified criteria.`)",
        ),
        (
            (
                "C:\\>netsh wfp show state\nData collection successful; output = wfpstate.xml\n\n"
                "C:\\>netsh advfirewall consec show rule name=all\nNo rules match the specified criteria.\n"
            ),
            "wrote `wfpstate.xml`, and shows no policy here: give that file",
        ),
    ],
)
def test_queries_that_are_all_answered_by_errors_show_no_policy(text: str, said: str) -> None:
    report = check_text(text, "window.txt")
    assert [problem.code for problem in report.problems] == ["IN004"]
    assert f"netsh {said}" in report.problems[0].message


@cases(
    "text",
    [
        "C:\\>netsh ipsec static show policy all\nERR IPsec[05072] : No Policies\n\nC:\\>ipsecset /policy lab.ipsec\n",
        "C:\\>netsh ipsec static show all\nStrategie : Lab\nErreur : [05072]\n",
        "C:\\>netsh ipsec static show all\n\nC:\\>\n",
    ],
)
def test_other_answers_are_said_to_be_unread(text: str) -> None:
    assert [problem.code for problem in check_text(text, "window.txt").problems] == ["IN003"]


def test_a_command_in_another_code_of_characters_is_in_no_sentence() -> None:
    rule = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requestinrequestout\n"
    packed = base64.b64encode(rule.encode()).decode()
    for data in (rule.encode("cp037"), packed.encode(), f"Use netsh for that.\n{packed}\n".encode()):
        assert sign_of(bytes_source("a.txt", data)).is_suspicious
