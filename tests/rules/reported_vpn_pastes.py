"""Public reports of VPN faults as their authors paste them: a dialog's sentence, an event, a log, lists with prose.

Each says the thread or page that it stands for. Names, addresses and keys are made up.
"""

from __future__ import annotations

import json

from tests.rules.reported_vpn_faults import (
    DEVICE_TUNNEL,
    FOR_CLIENTS,
    Reported,
    certificate,
    connection,
    server,
    strongswan,
)

ADDRESS = "203.0.113.40"
LISTED = """Name                  : Work
ServerAddress         : {server}
AllUserConnection     : False
TunnelType            : {tunnel}
AuthenticationMethod  : {{{method}}}
EncryptionLevel       : Required
L2tpIPsecAuth         : {l2tp}
ConnectionStatus      : Disconnected
SplitTunneling        : False
"""
NOT_RESPONDING = (
    "The network connection between your computer and the VPN server could not be established because the remote "
    "server is not responding. This could be because one of the network devices (e.g., firewalls, NAT, Router etc.) "
    "between your computer and the remote server is not configured to allow VPN connections.\n"
)
PROCESSING_ERROR = (
    "The L2TP connection attempt failed because the security\nlayer encountered a processing error during initial\n"
    "negotiations with the remote computer.\n"
)
DIALED = "The user SYSTEM dialed a connection named Work which has failed. The error code returned on failure is {}.\n"
CHARON = "Aug 16 03:32:20 gw charon: 09[{}] {}\n"
POLICY_AGENT = """
C:\\> reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent

HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent
    Start    REG_DWORD    0x3
"""
STOPPED = """
PS C:\\> Get-Service PolicyAgent | Format-List Name,Status,StartType

Name      : PolicyAgent
Status    : Stopped
StartType : Disabled
"""
DIALLING = """CoId={95B01C36-6109-4A32-B61C-264F19C6EF8A}: The user ME has started dialing a VPN connection using a \
per-user connection profile named Work. The connection settings are:
Dial-in User = vpnuser
VpnStrategy = L2TP
DataEncryption = Require
Authentication Type = CHAP
IPsec authentication for L2TP = Pre-shared key.

"""
SUITE = (
    "Set-VpnConnectionIPsecConfiguration -ConnectionName Work -AuthenticationTransformConstants SHA256128 "
    "-CipherTransformConstants AES128 -DHGroup Group14 -EncryptionMethod AES128 -IntegrityCheckMethod SHA256 "
    "-PfsGroup PFS2048 -Force\n"
)
LIBRESWAN = """conn ikev2-cp
  left=%defaultroute
  leftcert=vpn.example.org
  leftid=@vpn.example.org
  leftsubnet=0.0.0.0/0
  leftrsasigkey=%cert
  right=%any
  rightaddresspool=192.168.43.10-192.168.43.250
  rightrsasigkey=%cert
  auto=add
  ikev2=insist
  pfs=yes
  ike=aes128-sha2;modp2048
  phase2alg=aes128-sha2
"""


SERVER = """TunnelType                       : IKEV2
AuthenticationTransformConstants : SHA256128
CipherTransformConstants         : AES256
DHGroup                          : Group14
EncryptionMethod                 : AES256
IntegrityCheckMethod             : SHA256
PfsGroup                         : PFS2048
SALifeTime(s)                    : 28800
MMSALifeTime(s)                  : 86400
SADataSizeForRenegotiation(KB)   : 1024000
"""
BOTH_ENDS = f"""On the client:

PS C:\\> Get-VpnConnection -Name Work | Select-Object -ExpandProperty IPSecCustomPolicy

AuthenticationTransformConstants : GCMAES128
CipherTransformConstants         : GCMAES128
DHGroup                          : ECP256
IntegrityCheckMethod             : SHA256
PfsGroup                         : ECP256
EncryptionMethod                 : AES128

On the server:

PS C:\\> Get-VpnServerIPsecConfiguration

{SERVER}"""
INTERFACE = """PS C:\\> Get-VpnS2SInterface | Format-List

Name                          : Azure
Destination                   : {203.0.113.4}
Protocol                      : IKEv2
AuthenticationMethod          : MachineCertificates
ResponderAuthenticationMethod : MachineCertificates
EncryptionType                : RequireEncryption
ConnectionState               : Disconnected
LastError                     : 13868
"""


def listed(address: str = "vpn.example.org", tunnel: str = "Ikev2", method: str = "Eap", l2tp: str = "") -> str:
    """A connection as Get-VpnConnection prints it."""
    return LISTED.format(server=address, tunnel=tunnel, method=method, l2tp=l2tp)


def refused(theirs: str, ours: str, words: str) -> str:
    """A log of charon that took none of what it received."""
    lines = (("CFG", f"received proposals: {theirs}"), ("CFG", f"configured proposals: {ours}"), ("IKE", words))
    return "".join(CHARON.format(*line) for line in lines)


PASTED = {
    "algo-1063": Reported(
        "trailofbits/algo issue 1063",
        {
            "log.txt": refused(
                "IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024",
                "IKE:AES_GCM_16_256/PRF_HMAC_SHA2_512/ECP_384",
                "received proposals inacceptable",
            )
        },
        "RT016",
    ),
    "algo-316": Reported(
        "trailofbits/algo issue 316: the client renews its keys without a group",
        {
            "charon.log": refused(
                "ESP:AES_CBC_256/HMAC_SHA2_256_128/NO_EXT_SEQ",
                "ESP:AES_GCM_16_128/ECP_256/NO_EXT_SEQ, ESP:AES_CBC_256/HMAC_SHA2_256_128/MODP_2048/NO_EXT_SEQ",
                "no acceptable proposal found",
            )
        },
        "RT016",
    ),
    "hwdsl2-1407": Reported(
        "hwdsl2/setup-ipsec-vpn issue 1407: dialled by address",
        {"post.txt": f"I get IKE authentication credentials are unacceptable\n\n{listed(ADDRESS)}"},
        "AU026",
        is_first=False,
    ),
    "hwdsl2-1305": Reported(
        "hwdsl2/setup-ipsec-vpn issue 1305: a connection without a suite",
        {"post.txt": listed() + 'IPSecCustomPolicy     :\n\nWindows 11 reports "Policy match error"\n'},
        "CR005",
    ),
    "hwdsl2-728": Reported(
        "hwdsl2/setup-ipsec-vpn issue 728: the server stands behind NAT",
        {
            "post.txt": f"{PROCESSING_ERROR}\nPS C:\\> Get-VpnConnection\n\n"
            + listed(tunnel="L2tp", method="MsChapv2", l2tp="Psk")
            + POLICY_AGENT
        },
        "EX012",
        facts="responder_behind_nat = true",
    ),
    "hwdsl2-735": Reported(
        "hwdsl2/setup-ipsec-vpn issue 735: IPsec Policy Agent was stopped",
        {
            "post.txt": "PS C:\\> Get-VpnConnection\n\n"
            + listed(tunnel="L2tp", method="MsChapv2", l2tp="Certificate")
            + STOPPED
        },
        "RF012",
    ),
    "libreswan-286": Reported(
        "libreswan/libreswan issue 286: the client was left at EAP",
        {
            "client/vpn.ps1": "Add-VpnConnection -Name Work -ServerAddress vpn.example.org -TunnelType IKEv2 "
            f"-AuthenticationMethod Eap\n{SUITE}",
            "server/ikev2.conf": LIBRESWAN,
        },
        "AU027",
    ),
    "aovpn-10": Reported(
        "richardhicks/aovpn issues 10 and 15, MicrosoftDocs/windowsserverdocs issue 2765",
        {
            "user.xml": DEVICE_TUNNEL.replace("IKEv2<", "Automatic<")
            .replace("<DeviceTunnel>true</DeviceTunnel>", "")
            .replace("<MachineMethod>Certificate</MachineMethod>", "<UserMethod>Eap</UserMethod>")
        },
        "CR037",
    ),
    "hwdsl2-934": Reported(
        "hwdsl2/setup-ipsec-vpn issue 934: the certificate is for the address, and the name was dialled",
        {
            "pc/vpn.json": connection(MachineCertificateEKUFilter=["1.3.6.1.5.5.7.3.2"]),
            "server/rras.json": server(),
            "server/certificates.json": json.dumps(
                [certificate(Subject=f"CN={ADDRESS}", DnsNameList=[{"Punycode": ADDRESS, "Unicode": ADDRESS}])]
            ),
        },
        "AU025",
    ),
    "hwdsl2-106": Reported(
        "hwdsl2/setup-ipsec-vpn issue 106: the certificate was imported without its key",
        {
            "pc/vpn.json": connection(),
            "pc/certificates.json": json.dumps(
                [certificate(Subject="CN=client", HasPrivateKey=False, EnhancedKeyUsageList=FOR_CLIENTS)]
            ),
        },
        "AU024",
    ),
    "azure-44049": Reported(
        "MicrosoftDocs/azure-docs issue 44049",
        {"post.txt": 'I receive an error "ike authentication credentials are unacceptable"\nSSTP has no problem.\n'},
        "RT013",
    ),
    "hwdsl2-347": Reported(
        "hwdsl2/setup-ipsec-vpn issue 347",
        {"issue.md": f"The Event Viewer shows 809\n\n> {DIALED.format(809)}"},
        "RT023",
    ),
    "hwdsl2-1268": Reported("hwdsl2/setup-ipsec-vpn issue 1268", {"event.txt": DIALED.format(87)}, "RT023"),
    "hicks-853": Reported("directaccess.richardhicks.com, error 853", {"event.txt": DIALED.format(853)}, "RT023"),
    "hicks-864": Reported("directaccess.richardhicks.com, error 864", {"event.txt": DIALED.format(864)}, "RT023"),
    "kb-929856": Reported("KB 929856", {"event.txt": DIALED.format(741)}, "RT023"),
    "hwdsl2-428": Reported("hwdsl2/setup-ipsec-vpn issue 428", {"event.txt": DIALLING + DIALED.format(691)}, "RT023"),
    "alpine-8": Reported(
        "aliasmee/alpine-ikev2-vpn issue 8: a server of ECP384 and DH14, a client without a suite",
        {
            "pc/vpn.txt": listed() + "IPSecCustomPolicy     :\n",
            "server/ipsec.conf": strongswan("aes256-sha384-ecp384!", "aes256gcm16!", client="eap-mschapv2"),
        },
        "CR032",
    ),
    "jawj-151": Reported(
        "jawj/IKEv2-setup issue 151, the second reporter: a suite that is not the server's",
        {
            "pc/vpn.ps1": SUITE,
            "server/ipsec.conf": strongswan("aes256-sha384-ecp384!", "aes256gcm16-ecp384!", client="eap-mschapv2"),
        },
        "CR032",
    ),
    "kitten-14": Reported(
        "kitten/setup-strong-strongswan issue 14, strongswan/strongMan issue 145: the server takes no EAP",
        {"charon.log": CHARON.format("IKE", "peer requested EAP, config inacceptable")},
        "RT013",
    ),
    "hwdsl2-399": Reported(
        "hwdsl2/setup-ipsec-vpn issue 399: the keys differ",
        {
            "pluto.log": 'Jun  2 10:00:01 gw pluto[99]: "l2tp-psk"[1] 192.0.2.4 #53: probable authentication failure '
            "(mismatch of preshared secrets?): malformed payload in packet\n"
        },
        "RT013",
    ),
    "docker-75": Reported(
        "hwdsl2/docker-ipsec-vpn-server issue 75", {"post.txt": f"Error 789: {PROCESSING_ERROR}"}, "RT023"
    ),
    "docker-108": Reported("hwdsl2/docker-ipsec-vpn-server issue 108", {"post.txt": PROCESSING_ERROR}, "RT023"),
    "streisand-291": Reported("StreisandEffect/streisand issue 291", {"mail.txt": f"> {NOT_RESPONDING}"}, "RT023"),
    "quericy-124": Reported(
        "quericy/one-key-ikev2-vpn issue 124", {"post.txt": "win10 ikev2无法找到有效的计算机证书\n"}, "RT014"
    ),
    "hwdsl2-802": Reported(
        "hwdsl2/setup-ipsec-vpn issue 802",
        {"post.txt": "l2tp连接尝试失败 因为安全层在初始化与远程计算机的协商时遇到一个错误\n"},
        "RT023",
    ),
    "hwdsl2-72": Reported(
        "hwdsl2/setup-ipsec-vpn issue 72",
        {"post.txt": "Got: 无法建立计算机与vpn服务器之间的网络连接 因为远程服务器未响应\n"},
        "RT023",
    ),
    "both-ends": Reported(
        "directaccess.richardhicks.com, error 13868: the suites of client and server, shown in one post",
        {"post.txt": BOTH_ENDS},
        "CR026",
    ),
    "both-lists": Reported(
        "serverfault 965244: a connection without a suite and the server's, shown in one post",
        {
            "post.txt": f"I get a policy match error.\n\nClient:\n\n{listed()}IPSecCustomPolicy     :\n\nServer:\n\n"
            f"{SERVER}"
        },
        "CR026",
    ),
    "hicks-expired": Reported(
        "directaccess.richardhicks.com, error -2146762495", {"event.txt": DIALED.format(-2146762495)}, "RT023"
    ),
    "hwdsl2-723": Reported(
        "hwdsl2/setup-ipsec-vpn issues 723, 724 and 1115",
        {
            "pluto.log": "Mar  6 21:08:06 gw pluto[1639]: packet from 192.0.2.94:294: ISAKMP_v2_IKE_SA_INIT message "
            "received on 203.0.113.10:500 but no suitable connection found with IKEv2 policy\n"
        },
        "RT015",
    ),
    "nm-l2tp-sha2": Reported(
        "hwdsl2/setup-ipsec-vpn: a server that dropped SHA-1, and the L2TP client of Windows",
        {
            "pc/vpn.ps1": "Add-VpnConnection -Name Home -ServerAddress 203.0.113.9 -TunnelType L2tp -L2tpPsk 'a key' "
            "-AuthenticationMethod MSChapv2 -Force\n",
            "server/ipsec.conf": "conn l2tp-psk\n  auto=add\n  left=203.0.113.9\n  right=%any\n  authby=secret\n"
            "  ikev2=never\n  pfs=no\n  type=transport\n  leftprotoport=17/1701\n  rightprotoport=17/%any\n"
            "  ike=aes256-sha2;modp2048\n  phase2alg=aes256-sha2\n",
        },
        "CR032",
    ),
    "azure-s2s": Reported(
        "a gateway of Azure and an interface that was dialled last without success",
        {"post.txt": INTERFACE},
        "RT016",
        is_first=False,
    ),
    "oakley-789": Reported(
        "guides to error 789: the IPsec Policy Agent is disabled, and nobody shows the connection",
        {"post.txt": STOPPED + "\n" + PROCESSING_ERROR},
        "RF012",
    ),
    "sc-ikeext": Reported(
        "guides to error 809: IKEEXT is disabled, by sc",
        {
            "post.txt": "C:\\> sc qc IKEEXT\n[SC] QueryServiceConfig SUCCESS\n\nSERVICE_NAME: IKEEXT\n"
            "        TYPE               : 20  WIN32_SHARE_PROCESS\n        START_TYPE         : 4   DISABLED\n\n"
            "VPN error 809\n"
        },
        "RF012",
    ),
    "windowsserverdocs-3513": Reported(
        "MicrosoftDocs/windowsserverdocs issue 3513, by its number",
        {"post.txt": "Our VPN clients get 13801.\n"},
        "RT013",
    ),
    "runner-images-9027": Reported(
        "actions/runner-images issue 9027: rasdial in the log of a pipeline",
        {
            "log.txt": f"Connecting to my-vpn...\nVerifying username and password...\n\nRemote Access error 809 - "
            f"{NOT_RESPONDING}\nFor more help on this error:\n        Type 'hh netcfg.chm'\n"
        },
        "RT023",
    ),
    "windows-itpro-docs-2847": Reported(
        "MicrosoftDocs/windows-itpro-docs issue 2847",
        {
            "post.txt": "Using `rasdial` is raising Remote Access error 798 - A certificate could not be found that "
            "can be used with this Extensible Authentication Protocol. But I was able to connect to this VPN by hand.\n"
        },
        "RT023",
    ),
    "windowsserverdocs-2122": Reported(
        "MicrosoftDocs/windowsserverdocs issue 2122: a profile as a browser showed it",
        {
            "profile.xml": '<?xml version="1.0"?>\n\n-<VPNProfile>\n\n\n-<NativeProfile>\n\n<Servers>vpn.example.org'
            "</Servers>\n\n<NativeProtocolType>IKEv2</NativeProtocolType>\n\n\n-<Authentication>\n\n<MachineMethod>"
            "Certificate</MachineMethod>\n\n</Authentication>\n\n</NativeProfile>\n\n</VPNProfile>\n"
        },
        "CR005",
    ),
    "winevent-table": Reported(
        "events of RasClient as Get-WinEvent prints them in a table",
        {
            "post.txt": "PS C:\\> Get-WinEvent -ProviderName RasClient -MaxEvents 2 | ft -Wrap\n\n"
            "   ProviderName: RasClient\n\n"
            "TimeCreated             Id LevelDisplayName Message\n"
            "-----------             -- ---------------- -------\n"
            "5/4/2024 10:10:10 AM 20227 Error            CoId={D7F76690-EE1C-42E0-9781-C808D1706B4A}: The user U\n"
            "                                            dialed a connection named Work which has failed. The\n"
            "                                            error code returned on failure is 812.\n"
        },
        "RT023",
    ),
    "eventlog-list": Reported(
        "events of RasClient as Get-EventLog lists them",
        {
            "post.txt": "Index              : 12345\nEntryType          : Error\nInstanceId         : 20227\n"
            f"Message            : {DIALED.format(13806)}Source             : RasClient\n"
        },
        "RT014",
    ),
    "hresult-of-ike": Reported(
        "an error of IKE as a program names it",
        {"post.txt": "The VPN fails with 0x35E9 (ERROR_IPSEC_IKE_AUTH_FAIL) since the certificate was renewed.\n"},
        "RT013",
    ),
    "services-and-800": Reported(
        "a table of services, and the dialog's sentence below it",
        {
            "post.txt": "PS C:\\> Get-Service IKEEXT,RasMan | ft Name,Status,StartType\n\n"
            "Name    Status StartType\n----    ------ ---------\nIKEEXT Stopped  Disabled\nRasMan Running Automatic\n\n"
            '"Error 800: The remote connection was not made because the attempted VPN tunnels failed."\n'
        },
        "RF012",
    ),
    "nps-48": Reported(
        "guides to error 812: no network policy matched, as the Security log of the server has it",
        {
            "post.txt": "Network Policy Server denied access to a user.\n\nNAS:\n\tNAS Port-Type:\t\t\tVirtual\n\n"
            "Authentication Details:\n\tReason Code:\t\t\t48\n"
        },
        "RT023",
    ),
    "property-of-rasman": Reported(
        "guides to error 789: values of RasMan, as Get-ItemProperty prints them",
        {
            "post.txt": "ProhibitIpSec : 1\nPSPath : Microsoft.PowerShell.Core\\Registry::HKEY_LOCAL_MACHINE\\SYSTEM\\"
            f"CurrentControlSet\\Services\\RasMan\\Parameters\n\n{PROCESSING_ERROR}"
        },
        "RF022",
    ),
    "value-that-is-not-there": Reported(
        "hwdsl2/setup-ipsec-vpn issue 728: reg query says that the value is not there",
        {
            "post.txt": "PS C:\\> Get-VpnConnection\n\n"
            + listed(tunnel="L2tp", method="MsChapv2", l2tp="Certificate")
            + "\nPS C:\\> reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent "
            "/v AssumeUDPEncapsulationContextOnSendRule\n\n"
            "ERROR: The system was unable to find the specified registry key or value.\n"
        },
        "EX012",
        facts="responder_behind_nat = true",
    ),
    "key-without-the-value": Reported(
        "guides to error 789: the key of the IPsec Policy Agent, whole, and the sentence of the dialog",
        {"post.txt": f"{POLICY_AGENT}\nC:\\>rasdial Work\n\nRemote Access error 789 - {PROCESSING_ERROR}"},
        "EX012",
        facts="responder_behind_nat = true",
    ),
    "hwdsl2-1377": Reported(
        "hwdsl2/setup-ipsec-vpn issue 1377", {"post.txt": '連接時出現 "未知的錯誤" errcode 635, VPN IKEv2\n'}, "RT023"
    ),
}
