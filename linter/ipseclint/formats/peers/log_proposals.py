"""Proposals of both ends of a negotiation in logs of charon and pluto, and where none was chosen.

charon writes "received proposals: ..." and "configured proposals: ..."; pluto "no local proposal matches remote
proposals ..." behind the lines in which it listed its own when the connection was added. The end that wrote the log is
the responder, the other the initiator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.peers.words import Parts
from ipseclint.late import late
from ipseclint.model.events import EventKind
from ipseclint.model.peer import Offer, Order, Peer
from ipseclint.model.policy import RuleMode
from ipseclint.model.setting import default
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule

INITIATOR, RESPONDER = "the initiator in the log", "the responder in the log"

_CHARON = late(r"(received|configured) proposals: ((?:IKE|ESP|AH):\w[\w/:, ()+.-]*)")
_PLUTO_OWN = late(r"^.*?\s(\d+):(IKE|ESP|AH)=(\S+?)(?:\[.*|\s*)$")
_PLUTO_THEIRS = late(r"no local proposal matches remote proposals (.*)")
_PLUTO_PROPOSAL = late(r"(?<!\d)(\d{1,6}+):(IKE|ESP|AH):((?:ENCR|PRF|INTEG|DH|ESN)=[^\s\"'`\x1b]*)")
SIGN = late(r"(?:received|configured) proposals: (?:IKE|ESP|AH):|no local proposal matches remote proposals")
SIGN_WORDS = (" proposals: ", "no local proposal matches remote proposals")
"""One of these stands in each such line."""
_WRAPPED = late(r"[A-Z0-9_;=:/,. \t]+")
_REFUSED = late(
    r"\breceived proposals (?:ina|una)cceptable|\bno (?:matching |acceptable )?proposal (?:found|chosen)",
    re.IGNORECASE,
)
"""How charon says that it took none of what it received."""
_PLUTO_NAMES = {"ENABLED": "esn", "DISABLED": "noesn", "YES": "esn", "NO": "noesn", "NONE": "none"}
_PROTOCOLS = {"IKE": None, "ESP": Encapsulation.ESP, "AH": Encapsulation.AH}


class Proposals:
    """The proposals of both ends of the last negotiation, as the lines of a log are read.

    `refused` are the places where none was chosen, by mode and by the proposals. `has_earlier`: an end proposed
    something else in an earlier one. `unknown` are words that are not known, by the place of their proposal.
    """

    def __init__(self) -> None:
        self.refused: dict[tuple[EventKind, str, str], list[Span]] = {}
        self.has_earlier = False
        self.unknown: dict[Span, tuple[str, ...]] = {}
        self._offers: dict[str, dict[str, tuple[Offer, ...]]] = {INITIATOR: {}, RESPONDER: {}}
        self._own: dict[str, list[Offer]] = {}
        self._places: dict[str, Token] = {}
        self._kind = EventKind.MAIN_MODE
        self._is_charon = self._is_pluto = False

    def take(self, line: Token) -> bool:
        """Take a line with proposals, or with the result that none was chosen; whether it is one."""
        if (charon := _CHARON.search(line.text)) is not None:
            self._charon(charon[1], line.part(charon.start(2), charon.end(2)))
        elif (theirs := _PLUTO_THEIRS.search(line.text)) is not None:
            self._pluto(line.part(theirs.start(1), theirs.end(1)))
        elif self._is_charon and (refusal := _REFUSED.search(line.text)) is not None:
            asked, answered = (self._places[end].text if end in self._places else "" for end in (INITIATOR, RESPONDER))
            self.refused.setdefault((self._kind, asked, answered), []).append(line.part(*refusal.span()).span)
        else:
            return False
        return True

    def take_own(self, line: Token) -> None:
        """Take a line with a proposal of pluto's own, if it is one."""
        if " chosen from " in line.text or (mine := _PLUTO_OWN.match(line.text)) is None:
            return
        token = line.part(mine.start(2), mine.end(3))
        if mine[1] == "1":
            self._own[mine[2]] = []
        self._own.setdefault(mine[2], []).append(self._offer(_pluto_own(mine[3]), token, mine[2]))
        self._places.setdefault(RESPONDER, token)

    def peers(self) -> tuple[Peer, ...]:
        """The ends with known proposals; empty if only pluto's own were logged."""
        if not self._is_charon and INITIATOR not in self._places:
            return ()
        if self._is_pluto:
            self._offers[RESPONDER] |= {protocol: tuple(listed) for protocol, listed in self._own.items()}
        implementation = "libreswan" if self._is_pluto else "strongswan"
        return tuple(
            peer_of(end, self._offers[end], self._places[end], implementation)
            for end in (INITIATOR, RESPONDER)
            if end in self._places
        )

    def _set(self, end: str, protocol: str, proposed: tuple[Offer, ...]) -> None:
        """Take what an end proposes for a protocol instead of what it proposed before."""
        known = self._offers[end].get(protocol, ())
        self.has_earlier |= not {*map(parts_of, known)} <= {*map(parts_of, proposed)}
        self._offers[end][protocol] = proposed

    def _offer(self, parts: Parts, place: Token, protocol: str) -> Offer:
        if parts.unknown:
            self.unknown[place.span] = tuple(parts.unknown)
        return parts.offer(place, _PROTOCOLS.get(protocol))

    def _charon(self, whose: str, token: Token) -> None:
        self._is_charon = True
        end = INITIATOR if whose == "received" else RESPONDER
        proposals = [(proposal, *proposal.text.partition(":")[::2]) for proposal in token.split(",")]
        offers = [self._offer(_charon(words), proposal, protocol) for proposal, protocol, words in proposals]
        self._set(end, token.text.partition(":")[0], tuple(offers))
        self._places[end] = token
        self._kind = EventKind.MAIN_MODE if token.text.startswith("IKE:") else EventKind.QUICK_MODE

    def _pluto(self, token: Token) -> None:
        self._is_pluto = True
        offers: dict[str, tuple[Offer, ...]] = {}
        for match in _PLUTO_PROPOSAL.finditer(token.text):
            one = self._offer(_pluto(match[3].split(";")), token.part(match.start(), match.end()), match[2])
            offers[match[2]] = (*offers.get(match[2], ()), one)
        for protocol, proposed in offers.items():
            self._set(INITIATOR, protocol, proposed)
        self._places[INITIATOR] = token
        self._kind = EventKind.MAIN_MODE if "IKE:" in token.text else EventKind.QUICK_MODE
        self.refused.setdefault((self._kind, token.text, ""), []).append(token.span)


def parts_of(offer: Offer) -> tuple[object, ...]:
    """What a proposal says, wherever it stands."""
    return offer.encapsulation, offer.encryption, offer.integrity, offer.ah_integrity, offer.prfs, offer.groups


def unwrapped(lines: Iterable[Token]) -> Iterator[Token]:
    """Lines, with wrapped proposals rejoined: terminals wrap them, and a continuation has only capitals."""
    pieces: list[Token] = []
    for line in lines:
        if pieces and _WRAPPED.fullmatch(line.text):
            pieces.append(line)
            continue
        if pieces:
            yield joined(pieces)
        pieces = [line] if SIGN.search(line.text) is not None else []
        if not pieces:
            yield line
    if pieces:
        yield joined(pieces)


def peer_of(
    name: str,
    offers: dict[str, tuple[Offer, ...]],
    place: Token,
    implementation: str,
    module: KeyModule = KeyModule.IKEV2,
) -> Peer:
    """One end of a negotiation as a peer with known proposals only."""
    quick = (*offers.get("ESP", ()), *offers.get("AH", ()))
    return Peer(
        name=name,
        span=place.span,
        implementation=implementation if name == RESPONDER else "unknown",
        key_modules=default(frozenset({module}), place.span),
        order=Order.OWN,
        main_mode=offers.get("IKE"),
        quick_mode=quick or None,
        mode=default(RuleMode.TUNNEL, place.span),
    )


def _charon(words: str) -> Parts:
    """A proposal of charon: `AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048`."""
    parts = Parts()
    for word in words.split("/"):
        parts.take(word)
    return parts


def _pluto(words: list[str]) -> Parts:
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
    return parts


def _pluto_own(words: str) -> Parts:
    """A proposal of pluto's own: cipher, hash (twice in main mode), group, numbers; alternatives have plus signs."""
    parts = Parts()
    for part in words.split("-"):
        for name in part.split("+"):
            if name != "NONE":
                parts.take(_PLUTO_NAMES.get(name, name.replace("AES_GCM_C_", "AES_GCM_16_")))
    return parts
