"""The errors that one end notifies the other of, where somebody tells that one was met.

It fails with NO_PROPOSAL_CHOSEN    the other end says AUTHENTICATION_FAILED    wir bekommen TS_UNACCEPTABLE
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.vocabulary.ike_notifies import NOTIFIED, notify_named
from ipseclint.vocabulary.reported_numbers import MAX_BEFORE, MAX_BEHIND, is_met

_NAMED = late(rf"(?<![\w-])(?:v2N_)?(?P<name>{'|'.join(NOTIFIED)})(?![\w-])")
"""A name as a standard writes it: in small letters its words may be anybody's."""
_OF_LOG = late(r"[\"')\]]?\s(?:error\s)?(?:notif|payload|message)")
"""What follows such a name in the logs of daemons, which are read as what they are."""


def reported_notifies(text: str) -> Iterator[tuple[int, int, int]]:
    """Begin, end and Windows' error of each that a text tells of as met."""
    for match in _NAMED.finditer(text):
        before = text[max(0, match.start() - MAX_BEFORE) : match.start()]
        behind = text[match.end() : match.end() + MAX_BEHIND]
        notify = notify_named(match["name"])
        if notify is not None and notify.code is not None and _OF_LOG.match(behind) is None and is_met(before, behind):
            yield *match.span(), notify.code
