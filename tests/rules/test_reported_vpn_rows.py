"""Public reports of VPN faults, each with the siblings that just miss it: what a whole run makes of their files.

The name of a row begins with the report that it stands for, a thread of github.com or a page; inputs are written anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outcomes import Row, run

GUI = "Add-VpnConnection -Name Home -ServerAddress vpn.example.org -TunnelType IKEv2 -AuthenticationMethod {}\n"
OWN = (
    "Set-VpnConnectionIPsecConfiguration -ConnectionName Home -AuthenticationTransformConstants SHA256128 "
    "-CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup Group14 "
    "-PfsGroup {} -Force\n"
)
CERTIFIED = GUI.format("MachineCertificate") + OWN.format("PFS2048")
DIAL = 'Add-VpnConnection -Name L2 -ServerAddress vpn.example.org -TunnelType L2tp -L2tpPsk "{}" -Force\n'
KEY, OTHER = "Five-red-plums", "Six-blue-figs"
SWANCTL = """connections {{
    con1 {{
        proposals = aes256-sha256-modp2048
        version = 2
        local-0 {{
            id = vpn.example.org
            auth = pubkey
        }}
        remote-0 {{
            auth = eap-mschapv2
        }}
        children {{
            c1 {{
                esp_proposals = {}
                local_ts = 0.0.0.0/0
            }}
        }}
    }}
}}
"""
TWO = "aes256-sha256-modp2048, aes256-sha256"
MIKROTIK = f"""/ip ipsec profile
set [ find default=yes ] dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha1
/ip ipsec proposal
set [ find default=yes ] auth-algorithms=sha1 enc-algorithms=aes-256-cbc pfs-group={{}}
/ip ipsec peer
add address=0.0.0.0/0 exchange-mode=main name=l2tp passive=yes profile=default
/ip ipsec identity
add generate-policy=port-override peer=l2tp secret={KEY}
"""
VYOS = f"""set vpn ipsec esp-group E mode 'transport'
set vpn ipsec esp-group E pfs 'disable'
set vpn ipsec esp-group E proposal 1 encryption 'aes128'
set vpn ipsec esp-group E proposal 1 hash 'sha1'
set vpn ipsec ike-group I proposal 1 dh-group '{{}}'
set vpn ipsec ike-group I proposal 1 encryption 'aes256'
set vpn ipsec ike-group I proposal 1 hash 'sha1'
set vpn l2tp remote-access ipsec-settings authentication mode 'pre-shared-secret'
set vpn l2tp remote-access ipsec-settings authentication pre-shared-secret '{KEY}'
set vpn l2tp remote-access ipsec-settings esp-group 'E'
set vpn l2tp remote-access ipsec-settings ike-group 'I'
set vpn l2tp remote-access outside-address 203.0.113.33
"""
PFSENSE = """<pfsense><ipsec>
<phase1>
<ikeid>1</ikeid>
<iketype>ikev2</iketype>
<mobile></mobile>
<encryption><item>
<encryption-algorithm><name>aes</name><keylen>256</keylen></encryption-algorithm>
<hash-algorithm>sha256</hash-algorithm>
<dhgroup>14</dhgroup>
</item></encryption>
<authentication_method>eap-mschapv2</authentication_method>
</phase1>
<phase2>
<ikeid>1</ikeid>
<mode>tunnel</mode>
<protocol>esp</protocol>
<encryption-algorithm-option><name>aes</name><keylen>auto</keylen></encryption-algorithm-option>
<hash-algorithm-option>hmac_sha256</hash-algorithm-option>
<pfsgroup>{}</pfsgroup>
</phase2>
</ipsec></pfsense>
"""
DEVICE = """<VPNProfile>
<DeviceTunnel>true</DeviceTunnel>
<NativeProfile>
<Servers>vpn.example.org</Servers>
<NativeProtocolType>{}</NativeProtocolType>
<Authentication>
<{}>
</Authentication>
</NativeProfile>
</VPNProfile>
"""
PLUGGED_IN = """<VPNProfile>
<PluginProfile>
<ServerUrlList>azuregateway-1.vpn.azure.com</ServerUrlList>
<CustomConfiguration><azvpnprofile/></CustomConfiguration>
<PluginPackageFamilyName>Microsoft.AzureVpn_8wekyb3d8bbwe</PluginPackageFamilyName>
</PluginProfile>
</VPNProfile>
"""
SITE = (
    f'Add-VpnS2SInterface -Name Far -Protocol IKEv2 -AuthenticationMethod PSKOnly -SharedSecret "{KEY}" '
    '-Destination 203.0.113.44 -IPv4Subnet @("192.168.0.0/24:100"){}\n'
)
PARTS = " -CustomPolicy -EncryptionMethod AES256 -IntegrityCheckMethod SHA1 -CipherTransformConstants AES256 "
PLUTO = "Aug 26 11:27:00.{}: packet from 198.51.100.5:500: {}\n"
REFUSED = "ISAKMP_v2_IKE_SA_INIT message received on 192.0.2.8:500 but no suitable connection found with IKEv2 policy"
ANSWERED = "responding to IKE_SA_INIT (34) message (Message ID 0) with unencrypted notification NO_PROPOSAL_CHOSEN"
CERTIFICATE = """Subject              : CN=pc01.example.org
Issuer               : CN={}
Thumbprint           : {}
NotBefore            : 1/26/2025 12:00:00 AM
NotAfter             : 1/26/2095 12:00:00 AM
HasPrivateKey        : True
EnhancedKeyUsageList : {{Client Authentication (1.3.6.1.5.5.7.3.2)}}
"""
FIRST, SECOND = CERTIFICATE.format("Corp CA", "A" * 40), CERTIFICATE.format("Device CA", "B" * 40)
TRACE = "[0]0330.0B5C::03/04/2024-10:00:00.123 [user] |203.0.113.7|Peer failed with Windows error 13801({})\n"
BACK = "The user has a connection called Office, which has failed. The error code returned after failure is 13868.\n"
CONSOLE = "C:\\> rasdial Office ana *\n\nRemote Access error -2146762487 - A certificate chain processed.\n"

ROWS = {
    "opnsense-plugins-4885": Row(
        {"swanctl.conf": SWANCTL.format(TWO), "vpn.ps1": GUI.format("EAP")},
        "exit 1 "
        "| swanctl.conf is swanctl-conf of 1 peer; vpn.ps1 is powershell-script of 1 vpn_connection "
        "| error CR032 vpn.ps1:1, error CR032 vpn.ps1:1, warning CR005 vpn.ps1:1",
        says=("no main-mode proposal in common",),
    ),
    "opnsense-plugins-4885 with a suite": Row(
        {"swanctl.conf": SWANCTL.format(TWO), "vpn.ps1": GUI.format("EAP") + OWN.format("None")},
        "exit 0 "
        "| swanctl.conf is swanctl-conf of 1 peer; vpn.ps1 is powershell-script of 1 main_mode_crypto_set, "
        "1 quick_mode_crypto_set, 1 vpn_connection",
    ),
    "jawj-72": Row(
        {"swanctl.conf": SWANCTL.format("aes256-sha256"), "vpn.ps1": GUI.format("EAP") + OWN.format("PFS2048")},
        "exit 1 "
        "| swanctl.conf is swanctl-conf of 1 peer; vpn.ps1 is powershell-script of 1 main_mode_crypto_set, "
        "1 quick_mode_crypto_set, 1 vpn_connection "
        "| error CR030 vpn.ps1:2",
        says=("a connection that comes up dies at its first renewal",),
    ),
    "mikrotik-l2tp": Row(
        {"export.rsc": MIKROTIK.format("modp1024"), "vpn.ps1": DIAL.format(KEY)},
        "exit 1 "
        "| export.rsc is gateway-configuration of 1 peer; vpn.ps1 is powershell-script of 1 "
        "authentication_set, 1 vpn_connection "
        "| warning AU001 vpn.ps1:1, info CR030 vpn.ps1:1",
        says=("whether a quick mode is agreed on depends on the peer",),
    ),
    "mikrotik-l2tp without a group": Row(
        {"export.rsc": MIKROTIK.format("none"), "vpn.ps1": DIAL.format(KEY)},
        "exit 1 "
        "| export.rsc is gateway-configuration of 1 peer; vpn.ps1 is powershell-script of 1 "
        "authentication_set, 1 vpn_connection "
        "| warning AU001 vpn.ps1:1",
    ),
    "mikrotik-l2tp with another key": Row(
        {"export.rsc": MIKROTIK.format("none"), "vpn.ps1": DIAL.format(OTHER)},
        "exit 1 "
        "| export.rsc is gateway-configuration of 1 peer; vpn.ps1 is powershell-script of 1 "
        "authentication_set, 1 vpn_connection "
        "| error AU028 vpn.ps1:1, warning AU001 vpn.ps1:1",
    ),
    "ne-lab-212": Row(
        {"vyos.txt": VYOS.format(14), "vpn.ps1": DIAL.format(KEY)},
        "exit 1 "
        "| vpn.ps1 is powershell-script of 1 authentication_set, 1 vpn_connection; vyos.txt is "
        "gateway-configuration of 1 peer "
        "| warning AU001 vpn.ps1:1",
    ),
    "ne-lab-212 with another key": Row(
        {"vyos.txt": VYOS.format(14), "vpn.ps1": DIAL.format(OTHER)},
        "exit 1 "
        "| vpn.ps1 is powershell-script of 1 authentication_set, 1 vpn_connection; vyos.txt is "
        "gateway-configuration of 1 peer "
        "| error AU028 vpn.ps1:1, warning AU001 vpn.ps1:1",
        says=("the preshared key differs",),
    ),
    "ne-lab-212 with a group that L2TP lacks": Row(
        {"vyos.txt": VYOS.format(16), "vpn.ps1": DIAL.format(KEY)},
        "exit 1 "
        "| vpn.ps1 is powershell-script of 1 authentication_set, 1 vpn_connection; vyos.txt is "
        "gateway-configuration of 1 peer "
        "| error CR032 vpn.ps1:1, warning AU001 vpn.ps1:1",
        says=("DH16 there",),
    ),
    "pfsense-mobile made in the GUI": Row(
        {"config.xml": PFSENSE.format(0), "vpn.ps1": GUI.format("EAP")},
        "exit 1 "
        "| config.xml is gateway-xml of 1 peer; vpn.ps1 is powershell-script of 1 vpn_connection "
        "| error CR032 vpn.ps1:1, error CR032 vpn.ps1:1, warning CR005 vpn.ps1:1",
    ),
    "pfsense-mobile with a suite": Row(
        {"config.xml": PFSENSE.format(0), "vpn.ps1": GUI.format("EAP") + OWN.format("None")},
        "exit 0 "
        "| config.xml is gateway-xml of 1 peer; vpn.ps1 is powershell-script of 1 main_mode_crypto_set, 1 "
        "quick_mode_crypto_set, 1 vpn_connection",
    ),
    "pfsense-mobile with a group for renewals": Row(
        {"config.xml": PFSENSE.format(14), "vpn.ps1": GUI.format("EAP") + OWN.format("None")},
        "exit 1 "
        "| config.xml is gateway-xml of 1 peer; vpn.ps1 is powershell-script of 1 main_mode_crypto_set, 1 "
        "quick_mode_crypto_set, 1 vpn_connection "
        "| error CR030 vpn.ps1:2",
    ),
    "vpn-map-da by SSTP": Row(
        {"profile.xml": DEVICE.format("SSTP", "MachineMethod>Certificate</MachineMethod")},
        "exit 1 | profile.xml is vpn-profile-xml of 1 vpn_connection | warning AU037 profile.xml:5",
        says=("the device tunnel goes by SSTP",),
    ),
    "vpn-map-da of a user": Row(
        {"profile.xml": DEVICE.format("IKEv2", "UserMethod>Eap</UserMethod")},
        "exit 1 "
        "| profile.xml is vpn-profile-xml of 1 vpn_connection "
        "| warning CR005 profile.xml:3, warning AU037 profile.xml:7",
        says=("the device tunnel authenticates by EAP",),
    ),
    "vpn-map-da as documented": Row(
        {"profile.xml": DEVICE.format("IKEv2", "MachineMethod>Certificate</MachineMethod")},
        "exit 1 | profile.xml is vpn-profile-xml of 1 vpn_connection | warning CR005 profile.xml:3",
    ),
    "azure-docs-109759": Row(
        {"profile.xml": PLUGGED_IN},
        "exit 0 | profile.xml is vpn-profile-xml of 1 vpn_connection",
    ),
    "rras-azure with parts of a suite": Row(
        {"site.ps1": SITE.format(f"{PARTS}-AuthenticationTransformConstants SHA196")},
        "exit 4 "
        "| site.ps1 is powershell-script partial of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 "
        "authentication_set, 1 vpn_interface "
        "| warning CR004 site.ps1:1, warning CR004 site.ps1:1, info AU001 site.ps1:1 "
        "| IN003 site.ps1:1:1",
        says=("without `DHGroup`, `PfsGroup`",),
    ),
    "rras-azure without a suite": Row(
        {"site.ps1": SITE.format("")},
        "exit 1 "
        "| site.ps1 is powershell-script of 1 authentication_set, 1 vpn_interface "
        "| warning CR025 site.ps1:1, info AU001 site.ps1:1",
    ),
    "libreswan-503": Row(
        {"pluto.log": PLUTO.format("983982", REFUSED) + PLUTO.format("983990", ANSWERED)},
        "exit 1 | pluto.log is ike-log of 1 event | warning RT015 pluto.log:1",
        says=("with 198.51.100.5",),
    ),
    "libreswan-503 of another daemon": Row(
        {"other.log": PLUTO.format("983982", "a lease was renewed")},
        "exit 3 | other.log is None no-ipsec of nothing | IN004 other.log:1:1",
    ),
    "algo-1063 translated back": Row(
        {"event.txt": BACK},
        "exit 1 | event.txt is error-sentences of 1 event | warning RT016 event.txt:1",
    ),
    "dotras-90": Row(
        {"post.txt": "Found in the Windows SDK: 13801 is defined in winerror.h as\nERROR_IPSEC_IKE_AUTH_FAIL\n"},
        "exit 3 | post.txt is None no-ipsec of nothing | IN004 post.txt:1:1",
    ),
    "dotras-90 that was met": Row(
        {"post.txt": "The IKEv2 VPN ends with ERROR_IPSEC_IKE_AUTH_FAIL\n"},
        "exit 1 | post.txt is error-sentences of 1 event | warning RT013 post.txt:1",
    ),
    "hicks-hresult by rasdial": Row(
        {"console.txt": CONSOLE},
        "exit 1 | console.txt is error-sentences of 1 event | warning RT023 console.txt:3",
        says=("CERT_E_UNTRUSTEDROOT",),
    ),
    "hicks-hresult of an update": Row(
        {"console.txt": "Windows Update says: error 0x800B0109\n"},
        "exit 3 | console.txt is None no-ipsec of nothing | IN004 console.txt:1:1",
    ),
    "ike-trace": Row(
        {"ike.txt": TRACE.format("ERROR_IPSEC_IKE_AUTH_FAIL")},
        "exit 1 | ike.txt is error-sentences of 1 event | warning RT013 ike.txt:1",
    ),
    "hicks-13801 with two certificates": Row(
        {"pc/certificates.txt": f"{FIRST}\n{SECOND}", "pc/vpn.ps1": CERTIFIED},
        "exit 1 "
        "| pc/certificates.txt is powershell-list of 2 certificate; pc/vpn.ps1 is powershell-script of 1 "
        "main_mode_crypto_set, 1 quick_mode_crypto_set, 1 vpn_connection "
        "| warning AU022 pc/vpn.ps1:1",
        says=("2 certificates would do",),
    ),
    "hicks-13801 with one": Row(
        {"pc/certificates.txt": FIRST, "pc/vpn.ps1": CERTIFIED},
        "exit 0 "
        "| pc/certificates.txt is powershell-list of 1 certificate; pc/vpn.ps1 is powershell-script of 1 "
        "main_mode_crypto_set, 1 quick_mode_crypto_set, 1 vpn_connection",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_report_and_what_just_misses_it_are_answered_as_their_causes_say(name: str, tmp_path: Path) -> None:
    row = ROWS[name]
    outcome, said = run(row, tmp_path)
    assert outcome == row.outcome
    assert [words for words in row.says if words not in said] == []
