"""Whether machines of the run that negotiate with each other can agree."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthMethod, MainModeProposal, QuickModeProposal
from ipseclint.rule import Hit, LooksAt, Options, Scope, rule
from ipseclint.semantics.algorithms_in_use import CryptoSet, mode_of
from ipseclint.semantics.peers import NegotiatingSide, peers
from ipseclint.semantics.proposals import strength, words
from ipseclint.vocabulary.algorithms import KeyModule

USER_METHODS = frozenset({AuthMethod.USER_KERBEROS, AuthMethod.USER_CERTIFICATE, AuthMethod.USER_NTLM})

LISTED = 3
"""How many proposals of a set a message lists before it counts the rest."""


@rule(
    "CR017",
    "top-proposal-differs-between-peers",
    basis=Basis.DOCUMENTED,
    leads_to=(13868,),
    scope=Scope.FLEET,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS,
)
def top_proposal_differs_between_peers(machines: tuple[Machine, ...], _options: Options) -> Iterator[Hit]:
    """Two machines that must use AuthIP with each other have different main-mode proposals on top.

    Why: With AuthIP only the top combination of the main-mode list is negotiated (Microsoft's guide on key
    exchange). What stands below it does not help, even when the peer has it. AuthIP is a must where a rule
    is bound to it, asks for a user, or knows only NTLM. Two rules count as meant for each other when both
    are for any peer, or when each one's local addresses are the other's remote ones.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH in events 4652 and 4653 on both machines.

    Bad: `ecdhp384:aes256-sha384` on top here, `ecdhp384:aes128-sha256` on top there, `auth2=userkerb` in both

    Good: the same proposal on top of both lists

    Fix: Put the same proposal on top in all policies of these machines.

    Waive: When the two never talk to each other.
    """
    done: set[Hashable] = set()
    for one, other in peers(machines):
        if one.main is None or other.main is None or not (_must_use_authip(one) or _must_use_authip(other)):
            continue
        if not (one.main.proposals and other.main.proposals) or not _common(one.main.proposals, other.main.proposals):
            continue
        here, there = one.main.proposals[0], other.main.proposals[0]
        if here.algorithms == there.algorithms or None in {strength(here), strength(there)}:
            continue
        if (id(one.main), there.algorithms) not in done:
            done.add((id(one.main), there.algorithms))
            yield Hit(
                subject=one.main,
                span=here.span,
                message=f"{words(here)} is on top, and {words(there)} on top of {label(other.main)} of a peer: "
                "AuthIP negotiates the top one only",
                value=f"{words(here)}, {words(there)}",
                related=(("the top of the peer", there.span), ("the rule towards it", one.rule.span)),
                fix=Fix(note=f"Put the same proposal on top of both sets, for example {_stronger(here, there)}."),
            )


def _must_use_authip(side: NegotiatingSide) -> bool:
    modules, index = side.rule.key_modules, side.machine.index
    if modules.is_explicit and modules.known == frozenset({KeyModule.AUTHIP}):
        return True
    first, second = index.first_auth_of(side.rule), index.second_auth_of(side.rule)
    if second is not None and any(method.method.known in USER_METHODS for method in second.methods):
        return True
    return first is not None and {each.method.known for each in first.methods} == {AuthMethod.COMPUTER_NTLM}


def _stronger(one: MainModeProposal, other: MainModeProposal) -> str:
    return words(max(one, other, key=lambda each: strength(each) or (0, 0, 0)))


@rule(
    "CR018",
    "no-common-proposal",
    basis=Basis.DOCUMENTED,
    leads_to=(13868,),
    scope=Scope.FLEET,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS,
)
def no_common_proposal(machines: tuple[Machine, ...], _options: Options) -> Iterator[Hit]:
    """Two machines that negotiate with each other have no main-mode or quick-mode proposal in common.

    Why: The responder takes the first of the initiator's proposals that it has itself: all parts must be equal,
    in main mode encryption, hash and group, in quick mode encapsulation and algorithms. Without one, every
    attempt ends there, and every retry starts again. Two rules count as meant for each other when both are
    for any peer, or when each one's local addresses are the other's remote ones. Default sets of Windows are
    not compared, since another policy may replace them.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH in events 4652, 4653 and 4654 on both machines.

    Bad: `dhgroup14:aes256-sha256` on the client, `dhgroup2:3des-sha1` on the server

    Good: at least one proposal that stands in both, on top

    Fix: Give both sets a proposal in common, the strongest that both can do.

    Waive: When the two never talk to each other.
    """
    done: set[Hashable] = set()
    for one, other in peers(machines):
        pairs: tuple[tuple[CryptoSet | None, CryptoSet | None], ...] = (
            (one.main, other.main),
            (one.quick, other.quick),
        )
        for here, there in pairs:
            if here is None or there is None or (id(here), id(there)) in done:
                continue
            done.add((id(here), id(there)))
            if here.proposals and there.proposals and not _common(here.proposals, there.proposals):
                yield Hit(
                    subject=here,
                    span=here.proposals[0].span,
                    message=f"no {mode_of(here)} proposal in common with {label(there)} of a peer: "
                    f"{_listed(here.proposals)} here, {_listed(there.proposals)} there",
                    value=f"{_listed(here.proposals)}, {_listed(there.proposals)}",
                    related=(("what the peer offers", there.proposals[0].span), ("the rule towards it", one.rule.span)),
                    fix=Fix(note="Give both sets a proposal in common, the strongest that both can do."),
                )


AnyProposal = MainModeProposal | QuickModeProposal


def _common(here: Sequence[AnyProposal], there: Sequence[AnyProposal]) -> bool:
    """Whether the two may agree: a proposal stands in both, or one is not understood."""
    if any(strength(each) is None for each in (*here, *there)):
        return True
    return not {each.algorithms for each in here}.isdisjoint(each.algorithms for each in there)


def _listed(proposals: Sequence[AnyProposal]) -> str:
    first = ", ".join(words(each) for each in proposals[:LISTED])
    return first if len(proposals) <= LISTED else f"{first} and {len(proposals) - LISTED} more"
