"""What the log of the other end said, as a ticket quotes it in a sentence.

    The router's log has "phase1 negotiation failed due to time up" for each client.
    strongSwan gives `received AUTHENTICATION_FAILED notify error`, and that is all we have.
    strongSwan then refuses the client with:
    peer requested EAP, config unacceptable

Whole lines of a log are read by `ike_log`. A sentence with a condition, or that says what a message means, tells of no
log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from ipseclint.formats.pasted.prose import is_prose
from ipseclint.formats.peers.log_sentences import literals_in, said
from ipseclint.late import late
from ipseclint.vocabulary.windows_sentences import Sentence, speaks_of_vpn

_QUOTED = late(
    r"(?<![\w=])[\"'`\u201c\u201e\u00ab](?P<words>[A-Za-z%!][^\"`\u201c\u201d\u00bb\r\n]{10,200})[\"'`\u201c\u201d\u00bb]"
)
_MARKS = ('"', "`", "\u201c", "\u201e", "\u00ab")
"""What begins a quotation, and no name within a message."""
_BELOW = late(
    r":[ \t]*+\r?\n(?:[ \t>]*+(?:[`~]{3}\w{0,12}[ \t]*+)?\r?\n){0,2}"
    r"[ \t>]{0,12}(?P<words>[A-Za-z%!][^\r\n]{10,200})(?=\r?\n|\Z)"
)
"""A line of its own below one that ends with a colon, with or without a fence."""
_LOG = late(r"\blogs?\b|\bsyslog\b", re.IGNORECASE)
_OF_FAILURES = (
    *("fail", "no ", "not ", "reject", "refuse", "unacceptable", "mismatch", "invalid", "giving up", "retrans"),
    *("timeout", "notif", "no_", "error", "unknown", "unable", "deleting"),
)
"""One of these stands in each such message, in lower case: far quicker to look for."""
_OF_IKE = late(
    r"\b(?:IKE|phase[ -]?[12]|SA\b|proposal|peer|NO_|TS_|traffic selector|Oakley|ISAKMP|Main Mode)", re.IGNORECASE
)
"""What makes a message one of IKE, where the text around it names no VPN."""
_IN_GENERAL = late(
    r"\b(?:if|when|whenever|unless|until|should|would|could|may|might|can|look|search|grep|watch|check|means?|e\.g|such"
    r"|example|not|never|without|wenn|falls|sobald|kann|nicht|kein|si|lorsque|quand|pas|cuando|puede|se|quando|non|als"
    r"|niet|jeśli|gdy|nie|если|когда|при|не)\b|n't\b|如果|若|当|當",
    re.IGNORECASE,
)
"""A word before a message by which a sentence may be of a case, or say that none was logged."""
_SAID_OF_IT = late(
    r"[\"'`\u201d\u00bb,)\s]{0,4}\b(?:is|are|means?|indicates?|says?|tells?|usually|often|happens?|occurs?|appears?"
    r"|comes|points?|when|if|unless|bedeutet|heißt|ist|wenn|signifie|est|quand|significa|es|cuando)\b",
    re.IGNORECASE,
)
"""What stands behind a message of which a sentence says what it means."""
_BY_ONE = late(r"\b(?:i|we|ich|wir|je|nous|yo|eu|io|ja|я|мы)\b|[我私]", re.IGNORECASE)
"""A word before it by which somebody tells of what was met, however the sentence goes on."""
_MAX_QUOTED = 100
"""So many quotations are looked at (reasoned: a text with more lists what there is)."""


def quoted_of_logs(text: str, folded: str) -> Iterator[Sentence]:
    """The messages of logs that sentences of a text quote, each as the error of Windows that says the same."""
    first = chain.from_iterable(islice(form.finditer(text), _MAX_QUOTED) for form in (_QUOTED, _BELOW))
    quotations = [quotation for quotation in first if _may_tell(quotation["words"].casefold())]
    among = literals_in("\n".join(quotation["words"] for quotation in quotations)) if quotations else ()
    for quotation in quotations if among else ():
        told = said(quotation["words"], among)
        if told is None or not (_is_told_below if quotation[0][0] == ":" else _is_told)(text, quotation):
            continue
        if _OF_IKE.search(quotation["words"]) is None and not speaks_of_vpn(text, folded):
            continue
        sentence, match = told
        start = quotation.start("words")
        yield Sentence(start + match.start(), start + match.end(), (sentence.code,), of_log=True)


def is_in_general(line: str) -> bool:
    """Whether a line is a sentence that tells when a message comes up, or what it means, and quotes it."""
    if (
        "[" in line
        or "#" in line
        or not any(map(line.__contains__, _MARKS))
        or (quotation := _QUOTED.search(line)) is None
    ):
        return False
    is_of_log = quotation[0][0] in _MARKS and said(quotation["words"]) is not None
    return is_of_log and is_prose(line) and _is_of_a_case(line, 0, quotation)


def _is_of_a_case(text: str, begin: int, quotation: re.Match[str]) -> bool:
    """Whether a sentence with a quotation has a condition, or says what it means, or that there is none."""
    if _IN_GENERAL.search(text, begin, quotation.start()) is not None:
        return True
    is_met = _BY_ONE.search(text, begin, quotation.start()) is not None
    return not is_met and _SAID_OF_IT.match(text, quotation.end()) is not None


def _is_told(text: str, quotation: re.Match[str]) -> bool:
    """Whether a quotation stands in a sentence that tells of a log, up to the end of its line."""
    line, end = text.rfind("\n", 0, quotation.start()) + 1, text.find("\n", quotation.end())
    end = len(text) if end < 0 else end
    stop = text.rfind(". ", line, quotation.start())
    begin = line if stop < 0 else stop + 2
    if _is_of_a_case(text, begin, quotation):
        return False
    return is_prose(text[begin:end]) or is_prose(text[line:end])


def _is_told_below(text: str, line: re.Match[str]) -> bool:
    """Whether a line begins with a message, and the sentence above it tells of a log."""
    begin = text.rfind("\n", 0, line.start()) + 1
    stop = text.rfind(". ", begin, line.start())
    above = text[begin if stop < 0 else stop + 2 : line.start() + 1]
    is_whole = said(line["words"])
    if is_whole is None or is_whole[1].start() > 0 or _IN_GENERAL.search(above) is not None:
        return False
    return is_prose(above) or _LOG.search(above) is not None


def _may_tell(words: str) -> bool:
    return any(map(words.__contains__, _OF_FAILURES))
