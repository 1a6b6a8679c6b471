"""Tokens: text with its place in the input, which its parts keep."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from operator import itemgetter

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.late import late
from ipseclint.source import Span, lines_of_text

_DOTS = r"(?:\.{3,}+|\u2026)"
_SAID = r"(?:[\w,'/&()-]{1,30}[ ])"
_WHY = r"(?:[ ](?:above|as|because|below|by|due|for|from|here|in|since|to)(?:[ ][\w,'/&-]{1,30}){0,6})?"
_CUT = (
    r"(?:snip(?:s|ped|pet)?|cut(?:[ ](?:here|off|out))?|truncated|trimmed|omitted|suppressed|skipped|elided|removed"
    r"|deleted|left[ ]out|abbreviated|shortened)"
)
_RULE = r"[-=~*_.\u2026]{2,80}+"
LEFT_OUT = late(
    rf"[\[({{\"']*{_DOTS}(?:[ \t]{_DOTS})*[\])}}\"']*"
    rf"|(?:{_DOTS}[ \t]?)?[\[(<{{]{{1,3}}+[ \t]?!?(?:{_RULE}[ \t]?)?{_SAID}{{0,6}}{_CUT}{_WHY}[ \t]?(?:{_RULE}|\.)?"
    rf"[ \t]?[\])>}}]{{1,3}}+(?:[ \t]?{_DOTS})?"
    rf"|{_RULE}[ \t]?{_SAID}{{0,6}}{_CUT}{_WHY}[ \t]?{_RULE}"
    rf"|[\[(<]?{_DOTS}[ \t]?{_SAID}{{0,6}}[\w,'/&()-]{{1,30}}[ \t]?{_DOTS}[\])>]?"
    rf"|(?:{_RULE}[ \t]?)?snip(?:ped)?(?:[ \t]?{_RULE})?"
    r"|[-=~*_ ]{0,80}+(?:(?:8<|>8|\u2702)[-=~*_ ]{0,80}+){1,8}",
    re.IGNORECASE,
)
"""What an author puts in place of what a document leaves out: an ellipsis, also twice (`... ...`), `<snip>`,
`-- snip --`, `[output omitted]`, `(truncated)`, `--8<--`."""
PAGER = late(
    r"[ \t]*<?-{2,5}[ ]?(?:\(more(?:[ ]\d{1,3}%)?\)|more[ ]{0,2}(?:\(\d{1,3}[ ]?%\))?)[ ]?-{2,5}>?"
    r"(?:,[ ]next[ ]page:[^\r\n]{0,80}|[ ]or[ ]\(q\)uit)?[ \t]*",
    re.IGNORECASE,
)
"""What a pager shows below a page: `-- More --`, `<--- More --->`, `---(more 12%)---` (Cisco, Juniper, `more`)."""
TO_FILL_IN = r"__[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){0,8}__|@@[A-Z][A-Z0-9_.]{0,60}@@"
"""What a pipeline fills in before a script runs, as an expression: `__NAME__` (the tasks that replace tokens)."""
ALONE_TO_FILL_IN = late(rf"{TO_FILL_IN}|\{{\{{-?[ \t]*+(?!ansible_managed\b)[A-Za-z_][^{{}}\r\n]{{0,200}}\}}\}}")
"""What is filled in as a whole line, so that it may be commands (`ansible_managed` becomes a comment)."""
BEGINS_TO_FILL_IN = "__[A-Z]|@@[A-Z]"
"""How that begins, as an expression, for what must not run on into it."""
OTHER_DASHES = "\u2013\u2014\u2015"
"""The signs that PowerShell takes for a dash, besides the hyphen."""
TYPOGRAPHIC = "typographic quotation marks are letters here: write straight ones"
"""What is said of a value in the marks that a word processor makes of straight ones."""
TAGS = ("{%", "%{", "<%", "</%")
"""How tags of templates begin that decide what a file contains (Jinja, Terraform, ERB, Mako)."""
CALLED = frozenset(
    {
        "name", "newname", "displayname", "newdisplayname", "ipsecrulename", "elementname", "description", "group",
        "policy", "filterlist", "filteraction",
    }
)  # fmt: skip
"""Parameters of netsh and PowerShell, folded, that name something: an ellipsis is literal there."""


class Token(Struct, frozen=True, gc=False):
    """A piece of an input and its place; its parts have theirs.

    Line and column count from 1. `breaks` are offsets in `text` where the input does not continue in the next column,
    each with the line and column where it does: behind escapes and at continued lines. `stride` is the columns per
    character: 2 for UTF-16 bytes. `quoted`: quotation marks stood around it, which are not part of it.
    """

    text: str
    path: str
    line: int
    column: int
    breaks: tuple[tuple[int, int, int], ...] = ()
    stride: int = 1
    quoted: bool = False

    @property
    def length(self) -> int:
        """The number of columns on its first line."""
        if not self.breaks:
            return len(self.text) * self.stride
        offset, column, end = 0, self.column, len(self.text)
        for at, line, place in self.breaks:
            if line != self.line:
                end = at
                break
            offset, column = at, place
        return column - self.column + (end - offset) * self.stride

    @property
    def span(self) -> Span:
        """The place of the text; if it has several lines, of its part on the first."""
        length = self.length if self.breaks else len(self.text) * self.stride
        return Span(self.path, self.line, self.column, length or 1)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The places of the whole text, at least one for each line."""
        ends = (*(at for at, _, _ in self.breaks), len(self.text))
        starts = (0, *ends[:-1])
        return tuple(self.part(start, end).span for start, end in zip(starts, ends, strict=True) if end > start)

    @property
    def end(self) -> tuple[int, int]:
        """The line and column behind the last character."""
        offset, line, column = self.breaks[-1] if self.breaks else (0, self.line, self.column)
        return line, column + (len(self.text) - offset) * self.stride

    def part(self, start: int, end: int | None = None) -> Token:
        """The text between two offsets, as in a slice; neither may be negative."""
        text = self.text[start:end]
        if not self.breaks or start + len(text) < self.breaks[0][0]:  # before the first of them
            column = self.column + start * self.stride
            return Token(text, self.path, self.line, column, (), self.stride, self.quoted)
        index = bisect_right(self.breaks, start, key=_offset)
        offset, line, column = self.breaks[index - 1] if index else (0, self.line, self.column)
        last = bisect_left(self.breaks, start + len(text), key=_offset)
        rest = tuple((at - start, line_there, place) for at, line_there, place in self.breaks[index:last])
        return Token(text, self.path, line, column + (start - offset) * self.stride, rest, self.stride, self.quoted)

    def strip(self) -> Token:
        """The text without surrounding blanks."""
        stripped = self.text.strip()
        if len(stripped) == len(self.text):
            return self
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, start + len(stripped))

    def split(self, separator: str) -> list[Token]:
        """The stripped parts between separators; one part if there is none."""
        if separator not in self.text:
            return [self.strip()]
        parts = []
        start = 0
        for text in self.text.split(separator):
            parts.append(self.part(start, start + len(text)).strip())
            start += len(text) + len(separator)
        return parts

    def cut(self, separator: str) -> tuple[Token, Token | None]:
        """The stripped texts before and behind the first separator; the second is None if there is none."""
        at = self.text.find(separator)
        if at < 0:
            return self.strip(), None
        return self.part(0, at).strip(), self.part(at + len(separator)).strip()

    def standing_for(self, text: str) -> Token:
        """Another text for this place as a whole, such as the meaning of an escape."""
        return replace(self, text=text, breaks=((len(text), *self.end),))

    def replaced_by(self, text: str) -> Token:
        """Another text for this place, each part of which has this place, such as the value of a variable."""
        inside = tuple((at, self.line, self.column) for at in range(1, len(text)))
        return replace(self, text=text, breaks=(*inside, (len(text), *self.end)))

    @property
    def word(self) -> str:
        """The text as keywords are compared: blanks removed, folded."""
        return "".join(self.text.split()).casefold()


_offset = itemgetter(0)


class OpenToken(Token, frozen=True, gc=False):
    """A placeholder for an unknown value, such as one that a script fills in; its parts are no values."""

    def split(self, _separator: str) -> list[Token]:
        """The whole, unsplit."""
        return [self]


def token_at(text: str, span: Span) -> Token:
    """A text for a whole place, such as a number written in another notation."""
    return Token(text, span.path, span.line, span.column, ((len(text), span.line, span.column + span.length),))


def joined(pieces: Iterable[Token]) -> Token:
    """Separate pieces of one value as one text, with the stride of the first."""
    first, *rest = pieces
    if not rest:
        return first
    text, breaks, end = [first.text], list(first.breaks), first.end
    length = len(first.text)
    for piece in rest:
        if end != (piece.line, piece.column):
            breaks.append((length, piece.line, piece.column))
        breaks.extend((length + offset, line, column) for offset, line, column in piece.breaks)
        text.append(piece.text)
        length += len(piece.text)
        end = piece.end
    return replace(first, text="".join(text), breaks=tuple(breaks))


def is_left_out(line: str) -> bool:
    """Whether a line, or the comment that it is, stands for lines that are left out: `# ...`."""
    return LEFT_OUT.fullmatch(line.strip().lstrip("#!").strip()) is not None


def lines_of(text: str, path: str, first: int = 1) -> Iterator[Token]:
    """The lines of a text from a line on, without line ends."""
    for number, line in enumerate(lines_of_text(text), start=first):
        yield Token(line, path, number, 1)
