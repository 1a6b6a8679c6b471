"""Logs of daemons and gateways with a failed negotiation: what both ends propose, or why a peer was rejected.

Both ends become peers of which only the proposals are known (see `log_proposals`). If the log says that no proposal was
chosen, that is an event: a Windows end shows a policy match error. An SA that it reports as established is an
association, as in charon's lists of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers.established import (
    CONNECTING,
    LIST,
    LIST_WORDS,
    TRAFFIC,
    TRAFFIC_SIGN,
    connecting,
    of_list,
    of_log,
    of_traffic,
)
from ipseclint.formats.peers.established import SIGN as STANDS
from ipseclint.formats.peers.gateway_offers import CHECKED, DUMPED, SCANNED, told_offers
from ipseclint.formats.peers.gateway_offers import SIGN as SIGN_OF_GATEWAY
from ipseclint.formats.peers.log_failures import MISMATCHED, OAKLEY, REJECTED, Failures
from ipseclint.formats.peers.log_progress import in_order
from ipseclint.formats.peers.log_proposals import (
    INITIATOR,
    RESPONDER,
    SIGN,
    SIGN_WORDS,
    Proposals,
    parts_of,
    peer_of,
    unwrapped,
)
from ipseclint.formats.peers.log_sentence import POLICY_MATCH
from ipseclint.formats.peers.log_sentences import BEGINS, literals, literals_in, said
from ipseclint.formats.peers.quoted_logs import is_in_general
from ipseclint.late import late
from ipseclint.model.events import Event, SecurityAssociation
from ipseclint.model.peer import Offer, Peer
from ipseclint.model.policy import Policy
from ipseclint.source import Source, Span, lines_with, look_of
from ipseclint.vocabulary.algorithms import KeyModule

_ADDED = late(
    r"\bIKE proposals for (?:initial )?(?:responder|initiator)|\bproposal \d+:(?:IKE|ESP|AH)\S* chosen from"
    r"|\blocal (?:IKE|ESP/AH) proposals \(",
    re.IGNORECASE,
)
"""What pluto says of its own proposals, and of the one that it took."""
_DAEMONS = {
    "charon": late(r"\bcharon\b"),
    "pluto": late(r"\bpluto\b"),
    "racoon": late(r"\bracoon(?:\[\d{1,9}\])?[ ]{0,8}(?:<\w{1,12}>)?: "),
    "ipsec,": late(r"\bipsec, ?(?:error|info|debug)\b"),
    "[CFG": late(r"\[CFG\d?\]"),
    "[ENC": late(r"\[ENC\d?\]"),
    "[JOB": late(r"\[JOB\d?\]"),
    "[KNL": late(r"\[KNL\d?\]"),
    "[TLS": late(r"\[TLS\d?\]"),
    " #": late(
        r"\"[^\"\r\n]{1,80}\"(?:\[\d+\])? (?:[^\s\"#][^\"#\r\n]{0,60} )?#\d+: "
        r"| #\d+: (?:STATE_[A-Z]|responding to (?:Main|Aggressive|Quick) Mode )"
    ),
    "packet from ": late(r"\bpacket from \[?[\d.:a-fA-F]+\]?:\d+: "),
    "IKE": late(
        r"\[IKE\d?\]|\[IKEv1(?: DEBUG)?\]: |\bIKEv2(?:-[A-Z]+(?:-\d)?)?:|\bIKE phase-[12] negotiation\b|\bVPN IKE - "
        r"|\bIKE(?:v2)? (?:Responder|Initiator|SA MM|IKE|negotiation failed|Received|Payload|SA negotiation|child SA "
        r"negotiation|proposal|protocol notification message|Phase-[12] Failure|phase-[12] SA negotiation|packet on)\b"
        r"|\bIKE[ <][\d.]{7,15}>?:? Phase [12]\b|\[IKE Error\]|\bIKE (?:Tunnel closed|protocol )"
    ),
    "ISAKMP": late(r"\bISAKMP(?:-\w+)?:|\bISAKMP \("),
    "IPSEC(": late(r"\bIPSEC\("),
    "kmd": late(r"\bkmd(?:\[|:)"),
    "/IKE][": late(r"\[IPSEC/IKE\]\["),
    "received ID_": late(r"\breceived ID_[IR] ?\(type "),
    "<->": late(r"\biked(?:\[\d{1,9}\])?:? ?\([\d.]{7,15}<->[\d.]{7,15}\)"),
    "ike ": late(r"\bike (?:\d{1,3}|V=[\w-]{1,40}):|\bike Negotiate\b"),
    "subtype=": late(r"\bsubtype=\"?(?:vpn|ipsec)\b"),
    "Client VPN": late(r"\bClient VPN negotiation\b"),
    "IPSec tunnel": late(r"\bIPSec tunnel negotiation fails\b"),
    "received ": late(r"\breceived (?:[A-Z_]{8,32}) (?:error )?notify\b"),
    "SESSION_ID": late(r"\bSESSION_ID ?: ?\{"),
    "[vpnd ": late(r"\[vpnd \d{1,9} \d{1,20}\]@"),
    "[iked": late(r"\[iked\d{0,3} \d{1,9} \d{1,20}\]@"),
    "iked[": late(r"\biked\[\d{1,9}\]: (?:spi=|ikev2_)"),
    "[PROTO_": late(r"\[PROTO_(?:ERR|NOTIFY|WARN)\]"),
    "[PERR]": late(r"\[PERR\]"),
    "-nego-": late(r"\bike(?:v2)?-nego-\w"),
    "ike-generic-event": late(r"\bike-generic-event\b"),
    " was not presented in the ": late(r"\bwas not presented in the IKE proposal\b"),
    "[PNTF]": late(r"\[PNTF\]"),
    "Mismatched attribute ": MISMATCHED,
    " negotiation fail": late(r"\b[Pp]hase[ -]?[12] (?:SA )?negotiation failed\b"),
    "!! ": late(r"!! (?:No proposal|Verifying )"),
    "We cannot": late(r"\bWe cannot identify ourselves with either end\b"),
    "%ASA-": late(r"%ASA-\d-7(?:13|50)\d{3}:"),
    "%FTD-": late(r"%FTD-\d-7(?:13|50)\d{3}:"),
    "%CRYPTO-": late(r"%CRYPTO-\d-IKMP_"),
    "msg: ": late(r"\bmsg: "),
    " Mode Failed to match proposal: ": late(r"\b(?:Main|Aggressive|Quick) Mode Failed to match proposal: "),
    "AWS": late(r"\bAWS(?: tunnel |: Traffic )"),
    "ike_phase": late(r"\bike_phase1_state\b"),
    "peer gateway notifies: ": late(r"\bpeer gateway notifies: "),
    " SA for the reason of ": late(r"\b(?:IKE|IPsec) SA for the reason of "),
    "unable to start strongSwan": late(r"\bunable to start strongSwan\b"),
    "negotiation timeout occurred": late(r"^[ \t>]*negotiation timeout occurred"),
    "negotiation timout occurred": late(r"^[ \t>]*negotiation timout occurred"),
    "SA=(Enc=": late(r"\bSA=\(Enc="),
    "rejected ": late(r"\brejected (?:enctype|hashtype|authmethod|dh_group): DB"),
    "NetworkManager[": late(r"\bNetworkManager\[\d{1,9}\]: "),
}
"""Lines of daemons, each by what stands in it: that is looked for first, which takes a tenth of the time."""
_SURER = {
    " #": late(r" #\d+: "),
    "IKE": late(
        r"IKE(?: - |\d?\]|v1(?: DEBUG)?\]|v2(?:-[A-Z]+(?:-\d)?)?:| phase-[12] negotiation\b"
        r"|(?:v2)? (?:Responder|Initiator|SA |IKE|negotiation failed|Received|Payload|child SA |proposal|protocol "
        r"|Phase-[12] |phase-[12] |packet on|Tunnel closed)|[ <][\d.]{7,15}>?:? Phase |[ ]Error\])"
    ),
    "ike ": late(r"ike (?:\d{1,3}:|V=|Negotiate\b)"),
}
"""For daemon words that other texts have too, what must follow in the line: comments begin with ` #`."""
_QUOTED = late(r"[a-z] [\"\u201c\u201e]")
"""What stands before a message that a sentence quotes."""
_EXPLAINED = late(
    r"[ \t]*(?:\|[ \t]*`[^`\r\n]+`[ \t]*\||(?:[-*+\u2022]|\d{1,3}[.)])[ \t]+`[^`\r\n]+`"
    r"(?:[ \t]*:|[ \t]+[-=\u2013\u2014]))[^\r\n]*[^\W\d_]"
)
"""A row of a table or an item of a list that tells what a message means, as documents do, and that none was logged."""
_OF_DOCUMENT = "messages of a log that a document explains"
_CONSOLE = late(
    r"^(?:initiating IKE_SA|establishing (?:CHILD_SA|connection)|(?:parsed|generating) (?:IKE_\w+|CREATE_CHILD_SA|"
    r"ID_PROT|INFORMATIONAL\w*|QUICK_MODE|TRANSACTION) re(?:quest|sponse)) ",
    re.MULTILINE,
)
"""How charon writes on the console of who began a connection by hand, without its name."""
_CONSOLE_WORDS = ("initiating IKE_SA ", "establishing C", "establishing c", "parsed ", "generating ")
"""One of these stands in each such line."""

_ABOUT = (
    r"(?:negotiations?|proposals?|authentication|exchange|IKE_SA|CHILD_SA|phase[ -]?[12]|notif(?:y|ication)|payload)"
)
_FAILS = r"(?:fail(?:ed|s|ure)|reject(?:ed|ing)|mismatch(?:ed)?|unacceptable|refused|malformed|not match(?:ed)?)"
_FAILING_WORDS = ("fail", "reject", "mismatch", "unacceptable", "refused", "malformed", "not match")
"""One of these stands in each such line, in lower case."""
_FAILURE = late(rf"\b{_ABOUT}\b[^\r\n]{{0,80}}?\b{_FAILS}\b|\b{_FAILS}\b[^\r\n]{{0,80}}?\b{_ABOUT}\b", re.IGNORECASE)
"""A line by which a log may tell of a failed negotiation."""
_END = late(r"(?:\\r)?\\n|(?<=\}),(?=\s*\{)")
"""What ends a message on a line of several."""
_ERROR_OF_ROUTEROS = late(r"\bipsec, ?error\b")
"""The topics of a line of RouterOS that is an error, whatever it says."""
_UNKNOWN_ERROR = "an error of RouterOS whose cause is not known"
_OF_TWO_LOGS = (
    "proposals of a daemon stand in one text with those of a gateway, and are not judged: give each log alone"
)
_UNTOLD = "the log tells here of a failure in words that are not known: no cause of a failure was read from it"
_EARLIER = "proposals of an earlier negotiation"
"""What is said of proposals that are not those of the two ends."""


def recognise(source: Source) -> bool:
    """Whether a line shows both ends' proposals, or that a daemon's negotiation failed or began."""
    head, once = source.head_text, source.head_lines
    looks = source.look_words
    words = frozenset([word for word, look in _longest_parts() if look in looks and word in once])
    if any(SIGN.search(once, begin, end) for begin, end in lines_with(once, words.intersection(SIGN_WORDS))):
        return True
    listed = lines_with(once, words.intersection(LIST_WORDS))
    if any(LIST.match(once, begin) is not None for begin, _ in listed):
        return True
    if TRAFFIC_SIGN in words and TRAFFIC.search(head):
        return True
    by_hand = not words.isdisjoint(_CONSOLE_WORDS) and _CONSOLE.search(head) is not None
    lines = head.splitlines() if by_hand else _of_daemons(once, [word for word in _DAEMONS if word in words])
    return any(_tells(line) or said(line) is not None for line in lines)


def _tells(line: str) -> bool:
    """Whether a line tells of a negotiation something else than a failure."""
    folded = line.lower()
    return any(sign.search(line) for words, sign in _other_signs() if any(map(folded.__contains__, words)))


@cache
def _other_signs() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    return tuple(
        (literals(sign.pattern), sign)
        for sign in (BEGINS, _ADDED, OAKLEY, REJECTED, MISMATCHED, SIGN_OF_GATEWAY, STANDS)
    )


@cache
def _longest_parts() -> tuple[tuple[str, str], ...]:
    """The signs of a negotiation, each with the look of its longest folded word."""
    told = (*SIGN_WORDS, *LIST_WORDS, TRAFFIC_SIGN, *_CONSOLE_WORDS, *_DAEMONS)
    return tuple((word, look_of(max(word.casefold().split(), key=len))) for word in told)


def _of_daemons(text: str, words: Iterable[str] = _DAEMONS) -> Iterator[str]:
    """The lines that a daemon or gateway may have written, searched by each of these words."""
    for word in words:
        if word not in _SURER or _SURER[word].search(text):
            lines = (line for begin, end in lines_with(text, (word,)) for line in text[begin:end].splitlines())
            yield from (line for line in lines if _is_written(line, _DAEMONS[word].search(line)))


def _is_written(line: str, sign: re.Match[str] | None) -> bool:
    """Whether a line has a sign that no sentence quotes."""
    if sign is None or _is_explained(line):
        return False
    return _QUOTED.fullmatch(line, max(sign.start() - 3, 0), sign.start()) is None


def _is_explained(line: str) -> bool:
    """Whether a line tells of messages without one having been logged."""
    return ("`" in line and _EXPLAINED.match(line) is not None) or is_in_general(line)


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The two ends of the last negotiation in a log; one, if only its proposals are logged."""
    lines = list(unwrapped(in_order(_messages(text, diagnostics))))
    proposals, failures = Proposals(), Failures(literals_in("\n".join(line.text for line in lines)))
    for line in lines:
        if not proposals.take(line) and not failures.take(line):
            proposals.take_own(line)
            if _ERROR_OF_ROUTEROS.search(line.text) is not None:
                diagnostics.not_read(_UNKNOWN_ERROR)
    failures.end()
    of_daemon = proposals.peers()
    for place, words in proposals.unknown.items():
        _tell_unknown(words, place, diagnostics)
    of_gateway = _of_gateway(text, diagnostics)
    if of_daemon and proposals.has_earlier:
        diagnostics.not_read(_EARLIER)
    if of_gateway and of_daemon:
        diagnostics.not_understood(_OF_TWO_LOGS, of_daemon[0].span)
    events = tuple(_events(text, proposals, failures, diagnostics.path))
    if not events:
        _tell_untold(text, diagnostics)
    return Parsed(
        policy=Policy(peers=of_gateway or of_daemon),
        events=events,
        associations=_associations(text, diagnostics.path),
        problems=diagnostics.listed(),
        unread=diagnostics.unread_names(),
    )


def _messages(text: str, diagnostics: Diagnostics) -> Iterator[Token]:
    """The lines of a log, each of several that stand on one: in a string with escaped line ends, in a list of JSON."""
    for line in lines_of(text, diagnostics.path):
        begin = 0
        if _is_explained(line.text):
            diagnostics.not_read(_OF_DOCUMENT)
            continue
        for end in _END.finditer(line.text):
            yield line.part(begin, end.start())
            begin = end.end()
        yield line.part(begin, len(line.text)) if begin else line


def _events(text: str, proposals: Proposals, failures: Failures, path: str) -> Iterator[Event]:
    """What the log tells of failed negotiations, and of those that wait for an answer."""
    for (kind, *_), spans in proposals.refused.items():
        yield Event(
            span=spans[0],
            kind=kind,
            error_code=POLICY_MATCH,
            success=False,
            role="responder",
            remote_address=failures.only_peer,
            count=len(spans),
            by_daemon=True,
        )
    yield from failures.events(has_others=bool(proposals.refused))
    if CONNECTING in text:
        yield from connecting(lines_of(text, path))


def _tell_untold(text: str, diagnostics: Diagnostics) -> None:
    """Tell of the first line with a failure in words that are not known, in a log of which no failure was read."""
    for line in lines_of(text, diagnostics.path):
        if not any(map(line.text.lower().__contains__, _FAILING_WORDS)):
            continue
        failure = _FAILURE.search(line.text)
        if failure is not None and said(line.text) is None and OAKLEY.search(line.text) is None:
            diagnostics.not_understood(_UNTOLD, line.part(*failure.span()).span)
            return


def _associations(text: str, path: str) -> tuple[SecurityAssociation, ...]:
    """The SAs that a log reports as established, and those in a list of them."""
    is_list = any(word in text for word in LIST_WORDS) and LIST.search(text) is not None
    listed = of_list(lines_of(text, path)) if is_list else ()
    carrying = of_traffic(lines_of(text, path)) if TRAFFIC_SIGN in text else ()
    return (*of_log(lines_of(text, path)), *listed, *carrying)


def _tell_unknown(words: Sequence[str], place: Span, diagnostics: Diagnostics) -> None:
    """Tell of the words in a proposal that are not known: it is not compared."""
    if named := ", ".join(filter(None, words)):
        diagnostics.not_understood(f"unknown algorithm {quoted(named)}", place)
    elif words:
        diagnostics.not_understood("an algorithm of the proposal is missing", place)


def _of_gateway(text: str, diagnostics: Diagnostics) -> tuple[Peer, ...]:
    """The ends of the last negotiation whose proposals another maker's gateway lists; others before it are counted."""
    if SIGN_OF_GATEWAY.search(text) is None:
        return ()
    is_old = any(sign.search(text) for sign in (SCANNED, CHECKED, DUMPED))
    module = KeyModule.IKEV1 if is_old else KeyModule.IKEV2
    listed: dict[str, list[Offer]] = {}
    every: dict[str, set[tuple[object, ...]]] = {INITIATOR: set(), RESPONDER: set()}
    last = ""
    for told in told_offers(lines_of(text, diagnostics.path)):
        _tell_unknown(told.unknown, told.offer.span, diagnostics)
        end = RESPONDER if told.is_own else INITIATOR
        if end != last:
            listed[end] = []
        listed[end].append(told.offer)
        every[end].add(parts_of(told.offer))
        last = end
    if any(every[end] - set(map(parts_of, offers)) for end, offers in listed.items()):
        diagnostics.not_read(_EARLIER)
    peers = []
    for end in (INITIATOR, RESPONDER):
        if found := listed.get(end):
            first = found[0].span
            parts = {"IKE": tuple(offer for offer in found if offer.encapsulation is None)}
            parts["ESP"] = tuple(offer for offer in found if offer.encapsulation is not None)
            offered = {protocol: offers for protocol, offers in parts.items() if offers}
            peers.append(
                peer_of(end, offered, Token("", diagnostics.path, first.line, first.column), "unknown", module)
            )
    return tuple(peers)


FORMATS = (
    Format(
        name="ike-log",
        title="log of charon, pluto or a gateway: proposals of both ends, and why negotiations failed",
        short="a log of charon, pluto or a gateway",
        recognise=recognise,
        parse=parse,
        how_to_export="journalctl -u strongswan (charon with cfg = 2), pluto's log, a gateway's debugging of IKE, "
        "swanctl --list-sas, or ipsec statusall",
        can_express="what both ends of a negotiation that failed offered, why the end that wrote the log refused, and "
        "which associations stand",
        cannot_express="which rules offer it",
        of_nothing="a log of charon, pluto or a gateway that says of no negotiation why it failed: give its lines from "
        "the time of a try",
        without_key="a log tells of proposals; none logs a key at the levels that show them",
    ),
)
