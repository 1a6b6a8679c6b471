"""Public reports of VPN faults, typed anew as people paste them: what the cause turned out to be, and where that is.

Each says the thread or page that it stands for. Names, addresses and keys are made up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

WORDS = (
    *("AuthenticationTransformConstants", "CipherTransformConstants", "EncryptionMethod"),
    *("IntegrityCheckMethod", "PfsGroup", "DHGroup"),
)


class Reported(NamedTuple):
    """One report: what was given, the facts of the site, the rule that names the cause, whether it stands first."""

    source: str
    files: Mapping[str, str]
    code: str
    facts: str = ""
    is_first: bool = True


def suite(*words: str) -> dict[str, str]:
    """The six words of a suite, in the order of `WORDS`."""
    return dict(zip(WORDS, words, strict=True))


STRONG = suite("GCMAES256", "GCMAES256", "AES256", "SHA384", "ECP384", "ECP384")
SMALLER = suite("GCMAES128", "GCMAES128", "AES128", "SHA256", "ECP256", "ECP256")


def connection(**members: object) -> str:
    """A connection as ConvertTo-Json writes it."""
    own: dict[str, object] = {
        "Name": "Work",
        "ServerAddress": "vpn.example.org",
        "TunnelType": "Ikev2",
        "AuthenticationMethod": ["MachineCertificate"],
        "IPSecCustomPolicy": STRONG,
    }
    return json.dumps([own | members])


def l2tp(**members: object) -> str:
    """An L2TP connection with a preshared key."""
    return connection(
        TunnelType="L2tp", L2tpIPsecAuth="Psk", AuthenticationMethod=["MsChapv2"], IPSecCustomPolicy=None, **members
    )


def server(**members: object) -> str:
    """What Get-VpnServerConfiguration says of a server with a suite."""
    own: dict[str, object] = {
        "CimClass": {"CimClassName": "VpnServerIPsecCustomConfiguration"},
        "CustomPolicy": True,
        "SALifeTime": 28_800,
        "MMSALifeTime": 28_800,
        "SADataSizeForRenegotiation": 33_553_408,
        "IdleDisconnect": 3600,
        "Ikev2Ports": 128,
        "TunnelType": "IKEV2",
    }
    return json.dumps(own | STRONG | members)


def certificate(**members: object) -> dict[str, object]:
    """A certificate as `Get-ChildItem Cert:\\LocalMachine\\My | ConvertTo-Json` writes it."""
    own: dict[str, object] = {
        "Subject": "CN=vpn.example.org",
        "Thumbprint": "A" * 40,
        "DnsNameList": [{"Punycode": "vpn.example.org", "Unicode": "vpn.example.org"}],
        "EnhancedKeyUsageList": [{"FriendlyName": "Server Authentication", "ObjectId": "1.3.6.1.5.5.7.3.1"}],
        "NotAfter": "/Date(4070908800000)/",
        "NotBefore": "/Date(1577836800000)/",
        "Issuer": "CN=Example CA",
        "HasPrivateKey": True,
    }
    return own | members


FOR_CLIENTS = [{"FriendlyName": "Client Authentication", "ObjectId": "1.3.6.1.5.5.7.3.2"}]


def registry(key: str, **values: int) -> str:
    """An export of a service's key by regedit."""
    lines = "".join(f'"{name}"=dword:{value:08x}\n' for name, value in values.items())
    path = f"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\{key}"
    return f"Windows Registry Editor Version 5.00\n\n[{path}]\n{lines}"


def strongswan(ike: str, esp: str, *, client: str = "pubkey") -> str:
    """A server's ipsec.conf as the scripts for small servers write it."""
    return (
        "config setup\n    uniqueids=never\nconn ikev2\n    auto=add\n    keyexchange=ikev2\n    left=%any\n"
        f"    leftid=vpn.example.org\n    leftauth=pubkey\n    leftsubnet=0.0.0.0/0\n    right=%any\n"
        f"    rightauth={client}\n    rightsourceip=10.48.0.0/16\n    ike={ike}\n    esp={esp}\n"
    )


DEVICE_TUNNEL = (
    "<VPNProfile><DeviceTunnel>true</DeviceTunnel><AlwaysOn>true</AlwaysOn><NativeProfile>"
    "<Servers>vpn.example.org</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
    "<Authentication><MachineMethod>Certificate</MachineMethod></Authentication><CryptographySuite>"
    + "".join(f"<{name}>{word}</{name}>" for name, word in STRONG.items())
    + "</CryptographySuite></NativeProfile></VPNProfile>"
)
SPLATTED = """$VpnName = "Algo VPN"
$p12Pass = Read-Host -AsSecureString -Prompt "User p12 password"
Import-PfxCertificate -FilePath $Home\\USER.p12 -CertStoreLocation Cert:\\LocalMachine\\My -Password $p12Pass
$addVpnParams = @{
    Name = $VpnName
    ServerAddress = "vpn.example.org"
    TunnelType = "IKEv2"
    AuthenticationMethod = "MachineCertificate"
    EncryptionLevel = "Required"
}
Add-VpnConnection @addVpnParams
$setVpnParams = @{
    ConnectionName = $VpnName
    AuthenticationTransformConstants = "GCMAES256"
    CipherTransformConstants = "GCMAES256"
    EncryptionMethod = "AES256"
    IntegrityCheckMethod = "SHA384"
    DHGroup = "ECP384"
    PfsGroup = "ECP384"
    Force = $true
}
Set-VpnConnectionIPsecConfiguration @setVpnParams
"""
SCRIPT = """Add-VpnConnection -Name "My VPN" -ServerAddress vpn.example.org -TunnelType IKEv2 -AuthenticationMethod EAP
Set-VpnConnectionIPsecConfiguration -ConnectionName "My VPN" -AuthenticationTransformConstants SHA256128 `
    -CipherTransformConstants AES128 -DHGroup Group14 -EncryptionMethod AES128 -IntegrityCheckMethod SHA256 `
    -PfsGroup PFS2048 -Force
"""
AUTHENTICATION = """PS C:\\> Get-VpnAuthProtocol

UserAuthProtocolAccepted          : {EAP}
TunnelAuthProtocolsAdvertised     : Certificates
RootCertificateNameToAccept       :
CertificateAdvertised             :
CertificateEKUsToAccept           :

"""
PHONE_BOOK = """[Home]
Encoding=1
PBVersion=6
Type=2
DataEncryption=256
VpnStrategy={strategy}
IpSecFlags={flags}
AuthRestrictions={methods}
NumCustomPolicy=0
NETCOMPONENTS=
ms_msclient=1
MEDIA=rastapi
Port=VPN2-0
Device=WAN Miniport
DEVICE=vpn
PhoneNumber=vpn.example.org
"""
EVENT = """Log Name:      Application
Source:        RasClient
Date:          5/4/2018 10:10:10 AM
Event ID:      20227
Task Category: None
Level:         Error
Computer:      PC01
Description:
CoId={{D7F76690-EE1C-42E0-9781-C808D1706B4A}}: The user SYSTEM dialed a connection named Work which has failed. \
The error code returned on failure is {code}.
"""
AZURE = """Add-VpnS2SInterface -Protocol IKEv2 -AuthenticationMethod PSKOnly -NumberOfTries 3 `
    -ResponderAuthenticationMethod PSKOnly -Name 203.0.113.4 -Destination 203.0.113.4 `
    -IPv4Subnet @("10.1.0.0/16:100") -SharedSecret "a key of this site"
Set-VpnServerIPsecConfiguration -EncryptionType MaximumEncryption
Set-VpnS2SInterface -Name 203.0.113.4 -InitiateConfigPayload $false -Force
Set-VpnS2SInterface -Name 203.0.113.4 -SADataSizeForRenegotiationKilobytes {kilobytes} -SALifeTimeSeconds {seconds}
"""
RULE = (
    'netsh advfirewall consec add rule name="Site" endpoint1={here} endpoint2={there} action=requireinrequireout '
    "auth1=computerpsk auth1psk={key} qmpfs={pfs} qmsecmethods=esp:sha256-aes256\n"
)
PORTS = """Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4D36E972-E325-11CE-BFC1-08002BE10318}\\0004]
"ComponentId"="ms_agilevpnminiport"
"DriverDesc"="WAN Miniport (IKEv2)"
"EnableForRas"=dword:00000001
"MaxWanEndpoints"=dword:00000080
"WanEndpoints"=dword:00000002
"""
POOL = """Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\Ip\\StaticAddressPool\\0]
"From"=dword:0a090001
"To"=dword:0a090014
"""


def sites(here: str, there: str, *, key: str = "samekey12345", pfs: str = "none") -> str:
    """A tunnel's rule at one of its ends."""
    return RULE.format(here=here, there=there, key=key, pfs=pfs)


KNOWN = {
    "R01": Reported(
        "trailofbits/algo issue 753",
        {"client/vpn.json": connection(), "server/rras.json": server(**SMALLER)},
        "CR026",
    ),
    "R02": Reported(
        "jawj/IKEv2-setup issue 151, libreswan issue 2496",
        {
            "pc/vpn.json": connection(IPSecCustomPolicy=None),
            "pc/rasman.reg": registry("RasMan\\Parameters", KeepRasConnections=0),
        },
        "CR005",
    ),
    "R03": Reported(
        "directaccess.richardhicks.com 2019/09/02",
        {"client/vpn.json": connection(IPSecCustomPolicy=None), "server/rras.json": server()},
        "CR026",
    ),
    "R04": Reported(
        "MicrosoftDocs/azure-docs issue 63249",
        {
            "client/vpn.json": connection(IPSecCustomPolicy=None),
            "server/rras.json": server(
                **suite("GCMAES256", "GCMAES256", "AES256", "SHA256", "None", "Group14"),
            ),
        },
        "CR026",
    ),
    "R05": Reported(
        "jawj/IKEv2-setup issue 72",
        {
            "client/vpn.json": connection(),
            "server/ipsec.conf": strongswan("aes256-sha384-ecp384!", "aes256gcm16!"),
        },
        "CR030",
    ),
    "R06": Reported(
        "trailofbits/algo issue 234: the server's certificate is for clients",
        {
            "server/rras.json": server(),
            "server/certificates.json": json.dumps([certificate(EnhancedKeyUsageList=FOR_CLIENTS)]),
        },
        "AU023",
    ),
    "R07": Reported(
        "directaccess.richardhicks.com 2021/12/13",
        {
            "server/rras.json": server(),
            "server/certificates.json": json.dumps([certificate(NotAfter="/Date(1577836800000)/")]),
        },
        "AU023",
    ),
    "R08": Reported(
        "hwdsl2/setup-ipsec-vpn issues 934 and 1407", {"vpn.json": connection(ServerAddress="203.0.113.4")}, "AU026"
    ),
    "R09": Reported(
        "trailofbits/algo issue 234, hwdsl2/setup-ipsec-vpn issue 106",
        {"pc/vpn.json": connection(), "pc/certificates.json": json.dumps([certificate()])},
        "AU024",
    ),
    "R10": Reported(
        "directaccess.richardhicks.com 2019/02/11",
        {"vpn.json": connection()},
        "QD032",
        facts="ip_fragments_dropped = true",
    ),
    "R11": Reported(
        "directaccess.richardhicks.com, error 809 behind a load balancer",
        {"server/rras.json": server(Ikev2Ports=500), "server/ike.reg": registry("IKEEXT\\Parameters", Start=2)},
        "QD038",
        facts="load_balancer_hides_clients = true\nvpn_clients = 300",
    ),
    "R13": Reported(
        "libreswan issue 2496 with the server's file",
        {
            "client/vpn.json": connection(IPSecCustomPolicy=None),
            "server/ipsec.conf": strongswan("aes256-sha256-modp2048!", "aes256-sha256!"),
        },
        "CR032",
    ),
    "R15": Reported(
        "hwdsl2/setup-ipsec-vpn issues 987, 488, 708",
        {"vpn.json": l2tp()},
        "QD042",
        facts='nat_groups = [{address = "203.0.113.9", initiators = 2}]',
    ),
    "R16": Reported(
        "hwdsl2/setup-ipsec-vpn issue 728, KB 926179",
        {"pc/vpn.json": l2tp(), "pc/agent.reg": registry("PolicyAgent", Start=3)},
        "EX012",
        facts="responder_behind_nat = true",
    ),
    "R17": Reported(
        "hwdsl2/setup-ipsec-vpn pull 250",
        {"pc/vpn.json": l2tp(), "pc/rasman.reg": registry("RasMan\\Parameters", ProhibitIpSec=1)},
        "RF022",
    ),
    "R29": Reported(
        "event 5453: IKEEXT does not run",
        {
            "pc/vpn.json": connection(),
            "pc/services.json": json.dumps([{"Name": "IKEEXT", "Status": 1, "StartType": 4}]),
        },
        "RF012",
    ),
    "R31": Reported(
        "13868 in RasClient 20227 beside the connection",
        {"pc/event.txt": EVENT.format(code=13868), "pc/vpn.json": connection(IPSecCustomPolicy=None)},
        "CR005",
        is_first=False,
    ),
    "R33": Reported("gary-nebbett.blogspot.com 2019/10", {"ports.reg": PORTS}, "QD041", facts="peers = 50"),
    "R35": Reported(
        "Azure site-to-site with RRAS; seanxwang.com 2015/09",
        {"azure.ps1": AZURE.format(kilobytes=1024, seconds=28_800)},
        "QD006",
    ),
    "R46": Reported(
        "hwdsl2/setup-ipsec-vpn issue 153",
        {
            "pc/setup.ps1": "Add-VpnConnection -Name Home -ServerAddress vpn.example.org -TunnelType L2tp "
            '-L2tpPsk "correct horse" -AuthenticationMethod MSChapv2 -Force\n',
            "server/setup.ps1": "Install-RemoteAccess -VpnType Vpn\nSet-VpnAuthProtocol -UserAuthProtocolAccepted "
            'MsChapv2 -TunnelAuthProtocolsAdvertised PreSharedKey -SharedSecret "battery staple"\n',
        },
        "AU031",
    ),
}
"""The twenty reports about VPNs that the first version named the cause of none."""

FURTHER = {
    "algo-1688": Reported(
        "trailofbits/algo issue 1688: a splatted script against the server's AES-128",
        {
            "client/algo.ps1": SPLATTED,
            "server/ipsec.conf": strongswan("aes128gcm16-prfsha512-ecp256!", "aes128gcm16-ecp256!"),
        },
        "CR032",
    ),
    "jawj-151": Reported(
        "jawj/IKEv2-setup issue 151: group 14 against a server of ECP384",
        {
            "client/vpn.ps1": SCRIPT,
            "server/ipsec.conf": strongswan("aes256gcm16-prfsha384-ecp384!", "aes256gcm16!", client="eap-mschapv2"),
        },
        "CR032",
    ),
    "algo-354": Reported(
        "trailofbits/algo issue 354, hwdsl2/setup-ipsec-vpn issue 1612: the renewal finds no group",
        {
            "client/vpn.ps1": SCRIPT.replace("PFS2048", "None"),
            "server/ipsec.conf": strongswan(
                "aes128-sha256-modp2048!", "aes128-sha256-modp2048!", client="eap-mschapv2"
            ),
        },
        "CR030",
    ),
    "windowsserverdocs-4191": Reported(
        "MicrosoftDocs/windowsserverdocs issue 4191: machine certificates are not allowed at the server",
        {"client/device.xml": DEVICE_TUNNEL, "server/protocol.txt": AUTHENTICATION, "server/rras.json": server()},
        "AU027",
    ),
    "hicks-intermittent-13801": Reported(
        "directaccess.richardhicks.com, intermittent 13801: Intune put a second certificate there",
        {
            "pc/device.xml": DEVICE_TUNNEL,
            "pc/certificates.json": json.dumps(
                [
                    certificate(Subject="CN=pc01.example.org", EnhancedKeyUsageList=FOR_CLIENTS),
                    certificate(Subject="CN=9f3c", Issuer="CN=MDM", EnhancedKeyUsageList=FOR_CLIENTS),
                ]
            ),
        },
        "AU022",
    ),
    "hicks-13801-netbios": Reported(
        "directaccess.richardhicks.com 2021/12/13: the certificate has the server's NetBIOS name",
        {
            "client/device.xml": DEVICE_TUNNEL,
            "server/rras.json": server(),
            "server/certificates.json": json.dumps([certificate(Subject="CN=RRAS01", DnsNameList=["RRAS01"])]),
        },
        "AU025",
    ),
    "azeem-678": Reported(
        "azeem.online, withinwindows.com 2008/10: the value in the key of Windows XP",
        {
            "pc/vpn.json": l2tp(),
            "pc/ipsec.reg": registry("IPSec", AssumeUDPEncapsulationContextOnSendRule=2),
        },
        "EX012",
        facts="responder_behind_nat = true",
    ),
    "codinglap-789": Reported(
        "codinglap.com, error 789: the IPsec Policy Agent is disabled",
        {
            "pc/vpn.json": l2tp(),
            "pc/service.txt": "Name        : PolicyAgent\nDisplayName : IPsec Policy Agent\n"
            "Status      : Stopped\nStartType   : Disabled\n",
        },
        "RF012",
    ),
    "sc-qc": Reported(
        "explain 789: what sc qc prints of the keying service",
        {
            "pc/vpn.json": connection(),
            "pc/service.txt": "[SC] QueryServiceConfig SUCCESS\n\nSERVICE_NAME: ikeext\n"
            "        TYPE               : 20  WIN32_SHARE_PROCESS\n        START_TYPE         : 4   DISABLED\n"
            "        ERROR_CONTROL      : 1   NORMAL\n",
        },
        "RF012",
    ),
    "phone-book-l2tp": Reported(
        "nm-l2tp README, section on source port 1701: clients behind one NAT",
        {"rasphone.pbk": PHONE_BOOK.format(strategy=3, flags=1, methods=512)},
        "QD042",
        facts='nat_groups = [{address = "203.0.113.9", initiators = 12}]',
    ),
    "hwdsl2-1047": Reported(
        "hwdsl2/setup-ipsec-vpn issue 1047: a phone book without a custom policy",
        {"rasphone.pbk": PHONE_BOOK.format(strategy=7, flags=0, methods=128)},
        "CR005",
    ),
    "automatic-800": Reported(
        "Microsoft, Troubleshoot Always On VPN, error 800: Automatic hides that IKEv2 offers group 2",
        {"rasphone.pbk": PHONE_BOOK.format(strategy=0, flags=0, methods=128)},
        "CR005",
    ),
    "hicks-809-fragments": Reported(
        "directaccess.richardhicks.com 2019/02/14: the server's key without EnableServerFragmentation",
        {"rras.reg": registry("RemoteAccess\\Parameters\\Ikev2", saLifeTime=28_800, networkBlackoutTime=300)},
        "QD040",
        facts="ip_fragments_dropped = true",
    ),
    "server-script": Reported(
        "aliasmee/alpine-ikev2-vpn issue 8, with RRAS: AES128 at the client, AES256 at the server",
        {
            "client/vpn.ps1": SCRIPT,
            "server/rras.ps1": "Set-VpnServerConfiguration -CustomPolicy -EncryptionMethod AES256 -DHGroup Group14 "
            "-PfsGroup PFS2048 -CipherTransformConstants AES256 -IntegrityCheckMethod SHA256 "
            "-AuthenticationTransformConstants SHA256128 -PassThru\nRestart-Service RemoteAccess\n",
        },
        "CR026",
    ),
    "azure-default": Reported(
        "learn.microsoft.com, custom policy of Azure gateways: RRAS keeps its default suite",
        {"azure.ps1": AZURE.format(kilobytes=33_553_408, seconds=3600)},
        "CR025",
    ),
    "azure-five-minutes": Reported(
        "seanxwang.com 2015/09: the tunnel renews all the time",
        {"azure.ps1": AZURE.format(kilobytes=33_553_408, seconds=300)},
        "QD004",
    ),
    "nebbett-pool": Reported(
        "gary-nebbett.blogspot.com 2019/10: the pool has fewer addresses than clients",
        {"pool.reg": POOL},
        "QD041",
        facts="vpn_clients = 50",
    ),
    "pool-script": Reported(
        "learn.microsoft.com, Set-VpnIPAddressAssignment: error 720 of whoever comes last",
        {
            "rras.ps1": "Install-RemoteAccess -VpnType Vpn\nSet-VpnIPAddressAssignment -IPAssignmentMethod StaticPool "
            '-IPAddressRange "10.9.0.1","10.9.0.20"\nAdd-VpnIPAddressRange 10.9.1.1, 10.9.1.10\n'
        },
        "QD041",
        facts="vpn_clients = 50",
    ),
    "server-2025": Reported(
        "learn.microsoft.com, What's new in Windows Server 2025: L2TP ends with the old server",
        {
            "rras.txt": "EncryptionType                 : RequireEncryption\nIkev2Ports                     : 0\n"
            "SstpPorts                      : 10\nL2tpPorts                      : 128\n"
            "SADataSizeForRenegotiation(KB) : 33553408\nSALifeTime(s)                  : 28800\n"
        },
        "RF016",
    ),
    "ppp-812": Reported(
        "technet 3060ebb9, error 812: the server asks for EAP and the connection shows MS-CHAPv2",
        {"client/vpn.json": connection(TunnelType="Sstp", AuthenticationMethod=["MsChapv2"], IPSecCustomPolicy=None),
         "server/protocol.txt": AUTHENTICATION},
        "AU032",
    ),
    "sites-pfs": Reported(
        "technet cc302451: one end of the tunnel wants perfect forward secrecy",
        {
            "a.cmd": sites("10.1.0.5", "10.2.0.7", pfs="dhgroup14"),
            "b.cmd": sites("10.2.0.7", "10.1.0.5"),
        },
        "CR030",
    ),
    "sites-keys": Reported(
        "learn.microsoft.com, troubleshoot L2TP/IPsec (KB 325034): a mistyped preshared key",
        {
            "a.cmd": sites("10.1.0.5", "10.2.0.7"),
            "b.cmd": sites("10.2.0.7", "10.1.0.5", key="samekey12346"),
        },
        "AU028",
    ),
    **{
        f"event-{code}": Reported(f"RasClient 20227 with {code}, as pasted", {"event.txt": EVENT.format(code=code)}, by)
        for code, by in {
            13868: "RT016", 13801: "RT013", 13806: "RT014", 809: "RT023", 789: "RT023", 812: "RT023", 691: "RT023",
        }.items()
    },
}  # fmt: skip
"""Further reports of the same kinds."""
