"""Cuts a line of a script into words with exact places.

A logical line, which continuation may have made of several, becomes parts (simple commands joined by
operators), and a part becomes words as netsh receives them: quotes and escapes are gone. A `=` outside quotes is a
word of its own: `name="My policy"` is the three words `name`, `=`, `My policy`, and so is `name = "My policy"`.
Only the first `=` of a run without blanks is cut off: `rootca=CN=x` is `rootca`, `=`, `CN=x`.

Redirections are cut out. Nothing is expanded: a variable is handed on as a place, for the reader to report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.token import BEGINS_TO_FILL_IN, Token, joined
from ipseclint.formats.netsh.hosts import BATCH, POWERSHELL, Host
from ipseclint.late import late


class Part(Struct, frozen=True):
    """One simple command of a line.

    `separator` is the operator before it, empty for the first. `closes` is the number of blocks that end before it;
    `opens`: a block begins after it. `redirected`: its output is redirected, to `target`, with `>>` before it if
    appended. `is_first`: on its line. `start` is the offset of `raw` in it. `variables` are the places that the host
    expands to something unknown.
    """

    separator: str
    words: tuple[Token, ...]
    raw: str
    variables: tuple[Token, ...] = ()
    closes: int = 0
    opens: bool = False
    redirected: bool = False
    fed: bool = False
    is_first: bool = False
    target: str = ""
    start: int = 0


_FILLED_IN = late(BEGINS_TO_FILL_IN)
"""What a pipeline fills in before PowerShell sees the text, whatever quotes are around it."""

# The blanks before it, then a word, a value, or a tag with its value, up to a blank. Possessive: a line that does not
# fit costs one look.
_PLAIN_WORD = late(r'([ \t]*+)(?:([^ \t"=]*+)(=))?+(?:("[^"]*+")|([^ \t"]++))?+(?=[ \t]|$)')


_GLUED = late(r"(@*(?:goto|call|exit|shift|if|for|start|cmd))[,;]*([:/]?)(?<=[:/,;])", re.IGNORECASE)
"""A command of cmd.exe and what it takes, without a blank between them: `goto:eof`, `exit/b`, `if/i`."""


def split_parts(line: Token, host: Host, depth: int = 0) -> list[Part]:
    """The parts of a logical line. `depth` is the number of open blocks: a `)` of batch closes only those."""
    if not line.breaks and host.special.search(line.text) is None:
        words = _plain_words(line)
        if words is not None:
            return [Part("", _unglued(words, host), line.text, is_first=True)] if words else []
    return _Splitter(line, host, depth).run()


def _unglued(words: tuple[Token, ...], host: Host) -> tuple[Token, ...]:
    """The words of a command, with its name alone in the first."""
    glued = _GLUED.match(words[0].text) if words and host is BATCH and not words[0].quoted else None
    if glued is None:
        return words
    behind = words[0].part(glued.start(2))
    return (words[0].part(0, glued.end(1)), *((behind,) if behind.text else ()), *words[1:])


def _plain_words(line: Token) -> tuple[Token, ...] | None:
    """The words of a line without special characters; None if a quote needs the full splitter."""
    path, number, column = line.path, line.line, line.column
    words: list[Token] = []
    for blanks, tag, equals, quoted, plain in _PLAIN_WORD.findall(line.text):
        column += len(blanks)
        if equals:
            if tag:
                words.append(Token(tag, path, number, column))
                column += len(tag)
            words.append(Token("=", path, number, column))
            column += 1
        if quoted:
            words.append(Token(quoted[1:-1], path, number, column + 1, (), 1, True))
            column += len(quoted)
        elif plain:
            words.append(Token(plain, path, number, column))
            column += len(plain)
    return tuple(words) if column == line.column + len(line.text) else None


class _Splitter:
    """A walk over the tokens of one logical line."""

    def __init__(self, line: Token, host: Host, depth: int) -> None:
        self.line, self.host, self.depth = line, host, depth
        self.parts: list[Part] = []
        self.words: list[Token] = []
        self.variables: list[Token] = []
        self.separator, self.part_start, self.closes, self.redirected, self.fed = "", 0, 0, False, False
        self.target = ""
        self.chunks: list[Token] = []
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
            self.word_quoted = quoted
        variable = self.host.variable
        if variable is not None and (match := variable.search(self.line.text, start, end)):
            place = match.lastindex or 0
            self.variables.append(self.line.part(match.start(place), match.end(place)))
        if self.host is BATCH:
            # A doubled percent sign stands for one; as the variable of a loop it is the loop that is reported.
            text = text.replace("%%", "%")
        chunk = self.line.part(start, end)
        after = self.line.part(end, end)
        if after.line == chunk.line and chunk.end != (after.line, after.column):
            # It ends with the value of a variable, and where that stands in the input.
            chunk = replace(chunk, breaks=(*chunk.breaks, (len(chunk.text), after.line, after.column)))
        self.chunks.append(chunk if chunk.text == text else chunk.standing_for(text))

    def quoted(self, token: re.Match[str]) -> None:
        """Take text in double quotes."""
        raw = token[0]
        closed = len(raw) > 1 and raw[-1] == '"'
        inner = raw[1 : -1 if closed else None]
        inner = inner.replace('`"', '"').replace('""', '"') if self.host is POWERSHELL else inner.replace('\\"', '"')
        self._add(inner, token.start() + 1, token.end() - closed, quoted=closed)

    def literal(self, token: re.Match[str]) -> None:
        """Take text in single quotes, in which PowerShell expands nothing."""
        raw = token[0]
        closed = len(raw) > 1 and raw[-1] == "'"
        variables = len(self.variables)
        inner = raw[1 : -1 if closed else None].replace("''", "'")
        self._add(inner, token.start() + 1, token.end() - closed, quoted=True)
        self.variables[variables:] = [each for each in self.variables[variables:] if _FILLED_IN.match(each.text)]

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
        self.words.append(self.line.part(token.start(), token.end()))
        self.equals_seen = True

    def redirect(self, token: re.Match[str]) -> None:
        """Drop a redirection."""
        self._end_word()
        if ">" in token[0]:
            self.redirected, self.target = True, _target(token[0]) or self.target
        self.fed = self.fed or "<" in token[0]

    def operator(self, token: re.Match[str]) -> None:
        """End the part at an operator."""
        self._end_part(token.start())
        self.separator, self.part_start = token[0], token.end()

    def open(self, token: re.Match[str]) -> None:
        """Begin a block at a bracket that opens one, else take it as text."""
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
        """End a block at a bracket that closes one, else take it as text."""
        written = "".join(chunk.text for chunk in self.chunks)
        if self.depth == 0 or (self.host is POWERSHELL and written.count("{") > written.count("}")):
            self._add(token[0], token.start(), token.end())
            return
        self._end_part(token.start())
        self.depth -= 1
        self.closes += 1
        self.separator, self.part_start = "", token.end()

    def _end_word(self) -> None:
        self.equals_seen = False
        if self.chunks:
            self.words.append(replace(joined(self.chunks), quoted=self.word_quoted))
            self.chunks = []

    def _end_part(self, end: int, *, opens: bool = False) -> None:
        self._end_word()
        if not (self.words or self.closes or opens):
            return
        raw = self.line.text[self.part_start : end]
        words, variables = _unglued(tuple(self.words), self.host), tuple(self.variables)
        is_first = not self.parts
        redirections = (self.redirected, self.fed, is_first, self.target, self.part_start)
        part = Part(self.separator, words, raw, variables, self.closes, opens, *redirections)
        self.parts.append(part)
        self.words, self.variables, self.closes, self.redirected, self.fed = [], [], 0, False, False
        self.target = ""


_OF_OUTPUT = frozenset(">1*")
"""How a redirection begins that takes what a command prints."""


def _target(redirection: str) -> str:
    """The target of what a command prints: a folded file name, with `>>` before it if appended; none for its errors."""
    if redirection[0] not in _OF_OUTPUT:
        return ""
    operator, _, file = redirection.rpartition(">")
    return (">>" if operator.endswith(">") else "") + file.strip().strip('"').casefold()


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


def whole_words(words: tuple[Token, ...]) -> Iterator[Token]:
    """The words as a program other than netsh receives them, not cut at `=`."""
    pieces: list[Token] = []
    for word in words:
        if pieces and pieces[-1].end != (word.line, word.column):
            yield replace(joined(pieces), quoted=pieces[0].quoted)
            pieces = []
        pieces.append(word)
    if pieces:
        yield replace(joined(pieces), quoted=pieces[0].quoted)
