"""Logs of charon and pluto in which a negotiation fails: they hold what both ends offer, or why one was not let in.

charon writes "received proposals: ..." and "configured proposals: ..."; pluto "no local proposal matches remote
proposals ..." behind the lines in which it said its own when the connection was added. The end that wrote the log is
the responder, the other the initiator. Both become descriptions of peers, of which only these proposals are known.
Where the log itself says that none was taken, that is an event: what a Windows end shows as a policy match error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers.words import Parts
from ipseclint.late import late
from ipseclint.model.events import Event, EventKind
from ipseclint.model.peer import Offer, Order, Peer
from ipseclint.model.policy import Policy, RuleMode
from ipseclint.model.setting import default
from ipseclint.source import Source, Span
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule

INITIATOR, RESPONDER = "the initiator in the log", "the responder in the log"

_CHARON = late(r"(received|configured) proposals: ((?:IKE|ESP|AH):\S.*)")
_PLUTO_OWN = late(r"^.*?\s(\d+):(IKE|ESP|AH)=(\S+?)(?:\[.*)?$")
_PLUTO_THEIRS = late(r"no local proposal matches remote proposals (.*)")
_PLUTO_PROPOSAL = late(r"(?<!\d)(\d{1,6}+):(IKE|ESP|AH):((?:ENCR|PRF|INTEG|DH|ESN)=\S*)")
_SIGN = late(r"(?:received|configured) proposals: (?:IKE|ESP|AH):|no local proposal matches remote proposals")
_REFUSED = late(
    r"\breceived proposals (?:ina|una)cceptable|\bno (?:matching |acceptable )?proposal (?:found|chosen)",
    re.IGNORECASE,
)
"""How charon says that it took none of what it received."""
_PLUTO_NAMES = {"ENABLED": "esn", "DISABLED": "noesn", "YES": "esn", "NO": "noesn", "NONE": "none"}
_DAEMON = late(r"\b(?:charon|pluto)\b|\[(?:IKE|CFG|ENC)\]")
_POLICY_MATCH, _NOT_AUTHENTICATED = 13868, 13801
_REASONS = late(
    r"peer requested EAP, config (?:ina|una)cceptable|no matching peer config found|no private key found"
    r"|mismatch of preshared secrets|tried \d+ shared keys? for .{1,80}? but MAC mismatched"
    r"|no trusted (?:RSA|ECDSA|public) (?:public )?key found|EAP method EAP_\w+ failed for peer"
    r"|no shared key found for|constraint check failed: [^\r\n]{1,80}",
    re.IGNORECASE,
)
"""Why charon or pluto did not authenticate the other end: Windows shows what they answer as 13801, with L2TP as 789."""
_REFUSAL = late(
    r"\bgenerating IKE_AUTH response \d+ \[[^\]\n]{0,200}\bN\(AUTH_FAILED\)|notification (?:v2N_)?AUTHENTICATION_FAILED"
)
_PROTOCOLS = {"IKE": None, "ESP": Encapsulation.ESP, "AH": Encapsulation.AH}


def recognise(source: Source) -> bool:
    """Whether a line tells what both ends offer, or why a daemon did not authenticate the other end."""
    head = source.head_text
    return _SIGN.search(head) is not None or (_DAEMON.search(head) is not None and _fails_to_authenticate(head))


def _fails_to_authenticate(head: str) -> bool:
    return _REASONS.search(head) is not None or _REFUSAL.search(head) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The two ends of the last negotiation in a log; one, where charon tells only what that offers."""
    offers: dict[str, dict[str, tuple[Offer, ...]]] = {INITIATOR: {}, RESPONDER: {}}
    own: dict[str, list[Offer]] = {}
    pluto = charon_spoke = False
    places: dict[str, Token] = {}
    refused: dict[tuple[EventKind, str, str], list[Span]] = {}
    reasons: dict[str, list[Span]] = {}
    answers: list[Span] = []
    kind = EventKind.MAIN_MODE
    for line in lines_of(text, diagnostics.path):
        if (charon := _CHARON.search(line.text)) is not None:
            charon_spoke = True
            end = INITIATOR if charon[1] == "received" else RESPONDER
            token = line.part(charon.start(2), charon.end(2))
            found = tuple(_charon(token))
            offers[end][charon[2].partition(":")[0]] = found
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
        elif (reason := _REASONS.search(line.text)) is not None:
            reasons.setdefault(reason[0], []).append(line.part(*reason.span()).span)
        elif (answer := _REFUSAL.search(line.text)) is not None:
            answers.append(line.part(*answer.span()).span)
        elif " chosen from " not in line.text and (mine := _PLUTO_OWN.match(line.text)) is not None:
            token = line.part(mine.start(2), mine.end(3))
            if mine[1] == "1":
                own[mine[2]] = []
            own.setdefault(mine[2], []).append(_pluto_own(token, mine[2], mine[3]))
            places.setdefault(RESPONDER, token)
    if pluto:
        offers[RESPONDER] |= {protocol: tuple(listed) for protocol, listed in own.items()}
    peers = tuple(_peer(end, offers[end], places[end], pluto=pluto) for end in (INITIATOR, RESPONDER) if end in places)
    return Parsed(
        policy=Policy(peers=peers if charon_spoke or len(peers) > 1 else ()),
        events=tuple(
            Event(span=spans[0], kind=kind, error_code=_POLICY_MATCH, success=False, role="responder", count=len(spans))
            for (kind, *_), spans in refused.items()
        )
        + tuple(_unauthenticated(reasons or ({"": answers} if answers else {}))),
        problems=diagnostics.listed(),
    )


def _unauthenticated(reasons: dict[str, list[Span]]) -> Iterator[Event]:
    """The end that wrote the log did not authenticate the other: an event for each reason that it gives."""
    for reason, spans in reasons.items():
        yield Event(
            span=spans[0],
            kind=EventKind.MAIN_MODE,
            error_code=_NOT_AUTHENTICATED,
            success=False,
            role="responder",
            state=reason or None,
            count=len(spans),
        )


def _peer(name: str, offers: dict[str, tuple[Offer, ...]], place: Token, *, pluto: bool) -> Peer:
    quick = (*offers.get("ESP", ()), *offers.get("AH", ()))
    return Peer(
        name=name,
        span=place.span,
        implementation=("libreswan" if pluto else "strongswan") if name == RESPONDER else "unknown",
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
    fields = words.split("-")
    for field in fields:
        for name in field.split("+"):
            if name != "NONE":
                parts.take(_PLUTO_NAMES.get(name, name.replace("AES_GCM_C_", "AES_GCM_16_")))
    return parts.offer(place, _PROTOCOLS[protocol])


FORMATS = (
    Format(
        name="ike-log",
        title="log of charon or pluto with the proposals of both ends",
        recognise=recognise,
        parse=parse,
        how_to_export="journalctl -u strongswan (charon with cfg = 2), or pluto's log",
        can_express="what both ends of a negotiation that failed offered",
        cannot_express="which rules offer it; authentication, selectors",
        without_key="a log tells of proposals; neither daemon logs a key at the levels that show them",
    ),
)
