"""A message by which a log of IKE tells that a negotiation failed, and the errors of Windows that say the same."""

from __future__ import annotations

from typing import NamedTuple

from ipseclint.model.events import EventKind

POLICY_MATCH, NOT_AUTHENTICATED, NO_POLICY, NO_ANSWER, BAD_PAYLOAD = 13868, 13801, 13825, 13805, 13843
INTERNAL_ADDRESS = 840
RESPONDER, INITIATOR = "responder", "initiator"


class Sentence(NamedTuple):
    """A message of a daemon, the matching Windows error, the mode, and the daemon's role.

    `is_answer`: it only reports an answer; another line of the same attempt has the reason. `may_pass`: the daemon may
    go on with another connection, certificate or try, and succeed.
    """

    pattern: str
    code: int
    kind: EventKind = EventKind.MAIN_MODE
    role: str | None = RESPONDER
    is_answer: bool = False
    may_pass: bool = False
