"""What netsh refuses of a command, told from what is not understood of it.

Sources: the tool's help lists tags and words in full; a repeated tag, an unknown one and a value that is none end a
command before it does anything (PreprocessCommand: ERROR_TAG_ALREADY_PRESENT, ERROR_INVALID_OPTION_TAG).
"""

from __future__ import annotations

from ipseclint.finding import ProblemCode
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.contexts import TOOL_CONTEXTS
from ipseclint.source import Span

_OBJECT_WORDS = 2

WHAT_IS_NOT_KNOWN = "a variable is put in here when the script runs: what this command does is not known"
VALUE_IS_NOT_KNOWN = "a variable is put in here when the script runs: this value is not known"

_UNKNOWN_TAG = "unknown tag `"
"""What netsh refuses whatever a variable in the value of another tag holds."""
_MARKS = ("#", "//", "::", ";")
"""What begins a comment elsewhere. cmd.exe knows none behind a command but `& rem`, and hands such words on."""


_TYPOGRAPHIC = "\u201c\u201d\u201e\u00ab\u00bb"
"""What word processors make of a straight quotation mark. PowerShell takes the first three for one, cmd.exe none."""


def named(command: Command) -> str:
    """A command as messages call it: context, verb and object, without what follows."""
    words = [word.text for word in command.words[:_OBJECT_WORDS] if word.text.isalpha()]
    tool = () if command.context in TOOL_CONTEXTS else ("netsh",)
    return " ".join((*tool, command.context, *words))


def is_taken(command: Command, trial: Diagnostics, diagnostics: Diagnostics) -> bool:
    """Whether netsh takes a command, by what was noted while reading it apart, which is handed on.

    What breaks the rules of the tool refuses the command, and is noted as one refusal.
    """
    diagnostics.secrets.extend(trial.secrets)
    if not breaks_the_rules(trial):
        for variable in command.variables:
            diagnostics.not_understood(VALUE_IS_NOT_KNOWN, variable.span)
        for problem in trial.problems:
            diagnostics.add(problem)
        diagnostics.unread.update(trial.unread)
        return True
    malformed = (problem for problem in trial.problems if problem.code is ProblemCode.MALFORMED)
    refuse(command, diagnostics, *((problem.message, problem.span) for problem in malformed))
    return False


def breaks_the_rules(trial: Diagnostics) -> bool:
    """Whether something that was noted makes netsh refuse the command."""
    return any(problem.code is ProblemCode.MALFORMED for problem in trial.problems)


def refuse(command: Command, diagnostics: Diagnostics, *reasons: tuple[str, Span]) -> None:
    """Note that netsh refuses a command, with each reason once."""
    if command.variables and not (reasons := tuple(each for each in reasons if each[0].startswith(_UNKNOWN_TAG))):
        places = [variable.span for variable in command.variables]
        diagnostics.problems[:] = [problem for problem in diagnostics.problems if problem.span not in places]
        diagnostics.not_understood(WHAT_IS_NOT_KNOWN, places[0])
        return
    (reason, span), *more = dict.fromkeys(reasons)
    mark = next((word for word in command.words if word.text.startswith(_MARKS)), None)
    if mark is not None:
        sign = next(sign for sign in _MARKS if mark.text.startswith(sign))
        reason = (
            f"`{sign}` begins no comment behind a command of cmd.exe or netsh, the words behind it are values; {reason}"
        )
    elif any(sign in word.text for word in command.words for sign in _TYPOGRAPHIC):
        reason = f"typographic quotation marks are letters here: write straight ones; {reason}"
    diagnostics.refuse_command(named(command), reason, span, *more)
