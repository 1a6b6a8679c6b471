"""Conditions of a batch file that can be decided: `if "%NAME%"=="" ...`, `if %COUNT% LEQ 3 ...`.

Source: the page `if` of the Windows Commands reference.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from msgspec import Struct

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.hosts import Host
from ipseclint.formats.netsh.variables import NUMBER, Variables
from ipseclint.formats.netsh.words import split_parts
from ipseclint.late import late

_TEXT = r"\"[^\"%!]*\"|[^\s\"=%!()&|<>]+"
_NO_NUMBER = r"\"[^\"%!]*\"|[A-Za-z_.\\][^\s\"=%!()&|<>]*"
"""Text, which `equ` and `neq` compare as text, as it is no number; one of digits alone may be one of another base."""
_HEAD = late(
    r"[ \t]*@?if(?=[ \t/])[ \t]*+(?P<fold>/i[ \t]+)?(?P<negated>not[ \t]+)?"
    r"(?:exist[ \t]+(?P<file>\"[^\"]+\"|[^\s\"()&|<>]+)"
    rf"|(?P<left>{_TEXT})[ \t]*==[ \t]*(?P<right>{_TEXT})"
    rf"|(?P<number>{NUMBER})[ \t]+(?P<compares>equ|neq|lss|leq|gtr|geq)[ \t]+(?P<other>{NUMBER})(?=[ \t(])"
    rf"|(?P<text>{_NO_NUMBER})[ \t]+(?P<is>equ|neq)[ \t]+(?P<same>{_NO_NUMBER})(?=[ \t(])"
    r"|defined[ \t]+(?P<name>[^\s\"%!()=]+))"
    r"[ \t]*(?P<then>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_LEAVES_UNANSWERED = late(
    r"[ \t]*@?if(?=[ \t/])[ \t]*+(?:/i[ \t]+)?(?:not[ \t]+defined[ \t]+(?P<name>[^\s\"%!()=]+)"
    r"|(?P<quote>\"?)[%!](?P<value>[^\s\"%!()=]+)[%!](?P=quote)[ \t]*==[ \t]*+(?P=quote)(?P=quote))"
    r"[ \t]*+(?P<then>\(?[ \t]*+(?:echo\b[^&|()]*+&[ \t]*+)?(?:goto\b|exit\b)[^&|()]*+\)?[ \t]*+)",
    re.IGNORECASE,
)
"""Leaves where a question was not answered."""
_ASKS_FOR_SUCCESS = late(
    r"[ \t]*@?if[ \t]+(?:not[ \t]+errorlevel[ \t]+1(?=[ \t(])"
    r"|(?P<quote>\"?)[%!]errorlevel[%!](?P=quote)[ \t]*(?:==|(?<=[ \t])equ(?=[ \t]))[ \t]*"
    r"(?P=quote)0(?P=quote)(?=[ \t(]))[ \t]*(?P<then>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
"""Asks whether the command before has succeeded."""
_ELSE = late(r"[ \t]*(?P<end>\))[ \t]*else\b[ \t]*(?P<other>.*)", re.IGNORECASE | re.DOTALL)
"""The end of a block, and what runs where its condition does not hold: a block, a command, another `if`."""
_IN_PARENTHESES = late(r"[ \t]*(?P<opens>\([ \t]*(?P<held>if\b.*)\))[ \t]*", re.IGNORECASE | re.DOTALL)
_SIGN = late(r"\"[^\"]*+\"?|\^.|[()]", re.DOTALL)
_COMPARED: dict[str, Callable[[int, int], bool]] = {
    "equ": operator.eq,
    "neq": operator.ne,
    "lss": operator.lt,
    "leq": operator.le,
    "gtr": operator.gt,
    "geq": operator.ge,
}


class Condition(Struct, frozen=True):
    """A decided condition, and the command behind it."""

    holds: bool
    then: Token

    @property
    def is_block(self) -> bool:
        """Whether the command is a block that continues on the next lines."""
        return self.then.text.strip() == "("


def branches(then: Token) -> tuple[Token, Token | None, Token | None]:
    """The command behind a condition on one line, that behind `else`, and what stands behind the last block, if any."""
    end = _end_of_block(then)
    other = None if end is None else _ELSE.match(then.text, end - 1)
    if end is None or other is None:
        return then, None, _behind(then, end)
    otherwise = then.part(*other.span("other"))
    return then.part(0, end), otherwise, _behind(otherwise, _end_of_block(otherwise))


def _end_of_block(text: Token) -> int | None:
    """Where the block ends that a text begins with; None if it begins with none, or does not end it."""
    depth = 0
    for match in _SIGN.finditer(text.text) if text.text[:1] == "(" else ():
        depth += (match[0] == "(") - (match[0] == ")")
        if depth == 0:
            return match.end()
    return None


def _behind(text: Token, end: int | None) -> Token | None:
    return None if end is None or not text.text[end:].strip() else text.part(end)


def condition_within(line: Token) -> Token | None:
    """The condition that stands alone between parentheses on a line; None if there is none."""
    match = _IN_PARENTHESES.fullmatch(line.text)
    if match is None or _end_of_block(line.part(match.start("opens"))) != len(match["opens"]):
        return None
    return line.part(*match.span("held"))


def else_of(line: Token) -> tuple[Token, Token] | None:
    """The end of a block, and the command behind `else`; None for a line that does not begin so."""
    match = _ELSE.fullmatch(line.text)
    return None if match is None else (line.part(*match.span("end")), line.part(*match.span("other")))


class DeadBlock(Struct):
    """A block that does not run: the number of blocks open in it, 0 once it has ended.

    `is_settled`: its `else` does not run either, since an earlier branch ran. `behind` is what stands behind its end.
    """

    depth: int = 0
    is_settled: bool = False
    behind: Token | None = None

    def begin(self, line: Token, host: Host) -> None:
        """Enter the block of a branch that does not run, since an earlier one did."""
        self.depth, self.is_settled = 0, True
        self._pass(line, host)

    def take(self, line: Token, host: Host) -> Token | None:
        """Take a line of it; behind its end, the branch that runs instead."""
        before = self.depth
        self._pass(line, host)
        if before == 1 and not self.is_settled and (other := else_of(line)) is not None:
            self.depth, self.behind = 0, None
            return other[1]
        self.depth = max(0, self.depth)
        return None

    def _pass(self, line: Token, host: Host) -> None:
        """Count the blocks that a line opens and closes, and find what stands behind the last of them."""
        self.behind = None
        for part in split_parts(line, host, self.depth):
            self.depth += part.opens - part.closes
            if self.depth == 0 and part.closes and else_of(line) is None:
                self.behind = line.part(part.start)


def condition_of(
    line: Token, variables: Variables, is_there: Callable[[str], bool], *, has_succeeded: bool
) -> Condition | None:
    """The condition that a line begins with, variables expanded; None if it cannot be decided.

    `is_there` tells whether a file is in this run; others may exist too. If a script leaves when a prompt is not
    answered, it is followed as if answered. `has_succeeded`: the last command surely succeeded.
    """
    if has_succeeded and (match := _ASKS_FOR_SUCCESS.fullmatch(line.text)) is not None:
        return Condition(holds=True, then=line.part(*match.span("then")))
    unanswered = _LEAVES_UNANSWERED.fullmatch(line.text)
    if unanswered is not None and variables.is_asked(unanswered["name"] or unanswered["value"]):
        return Condition(holds=False, then=line.part(*unanswered.span("then")))
    match = _HEAD.match(line.text)
    if match is None:
        return None
    if file := match["file"]:
        if not is_there(file):
            return None
        is_true = True
    elif compares := match["compares"]:
        is_true = _COMPARED[compares.casefold()](int(match["number"]), int(match["other"]))
    elif name := match["name"]:
        value = variables.known(name)
        if value is None:
            return None
        is_true = bool(value)
    else:
        left, right = match["left"] or match["text"], match["right"] or match["same"]
        is_true = left.casefold() == right.casefold() if match["fold"] else left == right
        is_true = is_true is not ((match["is"] or "").casefold() == "neq")
    return Condition(is_true is (match["negated"] is None), line.part(*match.span("then")))
