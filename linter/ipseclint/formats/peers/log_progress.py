"""The peer that a log line names, the progress of an IKEv2 attempt and the order of lines, in logs of daemons.

What it means if an attempt ends unanswered at some point is in trailofbits/algo, issues 305 and 534, and in its page on
error 809 (fragments of IKE_AUTH that never arrive), and in strongswan/strongswan issue 1350 (a client that does not
take the certificate of the server says nothing more). That groups that differ show at the first renewal is in
opnsense/core issue 8631 and in strongSwan's page on rekeying, which it quotes.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from itertools import pairwise
from typing import NamedTuple

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.log_sentence import BAD_PAYLOAD, NO_ANSWER, NO_POLICY, POLICY_MATCH
from ipseclint.late import late

_ADDRESS = r"(?P<{}>[\da-fA-F:]{{0,39}}[.:][\da-fA-F.:]{{1,39}}?)"
_PEER = late(
    "|".join(
        pattern.format(_ADDRESS.format(f"_{number}"))
        for number, pattern in enumerate(
            (
                r"\breceived packet: from {}\[\d",
                r"\bsending packet: from \S{{1,60}} to {}\[\d",
                r"\] (?:<[^>\r\n]{{1,60}}> )?{} is initiating an? ",
                r"\binitiating (?:IKE_SA|Main Mode IKE_SA|Aggressive Mode IKE_SA) \S{{1,80}} to {}$",
                r"\bno IKE config found for \S{{1,45}}?\.\.\.{}(?:,|$)",
                r"\bhalf open IKE_SA with {} after timeout",
                r"\"\[\d{{1,9}}\] {} #\d",
                r"\bpacket from {}:\d{{1,5}}: ",
                r"\b(?:message|request) \([^)\r\n]{{1,60}}\) from {}:\d",
                r"\b(?:message|request) from {}:(?:UDP/)?\d",
                r"\bnotification \w{{1,60}} to {}:\d",
                r"\bIP = {},? ",
                r"\(local \S{{1,45}} remote {}\)",
                r"\bIKE message from {} failed",
                r"\(peer {}\)",
                r"\bremip=\"?{}(?:\"|\s|$)",
                r"\bcomes {}:\d{{1,5}}->",
                r"\bRemote: {}/\d",
                r"\bipsec, ?error {} ",
                r"\]<=>{}\[\d",
                r"<->{}\)",
                r"\[@{}\]",
                r"\bcgw: {}(?![\d.:])",
                r"\bpeer ip: {}\.?(?:[\s,]|$)",
                r"\bpeer {}:\d{{1,5}} local ",
                r"\bRemote {}:\d{{1,5}}: Local ",
                r"\bIKE[ <]{}>?:? Phase [12]\b",
                r"\bIKE packet on \S{{1,40}} from {}:\d{{1,5}} to ",
            )
        )
    )
)
_PEER_WORDS = (
    *(
        "packet: from ",
        " is initiating a",
        "nitiating ",
        "no IKE config",
        "half open IKE_SA with",
        '"[',
        "packet from ",
    ),
    *(" from ", " to ", "IP = ", " remote ", "(peer ", "remip=", "comes ", "Remote: ", "ipsec,error ", "ipsec, error "),
    *("<=>", "<->", "[@", "cgw: "),
    *("peer ip: ", " local ", ": Local ", " Phase "),
)
"""One of these stands in each line that names the other end, and none in most lines that name none."""


def peer_of(line: str) -> str | None:
    """The peer's address in a line; None if there is none."""
    if not any(word in line for word in _PEER_WORDS) or (match := _PEER.search(line)) is None:
        return None
    try:
        return str(ip_address(match[match.lastgroup or 0]))
    except ValueError:
        return None


_SIDE = late(
    r"(?P<initiator>\binitiating (?:IKE_SA|(?:IKEv\d )?(?:Main|Aggressive)\b|v2\b|IKEv2 )|\bSTATE_[A-Z0-9_]{1,24}_I\d?:"
    r"|\bgenerating (?:IKE_SA_INIT|IKE_AUTH|ID_PROT|AGGRESSIVE) request )"
    r"|(?P<responder>\bis initiating an? |\bresponding to (?:Main|Aggressive)\b|\bSTATE_[A-Z0-9_]{1,24}_R\d?:"
    r"|\bparsed (?:IKE_SA_INIT|IKE_AUTH|ID_PROT|AGGRESSIVE) request )"
)
_SIDE_WORDS = ("nitiating ", "STATE_", "esponding to ", " request ")
"""One of these stands in each line that tells which part a daemon has."""


def side_of(line: str) -> str | None:
    """The part that a daemon has in the attempt of a line, "initiator" or "responder"; None if the line tells none."""
    if not any(word in line for word in _SIDE_WORDS) or (match := _SIDE.search(line)) is None:
        return None
    return match.lastgroup


_ANSWERED = "IKE_SA_INIT was answered and no IKE_AUTH came: fragments of it, or UDP 4500, may be dropped on the way"
_SHOWED = (
    "no answer came to the certificate of this end: the client may not take it (its authority, name or usage), or its "
    "fragments are dropped on the way"
)
ASKED = "IKE_SA_INIT was answered and IKE_AUTH was not: fragments of it, or UDP 4500, may be dropped on the way"
SENT = "nothing was answered: UDP 500 may be blocked, or nobody listens there"
_RENEWED = (
    "it was a renewal: the ends may differ in the group for perfect forward secrecy, which counts from there on, or in "
    "what they take when keys are renewed"
)
_REGROUPED = (
    "this end asked for another group, and the client did not ask again: it may not have that group in its suite"
)
_PROBED = "a tunnel that stood was given up: the peer is gone, or a device on the way has forgotten the session"
_REPEATED = (
    "the client asks the same again and again: what this end answers does not reach it, as UDP 500 or 4500 is "
    "blocked or sent elsewhere on the way back"
)
_PROVED = "the message that proves the preshared key could not be read: the keys of the two ends may differ"
_REFUSED_BY_KERNEL = (
    "the ends agreed, and the kernel of this end did not take that: it may lack the algorithm or the mode"
)
_PROGRESS = late(
    r"(?P<regrouped>\bDH group \w{1,20} (?:ina|una)cceptable, requesting |"
    r"\bgenerating IKE_SA_INIT response 0 \[ N\(INVAL_KE\))"
    r"|(?P<probed>\bsending DPD request\b|\bAWS tunnel DPD timed out\b|\bDeclaring peer dead\b"
    r"|\bSTATE_V2_ESTABLISHED_\w{1,20}: \d{1,6} second timeout exceeded\b)|"
    r"(?P<renewed>\b(?:generating|parsed) CREATE_CHILD_SA request \d{1,9} \[[^\]\r\n]{0,120}\bN\(REKEY_SA\)"
    r"|\bCREATE_CHILD_SA (?:request|message)[^\r\n]{0,80}\b(?:REKEY_SA|to rekey)\b)|"
    r"(?P<showed>\bgenerating IKE_AUTH response \d{1,4} \[ ?(?:IDr )?CERT )"
    r"|(?P<answered>\bgenerating IKE_SA_INIT response 0 \[ ?SA KE |\bsent IKE_SA_INIT (?:reply|response)\b"
    r"|\bSTATE_PARENT_R1: [^\r\n]{0,60}\bsent v2R1\b"
    r"|\bdeleting (?:other )?state (?:#\d{1,9} )?\(STATE_(?:V2_)?PARENT_R1\))"
    r"|(?P<repeated>\bretransmitting in response to duplicate packet; already STATE_|"
    r"\bexhausted retransmission; already STATE_)"
    r"|(?P<asked>\bgenerating IKE_AUTH request 1 |\bsent IKE_AUTH request\b|\bSTATE_PARENT_I2: sent v2I2\b)"
    r"|(?P<sent>\bgenerating IKE_SA_INIT request 0 |\bsent IKE_SA_INIT request\b|\bSTATE_PARENT_I1: sent v2I1\b)"
    r"|(?P<sa_refused>\bunable to install [a-z ]{0,24}IPsec SA \(SAD\) in kernel|\bnetlink response for Add SA )"
    r"|(?P<policy_refused>\bunable to install IPsec policies \(SPD\) in kernel)"
    r"|(?P<proved>\bgenerating ID_PROT re(?:quest|sponse) 0 \[ ID HASH\b)"
    r"|(?P<on>\bparsed IKE_AUTH re|\bprocessing decrypted IKE_AUTH re|\bparsed INFORMATIONAL(?!_V1))"
)
_PROGRESS_WORDS = (
    "IKE_SA_INIT",
    "IKE_AUTH",
    "PARENT_",
    "STATE_V2_ESTABLISHED_",
    "; already STATE_",
    " in kernel",
    "netlink response for ",
    "INFORMATIONAL",
    "ID_PROT",
    "CREATE_CHILD_SA",
    "DH group ",
    "DPD",
    "peer dead",
)


class Progress(NamedTuple):
    """The progress of an attempt: what it means if the attempt ends there, and the error; 0 for any other error."""

    code: int
    words: str


_MEANING = {
    "showed": Progress(NO_ANSWER, _SHOWED),
    "answered": Progress(NO_ANSWER, _ANSWERED),
    "asked": Progress(NO_ANSWER, ASKED),
    "sent": Progress(NO_ANSWER, SENT),
    "renewed": Progress(POLICY_MATCH, _RENEWED),
    "regrouped": Progress(NO_ANSWER, _REGROUPED),
    "probed": Progress(NO_ANSWER, _PROBED),
    "repeated": Progress(NO_ANSWER, _REPEATED),
    "sa_refused": Progress(POLICY_MATCH, _REFUSED_BY_KERNEL),
    "policy_refused": Progress(NO_POLICY, _REFUSED_BY_KERNEL),
    "proved": Progress(BAD_PAYLOAD, _PROVED),
    "on": Progress(0, ""),
}


def progress_of(line: str) -> Progress | None:
    """The progress that a line shows; None if it shows none."""
    if not any(word in line for word in _PROGRESS_WORDS) or (match := _PROGRESS.search(line)) is None:
        return None
    return _MEANING[match.lastgroup or "on"]


_STAMP = late(
    r"[ \t>]{0,24}(?:(?P<month>[A-Z][a-z]{2})[ ]{1,2}(?P<day>\d{1,2})[ \t]+|(?P<date>\d{4}-\d\d-\d\d)[T ])?"
    r"(?P<time>\d\d:\d\d:\d\d)(?!\d)"
)
"""The time at which a line of a log was written."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EXCHANGE = late(r"\b(?:parsed|generating) [A-Z_]{4,20} (?P<part>request|response) (?P<number>\d{1,9})\b")
_SURELY_BACKWARDS = 2
"""So many steps back in time, and none forward, tell without more that the last line was written first (reasoned)."""


def in_order(lines: Iterable[Token]) -> list[Token]:
    """The lines of a log in the order in which they were written: the pages of gateways show the last one first."""
    told = list(lines)
    stamps = [_stamp(line.text) for line in told]
    written = [stamp for stamp in stamps if stamp is not None]
    back = sum(before > after for before, after in pairwise(written))
    is_forward = any(before < after for before, after in pairwise(written))
    if is_forward or not back or (back < _SURELY_BACKWARDS and not _answers_first(told)):
        return told
    starts = [number for number, stamp in enumerate(stamps) if stamp is not None]
    parts = [told[start:end] for start, end in pairwise((*starts, len(told)))]
    return [*told[: starts[0]], *(line for part in reversed(parts) for line in part)]


def _stamp(text: str) -> tuple[str, int, str] | None:
    """The time of a line, so that later ones are greater; None if it has none."""
    match = _STAMP.match(text)
    if match is None:
        return None
    if match["month"] in _MONTHS:
        return f"{_MONTHS.index(match['month']):02}", int(match["day"]), match["time"]
    return match["date"] or "", 0, match["time"]


def _answers_first(lines: Iterable[Token]) -> bool:
    """Whether the answer of an exchange stands before what asks for it."""
    answered: set[str] = set()
    asked: set[str] = set()
    for line in lines:
        match = _EXCHANGE.search(line.text)
        if match is None:
            continue
        if match["part"] == "request" and match["number"] in answered and match["number"] not in asked:
            return True
        (asked if match["part"] == "request" else answered).add(match["number"])
    return False
