"""From a line of a script to words with exact places.

A logical line, which continuation may have made of several, becomes parts (simple commands joined by
operators), and a part becomes words with exact places. Redirections are cut out. Nothing is expanded: a
variable is handed on as a place, for the reader to report.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from ipseclint.formats.netsh.hosts import BATCH, POWERSHELL, Host
from ipseclint.source import Span


class Word(NamedTuple):
    """One word as netsh receives it: quotes and escapes are gone from `text`.

    `column` is that of the first character inside the quotes, `length` is the width as written without
    the outer quotes, so that a slice of the text has an exact place. A `=` outside quotes is a word of its
    own: `name="My policy"` is the three words `name`, `=`, `My policy`, and so is `name = "My policy"`.
    Only the first `=` of a run without blanks is cut off: `rootca=CN=x` is `rootca`, `=`, `CN=x`.
    """

    text: str
    line: int
    column: int
    length: int
    quoted: bool = False

    def span(self, path: str) -> Span:
        """The place of the word in the input."""
        return Span(path, self.line, self.column, max(self.length, 1))

    def slice(self, start: int, stop: int) -> Word:
        """The part of the word between two indexes of its text, with its own place."""
        text = self.text[start:stop]
        return Word(text, self.line, self.column + start, len(text), self.quoted)


class Part(NamedTuple):
    """One simple command of a line.

    `separator` is the operator before it, empty for the first. `closes` counts the blocks that end before
    it, `opens` tells that a block begins after it. `redirected` tells of an output redirection.
    `variables` are the places where the host would put in what we do not know.
    """

    separator: str
    words: tuple[Word, ...]
    raw: str
    variables: tuple[Word, ...] = ()
    closes: int = 0
    opens: bool = False
    redirected: bool = False
    fed: bool = False


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """A line after continuation: `starts` are the offsets in `text` where each physical line begins."""

    text: str
    first_line: int
    starts: tuple[int, ...] = (0,)

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column, both from 1, of a character."""
        if len(self.starts) == 1:
            return self.first_line, offset + 1
        index = bisect_right(self.starts, offset) - 1
        return self.first_line + index, offset - self.starts[index] + 1


# A word, a value, or a tag with its value, up to a blank. Possessive: a line that does not fit costs one look.
_PLAIN_WORD = re.compile(r'[ \t]*+(?:([^ \t"=]*+)(=))?+(?:"([^"]*+)"|([^ \t"]++))?+(?=[ \t]|$)')


def split_parts(line: LogicalLine, host: Host, depth: int = 0) -> list[Part]:
    """The parts of a logical line. `depth` is how many blocks are open: a `)` of batch closes only those."""
    if len(line.starts) == 1 and host.special.search(line.text) is None:
        words = _plain_words(line.text, line.first_line)
        if words is not None:
            return [Part("", words, line.text)] if words else []
    return _Splitter(line, host, depth).run()


def _plain_words(text: str, line: int) -> tuple[Word, ...] | None:
    """The words of a line in which nothing is special; None if a quote is where the short way does not look."""
    words: list[Word] = []
    position, end = 0, len(text)
    while position < end:
        found = _PLAIN_WORD.match(text, position)
        if found is None or found.end() == position:
            return None
        position = found.end()
        tag, equals, quoted, plain = found.groups()
        if equals is not None:
            if tag:
                words.append(Word(tag, line, found.start(1) + 1, len(tag)))
            words.append(Word("=", line, found.start(2) + 1, 1))
        if quoted is not None:
            words.append(Word(quoted, line, found.start(3) + 1, len(quoted), quoted=True))
        elif plain is not None:
            words.append(Word(plain, line, found.start(4) + 1, len(plain)))
    return tuple(words)


class _Splitter:
    """The walk over the tokens of one logical line."""

    def __init__(self, line: LogicalLine, host: Host, depth: int) -> None:
        self.line, self.host, self.depth = line, host, depth
        self.parts: list[Part] = []
        self.words: list[Word] = []
        self.variables: list[Word] = []
        self.separator, self.part_start, self.closes, self.redirected, self.fed = "", 0, 0, False, False
        self.chunks: list[str] = []
        self.word_start = self.word_end = 0
        self.word_quoted = self.equals_seen = False

    def run(self) -> list[Part]:
        """Cut the line."""
        for token in self.host.tokens.finditer(self.line.text):
            kind = token.lastgroup or "plain"
            if kind == "comment" and not self.chunks:
                self._end_part(token.start())
                return self.parts
            handler = _HANDLERS.get(kind)
            if handler is None:
                self._add(token[0], token.start(), token.end())
            else:
                handler(self, token)
        self._end_part(len(self.line.text))
        return self.parts

    def _add(self, text: str, start: int, end: int, *, quoted: bool = False) -> None:
        if not self.chunks:
            self.word_start, self.word_quoted = start, quoted
        self.chunks.append(text)
        self.word_end = end
        variable = self.host.variable
        if variable is not None and (found := variable.search(self.line.text, start, end)):
            place = found.lastindex or 0
            line, column = self.line.place(found.start(place))
            self.variables.append(Word(found[place], line, column, len(found[place])))
        if self.host is BATCH:
            # A doubled percent sign stands for one; as the variable of a loop it is the loop that is reported.
            self.chunks[-1] = text.replace("%%", "%")

    def quoted(self, token: re.Match[str]) -> None:
        """Take text in double quotes."""
        raw = token[0]
        closed = len(raw) > 1 and raw[-1] == '"'
        inner = raw[1 : -1 if closed else None]
        inner = inner.replace('`"', '"').replace('""', '"') if self.host is POWERSHELL else inner.replace('\\"', '"')
        end = token.end() - closed
        self._add(inner, token.start() if self.chunks else token.start() + 1, end, quoted=True)

    def literal(self, token: re.Match[str]) -> None:
        """Take text in single quotes, in which PowerShell expands nothing."""
        raw = token[0]
        closed = len(raw) > 1 and raw[-1] == "'"
        variables = len(self.variables)
        self._add(
            raw[1 : -1 if closed else None].replace("''", "'"),
            token.start() if self.chunks else token.start() + 1,
            token.end() - closed,
            quoted=True,
        )
        del self.variables[variables:]

    def escaped(self, token: re.Match[str]) -> None:
        """Take the character behind the escape character."""
        self._add(token[0][1:], token.start(), token.end())

    def space(self, _token: re.Match[str]) -> None:
        """End the word."""
        self._end_word()

    def equals(self, token: re.Match[str]) -> None:
        """Cut off the first `=` of a run."""
        if self.equals_seen:
            self._add("=", token.start(), token.end())
            return
        self._end_word()
        line, column = self.line.place(token.start())
        self.words.append(Word("=", line, column, 1))
        self.equals_seen = True

    def redirect(self, token: re.Match[str]) -> None:
        """Leave a redirection out."""
        self._end_word()
        self.redirected = self.redirected or ">" in token[0]
        self.fed = self.fed or "<" in token[0]

    def operator(self, token: re.Match[str]) -> None:
        """End the part at an operator."""
        self._end_part(token.start())
        self.separator, self.part_start = token[0], token.end()

    def open(self, token: re.Match[str]) -> None:
        """Begin a block where a bracket does, else take the bracket."""
        at_end = not self.line.text[token.end() :].strip()
        starts_block = not self.words or self.words[0].text.lstrip("@").casefold() in _BLOCK_OPENERS
        if self.host is POWERSHELL:
            starts_block = not self.chunks or at_end
        if (self.chunks and not at_end) or not starts_block:
            self._add(token[0], token.start(), token.end())
            return
        self._end_part(token.start(), opens=True)
        self.depth += 1
        self.separator, self.part_start = "", token.end()

    def close(self, token: re.Match[str]) -> None:
        """End a block where a bracket does, else take the bracket."""
        if self.depth == 0 or (self.host is POWERSHELL and self.chunks):
            self._add(token[0], token.start(), token.end())
            return
        self._end_part(token.start())
        self.depth -= 1
        self.closes += 1
        self.separator, self.part_start = "", token.end()

    def _end_word(self) -> None:
        self.equals_seen = False
        if not self.chunks:
            return
        line, column = self.line.place(self.word_start)
        length = self.word_end - self.word_start
        self.words.append(Word("".join(self.chunks), line, column, length, self.word_quoted))
        self.chunks = []

    def _end_part(self, end: int, *, opens: bool = False) -> None:
        self._end_word()
        if not (self.words or self.closes or opens):
            return
        raw = self.line.text[self.part_start : end]
        words, variables = tuple(self.words), tuple(self.variables)
        part = Part(self.separator, words, raw, variables, self.closes, opens, self.redirected, self.fed)
        self.parts.append(part)
        self.words, self.variables, self.closes, self.redirected, self.fed = [], [], 0, False, False


_BLOCK_OPENERS = frozenset({"if", "for", "do", "else"})

_HANDLERS = {
    "quoted": _Splitter.quoted,
    "literal": _Splitter.literal,
    "escaped": _Splitter.escaped,
    "space": _Splitter.space,
    "equals": _Splitter.equals,
    "redirect": _Splitter.redirect,
    "operator": _Splitter.operator,
    "open": _Splitter.open,
    "close": _Splitter.close,
}
