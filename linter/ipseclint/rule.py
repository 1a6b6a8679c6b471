"""The definition of a rule: a decorated function with its identity, its reasons and its options."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Flag, StrEnum, auto
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from msgspec import Struct, structs

from ipseclint.finding import QUEUE_DROPS, Basis, Cause, Concern, Severity, Subject
from ipseclint.late import late
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import PolicyObject
from ipseclint.model.values import Frozen
from ipseclint.source import Span

if TYPE_CHECKING:
    from ipseclint.model.site import SiteFact


class Options(Frozen, forbid_unknown_fields=True):
    """The numbers and sets of a rule. They have no defaults: the ruleset must give them, and they are validated."""


class NoOptions(Options):
    """The options of a rule that has none."""


class CustomRuleError(ValueError):
    """A rule of the user's that cannot be used; the message says what is wrong with it."""


class Hit(Struct, frozen=True):
    """One match of a rule: the object, the place, the value seen and the value wanted.

    `value` is the offending value, for the fingerprint. Rules with grades set `severity`, rules on evidence set
    `leads_to`, since they know the exact errors; otherwise the ruleset's severity and the rule's errors hold.
    """

    subject: PolicyObject | Subject
    span: Span
    message: str
    value: object = None
    severity: Severity | None = None
    related: tuple[tuple[str, Span], ...] = ()
    leads_to: tuple[int, ...] | None = None
    fix: Fix | None = None


class Scope(StrEnum):
    """What a rule looks at: one machine, or all machines of the run together."""

    MACHINE = "machine"
    FLEET = "fleet"


class LooksAt(Flag):
    """What a rule finds fault with, which decides what it must have seen to have checked anything."""

    RULES = auto()
    """Rules, filters and settings, whatever sets they use."""
    SETS = auto()
    """Sets that a user wrote: never a set that every Windows has."""
    PARTS = auto()
    """Names, references and how many parts there are: also where a value was not understood."""
    CONNECTION_SECURITY = auto()
    """Objects of the Windows Firewall alone, since its source says nothing of other tools' objects."""
    SETTINGS = auto()
    """The global settings and those of profiles alone."""
    EVIDENCE = auto()
    """Events and counters: what happened, not what is configured."""


class Rule(Struct, frozen=True):
    """A check with its identity and its reasons.

    `check` takes a Machine (in FLEET scope a Fleet) and the validated options, and yields hits. `facts` takes from each
    machine of a fleet what the rule must know of all: it is asked where the machine is read, and only machines that the
    rule then looks at are unpacked again. `basis` says what the mechanism and, second, the threshold rest on. `cause`
    is the class of causes of queue drops that its findings belong to, if any. `concern` is the question that they
    answer, where its family and `cause` do not tell. `needs` names the facts of the site that the rule cannot do
    without, such as `nat_groups`. `told` is its documentation, a docstring as written.
    """

    code: str
    name: str
    check: Callable[[Any, Any], Iterable[Hit]]
    options: type[Options]
    basis: tuple[Basis, ...]
    leads_to: tuple[int, ...]
    needs: tuple[SiteFact, ...] = ()
    cause: Cause | None = None
    concern: Concern | None = None
    looks_at: LooksAt = LooksAt.RULES
    scope: Scope = Scope.MACHINE
    facts: Callable[[Machine], object] | None = None
    waivable: bool = True
    told: RuleText | str = ""

    @property
    def family(self) -> str:
        """The two letters that the code begins with."""
        return self.code[:2]

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """The questions of a report that its findings answer, the main one first."""
        about = self.concern or _ABOUT.get(self.family)
        if about is Concern.WEAK and self.concern is None and self.cause is Cause.NEVER_FINISHES:
            about = Concern.FAIL
        return () if about is None else _with_others(about, self.leads_to)

    @property
    def text(self) -> RuleText:
        """Its documentation, parsed at each call: a run needs no more than the summary."""
        return parse_text(inspect.cleandoc(self.told)) if isinstance(self.told, str) else self.told

    @property
    def summary(self) -> str:
        """The text of its documentation before the first heading."""
        return _summary_of(self.told) if isinstance(self.told, str) else self.told.summary

    @property
    def where(self) -> str:
        """The module that it is defined in."""
        return self.check.__module__

    @property
    def is_ours(self) -> bool:
        """Whether it is one of this program's own."""
        return self.where.startswith("ipseclint.rules.")

    @property
    def weakest_basis(self) -> Basis:
        """The basis of a finding: reasoned if any part of the rule is."""
        return self.basis[-1]


@cache
def _with_others(about: Concern, leads_to: tuple[int, ...]) -> tuple[Concern, ...]:
    """The main question of a rule and those that it answers by the errors that it leads to."""
    also = []
    if set(QUEUE_DROPS) & set(leads_to):
        also.append(Concern.QUEUE)
    if about is Concern.CONTRADICT and leads_to:
        also.append(Concern.FAIL)
    return tuple(dict.fromkeys((about, *also)))


_ABOUT = {
    "QD": Concern.QUEUE,
    "DP": Concern.FAIL,
    "EX": Concern.FAIL,
    "AU": Concern.FAIL,
    "RT": Concern.FAIL,
    "CR": Concern.WEAK,
    "RF": Concern.CONTRADICT,
    "FL": Concern.CONTRADICT,
    "IT": Concern.INTENT,
}
"""The concern of each family's rules."""


class RuleText(Struct, frozen=True):
    """A rule's docstring: its first paragraph, and its headed sections in order."""

    summary: str
    sections: tuple[tuple[str, str], ...]

    def section(self, heading: str) -> str | None:
        """The text under a heading, or None."""
        return next((text for title, text in self.sections if title == heading), None)


HEADINGS = ("Why", "Seen as", "Bad", "Good", "Fix", "Waive")
"""The headings of every rule's docstring, in this order.

Why: what happens on the path of the negotiation. Seen as: the error and event an administrator sees.
Bad and Good: a line of policy each. Fix: in words; the commands are made for each finding. Waive: when.
"""


def rule(
    code: str,
    name: str,
    *,
    basis: Basis | tuple[Basis, ...],
    leads_to: tuple[int, ...] = (),
    options: type[Options] = NoOptions,
    needs: tuple[SiteFact, ...] = (),
    cause: Cause | None = None,
    concern: Concern | None = None,
    looks_at: LooksAt = LooksAt.RULES,
    scope: Scope = Scope.MACHINE,
    facts: Callable[[Machine], object] | None = None,
    waivable: bool = True,
) -> Callable[[Callable[[Any, Any], Iterable[Hit]]], Rule]:
    """The decorator that makes a Rule of a function. It registers nothing: rules are discovered.

    Raises ValueError for a need that is no fact of the site.
    """
    if needs:
        _refuse_unknown(needs, code)

    def make(check: Callable[[Any, Any], Iterable[Hit]]) -> Rule:
        return Rule(
            code=code,
            name=name,
            check=check,
            options=options,
            basis=basis if isinstance(basis, tuple) else (basis,),
            leads_to=leads_to,
            needs=needs,
            cause=cause,
            concern=concern,
            looks_at=looks_at,
            scope=scope,
            facts=facts,
            waivable=waivable,
            told=check.__doc__ or "",
        )

    return make


def _refuse_unknown(needs: tuple[SiteFact, ...], code: str) -> None:
    from ipseclint.model.site import Site

    for fact in needs:
        if fact not in Site.__struct_fields__:
            raise ValueError(f"{code}: needs: no fact of the site is called {fact!r}")


_FIRST_HEADING = late(rf"^[ \t]*(?:{'|'.join(HEADINGS)}):[ \n]", re.MULTILINE)
_HEADING = late(rf"^({'|'.join(HEADINGS)}):[ \n]", re.MULTILINE)


@cache
def _summary_of(docstring: str) -> str:
    return _unwrap(_FIRST_HEADING.split(docstring, 1)[0])


def parse_text(docstring: str) -> RuleText:
    """The summary and the sections of a docstring; paragraphs are kept, line breaks in them are not."""
    parts = _HEADING.split(docstring)
    sections = tuple((heading, _unwrap(text)) for heading, text in zip(parts[1::2], parts[2::2], strict=True))
    return RuleText(_unwrap(parts[0]), sections)


def _unwrap(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


class Plugin(Struct, frozen=True):
    """Rules of another package, with the settings they run by.

    `settings` maps a code to what a ruleset says of a rule: `severity`, `enabled`, `options`, `cite`.
    """

    rules: tuple[Rule, ...]
    settings: Mapping[str, Mapping[str, Any]]

    def __post_init__(self) -> None:
        """Raises TypeError for options that msgspec would not check in full."""
        for rule in self.rules:
            if not issubclass(rule.options, Options):
                raise TypeError(f"{rule.code}: its options are no class of ipseclint.rule.Options")
            if any(type(part).__module__.partition(".")[0] in _UNHEEDED for part in _parts(rule.options)):
                raise TypeError(
                    f"{rule.code}: its options hold something of pydantic, which is not heeded: "
                    "a limit of a number is Annotated[int, msgspec.Meta(ge=1)], a table is a class of Options"
                )


_UNHEEDED = frozenset({"pydantic", "pydantic_core", "annotated_types"})
"""Packages whose limits and models a struct accepts but does not check."""


def _parts(options: type[Options]) -> Iterator[object]:
    """The parts of a class of options: its members, defaults, and types with their annotations."""
    yield from vars(options).values()
    yield from (each.default for each in structs.fields(options))
    hints = list(get_type_hints(options, include_extras=True).values())
    while hints:
        hint = hints.pop()
        yield hint
        yield from getattr(hint, "__metadata__", ())
        hints += get_args(hint)
