"""For a negotiation that fails, one repair for each end: the strongest offer that both can support.

The other end stays as it is. For a Windows end the repair is a change of its policy, for any other a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

from ipseclint.model.change import Assign, Fix
from ipseclint.model.peer import Credential, Offer
from ipseclint.model.policy import (
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
    RuleAction,
)
from ipseclint.model.setting import Setting
from ipseclint.semantics.negotiation.authentication import A_KEY, NO_HASH, credential_words
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.key_module import has
from ipseclint.semantics.negotiation.offers import NO_GROUP, Suite, groups_of
from ipseclint.semantics.negotiation.selectors import protects_more
from ipseclint.semantics.negotiation.stage import Kind, Stage
from ipseclint.semantics.negotiation.strongest import (
    CIPHERS,
    GROUPS,
    HASHES,
    MIN_BITS,
    best_of,
    group_bits,
    is_broken,
    is_weaker,
    strongest,
)
from ipseclint.semantics.negotiation.verdict import Outcome, Verdict
from ipseclint.semantics.proposals import MATCHING_GMAC
from ipseclint.semantics.protection import method_rank
from ipseclint.semantics.scope import share_a_host
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.authentication import NOT_SUPPORTED, AuthMethod


class Repair(NamedTuple):
    """The repair of one end, in a sentence, with the change of its policy where there is one.

    `loss` says what this end would lose, in a clause; None: nothing. `is_there`: this end can do nothing, and the
    sentence is about the other.
    """

    words: str
    fix: Fix | None = None
    loss: str | None = None
    is_there: bool = False


_OFFERS_LESS = "It is weaker than what this end offers now"
_ASKS_LESS = "It is weaker than what this end asks for now"
_TAKES_MORE = "It is weaker than what this end takes now"
_PROTECTS_LESS = "It protects less than this end does now"

_SENT = Repair("Require protection of what is sent, too.")

_NO_FAULT = frozenset({Verdict.SECURED, Verdict.UNKNOWN})


def repairs(outcome: Outcome) -> tuple[Repair | None, Repair | None]:
    """The repair at the initiator, and the one at the responder: either alone is enough."""
    if outcome.verdict in _NO_FAULT or outcome.is_as_wanted:
        return None, None
    here = _repair(outcome, outcome.initiator, outcome.responder)
    there = _repair(outcome, outcome.responder, outcome.initiator)
    return _cautioned(here, there), _cautioned(there, here)


def _cautioned(repair: Repair | None, other: Repair | None) -> Repair | None:
    """A repair with a sentence on what is lost by it, and on the other end's, if nothing is lost by that."""
    if repair is None or repair.loss is None:
        return repair
    keeps = other is not None and not other.is_there and other.loss is None
    return repair._replace(
        words=f"{repair.words} {repair.loss}{': the repair of the other end keeps that' if keeps else ''}."
    )


def _repair(outcome: Outcome, end: End, other: End) -> Repair | None:
    match outcome.stage:
        case Stage.MAIN_MODE_SUITE if outcome.result is not None and outcome.result.kind is Kind.BUILD:
            return Repair("Offer DH14, or AES, in place of what such a build does not have, at both ends.")
        case Stage.MAIN_MODE_SUITE:
            return _offer_main_mode(end, other)
        case Stage.QUICK_MODE_SUITE:
            return _offer_quick_mode(end, other)
        case Stage.PFS:
            return _ask_for_group(end, other)
        case Stage.KEY_MODULE:
            return _meet(outcome, end, other)
        case Stage.AUTHENTICATION | Stage.SECOND_AUTHENTICATION:
            return _authenticate(outcome, end, other)
        case Stage.MODE if outcome.result is not None and outcome.result.kind is Kind.OUTBOUND:
            return _SENT if end is outcome.initiator else None
        case Stage.MODE:
            return None if other.mode is None else Repair(f"Use {other.mode} mode, as the other end does.")
        case Stage.SELECTORS:
            words = "Protect the same addresses, protocol and ports as the other end, sides exchanged."
            return Repair(words, loss=_PROTECTS_LESS if protects_more(end, other) else None)
    return None


def _meet(outcome: Outcome, end: End, other: End) -> Repair | None:
    if not outcome.stages:
        if end.action is other.action is RuleAction.NEGOTIATE:
            return _protect_what_is_sent(outcome, end)
        match other.action:
            case RuleAction.NEGOTIATE:
                words = f"Give the traffic a rule here that negotiates, as {other.subject} does at the other end."
                is_less = end.action is RuleAction.BLOCK
            case RuleAction.EXEMPT:
                words = f"Exempt this traffic here too, as {other.subject} does at the other end."
                is_less = end.action is not RuleAction.EXEMPT
            case _:
                return None
        return Repair(words, loss=_PROTECTS_LESS if is_less else None)
    if outcome.result is not None and outcome.result.kind is Kind.ADDRESS:
        if share_a_host(end.peer_gateway, other.gateway):
            return None
        return Repair(f"Look for the peer at {', '.join(map(str, other.gateway))}.")
    if outcome.differences and outcome.differences[0].attribute == "exchange of IKEv1":
        return None if other.is_aggressive else Repair("Use main mode, as the other end does.")
    if outcome.differences and outcome.differences[0].attribute == "childless":
        return Repair("Set childless as at the other end.")
    modules = sorted(module for module in other.key_modules or () if has(end, module))
    return Repair(f"Allow {', '.join(modules)} here, as the other end does.") if modules else None


def _protect_what_is_sent(outcome: Outcome, end: End) -> Repair:
    """The repair where both ends have a rule that negotiates, and the initiator sends in the clear by its own."""
    if end is outcome.initiator:
        return _SENT
    return Repair("Request protection of what comes in, instead of requiring it.", loss=_PROTECTS_LESS)


def _trust(outcome: Outcome, end: End) -> Repair:
    named = (difference for difference in outcome.differences if difference.attribute == "certificate authority")
    authorities = next(named, None)
    name = ""
    if authorities is not None:
        name = authorities.responder if end is outcome.initiator else authorities.initiator
    return Repair(f"Use a certificate of the other end's authority, and trust it: {name}.")


def _ask_second(end: End, other: End) -> Repair | None:
    asked = [credential for credential in other.second or () if credential.method]
    if end.is_windows and any(credential.method is AuthMethod.XAUTH for credential in asked):
        return None
    if not asked:
        return Repair("Leave the second authentication out, as the other end does.", loss=_ASKS_LESS)
    names = ", ".join(credential.method for credential in asked if credential.method)
    return Repair(f"Ask for the second authentication of the other end: {names}.", loss=_loss(end.second, asked))


def _loss(now: Sequence[Credential] | None, then: Sequence[Credential]) -> str | None:
    """What an end loses that takes other methods, too."""
    return _ASKS_LESS if _is_weaker_proof(now, then) else None


def _is_weaker_proof(now: Sequence[Credential] | None, then: Sequence[Credential]) -> bool:
    """Whether one of some methods is weaker than all of now."""
    ranks = [[method_rank(each.method) for each in side if each.method] for side in (now or (), then)]
    return all(ranks) and min(ranks[1]) < min(ranks[0])


def _authenticate(outcome: Outcome, end: End, other: End) -> Repair | None:
    kind = outcome.result.kind if outcome.result is not None else None
    by_kind = None if kind is None else _BY_KIND.get(kind)
    if by_kind is not None:
        return by_kind(outcome, end)
    if outcome.stage is Stage.SECOND_AUTHENTICATION:
        return _ask_second(end, other)
    is_ikev2 = outcome.key_module is KeyModule.IKEV2
    taken = _not_taken(end, other) if is_ikev2 else ()
    able = [each for each in taken or other.own or () if _can_prove(end, each, outcome.key_module)]
    words = ", ".join(dict.fromkeys(map(credential_words, able)))
    if not words:
        return None
    if taken:
        loss = _OFFERS_LESS if _is_weaker_proof(end.own, able) else None
        return Repair(f"Prove who this end is by what the other takes: {words}.", loss=loss)
    if is_ikev2:
        return Repair(f"Accept what the other end proves itself by: {words}.", loss=_loss(end.accepted, able))
    return Repair(f"Add the other end's authentication method: {words}.", loss=_loss(end.own, able))


def _enter_key(outcome: Outcome, end: End) -> Repair | None:
    mine, theirs = _sides(outcome, end)
    has_the_only_one = mine != theirs and mine == A_KEY
    return None if has_the_only_one else Repair("Enter the preshared key of the other end.")


def _sides(outcome: Outcome, end: End) -> tuple[str, str]:
    """The values of the decisive difference: this end's and the other's."""
    difference = outcome.differences[0]
    values = difference.initiator, difference.responder
    return values if end is outcome.initiator else values[::-1]


def _take_certificates(_outcome: Outcome, end: End) -> Repair | None:
    is_bound = any(credential.authorities for credential in end.accepted or ())
    words = "Take certificates of the other end, or ask for none besides the key, which is weaker."
    return Repair(words) if is_bound else None


def _change_method(_outcome: Outcome, _end: End) -> Repair:
    return Repair("Use certificates at both ends, or a key module that has the method.")


def _show_identity(_outcome: Outcome, _end: End) -> Repair:
    return Repair("Show the identity that the other end expects, and expect the one that it shows.")


def _match_name(_outcome: Outcome, end: End) -> Repair:
    is_dialling = end.dials is not None
    return Repair(
        "Dial the name that the other end shows." if is_dialling else "Show a certificate with the name dialled."
    )


def _renew(outcome: Outcome, end: End) -> Repair | None:
    is_initiators = outcome.differences[0].initiator_span is not None
    return Repair("Renew the certificate.") if is_initiators == (end is outcome.initiator) else None


def _not_taken(end: End, other: End) -> tuple[Credential, ...]:
    """The methods that an end could authenticate by, if the other accepts none of its present ones: in IKEv2 each has
    its own."""
    taken = other.accepted or ()
    shown = {credential.method for credential in end.own or ()}
    return () if any(credential.method in shown for credential in taken) else taken


def _sign(outcome: Outcome, end: End) -> Repair | None:
    """The repair for the hash of signatures, which no setting of Windows names."""
    mine, theirs = _sides(outcome, end)
    if mine == NO_HASH:
        return None if end.is_windows else Repair(f"Sign with {theirs}.")
    words = "Take signatures with any hash." if theirs == NO_HASH else f"Take signatures with {theirs}, too."
    return Repair(words, loss=_TAKES_MORE if _shortest(theirs) < _shortest(mine) else None)


def _shortest(hashes: str) -> int:
    """The number in the names of the shortest of some hashes: `sha1` has the least, which any hash may be."""
    numbers = (each.removeprefix("sha") for each in hashes.split(", "))
    return min((int(number) for number in numbers if number.isdecimal()), default=1)


OF_WINDOWS = frozenset(
    {AuthMethod.COMPUTER_KERBEROS, AuthMethod.COMPUTER_NTLM, AuthMethod.USER_KERBEROS, AuthMethod.USER_NTLM}
)
"""Methods that only Windows has."""


_BY_KIND: dict[Kind, Callable[[Outcome, End], Repair | None]] = {
    Kind.KEY: _enter_key,
    Kind.CONSTRAINT: _take_certificates,
    Kind.UNSUPPORTED: _change_method,
    Kind.IDENTITY: _show_identity,
    Kind.NAME: _match_name,
    Kind.HASH: _sign,
    Kind.VALIDITY: _renew,
    Kind.AUTHORITY: _trust,
}
"""The repair at an end for each known reason that authentication fails."""


def _can_prove(end: End, credential: Credential, module: KeyModule | None) -> bool:
    """Whether an end could support a method: a Windows rule has those of `auth1`, a connection also EAP.

    Kerberos and NTLM are Windows' own.
    """
    if credential.method is None or not end.is_windows:
        return credential.method is not None and (
            end.implementation.name == "unknown" or credential.method not in OF_WINDOWS
        )
    if end.is_rule and module in NOT_SUPPORTED and credential.method in NOT_SUPPORTED[module]:
        return False
    if not end.is_rule and credential.method is AuthMethod.EAP:
        return True
    return credential.method.row.netsh_first is not None


def _own_sets(end: End) -> tuple[MainModeCryptoSet | None, QuickModeCryptoSet | None]:
    """The sets of a Windows end that a repair can change."""
    if end.suite is not None:
        return end.suite
    return (None, None) if end.objects is None else (end.objects.main, end.objects.quick)


def offer_suite(end: End, other: End, *, in_main_mode: bool) -> Repair:
    """The offer of an end that the other would accept: the strongest that both support."""
    offer = _offer_main_mode if in_main_mode else _offer_quick_mode
    repair = offer(end, other)
    return _cautioned(repair, offer(other, end)) or repair


def _offer_main_mode(end: End, other: End) -> Repair:
    suite = strongest(other.main_mode or (), end)
    if suite is None:
        words = "Change the other end: this one can be given nothing of what that offers in main mode."
        return Repair(words, is_there=True)
    if is_broken(suite):
        return _refused(suite, "main mode")
    loss = _OFFERS_LESS if is_weaker(suite, best_of(end.main_mode or ())) else None
    words = f"Offer {suite} in main mode."
    own = _own_sets(end)[0]
    if own is None or own.builtin:
        return Repair(words, None, loss)
    return Repair(words, Fix((Assign(own, "proposals", _first_main(own, suite, end.span)),)), loss)


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


def _offer_quick_mode(end: End, other: End) -> Repair:
    suite = strongest(_without_groups(other.quick_mode or ()), end)
    if suite is None:
        words = "Change the other end: this one can be given nothing of what that offers in quick mode."
        return Repair(words, is_there=True)
    if is_broken(suite):
        return _refused(suite, "quick mode")
    loss = _OFFERS_LESS if is_weaker(suite, best_of(_without_groups(end.quick_mode or ()))) else None
    words = f"Offer {suite} in quick mode."
    own = _own_sets(end)[1]
    if own is None or own.builtin or not own.proposals:
        return Repair(words, None, loss)
    return Repair(words, Fix((Assign(own, "proposals", _first_quick(own, suite)),)), loss)


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
    if end.suite is None or main is None or quick is None or group is None:
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
    repair = _cautioned(Repair(words, loss=_suite_loss(end, other)), Repair("", loss=_suite_loss(other, end)))
    return repair or Repair(words)


def _suite_loss(end: End, other: End) -> str | None:
    parts = _offer_main_mode(end, other), _offer_quick_mode(end, other), _ask_for_group(end, other)
    return _OFFERS_LESS if any(part.loss for part in parts) else None


def _best_group(other: End) -> DhGroup | None:
    groups = [GROUPS[group] for group in groups_of(other.quick_mode or ()) if group in GROUPS]
    return max(groups, key=lambda group: group.row.strength_bits or 0, default=None)


def _ask_for_group(end: End, other: End) -> Repair:
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
    return _OFFERS_LESS if theirs < mine else None


def _secrecy_bits(end: End, groups: Sequence[str]) -> int:
    """The strength of the strongest of some groups, of which one may be that of the end's main mode."""
    of_main_mode = (group for offer in end.main_mode or () for group in offer.groups)
    same = DhGroup.SAME_AS_MAIN_MODE.value
    named = chain.from_iterable(of_main_mode if group == same else (group,) for group in groups)
    return max((group_bits(group) or 0 for group in named), default=0)
