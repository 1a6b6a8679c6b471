"""Whether machines of the run that negotiate with each other can agree: by proposals, and by mirrored rules."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.late import late_names
from ipseclint.model.change import Fix
from ipseclint.model.kinds import label
from ipseclint.model.policy import MainModeCryptoSet, MainModeProposal, QuickModeCryptoSet
from ipseclint.rule import Hit, LooksAt, NoOptions, Options, Scope, rule
from ipseclint.semantics.algorithms_in_use import CryptoSet, Proposal, mode_of
from ipseclint.semantics.digest import Fleet
from ipseclint.semantics.proposals import strength, words
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.semantics.negotiation.ends import End
    from ipseclint.semantics.negotiation.fleet import of_rules, offers
    from ipseclint.semantics.negotiation.pairs import Pair
    from ipseclint.semantics.negotiation.stage import Kind, Stage
    from ipseclint.semantics.negotiation.suite_repairs import offer_suite
    from ipseclint.semantics.negotiation.unanswered import mirrored_sides, unanswered
else:
    of_rules, offers = late_names("ipseclint.semantics.negotiation.fleet", "of_rules", "offers")
    Kind, Stage = late_names("ipseclint.semantics.negotiation.stage", "Kind", "Stage")
    (offer_suite,) = late_names("ipseclint.semantics.negotiation.suite_repairs", "offer_suite")
    mirrored_sides, unanswered = late_names(
        "ipseclint.semantics.negotiation.unanswered", "mirrored_sides", "unanswered"
    )

LISTED = 3
"""How many proposals of a set a message lists before counting the rest."""


@rule(
    "CR017",
    "top-proposal-differs-between-peers",
    basis=Basis.DOCUMENTED,
    leads_to=(13868,),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS,
)
def top_proposal_differs_between_peers(fleet: Fleet, _options: Options) -> Iterator[Hit]:
    """Two machines that must use AuthIP with each other have different main-mode proposals on top.

    Why: With AuthIP only the top combination of the main-mode list is negotiated (Microsoft's guide on key
    exchange). What stands below it does not help, even when the peer has it. AuthIP is a must where a rule
    is bound to it, asks for a second authentication, or knows only NTLM. Two rules count as meant for each other
    when both are for any peer, or when each one's local addresses are the other's remote ones; transport rules with
    the same endpoints in the same order where no rule has them exchanged.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH in events 4652 and 4653 on both machines.

    Bad: `ecdhp384:aes256-sha384` on top here, `ecdhp384:aes128-sha256` on top there, `auth2=userkerb` in both

    Good: the same proposal on top of both lists

    Fix: Put the same proposal on top in all policies of these machines.

    Waive: When the two never talk to each other.
    """
    done: set[Hashable] = set()
    for comparison in of_rules(fleet):
        pair = comparison.pair
        one, other = _sets(pair.a).main, _sets(pair.b).main
        result = comparison.differing(Stage.MAIN_MODE_SUITE)
        if one is None or other is None or result is None or result.kind is not Kind.TOP:
            continue
        here, there = one.proposals[0], other.proposals[0]
        if comparison.modules == (KeyModule.AUTHIP,) and (id(one), there.algorithms) not in done:
            done.add((id(one), there.algorithms))
            yield Hit(
                subject=one,
                span=here.span,
                message=f"{words(here)} is on top, and {words(there)} on top of {label(other)} of a peer: "
                "AuthIP negotiates the top one only",
                value=f"{words(here)}, {words(there)}",
                related=(("the top of the peer", there.span), ("the rule towards it", pair.a.span)),
                fix=Fix(note=f"Put the same proposal on top of both sets, for example {_stronger(here, there)}."),
            )


class _Sets(Struct, frozen=True):
    """The user's sets of an end: another policy may replace Windows' own."""

    main: MainModeCryptoSet | None
    quick: QuickModeCryptoSet | None


def _sets(end: End) -> _Sets:
    objects = end.objects
    if objects is None:
        return _Sets(None, None)
    main = objects.main if end.main_mode is not None else None
    return _Sets(
        None if main is None or main.builtin else main,
        None if objects.quick is None or objects.quick.builtin else objects.quick,
    )


def _stronger(one: MainModeProposal, other: MainModeProposal) -> str:
    return words(max(one, other, key=lambda each: strength(each) or (0, 0, 0)))


@rule(
    "CR018",
    "no-common-proposal",
    basis=Basis.DOCUMENTED,
    leads_to=(13868,),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS,
)
def no_common_proposal(fleet: Fleet, _options: Options) -> Iterator[Hit]:
    """Two machines that negotiate with each other have no main-mode or quick-mode proposal in common.

    Why: The responder takes the first of the initiator's proposals that it has itself: all parts must be equal,
    in main mode encryption, hash and group, in quick mode encapsulation and algorithms. Without one, every
    attempt ends there, and every retry starts again. Two rules count as meant for each other when both are
    for any peer, or when each one's local addresses are the other's remote ones; transport rules with the same
    endpoints in the same order where no rule has them exchanged. Default sets of Windows are not compared, since
    another policy may replace them.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH in events 4652, 4653 and 4654 on both machines.

    Bad: `dhgroup14:aes256-sha256` on the client, `dhgroup2:3des-sha1` on the server

    Good: at least one proposal that stands in both, on top

    Fix: Give both sets a proposal in common, the strongest that both can do.

    Waive: When the two never talk to each other.
    """
    done: set[Hashable] = set()
    for comparison in of_rules(fleet):
        pair = comparison.pair
        one, other = _sets(pair.a), _sets(pair.b)
        for stage, here, there in (
            (Stage.MAIN_MODE_SUITE, one.main, other.main),
            (Stage.QUICK_MODE_SUITE, one.quick, other.quick),
        ):
            result = comparison.differing(stage)
            if here is None or there is None or result is None or result.kind is Kind.TOP:
                continue
            if (id(here), id(there)) in done:
                continue
            done.add((id(here), id(there)))
            if here.proposals and there.proposals:
                yield Hit(
                    subject=here,
                    span=here.proposals[0].span,
                    message=f"no {mode_of(here)} proposal in common with {label(there)} of a peer: "
                    f"{_listed(here.proposals)} here, {_listed(there.proposals)} there",
                    value=f"{_listed(here.proposals)}, {_listed(there.proposals)}",
                    related=(("what the peer offers", there.proposals[0].span), ("the rule towards it", pair.a.span)),
                    fix=_offering(pair, here),
                )


def _offering(pair: Pair, here: CryptoSet) -> Fix:
    """The fix that offers the peer's strongest proposal here too; the peer can instead offer one of these."""
    advice = offer_suite(pair.a, pair.b, in_main_mode=isinstance(here, MainModeCryptoSet))
    note = f"{advice.words} Or let the peer offer one of these: one end is enough."
    return Fix(advice.fix.changes if advice.fix is not None else (), note)


def _listed(proposals: Sequence[Proposal]) -> str:
    first = ", ".join(words(each) for each in proposals[:LISTED])
    return first if len(proposals) <= LISTED else f"{first} and {len(proposals) - LISTED} more"


@rule(
    "FL008",
    "peer-mirror-missing",
    basis=(Basis.STANDARD, Basis.REASONED),
    leads_to=(13825, 13868, 13805),
    scope=Scope.FLEET,
    facts=mirrored_sides,
    cause=Cause.NEVER_FINISHES,
)
def peer_mirror_missing(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """A machine protects traffic with a peer whose own policy does not protect it.

    Why: The negotiation fails and the traffic is discarded: shadowing between policies, in the terms of Hamed,
    Al-Shaer and Marrero. Its own rules decide which machine is the peer: it has one whose local addresses
    lie wholly in the remote addresses of the first machine's rule, and answers for these addresses. The peer of a
    tunnel is the machine that has a tunnel from the other gateway, and answers for all that lies behind it. That is
    our reasoning; a machine whose rules name no addresses of its own is not taken for anybody's peer. Peers with the
    same rules are told of together.

    Seen as: 13825 ERROR_IPSEC_IKE_NO_POLICY or 13868 at the peer, 13805 at this machine.

    Bad: a rule from 10.1.0.0/16 to 10.2.0.0/16 on one gateway, and none from 10.2.0.0/16 on the other

    Good: the same rule on both, with the ends exchanged

    Fix: Add the mirrored rule at the peer.

    Waive: Where the other export is known to be older than the rule.
    """
    from ipseclint.semantics.negotiation.unanswered import Uncompared

    for row in unanswered(fleet):
        if isinstance(row, Uncompared):
            message = f"of the peers that it names {plural(row.kinds, 'kind')} of machine were not compared: too many"
            yield Hit(subject=row.rule, span=row.span, message=message, value="too many", severity=Severity.INFO)
            continue
        names = ", ".join(peer.name for peer in row.peers)
        more = f" and {plural(row.more, 'more machine')} with the same rules" if row.more else ""
        does = "does" if len(row.peers) == 1 else "do"
        yield Hit(
            subject=row.rule,
            span=row.span,
            message=f'{names}{more} {does} not protect {row.packet}, which "{row.rule.name}" protects here',
            value=row.peers[0].name,
            related=tuple((f"rules of {peer.name}", peer.span) for peer in row.peers),
        )
