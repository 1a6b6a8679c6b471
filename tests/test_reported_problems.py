"""Public reports of problems with IPsec, K1 to K7 and R01 to R46 of a study: each input, run through the whole program.

The name of a case is the study's own. What other tests hold already is named in `ELSEWHERE`, and what no input could
show in `NOT_READABLE`.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from tests.cases import cases
from tests.command_line import run_cli
from tests.outcomes import Row, run
from tests.rules.reported_vpn_faults import STRONG, connection, l2tp, registry, server, strongswan

NETSH = "netsh advfirewall "


def consec(text: str) -> str:
    return f"{NETSH}consec add rule {text}\n"


ALL = "endpoint1=any endpoint2=any action=requireinrequireout"
PEERS = consec(
    "name=Peers endpoint1=10.1.2.3 endpoint2=10.20.0.9 action=requireinrequireout auth1=computerkerb profile=domain"
)
CERTIFICATES = f'name=I {ALL} auth1=computercert auth1ca="CN=A"'
TUNNEL = (
    "name=T mode=tunnel endpoint1={} endpoint2={} localtunnelendpoint={} remotetunnelendpoint={} "
    "action=requireinrequireout auth1=computerpsk auth1psk=samekey12345 "
)
HERE = TUNNEL.format("10.1.0.0/16", "10.2.0.0/16", "198.51.100.1", "203.0.113.7")
THERE = TUNNEL.format("10.2.0.0/16", "10.1.0.0/16", "203.0.113.7", "198.51.100.1")
LEGACY = (
    "netsh ipsec static add policy name=P assign=yes\n"
    "netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=10.0.0.0 dstmask=8\n"
    'netsh ipsec static add filteraction name=A inpass=yes soft=yes qmsecmethods="ESP[3DES,SHA1]:100000k/3600s"\n'
    'netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A rootca="CN=Example CA"\n'
)
DCS = 'domain_controllers = ["10.0.0.10", "10.0.0.11", "10.0.0.12"]'
ISOLATION = (
    f"{NETSH}set global ipsec defaultexemptions neighbordiscovery,icmp,dhcp\n"
    + consec(f"name=Isolation {ALL} auth1=computerkerb profile=domain")
    + "".join(consec(f"name=DC{at} endpoint1=any endpoint2=10.0.0.{at} action=noauthentication") for at in (10, 11))
    + "".join(consec(f"name=P{at} endpoint1=any endpoint2=10.9.{at}.0/24 action=noauthentication") for at in range(12))
)


def shared(initiators: int) -> str:
    return f'nat_groups = [{{ address = "203.0.113.9", initiators = {initiators} }}]'


def events(number: int, reason: str = "", count: int = 3) -> str:
    """Events of one kind with 10.20.0.9, as `wevtutil qe Security` writes them."""
    told = f"<Data Name='FailureReason'>{reason}</Data>" if reason else ""
    return "\n".join(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        f"<Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>{number}</EventID>"
        f"<TimeCreated SystemTime='2024-03-04T08:10:{second:02d}.000000Z'/><Channel>Security</Channel></System>"
        f"<EventData><Data Name='LocalAddress'>10.1.2.3</Data><Data Name='RemoteAddress'>10.20.0.9</Data>{told}"
        "</EventData></Event>"
        for second in range(count)
    )


def services(**states: str) -> str:
    """What Get-CimInstance Win32_Service says of services, by their start modes."""
    return json.dumps([{"Name": name, "StartMode": mode, "State": "Stopped"} for name, mode in states.items()])


NO_CERTIFICATE = (
    "IKE failed to find valid machine certificate. Contact your Network Security Administrator about "
    "installing a valid certificate in the appropriate Certificate Store."
)
INTERFACE = json.dumps(
    {
        "CimClass": {"CimClassName": "VpnS2SCustomInterface"},
        "Name": "Far",
        "Destination": ["203.0.113.4"],
        "CustomPolicy": True,
        "SALifeTime": 300,
        "SADataSizeForRenegotiation": 1024,
        **STRONG,
    }
)
DIALLED = (
    "Log Name:      Application\nSource:        RasClient\nEvent ID:      20227\nDescription:\n"
    "CoId={D7F76690-EE1C-42E0-9781-C808D1706B4A}: The user CORP\\ana dialed a connection named Work which has failed. "
    "The error code returned on failure is 809.\n"
)
DIALLED_XML = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='RasClient'/>"
    "<EventID Qualifiers='0'>20227</EventID><Channel>Application</Channel></System><EventData>"
    "<Data>{D7F76690-EE1C-42E0-9781-C808D1706B4A}</Data><Data>CORP\\ana</Data><Data>Work</Data><Data>13868</Data>"
    "</EventData></Event>\n"
)
CHARON = (
    "Mar  4 09:10:11 gw charon: 05[CFG] received proposals: IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024\n"
    "Mar  4 09:10:11 gw charon: 05[CFG] configured proposals: IKE:AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_384\n"
    "Mar  4 09:10:11 gw charon: 05[IKE] received proposals unacceptable\n"
)
PLUTO = (
    'Mar  4 09:10:12 gw pluto[1234]: "ikev2-cp"[1] 198.51.100.7 #1: no local proposal matches remote proposals '
    "1:IKE:ENCR=AES_CBC_256;PRF=HMAC_SHA1;INTEG=HMAC_SHA1_96;DH=MODP1024\n"
)
CONNECTION = (
    "Name                  : Work\nServerAddress         : vpn.example.org\nTunnelType            : Ikev2\n"
    "AuthenticationMethod  : {MachineCertificate}\nSplitTunneling        : True\n"
)
SERVER = (
    "TunnelType                     : IKEV2\nEncryptionType                 : RequireEncryption\n"
    "CustomPolicy                   : True\nIkev2Ports                     : 128\n"
    "SALifeTime(s)                  : 300\n"
    "MMSALifeTime(s)                : 300\nSADataSizeForRenegotiation(KB) : 1024\n"
    + "".join(f"{name:<32} : {word}\n" for name, word in STRONG.items())
)
ASSOCIATION = (
    "Name                  : 12\nLocalEndpoint         : 10.1.2.3\nRemoteEndpoint        : 10.20.0.9\n"
    "CipherAlgorithm       : AES256\nHashAlgorithm         : SHA256\nGroupId               : DH14\n"
    "KeyModule             : IKEv1\nMaxQMSAs              : 0\n"
)
CERTIFICATE = (
    f"Subject      : CN=pc01.example.org\nIssuer       : CN=Example CA\nThumbprint   : {'A' * 40}\n"
    "NotBefore    : 1/1/2020 12:00:00 AM\nNotAfter     : 1/1/2021 12:00:00 AM\n"
)
SWANCTL = (
    "connections {\n  work {\n    version = 2\n    proposals = aes256gcm16-prfsha384-ecp384\n"
    "    local { auth = pubkey }\n    remote { auth = pubkey }\n"
    "    children { net { esp_proposals = aes256gcm16-ecp384 } }\n  }\n}\n"
)

ROWS = {
    "K1a script": Row(
        {
            "m.ps1": f"{NETSH}set global ipsec saidletimemin 5\n"
            "New-NetIPsecRule -DisplayName Every -InboundSecurity Require -OutboundSecurity Require\n"
            "Set-NetIPsecMainModeCryptoSet -Name x -MaxMinutes 1 -MaxSessions 1 -ForceDiffieHellman $true\n"
        },
        "exit 4 "
        "| m.ps1 is powershell-script partial of 1 main_mode_crypto_set, 1 connection_security_rule, "
        "1 global_settings "
        "| error EX001 m.ps1:2, error QD001 m.ps1:3, error QD002 m.ps1:3, info QD012 m.ps1:3 "
        "| IN003 m.ps1:3:1",
    ),
    "K1a batch file": Row(
        {
            "m.cmd": f"{NETSH}set global ipsec saidletimemin 5\n"
            "powershell -Command \"New-NetIPsecRule -DisplayName 'Every' -InboundSecurity Require\"\n"
            "sc config IKEEXT start= disabled\n"
            "reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters /v NegotiateDH2048_AES256 "
            "/t REG_DWORD /d 1 /f\n"
            "reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\Ikev2 "
            "/v EnableServerFragmentation /t REG_DWORD /d 1 /f\n"
        },
        "exit 1 "
        "| m.cmd is netsh-script of 1 connection_security_rule, 1 global_settings, 1 vpn_server, 1 "
        "registry_value, 1 service "
        "| error RF012 m.cmd:3, error FL012 m.cmd:2",
    ),
    "K1a exempt by a cmdlet": Row(
        {
            "iso.ps1": consec("name=Iso endpoint1=any endpoint2=any action=requireinrequestout auth1=computerkerb")
            + "New-NetIPsecRule -DisplayName DC -RemoteAddress 10.0.0.10 -InboundSecurity None -OutboundSecurity None\n"
        },
        "exit 0 "
        "| iso.ps1 is powershell-script of 1 authentication_set, 2 connection_security_rule "
        "| info QD014 iso.ps1:1",
        site='domain_controllers = ["10.0.0.10"]',
    ),
    "K1b server": Row(
        {"s.json": server(SALifeTime=300, MMSALifeTime=300, SADataSizeForRenegotiation=1024, IdleDisconnect=300)},
        "exit 1 "
        "| s.json is powershell-json of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 vpn_server "
        "| error QD001 s.json:1, warning QD004 s.json:1, warning QD006 s.json:1",
    ),
    "K1b interface": Row(
        {"s.json": INTERFACE},
        "exit 1 "
        "| s.json is powershell-json of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 "
        "vpn_interface "
        "| warning QD004 s.json:1, warning QD006 s.json:1",
    ),
    **{
        f"K1c {number} {reason}": Row(
            {"m/e.xml": events(number, reason), "m/p.cmd": PEERS},
            "exit 1 | m/e.xml is security-events of 3 event; "
            "m/p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule | "
            f"{found} m/e.xml:1",
        )
        for number, reason, found in (
            (4653, "No policy configured", "warning RT015"),
            (4653, "Policy match error", "warning RT016"),
            (4653, "IKE authentication credentials are unacceptable", "warning RT013"),
            (
                4653,
                NO_CERTIFICATE,
                "warning RT014",
            ),
            (4653, "Failed to authenticate using Kerberos", "warning RT013"),
            (4654, "Policy match error", "warning RT016"),
            (4984, "Policy match error", "warning RT016"),
            (5453, "", "error RT022"),
            (4963, "", "warning RT021"),
            (4965, "", "warning RT021"),
            (4976, "", "warning RT018"),
        )
    },
    "K1d prohibited": Row(
        {"a.reg": registry("RasMan\\Parameters", ProhibitIpSec=1)},
        "exit 1 | a.reg is firewall-registry-reg of 1 registry_value | warning RF022 a.reg:4",
    ),
    "K1d group 2 beside a connection": Row(
        {
            "m/a.reg": registry("RasMan\\Parameters", NegotiateDH2048_AES256=0),
            "m/v.json": connection(IPSecCustomPolicy=None),
        },
        "exit 1 "
        "| m/a.reg is firewall-registry-reg of 1 registry_value; m/v.json is powershell-json of 1 "
        "vpn_connection "
        "| warning CR005 m/v.json:1",
    ),
    "K1d connection without a suite": Row(
        {"run/v.json": connection(IPSecCustomPolicy=None), "run/p.cmd": PEERS},
        "exit 1 "
        "| run/p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule; run/v.json "
        "is powershell-json of 1 vpn_connection "
        "| warning CR005 run/v.json:1",
    ),
    "K3 fragments": Row(
        {"v.json": connection()},
        "exit 1 "
        "| v.json is powershell-json of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 "
        "vpn_connection "
        "| warning QD032 v.json:1",
        site="ip_fragments_dropped = true",
    ),
    "K3 fragments of a profile": Row(
        {
            "v.xml": "<VPNProfile><NativeProfile><Servers>v.example</Servers><NativeProtocolType>IKEv2"
            "</NativeProtocolType><Authentication><MachineMethod>Certificate</MachineMethod></Authentication>"
            "<CryptographySuite>"
            + "".join(f"<{name}>{word}</{name}>" for name, word in STRONG.items())
            + "</CryptographySuite></NativeProfile></VPNProfile>"
        },
        "exit 1 "
        "| v.xml is vpn-profile-xml of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 "
        "vpn_connection "
        "| warning QD032 v.xml:1",
        site="ip_fragments_dropped = true",
    ),
    "K3 integrity of another cipher": Row(
        {"v.json": connection(IPSecCustomPolicy=STRONG | {"AuthenticationTransformConstants": "SHA256128"})},
        "exit 1 "
        "| v.json is powershell-json of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 "
        "vpn_connection "
        "| error CR012 v.json:1",
    ),
    "K3 integrity of a smaller key": Row(
        {"v.json": connection(IPSecCustomPolicy=STRONG | {"AuthenticationTransformConstants": "GCMAES128"})},
        "exit 1 "
        "| v.json is powershell-json of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 "
        "vpn_connection "
        "| error CR012 v.json:1",
    ),
    **{
        f"K3 NegotiateDH2048_AES256 {value}": Row(
            {
                "m/a.reg": registry("RasMan\\Parameters", NegotiateDH2048_AES256=value),
                "m/v.json": connection(IPSecCustomPolicy=None),
            },
            "exit 0 "
            "| m/a.reg is firewall-registry-reg of 1 registry_value; m/v.json is powershell-json of 1 "
            "vpn_connection",
        )
        for value in (1, 2)
    },
    "K3 Automatic": Row(
        {"v.json": connection(TunnelType="Automatic", IPSecCustomPolicy=None)},
        "exit 1 | v.json is powershell-json of 1 vpn_connection | warning CR005 v.json:1",
    ),
    "K4 initiators behind it": Row(
        {"a.cmd": f"{NETSH}set global ipsec ipsecthroughnat never\n{PEERS}"},
        "exit 0 | a.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule, 1 global_settings",
        site=shared(20),
    ),
    "K4 value absent": Row(
        {"m/a.reg": registry("PolicyAgent", Start=3), "m/v.json": l2tp()},
        "exit 1 "
        "| m/a.reg is firewall-registry-reg of 1 registry_value, 1 service; m/v.json is "
        "powershell-json of 1 authentication_set, 1 vpn_connection "
        "| error EX012 m/a.reg:4, warning AU001 m/v.json:1",
        site="responder_behind_nat = true",
    ),
    "K4 value absent, a connection alone": Row(
        {"m/v.json": l2tp()},
        "exit 1 | m/v.json is powershell-json of 1 authentication_set, 1 vpn_connection | warning AU001 m/v.json:1",
        site="responder_behind_nat = true",
    ),
    "K4 value 0": Row(
        {"m/a.reg": registry("PolicyAgent", AssumeUDPEncapsulationContextOnSendRule=0), "m/v.json": l2tp()},
        "exit 1 "
        "| m/a.reg is firewall-registry-reg of 1 registry_value; m/v.json is powershell-json of 1 "
        "authentication_set, 1 vpn_connection "
        "| error EX012 m/a.reg:4, warning AU001 m/v.json:1",
        site="responder_behind_nat = true",
    ),
    "K4 value 2": Row(
        {"m/a.reg": registry("PolicyAgent", AssumeUDPEncapsulationContextOnSendRule=2), "m/v.json": l2tp()},
        "exit 1 "
        "| m/a.reg is firewall-registry-reg of 1 registry_value; m/v.json is powershell-json of 1 "
        "authentication_set, 1 vpn_connection "
        "| warning AU001 m/v.json:1",
        site="responder_behind_nat = true",
    ),
    "K4 many": Row(
        {"a.cmd": consec("name=P endpoint1=198.51.100.5 endpoint2=any action=requireinrequireout auth1=computerkerb")},
        "exit 1 | a.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule | warning QD022 a.cmd:1",
        site=shared(300),
    ),
    "K5 RasClient": Row({"e.txt": DIALLED}, "exit 1 | e.txt is event-text of 1 event | warning RT023 e.txt:3"),
    "K5 RasClient as XML": Row(
        {"e.xml": DIALLED_XML}, "exit 1 | e.xml is security-events of 1 event | warning RT016 e.xml:1"
    ),
    "K5 charon": Row({"c.log": CHARON}, "exit 1 | c.log is ike-log of 2 peer, 1 event | warning RT016 c.log:3"),
    "K5 pluto": Row({"p.log": PLUTO}, "exit 1 | p.log is ike-log of 1 peer, 1 event | warning RT016 p.log:1"),
    "K5 Get-VpnConnection": Row({"v.txt": CONNECTION}, "exit 0 | v.txt is powershell-list of 1 vpn_connection"),
    "K5 Get-VpnServerConfiguration": Row(
        {"s.txt": SERVER},
        "exit 1 "
        "| s.txt is powershell-list of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 vpn_server "
        "| error QD001 s.txt:6, warning QD004 s.txt:5, warning QD006 s.txt:7",
    ),
    "K5 Get-NetIPsecMainModeSA": Row(
        {"m.txt": ASSOCIATION}, "exit 0 | m.txt is powershell-list of 1 security_association"
    ),
    "K5 certificate": Row(
        {"c.txt": CERTIFICATE},
        "exit 1 | c.txt is powershell-list of 1 certificate | warning AU023 c.txt:1, info AU024 c.txt:1",
    ),
    "K5 ipsec.conf": Row(
        {"ipsec.conf": strongswan("aes256gcm16-prfsha384-ecp384!", "aes256gcm16-ecp384!")},
        "exit 0 | ipsec.conf is ipsec-conf of 1 peer",
    ),
    "K5 swanctl.conf": Row({"swanctl.conf": SWANCTL}, "exit 0 | swanctl.conf is swanctl-conf of 1 peer"),
    "K6 isolation": Row(
        {"policy.cmd": ISOLATION},
        "exit 1 "
        "| policy.cmd is netsh-script of 1 authentication_set, 15 connection_security_rule, 1 "
        "global_settings "
        "| error EX001 policy.cmd:2, warning FL002 policy.cmd:5, warning FL002 policy.cmd:6, warning "
        "FL002 policy.cmd:7, warning FL002 policy.cmd:8, warning FL002 policy.cmd:9, warning FL002 "
        "policy.cmd:10, warning FL002 policy.cmd:11, warning FL002 policy.cmd:12, warning FL002 "
        "policy.cmd:13, warning FL002 policy.cmd:14, warning FL002 policy.cmd:15, warning FL002 "
        "policy.cmd:16",
        site=DCS,
        says=("no rule exempts (10.0.0.12)",),
    ),
    "K6 the default of bytes": Row(
        {"p.cmd": PEERS}, "exit 0 | p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule"
    ),
    "R42 between domain controllers": Row(
        {
            "p.cmd": consec(
                "name=DC endpoint1=10.0.0.10 endpoint2=10.0.0.11 action=requireinrequireout auth1=computerkerb"
            )
        },
        "exit 0 | p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule",
        site=f'{DCS}\nhost_type = "domain-controller"',
    ),
    "K7 ICMP of a range": Row(
        {
            "p.cmd": f"{NETSH}set global ipsec defaultexemptions neighbordiscovery,dhcp\n"
            + consec("name=P endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout auth1=computerkerb")
        },
        "exit 0 "
        "| p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule, 1 global_settings "
        "| info EX005 p.cmd:1",
    ),
    "K7 Windows' own main mode": Row(
        {
            "p.cmd": consec(
                "name=Linux endpoint1=10.1.0.5 endpoint2=10.2.0.7 action=requireinrequireout auth1=computerpsk "
                "auth1psk=0123456789abcdef"
            )
        },
        "exit 1 "
        "| p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule "
        "| warning AU001 p.cmd:1, info CR036 p.cmd:1",
    ),
    "K7 agent that starts on demand": Row(
        {"m/s.json": services(PolicyAgent="Manual"), "m/p.cmd": PEERS},
        "exit 0 "
        "| m/p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule; m/s.json is "
        "powershell-json of 1 service",
    ),
    "R11 a rule": Row(
        {
            "p.cmd": consec(
                "name=P endpoint1=198.51.100.5 endpoint2=any action=requireinrequireout "
                'auth1=computercert auth1ca="CN=A"'
            )
        },
        "exit 1 "
        "| p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule "
        "| warning QD022 p.cmd:1, info CR036 p.cmd:1, info AU009 p.cmd:1",
        site=shared(800),
    ),
    "R19": Row(
        {"m/p.cmd": PEERS, "m/a.reg": registry("IKEEXT\\Parameters", Limit=1)},
        "exit 1 "
        "| m/a.reg is firewall-registry-reg of 1 registry_value; m/p.cmd is netsh-script of 1 "
        "authentication_set, 1 connection_security_rule "
        "| warning QD021 m/p.cmd:1, info QD023 m/a.reg:4",
        site='host_type = "server"\nvirtual_addresses = ["10.20.0.9"]',
        says=("lacks NlbsIdleTime and NlbsQMRetransmitDuration",),
    ),
    "R21": Row(
        {"p.cmd": LEGACY},
        "exit 1 "
        "| p.cmd is netsh-script of 1 ipsec_policy, 1 filter_list, 1 filter_action, 1 "
        "main_mode_crypto_set, 1 quick_mode_crypto_set, 1 authentication_set, 1 "
        "connection_security_rule, 1 filter "
        "| warning AU034 p.cmd:4, warning CR002 p.cmd:3, warning CR004 p.cmd:3, info CR036 p.cmd:4, "
        "info AU009 p.cmd:4",
        says=("only certificates authenticate: a peer without one falls back",),
    ),
    "R23": Row(
        {"p.cmd": consec(f"name=I {ALL} auth1=computerkerb")},
        "exit 1 "
        "| p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule "
        "| error EX001 p.cmd:1, error EX002 p.cmd:1",
        site='domain_controllers = ["10.0.0.10"]\ndns_servers = ["10.0.0.53"]',
    ),
    "R24": Row(
        {"p.cmd": f"{NETSH}set global ipsec defaultexemptions neighbordiscovery\n" + consec(CERTIFICATES)},
        "exit 1 "
        "| p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule, 1 global_settings "
        "| error EX003 p.cmd:1, warning EX005 p.cmd:1, info CR036 p.cmd:2, info AU009 p.cmd:2",
    ),
    "R25": Row(
        {
            "a.cmd": consec(f"{HERE}qmpfs=dhgroup14 qmsecmethods=esp:sha256-aes256+60min+100000kb"),
            "b.cmd": consec(f"{THERE}qmpfs=none qmsecmethods=esp:sha256-aes256+480min+4608000kb"),
        },
        "exit 1 "
        "| a.cmd is netsh-script of 1 quick_mode_crypto_set, 1 authentication_set, 1 "
        "connection_security_rule; b.cmd is netsh-script of 1 quick_mode_crypto_set, 1 "
        "authentication_set, 1 connection_security_rule "
        "| error CR030 a.cmd:1, warning QD025 b.cmd:1, warning AU001 a.cmd:1, warning AU001 b.cmd:1, "
        "info QD005 a.cmd:1, info QD005 b.cmd:1, info QD035 a.cmd:1, info QD035 a.cmd:1, info CR036 "
        "a.cmd:1, info CR036 b.cmd:1",
        says=("PFS group DH14 here and none", "both renew at the shorter"),
    ),
    "R27": Row(
        {"p.cmd": f"{NETSH}set global ipsec strongcrlcheck 2\n" + consec(CERTIFICATES)},
        "exit 1 "
        "| p.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule, 1 global_settings "
        "| error AU007 p.cmd:1, error EX006 p.cmd:2, info CR036 p.cmd:2, info AU009 p.cmd:2",
        site='pki_servers = ["10.0.0.80"]',
    ),
    "R28": Row(
        {
            "m/p.cmd": PEERS,
            "m/s.json": services(IKEEXT="Disabled", PolicyAgent="Manual"),
            "m/e.xml": events(5453),
        },
        "exit 1 "
        "| m/e.xml is security-events of 3 event; m/p.cmd is netsh-script of 1 authentication_set, 1 "
        "connection_security_rule; m/s.json is powershell-json of 2 service "
        "| error RF012 m/s.json:1, error RT022 m/e.xml:1",
    ),
    "R34": Row(
        {
            "p.cmd": consec(
                "name=I endpoint1=10.1.0.5 endpoint2=10.2.0.7 action=requireinrequireout auth1=computerkerb "
                "qmsecmethods=esp:sha256-aes256+60min+20480kb"
            )
        },
        "exit 1 "
        "| p.cmd is netsh-script of 1 quick_mode_crypto_set, 1 authentication_set, 1 "
        "connection_security_rule "
        "| error QD005 p.cmd:1",
        site='[[site.links]]\nrange = "10.2.0.0/16"\nbits_per_second = 1000000000',
    ),
    "R36": Row(
        {
            "p.cmd": consec("name=I endpoint1=any endpoint2=any action=requestinrequestout auth1=computerkerb")
            + "".join(
                consec(f"name=E{at} endpoint1=any endpoint2=10.9.{at // 250}.{at % 250 + 1} action=noauthentication")
                for at in range(400)
            )
        },
        "exit 1 "
        "| p.cmd is netsh-script of 1 authentication_set, 401 connection_security_rule "
        "| warning QD028 p.cmd:2, info QD014 p.cmd:1",
        says=("400 exempt addresses in 400 rules, which 2 ranges would name",),
    ),
    "R44": Row(
        {"p.cmd": LEGACY + PEERS},
        "exit 1 "
        "| p.cmd is netsh-script of 1 ipsec_policy, 1 filter_list, 1 filter_action, 1 "
        "main_mode_crypto_set, 1 quick_mode_crypto_set, 2 authentication_set, 2 "
        "connection_security_rule, 1 filter "
        "| warning RF011 p.cmd:1, warning AU034 p.cmd:4, warning CR002 p.cmd:3, warning CR004 "
        "p.cmd:3, info CR036 p.cmd:4, info AU009 p.cmd:4",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_report_is_answered_as_its_resolution_says(name: str, tmp_path: Path) -> None:
    row = ROWS[name]
    outcome, said = run(row, tmp_path)
    assert outcome == row.outcome
    assert [words for words in row.says if words not in said] == []


VPN = ("tests.rules.test_reported_vpn_faults", "test_the_cause_is_named")
ENDS = ("tests.rules.test_reported_policy_faults", "test_two_ends_that_differ_in_one_thing_are_told_which")
NAT = ("tests.rules.test_reported_policy_faults", "test_address_translation_is_judged_by_who_stands_behind_it")
ELSEWHERE = {
    **{
        report: (*VPN, report)
        for report in (
            *("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R13", "R15", "R16", "R17"),
            *("R29", "R31", "R33", "R35", "R46"),
        )
    },
    "K2 PFS or none": (*ENDS, "pfs or none"),
    "K2 PFS groups": (*ENDS, "pfs groups"),
    "K2 first authentication": (*ENDS, "first"),
    "K2 certificate roots": (*ENDS, "authorities"),
    "K2 second authentication": (*ENDS, "second"),
    "K2 mode": (*ENDS, "mode"),
    "K2 preshared key": (*ENDS, "keys"),
    "K2 algorithms": (*ENDS, "suites"),
    "K2 suites of client and server": (*VPN, "R01"),
    "R43": (*NAT, "initiators behind it"),
}
"""What other tests hold in full: the module, the test and its case."""


@cases("name", ELSEWHERE)
def test_what_another_test_holds_is_there(name: str) -> None:
    module, test, case = ELSEWHERE[name]
    held = getattr(import_module(module), test)
    named = [mark.kwargs["ids"] for mark in getattr(held, "pytestmark", ()) if mark.name == "parametrize"]
    assert any(case in ids for ids in [*named, *(axis.ids for axis in getattr(held, "axes", ()))])


NOT_READABLE = {
    "R12": "broken adapters, cured by a reset of the network",
    "R14": "a fault of one release of strongSwan",
    "R22": "a fault of Windows Server 2003 SP1",
    "R26": "a firewall on the way keeps a dead session",
    "R30": "a policy that an older tool wrote",
    "R32": "the encoding of an authority's name in strongSwan",
    "R39": "the report holds no policy",
    "R40": "a fault of Windows, cured by an update",
    "R41": "the MTU of an interface",
    "R45": "a vulnerability, cured by an update",
    "K5 Wireshark": "a capture of packets holds no policy",
    "K5 oakley.log": "Windows since Vista writes none",
}
"""Why no input of ours could show what a report is about."""


def test_every_report_has_a_row_or_a_reason() -> None:
    named = {name.split()[0] for name in (*ROWS, *ELSEWHERE, *NOT_READABLE)}
    reports = {f"R{number:02d}" for number in range(1, 47)} - {"R18", "R20", "R37", "R38"}  # these are not written down
    assert reports | {"K1a", "K1b", "K1c", "K1d", "K2", "K3", "K4", "K5", "K6", "K7"} == named


@cases(
    ("word", "title"),
    [
        ("809", "809 ERROR_VPN_TIMEOUT"),
        ("789", "789 ERROR_OAKLEY_GENERAL_PROCESSING"),
        ("792", "792 ERROR_OAKLEY_TIMED_OUT"),
        ("87", "87 ERROR_INVALID_PARAMETER"),
        ("800", "800 ERROR_AUTOMATIC_VPN_FAILED"),
        ("812", "812 ERROR_SERVER_POLICY"),
        ("4653", "event 4653 "),
        ("5453", "event 5453 "),
        ("20227", "event 20227 "),
        *((str(code), f"{code} (0x") for code in (13801, 13806, 13825, 13868)),
    ],
)
def test_k5_the_words_of_a_report_are_explained(word: str, title: str) -> None:
    ran = run_cli("explain", word)
    assert ran.code == 0
    assert ran.out.startswith(title)


def test_k6_what_is_found_many_times_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "policy.cmd").write_text(ISOLATION)
    (tmp_path / "ipseclint.toml").write_text(f"[site]\n{DCS}\n")
    ran = run_cli("check", tmp_path / "policy.cmd", "--config", tmp_path / "ipseclint.toml")
    heads = [
        line.partition(",")[0] for line in ran.out.splitlines() if line.startswith(("error[", "warning[", "info["))
    ]
    assert [head.partition("]")[0] for head in heads] == ["error[EX001", "warning[FL002"]
