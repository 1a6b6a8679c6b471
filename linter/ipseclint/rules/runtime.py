"""Rules about run-time evidence: queue drops, time-outs and counters, read from logs and state exports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ipseclint.finding import QUEUE_DROPS, Basis, Concern, Severity, Subject
from ipseclint.model.events import Event
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, LooksAt, NoOptions, Options, rule
from ipseclint.semantics.evidence import Burst, Peer, densest, errors, most_frequent_peer
from ipseclint.semantics.failures import NO_ANSWER, Failure
from ipseclint.words import percent, plural

MAIN_MODE_ENDED = (13884, 13885)
HOUR_SECONDS = 3600


def about(machine: Machine, what: str) -> Subject:
    """The subject of a finding on evidence, which is no object that could be changed."""
    return Subject(kind="evidence", name=what, id=None, called=f"evidence of {machine.name}:")


class QueueDropEvents(Options):
    """The number of drops in an hour that is an error."""

    error_at_least_per_hour: int


@rule(
    "RT001",
    "queue-drop-events",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13809, 13810, 13811, 13812),
    options=QueueDropEvents,
    looks_at=LooksAt.EVIDENCE,
    concern=Concern.QUEUE,
)
def queue_drop_events(machine: Machine, options: QueueDropEvents) -> Iterator[Hit]:
    """Negotiation requests were dropped because they sat in the queue too long.

    Why: 13809, 13810, 13811 and 13812 all say that a request waited in the IKE service's queue beyond its time.
    Microsoft documents the codes and one sentence for all four; neither the queue's length nor the time. No
    single setting causes them: too many requests do, or too expensive ones, or requests that wait for
    something that needs IPsec itself, or that can never finish. From how many in an hour they are an error is
    our reasoning.

    Seen as: Audit events 4652, 4653 and 4654, or network events, with one of the four codes.

    Bad: an event with `<failureErrorCode>13811 (ERROR_IPSEC_IKE_QUEUE_DROP_MM)</failureErrorCode>`

    Good: no such event in a week of operation

    Fix: Repair what the QD, EX, FL and DP findings on the same machine name, dead peers first.

    Waive: For a single event at boot or on resume.
    """
    evidence = errors(machine, QUEUE_DROPS)
    if not evidence:
        return
    burst = densest(evidence.events, HOUR_SECONDS)
    rate = f"; up to {burst.count} within one hour, from {burst.began}" if burst else ""
    grave = burst is not None and burst.count >= options.error_at_least_per_hour
    yield Hit(
        about(machine, "queue drops"),
        evidence.span,
        f"requests dropped from the negotiation queue: {evidence.in_words()}{rate}",
        value="queue drops",
        severity=Severity.ERROR if grave else Severity.WARNING,
    )


@rule(
    "RT002",
    "delay-drop-events",
    basis=Basis.DOCUMENTED,
    leads_to=(13814, 13815),
    looks_at=LooksAt.EVIDENCE,
    concern=Concern.QUEUE,
)
def delay_drop_events(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """Negotiations were given up because they took too long.

    Why: The negotiation started but did not end in its time. Microsoft documents the codes, not the time.
    By our reasoning, look for what makes one negotiation long: a revocation list that is not reached, a long
    list of authentication methods, fragments that get lost, a loaded peer.

    Seen as: 13814 ERROR_IPSEC_IKE_MM_DELAY_DROP or 13815 ERROR_IPSEC_IKE_QM_DELAY_DROP in events 4652 to 4654.

    Bad: an event with `<failureErrorCode>13814 (ERROR_IPSEC_IKE_MM_DELAY_DROP)</failureErrorCode>`

    Good: no such event

    Fix: Look at the findings AU007, QD019 and QD032 of the same machine, and at the load of the peer.

    Waive: During an outage of the wide area network.
    """
    yield from _plainly(machine, Failure.DELAY_DROP, "slow negotiations")


@rule("RT003", "sa-add-failed", basis=Basis.DOCUMENTED, leads_to=(13860,), looks_at=LooksAt.EVIDENCE)
def sa_add_failed(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """Keys came too late for the driver, which had given up waiting.

    Why: This is the one error of IKE whose official text names its cause and remedy: most often the
    negotiation took too long, and if it persists the load on the machine must be reduced.

    Seen as: 13860 ERROR_IPSEC_IKE_ADD_UPDATE_KEY_FAILED.

    Bad: an event with `<failureErrorCode>13860 (ERROR_IPSEC_IKE_ADD_UPDATE_KEY_FAILED)</failureErrorCode>`

    Good: no such event

    Fix: Reduce the load: repair the QD findings of the same machine.

    Waive: Never; it is what the vendor itself tells to act on.
    """
    yield from _plainly(machine, Failure.LATE_KEYS, "late keys")


@rule("RT004", "filter-mismatch-error", basis=Basis.DOCUMENTED, leads_to=(13857,), looks_at=LooksAt.EVIDENCE)
def filter_mismatch_error(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """The driver had no filter for what was negotiated.

    Why: The official text says that the most common cause is that the driver does not have the correct
    filter, and asks to check the filters.

    Seen as: 13857 ERROR_IPSEC_IKE_GETSPIFAIL.

    Bad: an event with `<failureErrorCode>13857 (ERROR_IPSEC_IKE_GETSPIFAIL)</failureErrorCode>`

    Good: no such event

    Fix: Make the selectors of both sides mirror each other; see FL006, FL008 and QD030.

    Waive: For a single event while the policy changed.
    """
    yield from _plainly(machine, Failure.MISSING_FILTER, "missing filters")


def _plainly(machine: Machine, failure: Failure, name: str) -> Iterator[Hit]:
    evidence = errors(machine, failure.codes)
    if evidence:
        yield Hit(about(machine, name), evidence.span, f"{failure.title}: {evidence.in_words()}", value=name)


class Concentration(Options):
    """How many time-outs are examined, and the share that makes one peer stand out."""

    fewest_events: int
    share_above: float


@rule(
    "RT005",
    "timeouts-concentrated-on-peer-or-subnet",
    basis=Basis.REASONED,
    leads_to=(13805, 13813),
    options=Concentration,
    looks_at=LooksAt.EVIDENCE,
)
def timeouts_concentrated(machine: Machine, options: Concentration) -> Iterator[Hit]:
    """Most negotiations without an answer went to one peer or one subnet.

    Why: A peer that never answers keeps each negotiation alive for its whole schedule of retransmissions,
    and so keeps a place in the queue. One peer or subnet behind most time-outs points to that peer: switched
    off, not a member of the design, its ports blocked, behind a NAT. That the share tells is our reasoning.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT or 13813 ERROR_IPSEC_IKE_DROP_NO_RESPONSE with one remote address.

    Bad: nine of ten time-outs with the same `<remoteAddrV4>`

    Good: time-outs, if any, spread over the peers

    Fix: Exempt the peer, or repair it: QD015, EX011 and EX012 tell what to look for.

    Waive: When that host is known to be off.
    """
    events = errors(machine, NO_ANSWER).events
    peer = _standing_out(events, options)
    if peer is None:
        return
    yield Hit(
        about(machine, f"time-outs of {peer.name}"),
        events[0].span,
        f"{peer.count} of {_total(events)} negotiations without an answer ({percent(peer.share)}) went to {peer.name}",
        value=peer.name,
    )


@rule(
    "RT006",
    "timeouts-spread-over-all-peers",
    basis=Basis.REASONED,
    leads_to=(13805,),
    options=Concentration,
    looks_at=LooksAt.EVIDENCE,
)
def timeouts_spread(machine: Machine, options: Concentration) -> Iterator[Hit]:
    """Negotiations time out with all peers alike while requests are dropped from the own queue.

    Why: When no peer stands out and the queue drops requests, it is this machine that does not keep up: peers
    answer, and the answers wait here. This is our reasoning from what each error says.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT with many addresses, beside 13809 to 13812.

    Bad: time-outs with thirty peers and queue drops in the same hour

    Good: time-outs with one peer that is off

    Fix: Reduce the load on this machine: repair its QD findings.

    Waive: During an outage of the uplink, which looks the same.
    """
    evidence = errors(machine, (13805,))
    events = evidence.events
    if not errors(machine, QUEUE_DROPS) or _total(events) < options.fewest_events:
        return
    peers = {event.remote_address for event in events if event.remote_address}
    if not peers or _standing_out(events, options) is not None:
        return
    yield Hit(
        about(machine, "time-outs of all peers"),
        events[0].span,
        f"{plural(_total(events), 'time-out')} spread over {plural(len(peers), 'peer')} "
        "while requests were dropped from the queue",
        value="spread",
    )


def _total(events: Sequence[Event]) -> int:
    return sum(event.count for event in events)


def _standing_out(events: Sequence[Event], options: Concentration) -> Peer | None:
    if _total(events) < options.fewest_events:
        return None
    peer = most_frequent_peer(events)
    return peer if peer is not None and peer.share > options.share_above else None


class Churn(Options):
    """The quick-mode lifetime to assume when the policy gives none."""

    default_quick_mode_seconds: int


@rule(
    "RT007",
    "mm-limit-churn",
    basis=Basis.DOCUMENTED,
    leads_to=(13884, 13885),
    options=Churn,
    looks_at=LooksAt.EVIDENCE,
    concern=Concern.QUEUE,
)
def main_mode_churn(machine: Machine, options: Churn) -> Iterator[Hit]:
    """Main modes with a peer ended more than once within one quick-mode lifetime.

    Why: 13884 says that the limit of quick modes was reached and a new main mode will be started, 13885 that
    a main mode expired. More than one of them within the life of a single quick mode means that main modes
    are renewed faster than the keys they protect: QD001 or QD002 at work.

    Seen as: 13884 ERROR_IPSEC_IKE_QM_LIMIT or 13885 ERROR_IPSEC_IKE_MM_EXPIRED again and again with one peer.

    Bad: 13884 with the same peer every minute

    Good: 13885 with a peer every eight hours

    Fix: Raise the main-mode lifetime, and set the limit of quick modes to 0.

    Waive: For master-key perfect forward secrecy that is wanted.
    """
    seconds = _quick_mode_seconds(machine) or options.default_quick_mode_seconds
    for peer, events, burst in churn(machine, options.default_quick_mode_seconds):
        yield Hit(
            about(machine, f"main modes with {peer}"),
            events[0].span,
            f"{burst.count} main modes with {peer} ended within one quick-mode lifetime of {seconds} s, "
            f"from {burst.began}",
            value=peer,
        )


def churn(machine: Machine, default_quick_mode_seconds: int) -> Iterator[tuple[str, Sequence[Event], Burst]]:
    """The peers with which several main modes ended within one quick-mode lifetime, all such events, and the densest
    burst."""
    by_peer: defaultdict[str, list[Event]] = defaultdict(list)
    for event in errors(machine, MAIN_MODE_ENDED).events:
        by_peer[event.remote_address or "an unnamed peer"].append(event)
    for peer, events in sorted(by_peer.items()):
        burst = densest(events, _quick_mode_seconds(machine) or default_quick_mode_seconds)
        if burst is not None and burst.count > 1:
            yield peer, events, burst


def _quick_mode_seconds(machine: Machine) -> int | None:
    known = [
        seconds
        for crypto in machine.policy.quick_mode_crypto_sets
        if not crypto.builtin
        for proposal in crypto.proposals
        if (seconds := proposal.lifetime_seconds.known)
    ]
    return min(known, default=None)


class PolicyStorm(Options):
    """The number of policy changes, and the time, that make a storm."""

    fewest_events: int
    window_seconds: int


@rule(
    "RT008",
    "policy-change-storm",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13849,),
    options=PolicyStorm,
    looks_at=LooksAt.EVIDENCE,
)
def policy_change_storm(machine: Machine, options: PolicyStorm) -> Iterator[Hit]:
    """Many security associations ended at once because the policy changed.

    Why: A refresh that changes the policy invalidates what was negotiated under the old one, and all peers
    negotiate again together. Microsoft documents the error; from how many it is a storm is our reasoning.

    Seen as: 13849 ERROR_IPSEC_IKE_POLICY_CHANGE, many within minutes, then queue drops.

    Bad: fifty times 13849 within a minute, every half hour

    Good: 13849 on the day the policy was changed

    Fix: Change the policy less often, and poll for changes less often: see QD024.

    Waive: On the day of a planned change.
    """
    events = errors(machine, (13849,)).events
    burst = densest(events, options.window_seconds)
    if burst is not None and burst.count >= options.fewest_events:
        yield Hit(
            about(machine, "policy changes"),
            events[0].span,
            f"{burst.count} negotiations ended by a policy change within {options.window_seconds} s, "
            f"from {burst.began}",
            value="storm",
        )
