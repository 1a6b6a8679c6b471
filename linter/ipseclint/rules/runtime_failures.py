"""Failures by the error that Windows names: how often, when, with whom, and which end found it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ipseclint.finding import Basis
from ipseclint.late import late_names
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, LooksAt, NoOptions, Options, rule
from ipseclint.rules._events import hit_of_events, hits_of_failure, is_of_vpn
from ipseclint.rules.runtime import churn
from ipseclint.semantics.failures import CONFIGURATION, Failure, failed
from ipseclint.vocabulary.vpn_offers import IKEV2_MAIN_MODE, WITHOUT_SUITE

if TYPE_CHECKING:
    from ipseclint.semantics.negotiation.fixes import repairs
    from ipseclint.semantics.negotiation.offers import words as proposals_in_words
    from ipseclint.semantics.negotiation.pairs import (
        configured_beside_log,
        ends_of_log,
        ikev2_groups_alone,
        pairs_beside_log,
        pairs_of_log,
    )
    from ipseclint.semantics.negotiation.stage import Stage
    from ipseclint.semantics.negotiation.verdict import Verdict, negotiate
else:
    (repairs,) = late_names("ipseclint.semantics.negotiation.fixes", "repairs")
    (proposals_in_words,) = late_names("ipseclint.semantics.negotiation.offers", "words")
    configured_beside_log, ends_of_log, ikev2_groups_alone, pairs_beside_log, pairs_of_log = late_names(
        "ipseclint.semantics.negotiation.pairs",
        *("configured_beside_log", "ends_of_log", "ikev2_groups_alone", "pairs_beside_log", "pairs_of_log"),
    )
    (Stage,) = late_names("ipseclint.semantics.negotiation.stage", "Stage")
    Verdict, negotiate = late_names("ipseclint.semantics.negotiation.verdict", "Verdict", "negotiate")

_INVALID_MESSAGES = (4976, 4977, 4978)


@rule(
    "RT013",
    "authentication-failures",
    basis=Basis.DOCUMENTED,
    leads_to=Failure.AUTHENTICATION.codes,
    looks_at=LooksAt.EVIDENCE,
)
def authentication_failures(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """Negotiations failed because one end did not accept who the other is.

    Why: Both ends must have an authentication method in common and hold what it needs: the same preshared key,
    a Kerberos domain that both can reach, an account that may connect. The error names which of it failed;
    the failure point says which end found it.

    Seen as: Events 4652, 4653, 4983 and 4984, or network events, with 13801, 13827, 13855, 13905 or their kin.

    Bad: an event 4653 with the failure reason "IKE authentication credentials are unacceptable"

    Good: no such event

    Fix: Hold the authentication sets of both ends side by side; the ranked explanation at the end of the report
    names the findings on this policy that lead to the error.

    Waive: For a peer that is known not to belong here.
    """
    yield from hits_of_failure(machine, Failure.AUTHENTICATION)


@rule(
    "RT014",
    "certificate-failures",
    basis=Basis.DOCUMENTED,
    leads_to=Failure.CERTIFICATE.codes,
    looks_at=LooksAt.EVIDENCE,
)
def certificate_failures(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """Negotiations failed for want of a certificate that both ends accept.

    Why: An end needs a certificate with its private key, of the right usage, issued below the authority that the
    policy names, and must be able to ask whether certificates are revoked. The error names what was missing.

    Seen as: Events 4652 and 4983, or network events, with 13806, 13817, 13819, 13848 or 13887.

    Bad: an event with `<failureErrorCode>13806 (ERROR_IPSEC_IKE_NO_CERT)</failureErrorCode>`

    Good: no such event

    Fix: Look at the computer's certificates (usage, issuer, end of validity, private key), and at whether the
    revocation lists can be reached without IPsec: see AU007, AU009 and EX006.

    Waive: For a peer whose certificate is being renewed.
    """
    yield from hits_of_failure(machine, Failure.CERTIFICATE)


@rule(
    "RT015",
    "no-policy-for-negotiation",
    basis=Basis.DOCUMENTED,
    leads_to=Failure.NO_POLICY.codes,
    looks_at=LooksAt.EVIDENCE,
)
def no_policy_for_negotiation(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """A peer wanted to negotiate, and no policy was configured for it.

    Why: The end that answers has no rule that covers the address pair of the request, or a rule without usable
    sets, and refuses. The end that asked sees a time-out or a refusal, and asks again.

    Seen as: Event 4653 or 4654 with "No policy configured", 13825 ERROR_IPSEC_IKE_NO_POLICY or 13850.

    Bad: an event 4653 with the failure reason "No policy configured"

    Good: no such event

    Fix: Give both ends rules whose endpoints mirror each other, in a profile that is active; see FL008 and RF009.

    Waive: For hosts that ask and are not meant to be answered.
    """
    yield from hits_of_failure(machine, Failure.NO_POLICY)


@rule(
    "RT016",
    "no-common-proposal-seen",
    basis=Basis.DOCUMENTED,
    leads_to=Failure.PROPOSAL.codes,
    looks_at=LooksAt.EVIDENCE,
)
def no_common_proposal_seen(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """Negotiations failed because the ends offered nothing that both accept.

    Why: The ends compare encryption, integrity, group, encapsulation, mode and perfect forward secrecy. When no
    offer of one is acceptable to the other, the negotiation ends with a policy match error.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH ("Policy match error") in events 4652 to 4654; error 13868 of a VPN
    connection.

    Bad: an event 4654 with the failure reason "Policy match error"

    Good: no such event

    Fix: Check both ends in one run: CR018, CR026, CR032 and FL008 name what differs. The log of charon or pluto holds
    both ends.

    Waive: For scanners and for peers that are known to be out of date.
    """
    told = _of_log(machine) if machine.policy.peers else None
    for hit in hits_of_failure(machine, Failure.PROPOSAL):
        if told is not None:
            yield replace(hit, message=f"{hit.message}; {told[0]}", fix=Fix(note=told[1]))
            continue
        refused = _refuses_windows_own_offers(machine)
        also = f" {hit.fix.note}" if hit.fix else ""
        yield hit if refused is None else replace(hit, fix=Fix(note=f"{refused}{also}"))


def _of_log(machine: Machine) -> tuple[str, str] | None:
    """The difference between the two ends of a log that holds both, and what to do; None without such a log."""
    for pair in pairs_of_log(machine) or pairs_beside_log(machine):
        outcome = negotiate(pair.a, pair.b)
        result = outcome.result if outcome.verdict is Verdict.FAILS else None
        for difference in result.differences if result else ():
            mode = _offered_in(outcome.stage)
            words = [f"{side}: {each.words}" for side, each in zip(_ENDS, repairs(outcome), strict=True) if each]
            return (
                f"{mode} the initiator offers {difference.initiator}, the responder takes {difference.responder}",
                " ".join(("One of the two is enough.", *words)),
            )
    return _of_one_end(machine)


def _refuses_windows_own_offers(machine: Machine) -> str | None:
    """That a configured peer takes none of the groups of a VPN connection without a suite; None where one may."""
    if not any(map(is_of_vpn, failed(machine, Failure.PROPOSAL))):
        return None
    own = {group for _, _, group in IKEV2_MAIN_MODE}
    for subject, groups in ikev2_groups_alone(machine):
        if not groups & own:
            return (
                f"In main mode {subject} takes {' or '.join(sorted(groups))}. A VPN connection that was made in "
                f"Windows' settings, without a suite of its own, offers {' or '.join(sorted(own))} alone "
                f"({WITHOUT_SUITE}): if yours is such a one, this is the cause, and "
                "`Set-VpnConnectionIPsecConfiguration` gives it a suite that the peer takes."
            )
    return None


def _of_one_end(machine: Machine) -> tuple[str, str] | None:
    """The offer of the only end that a log shows, and what to do."""
    ends = ends_of_log(machine)
    if len(ends) != 1:
        return None
    ((name, end),) = ends.items()
    offers, mode = (end.main_mode, "main mode") if end.main_mode else (end.quick_mode, "quick mode")
    if not offers:
        return None
    who = name.partition(" in ")[0]
    does, other = _DOES[who]
    more = (
        "hold these against the configurations that were read, of which one may be its own"
        if configured_beside_log(machine)
        else "the log does not show what it has now"
    )
    return (
        f"in {mode} {who} {does} {proposals_in_words(offers)}",
        f"Let {other} have one of these in {mode}; {more}.",
    )


_DOES = {"the initiator": ("offers", "the responder"), "the responder": ("takes", "the initiator")}


def _offered_in(stage: Stage | None) -> str:
    match stage:
        case Stage.MAIN_MODE_SUITE:
            return "in main mode"
        case Stage.QUICK_MODE_SUITE:
            return "in quick mode"
        case Stage.PFS:
            return "for perfect forward secrecy"
    return f"at the stage {stage}"


_ENDS = ("At the initiator", "At the responder")


@rule(
    "RT017",
    "negotiations-without-answer",
    basis=Basis.DOCUMENTED,
    leads_to=Failure.NO_ANSWER.codes,
    looks_at=LooksAt.EVIDENCE,
)
def negotiations_without_answer(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """Negotiations ended because the peer did not answer.

    Why: Each of them held its place for the whole schedule of retransmissions. Whether one peer or all of them
    are behind it is what RT005 and RT006 tell.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT, 13813 ERROR_IPSEC_IKE_DROP_NO_RESPONSE, 13808 or 13886.

    Bad: an event 4653 with the failure reason "Negotiation timed out"

    Good: no such event

    Fix: Exempt what cannot answer, and repair what should: QD015, EX011 and EX012 tell what to look for.

    Waive: When the peer is known to be off.
    """
    yield from hits_of_failure(machine, Failure.NO_ANSWER)


@rule(
    "RT018",
    "messages-not-understood",
    basis=Basis.DOCUMENTED,
    leads_to=Failure.MESSAGE.codes,
    looks_at=LooksAt.EVIDENCE,
)
def messages_not_understood(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """A message of a negotiation was invalid, or could not be processed.

    Why: Microsoft says of the audit events that, if it persists, it could be a fault of the network, or an attempt to
    modify or replay the negotiation. Another vendor's implementation that does things differently looks the same.

    Seen as: Events 4976, 4977 and 4978; 13824, 13829 to 13843 in events 4652 to 4654.

    Bad: an event 4976

    Good: no such event

    Fix: Look at what the peer is, and at devices on the way that change packets.

    Waive: For scanners.
    """
    yield from hits_of_failure(machine, Failure.MESSAGE)
    for number in _INVALID_MESSAGES:
        events = [event for event in machine.events if event.event_id == number and not event.codes]
        if events:
            yield hit_of_events(machine, f"event {number}", f"event {number} (invalid negotiation packet)", events)


@rule(
    "RT019",
    "limits-of-the-service-reached",
    basis=Basis.DOCUMENTED,
    leads_to=Failure.LIMIT.codes,
    looks_at=LooksAt.EVIDENCE,
)
def limits_of_the_service_reached(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """The IKE service refused or delayed negotiations because a limit was reached.

    Why: Windows bounds the main modes with one peer, the filters it makes itself, and the requests of one peer in
    a time; and it asks for a cookie when too many main modes stand half open.

    Seen as: 13882 ERROR_IPSEC_IKE_MM_LIMIT, 13890, 13896 or 13903 ERROR_IPSEC_IKE_RATELIMIT_DROP.

    Bad: an event with `<failureErrorCode>13903 (ERROR_IPSEC_IKE_RATELIMIT_DROP)</failureErrorCode>`

    Good: no such event

    Fix: Reduce what the peer asks for: QD022, QD030 and QD031 name the limits and what reaches them.

    Waive: Never without knowing which peer it was.
    """
    yield from hits_of_failure(machine, Failure.LIMIT)


class OtherFailures(Options):
    """Errors that also occur in normal operation, and are reported as information only.

    The quick-mode lifetime is that of RT007, which reports its own peers.
    """

    in_the_course_of_things: frozenset[int]
    default_quick_mode_seconds: int


@rule(
    "RT020",
    "other-failures",
    basis=Basis.DOCUMENTED,
    leads_to=(*CONFIGURATION, *Failure.ENDED.codes, *Failure.OTHER.codes),
    options=OtherFailures,
    looks_at=LooksAt.EVIDENCE,
)
def other_failures(machine: Machine, options: OtherFailures) -> Iterator[Hit]:
    """Negotiations failed, or associations ended, with an error that no other rule speaks of.

    Why: A fault stays for as long as nobody reads what the log says of it. Errors that also come in the course of
    things, such as an association that expired, are information. Main modes that end too often with one peer are left
    to RT007.

    Seen as: 13807 ERROR_IPSEC_IKE_SA_DELETED, 13849, 13884, 13885 and others; a failed negotiation without a reason.

    Bad: an event 4654 with the failure reason "SA was deleted by peer before it was completely established"

    Good: events of associations that were established

    Fix: `ipseclint explain` with the number says what is known of it.

    Waive: For errors that are understood here.
    """
    told = {id(event) for _, events, _ in churn(machine, options.default_quick_mode_seconds) for event in events}
    for failure in (Failure.ENDED, Failure.OTHER):
        yield from hits_of_failure(machine, failure, quiet=options.in_the_course_of_things, told=told)


@rule(
    "RT021",
    "packets-dropped-by-ipsec",
    basis=Basis.DOCUMENTED,
    leads_to=(*Failure.PACKET.codes, *Failure.DOS_PROTECTION.codes),
    looks_at=LooksAt.EVIDENCE,
)
def packets_dropped_by_ipsec(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """The IPsec driver or the DoS protection dropped packets.

    Why: Clear text that should have been secured is, as Microsoft says, usually due to a peer that changed its
    policy without telling; a wrong SPI or a failed integrity check points to hardware, to the way, or to another
    vendor's implementation; a failed replay check to packets in another order, or to an attack. IKE and ESP that a
    filter blocks never reach the driver: a firewall's rule is missing, or blocks them.

    Seen as: Events 4960, 4961, 4962, 4963 and 4965, and 5152 and 5157 of IKE, ESP or AH; network events of kernel and
    DoS protection drops.

    Bad: an event 4963

    Good: no such event

    Fix: For clear text, hold the policies of both ends side by side; of what a filter blocked, `netsh wfp show filters`
    lists the filter by the number that the event gives; for the rest, look at the network between them.

    Waive: For a few packets while a peer restarts.
    """
    for failure in (Failure.PACKET, Failure.DOS_PROTECTION):
        yield from hits_of_failure(machine, failure)
