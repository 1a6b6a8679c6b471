"""The result of reading an input, and what a format is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct, field

from ipseclint.finding import Problem
from ipseclint.model.events import Counter, Event, SecurityAssociation
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy
from ipseclint.source import Source, Span


class Parsed(Struct, frozen=True):
    """The result of reading one input; reading never raises, and faults are in `problems`.

    `secrets` are the places of preshared keys, which no output may show. `other_events` counts events of a log that are
    not about IPsec, by the log's name for them. `unread` counts members, keys and elements that no reader looks at, by
    name as shown in messages; `not_held` members that rules need and the input lacks; `given` values supplied when a
    script runs that no rule needs. `gpo` is the GPO that was exported, `DOMAIN\\NAME`. `followed` are the paths of
    other files that it ran, which are read in place; `taken` those that values were read from.
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
        """Whether the input holds nothing about IPsec."""
        return self.policy.is_empty and not (self.events or self.counters or self.associations)


def joined(parts: Sequence[Parsed]) -> Parsed:
    """The results of several readers or parts of one input, in order, as one."""
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
    """One input format: how it is recognised and read, and what to say about it.

    `recognise` looks only at the head of a source. `how_to_export` is the exact Windows command. `without_key` says why
    no preshared key can stand in such an input; empty if one can. `is_alone` tells of a source of the format, where its
    reader or its syntax shows it, that no other output stands in it; otherwise its lines are asked. `of_nothing` says
    what to give instead of such an input that holds nothing to judge, where that is no policy. `short` is the title
    where it stands within a sentence, if the title itself is too long for that.
    """

    name: str
    title: str
    recognise: Callable[[Source], bool]
    parse: Callable[[Source], Parsed]
    how_to_export: str
    can_express: str
    cannot_express: str
    without_key: str = ""
    of_nothing: str = ""
    is_alone: Callable[[Source], bool] | None = None
    short: str = ""

    @property
    def in_a_sentence(self) -> str:
        """What such an input is, for messages."""
        return self.short or self.title

    @property
    def holding_nothing(self) -> str:
        """What is said of such a part of an input that holds nothing to judge, where another part holds something."""
        return f"{self.name} with nothing to judge"


SCRIPT_FORMATS = frozenset({"netsh-script", "powershell-script"})
"""The formats that say of each command whether it was read."""
QUOTED_ERRORS = "error-sentences"
"""The format of texts of no other that quote what Windows said when a connection failed."""
OF_ATTEMPTS = frozenset({"event-text", "ike-log", QUOTED_ERRORS})
"""The formats of what people write of an attempt, which skip printed rules and connections between it."""
TABLE_CELLS = "table-cells"
"""The format of tables whose cells are inputs of their own."""
OUTPUT_STRINGS = "output-strings"
"""The format of documents of JSON whose strings are inputs of their own."""
VPN_PROFILE_FORMATS = frozenset({"vpn-profile-xml", "mdm-syncml"})
"""The formats that hold VPN profiles as documents."""
DEPLOYED_FORMATS = VPN_PROFILE_FORMATS | {"intune-json", "oma-uri"}
"""The formats of what is given to many machines, of which a script repairs one."""
