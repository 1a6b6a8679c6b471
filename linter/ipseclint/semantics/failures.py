"""The ways in which a negotiation fails, each with its Windows errors.

The names and meanings are those of "System Error Codes (12000-15999)" ([MS-ERREF] 2.2); which of them belong together
is our reasoning. Every error of IKE and of the IPsec driver is in exactly one way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache

from ipseclint.finding import QUEUE_DROPS
from ipseclint.model.events import Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.vocabulary.audit_events import KDC_EVENTS
from ipseclint.vocabulary.ras_errors import of_state
from ipseclint.vocabulary.windows_errors import error_table

DELAY_DROPS = (13814, 13815)
NO_ANSWER = (13805, 13813)
LATE_KEYS = (13860,)
SYMPTOMS = (*NO_ANSWER, *QUEUE_DROPS, *DELAY_DROPS, *LATE_KEYS, 13903)
"""The errors of a host that cannot keep up: drops from the queue, time-outs, lateness, the rate limit."""

MARKERS = (13800, 13897, 13909)
"""The bounds of error ranges in winerror.h, which are never failures themselves."""

CONFIGURATION = tuple(code for code in error_table() if code < MARKERS[0])
"""The errors of the programming interface of IPsec policy, with which no negotiation ends."""

_SUCCESS = 0


class Failure(Enum):
    """One way to fail: its name in a sentence, and its errors."""

    AUTHENTICATION = (
        "credentials that were not accepted",
        (13801, 13826, 13827, 13853, 13854, 13855, 13856, 13870, 13889, 13892, 13905, 13906, 13907, 13908),
    )
    CERTIFICATE = (
        "certificates that are missing or were not accepted",
        (13806, 13817, 13818, 13819, 13820, 13828, 13835, 13836, 13847, 13848, 13875, 13881, 13887),
    )
    NO_POLICY = ("no policy for the negotiation", (13825, 13850, 13858, 13861, 13883))
    PROPOSAL = (
        "proposals without one in common",
        (13802, 13865, 13868, 13869, 13871, 13872, 13873, 13874, 13879, 13880, 13894, 13900),
    )
    QUEUE_DROP = ("requests dropped from the negotiation queue", QUEUE_DROPS)
    DELAY_DROP = ("negotiations that took too long", DELAY_DROPS)
    LATE_KEYS = ("keys that came too late for the driver", LATE_KEYS)
    MISSING_FILTER = ("negotiations for which the driver had no filter", (13857,))
    NO_ANSWER = ("negotiations without an answer", (*NO_ANSWER, 13808, 13886))
    MESSAGE = (
        "messages that were not understood",
        (
            *(13822, 13823, 13824, 13829, 13830, 13831, 13832, 13833, 13834, 13837, 13838, 13839, 13840, 13841),
            *(13842, 13843, 13846, 13862, 13863, 13864, 13866, 13867, 13888, 13893),
        ),
    )
    LIMIT = ("a limit of the service", (13882, 13890, 13896, 13903))
    ENDED = (
        "negotiations or associations that ended in the course of things",
        (13803, 13807, 13821, 13844, 13845, 13849, 13877, 13878, 13884, 13885, 13891, 13895, 13898, 13901, 13902),
    )
    OTHER = ("other failures", (13804, 13816, 13851, 13852, 13859, 13876, 13899, 13904))
    PACKET = ("packets dropped by the IPsec driver", tuple(range(13910, 13919)))
    DOS_PROTECTION = ("packets dropped by the DoS protection", tuple(range(13925, 13933)))

    def __init__(self, title: str, codes: tuple[int, ...]) -> None:
        self.title = title
        self.codes = codes


POLICY_FAILURES = (Failure.AUTHENTICATION, Failure.CERTIFICATE, Failure.NO_POLICY, Failure.PROPOSAL)
"""The failures caused by policies or credentials that do not fit: those of the credentials, at its end, first."""


def failed(machine: Machine, failure: Failure) -> Sequence[Event]:
    """The events of a machine that report one way to fail, in order."""
    return machine.once(_failed).get(failure, ())


def _failed(machine: Machine) -> Mapping[Failure, Sequence[Event]]:
    events: defaultdict[Failure, list[Event]] = defaultdict(list)
    for event in machine.events:
        if (failure := failure_of(event)) is not None:
            events[failure].append(event)
    return events


@cache
def _by_code() -> Mapping[int, Failure]:
    return {code: failure for failure in Failure for code in failure.codes}


def failure_of(event: Event) -> Failure | None:
    """The way to fail that an event reports; None if it reports no failure."""
    codes = event.codes
    if of_state(event.state) is not None or event.event_id in KDC_EVENTS:
        # Remote Access has errors of its own, and a certificate of no account is no failure of IKE.
        return None
    if event.benign or (codes and set(codes) <= {_SUCCESS, *MARKERS}):
        return None
    ways = {_by_code().get(code) for code in codes}
    if len(ways) == 1 and (way := ways.pop()) is not None:
        return way
    if event.kind in {EventKind.KERNEL_DROP, EventKind.CLASSIFY_DROP}:
        return Failure.PACKET
    if event.kind is EventKind.DOS_PROTECTION_DROP:
        return Failure.DOS_PROTECTION
    return Failure.OTHER if codes or event.success is False else None
