"""Public reports of VPN faults in the pieces that people paste: logs without a date, cut short, above a configuration.

Each says the thread that it stands for. Names, addresses and keys are made up.
"""

from __future__ import annotations

from tests.rules.reported_vpn_faults import Reported, connection
from tests.rules.reported_vpn_logs import charon, pluto
from tests.rules.reported_vpn_pastes import listed

_OLD_CONNECTION = """conn office
  left=%defaultroute
  leftid=@vpn.example.org
  leftsubnet=0.0.0.0/0
  right=%any
  rightaddresspool=10.9.0.10-10.9.0.250
  ikev2=insist
  rekey=yes
  pfs=yes
  ike-frag=yes
  modecfgdns1=10.9.0.1
  ike=aes256-sha2;modp2048
  phase2alg=aes256-sha2
"""
_ROUTER = """/ip ipsec profile
add dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha256 name=office
/ip ipsec peer
add exchange-mode=ike2 name=clients passive=yes profile=office
/ip ipsec proposal
add auth-algorithms=sha256 enc-algorithms=aes-256-cbc name=office pfs-group=none
"""
_NAMED = """conn ikev2-cp
  left=%defaultroute
  leftid={}
  leftsendcert=always
  leftsubnet=0.0.0.0/0
  leftrsasigkey=%cert
  right=%any
  rightid=%fromcert
  rightrsasigkey=%cert
  auto=add
  ikev2=insist
  ike=aes256-sha2_384;dh20
  phase2alg=aes_gcm256;dh20
"""
_L2TP = """conn l2tp-psk
  authby=secret
  auto=add
  left=203.0.113.4
  leftprotoport=17/1701
  right=%any
  rightprotoport=17/%any
  type=transport
  pfs=no
  ikev2=never
  ike=aes256-sha1;modp2048
  phase2alg=aes256-sha1
"""
_SUITE = """<CryptographySuite>
  <AuthenticationTransformConstants>SHA196</AuthenticationTransformConstants>
  <CipherTransformConstants>AES128</CipherTransformConstants>
  <EncryptionMethod>AES128</EncryptionMethod>
  <IntegrityCheckMethod>SHA256</IntegrityCheckMethod>
  <DHGroup>Group2</DHGroup>
  <PfsGroup>None</PfsGroup>
</CryptographySuite>
"""

THREADS = {
    "hwdsl2-1244": Reported(
        "hwdsl2/setup-ipsec-vpn issue 1244: the log ends with what was refused",
        pluto(
            "responding to Main Mode from unknown peer 192.0.2.7:808",
            "Oakley Transform [AES_CBC (256), HMAC_SHA2_384, MODP1024] refused",
        ),
        "RT016",
    ),
    "hwdsl2-676": Reported(
        "hwdsl2/setup-ipsec-vpn issue 676: a renewal with a payload too many, above a connection of libreswan 3",
        {
            "post.txt": "The router is rejected with this line:\n\n"
            'pluto[107]: "office"[38] 192.0.2.3 #49: dropping unexpected CREATE_CHILD_SA message containing REKEY_SA '
            "notification; message payloads: SK; encrypted payloads: SA,KE,Ni,N,TSi,TSr,CP; unexpected payloads: CP\n\n"
            + _OLD_CONNECTION
        },
        "RT018",
    ),
    "libreswan-332": Reported(
        "libreswan/libreswan issue 332: the same at the router",
        {"router.txt": "13:36:59 ipsec init child for rekey\n13:36:59 ipsec,error got fatal error: INVALID_SYNTAX\n"},
        "RT018",
    ),
    "libreswan-2108": Reported(
        "libreswan/libreswan issue 2108: what an initiator of libreswan 5 logs of a refusal",
        pluto(
            "unexpected IKE_SA_INIT message containing NO_PROPOSAL_CHOSEN notification; message payloads: N; missing "
            "payloads: SA,KE,Ni",
            "IKE_SA_INIT_I: retransmission; will wait 2 seconds for response",
        ),
        "RT016",
    ),
    "libreswan-801": Reported(
        "libreswan/libreswan issue 801: what `ipsec auto --up` prints, above the connection",
        {
            "post.txt": '181 "office" #15: initiating IKEv2 IKE SA\n'
            '003 "office" #16: dropping unexpected ISAKMP_v2_IKE_AUTH message containing v2N_TS_UNACCEPTABLE '
            "notification; message payloads: SK; encrypted payloads: IDr,AUTH,N,V; unexpected payloads: IDr,AUTH\n\n"
            + _OLD_CONNECTION
        },
        "RT015",
    ),
    "libreswan-173": Reported(
        "libreswan/libreswan issue 173: neither address of a connection with Azure is one of this host",
        {
            "post.txt": '022 "office": We cannot identify ourselves with either end of this connection.  203.0.113.73 '
            "or 198.51.100.116 are not usable\n\n" + _OLD_CONNECTION
        },
        "RT015",
    ),
    "libreswan-871": Reported(
        "libreswan/libreswan issue 871: selectors wider than what Windows may have",
        pluto("| ts:   skipping; TSi range too wide", "CHILD SA failed: TS_UNACCEPTABLE"),
        "RT015",
    ),
    "libreswan-786": Reported(
        "libreswan/libreswan issues 786 and 1406",
        pluto("No IKEv2 connection found with compatible Traffic Selectors"),
        "RT015",
    ),
    "libreswan-125": Reported(
        "libreswan/libreswan issue 125: pluto's own file, and the connection right below",
        {
            "post.txt": 'Sep 11 06:33:46: "office" #4: STATE_MAIN_R2: sent MR2, expecting MI3\n'
            "Sep 11 06:33:46: \"office\" #4: no suitable connection for peer 'C=IL, CN=WIN-E9'\n" + _OLD_CONNECTION
        },
        "RT013",
    ),
    "journal-iso": Reported(
        "`journalctl -o short-iso`, and the connection right below",
        {
            "post.txt": "2023-09-22T14:41:58+0000 gw pluto[980]: packet from 192.0.2.5:500: initial parent SA message "
            "received on 198.51.100.2:500 but no suitable connection found with IKEv2 policy\n" + _OLD_CONNECTION
        },
        "RT015",
    ),
    "hwdsl2-1255": Reported(
        "hwdsl2/setup-ipsec-vpn issue 1255",
        pluto("certificate verified OK: O=VPN,CN=c", "X509: CERT payload does not match connection ID"),
        "RT013",
    ),
    "jawj-84": Reported(
        "jawj/IKEv2-setup issue 84: a log at the usual level shows no proposals",
        charon(
            ("IKE", "192.0.2.6 is initiating an IKE_SA"),
            ("IKE", "received proposals inacceptable"),
            ("ENC", "generating IKE_SA_INIT response 0 [ N(NO_PROP) ]"),
        ),
        "RT016",
    ),
    "jawj-84-answer": Reported(
        "the same, of which the answer alone is shown",
        charon(("ENC", "generating IKE_SA_INIT response 0 [ N(NO_PROP) ]")),
        "RT016",
    ),
    "algo-1063": Reported(
        "trailofbits/algo issue 1063: of the proposals only the server's own are shown",
        charon(
            ("CFG", "configured proposals: IKE:AES_GCM_16_256/PRF_HMAC_SHA2_512/ECP_384"),
            ("IKE", "received proposals inacceptable"),
        ),
        "RT016",
    ),
    "hwdsl2-991-again": Reported(
        "hwdsl2/setup-ipsec-vpn issue 991: the answers do not come back to the client",
        pluto("received duplicate IKE_SA_INIT message request (Message ID 0); retransmitting response"),
        "RT017",
    ),
    "strongman-145": Reported(
        "strongswan/strongMan issue 145: groups with their level",
        {
            "charon.log": "08[CFG1] looking for peer configs matching 203.0.113.9[%any]...192.0.2.5[10.1.1.5]\n"
            "08[IKE1] peer requested EAP, config unacceptable\n"
        },
        "RT013",
    ),
    "routeros-no-proposal": Reported(
        "forum.mikrotik.com: Windows as it was set up by hand, and group 14 alone at the router",
        {
            "post.txt": "Log of the router:\n\n"
            "ipsec,info new ike2 SA (R): 203.0.113.20[500]-192.0.2.20[500] spi:4c1f2b9b1c1e0b1a:f5be0e0d3ac6d2ba\n"
            "ipsec,error no proposal chosen\n"
            "ipsec,info killing ike2 SA: 203.0.113.20[500]-192.0.2.20[500]\n\n" + _ROUTER
        },
        "RT016",
    ),
    "azure-44049": Reported(
        "MicrosoftDocs/azure-docs issue 44049: the gateway's policy for clients beside a connection",
        {
            "post.txt": 'I receive the error "ike authentication credentials are unacceptable"\n\n'
            "$policy = New-AzVpnClientIpsecPolicy -IpsecEncryption AES256 -IpsecIntegrity SHA256 -SALifeTime 86471 "
            "-SADataSize 429496 -IkeEncryption AES256 -IkeIntegrity SHA384 -DhGroup DHGroup24 -PfsGroup PFS24\n\n"
            + listed()
        },
        "RT013",
        is_first=False,
    ),
    "zyxel-log": Reported(
        'ZyXEL, "Sample IKE Key Exchange Logs"',
        {
            "ipsec.log": "001 01 Jan 08:08:07 Recv Main Mode request from <192.0.2.7>\n"
            "002 01 Jan 08:08:07 Recv:<SA>\n003 01 Jan 08:08:08 !! No proposal chosen\n"
        },
        "RT016",
    ),
    "algo-1795-cure": Reported(
        "trailofbits/algo issue 1795: the cure that was tried for 13801",
        {
            "cure.cmd": "reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters "
            "/v DisableIKENameEkuCheck /t REG_DWORD /d 1 /f\n"
        },
        "AU035",
    ),
    "hicks-suite": Reported(
        "directaccess.richardhicks.com, richardhicks/aovpn issue 15: the suite alone of a ProfileXML",
        {"post.txt": "We include in that file the CryptographySuite as follows:\n\n```\n" + _SUITE + "```\n"},
        "CR005",
        is_first=False,
    ),
    "hicks-suite-above": Reported(
        "the same without marks of code", {"post.txt": "The profile has this:\n" + _SUITE}, "CR005", is_first=False
    ),
    "pastebin-q9nKDdVm": Reported(
        "pastebin.com q9nKDdVm: services switched off in one go",
        {"off.cmd": "sc config PolicyAgent start= disabled\nsc config IKEEXT start= disabled\nnet stop ikeext\n"},
        "RF012",
    ),
    "hwdsl2-934-file": Reported(
        "hwdsl2/setup-ipsec-vpn issues 934, 1407: a name is dialled, and the server was set up by its address",
        {"client/vpn.json": connection(), "server/ikev2.conf": _NAMED.format("203.0.113.4")},
        "AU025",
    ),
    "hwdsl2-1407-file": Reported(
        "the same the other way round: the address is dialled, and the server was set up by its name",
        {
            "case/vpn.json": connection(ServerAddress="203.0.113.4"),
            "case/ikev2.conf": _NAMED.format("@vpn.example.org"),
        },
        "AU025",
    ),
    "hwdsl2-153-folder": Reported(
        "hwdsl2/setup-ipsec-vpn issue 153: the keys of a server, its configuration and the client in one folder",
        {
            "case/vpn.ps1": "Add-VpnConnection -Name Home -ServerAddress vpn.example.org -TunnelType L2tp "
            '-L2tpPsk "correct horse" -AuthenticationMethod MSChapv2 -Force\n',
            "case/ipsec.conf": _L2TP,
            "case/ipsec.secrets": '%any  %any  : PSK "battery staple"\n',
        },
        "AU028",
    ),
    "hwdsl2-153-files": Reported(
        "the same as three files",
        {
            "vpn.ps1": "Add-VpnConnection -Name Home -ServerAddress vpn.example.org -TunnelType L2tp "
            '-L2tpPsk "correct horse" -AuthenticationMethod MSChapv2 -Force\n',
            "ipsec.conf": _L2TP,
            "ipsec.secrets": '%any  %any  : PSK "battery staple"\n',
        },
        "AU028",
    ),
    "ras-691": Reported(
        "learn.microsoft.com, error 691 of an L2TP connection: PAP against a server of MS-CHAPv2",
        {
            "client.ps1": "Add-VpnConnection -Name Home -ServerAddress vpn.example.org -TunnelType L2tp "
            '-L2tpPsk "correct horse" -AuthenticationMethod Pap -Force\n',
            "server.ps1": "Install-RemoteAccess -VpnType Vpn\nSet-VpnAuthProtocol -UserAuthProtocolAccepted "
            'MsChapv2 -TunnelAuthProtocolsAdvertised PreSharedKey -SharedSecret "correct horse"\n',
        },
        "AU032",
    ),
    "azure-ports": Reported(
        "scripts that set up RRAS for Azure: the ports of IKEv2 by netsh",
        {
            "rras.ps1": 'netsh.exe ras set wanports device = "WAN Miniport (IKEv2)" rasinonly = enabled '
            "ddinout = enabled ddoutonly = disabled maxports = 16\n"
        },
        "QD041",
        facts="vpn_clients = 40",
    ),
    "hwdsl2-649-store": Reported(
        "hwdsl2/setup-ipsec-vpn issue 649: invalid payload, the certificate is in the user's store",
        {
            "pc/ticket.txt": "PS C:\\> Get-VpnConnection\n\n"
            "Name                  : V\nServerAddress         : vpn.example.org\nTunnelType            : Ikev2\n"
            "AuthenticationMethod  : {MachineCertificate}\n\n"
            "PS C:\\> dir Cert:\\CurrentUser\\My | fl Subject,EnhancedKeyUsageList,NotAfter,HasPrivateKey\n\n"
            "Subject              : CN=vpnclient, O=IKEv2 VPN\n"
            "EnhancedKeyUsageList : {Client Authentication (1.3.6.1.5.5.7.3.2)}\n"
            "NotAfter             : 3/4/2034 9:10:11 AM\nHasPrivateKey        : True\n\n"
            "The user CORP\\ana dialed a connection named V which has failed. "
            "The error code returned on failure is 13843.\n"
        },
        "AU024",
    ),
}
