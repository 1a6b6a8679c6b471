"""Documents of lines in texts of a script with the values that it puts in; a line with one not known is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.moved_places import with_moved_places
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.masking import behind_parentheses
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.pieces import Piece, Pieces
from ipseclint.formats.powershell.script.values.value import Perhaps, Repeated, Value, text_of
from ipseclint.late import late
from ipseclint.source import Span, lines_of_text

_PIECE = late(
    r"`(?P<escape>[^nr\r\n])|\$(?P<sub>\()|(?P<variable>\$(?:\w++:(?=\w))?\w+|\$\{[^}]{0,200}+\})"
    r"|(?P<item>\{\d{1,3}[^{}]{0,20}\})"
)
NAMED = late(r"\$(?:\w{1,20}:)?\w{1,100}+|\$\{[^}${\n]{1,100}+\}")
"""A variable, by which messages name an expression: more of it may hold a key."""
_NOT_NAMED = "$(…)"
_LINE_END = late(r"[\r\n]")
_SIGNATURE = late(r"[ \t]*signature[ \t]*=", re.IGNORECASE)
"""A line of an INF that has a dollar sign of its own."""
_HEADING = late(r"\s*(?:\[|<|;)")
"""A line that is no value: what it names stays as it is written."""
_CONTINUES = late(r"\\\s*\Z|\A\s*(?:[0-9a-f]{2},|\$)", re.IGNORECASE)
"""A line of digits that go on, of which none can be left out."""
_MAX_CHARACTERS = 2000
"""The longest value or expression that is put into a document (reasoned: lines of these are shorter)."""

_MAX_READ_AGAIN = 200_000
"""How many characters are read again to tell which lines change the policy (reasoned: 20 lines of a phone book)."""


class Filling(NamedTuple):
    """A value in a line: the column in the new line, and the lengths of what is written and of the value."""

    column: int
    written: int
    filled: int


class FilledIn(NamedTuple):
    """A text with its values, what is not known of it, and by line where values come from and the values themselves."""

    text: str
    open_places: tuple[tuple[str, Span], ...]
    origins: tuple[tuple[int, Span], ...]
    fillings: dict[int, list[Filling]]

    def written(self, span: Span) -> Span:
        """Where a part of the new text is written."""
        if not (fillings := self.fillings.get(span.line)):
            return span
        start, end = _written(span.column, fillings, 0), _written(span.column + span.length, fillings, 1)
        return replace(span, column=start, length=max(1, end - start))


def _written(column: int, fillings: Sequence[Filling], end: int) -> int:
    """The column in the line as written; in a value that of its expression, or of what is behind it for an `end`."""
    longer = 0
    for filling in fillings:
        if column < filling.column + end:
            break
        if column < filling.column + filling.filled:
            return filling.column - longer + filling.written * end
        longer += filling.filled - filling.written
    return column - longer


class _Builder:
    """Puts values into the text of a script, from an offset on, in order."""

    def __init__(self, syntax: Syntax, start: int) -> None:
        self._syntax = syntax
        self._at = start
        self._parts: list[str] = []
        self._open_places: list[tuple[str, Span]] = []
        self._origins: list[tuple[int, Span]] = []
        self._fillings: dict[int, list[Filling]] = {}
        self._longer: dict[int, int] = {}

    def put(self, begin: int, behind: int, text: str) -> Span:
        """Put a text in the place of what is written between two offsets; that place."""
        place = self._syntax.span(begin, behind)
        before = self._longer.get(place.line, 0)
        self._parts.extend((self._syntax.text[self._at : begin], text))
        self._fillings.setdefault(place.line, []).append(Filling(place.column + before, behind - begin, len(text)))
        self._longer[place.line] = before + len(text) - (behind - begin)
        self._at = behind
        return place

    def put_value(self, begin: int, behind: int, text: str, value: Value) -> None:
        """Put the text of a value in, and note where the value comes from."""
        place = self.put(begin, behind, text)
        origin = self._syntax.span(value.start, max(value.end, value.start + 1))
        self._origins += ((place.line, place), (place.line, origin))

    def leave_open(self, begin: int, behind: int, written: str) -> None:
        """Note that what is written between two offsets is not known, by the first variable in it if it has one."""
        named = NAMED.search(self._syntax.text, begin, behind)
        self._open_places.append((written if named is None else named[0], self._syntax.span(begin, behind)))

    def built(self, end: int) -> FilledIn:
        """The text up to an offset."""
        text = "".join((*self._parts, self._syntax.text[self._at : end]))
        return FilledIn(text, tuple(self._open_places), tuple(self._origins), self._fillings)


def filled_in(start: int, end: int, quote: str, pieces: Pieces) -> FilledIn:
    """A here-string between two offsets of the script, each value on the line on which it is written."""
    syntax, behind, is_closed = pieces.syntax, start, True
    builder = _Builder(syntax, start)
    while match := _PIECE.search(syntax.text, behind, end):
        begin, behind = match.span()
        if match["item"] is None and quote != '"':
            continue
        if match["escape"] is not None:
            builder.put(begin, behind, match["escape"])
            continue
        piece = pieces.expansion(begin, behind) if match["item"] is None else pieces.item(begin)
        if piece is None or _SIGNATURE.match(syntax.text, syntax.text.rfind("\n", 0, begin) + 1):
            continue
        if match["sub"] is not None and piece.end == behind and is_closed:  # it does not run
            piece = piece._replace(end=behind_parentheses(syntax.text, behind, min(end, behind + _MAX_CHARACTERS)))
            is_closed = piece.end > behind
        behind = max(behind, piece.end)
        known = _known_text(piece)
        if known is None or _LINE_END.search(syntax.text, begin, behind):
            builder.leave_open(begin, behind, _NOT_NAMED if match["sub"] is not None else match[0])
        else:
            builder.put_value(begin, behind, known, piece.value)
    return builder.built(end)


def _known_text(piece: Piece) -> str | None:
    """The text of a value that stands on one line; None if it is not known."""
    if isinstance(piece.value, Perhaps | Repeated) or any(each.is_unknown for each in flat(piece.value)):
        return None
    text = text_of(piece.value)
    return None if len(text) > _MAX_CHARACTERS or _LINE_END.search(text) else text


def read_filled_in(filled: FilledIn, first: int, read: Callable[[str], Parsed], *, tells_open: bool) -> Parsed:
    """The policy in a document whose text begins on line `first`; `tells_open` if its reader asks what is filled in.

    What is not known is said if the policy would be another with it; otherwise it is listed as given at run time.
    """
    parsed = read(filled.text)
    told = {problem.span.line for problem in parsed.problems} if tells_open else set()
    open_places = [(word, span) for word, span in filled.open_places if span.line not in told]
    if open_places:
        rows = list(dict.fromkeys(span.line - first for _, span in open_places))
        without = read(_without(rows, filled.text))
        tried = rows[: _MAX_READ_AGAIN // max(1, len(filled.text))]
        changing = {problem.span.line - first for problem in parsed.problems}.union(rows[len(tried) :])
        changing |= {row for row in tried if read(_without([row], filled.text)).policy != parsed.policy}
        noted = Diagnostics(open_places[0][1].path)
        for word, span in open_places:
            if span.line - first in changing:
                noted.filled_in_later(word, span)
            else:
                noted.given[f"{quoted(word)}, line {span.line}"] += 1
        parsed = without
    else:
        noted = Diagnostics("")
    placed = with_moved_places(parsed, filled.written)
    return replace(
        placed,
        problems=(*placed.problems, *noted.listed()),
        given=(*placed.given, *noted.given_later()),
        secrets=(*placed.secrets, *_of_secrets(placed.secrets, filled.origins)),
    )


def _without(rows: Iterable[int], text: str) -> str:
    """A text without the values on these lines, counted from 0."""
    lines = lines_of_text(text)
    for row in rows:
        if 0 <= row < len(lines) and not (_HEADING.match(lines[row]) or _CONTINUES.search(lines[row])):
            lines[row] = ""
    return "\n".join(lines)


def _of_secrets(secrets: tuple[Span, ...], origins: tuple[tuple[int, Span], ...]) -> list[Span]:
    """The places from which values came into lines with secrets."""
    rows = {span.line for span in secrets}
    return [span for line, span in origins if line in rows]
