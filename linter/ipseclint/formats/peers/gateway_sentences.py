"""What gateways and clouds write when a negotiation fails, a table for each maker.

Which error of Windows stands for each is our reasoning, as for those of daemons.
"""

from __future__ import annotations

from ipseclint.formats.peers.log_sentence import (
    INITIATOR,
    NO_ANSWER,
    NO_POLICY,
    NOT_AUTHENTICATED,
    POLICY_MATCH,
    Sentence,
)
from ipseclint.model.events import EventKind

_QUICK = EventKind.QUICK_MODE

_OF_CISCO = (
    Sentence(r"Expected Policies:", POLICY_MATCH),
    Sentence(r"Failed to find a matching policy", POLICY_MATCH, is_answer=True),
    Sentence(r"Received no proposal chosen notify", POLICY_MATCH, role=INITIATOR),
    Sentence(r"phase 1 SA policy not acceptable", POLICY_MATCH),
    Sentence(r"atts are not acceptable|no offers accepted!", POLICY_MATCH, is_answer=True),
    Sentence(r"transform proposal (?:\([^)\r\n]{1,60}\) )?not supported for identity", POLICY_MATCH, _QUICK),
    Sentence(
        r"IPSec policy invalidated proposal|phase 2 SA policy not acceptable", POLICY_MATCH, _QUICK, is_answer=True
    ),
    Sentence(r"Failed to authenticate the IKE SA|Failed to find a matching key", NOT_AUTHENTICATED),
    Sentence(r"Verification of peer's authentication data FAILED", NOT_AUTHENTICATED),
    Sentence(r"There was no IPSEC policy found for received TS", NO_POLICY, _QUICK),
    Sentence(r"Failed to receive the AUTH msg before the timer expired", NO_ANSWER),
    Sentence(r"IPSEC\(\w+\): proxy identities not supported", NO_POLICY, _QUICK),
    Sentence(r"IKE message from \S{1,45} failed its sanity check or is malformed", NOT_AUTHENTICATED),
    Sentence(r"had problems decrypting packet, probably due to mismatched pre-shared key", NOT_AUTHENTICATED),
    Sentence(r"All IPSec SA proposals found unacceptable", POLICY_MATCH, _QUICK),
    Sentence(r"All (?:IKE )?SA proposals found unacceptable", POLICY_MATCH),
    Sentence(
        r"Rejecting IPSec tunnel: no matching crypto map entry for remote proxy \S{1,80} local proxy \S{1,80}",
        NO_POLICY,
        _QUICK,
    ),
    Sentence(r"QM FSM error", POLICY_MATCH, _QUICK, is_answer=True),
    Sentence(r"reason \"Death by retransmission P1\"|Duplicate Phase 1 packet detected", NO_ANSWER, may_pass=True),
)
"""`debug crypto ikev2`, `debug crypto isakmp` and the messages of ASA (Cisco, documents 5409, 81824 and 116158;
message 750003 of ASA as tests of readers and administrators show it)."""
_OF_FORTINET = (
    Sentence(
        r"no SA proposal chosen|negotiation failure, no proposal chosen|\bike [\w:/=.-]{1,120} no proposal chosen",
        POLICY_MATCH,
    ),
    Sentence(r'IPsec phase 2 error(?=[^\r\n]{0,600}?reason="peer SA proposal not match)', POLICY_MATCH, _QUICK),
    Sentence(r"peer SA proposal not match local policy", POLICY_MATCH),
    Sentence(r"no matching proposal found", POLICY_MATCH, is_answer=True),
    Sentence(r"preshared key mismatch|probable pre-?shared (?:secret|key) mismatch", NOT_AUTHENTICATED),
    Sentence(r"failed to match peer selectors", NO_POLICY, _QUICK),
    Sentence(r"no matching gateway for new request", NO_POLICY),
    Sentence(r"\bike [\w:/=.-]{1,120} no matching phase2 found", NO_POLICY, _QUICK),
    Sentence(r"\bike [\w:/=.-]{1,120} failed to get responder proposal", POLICY_MATCH, _QUICK, is_answer=True),
)
"""`diagnose debug application ike -1` and the log of events (Fortinet's community and handbook, "Troubleshooting"; a
public reader of such logs, which looks for these lines)."""
_OF_OTHERS = (
    Sentence(r"IKE negotiation failed with error: No proposal chosen", POLICY_MATCH),
    Sentence(r"IKE negotiation failed with error: Authentication failed", NOT_AUTHENTICATED),
    Sentence(r"IKE negotiation failed with error: TS unacceptable", NO_POLICY, _QUICK),
    Sentence(r"IKE negotiation failed with error: Timed out", NO_ANSWER, role=INITIATOR),
    Sentence(r"IKE Phase-1 Failure: [^\r\n\[]{0,80}?no proposal chosen", POLICY_MATCH),
    Sentence(r"IKE Phase-2 Failure: [^\r\n\[]{0,80}?no proposal chosen", POLICY_MATCH, _QUICK),
    Sentence(r"IKE proposal does not match", POLICY_MATCH),
    Sentence(r"IPsec proposal does not match", POLICY_MATCH, _QUICK),
    Sentence(r"Proposed IKE ID mismatch", NOT_AUTHENTICATED),
    Sentence(r"No match for proposed Remote network address", NO_POLICY, _QUICK),
    Sentence(r"Policy lookup for Phase-1 \[\w{1,12}\] failed", NO_POLICY),
    Sentence(r"Policy lookup for Phase-2 \[\w{1,12}\] failed", NO_POLICY, _QUICK),
    Sentence(r"Failed to match the peer proxy IDs", NO_POLICY, _QUICK),
    Sentence(r"IKE gateway lookup failed", NO_POLICY),
    Sentence(
        r"Phase 1 (?:Authentication Method|DH Group|(?:Encryption|Authentication) Algorithm) does not match",
        POLICY_MATCH,
    ),
    Sentence(r"ESP Perfect Forward Secrecy mismatch", POLICY_MATCH, _QUICK),
    Sentence(r"Peer's (?:local |destination )?network does not match VPN policy", NO_POLICY, _QUICK),
    Sentence(r"Remote party timeout", NO_ANSWER, role=INITIATOR, is_answer=True),
    Sentence(r"Received notify[.:]? (?:error payload[^\r\n]{0,160}?)?NO_PROPOSAL_CHOSEN", POLICY_MATCH, role=INITIATOR),
    Sentence(r"No proposal match found", POLICY_MATCH),
    Sentence(r"!! No proposal chosen", POLICY_MATCH),
    Sentence(r"!! Verifying (?:Local|Remote) ID failed", NO_POLICY, _QUICK),
    Sentence(r"Reason=phase1 proposal (?:[a-z]+ ){0,4}mismatch", POLICY_MATCH),
    Sentence(r"Reason=phase2 proposal or pfs mismatch", POLICY_MATCH, _QUICK),
    Sentence(r"Reason=(?:flow or peer|peer address|config ID) mismatch", NO_POLICY),
    Sentence(r"Reason=authentication fail", NOT_AUTHENTICATED),
    Sentence(r"negotiation time?out occurred", NO_ANSWER, role=INITIATOR),
)
"""kmd of Junos, SonicOS, Azure's gateways: the lines that collectors of their logs look for; Huawei's alarm on a
negotiation that fails (support.huaweicloud.com, ALM-303046755); ZyXEL's table "Sample IKE Key Exchange Logs"; Shrew
Soft's client (hwdsl2/setup-ipsec-vpn issue 299)."""
_OF_WATCHGUARD = (
    Sentence(r"Peer proposes phase (?:one|1) [^\r\n,]{1,60}, expecting [\w-]{1,24}", POLICY_MATCH),
    Sentence(r"Peer proposes phase (?:two|2) [^\r\n,]{1,60}, expecting [\w-]{1,24}", POLICY_MATCH, _QUICK),
    Sentence(r"Sending NO_PROPOSAL_CHOSEN message to", POLICY_MATCH, is_answer=True),
    Sentence(r"Received No Proposal Chosen message from", POLICY_MATCH, role=INITIATOR),
    Sentence(r"Mismatched ID settings at peer", NOT_AUTHENTICATED),
    Sentence(r"Drop negotiation to peer \S{1,60} due to phase [12] retry timeout", NO_ANSWER, role=INITIATOR),
)
"""iked of a Firebox, by what a course on Fireware quotes: a retry timeout, other identities, and no proposal chosen,
whose difference the end that answers names."""
_OF_DRAYTEK = (
    Sentence(r"malformed payload: probable authentication \(preshared secret\) failure", NOT_AUTHENTICATED),
    Sentence(r"Ignore Phase1 SA proposals of [\w/ ]{1,80}", POLICY_MATCH, may_pass=True),
    Sentence(r"Parse dial-in phase2 SA proposals failed", POLICY_MATCH, _QUICK),
    Sentence(r"state transition fail: STATE_MAIN_R0", POLICY_MATCH, is_answer=True),
    Sentence(r"state transition fail: STATE_QUICK_R0", POLICY_MATCH, _QUICK, is_answer=True),
)
"""The syslog of a Vigor, as two administrators show it: one whose keys differ and whose second phase is refused, one
whose security level "High" takes no SHA-1."""
_OF_CHECK_POINT = (
    Sentence(r"(?:Main|Aggressive) Mode Failed to match proposal: [^\r\n]{1,160}?Reason: [\w :-]{1,60}", POLICY_MATCH),
    Sentence(r"Quick Mode Failed to match proposal: [^\r\n]{1,160}?Reason: [\w :-]{1,60}", POLICY_MATCH, _QUICK),
    Sentence(r"(?:Main|Aggressive|Quick) Mode Failed to match proposal$", POLICY_MATCH),
    Sentence(r"notification from peer: no proposal chosen", POLICY_MATCH, role=INITIATOR),
    Sentence(r"notification from peer: traffic selectors? unacceptable", NO_POLICY, _QUICK, INITIATOR),
    Sentence(r"notification to peer: traffic selectors? unacceptable", NO_POLICY, _QUICK),
    Sentence(r"\b(?!peer)\w{3,40}: no proposal chosen", POLICY_MATCH, is_answer=True),
)
"""The field `ike` of Check Point's log, by the samples that wazuh/wazuh tests its decoders with."""
_OF_AWS = (
    Sentence(r"decryption was unsuccessful due to invalid Pre-shared Key", NOT_AUTHENTICATED),
    Sentence(r"AWS tunnel detected a pre-shared key mismatch", NOT_AUTHENTICATED),
    Sentence(r"AWS tunnel is sending AUTHENTICATION_FAILED", NOT_AUTHENTICATED, is_answer=True),
    Sentence(r"Traffic Selector: TS_UNACCEPTABLE: received from responder", NO_POLICY, _QUICK, INITIATOR),
    Sentence(r"AWS tunnel Phase 2 was unable to establish", POLICY_MATCH, _QUICK, is_answer=True),
    Sentence(r"AWS tunnel DPD timed out after \d{1,6} retransmits|Peer is not responsive", NO_ANSWER),
    Sentence(r"AWS tunnel Timeout: deleting un-?established Phase 1 IKE_SA", NO_ANSWER),
)
"""The details in logs of tunnels at AWS (AWS Site-to-Site VPN User Guide, "Site-to-Site VPN logs")."""
_OF_CLOUDS = (
    Sentence(r"The peer gateway notifies: Proposal mismatch in IKE SA", POLICY_MATCH, role=INITIATOR),
    Sentence(r"Failed to establish \w{2,5} SA for the reason of no matching proposal", POLICY_MATCH),
    Sentence(
        r"Failed to establish \w{2,5} SA for the reason of (?:initiator|responder) no peer config found", NO_POLICY
    ),
    Sentence(r"Failed to establish \w{2,5} SA for the reason of peer no response", NO_ANSWER, role=INITIATOR),
    Sentence(r"Failed to establish \w{2,5} SA for the reason of no matching secret", NOT_AUTHENTICATED),
)
"""Cloud VPN of Google (GoogleCloudPlatform/community issue 1367), VPN connections of Tencent Cloud (its document
554/79960, which lists the messages of its log)."""
_OF_SCREENOS = (
    Sentence(r"Phase 1: Rejected proposals from peer", POLICY_MATCH),
    Sentence(r"Phase 2: Rejected proposals from peer", POLICY_MATCH, _QUICK),
    Sentence(r"because there were no acceptable Phase 1 proposals", POLICY_MATCH),
    Sentence(r"because there were no acceptable Phase 2 proposals", POLICY_MATCH, _QUICK),
    Sentence(r"No policy exists for the proxy ID received", NO_POLICY, _QUICK),
    Sentence(r"because the peer sent a proxy ID that did not match", NO_POLICY, _QUICK),
    Sentence(r"initial Phase 1 packet (?:arrived )?from an unrecognized peer gateway", NO_POLICY),
    Sentence(r"Phase 1: Retransmission limit has been reached", NO_ANSWER, role=INITIATOR),
    Sentence(r"Phase 2[^\r\n:]{0,40}: Negotiations have failed", POLICY_MATCH, _QUICK, is_answer=True),
)
"""The log of events of a NetScreen or SSG (Juniper, ScreenOS Message Log Reference Guide, messages of IKE)."""
_OF_PALO_ALTO = (
    Sentence(r"IKEv2 proposal doesn.t match, please check crypto setting on both sides", POLICY_MATCH),
    Sentence(r"negotiation (?:is )?failed[^\r\n]{0,80}?no[_ ]proposal[_ ]chosen", POLICY_MATCH),
    Sentence(r"Configured [\w -]{3,40} '[^'\r\n]{1,60}' was not presented in the IKE proposal", POLICY_MATCH),
    Sentence(r"(?:\bike-generic-event\b|\[PERR\])[^\r\n]{0,120}?no proposal chosen", POLICY_MATCH, is_answer=True),
    Sentence(r"pfs group mismatched: ?my: ?\d{1,2} ?peer: ?\d{1,2}", POLICY_MATCH, _QUICK),
    Sentence(r"message lacks KE payload", POLICY_MATCH, _QUICK),
    Sentence(r"\[PERR\]: [^\r\n]{0,120}?\]:0x[0-9a-f]{6,16} authentication failure", NOT_AUTHENTICATED),
    Sentence(r"no suitable policy found", POLICY_MATCH, _QUICK, is_answer=True),
    Sentence(
        r"cannot find matching (?:IPSec|phase-2) tunnel for received (?:traffic selector|proxy ID)", NO_POLICY, _QUICK
    ),
    Sentence(
        r"IKEv2 (?:IKE|child) SA negotiation is failed as \w{1,12},[^\r\n]{0,200}?Due to timeout",
        NO_ANSWER,
        role=INITIATOR,
    ),
)
"""ikemgr.log and the system log of PAN-OS, by what administrators search for (paloaltofirewalls.com, "VPN Concepts,
Troubleshooting, and Testing"; lists of messages of several vendors in public notes), and by Palo Alto's "Troubleshoot
Pre-Shared Key Mismatch"."""
_OF_AZURE = (
    Sentence(r"Sending Notify Message - Policy Mismatch", POLICY_MATCH),
    Sentence(r"Sending Notify Message - Authentication failed", NOT_AUTHENTICATED),
)
"""IKEDiagnosticLog of gateways (MicrosoftDocs/SupportArticles-docs, on VPN gateways that do not connect, "Interpret the
result"). What else they log are errors of Windows."""
_OF_OPENBSD = (
    Sentence(r"\bikev2_\w{1,40}: no proposal chosen", POLICY_MATCH),
    Sentence(r"\bikev2_\w{1,40}: failed to negotiate IKE SA", POLICY_MATCH, is_answer=True),
    Sentence(r"\bikev2_\w{1,40}: (?:no compatible policy found|policy mismatch)", NO_POLICY),
    Sentence(r"\bikev2_\w{1,40}: No matching Policy found, terminating SA", NO_POLICY),
    Sentence(r"\b(?:ca|ikev2)_\w{1,40}: no valid local certificate found for", NOT_AUTHENTICATED),
    Sentence(r"\b(?:ca|ikev2)_\w{1,40}: peer certificate is invalid", NOT_AUTHENTICATED),
    Sentence(r"\bikev2_\w{1,40}: (?:authentication failed for|localid mismatch)", NOT_AUTHENTICATED),
)
"""iked of OpenBSD (openiked/openiked-portable, the texts that `ikev2.c`, `policy.c` and `ca.c` log)."""

SENTENCES_OF_GATEWAYS = (
    *_OF_CISCO,
    *_OF_FORTINET,
    *_OF_OTHERS,
    *_OF_WATCHGUARD,
    *_OF_DRAYTEK,
    *_OF_CHECK_POINT,
    *_OF_AWS,
    *_OF_CLOUDS,
    *_OF_SCREENOS,
    *_OF_PALO_ALTO,
    *_OF_AZURE,
    *_OF_OPENBSD,
)
"""All of them."""
