"""Repairs of what an end offers: the strongest suite, or group of perfect forward secrecy, that both ends support."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from ipseclint.model.change import Assign, Fix
from ipseclint.model.peer import Offer
from ipseclint.model.policy import (
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
)
from ipseclint.model.setting import Setting
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.offers import NO_GROUP, Suite, groups_of, needs_extended_numbers
from ipseclint.semantics.negotiation.repair import OFFERS_LESS, Repair, cautioned
from ipseclint.semantics.negotiation.strongest import (
    CIPHERS,
    GROUPS,
    HASHES,
    MIN_BITS,
    best_of,
    can_say,
    group_bits,
    is_broken,
    is_weaker,
    strongest,
)
from ipseclint.semantics.proposals import MATCHING_GMAC
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity


def _own_sets(end: End) -> tuple[MainModeCryptoSet | None, QuickModeCryptoSet | None]:
    """The sets of a Windows end that a repair can change."""
    if end.suite is not None:
        return end.suite
    return (None, None) if end.objects is None else (end.objects.main, end.objects.quick)


def offer_suite(end: End, other: End, *, in_main_mode: bool) -> Repair:
    """The offer of an end that the other would accept: the strongest that both support."""
    offer = offer_main_mode if in_main_mode else offer_quick_mode
    repair = offer(end, other)
    return cautioned(repair, offer(other, end)) or repair


def offer_main_mode(end: End, other: End) -> Repair:
    """The repair of an end by a suite of main mode that the other would accept."""
    suite = strongest(other.main_mode or (), end)
    if suite is None:
        return _none_of(end, "main mode", _EVERYBODYS)
    if is_broken(suite):
        return _refused(suite, "main mode")
    loss = OFFERS_LESS if is_weaker(suite, best_of(end.main_mode or ())) else None
    words = f"Offer {suite} in main mode."
    own = _own_sets(end)[0]
    if own is None or own.builtin:
        return Repair(words, None, loss)
    return Repair(words, Fix((Assign(own, "proposals", _first_main(own, suite, end.span)),)), loss)


_EVERYBODYS = Suite(None, Cipher.AES_256.value, Integrity.SHA256.value, None, None, DhGroup.GROUP_14.value)
_EVERYBODYS_DATA = Suite(Encapsulation.ESP, Cipher.AES_256.value, Integrity.SHA256.value, None, None, None)
"""What every implementation has to have (RFC 8247 2.1 to 2.4, RFC 8221 5 and 6)."""


def _none_of(end: End, mode: str, everybodys: Suite) -> Repair:
    """The repair of an end that can be given none of the suites of the other: another suite, at both ends."""
    words = f"Change the other end: nothing of what that offers in {mode} can be set here."
    if can_say(end, everybodys):
        words += f" {everybodys} can be set at both ends."
    return Repair(words, is_there=True)


def _refused(suite: Suite, mode: str) -> Repair:
    words = f"Change the other end: {suite}, the strongest that it offers in {mode}, protects nothing today."
    return Repair(words, is_there=True)


def _first_main(crypto: MainModeCryptoSet, suite: Suite, span: Span) -> tuple[MainModeProposal, ...]:
    """A set's proposals with a suite on top. In a rule's set only those others stay that have its group (MS-FASP
    2.2.74); a VPN has one suite."""
    group = GROUPS[suite.group or ""]
    new = MainModeProposal(
        span=span,
        encryption=Setting(CIPHERS[suite.encryption or ""], span),
        integrity=Setting(HASHES[suite.integrity or suite.prf or ""], span),
        dh_group=Setting(group, span),
    )
    others = tuple(
        proposal
        for proposal in crypto.proposals
        if proposal.algorithms != new.algorithms
        and (crypto.dialect is not Dialect.WFAS or proposal.dh_group.known is group)
    )
    return (new,) if crypto.dialect is Dialect.VPN else (new, *others)


def offer_quick_mode(end: End, other: End) -> Repair:
    """The repair of an end by a suite of quick mode that the other would accept."""
    suite = strongest(_without_groups(other.quick_mode or ()), end)
    if suite is None:
        return _none_of(end, "quick mode", _EVERYBODYS_DATA)
    here, there = map(_is_for_extended_numbers, (end, other))
    if there and end.is_windows:
        return Repair("Change the other end: it asks for extended sequence numbers alone.", is_there=True)
    if here and not there:
        return Repair("Offer the same without extended sequence numbers (ESN), too.")
    if is_broken(suite):
        return _refused(suite, "quick mode")
    loss = OFFERS_LESS if is_weaker(suite, best_of(_without_groups(end.quick_mode or ()))) else None
    words = f"Offer {suite} in quick mode."
    own = _own_sets(end)[1]
    if own is None or own.builtin or not own.proposals:
        return Repair(words, None, loss)
    return Repair(words, Fix((Assign(own, "proposals", _first_quick(own, suite)),)), loss)


def _is_for_extended_numbers(end: End) -> bool:
    """Whether an end insists on extended sequence numbers, which no tool of Windows sets."""
    return bool(end.quick_mode) and all(map(needs_extended_numbers, end.quick_mode or ()))


def _without_groups(offers: Sequence[Offer]) -> list[Offer]:
    return [offer.model_copy(update={"groups": ()}) for offer in offers]


def _first_quick(crypto: QuickModeCryptoSet, suite: Suite) -> tuple[QuickModeProposal, ...]:
    """The proposals of a set with a suite on top, which has the lifetimes of the former first one."""
    model = crypto.proposals[0]
    cipher = CIPHERS[suite.encryption] if suite.encryption is not None else Cipher.NONE
    integrity = HASHES[suite.integrity] if suite.integrity is not None else Integrity.NONE
    if cipher in MATCHING_GMAC:
        integrity = MATCHING_GMAC[cipher]
    new = QuickModeProposal(
        span=model.span,
        encapsulation=Setting(suite.encapsulation or Encapsulation.ESP, model.span),
        ah_integrity=Setting(HASHES[suite.ah_integrity] if suite.ah_integrity else Integrity.NONE, model.span),
        esp_integrity=Setting(integrity, model.span),
        encryption=Setting(cipher, model.span),
        lifetime_seconds=model.lifetime_seconds,
        lifetime_kilobytes=model.lifetime_kilobytes,
        pfs_group=model.pfs_group,
    )
    others = tuple(each for each in crypto.proposals if each.algorithms != new.algorithms)
    return (new,) if crypto.dialect is Dialect.VPN else (new, *others)


def suite_for(end: End, other: End) -> tuple[MainModeCryptoSet, QuickModeCryptoSet] | None:
    """The sets of remote access with one complete suite that both ends support: the strongest of the other's.

    None where the end has no sets, or its tool cannot express a part.
    """
    main = strongest(other.main_mode or (), end)
    quick = strongest(_without_groups(other.quick_mode or ()), end)
    group = _best_group(other)
    if end.suite is None or main is None or quick is None or group is None or _is_for_extended_numbers(other):
        return None
    if is_broken(main) or is_broken(quick._replace(group=group.value)):
        return None
    if not end.suite[0].proposals or not end.suite[1].proposals:
        return None
    mode, offers = end.suite
    return (
        mode.model_copy(update={"proposals": _first_main(mode, main, end.span)}),
        offers.model_copy(
            update={"proposals": _first_quick(offers, quick), "pfs_group": Setting(group, end.span)},
        ),
    )


def by_whole_suite(words: str, end: End, other: End) -> Repair:
    """The repair of an end by the sets of `suite_for`."""
    repair = cautioned(Repair(words, loss=_suite_loss(end, other)), Repair("", loss=_suite_loss(other, end)))
    return repair or Repair(words)


def _suite_loss(end: End, other: End) -> str | None:
    parts = offer_main_mode(end, other), offer_quick_mode(end, other), ask_for_group(end, other)
    return OFFERS_LESS if any(part.loss for part in parts) else None


def _best_group(other: End) -> DhGroup | None:
    groups = [GROUPS[group] for group in groups_of(other.quick_mode or ()) if group in GROUPS]
    return max(groups, key=lambda group: group.row.strength_bits or 0, default=None)


def ask_for_group(end: End, other: End) -> Repair:
    """The repair of an end by the group of perfect forward secrecy that the other has."""
    best = _best_group(other)
    if best is None:
        theirs = groups_of(other.quick_mode or ())
        if end.is_windows and theirs:
            words = f"Change the other end: Windows has no group of its perfect forward secrecy ({', '.join(theirs)})."
            return Repair(words, is_there=True)
        return Repair("Use the other end's group for perfect forward secrecy.", loss=_less_secret(end, theirs))
    if best.row.strength_bits is not None and 0 < best.row.strength_bits < MIN_BITS:
        words = f"Change the other end: {best.value}, its strongest group, protects nothing today."
        return Repair(words, is_there=True)
    group = "the group of main mode" if best is DhGroup.SAME_AS_MAIN_MODE else best.value
    words = (
        "Leave perfect forward secrecy out, as the other end does."
        if best.value == NO_GROUP
        else f"Ask for perfect forward secrecy with {group}, as the other end does."
    )
    own, loss = _own_sets(end)[1], _less_secret(end, (best.value,))
    if own is None or own.builtin:
        return Repair(words, loss=loss)
    return Repair(words, Fix((Assign(own, "pfs_group", best),)), loss)


def _less_secret(end: End, groups: Sequence[str]) -> str | None:
    """What an end loses that would ask for one of these groups: where its own strongest is stronger."""
    mine, theirs = (_secrecy_bits(end, each) for each in (groups_of(end.quick_mode or ()), groups))
    return OFFERS_LESS if theirs < mine else None


def _secrecy_bits(end: End, groups: Sequence[str]) -> int:
    """The strength of the strongest of some groups, of which one may be that of the end's main mode."""
    of_main_mode = (group for offer in end.main_mode or () for group in offer.groups)
    same = DhGroup.SAME_AS_MAIN_MODE.value
    named = chain.from_iterable(of_main_mode if group == same else (group,) for group in groups)
    return max((group_bits(group) or 0 for group in named), default=0)
