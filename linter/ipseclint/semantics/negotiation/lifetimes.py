"""Lifetimes of two ends: they never make a negotiation fail, and the shorter one decides when keys are renewed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.finding import Basis
from ipseclint.model.setting import Setting
from ipseclint.semantics.negotiation.stage import Answer, Difference, Result, Stage
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.builtin import MAIN_MODE_LIFETIME_SECONDS, QUICK_MODE_LIFETIME_SECONDS
from ipseclint.words import duration

if TYPE_CHECKING:
    from ipseclint.semantics.negotiation.ends import End


class Lifetimes(Struct, frozen=True):
    """A lifetime that differs between two ends; `written` puts a value into words."""

    attribute: str
    mine: Setting[int]
    theirs: Setting[int]
    written: Callable[[int], str]

    @property
    def values(self) -> tuple[int, int]:
        """Both values, in the unit of the attribute: seconds or kilobytes."""
        return self.mine.known or 0, self.theirs.known or 0


MAIN_MODE, QUICK_MODE, VOLUME = "main-mode lifetime", "quick-mode lifetime", "quick-mode volume"


def differing(initiator: End, responder: End) -> tuple[Lifetimes, ...]:
    """The lifetimes that differ between two ends, as far as both are known."""
    rows = (
        (MAIN_MODE, initiator.main_mode_seconds, responder.main_mode_seconds, duration),
        (QUICK_MODE, initiator.quick_mode_seconds, responder.quick_mode_seconds, duration),
        (VOLUME, initiator.quick_mode_kilobytes, responder.quick_mode_kilobytes, "{} KB".format),
    )
    return tuple(
        Lifetimes(attribute, mine, theirs, written)
        for attribute, mine, theirs, written in rows
        if mine is not None and theirs is not None and mine.known and theirs.known and mine.known != theirs.known
    )


def compare(initiator: End, responder: End, module: KeyModule) -> Result:
    """The differences as a result. IKEv2 does not negotiate lifetimes (RFC 7296 2.8); each end renews by its own."""
    differences = tuple(
        Difference(
            row.attribute,
            row.written(row.values[0]),
            row.written(row.values[1]),
            row.mine.span,
            row.theirs.span,
        )
        for row in differing(initiator, responder)
    )
    why = "lifetimes never make a negotiation fail; the end with the shorter one renews"
    for ended in left_to_end(initiator, responder):
        why = f"lifetimes never make a negotiation fail; but {ended.words}"
    basis = Basis.STANDARD if module is KeyModule.IKEV2 else Basis.DOCUMENTED
    return Result(Stage.LIFETIME, Answer.AGREED, why, basis, differences=differences)


class Ended(Struct, frozen=True):
    """A lifetime after which a connection ends: its end does not renew, and the other end would renew later."""

    end: End
    attribute: str
    lifetime: Setting[int]
    later_seconds: int

    @property
    def words(self) -> str:
        """The consequence, as the rest of a sentence."""
        return (
            f"{self.end.subject} does not renew: the connection ends after its {self.attribute} of "
            f"{duration(self.lifetime.known or 0)}, before the other end renews after {duration(self.later_seconds)}"
        )


def left_to_end(initiator: End, responder: End) -> Iterator[Ended]:
    """The time lifetimes that end a connection; where those of a Windows end are not known, its defaults hold."""
    for end, other in ((initiator, responder), (responder, initiator)):
        rows = (
            (MAIN_MODE, end.main_mode_seconds, other.main_mode_seconds, MAIN_MODE_LIFETIME_SECONDS),
            (QUICK_MODE, end.quick_mode_seconds, other.quick_mode_seconds, QUICK_MODE_LIFETIME_SECONDS),
        )
        for attribute, lifetime, of_other, standard in rows if not end.renews else ():
            later = _seconds(of_other) or (standard if other.is_windows else None)
            if lifetime is not None and lifetime.known and later is not None and lifetime.known < later:
                yield Ended(end, attribute, lifetime, later)


def renewal_seconds(initiator: End, responder: End) -> int | None:
    """When keys are first renewed: after the shorter quick-mode lifetime; None if neither is known."""
    known = [_seconds(end.quick_mode_seconds) for end in (initiator, responder)]
    return min((seconds for seconds in known if seconds), default=None)


def _seconds(setting: Setting[int] | None) -> int | None:
    return setting.known if setting is not None else None
