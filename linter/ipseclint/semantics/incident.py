"""Why negotiations failed on a machine: causes ranked by the evidence of events and policy for and against.

Requests that were dropped, late or unanswered have the classes of `Cause`, which each rule names for its findings and
which `explain 13811` lists. Other failures name their cause themselves: the findings that lead to the same error
explain them. The weighing is our reasoning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ipseclint.finding import Cause, Finding, Subject
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.report import Explanation
from ipseclint.semantics.evidence import ErrorEvidence, densest, errors, most_frequent_peer
from ipseclint.semantics.failures import NO_ANSWER, POLICY_FAILURES, SYMPTOMS, Failure
from ipseclint.vocabulary.ras_errors import causes_of, of_state, shown
from ipseclint.words import percent

BURST_SECONDS = 300
"""Drops this close together are called a burst, as at boot."""

_STANDS_OUT = 0.5
_MAX_SUBJECTS = 5

_ERRORS_FOR = {
    Cause.NEVER_FINISHES: NO_ANSWER,
    Cause.WAITS_FOR_IPSEC: (13827, 13817, 13848),
    Cause.TOO_MANY: (13884, 13885, 13895, 13849, 13903),
    Cause.TOO_EXPENSIVE: (13814, 13815, 13860),
}
"""The errors that indicate each class, beside the drops themselves."""

_Weighed = tuple[int, Explanation]


def explain(machine: Machine, findings: Sequence[Finding]) -> tuple[Explanation, ...]:
    """The causes of a machine's failed negotiations, most likely first; none if no negotiation failed."""
    counting = [finding for finding in findings if finding.counts and finding.subject.kind != "evidence"]
    symptoms = errors(machine, SYMPTOMS)
    weighed = [_weigh_cause(cause, machine, symptoms, counting) for cause in Cause] if symptoms else []
    failures = [(failure, evidence) for failure in POLICY_FAILURES if (evidence := errors(machine, failure.codes))]
    if _are_of_the_other_end(symptoms) and any(not event.by_daemon for _, told in failures for event in told.events):
        # The other end waits in vain because Windows gave up, and Windows says why.
        weighed = [(weight // 2, explanation) for weight, explanation in weighed]
    weighed += [_weigh_failure(failure, machine, evidence, counting) for failure, evidence in failures]
    weighed += _weigh_connections(machine, counting)
    order = sorted(range(len(weighed)), key=lambda index: (-weighed[index][0], index))
    return tuple(weighed[index][1] for index in order if weighed[index][0] > 0)


def _are_of_the_other_end(evidence: ErrorEvidence) -> bool:
    """Whether all errors stand in the log of an end that is not Windows."""
    return not evidence.counters and all(event.by_daemon for event in evidence.events)


def _weigh_cause(cause: Cause, machine: Machine, symptoms: ErrorEvidence, findings: Sequence[Finding]) -> _Weighed:
    """The weight of a class of causes of drops and time-outs."""
    own = [finding for finding in findings if finding.cause is cause]
    return _weigh(machine, cause.words, list(_events_for(cause, machine, symptoms)), own)


def _weigh_failure(
    failure: Failure, machine: Machine, evidence: ErrorEvidence, findings: Sequence[Finding]
) -> _Weighed:
    """The weight of a failure that its errors name; only findings that lead to one of these errors explain it."""
    seen = evidence.codes()
    own = [finding for finding in findings if any(error.code in seen for error in finding.leads_to)]
    return _weigh(machine, failure.title, [(evidence.in_words(), True)], own)


def _weigh_connections(machine: Machine, findings: Sequence[Finding]) -> Iterator[_Weighed]:
    """The causes of Remote Access errors that findings on the policy support."""
    seen: Counter[int] = Counter()
    for event in machine.events:
        if event.success is False and not event.codes and (code := of_state(event.state)) is not None:
            seen[code] += event.count
    for code, count in sorted(seen.items()):
        for cause in causes_of(code):
            if own := [finding for finding in findings if finding.code in cause.rules]:
                yield _weigh(machine, cause.cause, [(f"{count} x {shown(code)}", True)], own)


def _weigh(machine: Machine, title: str, seen: Sequence[tuple[str, bool]], own: Sequence[Finding]) -> _Weighed:
    """The weight of a cause: agreement of events and policy counts most, then events alone, then policy alone."""
    speaking = [words for words, speaks in seen if speaks]
    against = [words for words, speaks in seen if not speaks]
    if not own:
        against.append(
            "no finding about this machine's policy supports it"
            if _says_what_to_negotiate(machine.policy)
            else "no policy of this machine is among the inputs: give its export beside these events"
        )
    severity = sum(1 + finding.severity.rank for finding in own)
    weight = (100 if speaking else 0) + min(severity, 99)
    explanation = Explanation(
        machine=machine.name,
        cause=title,
        evidence_for=(*speaking, *_policy_words(own)),
        evidence_against=tuple(against),
        codes=tuple(sorted({finding.code for finding in own})),
    )
    return weight, explanation


def _says_what_to_negotiate(policy: Policy) -> bool:
    """Whether the policy holds anything that a finding could be about."""
    return bool(
        policy.connection_security_rules
        or policy.wfp_filters
        or policy.vpn_connections
        or policy.vpn_servers
        or policy.vpn_interfaces
    )


def _events_for(cause: Cause, machine: Machine, symptoms: ErrorEvidence) -> Iterator[tuple[str, bool]]:
    """What the events say about a cause, each with whether it supports it."""
    evidence = errors(machine, _ERRORS_FOR[cause])
    if cause is Cause.NEVER_FINISHES:
        answers = _are_of_the_other_end(evidence) and all(event.role == "responder" for event in evidence.events)
        yield from _peers(evidence, "came from" if answers else "went to")
    elif evidence:
        yield (evidence.in_words(), True)
    else:
        names = ", ".join(str(code) for code in _ERRORS_FOR[cause])
        yield (f"none of {names} in the events", False)
    if cause is Cause.WAITS_FOR_IPSEC:
        burst = densest(symptoms.events, BURST_SECONDS)
        total = sum(event.count for event in symptoms.events)
        if burst is not None and burst.count > 1:
            together = burst.count > total / 2
            words = f"{burst.count} of {total} failures within {BURST_SECONDS} s, from {burst.began}"
            yield (words + (", as at boot" if together else ", so no single burst"), together)


def _peers(evidence: ErrorEvidence, way: str) -> Iterator[tuple[str, bool]]:
    peer = most_frequent_peer(evidence.events)
    if peer is None:
        yield ("no time-outs with a named peer in the events", False)
    elif peer.share > _STANDS_OUT:
        total = round(peer.count / peer.share)
        share = f"{peer.count} of {total} negotiations" if total > 1 else "the negotiation"
        yield (f"{share} without an answer {way} {peer.name}", True)
    else:
        yield (f"no peer stands out: {peer.name} has {percent(peer.share)} of those without an answer", False)


def _policy_words(findings: Sequence[Finding]) -> Iterator[str]:
    """The policy objects that explain it, most severe first."""
    rank: Counter[tuple[str, Subject]] = Counter()
    for finding in findings:
        key = finding.code, finding.subject
        rank[key] = max(rank[key], finding.severity.rank)
    ordered = sorted(rank, key=lambda key: (-rank[key], key[0], key[1].name))
    for code, subject in ordered[:_MAX_SUBJECTS]:
        yield f'{code} on {subject.called or subject.kind.replace("_", " ")} "{subject.name}"'
    if len(ordered) > _MAX_SUBJECTS:
        yield f"{len(ordered) - _MAX_SUBJECTS} more findings of its kind"
