"""Choices by a batch file's first argument or a person's answer: each is read as if it were made.

    if "%1"=="install" goto install        set /p C=Which?            choice /c 12
    if "%1"=="remove" goto remove          if %C%==1 goto add         if errorlevel 2 goto remove

For each choice, its own condition holds and the others do not. The objects of several choices are merged if they do not
contradict each other. Source: the pages `if`, `set` and `choice` of the Windows Commands reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.netsh.flow import DOUBT
from ipseclint.formats.parsed import Parsed
from ipseclint.late import late
from ipseclint.model.kinds import OBJECT_KINDS
from ipseclint.model.policy import Policy
from ipseclint.words import listed

MAX_CHOICES = 16
"""How many choices of one file are read, each by itself (reasoned: a menu has fewer)."""

_TEXT = r"(?:\"[^\"\r\n]{0,80}\"|\[[^\]\r\n]{0,80}\]|[^\s\"=()&|<>]{1,80})"
_CONDITION = late(
    r"[ \t]*@?(?:\)[ \t]*else[ \t]+)?if[ \t]+(?:/i[ \t]+)?"
    rf"(?P<whole>(?P<not>not[ \t]+)?(?P<asks>(?P<left>{_TEXT})[ \t]*==[ \t]*(?P<right>{_TEXT})"
    rf"|(?P<variable>{_TEXT})[ \t]+equ[ \t]+{_TEXT}|errorlevel[ \t]+\d{{1,3}}))(?=[ \t(])",
    re.IGNORECASE,
)
_ARGUMENT = late(r"%(?:~[a-z]{0,8})?[1-9](?!\d*%)", re.IGNORECASE)
_ANSWER = late(r"\bset[ \t]*/p[ \t]+\"?([A-Za-z_]\w{0,60})[ \t]*=", re.IGNORECASE)
_VARIABLE = late(r"[%!]([A-Za-z_]\w{0,60})(?::[^%!\r\n]{0,60})?[%!]")
_CHOICE = late(r"[ \t]*@?choice(?:\.exe|\.com)?\b", re.IGNORECASE)
_BETWEEN = late(r"[ \t]*@?(?:if\b|echo\b|rem\b|::|\Z)", re.IGNORECASE)
"""What may be between a choice and the command that asks for it."""
_HOLDS, _FAILS = "1==1", "1==0"
_OTHERWISE = "none of these"
_FIELDS = tuple(dict.fromkeys((*(kind.field for kind in OBJECT_KINDS), "global_settings", "registry", "services")))


class _Asked(Struct, frozen=True):
    """A condition on a choice: its place, its words, a normal form of them, and whether it is negated."""

    row: int
    start: int
    end: int
    words: str
    key: str
    is_negated: bool


class Choice(Struct, frozen=True):
    """One choice, in the file's words, and the lines of the file with it made."""

    words: str
    lines: list[str]


def choices_of(lines: Sequence[str]) -> list[Choice]:
    """The choices of a file, the last of which is none of them; empty if it has none, or too many."""
    asked = list(_asked_in(lines))
    keys = {each.key: each.words for each in reversed(asked)}
    if not 0 < len(keys) < MAX_CHOICES:
        return []
    first = dict.fromkeys(each.key for each in asked)
    return [Choice(keys.get(key, _OTHERWISE), _with_choice(lines, asked, key)) for key in (*first, "")]


def _with_choice(lines: Sequence[str], asked: Sequence[_Asked], key: str) -> list[str]:
    """The lines with each condition replaced by one that is decided, of the same length."""
    chosen = list(lines)
    for each in asked:
        holds = (each.key == key) is not each.is_negated
        decided = (_HOLDS if holds else _FAILS).ljust(each.end - each.start)
        chosen[each.row] = chosen[each.row][: each.start] + decided + chosen[each.row][each.end :]
    return chosen


def _asked_in(lines: Sequence[str]) -> Iterator[_Asked]:
    answers: set[str] = set()
    is_behind_choice = False
    for row, line in enumerate(lines):
        answers.update(name.casefold() for name in _ANSWER.findall(line))
        if _CHOICE.match(line) is not None:
            is_behind_choice = True
        elif _BETWEEN.match(line) is None:
            is_behind_choice = False
        match = _CONDITION.match(line)
        if match is None or "%%" in match["asks"]:
            continue
        names = {name.casefold() for name in _VARIABLE.findall(match["asks"])}
        of_choice = is_behind_choice and (match["asks"].casefold().startswith("errorlevel") or "errorlevel" in names)
        if of_choice or names & answers or _ARGUMENT.search(match["asks"]):
            start, end = match.span("whole")
            key = " ".join(match["asks"].casefold().split())
            yield _Asked(row, start, end, match["asks"], key, match["not"] is not None)


def with_choices(
    plain: Parsed, lines: Sequence[str], read: Callable[[Sequence[list[str]], set[int]], Parsed]
) -> Parsed:
    """The merged result of all choices; the plain one if the file has none, or if no choice makes anything.

    `read` reads a file several times on one machine, each time with other lines, and notes the lines that run.
    """
    taken: list[Choice] = []
    refused: list[str] = []
    together = Parsed()
    ran: set[int] = set()
    met: set[tuple[int, str]] = set()
    for choice in choices_of(lines):
        alone = read([choice.lines], ran)
        met.update(map(_said, alone.problems))
        before, made = _things(together.policy), _things(alone.policy)
        if all(thing in before for thing in made):
            continue
        both = read([*(each.lines for each in taken), choice.lines], ran)
        after = _things(both.policy)
        if _names(before) & _names(made) or any(thing not in after for thing in before):
            refused.append(quoted(choice.words))
            continue
        taken.append(choice)
        together = both
    if not taken:
        return plain
    asked = {each.row + 1 for each in _asked_in(lines)}
    doubts = (each for each in plain.problems if is_doubt(each) and each.span.line not in asked | ran)
    of_taken = (each for each in together.problems if not is_doubt(each))
    others = (each for each in plain.problems if not is_doubt(each))
    of_plain = (each for each in others if each.span.line not in asked or _said(each) in met)
    first = next(_asked_in(lines))
    told = Diagnostics(plain.problems[0].span.path)
    message = (
        f"what runs is chosen when this is called: it is read with {listed([quoted(each.words) for each in taken])}"
    )
    if refused:
        message += f"; {listed(refused)} would make other objects of the same names, and is not read"
    told.not_understood(message, told.place(first.row + 1, first.start + 1, first.end - first.start))
    return replace(together, problems=(*told.problems, *dict.fromkeys((*of_taken, *of_plain, *doubts))))


def is_doubt(problem: Problem) -> bool:
    """Whether a problem says that a command may not run."""
    return problem.message.startswith(DOUBT)


def _said(problem: Problem) -> tuple[int, str]:
    return problem.span.line, problem.message


def _things(policy: Policy) -> list[tuple[str, object]]:
    """The objects of a policy that are not built into Windows, by kind."""
    every = ((name, thing) for name in _FIELDS for thing in getattr(policy, name))
    return [(name, thing) for name, thing in every if not getattr(thing, "builtin", False)]


def _names(things: Sequence[tuple[str, object]]) -> set[tuple[str, str]]:
    """The kinds and names of such objects."""
    names = ((field, getattr(thing, "name", None) or getattr(thing, "path", "")) for field, thing in things)
    return {(field, str(name).casefold()) for field, name in names}
