"""What daemons and gateways write when a negotiation fails, and the error that Windows has for the same.

The sentences are those that people paste: github.com/strongswan/strongswan, strongswan/strongMan, libreswan/libreswan,
hwdsl2/setup-ipsec-vpn, hwdsl2/docker-ipsec-vpn-server, trailofbits/algo, jawj/IKEv2-setup and nm-l2tp; and those of
libreswan's own tests, whose logs are public; and opnsense/core. Which error of
Windows stands for each is our reasoning: what a Windows end shows may be less exact, 809 or 789 in its dialog.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from ipseclint.formats.peers.gateway_sentences import SENTENCES_OF_GATEWAYS
from ipseclint.formats.peers.log_sentence import (
    BAD_PAYLOAD,
    INITIATOR,
    INTERNAL_ADDRESS,
    NO_ANSWER,
    NO_POLICY,
    NOT_AUTHENTICATED,
    POLICY_MATCH,
    RESPONDER,
    Sentence,
)
from ipseclint.late import late
from ipseclint.model.events import EventKind
from ipseclint.vocabulary.ike_notifies import NOTIFIES
from ipseclint.vocabulary.windows_errors import error_texts, find_error

_QUICK = EventKind.QUICK_MODE

_OF_CHARON = (
    Sentence(r"peer requested EAP, config (?:ina|una)cceptable", NOT_AUTHENTICATED),
    Sentence(r"no (?:matching )?peer config found", NOT_AUTHENTICATED),
    Sentence(r"found \d+ matching configs?, but none allows [\w -]{1,60}? authentication", NOT_AUTHENTICATED),
    Sentence(r"no private key found", NOT_AUTHENTICATED),
    Sentence(r"authentication of '[^'\r\n]{1,120}' \(myself\) with [\w -]{1,60}? failed", NOT_AUTHENTICATED),
    Sentence(r"tried \d+ shared keys? for .{1,80}? but MAC mismatched", NOT_AUTHENTICATED),
    Sentence(r"no trusted (?:RSA|ECDSA|public) (?:public )?key found", NOT_AUTHENTICATED),
    Sentence(r"no issuer certificate found", NOT_AUTHENTICATED, may_pass=True),
    Sentence(r"EAP method EAP_\w+ failed for peer", NOT_AUTHENTICATED),
    Sentence(r"EAP-MS-CHAPv2 verification failed", NOT_AUTHENTICATED, may_pass=True),
    Sentence(r"RADIUS authentication of .{1,80}? failed", NOT_AUTHENTICATED),
    Sentence(r"loading EAP_\w+ method failed", NOT_AUTHENTICATED),
    Sentence(r"no trusted certificate found for '[^'\r\n]{1,120}' to verify TLS peer", NOT_AUTHENTICATED),
    Sentence(r"no TLS peer certificate found for '[^'\r\n]{1,120}'", NOT_AUTHENTICATED),
    Sentence(r"(?:received|sending) fatal TLS alert '[^'\r\n]{1,40}'", NOT_AUTHENTICATED),
    Sentence(r"EAP_\w+ not supported, sending EAP_NAK", NOT_AUTHENTICATED),
    Sentence(r"no (?:shared|EAP) key found for", NOT_AUTHENTICATED),
    Sentence(r"\bIDir '[^'\r\n]{1,120}' does not match to '[^'\r\n]{1,120}'", NOT_AUTHENTICATED, role=INITIATOR),
    Sentence(r"constraint (?:check failed:|requires) [^\r\n]{1,80}", NOT_AUTHENTICATED, may_pass=True),
    Sentence(
        r"\b(?:(?:IKE|X\.509) signature scheme \w{2,60}|(?:RSA|ECDSA)-\d{2,5} signatures) not acceptable",
        NOT_AUTHENTICATED,
        may_pass=True,
    ),
    Sentence(
        r"selected peer config '[^'\r\n]{1,80}' (?:ina|una)cceptable[^\r\n]{0,80}", NOT_AUTHENTICATED, may_pass=True
    ),
    Sentence(r"(?:subject|issuer) certificate invalid|certificate was revoked", NOT_AUTHENTICATED),
    Sentence(r"invalid (?:ID|HASH)_V1 payload length, decryption failed\?", NOT_AUTHENTICATED),
    Sentence(r"received AUTHENTICATION_FAILED (?:error )?notify", NOT_AUTHENTICATED, role=INITIATOR),
    Sentence(r"received EAP_FAILURE, EAP authentication failed", NOT_AUTHENTICATED, role=INITIATOR),
    Sentence(
        r"generating IKE_AUTH response \d+ \[[^\]\n]{0,200}\b(?:N\(AUTH_FAILED\)|EAP/FAIL)",
        NOT_AUTHENTICATED,
        is_answer=True,
    ),
    Sentence(r"no IKE config found for [^\r\n,]{1,90}", NO_POLICY),
    Sentence(r"traffic selectors .{1,160}? (?:ina|una)cceptable", NO_POLICY, _QUICK),
    Sentence(r"no virtual IP found for", INTERNAL_ADDRESS),
    Sentence(r"no matching CHILD_SA config found", NO_POLICY, _QUICK),
    Sentence(r"received TS_UNACCEPTABLE notify", NO_POLICY, _QUICK, INITIATOR),
    Sentence(r"received NO_PROPOSAL_CHOSEN (?:error )?notify", POLICY_MATCH, role=INITIATOR),
    Sentence(r"no (?:matching |acceptable )?proposal found", POLICY_MATCH),
    Sentence(r"received proposals (?:ina|una)cceptable", POLICY_MATCH),
    Sentence(r"generating IKE_SA_INIT response \d+ \[ N\(NO_PROP\) \]", POLICY_MATCH, is_answer=True),
    Sentence(r"parsed IKE_SA_INIT response \d+ \[ N\(NO_PROP\) \]", POLICY_MATCH, role=INITIATOR, is_answer=True),
    Sentence(r"generating IKE_AUTH response \d+ \[[^\]\n]{0,200}\bN\(TS_UNACCEPT\)", NO_POLICY, _QUICK, is_answer=True),
    Sentence(r"giving up after \d+ retransmits", NO_ANSWER, role=INITIATOR),
    Sentence(r"establishing IKE_SA failed, peer not responding", NO_ANSWER, role=INITIATOR, is_answer=True),
    Sentence(r"received retransmit of request with ID [01], retransmitting response", NO_ANSWER, may_pass=True),
    Sentence(r"deleting half open IKE_SA (?:with \S{1,45} )?after timeout", NO_ANSWER),
    Sentence(
        r"unable to install (?:inbound |outbound |and ){0,3}IPsec SA \(SAD\) in kernel", POLICY_MATCH, _QUICK, None
    ),
    Sentence(r"unable to install IPsec policies \(SPD\) in kernel", NO_POLICY, _QUICK, None),
    Sentence(r"initialization failed - aborting charon", NO_ANSWER),
    Sentence(r"unable to start strongSwan -- fatal errors in config", NO_ANSWER),
)
_RESPONDING = r"STATE_[A-Z0-9_]{1,24}_R\d?"
"""The name of a state of pluto in which it answers."""
_OF_PLUTO = (
    Sentence(r"mismatch of preshared secrets", NOT_AUTHENTICATED),
    Sentence(r"received Hash Payload does not match computed value", NOT_AUTHENTICATED),
    Sentence(r"unable to locate my private key", NOT_AUTHENTICATED),
    Sentence(r"byte \d+ of ISAKMP Identification Payload should have been zero", NOT_AUTHENTICATED),
    Sentence(r"Peer attempted EAP authentication", NOT_AUTHENTICATED),
    Sentence(r"dropping unexpected [A-Z_v2]{0,12}IKE_AUTH message [^\r\n]{1,300}?; missing payloads: AUTH\b",
             NOT_AUTHENTICATED),
    Sentence(r"No matching subjectAltName found", NOT_AUTHENTICATED, may_pass=True),
    Sentence(
        r"(?:peer )?certificate (?:contains no|does not contain) [^\r\n]{0,40}subjectAltName",
        NOT_AUTHENTICATED,
        may_pass=True,
    ),
    Sentence(r"\bID_\w+ '[^'\r\n]{1,120}' does not match expected", NOT_AUTHENTICATED, may_pass=True),
    Sentence(r"Peer public key SubjectAltName does not match peer ID", NOT_AUTHENTICATED, may_pass=True),
    Sentence(r"we require (?:IKEv\d )?peer to have ID '[^'\r\n]{0,120}'", NOT_AUTHENTICATED, may_pass=True),
    Sentence(r"no suitable connection for peer", NOT_AUTHENTICATED),
    Sentence(r"Peer ID '[^'\r\n]{0,120}' mismatched on first found connection", NOT_AUTHENTICATED),
    Sentence(r"X509: Certificate rejected|certificate payload rejected", NOT_AUTHENTICATED),
    Sentence(r"Certificate .{0,120}failed verif", NOT_AUTHENTICATED),
    Sentence(r"no (?:RSA )?public key known for", NOT_AUTHENTICATED),
    Sentence(r"Can't authenticate: no preshared key found", NOT_AUTHENTICATED),
    Sentence(r"NSS: Handshake failed: SSL_ERROR_\w+", NOT_AUTHENTICATED),
    Sentence(r"failed to match authenticator", NOT_AUTHENTICATED, may_pass=True),
    Sentence(r"NSS: ERROR: IPsec certificate [^\r\n]{1,160}? invalid: SEC_\w+", NOT_AUTHENTICATED),
    Sentence(r"CERT payload bogus or revoked", NOT_AUTHENTICATED),
    Sentence(r"authentication failed[:;] [^\r\n']{0,79}[^\s']", NOT_AUTHENTICATED),
    Sentence(r"informational payload (?:INVALID_ID_INFO|AUTHENTICATION_F)\w+", NOT_AUTHENTICATED, role=INITIATOR),
    Sentence(r"rejected by peer: (?:v2N_)?AUTHENTICATION_FAILED", NOT_AUTHENTICATED, role=INITIATOR),
    Sentence(r"notification (?:v2N_)?AUTHENTICATION_FAILED|notification INVALID_ID_INFORMATION", NOT_AUTHENTICATED,
             is_answer=True),
    Sentence(r"with v2N_AUTHENTICATION_FAILED", NOT_AUTHENTICATED, is_answer=True),
    Sentence(r"X509: CERT payload does not match connection ID", NOT_AUTHENTICATED, may_pass=True),
    Sentence(
        r"\b(?:left|right) ?certificate (?:with nickname )?'[^'\r\n]{1,120}' (?:was )?not found in (?:the )?NSS\b",
        NO_POLICY,
    ),
    Sentence(r"no suitable connection found with IKEv\d policy", NO_POLICY),
    Sentence(
        r"\| initial parent SA message received on \S{1,60} but no connection has been authorized",
        NO_POLICY,
        is_answer=True,
    ),
    Sentence(r"but no (?:suitable )?connection has been authorized", NO_POLICY),
    Sentence(r"We cannot identify ourselves with either end of this connection", NO_POLICY, role=INITIATOR),
    Sentence(r"cannot respond to IPsec SA request because no connection is known", NO_POLICY, _QUICK),
    Sentence(r"notification (?:v2N_)?TS_UNACCEPTABLE|CHILD SA failed: TS_UNACCEPTABLE", NO_POLICY, _QUICK),
    Sentence(r"No IKEv2 connection found with compatible Traffic Selectors", NO_POLICY, _QUICK),
    Sentence(r"message containing (?:v2N_)?TS_UNACCEPTABLE notification", NO_POLICY, _QUICK, INITIATOR),
    Sentence(r"message containing (?:v2N_)?NO_PROPOSAL_CHOSEN notification", POLICY_MATCH, role=INITIATOR),
    Sentence(r"message containing (?:v2N_)?AUTHENTICATION_FAILED notification", NOT_AUTHENTICATED, role=INITIATOR),
    Sentence(r"message containing REKEY_SA notification[^\r\n]{1,300}?; unexpected payloads: \w+", BAD_PAYLOAD, _QUICK),
    Sentence(r"ERROR: netlink response for Add SA \S{1,80} included errno (?!17\b)\d{1,4}", POLICY_MATCH, _QUICK, None),
    Sentence(r"no acceptable Oakley Transform", POLICY_MATCH),
    Sentence(r"no acceptable proposal in IPsec SA", POLICY_MATCH, _QUICK),
    Sentence(r"rejected by peer: (?:v2N_)?NO_PROPOSAL_CHOSEN", POLICY_MATCH, role=INITIATOR),
    Sentence(r"received unauthenticated (?:v2N_)?NO_PROPOSAL_CHOSEN", POLICY_MATCH, role=INITIATOR),
    Sentence(r"(?:informational payload|response containing) NO_PROPOSAL_CHOSEN", POLICY_MATCH, role=INITIATOR),
    Sentence(r"rejected (?:Child SA )?with NO_PROPOSAL_CHOSEN", POLICY_MATCH, _QUICK, INITIATOR),
    Sentence(r"rejected (?:Child SA )?with TS_UNACCEPTABLE", NO_POLICY, _QUICK, INITIATOR),
    Sentence(r"address pool exhausted", INTERNAL_ADDRESS),
    Sentence(r"notification (?:v2N_)?NO_PROPOSAL_CHOSEN", POLICY_MATCH, is_answer=True),
    Sentence(rf"max number of retransmissions \(\d+\) reached {_RESPONDING}\b", NO_ANSWER),
    Sentence(r"max number of retransmissions \(\d+\) reached", NO_ANSWER, role=INITIATOR),
    Sentence(rf"\b{_RESPONDING}: \d{{1,6}} second timeout exceeded after \d{{1,6}} retransmits", NO_ANSWER),
    Sentence(r"second timeout exceeded after \d{1,6} retransmits", NO_ANSWER, role=INITIATOR),
    Sentence(r"received duplicate IKE_(?:SA_INIT|AUTH) message request", NO_ANSWER, may_pass=True),
    Sentence(rf"in response to duplicate packet; already {_RESPONDING}\b", NO_ANSWER, may_pass=True),
    Sentence(rf"duplicate packet -- exhausted retransmission; already {_RESPONDING}\b", NO_ANSWER, may_pass=True),
    Sentence(r"deleting incomplete state after", NO_ANSWER),
    Sentence(
        r"deleting (?:other )?state (?:#\d{1,9} )?\(STATE_(?:(?:V2_)?PARENT_R1|MAIN_R[12])\)", NO_ANSWER, is_answer=True
    ),
)  # fmt: skip
_OF_RACOON = (
    Sentence(r"no suitable proposal found in peer's SA payload", POLICY_MATCH),
    Sentence(r"no suitable proposal found", POLICY_MATCH),
    Sentence(r"failed to get valid proposal", POLICY_MATCH, is_answer=True),
    Sentence(r"failed to pre-process ph2 packet", POLICY_MATCH, _QUICK, is_answer=True),
    Sentence(
        r"(?:IKE phase-2 negotiation (?:is )?failed|phase2 negotiation failed)[^\r\n]{0,80}?proxy.?id",
        NO_POLICY,
        _QUICK,
    ),
    Sentence(r"phase1 negotiation failed due to time up", NO_ANSWER),
    Sentence(r"IKE phase-1 negotiation is failed[^\r\n]{0,160}? due to timeout", NO_ANSWER, role=INITIATOR),
    Sentence(r"Couldn.t find configuration for IKE phase-1 request", NO_POLICY),
    Sentence(r"\bunknown ikev2 peer\b", NO_POLICY),
    Sentence(r"received IKEv2 request but no IKEv2 configuration for peer", NO_POLICY),
    Sentence(r"received KE type \d{1,5}, expected \d{1,5}", POLICY_MATCH),
    Sentence(r"no policy found/generated", NO_POLICY, _QUICK),
    Sentence(r"peer's ID does not match certificate", NOT_AUTHENTICATED),
    Sentence(r"received ID_[IR] ?\(type [^\r\n]{1,120}? does not match peers? id", NOT_AUTHENTICATED),
    Sentence(r"can't verify peer's certificate from store", NOT_AUTHENTICATED),
    Sentence(r"unable to get (?:local issuer )?certificate(?: CRL)?\(\d{1,2}\)", NOT_AUTHENTICATED, may_pass=True),
    Sentence(r"identity not found for (?:peer|server)", NOT_AUTHENTICATED),
    Sentence(r"got fatal error: AUTHENTICATION_FAILED", NOT_AUTHENTICATED, role=INITIATOR),
    Sentence(r"got fatal error: NO_PROPOSAL_CHOSEN", POLICY_MATCH, role=INITIATOR),
    Sentence(r"got fatal error: TS_UNACCEPTABLE", NO_POLICY, _QUICK, INITIATOR),
    Sentence(r"got fatal error: INVALID_SYNTAX", BAD_PAYLOAD, role=INITIATOR),
    Sentence(r"\bipsec, ?error (?:\S{1,45} )?no proposal chosen", POLICY_MATCH),
    Sentence(r"parsing packet failed, possible cause: wrong password", NOT_AUTHENTICATED),
)
"""As racoon writes them, and RouterOS, PAN-OS and Meraki, whose daemons come of it.

The titles of qsetup.ru and windoro.ru, who collect what RouterOS' forum asks, hwdsl2/setup-ipsec-vpn issues 1112 and
1326; paloaltofirewalls.com, "VPN Concepts, Troubleshooting, and Testing"; iked of racoon2 (zoulasc/racoon2,
`ikev2.c`), with what Alibaba Cloud's "Troubleshoot IPsec-VPN connection issues" says of its lines.
"""


_WHOSE = r"(?:\b[^\r\n]{0,24}?(?:type|:|peer))? "
"""What may stand between "notify" and the name of the error."""


def _notified() -> Iterator[Sentence]:
    """What charon and pluto write of each error that one end notifies the other of."""
    by_code: dict[tuple[int, bool], list[str]] = {}
    for row in NOTIFIES:
        if row.code is not None:
            by_code.setdefault((row.code, row.of_child), []).append(row.name)
    for (code, of_child), names in by_code.items():
        name = rf"(?:v2N_)?(?:{'|'.join(names)})\b"
        kind = _QUICK if of_child else EventKind.MAIN_MODE
        yield Sentence(rf"informational payload,? (?:type )?{name}", code, kind, INITIATOR)
        yield Sentence(rf"message containing {name} notification", code, kind, INITIATOR)
        yield Sentence(rf"rejected (?:by peer: |(?:Child SA )?with ){name}", code, kind, INITIATOR)
        yield Sentence(rf"received (?:unauthenticated )?{name}(?: error)?(?: notify|;)", code, kind, INITIATOR)
        yield Sentence(rf"notification {name}", code, kind, is_answer=True)
        spoken = rf"(?:{'|'.join(names)})\b".replace("_", "[_ -]")
        yield Sentence(rf"received notif(?:y|ication){_WHOSE}{spoken}", code, kind, INITIATOR)
        yield Sentence(rf"notification message received: {spoken}", code, kind, INITIATOR)
        yield Sentence(rf"sent notif(?:y|ication){_WHOSE}{spoken}", code, kind, is_answer=True)
        yield Sentence(rf"sending (?:IKE )?notif(?:y|ication){_WHOSE}{spoken}", code, kind, is_answer=True)


SENTENCES = (*_OF_CHARON, *_OF_PLUTO, *_OF_RACOON, *SENTENCES_OF_GATEWAYS, *_notified())
BEGINS = late(
    r"\bis initiating an? |\binitiating (?:IKE|Main|Aggressive|v2|an? )|\bresponding to (?:Main|Aggressive) Mode"
    r"|\bparsed (?:IKE_SA_INIT|ID_PROT|AGGRESSIVE) request 0|\binitial (?:Main|Aggressive) Mode message",
    re.IGNORECASE,
)
"""A line that begins another attempt."""


SUCCEEDED = late(
    r"\bIKE_SA \S{1,80} established between\b|\b(?:ISAKMP|PARENT|IKE) SA established\b|\bestablished IKE SA\b"
)
"""A line after which an attempt is no longer a failure."""
TAKEN = late(r"\bSTATE_(?:MAIN|AGGR)_[IR]\d: |\bSTATE_QUICK_[IR]\d: ")
"""A line of pluto that chooses an IKEv1 transform, after whatever refusals."""
REFUSED_SO_FAR = Sentence(r"", POLICY_MATCH, may_pass=True)
"""The sentence for a log that ends with IKEv1 transforms that pluto refused."""


_CHILD = late(r"\bquick mode\b|\bchild sa (?:exchange|negotiation)\b|\bphase[ -]?2\b", re.IGNORECASE)
"""What tells that the proposals of a line are those for traffic."""
_LITERAL = late(r"\\[bBdDsSwW]|\\.|\[(?:\\.|[^\]\\])*\]|[()|]|[?*+]|\{\d[\d,]*\}|.", re.DOTALL)
_MIN_LITERAL = 3
_MIN_SENTENCE = 5
"""So many characters has the shortest of the texts of which one stands in a sentence: shorter lines have none."""


def literals(pattern: str) -> tuple[str, ...]:
    """Folded strings, one of which is in every line that matches a pattern: the longest of each alternative."""
    ways: list[str] = []
    best = run = ""
    depth = 0
    for piece in (*_LITERAL.findall(pattern), "|"):
        depth += (piece == "(") - (piece == ")")
        is_plain = len(piece) == 1 and piece not in "().|?*+^$" and depth == 0
        if is_plain:
            run += piece.lower()
            continue
        # What may be repeated or left out need not stand there.
        run = run[:-1] if piece[0] in "?*{" and depth == 0 else run
        best, run = max(best, run, key=len), ""
        if piece == "|" and depth == 0:
            ways.append(best)
            best = ""
    return tuple(ways) if all(len(way) >= _MIN_LITERAL for way in ways) else ("",)


_EXPRESSIONS = [late(row.pattern, re.IGNORECASE) for row in SENTENCES]


@cache
def _by_literal() -> dict[str, list[int]]:
    """The sentences, by number, in which each of the literals may stand."""
    numbers: dict[str, list[int]] = {}
    for number, row in enumerate(SENTENCES):
        for literal in literals(row.pattern):
            numbers.setdefault(literal, []).append(number)
    return numbers


_PAYLOADS = late(
    r"\b(?P<did>parsed|generating) (?P<exchange>[A-Z_0-9]{4,24}) (?:request|response) \d{1,10} "
    r"\[[^\]\r\n]{0,400}?\bN\((?P<name>" + "|".join(row.short for row in NOTIFIES if row.short) + r")\)"
)
"""How charon lists the payloads of a message with an error."""
_PAYLOAD_SIGN = " N("
_OF_TRAFFIC = frozenset({"CREATE_CHILD_SA", "QUICK_MODE"})
_STATUS = late(
    r"(?:\bwith status |\[ErrorMessage\] ?|\bError Message: )(?P<text>[A-Z][^\[\]\",\\\r\n]{5,120})"
    r"|\bcalled with error (?P<number>\d{5})\b|\[ErrorCode\] ?(?P<hexadecimal>0x[0-9A-Fa-f]{4,8})\b"
)
"""How the gateways of Azure log an error of Windows, on which they run."""


def _listed(line: str) -> tuple[Sentence, re.Match[str]] | None:
    """The error in a message that charon sent or received, which another line of the same attempt explains."""
    if _PAYLOAD_SIGN not in line or (match := _PAYLOADS.search(line)) is None:
        return None
    row = next(row for row in NOTIFIES if row.short == match["name"])
    is_of_traffic = row.of_child or match["exchange"] in _OF_TRAFFIC
    is_received = match["did"] == "parsed"
    return Sentence(
        "",
        row.code or BAD_PAYLOAD,
        _QUICK if is_of_traffic else EventKind.MAIN_MODE,
        INITIATOR if is_received else RESPONDER,
        # Of a message that the other end could not read, charon says no more.
        is_answer=not is_received or row.code != BAD_PAYLOAD,
    ), match


def _with_status(line: str) -> tuple[Sentence, re.Match[str]] | None:
    """The error of Windows that a gateway of Azure logs by its text or its number."""
    if "with status " not in line and "rror" not in line:
        return None
    if (match := _STATUS.search(line)) is None:
        return None
    error = find_error(match["number"] or match["hexadecimal"] or match["text"])
    code = _code_of(match["text"] or "") if error is None else error.code
    return None if code is None else (Sentence("", code, role=None), match)


def _code_of(text: str) -> int | None:
    """The error that Windows tells in this text."""
    folded = text.strip().rstrip(".").casefold()
    return next((code for code, told in error_texts().items() if folded == told.rstrip(".").casefold()), None)


def literals_in(text: str) -> tuple[str, ...]:
    """The literals of sentences that stand in a text, so that its lines are asked for no others."""
    return tuple(filter(text.lower().__contains__, _by_literal()))


def said(line: str, among: Iterable[str] | None = None) -> tuple[Sentence, re.Match[str]] | None:
    """The sentence that begins first in a line, and its match; None if there is none.

    `among` are the literals in the whole text, if they are known.
    """
    if len(line) < _MIN_SENTENCE:
        return None
    return _spoken(line, _by_literal() if among is None else among) or _with_status(line) or _listed(line)


def _spoken(line: str, among: Iterable[str]) -> tuple[Sentence, re.Match[str]] | None:
    found: tuple[Sentence, re.Match[str]] | None = None
    told = filter(line.lower().__contains__, among)
    for number in sorted({number for literal in told for number in _by_literal()[literal]}):
        match = _EXPRESSIONS[number].search(line)
        if match is not None and (found is None or match.start() < found[1].start()):
            found = SENTENCES[number], match
    if found is not None and found[0].code == POLICY_MATCH and _CHILD.search(line) is not None:
        return found[0]._replace(kind=_QUICK), found[1]
    return found
