"""When initiators repeat an unanswered first message, and when they give up."""

import itertools
import math

from msgspec import Struct

from ipseclint.load.parameters import Provenance


class Schedule(Struct, frozen=True):
    """Times of the sends after the first, which is at 0, and of giving up, all in seconds since the first send."""

    name: str
    label: str
    sends_seconds: tuple[float, ...]
    give_up_seconds: float
    sends_provenance: Provenance
    give_up_provenance: Provenance
    source: str

    def __post_init__(self) -> None:
        if not self.sends_seconds or self.sends_seconds[0] != 0:
            raise ValueError("a schedule starts with a send at 0")
        times = (*self.sends_seconds, self.give_up_seconds)
        if any(not earlier < later for earlier, later in itertools.pairwise(times)):
            raise ValueError("the sends of a schedule and its end must each be later than the one before")

    def sends_at_least(self, gap_seconds: float) -> tuple[float, ...]:
        """The sends that find no earlier one still waiting, if each waits for `gap_seconds`: picked greedily."""
        kept = [0.0]
        for send in self.sends_seconds[1:]:
            if send - kept[-1] >= gap_seconds:
                kept.append(send)
        return tuple(kept)


def _from_gaps(first_gap: float, factor: float, repeats: int) -> tuple[tuple[float, ...], float]:
    """Sends after geometrically growing gaps, and the end of the last gap."""
    sends, gap = [0.0], first_gap
    for _ in range(repeats):
        sends.append(sends[-1] + gap)
        gap *= factor
    return tuple(sends), sends[-1] + gap


_DOC, _MEASURED, _ASSUMED = Provenance.DOCUMENTED, Provenance.MEASURED, Provenance.ASSUMED
_STRONGSWAN_SENDS, _STRONGSWAN_END = _from_gaps(4, 1.8, 5)

SINGLE = Schedule("single", "one send", (0.0,), math.inf, _ASSUMED, _ASSUMED, "a request that is never repeated")

AUTHIP = Schedule(
    "authip",
    "AuthIP, first message, since Windows 7 and Server 2008 R2",
    (0, 2, 6, 14),
    30,
    _DOC,
    _ASSUMED,
    "MS-AIPS note 12: after 2 s, doubling, 3 times; the end is taken one doubling later (the body, 3.1.6.1, says 7)",
)
AUTHIP_FOUR = Schedule(
    "authip-four-retransmits",
    "AuthIP, later messages, and all messages before Windows 7",
    (0, 2, 6, 14, 30),
    62,
    _DOC,
    _ASSUMED,
    "MS-AIPS note 12: after 2 s, doubling, 4 times; the end is taken one doubling later",
)
WINDOWS_IKEV1 = Schedule(
    "windows-2000-ikev1",
    "IKEv1 of Windows 2000, XP and Server 2003",
    (0, 1, 3, 7, 15, 31),
    63,
    _MEASURED,
    _MEASURED,
    "ike-scan, ike-backoff-patterns: gaps of 1, 2, 4, 8, 16 and 32 s",
)
WINDOWS_IKEV2 = Schedule(
    "windows-ikev2",
    "IKEv2 of Windows",
    (0, 2, 6, 14, 30, 62),
    126,
    _ASSUMED,
    _DOC,
    "at least 120 s in all (retransmitDurationSecs, MS-RRASM networkBlackoutTime); the gaps are AuthIP's, carried on",
)
STRONGSWAN = Schedule(
    "strongswan",
    "strongSwan",
    _STRONGSWAN_SENDS,
    _STRONGSWAN_END,
    _DOC,
    _DOC,
    "strongswan.conf(5), RETRANSMISSION: gaps of 4 s times 1.8, five tries",
)
LIBRESWAN = Schedule(
    "libreswan",
    "libreswan",
    (0, 0.5, 1.5, 3.5, 7.5, 15.5),
    30,
    _DOC,
    _DOC,
    "libreswan, include/pluto_constants.h: 0.5 s, doubling, 30 s in all",
)

SCHEDULES: dict[str, Schedule] = {
    schedule.name: schedule
    for schedule in (AUTHIP, AUTHIP_FOUR, WINDOWS_IKEV1, WINDOWS_IKEV2, STRONGSWAN, LIBRESWAN, SINGLE)
}
"""Every schedule by name; the first is what current Windows sends."""
