"""What daemons of IKE and gateways log, and what sets daemons up, that no reader takes: what to give instead."""

from __future__ import annotations

from ipseclint.engine.unread.other_files import INSTEAD_OF_TRACE, WITHOUT_CAUSE
from ipseclint.engine.unread.sign_words import Sign
from ipseclint.formats.peers.vendors import OFFERED
from ipseclint.late import late

_OF_THE_ATTEMPT = "give events of the Windows end, or `netsh wfp show netevents`"
_LOGS = (
    (
        late(rb"(?:\A|\n)[ \t]*\d{1,2}-\d{1,2}: \d\d:\d\d:\d\d:\d{3}:[\da-f]{1,8} \S"),
        INSTEAD_OF_TRACE,
    ),
    (
        late(
            rb"\b(?:charon(?:-\w{1,20})?|pluto)\[\d{1,9}\]: |(?<!\w)(?:\d\d\[(?:cfg|dmn|enc|ike|job|knl|lib|net)\d?\]"
            rb"|\[(?:cfg|enc|ike|net)\] [<\[][\w|-]{1,60}[>\]]) "
        ),
        "a log of charon or pluto that says of no negotiation why it failed: give its lines from the time of a try",
    ),
    (
        late(rb"\bprovidername: microsoft-windows-wfp\s[^\0]{0,600}? ipsec: (?:negotiation req|(?:send|receive) isak)"),
        "a list of a trace of Microsoft-Windows-WFP, which names packets alone: give `netsh wfp show netevents`",
    ),
    (
        late(rb"/ip ipsec (?:profile|peer|proposal|identity|policy|mode-config) (?:add|set)\b"),
        "a script of RouterOS that sets up IPsec when it is run, which is not followed: give `/ip ipsec export`",
    ),
    (
        late(rb"\biked(?:\[\d{1,9}\])?:? ?\([\d.]{7,15}<->[\d.]{7,15}\)"),
        "a log of a WatchGuard Firebox that says of no negotiation why it failed: give its lines of the attempt",
    ),
    (
        late(rb"\[ipsec\]\[(?:l2l|h2l)\]\[|\bike (?:==>|<==), next payload=|## ?ikev2 dbg :|\[ipsec_list\] ipsec:"),
        "a log of a DrayTek Vigor that says of no negotiation why it failed: give its lines of the attempt",
    ),
    (
        late(rb"\[vpn\] \[\w{1,20}\] \[ipsec\] \["),
        f"a log of a D-Link gateway, which is not read: {_OF_THE_ATTEMPT}",
    ),
    (
        late(rb"\bike (?:\d{1,3}|v=[\w-]{1,40}):|\bsubtype=(?:vpn|ipsec)\b"),
        f"a log of a FortiGate {WITHOUT_CAUSE}",
    ),
    (
        late(
            rb"\bikev2(?:-[a-z]{1,10}(?:-\d)?)?:\(session id|%(?:asa|ftd)-\d-7(?:13|50)\d{3}:"
            rb"|%(?:crypto|ikev2)-\d-[a-z]"
        ),
        f"a log of a gateway of Cisco {WITHOUT_CAUSE}",
    ),
    (
        late(
            rb"\bsession_id ?: ?\{|\bcategory ?[:=] ?'?ikediagnosticlog\b"
            rb"|\bremote [\d.]{7,15}:\d{1,5}: local [\d.]{7,15}:\d{1,5}: "
        ),
        f"a log of a gateway of Azure {WITHOUT_CAUSE}",
    ),
    (
        late(rb"\bkmd\[\d{1,9}\]: "),
        f"a log of Junos {WITHOUT_CAUSE}",
    ),
    (
        late(
            rb"\[(?:perr|pntf|pwrn)\]: \{|\bike(?:v2)?-nego-\w|\bike-generic-event\b|\bikemgr(?:\[\d{1,9}\])?: "
            rb"|\bike(?:v2)? (?:phase-[12]|ike sa|child sa) negotiation is (?:start|succe|fail)ed\b"
        ),
        f"a log of PAN-OS {WITHOUT_CAUSE}",
    ),
    (
        late(rb"\bipsec, ?(?:error|info|debug)\b|\b\d\d:\d\d:\d\d (?:[\w.-]{1,60} )?ipsec(?:,[a-z]{1,20}){0,4} \S"),
        f"a log of RouterOS {WITHOUT_CAUSE}",
    ),
    (
        late(rb" - vpn ike - |\bm=\d{2,4} msg='?(?:ike|vpn)[^\n]{0,200}?\bn=\d|\bmsg='?(?:ike(?:v2)?|vpn) "),
        f"a log of SonicOS {WITHOUT_CAUSE}",
    ),
    (
        late(rb"\bracoon(?:\[\d{1,9}\])?[ ]{0,8}: (?:info|error|warning|notify|debug2?): "),
        f"a log of racoon {WITHOUT_CAUSE}",
    ),
    (
        late(rb"\ba new ike sa \((?:main|aggressive) mode\) is created\b|\bp1 transform: modp \d"),
        "a log of SoftEther VPN, which is not read: give events of the Windows end, or `netsh wfp capture`",
    ),
    (
        late(
            rb"(?:\A|\n)(?:000 [^\s:]{1,80}:[ ]{1,4}(?:(?:ike|esp) algorithms\b|policy: |ike_life: )"
            rb"|[^\s:]{1,80}:[ ]{3}(?:(?:ike|esp) algorithms: [a-z]|policy: [\w+]{3,400};|ike_life: ))"
        ),
        "what `ipsec status` says of connections of libreswan, which is not read: give them as its ipsec.conf has them",
    ),
)
"""A line of a daemon of IKE, and what to give instead of a text that says nothing of a negotiation."""
_SETTINGS = (
    (
        late(
            rb"(?:\A|\n)[ \t]{0,8}(?:sainfo|remote) [^\n{]{1,200}?\s{0,8}\{[^}\0]{0,2000}?"
            rb"\b(?:exchange_mode|encryption_algorithm|authentication_algorithm)\b"
        ),
        f"it sets up racoon, which is not read: {OFFERED}",
    ),
    (
        late(
            rb"(?:\A|\n)[ \t]{0,8}ike(?:v2)? (?:[\w.-]{1,64} )?(?:(?:active|passive|dynamic)[ \\\n]"
            rb"|(?:esp|ah) (?:(?:tunnel|transport) )?(?:proto \w{1,10} )?from )"
        ),
        f"it sets up iked or isakmpd of OpenBSD, which is not read: {OFFERED}",
    ),
)
"""A part of what sets up a daemon of IKE that no reader knows, and what to give instead."""


def log_of_daemon(folded: bytes) -> Sign | None:
    """What a daemon of IKE writes that no reader takes, such as a log that tells of no negotiation."""
    found = (why for pattern, why in _LOGS if pattern.search(folded))
    return next((Sign("log of an IKE daemon", why=why) for why in found), None)


def sets_up_daemon(folded: bytes) -> str:
    """What to give instead of a text that sets up a daemon of IKE that no reader knows; empty for others."""
    return next((why for words, why in _SETTINGS if words.search(folded)), "")
