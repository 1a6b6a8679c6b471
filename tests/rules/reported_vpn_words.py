"""Public reports whose cause the words of a log or of the registry name, and whose findings must say these words.

Each says the thread or page that it stands for. Names, addresses and keys are made up.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.rules.reported_vpn_faults import Reported


class Worded(NamedTuple):
    """A report, and the words of the first finding that name its cause."""

    reported: Reported
    words: str


WORDED = {
    "strongswan-1350": Worded(
        Reported(
            "strongswan/strongswan issue 1350: the client does not take the server's certificate and says nothing more",
            {
                "charon.log": (
                    "Oct 18 09:12:01 gw charon: 11[NET] received packet: from 203.0.113.20[500] to "
                    "198.51.100.5[500] (1104 bytes)\n"
                    "Oct 18 09:12:01 gw charon: 11[ENC] parsed IKE_SA_INIT request 0 [ SA KE No N(FRAG_SUP) "
                    "N(NATD_S_IP) N(NATD_D_IP) V V V V ]\n"
                    "Oct 18 09:12:01 gw charon: 11[IKE] received MS NT5 ISAKMPOAKLEY v9 vendor ID\n"
                    "Oct 18 09:12:01 gw charon: 11[IKE] 203.0.113.20 is initiating an IKE_SA\n"
                    "Oct 18 09:12:01 gw charon: 11[CFG] selected proposal: "
                    "IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_1024\n"
                    "Oct 18 09:12:01 gw charon: 12[ENC] parsed IKE_AUTH request 1 [ IDi CERTREQ "
                    "N(MOBIKE_SUP) CPRQ(ADDR DNS NBNS SRV ADDR6 DNS6 SRV6) SA TSi TSr ]\n"
                    "Oct 18 09:12:01 gw charon: 12[CFG] selected peer config 'win-eap'\n"
                    "Oct 18 09:12:01 gw charon: 12[IKE] initiating EAP_IDENTITY method (id 0x00)\n"
                    "Oct 18 09:12:01 gw charon: 12[IKE] authentication of 'gw.example.net' (myself) with RSA "
                    "signature successful\n"
                    'Oct 18 09:12:01 gw charon: 12[IKE] sending end entity cert "C=DE, O=Example, '
                    'CN=gw.example.net"\n'
                    "Oct 18 09:12:01 gw charon: 12[ENC] generating IKE_AUTH response 1 [ IDr CERT AUTH "
                    "EAP/REQ/ID ]\n"
                    "Oct 18 09:12:01 gw charon: 12[NET] sending packet: from 198.51.100.5[4500] to "
                    "203.0.113.20[4500] (1888 bytes)\n"
                    "Oct 18 09:12:31 gw charon: 09[JOB] deleting half open IKE_SA with 203.0.113.20 after "
                    "timeout\n"
                ),
            },
            "RT017",
        ),
        "no answer came to the certificate of this end",
    ),
    "strongswan-3017": Worded(
        Reported(
            "strongswan/strongswan issue 3017: the crypto policy of the system refuses to sign with SHA-1",
            {
                "charon.log": (
                    "10[IKE] 203.0.113.20 is initiating an IKE_SA\n"
                    "10[CFG] selected proposal: IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_2048\n"
                    "11[CFG] selected peer config 'roadwarrior'\n"
                    "11[IKE] authentication of 'vpn.example.com' (myself) with RSA signature failed\n"
                    "11[ENC] generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]\n"
                ),
            },
            "RT013",
        ),
        "(myself) with RSA signature failed",
    ),
    "libreswan-316": Worded(
        Reported(
            "libreswan/libreswan issue 316: keys that differ by direction",
            {
                "pluto.log": (
                    'Mar 19 12:56:03.545592: "IPsec_TUN_1" #5: IKEv2 mode peer ID is ID_IPV4_ADDR: '
                    "'198.51.100.14'\n"
                    'Mar 19 12:56:03.546371: "IPsec_TUN_1" #5: Authenticated using authby=secret\n'
                    'Mar 19 12:56:03.547047: "IPsec_TUN_1" #5: responding to AUTH message (ID 1) from '
                    "198.51.100.14:500 with encrypted notification TS_UNACCEPTABLE\n"
                    'Mar 19 12:56:03.551082: "IPsec_TUN_1" #5: responding to AUTH message (ID 1) from '
                    "198.51.100.14:500 with encrypted notification INVALID_IKE_SPI\n"
                ),
            },
            "RT015",
        ),
        "198.51.100.14",
    ),
    "docker-199": Worded(
        Reported(
            "hwdsl2/docker-ipsec-vpn-server issue 199: no connection for IKEv2",
            {
                "pluto.log": (
                    "Jul  1 16:06:38 vpn pluto[2279]: packet from 203.0.113.57:61160: initial parent SA "
                    "message received on 172.17.0.2:500 but no suitable connection found with IKEv2 policy\n"
                    "Jul  1 16:06:38 vpn pluto[2279]: packet from 203.0.113.57:61160: responding to "
                    "IKE_SA_INIT (34) message (Message ID 0) from 203.0.113.57:61160 with unencrypted "
                    "notification NO_PROPOSAL_CHOSEN\n"
                ),
            },
            "RT015",
        ),
        "with 203.0.113.57 (1)",
    ),
    "fortigate-azure-rekey": Worded(
        Reported(
            "snapoverflow.com, Server Fault question 1048360: FortiGate and Azure, PFS at the renewal",
            {
                "forti.log": (
                    'date=2021-01-03 time=04:22:03 eventtime=1609618924346452242 tz="+0800" '
                    'logid="0101037129" type="event" subtype="vpn" level="notice" vd="root" '
                    'logdesc="Progress IPsec phase 2" msg="progress IPsec phase 2" action="negotiate" '
                    'remip=203.0.113.9 locip=198.51.100.3 remport=500 locport=500 outintf="wan1" '
                    'cookies="1122334455667788/8877665544332211" user="N/A" group="N/A" '
                    'vpntunnel="AZURE-XYZ" status="success" init="remote" exch="CREATE_CHILD" dir="outbound" '
                    'role="responder" result="DONE" version="IKEv2"\n'
                    'date=2021-01-03 time=04:22:03 eventtime=1609618924346420462 tz="+0800" '
                    'logid="0101037125" type="event" subtype="vpn" level="error" vd="root" logdesc="IPsec '
                    'phase 2 error" msg="IPsec phase 2 error" action="negotiate" remip=203.0.113.9 '
                    'locip=198.51.100.3 remport=500 locport=500 outintf="wan1" '
                    'cookies="1122334455667788/8877665544332211" vpntunnel="AZURE-XYZ" '
                    'status="negotiate_error" reason="peer SA proposal not match local policy"\n'
                    'date=2021-01-03 time=04:22:03 eventtime=1609618924346376500 tz="+0800" '
                    'logid="0101037120" type="event" subtype="vpn" level="notice" vd="root" '
                    'logdesc="Negotiate IPsec phase 1" msg="negotiate IPsec phase 1" action="negotiate" '
                    'remip=203.0.113.9 locip=198.51.100.3 vpntunnel="AZURE-XYZ" status="success" '
                    'result="N/A" peer_notif="N/A"\n'
                ),
            },
            "RT016",
        ),
        "with 203.0.113.9 (1)",
    ),
    "asa-phase-2": Worded(
        Reported(
            "Cisco document 81824: phase 2 that differs",
            {
                "asa.log": (
                    "Jan 12 14:22:31 [IKEv1]: Group = 198.51.100.20, IP = 198.51.100.20, All IPSec SA "
                    "proposals found unacceptable!\n"
                    "Jan 12 14:22:31 [IKEv1]: Group = 198.51.100.20, IP = 198.51.100.20, QM FSM error (P2 "
                    "struct &0xd8a4b3a0, mess id 0x6a4c6f1b)!\n"
                    "Jan 12 14:22:31 [IKEv1]: Group = 198.51.100.20, IP = 198.51.100.20, Removing peer from "
                    "correlator table failed, no match!\n"
                    "Jan 12 14:22:31 [IKEv1]: Group = 198.51.100.20, IP = 198.51.100.20, Session is being "
                    "torn down. Reason: Phase 2 Mismatch\n"
                ),
            },
            "RT016",
        ),
        "All IPSec SA proposals found unacceptable",
    ),
    "asa-phase-1": Worded(
        Reported(
            "Cisco document 81824: phase 1 that differs",
            {
                "asa.log": (
                    "%ASA-5-713904: Group = 198.51.100.20, IP = 198.51.100.20, All SA proposals found "
                    "unacceptable\n"
                    "%ASA-3-713048: IP = 198.51.100.20, Error processing payload: Payload ID: 1\n"
                    "%ASA-4-713903: Group = 198.51.100.20, IP = 198.51.100.20, Error: Unable to remove "
                    "PeerTblEntry\n"
                ),
            },
            "RT016",
        ),
        "All SA proposals found unacceptable",
    ),
    "asa-crypto-map": Worded(
        Reported(
            "Cisco document 81824: lists of networks that do not mirror each other",
            {
                "asa.log": (
                    "%ASA-3-713061: Group = 198.51.100.20, IP = 198.51.100.20, Rejecting IPSec tunnel: no "
                    "matching crypto map entry for remote proxy 10.9.0.0/255.255.0.0/0/0 local proxy "
                    "10.1.0.0/255.255.255.0/0/0 on interface outside\n"
                    "%ASA-3-713902: Group = 198.51.100.20, IP = 198.51.100.20, QM FSM error (P2 struct "
                    "&0xcca9e2d8, mess id 0x2f5f3a61)!\n"
                    "%ASA-3-713902: Group = 198.51.100.20, IP = 198.51.100.20, Removing peer from correlator "
                    "table failed, no match!\n"
                ),
            },
            "RT015",
        ),
        "remote proxy 10.9.0.0/255.255.0.0/0/0",
    ),
    "ios-proxies": Worded(
        Reported(
            "Cisco document 5409: lists of networks that do not mirror each other",
            {
                "ios.log": (
                    "00:27:07: ISAKMP (0:2): Checking IPSec proposal 1\n"
                    "00:27:07: ISAKMP: transform 1, ESP_DES\n"
                    "00:27:07: IPSEC(validate_transform_proposal): proxy identities not supported\n"
                    "00:27:07: ISAKMP (0:2): IPSec policy invalidated proposal\n"
                    "00:27:07: ISAKMP (0:2): phase 2 SA policy not acceptable! (local 198.51.100.1 remote "
                    "203.0.113.8)\n"
                ),
            },
            "RT015",
        ),
        "proxy identities not supported",
    ),
    "ios-key": Worded(
        Reported(
            "Cisco document 5409: keys that differ",
            {
                "ios.log": (
                    "1d00h: %CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 203.0.113.8 failed its sanity check "
                    "or is malformed\n"
                    '1d00h: ISAKMP:(1001):deleting SA reason "Death by retransmission P1" state (I) '
                    "MM_KEY_EXCH (peer 203.0.113.8)\n"
                ),
            },
            "RT013",
        ),
        "with 203.0.113.8 (1)",
    ),
    "asa-key": Worded(
        Reported(
            "Cisco document 81824: keys that differ",
            {
                "asa.log": (
                    "[IKEv1]: Group = 203.0.113.8, IP = 203.0.113.8, Received encrypted Oakley Main Mode "
                    "packet with invalid payloads, MessID = 0\n"
                    "[IKEv1]: Group = 203.0.113.8, IP = 203.0.113.8, ERROR, had problems decrypting packet, "
                    "probably due to mismatched pre-shared key.  Aborting\n"
                ),
            },
            "RT013",
        ),
        "mismatched pre-shared key",
    ),
    "routeros-key": Worded(
        Reported(
            "RouterOS forum: keys that differ",
            {
                "mt.log": (
                    "09:12:45 ipsec,error 203.0.113.50 parsing packet failed, possible cause: wrong password\n"
                    "09:12:55 ipsec,error phase1 negotiation failed due to time up "
                    "198.51.100.1[500]<=>203.0.113.50[500] 3c1f3a9f5d2f4b11:0000000000000000\n"
                ),
            },
            "RT013",
        ),
        "possible cause: wrong password",
    ),
    "opnsense-8631": Worded(
        Reported(
            "opnsense/core issue 8631: the group of the child, seen at the first renewal",
            {
                "ch.log": (
                    "2025-05-12T08:01:11 Informational charon 09[KNL] <con1|4> creating rekey job for "
                    "CHILD_SA ESP/0xc9a7e0d1/198.51.100.3\n"
                    "2025-05-12T08:01:11 Informational charon 09[IKE] <con1|4> establishing CHILD_SA "
                    "con1{12} reqid 2\n"
                    "2025-05-12T08:01:11 Informational charon 09[ENC] <con1|4> generating CREATE_CHILD_SA "
                    "request 8 [ N(REKEY_SA) SA No KE TSi TSr ]\n"
                    "2025-05-12T08:01:11 Informational charon 09[ENC] <con1|4> parsed CREATE_CHILD_SA "
                    "response 8 [ N(NO_PROP) ]\n"
                    "2025-05-12T08:01:11 Informational charon 09[IKE] <con1|4> received NO_PROPOSAL_CHOSEN "
                    "notify, no CHILD_SA built\n"
                    "2025-05-12T08:01:11 Informational charon 09[IKE] <con1|4> failed to establish CHILD_SA, "
                    "keeping IKE_SA\n"
                    "2025-05-12T08:01:11 Informational charon 09[IKE] <con1|4> CHILD_SA rekeying failed, "
                    "trying again in 15 seconds\n"
                ),
            },
            "RT016",
        ),
        "it was a renewal",
    ),
    "junos-proposal": Worded(
        Reported(
            "Junos, kmd: no proposal in common",
            {
                "kmd.log": (
                    "Jul 10 16:14:30 210-2 kmd[52472]: IKE negotiation failed with error: No proposal "
                    "chosen. IKE Version: 2, VPN: vpn1 Gateway: ike-gw, Local: 198.51.100.20/500, Remote: "
                    "203.0.113.11/500, Local IKE-ID: Not-Available, Remote IKE-ID: Not-Available, VR-ID: 0: "
                    "Role: Responder\n"
                    "Jul 10 16:14:30 210-2 kmd[52472]: KMD_VPN_PV_PHASE1: IKE Phase-1 Failure: No proposal "
                    "chosen [spi=(null), src_ip=198.51.100.20, dst_ip=203.0.113.11]\n"
                ),
            },
            "RT016",
        ),
        "with 203.0.113.11 (1)",
    ),
    "meraki-proposal": Worded(
        Reported(
            "Meraki, Troubleshooting Client VPN: no proposal in common",
            {
                "m.log": (
                    "May  8 17:43:45 msg: no suitable proposal found.\n"
                    "May  8 17:43:45 msg: failed to get valid proposal.\n"
                    "May  8 17:43:45 msg: failed to pre-process packet.\n"
                    "May  8 17:43:45 msg: phase1 negotiation failed.\n"
                ),
            },
            "RT016",
        ),
        "no suitable proposal found",
    ),
    "algo-305": Worded(
        Reported(
            "trailofbits/algo issues 305, 534 and 760: fragments of IKE_AUTH are dropped",
            {
                "ch.log": (
                    "Dec 24 19:16:51 scw-3 charon: 03[NET] received packet: from 203.0.113.4[500] to "
                    "10.4.90.87[500]\n"
                    "Dec 24 19:16:51 scw-3 charon: 06[ENC] parsed IKE_SA_INIT request 0 [ SA KE No "
                    "N(NATD_S_IP) N(NATD_D_IP) V V V V ]\n"
                    "Dec 24 19:16:51 scw-3 charon: 06[IKE] received MS NT5 ISAKMPOAKLEY v9 vendor ID\n"
                    "Dec 24 19:16:51 scw-3 charon: 06[IKE] 203.0.113.4 is initiating an IKE_SA\n"
                    "Dec 24 19:16:51 scw-3 charon: 06[CFG] selected proposal: "
                    "IKE:AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_384\n"
                    "Dec 24 19:16:51 scw-3 charon: 06[IKE] local host is behind NAT, sending keep alives\n"
                    "Dec 24 19:16:51 scw-3 charon: 06[ENC] generating IKE_SA_INIT response 0 [ SA KE No "
                    "N(NATD_S_IP) N(NATD_D_IP) CERTREQ N(MULT_AUTH) ]\n"
                    "Dec 24 19:16:51 scw-3 charon: 06[NET] sending packet: from 10.4.90.87[500] to "
                    "203.0.113.4[500] (345 bytes)\n"
                    "Dec 24 19:17:11 scw-3 charon: 07[IKE] sending keep alive to 203.0.113.4[500]\n"
                    "Dec 24 19:17:21 scw-3 charon: 05[JOB] deleting half open IKE_SA after timeout\n"
                ),
            },
            "RT017",
        ),
        "IKE_SA_INIT was answered and no IKE_AUTH came",
    ),
    "libreswan-311": Worded(
        Reported(
            "libreswan/libreswan pull 311: fragments of IKE_AUTH are dropped",
            {
                "pl.log": (
                    'Jul 10 19:16:20 vpn pluto[30007]: "ikev2-cp"[2] 203.0.113.171 #3: proposal '
                    "1:IKE=AES_CBC_256-HMAC_SHA2_256-HMAC_SHA2_256_128-MODP2048 chosen from remote proposals "
                    "1:IKE:ENCR=AES_CBC_256;INTEG=HMAC_SHA2_256_128;PRF=HMAC_SHA2_256;DH=MODP2048[first-match"
                    "]\n"
                    'Jul 10 19:16:20 vpn pluto[30007]: "ikev2-cp"[2] 203.0.113.171 #3: sent IKE_SA_INIT '
                    "reply {cipher=AES_CBC_256 integ=HMAC_SHA2_256_128 prf=HMAC_SHA2_256 group=MODP2048}\n"
                    'Jul 10 19:19:40 vpn pluto[30007]: "ikev2-cp"[2] 203.0.113.171 #3: deleting incomplete '
                    "state after 200 seconds\n"
                    'Jul 10 19:19:40 vpn pluto[30007]: "ikev2-cp"[2] 203.0.113.171 #3: deleting state '
                    "(STATE_V2_PARENT_R1) aged 200.06s and NOT sending notification\n"
                ),
            },
            "RT017",
        ),
        "IKE_SA_INIT was answered and no IKE_AUTH came",
    ),
    "aws-proposal": Worded(
        Reported(
            "AWS Site-to-Site VPN logs: no proposal in common",
            {
                "aws.json": (
                    '{"event_timestamp": 1645566018, "details": "AWS tunnel processing INIT message failed: '
                    'No Proposal Match Found. Notifying with \\"NO_PROPOSAL_CHOSEN\\"", "dpd_enabled": true, '
                    '"nat_t_detected": false, "ike_phase1_state": "down", "ike_phase2_state": "down"}\n'
                ),
            },
            "RT016",
        ),
        "No Proposal Match Found",
    ),
    "panos-proxy": Worded(
        Reported(
            "paloaltofirewalls.com, VPN Concepts: proxy ids that differ",
            {
                "pan.log": (
                    "2024-01-05 10:11:12.345 +0000  [PNTF]: {    5:     }: ====> IKEv2 CHILD SA NEGOTIATION "
                    "FAILED AS RESPONDER, rekey <==== Failed SA: 198.51.100.20[500]-203.0.113.11[500] "
                    "message id:0x0000001F parent SN:12 <==== Error code 14\n"
                    "IKE phase-2 negotiation failed when processing proxy ID. cannot find matching phase-2 "
                    "tunnel for received proxy ID. received local id: 10.2.0.0/16 type IPv4_subnet protocol "
                    "0 port 0, received remote id: 10.1.0.0/16 type IPv4_subnet protocol 0 port 0.\n"
                ),
            },
            "RT015",
        ),
        "proxy ID",
    ),
    "charon-group": Worded(
        Reported(
            "the client asks for a group that the server refuses, and has no other",
            {
                "ch.log": (
                    "08[IKE] <1> 203.0.113.20 is initiating an IKE_SA\n"
                    "08[CFG] <1> selected proposal: "
                    "IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048\n"
                    "08[IKE] <1> DH group MODP_1024 unacceptable, requesting MODP_2048\n"
                    "08[ENC] <1> generating IKE_SA_INIT response 0 [ N(INVAL_KE) ]\n"
                    "08[NET] <1> sending packet: from 198.51.100.5[500] to 203.0.113.20[500] (38 bytes)\n"
                    "09[JOB] <1> deleting half open IKE_SA with 203.0.113.20 after timeout\n"
                ),
            },
            "RT017",
        ),
        "asked for another group",
    ),
    "azure-dpd": Worded(
        Reported(
            "a firewall on the way forgets the session of a tunnel that stood",
            {
                "gw.txt": (
                    "Oct  5 10:00:00 13[IKE] <Azure|5> sending DPD request\n"
                    "Oct  5 10:00:04 13[IKE] <Azure|5> retransmit 1 of request with message ID 4\n"
                    "Oct  5 10:02:44 13[IKE] <Azure|5> giving up after 5 retransmits\n"
                    "Oct  5 10:02:44 13[IKE] <Azure|5> peer not responding, trying again (1/3)\n"
                ),
            },
            "RT017",
        ),
        "a tunnel that stood was given up",
    ),
    "nps-48": Worded(
        Reported(
            "R. Hicks, errors 691 and 812: no network policy fits",
            {
                "nps.txt": (
                    "Log Name:      Security\n"
                    "Source:        Microsoft-Windows-Security-Auditing\n"
                    "Date:          4/2/2024 10:11:12 AM\n"
                    "Event ID:      6273\n"
                    "Task Category: Network Policy Server\n"
                    "Level:         Information\n"
                    "Keywords:      Audit Failure\n"
                    "Computer:      nps01.corp.example\n"
                    "Description:\n"
                    "Network Policy Server denied access to a user.\n"
                    "\n"
                    "Contact the Network Policy Server administrator for more information.\n"
                    "\n"
                    "User:\n"
                    "\tSecurity ID:\t\t\tEXAMPLE\\pat\n"
                    "\tAccount Name:\t\t\tEXAMPLE\\pat\n"
                    "\tAccount Domain:\t\t\tEXAMPLE\n"
                    "\tFully Qualified Account Name:\tEXAMPLE\\pat\n"
                    "\n"
                    "Client Machine:\n"
                    "\tSecurity ID:\t\t\tNULL SID\n"
                    "\tAccount Name:\t\t\t-\n"
                    "\tFully Qualified Account Name:\t-\n"
                    "\tCalled Station Identifier:\t\t10.1.0.4\n"
                    "\tCalling Station Identifier:\t\t203.0.113.77\n"
                    "\n"
                    "NAS:\n"
                    "\tNAS IPv4 Address:\t\t10.1.0.4\n"
                    "\tNAS IPv6 Address:\t\t-\n"
                    "\tNAS Identifier:\t\t\tRRAS01\n"
                    "\tNAS Port-Type:\t\t\tVirtual\n"
                    "\tNAS Port:\t\t\t42\n"
                    "\n"
                    "RADIUS Client:\n"
                    "\tClient Friendly Name:\t\tRRAS01\n"
                    "\tClient IP Address:\t\t\t10.1.0.4\n"
                    "\n"
                    "Authentication Details:\n"
                    "\tConnection Request Policy Name:\tVPN\n"
                    "\tNetwork Policy Name:\t\t-\n"
                    "\tAuthentication Provider:\t\tWindows\n"
                    "\tAuthentication Server:\t\tnps01.corp.example\n"
                    "\tAuthentication Type:\t\tEAP\n"
                    "\tEAP Type:\t\t\t-\n"
                    "\tAccount Session Identifier:\t\t30\n"
                    "\tLogging Results:\t\t\tAccounting information was written to the local log file.\n"
                    "\tReason Code:\t\t\t48\n"
                    "\tReason:\t\t\t\tThe connection request did not match any configured network policy.\n"
                ),
            },
            "RT023",
        ),
        "NPS gives reason 48",
    ),
    "nps-265": Worded(
        Reported(
            "Microsoft, NPS reason codes: the root is not trusted",
            {
                "nps.txt": (
                    "Log Name:      Security\n"
                    "Source:        Microsoft-Windows-Security-Auditing\n"
                    "Date:          4/2/2024 10:11:12 AM\n"
                    "Event ID:      6273\n"
                    "Task Category: Network Policy Server\n"
                    "Level:         Information\n"
                    "Keywords:      Audit Failure\n"
                    "Computer:      nps01.corp.example\n"
                    "Description:\n"
                    "Network Policy Server denied access to a user.\n"
                    "\n"
                    "Contact the Network Policy Server administrator for more information.\n"
                    "\n"
                    "User:\n"
                    "\tSecurity ID:\t\t\tEXAMPLE\\pat\n"
                    "\tAccount Name:\t\t\tEXAMPLE\\pat\n"
                    "\tAccount Domain:\t\t\tEXAMPLE\n"
                    "\tFully Qualified Account Name:\tEXAMPLE\\pat\n"
                    "\n"
                    "Client Machine:\n"
                    "\tSecurity ID:\t\t\tNULL SID\n"
                    "\tAccount Name:\t\t\t-\n"
                    "\tFully Qualified Account Name:\t-\n"
                    "\tCalled Station Identifier:\t\t10.1.0.4\n"
                    "\tCalling Station Identifier:\t\t203.0.113.77\n"
                    "\n"
                    "NAS:\n"
                    "\tNAS IPv4 Address:\t\t10.1.0.4\n"
                    "\tNAS IPv6 Address:\t\t-\n"
                    "\tNAS Identifier:\t\t\tRRAS01\n"
                    "\tNAS Port-Type:\t\t\tVirtual\n"
                    "\tNAS Port:\t\t\t42\n"
                    "\n"
                    "RADIUS Client:\n"
                    "\tClient Friendly Name:\t\tRRAS01\n"
                    "\tClient IP Address:\t\t\t10.1.0.4\n"
                    "\n"
                    "Authentication Details:\n"
                    "\tConnection Request Policy Name:\tVPN\n"
                    "\tNetwork Policy Name:\t\t-\n"
                    "\tAuthentication Provider:\t\tWindows\n"
                    "\tAuthentication Server:\t\tnps01.corp.example\n"
                    "\tAuthentication Type:\t\tEAP\n"
                    "\tEAP Type:\t\t\t-\n"
                    "\tAccount Session Identifier:\t\t30\n"
                    "\tLogging Results:\t\t\tAccounting information was written to the local log file.\n"
                    "\tReason Code:\t\t\t265\n"
                    "\tReason:\t\t\t\tThe certificate chain was issued by an authority that is not trusted.\n"
                ),
            },
            "RT020",
        ),
        "NPS gives reason 265",
    ),
    "nps-258": Worded(
        Reported(
            "Microsoft, NPS reason codes: no list of revoked certificates",
            {
                "nps.txt": (
                    "Log Name:      Security\n"
                    "Source:        Microsoft-Windows-Security-Auditing\n"
                    "Date:          4/2/2024 10:11:12 AM\n"
                    "Event ID:      6273\n"
                    "Task Category: Network Policy Server\n"
                    "Level:         Information\n"
                    "Keywords:      Audit Failure\n"
                    "Computer:      nps01.corp.example\n"
                    "Description:\n"
                    "Network Policy Server denied access to a user.\n"
                    "\n"
                    "Contact the Network Policy Server administrator for more information.\n"
                    "\n"
                    "User:\n"
                    "\tSecurity ID:\t\t\tEXAMPLE\\pat\n"
                    "\tAccount Name:\t\t\tEXAMPLE\\pat\n"
                    "\tAccount Domain:\t\t\tEXAMPLE\n"
                    "\tFully Qualified Account Name:\tEXAMPLE\\pat\n"
                    "\n"
                    "Client Machine:\n"
                    "\tSecurity ID:\t\t\tNULL SID\n"
                    "\tAccount Name:\t\t\t-\n"
                    "\tFully Qualified Account Name:\t-\n"
                    "\tCalled Station Identifier:\t\t10.1.0.4\n"
                    "\tCalling Station Identifier:\t\t203.0.113.77\n"
                    "\n"
                    "NAS:\n"
                    "\tNAS IPv4 Address:\t\t10.1.0.4\n"
                    "\tNAS IPv6 Address:\t\t-\n"
                    "\tNAS Identifier:\t\t\tRRAS01\n"
                    "\tNAS Port-Type:\t\t\tVirtual\n"
                    "\tNAS Port:\t\t\t42\n"
                    "\n"
                    "RADIUS Client:\n"
                    "\tClient Friendly Name:\t\tRRAS01\n"
                    "\tClient IP Address:\t\t\t10.1.0.4\n"
                    "\n"
                    "Authentication Details:\n"
                    "\tConnection Request Policy Name:\tVPN\n"
                    "\tNetwork Policy Name:\t\t-\n"
                    "\tAuthentication Provider:\t\tWindows\n"
                    "\tAuthentication Server:\t\tnps01.corp.example\n"
                    "\tAuthentication Type:\t\tEAP\n"
                    "\tEAP Type:\t\t\t-\n"
                    "\tAccount Session Identifier:\t\t30\n"
                    "\tLogging Results:\t\t\tAccounting information was written to the local log file.\n"
                    "\tReason Code:\t\t\t258\n"
                    "\tReason:\t\t\t\tThe revocation function was unable to check revocation for the certificate.\n"
                ),
            },
            "RT020",
        ),
        "NPS gives reason 258",
    ),
    "azeem-678": Worded(
        Reported(
            "azeem.online, L2TP/IPsec error 678: the value under the key of Windows XP",
            {
                "a.reg": (
                    "Windows Registry Editor Version 5.00\n"
                    "\n"
                    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\IPsec]\n"
                    '"AssumeUDPEncapsulationContextOnSendRule"=dword:00000002\n'
                ),
                "e.txt": (
                    "CoId={A1B01C36-6109-4A32-B61C-264F19C6EF8A}: The user EXAMPLE\\pat dialed a connection "
                    "named home which has failed. The error code returned on failure is 809.\n"
                ),
            },
            "RF023",
        ),
        "its key is Services\\PolicyAgent",
    ),
    "value-misspelt": Worded(
        Reported(
            "a name of the registry with a word missing",
            {
                "a.cmd": (
                    "REG ADD HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent /v "
                    "AssumeUDPEncapsulationContextOnSend /t REG_DWORD /d 0x2 /f\n"
                ),
            },
            "RF023",
        ),
        "use AssumeUDPEncapsulationContextOnSendRule",
    ),
    "value-under-other-key": Worded(
        Reported(
            "NegotiateDH2048_AES256 under the key of another service",
            {
                "a.cmd": (
                    "REG ADD HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\\Parameters /v "
                    "NegotiateDH2048_AES256 /t REG_DWORD /d 1 /f\n"
                ),
            },
            "RF023",
        ),
        "its key is Services\\RasMan\\Parameters",
    ),
    "suite-87": Worded(
        Reported(
            "an event below the command that made the connection",
            {
                "t.txt": (
                    "Set-VpnConnectionIPsecConfiguration -ConnectionName AOVPN "
                    "-AuthenticationTransformConstants SHA256128 -CipherTransformConstants GCMAES256 "
                    "-EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -PfsGroup None -DHGroup Group14 "
                    "-Force\n"
                    "\n"
                    "CoId={A1B01C36-6109-4A32-B61C-264F19C6EF8A}: The user EXAMPLE\\pat dialed a connection "
                    "named AOVPN which has failed. The error code returned on failure is 87.\n"
                ),
            },
            "CR012",
        ),
        "AES-GMAC-256",
    ),
}
"""Reports by a name of their own."""
