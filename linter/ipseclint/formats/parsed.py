"""What a format is, and what reading an input yields."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct, field

from ipseclint.finding import Problem
from ipseclint.model.events import Counter, Event, SecurityAssociation
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy
from ipseclint.source import Source, Span


class Parsed(Struct, frozen=True):
    """All that one input says. It never raises: what went wrong is in `problems`.

    `secrets` are the places of preshared keys, which no output may show. `other_events` counts the events of a log
    that are not about IPsec, by what the log calls them. `unread` counts the members, keys and elements of what was
    read that no reader looks at, by their names as messages show them, `not_held` the members that rules look at and
    the input leaves out of its objects, `given` the values that a script is given when it runs, of what no rule needs.
    `gpo` is the one GPO that it is an export of,
    `DOMAIN\\NAME`. `followed` are the paths of the other files that it ran, which are read in their places,
    `taken` of those that it took its values from.
    """

    policy: Policy = field(default_factory=Policy)
    events: tuple[Event, ...] = ()
    counters: tuple[Counter, ...] = ()
    associations: tuple[SecurityAssociation, ...] = ()
    problems: tuple[Problem, ...] = ()
    secrets: tuple[Span, ...] = ()
    other_events: tuple[tuple[str, int], ...] = ()
    unread: tuple[tuple[str, int], ...] = ()
    not_held: tuple[tuple[str, int], ...] = ()
    given: tuple[tuple[str, int], ...] = ()
    gpo: str = ""
    followed: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing about IPsec was found in the input."""
        return self.policy.is_empty and not (self.events or self.counters or self.associations)


def joined(parts: Sequence[Parsed]) -> Parsed:
    """What several readers say of one input, or of its parts, in their order: their policies are one."""
    policies = tuple(part.policy for part in parts if not part.policy.is_empty) or (Policy(),)
    return Parsed(
        policy=merge_policies(policies),
        events=tuple(event for part in parts for event in part.events),
        counters=tuple(counter for part in parts for counter in part.counters),
        associations=tuple(association for part in parts for association in part.associations),
        problems=tuple(problem for part in parts for problem in part.problems),
        secrets=tuple(span for part in parts for span in part.secrets),
        other_events=tuple(other for part in parts for other in part.other_events),
        unread=tuple(member for part in parts for member in part.unread),
        not_held=tuple(member for part in parts for member in part.not_held),
        given=tuple(member for part in parts for member in part.given),
    )


class Format(Struct, frozen=True):
    """One export format: how to tell it by content, how to read it, and what to say about it.

    `recognise` looks at the head of a source only. `how_to_export` is the exact Windows command. `without_key` says why
    no preshared key stands in such an input; empty: one may.
    """

    name: str
    title: str
    recognise: Callable[[Source], bool]
    parse: Callable[[Source], Parsed]
    how_to_export: str
    can_express: str
    cannot_express: str
    without_key: str = ""


SCRIPT_FORMATS = frozenset({"netsh-script", "powershell-script"})
"""The formats that say of each command whether it was read."""
QUOTED_ERRORS = "error-sentences"
"""The format of texts of no other that quote what Windows said when a connection failed."""
VPN_PROFILE_FORMATS = frozenset({"vpn-profile-xml", "mdm-syncml"})
"""The formats that hold VPN profiles as documents."""
