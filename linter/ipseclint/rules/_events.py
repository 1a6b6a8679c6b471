"""Hits for events: how often, when, with whom, and which end found the error."""

from __future__ import annotations

import datetime
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence

from msgspec.structs import replace

from ipseclint.finding import Severity
from ipseclint.model.change import Fix
from ipseclint.model.events import Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit
from ipseclint.rules.runtime import about
from ipseclint.semantics.evidence import counter_code, moment_of
from ipseclint.semantics.failures import Failure, failed
from ipseclint.vocabulary.audit_events import RAS_EVENTS, SERVICE_FAILURES, event_texts
from ipseclint.vocabulary.ras_errors import causes_in_words, event_in_short
from ipseclint.vocabulary.services import BLOCK_MODE, CONTROL_EVENTS
from ipseclint.vocabulary.stories import between_hosts
from ipseclint.vocabulary.windows_errors import error_name, error_table, error_texts
from ipseclint.words import plural

_MAX_PEERS = 3
_SIDES = {"local": "found by this computer", "remote": "found by the peer"}
SERVICE_NOT_STARTED = 5453
_OF_SERVICES = frozenset({SERVICE_NOT_STARTED, BLOCK_MODE, *CONTROL_EVENTS})
"""The events that a rule on services tells (RT022)."""


def hits_of_failure(
    machine: Machine, failure: Failure, *, quiet: Iterable[int] = (), told: Container[int] = ()
) -> Iterator[Hit]:
    """A hit for each error of one way to fail, or for its failures without an error.

    `quiet` errors are reported as information, unless a connection of remote access failed by them; events in `told`,
    by `id`, are left to another rule.
    """
    events: defaultdict[tuple[tuple[int, ...], str], list[Event]] = defaultdict(list)
    for event in failed(machine, failure):
        if event.event_id not in _OF_SERVICES and id(event) not in told:
            events[event.codes, "" if event.codes else _without_error(event)].append(event)
    for counter in machine.counters:
        code = counter_code(counter)
        if code in failure.codes and ((code,), "") not in events:
            text = f"{counter.value} x {errors_in_words((code,))}, counted since the service started"
            severity = Severity.INFO if code in quiet else None
            subject = about(machine, str(code))
            yield Hit(
                subject, counter.span, text, value=code, severity=severity, leads_to=(code,), fix=_looked_up(code)
            )
    for (codes, without_error), same in sorted(events.items()):
        name = " or ".join(map(str, codes)) or without_error
        cut_off = any(event.event_id in RAS_EVENTS and event.success is False for event in same)
        hit_severity = Severity.INFO if codes and set(codes) <= set(quiet) and not cut_off else None
        number = 0 if codes else same[0].event_id or 0
        short = event_in_short(number) if number in RAS_EVENTS else None
        what = errors_in_words(codes) if codes else f"{name}: {short}" if short else name
        hit = hit_of_events(machine, name, what, same, severity=hit_severity)
        if codes:
            hit = replace(hit, fix=_looked_up(codes[0], of_vpn=any(map(is_of_vpn, same))))
        elif short:
            hit = replace(hit, fix=Fix(note=explained(number)))
        yield hit


def explained(number: int) -> str:
    """Where more is told of an error or event of a VPN connection, of which no cause is known here."""
    return f"Run `ipseclint explain {number}` for what is known of it."


def is_of_vpn(event: Event) -> bool:
    """Whether a VPN connection tells a failure, or its other end, or somebody who quotes its dialog."""
    if event.by_daemon:
        return True
    is_quoted = event.event_id is None and not (event.state or event.role or event.remote_address)
    return is_quoted or event.event_id in RAS_EVENTS


def _looked_up(code: int, *, of_vpn: bool = False) -> Fix | None:
    """What to do about an error that the events only name; None if nothing is known."""
    if of_vpn and (causes := causes_in_words(code)) is not None:
        return Fix(note=causes)
    if not of_vpn and (causes := between_hosts(code)) is not None:
        others = "those at a VPN connection" if causes_in_words(code) else "more"
        return Fix(note=f"{causes} `ipseclint explain {code}` has {others}.")
    return Fix(note=f"Run `ipseclint explain {code}` for what causes it.") if code in error_table() else None


def _without_error(event: Event) -> str:
    if event.kind is EventKind.CLASSIFY_DROP:
        return "packet of IPsec or IKE that a filter blocked"
    unknown = event.reason_unknown
    if event.kind in {EventKind.KERNEL_DROP, EventKind.DOS_PROTECTION_DROP}:
        return f"packet dropped {'for a reason that was not understood' if unknown else 'without a reason'}"
    if event.event_id in SERVICE_FAILURES:
        return f"event {event.event_id} ({event_texts()[event.event_id].first_sentence})"
    if event.event_id in RAS_EVENTS:
        return f"event {event.event_id} of a VPN connection"
    return f"failure {'with a reason that was not understood' if unknown else 'without a reason'}"


def errors_in_words(codes: Sequence[int]) -> str:
    """The errors by number and constant, with Windows' own text."""
    if not any(code in error_table() for code in codes):
        return f"{' or '.join(map(str, codes))} (not an error of IPsec)"
    names = " or ".join(f"{code} {error_name(code).removeprefix('ERROR_IPSEC_IKE_')}" for code in codes)
    text = error_texts().get(codes[0])
    return f'{names} "{text.rstrip(".")}"' if text else names


def hit_of_events(
    machine: Machine, name: str, what: str, events: Sequence[Event], *, severity: Severity | None = None
) -> Hit:
    """A hit for events of one kind: their number, kind, time, role, finder and peers."""
    parts = [f"{sum(event.count for event in events)} x {what}", *_times(events)]
    parts += _shares((f"as {event.role}", event.count) for event in events if event.role)
    parts += _shares((_SIDES[event.failure_point], event.count) for event in events if event.failure_point in _SIDES)
    parts += _shares(
        (f'"{event.state}"', event.count)
        for event in events
        if event.event_id is None and event.codes and " " in (event.state or "")
    )
    peers = Tally[str]()
    for event in events:
        if event.remote_address is not None:
            peers[event.remote_address] += event.count
    if peers:
        ordered = sorted(peers.items(), key=lambda item: (-item[1], item[0]))
        shown = [f"{address} ({count})" for address, count in ordered[:_MAX_PEERS]]
        rest = len(ordered) - _MAX_PEERS
        parts.append(f"with {', '.join(shown)}" + (f" and {plural(rest, 'other peer')}" if rest > 0 else ""))
    parts += dict.fromkeys(event.progress for event in events if event.progress)
    message = "; ".join(parts)
    return Hit(about(machine, name), events[0].span, message, value=name, severity=severity, leads_to=events[0].codes)


def _times(events: Sequence[Event]) -> Iterator[str]:
    """The time of the first and the last event, in UTC."""
    moments = sorted((moment, _utc(event.time or "", moment)) for event in events if (moment := moment_of(event)))
    if moments:
        (_, first), (_, last) = moments[0], moments[-1]
        yield f"at {first}" if first == last else f"from {first} to {last}"


def _utc(text: str, moment: datetime.datetime) -> str:
    """A time in UTC; one that the log writes in UTC stays as it is, with all its digits."""
    in_utc = moment.utcoffset() == datetime.timedelta(0)
    return text if in_utc else moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def _shares(words: Iterable[tuple[str, int]]) -> Iterator[str]:
    """The words, each with its count if there are several."""
    tally = Tally[str]()
    for word, count in words:
        tally[word] += count
    if tally:
        one = len(tally) == 1
        yield ", ".join(word if one else f"{word} ({count})" for word, count in sorted(tally.items()))
