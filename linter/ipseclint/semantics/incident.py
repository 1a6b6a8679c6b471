"""Why negotiations failed on a machine: causes ranked by what the events and the policy say for and against.

The four classes, and the order in which to repair them, are those of the story that `explain 13811` tells.
The weighing is our reasoning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ipseclint.finding import Explanation, Finding, Subject
from ipseclint.model.machine import Machine
from ipseclint.semantics.evidence import ErrorEvidence, densest, errors, most_frequent_peer
from ipseclint.words import percent

SYMPTOMS = (13805, 13809, 13810, 13811, 13812, 13813, 13814, 13815, 13860)
"""The errors that ask for an explanation: drops from the queue, time-outs, lateness."""

BURST_SECONDS = 300
"""Drops this close together are called a burst, as at boot."""

_STANDS_OUT = 0.5
_MOST_SUBJECTS = 5


class Cause(NamedTuple):
    """A class of causes: the rules that find it in a policy, and the errors that speak for it."""

    title: str
    rules: tuple[str, ...]
    errors: tuple[int, ...]


CAUSES = (
    Cause(
        "requests that can never finish",
        ("QD015", "QD021", "QD022", "FL006", "FL008", "EX011", "EX012", "DP001", "DP002", "DP003", "DP004", "DP005"),
        (13805, 13813),
    ),
    Cause(
        "requests that wait for something that needs IPsec itself",
        ("EX001", "EX002", "EX003", "EX004", "EX005", "EX006", "EX007", "EX008", "AU007"),
        (13827, 13817, 13848),
    ),
    Cause(
        "too many requests",
        (
            *("QD001", "QD002", "QD003", "QD004", "QD005", "QD006", "QD007"),
            *("QD013", "QD014", "QD024", "QD025", "QD026", "QD029", "QD033", "QD036", "QD037"),
        ),
        (13884, 13885, 13895, 13849),
    ),
    Cause(
        "each request too expensive",
        ("QD008", "QD009", "QD010", "QD011", "QD012", "QD018", "QD019", "QD032"),
        (13814, 13815, 13860),
    ),
)
"""In the order of repair: a dead peer holds its place in the queue far longer than an expensive live one."""


def explain(machine: Machine, findings: Sequence[Finding]) -> tuple[Explanation, ...]:
    """The causes of a machine's failed negotiations, most likely first; nothing if none failed."""
    symptoms = errors(machine, SYMPTOMS)
    if not symptoms:
        return ()
    weighed = [_weigh(cause, machine, symptoms, findings) for cause in CAUSES]
    order = sorted(range(len(CAUSES)), key=lambda index: (-weighed[index][0], index))
    return tuple(weighed[index][1] for index in order if weighed[index][0] > 0)


def _weigh(
    cause: Cause, machine: Machine, symptoms: ErrorEvidence, findings: Sequence[Finding]
) -> tuple[int, Explanation]:
    """How much speaks for a cause: events and policy agreeing count most, then events, then policy alone."""
    own = [each for each in findings if each.code in cause.rules and each.counts]
    seen = list(_events_for(cause, machine, symptoms))
    speaking = [words for words, speaks in seen if speaks]
    against = [words for words, speaks in seen if not speaks]
    if not own:
        against.append("no finding on the policy of this machine speaks for it")
    graveness = sum(1 + each.severity.rank for each in own)
    weight = (1000 if own and speaking else 100 if speaking else 0) + min(graveness, 99)
    explanation = Explanation(
        machine=machine.name,
        cause=cause.title,
        speaks_for=(*speaking, *_policy_words(own)),
        speaks_against=tuple(against),
        codes=tuple(sorted({each.code for each in own})),
    )
    return weight, explanation


def _events_for(cause: Cause, machine: Machine, symptoms: ErrorEvidence) -> Iterator[tuple[str, bool]]:
    """What the events say of a cause, each with whether it speaks for it."""
    evidence = errors(machine, cause.errors)
    if cause.errors == (13805, 13813):
        yield from _peers(evidence)
    elif evidence:
        yield (f"{evidence.in_words()}", True)
    else:
        names = ", ".join(str(code) for code in cause.errors)
        yield (f"none of {names} in the events", False)
    if "EX001" in cause.rules:
        burst = densest(symptoms.events, BURST_SECONDS)
        total = sum(event.count for event in symptoms.events)
        if burst is not None and burst.count > 1:
            together = burst.count > total / 2
            words = f"{burst.count} of {total} failures within {BURST_SECONDS} s, from {burst.began}"
            yield (words + (", as at boot" if together else ", so no single burst"), together)


def _peers(evidence: ErrorEvidence) -> Iterator[tuple[str, bool]]:
    peer = most_frequent_peer(evidence.events)
    if peer is None:
        yield ("no time-outs with a named peer in the events", False)
    elif peer.share > _STANDS_OUT:
        yield (f"{percent(peer.share)} of the negotiations without an answer went to {peer.name}", True)
    else:
        yield (f"no peer stands out: {peer.name} has {percent(peer.share)} of those without an answer", False)


def _policy_words(findings: Sequence[Finding]) -> Iterator[str]:
    """The policy objects that explain it, gravest first."""
    by_object: Counter[tuple[str, Subject]] = Counter()
    rank: dict[tuple[str, Subject], int] = {}
    for each in findings:
        by_object[each.code, each.subject] += 1
        rank[each.code, each.subject] = max(rank.get((each.code, each.subject), 0), each.severity.rank)
    ordered = sorted(by_object, key=lambda key: (-rank[key], key[0], key[1].name))
    for code, subject in ordered[:_MOST_SUBJECTS]:
        yield f'{code} on {subject.called or subject.kind} "{subject.name}"'
    if len(ordered) > _MOST_SUBJECTS:
        yield f"{len(ordered) - _MOST_SUBJECTS} more findings of its kind"
