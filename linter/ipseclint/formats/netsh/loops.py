"""Loops of a batch file over literals, or over the files of this run.

    for %%i in (a b c) do ...    for /l %%i in (1,1,5) do ...    for /f "tokens=1,2 delims=," %%i in ("a,b") do ...

Source: the page `for` of the Windows Commands reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from ipseclint.formats.kit.run_files import RunFiles
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.netsh.call_arguments import ARGUMENT
from ipseclint.formats.netsh.hosts import BATCH
from ipseclint.formats.netsh.path_parts import path_part
from ipseclint.formats.netsh.words import split_parts
from ipseclint.late import late

MAX_TURNS = 10_000
"""How many turns the loops of one script may take (reasoned: far above any real script)."""

_HEAD = late(
    r"[ \t]*@?for(?=[ \t/])[ \t]*+(?P<count>/l[ \t]+)?%{1,2}(?P<name>[A-Za-z])[ \t]+in[ \t]*\((?P<items>[^()*?%!`]*)\)"
    r"[ \t]*do[ \t]+@?(?P<body>.*)",
    re.IGNORECASE | re.DOTALL,
)
_TEXT_HEAD = late(
    r"[ \t]*@?for[ \t]*+/f[ \t]+(?:\"(?P<options>[^\"%!]*)\"[ \t]+)?%{1,2}(?P<name>[A-Za-z])[ \t]+in[ \t]*"
    r"\([ \t]*(?P<text>\"[^\"%!]*\"|'[^'%!]*')[ \t]*\)[ \t]*do[ \t]+@?(?P<body>.*)",
    re.IGNORECASE | re.DOTALL,
)
_OPTION = late(
    r"(?P<backquotes>usebackq)|tokens=(?P<tokens>[\d,*-]+)|delims=(?P<delimiters>[^\"]*?)(?=(?<![ \t])[ \t]++\w+=|\Z)",
    re.IGNORECASE,
)
_OVER_FILES = late(
    r"[ \t]*@?for[ \t]+%%[A-Za-z][ \t]+in[ \t]*"
    r"\([ \t]*(\"[^\"()*]*+\*[^\"()]*+\"|[^\s\"(),;=*]*+\*[^\s\"(),;=]*+)[ \t]*\)[ \t]*do\b",
    re.IGNORECASE,
)
"""A loop over the files whose names fit a pattern."""
_WITHIN = late(
    r"\bfor[ \t]{1,8}(?:/f\b(?P<options>[^%]{0,200})|/[dlr][ \t]{1,8})?%{1,2}(?P<name>[A-Za-z])[ \t]+in\b",
    re.IGNORECASE,
)
"""A loop within another."""
_SEVERAL = late(r"\btokens=[\d]*[,*-]", re.IGNORECASE)
"""The tokens of a loop over texts that fill more variables than the one that is named."""
_MAX_TOKENS = 26
_PART = r"%%?~(?P<part>(?i:[fdpnxsatz]){0,9})(?P<along>\$\w{1,40}:)?"
"""How a part of the path of a file is asked for, before the letter of the variable: `%%~nx`."""


class Loop(Struct, frozen=True):
    """A loop with known rounds: its variable's letter, the value in each round, and the command behind `do`.

    `also` has the other variables of a loop over one text, each with its value.
    """

    name: str
    items: tuple[Token, ...]
    body: Token
    also: tuple[tuple[str, Token], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether its body is a block that continues on the next lines."""
        return self.body.text.strip() == "("

    def is_hidden(self, lines: Sequence[Token]) -> bool:
        """Whether a loop within its body may have a variable of the same letter."""
        own = {self.name, *dict(self.also)}
        return any(
            any(ord(each) - ord(within["name"]) in range(_filled_by(within["options"] or "")) for each in own)
            for line in lines
            for within in _WITHIN.finditer(line.text)
        )

    def turn(self, line: Token, item: Token) -> Token:
        """A line of the body in the round of an item, whose value has the place of the variable."""
        pieces, at = [], 0
        items = {self.name: item, **dict(self.also)}
        letter = f"[{''.join(items)}]"
        for match in re.finditer(
            rf"{_PART}(?P<of>{letter})|%%(?P<whole>{letter})|%(?P<typed>{letter})(?![A-Za-z0-9_]*%)", line.text
        ):
            place = line.part(match.start(), match.end())
            if match.start() > at:
                pieces.append(line.part(at, match.start()))
            at = match.end()
            text = items[match["of"] or match["whole"] or match["typed"]].text
            if match["of"]:
                part = None if match["along"] else path_part(text, match["part"]) if match["part"] else text.strip('"')
                shown = match[0].replace("%%", "%")
                pieces.append(place.standing_for(shown) if part is None else place.replaced_by(part))
            else:
                pieces.append(place.replaced_by(text))
        if at < len(line.text) or not pieces:
            pieces.append(line.part(at))
        return joined(pieces)


class OpenLoop(Struct):
    """A loop whose block is being read: the number of blocks open in it, and its lines so far."""

    loop: Loop
    depth: int = 1
    lines: list[Token] = field(default_factory=list)

    def go_on(self, line: Token) -> None:
        """Count the blocks that a line opens and closes."""
        for part in split_parts(line, BATCH, self.depth):
            self.depth += part.opens - part.closes


def loop_of(line: Token) -> Loop | None:
    """The loop that a line begins, if its rounds are known."""
    match = _HEAD.match(line.text)
    if match is None:
        return _loop_over_text(line)
    items = line.part(*match.span("items"))
    body = line.part(*match.span("body"))
    if match["count"]:
        numbers = [int(number) for number in re.findall(r"-?\d{1,9}", items.text)]
        if len(numbers) != 3 or numbers[1] == 0:
            return None
        first, step, last = numbers
        turns = range(first, last + (1 if step > 0 else -1), step)
        if len(turns) > MAX_TURNS:
            return None
        return Loop(match["name"], tuple(items.standing_for(str(number)) for number in turns), body)
    return Loop(match["name"], tuple(_items(items)), body)


def with_files(line: Token, files: RunFiles, path: str) -> Token:
    """The first line of a loop over files, with its pattern replaced by the files of this run."""
    match = _OVER_FILES.match(line.text)
    names = files.matching(match[1], path) if match is not None else []
    if match is None or not names:
        return line
    listed = line.part(*match.span(1)).replaced_by(" ".join(f'"{name}"' for name in names))
    return joined([line.part(0, match.start(1)), listed, line.part(match.end(1))])


def _filled_by(options: str) -> int:
    """How many variables a loop with such options may fill, whose letters follow each other."""
    return _MAX_TOKENS if _SEVERAL.search(options) is not None else 1


def _items(items: Token) -> Iterator[Token]:
    for match in ARGUMENT.finditer(items.text):
        yield items.part(match.start(), match.end())


def _loop_over_text(line: Token) -> Loop | None:
    """A loop over one quoted text, which has one round: its parts, cut by the options."""
    match = _TEXT_HEAD.match(line.text)
    if match is None:
        return None
    given = match["options"] or ""
    options = list(_OPTION.finditer(given))
    in_backquotes = any(option["backquotes"] for option in options)
    if _OPTION.sub("", given).strip() or (match["text"][0] == "'") is not in_backquotes:
        return None  # skipped lines, another comment sign; or the output of a command, or a file
    delimiters = next((option["delimiters"] for option in options if option["delimiters"] is not None), " \t")
    wanted = next((option["tokens"] for option in options if option["tokens"]), "1")
    text = line.part(match.start("text") + 1, match.end("text") - 1)
    parts = _parts(text, delimiters, wanted)
    body = line.part(*match.span("body"))
    if parts is None or len(parts) > _MAX_TOKENS or text.text.startswith(";"):
        return None
    if not parts or not parts[0].text:
        return Loop(match["name"], (), body)
    letters = [chr(ord(match["name"]) + number) for number in range(len(parts))]
    return Loop(match["name"], (parts[0],), body, tuple(zip(letters[1:], parts[1:], strict=True)))


def _parts(text: Token, delimiters: str, wanted: str) -> list[Token] | None:
    """The parts of a text selected by a list of numbers, in order; the rest for `*`."""
    spans = [each.span() for each in re.finditer(rf"[^{re.escape(delimiters)}]+" if delimiters else ".+", text.text)]
    numbers: set[int] = set()
    for piece in wanted.removesuffix("*").split(","):
        first, _, last = piece.partition("-")
        if not (first.isdigit() and (last or first).isdigit()) and piece:
            return None
        numbers.update(range(int(first), int(last or first) + 1)[: _MAX_TOKENS + 1] if piece else ())
    chosen = [spans[number - 1] if 0 < number <= len(spans) else (0, 0) for number in sorted(numbers)]
    if wanted.endswith("*"):
        behind = spans[max(numbers, default=0) :]
        chosen.append((behind[0][0], len(text.text)) if behind else (0, 0))
    return [text.part(*span) for span in chosen]
