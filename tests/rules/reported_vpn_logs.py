"""Public reports of VPN faults whose authors paste the log of the other end, a server's event, or a number.

Each says the thread that it stands for. Names, addresses and keys are made up.
"""

from __future__ import annotations

from tests.rules.reported_vpn_faults import EVENT, Reported
from tests.rules.reported_vpn_pastes import CHARON, DIALED, listed

_STATE = 'Oct  1 06:32:20 gw pluto[443]: "l2tp-psk"[52] 192.0.2.7 #249: '
_REFUSED_BY_SERVER = """Log Name:      System
Source:        RemoteAccess
Date:          5/4/2018 10:10:10 AM
Event ID:      20271
Level:         Warning
Computer:      RRAS01
Description:
CoId={{D7F76690-EE1C-42E0-9781-C808D1706B4A}}: The user u@example.org connected from 192.0.2.5 but failed an \
authentication attempt due to the following reason: {}
"""


def pluto(*lines: str) -> dict[str, str]:
    """A log of pluto with these lines of one state."""
    return {"pluto.log": "".join(f"{_STATE}{line}\n" for line in lines)}


def charon(*lines: tuple[str, str]) -> dict[str, str]:
    """A log of charon with these lines, each with its group."""
    return {"charon.log": "".join(CHARON.format(*line) for line in lines)}


LOGGED = {
    "docker-393": Reported(
        "hwdsl2/docker-ipsec-vpn-server issues 393 and 90, setup-ipsec-vpn issues 282, 513 and 1244",
        pluto(
            "responding to Main Mode from unknown peer 192.0.2.7:500",
            "Oakley Transform [3DES_CBC (192), HMAC_SHA1, MODP1024] refused",
            "OAKLEY_GROUP 1 not supported.  Attribute OAKLEY_GROUP_DESCRIPTION",
            "no acceptable Oakley Transform",
            "sending notification NO_PROPOSAL_CHOSEN to 192.0.2.7:500",
        ),
        "RT016",
    ),
    "hwdsl2-101": Reported(
        "hwdsl2/setup-ipsec-vpn issue 101: names as libreswan 3.19 has them",
        pluto(
            "Oakley Transform [OAKLEY_AES_CBC (256), OAKLEY_SHA1, OAKLEY_GROUP_MODP1024] refused",
            "no acceptable Oakley Transform",
        ),
        "RT016",
    ),
    "hwdsl2-669": Reported(
        "hwdsl2/setup-ipsec-vpn issue 669: the certificate was not found, so there is no connection",
        {
            "journal.txt": "Oct 30 11:12:53 gw pluto[4790]: packet from 192.0.2.5:500: initial parent SA message "
            "received on 198.51.100.2:500 but no suitable connection found with IKEv2 policy\n"
            "Oct 30 11:12:53 gw pluto[4790]: packet from 192.0.2.5:500: responding to SA_INIT message (ID 0) from "
            "192.0.2.5:500 with unencrypted notification NO_PROPOSAL_CHOSEN\n"
        },
        "RT015",
    ),
    "jawj-8": Reported(
        "jawj/IKEv2-setup issue 8",
        charon(("IKE", "no IKE config found for 10.0.0.2...192.0.2.5, sending NO_PROPOSAL_CHOSEN")),
        "RT015",
    ),
    "libreswan-2294": Reported(
        "libreswan/libreswan issue 2294: the client was left at EAP",
        pluto(
            "Peer attempted EAP authentication, but IKE_AUTH is required",
            "responding to IKE_AUTH message (ID 1) from 192.0.2.7 with encrypted notification AUTHENTICATION_FAILED",
        ),
        "RT013",
    ),
    "libreswan-198": Reported(
        "libreswan/libreswan issue 198, hwdsl2/setup-ipsec-vpn issues 429 and 465: an identity not in the certificate",
        pluto(
            "sending unencrypted notification v2N_AUTHENTICATION_FAILED to 192.0.2.7:47313",
            "certificate verified OK: O=A,CN=myClient",
            "No matching subjectAltName found",
            "certificate does not contain ID_IP subjectAltName=192.0.2.7",
            "Peer public key SubjectAltName does not match peer ID for this connection",
        ),
        "RT013",
    ),
    "hwdsl2-469": Reported(
        "hwdsl2/setup-ipsec-vpn issue 469: two clients with one certificate's connection",
        pluto("ID_DER_ASN1_DN 'O=VPN,CN=b' does not match expected 'CN=a, O=VPN'"),
        "RT013",
    ),
    "libreswan-125": Reported(
        "libreswan/libreswan issue 125: Windows to Linux with certificates",
        {
            "log.txt": "Sep 11 06:33:46: \"tubewin\" #4: Main mode peer ID is ID_DER_ASN1_DN: 'C=IL, CN=WIN-E9'\n"
            "Sep 11 06:33:46: \"tubewin\" #4: no suitable connection for peer 'C=IL, CN=WIN-E9'\n"
            'Sep 11 06:33:46: "tubewin" #4: sending encrypted notification INVALID_ID_INFORMATION to 192.0.2.7:500\n'
        },
        "RT013",
    ),
    "nm-l2tp-15": Reported(
        "nm-l2tp/NetworkManager-l2tp issue 15",
        pluto("we require IKEv1 peer to have ID '@192.168.73.2', but peer declares '192.168.73.2'"),
        "RT013",
    ),
    "libreswan-802": Reported(
        "libreswan/libreswan issue 802, hwdsl2/setup-ipsec-vpn issue 1199: L2TP behind NAT",
        pluto(
            "the peer proposed: 198.51.100.2/32:17/1701 -> 192.168.1.5/32:17/0",
            "cannot respond to IPsec SA request because no connection is known for 198.51.100.2/32===10.0.0.2:17/1701",
            "sending encrypted notification INVALID_ID_INFORMATION to 192.0.2.7:4500",
        ),
        "RT015",
    ),
    "libreswan-765": Reported(
        "libreswan/libreswan issue 765: Azure renews the child with other proposals",
        {
            "pluto.log": 'Jun 09 18:40:03 gw pluto[2]: "azure/1x2" #8: no local proposal matches remote proposals '
            "1:ESP:ENCR=AES_GCM_C_256;ESN=DISABLED 2:ESP:ENCR=AES_CBC_256;INTEG=HMAC_SHA1_96;ESN=DISABLED\n"
            'Jun 09 18:40:03 gw pluto[2]: "azure/1x2" #8: CREATE_CHILD_SA responder matching remote ESP/AH proposals '
            "failed, responder SA processing returned STF_FAIL+v2N_NO_PROPOSAL_CHOSEN\n"
        },
        "RT016",
    ),
    "algo-305": Reported(
        "trailofbits/algo issues 305 and 534: fragments of IKE_AUTH are lost",
        charon(
            ("IKE", "192.0.2.5 is initiating an IKE_SA"),
            ("ENC", "generating IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) CERTREQ N(MULT_AUTH) ]"),
            ("JOB", "deleting half open IKE_SA with 192.0.2.5 after timeout"),
        ),
        "RT017",
    ),
    "hwdsl2-991": Reported(
        "hwdsl2/setup-ipsec-vpn issue 991",
        pluto("deleting incomplete state after 200.000 seconds"),
        "RT017",
    ),
    "strongswan-pr-61": Reported(
        "strongswan/strongswan pull 61: Windows takes no range in transport mode",
        charon(("IKE", "received TS_UNACCEPTABLE notify, no CHILD_SA built")),
        "RT015",
    ),
    "strongswan-1350": Reported(
        "strongswan/strongswan issue 1350: no secret for the identity of EAP",
        charon(("IKE", "no EAP key found for hosts 'vpn.example.org' - 'u'")),
        "RT013",
    ),
    "strongswan-psk": Reported(
        "docs.strongswan.org, IKEv1 with preshared keys that differ; hwdsl2/setup-ipsec-vpn issue 153",
        charon(
            ("ENC", "invalid ID_V1 payload length, decryption failed?"),
            ("ENC", "could not decrypt payloads"),
            ("IKE", "message parsing failed"),
        ),
        "RT013",
    ),
    "azure-73289": Reported(
        "MicrosoftDocs/azure-docs issue 73289: device tunnel to a gateway that was left at EAP",
        {"post.txt": "I got the error as :**Error 13806: IKE failed to find a valid machine certificate.**\n"},
        "RT014",
    ),
    "hwdsl2-18": Reported("hwdsl2/setup-ipsec-vpn issue 18: CHAP", {"event.txt": DIALED.format(628)}, "RT023"),
    "hicks-hresult": Reported(
        "directaccess.richardhicks.com, error -2146762495", {"event.txt": DIALED.format(-2146762495)}, "RT023"
    ),
    "hicks-812-server": Reported(
        "directaccess.richardhicks.com 2018/02, errors 691 and 812, at the server",
        {
            "event.txt": _REFUSED_BY_SERVER.format(
                "The connection was prevented because of a policy configured on your RAS/VPN server. Specifically, the "
                "authentication method used by the server to verify your username and password may not match the "
                "authentication method configured in your connection profile."
            )
        },
        "RT023",
    ),
    "algo-1795": Reported(
        "trailofbits/algo issue 1795", {"post.txt": "The error code returned on failure is 13801.\n"}, "RT013"
    ),
    "routeros-proposal": Reported(
        "forum.mikrotik.com and qsetup.ru: no suitable proposal found",
        {
            "log.txt": "10:15:01 ipsec,info new ike2 SA (R): peer1 203.0.113.1[500]-192.0.2.7[500]\n"
            "10:15:01 ipsec,error 192.0.2.7 no suitable proposal found.\n"
            "10:15:01 ipsec,error 192.0.2.7 failed to pre-process ph1 packet (side: 1, status 1).\n"
        },
        "RT016",
    ),
    "routeros-time": Reported(
        "windoro.ru: phase1 negotiation failed due to time up",
        {"log.txt": "10:15:01 ipsec,error phase1 negotiation failed due to time up 203.0.113.1[500]\n"},
        "RT017",
    ),
    "pluto-pfs": Reported(
        "libreswan 4.10 with pfs at its default, as it answers Windows' L2TP",
        pluto(
            "we require PFS but Quick I1 SA specifies no GROUP_DESCRIPTION",
            "sending encrypted notification NO_PROPOSAL_CHOSEN to 192.0.2.7:500",
        ),
        "RT016",
    ),
    "rasdial-868": Reported(
        "learn.microsoft.com, rasdial: what it prints of a name that is not resolved",
        {
            "out.txt": "Connecting to Work...\n\nRemote Access error 868 - The remote connection was not made because "
            "the name of the remote access server did not resolve.\n"
        },
        "RT023",
    ),
    "alpine-8-event": Reported(
        "aliasmee/alpine-ikev2-vpn issue 8, as event and listing in one paste",
        {"post.txt": EVENT.format(code=13868) + "\n" + listed() + "IPSecCustomPolicy     :\n"},
        "CR005",
        is_first=False,
    ),
    "hwdsl2-153": Reported(
        "hwdsl2/setup-ipsec-vpn issue 153, between sites: the key of ipsec.secrets is another",
        {
            "windows/s2s.ps1": "Add-VpnS2SInterface -Name B -Protocol IKEv2 -Destination 203.0.113.4 "
            '-AuthenticationMethod PSKOnly -SharedSecret "correct horse" -IPv4Subnet "10.2.0.0/16:100"\n',
            "linux/ipsec.conf": "conn b\n keyexchange=ikev2\n ike=aes256-sha1-modp1024\n authby=secret\n "
            "left=203.0.113.4\n leftsubnet=10.2.0.0/16\n right=198.51.100.7\n rightsubnet=10.1.0.0/16\n auto=add\n",
            "linux/ipsec.secrets": '203.0.113.4 198.51.100.7 : PSK "battery staple"\n',
        },
        "AU028",
    ),
    "algo-1051": Reported(
        "trailofbits/algo issue 1051, hwdsl2/setup-ipsec-vpn issue 873: a number in an issue with a log",
        {
            "issue.md": "### Describe the issue\nWindows 11 ends with Error 809.\n\n**Logs**\n```\n"
            "Oct 30 11:12:53 gw pluto[4790]: packet from 192.0.2.5:500: ISAKMP_v2_IKE_SA_INIT message received on "
            "198.51.100.2:500 but no connection has been authorized with policy RSASIG+IKEV2_ALLOW\n```\n"
        },
        "RT015",
    ),
    "hicks-809-firewall": Reported(
        "directaccess.richardhicks.com 2019/02/14, error 809: the firewall",
        {
            "rras.ps1": "Set-VpnServerConfiguration -Ikev2Ports 500 -IdleDisconnectSeconds 600\n"
            "New-NetFirewallRule -DisplayName x -Direction Inbound -Action Block -Protocol UDP -LocalPort 500,4500\n"
        },
        "EX011",
    ),
}
