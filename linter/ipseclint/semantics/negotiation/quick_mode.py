"""The quick-mode suite of two ends, and perfect forward secrecy."""

from __future__ import annotations

from msgspec.structs import replace

from ipseclint.finding import Basis
from ipseclint.model.peer import UNKNOWN_GROUP, Offer
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.main_mode import chosen, not_understood, order_of
from ipseclint.semantics.negotiation.offers import (
    NO_GROUP,
    Compared,
    Suite,
    choices,
    choose,
    groups_of,
    with_group,
    words,
)
from ipseclint.semantics.negotiation.stage import Answer, Difference, Kind, Result, Stage
from ipseclint.vocabulary.algorithms import KeyModule

_WITHOUT_GROUPS = Compared(groups=False, prfs=False)
_WITH_GROUPS = Compared(groups=True, prfs=False)


def agree(initiator: End, responder: End, module: KeyModule, main: tuple[Suite, ...]) -> Result:
    """The result of the stage for the suite, PFS groups aside but where they decide which suites are sent."""
    stage = Stage.QUICK_MODE_SUITE
    mine, theirs = initiator.quick_mode, responder.quick_mode
    if mine is None or theirs is None:
        return (initiator if mine is None else responder).unsaid(stage, "what quick mode offers")
    mine = initiator.sent(mine, module)
    order = order_of(responder, module)
    asked, *others = _asked(initiator, mine, module, _group_of(main))
    suites = choices(mine if others else asked, theirs, order, _WITHOUT_GROUPS)
    suites = suites or choices(mine, theirs, order, _WITHOUT_GROUPS)  # that the group hides it is said of the group
    if suites:
        return chosen(stage, suites, order)
    if not all(offer.is_understood for offer in (*mine, *theirs)):
        return not_understood(stage, initiator, responder)
    difference = Difference(
        "quick-mode proposals",
        words(mine),
        words(theirs),
        initiator.quick_mode_span,
        responder.quick_mode_span,
    )
    why = "no quick-mode proposal of one end is whole in the other's list"
    return Result(stage, Answer.FAILS, why, Basis.STANDARD, differences=(difference,))


def _group_of(main: tuple[Suite, ...]) -> str | None:
    return main[0].group if main else None


def _asked(initiator: End, offers: tuple[Offer, ...], module: KeyModule, group: str | None) -> list[tuple[Offer, ...]]:
    """What an end may ask for, given the group of main mode: in IKEv1 all proposals have one group (RFC 2409 5.5)."""
    groups = groups_of(offers)
    if module is not KeyModule.IKEV1 or len(groups) < 2 or UNKNOWN_GROUP in groups:
        return [offers]
    if initiator.implementation.asks_for_main_mode_group:
        named = [each for each in groups if each != NO_GROUP]
        groups = (group,) if group is not None and group in named else (named[0],)
    return [
        tuple(
            offer.model_copy(update={"groups": () if each == NO_GROUP else (each,)})
            for offer in offers
            if each in (offer.groups or (NO_GROUP,))
        )
        for each in groups
    ]


def agree_pfs(initiator: End, responder: End, module: KeyModule, main: tuple[Suite, ...]) -> Result:
    """The result of the stage for the PFS groups, once the suite is agreed on.

    IKEv1 and AuthIP compare them with the suite, so that it fails at once. The first keys of IKEv2 come from main mode
    and need no group: the first renewal fails (RFC 7296 1.2, 1.3).
    """
    group = _group_of(main)
    mine = with_group(initiator.sent(initiator.quick_mode or (), module), group)
    theirs = with_group(responder.quick_mode or (), group)
    difference = Difference(
        "PFS group",
        "|".join(groups_of(mine)),
        "|".join(groups_of(theirs)),
        initiator.pfs_span or initiator.quick_mode_span,
        responder.pfs_span or responder.quick_mode_span,
    )
    if any(UNKNOWN_GROUP in offer.groups or not offer.is_understood for offer in (*mine, *theirs)):
        agreed = choose(theirs, mine, _WITH_GROUPS)
        if agreed is not None and module is not KeyModule.IKEV2:
            why = "both ends have it; what was not understood beside it may be taken before it"
            return Result(Stage.PFS, Answer.AGREED, why, Basis.REASONED, chosen=agreed.group or NO_GROUP)
        return Result(Stage.PFS, Answer.UNKNOWN, "a PFS group was not understood", Basis.REASONED)
    if choose(theirs, mine, _WITHOUT_GROUPS) is None and (shared := _shared_group(mine, theirs)) is not None:
        # The suites differ in something else, which another stage reports.
        return Result(Stage.PFS, Answer.AGREED, "both ends have it", Basis.STANDARD, chosen=shared)
    if module is not KeyModule.IKEV2:
        ways = _asked(initiator, mine, module, group)
        return _by_group(initiator, mine, theirs, ways, [_at_once(responder, way, theirs, difference) for way in ways])
    return _at_renewal(initiator, responder, mine, theirs, difference, group)


def _shared_group(mine: tuple[Offer, ...], theirs: tuple[Offer, ...]) -> str | None:
    """The first group that both ends name, or that both leave out, whatever the suites."""
    named = groups_of(theirs)
    return next((group for group in groups_of(mine) if group in named), None)


def _by_group(
    initiator: End,
    offers: tuple[Offer, ...],
    theirs: tuple[Offer, ...],
    ways: list[tuple[Offer, ...]],
    results: list[Result],
) -> Result:
    """The result where an end may ask for one of its groups, by what becomes of each of them."""
    first, title = results[0], initiator.implementation.title
    if choose(theirs, offers, _WITH_GROUPS) is None:
        return first
    agreed = next((result for result in results if result.answer is Answer.AGREED), None)
    if len(ways) == 1 and first.answer is Answer.FAILS:
        asked = _named(ways[0])
        why = f"IKEv1 asks for one group: {title} for that of main mode, or else for its first one, here {asked}"
        return replace(first, why=why, kind=Kind.GROUP)
    if all(result.answer is first.answer for result in results):
        return first
    if agreed is not None and initiator.implementation.tries_each_group:
        return replace(agreed, why=f"{title} asks for one of its groups after the other")
    why = f"IKEv1 asks for one group, and for which of its own {title} asks is not known"
    outcomes = tuple(
        f"it comes up with {way}" if result.answer is Answer.AGREED else f"it is refused with {way}"
        for way, result in zip(map(_named, ways), results, strict=True)
    )
    difference = next(result.differences for result in results if result.differences)
    return Result(
        Stage.PFS, Answer.DEPENDS, why, Basis.REASONED, differences=difference, outcomes=outcomes, kind=Kind.GROUP
    )


def _named(offers: tuple[Offer, ...]) -> str:
    (group,) = groups_of(offers)
    return "no group" if group == NO_GROUP else group


def _at_once(responder: End, mine: tuple[Offer, ...], theirs: tuple[Offer, ...], difference: Difference) -> Result:
    suite = choose(theirs, mine, _WITH_GROUPS)
    if suite is not None:
        return Result(Stage.PFS, Answer.AGREED, "both ends have it", Basis.STANDARD, chosen=suite.group or NO_GROUP)
    asked = [offer for offer in mine if offer.groups]
    extra = choose([offer for offer in theirs if not offer.groups], asked, _WITHOUT_GROUPS)
    takes = responder.implementation.takes_extra_pfs if extra is not None else False
    if responder.implementation.takes_other_pfs and choose(theirs, asked, _WITHOUT_GROUPS) is not None:
        takes = True
    if not asked and responder.implementation.may_take_missing_pfs:
        takes = None
    title = responder.implementation.title
    if takes:
        why = f"{title} takes the initiator's group"
        group = next(group for offer in asked for group in offer.groups)
        return Result(Stage.PFS, Answer.AGREED, why, Basis.DOCUMENTED, chosen=group, differences=(difference,))
    if takes is None:
        if asked:
            why = f"only the initiator asks for a group, and whether {title} takes it is not known"
            outcomes = ("it comes up with the initiator's group", "it is refused")
        else:
            why = f"only the responder has a group, and whether {title} takes an offer without one is not known"
            outcomes = ("it comes up without a group", "it is refused")
        return Result(Stage.PFS, Answer.DEPENDS, why, Basis.REASONED, differences=(difference,), outcomes=outcomes)
    why = "the group for perfect forward secrecy is part of the offer, and the two ends have none in common"
    return Result(Stage.PFS, Answer.FAILS, why, Basis.STANDARD, differences=(difference,))


def _at_renewal(
    initiator: End,
    responder: End,
    mine: tuple[Offer, ...],
    theirs: tuple[Offer, ...],
    difference: Difference,
    group: str | None,
) -> Result:
    """The result by whether the first renewal succeeds; the end with the shorter lifetime renews, or either."""
    first = _shorter(initiator, responder)
    ways = [
        _renews(one, other, offers, others)
        for one, other, own, peers in ((initiator, responder, mine, theirs), (responder, initiator, theirs, mine))
        if first in {None, one}
        for offers in _renewing(one, own, group)
        for others in _renewing(other, peers, group)
    ]
    agreed = choose(theirs, mine, _WITH_GROUPS)
    if all(way is True for way in ways):
        group = (agreed.group if agreed is not None else None) or NO_GROUP
        return Result(Stage.PFS, Answer.AGREED, "both ends have it", Basis.STANDARD, chosen=group)
    if all(way is False for way in ways):
        why = (
            "it comes up, since the first keys need no group; the first renewal fails, "
            "because the ends have no group in common"
        )
        return Result(Stage.PFS, Answer.FAILS, why, Basis.STANDARD, differences=(difference,), at_renewal=True)
    why = "it comes up; whether the first renewal succeeds depends on the end that answers it"
    outcomes = ("renewed", "the first renewal fails")
    return Result(
        Stage.PFS,
        Answer.DEPENDS,
        why,
        Basis.REASONED,
        differences=(difference,),
        outcomes=outcomes,
        at_renewal=True,
    )


def _renewing(end: End, offers: tuple[Offer, ...], group: str | None) -> list[tuple[Offer, ...]]:
    """What an end may offer in a renewal: its written groups, the group of main mode instead, or either."""
    with_main = end.implementation.renews_with_main_mode_group
    if with_main is False or group is None or not any(offer.groups for offer in offers):
        return [offers]
    other = tuple(offer.model_copy(update={"groups": (group,) if offer.groups else ()}) for offer in offers)
    return [other] if with_main else [offers, other]


def _renews(one: End, other: End, offers: tuple[Offer, ...], others: tuple[Offer, ...]) -> bool | None:
    """Whether a renewal begun by one end succeeds; None where that is not known."""
    suite = choose(others, offers, _WITH_GROUPS)
    if suite is not None:
        guess = next((group for offer in offers for group in offer.groups), None)
        if guess is None or guess == suite.group or suite.group in {None, NO_GROUP}:
            return True
        return one.implementation.retries_group
    answers = other.implementation
    asks = any(set(offer.groups) - {NO_GROUP} for offer in offers)
    asked = any(set(offer.groups) - {NO_GROUP} for offer in others)
    if asks and not asked:
        return answers.renews_with_extra_pfs
    if asked and not asks:
        return answers.renews_without_pfs
    return False


def _shorter(initiator: End, responder: End) -> End | None:
    mine = initiator.quick_mode_seconds.known if initiator.quick_mode_seconds is not None else None
    theirs = responder.quick_mode_seconds.known if responder.quick_mode_seconds is not None else None
    if not mine or not theirs or mine == theirs:
        return None
    return initiator if mine < theirs else responder
