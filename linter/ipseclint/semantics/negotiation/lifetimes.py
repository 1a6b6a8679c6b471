"""Lifetimes of two ends: they never make a negotiation fail, and the shorter one sets the pace."""

from __future__ import annotations

from ipseclint.finding import Basis
from ipseclint.model.setting import Setting
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.stage import Answer, Difference, Result, Stage
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.words import duration


def compare(initiator: End, responder: End, module: KeyModule) -> Result:
    """The differences. IKEv2 does not negotiate lifetimes (RFC 7296 2.8); each end renews by its own."""
    rows = (
        ("main-mode lifetime", initiator.main_mode_seconds, responder.main_mode_seconds, duration),
        ("quick-mode lifetime", initiator.quick_mode_seconds, responder.quick_mode_seconds, duration),
        ("quick-mode volume", initiator.quick_mode_kilobytes, responder.quick_mode_kilobytes, "{} KB".format),
    )
    differences = tuple(
        Difference(attribute, write(mine.known), write(theirs.known), mine.span, theirs.span)
        for attribute, mine, theirs, write in rows
        if mine is not None and theirs is not None and mine.known and theirs.known and mine.known != theirs.known
    )
    why = "lifetimes never make a negotiation fail; the end with the shorter one renews"
    basis = Basis.STANDARD if module is KeyModule.IKEV2 else Basis.DOCUMENTED
    return Result(Stage.LIFETIME, Answer.AGREED, why, basis, differences=differences)


def renewal_seconds(initiator: End, responder: End) -> int | None:
    """When keys are first renewed: after the shorter quick-mode lifetime; None if neither is known."""
    known = [_seconds(end.quick_mode_seconds) for end in (initiator, responder)]
    return min((seconds for seconds in known if seconds), default=None)


def _seconds(setting: Setting[int] | None) -> int | None:
    return setting.known if setting is not None else None
