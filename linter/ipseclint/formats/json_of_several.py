"""A document of JSON that holds objects of several formats: each of them is read by its own.

A collector writes rules, services and events into one array, or one below another into one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec.structs import replace

from ipseclint.formats.parsed import Format, Parsed
from ipseclint.model.machine import merge_policies
from ipseclint.source import Source


def together(forms: Sequence[Format]) -> Format:
    """The format of a document that holds objects of several: it is called by the first."""
    first, *others = forms
    return replace(first, parse=partial(_parse, [form.parse for form in forms])) if others else first


def _parse(readers: Iterable[Callable[[Source], Parsed]], source: Source) -> Parsed:
    """What all readers find; what more than one of them says of the document is said once."""
    parts = [read(source) for read in readers]
    policies = tuple(part.policy for part in parts if not part.policy.is_empty)
    return Parsed(
        policy=merge_policies(policies) if policies else parts[0].policy,
        events=tuple(event for part in parts for event in part.events),
        counters=tuple(counter for part in parts for counter in part.counters),
        associations=tuple(association for part in parts for association in part.associations),
        problems=tuple(dict.fromkeys(problem for part in parts for problem in part.problems)),
        secrets=tuple(span for part in parts for span in part.secrets),
        other_events=tuple(other for part in parts for other in part.other_events),
        unread=tuple(member for part in parts for member in part.unread),
        not_held=tuple(member for part in parts for member in part.not_held),
    )
