"""Public reports of failed negotiations whose authors paste what a gateway of another maker logs.

Each says the thread or page that it stands for. Names, addresses and keys are made up.
"""

from __future__ import annotations

from tests.rules.reported_vpn_faults import EVENT, Reported
from tests.rules.reported_vpn_logs import charon, pluto


def log(*lines: str) -> dict[str, str]:
    """A log with these lines."""
    return {"gateway.log": "".join(f"{line}\n" for line in lines)}


GATEWAYS = {
    "opnsense-7491": Reported(
        "opnsense/core issue 7491: the client's certificate is of no authority that the server trusts",
        charon(
            ("TLS", "no trusted certificate found for 'pc01' to verify TLS peer"),
            ("TLS", "sending fatal TLS alert 'certificate unknown'"),
        ),
        "RT013",
    ),
    "azure-docs-32421": Reported(
        "MicrosoftDocs/azure-docs issues 32421 and 104181: the plugin for EAP identities is missing, on a console",
        log(
            "initiating IKE_SA azure[1] to 203.0.113.9",
            "generating IKE_AUTH request 1 [ IDi CERTREQ SA TSi TSr ]",
            "server requested EAP_IDENTITY authentication (id 0x00)",
            "EAP_IDENTITY not supported, sending EAP_NAK",
            "establishing connection 'azure' failed",
        ),
        "RT013",
    ),
    "hwdsl2-1112": Reported(
        "hwdsl2/setup-ipsec-vpn issue 1112: RouterOS wants another identity",
        log("09:10:11 ipsec,error peer's ID does not match certificate", "09:10:11 ipsec killing ike2 SA"),
        "RT013",
    ),
    "hwdsl2-1326": Reported(
        "hwdsl2/setup-ipsec-vpn issue 1326: RouterOS lacks the authority",
        log("mar/04 09:10:11 ipsec,error can't verify peer's certificate from store"),
        "RT013",
    ),
    "libreswan-1392": Reported(
        "libreswan/libreswan issue 1392: EAP-TLS is refused within TLS",
        pluto("NSS: Handshake failed: SSL_ERROR_ACCESS_DENIED_ALERT: Peer received a valid certificate"),
        "RT013",
    ),
    "algo-760": Reported(
        "trailofbits/algo issue 760: IKE_AUTH never arrives, in the words of older releases",
        charon(
            ("CFG", "selected proposal: IKE:AES_CBC_128/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_256"),
            ("JOB", "deleting half open IKE_SA after timeout"),
        ),
        "RT017",
    ),
    "fortinet-278503": Reported(
        "community.fortinet.com 278503: group and hash of phase 1 differ",
        log(
            "ike 0:win:7: incoming proposal:",
            "ike 0:win:7: proposal id = 1:",
            "ike 0:win:7:   protocol id = ISAKMP:",
            "ike 0:win:7:         type=OAKLEY_ENCRYPT_ALG, val=AES_CBC, key-len=256",
            "ike 0:win:7:         type=OAKLEY_HASH_ALG, val=SHA.",
            "ike 0:win:7:         type=OAKLEY_GROUP, val=MODP1024.",
            "ike 0:win:7: my proposal, gw win:",
            "ike 0:win:7: proposal id = 1:",
            "ike 0:win:7:         type=OAKLEY_ENCRYPT_ALG, val=AES_CBC, key-len=256",
            "ike 0:win:7:         type=OAKLEY_HASH_ALG, val=SHA2_256.",
            "ike 0:win:7:         type=OAKLEY_GROUP, val=MODP2048.",
            "ike 0:win:7: negotiation failure, no proposal chosen",
        ),
        "RT016",
    ),
    "serverfault-1048360": Reported(
        "serverfault.com 1048360: Azure renews the child with forward secrecy",
        log(
            'date=2024-03-04 type="event" subtype="vpn" logdesc="IPsec phase 2 error" action="negotiate" '
            'status="negotiate_error" reason="peer SA proposal not match local policy"'
        ),
        "RT016",
    ),
    "cisco-azure": Reported(
        "an article on an ASA that Azure's settings do not fit",
        log(
            "IKEv2-PROTO-1: (16): Received Policies:",
            "Proposal 1: 3DES SHA1 SHA96 DH_GROUP_1024_MODP/Group 2",
            "IKEv2-PROTO-1: (16): Expected Policies:",
            "Proposal 1: AES-CBC-256 SHA384 SHA384 DH_GROUP_2048_MODP_256_PRIME/Group 24",
        ),
        "RT016",
    ),
    "cisco-isakmp": Reported(
        "Cisco, document 5409: no transform is acceptable",
        log(
            "*Mar  4 09:10:11.000: ISAKMP:(0):Checking ISAKMP transform 1 against priority 10 policy",
            "*Mar  4 09:10:11.000: ISAKMP:(0):atts are not acceptable. Next payload is 0",
            "*Mar  4 09:10:11.000: ISAKMP:(0):no offers accepted!",
            "*Mar  4 09:10:11.000: ISAKMP:(0): phase 1 SA policy not acceptable!",
        ),
        "RT016",
    ),
    "juniper": Reported(
        "what collectors look for in kmd's log",
        log("Mar  4 09:10:11 srx kmd[77]: IKE negotiation failed with error: Authentication failed. IKE Version: 2"),
        "RT013",
    ),
    "palo-alto": Reported(
        "paloaltofirewalls.com, VPN concepts, troubleshooting and testing",
        log("IKE phase-1 negotiation is failed. no suitable proposal found in peer's SA payload."),
        "RT016",
    ),
    "sonicwall": Reported(
        "what collectors look for in SonicOS' log",
        log("VPN IKE IKEv2 IKE proposal does not match 198.51.100.7, 500"),
        "RT016",
    ),
    "meraki": Reported(
        "documentation.meraki.com, which hwdsl2/setup-ipsec-vpn issue 957 cites",
        log(
            "Mar 4 09:10:11 Non-Meraki / Client VPN negotiation msg: no suitable proposal found.",
            "Mar 4 09:10:11 Non-Meraki / Client VPN negotiation msg: failed to get valid proposal.",
        ),
        "RT016",
    ),
    "azure-lab": Reported(
        "a lab on policies of Azure's gateways",
        log("IKE SA MM: FAILED - No proposal match found", "Phase 1 negotiation failed"),
        "RT016",
    ),
    "unifi": Reported(
        "charon of a gateway that logs no proposals",
        {"log.txt": "2024-03-04T09:10:11 gate charon: 15[IKE] <12> no proposal found\n"},
        "RT016",
    ),
    "cloud-logging": Reported(
        "libreswan/libreswan issue 503, strongswan/strongMan issue 131: lines of charon without its name",
        log("received NO_PROPOSAL_CHOSEN notify error", "establishing IKE_SA failed"),
        "RT016",
    ),
    "huawei": Reported(
        "support.huaweicloud.com, ALM-303046755",
        log("IPSec tunnel negotiation fails. (SeqNum=1, Reason=phase2 proposal or pfs mismatch, ReasonCode=2)"),
        "RT016",
    ),
    "hicks-864": Reported(
        "directaccess.richardhicks.com, error 864: an event without the d of named",
        {"event.txt": EVENT.format(code=864).replace("connection named", "connection name")},
        "RT023",
    ),
}
