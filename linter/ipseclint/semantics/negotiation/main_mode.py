"""The main-mode suite of two ends."""

from __future__ import annotations

from msgspec.structs import replace

from ipseclint.finding import Basis
from ipseclint.model.peer import UNKNOWN_GROUP, Offer, Order
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.offers import Compared, Suite, choices, words
from ipseclint.semantics.negotiation.stage import Answer, Difference, Kind, Result, Stage
from ipseclint.vocabulary.algorithms import KeyModule

STAGE = Stage.MAIN_MODE_SUITE


def agree(initiator: End, responder: End, module: KeyModule) -> tuple[Result, tuple[Suite, ...]]:
    """The result of the stage, and the suites that may be chosen."""
    mine, theirs = initiator.main_mode, responder.main_mode
    if mine is None or theirs is None:
        return _unsaid(initiator if mine is None else responder), ()
    if module is KeyModule.AUTHIP:
        return _by_top(initiator, responder, mine[:1], theirs[:1])
    offered = mine = initiator.sent(mine, module)
    had = theirs
    if module is KeyModule.IKEV1:
        mine, theirs = _with_own_prf(initiator, mine), _with_own_prf(responder, theirs)
    compared = Compared(prfs=module is KeyModule.IKEV2)
    order = order_of(responder, module)
    suites = choices(mine, theirs, order, compared)
    if suites:
        return _by_builds(initiator, responder, chosen(STAGE, suites, order)), suites
    if not all(offer.is_understood for offer in (*mine, *theirs)):
        return not_understood(STAGE, initiator, responder), ()
    are_open = any(UNKNOWN_GROUP in offer.groups for offer in (*mine, *theirs))
    if are_open and choices(mine, theirs, order, compared._replace(groups=False)):
        why = "the rest is common, and the group of one end is not written"
        return Result(STAGE, Answer.UNKNOWN, why, Basis.REASONED), ()
    why, kind = "no main-mode proposal of one end is whole in the other's list", None
    if choices(offered, had, order, compared):
        strict = next(end for end in (initiator, responder) if not end.implementation.takes_prf_in_ikev1)
        title = strict.implementation.title
        why = f"in IKEv1 {title} takes no proposal whose pseudorandom function (PRF) is not its hash"
        kind = Kind.PRF
    difference = _difference(initiator, responder, offered, had)
    return Result(STAGE, Answer.FAILS, why, Basis.STANDARD, differences=(difference,), kind=kind), ()


def _with_own_prf(end: End, offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """The proposals of IKEv1 that an end takes: it has no pseudorandom function but the hash (RFC 2409 5)."""
    if end.implementation.takes_prf_in_ikev1 or not any(offer.prfs for offer in offers):
        return offers
    held = (
        offer.model_copy(update={"integrity": tuple(hash_ for hash_ in offer.integrity if hash_ in offer.prfs)})
        if offer.prfs
        else offer
        for offer in offers
    )
    return tuple(offer for offer in held if offer.integrity or not offer.is_understood)


def _unsaid(end: End) -> Result:
    """The result where an end's offer is not known, or which of its main-mode rules applies."""
    if end.objects is not None and end.objects.main is not None:
        why = f"a main-mode rule is for some peers of {end.subject} only, or more than one may be for them"
        return Result(STAGE, Answer.UNKNOWN, why, Basis.REASONED)
    return end.unsaid(STAGE, "what main mode offers")


def not_understood(stage: Stage, initiator: End, responder: End) -> Result:
    """The result where no understood proposal is common, but some were not understood."""
    why = "a proposal was not understood"
    for end in (initiator, responder):
        offered = end.main_mode if stage is STAGE else end.quick_mode
        if end.implementation.name == "unknown" and not all(offer.is_understood for offer in offered or ()):
            why += f", or the daemon of {end.subject}, which is not known, may have one that is not written"
    return Result(stage, Answer.UNKNOWN, why, Basis.REASONED)


def _by_builds(initiator: End, responder: End, agreed: Result) -> Result:
    """The result, unless an end names a group or cipher that some builds of it refuse."""
    for end in (initiator, responder):
        offers = (*(end.main_mode or ()), *(end.quick_mode or ()))
        named = {name for offer in offers for name in (*offer.groups, *offer.encryption)}
        if refused := sorted(named & end.implementation.optional):
            title, groups = end.implementation.title, ", ".join(refused)
            return replace(
                agreed,
                answer=Answer.DEPENDS,
                why=f"some builds of {title} have no {groups}, as Debian's, and refuse a connection that names it",
                basis=Basis.REASONED,
                differences=(_difference(initiator, responder, initiator.main_mode or (), responder.main_mode or ()),),
                kind=Kind.BUILD,
                outcomes=(*(agreed.outcomes or (f"{agreed.chosen}",)), f"no connection where {title} is built without"),
            )
    return agreed


def order_of(responder: End, module: KeyModule) -> Order:
    """Whose order of proposals decides at a responder."""
    known = responder.implementation
    return known.ikev1_order if module is KeyModule.IKEV1 else known.order


def chosen(stage: Stage, suites: tuple[Suite, ...], order: Order) -> Result:
    """The result of a stage that chooses a suite: one, or one of two where it is not known whose order decides."""
    if len(suites) == 1:
        by = {Order.OWN: "the responder's order", Order.PEER: "the initiator's order"}.get(order, "either order")
        basis = Basis.STANDARD if order is Order.UNKNOWN else Basis.DOCUMENTED
        return Result(stage, Answer.AGREED, f"by {by}", basis, chosen=str(suites[0]))
    outcomes = (f"{suites[0]} by the responder's order", f"{suites[1]} by the initiator's order")
    why = "both ends have it; whose order wins is not documented for this responder"
    return Result(stage, Answer.DEPENDS, why, Basis.REASONED, chosen=str(suites[0]), outcomes=outcomes)


def _by_top(
    initiator: End, responder: End, mine: tuple[Offer, ...], theirs: tuple[Offer, ...]
) -> tuple[Result, tuple[Suite, ...]]:
    """The result in AuthIP: only the top proposals are negotiated, without Diffie-Hellman unless it is forced."""
    if not all(offer.is_understood for offer in (*mine, *theirs)):
        return Result(STAGE, Answer.UNKNOWN, "the top proposal was not understood", Basis.REASONED), ()
    return _compared_tops(initiator, responder, mine, theirs)


def _compared_tops(
    initiator: End, responder: End, mine: tuple[Offer, ...], theirs: tuple[Offer, ...]
) -> tuple[Result, tuple[Suite, ...]]:
    difference = _difference(initiator, responder, mine, theirs)
    whole = choices(theirs, mine, Order.OWN, Compared(prfs=False))
    if whole:
        why = "both have it on top, and AuthIP negotiates the top only"
        return Result(STAGE, Answer.AGREED, why, Basis.DOCUMENTED, chosen=str(whole[0])), whole
    kind = Kind.TOP if _share_another(initiator, responder) else None
    without_group = choices(theirs, mine, Order.OWN, Compared(groups=False, prfs=False))
    if without_group and not (initiator.forces_dh or responder.forces_dh):
        why = (
            "the tops differ in their group alone; AuthIP makes no use of it, and whether it refuses the proposal "
            "for it is not documented"
        )
        outcomes = (f"{without_group[0]} without Diffie-Hellman", "no main mode")
        result = Result(
            STAGE,
            Answer.DEPENDS,
            why,
            Basis.REASONED,
            chosen=str(without_group[0]),
            differences=(difference,),
            outcomes=outcomes,
            kind=kind,
        )
        return result, without_group
    why = "the tops of the two lists differ, and AuthIP negotiates the top only"
    return Result(STAGE, Answer.FAILS, why, Basis.DOCUMENTED, differences=(difference,), kind=kind), ()


def _share_another(initiator: End, responder: End) -> bool:
    """Whether the lists share a proposal below their tops."""
    return bool(choices(responder.main_mode or (), initiator.main_mode or (), Order.OWN, Compared(prfs=False)))


def _difference(initiator: End, responder: End, mine: tuple[Offer, ...], theirs: tuple[Offer, ...]) -> Difference:
    return Difference(
        "main-mode proposals",
        words(mine),
        words(theirs),
        initiator.main_mode_span,
        responder.main_mode_span,
    )
