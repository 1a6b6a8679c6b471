"""A document with a key for every format that can carry one."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from ipseclint.formats import all_formats
from ipseclint.formats.parsed import Format
from ipseclint.source import Source, Span, file_source
from tests import ROOT
from tests.attack.keys import DOCUMENTS, KEY
from tests.formats.registry.ip_security_writers import MULTI_SZ, ldif, nfa_data, registry_entries, whole_policy
from tests.formats.registry.writers import (
    POLICY_ROOT,
    SZ,
    Entry,
    below,
    hive_bytes,
    pol_bytes,
    reg_query_text,
    reg_text,
)

PRESHARED_KEY_METHOD = 1
SET = "Phase1AuthenticationSets\\{11111111-0000-0000-0000-000000000001}"
NAMED_BY_ITS_KEY = (
    Entry("ConSecRules", "{R}", SZ, f"v2.30|Action=Secure|Active=TRUE|Auth1Set={SET[-38:]}|Name={KEY}|"),
    Entry(SET, "Version", SZ, "2.20"),
    Entry(SET, "Name", SZ, f"set {KEY}"),
    Entry(f"{SET}\\0000", "Method", SZ, "MachineSHKey"),
    Entry(f"{SET}\\0000", "SHKey", SZ, KEY),
)
"""A store whose names hold its key, so that only the value of the key tells what to mask."""

DIRECTORY = [
    stored._replace(name=KEY, data=nfa_data([(PRESHARED_KEY_METHOD, KEY)])) if stored.kind == "ipsecNFA" else stored
    for stored in whole_policy()
]
REPORT = f"""<?xml version="1.0"?>
<GPO xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://www.microsoft.com/GroupPolicy/Settings">
<Identifier><Identifier xmlns="http://www.microsoft.com/GroupPolicy/Types">{{5EAFB7C2-0000-4000-8000-0000000000AA}}\
</Identifier></Identifier><Name>Servers</Name><Computer><Enabled>true</Enabled><ExtensionData>
<Extension xmlns:q1="http://www.microsoft.com/GroupPolicy/Settings/WindowsFirewall"
 xsi:type="q1:WindowsFirewallSettings">
<q1:Phase1AuthenticationSets><q1:LocalName>{KEY}</q1:LocalName><q1:Version>2.26</q1:Version>
<q1:GUID>{{0A1B2C3D-0000-4000-8000-000000000001}}</q1:GUID><q1:AuthenticationSuites><q1:Method>MachineSHKey</q1:Method>
<q1:SHKey>{KEY}</q1:SHKey></q1:AuthenticationSuites></q1:Phase1AuthenticationSets>
</Extension><Name>Windows Firewall</Name></ExtensionData></Computer></GPO>
"""
BACKUP = """<?xml version="1.0"?><GroupPolicyBackupScheme \
xmlns:bkp="http://www.microsoft.com/GroupPolicy/GPOOperations" bkp:version="2.0" \
xmlns="http://www.microsoft.com/GroupPolicy/GPOOperations"><GroupPolicyObject><GroupPolicyCoreSettings>\
<ID>{5EAFB7C2-0000-4000-8000-0000000000AA}</ID><Domain>corp.example</Domain><DisplayName>Servers</DisplayName>\
</GroupPolicyCoreSettings></GroupPolicyObject></GroupPolicyBackupScheme>"""
SHOWN = f"""
Policy Name            : Perimeter
Description            : NONE
Last Modified          : 11/3/2025 9:14:02 AM
Assigned               : YES
Master PFS             : NO
Polling Interval       : 180 minutes

Rule Name              : Web
Authentication Methods(1)
Preshared Key          : {KEY}
"""
"""Below the policy a rule, of which no output was ever published."""
LIST = (
    "\r\nInstanceID       : {11111111-0000-0000-0000-000000000001}\r\n"
    "DisplayName      : Computers\r\nCreationClassName : MSFT_NetIKEP1AuthSet\r\n"
    f"PreSharedKey     : {KEY}\r\nAuthenticationMethod : PreSharedKey\r\n\r\n"
    "IPsecRuleName         : r\r\nInstanceID            : {AAAAAAAA-0000-0000-0000-000000000003}\r\n"
    f"DisplayName           : {KEY}\r\nMode                  : Transport\r\nInboundSecurity       : Require\r\n"
    "OutboundSecurity      : Require\r\nPhase1AuthSet         : {11111111-0000-0000-0000-000000000001}\r\n"
)

PEER = f"""[peer]
name = "{KEY}"

[peer.main_mode]
proposals = ["aes256-sha256-modp2048"]

[peer.auth]
methods = ["psk"]
psk = "{KEY}"
"""
SCRIPT = f"""$psk = '{KEY}'
$rule = @{{ DisplayName = "{KEY}"; InboundSecurity = 'Require'; OutboundSecurity = 'Require' }}
New-NetIPsecPhase1AuthSet -DisplayName Key -Proposal (New-NetIPsecAuthProposal -Machine -PreSharedKey $psk)
New-NetIPsecRule @rule
$vpn = @{{ Name = 'V'; ServerAddress = 'v.example'; TunnelType = 'L2tp'; L2tpPsk = $psk }}
Add-VpnConnection @vpn -Force
New-NetIPsecAuthProposal -Machine -Kerberos -PSK $psk
Add-VpnS2SInterface -Name {KEY} -Destination 192.0.2.1 -Shared "$psk"
"""
PIECES = f"""$first = '{KEY[:6]}'
$words = @{{ PSK = $first + '{KEY[6:]}' }}
New-NetIPsecPhase1AuthSet -DisplayName Key -Proposal (New-NetIPsecAuthProposal -Machine @words)
New-NetIPsecRule -DisplayName '{KEY}' -InboundSecurity Demand
"""

SWANCTL = f"""connections {{
  {KEY} {{
    local_addrs = 198.51.100.1
    local {{ auth = psk }}
    remote {{ auth = psk }}
    children {{ {KEY} {{ }} }}
  }}
}}
secrets {{
  ike-1 {{
    secret = "{KEY}"
  }}
}}
"""

SYNCML = f"""<SyncML><SyncBody><Add><Item>
<Target><LocURI>./Vendor/MSFT/VPNv2/{KEY}/NativeProfile/NativeProtocolType</LocURI></Target><Data>L2tp</Data>
</Item></Add><Add><Item><Target><LocURI>./Vendor/MSFT/VPNv2/{KEY}/NativeProfile/L2tpPsk</LocURI></Target>
<Data>
  {KEY}
</Data></Item></Add></SyncBody></SyncML>
"""

WRITTEN: dict[str, Mapping[str, bytes]] = {
    "wfp-state": {name: DOCUMENTS[name].encode() for name in ("wfp-data.xml", "wfp-string.xml")},
    "gpo-report": {"report.xml": REPORT.encode()},
    "gpo-backup": {
        "Backup.xml": BACKUP.encode(),
        "DomainSysvol/GPO/Machine/registry.pol": pol_bytes(below(POLICY_ROOT, NAMED_BY_ITS_KEY)),
    },
    "wfw": {"store.wfw": hive_bytes(NAMED_BY_ITS_KEY)},
    "registry-pol": {
        "store.pol": pol_bytes(below(POLICY_ROOT, NAMED_BY_ITS_KEY)),
        f"{KEY}.pol": pol_bytes(registry_entries(DIRECTORY)),
    },
    "firewall-registry-reg": {
        "store.reg": reg_text(below(POLICY_ROOT, NAMED_BY_ITS_KEY)).encode(),
        "ip-security.reg": reg_text(registry_entries(DIRECTORY)).encode(),
        "hexadecimal.reg": reg_text(below(POLICY_ROOT, NAMED_BY_ITS_KEY), hexadecimal=True).encode(),
    },
    "reg-query": {
        "query.txt": DOCUMENTS["reg-query.txt"].encode(),
        "ip-security.txt": reg_query_text(
            [entry for entry in registry_entries(DIRECTORY) if entry.kind != MULTI_SZ]
        ).encode(),
    },
    "ipsec-ldif": {"directory.ldf": ldif(DIRECTORY).encode()},
    "powershell-clixml": {"sets.clixml": DOCUMENTS["clixml.xml"].encode()},
    "powershell-xml": {"sets.xml": DOCUMENTS["cim.xml"].encode()},
    "powershell-json": {"sets.json": DOCUMENTS["set.json"].encode()},
    "powershell-list": {"sets.txt": LIST.encode()},
    "vpn-profile-xml": {"profile.xml": DOCUMENTS["profile.xml"].encode()},
    "mdm-syncml": {
        "nodes.xml": SYNCML.encode(),
        "profile.xml": f"<Atomic><Add><Item><Target><LocURI>./Vendor/MSFT/VPNv2/{KEY}/ProfileXML</LocURI></Target>"
        f"<Data><![CDATA[{DOCUMENTS['profile.xml']}]]></Data></Item></Add></Atomic>".encode(),
    },
    "oma-uri": {
        "table.md": f"| Name | OMA-URI | Data type | Value |\n|---|---|---|---|\n"
        f"| {KEY} | `./User/Vendor/MSFT/VPNv2/{KEY}/NativeProfile/L2tpPsk` | String | `{KEY}` |\n".encode(),
        "lines.txt": f"- **OMA-URI:** ./User/Vendor/MSFT/VPNv2/{KEY}/NativeProfile/L2tpPsk\n"
        f"- **Data type:** String\n- **Value:** {KEY}\n".encode(),
        "alone.txt": f"./Vendor/MSFT/VPNv2/{KEY}/NativeProfile/L2tpPsk\n\n{KEY}\n".encode(),
        "copied.txt": f"Name\tOMA-URI\tData type\tValue\n"
        f"PSK\t./Vendor/MSFT/VPNv2/{KEY}/NativeProfile/L2tpPsk\tString\t{KEY}\n".encode(),
    },
    "intune-json": {
        f"{form}.json": json.dumps(
            {
                "displayName": KEY,
                "omaSettings": [{"omaUri": f"./User/Vendor/MSFT/VPNv2/{KEY}/{node}", "value": value}],
            },
            indent=indent,
        ).encode()
        for form, node, value, indent in (
            ("profile", "ProfileXML", DOCUMENTS["profile.xml"], 2),
            ("one-line", "ProfileXML", DOCUMENTS["profile.xml"], None),
            ("base64", "ProfileXML", base64.b64encode(DOCUMENTS["profile.xml"].encode()).decode(), 2),
            ("node", "NativeProfile/L2tpPsk", KEY, 2),
        )
    },
    "vpn-phone-book": {"rasphone.pbk": DOCUMENTS["rasphone.pbk"].encode()},
    "peer": {"site.toml": PEER.encode()},
    "ipsec-secrets": {"ipsec.secrets": f'198.51.100.1 {KEY} : PSK "{KEY}"\n'.encode()},
    "cloud-gateway": {
        "connection.json": json.dumps(
            {"name": KEY, "sharedKey": KEY, "ipsecPolicies": [{"ikeEncryption": "AES256", "dhGroup": "ECP384"}]}
        ).encode(),
        "describe.json": json.dumps(
            {
                "VpnConnectionId": KEY,
                "CustomerGatewayId": "cgw-0",
                "CustomerGatewayConfiguration": f"<vpn_connection id='{KEY}'>\n<ipsec_tunnel><ike>"
                f"<pre_shared_key>{KEY}</pre_shared_key></ike></ipsec_tunnel></vpn_connection>",
            }
        ).encode(),
    },
    "declared-gateway": {
        "connection.bicep": (
            "resource c 'Microsoft.Network/connections@2024-05-01' = {\n  name: 'c'\n  properties: {\n"
            "    connectionType: 'IPsec'\n    virtualNetworkGateway1: {\n      id: 'x'\n    }\n"
            f"    sharedKey: '{KEY}'\n  }}\n}}\n"
        ).encode(),
        "connection.tf": (
            'resource "azurerm_virtual_network_gateway_connection" "c" {\n  type = "IPsec"\n'
            f'  virtual_network_gateway_id = "x"\n  shared_key = "{KEY}"\n}}\n'
        ).encode(),
    },
    "gateway-xml": {
        "azurevpnconfig.xml": f"<AzVpnProfile><name>{KEY}</name><servervalidation><serversecret>{KEY}</serversecret>"
        "</servervalidation></AzVpnProfile>".encode(),
        "customer-gateway.xml": f"<vpn_connection id='{KEY}'><ipsec_tunnel><ike><pre_shared_key>{KEY}</pre_shared_key>"
        "</ike></ipsec_tunnel></vpn_connection>".encode(),
    },
    "swanctl-conf": {"swanctl.conf": SWANCTL.encode()},
    "advfirewall-show": {"show.txt": DOCUMENTS["show.txt"].encode()},
    "powershell-script": {"script.ps1": SCRIPT.encode(), "pieces.ps1": PIECES.encode()},
    "collected-registry": {
        "values.json": json.dumps(
            [
                {"key": f"HKEY_LOCAL_MACHINE\\{POLICY_ROOT}\\{entry.key}", "name": entry.name, "type": "REG_SZ"}
                | {"data": entry.data}
                for entry in NAMED_BY_ITS_KEY
            ]
        ).encode(),
        "recmd.csv": b"HivePath,HiveType,Description,KeyPath,ValueName,ValueType,ValueData,ValueData2,Deleted\n"
        + "".join(
            f"D:\\SOFTWARE,Software,Firewall,ROOT\\Policies\\Microsoft\\WindowsFirewall\\{entry.key},{entry.name},"
            f"RegSz,{entry.data},,False\n"
            for entry in NAMED_BY_ITS_KEY
        ).encode(),
    },
    "policy-rules": {
        "baseline.PolicyRules": b"<PolicyRules>\n"
        + "".join(
            f"<ComputerConfig>\n<Key>SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\{entry.key}</Key>\n"
            f"<Value>{entry.name}</Value>\n<RegType>REG_SZ</RegType>\n<RegData>{entry.data}</RegData>\n"
            "</ComputerConfig>\n"
            for entry in NAMED_BY_ITS_KEY
        ).encode()
        + b"</PolicyRules>\n"
    },
    "powershell-table": {
        "sets.csv": (
            "InstanceID,DisplayName,CreationClassName,PreSharedKey,ForceDiffieHellman\n"
            f"a,{KEY},MSFT_NetIKEP1AuthSet,{KEY},\n"
        ).encode()
    },
    "registry-properties": {
        "set.txt": f"Method : MachineSHKey\nSHKey : {KEY}\nPSPath : Microsoft.PowerShell.Core\\Registry::"
        f"HKEY_LOCAL_MACHINE\\{POLICY_ROOT}\\{SET}\\0000\n".encode(),
    },
    "lgpo-text": {
        "policy.txt": "".join(
            f"Computer\nSOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\{entry.key}\n{entry.name}\nSZ:{entry.data}\n\n"
            for entry in NAMED_BY_ITS_KEY
        ).encode()
    },
    "security-template": {
        "template.inf": b'[Version]\nsignature="$CHICAGO$"\n[Registry Values]\n'
        + "".join(
            f'MACHINE\\Software\\Policies\\Microsoft\\WindowsFirewall\\{entry.key}\\{entry.name}=1,"{entry.data}"\n'
            for entry in NAMED_BY_ITS_KEY
        ).encode()
    },
    "setup-inf": {
        "setup.inf": b'[Version]\nSignature="$Windows NT$"\n[DefaultInstall]\nAddReg=A\n[A]\n'
        + "".join(
            f'HKLM,"Software\\Policies\\Microsoft\\WindowsFirewall\\{entry.key}","{entry.name}",,"{entry.data}"\n'
            for entry in NAMED_BY_ITS_KEY
        ).encode(),
    },
    "gpo-preferences": {
        "Registry.xml": b"<RegistrySettings>"
        + "".join(
            f'<Registry name="{entry.name}"><Properties action="U" hive="HKEY_LOCAL_MACHINE" '
            f'key="SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\{entry.key}" name="{entry.name}" type="REG_SZ" '
            f'value="{entry.data}"/></Registry>\n'
            for entry in NAMED_BY_ITS_KEY
        ).encode()
        + b"</RegistrySettings>"
    },
    "powershell-printed-table": {
        "connections.txt": (
            f"Name   ServerAddress {'L2tpPsk'.ljust(len(KEY))} TunnelType\n"
            f"----   ------------- {'-' * len(KEY)} ----------\n"
            f"Office vpn.example.x {KEY} L2tp\n"
        ).encode()
    },
    "transcript": {
        "console.txt": f"C:\\>{DOCUMENTS['named.cmd'].splitlines()[-1]}\nC:\\>{DOCUMENTS['consec.cmd']}".encode(),
        "shown.txt": b"PS C:\\> netsh advfirewall consec show rule all\n\n"
        + DOCUMENTS["show.txt"].encode()
        + f"\nPS C:\\> {DOCUMENTS['consec.cmd']}".encode(),
    },
    "netsh-ipsec-show": {"shown.txt": SHOWN.encode()},
    "carried-commands": {
        "install.py": f"import subprocess\nsubprocess.run({DOCUMENTS['consec.cmd'].split()})\n".encode(),
        "extension.json": json.dumps(
            {"commandToExecute": f"powershell -Command \"Add-VpnConnection -Name {KEY} -L2tpPsk '{KEY}'\""}
        ).encode(),
        "encoded.json": json.dumps(
            {
                "commandToExecute": "powershell -EncodedCommand "
                + base64.b64encode(f"Add-VpnConnection -Name {KEY} -L2tpPsk '{KEY}'".encode("utf-16-le")).decode()
            }
        ).encode(),
    },
    "netsh-script": {name: DOCUMENTS[name].encode() for name in ("named.cmd", "described.cmd", "loop.cmd")},
}
"""Inputs made to hold a key wherever one can stand; in `gpo-backup` the files are one input."""


def _with_our_key(source: Source, places: Collection[Span]) -> bytes:
    """A text with our key in place of its own, at each place of one; of places within each other at the innermost."""
    lines = source.read_text().splitlines(keepends=True)
    innermost = [each for each in places if not any(other != each and _holds(each, other) for other in places)]
    for place in sorted(innermost, key=lambda place: (place.line, place.column), reverse=True):
        line, start = lines[place.line - 1], place.column - 1
        lines[place.line - 1] = line[:start] + KEY + line[start + place.length :]
    return "".join(lines).encode()


def _holds(place: Span, other: Span) -> bool:
    end, other_end = place.column + place.length, other.column + other.length
    return place.line == other.line and place.column <= other.column and other_end <= end


def _of_fixtures(kind: Format) -> dict[str, bytes]:
    """The fixtures of a format in which a key stands, with ours in its place."""
    sources = [file_source(path) for path in sorted((ROOT / "fixtures/formats" / kind.name).iterdir())]
    return {
        Path(source.path).name: _with_our_key(source, places)
        for source in sources
        if (places := kind.parse(source).secrets)
    }


OF_FIXTURES = {kind.name: kind for kind in all_formats() if kind.name not in WRITTEN and not kind.without_key}
CARRYING = (*WRITTEN, *OF_FIXTURES)
"""The formats whose inputs can hold a key."""


@cache
def carriers(name: str) -> Mapping[str, bytes]:
    """The files of a format's inputs with a key: those above or, without any, its fixtures that have one."""
    return WRITTEN[name] if name in WRITTEN else _of_fixtures(OF_FIXTURES[name])


def aligned(data: bytes) -> list[str]:
    """What base64 makes of bytes wherever they begin in three: without the signs that depend on what stands around."""
    return [
        base64.b64encode(bytes(shift) + data)[(shift * 8 + 5) // 6 :].decode().rstrip("=")[:-1] for shift in range(3)
    ]
