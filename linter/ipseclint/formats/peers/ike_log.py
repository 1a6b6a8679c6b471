"""Logs of daemons and gateways in which a negotiation fails: what both ends offer, or why one was not let in.

charon writes "received proposals: ..." and "configured proposals: ..."; pluto "no local proposal matches remote
proposals ..." behind the lines in which it said its own when the connection was added. The end that wrote the log is
the responder, the other the initiator. Both become descriptions of peers, of which only these proposals are known.
Where the log itself says that none was taken, that is an event: what a Windows end shows as a policy match error.
What it says stands is an association, as in the lists that charon prints of those that it has.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.token import Token, joined, lines_of
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
from ipseclint.formats.peers.gateway_offers import SIGN as SIGN_OF_GATEWAY
from ipseclint.formats.peers.gateway_offers import told_offers
from ipseclint.formats.peers.log_failures import OAKLEY, Failures
from ipseclint.formats.peers.log_sentences import BEGINS, POLICY_MATCH, said
from ipseclint.formats.peers.words import Parts
from ipseclint.late import late
from ipseclint.model.events import Event, EventKind, SecurityAssociation
from ipseclint.model.peer import Offer, Order, Peer
from ipseclint.model.policy import Policy, RuleMode
from ipseclint.model.setting import default
from ipseclint.source import Source, Span, lines_with
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule

INITIATOR, RESPONDER = "the initiator in the log", "the responder in the log"

_CHARON = late(r"(received|configured) proposals: ((?:IKE|ESP|AH):\S.*)")
_PLUTO_OWN = late(r"^.*?\s(\d+):(IKE|ESP|AH)=(\S+?)(?:\[.*)?$")
_PLUTO_THEIRS = late(r"no local proposal matches remote proposals (.*)")
_PLUTO_PROPOSAL = late(r"(?<!\d)(\d{1,6}+):(IKE|ESP|AH):((?:ENCR|PRF|INTEG|DH|ESN)=\S*)")
_SIGN = late(r"(?:received|configured) proposals: (?:IKE|ESP|AH):|no local proposal matches remote proposals")
_SIGN_WORDS = (" proposals: ", "no local proposal matches remote proposals")
"""One of these stands in each such line."""
_WRAPPED = late(r"[A-Z0-9_;=:/,. \t]+")
_REFUSED = late(
    r"\breceived proposals (?:ina|una)cceptable|\bno (?:matching |acceptable )?proposal (?:found|chosen)",
    re.IGNORECASE,
)
"""How charon says that it took none of what it received."""
_ADDED = late(
    r"\bIKE proposals for (?:initial )?(?:responder|initiator)|\bproposal \d+:IKE\S* chosen from", re.IGNORECASE
)
"""What pluto says of its own proposals, and of the one that it took."""
_TELLS = late(f"(?i:{BEGINS.pattern}|{_ADDED.pattern})|{OAKLEY.pattern}")
"""What else but a failure tells that a line is one of a negotiation."""
_PLUTO_NAMES = {"ENABLED": "esn", "DISABLED": "noesn", "YES": "esn", "NO": "noesn", "NONE": "none"}
_DAEMON = late(
    r"\b(?:charon|pluto)\b|\bipsec,(?:error|info|debug)\b|\[(?:IKE|CFG|ENC)\d?\]"
    r"|\"[^\"\r\n]{1,80}\"(?:\[\d+\])? (?:[\d.:a-fA-F]+ )?#\d+: "
    r"|\bIKEv2(?:-[A-Z]+(?:-\d)?)?:|\bISAKMP(?:-\w+)?:|\bISAKMP \(|\bIPSEC\("
    r"|\bkmd(?:\[|:)|\bike \d{1,3}:|\bike Negotiate\b"
    r"|\bsubtype=\"?(?:vpn|ipsec)\b|\bIKE phase-[12] negotiation\b|\bClient VPN negotiation\b"
    r"|\bIKE(?:v2)? (?:Responder|Initiator|SA MM|IKE|negotiation failed|Received|Payload)\b"
    r"|\bIPSec tunnel negotiation fails\b|^[ \t]*received (?:[A-Z_]{8,32}) (?:error )?notify\b"
    r"|!! (?:No proposal|Verifying )|: We cannot identify ourselves\b|%ASA-\d-713\d{3}:|\[IKEv1(?: DEBUG)?\]: "
    r"|%CRYPTO-\d-IKMP_|\bmsg: |\bAWS(?: tunnel |: Traffic )|\bike_phase1_state\b"
)
_STATE_SIGN = " #"
_STATE = late(r" #\d+: ")
"""The number of a state of pluto; comments begin as it does."""
_DAEMON_WORDS = (
    *("charon", "pluto", "ipsec,", "[CFG", "[ENC", _STATE_SIGN, "IKE", "ISAKMP", "IPSEC(", "kmd", "ike ", "subtype="),
    *(
        "Client VPN",
        "IPSec tunnel",
        "received ",
        "!! ",
        ": We cannot",
        "%ASA-",
        "%CRYPTO-",
        "msg: ",
        "AWS",
        "ike_phase",
    ),
)
"""One of these stands in each line of a daemon: they are looked for first, which takes a tenth of the time."""
_CONSOLE = late(
    r"^(?:initiating IKE_SA|establishing (?:CHILD_SA|connection)|(?:parsed|generating) (?:IKE_\w+|CREATE_CHILD_SA|"
    r"ID_PROT|INFORMATIONAL\w*|QUICK_MODE|TRANSACTION) re(?:quest|sponse)) ",
    re.MULTILINE,
)
"""How charon writes on the console of who began a connection by hand, without its name."""
_CONSOLE_WORDS = ("initiating IKE_SA ", "establishing C", "establishing c", "parsed ", "generating ")
"""One of these stands in each such line."""
_PROTOCOLS = {"IKE": None, "ESP": Encapsulation.ESP, "AH": Encapsulation.AH}


def recognise(source: Source) -> bool:
    """Whether a line tells what both ends offer, or why a negotiation of a daemon failed, or that one was begun."""
    head, once = source.head_text, source.head_lines
    of_head = source.head_words
    words = frozenset([word for word, part in _longest_parts() if part in of_head and word in once])
    if not words.isdisjoint(_SIGN_WORDS) and _SIGN.search(head) is not None:
        return True
    if not words.isdisjoint(LIST_WORDS) and LIST.search(head) is not None:
        return True
    if TRAFFIC_SIGN in words and TRAFFIC.search(head):
        return True
    by_hand = not words.isdisjoint(_CONSOLE_WORDS) and _CONSOLE.search(head) is not None
    lines = head.splitlines() if by_hand else _of_daemons(once, [word for word in _DAEMON_WORDS if word in words])
    return any(said(line) is not None or _TELLS.search(line) or STANDS.search(line) for line in lines)


@cache
def _longest_parts() -> tuple[tuple[str, str], ...]:
    """What tells of a negotiation, each with the longest word in it without cases."""
    told = (*_SIGN_WORDS, *LIST_WORDS, TRAFFIC_SIGN, *_CONSOLE_WORDS, *_DAEMON_WORDS)
    return tuple((word, max(word.casefold().split(), key=len)) for word in told)


def _of_daemons(text: str, words: Collection[str] = _DAEMON_WORDS) -> Iterator[str]:
    """The lines of a text that a daemon, or a gateway, may have written, word by word of `words` that tells of one."""
    has_state = _STATE_SIGN in words and _STATE.search(text) is not None
    for begin, end in lines_with(text, (word for word in words if word != _STATE_SIGN or has_state)):
        yield from filter(_DAEMON.search, text[begin:end].splitlines())


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The two ends of the last negotiation in a log; one, where it tells only what that offers."""
    offers: dict[str, dict[str, tuple[Offer, ...]]] = {INITIATOR: {}, RESPONDER: {}}
    own: dict[str, list[Offer]] = {}
    pluto = charon_spoke = False
    places: dict[str, Token] = {}
    refused: dict[tuple[EventKind, str, str], list[Span]] = {}
    failures = Failures()
    kind = EventKind.MAIN_MODE
    gateway = _of_gateway(text, diagnostics.path)
    for line in _unwrapped(lines_of(text, diagnostics.path)):
        if (charon := _CHARON.search(line.text)) is not None:
            charon_spoke = True
            end = INITIATOR if charon[1] == "received" else RESPONDER
            token = line.part(charon.start(2), charon.end(2))
            offered = tuple(_charon(token))
            offers[end][charon[2].partition(":")[0]] = offered
            places[end] = token
            kind = EventKind.MAIN_MODE if charon[2].startswith("IKE:") else EventKind.QUICK_MODE
        elif (theirs := _PLUTO_THEIRS.search(line.text)) is not None:
            pluto = True
            token = line.part(theirs.start(1), theirs.end(1))
            for match in _PLUTO_PROPOSAL.finditer(token.text):
                one = _pluto(token.part(match.start(), match.end()), match[2], match[3].split(";"))
                offers[INITIATOR][match[2]] = (*offers[INITIATOR].get(match[2], ()), one)
            places[INITIATOR] = token
            kind = EventKind.MAIN_MODE if "IKE:" in token.text else EventKind.QUICK_MODE
            refused.setdefault((kind, token.text, ""), []).append(token.span)
        elif charon_spoke and (refusal := _REFUSED.search(line.text)) is not None:
            asked, answered = (places[end].text if end in places else "" for end in (INITIATOR, RESPONDER))
            refused.setdefault((kind, asked, answered), []).append(line.part(*refusal.span()).span)
        elif failures.take(line):
            pass
        elif " chosen from " not in line.text and (mine := _PLUTO_OWN.match(line.text)) is not None:
            token = line.part(mine.start(2), mine.end(3))
            if mine[1] == "1":
                own[mine[2]] = []
            own.setdefault(mine[2], []).append(_pluto_own(token, mine[2], mine[3]))
            places.setdefault(RESPONDER, token)
    failures.end()
    if pluto:
        offers[RESPONDER] |= {protocol: tuple(listed) for protocol, listed in own.items()}
    peers = gateway or tuple(
        _peer(end, offers[end], places[end], "libreswan" if pluto else "strongswan")
        for end in (INITIATOR, RESPONDER)
        if end in places
    )
    return Parsed(
        policy=Policy(peers=peers if charon_spoke or gateway or INITIATOR in places else ()),
        events=tuple(
            Event(
                span=spans[0],
                kind=kind,
                error_code=POLICY_MATCH,
                success=False,
                role="responder",
                remote_address=failures.only_peer,
                count=len(spans),
                by_daemon=True,
            )
            for (kind, *_), spans in refused.items()
        )
        + tuple(failures.events(has_others=bool(refused)))
        + (tuple(connecting(lines_of(text, diagnostics.path))) if CONNECTING in text else ()),
        associations=_associations(text, diagnostics.path),
        problems=diagnostics.listed(),
    )


def _associations(text: str, path: str) -> tuple[SecurityAssociation, ...]:
    """What a log says stands, and what a list of associations has."""
    is_list = any(word in text for word in LIST_WORDS) and LIST.search(text) is not None
    listed = of_list(lines_of(text, path)) if is_list else ()
    carrying = of_traffic(lines_of(text, path)) if TRAFFIC_SIGN in text else ()
    return (*of_log(lines_of(text, path)), *listed, *carrying)


def _unwrapped(lines: Iterable[Token]) -> Iterator[Token]:
    """Lines, those with offers in one piece: terminals cut them, and a part has nothing but capitals."""
    pieces: list[Token] = []
    for line in lines:
        if pieces and _WRAPPED.fullmatch(line.text):
            pieces.append(line)
            continue
        if pieces:
            yield joined(pieces)
        pieces = [line] if _SIGN.search(line.text) is not None else []
        if not pieces:
            yield line
    if pieces:
        yield joined(pieces)


def _of_gateway(text: str, path: str) -> tuple[Peer, ...]:
    """The ends of the last negotiation of which a gateway of another maker lists the proposals."""
    if SIGN_OF_GATEWAY.search(text) is None:
        return ()
    listed: dict[str, list[Offer]] = {}
    last = ""
    for told in told_offers(lines_of(text, path)):
        end = RESPONDER if told.is_own else INITIATOR
        if end != last:
            listed[end] = []
        listed[end].append(told.offer)
        last = end
    peers = []
    for end in (INITIATOR, RESPONDER):
        if found := listed.get(end):
            first = found[0].span
            parts = {"IKE": tuple(offer for offer in found if offer.encapsulation is None)}
            parts["ESP"] = tuple(offer for offer in found if offer.encapsulation is not None)
            offered = {protocol: offers for protocol, offers in parts.items() if offers}
            peers.append(_peer(end, offered, Token("", path, first.line, first.column), "unknown"))
    return tuple(peers)


def _peer(name: str, offers: dict[str, tuple[Offer, ...]], place: Token, implementation: str) -> Peer:
    quick = (*offers.get("ESP", ()), *offers.get("AH", ()))
    return Peer(
        name=name,
        span=place.span,
        implementation=implementation if name == RESPONDER else "unknown",
        key_modules=default(frozenset({KeyModule.IKEV2}), place.span),
        order=Order.OWN,
        main_mode=offers.get("IKE"),
        quick_mode=quick or None,
        mode=default(RuleMode.TUNNEL, place.span),
    )


def _charon(token: Token) -> Iterator[Offer]:
    for proposal in token.split(","):
        protocol, _, algorithms = proposal.text.partition(":")
        parts = Parts()
        for word in algorithms.split("/"):
            parts.take(word)
        yield parts.offer(proposal, _PROTOCOLS.get(protocol))


def _pluto(place: Token, protocol: str, words: list[str]) -> Offer:
    """A proposal of the peer: `ENCR=AES_CBC_256;PRF=...;INTEG=...;DH=...`."""
    parts = Parts()
    for word in words:
        kind, _, name = word.partition("=")
        if kind == "PRF":
            parts.take(f"prf{name}")
        elif kind == "ESN":
            parts.take(_PLUTO_NAMES.get(name, name))
        elif name and name != "NONE":
            parts.take(name.split("[")[0])
    return parts.offer(place, _PROTOCOLS[protocol])


def _pluto_own(place: Token, protocol: str, words: str) -> Offer:
    """A proposal of its own: cipher, hash of main mode twice, group, numbers, each list with plus signs."""
    parts = Parts()
    for part in words.split("-"):
        for name in part.split("+"):
            if name != "NONE":
                parts.take(_PLUTO_NAMES.get(name, name.replace("AES_GCM_C_", "AES_GCM_16_")))
    return parts.offer(place, _PROTOCOLS[protocol])


FORMATS = (
    Format(
        name="ike-log",
        title="log of charon, pluto or a gateway: proposals of both ends, and why negotiations failed",
        recognise=recognise,
        parse=parse,
        how_to_export="journalctl -u strongswan (charon with cfg = 2), pluto's log, a gateway's debugging of IKE, "
        "swanctl --list-sas, or ipsec statusall",
        can_express="what both ends of a negotiation that failed offered, why the end that wrote the log refused, and "
        "which associations stand",
        cannot_express="which rules offer it",
        without_key="a log tells of proposals; none logs a key at the levels that show them",
    ),
)
