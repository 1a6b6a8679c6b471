"""Problems and places of secrets that a reader notes beside the policy, and wrappers for parsers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from msgspec import Struct, field

from ipseclint.escape import visible
from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import Policy, RefusedCommand, StrayValue
from ipseclint.source import Source, SourceError, Span, reason_of
from ipseclint.words import plural

MAX_PROBLEMS = 1000
"""How many problems of one input are listed (reasoned: more help nobody, and a hostile input could fill memory)."""

MAX_UNREAD = 100
"""How many unread names are counted separately (reasoned, for the same cause)."""

_OTHER_NAMES = "others"

REST_OF_COMMAND = (
    "this reads as the rest of the command above, which a line break parts from it: it is not read; put both on one"
    " line"
)
WHAT_IS_LEFT_OUT = "what is left out here is not known"
_SHOWN_CHARACTERS = 60
"""How much of a word of the input a message quotes (reasoned)."""

_Noted = TypeVar("_Noted")


class Diagnostics(Struct):
    """The problems and the places of secrets noted while reading one input, in order.

    `path` is that of the input. `of_command`: the words of a command are read, whose tool takes only the values that
    its help lists. `open_places` are filled in when the script runs, which is reported of the command. `left_out`
    counts problems past the limit. `refusals` are commands that Windows refuses, `strays` values that it gives to
    another parameter than to the switch before them, which is no fault of reading; `names_refused` are the folded names
    of what such commands were to make, for rules to refer to. `unread` counts members that no
    reader looks at, by name, `not_held` members that rules need and the export lacks, `given` values supplied at run
    time that no rule needs.
    """

    path: str
    of_command: bool = False
    open_places: tuple[Span, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    secrets: list[Span] = field(default_factory=list)
    left_out: int = 0
    refusals: list[RefusedCommand] = field(default_factory=list)
    names_refused: set[str] = field(default_factory=set)
    strays: list[StrayValue] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    not_held: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)

    def place(self, line: int, column: int, length: int = 1) -> Span:
        """A place in the input; line and column count from 1."""
        return Span(self.path, line, column, length)

    def place_in(self, text: str, at: int, length: int = 1) -> Span:
        """The place of an offset in the whole text of the input."""
        return self.place(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), length)

    def malformed(self, message: str, span: Span) -> None:
        """Note that the input breaks the rules of its format."""
        self.add(Problem(code=ProblemCode.MALFORMED, message=message, span=span))

    def not_understood(self, message: str, span: Span) -> None:
        """Note a part that concerns IPsec and is not in our vocabulary."""
        self.add(Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=span))

    def cut_short(self, span: Span) -> None:
        """Note dots in place of what an excerpt leaves out of a part that is read."""
        self.not_understood(WHAT_IS_LEFT_OUT, span)

    def field_too_long(self, span: Span) -> None:
        """Note a field of a table that is longer than Python's reader of such tables takes."""
        self.refused("a field that is too long for a table: the rest was not read", span)

    def unknown_value(self, message: str, span: Span) -> None:
        """Note a value that is not in our vocabulary; in a command it breaks the rules of the tool."""
        if self.is_open(span):
            return
        code = ProblemCode.MALFORMED if self.of_command else ProblemCode.NOT_UNDERSTOOD
        self.add(Problem(code=code, message=message, span=span))

    def is_open(self, span: Span) -> bool:
        """Whether something at a place is filled in when the script runs."""
        return any(
            span.line == place.line and span.column <= place.column < span.column + span.length
            for place in self.open_places
        )

    def hidden(self, message: str, span: Span) -> None:
        """Note a value that Windows withheld."""
        self.add(Problem(code=ProblemCode.HIDDEN_VALUE, message=message, span=span))

    def contradictory(self, message: str, span: Span) -> None:
        """Note that two parts of the input cannot both hold."""
        self.add(Problem(code=ProblemCode.CONTRADICTORY, message=message, span=span))

    def refused(self, message: str, span: Span) -> None:
        """Note that the input, or a part, is unsafe or too large to read."""
        self.add(Problem(code=ProblemCode.REFUSED, message=message, span=span))

    def filled_in_later(self, word: str, span: Span) -> None:
        """Note a value that something else fills in, which is not known."""
        self.not_understood(f"what is filled in for {quoted(word)} is not known", span)

    def refuse_command(self, command: str, reason: str, span: Span, *more: tuple[str, Span]) -> None:
        """Note that Windows refuses a command: it was understood, and does nothing."""
        self._keep(self.refusals, RefusedCommand(command=command, reason=reason, span=span, more=more))

    def stray(self, value: StrayValue) -> None:
        """Note a value that goes to another parameter than to the switch before it."""
        self._keep(self.strays, value)

    def not_read(self, name: str) -> None:
        """Count a member, key or element that no reader looks at; this is no problem."""
        told = quoted(name)
        self.unread[told if told in self.unread or len(self.unread) < MAX_UNREAD else _OTHER_NAMES] += 1

    def unread_names(self) -> tuple[tuple[str, int], ...]:
        """The names that no reader looks at, each with its count."""
        return tuple(sorted(self.unread.items()))

    def names_not_held(self) -> tuple[tuple[str, int], ...]:
        """The members that the export lacks, each with the number of objects without it."""
        return tuple(sorted(self.not_held.items()))

    def given_later(self) -> tuple[tuple[str, int], ...]:
        """The values supplied when the script runs, each with its count."""
        return tuple(sorted(self.given.items()))

    def add(self, problem: Problem) -> None:
        """Note a problem; the same once more in a row is no second one."""
        if not self.problems or problem != self.problems[-1]:
            self._keep(self.problems, problem)

    def _keep(self, noted: list[_Noted], new: _Noted) -> None:
        """Note one more; past the limit it is only counted."""
        if len(noted) < MAX_PROBLEMS:
            noted.append(new)
        else:
            self.left_out += 1

    @property
    def count(self) -> int:
        """How many problems were noted, listed or not."""
        return len(self.problems) + self.left_out

    def listed(self) -> tuple[Problem, ...]:
        """The problems by place, without duplicates; a last one tells how many are left out."""
        problems = sorted(dict.fromkeys(self.problems), key=self._order)
        if self.left_out:
            are = "is" if self.left_out == 1 else "are"
            message = f"{plural(self.left_out, 'more problem')} {are} not listed"
            last = problems[-1].span if problems else self.place(1, 1)
            problems.append(Problem(code=ProblemCode.REFUSED, message=message, span=last))
        return tuple(problems)

    def parsed(self, policy: Policy) -> Parsed:
        """A parsed input: its policy, with all that was noted."""
        return Parsed(
            policy=policy,
            problems=self.listed(),
            secrets=tuple(self.secrets),
            unread=self.unread_names(),
            not_held=self.names_not_held(),
            given=self.given_later(),
        )

    def _order(self, problem: Problem) -> tuple[bool, str, int, int]:
        span = problem.span
        return span.path != self.path, span.path, span.line, span.column

    def take(self, other: Diagnostics) -> None:
        """Add what was noted while reading another file."""
        for problem in other.problems:
            self.add(problem)
        self.secrets += other.secrets
        self.refusals += other.refusals
        self.strays += other.strays
        self.left_out += other.left_out
        self.unread.update(other.unread)

    def refused_commands(self) -> tuple[RefusedCommand, ...]:
        """The commands that Windows refuses, by place."""
        return tuple(sorted(self.refusals, key=lambda command: (command.span.line, command.span.column)))

    def stray_values(self) -> tuple[StrayValue, ...]:
        """The values that go to another parameter than to the switch before them, by place."""
        return tuple(sorted(dict.fromkeys(self.strays), key=lambda value: (value.span.line, value.span.column)))


def quoted(text: str) -> str:
    """A word of the input as messages show it: escaped, cut, in backquotes."""
    return f"`{shown(text)}`"


def shown(text: str) -> str:
    """Text of the input as messages show it: on one line, unprintable characters escaped, cut if long."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    return visible(cut)


def unreadable(source: Source, error: SourceError | OSError) -> Problem:
    """The problem for an input that cannot be read at all."""
    reason = reason_of(error) if isinstance(error, OSError) else str(error)
    return Problem(code=ProblemCode.UNREADABLE, message=reason, span=Span(source.path, 1, 1))


def of_source(read: Callable[[Source], Parsed]) -> Callable[[Source], Parsed]:
    """A parser that opens its source itself; a source that cannot be opened becomes a problem."""

    @wraps(read)
    def parse(source: Source) -> Parsed:
        try:
            return read(source)
        except SourceError as error:
            return Parsed(problems=(unreadable(source, error),))

    return parse


def of_text(read: Callable[[str, Diagnostics], Parsed]) -> Callable[[Source], Parsed]:
    """A parser that is given the text of a source; a source that cannot be read becomes a problem."""

    @wraps(read)
    def parse(source: Source) -> Parsed:
        try:
            text = source.read_text()
        except SourceError as error:
            return Parsed(problems=(unreadable(source, error),))
        return read(text, Diagnostics(source.path))

    return parse
