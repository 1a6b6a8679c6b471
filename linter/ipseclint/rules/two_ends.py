"""Differences between two ends of the run that negotiate with each other, in values that both must share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.late import late_names
from ipseclint.rule import Hit, LooksAt, NoOptions, Scope, rule
from ipseclint.rules._pairs import hits_of_stage
from ipseclint.semantics.digest import Fleet
from ipseclint.words import duration

if TYPE_CHECKING:
    from ipseclint.semantics.negotiation.fleet import offers
    from ipseclint.semantics.negotiation.lifetimes import renewal_seconds
    from ipseclint.semantics.negotiation.pairs import Pair
    from ipseclint.semantics.negotiation.stage import Answer, Kind, Result, Stage
else:
    (offers,) = late_names("ipseclint.semantics.negotiation.fleet", "offers")
    (renewal_seconds,) = late_names("ipseclint.semantics.negotiation.lifetimes", "renewal_seconds")
    Answer, Kind, Stage = late_names("ipseclint.semantics.negotiation.stage", "Answer", "Kind", "Stage")


@rule(
    "CR030",
    "no-common-forward-secrecy",
    basis=(Basis.STANDARD, Basis.REASONED),
    leads_to=(13868,),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.RULES,
)
def no_common_forward_secrecy(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """Two machines that negotiate with each other ask for different groups for perfect forward secrecy.

    Why: In IKEv1 and AuthIP the group is part of the quick-mode offer (RFC 2409 5.5), so that no quick mode is agreed
    on. In IKEv2 the first keys need no group (RFC 7296 1.2): the connection comes up, and dies when its keys are first
    renewed. Public reports describe it as a tunnel that drops after an hour. Where only the initiator asks for a
    group, implementations answer in different ways; what Windows does there is our reasoning. Where it hangs on the
    peer it is information.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH in event 4654 on both machines, with IKEv2 only at the first renewal.

    Bad: `qmpfs=ecdhp256` on one end, `qmpfs=none` on the other

    Good: the same `qmpfs` on both ends

    Fix: Ask for the same group on both ends.

    Waive: When the two never talk to each other.
    """
    yield from hits_of_stage(fleet, Stage.PFS, None, _forward_secrecy, doubted=Severity.INFO)


def _forward_secrecy(pair: Pair, result: Result) -> str:
    (difference,) = result.differences
    message = f"PFS group {difference.initiator} here and {difference.responder} at {pair.b.subject} of a peer"
    is_doubtful = result.answer is Answer.DEPENDS
    if not result.at_renewal:
        which = "whether a quick mode is agreed on depends on the peer" if is_doubtful else "no quick mode is agreed on"
        return f"{message}: {which}"
    seconds = renewal_seconds(pair.a, pair.b)
    after = f", after {duration(seconds)}" if seconds else ""
    return f"{message}: a connection that comes up {'may die' if is_doubtful else 'dies'} at its first renewal{after}"


@rule(
    "CR031",
    "no-common-key-module",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13825, 13805),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.CONNECTION_SECURITY,
)
def no_common_key_module(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """Two machines that negotiate with each other have no key module in common.

    Why: IKEv1, AuthIP and IKEv2 do not understand each other: a rule bound to one of them answers no other
    (New-NetIPsecRule). The other end refuses the first message or says nothing. Which of the two is our reasoning.

    Seen as: 4653 "No policy configured", 13825 ERROR_IPSEC_IKE_NO_POLICY, 13805 ERROR_IPSEC_IKE_TIMED_OUT.

    Bad: `-KeyModule IKEv2` on one end, `-KeyModule IKEv1` on the other

    Good: the same key module on both ends

    Fix: Let both ends use the same key module.

    Waive: When the two never talk to each other.
    """
    yield from hits_of_stage(
        fleet,
        Stage.KEY_MODULE,
        None,
        lambda pair, result: (
            f"{result.differences[0].initiator} here and {result.differences[0].responder} at "
            f"{pair.b.subject} of a peer: no key module in common"
        ),
    )


@rule(
    "CR033",
    "mode-differs-between-peers",
    basis=(Basis.STANDARD, Basis.REASONED),
    leads_to=(13868,),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.CONNECTION_SECURITY,
)
def mode_differs_between_peers(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """Two machines protect the same traffic, one in a tunnel and the other in transport mode.

    Why: In IKEv1 the mode is an attribute of the quick-mode offer, which is taken or refused whole (RFC 2407 4.5). In
    IKEv2 transport is a request that may be declined (RFC 7296 1.3.1): the connection comes up as a tunnel, or not at
    all, by the peer. Implementations were seen to do either. That Windows refuses is our reasoning.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH in event 4654 on both machines.

    Bad: `mode=tunnel` on one end, `mode=transport` on the other

    Good: the same mode on both ends

    Fix: Use the same mode on both ends.

    Waive: When the two never talk to each other.
    """
    yield from hits_of_stage(
        fleet,
        Stage.MODE,
        None,
        lambda pair, result: (
            f"{result.differences[0].initiator} mode here and {result.differences[0].responder} mode at "
            f"{pair.b.subject} of a peer"
        ),
    )


@rule(
    "AU027",
    "no-common-authentication-method",
    basis=Basis.DOCUMENTED,
    leads_to=(13801, 13868),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.RULES,
)
def no_common_authentication_method(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """Two machines that negotiate with each other have no method of first authentication in common.

    Why: Both ends must prove who they are in a way that the other accepts (RFC 2409 5, RFC 7296 2.15). In IKEv1 and
    AuthIP the method is part of the offer, and the type of a certificate's key part of the method.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13801 ERROR_IPSEC_IKE_AUTH_FAIL in events 4652 and 4653.

    Bad: `auth1=computerkerb` on one end, `auth1=computercert` on the other

    Good: a method that stands in both lists

    Fix: Add a method of the one end to the other's list.

    Waive: When the two never talk to each other.
    """
    yield from hits_of_stage(
        fleet,
        Stage.AUTHENTICATION,
        Kind.METHOD,
        lambda pair, result: (
            f"{result.differences[0].initiator} here and {result.differences[0].responder} at "
            f"{pair.b.subject} of a peer: no method in common"
        ),
    )


@rule(
    "AU028",
    "preshared-keys-differ",
    basis=Basis.DOCUMENTED,
    leads_to=(13801, 13805),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.RULES,
)
def preshared_keys_differ(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """Two machines that negotiate with each other by preshared key have different keys.

    Why: In IKEv1 the key goes into the keys that protect the third pair of messages (RFC 2409 5.4), which the other end
    then cannot read; in IKEv2 the proof made with it does not verify (RFC 7296 2.15). The keys are compared here and
    never shown.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT at the initiator with IKEv1, 13801 ERROR_IPSEC_IKE_AUTH_FAIL with IKEv2,
    789 of an L2TP connection.

    Bad: two policies with different `auth1psk`

    Good: the same key in both, or better, Kerberos or certificates

    Fix: Enter the same key on both ends.

    Waive: When the two never talk to each other.
    """
    yield from hits_of_stage(
        fleet,
        Stage.AUTHENTICATION,
        Kind.KEY,
        lambda pair, _: f"the preshared key differs from that of {pair.b.subject} of a peer",
    )


@rule(
    "AU029",
    "no-common-authority",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13806, 13801, 13887),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.RULES,
)
def no_common_authority(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """Two machines that negotiate with each other by certificate name no certificate authority in common.

    Why: A Windows host shows a certificate of the authority that its policy names, and accepts those of the same
    (New-NetIPsecAuthProposal). Of two other authorities one can be below the other, which the names do not tell: that
    such a pair fails is our reasoning.

    Seen as: 13806 ERROR_IPSEC_IKE_NO_CERT, 13801 ERROR_IPSEC_IKE_AUTH_FAIL or 13887
    ERROR_IPSEC_IKE_CERT_CHAIN_POLICY_MISMATCH in event 4652.

    Bad: `auth1ca="CN=CA 1"` on one end, `auth1ca="CN=CA 2"` on the other

    Good: an authority that both name

    Fix: Name the same authority on both ends, and give both certificates of it.

    Waive: When one authority is below the other.
    """
    yield from hits_of_stage(
        fleet,
        Stage.AUTHENTICATION,
        Kind.AUTHORITY,
        lambda pair, result: (
            f"certificates of {result.differences[0].initiator} here and of "
            f"{result.differences[0].responder} at {pair.b.subject} of a peer"
        ),
    )


@rule(
    "AU030",
    "second-authentication-at-one-end",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13801,),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.RULES,
)
def second_authentication_at_one_end(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """Of two machines that negotiate with each other one asks for a second authentication that the other does not do.

    Why: The second authentication is an exchange of its own of AuthIP (MS-AIPS), for which both ends need a method in
    common. That an end without one is refused is our reasoning.

    Seen as: 13801 ERROR_IPSEC_IKE_AUTH_FAIL in event 4984.

    Bad: `auth2=userkerb` on one end, none on the other

    Good: the same second authentication on both ends, or `auth2=userkerb,anonymous` where it is a wish

    Fix: Ask for it on both ends, or on neither.

    Waive: When the two never talk to each other.
    """
    yield from hits_of_stage(
        fleet,
        Stage.SECOND_AUTHENTICATION,
        Kind.METHOD,
        lambda pair, result: (
            f"second authentication {result.differences[0].initiator} here and "
            f"{result.differences[0].responder} at {pair.b.subject} of a peer"
        ),
    )


@rule(
    "CR032",
    "peer-default-cannot-be-met",
    basis=Basis.DOCUMENTED,
    leads_to=(13868,),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.RULES,
)
def peer_default_cannot_be_met(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """A peer that does not run Windows takes nothing of what a machine offers, in main mode or in quick mode.

    Why: A peer that nobody configured offers what its maker chose, and makers drop weak algorithms: an Azure gateway
    takes DH2 alone, libreswan has not even that. A suite is taken whole or not at all.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH in events 4652, 4653 and 4654; NO_PROPOSAL_CHOSEN at the peer.

    Bad: `dhgroup2:aes128-sha1` here, `proposals = ["aes256-sha256-modp2048"]` in the description of the peer

    Good: a suite that stands in both

    Fix: Offer the strongest suite that the peer takes.

    Waive: When the two never talk to each other.
    """
    for stage in (Stage.MAIN_MODE_SUITE, Stage.QUICK_MODE_SUITE):
        yield from hits_of_stage(fleet, stage, None, _suites, with_peers=True, doubted=Severity.WARNING)


def _suites(pair: Pair, result: Result) -> str:
    (difference,) = result.differences
    what = "main-mode" if result.stage is Stage.MAIN_MODE_SUITE else "quick-mode"
    if result.answer is Answer.DEPENDS:
        return f"whether a {what} proposal is agreed on depends on {pair.b.subject} of a peer: {result.why}"
    return (
        f"no {what} proposal in common with {pair.b.subject} of a peer: {difference.initiator} here, "
        f"{difference.responder} there"
    )
