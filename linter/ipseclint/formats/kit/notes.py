"""What a reader has to say besides the policy."""

from __future__ import annotations

from dataclasses import dataclass, field

from ipseclint.finding import Problem, ProblemCode
from ipseclint.source import Source, SourceError, Span, visible

_SHOWN_CHARACTERS = 60


PROBLEM_LIMIT = 1000
"""How many problems of one input are listed (reasoned: more help nobody, and a hostile input could fill memory)."""


@dataclass(slots=True)
class Notes:
    """The problems and the places of secrets met while reading one input, in the order met."""

    problems: list[Problem] = field(default_factory=list)
    secrets: list[Span] = field(default_factory=list)
    left_out: int = 0

    def malformed(self, message: str, span: Span) -> None:
        """Note that the input breaks the rules of its format."""
        self.add(Problem(code=ProblemCode.MALFORMED, message=message, span=span))

    def not_understood(self, message: str, span: Span) -> None:
        """Note a part that concerns IPsec and is not in our vocabulary."""
        self.add(Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=span))

    def hidden(self, message: str, span: Span) -> None:
        """Note a value that Windows itself withheld."""
        self.add(Problem(code=ProblemCode.HIDDEN_VALUE, message=message, span=span))

    def contradictory(self, message: str, span: Span) -> None:
        """Note that two parts of the input cannot both hold."""
        self.add(Problem(code=ProblemCode.CONTRADICTORY, message=message, span=span))

    def refused(self, message: str, span: Span) -> None:
        """Note that the input, or a part, is unsafe or too large to read."""
        self.add(Problem(code=ProblemCode.REFUSED, message=message, span=span))

    def add(self, problem: Problem) -> None:
        """Note a problem; past the limit it is only counted."""
        if len(self.problems) < PROBLEM_LIMIT:
            self.problems.append(problem)
        else:
            self.left_out += 1

    @property
    def count(self) -> int:
        """How many problems were noted, listed or not."""
        return len(self.problems) + self.left_out

    def listed(self) -> tuple[Problem, ...]:
        """The problems by place, with a last one that says how many are left out."""
        found = sorted(self.problems, key=lambda each: (each.span.line, each.span.column))
        if self.left_out:
            message = f"{self.left_out} more problems are not listed"
            found.append(Problem(code=ProblemCode.REFUSED, message=message, span=found[-1].span))
        return tuple(found)


def quoted(text: str) -> str:
    """A word of the input as messages show it: escaped, cut, in backquotes."""
    shown = visible(text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…")
    return f"`{shown}`"


def unreadable(source: Source, error: SourceError | OSError) -> Problem:
    """The problem that an input cannot be read at all."""
    reason = getattr(error, "strerror", None) or str(error)
    return Problem(code=ProblemCode.UNREADABLE, message=reason, span=Span(source.path, 1, 1))
