"""What a reader has to say besides the policy."""

from __future__ import annotations

from dataclasses import dataclass, field

from ipseclint.finding import Problem, ProblemCode
from ipseclint.source import Span, visible

_SHOWN_CHARACTERS = 60


@dataclass(slots=True)
class Notes:
    """The problems and the places of secrets met while reading one input, in the order met."""

    problems: list[Problem] = field(default_factory=list)
    secrets: list[Span] = field(default_factory=list)

    def malformed(self, message: str, span: Span) -> None:
        """Note that the input breaks the rules of its format."""
        self._add(ProblemCode.MALFORMED, message, span)

    def not_understood(self, message: str, span: Span) -> None:
        """Note a part that concerns IPsec and is not in our vocabulary."""
        self._add(ProblemCode.NOT_UNDERSTOOD, message, span)

    def hidden(self, message: str, span: Span) -> None:
        """Note a value that Windows itself withheld."""
        self._add(ProblemCode.HIDDEN_VALUE, message, span)

    def contradictory(self, message: str, span: Span) -> None:
        """Note that two parts of the input cannot both hold."""
        self._add(ProblemCode.CONTRADICTORY, message, span)

    def refused(self, message: str, span: Span) -> None:
        """Note that the input, or a part, is unsafe or too large to read."""
        self._add(ProblemCode.REFUSED, message, span)

    def _add(self, code: ProblemCode, message: str, span: Span) -> None:
        self.problems.append(Problem(code=code, message=message, span=span))


def quoted(text: str) -> str:
    """A word of the input as messages show it: escaped, cut, in backquotes."""
    shown = visible(text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…")
    return f"`{shown}`"
