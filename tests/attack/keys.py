"""Documents with a key in every place in which one can stand, and the encodings that a key could come out in."""

from __future__ import annotations

import base64
import codecs
import html
import json
import urllib.parse
from collections.abc import Iterator

KEY = "Kan4rie7Q9zX"
KEY_HEX = KEY.encode("utf-16-le").hex()
COMMAS = ",".join(f"{byte:02x}" for byte in KEY.encode("utf-16-le") + b"\0\0")
CONSEC = "netsh advfirewall consec add rule name=r endpoint1=any endpoint2=any action=requireinrequireout"
STATIC = (
    "netsh ipsec static add policy name=p\n"
    "netsh ipsec static add filterlist name=f\n"
    "netsh ipsec static add filter filterlist=f srcaddr=me dstaddr=any\n"
    "netsh ipsec static add filteraction name=a action=negotiate\n"
)
RULE = "netsh ipsec static add rule name=r policy=p filterlist=f filteraction=a"
PROFILE = (
    "<VPNProfile><NativeProfile><Servers>v.example</Servers><NativeProtocolType>L2tp</NativeProtocolType>{}"
    "</NativeProfile></VPNProfile>"
)
AUTHENTICATION = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\Phase1AuthenticationSets"
SET = AUTHENTICATION + r"\{{11111111-0000-0000-0000-000000000001}}"
REG = (
    "Windows Registry Editor Version 5.00\r\n\r\n"
    rf"[{SET}]" + '\r\n"Version"="2.20"\r\n"Name"="a"\r\n\r\n'
    rf"[{SET}\0000]" + '\r\n"Method"="MachineSHKey"\r\n{}\r\n'
)
WFP = (
    '<wfpstate><timeStamp>2026-01-01T00:00:00Z</timeStamp><providerContexts numItems="1"><item>'
    "<providerContextKey>{{11111111-0000-0000-0000-000000000001}}</providerContextKey>"
    "<displayData><name>n</name><description/></displayData><type>FWPM_IPSEC_IKE_MM_CONTEXT</type>"
    '<ikeMmPolicy><authenticationMethods numItems="1"><item>'
    "<authenticationMethodType>IKEEXT_PRESHARED_KEY</authenticationMethodType>"
    "<presharedKeyAuthentication><presharedKey>{}</presharedKey><flags/></presharedKeyAuthentication>"
    "</item></authenticationMethods></ikeMmPolicy></item></providerContexts></wfpstate>"
)
PROPOSAL = '{"CreationClassName": "MSFT_NetIKEP1AuthSet", "InstanceID": "x", "Proposals": [{"AuthenticationMethod": 4, '
POWERSHELL = "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess\n"  # what makes the file a script

DOCUMENTS = {
    "profile.xml": PROFILE.format(f"<L2tpPsk>{KEY}</L2tpPsk>"),
    "profile-lines.xml": PROFILE.format(f"\n<L2tpPsk>\n  {KEY}\n</L2tpPsk>\n"),
    "profile-preshared.xml": PROFILE.format(f"<PreSharedKey>{KEY}</PreSharedKey>"),
    "syncml.xml": "<SyncML><SyncBody><Add><Item><Data>"
    + html.escape(PROFILE.format(f"<L2tpPsk>{KEY}</L2tpPsk>"))
    + "</Data></Item></Add></SyncBody></SyncML>",
    "wfp-data.xml": WFP.format(f"<data>{KEY_HEX}</data>"),
    "wfp-string.xml": WFP.format(f"<data>{KEY_HEX}</data><asString>{'.'.join(KEY)}.</asString>"),
    "cim.xml": '<?xml version="1.0"?><Objects><Object Type="Microsoft.Management.Infrastructure.CimInstance">'
    '<Property Name="CreationClassName" Type="System.String">MSFT_NetIKEP1AuthSet</Property>'
    f'<Property Name="PreSharedKey" Type="System.String">{KEY}</Property></Object></Objects>',
    "clixml.xml": '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0">'
    '<TN RefId="0"><T>Microsoft.Management.Infrastructure.CimInstance#root/standardcimv2/MSFT_NetIKEP1AuthSet</T></TN>'
    f'<Props><S N="InstanceID">x</S><S N="PreSharedKey">{KEY}</S></Props></Obj></Objs>',
    "set.json": PROPOSAL + f'"PreSharedKey": "{KEY}"}}]}}',
    "set-lines.json": PROPOSAL + f'"PreSharedKey":\n "{KEY}"}}]}}',
    "set-list.json": PROPOSAL + f'"PreSharedKey": ["{KEY}"]}}]}}',
    "cloud.json": f'{{"properties": {{"sharedKey": "{KEY}", "connectionType": "IPsec"}}}}',
    "cloud-pre.json": f'{{"preSharedKey": "{KEY}", "peer": "192.0.2.1"}}',
    "store.reg": REG.format(f'"SHKey"="{KEY}"'),
    "store-hex.reg": REG.format(f'"SHKey"=hex(1):{COMMAS}'),
    "store-folded.reg": REG.format(f'"SHKey"=hex(1):{COMMAS[:30]}\\\r\n  {COMMAS[30:]}'),
    "reg-query.txt": f"\r\n{SET}\r\n    Name    REG_SZ    a\r\n\r\n{SET}\\0000\r\n    Method    REG_SZ    MachineSHKey"
    f"\r\n    SHKey    REG_SZ    {KEY}\r\n".replace("{{", "{").replace("}}", "}"),
    "rasphone.pbk": f"[Office]\r\nEncoding=1\r\nPBVersion=8\r\nNumCustomPolicy=0\r\nPreSharedKey={KEY}\r\n",
    "show.txt": "Rule Name:                            t\n" + "-" * 70 + "\nEnabled:                              Yes\n"
    "Endpoint1:                            Any\nEndpoint2:                            Any\n"
    "Action:                               RequireInRequireOut\nAuth1:                                ComputerPSK\n"
    f"Auth1PSK:                             {KEY}\n",
    "show-wrapped.txt": "Rule Name:                            t\n" + "-" * 70 + "\n"
    "Endpoint1:                            Any\nEndpoint2:                            Any\n"
    "Action:                               RequireInRequireOut\nAuth1:                                ComputerPSK\n"
    f"Auth1PSK:\n                                      {KEY}\n",
    "consec.cmd": f"{CONSEC} auth1=computerpsk auth1psk={KEY}\n",
    "consec-quoted.cmd": f'{CONSEC} auth1=computerpsk auth1psk="{KEY}"\n',
    "static.cmd": f'{STATIC}{RULE} psk="{KEY}"\n',
    "static-continued.cmd": f"{STATIC}{RULE} psk={KEY[:5]}^\n{KEY[5:]}\n",
    "static-unquoted.cmd": f"{STATIC}netsh ipsec static add rule name=r policy=p psk=aaa1 bbbb2bbbb {KEY} dddd4\n",
    "remark.cmd": f"rem key {KEY}\n{STATIC}{RULE} psk={KEY}\n",
    "described.cmd": f'{STATIC}{RULE} psk={KEY} description="{KEY}"\n',
    "named.cmd": f"{STATIC}netsh ipsec static add rule name={KEY} policy=p filterlist=f filteraction=a psk={KEY}\n",
    "method.cmd": f"{CONSEC} auth1=computerpsk,{KEY}\n",
    "method-alone.cmd": f"{CONSEC} auth1={KEY}\n",
    "variable.cmd": f"set K={KEY}\n{CONSEC} auth1=computerpsk auth1psk=%K%\n",
    "loop.cmd": f"for %%k in ({KEY}) do {CONSEC} auth1=computerpsk auth1psk=%%k\n",
    "tokens.cmd": f'for /f "tokens=1,2" %%a in ("v {KEY}") do {CONSEC} auth1=computerpsk auth1psk=%%b\n',
    "presharedkey.cmd": f"{CONSEC} auth1=computerpsk presharedkey={KEY}\n",
    "cmdlets.ps1": POWERSHELL + f'$p = New-NetIPsecAuthProposal -Machine -PreSharedKey "{KEY}"\n',
    "vpn.ps1": POWERSHELL + f'Add-VpnConnection -Name v -ServerAddress s -TunnelType L2tp -L2tpPsk "{KEY}" -Force\n',
    "s2s.ps1": POWERSHELL + f"Add-VpnS2SInterface -Name v s -AuthenticationMethod PSKOnly -SharedSecret '{KEY}'\n",
    "ipseccmd.cmd": POWERSHELL + f'ipseccmd -f 0+* -a PRESHARE:"{KEY}"\n',
    "wrong-element.xml": "<VPNProfile><NativeProfile><Servers>v</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
    f"<CryptographySuite><CipherTransformConstants>{KEY}</CipherTransformConstants></CryptographySuite>"
    "</NativeProfile></VPNProfile>",
    "nested.xml": "<SyncML><SyncBody><Add><Item><Target><LocURI>./Vendor/MSFT/VPNv2/V/NativeProfile/L2tpPsk</LocURI>"
    f"</Target>\n<Data>\n<Data>\n  {KEY}\n</Data></Item></Add></SyncBody></SyncML>",
    "written.ps1": f"Set-ItemProperty -Path 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\"
    f"Phase1AuthenticationSets\\{{1}}\\0000' -Name SHKey -Value '{KEY}'\nNew-NetIPsecRule -DisplayName A\n",
    "values.json": json.dumps(
        [
            {
                "key": SET.replace("{{", "{").replace("}}", "}") + "\\0000",
                "name": "SHKey",
                "type": "REG_SZ",
                "data": KEY,
            },
            {"key": SET.replace("{{", "{").replace("}}", "}"), "name": "Name", "type": "REG_SZ", "data": "set"},
        ]
    ),
    "custom.pbk": f"[Office]\r\nNumCustomPolicy=1\r\nCustomIPSecPolicies={KEY}\r\n",
    "ipsec.conf": f'conn a\n  authby=secret\n  psk = "{KEY}"\n',
    "ipsec.secrets": f'192.0.2.1 192.0.2.2 : PSK "{KEY}"\n',
}
"""By file name. Each document holds the key at least once."""


def encodings(key: str = KEY) -> Iterator[str]:
    """The key in 17 writings, all of which are looked for."""
    data, wide, big = key.encode(), key.encode("utf-16-le"), key.encode("utf-16-be")
    yield key
    yield key[::-1]
    yield wide.decode("latin-1")
    yield big.decode("latin-1")
    yield data.hex()
    yield wide.hex()
    yield big.hex()
    yield ",".join(f"{byte:02x}" for byte in data)
    yield ",".join(f"{byte:02x}" for byte in wide)
    yield " ".join(f"{byte:02x}" for byte in data)
    yield base64.b64encode(data).decode().rstrip("=")
    yield base64.b64encode(wide).decode().rstrip("=")
    yield base64.b32encode(data).decode().rstrip("=")
    yield codecs.encode(key, "rot13")
    yield ".".join(key)
    yield "".join(f"\\u{ord(sign):04x}" for sign in key)
    yield "".join(f"&#{ord(sign)};" for sign in key)
    yield urllib.parse.quote(key, safe="")
    yield json.dumps(key)[1:-1]


def shown_in(text: str, piece_length: int = 8) -> str | None:
    """A writing of the key, or a piece of it of some length, that a text holds."""
    folded = text.casefold()
    for writing in encodings():
        if writing.casefold() in folded:
            return writing
    pieces = (KEY[at : at + piece_length] for at in range(len(KEY) - piece_length + 1))
    return next((piece for piece in pieces if piece in text), None)
