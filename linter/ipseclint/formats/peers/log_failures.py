"""Reasons for failed negotiations, from the lines of a log: each attempt counts once for an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.log_meanings import meaning_of
from ipseclint.formats.peers.log_progress import Progress, peer_of, progress_of, side_of
from ipseclint.formats.peers.log_sentence import (
    INTERNAL_ADDRESS,
    NO_ANSWER,
    NOT_AUTHENTICATED,
    POLICY_MATCH,
    RESPONDER,
    Sentence,
)
from ipseclint.formats.peers.log_sentences import BEGINS, REFUSED_SO_FAR, SUCCEEDED, TAKEN, said
from ipseclint.late import late
from ipseclint.model.events import Event
from ipseclint.source import Span
from ipseclint.vocabulary.ras_errors import state_of

OAKLEY = late(r"Oakley Transform \[[^\[\]\r\n]{1,80}\] refused|\bOAKLEY proposal refused\b")
"""What pluto refused of the offers of IKEv1, one on each line; older ones say behind it that it was an offer."""
_OAKLEY_SIGN = " refused"
REJECTED = late(
    r"\brejected (enctype|hashtype|authmethod|dh_group): DB ?\([^()\r\n]{1,40}\): ?Peer ?\([^()\r\n]{1,40}\) = "
    r"([^:\r\n]{1,60}):([^\r\n]{1,60})"
)
"""What racoon compared of an offer with its own and found to differ: its value, then that of the peer."""
_REJECTED_SIGN = "rejected "
MISMATCHED = late(
    r"\bMismatched attribute types for class ([^:\r\n]{1,40}):\s{1,4}Rcv'd: ([^\r\n]{1,60}?)\s{1,4}"
    r"Cfg'd: ([^\r\n]{1,60})"
)
"""What ASA compared of an offer of IKEv1 with its own: the value of the peer, then its own (`debug crypto ikev1`)."""
_MISMATCHED_SIGN = "Mismatched attribute "
DIFFERS = late(r"\b((?!policy)[A-Z][\w -]{2,40}?) (?:offered )?does not match policy\b")
"""What IOS compared of an offer with its own and found to differ, without the values (`debug crypto isakmp`)."""
_DIFFERS_SIGN = " does not match policy"
_ANOTHER_PHASE = late(
    r"\b(?:respond|initiate) new phase [12]\b|\bISAKMP-SA established\b|\bPHASE 1 COMPLETED\b|\batts are acceptable\b"
)
"""A line of racoon, ASA or IOS before which what it compared was of another attempt, or of an offer passed over."""
_SOUGHT = late(r"\blooking for peer configs matching (\S{1,60}\[[^\]\r\n]{1,120}\]\.\.\.\S{1,60}\[[^\]\r\n]{1,120}\])")
"""Which addresses and identities charon looks for among its connections: its own, then those of the client."""
_SOUGHT_SIGN, _NONE_FOUND = "looking for peer configs", "peer config found"
_MAX_SHOWN = 4


class _Reason(NamedTuple):
    """The reason why an attempt failed: the sentence, the log's words, the peer, and the progress before.

    `is_own`: the line of the sentence shows the progress itself, whatever else stands in the log.
    """

    row: Sentence
    words: str | None
    peer: str | None
    progress: str | None
    is_own: bool = False


class Failures(Struct):
    """The reasons for failure: each attempt counts once for an error, with the first line that states it.

    `transforms` are refused IKEv1 transforms since the last other message; `rejected` is what racoon found to differ in
    the present attempt; `progress` is that of the present attempt;
    `literals` are those of sentences in the whole log, if they are known;
    `peers` are all addresses that lines give for the peer; `side` is the daemon's part in the present attempt; `sought`
    is what it looked for last among its connections.
    """

    literals: tuple[str, ...] | None = None
    reasons: dict[_Reason, list[Span]] = field(default_factory=dict)
    answers: dict[_Reason, list[Span]] = field(default_factory=dict)
    attempt: list[Sentence] = field(default_factory=list)
    passing: list[_Reason] = field(default_factory=list)
    transforms: list[Token] = field(default_factory=list)
    rejected: list[Token] = field(default_factory=list)
    progress: Progress | None = None
    peers: set[str] = field(default_factory=set)
    side: str | None = None
    sought: str | None = None

    def take(self, line: Token) -> bool:
        """Take a line about an attempt; whether it is one."""
        refused = OAKLEY.search(line.text) if _OAKLEY_SIGN in line.text else None
        if refused is not None:
            self.transforms.append(line.part(*refused.span()))
            return True
        if self._compared(line):
            return True
        peer = peer_of(line.text)
        if peer is not None:
            self.peers.add(peer)
        self.side = side_of(line.text) or self.side
        if _SOUGHT_SIGN in line.text and (sought := _SOUGHT.search(line.text)) is not None:
            self.sought = sought[1]
        if (sentence := said(line.text, self.literals)) is not None:
            row, match = sentence
            if row.code == NOT_AUTHENTICATED and row.role == RESPONDER and self.side is not None:
                # Either end may refuse who the other says to be.
                row = row._replace(role=self.side)
            words = _with_offers(match[0], self.transforms)
            if self.sought is not None and words.endswith(_NONE_FOUND):
                words = f"{words} for {self.sought}"
            if self.rejected and row.code == POLICY_MATCH and not row.is_answer:
                words = _with_rejected(words, self.rejected)
                self.rejected.clear()
            own = progress_of(line.text)
            self.progress = own or self.progress
            meant = self.progress is not None and self.progress.code == row.code
            told = self.progress.words if self.progress and meant else None
            meaning = meaning_of(words) if row.code == NOT_AUTHENTICATED and not row.is_answer else None
            self.add(
                _Reason(row, words, peer, meaning or told, own is not None or meaning is not None),
                line.part(*match.span()).span,
            )
        elif BEGINS.search(line.text) is not None:
            self.begin()
        elif SUCCEEDED.search(line.text) is not None:
            self.succeed()
        elif TAKEN.search(line.text) is None:
            self.progress = progress_of(line.text) or self.progress
            return False
        self.transforms.clear()
        return True

    def _compared(self, line: Token) -> bool:
        """Take what racoon compared of an offer with its own; whether a line says that."""
        match = REJECTED.search(line.text) if _REJECTED_SIGN in line.text else None
        match = DIFFERS.search(line.text) if _DIFFERS_SIGN in line.text else match
        match = MISMATCHED.search(line.text) if _MISMATCHED_SIGN in line.text else match
        if match is not None:
            self.rejected.append(line.part(*match.span()))
        elif self.rejected and _ANOTHER_PHASE.search(line.text) is not None:
            self.rejected.clear()
        return match is not None

    def end(self) -> None:
        """End the log: if it ends with refused IKEv1 transforms, none was chosen."""
        if self.transforms:
            words = _with_offers("Oakley Transform", self.transforms)
            self.add(_Reason(REFUSED_SO_FAR, words, None, None), self.transforms[-1].span)
        if self.rejected:
            words = _with_rejected("rejected", self.rejected)
            self.add(_Reason(REFUSED_SO_FAR, words, None, None), self.rejected[-1].span)

    def begin(self) -> None:
        """Begin another attempt."""
        self.attempt.clear()
        self.passing = []
        self.progress = None

    def add(self, reason: _Reason, span: Span) -> None:
        """Add a reason."""
        row = reason.row
        if row.is_answer:
            own = reason.progress if reason.is_own else None
            self.answers.setdefault(reason._replace(words=None, progress=own), []).append(span)
            return
        if row in self.attempt:
            if row.code == NO_ANSWER and row.may_pass:
                # One message of an attempt comes as often as its answer does not arrive.
                return
            self.begin()
        if all(other.code != row.code for other in self.attempt):
            self.reasons.setdefault(reason, []).append(span)
            self.passing.extend([reason] * row.may_pass)
        elif not row.may_pass:
            # The daemon did not get past what it said before.
            self.passing = [each for each in self.passing if each.row.code != row.code]
        self.attempt.append(row)

    def succeed(self) -> None:
        """End an attempt that succeeded, so that reasons it could pass do not count."""
        for reason in self.passing:
            self.reasons[reason].pop()
        self.begin()

    @property
    def only_peer(self) -> str | None:
        """The peer, if all lines that name one name the same."""
        return next(iter(self.peers)) if len(self.peers) == 1 else None

    def events(self, *, has_others: bool) -> Iterator[Event]:
        """An event for each reason; if the log gives none, for each answer."""
        only = self.only_peer
        rows = [(reason, spans) for reason, spans in self.reasons.items() if spans]
        if not rows and not has_others:
            rows = list(self.answers.items())
        for reason, spans in rows:
            row = reason.row
            yield Event(
                span=spans[0],
                kind=row.kind,
                error_code=None if row.code == INTERNAL_ADDRESS else row.code,
                success=False,
                role=row.role,
                state=state_of(row.code) if row.code == INTERNAL_ADDRESS else reason.words,
                remote_address=reason.peer or only,
                progress=reason.progress if reason.is_own or len(self.peers) <= 1 else None,
                count=len(spans),
                by_daemon=True,
            )


def _with_offers(words: str, offers: Sequence[Token]) -> str:
    """The words of the log, with the transforms it refused before."""
    named = [offer.text.partition("[")[2].partition("]")[0] for offer in offers if "[" in offer.text]
    return f"{words}: {_shown(named)} refused" if named else words


def _with_rejected(words: str, rejected: Sequence[Token]) -> str:
    """The words of the log, with what racoon found to differ before."""
    return f"{words}: {_shown(list(dict.fromkeys(map(_difference, rejected))))}"


def _difference(compared: Token) -> str:
    """What differs, in words: with both values, if they were logged."""
    if (match := REJECTED.search(compared.text)) is not None:
        return f"{match[1]} {match[2].strip()} here, {match[3].strip()} offered"
    if (match := MISMATCHED.search(compared.text)) is not None:
        return f"{match[1].strip()} {match[3].strip()} here, {match[2].strip()} offered"
    return compared.text


def _shown(told: Sequence[str]) -> str:
    """The first of what a log says, without duplicates, and how many more there are."""
    first = "; ".join(dict.fromkeys(told[:_MAX_SHOWN]))
    more = len(told) - _MAX_SHOWN
    return f"{first}{f' and {more} more' if more > 0 else ''}"
